//! `<filter> @type parser` (fluentd `lib/fluent/plugin/filter_parser.rb`).

use super::filter::{Context, Filter};
use super::parser::{Parser, Yield};
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param};
use crate::fluent::config::section::Section;
use crate::fluent::error::RubyError;
use crate::fluent::event::{Event, EventStream, Tag, share};
use crate::fluent::record_accessor::{RecordAccessor, no_method};
use crate::ruby::inspect::to_s;
use crate::ruby::join::join;
use crate::ruby::scrub::scrub;
use crate::ruby::string::RString;
use crate::ruby::value::{Record, Value};
use crate::ruby::version::RubyVersion;

/// Its own parameters; `<parse>` is the parser helper's.
pub const PARAMS: &[Param] = &[
    Param::new("key_name", Kind::String).doc("The field to parse.", "パースするフィールドです。"),
    Param::new("reserve_data", Kind::Bool)
        .default(Literal::Bool(false))
        .doc("Keeps the other fields.", "ほかのフィールドを残します。"),
    Param::new("reserve_time", Kind::Bool)
        .default(Literal::Bool(false))
        .doc("Keeps the event's time.", "イベントの時刻を保ちます。"),
    Param::new("remove_key_name_field", Kind::Bool)
        .default(Literal::Bool(false))
        .doc("Removes the parsed field on success.", "成功したら元のフィールドを取り除きます。"),
    Param::new("inject_key_prefix", Kind::String)
        .optional()
        .doc("Prefix for the new fields.", "新しいフィールド名に付ける接頭辞です。"),
    Param::new("replace_invalid_sequence", Kind::Bool).default(Literal::Bool(false)).doc(
        "Replaces broken bytes by `?` and tries again.",
        "不正なバイトを `?` に置き換えて再試行します。",
    ),
    Param::new("hash_value_field", Kind::String).optional().doc(
        "Puts the new fields into this field.",
        "新しいフィールドをこのフィールドにまとめます。",
    ),
    Param::new("emit_invalid_record_to_error", Kind::Bool).default(Literal::Bool(true)).doc(
        "Sends what does not parse to the error stream.",
        "パースできないものをエラーストリームに送ります。",
    ),
];

/// The parameters without the parser helper's.
pub const PROXY: ConfigureProxy =
    ConfigureProxy { params: PARAMS, ..ConfigureProxy::new("parser") };

/// The filter.
pub struct ParserFilter {
    key_name: String,
    accessor: RecordAccessor,
    parser: Box<dyn Parser>,
    reserve_data: bool,
    reserve_time: bool,
    remove_key_name_field: bool,
    inject_key_prefix: Option<String>,
    replace_invalid_sequence: bool,
    hash_value_field: Option<String>,
    emit_invalid: bool,
}

const PARSER_ERROR: &str = "Fluent::Plugin::Parser::ParserError";

impl ParserFilter {
    /// fluentd's `configure`, with the parser of its `<parse>`.
    pub fn new(section: &Section, parser: Box<dyn Parser>) -> Result<ParserFilter, RubyError> {
        let key_name = section.text("key_name").unwrap_or_default().to_owned();
        Ok(ParserFilter {
            accessor: RecordAccessor::new(&key_name)?,
            key_name,
            parser,
            reserve_data: section.flag("reserve_data"),
            reserve_time: section.flag("reserve_time"),
            remove_key_name_field: section.flag("remove_key_name_field"),
            inject_key_prefix: section.text("inject_key_prefix").map(str::to_owned),
            replace_invalid_sequence: section.flag("replace_invalid_sequence"),
            hash_value_field: section.text("hash_value_field").map(str::to_owned),
            emit_invalid: section.flag("emit_invalid_record_to_error"),
        })
    }

    /// The field it parses.
    pub fn accessor(&self) -> &RecordAccessor {
        &self.accessor
    }

    /// Its parser.
    pub fn parser(&mut self) -> &mut dyn Parser {
        self.parser.as_mut()
    }

    fn one(
        &mut self,
        context: &mut Context<'_>,
        tag: &Tag,
        event: &Event,
        out: &mut EventStream,
    ) -> Result<(), RubyError> {
        let raw = self.accessor.call(&event.record.borrow())?;
        if matches!(raw, Value::Nil) {
            if self.reserve_data {
                out.push(self.parsed(event, event.time, event.time_is_now, Record::new()));
            }
            let message = format!("{} does not exist", self.key_name);
            return Err(RubyError::new("ArgumentError", message));
        }
        let mut raw = raw;
        loop {
            let mut yields = Vec::new();
            let result = match (&raw, self.parser.calls()) {
                (Value::String(_), _) | (_, None) => {
                    self.parser.parse_value(&raw, context.now, &mut yields)
                }
                (other, Some(method)) => Err(missing(method, other, context.ruby)),
            };
            for yielded in yields {
                self.take(context, tag, event, &raw, yielded, out);
            }
            let Err(error) = result else { return Ok(()) };
            let broken = error.message.starts_with("invalid byte sequence in");
            match (error.class, &raw) {
                (PARSER_ERROR, _) => return Err(error),
                ("ArgumentError", Value::String(text)) => {
                    let scrubbed = scrub(text, "?");
                    if !self.replace_invalid_sequence || !broken || scrubbed == *text {
                        return Err(error);
                    }
                    raw = Value::String(scrubbed);
                }
                ("ArgumentError", _) => return Err(error),
                _ => {
                    let why = error.text();
                    let said = [b"parse failed ", why.as_bytes()].concat();
                    return Err(RubyError::of_bytes(PARSER_ERROR, &said, why.encoding()));
                }
            }
        }
    }

    fn take(
        &mut self,
        context: &mut Context<'_>,
        tag: &Tag,
        event: &Event,
        raw: &Value,
        yielded: Yield,
        out: &mut EventStream,
    ) {
        match yielded {
            Yield::Event { time, time_is_now, record } => {
                let (time, is_now) = match time {
                    Some(time) if !self.reserve_time => (time, time_is_now),
                    _ => (event.time, event.time_is_now),
                };
                if self.remove_key_name_field {
                    // In place: with `copy` the other stores see it too.
                    self.accessor.delete(&mut event.record.borrow_mut());
                }
                out.push(self.parsed(event, time, is_now, record));
            }
            Yield::Nil => {
                if self.emit_invalid {
                    let raw = to_s(raw, context.ruby);
                    let said = [b"pattern not matched with data '", raw.as_bytes(), b"'"].concat();
                    let error = RubyError::of_bytes(PARSER_ERROR, &said, raw.encoding());
                    // As it is now: the next of several records may take the field away.
                    let as_it_is = event.with_record(event.record.borrow().clone());
                    context.emit_error_event(tag, &as_it_is, error);
                } else if !self.reserve_data {
                    context.dropped.push(event.from.clone());
                }
                if self.reserve_data {
                    out.push(self.parsed(event, event.time, event.time_is_now, Record::new()));
                }
            }
        }
    }

    /// `handle_parsed`.
    fn parsed(
        &self,
        event: &Event,
        time: crate::ruby::value::EventTime,
        time_is_now: bool,
        values: Record,
    ) -> Event {
        let values = match &self.inject_key_prefix {
            Some(prefix) => prefixed(prefix, &values),
            None => values,
        };
        let values = match &self.hash_value_field {
            Some(field) => {
                let mut outer = Record::with_capacity(1);
                outer.push_new(Value::from(field.as_str()), Value::from(values));
                outer
            }
            None => values,
        };
        let record = if self.reserve_data {
            let mut record = event.record.borrow().clone();
            record.merge(&values);
            record
        } else {
            values
        };
        Event { time, time_is_now, record: share(record), from: event.from.clone() }
    }
}

fn prefixed(prefix: &str, values: &Record) -> Record {
    let mut out = Record::with_capacity(values.len());
    for (key, value) in values.iter() {
        let joined =
            join(&[Value::from(prefix), key.clone()], &RString::utf8(""), RubyVersion::default());
        let key = joined.map_or_else(|_| key.clone(), Value::String);
        out.insert(key, value.clone());
    }
    out
}

/// What a parser that expects a String meets; `gets` is every object's own, but private.
fn missing(method: &str, value: &Value, ruby: RubyVersion) -> RubyError {
    let mut error = no_method(method, value, ruby);
    if method == "gets" {
        error.message = error.message.replacen("undefined method", "private method", 1);
        error.message = error.message.replacen(" for ", " called for ", 1);
    }
    error
}

impl Filter for ParserFilter {
    fn class(&self) -> &'static str {
        "Fluent::Plugin::ParserFilter"
    }

    fn filter_stream(
        &mut self,
        context: &mut Context<'_>,
        tag: &Tag,
        stream: EventStream,
    ) -> Result<EventStream, RubyError> {
        let mut out = Vec::with_capacity(stream.len());
        for event in stream {
            if let Err(error) = self.one(context, tag, &event, &mut out) {
                if self.emit_invalid {
                    context.emit_error_event(tag, &event, error);
                } else if !self.reserve_data {
                    context.dropped.push(event.from);
                }
            }
        }
        Ok(out)
    }
}
