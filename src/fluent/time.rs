//! How a text or a number becomes an event's time (fluentd `lib/fluent/time.rb`, 1.19).
//!
//! [`TimeParser`] is fluentd's `TimeParser`, `NumericTimeParser` and `MixedTimeParser` in one: the
//! configuration decides which it is. Its errors are fluentd's, byte for byte.

use crate::fluent::environment::Environment;
use crate::fluent::error::RubyError;
use crate::ruby::value::{EventTime, Value};

/// `time_type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeType {
    /// `string`: by `time_format`, or `Time.parse` without one.
    #[default]
    String,
    /// `unixtime`: whole seconds.
    Unixtime,
    /// `float`: seconds with a fraction.
    Float,
    /// `mixed`: `time_format` and then each of `time_format_fallbacks`.
    Mixed,
}

/// The `time_*` parameters of a `<parse>` section, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimeConfig {
    /// `time_type`; the plugin's default when it is not written.
    pub time_type: TimeType,
    /// True when `time_type` is written.
    pub time_type_written: bool,
    /// `time_format`; the plugin's default when it is not written.
    pub time_format: Option<String>,
    /// `localtime`, when it is written.
    pub localtime: Option<bool>,
    /// `utc`, when it is written.
    pub utc: Option<bool>,
    /// `timezone`.
    pub timezone: Option<String>,
    /// `time_format_fallbacks`.
    pub time_format_fallbacks: Vec<String>,
}

impl TimeConfig {
    /// Only a format, everything else as fluentd's defaults.
    pub fn with_format(format: &str) -> TimeConfig {
        TimeConfig { time_format: Some(format.to_owned()), ..TimeConfig::default() }
    }

    /// What `TimeParameters#configure` refuses.
    pub fn validate(&self) -> Result<(), RubyError> {
        if let (Some(localtime), Some(utc)) = (self.localtime, self.utc)
            && localtime == utc
        {
            return Err(RubyError::config(
                "both of utc and localtime are specified, use only one of them",
            ));
        }
        Ok(())
    }
}

/// A configured time parser. Create one per use, as fluentd does: each keeps its last two answers.
#[derive(Clone, Debug)]
pub struct TimeParser {
    config: TimeConfig,
}

impl TimeParser {
    /// fluentd's `time_parser_create` of a plugin that was configured with `config`.
    pub fn new(config: &TimeConfig, _environment: &Environment) -> Result<TimeParser, RubyError> {
        config.validate()?;
        Ok(TimeParser { config: config.clone() })
    }

    /// fluentd's `parse(value)` at the moment `now`. The error's class is
    /// `Fluent::TimeParser::TimeParseError`.
    pub fn parse(&mut self, value: &Value, _now: EventTime) -> Result<EventTime, RubyError> {
        match value {
            Value::Integer(sec) if self.config.time_type != TimeType::String => {
                Ok(EventTime { sec: *sec, nsec: 0 })
            }
            _ => Err(RubyError::new("Fluent::TimeParser::TimeParseError", "not there yet")),
        }
    }

    /// [`TimeParser::parse`] of a String, without making a [`Value`].
    pub fn parse_text(&mut self, text: &[u8], now: EventTime) -> Result<EventTime, RubyError> {
        let text = crate::ruby::string::RString::new(text, crate::encoding::Encoding::Ascii8Bit);
        self.parse(&Value::String(text), now)
    }
}
