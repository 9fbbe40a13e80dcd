//! What a person reads about a pattern, in both languages: its explanation, its cautions, why a line
//! does not match and the edits that help. Real patterns; the texts are in
//! `tests/snapshots/regexps.txt`, which `UPDATE_SNAPSHOTS=1` writes anew, to be read in the diff.
#![allow(clippy::unwrap_used, missing_docs)]

use std::fmt::Write as _;
use std::path::Path;

use fluentd_playground::diag::Diagnostic;
use fluentd_playground::encoding::Encoding;
use fluentd_playground::onigmo::cautions::cautions;
use fluentd_playground::onigmo::diagnose::Home;
use fluentd_playground::onigmo::explain::{Explanation, explain};
use fluentd_playground::onigmo::{Options, Regexp};
use fluentd_playground::source::{SourceId, Span};

/// Patterns of public configurations and of fluentd itself, each with a line it does not match.
const PATTERNS: &[(&str, &str)] = &[
    (
        r"^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<log>.*)$",
        "2026-11-23T10:00:00.000000000+09:00 stdout hello",
    ),
    (
        r"^(?<time>.+) (?<stream>stdout|stderr)( (?<logtag>.))? (?<log>.*)$",
        "2026-11-23T10:00:00.000000000+09:00 stdin F hello",
    ),
    (
        r#"^(?<remote>[^ ]*) (?<host>[^ ]*) (?<user>[^ ]*) \[(?<time>[^\]]*)\] "(?<method>\S+)(?: +(?<path>[^\"]*?)(?: +\S*)?)?" (?<code>[^ ]*) (?<size>[^ ]*)(?: "(?<referer>[^\"]*)" "(?<agent>[^\"]*)"(?:\s+(?<http_x_forwarded_for>[^ ]+))?)?$"#,
        r#"10.0.0.1 - - 23/Nov/2026:10:00:00 +0900 "GET / HTTP/1.1" 200 5"#,
    ),
    (
        r"^(?<severity>\w)(?<time>\d{4} [^\s]*)\s+(?<pid>\d+)\s+(?<source>[^ \]]+)\] (?<message>.*)$",
        "I1123 10:00:00.000001 1 controller.go:10 started",
    ),
    (
        r"^\<(?<pri>[0-9]+)\>(?<time>[^ ]* {1,2}[^ ]* [^ ]*) (?<host>[^ ]*) (?<ident>[^ :\[]*)(?:\[(?<pid>[0-9]+)\])?(?:[^\:]*\:)? *(?<message>.*)$",
        "Nov 23 10:00:00 web sshd[42]: accepted",
    ),
    (r"^\d{4}-\d{1,2}-\d{1,2}", "23.11.2026 10:00:00 started"),
    (
        r"^(?<time>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}) \[(?<thread>.+)\] (?<level>INFO|WARN|ERROR) (?<class>\S+) - (?<message>.*)$",
        "2026-11-23 10:00:00,123 [main] INFO app.Main - started",
    ),
    (r"^(?<level>error|warn|info): (?<message>.+)$", "ERROR: disk is full"),
    (r#"^"(?<path>/[^"]*)" (?<code>\d+)$"#, r#""\/index.html" 200"#),
    (r"^(?<a>[^,]+),(?<b>[^,]+),(?<c>.*)$", "1,,3"),
    (r"^(?<host>[a-z.]+) (?<x>\d+) ?$", "web-1.example 15"),
    (r"^(?<time>[^ ]+) {2}(?<message>.*)$", "10:00:00 started"),
    (r"(?<name>名前|氏名)[:：](?<value>\S+)", "住所: 東京"),
    (r"^(?<id>.{8}) (?<text>.*)$", "短いID ok"),
    (r"^(?:(?<key>\w+)=(?<value>\w*) ?)+$", "a=1 b=2; c=3"),
    (r"^(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"),
    (r"^(?!.*(?<skipped>healthz))(?<log>.*)$", "GET /healthz 200"),
    (r"^(?<day>Mon|Tue|)(?<rest>\d+)$", "Wed1"),
    (r"(?<first>a)(b)\k<first>", "abc"),
    (
        r"(?i)^(?<verb>get|post)\b(?<rest>(?>[^?]*))(?<=/)\?(?<query>[[:alnum:]&=%+-]*)\z",
        "GET /a?b=c",
    ),
    (r"\A(?<ip>(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d))\Z", "10.0.0.256"),
    (r"^\((?<n>(?:[^()]|\(\g<n>\))*)\)$", "((a)"),
    (r"(?<c>/\*(?~\*/)\*/)", "/* open"),
    (r"^(?<line>.*?)\R(?<next>\p{Han}+|\h{2,}+)?(?m:.)$", "one line"),
];

#[test]
fn people_are_told_what_they_were_told() {
    let mut told = String::new();
    for &(pattern, line) in PATTERNS {
        tell(&mut told, pattern, line);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/regexps.txt");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &told).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap();
    for (number, (have, want)) in told.lines().zip(known.lines()).enumerate() {
        assert_eq!(have, want, "line {} (UPDATE_SNAPSHOTS=1 writes it anew)", number + 1);
    }
    assert_eq!(told.len(), known.len());
}

fn tell(out: &mut String, pattern: &str, line: &str) {
    let regexp = Regexp::new(pattern, Options::default()).unwrap();
    let part = |span: Span| pattern.get(span.range()).unwrap_or_default();
    writeln!(out, "/{pattern}/").unwrap();
    write_parts(out, pattern, &explain(&regexp), 1);
    for caution in cautions(&regexp, Home { source: SourceId::Conf(0), offset: 0 }) {
        write_caution(out, pattern, &caution);
    }
    writeln!(out, "  on {line:?}").unwrap();
    match regexp.why_not(line.as_bytes(), Encoding::Ascii8Bit) {
        Some(why) => {
            let found = String::from_utf8_lossy(&line.as_bytes()[why.found.range()]);
            writeln!(out, "    stops at {} before {found:?}", why.reached).unwrap();
            for wanted in &why.wanted {
                let words = &wanted.words;
                writeln!(out, "    wanted `{}`: {} / {}", part(wanted.span), words.en, words.ja)
                    .unwrap();
            }
            let place = |span: Span| String::from_utf8_lossy(&line.as_bytes()[span.range()]);
            for &(group, span) in &why.groups {
                writeln!(out, "    group {group} was {:?}", place(span)).unwrap();
            }
            let matched = why.prefix_match.map(place);
            writeln!(out, "    `{}` matches {matched:?}", part(why.prefix)).unwrap();
        }
        None => {
            let answer =
                regexp.search(line.as_bytes(), Encoding::Ascii8Bit, 0, &mut Default::default());
            writeln!(out, "    {answer:?}").unwrap();
        }
    }
    for edit in regexp.suggestions(line.as_bytes(), Encoding::Ascii8Bit, 3) {
        writeln!(out, "    → {} / {}", edit.title.en, edit.title.ja).unwrap();
    }
    out.push('\n');
}

fn write_parts(out: &mut String, pattern: &str, part: &Explanation, depth: usize) {
    let source = pattern.get(part.span.range()).unwrap_or_default();
    let indent = "  ".repeat(depth);
    writeln!(out, "{indent}`{source}` {} / {}", part.text.en, part.text.ja).unwrap();
    for part in &part.parts {
        write_parts(out, pattern, part, depth + 1);
    }
}

fn write_caution(out: &mut String, pattern: &str, caution: &Diagnostic) {
    let span = caution.primary.as_ref().unwrap().span;
    let source = pattern.get(span.range()).unwrap_or_default();
    let message = &caution.message;
    writeln!(out, "  ! {} `{source}` {} / {}", caution.code.path, message.en, message.ja).unwrap();
}
