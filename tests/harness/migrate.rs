//! A pasted text of the migration checker, to its findings.

use fluentd_playground::migrate::{Kind, Target, check};
use serde_json::{Value as Json, json};

pub(crate) fn run(case: &Json) -> Result<(), String> {
    let input = case["input"].as_str().unwrap();
    let kind = match case["kind"].as_str().unwrap() {
        "manifest" => Kind::Manifest,
        "iam" => Kind::Policy,
        _ => Kind::FluentConf,
    };
    let target = case["target"].as_str().and_then(Target::new).unwrap_or_default();
    let shown = |finding: &Json| {
        let part = |name: &str| finding[name].to_string();
        [part("line"), part("rule"), part("path"), part("severity"), part("what")].join(" ")
    };
    let found: Vec<String> = check(kind, input, target)
        .iter()
        .map(|finding| {
            shown(&json!({
                "rule": finding.rule,
                "severity": finding.severity.word(),
                "path": finding.path,
                "line": finding.line,
                "what": finding.what,
            }))
        })
        .collect();
    let wanted: Vec<String> = case["findings"].as_array().unwrap().iter().map(shown).collect();
    let sorted = |list: &[String]| {
        let mut list = list.to_vec();
        list.sort();
        list
    };
    if sorted(&found) == sorted(&wanted) {
        return Ok(());
    }
    let missing: Vec<&String> = wanted.iter().filter(|one| !found.contains(one)).collect();
    let extra: Vec<&String> = found.iter().filter(|one| !wanted.contains(one)).collect();
    Err(format!("missing {missing:#?}\nextra {extra:#?}"))
}
