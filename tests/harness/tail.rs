//! `tail`: bytes appended to a tailed file, through in_tail's line splitter and parser.
//!
//! Recorded on Ruby 3.1; the engine is asked in that Ruby's words.

use fluentd_playground::fluent::config::types::Mode;
use fluentd_playground::fluent::config::v1_parser;
use fluentd_playground::fluent::environment::Environment;
use fluentd_playground::fluent::log::{Level, Log};
use fluentd_playground::fluent::plugin::in_tail::watcher::TailWatcher;
use fluentd_playground::fluent::plugin::in_tail::{Batch, TailInput};
use fluentd_playground::fluent::plugin::parser::Configure;
use fluentd_playground::ruby::error::RubyError;
use fluentd_playground::ruby::value::EventTime;
use fluentd_playground::ruby::version::RubyVersion;
use serde_json::{Value as Json, json};

use super::parse::{from_base64, record_json};
use super::time::instant;

const PATH: &str = "/var/log/containers/web-0_default_app-0a1b.log";

pub(crate) fn run(case: &Json) -> Result<(), String> {
    let steps = case["steps"].as_array().map_or(&[][..], Vec::as_slice);
    let expected = json!({
        "config_error": case["config_error"],
        "config_log": case["config_log"],
        "events": case["events"],
        "events_so_far": steps.iter().map(|step| &step["events_so_far"]).collect::<Vec<_>>(),
        "log": case["log"],
        "read_pos": case["read_pos"],
    });
    let got = outcome(case, steps);
    if got == expected {
        return Ok(());
    }
    let differs = |key: &&&str| got[**key] != expected[**key];
    let keys = ["config_error", "config_log", "events", "events_so_far", "log", "read_pos"];
    let parts: Vec<String> = keys
        .iter()
        .filter(differs)
        .map(|key| format!("  {key}\n    expected {}\n    got      {}", expected[*key], got[*key]))
        .collect();
    let conf = case["source_conf"].as_str().unwrap_or_default().replace('\n', "\n    ");
    Err(format!("    {conf}\n  steps {}\n{}", case["steps"], parts.join("\n")))
}

fn outcome(case: &Json, steps: &[Json]) -> Json {
    let environment = Environment {
        now: instant(case["now"].as_str().unwrap_or_default()),
        tz: case["tz_env"].as_str().unwrap_or("UTC").to_owned(),
        ruby: RubyVersion::V3_1,
        ..Environment::default()
    };
    let mut log = Log::default();
    let tail = configured(case, &environment, &mut log);
    let quiet = ["'pos_file PATH'", "this parameter is highly"];
    log.sentences.retain(|said| !quiet.iter().any(|start| said.text.starts_with(start)));
    // The recorder kept warnings and errors.
    log.sentences.retain(|said| said.level != Level::Info);
    let lines: Vec<String> = log.lines().collect();
    let config_log = if lines.is_empty() { Json::Null } else { json!(lines) };
    match tail {
        Err(error) => json!({
            "config_error": error.to_string(),
            "config_log": config_log,
            "events": [],
            "events_so_far": vec![0; steps.len()],
            "log": [],
            "read_pos": null,
        }),
        Ok(tail) => Run::new(tail, environment.now).steps(steps, &config_log),
    }
}

fn configured(
    case: &Json,
    environment: &Environment,
    log: &mut Log,
) -> Result<TailInput, RubyError> {
    let body = case["source_conf"].as_str().unwrap_or_default();
    let text = format!("<source>\n@type tail\n{body}\n</source>\n");
    let read = v1_parser::parse(&text, environment);
    let mut root = match (read.root, read.errors.first()) {
        (_, Some(error)) => return Err(error.clone()),
        (root, None) => root.ok_or_else(|| RubyError::config("no root"))?,
    };
    let mode = Mode { strict: false, ruby: RubyVersion::V3_1 };
    let mut with = Configure { environment, mode, log };
    TailInput::new(&mut root.elements[0], &mut with, &mut Vec::new())
}

struct Run {
    tail: TailInput,
    watcher: TailWatcher,
    now: EventTime,
    tag: String,
    events: Vec<Json>,
    log: Vec<String>,
}

impl Run {
    fn new(tail: TailInput, now: EventTime) -> Run {
        let watcher = tail.watch(PATH, 0);
        let tag = String::from_utf8_lossy(&tail.tag(PATH)).into_owned();
        Run { tail, watcher, now, tag, events: Vec::new(), log: Vec::new() }
    }

    fn steps(mut self, steps: &[Json], config_log: &Json) -> Json {
        let mut so_far = Vec::new();
        for step in steps {
            match step["op"].as_str() {
                Some("write") => self.write(step),
                // The recorder flushed the buffer by hand, whatever the timer said.
                _ => {
                    let batch = self.tail.shutdown(&mut self.watcher, self.now);
                    self.take(batch);
                }
            }
            so_far.push(self.events.len());
        }
        json!({
            "config_error": null,
            "config_log": config_log,
            "events": self.events,
            "events_so_far": so_far,
            "log": self.log,
            "read_pos": self.watcher.position(),
        })
    }

    fn write(&mut self, step: &Json) {
        let bytes = match step["text"].as_str() {
            Some(text) => text.as_bytes().to_vec(),
            None => from_base64(step["b64"].as_str().unwrap_or_default()),
        };
        self.watcher.append(bytes.into());
        while let Some(batch) = self.tail.on_notify(&mut self.watcher, self.now) {
            self.take(Some(batch));
        }
    }

    fn take(&mut self, batch: Option<Batch>) {
        for received in batch.into_iter().flat_map(|batch| batch.received) {
            for (level, text, _) in &received.said {
                let level: &Level = level;
                self.log.push(format!("[{}]: {text}", level.name()));
            }
            self.events.extend(received.events.iter().map(|event| {
                json!({
                    "tag": self.tag,
                    "sec": event.time.sec,
                    "nsec": event.time.nsec,
                    "time_is_now": event.time_is_now,
                    "record": record_json(&event.record),
                })
            }));
        }
    }
}
