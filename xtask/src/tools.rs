//! What must be on the machine, and how it gets there.

use crate::steps::{output, run, step};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Who compiles to WebAssembly on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WasmToolchain {
    /// The toolchain in use has the target (rustup's usual way).
    Own,
    /// Debian's `rustc-web` builds the standard library itself.
    Debian,
}

/// Finds or installs a compiler for [`WASM_TARGET`].
pub fn wasm_toolchain() -> Result<WasmToolchain> {
    if std::env::var_os("XTASK_DEBIAN_WASM").is_none() && has_target() {
        return Ok(WasmToolchain::Own);
    }
    step("install the compiler's WebAssembly target", || {
        let asked = std::env::var_os("XTASK_DEBIAN_WASM").is_some();
        if !asked && run(Command::new("rustup").args(["target", "add", WASM_TARGET])).is_ok() {
            return Ok(WasmToolchain::Own);
        }
        println!("    rustup cannot add {WASM_TARGET} here; trying Debian's own compiler");
        apt_install(&["rustc-web", "cargo-web", "rust-web-src", "lld-22"]).with_context(|| {
            format!("no compiler for {WASM_TARGET}: `rustup target add {WASM_TARGET}` does not work here")
        })?;
        Ok(WasmToolchain::Debian)
    })
}

fn has_target() -> bool {
    output("rustc", &["--print", "target-libdir", "--target", WASM_TARGET])
        .is_some_and(|dir| Path::new(&dir).is_dir())
}

/// `cargo build` for WebAssembly; the caller adds features, profile and binary.
pub fn wasm_cargo(toolchain: WasmToolchain) -> Command {
    let mut command = match toolchain {
        WasmToolchain::Own => Command::new("cargo"),
        WasmToolchain::Debian => debian_cargo(),
    };
    command.args(["build", "--locked", "--target", WASM_TARGET, "--target-dir", "target-wasm"]);
    // Where a panic was is not shipped either (`panics.rs`). The flag waits for its release behind this key.
    command.env("RUSTC_BOOTSTRAP", "1");
    command
        .args(["--config", "target.wasm32-unknown-unknown.rustflags=['-Zlocation-detail=none']"]);
    if toolchain == WasmToolchain::Debian {
        command.args(["-Z", "build-std=std,panic_abort"]);
    }
    command
}

/// Sixteen bytes at a time (every browser since 2023 can): what memchr looks for bytes with.
pub fn with_simd(cargo: &mut Command) {
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-C target-feature=+simd128");
}

/// Debian's compiler has no WebAssembly library: it builds one, and links with LLVM's linker.
fn debian_cargo() -> Command {
    let mut command = Command::new("/usr/bin/cargo");
    command
        .env("RUSTC", "/usr/bin/rustc")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-22")
        .env_remove("RUSTUP_TOOLCHAIN");
    command
}

/// The npm packages of `package-lock.json`, exactly.
pub fn npm_packages() -> Result<()> {
    let node =
        output("node", &["--version"]).context("Node.js (20.19 or newer) is not installed")?;
    let lock = std::fs::read("package-lock.json")?;
    let mark = Path::new("node_modules/.locked");
    if std::fs::read(mark).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step("install the npm packages", || {
        println!("    Node.js {node}");
        run(Command::new(npm()).args(["ci", "--no-audit", "--no-fund"]))?;
        Ok(std::fs::write(mark, &lock)?)
    })
}

fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

/// The path of a Chromium or Chrome, installed by apt where none is found.
pub fn chromium() -> Result<String> {
    if let Some(path) = find_chromium() {
        return Ok(path);
    }
    step("install Chromium", || apt_install(&["chromium"]))
        .context("the browser tests need Chromium: install it, or set CHROMIUM to its path")?;
    find_chromium().context("Chromium was installed but is not found on the PATH")
}

fn find_chromium() -> Option<String> {
    let mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
    let asked = std::env::var("CHROMIUM").ok();
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", mac];
    asked.iter().map(String::as_str).chain(names).find_map(|name| {
        output(name, &["--version"])?;
        Some(if Path::new(name).is_absolute() {
            name.to_owned()
        } else {
            output("which", &[name])?
        })
    })
}

/// Installs Debian packages; clear words where that cannot work.
fn apt_install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if output("apt-get", &["--version"]).is_none() {
        bail!("this machine has no apt-get; install by hand: {list}");
    }
    let root = output("id", &["-u"]).is_some_and(|id| id == "0");
    let apt = |args: &[&str]| {
        let mut command = Command::new(if root { "apt-get" } else { "sudo" });
        if !root {
            command.args(["-n", "apt-get"]);
        }
        run(command.env("DEBIAN_FRONTEND", "noninteractive").args(["-qq", "-y"]).args(args))
    };
    let install = [&["install", "--no-install-recommends"], packages].concat();
    apt(&["update"])
        .and_then(|()| apt(&install))
        .with_context(|| format!("apt-get cannot install {list} (it needs root)"))
}
