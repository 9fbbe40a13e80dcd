//! The gem `strptime` 0.2.5 (`ext/strptime/strptime.c`), which fluentd tries first: formats made of
//! fourteen directives, blanks and literal text; everything else it refuses.
//!
//! Like the original it reads a text that ends in a NUL: what stands after the matched part does
//! not matter.

use std::rc::Rc;

use super::strptime::{Expected, MONTHS, Mismatch, is_space, name_at};
use super::time::{Civil, Raised, Time, Zone, local_instant};
use super::value::EventTime;
use super::zone::{Pick, TimeZone};
use crate::source::Span;

/// `Strptime.new(format)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strptime {
    format: Box<[u8]>,
    steps: Vec<(Step, Span)>,
}

/// One piece of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// `%Y`
    Year,
    /// `%y`
    ShortYear,
    /// `%m`
    Month,
    /// `%B %b %h`
    MonthName,
    /// `%d %e`
    Day,
    /// `%H`
    Hour,
    /// `%M`
    Minute,
    /// `%S`
    Second,
    /// `%N`
    Fraction,
    /// `%z`
    Zone,
    /// A blank of the format, or `%n`: any number of blanks.
    Blanks,
    /// Literal text.
    Literal,
}

/// What a text said, before anything is filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    year: Option<i32>,
    mon: Option<i32>,
    mday: Option<i32>,
    hour: Option<i32>,
    min: Option<i32>,
    sec: Option<i32>,
    nsec: u32,
    zone: GivenZone,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum GivenZone {
    #[default]
    Local,
    Utc,
    Offset(i32),
}

impl Strptime {
    /// Compiles a format; `None` where the gem raises `invalid format`.
    pub fn new(format: &str) -> Option<Strptime> {
        let bytes = format.as_bytes();
        if bytes.contains(&0) {
            return None;
        }
        let mut steps = Vec::new();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let start = at;
            let step = match byte {
                b'%' => {
                    at += 2;
                    directive(*bytes.get(start + 1)?)?
                }
                byte if is_space(byte) => {
                    at += 1;
                    Step::Blanks
                }
                _ => {
                    let ends = |byte: &u8| *byte == b'%' || is_space(*byte);
                    at += bytes[at..].iter().position(ends).unwrap_or(bytes.len() - at);
                    Step::Literal
                }
            };
            steps.push((step, Span::new(start, at)));
        }
        Some(Strptime { format: bytes.into(), steps })
    }

    /// The pieces of the format, in order, each with its place.
    pub fn steps(&self) -> &[(Step, Span)] {
        &self.steps
    }

    /// Reads a text: the fields and how many bytes were used.
    pub fn read(&self, text: &[u8]) -> Result<(Fields, usize), Mismatch> {
        let mut reader = Reader { text, at: 0, fields: Fields::default() };
        for &(step, directive) in &self.steps {
            let at = reader.at;
            let literal = &self.format[directive.range()];
            reader.step(step, literal).map_err(|expected| Mismatch { directive, at, expected })?;
        }
        Ok((reader.fields, reader.at))
    }

    /// `exec(text)`: the time, or where it does not match.
    pub fn exec(
        &self,
        text: &[u8],
        now: EventTime,
        local: &Rc<TimeZone>,
    ) -> Result<Result<Time, Raised>, Mismatch> {
        let (fields, _) = self.read(text)?;
        Ok(fields.time(now, local))
    }
}

fn directive(letter: u8) -> Option<Step> {
    Some(match letter {
        b'Y' => Step::Year,
        b'y' => Step::ShortYear,
        b'm' => Step::Month,
        b'B' | b'b' | b'h' => Step::MonthName,
        b'd' | b'e' => Step::Day,
        b'H' => Step::Hour,
        b'M' => Step::Minute,
        b'S' => Step::Second,
        b'N' => Step::Fraction,
        b'z' => Step::Zone,
        b'n' => Step::Blanks,
        _ => return None,
    })
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    fields: Fields,
}

impl Reader<'_> {
    fn byte(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn step(&mut self, step: Step, literal: &[u8]) -> Result<(), Expected> {
        match step {
            Step::Year => self.fields.year = Some(self.year()?),
            Step::ShortYear => {
                let year = self.digits(2)?;
                self.fields.year = Some(year + if year < 69 { 2000 } else { 1900 });
            }
            Step::Month => self.fields.mon = Some(self.ranged(1, 12)?),
            Step::MonthName => self.fields.mon = Some(self.month_name()?),
            Step::Day => self.fields.mday = Some(self.ranged(1, 31)?),
            Step::Hour => self.fields.hour = Some(self.ranged(0, 23)?),
            Step::Minute => self.fields.min = Some(self.ranged(0, 59)?),
            Step::Second => self.fields.sec = Some(self.ranged(0, 60)?),
            Step::Fraction => self.fields.nsec = self.fraction()?,
            Step::Zone => self.fields.zone = self.zone()?,
            Step::Blanks => {
                let rest = self.text.get(self.at..).unwrap_or_default();
                self.at += rest.iter().take_while(|byte| is_space(**byte)).count();
            }
            Step::Literal => {
                let rest = self.text.get(self.at..).unwrap_or_default();
                if !rest.starts_with(literal) {
                    return Err(Expected::Literal);
                }
                self.at += literal.len();
            }
        }
        Ok(())
    }

    /// Up to `width` digits; `None` without any.
    fn some_digits(&mut self, width: usize) -> Option<(i32, usize)> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let digits = rest.iter().take(width).take_while(|byte| byte.is_ascii_digit());
        let (value, length) = digits.fold((0, 0), |(value, length), byte| {
            (value * 10 + i32::from(byte - b'0'), length + 1)
        });
        self.at += length;
        (length > 0).then_some((value, length))
    }

    fn digits(&mut self, width: usize) -> Result<i32, Expected> {
        self.some_digits(width).map(|(value, _)| value).ok_or(Expected::Digits)
    }

    fn ranged(&mut self, min: i32, max: i32) -> Result<i32, Expected> {
        let value = self.digits(2)?;
        if (min..=max).contains(&value) { Ok(value) } else { Err(Expected::Range(min, max)) }
    }

    fn year(&mut self) -> Result<i32, Expected> {
        let sign = self.byte();
        self.at += usize::from(sign == b'-' || sign == b'+');
        let year = self.digits(4)?;
        Ok(if sign == b'-' { -year } else { year })
    }

    fn month_name(&mut self) -> Result<i32, Expected> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let (month, length) = name_at(rest, &MONTHS).ok_or(Expected::MonthName)?;
        self.at += length;
        Ok(month as i32 + 1)
    }

    fn fraction(&mut self) -> Result<u32, Expected> {
        let (value, length) = self.some_digits(9).ok_or(Expected::Digits)?;
        Ok(value as u32 * 10_u32.pow(9 - length as u32))
    }

    /// `Z` stays where it is: a literal that follows in the format sees it again.
    fn zone(&mut self) -> Result<GivenZone, Expected> {
        let sign = self.byte();
        if sign.eq_ignore_ascii_case(&b'z') {
            return Ok(GivenZone::Utc);
        }
        self.at += usize::from(sign == b'-' || sign == b'+');
        let hours = self.some_digits(2).ok_or(Expected::Zone)?.0;
        self.at += usize::from(self.byte() == b':');
        let minutes = self.some_digits(2).map_or(0, |(minutes, _)| minutes);
        let offset = (hours * 60 + minutes) * 60;
        Ok(GivenZone::Offset(if sign == b'-' { -offset } else { offset }))
    }
}

impl Fields {
    /// The time the fields mean. What is missing comes from the clock (without a year) or is the
    /// lowest value there is. The error is that of an offset of a day and more.
    pub fn time(&self, now: EventTime, local: &Rc<TimeZone>) -> Result<Time, Raised> {
        let (civil, now_offset) = match self.year {
            Some(_) => (self.from(None), None),
            None => {
                let (offset, at) = self.clock(now, local);
                (self.from(Some(at)), offset)
            }
        };
        let (sec, zone) = match self.zone {
            GivenZone::Utc => (civil.seconds(), Zone::Utc),
            GivenZone::Offset(offset) => (civil.seconds() - i64::from(offset), Zone::Fixed(offset)),
            GivenZone::Local => self.local(civil, now, now_offset, local),
        };
        match zone {
            Zone::Fixed(offset) if offset.unsigned_abs() >= 86_400 => {
                Err(Raised::argument("utc_offset out of range"))
            }
            _ => Ok(Time::at(sec, self.nsec, zone)),
        }
    }

    /// True when the text names no year: the clock supplies it.
    pub fn needs_clock(&self) -> bool {
        self.year.is_none()
    }

    /// What the clock shows in the zone of the text; the offset where that is the local one.
    fn clock(&self, now: EventTime, local: &TimeZone) -> (Option<i32>, Civil) {
        match self.zone {
            GivenZone::Utc => (None, Civil::at(now.sec)),
            GivenZone::Offset(offset) => (None, Civil::at(now.sec + i64::from(offset))),
            GivenZone::Local => {
                let offset = local.utc_offset(now.sec);
                (Some(offset), Civil::at(now.sec + i64::from(offset)))
            }
        }
    }

    /// The fields over `clock`: from the first field that the text gives, the lower ones are the
    /// text's or the lowest there is; those above are the clock's.
    fn from(&self, clock: Option<Civil>) -> Civil {
        let mut civil = clock.unwrap_or_default();
        let mut given = self.year.is_some();
        if let Some(year) = self.year {
            civil.year = i64::from(year);
        }
        let mut fill = |slot: &mut i64, field: Option<i32>, lowest: i64| {
            given |= field.is_some();
            if given {
                *slot = field.map_or(lowest, i64::from);
            }
        };
        fill(&mut civil.mon, self.mon, 1);
        fill(&mut civil.mday, self.mday, 1);
        fill(&mut civil.hour, self.hour, 0);
        fill(&mut civil.min, self.min, 0);
        fill(&mut civil.sec, self.sec, 0);
        civil
    }

    /// A clock-filled local time keeps the clock's offset and its daylight saving time.
    fn local(
        &self,
        civil: Civil,
        now: EventTime,
        now_offset: Option<i32>,
        local: &Rc<TimeZone>,
    ) -> (i64, Zone) {
        let Some(offset) = now_offset else {
            return (local_instant(civil, local, Pick::Later), Zone::Local(Rc::clone(local)));
        };
        let pick = if local.at(now.sec).is_dst { Pick::Earlier } else { Pick::Later };
        (local_instant(civil, local, pick), Zone::Fixed(offset))
    }
}
