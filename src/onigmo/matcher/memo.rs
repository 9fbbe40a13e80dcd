//! What is known to fail: one bit for each choice of the program and each place of the text.
//!
//! Ruby 3.2 and later do the same (`match_cache` in `regexec.c`). A bit is set when everything from
//! a choice at a place was tried in vain; trying it again would fail again, because without
//! back-references, calls, conditions and absences what happens from there depends on nothing else
//! but the counters of the loops around it, for which a choice has rows of its own. So every choice
//! is tried at most once at a place, and no result changes.

/// The most memory the bits may take.
const WORDS_LIMIT: usize = 8 << 20;

/// The bits, and the ends of runs that were already looked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memo {
    words: Vec<u64>,
    /// Words in a row.
    width: usize,
    /// For each row the last run that was scanned: first place and end.
    runs: Vec<(u32, u32)>,
    /// For each row of a run without end the places, first to last, where it ends in vain.
    dead: Vec<(u32, u32)>,
}

impl Memo {
    /// Makes room for `rows` choices at each place of a text of `len` bytes; false when that would
    /// take too much.
    pub(crate) fn prepare(&mut self, rows: u32, len: usize) -> bool {
        self.width = len / 64 + 1;
        let words = self.width.saturating_mul(rows as usize);
        if words > WORDS_LIMIT {
            return false;
        }
        self.words.clear();
        self.words.resize(words, 0);
        self.runs.clear();
        self.runs.resize(rows as usize, (1, 0));
        self.dead.clear();
        self.dead.resize(rows as usize, (1, 0));
        true
    }

    /// Forgets what is known of some choices at one place (captures changed in an empty iteration:
    /// Ruby's `reset_match_cache`).
    pub(crate) fn forget(&mut self, rows: impl Iterator<Item = u32>, at: usize) {
        for row in rows {
            let word = row as usize * self.width + at / 64;
            if let Some(bits) = self.words.get_mut(word) {
                *bits &= !(1 << (at % 64));
            }
            if self.dead_from(row, at).is_some() {
                self.dead[row as usize].0 = at as u32 + 1;
            }
        }
    }

    pub(crate) fn is_set(&self, row: u32, at: usize) -> bool {
        let word = row as usize * self.width + at / 64;
        self.words.get(word).is_some_and(|bits| bits >> (at % 64) & 1 == 1)
    }

    pub(crate) fn set(&mut self, row: u32, at: usize) {
        let word = row as usize * self.width + at / 64;
        if let Some(bits) = self.words.get_mut(word) {
            *bits |= 1 << (at % 64);
        }
    }

    /// The last place in `low..=high` whose bit is not set.
    pub(crate) fn last_clear(&self, row: u32, low: usize, high: usize) -> Option<usize> {
        let base = row as usize * self.width;
        let mut word = high / 64;
        let mut mask = u64::MAX >> (63 - high % 64);
        loop {
            let free = !self.words.get(base + word).copied().unwrap_or(0) & mask;
            if free != 0 {
                let at = word * 64 + 63 - free.leading_zeros() as usize;
                return (at >= low).then_some(at);
            }
            if word * 64 <= low {
                return None;
            }
            word -= 1;
            mask = u64::MAX;
        }
    }

    /// The run that was scanned last: from where to where.
    pub(crate) fn run(&self, row: u32) -> Option<(usize, usize)> {
        let &(first, end) = self.runs.get(row as usize)?;
        (first <= end).then_some((first as usize, end as usize))
    }

    /// The first of the places around `at` where a run ends in vain.
    pub(crate) fn dead_from(&self, row: u32, at: usize) -> Option<usize> {
        let &(first, last) = self.dead.get(row as usize)?;
        (first as usize <= at && at <= last as usize).then_some(first as usize)
    }

    /// A run was tried with every end from `first` to `last`.
    pub(crate) fn all_in_vain(&mut self, row: u32, first: u32, last: u32) {
        if let Some(dead) = self.dead.get_mut(row as usize) {
            let touches = dead.0 <= last.saturating_add(1) && first <= dead.1.saturating_add(1);
            *dead = if touches && dead.0 <= dead.1 {
                (dead.0.min(first), dead.1.max(last))
            } else {
                (first, last)
            };
        }
    }

    pub(crate) fn scanned(&mut self, row: u32, at: usize, end: usize) {
        if let Some(run) = self.runs.get_mut(row as usize) {
            *run = (at as u32, end as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Memo;

    #[test]
    fn the_last_clear_place_is_found_across_words() {
        let mut memo = Memo::default();
        assert!(memo.prepare(2, 300));
        (50..=200).for_each(|at| memo.set(1, at));
        assert_eq!(memo.last_clear(1, 0, 200), Some(49));
        assert_eq!(memo.last_clear(1, 50, 200), None);
        assert_eq!(memo.last_clear(1, 50, 201), Some(201));
        assert_eq!(memo.last_clear(0, 50, 200), Some(200));
    }

    #[test]
    fn too_large_a_memo_is_refused() {
        assert!(!Memo::default().prepare(u32::MAX, 1 << 20));
    }
}
