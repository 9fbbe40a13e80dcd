//! A tailed file's text, cut into chunks: the units of work.
//!
//! fluentd reads a file in streams of a thousand lines or a little more; a chunk stands for one such
//! stream. Where a chunk ends depends only on its own lines, so after an edit the cuts fall into the
//! old places again and everything behind them is reused. Invariant: the chunks of an edited text are
//! those of the same text set as a whole.

use std::ops::Range;
use std::rc::Rc;

use crate::source::{Span, replace_bytes};

/// A chunk has at least and at most so many lines, if the file has them.
const LINES: (u32, u32) = (1000, 2000);

/// The same where work has to end soon.
const FEW_LINES: (u32, u32) = (8, 16);

/// A chunk ends with the line that makes it so long.
const MAX_BYTES: usize = 8 << 20;

/// Some whole lines of a file; the last chunk may end in an unterminated one.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    /// Stays while the chunk is edited; never used again.
    pub(crate) id: u32,
    /// Counts the edits.
    pub(crate) version: u32,
    /// The text.
    pub(crate) bytes: Rc<[u8]>,
    /// Terminated lines.
    pub(crate) lines: u32,
}

impl Chunk {
    /// True when its last line has no newline.
    pub(crate) fn is_unterminated(&self) -> bool {
        self.bytes.last().is_some_and(|byte| *byte != b'\n')
    }

    /// All lines, terminated or not.
    pub(crate) fn all_lines(&self) -> u32 {
        self.lines + u32::from(self.is_unterminated())
    }

    /// A chunk of the first `lines` lines.
    pub(crate) fn head(&self, lines: u32) -> Chunk {
        let end = memchr::memchr_iter(b'\n', &self.bytes).nth(lines.saturating_sub(1) as usize);
        match end {
            Some(end) if lines < self.lines => {
                Chunk { bytes: self.bytes[..=end].into(), lines, ..*self }
            }
            _ => self.clone(),
        }
    }

    /// The lines' places in the chunk, without line ends.
    pub(crate) fn line_ranges(&self) -> Vec<Range<usize>> {
        let mut ranges = Vec::with_capacity(self.all_lines() as usize);
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', &self.bytes) {
            ranges.push(start..end);
            start = end + 1;
        }
        if start < self.bytes.len() {
            ranges.push(start..self.bytes.len());
        }
        ranges
    }
}

/// The whole text.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileText {
    /// Lines of a chunk, at least and at most.
    size: (u32, u32),
    chunks: Vec<Chunk>,
    /// First line and first byte of each chunk.
    starts: Vec<(u32, usize)>,
    lines: u32,
    length: usize,
}

impl FileText {
    /// Cuts a text; `next_id` numbers the chunks.
    pub(crate) fn new(text: &[u8], next_id: &mut u32) -> FileText {
        FileText::with_size(LINES, text, next_id)
    }

    /// The same, in chunks of a few lines.
    pub(crate) fn fine(text: &[u8], next_id: &mut u32) -> FileText {
        FileText::with_size(FEW_LINES, text, next_id)
    }

    fn with_size(size: (u32, u32), text: &[u8], next_id: &mut u32) -> FileText {
        let mut chunks = Vec::new();
        let mut start = 0;
        while start < text.len() {
            let end = start + cut(&text[start..], size).unwrap_or(text.len() - start);
            chunks.push(chunk(&text[start..end], next_id));
            start = end;
        }
        let mut file = FileText { size, chunks, ..FileText::default() };
        file.index();
        file
    }

    fn index(&mut self) {
        self.starts.clear();
        (self.lines, self.length) = (0, 0);
        for chunk in &self.chunks {
            self.starts.push((self.lines, self.length));
            self.lines += chunk.all_lines();
            self.length += chunk.bytes.len();
        }
    }

    /// The line that holds a byte.
    pub(crate) fn line_of(&self, at: usize) -> Option<u32> {
        let chunk = self.starts.partition_point(|(_, start)| *start <= at).checked_sub(1)?;
        let (first, start) = *self.starts.get(chunk)?;
        let before = self.chunks.get(chunk)?.bytes.get(..at - start)?;
        Some(first + memchr::memchr_iter(b'\n', before).count() as u32)
    }

    /// The chunks in order.
    pub(crate) fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    /// Number of lines, an unterminated last one included.
    pub(crate) fn lines(&self) -> u32 {
        self.lines
    }

    /// The first line of chunk `at`.
    pub(crate) fn first_line(&self, at: usize) -> u32 {
        self.starts.get(at).map_or(self.lines, |start| start.0)
    }

    /// The chunk of a line and the line's number in it.
    pub(crate) fn find_line(&self, line: u32) -> Option<(usize, u32)> {
        if line >= self.lines {
            return None;
        }
        let at = self.starts.partition_point(|start| start.0 <= line).checked_sub(1)?;
        Some((at, line - self.starts.get(at)?.0))
    }

    /// The first byte of chunk `at`.
    pub(crate) fn first_byte(&self, at: usize) -> usize {
        self.starts.get(at).map_or(self.length, |start| start.1)
    }

    /// The whole text.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.chunks.iter().flat_map(|chunk| chunk.bytes.iter().copied()).collect()
    }

    /// Replaces a range of bytes (clamped to the text).
    pub(crate) fn edit(&mut self, span: Span, text: &[u8], next_id: &mut u32) {
        let start = (span.start as usize).min(self.length);
        let end = (span.end as usize).clamp(start, self.length);
        // The chunk that holds the byte before the edit too: a cut may vanish at its end.
        let first = self.starts.partition_point(|at| at.1 < start).saturating_sub(1);
        let base = self.first_byte(first);
        let mut next = first;
        let mut buffer = Vec::new();
        while next < self.chunks.len() && (self.first_byte(next) <= end || next == first) {
            buffer.extend_from_slice(&self.chunks[next].bytes);
            next += 1;
        }
        replace_bytes(&mut buffer, start - base..end - base, text);
        let mut made: Vec<Chunk> = Vec::new();
        let mut at = 0;
        while at < buffer.len() {
            match cut(&buffer[at..], self.size) {
                Some(length) => {
                    made.push(chunk(&buffer[at..at + length], next_id));
                    at += length;
                }
                None if next < self.chunks.len() => {
                    buffer.extend_from_slice(&self.chunks[next].bytes);
                    next += 1;
                }
                None => {
                    made.push(chunk(&buffer[at..], next_id));
                    at = buffer.len();
                }
            }
        }
        self.keep_ids(first..next, &mut made);
        self.chunks.splice(first..next, made);
        self.index();
    }

    /// New chunks take the identity of the old ones they stand for, so that what refers to their
    /// unchanged lines stays true.
    fn keep_ids(&self, old: Range<usize>, made: &mut [Chunk]) {
        for (old, new) in self.chunks[old].iter().zip(made.iter_mut()) {
            new.id = old.id;
            new.version = old.version + u32::from(old.bytes != new.bytes);
        }
    }
}

fn chunk(bytes: &[u8], next_id: &mut u32) -> Chunk {
    let id = *next_id;
    *next_id += 1;
    let lines = memchr::memchr_iter(b'\n', bytes).count() as u32;
    Chunk { id, version: 0, bytes: bytes.into(), lines }
}

/// Where the chunk that begins `text` ends; `None`: not in this text.
fn cut(text: &[u8], (least, most): (u32, u32)) -> Option<usize> {
    let (mut lines, mut start) = (0, 0);
    for end in memchr::memchr_iter(b'\n', text) {
        lines += 1;
        if lines >= most || end + 1 >= MAX_BYTES || (lines >= least && is_mark(&text[start..end])) {
            return Some(end + 1);
        }
        start = end + 1;
    }
    None
}

/// True for about one line in sixteen, by its last bytes.
fn is_mark(line: &[u8]) -> bool {
    let tail = &line[line.len().saturating_sub(24)..];
    let hash = tail
        .iter()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    (hash >> 13).is_multiple_of(16)
}

#[cfg(test)]
mod tests {
    use super::FileText;
    use crate::source::Span;

    fn shape(file: &FileText) -> Vec<Vec<u8>> {
        file.chunks().iter().map(|chunk| chunk.bytes.to_vec()).collect()
    }

    #[test]
    fn an_edited_text_is_cut_as_the_same_text_set_whole() {
        let mut next_id = 0;
        let text: Vec<u8> =
            (0..7000).flat_map(|n| format!("line {n} {}\n", n * 7919).into_bytes()).collect();
        let mut file = FileText::new(&text, &mut next_id);
        let mut seed = 12345_u32;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as usize % below.max(1)
        };
        let mut plain = text;
        for _ in 0..200 {
            let start = random(plain.len() + 1);
            let end = (start + random(200)).min(plain.len());
            let new: &[u8] = [&b"x\ny\n"[..], b"", b"new", b"\n"][random(4)];
            plain.splice(start..end, new.iter().copied());
            file.edit(Span::new(start, end), new, &mut next_id);
            assert_eq!(shape(&file), shape(&FileText::new(&plain, &mut 0)));
        }
        assert_eq!(file.bytes(), plain);
        assert_eq!(file.lines() as usize, plain.split_inclusive(|byte| *byte == b'\n').count());
    }

    #[test]
    fn a_small_edit_leaves_other_chunks_alone() {
        let mut next_id = 0;
        let text: Vec<u8> = (0..9000).flat_map(|n| format!("{n}\n").into_bytes()).collect();
        let mut file = FileText::new(&text, &mut next_id);
        let before: Vec<(u32, u32)> =
            file.chunks().iter().map(|chunk| (chunk.id, chunk.version)).collect();
        file.edit(Span::new(2, 2), b"x", &mut next_id);
        let after: Vec<(u32, u32)> =
            file.chunks().iter().map(|chunk| (chunk.id, chunk.version)).collect();
        assert_eq!(before.len(), after.len());
        assert_eq!(before.iter().zip(&after).filter(|(old, new)| old != new).count(), 1);
    }

    #[test]
    fn the_empty_text_has_no_chunk_and_can_be_edited() {
        let mut next_id = 0;
        let mut file = FileText::new(b"", &mut next_id);
        file.edit(Span::new(0, 9), b"a\nb", &mut next_id);
        assert_eq!((file.lines(), file.bytes().len(), file.chunks().len()), (2, 3, 1));
        assert!(file.chunks()[0].is_unterminated());
    }
}
