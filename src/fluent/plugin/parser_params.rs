//! The parameters every parser has, at work: `parse_time` and `convert_values`
//! (fluentd `lib/fluent/plugin/parser.rb`).
//!
//! The order is fluentd's: the time is taken out of the record first, then the values are
//! converted in the record's order.

use std::rc::Rc;

use super::parser::{Configure, Yield, match_raised};
use crate::encoding::Encoding;
use crate::fluent::config::element::Element;
use crate::fluent::config::section::Section;
use crate::fluent::environment::Environment;
use crate::fluent::error::RubyError;
use crate::fluent::time::{TIME_PARSE_ERROR, TimeConfig, TimeParser, TimeType, is_timezone};
use crate::onigmo::regexp::{Regexp, Region};
use crate::ruby::float::to_f;
use crate::ruby::inspect::to_s;
use crate::ruby::integer::to_i;
use crate::ruby::scrub::scrub;
use crate::ruby::split::{Limit, split};
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Record, Value};
use crate::ruby::version::RubyVersion;
use crate::source::Span;

/// An event's time, and whether the clock gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) time: Option<EventTime>,
    pub(super) is_now: bool,
}

impl Stamp {
    /// A time read from the text.
    pub(super) fn read(time: EventTime) -> Stamp {
        Stamp { time: Some(time), is_now: false }
    }

    /// The event of this time.
    pub(super) fn event(self, record: Record) -> Yield {
        Yield::Event { time: self.time, time_is_now: self.is_now, record }
    }
}

/// The common parameters of one parser.
#[derive(Debug)]
pub(super) struct ParserParams {
    pub(super) time_key: Option<RString>,
    pub(super) keep_time_key: bool,
    pub(super) estimate_current_event: bool,
    pub(super) time_parser: TimeParser,
    null_value_pattern: Option<Rc<Regexp>>,
    null_empty_string: bool,
    converters: Vec<(RString, Converter)>,
    ruby: RubyVersion,
    region: Region,
}

impl ParserParams {
    /// What `Parser#configure` sets up.
    pub(super) fn new(
        section: &Section,
        conf: &Element,
        with: &Configure<'_>,
    ) -> Result<ParserParams, RubyError> {
        ParserParams::with_time(section, &time_config(section, conf), with)
    }

    /// The same, its time parameters already read.
    pub(super) fn with_time(
        section: &Section,
        time: &TimeConfig,
        with: &Configure<'_>,
    ) -> Result<ParserParams, RubyError> {
        time.validate()?;
        let time_parser = TimeParser::new(time, with.environment)?;
        Ok(ParserParams {
            time_key: section.text("time_key").map(RString::utf8),
            keep_time_key: section.flag("keep_time_key"),
            estimate_current_event: section.flag("estimate_current_event"),
            time_parser,
            null_value_pattern: section.regexp("null_value_pattern").cloned(),
            null_empty_string: section.flag("null_empty_string"),
            converters: converters(section, time, with)?,
            ruby: with.mode.ruby,
            region: Region::default(),
        })
    }

    /// True when nothing happens to the values of a record.
    pub(super) fn leaves_values(&self) -> bool {
        self.converters.is_empty() && self.null_value_pattern.is_none() && !self.null_empty_string
    }

    /// `parse_time`: takes the time out of the record.
    pub(super) fn parse_time(
        &mut self,
        record: &mut Record,
        now: EventTime,
    ) -> Result<Stamp, RubyError> {
        let Some(key) = &self.time_key else { return Ok(self.estimate(now)) };
        let value = if self.keep_time_key {
            record.get_bytes(key.as_bytes()).cloned()
        } else {
            record.remove_bytes(key.as_bytes())
        };
        match value {
            Some(value) => {
                self.time_parser.parse(&value, now).map(Stamp::read).map_err(parser_error)
            }
            None => Ok(self.estimate(now)),
        }
    }

    /// The time written at a place of the text.
    pub(super) fn time_at(
        &mut self,
        text: &RString,
        span: Span,
        now: EventTime,
    ) -> Result<EventTime, RubyError> {
        let bytes = text.as_bytes().get(span.range()).unwrap_or_default();
        let tagged = text.encoding() != Encoding::Ascii8Bit;
        let read = self.time_parser.parse_text(bytes, now);
        if !(tagged && (read.is_err() || !bytes.is_ascii())) {
            return read;
        }
        // The same again in the text's encoding, which shows in the message, and in what
        // `Time.parse` takes for a letter.
        let value = Value::String(text.slice(span.start as usize, span.end as usize));
        self.time_parser.parse(&value, now)
    }

    /// The clock, or no time at all.
    pub(super) fn estimate(&self, now: EventTime) -> Stamp {
        let time = self.estimate_current_event.then_some(now);
        Stamp { time, is_now: time.is_some() }
    }

    /// `convert_values`: null rules first, then types; nil and false are left alone.
    pub(super) fn convert_values(
        &mut self,
        record: &mut Record,
        now: EventTime,
    ) -> Result<(), RubyError> {
        if self.leaves_values() {
            return Ok(());
        }
        for (key, value) in record.iter_mut() {
            if matches!(value, Value::Nil | Value::Bool(false)) {
                continue;
            }
            if let Value::String(text) = value
                && is_like_null(
                    text,
                    self.null_empty_string,
                    self.null_value_pattern.as_deref(),
                    &mut self.region,
                )?
            {
                *value = Value::Nil;
                continue;
            }
            let Value::String(key) = key else { continue };
            let found = self.converters.iter_mut().find(|(name, _)| name == key);
            if let Some((_, converter)) = found {
                *value = converter.convert(value, now, self.ruby)?;
            }
        }
        Ok(())
    }

    /// `yield convert_values(parse_time(record), record)`
    pub(super) fn finish(
        &mut self,
        mut record: Record,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        let stamp = self.parse_time(&mut record, now)?;
        self.convert_values(&mut record, now)?;
        out.push(stamp.event(record));
        Ok(())
    }
}

/// A `TimeParseError` leaves these parsers as a `ParserError`.
pub(super) fn parser_error(error: RubyError) -> RubyError {
    if error.class == TIME_PARSE_ERROR {
        return RubyError { class: "Fluent::Plugin::Parser::ParserError", ..error };
    }
    error
}

/// `string_like_null`
fn is_like_null(
    text: &RString,
    null_empty_string: bool,
    pattern: Option<&Regexp>,
    region: &mut Region,
) -> Result<bool, RubyError> {
    if null_empty_string && text.is_empty() {
        return Ok(true);
    }
    let Some(pattern) = pattern else { return Ok(false) };
    let text = scrub(text, "?");
    pattern.search(text.as_bytes(), text.encoding(), 0, region).map_err(match_raised)
}

/// The time parameters of a section.
pub(super) fn time_config(section: &Section, conf: &Element) -> TimeConfig {
    let written = |name: &str| conf.peek(name).is_some();
    TimeConfig {
        time_type: time_type(section.text("time_type").unwrap_or_default()),
        time_type_written: written("time_type"),
        time_format: section.text("time_format").map(str::to_owned),
        localtime: written("localtime").then(|| section.flag("localtime")),
        utc: written("utc").then(|| section.flag("utc")),
        timezone: section.text("timezone").map(str::to_owned),
        time_format_fallbacks: section
            .array("time_format_fallbacks")
            .iter()
            .map(|format| to_s(format, RubyVersion::default()).to_lossy().into_owned())
            .collect(),
    }
}

fn time_type(name: &str) -> TimeType {
    match name {
        "unixtime" => TimeType::Unixtime,
        "float" => TimeType::Float,
        "mixed" => TimeType::Mixed,
        _ => TimeType::String,
    }
}

/// One entry of `types`.
#[derive(Debug)]
enum Converter {
    String,
    Integer,
    Float,
    Bool,
    Time(Box<TimeParser>),
    Array(RString),
}

/// `build_type_converters`
fn converters(
    section: &Section,
    time: &TimeConfig,
    with: &Configure<'_>,
) -> Result<Vec<(RString, Converter)>, RubyError> {
    let Some(types) = section.hash("types") else { return Ok(Vec::new()) };
    let mut converters: Vec<(RString, Converter)> = Vec::new();
    for (field, definition) in types.iter() {
        let Value::String(definition) = definition else {
            return Err(no_method_on_nil("split", with.mode.ruby));
        };
        let field = to_s(field, with.mode.ruby);
        let definition = definition.to_lossy();
        let (name, option) = match definition.split_once(':') {
            Some((name, option)) => (name, Some(option)),
            None => (definition.as_ref(), None),
        };
        let converter = match name {
            "string" => Converter::String,
            "integer" => Converter::Integer,
            "float" => Converter::Float,
            "bool" => Converter::Bool,
            "time" => Converter::Time(Box::new(time_converter(option, time, with.environment)?)),
            "array" => Converter::Array(RString::utf8(option.unwrap_or(","))),
            _ => {
                let field = field.to_lossy();
                return Err(RubyError::config(format!(
                    "unknown value conversion for key:'{field}', type:'{name}'"
                )));
            }
        };
        converters.push((field, converter));
    }
    Ok(converters)
}

/// `time:[timezone:]format`; the first part is a zone only if it is one.
fn time_converter(
    option: Option<&str>,
    time: &TimeConfig,
    environment: &Environment,
) -> Result<TimeParser, RubyError> {
    let (zone, format) = match option {
        None => (None, None),
        Some(option) => match option.split_once(':') {
            Some((zone, format)) if is_timezone(zone) => (Some(zone), Some(format)),
            None if is_timezone(option) => (Some(option), None),
            _ => (None, Some(option)),
        },
    };
    let is_type = matches!(format, Some("string" | "unixtime" | "float" | "mixed"));
    let config = TimeConfig {
        time_type: if is_type { time_type(format.unwrap_or_default()) } else { TimeType::String },
        time_type_written: false,
        time_format: format.filter(|_| !is_type).map(str::to_owned),
        timezone: zone.map(str::to_owned),
        ..time.clone()
    };
    TimeParser::new(&config, environment)
}

/// `NoMethodError` of nil, in the words of the Ruby that runs.
pub(super) fn no_method_on_nil(method: &str, ruby: RubyVersion) -> RubyError {
    let message = match ruby {
        RubyVersion::V3_1 => format!("undefined method `{method}' for nil:NilClass"),
        RubyVersion::V3_4 => format!("undefined method '{method}' for nil"),
    };
    RubyError::new("NoMethodError", message)
}

impl Converter {
    fn convert(
        &mut self,
        value: &Value,
        now: EventTime,
        ruby: RubyVersion,
    ) -> Result<Value, RubyError> {
        Ok(match self {
            Converter::String => Value::String(to_s(value, ruby)),
            Converter::Integer => integer_of(value, ruby),
            Converter::Float => float_of(value, ruby),
            Converter::Bool => Value::Bool(is_truthy(&to_s(value, ruby))?),
            Converter::Time(parser) => match parser.parse(value, now) {
                Ok(time) => Value::EventTime(time),
                Err(_) => Value::Nil,
            },
            Converter::Array(delimiter) => {
                let text = scrub(&to_s(value, ruby), "?");
                let pieces = split(&text, delimiter, Limit::None, ruby)?;
                Value::from(pieces.into_iter().map(Value::String).collect::<Vec<_>>())
            }
        })
    }
}

/// `v.to_i rescue v.to_s.to_i`
fn integer_of(value: &Value, ruby: RubyVersion) -> Value {
    match value {
        Value::Integer(_) | Value::BigInteger(_) => value.clone(),
        Value::Float(number) if number.is_finite() => {
            let whole = number.trunc();
            if whole.abs() < 9.2e18 {
                Value::Integer(whole as i64)
            } else {
                to_i(format!("{whole:.0}").as_bytes())
            }
        }
        Value::EventTime(time) => Value::Integer(time.sec),
        _ => to_i(to_s(value, ruby).as_bytes()),
    }
}

/// `v.to_f rescue v.to_s.to_f`
fn float_of(value: &Value, ruby: RubyVersion) -> Value {
    match value {
        Value::Float(_) => value.clone(),
        Value::EventTime(time) => Value::Float(time.sec as f64 + time.nsec as f64 / 1e9),
        _ => Value::Float(to_f(to_s(value, ruby).as_bytes())),
    }
}

/// `['true', 'yes', '1'].include?(v.to_s.downcase)`; `downcase` refuses broken UTF-8.
fn is_truthy(text: &RString) -> Result<bool, RubyError> {
    if text.encoding() == Encoding::Utf8 && text.as_str().is_none() {
        return Err(RubyError::new("ArgumentError", "input string invalid"));
    }
    let bytes = text.as_bytes();
    Ok([&b"true"[..], b"yes", b"1"].iter().any(|word| bytes.eq_ignore_ascii_case(word)))
}
