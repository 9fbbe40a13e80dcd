//! What Rust's `regex` crate makes of a rewritten pattern: the task for it, and its words on a sheet.
//!
//! The crate is a module of its own (`verify`, whose `lib.rs` says what a task is), loaded when a
//! sheet asks for it. The sheet is shown before and says that it waits.

use super::trial::{LogFile, messages};
use crate::encoding::Encoding;
use crate::export::pattern::{Dialect, for_crate};
use crate::onigmo::regexp::{Regexp, Region};
use crate::protocol::{Message, Sheet};
use crate::source::Span;

/// A sheet that waits.
pub struct Waiting {
    /// The sheet as it was shown.
    sheet: Sheet,
    regexp: Regexp,
    texts: Vec<Vec<u8>>,
    taken: u32,
    task: Vec<u8>,
}

impl Waiting {
    /// What waits; nothing where no text is there to try.
    pub fn new(
        regexp: Regexp,
        pattern: &str,
        dialect: Dialect,
        files: &[LogFile],
    ) -> Option<Waiting> {
        let texts = messages(files);
        if dialect == Dialect::FluentBit || texts.is_empty() {
            return None;
        }
        let sheet = Sheet::default();
        let mut waiting = Waiting { sheet, regexp, texts, taken: 0, task: Vec::new() };
        waiting.write_task(&for_crate(pattern, dialect));
        Some(waiting)
    }

    /// What the crate is to do, once.
    pub fn task(&mut self) -> Option<Vec<u8>> {
        let task = std::mem::take(&mut self.task);
        (!task.is_empty()).then_some(task)
    }

    fn write_task(&mut self, pattern: &str) {
        let mut task = Vec::new();
        let number = |task: &mut Vec<u8>, number: u32| task.extend(number.to_le_bytes());
        let text = |task: &mut Vec<u8>, text: &[u8]| {
            number(task, text.len() as u32);
            task.extend(text);
        };
        text(&mut task, pattern.as_bytes());
        let groups = self.regexp.tree().groups.len();
        number(&mut task, groups as u32);
        for at in 0..self.texts.len() {
            text(&mut task, &self.texts[at]);
            let found = self.found(at);
            self.taken += u32::from(found.is_some());
            number(&mut task, u32::from(found.is_some()));
            let found = found.unwrap_or_default();
            for group in 1..=groups {
                let span = found.groups.get(group).copied().flatten();
                let span = span.unwrap_or(Span { start: u32::MAX, end: u32::MAX });
                number(&mut task, span.start);
                number(&mut task, span.end);
            }
        }
        self.task = task;
    }

    fn found(&self, at: usize) -> Option<Region> {
        let mut region = Region::default();
        let found = self.regexp.search(&self.texts[at], Encoding::Utf8, 0, &mut region);
        found.unwrap_or(false).then_some(region)
    }

    /// What is said while it waits.
    pub fn wait(&mut self, sheet: &mut Sheet) {
        let all = self.texts.len();
        let text = Message {
            en: format!(
                "Running the rewritten pattern with Rust's `regex` crate on {all} messages…"
            ),
            ja: format!(
                "書き換えたパターンを Rust の `regex` クレートで {all} 件に対して実行しています…"
            ),
        };
        sheet.said.insert(0, ("wait".to_owned(), text));
        sheet.pending = true;
        self.sheet.clone_from(sheet);
    }

    /// The sheet with what came of it: what `verify` gave back, or why it could not run.
    pub fn done(mut self, found: &[u32], error: &str) -> Sheet {
        let (mark, en, ja) = self.words(found, error);
        self.sheet.said[0] = (mark.to_owned(), Message { en, ja });
        self.sheet.pending = false;
        self.sheet
    }

    fn words(&self, found: &[u32], error: &str) -> (&'static str, String, String) {
        let (all, taken) = (self.texts.len() as u32, self.taken);
        match *found {
            [same] if same == all => (
                "good",
                format!(
                    "Rust's `regex` crate, run here just now, gives the same groups as Ruby on {all} of {all} messages on the screen ({taken} match)."
                ),
                format!(
                    "Rust の `regex` クレートで実行して確認: 画面の {all} 件中 {all} 件でグループが Ruby と同じです ({taken} 件が一致)。"
                ),
            ),
            [same, at, matches, group, from, to] => {
                let differ = all - same;
                let (text, ours, theirs) = self.difference(at, matches == 1, group, (from, to));
                (
                    "bad",
                    format!(
                        "Rust's `regex` crate differs from Ruby on {differ} of {all} messages. The first is `{text}`: {} in Ruby, {} there.",
                        ours.en, theirs.en
                    ),
                    format!(
                        "Rust の `regex` クレートは {all} 件中 {differ} 件で Ruby と異なります。最初は `{text}` で、Ruby では{}、変換先では{}です。",
                        ours.ja, theirs.ja
                    ),
                )
            }
            _ if error.is_empty() => (
                "bad",
                "Rust's `regex` crate refuses the rewritten pattern: it is too large for it."
                    .to_owned(),
                "書き換えたパターンは Rust の `regex` クレートには大きすぎます。".to_owned(),
            ),
            _ => (
                "bad",
                format!(
                    "Rust's `regex` crate (`verify.wasm`) could not be loaded or did not answer, so the rewritten pattern is untried: {error}"
                ),
                format!(
                    "Rust の `regex` クレート (`verify.wasm`) を読み込めないか応答がないため、書き換えたパターンは試せていません: {error}"
                ),
            ),
        }
    }

    /// The text, and what each made of it.
    fn difference(
        &self,
        at: u32,
        matches: bool,
        group: u32,
        (from, to): (u32, u32),
    ) -> (String, Message, Message) {
        let text: &[u8] = self.texts.get(at as usize).map_or(&[], Vec::as_slice);
        let found = self.found(at as usize);
        if group == 0 {
            return (short(text), match_of(found.is_some()), match_of(matches));
        }
        let tree = self.regexp.tree();
        let name = tree.groups.get(group as usize - 1).and_then(|group| group.name);
        let name = name.and_then(|name| tree.names.get(name as usize));
        let name = name.map_or_else(|| group.to_string(), |name| name.text.to_string());
        let side = |span: Option<Span>| {
            let value = span.and_then(|span| text.get(span.range()));
            let value = value.map_or_else(|| "nil".to_owned(), |text| format!("`{}`", short(text)));
            Message { en: format!("`{name}` is {value}"), ja: format!(" `{name}` が {value} ") }
        };
        let ours = found.and_then(|found| found.groups.get(group as usize).copied().flatten());
        let theirs = (to != u32::MAX).then_some(Span { start: from, end: to });
        (short(text), side(ours), side(theirs))
    }
}

fn match_of(matches: bool) -> Message {
    let (en, ja) =
        if matches { ("it matches", "一致") } else { ("it does not match", "不一致") };
    Message { en: en.to_owned(), ja: ja.to_owned() }
}

/// The beginning of a text, in a sentence.
fn short(text: &[u8]) -> String {
    let end = text.len().min(80);
    let shown = String::from_utf8_lossy(&text[..end]).replace(['`', '\n'], " ");
    shown + if end < text.len() { "…" } else { "" }
}
