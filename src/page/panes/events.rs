//! The events grid: time with nanoseconds, tag, fields; only the rows in sight are in the page.

use std::fmt::Write as _;
use std::rc::Rc;

use web_sys::{Element, HtmlInputElement};
use yew::{
    AttrValue, Callback, Event, Html, InputEvent, KeyboardEvent, MouseEvent, TargetCast, html,
};

use super::bars::BarsProps;
use super::header::does;
use super::pane::{Pane, PaneView, pane};
use crate::page::state::{Action, Forward};
use crate::page::texts::{Lang, T, count};
use crate::page::ui::grip::column_grip;
use crate::page::ui::maybe;
use crate::page::ui::parts::{button, el};
use crate::page::ui::rich::{rich, value};
use crate::page::ui::window::{in_sight, scroll_to, spacers};
use crate::page::ui::with::with;
use crate::protocol::{Bar, EventRow, EventWindow, Filter, Rows, Run, Severity};

/// Height of a row in CSS pixels (`--row` in `events.css`).
const ROW: u32 = 28;

/// What the grid needs.
#[derive(Clone, PartialEq)]
pub struct EventsProps {
    /// The language.
    pub lang: Lang,
    /// The rows in sight.
    pub window: Rc<EventWindow>,
    /// Which events are listed.
    pub filter: Rc<Filter>,
    /// The chosen event.
    pub chosen: Option<u32>,
    /// The count over time.
    pub bars: Rc<Vec<Bar>>,
    /// The run, where it gave no event: why that is.
    pub nothing: Option<Rc<Run>>,
}

/// What a row needs.
#[derive(Clone, PartialEq)]
pub struct RowProps {
    /// The language.
    pub lang: Lang,
    /// Its place in the list.
    pub number: u32,
    /// The row.
    pub row: Rc<EventRow>,
    /// True when it is the chosen one.
    pub chosen: bool,
    /// How many fields the grid shows.
    pub columns: u32,
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
    // The one below stands in for the grid: what is done with it needs no copy of all rows.
    let below = {
        let row = row_of(props);
        let seen = row.map(|row| row.to_string()).unwrap_or_default();
        with(spacer(below), seen.into(), Callback::from(move |below| keep_in_sight(&below, row)))
    };
    let grid = || {
        html! {
            <div class="grid" role="grid" tabindex="0" aria-label={lang.t(T::Events)}
                aria-rowcount={(total + 1).to_string()} aria-colcount={(columns + 2).to_string()}
                aria-activedescendant={active(props)} style={template(props)}
                {onscroll} onkeydown={keys(props, on)}>
                { head(lang, &window.columns) }
                { spacer(above) }
                for (at, row) in window.rows.iter().enumerate() { { one_row(props, at as u32, row, on) } }
                { below }
            </div>
        }
    };
    html! {
        <>
            { tools(props, on) }
            if window.total == 0 {
                { empty(props, on) }
            } else {
                { grid() }
            }
        </>
    }
}

fn spacer(height: u32) -> Html {
    html! { <div class="spacer" role="presentation" style={format!("height:{height}px")} /> }
}

/// Scrolls when an event outside of the sight is chosen.
fn keep_in_sight(spacer: &Element, row: Option<u32>) {
    let (Some(row), Some(area)) = (row, spacer.parent_element()) else { return };
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

/// Widths of the columns: as long as what they show, within bounds, in steps: a longer value or name
/// seldom moves what stands beside it, for then all rows are laid out anew.
fn template(props: &EventsProps) -> String {
    let longest = |at: usize, name: &str| {
        let cells = props.window.rows.iter().filter_map(|row| row.cells.get(at)?.as_ref());
        let most = cells.map(|cell| cell.text.chars().map(width).sum::<usize>()).max().unwrap_or(0);
        (most.max(name.len()).min(70) + 3).next_multiple_of(4)
    };
    let mut columns = "var(--c0,33ch) var(--c1,minmax(24ch,34ch))".to_owned();
    let mut least = "var(--c0,33ch) + var(--c1,24ch)".to_owned();
    for (at, name) in props.window.columns.iter().enumerate() {
        let longest = longest(at, name);
        let (at, narrow) = (at + 2, longest.min(NARROW));
        let _ = write!(columns, " var(--c{at},minmax({narrow}ch,{longest}ch))");
        let _ = write!(least, " + var(--c{at},{narrow}ch)");
    }
    // What is left belongs to no column: the sentence about a lost line reaches into it.
    format!("--columns:{columns} minmax(0,1fr);--width:calc({least})")
}

/// A column with long values is at least so wide.
const NARROW: usize = 28;

/// A text that its column may cut needs a clip, which costs each frame of the page; this one fits as long
/// as nobody drags the column narrower.
fn clip(text: &str, room: usize) -> Option<&'static str> {
    let fits = text.len() <= room && text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    (!fits).then_some("clip")
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

/// Drawn again only when it changes.
fn one_row(props: &EventsProps, at: u32, row: &Rc<EventRow>, on: &Callback<Action>) -> Html {
    let number = props.window.from + at;
    let chosen = row.id.is_some() && row.id == props.chosen;
    let columns = props.window.columns.len() as u32;
    let row =
        Pane::Row(RowProps { lang: props.lang, number, row: Rc::clone(row), chosen, columns });
    html! { <PaneView key={number} pane={row} {on} /> }
}

/// A row of the grid.
pub fn grid_row(props: &RowProps, on: &Callback<Action>) -> Html {
    let RowProps { number, row, chosen, .. } = props;
    if let Some(said) = &row.said {
        return lost_row(props, said, on);
    }
    let id = row.id.unwrap_or_default();
    html! {
        <div class="grid-row" role="row" id={format!("event-{id}")}
            aria-rowindex={(number + 2).to_string()} aria-selected={chosen.to_string()}
            onclick={does(on, Action::Event(Some(id)))}>
            <span role="gridcell" class={if row.now { "time clip" } else { "time" }} title={time_title(props.lang, row)}>
                { el("span", "date", &row.date) }{ " " }{ &row.clock }
                if row.now { { el("span", "badge", props.lang.t(T::Now)) } }
            </span>
            <span role="gridcell" class={clip(&row.tag, 11)} title={row.tag.clone()}>{ tag(&row.tag) }</span>
            for cell in &row.cells {
                if let Some(cell) = cell {
                    <span role="gridcell" class={clip(&cell.text, NARROW - 3)}>{ value(cell) }</span>
                } else {
                    <span role="gridcell" />
                }
            }
        </div>
    }
}

/// What the tags of all containers have in common is there, but takes no room: the rest tells them apart.
fn tag(tag: &str) -> Html {
    const SAME: &str = "var.log.containers.";
    match tag.split_once(SAME) {
        Some((before, after)) => html! { <>{ before }{ el("span", "mid", SAME) }{ after }</> },
        None => html! { { tag } },
    }
}

fn lost_row(props: &RowProps, said: &str, on: &Callback<Action>) -> Html {
    let (file, line) = props.row.from.unwrap_or_default();
    html! {
        <div class="grid-row lost" role="row" aria-rowindex={(props.number + 2).to_string()}
            onclick={does(on, Action::GoToLine(file, line, 0, 0))}>
            <span role="gridcell">{ props.lang.f(T::LineN, &[&count(line + 1)]) }</span>
            <span role="gridcell" class="said-cell clip" aria-colspan={(props.columns + 1).to_string()} title={said.to_owned()}>{ said }</span>
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
    let bars = BarsProps { lang, bars: Rc::clone(&props.bars), filter: Rc::clone(&props.filter) };
    let is_filtered = *props.filter != Filter::default();
    html! {
        <div class="grid-tools">
            <input type="search" class="filter" placeholder={lang.t(T::FilterHint)} aria-label={lang.t(T::FilterHint)}
                value={AttrValue::from(props.filter.words.clone())} {oninput} />
            { pane(Pane::Bars(bars), on) }
            if is_filtered {
                { el("span", "note", &lang.f(T::FilteredRows, &[&count(props.window.total)])) }
                { button("", on, Action::Filter(Rc::default()), lang.t(T::ClearFilter)) }
            }
        </div>
    }
}

fn empty(props: &EventsProps, on: &Callback<Action>) -> Html {
    let (lang, run) = (props.lang, props.nothing.as_deref());
    let (boots, unread, lines) = run.map_or((true, &[][..], 0), |run| {
        (run.boot_error.is_none(), run.unread.as_slice(), run.counts.lines)
    });
    if *props.filter == Filter::default() && !(boots && unread.is_empty() && lines == 0) {
        return reasons(lang, run, on);
    }
    let text = if *props.filter == Filter::default() { T::NoLines } else { T::NothingPasses };
    html! {
        <div class="empty">
            { el("p", "", lang.t(text)) }
            <p class="buttons">
                { button("", on, Action::FocusLogs, lang.t(T::StartPaste)) }
                <button type="button" onclick={|event: MouseEvent| event.prevent_default()} popovertarget="samples">
                    { lang.t(T::Samples) }
                </button>
                { button("", on, Action::Detect, lang.t(T::Detect)) }
            </p>
        </div>
    }
}

/// Why lines became no event: the worst that is known, and the one edit.
fn reasons(lang: Lang, run: Option<&Run>, on: &Callback<Action>) -> Html {
    let boots = run.is_none_or(|run| run.boot_error.is_none());
    let unread = run.map_or(&[][..], |run| run.unread.as_slice());
    let worst =
        run.and_then(|run| run.problems.first()).filter(|worst| worst.severity <= Severity::Lost);
    let would = unread.iter().find_map(|(_, path)| path.as_deref());
    html! {
        <div class="empty">
            { el("p", "", lang.t(if boots { T::NoEvents } else { T::NoEventsBoot })) }
            if let Some(worst) = worst { <p>{ rich(lang.of(&worst.message)) }</p> }
            <p class="buttons">
                if let Some(fix) = worst.and_then(|worst| worst.fix.as_ref()) {
                    <button type="button" class="primary" onclick={does(on, Action::ProblemFix(0))}>{ rich(lang.of(&fix.title)) }</button>
                }
                if let Some(path) = would {
                    <button type="button" class="primary" onclick={does(on, Action::ReadAll)}>{ rich(&lang.f(T::CallFile, &[path])) }</button>
                }
                { button("", on, Action::Detect, lang.t(T::Detect)) }
            </p>
        </div>
    }
}
