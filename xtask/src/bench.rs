//! `cargo xtask bench`: figures, never a verdict.

use crate::steps::{run, step};
use crate::{build, test};
use anyhow::Result;
use std::process::Command;

/// From keystroke to visible rows, in Chromium.
pub fn page() -> Result<()> {
    build::build()?;
    test::browser("tests/perf")
}

/// The engine's native benches.
pub fn native() -> Result<()> {
    step("native benches", || {
        run(Command::new("cargo").args(["bench", "--locked", "--workspace", "--bench", "*"]))
    })
}
