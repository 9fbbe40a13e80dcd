//! `String`.

use std::rc::Rc;

use super::super::eval::{Evaluator, LARGEST};
use super::super::object::{Object, Raised, search};
use super::array::position;
use super::pattern::{self, Replacement, drop_empty_end, pattern};
pub(super) use super::texts::{span_of, successor};
use super::{Answer, Send, no_conversion, texts};
use crate::encoding::Encoding;
use crate::fluent::error::RubyError;
use crate::onigmo::regexp::Regexp;
use crate::ruby::inspect::{inspect, to_s};
use crate::ruby::integer::is_space;
use crate::ruby::scrub::{is_valid, scrub};
use crate::ruby::split::character_end;
use crate::ruby::string::RString;
use crate::ruby::value::{Hash, OtherObject, Value};
use crate::ruby::{float, integer};

/// The characters: of UTF-8 text its code points (broken bytes one by one), else its bytes.
pub(super) fn characters(text: &RString) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        at = character_end(text, start);
        text.as_bytes().get(start..at).filter(|bytes| !bytes.is_empty())
    })
}

/// Calls a method of a String.
pub(super) fn send(eval: &mut Evaluator, text: &RString, call: &Send) -> Answer {
    if let Some(answer) = plain(text, call) {
        return Ok(Some(answer));
    }
    match (call.method, call.args.as_slice()) {
        ("strip" | "lstrip" | "rstrip", []) => return stripped(text, call.method).map(Some),
        ("to_sym" | "intern", []) => return symbol(text).map(Some),
        _ => {}
    }
    if let Some(answer) = searching(eval, text, call)? {
        return Ok(Some(answer));
    }
    if let Some(answer) = making(eval, text, call)? {
        return Ok(Some(answer));
    }
    if let Some(answer) = texts::send(eval, text, call)? {
        return Ok(Some(answer));
    }
    encodings(eval, text, call)
}

/// Where the character of that number begins.
pub(super) fn byte_of(text: &RString, index: usize) -> usize {
    characters(text).take(index).map(<[u8]>::len).sum()
}

fn bytes(text: &RString, bytes: &[u8]) -> Object {
    RString::new(bytes, text.encoding()).into()
}

/// `to_sym`: only text that is whole names a symbol.
fn symbol(text: &RString) -> Result<Object, Raised> {
    if !is_valid(text) {
        let shown = inspect(&Value::String(text.clone()), Default::default());
        let message = format!("invalid symbol in encoding {} :{shown}", text.encoding().name());
        return Err(RubyError::new("EncodingError", message).into());
    }
    Ok(Object::Value(Value::Symbol(text.to_lossy().into())))
}

/// Methods without arguments that cannot fail.
fn plain(text: &RString, call: &Send) -> Option<Object> {
    if !call.args.is_empty() || call.block.is_some() {
        return None;
    }
    let raw = text.as_bytes();
    Some(match call.method {
        "to_s" | "to_str" | "itself" | "dup" | "freeze" | "clone" | "+@" | "-@" | "b" => {
            let encoding = if call.method == "b" { Encoding::Ascii8Bit } else { text.encoding() };
            text.clone().force_encoding(encoding).into()
        }
        "empty?" => text.is_empty().into(),
        "length" | "size" => Object::integer(characters(text).count() as i64),
        "bytesize" => Object::integer(raw.len() as i64),
        "to_i" => integer::to_i(raw).into(),
        "to_f" => Object::Value(Value::Float(float::to_f(raw))),
        "hex" => radix(raw, 16),
        "oct" => match trim_start(raw) {
            [b'0', b'x' | b'X', digits @ ..] => radix(digits, 16),
            [b'0', b'b' | b'B', digits @ ..] => radix(digits, 2),
            digits => radix(digits, 8),
        },
        "chomp" => bytes(text, chomp(raw)),
        "chop" => {
            let last = characters(text).last().map_or(0, <[u8]>::len);
            let last = if raw.ends_with(b"\r\n") { 2 } else { last };
            text.slice(0, raw.len() - last).into()
        }
        "chr" => bytes(text, characters(text).next().unwrap_or_default()),
        "reverse" => {
            let all: Vec<&[u8]> = characters(text).collect();
            bytes(text, &all.into_iter().rev().flatten().copied().collect::<Vec<_>>())
        }
        "ord" if !raw.is_empty() && (raw.is_ascii() || text.encoding() == Encoding::Utf8) => {
            Object::integer(i64::from(text.to_lossy().chars().next().map_or(0, u32::from)))
        }
        _ => return None,
    })
}

pub(super) fn pieces<'a>(text: &RString, parts: impl Iterator<Item = &'a [u8]>) -> Object {
    let items = parts.map(|part| Value::String(RString::new(part, text.encoding())));
    Object::Value(items.collect::<Vec<_>>().into())
}

/// The leading digits of that radix, a prefix of it allowed.
fn radix(raw: &[u8], radix: u32) -> Object {
    let raw = trim_start(raw);
    let (negative, raw) = match raw {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, raw),
    };
    // What `oct` reads says itself what it is.
    let (radix, raw) = match raw {
        [b'0', b'x' | b'X', rest @ ..] if matches!(radix, 16 | 8) => (16, rest),
        [b'0', b'b' | b'B', rest @ ..] if matches!(radix, 2 | 8) => (2, rest),
        [b'0', b'o' | b'O', rest @ ..] if radix == 8 => (8, rest),
        _ => (radix, raw),
    };
    let digits = raw.iter().map_while(|byte| (*byte as char).to_digit(radix));
    integer::number(negative, &digits.map(|digit| digit as u8).collect::<Vec<_>>(), radix).into()
}

/// Broken bytes where it stops raise.
fn stripped(text: &RString, method: &str) -> Result<Object, Raised> {
    let mut rest = text.as_bytes();
    let check = |edge: Option<std::str::Utf8Chunk<'_>>, last: bool| {
        let broken = edge
            .is_some_and(|chunk| !chunk.invalid().is_empty() && (last || chunk.valid().is_empty()));
        if broken && text.encoding() == Encoding::Utf8 {
            return Err(RubyError::new("ArgumentError", "invalid byte sequence in UTF-8"));
        }
        Ok(())
    };
    if method != "rstrip" {
        rest = trim_start(rest);
        check(rest.utf8_chunks().next(), false)?;
    }
    if method != "lstrip" {
        rest = trim_end(rest);
        check(rest.utf8_chunks().last(), true)?;
    }
    Ok(bytes(text, rest))
}

fn trim_start(raw: &[u8]) -> &[u8] {
    let blanks = raw.iter().take_while(|&&byte| byte == 0 || is_space(byte)).count();
    raw.get(blanks..).unwrap_or_default()
}

fn trim_end(raw: &[u8]) -> &[u8] {
    let blanks = raw.iter().rev().take_while(|&&byte| byte == 0 || is_space(byte)).count();
    raw.get(..raw.len() - blanks).unwrap_or_default()
}

pub(super) fn chomp(raw: &[u8]) -> &[u8] {
    raw.strip_suffix(b"\r\n")
        .or_else(|| raw.strip_suffix(b"\n"))
        .or_else(|| raw.strip_suffix(b"\r"))
        .unwrap_or(raw)
}

/// Argument `index` as a String; TypeError if it is something else.
pub(super) fn string<'c>(call: &'c Send, index: usize) -> Result<&'c RString, Raised> {
    call.text(index).ok_or_else(|| match call.args.get(index) {
        Some(other) => no_conversion(other, "String").into(),
        None => RubyError::new("ArgumentError", "wrong number of arguments").into(),
    })
}

/// Methods that look for something.
#[expect(clippy::too_many_lines, reason = "one flat table of methods")]
fn searching(eval: &mut Evaluator, text: &RString, call: &Send) -> Answer {
    let raw = text.as_bytes();
    let object = match (call.method, call.args.as_slice()) {
        ("include?", [_]) => {
            memchr::memmem::find(raw, string(call, 0)?.as_bytes()).is_some().into()
        }
        ("start_with?", args) => {
            for arg in args {
                let found = match arg {
                    Object::Regexp(regexp) => {
                        let found =
                            search(regexp, text, 0)?.filter(|found| found.span().start == 0);
                        eval.last_match.clone_from(&found);
                        found.is_some()
                    }
                    Object::Value(Value::String(head)) => raw.starts_with(head.as_bytes()),
                    other => return Err(no_conversion(other, "String").into()),
                };
                if found {
                    return Ok(Some(true.into()));
                }
            }
            false.into()
        }
        ("end_with?", args) => {
            let mut found = false;
            for index in 0..args.len() {
                found |= raw.ends_with(string(call, index)?.as_bytes());
            }
            found.into()
        }
        ("=~", [Object::Value(Value::String(_))]) => {
            return Err(RubyError::new("TypeError", "type mismatch: String given").into());
        }
        ("=~", [Object::Value(Value::Nil)]) => Object::NIL,
        ("=~", [Object::Regexp(regexp)]) => pattern::matched(eval, regexp, text, "=~")?,
        (method @ ("match" | "match?"), [argument]) => {
            let regexp = match argument {
                Object::Value(Value::String(source)) => {
                    let made = Regexp::new(&source.to_lossy(), Default::default());
                    Rc::new(made.map_err(|e| RubyError::new("RegexpError", e.message))?)
                }
                other => pattern(other)?,
            };
            pattern::matched(eval, &regexp, text, method)?
        }
        ("index" | "rindex", [Object::Value(Value::String(wanted))]) => {
            let found = if call.method == "index" {
                memchr::memmem::find(raw, wanted.as_bytes())
            } else {
                memchr::memmem::rfind(raw, wanted.as_bytes())
            };
            found.map_or(Object::NIL, |at| {
                Object::integer(characters(&text.slice(0, at)).count() as i64)
            })
        }
        ("index", [Object::Regexp(regexp)]) => pattern::matched(eval, regexp, text, "=~")?,
        ("[]" | "slice", args) => return part_of(eval, text, args).map(Some),
        ("scan", [argument]) => {
            let found = pattern::scan(eval, text, &pattern(argument)?, call.block)?;
            if call.block.is_some() { call.receiver.clone() } else { found.into() }
        }
        ("casecmp?" | "casecmp", [Object::Value(Value::String(_))])
            if raw.is_ascii() || call.method == "casecmp" =>
        {
            let other = string(call, 0)?;
            let (a, b) = (raw.to_ascii_lowercase(), other.as_bytes().to_ascii_lowercase());
            if call.method == "casecmp" {
                Object::integer(a.cmp(&b) as i64)
            } else {
                (a == b).into()
            }
        }
        ("<=>", [Object::Value(Value::String(other))]) => Object::integer(text.cmp(other) as i64),
        ("<=>", [Object::Value(_)]) => Object::Value(Value::Nil),
        ("to_i", [Object::Value(Value::Integer(base @ (2..=7 | 9..=36)))]) => {
            radix(text.as_bytes(), *base as u32)
        }
        ("<" | ">" | "<=" | ">=", [_]) => compared(text, call)?,
        ("eql?" | "==" | "===", [Object::Value(Value::String(other))]) => (text == other).into(),
        ("between?", [_, _]) => (text >= string(call, 0)? && text <= string(call, 1)?).into(),
        _ => return Ok(None),
    };
    Ok(Some(object))
}

fn compared(text: &RString, call: &Send) -> Result<Object, Raised> {
    let Some(other) = call.text(0) else {
        let other = call.args.first().map_or("nil".to_owned(), |other| match other {
            Object::Value(Value::Nil | Value::Bool(_) | Value::Integer(_) | Value::Float(_)) => {
                other.inspect(Default::default())
            }
            other => other.class().to_owned(),
        });
        let message = format!("comparison of String with {other} failed");
        return Err(RubyError::new("ArgumentError", message).into());
    };
    Ok(match call.method {
        "<" => text < other,
        ">" => text > other,
        "<=" => text <= other,
        _ => text >= other,
    }
    .into())
}

/// `text[…]`
fn part_of(eval: &mut Evaluator, text: &RString, args: &[Object]) -> Result<Object, Raised> {
    match args {
        [Object::Regexp(regexp), group] => group_of(eval, text, regexp, group),
        [Object::Value(Value::String(wanted))] => {
            let found = memchr::memmem::find(text.as_bytes(), wanted.as_bytes());
            Ok(found.map_or(Object::NIL, |_| wanted.clone().into()))
        }
        [Object::Value(Value::Float(index))] => {
            part_of(eval, text, &[Object::integer(*index as i64)])
        }
        args => {
            let places = span_of(eval, text, args)?;
            Ok(places.map_or(Object::NIL, |(start, end)| text.slice(start, end).into()))
        }
    }
}

fn group_of(
    eval: &mut Evaluator,
    text: &RString,
    regexp: &Rc<Regexp>,
    group: &Object,
) -> Result<Object, Raised> {
    let found = search(regexp, text, 0)?;
    eval.last_match.clone_from(&found);
    let Some(found) = found else { return Ok(Object::NIL) };
    match group {
        Object::Value(Value::Integer(number)) => {
            let number = position(found.groups.len(), *number);
            Ok(number.map_or(Value::Nil, |number| found.group(number)).into())
        }
        other => {
            let name = other.to_s(eval.ruby()).to_lossy().into_owned();
            found.named(&name).map(Object::Value).ok_or_else(|| {
                let message = format!("undefined group name reference: {name}");
                RubyError::new("IndexError", message).into()
            })
        }
    }
}

/// Methods that make another string.
fn making(eval: &mut Evaluator, text: &RString, call: &Send) -> Answer {
    let object = match (call.method, call.args.as_slice()) {
        ("+", [_]) => eval.concat(text, string(call, 0)?, call.span)?.into(),
        ("*", [other @ Object::Value(Value::String(_) | Value::Nil)]) => {
            return Err(no_conversion(other, "Integer").into());
        }
        ("count", []) => {
            let message = "wrong number of arguments (given 0, expected 1+)";
            return Err(RubyError::new("ArgumentError", message).into());
        }
        ("*", [Object::Value(Value::Integer(times))]) => {
            let times = usize::try_from(*times)
                .map_err(|_| RubyError::new("ArgumentError", "negative argument"))?;
            if text.len().saturating_mul(times) > LARGEST {
                return Err(Raised::Budget(call.span));
            }
            bytes(text, &text.as_bytes().repeat(times))
        }
        ("sub" | "gsub", [wanted, ..]) => return substituted(eval, text, wanted, call),
        ("split", args) => return split(text, args).map(Some),
        ("upcase" | "downcase" | "capitalize" | "swapcase", []) => {
            if !is_valid(text) {
                return Err(RubyError::new("ArgumentError", "input string invalid").into());
            }
            if !caseless(text) {
                return Err(eval.not_simulated("case mapping beyond ASCII", call.span));
            }
            bytes(text, &cased(text, call.method))
        }
        ("tr" | "delete" | "squeeze", _) => return translated(text, call),
        ("chomp", [Object::Value(Value::Nil)]) => text.clone().into(),
        ("chomp", [Object::Value(Value::String(tail))]) if tail.as_bytes() == b"\n" => {
            bytes(text, chomp(text.as_bytes()))
        }
        ("chomp", [_]) => {
            let tail = string(call, 0)?.as_bytes();
            bytes(text, text.as_bytes().strip_suffix(tail).unwrap_or(text.as_bytes()))
        }
        ("delete_prefix", [_]) => {
            let head = string(call, 0)?.as_bytes();
            bytes(text, text.as_bytes().strip_prefix(head).unwrap_or(text.as_bytes()))
        }
        ("delete_suffix", [_]) => {
            let tail = string(call, 0)?.as_bytes();
            bytes(text, text.as_bytes().strip_suffix(tail).unwrap_or(text.as_bytes()))
        }
        ("ljust" | "rjust" | "center", [Object::Value(Value::Integer(width)), rest @ ..]) => {
            let fill = if rest.is_empty() { RString::utf8(" ") } else { string(call, 1)?.clone() };
            justified(eval, text, *width, &fill, call)?
        }
        ("partition" | "rpartition", [Object::Value(Value::String(wanted))]) => {
            partitioned(text, wanted, call.method)
        }
        ("partition", [Object::Regexp(regexp)]) => match search(regexp, text, 0)? {
            Some(found) => around(text, found.span().start as usize, found.span().end as usize),
            None => around(text, text.len(), text.len()),
        },
        _ => return Ok(None),
    };
    Ok(Some(object))
}

fn substituted(eval: &mut Evaluator, text: &RString, wanted: &Object, call: &Send) -> Answer {
    let regexp = pattern(wanted)?;
    let most = if call.method == "sub" { 1 } else { LARGEST };
    let replacement = match (call.args.get(1), call.block) {
        (Some(Object::Value(Value::String(template))), _) => Replacement::Text(template),
        (Some(Object::Value(Value::Hash(hash))), _) => Replacement::Hash(hash),
        (None, Some(block)) => Replacement::Block(block),
        (Some(other), _) => return Err(no_conversion(other, "String").into()),
        (None, None) => return Ok(None),
    };
    let made = pattern::substitute(eval, text, &regexp, &replacement, most, call.span)?;
    Ok(Some(made.into()))
}

fn split(text: &RString, args: &[Object]) -> Result<Object, Raised> {
    let limit = match args.get(1) {
        Some(Object::Value(Value::Integer(limit))) => *limit,
        Some(other) => return Err(no_conversion(other, "Integer").into()),
        None => 0,
    };
    let whole = matches!(args.first(), Some(Object::Value(Value::String(at))) if at.is_empty());
    if !whole && !is_valid(text) {
        return Err(RubyError::new("ArgumentError", "invalid byte sequence in UTF-8").into());
    }
    match args.first() {
        None | Some(Object::Value(Value::Nil)) => Ok(split_blanks(text, limit)),
        Some(Object::Value(Value::String(at))) if at.as_bytes() == b" " => {
            Ok(split_blanks(text, limit))
        }
        Some(Object::Value(Value::String(at))) if !at.is_empty() => {
            let mut items = Vec::new();
            let mut start = 0;
            let most = if limit > 0 { limit as usize - 1 } else { usize::MAX };
            for found in memchr::memmem::find_iter(text.as_bytes(), at.as_bytes()).take(most) {
                items.push(Value::String(text.slice(start, found)));
                start = found + at.len();
            }
            if !text.is_empty() {
                items.push(Value::String(text.slice(start, text.len())));
            }
            if limit == 0 {
                drop_empty_end(&mut items);
            }
            Ok(Object::Value(items.into()))
        }
        Some(Object::Value(Value::String(_))) => Ok(pieces(text, characters(text))),
        Some(other) => Ok(pattern::split(text, &pattern(other)?, limit)?.into()),
    }
}

/// `split` at runs of white space, leading ones dropped.
fn split_blanks(text: &RString, limit: i64) -> Object {
    let raw = text.as_bytes();
    let mut items = Vec::new();
    let mut at = 0;
    loop {
        at += raw.iter().skip(at).take_while(|byte| is_space(**byte)).count();
        if at >= raw.len() {
            if limit != 0 && raw.last().is_some_and(|byte| is_space(*byte)) {
                items.push(Value::String(text.slice(raw.len(), raw.len())));
            }
            return Object::Value(items.into());
        }
        if limit > 0 && items.len() + 1 >= limit as usize {
            items.push(Value::String(text.slice(at, raw.len())));
            return Object::Value(items.into());
        }
        let end = at + raw.iter().skip(at).take_while(|byte| !is_space(**byte)).count();
        items.push(Value::String(text.slice(at, end)));
        at = end;
    }
}

/// True when Ruby's case mapping changes ASCII letters only.
fn caseless(text: &RString) -> bool {
    if text.encoding() != Encoding::Utf8 || text.as_bytes().is_ascii() {
        return true;
    }
    text.to_lossy().chars().all(|character| {
        character.is_ascii()
            || matches!(character, '\u{a1}'..='\u{1c3}' | '\u{1cd}'..='\u{1ef}' | '\u{391}'..='\u{587}' | '\u{2e80}'..='\u{a63f}' | '\u{ac00}'..='\u{d7ff}'
                | '\u{ff61}'..='\u{ffef}' | '\u{fffd}' | '\u{2000}'..='\u{20ff}'
                | '\u{2190}'..='\u{2427}' | '\u{2500}'..='\u{2bff}' | '\u{f900}'..='\u{faff}'
                | '\u{ff01}'..='\u{ff20}' | '\u{1f000}'..='\u{1faff}' | '\u{20000}'..='\u{3ffff}')
    })
}

/// Case mapping: of Latin, Greek, Cyrillic and Armenian letters all Unicode versions know the same.
#[expect(clippy::disallowed_methods, reason = "only letters that map alike in every version")]
fn cased(text: &RString, method: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for (index, raw) in characters(text).enumerate() {
        let Some(character) = std::str::from_utf8(raw).ok().and_then(|text| text.chars().next())
        else {
            out.extend_from_slice(raw);
            continue;
        };
        let upper = match method {
            "upcase" => true,
            "downcase" => false,
            "capitalize" => index == 0,
            _ => character.is_lowercase(),
        };
        let mut push = |c: char| out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        if upper {
            character.to_uppercase().for_each(&mut push);
        } else {
            character.to_lowercase().for_each(&mut push);
        }
    }
    out
}

/// A `tr` set: characters with ranges, a leading `^` for all others.
pub(super) struct CharacterSet {
    pub(super) negated: bool,
    pub(super) characters: Vec<char>,
}

pub(super) fn character_set(text: &str) -> Option<CharacterSet> {
    let mut source: Vec<char> = text.chars().collect();
    let negated = source.len() > 1 && source.first() == Some(&'^');
    if negated {
        source.remove(0);
    }
    let mut characters = Vec::new();
    let mut at = 0;
    while let Some(&character) = source.get(at) {
        match (character, source.get(at + 1), source.get(at + 2)) {
            ('\\', Some(&escaped), _) => {
                characters.push(escaped);
                at += 2;
            }
            (low, Some('-'), Some(&high)) => {
                if low > high || high as u32 - low as u32 > 0x1_0000 {
                    return None;
                }
                characters.extend(low..=high);
                at += 3;
            }
            (character, _, _) => {
                characters.push(character);
                at += 1;
            }
        }
    }
    Some(CharacterSet { negated, characters })
}

impl CharacterSet {
    pub(super) fn has(&self, character: char) -> bool {
        self.characters.contains(&character) != self.negated
    }
}

fn translated(text: &RString, call: &Send) -> Answer {
    if !pattern::is_characters(text) || !is_valid(text) {
        return Ok(None);
    }
    if call.args.len() > if call.method == "tr" { 2 } else { 1 } {
        return Ok(None);
    }
    let from = match call.args.first() {
        Some(_) => string(call, 0)?.to_lossy().into_owned(),
        None if call.method == "squeeze" => "\u{0}-\u{ffff}".to_owned(),
        None => return Ok(None),
    };
    let Some(from) = character_set(&from) else { return Ok(None) };
    let source = text.to_lossy();
    let made: String = match call.method {
        "delete" => source.chars().filter(|character| !from.has(*character)).collect(),
        "squeeze" => {
            let mut before = None;
            let kept = source.chars().filter(|character| {
                let again = before == Some(*character) && from.has(*character);
                before = Some(*character);
                !again
            });
            kept.collect()
        }
        "tr" => {
            let to = string(call, 1)?.to_lossy().into_owned();
            let Some(mut to) = character_set(&to) else { return Ok(None) };
            if to.negated {
                to.characters.insert(0, '^');
            }
            let to = to.characters;
            source.chars().filter_map(|character| translate(character, &from, &to)).collect()
        }
        _ => return Ok(None),
    };
    Ok(Some(RString::new(made.as_bytes(), text.encoding()).into()))
}

pub(super) fn translate(character: char, from: &CharacterSet, to: &[char]) -> Option<char> {
    if !from.has(character) {
        return Some(character);
    }
    let at = from.characters.iter().rposition(|known| *known == character);
    match at.filter(|_| !from.negated) {
        Some(at) => to.get(at).or(to.last()).copied(),
        None => to.last().copied(),
    }
}

fn justified(
    eval: &Evaluator,
    text: &RString,
    width: i64,
    fill: &RString,
    call: &Send,
) -> Result<Object, Raised> {
    let missing = usize::try_from(width).unwrap_or(0).saturating_sub(characters(text).count());
    if fill.is_empty() {
        return Err(RubyError::new("ArgumentError", "zero width padding").into());
    }
    if missing.saturating_mul(fill.len()) > LARGEST {
        return Err(Raised::Budget(call.span));
    }
    let (left, right) = match call.method {
        "rjust" => (missing, 0),
        "ljust" => (0, missing),
        _ => (missing / 2, missing - missing / 2),
    };
    let run = |count: usize| -> RString {
        let all: Vec<&[u8]> = characters(fill).collect();
        let run: Vec<u8> = all.iter().cycle().take(count).flat_map(|c| c.iter().copied()).collect();
        RString::new(&run, fill.encoding())
    };
    let padded = eval.concat(&run(left), text, call.span)?;
    Ok(eval.concat(&padded, &run(right), call.span)?.into())
}

fn partitioned(text: &RString, wanted: &RString, method: &str) -> Object {
    let (raw, needle) = (text.as_bytes(), wanted.as_bytes());
    let found = if method == "partition" {
        memchr::memmem::find(raw, needle)
    } else {
        memchr::memmem::rfind(raw, needle)
    };
    match found {
        Some(at) => around(text, at, at + needle.len()),
        None if method == "partition" => around(text, raw.len(), raw.len()),
        None => around(text, 0, 0),
    }
}

/// Before, within and after `start..end`.
pub(super) fn around(text: &RString, start: usize, end: usize) -> Object {
    let parts = [(0, start), (start, end), (end, text.len())];
    let items = parts.iter().map(|(start, end)| Value::String(text.slice(*start, *end)));
    Object::Value(items.collect::<Vec<_>>().into())
}

fn encoding_named(eval: &Evaluator, object: &Object, call: &Send) -> Result<Encoding, Raised> {
    let name = object.to_s(eval.ruby()).to_lossy().to_ascii_uppercase();
    match name.as_str() {
        "UTF-8" => Ok(Encoding::Utf8),
        "ASCII-8BIT" | "BINARY" => Ok(Encoding::Ascii8Bit),
        "US-ASCII" | "ASCII" => Ok(Encoding::UsAscii),
        _ => Err(eval.not_simulated(&format!("encoding {name}"), call.span)),
    }
}

/// An `Encoding`.
pub(super) fn encoding_object(name: &str) -> Object {
    Object::Value(Value::Other(Rc::new(OtherObject {
        class: "Encoding",
        to_s: name.to_owned(),
        inspect: format!("#<Encoding:{name}>"),
    })))
}

/// Methods of encodings.
pub(super) fn encodings(eval: &mut Evaluator, text: &RString, call: &Send) -> Answer {
    let object = match (call.method, call.args.as_slice()) {
        ("force_encoding", [encoding]) => {
            text.clone().force_encoding(encoding_named(eval, encoding, call)?).into()
        }
        ("encoding", []) => encoding_object(text.encoding().name()),
        ("valid_encoding?", []) => is_valid(text).into(),
        ("ascii_only?", []) => text.as_bytes().is_ascii().into(),
        ("unicode_normalize", _) if text.as_bytes().is_ascii() => text.clone().into(),
        ("scrub", []) => {
            let mark = if text.encoding() == Encoding::Utf8 { "\u{fffd}" } else { "?" };
            scrub(text, mark).into()
        }
        ("scrub", [Object::Value(Value::String(mark))]) => scrub(text, &mark.to_lossy()).into(),
        ("encode", args) => return encode(eval, text, args, call).map(Some),
        _ => return Ok(None),
    };
    Ok(Some(object))
}

fn encode(
    eval: &Evaluator,
    text: &RString,
    args: &[Object],
    call: &Send,
) -> Result<Object, Raised> {
    let (options, names) = match args {
        [names @ .., Object::Value(Value::Hash(options))] => (Some(options), names),
        names => (None, names),
    };
    let to = match names.first() {
        Some(name) => encoding_named(eval, name, call)?,
        None => Encoding::Utf8,
    };
    let from = match names.get(1) {
        Some(name) => encoding_named(eval, name, call)?,
        None => text.encoding(),
    };
    let option = |name: &str| -> Option<&Value> {
        let key = Value::Symbol(name.into());
        options.and_then(|hash: &Rc<Hash>| hash.iter().find(|(k, _)| **k == key).map(|(_, v)| v))
    };
    let replace = |name: &str| option(name) == Some(&Value::Symbol("replace".into()));
    let own = if to == Encoding::Utf8 { "\u{fffd}" } else { "?" };
    let mark = option("replace").map(|mark| to_s(mark, eval.ruby()).to_lossy().into_owned());
    let mark = mark.unwrap_or_else(|| own.to_owned());
    if from == to && (!replace("invalid") || is_valid(text)) {
        return Ok(text.clone().force_encoding(to).into());
    }
    let mut out = String::new();
    for chunk in text.clone().force_encoding(from).as_bytes().utf8_chunks() {
        for character in chunk.valid().chars() {
            let fits = character.is_ascii() || (from == Encoding::Utf8 && to == Encoding::Utf8);
            if fits {
                out.push(character);
            } else if !replace("undef") && from == Encoding::Utf8 {
                return Err(undefined(character, to).into());
            } else if from == Encoding::Utf8 {
                out.push_str(&mark);
            } else {
                // Bytes beyond ASCII have no meaning: each is undefined by itself.
                for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                    replace_byte(
                        byte,
                        replace("undef") || replace("invalid"),
                        &mark,
                        from,
                        to,
                        &mut out,
                    )?;
                }
            }
        }
        for byte in chunk.invalid() {
            let allowed = if from == Encoding::Utf8 { "invalid" } else { "undef" };
            replace_byte(*byte, replace(allowed), &mark, from, to, &mut out)?;
            if from == Encoding::Utf8 {
                break;
            }
        }
    }
    Ok(RString::new(out.as_bytes(), to).into())
}

fn replace_byte(
    byte: u8,
    allowed: bool,
    mark: &str,
    from: Encoding,
    to: Encoding,
    out: &mut String,
) -> Result<(), Raised> {
    if allowed {
        out.push_str(mark);
        return Ok(());
    }
    let error = if from == Encoding::Utf8 {
        let message = format!("\"\\x{byte:02X}\" on UTF-8");
        RubyError::new("Encoding::InvalidByteSequenceError", message)
    } else {
        let message = format!("\"\\x{byte:02X}\" from {} to {}", from.name(), to.name());
        RubyError::new("Encoding::UndefinedConversionError", message)
    };
    Err(error.into())
}

fn undefined(character: char, to: Encoding) -> RubyError {
    let message = format!("U+{:04X} from UTF-8 to {}", character as u32, to.name());
    RubyError::new("Encoding::UndefinedConversionError", message)
}
