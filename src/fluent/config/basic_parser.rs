//! The scanner under the configuration reader (fluentd `lib/fluent/config/basic_parser.rb`, over Ruby's
//! StringScanner): a text, a place, and the few patterns that end things.

use crate::fluent::error::RubyError;
use crate::ruby::inspect::inspect_for_utf8;
use crate::source::{SourceId, Span};

/// A text being read.
#[derive(Clone, Debug)]
pub(super) struct Scanner<'t> {
    /// The whole text.
    pub(super) text: &'t str,
    /// The next byte.
    pub(super) pos: usize,
    /// Its name in errors, e.g. `fluent.conf`.
    pub(super) name: &'t str,
    /// Its number.
    pub(super) source: SourceId,
}

/// What a bare word stops at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Boundary {
    /// `LINE_END`: the end of a value.
    LineEnd,
    /// `SPACING`: the end of a key.
    Spacing,
    /// Blanks and `>`: the end of a section's argument.
    TagEnd,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str, name: &'t str, source: SourceId) -> Scanner<'t> {
        Scanner { text, pos: 0, name, source }
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    pub(super) fn eof(&self) -> bool {
        self.pos >= self.text.len()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.byte(self.pos)
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Skips `word` if it stands here.
    pub(super) fn skip(&mut self, word: &str) -> bool {
        let here = self.rest().starts_with(word);
        if here {
            self.pos += word.len();
        }
        here
    }

    /// Takes one character, newline included.
    pub(super) fn getch(&mut self) -> Option<char> {
        let character = self.rest().chars().next()?;
        self.pos += character.len_utf8();
        Some(character)
    }

    /// `LINE_END` from `at`: blanks and a comment to the end of the line, any number of lines.
    pub(super) fn line_end_from(&self, at: usize) -> Option<usize> {
        let mut end = None;
        let mut pos = at;
        loop {
            let mut next = self.after_blanks(pos);
            if self.byte(next) == Some(b'#') {
                // `.*` is greedy and `.` takes a carriage return: the comment goes to the line feed.
                next = self.line_feed_from(next);
            }
            match self.byte(next) {
                None => return Some(self.text.len()),
                Some(b'\r' | b'\n') => next += 1,
                Some(_) => return end,
            }
            end = Some(next);
            pos = next;
        }
    }

    /// Skips `LINE_END`.
    pub(super) fn line_end(&mut self) -> bool {
        let end = self.line_end_from(self.pos);
        self.pos = end.unwrap_or(self.pos);
        end.is_some()
    }

    fn after_blanks(&self, at: usize) -> usize {
        let blanks = self.text.as_bytes().get(at..).unwrap_or_default();
        at + blanks.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
    }

    fn line_feed_from(&self, at: usize) -> usize {
        let tail = self.text.as_bytes().get(at..).unwrap_or_default();
        memchr::memchr(b'\n', tail).map_or(self.text.len(), |offset| at + offset)
    }

    /// Skips `SPACING`: blanks, newlines and comments, each comment with its line end.
    pub(super) fn spacing(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.pos += 1,
                Some(b'#') => {
                    let tail = self.rest().as_bytes();
                    let end = memchr::memchr2(b'\r', b'\n', tail).map_or(tail.len(), |at| at + 1);
                    self.pos += end;
                }
                _ => return,
            }
        }
    }

    /// Skips `SPACING_WITHOUT_COMMENT`; the text skipped, `None` where Ruby's match fails.
    pub(super) fn spacing_without_comment(&mut self) -> Option<&'t str> {
        let start = self.pos;
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.pos += 1;
        }
        (self.pos > start || self.eof()).then(|| self.text.get(start..self.pos).unwrap_or_default())
    }

    /// True when `boundary` matches at the current place.
    pub(super) fn at_boundary(&self, boundary: Boundary) -> bool {
        match boundary {
            Boundary::LineEnd => self.line_end_from(self.pos).is_some(),
            Boundary::Spacing => matches!(self.peek(), None | Some(b' ' | b'\t' | b'\r' | b'\n')),
            Boundary::TagEnd => self.tag_end_from(self.pos),
        }
    }

    /// `ZERO_OR_MORE_SPACING` and `>`; a comment may end at any of its carriage returns.
    fn tag_end_from(&self, at: usize) -> bool {
        let mut waiting = vec![at];
        let mut furthest_comment = 0;
        while let Some(mut pos) = waiting.pop() {
            while matches!(self.byte(pos), Some(b' ' | b'\t' | b'\r' | b'\n')) {
                pos += 1;
            }
            match self.byte(pos) {
                Some(b'>') => return true,
                Some(b'#') if pos >= furthest_comment => {
                    let end = self.line_feed_from(pos);
                    furthest_comment = pos + 1;
                    let comment = self.text.as_bytes().get(pos..end).unwrap_or_default();
                    waiting.push(end);
                    waiting.extend(memchr::memchr_iter(b'\r', comment).map(|cr| pos + cr + 1));
                }
                _ => {}
            }
        }
        false
    }

    /// `ConfigParseError` with fluentd's sample of the text. The position is fluentd's own: it takes
    /// lengths of lines in characters from a place in bytes (PARSE.md SURPRISE 14). The true place is
    /// the error's span.
    pub(super) fn parse_error(&self, message: &str) -> RubyError {
        let text = format!("{message} at {} {}", self.name, self.error_sample());
        RubyError::new("Fluent::ConfigParseError", text).at(self.source, Span::at(self.pos))
    }

    fn error_sample(&self) -> String {
        let lines: Vec<&str> = self.text.split_inclusive('\n').collect();
        let mut pos = self.pos;
        for (number, line) in lines.iter().enumerate() {
            let size = line.chars().count();
            if size >= pos {
                let mut sample = format!("line {},{pos}\n", number + 1);
                if let Some(last) = number.checked_sub(1).and_then(|last| lines.get(last)) {
                    sample.push_str(&format!("{number:3}: {last}"));
                }
                sample.push_str(&format!("{:3}: {line}", number + 1));
                sample.push_str(&format!("\n     {}^\n", "-".repeat(pos)));
                if let Some(next) = lines.get(number + 1) {
                    sample.push_str(&format!("{:3}: {next}", number + 2));
                }
                return sample;
            }
            pos -= size;
        }
        // Past the end Ruby's `each_with_index` returns the array itself.
        let lines: Vec<String> = lines.into_iter().map(inspect_for_utf8).collect();
        format!("[{}]", lines.join(", "))
    }
}
