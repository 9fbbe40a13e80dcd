//! Where to try: the places at which an attempt may begin. Follows `onig_search` of `regexec.c`.

use super::program::{Begin, BeginAnchor, Peek, Program};
use super::sets::following;
use super::trace::{Silent, Trace};
use super::vm::{Machine, Memory, Outcome};

/// The first match from byte `from`; its groups are in `memory`.
pub fn find(program: &Program, text: &[u8], from: usize, memory: &mut Memory) -> Outcome {
    find_traced(program, text, from, memory, &mut Silent)
}

/// The same, watched.
pub fn find_traced<T: Trace>(
    program: &Program,
    text: &[u8],
    from: usize,
    memory: &mut Memory,
    trace: &mut T,
) -> Outcome {
    let begin = &program.begin;
    if from > text.len() || u32::try_from(text.len()).is_err() {
        return Outcome::Failed;
    }
    if let Some(required) = &begin.required
        && required.find(&text[from..]).is_none()
    {
        return Outcome::Failed;
    }
    let mut machine = Machine::new(program, text, from, memory);
    let mut next = begin.next(text, from, from);
    while let Some(start) = next {
        match machine.attempt(start, trace) {
            Outcome::Failed => {}
            outcome => return outcome,
        }
        next = program.after(text, start).and_then(|at| begin.next(text, at, from));
    }
    Outcome::Failed
}

impl Program {
    /// The first place after a failed attempt at `start` where another may begin.
    fn after(&self, text: &[u8], start: usize) -> Option<usize> {
        if start >= text.len() {
            return None;
        }
        if self.begin.by_line {
            let newline = memchr::memchr(b'\n', &text[start..])?;
            return Some(start + newline + 1).filter(|&next| next < text.len());
        }
        let next = following(text, start, self.mode).min(text.len());
        let run = self.begin.run.and_then(|set| self.sets.get(set as usize));
        // What a run without end fails to begin, a later part of the same run fails to begin too.
        Some(run.map_or(next, |set| set.run_end(text, start).max(next)))
    }
}

impl Begin {
    /// The first place from `at` where an attempt may begin.
    fn next(&self, text: &[u8], at: usize, from: usize) -> Option<usize> {
        match self.anchor {
            BeginAnchor::Buf => (at == 0).then_some(0),
            BeginAnchor::Position => (at == from).then_some(at),
            // The second place is Onigmo's try at the end of its range.
            BeginAnchor::Star => (at <= from + 1).then_some(at),
            BeginAnchor::Line => line_start(text, at),
            BeginAnchor::None => self.next_free(text, at),
        }
    }

    fn next_free(&self, text: &[u8], at: usize) -> Option<usize> {
        let rest = text.get(at..)?;
        if let Some(prefix) = &self.prefix {
            let found = match prefix.needle() {
                [byte] => memchr::memchr(*byte, rest),
                _ => prefix.find(rest),
            };
            return found.map(|found| at + found);
        }
        let Some(first) = &self.first else { return Some(at) };
        let found = find_first(first, rest);
        found.map(|found| at + found).or_else(|| first.end.then_some(text.len()))
    }
}

fn find_first(first: &Peek, rest: &[u8]) -> Option<usize> {
    let mut members = first.members();
    match (first.count(), members.next(), members.next(), members.next()) {
        (1, Some(a), ..) => memchr::memchr(a, rest),
        (2, Some(a), Some(b), _) => memchr::memchr2(a, b, rest),
        (3, Some(a), Some(b), Some(c)) => memchr::memchr3(a, b, c, rest),
        _ => rest.iter().position(|&byte| first.contains(byte)),
    }
}

/// The first start of a line from `at`; the end of the text is none, unless it is the start too.
fn line_start(text: &[u8], at: usize) -> Option<usize> {
    if at == 0 || at < text.len() && text.get(at - 1) == Some(&b'\n') {
        return Some(at);
    }
    let newline = memchr::memchr(b'\n', text.get(at..)?)?;
    (at + newline + 1 < text.len()).then_some(at + newline + 1)
}
