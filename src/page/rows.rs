//! Protocol to the editors' own shapes (`www/src/editor/types.ts`), in the page's language.

use wasm_bindgen::JsValue;

use super::browser::{list, object};
use super::texts::{Lang, T};
use crate::protocol::{
    Completion, ConfEdit, ConfMark, FateKind, HoverCard, LineMark, LineRow, LineWindow, Place,
    Problem, Severity, Why,
};

/// Lines as the log editor shows them.
pub fn host_rows(lang: Lang, window: &LineWindow) -> JsValue {
    list(window.rows.iter().map(|row| host_row(lang, row)))
}

/// What the captures in lines are called.
pub fn host_names(window: &LineWindow) -> JsValue {
    list(window.names.iter().map(|name| name.as_str().into()))
}

fn host_row(lang: Lang, row: &LineRow) -> JsValue {
    let (fate, text) = fate(row.fate);
    let title = lang.f(text, &[&row.detail]).replace('`', "");
    object(&[
        ("line", row.line.into()),
        ("fate", fate.into()),
        ("title", title.into()),
        ("marks", line_marks(&row.marks)),
        ("why", row.why.as_ref().map_or(JsValue::UNDEFINED, |why| host_why(lang, why))),
    ])
}

/// The editor's word for a line's mark, and what the mark says.
fn fate(fate: FateKind) -> (&'static str, T) {
    match fate {
        FateKind::Pending => ("pending", T::FatePending),
        FateKind::NotTailed => ("notTailed", T::FateNotTailed),
        FateKind::Event => ("event", T::FateEvent),
        FateKind::Joined => ("joined", T::FateJoined),
        FateKind::Partial => ("partial", T::FatePartial),
        FateKind::Held => ("held", T::FateHeld),
        FateKind::NotMatched => ("notMatched", T::FateNotMatched),
        FateKind::Invalid => ("invalid", T::FateInvalid),
        FateKind::Dropped => ("dropped", T::FateDropped),
        FateKind::Error => ("error", T::FateError),
        FateKind::NoMatch => ("noMatch", T::FateNoMatch),
        FateKind::Unterminated => ("unterminated", T::FateUnterminated),
        FateKind::Skipped => ("skipped", T::FateSkipped),
    }
}

/// Four numbers each.
fn line_marks(marks: &[LineMark]) -> JsValue {
    numbers(marks.iter().flat_map(|mark| [mark.from, mark.to, mark.group, mark.name]))
}

fn host_why(lang: Lang, why: &Why) -> JsValue {
    let text = [why.kind.as_ref(), Some(&why.text)].into_iter().flatten();
    let text = text.map(|text| lang.of(text)).filter(|text| !text.is_empty());
    let reached = |(from, to): (u32, u32)| list([from, to].into_iter().map(JsValue::from));
    object(&[
        ("title", lang.of(&why.title).into()),
        ("text", list(text.map(JsValue::from))),
        ("saidLabel", lang.t(T::FluentdSays).into()),
        ("said", why.said.as_str().into()),
        ("reached", why.reached.map_or(JsValue::UNDEFINED, reached)),
        ("buttons", list(why.fixes.iter().map(|fix| lang.of(&fix.title).into()))),
    ])
}

/// Problems of the configuration as its editor shows them.
pub fn host_problems(lang: Lang, problems: &[Problem]) -> JsValue {
    list(problems.iter().enumerate().filter_map(|(at, problem)| host_problem(lang, at, problem)))
}

fn host_problem(lang: Lang, at: usize, problem: &Problem) -> Option<JsValue> {
    let Some(Place::Conf { from, to, .. }) = problem.place else { return None };
    let action = problem.fix.as_ref().map(|fix| lang.of(&fix.title));
    Some(object(&[
        ("from", from.into()),
        ("to", to.into()),
        ("severity", lint_word(problem.severity).into()),
        ("message", lang.of(&problem.message).into()),
        ("action", action.map_or(JsValue::UNDEFINED, JsValue::from)),
        ("index", (at as u32).into()),
    ]))
}

/// Coloured parts of the configuration: three numbers each.
pub fn host_marks(marks: &[ConfMark]) -> JsValue {
    numbers(marks.iter().flat_map(|mark| [mark.from, mark.to, mark.group]))
}

/// Many numbers cross as one array.
fn numbers(numbers: impl Iterator<Item = u32>) -> JsValue {
    js_sys::Uint32Array::from(numbers.collect::<Vec<u32>>().as_slice()).into()
}

/// Replacements in the configuration.
pub fn host_edits(edits: &[ConfEdit]) -> JsValue {
    list(edits.iter().map(|edit| {
        object(&[
            ("from", edit.from.into()),
            ("to", edit.to.into()),
            ("insert", edit.insert.as_str().into()),
        ])
    }))
}

/// Completions in a language.
pub fn completions(lang: Lang, from: u32, items: &[Completion]) -> JsValue {
    let item = |item: &Completion| {
        object(&[
            ("label", item.label.as_str().into()),
            ("insert", item.insert.as_str().into()),
            ("kind", item.kind.as_str().into()),
            ("detail", lang.of(&item.detail).into()),
            ("doc", lang.of(&item.doc).into()),
        ])
    };
    object(&[("from", from.into()), ("items", list(items.iter().map(item)))])
}

/// A hover card in a language.
pub fn card(lang: Lang, card: &HoverCard) -> JsValue {
    object(&[
        ("from", card.from.into()),
        ("to", card.to.into()),
        ("title", card.title.as_str().into()),
        ("text", lang.of(&card.text).into()),
    ])
}

/// The editor's word for a severity.
fn lint_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Fatal | Severity::Lost => "error",
        Severity::Changed => "warning",
        Severity::Hint | Severity::Bug => "info",
    }
}

/// A change of a text, as `src/bin/worker.rs` reads it.
pub fn change(kind: &str, fields: &[(&str, JsValue)]) -> JsValue {
    object(&[&[("kind", kind.into())], fields].concat())
}
