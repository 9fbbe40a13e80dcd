//! Character classes and types, resolved to sets of code points or bytes.

use crate::onigmo::unicode::code_set::CodeSet;

/// What a class matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// One member of this set …
    pub set: CodeSet,
    /// … or else, tried in this order, one of these texts, as
    /// [`Piece::Folded`](crate::onigmo::fold::Piece::Folded) compares (`[ß]` under `i` also matches
    /// "ss"). Empty without `i`, in a negated class, in bytes mode.
    pub folded: Vec<Box<str>>,
}
