//! The results: counts, the tabs, and the panel on top.

use std::rc::Rc;

use yew::{Callback, Html, html};

use super::checks::ChecksProps;
use super::events::EventsProps;
use super::explain::explain;
use super::flow::flow;
use super::header::does;
use super::pane::{Pane, pane};
use super::story::StoryProps;
use crate::page::state::{Action, Forward, State};
use crate::page::texts::{T, count, millis};
use crate::page::ui::grip::{Way, grip};
use crate::page::ui::parts::{button, el};
use crate::page::ui::tabs::{TabItem, tabs};
use crate::protocol::{Panel, Run};

/// The panels, in the order of their tabs.
const PANELS: [Panel; 4] = [Panel::Events, Panel::Flow, Panel::Explain, Panel::Checks];

/// What the results need.
#[derive(Clone, PartialEq)]
pub struct ResultsProps {
    /// Everything; compared by the `Rc`s in it.
    pub state: Rc<State>,
}

/// The results.
pub fn results(props: &ResultsProps, on: &Callback<Action>) -> Html {
    let state = &props.state;
    let lang = state.lang;
    let at = PANELS.iter().position(|panel| *panel == state.panel).unwrap_or(0);
    let choose = on.reform(|at: usize| Action::Panel(PANELS.get(at).copied().unwrap_or_default()));
    html! {
        <section class="pane results" id="results" tabindex="-1" aria-label={lang.t(T::Results)}>
            <div class="pane-head">
                { chips(state, on) }
                <span class="fill" />
                { tabs("panel-tab", lang.t(T::Results), &panel_tabs(state), at, &choose) }
            </div>
            <div class="panel" role="tabpanel" aria-labelledby={format!("panel-tab-{at}")}>{ panel(state, on) }</div>
        </section>
    }
}

fn panel_tabs(state: &State) -> Vec<TabItem> {
    let lang = state.lang;
    let (passed, all) = state.checks_passed();
    let checks = if all == 0 { String::new() } else { format!("{passed}/{all}") };
    [
        (T::Events, String::new()),
        (T::Flow, String::new()),
        (T::Explain, String::new()),
        (T::Checks, checks),
    ]
    .map(|(text, count)| TabItem { label: lang.t(text).into(), count: count.into() })
    .into()
}

fn panel(state: &Rc<State>, on: &Callback<Action>) -> Html {
    let lang = state.lang;
    let tabs = || state.tabs.as_slice().to_vec();
    match state.panel {
        Panel::Events => {
            let filter = || Rc::clone(&state.filter);
            let events = EventsProps {
                lang,
                window: Rc::clone(&state.events),
                filter: filter(),
                chosen: state.shown_event(),
                bars: Rc::clone(&state.run.bars),
                nothing: (state.events.total == 0).then(|| Rc::clone(&state.run)),
            };
            let flow = Option::clone(&state.run.flow);
            let story = StoryProps { lang, story: Option::clone(&state.story), tabs: tabs() };
            html! {
                <div class="events-panel">
                    <div class="events">
                        { pane(Pane::Strip(lang, flow), on) }
                        { pane(Pane::Events(events), on) }
                    </div>
                    { grip("--events", Way::Rows, lang.t(T::ResizeStory)) }
                    { pane(Pane::Story(story), on) }
                </div>
            }
        }
        Panel::Flow => flow(lang, &state.run, on),
        Panel::Explain => explain(lang, &state.run, on),
        Panel::Checks => {
            let checks = Rc::clone(&state.checks);
            let (event, events) = (state.shown_event(), state.run.counts.events);
            pane(Pane::Checks(ChecksProps { lang, checks, event, events }), on)
        }
    }
}

/// The counts; a press on what failed goes to the next such line.
fn chips(state: &State, on: &Callback<Action>) -> Html {
    let (lang, run, counts) = (state.lang, &state.run, state.run.counts);
    let plain = |kind: &'static str, number: u32, text: T| {
        html! { <span class="chip" data-kind={kind}>{ el("b", "", &count(number)) }{ " " }{ lang.t(text) }</span> }
    };
    let some =
        |kind, number, text| if number > 0 { plain(kind, number, text) } else { Html::default() };
    let failing = |kind: &'static str, number: u32, text: T| {
        if number == 0 {
            return html! {};
        }
        html! {
            <button type="button" class="chip" data-kind={kind} title={lang.t(T::NextFailing)}
                onclick={does(on, Action::NextFailing(Forward::Next))}>
                { el("b", "", &count(number)) }{ " " }{ lang.t(text) }
            </button>
        }
    };
    html! {
        <div class="chips" data-complete={state.complete.to_string()}>
            if run.boot_error.is_some() {
                { button("chip boot", on, Action::Panel(Panel::Events), lang.t(T::SevFatal)) }
            } else {
                { plain("lines", counts.lines, if counts.lines == 1 { T::ChipLine } else { T::ChipLines }) }
                { plain("matched", counts.matched, T::ChipMatched) }
            }
            { failing("bad", counts.unread, T::ChipUnread) }
            { failing("bad", counts.not_matched, T::ChipNotMatched) }
            { failing("bad", counts.invalid, T::ChipInvalid) }
            { failing("bad", counts.lost, T::ChipLost) }
            { some("held", counts.held, T::ChipHeld) }
            { some("dropped", counts.dropped, T::ChipDropped) }
            <span class="chip" data-kind="events">
                { el("b", "", &count(counts.events)) }{ " " }{ lang.t(if counts.events == 1 { T::ChipEvent } else { T::ChipEvents }) }{ difference(run, state.before.as_deref()) }
            </span>
            if state.micros > 0 {
                <span class="chip" data-kind="time" title={lang.t(T::TimeTaken)}>
                    <b>{ if run.complete { millis(state.micros) } else { format!("{}…", millis(state.micros)) } }</b>{ " ms" }
                </span>
            }
        </div>
    }
}

/// How many events more or fewer than before the last edit.
fn difference(run: &Run, before: Option<&Run>) -> Html {
    let Some(before) = before else { return html! {} };
    let change = i64::from(run.counts.events) - i64::from(before.counts.events);
    if change == 0 || !run.complete {
        return html! {};
    }
    html! { { el("span", "delta", &format!(" ({change:+})")) } }
}
