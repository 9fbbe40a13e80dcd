//! `cargo xtask fuzz [TARGET] [SECONDS]`: cargo-fuzz on the stable compiler, seeded with the
//! recordings.

use crate::steps::{output, run, step};
use anyhow::{Context, Result};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Targets, the recordings that seed them, and the fields that make a seed.
const TARGETS: &[(&str, &str, &[&str])] = &[
    ("regexp", "regex", &["pattern", "subject"]),
    ("config", "config", &["conf"]),
    ("edit", "config", &["conf"]),
    ("json", "parse", &["input"]),
    ("csv", "parse", &["input"]),
    ("syslog", "parse", &["input"]),
    ("strptime", "time", &["time_format", "input"]),
    ("pipeline", "pipeline", &["conf", "files"]),
];

/// The most seeds of a target.
const SEEDS: usize = 1_500;

/// Fuzzes each target, or only one, for so long.
pub fn fuzz(only: Option<&str>, seconds: u32) -> Result<()> {
    if output("cargo", &["fuzz", "--version"]).is_none() {
        step("cargo-fuzz", || {
            run(Command::new("cargo").args(["install", "--locked", "--debug", "cargo-fuzz"]))
        })?;
    }
    for (target, kind, fields) in TARGETS {
        if only.is_none_or(|only| only == *target) {
            seed(target, kind, fields)?;
            step(target, || one(target, seconds))?;
        }
    }
    Ok(())
}

/// No sanitizer: the code is safe Rust, and panics are what is looked for.
fn one(target: &str, seconds: u32) -> Result<()> {
    let time = format!("-max_total_time={seconds}");
    let libfuzzer =
        [&time, "-timeout=20", "-rss_limit_mb=3000", "-max_len=2000", "-print_final_stats=1"];
    run(Command::new("cargo")
        .current_dir("fuzz")
        .env("RUSTC_BOOTSTRAP", "1")
        .args(["fuzz", "run", "--sanitizer", "none", target, "--"])
        .args(libfuzzer))
}

/// Writes a file of the corpus for each recording.
fn seed(target: &str, kind: &str, fields: &[&str]) -> Result<()> {
    let folder = Path::new("fuzz/corpus").join(target);
    std::fs::create_dir_all(&folder)?;
    let mut seeds = 0;
    for path in recordings(kind)? {
        let text = std::fs::read_to_string(&path)?;
        for line in text.lines() {
            let row: serde_json::Value =
                serde_json::from_str(line).with_context(|| path.display().to_string())?;
            let Some(seed) = one_seed(target, &row, fields) else { continue };
            let mut hasher = DefaultHasher::new();
            seed.hash(&mut hasher);
            std::fs::write(folder.join(format!("{:016x}", hasher.finish())), seed)?;
            seeds += 1;
            if seeds >= SEEDS {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The fields with NULs between them, behind the bytes that choose options.
fn one_seed(target: &str, row: &serde_json::Value, fields: &[&str]) -> Option<Vec<u8>> {
    let mut seed = match target {
        "regexp" => vec![row["options"].as_str().map_or(0, |o| u8::from(o.contains('i')))],
        "edit" => {
            let size = length(&row["conf"]);
            vec![low_byte(size), low_byte(size / 7), b'v', b' ', b'"', b'#', 0]
        }
        "csv" | "syslog" => vec![low_byte(length(&row["input"]))],
        _ => Vec::new(),
    };
    for (at, field) in fields.iter().enumerate() {
        if at > 0 {
            seed.push(0);
        }
        let value = &row[*field];
        let file = value.as_object().and_then(|files| files.values().next());
        let text = file.unwrap_or(value).as_str()?;
        seed.extend_from_slice(text.as_bytes());
    }
    Some(seed)
}

fn length(text: &serde_json::Value) -> usize {
    text.as_str().map_or(0, str::len)
}

fn low_byte(number: usize) -> u8 {
    number.to_le_bytes()[0]
}

fn recordings(kind: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in ["tests/vectors", "../shared/vectors"] {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let rows = path.extension().is_some_and(|ending| ending == "jsonl");
            if rows && name.split('.').next() == Some(kind) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
