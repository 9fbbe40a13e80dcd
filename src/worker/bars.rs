//! Events by time: the bars above the grid.

use super::values::date_and_clock;
use crate::protocol::Bar;
use crate::ruby::value::EventTime;

/// Most bars.
const BARS: i64 = 60;
/// Widths of a bar in seconds that people can read.
const WIDTHS: [i64; 12] =
    [1, 5, 15, 60, 300, 900, 3600, 6 * 3600, 86_400, 7 * 86_400, 30 * 86_400, 365 * 86_400];

/// The bars of these times in seconds; none when they do not spread over at least two bars.
pub fn bars(times: impl Iterator<Item = i64> + Clone) -> Vec<Bar> {
    let (mut first, mut last) = (i64::MAX, i64::MIN);
    for time in times.clone() {
        (first, last) = (first.min(time), last.max(time));
    }
    if first > last {
        return Vec::new();
    }
    let spread = last.saturating_sub(first);
    let fits = |width: &&i64| spread / **width < BARS;
    let Some(&width) = WIDTHS.iter().find(fits) else { return Vec::new() };
    let begin = first.div_euclid(width) * width;
    let number = (last - begin) / width + 1;
    let mut counts = vec![0_u32; number as usize];
    // Neighbours mostly stand in one bar: a division for each of millions would take its time.
    let (mut at, mut from) = (0, begin);
    for time in times {
        if !(0..width).contains(&(time - from)) {
            at = (time - begin) / width;
            from = begin + at * width;
        }
        if let Some(count) = counts.get_mut(at as usize) {
            *count += 1;
        }
    }
    if counts.len() < 2 {
        return Vec::new();
    }
    let bar = |(at, count): (usize, u32)| {
        let from = begin + at as i64 * width;
        let (date, clock) = date_and_clock(EventTime { sec: from, nsec: 0 });
        let clock = clock.split('.').next().unwrap_or_default();
        Bar {
            from: from.to_string(),
            to: (from + width).to_string(),
            label: format!("{date} {clock}"),
            count,
        }
    };
    counts.into_iter().enumerate().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::bars;

    fn at(secs: &[i64]) -> Vec<(String, u32)> {
        bars(secs.iter().copied()).into_iter().map(|bar| (bar.from, bar.count)).collect()
    }

    #[test]
    fn each_event_stands_in_one_bar() {
        assert_eq!(at(&[10, 12, 12]), [("10".into(), 1), ("11".into(), 0), ("12".into(), 2)]);
        assert_eq!(at(&[0, 600]).len(), 41);
    }

    #[test]
    fn one_moment_and_an_absurd_spread_have_no_bars() {
        assert!(at(&[5, 5]).is_empty() && at(&[]).is_empty());
        assert!(at(&[i64::MIN, i64::MAX]).is_empty());
    }
}
