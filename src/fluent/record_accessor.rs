//! `record_accessor` of fluentd's plugin helpers (`lib/fluent/plugin_helper/record_accessor.rb`):
//! a plain key, `$.a.b[0]` or `$['a']["b"]`.

use crate::fluent::error::RubyError;
use crate::ruby::value::{Record, Value};
use crate::ruby::version::RubyVersion;
use std::rc::Rc;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A key of a Hash.
    Key(String),
    /// An index of an Array.
    Index(i64),
}

/// Where a value stands in a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordAccessor {
    /// One key of the record; dots and dollars are part of it.
    Plain(Step),
    /// A path.
    Nested(Vec<Step>),
}

impl RecordAccessor {
    /// fluentd's `record_accessor_create`.
    pub fn new(param: &str) -> Result<RecordAccessor, RubyError> {
        let mut steps = if let Some(rest) = param.strip_prefix("$.") {
            parse_dot_notation(rest, param)?
        } else if param.starts_with("$[") {
            parse_bracket_notation(param)?
        } else {
            return Ok(RecordAccessor::Plain(Step::Key(param.to_owned())));
        };
        match steps.len() {
            1 => Ok(RecordAccessor::Plain(steps.remove(0))),
            _ => Ok(RecordAccessor::Nested(steps)),
        }
    }

    /// A field by its name, whatever it looks like.
    pub fn plain(name: &str) -> RecordAccessor {
        RecordAccessor::Plain(Step::Key(name.to_owned()))
    }

    /// The first key, if it is one of the record.
    pub fn first_key(&self) -> Option<&str> {
        let step = match self {
            RecordAccessor::Plain(step) => step,
            RecordAccessor::Nested(steps) => steps.first()?,
        };
        match step {
            Step::Key(key) => Some(key),
            Step::Index(_) => None,
        }
    }

    /// Ruby's `dig`; `Nil` when it is not there.
    pub fn call(&self, record: &Record) -> Result<Value, RubyError> {
        match self {
            RecordAccessor::Plain(Step::Key(key)) => {
                Ok(record.get(key).cloned().unwrap_or(Value::Nil))
            }
            RecordAccessor::Plain(Step::Index(_)) => Ok(Value::Nil),
            RecordAccessor::Nested(steps) => dig(record, steps),
        }
    }

    /// Removes the value; exceptions of a nested path are swallowed, as fluentd does.
    pub fn delete(&self, record: &mut Record) {
        match self {
            RecordAccessor::Plain(Step::Key(key)) => {
                record.remove(key);
            }
            RecordAccessor::Plain(Step::Index(_)) => {}
            RecordAccessor::Nested(steps) => delete_nest(record, steps),
        }
    }
}

fn dig(record: &Record, steps: &[Step]) -> Result<Value, RubyError> {
    let Some((Step::Key(first), rest)) = steps.split_first() else { return Ok(Value::Nil) };
    let mut value = record.get(first).cloned().unwrap_or(Value::Nil);
    for step in rest {
        value = match (&value, step) {
            (Value::Nil, _) => return Ok(Value::Nil),
            (Value::Hash(hash), Step::Key(key)) => hash.get(key).cloned().unwrap_or(Value::Nil),
            (Value::Hash(_), Step::Index(_)) => Value::Nil,
            (Value::Array(items), Step::Index(index)) => at(items, *index),
            (Value::Array(_), Step::Key(_)) => {
                return Err(RubyError::new(
                    "TypeError",
                    "no implicit conversion of String into Integer",
                ));
            }
            (other, _) => {
                let class = other.class();
                return Err(RubyError::new(
                    "TypeError",
                    format!("{class} does not have #dig method"),
                ));
            }
        };
    }
    Ok(value)
}

fn at(items: &[Value], index: i64) -> Value {
    index_of(items, index).and_then(|index| items.get(index)).cloned().unwrap_or(Value::Nil)
}

fn index_of(items: &[Value], index: i64) -> Option<usize> {
    usize::try_from(if index < 0 { index + items.len() as i64 } else { index }).ok()
}

/// Removes along the path; Ruby edits the nested object in place, here it is copied when shared.
fn delete_nest(record: &mut Record, steps: &[Step]) {
    let Some((Step::Key(first), rest)) = steps.split_first() else { return };
    let Some(mut value) =
        record.iter_mut().find(|(key, _)| is_key(key, first)).map(|(_, value)| value)
    else {
        return;
    };
    let Some((last, path)) = rest.split_last() else { return };
    for step in path {
        value = match (value, step) {
            (Value::Hash(hash), Step::Key(key)) => {
                let found = Rc::make_mut(hash).iter_mut().find(|(name, _)| is_key(name, key));
                let Some((_, value)) = found else { return };
                value
            }
            (Value::Array(items), Step::Index(index)) => {
                let Some(index) = index_of(items, *index) else { return };
                let Some(value) = Rc::make_mut(items).get_mut(index) else { return };
                value
            }
            _ => return,
        };
    }
    match (value, last) {
        (Value::Hash(hash), Step::Key(key)) => {
            Rc::make_mut(hash).remove(key);
        }
        (Value::Array(items), Step::Index(index)) => {
            if let Some(index) = index_of(items, *index).filter(|&index| index < items.len()) {
                Rc::make_mut(items).remove(index);
            }
        }
        _ => {}
    }
}

fn is_key(candidate: &Value, key: &str) -> bool {
    matches!(candidate, Value::String(text) if text.as_bytes() == key.as_bytes())
}

/// `no implicit conversion of X into String`.
pub fn no_conversion(value: &Value) -> RubyError {
    let name = match value {
        Value::Nil => "nil",
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        other => other.class(),
    };
    RubyError::new("TypeError", format!("no implicit conversion of {name} into String"))
}

/// `undefined method 'x' for …`, as the Ruby version words it.
pub fn no_method(method: &str, value: &Value, ruby: RubyVersion) -> RubyError {
    let class = value.class();
    let message = match ruby {
        RubyVersion::V3_1 => {
            let shown = crate::ruby::inspect::inspect(value, ruby);
            format!("undefined method `{method}' for {shown}:{class}")
        }
        RubyVersion::V3_4 => match value {
            Value::Nil => format!("undefined method '{method}' for nil"),
            Value::Bool(flag) => format!("undefined method '{method}' for {flag}"),
            _ => format!("undefined method '{method}' for an instance of {class}"),
        },
    };
    RubyError::new("NoMethodError", message)
}

fn parse_dot_notation(rest: &str, param: &str) -> Result<Vec<Step>, RubyError> {
    let mut steps = Vec::new();
    for key in ruby_split(rest, '.') {
        match key.find('[') {
            Some(start) => parse_dot_array_op(key, start, param, &mut steps)?,
            None => steps.push(Step::Key(key.to_owned())),
        }
    }
    if steps.is_empty() {
        return Err(RubyError::config("empty keys in dot notation"));
    }
    let blank = steps.iter().find_map(|step| match step {
        Step::Key(key) if key.contains(|c: char| c.is_ascii_whitespace() || c == '\u{b}') => {
            Some(key)
        }
        _ => None,
    });
    if let Some(key) = blank {
        return Err(RubyError::config(format!(
            "whitespace character is not allowed in dot notation. Use bracket notation: {key}"
        )));
    }
    Ok(steps)
}

/// Ruby's `String#split` with one character: trailing empty pieces are dropped.
pub fn ruby_split(text: &str, at: char) -> Vec<&str> {
    let mut pieces: Vec<&str> = text.split(at).collect();
    while pieces.last().is_some_and(|piece| piece.is_empty()) {
        pieces.pop();
    }
    pieces
}

fn parse_dot_array_op(
    key: &str,
    start: usize,
    param: &str,
    steps: &mut Vec<Step>,
) -> Result<(), RubyError> {
    if start > 0 {
        steps.push(Step::Key(key[..start].to_owned()));
    }
    let mut rest = &key[start + 1..];
    let mut in_bracket = true;
    while !rest.is_empty() {
        if in_bracket {
            rest = array_index(rest, param, param, steps)?;
            in_bracket = false;
        } else if let Some(open) = rest.find('[') {
            rest = &rest[open + 1..];
            in_bracket = true;
        } else {
            return Err(RubyError::config(format!(
                "found more characters after ']'. Invalid syntax: {param}"
            )));
        }
    }
    Ok(())
}

/// Reads `N]`; returns what follows. A `]` at once makes Ruby's range `0..-1`, the whole rest.
fn array_index<'p>(
    rest: &'p str,
    shown_missing: &str,
    shown_unclosed: &str,
    steps: &mut Vec<Step>,
) -> Result<&'p str, RubyError> {
    let Some(end) = rest.find(']') else {
        return Err(RubyError::config(format!(
            "'[' found but ']' not found. Invalid syntax: {shown_unclosed}"
        )));
    };
    let index = if end == 0 { rest } else { &rest[..end] };
    if index == "]" {
        return Err(RubyError::config(format!(
            "missing array index in '[]'. Invalid syntax: {shown_missing}"
        )));
    }
    steps.push(Step::Index(ruby_integer(index)?));
    Ok(&rest[end + 1..])
}

fn ruby_integer(text: &str) -> Result<i64, RubyError> {
    match crate::ruby::integer::integer(text.as_bytes()) {
        Some(Value::Integer(number)) => Ok(number),
        Some(_) => Ok(i64::MAX),
        None => {
            Err(RubyError::new("ArgumentError", format!("invalid value for Integer(): {text:?}")))
        }
    }
}

fn parse_bracket_notation(param: &str) -> Result<Vec<Step>, RubyError> {
    let mut steps = Vec::new();
    let mut rest = &param[1..];
    let mut in_bracket = false;
    while !rest.is_empty() {
        if !in_bracket {
            let Some(open) = rest.find('[') else {
                return Err(RubyError::config(format!(
                    "found more characters after ']'. Invalid syntax: {param}"
                )));
            };
            rest = &rest[open + 1..];
            in_bracket = true;
        } else if rest.starts_with(['\'', '"']) {
            rest = quoted_key(rest, param, &mut steps)?;
            in_bracket = false;
        } else {
            rest = array_index(rest, rest, param, &mut steps)?;
            in_bracket = false;
        }
    }
    if steps.is_empty() {
        return Err(RubyError::config("empty keys in bracket notation"));
    }
    Ok(steps)
}

fn quoted_key<'p>(rest: &'p str, param: &str, steps: &mut Vec<Step>) -> Result<&'p str, RubyError> {
    let Some(end) = rest.find("']").or_else(|| rest.find("\"]")) else {
        return Err(RubyError::config(format!("Incomplete bracket. Invalid syntax: {param}")));
    };
    if rest.as_bytes().first() != rest.as_bytes().get(end) {
        return Err(RubyError::config(format!("Mismatched quotes. Invalid syntax: {param}")));
    }
    // `param[1..i - 1]` with i = 0 is Ruby's range 1..-1.
    let key = if end == 0 { &rest[1..] } else { &rest[1..end] };
    steps.push(Step::Key(key.to_owned()));
    Ok(&rest[end + 2..])
}

#[cfg(test)]
mod tests {
    use super::{RecordAccessor, Step};

    #[test]
    fn a_plain_name_is_one_key_dots_included() {
        assert_eq!(
            RecordAccessor::new("kubernetes.namespace_name").unwrap(),
            RecordAccessor::Plain(Step::Key("kubernetes.namespace_name".to_owned()))
        );
    }

    #[test]
    fn dots_and_brackets_make_a_path() {
        let path = RecordAccessor::new("$.items[-1].msg").unwrap();
        assert_eq!(
            path,
            RecordAccessor::Nested(vec![
                Step::Key("items".to_owned()),
                Step::Index(-1),
                Step::Key("msg".to_owned())
            ])
        );
        assert!(RecordAccessor::new("$['a.b'][\"c\"]").is_ok());
    }

    #[test]
    fn broken_paths_are_refused_and_never_panic() {
        for param in ["$.", "$.a[]", "$.a[0]b", "$[", "$['", "$['a\"]", "$[a]", "$. "] {
            assert!(RecordAccessor::new(param).is_err(), "{param}");
        }
        for param in ["$.a[", "$['']", "$.a[0][1]", "$", "$.日[0]"] {
            assert!(RecordAccessor::new(param).is_ok(), "{param}");
        }
    }
}
