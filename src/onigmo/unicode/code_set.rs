//! A set of code points (in bytes mode: of bytes), as sorted ranges.

/// The highest code point.
pub const LAST_CODE: u32 = 0x0010_FFFF;

/// A set of code points. In [`Mode::Bytes`](crate::onigmo::tree::Mode) its members are bytes
/// (0 to 255).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CodeSet {
    /// First and last of each range: sorted, apart from each other by at least one code point.
    ranges: Vec<(u32, u32)>,
}

impl CodeSet {
    /// The empty set.
    pub fn empty() -> CodeSet {
        CodeSet::default()
    }

    /// `first..=last`.
    pub fn range(first: u32, last: u32) -> CodeSet {
        CodeSet { ranges: if first <= last { vec![(first, last)] } else { Vec::new() } }
    }

    /// The union of ranges in any order.
    pub fn from_ranges(ranges: impl IntoIterator<Item = (u32, u32)>) -> CodeSet {
        let mut all: Vec<(u32, u32)> =
            ranges.into_iter().filter(|(first, last)| first <= last).collect();
        crate::order::sort(&mut all);
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(all.len());
        for (first, last) in all {
            match merged.last_mut() {
                Some(open) if first <= open.1.saturating_add(1) => open.1 = open.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        CodeSet { ranges: merged }
    }

    /// The ranges, sorted, first and last of each.
    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.ranges
    }

    /// True when nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// True when `code` is in it.
    pub fn contains(&self, code: u32) -> bool {
        let at = self.ranges.partition_point(|&(_, last)| last < code);
        self.ranges.get(at).is_some_and(|&(first, _)| first <= code)
    }

    /// How many code points are in it.
    pub fn len(&self) -> usize {
        self.ranges.iter().map(|(first, last)| (last - first) as usize + 1).sum()
    }

    /// Everything in either.
    #[must_use]
    pub fn union(&self, other: &CodeSet) -> CodeSet {
        CodeSet::from_ranges(self.ranges.iter().chain(&other.ranges).copied())
    }

    /// Adds `first..=last`.
    pub fn insert(&mut self, first: u32, last: u32) {
        if first > last {
            return;
        }
        let low = self.ranges.partition_point(|&(_, end)| end.saturating_add(1) < first);
        let high = self.ranges.partition_point(|&(start, _)| start <= last.saturating_add(1));
        let touched = self.ranges.get(low..high).unwrap_or_default();
        let start = touched.first().map_or(first, |range| range.0.min(first));
        let end = touched.last().map_or(last, |range| range.1.max(last));
        self.ranges.splice(low..high.max(low), [(start, end)]);
    }

    /// Everything in both.
    #[must_use]
    pub fn intersection(&self, other: &CodeSet) -> CodeSet {
        let (mut left, mut right) = (self.ranges.iter().peekable(), other.ranges.iter().peekable());
        let mut ranges = Vec::new();
        while let (Some(&&(a, b)), Some(&&(c, d))) = (left.peek(), right.peek()) {
            if a.max(c) <= b.min(d) {
                ranges.push((a.max(c), b.min(d)));
            }
            if b < d {
                left.next()
            } else {
                right.next()
            };
        }
        CodeSet { ranges }
    }

    /// Everything up to `last` that is not in it.
    #[must_use]
    pub fn complement(&self, last: u32) -> CodeSet {
        let (mut ranges, mut next) = (Vec::with_capacity(self.ranges.len() + 1), 0);
        for &(first, end) in &self.ranges {
            if first > last {
                break;
            }
            if first > next {
                ranges.push((next, first - 1));
            }
            next = end.saturating_add(1);
        }
        if next <= last {
            ranges.push((next, last));
        }
        CodeSet { ranges }
    }

    /// The members below 256 as a bitmap: bit `b % 64` of word `b / 64`.
    pub fn low_bits(&self) -> [u64; 4] {
        let mut bits = [0; 4];
        for code in 0..256 {
            if self.contains(code) {
                bits[code as usize / 64] |= 1 << (code % 64);
            }
        }
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_touch_become_one() {
        let set = CodeSet::from_ranges([(5, 6), (0, 1), (2, 3), (7, 7)]);
        assert_eq!(set.ranges(), [(0, 3), (5, 7)]);
    }

    #[test]
    fn insert_is_union_with_a_range() {
        for (first, last) in [(0, 0), (4, 4), (4, 9), (21, 22), (15, 30), (0, 50), (40, 41), (9, 3)]
        {
            let mut set = CodeSet::from_ranges([(0, 3), (10, 20), (30, 31)]);
            let union = set.union(&CodeSet::range(first, last));
            set.insert(first, last);
            assert_eq!(set, union, "{first} {last}");
        }
    }

    #[test]
    fn complement_and_intersection_agree_with_contains() {
        let set = CodeSet::from_ranges([(0, 3), (10, 20), (0xE000, LAST_CODE)]);
        let other = CodeSet::from_ranges([(2, 12), (0xD7FF, 0xE001)]);
        let (not, both) = (set.complement(LAST_CODE), set.intersection(&other));
        for code in (0..40).chain(0xD7F0..0xE010) {
            assert_eq!(not.contains(code), !set.contains(code));
            assert_eq!(both.contains(code), set.contains(code) && other.contains(code));
        }
        assert_eq!(set.complement(255).ranges(), [(4, 9), (21, 255)]);
    }
}
