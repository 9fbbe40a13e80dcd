//! More of what goes wrong between the parser and the output, from the configuration alone
//! (PIPELINE.md S07 to S59, MARKET.md F4 and F7): each finding with the parameter that mends it.

use super::route::{add, at, is_on, text};
use crate::diag::codes::{concat, filter, route, tail};
use crate::diag::{Code, Diagnostic, Edit, Fix, Message};
use crate::fluent::config::element::{Attr, AttrValue, Element};
use crate::fluent::expression::Program;
use crate::fluent::expression::parser::Failed;

/// Findings, level by level.
pub(super) fn lint(root: &Element) -> Vec<Diagnostic> {
    let facts = Facts::of(root);
    let mut found = Vec::new();
    for level in [root].into_iter().chain(labels(root)) {
        let rules: Vec<&Element> = level
            .elements
            .iter()
            .filter(|element| matches!(element.name.as_str(), "filter" | "match"))
            .collect();
        for (index, rule) in rules.iter().enumerate() {
            patterns(rule, &mut found);
            let below = rules.get(index + 1..).unwrap_or_default();
            match (rule.name.as_str(), kind(rule)) {
                ("match", kind) => output(level, rule, kind, &facts, &mut found),
                (_, "concat") => concat(level, rule, below, &facts, &mut found),
                (_, kind) => filters(rule, kind, &facts, &mut found),
            }
        }
        if level.arg == "@ERROR" && !rules.iter().any(|rule| takes_all(rule)) {
            found.push(of(&route::ERROR_LABEL_MISSES, level));
        }
    }
    for source in root.elements.iter().filter(|element| element.name == "source") {
        if is_on(source, "emit_unmatched_lines")
            && let Some(attr) = source.peek("emit_unmatched_lines")
        {
            found.push(of_value(&tail::UNMATCHED_NOT_INVALID, attr));
        }
    }
    own_log(root, &mut found);
    found
}

pub(super) fn labels(root: &Element) -> impl Iterator<Item = &Element> {
    root.elements.iter().filter(|element| element.name == "label")
}

pub(super) fn kind(element: &Element) -> &str {
    text(element, "@type").or_else(|| text(element, "type")).unwrap_or_default()
}

/// What findings need to know of the whole.
struct Facts<'e> {
    labels: Vec<&'e str>,
    error_label: bool,
    /// Some source reads lines that end with a newline of their own (Docker's JSON).
    json: bool,
    /// Some source reads lines without (CRI).
    bare: bool,
    /// A source that tails without `*` in its tag.
    plain_tag: Option<&'e str>,
    /// The whole.
    root: &'e Element,
}

impl<'e> Facts<'e> {
    fn of(root: &'e Element) -> Facts<'e> {
        let tails: Vec<&Element> = root
            .elements
            .iter()
            .filter(|element| element.name == "source" && kind(element) == "tail")
            .collect();
        let parsers: Vec<&str> = tails
            .iter()
            .map(|source| {
                let parse = source.elements.iter().find(|element| element.name == "parse");
                parse.map_or_else(|| text(source, "format").unwrap_or_default(), kind)
            })
            .collect();
        let tags: Vec<&str> = tails.iter().filter_map(|source| text(source, "tag")).collect();
        let labels: Vec<&str> = labels(root).map(|label| label.arg.as_str()).collect();
        Facts {
            error_label: labels.contains(&"@ERROR"),
            json: parsers.contains(&"json"),
            bare: parsers.iter().any(|name| matches!(*name, "cri" | "regexp" | "none")),
            plain_tag: tags.iter().find(|tag| !tag.contains('*')).copied(),
            root,
            labels,
        }
    }

    /// True where a `<store>` sends records to what changes them in place.
    fn changes_records(&self, store: &Element) -> bool {
        let label = match kind(store) {
            "detect_exceptions" => return true,
            "relabel" | "rewrite_tag_filter" => text(store, "@label"),
            _ => return false,
        };
        let label = labels(self.root).find(|known| Some(known.arg.as_str()) == label);
        let goes_on = |label: &Element| label.elements.iter().any(|rule| kind(rule) == "relabel");
        match label {
            Some(label) if !goes_on(label) => changes_in_place(label, 0),
            _ => changes_in_place(self.root, 0),
        }
    }
}

/// True where a filter changes a record that others may hold.
fn changes_in_place(element: &Element, depth: u32) -> bool {
    let ruby = ["<<", "!", ".delete(", "] ="];
    let edits = |attr: &Attr| {
        matches!(&attr.value, AttrValue::Text(code) if code.contains("${")
            && ruby.iter().any(|mark| code.contains(mark)))
    };
    let own = match kind(element) {
        "parser" => is_on(element, "remove_key_name_field"),
        "record_transformer" => {
            is_on(element, "enable_ruby")
                && element.elements.iter().any(|record| record.attrs.iter().any(edits))
        }
        "record_modifier" | "detect_exceptions" => true,
        _ => false,
    };
    own || depth < 5 && element.elements.iter().any(|inner| changes_in_place(inner, depth + 1))
}

fn takes_all(rule: &Element) -> bool {
    rule.name == "match"
        && (rule.arg.is_empty() || rule.arg.split_ascii_whitespace().any(|piece| piece == "**"))
}

pub(super) fn of(code: &'static Code, element: &Element) -> Diagnostic {
    at(code, code.doc.into(), element.source, element.name_span)
}

pub(super) fn of_value(code: &'static Code, attr: &Attr) -> Diagnostic {
    at(code, code.doc.into(), attr.source, attr.value_span)
}

/// A finding mended by another text in a place.
pub(super) fn instead(mut found: Diagnostic, title: (&str, &str), text: &str) -> Diagnostic {
    if let Some(place) = &found.primary {
        let edit = Edit { source: place.source, span: place.span, text: text.to_owned() };
        let title = Message::new(title.0, title.1);
        found = found.fix(Fix { title, edits: vec![edit] });
    }
    found
}

fn patterns(rule: &Element, found: &mut Vec<Diagnostic>) {
    for piece in rule.arg.split_ascii_whitespace() {
        let open = |until: usize| {
            piece.bytes().take(until).fold(0, |depth: i32, byte| match byte {
                b'{' => depth + 1,
                b'}' => depth - 1,
                _ => depth,
            })
        };
        let comma = piece.bytes().enumerate().any(|(at, byte)| byte == b',' && open(at) == 0);
        let (code, better) = if piece.len() > 1 && piece.starts_with('/') && piece.ends_with('/') {
            let inner = piece.trim_matches('/');
            if inner.contains(".*") || inner.contains(".+") {
                continue;
            }
            let inner = inner.trim_start_matches('^').trim_end_matches('$');
            (&route::WHOLE_TAG, format!("/.*{inner}.*/"))
        } else if comma {
            (&route::COMMA, piece.replace(',', " "))
        } else if piece.contains(['?', '[']) {
            (&route::GLOB_LITERAL, piece.replace('?', "*"))
        } else {
            continue;
        };
        let finding = at(code, code.doc.into(), rule.source, rule.arg_span);
        let pattern = rule.arg.replacen(piece, &better, 1);
        let title = (format!("Write {pattern}"), format!("{pattern} と書く"));
        found.push(if code.path.ends_with("literal") {
            finding
        } else {
            instead(finding, (&title.0, &title.1), &pattern)
        });
    }
}

fn own_log(root: &Element, found: &mut Vec<Diagnostic>) {
    if labels(root).any(|label| label.arg == "@FLUENT_LOG") {
        return;
    }
    let takes = |rule: &&Element| {
        rule.name == "match"
            && (takes_all(rule) || rule.arg.split(' ').any(|p| p.starts_with("fluent.")))
    };
    let Some(first) = root.elements.iter().find(takes) else { return };
    if !takes_all(first) || kind(first) == "null" {
        return;
    }
    let end = Edit {
        source: root.source,
        span: crate::source::Span::at(root.span.end as usize),
        text: "\n<label @FLUENT_LOG>\n  <match **>\n    @type stdout\n  </match>\n</label>\n"
            .to_owned(),
    };
    let title = Message::new("Add <label @FLUENT_LOG>", "<label @FLUENT_LOG> を追加する");
    found.push(of(&route::OWN_LOG, first).fix(Fix { title, edits: vec![end] }));
}

fn output(
    level: &Element,
    rule: &Element,
    kind: &str,
    facts: &Facts<'_>,
    found: &mut Vec<Diagnostic>,
) {
    let here = if level.name == "label" { level.arg.as_str() } else { "@ROOT" };
    match kind {
        "relabel" => match rule.peek("@label") {
            None => found.push(add(&route::RELABEL_LOOPS, rule, "@label @OUTPUT")),
            Some(attr) if text(rule, "@label") == Some(here) => {
                found.push(of_value(&route::RELABEL_LOOPS, attr));
            }
            Some(_) => {}
        },
        "copy" if text(rule, "copy_mode").is_none() => {
            let stores = || rule.elements.iter().filter(|inner| inner.name == "store");
            if stores().count() > 1 && stores().any(|store| facts.changes_records(store)) {
                found.push(add(&route::COPY_SHARES, rule, "copy_mode deep"));
            }
        }
        "rewrite_tag_filter" => {
            let all = |inner: &Element| {
                let pattern = text(inner, "pattern").unwrap_or_default().trim_matches('/');
                matches!(
                    pattern,
                    ".+" | ".*" | "^.+$" | "^.*$" | "" | "(.+)" | "(.*)" | "^(.+)$" | "^(.*)$"
                )
            };
            if !rule.elements.iter().any(|inner| inner.name == "rule" && all(inner)) {
                found.push(of(&route::REWRITE_DROPS, rule));
            }
        }
        "detect_exceptions" => {
            if facts.bare && !is_on(rule, "force_line_breaks") {
                found.push(add(&route::TRACES_GLUED, rule, "force_line_breaks true"));
            }
            if text(rule, "multiline_flush_interval").is_none() {
                found.push(add(&route::TRACE_WAITS, rule, "multiline_flush_interval 1"));
            }
            let known = "all java javascript js csharp python py php go ruby rb dart";
            let unknown = |name: &str| {
                let name = name.to_ascii_lowercase();
                let name = name.trim_matches([' ', '"', '[', ']', '\'']);
                !name.is_empty() && !known.split(' ').any(|known| known == name)
            };
            if let Some(attr) = rule.peek("languages")
                && text(rule, "languages").unwrap_or_default().split(',').any(unknown)
            {
                found.push(of_value(&route::UNKNOWN_LANGUAGE, attr));
            }
        }
        _ => {}
    }
    for (at, inner) in rule.elements.iter().enumerate().filter(|(_, inner)| inner.name == "store") {
        if at < 50 {
            output(level, inner, self::kind(inner), facts, found);
        }
    }
}

fn concat(
    level: &Element,
    rule: &Element,
    below: &[&Element],
    facts: &Facts<'_>,
    found: &mut Vec<Diagnostic>,
) {
    let has = |name: &str| text(rule, name).is_some();
    let regexp = has("multiline_start_regexp") || has("multiline_end_regexp");
    if regexp && facts.json && !facts.bare && !has("separator") {
        found.push(add(&concat::NEWLINE_DOUBLED, rule, "separator \"\""));
    }
    if is_on(rule, "use_partial_cri_logtag")
        && let Some(attr) = rule.peek("use_partial_cri_logtag")
    {
        let mut finding = of_value(&concat::STREAM_DELETED, attr);
        if let Some(place) = &mut finding.primary {
            place.span.start = attr.key_span.start;
        }
        let text = "partial_key logtag\n  partial_value P\n  stream_identity_key stream";
        let others = ["partial_cri_logtag_key", "partial_cri_stream_key", "stream_identity_key"];
        found.push(if others.iter().any(|name| has(name)) {
            finding
        } else {
            instead(finding, ("Use partial_key logtag", "partial_key logtag を使う"), text)
        });
    }
    if let Some(end) = rule.peek("multiline_end_regexp")
        && matches!(
            text(rule, "multiline_end_regexp"),
            Some("/\\n$/" | "/\\n/" | "/\\n\\z/" | "/\n$/")
        )
        && facts.bare
        && !facts.json
    {
        found.push(of_value(&concat::END_NEVER_COMES, end));
    }
    if has("continuous_line_regexp")
        && is_on(rule, "use_first_timestamp")
        && let Some(attr) = rule.peek("use_first_timestamp")
    {
        found.push(of_value(&concat::LONE_LINE_TIME, attr));
    }
    let (Some(label), Some(attr)) = (text(rule, "timeout_label"), rule.peek("timeout_label"))
    else {
        return;
    };
    if label == "@ROOT" && level.name != "label" || label == level.arg && level.name == "label" {
        found.push(of_value(&concat::TIMEOUT_INTO_ITSELF, attr));
    } else if label != "@ROOT" && !facts.labels.contains(&label) {
        let finding = of_value(&concat::UNKNOWN_LABEL, attr);
        found.push(
            match facts.labels.iter().find(|name| !matches!(**name, "@ERROR" | "@FLUENT_LOG")) {
                Some(near) => {
                    let title = (format!("Use {near}"), format!("{near} にする"));
                    instead(finding, (&title.0, &title.1), near)
                }
                None => finding,
            },
        );
    } else if below.iter().any(|rule| rule.name == "filter") {
        found.push(of_value(&concat::TIMEOUT_SKIPS, attr));
    }
}

fn filters(rule: &Element, kind: &str, facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    match kind {
        "parser" => {
            let quiet = matches!(text(rule, "emit_invalid_record_to_error"), Some("false" | "no"));
            if facts.error_label && is_on(rule, "reserve_data") && !quiet {
                found.push(add(&filter::KEPT_TWICE, rule, "emit_invalid_record_to_error false"));
            }
        }
        "record_transformer" => transformer(rule, found),
        "kubernetes_metadata" => {
            let everything = rule.arg.split_ascii_whitespace().any(|piece| piece == "**");
            let tag = facts.plain_tag.filter(|tag| {
                everything
                    || crate::fluent::match_pattern::MatchPatterns::new(&rule.arg)
                        .is_ok_and(|pattern| pattern.matches(tag.as_bytes()))
            });
            if let Some(tag) =
                tag.filter(|tag| !tag.contains("containers") && !tag.contains("pods"))
            {
                let message = Message::new(
                    format!("{}: {tag}.", filter::NO_METADATA.doc.en),
                    format!("{}: {tag}", filter::NO_METADATA.doc.ja),
                );
                found.push(at(&filter::NO_METADATA, message, rule.source, rule.name_span));
            }
            if let Some(attr) = rule.peek("tag_to_kubernetes_name_regexp") {
                let pattern = text(rule, "tag_to_kubernetes_name_regexp").unwrap_or_default();
                let lacks = |group: &str| !pattern.contains(&format!("(?<{group}>"));
                if lacks("docker_id") && lacks("pod_uuid")
                    || lacks("pod_name")
                    || lacks("container_name")
                {
                    found.push(of_value(&filter::METADATA_GROUPS, attr));
                }
            }
        }
        _ => {}
    }
}

fn transformer(rule: &Element, found: &mut Vec<Diagnostic>) {
    let ruby = is_on(rule, "enable_ruby");
    let renewed = text(rule, "renew_time_key");
    for record in rule.elements.iter().filter(|element| element.name == "record") {
        for attr in &record.attrs {
            let AttrValue::Text(value) = &attr.value else { continue };
            let texts = ["iso8601", "strftime(\"%Y", "strftime('%Y", "${time}", "Time.now}"];
            if renewed == Some(attr.key.as_str()) && texts.iter().any(|part| value.contains(part)) {
                found.push(of_value(&filter::RENEWED_TIME, attr));
            }
            if !ruby || value.starts_with(['{', '[']) || !value.contains("${") {
                continue;
            }
            let single = value.matches("${").count() == 1 && value.starts_with("${");
            let code = match value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
                Some(code) if single => code.to_owned(),
                _ => format!("%Q[{}]", value.replace("${", "#{")),
            };
            if matches!(Program::parse(&code), Err(Failed::Syntax(_))) {
                found.push(of_value(&filter::RUBY_SYNTAX, attr));
            }
            nested(attr, value, found);
        }
    }
}

/// `record["a"]["b"]`: read by `dig` it does not raise.
fn nested(attr: &Attr, value: &str, found: &mut Vec<Diagnostic>) {
    let Some(start) = value.find("record[\"") else { return };
    let rest = &value[start + 6..];
    let mut keys = Vec::new();
    let mut at = 0;
    while let Some(inner) = rest.get(at..).and_then(|rest| rest.strip_prefix("[\"")) {
        let Some(end) = inner.find("\"]") else { break };
        keys.push(&inner[..end]);
        at += end + 4;
    }
    let assigned = rest.get(at..).is_some_and(|rest| rest.trim_start_matches(' ').starts_with('='));
    if keys.len() < 2 || assigned || value.contains(" rescue ") {
        return;
    }
    let dig = format!("record.dig(\"{}\")", keys.join("\", \""));
    let text = format!("{}{dig}{}", &value[..start], &rest[at..]);
    let title = (format!("Write {dig}"), format!("{dig} と書く"));
    found.push(instead(of_value(&filter::NESTED_READ, attr), (&title.0, &title.1), &text));
}

#[cfg(test)]
mod tests {
    use super::lint;
    use crate::fluent::config::v1_parser::parse;
    use crate::fluent::environment::Environment;

    fn codes(conf: &str) -> Vec<(&'static str, Option<String>)> {
        let root = parse(conf, &Environment::default()).root.unwrap();
        let edit = |fix: &crate::diag::Fix| fix.edits[0].text.clone();
        lint(&root).iter().map(|found| (found.code.path, found.fix.as_ref().map(edit))).collect()
    }

    const CRI: &str = "<source>\n@type tail\ntag k\n<parse>\n@type cri\n</parse>\n</source>\n";

    /// Each configuration has one mistake, and is mended as said.
    #[test]
    #[expect(clippy::too_many_lines, reason = "one row a mistake")]
    fn every_mistake_is_named_and_mended() {
        for (conf, code, fix) in [
            (
                "<match a>\n@type relabel\n</match>\n",
                "route/relabel-loops",
                Some("\n  @label @OUTPUT"),
            ),
            ("<match a,b>\n@type x\n</match>\n", "route/comma-in-pattern", Some("a b")),
            ("<match {a,b}.**>\n@type x\n</match>\n", "", None),
            ("<match /kube/>\n@type x\n</match>\n", "route/regexp-whole-tag", Some("/.*kube.*/")),
            ("<match app.?>\n@type x\n</match>\n", "route/glob-literal", None),
            (
                "<label @ERROR>\n<match a>\n@type x\n</match>\n</label>\n",
                "route/error-label-misses",
                None,
            ),
            (
                "<match a>\n@type rewrite_tag_filter\n<rule>\nkey a\npattern /x/\ntag b\n</rule>\n</match>\n",
                "route/rewrite-drops",
                None,
            ),
            (
                "<match a>\n@type detect_exceptions\nlanguages java, cobol\nmultiline_flush_interval 1\n</match>\n",
                "route/unknown-language",
                None,
            ),
            (
                "<match a>\n@type detect_exceptions\n</match>\n",
                "route/trace-waits",
                Some("\n  multiline_flush_interval 1"),
            ),
            (
                "<filter a>\n@type concat\nkey log\nn_lines 2\ntimeout_label @NOPE\n</filter>\n",
                "concat/unknown-timeout-label",
                None,
            ),
            (
                "<filter a>\n@type concat\nkey log\nn_lines 2\ntimeout_label @ROOT\n</filter>\n",
                "concat/timeout-into-itself",
                None,
            ),
            (
                "<filter a>\n@type concat\nkey log\nuse_partial_cri_logtag true\n</filter>\n",
                "concat/stream-deleted",
                Some("partial_key logtag\n  partial_value P\n  stream_identity_key stream"),
            ),
            (
                "<filter a>\n@type record_transformer\nenable_ruby true\n<record>\nx ${record[\"a\"][\"b\"]}\n</record>\n</filter>\n",
                "filter/nested-read",
                Some("${record.dig(\"a\", \"b\")}"),
            ),
            (
                "<filter a>\n@type record_transformer\nenable_ruby true\n<record>\nx ${1 +}\n</record>\n</filter>\n",
                "filter/ruby-syntax",
                None,
            ),
            (
                "<filter a>\n@type record_transformer\nrenew_time_key t\n<record>\nt ${time}\n</record>\n</filter>\n",
                "filter/renewed-time",
                None,
            ),
            (
                "<filter a>\n@type kubernetes_metadata\ntag_to_kubernetes_name_regexp (?<pod_name>.)\n</filter>\n",
                "filter/metadata-groups",
                None,
            ),
            (
                "<source>\n@type tail\nemit_unmatched_lines true\n</source>\n",
                "tail/unmatched-not-invalid",
                None,
            ),
        ] {
            let found = codes(conf);
            let wanted: Vec<_> = Some((code, fix.map(str::to_owned)))
                .into_iter()
                .filter(|w| !w.0.is_empty())
                .collect();
            assert_eq!(found, wanted, "{conf}");
        }
    }

    #[test]
    fn lines_without_a_newline_of_their_own_are_known_by_the_source() {
        let glued = format!(
            "{CRI}<match k>\n@type detect_exceptions\nmultiline_flush_interval 1\n</match>\n"
        );
        assert_eq!(codes(&glued)[0].0, "route/traces-glued");
        let end = format!(
            "{CRI}<filter k>\n@type concat\nkey log\nmultiline_end_regexp /\\n$/\n</filter>\n"
        );
        assert_eq!(codes(&end)[0].0, "concat/end-never-comes");
        let docker = end.replace("@type cri", "@type json");
        assert_eq!(codes(&docker)[0].0, "concat/newline-doubled");
        let metadata = format!("{CRI}<filter **>\n@type kubernetes_metadata\n</filter>\n");
        assert_eq!(codes(&metadata)[0].0, "filter/no-metadata");
    }

    #[test]
    fn what_depends_on_the_whole_configuration_is_seen() {
        let all = "<match **>\n@type stdout\n</match>\n";
        assert_eq!(codes(all)[0].0, "route/own-log");
        let label = "<label @FLUENT_LOG>\n<match **>\n@type null\n</match>\n</label>\n";
        assert_eq!(codes(&format!("{all}{label}")), []);
        let copy = "<match a>\n@type copy\n<store>\n@type x\n</store>\n<store>\n@type y\n</store>\n</match>\n";
        assert_eq!(codes(copy), []);
        let parser =
            "<filter b>\n@type parser\nkey_name log\nremove_key_name_field true\n</filter>\n";
        // Before the copy, nobody else has the record.
        assert_eq!(codes(&format!("{copy}{parser}")), []);
        let branch = copy.replace("@type y", "@type relabel\n@label @B");
        let branch =
            format!("{branch}<label @B>\n{parser}<match **>\n@type x\n</match>\n</label>\n");
        assert_eq!(codes(&branch)[0].0, "route/copy-shares");
        assert_eq!(
            codes(&copy.replace("@type y", "@type detect_exceptions"))[0].0,
            "route/copy-shares"
        );
        let skips = "<label @O>\n<match **>\n@type x\n</match>\n</label>\n<filter a>\n@type concat\nkey log\nn_lines 2\ntimeout_label @O\n</filter>\n<filter a>\n@type grep\n</filter>\n";
        assert_eq!(codes(skips)[0].0, "concat/timeout-skips-filters");
        let twice = "<label @ERROR>\n<match **>\n@type x\n</match>\n</label>\n<filter a>\n@type parser\nkey_name log\nreserve_data true\n</filter>\n";
        assert_eq!(codes(twice)[0].0, "filter/kept-twice");
        let lone = "<filter a>\n@type concat\nkey log\nmultiline_start_regexp /a/\ncontinuous_line_regexp /b/\nuse_first_timestamp true\n</filter>\n";
        assert_eq!(codes(lone)[0].0, "concat/lone-line-time");
    }
}
