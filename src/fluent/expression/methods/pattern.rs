//! `Regexp`, `MatchData`, and what strings do with them: `=~`, `match`, `sub`, `gsub`, `scan`, `split`.

use std::rc::Rc;

use super::super::eval::{Evaluator, LARGEST};
use super::super::object::{Match, Object, Raised, search};
use super::super::tree::Block;
use super::{Answer, Send, no_conversion};
use crate::encoding::Encoding;
use crate::fluent::error::RubyError;
use crate::onigmo::regexp::{Options, Regexp};
use crate::ruby::inspect::to_s;
use crate::ruby::string::RString;
use crate::ruby::value::{Hash, Value};
use crate::source::Span;

/// Calls a method of a Regexp.
pub(super) fn regexp(eval: &mut Evaluator, regexp: &Rc<Regexp>, call: &Send) -> Answer {
    match (call.method, call.args.as_slice()) {
        ("=~" | "match" | "match?" | "===", [Object::Value(Value::Nil)]) => {
            let found = call.method == "match?" || call.method == "===";
            Ok(Some(if found { false.into() } else { Object::NIL }))
        }
        (method @ ("=~" | "match" | "match?" | "==="), [Object::Value(Value::String(text))]) => {
            matched(eval, regexp, text, method).map(Some)
        }
        (method @ ("=~" | "match" | "match?" | "==="), [Object::Value(Value::Symbol(name))]) => {
            matched(eval, regexp, &RString::utf8(name), method).map(Some)
        }
        ("===", [_]) => Ok(Some(false.into())),
        ("=~" | "match" | "match?", [other]) => Err(no_conversion(other, "String").into()),
        ("match?" | "match", []) => Ok(None),
        ("options", []) => {
            let options = regexp.options();
            let bits = i64::from(options.ignore_case)
                + 2 * i64::from(options.extend)
                + 4 * i64::from(options.multi_line);
            Ok(Some(Object::integer(bits)))
        }
        ("source", []) => Ok(Some(RString::utf8(regexp.pattern()).into())),
        ("names", []) => {
            let names = regexp.names().iter().map(|name| Value::from(&*name.text));
            Ok(Some(Object::Value(names.collect::<Vec<_>>().into())))
        }
        _ => Ok(None),
    }
}

/// `=~`, `match`, `match?`, `===`.
pub(super) fn matched(
    eval: &mut Evaluator,
    regexp: &Rc<Regexp>,
    text: &RString,
    method: &str,
) -> Result<Object, Raised> {
    let found = search(regexp, text, 0)?;
    if method != "match?" {
        eval.last_match.clone_from(&found);
    }
    Ok(match (method, found) {
        ("match?" | "===", found) => found.is_some().into(),
        ("=~", Some(found)) => {
            Object::integer(characters_before(text, found.span().start as usize))
        }
        (_, Some(found)) => Object::Match(found),
        (_, None) => Object::NIL,
    })
}

fn characters_before(text: &RString, byte: usize) -> i64 {
    super::string::characters(&text.slice(0, byte)).count() as i64
}

/// Calls a method of a MatchData.
#[expect(clippy::too_many_lines, reason = "one flat table")]
pub(super) fn match_data(eval: &mut Evaluator, found: &Rc<Match>, call: &Send) -> Answer {
    let group = |number: i64| {
        super::array::position(found.groups.len(), number)
            .map_or(Value::Nil, |number| found.group(number))
    };
    let value = match (call.method, call.args.as_slice()) {
        ("[]", [Object::Value(Value::Integer(number))]) => group(*number),
        ("[]", [Object::Value(name @ (Value::String(_) | Value::Symbol(_)))]) => {
            let name = to_s(name, eval.ruby()).to_lossy().into_owned();
            match found.named(&name) {
                Some(value) => value,
                None => {
                    let message = format!("undefined group name reference: {name}");
                    return Err(RubyError::new("IndexError", message).into());
                }
            }
        }
        ("captures", []) => groups(found, 1),
        ("to_a", []) => groups(found, 0),
        ("named_captures", []) => {
            let mut hash = Hash::new();
            for name in found.regexp.names() {
                hash.insert(&*name.text, found.named(&name.text).unwrap_or(Value::Nil));
            }
            hash.into()
        }
        ("names", []) => found
            .regexp
            .names()
            .iter()
            .map(|name| Value::from(&*name.text))
            .collect::<Vec<_>>()
            .into(),
        ("pre_match", []) => Value::String(found.text.slice(0, found.span().start as usize)),
        ("post_match", []) => {
            Value::String(found.text.slice(found.span().end as usize, found.text.len()))
        }
        ("size" | "length", []) => Value::Integer(found.groups.len() as i64),
        ("begin" | "end" | "offset", [Object::Value(Value::Integer(number @ 0..))]) => {
            let Some(span) = found.groups.get(*number as usize).copied().flatten() else {
                return Ok(None);
            };
            let (start, end) = (
                Value::Integer(characters_before(&found.text, span.start as usize)),
                Value::Integer(characters_before(&found.text, span.end as usize)),
            );
            match call.method {
                "begin" => start,
                "end" => end,
                _ => vec![start, end].into(),
            }
        }
        ("values_at", numbers)
            if numbers.iter().all(|n| matches!(n, Object::Value(Value::Integer(_)))) =>
        {
            numbers
                .iter()
                .map(|number| match number {
                    Object::Value(Value::Integer(number)) => group(*number),
                    _ => Value::Nil,
                })
                .collect::<Vec<_>>()
                .into()
        }
        ("string", []) => Value::String(found.text.clone()),
        _ => return Ok(None),
    };
    Ok(Some(value.into()))
}

fn groups(found: &Match, from: usize) -> Value {
    (from..found.groups.len()).map(|number| found.group(number)).collect::<Vec<_>>().into()
}

/// A pattern argument: a Regexp, or a String taken literally.
pub(super) fn pattern(argument: &Object) -> Result<Rc<Regexp>, Raised> {
    match argument {
        Object::Regexp(regexp) => Ok(Rc::clone(regexp)),
        Object::Value(Value::String(text)) => {
            let mut source = String::new();
            for character in text.to_lossy().chars() {
                if character.is_ascii_punctuation() {
                    source.push('\\');
                }
                source.push(character);
            }
            let regexp = Regexp::new(&source, Options::default());
            regexp.map(Rc::new).map_err(|e| RubyError::new("RegexpError", e.message).into())
        }
        other => {
            let shown = no_conversion(other, "Regexp").message;
            let message = shown.replace("no implicit conversion of ", "wrong argument type ");
            let message = message.replace(" into Regexp", " (expected Regexp)");
            Err(RubyError::new("TypeError", message).into())
        }
    }
}

/// Every match from left to right, each beginning at or after the end of the one before.
fn matches(regexp: &Rc<Regexp>, text: &RString, most: usize) -> Result<Vec<Rc<Match>>, Raised> {
    let mut out = Vec::new();
    let mut from = 0;
    while out.len() < most && from <= text.len() {
        let Some(found) = search(regexp, text, from)? else { break };
        let span = found.span();
        let end = span.end as usize;
        let rest = text.slice(end.min(text.len()), text.len());
        let step = super::string::characters(&rest).next().map_or(1, <[u8]>::len);
        from = if span.is_empty() { end + step } else { end };
        out.push(found);
    }
    Ok(out)
}

/// What a match is replaced by.
pub(super) enum Replacement<'r> {
    /// Text with `\1`, `\k<name>`, `\0`, `\\`.
    Text(&'r RString),
    /// The value under the matched text.
    Hash(&'r Hash),
    /// The block's result.
    Block(&'r Block),
}

/// `sub` (one) and `gsub` (all).
pub(super) fn substitute(
    eval: &mut Evaluator,
    text: &RString,
    regexp: &Rc<Regexp>,
    replacement: &Replacement,
    most: usize,
    place: Span,
) -> Result<RString, Raised> {
    let found = matches(regexp, text, most)?;
    if found.is_empty() {
        eval.last_match = None;
        return Ok(text.clone());
    }
    let mut out = text.slice(0, 0);
    let mut end = 0;
    for found in found {
        let span = found.span();
        out = eval.concat(&out, &text.slice(end, span.start as usize), place)?;
        let new = match replacement {
            Replacement::Text(template) => expand(template, &found),
            Replacement::Hash(hash) => {
                let matched = found.group(0);
                let value = hash.iter().find(|(key, _)| **key == matched).map(|(_, value)| value);
                to_s(value.unwrap_or(&Value::Nil), eval.ruby())
            }
            Replacement::Block(block) => {
                eval.last_match = Some(Rc::clone(&found));
                let ruby = eval.ruby();
                eval.yields(block, &[found.group(0)])?.to_s(ruby)
            }
        };
        out = eval.concat(&out, &new, place)?;
        end = span.end as usize;
        eval.last_match = Some(found);
    }
    eval.concat(&out, &text.slice(end, text.len()), place)
}

/// A replacement text with its references.
fn expand(template: &RString, found: &Match) -> RString {
    let bytes = template.as_bytes();
    if !bytes.contains(&b'\\') {
        return template.clone();
    }
    let mut out = Vec::new();
    let mut encoding = template.encoding();
    let mut push = |out: &mut Vec<u8>, value: Value| {
        if let Value::String(text) = value {
            if !text.as_bytes().is_ascii() {
                encoding = text.encoding();
            }
            out.extend_from_slice(text.as_bytes());
        }
    };
    let span = found.span();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        let next = bytes.get(at).copied().filter(|_| byte == b'\\');
        at += usize::from(next.is_some());
        match next {
            None => out.push(byte),
            Some(digit @ b'0'..=b'9') => push(&mut out, found.group(usize::from(digit - b'0'))),
            Some(b'&') => push(&mut out, found.group(0)),
            Some(b'`') => push(&mut out, Value::String(found.text.slice(0, span.start as usize))),
            Some(b'\'') => {
                let rest = found.text.slice(span.end as usize, found.text.len());
                push(&mut out, Value::String(rest));
            }
            Some(b'\\') => out.push(b'\\'),
            Some(b'k') if bytes.get(at) == Some(&b'<') => {
                let rest = bytes.get(at + 1..).unwrap_or_default();
                let length = memchr::memchr(b'>', rest).unwrap_or(rest.len());
                let name = String::from_utf8_lossy(rest.get(..length).unwrap_or_default());
                push(&mut out, found.named(&name).unwrap_or(Value::Nil));
                at += length + 2;
            }
            Some(other) => out.extend([b'\\', other]),
        }
    }
    RString::new(&out, encoding)
}

/// `scan`: what was found, or each of it given to the block.
pub(super) fn scan(
    eval: &mut Evaluator,
    text: &RString,
    regexp: &Rc<Regexp>,
    block: Option<&Block>,
) -> Result<Value, Raised> {
    let found = matches(regexp, text, LARGEST)?;
    let mut items = Vec::new();
    if found.is_empty() {
        eval.last_match = None;
    }
    for found in found {
        let item = match found.groups.len() {
            0 | 1 => found.group(0),
            _ => groups(&found, 1),
        };
        eval.last_match = Some(found);
        if let Some(block) = block {
            eval.yields(block, std::slice::from_ref(&item))?;
        }
        items.push(item);
    }
    Ok(items.into())
}

/// `split` at a pattern: groups are kept, empty texts at the end dropped without a limit.
pub(super) fn split(text: &RString, regexp: &Rc<Regexp>, limit: i64) -> Result<Value, Raised> {
    let mut out = Vec::new();
    let mut start = 0;
    let most = if limit > 0 { limit as usize - 1 } else { LARGEST };
    for found in matches(regexp, text, LARGEST)? {
        let span = found.span();
        if span.is_empty() && (span.start == 0 || span.start as usize >= text.len()) {
            continue;
        }
        if out.len() >= most {
            break;
        }
        out.push(Value::String(text.slice(start, span.start as usize)));
        out.extend((1..found.groups.len()).map(|n| found.group(n)).filter(|g| *g != Value::Nil));
        start = span.end as usize;
    }
    if !text.is_empty() {
        out.push(Value::String(text.slice(start, text.len())));
    }
    if limit == 0 {
        drop_empty_end(&mut out);
    }
    Ok(out.into())
}

/// Drops empty texts at the end.
pub(super) fn drop_empty_end(items: &mut Vec<Value>) {
    while matches!(items.last(), Some(Value::String(text)) if text.is_empty()) {
        items.pop();
    }
}

/// True when a text is UTF-8 or has only ASCII.
pub(super) fn is_characters(text: &RString) -> bool {
    text.encoding() == Encoding::Utf8 || text.as_bytes().is_ascii()
}
