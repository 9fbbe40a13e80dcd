//! The count over time: a press on a bar lists only its events.

use std::rc::Rc;

use yew::{Callback, Html, html};

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
    html! {
        <div class="bars" role="group" aria-label={props.lang.t(T::CountOverTime)}>
            for (at, bar) in props.bars.iter().enumerate() { { one_bar(props, at, bar, most, on) } }
        </div>
    }
}

fn one_bar(props: &BarsProps, at: usize, bar: &Bar, most: u32, on: &Callback<Action>) -> Html {
    let range = (bar.from.clone(), bar.to.clone());
    let chosen = props.filter.time.as_ref() == Some(&range);
    let time = if chosen { None } else { Some(range) };
    let filter = Filter { time, ..(*props.filter).clone() };
    let height = u64::from(bar.count) * 100 / u64::from(most);
    html! {
        <button type="button" class="bar" key={at} aria-pressed={chosen.to_string()} disabled={bar.count == 0}
            title={format!("{} · {}", bar.label, count(bar.count))}
            aria-label={format!("{} · {}", bar.label, count(bar.count))}
            onclick={does(on, Action::Filter(Rc::new(filter)))}>
            <span style={format!("height:{height}%")} />
        </button>
    }
}
