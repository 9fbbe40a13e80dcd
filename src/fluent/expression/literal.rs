//! Literals whose inside has rules of its own: strings, symbols, regexps, numbers, `%` literals.

use std::rc::Rc;

use super::parser::{Failed, Parser, operator_at};
use super::tree::{Node, NodeKind, Piece};
use crate::encoding::Encoding;
use crate::ruby::float;
use crate::ruby::integer;
use crate::ruby::string::RString;
use crate::ruby::value::Value;

/// What a backslash means inside a literal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    /// `'…'`: only the delimiter and the backslash itself.
    Single,
    /// `"…"`: all of Ruby's.
    Double,
    /// `/…/`: kept as written, but for the delimiter.
    Regexp,
}

impl Parser<'_> {
    /// `"…"`, the quote still ahead. Adjacent literals are joined, as Ruby does.
    pub(super) fn string_literal(&mut self) -> Result<Node, Failed> {
        let start = self.at;
        let mut pieces = Vec::new();
        loop {
            let escapes = match self.peek() {
                Some(b'"') => Escapes::Double,
                Some(b'\'') => Escapes::Single,
                _ => break,
            };
            let quote = if escapes == Escapes::Double { b'"' } else { b'\'' };
            self.at += 1;
            self.pieces(quote, None, escapes, &mut pieces)?;
            let before = self.at;
            self.skip_blanks();
            if !matches!(self.peek(), Some(b'"' | b'\'')) {
                self.at = before;
                break;
            }
        }
        Ok(self.node(string_kind(pieces), start))
    }

    /// `:name`, `:"name"`; `None` when the colon begins no symbol.
    pub(super) fn symbol(&mut self) -> Result<Option<Node>, Failed> {
        let start = self.at;
        match self.text.get(self.at + 1) {
            Some(&quote @ (b'"' | b'\'')) => {
                self.at += 2;
                let mut pieces = Vec::new();
                let escapes = if quote == b'"' { Escapes::Double } else { Escapes::Single };
                self.pieces(quote, None, escapes, &mut pieces)?;
                match string_kind(pieces) {
                    NodeKind::Literal(Value::String(text)) => {
                        let symbol = Value::Symbol(text.to_lossy().into());
                        Ok(Some(self.node(NodeKind::Literal(symbol), start)))
                    }
                    _ => Err(self.not_simulated("dynamic symbol", start)),
                }
            }
            Some(byte)
                if !is_name_start(*byte)
                    && operator_at(self.rest().get(1..).unwrap_or_default()).is_some() =>
            {
                let name =
                    operator_at(self.rest().get(1..).unwrap_or_default()).unwrap_or_default();
                self.at += 1 + name.len();
                Ok(Some(self.node(NodeKind::Literal(Value::Symbol(name.into())), start)))
            }
            Some(byte) if is_name_start(*byte) => {
                self.at += 1;
                let name = self.method_name();
                Ok(Some(self.node(NodeKind::Literal(Value::Symbol(name)), start)))
            }
            _ => Ok(None),
        }
    }

    /// `/…/flags`, the slash still ahead.
    pub(super) fn regexp_literal(&mut self) -> Result<Node, Failed> {
        let start = self.at;
        self.at += 1;
        let mut pieces = Vec::new();
        self.pieces(b'/', None, Escapes::Regexp, &mut pieces)?;
        let flags = self.regexp_flags()?;
        Ok(self.node(NodeKind::Regexp { pieces, flags }, start))
    }

    fn regexp_flags(&mut self) -> Result<Rc<str>, Failed> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphabetic()) {
            self.at += 1;
        }
        let flags: Rc<str> = self.slice(start, self.at).into();
        if flags.bytes().all(|flag| b"imxounse".contains(&flag)) {
            Ok(flags)
        } else {
            Err(self.syntax_error(start))
        }
    }

    /// `%w[…]`, `%i[…]`, `%q(…)`, `%Q(…)`, `%(…)`, `%r{…}`, the percent sign still ahead.
    pub(super) fn percent_literal(&mut self) -> Result<Node, Failed> {
        let start = self.at;
        let (kind, open_at) = match self.text.get(self.at + 1) {
            Some(&kind) if kind.is_ascii_alphabetic() => (kind, self.at + 2),
            _ => (b'Q', self.at + 1),
        };
        let open = *self.text.get(open_at).ok_or_else(|| self.syntax_error(start))?;
        let close = match open {
            b'(' => b')',
            b'[' => b']',
            b'{' => b'}',
            b'<' => b'>',
            other if other.is_ascii_alphanumeric() || other >= 0x80 => {
                return Err(self.syntax_error(start));
            }
            other => other,
        };
        self.at = open_at + 1;
        let nested = (open != close).then_some(open);
        let escapes = match kind {
            b'q' | b'w' | b'i' => Escapes::Single,
            b'Q' => Escapes::Double,
            b'r' => Escapes::Regexp,
            _ => return Err(self.not_simulated("percent literal", start)),
        };
        let mut pieces = Vec::new();
        self.pieces(close, nested, escapes, &mut pieces)?;
        match kind {
            b'r' => {
                let flags = self.regexp_flags()?;
                Ok(self.node(NodeKind::Regexp { pieces, flags }, start))
            }
            b'w' | b'i' => Ok(self.words(&pieces, kind, start)),
            _ => Ok(self.node(string_kind(pieces), start)),
        }
    }

    fn words(&self, pieces: &[Piece], kind: u8, start: usize) -> Node {
        let mut items = Vec::new();
        for piece in pieces {
            let Piece::Text(text) = piece else { continue };
            for word in text.to_lossy().split_ascii_whitespace() {
                let value =
                    if kind == b'i' { Value::Symbol(word.into()) } else { Value::from(word) };
                items.push(self.node(NodeKind::Literal(value), start));
            }
        }
        self.node(NodeKind::Array(items), start)
    }

    /// Reads to the closing delimiter, which is taken too.
    fn pieces(
        &mut self,
        close: u8,
        open: Option<u8>,
        escapes: Escapes,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), Failed> {
        let start = self.at;
        let mut text: Vec<u8> = Vec::new();
        let mut depth = 0;
        loop {
            let byte = self.peek().ok_or_else(|| self.syntax_error(start))?;
            self.at += 1;
            match byte {
                b'\\' => self.escape(close, escapes, &mut text)?,
                _ if byte == close && depth == 0 => break,
                b'#' if escapes != Escapes::Single && self.peek() == Some(b'{') => {
                    self.at += 1;
                    push_text(&mut text, pieces);
                    let code = self.embedded()?;
                    pieces.push(Piece::Code(code));
                }
                // A line end is one line feed to Ruby's reader.
                b'\r' if self.peek() == Some(b'\n') => {}
                _ => {
                    depth += i32::from(open == Some(byte));
                    depth -= i32::from(byte == close);
                    text.push(byte);
                }
            }
        }
        push_text(&mut text, pieces);
        Ok(())
    }

    /// The statements of `#{…}` inside a literal, and its closing brace.
    fn embedded(&mut self) -> Result<Node, Failed> {
        self.enter()?;
        let body = self.statements(b"}")?;
        self.leave();
        self.expect(b'}')?;
        Ok(body)
    }

    fn escape(&mut self, close: u8, escapes: Escapes, out: &mut Vec<u8>) -> Result<(), Failed> {
        let start = self.at;
        let byte = self.peek().ok_or_else(|| self.syntax_error(start))?;
        self.at += 1;
        match escapes {
            Escapes::Single if byte == close || byte == b'\\' => out.push(byte),
            Escapes::Regexp if byte == close && close == b'/' => out.push(byte),
            Escapes::Single | Escapes::Regexp => out.extend([b'\\', byte]),
            Escapes::Double => return self.double_escape(byte, start, out),
        }
        Ok(())
    }

    fn double_escape(&mut self, byte: u8, start: usize, out: &mut Vec<u8>) -> Result<(), Failed> {
        match byte {
            b'n' => out.push(b'\n'),
            b't' => out.push(b'\t'),
            b'r' => out.push(b'\r'),
            b'0'..=b'7' => {
                self.at -= 1;
                let octal = self.radix_digits(8, 3);
                out.push(octal as u8);
            }
            b'f' => out.push(12),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'e' => out.push(27),
            b'b' => out.push(8),
            b's' => out.push(b' '),
            b'\n' => {}
            b'x' => {
                if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                    return Err(self.syntax_error(start));
                }
                out.push(self.radix_digits(16, 2) as u8);
            }
            b'u' => return self.unicode_escape(start, out),
            b'c' | b'C' | b'M' => return Err(self.not_simulated("control escape", start)),
            other => out.push(other),
        }
        Ok(())
    }

    fn unicode_escape(&mut self, start: usize, out: &mut Vec<u8>) -> Result<(), Failed> {
        let braced = self.peek() == Some(b'{');
        if braced {
            self.at += 1;
        }
        loop {
            let before = self.at;
            let code = self.radix_digits(16, if braced { 6 } else { 4 });
            let wrong = self.at == before || (!braced && self.at < before + 4);
            let character = char::from_u32(code).filter(|_| !wrong);
            let character = character.ok_or_else(|| self.syntax_error(start))?;
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            if !braced {
                return Ok(());
            }
            self.skip_blanks();
            if self.peek() == Some(b'}') {
                self.at += 1;
                return Ok(());
            }
        }
    }

    fn radix_digits(&mut self, radix: u32, most: usize) -> u32 {
        let mut value = 0;
        for _ in 0..most {
            match self.peek().and_then(|byte| (byte as char).to_digit(radix)) {
                Some(digit) => value = value * radix + digit,
                None => break,
            }
            self.at += 1;
        }
        value
    }

    /// An Integer or Float literal.
    pub(super) fn number(&mut self) -> Result<Node, Failed> {
        let start = self.at;
        let mut is_float = false;
        let prefixed = matches!(self.rest(), [b'0', b'x' | b'X' | b'b' | b'B' | b'o' | b'O', ..]);
        loop {
            match self.rest() {
                [b'.', digit, ..] if digit.is_ascii_digit() && !is_float && !prefixed => {
                    is_float = true;
                    self.at += 1;
                }
                [b'e' | b'E', digit, ..] if digit.is_ascii_digit() && !prefixed => {
                    is_float = true;
                    self.at += 1;
                }
                [b'e' | b'E', b'+' | b'-', digit, ..] if digit.is_ascii_digit() && !prefixed => {
                    is_float = true;
                    self.at += 2;
                }
                [byte, ..] if byte.is_ascii_digit() || *byte == b'_' => self.at += 1,
                [byte, ..] if prefixed && byte.is_ascii_alphanumeric() => self.at += 1,
                [b'r' | b'i', ..] => return Err(self.not_simulated("Rational, Complex", start)),
                [byte, ..] if is_name_start(*byte) => return Err(self.syntax_error(start)),
                _ => break,
            }
        }
        let text = self.slice(start, self.at);
        let value = if is_float {
            float::float(text.as_bytes()).map(Value::Float)
        } else {
            integer::integer(text.as_bytes())
        };
        let value = value.ok_or_else(|| self.syntax_error(start))?;
        Ok(self.node(NodeKind::Literal(value), start))
    }
}

/// A letter, underscore or non-ASCII byte.
pub(super) fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn push_text(text: &mut Vec<u8>, pieces: &mut Vec<Piece>) {
    if !text.is_empty() {
        pieces.push(Piece::Text(RString::new(text, Encoding::Utf8)));
        text.clear();
    }
}

/// A plain string when nothing is embedded.
fn string_kind(mut pieces: Vec<Piece>) -> NodeKind {
    if pieces.iter().any(|piece| matches!(piece, Piece::Code(_))) {
        return NodeKind::Interpolated(pieces);
    }
    let text = match pieces.len() {
        1 => pieces.pop(),
        _ => None,
    };
    if let Some(Piece::Text(text)) = text {
        return NodeKind::Literal(Value::String(text));
    }
    let mut bytes = Vec::new();
    for piece in &pieces {
        if let Piece::Text(text) = piece {
            bytes.extend_from_slice(text.as_bytes());
        }
    }
    NodeKind::Literal(Value::String(RString::new(&bytes, Encoding::Utf8)))
}
