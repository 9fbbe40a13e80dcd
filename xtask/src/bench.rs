//! `cargo xtask bench`: figures, never a verdict.

use crate::steps::{node, run, step};
use crate::tools::{self, WASM_TARGET};
use crate::{build, test};
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

/// From keystroke to visible rows, in Chromium.
pub fn page() -> Result<()> {
    build::build()?;
    test::browser("tests/perf/")
}

/// The engine's native benches.
pub fn native() -> Result<()> {
    step("native benches", || {
        run(Command::new("cargo").args(["bench", "--locked", "--workspace", "--bench", "*"]))
    })
}

/// The regular expressions, natively and in Chromium, beside other engines.
pub fn regex() -> Result<()> {
    step("regular expressions, natively", || {
        run(Command::new("cargo").args(["bench", "--locked", "-p", "regex-bench"]))
    })?;
    regex_in_chromium()
}

/// The matcher is built twice: as it is shipped, and everything for speed (`BENCH_BUILDS=size`: once).
pub fn regex_in_chromium() -> Result<()> {
    let builds = std::env::var("BENCH_BUILDS").unwrap_or_else(|_| "size,speed".to_owned());
    let toolchain = tools::wasm_toolchain()?;
    tools::npm_packages()?;
    for (name, profile, folder) in [("size", "worker", "worker"), ("speed", "bench", "release")] {
        if !builds.contains(name) {
            continue;
        }
        step(&format!("the matcher for {name}"), || {
            let mut cargo = tools::wasm_cargo(toolchain);
            tools::with_simd(&mut cargo);
            run(cargo.args(["-p", "regex-bench-wasm", "--profile", profile]))?;
            let wasm = Path::new("target-wasm").join(WASM_TARGET).join(folder);
            let mut bindgen = Bindgen::new();
            bindgen.input_path(wasm.join("regex_bench_wasm.wasm")).out_name("bench");
            bindgen.no_modules(true)?.typescript(false);
            let out = Path::new("target-wasm/bench").join(name);
            bindgen.generate(&out).context("wasm-bindgen")
        })?;
    }
    let chromium = tools::chromium()?;
    step("regular expressions in Chromium", || {
        run(node("@playwright/test/cli.js")
            .args(["test", "--config", "tests/playwright.config.ts", "--workers", "1"])
            .arg("tests/perf-regex")
            .env("BENCH_BUILDS", &builds)
            .env("CHROMIUM", &chromium))
    })
}
