//! Lines that became nothing, and the parser that read them: what a person goes through with F8.

use super::FileId;
use super::run::Engine;
use super::unit::{UnitKey, fate};
use crate::source::{SourceId, Span};

impl Engine {
    /// The first `most` lines of a file that a parser did not take or that were lost after it, in
    /// order, as far as the run has come.
    pub fn failing(&self, file: FileId, most: usize) -> Vec<u32> {
        let mut failing = Vec::new();
        for unit in &self.units {
            let UnitKey::Chunk { file: own, chunk, .. } = unit.key else { continue };
            if own != file || failing.len() >= most {
                continue;
            }
            let Some(first) = self.first_line_of_chunk(file, chunk) else { continue };
            for (line, bits) in unit.fates.iter().enumerate() {
                if fate::is_lost(*bits) && failing.len() < most {
                    failing.push(first + line as u32);
                }
            }
        }
        crate::order::sort(&mut failing);
        failing.dedup();
        failing
    }

    pub(super) fn first_line_of_chunk(&self, file: FileId, chunk: u32) -> Option<u32> {
        let text = &self.files.get(&file)?.text;
        let at = text.chunks().iter().position(|known| known.id == chunk)?;
        Some(text.first_line(at))
    }

    /// The `<parse>` section of the source that reads a file.
    pub fn parse_place(&self, file: FileId) -> Option<(SourceId, Span)> {
        let source = *self.sources_of(file).first()?;
        self.pipeline.as_ref()?.sources.get(source)?.parse_place
    }
}
