//! The configuration as it is written: every section and parameter with its places. The text itself
//! is the only truth; what lies between the places is blanks and comments, so that an edit of one
//! place keeps every other byte.

use super::element::{Attr, AttrValue, Element};
use crate::source::{SourceId, Span};

/// One thing in a section's body, in text order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A parameter line.
    Param(Param),
    /// A section.
    Section(Section),
    /// An `@include` line with what it brought in.
    Include(Include),
}

/// A parameter line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// The name, escapes resolved.
    pub key: String,
    /// The value, escapes and embedded Ruby resolved.
    pub value: AttrValue,
    /// The name as written.
    pub key_span: Span,
    /// The value as written, quotes included; empty after the name without one.
    pub value_span: Span,
}

/// A section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The name; empty for the root.
    pub name: String,
    /// The argument, escapes resolved.
    pub arg: AttrValue,
    /// From `<` to `>` of the opening tag; empty for the root.
    pub open: Span,
    /// The name in the opening tag.
    pub name_span: Span,
    /// The argument as written; empty without.
    pub arg_span: Span,
    /// The body, from the end of the opening tag's line to the start of the closing tag.
    pub body: Span,
    /// The closing tag; `None` where the text ends (or the reading stopped) before it.
    pub close: Option<Span>,
    /// What is in it.
    pub items: Vec<Item>,
}

impl Section {
    /// From `<` of the opening tag to `>` of the closing one.
    pub fn span(&self) -> Span {
        self.open.to(self.close.unwrap_or(self.body))
    }
}

/// An `@include` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// From `@include` to the end of its path.
    pub span: Span,
    /// The path as written.
    pub path_span: Span,
    /// The files that it matched, with what is in them.
    pub files: Vec<(SourceId, Vec<Item>)>,
}

/// fluentd's element of a section: included files merged in, repeated names folded.
pub fn element(section: &Section, source: SourceId, name: &str) -> Element {
    let mut element = Element::new(name, "", source, section.span());
    element.name_span = section.name_span;
    element.arg_span = section.arg_span;
    match &section.arg {
        AttrValue::Text(arg) => element.arg.clone_from(arg),
        AttrValue::Nil => {}
        AttrValue::Default => {
            "default".clone_into(&mut element.arg);
            element.arg_is_default = true;
        }
    }
    fill(&mut element, &section.items, source);
    element
}

/// Depth is bounded by the reader.
fn fill(element: &mut Element, items: &[Item], source: SourceId) {
    for item in items {
        match item {
            Item::Param(param) => element.set(Attr {
                key: param.key.clone(),
                value: param.value.clone(),
                source,
                key_span: param.key_span,
                value_span: param.value_span,
                used: std::cell::Cell::new(false),
            }),
            Item::Section(section) => {
                element.elements.push(self::element(section, source, &section.name));
            }
            Item::Include(include) => {
                for (file, items) in &include.files {
                    fill(element, items, *file);
                }
            }
        }
    }
}
