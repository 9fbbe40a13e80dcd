//! Ruby's `String#to_f`, `Float()` and `Float#to_s` (MRI `object.c`, `numeric.c`).

use super::integer::{trim_end, trim_start};

/// `String#to_f`: the leading decimal float of the text, else 0.0.
///
/// ```
/// use fluentd_playground::ruby::float::to_f;
/// assert_eq!((to_f(b"1_0.5x"), to_f(b".5"), to_f(b"abc"), to_f(b"0x1p3")), (10.5, 0.5, 0.0, 0.0));
/// ```
pub fn to_f(text: &[u8]) -> f64 {
    parse_decimal(decimal(trim_start(text)).0.as_str())
}

/// `Float(text)`: `None` where Ruby raises `ArgumentError: invalid value for Float()`.
///
/// ```
/// use fluentd_playground::ruby::float::float;
/// assert_eq!((float(b" 1e3 "), float(b"0x1p3"), float(b"5.")), (Some(1000.0), Some(8.0), None));
/// ```
pub fn float(text: &[u8]) -> Option<f64> {
    let text = trim_end(trim_start(text));
    if let Some(value) = hexadecimal(text) {
        return value;
    }
    let (clean, used) = decimal(text);
    (used == text.len() && clean.bytes().any(|byte| byte.is_ascii_digit()))
        .then(|| parse_decimal(&clean))
}

fn parse_decimal(clean: &str) -> f64 {
    clean.parse().unwrap_or(0.0)
}

/// The longest leading decimal float, underscores dropped, and the bytes it took. A point counts
/// only with a digit after it, an exponent only with a digit.
fn decimal(text: &[u8]) -> (String, usize) {
    let mut clean = String::new();
    let mut at = 0;
    if let Some(&sign @ (b'-' | b'+')) = text.first() {
        clean.push(sign as char);
        at = 1;
    }
    let whole = digits(text, &mut at, &mut clean);
    if text.get(at) == Some(&b'.') && text.get(at + 1).is_some_and(u8::is_ascii_digit) {
        if whole == 0 {
            clean.push('0');
        }
        clean.push('.');
        at += 1;
        digits(text, &mut at, &mut clean);
    } else if whole == 0 {
        return (String::new(), 0);
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let mark = (at, clean.len());
        clean.push('e');
        at += 1;
        if let Some(&sign @ (b'-' | b'+')) = text.get(at) {
            clean.push(sign as char);
            at += 1;
        }
        if digits(text, &mut at, &mut clean) == 0 {
            at = mark.0;
            clean.truncate(mark.1);
        }
    }
    (clean, at)
}

/// Copies digits, dropping single underscores between two of them; returns how many.
fn digits(text: &[u8], at: &mut usize, clean: &mut String) -> usize {
    let mut count = 0;
    loop {
        let next = if count > 0 && text.get(*at) == Some(&b'_') { *at + 1 } else { *at };
        match text.get(next) {
            Some(&digit) if digit.is_ascii_digit() => clean.push(digit as char),
            _ => return count,
        }
        count += 1;
        *at = next + 1;
    }
}

/// C99 hexadecimal floats, which only `Float()` takes; `None` without a `0x`.
fn hexadecimal(text: &[u8]) -> Option<Option<f64>> {
    let (sign, rest) = match text {
        [b'-', rest @ ..] => (-1.0, rest),
        [b'+', rest @ ..] => (1.0, rest),
        _ => (1.0, text),
    };
    let [b'0', b'x' | b'X', rest @ ..] = rest else { return None };
    Some(hexadecimal_body(rest).map(|value| sign * value))
}

fn hexadecimal_body(text: &[u8]) -> Option<f64> {
    let (mantissa, exponent) = match text.iter().position(|byte| matches!(byte, b'p' | b'P')) {
        Some(at) => (text.get(..at)?, Some(text.get(at + 1..)?)),
        None => (text, None),
    };
    let mut parts = mantissa.split(|&byte| byte == b'.');
    let whole = parts.next()?;
    let fraction = parts.next();
    if parts.next().is_some() || whole.is_empty() || fraction.is_some_and(<[u8]>::is_empty) {
        return None;
    }
    let mut value = 0.0;
    for digit in hexadecimal_digits(whole)? {
        value = value * 16.0 + f64::from(digit);
    }
    let mut scale = 1.0;
    for digit in hexadecimal_digits(fraction.unwrap_or(b"0"))? {
        scale /= 16.0;
        value += scale * f64::from(digit);
    }
    let exponent = match exponent {
        Some(text) => std::str::from_utf8(text).ok()?.parse::<i32>().ok()?,
        None => 0,
    };
    Some(value * f64::powi(2.0, exponent.clamp(-2000, 2000)))
}

/// The digits, single underscores between two of them dropped.
fn hexadecimal_digits(text: &[u8]) -> Option<Vec<u32>> {
    let lonely = |pair: &[u8]| pair == b"__";
    if text.starts_with(b"_") || text.ends_with(b"_") || text.windows(2).any(lonely) {
        return None;
    }
    text.iter().filter(|&&byte| byte != b'_').map(|&byte| (byte as char).to_digit(16)).collect()
}

/// `Float#to_s`: the shortest text that reads back as the same number.
///
/// ```
/// use fluentd_playground::ruby::float::to_s;
/// assert_eq!((to_s(1000.0), to_s(1e16), to_s(0.0001)), ("1000.0".into(), "1.0e+16".into(), "0.0001".into()));
/// ```
pub fn to_s(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let shortest = format!("{value:e}");
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..15).contains(&exponent) {
        let fixed = format!("{value}");
        return if fixed.contains('.') { fixed } else { fixed + ".0" };
    }
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}{point}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::{float, to_f, to_s};

    #[test]
    fn a_point_needs_a_digit_after_it() {
        assert_eq!((to_f(b"5."), float(b"5.")), (5.0, None));
        assert_eq!((to_f(b".5"), float(b".5")), (0.5, Some(0.5)));
        assert_eq!((to_f(b"1e"), float(b"1e")), (1.0, None));
    }

    #[test]
    fn minus_zero_keeps_its_sign() {
        assert!(to_f(b"-0").is_sign_negative());
        assert_eq!(to_s(-0.0), "-0.0");
    }

    #[test]
    fn exponents_have_two_digits() {
        assert_eq!(to_s(1e-5), "1.0e-05");
        assert_eq!(to_s(1.5e300), "1.5e+300");
        assert_eq!(to_s(9_007_199_254_740_993.0), "9.007199254740992e+15");
        assert_eq!(to_s(123_456_789_012_345.0), "123456789012345.0");
    }
}
