//! What is wrong, where, why, and the one edit that mends it.
//!
//! `said` is what real fluentd or Ruby prints, byte for byte, held to recordings; `message` is our
//! explanation, in English and Japanese. The two are never mixed.

pub mod codes;

use crate::source::{SourceId, Span};

/// A fixed text in both languages of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: &'static str,
    /// Japanese.
    pub ja: &'static str,
}

/// A text made for one occasion, in both languages of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// English.
    pub en: String,
    /// Japanese.
    pub ja: String,
}

impl Message {
    /// Both texts.
    pub fn new(en: impl Into<String>, ja: impl Into<String>) -> Message {
        Message { en: en.into(), ja: ja.into() }
    }
}

impl From<Text> for Message {
    fn from(text: Text) -> Message {
        Message::new(text.en, text.ja)
    }
}

/// The effect on the log, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// fluentd does not start.
    Fatal,
    /// An event or line is dropped or goes to the error stream.
    Lost,
    /// A value differs from what the line shows.
    Changed,
    /// Worth knowing.
    Hint,
    /// Ours: the playground could not simulate something, or broke.
    Bug,
}

/// One entry of the closed list of codes. Never reused: links mention them.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `area/what-it-is`.
    pub path: &'static str,
    /// The effect on the log.
    pub severity: Severity,
    /// One line: what it is.
    pub doc: Text,
    /// What to do about it.
    pub help: Text,
}

/// A place with a word about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Which text.
    pub source: SourceId,
    /// Where.
    pub span: Span,
    /// What is there; may be empty for the primary place.
    pub message: Message,
}

/// A replacement of one range of one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Which text.
    pub source: SourceId,
    /// What is replaced; empty to insert.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// A change that can be applied with one click: all edits together, none overlapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the button says.
    pub title: Message,
    /// The edits, in text order.
    pub edits: Vec<Edit>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which of the closed list.
    pub code: &'static Code,
    /// Usually the code's.
    pub severity: Severity,
    /// Our explanation: what happened, where, why.
    pub message: Message,
    /// The place, if it has one.
    pub primary: Option<Label>,
    /// Other places that matter.
    pub labels: Vec<Label>,
    /// More to know.
    pub notes: Vec<Message>,
    /// The edit that mends it.
    pub fix: Option<Fix>,
    /// What fluentd or Ruby prints, byte for byte.
    pub said: Option<String>,
}

impl Diagnostic {
    /// A finding without a place yet.
    pub fn new(code: &'static Code, message: Message) -> Diagnostic {
        Diagnostic {
            code,
            severity: code.severity,
            message,
            primary: None,
            labels: Vec::new(),
            notes: Vec::new(),
            fix: None,
            said: None,
        }
    }

    /// Sets the place.
    #[must_use]
    pub fn at(mut self, source: SourceId, span: Span) -> Diagnostic {
        self.primary = Some(Label { source, span, message: Message::default() });
        self
    }

    /// Sets what fluentd or Ruby prints.
    #[must_use]
    pub fn said(mut self, said: impl Into<String>) -> Diagnostic {
        self.said = Some(said.into());
        self
    }

    /// Sets the edit that mends it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Diagnostic {
        self.fix = Some(fix);
        self
    }

    /// Adds something to know.
    #[must_use]
    pub fn note(mut self, note: Message) -> Diagnostic {
        self.notes.push(note);
        self
    }
}
