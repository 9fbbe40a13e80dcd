//! What goes wrong between the parser and the output (PIPELINE.md S01 to S59, MARKET.md F4 to F10),
//! from the configuration and from what a run saw.

use std::rc::Rc;

use crate::diag::codes::{concat, filter, route};
use crate::diag::{Code, Diagnostic, Edit, Fix, Message, Severity};
use crate::fluent::config::element::{AttrValue, Element};
use crate::fluent::match_pattern::MatchPatterns;
use crate::ruby::value::Record;
use crate::source::{SourceId, Span};

/// What a run saw.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Tags that nothing took: the label (empty at the top level), the tag, how many events.
    pub lost_tags: Vec<(String, String, u64)>,
    /// Places of filters, with the field names of events that came to them.
    pub fields: Vec<((SourceId, Span), Vec<Rc<str>>)>,
    /// The label (empty at the top level) and the tag of what each source reads.
    pub read: Vec<(String, String)>,
    /// Records that failed while there is no `<label @ERROR>`.
    pub dumped: u64,
    /// The tags that the files get.
    pub tags: Vec<String>,
    /// Some records as they came to a `detect_exceptions`, with its place.
    pub traced: Vec<((SourceId, Span), Record)>,
    /// Lines read.
    pub lines: u64,
    /// How many of the first ones are pieces of longer lines.
    pub pieces: usize,
    /// Places of plugins that sent an event to the error stream, or kept one out.
    pub failed: Vec<(SourceId, Span)>,
}

/// Findings, in the order of the text.
pub fn lint(root: &Element, seen: &Seen) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    level(root, "", seen, &mut found);
    for label in root.elements.iter().filter(|element| element.name == "label") {
        level(label, &label.arg, seen, &mut found);
    }
    if seen.dumped > 0 {
        let message = Message::new(
            match seen.dumped {
                1 => "1 failed record is only printed in fluentd's own log.".to_owned(),
                many => format!("{many} failed records are only printed in fluentd's own log."),
            },
            format!("失敗した {} 件のレコードは fluentd 自身のログに出るだけです。", seen.dumped),
        );
        let end = root.span.end as usize;
        let fix = Fix {
            title: Message::new("Add <label @ERROR>", "<label @ERROR> を追加する"),
            edits: vec![Edit {
                source: root.source,
                span: Span::at(end),
                text: "\n<label @ERROR>\n  <match **>\n    @type stdout\n  </match>\n</label>\n"
                    .to_owned(),
            }],
        };
        found.push(Diagnostic::new(&route::NO_ERROR_LABEL, message).fix(fix));
    }
    let timeouts = found.iter_mut().filter(|finding| finding.code == &concat::NO_TIMEOUT_LABEL);
    timeouts.for_each(|finding| timeout_label(root, finding));
    found.extend(super::flow::lint(root));
    found.extend(super::seen::lint(root, seen));
    if seen.lines > 0 {
        found.iter_mut().for_each(|finding| soften(finding, seen));
    }
    found
}

/// `timeout_label` needs its label: one that is there, or one around all that follows the filter.
fn timeout_label(root: &Element, finding: &mut Diagnostic) {
    let own = |label: &&Element| {
        label.name == "label" && !matches!(&*label.arg, "@ERROR" | "@FLUENT_LOG")
    };
    let place = finding.primary.as_ref().map(|label| label.span);
    let (Some(fix), at) =
        (&mut finding.fix, root.elements.iter().position(|rule| Some(rule.name_span) == place))
    else {
        return;
    };
    if let (Some(label), Some(_)) = (root.elements.iter().find(own), at) {
        let parameter = format!("timeout_label {}", label.arg);
        fix.title = Message::new(format!("Add {parameter}"), format!("{parameter} を追加する"));
        fix.edits.iter_mut().for_each(|edit| edit.text = format!("\n  {parameter}"));
        return;
    }
    let Some(at) = at else { return finding.fix = None };
    let is_rule = |element: &&Element| matches!(&*element.name, "filter" | "match");
    let rule = &root.elements[at];
    let below: Vec<&Element> = root.elements[at + 1..].iter().take_while(is_rule).collect();
    let rest = root.elements.get(at + 1 + below.len()..).unwrap_or_default();
    let Some(last) = below
        .last()
        .filter(|last| last.name == "match" && !rest.iter().any(|element| is_rule(&element)))
    else {
        return finding.fix = None;
    };
    fix.title = Message::new(
        "Add timeout_label @OUTPUT, and that label around what follows",
        "timeout_label @OUTPUT を追加し、続きをそのラベルで囲む",
    );
    let insert = |after: &Element, text: &str| Edit {
        source: after.source,
        span: Span::at(after.span.end as usize),
        text: text.to_owned(),
    };
    fix.edits.push(insert(
        rule,
        "\n<match **>\n  @type relabel\n  @label @OUTPUT\n</match>\n<label @OUTPUT>",
    ));
    fix.edits.push(insert(last, "\n</label>"));
}

/// What would lose events of other lines, and lost none of these.
fn soften(finding: &mut Diagnostic, seen: &Seen) {
    let lost = match finding.code.path {
        "route/comma-in-pattern" | "route/glob-literal" => !seen.lost_tags.is_empty(),
        "route/error-label-misses" => seen.lost_tags.iter().any(|(label, ..)| label == "@ERROR"),
        "route/rewrite-drops" | "route/rewritten-again" => !seen.failed.is_empty(),
        _ => return,
    };
    if !lost {
        finding.severity = Severity::Hint;
    }
}

fn level(level: &Element, label: &str, seen: &Seen, found: &mut Vec<Diagnostic>) {
    let rules: Vec<&Element> = level
        .elements
        .iter()
        .filter(|element| matches!(element.name.as_str(), "filter" | "match"))
        .collect();
    let mut all_taken: Option<&Element> = None;
    for rule in &rules {
        if let Some(above) = all_taken {
            let code = if rule.name == "filter" { &route::FILTER_BELOW } else { &route::STARVED };
            let message = Message::new(
                format!("{}: <match {}> stands above it.", code.doc.en, above.arg),
                format!("{}: 上に <match {}> があります。", code.doc.ja, above.arg),
            );
            found.push(at(code, message, rule.source, rule.name_span));
        } else if rule.name == "match"
            && rule.arg.split_ascii_whitespace().any(|piece| piece == "**")
        {
            all_taken = Some(rule);
        }
        if rule.name == "filter" {
            let tags = seen.read.iter().filter(|known| known.0 == label).map(|known| &*known.1);
            found.extend(one_star(rule, &tags.collect::<Vec<_>>()));
            filter(rule, seen, found);
        }
    }
    for (own, tag, count) in seen.lost_tags.iter().filter(|lost| lost.0 == label) {
        found.push(no_match(level, &rules, own, tag, *count));
    }
}

/// A filter whose pattern takes no tag at hand, and would with `**` for its `*`.
fn one_star(rule: &Element, tags: &[&str]) -> Option<Diagnostic> {
    let takes = |pattern: &str| {
        let pattern = MatchPatterns::new(pattern).ok()?;
        tags.iter().find(|tag| pattern.matches(tag.as_bytes())).copied()
    };
    let wider = rule.arg.replace("**", "*").replace('*', "**");
    if wider == rule.arg || wider.contains('/') || takes(&rule.arg).is_some() {
        return None;
    }
    let tag = takes(&wider)?;
    let parts = tag.split('.').count();
    let message = Message::new(
        format!(
            "`*` stands for one part of a tag, and {tag} has {parts}: this filter sees no event."
        ),
        format!(
            "`*` はタグの 1 区切りだけに一致しますが、{tag} は {parts} 区切りです。このフィルターには何も届きません。"
        ),
    );
    let edit = Edit { source: rule.source, span: rule.arg_span, text: wider };
    let title = Message::new(format!("Write {}", edit.text), format!("{} と書く", edit.text));
    let found = at(&route::ONE_STAR, message, rule.source, rule.arg_span);
    Some(found.fix(Fix { title, edits: vec![edit] }))
}

/// A tag that nothing takes, with the pattern that nearly does.
fn no_match(level: &Element, rules: &[&Element], label: &str, tag: &str, count: u64) -> Diagnostic {
    let patterns: Vec<&&Element> = rules.iter().filter(|rule| rule.name == "match").collect();
    let near = patterns.iter().max_by_key(|rule| nearness(&rule.arg, tag)).copied();
    let place = if label.is_empty() { String::new() } else { format!(" ({label})") };
    let message = Message::new(
        match count {
            1 => format!("1 event with the tag {tag} finds no <match>{place} and is lost."),
            _ => format!("{count} events with the tag {tag} find no <match>{place} and are lost."),
        },
        format!("タグ {tag} の {count} 件を受け取る <match> がなく{place}、失われます。"),
    );
    let said = format!("[warn]: no patterns matched tag={tag:?}");
    let mut diagnostic = Diagnostic::new(&route::NO_MATCH, message).said(said);
    let Some(near) = near else {
        return diagnostic.at(level.source, level.name_span);
    };
    diagnostic = diagnostic.at(near.source, near.arg_span);
    let stem = tag.split('.').next().unwrap_or(tag);
    let wider = format!("{stem}.**");
    if MatchPatterns::new(&wider).is_ok_and(|pattern| pattern.matches(tag.as_bytes())) {
        diagnostic = diagnostic.fix(Fix {
            title: Message::new(format!("Also take {wider}"), format!("{wider} も受け取る")),
            edits: vec![Edit {
                source: near.source,
                span: Span::at(near.arg_span.end as usize),
                text: format!(" {wider}"),
            }],
        });
    }
    diagnostic
}

/// How many bytes a pattern and a tag share at their beginning.
fn nearness(pattern: &str, tag: &str) -> usize {
    pattern.bytes().zip(tag.bytes()).take_while(|(one, other)| one == other).count()
}

pub(super) fn text<'e>(element: &'e Element, key: &str) -> Option<&'e str> {
    match &element.peek(key)?.value {
        AttrValue::Text(text) => Some(text),
        AttrValue::Nil | AttrValue::Default => None,
    }
}

pub(super) fn is_on(element: &Element, key: &str) -> bool {
    matches!(text(element, key), Some("true" | "yes" | ""))
}

pub(super) fn at(
    code: &'static Code,
    message: Message,
    source: SourceId,
    span: Span,
) -> Diagnostic {
    Diagnostic::new(code, message).at(source, span)
}

/// A finding about a section, mended by a parameter more.
pub(super) fn add(code: &'static Code, element: &Element, parameter: &str) -> Diagnostic {
    let diagnostic = at(code, code.doc.into(), element.source, element.name_span);
    let Some(last) = element.attrs.iter().max_by_key(|attr| attr.value_span.end) else {
        return diagnostic;
    };
    diagnostic.fix(Fix {
        title: Message::new(format!("Add {parameter}"), format!("{parameter} を追加する")),
        edits: vec![Edit {
            source: last.source,
            span: Span::at(last.value_span.end as usize),
            text: format!("\n  {parameter}"),
        }],
    })
}

fn filter(rule: &Element, seen: &Seen, found: &mut Vec<Diagnostic>) {
    let type_name = text(rule, "@type").or_else(|| text(rule, "type"));
    match type_name {
        Some("concat") => {
            concat_lints(rule, seen, found);
            key(rule, "key", seen, found);
        }
        Some("parser") => {
            let before = found.len();
            key(rule, "key_name", seen, found);
            if found.len() == before && seen.failed.contains(&rule.place()) {
                found.push(refuses(rule));
            }
            if !is_on(rule, "reserve_data") {
                found.push(add(&filter::PARSER_DROPS, rule, "reserve_data true"));
            }
            if !is_on(rule, "reserve_time") {
                found.push(add(&filter::PARSER_TIME, rule, "reserve_time true"));
            }
        }
        Some("grep") => {
            for inner in &rule.elements {
                key_in(rule, inner, "key", seen, found);
            }
        }
        Some("record_transformer") if !is_on(rule, "enable_ruby") => needs_ruby(rule, found),
        _ => {}
    }
}

/// A parser filter that refused records: they can pass as they are.
fn refuses(rule: &Element) -> Diagnostic {
    let wanted = [("reserve_data", "true"), ("emit_invalid_record_to_error", "false")];
    let missing = wanted.iter().filter(|(name, _)| rule.peek(name).is_none());
    let missing: Vec<String> = missing.map(|(name, value)| format!("{name} {value}")).collect();
    if missing.is_empty() {
        return at(
            &filter::PARSER_REFUSES,
            filter::PARSER_REFUSES.doc.into(),
            rule.source,
            rule.name_span,
        );
    }
    let mut finding = add(&filter::PARSER_REFUSES, rule, &missing.join("\n  "));
    if let Some(fix) = &mut finding.fix {
        fix.title = Message::new("Let them pass as they are", "そのまま通す");
    }
    finding
}

fn concat_lints(rule: &Element, seen: &Seen, found: &mut Vec<Diagnostic>) {
    let has = |name: &str| text(rule, name).is_some();
    let partial = has("partial_key") || is_on(rule, "use_partial_cri_logtag");
    if !has("timeout_label") && text(rule, "flush_interval") != Some("0") {
        let mut finding = add(&concat::NO_TIMEOUT_LABEL, rule, "timeout_label @OUTPUT");
        if partial || is_on(rule, "use_partial_metadata") {
            finding.message = Message::new(
                "A line whose last part does not come goes to the error stream",
                "最後の部分が届かない行は、エラーストリームに送られます",
            );
            finding.severity = Severity::Hint;
        }
        if seen.failed.contains(&rule.place()) {
            finding.severity = Severity::Lost;
        } else if seen.lines > 0 {
            finding.severity = Severity::Hint;
        }
        found.push(finding);
    }
    if partial && !has("separator") {
        found.push(add(&concat::PARTIAL_NEWLINE, rule, "separator \"\""));
    }
    if !has("stream_identity_key") && !is_on(rule, "use_partial_metadata") {
        found.push(add(&concat::STREAMS_MIXED, rule, "stream_identity_key stream"));
    }
    if has("multiline_start_regexp") && !is_on(rule, "use_first_timestamp") {
        found.push(add(&concat::NEXT_TIME, rule, "use_first_timestamp true"));
    }
    if is_on(rule, "use_partial_cri_logtag") && !has("partial_cri_logtag_key") {
        found.push(add(&concat::LOGTAG_KEY, rule, "partial_cri_logtag_key logtag"));
    }
    for name in ["multiline_start_regexp", "multiline_end_regexp", "continuous_line_regexp"] {
        let Some(attr) = rule.peek(name) else { continue };
        let Some(pattern) = text(rule, name) else { continue };
        if !(pattern.len() > 1 && pattern.starts_with('/') && pattern.ends_with('/')) {
            let mut characters = pattern.chars();
            characters.next();
            characters.next_back();
            let left = characters.as_str();
            let message = Message::new(
                format!("concat compiles `{left}`: it cuts the first and the last character off."),
                format!("concat は最初と最後の 1 文字を取り除き、`{left}` として扱います。"),
            );
            found.push(at(&concat::REGEXP_CUT, message, attr.source, attr.value_span));
        }
    }
}

fn key(rule: &Element, name: &str, seen: &Seen, found: &mut Vec<Diagnostic>) {
    key_in(rule, rule, name, seen, found);
}

/// A field that a filter names, but no event that came to it has.
fn key_in(rule: &Element, section: &Element, name: &str, seen: &Seen, found: &mut Vec<Diagnostic>) {
    let (Some(attr), Some(field)) = (section.peek(name), text(section, name)) else { return };
    if field.starts_with('$') {
        return;
    }
    let place = rule.place();
    let Some((_, fields)) = seen.fields.iter().find(|(own, _)| *own == place) else { return };
    if fields.is_empty() || fields.iter().any(|known| **known == *field) {
        return;
    }
    let names: Vec<&str> = fields.iter().take(12).map(|name| &**name).collect();
    let message = Message::new(
        format!("No event has the field {field}; they have {}.", names.join(", ")),
        format!(
            "フィールド {field} を持つイベントがありません。あるのは {} です。",
            names.join(", ")
        ),
    );
    let mut diagnostic = at(&filter::KEY_MISSING, message, attr.source, attr.value_span);
    let other = match field {
        "log" => "message",
        "message" => "log",
        _ => "",
    };
    // A plain name is one key, dots included.
    let outer = field.split('.').next().filter(|outer| outer.len() < field.len());
    if let Some(outer) = outer.filter(|outer| fields.iter().any(|known| **known == **outer))
        && !(name == "key" && std::ptr::eq(rule, section))
    {
        let text = format!("$.{field}");
        let title = Message::new(
            format!("Look into {outer} with {text}"),
            format!("{text} として {outer} の中を見る"),
        );
        let edit = Edit { source: attr.source, span: attr.value_span, text };
        diagnostic = diagnostic.fix(Fix { title, edits: vec![edit] });
    }
    if fields.iter().any(|known| **known == *other) {
        diagnostic = diagnostic.fix(Fix {
            title: Message::new(format!("Use {other}"), format!("{other} にする")),
            edits: vec![Edit {
                source: attr.source,
                span: attr.value_span,
                text: other.to_owned(),
            }],
        });
    }
    found.push(diagnostic);
}

/// Placeholders that only Ruby understands.
fn needs_ruby(rule: &Element, found: &mut Vec<Diagnostic>) {
    for record in rule.elements.iter().filter(|element| element.name == "record") {
        for attr in &record.attrs {
            let AttrValue::Text(value) = &attr.value else { continue };
            let ruby = ["${record['", "\"][\"", "record.dig", "${ENV[", "${Time.", "time.strftime"];
            if ruby.iter().any(|part| value.contains(part)) {
                let mut diagnostic = add(&filter::NEEDS_RUBY, rule, "enable_ruby true");
                diagnostic.primary = Some(crate::diag::Label {
                    source: attr.source,
                    span: attr.value_span,
                    message: Message::default(),
                });
                found.push(diagnostic);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Seen, lint};
    use crate::fluent::config::v1_parser::parse;
    use crate::fluent::environment::Environment;
    use std::rc::Rc;

    fn codes(
        conf: &str,
        seen: &dyn Fn(&crate::fluent::config::element::Element) -> Seen,
    ) -> Vec<&'static str> {
        let root = parse(conf, &Environment::default()).root.unwrap();
        lint(&root, &seen(&root)).iter().map(|found| found.code.path).collect()
    }

    #[test]
    fn a_match_that_takes_everything_starves_the_ones_below() {
        let conf = "<match **>\n@type null\n</match>\n<filter a>\n@type grep\n</filter>\n<match a>\n@type null\n</match>\n";
        let found = codes(conf, &|_| Seen::default());
        assert_eq!(found, ["route/filter-below-match", "route/starved"]);
    }

    #[test]
    fn a_key_that_no_event_has_is_named_with_the_one_they_have() {
        let conf = "<filter **>\n@type concat\nkey log\nn_lines 2\nflush_interval 0\nstream_identity_key s\n</filter>\n";
        let found = codes(conf, &|root| Seen {
            fields: vec![(root.elements[0].place(), vec![Rc::from("message")])],
            ..Seen::default()
        });
        assert_eq!(found, ["filter/key-missing"]);
    }

    #[test]
    fn a_lost_tag_names_the_pattern_that_nearly_takes_it() {
        let conf = "<match app.*>\n@type null\n</match>\n";
        let root = parse(conf, &Environment::default()).root.unwrap();
        let seen =
            Seen { lost_tags: vec![(String::new(), "app.a.b".to_owned(), 3)], ..Seen::default() };
        let found = lint(&root, &seen);
        assert_eq!(found[0].code.path, "route/no-match");
        assert_eq!(found[0].fix.as_ref().unwrap().edits[0].text, " app.**");
    }

    #[test]
    fn a_timeout_gets_a_label_that_is_there() {
        let filter = "<filter **>\n  @type concat\n  key log\n  n_lines 2\n</filter>\n";
        let fixed = |conf: &str| {
            let root = parse(conf, &Environment::default()).root.unwrap();
            let found = lint(&root, &Seen::default());
            let found =
                found.into_iter().find(|found| found.code.path == "concat/no-timeout-label");
            found.unwrap().fix.map(|fix| crate::fluent::config::edit::apply(conf, &fix.edits))
        };
        let around = fixed(&format!("{filter}<match a>\n  @type stdout\n</match>\n")).unwrap();
        assert!(around.contains("timeout_label @OUTPUT"));
        assert!(around.ends_with("  @label @OUTPUT\n</match>\n<label @OUTPUT>\n<match a>\n  @type stdout\n</match>\n</label>\n"), "{around}");
        let known = fixed(&format!("{filter}<label @OUT>\n</label>\n")).unwrap();
        assert!(known.contains("timeout_label @OUT\n"), "{known}");
        assert_eq!(fixed(filter), None);
    }

    #[test]
    fn a_rewritten_tag_that_comes_back_is_told() {
        let conf = "<match k.**>\n@type rewrite_tag_filter\n<rule>\nkey a\npattern /.+/\ntag k.b\n</rule>\n</match>\n<match k.b>\n@type null\n</match>\n";
        assert_eq!(codes(conf, &|_| Seen::default()), ["route/rewritten-again"]);
        let found = |conf: &str| codes(conf, &|_| Seen::default());
        assert!(found(&conf.replace("tag k.b", "tag new.b")).is_empty());
        let first = format!("<match k.b>\n@type null\n</match>\n{conf}");
        assert!(found(&first).is_empty(), "{:?}", found(&first));
    }

    #[test]
    fn a_filter_with_one_star_for_many_parts_sees_nothing() {
        let tags = vec![(String::new(), "kubernetes.var.log.a".to_owned())];
        let with = |pattern: &str| {
            let root = parse(
                &format!("<filter {pattern}>\n@type stdout\n</filter>\n"),
                &Environment::default(),
            );
            lint(&root.root.unwrap(), &Seen { read: tags.clone(), ..Seen::default() })
        };
        let found = with("kubernetes.*");
        assert_eq!(found[0].code.path, "route/one-star");
        assert_eq!(found[0].fix.as_ref().unwrap().edits[0].text, "kubernetes.**");
        assert!(with("kubernetes.**").is_empty() && with("other.*").is_empty());
    }
}
