//! Writes the instructions of each node.

use matcher::letters::Mode;

use super::super::class;
use super::super::fold::{self, Piece};
use super::super::quantifier::transparent;
use super::super::tree::{Anchor, Enclose, Flags, Greed, Kind, Look, NodeId, Quantifier};
use super::super::unicode::code_set::CodeSet;
use super::code;
use super::prepare::Leaf;
use super::{Compiler, EXPAND_LIMIT, Follow, Purpose};
use matcher::program::{BackRef, Empty, EmptyKind, Give, Inst, Lit, Peek, Repeat, Run, Set};

/// The longest text that Onigmo makes of a repeated one (`EXPAND_STRING_MAX_LENGTH`), in bytes.
const LONG_TEXT: usize = 100;

/// A run that captures exactly itself.
#[derive(Clone, Copy, Default)]
struct Captured {
    group: u16,
    undo: bool,
}

/// One alternative of a look-behind.
enum Behind {
    Node(NodeId),
    Way(Vec<Piece>),
    Set(CodeSet),
}

impl Compiler<'_> {
    /// Writes a node. `undo`: a group in it must give its old place back on backtracking (Onigmo's
    /// `bt_mem_start`).
    pub(super) fn emit(&mut self, id: NodeId, follow: Follow, undo: bool) {
        let outer = std::mem::replace(&mut self.node, id);
        if matches!(self.leaf(id), Leaf::None) {
            self.emit_inner(id, follow, undo);
        } else {
            self.emit_leaf(id);
        }
        self.node = outer;
    }

    fn emit_leaf(&mut self, id: NodeId) {
        match self.leaf(id).clone() {
            Leaf::None => {}
            Leaf::Set(set) => {
                let set = self.set_id(&set);
                self.push(Inst::Set(set));
            }
            Leaf::SetOr(set, folded) => {
                let mut ways = vec![vec![]];
                ways.extend(folded.into_iter().map(|text| vec![Piece::Folded(text)]));
                let set = self.set_id(&set);
                self.emit_ways(&ways, Some(set));
            }
            Leaf::Text(text) => self.emit_text(&text),
            Leaf::Pieces(pieces) => self.emit_pieces(&pieces),
        }
    }

    fn emit_text(&mut self, text: &[u8]) {
        match text {
            [] => {}
            [byte] => {
                self.push(Inst::Byte(*byte));
            }
            _ => {
                let lit = self.lit(text);
                self.push(Inst::Bytes(lit));
            }
        }
    }

    fn emit_pieces(&mut self, pieces: &[Piece]) {
        for piece in pieces {
            match piece {
                Piece::Exact(text) => self.emit_text(text.as_bytes()),
                Piece::Folded(text) => {
                    self.program.folded.push(text.clone());
                    let index = self.program.folded.len() as u32 - 1;
                    self.push(Inst::Folded(index));
                }
                Piece::Alt(ways) => self.emit_ways(ways, None),
            }
        }
    }

    /// One of several sequences of pieces; with `set`, the first is a member of that set.
    fn emit_ways(&mut self, ways: &[Vec<Piece>], set: Option<u32>) {
        let (last, mut jumps) = (ways.len().saturating_sub(1), Vec::new());
        for (number, way) in ways.iter().enumerate() {
            let split = (number < last).then(|| self.push(Inst::Fail));
            let first = self.here();
            match set.filter(|_| number == 0) {
                Some(set) => {
                    self.push(Inst::Set(set));
                }
                None => self.emit_pieces(way),
            }
            if let Some(split) = split {
                jumps.push(self.push(Inst::Jump(0)));
                let second = self.here();
                self.set(split, Inst::Split { first, second, peek: u32::MAX });
            }
        }
        self.land(&jumps);
    }

    /// Makes jumps lead here.
    fn land(&mut self, jumps: &[usize]) {
        let here = self.here();
        for &jump in jumps {
            self.set(jump, Inst::Jump(here));
        }
    }

    fn emit_inner(&mut self, id: NodeId, follow: Follow, undo: bool) {
        let tree = self.tree;
        match tree.kind(id) {
            Kind::Str(_) | Kind::CClass(_) | Kind::CType { .. } | Kind::AnyChar => {}
            Kind::BackRef(back) => {
                let back = BackRef {
                    groups: back.groups.iter().rev().map(|&group| group as u16).collect(),
                    ignore_case: tree.node(id).flags.ignore_case,
                    level: back.level,
                };
                self.program.back_refs.push(back);
                let index = self.program.back_refs.len() as u32 - 1;
                self.push(Inst::BackRef(index));
            }
            Kind::Quantifier(quantifier) => self.emit_quantifier(*quantifier, follow, undo),
            Kind::Enclose { kind, target } => self.emit_enclose(*kind, *target, follow, undo),
            Kind::Condition { group, yes, no, .. } => {
                let group = *group as u16;
                self.emit_condition(group, *yes, *no, follow);
            }
            Kind::Anchor(anchor) => self.emit_anchor(*anchor, id),
            Kind::Look { look, target } => self.emit_look(look, *target, undo),
            Kind::Alt(branches) => self.emit_alt(branches, follow),
            Kind::List(items) => self.emit_list(items, follow, undo),
            Kind::Call { group, .. } => {
                let at = self.push(Inst::Call(0));
                self.calls.push((at, *group));
            }
            Kind::Absent(target) => self.emit_absent(*target, undo),
            Kind::LineBreak => {
                self.push(Inst::LineBreak);
            }
            Kind::GraphemeCluster => {
                self.push(Inst::GraphemeCluster);
            }
        }
    }

    fn emit_anchor(&mut self, anchor: Anchor, id: NodeId) {
        let flags = self.tree.node(id).flags;
        let inst = match anchor {
            Anchor::BeginLine => Inst::BeginLine,
            Anchor::EndLine => Inst::EndLine,
            Anchor::BeginBuf => Inst::BeginBuf,
            Anchor::EndBuf => Inst::EndBuf,
            Anchor::SemiEndBuf => Inst::SemiEndBuf,
            Anchor::BeginPosition => Inst::BeginPosition,
            Anchor::WordBound => Inst::WordBound { not: false, word: self.word(flags) },
            Anchor::NotWordBound => Inst::WordBound { not: true, word: self.word(flags) },
            Anchor::Keep => Inst::Keep,
        };
        self.push(inst);
    }

    /// The set of word characters.
    fn word(&mut self, flags: Flags) -> u32 {
        let codes = class::word(flags, self.program.mode);
        self.set_id(&codes)
    }

    fn emit_list(&mut self, items: &[NodeId], follow: Follow, undo: bool) {
        let mut follows = vec![follow; items.len()];
        let mut peek = follow.peek;
        for (at, &item) in items.iter().enumerate().rev() {
            follows[at].peek = peek;
            peek = self.fact(item).begins(&peek);
        }
        let mut taken = false; // a field has already taken the first byte of the item
        for (at, &item) in items.iter().enumerate() {
            let rest = &items[at + 1..];
            if std::mem::take(&mut taken) {
                self.emit_text_tail(item);
                continue;
            }
            if self.emit_field(item, rest, undo) {
                taken = true;
                continue;
            }
            let mut follow = follows[at];
            if !rest.is_empty() {
                follow.lit = self.follow_literal(item, rest);
            }
            self.emit(item, follow, undo);
        }
    }

    /// A literal of which the first byte is already matched.
    fn emit_text_tail(&mut self, item: NodeId) {
        let outer = std::mem::replace(&mut self.node, item);
        if let Leaf::Text(text) = self.leaf(item).clone() {
            self.emit_text(text.get(1..).unwrap_or_default());
        }
        self.node = outer;
    }

    /// `([^ ]*)` before a blank, as one instruction with the blank.
    fn emit_field(&mut self, item: NodeId, rest: &[NodeId], undo: bool) -> bool {
        let Some(&next) = rest.first() else { return false };
        let Leaf::Text(text) = self.leaf(next) else { return false };
        let Some(&byte) = text.first() else { return false };
        let (captured, target) = match *self.tree.kind(item) {
            Kind::Enclose { kind: Enclose::Memory { group }, target }
                if !super::is_called(self.tree, group) && !self.program.has_calls =>
            {
                (Captured { group: group as u16, undo: undo || self.is_referred(group) }, target)
            }
            _ => (Captured::default(), item),
        };
        let Kind::Quantifier(quantifier) = *self.tree.kind(target) else { return false };
        let Some(codes) = self.leaf(quantifier.target).run() else { return false };
        if self.purpose == Purpose::Trace
            || quantifier.greed == Greed::Lazy
            || quantifier.max.is_some()
            || quantifier.min > 1
        {
            return false;
        }
        let set = self.set_id(&codes);
        let set = self.program.sets.get(set as usize);
        let fits = set.is_some_and(|set| set.only_without() == Some(byte));
        if fits {
            let Captured { group, undo } = captured;
            let outer = std::mem::replace(&mut self.node, item);
            self.push(Inst::Field { group, byte, min: quantifier.min == 1, undo });
            self.node = outer;
        }
        fits
    }

    /// The literal after a run, where looking for it saves ways back.
    fn follow_literal(&mut self, item: NodeId, rest: &[NodeId]) -> Option<Lit> {
        let item = match *self.tree.kind(item) {
            Kind::Enclose { kind: Enclose::Memory { .. }, target } => target,
            _ => item,
        };
        if self.purpose == Purpose::Trace || !matches!(self.tree.kind(item), Kind::Quantifier(_)) {
            return None;
        }
        let mut bytes = Vec::new();
        for &next in rest {
            if !self.prefix_of(next, &mut bytes) {
                break;
            }
        }
        (bytes.len() >= 2).then(|| self.lit(&bytes))
    }

    fn emit_enclose(&mut self, kind: Enclose, target: NodeId, follow: Follow, undo: bool) {
        match kind {
            Enclose::Memory { group } => self.emit_memory(group, target, follow, undo),
            Enclose::Atomic => {
                self.push(Inst::Atomic);
                self.emit(target, Follow::ANY, undo);
                self.push(Inst::AtomicEnd);
            }
            Enclose::Group | Enclose::Option => self.emit(target, follow, undo),
        }
    }

    fn emit_memory(&mut self, group: u32, target: NodeId, follow: Follow, undo: bool) {
        let undo = undo || self.is_referred(group) || self.program.has_calls;
        if super::is_called(self.tree, group) {
            return self.emit_called(group, target);
        }
        if !self.program.has_calls && self.emit_captured_run(group, target, follow, undo) {
            return;
        }
        let group = group as u16;
        self.push(Inst::Start { group, undo });
        self.emit(target, follow, undo);
        let levels = self.program.has_calls;
        self.push(if levels { Inst::EndLevel { group } } else { Inst::End { group } });
    }

    /// The body of a called group is written once; every other place calls it.
    fn emit_called(&mut self, group: u32, target: NodeId) {
        if let Some(&place) = self.called.get(&group) {
            self.push(Inst::Call(place));
            return;
        }
        let place = self.here() + 2;
        self.called.insert(group, place);
        self.push(Inst::Call(place));
        let jump = self.push(Inst::Jump(0));
        let number = group as u16;
        self.push(Inst::Start { group: number, undo: true });
        self.emit(target, Follow::ANY, true);
        self.push(Inst::EndLevel { group: number });
        self.push(Inst::Return);
        self.land(&[jump]);
    }

    /// A group around a run that gives nothing back: one instruction.
    fn emit_captured_run(
        &mut self,
        group: u32,
        target: NodeId,
        follow: Follow,
        undo: bool,
    ) -> bool {
        let Kind::Quantifier(quantifier) = *self.tree.kind(target) else { return false };
        let Some(codes) = self.leaf(quantifier.target).run() else { return false };
        if self.purpose == Purpose::Trace || quantifier.greed == Greed::Lazy {
            return false;
        }
        let set = self.set_id(&codes);
        let mut run = self.run(set, quantifier, follow);
        if run.give != Give::Never {
            return false;
        }
        run.group = group as u16;
        run.undo = undo;
        self.program.runs.push(run);
        let index = self.program.runs.len() as u32 - 1;
        self.push(Inst::Run(index));
        true
    }

    pub(super) fn is_referred(&self, group: u32) -> bool {
        self.tree
            .nodes
            .iter()
            .any(|node| matches!(&node.kind, Kind::BackRef(back) if back.groups.contains(&group)))
    }

    fn emit_condition(&mut self, group: u16, yes: NodeId, no: Option<NodeId>, follow: Follow) {
        let condition = self.push(Inst::Fail);
        self.emit(yes, follow, true);
        let jump = self.push(Inst::Jump(0));
        let place = self.here();
        self.set(condition, Inst::Condition { group, no: place });
        if let Some(no) = no {
            self.emit(no, follow, true);
        }
        self.land(&[jump]);
    }

    fn emit_look(&mut self, look: &Look, target: NodeId, undo: bool) {
        match look {
            Look::Ahead => {
                self.push(Inst::Look);
                self.emit(target, Follow::ANY, undo);
                self.push(Inst::LookEnd);
            }
            Look::NotAhead => {
                let not = self.push(Inst::NotLook(0));
                self.emit(target, Follow::ANY, true);
                self.push(Inst::NotLookEnd);
                let here = self.here();
                self.set(not, Inst::NotLook(here));
            }
            Look::Behind(chars) => self.emit_behind(chars, target, undo),
            Look::NotBehind(chars) => self.emit_not_behind(chars, target),
        }
    }

    /// The alternatives of a look-behind, each with its length; a single one if the lengths agree.
    fn behind_ways(&self, chars: &[u32], target: NodeId) -> Vec<(u32, Behind)> {
        let bare = self.bare(target);
        match (self.tree.kind(bare), self.leaf(bare)) {
            (Kind::Str(text), Leaf::Pieces(_)) if self.program.mode == Mode::Characters => {
                // The lengths of the tree are those of the pattern as ASCII.
                if let Some(ways) = fold::look_behind_ways(&text.text) {
                    let ways = ways.into_iter().map(|(chars, way)| (chars, Behind::Way(way)));
                    return ways.collect();
                }
            }
            (_, Leaf::SetOr(set, folded)) => {
                let texts = folded.iter().map(|text| {
                    (text.chars().count() as u32, Behind::Way(vec![Piece::Folded(text.clone())]))
                });
                return std::iter::once((1, Behind::Set(set.clone()))).chain(texts).collect();
            }
            (Kind::Alt(branches), _) if chars.windows(2).any(|pair| pair[0] != pair[1]) => {
                let ways = branches.iter().map(|&branch| Behind::Node(branch));
                return chars.iter().copied().zip(ways).collect();
            }
            _ => {}
        }
        vec![(chars.first().copied().unwrap_or(0), Behind::Node(target))]
    }

    /// What stands inside groups that do not capture.
    fn bare(&self, target: NodeId) -> NodeId {
        match self.tree.kind(target) {
            Kind::Enclose { kind: Enclose::Group | Enclose::Option, target } => self.bare(*target),
            _ => target,
        }
    }

    fn emit_way(&mut self, way: &Behind, undo: bool) {
        match way {
            Behind::Node(id) => self.emit(*id, Follow::ANY, undo),
            Behind::Way(pieces) => self.emit_pieces(pieces),
            Behind::Set(codes) => {
                let set = self.set_id(codes);
                self.push(Inst::Set(set));
            }
        }
    }

    fn emit_behind(&mut self, chars: &[u32], target: NodeId, undo: bool) {
        let ways = self.behind_ways(chars, target);
        let (last, mut jumps) = (ways.len().saturating_sub(1), Vec::new());
        for (number, (chars, way)) in ways.iter().enumerate() {
            let split = (number < last).then(|| self.push(Inst::Fail));
            let first = self.here();
            self.push(Inst::StepBack(*chars));
            self.emit_way(way, undo || last > 0);
            if let Some(split) = split {
                jumps.push(self.push(Inst::Jump(0)));
                let second = self.here();
                self.set(split, Inst::Split { first, second, peek: u32::MAX });
            }
        }
        self.land(&jumps);
    }

    fn emit_not_behind(&mut self, chars: &[u32], target: NodeId) {
        for (chars, way) in self.behind_ways(chars, target) {
            let not = self.push(Inst::Fail);
            self.emit_way(&way, true);
            self.push(Inst::NotLookEnd);
            let after = self.here();
            self.set(not, Inst::NotBehind { after, chars });
        }
    }

    fn emit_absent(&mut self, target: NodeId, undo: bool) {
        self.push(Inst::AbsentStart);
        let absent = self.push(Inst::Fail);
        // What is captured in an attempt that fails can be seen (`hand-0130`): no shortcuts.
        let groups = !self.tree.groups.is_empty();
        let purpose = if groups { Purpose::Trace } else { self.purpose };
        let outer = std::mem::replace(&mut self.purpose, purpose);
        self.emit(target, Follow::ANY, undo);
        self.purpose = outer;
        self.push(Inst::AbsentEnd);
        let after = self.here();
        self.set(absent, Inst::Absent(after));
    }

    fn emit_alt(&mut self, branches: &[NodeId], follow: Follow) {
        if self.purpose == Purpose::Match && self.emit_one_of(branches) {
            return;
        }
        let begins: Vec<Peek> =
            branches.iter().map(|&id| self.fact(id).begins(&follow.peek)).collect();
        let mut jumps = Vec::new();
        for (number, &branch) in branches.iter().enumerate() {
            let rest = begins.get(number + 1..).unwrap_or_default();
            if rest.is_empty() {
                self.emit(branch, follow, true);
                break;
            }
            let rest = rest.iter().fold(Peek::NONE, |all, begin| all.union(begin));
            let (split, peek) = self.split(&begins[number], &rest);
            let first = self.here();
            self.emit(branch, follow, true);
            jumps.push(self.push(Inst::Jump(0)));
            let second = self.here();
            self.set(split, Inst::Split { first, second, peek });
        }
        self.land(&jumps);
    }

    /// Literals of which none begins another need no way back: at most one matches.
    fn emit_one_of(&mut self, branches: &[NodeId]) -> bool {
        let mut texts = Vec::with_capacity(branches.len());
        for &branch in branches {
            let Leaf::Text(text) = self.leaf(branch) else { return false };
            texts.push(text.clone());
        }
        let apart = texts.iter().enumerate().all(|(at, text)| {
            texts.iter().enumerate().all(|(other, long)| at == other || !long.starts_with(text))
        });
        if apart {
            let lits = texts.iter().map(|text| self.lit(text)).collect();
            self.program.one_of.push(lits);
            let index = self.program.one_of.len() as u32 - 1;
            self.push(Inst::OneOf(index));
        }
        apart
    }

    fn emit_quantifier(&mut self, quantifier: Quantifier, follow: Follow, undo: bool) {
        let target = quantifier.target;
        if let Some(codes) = self.leaf(target).run() {
            let set = self.set_id(&codes);
            return self.emit_run(set, quantifier, follow);
        }
        let quantifier = self.emit_long_text(quantifier);
        if quantifier.max == Some(0) {
            return self.emit_loop(quantifier, follow, undo);
        }
        if quantifier.greed == Greed::Possessive {
            self.push(Inst::Atomic);
            let greedy = Quantifier { greed: Greed::Greedy, ..quantifier };
            self.emit_loop(greedy, Follow::ANY, undo);
            self.push(Inst::AtomicEnd);
            return;
        }
        self.emit_loop(quantifier, follow, undo);
    }

    /// Onigmo makes one text of `s{2}`, so that under `i` it matches "ß" (`hand-0026`); gives what is
    /// left to repeat.
    fn emit_long_text(&mut self, quantifier: Quantifier) -> Quantifier {
        let bare = transparent(&self.tree.nodes, quantifier.target).0;
        let Quantifier { min, max, .. } = quantifier;
        let (Kind::Str(written), Leaf::Pieces(pieces)) = (self.tree.kind(bare), self.leaf(bare))
        else {
            return quantifier;
        };
        let [Piece::Folded(text)] = pieces.as_slice() else { return quantifier };
        let most = (LONG_TEXT / written.text.len().max(1)) as u32;
        let copies = min.min(most.max(1));
        if self.program.mode == Mode::Bytes || copies < 2 {
            return quantifier;
        }
        let long = text.repeat(copies as usize);
        self.emit_pieces(&[Piece::Folded(long.into())]);
        Quantifier { min: min - copies, max: max.map(|max| max - copies), ..quantifier }
    }

    fn emit_run(&mut self, set: u32, quantifier: Quantifier, follow: Follow) {
        if quantifier.max == Some(0) {
            return;
        }
        if quantifier.min == 1 && quantifier.max == Some(1) {
            self.push(Inst::Set(set));
            return;
        }
        let run = self.run(set, quantifier, follow);
        self.program.runs.push(run);
        let index = self.program.runs.len() as u32 - 1;
        let lazy = quantifier.greed == Greed::Lazy;
        self.push(if lazy { Inst::Lazy(index) } else { Inst::Run(index) });
    }

    fn run(&mut self, set: u32, quantifier: Quantifier, follow: Follow) -> Run {
        let (min, max) = (quantifier.min, quantifier.max.unwrap_or(u32::MAX));
        let (edge, give) = if quantifier.greed == Greed::Possessive || min == max {
            (Give::Any, Give::Never)
        } else if self.purpose == Purpose::Trace {
            (Give::Any, Give::Any)
        } else {
            self.gives(set, quantifier.greed, follow)
        };
        let passes = (quantifier.greed == Greed::Lazy).then(|| self.passes(set, edge)).flatten();
        Run { set, min, max, edge, give, passes, group: 0, undo: false }
    }

    /// Where a run may end, by what follows it.
    fn gives(&mut self, set: u32, greed: Greed, follow: Follow) -> (Give, Give) {
        if let Some(lit) = follow.lit {
            let first = self.program.lit(lit).first().copied();
            let (Some(first), Some(set)) = (first, self.program.sets.get(set as usize)) else {
                return (Give::Any, Give::Any);
            };
            let inside = set.peek().contains(first);
            return (Give::Before(lit), if inside { Give::Before(lit) } else { Give::Never });
        }
        if follow.peek == Peek::ANY {
            return (Give::Any, Give::Any);
        }
        let edge = self.give_in(&follow.peek);
        let Some(set) = self.program.sets.get(set as usize) else { return (edge, edge) };
        if greed == Greed::Lazy {
            return (edge, edge);
        }
        let inside = set.peek().intersection(&follow.peek).inside();
        let give = if inside == Peek::NONE { Give::Never } else { self.give_in(&inside) };
        (edge, give)
    }

    /// Bytes at which a lazy run has not to stop and look.
    fn passes(&self, set: u32, edge: Give) -> Option<Set> {
        let set = self.program.sets.get(set as usize).filter(|set| set.bytewise())?;
        let follow = match edge {
            Give::Byte(byte) => Peek::bytes([byte]),
            Give::Before(lit) => Peek::bytes(self.program.lit(lit).first().copied()),
            Give::In(index) => *self.program.follows.get(index as usize)?,
            Give::Never | Give::Any => return None,
        };
        let outside = (0..=255).filter(|&byte| !set.table[usize::from(byte)]);
        Some(Set::without(&follow.union(&Peek::bytes(outside))))
    }

    fn give_in(&mut self, peek: &Peek) -> Give {
        if peek.count() == 256 {
            return Give::Any;
        }
        if let (1, false, Some(byte)) = (peek.count(), peek.end, peek.members().next()) {
            return Give::Byte(byte);
        }
        let known = self.program.follows.iter().position(|known| known == peek);
        let index = known.unwrap_or_else(|| {
            self.program.follows.push(*peek);
            self.program.follows.len() - 1
        });
        Give::In(index as u32)
    }

    fn emit_loop(&mut self, quantifier: Quantifier, follow: Follow, undo: bool) {
        let Quantifier { target, min, max, greed, .. } = quantifier;
        let fact = self.fact(target);
        let undo = undo || max != Some(min);
        // Where no iteration can be empty, copying and counting come to the same.
        let copied = if fact.min == 0 {
            code::is_copied(&quantifier, fact.code)
        } else {
            fact.size.saturating_mul(max.unwrap_or(min)) <= EXPAND_LIMIT || max == Some(1)
        };
        // So that stacked `+` do not double the program each time.
        let enters = if fact.min == 0 {
            code::enters_loop(&quantifier, fact.code)
        } else {
            min == 1 && (fact.size + 2) * 2 > EXPAND_LIMIT
        };
        match max {
            Some(0) => {
                if fact.called {
                    let jump = self.push(Inst::Jump(0));
                    self.emit(target, Follow::ANY, true);
                    self.land(&[jump]);
                }
            }
            None if enters => self.emit_endless(target, greed, follow, undo, true),
            None if copied || min <= 1 => {
                self.emit_copies(target, min, follow, undo);
                self.emit_endless(target, greed, follow, undo, false);
            }
            Some(max) if copied => {
                self.emit_copies(target, min, follow, undo);
                self.emit_optional(target, max - min, greed, follow, undo);
            }
            _ => self.emit_counted(quantifier, follow, undo),
        }
    }

    /// What follows one of several iterations.
    fn iteration_follow(&self, target: NodeId, follow: Follow) -> Follow {
        let peek = self.fact(target).begins(&follow.peek).union(&follow.peek);
        Follow { peek, lit: None }
    }

    fn emit_copies(&mut self, target: NodeId, count: u32, follow: Follow, undo: bool) {
        let follow = self.iteration_follow(target, follow);
        for _ in 0..count {
            self.emit(target, follow, undo);
        }
    }

    /// A loop; `entered`: its first iteration is not optional.
    fn emit_endless(
        &mut self,
        target: NodeId,
        greed: Greed,
        follow: Follow,
        undo: bool,
        entered: bool,
    ) {
        let inner = self.iteration_follow(target, follow);
        let begins = self.fact(target).begins(&inner.peek);
        if greed == Greed::Lazy {
            let jump = (!entered).then(|| self.push(Inst::Jump(0)));
            let body = self.here();
            let empty = self.emit_iteration(target, inner, undo);
            self.land(jump.as_slice());
            let (split, peek) = self.split(&follow.peek, &begins);
            let exit = self.here();
            self.set(split, Inst::Split { first: exit, second: body, peek });
            return self.exit_when_empty(empty, exit);
        }
        let jump = entered.then(|| self.push(Inst::Jump(0)));
        let (split, peek) = self.split(&begins, &follow.peek);
        self.land(jump.as_slice());
        let body = self.here();
        let empty = self.emit_iteration(target, inner, undo);
        self.push(Inst::Jump(split as u32));
        let exit = self.here();
        self.set(split, Inst::Split { first: body, second: exit, peek });
        self.exit_when_empty(empty, exit);
    }

    fn exit_when_empty(&mut self, empty: Option<u32>, exit: u32) {
        let empty = empty.and_then(|index| self.program.empties.get_mut(index as usize));
        if let Some(empty) = empty {
            empty.exit = exit;
        }
    }

    /// One iteration, with the check for emptiness where it can be empty.
    fn emit_iteration(&mut self, target: NodeId, follow: Follow, undo: bool) -> Option<u32> {
        let fact = self.fact(target);
        if fact.min > 0 {
            self.emit(target, follow, undo);
            return None;
        }
        let kind = match (fact.calls, fact.captures) {
            (true, _) => EmptyKind::Recursive,
            (false, true) => EmptyKind::Captures,
            (false, false) => EmptyKind::Plain,
        };
        let body = (self.here(), 0);
        self.program.empties.push(Empty { kind, body, exit: 0, mark: None });
        let index = self.program.empties.len() as u32 - 1;
        self.push(Inst::EmptyStart(index));
        self.emit(target, follow, undo);
        let end = self.push(Inst::EmptyEnd(index)) as u32;
        if let Some(empty) = self.program.empties.get_mut(index as usize) {
            empty.body.1 = end;
        }
        Some(index)
    }

    fn emit_optional(
        &mut self,
        target: NodeId,
        count: u32,
        greed: Greed,
        follow: Follow,
        undo: bool,
    ) {
        let inner = if count > 1 { self.iteration_follow(target, follow) } else { follow };
        let begins = self.fact(target).begins(&inner.peek);
        let mut splits = Vec::new();
        for _ in 0..count {
            let split = if greed == Greed::Lazy {
                self.split(&follow.peek, &begins)
            } else {
                self.split(&begins, &follow.peek)
            };
            splits.push((split, self.here()));
            self.emit(target, inner, undo);
        }
        let exit = self.here();
        for ((split, peek), body) in splits {
            let (first, second) = if greed == Greed::Lazy { (exit, body) } else { (body, exit) };
            self.set(split, Inst::Split { first, second, peek });
        }
    }

    fn emit_counted(&mut self, quantifier: Quantifier, follow: Follow, undo: bool) {
        let Quantifier { target, min, max, greed, .. } = quantifier;
        let index = self.program.repeats.len() as u32;
        self.program.repeats.push(Repeat {
            min,
            max: max.unwrap_or(u32::MAX),
            greedy: greed != Greed::Lazy,
            body: self.here() + 1,
            exit: 0,
            empty: self.fact(target).min == 0,
        });
        self.push(Inst::Repeat(index));
        let inner = self.iteration_follow(target, follow);
        let empty = self.emit_iteration(target, inner, undo);
        self.push(Inst::RepeatInc(index));
        let exit = self.here();
        self.exit_when_empty(empty, exit);
        if let Some(repeat) = self.program.repeats.get_mut(index as usize) {
            repeat.exit = exit;
        }
    }
}
