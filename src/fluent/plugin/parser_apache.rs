//! `@type apache` (fluentd `lib/fluent/plugin/parser_apache.rb`): the regexp parser with the older
//! of the two Apache patterns; `apache2` is the usual one.

use super::parser::Configure;
use super::parser_regexp::{PROXY_WITH_DEFAULT, RegexpParser};
use crate::fluent::config::configure_proxy::{ConfigureProxy, Literal};
use crate::fluent::config::element::Element;
use crate::fluent::error::RubyError;

/// The declaration.
pub static PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PROXY_WITH_DEFAULT],
    defaults: &[("time_format", Literal::String("%d/%b/%Y:%H:%M:%S %z"))],
    doc: crate::diag::Text {
        en: "Parses Apache's access log (older pattern).",
        ja: "Apache のアクセスログを (古いパターンで) パースします。",
    },
    ..ConfigureProxy::new("apache")
};

/// The words of PARSE.md 7.1 as a pattern.
pub const EXPRESSION: &str = concat!(
    r"^(?<host>[^ ]*) [^ ]* (?<user>[^ ]*) \[(?<time>[^\]]*)\]",
    r#" "(?<method>\S+)(?: +(?<path>[^ ]*) +\S*)?" (?<code>[^ ]*) (?<size>[^ ]*)"#,
    r#"(?: "(?<referer>[^"]*)" "(?<agent>[^"]*)")?$"#,
);

/// `Fluent::Plugin::ApacheParser`: a regexp parser whose expression stands in the plugin.
pub(super) fn new(conf: &Element, with: &mut Configure<'_>) -> Result<RegexpParser, RubyError> {
    RegexpParser::with_default(&PROXY, EXPRESSION, conf, with)
}
