//! How `stdout` prints an event (fluentd `lib/fluent/plugin/formatter_*.rb`), with what `<inject>`
//! adds to the printed copy (`lib/fluent/plugin_helper/inject.rb`).
//!
//! Here: stdout, json, ltsv, csv, hash and single_value. Another format prints nothing and is
//! reported by its name.

use std::cell::RefCell;
use std::rc::Rc;

use crate::fluent::config::element::Element;
use crate::fluent::environment::Environment;
use crate::fluent::error::RubyError;
use crate::ruby::inspect::{inspect, to_s};
use crate::ruby::json::{Library, generate::dump_hash};
use crate::ruby::time::{Time, Zone};
use crate::ruby::value::{EventTime, Record, Value};
use crate::ruby::version::RubyVersion;
use crate::ruby::zone::TimeZone;

/// A formatter with its injection.
#[derive(Debug)]
pub struct Formatter {
    kind: Kind,
    inject: Inject,
    zone: Rc<TimeZone>,
    ruby: RubyVersion,
    /// The second printed last, with its text.
    last: RefCell<Option<(i64, String)>>,
}

#[derive(Debug)]
enum Kind {
    Stdout(Box<Kind>),
    Json,
    Ltsv { delimiter: String, label_delimiter: String, replacement: String },
    Csv { delimiter: String, force_quotes: bool, fields: Vec<String> },
    Hash,
    SingleValue { key: String },
    Other(String),
}

#[derive(Debug, Default)]
struct Inject {
    hostname: Option<(String, String)>,
    worker_id_key: Option<String>,
    tag_key: Option<String>,
    time: Option<(String, String)>,
    time_format: Option<String>,
    zone: Option<Rc<TimeZone>>,
}

impl Formatter {
    /// Reads `<format>` and `<inject>` of a section, or their old flat spellings.
    pub fn new(conf: &Element, environment: &Environment) -> Formatter {
        let section = conf.sections("format").next();
        let name = section
            .map_or_else(|| conf.text("format"), |section| section.text("@type"))
            .unwrap_or("stdout");
        Formatter {
            kind: kind(name, section.unwrap_or(conf)),
            inject: Inject::new(conf, environment),
            zone: Rc::new(TimeZone::from_tz(&environment.tz)),
            ruby: environment.ruby,
            last: RefCell::new(None),
        }
    }

    /// The name of the format if it is not simulated.
    pub fn not_simulated(&self) -> Option<&str> {
        match &self.kind {
            Kind::Other(name) => Some(name),
            Kind::Stdout(inner) => match &**inner {
                Kind::Other(name) => Some(name),
                _ => None,
            },
            _ => None,
        }
    }

    /// The printed line, with its newline.
    pub fn format(
        &self,
        tag: &[u8],
        time: EventTime,
        record: &Record,
    ) -> Result<Vec<u8>, RubyError> {
        let mut out = Vec::new();
        self.format_into(&mut out, tag, time, record)?;
        Ok(out)
    }

    /// The printed line at the end of `out`; after an exception a part of it may stand there.
    pub fn format_into(
        &self,
        out: &mut Vec<u8>,
        tag: &[u8],
        time: EventTime,
        record: &Record,
    ) -> Result<(), RubyError> {
        let injected;
        let record = if self.inject.is_empty() {
            record
        } else {
            injected = self.inject.apply(tag, time, record);
            &injected
        };
        self.write(&self.kind, tag, time, record, out)
    }

    fn write(
        &self,
        kind: &Kind,
        tag: &[u8],
        time: EventTime,
        record: &Record,
        out: &mut Vec<u8>,
    ) -> Result<(), RubyError> {
        match kind {
            Kind::Stdout(inner) => {
                self.stamp(time, out);
                out.push(b' ');
                out.extend_from_slice(tag);
                out.extend_from_slice(b": ");
                self.write(inner, tag, time, record, out)?;
                if out.last() != Some(&b'\n') {
                    out.push(b'\n');
                }
            }
            Kind::Json => {
                dump_hash(out, record, Library::Oj)?;
                out.push(b'\n');
            }
            Kind::Hash => {
                let shown = inspect(&Value::Hash(Rc::new(record.clone())), self.ruby);
                out.extend_from_slice(shown.as_bytes());
                out.push(b'\n');
            }
            Kind::Ltsv { delimiter, label_delimiter, replacement } => {
                for (at, (label, value)) in record.iter().enumerate() {
                    if at > 0 {
                        out.extend_from_slice(delimiter.as_bytes());
                    }
                    out.extend_from_slice(to_s(label, self.ruby).as_bytes());
                    out.extend_from_slice(label_delimiter.as_bytes());
                    let value = to_s(value, self.ruby);
                    out.extend(replaced(value.as_bytes(), delimiter.as_bytes(), replacement));
                }
                out.push(b'\n');
            }
            Kind::Csv { delimiter, force_quotes, fields } => {
                for (at, field) in fields.iter().enumerate() {
                    if at > 0 {
                        out.extend_from_slice(delimiter.as_bytes());
                    }
                    let value = record.get(field).map(|value| to_s(value, self.ruby));
                    let value = value.as_ref().map_or(&b""[..], |value| value.as_bytes());
                    csv_field(value, *force_quotes, delimiter.as_bytes(), out);
                }
                out.push(b'\n');
            }
            Kind::SingleValue { key } => {
                if let Some(value) = record.get(key) {
                    out.extend_from_slice(to_s(value, self.ruby).as_bytes());
                }
                out.push(b'\n');
            }
            Kind::Other(_) => {}
        }
        Ok(())
    }

    /// `%Y-%m-%d %H:%M:%S.%N %z` in the process's zone.
    fn stamp(&self, time: EventTime, out: &mut Vec<u8>) {
        let mut nsec = time.nsec.rem_euclid(1_000_000_000);
        let sec = time.sec.saturating_add(time.nsec.div_euclid(1_000_000_000));
        let mut last = self.last.borrow_mut();
        if last.as_ref().is_none_or(|(known, _)| *known != sec) {
            *last = Some((sec, self.second(sec)));
        }
        let Some((_, text)) = &*last else { return };
        out.extend_from_slice(text.as_bytes());
        // The nanoseconds stand in front of the zone: `.` and nine digits.
        let end = out.len() - 6;
        for digit in out[end - 9..end].iter_mut().rev() {
            *digit = b'0' + (nsec % 10) as u8;
            nsec /= 10;
        }
    }

    fn second(&self, sec: i64) -> String {
        let time = Time::at(sec, 0, Zone::Local(Rc::clone(&self.zone)));
        let civil = time.civil();
        let offset = time.utc_offset();
        let minutes = offset.abs() / 60;
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.000000000 {}{:02}{:02}",
            civil.year,
            civil.mon,
            civil.mday,
            civil.hour,
            civil.min,
            civil.sec,
            if offset < 0 { '-' } else { '+' },
            minutes / 60,
            minutes % 60,
        )
    }
}

fn kind(name: &str, section: &Element) -> Kind {
    let text = |key: &str, default: &str| section.text(key).unwrap_or(default).to_owned();
    match name {
        "stdout" => {
            let output_type = section.text("output_type").unwrap_or("json");
            let inner = if output_type == "stdout" { "json" } else { output_type };
            Kind::Stdout(Box::new(kind(inner, section)))
        }
        "json" => Kind::Json,
        "hash" => Kind::Hash,
        "ltsv" => Kind::Ltsv {
            delimiter: text("delimiter", "\t"),
            label_delimiter: text("label_delimiter", ":"),
            replacement: text("replacement", " "),
        },
        "csv" => Kind::Csv {
            delimiter: match section.text("delimiter") {
                Some("\\t" | "TAB") => "\t".to_owned(),
                other => other.unwrap_or(",").to_owned(),
            },
            force_quotes: section.text("force_quotes") != Some("false"),
            fields: section
                .text("fields")
                .unwrap_or_default()
                .split(',')
                .map(|field| {
                    field.trim_matches([' ', '\t', '\n', '\u{b}', '\u{c}', '\r', '\0']).to_owned()
                })
                .filter(|field| !field.is_empty())
                .collect(),
        },
        "single_value" => Kind::SingleValue { key: text("message_key", "message") },
        other => Kind::Other(other.to_owned()),
    }
}

fn replaced(text: &[u8], from: &[u8], to: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        if !from.is_empty() && text[at..].starts_with(from) {
            out.extend_from_slice(to.as_bytes());
            at += from.len();
        } else {
            out.push(text[at]);
            at += 1;
        }
    }
    out
}

fn csv_field(value: &[u8], force_quotes: bool, delimiter: &[u8], out: &mut Vec<u8>) {
    let special = |byte: &u8| matches!(byte, b'"' | b'\r' | b'\n') || delimiter.contains(byte);
    if !force_quotes && !value.is_empty() && !value.iter().any(special) {
        out.extend_from_slice(value);
        return;
    }
    out.push(b'"');
    for &byte in value {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

impl Inject {
    fn new(conf: &Element, environment: &Environment) -> Inject {
        let Some(section) = conf.sections("inject").next() else { return Inject::default() };
        let text = |key: &str| section.text(key).map(str::to_owned);
        let kind = text("time_type").unwrap_or_else(|| "float".to_owned());
        let time_format = text("time_format");
        Inject {
            zone: Some(Rc::new(TimeZone::from_tz(&environment.tz))),
            time_format,
            hostname: text("hostname_key")
                .map(|key| (key, text("hostname").unwrap_or_else(|| environment.hostname.clone()))),
            worker_id_key: text("worker_id_key"),
            tag_key: text("tag_key"),
            time: text("time_key").map(|key| (key, kind)),
        }
    }

    fn is_empty(&self) -> bool {
        self.hostname.is_none()
            && self.worker_id_key.is_none()
            && self.tag_key.is_none()
            && self.time.is_none()
    }

    fn apply(&self, tag: &[u8], time: EventTime, record: &Record) -> Record {
        let mut out = record.clone();
        if let Some((key, name)) = &self.hostname {
            out.insert(key.as_str(), Value::from(name.as_str()));
        }
        if let Some(key) = &self.worker_id_key {
            out.insert(key.as_str(), Value::Integer(0));
        }
        if let Some(key) = &self.tag_key {
            out.insert(key.as_str(), Value::from(String::from_utf8_lossy(tag).as_ref()));
        }
        if let Some((key, kind)) = &self.time {
            out.insert(key.as_str(), self.time_value(kind, time));
        }
        out
    }
}

impl Inject {
    fn time_value(&self, kind: &str, time: EventTime) -> Value {
        let whole = |scale: i64| {
            time.sec.saturating_mul(scale).saturating_add(time.nsec / (1_000_000_000 / scale))
        };
        match kind {
            "unixtime" => Value::Integer(time.sec),
            "unixtime_millis" => Value::Integer(whole(1_000)),
            "unixtime_micros" => Value::Integer(whole(1_000_000)),
            "unixtime_nanos" => Value::Integer(whole(1_000_000_000)),
            "string" => {
                let nsec = time.nsec.rem_euclid(1_000_000_000) as u32;
                let sec = time.sec.saturating_add(time.nsec.div_euclid(1_000_000_000));
                let zone = self.zone.clone().map_or(Zone::Utc, Zone::Local);
                let time = Time::at(sec, nsec, zone);
                // Without a format it is ISO 8601.
                let text = match &self.time_format {
                    Some(format) => time.strftime(format),
                    None => time.iso8601(0),
                };
                Value::from(text.as_str())
            }
            // A Float of whole microseconds.
            _ => Value::Float(whole(1_000_000) as f64 / 1e6),
        }
    }
}
