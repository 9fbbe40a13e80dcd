//! `time`: one call of the parser's time handling.

use fluentd_playground::fluent::environment::Environment;
use fluentd_playground::fluent::error::RubyError;
use fluentd_playground::fluent::time::{TimeConfig, TimeParser, TimeType};
use fluentd_playground::ruby::value::{EventTime, Hash, Value};
use fluentd_playground::ruby::version::RubyVersion;
use serde_json::Value as Json;

pub(crate) fn run(case: &Json) -> Result<(), String> {
    let environment = Environment {
        now: instant(case["now"].as_str().unwrap_or_default()),
        tz: case["tz_env"].as_str().unwrap_or("UTC").to_owned(),
        ruby: RubyVersion::V3_1,
        ..Environment::default()
    };
    let got = match parse(case, &environment) {
        Ok((time, Some(beyond))) => format!("{beyond}.{}", time.nsec),
        Ok((time, None)) => format!("{}.{}", time.sec, time.nsec),
        Err(error) => error.to_string(),
    };
    let expected = match &case["error"] {
        Json::String(error) => error.clone(),
        _ => format!("{}.{}", case["expect"]["sec"], case["expect"]["nsec"]),
    };
    if got == expected {
        return Ok(());
    }
    Err(format!(
        "  {} {} utc {} localtime {} timezone {} TZ {}\n  input    {}\n  expected {expected}\n  got      {got}",
        case["engine"],
        case["time_format"],
        case["utc"],
        case["localtime"],
        case["timezone"],
        case["tz_env"],
        case["input"]
    ))
}

fn parse(case: &Json, environment: &Environment) -> Result<(EventTime, Option<String>), RubyError> {
    let text = |name: &str| case[name].as_str().map(str::to_owned);
    let fallbacks = case["time_format_fallbacks"].as_array();
    let config = TimeConfig {
        time_type: match case["time_type"].as_str() {
            Some("unixtime") => TimeType::Unixtime,
            Some("float") => TimeType::Float,
            Some("mixed") => TimeType::Mixed,
            _ => TimeType::String,
        },
        time_type_written: !case["time_type"].is_null(),
        time_format: text("time_format"),
        localtime: case["localtime"].as_bool(),
        utc: case["utc"].as_bool(),
        timezone: text("timezone"),
        time_format_fallbacks: fallbacks.map_or(Vec::new(), |formats| {
            formats.iter().filter_map(Json::as_str).map(str::to_owned).collect()
        }),
    };
    let mut parser = TimeParser::new(&config, environment)?;
    let time = parser.parse(&value(&case["input"]), environment.now)?;
    Ok((time, parser.beyond().map(str::to_owned)))
}

/// `seconds.nanoseconds`
pub(crate) fn instant(text: &str) -> EventTime {
    let (sec, nsec) = text.split_once('.').unwrap_or((text, "0"));
    EventTime { sec: sec.parse().unwrap_or(0), nsec: nsec.parse().unwrap_or(0) }
}

fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Value::Integer(integer),
            None if number.to_string().bytes().all(|byte| byte.is_ascii_digit()) => {
                Value::BigInteger(number.to_string().into())
            }
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::from(items.iter().map(value).collect::<Vec<_>>()),
        Json::Object(entries) => {
            let mut hash = Hash::new();
            for (key, item) in entries {
                hash.insert(key.as_str(), value(item));
            }
            Value::from(hash)
        }
    }
}
