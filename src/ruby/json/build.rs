//! The values under construction: a stack of open arrays and objects, the same for every library.

use super::{JsonError, MAX_DEPTH, error};
use crate::encoding::Encoding;
use crate::ruby::string::RString;
use crate::ruby::value::{Hash, Value};

/// Room for the fields of a usual record, so that it is allocated once.
const USUAL_FIELDS: usize = 8;

/// What may come next, as Oj's `ValNext`; the other readers use the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    ArrayNew,
    ArrayElement,
    ArrayComma,
    HashNew,
    HashKey,
    HashColon,
    HashValue,
    HashComma,
}

enum Container {
    Array(Vec<Value>),
    Hash { entries: Vec<(Value, Value)>, key: Option<RString> },
}

struct Frame {
    container: Container,
    next: Next,
}

/// A stack of open containers and, once it is closed, the outermost value.
#[derive(Default)]
pub(super) struct Builder {
    stack: Vec<Frame>,
    document: Option<Value>,
}

impl Builder {
    /// What may come next inside the innermost container; `None` outside of all.
    pub(super) fn next(&self) -> Option<Next> {
        self.stack.last().map(|frame| frame.next)
    }

    /// Sets what may come next.
    pub(super) fn expect(&mut self, next: Next) {
        if let Some(frame) = self.stack.last_mut() {
            frame.next = next;
        }
    }

    pub(super) fn open_array(&mut self, at: usize) -> Result<(), JsonError> {
        self.open(at, Container::Array(Vec::new()), Next::ArrayNew)
    }

    pub(super) fn open_hash(&mut self, at: usize) -> Result<(), JsonError> {
        let entries = Vec::with_capacity(USUAL_FIELDS);
        self.open(at, Container::Hash { entries, key: None }, Next::HashNew)
    }

    fn open(&mut self, at: usize, container: Container, next: Next) -> Result<(), JsonError> {
        if self.stack.len() >= MAX_DEPTH {
            return error(at, "nested too deeply");
        }
        self.stack.push(Frame { container, next });
        Ok(())
    }

    /// Keeps a field's name until its value comes.
    pub(super) fn key(&mut self, name: RString) {
        if let Some(Frame { container: Container::Hash { key, .. }, next }) = self.stack.last_mut()
        {
            *key = Some(name);
            *next = Next::HashColon;
        }
    }

    /// Adds a value to the innermost container, or makes it the document.
    pub(super) fn value(&mut self, value: Value) {
        let Some(frame) = self.stack.last_mut() else {
            self.document = Some(value);
            return;
        };
        match &mut frame.container {
            Container::Array(items) => {
                items.push(value);
                frame.next = Next::ArrayComma;
            }
            Container::Hash { entries, key } => {
                if let Some(key) = key.take() {
                    entries.push((Value::String(key), value));
                }
                frame.next = Next::HashComma;
            }
        }
    }

    /// Closes the innermost container.
    pub(super) fn close(&mut self) {
        if let Some(frame) = self.stack.pop() {
            self.value(frame.container.into_value());
        }
    }

    /// Containers still open.
    pub(super) fn depth(&self) -> usize {
        self.stack.len()
    }

    /// True once a whole value was read outside of all containers.
    pub(super) fn has_document(&self) -> bool {
        self.document.is_some() && self.stack.is_empty()
    }

    /// The document, if it was closed.
    pub(super) fn document(&mut self) -> Option<Value> {
        self.document.take()
    }

    /// The innermost open container as it stands, or the name that waits for its value.
    pub(super) fn innermost(&mut self) -> Option<Value> {
        match self.stack.pop()?.container {
            Container::Hash { key: Some(key), .. } => Some(Value::String(key)),
            container => Some(container.into_value()),
        }
    }
}

impl Container {
    fn into_value(self) -> Value {
        match self {
            Container::Array(items) => Value::from(items),
            Container::Hash { entries, .. } => Value::from(Hash::from_entries(entries)),
        }
    }
}

/// The part `start..end` of the line as a UTF-8 string.
pub(super) fn plain(text: &RString, start: usize, end: usize) -> RString {
    text.slice(start, end).force_encoding(Encoding::Utf8)
}

/// Appends a code point the way C code does that has never heard of surrogates.
pub(super) fn push_code_point(out: &mut Vec<u8>, code: u32) {
    let tail = |shift: u32| 0x80 | (code >> shift & 0x3f) as u8;
    match code {
        0..=0x7f => out.push(code as u8),
        0x80..=0x7ff => out.extend([0xc0 | (code >> 6) as u8, tail(0)]),
        0x800..=0xffff => out.extend([0xe0 | (code >> 12) as u8, tail(6), tail(0)]),
        _ => out.extend([0xf0 | (code >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}

/// Four hexadecimal digits, if there are four.
pub(super) fn hex4(bytes: &[u8]) -> Option<u32> {
    let digits = bytes.get(..4)?;
    digits.iter().try_fold(0, |code, &digit| Some(code << 4 | char::from(digit).to_digit(16)?))
}
