//! `pipeline`: whole configurations over whole files.
//!
//! Events are compared per sink and source file, as the recordings are ordered; lines that were not
//! taken by file and number; fluentd's log as a set, without times and places. Recorded on Ruby 3.1.

use std::collections::BTreeMap;

use fluentd_playground::engine::run::Engine;
use fluentd_playground::engine::{EventFilter, EventView, Fate, Settings};
use fluentd_playground::fluent::environment::Environment;
use fluentd_playground::fluent::plugin::registry::Installed;
use fluentd_playground::ruby::value::EventTime;
use fluentd_playground::ruby::version::RubyVersion;
use serde_json::{Value as Json, json};

use super::parse::{from_base64, record_json};

pub(crate) fn run(case: &Json) -> Result<(), String> {
    let mut engine = Engine::new(settings(case));
    let files = files(case);
    for (number, (path, text)) in files.iter().enumerate() {
        engine.set_file(number as u32, path, text);
    }
    let conf = case["conf"].as_str().unwrap_or_default();
    engine.set_conf(conf);
    while engine.work(10_000) {}
    let summary = engine.summary();
    let mut wrong = Vec::new();
    let boot = summary.boot_error.clone();
    check("boot_error", &boot_text(&case["boot_error"]), &got_boot(&engine), &mut wrong);
    if case["boot_error"].is_null() {
        let window = engine.events(0..u64::MAX, &EventFilter::default());
        compare_events(case, &window.events, &mut wrong);
        compare_lines(case, &mut engine, &files, &mut wrong);
        compare_log(case, &summary.log, &mut wrong);
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let conf = conf.replace('\n', "\n    ");
    Err(format!(
        "  conf\n    {conf}\n  files {}\n  boot {boot:?}\n{}",
        case["files"],
        wrong.join("\n")
    ))
}

fn settings(case: &Json) -> Settings {
    let env = case["env"].as_object();
    let env = env.into_iter().flatten();
    Settings {
        environment: Environment {
            now: EventTime { sec: 1_700_000_000, nsec: 0 },
            hostname: "test-host".to_owned(),
            env: env
                .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
                .collect(),
            ruby: RubyVersion::V3_1,
            ..Environment::default()
        },
        run_seconds: case["run_s"].as_f64().unwrap_or(0.0) as u32,
        shutdown: true,
        existing: true,
        installed: Installed::Known,
        own_log: false,
    }
}

fn files(case: &Json) -> Vec<(String, Vec<u8>)> {
    let text = case["files"].as_object().into_iter().flatten();
    let mut files: Vec<(String, Vec<u8>)> = text
        .map(|(path, text)| (path.clone(), text.as_str().unwrap_or_default().as_bytes().to_vec()))
        .collect();
    let bytes = case["files_b64"].as_object().into_iter().flatten();
    files.extend(
        bytes.map(|(path, text)| (path.clone(), from_base64(text.as_str().unwrap_or_default()))),
    );
    files
}

/// The class, and the message where it is not Ruby's own.
fn boot_text(boot: &Json) -> Json {
    let Some(text) = boot.as_str() else { return Json::Null };
    let text = text.trim_start_matches("unexpected error ").trim_start_matches("uncaught ");
    for class in ["SyntaxError", "Fluent::ConfigParseError"] {
        if text.starts_with(class) {
            return json!(class);
        }
    }
    json!(text)
}

fn got_boot(engine: &Engine) -> Json {
    match engine.boot_error() {
        Some(error) => boot_text(&json!(error.error().to_string())),
        None => Json::Null,
    }
}

fn check(what: &str, expected: &Json, got: &Json, wrong: &mut Vec<String>) {
    if expected != got {
        wrong.push(format!("  {what}\n    expected {expected}\n    got      {got}"));
    }
}

/// Events of each sink, label, phase and tag, in order.
fn compare_events(case: &Json, events: &[EventView], wrong: &mut Vec<String>) {
    let mut expected: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    for event in case["events"].as_array().into_iter().flatten() {
        let key = format!("{} {} {}", event["sink"], event["label"], event["tag"]);
        expected.entry(key).or_default().push(json!({
            "sec": event["sec"], "nsec": event["nsec"], "time_is_now": event["time_is_now"],
            "phase": event["phase"], "record": event["record"],
        }));
    }
    let nulls: Vec<&str> = case["null_events"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|sink| sink["sink"].as_str())
        .collect();
    let mut got: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    for event in events.iter().filter(|event| !nulls.contains(&event.sink.as_str())) {
        let time = |part: i64| if event.time_is_now { Json::Null } else { json!(part) };
        let key = format!("{} {} {}", json!(event.sink), json!(event.label), json!(event.tag));
        got.entry(key).or_default().push(json!({
            "sec": time(event.time.sec), "nsec": time(event.time.nsec),
            "time_is_now": event.time_is_now,
            "phase": if event.at_shutdown { "shutdown" } else { "run" },
            "record": record_json(&event.record),
        }));
    }
    if expected != got {
        check("events", &json!(expected), &json!(got), wrong);
    }
}

fn compare_lines(
    case: &Json,
    engine: &mut Engine,
    files: &[(String, Vec<u8>)],
    wrong: &mut Vec<String>,
) {
    let lines = |key: &str| {
        let mut lines: Vec<(String, u64)> = case[key]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|line| !line["file"].is_null())
            .map(|line| {
                (
                    line["file"].as_str().unwrap_or_default().to_owned(),
                    line["line_no"].as_u64().unwrap_or(0),
                )
            })
            .collect();
        lines.sort();
        lines.dedup();
        lines
    };
    // A multiline event is recorded as a text, without its lines.
    let texts: Vec<&str> = case["unmatched"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|line| line["file"].is_null())
        .filter_map(|line| line["text"].as_str())
        .collect();
    let (mut unmatched, mut invalid) = (Vec::new(), Vec::new());
    for (number, (path, _)) in files.iter().enumerate() {
        if !engine.warns_of(number as u32) {
            continue;
        }
        for line in engine.lines(number as u32, 0..u32::MAX) {
            match line.fate {
                Fate::NotMatched { said } if said.contains("got incomplete line") => {}
                Fate::NotMatched { said }
                    if texts.iter().any(|text| said.contains(&format!("{text:?}"))) => {}
                // Where several sources read the file, each may have said something.
                Fate::NotMatched { said } => {
                    unmatched.push((path.clone(), u64::from(line.line) + 1));
                    if said.contains("\n[warn]: invalid line found")
                        || said.starts_with("[warn]: invalid line found")
                    {
                        invalid.push((path.clone(), u64::from(line.line) + 1));
                    }
                }
                Fate::Invalid { .. } => invalid.push((path.clone(), u64::from(line.line) + 1)),
                _ => {}
            }
        }
    }
    unmatched.sort();
    invalid.sort();
    check("unmatched", &json!(lines("unmatched")), &json!(unmatched), wrong);
    check("invalid", &json!(lines("invalid")), &json!(invalid), wrong);
}

fn compare_log(case: &Json, log: &[String], wrong: &mut Vec<String>) {
    let mut expected: Vec<String> = case["log"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .map(normal)
        .filter(|line| compared(line))
        .collect();
    let mut got: Vec<String> = log
        .iter()
        .map(|line| normal(&line.replacen("]: ", "] ", 1)))
        .filter(|line| compared(line))
        .collect();
    for lines in [&mut expected, &mut got] {
        lines.sort();
        lines.dedup();
    }
    check("log", &json!(expected), &json!(got), wrong);
}

/// Lines recorded elsewhere, or about things that the playground does not have.
fn compared(line: &str) -> bool {
    !line.contains("pattern not matched: \"")
        && !line.contains("invalid line found")
        && !line.contains("Is a directory @")
        && !line.contains("thread exited by unexpected error")
}

/// Without the time, without Ruby's own words.
fn normal(line: &str) -> String {
    let mut line = line.to_owned();
    if let Some(at) = line.find("plugin_id=\"object:") {
        // Where an object lies in memory.
        let end = line[at..].find("\" ").map_or(line.len(), |end| at + end);
        line.replace_range(at..end, "plugin_id=\"object:");
    }
    if let Some(at) = line.find(" time=") {
        let rest = &line[at + 6..];
        let end = rest.find(" record=").unwrap_or(rest.len());
        line = format!("{} time=T{}", &line[..at], &rest[end..]);
    }
    if let Some(at) = line.find(" : error = ") {
        let rest = &line[at..];
        let end = rest.find("\" tag=").unwrap_or(rest.len());
        line = format!("{}{}", &line[..at], &rest[end..]);
    }
    line
}
