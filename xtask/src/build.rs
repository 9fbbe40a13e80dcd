//! `cargo xtask build`: the wasm files and the shell, as one folder of static files (`dist/`).

use crate::panics;
use crate::site::{self, ServiceWorker};
use crate::split;
use crate::steps::{node, run, step};
use crate::tools::{self, WASM_TARGET, WasmToolchain};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// One wasm file: a binary of the package with the feature of its name, or a package of its own.
struct Part {
    name: &'static str,
    profile: &'static str,
    what: &'static [&'static str],
}

const PARTS: [Part; 3] = [
    Part { name: "page", profile: "page", what: &["--bin", "page", "--features", "page"] },
    Part { name: "worker", profile: "worker", what: &["--bin", "worker", "--features", "worker"] },
    Part { name: "verify", profile: "worker", what: &["--package", "verify"] },
];

/// A part as it was before it was sorted, for who takes it as it is.
pub const WHOLE: &str = "whole.wasm";

/// Builds everything into `dist/`.
pub fn build() -> Result<()> {
    build_with(ServiceWorker::Offline)
}

/// The same, with a choice of the service worker.
pub fn build_with(worker: ServiceWorker) -> Result<()> {
    let toolchain = tools::wasm_toolchain()?;
    tools::npm_packages()?;
    for part in &PARTS {
        step(&format!("{}.wasm", part.name), || part.build(toolchain))?;
    }
    step("types and bundle", || {
        run(node("typescript/bin/tsc").arg("--noEmit"))?;
        run(node("vite/bin/vite.js").args(["build", "--logLevel", "warn", "www"]))
    })?;
    step("site", || site::finish(worker))?;
    step("engine.js", site::engine_module)
}

impl Part {
    fn build(&self, toolchain: WasmToolchain) -> Result<()> {
        let mut cargo = tools::wasm_cargo(toolchain);
        if self.name == "worker" {
            tools::with_simd(&mut cargo);
        }
        run(cargo.args(self.what).args(["--profile", self.profile]))?;
        let wasm = ["target-wasm", WASM_TARGET, self.profile, &format!("{}.wasm", self.name)];
        let wasm: PathBuf = wasm.iter().collect();
        let out = Path::new("www/generated").join(self.name);
        let made = out.join(format!("{}_bg.wasm", self.name));
        // What binds is a tool of ours, and may be newer too.
        if is_newer(&made, &wasm) && is_newer(&made, &std::env::current_exe()?) {
            return Ok(());
        }
        self.bind(&wasm, &out)
    }

    /// wasm-bindgen, then wasm-opt, into a folder that is put in place only when it is complete.
    fn bind(&self, wasm: &Path, out: &Path) -> Result<()> {
        let draft = out.with_extension("draft");
        remove_folder(&draft)?;
        let mut bindgen = Bindgen::new();
        bindgen.input_module(self.name, panics::silenced(wasm)?);
        bindgen.out_name(self.name).typescript(true).remove_name_section(true);
        bindgen.remove_producers_section(true);
        bindgen.web(true)?.generate(&draft).context("wasm-bindgen")?;
        let wasm = draft.join(format!("{}_bg.wasm", self.name));
        optimise(&wasm)?;
        let split = split::split(&std::fs::read(&wasm)?).context("split")?;
        std::fs::write(wasm.with_file_name(WHOLE), split.whole)?;
        std::fs::write(wasm, split.sorted)?;
        remove_folder(out)?;
        Ok(std::fs::rename(&draft, out)?)
    }
}

fn optimise(wasm: &Path) -> Result<()> {
    // What rustc's own target uses, and every browser since 2023 has.
    let features = [
        "--enable-bulk-memory",
        "--enable-multivalue",
        "--enable-mutable-globals",
        "--enable-nontrapping-float-to-int",
        "--enable-reference-types",
        "--enable-sign-ext",
        "--enable-simd",
    ];
    run(node("binaryen/bin/wasm-opt")
        .arg("-Oz")
        .args(features)
        // Zeros between the data pack to nothing; a thousand segments with their places do not.
        .arg("--skip-pass=memory-packing")
        // A value kept in one more local packs worse than one that is computed again.
        .arg("--skip-pass=local-cse")
        .args(["--strip-debug", "--strip-producers", "--strip-target-features"])
        .arg(wasm)
        .arg("-o")
        .arg(wasm))
}

fn is_newer(made: &Path, from: &Path) -> bool {
    let time = |path: &Path| path.metadata().and_then(|meta| meta.modified()).ok();
    matches!((time(made), time(from)), (Some(made), Some(from)) if made > from)
}

fn remove_folder(path: &Path) -> Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
