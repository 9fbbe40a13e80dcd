//! The conversions of typed parameters (fluentd `lib/fluent/config/types.rb`).
//!
//! Each takes the text of a parameter, or what a JSON array or hash holds, and follows Ruby: units
//! are looked for anywhere in the text, numbers are read as far as they go, unless the mode is strict.

use std::rc::Rc;

use super::configure_proxy::{Kind, Literal, Param, ValueType};
use crate::encoding::Encoding;
use crate::fluent::error::RubyError;
use crate::onigmo::regexp::{Options, Regexp};
use crate::ruby::inspect::{inspect_string, to_s};
use crate::ruby::string::RString;
use crate::ruby::value::{Hash, Value};
use crate::ruby::version::RubyVersion;
use crate::ruby::{float, integer, json_gem};

/// A converted value.
#[derive(Clone, Debug)]
pub enum Setting {
    /// Anything that can stand in a record too.
    Value(Value),
    /// `:regexp`
    Regexp(Rc<Regexp>),
    /// `:array` with `value_type: :regexp`; `None` for a JSON null.
    Regexps(Vec<Option<Rc<Regexp>>>),
    /// `:hash` with `value_type: :regexp`.
    RegexpHash(Vec<(Value, Option<Rc<Regexp>>)>),
}

impl Setting {
    /// True for nil.
    pub fn is_nil(&self) -> bool {
        matches!(self, Setting::Value(Value::Nil))
    }

    /// Ruby's `to_s`.
    pub fn to_text(&self) -> String {
        match self {
            Setting::Value(value) => to_s(value, RubyVersion::default()).to_lossy().into_owned(),
            Setting::Regexp(regexp) => regexp.pattern().to_owned(),
            Setting::Regexps(_) | Setting::RegexpHash(_) => String::new(),
        }
    }
}

/// How to convert.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mode {
    /// `<system> strict_config_value true`.
    pub strict: bool,
    /// Which Ruby words the exceptions.
    pub ruby: RubyVersion,
}

/// A default as a value.
pub fn literal(literal: Literal) -> Setting {
    Setting::Value(literal_value(literal))
}

fn literal_value(literal: Literal) -> Value {
    match literal {
        Literal::Nil => Value::Nil,
        Literal::Bool(flag) => Value::Bool(flag),
        Literal::Integer(number) => Value::Integer(number),
        Literal::Float(number) => Value::Float(number),
        Literal::String(text) => Value::from(text),
        Literal::Symbol(name) => Value::Symbol(name.into()),
        Literal::Array(items) => {
            Value::from(items.iter().map(|item| literal_value(*item)).collect::<Vec<_>>())
        }
        Literal::Hash(entries) => {
            let mut hash = Hash::new();
            for (key, value) in entries {
                hash.insert(*key, literal_value(*value));
            }
            Value::from(hash)
        }
    }
}

/// The value of `param` written as `text`.
pub fn convert(param: &Param, text: &str, mode: Mode) -> Result<Setting, RubyError> {
    let value = Value::from(text);
    let name = param.name;
    let converted = match param.kind {
        Kind::String => value,
        Kind::Integer => integer_value(&value, mode, name)?,
        Kind::Float => float_value(&value, mode, name)?,
        Kind::Size => size_value(&value, mode, name)?,
        Kind::Time => time_value(&value, mode, name)?,
        Kind::Bool => bool_value(&value, mode, name)?,
        Kind::Enum(list) => enum_value(text, list)?,
        Kind::Array(value_type) => return array_value(text, value_type, mode),
        Kind::Hash(value_type) => return hash_value(text, value_type, Keys::Strings, mode),
        Kind::SymbolHash(value_type) => return hash_value(text, value_type, Keys::Symbols, mode),
        Kind::Regexp => return regexp_value(text).map(|regexp| Setting::Regexp(Rc::new(regexp))),
    };
    Ok(Setting::Value(converted))
}

/// `REFORMAT_VALUE`: an item of an array or a value of a hash.
fn reformat(value: &Value, to: ValueType, mode: Mode, name: &str) -> Result<Value, RubyError> {
    if *value == Value::Nil {
        return Ok(Value::Nil);
    }
    match to {
        ValueType::String => string_value(value, mode),
        ValueType::Integer => integer_value(value, mode, name),
        ValueType::Float => float_value(value, mode, name),
        ValueType::Size => size_value(value, mode, name),
        ValueType::Time => time_value(value, mode, name),
        ValueType::Bool => bool_value(value, mode, name),
        ValueType::Symbol => symbol_value(value, mode),
        // Kept apart by the callers.
        ValueType::Regexp => Ok(value.clone()),
    }
}

/// `value.to_s.force_encoding`: what `to_s` returns of true, false and a Symbol is frozen.
fn string_value(value: &Value, mode: Mode) -> Result<Value, RubyError> {
    let text = to_s(value, mode.ruby);
    if matches!(value, Value::Bool(_)) {
        let message = format!("can't modify frozen String: {}", inspect_string(&text));
        return Err(RubyError::new("FrozenError", message));
    }
    Ok(Value::String(text.force_encoding(crate::encoding::Encoding::Utf8)))
}

fn symbol_value(value: &Value, mode: Mode) -> Result<Value, RubyError> {
    match value {
        Value::String(text) if text.is_empty() => Ok(Value::Nil),
        Value::String(text) => {
            let text = text.to_lossy();
            Ok(Value::Symbol(text.strip_prefix(':').unwrap_or(&text).into()))
        }
        other => Err(no_method("empty?", other, mode)),
    }
}

fn integer_value(value: &Value, mode: Mode, name: &str) -> Result<Value, RubyError> {
    match value {
        Value::String(text) if mode.strict => {
            integer::integer(text.as_bytes()).ok_or_else(|| invalid_value("Integer", text, name))
        }
        Value::String(text) => Ok(integer::to_i(text.as_bytes())),
        Value::Integer(_) | Value::BigInteger(_) => Ok(value.clone()),
        Value::Float(number) => Ok(truncate(*number)),
        other if mode.strict => Err(cannot_convert("Integer", other, name)),
        other => Err(no_method("to_i", other, mode)),
    }
}

/// `Float#to_i`; JSON numbers are finite.
fn truncate(number: f64) -> Value {
    let whole = number.trunc();
    if whole.abs() < 9.0e18 {
        return Value::Integer(whole as i64);
    }
    Value::BigInteger(format!("{whole:.0}").into())
}

fn float_value(value: &Value, mode: Mode, name: &str) -> Result<Value, RubyError> {
    match value {
        Value::String(text) if mode.strict => float::float(text.as_bytes())
            .map(Value::Float)
            .ok_or_else(|| invalid_float(text, mode, name)),
        Value::String(text) => Ok(Value::Float(float::to_f(text.as_bytes()))),
        Value::Integer(number) => Ok(Value::Float(*number as f64)),
        Value::BigInteger(digits) => Ok(Value::Float(float::to_f(digits.as_bytes()))),
        Value::Float(_) => Ok(value.clone()),
        other if mode.strict => Err(cannot_convert("Float", other, name)),
        other => Err(no_method("to_f", other, mode)),
    }
}

fn invalid_value(function: &str, text: &RString, name: &str) -> RubyError {
    // Ruby shows the text by `inspect` under a UTF-8 locale here: the supervisor reads first.
    let text = text.to_lossy();
    RubyError::config(format!("{name}: invalid value for {function}(): {}", inspect_utf8(&text)))
}

/// Ruby 3.1's `Float()` shows the bytes.
fn invalid_float(text: &RString, mode: Mode, name: &str) -> RubyError {
    if text.as_bytes().contains(&0) {
        return RubyError::config(format!("{name}: string for Float contains null byte"));
    }
    if mode.ruby == RubyVersion::V3_1 {
        let shown = inspect_string(&RString::new(text.as_bytes(), Encoding::Ascii8Bit));
        return RubyError::config(format!("{name}: invalid value for Float(): {shown}"));
    }
    invalid_value("Float", text, name)
}

fn cannot_convert(function: &str, value: &Value, name: &str) -> RubyError {
    let what = match value {
        Value::Nil => "nil",
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        Value::Array(_) => "Array",
        Value::Hash(_) => "Hash",
        _ => "Object",
    };
    RubyError::config(format!("{name}: can't convert {what} into {function}"))
}

/// `inspect` where the default external encoding is UTF-8.
fn inspect_utf8(text: &str) -> String {
    let mut out = String::from("\"");
    for piece in text.split_inclusive(|character: char| !character.is_ascii()) {
        let ascii = piece.trim_end_matches(|character: char| !character.is_ascii());
        let shown = inspect_string(&RString::utf8(ascii));
        out.push_str(shown.get(1..shown.len().saturating_sub(1)).unwrap_or_default());
        out.push_str(piece.get(ascii.len()..).unwrap_or_default());
    }
    out.push('"');
    out
}

/// `NoMethodError` of a JSON value that is no String.
fn no_method(method: &str, value: &Value, mode: Mode) -> RubyError {
    let shown = to_s(value, mode.ruby).to_lossy().into_owned();
    let class = value.class();
    let message = match (mode.ruby, value) {
        (RubyVersion::V3_1, _) => {
            format!("undefined method `{method}' for {shown}:{class}")
        }
        (RubyVersion::V3_4, Value::Bool(_)) => format!("undefined method '{method}' for {shown}"),
        (RubyVersion::V3_4, _) => format!("undefined method '{method}' for an instance of {class}"),
    };
    RubyError::new("NoMethodError", message)
}

/// `size_value`: the first digits before a `k` anywhere, else before an `m`, …
pub fn size_value(value: &Value, mode: Mode, name: &str) -> Result<Value, RubyError> {
    let text = to_s(value, mode.ruby);
    let units = [(b'k', 1 << 10), (b'm', 1 << 20), (b'g', 1 << 30), (b't', 1i64 << 40)];
    for (unit, factor) in units {
        let is_unit = |byte: u8| byte.eq_ignore_ascii_case(&unit);
        if let Some(digits) = digits_before(text.as_bytes(), is_unit) {
            return Ok(times(digits, factor));
        }
    }
    integer_value(value, mode, name)
}

/// `time_value`: the first digits before an `s` anywhere, else before an `m`, …
pub fn time_value(value: &Value, mode: Mode, name: &str) -> Result<Value, RubyError> {
    let text = to_s(value, mode.ruby);
    for (unit, factor) in [(b's', 1), (b'm', 60), (b'h', 3600), (b'd', 86400)] {
        if let Some(digits) = digits_before(text.as_bytes(), |byte| byte == unit) {
            return Ok(times(digits, factor));
        }
    }
    float_value(value, mode, name)
}

/// The first run of digits that stands directly before a unit.
fn digits_before(text: &[u8], is_unit: impl Fn(u8) -> bool) -> Option<&[u8]> {
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..)?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 && rest.get(digits).is_some_and(|&byte| is_unit(byte)) {
            return rest.get(..digits);
        }
        at += digits.max(1);
    }
    None
}

fn times(digits: &[u8], factor: i64) -> Value {
    match integer::to_i(digits) {
        Value::Integer(number) => match number.checked_mul(factor) {
            Some(product) => Value::Integer(product),
            None => big_times(&number.to_string(), factor),
        },
        Value::BigInteger(number) => big_times(&number, factor),
        other => other,
    }
}

/// A product beyond 64 bits, digit by digit.
fn big_times(digits: &str, factor: i64) -> Value {
    let mut carry: i128 = 0;
    let mut out: Vec<u8> = Vec::new();
    for digit in digits.bytes().rev() {
        let value = i128::from(digit - b'0') * i128::from(factor) + carry;
        out.push((value % 10) as u8);
        carry = value / 10;
    }
    while carry > 0 {
        out.push((carry % 10) as u8);
        carry /= 10;
    }
    out.reverse();
    integer::number(false, &out, 10)
}

/// `bool_value`: nil for what is neither.
pub fn bool_value(value: &Value, mode: Mode, name: &str) -> Result<Value, RubyError> {
    let text = to_s(value, mode.ruby);
    match text.as_bytes() {
        b"true" | b"yes" | b"" => Ok(Value::Bool(true)),
        b"false" | b"no" => Ok(Value::Bool(false)),
        [b'#', ..] if matches!(value, Value::String(_)) => Ok(Value::Bool(true)),
        _ if mode.strict => {
            Err(RubyError::config(format!("{name}: invalid bool value: {}", text.to_lossy())))
        }
        _ => Ok(Value::Nil),
    }
}

fn enum_value(text: &str, list: &[&str]) -> Result<Value, RubyError> {
    if list.contains(&text) {
        return Ok(Value::Symbol(text.into()));
    }
    Err(RubyError::config(format!("valid options are {} but got {text}", list.join(","))))
}

/// `regexp_value`: text in slashes with the flags `i` and `m`, or a bare pattern.
pub fn regexp_value(text: &str) -> Result<Regexp, RubyError> {
    let (pattern, options) = regexp_parts(text)?;
    Regexp::new(pattern, options).map_err(|error| RubyError::new("RegexpError", error.message))
}

/// The pattern and the options that `regexp_value` compiles. A pattern of at most three characters
/// that has only its left slash is the empty one.
pub fn regexp_parts(text: &str) -> Result<(&str, Options), RubyError> {
    if !text.starts_with('/') {
        return Ok((text, Options::default()));
    }
    let right_slash = text.rfind('/').unwrap_or_default();
    let flags = text.get(right_slash + 1..).unwrap_or_default();
    if flags.chars().count() > 2 {
        return Err(RubyError::config(format!("invalid regexp: missing right slash: {text}")));
    }
    let options = Options {
        ignore_case: flags.contains('i'),
        multi_line: flags.contains('m'),
        extend: false,
    };
    Ok((text.get(1..right_slash).unwrap_or_default(), options))
}

fn optional_regexp(value: &Value, mode: Mode) -> Result<Option<Rc<Regexp>>, RubyError> {
    match value {
        Value::Nil | Value::Bool(false) => Ok(None),
        Value::String(text) => Ok(Some(Rc::new(regexp_value(&text.to_lossy())?))),
        other => Err(no_method("start_with?", other, mode)),
    }
}

/// `array_value`: JSON when it begins with a bracket, else the texts between commas.
fn array_value(text: &str, to: Option<ValueType>, mode: Mode) -> Result<Setting, RubyError> {
    let items: Vec<Value> = if text.starts_with('[') {
        match parse_json(text)? {
            Value::Array(items) => items.to_vec(),
            other => vec![other],
        }
    } else {
        split_commas(strip(text)).into_iter().map(Value::from).collect()
    };
    match to {
        None => Ok(Setting::Value(Value::from(items))),
        Some(ValueType::Regexp) => {
            let regexps = items.iter().map(|item| optional_regexp(item, mode));
            Ok(Setting::Regexps(regexps.collect::<Result<_, _>>()?))
        }
        Some(to) => {
            let items = items.iter().map(|item| reformat(item, to, mode, ""));
            Ok(Setting::Value(Value::from(items.collect::<Result<Vec<_>, _>>()?)))
        }
    }
}

/// What the keys of a hash become.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    Strings,
    Symbols,
}

/// `hash_value`: JSON when it begins with a brace, else `key:value` texts between commas.
fn hash_value(
    text: &str,
    to: Option<ValueType>,
    keys: Keys,
    mode: Mode,
) -> Result<Setting, RubyError> {
    let hash = if text.starts_with('{') {
        match parse_json(text)? {
            Value::Hash(hash) => Rc::unwrap_or_clone(hash),
            _ => Hash::new(),
        }
    } else {
        split_hash(text)?
    };
    let key = |key: &Value| match keys {
        Keys::Strings => key.clone(),
        Keys::Symbols => Value::Symbol(to_s(key, mode.ruby).to_lossy().into()),
    };
    if to == Some(ValueType::Regexp) {
        let entries = hash.iter().map(|(k, value)| Ok((key(k), optional_regexp(value, mode)?)));
        return Ok(Setting::RegexpHash(entries.collect::<Result<_, RubyError>>()?));
    }
    let mut out = Hash::with_capacity(hash.len());
    for (k, value) in hash.iter() {
        let name = to_s(k, mode.ruby);
        let value = match to {
            Some(to) => reformat(value, to, mode, &name.to_lossy())?,
            None => value.clone(),
        };
        out.insert(key(k), value);
    }
    Ok(Setting::Value(Value::from(out)))
}

fn split_hash(text: &str) -> Result<Hash, RubyError> {
    let mut hash = Hash::new();
    for pair in split_commas(strip(text)) {
        if pair.is_empty() {
            let message = "invalid number of elements (0 for 1..2)";
            return Err(RubyError::new("ArgumentError", message));
        }
        match pair.split_once(':') {
            Some((key, value)) => hash.insert(key, Value::from(value)),
            None => hash.insert(pair, Value::Nil),
        }
    }
    Ok(hash)
}

fn parse_json(text: &str) -> Result<Value, RubyError> {
    json_gem::parse(text.as_bytes()).map_err(|error| {
        RubyError::new(error.class, String::from_utf8_lossy(&error.message).into_owned())
    })
}

/// `String#strip`.
fn strip(text: &str) -> &str {
    text.trim_matches(|character: char| character == '\0' || is_blank(character))
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t'..='\r')
}

/// `split(/\s*,\s*/)`: empty texts at the end are dropped.
fn split_commas(text: &str) -> Vec<&str> {
    let count = text.split(',').count();
    let mut parts: Vec<&str> = text
        .split(',')
        .enumerate()
        .map(|(index, part)| {
            let part = if index > 0 { part.trim_start_matches(is_blank) } else { part };
            if index + 1 < count { part.trim_end_matches(is_blank) } else { part }
        })
        .collect();
    while parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{Mode, bool_value, regexp_parts, size_value, split_commas, time_value};
    use crate::ruby::value::Value;

    #[test]
    fn the_first_unit_of_the_list_wins_wherever_it_stands() {
        let time = |text: &str| time_value(&Value::from(text), Mode::default(), "p");
        assert_eq!(time("1h30m"), Ok(Value::Integer(1800)));
        assert_eq!(time("500ms"), Ok(Value::Integer(30_000)));
        assert_eq!(time("5 s"), Ok(Value::Float(5.0)));
        let size = |text: &str| size_value(&Value::from(text), Mode::default(), "p");
        assert_eq!(size("1.5m"), Ok(Value::Integer(5 << 20)));
        assert_eq!(
            size("99999999999999999999k"),
            Ok(Value::BigInteger("102399999999999999998976".into()))
        );
    }

    #[test]
    fn a_bool_is_lower_case_or_nil() {
        let read = |text: &str| bool_value(&Value::from(text), Mode::default(), "p");
        assert_eq!(read("True"), Ok(Value::Nil));
        assert_eq!(read("# remark"), Ok(Value::Bool(true)));
    }

    #[test]
    fn a_short_text_without_its_right_slash_is_the_empty_pattern() {
        assert_eq!(regexp_parts("/a").unwrap().0, "");
        assert!(regexp_parts("/a/imx").is_err());
        assert!(regexp_parts("/a/mi").unwrap().1.ignore_case);
    }

    #[test]
    fn blanks_around_commas_go_and_empty_texts_at_the_end() {
        assert_eq!(split_commas("a , b,,c , "), ["a", "b", "", "c"]);
        assert!(split_commas(",").is_empty());
        assert_eq!(split_commas(",a"), ["", "a"]);
    }
}
