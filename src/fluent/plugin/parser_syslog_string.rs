//! The `string` engine of `@type syslog` (fluentd `lib/fluent/plugin/parser_syslog.rb`,
//! `parse_rfc3164` and `parse_rfc5424`): by blanks, index for index as the original.

use super::parser_csv::chomp;
use super::parser_params::no_method_on_nil;
use super::parser_syslog::{Part, Parts, Reading, SyslogParser, TimeWords, squeeze, time_end};
use crate::encoding::Encoding;
use crate::fluent::error::RubyError;
use crate::ruby::integer::to_i;
use crate::ruby::split::{character_end, refuse_broken};
use crate::ruby::string::RString;
use crate::ruby::value::{Record, Value};
use crate::ruby::version::RubyVersion;

/// Bytes of the usual time, `Mmm dd hh:mm:ss`.
const TIME_SIZE: usize = 15;

/// A text with the original's ways of looking into it.
struct Cursor<'t> {
    text: &'t RString,
    bytes: &'t [u8],
    at: usize,
    ruby: RubyVersion,
}

impl Cursor<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// `text.index(byte, from)`
    fn index(&self, byte: u8, from: usize) -> Option<usize> {
        Some(from + memchr::memchr(byte, self.bytes.get(from..)?)?)
    }

    /// The word up to the next blank; the cursor goes behind the blank.
    fn word(&mut self) -> Option<Part> {
        let end = self.index(b' ', self.at)?;
        let word = Part::Span(self.at, end);
        self.at = end + 1;
        Some(word)
    }

    /// From `start` to the end, without its line end.
    fn message(&self, start: usize) -> Part {
        let start = start.min(self.bytes.len());
        let length = chomp(&self.text.slice(start, self.bytes.len())).len();
        Part::Span(start, start + length)
    }

    /// `text.slice(start, length)`: a negative length is nil.
    fn slice(start: usize, end: usize) -> Part {
        if end < start { Part::Nil } else { Part::Span(start, end) }
    }

    fn nil(&self, method: &str) -> RubyError {
        no_method_on_nil(method, self.ruby)
    }

    /// `<pri>`, without a look at what it holds; `None`: not matched.
    fn priority(&mut self) -> Reading<Value> {
        if self.byte(0) != Some(b'<') {
            return Ok(None);
        }
        let close = self.index(b'>', 1).ok_or_else(|| self.nil("<"))?;
        if close < 2 {
            return Ok(None);
        }
        self.at = close + 1;
        Ok(Some(to_i(self.bytes.get(1..close).unwrap_or_default())))
    }

    /// A time of several words, or of a format that fluentd does not know by heart. Where blanks
    /// come in runs the original names a variable that does not exist.
    fn time_by_words(&mut self, format: &TimeWords) -> Result<RString, RubyError> {
        let (end, skipped) = time_end(self.bytes, self.at, format.words, self.ruby)?;
        if skipped {
            let message = match self.ruby {
                RubyVersion::V3_1 => {
                    "undefined local variable or method `idx' for #<Fluent::Plugin::SyslogParser>"
                }
                RubyVersion::V3_4 => {
                    "undefined local variable or method 'idx' for an instance of \
                     Fluent::Plugin::SyslogParser"
                }
            };
            return Err(RubyError::new("NameError", message));
        }
        let end = end.ok_or_else(|| self.nil("-"))?;
        let time = self.text.slice(self.at, end);
        self.at = end + 1;
        Ok(squeeze(&time))
    }

    /// Bytes that `count` characters from the cursor take.
    fn characters(&self, count: usize) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if self.text.encoding() != Encoding::Utf8 || rest.is_ascii() {
            return count;
        }
        let end = (0..count).fold(self.at, |at, _| character_end(self.text, at));
        end.min(self.bytes.len()) - self.at
    }
}

fn begin<'t>(parser: &SyslogParser, text: &'t RString) -> Reading<(Cursor<'t>, Parts)> {
    let mut cursor = Cursor { text, bytes: text.as_bytes(), at: 0, ruby: parser.ruby };
    let mut parts = Parts::default();
    if parser.with_priority {
        match cursor.priority()? {
            Some(priority) => parts.priority = Some(priority),
            None => return Ok(None),
        }
    }
    Ok(Some((cursor, parts)))
}

/// `parse_rfc3164`
pub(super) fn rfc3164(parser: &SyslogParser, text: &RString) -> Reading<Parts> {
    let Some((mut cursor, mut parts)) = begin(parser, text)? else { return Ok(None) };
    if parser.rfc3164_time.is_usual {
        let end = cursor.at + cursor.characters(TIME_SIZE);
        parts.time = match cursor.byte(end) {
            Some(b' ') => {
                let time = cursor.text.slice(cursor.at, end);
                cursor.at = end + 1;
                Some(time)
            }
            // The blank is looked for from the fifteenth character of the text, priority or not.
            Some(b'.') => {
                let end = cursor.index(b' ', TIME_SIZE).ok_or_else(|| cursor.nil("-"))?;
                let time = (end >= cursor.at).then(|| cursor.text.slice(cursor.at, end));
                cursor.at = end + 1;
                time
            }
            _ => return Ok(None),
        };
    } else {
        parts.time = Some(cursor.time_by_words(&parser.rfc3164_time)?);
    }
    let Some(host) = cursor.word() else { return Ok(None) };
    parts.fields.push(("host", host));
    message_part(parser, &cursor, &mut parts)?;
    Ok(Some(parts))
}

/// Ident, pid and message.
fn message_part(
    parser: &SyslogParser,
    cursor: &Cursor<'_>,
    parts: &mut Parts,
) -> Result<(), RubyError> {
    let start = cursor.at;
    let Some(end) = cursor.index(b' ', start) else {
        parts.fields.push(("message", cursor.message(start)));
        return Ok(());
    };
    let last = cursor.byte(end - 1);
    let has_colon = last == Some(b':');
    if !has_colon && !parser.support_colonless_ident {
        parts.fields.push(("message", cursor.message(start)));
        return Ok(());
    }
    let tail = usize::from(has_colon);
    let before_tail = end.checked_sub(1 + tail).and_then(|at| cursor.byte(at));
    if before_tail == Some(b']') {
        let open = cursor.index(b'[', start).ok_or_else(|| cursor.nil("-"))?;
        parts.fields.push(("ident", Cursor::slice(start, open)));
        let pid_end = end.saturating_sub(1 + tail);
        parts.fields.push(("pid", Cursor::slice(open + 1, pid_end)));
    } else {
        parts.fields.push(("ident", Cursor::slice(start, end - tail)));
    }
    parts.fields.push(("message", cursor.message(end + 1)));
    Ok(())
}

/// `parse_rfc5424`
pub(super) fn rfc5424(parser: &SyslogParser, text: &RString) -> Reading<Parts> {
    let Some((mut cursor, mut parts)) = begin(parser, text)? else { return Ok(None) };
    if parser.with_priority {
        // Behind the version, from the closing bracket on.
        let blank = cursor.index(b' ', cursor.at - 1).ok_or_else(|| cursor.nil("+"))?;
        cursor.at = blank + 1;
    }
    parts.time = Some(if parser.rfc5424_time.is_usual {
        let end = cursor.index(b' ', cursor.at).ok_or_else(|| cursor.nil("-"))?;
        let time = cursor.text.slice(cursor.at, end);
        cursor.at = end + 1;
        time
    } else {
        cursor.time_by_words(&parser.rfc5424_time)?
    });
    for name in ["host", "ident", "pid", "msgid"] {
        let Some(word) = cursor.word() else { return Ok(None) };
        parts.fields.push((name, word));
    }
    extradata(&mut cursor, &mut parts)?;
    Ok(Some(parts))
}

/// Structured data up to the first `] `, its backslashes dropped, and the message.
fn extradata(cursor: &mut Cursor<'_>, parts: &mut Parts) -> Result<(), RubyError> {
    let start = cursor.at;
    let rest = cursor.bytes.get(start..).unwrap_or_default();
    let end = if rest.first() == Some(&b'-') {
        start + 1
    } else {
        memchr::memmem::find(rest, b"] ").map_or(cursor.bytes.len(), |at| start + at + 1)
    };
    let written = cursor.text.slice(start, end);
    if rest.first() != Some(&b'-') {
        // `tr!` reads it.
        refuse_broken(&written)?;
    }
    let extradata = if memchr::memchr(b'\\', written.as_bytes()).is_some() {
        let kept: Vec<u8> =
            written.as_bytes().iter().copied().filter(|&byte| byte != b'\\').collect();
        Part::Text(RString::new(&kept, written.encoding()))
    } else {
        Part::Span(start, end)
    };
    parts.fields.push(("extradata", extradata));
    if end < cursor.bytes.len() {
        parts.fields.push(("message", cursor.message(end + 1)));
    } else if rest.first() == Some(&b'-') && !is_as_long_as_its_bytes(cursor.text) {
        // The original compares characters with bytes and slices behind the end.
        return Err(cursor.nil("chomp!"));
    }
    Ok(())
}

fn is_as_long_as_its_bytes(text: &RString) -> bool {
    text.encoding() != Encoding::Utf8 || text.as_bytes().is_ascii()
}

/// Adds the fields of [`Parts`] to a record: this engine puts the priority behind the first ones.
pub(super) fn add_fields(record: &mut Record, text: &RString, parts: Parts) {
    let before_priority = if parts.fields.iter().any(|(name, _)| *name == "msgid") { 4 } else { 1 };
    let mut priority = parts.priority;
    for (index, (name, part)) in parts.fields.into_iter().enumerate() {
        if index == before_priority
            && let Some(priority) = priority.take()
        {
            record.push_new(Value::from("pri"), priority);
        }
        let value = match part {
            Part::Span(start, end) => Value::String(text.slice(start, end)),
            Part::Text(text) => Value::String(text),
            Part::Nil => Value::Nil,
        };
        record.push_new(Value::from(name), value);
    }
}
