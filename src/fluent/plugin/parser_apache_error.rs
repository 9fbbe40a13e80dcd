//! `@type apache_error` (fluentd `lib/fluent/plugin/parser_apache_error.rb`): the regexp parser for Apache's
//! error log. Without `time_format` the time is left to `Time.parse`.

use super::parser::{Configure, FieldSpan, Parser, Yield};
use super::parser_regexp::{PROXY_WITH_DEFAULT, RegexpParser};
use crate::fluent::config::configure_proxy::ConfigureProxy;
use crate::fluent::config::element::Element;
use crate::fluent::error::RubyError;
use crate::ruby::string::RString;
use crate::ruby::value::EventTime;

/// The declaration.
pub static PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PROXY_WITH_DEFAULT],
    doc: crate::diag::Text {
        en: "Parses Apache's error log.",
        ja: "Apache のエラーログをパースします。",
    },
    ..ConfigureProxy::new("apache_error")
};

/// The words of PARSE.md 7.1 as a pattern.
pub const EXPRESSION: &str = concat!(
    r"^\[[^ ]* (?<time>[^\]]*)\] \[(?<level>[^\]]*)\](?: \[pid (?<pid>[^\]]*)\])?",
    r"( \[client (?<client>[^\]]*)\])? (?<message>.*)$",
);

/// `Fluent::Plugin::ApacheErrorParser`
pub(super) struct ApacheErrorParser(RegexpParser);

impl ApacheErrorParser {
    pub(super) fn new(
        conf: &Element,
        with: &mut Configure<'_>,
    ) -> Result<ApacheErrorParser, RubyError> {
        RegexpParser::with_default(&PROXY, EXPRESSION, conf, with).map(ApacheErrorParser)
    }
}

impl Parser for ApacheErrorParser {
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
