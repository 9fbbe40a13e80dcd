//! Why a pattern does not match a text: how far it came, what it wanted there and what stood there,
//! and the edits of the pattern that would make it match.
//!
//! The machine of [`super::vm`] runs a program without shortcuts and tells [`Furthest`] of every
//! failure. Deliberately absent: a proof that the furthest failure is the one the author would
//! blame; it is where the attempt that came furthest into the pattern ended.

mod mistakes;
mod suggest;
#[cfg(test)]
mod tests;
mod words;

pub(super) use suggest::suggest;
pub use suggest::{PatternEdit, Suggestion};

use matcher::letters::Mode;
use matcher::program::Program;
use matcher::search::{find, find_traced};
use matcher::vm::{Memory, Outcome, UNSET};

use super::compile::{Purpose, compile, compile_part};
use super::search::mode_of;
use super::trace::Furthest;
use super::tree::{Enclose, Kind, Look, Node, NodeId, Tree};
use crate::diag::Message;
use crate::encoding::Encoding;
use crate::source::Span;

/// Why a text is not matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhyNot {
    /// How far into the text the pattern agreed with it.
    pub reached: usize,
    /// What was wanted there; more than one where alternatives failed at the same place.
    pub wanted: Vec<Wanted>,
    /// What stood there: the rest of the text up to the next blank or so, never past the text.
    pub found: Span,
    /// The groups that had matched by then: number, place in the text.
    pub groups: Vec<(u32, Span)>,
    /// The longest beginning of the pattern that matches somewhere; empty if none.
    pub prefix: Span,
    /// What that beginning matches; `None` if there is none.
    pub prefix_match: Option<Span>,
}

/// A part of the pattern that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The part of the pattern.
    pub span: Span,
    /// Where in the text it began.
    pub at: usize,
    /// What it matches, in words.
    pub words: Message,
}

/// The most parts that are named.
const WANTED_LIMIT: usize = 4;

/// The most bytes of the text that are shown as found.
const FOUND_LIMIT: usize = 24;

/// Why `tree` does not match; `None` when it does, or when matching raises.
pub(super) fn why_not(
    tree: &Tree,
    pattern: &str,
    text: &[u8],
    encoding: Encoding,
) -> Option<WhyNot> {
    let mode = mode_of(tree.fixed_encoding, text, encoding).ok()?;
    let program = compile(tree, mode, Purpose::Trace);
    let parents = parents(tree);
    let progress = |&id: &u32| {
        let id = NodeId(id);
        let harmless = is_forbidden(tree, &parents, id);
        (!harmless).then(|| tree.node(named_part(tree, &parents, id)).span.start)
    };
    let progress = program.nodes.iter().map(progress).collect();
    let mut furthest = Furthest::new(&program, text, progress);
    let mut memory = Memory::default();
    let outcome = find_traced(&program, text, 0, &mut memory, &mut furthest);
    if matches!(outcome, Outcome::Matched { .. }) {
        return None;
    }
    let (prefix, prefix_match) = longest_prefix(tree, text, mode);
    Some(WhyNot {
        reached: furthest.reached,
        wanted: wanted(tree, &program, &parents, pattern, &furthest),
        found: found(text, furthest.reached),
        groups: groups(&furthest),
        prefix,
        prefix_match,
    })
}

fn wanted(
    tree: &Tree,
    program: &Program,
    parents: &[Option<NodeId>],
    pattern: &str,
    furthest: &Furthest<'_>,
) -> Vec<Wanted> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for &(pc, at) in &furthest.failures {
        let Some(id) = program.nodes.get(pc).map(|&id| NodeId(id)) else { continue };
        let id = named_part(tree, parents, id);
        let span = tree.node(id).span;
        if wanted.iter().all(|known| known.span != span) && wanted.len() < WANTED_LIMIT {
            let words = words::of(tree, id, pattern);
            wanted.push(Wanted { span, at, words });
        }
    }
    wanted
}

/// The part to name for a node that failed: the alternation it is a plain branch of, the quantifier
/// that asked for it.
fn named_part(tree: &Tree, parents: &[Option<NodeId>], id: NodeId) -> NodeId {
    let Some(&Some(parent)) = parents.get(id.0 as usize) else { return id };
    match tree.kind(parent) {
        Kind::Alt(_) => parent,
        Kind::Quantifier(quantifier) if quantifier.target == id => parent,
        _ => id,
    }
}

/// True inside a negative look-around: that it fails there is what the pattern wants.
fn is_forbidden(tree: &Tree, parents: &[Option<NodeId>], mut id: NodeId) -> bool {
    while let Some(&Some(parent)) = parents.get(id.0 as usize) {
        if matches!(tree.kind(parent), Kind::Look { look: Look::NotAhead | Look::NotBehind(_), .. })
        {
            return true;
        }
        id = parent;
    }
    false
}

/// The parent of every node.
fn parents(tree: &Tree) -> Vec<Option<NodeId>> {
    let mut parents = vec![None; tree.nodes.len()];
    for (at, node) in tree.nodes.iter().enumerate() {
        for child in node.kind.children() {
            if let Some(parent) = parents.get_mut(child.0 as usize) {
                *parent = Some(NodeId(at as u32));
            }
        }
    }
    parents
}

/// What stands at a place: up to the next blank, at least one character.
fn found(text: &[u8], at: usize) -> Span {
    let rest = text.get(at..).unwrap_or_default();
    let mut end = rest.iter().skip(1).position(u8::is_ascii_whitespace);
    end = end.map(|end| end + 1);
    let mut end = at + end.unwrap_or(rest.len()).min(FOUND_LIMIT);
    while text.get(end).is_some_and(|byte| byte & 0xC0 == 0x80) {
        end += 1;
    }
    Span::new(at, end)
}

fn groups(furthest: &Furthest<'_>) -> Vec<(u32, Span)> {
    let places = furthest.starts.iter().zip(&furthest.ends).enumerate().skip(1);
    places
        .filter(|(_, (start, end))| **start != UNSET && **end != UNSET)
        .map(|(group, (&start, &end))| (group as u32, Span { start, end }))
        .collect()
}

/// The longest beginning of the pattern that matches somewhere, and where.
fn longest_prefix(tree: &Tree, text: &[u8], mode: Mode) -> (Span, Option<Span>) {
    let mut root = tree.root;
    while let Kind::Enclose {
        kind: Enclose::Group | Enclose::Option | Enclose::Memory { .. },
        target,
    } = *tree.kind(root)
    {
        root = target;
    }
    let nothing = Span::at(tree.node(root).span.start as usize);
    let Kind::List(items) = tree.kind(root) else { return (nothing, None) };
    // If a beginning matches, every shorter one does.
    let (mut matching, mut failing, mut best) = (0, items.len(), None);
    while matching + 1 < failing {
        let middle = usize::midpoint(matching, failing);
        match match_prefix(tree, &items[..middle], text, mode) {
            Some(place) => (matching, best) = (middle, Some(place)),
            None => failing = middle,
        }
    }
    let span = items[..matching]
        .iter()
        .map(|&item| tree.node(item).span)
        .reduce(Span::to)
        .unwrap_or(nothing);
    (span, best)
}

fn match_prefix(tree: &Tree, items: &[NodeId], text: &[u8], mode: Mode) -> Option<Span> {
    let mut part = tree.clone();
    let node = Node { kind: Kind::List(items.into()), ..part.node(tree.root).clone() };
    part.nodes.push(node);
    let root = NodeId(part.nodes.len() as u32 - 1);
    let program = compile_part(&part, root, mode, Purpose::Match);
    let found = find(&program, text, 0, &mut Memory::default());
    let Outcome::Matched { start, end } = found else { return None };
    Some(Span::new(start, end))
}
