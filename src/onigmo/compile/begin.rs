//! Where an attempt may begin: what the search can know before it tries.

use memchr::memmem::Finder;

use super::super::program::{Begin, BeginAnchor, Inst, Peek};
use super::super::tree::{Anchor, Enclose, Kind, NodeId};
use super::Compiler;
use super::prepare::Leaf;

/// The longest literal worth looking for.
const LITERAL_LIMIT: usize = 32;

/// How deep prefixes are looked for.
const DEPTH_LIMIT: u32 = 24;

pub(super) fn begin(compiler: &mut Compiler<'_>, root: NodeId) -> Begin {
    let anchor = compiler.anchor_of(root, 0);
    let mut prefix = Vec::new();
    compiler.prefix_of(root, &mut prefix);
    let first = compiler.fact(root).begins(&Peek::ANY);
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
        first: (first != Peek::ANY && first.len() < 256).then_some(first),
        run,
        required,
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
                match self.leaf(quantifier.target).clone() {
                    Leaf::Set(codes) => Some(self.set_id(&codes)),
                    _ => None,
                }
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
