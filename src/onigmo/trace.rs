//! Watching the matcher fail. The fast matcher is compiled with [`Silent`], which costs nothing.

use super::program::{Inst, Program};

/// Told of every failure.
pub(super) trait Trace {
    /// False when nothing is to be told.
    const ON: bool;

    /// The instruction `pc` failed at `pos`; where the groups then began and ended.
    fn failed(&mut self, pc: usize, pos: usize, starts: &[u32], ends: &[u32]);
}

/// Nothing is told.
pub(super) struct Silent;

impl Trace for Silent {
    const ON: bool = false;

    fn failed(&mut self, _pc: usize, _pos: usize, _starts: &[u32], _ends: &[u32]) {}
}

/// The failure furthest into the text. A literal counts as far as it agrees.
#[derive(Debug)]
pub(super) struct Furthest<'t> {
    program: &'t Program,
    text: &'t [u8],
    /// How far.
    pub(super) reached: usize,
    /// What failed there: the instruction, and where it began. Each once, in the order of failing.
    pub(super) failures: Vec<(usize, usize)>,
    /// Where the groups then began and ended.
    pub(super) starts: Vec<u32>,
    pub(super) ends: Vec<u32>,
}

impl<'t> Furthest<'t> {
    pub(super) fn new(program: &'t Program, text: &'t [u8]) -> Furthest<'t> {
        let (starts, ends) = (Vec::new(), Vec::new());
        Furthest { program, text, reached: 0, failures: Vec::new(), starts, ends }
    }

    fn agreed(&self, pc: usize, pos: usize) -> usize {
        let Some(&Inst::Bytes(lit)) = self.program.insts.get(pc) else { return 0 };
        let rest = self.text.get(pos..).unwrap_or_default();
        self.program.lit(lit).iter().zip(rest).take_while(|(a, b)| a == b).count()
    }
}

impl Trace for Furthest<'_> {
    const ON: bool = true;

    fn failed(&mut self, pc: usize, pos: usize, starts: &[u32], ends: &[u32]) {
        let reached = pos + self.agreed(pc, pos);
        if reached < self.reached && !self.failures.is_empty() {
            return;
        }
        if reached > self.reached || self.failures.is_empty() {
            self.reached = reached;
            self.failures.clear();
            self.starts = starts.to_vec();
            self.ends = ends.to_vec();
        }
        if !self.failures.contains(&(pc, pos)) {
            self.failures.push((pc, pos));
        }
    }
}
