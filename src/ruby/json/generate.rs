//! JSON text from Ruby objects, as Oj (fluentd's json formatter, and so stdout), the json gem
//! (`to_json`) and Yajl print it. Broken UTF-8 passes through Oj and Yajl unchanged.

use std::io::Write;

use super::Library;
use crate::ruby::error::RubyError;
use crate::ruby::float;
use crate::ruby::inspect::to_s;
use crate::ruby::string::RString;
use crate::ruby::value::{Hash, Value};
use crate::ruby::version::RubyVersion;

/// `Oj.dump`, `JSON.generate` or `Yajl.dump` of a value. Only the last two refuse anything: NaN and
/// the infinities, and the json gem broken UTF-8.
///
/// ```
/// use fluentd_playground::ruby::json::{Library, generate::dump};
/// use fluentd_playground::ruby::value::Value;
/// let value = Value::from(vec![Value::from("a/\u{1}"), Value::Float(1e16)]);
/// assert_eq!(dump(&value, Library::Oj).unwrap(), br#"["a/\u0001",10000000000000000.0]"#);
/// assert_eq!(dump(&value, Library::Json).unwrap(), br#"["a/\u0001",1.0e+16]"#);
/// ```
pub fn dump(value: &Value, library: Library) -> Result<Vec<u8>, RubyError> {
    let mut out = Vec::new();
    dump_into(&mut out, value, library)?;
    Ok(out)
}

/// A Hash at the end of `out`.
pub fn dump_hash(out: &mut Vec<u8>, hash: &Hash, library: Library) -> Result<(), RubyError> {
    out.push(b'{');
    for (index, (key, value)) in hash.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        match key {
            Value::String(key) => string_into(out, key, library)?,
            other => string_into(out, &to_s(other, RubyVersion::V3_4), library)?,
        }
        out.push(b':');
        dump_into(out, value, library)?;
    }
    out.push(b'}');
    Ok(())
}

/// Bounded by the depth of the value, which the JSON readers bound.
fn dump_into(out: &mut Vec<u8>, value: &Value, library: Library) -> Result<(), RubyError> {
    match value {
        Value::Nil => out.extend_from_slice(b"null"),
        Value::Bool(truth) => out.extend_from_slice(if *truth { b"true" } else { b"false" }),
        Value::Integer(number) => _ = write!(out, "{number}"),
        Value::BigInteger(digits) => out.extend_from_slice(digits.as_bytes()),
        Value::Float(number) => out.extend_from_slice(float_text(*number, library)?.as_bytes()),
        Value::String(text) => string_into(out, text, library)?,
        // `Fluent::EventTime#to_json`: the seconds.
        Value::EventTime(time) => _ = write!(out, "{}", time.sec),
        Value::Symbol(_) | Value::Other(_) => {
            string_into(out, &to_s(value, RubyVersion::V3_4), library)?;
        }
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                dump_into(out, item, library)?;
            }
            out.push(b']');
        }
        Value::Hash(hash) => dump_hash(out, hash, library)?,
    }
    Ok(())
}

#[expect(clippy::float_cmp, reason = "the original compares exactly")]
fn float_text(number: f64, library: Library) -> Result<String, RubyError> {
    let text = float::to_s(number);
    match library {
        Library::Oj if number == 0.0 => Ok("0.0".to_owned()),
        // A whole number that fits 64 bits is printed in full.
        Library::Oj if number.abs() < 9.3e18 && number == (number as i64) as f64 => {
            Ok(format!("{number:.1}"))
        }
        Library::Json if !number.is_finite() => {
            Err(RubyError::new("JSON::GeneratorError", format!("{text} not allowed in JSON")))
        }
        Library::Yajl if !number.is_finite() => {
            Err(RubyError::new("Yajl::EncodeError", format!("'{text}' is an invalid number")))
        }
        Library::Oj | Library::Json | Library::Yajl => Ok(text),
    }
}

fn string_into(out: &mut Vec<u8>, text: &RString, library: Library) -> Result<(), RubyError> {
    if library == Library::Json && text.as_str().is_none() {
        let message = "source sequence is illegal/malformed utf-8";
        return Err(RubyError::new("JSON::GeneratorError", message));
    }
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut copied = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[copied..at]);
        copied = at + 1;
        let letter = match byte {
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            b'\x0c' => b'f',
            b'\x08' => b'b',
            0..=0x1f if library == Library::Yajl => {
                _ = write!(out, "\\u{byte:04X}");
                continue;
            }
            0..=0x1f => {
                _ = write!(out, "\\u{byte:04x}");
                continue;
            }
            _ => byte,
        };
        out.extend_from_slice(&[b'\\', letter]);
    }
    out.extend_from_slice(&bytes[copied..]);
    out.push(b'"');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::dump;
    use crate::encoding::Encoding;
    use crate::ruby::json::Library;
    use crate::ruby::string::RString;
    use crate::ruby::value::{EventTime, Hash, Value};

    fn oj(value: &Value) -> String {
        String::from_utf8_lossy(&dump(value, Library::Oj).unwrap()).into_owned()
    }

    #[test]
    fn oj_prints_whole_floats_in_full_up_to_64_bits() {
        let shown = |number| oj(&Value::Float(number));
        assert_eq!(shown(9e18), "9000000000000000000.0");
        assert_eq!(shown(1e19), "1.0e+19");
        assert_eq!(shown(-0.0), "0.0");
        assert_eq!(shown(1e-5), "1.0e-05");
        assert_eq!(shown(f64::NAN), "NaN");
    }

    #[test]
    fn the_json_gem_refuses_what_is_no_json() {
        let broken = Value::String(RString::new(b"\xff", Encoding::Ascii8Bit));
        assert!(dump(&broken, Library::Json).is_err());
        assert!(dump(&Value::Float(f64::INFINITY), Library::Json).is_err());
        assert_eq!(dump(&broken, Library::Oj).unwrap(), b"\"\xff\"");
    }

    #[test]
    fn nil_keys_are_empty_and_times_are_their_seconds() {
        let mut hash = Hash::new();
        hash.insert(Value::Nil, Value::EventTime(EventTime { sec: 5, nsec: 6 }));
        hash.insert(Value::Integer(1), Value::Symbol("s".into()));
        assert_eq!(oj(&Value::from(hash)), r#"{"":5,"1":"s"}"#);
    }
}
