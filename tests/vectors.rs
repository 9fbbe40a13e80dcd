//! Runs every recording of the real thing: `tests/vectors/*.jsonl` and, if it is there,
//! `../shared/vectors/`; with `VECTORS=DIR` only that folder.
//!
//! The kind of a file is its name up to the first dot. For each file it prints
//! `VECTORS <file> <passed>/<total>` and the first failures; a file below its floor
//! (`tests/vectors/floors.txt`: `FILE N` a line) fails. Floors only rise. `VECTORS_SHOW=n` shows n
//! failures a file, `VECTORS_ONLY=text` runs only the files and ids that contain the text.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods, missing_docs)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

#[path = "harness/mod.rs"]
mod harness;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders: Vec<PathBuf> = match std::env::var_os("VECTORS") {
        Some(dir) => vec![PathBuf::from(dir)],
        None => vec![root.join("tests/vectors"), root.join("../shared/vectors")],
    };
    let floors = read_floors(&root.join("tests/vectors/floors.txt"));
    let only = std::env::var("VECTORS_ONLY").unwrap_or_default();
    let (mut ran, mut below) = (0, 0);
    for path in folders.iter().flat_map(|folder| jsonl_files(folder)) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some((passed, total)) = run_file(&path, &name, &only) else { continue };
        ran += 1;
        println!("VECTORS {name} {passed}/{total}");
        let floor = floors.get(&name).copied().unwrap_or(0);
        if only.is_empty() && passed < floor.min(total) {
            below += 1;
            println!("  below its floor of {floor}");
        }
    }
    println!("{} passed, {below} failed", ran - below);
    std::process::exit(i32::from(below > 0 || ran == 0));
}

fn read_floors(path: &Path) -> BTreeMap<String, usize> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(file, floor)| (file.to_owned(), floor.trim().parse().unwrap()))
        .collect()
}

fn jsonl_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    files
}

/// Passed and total of one file; `None` for a kind that is not known or a file filtered out.
fn run_file(path: &Path, name: &str, only: &str) -> Option<(usize, usize)> {
    let run = harness::runner(name.split('.').next().unwrap_or_default())?;
    let show: usize =
        std::env::var("VECTORS_SHOW").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    let (mut passed, mut total) = (0, 0);
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        let id = case["id"].as_str().unwrap_or_default();
        if !name.contains(only) && !id.contains(only) {
            continue;
        }
        total += 1;
        match run(&case) {
            Ok(()) => passed += 1,
            Err(diff) if total - passed <= show => println!("--- {name} {id}\n{diff}"),
            Err(_) => {}
        }
    }
    (total > 0).then_some((passed, total))
}
