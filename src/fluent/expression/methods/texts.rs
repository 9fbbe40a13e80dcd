//! More of `String`: counting up, numbers, bytes, blocks over characters and lines.

use std::rc::Rc;

use super::super::eval::{Evaluator, LARGEST};
use super::super::object::{Object, Raised, search};
use super::string::{byte_of, character_set, characters, pieces, string};
use super::{Answer, Send, enumerable};
use crate::encoding::Encoding;
use crate::fluent::error::RubyError;
use crate::ruby::string::RString;
use crate::ruby::value::{Hash, Value};

/// Calls a method of a String; `None` where it is none of these.
#[expect(clippy::too_many_lines, reason = "one flat table")]
pub(super) fn send(eval: &mut Evaluator, text: &RString, call: &Send) -> Answer {
    let raw = text.as_bytes();
    let object = match (call.method, call.args.as_slice()) {
        ("%", [arg]) => {
            let args: Vec<Object> = match arg {
                Object::Value(Value::Array(items)) => {
                    items.iter().cloned().map(Object::from).collect()
                }
                other => vec![other.clone()],
            };
            super::format::format(eval, text, &args, call.span)?
        }
        ("succ" | "next", []) if raw.is_ascii() => successor(text).into(),
        ("tr_s", [_, _]) => {
            let from = string(call, 0)?.to_lossy().into_owned();
            let to = string(call, 1)?.to_lossy().into_owned();
            let (Some(from), Some(to)) = (character_set(&from), character_set(&to)) else {
                return Ok(None);
            };
            if text.as_str().is_none() || to.negated {
                return Ok(None);
            }
            let mut out = String::new();
            let mut last = None;
            for character in text.to_lossy().chars() {
                let new = super::string::translate(character, &from, &to.characters);
                let squeezed = from.has(character) && new.is_some() && last == new;
                last = if from.has(character) { new } else { None };
                out.extend(new.filter(|_| !squeezed));
            }
            RString::new(out.as_bytes(), text.encoding()).into()
        }
        ("codepoints", []) if text.encoding() == Encoding::Utf8 && text.as_str().is_some() => {
            let codes = text
                .to_lossy()
                .chars()
                .map(|c| Value::Integer(i64::from(u32::from(c))))
                .collect::<Vec<_>>();
            Object::Value(codes.into())
        }
        ("sum", []) => {
            Object::integer(raw.iter().map(|byte| i64::from(*byte)).sum::<i64>() & 0xffff)
        }
        ("getbyte", [Object::Value(Value::Integer(index))]) => {
            let at = super::array::position(raw.len(), *index).and_then(|at| raw.get(at));
            at.map_or(Object::NIL, |byte| Object::integer(i64::from(*byte)))
        }
        ("byteslice", args) => {
            let args: Vec<Object> = match args {
                [start @ Object::Value(Value::Integer(_))] => {
                    vec![start.clone(), Object::integer(1)]
                }
                args => args.to_vec(),
            };
            match super::array::part(raw.len(), &args) {
                Some((start, end)) if start < raw.len() || args.len() == 2 => {
                    text.slice(start, end).into()
                }
                _ => Object::NIL,
            }
        }
        ("byteindex", _) => return Ok(None),
        ("unpack", [Object::Value(Value::String(format))]) => {
            Object::Value(super::pack::unpack(eval, text, format, call.span)?.into())
        }
        ("unpack1", [Object::Value(Value::String(format))]) => {
            let all = super::pack::unpack(eval, text, format, call.span)?;
            all.into_iter().next().unwrap_or(Value::Nil).into()
        }
        (
            "each_char"
            | "each_line"
            | "each_byte"
            | "lines"
            | "chars"
            | "bytes"
            | "each_grapheme_cluster",
            args,
        ) => {
            return each(eval, text, args, call);
        }
        ("upto", [Object::Value(last @ Value::String(_))]) => {
            let range = super::super::object::Range {
                low: Value::String(text.clone()),
                high: last.clone(),
                exclusive: false,
            };
            let items = Rc::new(super::range::items(eval, &range, call.span)?);
            let Some(block) = call.block else {
                return Ok(Some(Object::Enumerator(items, "each".into())));
            };
            for item in items.iter() {
                eval.yields(block, std::slice::from_ref(item))?;
            }
            call.receiver.clone()
        }
        ("casecmp" | "casecmp?", [Object::Value(Value::String(_))]) => return Ok(None),
        ("casecmp" | "casecmp?", [_]) => Object::NIL,
        (
            "index" | "rindex",
            [Object::Value(Value::String(wanted)), Object::Value(Value::Integer(from))],
        ) => {
            let length = characters(text).count();
            let Some(from) = super::array::position(length, *from) else {
                return Ok(Some(Object::NIL));
            };
            let at = byte_of(text, from);
            let found = if call.method == "index" {
                memchr::memmem::find(&raw[at..], wanted.as_bytes()).map(|found| found + at)
            } else {
                memchr::memmem::rfind(&raw[..(at + wanted.len()).min(raw.len())], wanted.as_bytes())
            };
            found.map_or(Object::NIL, |at| {
                Object::integer(characters(&text.slice(0, at)).count() as i64)
            })
        }
        ("index", [Object::Regexp(regexp), Object::Value(Value::Integer(from))]) => {
            let length = characters(text).count();
            let Some(from) = super::array::position(length, *from) else {
                return Ok(Some(Object::NIL));
            };
            let found = search(regexp, text, byte_of(text, from))?;
            eval.last_match.clone_from(&found);
            found.map_or(Object::NIL, |found| {
                let before = text.slice(0, found.span().start as usize);
                Object::integer(characters(&before).count() as i64)
            })
        }
        ("rindex" | "rpartition", [Object::Regexp(regexp)]) => {
            let mut last = None;
            let starts: Vec<usize> = characters(text)
                .scan(0, |at, c| {
                    let start = *at;
                    *at += c.len();
                    Some(start)
                })
                .chain([raw.len()])
                .collect();
            for start in starts.into_iter().rev() {
                let found = search(regexp, text, start)?;
                if let Some(found) = found.filter(|found| found.span().start as usize == start) {
                    last = Some(found);
                    break;
                }
            }
            eval.last_match.clone_from(&last);
            match (call.method, last) {
                ("rindex", None) => Object::NIL,
                ("rindex", Some(found)) => {
                    let before = text.slice(0, found.span().start as usize);
                    Object::integer(characters(&before).count() as i64)
                }
                (_, None) => super::string::around(text, 0, 0),
                (_, Some(found)) => super::string::around(
                    text,
                    found.span().start as usize,
                    found.span().end as usize,
                ),
            }
        }
        ("count", [_, ..]) => {
            let mut sets = Vec::new();
            for index in 0..call.args.len() {
                let set = string(call, index)?.to_lossy().into_owned();
                let Some(set) = character_set(&set) else { return Ok(None) };
                sets.push(set);
            }
            let source = text.to_lossy();
            let count = source.chars().filter(|c| sets.iter().all(|set| set.has(*c))).count();
            Object::integer(count as i64)
        }
        ("dump", []) if raw.is_ascii() => {
            RString::new(crate::ruby::inspect::inspect_string(text).as_bytes(), text.encoding())
                .into()
        }
        ("insert" | "center", _) => return Ok(None),
        _ => return Ok(None),
    };
    Ok(Some(object))
}

/// `lines` of any separator, `chomp: true` or not.
fn lines(text: &RString, args: &[Object]) -> Option<Vec<Value>> {
    let (args, chomp) = match args {
        [args @ .., Object::Value(Value::Hash(options))] => (args, chomps(options)?),
        args => (args, false),
    };
    let separator = match args {
        [] => b"\n".to_vec(),
        [Object::Value(Value::String(separator))] if !separator.is_empty() => {
            separator.as_bytes().to_vec()
        }
        _ => return None,
    };
    let (raw, mut start) = (text.as_bytes(), 0);
    let mut out = Vec::new();
    let mut push = |start: usize, end: usize| {
        let part = text.slice(start, end);
        let part = if chomp && separator == b"\n" {
            part.slice(0, super::string::chomp(part.as_bytes()).len())
        } else if chomp {
            part.slice(
                0,
                part.as_bytes().strip_suffix(&separator[..]).unwrap_or(part.as_bytes()).len(),
            )
        } else {
            part
        };
        out.push(Value::String(part));
    };
    for found in memchr::memmem::find_iter(raw, &separator) {
        push(start, found + separator.len());
        start = found + separator.len();
    }
    if start < raw.len() {
        push(start, raw.len());
    }
    Some(out)
}

fn chomps(options: &Hash) -> Option<bool> {
    match options.iter().next()? {
        (Value::Symbol(name), value) if &**name == "chomp" && options.len() == 1 => {
            Some(super::array::truthy(value))
        }
        _ => None,
    }
}

fn each(eval: &mut Evaluator, text: &RString, args: &[Object], call: &Send) -> Answer {
    let object = match call.method.trim_start_matches("each_") {
        "char" | "chars" if args.is_empty() => pieces(text, characters(text)),
        "byte" | "bytes" if args.is_empty() => {
            let bytes = text.as_bytes().iter().map(|byte| Value::Integer(i64::from(*byte)));
            Object::Value(bytes.collect::<Vec<_>>().into())
        }
        "line" | "lines" => match lines(text, args) {
            Some(lines) => Object::Value(lines.into()),
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    let Object::Value(Value::Array(items)) = &object else { return Ok(None) };
    if !call.method.starts_with("each_") {
        return Ok(if call.block.is_none() { Some(object) } else { None });
    }
    match call.block {
        None => Ok(Some(Object::Enumerator(Rc::clone(items), "each".into()))),
        Some(block) => {
            let each = Send {
                receiver: call.receiver.clone(),
                method: "each",
                args: Vec::new(),
                block: call.block,
                span: call.span,
                place: None,
            };
            enumerable::with_block(eval, items, &each, block)
        }
    }
}

/// `succ`: the last letters and digits count up, or the last byte.
pub(super) fn successor(text: &RString) -> RString {
    let mut bytes = text.as_bytes().to_vec();
    if bytes.is_empty() {
        return text.clone();
    }
    let last = bytes.iter().rposition(u8::is_ascii_alphanumeric);
    let Some(last) = last else {
        if let Some(byte) = bytes.last_mut() {
            *byte = byte.wrapping_add(1);
        }
        return RString::new(&bytes, text.encoding());
    };
    let mut at = last;
    loop {
        let (next, carry) = match bytes[at] {
            b'9' => (b'0', b'1'),
            b'z' => (b'a', b'a'),
            b'Z' => (b'A', b'A'),
            other => (other + 1, 0),
        };
        bytes[at] = next;
        if carry == 0 {
            break;
        }
        match bytes[..at].iter().rposition(u8::is_ascii_alphanumeric) {
            // A run of other characters in between ends the number, unless nothing else is left.
            Some(before) if before + 1 == at || bytes[before + 1..at].len() == 1 => at = before,
            _ => {
                bytes.insert(at, carry);
                break;
            }
        }
    }
    RString::new(&bytes, text.encoding())
}

/// The places of what `text[…]` names.
pub(super) fn span_of(
    eval: &mut Evaluator,
    text: &RString,
    args: &[Object],
) -> Result<Option<(usize, usize)>, Raised> {
    let length = characters(text).count();
    let places = match args {
        [Object::Value(Value::Integer(index))] => super::array::position(length, *index)
            .filter(|at| *at < length)
            .map(|at| (byte_of(text, at), byte_of(text, at + 1))),
        [Object::Value(Value::String(wanted))] => {
            memchr::memmem::find(text.as_bytes(), wanted.as_bytes())
                .map(|at| (at, at + wanted.len()))
        }
        [Object::Regexp(regexp), rest @ ..] => {
            let group = match rest {
                [] => 0,
                [Object::Value(Value::Integer(group @ 0..))] => *group as usize,
                _ => return Err(eval.not_simulated("a named group here", Default::default())),
            };
            let found = search(regexp, text, 0)?;
            eval.last_match.clone_from(&found);
            let span = found.and_then(|found| found.groups.get(group).copied().flatten());
            span.map(|span| (span.start as usize, span.end as usize))
        }
        [start, count]
            if [start, count]
                .into_iter()
                .any(|n| !matches!(n, Object::Value(Value::Integer(_)))) =>
        {
            let wrong =
                if matches!(start, Object::Value(Value::Integer(_))) { count } else { start };
            return Err(super::no_conversion(wrong, "Integer").into());
        }
        [Object::Range(_)] | [_, _] => super::array::part(length, args)
            .map(|(start, end)| (byte_of(text, start), byte_of(text, end))),
        [other] => return Err(super::no_conversion(other, "Integer").into()),
        _ => {
            let message =
                format!("wrong number of arguments (given {}, expected 1..2)", args.len());
            return Err(RubyError::new("ArgumentError", message).into());
        }
    };
    if places.is_some_and(|(start, end)| end - start > LARGEST) {
        return Ok(None);
    }
    Ok(places)
}
