//! One line given to one configured parser.

use fluentd_playground::encoding::Encoding;
use fluentd_playground::fluent::config::types::Mode;
use fluentd_playground::fluent::config::v1_parser;
use fluentd_playground::fluent::environment::Environment;
use fluentd_playground::fluent::log::Log;
use fluentd_playground::fluent::plugin::parser::{Configure, new_parser};
use fluentd_playground::ruby::string::RString;
use fluentd_playground::ruby::version::RubyVersion;

pub fn parse(body: &str, line: &[u8]) {
    let environment = Environment::default();
    let read = v1_parser::parse(&format!("<parse>\n{body}</parse>\n"), &environment);
    let root = read.root.expect("a configuration");
    let conf = &root.elements[0];
    let mode = Mode { strict: false, ruby: RubyVersion::V3_4 };
    let mut log = Log::default();
    let mut with = Configure { environment: &environment, mode, log: &mut log };
    let mut parser =
        new_parser(conf.text("@type").expect("a type"), conf, &mut with).expect("a parser");
    for encoding in [Encoding::Utf8, Encoding::Ascii8Bit] {
        let text = RString::new(line, encoding);
        let mut out = Vec::new();
        let _ = parser.parse(&text, environment.now, &mut out);
        for field in parser.field_spans(&text) {
            assert!(field.span.start <= field.span.end && field.span.end as usize <= line.len());
        }
    }
}
