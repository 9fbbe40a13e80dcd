//! `Range`.

use std::cmp::Ordering;
use std::rc::Rc;

use super::super::eval::Evaluator;
use super::super::object::{Object, Raised, Range};
use super::array::compare;
use super::{Answer, Send};
use crate::fluent::error::RubyError;
use crate::ruby::string::RString;
use crate::ruby::value::Value;
use crate::source::Span;

/// Most items of a range.
const MOST: i64 = 100_000;

/// Every item.
pub(in super::super) fn items(
    eval: &Evaluator,
    range: &Range,
    span: Span,
) -> Result<Vec<Value>, Raised> {
    match (&range.low, &range.high) {
        (Value::Integer(low), Value::Integer(high)) => {
            let end = if range.exclusive { *high } else { high.saturating_add(1) };
            if end.saturating_sub(*low) > MOST {
                return Err(Raised::Budget(span));
            }
            Ok((*low..end).map(Value::Integer).collect())
        }
        (Value::String(low), Value::String(high)) => {
            let mut out = Vec::new();
            let digits = |text: &RString| text.as_bytes().iter().all(u8::is_ascii_digit);
            let single = low.len() == 1 && high.len() == 1;
            // `rb_str_upto_each`: only numbers may stand after their end by letters.
            let numbers = !single && digits(low) && digits(high);
            if !numbers && low.as_bytes() > high.as_bytes() {
                return Ok(out);
            }
            let mut text = low.clone();
            loop {
                let end = text == *high;
                if !(end && range.exclusive) {
                    out.push(Value::String(text.clone()));
                }
                text = match text.as_bytes() {
                    [byte @ ..0x7f] if single => RString::new(&[byte + 1], text.encoding()),
                    _ => super::string::successor(&text),
                };
                if end || text.is_empty() || text.len() > high.len() || out.len() >= MOST as usize {
                    return Ok(out);
                }
            }
        }
        (low @ (Value::Nil | Value::Float(_)), _) => {
            let message = format!("can't iterate from {}", low.class());
            Err(RubyError::new("TypeError", message).into())
        }
        _ => Err(eval.not_simulated("this range", span)),
    }
}

/// `range.cover?(value)`
pub(super) fn covers(range: &Range, value: &Value) -> bool {
    let above = range.low == Value::Nil || compare(&range.low, value).is_some_and(Ordering::is_le);
    let below = range.high == Value::Nil
        || compare(value, &range.high)
            .is_some_and(|o| o.is_lt() || (o.is_eq() && !range.exclusive));
    above && below
}

/// Calls a method of a Range.
pub(super) fn send(eval: &mut Evaluator, range: &Rc<Range>, call: &Send) -> Answer {
    let value = match (call.method, call.args.as_slice()) {
        ("begin" | "min", []) if call.method == "begin" || call.block.is_none() => {
            if call.method == "min" && compare(&range.low, &range.high).is_none_or(Ordering::is_gt)
            {
                Value::Nil
            } else {
                range.low.clone()
            }
        }
        ("first", []) if range.low != Value::Nil => range.low.clone(),
        ("first" | "take", [Object::Value(Value::Integer(count @ 0..=1000))])
            if range.high == Value::Nil =>
        {
            let Value::Integer(low) = range.low else { return Ok(None) };
            (low..low.saturating_add(*count)).map(Value::Integer).collect::<Vec<_>>().into()
        }
        ("end" | "last", []) => range.high.clone(),
        ("exclude_end?", []) => Value::Bool(range.exclusive),
        ("cover?" | "===" | "include?" | "member?", [Object::Value(value)]) => {
            Value::Bool(covers(range, value))
        }
        ("===" | "cover?" | "include?", [_]) => Value::Bool(false),
        ("step" | "%", [Object::Value(Value::Integer(step @ 1..))]) => {
            let every = items(eval, range, call.span)?;
            let every: Vec<Value> = every.into_iter().step_by(*step as usize).collect();
            let Some(block) = call.block else {
                return Ok(Some(Object::Enumerator(Rc::new(every), "each".into())));
            };
            for item in every {
                eval.yields(block, &[item])?;
            }
            return Ok(Some(call.receiver.clone()));
        }
        (
            "to_s" | "inspect" | "==" | "eql?" | "hash" | "class" | "nil?" | "is_a?" | "kind_of?"
            | "respond_to?" | "frozen?" | "dup" | "then" | "tap" | "instance_of?" | "itself" | "!"
            | "freeze" | "clone" | "to_json" | "equal?" | "<=>" | "object_id",
            _,
        ) => return Ok(None),
        (method, _) if !super::names::exists("Range", method) => return Ok(None),
        _ => {
            let every = Rc::new(items(eval, range, call.span)?);
            return super::array::send(eval, &every, call);
        }
    };
    Ok(Some(value.into()))
}
