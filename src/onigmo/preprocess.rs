//! Ruby's own pass over a pattern, before Onigmo sees it: escapes that name bytes or code points
//! become characters, comments go, and the pattern is found to be tied to UTF-8 or not.
//!
//! Follows `rb_reg_preprocess` and `unescape_nonascii0` of Ruby 3.4's `re.c`. The pattern is always
//! UTF-8 here, so what can go wrong between encodings cannot.

use crate::onigmo::error::ErrorCode;
use crate::source::Span;

/// What Onigmo reads, and where each byte of it comes from.
#[derive(Clone, Debug, Default)]
pub(super) struct Unescaped {
    /// The text Onigmo reads.
    pub(super) text: String,
    /// For each byte of `text` the bytes of the pattern it stands for.
    origins: Vec<Span>,
    /// Length of the pattern as written.
    written: usize,
    /// True when the pattern is tied to UTF-8.
    pub(super) fixed_encoding: bool,
}

impl Unescaped {
    /// The bytes of the pattern that `start..end` of `text` stands for.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        let Some(first) = self.origins.get(start) else { return Span::at(self.written) };
        match end.checked_sub(1).and_then(|last| self.origins.get(last)) {
            Some(last) if end > start => first.to(*last),
            _ => Span::at(first.start as usize),
        }
    }

    /// The place in the pattern where byte `at` of `text` comes from.
    pub(super) fn origin(&self, at: usize) -> usize {
        self.origins.get(at).map_or(self.written, |origin| origin.start as usize)
    }

    fn push(&mut self, c: char, origin: Span) {
        self.text.push(c);
        self.origins.extend(std::iter::repeat_n(origin, c.len_utf8()));
    }

    /// A character named by its code: ASCII stays an escape, so that it has no special meaning.
    fn push_code(&mut self, c: char, origin: Span) {
        if c.is_ascii() {
            for digit in format!("\\x{:02X}", c as u32).chars() {
                self.push(digit, origin);
            }
        } else {
            self.push(c, origin);
            self.fixed_encoding = true;
        }
    }
}

/// What is wrong, and where in the pattern.
pub(super) type Fault = (ErrorCode, Span);

/// Ruby's pass over `pattern`.
pub(super) fn preprocess(pattern: &str, extend: bool) -> Result<Unescaped, Fault> {
    let mut pass = Pass {
        pattern: pattern.as_bytes(),
        source: pattern,
        at: 0,
        out: Unescaped { written: pattern.len(), ..Unescaped::default() },
        has_property: false,
        outer: Vec::new(),
        scope: Scope { extend, in_char_class: 0, parens: None },
    };
    pass.run()?;
    pass.out.fixed_encoding |= pass.has_property;
    Ok(pass.out)
}

/// One call of `unescape_nonascii0`: the pattern itself, or a group that switches `x`.
#[derive(Clone, Copy)]
struct Scope {
    extend: bool,
    in_char_class: usize,
    /// Open parentheses of a group that switches `x`; `None` for the pattern itself.
    parens: Option<usize>,
}

struct Pass<'p> {
    pattern: &'p [u8],
    source: &'p str,
    at: usize,
    out: Unescaped,
    has_property: bool,
    outer: Vec<Scope>,
    scope: Scope,
}

impl Pass<'_> {
    fn run(&mut self) -> Result<(), Fault> {
        while let Some(c) = self.source[self.at..].chars().next() {
            let start = self.at;
            self.at += c.len_utf8();
            match c {
                '\\' => self.escape(start)?,
                '#' if self.scope.extend && self.scope.in_char_class == 0 => self.comment(),
                '(' => self.open(start)?,
                ')' => {
                    self.copy(c, start);
                    self.close();
                }
                '[' => {
                    self.scope.in_char_class += 1;
                    self.copy(c, start);
                }
                ']' => {
                    self.scope.in_char_class = self.scope.in_char_class.saturating_sub(1);
                    self.copy(c, start);
                }
                _ => self.copy(c, start),
            }
        }
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.pattern.get(self.at).copied()
    }

    fn copy(&mut self, c: char, start: usize) {
        self.out.push(c, Span::new(start, start + c.len_utf8()));
        self.out.fixed_encoding |= !c.is_ascii();
    }

    fn fault<T>(&self, code: ErrorCode, start: usize) -> Result<T, Fault> {
        let end = self.source.len().min(self.at.max(start + 1));
        let end = (end..=self.source.len()).find(|&at| self.source.is_char_boundary(at));
        Err((code, Span::new(start, end.unwrap_or(start))))
    }

    /// A comment of `x` up to the end of the line, newline included.
    fn comment(&mut self) {
        let rest = &self.pattern[self.at..];
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |newline| newline + 1);
        self.out.fixed_encoding |= !rest[..length].is_ascii();
        self.at += length;
    }

    fn close(&mut self) {
        let Some(parens) = &mut self.scope.parens else { return };
        if self.scope.in_char_class > 0 {
            return;
        }
        *parens = parens.saturating_sub(1);
        if *parens == 0
            && let Some(outer) = self.outer.pop()
        {
            self.scope = outer;
        }
    }

    fn open(&mut self, start: usize) -> Result<(), Fault> {
        let in_group = self.scope.in_char_class == 0;
        if in_group && self.peek() == Some(b'?') && self.at + 1 < self.pattern.len() {
            if self.pattern[self.at + 1] == b'#' {
                return self.group_comment(start);
            }
            self.count_open();
            self.group_options(start);
            return Ok(());
        }
        if in_group {
            self.count_open();
        }
        self.copy('(', start);
        Ok(())
    }

    fn count_open(&mut self) {
        if let Some(parens) = &mut self.scope.parens {
            *parens += 1;
        }
    }

    /// `(?#…)`; left for Onigmo to complain about when it does not end.
    fn group_comment(&mut self, start: usize) -> Result<(), Fault> {
        let mut chars = self.source[self.at..].char_indices();
        let mut fixed = false;
        while let Some((offset, c)) = chars.next() {
            match c {
                ')' => {
                    self.at += offset + 1;
                    self.out.fixed_encoding |= fixed;
                    return Ok(());
                }
                '\\' if chars.next().is_none() => {
                    self.at = self.source.len();
                    return self.fault(ErrorCode::InvalidMultibyteCharacter, self.at - 1);
                }
                c => fixed |= !c.is_ascii(),
            }
        }
        self.out.fixed_encoding |= fixed;
        self.copy('(', start);
        Ok(())
    }

    /// `(?x)`, `(?x:…)`, `(?-x)`, `(?-x:…)` switch what `#` means.
    fn group_options(&mut self, start: usize) {
        let (mut invert, mut switched) = (false, None);
        self.copy('(', start);
        for &c in &self.pattern[self.at + 1..] {
            match c {
                b'x' => switched = Some(!invert),
                b'-' => invert = true,
                b'i' | b'm' | b'a' | b'd' | b'u' => {}
                b':' | b')' => {
                    let Some(extend) = switched.filter(|&extend| extend != self.scope.extend)
                    else {
                        break;
                    };
                    if c == b':' {
                        self.outer.push(self.scope);
                        self.scope = Scope { extend, in_char_class: 0, parens: Some(1) };
                    } else {
                        self.scope.extend = extend;
                    }
                    break;
                }
                _ => break,
            }
        }
    }

    fn escape(&mut self, start: usize) -> Result<(), Fault> {
        let Some(c) = self.source[self.at..].chars().next() else {
            return self.fault(ErrorCode::TooShortEscape, start);
        };
        match c {
            '1'..='7' if self.octal(self.at).0 <= 0o177 => {}
            '0'..='7' | 'x' | 'c' | 'C' | 'M' => return self.bytes(start),
            'u' => {
                self.at += 1;
                return self.unicode(start);
            }
            'p' | 'P' => self.has_property |= !self.out.fixed_encoding,
            _ => {}
        }
        self.at += c.len_utf8();
        let origin = Span::new(start, self.at);
        self.out.push('\\', origin);
        self.out.push(c, origin);
        self.out.fixed_encoding |= !c.is_ascii();
        Ok(())
    }

    /// Up to three octal digits at `at`: value and length.
    fn octal(&self, at: usize) -> (u32, usize) {
        let digits = self.pattern[at..].iter().take(3).take_while(|c| (b'0'..=b'7').contains(c));
        digits.fold((0, 0), |(value, length), c| (value * 8 + u32::from(c - b'0'), length + 1))
    }

    /// Hexadecimal digits at `at`, at most `most`: value and length.
    fn hexadecimal(&self, at: usize, most: usize) -> (u32, usize) {
        let digits = self.pattern[at.min(self.pattern.len())..].iter().take(most);
        let digits = digits.map_while(|&c| (c as char).to_digit(16));
        digits.fold((0, 0), |(value, length), digit| {
            (value.saturating_mul(16).saturating_add(digit), length + 1)
        })
    }

    /// `unescape_escaped_nonascii`: one character written as one or more escaped bytes.
    fn bytes(&mut self, start: usize) -> Result<(), Fault> {
        self.at = start;
        let mut bytes = vec![self.byte(start)?];
        while needs_more(&bytes) {
            bytes.push(self.byte(start)?);
        }
        let origin = Span::new(start, self.at);
        match std::str::from_utf8(&bytes).ok().and_then(|text| text.chars().next()) {
            Some(c) => self.out.push_code(c, origin),
            None => return self.fault(ErrorCode::InvalidMultibyteEscape, start),
        }
        Ok(())
    }

    /// `read_escaped_byte`
    fn byte(&mut self, start: usize) -> Result<u8, Fault> {
        if self.peek() != Some(b'\\') {
            return self.fault(ErrorCode::TooShortEscapedMultibyte, start);
        }
        let (mut meta, mut control) = (false, false);
        let code = loop {
            // Here the byte at `self.at` is the backslash.
            self.at += 1;
            let Some(c) = self.peek() else { return self.fault(ErrorCode::TooShortEscape, start) };
            self.at += 1;
            let modified = match c {
                b'M' if meta => return self.fault(ErrorCode::DuplicateMetaEscape, start),
                b'M' => {
                    meta = true;
                    let dash = self.peek() == Some(b'-') && self.at + 1 < self.pattern.len();
                    self.at += usize::from(dash);
                    self.modified(dash).ok_or(ErrorCode::TooShortMetaEscape)
                }
                b'C' if self.peek() != Some(b'-') => Err(ErrorCode::TooShortControlEscape),
                b'C' | b'c' if control => Err(ErrorCode::DuplicateControlEscape),
                b'C' | b'c' => {
                    control = true;
                    self.at += usize::from(c == b'C');
                    self.modified(true).ok_or(ErrorCode::TooShortControlEscape)
                }
                _ => break self.simple_escape(c, start)?,
            };
            match modified {
                Ok(b'\\') => {}
                Ok(c) => {
                    self.at += 1;
                    break u32::from(c);
                }
                Err(code) => return self.fault(code, start),
            }
        };
        let Ok(mut code) = u8::try_from(code) else {
            return self.fault(ErrorCode::InvalidEscapeCode, start);
        };
        code = if control { code & 0x1F } else { code };
        Ok(if meta { code | 0x80 } else { code })
    }

    /// The ASCII byte that `\M-` or `\C-` changes, not consumed.
    fn modified(&self, present: bool) -> Option<u8> {
        self.peek().filter(|c| present && c.is_ascii())
    }

    fn simple_escape(&mut self, c: u8, start: usize) -> Result<u32, Fault> {
        Ok(match c {
            b'\\' => u32::from(b'\\'),
            b'n' => 10,
            b't' => 9,
            b'r' => 13,
            b'f' => 12,
            b'v' => 11,
            b'a' => 7,
            b'e' => 27,
            b'0'..=b'7' => {
                let (value, length) = self.octal(self.at - 1);
                self.at += length - 1;
                value
            }
            b'x' => match self.hexadecimal(self.at, 2) {
                (_, 0) => return self.fault(ErrorCode::InvalidHexEscape, start),
                (value, length) => {
                    self.at += length;
                    value
                }
            },
            _ => return self.fault(ErrorCode::UnexpectedEscape, start),
        })
    }

    /// What follows `\u`.
    fn unicode(&mut self, start: usize) -> Result<(), Fault> {
        match self.peek() {
            None => self.fault(ErrorCode::TooShortEscape, start),
            Some(b'{') => {
                self.at += 1;
                self.unicode_list(start)
            }
            Some(_) => match self.hexadecimal(self.at, 4) {
                (code, 4) => {
                    self.at += 4;
                    self.code_point(code, start, start)
                }
                _ => self.fault(ErrorCode::InvalidUnicodeEscape, start),
            },
        }
    }

    fn unicode_list(&mut self, start: usize) -> Result<(), Fault> {
        let mut first = start;
        self.skip_blanks();
        loop {
            let (code, length) = self.hexadecimal(self.at, usize::MAX);
            if length == 0 {
                break;
            }
            if length > 6 {
                self.at += length;
                return self.fault(ErrorCode::InvalidUnicodeRange, start);
            }
            self.at += length;
            self.code_point(code, first, start)?;
            self.skip_blanks();
            first = self.at;
        }
        if first == start || self.peek() != Some(b'}') {
            return self.fault(ErrorCode::InvalidUnicodeList, start);
        }
        self.at += 1;
        if let Some(last) = self.out.origins.last_mut() {
            last.end = self.at as u32;
        }
        Ok(())
    }

    /// C's `isspace`.
    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t'..=b'\r')) {
            self.at += 1;
        }
    }

    fn code_point(&mut self, code: u32, from: usize, start: usize) -> Result<(), Fault> {
        match char::from_u32(code) {
            Some(c) => {
                self.out.push_code(c, Span::new(from, self.at));
                Ok(())
            }
            None => self.fault(ErrorCode::InvalidUnicodeRange, start),
        }
    }
}

/// True when the bytes are the beginning of a UTF-8 character, and not all of it.
fn needs_more(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => false,
        Err(error) => error.error_len().is_none(),
    }
}
