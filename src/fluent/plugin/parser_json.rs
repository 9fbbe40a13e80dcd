//! `@type json` (fluentd `lib/fluent/plugin/parser_json.rb`): an object is one event, an array one
//! event for each object in it, nothing else is matched.

use super::parser::{Configure, FieldSpan, PARSER, Parser, Yield};
use super::parser_params::{ParserParams, time_config};
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param};
use crate::fluent::config::element::Element;
use crate::fluent::error::RubyError;
use crate::fluent::record_accessor::no_conversion;
use crate::fluent::time::TimeType;
use crate::ruby::inspect::to_s;
use crate::ruby::json::spans::value_spans;
use crate::ruby::json::{JsonReader, Library};
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Record, Value};
use crate::ruby::version::RubyVersion;

/// The declaration.
pub static PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PARSER],
    params: &[
        Param::new("json_parser", Kind::Enum(&["oj", "yajl", "json"]))
            .default(Literal::Symbol("oj"))
            .doc("Which library reads the JSON.", "JSON を読むライブラリーです。"),
        Param::new("stream_buffer_size", Kind::Integer)
            .default(Literal::Integer(8192))
            .doc("Bytes read at a time from a stream.", "ストリームから一度に読むバイト数です。"),
    ],
    defaults: &[("time_key", Literal::String("time")), ("time_type", Literal::Symbol("float"))],
    doc: crate::diag::Text {
        en: "Parses each line as a JSON object.",
        ja: "行を JSON オブジェクトとしてパースします。",
    },
    ..ConfigureProxy::new("json")
};

/// `Fluent::Plugin::JSONParser`
pub(super) struct JsonParser {
    reader: JsonReader,
    params: ParserParams,
    library: Library,
    makes_utf8: bool,
}

impl JsonParser {
    pub(super) fn new(conf: &Element, with: &mut Configure<'_>) -> Result<JsonParser, RubyError> {
        let section = with.section(&PROXY, conf)?;
        let mut time = time_config(&section, conf);
        // `conf['time_type'] ||= 'string'` when a time_format is written.
        if conf.peek("time_format").is_some() && conf.peek("time_type").is_none() {
            time.time_type = TimeType::String;
        }
        let library = match section.text("json_parser") {
            Some("json") => Library::Json,
            Some("yajl") => Library::Yajl,
            _ => Library::Oj,
        };
        let params = ParserParams::with_time(&section, &time, with)?;
        let makes_utf8 = library == Library::Json && with.mode.ruby == RubyVersion::V3_1;
        Ok(JsonParser { reader: JsonReader::new(library), params, library, makes_utf8 })
    }

    fn one_record(
        &mut self,
        record: Record,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        self.params.finish(record, now, out)
    }
}

impl Parser for JsonParser {
    fn parse(
        &mut self,
        text: &RString,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        match self.reader.read(text) {
            Ok(Value::Hash(record)) => {
                let record = std::rc::Rc::unwrap_or_clone(record);
                self.one_record(record, now, out)
            }
            Ok(Value::Array(items)) => {
                for item in std::rc::Rc::unwrap_or_clone(items) {
                    match item {
                        Value::Hash(record) => {
                            self.one_record(std::rc::Rc::unwrap_or_clone(record), now, out)?;
                        }
                        _ => out.push(Yield::Nil),
                    }
                }
                Ok(())
            }
            Ok(_) | Err(_) => {
                out.push(Yield::Nil);
                Ok(())
            }
        }
    }

    /// Oj reads what the object's `to_s` shows; Yajl's own exception for it is swallowed.
    fn parse_value(
        &mut self,
        value: &Value,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        match (value, self.library) {
            (Value::String(text), _) => self.parse(text, now, out),
            (_, Library::Oj) => self.parse(&to_s(value, RubyVersion::default()), now, out),
            (_, Library::Json) => Err(no_conversion(value)),
            (_, Library::Yajl) => {
                out.push(Yield::Nil);
                Ok(())
            }
        }
    }

    fn makes_utf8(&self) -> bool {
        self.makes_utf8
    }

    fn field_spans(&mut self, text: &RString) -> Vec<FieldSpan> {
        if !matches!(self.reader.read(text), Ok(Value::Hash(_))) {
            return Vec::new();
        }
        let spans = value_spans(text.as_bytes()).into_iter().zip(1..);
        spans.map(|((name, span), group)| FieldSpan { name, span, group }).collect()
    }
}
