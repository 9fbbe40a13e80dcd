//! `Enumerable` with a block, for arrays, hashes (as pairs), ranges and enumerators.

use std::cmp::Ordering;
use std::rc::Rc;

use super::super::eval::{Evaluator, Local};
use super::super::object::{Object, Raised};
use super::super::place::Place;
use super::super::tree::Block;
use super::array::{at, compare, comparison_failed, to_h, truthy};
use super::{Answer, Send};
use crate::ruby::value::{Hash, Value};

/// Methods that give an Enumerator without a block.
const LAZY: &str = "each map collect flat_map select filter reject each_with_index filter_map each_entry \
    sort_by group_by partition min_by max_by find_index each_pair times \
    find detect reverse_each each_index each_key each_value";

/// The Enumerator of a call without a block.
pub(super) fn enumerator(items: &Rc<Vec<Value>>, call: &Send) -> Option<Object> {
    match (call.method, call.args.as_slice()) {
        ("each_slice" | "each_cons", [Object::Value(Value::Integer(size @ 1..))]) => {
            let size = *size as usize;
            let groups: Vec<Value> = if call.method == "each_slice" {
                items.chunks(size).map(|part| part.to_vec().into()).collect()
            } else {
                items.windows(size).map(|part| part.to_vec().into()).collect()
            };
            Some(Object::Enumerator(Rc::new(groups), "each".into()))
        }
        ("each_with_index", []) => {
            Some(Object::Enumerator(Rc::new(indexed(items, 0)), "each".into()))
        }
        ("reverse_each", []) => {
            Some(Object::Enumerator(Rc::new(items.iter().rev().cloned().collect()), "each".into()))
        }
        ("each_index", []) => {
            let numbers = (0..items.len()).map(|number| Value::Integer(number as i64)).collect();
            Some(Object::Enumerator(Rc::new(numbers), "each".into()))
        }
        (method, []) if LAZY.split_ascii_whitespace().any(|known| known == method) => {
            Some(Object::Enumerator(Rc::clone(items), method.into()))
        }
        _ => None,
    }
}

fn indexed(items: &[Value], from: i64) -> Vec<Value> {
    let pairs = items.iter().zip(from..);
    pairs.map(|(item, at)| vec![item.clone(), Value::Integer(at)].into()).collect()
}

/// Calls a method of an Enumerator.
pub(super) fn send(
    eval: &mut Evaluator,
    items: &Rc<Vec<Value>>,
    made_by: &str,
    call: &Send,
) -> Answer {
    match (call.method, call.args.as_slice(), call.block) {
        ("with_index" | "each_with_index", args, Some(block)) => {
            let from = match args {
                [] => 0,
                [Object::Value(Value::Integer(from))] => *from,
                _ => return Ok(None),
            };
            let mut results = Vec::new();
            for (item, at) in items.iter().zip(from..) {
                let result = eval.yields(block, &[item.clone(), Value::Integer(at)])?;
                results.push(result.into_value(eval.ruby()));
            }
            if made_by == "each" {
                return Ok(Some(Object::Value(Value::Array(Rc::clone(items)))));
            }
            gather(eval, items, &results, &Send { method: made_by, ..of(call) }).map(Some)
        }
        ("with_index" | "each_with_index", [], None) => {
            Ok(Some(Object::Enumerator(Rc::new(indexed(items, 0)), made_by.into())))
        }
        ("with_object", ..) => Ok(None),
        ("size" | "next" | "peek" | "rewind", ..) => Ok(None),
        ("to_a" | "entries" | "force", [], _)
            if matches!(made_by, "each" | "each_entry" | "map" | "select" | "times") =>
        {
            Ok(Some(Object::Value(Value::Array(Rc::clone(items)))))
        }
        _ if call.block.is_some() && !matches!(made_by, "each" | "each_entry" | "times") => {
            Ok(None)
        }
        _ => super::array::send(eval, items, call),
    }
}

fn of<'c>(call: &Send<'c>) -> Send<'c> {
    Send {
        receiver: Object::NIL,
        method: call.method,
        args: Vec::new(),
        block: call.block,
        span: call.span,
        place: None,
    }
}

/// Smallest or largest item by its key; the first of equals.
pub(super) fn edge(
    eval: &Evaluator,
    items: &[Value],
    keys: &[Value],
    largest: bool,
) -> Result<Value, Raised> {
    let own = std::ptr::eq(items, keys);
    let mut best = 0;
    for (index, key) in keys.iter().enumerate().skip(1) {
        let Some(known) = keys.get(best) else { break };
        // Which of the two is asked shows in the exception.
        let (a, b) = if own { (known, key) } else { (key, known) };
        let order = compare(a, b).ok_or_else(|| comparison_failed(a, b, eval))?;
        if order == if largest == own { Ordering::Less } else { Ordering::Greater } {
            best = index;
        }
    }
    Ok(items.get(best).cloned().unwrap_or(Value::Nil))
}

/// Items in the order of their keys.
pub(super) fn sorted(
    eval: &Evaluator,
    items: &[Value],
    keys: &[Value],
) -> Result<Vec<Value>, Raised> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    let at = |index: usize| keys.get(index).unwrap_or(&Value::Nil);
    merge_sort(&mut order, &mut |a, b| {
        compare(at(a), at(b)).ok_or_else(|| comparison_failed(at(a), at(b), eval))
    })?;
    Ok(order.into_iter().filter_map(|index| items.get(index)).cloned().collect())
}

/// glibc's `qsort_r`, by which Ruby sorts: stable, and it asks in this order.
fn merge_sort(
    order: &mut [usize],
    compare: &mut dyn FnMut(usize, usize) -> Result<Ordering, Raised>,
) -> Result<(), Raised> {
    if order.len() < 2 {
        return Ok(());
    }
    let middle = order.len() / 2;
    merge_sort(&mut order[..middle], compare)?;
    merge_sort(&mut order[middle..], compare)?;
    let (mut a, mut b) = (0, middle);
    let mut merged = Vec::with_capacity(order.len());
    while a < middle && b < order.len() {
        let left = compare(order[a], order[b])?.is_le();
        let next = if left { &mut a } else { &mut b };
        merged.push(order[*next]);
        *next += 1;
    }
    merged.extend_from_slice(&order[a..middle]);
    order[..merged.len()].copy_from_slice(&merged);
    Ok(())
}

/// The first item of each key.
pub(super) fn uniq(items: &[Value], keys: &[Value]) -> Vec<Value> {
    let mut seen: Vec<&Value> = Vec::new();
    let mut out = Vec::new();
    for (item, key) in items.iter().zip(keys) {
        if !seen.contains(&key) {
            seen.push(key);
            out.push(item.clone());
        }
    }
    out
}

fn operate(
    eval: &mut Evaluator,
    receiver: Object,
    method: &str,
    arg: Object,
    call: &Send,
) -> Result<Object, Raised> {
    super::send(
        eval,
        &Send { receiver, method, args: vec![arg], block: None, span: call.span, place: None },
    )
}

/// `sum`: Floats by Kahan-Babuska, as Ruby does.
pub(super) fn sum(
    eval: &mut Evaluator,
    items: &[Value],
    start: Object,
    call: &Send,
) -> Result<Object, Raised> {
    let mut total = start;
    let numeric = |value: &Value| match value {
        Value::Float(number) => Some(*number),
        Value::Integer(number) => Some(*number as f64),
        _ => None,
    };
    let mut items = items.iter();
    while let Some(item) = items.next() {
        if let (Object::Value(Value::Float(_) | Value::Integer(_)), Value::Float(_)) =
            (&total, item)
        {
            let Object::Value(first) = &total else { continue };
            let (mut sum, mut lost) = (numeric(first).unwrap_or(0.0), 0.0);
            let mut next = Some(item);
            while let Some(number) = next.and_then(numeric) {
                let step = sum + number;
                if !step.is_finite() {
                    lost = 0.0;
                } else if sum.abs() >= number.abs() {
                    lost += (sum - step) + number;
                } else {
                    lost += (number - step) + sum;
                }
                sum = step;
                next = items.next();
            }
            total = Object::Value(Value::Float(sum + lost));
            let Some(other) = next else { break };
            total = operate(eval, total, "+", other.clone().into(), call)?;
            continue;
        }
        total = operate(eval, total, "+", item.clone().into(), call)?;
    }
    Ok(total)
}

/// `inject(:method)`
pub(super) fn inject(
    eval: &mut Evaluator,
    items: &[Value],
    first: Option<&Object>,
    method: &str,
    call: &Send,
) -> Result<Object, Raised> {
    let mut items = items.iter();
    let first = first.cloned().or_else(|| items.next().cloned().map(Object::from));
    let Some(mut memo) = first else { return Ok(Object::NIL) };
    for item in items {
        memo = operate(eval, memo, method, item.clone().into(), call)?;
    }
    Ok(memo)
}

/// What a block gets for an item, and where that stands.
fn arguments(
    call: &Send,
    block: &Block,
    index: usize,
    item: &Value,
) -> (Vec<Value>, Vec<Option<Place>>) {
    let Some(place) = &call.place else { return (vec![item.clone()], Vec::new()) };
    match (&call.receiver, item) {
        (Object::Value(Value::Hash(_)), Value::Array(pair)) if block.params.len() > 1 => {
            let key = at(pair, 0);
            (pair.to_vec(), vec![None, Some(place.item(key))])
        }
        (Object::Value(Value::Array(_)), _) => {
            (vec![item.clone()], vec![Some(place.item(Value::Integer(index as i64)))])
        }
        _ => (vec![item.clone()], Vec::new()),
    }
}

fn each_with_object(
    eval: &mut Evaluator,
    items: &[Value],
    call: &Send,
    block: &Block,
    memo: &Object,
) -> Result<Object, Raised> {
    let number = eval.locals.len();
    eval.locals.push(Local { name: "".into(), object: memo.clone(), alias: None });
    let place = Place::local(number);
    let mut result = Ok(());
    for (index, item) in items.iter().enumerate() {
        let (mut args, mut places) = match (&call.receiver, block.params.len()) {
            // `|(k, v), memo|` takes the pair apart itself.
            (Object::Value(Value::Hash(_)), _) => (vec![item.clone()], Vec::new()),
            _ => arguments(call, block, index, item),
        };
        let ruby = eval.ruby();
        args.push(eval.at_place(&place).into_value(ruby));
        places.resize(args.len() - 1, None);
        places.push(Some(place.clone()));
        if let Err(raised) = eval.yields_placed(block, &args, &places) {
            result = Err(raised);
            break;
        }
    }
    let memo = eval.at_place(&place);
    eval.locals.truncate(number);
    result.map(|()| memo)
}

/// Methods that run a block for each item.
#[expect(clippy::too_many_lines, reason = "one flat table")]
pub(super) fn with_block(
    eval: &mut Evaluator,
    items: &Rc<Vec<Value>>,
    call: &Send,
    block: &Block,
) -> Answer {
    let ruby = eval.ruby();
    match (call.method, call.args.as_slice()) {
        ("each_with_object", [memo]) => {
            return each_with_object(eval, items, call, block, memo).map(Some);
        }
        ("reduce" | "inject", args @ ([] | [_])) => {
            let mut items = items.iter();
            let first = args.first().cloned().map(|arg| arg.into_value(ruby));
            let Some(mut memo) = first.or_else(|| items.next().cloned()) else {
                return Ok(Some(Object::NIL));
            };
            for item in items {
                memo = eval.yields(block, &[memo, item.clone()])?.into_value(ruby);
            }
            return Ok(Some(memo.into()));
        }
        ("sort", []) => return sort(eval, items, block).map(Some),
        ("each_slice" | "each_cons", [_]) => {
            let Some(Object::Enumerator(groups, _)) = enumerator(items, call) else {
                return Ok(None);
            };
            for group in groups.iter() {
                eval.yields(block, std::slice::from_ref(group))?;
            }
            return Ok(Some(call.receiver.clone()));
        }
        ("sum", [start]) => {
            let mut results = Vec::new();
            for item in items.iter() {
                results.push(eval.yields(block, std::slice::from_ref(item))?.into_value(ruby));
            }
            return sum(eval, &results, start.clone(), call).map(Some);
        }
        (_, [_, ..]) => return Ok(None),
        _ => {}
    }
    let known = "map collect flat_map collect_concat filter_map select filter reject find detect any? all? none? one? count \
        sum index find_index sort_by min_by max_by partition to_h each each_entry uniq group_by take_while drop_while \
        each_with_index reverse_each each_index each_pair each_char each_line each_byte times chunk_while slice_when";
    if !known.split_ascii_whitespace().any(|name| name == call.method) {
        return Ok(None);
    }
    let mut results = Vec::with_capacity(items.len());
    let count = items.len();
    for turn in 0..count {
        let index = if call.method == "reverse_each" { count - 1 - turn } else { turn };
        let Some(item) = items.get(index) else { break };
        let (mut args, places) = arguments(call, block, index, item);
        match call.method {
            "each_with_index" => {
                args = vec![item.clone(), Value::Integer(index as i64)];
            }
            "each_index" => args = vec![Value::Integer(index as i64)],
            "chunk_while" | "slice_when" => match items.get(index + 1) {
                Some(next) => args = vec![item.clone(), next.clone()],
                None => break,
            },
            _ => {}
        }
        let result = eval.yields_placed(block, &args, &places)?.into_value(ruby);
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

/// `sort { |a, b| … }`
fn sort(eval: &mut Evaluator, items: &[Value], block: &Block) -> Result<Object, Raised> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    let at = |index: usize| items.get(index).unwrap_or(&Value::Nil);
    merge_sort(&mut order, &mut |a, b| {
        let answer = eval.yields(block, &[at(a).clone(), at(b).clone()])?.into_value(eval.ruby());
        match answer {
            Value::Integer(number) => Ok(number.cmp(&0)),
            Value::Float(number) if !number.is_nan() => Ok(number.total_cmp(&0.0)),
            _ => Err(comparison_failed(at(a), at(b), eval)),
        }
    })?;
    let sorted: Vec<Value> = order.into_iter().map(|index| at(index).clone()).collect();
    Ok(Object::Value(sorted.into()))
}

fn groups(pairs: &[(&Value, &Value)]) -> Value {
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    for (item, key) in pairs {
        match groups.iter_mut().find(|(known, _)| known == *key) {
            Some(group) => group.1.push((*item).clone()),
            None => groups.push(((*key).clone(), vec![(*item).clone()])),
        }
    }
    let mut hash = Hash::new();
    groups.into_iter().for_each(|(key, items)| hash.insert(key, items.into()));
    hash.into()
}

fn chunks(items: &[Value], results: &[Value], together: bool) -> Object {
    let mut out: Vec<Vec<Value>> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let joined = index > 0 && results.get(index - 1).map(truthy) == Some(together);
        match out.last_mut().filter(|_| joined) {
            Some(last) => last.push(item.clone()),
            None => out.push(vec![item.clone()]),
        }
    }
    let items = out.into_iter().map(Value::from).collect();
    Object::Enumerator(Rc::new(items), "each".into())
}

/// What the method makes of the block's results.
fn gather(
    eval: &mut Evaluator,
    items: &[Value],
    results: &[Value],
    call: &Send,
) -> Result<Object, Raised> {
    let pairs: Vec<(&Value, &Value)> = items.iter().zip(results).collect();
    let kept = |wanted: bool| -> Vec<Value> {
        pairs.iter().filter(|(_, r)| truthy(r) == wanted).map(|(item, _)| (*item).clone()).collect()
    };
    let first_true = results.iter().position(truthy);
    let trues = results.iter().filter(|r| truthy(r)).count();
    let value: Value = match call.method {
        "map" | "collect" => results.to_vec().into(),
        "flat_map" | "collect_concat" => {
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
        "all?" => Value::Bool(trues == results.len()),
        "none?" => Value::Bool(first_true.is_none()),
        "one?" => Value::Bool(trues == 1),
        "count" => Value::Integer(trues as i64),
        "sum" => return sum(eval, results, Object::integer(0), call),
        "each" | "each_entry" | "each_with_index" | "reverse_each" | "each_index" | "each_pair"
        | "times" => {
            return Ok(call
                .place
                .as_ref()
                .map_or(call.receiver.clone(), |place| eval.at_place(place)));
        }
        "take_while" => {
            let end = results.iter().position(|r| !truthy(r)).unwrap_or(items.len());
            items.get(..end).unwrap_or_default().to_vec().into()
        }
        "drop_while" => {
            let start = results.iter().position(|r| !truthy(r)).unwrap_or(items.len());
            items.get(start..).unwrap_or_default().to_vec().into()
        }
        "to_h" => to_h(results)?,
        "sort_by" => sorted(eval, items, results)?.into(),
        "min_by" | "max_by" => edge(eval, items, results, call.method == "max_by")?,
        "uniq" => uniq(items, results).into(),
        "chunk_while" | "slice_when" => {
            return Ok(chunks(items, results, call.method == "chunk_while"));
        }
        _ => groups(&pairs),
    };
    Ok(Object::Value(value))
}
