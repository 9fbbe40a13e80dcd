//! Numbers of JSON as Ruby's Integer and Float.

use std::rc::Rc;

use crate::ruby::value::Value;

/// Decimal digits with an optional `-` as an Integer. Leading zeros are dropped.
pub(super) fn integer(text: &str) -> Value {
    if let Ok(small) = text.parse::<i64>() {
        return Value::Integer(small);
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Value::Integer(0);
    }
    Value::BigInteger(Rc::from(format!("{sign}{digits}")))
}

/// A number with a fraction or an exponent as a Float: the nearest double, Infinity beyond.
pub(super) fn float(text: &str) -> Option<Value> {
    text.parse::<f64>().ok().map(Value::Float)
}

/// The end of a number by JSON's own grammar, and whether it is a Float; `None` if none starts at
/// the first byte.
pub(super) fn strict_end(bytes: &[u8]) -> Option<(usize, bool)> {
    let digits = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let start = usize::from(bytes.first() == Some(&b'-'));
    let mut end = if bytes.get(start) == Some(&b'0') { start + 1 } else { digits(start) };
    if end == start {
        return None;
    }
    let mut is_float = false;
    if bytes.get(end) == Some(&b'.') && digits(end + 1) > end + 1 {
        end = digits(end + 1);
        is_float = true;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if digits(end + 1 + sign) > end + 1 + sign {
            end = digits(end + 1 + sign);
            is_float = true;
        }
    }
    Some((end, is_float))
}

/// The value of a number that [`strict_end`] found.
pub(super) fn strict(bytes: &[u8], is_float: bool) -> Option<Value> {
    let text = std::str::from_utf8(bytes).ok()?;
    if is_float { float(text) } else { Some(integer(text)) }
}
