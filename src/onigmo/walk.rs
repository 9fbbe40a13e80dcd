//! Going through the tree.

use super::tree::{Kind, NodeId};

impl Kind {
    /// The nodes directly below.
    pub(super) fn children(&self) -> Vec<NodeId> {
        match self {
            Kind::Quantifier(quantifier) => vec![quantifier.target],
            Kind::Enclose { target, .. } | Kind::Look { target, .. } | Kind::Absent(target) => {
                vec![*target]
            }
            Kind::Condition { yes, no, .. } => std::iter::once(*yes).chain(*no).collect(),
            Kind::Alt(children) | Kind::List(children) => children.to_vec(),
            _ => Vec::new(),
        }
    }
}
