//! `parse`: one text given to one configured parser.
//!
//! Recorded on Ruby 3.1; the engine is asked in that Ruby's words.

use std::fmt::Write;

use fluentd_playground::encoding::Encoding;
use fluentd_playground::fluent::config::section::unused;
use fluentd_playground::fluent::config::types::Mode;
use fluentd_playground::fluent::config::v1_parser;
use fluentd_playground::fluent::environment::Environment;
use fluentd_playground::fluent::error::RubyError;
use fluentd_playground::fluent::log::Log;
use fluentd_playground::fluent::plugin::parser::{Configure, Parser, Yield, new_parser};
use fluentd_playground::ruby::inspect::inspect;
use fluentd_playground::ruby::string::RString;
use fluentd_playground::ruby::value::{EventTime, OtherObject, Record, Value};
use fluentd_playground::ruby::version::RubyVersion;
use serde_json::{Value as Json, json};

use super::time::instant;

pub(crate) fn run(case: &Json) -> Result<(), String> {
    let expected = json!({
        "config_error": case["config_error"],
        "expect": case["expect"],
        "nil_yields": case["nil_yields"],
        "raised": case["raised"],
        "config_log": case.get("config_log").cloned().unwrap_or_else(|| json!([])),
        "unused_params": case.get("unused_params").cloned().unwrap_or_else(|| json!([])),
    });
    let got = outcome(case);
    if got == expected {
        return Ok(());
    }
    Err(format!(
        "  conf     {}\n  input    {} {}\n  expected {expected}\n  got      {got}",
        case["parse_conf"].as_str().unwrap_or_default().replace('\n', "\n           "),
        case["input_encoding"],
        if case["input"].is_null() { &case["input_b64"] } else { &case["input"] },
    ))
}

fn outcome(case: &Json) -> Json {
    let environment = Environment {
        now: instant(case["now"].as_str().unwrap_or_default()),
        tz: case["tz_env"].as_str().unwrap_or("UTC").to_owned(),
        ruby: RubyVersion::V3_1,
        ..Environment::default()
    };
    let mut log = Log::default();
    let configured = configured(case, &environment, &mut log);
    // The recorder kept warnings and errors.
    let log: Vec<String> = log.lines().filter(|line| !line.starts_with("[info]")).collect();
    let (mut parser, unused) = match configured {
        Ok(configured) => configured,
        Err(error) => {
            return json!({
                "config_error": error.to_string(), "expect": [], "nil_yields": 0, "raised": null,
                "config_log": log, "unused_params": [],
            });
        }
    };
    let mut yields = Vec::new();
    let raised = parser.parse(&input(case), environment.now, &mut yields).err();
    let events: Vec<Json> = yields.iter().filter_map(event).collect();
    json!({
        "config_error": null,
        "nil_yields": yields.len() - events.len(),
        "expect": events,
        // The recorder printed broken bytes as question marks.
        "raised": raised.map(|error| error.to_string().replace('\u{fffd}', "?")),
        "config_log": log,
        "unused_params": unused,
    })
}

fn configured(
    case: &Json,
    environment: &Environment,
    log: &mut Log,
) -> Result<(Box<dyn Parser>, Vec<String>), RubyError> {
    let body = case["parse_conf"].as_str().unwrap_or_default();
    let text = format!("<parse>\n{body}\n</parse>\n");
    let config = v1_parser::parse(&text, environment);
    log.sentences.extend(config.log.sentences);
    if let Some(error) = config.errors.into_iter().next() {
        return Err(error);
    }
    let root = config.root.unwrap_or_else(|| panic!("neither a tree nor an error: {text}"));
    let conf = &root.elements[0];
    // The recorder refused a section without a type in these words.
    let Some(type_name) = conf.text("@type") else {
        return Err(RubyError::config("Missing '@type' parameter"));
    };
    let mode = Mode { strict: false, ruby: RubyVersion::V3_1 };
    let parser = new_parser(type_name, conf, &mut Configure { environment, mode, log })?;
    let unused = unused(conf).into_iter().map(|unused| {
        let section = unused.said.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        format!("{} in <{section}>", unused.key)
    });
    Ok((parser, unused.collect()))
}

fn input(case: &Json) -> RString {
    let encoding = match case["input_encoding"].as_str() {
        Some("UTF-8") => Encoding::Utf8,
        _ => Encoding::Ascii8Bit,
    };
    match case["input"].as_str() {
        Some(text) => RString::new(text.as_bytes(), encoding),
        None => {
            RString::new(&from_base64(case["input_b64"].as_str().unwrap_or_default()), encoding)
        }
    }
}

fn event(yielded: &Yield) -> Option<Json> {
    match yielded {
        Yield::Nil => None,
        Yield::Event { time, time_is_now, record } => Some(json!({
            "sec": time.map(|time| time.sec),
            "nsec": time.map(|time| time.nsec),
            "time_is_now": time_is_now,
            "record": record_json(record),
        })),
    }
}

pub(crate) fn record_json(record: &Record) -> Json {
    let entries = record.iter().map(|(key, value)| {
        let key = match key {
            Value::String(text) => text.to_lossy().into_owned(),
            Value::Nil => "$nil_key".to_owned(),
            Value::Symbol(name) => format!(":{name}"),
            other => inspect(other, Default::default()),
        };
        (key, value_json(value))
    });
    Json::Object(entries.collect())
}

/// A value as the recordings tag it.
pub(crate) fn value_json(value: &Value) -> Json {
    match value {
        Value::Nil => Json::Null,
        Value::Bool(truth) => json!(truth),
        // The recorder counted the smallest of them as beyond 64 bits.
        Value::Integer(i64::MIN) => json!({"$bigint": i64::MIN.to_string()}),
        Value::Integer(number) => json!(number),
        Value::BigInteger(digits) => json!({"$bigint": digits.as_ref()}),
        Value::Float(number) if number.is_nan() => json!({"$float": "NaN"}),
        Value::Float(number) if number.is_infinite() => {
            json!({"$float": if *number > 0.0 { "Infinity" } else { "-Infinity" }})
        }
        // As Ruby prints it, so that 1.0 is not 1.
        Value::Float(number) => {
            serde_json::from_str(&fluentd_playground::ruby::float::to_s(*number))
                .unwrap_or_default()
        }
        Value::String(text) => match text.as_str() {
            Some(text) => json!(text),
            None => json!({"$bytes_b64": to_base64(text.as_bytes())}),
        },
        Value::Array(items) => Json::Array(items.iter().map(value_json).collect()),
        Value::Hash(hash) => record_json(hash),
        Value::EventTime(EventTime { sec, nsec }) => json!({"$event_time": [sec, nsec]}),
        Value::Symbol(name) => json!({"$symbol": name.as_ref()}),
        Value::Other(object) if object.class == "Time" => json!({"$ruby_time": in_utc(object)}),
        Value::Other(object) => json!({"$ruby": object.class, "to_s": object.to_s}),
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(crate) fn from_base64(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for letter in text.bytes().filter(|&letter| letter != b'=') {
        let Some(digit) = ALPHABET.iter().position(|&known| known == letter) else { continue };
        bits = bits << 6 | digit as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    out
}

pub(crate) fn to_base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0u32, |group, &byte| group << 8 | u32::from(byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            if place <= chunk.len() {
                let digit = group >> (18 - 6 * place) & 63;
                _ = write!(out, "{}", ALPHABET[digit as usize] as char);
            } else {
                out.push('=');
            }
        }
    }
    out
}

/// A Time as the recorder shows it: in UTC. Harnesses run with `TZ=UTC`.
fn in_utc(time: &OtherObject) -> String {
    time.inspect.replace(" +0000", " UTC")
}
