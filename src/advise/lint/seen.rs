//! What goes wrong with the tags and the records that a run saw (PIPELINE.md S05, S32, S49, S51
//! and S54).

use super::flow::{instead, kind, labels, of, of_value};
use super::route::{Seen, add, text};
use crate::diag::codes::{concat, filter, route};
use crate::diag::{Diagnostic, Message};
use crate::fluent::config::element::{Attr, AttrValue, Element};
use crate::fluent::match_pattern::MatchPatterns;
use crate::ruby::value::{Record, Value};

/// Findings, level by level.
pub(super) fn lint(root: &Element, seen: &Seen) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for level in [root].into_iter().chain(labels(root)) {
        for rule in &level.elements {
            match (rule.name.as_str(), kind(rule)) {
                ("filter", "concat") => tag_cut(root, rule, seen, &mut found),
                ("filter", "record_modifier") => goes_on(rule, &mut found),
                ("filter", "kubernetes_metadata") => {
                    let url = rule.peek("kubernetes_url");
                    found.extend(url.map(|attr| of_value(&filter::API_AT_START, attr)));
                }
                ("match", "detect_exceptions") => traces(rule, seen, &mut found),
                _ => {}
            }
        }
    }
    found
}

/// S32: the tag of a group that times out is read from its identity, up to the first colon.
fn tag_cut(root: &Element, rule: &Element, seen: &Seen, found: &mut Vec<Diagnostic>) {
    let Ok(pattern) = MatchPatterns::new(if rule.arg.is_empty() { "**" } else { &rule.arg }) else {
        return;
    };
    let mut tags = seen.tags.iter().filter(|tag| tag.contains(':'));
    let Some(tag) = tags.find(|tag| pattern.matches(tag.as_bytes())) else { return };
    let cut = tag.split(':').next().unwrap_or_default();
    let code = &concat::TAG_CUT;
    let mut finding = of(code, rule);
    finding.message = Message::new(
        format!("{}: {tag} becomes {cut}.", code.doc.en),
        format!("{}: {tag} は {cut} になります。", code.doc.ja),
    );
    // Where the colon is written, it can be written otherwise.
    let is_it = |attr: &&Attr| matches!(&attr.value, AttrValue::Text(text) if text.contains(':'));
    let sources = root.elements.iter().filter(|element| element.name == "source");
    if let Some(attr) = sources.filter_map(|source| source.peek("tag")).find(is_it)
        && let AttrValue::Text(written) = &attr.value
    {
        let primary = finding.primary.take();
        let better = written.replace(':', ".");
        let title = (format!("Write {better}"), format!("{better} と書く"));
        finding.primary = of_value(code, attr).primary;
        finding = instead(finding, (&title.0, &title.1), &better);
        finding.primary = primary;
    }
    found.push(finding);
}

/// S05: `filter` of record_modifier raises and the chain goes on with the record as it was.
fn goes_on(rule: &Element, found: &mut Vec<Diagnostic>) {
    for record in rule.elements.iter().filter(|element| element.name == "record") {
        for attr in &record.attrs {
            let AttrValue::Text(value) = &attr.value else { continue };
            let Some(code) = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))
            else {
                continue;
            };
            // A call on what a field may not hold, or a field of a field.
            let raises = code.contains("].") || code.contains("][");
            if raises && !code.contains("rescue") && !code.contains("&.") {
                let better = format!("${{{code} rescue nil}}");
                let title = ("Add rescue nil", "rescue nil を付ける");
                found.push(instead(of_value(&filter::FAILS_AND_GOES_ON, attr), title, &better));
            }
        }
    }
}

/// S51 and S54, from the records that came.
fn traces(rule: &Element, seen: &Seen, found: &mut Vec<Diagnostic>) {
    let place = rule.place();
    let records: Vec<&Record> =
        seen.traced.iter().filter(|(at, _)| *at == place).map(|(_, record)| record).collect();
    let has = |name: &str, record: &Record| matches!(record.get(name), Some(Value::String(_)));
    let holder = |name: &&str| records.iter().any(|record| has(name, record));
    // Without the parameter the first of these that a record has.
    let written = text(rule, "message").filter(|name| !name.is_empty());
    let Some(name) = written.or_else(|| ["message", "log"].into_iter().find(holder)) else {
        return;
    };
    let lacking = records.iter().filter(|record| !has(name, record)).count();
    if lacking > 0 {
        let mut finding = of(&route::TRACE_DROPS, rule);
        finding.message = Message::new(
            format!("{} ({lacking} records have no {name}).", route::TRACE_DROPS.doc.en),
            format!("{} ({name} のないレコードが {lacking} 件)。", route::TRACE_DROPS.doc.ja),
        );
        let everywhere = |other: &&str| records.iter().all(|record| has(other, record));
        let better = ["log", "message"].into_iter().find(everywhere);
        found.push(match (better, rule.peek("message")) {
            (Some(better), Some(attr)) => {
                let title = (format!("Use {better}"), format!("{better} にする"));
                finding.primary = of_value(&route::TRACE_DROPS, attr).primary;
                instead(finding, (&title.0, &title.1), better)
            }
            _ => finding,
        });
    }
    let languages = text(rule, "languages").unwrap_or_default().to_ascii_lowercase();
    let java = ["java", "js", "csharp", "all"].iter().any(|name| languages.contains(name));
    if java || matches!(languages.as_str(), "" | "[]") {
        starts(rule, name, &records, found);
    }
}

/// Lines that do not start a trace though they name an exception, and lines that do though they are
/// none.
fn starts(rule: &Element, name: &str, records: &[&Record], found: &mut Vec<Diagnostic>) {
    let words = ["Exception", "Error", "Throwable"];
    let code = &route::TRACE_START;
    let (mut missed, mut opened) = (false, false);
    for record in records {
        let Some(Value::String(line)) = record.get(name) else { continue };
        let line = line.to_lossy();
        let shown: String = line.trim_end_matches(['\n', '\r']).chars().take(80).collect();
        if !missed && words.iter().any(|word| line.ends_with(word)) {
            missed = true;
            let mut finding = of(code, rule);
            finding.message = Message::new(
                format!("No trace starts at {shown}: neither a colon nor a line end follows."),
                format!("{shown} からはトレースが始まりません (直後にコロンも改行もありません)。"),
            );
            found.push(finding);
        } else if !opened
            && line.starts_with('{')
            && words.iter().any(|word| line.contains(&format!("{word}:")))
        {
            opened = true;
            let mut finding = add(code, rule, "multiline_flush_interval 1");
            finding.message = Message::new(
                format!("{shown} opens a trace and is held back until the next line."),
                format!("{shown} はトレースの始まりとみなされ、次の行まで出力されません。"),
            );
            if text(rule, "multiline_flush_interval").is_some() {
                finding.fix = None;
            }
            found.push(finding);
        }
    }
}
