//! JSON (RFC 8259) for our own file: a tree with bounded depth and size, and text out.
//!
//! The engine's JSON readers imitate Ruby's, faults included; this one is only right.

use std::fmt::Write as _;

/// Nesting that is followed.
const MAX_DEPTH: usize = 32;
/// Values that are kept.
const MAX_VALUES: usize = 200_000;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// As written.
    Number(String),
    Text(String),
    List(Vec<Json>),
    /// Members in order, and the object as written.
    Object(Vec<(String, Json)>, String),
}

impl Json {
    /// A member of an object.
    pub(super) fn get(&self, name: &str) -> Option<&Json> {
        let Json::Object(members, _) = self else { return None };
        members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

/// Reads one value; else the byte where it stops being JSON.
pub(super) fn read(text: &str) -> Result<Json, usize> {
    let mut reader = Reader { text, at: 0, values: 0 };
    let value = reader.value(0).and_then(|value| {
        reader.space();
        (reader.at == text.len()).then_some(value)
    });
    value.ok_or(reader.at)
}

/// The byte where `text` stops being JSON; `None` for JSON.
pub(crate) fn error_at(text: &str) -> Option<usize> {
    read(text).err()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    values: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes the byte if it stands here.
    fn take(&mut self, byte: u8) -> Option<()> {
        self.space();
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        self.text.get(self.at..)?.starts_with(word).then(|| {
            self.at += word.len();
            value
        })
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        self.space();
        self.values += 1;
        if depth > MAX_DEPTH || self.values > MAX_VALUES {
            return None;
        }
        match self.peek()? {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b'"' => Some(Json::Text(self.string()?)),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'n' => self.word("null", Json::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        let start = self.at;
        let mut members = Vec::new();
        self.take(b'{')?;
        if self.take(b'}').is_none() {
            loop {
                self.space();
                let name = self.string()?;
                self.take(b':')?;
                members.push((name, self.value(depth + 1)?));
                if self.take(b'}').is_some() {
                    break;
                }
                self.take(b',')?;
            }
        }
        Some(Json::Object(members, self.text.get(start..self.at)?.to_owned()))
    }

    fn list(&mut self, depth: usize) -> Option<Json> {
        let mut items = Vec::new();
        self.take(b'[')?;
        if self.take(b']').is_none() {
            loop {
                items.push(self.value(depth + 1)?);
                if self.take(b']').is_some() {
                    break;
                }
                self.take(b',')?;
            }
        }
        Some(Json::List(items))
    }

    fn number(&mut self) -> Option<Json> {
        let start = self.at;
        let digits = |reader: &mut Self| {
            let from = reader.at;
            while reader.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                reader.at += 1;
            }
            (reader.at > from).then_some(())
        };
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let whole = self.at;
        digits(self)?;
        if self.at > whole + 1 && self.text.as_bytes().get(whole) == Some(&b'0') {
            self.at = whole + 1;
            return None;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            digits(self)?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            digits(self)?;
        }
        Some(Json::Number(self.text.get(start..self.at)?.to_owned()))
    }

    fn string(&mut self) -> Option<String> {
        if self.peek() != Some(b'"') {
            return None;
        }
        self.at += 1;
        let mut out = String::new();
        loop {
            let plain = self.text.get(self.at..)?;
            let length = plain.find(|c: char| c == '"' || c == '\\' || c < ' ')?;
            out.push_str(plain.get(..length)?);
            self.at += length;
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(out);
                }
                b'\\' => out.push(self.escape()?),
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let byte = *self.text.as_bytes().get(self.at + 1)?;
        self.at += 2;
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return None,
        })
    }

    /// `\uXXXX`, two of them for a character beyond the first plane.
    fn unicode(&mut self) -> Option<char> {
        let high = self.hex()?;
        if !(0xD800..0xDC00).contains(&high) {
            return char::from_u32(high);
        }
        if self.text.get(self.at..)?.starts_with("\\u") {
            self.at += 2;
            let low = self.hex()?.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
            return char::from_u32(0x10000 + ((high - 0xD800) << 10) + low);
        }
        None
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}

/// Appends a text as a JSON string.
pub(crate) fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' || matches!(c, '\u{7f}' | '\u{2028}' | '\u{2029}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::{Json, MAX_DEPTH, read, write_text};

    #[test]
    fn values_are_read() {
        let json =
            read(" {\"a\" : [1, -2.5e+3, true, null, \"\\u3042\\ud83d\\ude00\\n\"], \"b\":{}} ")
                .unwrap();
        let list = json.get("a").unwrap();
        let Json::List(items) = list else { panic!("{list:?}") };
        assert_eq!(items[1], Json::Number("-2.5e+3".into()));
        assert_eq!(items[4], Json::Text("あ😀\n".into()));
        assert_eq!(json.get("b"), Some(&Json::Object(Vec::new(), "{}".into())));
    }

    #[test]
    fn what_is_not_json_says_where() {
        for (text, at) in [
            ("", 0),
            ("{\"a\":}", 5),
            ("[1,]", 3),
            ("01", 1),
            ("\"a", 1),
            ("\"\\x\"", 3),
            ("1 2", 2),
        ] {
            assert_eq!(read(text), Err(at), "{text}");
        }
        assert!(read(&"[".repeat(100_000)).is_err());
        let deep = "[".repeat(MAX_DEPTH) + &"]".repeat(MAX_DEPTH);
        assert!(read(&deep).is_ok());
    }

    #[test]
    fn every_text_comes_back() {
        let text: String = ('\0'..='\u{2030}').chain("😀\"\\".chars()).collect();
        let mut out = String::new();
        write_text(&text, &mut out);
        assert_eq!(read(&out), Ok(Json::Text(text)));
    }
}
