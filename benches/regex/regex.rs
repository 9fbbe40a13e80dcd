//! `cargo bench -p regex-bench` (or `cargo xtask bench regex`): captures a second on three real
//! patterns, ours beside the crates `regex` and `fancy-regex`, C Oniguruma and Debian's Ruby. The
//! engines take turns and the best of several rounds counts, so that the ratios hold on a busy
//! machine. `BENCH_LINES` and `BENCH_ROUNDS` change the size.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock and other programs' output")]

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use fluentd_playground::encoding::Encoding;
use fluentd_playground::onigmo::{Options, Regexp, Region};

#[path = "explosive.rs"]
mod explosive;
#[path = "lines.rs"]
mod lines;

use lines::{CRI, NGINX, WIDESPREAD, cri_lines, nginx_lines};

struct Subject {
    name: &'static str,
    pattern: &'static str,
    lines: Vec<String>,
}

fn main() {
    let setting = |name: &str, default: usize| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (count, rounds) = (setting("BENCH_LINES", 200_000), setting("BENCH_ROUNDS", 5));
    let subjects = [
        Subject { name: "plain CRI", pattern: CRI, lines: cri_lines(count) },
        Subject { name: "widespread CRI", pattern: WIDESPREAD, lines: cri_lines(count) },
        Subject { name: "nginx", pattern: NGINX, lines: nginx_lines(count) },
    ];
    for subject in &subjects {
        measure(subject, rounds);
    }
    explode();
}

/// Patterns that take other engines for ever: milliseconds, and what came of it.
fn explode() {
    let cases = explosive::cases();
    println!("\npatterns that explode elsewhere");
    for (pattern, text) in &cases {
        let regexp = Regexp::new(pattern, Options::default()).unwrap();
        let mut region = Region::default();
        let mut milliseconds = f64::INFINITY;
        let mut found = Ok(false);
        for _ in 0..5 {
            let start = Instant::now();
            found = regexp.search(text.as_bytes(), Encoding::Ascii8Bit, 0, &mut region);
            milliseconds = milliseconds.min(start.elapsed().as_secs_f64() * 1e3);
        }
        println!("  {pattern:<34.34}{:>7} bytes {milliseconds:>8.2} ms  {found:?}", text.len());
    }
}

fn measure(subject: &Subject, rounds: usize) {
    let length: usize = subject.lines.iter().map(String::len).sum();
    println!(
        "\n{}: {} lines of {} bytes on average",
        subject.name,
        subject.lines.len(),
        length / subject.lines.len()
    );
    let anchored = subject.pattern.replacen('^', r"\A", 1);
    let multi_line = format!("(?m){}", subject.pattern);
    let mut engines: Vec<(&str, Box<dyn FnMut(&[String]) -> u64>)> = vec![
        ("ours, bytes", ours(subject.pattern, Encoding::Ascii8Bit)),
        ("ours, UTF-8", ours(subject.pattern, Encoding::Utf8)),
        ("regex captures", regex_captures(&multi_line)),
        ("regex captures_read", regex_read(&multi_line)),
        (r"regex captures_read \A", regex_read(&anchored)),
        ("fancy-regex", fancy(&multi_line)),
        ("C Oniguruma", oniguruma(subject.pattern)),
    ];
    let mut best = vec![f64::INFINITY; engines.len()];
    let mut sums = vec![0; engines.len()];
    for _ in 0..rounds {
        for (at, (_, engine)) in engines.iter_mut().enumerate() {
            let start = Instant::now();
            sums[at] = engine(&subject.lines);
            best[at] = best[at].min(start.elapsed().as_secs_f64());
        }
    }
    let mut rows: Vec<(&str, f64)> =
        engines.iter().map(|(name, _)| *name).zip(best.iter().copied()).collect();
    for (at, sum) in sums.iter().enumerate() {
        assert_eq!(*sum, sums[0], "{} captures something else", rows[at].0);
    }
    if let Some(seconds) = ruby(subject, rounds) {
        rows.push(("Ruby (match only)", seconds));
    }
    for (name, seconds) in &rows {
        let rate = subject.lines.len() as f64 / seconds;
        println!("  {name:<26}{rate:>12.0} lines/s   ours is {:>5.1} x", seconds / best[0]);
    }
}

/// A sum over all captures, so that engines can be compared and nothing is optimised away.
fn add(sum: u64, start: usize, end: usize) -> u64 {
    sum.wrapping_mul(31).wrapping_add((start * 1_000 + end) as u64)
}

fn ours(pattern: &str, encoding: Encoding) -> Box<dyn FnMut(&[String]) -> u64> {
    let regexp = Regexp::new(pattern, Options::default()).unwrap();
    let mut region = Region::default();
    let (named, _) = groups(pattern);
    Box::new(move |lines| {
        let mut sum = 0;
        for line in lines {
            if regexp.search(line.as_bytes(), encoding, 0, &mut region).unwrap() {
                for span in region.groups.iter().skip(1).flatten() {
                    sum = add(sum, span.start as usize, span.end as usize);
                }
            }
        }
        assert_eq!(named, region.groups.len() - 1);
        sum
    })
}

/// Number of named groups, and the indexes of the named ones among all groups: the other engines
/// also count the plain ones.
fn groups(pattern: &str) -> (usize, Vec<usize>) {
    let regex = regex::Regex::new(pattern).unwrap();
    let named: Vec<usize> =
        regex.capture_names().enumerate().filter_map(|(at, name)| name.map(|_| at)).collect();
    (named.len(), named)
}

fn regex_captures(pattern: &str) -> Box<dyn FnMut(&[String]) -> u64> {
    let regex = regex::bytes::Regex::new(pattern).unwrap();
    let (_, named) = groups(pattern);
    Box::new(move |lines| {
        let mut sum = 0;
        for line in lines {
            if let Some(captures) = regex.captures(line.as_bytes()) {
                for found in named.iter().filter_map(|&at| captures.get(at)) {
                    sum = add(sum, found.start(), found.end());
                }
            }
        }
        sum
    })
}

fn regex_read(pattern: &str) -> Box<dyn FnMut(&[String]) -> u64> {
    let regex = regex::bytes::Regex::new(pattern).unwrap();
    let mut locations = regex.capture_locations();
    let (_, named) = groups(pattern);
    Box::new(move |lines| {
        let mut sum = 0;
        for line in lines {
            if regex.captures_read(&mut locations, line.as_bytes()).is_some() {
                for (start, end) in named.iter().filter_map(|&at| locations.get(at)) {
                    sum = add(sum, start, end);
                }
            }
        }
        sum
    })
}

fn fancy(pattern: &str) -> Box<dyn FnMut(&[String]) -> u64> {
    let regex = fancy_regex::Regex::new(pattern).unwrap();
    let (_, named) = groups(pattern);
    Box::new(move |lines| {
        let mut sum = 0;
        for line in lines {
            if let Ok(Some(captures)) = regex.captures(line) {
                for found in named.iter().filter_map(|&at| captures.get(at)) {
                    sum = add(sum, found.start(), found.end());
                }
            }
        }
        sum
    })
}

fn oniguruma(pattern: &str) -> Box<dyn FnMut(&[String]) -> u64> {
    let regex = onig::Regex::with_options(
        pattern,
        onig::RegexOptions::REGEX_OPTION_NONE,
        onig::Syntax::ruby(),
    )
    .unwrap();
    let mut region = onig::Region::new();
    Box::new(move |lines| {
        let mut sum = 0;
        for line in lines {
            region.clear();
            let options = onig::SearchOptions::SEARCH_OPTION_NONE;
            let end = line.len();
            if regex.search_with_options(line, 0, end, options, Some(&mut region)).is_some() {
                for at in 1..region.len() {
                    if let Some((start, end)) = region.pos(at) {
                        sum = add(sum, start, end);
                    }
                }
            }
        }
        sum
    })
}

/// Seconds of the best round of Ruby's `Regexp#match` in a process of its own, if there is a Ruby.
fn ruby(subject: &Subject, rounds: usize) -> Option<f64> {
    let script = "
        lines = STDIN.read.split(\"\\n\")
        regexp = Regexp.new(ARGV[0])
        best = (1..ARGV[1].to_i).map do
          start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
          lines.each { |line| regexp.match(line) }
          Process.clock_gettime(Process::CLOCK_MONOTONIC) - start
        end.min
        puts best";
    let mut child = Command::new("ruby")
        .args(["-Eascii-8bit:ascii-8bit", "-e", script, subject.pattern, &rounds.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(subject.lines.join("\n").as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
