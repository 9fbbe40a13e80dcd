//! Lines that became nothing, in their place among the events: rows of the events grid.

use super::FileId;
use super::run::Engine;
use super::unit::{UnitKey, fate};

impl Engine {
    /// Every line that was lost so far, in order of the run: how many events stand before it, its
    /// file and its line.
    pub fn lost_lines(&self) -> Vec<(u32, FileId, u32)> {
        let mut lost = Vec::new();
        for (at, unit) in self.units.iter().enumerate().filter(|(_, unit)| unit.has_lost) {
            let UnitKey::Chunk { file, chunk, .. } = unit.key else { continue };
            let Some(first) = self.first_line_of_chunk(file, chunk) else { continue };
            let start = self.event_starts.get(at).copied().unwrap_or(0);
            let mut before = 0;
            for (line, bits) in unit.fates.iter().enumerate() {
                if !fate::is_lost(*bits) {
                    continue;
                }
                // Rows of an earlier unit's lines leave first, those of this one in order.
                while let Some(row) = unit.rows.get(before) {
                    let from = row.from.as_slice().first();
                    if from.is_some_and(|from| from.unit == chunk && from.line as usize > line) {
                        break;
                    }
                    before += 1;
                }
                lost.push((start + before as u32, file, first + line as u32));
            }
        }
        crate::order::by_key(&mut lost, |row| row.0);
        lost.dedup();
        lost
    }
}
