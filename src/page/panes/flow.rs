//! *Flow*: the pipeline drawn, with counts on the arrows and what was lost where.

use std::rc::Rc;

use yew::{Callback, Html, KeyboardEvent, Properties, component, html};

use super::header::does;
use crate::page::flow_layout::{BOX_HEIGHT, BOX_WIDTH, Drawing, layout};
use crate::page::state::{Action, Forward};
use crate::page::texts::{Lang, T, count};
use crate::page::ui::maybe;
use crate::protocol::{Flow, FlowEdge, FlowNode, Place, Run};

/// What the panel needs.
#[derive(Clone, PartialEq, Properties)]
pub struct FlowProps {
    /// The language.
    pub lang: Lang,
    /// The run.
    pub run: Rc<Run>,
    /// What happened.
    pub on: Callback<Action>,
}

/// The panel.
#[component]
pub fn FlowPane(props: &FlowProps) -> Html {
    let lang = props.lang;
    let Some(flow) = props.run.flow.as_ref().filter(|flow| !flow.nodes.is_empty()) else {
        return html! { <p class="empty">{ lang.t(T::NoFlow) }</p> };
    };
    html! {
        <div class="flow">
            <p class="note">{ lang.t(T::FlowIntro) }</p>
            { drawing(lang, flow, &props.on) }
            <table class="flow-table">
                <thead><tr><th>{ lang.t(T::Step) }</th><th>{ lang.t(T::Takes) }</th><th>{ lang.t(T::Entered) }</th></tr></thead>
                <tbody>
                    for (at, node) in flow.nodes.iter().enumerate() {
                        <tr key={at} data-kind={node.kind.clone()}>
                            <td>{ jump(node, &props.on) }</td>
                            <td class="mono">{ &node.detail }</td>
                            <td class="number">{ count(node.entered) }
                                if !node.simulated { <span class="badge">{ lang.t(T::NotSimulated) }</span> }</td>
                        </tr>
                    }
                </tbody>
            </table>
        </div>
    }
}

/// The drawing above the grid; nothing when there is no pipeline.
pub fn strip(lang: Lang, run: &Run, on: &Callback<Action>) -> Html {
    match run.flow.as_ref().filter(|flow| !flow.nodes.is_empty()) {
        Some(flow) => html! { <div class="strip">{ drawing(lang, flow, on) }</div> },
        None => html! {},
    }
}

fn drawing(lang: Lang, flow: &Flow, on: &Callback<Action>) -> Html {
    let drawing = layout(flow);
    let Drawing { width, height, .. } = drawing;
    html! {
        <svg class="drawing" viewBox={format!("0 0 {width} {height}")} width={width.to_string()} height={height.to_string()}
            role="group" aria-label={lang.t(T::Flow)}>
            for (edge, (path, width)) in flow.edges.iter().zip(&drawing.arrows) {
                { arrow(edge, path, *width) }
            }
            for (node, place) in flow.nodes.iter().zip(&drawing.boxes) {
                { node_box(lang, node, *place, on) }
            }
        </svg>
    }
}

fn arrow(edge: &FlowEdge, path: &str, width: f64) -> Html {
    html! {
        <path class="arrow" d={path.to_owned()} stroke-width={format!("{width:.1}")}
            data-lost={edge.lost.to_string()} data-empty={(edge.count == 0).to_string()}>
            <title>{ count(edge.count) }</title>
        </path>
    }
}

fn node_box(lang: Lang, node: &FlowNode, (x, y): (f64, f64), on: &Callback<Action>) -> Html {
    let action = press(node);
    let onkeydown = {
        let action = Option::clone(&action);
        maybe(on, move |event: KeyboardEvent| {
            let is_press = matches!(event.key().as_str(), "Enter" | " ");
            if is_press {
                event.prevent_default();
            }
            action.clone().filter(|_| is_press)
        })
    };
    let onclick = action.map(|action| does(on, action));
    let label = format!("{} · {}", node.title, count(node.entered));
    let simulated = if node.simulated { "" } else { lang.t(T::NotSimulated) };
    html! {
        <g class="node" data-kind={node.kind.clone()} data-simulated={node.simulated.to_string()} role="button"
            tabindex="0" aria-label={format!("{label} {} {simulated}", node.detail)} {onclick} {onkeydown}>
            <title>{ format!("{} {} {simulated}", node.title, node.detail) }</title>
            <rect x={x.to_string()} y={y.to_string()} width={BOX_WIDTH.to_string()} height={BOX_HEIGHT.to_string()} rx="5" />
            <text x={(x + 10.0).to_string()} y={(y + BOX_HEIGHT / 2.0 + 4.0).to_string()}>{ shorten(&label, 24) }</text>
        </g>
    }
}

/// What a press on a box does: to its section; what is lost, to the next lost line.
fn press(node: &FlowNode) -> Option<Action> {
    match node.place {
        Some(Place::Conf { from, to, .. }) => Some(Action::GoToConf(from, to)),
        _ => (node.kind == "lost").then_some(Action::NextFailing(Forward::Next)),
    }
}

fn jump(node: &FlowNode, on: &Callback<Action>) -> Html {
    match press(node) {
        Some(action) => {
            html! { <button type="button" class="link" onclick={does(on, action)}>{ &node.title }</button> }
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
