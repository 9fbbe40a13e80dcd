//! The command: the same engine for CI and for the terminal.
fn main() {}
