//! Configuration by number, then a line: fluentd's syslog parser, and the others with fixed formats.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "parser.rs"]
mod parser;

const CONFIGURATIONS: &[&str] = &[
    "@type syslog\n",
    "@type syslog\nwith_priority true\n",
    "@type syslog\nmessage_format rfc5424\nwith_priority true\n",
    "@type syslog\nmessage_format auto\nwith_priority true\n",
    "@type syslog\nparser_engine string\n",
    "@type syslog\nparser_engine string\nmessage_format rfc5424\nwith_priority true\n",
    "@type syslog\nparser_engine string\nmessage_format auto\nwith_priority true\nsupport_colonless_ident false\n",
    "@type cri\nmerge_cri_fields true\n",
    "@type nginx\n",
    "@type apache2\n",
    "@type apache_error\n",
    "@type kubernetes\n",
];

fuzz_target!(|data: &[u8]| {
    let Some((&choice, line)) = data.split_first() else { return };
    parser::parse(CONFIGURATIONS[usize::from(choice) % CONFIGURATIONS.len()], line);
});
