//! Method calls, by the receiver's class. One file a class; what all objects have is here.

pub(super) mod array;
pub(super) mod constant;
mod enumerable;
mod format;
pub(super) mod hash;
pub(super) mod kernel;
pub(super) mod mutate;
mod names;
pub(super) mod number;
mod pack;
pub(super) mod pattern;
pub(super) mod range;
pub(super) mod string;
mod symbol;
mod texts;
pub(super) mod time;

use std::cmp::Ordering;

use super::eval::Evaluator;
use super::object::{Object, Raised};
use super::place::Place;
use super::tree::Block;
use crate::encoding::Encoding;
use crate::fluent::error::RubyError;
use crate::ruby::inspect::to_s;
use crate::ruby::json::{Library, generate};
use crate::ruby::string::RString;
use crate::ruby::value::Value;
use crate::ruby::version::RubyVersion;
use crate::source::Span;

/// One call with everything evaluated but the block.
pub(super) struct Send<'c> {
    /// Before the point.
    pub(super) receiver: Object,
    /// The method.
    pub(super) method: &'c str,
    /// The arguments.
    pub(super) args: Vec<Object>,
    /// The block.
    pub(super) block: Option<&'c Block>,
    /// Where the call stands in the code.
    pub(super) span: Span,
    /// Where the receiver stands.
    pub(super) place: Option<Place>,
}

/// `None`: the class has no such method here, or not with these arguments.
pub(super) type Answer = Result<Option<Object>, Raised>;

impl Send<'_> {
    /// Argument `index` as a value.
    pub(super) fn value(&self, index: usize) -> Option<&Value> {
        match self.args.get(index)? {
            Object::Value(value) => Some(value),
            _ => None,
        }
    }

    /// Argument `index` if it is a String.
    pub(super) fn text(&self, index: usize) -> Option<&RString> {
        match self.value(index)? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }
}

/// Calls a method.
pub(super) fn send(eval: &mut Evaluator, call: &Send) -> Result<Object, Raised> {
    if let Some(answer) = eval.mutated(call)? {
        return Ok(answer);
    }
    if let Some(answer) = of_class(eval, call)? {
        return Ok(answer);
    }
    if let Some(answer) = of_object(eval, call)? {
        return Ok(answer);
    }
    if call.receiver.class() == "IPAddr" {
        return Err(eval.not_simulated(&format!("IPAddr#{}", call.method), call.span));
    }
    if let Object::Constant(name) = &call.receiver {
        return Err(eval.not_simulated(&format!("{name}.{}", call.method), call.span));
    }
    if names::exists(call.receiver.class(), call.method)
        || matches!(call.receiver, Object::Exception(_) | Object::Enumerator(..))
    {
        let what = format!("{}#{}", call.receiver.class(), call.method);
        return Err(eval.not_simulated(&what, call.span));
    }
    Err(no_method(&call.receiver, call.method, eval.ruby()).into())
}

fn of_class(eval: &mut Evaluator, call: &Send) -> Answer {
    match &call.receiver {
        Object::Value(Value::String(text)) => string::send(eval, text, call),
        Object::Value(Value::Array(items)) => array::send(eval, items, call),
        Object::Value(Value::Hash(hash)) => hash::send(eval, hash, call),
        Object::Value(Value::Integer(_) | Value::BigInteger(_) | Value::Float(_)) => {
            number::send(eval, call)
        }
        Object::Value(Value::Nil) => nil(call),
        Object::Value(Value::Symbol(name)) => symbol::send(eval, name, call),
        Object::Value(Value::Bool(flag)) => Ok(boolean(*flag, call)),
        Object::Value(Value::Other(object)) if object.class == "Encoding" => {
            let names = matches!(call.method, "to_s" | "name") && call.args.is_empty();
            Ok(names.then(|| Object::ascii(&object.to_s)))
        }
        Object::Value(Value::Other(object)) if object.class == "IPAddr" => {
            let v6 = object.to_s.contains(':');
            match call.method {
                "ipv4?" => Ok(Some((!v6).into())),
                "ipv6?" => Ok(Some(v6.into())),
                "to_s" => Ok(Some(Object::ascii(&object.to_s))),
                _ => Ok(None),
            }
        }
        Object::Value(_) => Ok(None),
        Object::Time(time) => time::send(eval, time, call),
        Object::Regexp(regexp) => pattern::regexp(eval, regexp, call),
        Object::Match(found) => pattern::match_data(eval, found, call),
        Object::Range(range) => range::send(eval, range, call),
        Object::Constant(name) => constant::send(eval, name, call),
        Object::Exception(error) => Ok(exception(error, call)),
        Object::Enumerator(items, made_by) => enumerable::send(eval, items, made_by, call),
    }
}

fn nil(call: &Send) -> Answer {
    let value = match (call.method, call.args.as_slice()) {
        ("to_a", []) => Value::from(Vec::new()),
        ("to_h", []) => Value::from(crate::ruby::value::Hash::new()),
        ("to_i", []) => Value::Integer(0),
        ("to_f", []) => Value::Float(0.0),
        ("=~", [_]) => Value::Nil,
        ("&", [_]) => Value::Bool(false),
        ("|" | "^", [other]) => Value::Bool(other.truthy()),
        _ => return Ok(None),
    };
    Ok(Some(value.into()))
}

fn boolean(flag: bool, call: &Send) -> Option<Object> {
    let [other] = call.args.as_slice() else { return None };
    Some(Object::from(match call.method {
        "&" => flag && other.truthy(),
        "|" => flag || other.truthy(),
        "^" => flag != other.truthy(),
        _ => return None,
    }))
}

fn exception(error: &RubyError, call: &Send) -> Option<Object> {
    match (call.method, call.args.as_slice()) {
        ("message" | "to_s", []) => Some(error.text().into()),
        ("class", []) => Some(Object::Constant(error.class.into())),
        ("is_a?" | "kind_of?", [Object::Constant(name)]) => {
            Some(is_exception(error.class, name).into())
        }
        _ => None,
    }
}

/// True when exceptions of `class` are of the class `name` too.
pub(super) fn is_exception(class: &str, name: &str) -> bool {
    let mut class = class;
    loop {
        if class == name {
            return true;
        }
        class = match class {
            "Exception" => return false,
            "KeyError" | "StopIteration" => "IndexError",
            "NoMethodError" => "NameError",
            "FloatDomainError" => "RangeError",
            "FrozenError" => "RuntimeError",
            "JSON::ParserError" | "JSON::GeneratorError" | "JSON::NestingError" => {
                "JSON::JSONError"
            }
            "Encoding::CompatibilityError"
            | "Encoding::UndefinedConversionError"
            | "Encoding::InvalidByteSequenceError" => "EncodingError",
            "NotImplementedError" | "SyntaxError" | "LoadError" => "ScriptError",
            "Date::Error" => "ArgumentError",
            "StandardError" | "ScriptError" | "SystemStackError" | "NoMemoryError" => "Exception",
            _ => "StandardError",
        };
    }
}

/// `pattern === item`
pub(super) fn case_equal(
    eval: &mut Evaluator,
    pattern: &Object,
    item: &Value,
    span: Span,
) -> Result<bool, Raised> {
    let args = vec![item.clone().into()];
    let send_it =
        Send { receiver: pattern.clone(), method: "===", args, block: None, span, place: None };
    Ok(send(eval, &send_it)?.truthy())
}

/// Methods of every object.
#[expect(clippy::too_many_lines, reason = "one flat table")]
fn of_object(eval: &mut Evaluator, call: &Send) -> Answer {
    let ruby = eval.ruby();
    let receiver = &call.receiver;
    let answer = match (call.method, call.args.as_slice()) {
        ("nil?", []) => receiver.is_nil().into(),
        ("to_s", []) => receiver.to_s(ruby).into(),
        ("inspect", []) => {
            let shown = receiver.inspect(ruby);
            let encoding = if shown.is_ascii() { Encoding::UsAscii } else { Encoding::Utf8 };
            RString::new(shown.as_bytes(), encoding).into()
        }
        ("to_json", _) => to_json(receiver, ruby)?,
        ("eql?", [Object::Value(other)]) => {
            matches!(receiver, Object::Value(value) if value == other).into()
        }
        ("==" | "eql?" | "===" | "equal?", [other]) => equal(receiver, other).into(),
        ("!", []) => (!receiver.truthy()).into(),
        ("class", []) => Object::Constant(receiver.class().into()),
        ("is_a?" | "kind_of?" | "instance_of?", [Object::Constant(name)]) => {
            is_a(receiver, name, call.method != "instance_of?").into()
        }
        ("itself" | "dup" | "clone" | "freeze", _) => receiver.clone(),
        ("frozen?", []) => match receiver {
            Object::Value(Value::String(_) | Value::Array(_) | Value::Hash(_)) => {
                call.place.as_ref().is_some_and(Place::is_frozen).into()
            }
            Object::Value(_) => true.into(),
            _ => return Ok(None),
        },
        ("respond_to?", [Object::Value(name)]) => {
            let name = to_s(name, ruby);
            let name = name.to_lossy();
            names::exists(receiver.class(), &name).into()
        }
        (
            "send" | "public_send" | "__send__",
            [Object::Value(name @ (Value::Symbol(_) | Value::String(_))), rest @ ..],
        ) => {
            let name = to_s(name, ruby);
            let (receiver, args) = (receiver.clone(), rest.to_vec());
            let method: &str = &name.to_lossy();
            return send(
                eval,
                &Send {
                    receiver,
                    method,
                    args,
                    block: call.block,
                    span: call.span,
                    place: call.place.clone(),
                },
            )
            .map(Some);
        }
        // Object#=~ went with Ruby 3.2.
        ("=~", [_]) => match ruby {
            RubyVersion::V3_1 => Object::NIL,
            RubyVersion::V3_4 => return Err(no_method(receiver, "=~", ruby).into()),
        },
        ("!=", [other]) => (!equal(receiver, other)).into(),
        ("!~", [_]) => {
            let args = call.args.clone();
            let found = send(
                eval,
                &Send {
                    receiver: receiver.clone(),
                    method: "=~",
                    args,
                    block: None,
                    span: call.span,
                    place: None,
                },
            )?;
            (!found.truthy()).into()
        }
        ("between?", [low, high])
            if matches!(receiver.class(), "Integer" | "Float" | "String" | "Time" | "Symbol") =>
        {
            let mut ask = |method, other: &Object| {
                let args = vec![other.clone()];
                let receiver = receiver.clone();
                send(
                    eval,
                    &Send { receiver, method, args, block: None, span: call.span, place: None },
                )
            };
            (ask(">=", low)?.truthy() && ask("<=", high)?.truthy()).into()
        }
        ("clamp", [low @ Object::Value(a), high @ Object::Value(b)]) => {
            let (Object::Value(value), "Integer" | "Float" | "String" | "Symbol") =
                (receiver, receiver.class())
            else {
                return Ok(None);
            };
            match (array::compare(value, a), array::compare(value, b)) {
                (Some(below), Some(above)) if array::compare(a, b).is_some_and(Ordering::is_le) => {
                    let pick = if below.is_lt() { low } else { receiver };
                    if above.is_gt() { high.clone() } else { pick.clone() }
                }
                _ => return Ok(None),
            }
        }
        ("tap", []) => match (call.block, &call.place) {
            (Some(block), place) => {
                let value = receiver.clone().into_value(ruby);
                eval.yields_placed(block, &[value], std::slice::from_ref(place))?;
                let changed = place.as_ref().filter(|place| !place.is_frozen());
                changed.map_or(receiver.clone(), |place| eval.at_place(place))
            }
            _ => return Ok(None),
        },
        ("then" | "yield_self", []) => match call.block {
            Some(block) => {
                let value = receiver.clone().into_value(ruby);
                eval.yields(block, &[value])?
            }
            None => return Ok(None),
        },
        ("<=>", [other]) if equal(receiver, other) => Object::integer(0),
        ("<=>", [Object::Value(_)]) => Object::NIL,
        ("to_s", [_]) if !matches!(receiver.class(), "Integer") => {
            let message = "wrong number of arguments (given 1, expected 0)";
            return Err(RubyError::new("ArgumentError", message).into());
        }
        _ => return Ok(None),
    };
    Ok(Some(answer))
}

pub(super) fn to_json(object: &Object, ruby: RubyVersion) -> Result<Object, Raised> {
    let value = object.clone().into_value(ruby);
    let text = generate::dump(&with_text_keys(value, ruby), Library::Json)?;
    Ok(RString::new(&text, Encoding::Utf8).into())
}

/// Keys as this Ruby prints them.
fn with_text_keys(value: Value, ruby: RubyVersion) -> Value {
    match value {
        Value::Hash(hash) => Value::from(crate::ruby::value::Hash::from_entries(
            hash.iter()
                .map(|(key, value)| (to_s(key, ruby).into(), with_text_keys(value.clone(), ruby)))
                .collect(),
        )),
        Value::Array(items) => {
            items.iter().map(|item| with_text_keys(item.clone(), ruby)).collect::<Vec<_>>().into()
        }
        other => other,
    }
}

/// `==`
pub(super) fn equal(a: &Object, b: &Object) -> bool {
    match (a, b) {
        (Object::Value(a), Object::Value(b)) => equal_values(a, b),
        (Object::Range(a), Object::Range(b)) => {
            equal_values(&a.low, &b.low)
                && equal_values(&a.high, &b.high)
                && a.exclusive == b.exclusive
        }
        (Object::Time(a), Object::Time(b)) => (a.sec, a.nsec) == (b.sec, b.nsec),
        (Object::Constant(a), Object::Constant(b)) => a == b,
        (Object::Regexp(a), Object::Regexp(b)) => {
            a.pattern() == b.pattern() && a.options() == b.options()
        }
        _ => false,
    }
}

/// `==` of values: numbers by their worth, hashes in any order.
pub(super) fn equal_values(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Integer(a), Value::Float(b)) | (Value::Float(b), Value::Integer(a)) => {
            *a as f64 == *b
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equal_values(a, b))
        }
        (Value::Hash(a), Value::Hash(b)) => {
            let same =
                |(key, value)| hash::find(b, key).is_some_and(|other| equal_values(value, other));
            a.len() == b.len() && a.iter().all(same)
        }
        (Value::String(a), Value::String(b)) => {
            a == b && (a.encoding() == b.encoding() || a.as_bytes().is_ascii())
        }
        (a, b) => a == b,
    }
}

pub(super) fn is_a(object: &Object, name: &str, superclasses: bool) -> bool {
    let class = object.class();
    if let Object::Exception(error) = object {
        return is_exception(error.class, name);
    }
    let above: &[&str] = match class {
        "Integer" | "Float" => &["Numeric", "Comparable", "Object", "BasicObject", "Kernel"],
        "Array" | "Hash" | "Range" => &["Enumerable", "Object", "BasicObject", "Kernel"],
        "String" | "Time" => &["Comparable", "Object", "BasicObject", "Kernel"],
        _ => &["Object", "BasicObject", "Kernel"],
    };
    class == name || (superclasses && above.contains(&name))
}

/// True for a function that every object has.
pub(super) fn is_function(name: &str) -> bool {
    names::exists("Kernel", name)
}

/// The class of `#<Class…>`.
pub(super) fn class_shown(described: &str) -> &str {
    described.trim_start_matches("#<").trim_end_matches('>')
}

/// `NoMethodError` of a function.
pub(super) fn undefined(name: &str, described: &str, ruby: RubyVersion) -> RubyError {
    let message = match ruby {
        RubyVersion::V3_1 => format!("undefined method `{name}' for {described}"),
        RubyVersion::V3_4 => {
            format!("undefined method '{name}' for an instance of {}", class_shown(described))
        }
    };
    RubyError::new("NoMethodError", message)
}

/// `NoMethodError`
pub(super) fn no_method(receiver: &Object, method: &str, ruby: RubyVersion) -> RubyError {
    let described = receiver.described(ruby);
    let (what, called) =
        if is_function(method) { ("private", "called for") } else { ("undefined", "for") };
    let quote = if ruby == RubyVersion::V3_1 { '`' } else { '\'' };
    let message = format!("{what} method {quote}{method}' {called} {described}");
    RubyError::new("NoMethodError", message)
}

/// `TypeError: no implicit conversion of X into Y`
pub(super) fn no_conversion(from: &Object, into: &str) -> RubyError {
    let from = match from {
        Object::Value(Value::Nil | Value::Bool(_)) => from.inspect(RubyVersion::V3_4),
        other => other.class().to_owned(),
    };
    RubyError::new("TypeError", format!("no implicit conversion of {from} into {into}"))
}
