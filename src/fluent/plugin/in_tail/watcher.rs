//! `TailWatcher`, `FIFO` and `LineBufferTimerFlusher`: one followed file, its bytes cut into lines.

use std::collections::VecDeque;
use std::rc::Rc;

use super::line_encoding::{Eol, LineEncoding};
use super::{Lines, Outcome, Received};
use crate::encoding::Encoding;
use crate::fluent::log::Level;
use crate::ruby::string::RString;
use crate::ruby::value::EventTime;

/// `BYTES_TO_READ`: what is read at once.
const BYTES_TO_READ: usize = 8192;

/// A line or several, its line end included.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Where it comes from.
    pub lines: Lines,
    /// The text.
    pub text: RString,
}

/// Lines that wait for the next of their event.
#[derive(Clone, Debug, PartialEq)]
pub struct LineBuffer {
    /// Where they come from.
    pub lines: Lines,
    /// The lines, line ends included.
    pub text: RString,
}

impl Default for LineBuffer {
    fn default() -> LineBuffer {
        LineBuffer { lines: Lines::Many(Vec::new()), text: RString::utf8("") }
    }
}

impl LineBuffer {
    pub(super) fn new(line: Text) -> LineBuffer {
        LineBuffer { lines: line.lines, text: line.text }
    }

    /// `<<`: the encoding is that of the last line which is not ASCII.
    pub(super) fn push(&mut self, line: Text) {
        let ascii = line.text.as_bytes().is_ascii();
        let encoding = if ascii { &self.text } else { &line.text }.encoding();
        if self.text.is_empty() {
            *self = LineBuffer { lines: line.lines, text: line.text.force_encoding(encoding) };
            return;
        }
        let text = [self.text.as_bytes(), line.text.as_bytes()].concat();
        self.text = RString::new(&text, encoding);
        let mut numbers = self.lines.as_slice().to_vec();
        numbers.extend_from_slice(line.lines.as_slice());
        self.lines = Lines::Many(numbers);
    }
}

impl Lines {
    /// The numbers.
    pub fn as_slice(&self) -> &[u32] {
        match self {
            Lines::One(line) => std::slice::from_ref(line),
            Lines::Many(lines) => lines,
        }
    }
}

/// The state of one followed file. A copy of it can be taken up again later.
#[derive(Clone, Debug)]
pub struct TailWatcher {
    /// The file.
    pub path: Rc<str>,
    /// Lines that wait for the next of their event.
    pub line_buffer: Option<LineBuffer>,
    /// When the last lines came, where that starts a timer.
    pub flush_start: Option<EventTime>,
    data: VecDeque<Rc<[u8]>>,
    /// The next byte of the first of `data`.
    at: usize,
    /// The beginning of the unfinished line, from data that was read before.
    partial: Vec<u8>,
    /// The rest of a line that is too long is thrown away.
    skipping: bool,
    max_line_size: Option<usize>,
    eol: Eol,
    encoding: Encoding,
    line: u32,
    bytes_read: u64,
    line_start: u64,
    position: u64,
    /// The lines that in_tail raised an exception for: it tries them at every notice.
    stuck: Vec<Text>,
    /// There is a notice since.
    noticed: bool,
}

/// Lines of one turn.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) lines: Vec<Text>,
    pub(super) too_long: Vec<Received>,
}

impl TailWatcher {
    pub(super) fn new(
        path: &str,
        position: u64,
        encoding: &LineEncoding,
        max_line_size: Option<usize>,
    ) -> TailWatcher {
        TailWatcher {
            path: path.into(),
            line_buffer: None,
            flush_start: None,
            data: VecDeque::new(),
            at: 0,
            partial: Vec::new(),
            skipping: false,
            max_line_size,
            eol: encoding.eol,
            encoding: encoding.tag,
            line: 0,
            bytes_read: position,
            line_start: position,
            position,
            stuck: Vec::new(),
            noticed: false,
        }
    }

    /// Appends to the file. Lines share the bytes.
    pub fn append(&mut self, data: Rc<[u8]>) {
        if !data.is_empty() {
            self.data.push_back(data);
            self.noticed = true;
        }
    }

    /// The position that the position file would hold.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Number of lines read so far.
    pub fn lines_read(&self) -> u32 {
        self.line
    }

    /// True when bytes of a last line wait for its end.
    pub fn is_unterminated(&self) -> bool {
        self.bytes_read > self.line_start
    }

    /// True when an exception has ended it.
    pub fn is_failed(&self) -> bool {
        !self.stuck.is_empty()
    }

    /// An exception left in_tail: it reads no further than `position` and tries the lines again.
    pub(super) fn fail(&mut self, lines: Vec<Text>, position: u64) {
        self.stuck = lines;
        self.position = position;
        self.noticed = false;
    }

    /// `handle_notify`: reads pieces until `limit` lines are there or the data ends; `None` when
    /// that gives no line.
    pub(super) fn read_lines(&mut self, encoding: &LineEncoding, limit: i64) -> Option<Read> {
        let mut read = Read::default();
        if self.is_failed() {
            let again = std::mem::take(&mut self.noticed);
            return again.then(|| Read { lines: self.stuck.clone(), ..read });
        }
        while !self.data.is_empty() {
            self.read_piece(encoding, &mut read);
            if !read.lines.is_empty() && read.lines.len() as i64 >= limit {
                break;
            }
        }
        if read.lines.is_empty() && read.too_long.is_empty() {
            return None;
        }
        self.position = self.line_start;
        Some(read)
    }

    /// One `readpartial` and what `FIFO#read_lines` makes of it.
    fn read_piece(&mut self, encoding: &LineEncoding, read: &mut Read) {
        let Some(data) = self.data.front().cloned() else { return };
        let end = data.len().min(self.at + BYTES_TO_READ);
        let piece_start = self.bytes_read;
        let from = self.at;
        // What of the unfinished line is not in `partial` is in this data.
        let mut start = if self.skipping {
            from
        } else {
            let known = (piece_start - self.line_start) as usize;
            (from + self.partial.len()).saturating_sub(known)
        };
        let mut search = from;
        while let Some(after) = self.eol.next(&data, search, end, &self.partial, start) {
            self.bytes_read = piece_start + (after - from) as u64;
            self.finish_line(&data, start, after, encoding, read);
            start = after;
            search = after;
        }
        self.bytes_read = piece_start + (end - from) as u64;
        self.at = end;
        let unfinished = (self.bytes_read - self.line_start) as usize;
        self.skipping |= self.max_line_size.is_some_and(|max| unfinished > max);
        if end == data.len() {
            if self.skipping {
                self.partial.clear();
            } else {
                self.partial.extend_from_slice(data.get(start..end).unwrap_or_default());
            }
            self.data.pop_front();
            self.at = 0;
        }
    }

    fn finish_line(
        &mut self,
        data: &Rc<[u8]>,
        start: usize,
        end: usize,
        encoding: &LineEncoding,
        read: &mut Read,
    ) {
        let lines = Lines::One(self.line);
        self.line += 1;
        let length = (self.bytes_read - self.line_start) as usize;
        self.line_start = self.bytes_read;
        let skipping = std::mem::take(&mut self.skipping);
        let partial = std::mem::take(&mut self.partial);
        if let Some(max) = self.max_line_size
            && (skipping || length > max)
        {
            let said = format!("received line length is longer than {max}");
            read.too_long.push(Received {
                said: vec![(Level::Warn, said, Vec::new())],
                ..Received::new(lines, RString::new(b"", self.encoding), Outcome::TooLong)
            });
            return;
        }
        let text = if partial.is_empty() {
            RString::shared(Rc::clone(data), start, end, self.encoding)
        } else {
            let tail = data.get(start..end).unwrap_or_default();
            RString::new(&[&partial, tail].concat(), self.encoding)
        };
        read.lines.push(Text { lines, text: encoding.convert(text) });
    }
}
