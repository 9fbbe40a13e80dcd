//! Seeded fuzz of `src/onigmo` against the real thing: Debian's `ruby` (3.1, so comments and absences
//! are left out) or, with `FUZZ_RUBY34`, Ruby 3.4 (`tools/ruby34/matching.mjs`); and on the regular
//! subset against the crates `regex` and `fancy-regex`. Patterns come from a grammar, from the
//! recordings changed a little, and from noise; error texts, warnings and names are compared too.
//!
//! `FUZZ_PAIRS=200000 FUZZ_SEED=7 cargo test --release --test fuzz_regex` does a long run; without
//! settings it does a short one. A disagreement is printed as a vector row and fails the test.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use fluentd_playground::encoding::Encoding;
use fluentd_playground::onigmo::{MatchError, Options, Regexp, Region, Warning};
use serde_json::json;

#[path = "fuzz/grammar.rs"]
mod grammar;
#[path = "fuzz/mutate.rs"]
mod mutate;
#[path = "fuzz/ruby.rs"]
mod ruby;

use grammar::{Dialect, Dice};
use mutate::Corpus;

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

/// What a pattern reads as, besides its tree.
#[derive(Clone, Debug, PartialEq)]
struct Reading {
    fixed: bool,
    names: Vec<(String, Vec<u32>)>,
    warnings: Vec<String>,
}

fn messages(warnings: &[Warning]) -> Vec<String> {
    let mut texts: Vec<String> = warnings.iter().map(|warning| warning.message.clone()).collect();
    texts.sort();
    texts.dedup();
    texts
}

fn reading(regexp: &Regexp) -> Reading {
    let names = regexp.names().iter().map(|name| (name.text.to_string(), name.groups.clone()));
    Reading {
        fixed: regexp.fixed_encoding(),
        names: names.collect(),
        warnings: messages(regexp.warnings()),
    }
}

/// A pattern with texts.
type Case = (String, Options, Vec<(Vec<u8>, Encoding)>);

/// Asks Ruby about every case until there are enough.
fn cross_check(what: &str, mut next: impl FnMut(&mut Dice) -> Case) {
    let Some(mut oracle) = ruby::Oracle::start() else {
        println!("no ruby here: not compared");
        return;
    };
    let (pairs, seed) = (setting("FUZZ_PAIRS", SHORT), setting("FUZZ_SEED", 1));
    let most_wrong = setting("FUZZ_WRONG", 20);
    let mut dice = Dice::new(seed as u64);
    let (mut compared, mut refused, mut unknown, mut wrong) = (0, 0, 0, 0);
    while compared < pairs && wrong < most_wrong {
        let (pattern, options, subjects) = next(&mut dice);
        if !same_in_both_rubies(&pattern, options) {
            continue;
        }
        let theirs = oracle.ask(&pattern, options, &subjects);
        let mine = Regexp::new(&pattern, options);
        compared += subjects.len();
        let ((theirs, read), mine) = match (theirs, mine) {
            (Ok(theirs), Ok(mine)) => (theirs, mine),
            (Err(ruby::Silence::Error(message, warnings)), Err(error))
                if message == error.message && warnings == messages(&error.warnings) =>
            {
                refused += subjects.len();
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
        if read != reading(&mine) {
            wrong += 1;
            println!("/{pattern}/ {options:?}\n  ruby: {read:?}\n  ours: {:?}", reading(&mine));
        }
        for ((text, encoding), want) in subjects.iter().zip(theirs) {
            let want = in_words_of_31(want);
            let have = ours(&mine, text, *encoding);
            let repeated = is_repeated_s(&pattern, options)
                && text.windows(2).any(|two| two == "ß".as_bytes());
            let known = repeated || is_read_again(&want, options);
            if have == Answer::Unknown || want == Answer::Unknown || have != want && known {
                unknown += 1;
            } else if have != want {
                wrong += 1;
                println!("{}", row(&pattern, options, text, *encoding));
                println!("  ruby: {want:?}\n  ours: {have:?}");
            }
        }
    }
    println!(
        "{what}: {compared} pairs compared with ruby ({refused} of patterns that both refuse), \
         {unknown} without an answer, {wrong} wrong"
    );
    assert_eq!(wrong, 0);
}

/// Debian's Ruby is 3.1, the reference 3.4: comments are taken out before Onigmo reads, absences of
/// what may be empty differ, and so do newer properties.
fn same_in_both_rubies(pattern: &str, options: Options) -> bool {
    let extend = options.extend || pattern.contains("(?") && pattern.contains('x');
    let comment = pattern.contains("(?#") || extend && pattern.contains('#');
    let age = pattern.to_ascii_lowercase().contains("age=");
    ruby::ruby34().is_some() || !comment && !age && !pattern.contains("(?~")
}

/// `s{2}` under `i` beside an alternative or in a look-ahead: in DIFFERENCES.regex.md.
fn is_repeated_s(pattern: &str, options: Options) -> bool {
    let ignores_case = options.ignore_case || pattern.contains("(?i") || pattern.contains("i:");
    let beside = ["|", "(?=", "(?!"].iter().any(|part| pattern.contains(part));
    let repeated = ["s{", "S{", "\\163{", "\\123{"].iter().any(|part| pattern.contains(part));
    ignores_case && beside && repeated
}

/// A comment under x that is no valid text: in DIFFERENCES.regex.md.
fn is_read_again(want: &Answer, options: Options) -> bool {
    let refused = |text: &String| text.contains("regexp preprocess failed");
    options.extend && matches!(want, Answer::Raised(text) if refused(text))
}

/// Ruby 3.4 has another name for the encoding; the recordings, and so we, use that of 3.1.
fn in_words_of_31(answer: Answer) -> Answer {
    match answer {
        Answer::Raised(text) => Answer::Raised(text.replace("BINARY (ASCII-8BIT)", "ASCII-8BIT")),
        answer => answer,
    }
}

#[test]
fn every_pattern_means_what_ruby_says() {
    cross_check("random patterns", |dice| {
        let (pattern, options) = grammar::pattern(dice, Dialect::Ruby);
        let subjects = (0..SUBJECTS).map(|number| {
            let ascii = number == SUBJECTS - 1;
            let encoding = if ascii { Encoding::Ascii8Bit } else { Encoding::Utf8 };
            (grammar::subject(dice).into_bytes(), encoding)
        });
        let subjects = subjects.collect();
        (pattern, options, subjects)
    });
}

#[test]
fn changed_recordings_mean_what_ruby_says() {
    let corpus = Corpus::read(&[]);
    cross_check("changed recordings", |dice| corpus.pick(dice, SUBJECTS, false));
}

#[test]
fn patterns_of_real_configurations_mean_what_ruby_says() {
    let corpus = Corpus::read(&["real", "fluent-plugin-grok-parser"]);
    if corpus.is_empty() {
        println!("no recordings here: not compared");
        return;
    }
    cross_check("real and grok patterns", |dice| corpus.pick(dice, SUBJECTS, true));
}

#[test]
fn noise_is_refused_in_rubys_words() {
    cross_check("noise", |dice| {
        let pattern = grammar::noise(dice);
        let options = grammar::options(dice);
        (pattern, options, vec![(grammar::subject(dice).into_bytes(), Encoding::Utf8)])
    });
}

fn row(pattern: &str, options: Options, text: &[u8], encoding: Encoding) -> String {
    let letters: String =
        [(options.ignore_case, 'i'), (options.multi_line, 'm'), (options.extend, 'x')]
            .iter()
            .filter_map(|&(on, letter)| on.then_some(letter))
            .collect();
    let mut row = json!({ "pattern": pattern, "options": letters });
    match std::str::from_utf8(text) {
        Ok(text) => row["subject"] = json!(text),
        Err(_) => {
            let hex: String = text.iter().map(|byte| format!("{byte:02x}")).collect();
            (row["subject"], row["subject_hex"]) = (json!(null), json!(hex));
        }
    }
    row["subject_encoding"] = json!(encoding.name());
    row.to_string()
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
