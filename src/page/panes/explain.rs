//! *Explain*: the pattern in words, part by part, linked to the text.

use yew::{Callback, Html, html};

use super::header::does;
use crate::page::state::Action;
use crate::page::texts::{Lang, T};
use crate::page::ui::parts::el;
use crate::page::ui::rich::{group_class, rich};
use crate::protocol::{ExplainRow, Place, Run};

/// The panel.
pub fn explain(lang: Lang, run: &Run, on: &Callback<Action>) -> Html {
    let Some(explain) = &run.explain else {
        return html! { <p class="empty">{ rich(lang.t(T::NoPattern)) }</p> };
    };
    html! {
        <div class="explain">
            { el("p", "pattern mono", &explain.pattern) }
            for said in &explain.said { <p>{ el("code", "said", said) }</p> }
            <ol>
                for (at, row) in explain.rows.iter().enumerate() { { part(lang, at, row, on) } }
            </ol>
        </div>
    }
}

fn part(lang: Lang, at: usize, row: &ExplainRow, on: &Callback<Action>) -> Html {
    let class = row.group.map_or_else(
        || "part mono".to_owned(),
        |group| format!("part mono {}", group_class(group)),
    );
    let source = html! { <span class={class}>{ &row.source }</span> };
    // A blank or an empty part has no text of its own to speak.
    let spoken = format!("{} {}", row.source, lang.of(&row.words)).replace('`', "");
    html! {
        <li class="explain-row" key={at} style={format!("--depth:{}", row.depth.min(12))}>
            if let Some(Place::Conf { from, to, .. }) = row.place {
                <button type="button" class="bare" aria-label={spoken} onclick={does(on, Action::GoToConf(from, to))}>{ source }</button>
            } else {
                { source }
            }
            <span class="words">
                { rich(lang.of(&row.words)) }
                if !row.name.is_empty() {
                    { " " }{ el("span", "note", &lang.f(T::BecomesField, &[&row.name])) }
                }
            </span>
        </li>
    }
}
