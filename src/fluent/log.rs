//! fluentd's own log (`lib/fluent/log.rb`): sentences without time stamp, worker number or `@id`.

use crate::fluent::error::RubyError;
use crate::ruby::inspect::inspect_string;
use crate::ruby::string::RString;
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

impl Level {
    /// As printed between brackets.
    pub fn name(self) -> &'static str {
        match self {
            Level::Trace => "trace",
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
            Level::Fatal => "fatal",
        }
    }
}

/// One sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// How bad.
    pub level: Level,
    /// fluentd's text, byte for byte.
    pub text: String,
    /// The place in the configuration it speaks of, where there is one (ours).
    pub place: Option<(SourceId, Span)>,
}

/// The log, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// What was said.
    pub sentences: Vec<Sentence>,
}

impl Log {
    /// Says something about a place.
    pub fn say(&mut self, level: Level, text: impl Into<String>, place: (SourceId, Span)) {
        self.sentences.push(Sentence { level, text: text.into(), place: Some(place) });
    }

    /// Says something that no place of the configuration belongs to.
    pub fn push(&mut self, level: Level, text: impl Into<String>) {
        self.sentences.push(Sentence { level, text: text.into(), place: None });
    }

    /// The lines as `[warn]: text`.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.sentences.iter().map(|said| format!("[{}]: {}", said.level.name(), said.text))
    }
}

/// The fields that fluentd's log adds for `error: e`.
pub fn shown_error(error: &RubyError) -> String {
    format!("error_class={} error={}", error.class, inspect_string(&RString::utf8(&error.message)))
}
