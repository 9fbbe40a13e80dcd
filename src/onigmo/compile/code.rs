//! How long Onigmo's own code would be (`compile_length_tree` of `regcomp.c`), near enough.
//!
//! Onigmo copies a short repeated part and counts a long one. Only the counted form checks for empty
//! iterations, so the length shows in what is captured.

use super::super::tree::{CType, Enclose, Greed, Kind, Look, Node, NodeId, Quantifier};
use super::prepare::{Fact, Leaf};

/// Onigmo's `QUANTIFIER_EXPAND_LIMIT_SIZE`.
const LIMIT: u32 = 50;

/// `OP_PUSH` and `OP_JUMP` with their address.
const JUMP: u32 = 5;

/// True when Onigmo copies a part of that length instead of counting.
pub(super) fn is_copied(quantifier: &Quantifier, code: u32) -> bool {
    let Quantifier { min, max, greed, .. } = *quantifier;
    match max {
        None => min <= 1 || code.saturating_mul(min) <= LIMIT,
        Some(max) if greed == Greed::Lazy => (min, max) == (0, 1),
        Some(max) => max == 1 || (code + JUMP).saturating_mul(max) <= LIMIT,
    }
}

/// True when the first iteration of `x+` is the loop's own.
pub(super) fn enters_loop(quantifier: &Quantifier, code: u32) -> bool {
    quantifier.max.is_none() && quantifier.min == 1 && code > LIMIT
}

pub(super) fn length(node: &Node, leaf: &Leaf, known: &[Fact]) -> u32 {
    let of = |id: &NodeId| known.get(id.0 as usize).map_or(1, |fact| fact.code);
    let sum = |ids: &[NodeId]| ids.iter().fold(0_u32, |sum, id| sum.saturating_add(of(id)));
    match &node.kind {
        Kind::Str(text) => text_length(text.text.len() as u32),
        Kind::AnyChar | Kind::CType { ctype: CType::Word, .. } | Kind::Anchor(_) => 1,
        Kind::CClass(_) | Kind::CType { .. } => class_length(leaf),
        Kind::BackRef(back) => match (back.groups.as_ref(), back.level) {
            ([1 | 2], None) => 1,
            ([_], None) => 3,
            (groups, None) => 5 + 2 * groups.len() as u32,
            (groups, Some(_)) => 13 + 2 * groups.len() as u32,
        },
        Kind::Call { .. } => 5,
        Kind::Quantifier(quantifier) => {
            let target = known.get(quantifier.target.0 as usize);
            target.map_or(1, |target| quantifier_length(quantifier, target))
        }
        Kind::Enclose { kind: Enclose::Memory { .. }, target } => of(target) + 6,
        Kind::Enclose { kind: Enclose::Atomic, target } => of(target) + 2,
        Kind::Enclose { target, .. } => of(target),
        Kind::Condition { yes, no, .. } => 12 + of(yes) + no.as_ref().map_or(0, of),
        Kind::Look { look, target } => match look {
            Look::Ahead => of(target) + 2,
            Look::NotAhead => of(target) + 6,
            Look::Behind(_) => of(target) + 5,
            Look::NotBehind(_) => of(target) + 10,
        },
        Kind::Alt(branches) => {
            let jumps = branches.len().saturating_sub(1) as u32 * 2 * JUMP;
            sum(branches).saturating_add(jumps)
        }
        Kind::List(items) => sum(items),
        Kind::Absent(target) => of(target) + 7,
        Kind::LineBreak => 72,
        Kind::GraphemeCluster => 500,
    }
}

fn text_length(bytes: u32) -> u32 {
    if bytes <= 5 { 1 + bytes } else { 5 + bytes }
}

fn class_length(leaf: &Leaf) -> u32 {
    let (Leaf::Set(set) | Leaf::SetOr(set, _)) = leaf else { return 33 };
    let high = set.ranges().iter().filter(|range| range.1 >= 0x80).count() as u32;
    if high == 0 { 33 } else { 41 + 8 * high }
}

fn quantifier_length(quantifier: &Quantifier, target: &Fact) -> u32 {
    let Quantifier { min, max, greed, .. } = *quantifier;
    let code = target.code;
    let checked = code + if target.min == 0 { 6 } else { 0 };
    if max == Some(0) {
        return 0;
    }
    if !is_copied(quantifier, code) {
        return checked + 10;
    }
    match max {
        None if enters_loop(quantifier, code) => JUMP + checked + 2 * JUMP,
        None => code * min + checked + 2 * JUMP,
        Some(_) if greed == Greed::Lazy => code + 2 * JUMP,
        Some(max) => code * min + (JUMP + code) * max.saturating_sub(min),
    }
}
