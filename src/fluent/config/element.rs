//! `Fluent::Config::Element`: a section as fluentd sees it after reading, with its places.

use std::cell::Cell;

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

/// A section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// `source`, `filter`, `parse`, …; `ROOT` for the whole file.
    pub name: String,
    /// What stands after the name, e.g. the tag pattern; `""` without.
    pub arg: String,
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
    /// True once a plugin has read it.
    pub used: Cell<bool>,
}

impl Element {
    /// The parameter `key`, marked as read.
    pub fn attr(&self, key: &str) -> Option<&Attr> {
        let attr = self.attrs.iter().find(|attr| attr.key == key)?;
        attr.used.set(true);
        Some(attr)
    }

    /// The text of parameter `key`, marked as read; `None` also for nil and default.
    pub fn text(&self, key: &str) -> Option<&str> {
        match &self.attr(key)?.value {
            AttrValue::Text(text) => Some(text),
            AttrValue::Nil | AttrValue::Default => None,
        }
    }

    /// The sections named `name`, marked as read.
    pub fn sections<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.elements.iter().filter(move |element| element.name == name).inspect(|element| {
            element.used.set(true);
        })
    }
}
