//! What Vite does not make: the files beside the bundle, and the service worker with its list.

use crate::build::WHOLE;
use crate::steps::files_under;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The folder that any static web server can serve.
pub const DIST: &str = "dist";

/// Which service worker the site carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceWorker {
    /// Offline use.
    Offline,
    /// The kill switch: removes itself and its cache from every visitor.
    Off,
}

const BESIDE: [&str; 5] = ["icons", "samples", "manifest.webmanifest", "404.html", "404.js"];

/// What Vite bundled into what, for the size budgets; not shipped.
pub const MANIFEST: &str = "www/generated/manifest.json";

/// Completes `dist/` after Vite.
pub fn finish(worker: ServiceWorker) -> Result<()> {
    std::fs::rename(Path::new(DIST).join("manifest.json"), MANIFEST)?;
    for name in BESIDE {
        copy(&Path::new("static").join(name), &Path::new(DIST).join(name))?;
    }
    let script = match worker {
        ServiceWorker::Offline => offline_script()?,
        ServiceWorker::Off => std::fs::read_to_string("static/sw-off.js")?,
    };
    Ok(std::fs::write(Path::new(DIST).join("sw.js"), script)?)
}

/// The engine for Node and other pages: the worker's own files with a thin module before them.
pub fn engine_module() -> Result<()> {
    let out = Path::new("www/dist");
    copy(Path::new("www/engine"), out)?;
    for (name, to) in [("worker.js", "worker.js"), (WHOLE, "worker_bg.wasm")] {
        copy(&Path::new("www/generated/worker").join(name), &out.join(to))?;
    }
    Ok(())
}

/// `static/sw.js` with the files of this build and a version that changes when one of them does.
fn offline_script() -> Result<String> {
    let mut version = 0xCBF2_9CE4_8422_2325_u64; // FNV-1a
    let mut list = Vec::new();
    for file in shipped()? {
        let name = file.strip_prefix(DIST)?.to_string_lossy().replace('\\', "/");
        for byte in name.bytes().chain(std::fs::read(&file)?) {
            version = (version ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
        if !name.starts_with("404.") {
            list.push(format!("\"{name}\""));
        }
    }
    let template = std::fs::read_to_string("static/sw.js")?;
    let script = template
        .replace("__VERSION__", &format!("{version:016x}"))
        .replace("\"__FILES__\"", &list.join(", "));
    Ok(script)
}

/// Every file a visitor may fetch, in order of name; not the service worker itself.
pub fn shipped() -> Result<Vec<PathBuf>> {
    let mut files = files_under(Path::new(DIST))?;
    files.retain(|file| !file.ends_with("sw.js"));
    Ok(files)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        std::fs::copy(from, to).with_context(|| from.display().to_string())?;
        return Ok(());
    }
    for file in files_under(from)? {
        let target = to.join(file.strip_prefix(from)?);
        std::fs::create_dir_all(target.parent().unwrap_or(to))?;
        copy(&file, &target)?;
    }
    Ok(())
}
