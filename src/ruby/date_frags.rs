//! Ruby's `Date.strptime` after `Date._strptime`: a date from week numbers and week days
//! (the gem `date`, `rt_complete_frags` and `rt__valid_date_frags_p` of `date_core.c`). `Time.strptime`
//! uses it where a text gives a week and no month and day.

use super::civil::{civil_from_days, days_from_civil};
use super::date_strptime::Elements;

/// Days from the Julian day number's zero to 1970-01-01.
const EPOCH: i64 = 2_440_588;

/// The first day of the Gregorian calendar for `Date::ITALY`, as a Julian day number.
const ITALY: i64 = 2_299_161;

/// A date as a chronological Julian day number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    jd: i64,
}

/// A year this far out is no date for us.
const YEARS: i64 = 200_000_000_000;

impl Date {
    /// The Gregorian date of days since 1970-01-01.
    pub fn of_days(days: i64) -> Date {
        Date { jd: days + EPOCH }
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i64 {
        self.jd - EPOCH
    }

    /// Year and day of the year in the calendar of the time: Julian before the reform.
    pub fn ordinal(self) -> (i64, i64) {
        let (year, _, _) = self.civil();
        (year, self.jd - jd_of_civil(year, 1, 1) + 1)
    }

    /// Year, month and day in the calendar of the time.
    fn civil(self) -> (i64, i64, i64) {
        let (year, mon, mday) =
            if self.jd >= ITALY { civil_from_days(self.days()) } else { julian_civil(self.jd) };
        (year, i64::from(mon), i64::from(mday))
    }

    fn wday(self) -> i64 {
        (self.jd + 1).rem_euclid(7)
    }

    /// `cwyear`, `cweek`, `cwday`.
    fn commercial(self) -> (i64, i64, i64) {
        let (year, _, _) = Date { jd: self.jd - 3 }.civil();
        let next = jd_of_commercial(year + 1, 1, 1);
        let year = if self.jd >= next { year + 1 } else { year };
        let week = 1 + (self.jd - jd_of_commercial(year, 1, 1)).div_euclid(7);
        (year, week, if self.wday() == 0 { 7 } else { self.wday() })
    }

    /// The week of the year; weeks begin on Sunday (`first` 0) or Monday (`first` 1).
    fn weeknum(self, first: i64) -> (i64, i64, i64) {
        let (year, _, _) = self.civil();
        let base = jd_of_civil(year, 1, 1) + 6;
        let days = self.jd - (base - (base - first + 1).rem_euclid(7)) + 7;
        (year, days.div_euclid(7), days.rem_euclid(7))
    }
}

fn jd_of_civil(year: i64, mon: i64, mday: i64) -> i64 {
    let year = year.clamp(-YEARS, YEARS);
    let gregorian = days_from_civil(year, mon as u8, mday) + EPOCH;
    if gregorian >= ITALY { gregorian } else { julian_jd(year, mon, mday) }
}

fn julian_jd(year: i64, mon: i64, mday: i64) -> i64 {
    let back = (14 - mon) / 12;
    let y = year + 4800 - back;
    let m = mon + 12 * back - 3;
    mday + (153 * m + 2) / 5 + 365 * y + y.div_euclid(4) - 32_083
}

fn julian_civil(jd: i64) -> (i64, u8, u8) {
    let c = jd + 32_082;
    let d = (4 * c + 3).div_euclid(1_461);
    let e = c - (1_461 * d).div_euclid(4);
    let m = (5 * e + 2) / 153;
    let mday = e - (153 * m + 2) / 5 + 1;
    (d - 4800 + m / 10, (m + 3 - 12 * (m / 10)) as u8, mday as u8)
}

fn jd_of_commercial(year: i64, week: i64, wday: i64) -> i64 {
    let base = jd_of_civil(year, 1, 4);
    base - base.rem_euclid(7) + 7 * (week - 1) + (wday - 1)
}

fn jd_of_weeknum(year: i64, week: i64, wday: i64, first: i64) -> i64 {
    let base = jd_of_civil(year, 1, 1) + 6;
    base - (base - first + 1).rem_euclid(7) - 7 + 7 * week + wday
}

/// The sets of elements that make a date, as Ruby ranks them: the first with most elements wins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    Time,
    Ordinal,
    Civil,
    Commercial,
    Wday,
    Wnum0,
    Wnum1,
    /// Nothing is filled in.
    Other,
}

/// `Date.strptime`'s second half: the date that the elements mean, today's where they are silent.
/// `None` is Ruby's `Date::Error: invalid date`.
pub fn date_of(elements: &Elements, today: Date) -> Option<Date> {
    let mut found = elements.clone();
    let jd = match (found.year, found.mon, found.mday, found.yday) {
        (Some(_), Some(_), Some(_), None) => None,
        _ => complete(&mut found, today),
    };
    jd.or_else(|| valid(&found))
}

fn best_set(found: &Elements) -> Set {
    let time = count([found.hour, found.min, found.sec]);
    let with = |own: usize| if own == 0 { time } else { own + time };
    let candidates = [
        (Set::Time, time),
        (Set::Ordinal, with(count([found.year, found.yday]))),
        (Set::Civil, with(count([found.year, found.mon, found.mday]))),
        (Set::Commercial, with(count([found.cwyear, found.cweek, found.cwday]))),
        (Set::Wday, with(count([found.wday]))),
        (Set::Wnum0, with(count([found.year, found.wnum0, found.wday]))),
        (Set::Wnum1, with(count([found.year, found.wnum1, found.wday]))),
        (Set::Other, with(count([found.cwyear, found.cweek, found.wday]))),
        (Set::Other, with(count([found.year, found.wnum0, found.cwday]))),
        (Set::Other, with(count([found.year, found.wnum1, found.cwday]))),
    ];
    let most = candidates.iter().fold((Set::Other, 0), |most, candidate| {
        if candidate.1 > most.1 { *candidate } else { most }
    });
    most.0
}

fn count<const N: usize>(elements: [Option<i64>; N]) -> usize {
    elements.iter().filter(|element| element.is_some()).count()
}

/// Fills in what the best set misses; some sets give the day at once.
fn complete(found: &mut Elements, today: Date) -> Option<Date> {
    match best_set(found) {
        Set::Ordinal => {
            found.year.get_or_insert_with(|| today.ordinal().0);
            found.yday.get_or_insert(1);
        }
        Set::Civil => {
            let (year, mon, mday) = today.civil();
            let slots = [&mut found.year, &mut found.mon, &mut found.mday];
            fill(slots, [year, mon, mday], [year, 1, 1]);
        }
        Set::Commercial => {
            let (year, week, wday) = today.commercial();
            let slots = [&mut found.cwyear, &mut found.cweek, &mut found.cwday];
            fill(slots, [year, week, wday], [year, 1, 1]);
        }
        Set::Wday => {
            let wday = found.wday.unwrap_or(0);
            return Some(Date { jd: today.jd - today.wday() + wday });
        }
        Set::Wnum0 => weeks(&mut found.year, &mut found.wnum0, &mut found.wday, today, 0),
        Set::Wnum1 => weeks(&mut found.year, &mut found.wnum1, &mut found.wday, today, 1),
        Set::Time | Set::Other => {}
    }
    None
}

/// The slots above the first given one become today's, those below the lowest.
fn fill(slots: [&mut Option<i64>; 3], today: [i64; 3], lowest: [i64; 3]) {
    let mut given = false;
    for ((slot, today), lowest) in slots.into_iter().zip(today).zip(lowest) {
        given |= slot.is_some();
        slot.get_or_insert(if given { lowest } else { today });
    }
}

fn weeks(
    year: &mut Option<i64>,
    week: &mut Option<i64>,
    wday: &mut Option<i64>,
    today: Date,
    first: i64,
) {
    let (this_year, this_week, _) = today.weeknum(first);
    fill([year, week, wday], [this_year, this_week, today.wday()], [this_year, 0, first]);
}

/// The first complete and valid set.
fn valid(found: &Elements) -> Option<Date> {
    ordinal(found)
        .or_else(|| civil(found))
        .or_else(|| commercial(found))
        .or_else(|| weeknum(found, found.wnum0, 0))
        .or_else(|| weeknum(found, found.wnum1, 1))
}

fn ordinal(found: &Elements) -> Option<Date> {
    let (year, yday) = (found.year?, found.yday?);
    let date = Date { jd: jd_of_civil(year, 1, 1) + yday - 1 };
    (date.ordinal() == (year, yday)).then_some(date)
}

fn civil(found: &Elements) -> Option<Date> {
    let (year, mon, mday) = (found.year?, found.mon?, found.mday?);
    if !(1..=12).contains(&mon) {
        return None;
    }
    let date = Date { jd: jd_of_civil(year, mon, mday) };
    (date.civil() == (year, mon, mday)).then_some(date)
}

fn commercial(found: &Elements) -> Option<Date> {
    let sunday_last = |wday: i64| if wday == 0 { 7 } else { wday };
    let wday = found.cwday.or(found.wday.map(sunday_last))?;
    let (week, year) = (found.cweek?, found.cwyear?);
    let date = Date { jd: jd_of_commercial(year, week, wday) };
    (date.commercial() == (year, week, wday)).then_some(date)
}

fn weeknum(found: &Elements, week: Option<i64>, first: i64) -> Option<Date> {
    let given = found.wday.or(found.cwday)?;
    let wday = (given - first).rem_euclid(7);
    let (week, year) = (week?, found.year?);
    let date = Date { jd: jd_of_weeknum(year, week, wday, first) };
    (date.weeknum(first) == (year, week, wday)).then_some(date)
}
