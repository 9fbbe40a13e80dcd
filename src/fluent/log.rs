//! fluentd's own log (`lib/fluent/log.rb`): sentences without time stamp, worker number or `@id`.

use crate::fluent::error::RubyError;
use crate::ruby::inspect::inspect_string;
use crate::ruby::value::Value;
use crate::source::{SourceId, Span};

/// fluentd's log levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `trace`
    Trace,
    /// `debug`
    Debug,
    /// `info`
    Info,
    /// `warn`
    Warn,
    /// `error`
    Error,
    /// `fatal`
    Fatal,
}

/// The levels by name.
const NAMES: [(&str, Level); 6] = [
    ("trace", Level::Trace),
    ("debug", Level::Debug),
    ("info", Level::Info),
    ("warn", Level::Warn),
    ("error", Level::Error),
    ("fatal", Level::Fatal),
];

impl Level {
    /// `Log.str_to_level`
    pub fn named(name: &str) -> Option<Level> {
        NAMES.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)).map(|(_, level)| *level)
    }

    /// As printed between brackets.
    pub fn name(self) -> &'static str {
        NAMES[self as usize].0
    }
}

/// What fluentd's log names beside the message: in the sentence as `name=value`, and as fields of the
/// event that it makes of it.
pub type Fields = Vec<(&'static str, Value)>;

/// One sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    /// How bad.
    pub level: Level,
    /// fluentd's text, byte for byte.
    pub text: String,
    /// The place in the configuration it speaks of, where there is one (ours).
    pub place: Option<(SourceId, Span)>,
    /// What it names.
    pub fields: Fields,
}

/// The log, in order. It can be bounded: what does not fit is only counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    /// What was said.
    pub sentences: Vec<Sentence>,
    /// How many sentences did not fit.
    pub skipped: usize,
    room: usize,
}

impl Default for Log {
    fn default() -> Log {
        Log::with_room(usize::MAX)
    }
}

impl Log {
    /// A log that keeps so many sentences.
    pub fn with_room(room: usize) -> Log {
        Log { sentences: Vec::new(), skipped: 0, room }
    }

    /// How many sentences it keeps.
    pub fn room(&self) -> usize {
        self.room
    }

    /// The number of the next sentence.
    pub fn next(&self) -> usize {
        self.sentences.len() + self.skipped
    }

    /// True while sentences are kept: ask before making a costly one.
    pub fn has_room(&self) -> bool {
        self.sentences.len() < self.room
    }

    /// Counts a sentence that was not made.
    pub fn skip(&mut self) {
        self.skipped += 1;
    }

    /// Nothing more is said.
    pub fn close(&mut self) {
        self.room = self.sentences.len();
    }

    /// Says it, while there is room.
    pub fn add(&mut self, sentence: Sentence) {
        if self.has_room() {
            self.sentences.push(sentence);
        } else {
            self.skipped += 1;
        }
    }

    /// Says something about a place.
    pub fn say(&mut self, level: Level, text: impl Into<String>, place: (SourceId, Span)) {
        self.add(Sentence { level, text: text.into(), place: Some(place), fields: Vec::new() });
    }

    /// Says something that no place of the configuration belongs to.
    pub fn push(&mut self, level: Level, text: impl Into<String>) {
        self.push_with(level, text, Vec::new());
    }

    /// Says something that names values; they stand in the text too.
    pub fn push_with(&mut self, level: Level, text: impl Into<String>, fields: Fields) {
        self.add(Sentence { level, text: text.into(), place: None, fields });
    }

    /// The lines as `[warn]: text`.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.lines_from(Level::Trace)
    }

    /// The lines from a level on.
    pub fn lines_from(&self, least: Level) -> impl Iterator<Item = String> {
        let said = self.sentences.iter().filter(move |said| said.level >= least);
        said.map(|said| format!("[{}]: {}", said.level.name(), said.text))
    }
}

/// The fields that fluentd's log adds for `error: e`.
pub fn shown_error(error: &RubyError) -> String {
    format!("error_class={} error={}", error.class, inspect_string(&error.text()))
}
