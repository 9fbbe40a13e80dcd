//! What a reply of the worker changes.

use std::rc::Rc;

use super::{State, set};
use crate::protocol::{FateKind, LineWindow, Shown};

impl State {
    /// Takes results; false: nothing that is drawn changed.
    pub(super) fn shown(&mut self, shown: Shown) -> bool {
        let mut drawn = self.broken.take().is_some();
        if let Some(run) = shown.run {
            drawn |= set(&mut self.micros, shown.micros);
            let done = self.run.complete && run.complete;
            if self.fresh {
                self.before = None;
                self.fresh = !run.complete;
            } else if done && run.counts != self.run.counts && self.run.counts.lines > 0 {
                self.before = Some(Rc::clone(&self.run));
            }
            drawn |= set(&mut self.run, Rc::new(run));
        }
        drawn |= set(&mut self.complete, !shown.more);
        if let Some(mut lines) = shown.lines {
            if shown.more {
                self.keep_fates(&mut lines);
            }
            // The log editor shows them, which draws by itself.
            self.lines = Rc::new(lines);
        }
        if let Some(events) = shown.events {
            drawn |= set(&mut self.events, Rc::new(events));
        }
        if let Some(story) = shown.story {
            drawn |= set(&mut self.story, story.map(Rc::new));
        }
        drawn
    }

    /// A line that its parser takes as before keeps its mark until the run comes to it.
    fn keep_fates(&self, lines: &mut LineWindow) {
        if lines.file != self.lines.file || lines.total != self.lines.total {
            return;
        }
        for row in &mut lines.rows {
            let known = self.lines.rows.iter().find(|known| known.line == row.line);
            if let Some(known) = known
                && row.fate == FateKind::Pending
                && !matches!(known.fate, FateKind::NotMatched | FateKind::Invalid)
            {
                row.fate = known.fate;
                row.detail.clone_from(&known.detail);
            }
        }
    }
}
