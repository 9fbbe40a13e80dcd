//! A configuration: every byte kept, every place in the text, findings and their edits.
#![no_main]

use fluentd_playground::advise::lint::conf::lint_conf;
use fluentd_playground::fluent::config::assist::{complete, hover};
use fluentd_playground::fluent::config::edit::{apply, written};
use fluentd_playground::fluent::config::v1_parser::parse;
use fluentd_playground::fluent::environment::Environment;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let environment = Environment {
        files: vec![
            ("a1.conf".into(), "x 1\n".into()),
            ("x.conf".into(), "@include x.conf\n".into()),
        ],
        ..Environment::default()
    };
    let parsed = parse(text, &environment);
    assert_eq!(parsed.files[0].print(), text);
    assert_eq!(parsed.root.is_some(), parsed.errors.is_empty());
    for error in &parsed.errors {
        let (_, span) = error.place.expect("a place");
        assert!(span.start <= span.end);
    }
    for found in lint_conf(&parsed) {
        for edit in found.fix.iter().flat_map(|fix| &fix.edits) {
            let _ = apply(text, std::slice::from_ref(edit));
        }
    }
    let offset = data.first().map_or(0, |&byte| usize::from(byte) % (text.len() + 1));
    let _ = (complete(text, offset), hover(text, offset));
    let read = parse(&format!("k {}\n", written(text)), &environment);
    assert_eq!(read.root.expect("a value").text("k"), Some(text));
});
