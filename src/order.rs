//! Sorting by one routine for all types: the standard library's sorts are made anew for each type,
//! 5 kB at a time, and two dozen of them were a twelfth of the engine's code. Stable; a merge of
//! numbers, then the items go into their places.

pub mod map;

/// Sorts.
pub fn sort<T: Ord>(items: &mut [T]) {
    by(items, |one, other| one < other);
}

/// Sorts by what `key` gives.
pub fn by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    by(items, |one, other| key(one) < key(other));
}

/// Sorts; `less`: the first stands before the second.
pub fn by<T>(items: &mut [T], mut less: impl FnMut(&T, &T) -> bool) {
    let mut place = places(items.len(), &mut |one, other| less(&items[one], &items[other]));
    for at in 0..items.len() {
        while place[at] as usize != at {
            let to = place[at] as usize;
            items.swap(at, to);
            place.swap(at, to);
        }
    }
}

/// Where each of `len` items goes.
fn places(len: usize, less: &mut dyn FnMut(usize, usize) -> bool) -> Vec<u32> {
    let mut order: Vec<u32> = (0..len as u32).collect();
    let mut merged = order.clone();
    let mut run = 1;
    while run < len {
        let mut start = 0;
        while start < len {
            let middle = (start + run).min(len);
            let end = (middle + run).min(len);
            merge(&order[start..middle], &order[middle..end], &mut merged[start..end], less);
            start = end;
        }
        std::mem::swap(&mut order, &mut merged);
        run *= 2;
    }
    for (place, item) in order.iter().enumerate() {
        merged[*item as usize] = place as u32;
    }
    merged
}

fn merge<'a>(
    mut left: &'a [u32],
    mut right: &'a [u32],
    out: &mut [u32],
    less: &mut dyn FnMut(usize, usize) -> bool,
) {
    for place in out {
        let from_right = match (left.first(), right.first()) {
            (Some(one), Some(other)) => less(*other as usize, *one as usize),
            (None, _) => true,
            (_, None) => false,
        };
        let from = if from_right { &mut right } else { &mut left };
        if let Some((first, rest)) = from.split_first() {
            *place = *first;
            *from = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{by_key, sort};

    #[test]
    fn it_sorts_as_the_standard_library_does() {
        let mut seed = 7_u32;
        for len in 0..200 {
            let mut items: Vec<(u32, u32)> = (0..len)
                .map(|at| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (seed >> 27, at)
                })
                .collect();
            let mut stable = items.clone();
            stable.sort_by_key(|item| item.0);
            by_key(&mut items, |item| item.0);
            assert_eq!(items, stable);
            let mut texts: Vec<String> = items.iter().map(|item| item.0.to_string()).collect();
            let mut sorted = texts.clone();
            sorted.sort_unstable();
            sort(&mut texts);
            assert_eq!(texts, sorted);
        }
    }
}
