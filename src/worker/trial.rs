//! What is exported is run first, over the lines on the screen in both formats.

use std::borrow::Cow;

use crate::advise::convert::{Runtime, convert, message_of, runtime_of};
use crate::engine::run::Engine;
use crate::engine::{EventFilter, Settings};
use crate::ruby::value::{Hash, Value};

/// A log file: path and text.
pub type LogFile = (String, Vec<u8>);

/// Most lines that are tried.
pub const LINES: usize = 2000;

/// What a configuration makes of lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Why it does not start.
    pub boot_error: Option<String>,
    /// Tag, time and record of each event.
    pub events: Vec<String>,
    /// Lines that made none.
    pub lost: u64,
}

/// Runs a configuration.
pub fn run(conf: &str, files: &[LogFile], settings: &Settings) -> Outcome {
    let mut engine = Engine::new(settings.clone());
    engine.set_conf(conf);
    for (number, (path, text)) in (1..).zip(files) {
        engine.set_file(number, path, text);
    }
    while engine.work(u32::MAX) {}
    let total = engine.events(0..0, &EventFilter::default()).total;
    let mut events = Vec::new();
    for id in 0..total.min(LINES as u64) {
        let Some(event) = engine.event(id as u32) else { continue };
        // Docker and CRI lines hold their keys in different orders, which means nothing.
        let mut entries: Vec<(Value, Value)> =
            event.record.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        crate::order::by_key(&mut entries, |(key, _)| super::values::key(key));
        let time = event.time;
        let record = super::values::json(&Hash::from_entries(entries));
        events.push(format!("{} {}.{:09} {record}", event.tag, time.sec, time.nsec));
    }
    // Filters that wait decide the order; the events are what counts.
    crate::order::sort(&mut events);
    let summary = engine.summary();
    let counts = summary.counts;
    let lost = counts.not_matched + counts.invalid + counts.lost;
    Outcome { boot_error: summary.boot_error, events, lost }
}

/// The files as this runtime writes them, and how many lines are a runtime's.
pub fn as_written_by(runtime: Runtime, files: &[LogFile]) -> (Vec<LogFile>, usize) {
    let (mut count, mut left) = (0, LINES);
    let mut out = Vec::new();
    for (path, text) in files {
        let mut lines = Vec::new();
        for line in text.split(|&byte| byte == b'\n').take(left) {
            let own = runtime_of(line);
            count += usize::from(own.is_some());
            let converted = own.filter(|own| *own != runtime).and_then(|_| convert(line, runtime));
            lines.push(converted.map_or(Cow::Borrowed(line), |found| Cow::Owned(found.line)));
        }
        left -= lines.len();
        out.push((path.clone(), lines.join(&b'\n')));
    }
    (out, count)
}

/// The messages of the lines, without what the runtime wrote around them.
pub fn messages(files: &[LogFile]) -> Vec<Vec<u8>> {
    let lines = files.iter().flat_map(|(_, text)| text.split(|&byte| byte == b'\n'));
    lines.filter(|line| !line.is_empty()).take(LINES).map(message_of).collect()
}
