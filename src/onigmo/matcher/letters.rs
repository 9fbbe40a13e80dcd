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
    let (blocks, _) = text.as_chunks::<32>();
    let is_ascii = |block: &&[u8; 32]| block.iter().fold(0, |all, byte| all | byte) < 0x80;
    let ascii = blocks.iter().take_while(is_ascii).count();
    std::str::from_utf8(text.get(ascii * 32..).unwrap_or_default()).is_ok()
}
