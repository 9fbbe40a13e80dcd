//! The matcher for `cargo xtask bench regex` in Chromium: lines stay in its memory, as those of the
//! page's worker do.
#![allow(missing_docs, clippy::unwrap_used, clippy::missing_panics_doc)]

use fluentd_playground::encoding::Encoding;
use fluentd_playground::onigmo::{Options, Regexp, Region};
use wasm_bindgen::prelude::wasm_bindgen;

#[path = "../regex/explosive.rs"]
mod explosive;
#[path = "../regex/lines.rs"]
mod lines;

use lines::{CRI, NGINX, WIDESPREAD, cri_lines, nginx_lines};

/// One pattern with its lines.
#[wasm_bindgen]
pub struct Bench {
    regexp: Regexp,
    region: Region,
    lines: Vec<String>,
}

#[wasm_bindgen]
impl Bench {
    /// The pattern of a number.
    #[wasm_bindgen(constructor)]
    pub fn new(number: usize, count: usize) -> Bench {
        let (pattern, lines) = match number {
            0 => (CRI, cri_lines(count)),
            1 => (WIDESPREAD, cri_lines(count)),
            _ => (NGINX, nginx_lines(count)),
        };
        let regexp = Regexp::new(pattern, Options::default()).unwrap();
        Bench { regexp, region: Region::default(), lines }
    }

    /// Its source.
    pub fn pattern(&self) -> String {
        self.regexp.pattern().to_owned()
    }

    /// Its lines, for the other engines.
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// Matches every line once: how many bytes all groups hold.
    pub fn run(&mut self, as_bytes: bool) -> f64 {
        let encoding = if as_bytes { Encoding::Ascii8Bit } else { Encoding::Utf8 };
        let mut sum = 0_u64;
        for line in &self.lines {
            if self.regexp.search(line.as_bytes(), encoding, 0, &mut self.region).unwrap() {
                let spans = self.region.groups.iter().skip(1).flatten();
                sum += spans.map(|span| u64::from(span.end - span.start)).sum::<u64>();
            }
        }
        sum as f64
    }
}

/// The explosive pattern of a number, and how long its text is; empty after the last.
#[wasm_bindgen]
pub fn explosive_pattern(number: usize) -> String {
    let case = explosive::cases().into_iter().nth(number);
    case.map_or_else(String::new, |(pattern, text)| format!("{pattern} on {} bytes", text.len()))
}

/// Matches one explosive pattern, `rounds` times: what came of it.
#[wasm_bindgen]
pub fn explode(number: usize, rounds: usize) -> String {
    let (pattern, text) = explosive::cases().swap_remove(number);
    let regexp = Regexp::new(pattern, Options::default()).unwrap();
    let mut answer = Ok(false);
    for _ in 0..rounds {
        answer = regexp.search(text.as_bytes(), Encoding::Utf8, 0, &mut Region::default());
    }
    match answer {
        Ok(true) => "match".to_owned(),
        Ok(false) => "no match".to_owned(),
        Err(_) => "given up".to_owned(),
    }
}
