//! Where in a text something stands. All offsets in the engine are bytes; the page speaks UTF-16,
//! and this is the only module that converts.

/// A half-open byte range of one text. Offsets are `u32`: a text is at most 4 GiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end`.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end as u32 }
    }

    /// An empty range at `at`.
    pub fn at(at: usize) -> Span {
        Span::new(at, at)
    }

    /// The range as `usize`, for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// True when nothing lies in it.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest range that covers both.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The same range in a text in which this one begins at `offset`.
    #[must_use]
    pub fn shifted(self, offset: usize) -> Span {
        Span { start: self.start + offset as u32, end: self.end + offset as u32 }
    }

    /// True when `offset` lies in the range or at its end.
    pub fn touches(self, offset: usize) -> bool {
        (self.start as usize..=self.end as usize).contains(&offset)
    }
}

/// Which text a span belongs to. A closed set: the engine numbers the texts it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceId {
    /// The configuration file (0 = the main file, then the `@include`d files in order).
    Conf(u32),
    /// A tailed file, by the number the engine was given for it.
    File(u32),
}

/// Starts of lines of one text, to turn offsets into lines and columns.
#[derive(Clone, Debug, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes `text`; lines end at LF.
    pub fn new(text: &[u8]) -> LineIndex {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text).map(|at| at as u32 + 1));
        LineIndex { starts }
    }

    /// Follows the text: its `span` was replaced by `insert`.
    pub fn replace(&mut self, span: Span, insert: &[u8]) {
        let first = self.starts.partition_point(|&start| start <= span.start);
        let last = self.starts.partition_point(|&start| start <= span.end);
        let (old, new) = (span.end - span.start, insert.len() as u32);
        for start in self.starts.iter_mut().skip(last) {
            *start = *start - old + new;
        }
        let ends = memchr::memchr_iter(b'\n', insert);
        self.starts.splice(first..last, ends.map(|at| span.start + at as u32 + 1));
    }

    /// The 0-based line that holds `offset`.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start as usize <= offset).saturating_sub(1)
    }

    /// The byte at which 0-based `line` begins, if there is such a line.
    pub fn start_of(&self, line: usize) -> Option<usize> {
        self.starts.get(line).map(|&start| start as usize)
    }

    /// Number of lines (a text that ends in LF has an empty last one).
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never true: the empty text has one line.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }
}

/// Replaces a range of bytes. `Vec::splice` would go byte by byte, and texts are long.
pub fn replace_bytes(bytes: &mut Vec<u8>, range: std::ops::Range<usize>, insert: &[u8]) {
    let (start, end, length) = (range.start, range.end, bytes.len());
    let (next, new_length) = (start + insert.len(), length - range.len() + insert.len());
    bytes.resize(length.max(new_length), 0);
    bytes.copy_within(end..length, next);
    bytes.truncate(new_length);
    bytes[start..next].copy_from_slice(insert);
}

/// Length of `bytes` in UTF-16 code units, as a browser shows them: each broken byte is one U+FFFD
/// per maximal broken run, as `TextDecoder` and `String::from_utf8_lossy` have it.
pub fn utf16_len(bytes: &[u8]) -> usize {
    if bytes.is_ascii() {
        return bytes.len();
    }
    bytes
        .utf8_chunks()
        .map(|chunk| {
            chunk.valid().encode_utf16().count() + usize::from(!chunk.invalid().is_empty())
        })
        .sum()
}

/// The byte offset in `text` of UTF-16 offset `units`; clamped to the text, rounded down to a
/// character.
pub fn byte_of_utf16(text: &str, units: usize) -> usize {
    let mut seen = 0;
    for (at, character) in text.char_indices() {
        let next = seen + character.len_utf16();
        if next > units {
            return at;
        }
        seen = next;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::{LineIndex, Span, byte_of_utf16, replace_bytes, utf16_len};

    #[test]
    fn a_range_of_bytes_is_replaced_by_more_and_by_less() {
        for (range, insert, after) in [
            (2..4, "-", "ab-ef"),
            (2..2, "12345678", "ab12345678cdef"),
            (6..6, "x", "abcdefx"),
            (0..6, "", ""),
        ] {
            let mut bytes = b"abcdef".to_vec();
            replace_bytes(&mut bytes, range, insert.as_bytes());
            assert_eq!(bytes, after.as_bytes());
        }
    }

    #[test]
    fn a_broken_byte_counts_as_one_replacement_character() {
        assert_eq!(utf16_len(b"a\xffb"), 3);
        assert_eq!(utf16_len("日本𠮷".as_bytes()), 4);
    }

    #[test]
    fn utf16_offsets_round_down_inside_a_surrogate_pair() {
        assert_eq!(byte_of_utf16("a𠮷b", 2), 1);
        assert_eq!(byte_of_utf16("a𠮷b", 3), 5);
        assert_eq!(byte_of_utf16("ab", 9), 2);
    }

    #[test]
    fn an_index_that_follows_edits_is_that_of_the_new_text() {
        let mut text = b"a\nbc\n\nd".to_vec();
        let mut index = LineIndex::new(&text);
        for (start, end, insert) in
            [(0, 0, "x\ny"), (2, 5, ""), (0, 2, "\n"), (6, 6, "\n\n"), (1, 1, "q"), (0, 4, "")]
        {
            text.splice(start..end, insert.bytes());
            index.replace(Span::new(start, end), insert.as_bytes());
            assert_eq!(index.starts, LineIndex::new(&text).starts, "{start}..{end} {insert:?}");
        }
    }

    #[test]
    fn an_offset_at_a_line_start_belongs_to_that_line() {
        let index = LineIndex::new(b"a\nbc\n");
        assert_eq!((index.line_of(1), index.line_of(2), index.line_of(5)), (0, 1, 2));
        assert_eq!(index.len(), 3);
    }
}
