//! Expected records: what a line should become, and what it became.

use super::run::Engine;
use super::{EventFilter, Fate, FileId};
use crate::ruby::json::{Library, generate::dump};
use crate::ruby::json_gem;
use crate::ruby::time::{Time, Zone};
use crate::ruby::value::{EventTime, Value};
use std::rc::Rc;

/// What a line should become.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expectation {
    /// The file.
    pub file: FileId,
    /// The 0-based line that the event begins with.
    pub line: u32,
    /// False: the line must become no event.
    pub event: bool,
    /// The tag, if it matters.
    pub tag: Option<String>,
    /// The time in UTC, if it matters.
    pub time: Option<String>,
    /// The record as JSON, if it matters.
    pub record: Option<String>,
}

impl Engine {
    /// Compares an expectation with what came of its line; the answer says what differs.
    pub fn check(&mut self, expected: &Expectation) -> Result<(), String> {
        let views = self.lines(expected.file, expected.line..expected.line + 1);
        let Some(view) = views.first() else {
            return Err(format!("line {} is not there", expected.line + 1));
        };
        let events = match &view.fate {
            Fate::Event { events, .. } | Fate::Error { events, .. } => events.clone(),
            _ => Vec::new(),
        };
        let event = events.first().and_then(|id| self.event(*id));
        let event = match (expected.event, event) {
            (false, None) => return Ok(()),
            (false, Some(event)) => {
                return Err(format!("expected no event, got one with the tag {}", event.tag));
            }
            (true, None) => return Err(format!("expected an event, got {:?}", view.fate)),
            (true, Some(event)) => event,
        };
        if let Some(tag) = expected.tag.as_ref().filter(|tag| **tag != event.tag) {
            return Err(format!("expected the tag {tag}, got {}", event.tag));
        }
        let time = shown(event.time);
        if let Some(wanted) = expected.time.as_ref().filter(|wanted| **wanted != time) {
            return Err(format!("expected the time {wanted}, got {time}"));
        }
        let Some(wanted) = &expected.record else { return Ok(()) };
        let got = Value::Hash(Rc::new(event.record));
        match json_gem::parse(wanted.as_bytes()) {
            Ok(wanted) if wanted == got => Ok(()),
            _ => {
                let got = dump(&got, Library::Oj).unwrap_or_default();
                let got = String::from_utf8_lossy(&got).into_owned();
                if got == *wanted { Ok(()) } else { Err(format!("expected {wanted}, got {got}")) }
            }
        }
    }

    /// All events as JSON lines: sink, tag, time, record.
    pub fn events_json(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        let total = self.events(0..0, &EventFilter::default()).total;
        for id in 0..total {
            let Some(event) = self.event(id as u32) else { continue };
            let record = dump(&Value::Hash(Rc::new(event.record)), Library::Oj).unwrap_or_default();
            lines.push(format!(
                "{{\"sink\":{},\"tag\":{},\"time\":\"{}\",\"record\":{}}}",
                quoted(&event.sink),
                quoted(&event.tag),
                shown(event.time),
                String::from_utf8_lossy(&record)
            ));
        }
        lines
    }
}

fn quoted(text: &str) -> String {
    let out = dump(&Value::from(text), Library::Oj).unwrap_or_default();
    String::from_utf8_lossy(&out).into_owned()
}

fn shown(time: EventTime) -> String {
    let nsec = time.nsec.clamp(0, 999_999_999) as u32;
    Time::at(time.sec, nsec, Zone::Utc).iso8601(9)
}
