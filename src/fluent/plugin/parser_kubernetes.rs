//! `@type kubernetes` and `@type multiline_kubernetes` (fluent/fluentd-kubernetes-daemonset
//! `plugins/parser_kubernetes.rb`, `plugins/parser_multiline_kubernetes.rb`): klog lines, the regexp
//! parser and the multiline parser with everything fixed.

use super::parser::{Configure, FieldSpan, Parser, Yield};
use super::parser_multiline::MultilineParser;
use super::parser_regexp::{PROXY_WITH_DEFAULT, RegexpParser};
use crate::fluent::config::configure_proxy::ConfigureProxy;
use crate::fluent::config::element::{Attr, AttrValue, Element};
use crate::fluent::error::RubyError;
use crate::ruby::string::RString;
use crate::ruby::value::EventTime;
use crate::source::Span;

/// The declaration.
pub static PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PROXY_WITH_DEFAULT],
    doc: crate::diag::Text {
        en: "Parses the log lines of Kubernetes components (klog).",
        ja: "Kubernetes コンポーネントのログ（klog）をパースします。",
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

/// `Fluent::Plugin::KubernetesParser`, `Fluent::Plugin::MultilineKubernetesParser`
pub(super) struct KubernetesParser(Box<dyn Parser>);

impl KubernetesParser {
    /// `@type kubernetes`: what is written for `expression` and `time_format` does not count.
    pub(super) fn new(
        conf: &Element,
        with: &mut Configure<'_>,
    ) -> Result<KubernetesParser, RubyError> {
        let conf = overridden(
            conf,
            &[("expression", &format!("/{EXPRESSION}/m")), ("time_format", TIME_FORMAT)],
        );
        let parser = RegexpParser::new(&conf, with)?;
        Ok(KubernetesParser(Box::new(parser)))
    }

    /// `@type multiline_kubernetes`
    pub(super) fn multiline(
        conf: &Element,
        with: &mut Configure<'_>,
    ) -> Result<KubernetesParser, RubyError> {
        let conf = overridden(
            conf,
            &[
                ("format_firstline", FIRSTLINE),
                ("format1", &format!("/{EXPRESSION}/")),
                ("time_format", TIME_FORMAT),
            ],
        );
        let parser = MultilineParser::new(&conf, with)?;
        Ok(KubernetesParser(Box::new(parser)))
    }
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

impl Parser for KubernetesParser {
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

    fn has_firstline(&self) -> bool {
        self.0.has_firstline()
    }

    fn firstline(&mut self, line: &RString) -> Result<bool, RubyError> {
        self.0.firstline(line)
    }
}
