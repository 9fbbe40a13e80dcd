//! The Ruby objects that can stand in a fluentd record.

use std::rc::Rc;

use super::string::RString;

/// Seconds and nanoseconds since the epoch, as `Fluent::EventTime` keeps them. `nsec` can be
/// beyond a second: fluentd's numeric time parser makes such values (PARSE.md SURPRISE 32).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventTime {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub sec: i64,
    /// Nanoseconds after `sec`.
    pub nsec: i64,
}

/// A Ruby object.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `nil`
    Nil,
    /// `true` or `false`
    Bool(bool),
    /// An Integer of 64 bits.
    Integer(i64),
    /// An Integer beyond 64 bits, in decimal digits with an optional `-`.
    BigInteger(Rc<str>),
    /// A Float.
    Float(f64),
    /// A String.
    String(RString),
    /// An Array.
    Array(Rc<Vec<Value>>),
    /// A Hash.
    Hash(Rc<Hash>),
    /// A `Fluent::EventTime` (values of `types x:time`).
    EventTime(EventTime),
    /// A Symbol.
    Symbol(Rc<str>),
    /// Any other object, by its `inspect`/`to_s` text (a Time, a Range, …).
    Other(Rc<OtherObject>),
}

impl Value {
    /// The name of Ruby's class.
    pub fn class(&self) -> &'static str {
        match self {
            Value::Nil => "NilClass",
            Value::Bool(true) => "TrueClass",
            Value::Bool(false) => "FalseClass",
            Value::Integer(_) | Value::BigInteger(_) => "Integer",
            Value::Float(_) => "Float",
            Value::String(_) => "String",
            Value::Array(_) => "Array",
            Value::Hash(_) => "Hash",
            Value::EventTime(_) => "Fluent::EventTime",
            Value::Symbol(_) => "Symbol",
            Value::Other(object) => object.class,
        }
    }
}

/// An object that the pipeline can only show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherObject {
    /// Ruby's class name.
    pub class: &'static str,
    /// `to_s`.
    pub to_s: String,
    /// `inspect`.
    pub inspect: String,
}

/// A Ruby Hash with String (or, from the fast CSV parser, nil) keys; order is insertion order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hash {
    entries: Vec<(Value, Value)>,
}

/// A fluentd record.
pub type Record = Hash;

impl Hash {
    /// An empty hash.
    pub fn new() -> Hash {
        Hash::default()
    }

    /// An empty hash with room for `capacity` entries.
    pub fn with_capacity(capacity: usize) -> Hash {
        Hash { entries: Vec::with_capacity(capacity) }
    }

    /// A hash of entries as they were read: of a repeated key the first place and the last value
    /// stay.
    ///
    /// ```
    /// use fluentd_playground::ruby::value::{Hash, Value};
    /// let entry = |key: &str, value| (Value::from(key), Value::Integer(value));
    /// let hash = Hash::from_entries(vec![entry("a", 1), entry("b", 2), entry("a", 3)]);
    /// assert_eq!(hash.iter().count(), 2);
    /// assert_eq!(hash.get("a"), Some(&Value::Integer(3)));
    /// ```
    pub fn from_entries(mut entries: Vec<(Value, Value)>) -> Hash {
        // Looking at each pair is quickest for a usual record, and out of the question for a
        // hundred thousand fields.
        if entries.len() > 32 {
            return Hash::from_many_entries(entries);
        }
        let mut later = 1;
        while later < entries.len() {
            let key = &entries[later].0;
            match entries[..later].iter().position(|(earlier, _)| earlier == key) {
                Some(earlier) => entries[earlier].1 = entries.remove(later).1,
                None => later += 1,
            }
        }
        Hash { entries }
    }

    fn from_many_entries(mut entries: Vec<(Value, Value)>) -> Hash {
        let mut named: Vec<(RString, usize)> = Vec::with_capacity(entries.len());
        for (at, (key, _)) in entries.iter().enumerate() {
            if let Value::String(text) = key {
                named.push((text.clone(), at));
            }
        }
        crate::order::sort(&mut named);
        let mut again = vec![false; entries.len()];
        for same in named.chunk_by(|(one, _), (other, _)| one.cmp(other).is_eq()) {
            if let [(_, first), later @ .., (_, last)] = same {
                entries[*first].1 = std::mem::replace(&mut entries[*last].1, Value::Nil);
                again[*last] = true;
                later.iter().for_each(|(_, at)| again[*at] = true);
            }
        }
        let mut again = again.into_iter();
        entries.retain(|_| again.next() != Some(true));
        Hash { entries }
    }

    /// The value under a String key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.get_bytes(key.as_bytes())
    }

    /// The value under a String key given as bytes.
    pub fn get_bytes(&self, key: &[u8]) -> Option<&Value> {
        self.entries.iter().find(|(k, _)| is_key(k, key)).map(|(_, value)| value)
    }

    /// Sets a value: an existing key keeps its place, a new one goes to the end.
    pub fn insert(&mut self, key: impl Into<Value>, value: Value) {
        let key = key.into();
        match self.entries.iter_mut().find(|(k, _)| *k == key) {
            Some(entry) => entry.1 = value,
            None => self.entries.push((key, value)),
        }
    }

    /// Appends an entry whose key is known not to be there yet.
    pub fn push_new(&mut self, key: Value, value: Value) {
        self.entries.push((key, value));
    }

    /// Removes and returns the value under a String key.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        self.remove_bytes(key.as_bytes())
    }

    /// Removes and returns the value under a String key given as bytes.
    pub fn remove_bytes(&mut self, key: &[u8]) -> Option<Value> {
        let at = self.entries.iter().position(|(k, _)| is_key(k, key))?;
        Some(self.entries.remove(at).1)
    }

    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Value, &Value)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The entries in order, values open to change.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&Value, &mut Value)> {
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True without entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Ruby's `Hash#merge`: existing keys keep their place, values of `other` win.
    pub fn merge(&mut self, other: &Hash) {
        for (key, value) in other.iter() {
            self.insert(key.clone(), value.clone());
        }
    }
}

fn is_key(candidate: &Value, key: &[u8]) -> bool {
    matches!(candidate, Value::String(text) if text.as_bytes() == key)
}

impl From<RString> for Value {
    fn from(text: RString) -> Value {
        Value::String(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::String(RString::utf8(text))
    }
}

impl From<Hash> for Value {
    fn from(hash: Hash) -> Value {
        Value::Hash(Rc::new(hash))
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Value {
        Value::Array(Rc::new(items))
    }
}
