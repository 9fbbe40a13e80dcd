//! Format, NUL, text: `time_format` as fluentd reads it, and what the page says about it.
#![no_main]

use fluentd_playground::encoding::Encoding;
use fluentd_playground::fluent::environment::Environment;
use fluentd_playground::fluent::time::explain::formats_for;
use fluentd_playground::fluent::time::{TimeConfig, TimeParser};
use fluentd_playground::ruby::string::RString;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(at) = data.iter().position(|&byte| byte == 0) else { return };
    let (format, text) = (&data[..at], &data[at + 1..]);
    let Ok(format) = std::str::from_utf8(format) else { return };
    let environment = Environment { tz: "Asia/Tokyo".to_owned(), ..Environment::default() };
    let now = environment.now;
    let mut config = TimeConfig::with_format(format);
    if format.is_empty() {
        config.time_format = None;
    }
    let Ok(mut parser) = TimeParser::new(&config, &environment) else { return };
    let first = parser.parse_text(text, now).ok();
    assert_eq!(first, parser.parse_text(text, now).ok(), "asked twice");
    for text_parser in parser.texts() {
        let _ = text_parser.explain(&RString::new(text, Encoding::Utf8), now);
    }
    for format in formats_for(text, now) {
        assert!(!format.is_empty());
    }
});
