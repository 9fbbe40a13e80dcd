//! What the recordings cannot hold: the memo changes no result, nothing runs away.

use matcher::letters::Mode;
use matcher::search::find;
use matcher::trace::Silent;
use matcher::vm::{Machine, Memory, Outcome};

use crate::encoding::Encoding;
use crate::onigmo::compile::{Purpose, compile};
use crate::onigmo::{MatchError, Options, Regexp, Region};

fn regexp(pattern: &str) -> Regexp {
    Regexp::new(pattern, Options::default()).unwrap()
}

fn search(pattern: &str, text: &str) -> Result<Option<(u32, u32)>, MatchError> {
    let mut region = Region::default();
    let found = regexp(pattern).search(text.as_bytes(), Encoding::Utf8, 0, &mut region)?;
    Ok(found.then(|| region.groups[0].map(|span| (span.start, span.end))).flatten())
}

/// All texts of `a`, `b` and newline up to a length.
fn texts(longest: u32) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..longest {
        last = last
            .iter()
            .flat_map(|text| ['a', 'b', '\n'].map(|letter| format!("{text}{letter}")))
            .collect();
        all.extend(last.iter().cloned());
    }
    all
}

const MEMOISED: &[&str] = &[
    "^(a+)+$",
    "(a|b)*?b$",
    "(a*)*b",
    "(a|ab)(b|)*$",
    "(?:a?){3}a{3}",
    "((a)|b)*a",
    "(a??)*b",
    "(?>a*b?)*a",
    "(?=(a+)+b)a*",
    "(?!(a+)+b)a+",
    "(?<=a)(b+)*$",
    "(a+|b+)*\\n",
    "(.*)(.*)(.*)b",
    "(a*?)(b*?)$",
    "a*+b",
    "(?:a|b|\\n)*?ab",
    "(?>(?:a|ab)*)b",
    "(|a)*b",
    "(a|()b)*$",
    "(.+)+b$",
    "([ab]*\\n)*a",
    "(?:(a)|(b))*\\Z",
    "(a(b)?)+$",
    "\\b(a|b)+\\b",
    "(?:a*b*)*\\n$",
    ".*?(a+)b.*",
    "(?:a?){30}a{3}b",
    "(?:a?|b){20}$",
    "(?:a*b?){2,20}$",
    "(?:a*b?){2,20}\\n",
    "(?:(?:a|ab)\\n?){2,90}b",
    "(?:(?:a|ab){2,90}|b){3,80}$",
    "(?:(?:a?){30}b?){30}\\n",
    "(?:a*?){25}b",
    "(?:a??b*?){2,25}?\\n",
    "(?:a?b*){3,40}\\nb",
    "(?:(?:a?b?){2,30}\\n?){2,30}b$",
    "(?:b*(?:a*){30}){2,30}\\nb",
    "(?:(?=a)a?|b{,2}){3,30}\\n",
    "^(?:(a)|b)*(b+)$",
    "(?:(?=(a))a|b)*b",
    "(a*\\n?)+?b\\z",
    "a\\Kb|(a+)+\\n",
    "(?:a|ab|b){2,60}\\n",
    "(?:(?:a|b){2,9}b?){2,50}$",
    "(?:(?:ab?){1,70}|b){3}\\n",
    "(?:(a)|ba){2,}?\\nb{40}",
    "(?:(?:a|aa){3}b|a){2,40}?\\Z",
    "(?:(?:a*|b){2,}a|\\n){2,30}b",
    "(?:a+){50}|(?:a|(?:a|b){1,2}){3,50}\\n",
];

#[test]
fn the_memo_changes_no_result() {
    let texts = texts(6);
    for pattern in MEMOISED {
        let regexp = regexp(pattern);
        let program = compile(regexp.tree(), Mode::Characters, Purpose::Match);
        for text in &texts {
            for start in 0..=text.len() {
                let (mut plain, mut known) = (Memory::default(), Memory::default());
                let mut machine = Machine::new(&program, text.as_bytes(), 0, &mut plain);
                let want = machine.attempt(start, &mut Silent);
                let mut machine = Machine::new(&program, text.as_bytes(), 0, &mut known);
                assert!(machine.memoise(), "{pattern}");
                let have = machine.attempt(start, &mut Silent);
                assert_eq!(have, want, "/{pattern}/ on {text:?} at {start}");
                if want != Outcome::Failed {
                    assert_eq!((known.starts, known.ends), (plain.starts, plain.ends), "{pattern}");
                }
            }
        }
    }
}

#[test]
fn programs_with_and_without_shortcuts_agree() {
    let more =
        ["[^a]*b", "([^b]+)b(.*)$", "(.+) (a|b)", "a{2,3}b", "a*?b|a", "(ab|abb|b)+", "[^\\n]*a"];
    for pattern in MEMOISED.iter().chain(&more) {
        let regexp = regexp(pattern);
        let fast = compile(regexp.tree(), Mode::Bytes, Purpose::Match);
        let slow = compile(regexp.tree(), Mode::Bytes, Purpose::Trace);
        for text in texts(6) {
            let (mut first, mut second) = (Memory::default(), Memory::default());
            let text = text.as_bytes();
            let have = find(&fast, text, 0, &mut first);
            let want = find(&slow, text, 0, &mut second);
            assert_eq!(have, want, "/{pattern}/ on {text:?}");
        }
    }
}

#[test]
fn explosive_patterns_are_answered() {
    let a = |count: usize| "a".repeat(count);
    let long = a(30_000) + "b";
    assert_eq!(search("^(a+)+$", &long), Ok(None));
    assert_eq!(search("^(a|aa)+$", &long), Ok(None));
    assert_eq!(search("^(a|a?)+$", &long), Ok(None));
    assert_eq!(search("^(a*)*$", &long), Ok(None));
    assert_eq!(search("(x+x+)+y", &"x".repeat(3_000)), Ok(None));
    assert_eq!(search("^(([a-z])+.)+[A-Z]([a-z])+$", &a(3_000)), Ok(None));
    assert_eq!(search(&format!("{}{}", "a?".repeat(28), a(28)), &a(28)), Ok(Some((0, 28))));
    assert_eq!(search("^(?:a|aa){2,5000}$", &(a(3_000) + "b")), Ok(None));
    assert_eq!(search("^(?:(?:a|aa){1,90}){1,90}$", &(a(1_000) + "b")), Ok(None));
    assert_eq!(search("^(?:a{1,3}){10,}$", &long), Ok(None));
    let blanks = format!("x{}x", " ".repeat(30_000));
    assert_eq!(search("^\\s+|\\s+$", &blanks), Ok(None));
    assert_eq!(search("(?:a?){30}a{30}$", &a(30)), Ok(Some((0, 30))));
    assert_eq!(search("^(?:a?){300}b$", &a(300)), Ok(None));
    assert_eq!(search("^(?:a|aa){2,1000}$", &(a(900) + "b")), Ok(None));
    assert_eq!(search("^(?:.*,){11}P", &"1,2,3,4,5,6,7,8,9,10,11,12,13,14".repeat(20)), Ok(None));
}

#[test]
fn what_may_not_be_memoised_is_given_up_with_the_part_that_repeats() {
    let Err(MatchError::StepBudget { span }) = search(r"^(a+)+\1?$", &("a".repeat(60) + "b"))
    else {
        panic!("answered");
    };
    assert_eq!((span.start, span.end), (1, 6));
}

#[test]
fn huge_repeats_stay_small() {
    let regexp = regexp("((a{1000}){1000}){1000}|(?:(b|c){0,100000}d){0,100000}");
    let program = compile(regexp.tree(), Mode::Bytes, Purpose::Match);
    assert!(program.insts.len() < 1_000);
}

#[test]
fn deep_nesting_neither_overflows_nor_forgets() {
    let nested = format!("{}a{}", "(?:".repeat(100), ")*".repeat(100));
    assert_eq!(search(&nested, "aaa"), Ok(Some((0, 3))));
    let recursive = r"\A(?<p>\((?:[^()]|\g<p>)*\))\z";
    let text = "(".repeat(500) + &")".repeat(500);
    assert_eq!(search(recursive, &text), Ok(Some((0, 1_000))));
}

/// Ruby's answers: it finds nothing where it has something to look for behind the `.*`.
#[test]
fn a_star_behind_a_boundary_is_an_anchor_where_something_can_be_looked_for() {
    let folded = Options { ignore_case: true, ..Options::default() };
    for (pattern, text, found) in [
        (r"\b.*ss", " abcss", false),
        (r"\b.*(?i:ss)", " abcss", false),
        (r"\b.*xss", " abcxss", false),
        (r"\b.*st", " abcst", false),
        (r"\b.*ffi", " abcffi", false),
        (r"\b.*ß", " abcß", true),
        (r"\b.*ß", " abcss", true),
        (r"\b.*é", " abcé", false),
        (r"\b.*ssß", " abcssss", false),
        (r"\b.*s+", " abcss", true),
    ] {
        for encoding in [Encoding::Utf8, Encoding::Ascii8Bit] {
            if !pattern.is_ascii() && encoding == Encoding::Ascii8Bit {
                continue;
            }
            let regexp = Regexp::new(pattern, folded).unwrap();
            let mut region = Region::default();
            let answer = regexp.search(text.as_bytes(), encoding, 0, &mut region).unwrap();
            assert_eq!(answer, found, "{pattern} on {text:?} as {encoding:?}");
        }
    }
}
