//! `Integer` and `Float`.

use std::cmp::Ordering;

use super::super::eval::Evaluator;
use super::super::object::{Object, Raised};
use super::{Answer, Send, array::compare, no_conversion};
use crate::encoding::Encoding;
use crate::fluent::error::RubyError;
use crate::ruby::float;
use crate::ruby::value::Value;

/// `Float#to_i` of a finite number.
pub(super) fn truncate(number: f64) -> Value {
    let whole = number.trunc();
    if whole.abs() < 9.0e18 {
        return Value::Integer(whole as i64);
    }
    Value::BigInteger(format!("{whole:.0}").into())
}

/// An Integer's worth.
pub(super) fn whole(value: &Value) -> Option<i128> {
    match value {
        Value::Integer(number) => Some(i128::from(*number)),
        Value::BigInteger(digits) => digits.parse().ok(),
        _ => None,
    }
}

/// The Integer of that worth.
pub(super) fn integer(number: i128) -> Value {
    match i64::try_from(number) {
        Ok(number) => Value::Integer(number),
        Err(_) => Value::BigInteger(number.to_string().into()),
    }
}

/// Calls a method of a number.
pub(super) fn send(eval: &mut Evaluator, call: &Send) -> Answer {
    let Object::Value(receiver) = &call.receiver else { return Ok(None) };
    if let (Value::Integer(number), "times" | "upto" | "downto" | "step") = (receiver, call.method)
    {
        return counted(eval, *number, call);
    }
    match call.args.as_slice() {
        [] => unary(eval, receiver, call),
        [Object::Value(Value::Hash(_))]
            if matches!(call.method, "round" | "floor" | "ceil" | "step" | "clamp") =>
        {
            Ok(None)
        }
        [Object::Value(other)] => binary(eval, receiver, other, call),
        [Object::Range(range)] if call.method == "[]" => bits(receiver, &range.low, &range.high),
        [Object::Value(from), Object::Value(length)] if call.method == "[]" => {
            let last = whole(from).zip(whole(length)).map(|(from, length)| from + length - 1);
            bits(receiver, from, &last.map_or(Value::Bool(false), integer))
        }
        [other] if call.method == "[]" && !is_float(receiver) => {
            Err(no_conversion(other, "Integer").into())
        }
        [Object::Range(range)] if call.method == "clamp" => {
            let value = if compare(receiver, &range.low).is_some_and(Ordering::is_lt) {
                &range.low
            } else if compare(receiver, &range.high).is_some_and(Ordering::is_gt) {
                &range.high
            } else {
                receiver
            };
            Ok(Some(value.clone().into()))
        }
        [_] if matches!(call.method, "+" | "-" | "*" | "/" | "%" | "<" | ">" | "<=" | ">=") => {
            Err(coerce_error(receiver, call).into())
        }
        _ => Ok(None),
    }
}

/// `Integer#[]` of several bits: `5[0, 3]`, `5[-2..]`; without an end, all that are left.
fn bits(number: &Value, low: &Value, high: &Value) -> Answer {
    let (Value::Integer(number), Value::Integer(low)) = (number, low) else { return Ok(None) };
    let shifted = match low {
        0.. => i128::from(*number) >> (*low).min(127),
        -60..0 => i128::from(*number) << -low,
        _ => return Ok(None),
    };
    let masked = match high {
        Value::Nil => shifted,
        Value::Integer(high) if high < low => shifted,
        Value::Integer(high) if high - low < 60 => shifted & ((1 << (high - low + 1)) - 1),
        _ => return Ok(None),
    };
    Ok(Some(integer(masked).into()))
}

/// `times`, `upto`, `downto`.
fn counted(eval: &mut Evaluator, from: i64, call: &Send) -> Answer {
    let numbers: Vec<Value> = match (call.method, call.args.as_slice()) {
        ("times", []) if from <= 100_000 => (0..from).map(Value::Integer).collect(),
        ("upto", [Object::Value(Value::Integer(to))]) if to.saturating_sub(from) <= 100_000 => {
            (from..=*to).map(Value::Integer).collect()
        }
        ("downto", [Object::Value(Value::Integer(to))]) if from.saturating_sub(*to) <= 100_000 => {
            (*to..=from).rev().map(Value::Integer).collect()
        }
        ("step", [Object::Value(Value::Integer(to)), Object::Value(Value::Integer(by @ 1..))])
            if to.saturating_sub(from) <= 100_000 =>
        {
            (from..=*to).step_by(*by as usize).map(Value::Integer).collect()
        }
        _ => return Ok(None),
    };
    let Some(block) = call.block else {
        return Ok(Some(Object::Enumerator(numbers.into(), "each".into())));
    };
    for number in numbers {
        eval.yields(block, &[number])?;
    }
    Ok(Some(call.receiver.clone()))
}

#[expect(clippy::too_many_lines, reason = "one flat table")]
fn unary(eval: &Evaluator, receiver: &Value, call: &Send) -> Answer {
    let value = match (call.method, receiver) {
        ("to_i" | "to_int" | "truncate", Value::Float(number)) => finite(*number, truncate)?,
        ("to_i" | "to_int" | "truncate" | "floor" | "ceil" | "round" | "ord", whole)
            if !is_float(whole) =>
        {
            whole.clone()
        }
        ("floor", Value::Float(number)) => finite(number.floor(), truncate)?,
        ("ceil", Value::Float(number)) => finite(number.ceil(), truncate)?,
        // Ruby rounds half away from zero, as f64::round does.
        ("round", Value::Float(number)) => finite(number.round(), truncate)?,
        ("to_f", Value::Float(_)) => receiver.clone(),
        ("to_f", whole) => Value::Float(as_float(whole).unwrap_or(0.0)),
        ("-@", Value::Integer(_) | Value::BigInteger(_)) => match whole(receiver) {
            Some(number) => integer(-number),
            None => return Err(eval.not_simulated("large Integer", call.span)),
        },
        ("-@", Value::Float(number)) => Value::Float(-number),
        ("+@", _) => receiver.clone(),
        ("abs" | "magnitude", Value::Integer(number)) => integer(i128::from(*number).abs()),
        ("abs" | "magnitude", Value::Float(number)) => Value::Float(number.abs()),
        ("zero?", _) => Value::Bool(as_float(receiver) == Some(0.0)),
        ("positive?", _) => Value::Bool(as_float(receiver).is_some_and(|number| number > 0.0)),
        ("negative?", _) => Value::Bool(as_float(receiver).is_some_and(|number| number < 0.0)),
        ("even?", Value::Integer(number)) => Value::Bool(number % 2 == 0),
        ("odd?", Value::Integer(number)) => Value::Bool(number % 2 != 0),
        ("succ" | "next", Value::Integer(number)) => integer(i128::from(*number) + 1),
        ("pred", Value::Integer(number)) => integer(i128::from(*number) - 1),
        ("~", Value::Integer(number)) => Value::Integer(!number),
        ("bit_length", Value::Integer(number)) => {
            let bits = if *number < 0 { !number } else { *number };
            Value::Integer(i64::from(64 - bits.leading_zeros()))
        }
        ("digits", Value::Integer(..0)) => {
            return Err(RubyError::new("Math::DomainError", "out of domain").into());
        }
        ("chr", Value::Integer(..0)) => {
            let message = format!("{} out of char range", call.receiver.inspect(eval.ruby()));
            return Err(RubyError::new("RangeError", message).into());
        }
        ("digits", Value::Integer(number @ 0..)) => {
            let digits = number.to_string();
            digits
                .bytes()
                .rev()
                .map(|digit| Value::Integer(i64::from(digit - b'0')))
                .collect::<Vec<_>>()
                .into()
        }
        ("nonzero?", _) if as_float(receiver) == Some(0.0) => Value::Nil,
        ("nonzero?", _) => receiver.clone(),
        ("finite?", Value::Float(number)) => Value::Bool(number.is_finite()),
        ("finite?", _) => Value::Bool(true),
        ("infinite?", Value::Float(number)) if number.is_infinite() => {
            Value::Integer(if *number > 0.0 { 1 } else { -1 })
        }
        ("infinite?", _) => Value::Nil,
        ("size", Value::Integer(_)) => Value::Integer(8),
        ("hash" | "to_r" | "to_c" | "rationalize", _) => return Ok(None),
        ("nan?", Value::Float(number)) => Value::Bool(number.is_nan()),
        ("integer?", _) => Value::Bool(!is_float(receiver)),
        ("chr", Value::Integer(number @ 0..=255)) => {
            Value::String(crate::ruby::string::RString::new(
                &[*number as u8],
                if *number < 128 { Encoding::UsAscii } else { Encoding::Ascii8Bit },
            ))
        }
        _ => return Ok(None),
    };
    Ok(Some(value.into()))
}

fn is_float(value: &Value) -> bool {
    matches!(value, Value::Float(_))
}

fn as_float(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(number) => Some(*number as f64),
        Value::BigInteger(digits) => Some(float::to_f(digits.as_bytes())),
        Value::Float(number) => Some(*number),
        _ => None,
    }
}

fn finite(number: f64, make: fn(f64) -> Value) -> Result<Value, Raised> {
    if number.is_finite() {
        return Ok(make(number));
    }
    Err(RubyError::new("FloatDomainError", float::to_s(number)).into())
}

fn binary(eval: &Evaluator, a: &Value, b: &Value, call: &Send) -> Answer {
    let arithmetic = matches!(
        call.method,
        "+" | "-" | "*" | "/" | "%" | "modulo" | "**" | "div" | "fdiv" | "pow"
    );
    let compared = matches!(call.method, "<" | ">" | "<=" | ">=");
    let b_float = as_float(b);
    if (arithmetic || compared) && b_float.is_none() {
        return Err(coerce_error(a, call).into());
    }
    let bits = matches!(call.method, "[]" | "<<" | ">>" | "&" | "|" | "^");
    if bits && b_float.is_none() && !is_float(a) {
        return Err(no_conversion(&Object::Value(b.clone()), "Integer").into());
    }
    if compared {
        let order = compare(a, b);
        let holds = match call.method {
            "<" => order == Some(Ordering::Less),
            ">" => order == Some(Ordering::Greater),
            "<=" => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            _ => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        };
        if order.is_none()
            && (matches!(a, Value::BigInteger(_)) || matches!(b, Value::BigInteger(_)))
        {
            return Err(eval.not_simulated("large Integer", call.span));
        }
        return Ok(Some(holds.into()));
    }
    match (whole(a), whole(b)) {
        (Some(x), Some(y)) => integers(eval, x, y, call),
        _ if arithmetic
            && (matches!(a, Value::BigInteger(_)) || matches!(b, Value::BigInteger(_))) =>
        {
            Err(eval.not_simulated("large Integer", call.span))
        }
        _ => match (as_float(a), b_float) {
            (Some(x), Some(y)) => floats(x, y, a, call),
            _ => Ok(None),
        },
    }
}

#[expect(clippy::too_many_lines, reason = "one flat table")]
fn integers(eval: &Evaluator, a: i128, b: i128, call: &Send) -> Answer {
    let divided = matches!(call.method, "/" | "%" | "div" | "modulo" | "divmod" | "remainder");
    if divided && b == 0 {
        return Err(RubyError::new("ZeroDivisionError", "divided by 0").into());
    }
    let small = i64::try_from(b);
    let result = match call.method {
        "+" => a.checked_add(b),
        "-" => a.checked_sub(b),
        "*" => a.checked_mul(b),
        "/" | "div" => Some(floored(a, b)),
        "%" | "modulo" => Some(a - floored(a, b) * b),
        "remainder" => Some(a % b),
        "divmod" => {
            let quotient = floored(a, b);
            let pair = vec![integer(quotient), integer(a - quotient * b)];
            return Ok(Some(Object::Value(pair.into())));
        }
        "**" | "pow" => match u32::try_from(b) {
            Ok(exponent) => a.checked_pow(exponent),
            Err(_) => return Err(eval.not_simulated("Rational", call.span)),
        },
        "&" => Some(a & b),
        "|" => Some(a | b),
        "^" => Some(a ^ b),
        "<<" | ">>" => {
            let bits = if call.method == "<<" { b } else { -b };
            match u32::try_from(bits.unsigned_abs()) {
                Ok(bits) if b == 0 || bits < 60 => {
                    let left = (call.method == "<<") == (b > 0);
                    if left { a.checked_mul(1 << bits) } else { Some(a >> bits) }
                }
                _ => return Err(eval.not_simulated("large shift", call.span)),
            }
        }
        "[]" => Some(u32::try_from(b).map_or(0, |bit| a >> bit.min(127) & 1)),
        "gcd" => {
            let (mut x, mut y) = (a.abs(), b.abs());
            while y != 0 {
                (x, y) = (y, x % y);
            }
            Some(x)
        }
        "fdiv" => return Ok(Some(Object::Value(Value::Float(a as f64 / b as f64)))),
        "<=>" => Some(a.cmp(&b) as i128),
        "to_s" | "inspect" if (2..=36).contains(&b) => {
            return Ok(Some(Object::ascii(&radix(a, b as u32))));
        }
        "to_s" => return Err(RubyError::new("ArgumentError", format!("invalid radix {b}")).into()),
        "==" | "equal?" | "===" => return Ok(Some((a == b).into())),
        "round" | "floor" | "ceil" | "truncate" => match (call.method, small) {
            (_, Ok(0..)) => Some(a),
            (method, Ok(places @ -18..=-1)) => {
                Some(to_tens(a, 10i128.pow((-places) as u32), method))
            }
            _ => return Ok(None),
        },
        _ => return Ok(None),
    };
    match result {
        Some(number) => Ok(Some(integer(number).into())),
        None => Err(eval.not_simulated("large Integer", call.span)),
    }
}

fn to_tens(number: i128, tens: i128, method: &str) -> i128 {
    let down = floored(number, tens) * tens;
    match method {
        "floor" => down,
        "ceil" if down == number => down,
        "ceil" => down + tens,
        "truncate" => number / tens * tens,
        _ => number.signum() * ((number.abs() + tens / 2) / tens * tens),
    }
}

/// Ruby divides towards minus infinity.
fn floored(a: i128, b: i128) -> i128 {
    let quotient = a / b;
    if a % b != 0 && (a < 0) != (b < 0) { quotient - 1 } else { quotient }
}

fn radix(number: i128, radix: u32) -> String {
    let mut digits = Vec::new();
    let mut rest = number.unsigned_abs();
    loop {
        digits.push(char::from_digit((rest % u128::from(radix)) as u32, radix).unwrap_or('0'));
        rest /= u128::from(radix);
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        digits.push('-');
    }
    digits.iter().rev().collect()
}

#[expect(clippy::too_many_lines, reason = "one flat table")]
fn floats(a: f64, b: f64, receiver: &Value, call: &Send) -> Answer {
    let number = match call.method {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" | "fdiv" => a / b,
        "%" | "modulo" => {
            let remainder = a % b;
            if remainder != 0.0 && (remainder < 0.0) != (b < 0.0) {
                remainder + b
            } else {
                remainder
            }
        }
        "**" | "pow" => a.powf(b),
        "div" if b == 0.0 => return Err(RubyError::new("ZeroDivisionError", "divided by 0").into()),
        "div" => return finite((a / b).floor(), truncate).map(|value| Some(value.into())),
        "divmod" if b == 0.0 => {
            return Err(RubyError::new("ZeroDivisionError", "divided by 0").into());
        }
        "divmod" => {
            let rest = a - b * (a / b).floor();
            let pair = vec![finite((a / b).floor(), truncate)?, Value::Float(rest)];
            return Ok(Some(Object::Value(pair.into())));
        }
        "==" | "===" => return Ok(Some((a == b).into())),
        "round" | "floor" | "ceil" | "truncate"
            if matches!(receiver, Value::Float(_)) && b <= 0.0 && b > -18.0 =>
        {
            let whole_number = match call.method {
                "round" if b == 0.0 => a.round(),
                "ceil" => a.ceil(),
                "floor" => a.floor(),
                _ => a.trunc(),
            };
            let Some(number) = whole(&finite(whole_number, truncate)?) else { return Ok(None) };
            let tens = 10i128.pow((-b) as u32);
            return Ok(Some(integer(to_tens(number, tens, call.method)).into()));
        }
        "<=>" => {
            let order = a.partial_cmp(&b).map_or(Value::Nil, |order| Value::Integer(order as i64));
            return Ok(Some(order.into()));
        }
        "round" | "floor" | "ceil" | "truncate"
            if matches!(receiver, Value::Float(_)) && (1.0..16.0).contains(&b) =>
        {
            let exponent = binary_exponent(a);
            let digits = b as i32;
            if digits >= 17 - if exponent > 0 { exponent / 4 } else { exponent / 3 - 1 } {
                return Ok(Some(receiver.clone().into()));
            }
            let tiny = digits < -if exponent > 0 { exponent / 3 + 1 } else { exponent / 4 };
            if tiny && (call.method == "round" || a == 0.0) {
                return Ok(Some(Object::Value(Value::Float(0.0))));
            }
            let scale = 10f64.powi(digits);
            let whole = match call.method {
                "round" => rounded(a, b as usize),
                "floor" => floor_to(a, scale),
                "truncate" if a > 0.0 => floor_to(a, scale),
                "ceil" => -floor_to(-a, scale),
                _ => -floor_to(-a, scale),
            };
            return Ok(Some(Object::Value(Value::Float(whole))));
        }
        _ => return Ok(None),
    };
    Ok(Some(Object::Value(Value::Float(number))))
}

/// `frexp`'s exponent.
fn binary_exponent(number: f64) -> i32 {
    if number == 0.0 {
        return 0;
    }
    let bits = (number.to_bits() >> 52 & 0x7ff) as i32;
    if bits == 0 { -1022 - (number.to_bits() << 12).leading_zeros() as i32 } else { bits - 1022 }
}

/// The largest number of so many digits that is not above: MRI's `rb_float_floor`.
fn floor_to(number: f64, scale: f64) -> f64 {
    let down = (number * scale).floor() / scale;
    let next = ((number * scale).floor() + 1.0) / scale;
    if next <= number { next } else { down }
}

/// `Float#round(digits)`, half away from zero: MRI's `round_half_up`.
fn rounded(number: f64, digits: usize) -> f64 {
    let scale = 10f64.powi(digits as i32);
    let scaled = (number * scale).round();
    let corrected = if (scaled - number * scale).abs() == 0.5 && scaled / scale != number {
        let towards = scaled - number.signum();
        if ((towards + 0.5 * number.signum()) / scale).abs() > number.abs() {
            towards
        } else {
            scaled
        }
    } else {
        scaled
    };
    corrected / scale
}

/// `nil can't be coerced into Integer`, `String can't be coerced into Float`, or the comparison's.
fn coerce_error(receiver: &Value, call: &Send) -> RubyError {
    let class = if is_float(receiver) { "Float" } else { "Integer" };
    let other = match call.args.first() {
        Some(object @ Object::Value(Value::Nil | Value::Bool(_))) => {
            object.inspect(crate::ruby::version::RubyVersion::V3_4)
        }
        Some(object) => object.class().to_owned(),
        None => String::new(),
    };
    if matches!(call.method, "<" | ">" | "<=" | ">=") {
        return RubyError::new(
            "ArgumentError",
            format!("comparison of {class} with {} failed", shown(call, &other)),
        );
    }
    RubyError::new("TypeError", format!("{other} can't be coerced into {class}"))
}

/// In comparisons a String's or number's own text is shown.
fn shown(call: &Send, other: &str) -> String {
    match call.args.first() {
        Some(object @ Object::Value(Value::Integer(_) | Value::Float(_))) => {
            object.inspect(crate::ruby::version::RubyVersion::V3_4)
        }
        _ => other.to_owned(),
    }
}
