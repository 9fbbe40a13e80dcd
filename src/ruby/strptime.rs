//! What the two `strptime` engines have in common: where and why a text does not follow a format.

use crate::source::Span;

/// What a place of a format asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// One or more digits.
    Digits,
    /// A number between the two, both included.
    Range(i32, i32),
    /// The name of a month.
    MonthName,
    /// The name of a day of the week.
    DayName,
    /// `am`, `pm`, `a.m.` or `p.m.`
    Meridian,
    /// An offset or the name of a zone.
    Zone,
    /// Exactly the bytes of the format.
    Literal,
    /// Nothing can: the format itself is at fault (an unknown directive is read as literal text).
    NotADirective,
}

/// Where matching stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The directive or the literal text in the format.
    pub directive: Span,
    /// The byte of the text at which it was tried.
    pub at: usize,
    /// What it asks for.
    pub expected: Expected,
}

/// C's `isspace` in the C locale.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}

/// The months, as both engines spell them.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The days of the week, Sunday first.
pub const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Which of `names` the text begins with, whole or by its first three letters, any case: its index
/// and its length. A whole name is preferred to a short one.
pub fn name_at(text: &[u8], names: &[&str]) -> Option<(usize, usize)> {
    let begins = |name: &str| {
        text.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()))
    };
    let whole = names.iter().position(|name| begins(name)).map(|index| (index, names[index].len()));
    whole.or_else(|| names.iter().position(|name| begins(&name[..3])).map(|index| (index, 3)))
}
