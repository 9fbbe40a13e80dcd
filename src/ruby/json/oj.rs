//! `Oj.load` in compat mode (oj 3.14 `ext/oj/parse.c`): forgiving inside, strict at the end.
//!
//! The original walks a C string: a NUL byte between tokens ends the text.

use super::build::{Builder, Next, hex4, plain, push_code_point};
use super::number;
use super::{JsonError, error};
use crate::encoding::Encoding;
use crate::ruby::string::RString;
use crate::ruby::value::Value;

struct Oj<'t> {
    text: &'t RString,
    bytes: &'t [u8],
    at: usize,
    build: Builder,
    scratch: &'t mut Vec<u8>,
}

/// Reads one text; the empty text is nil.
pub(super) fn load(text: &RString, scratch: &mut Vec<u8>) -> Result<Value, JsonError> {
    let mut oj = Oj { text, bytes: text.as_bytes(), at: 0, build: Builder::default(), scratch };
    oj.parse()?;
    if oj.build.depth() > 0 {
        return error(oj.at, "not terminated");
    }
    Ok(oj.build.document().unwrap_or(Value::Nil))
}

impl Oj<'_> {
    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn parse(&mut self) -> Result<(), JsonError> {
        loop {
            while matches!(self.byte(0), b' ' | b'\t' | b'\x0c' | b'\n' | b'\r') {
                self.at += 1;
            }
            let token = self.byte(0);
            if token == 0 {
                return Ok(());
            }
            if self.build.has_document() {
                return error(self.at, "unexpected characters after the JSON document");
            }
            self.token(token)?;
        }
    }

    fn token(&mut self, token: u8) -> Result<(), JsonError> {
        let start = self.at;
        self.at += 1;
        match token {
            b'{' => self.value_may_stand(start).and_then(|()| self.build.open_hash(start)),
            b'[' => self.value_may_stand(start).and_then(|()| self.build.open_array(start)),
            b'}' => self.close(&[Next::HashNew, Next::HashComma]),
            b']' => self.close(&[Next::ArrayNew, Next::ArrayComma]),
            b',' => self.comma(),
            b':' if self.build.next() == Some(Next::HashColon) => {
                self.build.expect(Next::HashValue);
                Ok(())
            }
            b'"' => self.string(),
            b'-' | b'0'..=b'9' | b'I' | b'N' => self.number(start),
            b'n' if self.byte(0) != b'u' => self.number(start),
            b'n' => self.word(b"ull", Value::Nil),
            b't' => self.word(b"rue", Value::Bool(true)),
            b'f' => self.word(b"alse", Value::Bool(false)),
            b'/' => self.comment(),
            _ => error(start, "unexpected character"),
        }
    }

    /// Oj notices a container where none may stand only when it closes; refusing it at once gives
    /// the same answer.
    fn value_may_stand(&self, at: usize) -> Result<(), JsonError> {
        match self.build.next() {
            None | Some(Next::ArrayNew | Next::ArrayElement | Next::HashValue) => Ok(()),
            Some(_) => error(at, "a value may not stand here"),
        }
    }

    fn close(&mut self, allowed: &[Next]) -> Result<(), JsonError> {
        match self.build.next() {
            Some(next) if allowed.contains(&next) => {
                self.build.close();
                Ok(())
            }
            _ => error(self.at - 1, "unexpected close"),
        }
    }

    fn comma(&mut self) -> Result<(), JsonError> {
        match self.build.next() {
            Some(Next::ArrayComma) => self.build.expect(Next::ArrayElement),
            Some(Next::HashComma) => self.build.expect(Next::HashKey),
            _ => return error(self.at - 1, "unexpected comma"),
        }
        Ok(())
    }

    fn word(&mut self, rest: &[u8], value: Value) -> Result<(), JsonError> {
        if !self.bytes.get(self.at..).unwrap_or_default().starts_with(rest) {
            return error(self.at, "expected null, true or false");
        }
        self.at += rest.len();
        self.add(value)
    }

    fn add(&mut self, value: Value) -> Result<(), JsonError> {
        self.value_may_stand(self.at)?;
        self.build.value(value);
        Ok(())
    }

    /// `/* … */` (the end of the text ends it too) or `// …` to the end of the line.
    fn comment(&mut self) -> Result<(), JsonError> {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        match self.byte(0) {
            b'*' => {
                let end = memchr::memmem::find(rest, b"*/").map_or(rest.len(), |at| at + 2);
                self.at += 1 + end;
            }
            b'/' => {
                let end = rest.iter().position(|b| matches!(b, b'\n' | b'\r' | b'\x0c' | 0));
                self.at += 1 + end.unwrap_or(rest.len());
            }
            _ => return error(self.at, "invalid comment format"),
        }
        Ok(())
    }

    fn string(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        let rest = &self.bytes[start..];
        let Some(stop) = memchr::memchr3(b'"', b'\\', 0, rest) else {
            return error(start, "quoted string not terminated");
        };
        let stop = start + stop;
        match self.bytes[stop] {
            b'"' => {
                self.at = stop + 1;
                self.add_string(plain(self.text, start, stop))
            }
            b'\\' => {
                self.at = stop;
                self.scratch.clear();
                self.scratch.extend_from_slice(&self.bytes[start..stop]);
                self.escaped_string()
            }
            _ => error(stop, "NULL byte in string"),
        }
    }

    fn escaped_string(&mut self) -> Result<(), JsonError> {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(stop) = memchr::memchr3(b'"', b'\\', 0, rest) else {
                return error(self.at, "quoted string not terminated");
            };
            self.scratch.extend_from_slice(&rest[..stop]);
            self.at += stop + 1;
            match rest[stop] {
                b'"' => break,
                b'\\' => self.escape()?,
                _ => return error(self.at - 1, "quoted string not terminated"),
            }
        }
        let string = RString::new(self.scratch, Encoding::Utf8);
        self.add_string(string)
    }

    /// After the backslash. Any unknown letter stands for itself, as the json gem has it.
    fn escape(&mut self) -> Result<(), JsonError> {
        if self.at >= self.bytes.len() {
            return error(self.at, "quoted string not terminated");
        }
        let letter = self.byte(0);
        self.at += 1;
        self.scratch.push(match letter {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'f' => b'\x0c',
            b'b' => b'\x08',
            b'u' => return self.unicode_escape(),
            other => other,
        });
        Ok(())
    }

    /// After `\u`: a half of a surrogate pair, either half, needs another `\u` behind it.
    fn unicode_escape(&mut self) -> Result<(), JsonError> {
        let mut code = self.hex()?;
        if (0xd800..=0xdfff).contains(&code) {
            if (self.byte(0), self.byte(1)) != (b'\\', b'u') {
                return error(self.at, "invalid escaped character");
            }
            self.at += 2;
            let second = self.hex()?;
            let low = second.wrapping_sub(0xdc00) & 0x3ff;
            code = ((code - 0xd800) & 0x3ff) << 10 | low;
            code += 0x1_0000;
        }
        push_code_point(self.scratch, code);
        Ok(())
    }

    fn hex(&mut self) -> Result<u32, JsonError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(code) = hex4(rest) else {
            return error(self.at, "invalid hex character");
        };
        self.at += 4;
        Ok(code)
    }

    fn add_string(&mut self, string: RString) -> Result<(), JsonError> {
        if matches!(self.build.next(), Some(Next::HashNew | Next::HashKey)) {
            self.build.key(string);
            return Ok(());
        }
        self.add(Value::String(string))
    }

    fn number(&mut self, start: usize) -> Result<(), JsonError> {
        self.at = start;
        let negative = self.byte(0) == b'-';
        self.at += usize::from(negative);
        let value = match self.byte(0) {
            b'I' => self.infinity(negative)?,
            b'N' | b'n' => self.nan()?,
            _ => self.decimal(start, negative)?,
        };
        self.add(value)
    }

    fn infinity(&mut self, negative: bool) -> Result<Value, JsonError> {
        if !self.bytes[self.at..].starts_with(b"Infinity") {
            return error(self.at, "not a number or other value");
        }
        self.at += 8;
        Ok(Value::Float(if negative { f64::NEG_INFINITY } else { f64::INFINITY }))
    }

    fn nan(&mut self) -> Result<Value, JsonError> {
        if self.byte(1) != b'a' || !matches!(self.byte(2), b'N' | b'n') {
            return error(self.at, "not a number or other value");
        }
        self.at += 3;
        Ok(Value::Float(f64::NAN))
    }

    fn skip_digits(&mut self) -> usize {
        let start = self.at;
        while self.byte(0).is_ascii_digit() {
            self.at += 1;
        }
        self.at - start
    }

    /// `-` alone is 0, `00` is 0; `01` is refused.
    fn decimal(&mut self, start: usize, negative: bool) -> Result<Value, JsonError> {
        let zeros = self.at;
        while self.byte(0) == b'0' {
            self.at += 1;
        }
        let had_zero = self.at > zeros;
        let significant = self.skip_digits();
        if significant > 0 && had_zero {
            return error(start, "not a number");
        }
        let mut is_float = false;
        if self.byte(0) == b'.' {
            let digits_before = self.at - start - usize::from(negative);
            self.at += 1;
            if digits_before == 0 || self.skip_digits() == 0 {
                return error(start, "not a number");
            }
            is_float = true;
        }
        if matches!(self.byte(0), b'e' | b'E') {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(0), b'-' | b'+'));
            self.skip_digits();
            is_float = true;
        }
        let digits = std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or_default();
        if !is_float {
            return Ok(if digits == "-" { Value::Integer(0) } else { number::integer(digits) });
        }
        match number::float(digits) {
            Some(value) => Ok(value),
            None => error(start, "Invalid float"),
        }
    }
}
