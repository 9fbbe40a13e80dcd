//! The text of a configuration as tokens and a tree with places.
//!
//! Lossless: the tokens follow one another without a gap from the first byte to the last, so that
//! printing them gives the text back. The tree is there for broken texts too.

use crate::source::{SourceId, Span};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Spaces and tabs.
    Blank,
    /// CR, LF or both.
    LineEnd,
    /// `#` to the end of the line.
    Comment,
    /// `<`, `</`, `>`.
    Bracket,
    /// The name of a section.
    SectionName,
    /// The argument of a section.
    Argument,
    /// The name of a parameter.
    Key,
    /// The value of a parameter.
    Value,
    /// `@include`.
    Include,
    /// What is included.
    Uri,
    /// What fluentd could not read.
    Error,
}

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where.
    pub span: Span,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As it is, to the end of the line.
    Bare,
    /// `"…"`
    Double,
    /// `'…'`
    Single,
    /// `[…]` or `{…}`
    Json,
}

/// A parameter line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamSyntax {
    /// The name as written.
    pub key: Span,
    /// The name as read.
    pub name: String,
    /// The value as read; empty for nil and default.
    pub text: String,
    /// The value as written; `None` without one.
    pub value: Option<Span>,
    /// How the value is written.
    pub style: Style,
}

/// A section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionSyntax {
    /// From `<` to the `>` of the closing tag (or as far as it goes).
    pub span: Span,
    /// The opening tag.
    pub open: Span,
    /// The name in the opening tag.
    pub name: Span,
    /// The argument as written; empty without.
    pub arg: Span,
    /// The closing tag; `None`: it is missing.
    pub close: Option<Span>,
    /// What it holds.
    pub items: Vec<Item>,
}

/// An `@include` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncludeSyntax {
    /// `@include`.
    pub keyword: Span,
    /// What follows.
    pub uri: Span,
    /// What follows, as read.
    pub address: String,
    /// Number of files that it brought in.
    pub found: usize,
}

/// A line or a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A parameter.
    Param(ParamSyntax),
    /// A section.
    Section(SectionSyntax),
    /// An include.
    Include(IncludeSyntax),
}

/// One text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Syntax {
    /// Which.
    pub source: SourceId,
    /// Its path, as fluentd would open it.
    pub path: String,
    /// The text.
    pub text: String,
    /// All of it in pieces.
    pub tokens: Vec<Token>,
    /// Its lines and sections.
    pub items: Vec<Item>,
}

impl Syntax {
    /// The tokens put together: the text, byte for byte.
    pub fn print(&self) -> String {
        self.tokens.iter().map(|token| self.slice(token.span)).collect()
    }

    /// The text of a place.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The names of all `<label>`s.
    pub fn labels(&self) -> Vec<&str> {
        let sections = self.items.iter().filter_map(|item| match item {
            Item::Section(section) if self.slice(section.name) == "label" => Some(section),
            _ => None,
        });
        sections.map(|section| self.slice(section.arg)).filter(|arg| !arg.is_empty()).collect()
    }

    /// The sections around `offset`, outermost first.
    pub fn sections_at(&self, offset: usize) -> Vec<&SectionSyntax> {
        let mut found = Vec::new();
        let mut items = &self.items;
        while let Some(section) = items.iter().find_map(|item| match item {
            Item::Section(section) if section.holds(offset) => Some(section),
            _ => None,
        }) {
            found.push(section);
            items = &section.items;
        }
        found
    }
}

impl SectionSyntax {
    /// True when `offset` lies between its tags (or in them).
    pub fn holds(&self, offset: usize) -> bool {
        let offset = offset as u32;
        let end = if self.close.is_some() { self.span.end } else { u32::MAX };
        self.span.start < offset && offset < end
    }

    /// True when the closing tag holds the place.
    pub fn close_holds(&self, span: Span) -> bool {
        self.close.is_some_and(|close| close.start <= span.start && span.end <= close.end)
    }

    /// Its parameters.
    pub fn params(&self) -> impl Iterator<Item = &ParamSyntax> {
        self.items.iter().filter_map(|item| match item {
            Item::Param(param) => Some(param),
            Item::Section(_) | Item::Include(_) => None,
        })
    }

    /// Its sections.
    pub fn sections(&self) -> impl Iterator<Item = &SectionSyntax> {
        self.items.iter().filter_map(|item| match item {
            Item::Section(section) => Some(section),
            Item::Param(_) | Item::Include(_) => None,
        })
    }
}

/// Puts the tokens in order and fills the gaps between them with blanks, line ends, comments and,
/// for what is none of these, errors.
pub(super) fn fill(text: &str, mut marked: Vec<Token>) -> Vec<Token> {
    crate::order::by_key(&mut marked, |token| token.span.start);
    let mut tokens = Vec::with_capacity(marked.len() * 2);
    let mut end = 0;
    for token in marked {
        let start = (token.span.start as usize).max(end);
        let stop = (token.span.end as usize).min(text.len());
        if stop <= start || !text.is_char_boundary(start) || !text.is_char_boundary(stop) {
            continue;
        }
        gap(text, end, start, &mut tokens);
        tokens.push(Token { kind: token.kind, span: Span::new(start, stop) });
        end = stop;
    }
    gap(text, end, text.len(), &mut tokens);
    tokens
}

fn gap(text: &str, mut start: usize, end: usize, tokens: &mut Vec<Token>) {
    while let Some(rest) = text.get(start..end).filter(|rest| !rest.is_empty()) {
        let bytes = rest.as_bytes();
        let run = |wanted: fn(&u8) -> bool| bytes.iter().take_while(|byte| wanted(byte)).count();
        let (kind, length) = match bytes {
            [b' ' | b'\t', ..] => (TokenKind::Blank, run(|byte| matches!(byte, b' ' | b'\t'))),
            [b'\r', b'\n', ..] => (TokenKind::LineEnd, 2),
            [b'\r' | b'\n', ..] => (TokenKind::LineEnd, 1),
            [b'#', ..] => (TokenKind::Comment, run(|byte| !matches!(byte, b'\r' | b'\n'))),
            _ => (TokenKind::Error, run(|byte| !matches!(byte, b'\r' | b'\n'))),
        };
        tokens.push(Token { kind, span: Span::new(start, start + length) });
        start += length;
    }
}
