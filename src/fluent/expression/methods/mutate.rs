//! Methods that change their receiver: each gives the changed receiver (`None`: as it was) and the
//! call's result.

use std::rc::Rc;

use super::super::eval::{Evaluator, is_change};
use super::super::object::{Object, Raised};
use super::array::{at, part, position};
use super::{Send, hash, no_conversion, string};
use crate::encoding::Encoding;
use crate::fluent::error::RubyError;
use crate::ruby::string::RString;
use crate::ruby::value::{Hash, Value};

type Change = Result<Option<(Option<Object>, Object)>, Raised>;

/// `None`: no such method, or not one that changes.
pub(in super::super) fn send(eval: &mut Evaluator, call: &Send) -> Change {
    let time = matches!(call.method, "utc" | "gmtime" | "localtime" | "force_encoding");
    if !time && !is_change(call.method) {
        return Ok(None);
    }
    match &call.receiver {
        Object::Value(Value::String(text)) => text_change(eval, text, call),
        Object::Value(Value::Array(items)) => array_change(eval, items, call),
        Object::Value(Value::Hash(entries)) => hash_change(eval, entries, call),
        Object::Time(_) if time => {
            let made = super::of_class(eval, call)?;
            Ok(made.map(|made| (Some(made.clone()), made)))
        }
        _ => Ok(None),
    }
}

/// The receiver is the result.
fn itself(new: impl Into<Object>) -> Change {
    let new = new.into();
    Ok(Some((Some(new.clone()), new)))
}

/// The method without its mark, on the same receiver.
fn pure(eval: &mut Evaluator, call: &Send, method: &str) -> Result<Option<Object>, Raised> {
    let send = Send {
        receiver: call.receiver.clone(),
        method,
        args: call.args.clone(),
        block: call.block,
        span: call.span,
        place: None,
    };
    super::of_class(eval, &send)
}

#[expect(clippy::too_many_lines, reason = "one flat table")]
fn text_change(eval: &mut Evaluator, text: &RString, call: &Send) -> Change {
    let insert = |eval: &mut Evaluator,
                  start: usize,
                  end: usize,
                  new: &RString|
     -> Result<RString, Raised> {
        let head = eval.concat(&text.slice(0, start), new, call.span)?;
        eval.concat(&head, &text.slice(end, text.len()), call.span)
    };
    match (call.method, call.args.as_slice()) {
        ("<<" | "concat", args) => {
            let mut out = text.clone();
            for arg in args {
                let more = match arg {
                    Object::Value(Value::String(more)) => more.clone(),
                    Object::Value(Value::Integer(code)) => {
                        let character = u32::try_from(*code).ok().and_then(char::from_u32);
                        let Some(character) =
                            character.filter(|_| text.encoding() == Encoding::Utf8 || *code < 128)
                        else {
                            return Err(eval.not_simulated("String#<< of a number", call.span));
                        };
                        RString::utf8(character.encode_utf8(&mut [0; 4]))
                    }
                    other => return Err(no_conversion(other, "String").into()),
                };
                out = eval.concat(&out, &more, call.span)?;
            }
            itself(out)
        }
        ("prepend", args) => {
            let mut out = RString::utf8("");
            for arg in args {
                let Object::Value(Value::String(more)) = arg else {
                    return Err(no_conversion(arg, "String").into());
                };
                out = eval.concat(&out, more, call.span)?;
            }
            itself(eval.concat(&out, text, call.span)?)
        }
        ("insert", [Object::Value(Value::Integer(index)), Object::Value(Value::String(new))]) => {
            let length = string::characters(text).count();
            let index = if *index < 0 { index + 1 + length as i64 } else { *index };
            let Some(start) = position(length, index).filter(|_| index >= 0) else {
                let message = format!("index {index} out of string");
                return Err(RubyError::new("IndexError", message).into());
            };
            let byte = string::byte_of(text, start);
            itself(insert(eval, byte, byte, new)?)
        }
        ("replace", [Object::Value(Value::String(new))]) => itself(new.clone()),
        ("clear", []) => itself(text.slice(0, 0)),
        ("force_encoding", [_]) => {
            let made = string::encodings(eval, text, call)?;
            Ok(made.map(|made| (Some(made.clone()), made)))
        }
        ("[]=", [place @ .., new @ Object::Value(Value::String(with))]) => {
            match string::span_of(eval, text, place)? {
                Some((start, end)) => {
                    Ok(Some((Some(insert(eval, start, end, with)?.into()), new.clone())))
                }
                None => Err(RubyError::new("IndexError", "string not matched").into()),
            }
        }
        ("slice!", place) => match string::span_of(eval, text, place)? {
            Some((start, end)) => {
                let rest = insert(eval, start, end, &RString::utf8(""))?;
                Ok(Some((Some(rest.into()), text.slice(start, end).into())))
            }
            None => Ok(Some((None, Object::NIL))),
        },
        (method, _) => {
            let Some(plain) = method.strip_suffix('!') else { return Ok(None) };
            let before = eval.last_match.clone();
            let Some(made) = pure(eval, call, plain)? else { return Ok(None) };
            let always = matches!(
                plain,
                "reverse" | "scrub" | "encode" | "succ" | "next" | "unicode_normalize"
            );
            let unchanged = match plain {
                "sub" | "gsub" => {
                    eval.last_match.is_none() || {
                        let same =
                            matches!(&made, Object::Value(Value::String(new)) if new == text);
                        same && before.as_ref().map(Rc::as_ptr)
                            == eval.last_match.as_ref().map(Rc::as_ptr)
                    }
                }
                _ => matches!(&made, Object::Value(Value::String(new)) if new == text),
            };
            if unchanged && !always {
                return Ok(Some((None, Object::NIL)));
            }
            itself(made)
        }
    }
}

#[expect(clippy::too_many_lines, reason = "one flat table")]
fn array_change(eval: &mut Evaluator, items: &Rc<Vec<Value>>, call: &Send) -> Change {
    let ruby = eval.ruby();
    let values = || call.args.iter().map(|arg| arg.clone().into_value(ruby));
    let with =
        |new: Vec<Value>, result: Object| Ok(Some((Some(Object::Value(new.into())), result)));
    let mut new = items.to_vec();
    match (call.method, call.args.as_slice()) {
        ("<<", [_]) | ("push" | "append", _) => {
            new.extend(values());
            itself(Value::from(new))
        }
        ("unshift" | "prepend", _) => itself(Value::from(values().chain(new).collect::<Vec<_>>())),
        ("concat", lists) => {
            for list in lists {
                match list {
                    Object::Value(Value::Array(more)) => new.extend(more.iter().cloned()),
                    other => return Err(no_conversion(other, "Array").into()),
                }
            }
            itself(Value::from(new))
        }
        ("pop", []) => {
            let last = new.pop().unwrap_or(Value::Nil);
            with(new, last.into())
        }
        ("shift", []) => {
            let first = if new.is_empty() { Value::Nil } else { new.remove(0) };
            with(new, first.into())
        }
        ("pop" | "shift", [Object::Value(Value::Integer(count @ 0..))]) => {
            let count = (*count as usize).min(new.len());
            let (head, tail) =
                new.split_at(if call.method == "shift" { count } else { new.len() - count });
            let (taken, rest) = if call.method == "shift" { (head, tail) } else { (tail, head) };
            with(rest.to_vec(), Object::Value(taken.to_vec().into()))
        }
        ("insert", [Object::Value(Value::Integer(index)), rest @ ..]) => {
            let index = if *index < 0 { index + 1 } else { *index };
            let Some(place) = position(new.len(), index).filter(|_| !rest.is_empty()) else {
                return Err(eval.not_simulated("Array#insert beyond the end", call.span));
            };
            new.splice(place..place, values().skip(1));
            itself(Value::from(new))
        }
        ("delete", [Object::Value(wanted)]) => {
            let found = new.iter().rfind(|item| super::equal_values(item, wanted)).cloned();
            new.retain(|item| !super::equal_values(item, wanted));
            with(new, found.unwrap_or(Value::Nil).into())
        }
        ("delete_at", [Object::Value(Value::Integer(index))]) => {
            let gone = at(items, *index);
            if let Some(place) = position(new.len(), *index).filter(|place| *place < new.len()) {
                new.remove(place);
            }
            with(new, gone.into())
        }
        ("slice!", args) => {
            let (taken, places) = match args {
                [Object::Value(Value::Integer(index))] => {
                    let place = position(new.len(), *index).filter(|place| *place < new.len());
                    (at(items, *index), place.map(|place| (place, place + 1)))
                }
                _ => match part(new.len(), args) {
                    Some((start, end)) => {
                        (Value::from(new[start..end].to_vec()), Some((start, end)))
                    }
                    None => (Value::Nil, None),
                },
            };
            if let Some((start, end)) = places {
                new.drain(start..end);
            }
            with(new, taken.into())
        }
        ("clear", []) => itself(Value::from(Vec::new())),
        ("replace", [Object::Value(other @ Value::Array(_))]) => itself(other.clone()),
        ("[]=", [Object::Value(Value::Integer(index)), value]) => {
            let length = new.len() as i64;
            let index = if *index < 0 { index + length } else { *index };
            if !(0..=100_000).contains(&index) {
                let message =
                    format!("index {} too small for array; minimum: -{length}", index - length);
                return Err(RubyError::new("IndexError", message).into());
            }
            let index = index as usize;
            if index >= new.len() {
                new.resize(index + 1, Value::Nil);
            }
            new[index] = value.clone().into_value(ruby);
            with(new, value.clone())
        }
        ("delete_if" | "keep_if", []) if call.block.is_some() => {
            let plain = if call.method == "keep_if" { "select" } else { "reject" };
            let made = pure(eval, call, plain)?;
            made.map_or(Ok(None), itself)
        }
        (method, _) => bang(
            eval,
            call,
            method,
            &["map", "collect", "reverse", "sort", "sort_by", "rotate", "shuffle"],
        ),
    }
}

/// `name!`: as `name`, and nil where nothing changed unless it is one of `always`.
fn bang(eval: &mut Evaluator, call: &Send, method: &str, always: &[&str]) -> Change {
    let Some(plain) = method.strip_suffix('!') else { return Ok(None) };
    let Some(made) = pure(eval, call, plain)? else { return Ok(None) };
    let same = super::equal(&made, &call.receiver);
    if same && !always.contains(&plain) {
        return Ok(Some((None, Object::NIL)));
    }
    itself(made)
}

fn hash_change(eval: &mut Evaluator, entries: &Rc<Hash>, call: &Send) -> Change {
    let ruby = eval.ruby();
    let mut new = Hash::clone(entries);
    match (call.method, call.args.as_slice()) {
        ("[]=" | "store", [key, value]) => {
            new.insert(key.clone().into_value(ruby), value.clone().into_value(ruby));
            Ok(Some((Some(Object::Value(new.into())), value.clone())))
        }
        ("delete", [key]) => {
            let key = key.clone().into_value(ruby);
            let Some(gone) = hash::find(entries, &key).cloned() else {
                let answer = match call.block {
                    Some(block) => eval.yields(block, &[key])?,
                    None => Object::NIL,
                };
                return Ok(Some((None, answer)));
            };
            let rest = hash::keep(entries, |known| *known != key);
            Ok(Some((Some(rest.into()), gone.into())))
        }
        ("shift", []) => {
            let Some(first) = entries.iter().next().map(hash::pair) else {
                return Ok(Some((None, Object::NIL)));
            };
            let rest: Vec<(Value, Value)> =
                entries.iter().skip(1).map(|(k, v)| (k.clone(), v.clone())).collect();
            Ok(Some((Some(Object::Value(Hash::from_entries(rest).into())), first.into())))
        }
        ("clear", []) => itself(Value::from(Hash::new())),
        ("replace", [Object::Value(other @ Value::Hash(_))]) => itself(other.clone()),
        ("merge!" | "update", _) => {
            let made = pure(eval, call, "merge")?;
            made.map_or(Ok(None), itself)
        }
        ("delete_if" | "keep_if", []) if call.block.is_some() => {
            let plain = if call.method == "keep_if" { "select" } else { "reject" };
            let made = pure(eval, call, plain)?;
            made.map_or(Ok(None), itself)
        }
        (method, _) => bang(eval, call, method, &["transform_values", "transform_keys"]),
    }
}
