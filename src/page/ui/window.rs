//! Which rows of a long list are in sight: arithmetic of a list with rows of one height.

use crate::protocol::Rows;

/// Rows kept above and below the sight, so that a small scroll shows no gap.
const OVERSCAN: u32 = 12;

/// Browsers cannot make an element taller than about 16 million pixels: a longer list is shown
/// up to there.
const MAX_PIXELS: u32 = 15_000_000;

/// The rows in sight of a list of `total` rows of `height` pixels, scrolled to `top` in a box of
/// `view` pixels.
pub fn in_sight(top: i32, view: i32, height: u32, total: u32) -> Rows {
    let first = top.max(0) as u32 / height;
    let count = (view.max(0) as u32).div_ceil(height) + 1;
    let from = first.saturating_sub(OVERSCAN).min(total);
    Rows { from, to: first.saturating_add(count).saturating_add(OVERSCAN).min(total) }
}

/// Pixels above the first and below the last row shown.
pub fn spacers(rows: Rows, height: u32, total: u32) -> (u32, u32) {
    let below = total.saturating_sub(rows.to);
    (rows.from.saturating_mul(height), below.saturating_mul(height).min(MAX_PIXELS))
}

/// Where to scroll so that `row` is in sight: nowhere if it is already.
pub fn scroll_to(row: u32, top: i32, view: i32, height: u32) -> Option<i32> {
    let begin = row.saturating_mul(height) as i32;
    let end = begin.saturating_add(height as i32);
    if begin < top {
        Some(begin)
    } else if end > top.saturating_add(view) {
        Some(end - view)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{in_sight, scroll_to, spacers};
    use crate::protocol::Rows;

    #[test]
    fn the_window_covers_the_box_and_stays_in_the_list() {
        assert_eq!(in_sight(0, 280, 28, 1000), Rows { from: 0, to: 23 });
        assert_eq!(in_sight(2800, 280, 28, 1000), Rows { from: 88, to: 123 });
        assert_eq!(in_sight(1_000_000_000, 280, 28, 10), Rows { from: 10, to: 10 });
        assert_eq!(in_sight(-5, -1, 28, 10), Rows { from: 0, to: 10 });
    }

    #[test]
    fn spacers_and_rows_make_up_the_whole_list() {
        let rows = in_sight(2800, 280, 28, 1000);
        let (above, below) = spacers(rows, 28, 1000);
        assert_eq!(above + below + (rows.to - rows.from) * 28, 28000);
    }

    #[test]
    fn a_row_in_sight_does_not_scroll() {
        assert_eq!(scroll_to(5, 0, 280, 28), None);
        assert_eq!(scroll_to(10, 0, 280, 28), Some(28));
        assert_eq!(scroll_to(1, 280, 280, 28), Some(28));
    }
}
