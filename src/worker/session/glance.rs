//! A glance: what stands in sight, by the beginnings of the texts alone.
//!
//! The page has an instance of the engine on its own thread, so that the rows in sight follow a key in
//! the same frame; a worker's answer comes a frame later at best. A glance knows only the first lines
//! of each file and takes only so long; where that is not enough it says nothing. The worker's answer
//! follows in any case, and is what counts.

use super::Session;
use crate::engine::run::Extent;
use crate::onigmo::in_a_hurry;
use crate::order::map::Map;
use crate::protocol::{
    EventWindow, FateKind, FileId, Filter, LineWindow, Request, Shown, TextChange, View,
};
use crate::worker::map::COLUMNS;
use crate::worker::text::Text;

/// Milliseconds that the run for a glance may take. To show its rows takes as long again, twice at most.
const GLANCE_MS: f64 = 6.0;

/// Steps of one search.
const STEPS: u64 = 20_000;

/// Glances that are left out after one that took longer.
const REST: u32 = 3;

/// A longer configuration takes too long to read.
const LONGEST_CONF: usize = 50_000;

/// What the page has.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Rows of its grid.
    pub rows: u32,
    /// Columns of it.
    pub columns: Vec<String>,
    /// Where lines far down are in sight: they and some before them, and the first one's number.
    pub far: Option<(String, u32)>,
}

impl Session {
    /// What stands in sight. `texts` are all texts, each file's as far as it is known.
    pub fn glance(
        &mut self,
        request: Request,
        texts: Vec<TextChange>,
        known: Known,
    ) -> Option<Shown> {
        if self.rest > 0 {
            self.rest -= 1;
            return None;
        }
        let begin = (self.clock)();
        // *Why not* takes its time: what is said below a line waits for the worker.
        self.view = View { open_first: false, open: Vec::new(), ..request.view };
        if let Some(settings) = &request.settings {
            self.set_settings(settings);
        }
        let (shown, is_given_up) = in_a_hurry(STEPS, || self.seen(texts, known, begin + GLANCE_MS));
        if is_given_up {
            self.rest = REST;
            return None;
        }
        let (lines, events) = shown?;
        Some(Shown { seq: request.seq, more: true, lines, events, ..Shown::default() })
    }

    fn seen(
        &mut self,
        texts: Vec<TextChange>,
        known: Known,
        end: f64,
    ) -> Option<(Option<LineWindow>, Option<EventWindow>)> {
        let is_short = self.take(texts)?;
        self.run_until(end)?;
        self.busy = is_short;
        self.rows = known.rows;
        self.see_columns(&known.columns);
        self.lost = self.engine.lost_lines();
        let events = if self.view.filter == Filter::default() { self.events() } else { None };
        let lines = match known.far {
            Some((text, first)) => self.far_lines(text, first, end),
            None => Some(self.lines()).filter(|lines| self.is_seen(lines)),
        };
        Some((lines, events))
    }

    /// Runs what is known; nothing when that takes longer.
    fn run_until(&mut self, end: f64) -> Option<()> {
        while self.engine.work(1) {
            if (self.clock)() > end {
                self.rest = REST;
                return None;
            }
        }
        Some(())
    }

    /// Lines in sight far down, where no state goes from line to line: as if the file began with them.
    fn far_lines(&mut self, text: String, first: u32, end: f64) -> Option<LineWindow> {
        let file = self.view.file;
        let path = self.engine.path(file)?.to_owned();
        if !self.engine.is_stateless() {
            return None;
        }
        self.begin(file, &path, text, Extent::Beginning);
        self.run_until(end)?;
        self.view.lines.from = self.view.lines.from.saturating_sub(first);
        self.view.lines.to = self.view.lines.to.saturating_sub(first);
        self.busy = true;
        let mut lines = self.lines();
        let is_good = self.engine.is_stateless() && self.is_seen(&lines);
        for row in &mut lines.rows {
            row.line += first;
        }
        is_good.then_some(lines)
    }

    /// Takes the texts; whether one of them is only a beginning.
    fn take(&mut self, texts: Vec<TextChange>) -> Option<bool> {
        let mut old: Map<FileId, Text> = std::mem::take(&mut self.texts);
        let mut is_short = false;
        for text in texts {
            match text {
                TextChange::Open { file, path, text } => {
                    old.remove(&file);
                    self.begin(file, &path, text, Extent::Whole);
                }
                TextChange::Begin { file, .. } => {
                    old.remove(&file);
                    is_short = true;
                    self.change(text);
                }
                TextChange::Conf { text } if text.len() > LONGEST_CONF => return None,
                other => self.change(other),
            }
        }
        for (file, _) in old {
            self.engine.remove_file(file);
        }
        Some(is_short)
    }

    /// Sets a file's text as far as it is known.
    pub(super) fn begin(&mut self, file: FileId, path: &str, text: String, extent: Extent) {
        self.engine.set_beginning(file, path, text.as_bytes(), extent);
        self.texts.insert(file, Text::new(text));
    }

    /// The columns of the events seen, and those that the grid has of events further down.
    fn see_columns(&mut self, shown: &[String]) {
        let before = std::mem::take(&mut self.columns);
        let seen = before.get(..self.own_columns).unwrap_or_default();
        let mut columns = self.engine.columns();
        self.own_columns = columns.len();
        let later = shown.iter().filter(|name| !seen.contains(name) && !columns.contains(name));
        columns.extend(later.cloned().collect::<Vec<_>>());
        columns.truncate(COLUMNS);
        self.columns = columns;
    }

    /// True when the run came to all lines in sight that there are.
    fn is_seen(&self, lines: &LineWindow) -> bool {
        let are_there = !self.busy || self.view.lines.to <= lines.total;
        are_there && lines.rows.iter().all(|row| row.fate != FateKind::Pending)
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, REST, Session};
    use crate::protocol::{FateKind, Panel, Reply, Request, Rows, Shown, TextChange, View};
    use std::cell::Cell;

    const FILES: &str = include_str!("../../../static/samples/samples.json");

    fn view(to: u32) -> View {
        let rows = Rows { from: 0, to };
        View {
            file: 1,
            lines: rows,
            events: rows,
            open_first: true,
            panel: Panel::Events,
            ..View::default()
        }
    }

    fn open(text: String, is_whole: bool) -> TextChange {
        let path = "/var/log/containers/a_b_c-0.log".to_owned();
        if is_whole {
            TextChange::Open { file: 1, path, text }
        } else {
            TextChange::Begin { file: 1, path, text }
        }
    }

    /// All of a worker's answer to these texts.
    fn whole(texts: Vec<TextChange>, view: &View) -> Shown {
        let mut session = Session::new(|| 0.0);
        let request = Request { seq: 1, view: view.clone(), ..Request::default() };
        let mut replies = session.handle(request, texts);
        while session.busy() {
            replies.extend(session.step());
        }
        replies.into_iter().fold(Shown::default(), |all, reply| match reply {
            Reply::Shown(shown) => Shown {
                lines: shown.lines.or(all.lines),
                events: shown.events.or(all.events),
                ..Shown::default()
            },
            Reply::Answer { .. } => all,
        })
    }

    fn glance(
        session: &mut Session,
        texts: Vec<TextChange>,
        view: &View,
        known: &Shown,
    ) -> Option<Shown> {
        let request = Request { seq: 1, view: view.clone(), ..Request::default() };
        let events = known.events.clone().unwrap_or_default();
        let known = Known { rows: events.total, columns: events.columns, far: None };
        session.glance(request, texts, known)
    }

    #[test]
    fn of_each_sample_a_glance_says_what_the_worker_says() {
        let samples: Vec<serde_json::Value> = serde_json::from_str(FILES).expect("samples.json");
        let mut session = Session::new(|| 0.0);
        for sample in &samples {
            let lines: Vec<&str> = sample["lines"]
                .as_array()
                .unwrap()
                .iter()
                .map(|line| line.as_str().unwrap())
                .collect();
            let text = lines.join("\n") + "\n";
            let conf = TextChange::Conf { text: sample["conf"].as_str().unwrap().to_owned() };
            let (view, texts) = (view(60), vec![open(text, true), conf]);
            let all = whole(texts.clone(), &view);
            let seen = glance(&mut session, texts, &view, &all).expect("a glance");
            assert!(seen.more && seen.run.is_none());
            // *Why not* is left to the worker.
            let lines = all.lines.map(|mut lines| {
                lines.rows.iter_mut().for_each(|row| row.why = None);
                lines
            });
            assert_eq!((seen.lines, seen.events), (lines, all.events), "{}", sample["id"]);
        }
    }

    const CONF: &str = "<source>\n  @type tail\n  path /var/log/containers/*.log\n  tag a\n  read_from_head true\n  <parse>\n    @type json\n  </parse>\n</source>\n<match **>\n  @type stdout\n</match>\n";

    fn numbered(count: u32) -> String {
        let line = |n: u32| {
            let late = if n == 900 { ",\"late\":1" } else { "" };
            format!("{{\"n\":{n}{late}}}\n")
        };
        (0..count).map(line).collect()
    }

    #[test]
    fn the_first_lines_of_a_long_file_show_the_rows_of_the_whole() {
        let conf = |text: &str| TextChange::Conf { text: text.to_owned() };
        let view = view(50);
        let all = whole(vec![open(numbered(2_000), true), conf(CONF)], &view);
        assert_eq!(
            all.events.as_ref().map(|events| (events.total, events.columns.len())),
            Some((2_000, 2))
        );
        let mut session = Session::new(|| 0.0);
        let seen = glance(&mut session, vec![open(numbered(80), false), conf(CONF)], &view, &all);
        let seen = seen.expect("a glance");
        assert_eq!(seen.lines.map(|lines| lines.rows), all.lines.map(|lines| lines.rows));
        assert_eq!(seen.events, all.events);
        // Fewer lines than are in sight: nothing is said of them.
        let few = vec![open(numbered(20), false), conf(CONF)];
        let seen = glance(&mut session, few, &view, &Shown::default()).expect("a glance");
        assert!(seen.lines.is_none());
    }

    #[test]
    fn lines_far_down_are_seen_unless_something_waits_for_the_next() {
        let conf = |text: &str| TextChange::Conf { text: text.to_owned() };
        let view = View { lines: Rows { from: 1_500, to: 1_540 }, ..view(50) };
        let far = |conf_text: &str| {
            let all = whole(vec![open(numbered(2_000), true), conf(conf_text)], &view);
            let text: String = numbered(1_560).split_inclusive('\n').skip(1_480).collect();
            let known = Known { far: Some((text, 1_480)), rows: 2_000, columns: Vec::new() };
            let request = Request { seq: 1, view: view.clone(), ..Request::default() };
            let mut session = Session::new(|| 0.0);
            let texts = vec![open(numbered(80), false), conf(conf_text)];
            (session.glance(request, texts, known).expect("a glance").lines, all.lines)
        };
        let (seen, all) = far(CONF);
        assert_eq!(seen.map(|lines| lines.rows), all.map(|lines| lines.rows));
        let concat = CONF.replace(
            "<match",
            "<filter a>\n  @type concat\n  key n\n  n_lines 3\n</filter>\n<match",
        );
        assert!(far(&concat).0.is_none());
    }

    #[test]
    fn a_column_of_later_events_stays_and_one_that_is_renamed_goes() {
        let conf = |text: &str| TextChange::Conf { text: text.to_owned() };
        let view = view(50);
        let all = whole(vec![open(numbered(2_000), true), conf(CONF)], &view);
        let mut session = Session::new(|| 0.0);
        let texts = |text: &str| vec![open(numbered(80), false), conf(text)];
        glance(&mut session, texts(CONF), &view, &all);
        let renamed = CONF.replace("<match", "<filter a>\n  @type record_transformer\n  renew_record true\n  <record>\n    m ${record['n']}\n  </record>\n</filter>\n<match");
        let seen = glance(&mut session, texts(&renamed), &view, &all).expect("a glance");
        assert_eq!(
            seen.events.map(|events| events.columns),
            Some(vec!["m".to_owned(), "late".to_owned()])
        );
    }

    #[test]
    fn a_pattern_that_explodes_is_left_to_the_worker() {
        let conf = CONF.replace("json", "regexp\n    expression /^(?<x>a)(\\k<x>|a\\k<x>)*(b|$)/");
        let texts = || {
            let line = "a".repeat(300) + "!\n";
            vec![open(line, true), TextChange::Conf { text: conf.clone() }]
        };
        let mut session = Session::new(|| 0.0);
        assert_eq!(glance(&mut session, texts(), &view(50), &Shown::default()), None);
        assert_eq!(session.rest, REST);
        // The worker is in no such hurry, and has an answer.
        let all = whole(texts(), &view(50)).lines.expect("the line");
        assert_ne!(all.rows[0].fate, FateKind::Pending);
    }

    #[test]
    fn a_glance_that_takes_too_long_is_left_out_for_a_while() {
        thread_local!(static NOW: Cell<f64> = const { Cell::new(0.0) });
        let clock = || NOW.with(|now| now.replace(now.get() + 4.0));
        let mut session = Session::new(clock);
        let texts = || vec![open(numbered(80), true), TextChange::Conf { text: CONF.to_owned() }];
        assert_eq!(glance(&mut session, texts(), &view(50), &Shown::default()), None);
        assert_eq!(session.rest, REST);
        session.clock = || 0.0;
        for _ in 0..REST {
            assert_eq!(glance(&mut session, texts(), &view(50), &Shown::default()), None);
        }
        assert!(glance(&mut session, texts(), &view(50), &Shown::default()).is_some());
    }
}
