//! The count over time: a press on a bar lists only its events.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlButtonElement};
use yew::{Callback, Html, KeyboardEvent, TargetCast, html};

use super::header::does;
use crate::page::state::Action;
use crate::page::texts::{Lang, T, count};
use crate::protocol::{Bar, Filter};

/// What the bars need.
#[derive(Clone, PartialEq)]
pub struct BarsProps {
    /// The language.
    pub lang: Lang,
    /// The bars.
    pub bars: Rc<Vec<Bar>>,
    /// Which events are listed.
    pub filter: Rc<Filter>,
}

/// The bars; none where all events are of one time.
pub fn bars(props: &BarsProps, on: &Callback<Action>) -> Html {
    let most = props.bars.iter().map(|bar| bar.count).max().unwrap_or(0);
    if props.bars.len() < 2 || most == 0 {
        return html! {};
    }
    // One tab stop for all.
    let is_chosen = |bar: &Bar| chosen(props, bar);
    let stop =
        props.bars.iter().position(is_chosen).or(props.bars.iter().position(|bar| bar.count > 0));
    html! {
        <div class="bars" role="group" aria-label={props.lang.t(T::CountOverTime)} onkeydown={|event: KeyboardEvent| walk(&event)}>
            for (at, bar) in props.bars.iter().enumerate() { { one_bar(props, (at, stop == Some(at)), bar, most, on) } }
        </div>
    }
}

fn chosen(props: &BarsProps, bar: &Bar) -> bool {
    props.filter.time.as_ref().is_some_and(|(from, to)| *from == bar.from && *to == bar.to)
}

/// Arrow keys go to the next bar that can be pressed.
fn walk(event: &KeyboardEvent) {
    let next = match event.key().as_str() {
        "ArrowLeft" => Element::previous_element_sibling,
        "ArrowRight" => Element::next_element_sibling,
        _ => return,
    };
    let mut at = event.target_dyn_into::<Element>();
    while let Some(bar) = at.and_then(|bar| next(&bar)) {
        if let Some(button) = bar.dyn_ref::<HtmlButtonElement>().filter(|button| !button.disabled())
        {
            let _ = button.focus();
            return;
        }
        at = Some(bar);
    }
}

fn one_bar(
    props: &BarsProps,
    (at, is_stop): (usize, bool),
    bar: &Bar,
    most: u32,
    on: &Callback<Action>,
) -> Html {
    let chosen = chosen(props, bar);
    let time = if chosen { None } else { Some((bar.from.clone(), bar.to.clone())) };
    let filter = Filter { time, ..(*props.filter).clone() };
    let height = u64::from(bar.count) * 100 / u64::from(most);
    html! {
        <button type="button" class="bar" key={at} aria-pressed={chosen.to_string()} disabled={bar.count == 0}
            tabindex={if is_stop { "0" } else { "-1" }} title={format!("{} · {}", bar.label, count(bar.count))}
            aria-label={format!("{} · {}", bar.label, count(bar.count))}
            onclick={does(on, Action::Filter(Rc::new(filter)))}>
            <span style={format!("height:{height}%")} />
        </button>
    }
}
