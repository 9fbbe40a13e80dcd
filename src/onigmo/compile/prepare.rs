//! What the compiler knows of every node before it writes one instruction: the set or the text it
//! matches, with which bytes it can begin, whether it can be empty, how large it will be.
//!
//! Nodes come children first, so one pass over the arena is enough.

use matcher::letters::Mode;

use super::super::class::{self, Resolved};
use super::super::fold::{self, Piece};
use super::super::tree::{Anchor, Greed, Kind, Look, Node, NodeId, Tree};
use super::super::unicode::code_set::{CodeSet, LAST_CODE};
use super::code;
use matcher::program::Peek;
use matcher::sets::lead_bytes;

/// What a leaf matches.
#[derive(Clone, Debug)]
pub(super) enum Leaf {
    /// The node is no leaf, or one with an instruction of its own.
    None,
    /// One member of a set.
    Set(CodeSet),
    /// One member of a set, or one of these folded texts.
    SetOr(CodeSet, Vec<Box<str>>),
    /// Exactly this text.
    Text(Box<[u8]>),
    /// A literal under `i`.
    Pieces(Vec<Piece>),
}

impl Leaf {
    /// What a run of it is made of: a set, or one character.
    pub(super) fn run(&self) -> Option<CodeSet> {
        match self {
            Leaf::Set(codes) => Some(codes.clone()),
            Leaf::Text(text) => {
                let mut chars = std::str::from_utf8(text).ok()?.chars();
                let code = u32::from(chars.next()?);
                let fits = chars.next().is_none() && (text.len() == 1 || code >= 0x80);
                fits.then(|| CodeSet::range(code, code))
            }
            _ => None,
        }
    }
}

/// What is known of one node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fact {
    /// Bytes a match that is not empty begins with.
    first: Peek,
    /// When it can match the empty string: what must then follow (for `$`: newline or the end).
    empty: Option<Peek>,
    /// The least number of bytes it matches (only whether it is 0 counts).
    pub(super) min: u32,
    /// Number of instructions, roughly.
    pub(super) size: u32,
    /// Bytes of Onigmo's own code, roughly (`compile_length_tree`): they decide whether it copies a
    /// repeated part or counts, which shows when an iteration is empty.
    pub(super) code: u32,
    /// It holds a capture group, outside look-arounds.
    pub(super) captures: bool,
    /// It holds a call, outside look-arounds.
    pub(super) calls: bool,
    /// It holds a group that is called.
    pub(super) called: bool,
}

impl Fact {
    fn zero_width(follow: Peek) -> Fact {
        Fact {
            first: Peek::NONE,
            empty: Some(follow),
            min: 0,
            size: 1,
            code: 1,
            captures: false,
            calls: false,
            called: false,
        }
    }

    fn one(first: Peek) -> Fact {
        Fact { first, empty: None, min: 1, ..Fact::zero_width(Peek::ANY) }
    }

    fn unknown() -> Fact {
        Fact { first: Peek::ANY.inside(), ..Fact::zero_width(Peek::ANY) }
    }

    /// What the node can begin with when `follow` comes after it.
    pub(super) fn begins(&self, follow: &Peek) -> Peek {
        match &self.empty {
            None => self.first,
            Some(then) => self.first.union(&then.intersection(follow)),
        }
    }
}

/// The facts and the leaves of all nodes, in the order of the arena.
pub(super) fn prepare(tree: &Tree, mode: Mode) -> (Vec<Fact>, Vec<Leaf>) {
    let mut facts: Vec<Fact> = Vec::with_capacity(tree.nodes.len());
    let mut leaves = Vec::with_capacity(tree.nodes.len());
    for node in &tree.nodes {
        let (fact, leaf) = match leaf(node, mode) {
            Leaf::None => (fact(tree, node, &facts, &leaves), Leaf::None),
            leaf => (leaf_fact(&leaf, mode), leaf),
        };
        let code = code::length(node, &leaf, &facts);
        facts.push(Fact { code, ..fact });
        leaves.push(leaf);
    }
    (facts, leaves)
}

fn leaf(node: &Node, mode: Mode) -> Leaf {
    match &node.kind {
        Kind::Str(text) if node.flags.ignore_case => Leaf::Pieces(fold::pieces(&text.text, mode)),
        Kind::Str(text) => Leaf::Text(text.text.as_bytes().into()),
        Kind::CClass(class) => {
            let Resolved { set, folded } = class::resolve(class, node.flags, mode);
            if folded.is_empty() { Leaf::Set(set) } else { Leaf::SetOr(set, folded) }
        }
        Kind::CType { ctype, not } => Leaf::Set(class::ctype(*ctype, *not, node.flags, mode)),
        Kind::AnyChar => Leaf::Set(any_char(node.flags.multi_line, mode)),
        _ => Leaf::None,
    }
}

fn leaf_fact(leaf: &Leaf, mode: Mode) -> Fact {
    match leaf {
        Leaf::None => Fact::unknown(),
        Leaf::Set(set) => Fact::one(lead_bytes(set.ranges(), mode)),
        Leaf::SetOr(set, folded) => {
            let first = folded.iter().fold(lead_bytes(set.ranges(), mode), |all, text| {
                all.union(&folded_first(text, mode))
            });
            Fact { size: 2 + folded.len() as u32 * 2, ..Fact::one(first) }
        }
        Leaf::Text(text) => text_fact(text),
        Leaf::Pieces(pieces) => way_fact(pieces, mode),
    }
}

fn fact(tree: &Tree, node: &Node, known: &[Fact], leaves: &[Leaf]) -> Fact {
    let get = |id: NodeId| known.get(id.0 as usize).copied().unwrap_or_else(Fact::unknown);
    match &node.kind {
        Kind::BackRef(back) => {
            let min = back.groups.iter().map(|&group| group_min(tree, group, known)).min();
            Fact { min: min.unwrap_or(0), ..Fact::unknown() }
        }
        Kind::Call { .. } => Fact { calls: true, ..Fact::unknown() },
        Kind::Quantifier(q) => {
            let run = leaves.get(q.target.0 as usize).is_some_and(|leaf| leaf.run().is_some());
            quantified(get(q.target), q.min, q.max, q.greed, run)
        }
        Kind::Enclose { kind, target } => enclosed(tree, *kind, get(*target)),
        Kind::Condition { yes, no, .. } => {
            let no = no.map_or_else(|| Fact::zero_width(Peek::ANY), get);
            either(get(*yes), no)
        }
        Kind::Anchor(anchor) => Fact::zero_width(anchor_follow(*anchor)),
        Kind::Look { look, target } => looked(look, get(*target)),
        Kind::Alt(branches) => {
            branches.iter().map(|&id| get(id)).reduce(either).unwrap_or_else(Fact::unknown)
        }
        Kind::List(items) => {
            items.iter().fold(Fact::zero_width(Peek::ANY), |so_far, &id| then(so_far, get(id)))
        }
        Kind::Absent(target) => {
            let inside = get(*target);
            let Fact { first, empty, .. } = Fact::unknown();
            Fact { first, empty, min: 0, size: inside.size + 3, ..inside }
        }
        Kind::LineBreak => Fact::one(Peek::bytes([10, 11, 12, 13, 0xC2, 0xE2])),
        _ => Fact::one(Peek::ANY.inside()),
    }
}

fn group_min(tree: &Tree, group: u32, known: &[Fact]) -> u32 {
    let node = (group as usize).checked_sub(1).and_then(|at| tree.groups.get(at)).map(|g| g.node);
    node.and_then(|id| known.get(id.0 as usize)).map_or(0, |fact| fact.min)
}

/// `.`
fn any_char(multi_line: bool, mode: Mode) -> CodeSet {
    let last = if mode == Mode::Bytes { 255 } else { LAST_CODE };
    if multi_line {
        return CodeSet::range(0, last);
    }
    CodeSet::from_ranges([(0, 9), (11, last)])
}

fn text_fact(text: &[u8]) -> Fact {
    let Some(&first) = text.first() else { return Fact::zero_width(Peek::ANY) };
    Fact { min: text.len() as u32, ..Fact::one(Peek::bytes([first])) }
}

fn way_fact(way: &[Piece], mode: Mode) -> Fact {
    way.iter()
        .fold(Fact::zero_width(Peek::ANY), |so_far, piece| then(so_far, piece_fact(piece, mode)))
}

fn piece_fact(piece: &Piece, mode: Mode) -> Fact {
    match piece {
        Piece::Exact(text) => text_fact(text.as_bytes()),
        Piece::Folded(text) => Fact::one(folded_first(text, mode)),
        Piece::Alt(ways) => {
            let ways = ways.iter().map(|way| way_fact(way, mode));
            ways.reduce(either).unwrap_or_else(Fact::unknown)
        }
    }
}

/// What a character that folds to the beginning of `text` can begin with.
fn folded_first(text: &str, mode: Mode) -> Peek {
    let Some(first) = text.chars().next() else { return Peek::ANY };
    let mut peek = lead_bytes(fold::simple_set(first, mode).ranges(), mode);
    if mode == Mode::Characters {
        let several = fold::several().iter().filter(|entry| entry.1.starts_with(first));
        for &(code, _) in several {
            peek = peek.union(&lead_bytes(&[(code, code)], mode));
        }
    }
    peek
}

fn quantified(target: Fact, min: u32, max: Option<u32>, greed: Greed, run: bool) -> Fact {
    let copies = if run { 1 } else { max.unwrap_or(min + 1).max(1) };
    let expanded = target.size.saturating_add(2).saturating_mul(copies);
    let size = if expanded > super::EXPAND_LIMIT { target.size + 4 } else { expanded }
        + u32::from(greed == Greed::Possessive) * 2;
    let empty = if min == 0 || max == Some(0) { Some(Peek::ANY) } else { target.empty };
    let first = if max == Some(0) { Peek::NONE } else { target.first };
    let captures = target.captures && max != Some(0);
    Fact { first, empty, min: target.min.saturating_mul(min), size, captures, ..target }
}

fn enclosed(tree: &Tree, kind: super::Enclose, target: Fact) -> Fact {
    let mut fact = target;
    if let super::Enclose::Memory { group } = kind {
        fact.captures = true;
        fact.called |= super::is_called(tree, group);
    }
    fact.size += 2;
    fact
}

fn looked(look: &Look, target: Fact) -> Fact {
    let follow = match (look, &target.empty) {
        (Look::Ahead, None) => target.first,
        _ => Peek::ANY,
    };
    // What is captured or called inside does not count for a loop around it
    // (`quantifiers_memory_node_info`).
    let size = target.size + 3;
    Fact { size, called: target.called, ..Fact::zero_width(follow) }
}

fn either(a: Fact, b: Fact) -> Fact {
    let empty = match (a.empty, b.empty) {
        (Some(a), Some(b)) => Some(a.union(&b)),
        (a, b) => a.or(b),
    };
    Fact {
        first: a.first.union(&b.first),
        empty,
        min: a.min.min(b.min),
        size: a.size.saturating_add(b.size).saturating_add(2),
        captures: a.captures || b.captures,
        code: a.code.saturating_add(b.code),
        calls: a.calls || b.calls,
        called: a.called || b.called,
    }
}

fn then(a: Fact, b: Fact) -> Fact {
    let first = match &a.empty {
        None => a.first,
        Some(follow) => a.first.union(&follow.intersection(&b.first)),
    };
    let empty = match (&a.empty, &b.empty) {
        (Some(a), Some(b)) => Some(a.intersection(b)),
        _ => None,
    };
    Fact {
        first,
        empty,
        min: a.min.saturating_add(b.min),
        size: a.size.saturating_add(b.size),
        captures: a.captures || b.captures,
        code: a.code.saturating_add(b.code),
        calls: a.calls || b.calls,
        called: a.called || b.called,
    }
}

/// What must follow where an anchor holds.
fn anchor_follow(anchor: Anchor) -> Peek {
    match anchor {
        Anchor::EndLine | Anchor::SemiEndBuf => Peek::bytes([b'\n']).or_end(),
        Anchor::EndBuf => Peek::NONE.or_end(),
        _ => Peek::ANY,
    }
}
