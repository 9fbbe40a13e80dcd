//! A glance at what a key changes: what stands in sight follows in the key's own frame, from an engine
//! on the page's thread. The worker was told before and answers after it.

use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;

use super::Desk;
use crate::page::host::LogEditor;
use crate::page::link::News;
use crate::page::rows::change;
use crate::page::state::State;
use crate::protocol::{LineWindow, Reply, Request, Rows, Shown, from_bytes, to_bytes};

/// Lines beyond those in sight: an event may be made of several.
const MORE_LINES: u32 = 32;
/// To come to lines further down would take too long.
const MOST_LINES: u32 = 400;

impl Desk {
    /// Glances when the editor that tells the change has drawn it, before the browser draws.
    pub(super) fn glance_next(self: &Rc<Self>) {
        if self.glancing.replace(true) {
            return;
        }
        let desk = Rc::clone(self);
        wasm_bindgen_futures::spawn_local(async move {
            desk.glancing.set(false);
            desk.glance();
        });
    }

    fn glance(self: &Rc<Self>) {
        let Some(logs) = self.logs.borrow().clone() else { return };
        let state = self.now();
        let (view, settings) = (state.view(), Some(state.settings.as_ref().clone()));
        let in_reach = [view.lines.to, view.events.to].into_iter().filter(|to| *to <= MOST_LINES);
        let lines = in_reach.max().unwrap_or_default() + MORE_LINES;
        let texts = Array::new();
        for tab in &state.tabs {
            let text = logs.beginning(tab.file, &tab.path, lines);
            if text.is_undefined() {
                return;
            }
            texts.push(&text);
        }
        texts.push(&change("conf", &[("text", self.conf_text.borrow().clone())]));
        let (far, first) = far_lines(&state, &logs);
        let request = to_bytes(&Request { settings, view, ..Request::default() });
        let request = Uint8Array::from(request.as_slice());
        let columns = state.events.columns.iter().map(|name| JsValue::from_str(name)).collect();
        let rows = state.events.total;
        let seen = self.host.glance(&request, &texts, rows, &columns, &far, first);
        let shown: Option<Box<Shown>> = seen.and_then(|bytes| from_bytes(&bytes.to_vec()));
        if let Some(mut shown) = shown {
            if let Some(lines) = &mut shown.lines
                && lines.file == state.lines.file
            {
                complete(lines, &state.lines);
            }
            self.hear(News::Reply { reply: Reply::Shown(shown), fits: true });
        }
    }
}

/// What a glance leaves to the worker stands as it stood.
fn complete(lines: &mut LineWindow, known: &LineWindow) {
    lines.total = known.total;
    for row in &mut lines.rows {
        let same = known.rows.iter().find(|known| known.line == row.line && known.why.is_some());
        if let Some(known) = same.filter(|known| known.fate == row.fate) {
            row.why.clone_from(&known.why);
        }
    }
}

/// The lines in sight with some around them, and the first one's number, where they are far down.
fn far_lines(state: &State, logs: &LogEditor) -> (JsValue, u32) {
    let Rows { from, to } = state.sight;
    if to <= MOST_LINES || to - from > MOST_LINES {
        return (JsValue::UNDEFINED, 0);
    }
    let first = from.saturating_sub(MORE_LINES);
    (logs.part(state.file, first, to + MORE_LINES), first)
}
