//! What every parser plugin is, and how one is made (fluentd `lib/fluent/plugin/parser.rb`,
//! `lib/fluent/plugin.rb`). The plugins are this module's siblings, one a file.

use super::parser_apache2::Apache2Parser;
use super::parser_cri::CriParser;
use super::parser_csv::CsvParser;
use super::parser_grok::GrokParser;
use super::parser_json::JsonParser;
use super::parser_ltsv::LabeledTsvParser;
use super::parser_msgpack::{self, MessagePackParser};
use super::parser_multi_format::MultiFormatParser;
use super::parser_multiline::MultilineParser;
use super::parser_none::NoneParser;
use super::parser_regexp::RegexpParser;
use super::parser_syslog::SyslogParser;
use super::parser_tsv::TsvParser;
use super::{parser_apache, parser_apache_error, parser_kubernetes, parser_nginx};
use crate::encoding::Encoding;
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param, ValueType};
use crate::fluent::config::element::Element;
use crate::fluent::config::section::{Section, SectionGenerator};
use crate::fluent::config::types::Mode;
use crate::fluent::environment::Environment;
use crate::fluent::error::RubyError;
use crate::fluent::log::Log;
use crate::fluent::record_accessor::no_conversion;
use crate::onigmo::regexp::MatchError;
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

    /// The method of String that it calls first, where another object raises NoMethodError.
    fn calls(&self) -> Option<&'static str> {
        None
    }

    /// The bytes of `text` that become fields, for colouring; on demand, never on the hot path.
    fn field_spans(&mut self, _text: &RString) -> Vec<FieldSpan> {
        Vec::new()
    }

    /// True for a parser that turns the text it is given into UTF-8, in place, when that is
    /// ASCII-8BIT: the json gem of Ruby 3.1 does. It shows in what is logged after it.
    fn makes_utf8(&self) -> bool {
        false
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

/// What is left of a text after a parser that [`Parser::makes_utf8`].
pub fn made_utf8(text: &RString) -> RString {
    match text.encoding() {
        Encoding::Ascii8Bit => text.clone().force_encoding(Encoding::Utf8),
        _ => text.clone(),
    }
}

/// What a plugin is configured with besides its section.
pub struct Configure<'c> {
    /// The machine.
    pub environment: &'c Environment,
    /// How parameters are converted.
    pub mode: Mode,
    /// Where fluentd's sentences go.
    pub log: &'c mut Log,
}

impl Configure<'_> {
    /// Reads a plugin's section against its declaration.
    pub fn section(
        &mut self,
        proxy: &ConfigureProxy,
        conf: &Element,
    ) -> Result<Section, RubyError> {
        SectionGenerator { log: self.log, mode: self.mode }.plugin(proxy, conf, Some(proxy.name))
    }
}

/// `Fluent::Plugin.new_parser(type)` and `configure`.
pub fn new_parser(
    type_name: &str,
    conf: &Element,
    with: &mut Configure<'_>,
) -> Result<Box<dyn Parser>, RubyError> {
    let is_regexp = type_name.starts_with('/') && type_name.ends_with('/');
    let parser: Box<dyn Parser> = match type_name {
        _ if is_regexp => Box::new(RegexpParser::of_format(type_name, conf, with)?),
        "regexp" => Box::new(RegexpParser::new(conf, with)?),
        "json" => Box::new(JsonParser::new(conf, with)?),
        "cri" => Box::new(CriParser::new(conf, with)?),
        parser_msgpack::NAME => Box::new(MessagePackParser::new(conf, with)?),
        "none" => Box::new(NoneParser::new(conf, with)?),
        "ltsv" => Box::new(LabeledTsvParser::new(conf, with)?),
        "csv" => Box::new(CsvParser::new(conf, with)?),
        "tsv" => Box::new(TsvParser::new(conf, with)?),
        "apache" => Box::new(parser_apache::new(conf, with)?),
        "apache2" => Box::new(Apache2Parser::new(conf, with)?),
        "apache_error" => Box::new(parser_apache_error::new(conf, with)?),
        "nginx" => Box::new(parser_nginx::new(conf, with)?),
        "syslog" => Box::new(SyslogParser::new(conf, with)?),
        "multiline" => Box::new(MultilineParser::new(conf, with)?),
        "multi_format" => Box::new(MultiFormatParser::new(conf, with)?),
        "grok" => Box::new(GrokParser::new(conf, with)?),
        "multiline_grok" => Box::new(GrokParser::multiline(conf, with)?),
        "kubernetes" => Box::new(parser_kubernetes::new(conf, with)?),
        "multiline_kubernetes" => Box::new(parser_kubernetes::multiline(conf, with)?),
        _ => return Err(not_found(type_name)),
    };
    if has_timeout(conf) { Ok(Box::new(ParserWithTimeout(parser))) } else { Ok(parser) }
}

fn not_found(type_name: &str) -> RubyError {
    let message = format!(
        "Unknown parser plugin '{type_name}'. Run 'gem search -rd fluent-plugin' to find plugins"
    );
    RubyError::new("Fluent::NotFoundPluginError", message)
}

fn has_timeout(conf: &Element) -> bool {
    conf.peek("timeout")
        .is_some_and(|attr| !matches!(attr.value, crate::fluent::config::element::AttrValue::Nil))
}

/// The class of the error that stands for a match that the playground gave up.
pub const STEP_BUDGET: &str = "Playground::StepBudget";

/// A failed match as the exception that leaves the plugin. Ours is marked as such: Ruby would go on.
pub fn match_raised(error: MatchError) -> RubyError {
    match error {
        MatchError::Raised { class, message } => RubyError::new(class, message),
        MatchError::StepBudget { .. } => {
            RubyError::new(STEP_BUDGET, "the playground gave this match up; Ruby would keep trying")
        }
    }
}

/// `parse_with_timeout`: a text that would take too long counts as not matched. Only a match that
/// the playground gave up takes that long here.
struct ParserWithTimeout(Box<dyn Parser>);

impl Parser for ParserWithTimeout {
    fn parse(
        &mut self,
        text: &RString,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        match self.0.parse(text, now, out) {
            Err(error) if error.class == STEP_BUDGET => {
                out.push(Yield::Nil);
                Ok(())
            }
            result => result,
        }
    }

    fn parse_value(
        &mut self,
        value: &Value,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        match value {
            Value::String(text) => self.parse(text, now, out),
            other => self.0.parse_value(other, now, out),
        }
    }

    fn calls(&self) -> Option<&'static str> {
        self.0.calls()
    }

    fn field_spans(&mut self, text: &RString) -> Vec<FieldSpan> {
        self.0.field_spans(text)
    }

    fn makes_utf8(&self) -> bool {
        self.0.makes_utf8()
    }

    fn has_firstline(&self) -> bool {
        self.0.has_firstline()
    }

    fn firstline(&mut self, line: &RString) -> Result<bool, RubyError> {
        self.0.firstline(line)
    }
}

/// `Fluent::TimeMixin::TimeParameters` and `time_type`.
pub static TIME_PARAMETERS: ConfigureProxy = ConfigureProxy {
    params: &[
        Param::new("time_type", Kind::Enum(&["string", "unixtime", "float", "mixed"]))
            .default(Literal::Symbol("string"))
            .doc(
                "How the time is written: text by time_format, seconds, or several ways.",
                "時刻の書き方です。time_format による文字列、秒数、または複数の形式を指定します。",
            ),
        Param::new("time_format", Kind::String).optional().doc(
            "The format of the time, as Ruby's strptime reads it.",
            "時刻の書式です (Ruby の strptime の書式)。",
        ),
        Param::new("localtime", Kind::Bool).default(Literal::Bool(true)).doc(
            "A time without a zone is local time.",
            "タイムゾーンのない時刻をローカル時刻として読みます。",
        ),
        Param::new("utc", Kind::Bool)
            .default(Literal::Bool(false))
            .doc("A time without a zone is UTC.", "タイムゾーンのない時刻を UTC として読みます。"),
        Param::new("timezone", Kind::String).optional().doc(
            "The zone of a time without one: +09:00 or Asia/Tokyo.",
            "タイムゾーンのない時刻に使うタイムゾーンです (+09:00 や Asia/Tokyo)。",
        ),
        Param::new("time_format_fallbacks", Kind::Array(None)).default(Literal::Array(&[])).doc(
            "Formats to try in turn; only with time_type mixed.",
            "順に試す書式です。time_type mixed のときだけ使われます。",
        ),
    ],
    ..ConfigureProxy::new("time")
};

/// The parameters every parser has.
pub static PARSER: ConfigureProxy = ConfigureProxy {
    bases: &[&TIME_PARAMETERS],
    params: &[
        Param::new("types", Kind::Hash(Some(ValueType::String))).optional().doc(
            "Fields to convert: name:type, separated by commas, or a JSON object.",
            "変換するフィールドです。「名前:型」をカンマで区切るか、JSON で書きます。",
        ),
        Param::new("time_key", Kind::String)
            .optional()
            .doc("The field that holds the event's time.", "イベントの時刻を持つフィールドです。"),
        Param::new("null_value_pattern", Kind::Regexp)
            .optional()
            .doc("Values that match become null.", "一致した値は null になります。"),
        Param::new("null_empty_string", Kind::Bool)
            .default(Literal::Bool(false))
            .doc("Empty strings become null.", "空文字列は null になります。"),
        Param::new("estimate_current_event", Kind::Bool).default(Literal::Bool(true)).doc(
            "Without a time field the event's time is the clock's.",
            "時刻のフィールドがないとき、現在時刻をイベントの時刻にします。",
        ),
        Param::new("keep_time_key", Kind::Bool)
            .default(Literal::Bool(false))
            .doc("Keep the time field in the record.", "時刻のフィールドをレコードに残します。"),
        Param::new("timeout", Kind::Time).optional().doc(
            "Seconds after which a text counts as not matched.",
            "この秒数を超えたテキストは一致しなかったものとして扱います。",
        ),
    ],
    ..ConfigureProxy::new("parser")
};
