//! The reading half of `Regexp` against the recordings: errors, warnings, encoding, group names.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::Path;

use fluentd_playground::onigmo::cautions::cautions;
use fluentd_playground::onigmo::diagnose::Home;
use fluentd_playground::onigmo::explain::explain;
use fluentd_playground::onigmo::highlight::highlight;
use fluentd_playground::onigmo::print::print;
use fluentd_playground::onigmo::{Options, Regexp};
use fluentd_playground::source::SourceId;
use serde_json::Value as Json;

fn options(text: &str) -> Options {
    Options {
        ignore_case: text.contains('i'),
        multi_line: text.contains('m'),
        extend: text.contains('x'),
    }
}

/// What differs from the recording, if anything.
fn compare(case: &Json) -> Option<String> {
    let field = |name: &str| case["ruby34"].get(name).unwrap_or(&case[name]).clone();
    let pattern = case["pattern"].as_str().unwrap();
    let read = Regexp::new(pattern, options(case["options"].as_str().unwrap()));
    let regexp = match (read, field("compile_error").as_str()) {
        (Err(error), Some(wanted)) if error.message == wanted => return None,
        (Err(error), wanted) => return Some(format!("{wanted:?}\n got {:?}", error.message)),
        (Ok(_), Some(wanted)) => return Some(format!("{wanted:?}\n got a regexp")),
        (Ok(regexp), None) => regexp,
    };
    let wanted: Vec<String> = match field("warnings") {
        Json::Array(all) => all.iter().map(|text| text.as_str().unwrap().to_owned()).collect(),
        _ => Vec::new(),
    };
    let got: Vec<String> = regexp.warnings().iter().map(|w| w.message.clone()).collect();
    if wanted != got {
        return Some(format!("{wanted:?}\n got {got:?}"));
    }
    // Not recorded where only Ruby 3.4 compiles the pattern.
    let recorded = case["compile_error"].is_null();
    if recorded && regexp.fixed_encoding() != field("fixed_encoding").is_string() {
        return Some("fixed_encoding".to_owned());
    }
    let found = field("match");
    let groups = found["groups"].as_array()?;
    let mut names = vec![None; regexp.group_count()];
    for name in regexp.names() {
        for &group in &name.groups {
            names[group as usize - 1] = Some(&*name.text);
        }
    }
    let wanted: Vec<Option<&str>> = groups.iter().map(|group| group["name"].as_str()).collect();
    (wanted != names).then(|| format!("{wanted:?}\n got {names:?}"))
}

#[test]
fn patterns_read_as_recorded() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors/regex.public.jsonl");
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let cases = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let different: Vec<String> = cases
        .filter_map(|case| {
            let diff = compare(&case)?;
            Some(format!("{} {:?} {}\n want {diff}", case["id"], case["pattern"], case["options"]))
        })
        .collect();
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
}

/// A small generator of patterns, most of them broken (xorshift; the same for the same seed).
struct Generator(u64);

impl Generator {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % count as u64) as usize
    }

    #[expect(clippy::too_many_lines, reason = "one table")]
    fn pattern(&mut self) -> String {
        const PIECES: &[&str] = &[
            "a",
            "b",
            "ab",
            "ss",
            "ß",
            "あ",
            "é",
            ".",
            "\\d",
            "\\W",
            "\\s",
            "\\h",
            "\\n",
            "\\x41",
            "\\u3042",
            "\\u{41 3042}",
            "\\1",
            "\\2",
            "\\12",
            "\\k<n>",
            "\\k<-1>",
            "\\k<1+0>",
            "\\g<n>",
            "\\g<0>",
            "\\g<1>",
            "\\p{Han}",
            "\\P{Lu}",
            "\\p{",
            "\\xff",
            "\\M-a",
            "\\",
            "(",
            "(?:",
            "(?<n>",
            "(?<m>",
            "(?'n'",
            "(?=",
            "(?!",
            "(?<=",
            "(?<!",
            "(?>",
            "(?~",
            "(?i)",
            "(?x)",
            "(?i:",
            "(?u:",
            "(?a-x:",
            "(?(1)",
            "(?(<n>)",
            "(?#",
            "(?P<n>",
            ")",
            ")",
            ")",
            "|",
            "|",
            "*",
            "+",
            "?",
            "*?",
            "++",
            "??",
            "{2}",
            "{1,2}?",
            "{,2}",
            "{2,}",
            "{1}",
            "[",
            "]",
            "[^",
            "[a-c]",
            "[^b]",
            "[[:alpha:]]",
            "[\\w-",
            "&&",
            "-",
            "^",
            "$",
            "\\b",
            "\\B",
            "\\A",
            "\\z",
            "\\Z",
            "\\G",
            "\\K",
            "\\R",
            "\\X",
            "#",
            " ",
            "\n",
            "/",
            "{",
            "}",
        ];
        (0..=self.below(9)).map(|_| PIECES[self.below(PIECES.len())]).collect()
    }
}

#[test]
fn any_text_is_read_without_a_panic_and_places_lie_in_it() {
    let mut generator = Generator(0x5EED);
    for _ in 0..4_000 {
        let pattern = generator.pattern();
        let options = options(["", "i", "m", "x", "ix"][generator.below(5)]);
        let inside = |span: fluentd_playground::source::Span| {
            assert!(pattern.get(span.range()).is_some(), "{span:?} of {pattern:?}");
        };
        for item in highlight(&pattern, options.extend) {
            inside(item.span);
        }
        match Regexp::new(&pattern, options) {
            Err(error) => inside(error.span),
            Ok(regexp) => {
                regexp.tree().nodes.iter().for_each(|node| inside(node.span));
                regexp.warnings().iter().for_each(|warning| inside(warning.span));
                explain(&regexp);
                cautions(&regexp, Home { source: SourceId::Conf(0), offset: 0 });
            }
        }
    }
}

#[test]
fn printing_and_reading_again_gives_the_same() {
    let mut generator = Generator(0xCAFE);
    let mut compiled = 0;
    for _ in 0..5_000 {
        let pattern = generator.pattern();
        let plain = Options { extend: false, ..options(["", "i", "m"][generator.below(3)]) };
        let Ok(first) = Regexp::new(&pattern, plain) else { continue };
        compiled += 1;
        let printed = print(first.tree());
        let second = Regexp::new(&printed, plain)
            .unwrap_or_else(|error| panic!("{pattern:?} printed {printed:?}: {}", error.message));
        assert_eq!(print(second.tree()), printed, "{pattern:?}");
        assert_eq!(first.group_count(), second.group_count(), "{pattern:?}");
        assert_eq!(first.fixed_encoding(), second.fixed_encoding(), "{pattern:?} {printed:?}");
    }
    assert!(compiled > 500, "{compiled} only");
}
