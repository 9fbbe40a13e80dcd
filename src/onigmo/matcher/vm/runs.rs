//! Runs of one set: taken whole, given back place by place.

use super::super::program::{Give, Run};
use super::super::sets::following;
use super::frames::Frame;
use super::{Inst, Machine};

/// So many bytes that are passed over count as a step: what looks through the rest of the text at
/// every place is to come to the memo too.
const BYTES_A_STEP: usize = 32;

impl Machine<'_> {
    /// A greedy run from `pos`: where it ends first.
    #[inline]
    pub(super) fn take_run<const MEMO: bool>(
        &mut self,
        index: u32,
        pc: usize,
        pos: usize,
        text: &[u8],
    ) -> Option<usize> {
        let program = self.program;
        let run = program.runs.get(index as usize)?;
        let set = program.sets.get(run.set as usize)?;
        let low = match run.min {
            0 => pos,
            1 => set.step(text, pos)?,
            min => set.skip(text, pos, min)?,
        };
        let high = if MEMO && run.max == u32::MAX {
            self.known_end(run, pc, low, text)
        } else {
            set.bounded_end(text, low, run.extra())
        };
        if !MEMO {
            self.steps += ((high - low) / BYTES_A_STEP) as u64;
        }
        let fits = program.fits(run.edge, text, high);
        if run.give == Give::Never {
            if fits && run.group != 0 {
                self.capture(run.group, run.undo, pos, high);
            }
            return fits.then_some(high);
        }
        if MEMO && run.max == u32::MAX && !self.may_be_empty(pc, low) {
            let row = self.row(pc, high);
            let frame = Frame::Ends { row, low: low as u32, high: high as u32 };
            self.memory.stack.push(frame);
            if let Some(first) = self.memory.memo.dead_from(row, high) {
                let high = first.checked_sub(1).filter(|&high| high >= low)?;
                return self.give_back::<MEMO>(pc as u32, low as u32, high);
            }
        }
        if fits && !(MEMO && self.memory.memo.is_set(self.row(pc, high), high)) {
            if high > low {
                let (pc, low, high) = (pc as u32, low as u32, high as u32 - 1);
                self.memory.stack.push(Frame::GiveBack { pc, low, high });
            }
            if MEMO {
                let row = self.row(pc, high);
                self.memory.stack.push(Frame::Memo { row, pos: high as u32 });
            }
            return Some(high);
        }
        self.give_back::<MEMO>(pc as u32, low as u32, high.checked_sub(1)?)
    }

    /// The end of a run, from the memo if it was scanned before.
    fn known_end(&mut self, run: &Run, pc: usize, low: usize, text: &[u8]) -> usize {
        let row = self.row(pc, low);
        let Some(set) = self.program.sets.get(run.set as usize) else { return low };
        let end = match self.memory.memo.run(row) {
            Some((first, end)) if (first..=end).contains(&low) => return end,
            // Up to the run that is known: it may go on as that one.
            Some((first, end)) if low < first => match set.run_end(&text[..first], low) {
                reached if reached >= first => end,
                reached => reached,
            },
            _ => set.run_end(text, low),
        };
        self.memory.memo.scanned(row, low, end);
        end
    }

    /// The next earlier end of the run at `pc`, in `low..=high`; leaves a way back to the ones
    /// before it.
    #[inline]
    pub(super) fn give_back<const MEMO: bool>(
        &mut self,
        pc: u32,
        low: u32,
        high: usize,
    ) -> Option<usize> {
        let program = self.program;
        let Some(&Inst::Run(index)) = program.insts.get(pc as usize) else { return None };
        let give = program.runs.get(index as usize)?.give;
        let text = self.text.get(..self.end)?;
        let (mut high, least) = (high, low as usize);
        let pos = loop {
            let pos = program.last_end(give, text, least, high)?;
            if !MEMO {
                break pos;
            }
            let free = self.memory.memo.last_clear(self.row(pc as usize, pos), least, pos);
            if free == Some(pos) {
                break pos;
            }
            // The least end may have a row of its own.
            let apart = pos > least && self.may_be_empty(pc as usize, least);
            high = free.or(apart.then_some(least))?;
        };
        if pos > low as usize {
            self.memory.stack.push(Frame::GiveBack { pc, low, high: pos as u32 - 1 });
        }
        if MEMO {
            let row = self.row(pc as usize, pos);
            self.memory.stack.push(Frame::Memo { row, pos: pos as u32 });
        }
        Some(pos)
    }

    /// True when a run that ends at its least place leaves an iteration empty so far.
    fn may_be_empty(&self, pc: usize, low: usize) -> bool {
        self.row(pc, low) != self.row(pc, usize::MAX)
    }

    /// A lazy run from `pos`: where it ends first.
    pub(super) fn take_few<const MEMO: bool>(
        &mut self,
        index: u32,
        pc: usize,
        pos: usize,
        text: &[u8],
    ) -> Option<usize> {
        let run = self.program.runs.get(index as usize)?;
        let set = self.program.sets.get(run.set as usize)?;
        let low = set.skip(text, pos, run.min)?;
        if MEMO && run.max == u32::MAX && !self.may_be_empty(pc, low) {
            let (row, end) = (self.row(pc, low), self.known_end(run, pc, low, text));
            if self.memory.memo.dead_from(row, low).is_some()
                && self.memory.memo.dead_from(row, end).is_some()
            {
                return None;
            }
            let frame = Frame::Ends { row, low: low as u32, high: end as u32 };
            self.memory.stack.push(frame);
        }
        let limit = match run.extra() {
            u32::MAX => u32::MAX,
            extra => set.bounded_end(text, low, extra) as u32,
        };
        self.end_few::<MEMO>(run, pc, low, limit, text)
    }

    /// The next later end of the lazy run at `pc`, after `pos`.
    pub(super) fn take_more<const MEMO: bool>(
        &mut self,
        pc: u32,
        pos: usize,
        limit: u32,
    ) -> Option<usize> {
        let Some(&Inst::Lazy(index)) = self.program.insts.get(pc as usize) else { return None };
        let run = self.program.runs.get(index as usize)?;
        let set = self.program.sets.get(run.set as usize)?;
        let text = self.text.get(..self.end)?;
        if pos as u32 >= limit {
            return None;
        }
        let next = set.step(text, pos)?;
        self.end_few::<MEMO>(run, pc as usize, next, limit, text)
    }

    /// The first place from `pos` where a lazy run may end.
    fn end_few<const MEMO: bool>(
        &mut self,
        run: &Run,
        pc: usize,
        mut pos: usize,
        limit: u32,
        text: &[u8],
    ) -> Option<usize> {
        let program = self.program;
        let set = program.sets.get(run.set as usize)?;
        loop {
            if let Some(passes) = &run.passes {
                let stop = passes.run_end(text, pos).min(limit as usize);
                self.steps += (stop.saturating_sub(pos) / BYTES_A_STEP) as u64;
                pos = stop;
            }
            let known = MEMO && self.memory.memo.is_set(self.row(pc, pos), pos);
            if !known && program.fits(run.edge, text, pos) {
                break;
            }
            if pos >= limit as usize || pos >= text.len() || set.step(text, pos).is_none() {
                return None;
            }
            pos = following(text, pos, program.mode);
        }
        let frame = Frame::More { pc: pc as u32, pos: pos as u32, limit };
        self.memory.stack.push(frame);
        if MEMO {
            let row = self.row(pc, pos);
            self.memory.stack.push(Frame::Memo { row, pos: pos as u32 });
        }
        Some(pos)
    }
}
