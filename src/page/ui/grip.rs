//! The bar between two panes: drag it, move it with the arrow keys, or press it twice, which needs no
//! dragging; its place is remembered.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::{Event, Html, KeyboardEvent, MouseEvent, PointerEvent, html};

use super::with::once;
use crate::page::storage;

/// How a bar moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Up and down, between rows.
    Rows,
    /// Left and right, between columns.
    Columns,
}

/// The bar: it sets a CSS variable, in percent of the grid it stands in, e.g. `--left`.
pub fn grip(var: &'static str, way: Way, label: &'static str) -> Html {
    let rows = way == Way::Rows;
    let onpointermove = {
        move |event: PointerEvent| {
            let Some((grip, area)) = held_in(&event) else { return };
            let rect = area.get_bounding_client_rect();
            let part = if rows {
                (f64::from(event.client_y()) - rect.top()) / rect.height()
            } else {
                (f64::from(event.client_x()) - rect.left()) / rect.width()
            };
            set_tenths(&grip, var, (part * 1000.0) as i32);
        }
    };
    let onkeydown = {
        move |event: KeyboardEvent| {
            let step = match event.key().as_str() {
                "ArrowLeft" | "ArrowUp" => -20,
                "ArrowRight" | "ArrowDown" => 20,
                _ => return,
            };
            event.prevent_default();
            if let Some(grip) = grip_of(&event) {
                set_tenths(&grip, var, stored(var).unwrap_or(500) + step);
            }
        }
    };
    // A third, a half, two thirds, and from the beginning.
    let ondblclick = move |event: MouseEvent| {
        if let Some(grip) = grip_of(&event) {
            let next = match stored(var) {
                Some(330..500) => 500,
                Some(500..670) | None => 670,
                _ => 330,
            };
            set_tenths(&grip, var, next);
        }
    };
    let draw = html! {
        <div class={if rows { "grip rows" } else { "grip" }} role="separator" tabindex="0"
            aria-orientation={if rows { "horizontal" } else { "vertical" }}
            aria-label={label} aria-valuemin="15" aria-valuemax="85" aria-valuenow="50"
            onpointerdown={|event: PointerEvent| hold(&event)} {onpointermove} {onkeydown} {ondblclick} />
    };
    once(draw, move |grip| {
        if let Some(tenths) = stored(var) {
            set_tenths(&grip, var, tenths);
        }
    })
}

/// The bar at the end of a column's heading: it sets the column's width, `--c0` and so on.
pub fn column_grip(at: usize, label: &'static str) -> Html {
    let onpointermove = move |event: PointerEvent| {
        let Some((grip, cell)) = held_in(&event) else { return };
        set_width(&grip, at, event.client_x() - cell.get_bounding_client_rect().left() as i32);
    };
    let step_by = move |grip: Option<Element>, step: i32| {
        let Some(grip) = grip else { return };
        let Some(cell) = grip.parent_element() else { return };
        set_width(&grip, at, cell.client_width() + step);
    };
    let onkeydown = move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowLeft" => -16,
            "ArrowRight" => 16,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        step_by(grip_of(&event), step);
    };
    let ondblclick = move |event: MouseEvent| step_by(grip_of(&event), 160);
    html! {
        <div class="column-grip" role="separator" tabindex="0" aria-orientation="vertical" aria-label={label}
            aria-valuemin="40" aria-valuenow="160" onpointerdown={|event: PointerEvent| hold(&event)} {onpointermove} {onkeydown} {ondblclick} />
    }
}

fn set_width(grip: &Element, at: usize, width: i32) {
    let width = width.clamp(40, 2000);
    set_property(&format!("--c{at}"), &format!("{width}px"));
    let _ = grip.set_attribute("aria-valuenow", &width.to_string());
}

fn set_property(var: &str, value: &str) {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    if let Some(root) = root.and_then(|root| root.dyn_into::<HtmlElement>().ok()) {
        let _ = root.style().set_property(var, value);
    }
}

fn hold(event: &PointerEvent) {
    if let Some(grip) = grip_of(event) {
        let _ = grip.set_pointer_capture(event.pointer_id());
        event.prevent_default();
    }
}

/// The bar and what it stands in, while it is held.
fn held_in(event: &PointerEvent) -> Option<(Element, Element)> {
    let grip = grip_of(event).filter(|grip| grip.has_pointer_capture(event.pointer_id()))?;
    let area = grip.parent_element()?;
    Some((grip, area))
}

/// Tenths of a percent, as they were kept.
fn stored(var: &str) -> Option<i32> {
    let text = storage::get(var)?;
    let (whole, tenth) = text.split_once('.')?;
    Some(whole.parse::<i32>().ok()? * 10 + tenth.parse::<i32>().ok()?)
}

fn grip_of(event: &Event) -> Option<Element> {
    event.target().and_then(|target| target.dyn_into::<Element>().ok())
}

fn set_tenths(grip: &Element, var: &str, tenths: i32) {
    let tenths = tenths.clamp(150, 850);
    let percent = format!("{}.{}", tenths / 10, tenths % 10);
    set_property(var, &format!("{percent}%"));
    let _ = grip.set_attribute("aria-valuenow", &percent);
    storage::set(var, &percent);
}
