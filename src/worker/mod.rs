//! Protocol to engine and back: takes requests apart, lets the engine work in slices, and maps what
//! is in sight.

pub mod session;
pub mod text;
