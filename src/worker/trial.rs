//! What is exported is run first: the variants over the lines on the screen in both formats, and a
//! rewritten pattern beside the original.

use std::borrow::Cow;

use crate::advise::convert::{Runtime, convert, message_of, runtime_of};
use crate::encoding::Encoding;
use crate::engine::run::Engine;
use crate::engine::{EventFilter, Settings};
use crate::onigmo::regexp::{Options, Regexp, Region};
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

/// Runs a pattern of Rust's or RE2's syntax beside the original: how many texts both take with the
/// same groups, how many the original takes, and how many there are. `None`: it cannot be read back.
///
/// The matcher is Onigmo's: what `export::pattern` writes is the part of those syntaxes that means
/// the same in both. Tests and the command's own test run it with the crate `regex` as well.
pub fn beside(original: &Regexp, rewritten: &str, texts: &[Vec<u8>]) -> Option<(usize, usize)> {
    let back = rewritten.replace("(?P<", "(?<").replace("(?s:", "(?m:");
    let back = Regexp::new(&back, Options::default()).ok()?;
    let (mut same, mut taken) = (0, 0);
    let (mut one, mut other) = (Region::default(), Region::default());
    for text in texts {
        let first = original.search(text, Encoding::Utf8, 0, &mut one).unwrap_or(false);
        let second = back.search(text, Encoding::Utf8, 0, &mut other).unwrap_or(false);
        taken += usize::from(first);
        let groups = |regexp: &Regexp, region: &Region| -> Vec<Option<crate::source::Span>> {
            let named = regexp.names().iter().flat_map(|name| name.groups.iter());
            named.map(|group| region.groups.get(*group as usize).copied().flatten()).collect()
        };
        same += usize::from(
            first == second && (!first || groups(original, &one) == groups(&back, &other)),
        );
    }
    Some((same, taken))
}
