//! The frames of the machine's stack: ways back, and what to put back on the way.

use super::super::program::Run;
use super::Machine;

/// One frame.
#[derive(Clone, Copy, Debug)]
pub(super) enum Frame {
    /// Another way: the instruction, the place.
    Alt { pc: u32, pos: u32 },
    /// A greedy run may end earlier: anywhere in `low..=high`.
    GiveBack { pc: u32, low: u32, high: u32 },
    /// A lazy run may end later: after `pos`, at most at `limit`.
    More { pc: u32, pos: u32, limit: u32 },
    /// A negative look-around: where to go on when its inside fails.
    Not { pc: u32, pos: u32 },
    /// A group began; its old place.
    MemStart { group: u16, pos: u32, old_start: u32, old_end: u32 },
    /// A group ended, in a pattern with calls; its old place.
    MemEnd { group: u16, pos: u32, old_start: u32, old_end: u32 },
    /// `\K`: the old start of the match.
    Keep { old: u32 },
    /// A counter's old value.
    Counter { id: u32, old: u32 },
    /// An atomic group began.
    Atomic,
    /// A look-ahead began here; the machine's `nothing_at` then.
    Look { pos: u32, nothing: u32 },
    /// The machine's old `nothing_at`.
    Nothing { old: u32 },
    /// An iteration that may be empty began here.
    Empty { id: u32, pos: u32 },
    /// It ended, in a loop with calls.
    EmptyEnd { id: u32 },
    /// A call; where it returns to.
    Call { to: u32 },
    /// It returned.
    Return,
    /// An absence: its start, and the end of the text.
    AbsentPos { start: u32, end: u32 },
    /// The inside of an absence begins.
    Absent,
    /// When this frame is reached, everything from the choice at the place has failed.
    Memo { row: u32, pos: u32 },
    /// When this frame is reached, every end of the run in `low..=high` has failed.
    Ends { row: u32, low: u32, high: u32 },
}

impl Machine<'_> {
    /// Goes back to the last way left: the instruction and the place.
    #[inline]
    pub(super) fn backtrack<const MEMO: bool>(&mut self) -> Option<(usize, usize)> {
        loop {
            match self.memory.stack.pop()? {
                Frame::Alt { pc, pos } | Frame::Not { pc, pos } => {
                    return Some((pc as usize, pos as usize));
                }
                Frame::GiveBack { pc, low, high } => {
                    if let Some(pos) = self.give_back::<MEMO>(pc, low, high as usize) {
                        return Some((pc as usize + 1, pos));
                    }
                }
                Frame::More { pc, pos, limit } => {
                    if let Some(pos) = self.take_more::<MEMO>(pc, pos as usize, limit) {
                        return Some((pc as usize + 1, pos));
                    }
                }
                Frame::Memo { row, pos } => {
                    if MEMO {
                        self.memory.memo.set(row, pos as usize);
                    }
                }
                Frame::Ends { row, low, high } => {
                    if MEMO {
                        self.memory.memo.all_in_vain(row, low, high);
                    }
                }
                frame => self.undo(frame),
            }
        }
    }

    /// Puts back what the frame remembers.
    #[inline]
    fn undo(&mut self, frame: Frame) {
        match frame {
            Frame::MemStart { group, old_start, old_end, .. }
            | Frame::MemEnd { group, old_start, old_end, .. } => {
                self.memory.starts[usize::from(group)] = old_start;
                self.memory.ends[usize::from(group)] = old_end;
            }
            Frame::Keep { old } => self.keep = old as usize,
            Frame::Nothing { old } => self.nothing_at = old,
            Frame::Counter { id, old } => self.memory.counters[id as usize] = old,
            _ => {}
        }
    }

    /// Drops every frame down to the one asked for, putting back what they remember; gives it.
    pub(super) fn undo_to(&mut self, is_last: impl Fn(&Frame) -> bool) -> Option<Frame> {
        while let Some(frame) = self.memory.stack.pop() {
            if is_last(&frame) {
                return Some(frame);
            }
            self.undo(frame);
        }
        None
    }

    /// Forgets the ways back since the frame asked for, and the frame; what they remember of
    /// captures stays.
    pub(super) fn cut(&mut self, is_mark: impl Fn(&Frame) -> bool) -> Option<Frame> {
        let stack = &mut self.memory.stack;
        let at = stack.iter().rposition(is_mark)?;
        let mark = stack[at];
        let mut kept = at;
        for index in at + 1..stack.len() {
            if stack[index].outlives_cut() {
                stack[kept] = stack[index];
                kept += 1;
            }
        }
        stack.truncate(kept);
        Some(mark)
    }
}

impl Frame {
    /// True for what an atomic group leaves on the stack (Onigmo's `STK_MASK_TO_VOID_TARGET`).
    fn outlives_cut(self) -> bool {
        matches!(
            self,
            Frame::MemStart { .. }
                | Frame::MemEnd { .. }
                | Frame::Keep { .. }
                | Frame::Nothing { .. }
                | Frame::Counter { .. }
                | Frame::Call { .. }
                | Frame::Return
        )
    }
}

impl Run {
    /// How many more than the least.
    pub(super) fn extra(&self) -> u32 {
        if self.max == u32::MAX { u32::MAX } else { self.max.saturating_sub(self.min) }
    }
}
