//! Values: bare, quoted, JSON, with embedded Ruby (fluentd `lib/fluent/config/literal_parser.rb`).

use super::basic_parser::{Boundary, Scanner};
use super::element::AttrValue;
use super::v1_parser::NotSimulated;
use crate::fluent::environment::Environment;
use crate::fluent::error::RubyError;
use crate::fluent::expression::object::Raised;
use crate::fluent::expression::{ConfigBinding, Embedded, Program};
use crate::ruby::json_gem;
use crate::ruby::version::RubyVersion;
use crate::source::Span;

/// Most tries to read a JSON value's text so far, beyond those where its brackets are closed.
const JSON_TRIES: usize = 200;

/// A scanner that evaluates embedded Ruby.
pub(super) struct LiteralParser<'t, 'e> {
    pub(super) scanner: Scanner<'t>,
    pub(super) environment: &'e Environment,
    pub(super) not_simulated: Vec<NotSimulated>,
}

/// What a value is put together from.
#[derive(Default)]
struct Parts {
    text: String,
    nil: bool,
    default: bool,
}

impl Parts {
    fn push(&mut self, value: AttrValue) {
        match value {
            AttrValue::Text(text) => self.text.push_str(&text),
            AttrValue::Nil => self.nil = true,
            AttrValue::Default => self.default = true,
        }
    }

    fn value(self) -> AttrValue {
        match (self.nil, self.default) {
            (true, _) => AttrValue::Nil,
            (false, true) => AttrValue::Default,
            (false, false) => AttrValue::Text(self.text),
        }
    }
}

impl LiteralParser<'_, '_> {
    /// `parse_literal`: the value of a parameter and its place.
    pub(super) fn parse_literal(&mut self) -> Result<(AttrValue, Span), RubyError> {
        self.scanner.spacing_without_comment();
        let start = self.scanner.pos;
        let value = match self.scanner.peek() {
            Some(open @ (b'[' | b'{')) => {
                self.scanner.pos += 1;
                AttrValue::Text(self.scan_json(open)?)
            }
            _ => self.scan_string(Boundary::LineEnd)?,
        };
        Ok((value, Span::new(start, self.scanner.pos)))
    }

    /// `scan_string`; nil where a bare word is empty.
    pub(super) fn scan_string(&mut self, boundary: Boundary) -> Result<AttrValue, RubyError> {
        match self.scanner.peek() {
            Some(b'"') => {
                self.scanner.pos += 1;
                self.scan_double_quoted_string()
            }
            Some(b'\'') => {
                self.scanner.pos += 1;
                self.scan_single_quoted_string()
            }
            _ => Ok(self.scan_nonquoted_string(boundary)),
        }
    }

    fn scan_nonquoted_string(&mut self, boundary: Boundary) -> AttrValue {
        let start = self.scanner.pos;
        while let Some(byte) = self.scanner.peek() {
            // A `#` that no blank precedes is text, wherever it stands.
            if byte != b'#' && (byte == b'\n' || self.scanner.at_boundary(boundary)) {
                break;
            }
            self.scanner.getch();
        }
        let text = self.scanner.text.get(start..self.scanner.pos).unwrap_or_default();
        if text.is_empty() { AttrValue::Nil } else { AttrValue::Text(text.to_owned()) }
    }

    fn scan_single_quoted_string(&mut self) -> Result<AttrValue, RubyError> {
        let mut text = String::new();
        loop {
            if self.scanner.skip("'") {
                return Ok(AttrValue::Text(text));
            } else if self.scanner.skip("\\'") {
                text.push('\'');
            } else if self.scanner.skip("\\\\") {
                text.push('\\');
            } else if let Some(character) = self.scan_dot() {
                text.push(character);
            } else {
                return Err(self
                    .scanner
                    .parse_error("unexpected end of file in a single quoted string"));
            }
        }
    }

    /// `.`: any character but a newline.
    fn scan_dot(&mut self) -> Option<char> {
        if self.scanner.peek() == Some(b'\n') { None } else { self.scanner.getch() }
    }

    fn scan_double_quoted_string(&mut self) -> Result<AttrValue, RubyError> {
        let mut parts = Parts::default();
        loop {
            if self.scanner.skip("\"") {
                return Ok(parts.value());
            }
            if self.skip_end_of_line(&mut parts) {
                continue;
            }
            if self.scanner.rest().starts_with('\\') {
                // Before a newline it was taken above: here a character follows.
                self.scanner.pos += 1;
                if let Some(character) = self.scan_dot() {
                    parts.text.push(self.eval_escape_char(character)?);
                    continue;
                }
            } else if self.scanner.skip("#{") {
                let value = self.eval_embedded_code()?;
                parts.push(value);
                self.scanner.skip("}");
                continue;
            } else if let Some(character) = self.scan_dot() {
                parts.text.push(character);
                continue;
            }
            return Err(self
                .scanner
                .parse_error("unexpected end of file in a double quoted string"));
        }
    }

    /// The last character of a line with one line end; a backslash there joins the lines.
    fn skip_end_of_line(&mut self, parts: &mut Parts) -> bool {
        let Some(character) = self.scanner.rest().chars().next() else { return false };
        let after = self.scanner.pos + character.len_utf8();
        let end = match self.scanner.byte(after) {
            None => after,
            Some(b'\r' | b'\n') => after + 1,
            Some(_) => return false,
        };
        if character != '\\' {
            parts.text.push_str(self.scanner.text.get(self.scanner.pos..end).unwrap_or_default());
        }
        self.scanner.pos = end;
        true
    }

    fn eval_escape_char(&self, character: char) -> Result<char, RubyError> {
        Ok(match character {
            'r' => '\r',
            'n' => '\n',
            't' => '\t',
            'f' => '\u{c}',
            'b' => '\u{8}',
            '0' => '\0',
            c if c.is_ascii_alphanumeric() => {
                return Err(self
                    .scanner
                    .parse_error(&format!("unexpected back-slash escape character '{c}'")));
            }
            c => c,
        })
    }

    /// `scan_embedded_code` and `eval_embedded_code`: from after `#{` to before its `}`.
    fn eval_embedded_code(&mut self) -> Result<AttrValue, RubyError> {
        let start = self.scanner.pos;
        let (program, end) = match Program::parse_embedded(self.scanner.text, start) {
            Embedded::Code { program, end } => (program, end),
            Embedded::NotSimulated { what, end } => {
                return Ok(self.not_simulated(what, start, end));
            }
            Embedded::Unclosed => {
                self.scanner.pos = self.scanner.text.len();
                return Err(self.scanner.parse_error("expected end of embedded code but $end"));
            }
            Embedded::Syntax => {
                let rest = self.scanner.rest();
                return Err(RubyError::new("Fluent::ConfigParseError", rest)
                    .at(self.scanner.source, Span::at(start)));
            }
        };
        match program.eval(&ConfigBinding { environment: self.environment }) {
            Ok(object) => {
                self.scanner.pos = end;
                let text = object.to_s(RubyVersion::default());
                Ok(AttrValue::Text(text.to_lossy().into_owned()))
            }
            Err(Raised::SetNil) => {
                self.scanner.pos = end;
                Ok(AttrValue::Nil)
            }
            Err(Raised::SetDefault) => {
                self.scanner.pos = end;
                Ok(AttrValue::Default)
            }
            Err(Raised::Error(error)) => Err(error.at(self.scanner.source, Span::new(start, end))),
            Err(Raised::NotSimulated { what, .. }) => Ok(self.not_simulated(what, start, end)),
            Err(Raised::Budget(_)) => {
                Ok(self.not_simulated("code that runs too long".to_owned(), start, end))
            }
        }
    }

    /// The code stands for itself, and the page says so.
    fn not_simulated(&mut self, what: String, start: usize, end: usize) -> AttrValue {
        let span = Span::new(start, end);
        self.not_simulated.push(NotSimulated { source: self.scanner.source, span, what });
        self.scanner.pos = end;
        let code = self.scanner.text.get(start..end).unwrap_or_default();
        AttrValue::Text(format!("#{{{code}}}"))
    }

    /// `scan_json`: character by character until what was read is JSON.
    fn scan_json(&mut self, open: u8) -> Result<String, RubyError> {
        let (closer, what) = if open == b'[' { (']', "array") } else { ('}', "hash") };
        let mut reading = JsonText::new(open);
        while let Some(character) = self.scanner.getch() {
            match character {
                '#' => self.json_number_sign(&mut reading, closer)?,
                '\n' => reading.end_line(),
                c => {
                    reading.push(c);
                    if matches!(c, ']' | '}')
                        && reading.may_be_whole()
                        && let Ok(value) = json_gem::parse(reading.text.as_bytes())
                    {
                        return Ok(json_gem::dump(&value).to_lossy().into_owned());
                    }
                }
            }
        }
        Err(self.scanner.parse_error(&format!("got incomplete JSON {what} configuration")))
    }

    /// A `#`: a comment where the text so far, closed, is JSON; embedded code; or just itself.
    fn json_number_sign(&mut self, reading: &mut JsonText, closer: char) -> Result<(), RubyError> {
        if reading.closed_is_json(closer) {
            // fluentd loops for ever where the text ends in such a comment; here the value is
            // incomplete.
            let rest = self.scanner.rest();
            self.scanner.pos += rest.find('\n').map_or(rest.len(), |at| at + 1);
            reading.end_line();
        } else if interpolation_follows(self.scanner.rest()) {
            self.scanner.skip("{");
            let start = self.scanner.pos;
            match self.eval_embedded_code()? {
                AttrValue::Text(text) => text.chars().for_each(|c| reading.push(c)),
                other => {
                    let class = if other == AttrValue::Nil { "nil" } else { "Symbol" };
                    let message = format!("no implicit conversion of {class} into String");
                    return Err(RubyError::new("TypeError", message)
                        .at(self.scanner.source, Span::new(start, self.scanner.pos)));
                }
            }
            self.scanner.skip("}");
        } else {
            reading.push('#');
        }
        Ok(())
    }
}

/// `@ss.exist?(/^\{[^}]+\}/)`: such a text begins here or at the start of any later line.
fn interpolation_follows(rest: &str) -> bool {
    std::iter::once(0)
        .chain(rest.match_indices('\n').map(|(at, _)| at + 1))
        .filter_map(|at| rest.get(at..)?.strip_prefix('{'))
        .any(|inside| inside.find('}').is_some_and(|end| end > 0))
}

/// A JSON value's text so far.
struct JsonText {
    text: String,
    /// Where the current line begins in `text`.
    line: usize,
    depth: i64,
    in_string: bool,
    escaped: bool,
    tries: usize,
}

impl JsonText {
    fn new(open: u8) -> JsonText {
        JsonText {
            text: char::from(open).to_string(),
            line: 1,
            depth: 1,
            in_string: false,
            escaped: false,
            tries: 0,
        }
    }

    fn push(&mut self, character: char) {
        self.text.push(character);
        match character {
            _ if self.escaped => self.escaped = false,
            '\\' if self.in_string => self.escaped = true,
            '"' => self.in_string = !self.in_string,
            '[' | '{' if !self.in_string => self.depth += 1,
            ']' | '}' if !self.in_string => self.depth -= 1,
            _ => {}
        }
    }

    fn end_line(&mut self) {
        self.text.push('\n');
        self.line = self.text.len();
    }

    /// JSON ends only where its brackets are closed; comments of the json gem can hide brackets from
    /// this count, so that a bounded number of other places is tried too.
    fn may_be_whole(&mut self) -> bool {
        if !self.in_string && self.depth == 0 {
            return true;
        }
        self.tries += 1;
        self.tries <= JSON_TRIES
    }

    fn closed_is_json(&self, closer: char) -> bool {
        let (before, line) = self.text.split_at(self.line.min(self.text.len()));
        let line = line.trim_end_matches([' ', '\t', '\n', '\u{b}', '\u{c}', '\r', '\0']);
        // `sub(/,$/, '')`: the first comma at an end of a line; the line has no newline in it.
        let line = line.strip_suffix(',').unwrap_or(line);
        json_gem::parse(format!("{before}{line}{closer}").as_bytes()).is_ok()
    }
}
