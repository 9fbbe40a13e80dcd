//! The page's wasm file: Yew and no engine.

use fluentd_playground::page::app::{App, AppProps};
use fluentd_playground::page::host::Host;
use wasm_bindgen::prelude::wasm_bindgen;

/// Mounts the page into `#app`; `host` is the object of `www/src/host.ts`.
#[wasm_bindgen]
pub fn start(host: Host) {
    let page = web_sys::window().and_then(|window| window.document());
    if let Some(app) = page.and_then(|document| document.get_element_by_id("app")) {
        yew::Renderer::<App>::with_root_and_props(app, AppProps { host }).render();
    }
}

fn main() {}
