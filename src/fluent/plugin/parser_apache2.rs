//! `@type apache2` (fluentd `lib/fluent/plugin/parser_apache2.rb`): Apache's combined format with
//! all fields always there; `-` is null, numbers are Integers. Types and null rules do nothing.

use std::rc::Rc;

use super::parser::{Configure, FieldSpan, PARSER, Parser, Yield, match_raised};
use super::parser_params::{ParserParams, Stamp, time_config};
use super::parser_regexp::compile;
use crate::fluent::config::configure_proxy::ConfigureProxy;
use crate::fluent::config::element::Element;
use crate::fluent::error::RubyError;
use crate::fluent::time::TimeParser;
use crate::onigmo::regexp::{Options, Regexp, Region};
use crate::ruby::integer::to_i;
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Record, Value};
use crate::source::Span;

/// The declaration.
pub static PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PARSER],
    doc: crate::diag::Text {
        en: "Parses Apache's access log in the combined format.",
        ja: "Apache のアクセスログ (combined 形式) をパースします。",
    },
    ..ConfigureProxy::new("apache2")
};

/// The words of PARSE.md 7.1 as a pattern.
pub const REGEXP: &str = concat!(
    r"^(?<host>[^ ]*) [^ ]* (?<user>[^ ]*) \[(?<time>[^\]]*)\]",
    r#" "(?<method>\S+)(?: +(?<path>(?:[^"]|\\")*?)(?: +\S*)?)?" (?<code>[^ ]*) (?<size>[^ ]*)"#,
    r#"(?: "(?<referer>(?:[^"]|\\")*)" "(?<agent>(?:[^"]|\\")*)")?$"#,
);

/// The format of the time, whatever is configured.
pub const TIME_FORMAT: &str = "%d/%b/%Y:%H:%M:%S %z";

/// The groups of [`REGEXP`] in order, from group 1.
const GROUPS: [&str; 9] =
    ["host", "user", "time", "method", "path", "code", "size", "referer", "agent"];

/// `Fluent::Plugin::Apache2Parser`
pub(super) struct Apache2Parser {
    regexp: Rc<Regexp>,
    region: Region,
    time_parser: TimeParser,
    keep_time_key: bool,
}

impl Apache2Parser {
    pub(super) fn new(
        conf: &Element,
        with: &mut Configure<'_>,
    ) -> Result<Apache2Parser, RubyError> {
        let section = with.section(&PROXY, conf)?;
        let params = ParserParams::new(&section, conf, with)?;
        let mut time = time_config(&section, conf);
        time.second_format(TIME_FORMAT);
        Ok(Apache2Parser {
            regexp: compile(REGEXP, Options::default())?,
            region: Region::default(),
            time_parser: TimeParser::new(&time, with.environment)?,
            keep_time_key: params.keep_time_key,
        })
    }

    fn search(&mut self, text: &RString) -> Result<bool, RubyError> {
        self.regexp
            .search(text.as_bytes(), text.encoding(), 0, &mut self.region)
            .map_err(match_raised)
    }

    fn span(&self, name: &str) -> Option<Span> {
        let group = GROUPS.iter().position(|group| *group == name)? + 1;
        self.region.groups.get(group).copied().flatten()
    }

    fn text(&self, text: &RString, name: &str) -> Option<RString> {
        let span = self.span(name)?;
        Some(text.slice(span.start as usize, span.end as usize))
    }
}

impl Parser for Apache2Parser {
    fn parse(
        &mut self,
        text: &RString,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        if !self.search(text)? {
            out.push(Yield::Nil);
            return Ok(());
        }
        let time_text = self.text(text, "time").unwrap_or_else(|| RString::utf8(""));
        let time = self.time_parser.parse(&Value::String(time_text.clone()), now)?;
        let mut record = Record::with_capacity(GROUPS.len());
        for name in ["host", "user", "method", "path", "code", "size", "referer", "agent"] {
            let value = self.text(text, name);
            let is_dash = value.as_ref().is_some_and(|value| value.as_bytes() == b"-");
            let value = match (name, value) {
                ("code", value) => {
                    let code = to_i(value.as_ref().map_or(b"", |value| value.as_bytes()));
                    if code == Value::Integer(0) { Value::Nil } else { code }
                }
                (_, None) => Value::Nil,
                ("method" | "path", Some(value)) => Value::String(value),
                (_, Some(_)) if is_dash => Value::Nil,
                ("size", Some(value)) => to_i(value.as_bytes()),
                (_, Some(value)) => Value::String(value),
            };
            record.push_new(Value::from(name), value);
        }
        if self.keep_time_key {
            record.push_new(Value::from("time"), Value::String(time_text));
        }
        out.push(Stamp::read(time).event(record));
        Ok(())
    }

    fn field_spans(&mut self, text: &RString) -> Vec<FieldSpan> {
        if !matches!(self.search(text), Ok(true)) {
            return Vec::new();
        }
        let fields = GROUPS.iter().zip(1..).filter_map(|(name, group)| {
            Some(FieldSpan { name: (*name).into(), span: self.span(name)?, group })
        });
        fields.collect()
    }
}
