//! `Fluent::Config::BasicParser`: the scanner under the configuration language
//! (fluentd `lib/fluent/config/basic_parser.rb`).
//!
//! It is Ruby's `StringScanner`: positions are bytes, and what a byte means depends on where it is
//! asked for. Each method is one of the original's patterns.

use super::syntax::{Token, TokenKind};
use crate::ruby::error::RubyError;
use crate::ruby::inspect::inspect_for_utf8;
use crate::source::{SourceId, Span};

/// A text under reading.
pub(super) struct Scanner<'t> {
    pub(super) text: &'t str,
    pub(super) source: SourceId,
    /// The file's base name, for messages.
    pub(super) name: &'t str,
    /// The next byte; can stand inside a character (see `literal_parser`).
    pub(super) at: usize,
    pub(super) tokens: Vec<Token>,
}

/// What stops the reading: the exception, and the place that is really wrong.
pub(super) type Stopped = RubyError;

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str, source: SourceId, name: &'t str) -> Scanner<'t> {
        Scanner { text, source, name, at: 0, tokens: Vec::new() }
    }

    pub(super) fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    pub(super) fn eof(&self) -> bool {
        self.at >= self.text.len()
    }

    pub(super) fn skip(&mut self, literal: &str) -> bool {
        let found = self.rest().starts_with(literal.as_bytes());
        if found {
            self.at += literal.len();
        }
        found
    }

    /// Length of the character at `at`; 1 for a byte inside one.
    pub(super) fn width(&self, at: usize) -> usize {
        match self.text.get(at..) {
            Some(rest) => rest.chars().next().map_or(0, char::len_utf8),
            None => 1,
        }
    }

    pub(super) fn mark(&mut self, kind: TokenKind, start: usize, end: usize) {
        if end > start {
            self.tokens.push(Token { kind, span: Span::new(start, end) });
        }
    }

    pub(super) fn span_from(&self, start: usize) -> Span {
        Span::new(start.min(self.text.len()), self.at.min(self.text.len()).max(start))
    }

    /// `SPACING` and `ZERO_OR_MORE_SPACING`: blanks, line ends and comments from `at` on.
    fn spacing_end(&self, mut at: usize) -> usize {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(at) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => at += 1,
                Some(b'#') => {
                    let comment = bytes.get(at..).unwrap_or_default();
                    let end = memchr::memchr2(b'\r', b'\n', comment);
                    at = end.map_or(bytes.len(), |end| at + end + 1);
                }
                _ => return at,
            }
        }
    }

    /// `spacing`; true when something was skipped or the text has ended.
    pub(super) fn spacing(&mut self) -> bool {
        let end = self.spacing_end(self.at);
        let found = end > self.at || self.eof();
        self.at = end;
        found
    }

    /// `spacing_without_comment`: what was skipped; `None` when nothing was and text follows.
    pub(super) fn spacing_without_comment(&mut self) -> Option<&'t str> {
        let start = self.at;
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
        let skipped = self.text.get(start..self.at).unwrap_or_default();
        (self.at > start || self.eof()).then_some(skipped)
    }

    /// The end of `LINE_END` at `at`; `None` where it does not match.
    fn line_end_end(&self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut matched = None;
        let mut at = at;
        loop {
            let blanks = bytes.iter().skip(at).take_while(|byte| matches!(byte, b' ' | b'\t'));
            at += blanks.count();
            if bytes.get(at) == Some(&b'#') {
                let comment = bytes.get(at..).unwrap_or_default();
                at = memchr::memchr(b'\n', comment).map_or(bytes.len(), |end| at + end);
            }
            match bytes.get(at) {
                Some(b'\r' | b'\n') => at += 1,
                Some(_) => return matched,
                None => return Some(at),
            }
            matched = Some(at);
        }
    }

    /// `line_end`
    pub(super) fn line_end(&mut self) -> bool {
        match self.line_end_end(self.at) {
            Some(end) => {
                self.at = end;
                true
            }
            None => false,
        }
    }

    /// Where a bare text ends.
    pub(super) fn at_boundary(&self, boundary: Boundary) -> bool {
        match boundary {
            Boundary::LineEnd => self.begins_line_end(),
            Boundary::Spacing => {
                self.eof() || matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n' | b'#'))
            }
            Boundary::TagEnd => self.text.as_bytes().get(self.spacing_end(self.at)) == Some(&b'>'),
        }
    }

    /// True when `LINE_END` matches here: one line's end is enough to know.
    fn begins_line_end(&self) -> bool {
        let mut rest = self.rest().iter().skip_while(|byte| matches!(byte, b' ' | b'\t'));
        matches!(rest.next(), None | Some(b'\r' | b'\n' | b'#'))
    }

    /// `parse_error!`: `ConfigParseError`, its position counted as fluentd counts; `place` is where
    /// it really is.
    pub(super) fn parse_error(&self, message: &str, place: Span) -> Stopped {
        let sample = format!("{} {}", self.name, self.error_sample());
        RubyError::new("Fluent::ConfigParseError", format!("{message} at {sample}"))
            .at(self.source, place)
    }

    /// `error_sample`: takes lengths in characters from an offset in bytes, so that the line is too
    /// far down after non-ASCII text, and all lines stand there when it runs out of them.
    fn error_sample(&self) -> String {
        let lines: Vec<&str> = self.text.split_inclusive('\n').collect();
        let mut position = self.at;
        for (index, line) in lines.iter().enumerate() {
            let size = line.chars().count();
            if size >= position {
                let number = index + 1;
                let mut out = format!("line {number},{position}\n");
                if let Some(before) = index.checked_sub(1).and_then(|before| lines.get(before)) {
                    out.push_str(&format!("{index:3}: {before}"));
                }
                out.push_str(&format!("{number:3}: {line}\n     {}^\n", "-".repeat(position)));
                if let Some(after) = lines.get(index + 1) {
                    out.push_str(&format!("{:3}: {after}", number + 1));
                }
                return out;
            }
            position -= size;
        }
        let shown: Vec<String> = lines.iter().map(|line| inspect_for_utf8(line)).collect();
        format!("[{}]", shown.join(", "))
    }
}

/// Where a bare text ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Boundary {
    /// `LINE_END`
    LineEnd,
    /// `SPACING`
    Spacing,
    /// `ZERO_OR_MORE_SPACING` and `>`
    TagEnd,
}
