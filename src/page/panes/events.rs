//! The events grid: time with nanoseconds, tag, fields; only the rows in sight are in the page.

use std::rc::Rc;

use web_sys::{Element, HtmlInputElement};
use yew::{
    AttrValue, Callback, Event, Html, InputEvent, KeyboardEvent, MouseEvent, TargetCast, html,
};

use super::flow::strip;
use super::header::does;
use crate::page::state::{Action, Forward, Tab};
use crate::page::texts::{Lang, T, count};
use crate::page::ui::grip::column_grip;
use crate::page::ui::maybe;
use crate::page::ui::parts::{button, el};
use crate::page::ui::rich::value;
use crate::page::ui::window::{in_sight, scroll_to, spacers};
use crate::page::ui::with::with;
use crate::protocol::{Bar, EventRow, EventWindow, Filter, Rows, Run};

/// Height of a row in CSS pixels (`--row` in `events.css`).
const ROW: u32 = 28;

/// What the grid needs.
#[derive(Clone, PartialEq)]
pub struct EventsProps {
    /// The language.
    pub lang: Lang,
    /// The run, for its bars.
    pub run: Rc<Run>,
    /// The rows in sight.
    pub window: Rc<EventWindow>,
    /// Which events are listed.
    pub filter: Rc<Filter>,
    /// The chosen event.
    pub chosen: Option<u32>,
    /// The log files, for their names.
    pub tabs: Vec<Tab>,
}

/// The grid.
pub fn events(props: &EventsProps, on: &Callback<Action>) -> Html {
    let (lang, window) = (props.lang, &props.window);
    let sight = Rows { from: window.from, to: window.from + window.rows.len() as u32 };
    let (above, below) = spacers(sight, ROW, window.total);
    let columns = window.columns.len();
    let total = window.total;
    let onscroll = maybe(on, move |event: Event| {
        let area = event.target_dyn_into::<Element>()?;
        Some(Action::Grid(in_sight(area.scroll_top(), area.client_height(), ROW, total)))
    });
    let grid = || {
        let draw = html! {
            <div class="grid" role="grid" tabindex="0" aria-label={lang.t(T::Events)}
                aria-rowcount={(total + 1).to_string()} aria-colcount={(columns + 2).to_string()}
                aria-activedescendant={active(props)} style={template(props)}
                {onscroll} onkeydown={keys(props, on)}>
                { head(lang, &window.columns) }
                { spacer(above) }
                for (at, row) in window.rows.iter().enumerate() {
                    { grid_row(props, window.from + at as u32, row, on) }
                }
                { spacer(below) }
            </div>
        };
        let row = row_of(props);
        let seen = row.map(|row| row.to_string()).unwrap_or_default();
        with(draw, seen.into(), Callback::from(move |area| keep_in_sight(&area, row)))
    };
    html! {
        <div class="events">
            { strip(lang, &props.run, on) }
            { tools(props, on) }
            if window.total == 0 {
                { empty(props, on) }
            } else {
                { grid() }
            }
        </div>
    }
}

fn spacer(height: u32) -> Html {
    html! { <div class="spacer" role="presentation" style={format!("height:{height}px")} /> }
}

/// Scrolls when an event outside of the sight is chosen.
fn keep_in_sight(area: &Element, row: Option<u32>) {
    let Some(row) = row else { return };
    // The heading sticks to the top and covers one row.
    let (top, view) = (area.scroll_top(), area.client_height() - ROW as i32);
    if let Some(top) = scroll_to(row, top, view, ROW) {
        area.set_scroll_top(top);
    }
}

fn row_of(props: &EventsProps) -> Option<u32> {
    let window = &props.window;
    let at = window.rows.iter().position(|row| row.id.is_some() && row.id == props.chosen);
    at.map(|at| window.from + at as u32).or(window.chosen)
}

/// Widths of the columns: as long as what they show, within bounds.
fn template(props: &EventsProps) -> String {
    let longest = |at: usize, name: &str| {
        let cells = props.window.rows.iter().filter_map(|row| row.cells.get(at)?.as_ref());
        let most = cells.map(|cell| cell.text.chars().map(width).sum::<usize>()).max().unwrap_or(0);
        most.max(name.len()).clamp(5, 70) + 4
    };
    let columns = props.window.columns.iter().enumerate();
    let fields: Vec<String> = columns
        .map(|(at, name)| {
            let longest = longest(at, name);
            format!("var(--c{},minmax({}ch,{longest}ch))", at + 2, longest.min(28))
        })
        .collect();
    // What is left belongs to no column: the sentence about a lost line reaches into it.
    format!(
        "--columns: var(--c0,33ch) var(--c1,minmax(14ch,34ch)) {} minmax(0,1fr)",
        fields.join(" ")
    )
}

/// Wide characters take two columns of a monospaced font.
fn width(c: char) -> usize {
    if c < '\u{1100}' { 1 } else { 2 }
}

fn active(props: &EventsProps) -> Option<AttrValue> {
    let shown = props.window.rows.iter().any(|row| row.id.is_some() && row.id == props.chosen);
    props.chosen.filter(|_| shown).map(|id| AttrValue::from(format!("event-{id}")))
}

fn head(lang: Lang, columns: &[String]) -> Html {
    let wide = |at: usize| column_grip(at, lang.t(T::ColumnWidth));
    html! {
        <div class="grid-row grid-head" role="row" aria-rowindex="1">
            <span role="columnheader">{ lang.t(T::Time) }{ el("small", "", " UTC") }{ wide(0) }</span>
            <span role="columnheader">{ lang.t(T::Tag) }{ wide(1) }</span>
            for (at, name) in columns.iter().enumerate() {
                <span role="columnheader">{ name }{ wide(at + 2) }</span>
            }
        </div>
    }
}

fn grid_row(props: &EventsProps, number: u32, row: &EventRow, on: &Callback<Action>) -> Html {
    if let Some(said) = &row.said {
        return lost_row(props, number, row, said, on);
    }
    let chosen = row.id.is_some() && row.id == props.chosen;
    let id = row.id.unwrap_or_default();
    html! {
        <div class="grid-row" role="row" key={number} id={format!("event-{id}")}
            aria-rowindex={(number + 2).to_string()} aria-selected={chosen.to_string()}
            onclick={does(on, Action::Event(Some(id)))}>
            <span role="gridcell" class="time" title={time_title(props.lang, row)}>
                { el("span", "date", &row.date) }{ " " }{ &row.clock }
                if row.now { { el("span", "badge", props.lang.t(T::Now)) } }
            </span>
            <span role="gridcell" title={row.tag.clone()}>{ &row.tag }</span>
            for cell in &row.cells {
                <span role="gridcell">
                    if let Some(cell) = cell { { value(cell) } }
                </span>
            }
        </div>
    }
}

fn lost_row(
    props: &EventsProps,
    number: u32,
    row: &EventRow,
    said: &str,
    on: &Callback<Action>,
) -> Html {
    let (file, line) = row.from.unwrap_or_default();
    html! {
        <div class="grid-row lost" role="row" key={number} aria-rowindex={(number + 2).to_string()}
            onclick={does(on, Action::GoToLine(file, line, 0, 0))}>
            <span role="gridcell">{ props.lang.f(T::LineN, &[&count(line + 1)]) }</span>
            <span role="gridcell" class="said-cell" aria-colspan={(props.window.columns.len() + 1).to_string()} title={said.to_owned()}>{ said }</span>
        </div>
    }
}

fn time_title(lang: Lang, row: &EventRow) -> String {
    let now = if row.now { lang.t(T::NowTitle) } else { "" };
    let flushed = if row.flushed { lang.t(T::FlushedTitle) } else { "" };
    [now, flushed].join(" ").trim().to_owned()
}

fn keys(props: &EventsProps, on: &Callback<Action>) -> Callback<KeyboardEvent> {
    let window = Rc::clone(&props.window);
    let chosen = props.chosen;
    maybe(on, move |event: KeyboardEvent| {
        let at = window.rows.iter().position(|row| row.id.is_some() && row.id == chosen);
        let ids = || window.rows.iter().filter_map(|row| row.id);
        let action = match event.key().as_str() {
            "ArrowDown" => match at {
                Some(at) => window.rows.iter().skip(at + 1).find_map(|row| row.id),
                None => ids().next(),
            }
            .map_or(Action::NextEvent(Forward::Next), |id| Action::Event(Some(id))),
            "ArrowUp" => match at {
                Some(at) => window.rows.iter().take(at).rev().find_map(|row| row.id),
                None => ids().next(),
            }
            .map_or(Action::NextEvent(Forward::Previous), |id| Action::Event(Some(id))),
            "PageDown" => Action::Event(chosen.map(|id| id.saturating_add(20)).or(Some(0))),
            "PageUp" => Action::Event(chosen.map(|id| id.saturating_sub(20)).or(Some(0))),
            "Home" => Action::Event(Some(0)),
            _ => return None,
        };
        event.prevent_default();
        Some(action)
    })
}

fn tools(props: &EventsProps, on: &Callback<Action>) -> Html {
    let lang = props.lang;
    let filter = Rc::clone(&props.filter);
    let oninput = maybe(on, move |event: InputEvent| {
        let words = event.target_dyn_into::<HtmlInputElement>()?.value();
        Some(Action::Filter(Rc::new(Filter { words, ..(*filter).clone() })))
    });
    let is_filtered = *props.filter != Filter::default();
    html! {
        <div class="grid-tools">
            <input type="search" class="filter" placeholder={lang.t(T::FilterHint)} aria-label={lang.t(T::FilterHint)}
                value={AttrValue::from(props.filter.words.clone())} {oninput} />
            { bars(props, on) }
            if is_filtered {
                { el("span", "note", &lang.f(T::FilteredRows, &[&count(props.window.total)])) }
                { button("", on, Action::Filter(Rc::default()), lang.t(T::ClearFilter)) }
            }
        </div>
    }
}

/// The count over time: a press on a bar lists only its events.
fn bars(props: &EventsProps, on: &Callback<Action>) -> Html {
    let most = props.run.bars.iter().map(|bar| bar.count).max().unwrap_or(0);
    if props.run.bars.len() < 2 || most == 0 {
        return html! {};
    }
    html! {
        <div class="bars" role="group" aria-label={props.lang.t(T::CountOverTime)}>
            for (at, bar) in props.run.bars.iter().enumerate() { { one_bar(props, at, bar, most, on) } }
        </div>
    }
}

fn one_bar(props: &EventsProps, at: usize, bar: &Bar, most: u32, on: &Callback<Action>) -> Html {
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

fn empty(props: &EventsProps, on: &Callback<Action>) -> Html {
    let lang = props.lang;
    let text = if *props.filter != Filter::default() {
        T::NothingPasses
    } else if props.run.boot_error.is_some() {
        T::NoEventsBoot
    } else if props.run.counts.lines == 0 {
        T::NoLines
    } else {
        T::NoEvents
    };
    html! {
        <div class="empty">
            { el("p", "", lang.t(text)) }
            <p>
                { button("", on, Action::FocusLogs, lang.t(T::StartPaste)) }
                <button type="button" onclick={|event: MouseEvent| event.prevent_default()} popovertarget="samples">
                    { lang.t(T::Samples) }
                </button>
                { button("", on, Action::Detect, lang.t(T::Detect)) }
            </p>
        </div>
    }
}
