//! Which rows of a long list are in sight: arithmetic of a list with rows of one height.

use crate::protocol::Rows;

/// Rows kept above and below the sight, so that a small scroll shows no gap.
const OVERSCAN: u32 = 12;

/// Browsers cannot make an element taller than about 16 million pixels: a longer list is shown
/// up to there.
const MAX_PIXELS: f64 = 15_000_000.0;

/// The rows in sight of a list of `total` rows of `height` pixels, scrolled to `top` in a box of
/// `view` pixels.
pub fn in_sight(top: f64, view: f64, height: f64, total: u32) -> Rows {
    let first = (top.max(0.0) / height).floor() as u32;
    let count = (view.max(0.0) / height).ceil() as u32 + 1;
    let from = first.saturating_sub(OVERSCAN).min(total);
    Rows { from, to: first.saturating_add(count).saturating_add(OVERSCAN).min(total) }
}

/// Pixels above the first and below the last row shown.
pub fn spacers(rows: Rows, height: f64, total: u32) -> (f64, f64) {
    let below = total.saturating_sub(rows.to);
    let above = f64::from(rows.from) * height;
    (above, (f64::from(below) * height).min(MAX_PIXELS))
}

/// Where to scroll so that `row` is in sight: nowhere if it is already.
pub fn scroll_to(row: u32, top: f64, view: f64, height: f64) -> Option<f64> {
    let begin = f64::from(row) * height;
    if begin < top {
        Some(begin)
    } else if begin + height > top + view {
        Some(begin + height - view)
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
        assert_eq!(in_sight(0.0, 280.0, 28.0, 1000), Rows { from: 0, to: 23 });
        assert_eq!(in_sight(2800.0, 280.0, 28.0, 1000), Rows { from: 88, to: 123 });
        assert_eq!(in_sight(1e9, 280.0, 28.0, 10), Rows { from: 10, to: 10 });
        assert_eq!(in_sight(-5.0, -1.0, 28.0, 10), Rows { from: 0, to: 10 });
    }

    #[test]
    fn spacers_and_rows_make_up_the_whole_list() {
        let rows = in_sight(2800.0, 280.0, 28.0, 1000);
        let (above, below) = spacers(rows, 28.0, 1000);
        assert!((above + below + f64::from(rows.to - rows.from) * 28.0 - 28000.0).abs() < 0.01);
    }

    #[test]
    fn a_row_in_sight_does_not_scroll() {
        assert_eq!(scroll_to(5, 0.0, 280.0, 28.0), None);
        assert_eq!(scroll_to(10, 0.0, 280.0, 28.0), Some(28.0));
        assert_eq!(scroll_to(1, 280.0, 280.0, 28.0), Some(28.0));
    }
}
