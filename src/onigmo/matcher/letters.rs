//! What the matcher has to ask about characters.

/// What the subject is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// UTF-8: code points.
    Characters,
    /// ASCII-8BIT: bytes; every type, bracket, `\b` and fold knows ASCII only, `\X` is one byte.
    Bytes,
}

/// What a character folds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// One character, perhaps itself.
    One(char),
    /// Two or three.
    Several(&'static str),
}

/// Knowledge of Unicode, which lives with its tables.
#[derive(Clone, Copy, Debug)]
pub struct Letters {
    /// What a character folds to (`mbc_case_fold`).
    pub fold: fn(char, Mode) -> Fold,
    /// Where the grapheme cluster at the start of a text ends; `None` at the end of the text.
    pub cluster_end: fn(&str) -> Option<usize>,
}

/// True when `text` is UTF-8. Most lines are ASCII, so that is asked first.
pub fn is_utf8(text: &[u8]) -> bool {
    let (words, _) = text.as_chunks::<8>();
    let ascii = words.iter().take_while(|&&word| u64::from_le_bytes(word) & HIGH_BITS == 0);
    let rest = text.get(ascii.count() * 8..).unwrap_or_default();
    std::str::from_utf8(rest).is_ok()
}

/// The bit of each byte that ASCII does not have.
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
