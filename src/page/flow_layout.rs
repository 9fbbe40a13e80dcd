//! Where the boxes and arrows of *Flow* stand: columns by the longest way from a source, rows by
//! what feeds a box; what is lost leaves to the side, below its box. All in whole
//! pixels: to write a fraction as text takes more code than the whole drawing.

use crate::protocol::{Flow, FlowEdge};

/// Width of a box.
pub const BOX_WIDTH: i32 = 138;
/// Height of a box.
pub const BOX_HEIGHT: i32 = 32;
/// Space between columns.
const GAP_X: i32 = 46;
/// Space between rows.
const GAP_Y: i32 = 14;
/// Height of a line that says what was lost.
const LOST_HEIGHT: i32 = 20;
/// Space round the drawing.
const MARGIN: i32 = 6;
/// Width of the arrow that carries the most.
const MAX_WIDTH: i32 = 13;

/// A drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
    /// The boxes, in the order of the flow's nodes: left top corner; `None` for what is lost.
    pub boxes: Vec<Option<(i32, i32)>>,
    /// The arrows, in the order of the flow's edges: the path, its width, and where the words of a
    /// loss begin; an empty path when an end is not there.
    pub arrows: Vec<(String, i32, (i32, i32))>,
}

/// Lays a pipeline out.
pub fn layout(flow: &Flow) -> Drawing {
    let columns = columns(flow);
    let rows = rows(flow, &columns);
    let losses = losses(flow, &rows);
    let mut tops = vec![MARGIN];
    for lost in &losses {
        let top = tops.last().copied().unwrap_or(MARGIN);
        tops.push(top + BOX_HEIGHT + GAP_Y + *lost as i32 * LOST_HEIGHT);
    }
    let place = |(at, row): (usize, &Option<usize>)| {
        let x = MARGIN + columns.get(at).copied().unwrap_or(0) as i32 * (BOX_WIDTH + GAP_X);
        Some((x, tops.get((*row)?).copied().unwrap_or(MARGIN)))
    };
    let boxes: Vec<Option<(i32, i32)>> = rows.iter().enumerate().map(place).collect();
    let arrows = arrows(flow, &boxes);
    let right = boxes.iter().flatten().map(|place| place.0 + BOX_WIDTH);
    let lost = arrows.iter().filter(|arrow| arrow.2.0 > 0).map(|arrow| arrow.2.0 + BOX_WIDTH);
    let height = tops.last().copied().unwrap_or(MARGIN) - GAP_Y + MARGIN;
    Drawing { width: right.chain(lost).max().unwrap_or(0) + MARGIN, height, boxes, arrows }
}

fn place_of(flow: &Flow, id: u32) -> Option<usize> {
    flow.nodes.iter().position(|node| node.id == id)
}

/// The column of each node: one more than the greatest of those before it. Circles (a relabel back)
/// end after as many rounds as there are nodes. What nothing has come to stands behind the box
/// written before it.
fn columns(flow: &Flow) -> Vec<usize> {
    let most = flow.nodes.len();
    let mut columns = vec![0_usize; most];
    let ends: Vec<(usize, usize)> = flow
        .edges
        .iter()
        .filter_map(|edge| Some((place_of(flow, edge.from)?, place_of(flow, edge.to)?)))
        .collect();
    for _ in 0..most {
        let mut moved = false;
        for (at, node) in flow.nodes.iter().enumerate() {
            let fed = ends.iter().filter(|end| end.1 == at && end.0 != at);
            let mut wanted = fed.filter_map(|end| columns.get(end.0)).max().map(|last| last + 1);
            let before = at.checked_sub(1).and_then(|at| Some((flow.nodes.get(at)?, columns[at])));
            if wanted.is_none() && node.kind != "source" {
                let beside = |kind: &str| node.kind == "match" && kind == "match";
                wanted = before.map(|(last, at)| at + usize::from(!beside(&last.kind)));
            }
            let wanted = wanted.unwrap_or(0).min(most);
            if let Some(column) = columns.get_mut(at).filter(|column| **column < wanted) {
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

/// The row of each node: that of what feeds it, or the next free one of its column.
fn rows(flow: &Flow, columns: &[usize]) -> Vec<Option<usize>> {
    let mut rows: Vec<Option<usize>> = vec![None; flow.nodes.len()];
    let mut taken = vec![0_usize; flow.nodes.len() + 1];
    let mut order: Vec<usize> = (0..flow.nodes.len()).collect();
    crate::order::by_key(&mut order, |at| columns.get(*at).copied());
    for at in order {
        let Some(node) = flow.nodes.get(at).filter(|node| node.kind != "lost") else { continue };
        let fed = flow.edges.iter().filter(|edge| edge.to == node.id && !edge.lost);
        let fed = fed.filter_map(|edge| rows.get(place_of(flow, edge.from)?).copied().flatten());
        let Some(free) = taken.get_mut(columns.get(at).copied().unwrap_or(0)) else { continue };
        let row = fed.min().unwrap_or(0).max(*free);
        *free = row + 1;
        if let Some(place) = rows.get_mut(at) {
            *place = Some(row);
        }
    }
    rows
}

/// For each row, how many lines of losses stand below it: the most that one box has.
fn losses(flow: &Flow, rows: &[Option<usize>]) -> Vec<u32> {
    let last = rows.iter().flatten().max().copied().unwrap_or(0);
    let mut losses = vec![0; last + 1];
    for (node, row) in flow.nodes.iter().zip(rows) {
        let own = flow.edges.iter().filter(|edge| edge.lost && edge.from == node.id).count() as u32;
        if let Some(most) = row.and_then(|row| losses.get_mut(row)) {
            *most = own.max(*most);
        }
    }
    losses
}

fn arrows(flow: &Flow, boxes: &[Option<(i32, i32)>]) -> Vec<(String, i32, (i32, i32))> {
    let most = flow.edges.iter().map(|edge| edge.count).max().unwrap_or(0).max(1);
    let find = |id: u32| boxes.get(place_of(flow, id)?).copied().flatten();
    let mut lost_of = vec![0_u32; flow.nodes.len()];
    let arrow = |edge: &FlowEdge| {
        let part = (u64::from(edge.count) * (MAX_WIDTH - 2) as u64 / u64::from(most)) as i32;
        let width = if edge.count == 0 { 1 } else { 2 + part };
        let Some((x, y)) = find(edge.from) else { return (String::new(), 0, (0, 0)) };
        if edge.lost {
            let at = place_of(flow, edge.from).unwrap_or(0);
            let Some(above) = lost_of.get_mut(at) else { return (String::new(), 0, (0, 0)) };
            let down = BOX_HEIGHT + 12 + *above as i32 * LOST_HEIGHT;
            *above += 1;
            let (x1, y1, y2) = (x + 14, y + BOX_HEIGHT, y + down);
            let x2 = x1 + 14;
            return (
                format!("M{x1} {y1}C{x1} {y2} {x1} {y2} {x2} {y2}"),
                width.min(5),
                (x2 + 5, y2),
            );
        }
        let Some(to) = find(edge.to) else { return (String::new(), 0, (0, 0)) };
        let (x1, y1) = (x + BOX_WIDTH, y + BOX_HEIGHT / 2);
        let (x2, y2) = (to.0, to.1 + BOX_HEIGHT / 2);
        let bend = ((x2 - x1).abs() / 2).max(20);
        let path = format!("M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}", x1 + bend, x2 - bend);
        (path, width, (0, 0))
    };
    flow.edges.iter().map(arrow).collect()
}

#[cfg(test)]
mod tests {
    use super::layout;
    use crate::protocol::{Flow, FlowEdge, FlowNode};

    fn flow(nodes: &[(u32, &str)], edges: &[(u32, u32, u32)]) -> Flow {
        let lost = |id: u32| nodes.iter().any(|node| node.0 == id && node.1 == "lost");
        Flow {
            nodes: nodes
                .iter()
                .map(|&(id, kind)| FlowNode { id, kind: kind.to_owned(), ..FlowNode::default() })
                .collect(),
            edges: edges
                .iter()
                .map(|&(from, to, count)| FlowEdge { from, to, count, lost: lost(to) })
                .collect(),
        }
    }

    #[test]
    fn each_step_stands_right_of_what_feeds_it() {
        let flow =
            flow(&[(7, "source"), (3, "parse"), (9, "match")], &[(7, 3, 6), (3, 9, 5), (7, 9, 1)]);
        let drawing = layout(&flow);
        let x: Vec<i32> = drawing.boxes.iter().flatten().map(|place| place.0).collect();
        assert!(x[0] < x[1] && x[1] < x[2], "{x:?}");
    }

    #[test]
    fn a_circle_and_a_missing_end_do_no_harm() {
        let flow = flow(&[(1, "match"), (2, "label")], &[(1, 2, 1), (2, 1, 1), (1, 99, 1)]);
        let drawing = layout(&flow);
        assert_eq!(drawing.arrows.len(), 3);
        assert!(drawing.arrows[2].0.is_empty());
    }

    #[test]
    fn two_sources_run_side_by_side_and_what_is_lost_stands_below_its_box() {
        let flow = flow(
            &[(1, "source"), (2, "parse"), (3, "source"), (4, "parse"), (5, "match"), (6, "lost")],
            &[(1, 2, 4), (3, 4, 4), (2, 5, 3), (2, 6, 1), (4, 5, 4)],
        );
        let drawing = layout(&flow);
        let at = |node: usize| drawing.boxes[node].unwrap();
        assert!((at(0).1 - at(1).1) == 0 && (at(2).1 - at(3).1) == 0);
        assert!(drawing.boxes[5].is_none());
        let words = drawing.arrows[3].2;
        assert!(words.1 > at(1).1 && words.1 < at(3).1, "{words:?}");
    }

    #[test]
    fn what_nothing_has_come_to_stands_in_written_order() {
        let flow = flow(
            &[(1, "source"), (2, "parse"), (3, "filter"), (4, "match"), (5, "match")],
            &[(1, 2, 0)],
        );
        let x: Vec<i32> = layout(&flow).boxes.iter().flatten().map(|place| place.0).collect();
        assert!(x[1] < x[2] && x[2] < x[3] && (x[3] - x[4]) == 0, "{x:?}");
    }
}
