//! `@type apache` (fluentd `lib/fluent/plugin/parser_apache.rb`): the regexp parser with the older
//! of the two Apache patterns; `apache2` is the usual one.

use super::parser::{Configure, FieldSpan, Parser, Yield};
use super::parser_regexp::{PROXY_WITH_DEFAULT, RegexpParser};
use crate::fluent::config::configure_proxy::{ConfigureProxy, Literal};
use crate::fluent::config::element::Element;
use crate::fluent::error::RubyError;
use crate::ruby::string::RString;
use crate::ruby::value::EventTime;

/// The declaration.
pub static PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PROXY_WITH_DEFAULT],
    defaults: &[("time_format", Literal::String("%d/%b/%Y:%H:%M:%S %z"))],
    doc: crate::diag::Text {
        en: "Parses Apache's access log (older pattern).",
        ja: "Apache のアクセスログを（古いパターンで）パースします。",
    },
    ..ConfigureProxy::new("apache")
};

/// The words of PARSE.md 7.1 as a pattern.
pub const EXPRESSION: &str = concat!(
    r"^(?<host>[^ ]*) [^ ]* (?<user>[^ ]*) \[(?<time>[^\]]*)\]",
    r#" "(?<method>\S+)(?: +(?<path>[^ ]*) +\S*)?" (?<code>[^ ]*) (?<size>[^ ]*)"#,
    r#"(?: "(?<referer>[^"]*)" "(?<agent>[^"]*)")?$"#,
);

/// `Fluent::Plugin::ApacheParser`
pub(super) struct ApacheParser(RegexpParser);

impl ApacheParser {
    pub(super) fn new(conf: &Element, with: &mut Configure<'_>) -> Result<ApacheParser, RubyError> {
        RegexpParser::with_default(&PROXY, EXPRESSION, conf, with).map(ApacheParser)
    }
}

impl Parser for ApacheParser {
    fn parse(
        &mut self,
        text: &RString,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        self.0.parse(text, now, out)
    }

    fn field_spans(&mut self, text: &RString) -> Vec<FieldSpan> {
        self.0.field_spans(text)
    }
}
