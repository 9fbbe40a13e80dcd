//! `@type tsv` (fluentd `lib/fluent/plugin/parser_tsv.rb`): as many columns as there are keys, the
//! last one takes the rest.

use super::parser::{Configure, FieldSpan, PARSER, Parser, Yield};
use super::parser_params::ParserParams;
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param, ValueType};
use crate::fluent::config::element::Element;
use crate::fluent::error::RubyError;
use crate::ruby::split::{Limit, split};
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Record, Value};
use crate::ruby::version::RubyVersion;
use crate::source::Span;

/// The declaration.
pub static PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PARSER],
    params: &[
        Param::new("keys", Kind::Array(Some(ValueType::String)))
            .doc("The names of the columns.", "列の名前です。"),
        Param::new("delimiter", Kind::String)
            .default(Literal::String("\t"))
            .doc("What stands between two columns.", "列の区切り文字です。"),
    ],
    doc: crate::diag::Text {
        en: "Parses values separated by tabs.",
        ja: "タブ区切りの値をパースします。",
    },
    ..ConfigureProxy::new("tsv")
};

/// `Fluent::Plugin::TSVParser`
pub(super) struct TsvParser {
    keys: Vec<Value>,
    delimiter: RString,
    ruby: RubyVersion,
    params: ParserParams,
}

impl TsvParser {
    pub(super) fn new(conf: &Element, with: &mut Configure<'_>) -> Result<TsvParser, RubyError> {
        let section = with.section(&PROXY, conf)?;
        Ok(TsvParser {
            keys: section.array("keys").to_vec(),
            delimiter: RString::utf8(section.text("delimiter").unwrap_or_default()),
            ruby: with.mode.ruby,
            params: ParserParams::new(&section, conf, with)?,
        })
    }
}

/// The keys with their values, null where a column is missing; a repeated key keeps its last value.
pub(super) fn record_of(
    keys: &[Value],
    values: impl IntoIterator<Item = Option<RString>>,
) -> Record {
    let mut values = values.into_iter();
    let entries = keys.iter().map(|key| {
        let value = values.next().flatten();
        (key.clone(), value.map_or(Value::Nil, Value::String))
    });
    Record::from_entries(entries.collect())
}

impl Parser for TsvParser {
    fn calls(&self) -> Option<&'static str> {
        Some("split")
    }

    fn parse(
        &mut self,
        text: &RString,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        let limit = Limit::from_number(self.keys.len());
        let values = split(text, &self.delimiter, limit, self.ruby)?;
        let record = record_of(&self.keys, values.into_iter().map(Some));
        self.params.finish(record, now, out)
    }

    fn field_spans(&mut self, text: &RString) -> Vec<FieldSpan> {
        let limit = Limit::from_number(self.keys.len());
        let values = split(text, &self.delimiter, limit, self.ruby).unwrap_or_default();
        let mut at = 0;
        let mut fields = Vec::new();
        for ((key, value), group) in self.keys.iter().zip(values).zip(1..) {
            let Value::String(key) = key else { continue };
            let span = Span::new(at, at + value.len());
            fields.push(FieldSpan { name: key.to_lossy().into(), span, group });
            at += value.len() + self.delimiter.len();
        }
        fields
    }
}
