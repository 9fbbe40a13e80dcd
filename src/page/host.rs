//! What the page asks of the browser through `www/src/host.ts`: one object of plain functions.
//! Data crosses as plain objects that map one to one on the editor's own; offsets are UTF-16.

use js_sys::{Array, Function, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    /// The object of `www/src/host.ts`.
    #[derive(Clone)]
    pub type Host;

    /// Starts an engine.
    #[wasm_bindgen(method, structural, js_name = spawnWorker)]
    pub fn spawn_worker(this: &Host, on_reply: &Function, on_crash: &Function) -> EngineWorker;

    /// What stands in sight, by the beginnings of the texts: a reply's bytes, or `undefined`. Rows and
    /// columns are those of the grid; `far` (or `undefined`) are lines far down, from the line `first`.
    #[wasm_bindgen(method, structural)]
    pub fn glance(
        this: &Host,
        request: &Uint8Array,
        texts: &Array,
        rows: u32,
        columns: &Array,
        far: &JsValue,
        first: u32,
    ) -> Option<Uint8Array>;

    /// Puts the log editor into `parent`; it calls `on(kind, detail)`.
    #[wasm_bindgen(method, structural, js_name = mountLogs)]
    pub fn mount_logs(this: &Host, parent: &Element, on: &Function) -> LogEditor;

    /// Puts the configuration's editor into `parent`; it calls `on(kind, detail)`.
    #[wasm_bindgen(method, structural, js_name = mountConf)]
    pub fn mount_conf(this: &Host, parent: &Element, on: &Function) -> ConfEditor;

    /// Reads a dropped file as text (unpacked when it is gzip); resolves to a string.
    #[wasm_bindgen(method, structural, js_name = readFile)]
    pub fn read_file(this: &Host, file: &web_sys::File) -> js_sys::Promise;

    /// Begins to copy a text that is still to come, and gives the function that takes it; `done(worked)`.
    #[wasm_bindgen(method, structural)]
    pub fn copy(this: &Host, done: &JsValue) -> Function;

    /// What was pasted.
    pub type Clipboard;

    /// Its text, as JavaScript's string: a long one is not copied.
    #[wasm_bindgen(method, structural, js_name = getData)]
    pub fn text(this: &Clipboard, kind: &str) -> js_sys::JsString;

    /// One running engine.
    pub type EngineWorker;

    /// Sends a request.
    #[wasm_bindgen(method, structural)]
    pub fn post(this: &EngineWorker, request: &Array);

    /// Ends it, also in an endless loop.
    #[wasm_bindgen(method, structural)]
    pub fn terminate(this: &EngineWorker);

    /// The editor of the log files: one document a file, each with its own undo.
    #[derive(Clone)]
    pub type LogEditor;

    /// Adds a long file to the end of a file, piece by piece, with a way to stop.
    #[wasm_bindgen(method, structural)]
    pub fn stream(this: &LogEditor, file: u32, from: &web_sys::File);

    /// Opens a file or replaces its text (one undoable step).
    #[wasm_bindgen(method, structural)]
    pub fn open(this: &LogEditor, file: u32, text: &str);

    /// Shows a file.
    #[wasm_bindgen(method, structural)]
    pub fn show(this: &LogEditor, file: u32);

    /// Forgets a file.
    #[wasm_bindgen(method, structural)]
    pub fn close(this: &LogEditor, file: u32);

    /// A file's text, as JavaScript's string.
    #[wasm_bindgen(method, structural)]
    pub fn text(this: &LogEditor, file: u32) -> JsValue;

    /// The first lines of a file, as a change; `undefined` before the editor is there.
    #[wasm_bindgen(method, structural)]
    pub fn beginning(this: &LogEditor, file: u32, path: &str, lines: u32) -> JsValue;

    /// Some lines of a file; `undefined` before the editor is there, or when they are too long.
    #[wasm_bindgen(method, structural)]
    pub fn part(this: &LogEditor, file: u32, from: u32, to: u32) -> JsValue;

    /// UTF-16 units of all files: ask before putting a text together.
    #[wasm_bindgen(method, structural)]
    pub fn size(this: &LogEditor) -> u32;

    /// Colours and marks for a range of lines of a file, and what the captures are called;
    /// `undefined` in place of the lines: they are as before.
    #[wasm_bindgen(method, structural)]
    pub fn rows(this: &LogEditor, file: u32, rows: JsValue, names: JsValue);

    /// Scrolls to a line and selects columns of it.
    #[wasm_bindgen(method, structural)]
    pub fn reveal(this: &LogEditor, line: u32, from: u32, to: u32);

    /// Gives it the focus.
    #[wasm_bindgen(method, structural)]
    pub fn focus(this: &LogEditor);

    /// Its label and placeholder.
    #[wasm_bindgen(method, structural)]
    pub fn words(this: &LogEditor, label: &str, placeholder: &str);

    /// Takes it out of the page.
    #[wasm_bindgen(method, structural)]
    pub fn destroy(this: &LogEditor);

    /// The editor of the configuration.
    #[derive(Clone)]
    pub type ConfEditor;

    /// Replaces the text (one undoable step).
    #[wasm_bindgen(method, structural, js_name = setText)]
    pub fn set_text(this: &ConfEditor, text: &str);

    /// The text, as JavaScript's string.
    #[wasm_bindgen(method, structural)]
    pub fn text(this: &ConfEditor) -> JsValue;

    /// Applies edits as one undoable step.
    #[wasm_bindgen(method, structural)]
    pub fn apply(this: &ConfEditor, edits: JsValue);

    /// Problems in place, and colours of groups.
    #[wasm_bindgen(method, structural)]
    pub fn show(this: &ConfEditor, problems: JsValue, marks: JsValue);

    /// Scrolls to a place and selects it.
    #[wasm_bindgen(method, structural)]
    pub fn reveal(this: &ConfEditor, from: u32, to: u32);

    /// Gives it the focus.
    #[wasm_bindgen(method, structural)]
    pub fn focus(this: &ConfEditor);

    /// Its label and placeholder.
    #[wasm_bindgen(method, structural)]
    pub fn words(this: &ConfEditor, label: &str, placeholder: &str);

    /// Takes it out of the page.
    #[wasm_bindgen(method, structural)]
    pub fn destroy(this: &ConfEditor);
}

/// The array of changes in an editor's `change` event.
pub fn changes_of(detail: &JsValue) -> Vec<JsValue> {
    Array::from(detail).iter().collect()
}
