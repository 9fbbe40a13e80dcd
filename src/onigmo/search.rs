//! The search: which program, and where to try it.
//!
//! Follows `rb_reg_prepare_enc` of Ruby's `re.c` and `onig_search` of `regexec.c`.

use std::cell::OnceCell;
use std::rc::Rc;

use super::compile::{Purpose, compile};
use super::program::{Begin, BeginAnchor, Peek, Program};
use super::regexp::{MatchError, Region};
use super::sets::following;
use super::trace::{Silent, Trace};
use super::tree::{Mode, Tree};
use super::vm::{Machine, Memory, Outcome};
use crate::encoding::Encoding;
use crate::source::Span;

/// The programs of one pattern, each made when the first text of its kind comes.
#[derive(Clone, Debug, Default)]
pub(super) struct Programs {
    characters: OnceCell<Rc<Program>>,
    bytes: OnceCell<Rc<Program>>,
}

impl Programs {
    /// The program for texts of a kind.
    pub(super) fn of(&self, tree: &Tree, mode: Mode) -> &Program {
        let cell = match mode {
            Mode::Characters => &self.characters,
            Mode::Bytes => &self.bytes,
        };
        cell.get_or_init(|| Rc::new(compile(tree, mode, Purpose::Match)))
    }
}

/// How Ruby reads a text when it is matched against a regexp: by character or by byte, or not at
/// all.
pub(super) fn mode_of(fixed: bool, text: &[u8], encoding: Encoding) -> Result<Mode, MatchError> {
    let raised = |class, message: &str| MatchError::Raised { class, message: message.to_owned() };
    match encoding {
        // A pattern of ASCII stays one for a text of ASCII.
        Encoding::Utf8 if !fixed && text.is_ascii() => Ok(Mode::Bytes),
        Encoding::Utf8 if std::str::from_utf8(text).is_err() => {
            Err(raised("ArgumentError", "invalid byte sequence in UTF-8"))
        }
        Encoding::UsAscii if !text.is_ascii() => {
            Err(raised("ArgumentError", "invalid byte sequence in US-ASCII"))
        }
        Encoding::Utf8 => Ok(Mode::Characters),
        _ if !fixed => Ok(Mode::Bytes),
        _ if text.is_ascii() => Ok(Mode::Characters),
        _ => Err(raised(
            "Encoding::CompatibilityError",
            "incompatible encoding regexp match (UTF-8 regexp with ASCII-8BIT string)",
        )),
    }
}

/// Searches from byte `from`; the groups go to `region`.
pub(super) fn search(
    program: &Program,
    text: &[u8],
    from: usize,
    region: &mut Region,
) -> Result<bool, MatchError> {
    region.groups.clear();
    let found = find(program, text, from, &mut region.memory, &mut Silent)?;
    let Some((start, end)) = found else { return Ok(false) };
    region.groups.push(Some(Span::new(start, end)));
    let Memory { starts, ends, .. } = &region.memory;
    region.groups.extend(starts.iter().zip(ends).skip(1).map(|(&start, &end)| {
        (start != super::vm::UNSET && end != super::vm::UNSET).then_some(Span { start, end })
    }));
    Ok(true)
}

/// The first match from byte `from`: its start and end.
pub(super) fn find<T: Trace>(
    program: &Program,
    text: &[u8],
    from: usize,
    memory: &mut Memory,
    trace: &mut T,
) -> Result<Option<(usize, usize)>, MatchError> {
    let begin = &program.begin;
    if from > text.len() || u32::try_from(text.len()).is_err() {
        return Ok(None);
    }
    if let Some(required) = &begin.required
        && required.find(&text[from..]).is_none()
    {
        return Ok(None);
    }
    let mut machine = Machine::new(program, text, from, memory);
    let mut next = begin.next(text, from, from);
    while let Some(start) = next {
        match machine.attempt(start, trace) {
            Outcome::Matched { start, end } => return Ok(Some((start, end))),
            Outcome::Exhausted => return Err(MatchError::StepBudget { span: program.repeating }),
            Outcome::Failed => {}
        }
        next = program.after(text, start).and_then(|at| begin.next(text, at, from));
    }
    Ok(None)
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
    match (first.len(), members.next(), members.next(), members.next()) {
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
