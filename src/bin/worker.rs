//! The worker's wasm file: the engine and no Yew.

use std::cell::RefCell;

use fluentd_playground::protocol::{Reply, TextChange, from_bytes, to_bytes};
use fluentd_playground::worker::module::{self, Case};
use fluentd_playground::worker::session::Session;
use fluentd_playground::worker::session::glance::Known;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// The worker's clock: how long the engine took.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn clock() -> f64;

    /// A change of a text, as the editor or the page made it.
    pub type Change;
    #[wasm_bindgen(method, structural, getter)]
    fn kind(this: &Change) -> String;
    #[wasm_bindgen(method, structural, getter)]
    fn file(this: &Change) -> u32;
    #[wasm_bindgen(method, structural, getter)]
    fn path(this: &Change) -> String;
    #[wasm_bindgen(method, structural, getter)]
    fn text(this: &Change) -> String;
    #[wasm_bindgen(method, structural, getter)]
    fn place(this: &Change) -> Vec<u32>;
}

thread_local! {
    static SESSION: RefCell<Session> = RefCell::new(Session::new(clock));
}

/// Takes a request with the changes of texts beside it; replies to post now.
#[wasm_bindgen]
pub fn handle(request: &[u8], changes: Vec<Change>) -> Vec<Uint8Array> {
    let request = from_bytes(request).unwrap_or_else(|| wasm_bindgen::throw_str("no request"));
    let changes = changes.iter().map(change).collect();
    SESSION.with_borrow_mut(|session| arrays(&session.handle(request, changes)))
}

fn change(change: &Change) -> TextChange {
    match change.kind().as_str() {
        "conf" => TextChange::Conf { text: change.text() },
        "open" => {
            TextChange::Open { file: change.file(), path: change.path(), text: change.text() }
        }
        "begin" => {
            TextChange::Begin { file: change.file(), path: change.path(), text: change.text() }
        }
        "edit" => {
            let place = change.place();
            let at = |at: usize| place.get(at).copied().unwrap_or_default();
            TextChange::Edit {
                file: change.file(),
                from_line: at(0),
                from_col: at(1),
                to_line: at(2),
                to_col: at(3),
                insert: change.text(),
            }
        }
        "path" => TextChange::Path { file: change.file(), path: change.path() },
        "close" => TextChange::Close { file: change.file() },
        _ => TextChange::Reset,
    }
}

/// What stands in sight, at once, by the beginnings of the texts: for an instance on the page's own
/// thread. `rows` and `columns` are what the page's grid has; `far` are lines in sight far down, from the
/// line `first`. Nothing when it would take too long.
#[wasm_bindgen]
pub fn glance(
    request: &[u8],
    texts: Vec<Change>,
    rows: u32,
    columns: Vec<String>,
    far: Option<String>,
    first: u32,
) -> Option<Uint8Array> {
    let request = from_bytes(request)?;
    let texts = texts.iter().map(change).collect();
    let known = Known { rows, columns, far: far.map(|far| (far, first)) };
    let shown = SESSION.with_borrow_mut(|session| session.glance(request, texts, known))?;
    Some(Uint8Array::from(to_bytes(&shown).as_slice()))
}

/// Works on for a slice; replies to post now.
#[wasm_bindgen]
pub fn step() -> Vec<Uint8Array> {
    SESSION.with_borrow_mut(|session| arrays(&session.step()))
}

/// `run` of `engine.js`, in Node and in other pages: files are path and text in turn.
#[wasm_bindgen]
pub fn run(
    conf: String,
    files: Vec<String>,
    includes: Vec<String>,
    now: f64,
    tz: String,
    run_seconds: u32,
) -> String {
    let pairs = |list: Vec<String>| {
        let mut list = list.into_iter();
        let mut pairs = Vec::new();
        while let (Some(path), Some(text)) = (list.next(), list.next()) {
            pairs.push((path, text));
        }
        pairs
    };
    let (files, includes) = (pairs(files), pairs(includes));
    module::run(&Case { conf, files, includes, now: now as i64, tz, run_seconds })
}

/// What Rust's `regex` crate is to do, once.
#[wasm_bindgen]
pub fn task() -> Option<Vec<u8>> {
    SESSION.with_borrow_mut(Session::task)
}

/// What the crate found, or why it found nothing; replies to post now.
#[wasm_bindgen]
pub fn verified(found: &[u32], error: &str) -> Vec<Uint8Array> {
    SESSION.with_borrow_mut(|session| arrays(&session.verified(found, error)))
}

/// True while there is work for [`step`].
#[wasm_bindgen]
pub fn busy() -> bool {
    SESSION.with_borrow(Session::busy)
}

fn arrays(replies: &[Reply]) -> Vec<Uint8Array> {
    replies.iter().map(|reply| Uint8Array::from(to_bytes(reply).as_slice())).collect()
}

fn main() {}
