//! Knows after each byte whether a JSON text is complete, without reading it again and again:
//! fluentd calls `JSON.parse` after every character of a value that begins with `[` or `{`.
//!
//! A test holds it to `json_gem::parse` on every prefix.

use crate::ruby::json_gem::MAX_NESTING;

/// What the next byte may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A value; with `true`, a closing bracket too.
    Value(bool),
    /// A key; with `true`, a closing brace too.
    Key(bool),
    Colon,
    /// A comma or a closing bracket.
    AfterValue,
    String {
        key: bool,
    },
    Escape {
        key: bool,
    },
    /// Hexadecimal digits still to come.
    Unicode {
        key: bool,
        left: u8,
    },
    Word {
        word: &'static [u8],
        at: usize,
    },
    Number(Number),
    /// The first slash of a comment.
    Slash(Back),
    LineComment(Back),
    BlockComment {
        star: bool,
        back: Back,
    },
    /// Closed; only blanks and comments may follow.
    Done,
    /// Never complete.
    Dead,
}

/// Where a comment returns to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Back {
    Value(bool),
    Key(bool),
    Colon,
    AfterValue,
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    Sign,
    Zero,
    Whole,
    Point,
    Fraction,
    Exponent,
    ExponentSign,
    ExponentDigits,
}

/// The reader.
#[derive(Clone, Debug)]
pub(super) struct JsonScan {
    state: State,
    /// The open brackets: true for `[`.
    open: Vec<bool>,
    /// The last comma stands on this line.
    comma_on_line: bool,
}

impl JsonScan {
    /// After the opening bracket.
    pub(super) fn new(is_array: bool) -> JsonScan {
        let state = if is_array { State::Value(true) } else { State::Key(true) };
        JsonScan { state, open: vec![is_array], comma_on_line: false }
    }

    /// True when what was read is one whole JSON text.
    pub(super) fn complete(&self) -> bool {
        self.state == State::Done
    }

    /// True when nothing can make it whole any more.
    #[cfg(test)]
    fn dead(&self) -> bool {
        self.state == State::Dead
    }

    /// True when it would be whole with one closing bracket more, a comma at the line's end left
    /// out: where fluentd takes `#` for a comment.
    pub(super) fn closable(&self) -> bool {
        if self.open.len() != 1 {
            return false;
        }
        match self.state {
            State::AfterValue | State::Value(true) | State::Key(true) => true,
            State::Value(false) | State::Key(false) => self.comma_on_line,
            State::Number(number) => ends_number(number),
            _ => false,
        }
    }

    /// Reads one byte.
    pub(super) fn feed(&mut self, byte: u8) {
        if let State::Number(number) = self.state {
            match next_of_number(number, byte) {
                Some(next) => return self.state = State::Number(next),
                None if ends_number(number) && !number_goes_wrong(number, byte) => {
                    self.state = State::AfterValue;
                }
                None => return self.state = State::Dead,
            }
        }
        self.state = self.next(byte);
        if byte == b'\n' {
            self.comma_on_line = false;
        }
    }

    fn next(&mut self, byte: u8) -> State {
        match self.state {
            State::Value(first) => self.value(byte, first),
            State::Key(first) => self.key(byte, first),
            State::Colon => match byte {
                b':' => State::Value(false),
                _ => between(byte, Back::Colon),
            },
            State::AfterValue => self.after_value(byte),
            State::String { key } => match byte {
                b'"' if key => State::Colon,
                b'"' => State::AfterValue,
                b'\\' => State::Escape { key },
                0..=0x1f => State::Dead,
                _ => State::String { key },
            },
            State::Escape { key } => match byte {
                b'u' => State::Unicode { key, left: 4 },
                0..=0x1f => State::Dead,
                _ => State::String { key },
            },
            State::Unicode { key, left } => match (byte.is_ascii_hexdigit(), left) {
                (true, 1) => State::String { key },
                (true, _) => State::Unicode { key, left: left - 1 },
                (false, _) => State::Dead,
            },
            State::Word { word, at } => match word.get(at) {
                Some(wanted) if *wanted == byte && at + 1 == word.len() => State::AfterValue,
                Some(wanted) if *wanted == byte => State::Word { word, at: at + 1 },
                _ => State::Dead,
            },
            State::Slash(back) => match byte {
                b'/' => State::LineComment(back),
                b'*' => State::BlockComment { star: false, back },
                _ => State::Dead,
            },
            State::LineComment(back) if byte == b'\n' => resume(back),
            State::LineComment(back) => State::LineComment(back),
            State::BlockComment { star: true, back } if byte == b'/' => resume(back),
            State::BlockComment { back, .. } => State::BlockComment { star: byte == b'*', back },
            State::Done => between(byte, Back::Done),
            State::Number(_) | State::Dead => State::Dead,
        }
    }

    fn value(&mut self, byte: u8, first: bool) -> State {
        match byte {
            b'"' => State::String { key: false },
            b'[' => self.nest(true),
            b'{' => self.nest(false),
            b']' if first => self.close(true),
            b'-' => State::Number(Number::Sign),
            b'0' => State::Number(Number::Zero),
            b'1'..=b'9' => State::Number(Number::Whole),
            b't' => State::Word { word: b"true", at: 1 },
            b'f' => State::Word { word: b"false", at: 1 },
            b'n' => State::Word { word: b"null", at: 1 },
            _ => between(byte, Back::Value(first)),
        }
    }

    fn key(&mut self, byte: u8, first: bool) -> State {
        match byte {
            b'"' => State::String { key: true },
            b'}' if first => self.close(false),
            _ => between(byte, Back::Key(first)),
        }
    }

    fn after_value(&mut self, byte: u8) -> State {
        match (byte, self.open.last()) {
            (b',', Some(is_array)) => {
                self.comma_on_line = true;
                if *is_array { State::Value(false) } else { State::Key(false) }
            }
            (b']', _) => self.close(true),
            (b'}', _) => self.close(false),
            _ => between(byte, Back::AfterValue),
        }
    }

    fn nest(&mut self, is_array: bool) -> State {
        self.open.push(is_array);
        if self.open.len() > MAX_NESTING {
            return State::Dead;
        }
        if is_array { State::Value(true) } else { State::Key(true) }
    }

    fn close(&mut self, is_array: bool) -> State {
        if self.open.pop() != Some(is_array) {
            return State::Dead;
        }
        if self.open.is_empty() { State::Done } else { State::AfterValue }
    }
}

fn resume(back: Back) -> State {
    match back {
        Back::Value(first) => State::Value(first),
        Back::Key(first) => State::Key(first),
        Back::Colon => State::Colon,
        Back::AfterValue => State::AfterValue,
        Back::Done => State::Done,
    }
}

/// Blanks and comments.
fn between(byte: u8, back: Back) -> State {
    match byte {
        b' ' | b'\t' | b'\r' | b'\n' => resume(back),
        b'/' => State::Slash(back),
        _ => State::Dead,
    }
}

fn ends_number(number: Number) -> bool {
    use Number::{ExponentDigits, Fraction, Whole, Zero};
    matches!(number, Zero | Whole | Fraction | ExponentDigits)
}

/// The gem refuses a number that is followed by what looks like more of it.
fn number_goes_wrong(number: Number, byte: u8) -> bool {
    match number {
        Number::Zero | Number::Whole => byte.is_ascii_digit(),
        _ => matches!(byte, b'0'..=b'9' | b'e' | b'E' | b'.' | b'-'),
    }
}

fn next_of_number(number: Number, byte: u8) -> Option<Number> {
    use Number::{Exponent, ExponentDigits, ExponentSign, Fraction, Point, Sign, Whole, Zero};
    match (number, byte) {
        (Sign, b'0') => Some(Zero),
        (Sign, b'1'..=b'9') | (Whole, b'0'..=b'9') => Some(Whole),
        (Zero | Whole, b'.') => Some(Point),
        (Point | Fraction, b'0'..=b'9') => Some(Fraction),
        (Zero | Whole | Fraction, b'e' | b'E') => Some(Exponent),
        (Exponent, b'+' | b'-') => Some(ExponentSign),
        (Exponent | ExponentSign | ExponentDigits, b'0'..=b'9') => Some(ExponentDigits),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::JsonScan;
    use crate::ruby::json_gem::parse;

    #[test]
    fn every_prefix_is_judged_as_the_gem_judges_it() {
        for text in [
            r#"[1, -0.5e+3, "a\"\u00e9\n", {"k": [true, null], "l": {}}, []] "#,
            "{\"a\": 1, // c\n \"b\": /* d */ 2}",
            "[1.5.2]",
            "[01]",
            "[1e]",
            "{a:b}",
            "[\"\\u12\"]",
            "[1,]",
            "[}",
            "[tru]",
            "[-]",
            "[1]]",
            "{\"a\"}",
            "[[1], 2",
            "[0]",
            "[1e5-]",
            "[nul]",
        ] {
            let mut scan = JsonScan::new(text.starts_with('['));
            for (at, byte) in text.bytes().enumerate().skip(1) {
                scan.feed(byte);
                let prefix = &text.as_bytes()[..=at];
                assert_eq!(scan.complete(), parse(prefix).is_ok(), "{}", &text[..=at]);
                assert!(!(scan.complete() && scan.dead()));
            }
        }
    }

    #[test]
    fn a_remark_may_follow_elements_of_the_outermost_level() {
        let closable = |text: &str| {
            let mut scan = JsonScan::new(true);
            text.bytes().skip(1).for_each(|byte| scan.feed(byte));
            scan.closable()
        };
        assert!(closable("[") && closable("[1") && closable("[1, ") && closable("[\"a\","));
        assert!(!closable("[1,\n") && !closable("[[1,") && !closable("[\"a") && !closable("[1."));
    }
}
