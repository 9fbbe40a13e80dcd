//! Protocol to the editors' own shapes, in the page's language.

use serde::Serialize;

use super::desk::lint_word;
use super::host::{HostProblem, HostRow, HostWhy};
use super::texts::{Lang, T};
use crate::protocol::{Completion, FateKind, HoverCard, LineRow, LineWindow, Place, Problem, Why};

/// Lines as the log editor shows them.
pub fn host_rows(lang: Lang, window: &LineWindow) -> Vec<HostRow> {
    window.rows.iter().map(|row| host_row(lang, row)).collect()
}

fn host_row(lang: Lang, row: &LineRow) -> HostRow {
    HostRow {
        line: row.line,
        fate: row.fate,
        title: fate_title(lang, row),
        marks: row.marks.clone(),
        why: row.why.as_ref().map(|why| host_why(lang, why)),
    }
}

/// What a line's mark says.
fn fate_title(lang: Lang, row: &LineRow) -> String {
    let text = match row.fate {
        FateKind::Pending => T::FatePending,
        FateKind::NotTailed => T::FateNotTailed,
        FateKind::Event => T::FateEvent,
        FateKind::Joined => T::FateJoined,
        FateKind::Partial => T::FatePartial,
        FateKind::Held => T::FateHeld,
        FateKind::NotMatched => T::FateNotMatched,
        FateKind::Invalid => T::FateInvalid,
        FateKind::Dropped => T::FateDropped,
        FateKind::Error => T::FateError,
        FateKind::NoMatch => T::FateNoMatch,
        FateKind::Unterminated => T::FateUnterminated,
        FateKind::Skipped => T::FateSkipped,
    };
    lang.f(text, &[&row.detail]).replace('`', "")
}

fn host_why(lang: Lang, why: &Why) -> HostWhy {
    let kind = why.kind.iter().map(|kind| lang.of(kind).to_owned());
    let mut text: Vec<String> = kind.chain([lang.of(&why.text).to_owned()]).collect();
    text.retain(|sentence| !sentence.is_empty());
    HostWhy {
        title: lang.of(&why.title).to_owned(),
        text,
        said_label: lang.t(T::FluentdSays).to_owned(),
        said: why.said.clone(),
        reached: why.reached,
        buttons: why.fixes.iter().map(|fix| lang.of(&fix.title).to_owned()).collect(),
    }
}

/// A problem of the configuration as its editor shows it.
pub fn host_problem(lang: Lang, at: usize, problem: &Problem) -> Option<HostProblem> {
    let Some(Place::Conf { from, to, .. }) = problem.place else { return None };
    Some(HostProblem {
        from,
        to,
        severity: lint_word(problem.severity),
        message: lang.of(&problem.message).to_owned(),
        action: problem.fix.as_ref().map(|fix| lang.of(&fix.title).to_owned()),
        index: at as u32,
    })
}

/// Completions as the editor takes them.
#[derive(Debug, Serialize)]
pub struct HostCompletions<'c> {
    from: u32,
    items: Vec<HostCompletion<'c>>,
}

#[derive(Debug, Serialize)]
struct HostCompletion<'c> {
    label: &'c str,
    insert: &'c str,
    kind: &'c str,
    detail: &'c str,
    doc: &'c str,
}

/// Completions in a language.
pub fn completions(lang: Lang, from: u32, items: &[Completion]) -> HostCompletions<'_> {
    let items = items
        .iter()
        .map(|item| HostCompletion {
            label: &item.label,
            insert: &item.insert,
            kind: &item.kind,
            detail: lang.of(&item.detail),
            doc: lang.of(&item.doc),
        })
        .collect();
    HostCompletions { from, items }
}

/// A hover card as the editor takes it.
#[derive(Debug, Serialize)]
pub struct HostCard<'c> {
    from: u32,
    to: u32,
    title: &'c str,
    text: &'c str,
}

/// A hover card in a language.
pub fn card(lang: Lang, card: &HoverCard) -> HostCard<'_> {
    HostCard { from: card.from, to: card.to, title: &card.title, text: lang.of(&card.text) }
}
