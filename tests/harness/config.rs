//! A configuration's text, to the tree that fluentd reads or its error, and back to the text.

use fluentd_playground::fluent::config::element::{AttrValue, Element};
use fluentd_playground::fluent::config::v1_parser::parse;
use fluentd_playground::fluent::environment::Environment;
use fluentd_playground::ruby::version::RubyVersion;
use serde_json::{Value as Json, json};

/// The environment of the recordings (PARSE.md section 1).
pub(crate) fn environment(case: &Json) -> Environment {
    let env = [
        ("APP_ENV", "prod"),
        ("PORT", "24224"),
        ("EMPTY", ""),
        ("JP", "日本"),
        ("DQ", "a\"b"),
        ("HASHY", "a #b"),
        ("NL", "l1\nl2"),
        ("SERVERENGINE_WORKER_ID", "0"),
    ];
    let files = case["files"].as_object().into_iter().flatten();
    Environment {
        env: env.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
        files: files
            .map(|(name, text)| (name.clone(), text.as_str().unwrap().to_owned()))
            .collect(),
        ruby: RubyVersion::V3_1,
        ..Environment::default()
    }
}

pub(crate) fn run(case: &Json) -> Result<(), String> {
    let conf = case["conf"].as_str().unwrap();
    let parsed = parse(conf, &environment(case));
    if let Some(file) = parsed.files.iter().find(|file| file.print() != file.text) {
        return Err(format!("{} does not print as it was read: {:?}", file.path, file.print()));
    }
    let got = json!({
        "tree": parsed.root.as_ref().map(tree),
        "error": parsed.errors.first().map(ToString::to_string),
        "log": parsed.log.lines().collect::<Vec<_>>(),
    });
    let log = if case["log"].is_array() { case["log"].clone() } else { json!([]) };
    let wanted = json!({ "tree": case["tree"], "error": case["error"], "log": log });
    if got == wanted {
        return Ok(());
    }
    Err(format!("conf   {conf:?}\nwanted {wanted}\ngot    {got}"))
}

fn tree(element: &Element) -> Json {
    let attrs: Vec<Json> = element
        .attrs
        .iter()
        .map(|attr| {
            let value = match &attr.value {
                AttrValue::Text(text) => json!(text),
                AttrValue::Nil => Json::Null,
                AttrValue::Default => json!({ "$default": true }),
            };
            json!([attr.key, value])
        })
        .collect();
    let elements: Vec<Json> = element.elements.iter().map(tree).collect();
    // A tag without a name has nil for it; a name that is there is never empty.
    let name = (!element.name.is_empty()).then_some(&element.name);
    json!({ "name": name, "arg": element.arg, "attrs": attrs, "elements": elements })
}
