//! Characters as Ruby 3.4 knows them: properties, POSIX brackets, case folding.
//!
//! The tables are Ruby 3.4.1's own answers (its Unicode is 15.0), packed into `tables.bin` by
//! `tools/unicode/generate.mjs`, which also documents the layout. Nothing is unpacked but what is
//! asked for.

pub mod code_set;
pub mod grapheme;

use std::sync::OnceLock;

use crate::onigmo::tree::CType;
use code_set::CodeSet;

static TABLES: &[u8] = include_bytes!("tables.bin");

/// How many POSIX brackets there are.
const BRACKETS: usize = 14;

/// A named property, as `\p{…}` names it: the number of its set in the tables. Names of the same
/// set are the same property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Property(pub u16);

/// The property of that name; case, blanks, `-` and `_` do not count
/// (`onigenc_unicode_property_name_to_ctype`).
pub fn property_named(name: &str) -> Option<Property> {
    let wanted: String = name.chars().filter(|c| !matches!(c, ' ' | '-' | '_')).collect::<String>();
    let wanted = wanted.to_ascii_lowercase();
    let mut reader = Reader { at: directory().names };
    (0..reader.number())
        .map(|_| reader.name())
        .find(|(name, _)| *name == wanted.as_bytes())
        .map(|(_, set)| Property(set as u16))
}

/// A name of that property, as it is looked up.
pub fn name_of(property: Property) -> &'static str {
    let mut reader = Reader { at: directory().names };
    (0..reader.number())
        .map(|_| reader.name())
        .find(|(_, set)| *set == usize::from(property.0))
        .and_then(|(name, _)| std::str::from_utf8(name).ok())
        .unwrap_or_default()
}

/// The code points that have a property.
pub fn property(property: Property) -> CodeSet {
    from_toggles(toggles(usize::from(property.0)))
}

/// The code points of a property by its plain name; empty for a name that does not exist.
pub fn named(name: &str) -> CodeSet {
    property_named(name).map(property).unwrap_or_default()
}

/// What a POSIX bracket holds in UTF-8, which is also what `\w \d \s \h` hold under `(?u)`.
pub fn bracket(ctype: CType) -> CodeSet {
    from_toggles(toggles(directory().brackets[ctype as usize]))
}

/// True when a POSIX bracket holds `c`.
pub fn bracket_contains(ctype: CType, c: char) -> bool {
    let points = toggles(directory().brackets[ctype as usize]);
    points.partition_point(|&point| point <= c as u32) % 2 == 1
}

/// What a POSIX bracket holds in bytes.
pub fn ascii(ctype: CType) -> CodeSet {
    let ranges: &[(u8, u8)] = match ctype {
        CType::Alnum => &[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')],
        CType::Alpha => &[(b'A', b'Z'), (b'a', b'z')],
        CType::Ascii => &[(0, 127)],
        CType::Blank => &[(b'\t', b'\t'), (b' ', b' ')],
        CType::Cntrl => &[(0, 31), (127, 127)],
        CType::Digit => &[(b'0', b'9')],
        CType::Graph => &[(b'!', b'~')],
        CType::Lower => &[(b'a', b'z')],
        CType::Print => &[(b' ', b'~')],
        CType::Punct => &[(b'!', b'/'), (b':', b'@'), (b'[', b'`'), (b'{', b'~')],
        CType::Space => &[(b'\t', b'\r'), (b' ', b' ')],
        CType::Upper => &[(b'A', b'Z')],
        CType::XDigit => &[(b'0', b'9'), (b'A', b'F'), (b'a', b'f')],
        CType::Word => &[(b'0', b'9'), (b'A', b'Z'), (b'_', b'_'), (b'a', b'z')],
    };
    CodeSet::from_ranges(ranges.iter().map(|&(a, b)| (u32::from(a), u32::from(b))))
}

/// One folding: a character and what it folds to.
pub type Folding = (u32, Vec<u32>);

/// Every character that does not fold to itself, in code point order: first those that fold to one
/// character, then those that fold to several.
pub fn foldings() -> (Vec<(u32, u32)>, Vec<Folding>) {
    let mut reader = Reader { at: directory().folds };
    let (mut single, mut next) = (Vec::new(), 0);
    for _ in 0..reader.number() {
        let (gap, length, step) = (reader.number(), reader.number(), reader.number());
        let zigzag = reader.number();
        let half = (zigzag >> 1) as i64;
        let distance = if zigzag & 1 == 0 { half } else { -half - 1 };
        for i in 0..length {
            let from = (next + gap + i * step) as u32;
            single.push((from, (i64::from(from) + distance) as u32));
        }
        next += gap + (length.max(1) - 1) * step + 1;
    }
    let (mut several, mut next) = (Vec::new(), 0);
    for _ in 0..reader.number() {
        let from = next + reader.number();
        let count = reader.number();
        several.push((from as u32, (0..count).map(|_| reader.number() as u32).collect()));
        next = from + 1;
    }
    (single, several)
}

/// Where the parts of the tables begin.
struct Directory {
    sets: Vec<(u32, OnceLock<Box<[u32]>>)>,
    brackets: [usize; BRACKETS],
    names: usize,
    folds: usize,
}

fn directory() -> &'static Directory {
    static DIRECTORY: OnceLock<Directory> = OnceLock::new();
    DIRECTORY.get_or_init(|| {
        let mut reader = Reader { at: 0 };
        let mut sets = Vec::new();
        for _ in 0..reader.number() {
            sets.push((reader.at as u32, OnceLock::new()));
            // The bases, then the toggle points.
            for _ in 0..2 {
                for _ in 0..reader.number() {
                    reader.number();
                }
            }
        }
        let brackets = std::array::from_fn(|_| reader.number());
        let names = reader.at;
        for _ in 0..reader.number() {
            reader.name();
        }
        Directory { sets, brackets, names, folds: reader.at }
    })
}

/// Where membership of a set changes, in order. Unpacked once: a pattern is compiled at every key,
/// and its parts many times where a line does not match.
fn toggles(set: usize) -> &'static [u32] {
    match directory().sets.get(set) {
        Some((at, made)) => made.get_or_init(|| unpacked(*at as usize)),
        None => &[],
    }
}

/// A set is its own toggle points over those of its bases, which come before it.
fn unpacked(at: usize) -> Box<[u32]> {
    let mut reader = Reader { at };
    let bases: Vec<usize> = (0..reader.number()).map(|_| reader.number()).collect();
    let mut point = 0;
    let mut points: Vec<u32> = (0..reader.number())
        .map(|_| {
            point += reader.number() as u32;
            point
        })
        .collect();
    for base in bases {
        points = exclusive_or(&points, toggles(base));
    }
    points.into()
}

/// The points that stand in one list only.
fn exclusive_or(mut left: &[u32], mut right: &[u32]) -> Vec<u32> {
    let mut odd = Vec::with_capacity(left.len() + right.len());
    while let (Some((a, rest)), Some((b, others))) = (left.split_first(), right.split_first()) {
        if a <= b {
            left = rest;
        }
        if b <= a {
            right = others;
        }
        if a != b {
            odd.push(*a.min(b));
        }
    }
    odd.extend_from_slice(left);
    odd.extend_from_slice(right);
    odd
}

fn from_toggles(points: &[u32]) -> CodeSet {
    CodeSet::from_ranges(points.chunks_exact(2).map(|pair| (pair[0], pair[1] - 1)))
}

/// Reads the packed tables. They are ours, so reading past their end cannot happen; it gives zeros.
struct Reader {
    at: usize,
}

impl Reader {
    fn number(&mut self) -> usize {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = TABLES.get(self.at).copied().unwrap_or(0);
            self.at += 1;
            value |= usize::from(byte & 127) << shift;
            shift += 7;
            if byte < 128 || shift > 28 {
                return value;
            }
        }
    }

    fn name(&mut self) -> (&'static [u8], usize) {
        let length = self.number();
        let name = TABLES.get(self.at..self.at + length).unwrap_or_default();
        self.at += length;
        (name, self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_ignore_case_blanks_hyphens_and_underscores() {
        let han = property_named("han").unwrap();
        assert_eq!(property_named(" H-a_N"), Some(han));
        assert!(property(han).contains('漢' as u32));
        assert!(!property(han).contains('あ' as u32));
        assert_eq!(property_named("Script=Han"), None);
    }

    #[test]
    fn brackets_and_properties_of_one_name_may_differ() {
        assert!(bracket(CType::Punct).contains('$' as u32));
        assert!(!named("punct").contains('$' as u32));
        assert!(bracket_contains(CType::Digit, '１') && !bracket_contains(CType::Digit, 'あ'));
    }

    #[test]
    fn foldings_are_those_of_unicode() {
        let (single, several) = foldings();
        assert!(single.contains(&('K' as u32, 'k' as u32)));
        assert!(single.contains(&(0x212A, 'k' as u32)));
        assert!(several.contains(&('ß' as u32, vec!['s' as u32, 's' as u32])));
        assert!(single.is_sorted() && several.is_sorted());
    }
}
