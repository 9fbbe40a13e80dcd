//! A session as the page uses it.

use super::session::Session;
use crate::protocol::{
    Answer, Ask, Filter, Fix, LineRow, Page, Panel, Place, Reply, Request, Rows, Settings, Shown,
    TextChange, View, Why,
};

const CRI: &str = "2023-02-02T07:48:11.576765119Z stdout F a\n";
const DOCKER: &str =
    "{\"log\":\"b\\n\",\"stream\":\"stderr\",\"time\":\"2023-02-02T07:48:12.113004201Z\"}\n";

fn conf(parse: &str) -> String {
    format!(
        "<source>\n  @type tail\n  path /a.log\n  tag a\n  read_from_head true\n  <parse>\n    {parse}\n  </parse>\n</source>\n<match **>\n  @type stdout\n</match>\n"
    )
}

const REGEXP: &str = "@type regexp\n    expression /^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[FP]) (?<log>.*)$/\n    time_format %Y-%m-%dT%H:%M:%S.%N%:z";

fn run(conf: &str, lines: &str, filter: Filter) -> Shown {
    let mut session = Session::new(|| 0.0);
    let rows = Rows { from: 0, to: 50 };
    let view = View {
        file: 1,
        lines: rows,
        open_first: true,
        events: rows,
        panel: Panel::Events,
        filter,
        ..View::default()
    };
    let changes = vec![
        TextChange::Conf { text: conf.to_owned() },
        TextChange::Open { file: 1, path: "/a.log".into(), text: lines.to_owned() },
    ];
    last(&mut session, Request { seq: 1, view, ..Request::default() }, changes)
}

/// What is shown when the run is over.
fn last(session: &mut Session, request: Request, changes: Vec<TextChange>) -> Shown {
    let mut replies = session.handle(request, changes);
    while session.busy() {
        replies.extend(session.step());
    }
    let (mut last, mut lines, mut events) = (None, None, None);
    for reply in replies {
        let Reply::Shown(mut shown) = reply else { panic!("{reply:?}") };
        lines = shown.lines.take().or(lines);
        events = shown.events.take().or(events);
        last = Some(*shown);
    }
    Shown { lines, events, ..last.expect("a reply") }
}

fn why(shown: &Shown) -> &Why {
    shown
        .lines
        .as_ref()
        .unwrap()
        .rows
        .iter()
        .find_map(|row: &LineRow| row.why.as_ref())
        .expect("a line that fails")
}

fn applied(conf: &str, fix: &Fix) -> String {
    let edit = &fix.edits[0];
    format!("{}{}{}", &conf[..edit.from as usize], edit.insert, &conf[edit.to as usize..])
}

#[test]
fn a_docker_line_among_cri_lines_says_so_and_one_edit_takes_it() {
    let (conf, lines) = (conf(REGEXP), [CRI, DOCKER, CRI].concat());
    let shown = run(&conf, &lines, Filter::default());
    let why = why(&shown);
    assert!(why.kind.as_ref().unwrap().en.contains("among CRI lines"));
    assert_eq!(why.fixes[0].title.en, "Parse both formats");
    let mended = run(&applied(&conf, &why.fixes[0]), &lines, Filter::default());
    assert_eq!(mended.run.unwrap().counts.matched, 3);
}

#[test]
fn lines_of_the_other_runtime_get_its_parser() {
    for (parse, line) in [("@type json", CRI), (REGEXP, DOCKER)] {
        let conf = conf(parse);
        let shown = run(&conf, line, Filter::default());
        for fix in &why(&shown).fixes {
            let mended = run(&applied(&conf, fix), line, Filter::default());
            assert_eq!(mended.run.unwrap().counts.matched, 1, "{}", fix.title.en);
        }
        assert_eq!(why(&shown).fixes.len(), 2);
    }
}

#[test]
fn a_time_that_does_not_fit_shows_what_was_read_and_a_format_that_fits() {
    let parse = REGEXP.replace(".%N%:z", ".%NZ");
    let (conf, line) = (conf(&parse), CRI.replace('Z', "+09:00"));
    let shown = run(&conf, &line, Filter::default());
    let why = why(&shown);
    assert!(why.text.en.starts_with("Read \"2023-02-02T07:48:11.576765119\""), "{why:?}");
    let mended = run(&applied(&conf, &why.fixes[0]), &line, Filter::default());
    assert_eq!(mended.run.unwrap().counts.events, 1);
}

#[test]
fn lost_lines_stand_among_the_events() {
    let lines = ["x\n", CRI, "y\n", "z\n", CRI, CRI].concat();
    let shown = run(&conf(REGEXP), &lines, Filter::default());
    let row = |row: &std::rc::Rc<crate::protocol::EventRow>| match (&row.said, row.from) {
        (Some(said), Some((_, line))) => format!("{line} {said}"),
        _ => format!("event {}", row.id.unwrap()),
    };
    let rows: Vec<String> = shown.events.unwrap().rows.iter().map(row).collect();
    assert_eq!(
        rows,
        [
            "0 pattern not matched: \"x\"",
            "event 0",
            "2 pattern not matched: \"y\"",
            "3 pattern not matched: \"z\"",
            "event 1",
            "event 2"
        ]
    );
    let lost = run(&conf(REGEXP), &lines, Filter { lost: true, ..Filter::default() });
    let lost = lost.events.unwrap();
    assert_eq!((lost.total, lost.rows.len()), (3, 3));
}

#[test]
fn a_selected_part_becomes_a_field() {
    let (text, part) = ("2023-02-02T07:48:11.5Z stdout F INFO a\n", "INFO ");
    let lines = [text, &text.replace("INFO", "WARN")].concat();
    let mut session = Session::new(|| 0.0);
    let conf = conf(REGEXP);
    let from = text.find(part).unwrap() as u32;
    let ask = Ask::Capture { file: 1, line: 0, from, to: from + 5, name: "level".into() };
    let changes = vec![
        TextChange::Conf { text: conf.clone() },
        TextChange::Open { file: 1, path: "/a.log".into(), text: lines.clone() },
    ];
    let request = Request { seq: 1, asks: vec![(1, ask)], ..Request::default() };
    let Some(Reply::Answer { answer: Answer::Fixes(fixes), .. }) =
        session.handle(request, changes).pop()
    else {
        panic!("no edits")
    };
    assert_eq!(fixes[0].title.en, "In 2 of 2 lines: `INFO`, `WARN`");
    let shown = run(&applied(&conf, &fixes[0]), &lines, Filter::default());
    assert!(shown.events.unwrap().columns.contains(&"level".to_owned()));
}

#[test]
fn a_run_that_ends_while_the_page_looks_elsewhere_is_still_told_as_complete() {
    let mut session = Session::new(|| 0.0);
    let changes = vec![
        TextChange::Conf { text: conf(REGEXP) },
        TextChange::Open { file: 1, path: "/a.log".into(), text: CRI.repeat(9_000) },
    ];
    let mut replies = session.handle(Request { seq: 1, ..Request::default() }, changes);
    let mut seq = 1;
    while session.busy() {
        seq += 1;
        let view = View { cursor: 0, event: Some(seq), ..View::default() };
        replies = session.handle(Request { seq, view, ..Request::default() }, Vec::new());
    }
    assert!(seq > 2, "more than one slice");
    let Some(Reply::Shown(shown)) = replies.pop() else { panic!("no window") };
    let run = shown.run.expect("the run");
    assert!(run.complete);
    assert_eq!(run.counts.lines, 9_000);
}

/// A workspace whose configuration includes another of its files.
fn with_included(path: &str, included: &str) -> Shown {
    let mut session = Session::new(|| 0.0);
    let view = View { file: 1, events: Rows { from: 0, to: 50 }, ..View::default() };
    let changes = vec![
        TextChange::Conf {
            text: "@include parts/*.conf\n<match **>\n  @type stdout\n</match>\n".into(),
        },
        TextChange::Open { file: 1, path: "/a.log".into(), text: CRI.to_owned() },
        TextChange::Open { file: 2, path: path.into(), text: "# not yet\n".to_owned() },
    ];
    session.handle(Request { seq: 1, view: view.clone(), ..Request::default() }, changes);
    let changes = vec![TextChange::Open { file: 2, path: path.into(), text: included.to_owned() }];
    last(&mut session, Request { seq: 2, view, ..Request::default() }, changes)
}

#[test]
fn a_file_of_the_workspace_is_included_and_its_problems_stand_in_it() {
    let source = conf("@type cri");
    let source = source.split("<match").next().unwrap().replace("tag a\n", "tag a\n  tagg b\n");
    let run = with_included("parts/tail.conf", &source).run.unwrap();
    assert_eq!(run.counts.events, 1, "{run:?}");
    let unused = run.problems.iter().find(|found| found.code == "config/unused-param").unwrap();
    assert!(matches!(unused.place, Some(Place::File { file: 2, line: 4, .. })), "{unused:?}");
    let elsewhere = with_included("/etc/other/tail.conf", &source).run.unwrap();
    assert_eq!(elsewhere.counts.events, 0);
    assert!(elsewhere.problems.iter().any(|found| found.code == "config/include-finds-nothing"));
}

#[test]
fn an_issue_and_a_test_are_masked_as_links_are_unless_one_says_otherwise() {
    let mut session = Session::new(|| 0.0);
    let line = CRI.replace(" a\n", " password=hunter2secret ok\n");
    let changes = vec![
        TextChange::Conf { text: conf(REGEXP) + "# api_key=\"sk_live_0123456789abcdefghij\"\n" },
        TextChange::Open { file: 1, path: "/a.log".into(), text: line },
    ];
    session.handle(Request::default(), changes);
    let page = Page { files: vec![(1, "/a.log".to_owned())], ..Page::default() };
    for (what, plain) in [
        ("markdown", false),
        ("ruby", false),
        ("embed", false),
        ("markdown plain", true),
        ("ruby plain", true),
    ] {
        let ask = Ask::Export {
            what: what.to_owned(),
            address: "http://x/".to_owned(),
            page: page.clone(),
        };
        let request = Request { asks: vec![(1, ask)], ..Request::default() };
        let Some(Reply::Answer { answer: Answer::Sheet(sheet), .. }) =
            session.handle(request, Vec::new()).pop()
        else {
            panic!("no sheet")
        };
        let text = &sheet.files[0].1;
        assert_eq!(text.contains("hunter2secret"), plain, "{what}: {text}");
        assert_eq!(text.contains("sk_live_0123456789"), plain, "{what}: {text}");
        // Masked or not, the line's record is what the text shows.
        assert!(what == "embed" || text.contains(" ok"), "{what}: {text}");
        let switch = sheet.groups.last().map(|group| group.choices.len());
        assert_eq!(switch, Some(2), "{what}");
    }
}

#[test]
fn what_is_exported_leaves_out_what_fluentd_says_of_itself() {
    let mut session = Session::new(|| 0.0);
    let changes = vec![
        TextChange::Conf { text: conf("@type json") },
        TextChange::Open { file: 1, path: "/a.log".into(), text: [DOCKER, "x\n"].concat() },
    ];
    let page = Page { files: vec![(1, "/a.log".to_owned())], ..Page::default() };
    let export = |what: &str| {
        let what = what.to_owned();
        let ask = Ask::Export { what, address: String::new(), page: page.clone() };
        Request { asks: vec![(1, ask)], settings: Some(Settings::default()), ..Request::default() }
    };
    let replies = session.handle(export("markdown"), changes);
    while session.busy() {
        session.step();
    }
    let Some(Reply::Answer { answer: Answer::Sheet(sheet), .. }) = replies.last() else {
        panic!("{replies:?}")
    };
    let text = &sheet.files[0].1;
    assert!(text.contains("\"log\":\"b\\n\"") && !text.contains("fluent.warn"), "{text}");
}

#[test]
fn the_rows_in_sight_come_first_and_the_counts_with_the_story_after_them() {
    let mut session = Session::new(|| 0.0);
    let changes = vec![
        TextChange::Conf { text: conf(REGEXP) },
        TextChange::Open { file: 1, path: "/a.log".into(), text: CRI.repeat(9_000) },
    ];
    let rows = Rows { from: 0, to: 50 };
    let view = View { file: 1, lines: rows, events: rows, event: Some(0), ..View::default() };
    let request = |seq| Request { seq, view: view.clone(), ..Request::default() };
    let shown = |replies: Vec<Reply>| match replies.into_iter().last() {
        Some(Reply::Shown(shown)) => *shown,
        other => panic!("{other:?}"),
    };
    let first = shown(session.handle(request(1), changes));
    assert!(first.more && first.run.is_none() && first.story.is_none());
    assert_eq!(first.events.map(|events| events.rows.len()), Some(50));
    let mut last = Vec::new();
    while session.busy() {
        last = session.step();
    }
    let last = shown(last);
    assert_eq!(last.run.map(|run| (run.complete, run.counts.events)), Some((true, 9_000)));
    assert!(!last.more && last.story.flatten().is_some());
    // The list does not shrink while it is made anew.
    let conf = conf(&REGEXP.replace("logtag", "flag"));
    let again = shown(session.handle(request(2), vec![TextChange::Conf { text: conf }]));
    let events = again.events.expect("the events in sight");
    assert!(again.more && events.total == 9_000);
    assert!(events.columns.contains(&"flag".to_owned()));
}

#[test]
fn a_file_that_no_source_reads_says_so_and_what_it_would_be_called() {
    let conf = conf("@type none").replace("/a.log", "/var/log/nginx/access.log");
    let shown = run(&conf, "x\ny\n", Filter::default());
    let run = shown.run.as_ref().unwrap();
    assert_eq!((run.counts.lines, run.counts.unread), (0, 2));
    assert_eq!(*run.unread, [(1, Some("/var/log/nginx/access.log".to_owned()))]);
    assert_eq!(run.files[0].failing, [0]);
    assert_eq!(run.problems[0].code, "tail/not-read");
    let fix = &why(&shown).fixes[0];
    assert_eq!(fix.title.en, "Call the file `/var/log/nginx/access.log`");
    assert!(fix.edits.is_empty());
}

#[test]
fn without_a_source_one_edit_adds_it() {
    let conf = "<match **>\n  @type stdout\n</match>\n";
    let shown = run(conf, CRI, Filter::default());
    let with = applied(conf, &why(&shown).fixes[0]);
    let again = run(&with, CRI, Filter::default()).run.unwrap();
    // The file is not where the source looks: the rest is its name.
    assert_eq!(again.unread[0].1.as_deref(), Some("/var/log/containers/a.log"));
}

#[test]
fn where_fluentd_does_not_start_no_line_is_said_to_be_unread() {
    let conf = conf("@type regexp\n    expression /^(.*)$/");
    let shown = run(&conf, "x\n", Filter::default());
    let run = shown.run.as_ref().unwrap();
    assert!(run.unread.is_empty() && run.boot_error.is_some());
    // Said once, with its place and its edit.
    let fatal =
        run.problems.iter().filter(|problem| problem.severity == crate::protocol::Severity::Fatal);
    assert_eq!(fatal.count(), 1);
    assert!(run.problems[0].fix.is_some());
}

#[test]
fn lines_of_kubectl_logs_are_told_from_those_of_the_node() {
    let shown = run(
        &conf(REGEXP),
        "I0305 10:11:12.345678       1 main.go:12] started\n",
        Filter::default(),
    );
    let why = why(&shown);
    let kind = &why.kind.as_ref().unwrap().en;
    assert!(kind.starts_with("This is a klog line, as the application wrote it"), "{kind}");
    assert!(why.fixes.is_empty());
}

#[test]
fn what_grep_is_meant_to_keep_out_is_not_lost() {
    let grep = "<filter **>\n  @type grep\n  <exclude>\n    key log\n    pattern /^a/\n  </exclude>\n</filter>\n<match";
    let conf = conf(REGEXP).replace("<match", grep);
    let shown = run(&conf, &[CRI, &CRI.replace("F a", "F b")].concat(), Filter::default());
    let counts = shown.run.unwrap().counts;
    assert_eq!((counts.dropped, counts.lost, counts.events), (1, 0, 1));
}

#[test]
fn a_parser_filter_that_refuses_says_what_and_lets_it_pass() {
    let filter = "<filter **>\n  @type parser\n  key_name log\n  <parse>\n    @type json\n  </parse>\n</filter>\n<match";
    let conf = conf(REGEXP).replace("<match", filter);
    let lines = [CRI, &CRI.replace("F a", "F {\"a\":1}")].concat();
    let shown = run(&conf, &lines, Filter::default());
    assert!(
        why(&shown).text.en.starts_with("The parser of a filter does not take 'a'"),
        "{:?}",
        why(&shown)
    );
    let problems = &shown.run.as_ref().unwrap().problems;
    // No time was read as a number: that is not what is wrong.
    assert!(problems.iter().all(|problem| problem.code != "time/json-float"));
    let problem = problems.iter().find(|problem| problem.code == "filter/parser-refuses").unwrap();
    let mended = run(&applied(&conf, problem.fix.as_ref().unwrap()), &lines, Filter::default());
    assert_eq!(mended.run.unwrap().counts.events, 2);
}

#[test]
fn pieces_of_a_long_line_are_joined_by_one_edit() {
    let conf = conf(REGEXP);
    let lines = [CRI.replace(" F a", " P a"), CRI.to_owned()].concat();
    let shown = run(&conf, &lines, Filter::default());
    let problems = &shown.run.as_ref().unwrap().problems;
    let problem = problems.iter().find(|problem| problem.code == "concat/pieces-apart").unwrap();
    let mended =
        run(&applied(&conf, problem.fix.as_ref().unwrap()), &lines, Filter::default()).run.unwrap();
    assert_eq!(mended.counts.events, 1);
    assert!(mended.problems.iter().all(|problem| problem.code != "concat/pieces-apart"));
}
