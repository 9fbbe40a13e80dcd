//! The page's wasm file: Yew and no engine.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use yew::{Html, component, html};

/// Mounts the page into `#app`; `host` is the object of `www/src/host.ts`.
#[wasm_bindgen]
pub fn start(host: JsValue) {
    drop(host);
    let root = web_sys::window().and_then(|window| window.document());
    if let Some(app) = root.and_then(|document| document.get_element_by_id("app")) {
        yew::Renderer::<App>::with_root(app).render();
    }
}

#[component]
fn App() -> Html {
    html! { <main><h1>{ "Fluentd Playground" }</h1></main> }
}

fn main() {}
