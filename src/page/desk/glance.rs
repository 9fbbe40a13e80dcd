//! A glance at what a key changes: what stands in sight follows in the key's own frame, from an engine
//! on the page's thread. The worker is told after it, and what it answers counts.

use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::Desk;
use crate::page::host::LogEditor;
use crate::page::link::News;
use crate::page::queue::Wish;
use crate::page::rows::change;
use crate::page::state::State;
use crate::protocol::{LineWindow, Reply, Request, Rows, Shown, from_bytes, to_bytes};

/// Lines beyond those in sight: an event may be made of several.
const MORE_LINES: u32 = 32;
/// To come to lines further down would take too long.
const MOST_LINES: u32 = 400;

impl Desk {
    /// Says a change when what stands in sight was glanced at, once the editor that tells it has drawn
    /// it, and before the browser draws: a worker that begins at once takes the processor from both.
    pub(super) fn say_after_glance(self: &Rc<Self>, wish: Wish<JsValue>) {
        let link = self.link.borrow().clone();
        let Some(link) = link else { return };
        link.note(wish);
        if self.glancing.replace(true) {
            return;
        }
        let desk = Rc::clone(self);
        spawn_local(async move {
            desk.glancing.set(false);
            desk.glance();
            // Yew draws in a task of this kind too, which was begun before.
            spawn_local(async move { link.flush() });
        });
    }

    /// Makes the engine on the page's thread ready: its first glance takes longer than others.
    pub fn warm(&self) {
        let _ = self.seen(&self.now());
    }

    fn glance(self: &Rc<Self>) {
        let state = self.now();
        if let Some(mut shown) = self.seen(&state) {
            if let Some(lines) = &mut shown.lines
                && lines.file == state.lines.file
            {
                complete(lines, &state.lines);
            }
            self.hear(News::Reply { reply: Reply::Shown(shown), fits: true });
        }
    }

    fn seen(&self, state: &State) -> Option<Box<Shown>> {
        let logs = self.logs.borrow().clone()?;
        let (view, settings) = (state.view(), Some(state.settings.as_ref().clone()));
        let in_reach = [view.lines.to, view.events.to].into_iter().filter(|to| *to <= MOST_LINES);
        let lines = in_reach.max().unwrap_or_default() + MORE_LINES;
        let texts = Array::new();
        for tab in &state.tabs {
            let text = logs.beginning(tab.file, &tab.path, lines);
            if text.is_undefined() {
                return None;
            }
            texts.push(&text);
        }
        texts.push(&change("conf", &[("text", self.conf_text.borrow().clone())]));
        let (far, first) = far_lines(state, &logs);
        let request = to_bytes(&Request { settings, view, ..Request::default() });
        let request = Uint8Array::from(request.as_slice());
        let columns = state.events.columns.iter().map(|name| JsValue::from_str(name)).collect();
        let rows = state.events.total;
        let seen = self.host.glance(&request, &texts, rows, &columns, &far, first);
        seen.and_then(|bytes| from_bytes(&bytes.to_vec()))
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
