//! The only door: text in, results and diagnostics out; incremental and windowed.
//!
//! [`Engine`] keeps the configuration, the tailed files and everything that became of them; a caller
//! sets texts, lets it work, and asks for the rows it shows. Types here are the engine's own; the
//! page's mirror types live in `protocol`. Offsets are bytes.

pub mod check;
mod events;
pub mod explain;
mod failing;
mod flow;
mod line_lints;
mod lost;
mod own_log;
mod pipeline;
pub mod run;
mod story;
pub mod stream;
mod text;
mod unit;

use crate::diag::{Diagnostic, Message};
use crate::fluent::environment::Environment;
use crate::fluent::plugin::parser::FieldSpan;
use crate::fluent::plugin::registry::Installed;
use crate::ruby::value::{EventTime, Record};
use crate::source::{SourceId, Span};

/// Number of a tailed file, given by the caller.
pub type FileId = u32;

/// Number of an output event, in order of output.
pub type EventId = u32;

/// What became of one line of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// Not reached yet (the engine is still at work), or no source tails this file.
    Pending,
    /// No source of the configuration tails this file.
    NotTailed,
    /// Became (part of) these output events.
    Event {
        /// The events, usually one.
        events: Vec<EventId>,
        /// True when several lines were joined into the event.
        joined: bool,
        /// True when the line is a partial one (CRI tag `P`, Docker JSON without newline).
        partial: bool,
    },
    /// Waits in a buffer (concat, multiline, detect_exceptions) and leaves it only later.
    Held {
        /// Which plugin holds it, e.g. `filter concat`.
        by: String,
    },
    /// `pattern not matched: "…"`; with `emit_unmatched_lines` also an event.
    NotMatched {
        /// fluentd's whole log sentence.
        said: String,
    },
    /// `invalid line found …`: the parser raised.
    Invalid {
        /// fluentd's whole log sentence.
        said: String,
    },
    /// A filter or output dropped it on purpose (grep, null, rewrite_tag_filter without a hit).
    Dropped {
        /// Which plugin, e.g. `filter grep`.
        by: String,
    },
    /// Went to the error stream and nothing took it there (or `@ERROR` did: then `events` holds).
    Error {
        /// fluentd's whole log sentence.
        said: String,
        /// Events it became through `<label @ERROR>`.
        events: Vec<EventId>,
    },
    /// No `<match>` takes the tag.
    NoMatch {
        /// The tag that nothing takes.
        tag: String,
    },
    /// An unterminated last line: in_tail does not read it.
    Unterminated,
    /// Skipped by in_tail (`max_line_size`, before the first multiline start, …).
    Skipped {
        /// fluentd's whole log sentence.
        said: String,
    },
}

/// One line of a file as the page shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct LineView {
    /// 0-based.
    pub line: u32,
    /// Its bytes in the file, without the line end.
    pub span: Span,
    /// What became of it.
    pub fate: Fate,
    /// Captures, relative to the line's first byte.
    pub fields: Vec<FieldSpan>,
}

/// One output event.
#[derive(Clone, Debug, PartialEq)]
pub struct EventView {
    /// Its number.
    pub id: EventId,
    /// The tag.
    pub tag: String,
    /// The time.
    pub time: EventTime,
    /// True when the time is the clock's.
    pub time_is_now: bool,
    /// The record.
    pub record: Record,
    /// The output that took it, as shown: `@id`, or `match PATTERN`.
    pub sink: String,
    /// The label of the router it left by; `None` for the top level.
    pub label: Option<String>,
    /// True when it left only after the last line: by a timeout or at shutdown.
    pub flushed: bool,
    /// True when it left at shutdown.
    pub at_shutdown: bool,
    /// The first line it came from.
    pub from: Option<(FileId, u32)>,
    /// How many lines it was made of.
    pub lines: u32,
}

/// One step of *How this event came about*.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The plugin, e.g. `source tail`, `parse regexp`, `filter concat`, `match kubernetes.**`.
    pub plugin: String,
    /// Its section in the configuration.
    pub place: Option<(SourceId, Span)>,
    /// What it did, in both languages.
    pub message: Message,
    /// Lines of files that entered here.
    pub lines: Vec<(FileId, u32)>,
    /// True where a record begins: nothing before it was changed into it.
    pub begins: bool,
    /// Tag, time and record when it was done; `None` where the step leaves no event.
    pub after: Option<(String, EventTime, Record)>,
}

/// A section of the pipeline with its counts, for *Flow*.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowNode {
    /// Stable within one configuration.
    pub id: u32,
    /// `source`, `parse`, `filter`, `match`, `label`, `lost`.
    pub kind: &'static str,
    /// What the box says, e.g. `filter concat`.
    pub title: String,
    /// The tag pattern or label, if any.
    pub detail: String,
    /// Its section in the configuration.
    pub place: Option<(SourceId, Span)>,
    /// Events (or lines, for `source`) that entered.
    pub entered: u64,
    /// The name of an output where events end, as [`EventFilter::sink`] takes it; else empty.
    pub sink: String,
    /// False when the playground does not run this plugin (a sink, an inert source, a pass-through).
    pub simulated: bool,
}

/// An arrow of *Flow*.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowEdge {
    /// From node id.
    pub from: u32,
    /// To node id.
    pub to: u32,
    /// Events that took it.
    pub count: u64,
    /// True when they are lost there.
    pub lost: bool,
}

/// The pipeline drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flow {
    /// The boxes.
    pub nodes: Vec<FlowNode>,
    /// The arrows.
    pub edges: Vec<FlowEdge>,
}

/// Counts of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines in all files (terminated ones).
    pub lines: u64,
    /// Lines that a parser took.
    pub matched: u64,
    /// `pattern not matched`.
    pub not_matched: u64,
    /// `invalid line found`.
    pub invalid: u64,
    /// Lines lost after the parser (kept out by what was not meant to, error stream, no match).
    pub lost: u64,
    /// Lines that a `grep` filter was meant to keep out.
    pub dropped: u64,
    /// Lines of files that no source reads.
    pub unread: u64,
    /// Lines that wait in a buffer at the end of the run.
    pub held: u64,
    /// Output events.
    pub events: u64,
}

/// Per-file counts, for the tabs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSummary {
    /// Which file.
    pub file: FileId,
    /// The tag in_tail gives it, if a source tails it.
    pub tag: Option<String>,
    /// Counts of its lines (`events` counts events that began in it).
    pub counts: Counts,
}

/// The state after (part of) a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// False while work remains.
    pub complete: bool,
    /// Totals.
    pub counts: Counts,
    /// Per file.
    pub files: Vec<FileSummary>,
    /// Why fluentd would not start: its log line.
    pub boot_error: Option<String>,
    /// fluentd's own log lines (warnings and errors), without time stamps, in order; bounded.
    pub log: Vec<String>,
    /// Problems of configuration and data together.
    pub diagnostics: Vec<Diagnostic>,
    /// Field names of the events shown, in order of first appearance.
    pub columns: Vec<String>,
}

/// The longest run, in virtual seconds.
pub const MOST_SECONDS: u32 = 1_000_000;

/// What a run depends on besides the texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The imagined machine.
    pub environment: Environment,
    /// Seconds between the last line read and the shutdown: what timers see; at most
    /// [`MOST_SECONDS`].
    pub run_seconds: u32,
    /// False: the run ends before fluentd stops, and buffers keep what they hold.
    pub shutdown: bool,
    /// True: the files are there before fluentd starts, so that a source without `read_from_head`
    /// skips what they hold. False: their lines are written while fluentd runs.
    pub existing: bool,
    /// Which plugins are there.
    pub installed: Installed,
    /// True: what fluentd says of itself makes events too, behind those of the lines.
    pub own_log: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            environment: Environment::default(),
            run_seconds: 0,
            shutdown: true,
            existing: false,
            installed: Installed::Any,
            own_log: false,
        }
    }
}

/// Which events to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Only events of this sink, as [`EventView::sink`] names it.
    pub sink: Option<String>,
    /// Only events that began in this file.
    pub file: Option<FileId>,
    /// Only events with this text in a value, in the tag or in a field's name; no case.
    pub text: String,
    /// Only events of these seconds since the epoch, the last one excluded.
    pub seconds: Option<(i64, i64)>,
}

/// A window of the events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventWindow {
    /// How many events the filter takes, as far as they were looked at.
    pub total: u64,
    /// True when all were looked at: ask again while it is false.
    pub complete: bool,
    /// The events of the range.
    pub events: Vec<EventView>,
}
