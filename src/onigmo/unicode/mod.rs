//! Unicode 16 as Ruby 3.4 knows it: sets of code points, properties, folding.

pub mod code_set;

/// A named property, as `\p{…}` names it: an index into the generated tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Property(pub u16);
