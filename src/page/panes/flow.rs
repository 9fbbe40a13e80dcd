//! *Flow*: the pipeline drawn, with counts on the arrows and what was lost where.

use std::rc::Rc;

use yew::{Callback, Html, KeyboardEvent, MouseEvent, html};

use super::header::does;
use crate::page::flow_layout::{BOX_HEIGHT, BOX_WIDTH, Drawing, layout};
use crate::page::state::Action;
use crate::page::texts::{Lang, T, count};
use crate::page::ui::maybe;
use crate::page::ui::parts::{button, el};
use crate::protocol::{Filter, Flow, FlowEdge, FlowNode, Place, Run};

/// The panel.
pub fn flow(lang: Lang, run: &Run, on: &Callback<Action>) -> Html {
    let Some(flow) = run.flow.as_ref().filter(|flow| !flow.nodes.is_empty()) else {
        return html! { { el("p", "empty", lang.t(T::NoFlow)) } };
    };
    html! {
        <div class="flow">
            { el("p", "note", lang.t(T::FlowIntro)) }
            { drawing(lang, flow, on) }
            <table class="flow-table">
                <thead><tr>{ el("th", "", lang.t(T::Step)) }{ el("th", "", lang.t(T::Takes)) }{ el("th", "", lang.t(T::Entered)) }</tr></thead>
                <tbody>
                    for (at, node) in flow.nodes.iter().enumerate() {
                        <tr key={at} data-kind={node.kind.clone()}>
                            <td>{ jump(node, on) }</td>
                            { el("td", "mono", &node.detail) }
                            <td class="number">
                                if node.sink.is_empty() { { count(node.entered) } } else {
                                    <button type="button" class="link" title={lang.t(T::OnlyThese)} onclick={press(node).map(|action| does(on, action))}>
                                        { count(node.entered) }</button>
                                }
                                if !node.simulated { { el("span", "badge", lang.t(T::NotSimulated)) } }</td>
                        </tr>
                    }
                </tbody>
            </table>
        </div>
    }
}

/// The drawing above the grid; nothing when there is no pipeline.
pub fn strip(lang: Lang, flow: Option<&Flow>, on: &Callback<Action>) -> Html {
    match flow.filter(|flow| !flow.nodes.is_empty()) {
        Some(flow) => html! { <div class="strip">{ drawing(lang, flow, on) }</div> },
        None => html! {},
    }
}

fn drawing(lang: Lang, flow: &Flow, on: &Callback<Action>) -> Html {
    let drawing = layout(flow);
    let Drawing { width, height, .. } = drawing;
    html! {
        <svg class="drawing" viewBox={format!("0 0 {width} {height}")} width={width.to_string()} height={height.to_string()}
            style={format!("min-width:{}px", width * 4 / 5)} role="group" aria-label={lang.t(T::Flow)}>
            for (edge, (path, width, _)) in flow.edges.iter().zip(&drawing.arrows) { { arrow(edge, path, *width) } }
            for (node, place) in flow.nodes.iter().zip(&drawing.boxes) {
                if let Some(place) = place { { node_box(lang, node, *place, on) } }
            }
            for (edge, (_, _, words)) in flow.edges.iter().zip(&drawing.arrows) { { loss(flow, edge, *words, on) } }
        </svg>
    }
}

fn arrow(edge: &FlowEdge, path: &str, width: i32) -> Html {
    html! {
        <path class="arrow" d={path.to_owned()} stroke-width={width.to_string()}
            data-lost={edge.lost.to_string()} data-empty={(edge.count == 0).to_string()}>
            <title>{ count(edge.count) }</title>
        </path>
    }
}

/// What an arrow to the side says: what was lost there, and how many.
fn loss(flow: &Flow, edge: &FlowEdge, (x, y): (i32, i32), on: &Callback<Action>) -> Html {
    let Some(node) = flow.nodes.iter().find(|node| edge.lost && node.id == edge.to) else {
        return html! {};
    };
    let label = format!("{} · {}", node.title, count(edge.count));
    let (onclick, onkeydown) = pressed(on, press(node));
    html! {
        <g class="node" data-kind="lost" role="button" tabindex="0" aria-label={label.clone()} {onclick} {onkeydown}>
            <rect x={(x - 3).to_string()} y={(y - 9).to_string()} width={BOX_WIDTH.to_string()} height="18" rx="3" />
            <text x={x.to_string()} y={(y + 4).to_string()}>{ label }</text>
        </g>
    }
}

/// A press by pointer, and by Enter or the space bar.
fn pressed(
    on: &Callback<Action>,
    action: Option<Action>,
) -> (Option<Callback<MouseEvent>>, Callback<KeyboardEvent>) {
    let onclick = Option::clone(&action).map(|action| does(on, action));
    let onkeydown = maybe(on, move |event: KeyboardEvent| {
        let is_press = matches!(event.key().as_str(), "Enter" | " ");
        if is_press {
            event.prevent_default();
        }
        Option::clone(&action).filter(|_| is_press)
    });
    (onclick, onkeydown)
}

fn node_box(lang: Lang, node: &FlowNode, (x, y): (i32, i32), on: &Callback<Action>) -> Html {
    let (onclick, onkeydown) = pressed(on, press(node));
    let entered = count(node.entered);
    let label = format!("{} · {entered}", node.title);
    // The count stays whole; the name gives way.
    let short = format!("{} · {entered}", shorten(&node.title, 20 - entered.len().min(12)));
    let simulated = if node.simulated { "" } else { lang.t(T::NotSimulated) };
    html! {
        <g class="node" data-kind={node.kind.clone()} data-simulated={node.simulated.to_string()} role="button"
            tabindex="0" aria-label={format!("{label} {} {simulated}", node.detail)} {onclick} {onkeydown}>
            <title>{ format!("{} {} {simulated}", node.title, node.detail) }</title>
            <rect x={x.to_string()} y={y.to_string()} width={BOX_WIDTH.to_string()} height={BOX_HEIGHT.to_string()} rx="5" />
            <text x={(x + 10).to_string()} y={(y + BOX_HEIGHT / 2 + 4).to_string()}>{ short }</text>
        </g>
    }
}

/// What a press on a box does: an output and what is lost: only those in the grid; else to its section.
fn press(node: &FlowNode) -> Option<Action> {
    let (lost, sink) =
        (node.kind == "lost", Some(node.sink.clone()).filter(|sink| !sink.is_empty()));
    if lost || sink.is_some() {
        return Some(Action::Filter(Rc::new(Filter { sink, lost, ..Filter::default() })));
    }
    section(node)
}

fn section(node: &FlowNode) -> Option<Action> {
    match node.place {
        Some(Place::Conf { from, to, .. }) => Some(Action::GoToConf(from, to)),
        _ => None,
    }
}

fn jump(node: &FlowNode, on: &Callback<Action>) -> Html {
    match section(node).or_else(|| press(node)) {
        Some(action) => {
            html! { { button("link", on, action, &node.title) } }
        }
        None => html! { { &node.title } },
    }
}

fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most - 1).collect();
    short.push('…');
    short
}
