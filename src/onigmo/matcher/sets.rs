//! Sets of characters as the matcher scans for them: one table of bytes for ASCII, ranges beyond,
//! and the fastest way to find the end of a run.
//!
//! Texts in [`Mode::Characters`] are valid UTF-8 (the door checks it), so a set that holds all or
//! none of the characters beyond ASCII is scanned byte by byte and still ends between characters.

use super::letters::Mode;
use super::program::{Give, High, Peek, Program, Scan, Set, begins_with};

/// The highest code point.
const LAST_CODE: u32 = 0x0010_FFFF;

impl Set {
    /// Prepares a set of code points (or bytes), sorted ranges, for scanning.
    pub fn new(codes: &[(u32, u32)], mode: Mode) -> Set {
        let mut table = Box::new([false; 256]);
        let single = if mode == Mode::Bytes { 256 } else { 128 };
        for &(first, last) in codes.iter().take_while(|range| range.0 < single) {
            (first..=last.min(single - 1)).for_each(|code| table[code as usize] = true);
        }
        let high = match mode {
            Mode::Bytes => High::Bytes,
            Mode::Characters => high_members(codes),
        };
        match &high {
            High::Bytes | High::None => {}
            High::All => table[0x80..].fill(true),
            High::Some(ranges) => {
                ranges.iter().for_each(|&range| mark_lead_bytes(range, &mut table));
            }
        }
        let scan = best_scan(&table, &high);
        Set { table, high, scan }
    }

    /// All bytes but some.
    pub fn without(missing: &Peek) -> Set {
        let mut table = Box::new([false; 256]);
        for (byte, member) in (0..=255).zip(table.iter_mut()) {
            *member = !missing.contains(byte);
        }
        let scan = best_scan(&table, &High::Bytes);
        Set { table, high: High::Bytes, scan }
    }

    /// True when every byte from 0x80 may be skipped without looking at its character.
    pub fn bytewise(&self) -> bool {
        !matches!(self.high, High::Some(_))
    }

    /// True when each member is one byte.
    pub fn single(&self) -> bool {
        matches!(self.high, High::Bytes | High::None)
    }

    /// What a member begins with.
    pub fn peek(&self) -> Peek {
        Peek::bytes((0..=255).filter(|&byte| {
            let lead = !matches!(byte, 0x80..=0xC1 | 0xF5..=0xFF) || self.high == High::Bytes;
            lead && self.table[usize::from(byte)]
        }))
    }

    /// The only byte that is no member, if the set is such.
    pub fn only_without(&self) -> Option<u8> {
        match self.scan {
            Scan::Not1(byte) => Some(byte),
            _ => None,
        }
    }

    /// The place after the member at `at`, if there is one.
    #[inline]
    pub fn step(&self, text: &[u8], at: usize) -> Option<usize> {
        let byte = *text.get(at)?;
        if !self.table[usize::from(byte)] {
            return None;
        }
        if byte < 0x80 || self.high == High::Bytes {
            return Some(at + 1);
        }
        let (code, next) = decode(text, at);
        match &self.high {
            High::Some(ranges) if !in_ranges(ranges, code) => None,
            _ => (next <= text.len()).then_some(next),
        }
    }

    /// The end of the run of members from `at`.
    #[inline]
    pub fn run_end(&self, text: &[u8], at: usize) -> usize {
        let rest = text.get(at..).unwrap_or_default();
        let found = match self.scan {
            Scan::All => None,
            Scan::Not1(a) => memchr::memchr(a, rest),
            Scan::Not2(a, b) => memchr::memchr2(a, b, rest),
            Scan::Not3(a, b, c) => memchr::memchr3(a, b, c, rest),
            Scan::Table => rest.iter().position(|&byte| !self.table[usize::from(byte)]),
            Scan::Decode => return self.decode_run(text, at, u32::MAX),
        };
        at + found.unwrap_or(rest.len())
    }

    /// The end of the run of at most `max` members from `at`.
    pub fn bounded_end(&self, text: &[u8], at: usize, max: u32) -> usize {
        if max == u32::MAX {
            return self.run_end(text, at);
        }
        if self.single() {
            let limit = at.saturating_add(max as usize).min(text.len());
            return self.run_end(text.get(..limit).unwrap_or_default(), at);
        }
        self.decode_run(text, at, max)
    }

    fn decode_run(&self, text: &[u8], mut at: usize, max: u32) -> usize {
        let mut count = 0;
        while count < max {
            match self.step(text, at) {
                Some(next) => at = next,
                None => break,
            }
            count += 1;
        }
        at
    }

    /// The place after `count` members from `at`, if there are so many.
    #[inline]
    pub fn skip(&self, text: &[u8], mut at: usize, count: u32) -> Option<usize> {
        for _ in 0..count {
            at = self.step(text, at)?;
        }
        Some(at)
    }
}

fn high_members(codes: &[(u32, u32)]) -> High {
    let ranges: Vec<(u32, u32)> = codes
        .iter()
        .filter(|range| range.1 >= 0x80)
        .map(|&(first, last)| (first.max(0x80), last))
        .collect();
    // Surrogates are no characters: a set without them still holds all of them.
    match ranges.as_slice() {
        [] => High::None,
        [(0x80, LAST_CODE..)] | [(0x80, 0xD7FF), (0xE000, LAST_CODE..)] => High::All,
        _ => High::Some(ranges.into()),
    }
}

fn mark_lead_bytes((first, last): (u32, u32), table: &mut [bool; 256]) {
    let (from, to) = (lead_byte(first), lead_byte(last.min(LAST_CODE)));
    (from..=to).for_each(|byte| table[usize::from(byte)] = true);
}

/// The first byte of a code point in UTF-8.
fn lead_byte(code: u32) -> u8 {
    match code {
        0..0x80 => code as u8,
        0x80..0x800 => 0xC0 | (code >> 6) as u8,
        0x800..0x10000 => 0xE0 | (code >> 12) as u8,
        _ => 0xF0 | (code >> 18) as u8,
    }
}

fn best_scan(table: &[bool; 256], high: &High) -> Scan {
    if matches!(high, High::Some(_)) {
        return Scan::Decode;
    }
    let mut missing = (0..=255).filter(|&byte| !table[usize::from(byte)]);
    match (missing.next(), missing.next(), missing.next(), missing.next()) {
        (None, ..) => Scan::All,
        (Some(a), None, ..) => Scan::Not1(a),
        (Some(a), Some(b), None, _) => Scan::Not2(a, b),
        (Some(a), Some(b), Some(c), None) => Scan::Not3(a, b, c),
        _ => Scan::Table,
    }
}

#[inline]
fn in_ranges(ranges: &[(u32, u32)], code: u32) -> bool {
    let at = ranges.partition_point(|&(_, last)| last < code);
    ranges.get(at).is_some_and(|&(first, _)| first <= code)
}

/// The code point at `at` of valid UTF-8, and the place after it. At the end of the text: 0.
#[inline]
pub fn decode(text: &[u8], at: usize) -> (u32, usize) {
    let byte = |offset: usize| u32::from(text.get(at + offset).copied().unwrap_or(0));
    let first = byte(0);
    match first {
        0..0x80 => (first, at + 1),
        0x80..0xE0 => ((first & 0x1F) << 6 | byte(1) & 0x3F, at + 2),
        0xE0..0xF0 => ((first & 0xF) << 12 | (byte(1) & 0x3F) << 6 | byte(2) & 0x3F, at + 3),
        _ => {
            let low = (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | byte(3) & 0x3F;
            ((first & 7) << 18 | low, at + 4)
        }
    }
}

/// The place of the character before `at`; `None` at the start.
#[inline]
pub fn previous(text: &[u8], at: usize, mode: Mode) -> Option<usize> {
    let mut back = at.checked_sub(1)?;
    if mode == Mode::Characters {
        while back > 0 && text.get(back).is_some_and(|byte| byte & 0xC0 == 0x80) {
            back -= 1;
        }
    }
    Some(back)
}

/// The place after the character at `at`.
#[inline]
pub fn following(text: &[u8], at: usize, mode: Mode) -> usize {
    if mode == Mode::Bytes { at + 1 } else { decode(text, at).1 }
}

impl Program {
    /// The last place in `low..=high` where a run may end.
    #[inline]
    pub fn last_end(&self, give: Give, text: &[u8], low: usize, high: usize) -> Option<usize> {
        if low > high {
            return None;
        }
        match give {
            Give::Never => Some(high),
            Give::Any => self.boundary(text, low, high),
            Give::Byte(byte) => {
                let window = text.get(low..(high + 1).min(text.len()))?;
                memchr::memrchr(byte, window).map(|at| low + at)
            }
            Give::Before(lit) => last_before(self.lit(lit), text, low, high),
            Give::In(index) => {
                let follow = self.follows.get(index as usize)?;
                if high == text.len() && follow.end {
                    return Some(high);
                }
                let window = text.get(low..(high + 1).min(text.len()))?;
                window.iter().rposition(|&byte| follow.contains(byte)).map(|at| low + at)
            }
        }
    }

    /// True when a run may end at `at`.
    #[inline]
    pub fn fits(&self, give: Give, text: &[u8], at: usize) -> bool {
        match give {
            Give::Never | Give::Any => true,
            Give::Byte(byte) => text.get(at) == Some(&byte),
            Give::Before(lit) => self.stands(lit, text, at),
            Give::In(index) => {
                self.follows.get(index as usize).is_some_and(|f| f.allows(text.get(at).copied()))
            }
        }
    }

    #[inline]
    fn boundary(&self, text: &[u8], low: usize, mut high: usize) -> Option<usize> {
        if self.mode == Mode::Characters {
            while text.get(high).is_some_and(|byte| byte & 0xC0 == 0x80) {
                if high <= low {
                    return None;
                }
                high -= 1;
            }
        }
        Some(high)
    }
}

/// The last place in `low..=high` where `literal` stands.
#[inline]
fn last_before(literal: &[u8], text: &[u8], low: usize, high: usize) -> Option<usize> {
    let (&first, rest) = literal.split_first()?;
    let mut window = text.get(low..(high + 1).min(text.len()))?;
    loop {
        let at = memchr::memrchr(first, window)?;
        if text.get(low + at + 1..).is_some_and(|after| begins_with(after, rest)) {
            return Some(low + at);
        }
        window = &window[..at];
    }
}

/// The bytes a member of the set begins with.
pub fn lead_bytes(codes: &[(u32, u32)], mode: Mode) -> Peek {
    Set::new(codes, mode).peek()
}
