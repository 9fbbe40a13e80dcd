//! Ruby exceptions as fluentd meets them: a class and a message, byte for byte.

use crate::encoding::Encoding;
use crate::ruby::string::RString;
use crate::source::{SourceId, Span};

/// An exception: what `"#{e.class}: #{e.message}"` shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RubyError {
    /// Ruby's class name, e.g. `Fluent::ConfigError`.
    pub class: &'static str,
    /// Ruby's message; bytes that are no UTF-8 show as U+FFFD here.
    pub message: String,
    /// Ruby's message as it is, where it is not plain UTF-8 text.
    pub raw: Option<RString>,
    /// The place in the configuration, where there is one (ours).
    pub place: Option<(SourceId, Span)>,
}

impl RubyError {
    /// An exception of `class`.
    pub fn new(class: &'static str, message: impl Into<String>) -> RubyError {
        RubyError { class, message: message.into(), raw: None, place: None }
    }

    /// An exception whose message holds bytes of a line, in their encoding.
    pub fn of_bytes(class: &'static str, message: &[u8], encoding: Encoding) -> RubyError {
        let raw = RString::new(message, encoding);
        let message = raw.to_lossy().into_owned();
        let plain = message.is_ascii() || encoding == Encoding::Utf8 && raw.as_str().is_some();
        RubyError { class, message, raw: (!plain).then_some(raw), place: None }
    }

    /// The message as a Ruby String, for `inspect` and for records.
    pub fn text(&self) -> RString {
        self.raw.clone().unwrap_or_else(|| RString::utf8(&self.message))
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
