//! One worker's life: texts in, rows out.

use std::collections::BTreeMap;

use super::text::Text;
use crate::protocol::{Counts, FileId, LineRow, LineWindow, Reply, Request, Run, Shown, TextChange};
use crate::source::Span;

/// What the worker knows.
#[derive(Debug, Default)]
pub struct Session {
    files: BTreeMap<FileId, Text>,
}

impl Session {
    /// A session without texts.
    pub fn new(_clock: fn() -> f64) -> Session {
        Session::default()
    }

    /// Takes a request; the replies that can be given at once.
    pub fn handle(&mut self, request: Request, changes: Vec<TextChange>) -> Vec<Reply> {
        for change in changes {
            self.change(change);
        }
        let file = request.view.file;
        let total = self.files.get(&file).map_or(0, Text::len);
        let row = |line| LineRow { line, ..LineRow::default() };
        let rows = (request.view.lines.from..request.view.lines.to.min(total)).map(row).collect();
        let lines = self.files.values().map(|text| text.len() - 1).sum();
        let counts = Counts { lines, ..Counts::default() };
        let run = Some(Run { complete: true, counts, ..Run::default() });
        let lines = LineWindow { file, total, rows };
        vec![Reply::Shown(Box::new(Shown { seq: request.seq, run, lines, ..Shown::default() }))]
    }

    /// Works on for a slice; the replies that can be given then.
    pub fn step(&mut self) -> Vec<Reply> {
        Vec::new()
    }

    /// True while there is work for [`Session::step`].
    pub fn busy(&self) -> bool {
        false
    }

    fn change(&mut self, change: TextChange) {
        match change {
            TextChange::Reset => self.files.clear(),
            TextChange::Open { file, text, .. } => {
                self.files.insert(file, Text::new(text));
            }
            TextChange::Edit { file, from_line, from_col, to_line, to_col, insert } => {
                if let Some(text) = self.files.get_mut(&file) {
                    let start = text.byte_at(from_line, from_col);
                    let end = text.byte_at(to_line, to_col).max(start);
                    text.replace(Span::new(start, end), &insert);
                }
            }
            TextChange::Close { file } => {
                self.files.remove(&file);
            }
            TextChange::Conf { .. } | TextChange::Path { .. } => {}
        }
    }
}
