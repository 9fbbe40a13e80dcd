//! Whether a rewritten pattern means the same on Rust's `regex` crate: run there on texts whose
//! groups the worker already has.
//!
//! A module of its own (`verify.wasm`), which the worker loads when a sheet for an agent of that
//! syntax is on the page: the engine itself has no use for a second matcher. It shares nothing with
//! the worker but the bytes of a task: numbers of four bytes, the smallest first.
//!
//! ```text
//! length of the pattern, pattern, number of groups,
//! then for each text: length, text, 1 if Ruby matches, and for each group: from, to (MAX: took no part)
//! ```

use regex::bytes::{CaptureLocations, Regex};
use wasm_bindgen::prelude::wasm_bindgen;

/// Stands for a group that took no part.
const NONE: u32 = u32::MAX;

/// Runs a task. Nothing: the crate refuses the pattern. Else how many texts gave the same groups,
/// and of the first that did not: its number, whether it matches there, the first group that differs
/// (0: only one of the two matches), and where that stands there.
#[wasm_bindgen]
pub fn verify(task: &[u8]) -> Vec<u32> {
    let mut task = Task(task);
    let pattern = task.text();
    let Some(regex) = std::str::from_utf8(pattern).ok().and_then(|text| Regex::new(text).ok())
    else {
        return Vec::new();
    };
    let groups = task.number();
    let mut found = regex.capture_locations();
    let (mut same, mut first) = (0, Vec::new());
    let mut at = 0;
    while !task.0.is_empty() {
        let text = task.text();
        match difference(&regex, &mut found, text, groups, &mut task) {
            None => same += 1,
            Some(other) if first.is_empty() => {
                first.push(at);
                first.extend(other);
            }
            Some(_) => {}
        }
        at += 1;
    }
    first.insert(0, same);
    first
}

/// Reads the wanted groups of one text and compares.
fn difference(
    regex: &Regex,
    found: &mut CaptureLocations,
    text: &[u8],
    groups: u32,
    task: &mut Task,
) -> Option<[u32; 4]> {
    let wanted = task.number() == 1;
    let matches = regex.captures_read(found, text).is_some();
    let mut first = (wanted != matches).then_some([u32::from(matches), 0, NONE, NONE]);
    for group in 1..=groups {
        let ours = (task.number(), task.number());
        let theirs = found.get(group as usize).filter(|_| matches);
        let theirs = theirs.map_or((NONE, NONE), |(from, to)| (from as u32, to as u32));
        if ours != theirs {
            first.get_or_insert([1, group, theirs.0, theirs.1]);
        }
    }
    first
}

/// What is left of a task; past its end there are zeros.
struct Task<'t>(&'t [u8]);

impl<'t> Task<'t> {
    fn number(&mut self) -> u32 {
        let (number, rest) = self.0.split_first_chunk().unwrap_or((&[0; 4], &[]));
        self.0 = rest;
        u32::from_le_bytes(*number)
    }

    fn text(&mut self) -> &'t [u8] {
        let length = self.number() as usize;
        let (text, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        text
    }
}
