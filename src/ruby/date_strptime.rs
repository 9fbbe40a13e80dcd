//! Ruby's `Date._strptime` (the gem `date` 3.2.2 of Ruby 3.1, `ext/date/date_strptime.c`): a text
//! and a format in, the elements found out. Flags and widths (`%3N`, `%-d`) are no part of it: they
//! are read as literal text.

use std::rc::Rc;

use super::strptime::{DAYS, Expected, MONTHS, Mismatch, is_space, name_at};
use crate::source::Span;

/// A fraction of a second as digits give it, cut to nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fraction {
    /// Whole nanoseconds of the size.
    pub nsec: u32,
    /// True when digits that are not zero were cut off.
    pub cut: bool,
    /// True with a minus sign (and a size above zero).
    pub negative: bool,
}

impl Fraction {
    /// `digits` after the dot.
    pub fn of_digits(digits: &[u8]) -> Fraction {
        let nsec = (0..9).fold(0, |nsec, index| {
            nsec * 10
                + digits.get(index).map_or(0, |digit| u32::from(digit.wrapping_sub(b'0') % 10))
        });
        let cut = digits.iter().skip(9).any(|digit| *digit != b'0');
        Fraction { nsec, cut, negative: false }
    }

    fn negated(self) -> Fraction {
        Fraction { negative: self.nsec > 0 || self.cut, ..self }
    }
}

/// What was found: the keys of the Hash that `Date._strptime` returns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Elements {
    /// `:seconds` in milliseconds (`%s`, `%Q`).
    pub milliseconds: Option<i128>,
    /// `:year`
    pub year: Option<i64>,
    /// `:mon`
    pub mon: Option<i64>,
    /// `:mday`
    pub mday: Option<i64>,
    /// `:yday`
    pub yday: Option<i64>,
    /// `:hour`
    pub hour: Option<i64>,
    /// `:min`
    pub min: Option<i64>,
    /// `:sec`
    pub sec: Option<i64>,
    /// `:sec_fraction`
    pub sec_fraction: Option<Fraction>,
    /// `:zone`
    pub zone: Option<Rc<[u8]>>,
    /// `:cwyear`
    pub cwyear: Option<i64>,
    /// `:cweek`
    pub cweek: Option<i64>,
    /// `:cwday`
    pub cwday: Option<i64>,
    /// `:wday`
    pub wday: Option<i64>,
    /// `:wnum0`
    pub wnum0: Option<i64>,
    /// `:wnum1`
    pub wnum1: Option<i64>,
    cent: Option<i64>,
    merid: Option<i64>,
}

/// `Date._strptime(text, format)`: the elements and how many bytes of the text were used.
pub fn date_strptime(text: &[u8], format: &[u8]) -> Result<(Elements, usize), Mismatch> {
    let mut reader = Reader { text, at: 0, found: Elements::default() };
    reader.read(format, None)?;
    let Reader { at, found: mut elements, .. } = reader;
    if let Some(cent) = elements.cent.take() {
        let add = |year: i64| year.saturating_add(cent.saturating_mul(100));
        elements.cwyear = elements.cwyear.map(add);
        elements.year = elements.year.map(add);
    }
    if let Some(merid) = elements.merid.take() {
        elements.hour = elements.hour.map(|hour| hour % 12 + merid);
    }
    Ok((elements, at.min(text.len())))
}

/// The longest number kept exact; longer ones stand for "far out of any range".
const HUGE: i128 = 1_000_000_000_000_000_000;

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    found: Elements,
}

impl<'t> Reader<'t> {
    /// Like the original's C string: a NUL behind the end.
    fn byte(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'t [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads a format; `within` is the directive that stands for it.
    fn read(&mut self, format: &[u8], within: Option<Span>) -> Result<(), Mismatch> {
        let mut fi = 0;
        while let Some(&byte) = format.get(fi) {
            if is_space(byte) {
                self.at += self.rest().iter().take_while(|byte| is_space(**byte)).count();
                fi += 1;
                continue;
            }
            let (start, tried_at) = (fi, self.at);
            let outcome = if byte == b'%' {
                self.directive(format, &mut fi)
            } else {
                fi += 1;
                self.literal(byte)
            };
            if let Err(stop) = outcome {
                let directive = within.unwrap_or(Span::new(start, fi.max(start + 1)));
                return Err(match stop {
                    Stop::Here(expected) => Mismatch { directive, at: tried_at, expected },
                    Stop::Inside(inner) => Mismatch { directive, ..inner },
                });
            }
        }
        Ok(())
    }

    fn literal(&mut self, byte: u8) -> Result<(), Stop> {
        if self.byte() != byte || self.at >= self.text.len() {
            return Err(Stop::Here(Expected::Literal));
        }
        self.at += 1;
        Ok(())
    }

    /// One directive; `fi` stands on its `%` and is left behind it.
    fn directive(&mut self, format: &[u8], fi: &mut usize) -> Result<(), Stop> {
        let start = *fi;
        *fi += 1;
        loop {
            let letter = format.get(*fi).copied().unwrap_or(0);
            let next = format.get(*fi + 1).copied().unwrap_or(0);
            match letter {
                b'E' | b'O' => {
                    let known: &[u8] = if letter == b'E' { b"cCxXyY" } else { b"deHImMSuUVwWy" };
                    if !known.contains(&next) {
                        *fi = start + 1;
                        return self.literal(b'%').map_err(|_| Stop::NOT_A_DIRECTIVE);
                    }
                    *fi += 1;
                }
                b':' => {
                    let colons = format[*fi..].iter().take_while(|byte| **byte == b':').count();
                    if colons > 3 || format.get(*fi + colons) != Some(&b'z') {
                        *fi += 1;
                        return Err(Stop::NOT_A_DIRECTIVE);
                    }
                    *fi += colons;
                }
                _ => {
                    let followed = num_pattern(format.get(*fi + 1..).unwrap_or_default());
                    *fi = (*fi + 1).min(format.len());
                    let directive = Span::new(start, *fi);
                    return self.letter(letter, followed, directive);
                }
            }
        }
    }

    /// What a directive's letter reads; `followed` is true when a number follows in the format.
    fn letter(&mut self, letter: u8, followed: bool, directive: Span) -> Result<(), Stop> {
        let mut expand =
            |format: &str| self.read(format.as_bytes(), Some(directive)).map_err(Stop::Inside);
        match letter {
            b'c' => expand("%a %b %e %H:%M:%S %Y"),
            b'D' | b'x' => expand("%m/%d/%y"),
            b'F' => expand("%Y-%m-%d"),
            b'n' | b't' => expand(" "),
            b'R' => expand("%H:%M"),
            b'r' => expand("%I:%M:%S %p"),
            b'T' | b'X' => expand("%H:%M:%S"),
            b'v' => expand("%e-%b-%Y"),
            b'+' => expand("%a %b %e %H:%M:%S %Z %Y"),
            b'%' => self.literal(b'%'),
            b'A' | b'a' => self.name(&DAYS, Expected::DayName).map(|day| {
                self.found.wday = Some(day as i64);
            }),
            b'B' | b'b' | b'h' => self.name(&MONTHS, Expected::MonthName).map(|month| {
                self.found.mon = Some(month as i64 + 1);
            }),
            b'L' | b'N' => self.fraction(if letter == b'L' { 3 } else { 9 }, followed),
            b'P' | b'p' => self.meridian(),
            b'Q' | b's' => self.epoch(if letter == b'Q' { 1 } else { 1000 }),
            b'Z' | b'z' => self.zone(),
            _ => self.numeric(letter, followed),
        }
    }

    /// The directives that read a number.
    fn numeric(&mut self, letter: u8, followed: bool) -> Result<(), Stop> {
        match letter {
            b'C' => self.found.cent = Some(self.number(if followed { 2 } else { usize::MAX })?),
            b'd' | b'e' => self.found.mday = Some(self.padded(1, 31)?),
            b'G' => self.found.cwyear = Some(self.number(if followed { 4 } else { usize::MAX })?),
            b'g' => {
                let year = self.ranged(2, 0, 99)?;
                self.found.cwyear = Some(year);
                self.found.cent.get_or_insert(if year >= 69 { 19 } else { 20 });
            }
            b'H' | b'k' => self.found.hour = Some(self.padded(0, 24)?),
            b'I' | b'l' => self.found.hour = Some(self.padded(1, 12)?),
            b'j' => self.found.yday = Some(self.ranged(3, 1, 366)?),
            b'M' => self.found.min = Some(self.ranged(2, 0, 59)?),
            b'm' => self.found.mon = Some(self.ranged(2, 1, 12)?),
            b'S' => self.found.sec = Some(self.ranged(2, 0, 60)?),
            b'U' => self.found.wnum0 = Some(self.ranged(2, 0, 53)?),
            b'W' => self.found.wnum1 = Some(self.ranged(2, 0, 53)?),
            b'u' => self.found.cwday = Some(self.ranged(1, 1, 7)?),
            b'V' => self.found.cweek = Some(self.ranged(2, 1, 53)?),
            b'w' => self.found.wday = Some(self.ranged(1, 0, 6)?),
            b'Y' => {
                let negative = self.sign(b"+-");
                let year = self.number(if followed { 4 } else { usize::MAX })?;
                self.found.year = Some(if negative { -year } else { year });
            }
            b'y' => {
                let year = self.ranged(2, 0, 99)?;
                self.found.year = Some(year);
                self.found.cent.get_or_insert(if year >= 69 { 19 } else { 20 });
            }
            _ => return self.unknown(letter),
        }
        Ok(())
    }

    /// A letter without a meaning stands for itself, the percent sign before it included.
    fn unknown(&mut self, letter: u8) -> Result<(), Stop> {
        if self.byte() != b'%' {
            return Err(Stop::NOT_A_DIRECTIVE);
        }
        self.at += 1;
        if letter != 0 && self.byte() != letter {
            return Err(Stop::NOT_A_DIRECTIVE);
        }
        self.at += 1;
        Ok(())
    }

    fn digits(&mut self, width: usize) -> Result<&'t [u8], Stop> {
        let rest = self.rest();
        let length = rest.iter().take(width).take_while(|byte| byte.is_ascii_digit()).count();
        if length == 0 {
            return Err(Stop::Here(Expected::Digits));
        }
        self.at += length;
        Ok(&rest[..length])
    }

    fn number(&mut self, width: usize) -> Result<i64, Stop> {
        Ok(decimal(self.digits(width)?) as i64)
    }

    fn ranged(&mut self, width: usize, min: i32, max: i32) -> Result<i64, Stop> {
        let value = self.number(width)?;
        if value < i64::from(min) || value > i64::from(max) {
            return Err(Stop::Here(Expected::Range(min, max)));
        }
        Ok(value)
    }

    /// Two digits, or a blank and one digit.
    fn padded(&mut self, min: i32, max: i32) -> Result<i64, Stop> {
        let blank = self.byte() == b' ';
        self.at += usize::from(blank);
        self.ranged(if blank { 1 } else { 2 }, min, max)
    }

    /// Skips a sign; true for minus.
    fn sign(&mut self, signs: &[u8]) -> bool {
        let byte = self.byte();
        self.at += usize::from(signs.contains(&byte));
        byte == b'-'
    }

    fn name(&mut self, names: &[&str], expected: Expected) -> Result<usize, Stop> {
        let (index, length) = name_at(self.rest(), names).ok_or(Stop::Here(expected))?;
        self.at += length;
        Ok(index)
    }

    fn fraction(&mut self, width: usize, followed: bool) -> Result<(), Stop> {
        let negative = self.sign(b"+-");
        let digits = self.digits(if followed { width } else { usize::MAX })?;
        let fraction = Fraction::of_digits(digits);
        self.found.sec_fraction = Some(if negative { fraction.negated() } else { fraction });
        Ok(())
    }

    fn meridian(&mut self) -> Result<(), Stop> {
        let names = [("am", 0), ("pm", 12), ("a.m.", 0), ("p.m.", 12)];
        let begins = |name: &str| {
            self.rest()
                .get(..name.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()))
        };
        let hit = names.iter().find(|(name, _)| begins(name));
        let (name, hours) = hit.ok_or(Stop::Here(Expected::Meridian))?;
        self.found.merid = Some(*hours);
        self.at += name.len();
        Ok(())
    }

    fn epoch(&mut self, unit: i128) -> Result<(), Stop> {
        let negative = self.sign(b"-");
        let value = decimal(self.digits(usize::MAX)?) * unit;
        self.found.milliseconds = Some(if negative { -value } else { value });
        Ok(())
    }

    fn zone(&mut self) -> Result<(), Stop> {
        let length = zone_length(self.rest()).ok_or(Stop::Here(Expected::Zone))?;
        self.found.zone = Some(self.rest()[..length].into());
        self.at += length;
        Ok(())
    }
}

/// Why a directive gave up.
enum Stop {
    Here(Expected),
    Inside(Mismatch),
}

impl Stop {
    const NOT_A_DIRECTIVE: Stop = Stop::Here(Expected::NotADirective);
}

/// The value of digits, [`HUGE`] and more cut to it.
pub fn decimal(digits: &[u8]) -> i128 {
    digits.iter().fold(0, |value: i128, digit| {
        (value * 10 + i128::from(digit.wrapping_sub(b'0') % 10)).min(HUGE)
    })
}

/// The original's `num_pattern_p`: true when the format goes on with a number.
fn num_pattern(format: &[u8]) -> bool {
    match format {
        [digit, ..] if digit.is_ascii_digit() => true,
        [b'%', b'E' | b'O', letter, ..] | [b'%', letter, ..] => {
            b"CDdeFGgHIjkLlMmNQRrSsTUuVvWwXxYy".contains(letter) || letter.is_ascii_digit()
        }
        _ => false,
    }
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn begins(text: &[u8], word: &str) -> bool {
    text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
}

/// Length of the zone expression that the text begins with: an offset (`+09:00`, `GMT+9`), words
/// that end in `standard time` or `daylight time`, or a word with an optional `dst`.
fn zone_length(text: &[u8]) -> Option<usize> {
    offset_length(text).or_else(|| long_name_length(text)).or_else(|| short_name_length(text))
}

fn digit_run(text: &[u8], from: usize) -> usize {
    text.get(from..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn offset_length(text: &[u8]) -> Option<usize> {
    let prefix = ["gmt", "utc", "ut"].iter().find(|prefix| begins(text, prefix));
    let mut at = prefix.map_or(0, |prefix| prefix.len());
    if !matches!(text.get(at)?, b'+' | b'-') {
        return None;
    }
    let hours = digit_run(text, at + 1);
    if hours == 0 {
        return None;
    }
    at += 1 + hours;
    for marks in [b",.:".as_slice(), b":"] {
        let more = digit_run(text, at + 1);
        if more == 0 || !text.get(at).is_some_and(|mark| marks.contains(mark)) {
            break;
        }
        at += 1 + more;
    }
    Some(at)
}

fn long_name_length(text: &[u8]) -> Option<usize> {
    let is_part = |byte: &&u8| byte.is_ascii_alphabetic() || **byte == b'.' || is_space(**byte);
    let run = text.iter().take_while(is_part).count();
    (1..=run).rev().find_map(|end| {
        let rest = &text[end..];
        if !begins(rest, "standard") && !begins(rest, "daylight") {
            return None;
        }
        let blanks = rest[8..].iter().take_while(|byte| is_space(**byte)).count();
        let word = end + 8 + blanks;
        let after = word + 4;
        (blanks > 0 && begins(&text[word..], "time") && !is_word(text.get(after))).then_some(after)
    })
}

fn short_name_length(text: &[u8]) -> Option<usize> {
    let run = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if run == 0 {
        return None;
    }
    let blanks = text[run..].iter().take_while(|byte| is_space(**byte)).count();
    let word = run + blanks;
    if blanks > 0 && begins(&text[word..], "dst") && !is_word(text.get(word + 3)) {
        return Some(word + 3);
    }
    (!is_word(text.get(run))).then_some(run)
}
