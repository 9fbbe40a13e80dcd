//! `Integer` and `Float`.

use std::cmp::Ordering;

use super::super::eval::Evaluator;
use super::super::object::{Object, Raised};
use super::{Answer, Send, array::compare};
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

/// Calls a method of a number.
pub(super) fn send(eval: &mut Evaluator, call: &Send) -> Answer {
    let Object::Value(receiver) = &call.receiver else { return Ok(None) };
    match call.args.as_slice() {
        [] => unary(eval, receiver, call),
        [Object::Value(other)] => binary(eval, receiver, other, call),
        [_] if matches!(call.method, "+" | "-" | "*" | "/" | "%" | "<" | ">" | "<=" | ">=") => {
            Err(coerce_error(receiver, call).into())
        }
        _ => Ok(None),
    }
}

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
        ("-@", Value::Integer(number)) => match number.checked_neg() {
            Some(number) => Value::Integer(number),
            None => return Err(eval.not_simulated("large Integer", call.span)),
        },
        ("-@", Value::Float(number)) => Value::Float(-number),
        ("+@", _) => receiver.clone(),
        ("abs" | "magnitude", Value::Integer(number)) => Value::Integer(number.saturating_abs()),
        ("abs" | "magnitude", Value::Float(number)) => Value::Float(number.abs()),
        ("zero?", _) => Value::Bool(as_float(receiver) == Some(0.0)),
        ("positive?", _) => Value::Bool(as_float(receiver).is_some_and(|number| number > 0.0)),
        ("negative?", _) => Value::Bool(as_float(receiver).is_some_and(|number| number < 0.0)),
        ("even?", Value::Integer(number)) => Value::Bool(number % 2 == 0),
        ("odd?", Value::Integer(number)) => Value::Bool(number % 2 != 0),
        ("succ" | "next", Value::Integer(number)) => Value::Integer(number.saturating_add(1)),
        ("pred", Value::Integer(number)) => Value::Integer(number.saturating_sub(1)),
        ("nan?", Value::Float(number)) => Value::Bool(number.is_nan()),
        ("integer?", _) => Value::Bool(!is_float(receiver)),
        ("chr", Value::Integer(number @ 0..=127)) => Value::String(
            crate::ruby::string::RString::new(&[*number as u8], crate::encoding::Encoding::UsAscii),
        ),
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
    if compared {
        let order = compare(a, b);
        let holds = match call.method {
            "<" => order == Some(Ordering::Less),
            ">" => order == Some(Ordering::Greater),
            "<=" => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            _ => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        };
        if matches!(a, Value::BigInteger(_)) || matches!(b, Value::BigInteger(_)) {
            return Err(eval.not_simulated("large Integer", call.span));
        }
        return Ok(Some(holds.into()));
    }
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => integers(eval, *a, *b, call),
        (Value::BigInteger(_), _) | (_, Value::BigInteger(_)) if arithmetic => {
            Err(eval.not_simulated("large Integer", call.span))
        }
        _ => match (as_float(a), b_float) {
            (Some(x), Some(y)) => floats(x, y, a, call),
            _ => Ok(None),
        },
    }
}

fn integers(eval: &Evaluator, a: i64, b: i64, call: &Send) -> Answer {
    let divided = matches!(call.method, "/" | "%" | "div" | "modulo");
    if divided && b == 0 {
        return Err(RubyError::new("ZeroDivisionError", "divided by 0").into());
    }
    let result = match call.method {
        "+" => a.checked_add(b),
        "-" => a.checked_sub(b),
        "*" => a.checked_mul(b),
        "/" | "div" => a.checked_div_euclid(b).map(|quotient| floored(a, b, quotient)),
        "%" | "modulo" => a.checked_rem_euclid(b).map(|r| if b < 0 && r != 0 { r + b } else { r }),
        "**" | "pow" => match u32::try_from(b) {
            Ok(exponent) => a.checked_pow(exponent),
            Err(_) => return Err(eval.not_simulated("Rational", call.span)),
        },
        "&" => Some(a & b),
        "|" => Some(a | b),
        "^" => Some(a ^ b),
        ">>" => u32::try_from(b)
            .ok()
            .map(|bits| a.checked_shr(bits).unwrap_or(if a < 0 { -1 } else { 0 })),
        "<<" => u32::try_from(b).ok().and_then(|bits| {
            let shifted = a.checked_shl(bits)?;
            (shifted >> bits == a).then_some(shifted)
        }),
        "fdiv" => return Ok(Some(Object::Value(Value::Float(a as f64 / b as f64)))),
        "<=>" => Some(a.cmp(&b) as i64),
        "to_s" if (2..=36).contains(&b) => return Ok(Some(Object::ascii(&radix(a, b as u32)))),
        "round" | "floor" | "ceil" | "truncate" if b >= 0 => Some(a),
        _ => return Ok(None),
    };
    match result {
        Some(number) => Ok(Some(Object::integer(number))),
        None => Err(eval.not_simulated("large Integer", call.span)),
    }
}

/// Ruby divides towards minus infinity; `div_euclid` differs for negative divisors.
fn floored(a: i64, b: i64, euclid: i64) -> i64 {
    if b < 0 && a.rem_euclid(b) != 0 { euclid - 1 } else { euclid }
}

fn radix(number: i64, radix: u32) -> String {
    let mut digits = Vec::new();
    let mut rest = number.unsigned_abs();
    loop {
        digits.push(char::from_digit((rest % u64::from(radix)) as u32, radix).unwrap_or('0'));
        rest /= u64::from(radix);
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        digits.push('-');
    }
    digits.iter().rev().collect()
}

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
        "div" => return finite((a / b).floor(), truncate).map(|value| Some(value.into())),
        "<=>" => {
            let order = a.partial_cmp(&b).map_or(Value::Nil, |order| Value::Integer(order as i64));
            return Ok(Some(order.into()));
        }
        "round" | "floor" | "ceil"
            if matches!(receiver, Value::Float(_)) && (1.0..16.0).contains(&b) =>
        {
            let scale = 10f64.powi(b as i32);
            let scaled = a * scale;
            let whole = match call.method {
                "round" => rounded(a, b as usize),
                "floor" => scaled.floor() / scale,
                _ => scaled.ceil() / scale,
            };
            return Ok(Some(Object::Value(Value::Float(whole))));
        }
        _ => return Ok(None),
    };
    Ok(Some(Object::Value(Value::Float(number))))
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
