//! One section against declared parameters: their values, fluentd's log, what nothing read.

use fluentd_playground::fluent::config::configure_proxy::{
    ConfigureProxy, Kind, Literal, Param, ValueType,
};
use fluentd_playground::fluent::config::element::Element;
use fluentd_playground::fluent::config::section::{Entry, Section, SectionGenerator};
use fluentd_playground::fluent::config::types::{Mode, Setting};
use fluentd_playground::fluent::config::v1_parser::parse;
use fluentd_playground::fluent::environment::Environment;
use fluentd_playground::fluent::log::Log;
use fluentd_playground::onigmo::regexp::Regexp;
use fluentd_playground::ruby::value::Value;
use fluentd_playground::ruby::version::RubyVersion;
use serde_json::{Map, Value as Json, json};

pub(crate) fn run(case: &Json) -> Result<(), String> {
    let conf = case["conf"].as_str().unwrap();
    let root = parse(conf, &Environment::default()).root.ok_or("the configuration is not read")?;
    let element = &root.elements[0];
    let proxy = proxy("", &Json::Null, &case["schema"]);
    let mut log = Log::default();
    let mode = Mode { strict: case["strict"] == true, ruby: RubyVersion::V3_1 };
    let result = SectionGenerator { log: &mut log, mode }.plugin(&proxy, element, None);
    let (values, error) = match &result {
        Ok(section) => (entries(section, ""), Json::Null),
        Err(error) => (Json::Null, json!(error.to_string())),
    };
    let unused = if result.is_ok() { unused(element) } else { json!([]) };
    let got = json!({
        "values": values,
        "error": error,
        "log": log.lines().collect::<Vec<_>>(),
        "unused": unused,
    });
    let or_empty = |name: &str| if case[name].is_array() { case[name].clone() } else { json!([]) };
    let wanted = json!({
        "values": case["values"],
        "error": case["error"],
        "log": or_empty("log"),
        "unused": or_empty("unused"),
    });
    if got == wanted {
        return Ok(());
    }
    Err(format!("conf   {}\nwanted {wanted}\ngot    {got}", case["conf"]))
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn text(value: &Json) -> Option<&'static str> {
    value.as_str().map(|text| leak(text.to_owned()).as_str())
}

/// The declaration of a recorded schema; its data live as long as the test.
fn proxy(name: &str, opts: &Json, schema: &Json) -> ConfigureProxy {
    let mut proxy = ConfigureProxy::new(leak(name.to_owned()));
    proxy.param_name = text(&opts["param_name"]);
    proxy.alias = text(&opts["alias"]);
    proxy.required = opts["required"] == true;
    proxy.multi = opts["multi"] != false;
    proxy.init = opts["init"] == true;
    let (mut params, mut sections) = (Vec::new(), Vec::new());
    for entry in schema.as_array().unwrap() {
        if let Some(section) = entry["section"].as_str() {
            sections.push(self::proxy(section, &entry["opts"], &entry["params"]));
        } else if let Some(argument) = text(&entry["argument"]) {
            proxy.argument = Some(param(argument, entry));
        } else {
            params.push(param(text(&entry["name"]).unwrap(), entry));
        }
    }
    proxy.params = leak(params);
    proxy.sections = leak(sections);
    proxy
}

fn param(name: &'static str, entry: &Json) -> Param {
    let opts = &entry["opts"];
    let value_type = match opts["value_type"].as_str() {
        None => None,
        Some("string") => Some(ValueType::String),
        Some("integer") => Some(ValueType::Integer),
        Some("float") => Some(ValueType::Float),
        Some("size") => Some(ValueType::Size),
        Some("time") => Some(ValueType::Time),
        Some("bool") => Some(ValueType::Bool),
        Some("regexp") => Some(ValueType::Regexp),
        Some("symbol") => Some(ValueType::Symbol),
        Some(other) => panic!("value_type {other}"),
    };
    let kind = match entry["type"].as_str().unwrap() {
        "string" => Kind::String,
        "integer" => Kind::Integer,
        "float" => Kind::Float,
        "size" => Kind::Size,
        "time" => Kind::Time,
        "bool" => Kind::Bool,
        "regexp" => Kind::Regexp,
        "array" => Kind::Array(value_type),
        "hash" if opts["symbolize_keys"] == true => Kind::SymbolHash(value_type),
        "hash" => Kind::Hash(value_type),
        "enum" => {
            let list: Vec<&'static str> =
                opts["list"].as_array().unwrap().iter().map(|name| text(name).unwrap()).collect();
            Kind::Enum(leak(list))
        }
        other => panic!("type {other}"),
    };
    let mut param = Param::new(name, kind);
    // fluentd's own enums have Symbols for defaults; JSON has none.
    param.default = match opts.get("default") {
        Some(name @ Json::String(_)) if entry["type"] == "enum" => text(name).map(Literal::Symbol),
        other => other.map(literal),
    };
    param.alias = text(&opts["alias"]);
    param.secret = opts["secret"] == true;
    param.deprecated = text(&opts["deprecated"]);
    param.obsoleted = text(&opts["obsoleted"]);
    param
}

fn literal(value: &Json) -> Literal {
    match value {
        Json::Null => Literal::Nil,
        Json::Bool(flag) => Literal::Bool(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Literal::Integer(number),
            None => Literal::Float(number.as_f64().unwrap()),
        },
        Json::String(_) => Literal::String(text(value).unwrap()),
        Json::Array(items) => Literal::Array(leak(items.iter().map(literal).collect::<Vec<_>>())),
        Json::Object(entries) => {
            let entries =
                entries.iter().map(|(key, value)| (leak(key.clone()).as_str(), literal(value)));
            Literal::Hash(leak(entries.collect::<Vec<_>>()))
        }
    }
}

/// The values; in sections below the outermost the names are Symbols.
fn entries(section: &Section, prefix: &str) -> Json {
    let mut out = Map::new();
    for (name, entry) in section.entries() {
        let value = match entry {
            Entry::Setting(setting) => setting_json(setting),
            Entry::Section(None) => Json::Null,
            Entry::Section(Some(section)) => entries(section, ":"),
            Entry::Sections(sections) => {
                sections.iter().map(|section| entries(section, ":")).collect()
            }
        };
        out.insert(format!("{prefix}{name}"), value);
    }
    Json::Object(out)
}

fn setting_json(setting: &Setting) -> Json {
    match setting {
        Setting::Value(value) => value_json(value),
        Setting::Regexp(regexp) => regexp_json(regexp),
        Setting::Regexps(regexps) => {
            regexps.iter().map(|regexp| regexp.as_deref().map_or(Json::Null, regexp_json)).collect()
        }
        Setting::RegexpHash(regexps) => {
            let entries = regexps.iter().map(|(key, regexp)| {
                (key_text(key), regexp.as_deref().map_or(Json::Null, regexp_json))
            });
            Json::Object(entries.collect())
        }
    }
}

fn regexp_json(regexp: &Regexp) -> Json {
    let options = regexp.options();
    let flags = [(options.ignore_case, "i"), (options.multi_line, "m"), (options.extend, "x")];
    let flags: String = flags.iter().filter(|(on, _)| *on).map(|(_, flag)| *flag).collect();
    json!({ "$regexp": regexp.pattern(), "options": flags })
}

fn key_text(key: &Value) -> String {
    match key {
        Value::String(text) => text.to_lossy().into_owned(),
        Value::Symbol(name) => format!(":{name}"),
        Value::Nil => "$nil_key".to_owned(),
        other => panic!("key {other:?}"),
    }
}

fn value_json(value: &Value) -> Json {
    match value {
        Value::Nil => Json::Null,
        Value::Bool(flag) => json!(flag),
        Value::Integer(number) => json!(number),
        Value::BigInteger(digits) => json!({ "$bigint": &**digits }),
        Value::Float(number) if number.is_finite() => {
            serde_json::from_str(&fluentd_playground::ruby::float::to_s(*number)).unwrap()
        }
        Value::Float(number) => json!({ "$float": number.to_string() }),
        Value::String(text) => json!(text.as_str().unwrap()),
        Value::Symbol(name) => json!({ "$symbol": &**name }),
        Value::Array(items) => items.iter().map(value_json).collect(),
        Value::Hash(hash) => {
            let entries = hash.iter().map(|(key, value)| (key_text(key), value_json(value)));
            Json::Object(entries.collect())
        }
        other => panic!("{other:?}"),
    }
}

/// `[name, section, unused_in]` of everything that nothing read.
fn unused(element: &Element) -> Json {
    let mut out = Vec::new();
    collect(element, true, &mut out);
    Json::Array(out)
}

fn collect(element: &Element, outermost: bool, out: &mut Vec<Json>) {
    let used = outermost || element.used.get();
    let unused_in = match element.unused_in.borrow().as_ref() {
        Some(unused_in) if !used => json!([unused_in.parent, unused_in.plugin]),
        _ => json!([]),
    };
    for attr in element.attrs.iter().filter(|attr| !attr.used.get()) {
        out.push(json!([attr.key, element.name, unused_in]));
    }
    element.elements.iter().for_each(|inner| collect(inner, false, out));
}
