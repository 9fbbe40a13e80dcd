//! Every SURPRISE of PIPELINE.md and every fact of MARKET.md part 6 is found where it happens: a
//! configuration, lines of one container, and the code that names it.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use fluentd_playground::diag::{Severity, codes};
use fluentd_playground::engine::Settings;
use fluentd_playground::engine::run::Engine;
use fluentd_playground::onigmo::cautions::cautions;
use fluentd_playground::onigmo::diagnose::Home;
use fluentd_playground::onigmo::regexp::{Options, Regexp};
use fluentd_playground::source::SourceId;

const CRI: &str = "2023-02-02T07:48:11.576765119Z stdout F hello\n";
const JSON: &str =
    "{\"log\":\"hello\\n\",\"stream\":\"stdout\",\"time\":\"2023-02-02T07:48:11.5Z\"}\n";
const PATH: &str = "/var/log/containers/web-1_default_app-0123.log";

/// `<source>` with these lines more, parsed by `parse`.
fn tail(more: &str, parse: &str) -> String {
    let has = |name: &str| more.contains(name);
    let path = if has("path ") { "" } else { "path /var/log/containers/*.log\n" };
    let tag = if has("tag ") { "" } else { "tag k.*\n" };
    format!(
        "<source>\n@type tail\n@id in\npos_file /var/log/p\nread_from_head true\n{path}{tag}{more}\n<parse>\n{parse}\n</parse>\n</source>\n"
    )
}

fn found(conf: &str, path: &str, text: &str) -> Vec<&'static str> {
    let settings =
        Settings { run_seconds: 3, shutdown: true, existing: true, ..Settings::default() };
    let mut engine = Engine::new(settings);
    engine.set_file(0, path, text.as_bytes());
    engine.set_conf(conf);
    while engine.work(10_000) {}
    engine.summary().diagnostics.iter().map(|finding| finding.code.path).collect()
}

/// Which surprise, what stands around the source, what the source says, the parser, the code.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

const ALL: &str = "<match **>\n@type stdout\n</match>\n";

const CRI_ROWS: &[Row] = &[
    (
        "S01",
        "<match **>\n@type stdout\n</match>\n<filter **>\n@type grep\n</filter>\n",
        "",
        "@type cri",
        "route/filter-below-match",
    ),
    (
        "S02",
        "<match **>\n@type stdout\n</match>\n<match k.**>\n@type null\n</match>\n",
        "",
        "@type cri",
        "route/starved",
    ),
    ("S03", "<match other>\n@type stdout\n</match>\n", "", "@type cri", "route/no-match"),
    (
        "S04",
        "<match **>\n@type stdout\n</match>\n<label @A>\n<match x>\n@type null\n</match>\n</label>\n",
        "@label @A",
        "@type cri",
        "route/no-match",
    ),
    (
        "S05",
        "<filter **>\n@type record_modifier\n<record>\na ${record[\"x\"].upcase}\n</record>\n</filter>\n",
        "",
        "@type cri",
        "filter/fails-and-goes-on",
    ),
    (
        "S06",
        "<match **>\n@type relabel\n@label @NOPE\n</match>\n",
        "",
        "@type cri",
        "route/does-not-start",
    ),
    ("S07", "<match **>\n@type relabel\n</match>\n", "", "@type cri", "route/relabel-loops"),
    (
        "S08",
        "<filter **>\n@type parser\nkey_name message\n<parse>\n@type json\n</parse>\n</filter>\n<match **>\n@type stdout\n</match>\n",
        "",
        "@type cri",
        "route/no-error-label",
    ),
    (
        "S09",
        "<match **>\n@type stdout\n</match>\n<label @ERROR>\n<match x>\n@type stdout\n</match>\n</label>\n",
        "",
        "@type cri",
        "route/error-label-misses",
    ),
    ("S10", ALL, "", "@type cri", "route/own-log"),
    (
        "S11",
        "<filter **>\n@type record_transformer\nenable_ruby\n<record>\na ${record[\"x\"][\"y\"]}\n</record>\n</filter>\n",
        "",
        "@type cri",
        "filter/nested-read",
    ),
    (
        "S12 S41",
        "<match **>\n@type copy\n<store>\n@type relabel\n@label @B\n</store>\n<store>\n@type stdout\n</store>\n</match>\n<label @B>\n<filter **>\n@type parser\nkey_name message\nremove_key_name_field true\n<parse>\n@type none\n</parse>\n</filter>\n<match **>\n@type null\n</match>\n</label>\n",
        "",
        "@type cri",
        "route/copy-shares",
    ),
    ("S13", "<match k.**,x>\n@type stdout\n</match>\n", "", "@type cri", "route/comma-in-pattern"),
    ("S14", "<match k.*>\n@type stdout\n</match>\n", "", "@type cri", "route/no-match"),
    ("S15", "<match /k/>\n@type stdout\n</match>\n", "", "@type cri", "route/regexp-whole-tag"),
    ("S16", "<match k?>\n@type stdout\n</match>\n", "", "@type cri", "route/glob-literal"),
    ("S17", ALL, "path /var/log/containers/web-?.log", "@type cri", "tail/no-glob"),
    (
        "S18",
        "<match kubernetes.**>\n@type stdout\n</match>\n",
        "tag *",
        "@type cri",
        "tail/tag-is-path",
    ),
    ("S19", ALL, "tag k8s", "@type cri", "tail/tag-same-for-all"),
    (
        "S21",
        "<filter **>\n@type grep\n<regexp>\nkey message\npattern /日本/\n</regexp>\n</filter>\n",
        "",
        "@type regexp\nexpression /^(?<m>日本)/",
        "tail/pattern-needs-utf8",
    ),
    ("S22", ALL, "emit_unmatched_lines true", "@type cri", "tail/unmatched-not-invalid"),
    (
        "S23",
        "<filter **>\n@type concat\nkey message\nn_lines 2\ntimeout_label @NOPE\n</filter>\n",
        "",
        "@type cri",
        "concat/unknown-timeout-label",
    ),
    (
        "S25 F10",
        "<filter **>\n@type concat\nkey log\nn_lines 2\n</filter>\n",
        "",
        "@type cri",
        "filter/key-missing",
    ),
    (
        "S26",
        "<filter **>\n@type concat\nkey message\nn_lines 2\n</filter>\n",
        "",
        "@type cri",
        "concat/streams-mixed",
    ),
    (
        "S27",
        "<filter **>\n@type concat\nkey message\nmultiline_start_regexp /^s/i\n</filter>\n",
        "",
        "@type cri",
        "concat/regexp-cut",
    ),
    (
        "S28 S29 F8",
        "<filter **>\n@type concat\nkey message\nmultiline_start_regexp /^s/\n</filter>\n",
        "",
        "@type cri",
        "concat/next-lines-time",
    ),
    (
        "S30 F4",
        "<filter **>\n@type concat\nkey message\nuse_partial_cri_logtag true\npartial_cri_logtag_key logtag\n</filter>\n",
        "",
        "@type cri",
        "concat/stream-deleted",
    ),
    (
        "S31",
        "<filter **>\n@type concat\nkey message\npartial_key logtag\npartial_value P\n</filter>\n",
        "",
        "@type cri",
        "concat/newline-in-line",
    ),
    (
        "S32",
        "<filter **>\n@type concat\nkey message\nn_lines 2\n</filter>\n",
        "tag a:b",
        "@type cri",
        "concat/tag-cut",
    ),
    (
        "S33",
        "<filter **>\n@type concat\nkey message\nn_lines 2\ntimeout_label @A\n</filter>\n<filter **>\n@type grep\n</filter>\n<label @A>\n<match **>\n@type null\n</match>\n</label>\n",
        "",
        "@type cri",
        "concat/timeout-skips-filters",
    ),
    (
        "S34 F9",
        "<filter **>\n@type concat\nkey message\nn_lines 2\n</filter>\n",
        "",
        "@type cri",
        "concat/no-timeout-label",
    ),
    (
        "S35",
        "<filter **>\n@type concat\nkey message\nn_lines 2\ntimeout_label @ROOT\n</filter>\n",
        "",
        "@type cri",
        "concat/timeout-into-itself",
    ),
    (
        "S36",
        "<filter **>\n@type concat\nkey message\nn_lines 2\nflush_interval 1.5s\n</filter>\n",
        "",
        "@type cri",
        "config/time-units",
    ),
    (
        "S37",
        "<filter **>\n@type concat\nkey message\nmultiline_end_regexp /\\n$/\n</filter>\n",
        "",
        "@type cri",
        "concat/end-never-comes",
    ),
    (
        "S38",
        "<filter **>\n@type parser\nkey_name message\nreserve_data true\n<parse>\n@type json\n</parse>\n</filter>\n<label @ERROR>\n<match **>\n@type null\n</match>\n</label>\n",
        "",
        "@type cri",
        "filter/kept-twice",
    ),
    (
        "S39",
        "<filter **>\n@type parser\nkey_name message\n<parse>\n@type none\n</parse>\n</filter>\n",
        "",
        "@type cri",
        "filter/parser-drops-fields",
    ),
    (
        "S40",
        "<filter **>\n@type parser\nkey_name message\n<parse>\n@type none\n</parse>\n</filter>\n",
        "",
        "@type cri",
        "filter/parser-takes-time",
    ),
    (
        "S42",
        "<filter **>\n@type grep\n<exclude>\nkey log\npattern a\n</exclude>\n<exclude>\nkey log\npattern b\n</exclude>\n</filter>\n",
        "",
        "@type cri",
        "route/does-not-start",
    ),
    (
        "S43",
        "<filter **>\n@type record_transformer\nrenew_time_key t\n<record>\nt ${time}\n</record>\n</filter>\n",
        "",
        "@type cri",
        "filter/renewed-time",
    ),
    (
        "S44",
        "<filter **>\n@type record_transformer\n<record>\nt ${record['log']}\n</record>\n</filter>\n",
        "",
        "@type cri",
        "filter/needs-ruby",
    ),
    (
        "S45",
        "<filter **>\n@type record_transformer\n<record>\nt {\"a\":\"${record[\"log\"]}\"}\n</record>\n</filter>\n",
        "",
        "@type cri",
        "config/value-starts-json",
    ),
    (
        "S46",
        "<filter **>\n@type record_transformer\nenable_ruby\n<record>\nt ${1 +}\n</record>\n</filter>\n",
        "",
        "@type cri",
        "filter/ruby-syntax",
    ),
    (
        "S47",
        "<filter **>\n@type record_transformer\nenable_ruby\n<record>\nt ${record[\"x\"][\"y\"]}\n</record>\n</filter>\n",
        "",
        "@type cri",
        "filter/nested-read",
    ),
    (
        "S48",
        "<filter **>\n@type kubernetes_metadata\n</filter>\n",
        "tag k8s",
        "@type cri",
        "filter/no-metadata",
    ),
    (
        "S49",
        "<filter **>\n@type kubernetes_metadata\nkubernetes_url https://10.0.0.1\n</filter>\n",
        "",
        "@type cri",
        "filter/api-at-start",
    ),
    (
        "S50",
        "<filter **>\n@type kubernetes_metadata\ntag_to_kubernetes_name_regexp (?<pod_name>.)\n</filter>\n",
        "",
        "@type cri",
        "filter/metadata-groups",
    ),
    (
        "S52",
        "<match **>\n@type detect_exceptions\nremove_tag_prefix k\nmessage message\n</match>\n",
        "",
        "@type cri",
        "route/traces-glued",
    ),
    (
        "S53",
        "<match **>\n@type detect_exceptions\nremove_tag_prefix k\nmessage message\n</match>\n",
        "",
        "@type cri",
        "route/trace-waits",
    ),
    (
        "S55",
        "<match **>\n@type detect_exceptions\nremove_tag_prefix k\nlanguages cobol\n</match>\n",
        "",
        "@type cri",
        "route/unknown-language",
    ),
    (
        "S56",
        "<match k.**>\n@type rewrite_tag_filter\n<rule>\nkey message\npattern /x/\ntag y\n</rule>\n</match>\n",
        "",
        "@type cri",
        "route/rewrite-drops",
    ),
    (
        "S57",
        "<filter **>\n@type rewrite_tag_filter\n</filter>\n",
        "",
        "@type cri",
        "route/does-not-start",
    ),
    (
        "S58",
        "<filter **>\n@type grep\n<regexp>\nkey kubernetes.namespace_name\npattern /x/\n</regexp>\n</filter>\n",
        "",
        "@type cri",
        "filter/key-missing",
    ),
    (
        "S59",
        "<filter **>\n@type concat\nkey message\nmultiline_start_regexp /^s/\ncontinuous_line_regexp /^c/\nuse_first_timestamp true\n</filter>\n",
        "",
        "@type cri",
        "concat/lone-line-time",
    ),
    ("F1", ALL, "", "@type cri\ntime_format %Y-%m-%dT%H:%M:%S.%NZ", "time/literal-z"),
    (
        "F2",
        ALL,
        "",
        "@type regexp\nexpression /^(?<time>.+) (?<stream>stdout|stderr) (?<logtag>.) (?<log>.*)$/\ntime_format %Y-%m-%dT%H:%M:%S.%N%:z",
        "parser/greedy-time",
    ),
    (
        "F5",
        "<filter **>\n@type concat\nkey message\nuse_partial_cri_logtag true\n</filter>\n",
        "",
        "@type cri",
        "concat/no-logtag-key",
    ),
    ("F11", ALL, "", "@type cri\n<parse>\n@type json\n</parse>", "parser/cri-inner-time"),
    ("F12", ALL, "", "@type cri\n<parse>\n@type json\n</parse>", "parser/cri-inner-text"),
    ("F13", ALL, "", "@type cri\ntime_format %Y-%m-%dT%H:%M:%S.%N%z", "time/fraction-needed"),
    ("F15", ALL, "", "@type regexp\nexpression /^(?<a>x) # (?<b>y)$/", "config/regexp-cut"),
    (
        "F16",
        ALL,
        "",
        "@type regexp\nexpression \"/^(?<a>\\d+)$/\"",
        "config/double-quoted-backslash",
    ),
    ("F17", ALL, "", "@type regexp\nexpression /^(?P<time>.*)$/", "route/does-not-start"),
];

#[test]
fn every_surprise_of_the_pipeline_is_found_where_it_happens() {
    let mut missed = Vec::new();
    for (name, around, source, parse, code) in CRI_ROWS {
        assert!(codes::all().any(|known| known.path == *code), "{name}: no such code {code}");
        let conf = format!("{}{around}", tail(source, parse));
        let found = found(&conf, PATH, CRI);
        if !found.contains(code) {
            missed.push(format!("{name} {code}: {found:?}\n{conf}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn what_the_lines_must_show_is_found_in_them() {
    let detect =
        "<match **>\n@type detect_exceptions\nremove_tag_prefix k\nmessage log\n</match>\n";
    let json = tail("", "@type json\ntime_format %Y-%m-%dT%H:%M:%S.%NZ");
    let none = tail("", "@type none\nmessage_key log");
    for (name, conf, text, code) in [
        (
            "S20",
            tail("", "@type cri") + ALL,
            "2023-02-02T07:48:11.5Z stdout F no end",
            "tail/unterminated",
        ),
        ("S24", tail("", "@type json") + ALL, JSON, "time/json-float"),
        (
            "S51",
            json.clone() + detect,
            &format!("{JSON}{{\"x\":1,\"time\":\"2023-02-02T07:48:11.5Z\"}}\n"),
            "route/trace-drops",
        ),
        ("S54", none.clone() + detect, "java.lang.IllegalStateException\n", "route/trace-start"),
        ("S54", none + detect, "{\"error\":\"TypeError: x\"}\n", "route/trace-start"),
        (
            "F7",
            json + "<filter **>\n@type concat\nkey log\nmultiline_start_regexp /^a/\n</filter>\n",
            JSON,
            "concat/newline-doubled",
        ),
        (
            "F14",
            tail("", "@type cri") + ALL,
            "2023-02-02T07:48:11.5Z stdout F\n",
            "parser/cri-no-message",
        ),
    ] {
        let found = found(&conf, PATH, text);
        assert!(found.contains(&code), "{name} {code}: {found:?}");
    }
}

#[test]
fn a_group_without_a_name_beside_named_ones_is_named() {
    // MARKET.md F3: the tag of `( (.))?` is dropped.
    let pattern = r"^(?<time>.+) (?<stream>stdout|stderr)( (.))? (?<log>.*)$";
    let regexp = Regexp::new(pattern, Options::default()).unwrap();
    let home = Home { source: SourceId::Conf(0), offset: 0 };
    let found = cautions(&regexp, home);
    assert!(found.iter().any(|finding| finding.code.path == "onigmo/plain-group-beside-names"));
}

#[test]
fn a_good_recipe_has_no_finding_of_its_own() {
    // MARKET.md F6: partial lines joined as they should be.
    let recipe = "<filter k.**>\n@type concat\nkey message\npartial_key logtag\npartial_value P\nstream_identity_key stream\nseparator \"\"\nflush_interval 5\ntimeout_label @OUT\nuse_first_timestamp true\n</filter>\n<match k.**>\n@type relabel\n@label @OUT\n</match>\n<label @OUT>\n<match **>\n@type stdout\n</match>\n</label>\n";
    let found = found(&(tail("", "@type cri") + recipe), PATH, CRI);
    assert!(
        !found.iter().any(|code| code.starts_with("concat/") || code.starts_with("route/")),
        "{found:?}"
    );
}

/// Nothing is found where nothing is wrong.
#[test]
fn what_only_looks_like_a_mistake_is_not_found() {
    for (around, code) in [
        // A formatter reads no time.
        ("<match **>\n@type x\n<format>\n@type json\n</format>\n</match>\n", "time/json-float"),
        // The whole value is Ruby's.
        (
            "<filter **>\n@type record_transformer\nenable_ruby true\n<record>\nhost #{ENV['HOSTNAME']}-${tag}\n</record>\n</filter>\n<match **>\n@type null\n</match>\n",
            "config/ruby-not-evaluated",
        ),
        // The parsed time is not looked at.
        (
            "<filter **>\n@type parser\nkey_name message\nreserve_time true\n<parse>\n@type json\n</parse>\n</filter>\n<match **>\n@type null\n</match>\n",
            "time/json-float",
        ),
        // It stands before the copy: nobody else has the record yet.
        (
            "<filter **>\n@type parser\nkey_name message\nremove_key_name_field true\n<parse>\n@type none\n</parse>\n</filter>\n<match **>\n@type copy\n<store>\n@type stdout\n</store>\n<store>\n@type null\n</store>\n</match>\n",
            "route/copy-shares",
        ),
    ] {
        let conf = format!("{}{around}", tail("", "@type cri"));
        assert!(!found(&conf, PATH, CRI).contains(&code), "{code}");
    }
}

/// What would lose other lines is said, but not in red.
#[test]
fn a_loss_that_did_not_happen_is_a_hint() {
    let conf = format!(
        "{}<filter **>\n@type concat\nkey message\npartial_key logtag\npartial_value P\nseparator \"\"\nstream_identity_key stream\n</filter>\n{ALL}",
        tail("", "@type cri")
    );
    for (text, severity) in
        [(CRI.to_owned(), Severity::Hint), (CRI.replace(" F ", " P "), Severity::Lost)]
    {
        let settings = Settings { run_seconds: 61, shutdown: true, ..Settings::default() };
        let mut engine = Engine::new(settings);
        engine.set_file(0, PATH, text.as_bytes());
        engine.set_conf(&conf);
        while engine.work(10_000) {}
        let found = engine.summary().diagnostics;
        let own = found.iter().find(|found| found.code.path == "concat/no-timeout-label").unwrap();
        assert_eq!(own.severity, severity, "{text}");
    }
}
