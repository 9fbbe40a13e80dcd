//! Ruby's String as the pipeline needs it: bytes that carry an encoding, cheap to clone and to cut.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

use crate::encoding::Encoding;

/// Longest text kept without an allocation.
const INLINE: usize = 30;

/// An immutable Ruby String. Clones and slices share the bytes.
#[derive(Clone)]
pub struct RString {
    repr: Repr,
    encoding: Encoding,
}

#[derive(Clone)]
enum Repr {
    Inline { len: u8, bytes: [u8; INLINE] },
    Shared { bytes: Rc<[u8]>, start: u32, end: u32 },
}

impl RString {
    /// A UTF-8 string.
    pub fn utf8(text: &str) -> RString {
        RString::new(text.as_bytes(), Encoding::Utf8)
    }

    /// Bytes tagged with an encoding; the bytes may be invalid in it.
    pub fn new(bytes: &[u8], encoding: Encoding) -> RString {
        if bytes.len() <= INLINE {
            let mut inline = [0; INLINE];
            inline[..bytes.len()].copy_from_slice(bytes);
            return RString {
                repr: Repr::Inline { len: bytes.len() as u8, bytes: inline },
                encoding,
            };
        }
        RString::shared(Rc::from(bytes), 0, bytes.len(), encoding)
    }

    /// The part `start..end` of a shared buffer, without copying it unless it is short.
    pub fn shared(bytes: Rc<[u8]>, start: usize, end: usize, encoding: Encoding) -> RString {
        if end - start <= INLINE {
            return RString::new(&bytes[start..end], encoding);
        }
        RString { repr: Repr::Shared { bytes, start: start as u32, end: end as u32 }, encoding }
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.repr {
            Repr::Inline { len, bytes } => &bytes[..*len as usize],
            Repr::Shared { bytes, start, end } => &bytes[*start as usize..*end as usize],
        }
    }

    /// The part `start..end` (bytes), sharing this string's bytes where it is long.
    #[must_use]
    pub fn slice(&self, start: usize, end: usize) -> RString {
        match &self.repr {
            Repr::Inline { bytes, .. } => RString::new(&bytes[start..end], self.encoding),
            Repr::Shared { bytes, start: base, .. } => RString::shared(
                Rc::clone(bytes),
                *base as usize + start,
                *base as usize + end,
                self.encoding,
            ),
        }
    }

    /// The encoding.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Ruby's `force_encoding`: the same bytes under another tag.
    #[must_use]
    pub fn force_encoding(mut self, encoding: Encoding) -> RString {
        self.encoding = encoding;
        self
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// True for the empty string.
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    /// The text if the bytes are valid UTF-8, whatever the tag.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self.as_bytes()).ok()
    }

    /// The text for people, broken bytes as U+FFFD.
    pub fn to_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }
}

impl From<&str> for RString {
    fn from(text: &str) -> RString {
        RString::utf8(text)
    }
}

impl From<String> for RString {
    fn from(text: String) -> RString {
        RString::utf8(&text)
    }
}

/// Byte equality: Ruby also asks for compatible encodings, which differ here only for non-ASCII
/// bytes under different tags; hash keys of records never do.
impl PartialEq for RString {
    fn eq(&self, other: &RString) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for RString {}

/// By bytes, as Ruby's `<=>` has it for compatible encodings.
impl Ord for RString {
    fn cmp(&self, other: &RString) -> std::cmp::Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl PartialOrd for RString {
    fn partial_cmp(&self, other: &RString) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq<str> for RString {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl fmt::Debug for RString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_lossy())?;
        if self.encoding == Encoding::Utf8 { Ok(()) } else { write!(f, "b") }
    }
}
