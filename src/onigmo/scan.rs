//! What Onigmo's parser carries along: the text and the place in it, the groups and names seen so
//! far, the options in force, the warnings.
//!
//! Follows `ScanEnv`, `fetch_name` and `fetch_name_with_level` of `regparse.c`, `regerror.c` for the
//! look of warnings.

use crate::onigmo::error::ErrorCode;
use crate::onigmo::preprocess::Unescaped;
use crate::onigmo::regexp::Warning;
use crate::onigmo::token::{Reference, TokenKind};
use crate::onigmo::tree::{CType, Flags, Name, Node, NodeId};
use crate::onigmo::unicode;
use crate::source::Span;

/// Most capture groups (`ONIG_MAX_CAPTURE_GROUP_NUM`).
const MAX_GROUPS: usize = 32767;
/// A warning with its pattern must be shorter (`WARN_BUFSIZE`), or goes without.
const WARNING_BUFFER: usize = 256;

/// What is wrong, where, and the name at fault.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) code: ErrorCode,
    pub(super) place: Place,
    pub(super) name: String,
}

/// A place in the pattern.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// In the text Onigmo reads.
    Text(usize, usize),
    /// In the pattern as written.
    Pattern(Span),
}

/// The error `code` at `start..end`.
pub(super) fn fault<T>(code: ErrorCode, start: usize, end: usize) -> Result<T, Fault> {
    Err(Fault { code, place: Place::Text(start, end), name: String::new() })
}

/// A capture group while it is being read.
#[derive(Clone, Debug)]
pub(super) struct OpenGroup {
    /// Its node, once it is closed.
    pub(super) node: Option<NodeId>,
    /// Index into the names.
    pub(super) name: Option<u32>,
}

/// Onigmo's `ScanEnv`.
pub(super) struct Env<'t> {
    pub(super) text: &'t str,
    pub(super) source: &'t Unescaped,
    pub(super) at: usize,
    pub(super) flags: Flags,
    /// True when the text is read as UTF-8, false when as US-ASCII.
    pub(super) unicode: bool,
    pub(super) nodes: Vec<Node>,
    /// Group `n` is `groups[n - 1]`.
    pub(super) groups: Vec<OpenGroup>,
    pub(super) names: Vec<Name>,
    pub(super) named: u32,
    pub(super) calls: Vec<PendingCall>,
    /// Back-references inside their own group.
    pub(super) own_backrefs: Vec<NodeId>,
    /// Conditions with more than two branches.
    pub(super) bad_conditions: Vec<NodeId>,
    pub(super) warnings: Vec<Warning>,
    pub(super) duplicate_warned: bool,
    pub(super) depth: usize,
}

/// A `\g<…>` whose target is found after the parse.
#[derive(Clone, Debug)]
pub(super) struct PendingCall {
    pub(super) node: NodeId,
    /// The name as written, in the text Onigmo reads; empty for `\g<0>`.
    pub(super) name: (usize, usize),
    /// The number, if called by number.
    pub(super) group: u32,
}

impl<'t> Env<'t> {
    pub(super) fn new(source: &'t Unescaped, flags: Flags) -> Env<'t> {
        Env {
            text: &source.text,
            source,
            at: 0,
            flags,
            unicode: source.fixed_encoding,
            nodes: Vec::new(),
            groups: Vec::new(),
            names: Vec::new(),
            named: 0,
            calls: Vec::new(),
            own_backrefs: Vec::new(),
            bad_conditions: Vec::new(),
            warnings: Vec::new(),
            duplicate_warned: false,
            depth: 0,
        }
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    pub(super) fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    /// Groups opened so far.
    pub(super) fn group_count(&self) -> u32 {
        self.groups.len() as u32
    }

    /// `scan_env_add_mem_entry`: the number of a group that opens here.
    pub(super) fn add_group(&mut self, name: Option<u32>, start: usize) -> Result<u32, Fault> {
        if self.groups.len() >= MAX_GROUPS {
            return fault(ErrorCode::TooManyCaptureGroups, start, self.at);
        }
        self.groups.push(OpenGroup { node: None, name });
        Ok(self.group_count())
    }

    /// The fault with a name in its text: `start..end` of the text.
    fn named_fault<T>(&self, code: ErrorCode, start: usize, end: usize) -> Result<T, Fault> {
        let name = self.text.get(start..end).unwrap_or_default().to_owned();
        Err(Fault { code, place: Place::Text(start, end), name })
    }

    /// A decimal number, 0 when there is none; `None` when it is too big. In UTF-8 any decimal digit
    /// counts, with Onigmo's idea of its value.
    pub(super) fn unsigned(&mut self) -> Option<u32> {
        let mut number: u32 = 0;
        while let Some(c) = self.peek().filter(|&c| self.is_digit(c)) {
            let value = c as u32 - u32::from(b'0');
            if (i32::MAX as u32).checked_sub(value)? / 10 < number {
                return None;
            }
            number = number * 10 + value;
            self.at += c.len_utf8();
        }
        Some(number)
    }

    pub(super) fn is_digit(&self, c: char) -> bool {
        c.is_ascii_digit()
            || self.unicode && !c.is_ascii() && unicode::bracket_contains(CType::Digit, c)
    }

    fn is_word(&self, c: char) -> bool {
        c.is_ascii_alphanumeric()
            || c == '_'
            || self.unicode && !c.is_ascii() && unicode::bracket_contains(CType::Word, c)
    }

    /// Adds a warning as Onigmo prints it: with the pattern, unless that would be too long.
    pub(super) fn warn(&mut self, text: &str, at: usize, verbose: bool) {
        let mut message = text.to_owned();
        if text.len() + self.text.len() * 4 + 4 < WARNING_BUFFER {
            message.push_str(": /");
            self.push_pattern(&mut message);
            message.push('/');
        }
        let end = at + self.text[at..].chars().next().map_or(0, char::len_utf8);
        let span = self.source.span(at, end);
        self.warnings.push(Warning { message, span, verbose });
    }

    /// `onig_vsnprintf_with_pattern`
    fn push_pattern(&self, out: &mut String) {
        let mut chars = self.text.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => {
                    out.push(c);
                    out.extend(chars.next());
                }
                '/' => out.push_str("\\/"),
                c if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", c as u32)),
                c => out.push(c),
            }
        }
    }

    /// `fetch_name`: a name up to `close`. Gives its place and, if it is a number that may stand
    /// here (`reference`), the number.
    pub(super) fn fetch_name(
        &mut self,
        close: char,
        reference: bool,
    ) -> Result<((usize, usize), i32), Fault> {
        let start = self.at;
        let Some(first) = self.next() else {
            return fault(ErrorCode::EmptyGroupName, start, start);
        };
        if first == close {
            return fault(ErrorCode::EmptyGroupName, start, self.at);
        }
        let mut numeric = if self.is_digit(first) {
            Numeric::Digits
        } else if first == '-' {
            Numeric::Sign
        } else {
            Numeric::No
        };
        if numeric != Numeric::No && !reference {
            return self.torn_name(ErrorCode::InvalidGroupName, start, self.text.len(), close);
        }
        let mut end = self.text.len();
        let mut last = first;
        while let Some(c) = self.peek() {
            end = self.at;
            self.at += c.len_utf8();
            last = c;
            if c == close || c == ')' {
                if numeric == Numeric::Sign {
                    return self.torn_name(ErrorCode::InvalidGroupName, start, end, close);
                }
                break;
            }
            if numeric == Numeric::No {
                continue;
            }
            if !self.is_digit(c) {
                let word = self.is_word(c);
                let code = [ErrorCode::InvalidCharInGroupName, ErrorCode::InvalidGroupName];
                return self.torn_name(code[usize::from(word)], start, end, close);
            }
            numeric = Numeric::Digits;
        }
        if last != close {
            return self.named_fault(ErrorCode::InvalidGroupName, start, self.text.len());
        }
        let number = self.name_as_number(numeric, start, end)?;
        Ok(((start, end), number))
    }

    /// The rest of a bad name is read up to `close` or `)` before the complaint.
    fn torn_name<T>(
        &mut self,
        code: ErrorCode,
        start: usize,
        end: usize,
        close: char,
    ) -> Result<T, Fault> {
        let mut end = end;
        while let Some(c) = self.peek() {
            end = self.at;
            self.at += c.len_utf8();
            if c == close || c == ')' {
                break;
            }
        }
        if self.at >= self.text.len() {
            end = self.text.len();
        }
        self.named_fault(code, start, end)
    }

    fn name_as_number(&self, numeric: Numeric, start: usize, end: usize) -> Result<i32, Fault> {
        if numeric == Numeric::No {
            return Ok(0);
        }
        let text = &self.text[start..end];
        let mut digits = Env::new(self.source, self.flags);
        digits.at = start + usize::from(text.starts_with('-'));
        match digits.unsigned() {
            None => fault(ErrorCode::TooBigNumber, start, end),
            Some(0) => self.named_fault(ErrorCode::InvalidGroupName, start, end),
            Some(number) if text.starts_with('-') => Ok(-(number as i32)),
            Some(number) => Ok(number as i32),
        }
    }

    /// `fetch_named_backref_token`, read up to `open`.
    pub(super) fn fetch_named_backref(&mut self, open: char) -> Result<Reference, Fault> {
        let start = self.at;
        let ((_, end), number, level) = self.fetch_name_with_level(closer(open))?;
        if number != 0 {
            let group = if number < 0 { self.group_count() as i32 + 1 + number } else { number };
            if group <= 0 {
                return fault(ErrorCode::InvalidBackref, start, end);
            }
            return Ok(Reference { groups: vec![group as u32], by_name: false, level });
        }
        let name = self.text.get(start..end).unwrap_or_default();
        match self.names.iter().find(|known| &*known.text == name) {
            Some(known) => Ok(Reference { groups: known.groups.clone(), by_name: true, level }),
            None => self.named_fault(ErrorCode::UndefinedNameReference, start, end),
        }
    }

    /// `fetch_name_with_level`: the name's place, its number or 0, its level.
    fn fetch_name_with_level(&mut self, close: char) -> Result<LeveledName, Fault> {
        let start = self.at;
        let Some(first) = self.next() else {
            return fault(ErrorCode::EmptyGroupName, start, start);
        };
        if first == close {
            return fault(ErrorCode::EmptyGroupName, start, self.at);
        }
        let mut numeric = if self.is_digit(first) {
            Numeric::Digits
        } else if first == '-' {
            Numeric::Sign
        } else {
            Numeric::No
        };
        let (mut end, mut last, mut wrong) = (self.text.len(), first, false);
        while let Some(c) = self.peek() {
            end = self.at;
            self.at += c.len_utf8();
            last = c;
            if c == close || matches!(c, ')' | '+' | '-') {
                wrong |= numeric == Numeric::Sign;
                break;
            }
            if numeric != Numeric::No {
                let digit = self.is_digit(c);
                wrong |= !digit;
                numeric = if digit { Numeric::Digits } else { Numeric::No };
            }
        }
        let to_end = self.text.len();
        let mut level = None;
        if !wrong && last != close {
            if !matches!(last, '+' | '-') {
                return self.named_fault(ErrorCode::InvalidGroupName, start, to_end);
            }
            match self.peek() {
                None => return self.named_fault(ErrorCode::InvalidCharInGroupName, start, end),
                Some(c) if !self.is_digit(c) => {
                    return self.named_fault(ErrorCode::InvalidGroupName, start, to_end);
                }
                Some(_) => {}
            }
            let Some(depth) = self.unsigned() else {
                return fault(ErrorCode::TooBigNumber, start, self.at);
            };
            level = Some(if last == '-' { -(depth as i32) } else { depth as i32 });
            if self.next() != Some(close) {
                return self.named_fault(ErrorCode::InvalidGroupName, start, to_end);
            }
        }
        if wrong {
            return self.named_fault(ErrorCode::InvalidGroupName, start, end);
        }
        let number = match self.name_as_number(numeric, start, end) {
            Err(Fault { code: code @ ErrorCode::InvalidGroupName, .. }) => {
                return self.named_fault(code, start, to_end);
            }
            number => number?,
        };
        Ok(((start, end), number, level))
    }

    /// `\g<…>`, read up to `open`.
    pub(super) fn fetch_call(&mut self, open: char) -> Result<TokenKind, Fault> {
        let close = closer(open);
        let mut relative = false;
        if self.eat('0') {
            if self.eat(close) {
                let name = (self.at, self.at);
                return Ok(TokenKind::Call { name, group: 0, relative });
            }
        } else if self.eat('+') {
            relative = true;
        }
        let (name, group) = self.fetch_name(close, true)?;
        Ok(TokenKind::Call { name, group, relative })
    }
}

/// A name's place, its number or 0, its level.
type LeveledName = ((usize, usize), i32, Option<i32>);

/// Whether a name reads as a number.
#[derive(Clone, Copy, PartialEq)]
enum Numeric {
    No,
    Digits,
    /// A `-` and no digit yet.
    Sign,
}

/// What closes a name opened by `open`.
pub(super) fn closer(open: char) -> char {
    match open {
        '<' => '>',
        '(' => ')',
        other => other,
    }
}
