//! A text for every JSON reader; what was read is written and read again.
#![no_main]

use fluentd_playground::encoding::Encoding;
use fluentd_playground::ruby::inspect::inspect;
use fluentd_playground::ruby::json::generate::dump;
use fluentd_playground::ruby::json::spans::value_spans;
use fluentd_playground::ruby::json::{JsonReader, Library};
use fluentd_playground::ruby::string::RString;
use fluentd_playground::ruby::version::RubyVersion;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for (_, span) in value_spans(data) {
        assert!(span.start <= span.end && span.end as usize <= data.len());
    }
    for library in [Library::Oj, Library::Json, Library::Yajl] {
        let mut reader = JsonReader::new(library);
        for encoding in [Encoding::Utf8, Encoding::Ascii8Bit] {
            let value = match reader.read(&RString::new(data, encoding)) {
                Ok(value) => value,
                Err(error) => {
                    assert!(error.at <= data.len(), "{error:?}");
                    continue;
                }
            };
            let _ = inspect(&value, RubyVersion::V3_4);
            if let Ok(text) = dump(&value, library) {
                let _ = reader.read(&RString::new(&text, Encoding::Utf8));
            }
        }
    }
});
