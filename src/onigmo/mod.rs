//! Ruby's regular expressions (Onigmo 6.2.2 as Ruby 3.4 carries it): reading, matching, explaining.
//!
//! The door is [`Regexp`]. Follows k-takata/Onigmo `regparse.c`, `regcomp.c`, `regexec.c` and Ruby's
//! `re.c`; `../shared/spec/REGEX.md` is the law where memory differs.

pub mod class;
pub mod fold;
pub mod regexp;
pub mod tree;
pub mod unicode;

pub use regexp::{MatchError, Options, Regexp, RegexpError, Region, Warning};
