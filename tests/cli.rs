//! The command, run as a person runs it.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

use fluentd_playground::share::{self, State};
use std::io::Write;
use std::process::{Command, Stdio};

const CONF: &str = "<source>
  @type tail
  path /var/log/containers/*.log
  pos_file /var/log/a.pos
  tag kubernetes.*
  read_from_head true
  <parse>
    @type cri
  </parse>
</source>
<match kubernetes.**>
  @type stdout
</match>
";

fn conf_file(name: &str) -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("playground-{}-{name}.conf", std::process::id()));
    std::fs::write(&path, CONF).unwrap();
    path
}

fn run(arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fluentd-playground"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read it may have ended already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn a_cri_line_on_standard_input_is_printed_as_fluentd_prints_it() {
    let conf = conf_file("run");
    let line = "2023-02-02T07:48:11.576765119Z stdout F hello\n";
    let (code, out, error) = run(&["run", "-c", conf.to_str().unwrap(), "-"], line);
    assert_eq!(code, 0, "{error}");
    assert_eq!(
        out,
        "2023-02-02 07:48:11.576765119 +0000 kubernetes.var.log.containers.stdin.log: \
         {\"stream\":\"stdout\",\"logtag\":\"F\",\"message\":\"hello\",\
         \"time\":\"2023-02-02T07:48:11.576765119Z\"}\n"
    );
}

#[test]
fn a_lost_line_fails_the_run_when_asked() {
    let conf = conf_file("lost");
    let arguments = ["run", "-c", conf.to_str().unwrap(), "--unmatched", "--fail-on", "lost", "-"];
    let (code, out, error) = run(&arguments, "garbage\n");
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(error.contains("pattern not matched: \"garbage\""), "{error}");
}

#[test]
fn a_broken_configuration_exits_with_two_and_fluentds_words() {
    let path = conf_file("broken");
    std::fs::write(&path, "<match>\n").unwrap();
    let (code, _, error) = run(&["lint", path.to_str().unwrap()], "");
    assert_eq!(code, 2, "{error}");
}

#[test]
fn a_trace_tells_each_step_below_its_event() {
    let conf = conf_file("trace");
    let line = "2023-02-02T07:48:11.576765119Z stdout F hello\n";
    let (code, out, error) = run(&["run", "-c", conf.to_str().unwrap(), "--trace", "-"], line);
    assert_eq!(code, 0, "{error}");
    let mut lines = out.lines();
    assert!(lines.next().unwrap().contains("\"message\":\"hello\""), "{out}");
    assert!(lines.next().unwrap().starts_with("    "), "{out}");
    assert!(!error.contains('\u{1b}'), "no colours where no terminal is: {error}");
}

#[test]
fn a_pattern_is_explained_group_by_group_and_a_broken_one_in_rubys_words() {
    let (code, out, _) = run(&["explain", r"/^(?<time>[^ ]+) (?<log>.*)$/"], "");
    assert_eq!(code, 0);
    assert!(out.contains("time") && out.contains("log"), "{out}");
    let (code, _, error) = run(&["explain", "(?P<time>.)"], "");
    assert_eq!(code, 2);
    assert!(error.contains("undefined group option"), "{error}");
}

#[test]
fn files_below_a_root_have_the_paths_they_have_on_the_node() {
    let conf = conf_file("root");
    let root = std::env::temp_dir().join(format!("playground-root-{}", std::process::id()));
    let folder = root.join("var/log/containers");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("web.log");
    std::fs::write(&file, "2023-02-02T07:48:11.576765119Z stdout F hello\n").unwrap();
    let arguments = ["run", "-c", conf.to_str().unwrap(), "--root", root.to_str().unwrap()];
    let (code, out, error) = run(&[&arguments[..], &[file.to_str().unwrap()]].concat(), "");
    assert_eq!(code, 0, "{error}");
    assert!(out.contains("kubernetes.var.log.containers.web.log: "), "{out}");
    std::fs::remove_dir_all(&root).unwrap();
}

#[test]
fn the_help_shows_examples_and_the_exit_status() {
    let (code, out, _) = run(&["--help"], "");
    assert_eq!(code, 0);
    assert!(out.contains("EXAMPLES:") && out.contains("EXIT STATUS:"), "{out}");
    let (_, out, _) = run(&["run", "--help"], "");
    assert!(out.contains("NO_COLOR") && out.contains("--fail-on"), "{out}");
}

#[test]
fn files_beside_the_configuration_are_included_and_findings_name_them() {
    let folder = std::env::temp_dir().join(format!("playground-include-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("parts")).unwrap();
    let (source, output) = CONF.split_once("<match").unwrap();
    let main = folder.join("fluent.conf");
    std::fs::write(&main, format!("@include parts/*.conf\n<match{output}")).unwrap();
    let part = folder.join("parts/tail.conf");
    let flawed = source.replace("  tag ", "  tagg x\n  tag ");
    std::fs::write(&part, format!("{flawed}# \"#{{ENV['KUBERNETES_SERVICE_HOST']}}\"\n")).unwrap();
    let line = "2023-02-02T07:48:11.576765119Z stdout F hello\n";
    let (code, out, error) = run(&["run", "-c", main.to_str().unwrap(), "-"], line);
    assert_eq!((code, out.lines().count()), (0, 1), "{out}{error}");
    let (code, out, error) = run(&["lint", main.to_str().unwrap()], "");
    assert_eq!(code, 1, "{error}");
    let place = format!("{}:5: ", part.display());
    assert!(out.lines().any(|line| line.starts_with(&place) && line.contains("unused")), "{out}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_pattern_for_vector_is_tried_on_the_crate_that_vector_uses() {
    let filter = "<filter kubernetes.**>\n  @type parser\n  key_name message\n  <parse>\n    @type regexp\n    expression /^(?<level>[A-Z]+) (?<text>.*)$/\n  </parse>\n</filter>\n";
    let path = conf_file("export");
    std::fs::write(&path, format!("{CONF}{filter}")).unwrap();
    let conf = path.to_str().unwrap();
    let lines =
        "2023-02-02T07:48:11.5Z stdout F INFO started\n2023-02-02T07:48:12.5Z stdout F none\n";
    for (to, said) in
        [("vector", "parse_regex!"), ("otel", "regex_parser"), ("alloy", "stage.regex")]
    {
        let (code, out, error) = run(&["export", "--to", to, "-c", conf, "-"], lines);
        assert_eq!(code, 0, "{error}");
        assert!(out.contains(said) && out.contains("(?P<level>"), "{out}");
        assert!(error.contains("agree on 2 of 2 messages, group by group; 1 match"), "{error}");
    }
    std::fs::write(&path, format!("{CONF}{filter}").replace("[A-Z]+", "(?=[A-Z])[A-Z]+")).unwrap();
    let (code, out, error) = run(&["export", "--to", "vector", "-c", conf, "-"], lines);
    assert_eq!((code, out.contains("parse_regex!")), (1, false), "{error}");
    assert!(error.contains("Vector cannot say"), "{error}");
    let (code, out, _) = run(&["export", "--to", "both", "-c", conf], "");
    assert!(code == 0 && out.contains("@type multi_format"), "{out}");
}

/// A repro of one CRI line with a check that its message is `message`.
fn repro(message: &str) -> State {
    State {
        conf: CONF.to_owned(),
        files: vec![share::File {
            path: "/var/log/containers/web-1_default_app-0123.log".to_owned(),
            bytes: b"2023-02-02T07:48:11.5Z stdout F hello\n".to_vec(),
        }],
        checks: vec![share::Check {
            file: 0,
            line: 0,
            event: Some(share::Expected {
                record: Some(format!(
                    "{{\"stream\":\"stdout\",\"logtag\":\"F\",\"message\":{message:?},\"time\":\"2023-02-02T07:48:11.5Z\"}}"
                )),
                ..share::Expected::default()
            }),
        }],
        ..State::default()
    }
}

#[test]
fn a_saved_repro_and_its_link_are_checked_alike() {
    for (message, status, word) in [("hello", 0, "ok "), ("bye", 1, "FAIL ")] {
        let state = repro(message);
        let path = std::env::temp_dir()
            .join(format!("playground-{}-{message}.fluentplay.json", std::process::id()));
        std::fs::write(&path, share::repro::write(&state)).unwrap();
        let link = format!("https://example.com/play/#{}", share::to_fragment(&state).unwrap());
        for repro in [path.to_str().unwrap(), &link] {
            let (code, out, error) = run(&["check", repro], "");
            assert_eq!(code, status, "{out}{error}");
            assert!(out.starts_with(word), "{out}");
            assert!(out.contains("web-1_default_app-0123.log:1"), "{out}");
            let passed = 1 - status;
            assert!(out.ends_with(&format!("{passed} of 1 checks passed\n")), "{out}");
        }
    }
    let (code, _, error) = run(&["check", "https://example.com/#1cut"], "");
    assert_eq!(code, 2);
    assert!(error.starts_with("fluentd-playground: "), "{error}");
}

#[test]
fn a_file_that_is_not_there_stops_the_run_before_it_begins() {
    let conf = conf_file("absent");
    let (code, out, error) = run(&["run", "-c", conf.to_str().unwrap(), "-", "absent.log"], "x\n");
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(error.contains("absent.log"), "{error}");
}

#[test]
fn findings_are_decided_with_lines_from_standard_input() {
    let conf = conf_file("lint");
    let line = "2023-02-02T07:48:11.5Z stdout F\n";
    let (code, out, _) = run(&["lint", conf.to_str().unwrap(), "-"], line);
    assert_eq!(code, 1);
    assert!(out.contains("[parser/cri-no-message]"), "{out}");
    assert!(!out.contains('\u{1b}'), "colours are for terminals: {out}");
}

#[test]
fn a_trace_tells_what_became_of_a_lost_line() {
    let conf = conf_file("trace-lost");
    let (code, out, _) = run(&["run", "-c", conf.to_str().unwrap(), "--trace", "-"], "garbage\n");
    assert_eq!(code, 0);
    assert!(out.contains("lost -:1: garbage\n    parse cri: The line is not taken"), "{out}");
    let (code, out, _) = run(&["lint", conf.to_str().unwrap(), "-"], "garbage\n");
    assert_eq!(code, 1);
    assert!(out.contains("-:1: Lost The line is not taken"), "{out}");
}

#[test]
fn who_reads_no_further_has_seen_enough() {
    let conf = conf_file("pipe");
    let mut child = Command::new(env!("CARGO_BIN_EXE_fluentd-playground"))
        .args(["run", "-c", conf.to_str().unwrap(), "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let line = "2023-02-02T07:48:11.576765119Z stdout F hello\n";
    let _ = child.stdin.take().unwrap().write_all(line.repeat(5000).as_bytes());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn a_folder_is_no_log_and_an_unread_file_fails_the_run_when_asked() {
    let (conf, folder) = (conf_file("folder"), std::env::temp_dir());
    let conf_path = conf.to_str().unwrap();
    let (code, _, error) = run(&["run", "-c", conf_path, folder.to_str().unwrap()], "");
    assert_eq!(code, 2);
    assert!(error.contains("a folder, not a file"), "{error}");
    let unread = ["run", "-c", "-", "--fail-on", "lost", conf_path];
    let (code, _, error) = run(&unread, CONF);
    assert_eq!(code, 1);
    assert!(error.contains("no <source> tails"), "{error}");
}
