//! `@type apache_error` (fluentd `lib/fluent/plugin/parser_apache_error.rb`): the regexp parser for Apache's
//! error log. Without `time_format` the time is left to `Time.parse`.

use super::parser::Configure;
use super::parser_regexp::{PROXY_WITH_DEFAULT, RegexpParser};
use crate::fluent::config::configure_proxy::ConfigureProxy;
use crate::fluent::config::element::Element;
use crate::fluent::error::RubyError;

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

/// `Fluent::Plugin::ApacheErrorParser`: a regexp parser whose expression stands in the plugin.
pub(super) fn new(conf: &Element, with: &mut Configure<'_>) -> Result<RegexpParser, RubyError> {
    RegexpParser::with_default(&PROXY, EXPRESSION, conf, with)
}
