//! Case folding: what a literal run or a class matches under `i`.
//!
//! Follows `expand_case_fold_string` of `regcomp.c` and `onigenc_unicode_get_case_fold_codes_by_str`
//! of `enc/unicode.c`.

/// A part of a literal run under `i`, ready to be matched. The parts of a run stand one after
/// another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Already folded text: matches when the subject's characters, each folded (one character may
    /// fold to up to three), spell exactly this text at a character boundary.
    Folded(Box<str>),
    /// Exactly this text, byte for byte.
    Exact(Box<str>),
    /// One of these, tried in this order; each is a sequence of parts.
    Alt(Vec<Vec<Piece>>),
}
