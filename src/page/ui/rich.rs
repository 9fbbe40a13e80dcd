//! Sentences with code between backquotes, and values with their kind.

use yew::{Html, html};

use crate::protocol::{Cell, CellKind};

/// A sentence; parts between backquotes become `<code>`.
pub fn rich(text: &str) -> Html {
    let part = |(at, part): (usize, &str)| {
        if at % 2 == 1 {
            html! { <code>{ part }</code> }
        } else {
            html! { { part } }
        }
    };
    html! { <>{ for text.split('`').enumerate().map(part) }</> }
}

/// A value; its kind is in `data-kind`, and a cut text says so.
pub fn value(cell: &Cell) -> Html {
    let kind = match cell.kind {
        CellKind::Text => "text",
        CellKind::Number => "number",
        CellKind::Bool => "bool",
        CellKind::Nil => "nil",
        CellKind::Nested => "nested",
        CellKind::Time => "time",
    };
    html! {
        <span class="value" data-kind={kind}>
            { &cell.text }{ if cell.cut { "…" } else { "" } }
        </span>
    }
}

/// The class of a group's colour: eight colours, then round again.
pub fn group_class(group: u32) -> String {
    format!("g g{}", (group.max(1) - 1) % 8 + 1)
}
