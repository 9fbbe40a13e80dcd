//! Records and times as texts for the page.

use crate::protocol::{Cell, CellKind};
use crate::ruby::civil::civil_from_days;
use crate::ruby::inspect::{inspect, to_s};
use crate::ruby::json_gem::dump;
use crate::ruby::value::{EventTime, Hash, Value};
use crate::ruby::version::RubyVersion;

/// Longest text of a cell.
const CELL: usize = 240;
/// Longest record that is shown in full with a story.
const RECORD: usize = 20_000;

/// Date and clock of a time, in UTC, with its nanoseconds.
pub fn date_and_clock(time: EventTime) -> (String, String) {
    let sec = time.sec.saturating_add(time.nsec.div_euclid(1_000_000_000));
    let nsec = time.nsec.rem_euclid(1_000_000_000);
    let (year, mon, mday) = civil_from_days(sec.div_euclid(86_400));
    let of_day = sec.rem_euclid(86_400);
    let (hour, min, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    (format!("{year:04}-{mon:02}-{mday:02}"), format!("{hour:02}:{min:02}:{second:02}.{nsec:09}"))
}

/// A time in one text.
pub fn time_text(time: EventTime) -> String {
    let (date, clock) = date_and_clock(time);
    format!("{date} {clock} UTC")
}

/// A value as a cell.
pub fn cell(value: &Value) -> Cell {
    let kind = match value {
        Value::Nil => CellKind::Nil,
        Value::Bool(_) => CellKind::Bool,
        Value::Integer(_) | Value::BigInteger(_) | Value::Float(_) => CellKind::Number,
        Value::Array(_) | Value::Hash(_) => CellKind::Nested,
        Value::EventTime(_) => CellKind::Time,
        Value::String(_) | Value::Symbol(_) | Value::Other(_) => CellKind::Text,
    };
    let text = match value {
        Value::Nil => "nil".to_owned(),
        Value::String(text) => visible(&text.to_lossy()),
        Value::EventTime(time) => time_text(*time),
        Value::Array(_) | Value::Hash(_) => dump(value).to_lossy().into_owned(),
        _ => visible(&to_s(value, RubyVersion::default()).to_lossy()),
    };
    let cut = text.chars().count() > CELL;
    let text = if cut { text.chars().take(CELL).collect() } else { text };
    Cell { text, kind, cut }
}

/// Control characters as Ruby writes them in a string.
fn visible(text: &str) -> String {
    if !text.contains(|c: char| c.is_ascii_control()) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{1b}' => out.push_str("\\e"),
            c if c.is_ascii_control() => out.push_str(&format!("\\x{:02X}", c as u32)),
            c => out.push(c),
        }
    }
    out
}

/// A record as one line of JSON.
pub fn json(record: &Hash) -> String {
    dump(&Value::from(record.clone())).to_lossy().into_owned()
}

/// A record as Ruby inspects it.
pub fn ruby(record: &Hash) -> String {
    inspect(&Value::from(record.clone()), RubyVersion::default())
}

/// A record as indented JSON, cut when it is long.
pub fn pretty(record: &Hash) -> String {
    let mut out = String::new();
    indent(&Value::from(record.clone()), 0, &mut out);
    if out.len() > RECORD {
        let end = (0..=RECORD).rev().find(|at| out.is_char_boundary(*at)).unwrap_or(0);
        out.truncate(end);
        out.push('…');
    }
    out
}

/// Deeper than this a value is written in one line.
const DEEP: usize = 12;

fn indent(value: &Value, depth: usize, out: &mut String) {
    let pad = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    match value {
        Value::Hash(hash) if !hash.is_empty() && depth < DEEP => {
            for (at, (key, value)) in hash.iter().enumerate() {
                out.push(if at == 0 { '{' } else { ',' });
                pad(out, depth + 1);
                out.push_str(&dump(&Value::from(to_s(key, RubyVersion::default()))).to_lossy());
                out.push_str(": ");
                indent(value, depth + 1, out);
            }
            pad(out, depth);
            out.push('}');
        }
        Value::Array(items) if !items.is_empty() && depth < DEEP => {
            for (at, item) in items.iter().enumerate() {
                out.push(if at == 0 { '[' } else { ',' });
                pad(out, depth + 1);
                indent(item, depth + 1, out);
            }
            pad(out, depth);
            out.push(']');
        }
        value => out.push_str(&dump(value).to_lossy()),
    }
}

/// The text of a key.
pub fn key(value: &Value) -> String {
    to_s(value, RubyVersion::default()).to_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::{cell, date_and_clock, pretty};
    use crate::ruby::value::{EventTime, Hash, Value};

    #[test]
    fn times_keep_their_nanoseconds_and_carry_beyond_a_second() {
        let time = EventTime { sec: 1_675_324_091, nsec: 576_765_119 };
        assert_eq!(date_and_clock(time), ("2023-02-02".into(), "07:48:11.576765119".into()));
        let odd = EventTime { sec: -1, nsec: 1_000_000_001 };
        assert_eq!(date_and_clock(odd), ("1970-01-01".into(), "00:00:00.000000001".into()));
    }

    #[test]
    fn large_integers_and_line_ends_cross_as_text() {
        assert_eq!(cell(&Value::Integer(9_007_199_254_740_993)).text, "9007199254740993");
        assert_eq!(cell(&Value::from("a\nb")).text, "a\\nb");
    }

    #[test]
    fn a_record_is_indented() {
        let mut inner = Hash::new();
        inner.insert("b", Value::Nil);
        let mut record = Hash::new();
        record.insert("a", Value::from(inner));
        assert_eq!(pretty(&record), "{\n  \"a\": {\n    \"b\": null\n  }\n}");
    }
}
