//! Time zones: what a clock on a wall shows at an instant, and which instant a wall clock means.
//!
//! The rules are the IANA database (`packed.rs`); no clock and no file of the machine is read. What a wall clock means where it is shown twice or
//! never follows Ruby's `find_time_t` (`time.c`): of two instants the later one, and a skipped time
//! is read with the offset before the skip.

mod packed;

use std::cell::RefCell;
use std::rc::Rc;

use super::civil::{civil_from_days, days_from_civil, days_in_month, wday};

const DAY: i64 = 86_400;

/// An offset from UTC with the name it goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalType {
    /// Seconds east of UTC.
    pub utc_offset: i32,
    /// True for daylight saving time.
    pub is_dst: bool,
    /// The abbreviation, e.g. `JST`.
    pub abbreviation: Rc<str>,
}

/// The offset in force over a half-open range of instants, for callers that keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First second.
    pub start: i64,
    /// One past the last second.
    pub end: i64,
    /// Seconds east of UTC.
    pub utc_offset: i32,
}

/// One zone of the database, or a `TZ` rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZone {
    name: Rc<str>,
    transitions: Vec<(i64, u8)>,
    types: Vec<LocalType>,
    rule: Option<PosixRule>,
}

/// The rule after the last transition: `EST5EDT,M3.2.0,M11.1.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PosixRule {
    standard: LocalType,
    daylight: Option<(LocalType, Change, Change)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change {
    day: ChangeDay,
    /// Seconds after local midnight.
    at: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ChangeDay {
    /// `Jn`: 1..=365, February 29 never counted.
    Julian(i64),
    /// `n`: 0..=365.
    Ordinal(i64),
    /// `Mm.w.d`.
    Week { mon: u8, week: i64, wday: i64 },
}

impl TimeZone {
    /// UTC.
    pub fn utc() -> TimeZone {
        TimeZone {
            name: "UTC".into(),
            transitions: Vec::new(),
            types: vec![LocalType { utc_offset: 0, is_dst: false, abbreviation: "UTC".into() }],
            rule: None,
        }
    }

    /// The zone of exactly this name in the database.
    ///
    /// ```
    /// use fluentd_playground::ruby::zone::TimeZone;
    /// assert_eq!(TimeZone::named("Asia/Tokyo").unwrap().utc_offset(0), 9 * 3600);
    /// assert!(TimeZone::named("asia/tokyo").is_none());
    /// ```
    pub fn named(name: &str) -> Option<TimeZone> {
        packed::zone(name)
    }

    /// What the C library makes of the environment variable `TZ`: a zone's name, a rule such as
    /// `JST-9`, and UTC for everything else.
    pub fn from_tz(tz: &str) -> Rc<TimeZone> {
        thread_local! {
            /// The last one: a machine has one zone, and to unpack it takes long.
            static LAST: RefCell<Option<(String, Rc<TimeZone>)>> = const { RefCell::new(None) };
        }
        LAST.with_borrow_mut(|last| {
            if let Some((known, zone)) = last
                && known == tz
            {
                return Rc::clone(zone);
            }
            let zone = Rc::new(TimeZone::unpacked(tz));
            *last = Some((tz.to_owned(), Rc::clone(&zone)));
            zone
        })
    }

    fn unpacked(tz: &str) -> TimeZone {
        let tz = tz.strip_prefix(':').unwrap_or(tz);
        if let Some(zone) = TimeZone::named(tz) {
            return zone;
        }
        let Some(rule) = PosixRule::parse(tz.as_bytes()) else { return TimeZone::utc() };
        let types = vec![rule.standard.clone()];
        TimeZone { name: tz.into(), transitions: Vec::new(), types, rule: Some(rule) }
    }

    /// The zone's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Seconds east of UTC at the instant `sec`.
    pub fn utc_offset(&self, sec: i64) -> i32 {
        self.at(sec).utc_offset
    }

    /// What is in force at the instant `sec`.
    pub fn at(&self, sec: i64) -> &LocalType {
        self.lookup(sec).0
    }

    /// The range around the instant `sec` in which its offset holds for sure.
    pub fn period(&self, sec: i64) -> Period {
        let (local, start, end) = self.lookup(sec);
        Period { start, end, utc_offset: local.utc_offset }
    }

    fn lookup(&self, sec: i64) -> (&LocalType, i64, i64) {
        let after = self.transitions.partition_point(|&(at, _)| at <= sec);
        let start = after.checked_sub(1).map_or(i64::MIN, |before| self.transitions[before].0);
        if after == self.transitions.len()
            && let Some(rule) = &self.rule
        {
            return rule.lookup(sec, start);
        }
        let end = self.transitions.get(after).map_or(i64::MAX, |&(at, _)| at);
        let local = match after.checked_sub(1) {
            Some(before) => &self.types[self.transitions[before].1 as usize],
            None => self.types.iter().find(|local| !local.is_dst).unwrap_or(&self.types[0]),
        };
        (local, start, end)
    }

    /// The instant a wall clock means, given as seconds since the epoch as if it were UTC. Where it
    /// is shown twice `pick` decides; where it is skipped the offset before the skip counts.
    pub fn instant_of(&self, wall: i64, pick: Pick) -> i64 {
        // Offsets are within 26 hours, and two changes are further apart than that, so the instants
        // in question use the offsets found a day and a bit around.
        let before = self.utc_offset(wall.saturating_sub(26 * 3600));
        let after = self.utc_offset(wall.saturating_add(26 * 3600));
        let shown_at = |offset: i32| {
            let instant = wall.saturating_sub(i64::from(offset));
            (self.utc_offset(instant) == offset).then_some(instant)
        };
        match (shown_at(before), shown_at(after)) {
            (Some(one), Some(other)) if pick == Pick::Later => one.max(other),
            (Some(one), Some(other)) => one.min(other),
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => self.skipped_or_between(wall, before),
        }
    }

    /// A wall clock that neither the offset a day before nor the one a day after shows: skipped, or
    /// in a short period between two changes.
    fn skipped_or_between(&self, wall: i64, before: i32) -> i64 {
        let guess = wall.saturating_sub(i64::from(before));
        let period = self.period(guess);
        let instant = wall.saturating_sub(i64::from(period.utc_offset));
        if self.utc_offset(instant) == period.utc_offset { instant } else { guess }
    }
}

/// Which instant of a wall clock that is shown twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The second, as Ruby does.
    Later,
    /// The first, as Ruby does when daylight saving time was asked for.
    Earlier,
}

impl PosixRule {
    fn lookup(&self, sec: i64, floor: i64) -> (&LocalType, i64, i64) {
        let Some((daylight, start, end)) = &self.daylight else {
            return (&self.standard, floor, i64::MAX);
        };
        let (year, _, _) = civil_from_days(sec.div_euclid(DAY));
        let mut changes: Vec<(i64, &LocalType)> = Vec::with_capacity(6);
        for year in year - 1..=year + 1 {
            let to_daylight = start.wall(year) - i64::from(self.standard.utc_offset);
            let to_standard = end.wall(year) - i64::from(daylight.utc_offset);
            changes.push((to_daylight, daylight));
            changes.push((to_standard, &self.standard));
        }
        crate::order::by_key(&mut changes, |&(at, _)| at);
        let after = changes.partition_point(|&(at, _)| at <= sec);
        let before = changes.get(after.wrapping_sub(1));
        let (from, local) = before.map_or((floor, &self.standard), |&(at, local)| (at, local));
        (local, from.max(floor), changes.get(after).map_or(i64::MAX, |&(at, _)| at))
    }

    fn parse(text: &[u8]) -> Option<PosixRule> {
        let mut rest = text;
        let name = posix_name(&mut rest)?;
        let offset = -posix_time(&mut rest)?;
        let standard = LocalType { utc_offset: offset as i32, is_dst: false, abbreviation: name };
        if rest.is_empty() {
            return Some(PosixRule { standard, daylight: None });
        }
        let name = posix_name(&mut rest)?;
        let offset = match rest.first() {
            None | Some(b',') => offset + 3600,
            Some(_) => -posix_time(&mut rest)?,
        };
        let daylight = LocalType { utc_offset: offset as i32, is_dst: true, abbreviation: name };
        if rest.is_empty() {
            rest = b",M3.2.0,M11.1.0";
        }
        let start = Change::parse(&mut rest)?;
        let end = Change::parse(&mut rest)?;
        rest.is_empty().then_some(PosixRule { standard, daylight: Some((daylight, start, end)) })
    }
}

impl Change {
    /// The wall clock of the change in `year`, as seconds since the epoch.
    fn wall(&self, year: i64) -> i64 {
        let new_year = days_from_civil(year, 1, 1);
        let day = match self.day {
            ChangeDay::Ordinal(day) => new_year + day,
            ChangeDay::Julian(day) => {
                let leap = days_in_month(year, 2) == 29 && day > 59;
                new_year + day - 1 + i64::from(leap)
            }
            ChangeDay::Week { mon, week, wday: on } => {
                let first = days_from_civil(year, mon, 1);
                let mut mday = (on - i64::from(wday(first))).rem_euclid(7) + 7 * (week - 1);
                while mday >= days_in_month(year, i64::from(mon)) {
                    mday -= 7;
                }
                first + mday
            }
        };
        day * DAY + self.at
    }

    fn parse(rest: &mut &[u8]) -> Option<Change> {
        eat(rest, b',')?;
        let day = match rest.first()? {
            b'M' => {
                *rest = &rest[1..];
                let mon = number(rest).filter(|mon| (1..=12).contains(mon))? as u8;
                eat(rest, b'.')?;
                let week = number(rest).filter(|week| (1..=5).contains(week))?;
                eat(rest, b'.')?;
                let wday = number(rest).filter(|wday| *wday < 7)?;
                ChangeDay::Week { mon, week, wday }
            }
            b'J' => {
                *rest = &rest[1..];
                ChangeDay::Julian(number(rest).filter(|day| (1..=365).contains(day))?)
            }
            _ => ChangeDay::Ordinal(number(rest).filter(|day| *day <= 365)?),
        };
        let at = if eat(rest, b'/').is_some() { posix_time(rest)? } else { 2 * 3600 };
        Some(Change { day, at })
    }
}

fn eat(rest: &mut &[u8], byte: u8) -> Option<()> {
    *rest = rest.strip_prefix(&[byte])?;
    Some(())
}

fn number(rest: &mut &[u8]) -> Option<i64> {
    let digits = rest.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    let (number, after) = rest.split_at(digits);
    *rest = after;
    std::str::from_utf8(number).ok()?.parse().ok()
}

fn posix_name(rest: &mut &[u8]) -> Option<Rc<str>> {
    let quoted = eat(rest, b'<').is_some();
    let is_part = |byte: &&u8| {
        byte.is_ascii_alphabetic()
            || quoted && (byte.is_ascii_digit() || **byte == b'+' || **byte == b'-')
    };
    let length = rest.iter().take_while(is_part).count();
    let (name, after) = rest.split_at(length);
    *rest = after;
    if quoted {
        eat(rest, b'>')?;
    }
    (length >= 3).then(|| String::from_utf8_lossy(name).into())
}

/// `[+-]hh[:mm[:ss]]` in seconds.
fn posix_time(rest: &mut &[u8]) -> Option<i64> {
    let sign = if eat(rest, b'-').is_some() { -1 } else { 1 };
    if sign == 1 {
        let _ = eat(rest, b'+');
    }
    let mut seconds = number(rest).filter(|hours| *hours <= 167)? * 3600;
    for unit in [60, 1] {
        if eat(rest, b':').is_some() {
            seconds += number(rest).filter(|part| *part < 60)? * unit;
        }
    }
    Some(sign * seconds)
}

/// Reads a TZif file of version 2 or later: only its 64-bit part counts (RFC 8536).
#[cfg(test)]
mod tests {
    use super::{Pick, TimeZone};

    #[test]
    fn the_rule_after_the_last_transition_goes_on() {
        let zone = TimeZone::named("America/New_York").unwrap();
        assert_eq!(zone.utc_offset(4_076_064_000), -5 * 3600); // 2099-03-01
        assert_eq!(zone.utc_offset(4_086_604_800), -4 * 3600); // 2099-07-01
        assert_eq!(&*zone.at(4_086_604_800).abbreviation, "EDT");
    }

    #[test]
    fn a_wall_clock_shown_twice_means_the_later_instant() {
        let zone = TimeZone::named("America/New_York").unwrap();
        let wall = 1_699_147_800; // 2023-11-05 01:30:00
        assert_eq!(zone.instant_of(wall, Pick::Later), 1_699_165_800);
        assert_eq!(zone.instant_of(wall, Pick::Earlier), 1_699_162_200);
    }

    #[test]
    fn a_skipped_wall_clock_is_read_with_the_offset_before() {
        let zone = TimeZone::named("America/New_York").unwrap();
        assert_eq!(zone.instant_of(1_678_588_200, Pick::Later), 1_678_606_200); // 2023-03-12 02:30
    }

    #[test]
    fn a_rule_in_tz_is_understood_and_nonsense_is_utc() {
        assert_eq!(TimeZone::from_tz("JST-9").utc_offset(0), 9 * 3600);
        assert_eq!(TimeZone::from_tz("<+0330>-3:30").utc_offset(0), 12_600);
        assert_eq!(TimeZone::from_tz("EST5EDT,M3.2.0,M11.1.0").utc_offset(1_688_169_600), -14_400);
        assert_eq!(TimeZone::from_tz("Nowhere/At_All").utc_offset(0), 0);
        assert_eq!(TimeZone::from_tz("").utc_offset(0), 0);
    }
}
