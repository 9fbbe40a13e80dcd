//! A row of tabs: arrow keys move, one tab stop.

use super::maybe;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{AttrValue, Callback, Html, KeyboardEvent, MouseEvent, html};

/// One tab.
#[derive(Clone, Debug, PartialEq)]
pub struct TabItem {
    /// What it says.
    pub label: AttrValue,
    /// A number beside it, or empty.
    pub count: AttrValue,
}

/// A row of tabs: its id (tabs are `ID-0`, `ID-1`, …), its name, the tab on top.
pub fn tabs(
    id: &'static str,
    label: &'static str,
    items: &[TabItem],
    at: usize,
    choose: &Callback<usize>,
) -> Html {
    let onkeydown = choose.reform_keys(at, items.len().saturating_sub(1));
    html! {
        <div class="tabs" role="tablist" aria-label={label} {onkeydown}>
            for (index, item) in items.iter().enumerate() {
                <button type="button" role="tab" class="tab" id={format!("{id}-{index}")}
                    aria-selected={(index == at).to_string()}
                    tabindex={if index == at { "0" } else { "-1" }}
                    onclick={choose.reform(move |_: MouseEvent| index)}>
                    { &item.label }
                    if !item.count.is_empty() { <span class="count">{ &item.count }</span> }
                </button>
            }
        </div>
    }
}

/// Arrow keys of a row of tabs.
trait ReformKeys {
    fn reform_keys(&self, at: usize, last: usize) -> Callback<KeyboardEvent>;
}

impl ReformKeys for Callback<usize> {
    fn reform_keys(&self, at: usize, last: usize) -> Callback<KeyboardEvent> {
        maybe(self, move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowRight" => {
                    if at == last {
                        0
                    } else {
                        at + 1
                    }
                }
                "ArrowLeft" => at.checked_sub(1).unwrap_or(last),
                "Home" => 0,
                "End" => last,
                _ => return None,
            };
            event.prevent_default();
            focus_child(&event, next);
            Some(next)
        })
    }
}

fn focus_child(event: &KeyboardEvent, index: usize) {
    let row = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let row = row.and_then(|tab| tab.closest("[role=tablist]").ok().flatten());
    let tab = row.and_then(|row| row.query_selector_all("[role=tab]").ok());
    let tab = tab.and_then(|tabs| tabs.item(index as u32));
    if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
        let _ = tab.focus();
    }
}
