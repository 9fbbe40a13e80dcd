//! The search: which program, and where to try it.
//!
//! Follows `rb_reg_prepare_enc` of Ruby's `re.c` and `onig_search` of `regexec.c`.

#[cfg(test)]
mod tests;

use std::cell::OnceCell;
use std::rc::Rc;

use matcher::letters::{Mode, is_utf8};
use matcher::program::Program;
use matcher::vm::{Memory, Outcome, UNSET};

use super::compile::{Purpose, compile};
use super::regexp::{MatchError, Region};
use super::tree::Tree;
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
        Encoding::Utf8 if !is_utf8(text) => {
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
    let (start, end) = match matcher::search::find(program, text, from, &mut region.memory) {
        Outcome::Matched { start, end } => (start, end),
        Outcome::Failed => return Ok(false),
        Outcome::Exhausted => return Err(exhausted(program)),
    };
    region.groups.push(Some(Span::new(start, end)));
    let Memory { starts, ends, .. } = &region.memory;
    region.groups.extend(
        starts
            .iter()
            .zip(ends)
            .skip(1)
            .map(|(&start, &end)| (start != UNSET && end != UNSET).then_some(Span { start, end })),
    );
    Ok(true)
}

/// Too many steps were taken.
fn exhausted(program: &Program) -> MatchError {
    let (start, end) = program.repeating;
    MatchError::StepBudget { span: Span { start, end } }
}
