//! What goes wrong in `@type tail`, seen from the configuration (PARSE.md SURPRISE 1 to 4 and 51 to
//! 62, PIPELINE.md S17 to S21).

use super::time::{at_key, at_value, plain};
use crate::diag::codes::tail::{
    ASCII_CLASS, BRACES_CUT, ENCODING_NOT_SIMULATED, EXCLUDE_RELATIVE, FLAT_UNUSED,
    MULTILINE_EMPTY_END, MULTILINE_ON_CONTAINER_LOG, MULTILINE_UNMATCHED, MULTILINE_WAITS,
    MULTILINE_WITHOUT_FIRSTLINE, NO_GLOB, PATTERN_NEEDS_UTF8, READ_FROM_TAIL, SELF_TAILING,
    TAG_IS_PATH, TAG_SAME_FOR_ALL, TAG_SECOND_STAR, TIME_IN_FLAT_STYLE,
};
use crate::diag::{Diagnostic, Edit, Fix, Message};
use crate::fluent::config::element::{Attr, AttrValue, Element};
use crate::ruby::transcode::{Transcoder, find};

/// Findings in all sources of `@type tail`.
pub fn lint(root: &Element) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for source in root.elements.iter().filter(|element| element.name == "source") {
        let is_tail = ["@type", "type"].iter().any(|key| value(source, key) == Some("tail"));
        if is_tail {
            Tail { source }.lint(&mut out);
        }
    }
    one_for_all(out)
}

/// One finding for all sources that read from the tail: the official images have a dozen of them.
fn one_for_all(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut out: Vec<Diagnostic> = Vec::new();
    let (mut first, mut sources) = (None, 0);
    for found in found {
        let is_one = found.code == &READ_FROM_TAIL;
        sources += u32::from(is_one);
        match first.and_then(|first: usize| out.get_mut(first)).filter(|_| is_one) {
            Some(first) => {
                let text = |found: &Diagnostic| found.primary.as_ref().map(|label| label.source);
                let same = text(first) == text(&found);
                if let (true, Some(fix), Some(more)) = (same, &mut first.fix, found.fix) {
                    fix.edits.extend(more.edits);
                }
            }
            None => {
                first = if is_one { Some(out.len()) } else { first };
                out.push(found);
            }
        }
    }
    if let Some(first) = first.and_then(|first| out.get_mut(first)).filter(|_| sources > 1) {
        let doc = READ_FROM_TAIL.doc;
        first.message = Message::new(
            format!("{} ({sources} sources)", doc.en),
            format!("{} (source {sources} 個)", doc.ja),
        );
    }
    out
}

fn value<'e>(element: &'e Element, key: &str) -> Option<&'e str> {
    match &element.peek(key)?.value {
        AttrValue::Text(text) => Some(text),
        AttrValue::Nil | AttrValue::Default => None,
    }
}

struct Tail<'e> {
    source: &'e Element,
}

/// Parameters of parsers that the flat style knows.
const FLAT: [&str; 17] = [
    "format",
    "types",
    "types_delimiter",
    "types_label_delimiter",
    "keys",
    "time_key",
    "time_format",
    "delimiter",
    "keep_time_key",
    "null_empty_string",
    "null_value_pattern",
    "json_parser",
    "label_delimiter",
    "format_firstline",
    "message_key",
    "with_priority",
    "message_format",
];

/// Parameters that came after the flat style.
const NOT_FLAT: [&str; 5] =
    ["time_type", "timezone", "time_format_fallbacks", "estimate_current_event", "expression"];

/// Parts of a pattern that tie it to UTF-8.
const SCRIPTS: [&str; 6] =
    ["\\p{Han}", "\\p{Hiragana}", "\\p{Katakana}", "\\p{Hangul}", "\\p{Greek}", "\\p{Cyrillic}"];

impl<'e> Tail<'e> {
    fn lint(&self, out: &mut Vec<Diagnostic>) {
        self.tag(out);
        self.path(out);
        self.encoding(out);
        self.flat(out);
        self.multiline(out);
        let from_head = value(self.source, "read_from_head");
        if !matches!(from_head, Some("true" | "yes" | "")) {
            let found = plain(&READ_FROM_TAIL).at(self.source.source, self.source.name_span);
            out.push(self.insert(found, "read_from_head true"));
        }
    }

    fn attr(&self, key: &str) -> Option<(&'e Attr, &'e str)> {
        Some((self.source.peek(key)?, value(self.source, key)?))
    }

    fn parse(&self) -> Option<&'e Element> {
        self.source.elements.iter().find(|element| element.name == "parse")
    }

    fn tag(&self, out: &mut Vec<Diagnostic>) {
        let Some((attr, tag)) = self.attr("tag") else { return };
        let kept = tag.splitn(3, '*').take(2).collect::<Vec<_>>().join("*");
        if tag.matches('*').count() > 1 {
            let mut found = at_value(&TAG_SECOND_STAR, attr);
            found.message = Message::new(
                format!("Only `{kept}` counts of this tag."),
                format!("このタグのうち使われるのは `{kept}` だけです。"),
            );
            out.push(found);
        } else if tag == "*" {
            out.push(at_value(&TAG_IS_PATH, attr));
        } else if !tag.contains('*')
            && value(self.source, "path").is_some_and(|path| path.contains(['*', ',']))
        {
            out.push(at_value(&TAG_SAME_FOR_ALL, attr));
        }
    }

    fn path(&self, out: &mut Vec<Diagnostic>) {
        let Some((attr, path)) = self.attr("path") else { return };
        let policy = value(self.source, "glob_policy").unwrap_or("backward_compatible");
        let delimiter = value(self.source, "path_delimiter").unwrap_or(",");
        let braces = path.split_once('{').is_some_and(|(_, rest)| rest.contains('}'));
        if braces && path.contains(',') && delimiter == "," {
            out.push(at_value(&BRACES_CUT, attr));
        } else if policy == "backward_compatible" {
            let odd = |path: &str| path.contains(['?', '[', '{']) && !path.contains('*');
            if path.split(delimiter).any(odd) {
                let found = at_value(&NO_GLOB, attr);
                out.push(self.insert(found, "glob_policy extended"));
            }
        }
        let exclude = value(self.source, "exclude_path");
        if let Some((attr, exclude)) = self.attr("exclude_path")
            && !exclude.is_empty()
            && exclude != "[]"
            && !exclude.contains('/')
        {
            out.push(at_value(&EXCLUDE_RELATIVE, attr));
        }
        if reads_fluentd(path) && !exclude.is_some_and(|exclude| exclude.contains("fluent")) {
            let found = at_value(&SELF_TAILING, attr);
            let fluentd = "exclude_path [\"/var/log/containers/fluentd*\"]";
            out.push(if exclude.is_none() { self.insert(found, fluentd) } else { found });
        }
    }

    fn encoding(&self, out: &mut Vec<Diagnostic>) {
        let encoding = value(self.source, "encoding");
        let from = value(self.source, "from_encoding");
        if let (Some(parse), None) = (self.parse(), encoding) {
            for attr in &parse.attrs {
                let AttrValue::Text(pattern) = &attr.value else { continue };
                let is_pattern = attr.key == "expression" || attr.key.starts_with("format");
                let tied = !pattern.is_ascii() || SCRIPTS.iter().any(|name| pattern.contains(name));
                if is_pattern && tied {
                    let mut found = at_value(&PATTERN_NEEDS_UTF8, attr);
                    found.said = Some(
                        "incompatible encoding regexp match (UTF-8 regexp with \
                         BINARY (ASCII-8BIT) string)"
                            .to_owned(),
                    );
                    out.push(self.insert(found, "encoding UTF-8"));
                }
            }
        }
        let Some((attr, name)) = self.attr("encoding") else { return };
        let Some(name) = find(name) else { return };
        if name == "UTF-8"
            && let Some(pattern) = self.parse().and_then(|parse| parse.peek("expression"))
            && matches!(&pattern.value, AttrValue::Text(text) if text.contains("\\w"))
        {
            out.push(at_value(&ASCII_CLASS, pattern));
        }
        let known = ["UTF-8", "ASCII-8BIT", "US-ASCII"];
        let simulated = match from.and_then(find) {
            Some(from) if from != name => Transcoder::new(from, name).is_some(),
            _ => known.contains(&name),
        };
        if !simulated {
            out.push(at_value(&ENCODING_NOT_SIMULATED, attr));
        }
    }

    fn flat(&self, out: &mut Vec<Diagnostic>) {
        let names: &[&str] = if self.parse().is_some() { &FLAT } else { &NOT_FLAT };
        let code = if self.parse().is_some() { &FLAT_UNUSED } else { &TIME_IN_FLAT_STYLE };
        let attrs = self.source.attrs.iter().filter(|attr| names.contains(&attr.key.as_str()));
        for attr in attrs {
            out.push(at_key(code, attr));
        }
    }

    fn multiline(&self, out: &mut Vec<Diagnostic>) {
        let Some(parse) = self.parse() else { return };
        let Some(type_name) = value(parse, "@type").filter(|name| name.contains("multiline"))
        else {
            return;
        };
        let place = (parse.source, parse.name_span);
        if parse.peek("format_firstline").is_none() {
            if type_name == "multiline" {
                out.push(plain(&MULTILINE_WITHOUT_FIRSTLINE).at(place.0, place.1));
                let said = "got incomplete line at shutdown from PATH: \"\"";
                out.push(plain(&MULTILINE_EMPTY_END).at(place.0, place.1).said(said));
            }
        } else if self.source.peek("multiline_flush_interval").is_none() {
            let found = plain(&MULTILINE_WAITS).at(place.0, place.1);
            out.push(self.insert(found, "multiline_flush_interval 5s"));
        }
        if let Some((attr, "false" | "no")) = self.attr("emit_unmatched_lines") {
            let found = at_key(&MULTILINE_UNMATCHED, attr);
            let edit = Edit {
                source: attr.source,
                span: attr.key_span.to(attr.value_span),
                text: String::new(),
            };
            let title = Message::new("Take the parameter away", "このパラメーターを削除する");
            out.push(found.fix(Fix { title, edits: vec![edit] }));
        }
        if value(self.source, "path").is_some_and(|path| path.contains("/var/log/containers/")) {
            out.push(plain(&MULTILINE_ON_CONTAINER_LOG).at(place.0, place.1));
        }
    }

    /// The fix that adds a line to the source, behind its path.
    fn insert(&self, found: Diagnostic, line: &str) -> Diagnostic {
        let Some(path) = self.source.peek("path") else { return found };
        let at = crate::source::Span::at(path.value_span.end as usize);
        let edit = Edit { source: path.source, span: at, text: format!("\n  {line}") };
        found.fix(Fix {
            title: Message::new(format!("Add {line}"), format!("{line} を追加する")),
            edits: vec![edit],
        })
    }
}

/// True when fluentd's own container log can be among the files: `POD_NAMESPACE_CONTAINER-ID.log`
/// of any container, or of one called fluentd.
fn reads_fluentd(path: &str) -> bool {
    path.split(',').any(|path| {
        let Some((_, rest)) = path.split_once("/var/log/containers/*") else { return false };
        let container = rest.rsplit_once('_').map_or("*", |(_, container)| container);
        container.starts_with('*') || container.starts_with("fluentd")
    })
}

#[cfg(test)]
mod tests {
    use super::lint;
    use crate::diag::Diagnostic;
    use crate::fluent::config::v1_parser::parse;
    use crate::fluent::environment::Environment;

    const PLAIN: &str = "read_from_head true\ntag a.*\n<parse>\n@type none\n</parse>";

    fn found(body: &str) -> Vec<Diagnostic> {
        let text = format!("<source>\n@type tail\n{body}\n</source>\n");
        lint(&parse(&text, &Environment::default()).root.unwrap())
    }

    fn paths(body: &str) -> Vec<&'static str> {
        found(body).iter().map(|found| found.code.path).collect()
    }

    #[test]
    fn a_plain_source_is_fine() {
        assert!(paths(&format!("path /var/log/a.log\n{PLAIN}")).is_empty());
    }

    #[test]
    fn sources_that_read_from_the_tail_are_told_once_and_mended_together() {
        let source =
            "<source>\n@type tail\npath /a.log\ntag a\n<parse>\n@type none\n</parse>\n</source>\n";
        let found = lint(&parse(&source.repeat(3), &Environment::default()).root.unwrap());
        let [found] = found.as_slice() else { panic!("{found:?}") };
        assert!(found.message.en.ends_with("(3 sources)"), "{}", found.message.en);
        assert_eq!(found.fix.as_ref().map(|fix| fix.edits.len()), Some(3));
    }

    #[test]
    fn tags_are_looked_at() {
        let with = |tag: &str| paths(&format!("path /l/*.log\n{}", PLAIN.replace("a.*", tag)));
        assert_eq!(with("a.*.b.*"), ["tail/tag-second-star"]);
        assert_eq!(with("*"), ["tail/tag-is-path"]);
        assert_eq!(with("fixed"), ["tail/tag-same-for-all"]);
        assert!(with("kubernetes.*").is_empty());
    }

    #[test]
    fn paths_that_match_nothing_are_found() {
        assert_eq!(paths(&format!("path /l/e-?.log\n{PLAIN}")), ["tail/no-glob"]);
        assert_eq!(paths(&format!("path /l/*.{{log,txt}}\n{PLAIN}")), ["tail/braces-cut"]);
        let relative = format!("path /l/*.log\nexclude_path a.log\n{PLAIN}");
        assert_eq!(paths(&relative), ["tail/exclude-relative"]);
        let own = found(&format!("path /var/log/containers/*.log\n{PLAIN}"));
        assert_eq!(own[0].code.path, "tail/self-tailing");
        assert!(own[0].fix.as_ref().unwrap().edits[0].text.contains("exclude_path"));
    }

    #[test]
    fn a_japanese_pattern_wants_an_encoding() {
        let body = "path /l/a.log\nread_from_head true\ntag a\n<parse>\n@type regexp\nexpression /日(?<m>.*)/\n</parse>";
        let found = found(body);
        assert_eq!(found[0].code.path, "tail/pattern-needs-utf8");
        assert_eq!(found[0].fix.as_ref().unwrap().edits[0].text, "\n  encoding UTF-8");
        assert!(paths(&body.replace("tag a", "tag a\nencoding UTF-8")).is_empty());
    }

    #[test]
    fn a_word_class_is_ascii_also_in_utf8() {
        let body = "path /l/a.log\nread_from_head true\ntag a\nencoding UTF-8\n<parse>\n@type regexp\nexpression /^(?<m>\\w+)/\n</parse>";
        assert_eq!(paths(body), ["tail/ascii-class"]);
        assert!(paths(&body.replace("encoding UTF-8\n", "")).is_empty());
    }

    #[test]
    fn an_encoding_that_is_not_simulated_is_named() {
        let body = format!("path /l/a.log\nencoding Shift_JIS\n{PLAIN}");
        assert_eq!(paths(&body), ["tail/encoding-not-simulated"]);
        let body = format!("path /l/a.log\nencoding UTF-8\nfrom_encoding Shift_JIS\n{PLAIN}");
        assert!(paths(&body).is_empty());
    }

    #[test]
    fn files_of_another_container_are_not_fluentds_own() {
        let reads = |glob: &str| super::reads_fluentd(&format!("/var/log/containers/{glob}"));
        assert!(reads("*.log") && reads("*_kube-system_*.log") && reads("*_fluentd-*.log"));
        assert!(!reads("*_default_app-*.log"));
    }

    #[test]
    fn flat_parameters_are_found() {
        let body = format!("path /l/a.log\ntime_format %Y\n{PLAIN}");
        assert_eq!(paths(&body), ["tail/flat-unused"]);
        let flat = "path /l/a.log\nread_from_head true\ntag a\nformat json\ntime_type string";
        assert_eq!(paths(flat), ["tail/flat-not-passed"]);
        assert_eq!(paths("path /l/a.log\ntag a\nformat json"), ["tail/read-from-tail"]);
    }

    #[test]
    fn multiline_has_its_traps() {
        let multiline = |more: &str, inner: &str| {
            paths(&format!(
                "path /l/a.log\nread_from_head true\ntag a\n{more}\n<parse>\n@type multiline\n{inner}\nformat1 /(?<m>.*)/\n</parse>"
            ))
        };
        let without = ["tail/multiline-without-firstline", "tail/multiline-empty-at-shutdown"];
        assert_eq!(multiline("", ""), without);
        assert_eq!(multiline("", "format_firstline /^a/"), ["tail/multiline-waits"]);
        assert_eq!(
            multiline(
                "multiline_flush_interval 5s\nemit_unmatched_lines false",
                "format_firstline /^a/"
            ),
            ["tail/multiline-unmatched"]
        );
    }
}
