//! What goes wrong in `<parse>` sections, seen from the configuration alone (PARSE.md section 12,
//! SURPRISES 36 to 61; what concerns the time is in [`super::time`]).

use crate::diag::codes::parser as codes;
use crate::diag::{Code, Diagnostic, Edit, Fix, Message};
use crate::fluent::config::element::{Attr, AttrValue, Element};
use crate::source::Span;

/// The findings of all `<parse>` sections under `root`, in the configuration's order.
///
/// ```
/// use fluentd_playground::advise::lint::parser::lint;
/// use fluentd_playground::fluent::{config::v1_parser::parse, environment::Environment};
/// let conf = "<source>\n<parse>\n@type regexp\nexpression /^(?<time>.+) (?<stream>stdout|stderr) (?<log>.*)$/\n</parse>\n</source>\n";
/// let found = lint(&parse(conf, &Environment::default()).root.unwrap());
/// assert_eq!(found[0].code.path, "parser/greedy-time");
/// ```
pub fn lint(root: &Element) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    sections(root, &mut found, 0);
    if only_cri(root) {
        log_filters(root, &mut found, 0);
    }
    found
}

/// Deepest sections looked at; deeper ones mean nothing to fluentd.
const DEPTH: usize = 20;

fn sections(element: &Element, found: &mut Vec<Diagnostic>, depth: usize) {
    if depth > DEPTH {
        return;
    }
    if element.name == "parse" {
        let type_name = text(element, "@type").unwrap_or_default();
        parser(element, type_name, found);
    }
    for inner in &element.elements {
        sections(inner, found, depth + 1);
    }
}

fn text<'e>(element: &'e Element, key: &str) -> Option<&'e str> {
    match &element.peek(key)?.value {
        AttrValue::Text(text) => Some(text),
        AttrValue::Nil | AttrValue::Default => None,
    }
}

/// A finding about a parameter, in the words of its code.
fn at_attr(code: &'static Code, attr: &Attr) -> Diagnostic {
    Diagnostic::new(code, Message::from(code.doc)).at(attr.source, attr.value_span)
}

/// A finding about a section, at its name.
fn at_section(code: &'static Code, section: &Element) -> Diagnostic {
    Diagnostic::new(code, Message::from(code.doc)).at(section.source, section.name_span)
}

/// The place of `part` in a value that is written without quotes.
fn place_in(attr: &Attr, part: &str) -> Option<Span> {
    let AttrValue::Text(value) = &attr.value else { return None };
    let at = value.find(part)?;
    let start = attr.value_span.start as usize + at;
    (attr.value_span.len() == value.len()).then(|| Span::new(start, start + part.len()))
}

fn replace(attr: &Attr, part: &str, by: &str, en: &str, ja: &str) -> Option<Fix> {
    let span = place_in(attr, part)?;
    let edit = Edit { source: attr.source, span, text: by.to_owned() };
    Some(Fix { title: Message::new(en, ja), edits: vec![edit] })
}

fn set(mut diagnostic: Diagnostic, fix: Option<Fix>) -> Diagnostic {
    diagnostic.fix = fix;
    diagnostic
}

/// One `<parse>`, or one `<pattern>` of multi_format.
fn parser(section: &Element, type_name: &str, found: &mut Vec<Diagnostic>) {
    common(section, found);
    match type_name {
        "regexp" => regexp(section, found),
        "cri" if section.elements.iter().any(|inner| inner.name == "parse") => {
            found.push(at_section(&codes::CRI_INNER_TIME, section));
            found.push(at_section(&codes::CRI_INNER_PARTIAL, section));
        }
        "ltsv" => {
            let delimiter = section.peek("delimiter");
            if let Some(attr) = delimiter.filter(|_| text(section, "delimiter") == Some(" ")) {
                found.push(at_attr(&codes::LTSV_BLANK, attr));
            }
        }
        "nginx" if section.peek("expression").is_none() => {
            found.push(at_section(&codes::NGINX_ANCHORED, section));
        }
        "syslog" => syslog(section, found),
        "grok" | "multiline_grok" if section.peek("grok_failure_key").is_none() => {
            found.push(at_section(&codes::GROK_NEVER_FAILS, section));
        }
        "multi_format" => multi_format(section, found),
        _ => {}
    }
}

fn common(section: &Element, found: &mut Vec<Diagnostic>) {
    if let Some(attr) = section.peek("types")
        && let Some(types) = text(section, "types")
        && !types.starts_with(['{', '['])
        && let Some(bad) = types.split(',').find(|entry| !entry.contains(':'))
    {
        let said = "undefined method 'split' for nil";
        let fix = Some(bad.trim_matches([' ', '\t']))
            .filter(|bad| !bad.is_empty() && !bad.contains([' ', '=']));
        let fix = fix.and_then(|bad| {
            let by = format!("{bad}:string");
            replace(attr, bad, &by, "Add a type", "型を付ける")
        });
        found.push(set(at_attr(&codes::TYPES_WITHOUT_COLON, attr).said(said), fix));
    }
}

fn regexp(section: &Element, found: &mut Vec<Diagnostic>) {
    let Some(attr) = section.peek("expression") else { return };
    let Some(expression) = text(section, "expression") else { return };
    for greedy in ["(?<time>.+)", "(?<time>.*)"] {
        let Some(at) = expression.find(greedy) else { continue };
        let rest = expression.get(at + greedy.len()..).unwrap_or_default();
        if rest.trim_start_matches("\\s").trim_start_matches(' ').starts_with("(?<stream>") {
            let fix =
                replace(attr, greedy, "(?<time>[^ ]+)", "Stop at the blank", "空白の前で止める");
            found.push(set(at_attr(&codes::GREEDY_TIME, attr), fix));
        }
    }
    let pattern = expression.strip_prefix('/').unwrap_or(expression);
    if !pattern.is_empty() && !pattern.starts_with(['^', '(']) && !pattern.starts_with("\\A") {
        let fix = place_in(attr, pattern).map(|span| Fix {
            title: Message::new("Begin at the start of the line", "行頭から始める"),
            edits: vec![Edit {
                source: attr.source,
                span: Span::at(span.start as usize),
                text: "^".to_owned(),
            }],
        });
        found.push(set(at_attr(&codes::UNANCHORED, attr), fix));
    }
}

fn syslog(section: &Element, found: &mut Vec<Diagnostic>) {
    if let Some(attr) = section.peek("message_format")
        && text(section, "message_format") == Some("auto")
    {
        found.push(at_attr(&codes::SYSLOG_AUTO, attr));
    }
}

fn multi_format(section: &Element, found: &mut Vec<Diagnostic>) {
    let patterns =
        || section.elements.iter().filter(|e| matches!(e.name.as_str(), "pattern" | "format"));
    for pattern in patterns() {
        match (text(pattern, "format"), pattern.peek("@type")) {
            (Some(format), _) => {
                let format = if format.starts_with('/') { "regexp" } else { format };
                parser(pattern, format, found);
            }
            (None, Some(attr)) => {
                let edit =
                    Edit { source: attr.source, span: attr.key_span, text: "format".to_owned() };
                let title = Message::new("Write format", "format にする");
                let diagnostic = at_section(&codes::MULTI_FORMAT_TYPE, pattern)
                    .said("undefined method '[]' for nil")
                    .fix(Fix { title, edits: vec![edit] });
                found.push(diagnostic);
            }
            (None, None) => {
                let diagnostic = at_section(&codes::MULTI_FORMAT_TYPE, pattern);
                found.push(diagnostic.said("undefined method '[]' for nil"));
            }
        }
    }
    let has_offset = patterns().any(|pattern| {
        text(pattern, "time_format")
            .is_some_and(|format| format.contains("%z") || format.contains("%:z"))
    });
    for pattern in patterns() {
        let Some(attr) = pattern.peek("time_format") else { continue };
        let literal = text(pattern, "time_format").is_some_and(|format| {
            format.ends_with('Z') && !format.ends_with("%Z") && !format.ends_with("%:Z")
        });
        if literal && has_offset && pattern.peek("utc").is_none() {
            let written = text(pattern, "time_format").unwrap_or_default();
            let by = format!("{}%z", written.strip_suffix('Z').unwrap_or(written));
            let fix = replace(attr, written, &by, "Read the zone", "タイムゾーンを読む");
            found.push(set(at_attr(&codes::DUAL_ZONES, attr), fix));
        }
    }
}

/// True when there are parsers and `cri` is the only one: then nothing writes a `log`.
fn only_cri(root: &Element) -> bool {
    let mut types = Vec::new();
    parser_types(root, &mut types, 0);
    !types.is_empty() && types.iter().all(|type_name| *type_name == "cri")
}

fn parser_types<'e>(element: &'e Element, types: &mut Vec<&'e str>, depth: usize) {
    if depth > DEPTH {
        return;
    }
    if element.name == "parse" {
        types.push(text(element, "@type").unwrap_or_default());
    }
    for inner in &element.elements {
        parser_types(inner, types, depth + 1);
    }
}

/// Filters that look for `log` where the cri parser writes `message`.
fn log_filters(root: &Element, found: &mut Vec<Diagnostic>, depth: usize) {
    if depth > DEPTH {
        return;
    }
    for element in &root.elements {
        if element.name == "filter"
            && text(element, "@type") == Some("concat")
            && let Some(attr) = element.peek("key")
            && text(element, "key") == Some("log")
        {
            let fix = replace(attr, "log", "message", "Use message", "message にする");
            found.push(set(at_attr(&codes::CRI_MESSAGE_FIELD, attr), fix));
        }
        if element.name == "label" {
            log_filters(element, found, depth + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::lint;
    use crate::fluent::config::v1_parser::parse;
    use crate::fluent::environment::Environment;

    /// The codes of a `<parse>` section's body, and the configuration after the first fix.
    fn findings(body: &str) -> (Vec<&'static str>, Option<String>) {
        let conf = format!("<source>\n@type tail\n<parse>\n{body}\n</parse>\n</source>\n");
        let root = parse(&conf, &Environment::default()).root.unwrap();
        let found = lint(&root);
        let fixed = found.iter().find_map(|diagnostic| diagnostic.fix.as_ref()).map(|fix| {
            let mut conf = conf.clone();
            for edit in fix.edits.iter().rev() {
                conf.replace_range(edit.span.range(), &edit.text);
            }
            conf
        });
        (found.iter().map(|diagnostic| diagnostic.code.path).collect(), fixed)
    }

    fn codes(body: &str) -> Vec<&'static str> {
        findings(body).0
    }

    #[test]
    fn a_greedy_time_is_mended_at_its_group() {
        let body = "@type regexp\nexpression /^(?<time>.+) (?<stream>stdout|stderr) (?<log>.*)$/";
        let (codes, fixed) = findings(body);
        assert_eq!(codes, ["parser/greedy-time"]);
        assert!(fixed.unwrap().contains("/^(?<time>[^ ]+) (?<stream>stdout|stderr)"));
    }

    #[test]
    fn a_pattern_that_begins_with_a_word_may_match_anywhere() {
        let (codes, fixed) = findings("@type regexp\nexpression /level=(?<l>\\w+)/");
        assert_eq!(codes, ["parser/unanchored"]);
        assert!(fixed.unwrap().contains("expression /^level="));
    }

    #[test]
    fn types_need_colons() {
        let (codes, fixed) = findings("@type none\ntypes size:integer,code");
        assert_eq!(codes, ["parser/types-without-colon"]);
        assert!(fixed.unwrap().contains("types size:integer,code:string"));
        assert!(codes_of_types("a:integer").is_empty());
    }

    fn codes_of_types(types: &str) -> Vec<&'static str> {
        codes(&format!("@type none\ntypes {types}"))
    }

    #[test]
    fn an_inner_parser_of_cri_costs_the_time_and_the_partial_lines() {
        let inner = "@type cri\n<parse>\n@type json\ntime_type string\n</parse>";
        assert_eq!(codes(inner), ["parser/cri-inner-time", "parser/cri-inner-partial"]);
    }

    #[test]
    fn the_widespread_dual_set_up_reads_two_zones() {
        let body = "@type multi_format\n<pattern>\nformat json\ntime_format %Y-%m-%dT%H:%M:%S.%NZ\n\
                    </pattern>\n<pattern>\nformat regexp\nexpression /^(?<time>.+) (?<stream>x)/\n\
                    time_format %Y-%m-%dT%H:%M:%S.%N%:z\n</pattern>";
        let (codes, _) = findings(body);
        assert_eq!(codes, ["parser/greedy-time", "parser/dual-zones"]);
    }

    #[test]
    fn each_remaining_rule_has_its_section() {
        assert_eq!(codes("@type nginx"), ["parser/nginx-anchored"]);
        assert_eq!(codes("@type grok\ngrok_pattern %{WORD:w}"), ["parser/grok-never-fails"]);
        assert_eq!(codes("@type syslog\nmessage_format auto"), ["parser/syslog-auto"]);
        assert_eq!(codes("@type ltsv\ndelimiter \" \""), ["parser/ltsv-blank"]);
        let (codes, fixed) = findings("@type multi_format\n<pattern>\n@type none\n</pattern>");
        assert_eq!(codes, ["parser/multi-format-type"]);
        assert!(fixed.unwrap().contains("<pattern>\nformat none"));
    }

    #[test]
    fn a_concat_filter_on_log_finds_nothing_behind_cri() {
        let conf = "<source>\n<parse>\n@type cri\n</parse>\n</source>\n\
                    <filter **>\n@type concat\nkey log\n</filter>\n";
        let root = parse(conf, &Environment::default()).root.unwrap();
        let found = lint(&root);
        assert_eq!(found[0].code.path, "parser/cri-message-field");
        assert_eq!(found[0].fix.as_ref().unwrap().edits[0].text, "message");
    }
}
