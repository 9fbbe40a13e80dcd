//! The page's wasm file: Yew and no engine.

use wasm_bindgen::prelude::wasm_bindgen;
use yew::{Html, component, html};

/// Mounts the page into `#app`.
#[wasm_bindgen]
pub fn start() {
    yew::Renderer::<App>::new().render();
}

#[component]
fn App() -> Html {
    html! { <main><h1>{ "Fluentd Playground" }</h1></main> }
}

fn main() {}
