//! Functions without a receiver (`Kernel`).

use super::super::eval::Evaluator;
use super::super::object::{Object, Raised};
use super::{Answer, no_conversion};
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
        ("format" | "sprintf", _) => return Err(eval.not_simulated("format", span)),
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

fn to_integer(eval: &Evaluator, value: &Value) -> Result<Value, Raised> {
    match value {
        Value::String(text) => integer::integer(text.as_bytes()).ok_or_else(|| {
            let shown = inspect(value, eval.ruby());
            let message = format!("invalid value for Integer(): {shown}");
            RubyError::new("ArgumentError", message).into()
        }),
        Value::Integer(_) | Value::BigInteger(_) => Ok(value.clone()),
        Value::Float(number) if number.is_finite() => Ok(super::number::truncate(*number)),
        Value::Nil => Err(RubyError::new("TypeError", "can't convert nil into Integer").into()),
        other => Err(no_conversion(&other.clone().into(), "Integer").into()),
    }
}

fn to_float(eval: &Evaluator, value: &Value) -> Result<Value, Raised> {
    match value {
        Value::String(text) => float::float(text.as_bytes()).map(Value::Float).ok_or_else(|| {
            let shown = inspect(value, eval.ruby());
            RubyError::new("ArgumentError", format!("invalid value for Float(): {shown}")).into()
        }),
        Value::Integer(number) => Ok(Value::Float(*number as f64)),
        Value::Float(_) => Ok(value.clone()),
        Value::Nil => Err(RubyError::new("TypeError", "can't convert nil into Float").into()),
        other => Err(no_conversion(&other.clone().into(), "Float").into()),
    }
}

fn raise(eval: &Evaluator, args: &[Object], span: Span) -> Raised {
    let ruby = eval.ruby();
    match args {
        [] => RubyError::new("RuntimeError", "unhandled exception").into(),
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
