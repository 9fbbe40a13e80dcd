//! The furthest failure: what [`why`](super::why) tells of.

use std::cmp::Reverse;

use matcher::program::{Inst, Program};
use matcher::trace::Trace;

/// The failure furthest into the pattern, and of those the one where a literal agreed most, of the
/// first attempt, furthest into the text.
///
/// The text alone would mislead: `.+` first runs to the end of the line, and what follows fails
/// there before the run gives back.
#[derive(Debug)]
pub(super) struct Furthest<'t> {
    program: &'t Program,
    text: &'t [u8],
    /// For each instruction how far into the pattern it stands; `None` where a failure is no harm,
    /// inside a negative look-around.
    progress: Vec<Option<u32>>,
    start: usize,
    best: Option<Score>,
    /// How far into the text.
    pub(super) reached: usize,
    /// What failed there: the instruction, and where it began. Each once, in the order of failing.
    pub(super) failures: Vec<(usize, usize)>,
    /// Where the groups then began and ended.
    pub(super) starts: Vec<u32>,
    pub(super) ends: Vec<u32>,
}

/// Progress, agreement, the earliest attempt, the place.
type Score = (u32, usize, Reverse<usize>, usize);

impl<'t> Furthest<'t> {
    pub(super) fn new(
        program: &'t Program,
        text: &'t [u8],
        progress: Vec<Option<u32>>,
    ) -> Furthest<'t> {
        Furthest {
            program,
            text,
            progress,
            start: 0,
            best: None,
            reached: 0,
            failures: Vec::new(),
            starts: Vec::new(),
            ends: Vec::new(),
        }
    }

    fn agreed(&self, pc: usize, pos: usize) -> usize {
        let Some(&Inst::Bytes(lit)) = self.program.insts.get(pc) else { return 0 };
        let rest = self.text.get(pos..).unwrap_or_default();
        self.program.lit(lit).iter().zip(rest).take_while(|(a, b)| a == b).count()
    }
}

impl Trace for Furthest<'_> {
    const ON: bool = true;

    fn attempt(&mut self, start: usize) {
        self.start = start;
    }

    fn failed(&mut self, pc: usize, pos: usize, starts: &[u32], ends: &[u32]) {
        let Some(progress) = self.progress.get(pc).copied().flatten() else { return };
        let agreed = self.agreed(pc, pos);
        let score = (progress, agreed, Reverse(self.start), pos + agreed);
        if self.best.is_some_and(|best| score < best) {
            return;
        }
        if self.best != Some(score) {
            self.best = Some(score);
            self.reached = pos + agreed;
            self.failures.clear();
            self.starts = starts.to_vec();
            self.ends = ends.to_vec();
        }
        if !self.failures.contains(&(pc, pos)) {
            self.failures.push((pc, pos));
        }
    }
}
