//! `Fluent::NumericTimeParser`: seconds as an Integer, a Float or their text.

use super::{TIME_PARSE_ERROR, error};
use crate::encoding::Encoding;
use crate::fluent::error::RubyError;
use crate::ruby::inspect::to_s;
use crate::ruby::integer::to_i;
use crate::ruby::scrub::is_valid;
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Value};
use crate::ruby::version::RubyVersion;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumericType {
    /// `to_i`, no fraction.
    Unixtime,
    /// Split at the dot.
    Float,
}

/// The parser.
#[derive(Clone, Copy, Debug)]
pub struct NumericTimeParser {
    numeric_type: NumericType,
}

impl NumericTimeParser {
    /// A parser of that type.
    pub fn new(numeric_type: NumericType) -> NumericTimeParser {
        NumericTimeParser { numeric_type }
    }

    /// `parse(value)`. No text is wrong: what is no number counts as far as it is one.
    pub fn parse(self, value: &Value, ruby: RubyVersion) -> Result<EventTime, RubyError> {
        let numeric = matches!(
            value,
            Value::String(_) | Value::Integer(_) | Value::BigInteger(_) | Value::Float(_)
        );
        if !numeric {
            let class = format!("({})", value.class());
            return Err(error("value must be a string or a number: ", value, &class, ruby));
        }
        match self.numeric_type {
            NumericType::Unixtime => unixtime(value),
            NumericType::Float => {
                let text = to_s(value, ruby);
                if text.encoding() != Encoding::Ascii8Bit && !is_valid(&text) {
                    // `split` looks at the whole text.
                    let tail =
                        ", error_class = ArgumentError, error = invalid byte sequence in UTF-8";
                    return Err(error("invalid time format: value = ", value, tail, ruby));
                }
                Ok(float(text.as_bytes()))
            }
        }
    }
}

impl NumericTimeParser {
    /// The digits of seconds beyond 64 bits.
    pub(super) fn beyond(self, value: &Value, ruby: RubyVersion) -> Option<Box<str>> {
        let text = match value {
            Value::Float(float) if self.numeric_type == NumericType::Unixtime => {
                RString::utf8(&format!("{:.0}", float.trunc()))
            }
            other => to_s(other, ruby),
        };
        let whole = text.as_bytes().split(|byte| *byte == b'.').next().unwrap_or_default();
        match to_i(whole) {
            Value::BigInteger(digits) => Some(digits.as_ref().into()),
            _ => None,
        }
    }
}

fn unixtime(value: &Value) -> Result<EventTime, RubyError> {
    let sec = match value {
        Value::Integer(sec) => *sec,
        Value::Float(float) if !float.is_finite() => {
            let name = crate::ruby::float::to_s(*float);
            let head = "invalid time format: value = ";
            let message = format!("{head}{name}, error_class = FloatDomainError, error = {name}");
            return Err(RubyError::new(TIME_PARSE_ERROR, message));
        }
        Value::Float(float) => *float as i64,
        Value::String(text) => clamped(&to_i(text.as_bytes())),
        other => clamped(other),
    };
    Ok(EventTime { sec, nsec: 0 })
}

/// Seconds and the digits after the first dot: ten of them count, fewer than nine are filled up with
/// zeros (SURPRISE 32).
fn float(text: &[u8]) -> EventTime {
    let mut parts = text.splitn(3, |byte| *byte == b'.');
    let sec = clamped(&to_i(parts.next().unwrap_or_default()));
    let fraction = String::from_utf8_lossy(parts.next().unwrap_or(b"0")).into_owned();
    let mut digits: String = fraction.chars().take(10).collect();
    let length = digits.chars().count();
    digits.extend(std::iter::repeat_n('0', 9_usize.saturating_sub(length)));
    EventTime { sec, nsec: clamped(&to_i(digits.as_bytes())) }
}

/// A time beyond 64 bits is as far as we go.
fn clamped(value: &Value) -> i64 {
    match value {
        Value::Integer(value) => *value,
        Value::BigInteger(digits) if digits.starts_with('-') => i64::MIN,
        Value::BigInteger(_) => i64::MAX,
        _ => 0,
    }
}
