//! The worker's wasm file: the engine and no Yew.

use std::cell::RefCell;

use fluentd_playground::protocol::{Reply, Request, TextChange};
use fluentd_playground::worker::session::Session;
use js_sys::Array;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// The worker's clock: how long the engine took.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn clock() -> f64;
}

thread_local! {
    static SESSION: RefCell<Session> = RefCell::new(Session::new(clock));
}

/// Takes a request with the changes of texts beside it; replies to post now.
#[wasm_bindgen]
pub fn handle(request: JsValue, changes: JsValue) -> Result<Array, JsValue> {
    let request: Request = serde_wasm_bindgen::from_value(request)?;
    let changes: Vec<TextChange> = serde_wasm_bindgen::from_value(changes)?;
    SESSION.with_borrow_mut(|session| array(&session.handle(request, changes)))
}

/// Works on for a slice; replies to post now.
#[wasm_bindgen]
pub fn step() -> Result<Array, JsValue> {
    SESSION.with_borrow_mut(|session| array(&session.step()))
}

/// True while there is work for [`step`].
#[wasm_bindgen]
pub fn busy() -> bool {
    SESSION.with_borrow(Session::busy)
}

fn array(replies: &[Reply]) -> Result<Array, JsValue> {
    replies.iter().map(|reply| serde_wasm_bindgen::to_value(reply).map_err(JsValue::from)).collect()
}

/// A panic's message becomes the exception that `www/src/worker.ts` reports.
#[wasm_bindgen(start)]
pub fn prepare() {
    std::panic::set_hook(Box::new(|panic| wasm_bindgen::throw_str(&panic.to_string())));
}

fn main() {}
