//! How many steps a search may take before it is given up: many, but for a caller in a hurry.

use std::cell::Cell;

/// Steps after which a pattern that may not be memoised is given up.
const STEP_BUDGET: u64 = 1_000_000;

thread_local! {
    /// Steps allowed, while somebody is in a hurry.
    static HURRY: Cell<Option<u64>> = const { Cell::new(None) };
    static GIVEN_UP: Cell<bool> = const { Cell::new(false) };
}

/// Does some work in which each search may take about `steps` steps; true beside its result when one
/// was given up, so that the result is not what it would be without hurry.
pub fn in_a_hurry<T>(steps: u64, work: impl FnOnce() -> T) -> (T, bool) {
    HURRY.set(Some(steps));
    GIVEN_UP.set(false);
    let done = work();
    HURRY.set(None);
    (done, GIVEN_UP.get())
}

/// The step at which to give up, after `steps`; `most` is what a pattern that is memoised may take.
pub(crate) fn limit(steps: u64, most: u64) -> u64 {
    match HURRY.get() {
        Some(few) => steps.saturating_add(few),
        None => steps.saturating_add(most).max(STEP_BUDGET),
    }
}

/// True when nothing more is allowed beyond this limit.
pub(crate) fn is_spent(limit: u64) -> bool {
    limit >= HURRY.get().unwrap_or(STEP_BUDGET)
}

/// A search was given up.
pub(crate) fn give_up() {
    GIVEN_UP.set(true);
}
