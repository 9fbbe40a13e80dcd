//! Ruby's `Time` (`time.c`, 3.1): an instant to the nanosecond with the zone it is shown in.
//!
//! Absent: parts of a nanosecond, which Ruby keeps and fluentd cuts off; years beyond
//! ±200,000,000,000, which are clamped.

use std::borrow::Cow;
use std::fmt::Write;
use std::rc::Rc;

use super::civil::{civil_from_days, days_from_civil, days_in_month, wday, yday};
use super::value::EventTime;
use super::zone::{Pick, TimeZone};

const DAY: i64 = 86_400;
const YEARS: i64 = 200_000_000_000;

/// The zone a [`Time`] is shown in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Zone {
    /// `utc?` is true.
    Utc,
    /// An offset without a name.
    Fixed(i32),
    /// The process's local zone.
    Local(Rc<TimeZone>),
}

/// Ruby's `Time`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    /// Seconds since the epoch.
    pub sec: i64,
    /// Nanoseconds after `sec`, below a second.
    pub nsec: u32,
    /// Where the clock hangs.
    pub zone: Zone,
}

/// What a wall clock shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Civil {
    /// The year.
    pub year: i64,
    /// 1..=12
    pub mon: i64,
    /// 1..=31
    pub mday: i64,
    /// 0..=24
    pub hour: i64,
    /// 0..=59
    pub min: i64,
    /// 0..=60
    pub sec: i64,
}

/// An exception of Ruby's time methods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// Ruby's class name.
    pub class: &'static str,
    /// Ruby's message.
    pub message: Cow<'static, str>,
}

impl Raised {
    /// `Date::Error: invalid date`.
    pub const INVALID_DATE: Raised =
        Raised { class: "Date::Error", message: Cow::Borrowed("invalid date") };

    /// An `ArgumentError`.
    pub fn argument(message: impl Into<Cow<'static, str>>) -> Raised {
        Raised { class: "ArgumentError", message: message.into() }
    }
}

/// The parts of a second as `Time.utc` takes them, in whole nanoseconds; `None` when they are
/// negative or a second and more.
pub type Subsec = Option<u32>;

impl Civil {
    /// What `Time.utc(year, mon, mday, hour, min, sec, usec)` checks before it counts, in its order.
    pub fn check(&self, subsec: Subsec) -> Result<(), Raised> {
        let parts = [(self.mon, 4), (self.mday, 5), (self.hour, 5), (self.min, 6), (self.sec, 6)];
        for (value, bits) in parts {
            if value > i64::from(i32::MAX) {
                // The longest number kept exact stands for all longer ones.
                let message = if value < 1_000_000_000_000_000_000 {
                    format!("integer {value} too big to convert to `int'")
                } else {
                    "bignum too big to convert into `long'".to_owned()
                };
                return Err(Raised { class: "RangeError", message: message.into() });
            }
            if value < 0 || value >= 1 << bits {
                return Err(Raised::argument("argument out of range"));
            }
        }
        if !(1..=12).contains(&self.mon) {
            return Err(Raised::argument("mon out of range"));
        }
        if self.mday == 0 {
            return Err(Raised::argument("mday out of range"));
        }
        if self.hour > 24 {
            return Err(Raised::argument("hour out of range"));
        }
        let midnight = self.hour == 24;
        if self.min > if midnight { 0 } else { 59 } {
            return Err(Raised::argument("min out of range"));
        }
        if self.sec > if midnight { 0 } else { 60 } {
            return Err(Raised::argument("sec out of range"));
        }
        subsec.map(|_| ()).ok_or(Raised::argument("subsecx out of range"))
    }

    /// Seconds since the epoch as if the wall clock showed UTC. Days past the month's end and
    /// `24:00:00` and second 60 count on. `mon` must be 1..=12.
    pub fn seconds(&self) -> i64 {
        let year = self.year.clamp(-YEARS, YEARS);
        let days = days_from_civil(year, self.mon as u8, self.mday);
        days * DAY + self.hour * 3600 + self.min * 60 + self.sec
    }

    /// The wall clock at `seconds` since the epoch as if it showed UTC.
    pub fn at(seconds: i64) -> Civil {
        let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let (year, mon, mday) = civil_from_days(days);
        Civil {
            year,
            mon: i64::from(mon),
            mday: i64::from(mday),
            hour: rest / 3600,
            min: rest / 60 % 60,
            sec: rest % 60,
        }
    }

    /// True when the day is in the calendar and the clock below 24:00:00 and second 60.
    pub fn is_regular(&self) -> bool {
        self.mday <= days_in_month(self.year, self.mon) && self.hour < 24 && self.sec < 60
    }
}

impl Time {
    /// `Time.at(sec, nsec, :nsec)` shown in `zone`.
    pub fn at(sec: i64, nsec: u32, zone: Zone) -> Time {
        Time { sec, nsec, zone }
    }

    /// `Time.utc(…)`.
    pub fn utc(civil: Civil, subsec: Subsec) -> Result<Time, Raised> {
        civil.check(subsec)?;
        Ok(Time { sec: civil.seconds(), nsec: subsec.unwrap_or(0), zone: Zone::Utc })
    }

    /// `Time.local(…)`.
    pub fn local(civil: Civil, subsec: Subsec, zone: &Rc<TimeZone>) -> Result<Time, Raised> {
        civil.check(subsec)?;
        // Ruby first carries an impossible day and 24:00:00 over into the next month or day.
        let sec = local_instant(civil, zone, Pick::Later);
        Ok(Time { sec, nsec: subsec.unwrap_or(0), zone: Zone::Local(Rc::clone(zone)) })
    }

    /// The instant as fluentd keeps it: `Fluent::EventTime.from_time`.
    pub fn event_time(&self) -> EventTime {
        EventTime { sec: self.sec, nsec: i64::from(self.nsec) }
    }

    /// `utc_offset`, in seconds.
    pub fn utc_offset(&self) -> i32 {
        match &self.zone {
            Zone::Utc => 0,
            Zone::Fixed(offset) => *offset,
            Zone::Local(zone) => zone.utc_offset(self.sec),
        }
    }

    /// `localtime(offset)`; Ruby refuses a day and more.
    pub fn localtime(mut self, offset: i32) -> Result<Time, Raised> {
        if offset.unsigned_abs() >= 86_400 {
            return Err(Raised::argument("utc_offset out of range"));
        }
        self.zone = Zone::Fixed(offset);
        Ok(self)
    }

    /// What the clock of its zone shows.
    pub fn civil(&self) -> Civil {
        Civil::at(self.sec.saturating_add(i64::from(self.utc_offset())))
    }

    /// `wday`: 0 is Sunday.
    pub fn wday(&self) -> u8 {
        wday(self.wall().div_euclid(DAY))
    }

    /// `yday`: 1..=366.
    pub fn yday(&self) -> u16 {
        let civil = self.civil();
        yday(civil.year, civil.mon as u8, civil.mday as u8)
    }

    /// Seconds since the epoch as if the wall clock showed UTC.
    fn wall(&self) -> i64 {
        self.sec.saturating_add(i64::from(self.utc_offset()))
    }

    /// `zone`: the abbreviation; none for a bare offset.
    pub fn zone_name(&self) -> Option<Rc<str>> {
        match &self.zone {
            Zone::Utc => Some("UTC".into()),
            Zone::Fixed(_) => None,
            Zone::Local(zone) => Some(Rc::clone(&zone.at(self.sec).abbreviation)),
        }
    }

    /// `self + seconds`, exact for whole seconds and nanoseconds.
    #[must_use]
    pub fn plus(&self, sec: i64, nsec: i64) -> Time {
        let nsec = i64::from(self.nsec) + nsec;
        let carry = nsec.div_euclid(1_000_000_000);
        let sec = self.sec.saturating_add(sec).saturating_add(carry);
        Time { sec, nsec: nsec.rem_euclid(1_000_000_000) as u32, zone: self.zone.clone() }
    }

    /// `self - other`: a Float of seconds.
    pub fn minus(&self, other: &Time) -> f64 {
        let nanoseconds = (i128::from(self.sec) - i128::from(other.sec)) * 1_000_000_000
            + i128::from(self.nsec)
            - i128::from(other.nsec);
        nanoseconds as f64 / 1e9
    }

    /// `to_f`.
    pub fn to_f(&self) -> f64 {
        (i128::from(self.sec) * 1_000_000_000 + i128::from(self.nsec)) as f64 / 1e9
    }

    /// `to_s`: `2023-02-02 07:48:11 +0900`, or `… UTC`.
    pub fn to_s(&self) -> String {
        self.show(false)
    }

    /// `inspect`: `to_s` with the fraction of the second.
    pub fn inspect(&self) -> String {
        self.show(true)
    }

    fn show(&self, fraction: bool) -> String {
        let at = self.civil();
        let mut out = date_and_clock(&at, ' ');
        if fraction && self.nsec > 0 {
            let digits = format!("{:09}", self.nsec);
            let _ = write!(out, ".{}", digits.trim_end_matches('0'));
        }
        if self.zone == Zone::Utc {
            return out + " UTC";
        }
        let _ = write!(out, " {}", offset_text(self.utc_offset(), ""));
        out
    }

    /// `iso8601(digits)`.
    pub fn iso8601(&self, digits: usize) -> String {
        let at = self.civil();
        let mut out = date_and_clock(&at, 'T');
        if digits > 0 {
            let nsec = format!("{:09}", self.nsec);
            let _ = write!(out, ".{:0<digits$}", nsec.get(..digits).unwrap_or(&nsec));
        }
        match &self.zone {
            Zone::Utc => out + "Z",
            _ => out + &offset_text(self.utc_offset(), ":"),
        }
    }
}

/// `YYYY-MM-DD` and `hh:mm:ss` around `between`.
fn date_and_clock(at: &Civil, between: char) -> String {
    let sign = if at.year < 0 { "-" } else { "" };
    format!(
        "{sign}{:04}-{:02}-{:02}{between}{:02}:{:02}:{:02}",
        at.year.abs(),
        at.mon,
        at.mday,
        at.hour,
        at.min,
        at.sec
    )
}

/// `+hhmm`, with what stands between hours and minutes; seconds only where there are any.
fn offset_text(offset: i32, between: &str) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let size = offset.unsigned_abs();
    let mut out = format!("{sign}{:02}{between}{:02}", size / 3600, size / 60 % 60);
    if !size.is_multiple_of(60) {
        let _ = write!(out, "{between}{:02}", size % 60);
    }
    out
}

/// The instant that a clock of `zone` shows as `civil`. An impossible day (February 30), second 60
/// and 24:00:00 count on from the last possible one.
pub fn local_instant(civil: Civil, zone: &TimeZone, pick: Pick) -> i64 {
    if civil.is_regular() || civil.hour == 24 {
        return zone.instant_of(civil.seconds(), pick);
    }
    if civil.mday > days_in_month(civil.year, civil.mon) {
        let carried = Civil::at(civil.seconds());
        return zone.instant_of(carried.seconds(), pick);
    }
    zone.instant_of(Civil { sec: 59, ..civil }.seconds(), Pick::Earlier) + 1
}
