//! `Array` and what it has of `Enumerable` without a block; `enumerable.rs` has the rest.

use std::cmp::Ordering;
use std::rc::Rc;

use super::super::eval::{Evaluator, LARGEST};
use super::super::object::{Object, Raised};
use super::{Answer, Send, enumerable, equal_values, no_conversion};
use crate::fluent::error::RubyError;
use crate::ruby::inspect::{inspect, to_s};
use crate::ruby::string::RString;
use crate::ruby::value::{Hash, Value};

/// Item `index`, counted from the end when negative; nil beyond.
pub(in super::super) fn at(items: &[Value], index: i64) -> Value {
    position(items.len(), index).and_then(|at| items.get(at)).cloned().unwrap_or(Value::Nil)
}

/// A place in something of that length; `None` outside.
pub(in super::super) fn position(length: usize, index: i64) -> Option<usize> {
    let at = if index < 0 { index.checked_add(length as i64)? } else { index };
    usize::try_from(at).ok().filter(|at| *at <= length)
}

/// The places `start..end` that an index, a start and a length, or a range names; `None`: nil.
pub(super) fn part(length: usize, args: &[Object]) -> Option<(usize, usize)> {
    match args {
        [Object::Value(Value::Integer(start)), Object::Value(Value::Integer(count))] => {
            let start = position(length, *start)?;
            let count = usize::try_from(*count).ok()?;
            Some((start, start.saturating_add(count).min(length)))
        }
        [Object::Range(range)] => {
            let low = match range.low {
                Value::Integer(low) => low,
                Value::Nil => 0,
                _ => return None,
            };
            let high = match range.high {
                Value::Integer(high) if high < 0 => high + length as i64,
                Value::Integer(high) => high,
                Value::Nil => length as i64,
                _ => return None,
            };
            let open = range.exclusive || range.high == Value::Nil;
            let end = if open { high } else { high.saturating_add(1) };
            let start = position(length, low)?;
            let end = usize::try_from(end).unwrap_or(0).min(length);
            Some((start, end.max(start)))
        }
        _ => None,
    }
}

/// Calls a method of an Array.
pub(super) fn send(eval: &mut Evaluator, items: &Rc<Vec<Value>>, call: &Send) -> Answer {
    if call.method == "times" && matches!(call.receiver, Object::Value(Value::Array(_))) {
        return Ok(None);
    }
    if let Some(block) = call.block
        && let Some(answer) = enumerable::with_block(eval, items, call, block)?
    {
        return Ok(Some(answer));
    }
    if call.block.is_none()
        && let Some(made) = enumerable::enumerator(items, call)
    {
        return Ok(Some(made));
    }
    if let Some(answer) = parts(eval, items, call)? {
        return Ok(Some(answer));
    }
    if let Some(answer) = tests(eval, items, call)? {
        return Ok(Some(answer));
    }
    making(eval, items, call)
}

/// A count of items; negative ones raise.
fn count(number: i64) -> Result<usize, Raised> {
    usize::try_from(number)
        .map_err(|_| RubyError::new("ArgumentError", "negative array size").into())
}

/// Methods that give a part.
#[expect(clippy::too_many_lines, reason = "one flat table")]
fn parts(eval: &mut Evaluator, items: &Rc<Vec<Value>>, call: &Send) -> Answer {
    let ruby = eval.ruby();
    let value: Value = match (call.method, call.args.as_slice()) {
        ("[]" | "slice" | "at", [Object::Value(Value::Integer(index))]) => at(items, *index),
        ("[]" | "slice" | "at", [Object::Value(Value::Float(index))]) => at(items, *index as i64),
        ("[]" | "slice", args @ ([Object::Range(_)] | [_, _])) => {
            if let Some(wrong) = args.iter().find(|arg| {
                !matches!(arg, Object::Range(_) | Object::Value(Value::Integer(_)))
            }) {
                return Err(no_conversion(wrong, "Integer").into());
            }
            match part(items.len(), args) {
                Some((start, end)) => items.get(start..end).unwrap_or_default().to_vec().into(),
                None => Value::Nil,
            }
        }
        ("[]" | "slice" | "at", [other]) => return Err(no_conversion(other, "Integer").into()),
        ("first", []) => at(items, 0),
        ("last", []) => at(items, -1),
        ("first" | "take", [Object::Value(Value::Integer(number))]) => {
            items.iter().take(count(*number)?).cloned().collect::<Vec<_>>().into()
        }
        ("drop", [Object::Value(Value::Integer(number))]) => {
            items.iter().skip(count(*number)?).cloned().collect::<Vec<_>>().into()
        }
        ("last", [Object::Value(Value::Integer(number))]) => {
            let start = items.len().saturating_sub(count(*number)?);
            items.get(start..).unwrap_or_default().to_vec().into()
        }
        ("dig", [Object::Value(Value::Integer(index)), rest @ ..]) => {
            let keys: Vec<Value> = rest.iter().map(|key| key.clone().into_value(ruby)).collect();
            return super::hash::dig(eval, at(items, *index), &keys).map(Some);
        }
        ("dig", [other, ..]) => return Err(no_conversion(other, "Integer").into()),
        ("fetch", [Object::Value(Value::Integer(index)), rest @ ..]) => {
            match (position(items.len(), *index).and_then(|at| items.get(at)), rest, call.block) {
                (Some(value), _, _) => value.clone(),
                (None, _, Some(block)) => {
                    return eval.yields(block, &[Value::Integer(*index)]).map(Some);
                }
                (None, [default, ..], _) => return Ok(Some(default.clone())),
                (None, [], _) => return Err(outside(items.len(), *index)),
            }
        }
        ("values_at", indexes) => {
            let mut out = Vec::new();
            for index in indexes {
                match index {
                    Object::Value(Value::Integer(index)) => out.push(at(items, *index)),
                    Object::Range(_) => {
                        let places = part(items.len(), std::slice::from_ref(index));
                        let taken = places.and_then(|(start, end)| items.get(start..end));
                        out.extend_from_slice(taken.unwrap_or_default());
                    }
                    other => return Err(no_conversion(other, "Integer").into()),
                }
            }
            out.into()
        }
        ("min" | "max", []) => enumerable::edge(eval, items, items, call.method == "max")?,
        ("min" | "max", [Object::Value(Value::Integer(number))]) => {
            let mut sorted = enumerable::sorted(eval, items, items)?;
            if call.method == "max" {
                sorted.reverse();
            }
            sorted.truncate(count(*number)?);
            sorted.into()
        }
        ("minmax", []) => vec![
            enumerable::edge(eval, items, items, false)?,
            enumerable::edge(eval, items, items, true)?,
        ]
        .into(),
        ("assoc", [Object::Value(key)]) => items
            .iter()
            .find(|item| matches!(item, Value::Array(pair) if pair.first().is_some_and(|k| equal_values(k, key))))
            .cloned()
            .unwrap_or(Value::Nil),
        _ => return Ok(None),
    };
    Ok(Some(value.into()))
}

fn outside(length: usize, index: i64) -> Raised {
    let message = format!("index {index} outside of array bounds: {}...{length}", -(length as i64));
    RubyError::new("IndexError", message).into()
}

/// Methods that ask something.
fn tests(eval: &mut Evaluator, items: &Rc<Vec<Value>>, call: &Send) -> Answer {
    let same = |item: &Value, wanted: &Object| matches!(wanted, Object::Value(wanted) if equal_values(item, wanted));
    let value = match (call.method, call.args.as_slice()) {
        ("size" | "length" | "count", []) => Value::Integer(items.len() as i64),
        ("count", [wanted]) => {
            Value::Integer(items.iter().filter(|item| same(item, wanted)).count() as i64)
        }
        ("empty?", []) => Value::Bool(items.is_empty()),
        ("any?" | "all?" | "none?" | "one?", args @ ([] | [_])) => {
            let mut taken = 0;
            for item in items.iter() {
                let hit = match args.first() {
                    None => truthy(item),
                    Some(pattern) => super::case_equal(eval, pattern, item, call.span)?,
                };
                taken += usize::from(hit);
            }
            Value::Bool(match call.method {
                "any?" => taken > 0,
                "all?" => taken == items.len(),
                "none?" => taken == 0,
                _ => taken == 1,
            })
        }
        ("include?" | "member?", [wanted]) => {
            Value::Bool(items.iter().any(|item| same(item, wanted)))
        }
        ("index" | "find_index", [wanted]) => items
            .iter()
            .position(|item| same(item, wanted))
            .map_or(Value::Nil, |at| Value::Integer(at as i64)),
        ("rindex", [wanted]) => items
            .iter()
            .rposition(|item| same(item, wanted))
            .map_or(Value::Nil, |at| Value::Integer(at as i64)),
        ("<=>", [Object::Value(other @ Value::Array(_))]) => {
            let order = compare(&Value::Array(Rc::clone(items)), other);
            order.map_or(Value::Nil, |order| Value::Integer(order as i64))
        }
        _ => return Ok(None),
    };
    Ok(Some(value.into()))
}

/// Methods that make something else.
#[expect(clippy::too_many_lines, reason = "one flat table of methods")]
fn making(eval: &mut Evaluator, items: &Rc<Vec<Value>>, call: &Send) -> Answer {
    let kept = |keep: &dyn Fn(&Value) -> bool| -> Vec<Value> {
        items.iter().filter(|item| keep(item)).cloned().collect()
    };
    let value = match (call.method, call.args.as_slice()) {
        ("join", [] | [Object::Value(Value::Nil)]) => {
            join(eval, items, &RString::utf8(""), call, 0)?.into()
        }
        ("join" | "*", [Object::Value(Value::String(separator))]) => {
            join(eval, items, separator, call, 0)?.into()
        }
        ("join", [other]) => return Err(no_conversion(other, "String").into()),
        ("*", [Object::Value(Value::Integer(times))]) => {
            let times = usize::try_from(*times)
                .map_err(|_| RubyError::new("ArgumentError", "negative argument"))?;
            if items.len().saturating_mul(times) > LARGEST / 64 {
                return Err(Raised::Budget(call.span));
            }
            let all = items.iter().cycle().take(items.len() * times);
            all.cloned().collect::<Vec<_>>().into()
        }
        ("flatten", args) => {
            let depth = match args {
                [] => 200,
                [Object::Value(Value::Integer(depth))] if *depth >= 0 => *depth,
                [Object::Value(Value::Integer(_) | Value::Nil)] => 200,
                _ => return Ok(None),
            };
            let mut out = Vec::new();
            flatten(items, depth, &mut out);
            out.into()
        }
        ("compact", []) => kept(&|item| *item != Value::Nil).into(),
        ("reverse", []) => items.iter().rev().cloned().collect::<Vec<_>>().into(),
        ("rotate", args @ ([] | [_])) => {
            let by = match args {
                [Object::Value(Value::Integer(by))] => *by,
                [] => 1,
                _ => return Ok(None),
            };
            let mut out = items.to_vec();
            if !out.is_empty() {
                out.rotate_left(by.rem_euclid(items.len() as i64) as usize);
            }
            out.into()
        }
        ("uniq", []) => enumerable::uniq(items, items).into(),
        ("tally", []) => {
            let mut hash = Hash::new();
            for item in items.iter() {
                let Value::Integer(seen) =
                    super::hash::find(&hash, item).cloned().unwrap_or(Value::Integer(0))
                else {
                    continue;
                };
                hash.insert(item.clone(), Value::Integer(seen + 1));
            }
            hash.into()
        }
        ("sort", []) => enumerable::sorted(eval, items, items)?.into(),
        ("sum", []) => return enumerable::sum(eval, items, Object::integer(0), call).map(Some),
        ("sum", [start]) => return enumerable::sum(eval, items, start.clone(), call).map(Some),
        ("inject" | "reduce", [rest @ .., Object::Value(Value::Symbol(method))]) => {
            return enumerable::inject(eval, items, rest.first(), method, call).map(Some);
        }
        ("grep" | "grep_v", [pattern]) => {
            let mut out = Vec::new();
            for item in items.iter() {
                if super::case_equal(eval, pattern, item, call.span)? == (call.method == "grep") {
                    out.push(item.clone());
                }
            }
            out.into()
        }
        ("+" | "concat", [Object::Value(Value::Array(other))]) => {
            [&items[..], &other[..]].concat().into()
        }
        ("-" | "difference", [Object::Value(Value::Array(other))]) => {
            kept(&|item| !other.contains(item)).into()
        }
        ("&" | "intersection", [Object::Value(Value::Array(other))]) => {
            let common = kept(&|item| other.contains(item));
            enumerable::uniq(&common, &common).into()
        }
        ("|" | "union", [Object::Value(Value::Array(other))]) => {
            let all = [&items[..], &other[..]].concat();
            enumerable::uniq(&all, &all).into()
        }
        ("intersect?", [Object::Value(Value::Array(other))]) => {
            Value::Bool(items.iter().any(|item| other.contains(item)))
        }
        ("+" | "-" | "&" | "|", [other]) => return Err(no_conversion(other, "Array").into()),
        ("zip", others) => {
            let mut rows: Vec<Vec<Value>> = items.iter().map(|item| vec![item.clone()]).collect();
            for other in others {
                let Object::Value(Value::Array(other)) = other else { return Ok(None) };
                for (index, row) in rows.iter_mut().enumerate() {
                    row.push(at(other, index as i64));
                }
            }
            rows.into_iter().map(Value::from).collect::<Vec<_>>().into()
        }
        ("transpose", []) => {
            let mut rows: Vec<Vec<Value>> = Vec::new();
            for item in items.iter() {
                let Value::Array(item) = item else { return Ok(None) };
                rows.resize(rows.len().max(item.len()), Vec::new());
                for (row, value) in rows.iter_mut().zip(item.iter()) {
                    row.push(value.clone());
                }
            }
            if rows.iter().any(|row| row.len() != items.len()) {
                return Ok(None);
            }
            rows.into_iter().map(Value::from).collect::<Vec<_>>().into()
        }
        ("to_a" | "to_ary" | "entries", []) => Value::Array(Rc::clone(items)),
        ("to_h", []) => to_h(items)?,
        ("pack", [Object::Value(Value::String(format))]) => {
            return super::pack::pack(eval, items, format, call.span).map(Some);
        }
        _ => return Ok(None),
    };
    Ok(Some(value.into()))
}

pub(super) fn truthy(value: &Value) -> bool {
    !matches!(value, Value::Nil | Value::Bool(false))
}

/// Arrays within arrays are joined too; their depth is bounded by the readers that made them.
fn join(
    eval: &Evaluator,
    items: &[Value],
    separator: &RString,
    call: &Send,
    depth: usize,
) -> Result<RString, Raised> {
    let mut out = RString::new(b"", crate::encoding::Encoding::UsAscii);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out = eval.concat(&out, separator, call.span)?;
        }
        let text = match item {
            Value::Array(inner) if depth < 100 => join(eval, inner, separator, call, depth + 1)?,
            other => to_s(other, eval.ruby()),
        };
        out = if index == 0 { text } else { eval.concat(&out, &text, call.span)? };
    }
    Ok(out)
}

fn flatten(items: &[Value], depth: i64, out: &mut Vec<Value>) {
    for item in items {
        match item {
            Value::Array(inner) if depth > 0 => flatten(inner, depth - 1, out),
            other => out.push(other.clone()),
        }
    }
}

/// `<=>` of what Ruby can compare.
pub(in super::super) fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
        (Value::Integer(_) | Value::BigInteger(_), Value::Integer(_) | Value::BigInteger(_)) => {
            Some(super::number::whole(a)?.cmp(&super::number::whole(b)?))
        }
        (Value::Integer(a), Value::Float(b)) => (*a as f64).partial_cmp(b),
        (Value::Float(a), Value::Integer(b)) => a.partial_cmp(&(*b as f64)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::String(a), Value::String(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        (Value::Symbol(a), Value::Symbol(b)) => Some(a.cmp(b)),
        (Value::Array(a), Value::Array(b)) => {
            for (a, b) in a.iter().zip(b.iter()) {
                match compare(a, b)? {
                    Ordering::Equal => {}
                    other => return Some(other),
                }
            }
            Some(a.len().cmp(&b.len()))
        }
        (a, b) if equal_values(a, b) => Some(Ordering::Equal),
        _ => None,
    }
}

pub(super) fn comparison_failed(a: &Value, b: &Value, eval: &Evaluator) -> Raised {
    let class = a.class();
    let b = match b {
        Value::Nil | Value::Bool(_) | Value::Integer(_) | Value::Float(_) => {
            inspect(b, eval.ruby())
        }
        other => other.class().to_owned(),
    };
    let message = format!("comparison of {class} with {b} failed");
    RubyError::new("ArgumentError", message).into()
}

pub(super) fn to_h(items: &[Value]) -> Result<Value, Raised> {
    let mut hash = Hash::new();
    for (index, item) in items.iter().enumerate() {
        match item {
            Value::Array(pair) if pair.len() == 2 => hash.insert(at(pair, 0), at(pair, 1)),
            Value::Array(pair) => {
                let length = pair.len();
                let message = format!("wrong array length at {index} (expected 2, was {length})");
                return Err(RubyError::new("ArgumentError", message).into());
            }
            other => {
                let class = other.class();
                let message = format!("wrong element type {class} at {index} (expected array)");
                return Err(RubyError::new("TypeError", message).into());
            }
        }
    }
    Ok(hash.into())
}
