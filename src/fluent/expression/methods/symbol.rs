//! `Symbol`: what its text answers, and symbols again where Ruby makes them.

use super::super::eval::Evaluator;
use super::super::object::Object;
use super::{Answer, Send, string};
use crate::ruby::string::RString;
use crate::ruby::value::Value;

/// Calls a method of a Symbol.
pub(super) fn send(eval: &mut Evaluator, name: &str, call: &Send) -> Answer {
    let text = RString::utf8(name);
    let encoding =
        if name.is_ascii() { crate::encoding::Encoding::UsAscii } else { text.encoding() };
    match (call.method, call.args.as_slice()) {
        ("to_sym", []) => Ok(Some(call.receiver.clone())),
        ("to_s" | "name" | "id2name", []) => Ok(Some(text.force_encoding(encoding).into())),
        ("upcase" | "downcase" | "capitalize" | "swapcase" | "succ" | "next", []) => {
            let made = string::send(eval, &text, call)?;
            Ok(made
                .map(|made| Object::Value(Value::Symbol(made.to_s(eval.ruby()).to_lossy().into()))))
        }
        (
            "<" | ">" | "<=" | ">=" | "<=>" | "casecmp" | "casecmp?",
            [Object::Value(Value::Symbol(other))],
        ) => {
            let args = vec![Object::Value(Value::from(&**other))];
            let send = Send {
                receiver: text.clone().into(),
                method: call.method,
                args,
                block: None,
                span: call.span,
                place: None,
            };
            string::send(eval, &text, &send)
        }
        (
            "length" | "size" | "empty?" | "start_with?" | "end_with?" | "[]" | "slice" | "match?"
            | "match" | "=~",
            _,
        ) => string::send(eval, &text, call),
        _ => Ok(None),
    }
}
