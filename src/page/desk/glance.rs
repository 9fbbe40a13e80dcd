//! A glance at what a key changes: what stands in sight follows in the key's own frame, from an engine
//! on the page's thread. The worker was told before and answers after it.

use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;

use super::Desk;
use crate::page::link::News;
use crate::page::rows::change;
use crate::protocol::{Reply, Request, Shown, from_bytes, to_bytes};

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
        let state = self.now();
        let (view, settings) = (state.view(), Some(state.settings.as_ref().clone()));
        // One of the two may be scrolled down.
        let in_reach = [view.lines.to, view.events.to].into_iter().filter(|to| *to <= MOST_LINES);
        let (Some(lines), Some(logs)) = (in_reach.max(), self.logs.borrow().clone()) else {
            return;
        };
        let texts = Array::new();
        for tab in &state.tabs {
            let text = logs.beginning(tab.file, &tab.path, lines + MORE_LINES);
            if text.is_undefined() {
                return;
            }
            texts.push(&text);
        }
        texts.push(&change("conf", &[("text", self.conf_text.borrow().clone())]));
        let request = to_bytes(&Request { settings, view, ..Request::default() });
        let request = Uint8Array::from(request.as_slice());
        let columns = state.events.columns.iter().map(|name| JsValue::from_str(name)).collect();
        let seen = self.host.glance(&request, &texts, state.events.total, &columns);
        let shown: Option<Box<Shown>> = seen.and_then(|bytes| from_bytes(&bytes.to_vec()));
        if let Some(mut shown) = shown {
            if let Some(lines) = &mut shown.lines {
                lines.total = state.lines.total;
            }
            self.hear(News::Reply { reply: Reply::Shown(shown), fits: true });
        }
    }
}
