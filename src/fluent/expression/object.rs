//! The objects that an expression can hold on its way: Ruby's values and a few more.

use std::rc::Rc;

use crate::encoding::Encoding;
use crate::fluent::environment::Environment;
use crate::fluent::error::RubyError;
use crate::onigmo::regexp::{Regexp, Region};
use crate::ruby::inspect::{inspect, to_s};
use crate::ruby::string::RString;
use crate::ruby::time::{Time, Zone};
use crate::ruby::value::{EventTime, OtherObject, Value};
use crate::ruby::version::RubyVersion;
use crate::ruby::zone::TimeZone;
use crate::source::Span;

/// A Ruby object.
#[derive(Clone, Debug)]
pub enum Object {
    /// What can stand in a record.
    Value(Value),
    /// A `Time`.
    Time(Rc<Time>),
    /// A `Regexp`.
    Regexp(Rc<Regexp>),
    /// A `MatchData`.
    Match(Rc<Match>),
    /// A `Range`.
    Range(Rc<Range>),
    /// A class or module by its name; `ENV` too.
    Constant(Rc<str>),
    /// An exception.
    Exception(Rc<RubyError>),
    /// An Enumerator: what it yields, and the method it was made by.
    Enumerator(Rc<Vec<Value>>, Rc<str>),
}

/// A `Range`.
#[derive(Clone, Debug)]
pub struct Range {
    /// The lower end; nil: none.
    pub low: Value,
    /// The upper end; nil: none.
    pub high: Value,
    /// Three dots.
    pub exclusive: bool,
}

/// A `MatchData`.
#[derive(Clone, Debug)]
pub struct Match {
    /// The regexp.
    pub regexp: Rc<Regexp>,
    /// The text.
    pub text: RString,
    /// Where the groups stand.
    pub groups: Vec<Option<Span>>,
}

impl Match {
    /// Group `number`'s text, or nil.
    pub fn group(&self, number: usize) -> Value {
        match self.groups.get(number) {
            Some(Some(span)) => {
                Value::String(self.text.slice(span.start as usize, span.end as usize))
            }
            _ => Value::Nil,
        }
    }

    /// The last group of that name which took part.
    pub fn named(&self, name: &str) -> Option<Value> {
        let known = self.regexp.names().iter().find(|known| *known.text == *name)?;
        let taken = known
            .groups
            .iter()
            .rev()
            .map(|number| self.group(*number as usize))
            .find(|value| *value != Value::Nil);
        Some(taken.unwrap_or(Value::Nil))
    }

    /// The whole match's place.
    pub fn span(&self) -> Span {
        self.groups.first().copied().flatten().unwrap_or_default()
    }
}

/// How an evaluation ends without a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Raised {
    /// A Ruby exception.
    Error(RubyError),
    /// `use_nil`.
    SetNil,
    /// `use_default`.
    SetDefault,
    /// Ruby that is not simulated, by the name to report.
    NotSimulated {
        /// The name.
        what: String,
        /// Its place in the code.
        span: Span,
    },
    /// Ours: too many steps or too large a value.
    Budget(Span),
    /// `next` on its way to the end of its block.
    Next,
    /// `break` on its way to the end of its call or loop.
    Break,
}

impl From<RubyError> for Raised {
    fn from(error: RubyError) -> Raised {
        Raised::Error(error)
    }
}

impl From<crate::ruby::time::Raised> for Raised {
    fn from(raised: crate::ruby::time::Raised) -> Raised {
        Raised::Error(RubyError::new(raised.class, raised.message.into_owned()))
    }
}

impl From<Value> for Object {
    fn from(value: Value) -> Object {
        Object::Value(value)
    }
}

impl From<RString> for Object {
    fn from(text: RString) -> Object {
        Object::Value(Value::String(text))
    }
}

impl From<bool> for Object {
    fn from(flag: bool) -> Object {
        Object::Value(Value::Bool(flag))
    }
}

impl Object {
    /// nil
    pub const NIL: Object = Object::Value(Value::Nil);

    /// An Integer.
    pub fn integer(number: i64) -> Object {
        Object::Value(Value::Integer(number))
    }

    /// A String in US-ASCII.
    pub fn ascii(text: &str) -> Object {
        Object::from(RString::new(text.as_bytes(), Encoding::UsAscii))
    }

    /// A `Time` in the process's zone.
    pub fn time(time: EventTime, environment: &Environment) -> Object {
        let zone = Zone::Local(TimeZone::from_tz(&environment.tz));
        let sec = time.sec + time.nsec.div_euclid(1_000_000_000);
        let nsec = time.nsec.rem_euclid(1_000_000_000) as u32;
        Object::Time(Rc::new(Time::at(sec, nsec, zone)))
    }

    /// Everything but nil and false.
    pub fn truthy(&self) -> bool {
        !matches!(self, Object::Value(Value::Nil | Value::Bool(false)))
    }

    /// True for nil.
    pub fn is_nil(&self) -> bool {
        matches!(self, Object::Value(Value::Nil))
    }

    /// The class's name.
    pub fn class(&self) -> &'static str {
        match self {
            Object::Value(value) => value.class(),
            Object::Time(_) => "Time",
            Object::Regexp(_) => "Regexp",
            Object::Match(_) => "MatchData",
            Object::Range(_) => "Range",
            Object::Constant(name) if &**name == "ENV" => "Object",
            Object::Constant(_) => "Class",
            Object::Exception(error) => error.class,
            Object::Enumerator(..) => "Enumerator",
        }
    }

    /// `to_s`.
    pub fn to_s(&self, ruby: RubyVersion) -> RString {
        match self {
            Object::Value(value) => to_s(value, ruby),
            Object::Time(time) => RString::new(time.to_s().as_bytes(), Encoding::UsAscii),
            Object::Match(found) => match found.group(0) {
                Value::String(text) => text,
                _ => RString::utf8(""),
            },
            Object::Regexp(regexp) => RString::utf8(&regexp_to_s(regexp)),
            Object::Range(range) => {
                let dots = if range.exclusive { "..." } else { ".." };
                let (low, high) = (to_s(&range.low, ruby), to_s(&range.high, ruby));
                RString::utf8(&format!("{}{dots}{}", low.to_lossy(), high.to_lossy()))
            }
            Object::Constant(name) => RString::new(name.as_bytes(), Encoding::UsAscii),
            Object::Exception(error) => error.text(),
            Object::Enumerator(..) => RString::utf8("#<Enumerator>"),
        }
    }

    /// `inspect`.
    pub fn inspect(&self, ruby: RubyVersion) -> String {
        match self {
            Object::Value(value) => inspect(value, ruby),
            Object::Time(time) => time.inspect(),
            Object::Regexp(regexp) => regexp_inspect(regexp),
            Object::Match(found) => match_inspect(found, ruby),
            Object::Range(range) => {
                let dots = if range.exclusive { "..." } else { ".." };
                let end = |value: &Value| match value {
                    Value::Nil => String::new(),
                    value => inspect(value, ruby),
                };
                format!("{}{dots}{}", end(&range.low), end(&range.high))
            }
            Object::Constant(name) => name.to_string(),
            Object::Exception(error) => format!("#<{}: {}>", error.class, error.message),
            Object::Enumerator(items, method) => {
                format!(
                    "#<Enumerator: {}:{method}>",
                    inspect(&Value::Array(Rc::clone(items)), ruby)
                )
            }
        }
    }

    /// The object as it stands in a record: what a record cannot hold keeps its looks.
    pub fn into_value(self, ruby: RubyVersion) -> Value {
        match self {
            Object::Value(value) => value,
            other => Value::Other(Rc::new(OtherObject {
                class: other.class(),
                to_s: other.to_s(ruby).to_lossy().into_owned(),
                inspect: other.inspect(ruby),
            })),
        }
    }

    /// What an exception calls it: `nil`, `an instance of String` (3.4), `nil:NilClass` (3.1).
    pub fn described(&self, ruby: RubyVersion) -> String {
        match (ruby, self) {
            (RubyVersion::V3_1, Object::Constant(name)) => format!("{name}:Class"),
            (RubyVersion::V3_1, _) => match self.inspect(ruby) {
                shown if shown.starts_with('#') => shown,
                shown => format!("{shown}:{}", self.class()),
            },
            (RubyVersion::V3_4, Object::Value(Value::Nil | Value::Bool(_))) => self.inspect(ruby),
            (RubyVersion::V3_4, Object::Constant(name)) => format!("class {name}"),
            (RubyVersion::V3_4, _) => format!("an instance of {}", self.class()),
        }
    }
}

fn flags(regexp: &Regexp) -> (String, String) {
    let options = regexp.options();
    let all = [('m', options.multi_line), ('i', options.ignore_case), ('x', options.extend)];
    let on = all.iter().filter(|(_, on)| *on).map(|(flag, _)| *flag).collect();
    let off = all.iter().filter(|(_, on)| !*on).map(|(flag, _)| *flag).collect();
    (on, off)
}

fn regexp_to_s(regexp: &Regexp) -> String {
    let (on, off) = flags(regexp);
    let off = if off.is_empty() { off } else { format!("-{off}") };
    format!("(?{on}{off}:{})", regexp.pattern())
}

fn regexp_inspect(regexp: &Regexp) -> String {
    format!("/{}/{}", regexp.pattern(), flags(regexp).0)
}

fn match_inspect(found: &Match, ruby: RubyVersion) -> String {
    let mut out = format!("#<MatchData {}", inspect(&found.group(0), ruby));
    for number in 1..found.groups.len() {
        let names = found.regexp.names();
        let name = names.iter().find(|name| name.groups.contains(&(number as u32)));
        let name = name.map_or(number.to_string(), |name| name.text.to_string());
        out.push_str(&format!(" {name}:{}", inspect(&found.group(number), ruby)));
    }
    out.push('>');
    out
}

/// `regexp.match(text, from)`.
pub fn search(
    regexp: &Rc<Regexp>,
    text: &RString,
    from: usize,
) -> Result<Option<Rc<Match>>, Raised> {
    let mut region = Region::default();
    match regexp.search(text.as_bytes(), text.encoding(), from, &mut region) {
        Ok(true) => Ok(Some(Rc::new(Match {
            regexp: Rc::clone(regexp),
            text: text.clone(),
            groups: region.groups,
        }))),
        Ok(false) => Ok(None),
        Err(crate::onigmo::regexp::MatchError::Raised { class, message }) => {
            Err(Raised::Error(RubyError::new(class, message)))
        }
        Err(crate::onigmo::regexp::MatchError::StepBudget { span }) => Err(Raised::Budget(span)),
    }
}
