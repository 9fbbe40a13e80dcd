//! Ruby's `String#split` (MRI `string.c` rb_str_split_m) and what may go wrong around two strings.

use super::error::RubyError;
use super::string::RString;
use super::version::RubyVersion;
use crate::encoding::Encoding;

/// The third form of `split`'s limit argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// No limit, or 0: trailing empty pieces are dropped.
    None,
    /// At most so many pieces, the last one whole.
    AtMost(usize),
    /// A negative limit: all pieces.
    All,
}

impl Limit {
    /// The meaning of an Integer.
    pub fn from_number(limit: usize) -> Limit {
        if limit == 0 { Limit::None } else { Limit::AtMost(limit) }
    }
}

/// `text.split(separator, limit)`. A blank splits at runs of white space, the empty separator into
/// characters.
///
/// ```
/// use fluentd_playground::ruby::{split::{Limit, split}, string::RString, version::RubyVersion};
/// let pieces = |text: &str, by: &str, limit| {
///     let pieces = split(&text.into(), &by.into(), limit, RubyVersion::V3_4).unwrap();
///     pieces.iter().map(|piece| piece.to_lossy().into_owned()).collect::<Vec<_>>()
/// };
/// assert_eq!(pieces("a,,b,,", ",", Limit::None), ["a", "", "b"]);
/// assert_eq!(pieces("a,,b,,", ",", Limit::AtMost(3)), ["a", "", "b,,"]);
/// assert_eq!(pieces(" a  b ", " ", Limit::None), ["a", "b"]);
/// assert_eq!(pieces("日a", "", Limit::None), ["日", "a"]);
/// ```
pub fn split(
    text: &RString,
    separator: &RString,
    limit: Limit,
    ruby: RubyVersion,
) -> Result<Vec<RString>, RubyError> {
    if limit == Limit::AtMost(1) {
        return Ok(if text.is_empty() { Vec::new() } else { vec![text.clone()] });
    }
    let mut pieces = Pieces::new(text, limit);
    if separator.as_bytes() == b" " {
        awk(&mut pieces);
        // Ruby reads character by character, up to the first one of the last piece.
        let read = if pieces.has_room() { text.len() } else { character_end(text, pieces.start) };
        refuse_broken(&text.slice(0, read.min(text.len())))?;
        return Ok(pieces.finish());
    }
    refuse_broken(text)?;
    if separator.is_empty() {
        let ends = character_ends(text);
        for end in ends {
            if !pieces.has_room() {
                break;
            }
            pieces.cut(end, end);
        }
        return Ok(pieces.finish());
    }
    check_compatible(text, separator, ruby)?;
    for at in memchr::memmem::find_iter(text.as_bytes(), separator.as_bytes()) {
        if !pieces.has_room() {
            break;
        }
        pieces.cut(at, at + separator.len());
    }
    Ok(pieces.finish())
}

/// `ArgumentError: invalid byte sequence in UTF-8` for a string with bytes that its encoding has not.
pub fn refuse_broken(text: &RString) -> Result<(), RubyError> {
    let whole = match text.encoding() {
        Encoding::Utf8 => text.as_str().is_some(),
        Encoding::UsAscii => text.as_bytes().is_ascii(),
        Encoding::Ascii8Bit => true,
    };
    if whole {
        return Ok(());
    }
    let message = ["invalid byte sequence in ", text.encoding().name()].concat();
    Err(RubyError::new("ArgumentError", message))
}

/// Two strings go together when either is ASCII only or both have one encoding.
pub fn check_compatible(one: &RString, two: &RString, ruby: RubyVersion) -> Result<(), RubyError> {
    let ascii = |text: &RString| text.as_bytes().is_ascii();
    if one.encoding() == two.encoding() || ascii(one) || ascii(two) {
        return Ok(());
    }
    let name = |text: &RString| match (text.encoding(), ruby) {
        (Encoding::Ascii8Bit, RubyVersion::V3_4) => "BINARY (ASCII-8BIT)",
        (encoding, _) => encoding.name(),
    };
    let message = format!("incompatible character encodings: {} and {}", name(one), name(two));
    Err(RubyError::new("Encoding::CompatibilityError", message))
}

/// Pieces as they are cut off the front of a text.
#[derive(Debug)]
pub struct Pieces<'t> {
    text: &'t RString,
    limit: Limit,
    start: usize,
    found: Vec<RString>,
}

impl<'t> Pieces<'t> {
    /// Nothing cut yet.
    pub fn new(text: &'t RString, limit: Limit) -> Pieces<'t> {
        Pieces { text, limit, start: 0, found: Vec::new() }
    }

    /// Ends a piece at `end` and begins the next at `next`.
    pub fn cut(&mut self, end: usize, next: usize) {
        self.found.push(self.text.slice(self.start, end));
        self.start = next;
    }

    /// Adds a piece from elsewhere in the text (a group of the separator).
    pub fn add(&mut self, start: usize, end: usize) {
        self.found.push(self.text.slice(start, end));
    }

    /// False when the next piece is the last one allowed.
    pub fn has_room(&self) -> bool {
        !matches!(self.limit, Limit::AtMost(limit) if self.found.len() + 1 >= limit)
    }

    /// Adds the rest and drops what the limit does not keep.
    pub fn finish(mut self) -> Vec<RString> {
        let rest = self.start < self.text.len() || self.limit != Limit::None;
        if !self.text.is_empty() && rest {
            self.found.push(self.text.slice(self.start, self.text.len()));
        }
        if self.limit == Limit::None {
            let kept = self.found.iter().rposition(|piece| !piece.is_empty());
            self.found.truncate(kept.map_or(0, |last| last + 1));
        }
        self.found
    }
}

/// Runs of ASCII white space separate; leading ones are skipped.
fn awk(pieces: &mut Pieces<'_>) {
    let is_space = |byte: u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let bytes = pieces.text.as_bytes();
    let next_word = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|&&byte| is_space(byte)).count()
    };
    pieces.start = next_word(0);
    while pieces.has_room() {
        let rest = bytes.get(pieces.start..).unwrap_or_default();
        let Some(length) = rest.iter().position(|&byte| is_space(byte)) else { break };
        let end = pieces.start + length;
        pieces.cut(end, next_word(end));
    }
}

fn character_ends(text: &RString) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut at = 0;
    while at < text.len() {
        at = character_end(text, at);
        ends.push(at);
    }
    ends
}

/// Where the character at `at` ends; one past the end for the end itself.
pub fn character_end(text: &RString, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    // Broken bytes are characters one by one.
    let width = match rest.first() {
        _ if text.encoding() != Encoding::Utf8 => 1,
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => 1,
    };
    let whole = rest.get(..width).is_some_and(|bytes| std::str::from_utf8(bytes).is_ok());
    at + if whole { width } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::{Limit, check_compatible, split};
    use crate::encoding::Encoding;
    use crate::ruby::string::RString;
    use crate::ruby::version::RubyVersion;

    fn pieces(text: &str, by: &str, limit: Limit) -> Vec<String> {
        let pieces = split(&text.into(), &by.into(), limit, RubyVersion::V3_4).unwrap();
        pieces.iter().map(|piece| piece.to_lossy().into_owned()).collect()
    }

    #[test]
    fn a_limit_keeps_the_empty_piece_at_the_end() {
        assert_eq!(pieces("a,b,", ",", Limit::AtMost(3)), ["a", "b", ""]);
        assert_eq!(pieces("a,b,", ",", Limit::AtMost(5)), ["a", "b", ""]);
        assert_eq!(pieces("a,b,,", ",", Limit::All), ["a", "b", "", ""]);
        assert!(pieces("", ",", Limit::AtMost(3)).is_empty());
        assert_eq!(pieces("a,b", ",", Limit::AtMost(1)), ["a,b"]);
    }

    #[test]
    fn a_blank_splits_as_awk_does() {
        assert_eq!(pieces("  a b\tc  ", " ", Limit::None), ["a", "b", "c"]);
        assert_eq!(pieces("a b  c d", " ", Limit::AtMost(2)), ["a", "b  c d"]);
    }

    #[test]
    fn encodings_must_go_together() {
        let bytes = RString::new("日".as_bytes(), Encoding::Ascii8Bit);
        let error = check_compatible(&bytes, &"、".into(), RubyVersion::V3_1).unwrap_err();
        assert_eq!(error.message, "incompatible character encodings: ASCII-8BIT and UTF-8");
        assert!(check_compatible(&bytes, &",".into(), RubyVersion::V3_1).is_ok());
        let broken = RString::new(b"\xff,a", Encoding::Utf8);
        assert!(split(&broken, &",".into(), Limit::None, RubyVersion::V3_4).is_err());
    }
}
