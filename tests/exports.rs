//! What is exported holds outside of us: a second parser reads the YAML, shells read the scripts, the
//! `regex` crate runs the rewritten patterns, and the variants make the recorded events.
#![cfg(feature = "worker")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout, missing_docs)]

use std::path::PathBuf;
use std::process::Command;

use fluentd_playground::advise::convert::Runtime;
use fluentd_playground::engine::Settings;
use fluentd_playground::export::ExportFile;
use fluentd_playground::export::agents::Agent;
use fluentd_playground::export::kubernetes::{
    Choice, Image, Names, config_map, daemonset, helm_values, parser_variables, script,
};
use fluentd_playground::export::pair::{Variant, derive};
use fluentd_playground::export::pattern::{Dialect, rewrite};
use fluentd_playground::onigmo::regexp::{Options, Regexp, Region};
use fluentd_playground::protocol::{Offer, Page};
use fluentd_playground::worker::sheet::{Given, export};
use fluentd_playground::worker::trial::{LogFile, as_written_by, run};

const CRI: &str = include_str!("export/fluent-cri.conf");

/// A folder of this test alone, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[ExportFile]) -> Folder {
        let path = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        for file in files {
            std::fs::write(path.join(&file.name), &file.text).unwrap();
        }
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// True where the program is installed and runs like this.
fn has(program: &str, arguments: &[&str]) -> bool {
    let found = Command::new(program).args(arguments).output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        println!("not here: {program} {arguments:?}");
    }
    found
}

/// Ten lines of both streams: a stack trace, a line of 32,783 bytes in three pieces, quotes, a
/// backslash, Japanese.
fn lines() -> Vec<LogFile> {
    let at = |second: usize| format!("2023-02-02T07:48:{second:02}.123456789Z");
    let piece = "x".repeat(16_384);
    let mut lines = vec![
        format!("{} stdout F 2023-02-02 07:48:01 INFO started \"a\\b\"", at(1)),
        format!("{} stderr F 2023-02-02 07:48:02 ERROR failed", at(2)),
        format!("{} stdout F 2023-02-02 07:48:03 INFO 日本語", at(3)),
        format!("{} stderr F java.lang.IllegalStateException: no", at(4)),
        format!("{} stderr F \tat app.Main.main(Main.java:1)", at(5)),
        format!("{} stdout P 2023-02-02 {piece}", at(6)),
        format!("{} stdout P {piece}", at(7)),
        format!("{} stdout F end", at(8)),
        format!("{} stderr F \tat app.Main.run(Main.java:2)", at(9)),
        format!("{} stdout F 2023-02-02 07:48:10 INFO last", at(10)),
    ];
    lines.push(String::new());
    vec![(
        "/var/log/containers/app-1_default_app-0123456789ab.log".to_owned(),
        lines.join("\n").into_bytes(),
    )]
}

#[test]
fn all_variants_give_the_same_five_events_in_both_formats() {
    let files = lines();
    let (docker, count) = as_written_by(Runtime::Docker, &files);
    let (cri, _) = as_written_by(Runtime::Cri, &docker);
    assert_eq!((count, &cri), (10, &files));
    let settings = Settings { run_seconds: 60, ..Settings::default() };
    let events = |variant: Variant, files: &[LogFile]| {
        let outcome = run(&derive(CRI, variant).unwrap().conf, files, &settings);
        assert_eq!(outcome.boot_error, None);
        outcome.events
    };
    let wanted = events(Variant::Cri, &files);
    assert_eq!(wanted.len(), 5, "{wanted:#?}");
    assert!(wanted.iter().any(|event| event.contains("at app.Main.run(Main.java:2)")));
    assert_eq!(events(Variant::Docker, &docker), wanted);
    assert_eq!(events(Variant::Both, &docker), wanted);
    assert_eq!(events(Variant::Both, &files), wanted);
    assert_eq!(events(Variant::Cri, &docker).len(), 0);
    assert_eq!(events(Variant::Docker, &files).len(), 0);
}

#[test]
fn a_configuration_of_somebody_gives_the_same_events_too() {
    let confs = [
        "<source>\n  @type tail\n  path /var/log/containers/*.log\n  tag k.*\n  read_from_head true\n  <parse>\n    @type cri\n  </parse>\n</source>\n<filter k.**>\n  @type record_transformer\n  <record>\n    size ${record[\"message\"].bytesize}\n  </record>\n  enable_ruby true\n</filter>\n<match **>\n  @type stdout\n</match>\n",
        "<source>\n  @type tail\n  @label @APP\n  path /var/log/containers/*.log\n  tag k.*\n  read_from_head true\n  <parse>\n    @type json\n    time_type string\n    time_format %iso8601\n  </parse>\n</source>\n<label @APP>\n  <match **>\n    @type stdout\n  </match>\n</label>\n",
        "<source>\n  @type tail\n  path /var/log/containers/*.log\n  tag k.*\n  read_from_head true\n  <parse>\n    @type regexp\n    expression /^(?<time>.+) (?<stream>stdout|stderr) (?<tag>[FP]) (?<msg>.*)$/\n    time_format %Y-%m-%dT%H:%M:%S.%N%z\n  </parse>\n</source>\n<filter k.**>\n  @type concat\n  key msg\n  use_partial_cri_logtag true\n  partial_cri_logtag_key tag\n  partial_cri_stream_key stream\n</filter>\n<match **>\n  @type stdout\n</match>\n",
    ];
    let files = lines();
    let (docker, _) = as_written_by(Runtime::Docker, &files);
    for conf in confs {
        let [on_docker, on_cri] =
            [(Variant::Docker, &docker), (Variant::Cri, &files)].map(|(variant, files)| {
                run(&derive(conf, variant).unwrap().conf, files, &Settings::default())
            });
        assert_eq!(on_docker.events, on_cri.events, "{conf}");
        assert_eq!(on_cri.events.len(), 8, "{conf}");
        for files in [&docker, &files] {
            let both = run(&derive(conf, Variant::Both).unwrap().conf, files, &Settings::default());
            assert_eq!(both.events, on_cri.events, "{conf}");
        }
    }
}

/// Every sample's configuration for the other nodes; each was run on real fluentd with these events
/// (the time of an event that a timeout flushed is the clock's).
#[test]
fn the_pair_of_every_sample_gives_the_same_events() {
    let samples =
        serde_json::from_str::<serde_json::Value>(include_str!("../static/samples/samples.json"));
    let samples = samples.unwrap();
    let settings = Settings { run_seconds: 12, ..Settings::default() };
    let (mut tried, mut differ) = (0, Vec::<String>::new());
    for sample in samples.as_array().unwrap() {
        let text = |key: &str| sample[key].as_str().unwrap();
        let lines = sample["lines"].as_array().unwrap().iter();
        let lines: String = lines.map(|line| format!("{}\n", line.as_str().unwrap())).collect();
        let path = "/var/log/containers/web-0_default_app-0123456789ab.log".to_owned();
        let files = vec![(path, lines.into_bytes())];
        let [docker, cri] =
            [Runtime::Docker, Runtime::Cri].map(|runtime| as_written_by(runtime, &files).0);
        let events = |variant: Variant, files: &[LogFile]| {
            let outcome = run(&derive(text("conf"), variant).unwrap().conf, files, &settings);
            assert_eq!(outcome.boot_error, None, "{}", text("id"));
            outcome.events
        };
        let wanted = events(Variant::Both, &cri);
        assert_eq!(events(Variant::Both, &docker), wanted, "{}", text("id"));
        assert_eq!(events(Variant::Docker, &docker), wanted, "{}", text("id"));
        if events(Variant::Cri, &cri) != wanted {
            differ.push(text("id").to_owned());
        }
        tried += 1;
    }
    // What they keep for CRI lines, a time format and a pattern, is what these two teach about.
    assert_eq!((tried, differ), (20, vec!["cri-offset".into(), "cri-greedy-time".into()]));
}

fn generated() -> Vec<ExportFile> {
    let pair: Vec<ExportFile> = [Variant::Docker, Variant::Cri]
        .map(|variant| ExportFile::new(variant.file_name(), derive(CRI, variant).unwrap().conf))
        .into();
    let mut files = vec![config_map(&Names::default(), &pair), helm_values(CRI)];
    files.extend([true, false].map(parser_variables));
    for image in [Image::KubernetesDaemonset, Image::Fluentd] {
        for choice in Choice::ALL {
            let file = daemonset(&Names::default(), image, choice);
            files.push(ExportFile::new(format!("{image:?}-{}", file.name), file.text));
        }
    }
    let pattern = "^(?P<a>[^']*)' \"x\" #: [\\w]+$";
    files.extend(Agent::ALL.iter().map(|agent| agent.file(Some(pattern))));
    files
}

#[test]
fn a_second_parser_reads_every_yaml() {
    let mut files = generated();
    files.retain(|file| file.name.rsplit('.').next() == Some("yaml"));
    let folder = Folder::new("exports-yaml", &files);
    let read = "import sys, yaml\nfor name in sys.argv[1:]: assert list(yaml.safe_load_all(open(name, encoding='utf-8'))), name";
    if has("python3", &["-c", "import yaml"]) {
        let paths = files.iter().map(|file| folder.0.join(&file.name));
        let out = Command::new("python3").args(["-c", read]).args(paths).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    }
}

#[test]
fn shells_read_every_script() {
    let mut scripts = Vec::new();
    for image in [Image::KubernetesDaemonset, Image::Fluentd] {
        for choice in Choice::ALL {
            let text = script(image, choice).map(|text| format!("#!/bin/sh\n{text}"));
            scripts
                .extend(text.map(|text| ExportFile::new(format!("{image:?}-{choice:?}.sh"), text)));
        }
    }
    let folder = Folder::new("exports-sh", &scripts);
    for (program, argument) in [("sh", "-n"), ("shellcheck", "--severity=style")] {
        if program == "shellcheck" && !has(program, &["--version"]) {
            continue;
        }
        for file in &scripts {
            let out = Command::new(program)
                .arg(argument)
                .arg(folder.0.join(&file.name))
                .output()
                .unwrap();
            assert!(out.status.success(), "{}: {out:?}", file.name);
        }
    }
}

#[test]
fn an_unpacker_reads_the_archive() {
    let files = generated();
    let archive = fluentd_playground::export::zip::zip(&files);
    let folder = Folder::new("exports-zip", &[]);
    let path = folder.0.join("all.zip");
    std::fs::write(&path, archive).unwrap();
    let check = "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(len(z.namelist()))";
    if has("python3", &["-c", "import zipfile"]) {
        let out = Command::new("python3").args(["-c", check]).arg(&path).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&out.stdout).trim(), files.len().to_string(), "{out:?}");
    }
}

#[test]
fn rewritten_patterns_run_on_the_regex_crate_as_on_ours() {
    let patterns = [
        r"^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<log>.*)$",
        r"^\[(?<level>\w+)\]\s+(?<msg>.*?)(?: \((?<ms>\d+(?:\.\d+)?) ms\))?$",
        r"^(?<host>[^ ]*) [^ ]* (?<user>[^ ]*) \[(?<time>[^\]]*)\] \x22(?<method>\S+)(?: +(?<path>[^ ]*) +\S*)?\x22 (?<code>[^ ]*)",
        r"(?<key>[[:alpha:]_][[:alnum:]_]*)=(?<value>\h+|[^\s]+)",
        r"^(?<date>\d{4}[-/]\d{1,2}[-/]\d{1,2})[T ](?<rest>.+)$",
        r"(?i)^(?<level>error|warn)\b(?<rest>.*)",
        r"^(?<a>\p{Hiragana}+|\p{Han}+)(?<b>.*)\z",
    ];
    let texts = [
        "2023-02-02T07:48:11.5Z stdout F hello",
        "[INFO]  done (12.5 ms)",
        "[WARN] done",
        "10.0.0.1 - bob [02/Feb/2023:07:48:11 +0000] \"GET /a HTTP/1.1\" 200",
        "x status=200 y=ff",
        "2023/2/3 07:48 text",
        "Error: no",
        "日本語のログ",
        "ログ",
        "",
    ];
    for pattern in patterns {
        let ours = Regexp::new(pattern, Options::default()).unwrap();
        let rewritten = rewrite(ours.tree(), pattern, Dialect::Rust)
            .unwrap_or_else(|why| panic!("{pattern}: {why:?}"));
        let theirs = regex::Regex::new(&rewritten.pattern).unwrap();
        let mut region = Region::default();
        for text in texts {
            let bytes = text.as_bytes();
            let encoding = fluentd_playground::encoding::Encoding::Utf8;
            let taken = ours.search(bytes, encoding, 0, &mut region).unwrap();
            let found = theirs.captures(text);
            assert_eq!(taken, found.is_some(), "{pattern} -> {} on {text}", rewritten.pattern);
            let Some(found) = found else { continue };
            for name in ours.names() {
                let ours = region.groups[name.groups[0] as usize].map(|span| &text[span.range()]);
                let theirs = found.name(&name.text).map(|group| group.as_str());
                assert_eq!(ours, theirs, "{pattern}, group {} on {text}", name.text);
            }
        }
    }
}

#[test]
fn every_sheet_has_files_and_says_what_was_tried() {
    let files = lines();
    let page = Page { files: vec![(1, files[0].0.clone())], ..Page::default() };
    let given = Given { conf: CRI, files, address: "https://example.org/", page };
    let texts = fluentd_playground::order::map::Map::new();
    let (first, _) = export("", &given, &Settings::default(), &texts);
    for choice in &first.groups[0].choices {
        let Offer::Sheet(what) = &choice.offer else { panic!("a sheet") };
        let (sheet, _) = export(what, &given, &Settings::default(), &texts);
        assert!(!sheet.files.is_empty(), "{}: {:?}", what, sheet.said);
        assert!(sheet.said.iter().all(|(mark, _)| mark != "bad"), "{}: {:?}", what, sheet.said);
        let tried = ["pair", "both", "migrate", "kubernetes", "helm"].contains(&what.as_str());
        assert_eq!(sheet.said.iter().any(|(mark, _)| mark == "good"), tried, "{what}");
    }
    let said = &first.said.iter().find(|(mark, _)| mark == "good").unwrap().1;
    assert!(
        said.en.starts_with("Both variants give the same 5 events from the 10 lines"),
        "{}",
        said.en
    );
    assert!(first.zip.starts_with("data:application/zip;base64,UEsD"));
}

/// What Rust's crate says on the sheet of a parser filter with this pattern, over these messages.
fn verdict(agent: &str, pattern: &str, messages: &[&str]) -> (String, String) {
    let conf = format!(
        "<filter k.**>\n  @type parser\n  key_name message\n  <parse>\n    @type regexp\n    expression /{pattern}/\n  </parse>\n</filter>\n"
    );
    let line = |text: &&str| format!("2023-02-02T07:48:11.5Z stdout F {text}\n");
    let files = vec![("/a.log".to_owned(), messages.iter().map(line).collect::<String>().into())];
    let given = Given { conf: &conf, files, address: "", page: Page::default() };
    let texts = fluentd_playground::order::map::Map::new();
    let (sheet, waiting) = export(agent, &given, &Settings::default(), &texts);
    assert!(sheet.pending && sheet.said[0].0 == "wait", "{:?}", sheet.said);
    let mut waiting = waiting.unwrap();
    let task = waiting.task().unwrap();
    assert_eq!(waiting.task(), None, "a task is done once");
    let sheet = waiting.done(&verify::verify(&task), "");
    assert!(!sheet.pending);
    let (mark, said) = sheet.said.into_iter().next().unwrap();
    (mark, said.en)
}

#[test]
fn rusts_crate_says_on_how_many_messages_it_agrees() {
    let pattern = r"^\[(?<level>\w+)\] (?<text>.*?)(?: \((?<ms>\d+) ms\))?$";
    let messages = ["[INFO] done (12 ms)", "[WARN] no", "other", "", "日本語"];
    for agent in ["vector", "otel", "alloy"] {
        let (mark, said) = verdict(agent, pattern, &messages);
        assert_eq!(mark, "good", "{said}");
        assert!(said.contains("on 5 of 5 messages on the screen (2 match)"), "{said}");
    }
}

#[test]
fn rusts_crate_shows_the_first_message_where_it_differs() {
    // Ruby's `ß` is also `ss` where case is ignored, and its `\b` knows all letters; RE2's does not.
    let (mark, said) = verdict("vector", "(?i)^(?<word>straße)$", &["STRASSE", "straße"]);
    assert_eq!(mark, "bad");
    assert!(said.contains("differs from Ruby on 1 of 2 messages"), "{said}");
    assert!(said.contains("`STRASSE`: it matches in Ruby, it does not match there"), "{said}");
    let pattern = r"(?<word>\w+\b)(?<rest>.*)";
    assert_eq!(verdict("vector", pattern, &["ab日c d"]).0, "good");
    let (mark, said) = verdict("otel", pattern, &["one two", "ab日c d"]);
    assert_eq!(mark, "bad");
    assert!(said.contains("`ab日c d`: `word` is `c` in Ruby, `word` is `ab` there"), "{said}");
}

#[test]
fn a_pattern_that_rusts_crate_refuses_or_that_was_not_run_is_said_so() {
    let (mark, said) = verdict("vector", "(?<a>(?:.{1000}){1000})", &["a"]);
    assert!(mark == "bad" && said.contains("refuses the rewritten pattern"), "{said}");
}
