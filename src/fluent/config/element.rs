//! `Fluent::Config::Element`: a section as fluentd sees it after reading, with its places
//! (fluentd `lib/fluent/config/element.rb`).

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt::Write as _;

use super::configure_proxy::{ConfigureProxy, Kind, Param};
use crate::source::{SourceId, Span};

/// A parameter's value after reading: text, or one of the two marks that embedded Ruby can leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttrValue {
    /// The text, escapes and embedded Ruby resolved, JSON re-serialised compactly.
    Text(String),
    /// `use_nil`.
    Nil,
    /// `use_default`.
    Default,
}

/// One parameter line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attr {
    /// The name, e.g. `@type`.
    pub key: String,
    /// The value.
    pub value: AttrValue,
    /// Which text it stands in.
    pub source: SourceId,
    /// The name's place.
    pub key_span: Span,
    /// The value's place, as written (quotes included); empty at the line's end without a value.
    pub value_span: Span,
    /// True once a plugin has read it; the rest is reported as "is not used.".
    pub used: Cell<bool>,
}

/// `unused_in`: a section that no declaration takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusedIn {
    /// The section around it, e.g. `source` or `filter kubernetes.**`.
    pub parent: String,
    /// The plugin that does not know it, e.g. `tail`.
    pub plugin: Option<String>,
}

/// A section.
#[derive(Clone, Debug)]
pub struct Element {
    /// `source`, `filter`, `parse`, …; `ROOT` for the whole file; empty for `<>` (nil in fluentd).
    pub name: String,
    /// What stands after the name, e.g. the tag pattern; `""` without.
    pub arg: String,
    /// The argument was `"#{use_default}"` (`arg` then holds `default`, as fluentd prints it).
    pub arg_is_default: bool,
    /// False for a section that fluentd itself made of the old flat style: its text quotes nothing.
    pub v1_config: bool,
    /// The parameters; a repeated name keeps its first place and its last value.
    pub attrs: Vec<Attr>,
    /// The sections within, in order.
    pub elements: Vec<Element>,
    /// Which text it begins in.
    pub source: SourceId,
    /// From `<` of the opening tag to `>` of the closing one.
    pub span: Span,
    /// The place of the name in the opening tag.
    pub name_span: Span,
    /// The place of the argument; empty without.
    pub arg_span: Span,
    /// True once a plugin has read a parameter of it.
    pub used: Cell<bool>,
    /// Set by the reader when no declaration takes the section.
    pub unused_in: RefCell<Option<UnusedIn>>,
    /// `corresponding_proxies`: who has read it, for the look of values in error messages.
    pub proxies: RefCell<Vec<ConfigureProxy>>,
}

/// fluentd's `==`: names, arguments, parameters and sections.
impl PartialEq for Element {
    fn eq(&self, other: &Element) -> bool {
        let attrs = |element: &Element| -> Vec<(String, AttrValue)> {
            element.attrs.iter().map(|attr| (attr.key.clone(), attr.value.clone())).collect()
        };
        self.name == other.name
            && self.arg == other.arg
            && attrs(self) == attrs(other)
            && self.elements == other.elements
    }
}

impl Eq for Element {}

impl Attr {
    /// `Fluent::Config.bool_value`
    pub fn bool_value(&self) -> Option<bool> {
        match &self.value {
            AttrValue::Text(text) => match text.as_str() {
                "true" | "yes" | "" => Some(true),
                "false" | "no" => Some(false),
                text => text.starts_with('#').then_some(true),
            },
            AttrValue::Nil | AttrValue::Default => None,
        }
    }
}

impl Element {
    /// An empty section that stands nowhere.
    pub fn new(
        name: impl Into<String>,
        arg: impl Into<String>,
        source: SourceId,
        span: Span,
    ) -> Element {
        Element {
            name: name.into(),
            arg: arg.into(),
            arg_is_default: false,
            v1_config: true,
            attrs: Vec::new(),
            elements: Vec::new(),
            source,
            span,
            name_span: span,
            arg_span: Span::at(span.end as usize),
            used: Cell::new(false),
            unused_in: RefCell::new(None),
            proxies: RefCell::new(Vec::new()),
        }
    }

    /// Sets a parameter as Ruby's Hash does: a repeated name keeps its first place.
    pub fn set(&mut self, attr: Attr) {
        match self.attrs.iter_mut().find(|known| known.key == attr.key) {
            Some(known) => *known = attr,
            None => self.attrs.push(attr),
        }
    }

    /// The parameter `key`, marked as read. The old names `type`, `id` and `log_level` stand in for
    /// `@type`, `@id` and `@log_level`.
    pub fn attr(&self, key: &str) -> Option<&Attr> {
        self.used.set(true);
        let found = self.peek(key).or_else(|| self.peek(compatible_name(key)?));
        if let Some(attr) = found {
            attr.used.set(true);
        }
        found
    }

    /// The parameter `key` without marking it.
    pub fn peek(&self, key: &str) -> Option<&Attr> {
        self.attrs.iter().find(|attr| attr.key == key)
    }

    /// The text of parameter `key`, marked as read; `None` also for nil and default.
    pub fn text(&self, key: &str) -> Option<&str> {
        match &self.attr(key)?.value {
            AttrValue::Text(text) => Some(text),
            AttrValue::Nil | AttrValue::Default => None,
        }
    }

    /// The sections named `name`. Reading one of its parameters is what marks a section as used.
    pub fn sections<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.elements.iter().filter(move |element| element.name == name)
    }

    /// Marks everything in it as read: a section of a plugin that the playground does not run.
    pub fn mark_used(&self) {
        self.used.set(true);
        for attr in &self.attrs {
            attr.used.set(true);
        }
        self.elements.iter().for_each(Element::mark_used);
    }

    /// Its place.
    pub fn place(&self) -> (SourceId, Span) {
        (self.source, self.span)
    }

    /// `to_s`: the section as fluentd prints it in errors and warnings.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.write(0, &mut out);
        out
    }

    fn write(&self, nest: usize, out: &mut String) {
        let indent = "  ".repeat(nest);
        let arg = if self.arg.is_empty() { String::new() } else { format!(" {}", self.arg) };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{indent}<{}{arg}>", self.name);
        for attr in &*self.as_configured() {
            let _ = writeln!(out, "{indent}  {} {}", attr.key, self.shown(attr));
        }
        for element in &self.elements {
            element.write(nest + 1, out);
        }
        let _ = writeln!(out, "{indent}</{}>", self.name);
    }

    /// The parameters with what fluentd writes among them before it reads them: the json parser's
    /// `time_type`, and `localtime` (`TimeMixin::TimeParameters`).
    fn as_configured(&self) -> Cow<'_, [Attr]> {
        let proxies = self.proxies.borrow();
        let mut attrs = Cow::Borrowed(&*self.attrs);
        let mut write = |key: &str, value: AttrValue, like: &Attr| {
            let attr = Attr { key: key.to_owned(), value, ..like.clone() };
            match attrs.iter().position(|known| known.key == key) {
                Some(at) => attrs.to_mut()[at] = attr,
                None => attrs.to_mut().push(attr),
            }
        };
        let is_nil = |attr: &Attr| attr.value == AttrValue::Nil;
        if proxies.iter().any(|proxy| proxy.name == "json")
            && let Some(attr) = self.peek("time_format")
            && self.peek("time_type").is_none_or(is_nil)
        {
            write("time_type", AttrValue::Text("string".to_owned()), attr);
        }
        let read = |key: &str| {
            proxies.iter().any(|proxy| proxy.param(key).is_some()).then(|| self.peek(key))?
        };
        let (attr, truth) = match (read("localtime"), read("utc")) {
            (Some(attr), _) => (attr, attr.bool_value()),
            (None, Some(attr)) => (attr, Some(!attr.bool_value().unwrap_or(false))),
            (None, None) => return attrs,
        };
        let value = truth.map_or(AttrValue::Nil, |truth| AttrValue::Text(truth.to_string()));
        write("localtime", value, attr);
        attrs
    }

    /// `dump_value`: strings that a plugin declared are quoted, secrets hidden.
    fn shown(&self, attr: &Attr) -> String {
        let param = self.declared(&attr.key);
        if param.is_some_and(|param| param.secret) {
            return "xxxxxx".to_owned();
        }
        match &attr.value {
            AttrValue::Nil => String::new(),
            AttrValue::Default => shown_default(param),
            AttrValue::Text(text)
                if self.v1_config && param.is_some_and(|param| param.kind == Kind::String) =>
            {
                format!("\"{}\"", escaped(text))
            }
            AttrValue::Text(text) => text.clone(),
        }
    }

    fn declared(&self, key: &str) -> Option<Param> {
        let proxies = self.proxies.borrow();
        // What the logger of sources, filters and outputs declares.
        let logs = key == "@log_level"
            && !proxies.is_empty()
            && matches!(&*self.name, "source" | "filter" | "match" | "store");
        let found = proxies.iter().find_map(|proxy| proxy.param(key));
        found.or_else(|| logs.then(|| Param::new("@log_level", Kind::String)))
    }
}

fn compatible_name(key: &str) -> Option<&'static str> {
    match key {
        "@type" => Some("type"),
        "@id" => Some("id"),
        "@log_level" => Some("log_level"),
        _ => None,
    }
}

fn shown_default(param: Option<Param>) -> String {
    let default = param.and_then(|param| param.default);
    default.map(|literal| super::types::literal(literal).to_text()).unwrap_or_default()
}

/// `LiteralParser.unescape_char` over a text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\r' => out.push_str("\\r"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\u{c}' => out.push_str("\\f"),
            '\u{8}' => out.push_str("\\b"),
            other => out.push(other),
        }
    }
    out
}
