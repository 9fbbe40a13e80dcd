//! One worker's life: texts in, rows out.
//!
//! A request is answered at once with the rows in sight and nothing else; the engine then works on in
//! slices, so that a newer request interrupts it, and the counts, the findings and the story follow
//! when they are complete.

pub mod glance;

use super::bars::bars;
use super::capture::captured;
use super::conf::ConfView;
use super::detect::detect;
use super::map::{COLUMNS, Places, counts, event_row, line_row, lost_row};
use super::migrate::{change, variant};
use super::shared::{file, links, opened};
use super::sheet::{Given, export, files_of, imported};
use super::text::Text;
use super::values::{json, ruby, time_text};
use super::verified::Waiting;
use super::why::{Reader, not_read, why};
use crate::diag::codes::route::BOOT;
use crate::engine::run::{Engine, Extent};
use crate::engine::{EventFilter, EventId, Summary};
use crate::fluent::environment::Environment;
use crate::order::map::Map;
use crate::protocol::{
    Answer, Ask, EventWindow, FateKind, FileId, FileRow, LineRow, LineWindow, Message, Panel,
    Problem, RecordForm, Reply, Request, Rows, Run, Settings, Severity, Shown, Story, TextChange,
    View, Wire, to_bytes,
};
use crate::source::Span;

/// Milliseconds of one slice of work.
const SLICE_MS: f64 = 8.0;
/// Milliseconds between two replies on the way.
const PROGRESS_MS: f64 = 250.0;
/// Up to so many lines are answered in one go.
const FEW: u32 = 200;
/// Rows of one window.
const WINDOW: u32 = 1000;
/// Failing lines that F8 knows.
const FAILING: usize = 2000;
/// Problems that are sent.
const PROBLEMS: usize = 100;

/// What the worker knows.
pub struct Session {
    seq: u32,
    conf: ConfView,
    texts: Map<FileId, Text>,
    engine: Engine,
    view: View,
    /// True while the engine has work.
    busy: bool,
    /// True when the page has not seen the run as it is.
    unsaid: bool,
    /// When the run was last told while it was under way.
    said: f64,
    micros: f64,
    columns: Vec<String>,
    /// How many of them a glance saw.
    own_columns: usize,
    /// Glances that are not taken, since one took too long.
    rest: u32,
    /// Lost lines: events before each, its file and its line.
    lost: Vec<(u32, FileId, u32)>,
    /// Rows of the grid as last told: it does not shrink while the run is under way.
    rows: u32,
    /// True while the page has the story of the chosen event.
    told: bool,
    /// The lines and the events that the page has.
    has: (Vec<u8>, Vec<u8>),
    /// True from a change until its results are complete: that time is told.
    timed: bool,
    /// True once a run was complete.
    ran: bool,
    /// The sheet that Rust's `regex` crate is to say something about, and its question's number.
    waiting: Option<(u32, Waiting)>,
    clock: fn() -> f64,
}

impl Session {
    /// A session without texts; `clock` gives milliseconds.
    pub fn new(clock: fn() -> f64) -> Session {
        Session {
            seq: 0,
            conf: ConfView::default(),
            texts: Map::new(),
            engine: Engine::default(),
            view: View::default(),
            // A question may come before any text.
            busy: true,
            unsaid: true,
            said: 0.0,
            micros: 0.0,
            columns: Vec::new(),
            own_columns: 0,
            rest: 0,
            lost: Vec::new(),
            rows: 0,
            told: false,
            has: (Vec::new(), Vec::new()),
            timed: false,
            ran: false,
            waiting: None,
            clock,
        }
    }

    /// Takes a request; the replies that can be given at once.
    pub fn handle(&mut self, request: Request, changes: Vec<TextChange>) -> Vec<Reply> {
        let begin = (self.clock)();
        self.seq = request.seq;
        let panel_changed =
            request.view.panel != self.view.panel || request.view.cursor != self.view.cursor;
        self.told &= request.view.event == self.view.event;
        if request.view.filter != self.view.filter {
            self.rows = 0;
        }
        self.view = request.view;
        if let Some(settings) = &request.settings {
            self.set_settings(settings);
        }
        let changed = !changes.is_empty() || request.settings.is_some();
        if changed {
            self.busy = true;
            self.unsaid = true;
            // The first run also makes everything ready: its time says nothing.
            self.timed = self.ran;
            self.micros = 0.0;
            self.said = begin;
            self.told = false;
            // The page may have had a glance at other rows meanwhile.
            self.has = (Vec::new(), Vec::new());
        }
        for change in changes {
            self.change(change);
        }
        self.spent(begin);
        self.unsaid |= panel_changed;
        if self.busy {
            self.work(|session| session.engine.event_count() >= session.view.events.to);
            // Also when the rest was done just now, for a request that only looks elsewhere.
            self.unsaid = true;
            self.busy |= changed && self.texts.values().map(Text::len).sum::<u32>() > FEW;
        }
        let mut replies = vec![Reply::Shown(Box::new(self.shown()))];
        for (number, ask) in request.asks {
            replies.push(Reply::Answer { ask: number, answer: self.answer(number, ask) });
        }
        replies
    }

    /// Works on for a slice; the replies that can be given then.
    pub fn step(&mut self) -> Vec<Reply> {
        if !self.busy {
            return Vec::new();
        }
        self.work(|_| false);
        let now = (self.clock)();
        if self.busy && now - self.said < PROGRESS_MS {
            return Vec::new();
        }
        self.said = now;
        self.unsaid = true;
        let mut shown = self.shown();
        if self.busy {
            shown.run = Some(self.run());
        }
        vec![Reply::Shown(Box::new(shown))]
    }

    /// What Rust's `regex` crate is to do, once; then [`Session::verified`].
    pub fn task(&mut self) -> Option<Vec<u8>> {
        self.waiting.as_mut().and_then(|(_, waiting)| waiting.task())
    }

    /// What the crate found, or why it found nothing: the last sheet again.
    pub fn verified(&mut self, found: &[u32], error: &str) -> Vec<Reply> {
        let sheet = |(ask, waiting): (u32, Waiting)| Reply::Answer {
            ask,
            answer: Answer::Sheet(waiting.done(found, error)),
        };
        self.waiting.take().map(sheet).into_iter().collect()
    }

    /// True while there is work for [`Session::step`].
    pub fn busy(&self) -> bool {
        self.busy
    }

    /// Works for a slice, or until there is enough.
    fn work(&mut self, is_enough: fn(&Session) -> bool) {
        let begin = (self.clock)();
        self.busy = self.engine.work(1);
        while self.busy && (self.clock)() - begin < SLICE_MS && !is_enough(self) {
            self.busy = self.engine.work(1);
        }
        self.spent(begin);
    }

    /// Adds to the time of the last change; what is only looked at is not counted.
    fn spent(&mut self, begin: f64) {
        if self.timed {
            self.micros += ((self.clock)() - begin) * 1000.0;
        }
    }

    fn set_settings(&mut self, settings: &Settings) {
        let mut wanted = crate::engine::Settings::default();
        let environment = Environment {
            tz: settings.tz.clone(),
            hostname: settings.hostname.clone(),
            ..Environment::pod(settings.env.clone())
        };
        wanted.environment = environment;
        let (sec, nsec) = settings.now.split_once('.').unwrap_or((&settings.now, ""));
        wanted.environment.now.sec = sec.parse().unwrap_or_default();
        wanted.environment.now.nsec = format!("{nsec:0<9.9}").parse().unwrap_or_default();
        wanted.run_seconds = settings.run_seconds;
        wanted.own_log = true;
        self.engine.set_settings(wanted);
    }

    fn change(&mut self, change: TextChange) {
        match change {
            TextChange::Reset => {
                self.rows = 0;
                for (file, _) in std::mem::take(&mut self.texts) {
                    self.engine.remove_file(file);
                }
            }
            TextChange::Conf { text } => {
                self.engine.set_conf(&text);
                if self.conf.map.text() != text {
                    self.conf = ConfView::new(&text);
                }
            }
            TextChange::Open { file, path, text } => {
                self.engine.set_file(file, &path, text.as_bytes());
                self.texts.insert(file, Text::new(text));
            }
            TextChange::Begin { file, path, text } => {
                self.begin(file, &path, text, Extent::Beginning);
            }
            TextChange::Edit { file, from_line, from_col, to_line, to_col, insert } => {
                let Some(text) = self.texts.get_mut(&file) else { return };
                let start = text.byte_at(from_line, from_col);
                let span = Span::new(start, text.byte_at(to_line, to_col).max(start));
                text.replace(span, &insert);
                self.engine.edit_file(file, span, insert.as_bytes());
            }
            TextChange::Path { file, path } => self.engine.rename_file(file, &path),
            TextChange::Close { file } => {
                self.texts.remove(&file);
                self.engine.remove_file(file);
            }
        }
    }

    fn shown(&mut self) -> Shown {
        let begin = (self.clock)();
        let run = (self.unsaid && !self.busy).then(|| self.run());
        self.unsaid &= self.busy;
        let lines = Some(self.lines());
        let lines = news(&mut self.has.0, lines);
        self.columns = self.engine.columns();
        self.columns.truncate(COLUMNS);
        if self.busy {
            self.lost = self.engine.lost_lines();
        }
        let events = self.events();
        let events = news(&mut self.has.1, events);
        let story =
            (!self.busy && !self.told).then(|| self.view.event.and_then(|event| self.story(event)));
        self.told |= story.is_some();
        self.spent(begin);
        self.timed &= self.busy;
        self.ran |= !self.busy;
        let micros = self.micros as u32;
        Shown { seq: self.seq, more: self.busy, micros, run, lines, events, story }
    }

    fn places(&self) -> Places<'_> {
        Places { conf: &self.conf.map, files: &self.texts, engine: &self.engine }
    }

    fn run(&mut self) -> Run {
        let summary = self.engine.summary();
        self.lost = self.engine.lost_lines();
        let unread = self.engine.unread();
        let files = self.file_rows(&summary, &unread);
        let flow =
            matches!(self.view.panel, Panel::Flow | Panel::Events).then(|| self.engine.flow());
        let places = self.places();
        let mut problems: Vec<_> = summary
            .diagnostics
            .iter()
            .chain(&self.conf.findings)
            .map(|found| places.problem(found))
            .collect();
        crate::order::by_key(&mut problems, |problem| problem.severity);
        told_once(&mut problems);
        let more_problems = problems.len().saturating_sub(PROBLEMS) as u32;
        problems.truncate(PROBLEMS);
        Run {
            complete: summary.complete && !self.busy,
            counts: counts(&summary.counts),
            files: files.into(),
            boot_error: summary.boot_error,
            unread: unread.into(),
            problems,
            more_problems,
            marks: self.conf.marks(),
            flow: flow.as_ref().map(|flow| places.flow(flow).into()),
            explain: (self.view.panel == Panel::Explain)
                .then(|| self.conf.explain(self.view.cursor))
                .flatten(),
            bars: bars(self.engine.event_times().map(|time| time.sec)).into(),
        }
    }

    fn file_rows(&self, summary: &Summary, unread: &[(FileId, Option<String>)]) -> Vec<FileRow> {
        let row = |file: &crate::engine::FileSummary| FileRow {
            file: file.file,
            counts: counts(&file.counts),
            failing: if unread.iter().any(|(unread, _)| *unread == file.file) {
                vec![0]
            } else {
                self.engine.failing(file.file, FAILING)
            },
        };
        summary.files.iter().map(row).collect()
    }

    fn lines(&mut self) -> LineWindow {
        let file = self.view.file;
        let Rows { from, to } = self.view.lines;
        let to = to.min(from.saturating_add(WINDOW));
        let views = self.engine.lines(file, from..to);
        let Some(text) = self.texts.get(&file) else { return LineWindow::default() };
        let mut names = Vec::new();
        let row = |view| line_row(view, text, &mut names);
        let mut rows: Vec<LineRow> = views.iter().map(row).collect();
        let total = text.len();
        let first = || {
            let unread = self.engine.unread().iter().any(|(unread, _)| *unread == file);
            self.engine.failing(file, 1).first().copied().or(unread.then_some(0))
        };
        let first = self.view.open_first.then(first).flatten();
        for row in &mut rows {
            if self.view.open.contains(&row.line) || Some(row.line) == first {
                row.why = self.why(row);
            }
        }
        LineWindow { file, total, rows, names }
    }

    fn why(&self, row: &LineRow) -> Option<crate::protocol::Why> {
        let text = self.texts.get(&self.view.file)?;
        let line = text.bytes().get(text.line(row.line)?.range())?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if row.fate == FateKind::NotTailed {
            let unread = self.engine.unread();
            let would = unread.iter().find(|(file, _)| *file == self.view.file);
            let would = would.and_then(|(_, path)| path.as_deref());
            let starts = self.engine.boot_error().is_none();
            return Some(not_read(starts, self.engine.tails(), would, line));
        }
        let place = match row.fate {
            FateKind::NotMatched | FateKind::Invalid => self.engine.parse_place(self.view.file),
            _ => None,
        };
        let reader = Reader {
            conf: &self.conf,
            parse: place.and_then(|place| self.conf.parse_at(place)),
            pattern: place.and_then(|place| self.conf.pattern_at(place)),
            file: text,
        };
        why(row, line, reader, &self.places())
    }

    /// The events in sight; none while the run has not come to them.
    fn events(&mut self) -> Option<EventWindow> {
        let mut window = self.window();
        window.columns.clone_from(&self.columns);
        if self.busy {
            let last = window.from + window.rows.len() as u32;
            if last < self.view.events.to.min(self.rows) {
                return None;
            }
            window.total = window.total.max(self.rows);
        } else {
            self.rows = window.total;
        }
        Some(window)
    }

    fn window(&mut self) -> EventWindow {
        let Rows { from, to } = self.view.events;
        let to = to.min(from.saturating_add(WINDOW));
        let seconds = self.view.filter.time.as_ref();
        let filter = EventFilter {
            sink: self.view.filter.sink.clone(),
            file: None,
            text: self.view.filter.words.trim().to_owned(),
            seconds: seconds.and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?))),
        };
        if self.view.filter.lost || filter == EventFilter::default() {
            return self.with_lost(from..to);
        }
        let mut window = self.engine.events(u64::from(from)..u64::from(to), &filter);
        while !window.complete && !self.busy {
            window = self.engine.events(u64::from(from)..u64::from(to), &filter);
        }
        EventWindow {
            total: u32::try_from(window.total).unwrap_or(u32::MAX),
            from,
            chosen: self.view.event.and_then(|event| self.engine.filtered_row(event)),
            rows: window
                .events
                .iter()
                .map(|event| event_row(event, &self.columns).into())
                .collect(),
            ..EventWindow::default()
        }
    }

    /// Events with the lost lines in their places, or the lost lines alone.
    fn with_lost(&mut self, range: std::ops::Range<u32>) -> EventWindow {
        let alone = self.view.filter.lost;
        let nothing = EventFilter::default();
        let events_of = if alone { 0 } else { self.engine.event_count() };
        let total = events_of + self.lost.len() as u32;
        let place = |(at, lost): (usize, &(u32, FileId, u32))| {
            if alone { at as u32 } else { lost.0 + at as u32 }
        };
        let places: Vec<u32> = self.lost.iter().enumerate().map(place).collect();
        let first = places.partition_point(|place| *place < range.start);
        let end = range.end.min(total);
        let mut lost = places.iter().zip(&self.lost).skip(first).peekable();
        let event = range.start - first.min(range.start as usize) as u32;
        let most = if alone { 0 } else { u64::from(end.saturating_sub(range.start)) };
        let most = u64::from(event)..u64::from(event) + most;
        let mut events = self.engine.events(most, &nothing).events.into_iter();
        let mut rows = Vec::new();
        for row in range.start..end {
            match lost.next_if(|(place, _)| **place == row) {
                Some((_, (_, file, line))) => {
                    let (file, line) = (*file, *line);
                    let view = self.engine.lines(file, line..line.saturating_add(1)).pop();
                    rows.extend(view.map(|view| lost_row(&view, file).into()));
                }
                None => {
                    let event = events.next();
                    rows.extend(event.map(|view| event_row(&view, &self.columns).into()));
                }
            }
        }
        let chosen = self
            .view
            .event
            .filter(|event| *event < events_of)
            .map(|event| event + self.lost.partition_point(|lost| lost.0 <= event) as u32);
        EventWindow { total, from: range.start, chosen, rows, ..EventWindow::default() }
    }

    fn story(&mut self, event: EventId) -> Option<Story> {
        let view = self.engine.event(event)?;
        let steps = self.engine.story(event);
        let mut groups = Map::new();
        if let Some((file, line)) = view.from {
            for view in self.engine.lines(file, line..line.saturating_add(1)) {
                for field in &view.fields {
                    groups.insert(field.name.to_string(), field.group);
                }
            }
        }
        Some(self.places().story(event, &steps, &groups))
    }

    fn answer(&mut self, number: u32, ask: Ask) -> Answer {
        match ask {
            Ask::Record { event, form } => self.record(event, form),
            Ask::Runtimes { split } => super::runtimes::runtimes(&self.texts, split),
            Ask::Form { at } => Answer::Form(self.conf.form(at)),
            Ask::SetParam { at, name, value } => {
                Answer::Fixes(self.conf.set_param(at, &name, &value))
            }
            Ask::Detect { text } => Answer::Detected(detect(&self.texts, text.as_deref())),
            Ask::OpenLink(fragment) => opened(crate::share::from_fragment(&fragment)),
            Ask::OpenFile(text) => opened(crate::share::repro::read(text.as_bytes())),
            Ask::Links(page) => links(self.conf.map.text(), &self.texts, page),
            Ask::File(page) => file(self.conf.map.text(), &self.texts, page),
            Ask::Capture { file, line, from, to, name } => {
                let parse = self.engine.parse_place(file);
                let parse = parse.and_then(|place| self.conf.parse_at(place));
                match self.texts.get(&file) {
                    Some(text) => captured(&self.conf, parse, text, (line, from, to), &name),
                    None => Answer::Nothing(Message::default()),
                }
            }
            Ask::Migrate(nodes) => change(self.conf.map.text(), variant(nodes)),
            Ask::Export { what, address, page } => {
                let given = Given {
                    conf: self.conf.map.text(),
                    files: files_of(&self.texts, &page),
                    address: &address,
                    page,
                };
                let (sheet, waiting) = export(&what, &given, self.engine.settings(), &self.texts);
                self.waiting = waiting.map(|waiting| (number, waiting));
                Answer::Sheet(sheet)
            }
            Ask::Import(text) => imported(&text),
            Ask::Complete { at } => self.conf.complete(at),
            Ask::Hover { at } => self.conf.hover(at),
        }
    }

    fn record(&mut self, event: EventId, form: RecordForm) -> Answer {
        match self.engine.event(event) {
            Some(view) => Answer::Text(match form {
                RecordForm::Json => json(&view.record),
                RecordForm::Ruby => ruby(&view.record),
                RecordForm::Stdout => {
                    let time = time_text(view.time).replace(" UTC", " +0000");
                    format!("{time} {}: {}", view.tag, json(&view.record))
                }
            }),
            None => Answer::Nothing(Message::default()),
        }
    }
}

/// fluentd's sentence about its start joins the finding that knows the place and the edit.
fn told_once(problems: &mut Vec<Problem>) {
    let Some(boot) = problems.iter().position(|problem| problem.code == BOOT.path) else { return };
    let said = problems[boot].said.clone().unwrap_or_default();
    let is_it = |problem: &&mut Problem| {
        problem.severity == Severity::Fatal
            && problem.code != BOOT.path
            && problem.said.as_ref().is_some_and(|own| said.contains(own.as_str()))
    };
    if let Some(known) = problems.iter_mut().find(is_it) {
        known.said = Some(said);
        problems.remove(boot);
    }
}

/// What the page does not have yet. Compared as it crosses: the page's types need no code to compare them.
fn news<T: Wire>(has: &mut Vec<u8>, now: Option<T>) -> Option<T> {
    let bytes = to_bytes(now.as_ref()?);
    if *has == bytes {
        return None;
    }
    *has = bytes;
    now
}
