//! From the tree to a program. Follows `regcomp.c` in what is compiled to what (which groups keep
//! their old places, which loops check for empty iterations, how look-behind is divided), and adds
//! what makes it fast: one instruction for a run, a look at the next byte before every choice.
//!
//! The program's size is bounded: a repeated part is copied only up to [`EXPAND_LIMIT`]
//! instructions, beyond that it is counted.

mod begin;
mod code;
mod emit;
mod prepare;

use std::collections::HashMap;

use matcher::letters::{Letters, Mode};
use matcher::program::{Begin, By, EmptyKind, Inst, Lit, Peek, Program, Rows, Set, Stride};

use super::fold::fold;
use super::tree::{Enclose, Kind, NodeId, Tree};
use super::unicode::code_set::CodeSet;
use super::unicode::grapheme::cluster_end;
use crate::source::Span;
use prepare::{Fact, Leaf};

/// How many instructions a quantifier may become by copying what it repeats.
const EXPAND_LIMIT: u32 = 120;

/// Whether the program is to be fast, or is to fail exactly where each node fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// With every shortcut.
    Match,
    /// Without: every choice is tried, so that the furthest failure can be told.
    Trace,
}

/// Compiles a tree for texts of one kind.
pub(super) fn compile(tree: &Tree, mode: Mode, purpose: Purpose) -> Program {
    compile_part(tree, tree.root, mode, purpose)
}

/// Compiles one node of the tree as if it were the whole pattern.
pub(super) fn compile_part(tree: &Tree, root: NodeId, mode: Mode, purpose: Purpose) -> Program {
    let (facts, leaves) = prepare::prepare(tree, mode);
    let mut compiler = Compiler::new(tree, mode, purpose, facts, leaves);
    compiler.whole(root);
    if purpose == Purpose::Match {
        compiler.program.begin = begin::begin(&mut compiler, root);
    } else {
        (compiler.program.begin.anchor, compiler.program.begin.by_line) =
            begin::star(&compiler, root);
    }
    compiler.number_memo_rows();
    compiler.program
}

/// What comes after the node that is being compiled.
#[derive(Clone, Copy)]
struct Follow {
    peek: Peek,
    /// The literal that comes next, if it is one.
    lit: Option<Lit>,
}

impl Follow {
    const ANY: Follow = Follow { peek: Peek::ANY, lit: None };
}

struct Compiler<'t> {
    tree: &'t Tree,
    purpose: Purpose,
    facts: Vec<Fact>,
    leaves: Vec<Leaf>,
    program: Program,
    /// The node that is being compiled.
    node: NodeId,
    /// Where the body of a called group stands, once it is written.
    called: HashMap<u32, u32>,
    /// Calls to be resolved at the end: place of the instruction, group.
    calls: Vec<(usize, u32)>,
    set_ids: HashMap<CodeSet, u32>,
    peek_ids: HashMap<[u8; 257], u32>,
}

impl<'t> Compiler<'t> {
    fn new(
        tree: &'t Tree,
        mode: Mode,
        purpose: Purpose,
        facts: Vec<Fact>,
        leaves: Vec<Leaf>,
    ) -> Compiler<'t> {
        let Span { start, end } = repeating(tree);
        let repeating = (start, end);
        let program = Program {
            mode,
            letters: Letters { fold, cluster_end },
            insts: Vec::new(),
            nodes: Vec::new(),
            rows: None,
            exact_rows: None,
            counters: 0,
            pool: Vec::new(),
            sets: Vec::new(),
            runs: Vec::new(),
            peeks: Vec::new(),
            follows: Vec::new(),
            folded: Vec::new(),
            one_of: Vec::new(),
            back_refs: Vec::new(),
            repeats: Vec::new(),
            empties: Vec::new(),
            groups: tree.groups.len(),
            begin: Begin::default(),
            has_calls: tree.has_calls || has_levels(tree),
            has_clusters: tree.nodes.iter().any(|n| matches!(n.kind, Kind::GraphemeCluster)),
            repeating,
        };
        Compiler {
            tree,
            purpose,
            facts,
            leaves,
            program,
            node: tree.root,
            called: HashMap::new(),
            calls: Vec::new(),
            set_ids: HashMap::new(),
            peek_ids: HashMap::new(),
        }
    }

    /// The whole pattern; `\g<0>` calls it.
    fn whole(&mut self, root: NodeId) {
        let calls_whole =
            self.tree.nodes.iter().any(|node| matches!(node.kind, Kind::Call { group: 0, .. }));
        if calls_whole {
            let call = self.push(Inst::Call(0));
            let jump = self.push(Inst::Jump(0));
            let start = self.here();
            self.called.insert(0, start);
            self.emit(root, Follow::ANY, true);
            self.push(Inst::Return);
            let end = self.here();
            self.set(call, Inst::Call(start));
            self.set(jump, Inst::Jump(end));
        } else {
            self.emit(root, Follow::ANY, false);
        }
        self.push(Inst::Match);
        self.resolve_calls();
    }

    fn resolve_calls(&mut self) {
        for (at, group) in std::mem::take(&mut self.calls) {
            let inst = self.called.get(&group).map_or(Inst::Fail, |&place| Inst::Call(place));
            self.set(at, inst);
        }
    }

    fn here(&self) -> u32 {
        self.program.insts.len() as u32
    }

    fn push(&mut self, inst: Inst) -> usize {
        self.program.insts.push(inst);
        self.program.nodes.push(self.node.0);
        self.program.insts.len() - 1
    }

    fn set(&mut self, at: usize, inst: Inst) {
        if let Some(slot) = self.program.insts.get_mut(at) {
            *slot = inst;
        }
    }

    fn fact(&self, id: NodeId) -> Fact {
        self.facts[id.0 as usize]
    }

    fn leaf(&self, id: NodeId) -> &Leaf {
        &self.leaves[id.0 as usize]
    }

    fn lit(&mut self, bytes: &[u8]) -> Lit {
        let lit = Lit { at: self.program.pool.len() as u32, len: bytes.len() as u32 };
        self.program.pool.extend_from_slice(bytes);
        lit
    }

    fn set_id(&mut self, codes: &CodeSet) -> u32 {
        if let Some(&id) = self.set_ids.get(codes) {
            return id;
        }
        let id = self.program.sets.len() as u32;
        self.program.sets.push(Set::new(codes.ranges(), self.program.mode));
        self.set_ids.insert(codes.clone(), id);
        id
    }

    /// A choice; what cannot begin is not tried.
    fn split(&mut self, first: &Peek, second: &Peek) -> (usize, u32) {
        let peek = self.peek_id(first, second);
        (self.push(Inst::Split { first: 0, second: 0, peek }), peek)
    }

    fn peek_id(&mut self, first: &Peek, second: &Peek) -> u32 {
        if self.purpose == Purpose::Trace || (*first == Peek::ANY && *second == Peek::ANY) {
            return u32::MAX;
        }
        let mut table = [0; 257];
        for (byte, slot) in (0..=255).zip(table.iter_mut()) {
            *slot = u8::from(first.contains(byte)) | u8::from(second.contains(byte)) << 1;
        }
        table[256] = u8::from(first.end) | u8::from(second.end) << 1;
        let next = self.program.peeks.len() as u32;
        let id = *self.peek_ids.entry(table).or_insert(next);
        if id == next {
            self.program.peeks.push(table);
        }
        id
    }

    /// Gives every choice its rows in the memo, if the pattern may be memoised: Ruby's rule, no
    /// back-reference, call, condition or absence. In a counted loop a choice has a row for every
    /// count up to the least; for every count at all if the loop can come to its end.
    fn number_memo_rows(&mut self) {
        self.program.counters = self.program.repeats.len() as u32;
        for empty in &mut self.program.empties {
            let end = empty.body.1 as usize + 1;
            let counted = matches!(self.program.insts.get(end), Some(Inst::RepeatInc(_)));
            empty.mark = counted.then_some(self.program.counters);
            self.program.counters += u32::from(counted);
        }
        self.program.rows = self.rows(false);
        if self.program.repeats.iter().any(|repeat| repeat.max != u32::MAX) {
            self.program.exact_rows = self.rows(true);
        }
    }

    /// `None` where the pattern may not be memoised, or the rows are too many.
    fn rows(&self, exact: bool) -> Option<Rows> {
        let mut rows = Rows::default();
        for (pc, inst) in self.program.insts.iter().enumerate() {
            let own = self.strides(pc as u32, exact);
            let mut first = u32::MAX;
            match inst {
                Inst::BackRef(_) | Inst::Condition { .. } | Inst::Call(_) | Inst::Absent(_) => {
                    return None;
                }
                // What else an iteration that may be empty hangs on is not known.
                Inst::EmptyStart(id) => {
                    let empty = self.program.empties[*id as usize];
                    if empty.mark.is_some() && empty.kind != EmptyKind::Plain {
                        return None;
                    }
                }
                Inst::Split { .. }
                | Inst::Run(_)
                | Inst::Lazy(_)
                | Inst::Repeat(_)
                | Inst::RepeatInc(_) => {
                    let last = own.last();
                    let count = last.map_or(Some(1), |l| l.step.checked_mul(l.by.values()))?;
                    first = rows.count;
                    rows.count = rows.count.checked_add(count)?;
                }
                _ => {}
            }
            rows.first.push(first);
            if !self.program.repeats.is_empty() {
                rows.strides.push(own);
            }
        }
        Some(rows)
    }

    /// The counted loops around an instruction.
    fn strides(&self, pc: u32, exact: bool) -> Box<[Stride]> {
        let mut step = 1_u32;
        let mut strides = Vec::new();
        let mut add = |counter: u32, by: By| {
            strides.push(Stride { counter, by, step });
            step = step.saturating_mul(by.values());
        };
        for (id, repeat) in self.program.repeats.iter().enumerate() {
            if (repeat.body..repeat.exit).contains(&pc) {
                let least = if exact && repeat.max != u32::MAX { repeat.max } else { repeat.min };
                add(id as u32, By::Count(least));
            }
        }
        for empty in &self.program.empties {
            if let Some(mark) = empty.mark
                && (empty.body.0..empty.body.1).contains(&pc)
            {
                add(mark, By::Place);
            }
        }
        strides.into()
    }
}

/// True when `\g` calls the group.
fn is_called(tree: &Tree, group: u32) -> bool {
    (group as usize).checked_sub(1).and_then(|at| tree.groups.get(at)).is_some_and(|g| g.called)
}

fn has_levels(tree: &Tree) -> bool {
    tree.nodes.iter().any(|node| matches!(&node.kind, Kind::BackRef(back) if back.level.is_some()))
}

/// The quantifier to name when steps run out: the innermost one that repeats a part which itself
/// repeats, else the first without end, else the whole pattern.
fn repeating(tree: &Tree) -> Span {
    let endless: Vec<Span> = tree
        .nodes
        .iter()
        .filter(|node| {
            matches!(&node.kind, Kind::Quantifier(q) if q.max.is_none_or(|max| max > q.min.max(1)))
                || matches!(node.kind, Kind::Call { .. })
        })
        .map(|node| node.span)
        .collect();
    let nested = endless.iter().find(|outer| {
        endless
            .iter()
            .any(|inner| inner != *outer && outer.start <= inner.start && inner.end <= outer.end)
    });
    let whole = tree.node(tree.root).span;
    nested.or(endless.first()).copied().unwrap_or(whole)
}
