//! How `stdout` prints an event (fluentd `lib/fluent/plugin/formatter_*.rb`), with what `<inject>`
//! adds to the printed copy.
//!
//! Here: fluentd's own formatters. One of another gem prints nothing and is reported by its name.

mod clock;
mod configure;
pub mod inject;
mod msgpack;

use std::cell::RefCell;
use std::rc::Rc;

use self::clock::Clock;
use self::configure::{configure, plain};
use self::inject::Inject;
use crate::fluent::config::element::Element;
use crate::fluent::config::section::Section;
use crate::fluent::environment::Environment;
use crate::fluent::error::RubyError;
use crate::fluent::record_accessor::RecordAccessor;
use crate::fluent::root_agent::RootAgent;
use crate::ruby::inspect::{inspect, to_s};
use crate::ruby::json::{Library, generate::dump_hash};
use crate::ruby::string::RString;
use crate::ruby::time::{Time, Zone};
use crate::ruby::value::{EventTime, Record, Value};
use crate::ruby::version::RubyVersion;
use crate::ruby::zone::TimeZone;

/// A formatter with its injection.
#[derive(Debug)]
pub struct Formatter {
    form: Form,
    inject: Inject,
    zone: Rc<TimeZone>,
    ruby: RubyVersion,
    /// The second printed last, with its text.
    last: RefCell<Option<(i64, String)>>,
}

/// How a record is written, and what stands after it.
#[derive(Debug)]
struct Form {
    kind: Kind,
    newline: &'static str,
}

#[derive(Debug)]
enum Kind {
    /// With its own format of the time, if one is written.
    Stdout(Box<Form>, Option<Clock>),
    Json(Library),
    Ltsv {
        delimiter: String,
        label_delimiter: String,
        replacement: String,
    },
    Csv {
        delimiter: String,
        force_quotes: bool,
        fields: Vec<RecordAccessor>,
    },
    Tsv {
        delimiter: String,
        keys: Vec<String>,
    },
    Hash,
    SingleValue(String),
    OutFile {
        time: Option<FileTime>,
        tag: bool,
        delimiter: &'static str,
    },
    MessagePack,
    Other(String),
}

/// The time of `out_file`.
#[derive(Debug)]
enum FileTime {
    Text(Clock),
    Unixtime,
    Float,
}

impl Formatter {
    /// `<format>` and `<inject>` of a section that was read; the old flat spellings are sections by
    /// then ([`compat::convert`]).
    pub fn new(
        agent: &mut RootAgent,
        conf: &Element,
        section: &Section,
    ) -> Result<Formatter, RubyError> {
        let environment = Rc::clone(&agent.environment);
        let mut kinds = Vec::new();
        for format in conf.sections("format") {
            let name = format.text("@type").unwrap_or("stdout");
            kinds.push(configure(agent, name, format)?);
        }
        let form = kinds.into_iter().next().unwrap_or_else(plain);
        let inject = Inject::new(section.section("inject"), &environment);
        Ok(Formatter { form, inject, ..Formatter::stdout(&environment) })
    }

    /// What `@type stdout` prints without any parameter.
    pub fn stdout(environment: &Environment) -> Formatter {
        Formatter {
            form: plain(),
            inject: Inject::default(),
            zone: TimeZone::from_tz(&environment.tz),
            ruby: environment.ruby,
            last: RefCell::new(None),
        }
    }

    /// The name of the format if it is not simulated.
    pub fn not_simulated(&self) -> Option<&str> {
        match &self.form.kind {
            Kind::Other(name) => Some(name),
            Kind::Stdout(inner, _) => match &inner.kind {
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
        self.write(&self.form, tag, time, record, out)
    }

    fn write(
        &self,
        form: &Form,
        tag: &[u8],
        time: EventTime,
        record: &Record,
        out: &mut Vec<u8>,
    ) -> Result<(), RubyError> {
        match &form.kind {
            Kind::Stdout(inner, clock) => {
                match clock {
                    Some(clock) => out.extend_from_slice(clock.text(time).as_bytes()),
                    None => self.stamp(time, out),
                }
                out.push(b' ');
                out.extend_from_slice(tag);
                out.extend_from_slice(b": ");
                self.write(inner, tag, time, record, out)?;
                chomp(out);
            }
            Kind::Json(library) => dump_hash(out, record, *library)?,
            Kind::Hash => {
                let shown = inspect(&Value::Hash(Rc::new(record.clone())), self.ruby);
                out.extend_from_slice(shown.as_bytes());
            }
            Kind::OutFile { time: clock, tag: with_tag, delimiter } => {
                if let Some(clock) = clock {
                    out.extend_from_slice(clock.text(time).as_bytes());
                    out.extend_from_slice(delimiter.as_bytes());
                }
                if *with_tag {
                    out.extend_from_slice(tag);
                    out.extend_from_slice(delimiter.as_bytes());
                }
                dump_hash(out, record, Library::Json)?;
            }
            Kind::MessagePack => msgpack::pack_hash(out, record, self.ruby),
            Kind::Other(_) => {}
            values => self.values(values, record, out)?,
        }
        out.extend_from_slice(form.newline.as_bytes());
        Ok(())
    }

    /// The formats that are values one after another.
    fn values(&self, kind: &Kind, record: &Record, out: &mut Vec<u8>) -> Result<(), RubyError> {
        let begin = out.len();
        match kind {
            Kind::Ltsv { delimiter, label_delimiter, replacement } => {
                for (label, value) in record.iter() {
                    if out.len() > begin {
                        out.extend_from_slice(delimiter.as_bytes());
                    }
                    self.text(Some(label), out);
                    out.extend_from_slice(label_delimiter.as_bytes());
                    let value = to_s(value, self.ruby);
                    out.extend(replaced(value.as_bytes(), delimiter.as_bytes(), replacement));
                }
            }
            Kind::Csv { delimiter, force_quotes, fields } => {
                for (at, field) in fields.iter().enumerate() {
                    out.extend_from_slice(if at > 0 { delimiter.as_bytes() } else { b"" });
                    let value = field.call(record)?;
                    if *force_quotes || value != Value::Nil {
                        let value = to_s(&value, self.ruby);
                        csv_field(&value, *force_quotes, delimiter.as_bytes(), out);
                    }
                }
            }
            Kind::Tsv { delimiter, keys } => {
                for (at, key) in keys.iter().enumerate() {
                    out.extend_from_slice(if at > 0 { delimiter.as_bytes() } else { b"" });
                    self.text(record.get(key), out);
                }
            }
            Kind::SingleValue(key) => self.text(record.get(key), out),
            _ => {}
        }
        Ok(())
    }

    /// `to_s`
    fn text(&self, value: Option<&Value>, out: &mut Vec<u8>) {
        if let Some(value) = value {
            out.extend_from_slice(to_s(value, self.ruby).as_bytes());
        }
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

impl FileTime {
    fn text(&self, time: EventTime) -> String {
        match self {
            FileTime::Text(clock) => clock.text(time),
            FileTime::Unixtime => time.sec.to_string(),
            // Fewer than nine digits are replaced by the zeros that they lack.
            FileTime::Float => {
                let nsec = time.nsec.to_string();
                let short = nsec.len() < 9;
                let nsec = if short { "0".repeat(9 - nsec.len()) } else { nsec };
                format!("{}.{nsec}", time.sec)
            }
        }
    }
}

/// `String#chomp`
fn chomp(out: &mut Vec<u8>) {
    match out.as_slice() {
        [.., b'\r', b'\n'] => out.truncate(out.len() - 2),
        [.., b'\r' | b'\n'] => out.truncate(out.len() - 1),
        _ => {}
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

fn csv_field(value: &RString, force_quotes: bool, delimiter: &[u8], out: &mut Vec<u8>) {
    let special = |byte: &u8| matches!(byte, b'"' | b'\r' | b'\n') || delimiter.contains(byte);
    let bytes = value.as_bytes();
    if !force_quotes && !bytes.is_empty() && !bytes.iter().any(special) {
        out.extend_from_slice(bytes);
        return;
    }
    out.push(b'"');
    for &byte in bytes {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}
