//! The toolchain, in Rust: `cargo xtask serve | build | test | bench`.
//!
//! Each command installs what it misses first (`tools.rs`) and says what it does, step by step
//! with the time each took (`steps.rs`).

#![expect(clippy::disallowed_methods, reason = "the bans are the engine's; steps are timed here")]

mod bench;
mod build;
mod fuzz;
mod panics;
mod serve;
mod site;
mod sizes;
mod split;
mod steps;
mod test;
mod tools;

use anyhow::{Result, bail};
use site::ServiceWorker;

const USAGE: &str = "\
cargo xtask serve [--port N]   build the page and serve it on this machine
cargo xtask build              build the page into dist/ (any static web server will do)
cargo xtask build --no-service-worker
                               the same, with the kill switch in place of the service worker
cargo xtask test               format, lints, native tests, vectors, build, sizes, browser tests
cargo xtask test browser       build, then the browser tests alone
cargo xtask test engines       build, then the page in Firefox and in WebKitGTK, as far as they are installed
cargo xtask sizes              what a visitor downloads of dist/, against the budgets
cargo xtask bench [page]       figures: the engine's benches, and the page's in Chromium
cargo xtask bench regex        the regular expressions beside other engines, natively and in Chromium
cargo xtask fuzz [TARGET] [SECONDS]
                               coverage-guided fuzzing (cargo-fuzz), 900 seconds a target";

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
        ["build", "--no-service-worker"] => build::build_with(ServiceWorker::Off),
        ["sizes"] => sizes::check(),
        ["test"] => test::test(),
        ["test", "browser"] => build::build().and_then(|()| test::browser("tests/browser")),
        ["test", "engines"] => build::build().and_then(|()| test::engines()),
        ["bench"] => bench::native().and_then(|()| bench::page()),
        ["bench", "page"] => bench::page(),
        ["bench", "regex"] => bench::regex(),
        ["bench", "regex", "chromium"] => bench::regex_in_chromium(),
        ["fuzz"] => fuzz::fuzz(None, 900),
        ["fuzz", target] => fuzz::fuzz(Some(target), 900),
        ["fuzz", target, seconds] => fuzz::fuzz(Some(target), seconds.parse()?),
        ["serve"] => serve::serve(serve::DEFAULT_PORT),
        ["serve", "--port", port] => serve::serve(port.parse()?),
        _ => bail!("unknown command\n{USAGE}"),
    }
}
