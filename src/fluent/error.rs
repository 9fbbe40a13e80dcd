//! Ruby exceptions as fluentd meets them: a class and a message, byte for byte.

use crate::source::{SourceId, Span};

/// An exception: what `"#{e.class}: #{e.message}"` shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RubyError {
    /// Ruby's class name, e.g. `Fluent::ConfigError`.
    pub class: &'static str,
    /// Ruby's message.
    pub message: String,
    /// The place in the configuration, where there is one (ours).
    pub place: Option<(SourceId, Span)>,
}

impl RubyError {
    /// An exception of `class`.
    pub fn new(class: &'static str, message: impl Into<String>) -> RubyError {
        RubyError { class, message: message.into(), place: None }
    }

    /// `Fluent::ConfigError`.
    pub fn config(message: impl Into<String>) -> RubyError {
        RubyError::new("Fluent::ConfigError", message)
    }

    /// Sets the place in the configuration unless it has one.
    #[must_use]
    pub fn at(mut self, source: SourceId, span: Span) -> RubyError {
        self.place.get_or_insert((source, span));
        self
    }
}

impl std::fmt::Display for RubyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.class, self.message)
    }
}
