//! The worker's wasm file: the engine and no Yew.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Answers one request.
#[wasm_bindgen]
pub fn handle(request: JsValue) -> JsValue {
    request
}

fn main() {}
