//! Where the boxes and arrows of *Flow* stand: columns by the longest way from a source.

use std::collections::BTreeMap;

use crate::protocol::Flow;

/// Width of a box.
pub const BOX_WIDTH: f64 = 150.0;
/// Height of a box.
pub const BOX_HEIGHT: f64 = 36.0;
/// Space between columns.
const GAP_X: f64 = 70.0;
/// Space between rows.
const GAP_Y: f64 = 22.0;
/// Space round the drawing.
const MARGIN: f64 = 8.0;
/// Width of the arrow that carries the most.
const MAX_WIDTH: f64 = 16.0;

/// A drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// The boxes, in the order of the flow's nodes: left top corner.
    pub boxes: Vec<(f64, f64)>,
    /// The arrows, in the order of the flow's edges: the path and its width; empty when an end is
    /// not there.
    pub arrows: Vec<(String, f64)>,
}

/// Lays a pipeline out.
pub fn layout(flow: &Flow) -> Drawing {
    let columns = columns(flow);
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let mut boxes = Vec::with_capacity(flow.nodes.len());
    for (at, node) in flow.nodes.iter().enumerate() {
        let column = columns.get(at).copied().unwrap_or(0);
        // What is lost stands below the way of what is not.
        let from =
            if node.kind == "lost" { taken.get(&column).copied().unwrap_or(0).max(1) } else { 0 };
        let row = taken.get(&column).copied().unwrap_or(0).max(from);
        taken.insert(column, row + 1);
        let x = MARGIN + column as f64 * (BOX_WIDTH + GAP_X);
        boxes.push((x, MARGIN + row as f64 * (BOX_HEIGHT + GAP_Y)));
    }
    let right = boxes.iter().map(|place| place.0).fold(0.0, f64::max);
    let bottom = boxes.iter().map(|place| place.1).fold(0.0, f64::max);
    let arrows = arrows(flow, &boxes);
    Drawing {
        width: right + BOX_WIDTH + MARGIN,
        height: bottom + BOX_HEIGHT + MARGIN,
        boxes,
        arrows,
    }
}

/// The column of each node: one more than the greatest of those before it. Circles (a relabel back)
/// end after as many rounds as there are nodes.
fn columns(flow: &Flow) -> Vec<usize> {
    let place: BTreeMap<u32, usize> =
        flow.nodes.iter().enumerate().map(|(at, node)| (node.id, at)).collect();
    let mut columns = vec![0_usize; flow.nodes.len()];
    for _ in 0..flow.nodes.len() {
        let mut moved = false;
        for edge in &flow.edges {
            let (Some(&from), Some(&to)) = (place.get(&edge.from), place.get(&edge.to)) else {
                continue;
            };
            let wanted = columns.get(from).map_or(0, |column| column + 1).min(flow.nodes.len());
            if let Some(column) = columns.get_mut(to).filter(|column| **column < wanted) {
                *column = wanted;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    columns
}

fn arrows(flow: &Flow, boxes: &[(f64, f64)]) -> Vec<(String, f64)> {
    let most = flow.edges.iter().map(|edge| edge.count).max().unwrap_or(0).max(1);
    let find = |id: u32| {
        let at = flow.nodes.iter().position(|node| node.id == id)?;
        boxes.get(at).copied()
    };
    let arrow = |edge: &crate::protocol::FlowEdge| {
        let (Some(from), Some(to)) = (find(edge.from), find(edge.to)) else {
            return (String::new(), 0.0);
        };
        let (x1, y1) = (from.0 + BOX_WIDTH, from.1 + BOX_HEIGHT / 2.0);
        let (x2, y2) = (to.0, to.1 + BOX_HEIGHT / 2.0);
        let bend = ((x2 - x1).abs() / 2.0).max(20.0);
        let path = format!("M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}", x1 + bend, x2 - bend);
        let part = f64::from(edge.count) / f64::from(most);
        (path, if edge.count == 0 { 1.0 } else { 2.0 + part * (MAX_WIDTH - 2.0) })
    };
    flow.edges.iter().map(arrow).collect()
}

#[cfg(test)]
mod tests {
    use super::layout;
    use crate::protocol::{Flow, FlowEdge, FlowNode};

    fn flow(nodes: &[(u32, &str)], edges: &[(u32, u32, u32)]) -> Flow {
        Flow {
            nodes: nodes
                .iter()
                .map(|&(id, kind)| FlowNode { id, kind: kind.to_owned(), ..FlowNode::default() })
                .collect(),
            edges: edges
                .iter()
                .map(|&(from, to, count)| FlowEdge { from, to, count, lost: false })
                .collect(),
        }
    }

    #[test]
    fn each_step_stands_right_of_what_feeds_it() {
        let flow =
            flow(&[(7, "source"), (3, "parse"), (9, "match")], &[(7, 3, 6), (3, 9, 5), (7, 9, 1)]);
        let drawing = layout(&flow);
        let x: Vec<f64> = drawing.boxes.iter().map(|place| place.0).collect();
        assert!(x[0] < x[1] && x[1] < x[2], "{x:?}");
    }

    #[test]
    fn a_circle_and_a_missing_end_do_no_harm() {
        let flow = flow(&[(1, "match"), (2, "label")], &[(1, 2, 1), (2, 1, 1), (1, 99, 1)]);
        let drawing = layout(&flow);
        assert_eq!(drawing.arrows.len(), 3);
        assert!(drawing.arrows[2].0.is_empty());
    }
}
