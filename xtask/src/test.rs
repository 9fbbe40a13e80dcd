//! `cargo xtask test`: everything that must hold, cheapest first.

use crate::steps::{node, run, step};
use crate::{build, serve, sizes, tools};
use anyhow::Result;
use std::process::Command;

/// Runs all steps; ends at the first that fails.
pub fn test() -> Result<()> {
    let started = std::time::Instant::now();
    step("format", || cargo(&["fmt", "--all", "--check"]))?;
    step("clippy", clippy)?;
    step("native tests and vectors", || {
        cargo(&["test", "--locked", "--workspace", "--features", ALL])
    })?;
    build::build()?;
    step("sizes", sizes::check)?;
    step("engine.js in Node", || run(Command::new("node").args(["--test", "tests/engine.mjs"])))?;
    browser("tests/browser")?;
    println!("\nAll of it holds: {:.1} minutes.", started.elapsed().as_secs_f64() / 60.0);
    Ok(())
}

/// Every feature at once: what is compiled for the browser is also checked and tested natively.
const ALL: &str = "fluentd-playground/page,fluentd-playground/worker,fluentd-playground/cli";

fn clippy() -> Result<()> {
    cargo(&["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    cargo(&["clippy", "--locked", "--all-targets", "--features", ALL, "--", "-D", "warnings"])
}

fn cargo(args: &[&str]) -> Result<()> {
    // What an incremental build keeps helps nobody in a run that builds once.
    run(Command::new("cargo").args(args).env("CARGO_INCREMENTAL", "0"))
}

/// Runs the Playwright tests of a folder against the built site.
pub fn browser(folder: &str) -> Result<()> {
    tools::npm_packages()?;
    let chromium = tools::chromium()?;
    step(&format!("{folder} in {chromium}"), || {
        let site = serve::in_background()?;
        run(node("@playwright/test/cli.js")
            .args(["test", "--config", "tests/playwright.config.ts", folder])
            .env("CHROMIUM", &chromium)
            .env("SITE", format!("http://{site}/")))
    })
}

/// Goes through the page in Firefox and in `WebKitGTK`; one that is not installed is left out by name.
pub fn engines() -> Result<()> {
    step("tests/engines", || {
        let site = serve::in_background()?;
        let mut node = Command::new("node");
        run(node
            .args(["--test", "tests/engines/engines.test.mjs"])
            .env("SITE", format!("http://{site}/")))
    })
}
