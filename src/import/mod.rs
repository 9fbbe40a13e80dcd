//! What other tools keep a pattern or a configuration in, read back as a fluent.conf, with the list
//! of what differs: ConfigMaps and Helm values, `<parse>` fragments, Fluent Bit parsers, and the
//! links and patterns of regexp testers.
//!
//! Nothing here judges the configuration; the engine does that once it is on the page.

#![allow(
    clippy::disallowed_methods,
    reason = "other tools' texts, not Ruby's: Unicode white space is white space here"
)]

pub mod fluent_bit;
pub mod manifest;
pub mod regexp_tester;
pub mod yaml;

use crate::diag::Message;

/// A text recognised and read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// What it was, e.g. "ConfigMap with 2 configurations".
    pub what: Message,
    /// The configurations found, the main one first: name and text.
    pub confs: Vec<(String, String)>,
    /// Log lines that came with it.
    pub lines: Vec<String>,
    /// What differs in fluentd.
    pub differences: Vec<Message>,
}

/// Longest text looked at; anything longer is log data.
const LIMIT: usize = 4 << 20;

/// Reads `text` as whatever it is; `None` for log lines and everything else that is no
/// configuration.
pub fn import(text: &str) -> Option<Imported> {
    if text.len() > LIMIT {
        return None;
    }
    let trimmed = text.trim();
    regexp_tester::link(trimmed)
        .or_else(|| fluent_conf(trimmed))
        .or_else(|| fluent_bit::classic(trimmed))
        .or_else(|| manifest::import(text))
        .or_else(|| fluent_bit::yaml(text))
        .or_else(|| fluent_bit::whole(text))
        .or_else(|| regexp_tester::pattern(trimmed))
}

/// True for a text that can only be (part of) a fluent.conf: a line that opens one of its sections.
pub(crate) fn is_fluent_conf(text: &str) -> bool {
    text.lines().map(str::trim_start).any(|line| {
        ["<source>", "<match", "<filter", "<label ", "<parse>", "<system>", "<worker "]
            .iter()
            .any(|opening| line.starts_with(opening))
            || line.starts_with("@include ")
    })
}

fn fluent_conf(text: &str) -> Option<Imported> {
    let first =
        text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    if !(first.starts_with('<') || first.starts_with("@include ")) || !is_fluent_conf(text) {
        return None;
    }
    if first.starts_with("<parse>") && !text.lines().any(|line| line.trim().starts_with("<source>"))
    {
        return Some(Imported {
            what: Message::new(
                "a <parse> section (tail_container_parse.conf of the daemonset image)",
                "<parse> セクション (daemonset イメージの tail_container_parse.conf)",
            ),
            confs: vec![("fluent.conf".to_owned(), around_parse(text))],
            ..Imported::default()
        });
    }
    Some(Imported {
        what: Message::new("a fluent.conf", "fluent.conf"),
        confs: vec![("fluent.conf".to_owned(), text.to_owned() + "\n")],
        ..Imported::default()
    })
}

/// A whole configuration around a `<parse>` section.
pub(crate) fn around_parse(parse: &str) -> String {
    let mut conf = String::from(
        "<source>\n  @type tail\n  path /var/log/containers/*.log\n  \
         pos_file /var/log/fluentd-containers.log.pos\n  tag kubernetes.*\n  read_from_head true\n",
    );
    for line in parse.lines() {
        if !line.is_empty() {
            conf.push_str("  ");
            conf.push_str(line);
        }
        conf.push('\n');
    }
    conf.push_str("</source>\n<match **>\n  @type stdout\n</match>\n");
    conf
}

/// `/pattern/options` as a value that fluentd reads back whole: a blank before `#` would begin a
/// comment there, so that `#` is escaped.
pub(crate) fn expression_value(pattern: &str, options: &str) -> String {
    format!("/{}/{options}", pattern.replace(" #", r" \#").replace("\t#", r"\t\#"))
}

#[cfg(test)]
mod tests {
    use super::{expression_value, import};

    #[test]
    fn a_parse_fragment_gets_a_source_around_it() {
        let imported = import("<parse>\n  @type cri\n</parse>\n").unwrap_or_default();
        let (name, conf) = &imported.confs[0];
        assert_eq!(name, "fluent.conf");
        assert!(conf.contains("  <parse>\n    @type cri\n  </parse>\n</source>"));
    }

    #[test]
    fn a_configuration_of_fluent_bit_becomes_a_source() {
        let classic = "[SERVICE]\n    Flush 5\n[INPUT]\n    Name tail\n    Path /var/log/app/*.log\n    multiline.parser docker, cri\n[OUTPUT]\n    Name stdout\n";
        let yaml = "pipeline:\n  inputs:\n    - name: tail\n      path: /var/log/app/*.log\n      multiline.parser: docker, cri\n";
        for text in [classic, yaml] {
            let conf = &import(text).unwrap_or_default().confs[0].1;
            assert!(
                conf.contains("path /var/log/app/*.log") && conf.contains("@type multi_format"),
                "{conf}"
            );
        }
    }

    #[test]
    fn log_lines_are_no_configuration() {
        for text in [
            "2023-02-02T07:48:11.576765119Z stdout F GET /a (?) 200",
            "{\"log\":\"a\\n\",\"stream\":\"stdout\",\"time\":\"2023-02-02T07:48:11Z\"}",
            "plain words",
            "",
        ] {
            assert_eq!(import(text), None, "{text}");
        }
    }

    #[test]
    fn a_blank_before_a_number_sign_does_not_become_a_comment() {
        assert_eq!(expression_value("a #(?<n>b)", ""), r"/a \#(?<n>b)/");
    }
}
