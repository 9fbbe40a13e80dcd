//! Calls, the captures of each level, and references to them.

use super::super::program::BackRef;
use super::frames::Frame;
use super::{Machine, UNSET, literal};

impl Machine<'_> {
    /// Calls a group; the counters of this level are put by.
    pub(super) fn call(&mut self, to: usize) {
        self.memory.stack.push(Frame::Call { to: to as u32 });
        for id in 0..self.memory.counters.len() {
            let frame = Frame::Counter { id: id as u32, old: self.memory.counters[id] };
            self.memory.stack.push(frame);
        }
    }

    /// Returns from the call of this level: where to go on.
    pub(super) fn return_from_call(&mut self) -> Option<u32> {
        let (at, to) = self.call_of_level()?;
        for index in at + 1..=at + self.memory.counters.len() {
            let Some(&Frame::Counter { id, old }) = self.memory.stack.get(index) else { break };
            let now = std::mem::replace(&mut self.memory.counters[id as usize], old);
            self.memory.stack.push(Frame::Counter { id, old: now });
        }
        self.memory.stack.push(Frame::Return);
        Some(to)
    }

    fn call_of_level(&mut self) -> Option<(usize, u32)> {
        let mut level = 0;
        for (at, frame) in self.memory.stack.iter().enumerate().rev() {
            self.steps += 1;
            match *frame {
                Frame::Call { to } => {
                    if level == 0 {
                        return Some((at, to));
                    }
                    level -= 1;
                }
                Frame::Return => level += 1,
                _ => {}
            }
        }
        None
    }

    /// A group ends in a pattern with calls: its start is that of its own level, not of a call
    /// inside it (Onigmo's `STACK_GET_MEM_START`).
    pub(super) fn end_group_of_level(&mut self, group: u16, pos: usize) {
        let start = self.start_of_level(group);
        let at = usize::from(group);
        let (old_start, old_end) = (self.memory.starts[at], self.memory.ends[at]);
        let frame = Frame::MemEnd { group, pos: pos as u32, old_start, old_end };
        self.memory.stack.push(frame);
        self.memory.starts[at] = start.unwrap_or(old_start);
        self.memory.ends[at] = pos as u32;
    }

    fn start_of_level(&self, group: u16) -> Option<u32> {
        let mut level = 0;
        for frame in self.memory.stack.iter().rev() {
            match *frame {
                Frame::MemEnd { group: own, .. } if own == group => level += 1,
                Frame::MemStart { group: own, pos, .. } if own == group => {
                    if level == 0 {
                        return Some(pos);
                    }
                    level -= 1;
                }
                _ => {}
            }
        }
        None
    }

    /// Matches what a group captured: the place after it.
    pub(super) fn back_ref(&mut self, index: u32, text: &[u8], pos: usize) -> Option<usize> {
        let back = self.program.back_refs.get(index as usize)?;
        if let Some(level) = back.level {
            return self.back_ref_at_level(back, level, text, pos);
        }
        back.groups.iter().find_map(|&group| {
            let (start, end) = self.group(group)?;
            self.same(back, start, end, text, pos)
        })
    }

    fn same(
        &self,
        back: &BackRef,
        start: usize,
        end: usize,
        text: &[u8],
        pos: usize,
    ) -> Option<usize> {
        let captured = self.text.get(start..end)?;
        if back.ignore_case {
            return literal::same_folded(
                captured,
                text,
                pos,
                self.program.mode,
                self.program.letters,
            );
        }
        text.get(pos..)?.starts_with(captured).then(|| pos + captured.len())
    }

    /// `\k<n+1>`: what the group captured so many levels from here (Onigmo's
    /// `backref_match_at_nested_level`).
    fn back_ref_at_level(
        &self,
        back: &BackRef,
        wanted: i32,
        text: &[u8],
        pos: usize,
    ) -> Option<usize> {
        let (mut level, mut end) = (0, UNSET);
        for frame in self.memory.stack.iter().rev() {
            match *frame {
                Frame::Call { .. } => level -= 1,
                Frame::Return => level += 1,
                _ if level != wanted => {}
                Frame::MemEnd { group, pos, .. } if back.groups.contains(&group) => end = pos,
                Frame::MemStart { group, pos: start, .. }
                    if end != UNSET && back.groups.contains(&group) =>
                {
                    return self.same(back, start as usize, end as usize, text, pos);
                }
                _ => {}
            }
        }
        None
    }
}
