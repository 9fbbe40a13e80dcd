//! *Checks*: expected records made from what is shown; each passes or fails. They travel in the link.

use std::rc::Rc;

use yew::{Callback, Html, html};

use super::header::does;
use crate::page::state::{Action, Check};
use crate::page::texts::{Lang, T, count};
use crate::page::ui::parts::{button, el};

/// What the panel needs.
#[derive(Clone, PartialEq)]
pub struct ChecksProps {
    /// The language.
    pub lang: Lang,
    /// The checks.
    pub checks: Rc<Vec<Check>>,
    /// The chosen event.
    pub event: Option<u32>,
    /// Events there are.
    pub events: u32,
}

/// The panel.
pub fn checks(props: &ChecksProps, on: &Callback<Action>) -> Html {
    let lang = props.lang;
    let event = props.event.filter(|_| props.events > 0);
    html! {
        <div class="checks">
            { el("p", "", lang.t(T::ChecksIntro)) }
            if let Some(event) = event {
                <p>{ button("", on, Action::AddCheck, &lang.f(T::MakeCheckOf, &[&count(event + 1)])) }</p>
            }
            <ol>
                for (at, check) in props.checks.iter().enumerate() { { one(props, at, check, on) } }
            </ol>
        </div>
    }
}

fn one(props: &ChecksProps, at: usize, check: &Check, on: &Callback<Action>) -> Html {
    let lang = props.lang;
    let passed = check.found.as_ref() == Some(&check.expected);
    html! {
        <li class="check" key={at} data-passed={passed.to_string()}>
            <div class="check-head">
                <b>{ if passed { "✓ " } else { "✕ " } }{ lang.t(if passed { T::Passed } else { T::Failed }) }</b>
                { button("link", on, Action::Event(Some(check.event)), &lang.f(T::EventN, &[&count(check.event + 1)])) }
                <span class="fill" />
                <button type="button" class="ghost" aria-label={lang.t(T::RemoveCheck)} title={lang.t(T::RemoveCheck)}
                    onclick={does(on, Action::RemoveCheck(at))}>{ "✕" }</button>
            </div>
            <p class="mono">{ el("span", "note", lang.t(T::Expected)) }{ " " }{ &*check.expected }</p>
            if !passed {
                <p class="mono found">{ el("span", "note", lang.t(T::Found)) }{ " " }
                    { check.found.as_deref().unwrap_or(lang.t(T::NoSuchEvent)) }</p>
            }
        </li>
    }
}
