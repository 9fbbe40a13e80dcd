//! Where an attempt may begin: what the search can know before it tries.

use matcher::letters::Mode;

use memchr::memmem::Finder;

use super::super::fold::Piece;
use super::super::tree::{Anchor, CType, Enclose, Greed, Kind, Look, NodeId, Quantifier};
use super::Compiler;
use super::prepare::Leaf;
use matcher::program::{Begin, BeginAnchor, Inst, Peek};

/// The longest literal worth looking for.
const LITERAL_LIMIT: usize = 32;

/// From how many on a set of bytes is hardly worth looking for (`comp_opt_exact_or_map_info`).
const MANY_BYTES: u32 = 33;

/// How deep prefixes are looked for.
const DEPTH_LIMIT: u32 = 24;

pub(super) fn begin(compiler: &mut Compiler<'_>, root: NodeId) -> Begin {
    let (anchor, by_line) = star(compiler, root);
    let mut prefix = Vec::new();
    let mut first = compiler.fact(root).begins(&Peek::ANY);
    if by_line || compiler.escapes(root) {
        first = Peek::ANY;
    } else {
        compiler.prefix_of(root, &mut prefix);
    }
    let required = if anchor == BeginAnchor::None && prefix.is_empty() {
        compiler.required(root)
    } else {
        None
    };
    let restarts = compiler.program.insts.iter().any(|inst| {
        matches!(inst, Inst::BackRef(_) | Inst::Condition { .. } | Inst::Call(_) | Inst::Absent(_))
    });
    let run = if restarts { None } else { compiler.leading_run(root, 0) };
    Begin {
        anchor,
        prefix: (!prefix.is_empty()).then(|| Finder::new(&prefix).into_owned()),
        first: (first != Peek::ANY && first.count() < 256).then_some(first),
        run,
        by_line,
        required,
    }
}

/// The anchor, and whether a failure at one place makes Onigmo skip the rest of the line.
///
/// A `.*` that begins a pattern is an anchor for Onigmo (`ANCHOR_ANYCHAR_STAR`), also behind parts
/// without width, where it need not be one: `(?!a).*b` is not tried at the second line.
pub(super) fn star(compiler: &Compiler<'_>, root: NodeId) -> (BeginAnchor, bool) {
    let anchor = compiler.anchor_of(root, 0);
    let mut scout = Scout {
        compiler,
        widthless: false,
        behind: false,
        not_ahead: false,
        ahead: Clue::None,
        after: Clue::None,
    };
    let star = scout.star(root, 0);
    match star {
        _ if scout.behind || matches!(anchor, BeginAnchor::Buf | BeginAnchor::Position) => {
            (anchor, false)
        }
        Star::Lines if scout.ahead > Clue::ManyBytes => (BeginAnchor::Position, false),
        Star::Lines => (BeginAnchor::Star, false),
        Star::Line if anchor == BeginAnchor::None && scout.widthless && !scout.not_ahead => {
            let looks_ahead = match scout.ahead {
                Clue::None => false,
                Clue::ManyBytes => scout.after < Clue::Text,
                Clue::Bytes | Clue::Text => true,
            };
            (anchor, scout.after > Clue::None && !looks_ahead)
        }
        _ => (anchor, false),
    }
}

/// What a part begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Star {
    /// It has no width.
    Widthless,
    /// `.*`, without newlines.
    Line,
    /// `.*`, with newlines.
    Lines,
    Other,
}

/// What Onigmo can look for: the better ones later.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Clue {
    None,
    /// One of so many bytes that it is worth little.
    ManyBytes,
    Bytes,
    Text,
}

/// Looks for the `.*` (`optimize_node_left`).
struct Scout<'c, 't> {
    compiler: &'c Compiler<'t>,
    /// Something without width stands before it.
    widthless: bool,
    /// A look-behind does.
    behind: bool,
    /// A negative look-ahead does.
    not_ahead: bool,
    /// A look-ahead does: what it looks for.
    ahead: Clue,
    /// What can be looked for after it.
    after: Clue,
}

impl Scout<'_, '_> {
    fn star(&mut self, id: NodeId, depth: u32) -> Star {
        let tree = self.compiler.tree;
        match tree.kind(id) {
            _ if depth > DEPTH_LIMIT => Star::Other,
            Kind::Anchor(_) => Star::Widthless,
            Kind::Look { look, target } => {
                self.behind |= matches!(look, Look::Behind(_));
                self.not_ahead |= *look == Look::NotAhead;
                if *look == Look::Ahead {
                    self.ahead = self.ahead.max(self.clue(*target, depth + 1));
                }
                Star::Widthless
            }
            Kind::List(items) => {
                for (at, &item) in items.iter().enumerate() {
                    let star = self.star(item, depth + 1);
                    if star != Star::Widthless {
                        let rest = items[at + 1..].iter().map(|&id| self.clue(id, depth + 1)).max();
                        self.after = self.after.max(rest.unwrap_or(Clue::None));
                        return star;
                    }
                    self.widthless = true;
                }
                Star::Widthless
            }
            Kind::Enclose { kind: Enclose::Memory { group }, .. }
                if self.compiler.is_referred(*group) =>
            {
                Star::Other
            }
            Kind::Enclose { target, .. } => self.star(*target, depth + 1),
            Kind::Quantifier(quantifier) => self.star_of_quantifier(quantifier, depth),
            Kind::Alt(branches) => {
                let mut every = true;
                for &branch in branches {
                    every &= self.star(branch, depth + 1) == Star::Lines;
                }
                if every { Star::Lines } else { Star::Other }
            }
            _ => Star::Other,
        }
    }

    fn star_of_quantifier(&mut self, quantifier: &Quantifier, depth: u32) -> Star {
        let tree = self.compiler.tree;
        match tree.kind(quantifier.target) {
            _ if quantifier.max == Some(0) => Star::Widthless,
            Kind::AnyChar if quantifier.max.is_none() && quantifier.greed != Greed::Lazy => {
                let flags = tree.node(quantifier.target).flags;
                if flags.multi_line { Star::Lines } else { Star::Line }
            }
            Kind::Anchor(_) | Kind::Look { .. } => self.star(quantifier.target, depth + 1),
            _ => Star::Other,
        }
    }

    /// What can be looked for in a part.
    fn clue(&self, id: NodeId, depth: u32) -> Clue {
        let compiler = self.compiler;
        let below = |id: NodeId| self.clue(id, depth + 1);
        match (compiler.tree.kind(id), compiler.leaf(id)) {
            _ if depth > DEPTH_LIMIT => Clue::None,
            (_, Leaf::Text(_)) => Clue::Text,
            (_, Leaf::Pieces(pieces)) if compiler.is_opaque(pieces) => Clue::None,
            (_, Leaf::Pieces(_)) => Clue::Text,
            (Kind::CClass(class), _) if class.not => Clue::None,
            (Kind::CType { not: true, .. }, _) => Clue::None,
            (Kind::LineBreak, _) if compiler.program.mode == Mode::Bytes => Clue::Bytes,
            (Kind::CClass(_) | Kind::CType { .. }, Leaf::Set(set)) => {
                let ctype =
                    matches!(compiler.tree.kind(id), Kind::CType { ctype: CType::Word, .. });
                let wide = set.ranges().iter().any(|range| range.1 >= 0x80);
                if wide || ctype && compiler.program.mode == Mode::Characters {
                    return Clue::None;
                }
                let bytes: u32 = set.ranges().iter().map(|range| range.1 + 1 - range.0).sum();
                if bytes > MANY_BYTES { Clue::ManyBytes } else { Clue::Bytes }
            }
            (Kind::Enclose { target, .. } | Kind::Look { look: Look::Ahead, target }, _) => {
                below(*target)
            }
            (Kind::Quantifier(quantifier), _) if quantifier.min > 0 && quantifier.max.is_some() => {
                below(quantifier.target)
            }
            (Kind::List(items), _) => items.iter().copied().map(below).max().unwrap_or(Clue::None),
            (Kind::Alt(items), _) => {
                items.iter().copied().map(below).min().unwrap_or(Clue::None).min(Clue::Bytes)
            }
            _ => Clue::None,
        }
    }
}

impl Compiler<'_> {
    /// Appends the literal the node begins with; true when the node is that literal and no more.
    pub(super) fn prefix_of(&self, id: NodeId, bytes: &mut Vec<u8>) -> bool {
        self.prefix_within(id, bytes, 0)
    }

    fn prefix_within(&self, id: NodeId, bytes: &mut Vec<u8>, depth: u32) -> bool {
        if depth > DEPTH_LIMIT || bytes.len() >= LITERAL_LIMIT {
            return false;
        }
        if let Leaf::Text(text) = self.leaf(id) {
            bytes.extend_from_slice(text);
            return true;
        }
        match self.tree.kind(id) {
            Kind::Enclose { kind: Enclose::Group | Enclose::Option, target } => {
                self.prefix_within(*target, bytes, depth + 1)
            }
            Kind::Enclose { kind: Enclose::Memory { group }, target }
                if !super::is_called(self.tree, *group) =>
            {
                self.prefix_within(*target, bytes, depth + 1)
            }
            Kind::List(items) => {
                items.iter().all(|&item| self.prefix_within(item, bytes, depth + 1))
            }
            Kind::Alt(branches) => {
                self.common_prefix(branches, bytes, depth);
                false
            }
            Kind::Quantifier(quantifier) if quantifier.min > 0 => {
                self.prefix_within(quantifier.target, bytes, depth + 1);
                false
            }
            _ => false,
        }
    }

    fn common_prefix(&self, branches: &[NodeId], bytes: &mut Vec<u8>, depth: u32) {
        let mut common: Option<Vec<u8>> = None;
        for &branch in branches {
            let mut own = Vec::new();
            self.prefix_within(branch, &mut own, depth + 1);
            let so_far = common.get_or_insert_with(|| own.clone());
            let same = so_far.iter().zip(&own).take_while(|(a, b)| a == b).count();
            so_far.truncate(same);
            if so_far.is_empty() {
                return;
            }
        }
        bytes.extend(common.unwrap_or_default());
    }

    pub(super) fn anchor_of(&self, id: NodeId, depth: u32) -> BeginAnchor {
        if depth > DEPTH_LIMIT {
            return BeginAnchor::None;
        }
        match self.tree.kind(id) {
            Kind::Anchor(Anchor::BeginLine) => BeginAnchor::Line,
            Kind::Anchor(Anchor::BeginBuf) => BeginAnchor::Buf,
            Kind::Anchor(Anchor::BeginPosition) => BeginAnchor::Position,
            Kind::Enclose { target, .. } => self.anchor_of(*target, depth + 1),
            Kind::List(items) => {
                items.first().map_or(BeginAnchor::None, |&item| self.anchor_of(item, depth + 1))
            }
            Kind::Alt(branches) => {
                let mut anchors = branches.iter().map(|&id| self.anchor_of(id, depth + 1));
                let first = anchors.next().unwrap_or_default();
                if anchors.all(|anchor| anchor == first) { first } else { BeginAnchor::None }
            }
            Kind::Quantifier(quantifier) if quantifier.min > 0 => {
                self.anchor_of(quantifier.target, depth + 1)
            }
            _ => BeginAnchor::None,
        }
    }

    /// True for `(?<=ß)ß` under `i`: the look-behind can end before the place it was asked at, and of
    /// what follows Onigmo knows no first byte, so that every place is tried (`hand-0004`).
    fn escapes(&self, id: NodeId) -> bool {
        match self.tree.kind(id) {
            Kind::Enclose { kind: Enclose::Group | Enclose::Option, target } => {
                self.escapes(*target)
            }
            Kind::List(items) => {
                let behind = |&id: &NodeId| {
                    matches!(self.tree.kind(id), Kind::Look { look: Look::Behind(_), .. })
                };
                items.first().is_some_and(behind)
                    && matches!(items.get(1).map(|&id| self.leaf(id)), Some(Leaf::Pieces(pieces))
                        if self.is_opaque(pieces))
            }
            _ => false,
        }
    }

    /// Whether Onigmo knows nothing of how a literal begins.
    fn is_opaque(&self, pieces: &[Piece]) -> bool {
        pieces.first().is_some_and(|piece| piece.is_opaque(self.program.mode))
    }

    /// The set of the run without end that the pattern begins with.
    fn leading_run(&mut self, id: NodeId, depth: u32) -> Option<u32> {
        if depth > DEPTH_LIMIT {
            return None;
        }
        match self.tree.kind(id) {
            // Not through an atomic group: a lazy run in it ends where it begins.
            Kind::Enclose { kind: Enclose::Atomic, .. } => None,
            Kind::Enclose { target, .. } => self.leading_run(*target, depth + 1),
            Kind::List(items) => self.leading_run(*items.first()?, depth + 1),
            Kind::Quantifier(quantifier) if quantifier.min <= 1 && quantifier.max.is_none() => {
                let codes = self.leaf(quantifier.target).run()?;
                Some(self.set_id(&codes))
            }
            _ => None,
        }
    }

    /// The longest literal every match holds, if one is worth looking for.
    fn required(&self, id: NodeId) -> Option<Finder<'static>> {
        let mut best: Vec<u8> = Vec::new();
        self.required_within(id, &mut best, 0);
        (best.len() >= 2).then(|| Finder::new(&best).into_owned())
    }

    fn required_within(&self, id: NodeId, best: &mut Vec<u8>, depth: u32) {
        if depth > DEPTH_LIMIT {
            return;
        }
        if let Leaf::Text(text) = self.leaf(id) {
            if text.len() > best.len() {
                *best = text.to_vec();
            }
            return;
        }
        match self.tree.kind(id) {
            Kind::Enclose { target, .. } => self.required_within(*target, best, depth + 1),
            Kind::List(items) => {
                items.iter().for_each(|&item| self.required_within(item, best, depth + 1));
            }
            Kind::Quantifier(quantifier) if quantifier.min > 0 => {
                self.required_within(quantifier.target, best, depth + 1);
            }
            _ => {}
        }
    }
}
