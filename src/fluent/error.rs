//! The old name of `ruby::error`, until nothing uses it.

pub use crate::ruby::error::RubyError;
