//! Ruby's library `time` (`lib/time.rb`, 3.1): `Time.strptime`, `Time.iso8601`, and the rules by
//! which both and `Time.parse` make a time out of what was found in a text.

use std::rc::Rc;

use super::civil::{days_in_month, yday};
use super::date_frags::{Date, date_of};
use super::date_strptime::{Elements, Fraction, date_strptime, decimal};
use super::strptime::{Mismatch, is_space};
use super::time::{Civil, Raised, Subsec, Time, Zone};
use super::value::EventTime;
use super::zone::TimeZone;

/// What the process around knows.
#[derive(Clone, Copy, Debug)]
pub struct Context<'c> {
    /// `Time.now`.
    pub now: EventTime,
    /// The local zone.
    pub local: &'c Rc<TimeZone>,
}

impl Context<'_> {
    fn now(&self) -> Time {
        let nsec = self.now.nsec.clamp(0, 999_999_999) as u32;
        Time::at(self.now.sec, nsec, Zone::Local(Rc::clone(self.local)))
    }

    fn today(&self) -> Date {
        let wall = self.now.sec + i64::from(self.local.utc_offset(self.now.sec));
        Date::of_days(wall.div_euclid(86_400))
    }
}

/// Why `Time.strptime` gave no time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The text does not follow the format.
    Mismatch(Mismatch),
    /// It does, but makes no time.
    Raised(Raised),
}

impl From<Raised> for Failure {
    fn from(raised: Raised) -> Failure {
        Failure::Raised(raised)
    }
}

/// `Time.strptime(text, format)`. `inspected` makes the text's `inspect` for an error.
pub fn strptime(
    text: &[u8],
    format: &[u8],
    context: Context<'_>,
    inspected: impl FnOnce() -> String,
) -> Result<Time, Failure> {
    let (found, _) = date_strptime(text, format).map_err(Failure::Mismatch)?;
    if let Some(milliseconds) = found.milliseconds {
        return Ok(epoch(milliseconds, &found, context)?);
    }
    let dated = found.mon.is_some() && found.mday.is_some();
    let by_week = found.cwday.is_some() || found.cweek.is_some();
    if found.cwyear.is_some() && found.year.is_none() || by_week && !dated {
        let date = date_of(&found, context.today()).ok_or(Raised::INVALID_DATE)?;
        let civil = Civil { hour: 0, min: 0, sec: 0, ..Civil::at(date.days() * 86_400) };
        return Ok(Time::local(civil, Some(0), context.local)?);
    }
    let mut parts = Parts::of(&found);
    if (found.wnum0.is_some() || found.wnum1.is_some()) && found.yday.is_none() && !dated {
        let date = date_of(&found, context.today()).ok_or(Raised::INVALID_DATE)?;
        parts.yday = Some(date.ordinal().1);
    }
    Ok(make_time(&parts, context, inspected)?)
}

/// `Time.at(seconds, usec)` of `%s` and `%Q`, with the fraction of `%L` and `%N`.
fn epoch(milliseconds: i128, found: &Elements, context: Context<'_>) -> Result<Time, Raised> {
    let mut total = milliseconds * 1_000_000;
    if let Some(fraction) = found.sec_fraction {
        let downward = fraction.negative != (milliseconds < 0);
        let size = i128::from(fraction.nsec);
        total += if downward { -size - i128::from(fraction.cut) } else { size };
    }
    let sec = total.div_euclid(1_000_000_000).clamp(i128::from(i64::MIN), i128::from(i64::MAX));
    let nsec = total.rem_euclid(1_000_000_000) as u32;
    let time = Time::at(sec as i64, nsec, Zone::Local(Rc::clone(context.local)));
    match &found.zone {
        Some(zone) => force_zone(time, zone, None, context),
        None => Ok(time),
    }
}

/// What a time is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// The year.
    pub year: Option<i64>,
    /// The day of the year.
    pub yday: Option<i64>,
    /// The month.
    pub mon: Option<i64>,
    /// The day of the month.
    pub day: Option<i64>,
    /// The hour.
    pub hour: Option<i64>,
    /// The minute.
    pub min: Option<i64>,
    /// The second.
    pub sec: Option<i64>,
    /// The fraction of the second.
    pub sec_fraction: Option<Fraction>,
    /// The zone as the text has it.
    pub zone: Option<Rc<[u8]>>,
}

impl Parts {
    /// The parts of what `Date._strptime` or `Date._parse` found.
    pub fn of(found: &Elements) -> Parts {
        Parts {
            year: found.year,
            yday: found.yday,
            mon: found.mon,
            day: found.mday,
            hour: found.hour,
            min: found.min,
            sec: found.sec,
            sec_fraction: found.sec_fraction,
            zone: found.zone.clone(),
        }
    }

    fn is_empty(&self) -> bool {
        let numbers = [self.year, self.yday, self.mon, self.day, self.hour, self.min, self.sec];
        numbers.iter().all(Option::is_none) && self.sec_fraction.is_none()
    }
}

/// `make_time`: what is missing above the first given part comes from the clock.
pub fn make_time(
    parts: &Parts,
    context: Context<'_>,
    inspected: impl FnOnce() -> String,
) -> Result<Time, Raised> {
    if parts.is_empty() {
        return Err(Raised::argument(format!("no time information in {}", inspected())));
    }
    let now = context.now();
    let off_year = parts.year.unwrap_or_else(|| now.civil().year);
    if let Some(yday) = parts.yday {
        return by_day_of_year(parts, yday, off_year, context);
    }
    let zone_offset_in =
        |year| parts.zone.as_deref().and_then(|zone| zone_offset(zone, year, context));
    let off = zone_offset_in(off_year);
    // `now.getlocal(off)`
    if off.is_some_and(|off| off.abs() >= 86_400 && off != i64::from(now.utc_offset())) {
        return Err(Raised::argument("utc_offset out of range"));
    }
    let now = now.sec.saturating_add(off.unwrap_or_else(|| i64::from(now.utc_offset())));
    let (civil, subsec) = fill(parts, Civil::at(now));
    let off = if civil.year == off_year { off } else { zone_offset_in(civil.year) };
    match off {
        Some(off) => {
            let time = Time::utc(apply_offset(civil, off), subsec)?;
            force_zone(time, parts.zone.as_deref().unwrap_or_default(), Some(off), context)
        }
        None => Ok(Time::local(civil, subsec, context.local)?),
    }
}

/// The parts over the clock: above the first given part the clock's, below it the lowest.
fn fill(parts: &Parts, now: Civil) -> (Civil, Subsec) {
    let mut given = false;
    let mut part = |value: Option<i64>, now: i64, lowest: i64| {
        given |= value.is_some();
        value.unwrap_or(if given { lowest } else { now })
    };
    let civil = Civil {
        year: part(parts.year, now.year, 1970),
        mon: part(parts.mon, now.mon, 1),
        mday: part(parts.day, now.mday, 1),
        hour: part(parts.hour, now.hour, 0),
        min: part(parts.min, now.min, 0),
        sec: part(parts.sec, now.sec, 0),
    };
    let subsec = match parts.sec_fraction {
        Some(fraction) if fraction.negative => None,
        Some(fraction) => Some(fraction.nsec),
        None => Some(0),
    };
    (civil, subsec)
}

/// `%j`: Ruby first makes the time of a day near it and then moves on by the difference.
fn by_day_of_year(
    parts: &Parts,
    day_of_year: i64,
    off_year: i64,
    context: Context<'_>,
) -> Result<Time, Raised> {
    let out_of_range = || Raised::argument(format!("yday {day_of_year} out of range"));
    if !(1..=366).contains(&day_of_year) {
        return Err(out_of_range());
    }
    let mon = (day_of_year - 1).div_euclid(31) + 1;
    let day = (day_of_year - 1).rem_euclid(31) + 1;
    let mut parts = Parts { yday: None, mon: Some(mon), day: Some(day), ..parts.clone() };
    let time = make_time(&parts, context, String::new)?;
    let at = time.civil();
    let diff = day_of_year - i64::from(yday(at.year, at.mon as u8, at.mday as u8));
    if diff == 0 {
        return Ok(time);
    }
    let (mut mon, mut day) = (mon, day + diff);
    let length = days_in_month(off_year, mon);
    if day > 28 && day > length {
        mon += 1;
        if mon > 12 {
            return Err(out_of_range());
        }
        day -= length;
    }
    parts.mon = Some(mon);
    parts.day = Some(day);
    make_time(&parts, context, String::new)
}

/// `apply_offset`: the wall clock of UTC. Its carrying over of months is Ruby's, bugs included: an
/// impossible day becomes the first of the next month.
fn apply_offset(civil: Civil, off: i64) -> Civil {
    let mut at = civil;
    if off == 0 {
        return at;
    }
    let sign = if off < 0 { 1 } else { -1 };
    let mut left = off.abs();
    for (slot, unit) in [(&mut at.sec, 60), (&mut at.min, 60), (&mut at.hour, 24)] {
        let part = left % unit;
        left /= unit;
        if part != 0 {
            let moved = slot.saturating_add(sign * part);
            left += sign * moved.div_euclid(unit);
            *slot = moved.rem_euclid(unit);
        }
    }
    if left != 0 {
        carry_days(&mut at, sign, left);
    }
    at
}

/// Each direction minds only its own end of the month.
fn carry_days(at: &mut Civil, sign: i64, days: i64) {
    at.mday = at.mday.saturating_add(sign * days);
    if sign > 0 {
        let length = days_in_month(at.year, if at.mon == 0 { 12 } else { at.mon });
        if length != 0 && length < at.mday {
            at.mon += 1;
            if at.mon > 12 {
                at.mon = 1;
                at.year += 1;
            }
            at.mday = 1;
        }
    } else if at.mday < 1 {
        at.mon -= 1;
        if at.mon < 1 {
            at.year -= 1;
            at.mon = 12;
        }
        at.mday = days_in_month(at.year, at.mon).max(1);
    }
}

/// The zones that Ruby knows by name, in hours.
const ZONES: [(&str, i64); 12] = [
    ("UTC", 0),
    ("Z", 0),
    ("UT", 0),
    ("GMT", 0),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
];

/// `Time.zone_offset(zone, year)`: seconds east of UTC of an offset, of one of Ruby's names, of a
/// military letter or of the local zone's own abbreviations in that year.
pub fn zone_offset(zone: &[u8], year: i64, context: Context<'_>) -> Option<i64> {
    if let Some(offset) = numeric_offset(zone) {
        return Some(offset);
    }
    let zone = zone.to_ascii_uppercase();
    if let Some((_, hours)) = ZONES.iter().find(|(name, _)| name.as_bytes() == zone) {
        return Some(hours * 3600);
    }
    if let [letter] = zone[..] {
        return match letter {
            b'A'..=b'I' => Some(i64::from(letter - b'A' + 1) * 3600),
            b'K'..=b'M' => Some(i64::from(letter - b'K' + 10) * 3600),
            b'N'..=b'Y' => Some(i64::from(letter - b'N' + 1) * -3600),
            _ => None,
        };
    }
    [1, 7].into_iter().find_map(|mon| {
        let civil = Civil { year, mon, mday: 1, ..Civil::default() };
        let at = Time::local(civil, Some(0), context.local).ok()?;
        let name = at.zone_name()?;
        name.as_bytes().eq_ignore_ascii_case(&zone).then(|| i64::from(at.utc_offset()))
    })
}

/// `±hh`, `±hhmm`, `±hh:mm`, with seconds if need be. Not checked against any range.
pub fn numeric_offset(zone: &[u8]) -> Option<i64> {
    let (sign, rest) = zone.split_first()?;
    let sign = match sign {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: Vec<u8> = match rest {
        [h1, h2] => vec![*h1, *h2],
        [h1, h2, b':', m1, m2] => vec![*h1, *h2, *m1, *m2],
        [h1, h2, b':', m1, m2, b':', s1, s2] => vec![*h1, *h2, *m1, *m2, *s1, *s2],
        _ if rest.len() == 4 || rest.len() == 6 => rest.to_vec(),
        _ => return None,
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let units = digits.chunks(2).zip([3600, 60, 1]);
    Some(sign * units.map(|(pair, unit)| decimal(pair) as i64 * unit).sum::<i64>())
}

/// `force_zone!`: shows the time in the zone of the text.
fn force_zone(
    time: Time,
    zone: &[u8],
    offset: Option<i64>,
    context: Context<'_>,
) -> Result<Time, Raised> {
    let is_utc = ["-00:00", "-0000", "-00", "UTC", "Z", "UT"]
        .iter()
        .any(|name| zone.eq_ignore_ascii_case(name.as_bytes()));
    if is_utc {
        return Ok(Time { zone: Zone::Utc, ..time });
    }
    let local = Time { zone: Zone::Local(Rc::clone(context.local)), ..time };
    let year = context.now().civil().year;
    match offset.or_else(|| zone_offset(zone, year, context)) {
        Some(offset) if offset != i64::from(local.utc_offset()) => {
            Ok(local.localtime(offset.clamp(-1_000_000, 1_000_000) as i32)?)
        }
        _ => Ok(local),
    }
}

/// `Time.iso8601(text)`, alias `xmlschema`. `None` where the shape is not matched at all.
pub fn iso8601(text: &[u8], context: Context<'_>) -> Option<Result<Time, Raised>> {
    let shape = Iso8601::read(text)?;
    Some(shape.time(context))
}

/// The parts of `-?YYYY…-MM-DDTHH:MM:SS[.frac][zone]`.
struct Iso8601<'t> {
    civil: Civil,
    fraction: Option<Fraction>,
    zone: &'t [u8],
}

impl<'t> Iso8601<'t> {
    fn read(text: &'t [u8]) -> Option<Iso8601<'t>> {
        let blanks = text.iter().take_while(|byte| is_space(**byte)).count();
        let mut rest = &text[blanks..];
        let negative = rest.first() == Some(&b'-');
        rest = &rest[usize::from(negative)..];
        let year = take_digits(&mut rest, usize::MAX)?;
        let mut two = |before: &[u8]| {
            let (mark, after) = rest.split_first()?;
            rest = after;
            let known = before.contains(mark);
            let digits = take_digits(&mut rest, 2).filter(|digits| known && digits.len() == 2)?;
            Some(decimal(digits) as i64)
        };
        let (mon, mday) = (two(b"-")?, two(b"-")?);
        let (hour, min, sec) = (two(b"Tt")?, two(b":")?, two(b":")?);
        let year = decimal(year) as i64;
        let year = if negative { -year } else { year };
        let mut fraction = None;
        if let Some((b'.', mut after)) = rest.split_first() {
            fraction = Some(Fraction::of_digits(take_digits(&mut after, usize::MAX)?));
            rest = after;
        }
        let blanks = rest.iter().rev().take_while(|byte| is_space(**byte)).count();
        let zone = &rest[..rest.len() - blanks];
        let known = zone.is_empty()
            || zone.eq_ignore_ascii_case(b"z")
            || zone.len() <= 6 && numeric_offset(zone).is_some();
        let civil = Civil { year, mon, mday, hour, min, sec };
        known.then_some(Iso8601 { civil, fraction, zone })
    }

    fn time(&self, context: Context<'_>) -> Result<Time, Raised> {
        let subsec = Some(self.fraction.map_or(0, |fraction| fraction.nsec));
        if self.zone.is_empty() {
            return Time::local(self.civil, subsec, context.local);
        }
        let off = numeric_offset(self.zone).unwrap_or(0);
        let time = Time::utc(apply_offset(self.civil, off), subsec)?;
        force_zone(time, self.zone, Some(off), context)
    }
}

fn take_digits<'t>(rest: &mut &'t [u8], most: usize) -> Option<&'t [u8]> {
    let length = rest.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, after) = rest.split_at(length);
    *rest = after;
    (length > 0).then_some(digits)
}
