//! Seeded grammar fuzz of `src/onigmo`: against Debian's `ruby`, which is the real thing (3.1, so
//! absences are left out), and on the regular subset against the crates `regex` and `fancy-regex`.
//!
//! `FUZZ_PAIRS=200000 FUZZ_SEED=7 cargo test --release --test fuzz_regex` does a long run; without
//! settings it does a short one. A disagreement is printed as a vector row and fails the test.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use fluentd_playground::encoding::Encoding;
use fluentd_playground::onigmo::{MatchError, Options, Regexp, Region};
use serde_json::json;

#[path = "fuzz/grammar.rs"]
mod grammar;
#[path = "fuzz/ruby.rs"]
mod ruby;

use grammar::{Dialect, Dice};

/// Subjects for each pattern.
const SUBJECTS: usize = 5;

/// Pairs of a short run.
const SHORT: usize = 4_000;

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// What came of one subject: no match, the spans, an exception, or no answer.
#[derive(Clone, Debug, PartialEq)]
enum Answer {
    None,
    Spans(Vec<Option<(usize, usize)>>),
    Raised(String),
    Unknown,
}

fn ours(regexp: &Regexp, text: &[u8], encoding: Encoding) -> Answer {
    let mut region = Region::default();
    match regexp.search(text, encoding, 0, &mut region) {
        Ok(false) => Answer::None,
        Ok(true) => Answer::Spans(
            region.groups.iter().map(|g| g.map(|s| (s.start as usize, s.end as usize))).collect(),
        ),
        Err(MatchError::Raised { class, message }) => Answer::Raised(format!("{class}: {message}")),
        Err(MatchError::StepBudget { .. }) => Answer::Unknown,
    }
}

#[test]
fn every_pattern_means_what_ruby_says() {
    let Some(mut oracle) = ruby::Oracle::start() else {
        println!("no ruby here: not compared");
        return;
    };
    let (pairs, seed) = (setting("FUZZ_PAIRS", SHORT), setting("FUZZ_SEED", 1));
    let mut dice = Dice::new(seed as u64);
    let (mut compared, mut unknown, mut wrong) = (0, 0, 0);
    while compared < pairs && wrong < 20 {
        let (pattern, options) = grammar::pattern(&mut dice, Dialect::Ruby);
        let subjects: Vec<(String, Encoding)> = (0..SUBJECTS)
            .map(|number| {
                let ascii = number == SUBJECTS - 1;
                let encoding = if ascii { Encoding::Ascii8Bit } else { Encoding::Utf8 };
                (grammar::subject(&mut dice), encoding)
            })
            .collect();
        let theirs = oracle.ask(&pattern, options, &subjects);
        let mine = Regexp::new(&pattern, options);
        compared += subjects.len();
        let (theirs, mine) = match (theirs, mine) {
            (Ok(theirs), Ok(mine)) => (theirs, mine),
            (Err(ruby::Silence::Error(message)), Err(error)) if message == error.message => {
                continue;
            }
            (Err(ruby::Silence::Slow), _) => {
                unknown += subjects.len();
                continue;
            }
            (theirs, mine) => {
                wrong += 1;
                println!("/{pattern}/ {options:?}\n  ruby: {theirs:?}\n  ours: {:?}", mine.err());
                continue;
            }
        };
        for ((text, encoding), want) in subjects.iter().zip(theirs) {
            let have = ours(&mine, text.as_bytes(), *encoding);
            if have == Answer::Unknown || want == Answer::Unknown {
                unknown += 1;
            } else if have != want {
                wrong += 1;
                println!("{}", row(&pattern, options, text, *encoding));
                println!("  ruby: {want:?}\n  ours: {have:?}");
            }
        }
    }
    println!("{compared} pairs compared with ruby, {unknown} without an answer, {wrong} wrong");
    assert_eq!(wrong, 0);
}

fn row(pattern: &str, options: Options, text: &str, encoding: Encoding) -> String {
    let letters: String =
        [(options.ignore_case, 'i'), (options.multi_line, 'm'), (options.extend, 'x')]
            .iter()
            .filter_map(|&(on, letter)| on.then_some(letter))
            .collect();
    json!({ "pattern": pattern, "options": letters, "subject": text,
        "subject_encoding": encoding.name() })
    .to_string()
}

#[test]
fn regular_patterns_agree_with_two_other_engines() {
    let pairs = setting("FUZZ_PAIRS", SHORT);
    let mut dice = Dice::new(setting("FUZZ_SEED", 1) as u64 ^ 0x5eed);
    let (mut compared, mut wrong) = (0, 0);
    while compared < pairs && wrong < 20 {
        let (pattern, _) = grammar::pattern(&mut dice, Dialect::Regular);
        let Ok(mine) = Regexp::new(&pattern, Options::default()) else {
            panic!("/{pattern}/ is refused");
        };
        let regex = regex::Regex::new(&pattern).unwrap();
        let fancy = fancy_regex::Regex::new(&format!("(?:{pattern})(?=)")).unwrap();
        for _ in 0..SUBJECTS {
            let text = grammar::subject(&mut dice);
            compared += 1;
            let have = ours(&mine, text.as_bytes(), Encoding::Utf8);
            let first = regex.captures(&text).map(|found| {
                found.iter().map(|group| group.map(|g| (g.start(), g.end()))).collect()
            });
            let second = fancy.captures(&text).unwrap().map(|found| {
                found.iter().map(|group| group.map(|g| (g.start(), g.end()))).collect()
            });
            for (name, want) in [("regex", first), ("fancy-regex", second)] {
                let want = want.map_or(Answer::None, Answer::Spans);
                if want != have {
                    wrong += 1;
                    println!("/{pattern}/ on {text:?}\n  {name}: {want:?}\n  ours: {have:?}");
                }
            }
        }
    }
    println!("{compared} pairs compared with regex and fancy-regex, {wrong} wrong");
    assert_eq!(wrong, 0);
}

#[test]
fn no_bytes_make_the_engine_panic() {
    let mut dice = Dice::new(setting("FUZZ_SEED", 1) as u64 ^ 0xbad);
    for _ in 0..setting("FUZZ_PAIRS", SHORT) {
        let pattern = grammar::noise(&mut dice);
        if let Ok(regexp) = Regexp::new(&pattern, grammar::options(&mut dice)) {
            let text = grammar::noise(&mut dice);
            for encoding in [Encoding::Utf8, Encoding::Ascii8Bit, Encoding::UsAscii] {
                let _ = ours(&regexp, text.as_bytes(), encoding);
            }
        }
    }
}
