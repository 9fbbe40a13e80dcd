//! The reading half of `Regexp` against the recordings: errors, warnings, encoding, group names.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::Path;

use fluentd_playground::onigmo::{Options, Regexp};
use serde_json::Value as Json;

fn options(text: &str) -> Options {
    Options {
        ignore_case: text.contains('i'),
        multi_line: text.contains('m'),
        extend: text.contains('x'),
    }
}

/// What differs from the recording, if anything.
fn compare(case: &Json) -> Option<String> {
    let field = |name: &str| case["ruby34"].get(name).unwrap_or(&case[name]).clone();
    let pattern = case["pattern"].as_str().unwrap();
    let read = Regexp::new(pattern, options(case["options"].as_str().unwrap()));
    let regexp = match (read, field("compile_error").as_str()) {
        (Err(error), Some(wanted)) if error.message == wanted => return None,
        (Err(error), wanted) => return Some(format!("{wanted:?}\n got {:?}", error.message)),
        (Ok(_), Some(wanted)) => return Some(format!("{wanted:?}\n got a regexp")),
        (Ok(regexp), None) => regexp,
    };
    let wanted: Vec<String> = match field("warnings") {
        Json::Array(all) => all.iter().map(|text| text.as_str().unwrap().to_owned()).collect(),
        _ => Vec::new(),
    };
    let got: Vec<String> = regexp.warnings().iter().map(|w| w.message.clone()).collect();
    if wanted != got {
        return Some(format!("{wanted:?}\n got {got:?}"));
    }
    // Not recorded where only Ruby 3.4 compiles the pattern.
    let recorded = case["compile_error"].is_null();
    if recorded && regexp.fixed_encoding() != field("fixed_encoding").is_string() {
        return Some("fixed_encoding".to_owned());
    }
    let found = field("match");
    let groups = found["groups"].as_array()?;
    let mut names = vec![None; regexp.group_count()];
    for name in regexp.names() {
        for &group in &name.groups {
            names[group as usize - 1] = Some(&*name.text);
        }
    }
    let wanted: Vec<Option<&str>> = groups.iter().map(|group| group["name"].as_str()).collect();
    (wanted != names).then(|| format!("{wanted:?}\n got {names:?}"))
}

#[test]
fn patterns_read_as_recorded() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors/regex.public.jsonl");
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let cases = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let different: Vec<String> = cases
        .filter_map(|case| {
            let diff = compare(&case)?;
            Some(format!("{} {:?} {}\n want {diff}", case["id"], case["pattern"], case["options"]))
        })
        .collect();
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
}
