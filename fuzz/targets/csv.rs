//! Separator, then a line: `CSV.parse_line`, and fluentd's csv, tsv and ltsv parsers.
#![no_main]

use fluentd_playground::encoding::Encoding;
use fluentd_playground::ruby::csv::parse_line;
use fluentd_playground::ruby::string::RString;
use fluentd_playground::ruby::version::RubyVersion;
use libfuzzer_sys::fuzz_target;

#[path = "parser.rs"]
mod parser;

const CONFIGURATIONS: &[&str] = &[
    "@type csv\nkeys a,b,c\n",
    "@type csv\nkeys a,b\nparser_type fast\n",
    "@type csv\nkeys time,b\ntime_key time\ntypes b:integer\nnull_value_pattern ^-$\n",
    "@type tsv\nkeys a,b\n",
    "@type ltsv\ntypes a:float\n",
    "@type ltsv\ndelimiter_pattern /\\s+/\nlabel_delimiter =\n",
];

fuzz_target!(|data: &[u8]| {
    let Some((&choice, line)) = data.split_first() else { return };
    for encoding in [Encoding::Utf8, Encoding::Ascii8Bit] {
        let text = RString::new(line, encoding);
        for separator in [",", "\t", ";;", "あ"] {
            for (_, span) in
                parse_line(&text, separator, RubyVersion::V3_4).ok().flatten().iter().flatten()
            {
                assert!(span.start <= span.end && span.end as usize <= line.len());
            }
        }
    }
    parser::parse(CONFIGURATIONS[usize::from(choice) % CONFIGURATIONS.len()], line);
});
