//! A log file's text with its lines, and the page's places in it: lines and UTF-16 columns.

use crate::source::{LineIndex, Span, byte_of_utf16, replace_bytes, utf16_len};

/// A text that the page edits by line and column.
#[derive(Clone, Debug, Default)]
pub struct Text {
    bytes: Vec<u8>,
    lines: LineIndex,
}

impl Text {
    /// A text.
    pub fn new(text: String) -> Text {
        let bytes = text.into_bytes();
        let lines = LineIndex::new(&bytes);
        Text { bytes, lines }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Number of lines as an editor counts them: one more than line ends.
    pub fn len(&self) -> u32 {
        self.lines.len() as u32
    }

    /// Never true: the empty text has one line.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The bytes of a 0-based line without its end; `None` beyond the text.
    pub fn line(&self, line: u32) -> Option<Span> {
        let start = self.lines.start_of(line as usize)?;
        let end = self.lines.start_of(line as usize + 1).map_or(self.bytes.len(), |next| next - 1);
        Some(Span::new(start, end))
    }

    /// The 0-based line that holds a byte.
    pub fn line_of(&self, byte: usize) -> u32 {
        self.lines.line_of(byte) as u32
    }

    /// The byte at a line and UTF-16 column; clamped to the line and to the text.
    pub fn byte_at(&self, line: u32, column: u32) -> usize {
        let Some(span) = self.line(line) else { return self.bytes.len() };
        let bytes = self.bytes.get(span.range()).unwrap_or_default();
        let column = column as usize;
        if bytes.is_ascii() {
            return span.start as usize + column.min(bytes.len());
        }
        let text = String::from_utf8_lossy(bytes);
        (span.start as usize + byte_of_utf16(&text, column)).min(span.end as usize)
    }

    /// The UTF-16 columns of bytes of a line, given relative to its first byte.
    pub fn columns(&self, line: u32, within: Span) -> (u32, u32) {
        let Some(span) = self.line(line) else { return (0, 0) };
        let bytes = self.bytes.get(span.range()).unwrap_or_default();
        let column = |at: u32| utf16_len(bytes.get(..at as usize).unwrap_or(bytes)) as u32;
        (column(within.start), column(within.end))
    }

    /// Replaces bytes.
    pub fn replace(&mut self, span: Span, insert: &str) {
        let end = (span.end as usize).min(self.bytes.len());
        let start = (span.start as usize).min(end);
        replace_bytes(&mut self.bytes, start..end, insert.as_bytes());
        self.lines.replace(Span::new(start, end), insert.as_bytes());
    }
}

/// The UTF-16 offset of each byte offset of a text, for offsets that come in any order.
#[derive(Clone, Debug, Default)]
pub struct Utf16Map {
    /// Byte and UTF-16 offset at the begin of each line.
    starts: Vec<(u32, u32)>,
    text: String,
}

impl Utf16Map {
    /// The map of a text.
    pub fn new(text: &str) -> Utf16Map {
        let mut starts = vec![(0, 0)];
        let (mut byte, mut unit) = (0, 0);
        for line in text.split_inclusive('\n') {
            byte += line.len();
            unit += utf16_len(line.as_bytes());
            starts.push((byte as u32, unit as u32));
        }
        Utf16Map { starts, text: text.to_owned() }
    }

    /// UTF-16 offset of a byte offset; clamped to the text.
    pub fn unit(&self, byte: u32) -> u32 {
        let at = self.starts.partition_point(|start| start.0 <= byte).saturating_sub(1);
        let (start, units) = self.starts.get(at).copied().unwrap_or_default();
        let end = (byte as usize).min(self.text.len());
        let part = self.text.as_bytes().get(start as usize..end).unwrap_or_default();
        units + utf16_len(part) as u32
    }

    /// Byte offset of a UTF-16 offset; clamped to the text.
    pub fn byte(&self, unit: u32) -> u32 {
        let at = self.starts.partition_point(|start| start.1 <= unit).saturating_sub(1);
        let (start, units) = self.starts.get(at).copied().unwrap_or_default();
        let rest = self.text.get(start as usize..).unwrap_or_default();
        start + byte_of_utf16(rest, (unit - units) as usize) as u32
    }

    /// The 0-based line of a byte offset.
    pub fn line(&self, byte: u32) -> u32 {
        self.starts.partition_point(|start| start.0 <= byte).saturating_sub(1) as u32
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::{Text, Utf16Map};
    use crate::source::Span;

    #[test]
    fn places_of_the_page_find_their_bytes() {
        let mut text = Text::new("ab\n日本𠮷x\n".to_owned());
        assert_eq!(text.len(), 3);
        assert_eq!(text.byte_at(0, 1), 1);
        assert_eq!(text.byte_at(1, 2), 9);
        assert_eq!(text.byte_at(1, 4), 13);
        assert_eq!(text.byte_at(1, 99), 14);
        assert_eq!(text.byte_at(9, 0), 15);
        text.replace(Span::new(text.byte_at(0, 2), text.byte_at(1, 1)), "-");
        assert_eq!(text.bytes(), "ab-本𠮷x\n".as_bytes());
    }

    #[test]
    fn columns_are_utf16() {
        let text = Text::new("日本𠮷x".to_owned());
        assert_eq!(text.columns(0, Span::new(3, 10)), (1, 4));
        assert_eq!(text.columns(7, Span::new(3, 10)), (0, 0));
    }

    #[test]
    fn offsets_map_both_ways() {
        let map = Utf16Map::new("aあ\n𠮷b");
        for (byte, unit) in [(0, 0), (1, 1), (4, 2), (5, 3), (9, 5), (10, 6)] {
            assert_eq!((map.unit(byte), map.byte(unit)), (unit, byte));
        }
        assert_eq!((map.unit(99), map.byte(99)), (6, 10));
        assert_eq!((map.line(4), map.line(5)), (0, 1));
    }
}
