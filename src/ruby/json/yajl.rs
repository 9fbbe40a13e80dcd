//! `Yajl.load` (yajl-ruby 1.4): refuses broken UTF-8, forgives a text that ends early, and then
//! gives back the innermost container that was still open.

use super::build::{Builder, Next, hex4, plain, push_code_point};
use super::number;
use super::{JsonError, error};
use crate::encoding::Encoding;
use crate::ruby::string::RString;
use crate::ruby::value::Value;

struct Yajl<'t> {
    text: &'t RString,
    bytes: &'t [u8],
    at: usize,
    build: Builder,
    scratch: &'t mut Vec<u8>,
}

/// A token, or why there is none.
enum Token {
    Punctuation(u8),
    Value(Value),
    /// The text ended within a token or before one.
    Eof,
}

/// Reads one text; an empty one is nil.
pub(super) fn load(text: &RString, scratch: &mut Vec<u8>) -> Result<Value, JsonError> {
    let bytes = text.as_bytes();
    let mut yajl = Yajl { text, bytes, at: 0, build: Builder::default(), scratch };
    let mut document = None;
    let mut second = false;
    loop {
        let start = yajl.at;
        let token = yajl.lex()?;
        if let Some(document) = document.as_mut().filter(|_| !second) {
            // A second document is an error when it is whole, but a number slips in: its callback
            // does not look.
            match token {
                Token::Eof => break,
                Token::Punctuation(b'{' | b'[') => second = true,
                Token::Value(
                    value @ (Value::Integer(_) | Value::Float(_) | Value::BigInteger(_)),
                ) => {
                    number_after_document(document, value);
                    continue;
                }
                _ => return error(start, "Found multiple JSON objects in the stream"),
            }
        }
        match token {
            Token::Eof => break,
            Token::Punctuation(byte) => yajl.punctuation(byte, start)?,
            Token::Value(value) => {
                // What the blank at the very end brings to light is no error any more.
                let last = yajl.at == bytes.len() && !matches!(value, Value::String(_));
                match yajl.value(value, start) {
                    Err(_) if last && bytes.last().is_some_and(u8::is_ascii_digit) => break,
                    result => result?,
                }
            }
        }
        if yajl.build.has_document() {
            if second {
                return error(start, "Found multiple JSON objects in the stream");
            }
            document = yajl.build.document();
        }
    }
    Ok(document.filter(|_| !second).or_else(|| yajl.build.innermost()).unwrap_or(Value::Nil))
}

/// What the callbacks do to the finished document when a number follows it.
fn number_after_document(document: &mut Value, number: Value) {
    match document {
        Value::Array(items) => std::rc::Rc::make_mut(items).push(number),
        Value::Hash(_) => *document = number,
        _ => {}
    }
}

impl Yajl<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn punctuation(&mut self, byte: u8, start: usize) -> Result<(), JsonError> {
        match (byte, self.build.next()) {
            (b'{', None | Some(Next::ArrayNew | Next::ArrayElement | Next::HashValue)) => {
                self.build.open_hash(start)?;
            }
            (b'[', None | Some(Next::ArrayNew | Next::ArrayElement | Next::HashValue)) => {
                self.build.open_array(start)?;
            }
            (b'}', Some(Next::HashNew | Next::HashComma))
            | (b']', Some(Next::ArrayNew | Next::ArrayComma)) => self.build.close(),
            (b',', Some(Next::HashComma)) => self.build.expect(Next::HashKey),
            (b',', Some(Next::ArrayComma)) => self.build.expect(Next::ArrayElement),
            (b':', Some(Next::HashColon)) => self.build.expect(Next::HashValue),
            _ => return error(start, "unallowed token at this point in JSON text"),
        }
        Ok(())
    }

    fn value(&mut self, value: Value, start: usize) -> Result<(), JsonError> {
        match (self.build.next(), value) {
            (Some(Next::HashNew | Next::HashKey), Value::String(key)) => self.build.key(key),
            (None | Some(Next::ArrayNew | Next::ArrayElement | Next::HashValue), value) => {
                self.build.value(value);
            }
            _ => return error(start, "unallowed token at this point in JSON text"),
        }
        Ok(())
    }

    /// `yajl_lex_lex`: blanks (VT and FF too) and comments are skipped.
    fn lex(&mut self) -> Result<Token, JsonError> {
        loop {
            let start = self.at;
            let Some(byte) = self.byte(start) else { return Ok(Token::Eof) };
            self.at += 1;
            match byte {
                b'{' | b'}' | b'[' | b']' | b',' | b':' => return Ok(Token::Punctuation(byte)),
                b'\t' | b'\n' | b'\x0b' | b'\x0c' | b'\r' | b' ' => {}
                b't' => return self.word(b"rue", Value::Bool(true)),
                b'f' => return self.word(b"alse", Value::Bool(false)),
                b'n' => return self.word(b"ull", Value::Nil),
                b'"' => return self.string(),
                b'-' | b'0'..=b'9' => return self.number(start),
                b'/' => {
                    if !self.comment()? {
                        return Ok(Token::Eof);
                    }
                }
                _ => return error(start, "invalid char in json text."),
            }
        }
    }

    fn end<T>(&mut self, token: T) -> T {
        self.at = self.bytes.len();
        token
    }

    fn word(&mut self, rest: &[u8], value: Value) -> Result<Token, JsonError> {
        for (offset, &wanted) in rest.iter().enumerate() {
            match self.byte(self.at + offset) {
                None => return Ok(self.end(Token::Eof)),
                Some(byte) if byte == wanted => {}
                Some(_) => return error(self.at + offset, "invalid string in json text."),
            }
        }
        self.at += rest.len();
        Ok(Token::Value(value))
    }

    /// False when the text ends within the comment.
    fn comment(&mut self) -> Result<bool, JsonError> {
        let end: &[u8] = match self.byte(self.at) {
            None => return Ok(false),
            Some(b'/') => b"\n",
            Some(b'*') => b"*/",
            Some(_) => return error(self.at, "invalid char in json text."),
        };
        match memchr::memmem::find(&self.bytes[self.at + 1..], end) {
            Some(found) => self.at += 1 + found + end.len(),
            None => return Ok(self.end(false)),
        }
        Ok(true)
    }

    /// A number at the very end counts: `yajl_parse_complete` adds a blank.
    fn number(&mut self, start: usize) -> Result<Token, JsonError> {
        let rest = &self.bytes[start..];
        let Some((end, is_float)) = number::strict_end(rest) else {
            if rest == b"-" {
                return Ok(self.end(Token::Eof));
            }
            return error(start, "malformed number");
        };
        let has_exponent = rest[..end].iter().any(|byte| matches!(byte, b'e' | b'E'));
        match rest.get(end..).unwrap_or_default() {
            [b'.'] if !is_float => return Ok(self.end(Token::Eof)),
            [b'.', ..] if !is_float => return error(start, "malformed number"),
            [b'e' | b'E'] | [b'e' | b'E', b'+' | b'-'] if !has_exponent => {
                return Ok(self.end(Token::Eof));
            }
            [b'e' | b'E', ..] if !has_exponent => return error(start, "malformed number"),
            _ => {}
        }
        self.at = start + end;
        match number::strict(&rest[..end], is_float) {
            Some(value) => Ok(Token::Value(value)),
            None => error(start, "malformed number"),
        }
    }

    /// After the opening quote.
    fn string(&mut self) -> Result<Token, JsonError> {
        let start = self.at;
        let mut escapes = false;
        loop {
            let Some(byte) = self.byte(self.at) else { return Ok(Token::Eof) };
            match byte {
                b'"' => break,
                b'\\' => {
                    escapes = true;
                    if !self.check_escape()? {
                        return Ok(self.end(Token::Eof));
                    }
                }
                0..=0x1f => return error(self.at, "invalid character inside string."),
                0x80.. => {
                    if !self.check_utf8_char(byte)? {
                        return Ok(self.end(Token::Eof));
                    }
                }
                _ => self.at += 1,
            }
        }
        let end = self.at;
        self.at += 1;
        if !escapes {
            return Ok(Token::Value(Value::String(plain(self.text, start, end))));
        }
        self.decode(start, end);
        Ok(Token::Value(Value::String(RString::new(self.scratch, Encoding::Utf8))))
    }

    /// Steps over an escape; false when the text ends within it.
    fn check_escape(&mut self) -> Result<bool, JsonError> {
        match self.byte(self.at + 1) {
            None => Ok(false),
            Some(b'u') => {
                for digit in 0..4 {
                    match self.byte(self.at + 2 + digit) {
                        None => return Ok(false),
                        Some(byte) if byte.is_ascii_hexdigit() => {}
                        Some(_) => {
                            return error(
                                self.at,
                                "invalid (non-hex) character occurs after '\\u'",
                            );
                        }
                    }
                }
                self.at += 6;
                Ok(true)
            }
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 2;
                Ok(true)
            }
            Some(_) => error(self.at, "'\\' occurs before a character which it may not."),
        }
    }

    /// `yajl_lex_utf8_char`: looks at the lead and continuation bits only.
    fn check_utf8_char(&mut self, lead: u8) -> Result<bool, JsonError> {
        let tails = match lead {
            0xc0..=0xdf => 1,
            0xe0..=0xef => 2,
            0xf0..=0xf7 => 3,
            _ => return error(self.at, "invalid bytes in UTF8 string."),
        };
        for tail in 1..=tails {
            match self.byte(self.at + tail) {
                None => return Ok(false),
                Some(0x80..=0xbf) => {}
                Some(_) => return error(self.at, "invalid bytes in UTF8 string."),
            }
        }
        self.at += 1 + tails;
        Ok(true)
    }

    /// `yajl_string_decode` of a string that was checked.
    fn decode(&mut self, start: usize, end: usize) {
        self.scratch.clear();
        let mut at = start;
        while let Some(plain) = memchr::memchr(b'\\', &self.bytes[at..end]) {
            self.scratch.extend_from_slice(&self.bytes[at..at + plain]);
            at += plain;
            let letter = self.bytes[at + 1];
            at += 2;
            self.scratch.push(match letter {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'b' => b'\x08',
                b'f' => b'\x0c',
                b'u' => {
                    at = self.decode_unicode(at, end);
                    continue;
                }
                other => other,
            });
        }
        self.scratch.extend_from_slice(&self.bytes[at..end]);
    }

    /// After `\u`; returns where decoding goes on. A first half of a pair alone becomes `?`.
    fn decode_unicode(&mut self, at: usize, end: usize) -> usize {
        let code = hex4(&self.bytes[at..]).unwrap_or_default();
        let after = at + 4;
        if code & 0xfc00 != 0xd800 {
            push_code_point(self.scratch, code);
            return after;
        }
        if !self.bytes[after..end].starts_with(b"\\u") {
            self.scratch.push(b'?');
            return after;
        }
        let low = hex4(&self.bytes[after + 2..]).unwrap_or_default();
        push_code_point(
            self.scratch,
            (code & 0x3f) << 10 | ((code >> 6 & 0xf) + 1) << 16 | low & 0x3ff,
        );
        after + 6
    }
}
