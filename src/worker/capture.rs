//! *Capture by example*: the selected part of a line becomes a field, as edits to choose from.

use super::conf::ConfView;
use super::text::Text;
use crate::advise::capture::{Choice, capture};
use crate::advise::fix;
use crate::diag;
use crate::fluent::config::element::Element;
use crate::protocol::{Answer, ConfEdit, Fix, Message};
use crate::source::{Span, utf16_len};

/// Lines that each way is tried on.
const LINES: usize = 500;

static NOT_YET: diag::Text = diag::Text {
    en: "The pattern does not take this line yet: mend that first (*Why not*, F8).",
    ja: "パターンがまだこの行に一致していません。先に一致させてください (F8)。",
};
static NO_PATTERN: diag::Text = diag::Text {
    en: "This file is read without a pattern: its parser makes the fields.",
    ja: "このファイルはパターンなしで読まれます。フィールドはパーサーが作ります。",
};

/// The edits that take columns `from` to `to` of a line as a field called `name`.
pub fn captured(
    conf: &ConfView,
    parse: Option<&Element>,
    file: &Text,
    (line, from, to): (u32, u32, u32),
    name: &str,
) -> Answer {
    let refused = |text: diag::Text| {
        Answer::Nothing(Message { en: text.en.to_owned(), ja: text.ja.to_owned() })
    };
    let Some(parse) = parse else { return refused(NO_PATTERN) };
    let pattern = conf.pattern_at((parse.source, parse.span));
    let kind = parse.text("@type").unwrap_or("none");
    if pattern.is_none_or(|pattern| !pattern.verbatim) && kind != "none" {
        return refused(NO_PATTERN);
    }
    let Some(start) = file.line(line) else { return refused(NOT_YET) };
    let at = |column: u32| file.byte_at(line, column) - start.start as usize;
    let whole = file.bytes().get(start.range()).unwrap_or_default();
    // A selection by mouse often takes a blank along.
    let (mut first, mut end) = (at(from), at(to));
    while first < end && whole.get(first) == Some(&b' ') {
        first += 1;
    }
    while first < end && whole.get(end - 1) == Some(&b' ') {
        end -= 1;
    }
    let selected = Span::new(first, end.max(first));
    let first = (line as usize).saturating_sub(LINES / 2) as u32;
    let spans = (first..file.len()).take(LINES).filter_map(|line| file.line(line));
    let bytes = |span: Span| {
        let line = file.bytes().get(span.range()).unwrap_or_default();
        line.strip_suffix(b"\r").unwrap_or(line)
    };
    let mut lines: Vec<&[u8]> = spans.map(bytes).collect();
    if lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    let at = (line - first) as usize;
    if let (Some(pattern), Some(own)) = (pattern, lines.get(at))
        && pattern.regexp.why_not(own, crate::encoding::Encoding::Utf8).is_some()
    {
        return refused(NOT_YET);
    }
    let choices = match capture(pattern.map(|pattern| &pattern.regexp), &lines, at, selected, name)
    {
        Ok(choices) => choices,
        Err(text) => return refused(text),
    };
    let edit = |choice: &Choice| match pattern {
        Some(pattern) => (pattern.span, choice.pattern.clone()),
        None => (parse.span, fix::with_pattern(conf.map.text(), parse, &choice.pattern)),
    };
    let fix = |choice: &Choice| {
        let (span, insert) = edit(choice);
        let (from, to) = (conf.map.unit(span.start), conf.map.unit(span.end));
        Fix { title: title(choice), edits: vec![ConfEdit { from, to, insert }] }
    };
    Answer::Fixes(choices.iter().map(fix).collect())
}

/// How many lines it takes a part of, and which parts.
fn title(choice: &Choice) -> Message {
    let shown = |part: &String| {
        let long = utf16_len(part.as_bytes()) > 24;
        let short: String = part.chars().take(24).collect();
        format!("`{}{}`", short.replace('`', "'"), if long { "…" } else { "" })
    };
    let examples: Vec<String> = choice.examples.iter().map(shown).collect();
    let (taken, of) = (choice.taken, choice.of);
    Message {
        en: format!("In {taken} of {of} lines: {}", examples.join(", ")),
        ja: format!("{of} 行中 {taken} 行: {}", examples.join("、")),
    }
}
