//! `@type none` (fluentd `lib/fluent/plugin/parser_none.rb`): the line as it is, at the clock's time.

use super::parser::{Configure, FieldSpan, PARSER, Parser, Yield};
use super::parser_params::ParserParams;
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param};
use crate::fluent::config::element::Element;
use crate::fluent::error::RubyError;
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Record, Value};
use crate::source::Span;

/// The declaration.
pub static PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PARSER],
    params: &[Param::new("message_key", Kind::String)
        .default(Literal::String("message"))
        .doc("The field for the line.", "行を入れるフィールドです。")],
    doc: crate::diag::Text {
        en: "Keeps the line as it is.", ja: "行をそのまま保持します。"
    },
    ..ConfigureProxy::new("none")
};

/// `Fluent::Plugin::NoneParser`
pub(super) struct NoneParser {
    message_key: RString,
    params: ParserParams,
}

impl NoneParser {
    pub(super) fn new(conf: &Element, with: &mut Configure<'_>) -> Result<NoneParser, RubyError> {
        let section = with.section(&PROXY, conf)?;
        let message_key = RString::utf8(section.text("message_key").unwrap_or_default());
        Ok(NoneParser { message_key, params: ParserParams::new(&section, conf, with)? })
    }
}

impl Parser for NoneParser {
    fn parse(
        &mut self,
        text: &RString,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        self.parse_value(&Value::String(text.clone()), now, out)
    }

    fn parse_value(
        &mut self,
        value: &Value,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        let mut record = Record::with_capacity(1);
        record.push_new(Value::String(self.message_key.clone()), value.clone());
        out.push(self.params.estimate(now).event(record));
        Ok(())
    }

    fn field_spans(&mut self, text: &RString) -> Vec<FieldSpan> {
        let name = self.message_key.to_lossy().into();
        vec![FieldSpan { name, span: Span::new(0, text.len()), group: 1 }]
    }
}
