//! Edits of a pattern that make it match a text: each is tried before it is told.

use super::super::regexp::{MatchError, Options, Regexp, Region};
use super::mistakes;
use super::why_not;
use crate::diag::Message;
use crate::encoding::Encoding;
use crate::source::Span;

/// A replacement of a part of the pattern; an empty span inserts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternEdit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// An edit that makes the text match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What it does.
    pub title: Message,
    /// The edits, in order, none overlapping; empty when only the options change.
    pub edits: Vec<PatternEdit>,
    /// The pattern after the edits.
    pub pattern: String,
    /// The options to go with it.
    pub options: Options,
}

/// The most candidates that are tried.
const TRIES: usize = 400;

/// The most that may be given up: where matching takes so many steps, more of them would take long.
const GIVEN_UP: usize = 3;

/// The smallest edits found that make `text` match, the likeliest first, at most `limit`.
pub(in super::super) fn suggest(
    regexp: &Regexp,
    text: &[u8],
    encoding: Encoding,
    limit: usize,
) -> Vec<Suggestion> {
    let Some(why) = why_not(regexp.tree(), regexp.pattern(), text, encoding) else {
        return Vec::new();
    };
    let mut found: Vec<Suggestion> = Vec::new();
    let mut given_up = 0;
    for candidate in mistakes::candidates(regexp, text, &why).into_iter().take(TRIES) {
        if found.len() >= limit || given_up >= GIVEN_UP {
            break;
        }
        let Some(pattern) = apply(regexp.pattern(), &candidate.edits) else { continue };
        let options = candidate.options.unwrap_or(regexp.options());
        if found.iter().any(|other| other.pattern == pattern && other.options == options) {
            continue;
        }
        match matches(&pattern, options, regexp, text, encoding) {
            Ok(true) => {
                let (title, edits) = (candidate.title, candidate.edits);
                found.push(Suggestion { title, edits, pattern, options });
            }
            Ok(false) | Err(MatchError::Raised { .. }) => {}
            Err(MatchError::StepBudget { .. }) => given_up += 1,
        }
    }
    found
}

/// The pattern with the edits made; `None` when one lies outside it.
fn apply(pattern: &str, edits: &[PatternEdit]) -> Option<String> {
    let (mut out, mut at) = (String::with_capacity(pattern.len() + 8), 0);
    for edit in edits {
        let range = edit.span.range();
        out.push_str(pattern.get(at..range.start)?);
        out.push_str(&edit.text);
        at = range.end;
    }
    out.push_str(pattern.get(at..)?);
    Some(out)
}

/// True when the edited pattern matches and still has every name; an error when matching is given up.
fn matches(
    pattern: &str,
    options: Options,
    before: &Regexp,
    text: &[u8],
    encoding: Encoding,
) -> Result<bool, MatchError> {
    let edited = Regexp::new(pattern, options).ok();
    let Some(edited) = edited.filter(|edited| before.names().len() == edited.names().len()) else {
        return Ok(false);
    };
    edited.search(text, encoding, 0, &mut Region::default())
}
