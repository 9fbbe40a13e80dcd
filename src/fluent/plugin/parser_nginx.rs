//! `@type nginx` (fluentd `lib/fluent/plugin/parser_nginx.rb`): the regexp parser with nginx's
//! combined format, anchored at both ends of a line (SURPRISE 46).

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
        en: "Parses nginx's access log in the combined format.",
        ja: "nginx のアクセスログ (combined 形式) をパースします。",
    },
    ..ConfigureProxy::new("nginx")
};

/// The words of PARSE.md 7.1 as a pattern.
pub const EXPRESSION: &str = concat!(
    r"^(?<remote>[^ ]*) (?<host>[^ ]*) (?<user>[^ ]*) \[(?<time>[^\]]*)\]",
    r#" "(?<method>\S+)(?: +(?<path>[^"]*?)(?: +\S*)?)?" (?<code>[^ ]*) (?<size>[^ ]*)"#,
    r#"(?: "(?<referer>[^"]*)" "(?<agent>[^"]*)"(?:\s+"?(?<http_x_forwarded_for>[^"]*)"?)?)?$"#,
);

/// `Fluent::Plugin::NginxParser`: a regexp parser whose expression stands in the plugin.
pub(super) fn new(conf: &Element, with: &mut Configure<'_>) -> Result<RegexpParser, RubyError> {
    RegexpParser::with_default(&PROXY, EXPRESSION, conf, with)
}
