//! Functions without a receiver (`Kernel`).

use super::super::eval::Evaluator;
use super::super::object::{Object, Raised};
use super::Answer;
use crate::fluent::error::RubyError;
use crate::ruby::inspect::inspect;
use crate::ruby::value::Value;
use crate::ruby::{float, integer};
use crate::source::Span;

/// Exception classes that `raise` can name.
const EXCEPTIONS: [&str; 12] = [
    "StandardError",
    "RuntimeError",
    "ArgumentError",
    "TypeError",
    "KeyError",
    "IndexError",
    "NameError",
    "NoMethodError",
    "RangeError",
    "ZeroDivisionError",
    "IOError",
    "Fluent::ConfigError",
];

/// Libraries that fluentd has loaded.
const LOADED: &str = "json time date uri socket set securerandom yaml zlib cgi openssl digest \
    fileutils tempfile logger msgpack oj yajl strptime tzinfo erb etc monitor timeout thread pathname \
    bigdecimal forwardable delegate shellwords rbconfig stringio strscan ostruct";

/// Calls a function; `None` when there is none of that name.
pub(in super::super) fn function(
    eval: &mut Evaluator,
    name: &str,
    args: &[Object],
    span: Span,
) -> Answer {
    let value = match (name, args) {
        ("Integer", [Object::Value(value)]) => to_integer(eval, value)?,
        ("Float", [Object::Value(value)]) => to_float(eval, value)?,
        ("String", [object]) => return Ok(Some(object.to_s(eval.ruby()).into())),
        ("Array", [Object::Value(Value::Nil)]) => Value::from(Vec::new()),
        ("Array", [Object::Value(value @ Value::Array(_))]) => value.clone(),
        ("Array", [Object::Value(value @ (Value::String(_) | Value::Integer(_)))]) => {
            Value::from(vec![value.clone()])
        }
        ("format" | "sprintf", [Object::Value(Value::String(template)), args @ ..]) => {
            return super::format::format(eval, template, args, span).map(Some);
        }
        (
            "Integer",
            [Object::Value(Value::String(text)), Object::Value(Value::Integer(base @ 2..=36))],
        ) => {
            let shown = text.to_lossy();
            let digits = shown.trim_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}', '\0']);
            let plain = match base {
                16 => digits.trim_start_matches("0x"),
                2 => digits.trim_start_matches("0b"),
                _ => digits,
            };
            match i64::from_str_radix(plain, *base as u32) {
                Ok(number) => Value::Integer(number),
                Err(_) => {
                    let shown = inspect(&Value::String(text.clone()), eval.ruby());
                    let message = format!("invalid value for Integer(): {shown}");
                    return Err(RubyError::new("ArgumentError", message).into());
                }
            }
        }
        ("Array", [Object::Value(Value::Hash(hash))]) => {
            hash.iter().map(super::hash::pair).collect::<Vec<_>>().into()
        }
        ("Array", [Object::Range(range)]) => super::range::items(eval, range, span)?.into(),
        ("Hash", [Object::Value(Value::Nil)]) => crate::ruby::value::Hash::new().into(),
        ("Hash", [Object::Value(value @ Value::Hash(_))]) => value.clone(),
        ("require", [Object::Value(Value::String(name))]) => match name.as_str() {
            Some(name) if LOADED.split(' ').any(|known| known == name) => Value::Bool(false),
            Some("base64") => Value::Bool(true),
            _ => return Err(eval.not_simulated(&format!("require {}", name.to_lossy()), span)),
        },
        ("raise" | "fail", args) => return Err(raise(eval, args, span)),
        (
            "puts" | "print" | "p" | "warn" | "require" | "rand" | "srand" | "sleep" | "system"
            | "exit" | "abort" | "open" | "loop" | "lambda" | "proc" | "eval" | "caller"
            | "binding" | "gets" | "exec" | "fork" | "spawn" | "trap" | "catch" | "throw"
            | "method" | "send" | "self" | "srand_" | "pp" | "load" | "select" | "test" | "syscall",
            _,
        ) => return Err(eval.not_simulated(name, span)),
        _ => return Ok(None),
    };
    Ok(Some(value.into()))
}

pub(super) fn to_integer(eval: &Evaluator, value: &Value) -> Result<Value, Raised> {
    match value {
        Value::String(text) => integer::integer(text.as_bytes()).ok_or_else(|| {
            let shown = inspect(value, eval.ruby());
            let message = format!("invalid value for Integer(): {shown}");
            RubyError::new("ArgumentError", message).into()
        }),
        Value::Integer(_) | Value::BigInteger(_) => Ok(value.clone()),
        Value::Float(number) if number.is_finite() => Ok(super::number::truncate(*number)),
        Value::Float(number) => {
            Err(RubyError::new("FloatDomainError", float::to_s(*number)).into())
        }
        Value::Nil => Err(RubyError::new("TypeError", "can't convert nil into Integer").into()),
        other => Err(cannot(other, "Integer")),
    }
}

/// `can't convert X into Integer`
fn cannot(value: &Value, into: &str) -> Raised {
    let shown = match value {
        Value::Bool(flag) => flag.to_string(),
        other => other.class().to_owned(),
    };
    RubyError::new("TypeError", format!("can't convert {shown} into {into}")).into()
}

pub(super) fn to_float(eval: &Evaluator, value: &Value) -> Result<Value, Raised> {
    match value {
        Value::String(text) => float::float(text.as_bytes()).map(Value::Float).ok_or_else(|| {
            let shown = inspect(value, eval.ruby());
            RubyError::new("ArgumentError", format!("invalid value for Float(): {shown}")).into()
        }),
        Value::Integer(number) => Ok(Value::Float(*number as f64)),
        Value::BigInteger(digits) => Ok(Value::Float(float::to_f(digits.as_bytes()))),
        Value::Float(_) => Ok(value.clone()),
        Value::Nil => Err(RubyError::new("TypeError", "can't convert nil into Float").into()),
        other => Err(cannot(other, "Float")),
    }
}

fn raise(eval: &Evaluator, args: &[Object], span: Span) -> Raised {
    let ruby = eval.ruby();
    match args {
        [] => RubyError::new("RuntimeError", "").into(),
        [Object::Value(Value::String(text))] => {
            RubyError::new("RuntimeError", text.to_lossy().into_owned()).into()
        }
        [Object::Constant(name), rest @ ..] => {
            let known = EXCEPTIONS.iter().find(|class| ***class == **name);
            let Some(class) = known else { return eval.not_simulated("raise", span) };
            let message = rest.first().map(|text| text.to_s(ruby).to_lossy().into_owned());
            RubyError::new(class, message.unwrap_or_else(|| (*class).to_owned())).into()
        }
        _ => eval.not_simulated("raise", span),
    }
}
