//! The toolchain, in Rust: `cargo xtask serve | build | test | bench`.
fn main() {}
