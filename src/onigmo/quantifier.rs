//! Stacked quantifiers: what Onigmo makes of `a**`, and what it says about it.
//!
//! Follows `set_quantifier`, `popular_quantifier_num` and `onig_reduce_nested_quantifier` of
//! `regparse.c`.

use crate::onigmo::token::Repeat;
use crate::onigmo::tree::{Enclose, Greed, Kind, Node, NodeId, Quantifier};
use crate::source::Span;

/// What becomes of a quantifier around another (`ReduceType`).
#[derive(Clone, Copy, PartialEq)]
enum Reduce {
    AsIs,
    /// The outer one goes.
    Del,
    /// `*`
    A,
    /// `*?`
    Aq,
    /// `??`
    Qq,
    /// `(?:…+)??`
    PQq,
}

/// By the inner (row) and the outer (column) of `? * + ?? *? +?`.
const TABLE: [[Reduce; 6]; 6] = {
    use Reduce::{A, Aq, AsIs, Del, PQq, Qq};
    [
        [Del, A, A, Qq, Aq, AsIs],
        [Del, Del, Del, PQq, PQq, Del],
        [A, A, Del, AsIs, PQq, Del],
        [Del, Aq, Aq, Del, Aq, Aq],
        [Del, Del, Del, Del, Del, Del],
        // Ruby's own row (bug 17341); Onigmo's makes `(?:a+?)*` greedy.
        [AsIs, AsIs, AsIs, Aq, Aq, Del],
    ]
};

const POPULAR: [&str; 6] = ["?", "*", "+", "??", "*?", "+?"];

/// The quantifier a token writes, on `target`. Possessive ones are greedy until they are built.
pub(super) fn from_token(repeat: Repeat, target: NodeId) -> Quantifier {
    let greed = if repeat.lazy { Greed::Lazy } else { Greed::Greedy };
    Quantifier { target, min: repeat.min, max: repeat.max, greed, operator: Span::default() }
}

/// Index into [`POPULAR`], if it is one of them.
fn popular(quantifier: &Quantifier) -> Option<usize> {
    let base = match (quantifier.min, quantifier.max) {
        (0, Some(1)) => 0,
        (0, None) => 1,
        (1, None) => 2,
        _ => return None,
    };
    match quantifier.greed {
        Greed::Greedy => Some(base),
        Greed::Lazy => Some(base + 3),
        Greed::Possessive => None,
    }
}

/// The node behind brackets that mean nothing.
pub(super) fn transparent(nodes: &[Node], mut id: NodeId) -> (NodeId, &Kind) {
    loop {
        match &nodes[id.0 as usize].kind {
            Kind::Enclose { kind: Enclose::Group, target } => id = *target,
            kind => return (id, kind),
        }
    }
}

/// The quantifier that is directly inside one on `target`.
pub(super) fn inner(nodes: &[Node], target: NodeId) -> Option<(NodeId, Quantifier)> {
    match transparent(nodes, target) {
        (id, Kind::Quantifier(quantifier)) if quantifier.greed != Greed::Possessive => {
            Some((id, *quantifier))
        }
        _ => None,
    }
}

/// What Onigmo prints about `outer` around `inner`.
pub(super) fn warning(outer: &Quantifier, inner: &Quantifier) -> Option<String> {
    let (outer, inner) = (popular(outer)?, popular(inner)?);
    let replaced = match TABLE[inner][outer] {
        Reduce::AsIs => return None,
        Reduce::Del => {
            return Some(format!(
                "regular expression has redundant nested repeat operator '{}'",
                POPULAR[inner]
            ));
        }
        Reduce::A => "*",
        Reduce::Aq => "*?",
        Reduce::Qq => "??",
        Reduce::PQq => "+ and ??",
    };
    Some(format!(
        "nested repeat operator '{}' and '{}' was replaced with '{replaced}' in regular expression",
        POPULAR[inner], POPULAR[outer]
    ))
}

/// What `outer` becomes, seen together with a quantifier directly inside it (`set_quantifier`).
pub(super) fn reduce(nodes: &mut [Node], outer: Quantifier) -> Kind {
    // (?:a*){n,m}, (?:a+){n,m} => (?:a*){n,n}, (?:a+){n,n}
    if let Some((_, inner)) = inner(nodes, outer.target)
        && let (Some(1 | 2), None) = (popular(&inner), popular(&outer))
        && outer.greed == Greed::Greedy
    {
        let max = outer.max.map(|max| if max > 1 { outer.min.max(1) } else { max });
        return Kind::Quantifier(Quantifier { max, ..outer });
    }
    reduce_nested(nodes, outer)
}

/// `onig_reduce_nested_quantifier`
pub(super) fn reduce_nested(nodes: &mut [Node], outer: Quantifier) -> Kind {
    let unchanged = Kind::Quantifier(outer);
    let Some((id, inner)) = inner(nodes, outer.target) else { return unchanged };
    let possessive = outer.greed == Greed::Possessive;
    let plain = Quantifier { greed: if possessive { Greed::Greedy } else { outer.greed }, ..outer };
    let (Some(child), Some(parent)) = (popular(&inner), popular(&plain)) else { return unchanged };
    let (min, max, greed) = match TABLE[child][parent] {
        Reduce::AsIs => return unchanged,
        Reduce::Del => (inner.min, inner.max, inner.greed),
        Reduce::A => (0, None, Greed::Greedy),
        Reduce::Aq => (0, None, Greed::Lazy),
        Reduce::Qq => (0, Some(1), Greed::Lazy),
        Reduce::PQq => {
            let plus = Quantifier { min: 1, max: None, greed: Greed::Greedy, ..inner };
            nodes[id.0 as usize].kind = Kind::Quantifier(plus);
            let greed = Greed::Lazy;
            return Kind::Quantifier(Quantifier { min: 0, max: Some(1), greed, ..outer });
        }
    };
    let greed = match (possessive, greed) {
        (false, greed) => greed,
        (true, Greed::Greedy) => Greed::Possessive,
        // Only a group that lost its number gets here; what it matches is the same unmerged.
        (true, _) => return unchanged,
    };
    let (target, operator) = (inner.target, inner.operator.to(outer.operator));
    Kind::Quantifier(Quantifier { target, min, max, greed, operator })
}

/// The nodes directly below.
pub(super) fn children(kind: &Kind) -> impl Iterator<Item = NodeId> {
    let (one, two, many) = match kind {
        Kind::Quantifier(quantifier) => (Some(quantifier.target), None, None),
        Kind::Enclose { target, .. } | Kind::Look { target, .. } | Kind::Absent(target) => {
            (Some(*target), None, None)
        }
        Kind::Condition { yes, no, .. } => (Some(*yes), *no, None),
        Kind::Alt(list) | Kind::List(list) => (None, None, Some(list)),
        _ => (None, None, None),
    };
    one.into_iter().chain(two).chain(many.into_iter().flatten().copied())
}
