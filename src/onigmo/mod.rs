//! Ruby's regular expressions (Onigmo 6.2.2 as Ruby 3.4 carries it): reading, matching, explaining.
//!
//! The door is [`Regexp`]. Follows k-takata/Onigmo `regparse.c`, `regcomp.c`, `regexec.c` and Ruby's
//! `re.c`; `../shared/spec/REGEX.md` is the law where memory differs. What runs on every line is the
//! package in `matcher/`, built for speed.

pub mod cautions;
mod check;
pub mod class;
mod compile;
pub mod diagnose;
pub mod error;
pub mod explain;
pub mod fold;
pub mod highlight;
pub mod parse;
mod parse_class;
mod preprocess;
pub mod print;
mod quantifier;
pub mod regexp;
mod scan;
mod search;
mod token;
mod trace;
pub mod tree;
pub mod unicode;
mod walk;
pub mod why;

pub use error::RegexpError;
pub use matcher::budget::in_a_hurry;
pub use matcher::letters::Mode;
pub use regexp::{MatchError, Options, Regexp, Region, Warning};
