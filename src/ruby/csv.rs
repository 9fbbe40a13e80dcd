//! `CSV.parse_line` (Ruby's csv library, 3.2 `lib/csv/parser.rb`), default options but for the column
//! separator: the first row of a text.
//!
//! The library has a quick way (split each line) and a slow one (a scanner); both are followed,
//! because their answers differ in corners.

use super::error::RubyError;
use super::inspect::inspect_string;
use super::string::RString;
use super::version::RubyVersion;
use crate::encoding::Encoding;
use crate::source::Span;

/// One column: its value (nil when it is empty and not quoted) and where it stands.
pub type Column = (Option<RString>, Span);

/// The first row; `None` for a text without one.
///
/// ```
/// use fluentd_playground::ruby::{csv::parse_line, version::RubyVersion};
/// let row = parse_line(&"a,,\"b \"\"q\"\"\"".into(), ",", RubyVersion::V3_4).unwrap().unwrap();
/// let values: Vec<_> = row.iter().map(|(value, _)| value.as_ref().map(|v| v.to_lossy())).collect();
/// assert_eq!(values, [Some("a".into()), None, Some("b \"q\"".into())]);
/// ```
pub fn parse_line(
    text: &RString,
    column_separator: &str,
    ruby: RubyVersion,
) -> Result<Option<Vec<Column>>, RubyError> {
    check_separator(text, column_separator, ruby)?;
    if text.is_empty() {
        return Ok(None);
    }
    let row_separator = row_separator(text.as_bytes());
    check_bytes(text, row_separator)?;
    let separators = Separators { column: column_separator.as_bytes(), row: row_separator };
    match parse_quotable_loose(text, &separators) {
        Some(row) => Ok(Some(row)),
        None => Robust { text, bytes: text.as_bytes(), at: 0, separators }.parse(),
    }
}

fn check_separator(text: &RString, separator: &str, ruby: RubyVersion) -> Result<(), RubyError> {
    if separator.is_empty() {
        return Err(RubyError::new("ArgumentError", ":col_sep must be 1 or more characters: \"\""));
    }
    let foreign = separator.chars().find(|character| !character.is_ascii());
    if let (Some(foreign), true) = (foreign, text.encoding() != Encoding::Utf8) {
        let encoding = match (text.encoding(), ruby) {
            (Encoding::Ascii8Bit, RubyVersion::V3_4) => "BINARY (ASCII-8BIT)",
            (encoding, _) => encoding.name(),
        };
        let message = format!("U+{:04X} from UTF-8 to {encoding}", foreign as u32);
        let class = "Encoding::UndefinedConversionError";
        return Err(RubyError::new(class, message));
    }
    Ok(())
}

/// Broken UTF-8 anywhere in the text; the message counts lines up to it.
fn check_bytes(text: &RString, row_separator: &[u8]) -> Result<(), RubyError> {
    let Err(broken) = std::str::from_utf8(text.as_bytes()) else { return Ok(()) };
    if text.encoding() != Encoding::Utf8 {
        return Ok(());
    }
    let before = text.as_bytes().get(..broken.valid_up_to()).unwrap_or_default();
    let line = memchr::memmem::find_iter(before, row_separator).count() + 1;
    let message = format!("Invalid byte sequence in UTF-8 in line {line}.");
    Err(RubyError::new("CSV::MalformedCSVError", message))
}

/// `detect_row_separator`: the first line end of the whole text decides.
fn row_separator(text: &[u8]) -> &'static [u8] {
    let lf = memchr::memchr(b'\n', text);
    let cr = memchr::memchr(b'\r', text.get(..lf.unwrap_or(text.len())).unwrap_or_default());
    match (cr, lf) {
        (Some(cr), Some(lf)) if cr + 1 == lf => b"\r\n",
        (Some(_), _) => b"\r",
        (None, _) => b"\n",
    }
}

struct Separators<'s> {
    column: &'s [u8],
    row: &'static [u8],
}

/// The quick way; `None` when a quote is anything but the two ends of a column.
fn parse_quotable_loose(text: &RString, separators: &Separators<'_>) -> Option<Vec<Column>> {
    let bytes = text.as_bytes();
    let end = memchr::memmem::find(bytes, separators.row).unwrap_or(bytes.len());
    let line = &bytes[..end];
    if line.is_empty() {
        return Some(Vec::new());
    }
    if memchr::memchr2(b'\r', b'\n', line).is_some() {
        return None;
    }
    let mut row = Vec::new();
    let mut start = 0;
    let ends = memchr::memmem::find_iter(line, separators.column);
    for end in ends.chain([line.len()]) {
        row.push(loose_column(text, start, end)?);
        start = end + separators.column.len();
    }
    Some(row)
}

fn loose_column(text: &RString, start: usize, end: usize) -> Option<Column> {
    let column = &text.as_bytes()[start..end];
    let quotes = memchr::memchr_iter(b'"', column).count();
    let span = Span::new(start, end);
    match column {
        [] => Some((None, span)),
        _ if quotes == 0 => Some((Some(text.slice(start, end)), span)),
        [b'"', .., b'"'] if quotes == 2 => {
            Some((Some(text.slice(start + 1, end - 1)), Span::new(start + 1, end - 1)))
        }
        _ => None,
    }
}

/// The scanner.
struct Robust<'t> {
    text: &'t RString,
    bytes: &'t [u8],
    at: usize,
    separators: Separators<'t>,
}

/// What a column's value was.
#[derive(PartialEq, Eq)]
enum Shape {
    Quoted,
    Unquoted,
    Missing,
}

impl Robust<'_> {
    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn parse(&mut self) -> Result<Option<Vec<Column>>, RubyError> {
        let mut row = Vec::new();
        loop {
            let start = self.at;
            let (value, shape) = self.column_value()?;
            let column = (value, Span::new(start, self.at));
            if self.skip(self.separators.column) {
                row.push(column);
                continue;
            }
            let at_row_end = self.skip(self.separators.row);
            if !at_row_end && !self.rest().is_empty() {
                return Err(self.malformed_here(&shape));
            }
            if row.is_empty() && column.0.is_none() {
                return Ok(at_row_end.then_some(row));
            }
            row.push(column);
            return Ok(Some(row));
        }
    }

    fn skip(&mut self, separator: &[u8]) -> bool {
        let found = self.rest().starts_with(separator);
        if found {
            self.at += separator.len();
        }
        found
    }

    fn malformed_here(&self, shape: &Shape) -> RubyError {
        let rest = self.rest();
        let line_end = match rest {
            [b'\r', b'\n', ..] => Some("\r\n"),
            [b'\n', ..] => Some("\n"),
            [b'\r', ..] => Some("\r"),
            _ => None,
        };
        let shown = |line_end: &str| inspect_string(&RString::utf8(line_end));
        match (shape, line_end) {
            (Shape::Quoted, _) => malformed("Any value after quoted field isn't allowed"),
            (Shape::Unquoted, Some(line_end)) => {
                malformed(&format!("Unquoted fields do not allow new line <{}>", shown(line_end)))
            }
            _ if rest.starts_with(b"\"") => malformed("Illegal quoting"),
            (_, Some(line_end)) => {
                let row = inspect_string(&RString::new(self.separators.row, Encoding::Utf8));
                malformed(&format!("New line must be <{row}> not <{}>", shown(line_end)))
            }
            _ => malformed("TODO: Meaningful message"),
        }
    }

    fn column_value(&mut self) -> Result<(Option<RString>, Shape), RubyError> {
        if self.rest().first() == Some(&b'"') {
            return Ok((Some(self.quoted_value()?), Shape::Quoted));
        }
        let start = self.at;
        if !self.scan_unquoted() {
            return Ok((None, Shape::Missing));
        }
        // A separator of several characters ends the value only as a whole.
        if self.text_separator_is_long() {
            while !self.rest().starts_with(self.separators.column) && self.scan_first_separators() {
                if !self.scan_unquoted() {
                    break;
                }
            }
        }
        Ok((Some(self.text.slice(start, self.at)), Shape::Unquoted))
    }

    fn first_separator(&self) -> &[u8] {
        let separator = self.separators.column;
        let length = match separator.first() {
            Some(0xc0..=0xdf) => 2,
            Some(0xe0..=0xef) => 3,
            Some(0xf0..) => 4,
            _ => 1,
        };
        separator.get(..length).unwrap_or(separator)
    }

    fn text_separator_is_long(&self) -> bool {
        self.separators.column.len() > self.first_separator().len()
    }

    fn scan_first_separators(&mut self) -> bool {
        let start = self.at;
        let length = self.first_separator().len();
        while self.rest().starts_with(self.first_separator()) {
            self.at += length;
        }
        self.at > start
    }

    /// `[^\r\n,"]+`, the comma being the separator's first character.
    fn scan_unquoted(&mut self) -> bool {
        let start = self.at;
        while let Some(&byte) = self.bytes.get(self.at) {
            if matches!(byte, b'\r' | b'\n' | b'"')
                || self.rest().starts_with(self.first_separator())
            {
                break;
            }
            self.at += 1;
        }
        self.at > start
    }

    fn scan_quotes(&mut self) -> usize {
        let quotes = self.rest().iter().take_while(|&&byte| byte == b'"').count();
        self.at += quotes;
        quotes
    }

    /// Quotes count in runs: an odd run opens or closes, each pair in a run is one quote.
    fn quoted_value(&mut self) -> Result<RString, RubyError> {
        let mut value = Vec::new();
        let push_quotes = |value: &mut Vec<u8>, count| value.extend([b'"'].repeat(count));
        let opening = self.scan_quotes();
        if opening.is_multiple_of(2) {
            push_quotes(&mut value, (opening - 2) / 2);
            return Ok(RString::new(&value, self.text.encoding()));
        }
        push_quotes(&mut value, opening / 2);
        loop {
            let rest = self.rest();
            let plain = memchr::memchr(b'"', rest).unwrap_or(rest.len());
            value.extend_from_slice(&rest[..plain]);
            self.at += plain;
            let quotes = self.scan_quotes();
            if quotes == 0 {
                return Err(malformed("Unclosed quoted field"));
            }
            push_quotes(&mut value, quotes / 2);
            if quotes % 2 == 1 {
                return Ok(RString::new(&value, self.text.encoding()));
            }
        }
    }
}

/// Rows are counted, not lines, and it is always the first.
fn malformed(message: &str) -> RubyError {
    RubyError::new("CSV::MalformedCSVError", format!("{message} in line 1."))
}

#[cfg(test)]
mod tests {
    use super::parse_line;
    use crate::ruby::version::RubyVersion;

    fn row(text: &str, separator: &str) -> String {
        match parse_line(&text.into(), separator, RubyVersion::V3_4) {
            Ok(None) => "no row".to_owned(),
            Ok(Some(row)) => {
                let shown = row.iter().map(|(value, _)| match value {
                    Some(value) => value.to_lossy().into_owned(),
                    None => "nil".to_owned(),
                });
                shown.collect::<Vec<_>>().join("|")
            }
            Err(raised) => raised.message,
        }
    }

    #[test]
    fn quotes_out_of_place_are_refused_with_the_librarys_words() {
        assert_eq!(row("a\"b", ","), "Illegal quoting in line 1.");
        assert_eq!(row("a,\"b", ","), "Unclosed quoted field in line 1.");
        assert_eq!(row("\"a\"b,c", ","), "Any value after quoted field isn't allowed in line 1.");
    }

    #[test]
    fn the_first_line_end_of_the_text_is_the_separator_of_rows() {
        assert_eq!(row("a,\"b\r\nc\",d\r\ne", ","), "a|b\r\nc|d");
        assert_eq!(row("a\rb\nc", ","), "a");
        assert_eq!(row("\n", ","), "");
        assert_eq!(row("", ","), "no row");
    }

    #[test]
    fn a_long_separator_counts_only_as_a_whole() {
        assert_eq!(row("a::b:c::\"d\"", "::"), "a|b:c|d");
        assert_eq!(row("a:b::\"c\"\"\"", "::"), "a:b|c\"");
        assert_eq!(row(":\"a\"", "::"), "TODO: Meaningful message in line 1.");
    }
}
