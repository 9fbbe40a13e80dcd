//! Findings from a sample of the lines: the first of each file, and of the lost ones.

use super::FileId;
use super::run::Engine;
use super::unit::{UnitKey, fate};
use crate::advise::lint::lines::{Line, lint};
use crate::diag::Diagnostic;
use crate::fluent::config::element::Element;
use crate::source::{SourceId, Span};
use std::ops::Range;
use std::rc::Rc;

/// Lines looked at from each file's beginning, and lost ones of all files.
pub(super) const SAMPLE: u32 = 100;

impl Engine {
    /// What the lines at hand say about each source.
    pub(super) fn line_lints(&mut self) -> Vec<Diagnostic> {
        let mut wanted: Vec<(FileId, u32)> = Vec::new();
        for (file, known) in self.files.iter() {
            wanted.extend((0..known.text.lines().min(SAMPLE)).map(|line| (*file, line)));
        }
        wanted.extend(self.first_lost());
        let mut sources: Vec<(usize, Vec<Line>)> = Vec::new();
        let mut places = (0, Vec::new());
        for (file, line) in wanted {
            let Some(source) = self.sources_of(file).first().copied() else { continue };
            let Some(line) = self.sampled(source, (file, line), &mut places) else { continue };
            match sources.iter_mut().find(|(known, _)| *known == source) {
                Some((_, lines)) => lines.push(line),
                None => sources.push((source, vec![line])),
            }
        }
        let Some(pipeline) = &self.pipeline else { return Vec::new() };
        let environment = Rc::clone(&pipeline.agent.environment);
        let mut found = Vec::new();
        for (source, lines) in &sources {
            let place = pipeline.sources.get(*source).and_then(|source| source.parse_place);
            let parse = place.and_then(|place| section(self.root.as_ref()?, place, 3));
            if let Some(parse) = parse {
                found.extend(lint(parse, &environment, lines));
            }
        }
        found
    }

    /// The first lines that became nothing.
    fn first_lost(&self) -> Vec<(FileId, u32)> {
        let mut lost = Vec::new();
        for unit in self.units.iter().filter(|unit| unit.has_lost) {
            let UnitKey::Chunk { file, chunk, .. } = unit.key else { continue };
            let Some(first) = self.first_line_of_chunk(file, chunk) else { continue };
            let bits = unit.fates.iter().enumerate().filter(|(_, bits)| fate::is_lost(**bits));
            let room = SAMPLE as usize - lost.len();
            lost.extend(bits.take(room).map(|(line, _)| (file, first + line as u32)));
        }
        lost
    }

    /// One line alone, unless its parser joins lines. `places`: the lines of the chunk last looked
    /// into.
    fn sampled(
        &mut self,
        source: usize,
        (file, line): (FileId, u32),
        places: &mut (u32, Vec<Range<usize>>),
    ) -> Option<Line> {
        let known = self.files.get(&file)?;
        let (path, (at, first)) = (Rc::clone(&known.path), known.text.find_line(line)?);
        let chunk = known.text.chunks().get(at)?;
        if places.0 != chunk.id || places.1.is_empty() {
            *places = (chunk.id, chunk.line_ranges());
        }
        let text = chunk.bytes.get(places.1.get(first as usize)?.clone())?;
        let text = [text, b"\n"].concat();
        let pipeline = self.pipeline.as_mut()?;
        let now = pipeline.agent.environment.now;
        let tail = pipeline.sources.get_mut(source)?.tail.as_mut()?;
        if tail.is_multiline() {
            return None;
        }
        let mut watcher = tail.watch(&path, 0);
        watcher.append(text.into());
        let received = tail.on_notify(&mut watcher, now)?.received.into_iter().next()?;
        let time = tail.time_text(&received.text);
        Some(Line { received, time })
    }
}

/// The section at a place.
fn section(element: &Element, place: (SourceId, Span), depth: u32) -> Option<&Element> {
    if element.place() == place {
        return Some(element);
    }
    let deeper = depth.checked_sub(1)?;
    element.elements.iter().find_map(|inner| section(inner, place, deeper))
}
