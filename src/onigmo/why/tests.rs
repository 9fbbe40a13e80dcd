//! What a person is told, as a person sees it.

use crate::encoding::Encoding;
use crate::onigmo::{Options, Regexp};

const CRI: &str = r"^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<log>.*)$";

fn regexp(pattern: &str) -> Regexp {
    Regexp::new(pattern, Options::default()).unwrap()
}

/// The explanation in one line: the part wanted, the words, what stood there, the prefix.
fn explained(pattern: &str, text: &str) -> String {
    let why = regexp(pattern).why_not(text.as_bytes(), Encoding::Ascii8Bit).unwrap();
    let part = |span: crate::source::Span| &pattern[span.range()];
    let wanted: Vec<String> = why
        .wanted
        .iter()
        .map(|wanted| format!("`{}` ({})", part(wanted.span), wanted.words.en))
        .collect();
    format!(
        "at {}: wanted {}, found {:?}; matches: `{}`",
        why.reached,
        wanted.join(" | "),
        &text[why.found.range()],
        part(why.prefix)
    )
}

fn first_suggestion(pattern: &str, text: &str) -> String {
    let found = regexp(pattern).suggestions(text.as_bytes(), Encoding::Ascii8Bit, 5);
    found.first().map_or_else(|| "none".to_owned(), |suggestion| suggestion.pattern.clone())
}

#[test]
fn a_matching_line_has_no_reason() {
    let line = b"2026-11-23T10:00:00Z stdout F hello";
    assert_eq!(regexp(CRI).why_not(line, Encoding::Ascii8Bit), None);
    assert!(regexp(CRI).suggestions(line, Encoding::Ascii8Bit, 5).is_empty());
}

#[test]
fn the_furthest_failure_names_the_alternation() {
    assert_eq!(
        explained(CRI, "2026-11-23T10:00:00Z stdoux F hello"),
        "at 26: wanted `stdout|stderr` (“stdout” or “stderr”), found \"x\"; \
         matches: `^(?<time>[^ ]+) `"
    );
}

#[test]
fn the_groups_matched_by_then_are_told() {
    let why = regexp(CRI).why_not(b"2026 stdout", Encoding::Ascii8Bit).unwrap();
    assert_eq!(why.reached, 11);
    assert_eq!(why.groups.iter().map(|group| group.0).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(why.wanted[0].words.ja, "空白 1 つ");
}

#[test]
fn what_must_not_follow_is_named_where_it_stands() {
    assert_eq!(
        explained("^GET (?!.*healthz)(?<log>.*)$", "GET /healthz 200"),
        "at 4: wanted `(?!.*healthz)` (no `.*healthz` after it), found \"/healthz\"; matches: `^GET `"
    );
}

#[test]
fn common_mistakes_are_mended() {
    let cases = [
        // `+` for a field that may be empty
        (r"^(?<a>[^ ]+) (?<b>[^ ]+) (?<c>.*)$", "x  z", r"^(?<a>[^ ]+) (?<b>[^ ]*) (?<c>.*)$"),
        // one byte for a field
        (r"^(?<a>\w+) (?<tag>.) (?<c>.*)$", "x FF z", r"^(?<a>\w+) (?<tag>.+) (?<c>.*)$"),
        // stdout only
        (r"^(?<s>stdout) F (?<c>.*)$", "stderr F z", r"^(?<s>(?:stdout|stderr)) F (?<c>.*)$"),
        // whole lines only
        (r"^(?<s>stdout) F (?<c>.*)$", "stdout P z", r"^(?<s>stdout) [FP] (?<c>.*)$"),
        // a name with a hyphen
        (r"^(?<a>\w+) (?<c>.*)$", "my-app z", r"^(?<a>[\w\-]+) (?<c>.*)$"),
        // a name with digits and hyphens
        (r"^(?<a>[a-z.]+) (?<c>.*)$", "web-1.example z", r"^(?<a>[a-z.\-0-9]+) (?<c>.*)$"),
        // a missing blank
        (r"^(?<a>\w+):(?<c>\w+)$", "x: z", r"^(?<a>\w+): (?<c>\w+)$"),
        // parentheses meant literally
        (r"^(\w+) (?<c>\w+)$", "(x) z", r"^\(\w+\) (?<c>\w+)$"),
        // blanks at the end
        (r"^(?<a>\w+)$", "x ", r"^(?<a>\w+)\s*$"),
    ];
    for (pattern, text, wanted) in cases {
        let found = regexp(pattern).suggestions(text.as_bytes(), Encoding::Ascii8Bit, 5);
        let patterns: Vec<&str> = found.iter().map(|found| found.pattern.as_str()).collect();
        assert!(patterns.contains(&wanted), "{pattern} on {text:?}: {patterns:?}");
    }
}

#[test]
fn a_wrong_option_is_found() {
    let found = regexp(r"^(?<level>error) ").suggestions(b"ERROR x", Encoding::Ascii8Bit, 5);
    assert!(found.iter().any(|found| found.options.ignore_case && found.edits.is_empty()));
}

#[test]
fn the_smallest_edit_comes_first() {
    assert_eq!(
        first_suggestion(r"^(?<s>stdout) F (?<c>.*)$", "stderr F z"),
        r"^(?<s>(?:stdout|stderr)) F (?<c>.*)$"
    );
}
