//! The fast way for regular texts of the formats that logs use: a full date, two digits a part, an
//! offset of hours and minutes. It answers only where the engines would give the same time; for
//! every other text it says nothing, and the engine is asked.

use std::rc::Rc;

use super::text::{Engine, Wanted};
use crate::ruby::civil::{days_from_civil, days_in_month};
use crate::ruby::strptime::{MONTHS, is_space};
use crate::ruby::strptime_gem;
use crate::ruby::value::EventTime;
use crate::ruby::zone::{Period, TimeZone};

/// A compiled regular format.
#[derive(Clone, Debug)]
pub struct FastFormat {
    steps: Box<[Step]>,
    wanted: Option<i64>,
    local: Rc<TimeZone>,
    period: Period,
    /// The last year and month and the days from the epoch to its first day's eve.
    month: (u32, u32, i64, u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Four digits.
    Year,
    /// Two digits.
    Two(Part),
    /// Three letters of a month's name.
    MonthName,
    /// One to nine digits.
    Fraction,
    /// Any number of digits, nine of which count.
    LongFraction,
    /// A dot and digits, or nothing.
    OptionalFraction,
    /// Exactly one blank.
    Blank,
    /// This byte.
    Literal(u8),
    /// `Z`, `±hhmm`, `±hh:mm`; anything may follow.
    Zone,
    /// The same, at the end of the text.
    LastZone,
    /// The same or nothing, at the end of the text.
    OptionalZone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// The parts while a text is read.
#[derive(Clone, Copy, Debug, Default)]
struct Parts {
    year: u32,
    /// Month, day, hour, minute, second.
    two: [u32; 5],
    nsec: u32,
    offset: Option<i64>,
}

/// No two changes of a zone are nearer to each other than the widest offset twice.
const MARGIN: i64 = 2 * 26 * 3600;

impl FastFormat {
    /// `None` for a format without the full date, or with anything unusual in it.
    pub fn new(
        engine: &Engine,
        format: &str,
        wanted: &Wanted,
        local: &Rc<TimeZone>,
    ) -> Option<FastFormat> {
        let steps = match engine {
            Engine::Gem(gem) => steps_of_gem(gem, format.as_bytes())?,
            Engine::TimeStrptime => steps_of_date(format.as_bytes())?,
            Engine::Iso8601 => {
                let mut steps = steps_of_date(b"%Y-%m-%dT%H:%M:%S")?;
                steps.extend([Step::OptionalFraction, Step::OptionalZone]);
                steps
            }
            Engine::TimeParse => return None,
        };
        let wanted = match wanted {
            Wanted::AsRead => None,
            Wanted::Offset(offset) => Some(*offset),
            Wanted::Zone(_) => return None,
        };
        let once = |wanted: &[Step]| steps.iter().filter(|step| wanted.contains(step)).count() == 1;
        let has_date = once(&[Step::Year])
            && once(&[Step::Two(Part::Month), Step::MonthName])
            && once(&[Step::Two(Part::Day)]);
        has_date.then(|| FastFormat {
            steps: steps.into(),
            wanted,
            period: local.period(0),
            local: Rc::clone(local),
            month: (0, 0, 0, 0),
        })
    }

    /// The time of a regular text.
    #[inline]
    pub fn parse(&mut self, text: &[u8]) -> Option<EventTime> {
        let mut parts = Parts { two: [1, 1, 0, 0, 0], ..Parts::default() };
        let mut rest = text;
        for step in &self.steps {
            rest = parts.step(*step, rest)?;
        }
        let [mon, mday, hour, min, sec] = parts.two;
        if hour > 23 || min > 59 || sec > 59 {
            return None;
        }
        let days = self.days(parts.year, mon, mday)?;
        let wall = days * 86_400 + i64::from(hour * 3600 + min * 60 + sec);
        let sec = match (parts.offset, self.wanted) {
            (Some(_), Some(wanted)) => wall - wanted,
            (Some(offset), None) => wall - offset,
            (None, wanted) => {
                let sec = self.local_instant(wall)?;
                wanted.map_or(sec, |wanted| wall - wanted)
            }
        };
        Some(EventTime { sec, nsec: i64::from(parts.nsec) })
    }

    /// Days since the epoch of a day that is in the calendar.
    #[inline]
    fn days(&mut self, year: u32, mon: u32, mday: u32) -> Option<i64> {
        if (self.month.0, self.month.1) != (year, mon) || mon == 0 {
            if !(1..=12).contains(&mon) {
                return None;
            }
            let eve = days_from_civil(i64::from(year), mon as u8, 0);
            let length = days_in_month(i64::from(year), i64::from(mon)) as u32;
            self.month = (year, mon, eve, length);
        }
        (mday >= 1 && mday <= self.month.3).then(|| self.month.2 + i64::from(mday))
    }

    /// The instant of a wall clock far from any change of the offset.
    #[inline]
    fn local_instant(&mut self, wall: i64) -> Option<i64> {
        if let Some(sec) = within(self.period, wall) {
            return Some(sec);
        }
        self.period = self.local.period(wall - i64::from(self.period.utc_offset));
        within(self.period, wall)
    }
}

#[inline]
fn within(period: Period, wall: i64) -> Option<i64> {
    let sec = wall - i64::from(period.utc_offset);
    let inside =
        sec >= period.start.saturating_add(MARGIN) && sec < period.end.saturating_sub(MARGIN);
    inside.then_some(sec)
}

impl Parts {
    /// Reads one step; the rest of the text.
    #[inline]
    fn step<'t>(&mut self, step: Step, text: &'t [u8]) -> Option<&'t [u8]> {
        match step {
            Step::Literal(byte) => {
                let (head, rest) = text.split_first()?;
                (*head == byte).then_some(rest)
            }
            Step::Two(part) => {
                let (pair, rest) = text.split_first_chunk::<2>()?;
                self.two[part as usize] = two_digits(*pair)?;
                Some(rest)
            }
            Step::Year => {
                let (&[a, b, c, d], rest) = text.split_first_chunk::<4>()?;
                self.year = two_digits([a, b])? * 100 + two_digits([c, d])?;
                Some(rest)
            }
            Step::MonthName => {
                let (name, rest) = text.split_first_chunk::<3>()?;
                let index = MONTHS
                    .iter()
                    .position(|month| month.as_bytes()[..3].eq_ignore_ascii_case(name))?;
                self.two[0] = index as u32 + 1;
                (!rest.first()?.is_ascii_alphabetic()).then_some(rest)
            }
            Step::Fraction => self.fraction(text, 9),
            Step::LongFraction => self.fraction(text, usize::MAX),
            Step::OptionalFraction => match text.split_first() {
                Some((b'.', rest)) => self.fraction(rest, usize::MAX),
                _ => Some(text),
            },
            Step::Blank => {
                let (blank, rest) = text.split_first()?;
                (is_space(*blank) && !rest.first().is_some_and(|byte| is_space(*byte)))
                    .then_some(rest)
            }
            Step::Zone => self.zone(text),
            Step::LastZone => self.zone(text).filter(|rest| rest.is_empty()),
            Step::OptionalZone if text.is_empty() => Some(text),
            Step::OptionalZone => self.zone(text).filter(|rest| rest.is_empty()),
        }
    }

    #[inline]
    fn fraction<'t>(&mut self, text: &'t [u8], most: usize) -> Option<&'t [u8]> {
        let mut nsec = 0;
        let mut length = 0;
        for byte in text.iter().take(9) {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            nsec = nsec * 10 + u32::from(digit);
            length += 1;
        }
        if length == 0 {
            return None;
        }
        self.nsec = nsec * POWERS[9 - length];
        if length == 9 && most > 9 {
            length += text[9..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        }
        text.get(length..)
    }

    #[inline]
    fn zone<'t>(&mut self, text: &'t [u8]) -> Option<&'t [u8]> {
        let (sign, rest) = text.split_first()?;
        let sign = match sign {
            b'Z' => {
                self.offset = Some(0);
                return Some(rest);
            }
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let (hours, rest) = rest.split_first_chunk::<2>()?;
        let rest = rest.strip_prefix(b":").unwrap_or(rest);
        let (minutes, rest) = rest.split_first_chunk::<2>()?;
        let (hours, minutes) = (two_digits(*hours)?, two_digits(*minutes)?);
        self.offset = Some(sign * i64::from(hours * 3600 + minutes * 60));
        (hours < 24 && minutes < 60).then_some(rest)
    }
}

const POWERS: [u32; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

#[inline]
fn two_digits([tens, ones]: [u8; 2]) -> Option<u32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens <= 9 && ones <= 9).then(|| u32::from(tens) * 10 + u32::from(ones))
}

fn steps_of_gem(gem: &strptime_gem::Strptime, format: &[u8]) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for (index, (step, place)) in gem.steps().iter().enumerate() {
        let last = index + 1 == gem.steps().len();
        steps.push(match step {
            strptime_gem::Step::Year => Step::Year,
            strptime_gem::Step::Month => Step::Two(Part::Month),
            strptime_gem::Step::MonthName => Step::MonthName,
            strptime_gem::Step::Day => Step::Two(Part::Day),
            strptime_gem::Step::Hour => Step::Two(Part::Hour),
            strptime_gem::Step::Minute => Step::Two(Part::Minute),
            strptime_gem::Step::Second => Step::Two(Part::Second),
            strptime_gem::Step::Fraction => Step::Fraction,
            strptime_gem::Step::Zone if last => Step::Zone,
            strptime_gem::Step::Blanks => Step::Blank,
            strptime_gem::Step::Literal => {
                steps.extend(format[place.range()].iter().map(|byte| Step::Literal(*byte)));
                continue;
            }
            strptime_gem::Step::Zone | strptime_gem::Step::ShortYear => return None,
        });
    }
    Some(steps)
}

fn steps_of_date(format: &[u8]) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = format;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            steps.push(if is_space(byte) { Step::Blank } else { Step::Literal(byte) });
            continue;
        }
        let colons = rest.iter().take_while(|byte| **byte == b':').count();
        let (&letter, after) = rest.get(colons..)?.split_first()?;
        rest = after;
        let number_follows = matches!(rest.first(), Some(b'%' | b'0'..=b'9'));
        match letter {
            b'z' | b'Z' if colons == 0 || letter == b'z' && colons <= 3 => {
                steps.push(Step::LastZone);
            }
            _ if colons > 0 => return None,
            b'Y' if !rest.is_empty() => steps.push(Step::Year),
            b'm' => steps.push(Step::Two(Part::Month)),
            b'b' | b'B' | b'h' => steps.push(Step::MonthName),
            b'd' | b'e' => steps.push(Step::Two(Part::Day)),
            b'H' => steps.push(Step::Two(Part::Hour)),
            b'M' => steps.push(Step::Two(Part::Minute)),
            b'S' => steps.push(Step::Two(Part::Second)),
            b'N' | b'L' if !number_follows => steps.push(Step::LongFraction),
            // `%N%z`: a zone is no number, so all digits are read.
            b'N' | b'L' if zone_follows(rest) => steps.push(Step::LongFraction),
            b'F' if !rest.is_empty() => steps.extend(steps_of_date(b"%Y-%m-%d")?),
            b'T' => steps.extend(steps_of_date(b"%H:%M:%S")?),
            _ => return None,
        }
    }
    let last = steps.len().saturating_sub(1);
    let zone_inside = steps[..last].contains(&Step::LastZone);
    // A year that a digit of the text may follow reads more than four.
    let year_open = steps.windows(2).any(|pair| {
        pair[0] == Step::Year
            && !matches!(pair[1], Step::Literal(byte) if !byte.is_ascii_digit())
            && !matches!(pair[1], Step::Two(_))
    });
    (!zone_inside && !year_open).then_some(steps)
}

fn zone_follows(rest: &[u8]) -> bool {
    let colons = rest.get(1..).unwrap_or_default().iter().take_while(|byte| **byte == b':').count();
    rest.first() == Some(&b'%') && matches!(rest.get(1 + colons), Some(b'z' | b'Z'))
}
