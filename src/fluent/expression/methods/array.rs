//! `Array` and what it has of `Enumerable`.

use std::cmp::Ordering;
use std::rc::Rc;

use super::super::eval::{Evaluator, LARGEST};
use super::super::object::{Object, Raised};
use super::super::tree::Block;
use super::{Answer, Send, equal, no_conversion};
use crate::fluent::error::RubyError;
use crate::ruby::inspect::to_s;
use crate::ruby::string::RString;
use crate::ruby::value::{Hash, Value};

/// Item `index`, counted from the end when negative; nil beyond.
pub(super) fn at(items: &[Value], index: i64) -> Value {
    position(items.len(), index).and_then(|at| items.get(at)).cloned().unwrap_or(Value::Nil)
}

/// A place in something of that length; `None` outside.
pub(super) fn position(length: usize, index: i64) -> Option<usize> {
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
#[expect(clippy::too_many_lines, reason = "one flat table of methods")]
pub(super) fn send(eval: &mut Evaluator, items: &Rc<Vec<Value>>, call: &Send) -> Answer {
    if let Some(block) = call.block
        && let Some(answer) = with_block(eval, items, call, block)?
    {
        return Ok(Some(answer));
    }
    let ruby = eval.ruby();
    let value = match (call.method, call.args.as_slice()) {
        ("[]" | "slice" | "at", [Object::Value(Value::Integer(index))]) => at(items, *index),
        ("[]" | "slice", [Object::Value(Value::Float(index))]) => at(items, *index as i64),
        ("[]" | "slice", args @ ([Object::Range(_)] | [_, _])) => match part(items.len(), args) {
            Some((start, end)) => items.get(start..end).unwrap_or_default().to_vec().into(),
            None => Value::Nil,
        },
        ("[]", [other]) => return Err(no_conversion(other, "Integer").into()),
        ("first", []) => at(items, 0),
        ("last", []) => at(items, -1),
        ("first" | "take", [Object::Value(Value::Integer(count))]) => items
            .iter()
            .take(usize::try_from(*count).unwrap_or(0))
            .cloned()
            .collect::<Vec<_>>()
            .into(),
        ("drop", [Object::Value(Value::Integer(count))]) => items
            .iter()
            .skip(usize::try_from(*count).unwrap_or(0))
            .cloned()
            .collect::<Vec<_>>()
            .into(),
        ("last", [Object::Value(Value::Integer(count))]) => {
            let count = usize::try_from(*count).unwrap_or(0);
            items.get(items.len().saturating_sub(count)..).unwrap_or_default().to_vec().into()
        }
        ("dig", [Object::Value(Value::Integer(index)), rest @ ..]) => {
            let keys: Vec<Value> = rest.iter().map(|key| key.clone().into_value(ruby)).collect();
            return super::hash::dig(eval, at(items, *index), &keys).map(Some);
        }
        ("fetch", [Object::Value(Value::Integer(index))]) => fetch(items, *index)?,
        ("fetch", [Object::Value(Value::Integer(index)), default]) => {
            match position(items.len(), *index).and_then(|at| items.get(at)) {
                Some(value) => value.clone(),
                None => return Ok(Some(default.clone())),
            }
        }
        ("join", []) => join(eval, items, &RString::utf8(""), call, 0)?.into(),
        ("join", [Object::Value(Value::String(separator))]) => {
            join(eval, items, separator, call, 0)?.into()
        }
        ("size" | "length" | "count", []) => Value::Integer(items.len() as i64),
        ("count", [wanted]) => {
            let count = items.iter().filter(|item| equal(&(*item).clone().into(), wanted)).count();
            Value::Integer(count as i64)
        }
        ("empty?", []) => Value::Bool(items.is_empty()),
        ("any?", []) => Value::Bool(items.iter().any(truthy)),
        ("all?", []) => Value::Bool(items.iter().all(truthy)),
        ("none?", []) => Value::Bool(!items.iter().any(truthy)),
        ("include?" | "member?", [wanted]) => {
            Value::Bool(items.iter().any(|item| equal(&item.clone().into(), wanted)))
        }
        ("index" | "find_index", [wanted]) => {
            let found = items.iter().position(|item| equal(&item.clone().into(), wanted));
            found.map_or(Value::Nil, |at| Value::Integer(at as i64))
        }
        ("flatten", []) => {
            let mut out = Vec::new();
            flatten(items, 0, &mut out);
            out.into()
        }
        ("compact", []) => {
            items.iter().filter(|item| **item != Value::Nil).cloned().collect::<Vec<_>>().into()
        }
        ("reverse", []) => items.iter().rev().cloned().collect::<Vec<_>>().into(),
        ("uniq", []) => {
            let mut out: Vec<Value> = Vec::new();
            items.iter().for_each(|item| {
                if !out.contains(item) {
                    out.push(item.clone());
                }
            });
            out.into()
        }
        ("sort", []) => sort(eval, items, call)?,
        ("min", []) => sort(eval, items, call).map(|sorted| edge(&sorted, Edge::First))?,
        ("max", []) => sort(eval, items, call).map(|sorted| edge(&sorted, Edge::Last))?,
        ("sum", []) => return sum(eval, items, call).map(Some),
        ("+", [Object::Value(Value::Array(other))]) => [&items[..], &other[..]].concat().into(),
        ("-", [Object::Value(Value::Array(other))]) => {
            items.iter().filter(|item| !other.contains(item)).cloned().collect::<Vec<_>>().into()
        }
        ("&", [Object::Value(Value::Array(other))]) => {
            items.iter().filter(|item| other.contains(item)).cloned().collect::<Vec<_>>().into()
        }
        ("+" | "-", [other]) => return Err(no_conversion(other, "Array").into()),
        ("*", [Object::Value(Value::String(separator))]) => {
            join(eval, items, separator, call, 0)?.into()
        }
        ("values_at", indexes) => {
            let mut out = Vec::new();
            for index in indexes {
                match index {
                    Object::Value(Value::Integer(index)) => out.push(at(items, *index)),
                    other => return Err(no_conversion(other, "Integer").into()),
                }
            }
            out.into()
        }
        ("to_a" | "to_ary" | "entries", []) => Value::Array(Rc::clone(items)),
        ("to_h", []) => to_h(items)?,
        _ => return Ok(None),
    };
    Ok(Some(value.into()))
}

fn truthy(value: &Value) -> bool {
    !matches!(value, Value::Nil | Value::Bool(false))
}

fn fetch(items: &[Value], index: i64) -> Result<Value, Raised> {
    if let Some(value) = position(items.len(), index).and_then(|at| items.get(at)) {
        return Ok(value.clone());
    }
    let length = items.len();
    let message = format!("index {index} outside of array bounds: {}...{length}", -(length as i64));
    Err(RubyError::new("IndexError", message).into())
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
        out = eval.concat(&out, &text, call.span)?;
    }
    Ok(out)
}

fn flatten(items: &[Value], depth: usize, out: &mut Vec<Value>) {
    for item in items {
        match item {
            Value::Array(inner) if depth < 200 => flatten(inner, depth + 1, out),
            other => out.push(other.clone()),
        }
    }
}

/// `<=>` of what Ruby can compare.
pub(super) fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
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
        (a, b) if a == b => Some(Ordering::Equal),
        _ => None,
    }
}

fn comparison_failed(a: &Value, b: &Value, eval: &Evaluator) -> Raised {
    let class = a.class();
    let b = match b {
        Value::Nil | Value::Bool(_) | Value::Integer(_) | Value::Float(_) => {
            crate::ruby::inspect::inspect(b, eval.ruby())
        }
        other => other.class().to_owned(),
    };
    let message = format!("comparison of {class} with {b} failed");
    RubyError::new("ArgumentError", message).into()
}

fn sort(eval: &Evaluator, items: &[Value], _call: &Send) -> Result<Value, Raised> {
    let mut sorted = items.to_vec();
    let mut failed = None;
    sorted.sort_by(|a, b| {
        compare(a, b).unwrap_or_else(|| {
            failed.get_or_insert_with(|| comparison_failed(a, b, eval));
            Ordering::Equal
        })
    });
    failed.map_or_else(|| Ok(Value::from(sorted)), Err)
}

enum Edge {
    First,
    Last,
}

fn edge(sorted: &Value, edge: Edge) -> Value {
    match (sorted, edge) {
        (Value::Array(items), Edge::First) => at(items, 0),
        (Value::Array(items), Edge::Last) => at(items, -1),
        _ => Value::Nil,
    }
}

fn sum(eval: &mut Evaluator, items: &[Value], call: &Send) -> Result<Object, Raised> {
    let mut total = Object::integer(0);
    for item in items {
        let args = vec![item.clone().into()];
        let add = Send { receiver: total, method: "+", args, block: None, span: call.span };
        total = super::send(eval, &add)?;
    }
    Ok(total)
}

fn to_h(items: &[Value]) -> Result<Value, Raised> {
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

/// Methods that run a block for each item.
#[expect(clippy::too_many_lines, reason = "one arm a method")]
fn with_block(eval: &mut Evaluator, items: &[Value], call: &Send, block: &Block) -> Answer {
    let ruby = eval.ruby();
    if let ("each_with_object", [memo]) = (call.method, call.args.as_slice()) {
        // The block can only change the memo by methods that are not simulated.
        let memo = memo.clone().into_value(ruby);
        for item in items {
            eval.yields(block, &[item.clone(), memo.clone()])?;
        }
        return Ok(Some(memo.into()));
    }
    if matches!(call.method, "reduce" | "inject") && call.args.len() < 2 {
        let mut items = items.iter();
        let first = call.args.first().cloned().map(|arg| arg.into_value(ruby));
        let Some(mut memo) = first.or_else(|| items.next().cloned()) else {
            return Ok(Some(Object::NIL));
        };
        for item in items {
            memo = eval.yields(block, &[memo, item.clone()])?.into_value(ruby);
        }
        return Ok(Some(memo.into()));
    }
    if !call.args.is_empty() {
        return Ok(None);
    }
    let known = [
        "map",
        "collect",
        "flat_map",
        "filter_map",
        "select",
        "filter",
        "reject",
        "find",
        "detect",
        "any?",
        "all?",
        "none?",
        "count",
        "sum",
        "index",
        "find_index",
        "sort_by",
        "min_by",
        "max_by",
        "partition",
        "to_h",
        "each",
        "uniq",
        "group_by",
        "take_while",
        "drop_while",
    ];
    if !known.contains(&call.method) {
        return Ok(None);
    }
    let mut results = Vec::with_capacity(items.len());
    for item in items {
        let result = eval.yields(block, std::slice::from_ref(item))?.into_value(ruby);
        let done = match call.method {
            "find" | "detect" | "any?" | "index" | "find_index" => truthy(&result),
            "all?" | "take_while" => !truthy(&result),
            _ => false,
        };
        results.push(result);
        if done {
            break;
        }
    }
    gather(eval, items, &results, call).map(Some)
}

/// What the method makes of the block's results.
#[expect(clippy::too_many_lines, reason = "one flat table of methods")]
fn gather(
    eval: &mut Evaluator,
    items: &[Value],
    results: &[Value],
    call: &Send,
) -> Result<Object, Raised> {
    let pairs = || items.iter().zip(results);
    let kept = |wanted: bool| -> Vec<Value> {
        pairs().filter(|(_, r)| truthy(r) == wanted).map(|(item, _)| item.clone()).collect()
    };
    let first_true = results.iter().position(truthy);
    let value = match call.method {
        "map" | "collect" => results.to_vec().into(),
        "flat_map" => {
            let mut out = Vec::new();
            for result in results {
                match result {
                    Value::Array(inner) => out.extend(inner.iter().cloned()),
                    other => out.push(other.clone()),
                }
            }
            out.into()
        }
        "filter_map" => results.iter().filter(|r| truthy(r)).cloned().collect::<Vec<_>>().into(),
        "select" | "filter" => kept(true).into(),
        "reject" => kept(false).into(),
        "partition" => vec![kept(true).into(), kept(false).into()].into(),
        "find" | "detect" => first_true.and_then(|at| items.get(at)).cloned().unwrap_or(Value::Nil),
        "index" | "find_index" => first_true.map_or(Value::Nil, |at| Value::Integer(at as i64)),
        "any?" => Value::Bool(first_true.is_some()),
        "all?" => Value::Bool(results.iter().all(truthy)),
        "none?" => Value::Bool(first_true.is_none()),
        "count" => Value::Integer(results.iter().filter(|r| truthy(r)).count() as i64),
        "sum" => return sum(eval, results, call),
        "each" => items.to_vec().into(),
        "take_while" => {
            let end = results.iter().position(|r| !truthy(r)).unwrap_or(items.len());
            items.get(..end).unwrap_or_default().to_vec().into()
        }
        "drop_while" => {
            let start = results.iter().position(|r| !truthy(r)).unwrap_or(items.len());
            items.get(start..).unwrap_or_default().to_vec().into()
        }
        "to_h" => to_h(results)?,
        "sort_by" | "min_by" | "max_by" => by(eval, items, results, call)?,
        "uniq" => {
            let mut seen: Vec<&Value> = Vec::new();
            let fresh = pairs().filter(|(_, r)| {
                !seen.contains(r) && {
                    seen.push(r);
                    true
                }
            });
            fresh.map(|(item, _)| item.clone()).collect::<Vec<_>>().into()
        }
        _ => {
            let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
            for (item, key) in pairs() {
                match groups.iter_mut().find(|(known, _)| known == key) {
                    Some(group) => group.1.push(item.clone()),
                    None => groups.push((key.clone(), vec![item.clone()])),
                }
            }
            let mut hash = Hash::new();
            groups.into_iter().for_each(|(key, items)| hash.insert(key, items.into()));
            hash.into()
        }
    };
    Ok(Object::Value(value))
}

fn by(eval: &Evaluator, items: &[Value], keys: &[Value], call: &Send) -> Result<Value, Raised> {
    let mut order: Vec<usize> = (0..items.len().min(LARGEST)).collect();
    let mut failed = None;
    order.sort_by(|a, b| match (keys.get(*a), keys.get(*b)) {
        (Some(a), Some(b)) => compare(a, b).unwrap_or_else(|| {
            failed.get_or_insert_with(|| comparison_failed(a, b, eval));
            Ordering::Equal
        }),
        _ => Ordering::Equal,
    });
    if let Some(failed) = failed {
        return Err(failed);
    }
    let sorted: Vec<Value> = order.iter().filter_map(|at| items.get(*at)).cloned().collect();
    Ok(match call.method {
        "min_by" => at(&sorted, 0),
        "max_by" => at(&sorted, -1),
        _ => sorted.into(),
    })
}
