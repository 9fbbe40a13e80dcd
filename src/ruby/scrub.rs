//! Ruby's `String#scrub` and `valid_encoding?`.

use super::string::RString;
use crate::encoding::Encoding;

/// `valid_encoding?`.
pub fn is_valid(text: &RString) -> bool {
    match text.encoding() {
        Encoding::Utf8 => std::str::from_utf8(text.as_bytes()).is_ok(),
        Encoding::Ascii8Bit => true,
        Encoding::UsAscii => text.as_bytes().is_ascii(),
    }
}

/// `scrub(replacement)`: each maximal broken sequence becomes the replacement.
pub fn scrub(text: &RString, replacement: &str) -> RString {
    if is_valid(text) {
        return text.clone();
    }
    let mut out = Vec::with_capacity(text.len());
    for chunk in text.as_bytes().utf8_chunks() {
        out.extend_from_slice(chunk.valid().as_bytes());
        if !chunk.invalid().is_empty() {
            out.extend_from_slice(replacement.as_bytes());
        }
    }
    RString::new(&out, text.encoding())
}
