//! `@type kubernetes` and `@type multiline_kubernetes` (fluent/fluentd-kubernetes-daemonset
//! `plugins/parser_kubernetes.rb`, `plugins/parser_multiline_kubernetes.rb`): klog lines, the regexp
//! parser and the multiline parser with everything fixed.

use super::parser::Configure;
use super::parser_multiline::MultilineParser;
use super::parser_regexp::{PROXY_WITH_DEFAULT, RegexpParser};
use crate::fluent::config::configure_proxy::ConfigureProxy;
use crate::fluent::config::element::{Attr, AttrValue, Element};
use crate::fluent::error::RubyError;
use crate::source::Span;

/// The declaration.
pub static PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PROXY_WITH_DEFAULT],
    doc: crate::diag::Text {
        en: "Parses the log lines of Kubernetes components (klog).",
        ja: "Kubernetes コンポーネントのログ (klog) をパースします。",
    },
    ..ConfigureProxy::new("kubernetes")
};

/// The pattern of klog's header, without the flag and the slashes.
pub const EXPRESSION: &str = concat!(
    r"^(?<severity>\w)(?<time>\d{4} [^\s]*)\s+(?<pid>\d+)\s+",
    r"(?<source>[^ \]]+)\] (?<message>.*)",
);
const FIRSTLINE: &str = r"/^\w\d{4}/";
const TIME_FORMAT: &str = "%m%d %H:%M:%S.%N";

/// `Fluent::Plugin::KubernetesParser`: what is written for `expression` and `time_format` does not
/// count.
pub(super) fn new(conf: &Element, with: &mut Configure<'_>) -> Result<RegexpParser, RubyError> {
    let expression = format!("/{EXPRESSION}/m");
    let settings = [("expression", expression.as_str()), ("time_format", TIME_FORMAT)];
    RegexpParser::new(&overridden(conf, &settings), with)
}

/// `Fluent::Plugin::MultilineKubernetesParser`
pub(super) fn multiline(
    conf: &Element,
    with: &mut Configure<'_>,
) -> Result<MultilineParser, RubyError> {
    let format1 = format!("/{EXPRESSION}/");
    let settings = [
        ("format_firstline", FIRSTLINE),
        ("format1", format1.as_str()),
        ("time_format", TIME_FORMAT),
    ];
    MultilineParser::new(&overridden(conf, &settings), with)
}

/// The section with some parameters set; all that is written counts as read.
pub(super) fn overridden(conf: &Element, settings: &[(&str, &str)]) -> Element {
    for attr in &conf.attrs {
        attr.used.set(true);
    }
    let mut conf = conf.clone();
    for (key, value) in settings {
        conf.set(attr_of(&conf, key, value));
    }
    conf
}

/// A parameter that stands nowhere.
pub(super) fn attr_of(conf: &Element, key: &str, value: &str) -> Attr {
    Attr {
        key: key.to_owned(),
        value: AttrValue::Text(value.to_owned()),
        source: conf.source,
        key_span: Span::at(conf.name_span.end as usize),
        value_span: Span::at(conf.name_span.end as usize),
        used: std::cell::Cell::new(true),
    }
}
