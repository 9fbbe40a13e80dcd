//! `Hash`.

use std::rc::Rc;

use super::super::eval::Evaluator;
use super::super::object::{Object, Raised};
use super::{Answer, Send, constant::key_not_found, no_conversion};
use crate::fluent::error::RubyError;
use crate::ruby::value::{Hash, Value};

/// Calls a method of a Hash.
#[expect(clippy::too_many_lines, reason = "one flat table of methods")]
pub(super) fn send(eval: &mut Evaluator, hash: &Rc<Hash>, call: &Send) -> Answer {
    let ruby = eval.ruby();
    let args: Vec<Value> = call.args.iter().map(|arg| arg.clone().into_value(ruby)).collect();
    let value = match (call.method, args.as_slice()) {
        ("[]", [key]) => lookup(hash, key),
        ("[]", args) => {
            let given = args.len();
            let message = format!("wrong number of arguments (given {given}, expected 1)");
            return Err(RubyError::new("ArgumentError", message).into());
        }
        ("dig", [first, rest @ ..]) => return dig(eval, lookup(hash, first), rest).map(Some),
        ("fetch", [key]) => match (find(hash, key), call.block) {
            (Some(value), _) => value.clone(),
            (None, Some(block)) => return eval.yields(block, &args).map(Some),
            (None, None) => return Err(key_not_found(key, ruby).into()),
        },
        ("fetch", [key, default]) => find(hash, key).unwrap_or(default).clone(),
        ("key?" | "has_key?" | "include?" | "member?", [key]) => {
            Value::Bool(find(hash, key).is_some())
        }
        ("value?" | "has_value?", [wanted]) => {
            Value::Bool(hash.iter().any(|(_, value)| super::equal_values(value, wanted)))
        }
        ("keys", []) => hash.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>().into(),
        ("values", []) => hash.iter().map(|(_, value)| value.clone()).collect::<Vec<_>>().into(),
        ("values_at", keys) => keys.iter().map(|key| lookup(hash, key)).collect::<Vec<_>>().into(),
        ("to_a", []) => hash.iter().map(pair).collect::<Vec<_>>().into(),
        ("to_h" | "to_hash", []) if call.block.is_none() => Value::Hash(Rc::clone(hash)),
        ("size" | "length" | "count", []) if call.block.is_none() => {
            Value::Integer(hash.len() as i64)
        }
        ("empty?", []) => Value::Bool(hash.is_empty()),
        ("any?", []) if call.block.is_none() => Value::Bool(!hash.is_empty()),
        ("merge", others) => merge(eval, hash, others, call)?,
        ("fetch_values", keys) => {
            let mut out = Vec::new();
            for key in keys {
                out.push(find(hash, key).ok_or_else(|| key_not_found(key, ruby))?.clone());
            }
            out.into()
        }
        ("each_pair" | "each", []) if call.block.is_none() => {
            let items = hash.iter().map(pair).collect();
            return Ok(Some(Object::Enumerator(Rc::new(items), "each".into())));
        }
        ("each_key" | "each_value", []) => {
            let Some(block) = call.block else { return Ok(None) };
            for (key, value) in hash.iter() {
                let place = call.place.as_ref().map(|place| place.item(key.clone()));
                if call.method == "each_key" {
                    eval.yields(block, std::slice::from_ref(key))?;
                } else {
                    eval.yields_placed(block, std::slice::from_ref(value), &[place])?;
                }
            }
            return Ok(Some(
                call.place.as_ref().map_or(call.receiver.clone(), |place| eval.at_place(place)),
            ));
        }
        ("<=" | ">=" | "<" | ">", [Value::Hash(other)]) => {
            let (small, large) =
                if call.method.starts_with('<') { (hash, other) } else { (other, hash) };
            let within = small.iter().all(|(key, value)| {
                find(large, key).is_some_and(|v| super::equal_values(v, value))
            });
            Value::Bool(within && (call.method.len() == 2 || small.len() < large.len()))
        }
        ("deconstruct_keys" | "compare_by_identity" | "default" | "rehash" | "to_proc", _) => {
            return Ok(None);
        }
        ("transform_keys", [Value::Hash(map)]) if call.block.is_none() => {
            let mut out = Hash::new();
            for (key, value) in hash.iter() {
                out.insert(find(map, key).unwrap_or(key).clone(), value.clone());
            }
            out.into()
        }
        ("flatten", []) => hash
            .iter()
            .flat_map(|(key, value)| [key.clone(), value.clone()])
            .collect::<Vec<_>>()
            .into(),
        ("reject" | "select" | "filter", []) if call.block.is_some() => {
            return select(eval, hash, call).map(Some);
        }
        ("slice", keys) => keep(hash, |key| keys.contains(key)),
        ("except", keys) => keep(hash, |key| !keys.contains(key)),
        ("compact", []) => {
            let kept = hash.iter().filter(|(_, value)| **value != Value::Nil);
            Hash::from_entries(kept.map(|(k, v)| (k.clone(), v.clone())).collect()).into()
        }
        ("invert", []) => {
            let mut out = Hash::new();
            hash.iter().for_each(|(key, value)| out.insert(value.clone(), key.clone()));
            out.into()
        }
        ("transform_values" | "transform_keys", []) if call.block.is_some() => {
            return transform(eval, hash, call).map(Some);
        }
        ("key", [wanted]) => {
            let found = hash.iter().find(|(_, value)| *value == wanted);
            found.map_or(Value::Nil, |(key, _)| key.clone())
        }
        (
            "select" | "filter" | "reject" | "min_by" | "max_by" | "sort_by" | "partition"
            | "group_by",
            [],
        )
        | ("fetch" | "dig" | "flatten", _)
            if call.block.is_none() =>
        {
            return Ok(None);
        }
        _ => {
            if !super::names::exists("Hash", call.method) {
                return Ok(None);
            }
            let items: Vec<Value> = hash.iter().map(pair).collect();
            return super::array::send(eval, &Rc::new(items), call);
        }
    };
    Ok(Some(value.into()))
}

pub(in super::super) fn pair((key, value): (&Value, &Value)) -> Value {
    Value::from(vec![key.clone(), value.clone()])
}

pub(super) fn find<'h>(hash: &'h Hash, key: &Value) -> Option<&'h Value> {
    hash.iter().find(|(known, _)| *known == key).map(|(_, value)| value)
}

pub(in super::super) fn lookup(hash: &Hash, key: &Value) -> Value {
    find(hash, key).cloned().unwrap_or(Value::Nil)
}

pub(super) fn keep(hash: &Hash, wanted: impl Fn(&Value) -> bool) -> Value {
    let mut out = Hash::new();
    hash.iter()
        .filter(|(key, _)| wanted(key))
        .for_each(|(key, value)| out.insert(key.clone(), value.clone()));
    out.into()
}

fn merge(
    eval: &mut Evaluator,
    hash: &Hash,
    others: &[Value],
    call: &Send,
) -> Result<Value, Raised> {
    let mut out = hash.clone();
    for other in others {
        let Value::Hash(other) = other else {
            return Err(no_conversion(&other.clone().into(), "Hash").into());
        };
        for (key, value) in other.iter() {
            let value = match (call.block, find(&out, key)) {
                (Some(block), Some(old)) => {
                    let args = [key.clone(), old.clone(), value.clone()];
                    eval.yields(block, &args)?.into_value(eval.ruby())
                }
                _ => value.clone(),
            };
            out.insert(key.clone(), value);
        }
    }
    Ok(out.into())
}

fn select(eval: &mut Evaluator, hash: &Hash, call: &Send) -> Result<Object, Raised> {
    let mut out = Hash::new();
    for (key, value) in hash.iter() {
        if let Some(block) = call.block {
            let taken = eval.yields(block, &[key.clone(), value.clone()])?.truthy();
            if taken != (call.method == "reject") {
                out.insert(key.clone(), value.clone());
            }
        }
    }
    Ok(Object::Value(out.into()))
}

fn transform(eval: &mut Evaluator, hash: &Hash, call: &Send) -> Result<Object, Raised> {
    let ruby = eval.ruby();
    let mut out = Hash::new();
    for (key, value) in hash.iter() {
        let Some(block) = call.block else { break };
        if call.method == "transform_keys" {
            let key = eval.yields(block, std::slice::from_ref(key))?.into_value(ruby);
            out.insert(key, value.clone());
        } else {
            let value = eval.yields(block, std::slice::from_ref(value))?.into_value(ruby);
            out.insert(key.clone(), value);
        }
    }
    Ok(Object::Value(out.into()))
}

/// `dig`: goes on in hashes and arrays, ends at nil, raises at anything else.
pub(super) fn dig(eval: &mut Evaluator, value: Value, keys: &[Value]) -> Result<Object, Raised> {
    let mut value = value;
    for key in keys {
        value = match &value {
            Value::Nil => return Ok(Object::NIL),
            Value::Hash(hash) => lookup(hash, key),
            Value::Array(items) => match key {
                Value::Integer(index) => super::array::at(items, *index),
                other => return Err(no_conversion(&other.clone().into(), "Integer").into()),
            },
            other => {
                let class = other.class();
                let message = format!("{class} does not have #dig method");
                let _ = &eval;
                return Err(RubyError::new("TypeError", message).into());
            }
        };
    }
    Ok(value.into())
}
