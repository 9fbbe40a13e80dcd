//! fluent.conf on containerd nodes. The text is read by fluentd's own reader; what it evaluates
//! (`"#{…}"`) is judged as written, since the nodes' environment is not in the text.

use super::{Found, Severity};
use crate::encoding::Encoding;
use crate::fluent::config::syntax::{Item, SectionSyntax, Syntax, TokenKind};
use crate::fluent::config::v1_parser;
use crate::fluent::environment::Environment;
use crate::fluent::match_pattern::MatchPatterns;
use crate::onigmo::regexp::{Options, Regexp, Region};
use crate::source::{LineIndex, Span};

/// Where a configuration stands in the pasted text.
#[derive(Default)]
pub(super) struct Place<'t> {
    /// Begins every path.
    pub(super) path: String,
    /// The line of its first line; 0: it is the whole text.
    pub(super) line: usize,
    /// Its lines are lines of the text; else all stand on `line`.
    pub(super) block: bool,
    /// Empty lines at its beginning, which `line` does not count.
    pub(super) blank: usize,
    /// The other configurations of the same ConfigMap.
    pub(super) others: Vec<&'t str>,
}

/// A parameter; a repeated one has its last value.
struct Param {
    name: String,
    text: String,
    line: usize,
    /// Holds embedded Ruby; `text` is as written.
    embedded: bool,
}

struct Section {
    name: String,
    arg: String,
    line: usize,
    path: String,
    params: Vec<Param>,
    sections: Vec<Section>,
}

impl Section {
    fn param(&self, name: &str) -> Option<&Param> {
        self.params.iter().find(|param| param.name == name)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.param(name).map(|param| param.text.as_str())
    }

    /// `@type`, or `type` as before 0.14.
    fn type_param(&self) -> Option<&Param> {
        self.param("@type").or_else(|| self.param("type"))
    }

    fn is(&self, name: &str, type_name: &str) -> bool {
        self.name == name && self.type_param().is_some_and(|param| param.text == type_name)
    }

    fn is_on(&self, name: &str) -> bool {
        matches!(self.text(name), Some("true" | "yes" | ""))
    }

    fn at(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }

    /// Calls `each` on it and on all within.
    fn walk<'s>(&'s self, each: &mut dyn FnMut(&'s Section)) {
        each(self);
        self.sections.iter().for_each(|section| section.walk(each));
    }
}

/// A parser of a source: of `<parse>`, of a `<pattern>` in it, or of the old `format`.
struct Parser<'s> {
    /// The section with its parameters.
    section: &'s Section,
    /// `json`, `regexp`, …
    kind: &'s str,
    /// The pattern's parameter.
    expression: Option<&'s Param>,
}

/// A `<source>` of in_tail.
struct Tail<'s> {
    section: &'s Section,
    /// Reads what a container runtime writes.
    containers: bool,
    parsers: Vec<Parser<'s>>,
    /// Where the type stands.
    type_at: Option<(String, &'s Param)>,
}

pub(super) fn check(text: &str, place: &Place, found: &mut Found) {
    let parsed = v1_parser::parse(text, &Environment::default());
    let Some(file) = parsed.files.first() else { return };
    let lines = Lines { index: LineIndex::new(text.as_bytes()), place };
    if !unmatched_tags(file, &lines, found) {
        let syntax = parsed.errors.iter().find(|error| {
            error.class.ends_with("ConfigParseError") && !error.message.starts_with("include error")
        });
        if let Some((error, (_, span))) = syntax.and_then(|error| Some((error, error.place?))) {
            let message = error.message.lines().next().unwrap_or_default();
            let line = lines.of(span);
            found.with("conf-syntax", Severity::Error, &place.path, line, None, message);
        }
    }
    let root = tree(file, &lines);
    let tails = tails(&root);
    sources(&tails, place, found);
    concats(&root, &tails, found);
    labels(&root, file, place, found);
}

/// From offsets to lines of the pasted text.
struct Lines<'p> {
    index: LineIndex,
    place: &'p Place<'p>,
}

impl Lines<'_> {
    fn of(&self, span: Span) -> usize {
        let own = self.index.line_of(span.start as usize);
        match (self.place.line, self.place.block) {
            (0, _) => own + 1,
            (line, true) => line + own.saturating_sub(self.place.blank),
            (line, false) => line,
        }
    }
}

/// Tags that do not pair, as fluentd's reader meets them.
fn unmatched_tags(file: &Syntax, lines: &Lines, found: &mut Found) -> bool {
    let mut open: Vec<(&str, Span)> = Vec::new();
    let mut any = false;
    let mut closing = None;
    for token in &file.tokens {
        match (token.kind, file.slice(token.span)) {
            (TokenKind::Bracket, "</") => closing = Some(true),
            (TokenKind::Bracket, "<") => closing = Some(false),
            (TokenKind::SectionName, name) => match closing.take() {
                Some(true) => {
                    if open.pop().map(|(own, _)| own) != Some(name) {
                        any = true;
                        tag_error(&format!("unmatched </{name}>"), token.span, lines, found);
                    }
                }
                _ => open.push((name, token.span)),
            },
            _ => {}
        }
    }
    for (name, span) in open {
        any = true;
        tag_error(&format!("missing </{name}>"), span, lines, found);
    }
    any
}

fn tag_error(message: &str, span: Span, lines: &Lines, found: &mut Found) {
    let path = lines.place.path.as_str();
    found.with("conf-syntax", Severity::Error, path, lines.of(span), None, message);
}

/// The file's sections, with the paths that findings show.
fn tree(file: &Syntax, lines: &Lines) -> Section {
    let mut root = Section {
        name: String::new(),
        arg: String::new(),
        line: 0,
        path: lines.place.path.clone(),
        params: Vec::new(),
        sections: Vec::new(),
    };
    fill(&mut root, &file.items, file, lines);
    root
}

fn fill(section: &mut Section, items: &[Item], file: &Syntax, lines: &Lines) {
    for item in items {
        match item {
            Item::Param(param) => {
                let written = param.value.map_or("", |value| file.slice(value));
                let embedded = written.starts_with('"') && written.contains("#{");
                let text = if embedded { written.trim_matches('"') } else { &param.text };
                let param = Param {
                    name: param.name.clone(),
                    text: text.to_owned(),
                    line: lines.of(param.value.unwrap_or(param.key)),
                    embedded,
                };
                section.params.retain(|known| known.name != param.name);
                section.params.push(param);
            }
            Item::Section(inner) => {
                let inner = inner_section(section, inner, file, lines);
                section.sections.push(inner);
            }
            Item::Include(_) => {}
        }
    }
}

fn inner_section(parent: &Section, inner: &SectionSyntax, file: &Syntax, lines: &Lines) -> Section {
    let name = file.slice(inner.name).to_owned();
    let dot = if parent.path.is_empty() || parent.path.ends_with(':') { "" } else { "." };
    let single = matches!(name.as_str(), "parse" | "buffer" | "format" | "inject" | "record");
    let path = if single {
        format!("{}{dot}{name}", parent.path)
    } else {
        let before = parent.sections.iter().filter(|section| section.name == name).count();
        format!("{}{dot}{name}[{before}]", parent.path)
    };
    let arg = file.slice(inner.arg).trim_matches(['"', '\'']).to_owned();
    let line = lines.of(inner.open);
    let mut section = Section { name, arg, line, path, params: Vec::new(), sections: Vec::new() };
    fill(&mut section, &inner.items, file, lines);
    section
}

fn tails(root: &Section) -> Vec<Tail<'_>> {
    let mut found = Vec::new();
    root.walk(&mut |section| {
        if section.is("source", "tail") {
            found.push(tail(section));
        }
    });
    found
}

fn tail(section: &Section) -> Tail<'_> {
    let path = section.text("path").unwrap_or_default();
    let containers = ["/var/log/containers", "/var/log/pods", "/var/lib/docker"]
        .iter()
        .any(|folder| path.contains(folder));
    let parse = section.sections.iter().find(|inner| inner.name == "parse");
    let (holder, name) = match parse {
        Some(parse) => (parse, if parse.param("@type").is_some() { "@type" } else { "type" }),
        None => (section, "format"),
    };
    let type_at = holder.param(name).map(|param| (holder.at(name), param));
    let patterns = || holder.sections.iter().filter(|inner| inner.name == "pattern");
    let parsers = match &type_at {
        Some((_, param)) if param.text == "multi_format" => {
            patterns().filter_map(pattern).collect()
        }
        Some((_, param)) => vec![parser(holder, param)],
        None => Vec::new(),
    };
    Tail { section, containers, parsers, type_at }
}

fn pattern(section: &Section) -> Option<Parser<'_>> {
    Some(parser(section, section.param("format").or_else(|| section.type_param())?))
}

/// `type_param`: its name, or a pattern between slashes.
fn parser<'s>(section: &'s Section, type_param: &'s Param) -> Parser<'s> {
    if type_param.text.starts_with('/') {
        return Parser { section, kind: "regexp", expression: Some(type_param) };
    }
    Parser { section, kind: &type_param.text, expression: section.param("expression") }
}

impl Parser<'_> {
    fn expression(&self) -> &str {
        self.expression.map_or("", |param| &param.text)
    }

    /// Reads what containerd and CRI-O write.
    fn is_cri(&self) -> bool {
        let shows = |text: &str| text.contains("(?<stream>") || text.contains("stdout|stderr");
        match self.kind {
            "cri" => true,
            "regexp" => shows(self.expression()),
            "multiline" => self
                .section
                .params
                .iter()
                .any(|param| param.name.starts_with("format") && shows(&param.text)),
            _ => false,
        }
    }

    /// Its pattern, compiled.
    fn regexp(&self) -> Option<Regexp> {
        let body = self.expression().strip_prefix('/')?.rsplit_once('/')?.0;
        Regexp::new(body, Options::default()).ok()
    }

    /// The fields that it makes; `None`: they depend on the lines.
    fn fields(&self, containers: bool) -> Option<Vec<String>> {
        let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
        match self.kind {
            // An inner parser takes the message's place.
            "cri" if !self.section.sections.is_empty() => None,
            "cri" => names(&["stream", "logtag", "message"]),
            "json" if containers => names(&["log", "stream"]),
            "none" => names(&[self.section.text("message_key").unwrap_or("message")]),
            "regexp" => {
                let regexp = self.regexp()?;
                Some(regexp.names().iter().map(|name| name.text.to_string()).collect())
            }
            _ => None,
        }
    }
}

/// True when a configuration has a source that reads CRI lines.
fn reads_cri(text: &str) -> bool {
    let parsed = v1_parser::parse(text, &Environment::default());
    let place = Place::default();
    let lines = Lines { index: LineIndex::new(text.as_bytes()), place: &place };
    parsed.files.first().is_some_and(|file| {
        let root = tree(file, &lines);
        tails(&root).iter().any(|tail| tail.parsers.iter().any(Parser::is_cri))
    })
}

fn sources(tails: &[Tail], place: &Place, found: &mut Found) {
    let mut files: Vec<&str> = Vec::new();
    for tail in tails {
        let section = tail.section;
        if let Some(file) = section.param("pos_file").filter(|file| !file.embedded) {
            if files.contains(&file.text.as_str()) {
                found.add("pos-file-shared", Severity::Error, &section.at("pos_file"), file.line);
            }
            files.push(&file.text);
        } else if tail.containers && section.param("pos_file").is_none() {
            found.add("pos-file-missing", Severity::Warning, &section.path, section.line);
        }
        if let Some((path, param)) = &tail.type_at
            && param.embedded
            && path.contains(".parse.")
        {
            found.add("parse-type-env", Severity::Warning, path, param.line);
        }
        paths(section, found);
        if tail.containers {
            parsers(tail, place, found);
        }
    }
}

fn paths(section: &Section, found: &mut Found) {
    let Some(path) = section.param("path") else { return };
    let mut add = |rule, severity| found.add(rule, severity, &section.at("path"), path.line);
    if path.text.contains("/var/lib/docker") {
        add("path-docker-dir", Severity::Error);
    }
    if path.text.contains("/containers/*.log") && section.param("exclude_path").is_none() {
        add("self-tail", Severity::Info);
    }
    if path.text.split(',').any(|path| path.trim().ends_with("/docker.log")) {
        add("docker-daemon-log", Severity::Info);
    }
}

fn parsers(tail: &Tail, place: &Place, found: &mut Found) {
    let Some((path, param)) = &tail.type_at else {
        found.add("parse-missing", Severity::Error, &tail.section.path, tail.section.line);
        return;
    };
    let only_json = tail.parsers.iter().all(|parser| matches!(parser.kind, "json" | "none"))
        && tail.parsers.iter().any(|parser| parser.kind == "json");
    if only_json {
        let pair = place.others.iter().any(|other| reads_cri(other));
        let severity = if pair { Severity::Info } else { Severity::Error };
        found.add("json-parse-cri", severity, path, param.line);
    }
    for parser in &tail.parsers {
        time_format(parser, found);
        if let Some(expression) = parser.expression.filter(|_| takes_one_tag(parser)) {
            let path = parser.section.at(&expression.name);
            found.add("logtag-too-strict", Severity::Error, &path, expression.line);
        }
    }
}

fn time_format(parser: &Parser, found: &mut Found) {
    let section = parser.section;
    let Some(format) = section.param("time_format").filter(|format| !format.embedded) else {
        return;
    };
    let path = section.at("time_format");
    let zoned = section.is_on("utc")
        || matches!(section.text("localtime"), Some("false" | "no"))
        || section.param("timezone").is_some();
    if format.text.ends_with('Z') && !format.text.ends_with("%Z") && !format.text.ends_with(":Z") {
        match (zoned, parser.is_cri()) {
            (false, _) => {
                found.add("time-format-literal-z", Severity::Warning, &path, format.line);
            }
            (true, true) => found.add("time-format-literal-z", Severity::Info, &path, format.line),
            (true, false) => {}
        }
    }
    let digits = Regexp::new(r"%(\d+[NL])", Options::default()).ok();
    let mut region = Region::default();
    if let Some(digits) = digits
        && digits.search(format.text.as_bytes(), Encoding::Utf8, 0, &mut region).unwrap_or(false)
        && let Some(Some(span)) = region.groups.first()
    {
        let shown = format.text.get(span.range()).unwrap_or_default();
        found.with("time-format-digits", Severity::Error, &path, format.line, None, shown);
    }
}

/// Tried out: the pattern takes lines of the one tag only.
fn takes_one_tag(parser: &Parser) -> bool {
    if parser.kind != "regexp" || !parser.is_cri() {
        return false;
    }
    let Some(regexp) = parser.regexp() else { return false };
    let takes = |tag: &str, log: &str| {
        let line = format!("2023-02-01T01:02:03.123456789Z stdout {tag} {log}");
        let mut region = Region::default();
        regexp.search(line.as_bytes(), Encoding::Utf8, 0, &mut region).unwrap_or(false)
    };
    let logs = ["text", "{\"a\":1}", "2023-02-01 01:02:03 INFO text", "[text] text: 1"];
    logs.iter().any(|log| takes("F", log) != takes("P", log))
}

fn concats(root: &Section, tails: &[Tail], found: &mut Found) {
    let mut filters = Vec::new();
    let mut records = Vec::new();
    root.walk(&mut |section| {
        if section.is("filter", "concat") {
            filters.push(section);
        } else if section.name == "record" {
            records.push(section);
        }
    });
    for filter in &filters {
        concat(filter, found);
        let made = |key: &str| records.iter().any(|record| record.param(key).is_some());
        if let Some(key) = filter.param("key").filter(|key| !key.embedded && !made(&key.text)) {
            concat_key(filter, key, tails, found);
        }
    }
    let joined = filters.iter().any(|filter| {
        filter.param("partial_key").is_some() || filter.is_on("use_partial_cri_logtag")
    });
    let cri = tails.iter().find(|tail| tail.containers && tail.parsers.iter().any(Parser::is_cri));
    if let Some(tail) = cri.filter(|_| !joined) {
        let section = tail.section;
        found.add("cri-partial-not-joined", Severity::Warning, &section.path, section.line);
    }
}

fn concat(filter: &Section, found: &mut Found) {
    let cri = filter.is_on("use_partial_cri_logtag");
    let has = |name: &str| filter.param(name).is_some();
    let mut add = |rule, severity, shown| {
        found.with(rule, severity, &filter.path, filter.line, None, shown);
    };
    if cri && filter.text("separator") != Some("") {
        add("concat-cri-separator", Severity::Error, "");
    }
    if cri && !has("partial_cri_stream_key") {
        add("concat-cri-drops-stream", Severity::Info, "");
    }
    if cri && !has("partial_cri_logtag_key") {
        add("concat-cri-key-missing", Severity::Error, "");
    }
    let partial = has("partial_key") || has("use_partial_metadata");
    if !has("stream_identity_key") && !partial {
        add("concat-no-identity", Severity::Warning, "");
    }
    if !has("timeout_label") {
        add("concat-no-timeout-label", Severity::Warning, "");
    }
}

/// A key that the sources before the filter do not make.
fn concat_key(filter: &Section, key: &Param, tails: &[Tail], found: &mut Found) {
    let mut makes: Vec<Vec<String>> = Vec::new();
    for tail in tails.iter().filter(|tail| reaches(tail.section, filter)) {
        makes.extend(tail.parsers.iter().filter_map(|parser| parser.fields(tail.containers)));
    }
    let has = |fields: &Vec<String>| fields.contains(&key.text);
    let with = makes.iter().filter(|fields| has(fields)).count();
    if makes.is_empty() || with == makes.len() {
        return;
    }
    let (rule, severity) = match with {
        0 => ("concat-key-absent", Severity::Error),
        _ => ("concat-key-partial", Severity::Warning),
    };
    found.with(rule, severity, &filter.at("key"), key.line, None, &key.text);
}

/// True when the source's events can come to the filter.
fn reaches(source: &Section, filter: &Section) -> bool {
    if source.param("@label").is_some() && !filter.path.contains("label[") {
        return false;
    }
    let Some(tag) = source.param("tag").filter(|tag| !tag.embedded) else { return true };
    let tag = tag.text.replace('*', "var.log.containers.a.log");
    MatchPatterns::new(&filter.arg).map_or(true, |pattern| pattern.matches(tag.as_bytes()))
}

fn labels(root: &Section, file: &Syntax, place: &Place, found: &mut Found) {
    let includes = |text: &str| text.lines().any(|line| line.trim_start().starts_with("@include"));
    if includes(&file.text) {
        return;
    }
    // A ConfigMap whose main file includes the others is one configuration.
    let joined = place.others.iter().any(|other| includes(other));
    let elsewhere = |label: &str| {
        let tag = format!("<label {label}>");
        joined && place.others.iter().any(|other| other.contains(&tag))
    };
    let mut known = vec!["@ROOT"];
    root.walk(&mut |section| {
        if section.name == "label" {
            known.push(&section.arg);
        }
    });
    root.walk(&mut |section| {
        for name in ["@label", "timeout_label"] {
            let Some(label) = section.param(name).filter(|label| !label.embedded) else { continue };
            let text = label.text.as_str();
            if text.starts_with('@') && !known.contains(&text) && !elsewhere(text) {
                let path = section.at(name);
                found.with("label-undefined", Severity::Error, &path, label.line, None, text);
            }
        }
    });
}
