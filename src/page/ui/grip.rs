//! The bar between two panes: drag it, or move it with the arrow keys; its place is remembered.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::{
    AttrValue, Html, KeyboardEvent, PointerEvent, Properties, component, html, use_effect_with,
};

use crate::page::storage;

/// What a bar needs.
#[derive(Clone, PartialEq, Properties)]
pub struct GripProps {
    /// The CSS variable it sets, in percent of the grid it stands in, e.g. `--left`.
    pub var: AttrValue,
    /// True: it moves up and down.
    #[prop_or_default]
    pub rows: bool,
    /// Its name.
    pub label: AttrValue,
}

/// The bar.
#[component]
pub fn Grip(props: &GripProps) -> Html {
    let var = &props.var;
    let rows = props.rows;
    use_effect_with(AttrValue::from(var), |var| {
        if let Some(percent) = storage::get(var).and_then(|text| text.parse::<f64>().ok()) {
            set_percent(var, percent);
        }
    });
    let onpointerdown = |event: PointerEvent| {
        if let Some(grip) = grip_of(&event) {
            let _ = grip.set_pointer_capture(event.pointer_id());
            event.prevent_default();
        }
    };
    let onpointermove = {
        let var = AttrValue::from(var);
        move |event: PointerEvent| {
            let held = grip_of(&event).filter(|grip| grip.has_pointer_capture(event.pointer_id()));
            let Some(area) = held.and_then(|grip| grip.parent_element()) else { return };
            let rect = area.get_bounding_client_rect();
            let part = if rows {
                (f64::from(event.client_y()) - rect.top()) / rect.height()
            } else {
                (f64::from(event.client_x()) - rect.left()) / rect.width()
            };
            set_percent(&var, part * 100.0);
        }
    };
    let onkeydown = {
        let var = AttrValue::from(var);
        move |event: KeyboardEvent| {
            let step = match event.key().as_str() {
                "ArrowLeft" | "ArrowUp" => -2.0,
                "ArrowRight" | "ArrowDown" => 2.0,
                _ => return,
            };
            event.prevent_default();
            let now = storage::get(&var).and_then(|text| text.parse::<f64>().ok()).unwrap_or(50.0);
            set_percent(&var, now + step);
        }
    };
    html! {
        <div class={if rows { "grip rows" } else { "grip" }} role="separator" tabindex="0"
            aria-orientation={if rows { "horizontal" } else { "vertical" }}
            aria-label={&props.label} aria-valuemin="15" aria-valuemax="85" aria-valuenow="50"
            {onpointerdown} {onpointermove} {onkeydown} />
    }
}

fn grip_of(event: &PointerEvent) -> Option<Element> {
    event.target().and_then(|target| target.dyn_into::<Element>().ok())
}

fn set_percent(var: &str, percent: f64) {
    let percent = percent.clamp(15.0, 85.0);
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    if let Some(root) = root.and_then(|root| root.dyn_into::<HtmlElement>().ok()) {
        let _ = root.style().set_property(var, &format!("{percent:.1}%"));
        storage::set(var, &format!("{percent:.1}"));
    }
}
