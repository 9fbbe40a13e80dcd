//! What crosses between page and worker.
//!
//! Everything here is small: windows and lists that are bounded, never a whole result. Values of
//! records cross as text with a kind, because JavaScript would round large integers and nanoseconds.
//! Places are UTF-16: a configuration's by offset in the whole text, a log file's by line and column.
//! Texts of the page come in both languages, so that switching asks nobody. It crosses as bytes
//! (`wire`), but for the changes of texts: these go from the editors to the engine as they are.

mod ask;
mod wire;

use std::rc::Rc;

pub use ask::{
    Answer, Ask, Completion, Detected, DetectedConf, Form, FormParam, HoverCard, Links, Nodes,
    Offer, Page, RecordForm, Runtimes, Scene, Sheet, SheetChoice, SheetGroup,
};
pub use wire::{Wire, from_bytes, to_bytes};

/// Number of a log file, given by the page and never used twice.
pub type FileId = u32;

/// What the page sends. Several requests merge into one: changes append, the view is the latest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Grows with every request.
    pub seq: u32,
    /// The imagined machine, if it changed.
    pub settings: Option<Settings>,
    /// What the page shows.
    pub view: View,
    /// Questions, answered once each, after the changes.
    pub asks: Vec<(u32, Ask)>,
}

/// A change of a text. Rides beside the request as the editor's plain object (`src/bin/worker.rs`
/// reads it), so that the page hands it over unread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextChange {
    /// Forget every text: what follows is all there is.
    Reset,
    /// The whole configuration.
    Conf {
        /// The text.
        text: String,
    },
    /// A log file, new or replaced.
    Open {
        /// Which.
        file: FileId,
        /// Its path on the imagined machine.
        path: String,
        /// The text.
        text: String,
    },
    /// The first lines of a longer log file.
    Begin {
        /// Which.
        file: FileId,
        /// Its path on the imagined machine.
        path: String,
        /// The lines, each with its end.
        text: String,
    },
    /// A part of a log file was replaced.
    Edit {
        /// Which.
        file: FileId,
        /// 0-based line where the replaced part begins.
        from_line: u32,
        /// UTF-16 column there.
        from_col: u32,
        /// 0-based line where it ends.
        to_line: u32,
        /// UTF-16 column there.
        to_col: u32,
        /// What stands there now.
        insert: String,
    },
    /// A log file got another path.
    Path {
        /// Which.
        file: FileId,
        /// The new path.
        path: String,
    },
    /// A log file was closed.
    Close {
        /// Which.
        file: FileId,
    },
}

/// The imagined machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Seconds since the epoch at the start of fluentd, as text; a fraction is allowed.
    pub now: String,
    /// `TZ`.
    pub tz: String,
    /// The host's name.
    pub hostname: String,
    /// `ENV`.
    pub env: Vec<(String, String)>,
    /// Seconds between the last line and the shutdown.
    pub run_seconds: u32,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            now: "0".to_owned(),
            tz: "UTC".to_owned(),
            hostname: "node-1.example".to_owned(),
            env: Vec::new(),
            run_seconds: 0,
        }
    }
}

/// A half-open range of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// First row.
    pub from: u32,
    /// One past the last row.
    pub to: u32,
}

/// What the page shows, and so what a reply has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The log file on top.
    pub file: FileId,
    /// Its lines in sight.
    pub lines: Rows,
    /// Lines whose *Why not* is open.
    pub open: Vec<u32>,
    /// Whether the first failing line of the file opens by itself.
    pub open_first: bool,
    /// Rows of the events grid in sight.
    pub events: Rows,
    /// Which events the grid lists.
    pub filter: Filter,
    /// The event whose story is told.
    pub event: Option<u32>,
    /// The panel on top.
    pub panel: Panel,
    /// Where the cursor stands in the configuration, in UTF-16 units.
    pub cursor: u32,
}

/// Which events the grid lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Every word must appear in time, tag or record.
    pub words: String,
    /// Only this bar of the count over time: seconds since the epoch, from and to, as text.
    pub time: Option<(String, String)>,
    /// Only events that left by this output.
    pub sink: Option<String>,
    /// Only lines that were lost.
    pub lost: bool,
}

/// A panel of the results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Panel {
    /// The grid.
    #[default]
    Events,
    /// The pipeline drawn.
    Flow,
    /// The pattern in words.
    Explain,
    /// Expected records.
    Checks,
}

/// What the worker sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Results: first the rows in sight, later again with complete counts.
    Shown(Box<Shown>),
    /// An answer to one question.
    Answer {
        /// The question's number.
        ask: u32,
        /// The answer.
        answer: Answer,
    },
}

/// Results for one view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The request that this answers.
    pub seq: u32,
    /// True while work remains, so that more comes without being asked.
    pub more: bool,
    /// Microseconds of work since the last change; beside a run only.
    pub micros: u32,
    /// The run as a whole; `None`: as last sent.
    pub run: Option<Run>,
    /// The lines in sight; `None`: as last sent.
    pub lines: Option<LineWindow>,
    /// The events in sight; `None`: as last sent, or the run has not come to them.
    pub events: Option<EventWindow>,
    /// How the chosen event came about; `None`: as last sent.
    pub story: Option<Option<Story>>,
}

/// The run as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// False while work remains.
    pub complete: bool,
    /// Totals.
    pub counts: Counts,
    /// Per file.
    pub files: Rc<Vec<FileRow>>,
    /// Why fluentd would not start: its log line.
    pub boot_error: Option<String>,
    /// Files that no source reads, and a path under which one would.
    pub unread: Rc<Vec<(FileId, Option<String>)>>,
    /// What is wrong, worst first; bounded.
    pub problems: Vec<Problem>,
    /// How many more problems there are.
    pub more_problems: u32,
    /// Coloured parts of the configuration.
    pub marks: Vec<ConfMark>,
    /// The pipeline, when *Flow* is on top or its strip is shown.
    pub flow: Option<Rc<Flow>>,
    /// The pattern under the cursor (or the first one) in words, when *Explain* is on top.
    pub explain: Option<Explain>,
    /// Events by time.
    pub bars: Rc<Vec<Bar>>,
}

/// One bar of the count over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    /// Seconds since the epoch where it begins, as text.
    pub from: String,
    /// Where it ends.
    pub to: String,
    /// What to write below it.
    pub label: String,
    /// Events in it.
    pub count: u32,
}

/// Counts of a run or of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines.
    pub lines: u32,
    /// Lines that a parser took.
    pub matched: u32,
    /// `pattern not matched`.
    pub not_matched: u32,
    /// `invalid line found`.
    pub invalid: u32,
    /// Lines lost after the parser.
    pub lost: u32,
    /// Lines that wait in a buffer.
    pub held: u32,
    /// Lines that a filter was meant to keep out.
    pub dropped: u32,
    /// Lines of files that no source reads.
    pub unread: u32,
    /// Output events.
    pub events: u32,
}

/// One file's part of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileRow {
    /// Which.
    pub file: FileId,
    /// Its counts.
    pub counts: Counts,
    /// Lines that did not become (part of) an event, in order; bounded.
    pub failing: Vec<u32>,
}

/// A text in both languages. Parts between backquotes are code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// English.
    pub en: String,
    /// Japanese.
    pub ja: String,
}

/// The effect on the log, worst first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// fluentd does not start.
    Fatal,
    /// An event or a line is lost.
    Lost,
    /// A value differs from what the line shows.
    Changed,
    /// Worth knowing.
    #[default]
    Hint,
    /// Ours: not simulated, or broken.
    Bug,
}

/// A range of one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the configuration.
    Conf {
        /// First UTF-16 unit.
        from: u32,
        /// One past the last.
        to: u32,
        /// 0-based line of `from`.
        line: u32,
    },
    /// In a log file.
    File {
        /// Which.
        file: FileId,
        /// 0-based line.
        line: u32,
        /// First UTF-16 column.
        from: u32,
        /// One past the last.
        to: u32,
    },
}

/// One finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// `area/what-it-is`.
    pub code: String,
    /// The effect on the log.
    pub severity: Severity,
    /// What happened, where, why.
    pub message: Message,
    /// What to do about it.
    pub help: Message,
    /// Where.
    pub place: Option<Place>,
    /// More to know.
    pub notes: Vec<Message>,
    /// What fluentd or Ruby prints.
    pub said: Option<String>,
    /// The edit that mends it.
    pub fix: Option<Fix>,
}

/// A change that one click applies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fix {
    /// What the button says.
    pub title: Message,
    /// Replacements in the configuration, in text order, none overlapping.
    pub edits: Vec<ConfEdit>,
}

/// A replacement in the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfEdit {
    /// First UTF-16 unit replaced.
    pub from: u32,
    /// One past the last.
    pub to: u32,
    /// By what.
    pub insert: String,
}

/// A group of a pattern in the configuration, coloured as its captures in the lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfMark {
    /// First UTF-16 unit.
    pub from: u32,
    /// One past the last.
    pub to: u32,
    /// The group's number.
    pub group: u32,
}

/// A range of lines of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineWindow {
    /// Which file.
    pub file: FileId,
    /// Lines in the file.
    pub total: u32,
    /// The lines, in order.
    pub rows: Vec<LineRow>,
    /// Names of the fields that are captured in them.
    pub names: Vec<String>,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FateKind {
    /// Not reached yet.
    #[default]
    Pending,
    /// No source reads this file.
    NotTailed,
    /// An event.
    Event,
    /// Part of an event made of several lines.
    Joined,
    /// A partial line (`P`) that became part of an event.
    Partial,
    /// Waits in a buffer.
    Held,
    /// `pattern not matched`.
    NotMatched,
    /// `invalid line found`.
    Invalid,
    /// Dropped on purpose.
    Dropped,
    /// To the error stream.
    Error,
    /// No `<match>` takes its tag.
    NoMatch,
    /// The file's last line has no end: not read yet.
    Unterminated,
    /// Skipped by `in_tail`.
    Skipped,
}

/// One line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineRow {
    /// 0-based.
    pub line: u32,
    /// What became of it.
    pub fate: FateKind,
    /// Who did it, the tag, or fluentd's sentence.
    pub detail: String,
    /// Its captures.
    pub marks: Vec<LineMark>,
    /// *Why not*, when it is open.
    pub why: Option<Why>,
}

/// A capture in a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineMark {
    /// First UTF-16 column.
    pub from: u32,
    /// One past the last.
    pub to: u32,
    /// The group's number: gives the colour.
    pub group: u32,
    /// The field's name: its place in the window's `names`.
    pub name: u32,
}

/// Why a line did not become an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Why {
    /// Two words: what happened.
    pub title: Message,
    /// How far it got, what was wanted there, what was found.
    pub text: Message,
    /// What kind of line this is, if known.
    pub kind: Option<Message>,
    /// The part that did match, in UTF-16 columns.
    pub reached: Option<(u32, u32)>,
    /// What fluentd prints.
    pub said: String,
    /// Edits that would take it.
    pub fixes: Vec<Fix>,
}

/// A range of the events grid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventWindow {
    /// Rows that pass the filter.
    pub total: u32,
    /// Number of the first row here.
    pub from: u32,
    /// The row of the chosen event, where the filter takes it.
    pub chosen: Option<u32>,
    /// Fields of the events, in order of first appearance; bounded.
    pub columns: Vec<String>,
    /// The rows, in order.
    pub rows: Vec<Rc<EventRow>>,
}

/// One row of the grid: an event, or a line that became none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventRow {
    /// The event's number; `None` for a lost line.
    pub id: Option<u32>,
    /// `2023-02-02`.
    pub date: String,
    /// `07:48:11.576765119`, UTC.
    pub clock: String,
    /// True when the time is the clock's, not the text's.
    pub now: bool,
    /// The tag.
    pub tag: String,
    /// One value a column.
    pub cells: Vec<Option<Cell>>,
    /// True when it left only at shutdown or by a timeout.
    pub flushed: bool,
    /// The first line it came from.
    pub from: Option<(FileId, u32)>,
    /// fluentd's sentence, for a lost line.
    pub said: Option<String>,
}

/// What kind of Ruby object a value is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CellKind {
    /// String.
    #[default]
    Text,
    /// Integer or Float.
    Number,
    /// true or false.
    Bool,
    /// nil.
    Nil,
    /// Hash or Array.
    Nested,
    /// A time.
    Time,
}

/// A value as shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The text, cut when long.
    pub text: String,
    /// What it is.
    pub kind: CellKind,
    /// True when the text is cut.
    pub cut: bool,
}

/// How one event came about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Story {
    /// Which event.
    pub event: u32,
    /// From the bytes of its lines to its output.
    pub steps: Vec<StepRow>,
    /// The record as JSON, indented; cut when long.
    pub json: String,
}

/// One step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepRow {
    /// The plugin.
    pub plugin: String,
    /// Its section.
    pub place: Option<Place>,
    /// What it did.
    pub message: Message,
    /// Lines that entered here; bounded.
    pub lines: Vec<(FileId, u32)>,
    /// The tag, when this step set or changed it.
    pub tag: Option<String>,
    /// The time, when this step set or changed it.
    pub time: Option<String>,
    /// The record after it, each field with what became of it.
    pub fields: Vec<FieldRow>,
}

/// What a step did to a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FieldChange {
    /// Nothing.
    #[default]
    Same,
    /// It is new.
    Added,
    /// It has another value.
    Changed,
    /// It is gone.
    Removed,
}

/// A field after a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldRow {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Cell,
    /// Its value before, when changed.
    pub before: Option<Cell>,
    /// What the step did to it.
    pub change: FieldChange,
    /// The group it was captured by, for the colour.
    pub group: Option<u32>,
}

/// The pipeline drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// The boxes.
    pub nodes: Vec<FlowNode>,
    /// The arrows.
    pub edges: Vec<FlowEdge>,
}

/// A box.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowNode {
    /// Stable within one configuration.
    pub id: u32,
    /// `source`, `parse`, `filter`, `match`, `label`, `lost`.
    pub kind: String,
    /// What the box says.
    pub title: String,
    /// Tag pattern or label.
    pub detail: String,
    /// Its section.
    pub place: Option<Place>,
    /// What entered.
    pub entered: u32,
    /// The name of an output where events end, as the filter of the grid takes it.
    pub sink: String,
    /// False when the playground does not run this plugin.
    pub simulated: bool,
}

/// An arrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowEdge {
    /// From node.
    pub from: u32,
    /// To node.
    pub to: u32,
    /// What took it.
    pub count: u32,
    /// True when lost there.
    pub lost: bool,
}

/// A pattern in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explain {
    /// The pattern as written.
    pub pattern: String,
    /// Where it stands.
    pub place: Option<Place>,
    /// Its parts, outer ones before inner ones.
    pub rows: Vec<ExplainRow>,
    /// What Ruby says about it: an error or warnings.
    pub said: Vec<String>,
}

/// A part of a pattern in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExplainRow {
    /// How deep it stands.
    pub depth: u32,
    /// The part as written.
    pub source: String,
    /// In words.
    pub words: Message,
    /// The group's number, if it is one.
    pub group: Option<u32>,
    /// The field's name, if it has one.
    pub name: String,
    /// Where it stands in the configuration.
    pub place: Option<Place>,
}
