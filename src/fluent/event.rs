//! Events on their way through the pipeline (fluentd `lib/fluent/event.rb`).
//!
//! A record is shared, as Ruby shares objects: `copy` without `copy_mode` hands the same record to
//! every store, and a plugin that edits it in place changes what the others see.

use std::cell::RefCell;
use std::rc::Rc;

use crate::ruby::value::{EventTime, Record};

/// A tag.
pub type Tag = Rc<[u8]>;

/// A record that several holders may see and change.
pub type SharedRecord = Rc<RefCell<Record>>;

/// One line of a tailed file, by the unit of work that read it and its number in that unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineRef {
    /// Number of the unit; stable while the unit's text is.
    pub unit: u32,
    /// 0-based line within the unit.
    pub line: u32,
}

/// The lines an event was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Lines {
    /// Not made of lines (fluentd's own log, a recorded event).
    #[default]
    None,
    /// One line.
    One(LineRef),
    /// Several, in order.
    Many(Rc<[LineRef]>),
}

impl Lines {
    /// The lines in order.
    pub fn as_slice(&self) -> &[LineRef] {
        match self {
            Lines::None => &[],
            Lines::One(line) => std::slice::from_ref(line),
            Lines::Many(lines) => lines,
        }
    }

    /// Lines given in order.
    pub fn new(lines: Vec<LineRef>) -> Lines {
        match lines[..] {
            [] => Lines::None,
            [line] => Lines::One(line),
            _ => Lines::Many(lines.into()),
        }
    }
}

/// Time and record of one event; the tag belongs to the stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The time.
    pub time: EventTime,
    /// True when the time is the clock's.
    pub time_is_now: bool,
    /// The record.
    pub record: SharedRecord,
    /// Where it comes from.
    pub from: Lines,
}

impl Event {
    /// The same origin and time with another record.
    #[must_use]
    pub fn with_record(&self, record: Record) -> Event {
        Event { record: share(record), ..self.clone() }
    }
}

/// Makes a record shareable.
pub fn share(record: Record) -> SharedRecord {
    Rc::new(RefCell::new(record))
}

/// Events of one tag, emitted together.
pub type EventStream = Vec<Event>;
