//! Ruby's `Date._parse` (the gem `date` 3.2.2 of Ruby 3.1, `ext/date/date_parse.c`) and `Time.parse`
//! on top of it: finds a date or a time anywhere in a text. The heuristics are a list of regular
//! expressions, tried in order; each takes what it matched out of the text. They are Ruby's own and
//! run on our Onigmo.

use std::cell::RefCell;

use super::date_strptime::{Elements, Fraction, decimal};
use super::inspect::inspect_string;
use super::string::RString;
use super::time::{Raised, Time};
use super::time_library::{Context, Parts, make_time};
use crate::encoding::Encoding;
use crate::onigmo::regexp::{Options, Regexp, Region};

/// `Date._parse` refuses longer texts.
const LIMIT: usize = 128;

const ABBR_MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const ABBR_DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Declares the patterns with the flag `i`; `DAYS` and `MONTHS` stand for the abbreviations.
macro_rules! patterns {
    ($($name:ident $ignore_case:literal $source:expr;)*) => {
        #[derive(Debug)]
        struct Patterns { $($name: Regexp),* }

        impl Patterns {
            fn new() -> Option<Patterns> {
                Some(Patterns { $($name: compile($source, $ignore_case)?),* })
            }
        }
    };
}

patterns! {
    noise false r"[^-+',./:@[:alnum:]\[\]]+";
    day true r"\b(DAYS)[^-/\d\s]*";
    time true concat!(
        r"((?:\d+\s*:\s*\d+(?:\s*:\s*\d+(?:[,.]\d*)?)?|\d+\s*h(?:\s*\d+m?(?:\s*\d+s?)?)?)",
        r"(?:\s*[ap](?:m\b|\.m\.))?|\d+\s*[ap](?:m\b|\.m\.))",
        r"(?:\s*((?:gmt|utc?)?[-+]\d+(?:[,.:]\d+(?::\d+)?)?",
        r"|(?-i:[[:alpha:].\s]+)(?:standard|daylight)\stime\b|(?-i:[[:alpha:]]+)(?:\sdst)?\b))?"
    );
    clock true concat!(
        r"\A(\d+)h?(?:\s*:?\s*(\d+)m?(?:\s*:?\s*(\d+)(?:[,.](\d+))?s?)?)?",
        r"(?:\s*([ap])(?:m\b|\.m\.))?"
    );
    eu true concat!(
        r"('?\d+)[^-\d\s]*\s*(MONTHS)[^-\d\s']*(?:\s*",
        r"(c(?:e|\.e\.)|b(?:ce|\.c\.e\.)|a(?:d|\.d\.)|b(?:c|\.c\.))?",
        r"\s*('?-?\d+(?:(?:st|nd|rd|th)\b)?))?"
    );
    us true concat!(
        r"\b(MONTHS)[^-\d\s']*\s*('?\d+)[^-\d\s']*(?:\s*,?\s*",
        r"(c(?:e|\.e\.)|b(?:ce|\.c\.e\.)|a(?:d|\.d\.)|b(?:c|\.c\.))?\s*('?-?\d+))?"
    );
    iso false r"('?[-+]?\d+)-(\d+)-('?-?\d+)";
    iso21 true r"\b(\d{2}|\d{4})?-?w(\d{2})(?:-?(\d))?\b";
    iso22 true r"-w-(\d)\b";
    iso23 false r"--(\d{2})?-(\d{2})\b";
    iso24 false r"--(\d{2})(\d{2})?\b";
    iso25_not false r"[,.](\d{2}|\d{4})-\d{3}\b";
    iso25 false r"\b(\d{2}|\d{4})-(\d{3})\b";
    iso26_not false r"\d-\d{3}\b";
    iso26 false r"\b-(\d{3})\b";
    jis true r"\b([mtshr])(\d+)\.(\d+)\.(\d+)";
    vms11 true r"('?-?\d+)-(MONTHS)[^-/.]*-('?-?\d+)";
    vms12 true r"\b(MONTHS)[^-/.]*-('?-?\d+)(?:-('?-?\d+))?";
    sla true r"('?-?\d+)/\s*('?\d+)(?:\D\s*('?-?\d+))?";
    dot true r"('?-?\d+)\.\s*('?\d+)\.\s*('?-?\d+)";
    year false r"'(\d+)\b";
    mon true r"\b(MONTHS)\S*";
    mday true r"(\d+)(st|nd|rd|th)\b";
    ddd true concat!(
        r"([-+]?)(\d{2,14})(?:\s*t?\s*(\d{2,6})?(?:[,.](\d*))?)?",
        r"(?:\s*(z\b|[-+]\d{1,4}\b|\[[-+]?\d[^\]]*\]))?"
    );
    bc true r"\b(bc\b|bce\b|b\.c\.|b\.c\.e\.)";
    frag true r"\A\s*(\d{1,2})\s*\z";
}

fn compile(source: &str, ignore_case: bool) -> Option<Regexp> {
    let source = source.replace("DAYS", &ABBR_DAYS.join("|"));
    let source = source.replace("MONTHS", &ABBR_MONTHS.join("|"));
    Regexp::new(&source, Options { ignore_case, ..Options::default() }).ok()
}

thread_local! {
    static PATTERNS: RefCell<Option<std::rc::Rc<Patterns>>> = const { RefCell::new(None) };
}

fn patterns() -> Option<std::rc::Rc<Patterns>> {
    PATTERNS.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = Patterns::new().map(std::rc::Rc::new);
        }
        slot.clone()
    })
}

/// `Time.parse(text)`.
pub fn parse(text: &RString, context: Context<'_>) -> Result<Time, Raised> {
    let length = text.len();
    if length > LIMIT {
        let message = format!("string length ({length}) exceeds the limit {LIMIT}");
        return Err(Raised::argument(message));
    }
    let found = date_parse(text.as_bytes(), text.encoding());
    make_time(&Parts::of(&found), context, || inspect_string(text))
}

/// `Date._parse(text)`: the elements found; nothing of the day of the week and of week numbers, of
/// which `Time.parse` makes no use.
pub fn date_parse(text: &[u8], encoding: Encoding) -> Elements {
    let Some(patterns) = patterns() else { return Elements::default() };
    let mut finder = Finder {
        text: Vec::new(),
        encoding,
        region: Region::default(),
        found: Elements::default(),
        complete_year: true,
        before_christ: false,
    };
    finder.text = finder.without_noise(&patterns.noise, text);
    finder.find(&patterns);
    finder.finish()
}

struct Finder {
    text: Vec<u8>,
    encoding: Encoding,
    region: Region,
    found: Elements,
    complete_year: bool,
    before_christ: bool,
}

type Group = Option<Vec<u8>>;

impl Finder {
    /// What is no part of any date becomes a blank.
    fn without_noise(&mut self, noise: &Regexp, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len());
        let mut from = 0;
        while let Ok(true) = noise.search(text, self.encoding, from, &mut self.region) {
            let Some(Some(span)) = self.region.groups.first().copied() else { break };
            out.extend_from_slice(&text[from..span.start as usize]);
            out.push(b' ');
            from = span.end as usize;
        }
        out.extend_from_slice(&text[from..]);
        out
    }

    fn find(&mut self, p: &Patterns) {
        if self.has(u8::is_ascii_alphabetic) {
            self.take(&p.day);
        }
        if self.has(u8::is_ascii_digit) {
            self.time(p);
        }
        let alpha = self.has(u8::is_ascii_alphabetic);
        let digit = self.has(u8::is_ascii_digit);
        let dash = self.text.contains(&b'-');
        let dot = self.text.contains(&b'.');
        let slash = self.text.contains(&b'/');
        let _ = alpha && digit && (self.eu(p) || self.us(p))
            || digit && dash && self.iso(p)
            || digit && dot && self.jis(p)
            || alpha && digit && dash && self.vms(p)
            || digit && slash && self.ordered(&p.sla, [1, 2, 3])
            || digit && dot && self.ordered(&p.dot, [1, 2, 3])
            || digit && self.iso2(p)
            || digit && self.year(p)
            || alpha && self.mon(p)
            || digit && self.mday(p)
            || digit && self.ddd(p);
        if self.has(u8::is_ascii_alphabetic) && self.take(&p.bc).is_some() {
            self.before_christ = true;
        }
        if self.has(u8::is_ascii_digit) {
            self.frag(p);
        }
    }

    fn finish(self) -> Elements {
        let mut found = self.found;
        if self.before_christ {
            found.year = found.year.map(|year| 1 - year);
        }
        if self.complete_year {
            found.year = found.year.map(|year| match year {
                0..=68 => year + 2000,
                69..=99 => year + 1900,
                _ => year,
            });
        }
        found
    }

    fn has(&self, is: impl Fn(&u8) -> bool) -> bool {
        self.text.iter().any(is)
    }

    /// The groups of a match.
    fn search(&mut self, pattern: &Regexp, text: &[u8]) -> Option<Vec<Group>> {
        let matched = pattern.search(text, self.encoding, 0, &mut self.region).unwrap_or(false);
        let group = |span: &Option<crate::source::Span>| {
            span.and_then(|span| text.get(span.range()).map(<[u8]>::to_vec))
        };
        matched.then(|| self.region.groups.iter().map(group).collect())
    }

    /// The groups of a match in the text, which becomes a blank.
    fn take(&mut self, pattern: &Regexp) -> Option<Groups> {
        let text = std::mem::take(&mut self.text);
        let groups = self.search(pattern, &text);
        self.text = text;
        let groups = groups?;
        let span = self.region.groups.first().copied().flatten()?;
        self.text.splice(span.range(), [b' ']);
        Some(Groups(groups))
    }

    fn time(&mut self, p: &Patterns) {
        let Some(groups) = self.take(&p.time) else { return };
        self.found.zone = groups.get(2).map(Into::into);
        let clock = groups.get(1).unwrap_or_default().to_vec();
        let Some(clock) = self.search(&p.clock, &clock).map(Groups) else { return };
        let mut hour = clock.number(1).unwrap_or(0);
        // A greater one does not get that far.
        if let Some(half) = clock.get(5)
            && hour <= i64::from(i32::MAX)
        {
            hour = hour % 12 + if half.eq_ignore_ascii_case(b"p") { 12 } else { 0 };
        }
        self.found.hour = Some(hour);
        self.found.min = clock.number(2);
        self.found.sec = clock.number(3);
        self.found.sec_fraction = clock.get(4).map(Fraction::of_digits);
    }

    fn eu(&mut self, p: &Patterns) -> bool {
        let Some(groups) = self.take(&p.eu) else { return false };
        self.named_month(&groups, [4, 2, 1], Some(3))
    }

    fn us(&mut self, p: &Patterns) -> bool {
        let Some(groups) = self.take(&p.us) else { return false };
        self.named_month(&groups, [4, 1, 2], Some(3))
    }

    /// Year, month and day of the given groups, the month by its name.
    fn named_month(&mut self, groups: &Groups, order: [usize; 3], era: Option<usize>) -> bool {
        let [y, m, d] = order;
        let month = groups.get(m).map_or(0, month_number).to_string().into_bytes();
        self.before_christ |= era
            .and_then(|era| groups.get(era))
            .is_some_and(|era| era.first().is_some_and(|byte| byte.eq_ignore_ascii_case(&b'b')));
        self.s3e(groups.own(y), Some(month), groups.own(d));
        true
    }

    fn iso(&mut self, p: &Patterns) -> bool {
        self.ordered(&p.iso, [1, 2, 3])
    }

    /// Three numbers as year, month and day.
    fn ordered(&mut self, pattern: &Regexp, order: [usize; 3]) -> bool {
        let Some(groups) = self.take(pattern) else { return false };
        let [y, m, d] = order;
        self.s3e(groups.own(y), groups.own(m), groups.own(d));
        true
    }

    fn jis(&mut self, p: &Patterns) -> bool {
        let Some(groups) = self.take(&p.jis) else { return false };
        let before = match groups.get(1).and_then(|era| era.first()).map(u8::to_ascii_lowercase) {
            Some(b'm') => 1867,
            Some(b't') => 1911,
            Some(b's') => 1925,
            Some(b'h') => 1988,
            Some(b'r') => 2018,
            _ => 0,
        };
        self.found.year = groups.number(2).map(|year| year + before);
        self.found.mon = groups.number(3);
        self.found.mday = groups.number(4);
        true
    }

    fn vms(&mut self, p: &Patterns) -> bool {
        if let Some(groups) = self.take(&p.vms11) {
            return self.named_month(&groups, [3, 2, 1], None);
        }
        let Some(groups) = self.take(&p.vms12) else { return false };
        self.named_month(&groups, [3, 1, 2], None)
    }

    fn iso2(&mut self, p: &Patterns) -> bool {
        if self.take(&p.iso21).is_some() || self.take(&p.iso22).is_some() {
            return true; // week dates
        }
        if let Some(groups) = self.take(&p.iso23) {
            self.found.mon = groups.number(1).or(self.found.mon);
            self.found.mday = groups.number(2);
            return true;
        }
        if let Some(groups) = self.take(&p.iso24) {
            self.found.mon = groups.number(1);
            self.found.mday = groups.number(2).or(self.found.mday);
            return true;
        }
        let text = self.text.clone();
        if self.search(&p.iso25_not, &text).is_none()
            && let Some(groups) = self.take(&p.iso25)
        {
            self.found.year = groups.number(1);
            self.found.yday = groups.number(2);
            return true;
        }
        if self.search(&p.iso26_not, &text).is_none()
            && let Some(groups) = self.take(&p.iso26)
        {
            self.found.yday = groups.number(1);
            return true;
        }
        false
    }

    fn year(&mut self, p: &Patterns) -> bool {
        let Some(groups) = self.take(&p.year) else { return false };
        self.found.year = groups.number(1);
        true
    }

    fn mon(&mut self, p: &Patterns) -> bool {
        let Some(groups) = self.take(&p.mon) else { return false };
        self.found.mon = groups.get(1).map(month_number);
        true
    }

    fn mday(&mut self, p: &Patterns) -> bool {
        let Some(groups) = self.take(&p.mday) else { return false };
        self.found.mday = groups.number(1);
        true
    }

    /// Digits without separators: their number tells what they are.
    fn ddd(&mut self, p: &Patterns) -> bool {
        let Some(groups) = self.take(&p.ddd) else { return false };
        let digits = groups.get(2).unwrap_or_default();
        let time_only = groups.get(3).is_none() && groups.get(4).is_some();
        if time_only {
            self.read_from_the_right(digits, &groups);
        } else {
            self.read_from_the_left(digits, &groups);
        }
        if let Some(clock) = groups.get(3).filter(|clock| clock.len() % 2 == 0) {
            let pairs: Vec<i64> = clock.chunks(2).map(value).collect();
            let slots = [&mut self.found.hour, &mut self.found.min, &mut self.found.sec];
            // With a fraction the last pair is the second.
            let skipped = if groups.get(4).is_some() { 3 - pairs.len().min(3) } else { 0 };
            for (slot, pair) in slots.into_iter().skip(skipped).zip(pairs) {
                *slot = Some(pair);
            }
        }
        if let Some(fraction) = groups.get(4) {
            self.found.sec_fraction = Some(Fraction::of_digits(fraction));
        }
        if let Some(zone) = groups.get(5) {
            self.found.zone = Some(bracketed_zone(zone).into());
        }
        true
    }

    /// `…DDhhmmss`: seconds are last. Odd lengths have one digit in the highest place.
    fn read_from_the_right(&mut self, digits: &[u8], groups: &Groups) {
        let length = digits.len();
        if matches!(length, 9 | 11 | 13) {
            return;
        }
        let pair = |from_end: usize, width: usize| {
            let end = length.checked_sub(from_end)?;
            Some(value(digits.get(end.checked_sub(width)?..end)?))
        };
        let highest = |places: usize| if length == places * 2 - 1 { 1 } else { 2 };
        self.found.sec = pair(0, 2);
        if length >= 3 {
            self.found.min = pair(2, highest(2));
        }
        if length >= 5 {
            self.found.hour = pair(4, highest(3));
        }
        if length >= 7 {
            self.found.mday = pair(6, highest(4));
        }
        if length >= 10 {
            self.found.mon = pair(8, 2);
        }
        let negative = groups.get(1) == Some(b"-");
        let signed = |year: i64| if negative { -year } else { year };
        if length == 12 {
            self.found.year = pair(10, 2).map(signed);
        } else if length == 14 {
            self.found.year = pair(10, 4).map(signed);
            self.complete_year = false;
        }
    }

    /// `YYYYMMDDhhmmss`, `YYMMDD`, `MMDD`, `DD`, `YYYYDDD`, `YYDDD`, `DDD`.
    fn read_from_the_left(&mut self, digits: &[u8], groups: &Groups) {
        let length = digits.len();
        let part = |from: usize, width: usize| digits.get(from..from + width).map(value);
        let negative = groups.get(1) == Some(b"-");
        let signed = |year: i64| if negative { -year } else { year };
        match length {
            2 => self.found.mday = part(0, 2),
            3 => self.found.yday = part(0, 3),
            4 => {
                self.found.mon = part(0, 2);
                self.found.mday = part(2, 2);
            }
            5 => {
                self.found.year = part(0, 2).map(signed);
                self.found.yday = part(2, 3);
            }
            6 => {
                self.found.year = part(0, 2).map(signed);
                self.found.mon = part(2, 2);
                self.found.mday = part(4, 2);
            }
            7 => {
                self.found.year = part(0, 4).map(signed);
                self.found.yday = part(4, 3);
            }
            8 | 10 | 12 | 14 => {
                self.found.year = part(0, 4).map(signed);
                self.found.mon = part(4, 2);
                self.found.mday = part(6, 2);
                self.found.hour = part(8, 2).or(self.found.hour);
                self.found.min = part(10, 2).or(self.found.min);
                self.found.sec = part(12, 2).or(self.found.sec);
                self.complete_year = false;
            }
            _ => {}
        }
    }

    /// A number that is left alone is the day beside a time, or the hour beside a day.
    fn frag(&mut self, p: &Patterns) {
        let Some(groups) = self.take(&p.frag) else { return };
        let Some(number) = groups.number(1) else { return };
        if self.found.hour.is_some() && self.found.mday.is_none() && (1..=31).contains(&number) {
            self.found.mday = Some(number);
        }
        if self.found.mday.is_some() && self.found.hour.is_none() && (0..=24).contains(&number) {
            self.found.hour = Some(number);
        }
    }

    /// The original's `s3e`: which of three numbers is year, month and day, by apostrophes, lengths
    /// and what is missing.
    fn s3e(&mut self, mut y: Group, mut m: Group, mut d: Group) {
        let long = |part: &Group| {
            part.as_ref().is_some_and(|part| part.len() > 2 || part.first() == Some(&b'\''))
        };
        m = m.or(Some(Vec::new()));
        if y.is_some() && d.is_none() {
            (y, m, d) = (None, y, m);
        }
        if y.is_none() && long(&d) {
            y = d.take();
        }
        if let Some(year) = &y
            && let Some((start, end)) = signed_digits(year)
            && end < year.len()
        {
            let number = year[start..end].to_vec();
            y = d.replace(number);
        }
        if long(&m) {
            (y, m, d) = (m, d, y);
        }
        if long(&d) {
            std::mem::swap(&mut y, &mut d);
        }
        if let Some(year) = &y
            && let Some((start, end)) = signed_digits(year)
        {
            let text = &year[start..end];
            let digits = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
            let number = value(digits);
            self.found.year = Some(if text.starts_with(b"-") { -number } else { number });
            if digits.len() != text.len() || digits.len() > 2 {
                self.complete_year = false;
            }
        }
        if let Some(number) = m.as_deref().and_then(first_number) {
            self.found.mon = Some(number);
        }
        if let Some(number) = d.as_deref().and_then(first_number) {
            self.found.mday = Some(number);
        }
    }
}

/// The groups of a match, by number.
struct Groups(Vec<Group>);

impl Groups {
    fn get(&self, number: usize) -> Option<&[u8]> {
        self.0.get(number)?.as_deref()
    }

    fn own(&self, number: usize) -> Group {
        self.0.get(number)?.clone()
    }

    fn number(&self, number: usize) -> Option<i64> {
        self.get(number).map(value)
    }
}

fn value(digits: &[u8]) -> i64 {
    decimal(digits) as i64
}

fn month_number(name: &[u8]) -> i64 {
    let is = |month: &&str| {
        name.get(..3).is_some_and(|name| name.eq_ignore_ascii_case(month.as_bytes()))
    };
    ABBR_MONTHS.iter().position(is).map_or(13, |index| index as i64 + 1)
}

/// The first sign or digit and the end of the digits from there.
fn signed_digits(text: &[u8]) -> Option<(usize, usize)> {
    let is_sign = |byte: u8| byte == b'-' || byte == b'+';
    let start = text.iter().position(|byte| is_sign(*byte) || byte.is_ascii_digit())?;
    let after = start + usize::from(is_sign(text[start]));
    Some((start, after + text[after..].iter().take_while(|byte| byte.is_ascii_digit()).count()))
}

fn first_number(text: &[u8]) -> Option<i64> {
    let start = text.iter().position(u8::is_ascii_digit)?;
    let length = text[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    Some(value(&text[start..start + length]))
}

/// `[9:JST]` is the zone `JST`, `[9]` the zone `9`; without brackets it is what it is.
fn bracketed_zone(zone: &[u8]) -> &[u8] {
    let Some(inside) = zone.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")) else {
        return zone;
    };
    match inside.iter().position(|byte| *byte == b':') {
        Some(colon) => &inside[colon + 1..],
        None => inside,
    }
}
