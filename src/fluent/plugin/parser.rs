//! What every parser plugin is (fluentd `lib/fluent/plugin/parser.rb`).

use crate::fluent::error::RubyError;
use crate::fluent::record_accessor::no_conversion;
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Record, Value};
use crate::source::Span;

/// What a parser hands to its block, once per event.
#[derive(Clone, Debug, PartialEq)]
pub enum Yield {
    /// `yield nil, nil`: the text is not matched.
    Nil,
    /// `yield time, record`.
    Event {
        /// `None` when the parser yields a nil time (`estimate_current_event false`).
        time: Option<EventTime>,
        /// True when the time is the clock's, not the text's.
        time_is_now: bool,
        /// The record.
        record: Record,
    },
}

/// Bytes of the text that became a field (or the time).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSpan {
    /// The field's name.
    pub name: Box<str>,
    /// The bytes in the text.
    pub span: Span,
    /// The group's number in the pattern (1-based), or the field's ordinal for parsers without one:
    /// gives the colour.
    pub group: u32,
}

/// A configured parser.
pub trait Parser {
    /// Parses one text at the moment `now`. Events yielded before an exception stay in `out`.
    fn parse(
        &mut self,
        text: &RString,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError>;

    /// Parses whatever stands in a record's field (`filter parser`). Most parsers raise for an object
    /// that is no String; `json` yields nil, `none` takes it as it is.
    fn parse_value(
        &mut self,
        value: &Value,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        match value {
            Value::String(text) => self.parse(text, now, out),
            other => Err(no_conversion(other)),
        }
    }

    /// The bytes of `text` that become fields, for colouring; on demand, never on the hot path.
    fn field_spans(&mut self, _text: &RString) -> Vec<FieldSpan> {
        Vec::new()
    }

    /// `has_firstline?`: true for a multiline parser that knows how an event begins.
    fn has_firstline(&self) -> bool {
        false
    }

    /// `firstline?`: whether an event begins with this line.
    fn firstline(&mut self, _line: &RString) -> Result<bool, RubyError> {
        Ok(false)
    }
}
