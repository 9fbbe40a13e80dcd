//! Onigmo's tokens, outside classes and inside.
//!
//! Follows `fetch_token`, `fetch_token_in_cc` and `fetch_range_quantifier` of `regparse.c` (6.2.2)
//! under `OnigSyntaxRuby`.

use crate::onigmo::error::ErrorCode;
use crate::onigmo::scan::{Env, Fault, fault};
use crate::onigmo::tree::{Anchor, CType};

/// Largest count of a quantifier (`ONIG_MAX_REPEAT_NUM`).
const MAX_REPEAT: u32 = 100_000;
/// Largest number of a back-reference (`ONIG_MAX_BACKREF_NUM`).
const MAX_BACKREF: u32 = 1000;

/// One token, with its bytes in the text Onigmo reads.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    Eot,
    /// `\x41`, `\101`: always ASCII here, Ruby's pass has made characters of the others.
    RawByte {
        byte: u8,
        base: u8,
    },
    /// A literal character.
    Char {
        c: char,
        escaped: bool,
    },
    /// A character written as another one (`\n`).
    CodePoint(char),
    AnyChar,
    CharType {
        ctype: CType,
        not: bool,
    },
    /// `\p{`, `\P{`, `\p{^`, read up to the name.
    Property {
        not: bool,
    },
    BackRef(Reference),
    Call {
        name: (usize, usize),
        group: i32,
        relative: bool,
    },
    Anchor(Anchor),
    Repeat(Repeat),
    Alt,
    Open,
    Close,
    ClassOpen,
    LineBreak,
    GraphemeCluster,
    // In classes:
    ClassClose,
    ClassRange,
    /// `[:`, read; the place is that of the `:`.
    PosixOpen {
        colon: usize,
    },
    ClassAnd,
}

/// What a back-reference names.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reference {
    pub(super) groups: Vec<u32>,
    pub(super) by_name: bool,
    pub(super) level: Option<i32>,
}

/// A quantifier as written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Repeat {
    pub(super) min: u32,
    pub(super) max: Option<u32>,
    pub(super) lazy: bool,
    pub(super) possessive: bool,
}

impl Env<'_> {
    /// The next token outside a class.
    pub(super) fn fetch_token(&mut self) -> Result<Token, Fault> {
        let asked = self.at;
        loop {
            let start = self.at;
            let Some(c) = self.next() else {
                return Ok(Token { kind: TokenKind::Eot, start, end: start });
            };
            let kind = match c {
                '\\' => self.escape(start)?,
                '#' if self.flags.extend => {
                    while self.next().is_some_and(|c| c != '\n') {}
                    continue;
                }
                ' ' | '\t' | '\n' | '\r' | '\x0C' if self.flags.extend => continue,
                '(' if self.rest().starts_with("?#") => {
                    self.skip_comment(start)?;
                    continue;
                }
                _ => self.plain(c, start, asked)?,
            };
            return Ok(Token { kind, start, end: self.at });
        }
    }

    fn skip_comment(&mut self, start: usize) -> Result<(), Fault> {
        loop {
            match self.next() {
                None => return fault(ErrorCode::EndPatternInGroup, start, self.at),
                Some('\\') => drop(self.next()),
                Some(')') => return Ok(()),
                Some(_) => {}
            }
        }
    }

    /// `asked`: where the token was asked for, before blanks and comments.
    fn plain(&mut self, c: char, start: usize, asked: usize) -> Result<TokenKind, Fault> {
        Ok(match c {
            '.' => TokenKind::AnyChar,
            '*' => self.repeat(0, None),
            '+' => self.repeat(1, None),
            '?' => self.repeat(0, Some(1)),
            '{' => return self.interval(start),
            '|' => TokenKind::Alt,
            '(' => TokenKind::Open,
            ')' => TokenKind::Close,
            '^' => TokenKind::Anchor(Anchor::BeginLine),
            '$' => TokenKind::Anchor(Anchor::EndLine),
            '[' => TokenKind::ClassOpen,
            ']' => {
                if asked > 0 {
                    self.warn("regular expression has ']' without escape", start, false);
                }
                TokenKind::Char { c, escaped: false }
            }
            _ => TokenKind::Char { c, escaped: false },
        })
    }

    /// `*`, `+`, `?` with what may follow them.
    fn repeat(&mut self, min: u32, max: Option<u32>) -> TokenKind {
        let lazy = self.eat('?');
        let possessive = !lazy && self.eat('+');
        TokenKind::Repeat(Repeat { min, max, lazy, possessive })
    }

    /// `{n,m}`; a literal `{` if it is none.
    fn interval(&mut self, start: usize) -> Result<TokenKind, Fault> {
        let literal = TokenKind::Char { c: '{', escaped: false };
        let inside = self.at;
        let number = |env: &mut Env<'_>| -> Result<Option<u32>, Fault> {
            let before = env.at;
            match env.unsigned() {
                Some(number) if number <= MAX_REPEAT => Ok((env.at > before).then_some(number)),
                _ => fault(ErrorCode::TooBigNumberForRepeatRange, start, env.at),
            }
        };
        let low = number(self)?;
        let (max, fixed) = if self.eat(',') {
            match (low, number(self)?) {
                (None, None) => return Ok(self.back_to(inside, literal)),
                (_, high) => (high, false),
            }
        } else {
            if low.is_none() {
                return Ok(self.back_to(inside, literal));
            }
            (low, true)
        };
        if !self.eat('}') {
            return Ok(self.back_to(inside, literal));
        }
        let min = low.unwrap_or(0);
        if max.is_some_and(|max| min > max) {
            return fault(ErrorCode::UpperSmallerThanLowerInRepeatRange, start, self.at);
        }
        let lazy = !fixed && self.eat('?');
        Ok(TokenKind::Repeat(Repeat { min, max, lazy, possessive: false }))
    }

    fn back_to(&mut self, at: usize, kind: TokenKind) -> TokenKind {
        self.at = at;
        kind
    }

    fn escape(&mut self, start: usize) -> Result<TokenKind, Fault> {
        let after = self.at;
        let Some(c) = self.next() else {
            return fault(ErrorCode::EndPatternAtEscape, start, self.at);
        };
        let literal = TokenKind::Char { c, escaped: true };
        Ok(match c {
            'b' => TokenKind::Anchor(Anchor::WordBound),
            'B' => TokenKind::Anchor(Anchor::NotWordBound),
            'A' => TokenKind::Anchor(Anchor::BeginBuf),
            'Z' => TokenKind::Anchor(Anchor::SemiEndBuf),
            'z' => TokenKind::Anchor(Anchor::EndBuf),
            'G' => TokenKind::Anchor(Anchor::BeginPosition),
            'K' => TokenKind::Anchor(Anchor::Keep),
            'R' => TokenKind::LineBreak,
            'X' => TokenKind::GraphemeCluster,
            'x' => self.raw_hexadecimal().unwrap_or(literal),
            '1'..='9' => return self.number(c, after, start),
            '0' => return self.raw_octal(2, start),
            'k' => return self.back_reference(literal),
            'g' => return self.call(literal),
            'p' | 'P' => self.property(c, start).unwrap_or(literal),
            // `\Q` quotes in another syntax; here it is a letter, and not warned about.
            'Q' | 'u' | 'o' => literal,
            _ => match char_type(c) {
                Some((ctype, not)) => TokenKind::CharType { ctype, not },
                None => self.control(c, start).map_or(literal, TokenKind::CodePoint),
            },
        })
    }

    /// The character `\c` means if it is another one (`conv_backslash_value`).
    fn control(&mut self, c: char, start: usize) -> Option<char> {
        Some(match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'f' => '\x0C',
            'a' => '\x07',
            'b' => '\x08',
            'e' => '\x1B',
            'v' => '\x0B',
            _ => {
                if c.is_ascii_alphabetic() {
                    self.warn(&format!("Unknown escape \\{c} is ignored"), start, true);
                }
                return None;
            }
        })
    }

    /// The two digits after `\x`.
    fn raw_hexadecimal(&mut self) -> Option<TokenKind> {
        let (mut byte, mut length) = (0, 0);
        while let Some(digit) = self.peek().filter(|_| length < 2).and_then(|c| c.to_digit(16)) {
            byte = byte * 16 + digit as u8;
            length += 1;
            self.at += 1;
        }
        (self.at < self.text.len() || length > 0).then_some(TokenKind::RawByte { byte, base: 16 })
    }

    /// Octal digits at the current place, at most `most`.
    fn raw_octal(&mut self, most: usize, start: usize) -> Result<TokenKind, Fault> {
        let mut value = 0;
        for _ in 0..most {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(8)) else { break };
            value = value * 8 + digit;
            self.at += 1;
        }
        match u8::try_from(value) {
            Ok(byte) => Ok(TokenKind::RawByte { byte, base: 8 }),
            Err(_) => fault(ErrorCode::TooBigNumber, start, self.at),
        }
    }

    /// `\1` to `\9…`: a back-reference, octal, or plain digits.
    fn number(&mut self, c: char, digits: usize, start: usize) -> Result<TokenKind, Fault> {
        self.at = digits;
        if let Some(number) = self.unsigned()
            && number <= MAX_BACKREF
            && (number <= self.group_count() || number <= 9)
        {
            let groups = vec![number];
            return Ok(TokenKind::BackRef(Reference { groups, by_name: false, level: None }));
        }
        self.at = digits;
        if matches!(c, '8' | '9') {
            self.at += 1;
            return Ok(TokenKind::Char { c, escaped: true });
        }
        self.raw_octal(3, start)
    }

    fn back_reference(&mut self, literal: TokenKind) -> Result<TokenKind, Fault> {
        match self.peek() {
            None => Ok(literal),
            Some(open @ ('<' | '\'')) => {
                self.at += 1;
                Ok(TokenKind::BackRef(self.fetch_named_backref(open)?))
            }
            Some(_) => {
                self.warn("invalid back reference", self.at, false);
                Ok(literal)
            }
        }
    }

    fn call(&mut self, literal: TokenKind) -> Result<TokenKind, Fault> {
        match self.peek() {
            None => Ok(literal),
            Some(open @ ('<' | '\'')) => {
                self.at += 1;
                self.fetch_call(open)
            }
            Some(_) => {
                self.warn("invalid subexp call", self.at, false);
                Ok(literal)
            }
        }
    }

    /// `\p{`; `None` for the letter p.
    fn property(&mut self, c: char, start: usize) -> Option<TokenKind> {
        if !self.eat('{') {
            self.warn(&format!("invalid Unicode Property \\{c}"), start, false);
            return None;
        }
        let not = self.eat('^') != (c == 'P');
        Some(TokenKind::Property { not })
    }

    /// The next token inside a class.
    pub(super) fn fetch_token_in_class(&mut self) -> Result<Token, Fault> {
        let start = self.at;
        let Some(c) = self.next() else {
            return Ok(Token { kind: TokenKind::Eot, start, end: start });
        };
        let kind = match c {
            ']' => TokenKind::ClassClose,
            '-' => TokenKind::ClassRange,
            '\\' => self.escape_in_class(start)?,
            '[' if self.peek() == Some(':') && self.posix_bracket_closes(self.at + 1) => {
                self.at += 1;
                TokenKind::PosixOpen { colon: self.at - 1 }
            }
            '[' => TokenKind::ClassOpen,
            '&' if self.eat('&') => TokenKind::ClassAnd,
            _ => TokenKind::Char { c, escaped: false },
        };
        Ok(Token { kind, start, end: self.at })
    }

    fn escape_in_class(&mut self, start: usize) -> Result<TokenKind, Fault> {
        let Some(c) = self.next() else {
            return fault(ErrorCode::EndPatternAtEscape, start, self.at);
        };
        let literal = TokenKind::Char { c, escaped: true };
        Ok(match c {
            'p' | 'P' if self.peek().is_none() => literal,
            'p' | 'P' => self.property(c, start).unwrap_or(literal),
            'x' => self.raw_hexadecimal().unwrap_or(literal),
            'u' | 'o' => literal,
            '0'..='7' => {
                self.at -= 1;
                return self.raw_octal(3, start);
            }
            _ => match char_type(c) {
                Some((ctype, not)) => TokenKind::CharType { ctype, not },
                None => self.control(c, start).map_or(literal, TokenKind::CodePoint),
            },
        })
    }

    /// `str_exist_check_with_esc`: is there a `:]` before the next `]`?
    fn posix_bracket_closes(&self, from: usize) -> bool {
        let mut chars = self.text[from..].chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                ':' if chars.peek() == Some(&']') => return true,
                ']' => return false,
                '\\' => drop(chars.next()),
                _ => {}
            }
        }
        false
    }
}

/// `\w` and its like.
fn char_type(c: char) -> Option<(CType, bool)> {
    let ctype = match c.to_ascii_lowercase() {
        'w' => CType::Word,
        'd' => CType::Digit,
        's' => CType::Space,
        'h' => CType::XDigit,
        _ => return None,
    };
    Some((ctype, c.is_ascii_uppercase()))
}
