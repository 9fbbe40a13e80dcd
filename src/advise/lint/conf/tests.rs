//! Each code of `config/` on a text that has it, with its fix where there is one.

use super::lint_conf;
use crate::diag::codes::config::CODES;
use crate::fluent::config::edit::apply;
use crate::fluent::config::v1_parser::parse;
use crate::fluent::environment::Environment;

/// Code, a text with it, and the text after its fix (`""`: it has none).
const CASES: &[(&str, &str, &str)] = &[
    ("config/parse-error", "<a>\n", "<a>\n</a>\n"),
    ("config/wrong-position", "# 日本語\n</x>\n", ""),
    (
        "config/value-starts-json",
        "<a>\n  time_format [%d/%b/%Y]\n</a>\n",
        "<a>\n  time_format '[%d/%b/%Y]'\n</a>\n",
    ),
    ("config/double-quoted-backslash", "k \"/\\d+/\"\n", "k '/\\d+/'\n"),
    ("config/empty-line-in-quotes", "k \"a\n\nb\"\n", ""),
    ("config/flattened", "<a> k v\n</a>\n", "<a>\n k v\n</a>\n"),
    ("config/comment-as-value", "<a>\n  k # remark\n  j 1\n</a>\n", ""),
    ("config/regexp-cut", "k /^a #(b)/\n", "k '/^a #(b)/'\n"),
    ("config/ruby-not-evaluated", "k #{ENV['X']}/a\n", "k \"#{ENV['X']}/a\"\n"),
    ("config/closing-tag-in-value", "<a>\nk v </a>\n", "<a>\nk v \n</a>\n"),
    ("config/include-finds-nothing", "@include nope.conf\n", ""),
    (
        "config/time-units",
        "<match a>\n  <buffer>\n    flush_interval 1h30m\n  </buffer>\n</match>\n",
        "",
    ),
    (
        "config/size-units",
        "<match a>\n  <buffer>\n    chunk_limit_size 1.5m\n  </buffer>\n</match>\n",
        "",
    ),
    (
        "config/bool-is-nil",
        "<source>\n  @type tail\n  read_from_head True\n</source>\n",
        "<source>\n  @type tail\n  read_from_head true\n</source>\n",
    ),
    ("config/hash-without-colon", "<parse>\n  @type json\n  types a, b:integer\n</parse>\n", ""),
    ("config/regexp-flags", "<parse>\n  @type regexp\n  expression /a/x\n</parse>\n", ""),
    ("config/empty-regexp", "<parse>\n  @type regexp\n  expression /a\n</parse>\n", ""),
    (
        "config/unused-param",
        "<parse>\n  @type json\n  time_fromat %Y\n</parse>\n",
        "<parse>\n  @type json\n  time_format %Y\n</parse>\n",
    ),
    (
        "config/flat-parser-param",
        "<source>\n  @type tail\n  time_format %Y\n  <parse>\n    @type json\n  </parse>\n</source>\n",
        "",
    ),
    ("config/flat-format", "<source>\n  @type tail\n  format /a/i\n</source>\n", ""),
    ("config/duplicate-param", "k 1\nk 2\n", ""),
];

#[test]
fn every_code_is_found_and_its_fix_mends_the_text() {
    for (code, text, mended) in CASES {
        let parsed = parse(text, &Environment::default());
        let found = lint_conf(&parsed);
        let paths: Vec<&str> = found.iter().map(|found| found.code.path).collect();
        let found = found.iter().find(|found| found.code.path == *code);
        let found = found.unwrap_or_else(|| panic!("{code} in {text:?}: {paths:?}"));
        assert!(!found.message.en.is_empty() && !found.message.ja.is_empty(), "{code}");
        assert!(found.primary.is_some(), "{code}");
        let fixed = found.fix.as_ref().map_or(String::new(), |fix| apply(text, &fix.edits));
        assert_eq!(fixed, *mended, "{code}");
        if !fixed.is_empty() {
            let again = lint_conf(&parse(&fixed, &Environment::default()));
            assert!(again.iter().all(|found| found.code.path != *code), "{code}: {again:?}");
        }
    }
    for code in CODES {
        assert!(CASES.iter().any(|(path, _, _)| *path == code.path), "{} has no case", code.path);
    }
}

#[test]
fn a_section_that_is_not_closed_is_named_and_closed_where_it_ends() {
    let cases = [
        (
            "<source>\n  <parse>\n    @type none\n</source>\n",
            "<source>\n  <parse>\n    @type none\n  </parse>\n</source>\n",
        ),
        ("<a>\n  k v\n  </b>\n</a>\n", "<a>\n  k v\n  \n</a>\n"),
        ("<match a>\n  k v", "<match a>\n  k v\n</match>\n"),
    ];
    for (text, mended) in cases {
        let found = lint_conf(&parse(text, &Environment::default()));
        let fix = found[0].fix.as_ref().unwrap();
        assert_eq!(apply(text, &fix.edits), mended, "{}", found[0].message.en);
        assert!(parse(mended, &Environment::default()).errors.is_empty(), "{mended}");
    }
    let found = lint_conf(&parse(cases[0].0, &Environment::default()));
    assert_eq!(found[0].message.en, "<parse> of line 2 is not closed: fluentd does not start.");
}

#[test]
fn variables_that_the_node_does_not_have_are_named() {
    let unset = |text: &str, env: &[&str]| {
        let env = env.iter().map(|name| ((*name).to_owned(), String::new())).collect();
        let environment = Environment { env, ..Environment::default() };
        super::unset(&parse(text, &environment), &environment).map(|found| found.message.en)
    };
    let text = "<match a>\n  host \"#{ENV['ES_HOST']}\"\n  port \"#{ENV['ES_PORT'] || '9200'}\"\n  # \"#{ENV['NO']}\"\n</match>\n";
    assert!(unset(text, &[]).unwrap().ends_with(": ES_HOST"));
    assert_eq!(unset(text, &["ES_HOST"]), None);
}

#[test]
fn a_sound_configuration_has_no_findings() {
    let text = "<source>\n  @type tail\n  @id in\n  path /var/log/*.log # all\n  tag k.*\n  \
                read_from_head true\n  <parse>\n    @type regexp\n    expression /^(?<a>.)$/m\n    \
                types a:integer\n  </parse>\n</source>\n<match k.**>\n  @type s3\n  s3_bucket b\n  \
                path \"#{ENV['P']}\"\n  <buffer tag>\n    flush_interval 30s\n    \
                chunk_limit_size 8MB\n  </buffer>\n</match>\n";
    assert_eq!(lint_conf(&parse(text, &Environment::default())), []);
}

#[test]
fn fluentds_own_sentence_stands_beside_ours() {
    let found = lint_conf(&parse("<a>\n  k \"x\" y\n</a>\n", &Environment::default()));
    let said = found[0].said.as_deref().unwrap();
    assert!(
        said.starts_with("Fluent::ConfigParseError: expected end of line at fluent.conf line 2,7")
    );
}
