//! What Onigmo finds wrong after the parse: numbers beside names, calls without a target, recursion
//! without end, look-behind without a length.
//!
//! Follows `onig_compile`, `disable_noname_group_capture`, `setup_subexp_call`,
//! `subexp_inf_recursive_check`, `setup_tree` and `get_char_length_tree` of `regcomp.c`, in their order.

use matcher::letters::Mode;

use crate::onigmo::class;
use crate::onigmo::error::ErrorCode;
use crate::onigmo::fold;
use crate::onigmo::quantifier::{children, reduce_nested, transparent};
use crate::onigmo::scan::{Env, Fault, Place};
use crate::onigmo::tree::{
    Anchor, BackRef, Enclose, Greed, Group, Kind, Look, Node, NodeId, Quantifier, Tree,
};

/// How many steps the checks that follow calls may take; Onigmo has no limit and does not come back.
const CALL_STEPS: usize = 200_000;
/// How deep calls are followed.
const CALL_DEPTH: usize = 1000;

/// Checks what was read and makes it a tree.
pub(super) fn finish(env: &mut Env<'_>, root: NodeId) -> Result<Tree, Fault> {
    if env.named > 0 {
        let unnamed = env.named != env.group_count();
        numbered_references(env, root)?;
        if unnamed {
            disable_unnamed_groups(env, root);
        }
    }
    let mut checker = Checker::new(env, root);
    if checker.has_calls {
        checker.setup_calls(env)?;
        checker.recursion()?;
    }
    checker.setup(checker.root, false)?;
    let refused_in_utf8 = checker.refused_in_utf8();
    if let Some(bad) = checker.bad_conditions.first() {
        return at_node(&checker.nodes[bad.0 as usize], ErrorCode::InvalidConditionPattern);
    }
    Ok(Tree { refused_in_utf8, ..checker.into_tree(env) })
}

/// Every node from `root` on, parents first.
fn preorder(nodes: &[Node], root: NodeId) -> Vec<NodeId> {
    let (mut found, mut open) = (Vec::new(), vec![root]);
    while let Some(id) = open.pop() {
        found.push(id);
        let below: Vec<NodeId> = children(&nodes[id.0 as usize].kind).collect();
        open.extend(below.into_iter().rev());
    }
    found
}

/// The fault at a node.
fn at_node<T>(node: &Node, code: ErrorCode) -> Result<T, Fault> {
    Err(Fault { code, place: Place::Pattern(node.span), name: String::new() })
}

/// Beside names, numbers may not be used (`numbered_ref_check`).
fn numbered_references(env: &Env<'_>, root: NodeId) -> Result<(), Fault> {
    for id in preorder(&env.nodes, root) {
        let node = &env.nodes[id.0 as usize];
        if let Kind::BackRef(BackRef { by_name: false, .. }) = node.kind {
            return at_node(node, ErrorCode::NumberedBackrefOrCallNotAllowed);
        }
    }
    Ok(())
}

/// Beside names, plain groups do not capture: they become brackets, the others get new numbers
/// (`disable_noname_group_capture`).
fn disable_unnamed_groups(env: &mut Env<'_>, root: NodeId) {
    let mut renumbered = vec![0; env.groups.len() + 1];
    let mut count = 0;
    for (index, group) in env.groups.iter().enumerate() {
        if group.name.is_some() {
            count += 1;
            renumbered[index + 1] = count;
        }
    }
    let new = |group: u32| renumbered.get(group as usize).copied().unwrap_or(0);
    let mut unnamed = vec![false; env.nodes.len()];
    for id in preorder(&env.nodes, root).into_iter().rev() {
        match &mut env.nodes[id.0 as usize].kind {
            Kind::Enclose { kind: kind @ Enclose::Memory { .. }, .. } => {
                let Enclose::Memory { group } = *kind else { continue };
                unnamed[id.0 as usize] = new(group) == 0;
                *kind = match new(group) {
                    0 => Enclose::Group,
                    group => Enclose::Memory { group },
                };
            }
            Kind::BackRef(reference) => {
                reference.groups.iter_mut().for_each(|group| *group = new(*group));
            }
            Kind::Condition { group, .. } => *group = new(*group),
            Kind::Quantifier(quantifier) => {
                let quantifier = *quantifier;
                if lost_a_group(&env.nodes, &unnamed, quantifier.target) {
                    env.nodes[id.0 as usize].kind = reduce_nested(&mut env.nodes, quantifier);
                }
            }
            _ => {}
        }
    }
    for name in &mut env.names {
        name.groups.iter_mut().for_each(|group| *group = new(*group));
    }
    env.groups.retain(|group| group.name.is_some());
}

/// True when a group that became mere brackets stands between a quantifier and what it repeats.
fn lost_a_group(nodes: &[Node], unnamed: &[bool], mut id: NodeId) -> bool {
    while let Kind::Enclose { kind: Enclose::Group, target } = nodes[id.0 as usize].kind {
        if unnamed[id.0 as usize] {
            return true;
        }
        id = target;
    }
    false
}

/// Why a look-behind has no length.
enum NoLength {
    /// Only the top-level alternatives differ.
    TopAlternatives(Vec<u32>),
    Variable,
}

/// What `subexp_inf_recursive_check` finds.
#[derive(Clone, Copy, PartialEq)]
enum Recursion {
    None,
    Exists,
    Infinite,
}

const MARK1: u8 = 1;
const MARK2: u8 = 2;

struct Checker {
    nodes: Vec<Node>,
    /// The pattern; where groups are called, enclosed in group 0.
    root: NodeId,
    /// Group `n` is `groups[n - 1]`.
    groups: Vec<NodeId>,
    /// By group number, from 0.
    called: Vec<bool>,
    /// Node numbers of back-references in their own group, of bad conditions.
    own_backrefs: Vec<NodeId>,
    bad_conditions: Vec<NodeId>,
    /// Marks of the groups being walked, by node.
    marks: Vec<u8>,
    /// Groups and calls that recur, by node.
    recurs: Vec<bool>,
    /// Shortest matches found, by node.
    shortest: Vec<Option<u32>>,
    named: bool,
    unicode: bool,
    has_calls: bool,
    steps: usize,
    depth: usize,
}

impl Checker {
    fn new(env: &mut Env<'_>, root: NodeId) -> Checker {
        let mut nodes = std::mem::take(&mut env.nodes);
        let (has_calls, mut whole) = (!env.calls.is_empty(), root);
        if has_calls {
            let Node { span, flags, depth, .. } = nodes[root.0 as usize];
            let kind = Kind::Enclose { kind: Enclose::Memory { group: 0 }, target: root };
            whole = NodeId(nodes.len() as u32);
            nodes.push(Node { kind, span, flags, depth: depth + 1 });
        }
        let count = nodes.len();
        Checker {
            nodes,
            root: whole,
            groups: env.groups.iter().map(|group| group.node.unwrap_or(root)).collect(),
            called: vec![false; env.groups.len() + 1],
            own_backrefs: std::mem::take(&mut env.own_backrefs),
            bad_conditions: std::mem::take(&mut env.bad_conditions),
            marks: vec![0; count],
            recurs: vec![false; count],
            shortest: vec![None; count],
            named: env.named > 0,
            unicode: env.unicode,
            has_calls,
            steps: 0,
            depth: 0,
        }
    }

    /// The tree without group 0, and its groups.
    fn into_tree(mut self, env: &mut Env<'_>) -> Tree {
        let mut root = self.root;
        if self.has_calls
            && let Some(Node { kind: Kind::Enclose { target, .. }, .. }) = self.nodes.pop()
        {
            root = target;
        }
        let names = env.groups.iter().map(|group| group.name);
        let called = self.called.iter().skip(1);
        let groups = self.groups.iter().zip(names).zip(called);
        Tree {
            groups: groups.map(|((&node, name), &called)| Group { node, name, called }).collect(),
            nodes: self.nodes,
            root,
            names: std::mem::take(&mut env.names),
            fixed_encoding: env.unicode,
            has_calls: self.has_calls,
            refused_in_utf8: false,
        }
    }

    /// A pattern of ASCII is read again for the first text that is not, where "ss" under `i` has
    /// several lengths: a look-behind that was fine may be refused then (`hand-0022`).
    fn refused_in_utf8(&mut self) -> bool {
        let folds = |node: &Node| node.flags.ignore_case && matches!(node.kind, Kind::Look { .. });
        if self.unicode || !self.nodes.iter().any(folds) {
            return false;
        }
        let nodes = self.nodes.clone();
        self.unicode = true;
        let refused = self.setup(self.root, false).is_err();
        (self.unicode, self.nodes) = (false, nodes);
        refused
    }

    fn kind(&self, id: NodeId) -> &Kind {
        &self.nodes[id.0 as usize].kind
    }

    fn below(&self, id: NodeId) -> Vec<NodeId> {
        children(self.kind(id)).collect()
    }

    fn group_node(&self, group: u32) -> NodeId {
        match (group as usize).checked_sub(1) {
            None => self.root,
            Some(index) => self.groups.get(index).copied().unwrap_or(self.root),
        }
    }

    fn group_count(&self) -> u32 {
        self.groups.len() as u32
    }

    /// True when a walk that follows calls has gone on for too long.
    fn tired(&mut self) -> bool {
        self.steps += 1;
        self.steps > CALL_STEPS || self.depth > CALL_DEPTH
    }

    /// `setup_subexp_call`
    fn setup_calls(&mut self, env: &Env<'_>) -> Result<(), Fault> {
        for id in preorder(&self.nodes, self.root) {
            let Some(call) = env.calls.iter().find(|call| call.node == id) else { continue };
            let (start, end) = call.name;
            let name = env.text.get(start..end).unwrap_or_default();
            let named_fault = |code| {
                let place = Place::Pattern(self.nodes[id.0 as usize].span);
                Err(Fault { code, place, name: name.to_owned() })
            };
            let target = if call.group != 0 {
                if self.named {
                    return named_fault(ErrorCode::NumberedBackrefOrCallNotAllowed);
                }
                if call.group > self.group_count() {
                    return named_fault(ErrorCode::UndefinedGroupReference);
                }
                call.group
            } else if name.is_empty() {
                0
            } else {
                match env.names.iter().find(|known| &*known.text == name).map(|n| &n.groups[..]) {
                    None | Some([]) => return named_fault(ErrorCode::UndefinedNameReference),
                    Some([group]) => *group,
                    Some(_) => return named_fault(ErrorCode::MultiplexDefinitionNameCall),
                }
            };
            self.called[target as usize] = true;
            if let Kind::Call { group, .. } = &mut self.nodes[id.0 as usize].kind {
                *group = target;
            }
        }
        Ok(())
    }

    /// `subexp_recursive_check_trav` and `subexp_inf_recursive_check_trav`
    fn recursion(&mut self) -> Result<(), Fault> {
        let order = preorder(&self.nodes, self.root);
        for &id in &order {
            if let Kind::Enclose { kind: Enclose::Memory { group }, target } = *self.kind(id)
                && self.called[group as usize]
            {
                self.marks[id.0 as usize] |= MARK1;
                self.steps = 0;
                self.recurs[id.0 as usize] |= self.reaches_itself(target);
                self.marks[id.0 as usize] &= !MARK1;
            }
        }
        for id in order {
            if let Kind::Enclose { target, .. } = *self.kind(id)
                && self.recurs[id.0 as usize]
            {
                self.marks[id.0 as usize] |= MARK1;
                self.steps = 0;
                // A wrong reference met on the way is not told here, but when its own turn comes.
                if self.endless(target, true).is_ok_and(|found| found != Recursion::None) {
                    return at_node(&self.nodes[id.0 as usize], ErrorCode::NeverEndingRecursion);
                }
                self.marks[id.0 as usize] &= !MARK1;
            }
        }
        Ok(())
    }

    /// `subexp_recursive_check`
    fn reaches_itself(&mut self, id: NodeId) -> bool {
        if self.tired() {
            return false;
        }
        match *self.kind(id) {
            Kind::Call { group, .. } => {
                self.depth += 1;
                let found = self.reaches_itself(self.group_node(group));
                self.depth -= 1;
                self.recurs[id.0 as usize] |= found;
                found
            }
            _ if self.marks[id.0 as usize] & MARK2 != 0 => false,
            _ if self.marks[id.0 as usize] & MARK1 != 0 => true,
            _ => {
                self.marks[id.0 as usize] |= MARK2;
                let mut found = false;
                for child in self.below(id) {
                    found |= self.reaches_itself(child);
                }
                self.marks[id.0 as usize] &= !MARK2;
                found
            }
        }
    }

    /// `subexp_inf_recursive_check`; `head`: nothing has been consumed yet.
    fn endless(&mut self, id: NodeId, head: bool) -> Result<Recursion, Fault> {
        if self.tired() {
            return Ok(Recursion::None);
        }
        match *self.kind(id) {
            Kind::List(_) => {
                let (mut found, mut head) = (Recursion::None, head);
                for child in self.below(id) {
                    match self.endless(child, head)? {
                        Recursion::Infinite => return Ok(Recursion::Infinite),
                        Recursion::Exists => found = Recursion::Exists,
                        Recursion::None => {}
                    }
                    head = head && self.shortest(child)? == 0;
                }
                Ok(found)
            }
            Kind::Alt(_) => self.endless_alternatives(&self.below(id), head),
            Kind::Condition { .. } => {
                let mut branches = self.below(id);
                if branches.len() < 2 {
                    // Without a second branch there is one that ends.
                    return Ok(match self.endless(branches.remove(0), head)? {
                        Recursion::Infinite => Recursion::Infinite,
                        _ => Recursion::None,
                    });
                }
                self.endless_alternatives(&branches, head)
            }
            Kind::Quantifier(quantifier) => Ok(match self.endless(quantifier.target, head)? {
                Recursion::Exists if quantifier.min == 0 => Recursion::None,
                found => found,
            }),
            Kind::Look { target, .. } => self.endless(target, head),
            Kind::Call { group, .. } => {
                self.depth += 1;
                let found = self.endless(self.group_node(group), head);
                self.depth -= 1;
                found
            }
            Kind::Enclose { target, .. } | Kind::Absent(target) => {
                if self.marks[id.0 as usize] & MARK2 != 0 {
                    return Ok(Recursion::None);
                }
                if self.marks[id.0 as usize] & MARK1 != 0 {
                    return Ok(if head { Recursion::Infinite } else { Recursion::Exists });
                }
                self.marks[id.0 as usize] |= MARK2;
                let found = self.endless(target, head);
                self.marks[id.0 as usize] &= !MARK2;
                found
            }
            _ => Ok(Recursion::None),
        }
    }

    /// All alternatives must recur for the whole to have no way out.
    fn endless_alternatives(&mut self, all: &[NodeId], head: bool) -> Result<Recursion, Fault> {
        let mut every = Recursion::Exists;
        for &child in all {
            match self.endless(child, head)? {
                Recursion::Infinite => return Ok(Recursion::Infinite),
                Recursion::None => every = Recursion::None,
                Recursion::Exists => {}
            }
        }
        Ok(every)
    }

    /// `get_min_match_length`, in characters: only whether it is 0 matters.
    fn shortest(&mut self, id: NodeId) -> Result<u32, Fault> {
        if let Some(known) = self.shortest[id.0 as usize] {
            return Ok(known);
        }
        if self.tired() {
            return Ok(0);
        }
        let length = match self.kind(id).clone() {
            Kind::Str(str) => str.starts.len() as u32,
            Kind::CClass(_) | Kind::CType { .. } | Kind::AnyChar => 1,
            Kind::LineBreak | Kind::GraphemeCluster => 1,
            Kind::Anchor(_) | Kind::Look { .. } | Kind::Absent(_) => 0,
            Kind::BackRef(reference) => return self.shortest_of_reference(id, &reference),
            Kind::Call { .. } if self.recurs[id.0 as usize] => 0,
            Kind::Call { group, .. } => {
                self.depth += 1;
                let length = self.shortest(self.group_node(group));
                self.depth -= 1;
                return length;
            }
            Kind::List(list) => {
                let mut sum = 0_u32;
                for &child in &list {
                    sum = sum.saturating_add(self.shortest(child)?);
                }
                sum
            }
            Kind::Alt(list) => self.shortest_of(&list)?,
            Kind::Condition { yes, no, .. } => {
                let yes = self.shortest(yes)?;
                no.map_or(Ok(0), |no| self.shortest(no))?.min(yes)
            }
            Kind::Quantifier(quantifier) if quantifier.min == 0 => 0,
            Kind::Quantifier(quantifier) => {
                self.shortest(quantifier.target)?.saturating_mul(quantifier.min)
            }
            Kind::Enclose { kind: Enclose::Memory { .. }, target } => {
                if self.marks[id.0 as usize] & MARK1 != 0 {
                    return Ok(0);
                }
                self.marks[id.0 as usize] |= MARK1;
                let length = self.shortest(target);
                self.marks[id.0 as usize] &= !MARK1;
                let length = length?;
                self.shortest[id.0 as usize] = Some(length);
                length
            }
            Kind::Enclose { target, .. } => self.shortest(target)?,
        };
        Ok(length)
    }

    fn shortest_of(&mut self, all: &[NodeId]) -> Result<u32, Fault> {
        let mut least = u32::MAX;
        for &child in all {
            least = least.min(self.shortest(child)?);
        }
        Ok(least)
    }

    fn shortest_of_reference(&mut self, id: NodeId, to: &BackRef) -> Result<u32, Fault> {
        if self.own_backrefs.contains(&id) {
            return Ok(0);
        }
        let mut least = u32::MAX;
        for &group in &to.groups {
            if group > self.group_count() {
                return at_node(&self.nodes[id.0 as usize], ErrorCode::InvalidBackref);
            }
            self.depth += 1;
            let length = self.shortest(self.group_node(group));
            self.depth -= 1;
            least = least.min(length?);
        }
        Ok(least)
    }

    /// `setup_tree`: what is wrong, in the order Onigmo comes upon it.
    fn setup(&mut self, id: NodeId, in_look_behind: bool) -> Result<(), Fault> {
        match self.kind(id).clone() {
            Kind::BackRef(reference) => {
                if reference.groups.iter().any(|&group| group > self.group_count()) {
                    return at_node(&self.nodes[id.0 as usize], ErrorCode::InvalidBackref);
                }
                Ok(())
            }
            Kind::Quantifier(Quantifier { target, max, .. }) => {
                if max != Some(0) {
                    self.steps = 0;
                    self.shortest(target)?;
                }
                self.setup(target, in_look_behind)
            }
            Kind::Condition { group, by_name, .. } => {
                if self.named && !by_name {
                    let code = ErrorCode::NumberedBackrefOrCallNotAllowed;
                    return at_node(&self.nodes[id.0 as usize], code);
                }
                if group > self.group_count() {
                    return at_node(&self.nodes[id.0 as usize], ErrorCode::InvalidBackref);
                }
                self.setup_all(id, in_look_behind)
            }
            Kind::Look { look: look @ (Look::Behind(_) | Look::NotBehind(_)), target } => {
                let not = matches!(look, Look::NotBehind(_));
                if !self.allowed_in_look_behind(target, not) {
                    return at_node(
                        &self.nodes[id.0 as usize],
                        ErrorCode::InvalidLookBehindPattern,
                    );
                }
                self.setup(target, true)?;
                self.setup_look_behind(id, target, not)
            }
            _ => self.setup_all(id, in_look_behind),
        }
    }

    fn setup_all(&mut self, id: NodeId, in_look_behind: bool) -> Result<(), Fault> {
        for child in self.below(id) {
            self.setup(child, in_look_behind)?;
        }
        Ok(())
    }

    /// `check_type_tree` with what is allowed in a look-behind.
    fn allowed_in_look_behind(&self, id: NodeId, not: bool) -> bool {
        let here = match self.kind(id) {
            Kind::Str(_) | Kind::CClass(_) | Kind::CType { .. } | Kind::AnyChar => true,
            Kind::List(_) | Kind::Alt(_) | Kind::Call { .. } => true,
            Kind::Quantifier(quantifier) => quantifier.greed != Greed::Possessive,
            Kind::Enclose { kind, .. } => match kind {
                Enclose::Memory { .. } => !not,
                Enclose::Option | Enclose::Group => true,
                Enclose::Atomic => false,
            },
            Kind::Anchor(anchor) => !matches!(anchor, Anchor::EndBuf | Anchor::SemiEndBuf),
            Kind::Look { look, .. } => matches!(look, Look::Behind(_) | Look::NotBehind(_)),
            Kind::BackRef(_)
            | Kind::Condition { .. }
            | Kind::Absent(_)
            | Kind::LineBreak
            | Kind::GraphemeCluster => false,
        };
        here && children(self.kind(id)).all(|child| self.allowed_in_look_behind(child, not))
    }

    /// `setup_look_behind`: the length, or one for each top-level alternative.
    fn setup_look_behind(&mut self, id: NodeId, target: NodeId, not: bool) -> Result<(), Fault> {
        self.steps = 0;
        let widths = match self.char_length(target, 1) {
            Ok(width) => match transparent(&self.nodes, target).1 {
                Kind::Alt(branches) => vec![width; branches.len()],
                _ => vec![width],
            },
            Err(NoLength::TopAlternatives(widths)) => widths,
            Err(NoLength::Variable) => {
                return at_node(&self.nodes[id.0 as usize], ErrorCode::InvalidLookBehindPattern);
            }
        };
        let look = if not { Look::NotBehind(widths.into()) } else { Look::Behind(widths.into()) };
        self.nodes[id.0 as usize].kind = Kind::Look { look, target };
        Ok(())
    }

    /// `get_char_length_tree1`
    fn char_length(&mut self, id: NodeId, level: usize) -> Result<u32, NoLength> {
        if self.tired() {
            return Err(NoLength::Variable);
        }
        let flags = self.nodes[id.0 as usize].flags;
        match self.kind(id).clone() {
            Kind::List(list) => {
                let mut sum = 0_u32;
                for &child in &list {
                    sum = sum.saturating_add(self.char_length(child, level + 1)?);
                }
                Ok(sum)
            }
            Kind::Alt(list) => {
                let mut widths = Vec::new();
                for &child in &list {
                    widths.push(self.char_length(child, level + 1)?);
                }
                one_length(widths, level)
            }
            Kind::Str(str) if flags.ignore_case && !str.raw && self.unicode => {
                let ways = fold::look_behind_ways(&str.text).ok_or(NoLength::Variable)?;
                one_length(ways.into_iter().map(|(length, _)| length).collect(), level)
            }
            Kind::Str(str) => Ok(str.starts.len() as u32),
            Kind::CClass(class) if flags.ignore_case && self.unicode => {
                let folded = class::resolve(&class, flags, Mode::Characters).folded;
                let lengths = folded.iter().map(|text| text.chars().count() as u32);
                one_length(std::iter::once(1).chain(lengths).collect(), level)
            }
            Kind::CClass(_) | Kind::CType { .. } | Kind::AnyChar => Ok(1),
            Kind::Quantifier(Quantifier { target, min, max, .. }) if max == Some(min) => {
                Ok(self.char_length(target, level + 1)?.saturating_mul(min))
            }
            Kind::Call { group, .. } if !self.recurs[id.0 as usize] => {
                self.depth += 1;
                let length = self.char_length(self.group_node(group), level + 1);
                self.depth -= 1;
                length
            }
            Kind::Enclose { kind: Enclose::Group, target } => self.char_length(target, level),
            Kind::Enclose { target, .. } => self.char_length(target, level + 1),
            Kind::Anchor(_) | Kind::Look { .. } => Ok(0),
            _ => Err(NoLength::Variable),
        }
    }
}

/// One length for all alternatives, if they have but one.
fn one_length(widths: Vec<u32>, level: usize) -> Result<u32, NoLength> {
    match widths.first() {
        Some(&first) if widths.iter().all(|&width| width == first) => Ok(first),
        Some(_) if level == 1 => Err(NoLength::TopAlternatives(widths)),
        _ => Err(NoLength::Variable),
    }
}
