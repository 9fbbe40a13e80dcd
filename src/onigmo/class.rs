//! Character classes and types, resolved to sets of code points or bytes.
//!
//! Follows `add_ctype_to_cc`, `or_cclass`, `and_cclass`, `cclass_case_fold` and `i_apply_case_fold` of
//! `regparse.c`. [`Raw`] keeps what Onigmo keeps (a bitmap of the codes below 256, ranges for the
//! others), because its warnings and its lost Latin-1 foldings come from just that.

use matcher::letters::Mode;

use crate::onigmo::fold;
use crate::onigmo::tree::{CClass, CType, Charset, ClassItem, Flags, ItemKind};
use crate::onigmo::unicode::code_set::{CodeSet, LAST_CODE};
use crate::onigmo::unicode::{self, Property};

/// What a class matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// One member of this set …
    pub set: CodeSet,
    /// … or else, tried in this order, one of these texts, as
    /// [`Piece::Folded`](crate::onigmo::fold::Piece::Folded) compares (`[ß]` under `i` also matches
    /// "ss"). Empty without `i`, in a negated class, in bytes mode.
    pub folded: Vec<Box<str>>,
}

/// What a class matches under those options.
pub fn resolve(class: &CClass, flags: Flags, mode: Mode) -> Resolved {
    let mut raw = Raw::of_class(class, flags, mode, false);
    let mut folded = Vec::new();
    if flags.ignore_case {
        // A property outside a class is folded as a whole, except \p{ASCII}.
        let lone = lone_property(class);
        if lone.is_none_or(|property| !is_ascii_property(property)) {
            let ascii_source = match lone {
                Some(_) => raw.clone(),
                None => Raw::of_class(class, flags, mode, true),
            };
            folded = raw.fold(&ascii_source, mode);
        }
    }
    Resolved { set: raw.members(mode), folded }
}

/// What `\w \d \s \h` outside a class match; they are never folded.
pub fn ctype(ctype: CType, not: bool, flags: Flags, mode: Mode) -> CodeSet {
    let set = match (ctype, mode, flags.charset) {
        (CType::Word, ..) if flags.charset != Charset::Unicode => unicode::ascii(ctype),
        (CType::Word, ..) => word(flags, mode),
        (_, Mode::Characters, Charset::Unicode) => unicode::bracket(ctype),
        _ => unicode::ascii(ctype),
    };
    if not { set.complement(last_code(mode)) } else { set }
}

/// What Onigmo's Latin-1 table calls a word and Unicode does not (`²³¹¼½¾`): asked for one character,
/// as `\b` and `\w` do, it looks there; for a set, as a class does, it does not.
const LATIN_1_WORDS: [(u32, u32); 3] = [(0xB2, 0xB3), (0xB9, 0xB9), (0xBC, 0xBE)];

/// The word characters of `\b` and `\B`.
pub fn word(flags: Flags, mode: Mode) -> CodeSet {
    match (mode, flags.charset) {
        (Mode::Characters, Charset::Default | Charset::Unicode) => {
            unicode::bracket(CType::Word).union(&CodeSet::from_ranges(LATIN_1_WORDS))
        }
        _ => unicode::ascii(CType::Word),
    }
}

/// The last member there can be.
pub fn last_code(mode: Mode) -> u32 {
    match mode {
        Mode::Characters => LAST_CODE,
        Mode::Bytes => 255,
    }
}

/// The property of a `\p{…}` that stands outside a class.
fn lone_property(class: &CClass) -> Option<Property> {
    match class.sides.first().map(Vec::as_slice) {
        Some([ClassItem { kind: ItemKind::Property { property, .. }, span }])
            if *span == class.span =>
        {
            Some(*property)
        }
        _ => None,
    }
}

fn is_ascii_property(property: Property) -> bool {
    unicode::property_named("ascii") == Some(property)
}

/// Onigmo's `CClassNode`.
#[derive(Clone, Debug, Default)]
pub(super) struct Raw {
    /// Codes below 256. In UTF-8 only those below 128 count as members.
    bits: [u64; 4],
    /// In UTF-8 the others, perhaps with stray ASCII codes, which do not count.
    ranges: CodeSet,
    pub(super) not: bool,
}

impl Raw {
    /// The class as a whole. `ascii_source` leaves out what must not fold between ASCII and the rest.
    fn of_class(class: &CClass, flags: Flags, mode: Mode, ascii_source: bool) -> Raw {
        let mut sides = class.sides.iter().map(|items| {
            let mut side = Raw::default();
            for item in items {
                side.add(&item.kind, flags, mode, ascii_source);
            }
            side
        });
        let mut raw = sides.next().unwrap_or_default();
        for side in sides {
            raw.and(&side);
        }
        raw.not = class.not;
        raw
    }

    /// Adds a member; true when part of it was there already, as far as Onigmo notices.
    pub(super) fn add(
        &mut self,
        item: &ItemKind,
        flags: Flags,
        mode: Mode,
        ascii_source: bool,
    ) -> bool {
        match item {
            ItemKind::Char(c) => self.add_range(*c, *c, mode),
            ItemKind::Range(first, last) => self.add_range(*first, *last, mode),
            ItemKind::Type { ctype, .. } if ascii_source && *ctype == CType::Word => false,
            ItemKind::Type { ctype, not } => {
                self.add_ctype(*ctype, *not, flags.charset != Charset::Unicode, mode)
            }
            ItemKind::Posix { ctype, not } => {
                let ascii = flags.charset == Charset::Ascii;
                if ascii_source && (ascii || matches!(ctype, CType::Word | CType::Ascii)) {
                    return false;
                }
                self.add_ctype(*ctype, *not, ascii, mode)
            }
            ItemKind::Property { property, .. } if ascii_source && is_ascii_property(*property) => {
                false
            }
            ItemKind::Property { property, not } => {
                self.add_code_range(&unicode::property(*property), *not)
            }
            ItemKind::Class(class) => {
                self.or(&Raw::of_class(class, flags, mode, ascii_source), mode)
            }
        }
    }

    fn add_range(&mut self, first: char, last: char, mode: Mode) -> bool {
        let (first, last) = (first as u32, last as u32);
        let mut duplicate = false;
        if first < 0x80 || mode == Mode::Bytes {
            duplicate = self.set_bits(first, last.min(255));
        }
        if last >= 0x80 && mode == Mode::Characters {
            duplicate |= self.add_to_ranges(first, last);
        }
        duplicate
    }

    fn set_bits(&mut self, first: u32, last: u32) -> bool {
        let mut duplicate = false;
        for code in first..=last.min(255) {
            duplicate |= self.bit(code);
            self.bits[code as usize / 64] |= 1 << (code % 64);
        }
        duplicate
    }

    fn bit(&self, code: u32) -> bool {
        self.bits.get(code as usize / 64).is_some_and(|word| word >> (code % 64) & 1 == 1)
    }

    /// `add_code_range_to_buf`: Onigmo looks at the first range that touches the new one only.
    fn add_to_ranges(&mut self, first: u32, last: u32) -> bool {
        let ranges = self.ranges.ranges();
        let low = match first {
            0 => 0,
            _ => ranges.partition_point(|&(_, end)| end < first - 1),
        };
        let duplicate = ranges.get(low).is_some_and(|&(start, end)| {
            start <= last.saturating_add(1) && first <= end && (start <= first || end <= last)
        });
        self.ranges.insert(first, last);
        duplicate
    }

    /// `add_ctype_to_cc`
    fn add_ctype(&mut self, ctype: CType, not: bool, ascii: bool, mode: Mode) -> bool {
        if mode == Mode::Bytes {
            let set = unicode::ascii(ctype);
            let set = if not { set.complement(255) } else { set };
            return set
                .ranges()
                .iter()
                .fold(false, |found, &(first, last)| self.set_bits(first, last) || found);
        }
        if !ascii {
            return self.add_code_range(&unicode::bracket(ctype), not);
        }
        let mut work = Raw::default();
        work.add_code_range(&unicode::bracket(ctype), not);
        if not {
            work.ranges = work.ranges.union(&CodeSet::range(0x80, LAST_CODE));
        } else {
            work.ranges = CodeSet::empty();
        }
        self.or(&work, mode)
    }

    /// `add_ctype_to_cc_by_range`
    fn add_code_range(&mut self, set: &CodeSet, not: bool) -> bool {
        let mut duplicate = false;
        let low = if not { set.complement(LAST_CODE) } else { set.clone() };
        for &(first, last) in low.ranges().iter().take_while(|range| range.0 < 0x80) {
            duplicate |= self.set_bits(first, last.min(0x7F));
        }
        if !not {
            for &(first, last) in set.ranges().iter().filter(|range| range.1 >= 0x80) {
                duplicate |= self.add_to_ranges(first.max(0x80), last);
            }
            return duplicate;
        }
        let mut next = 0x80;
        for &(first, last) in set.ranges() {
            if next < first {
                duplicate |= self.add_to_ranges(next, first - 1);
            }
            next = last + 1;
        }
        if next <= LAST_CODE {
            duplicate |= self.add_to_ranges(next, LAST_CODE);
        }
        duplicate
    }

    /// `or_cclass`; this one is never negated yet.
    pub(super) fn or(&mut self, other: &Raw, mode: Mode) -> bool {
        let flip = if other.not { u64::MAX } else { 0 };
        for (word, more) in self.bits.iter_mut().zip(other.bits) {
            *word |= more ^ flip;
        }
        if mode == Mode::Bytes {
            return false;
        }
        let mine = std::mem::replace(&mut self.ranges, other.ranges.clone());
        if other.not {
            if other.ranges.is_empty() {
                self.ranges = CodeSet::range(0x80, LAST_CODE);
                return false;
            }
            self.ranges = high(&other.ranges.complement(LAST_CODE));
        }
        if self.ranges.is_empty() && !other.not {
            self.ranges = mine;
            return false;
        }
        mine.ranges().iter().fold(false, |found, &(a, b)| self.add_to_ranges(a, b) || found)
    }

    /// `and_cclass`
    pub(super) fn and(&mut self, other: &Raw) {
        let flip = if other.not { u64::MAX } else { 0 };
        for (word, more) in self.bits.iter_mut().zip(other.bits) {
            *word &= more ^ flip;
        }
        let ranges = if other.not {
            high(&other.ranges.complement(LAST_CODE))
        } else {
            other.ranges.clone()
        };
        self.ranges = self.ranges.intersection(&ranges);
    }

    /// `is_onechar_cclass`: the only character, if there is but one.
    pub(super) fn only_char(&self) -> Option<char> {
        if self.not {
            return None;
        }
        let mut found = match self.ranges.ranges() {
            [] => None,
            [(first, last)] if first == last => Some(*first).filter(|&code| !self.bit(code)),
            _ => return None,
        };
        for code in 0..256 {
            if self.bit(code) {
                if found.is_some() {
                    return None;
                }
                found = Some(code);
            }
        }
        found.and_then(char::from_u32)
    }

    /// True when the class without its negation holds `code` (`onig_is_code_in_cc`).
    fn holds(&self, code: u32, mode: Mode) -> bool {
        match mode {
            Mode::Bytes => self.bit(code),
            Mode::Characters if code < 0x80 => self.bit(code),
            Mode::Characters => self.ranges.contains(code),
        }
    }

    /// `cclass_case_fold`: adds what the members fold with; gives the texts they fold to.
    fn fold(&mut self, ascii_source: &Raw, mode: Mode) -> Vec<Box<str>> {
        if mode == Mode::Bytes {
            for upper in u32::from(b'A')..=u32::from(b'Z') {
                if self.bit(upper) || self.bit(upper + 32) {
                    self.set_bits(upper, upper);
                    self.set_bits(upper + 32, upper + 32);
                }
            }
            return Vec::new();
        }
        let mut gained = Vec::new();
        for family in fold::families() {
            for &from in family.iter().filter(|&&from| self.holds(from, mode)) {
                let others = family.iter().filter(|&&to| {
                    to != from && ((from < 0x80) == (to < 0x80) || ascii_source.holds(from, mode))
                });
                gained.extend(others.copied());
            }
        }
        for code in gained {
            // What lands in U+0080..U+00FF goes to the bitmap, where UTF-8 never looks: Onigmo's
            // lost Latin-1 foldings (`/[à-ÿ]/i` does not match "À").
            if code < 256 {
                self.set_bits(code, code);
            } else {
                self.add_to_ranges(code, code);
            }
        }
        if self.not {
            return Vec::new();
        }
        let mut texts: Vec<Box<str>> = Vec::new();
        for (from, text) in fold::several() {
            if self.holds(*from, mode) && !texts.contains(text) {
                texts.push(text.clone());
            }
        }
        crate::order::by_key(&mut texts, |text| text.chars().count());
        texts
    }

    /// The set, negation applied.
    fn members(&self, mode: Mode) -> CodeSet {
        let below = if mode == Mode::Bytes { 256 } else { 0x80 };
        let low = (0..below).filter(|&code| self.bit(code)).map(|code| (code, code));
        let low = CodeSet::from_ranges(low);
        let set = match mode {
            Mode::Bytes => low,
            Mode::Characters => low.union(&high(&self.ranges)),
        };
        if self.not { set.complement(last_code(mode)) } else { set }
    }
}

/// The part beyond ASCII.
fn high(set: &CodeSet) -> CodeSet {
    set.intersection(&CodeSet::range(0x80, LAST_CODE))
}
