//! The configuration as the page sees it: its patterns, colours and the form over `<parse>`.

use super::text::Utf16Map;
use super::why::Pattern;
use crate::diag::{Diagnostic, Message as Words};
use crate::fluent::config::assist::{self, Suggested};
use crate::fluent::config::element::{Attr, AttrValue, Element};
use crate::fluent::config::v1_parser::parse;
use crate::fluent::environment::Environment;
use crate::onigmo::cautions::cautions;
use crate::onigmo::diagnose::{self, Home};
use crate::onigmo::explain::{Explanation, explain};
use crate::onigmo::tree::{Enclose, Kind};
use crate::onigmo::{Options, Regexp};
use crate::protocol::{
    Answer, Completion, ConfEdit, ConfMark, Explain, ExplainRow, Fix, Form, FormParam, HoverCard,
    Message, Place,
};
use crate::source::{SourceId, Span};

/// What is known of the configuration's text.
#[derive(Default)]
pub struct ConfView {
    /// Its offsets.
    pub map: Utf16Map,
    root: Option<Element>,
    /// The patterns of its `<parse>` sections, with the section's place.
    patterns: Vec<(Span, Pattern)>,
    /// What is wrong with patterns, or odd.
    pub findings: Vec<Diagnostic>,
}

impl ConfView {
    /// Reads a configuration.
    pub fn new(text: &str) -> ConfView {
        let root = parse(text, &Environment::default()).root;
        let (mut patterns, mut findings) = (Vec::new(), Vec::new());
        if let Some(root) = &root {
            each_parse(root, 0, &mut |_, parse| {
                patterns.extend(pattern(text, parse, &mut findings));
            });
        }
        ConfView { map: Utf16Map::new(text), root, patterns, findings }
    }

    /// The pattern of the `<parse>` section at a place.
    pub fn pattern_at(&self, (source, span): (SourceId, Span)) -> Option<&Pattern> {
        let found = self.patterns.iter().find(|(place, _)| *place == span)?;
        (source == SourceId::Conf(0)).then_some(&found.1)
    }

    /// The `<parse>` section at a place.
    pub fn parse_at(&self, (source, span): (SourceId, Span)) -> Option<&Element> {
        let mut found = None;
        each_parse(self.root.as_ref()?, 0, &mut |_, parse| {
            if parse.span == span && source == SourceId::Conf(0) && parse.source == source {
                found = Some(parse);
            }
        });
        found
    }

    /// The groups of all patterns, coloured as their captures.
    pub fn marks(&self) -> Vec<ConfMark> {
        let mut marks = Vec::new();
        for (_, pattern) in self.patterns.iter().filter(|(_, pattern)| pattern.verbatim) {
            let tree = pattern.regexp.tree();
            for node in &tree.nodes {
                let Kind::Enclose { kind: Enclose::Memory { group }, .. } = &node.kind else {
                    continue;
                };
                let span = node.span.shifted(pattern.span.start as usize);
                marks.push(ConfMark {
                    from: self.map.unit(span.start),
                    to: self.map.unit(span.end),
                    group: *group,
                });
            }
        }
        marks
    }

    /// The pattern at (or nearest to) a place, in words.
    pub fn explain(&self, unit: u32) -> Option<Explain> {
        let near = self.parse_near(unit).map(|(_, parse)| parse.span);
        let found = self.patterns.iter().find(|(place, _)| Some(*place) == near);
        let (_, pattern) = found.or(self.patterns.first())?;
        let mut rows = Vec::new();
        let whole = explain(&pattern.regexp);
        // A sequence needs no row of its own: its parts are the pattern.
        let parts_end = whole.parts.iter().try_fold(whole.span.start, |at, part| {
            (part.span.start == at).then_some(part.span.end)
        });
        if whole.parts.len() > 1 && parts_end == Some(whole.span.end) {
            for part in &whole.parts {
                self.explain_part(pattern, part, 0, &mut rows);
            }
        } else {
            self.explain_part(pattern, &whole, 0, &mut rows);
        }
        let said =
            pattern.regexp.warnings().iter().map(|warning| format!("warning: {}", warning.message));
        Some(Explain {
            pattern: pattern.regexp.pattern().to_owned(),
            place: self.conf_place(pattern.span).filter(|_| pattern.verbatim),
            rows,
            said: said.collect(),
        })
    }

    fn explain_part(
        &self,
        pattern: &Pattern,
        part: &Explanation,
        depth: u32,
        rows: &mut Vec<ExplainRow>,
    ) {
        if depth > DEEP || rows.len() >= EXPLAINED {
            return;
        }
        let source = pattern.regexp.pattern().get(part.span.range()).unwrap_or_default();
        let names = pattern.regexp.names();
        let name =
            part.group.and_then(|group| names.iter().find(|name| name.groups.contains(&group)));
        let span = part.span.shifted(pattern.span.start as usize);
        rows.push(ExplainRow {
            depth,
            source: if source.trim().is_empty() {
                source.replace(' ', "␣")
            } else {
                source.to_owned()
            },
            words: super::map::message(&part.text),
            group: part.group,
            name: name.map(|name| name.text.to_string()).unwrap_or_default(),
            place: self.conf_place(span).filter(|_| pattern.verbatim),
        });
        for inner in &part.parts {
            self.explain_part(pattern, inner, depth + 1, rows);
        }
    }

    fn conf_place(&self, span: Span) -> Option<Place> {
        Some(Place::Conf {
            from: self.map.unit(span.start),
            to: self.map.unit(span.end),
            line: self.map.line(span.start),
        })
    }

    /// What can stand at a place.
    pub fn complete(&self, at: u32) -> Answer {
        let at = self.map.byte(at);
        let found = assist::complete(self.map.text(), at as usize);
        let from = found.first().map_or(at, |item| item.replace.start);
        let item = |item: &assist::Completion| Completion {
            label: item.label.clone(),
            insert: item.label.clone(),
            kind: match item.kind {
                Suggested::Param => "parameter",
                Suggested::Value => "value",
                Suggested::Section => "section",
                Suggested::Plugin => "plugin",
            }
            .to_owned(),
            detail: super::map::message(&item.detail),
            doc: super::map::message(&item.doc),
        };
        Answer::Completions { from: self.map.unit(from), items: found.iter().map(item).collect() }
    }

    /// What stands at a place.
    pub fn hover(&self, at: u32) -> Answer {
        if let Some(card) = self.pattern_part(self.map.byte(at)) {
            return Answer::Hover(Some(card));
        }
        let found = assist::hover(self.map.text(), self.map.byte(at) as usize);
        Answer::Hover(found.map(|found| {
            let join = |detail: &str, doc: &str| {
                if detail.is_empty() { doc.to_owned() } else { format!("{detail} — {doc}") }
            };
            HoverCard {
                from: self.map.unit(found.span.start),
                to: self.map.unit(found.span.end),
                title: found.title,
                text: Message {
                    en: join(&found.detail.en, &found.doc.en),
                    ja: join(&found.detail.ja, &found.doc.ja),
                },
            }
        }))
    }

    /// The smallest part of a pattern at a byte, in words.
    fn pattern_part(&self, at: u32) -> Option<HoverCard> {
        let holds = |span: Span| span.start <= at && at < span.end;
        let (_, pattern) =
            self.patterns.iter().find(|(_, pattern)| pattern.verbatim && holds(pattern.span))?;
        let start = pattern.span.start as usize;
        let mut part = explain(&pattern.regexp);
        for _ in 0..DEEP {
            let inner = part.parts.iter().position(|inner| holds(inner.span.shifted(start)));
            let Some(inner) = inner else { break };
            part = part.parts.swap_remove(inner);
        }
        let span = part.span.shifted(start);
        let source = pattern.regexp.pattern().get(part.span.range())?;
        Some(HoverCard {
            from: self.map.unit(span.start),
            to: self.map.unit(span.end),
            title: source.to_owned(),
            text: super::map::message(&part.text),
        })
    }

    /// The `<parse>` section at (or nearest to) a place, with what holds it.
    fn parse_near(&self, unit: u32) -> Option<(String, &Element)> {
        let at = self.map.byte(unit);
        let mut best: Option<(u32, String, &Element)> = None;
        each_parse(self.root.as_ref()?, 0, &mut |owner, parse| {
            let distance = if owner.span.touches(at as usize) {
                0
            } else {
                owner.span.start.abs_diff(at).min(owner.span.end.abs_diff(at)).max(1)
            };
            if best.as_ref().is_none_or(|best| distance < best.0) {
                let kind = owner.attrs.iter().find(|attr| attr.key == "@type").map(value);
                let name = format!("<{}> @type {}", owner.name, kind.unwrap_or_default());
                best = Some((distance, name, parse));
            }
        });
        best.map(|(_, name, parse)| (name, parse))
    }

    /// The form over that section.
    pub fn form(&self, at: u32) -> Option<Form> {
        let (owner, parse) = self.parse_near(at)?;
        let kind =
            parse.attrs.iter().find(|attr| attr.key == "@type").map(value).unwrap_or_default();
        let place = Place::Conf {
            from: self.map.unit(parse.span.start),
            to: self.map.unit(parse.span.end),
            line: self.map.line(parse.span.start),
        };
        let params =
            PARAMS.iter().filter(|param| param.types.is_empty() || param.types.contains(&&*kind));
        let param = |param: &Param| {
            let found = parse.attrs.iter().find(|attr| attr.key == param.name);
            FormParam {
                name: param.name.to_owned(),
                value: found.map(|attr| self.written(attr)).unwrap_or_default(),
                present: found.is_some(),
                default: param.default.to_owned(),
                choices: param.choices.iter().map(|choice| (*choice).to_owned()).collect(),
                doc: Message { en: param.en.to_owned(), ja: param.ja.to_owned() },
                problem: found.and_then(|attr| self.problem(parse, attr)),
            }
        };
        Some(Form { place: Some(place), owner, params: params.map(param).collect() })
    }

    /// The value as it stands in the text.
    fn written(&self, attr: &Attr) -> String {
        let text = self.map.text().get(attr.value_span.range());
        text.map_or_else(|| value(attr), |text| text.trim().to_owned())
    }

    fn problem(&self, parse: &Element, attr: &Attr) -> Option<Message> {
        if attr.key != "expression" || self.patterns.iter().any(|(place, _)| *place == parse.span) {
            return None;
        }
        let (pattern, options) = slashes(&value(attr))?;
        let error = Regexp::new(&pattern, options).err()?;
        Some(Message { en: error.message.clone(), ja: error.message })
    }

    /// The edits that give a parameter of that section a value; an empty value removes it.
    pub fn set_param(&self, at: u32, name: &str, new: &str) -> Vec<Fix> {
        let Some((_, parse)) = self.parse_near(at) else { return Vec::new() };
        let new = new.replace(['\n', '\r'], " ");
        let edit = match parse.attrs.iter().find(|attr| attr.key == name) {
            Some(attr) if new.is_empty() => {
                self.line_of(attr.key_span).map(|span| (span, String::new()))
            }
            Some(attr) if attr.value_span.is_empty() => Some((attr.value_span, format!(" {new}"))),
            Some(attr) => Some((attr.value_span, new)),
            None if new.is_empty() => None,
            None => self.insertion(parse, name, &new),
        };
        let Some((span, insert)) = edit else { return Vec::new() };
        let edit =
            ConfEdit { from: self.map.unit(span.start), to: self.map.unit(span.end), insert };
        let title = Words::new(format!("Set `{name}`"), format!("`{name}` を設定"));
        vec![Fix { title: super::map::message(&title), edits: vec![edit] }]
    }

    /// The whole line, with its end.
    fn line_of(&self, span: Span) -> Option<Span> {
        let text = self.map.text();
        let start = text.get(..span.start as usize)?.rfind('\n').map_or(0, |at| at + 1);
        let end = text
            .get(span.end as usize..)?
            .find('\n')
            .map_or(text.len(), |at| span.end as usize + at + 1);
        Some(Span::new(start, end))
    }

    /// A new line after the last parameter (or the opening tag), indented as its neighbours.
    fn insertion(&self, parse: &Element, name: &str, new: &str) -> Option<(Span, String)> {
        let text = self.map.text();
        let last = parse.attrs.last().map(|attr| attr.value_span.end.max(attr.key_span.end));
        let anchor = last.unwrap_or(parse.name_span.end) as usize;
        let at = anchor + text.get(anchor..)?.find('\n')?;
        let tag = self.line_of(parse.name_span)?;
        let tag_line = text.get(tag.range())?;
        let indent: String = tag_line.chars().take_while(|c| *c == ' ' || *c == '\t').collect();
        Some((Span::at(at), format!("\n{indent}  {name} {new}")))
    }
}

/// Parts of a pattern that are explained.
const EXPLAINED: usize = 300;
/// Nesting that is looked into.
const DEEP: u32 = 20;

/// Every `<parse>` section with the section that holds it.
fn each_parse<'e>(
    element: &'e Element,
    depth: u32,
    then: &mut impl FnMut(&'e Element, &'e Element),
) {
    if depth > DEEP {
        return;
    }
    for inner in &element.elements {
        if inner.name == "parse" {
            then(element, inner);
        } else {
            each_parse(inner, depth + 1, then);
        }
    }
}

fn value(attr: &Attr) -> String {
    match &attr.value {
        AttrValue::Text(text) => text.clone(),
        AttrValue::Nil | AttrValue::Default => String::new(),
    }
}

/// The pattern of a section, or what is wrong with it; and what Ruby warns about.
fn pattern(text: &str, parse: &Element, findings: &mut Vec<Diagnostic>) -> Option<(Span, Pattern)> {
    let attr = parse
        .attrs
        .iter()
        .find(|attr| attr.key == "expression" || attr.key == "format_firstline")?;
    let value = value(attr);
    let (source, options) = slashes(&value)?;
    let written = text.get(attr.value_span.range()).unwrap_or_default();
    let inner = written.find('/').map_or(0, |at| at + 1);
    let start = attr.value_span.start as usize + inner;
    let verbatim = text.get(start..).is_some_and(|rest| rest.starts_with(source.as_str()));
    let home = Home { source: SourceId::Conf(0), offset: start };
    let regexp = match Regexp::new(&source, options) {
        Ok(regexp) => regexp,
        Err(error) => {
            findings.extend(verbatim.then(|| diagnose::error(&error, &source, home)));
            return None;
        }
    };
    if verbatim {
        let warnings = regexp.warnings().iter().filter(|warning| !warning.verbose);
        findings.extend(warnings.map(|warning| diagnose::warning(warning, home)));
        findings.extend(cautions(&regexp, home));
    }
    let span = Span::new(start, start + source.len());
    Some((parse.span, Pattern { regexp, span, verbatim }))
}

/// `/PATTERN/FLAGS` taken apart.
fn slashes(value: &str) -> Option<(String, Options)> {
    let inner = value.strip_prefix('/')?;
    let end = inner.rfind('/')?;
    let (pattern, flags) = (inner.get(..end)?, inner.get(end + 1..)?);
    let has = |flag: char| flags.contains(flag);
    let options = Options { ignore_case: has('i'), multi_line: has('m'), extend: has('x') };
    Some((pattern.to_owned(), options))
}

/// A parameter of the form.
struct Param {
    name: &'static str,
    types: &'static [&'static str],
    default: &'static str,
    choices: &'static [&'static str],
    en: &'static str,
    ja: &'static str,
}

const PARSERS: [&str; 14] = [
    "regexp",
    "json",
    "cri",
    "none",
    "multiline",
    "multi_format",
    "syslog",
    "nginx",
    "apache2",
    "apache",
    "csv",
    "tsv",
    "ltsv",
    "msgpack",
];

const PARAMS: [Param; 9] = [
    Param {
        name: "@type",
        types: &[],
        default: "",
        choices: &PARSERS,
        en: "The parser that reads each line.",
        ja: "各行を読むパーサー。",
    },
    Param {
        name: "expression",
        types: &["regexp"],
        default: "/(?<name>...)/",
        choices: &[],
        en: "Ruby's regular expression between slashes; named groups become fields, `time` becomes the event's time.",
        ja: "スラッシュで囲んだ Ruby の正規表現。名前付きグループがフィールドになり、`time` がイベントの時刻になります。",
    },
    Param {
        name: "time_key",
        types: &[],
        default: "time",
        choices: &[],
        en: "The field that holds the event's time; it leaves the record.",
        ja: "イベントの時刻を持つフィールド。レコードからは消えます。",
    },
    Param {
        name: "time_type",
        types: &[],
        default: "string",
        choices: &["string", "float", "unixtime", "mixed"],
        en: "How the time is written.",
        ja: "時刻の書き方。",
    },
    Param {
        name: "time_format",
        types: &[],
        default: "",
        choices: &[],
        en: "`strptime` format; `%N` is the fraction, `%:z` the zone `+09:00` or `Z`. A plain letter `Z` matches only itself.",
        ja: "`strptime` の形式。`%N` は小数部、`%:z` は `+09:00` や `Z` の時差です。ただの文字 `Z` はその文字にしか合いません。",
    },
    Param {
        name: "timezone",
        types: &[],
        default: "",
        choices: &[],
        en: "The zone of times that carry none, e.g. `+09:00` or `Asia/Tokyo`.",
        ja: "時差のない時刻に使うタイムゾーン。例: `+09:00`、`Asia/Tokyo`。",
    },
    Param {
        name: "keep_time_key",
        types: &[],
        default: "false",
        choices: &["true", "false"],
        en: "Keeps the time's field in the record.",
        ja: "時刻のフィールドをレコードに残します。",
    },
    Param {
        name: "types",
        types: &["regexp", "csv", "tsv", "ltsv", "nginx", "apache2", "multiline"],
        default: "",
        choices: &[],
        en: "Types of fields, e.g. `code:integer,ok:bool`; everything else stays text.",
        ja: "フィールドの型。例: `code:integer,ok:bool`。それ以外は文字列のままです。",
    },
    Param {
        name: "null_empty_string",
        types: &[],
        default: "false",
        choices: &["true", "false"],
        en: "Empty text becomes nil.",
        ja: "空文字列を nil にします。",
    },
];
