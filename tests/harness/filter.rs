//! `filter`: one filter, or one output that emits, fed event by event with a clock moved by hand.
//!
//! Recorded on Ruby 3.1. The texts of Ruby's own NoMethodError, SyntaxError and of the like are
//! informative: only their class counts.

use std::rc::Rc;

use fluentd_playground::encoding::Encoding;
use fluentd_playground::fluent::config::v1_parser::parse;
use fluentd_playground::fluent::environment::Environment;
use fluentd_playground::fluent::event::{Event, Lines, Tag, share};
use fluentd_playground::fluent::log::Log;
use fluentd_playground::fluent::plugin::filter::{Action, Context, ErrorEvent};
use fluentd_playground::fluent::plugin::output::{Emission, Target};
use fluentd_playground::fluent::plugin::registry::Installed;
use fluentd_playground::fluent::root_agent::{Body, RootAgent};
use fluentd_playground::ruby::error::RubyError;
use fluentd_playground::ruby::string::RString;
use fluentd_playground::ruby::value::{EventTime, Hash, Value};
use fluentd_playground::ruby::version::RubyVersion;
use serde_json::{Value as Json, json};

use super::parse::{from_base64, record_json};

pub(crate) fn run(case: &Json) -> Result<(), String> {
    let got = outcome(case);
    let mut wrong = Vec::new();
    for key in
        ["config_error", "expect", "timeout_events", "error_events", "raised", "log", "stdout"]
    {
        let expected = match &case[key] {
            Json::Null if key != "config_error" => json!([]),
            other => other.clone(),
        };
        let (expected, got) = (normal(&expected, key), normal(&got[key], key));
        if expected != got {
            wrong.push(format!("  {key}\n    expected {expected}\n    got      {got}"));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let conf = case["filter_conf"].as_str().unwrap_or_default().replace('\n', "\n    ");
    Err(format!("  conf\n    {conf}\n  events {}\n{}", case["events"], wrong.join("\n")))
}

/// What is compared: of Ruby's own exceptions the class, of places in a text the message.
fn normal(value: &Json, key: &str) -> Json {
    match value {
        Json::Array(items) => Json::Array(items.iter().map(|item| normal(item, key)).collect()),
        Json::Object(fields) => Json::Object(
            fields
                .iter()
                .map(|(name, value)| {
                    let value =
                        if name == "error" { normal(value, "error") } else { value.clone() };
                    (name.clone(), value)
                })
                .collect(),
        ),
        Json::String(text) if matches!(key, "error" | "config_error" | "raised") => {
            json!(ruby_text(text))
        }
        other => other.clone(),
    }
}

fn ruby_text(text: &str) -> String {
    // The place in the text: the recorder named the file otherwise.
    if let Some((head, _)) = text.split_once(" at ").filter(|_| text.contains("ConfigParseError")) {
        return head.to_owned();
    }
    for class in ["NoMethodError", "SyntaxError"] {
        if text.starts_with(class) {
            return class.to_owned();
        }
    }
    // `failed to expand … : error = undefined method …`
    if let Some((head, _)) = text.split_once(" : error = ") {
        return head.to_owned();
    }
    text.to_owned()
}

struct Driver {
    agent: RootAgent,
    tag: Tag,
    at: Json,
    expect: Vec<Json>,
    timeouts: Vec<Json>,
    errors: Vec<Json>,
    raised: Vec<Json>,
    log: Vec<Json>,
    printed: Vec<Json>,
}

fn outcome(case: &Json) -> Json {
    let environment = Rc::new(Environment {
        now: EventTime { sec: 1_700_000_000, nsec: 0 },
        hostname: "test-host".to_owned(),
        ruby: RubyVersion::V3_1,
        ..Environment::default()
    });
    let conf = case["filter_conf"].as_str().unwrap_or_default();
    let mut agent = RootAgent::new(Rc::clone(&environment));
    let parsed = parse(&with_labels(conf), &environment);
    let configured = match parsed.root {
        Some(mut root) => agent.configure(&mut root, Installed::Known).map(|_| ()),
        None => Err(parsed.errors[0].clone()),
    };
    if let Err(error) = configured {
        let log = log_lines(&agent.log);
        return json!({
            "config_error": error.to_string(), "expect": [], "timeout_events": [],
            "error_events": [], "raised": [], "log": log, "stdout": [],
        });
    }
    let log = log_lines(&agent.log);
    agent.log = Log::default();
    let tag = case["tag"].as_str().unwrap_or("test").as_bytes().into();
    let mut driver = Driver {
        agent,
        tag,
        at: Json::Null,
        expect: Vec::new(),
        timeouts: Vec::new(),
        errors: Vec::new(),
        raised: Vec::new(),
        log,
        printed: Vec::new(),
    };
    for (at, event) in case["events"].as_array().into_iter().flatten().enumerate() {
        driver.at = json!(at);
        driver.step(event);
    }
    driver.at = json!("shutdown");
    driver.shutdown();
    let Driver { expect, timeouts, errors, raised, log, printed, .. } = driver;
    json!({
        "config_error": null, "expect": expect, "timeout_events": timeouts,
        "error_events": errors, "raised": raised, "log": log, "stdout": printed,
    })
}

/// The labels that the section names have to be there.
fn with_labels(conf: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for line in conf.lines() {
        let mut words = line.split_whitespace();
        if let (Some("@label" | "label" | "timeout_label"), Some(name)) =
            (words.next(), words.next())
        {
            let name = name.trim_matches('"');
            if !names.contains(&name) && name != "@ROOT" {
                names.push(name);
            }
        }
    }
    let mut text = conf.to_owned();
    for name in names {
        text.push_str(&format!("\n<label {name}>\n<match **>\n@type null\n</match>\n</label>\n"));
    }
    text
}

fn log_lines(log: &Log) -> Vec<Json> {
    // What is said in the name of the whole process was not recorded.
    let own = |text: &str| !text.starts_with("invalid byte sequence is replaced");
    let said = log.sentences.iter().filter(|said| own(&said.text));
    said.map(|said| json!(format!("[{}] {}", said.level.name(), said.text))).collect()
}

impl Driver {
    fn step(&mut self, event: &Json) {
        if let Some(seconds) = event["advance_clock_s"].as_f64() {
            for _ in 0..seconds as u64 {
                self.agent.now.sec += 1;
                self.tick();
            }
            return;
        }
        let own = event["tag"].as_str().map(|tag| Tag::from(tag.as_bytes()));
        let tag = own.unwrap_or_else(|| Rc::clone(&self.tag));
        let Value::Hash(record) = value(&event["record"]) else { panic!("no record") };
        let event = Event {
            time: EventTime {
                sec: event["sec"].as_i64().unwrap_or(0),
                nsec: event["nsec"].as_i64().unwrap_or(0),
            },
            time_is_now: false,
            record: share((*record).clone()),
            from: Lines::None,
        };
        self.feed(&tag, event);
    }

    fn feed(&mut self, tag: &Tag, event: Event) {
        let mut context = Context::new(self.agent.now, RubyVersion::V3_1, &mut self.agent.log);
        let mut emissions = Vec::new();
        let result = match &mut self.agent.plugins.last_mut().unwrap().body {
            Body::Filter(filter) => {
                filter.filter_stream(&mut context, tag, vec![event]).map(|stream| {
                    emissions.push(Emission { target: Target::Own, tag: Rc::clone(tag), stream });
                })
            }
            Body::Emitting(output) => {
                output.process(&mut context, tag, vec![event], &mut emissions)
            }
            _ => Ok(()),
        };
        let (errors, printed) = (context.errors, context.printed);
        self.printed.extend(printed.into_iter().map(Json::from));
        for error in errors {
            self.error(&error);
        }
        for emission in emissions {
            let label = match emission.target {
                Target::Own => self.own_label(),
                Target::Label(label) => Some(label),
            };
            for event in emission.stream {
                let shown = self.shown(&emission.tag, &event, label.as_deref());
                self.expect.push(shown);
            }
        }
        if let Err(error) = result {
            self.raise(&error);
        }
        self.take_log();
    }

    fn own_label(&self) -> Option<String> {
        let router = self.agent.plugins.last().unwrap().router;
        router.checked_sub(1).map(|at| self.agent.labels[at].clone())
    }

    fn raise(&mut self, error: &RubyError) {
        self.raised.push(json!({"at": self.at, "error": error.to_string()}));
    }

    fn shown(&self, tag: &Tag, event: &Event, label: Option<&str>) -> Json {
        let mut shown = json!({
            "at": self.at,
            "tag": String::from_utf8_lossy(tag),
            "sec": event.time.sec,
            "nsec": event.time.nsec,
            "record": record_json(&event.record.borrow()),
        });
        if let Some(label) = label {
            shown["label"] = json!(label);
        }
        shown
    }

    fn error(&mut self, event: &ErrorEvent) {
        let mut shown = self.shown(&event.tag, &event.event, None);
        // The recorder printed broken bytes as question marks.
        shown["error"] = json!(event.error.to_string().replace('\u{fffd}', "?"));
        self.errors.push(shown);
    }

    fn tick(&mut self) {
        let now = self.agent.now;
        let labels = self.agent.labels.clone();
        let actions = match &mut self.agent.plugins.last_mut().unwrap().body {
            Body::Filter(filter) => filter.on_timer(now, &labels),
            Body::Emitting(output) => output.on_timer(now),
            _ => Vec::new(),
        };
        self.perform(actions);
    }

    fn shutdown(&mut self) {
        let labels = self.agent.labels.clone();
        let actions = match &mut self.agent.plugins.last_mut().unwrap().body {
            Body::Filter(filter) => filter.on_shutdown(&labels),
            Body::Emitting(output) => output.on_shutdown(),
            _ => Vec::new(),
        };
        self.perform(actions);
    }

    fn perform(&mut self, actions: Vec<Action>) {
        let least = self.agent.plugins.last().and_then(|plugin| plugin.log_level);
        for action in actions {
            match action {
                Action::Say(level, _) if least.is_some_and(|least| level < least) => {}
                Action::Say(level, text) => {
                    self.log.push(json!(format!("[{}] {text}", level.name())));
                }
                Action::Error(event) => self.error(&event),
                // Left to fluentd itself, which the recorder was not.
                Action::Raise(_) => break,
                Action::Emit { label: Some(label), tag, stream } => {
                    for event in stream {
                        let shown = self.shown(&tag, &event, Some(&label));
                        self.timeouts.push(shown);
                    }
                }
                Action::Emit { label: None, tag, stream } => {
                    let label = self.own_label();
                    for event in stream {
                        let shown = self.shown(&tag, &event, label.as_deref());
                        self.expect.push(shown);
                    }
                }
            }
        }
        self.take_log();
    }

    fn take_log(&mut self) {
        let said = std::mem::take(&mut self.agent.log);
        self.log.extend(log_lines(&said));
    }
}

/// A recorded value; strings are UTF-8.
pub(crate) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => {
                let text = number.to_string();
                if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
                    Value::BigInteger(text.into())
                } else {
                    Value::Float(text.parse().unwrap())
                }
            }
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::from(items.iter().map(value).collect::<Vec<_>>()),
        Json::Object(fields) => {
            if let Some(bytes) = json["$bytes_b64"].as_str() {
                return Value::String(RString::new(&from_base64(bytes), Encoding::Utf8));
            }
            let mut hash = Hash::new();
            for (key, item) in fields {
                hash.insert(key.as_str(), value(item));
            }
            Value::from(hash)
        }
    }
}
