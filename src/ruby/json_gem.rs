//! Ruby's `json` gem, 2.6: `JSON.parse` and `JSON.dump` (`ext/json/parser/parser.rl`, `generator.c`).
//!
//! The reader takes what the gem takes: comments, one top-level value of any kind, at most a hundred
//! levels. Its error messages carry the line number of the gem's C source, as Ruby prints them.

use std::rc::Rc;

use super::float;
use super::integer;
use super::string::RString;
use super::value::{Hash, Value};
use crate::encoding::Encoding;

/// `max_nesting` of the gem.
pub const MAX_NESTING: usize = 100;

/// An exception of the gem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// `JSON::ParserError` or `JSON::NestingError`.
    pub class: &'static str,
    /// Ruby's message.
    pub message: Vec<u8>,
    /// Where in the text.
    pub at: usize,
}

/// `JSON.parse(text)`.
///
/// ```
/// use fluentd_playground::ruby::json_gem::{dump, parse};
/// let value = parse(br#"{"a": [1, 1e3, "\u3042"], "a": null}"#).unwrap();
/// assert_eq!(dump(&value).as_str(), Some(r#"{"a":null}"#));
/// assert_eq!(parse(b"[1,]").unwrap_err().message, b"451: unexpected token at ']'");
/// ```
pub fn parse(text: &[u8]) -> Result<Value, JsonError> {
    let mut reader = Reader { text, at: 0, depth: 0, is_cut_off: false };
    reader.ignore();
    let start = reader.at;
    let value = reader.value().map_err(|failed| failed.seen_by(&reader, TOP, start))?;
    reader.ignore();
    if reader.at < text.len() || reader.is_cut_off {
        return Err(reader.unexpected(TOP, reader.at));
    }
    Ok(value)
}

/// Lines of `parser.c` that its messages begin with.
const TOP: u32 = 859;
const ARRAY: u32 = 451;
const NAN: u32 = 225;
const INFINITY: u32 = 232;
const MINUS_INFINITY: u32 = 249;
const SURROGATE: u32 = 521;

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    depth: usize,
    is_cut_off: bool,
}

/// How a value fails: by itself, or by leaving the message to what holds it.
enum Failed {
    Raised(JsonError),
    Silently,
}

impl Failed {
    /// The exception of the holder, whose C source raises on `line`, for a value that began at `at`.
    fn seen_by(self, reader: &Reader, line: u32, at: usize) -> JsonError {
        match self {
            Failed::Raised(error) => error,
            Failed::Silently => reader.unexpected(line, at),
        }
    }
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn rest(&self, at: usize) -> &[u8] {
        self.text.get(at..).unwrap_or_default()
    }

    fn unexpected(&self, line: u32, at: usize) -> JsonError {
        let mut message = format!("{line}: unexpected token at '").into_bytes();
        message.extend_from_slice(self.rest(at));
        message.push(b'\'');
        JsonError { class: "JSON::ParserError", message, at }
    }

    /// Skips white space and comments.
    fn ignore(&mut self) {
        loop {
            match self.rest(self.at) {
                [b' ' | b'\t' | b'\r' | b'\n', ..] => self.at += 1,
                [b'/', b'/', ..] => match memchr::memchr(b'\n', self.rest(self.at)) {
                    Some(end) => self.at += end + 1,
                    None => return self.cut_off(),
                },
                [b'/', b'*', body @ ..] => match memchr::memmem::find(body, b"*/") {
                    Some(end) => self.at += end + 4,
                    None => return self.cut_off(),
                },
                [b'/'] => return self.cut_off(),
                _ => return,
            }
        }
    }

    /// The text ends within a comment, which is never right.
    fn cut_off(&mut self) {
        self.at = self.text.len();
        self.is_cut_off = true;
    }

    fn literal(&mut self, word: &str, value: Value) -> Result<Value, Failed> {
        if !self.rest(self.at).starts_with(word.as_bytes()) {
            return Err(Failed::Silently);
        }
        self.at += word.len();
        Ok(value)
    }

    fn value(&mut self) -> Result<Value, Failed> {
        let rest = self.rest(self.at);
        if rest.starts_with(b"NaN") {
            return Err(Failed::Raised(self.unexpected(NAN, self.at)));
        }
        if rest.starts_with(b"Infinity") {
            return Err(Failed::Raised(self.unexpected(INFINITY, self.at + 8)));
        }
        if rest.starts_with(b"-Infinity") {
            return Err(Failed::Raised(self.unexpected(MINUS_INFINITY, self.at)));
        }
        match self.peek() {
            Some(b'n') => self.literal("null", Value::Nil),
            Some(b't') => self.literal("true", Value::Bool(true)),
            Some(b'f') => self.literal("false", Value::Bool(false)),
            Some(b'"') => self.string().map(Value::String),
            Some(b'[') => self.nested(Reader::array),
            Some(b'{') => self.nested(Reader::object),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(Failed::Silently),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Failed>) -> Result<Value, Failed> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            let message = format!("nesting of {} is too deep", self.depth).into_bytes();
            return Err(Failed::Raised(JsonError {
                class: "JSON::NestingError",
                message,
                at: self.at,
            }));
        }
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn array(&mut self) -> Result<Value, Failed> {
        let mut items = Vec::new();
        self.ignore();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::from(items));
        }
        loop {
            let start = self.at;
            let item = self.value();
            items.push(item.map_err(|e| Failed::Raised(e.seen_by(self, ARRAY, start)))?);
            self.ignore();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return Err(Failed::Raised(self.unexpected(ARRAY, self.at))),
            }
            self.ignore();
        }
        self.at += 1;
        Ok(Value::from(items))
    }

    fn object(&mut self) -> Result<Value, Failed> {
        let mut entries = Vec::new();
        self.ignore();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::from(Hash::new()));
        }
        loop {
            let key = self.string()?;
            self.ignore();
            if self.peek() != Some(b':') {
                return Err(Failed::Silently);
            }
            self.at += 1;
            self.ignore();
            let value = self.value()?;
            entries.push((Value::String(key), value));
            self.ignore();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return Err(Failed::Silently),
            }
            self.ignore();
        }
        self.at += 1;
        Ok(Value::from(Hash::from_entries(entries)))
    }

    fn number(&mut self) -> Result<Value, Failed> {
        let text = self.rest(self.at);
        let sign = usize::from(text.first() == Some(&b'-'));
        let whole = count_digits(text, sign);
        let zero_first = text.get(sign) == Some(&b'0') && whole > 1;
        if whole == 0 || zero_first {
            return Err(Failed::Silently);
        }
        let integer_end = sign + whole;
        let end = float_end(text, integer_end);
        let taken = text.get(..end.unwrap_or(integer_end)).unwrap_or_default();
        let value = match end {
            Some(_) => Value::Float(float::to_f(taken)),
            None => integer::to_i(taken),
        };
        self.at += taken.len();
        Ok(value)
    }

    fn string(&mut self) -> Result<RString, Failed> {
        let body_start = self.at + 1;
        if self.peek() != Some(b'"') {
            return Err(Failed::Silently);
        }
        let end = string_end(self.text, body_start).ok_or(Failed::Silently)?;
        self.at = end + 1;
        let body = self.text.get(body_start..end).unwrap_or_default();
        match unescape(body) {
            Ok(text) => Ok(RString::new(&text, Encoding::Utf8)),
            Err(run_start) => {
                let at = body_start + run_start;
                let mut message =
                    format!("{SURROGATE}: incomplete surrogate pair at '").into_bytes();
                message.extend_from_slice(self.rest(at));
                message.push(b'\'');
                Err(Failed::Raised(JsonError { class: "JSON::ParserError", message, at }))
            }
        }
    }
}

fn count_digits(text: &[u8], from: usize) -> usize {
    text.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count()
}

/// The end of a fraction and exponent after the whole part; `None` when the number is an Integer.
fn float_end(text: &[u8], whole_end: usize) -> Option<usize> {
    let mut end = whole_end;
    if text.get(end) == Some(&b'.') {
        let digits = count_digits(text, end + 1);
        if digits == 0 {
            return None;
        }
        end += 1 + digits;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let digits = count_digits(text, end + 1 + sign);
        if digits == 0 {
            return None;
        }
        end += 1 + sign + digits;
    }
    let goes_on = matches!(text.get(end), Some(b'0'..=b'9' | b'E' | b'e' | b'.' | b'-'));
    (end > whole_end && !goes_on).then_some(end)
}

/// The place of the closing quote; `None` where the gem's scanner refuses a byte.
fn string_end(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match text.get(at)? {
            b'"' => return Some(at),
            0..=0x1f => return None,
            b'\\' => match text.get(at + 1)? {
                b'u' => {
                    let hex = text.get(at + 2..at + 6)?;
                    hex.iter().all(u8::is_ascii_hexdigit).then_some(())?;
                    at += 6;
                }
                0..=0x1f => return None,
                _ => at += 2,
            },
            _ => at += 1,
        }
    }
}

/// The string's text, or the start of the run of bytes that the message shows when a surrogate pair
/// is cut off by the end.
fn unescape(body: &[u8]) -> Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(body.len());
    let (mut at, mut run_start) = (0, 0);
    while let Some(&byte) = body.get(at) {
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let escaped = body.get(at).copied().unwrap_or(b'\\');
        at += 1;
        match escaped {
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'u' => at = unescape_unicode(body, at, &mut out).ok_or(run_start)?,
            // The gem drops a backslash that means nothing; the letter begins the next run.
            other => {
                out.push(other);
                run_start = at - 1;
                continue;
            }
        }
        run_start = at;
    }
    Ok(out)
}

/// Adds the character written at `at` (after `\u`) and returns where reading goes on. A first half
/// of a pair alone becomes `?` and swallows the byte behind it; without six bytes behind it there is
/// no answer.
fn unescape_unicode(body: &[u8], at: usize, out: &mut Vec<u8>) -> Option<usize> {
    let high = hex4(body, at);
    if high & 0xfc00 != 0xd800 {
        push_utf8(out, high);
        return Some(at + 4);
    }
    let second = body.get(at + 4..at + 10)?;
    if !second.starts_with(b"\\u") {
        out.push(b'?');
        return Some(at + 5);
    }
    // The gem does not look whether the second half is a low surrogate.
    let low = hex4(body, at + 6);
    let plane = (((high >> 6) & 0xf) + 1) << 16;
    push_utf8(out, ((high & 0x3f) << 10) | plane | (low & 0x3ff));
    Some(at + 10)
}

fn hex4(body: &[u8], at: usize) -> u32 {
    let digits = body.get(at..at + 4).unwrap_or_default();
    digits.iter().fold(0, |value, &digit| value * 16 + (digit as char).to_digit(16).unwrap_or(0))
}

/// Lone surrogates become the three bytes that UTF-8 forbids, as in the gem.
fn push_utf8(out: &mut Vec<u8>, character: u32) {
    match char::from_u32(character) {
        Some(character) => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        None => out.extend([
            0xe0 | (character >> 12) as u8,
            0x80 | ((character >> 6) & 0x3f) as u8,
            0x80 | (character & 0x3f) as u8,
        ]),
    }
}

/// `JSON.dump(value)` for values that came out of [`parse`].
pub fn dump(value: &Value) -> RString {
    let mut out = Vec::new();
    dump_into(value, &mut out);
    RString::new(&out, Encoding::Utf8)
}

fn dump_into(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Nil => out.extend_from_slice(b"null"),
        Value::Bool(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::BigInteger(digits) => out.extend_from_slice(digits.as_bytes()),
        Value::Float(number) => out.extend_from_slice(float::to_s(*number).as_bytes()),
        Value::String(text) => dump_string(text.as_bytes(), out),
        Value::Symbol(name) => dump_string(name.as_bytes(), out),
        Value::EventTime(time) => out.extend_from_slice(time.sec.to_string().as_bytes()),
        Value::Other(object) => dump_string(object.to_s.as_bytes(), out),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                dump_into(item, out);
            }
            out.push(b']');
        }
        Value::Hash(hash) => {
            out.push(b'{');
            for (index, (key, value)) in hash.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                dump_key(key, out);
                out.push(b':');
                dump_into(value, out);
            }
            out.push(b'}');
        }
    }
}

/// A key is always a string: any other object's `to_s`.
fn dump_key(key: &Value, out: &mut Vec<u8>) {
    match key {
        Value::String(text) => dump_string(text.as_bytes(), out),
        Value::Nil => dump_string(b"", out),
        other => {
            let mut text = Vec::new();
            dump_into(other, &mut text);
            dump_string(&text, out);
        }
    }
}

fn dump_string(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for &byte in text {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            12 => out.extend_from_slice(b"\\f"),
            8 => out.extend_from_slice(b"\\b"),
            0..=0x1f => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// An array of text for tests and callers that have plain strings.
pub fn strings<'a>(items: impl IntoIterator<Item = &'a str>) -> Value {
    Value::Array(Rc::new(items.into_iter().map(Value::from).collect()))
}

#[cfg(test)]
mod tests {
    use super::{dump, parse};

    fn error(text: &str) -> String {
        String::from_utf8(parse(text.as_bytes()).unwrap_err().message).unwrap()
    }

    #[test]
    fn an_object_leaves_its_errors_to_what_holds_it() {
        assert_eq!(error("{a:1}"), "859: unexpected token at '{a:1}'");
        assert_eq!(error("[{\"a\":1]"), "451: unexpected token at '{\"a\":1]'");
        assert_eq!(error("{\"a\":[1}"), "451: unexpected token at '}'");
        assert_eq!(error("[1] x"), "859: unexpected token at 'x'");
    }

    #[test]
    fn numbers_follow_the_gem() {
        assert_eq!(error("[01]"), "451: unexpected token at '01]'");
        assert_eq!(error("[1.]"), "451: unexpected token at '.]'");
        assert_eq!(error("[1.5.2]"), "451: unexpected token at '.5.2]'");
        assert_eq!(error("Infinity"), "232: unexpected token at ''");
    }

    #[test]
    fn the_hundred_and_first_level_is_refused() {
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(parse(deep(100).as_bytes()).is_ok());
        assert_eq!(error(&deep(101)), "nesting of 101 is too deep");
    }

    #[test]
    fn comments_are_read_over_and_dropped() {
        let value = parse(b"[1, /* two */ 2 // end\n]").unwrap();
        assert_eq!(dump(&value).as_str(), Some("[1,2]"));
    }
}
