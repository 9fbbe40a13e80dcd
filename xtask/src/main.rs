//! The toolchain, in Rust: `cargo xtask serve | build | test | bench`.
//!
//! Each command installs what it misses first (`tools.rs`) and says what it does, step by step
//! with the time each took (`steps.rs`).

mod build;
mod serve;
mod site;
mod steps;
mod tools;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask serve [--port N]   build the page and serve it on this machine
cargo xtask build              build the page into dist/ (any static web server will do)";

fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    std::env::set_current_dir(steps::root())?;
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["build"] => build::build(),
        ["serve"] => serve::serve(serve::DEFAULT_PORT),
        ["serve", "--port", port] => serve::serve(port.parse()?),
        _ => bail!("unknown command\n{USAGE}"),
    }
}
