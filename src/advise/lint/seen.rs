//! What goes wrong with the tags and the records that a run saw (PIPELINE.md S05, S32, S49, S51
//! and S54).

use super::flow::{instead, kind, labels, of, of_value};
use super::route::{Seen, add, text};
use crate::diag::codes::{concat, filter, route};
use crate::diag::{Diagnostic, Edit, Fix, Message};
use crate::fluent::config::element::{Attr, AttrValue, Element};
use crate::fluent::match_pattern::MatchPatterns;
use crate::ruby::value::{Record, Value};
use crate::source::Span;

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
                ("match", "rewrite_tag_filter") => comes_back(level, rule, &mut found),
                _ => {}
            }
        }
    }
    pieces(root, seen, &mut found);
    found
}

/// A rewritten tag goes through the level from its beginning: the first <match> that takes it gets it.
fn comes_back(level: &Element, rule: &Element, found: &mut Vec<Diagnostic>) {
    let takes = |rule: &Element, tag: &str| {
        MatchPatterns::new(&rule.arg).is_ok_and(|pattern| pattern.matches(tag.as_bytes()))
    };
    for inner in rule.elements.iter().filter(|inner| inner.name == "rule") {
        let (Some(tag), Some(attr)) = (text(inner, "tag"), inner.peek("tag")) else { continue };
        // What a placeholder stands for is not known here.
        if tag.contains(['$', '_']) && (tag.contains("__") || tag.contains('$'))
            || text(inner, "label").is_some()
            || text(rule, "@label").is_some()
        {
            continue;
        }
        let matches = || level.elements.iter().filter(|element| element.name == "match");
        if matches()
            .find(|known| takes(known, tag))
            .is_none_or(|first| first.place() != rule.place())
        {
            continue;
        }
        let mut finding = of_value(&route::REWRITTEN_AGAIN, attr);
        finding.message = match matches()
            .skip_while(|known| known.place() != rule.place())
            .skip(1)
            .find(|known| takes(known, tag))
        {
            Some(below) => Message::new(
                format!(
                    "The new tag {tag} comes to this same <match {}> again, never to <match {}> below.",
                    rule.arg, below.arg
                ),
                format!(
                    "新しいタグ {tag} は下の <match {}> ではなく、再びこの <match {}> に届きます。",
                    below.arg, rule.arg
                ),
            ),
            None => Message::new(
                format!("The new tag {tag} comes to this same <match {}> again.", rule.arg),
                format!("新しいタグ {tag} は再びこの <match {}> に届きます。", rule.arg),
            ),
        };
        found.push(finding);
    }
}

/// Pieces of long lines that no filter puts together.
fn pieces(root: &Element, seen: &Seen, found: &mut Vec<Diagnostic>) {
    let joins = |rule: &Element| {
        let has = |name: &str| text(rule, name).is_some();
        kind(rule) == "concat"
            && (has("partial_key")
                || has("use_partial_cri_logtag")
                || has("use_partial_metadata")
                || has("multiline_end_regexp"))
    };
    let levels = || [root].into_iter().chain(labels(root));
    if seen.pieces == 0 || levels().flat_map(|level| &level.elements).any(joins) {
        return;
    }
    let Some((label, tag)) = seen.read.first() else { return };
    let Some(level) = levels().find(|level| level.arg == *label) else { return };
    let takes = |rule: &&Element| {
        matches!(rule.name.as_str(), "filter" | "match")
            && MatchPatterns::new(&rule.arg).is_ok_and(|pattern| pattern.matches(tag.as_bytes()))
    };
    let Some(first) = level.elements.iter().find(takes) else { return };
    let finding = of(&concat::PIECES_APART, first);
    let fields = seen.fields.iter().find(|(place, _)| *place == first.place());
    let has =
        |name: &str| fields.is_some_and(|(_, fields)| fields.iter().any(|known| **known == *name));
    let key = ["log", "message"].into_iter().find(|key| has(key));
    found.push(match key.filter(|_| has("logtag") && has("stream")) {
        Some(key) => {
            let text = format!(
                "<filter {}>\n  @type concat\n  key {key}\n  partial_key logtag\n  partial_value P\n  \
                 stream_identity_key stream\n  separator \"\"\n</filter>\n",
                if first.arg.is_empty() { "**" } else { &first.arg }
            );
            let title = Message::new("Join the pieces with concat", "concat で断片を結合する");
            let edit = Edit { source: first.source, span: Span::at(first.span.start as usize), text };
            finding.fix(Fix { title, edits: vec![edit] })
        }
        None => finding,
    });
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
