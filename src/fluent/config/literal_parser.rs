//! `Fluent::Config::LiteralParser`: values, keys and arguments
//! (fluentd `lib/fluent/config/literal_parser.rb`).
//!
//! One oddity of the original is kept: after embedded code it moves on by the code's length in
//! *characters*, so that non-ASCII code is left half read and its end appears in the value.

use super::basic_parser::{Boundary, Scanner, Stopped};
use super::json_scan::JsonScan;
use super::syntax::Style;
use crate::fluent::environment::Environment;
use crate::fluent::expression::object::Raised;
use crate::fluent::expression::{ConfigBinding, Embedded, Program};
use crate::ruby::error::RubyError;
use crate::ruby::json_gem;
use crate::source::Span;

/// What a literal reads as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    Text(String),
    /// `use_nil`, or nothing where something was expected.
    Nil,
    /// `use_default`
    Default,
}

/// Embedded code that the playground does not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSimulated {
    /// The name to report.
    pub what: String,
    /// The text it stands in.
    pub source: crate::source::SourceId,
    /// The code's place.
    pub span: Span,
}

/// What reading values needs besides the text.
pub(super) struct Evaluation<'e> {
    pub(super) environment: &'e Environment,
    pub(super) not_simulated: Vec<NotSimulated>,
}

impl Scanner<'_> {
    /// `parse_literal`: a value.
    pub(super) fn parse_literal(
        &mut self,
        eval: &mut Evaluation,
    ) -> Result<(Literal, Style), Stopped> {
        self.spacing_without_comment();
        if self.skip("[") {
            return Ok((self.scan_json(true, eval)?, Style::Json));
        }
        if self.skip("{") {
            return Ok((self.scan_json(false, eval)?, Style::Json));
        }
        self.scan_string(Boundary::LineEnd, eval)
    }

    /// `scan_string`
    pub(super) fn scan_string(
        &mut self,
        boundary: Boundary,
        eval: &mut Evaluation,
    ) -> Result<(Literal, Style), Stopped> {
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                Ok((self.scan_double_quoted_string(eval)?, Style::Double))
            }
            Some(b'\'') => {
                self.at += 1;
                Ok((self.scan_single_quoted_string()?, Style::Single))
            }
            _ => Ok((self.scan_nonquoted_string(boundary), Style::Bare)),
        }
    }

    fn scan_double_quoted_string(&mut self, eval: &mut Evaluation) -> Result<Literal, Stopped> {
        let open = self.at - 1;
        let mut text: Vec<u8> = Vec::new();
        let (mut nil, mut default) = (false, false);
        while let Some(byte) = self.peek() {
            let width = self.width(self.at);
            let after = self.text.as_bytes().get(self.at + width);
            match byte {
                b'"' => {
                    self.at += 1;
                    return Ok(match (nil, default) {
                        (true, _) => Literal::Nil,
                        (false, true) => Literal::Default,
                        (false, false) => Literal::Text(text_of(text)),
                    });
                }
                // A character and the line end after it go together; a backslash takes it away.
                _ if matches!(after, None | Some(b'\r' | b'\n')) => {
                    let end = self.at + width + usize::from(after.is_some());
                    if byte != b'\\' {
                        text.extend_from_slice(
                            self.text.as_bytes().get(self.at..end).unwrap_or_default(),
                        );
                    }
                    self.at = end;
                }
                b'\\' => {
                    self.at += 1;
                    let start = self.at;
                    self.at += self.width(self.at);
                    let escaped = self.text.get(start..self.at).unwrap_or_default();
                    text.extend_from_slice(self.eval_escape_char(escaped, start)?.as_bytes());
                }
                b'#' if after == Some(&b'{') => {
                    self.at += 2;
                    match self.embedded_code(eval)? {
                        Literal::Text(value) => text.extend_from_slice(value.as_bytes()),
                        Literal::Nil => nil = true,
                        Literal::Default => default = true,
                    }
                    self.skip("}");
                }
                b'\n' => break,
                _ => {
                    text.extend_from_slice(
                        self.text.as_bytes().get(self.at..self.at + width).unwrap_or_default(),
                    );
                    self.at += width;
                }
            }
        }
        let place =
            Span::new(open, self.text.get(open..).map_or(open, |rest| open + first_line(rest)));
        Err(self.parse_error("unexpected end of file in a double quoted string", place))
    }

    fn eval_escape_char(&self, escaped: &str, start: usize) -> Result<String, Stopped> {
        let text = match escaped {
            "r" => "\r",
            "n" => "\n",
            "t" => "\t",
            "f" => "\u{c}",
            "b" => "\u{8}",
            "0" => "\0",
            letter if letter.starts_with(|first: char| first.is_ascii_alphanumeric()) => {
                let message = format!("unexpected back-slash escape character '{letter}'");
                return Err(self.parse_error(&message, Span::new(start - 1, self.at)));
            }
            symbol => symbol,
        };
        Ok(text.to_owned())
    }

    fn scan_single_quoted_string(&mut self) -> Result<Literal, Stopped> {
        let open = self.at - 1;
        let mut text: Vec<u8> = Vec::new();
        loop {
            match self.rest() {
                [b'\'', ..] => {
                    self.at += 1;
                    return Ok(Literal::Text(text_of(text)));
                }
                [b'\\', byte @ (b'\'' | b'\\'), ..] => {
                    text.push(*byte);
                    self.at += 2;
                }
                [] | [b'\n', ..] => break,
                _ => {
                    let width = self.width(self.at);
                    text.extend_from_slice(self.rest().get(..width).unwrap_or_default());
                    self.at += width;
                }
            }
        }
        let place = Span::new(open, self.at);
        Err(self.parse_error("unexpected end of file in a single quoted string", place))
    }

    /// `scan_nonquoted_string`: a `#` never ends it by itself.
    fn scan_nonquoted_string(&mut self, boundary: Boundary) -> Literal {
        let start = self.at;
        loop {
            match self.peek() {
                None | Some(b'\n') => break,
                Some(b'#') => self.at += 1,
                Some(byte) => {
                    if self.at_boundary(boundary) {
                        break;
                    }
                    // What follows a run of blanks was just looked at.
                    if matches!(byte, b' ' | b'\t') {
                        let blanks = self.rest().iter().take_while(|b| matches!(b, b' ' | b'\t'));
                        self.at += blanks.count();
                    } else {
                        self.at += self.width(self.at);
                    }
                }
            }
        }
        if self.at == start {
            return Literal::Nil;
        }
        let bytes = self.text.as_bytes().get(start..self.at).unwrap_or_default();
        Literal::Text(text_of(bytes.to_vec()))
    }

    /// `scan_embedded_code` and `eval_embedded_code`, after `#{`; stops before the brace.
    fn embedded_code(&mut self, eval: &mut Evaluation) -> Result<Literal, Stopped> {
        let start = self.at;
        let rest_is_text = self.text.is_char_boundary(start);
        let parsed =
            if rest_is_text { Program::parse_embedded(self.text, start) } else { Embedded::Syntax };
        match parsed {
            Embedded::Code { program, end } => {
                self.at += characters(self.text, start, end);
                let result = program.eval(&ConfigBinding { environment: eval.environment });
                self.evaluated(result, Span::new(start, end), eval)
            }
            Embedded::NotSimulated { what, end } => {
                self.at += characters(self.text, start, end);
                let span = Span::new(start, end);
                self.evaluated(Err(Raised::NotSimulated { what, span }), span, eval)
            }
            Embedded::Unclosed => {
                self.at += characters(self.text, start, self.text.len());
                let place = Span::new(start - 2, start);
                Err(self.parse_error("expected end of embedded code but $end", place))
            }
            Embedded::Syntax => {
                let rest = String::from_utf8_lossy(self.rest()).into_owned();
                let line = start + first_line(self.text.get(start..).unwrap_or_default());
                Err(RubyError::new("Fluent::ConfigParseError", rest)
                    .at(self.source, Span::new(start.saturating_sub(2), line)))
            }
        }
    }

    fn evaluated(
        &self,
        result: Result<crate::fluent::expression::object::Object, Raised>,
        span: Span,
        eval: &mut Evaluation,
    ) -> Result<Literal, Stopped> {
        match result {
            Ok(object) => {
                let text = object.to_s(eval.environment.ruby);
                Ok(Literal::Text(text.to_lossy().into_owned()))
            }
            Err(Raised::SetNil) => Ok(Literal::Nil),
            Err(Raised::SetDefault) => Ok(Literal::Default),
            Err(Raised::Error(error)) => Err(error.at(self.source, span)),
            Err(Raised::NotSimulated { what, .. }) => {
                eval.not_simulated.push(NotSimulated { what, source: self.source, span });
                Ok(Literal::Text(String::new()))
            }
            Err(Raised::Budget(_) | Raised::Next | Raised::Break) => {
                let what = "code that runs long".to_owned();
                eval.not_simulated.push(NotSimulated { what, source: self.source, span });
                Ok(Literal::Text(String::new()))
            }
        }
    }

    /// `scan_json`, after the opening bracket.
    fn scan_json(&mut self, is_array: bool, eval: &mut Evaluation) -> Result<Literal, Stopped> {
        let open = self.at - 1;
        let mut buffer = vec![if is_array { b'[' } else { b'{' }];
        let mut scan = JsonScan::new(is_array);
        let mut interpolation = Interpolation::default();
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'#' {
                self.json_sharp(&mut buffer, &mut scan, &mut interpolation, eval)?;
                continue;
            }
            buffer.push(byte);
            scan.feed(byte);
            if byte != b'\n'
                && scan.complete()
                && let Ok(value) = json_gem::parse(&buffer)
            {
                return Ok(Literal::Text(json_gem::dump(&value).to_lossy().into_owned()));
            }
        }
        let kind = if is_array { "array" } else { "hash" };
        let place = open..open + first_line(self.text.get(open..).unwrap_or_default());
        let message = format!("got incomplete JSON {kind} configuration");
        Err(self.parse_error(&message, Span::new(place.start, place.end)))
    }

    /// A `#` inside JSON: a comment where the text so far is whole but for its bracket, else
    /// embedded code, else itself.
    fn json_sharp(
        &mut self,
        buffer: &mut Vec<u8>,
        scan: &mut JsonScan,
        interpolation: &mut Interpolation,
        eval: &mut Evaluation,
    ) -> Result<(), Stopped> {
        let new = if scan.closable() {
            let comment = self.rest();
            self.at += memchr::memchr(b'\n', comment).map_or(comment.len(), |end| end + 1);
            "\n".to_owned()
        } else if interpolation.exists(self.text.as_bytes(), self.at) {
            let start = self.at;
            self.skip("{");
            let value = self.embedded_code(eval)?;
            self.skip("}");
            match value {
                Literal::Text(text) => text,
                Literal::Nil | Literal::Default => {
                    let what = if value == Literal::Nil { "nil" } else { "Symbol" };
                    let message = format!("no implicit conversion of {what} into String");
                    let place = self.span_from(start);
                    return Err(RubyError::new("TypeError", message).at(self.source, place));
                }
            }
        } else {
            "#".to_owned()
        };
        for byte in new.bytes() {
            buffer.push(byte);
            scan.feed(byte);
        }
        Ok(())
    }
}

/// `exist?(/^\{[^}]+\}/)`: braces here or at the start of any later line.
#[derive(Default)]
struct Interpolation {
    /// The next such line that is known, or that there is none.
    later: Option<Option<usize>>,
}

impl Interpolation {
    fn exists(&mut self, text: &[u8], at: usize) -> bool {
        if is_braced(text, at) {
            return true;
        }
        let found = match self.later {
            Some(Some(line)) if line < at => None,
            known => known,
        };
        let found = found.unwrap_or_else(|| next_braced_line(text, at));
        self.later = Some(found);
        found.is_some()
    }
}

fn next_braced_line(text: &[u8], at: usize) -> Option<usize> {
    // Without a closing brace ahead no line counts; one look at the last of them is enough.
    let last = memchr::memrchr(b'}', text)?;
    memchr::memmem::find_iter(text.get(at..last)?, b"\n{")
        .map(|found| at + found + 1)
        .find(|line| text.get(line + 1) != Some(&b'}'))
}

fn is_braced(text: &[u8], at: usize) -> bool {
    text.get(at) == Some(&b'{')
        && text.get(at + 1) != Some(&b'}')
        && text.get(at + 1..).is_some_and(|rest| memchr::memchr(b'}', rest).is_some())
}

/// Number of characters in `start..end`, which is how far the original moves on.
fn characters(text: &str, start: usize, end: usize) -> usize {
    text.get(start..end).map_or(0, |code| code.chars().count())
}

fn first_line(text: &str) -> usize {
    text.find(['\r', '\n']).unwrap_or(text.len())
}

/// Half a character can be left over (see the module's text); it shows as U+FFFD here.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
