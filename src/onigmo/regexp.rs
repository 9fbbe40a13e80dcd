//! Ruby's `Regexp`: compile once, match many lines.

use matcher::letters::Mode;
use matcher::vm::Memory;

use crate::encoding::Encoding;
use crate::onigmo::error::{ErrorCode, RegexpError};
use crate::onigmo::parse::parse;
use crate::onigmo::search::{self, Programs};
use crate::onigmo::tree::{Name, Tree};
use crate::onigmo::why::{self, Suggestion, WhyNot};
use crate::source::Span;

/// Ruby's regexp options.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    /// `i`: ignore case.
    pub ignore_case: bool,
    /// `m`: dot matches newline (Ruby's only meaning of m).
    pub multi_line: bool,
    /// `x`: blanks and comments are dropped.
    pub extend: bool,
}

/// What Ruby prints on stderr while compiling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Ruby's text, without the `warning: ` prefix and the source location.
    pub message: String,
    /// The place in the pattern (ours).
    pub span: Span,
    /// True when Ruby prints it only with `-W2`.
    pub verbose: bool,
}

/// Matching raised or was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MatchError {
    /// Ruby raises: the class and the message.
    Raised {
        /// e.g. `Encoding::CompatibilityError`.
        class: &'static str,
        /// Ruby's message.
        message: String,
    },
    /// Ours: Ruby would keep trying. The place is the part of the pattern that repeats.
    StepBudget {
        /// The part of the pattern that repeats.
        span: Span,
    },
}

/// Where the groups of the last match stand, and the matcher's memory, kept from line to line.
#[derive(Clone, Debug, Default)]
pub struct Region {
    /// Group 0 is the whole match (after `\K`). `None`: the group took no part.
    pub groups: Vec<Option<Span>>,
    pub(super) memory: Memory,
}

/// A compiled regular expression.
#[derive(Clone, Debug)]
pub struct Regexp {
    pattern: Box<str>,
    options: Options,
    tree: Tree,
    warnings: Vec<Warning>,
    programs: Programs,
}

impl Regexp {
    /// Compiles as Ruby's `Regexp.new(pattern, options)` does.
    pub fn new(pattern: &str, options: Options) -> Result<Regexp, RegexpError> {
        let parsed = parse(pattern, options)?;
        let (tree, warnings) = (parsed.tree, parsed.warnings);
        let programs = Programs::default();
        Ok(Regexp { pattern: pattern.into(), options, tree, warnings, programs })
    }

    /// The source.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// The options given.
    pub fn options(&self) -> Options {
        self.options
    }

    /// The pattern as a tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// What Ruby would warn about, in its order.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// True when the regexp is tied to UTF-8 (Ruby's `fixed_encoding?`).
    pub fn fixed_encoding(&self) -> bool {
        self.tree.fixed_encoding
    }

    /// The named groups in order of first appearance, each with its group numbers in pattern order.
    pub fn names(&self) -> &[Name] {
        &self.tree.names
    }

    /// Number of groups, without group 0.
    pub fn group_count(&self) -> usize {
        self.tree.groups.len()
    }

    /// Ruby's `match(text, from)`: true when it matches at or after byte `from`; `region` then holds
    /// the groups.
    pub fn search(
        &self,
        text: &[u8],
        encoding: Encoding,
        from: usize,
        region: &mut Region,
    ) -> Result<bool, MatchError> {
        let mode = self.mode_of(text, encoding)?;
        search::search(self.programs.of(&self.tree, mode), text, from, region)
    }

    /// How the text is read, or what Ruby raises instead.
    fn mode_of(&self, text: &[u8], encoding: Encoding) -> Result<Mode, MatchError> {
        let mode = search::mode_of(self.tree.fixed_encoding, text, encoding)?;
        if self.tree.refused_in_utf8 && mode == Mode::Characters {
            let code = ErrorCode::InvalidLookBehindPattern;
            let span = self.tree.node(self.tree.root).span;
            let message = RegexpError::new(code, "", span, &self.pattern, self.options).message;
            return Err(MatchError::Raised { class: "RegexpError", message });
        }
        Ok(mode)
    }

    /// Why `text` is not matched; `None` when it is, or when matching raises.
    pub fn why_not(&self, text: &[u8], encoding: Encoding) -> Option<WhyNot> {
        self.mode_of(text, encoding).ok()?;
        why::why_not(&self.tree, &self.pattern, text, encoding)
    }

    /// The smallest edits of the pattern that make it match `text`, the likeliest first, at most
    /// `limit`; each was tried.
    pub fn suggestions(&self, text: &[u8], encoding: Encoding, limit: usize) -> Vec<Suggestion> {
        why::suggest(self, text, encoding, limit)
    }
}
