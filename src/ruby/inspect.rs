//! Ruby's `inspect` and `to_s` of the objects that can stand in a record (`string.c`, `hash.c`).
//!
//! fluentd's worker runs with an ASCII-8BIT default external encoding, so every non-ASCII character
//! is shown as an escape, never as itself.

use super::float;
use super::string::RString;
use super::value::{EventTime, Value};
use super::version::RubyVersion;
use crate::encoding::Encoding;

/// `inspect`.
///
/// ```
/// use fluentd_playground::ruby::{inspect::inspect, value::Value, version::RubyVersion};
/// assert_eq!(inspect(&Value::from("a\u{65e5}\n"), RubyVersion::V3_4), r#""a\u65E5\n""#);
/// ```
pub fn inspect(value: &Value, ruby: RubyVersion) -> String {
    let mut out = String::new();
    inspect_into(value, ruby, &mut out);
    out
}

/// `to_s`.
pub fn to_s(value: &Value, ruby: RubyVersion) -> RString {
    match value {
        Value::String(text) => text.clone(),
        Value::Nil => RString::new(b"", Encoding::UsAscii),
        Value::Symbol(name) => RString::utf8(name),
        Value::Other(object) => RString::utf8(&object.to_s),
        Value::EventTime(time) => RString::new(time.sec.to_string().as_bytes(), Encoding::UsAscii),
        Value::Array(_) | Value::Hash(_) => RString::utf8(&inspect(value, ruby)),
        Value::Bool(_) | Value::Integer(_) | Value::BigInteger(_) | Value::Float(_) => {
            RString::new(inspect(value, ruby).as_bytes(), Encoding::UsAscii)
        }
    }
}

fn inspect_into(value: &Value, ruby: RubyVersion, out: &mut String) {
    match value {
        Value::Nil => out.push_str("nil"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Integer(number) => out.push_str(&number.to_string()),
        Value::BigInteger(digits) => out.push_str(digits),
        Value::Float(number) => out.push_str(&float::to_s(*number)),
        Value::String(text) => inspect_string_into(text, out),
        Value::Symbol(name) => inspect_symbol(name, out),
        Value::Other(object) => out.push_str(&object.inspect),
        Value::EventTime(time) => inspect_event_time(*time, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                inspect_into(item, ruby, out);
            }
            out.push(']');
        }
        Value::Hash(hash) => {
            out.push('{');
            for (index, (key, value)) in hash.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                inspect_key(key, ruby, out);
                inspect_into(value, ruby, out);
            }
            out.push('}');
        }
    }
}

/// `Fluent::EventTime#inspect` in UTC.
fn inspect_event_time(time: EventTime, out: &mut String) {
    let (days, second) = (time.sec.div_euclid(86_400), time.sec.rem_euclid(86_400));
    // Civil date from days, eras of 400 years starting on a 1st of March.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    out.push_str(&format!(
        "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{:09} +0000",
        time.nsec
    ));
}

/// A key and its arrow; Ruby 3.4 writes a Symbol key as `name: `.
fn inspect_key(key: &Value, ruby: RubyVersion, out: &mut String) {
    match (key, ruby) {
        (_, RubyVersion::V3_1) => {
            inspect_into(key, ruby, out);
            out.push_str("=>");
        }
        (Value::Symbol(name), RubyVersion::V3_4) => {
            if is_plain_symbol(name) && !name.ends_with('=') {
                out.push_str(name);
            } else {
                inspect_string_into(&RString::utf8(name), out);
            }
            out.push_str(": ");
        }
        (_, RubyVersion::V3_4) => {
            inspect_into(key, ruby, out);
            out.push_str(" => ");
        }
    }
}

fn inspect_symbol(name: &str, out: &mut String) {
    out.push(':');
    if is_plain_symbol(name) {
        out.push_str(name);
    } else {
        inspect_string_into(&RString::utf8(name), out);
    }
}

/// True for a name that Ruby writes without quotes.
fn is_plain_symbol(name: &str) -> bool {
    const OPERATORS: &str =
        "[] []= + - * / % ** ! != !~ == === =~ <=> < <= > >= << >> & | ^ ~ +@ -@ `";
    if OPERATORS.split(' ').any(|operator| operator == name) {
        return true;
    }
    let variable = name.starts_with(['@', '$']);
    let body = name.strip_prefix("@@").or(name.strip_prefix(['@', '$'])).unwrap_or(name);
    let body = if variable { body } else { body.strip_suffix(['?', '!', '=']).unwrap_or(body) };
    body.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `String#inspect`.
pub fn inspect_string(text: &RString) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    inspect_string_into(text, &mut out);
    out
}

fn inspect_string_into(text: &RString, out: &mut String) {
    out.push('"');
    if text.encoding() == Encoding::Utf8 {
        for chunk in text.as_bytes().utf8_chunks() {
            inspect_characters(chunk.valid(), out);
            inspect_bytes(chunk.invalid(), out);
        }
    } else {
        inspect_binary(text.as_bytes(), out);
    }
    out.push('"');
}

/// `String#inspect` of a UTF-8 string where the process prints UTF-8, as fluentd's supervisor does
/// (the worker does not): printable characters stay.
pub fn inspect_for_utf8(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| !c.is_ascii() && is_printable(c)) {
        let (plain, tail) = rest.split_at(at);
        inspect_characters(plain, &mut out);
        let character = tail.chars().next().unwrap_or_default();
        out.push(character);
        rest = &tail[character.len_utf8()..];
    }
    inspect_characters(rest, &mut out);
    out.push('"');
    out
}

/// Characters that Onigmo calls print, among those beyond ASCII: all but controls, the line and
/// paragraph separators and noncharacters. Unassigned ones are taken as printable.
fn is_printable(character: char) -> bool {
    !matches!(character, '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{fdd0}'..='\u{fdef}')
        && character as u32 & 0xfffe != 0xfffe
}

fn inspect_characters(text: &str, out: &mut String) {
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '#' if matches!(characters.peek(), Some('{' | '$' | '@')) => out.push_str("\\#"),
            ' '..='~' => push_ascii(character as u8, out),
            '\u{7}'..='\r' | '\u{1b}' => push_ascii(character as u8, out),
            '\0'..='\u{ffff}' => out.push_str(&format!("\\u{:04X}", character as u32)),
            _ => out.push_str(&format!("\\u{{{:X}}}", character as u32)),
        }
    }
}

fn inspect_binary(bytes: &[u8], out: &mut String) {
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'#' if matches!(bytes.get(at + 1), Some(b'{' | b'$' | b'@')) => out.push_str("\\#"),
            b' '..=b'~' | 7..=13 | 0x1b => push_ascii(byte, out),
            _ => inspect_bytes(&[byte], out),
        }
    }
}

fn inspect_bytes(bytes: &[u8], out: &mut String) {
    for byte in bytes {
        out.push_str(&format!("\\x{byte:02X}"));
    }
}

/// A printable ASCII character or one with an escape of its own.
fn push_ascii(byte: u8, out: &mut String) {
    match byte {
        b'"' => out.push_str("\\\""),
        b'\\' => out.push_str("\\\\"),
        7 => out.push_str("\\a"),
        8 => out.push_str("\\b"),
        b'\t' => out.push_str("\\t"),
        b'\n' => out.push_str("\\n"),
        11 => out.push_str("\\v"),
        12 => out.push_str("\\f"),
        b'\r' => out.push_str("\\r"),
        0x1b => out.push_str("\\e"),
        other => out.push(other as char),
    }
}

#[cfg(test)]
mod tests {
    use super::{inspect, inspect_string};
    use crate::encoding::Encoding;
    use crate::ruby::string::RString;
    use crate::ruby::value::{Hash, Value};
    use crate::ruby::version::RubyVersion;

    #[test]
    fn characters_beyond_ascii_are_escaped_as_in_the_worker() {
        let text = RString::utf8("\u{1}\u{7f}\u{1b}é日😀");
        assert_eq!(inspect_string(&text), r#""\u0001\u007F\e\u00E9\u65E5\u{1F600}""#);
        let bytes = RString::new(b"\x01\x7f\xe6", Encoding::Ascii8Bit);
        assert_eq!(inspect_string(&bytes), r#""\x01\x7F\xE6""#);
        assert_eq!(inspect_string(&RString::new(b"a\xff", Encoding::Utf8)), r#""a\xFF""#);
    }

    #[test]
    fn a_sharp_is_escaped_where_it_would_interpolate() {
        assert_eq!(inspect_string(&RString::utf8("a#b#{x}#$y#@z#")), r#""a#b\#{x}\#$y\#@z#""#);
    }

    #[test]
    fn hashes_look_different_since_ruby_3_4() {
        let mut hash = Hash::new();
        hash.insert("a", Value::Integer(1));
        hash.insert(Value::Symbol("b".into()), Value::Nil);
        let value = Value::from(hash);
        assert_eq!(inspect(&value, RubyVersion::V3_1), r#"{"a"=>1, :b=>nil}"#);
        assert_eq!(inspect(&value, RubyVersion::V3_4), r#"{"a" => 1, b: nil}"#);
    }
}
