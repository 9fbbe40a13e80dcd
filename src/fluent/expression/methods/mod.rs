//! Method calls, by the receiver's class. One file a class; what all objects have is here.

pub(super) mod array;
pub(super) mod constant;
pub(super) mod hash;
pub(super) mod kernel;
mod names;
pub(super) mod number;
pub(super) mod pattern;
pub(super) mod string;
pub(super) mod time;

use super::eval::Evaluator;
use super::object::{Object, Raised};
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
    /// The call's place.
    pub(super) span: Span,
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
    if let Some(answer) = of_class(eval, call)? {
        return Ok(answer);
    }
    if let Some(answer) = of_object(eval, call)? {
        return Ok(answer);
    }
    if let Object::Constant(name) = &call.receiver {
        return Err(eval.not_simulated(&format!("{name}.{}", call.method), call.span));
    }
    if names::exists(call.receiver.class(), call.method) {
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
        Object::Value(Value::Symbol(name)) => symbol(eval, name, call),
        Object::Value(_) => Ok(None),
        Object::Time(time) => time::send(eval, time, call),
        Object::Regexp(regexp) => pattern::regexp(eval, regexp, call),
        Object::Match(found) => pattern::match_data(eval, found, call),
        Object::Range(_) => Ok(None),
        Object::Constant(name) => constant::send(eval, name, call),
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
        ("|", [other]) => Value::Bool(other.truthy()),
        _ => return Ok(None),
    };
    Ok(Some(value.into()))
}

fn symbol(eval: &mut Evaluator, name: &str, call: &Send) -> Answer {
    let text = RString::utf8(name);
    match call.method {
        "to_sym" => Ok(Some(call.receiver.clone())),
        "length" | "size" | "empty?" | "start_with?" | "end_with?" | "[]" | "match?" => {
            string::send(eval, &text, call)
        }
        _ => Ok(None),
    }
}

/// Methods of every object.
fn of_object(eval: &mut Evaluator, call: &Send) -> Answer {
    let ruby = eval.ruby();
    let receiver = &call.receiver;
    let answer = match (call.method, call.args.as_slice()) {
        ("nil?", []) => receiver.is_nil().into(),
        ("to_s", []) => receiver.to_s(ruby).into(),
        ("inspect", []) => RString::utf8(&receiver.inspect(ruby)).into(),
        ("to_json", _) => to_json(receiver, ruby)?,
        ("==" | "eql?" | "===" | "equal?", [other]) => equal(receiver, other).into(),
        ("!", []) => (!receiver.truthy()).into(),
        ("class", []) => Object::Constant(receiver.class().into()),
        ("is_a?" | "kind_of?" | "instance_of?", [Object::Constant(name)]) => {
            is_a(receiver, name, call.method != "instance_of?").into()
        }
        ("itself" | "dup" | "clone" | "freeze", _) => receiver.clone(),
        ("frozen?", []) => return Ok(None),
        ("respond_to?", [Object::Value(name)]) => {
            let name = to_s(name, ruby);
            let name = name.to_lossy();
            (names::exists(receiver.class(), &name) || names::exists("Object", &name)).into()
        }
        ("then" | "yield_self", []) => match call.block {
            Some(block) => {
                let value = receiver.clone().into_value(ruby);
                eval.yields(block, &[value])?
            }
            None => return Ok(None),
        },
        ("<=>", [other]) if equal(receiver, other) => Object::integer(0),
        _ => return Ok(None),
    };
    Ok(Some(answer))
}

fn to_json(object: &Object, ruby: RubyVersion) -> Result<Object, Raised> {
    let value = object.clone().into_value(ruby);
    let text = generate::dump(&value, Library::Json)?;
    Ok(RString::new(&text, Encoding::Utf8).into())
}

/// `==`
pub(super) fn equal(a: &Object, b: &Object) -> bool {
    match (a, b) {
        (Object::Value(Value::Integer(a)), Object::Value(Value::Float(b)))
        | (Object::Value(Value::Float(b)), Object::Value(Value::Integer(a))) => *a as f64 == *b,
        (Object::Value(a), Object::Value(b)) => a == b,
        (Object::Time(a), Object::Time(b)) => (a.sec, a.nsec) == (b.sec, b.nsec),
        (Object::Constant(a), Object::Constant(b)) => a == b,
        (Object::Regexp(a), Object::Regexp(b)) => {
            a.pattern() == b.pattern() && a.options() == b.options()
        }
        _ => false,
    }
}

fn is_a(object: &Object, name: &str, superclasses: bool) -> bool {
    let class = object.class();
    let above: &[&str] = match class {
        "Integer" | "Float" => &["Numeric", "Comparable", "Object", "BasicObject", "Kernel"],
        "Array" | "Hash" | "Range" => &["Enumerable", "Object", "BasicObject", "Kernel"],
        "String" | "Time" => &["Comparable", "Object", "BasicObject", "Kernel"],
        _ => &["Object", "BasicObject", "Kernel"],
    };
    class == name || (superclasses && above.contains(&name))
}

/// `NoMethodError`
pub(super) fn no_method(receiver: &Object, method: &str, ruby: RubyVersion) -> RubyError {
    let described = receiver.described(ruby);
    let message = match ruby {
        RubyVersion::V3_1 => format!("undefined method `{method}' for {described}"),
        RubyVersion::V3_4 => format!("undefined method '{method}' for {described}"),
    };
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
