//! One configuration text to a tree or an error.

use std::fmt::Write as _;

use fluentd_playground::fluent::config::element::{AttrValue, Element};
use fluentd_playground::fluent::config::v1_parser;
use fluentd_playground::fluent::environment::Environment;
use serde_json::{Value as Json, json};

/// The environment of the recordings (PARSE.md section 1).
fn environment(case: &Json) -> Environment {
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
    let files = case["files"].as_object().map(|files| {
        files
            .iter()
            .map(|(path, text)| (path.clone(), text.as_str().unwrap_or_default().to_owned()))
            .collect()
    });
    Environment {
        env: env.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        files: files.unwrap_or_default(),
        ..Environment::default()
    }
}

pub(crate) fn run(case: &Json) -> Result<(), String> {
    let text = case["conf"].as_str().unwrap_or_default();
    let config = v1_parser::parse(text, "fluent.conf", &environment(case));
    let error = config.error.as_ref().map(ToString::to_string);
    let tree = config.root.as_ref().map_or(Json::Null, tree);
    let log: Vec<String> = config.log.lines().collect();
    let mut diff = String::new();
    if !same_error(error.as_deref(), case["error"].as_str()) {
        let _ = writeln!(diff, "  error  {error:?}\n  wanted {:?}", case["error"].as_str());
    }
    // Ruby 3.4 writes `{"a" => 1}`, the recordings' 3.1 `{"a"=>1}`.
    let plain = |tree: &Json| tree.to_string().replace(" => ", "=>");
    if plain(&tree) != plain(&case["tree"]) {
        let _ = writeln!(diff, "  tree   {tree}\n  wanted {}", case["tree"]);
    }
    if case.get("log").is_some_and(|wanted| *wanted != json!(log)) {
        let _ = writeln!(diff, "  log    {log:?}\n  wanted {}", case["log"]);
    }
    if !config.not_simulated.is_empty() {
        let _ = writeln!(diff, "  not simulated: {:?}", config.not_simulated);
    }
    if diff.is_empty() { Ok(()) } else { Err(format!("{text}\n{diff}")) }
}

/// Equal but for what depends on Ruby's version: the quote of Ruby 3.4 and its `nil:NilClass`.
fn same_error(got: Option<&str>, wanted: Option<&str>) -> bool {
    let plain = |text: &str| {
        text.replace('`', "'")
            .replace("nil:NilClass", "nil")
            .replace("an instance of Binding", "#<Binding>")
    };
    match (got, wanted) {
        (Some(got), Some(wanted)) => plain(got) == plain(wanted),
        (got, wanted) => got == wanted,
    }
}

fn tree(element: &Element) -> Json {
    let attrs: Vec<Json> = element
        .attrs
        .iter()
        .map(|attr| {
            let value = match &attr.value {
                AttrValue::Text(text) => json!(text),
                AttrValue::Nil => Json::Null,
                AttrValue::Default => json!({"$default": true}),
            };
            json!([attr.key, value])
        })
        .collect();
    let elements: Vec<Json> = element.elements.iter().map(tree).collect();
    let name = if element.name.is_empty() { Json::Null } else { json!(element.name) };
    json!({"name": name, "arg": element.arg, "attrs": attrs, "elements": elements})
}
