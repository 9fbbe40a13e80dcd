//! Completion and hover for the editor, out of the registry.
//!
//! Both work on broken texts: the syntax tree is there before the first error and after it.

use super::configure_proxy::{ConfigureProxy, Kind, Literal, Param, ValueType};
use super::registry;
use super::syntax::{ParamSyntax, SectionSyntax, Syntax, TokenKind};
use super::types::literal;
use super::v1_parser::parse;
use crate::diag::Message;
use crate::fluent::environment::Environment;
use crate::source::Span;

/// What a suggestion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suggested {
    /// A parameter's name.
    Param,
    /// A value.
    Value,
    /// A section's name.
    Section,
    /// A plugin's `@type`.
    Plugin,
}

/// One suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What the list shows, and what is put in.
    pub label: String,
    /// What it replaces.
    pub replace: Span,
    /// What it is.
    pub kind: Suggested,
    /// Its type and default.
    pub detail: Message,
    /// One line about it.
    pub doc: Message,
}

/// What stands under the pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// Its place.
    pub span: Span,
    /// Its name.
    pub title: String,
    /// Its type and default; empty for plugins and sections.
    pub detail: Message,
    /// One line about it.
    pub doc: Message,
}

fn read(text: &str) -> Option<Syntax> {
    parse(text, &Environment::default()).files.into_iter().next()
}

/// Suggestions at byte `offset`.
///
/// ```
/// use fluentd_playground::fluent::config::assist::complete;
/// let text = "<source>\n  @type tail\n  read_fr\n</source>\n";
/// let found = complete(text, text.find("read_fr").unwrap() + 7);
/// assert_eq!(found[0].label, "read_from_head");
/// ```
pub fn complete(text: &str, offset: usize) -> Vec<Completion> {
    let Some(head) = text.get(..offset) else { return Vec::new() };
    let Some(syntax) = read(text) else { return Vec::new() };
    let mut path = syntax.sections_at(offset);
    let line_start = head.rfind('\n').map_or(0, |at| at + 1);
    let line = head.get(line_start..).unwrap_or_default();
    let word = line.trim_start_matches([' ', '\t']);
    let word_start = offset - word.len();
    // A tag that is being typed has taken what follows for its own.
    path.retain(|section| section.open.start as usize != word_start);
    let mut found = match (word.strip_prefix('<'), word.split_once([' ', '\t'])) {
        (Some(name), None) if !name.starts_with('/') => {
            section_names(&syntax, &path, Span::new(offset - name.len(), offset))
        }
        (Some(_), _) => Vec::new(),
        (None, Some((key, value))) => {
            let value = value.trim_start_matches([' ', '\t']);
            values(&syntax, &path, key, Span::new(offset - value.len(), offset))
        }
        (None, None) => param_names(&syntax, &path, Span::new(word_start, offset)),
    };
    let typed = found.first().map_or(Span::at(offset), |first| first.replace);
    let typed = text.get(typed.range()).unwrap_or_default();
    found.retain(|item| item.label.starts_with(typed));
    found
}

/// The declarations that hold in the innermost section.
pub fn declarations(syntax: &Syntax, path: &[&SectionSyntax]) -> Vec<&'static ConfigureProxy> {
    let mut inherited: Vec<&'static ConfigureProxy> = Vec::new();
    for section in path {
        let name = syntax.slice(section.name);
        let own: Vec<&'static ConfigureProxy> = inherited
            .iter()
            .flat_map(|proxy| proxy.all_sections())
            .filter(|known| known.takes(name))
            .collect();
        inherited = own;
        if let Some(kind) = registry::kind_of_section(name) {
            inherited.push(registry::common());
            let plugin = type_of(section).and_then(|name| registry::find(kind, &name));
            inherited.extend(plugin.map(|plugin| plugin.proxy));
        }
        inherited.extend(registry::section(name));
    }
    inherited
}

/// The `@type` of a section, as written.
fn type_of(section: &SectionSyntax) -> Option<String> {
    let param = section.params().find(|param| param.name == "@type" || param.name == "type")?;
    Some(param.text.clone())
}

/// The parameter of that name or alias in these declarations.
pub fn declared(declarations: &[&'static ConfigureProxy], name: &str) -> Option<Param> {
    declarations.iter().rev().find_map(|proxy| {
        proxy.all_params().into_iter().find(|param| param.name == name || param.alias == Some(name))
    })
}

fn param_names(syntax: &Syntax, path: &[&SectionSyntax], replace: Span) -> Vec<Completion> {
    let here = |param: &ParamSyntax| param.key.touches(replace.end as usize);
    let written: Vec<&str> = path
        .last()
        .into_iter()
        .flat_map(|section| section.params())
        .filter(|param| !here(param))
        .map(|param| param.name.as_str())
        .collect();
    let mut found: Vec<Completion> = Vec::new();
    for param in declarations(syntax, path).iter().flat_map(|proxy| proxy.all_params()) {
        let known = found.iter().any(|item| item.label == param.name);
        if !known && !written.contains(&param.name) && param.obsoleted.is_none() {
            found.push(Completion {
                label: param.name.to_owned(),
                replace,
                kind: Suggested::Param,
                detail: detail(&param),
                doc: param.doc.into(),
            });
        }
    }
    found
}

fn section_names(syntax: &Syntax, path: &[&SectionSyntax], replace: Span) -> Vec<Completion> {
    let names: Vec<(&str, Message)> = match path.last().map(|section| syntax.slice(section.name)) {
        None => outer_sections(&["source", "filter", "match", "label", "system", "worker"]),
        Some("label") => outer_sections(&["filter", "match"]),
        Some("worker") => outer_sections(&["source", "filter", "match", "label"]),
        Some(name) => {
            let mut names: Vec<(&str, Message)> = declarations(syntax, path)
                .iter()
                .flat_map(|proxy| proxy.all_sections())
                .map(|section| (section.name, Message::from(section.doc)))
                .collect();
            let usual: &[&str] = match name {
                "source" => &["parse", "storage"],
                "match" | "store" => &["buffer", "format", "inject", "secondary"],
                _ => &[],
            };
            names.extend(usual.iter().map(|name| (*name, section_doc(name))));
            names
        }
    };
    let mut found: Vec<Completion> = Vec::new();
    for (name, doc) in names {
        if !found.iter().any(|item| item.label == name) {
            let (label, kind) = (name.to_owned(), Suggested::Section);
            found.push(Completion { label, replace, kind, detail: Message::default(), doc });
        }
    }
    found
}

fn outer_sections(names: &[&'static str]) -> Vec<(&'static str, Message)> {
    names.iter().map(|name| (*name, section_doc(name))).collect()
}

fn section_doc(name: &str) -> Message {
    match name {
        "source" => Message::new("Where events come from.", "イベントの入力元です。"),
        "filter" => Message::new("Changes or drops events.", "イベントを変更または除外します。"),
        "match" => Message::new("Where events go.", "イベントの出力先です。"),
        "label" => Message::new(
            "Filters and outputs of its own.",
            "独立したフィルターと出力のまとまりです。",
        ),
        "worker" => {
            Message::new("Only for this worker process.", "このワーカープロセスだけの設定です。")
        }
        "parse" => Message::new("How a line becomes a record.", "行をレコードに変える方法です。"),
        "store" => Message::new("One of several outputs.", "複数の出力先の 1 つです。"),
        name => registry::section(name).map(|proxy| proxy.doc.into()).unwrap_or_default(),
    }
}

fn values(syntax: &Syntax, path: &[&SectionSyntax], key: &str, replace: Span) -> Vec<Completion> {
    let item = |label: &str, kind: Suggested, doc: Message| Completion {
        label: label.to_owned(),
        replace,
        kind,
        detail: Message::default(),
        doc,
    };
    let section = path.last().map(|section| syntax.slice(section.name)).unwrap_or_default();
    if key == "@type" {
        let kind = registry::kind_of_section(section);
        return registry::all()
            .iter()
            .filter(|plugin| Some(plugin.kind) == kind)
            .map(|plugin| item(plugin.name, Suggested::Plugin, plugin.doc.into()))
            .collect();
    }
    if key == "@label" || key.ends_with("_label") {
        return syntax
            .labels()
            .into_iter()
            .map(|label| item(label, Suggested::Value, section_doc("label")))
            .collect();
    }
    let doc = || Message::default();
    match declared(&declarations(syntax, path), key).map(|param| param.kind) {
        Some(Kind::Bool) => {
            ["true", "false"].iter().map(|flag| item(flag, Suggested::Value, doc())).collect()
        }
        Some(Kind::Enum(names)) => {
            names.iter().map(|name| item(name, Suggested::Value, doc())).collect()
        }
        _ => Vec::new(),
    }
}

/// What stands at byte `offset`, if it is known.
///
/// ```
/// use fluentd_playground::fluent::config::assist::hover;
/// let text = "<source>\n  @type tail\n</source>\n";
/// assert_eq!(hover(text, text.find("tail").unwrap()).unwrap().title, "tail");
/// ```
pub fn hover(text: &str, offset: usize) -> Option<Hover> {
    let syntax = read(text)?;
    let token = syntax.tokens.iter().find(|token| token.span.range().contains(&offset))?;
    let (span, word) = (token.span, syntax.slice(token.span));
    let mut path = syntax.sections_at(offset);
    let hover = |title: &str, detail: Message, doc: Message| Hover {
        span,
        title: title.to_owned(),
        detail,
        doc,
    };
    match token.kind {
        TokenKind::Key => {
            let name = path.last()?.params().find(|param| param.key == span)?.name.clone();
            let param = declared(&declarations(&syntax, &path), &name)?;
            Some(hover(param.name, detail(&param), param.doc.into()))
        }
        TokenKind::Value => {
            let section = path.last()?;
            let param = section.params().find(|param| param.value == Some(span))?;
            let kind = registry::kind_of_section(syntax.slice(section.name))?;
            let plugin = registry::find(kind, &param.text).filter(|_| param.name == "@type")?;
            Some(hover(plugin.name, Message::default(), plugin.doc.into()))
        }
        TokenKind::SectionName => {
            path.retain(|section| section.name != span && !section.close_holds(span));
            let own = declarations(&syntax, &path)
                .iter()
                .flat_map(|proxy| proxy.all_sections())
                .find(|section| section.takes(word))
                .map(|section| Message::from(section.doc));
            let doc = own.filter(|doc| !doc.en.is_empty()).unwrap_or_else(|| section_doc(word));
            (!doc.en.is_empty()).then(|| hover(word, Message::default(), doc))
        }
        _ => None,
    }
}

/// The type and the default in words.
fn detail(param: &Param) -> Message {
    let (mut en, mut ja) = kind_words(param.kind);
    match param.default {
        None => {
            en.push_str(", required");
            ja.push_str("、必須");
        }
        Some(Literal::Nil) => {}
        Some(default) => {
            let shown = literal(default).to_text().replace('\n', "\\n").replace('\t', "\\t");
            en.push_str(&format!(", default {shown}"));
            ja.push_str(&format!("、既定値 {shown}"));
        }
    }
    if let Some(text) = param.deprecated {
        en.push_str(&format!(" (deprecated: {text})"));
        ja.push_str(&format!("(非推奨: {text})"));
    }
    Message::new(en, ja)
}

fn kind_words(kind: Kind) -> (String, String) {
    let (en, ja) = match kind {
        Kind::String => ("string", "文字列"),
        Kind::Integer => ("integer", "整数"),
        Kind::Float => ("number", "数値"),
        Kind::Size => ("size (k, m, g, t)", "サイズ (k、m、g、t)"),
        Kind::Time => ("time (s, m, h, d)", "時間 (s、m、h、d)"),
        Kind::Bool => ("true or false", "true または false"),
        Kind::Regexp => ("/regular expression/", "/正規表現/"),
        Kind::Array(Some(ValueType::Regexp)) => ("list of regular expressions", "正規表現の一覧"),
        Kind::Array(_) => ("list", "一覧"),
        Kind::Hash(_) | Kind::SymbolHash(_) => ("name:value pairs", "名前:値 の組"),
        Kind::Enum(names) => return (names.join(" | "), names.join(" | ")),
    };
    (en.to_owned(), ja.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{complete, hover};

    fn labels(text: &str) -> Vec<String> {
        let offset = text.find('|').unwrap();
        complete(&text.replacen('|', "", 1), offset).into_iter().map(|item| item.label).collect()
    }

    #[test]
    fn suggestions_fit_the_place() {
        assert_eq!(labels("<source>\n  @type ta|\n</source>\n"), ["tail"]);
        assert_eq!(labels("<source>\n  @type tail\n  <pa|\n</source>\n"), ["parse"]);
        assert_eq!(labels("<source>\n  @type tail\n  read_from_head |\n"), ["true", "false"]);
        assert_eq!(labels("<so|"), ["source"]);
        assert!(
            labels("<match a>\n  <buffer>\n    flush_i|\n  </buffer>\n</match>\n")
                .contains(&"flush_interval".to_owned())
        );
        let text = "<label @OUT>\n</label>\n<match a>\n  @type relabel\n  @label |\n</match>\n";
        assert_eq!(labels(text), ["@OUT"]);
    }

    #[test]
    fn a_name_that_is_written_is_not_suggested_again() {
        let text = "<source>\n  @type tail\n  path /a\n  pat|\n</source>\n";
        assert!(!labels(text).contains(&"path".to_owned()));
        assert!(labels(text).contains(&"path_key".to_owned()));
    }

    #[test]
    fn names_and_plugins_are_explained_in_both_languages() {
        let text =
            "<source>\n  @type tail\n  tag a\n  <parse>\n    @type cri\n  </parse>\n</source>\n";
        for word in ["tag", "tail", "cri", "parse", "source"] {
            let hover = hover(text, text.find(word).unwrap()).unwrap();
            assert!(!hover.doc.en.is_empty() && !hover.doc.ja.is_empty(), "{word}");
        }
        assert_eq!(hover(text, text.find(" a\n").unwrap() + 1), None);
    }

    #[test]
    fn no_offset_of_a_broken_text_panics() {
        let text = "<source>\n @type \"日本\n <parse>\n@include\n</b>\n k [1,\n<";
        for offset in 0..=text.len() + 2 {
            let _ = (complete(text, offset), hover(text, offset));
        }
    }
}
