//! *Explain*: the pattern in words, part by part, linked to the text.

use std::rc::Rc;

use yew::{Callback, Html, Properties, component, html};

use super::header::does;
use crate::page::state::Action;
use crate::page::texts::{Lang, T};
use crate::page::ui::rich::{group_class, rich};
use crate::protocol::{ExplainRow, Place, Run};

/// What the panel needs.
#[derive(Clone, PartialEq, Properties)]
pub struct ExplainProps {
    /// The language.
    pub lang: Lang,
    /// The run.
    pub run: Rc<Run>,
    /// What happened.
    pub on: Callback<Action>,
}

/// The panel.
#[component]
pub fn ExplainPane(props: &ExplainProps) -> Html {
    let lang = props.lang;
    let Some(explain) = &props.run.explain else {
        return html! { <p class="empty">{ rich(lang.t(T::NoPattern)) }</p> };
    };
    html! {
        <div class="explain">
            <p class="pattern mono">{ &explain.pattern }</p>
            for said in &explain.said { <p><code class="said">{ said }</code></p> }
            <ol>
                for (at, row) in explain.rows.iter().enumerate() { { part(props, at, row) } }
            </ol>
        </div>
    }
}

fn part(props: &ExplainProps, at: usize, row: &ExplainRow) -> Html {
    let class = row.group.map_or_else(
        || "part mono".to_owned(),
        |group| format!("part mono {}", group_class(group)),
    );
    let source = html! { <span class={class}>{ &row.source }</span> };
    // A blank or an empty part has no text of its own to speak.
    let spoken = format!("{} {}", row.source, props.lang.of(&row.words)).replace('`', "");
    html! {
        <li class="explain-row" key={at} style={format!("--depth:{}", row.depth.min(12))}>
            if let Some(Place::Conf { from, to, .. }) = row.place {
                <button type="button" class="bare" aria-label={spoken} onclick={does(&props.on, Action::GoToConf(from, to))}>{ source }</button>
            } else {
                { source }
            }
            <span class="words">
                { rich(props.lang.of(&row.words)) }
                if !row.name.is_empty() {
                    { " " }<span class="note">{ props.lang.f(T::BecomesField, &[&row.name]) }</span>
                }
            </span>
        </li>
    }
}
