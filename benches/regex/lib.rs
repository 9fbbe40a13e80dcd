//! Nothing: the bench is `benches/regex.rs`. A crate of its own, so that the tests of the
//! playground need no C compiler.
