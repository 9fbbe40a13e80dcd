//! How a text or a number becomes an event's time (fluentd `lib/fluent/time.rb`, 1.19).
//!
//! [`TimeParser`] is fluentd's `TimeParser`, `NumericTimeParser` and `MixedTimeParser` in one: the
//! configuration decides which it is. Its errors are fluentd's, byte for byte. Regular texts of
//! regular formats take a [`fast`] way that gives the same answers.

pub mod explain;
pub mod fast;
pub mod numeric;
pub mod text;

use crate::encoding::Encoding;
use crate::fluent::environment::Environment;
use crate::fluent::error::RubyError;
use crate::ruby::float;
use crate::ruby::inspect::to_s;
use crate::ruby::string::RString;
use crate::ruby::time_library::numeric_offset;
use crate::ruby::value::{EventTime, Value};
use crate::ruby::version::RubyVersion;
use crate::ruby::zone::TimeZone;

use numeric::{NumericTimeParser, NumericType};
use text::TextTimeParser;

/// `Fluent::TimeParser::TimeParseError`
pub const TIME_PARSE_ERROR: &str = "Fluent::TimeParser::TimeParseError";

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

    /// The parameters of a second parser of one plugin, with a format of its own: a mixed one has
    /// put the first format before the plugin's fallbacks, for good.
    pub fn second_format(&mut self, format: &str) {
        let first = self.time_format.replace(format.to_owned());
        if self.time_type == TimeType::Mixed {
            self.time_format_fallbacks.splice(0..0, first);
        }
    }

    /// What `TimeParameters#configure` refuses, in its order.
    pub fn validate(&self) -> Result<(), RubyError> {
        if let (Some(localtime), Some(utc)) = (self.localtime, self.utc)
            && localtime == utc
        {
            return Err(RubyError::config(
                "both of utc and localtime are specified, use only one of them",
            ));
        }
        let nothing_to_try = self.time_format.is_none() && self.time_format_fallbacks.is_empty();
        if self.time_type_written && self.time_type == TimeType::Mixed && nothing_to_try {
            return Err(RubyError::config(
                "time_type is :mixed but time_format and time_format_fallbacks is empty.",
            ));
        }
        match &self.timezone {
            Some(timezone) if !is_timezone(timezone) => {
                Err(RubyError::config(format!("Unsupported timezone '{timezone}'")))
            }
            _ => Ok(()),
        }
    }

    /// The parameter `localtime` as `configure` leaves it: `utc` alone turns it off.
    fn localtime(&self) -> bool {
        self.localtime.unwrap_or(self.utc != Some(true))
    }

    /// True unless the time is UTC.
    pub fn is_local(&self) -> bool {
        self.localtime() && self.utc != Some(true)
    }

    /// The zone that a text without an offset is read in.
    fn reading(&self) -> Reading {
        match &self.timezone {
            Some(timezone) => Reading::Timezone(timezone.clone()),
            None if self.localtime() && self.utc != Some(true) => Reading::Local,
            None => Reading::Utc,
        }
    }
}

/// The zone that a text without an offset is read in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The process's own.
    Local,
    /// `utc true` or `localtime false`.
    Utc,
    /// `timezone`.
    Timezone(String),
}

/// `Fluent::Timezone.validate`: an offset, or a name of the database with one or two slashes.
pub fn is_timezone(timezone: &str) -> bool {
    is_numeric_timezone(timezone) || named_timezone(timezone).is_some()
}

/// `NUMERIC_PATTERN`: `±hh`, `±hhmm`, `±hh:mm`.
pub fn is_numeric_timezone(timezone: &str) -> bool {
    timezone.len() <= 6 && numeric_offset(timezone.as_bytes()).is_some()
}

/// The zone of a name that matches `NAME_PATTERN` and is in the database.
pub fn named_timezone(timezone: &str) -> Option<TimeZone> {
    let parts: Vec<&str> = timezone.split('/').collect();
    let shaped = (2..=3).contains(&parts.len()) && parts.iter().all(|part| !part.is_empty());
    if shaped { TimeZone::named(timezone) } else { None }
}

/// A configured time parser. Create one per use, as fluentd does: each keeps its last two answers.
#[derive(Clone, Debug)]
pub struct TimeParser {
    kind: Kind,
    ruby: RubyVersion,
    beyond: Option<Box<str>>,
}

#[derive(Clone, Debug)]
enum Kind {
    Text(Box<TextTimeParser>),
    Numeric(NumericTimeParser),
    Mixed(Vec<TimeParser>),
}

impl TimeParser {
    /// fluentd's `time_parser_create` of a plugin that was configured with `config`.
    ///
    /// ```
    /// use fluentd_playground::fluent::{environment::Environment, time::{TimeConfig, TimeParser}};
    /// use fluentd_playground::ruby::value::EventTime;
    /// let config = TimeConfig::with_format("%Y-%m-%dT%H:%M:%S.%N%:z");
    /// let mut parser = TimeParser::new(&config, &Environment::default()).unwrap();
    /// let time = parser.parse_text(b"2023-02-02T16:48:11.5+09:00", EventTime::default()).unwrap();
    /// assert_eq!((time.sec, time.nsec), (1_675_324_091, 500_000_000));
    /// ```
    pub fn new(config: &TimeConfig, environment: &Environment) -> Result<TimeParser, RubyError> {
        config.validate()?;
        let ruby = environment.ruby;
        let kind = match config.time_type {
            TimeType::String => {
                let format = config.time_format.as_deref();
                Kind::Text(Box::new(TextTimeParser::new(format, &config.reading(), environment)?))
            }
            TimeType::Unixtime => Kind::Numeric(NumericTimeParser::new(NumericType::Unixtime)),
            TimeType::Float => Kind::Numeric(NumericTimeParser::new(NumericType::Float)),
            TimeType::Mixed => Kind::Mixed(TimeParser::fallbacks(config, environment)?),
        };
        Ok(TimeParser { kind, ruby, beyond: None })
    }

    /// The digits of the last time's seconds where 64 bits do not hold them: Ruby's integers do, an
    /// [`EventTime`] stands at its end.
    pub fn beyond(&self) -> Option<&str> {
        self.beyond.as_deref()
    }

    fn fallbacks(
        config: &TimeConfig,
        environment: &Environment,
    ) -> Result<Vec<TimeParser>, RubyError> {
        let formats = config.time_format.iter().chain(&config.time_format_fallbacks);
        let parser = |format: &String| {
            let kind = match format.as_str() {
                // Both are read as floats: the constructor compares with a symbol and gets a string
                // (V: time-p mixed, SURPRISE 34).
                "unixtime" | "float" => Kind::Numeric(NumericTimeParser::new(NumericType::Float)),
                _ => Kind::Text(Box::new(TextTimeParser::new(
                    Some(format),
                    &config.reading(),
                    environment,
                )?)),
            };
            Ok(TimeParser { kind, ruby: environment.ruby, beyond: None })
        };
        formats.map(parser).collect()
    }

    /// fluentd's `parse(value)` at the moment `now`. The error's class is [`TIME_PARSE_ERROR`].
    pub fn parse(&mut self, value: &Value, now: EventTime) -> Result<EventTime, RubyError> {
        let ruby = self.ruby;
        match &mut self.kind {
            Kind::Text(parser) => match value {
                Value::String(text) => parser.parse(text, now),
                _ => Err(error("value must be string: ", value, "", ruby)),
            },
            Kind::Numeric(parser) => {
                let time = parser.parse(value, ruby)?;
                let fits = i64::MIN < time.sec && time.sec < i64::MAX;
                self.beyond = if fits { None } else { parser.beyond(value, ruby) };
                Ok(time)
            }
            Kind::Mixed(parsers) => {
                let (time, beyond) = parse_mixed(parsers, value, now, ruby)?;
                self.beyond = beyond;
                Ok(time)
            }
        }
    }

    /// [`TimeParser::parse`] of bytes as in_tail hands them over, without making a [`Value`] where
    /// the text is regular.
    pub fn parse_text(&mut self, text: &[u8], now: EventTime) -> Result<EventTime, RubyError> {
        if let Kind::Text(parser) = &mut self.kind
            && let Some(time) = parser.parse_fast(text)
        {
            return Ok(time);
        }
        self.parse(&Value::String(RString::new(text, Encoding::Ascii8Bit)), now)
    }

    /// The parsers of texts in this one, in the order they are tried.
    pub fn texts(&self) -> Vec<&TextTimeParser> {
        match &self.kind {
            Kind::Text(parser) => vec![parser],
            Kind::Numeric(_) => Vec::new(),
            Kind::Mixed(parsers) => parsers.iter().flat_map(TimeParser::texts).collect(),
        }
    }

    fn class_name(&self) -> &'static str {
        match self.kind {
            Kind::Numeric(_) => "Fluent::NumericTimeParser",
            Kind::Text(_) | Kind::Mixed(_) => "Fluent::TimeParser",
        }
    }
}

fn parse_mixed(
    parsers: &mut [TimeParser],
    value: &Value,
    now: EventTime,
    ruby: RubyVersion,
) -> Result<(EventTime, Option<Box<str>>), RubyError> {
    for parser in &mut *parsers {
        if matches!(parser.kind, Kind::Numeric(_)) && !is_float(value) {
            continue;
        }
        if let Ok(time) = parser.parse(value, now) {
            return Ok((time, parser.beyond.take()));
        }
    }
    let classes: Vec<&str> = parsers.iter().map(TimeParser::class_name).collect();
    let tail = format!(", even though fallbacks: {}", classes.join(","));
    Err(error("invalid time format: value = ", value, &tail, ruby))
}

/// True when Ruby's `Float(value)` does not raise.
fn is_float(value: &Value) -> bool {
    match value {
        Value::Integer(_) | Value::BigInteger(_) | Value::Float(_) => true,
        Value::String(text) => float::float(text.as_bytes()).is_some(),
        _ => false,
    }
}

/// A `TimeParseError` of `head`, the value's `to_s` and `tail`.
fn error(head: &str, value: &Value, tail: &str, ruby: RubyVersion) -> RubyError {
    let value = to_s(value, ruby);
    let message = [head.as_bytes(), value.as_bytes(), tail.as_bytes()].concat();
    RubyError::of_bytes(TIME_PARSE_ERROR, &message, value.encoding())
}

/// `invalid time format: value = …` around the exception of an engine.
fn invalid(text: &RString, class: &str, message: &[u8]) -> RubyError {
    let head = b"invalid time format: value = ";
    let class = [b", error_class = ", class.as_bytes(), b", error = "].concat();
    let message = [head, text.as_bytes(), &class, message].concat();
    RubyError::of_bytes(TIME_PARSE_ERROR, &message, text.encoding())
}
