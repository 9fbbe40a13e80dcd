//! Ruby's `String#to_i` and `Integer()` (MRI `bignum.c`, `rb_int_parse_cstr`).
//!
//! Both are exact for any length: beyond 64 bits the answer is a [`Value::BigInteger`].

use std::rc::Rc;

use super::value::Value;

/// `String#to_i`: the leading decimal integer of the text, else 0.
///
/// ```
/// use fluentd_playground::ruby::{integer::to_i, value::Value};
/// assert_eq!(to_i(b" 1_000.9"), Value::Integer(1000));
/// assert_eq!(to_i(b"0x1F"), Value::Integer(0));
/// ```
pub fn to_i(text: &[u8]) -> Value {
    let (negative, rest) = sign(trim_start(text));
    let rest = strip_prefix(rest, b'd');
    let (digits, _) = digits(rest, 10);
    number(negative, &digits, 10)
}

/// `Integer(text)`: `None` where Ruby raises `ArgumentError: invalid value for Integer()`.
///
/// ```
/// use fluentd_playground::ruby::{integer::integer, value::Value};
/// assert_eq!(integer(b"0x1F"), Some(Value::Integer(31)));
/// assert_eq!(integer(b"10.9"), None);
/// ```
pub fn integer(text: &[u8]) -> Option<Value> {
    let text = trim_end(trim_start(text));
    let (negative, rest) = sign(text);
    let (base, rest) = radix(rest);
    let (digits, used) = digits(rest, base);
    (used == rest.len() && !digits.is_empty()).then(|| number(negative, &digits, base))
}

/// Ruby's `ISSPACE`.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Without leading white space.
pub(super) fn trim_start(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|&&byte| is_space(byte)).count();
    text.get(blanks..).unwrap_or_default()
}

/// Without trailing white space.
pub(super) fn trim_end(text: &[u8]) -> &[u8] {
    let blanks = text.iter().rev().take_while(|&&byte| is_space(byte)).count();
    text.get(..text.len() - blanks).unwrap_or_default()
}

fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

/// Drops `0d` (or another radix letter, any case) when a digit follows.
fn strip_prefix(text: &[u8], letter: u8) -> &[u8] {
    match text {
        [b'0', c, rest @ ..]
            if c.eq_ignore_ascii_case(&letter)
                && rest.first().is_some_and(u8::is_ascii_alphanumeric) =>
        {
            rest
        }
        _ => text,
    }
}

/// The radix that the prefix tells, and what follows the prefix.
fn radix(text: &[u8]) -> (u32, &[u8]) {
    for (letter, base) in [(b'x', 16), (b'b', 2), (b'o', 8), (b'd', 10)] {
        let rest = strip_prefix(text, letter);
        if rest.len() != text.len() {
            return (base, rest);
        }
    }
    // The leading zero of an octal number counts as a digit of it, so that `0` and `0_7` work.
    if matches!(text, [b'0', ..]) { (8, text) } else { (10, text) }
}

/// The leading digits, underscores between two of them dropped, and the bytes they took.
fn digits(text: &[u8], base: u32) -> (Vec<u8>, usize) {
    let mut digits = Vec::new();
    let mut at = 0;
    loop {
        let digit_at = if text.get(at) == Some(&b'_') && at > 0 { at + 1 } else { at };
        match text.get(digit_at).and_then(|&byte| (byte as char).to_digit(base)) {
            Some(digit) => digits.push(digit as u8),
            None => return (digits, at),
        }
        at = digit_at + 1;
    }
}

/// The value of `digits` in `base`.
pub fn number(negative: bool, digits: &[u8], base: u32) -> Value {
    let small = digits.iter().try_fold(0i64, |value, &digit| {
        let value = value.checked_mul(base as i64)?;
        if negative { value.checked_sub(digit as i64) } else { value.checked_add(digit as i64) }
    });
    match small {
        Some(value) => Value::Integer(value),
        None => Value::BigInteger(Rc::from(big_decimal(negative, digits, base))),
    }
}

/// Longest number in a radix other than ten that is read; the rest of its digits is not looked at
/// (the conversion takes the square of the length).
const LONGEST: usize = 4096;

/// Decimal digits of a number given in `base`: schoolbook, nine digits a limb.
fn big_decimal(negative: bool, digits: &[u8], base: u32) -> String {
    const LIMB: u64 = 1_000_000_000;
    let sign = if negative { "-" } else { "" };
    if base == 10 {
        let leading = digits.iter().take_while(|&&digit| digit == 0).count();
        let digits = digits.iter().skip(leading).map(|&digit| char::from(b'0' + digit));
        return sign.chars().chain(digits).collect();
    }
    let mut limbs: Vec<u32> = Vec::new();
    for &digit in digits.iter().take(LONGEST) {
        let mut carry = u64::from(digit);
        for limb in &mut limbs {
            let value = u64::from(*limb) * u64::from(base) + carry;
            *limb = (value % LIMB) as u32;
            carry = value / LIMB;
        }
        if carry > 0 {
            limbs.push(carry as u32);
        }
    }
    let mut limbs = limbs.iter().rev();
    let mut out = format!("{sign}{}", limbs.next().copied().unwrap_or(0));
    for limb in limbs {
        out.push_str(&format!("{limb:09}"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{integer, to_i};
    use crate::ruby::value::Value;

    #[test]
    fn underscores_count_only_between_digits() {
        assert_eq!(to_i(b"1__0"), Value::Integer(1));
        assert_eq!(to_i(b"_1"), Value::Integer(0));
        assert_eq!(integer(b"1_000"), Some(Value::Integer(1000)));
        assert_eq!(integer(b"1_"), None);
    }

    #[test]
    fn every_radix_has_its_prefix() {
        let read = |text: &str| integer(text.as_bytes());
        assert_eq!(read("0b11"), Some(Value::Integer(3)));
        assert_eq!(read("0o17"), Some(Value::Integer(15)));
        assert_eq!(read("007"), Some(Value::Integer(7)));
        assert_eq!(read("0d19"), Some(Value::Integer(19)));
        assert_eq!((read("08"), read("0x"), read("0")), (None, None, Some(Value::Integer(0))));
        assert_eq!(to_i(b"0d19"), Value::Integer(19));
    }

    #[test]
    fn long_numbers_are_kept_exactly() {
        assert_eq!(to_i(b"-9223372036854775808"), Value::Integer(i64::MIN));
        let big = |text: &str| Value::BigInteger(text.into());
        assert_eq!(to_i(b"099999999999999999999"), big("99999999999999999999"));
        assert_eq!(integer(b"-0xffffffffffffffffffff"), Some(big("-1208925819614629174706175")));
    }
}
