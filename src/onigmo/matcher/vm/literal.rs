//! Literals: one of several, under case folding, line breaks.

use super::super::letters::{Fold, Letters, Mode};
use super::super::program::Program;
use super::super::sets::decode;

/// One of several literals: the place after it.
#[inline]
pub(super) fn one_of(program: &Program, index: u32, text: &[u8], pos: usize) -> Option<usize> {
    let lits = program.one_of.get(index as usize)?;
    let lit = lits.iter().find(|&&lit| program.stands(lit, text, pos))?;
    Some(pos + lit.len as usize)
}

/// Text that folds to the literal: the place after it (Onigmo's `OP_EXACTN_IC`).
pub(super) fn folded(program: &Program, index: u32, text: &[u8], mut pos: usize) -> Option<usize> {
    let mut wanted = program.folded.get(index as usize)?.as_bytes();
    while let Some((&first, rest)) = wanted.split_first() {
        let byte = *text.get(pos)?;
        if byte.is_ascii() {
            if byte.to_ascii_lowercase() != first {
                return None;
            }
            (wanted, pos) = (rest, pos + 1);
            continue;
        }
        if program.mode == Mode::Bytes {
            if byte != first {
                return None;
            }
            (wanted, pos) = (rest, pos + 1);
            continue;
        }
        let (code, next) = decode(text, pos);
        let mut buffer = [0; 4];
        let spelled = match (program.letters.fold)(char::from_u32(code)?, program.mode) {
            Fold::One(folded) => &*folded.encode_utf8(&mut buffer),
            Fold::Several(folded) => folded,
        };
        wanted = wanted.strip_prefix(spelled.as_bytes())?;
        pos = next;
    }
    Some(pos)
}

/// Text that folds to what `captured` folds to, character by character: the place after it
/// (Onigmo's `string_cmp_ic`).
pub(super) fn same_folded(
    captured: &[u8],
    text: &[u8],
    mut pos: usize,
    mode: Mode,
    letters: Letters,
) -> Option<usize> {
    let mut at = 0;
    while at < captured.len() {
        if mode == Mode::Bytes {
            if !captured[at].eq_ignore_ascii_case(text.get(pos)?) {
                return None;
            }
            (at, pos) = (at + 1, pos + 1);
            continue;
        }
        text.get(pos)?;
        let ((left, next_left), (right, next)) = (decode(captured, at), decode(text, pos));
        let (left, right) = (char::from_u32(left)?, char::from_u32(right)?);
        if left != right && (letters.fold)(left, mode) != (letters.fold)(right, mode) {
            return None;
        }
        (at, pos) = (next_left, next);
    }
    Some(pos)
}

/// `\R`: the place after a line break.
pub(super) fn line_break(mode: Mode, text: &[u8], pos: usize) -> Option<usize> {
    match text.get(pos..)? {
        [b'\r', b'\n', ..] => Some(pos + 2),
        [b'\n'..=b'\r', ..] => Some(pos + 1),
        [0xC2, 0x85, ..] if mode == Mode::Characters => Some(pos + 2),
        [0xE2, 0x80, 0xA8 | 0xA9, ..] if mode == Mode::Characters => Some(pos + 3),
        _ => None,
    }
}
