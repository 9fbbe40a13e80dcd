//! Watching the matcher fail. The fast matcher is compiled with [`Silent`], which costs nothing.

/// Told of every failure.
pub trait Trace {
    /// False when nothing is to be told.
    const ON: bool;

    /// An attempt begins.
    fn attempt(&mut self, start: usize);

    /// The instruction `pc` failed at `pos`; where the groups then began and ended.
    fn failed(&mut self, pc: usize, pos: usize, starts: &[u32], ends: &[u32]);
}

/// Nothing is told.
pub struct Silent;

impl Trace for Silent {
    const ON: bool = false;

    fn attempt(&mut self, _start: usize) {}

    fn failed(&mut self, _pc: usize, _pos: usize, _starts: &[u32], _ends: &[u32]) {}
}
