//! `run` of `engine.js`: a configuration and files in, everything that fluentd makes of them out, as
//! one JSON text. JavaScript's part (`www/engine/engine.js`) only parses it.

use std::fmt::Write as _;

use super::values::json;
use crate::engine::run::Engine;
use crate::engine::{EventFilter, Settings};
use crate::fluent::environment::Environment;
use crate::ruby::value::{EventTime, Hash, Value};

/// What is run.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// fluent.conf.
    pub conf: String,
    /// Log files: path and text.
    pub files: Vec<(String, String)>,
    /// Files that are included: path and text.
    pub includes: Vec<(String, String)>,
    /// Seconds since the epoch at the start of fluentd.
    pub now: i64,
    /// `TZ`.
    pub tz: String,
    /// Seconds between the last line and the shutdown.
    pub run_seconds: u32,
}

/// `{"bootError", "events", "lines", "diagnostics", "log"}`. Times are texts, since JavaScript would
/// round their nanoseconds, and so are records: as JSON, in the record's own order.
pub fn run(case: &Case) -> String {
    let now = EventTime { sec: case.now, nsec: 0 };
    let tz = if case.tz.is_empty() { "UTC" } else { &case.tz }.to_owned();
    let environment =
        Environment { tz, now, files: case.includes.clone(), ..Environment::default() };
    let mut engine =
        Engine::new(Settings { run_seconds: case.run_seconds, environment, ..Settings::default() });
    for (number, (path, text)) in (1..).zip(&case.files) {
        engine.set_file(number, path, text.as_bytes());
    }
    engine.set_conf(&case.conf);
    while engine.work(u32::MAX) {}
    let summary = engine.summary();
    let mut out = String::from("{\"bootError\":");
    out.push_str(&summary.boot_error.as_deref().map_or_else(|| "null".to_owned(), text));
    out.push_str(",\"events\":[");
    list(&mut out, events(&mut engine));
    out.push_str("],\"lines\":[");
    for (number, file) in (1..).zip(&case.files) {
        let count = file.1.split_inclusive('\n').count() as u32;
        let rows = engine.lines(number, 0..count).into_iter().map(|view| {
            let fate = format!("{:?}", view.fate);
            let word = fate.split([' ', '(', '{']).next().unwrap_or_default();
            format!("{{\"path\":{},\"line\":{},\"fate\":{}}}", text(&file.0), view.line, text(word))
        });
        list(&mut out, rows.collect());
    }
    out.push_str("],\"diagnostics\":[");
    let found = summary.diagnostics.iter().map(|found| {
        let label = found.primary.as_ref();
        let place = label.and_then(|label| engine.place(label.source, label.span));
        let (path, line) = place.unwrap_or_default();
        format!(
            "{{\"code\":{},\"severity\":{},\"path\":{},\"line\":{line},\"message\":{},\"messageJa\":{}}}",
            text(found.code.path),
            text(&format!("{:?}", found.severity).to_ascii_lowercase()),
            text(path),
            text(&found.message.en),
            text(&found.message.ja)
        )
    });
    list(&mut out, found.collect());
    out.push_str("],\"log\":[");
    list(&mut out, summary.log.iter().map(|line| text(line)).collect());
    out.push_str("]}");
    out
}

fn events(engine: &mut Engine) -> Vec<String> {
    let total = engine.events(0..0, &EventFilter::default()).total;
    let mut events = Vec::new();
    for id in 0..total {
        let Some(event) = engine.event(id as u32) else { continue };
        events.push(format!(
            "{{\"tag\":{},\"time\":\"{}.{:09}\",\"timeIsNow\":{},\"record\":{},\"output\":{}}}",
            text(&event.tag),
            event.time.sec,
            event.time.nsec,
            event.time_is_now,
            text(&json(&event.record)),
            text(&event.sink)
        ));
    }
    events
}

/// Appends with commas between; goes on after what is there.
fn list(out: &mut String, items: Vec<String>) {
    for item in items {
        if !out.ends_with('[') {
            out.push(',');
        }
        let _ = write!(out, "{item}");
    }
}

/// A JSON string.
fn text(text: &str) -> String {
    let mut holder = Hash::new();
    holder.insert("t", Value::from(text));
    // Of `{"t":"…"}` the value.
    let whole = json(&holder);
    whole.get(5..whole.len() - 1).unwrap_or("\"\"").to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Case, run};

    #[test]
    fn everything_stands_in_one_json_text() {
        let case = Case {
            conf: "<source>\n  @type tail\n  path /a.log\n  tag a\n  read_from_head true\n  <parse>\n    @type json\n    time_type string\n    time_format %iso8601\n  </parse>\n</source>\n<match **>\n  @type stdout\n</match>\n".to_owned(),
            files: vec![("/a.log".to_owned(), "{\"time\":\"2023-02-02T00:00:00.5Z\",\"m\":\"\\\"x\\\"\"}\nno\n".to_owned())],
            run_seconds: 10,
            ..Case::default()
        };
        let out: serde_json::Value = serde_json::from_str(&run(&case)).unwrap();
        assert_eq!(out["events"][0]["time"], "1675296000.500000000");
        assert_eq!(out["events"][0]["record"], r#"{"m":"\"x\""}"#);
        assert_eq!(out["lines"][1]["fate"], "NotMatched");
        assert!(out["bootError"].is_null());
    }
}
