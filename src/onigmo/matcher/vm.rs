//! The matcher: one backtracking machine with a stack of its own, no recursion.
//!
//! Follows `match_at` of Ruby 3.4's `regexec.c`: what a frame on the stack means, which frames an
//! atomic group forgets, when an iteration counts as empty, how an absence finds its ends. Ours
//! are runs as one instruction, the look at the next byte before a choice, and the memo, which
//! starts when the steps pass a small multiple of the text.

mod frames;
mod levels;
mod literal;
mod runs;

use super::budget;
use super::letters::Mode;
use super::memo::Memo;
use super::program::{By, EmptyKind, Inst, Program, Repeat, Rows};
use super::sets::{following, previous};
use super::trace::Trace;
use frames::Frame;

/// A group's place that is not known.
pub const UNSET: u32 = u32::MAX;

/// Steps before the memo starts: this many, and [`STEPS_A_BYTE`] for each byte of the text.
const FREE_STEPS: u64 = 2_000;

/// See [`FREE_STEPS`].
const STEPS_A_BYTE: u64 = 8;

/// Steps for each byte of the text a memoised pattern may take for each row of the memo.
const MEMO_STEPS: u64 = 64;

/// The most frames on the stack.
const STACK_LIMIT: usize = 4 << 20;

/// The machine's memory, kept from line to line.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    stack: Vec<Frame>,
    /// Where each group began; index 0 is not used.
    pub starts: Vec<u32>,
    /// Where it ended.
    pub ends: Vec<u32>,
    counters: Vec<u32>,
    memo: Memo,
}

/// How an attempt at one place ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// From where (after `\K`) to where.
    Matched {
        /// Where the match begins.
        start: usize,
        /// Where it ends.
        end: usize,
    },
    /// No match.
    Failed,
    /// Too many steps.
    Exhausted,
}

/// Why the machine stopped.
enum Halt {
    Matched(usize),
    Failed,
    /// The steps passed the limit; where to go on (`None`: back).
    Paused(Option<(usize, usize)>),
}

/// What one of the rare instructions came to.
enum Step {
    /// On with the next instruction, at this place.
    On(usize),
    /// On with that instruction, at the same place.
    To(u32),
    /// The same, and it counts.
    Counted(u32),
    /// Back to the last way left.
    Back,
    /// The same; a negative look-around failed that began here.
    Refused(usize),
}

/// The machine at work on one text.
pub struct Machine<'t> {
    program: &'t Program,
    text: &'t [u8],
    /// The text as characters, for a pattern with `\X`.
    characters: Option<&'t str>,
    /// Where the search began: `\G`.
    from: usize,
    memory: &'t mut Memory,
    /// The end of the text, nearer inside an absence.
    end: usize,
    /// The end of an absence lies before the start of the text.
    below: bool,
    /// Where a back-reference last matched the empty string. Onigmo then takes the place for that
    /// of the character before (`sprev`), which an absence sees (`hand-0070`), and `\b` and `^`.
    nothing_at: u32,
    /// Where the match begins: `\K`.
    keep: usize,
    steps: u64,
    limit: u64,
    memoised: bool,
    /// The rows of the memo.
    rows: Option<&'t Rows>,
    /// A counted loop came to its end where the memo does not count: all begins anew.
    miscounted: bool,
}

impl<'t> Machine<'t> {
    /// A machine for one search from byte `from`.
    pub fn new(
        program: &'t Program,
        text: &'t [u8],
        from: usize,
        memory: &'t mut Memory,
    ) -> Machine<'t> {
        memory.starts.resize(program.groups + 1, UNSET);
        memory.ends.resize(program.groups + 1, UNSET);
        memory.counters.resize(program.counters as usize, 0);
        let limit = FREE_STEPS + STEPS_A_BYTE * text.len() as u64;
        let (end, keep) = (text.len(), from);
        let (below, steps, memoised) = (false, 0, false);
        let characters = if program.has_clusters { std::str::from_utf8(text).ok() } else { None };
        Machine {
            program,
            text,
            characters,
            from,
            memory,
            end,
            below,
            nothing_at: UNSET,
            keep,
            steps,
            limit,
            memoised,
            rows: None,
            miscounted: false,
        }
    }

    /// Tries to match at `start`.
    pub fn attempt<T: Trace>(&mut self, start: usize, trace: &mut T) -> Outcome {
        self.reset(start);
        trace.attempt(start);
        let mut at = Some((0, start));
        loop {
            let halt = if self.memoised {
                self.run::<T, true>(at, trace)
            } else {
                self.run::<T, false>(at, trace)
            };
            at = match halt {
                // A look-behind under `i` can leave the place before the start: Onigmo then has
                // no match (`n > best_len` at `OP_END`), and does not try another way.
                Halt::Matched(end) if end < start => return Outcome::Failed,
                Halt::Matched(end) => {
                    return Outcome::Matched { start: self.keep.min(end), end };
                }
                Halt::Failed => return Outcome::Failed,
                Halt::Paused(at) => at,
            };
            if std::mem::take(&mut self.miscounted) {
                self.reset(start);
                self.remember(self.program.exact_rows.as_ref());
                at = Some((0, start));
            } else if !self.go_on() {
                budget::give_up();
                return Outcome::Exhausted;
            }
        }
    }

    fn reset(&mut self, start: usize) {
        self.memory.starts.fill(UNSET);
        self.memory.ends.fill(UNSET);
        self.memory.stack.clear();
        (self.end, self.below, self.keep) = (self.text.len(), false, start);
        self.nothing_at = UNSET;
    }

    /// Starts the memo before the first step; false when the pattern may have none.
    pub fn memoise(&mut self) -> bool {
        self.limit = 0;
        self.go_on() && self.memoised
    }

    /// Past the limit: starts the memo, or lets a pattern that may have none go on for a while.
    fn go_on(&mut self) -> bool {
        if self.memory.stack.len() > STACK_LIMIT {
            return false;
        }
        if self.memoised || budget::is_spent(self.limit) {
            return false;
        }
        self.remember(self.program.rows.as_ref());
        true
    }

    /// Starts the memo with these rows, if there are such and not too many.
    fn remember(&mut self, rows: Option<&'t Rows>) {
        let length = self.text.len();
        self.rows = rows.filter(|rows| self.memory.memo.prepare(rows.count, length));
        self.memoised = self.rows.is_some();
        let most = self.rows.map_or(0, |rows| {
            (u64::from(rows.count) + 1).saturating_mul(length as u64 + 1).saturating_mul(MEMO_STEPS)
        });
        self.limit = budget::limit(self.steps, most);
    }

    /// Runs from an instruction and a place, or from the last way back. Only what nearly every
    /// pattern has stands here: a compiler of the browser does well with a small loop.
    #[expect(clippy::too_many_lines, reason = "one flat match over the instructions")]
    fn run<T: Trace, const MEMO: bool>(
        &mut self,
        at: Option<(usize, usize)>,
        trace: &mut T,
    ) -> Halt {
        let program = self.program;
        let insts = program.insts.as_slice();
        let Some((mut pc, mut pos)) = at.or_else(|| self.backtrack::<MEMO>()) else {
            return Halt::Failed;
        };
        let mut text = self.text.get(..self.end).unwrap_or_default();
        loop {
            let Some(inst) = insts.get(pc) else { return Halt::Failed };
            match *inst {
                Inst::Match => return Halt::Matched(pos),
                Inst::Byte(byte) => {
                    if text.get(pos) == Some(&byte) {
                        pos += 1;
                        pc += 1;
                        continue;
                    }
                }
                Inst::Bytes(lit) => {
                    if program.stands(lit, text, pos) {
                        pos += lit.len as usize;
                        pc += 1;
                        continue;
                    }
                }
                Inst::OneOf(index) => {
                    if let Some(next) = literal::one_of(program, index, text, pos) {
                        pos = next;
                        pc += 1;
                        continue;
                    }
                }
                Inst::Set(index) => {
                    let set = program.sets.get(index as usize);
                    if let Some(next) = set.and_then(|set| set.step(text, pos)) {
                        pos = next;
                        pc += 1;
                        continue;
                    }
                }
                Inst::Run(index) => {
                    if let Some(next) = self.take_run::<MEMO>(index, pc, pos, text) {
                        pos = next;
                        pc += 1;
                        continue;
                    }
                }
                Inst::Lazy(index) => {
                    if let Some(next) = self.take_few::<MEMO>(index, pc, pos, text) {
                        pos = next;
                        pc += 1;
                        continue;
                    }
                }
                Inst::Field { group, byte, min, undo } => {
                    let rest = text.get(pos..).unwrap_or_default();
                    if let Some(length) = memchr::memchr(byte, rest)
                        && length >= usize::from(min)
                    {
                        if group != 0 {
                            self.capture(group, undo, pos, pos + length);
                        }
                        pos += length + 1;
                        pc += 1;
                        continue;
                    }
                }
                Inst::Split { first, second, peek } => {
                    let row = if MEMO { self.row(pc, pos) } else { 0 };
                    if !MEMO || !self.memory.memo.is_set(row, pos) {
                        if MEMO {
                            self.memory.stack.push(Frame::Memo { row, pos: pos as u32 });
                        }
                        let ways = program.peeks.get(peek as usize).map_or(3, |table| {
                            table[text.get(pos).map_or(256, |&byte| usize::from(byte))]
                        });
                        if ways == 3 {
                            self.memory.stack.push(Frame::Alt { pc: second, pos: pos as u32 });
                        }
                        if ways & 1 != 0 {
                            pc = first as usize;
                            continue;
                        }
                        if ways != 0 {
                            pc = second as usize;
                            continue;
                        }
                    }
                }
                Inst::Jump(to) => {
                    pc = to as usize;
                    if self.is_past_limit() {
                        return Halt::Paused(Some((pc, pos)));
                    }
                    continue;
                }
                Inst::Start { group, undo } => {
                    self.start_group(group, undo, pos);
                    pc += 1;
                    continue;
                }
                Inst::End { group } => {
                    self.memory.ends[usize::from(group)] = pos as u32;
                    pc += 1;
                    continue;
                }
                Inst::BeginLine => {
                    if self.at_line_start(text, pos) {
                        pc += 1;
                        continue;
                    }
                }
                Inst::EndLine => {
                    if text.get(pos).is_none_or(|&byte| byte == b'\n') {
                        pc += 1;
                        continue;
                    }
                }
                _ => {
                    let step = self.step::<MEMO>(pc, pos, text);
                    text = self.text.get(..self.end).unwrap_or_default();
                    match step {
                        Step::On(next) => {
                            pc += 1;
                            pos = next;
                            continue;
                        }
                        Step::To(to) => {
                            pc = to as usize;
                            continue;
                        }
                        Step::Counted(to) => {
                            pc = to as usize;
                            if self.is_past_limit() {
                                return Halt::Paused(Some((pc, pos)));
                            }
                            continue;
                        }
                        Step::Back => {}
                        Step::Refused(at) => pos = at,
                    }
                }
            }
            if T::ON {
                trace.failed(pc, pos, &self.memory.starts, &self.memory.ends);
            }
            self.steps += 1;
            if self.steps > self.limit {
                return Halt::Paused(None);
            }
            let Some(back) = self.backtrack::<MEMO>() else { return Halt::Failed };
            (pc, pos) = back;
            if text.len() != self.end {
                text = self.text.get(..self.end).unwrap_or_default();
            }
        }
    }

    /// Counts a step forwards; true when there were too many, or too many ways back.
    #[inline]
    fn is_past_limit(&mut self) -> bool {
        self.steps += 1;
        self.steps > self.limit || self.memory.stack.len() > STACK_LIMIT
    }

    /// The instructions that few patterns have.
    #[inline(never)]
    #[expect(clippy::too_many_lines, reason = "one flat match over the instructions")]
    fn step<const MEMO: bool>(&mut self, pc: usize, pos: usize, text: &[u8]) -> Step {
        let program = self.program;
        let on = |fits: bool| if fits { Step::On(pos) } else { Step::Back };
        let moved = |next: Option<usize>| next.map_or(Step::Back, Step::On);
        match program.insts[pc] {
            Inst::Folded(index) => moved(literal::folded(program, index, text, pos)),
            Inst::EndLevel { group } => {
                self.end_group_of_level(group, pos);
                Step::On(pos)
            }
            Inst::BackRef(index) => {
                let next = self.back_ref(index, text, pos);
                if let Some(next) = next {
                    // A long text compared is more than a step.
                    self.steps += (next - pos) as u64 / 8;
                    self.set_nothing_at(if next == pos { pos as u32 } else { UNSET });
                }
                moved(next)
            }
            Inst::Condition { group, no } => {
                if self.group(group).is_some() {
                    Step::On(pos)
                } else {
                    Step::To(no)
                }
            }
            Inst::BeginBuf => on(pos == 0),
            Inst::EndBuf => on(pos == text.len()),
            Inst::SemiEndBuf => on(matches!(text.get(pos..), None | Some([] | [b'\n']))),
            Inst::BeginPosition => on(pos == self.from),
            Inst::WordBound { not, word } => on(self.at_word_bound(word, text, pos) != not),
            Inst::Keep => {
                self.memory.stack.push(Frame::Keep { old: self.keep as u32 });
                self.keep = pos;
                Step::On(pos)
            }
            Inst::LineBreak => moved(literal::line_break(program.mode, text, pos)),
            Inst::GraphemeCluster => moved(self.cluster_end(text, pos)),
            Inst::Atomic => {
                self.memory.stack.push(Frame::Atomic);
                Step::On(pos)
            }
            Inst::AtomicEnd => {
                self.cut(|frame| matches!(frame, Frame::Atomic));
                Step::On(pos)
            }
            Inst::Look => {
                let nothing = self.nothing_at;
                self.memory.stack.push(Frame::Look { pos: pos as u32, nothing });
                Step::On(pos)
            }
            Inst::LookEnd => match self.cut(|frame| matches!(frame, Frame::Look { .. })) {
                Some(Frame::Look { pos: back, nothing }) => {
                    self.set_nothing_at(nothing);
                    Step::On(back as usize)
                }
                _ => Step::On(pos),
            },
            Inst::NotLook(after) => {
                self.memory.stack.push(Frame::Not { pc: after, pos: pos as u32 });
                Step::On(pos)
            }
            Inst::NotBehind { after, chars } => match self.step_back(text, pos, chars) {
                Some(back) => {
                    self.memory.stack.push(Frame::Not { pc: after, pos: pos as u32 });
                    self.set_nothing_at(UNSET);
                    Step::On(back)
                }
                None => Step::To(after),
            },
            Inst::NotLookEnd => match self.undo_to(|frame| matches!(frame, Frame::Not { .. })) {
                Some(Frame::Not { pos: at, .. }) => Step::Refused(at as usize),
                _ => Step::Back,
            },
            Inst::StepBack(chars) => {
                self.set_nothing_at(UNSET);
                moved(self.step_back(text, pos, chars))
            }
            Inst::EmptyStart(id) => {
                if let Some(mark) = program.empties[id as usize].mark {
                    let old =
                        std::mem::replace(&mut self.memory.counters[mark as usize], pos as u32);
                    self.memory.stack.push(Frame::Counter { id: mark, old });
                }
                self.memory.stack.push(Frame::Empty { id, pos: pos as u32 });
                Step::On(pos)
            }
            Inst::EmptyEnd(id) => match self.iteration::<MEMO>(id, pos) {
                Iteration::Progress => Step::On(pos),
                Iteration::Empty => Step::To(program.empties[id as usize].exit),
                Iteration::Moved => Step::Back,
            },
            Inst::Repeat(id) => self.enter_repeat::<MEMO>(pc, id, pos).map_or(Step::Back, Step::To),
            Inst::RepeatInc(id) => {
                self.count::<MEMO>(pc, id, pos).map_or(Step::Back, Step::Counted)
            }
            Inst::Call(to) => {
                self.call(pc + 1);
                Step::Counted(to)
            }
            Inst::Return => self.return_from_call().map_or(Step::Back, Step::To),
            Inst::AbsentStart => {
                let (start, end) = (pos as u32, self.end as u32);
                self.memory.stack.push(Frame::AbsentPos { start, end });
                Step::On(pos)
            }
            Inst::Absent(after) => self.absent(pc, after, pos).map_or(Step::Back, Step::To),
            Inst::AbsentEnd => {
                self.absent_found(text, pos);
                Step::Back
            }
            _ => Step::Back,
        }
    }

    /// Says where a back-reference last matched the empty string; the old place comes back on
    /// backtracking.
    fn set_nothing_at(&mut self, at: u32) {
        if self.nothing_at != at {
            self.memory.stack.push(Frame::Nothing { old: self.nothing_at });
            self.nothing_at = at;
        }
    }

    /// The character before `pos`, as Onigmo believes (see [`Machine::nothing_at`]).
    fn before(&self, text: &[u8], pos: usize) -> Option<usize> {
        if pos > 0 && self.nothing_at == pos as u32 {
            return Some(pos);
        }
        previous(text, pos, self.program.mode)
    }

    #[inline]
    fn at_line_start(&self, text: &[u8], pos: usize) -> bool {
        pos == 0
            || text.get(pos - 1) == Some(&b'\n') && pos != text.len()
            || self.nothing_at == pos as u32 && text.get(pos) == Some(&b'\n')
    }

    /// The place of a group that took part.
    fn group(&self, group: u16) -> Option<(usize, usize)> {
        let start = *self.memory.starts.get(usize::from(group))?;
        let end = *self.memory.ends.get(usize::from(group))?;
        (start != UNSET && end != UNSET).then_some((start as usize, end as usize))
    }

    #[inline]
    fn start_group(&mut self, group: u16, undo: bool, pos: usize) {
        let at = usize::from(group);
        if undo {
            self.remember_group(group, pos);
        }
        self.memory.starts[at] = pos as u32;
        self.memory.ends[at] = UNSET;
    }

    #[inline(never)]
    fn remember_group(&mut self, group: u16, pos: usize) {
        let at = usize::from(group);
        let (old_start, old_end) = (self.memory.starts[at], self.memory.ends[at]);
        self.memory.stack.push(Frame::MemStart { group, pos: pos as u32, old_start, old_end });
    }

    #[inline]
    fn capture(&mut self, group: u16, undo: bool, start: usize, end: usize) {
        self.start_group(group, undo, start);
        self.memory.ends[usize::from(group)] = end as u32;
    }

    fn at_word_bound(&self, word: u32, text: &[u8], pos: usize) -> bool {
        let Some(word) = self.program.sets.get(word as usize) else { return false };
        let before = self.before(text, pos).is_some_and(|before| word.step(text, before).is_some());
        before != word.step(text, pos).is_some()
    }

    /// `\X`: the place after one grapheme cluster; in bytes mode after one byte or CRLF.
    fn cluster_end(&self, text: &[u8], pos: usize) -> Option<usize> {
        if self.program.mode == Mode::Bytes {
            return match text.get(pos..)? {
                [] => None,
                [b'\r', b'\n', ..] => Some(pos + 2),
                _ => Some(pos + 1),
            };
        }
        let rest = self.characters?.get(pos..text.len())?;
        (self.program.letters.cluster_end)(rest).map(|length| pos + length)
    }

    fn step_back(&self, text: &[u8], pos: usize, chars: u32) -> Option<usize> {
        (0..chars).try_fold(pos, |at, _| previous(text, at, self.program.mode))
    }

    /// The row of a choice in the memo, by the counters of the loops around it.
    fn row(&self, pc: usize, pos: usize) -> u32 {
        let Some(rows) = self.rows else { return 0 };
        let strides = rows.strides.get(pc).map_or(&[][..], |strides| strides);
        strides.iter().fold(rows.first[pc], |row, stride| {
            let value = self.memory.counters[stride.counter as usize];
            let value = match stride.by {
                By::Count(most) => value.min(most),
                By::Place => u32::from(value == pos as u32),
            };
            row + value * stride.step
        })
    }

    fn enter_repeat<const MEMO: bool>(&mut self, pc: usize, id: u32, pos: usize) -> Option<u32> {
        let repeat = self.program.repeats[id as usize];
        let old = std::mem::take(&mut self.memory.counters[id as usize]);
        self.memory.stack.push(Frame::Counter { id, old });
        if repeat.min > 0 {
            return Some(repeat.body);
        }
        self.once_more_or_on::<MEMO>(pc, &repeat, pos)
    }

    fn count<const MEMO: bool>(&mut self, pc: usize, id: u32, pos: usize) -> Option<u32> {
        let repeat = self.program.repeats[id as usize];
        let old = self.memory.counters[id as usize];
        self.memory.stack.push(Frame::Counter { id, old });
        self.memory.counters[id as usize] = old + 1;
        if old + 1 >= repeat.max {
            if MEMO && !self.counts_exactly() {
                (self.miscounted, self.limit) = (true, 0);
            }
            return Some(repeat.exit);
        }
        if old + 1 < repeat.min {
            return Some(repeat.body);
        }
        self.once_more_or_on::<MEMO>(pc, &repeat, pos)
    }

    fn counts_exactly(&self) -> bool {
        let exact = self.program.exact_rows.as_ref();
        exact.is_none_or(|exact| self.rows.is_some_and(|rows| std::ptr::eq(rows, exact)))
    }

    fn once_more_or_on<const MEMO: bool>(
        &mut self,
        pc: usize,
        repeat: &Repeat,
        pos: usize,
    ) -> Option<u32> {
        if MEMO {
            let row = self.row(pc, pos);
            if self.memory.memo.is_set(row, pos) {
                return None;
            }
            self.memory.stack.push(Frame::Memo { row, pos: pos as u32 });
        }
        let (first, second) = repeat.ways();
        self.memory.stack.push(Frame::Alt { pc: second, pos: pos as u32 });
        Some(first)
    }

    /// One step of an absence: where to go on, if not back. The frame below holds its start and the
    /// end of the text; `self.end` is where the absent part was last found to end, less one.
    fn absent(&mut self, pc: usize, after: u32, pos: usize) -> Option<u32> {
        let found = self.end;
        let below = std::mem::take(&mut self.below);
        let Some(Frame::AbsentPos { start, end }) = self.memory.stack.pop() else { return None };
        let begin = start as usize;
        self.end = end as usize;
        if (below || begin > found) && pos > begin {
            // The absent part matched the empty string at the start: no match at all.
            self.backtrack::<false>();
            return None;
        }
        if !below && pos >= found && pos > begin {
            return (pos == found).then_some(after);
        }
        if pos == self.end {
            return Some(after);
        }
        let next = following(self.text, pos, self.program.mode) as u32;
        let stack = &mut self.memory.stack;
        stack.push(Frame::Alt { pc: after, pos: pos as u32 });
        stack.push(Frame::AbsentPos { start, end });
        stack.push(Frame::Alt { pc: pc as u32, pos: next });
        stack.push(Frame::Absent);
        (self.end, self.below) = (found, below);
        Some(pc as u32 + 1)
    }

    /// The part that must be absent matched up to `pos`: the text ends one character earlier.
    fn absent_found(&mut self, text: &[u8], pos: usize) {
        match previous(text, pos, self.program.mode) {
            _ if self.nothing_at == pos as u32 => self.end = self.end.min(pos),
            None => (self.end, self.below) = (0, true),
            Some(before) => self.end = self.end.min(before),
        }
        self.undo_to(|frame| matches!(frame, Frame::Absent));
    }
}

/// What an iteration came to.
enum Iteration {
    /// It matched something, or changed a capture: on with the loop.
    Progress,
    /// It matched the empty string: out of the loop.
    Empty,
    /// It matched the empty string, and a capture in it moved: back.
    Moved,
}

impl Machine<'_> {
    /// Judges an iteration that ends at `pos` (Onigmo's `NULL_CHECK_END…`).
    fn iteration<const MEMO: bool>(&mut self, id: u32, pos: usize) -> Iteration {
        let kind = self.program.empties[id as usize].kind;
        let Some((at, start)) = self.iteration_start(id, kind) else { return Iteration::Empty };
        let verdict = if start as usize != pos {
            Iteration::Progress
        } else if kind == EmptyKind::Plain {
            Iteration::Empty
        } else {
            self.captures_moved(at, pos as u32)
        };
        if matches!(verdict, Iteration::Progress) {
            if MEMO && start as usize == pos {
                let (first, last) = self.program.empties[id as usize].body;
                if let Some(rows) = self.rows {
                    let after = |pc: u32| {
                        let mut rest = rows.first.iter().skip(pc as usize);
                        rest.find(|&&row| row != u32::MAX).copied().unwrap_or(rows.count)
                    };
                    self.memory.memo.forget(after(first)..after(last), pos);
                }
            }
            if kind == EmptyKind::Recursive {
                self.memory.stack.push(Frame::EmptyEnd { id });
            }
        }
        verdict
    }

    /// The frame with which the iteration began, and its place.
    fn iteration_start(&self, id: u32, kind: EmptyKind) -> Option<(usize, u32)> {
        let mut level = 0;
        for (at, frame) in self.memory.stack.iter().enumerate().rev() {
            match *frame {
                Frame::Empty { id: own, pos } if own == id => {
                    if level == 0 {
                        return Some((at, pos));
                    }
                    level -= 1;
                }
                Frame::EmptyEnd { id: own } if own == id && kind == EmptyKind::Recursive => {
                    level += 1;
                }
                _ => {}
            }
        }
        None
    }

    fn captures_moved(&self, at: usize, pos: u32) -> Iteration {
        let mut verdict = Iteration::Empty;
        for frame in self.memory.stack.iter().skip(at) {
            if let Frame::MemStart { old_start, old_end, .. } = *frame {
                if old_end == UNSET || old_start != old_end {
                    return Iteration::Progress;
                }
                if old_end != pos {
                    verdict = Iteration::Moved;
                }
            }
        }
        verdict
    }
}
