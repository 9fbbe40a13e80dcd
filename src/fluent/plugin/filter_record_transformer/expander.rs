//! The placeholders of `record_transformer`: `PlaceholderExpander` without `enable_ruby`,
//! `RubyPlaceholderExpander` with it.

use std::rc::Rc;

use super::Template;
use super::ruby::{Changes, RubyPlaceholderExpander};
use crate::encoding::Encoding;
use crate::fluent::environment::Environment;
use crate::fluent::error::RubyError;
use crate::fluent::event::Tag;
use crate::fluent::log::Level;
use crate::fluent::plugin::filter::Context;
use crate::fluent::plugin::out_rewrite_tag_filter::tag_parts;
use crate::ruby::inspect::to_s;
use crate::ruby::join::Joiner;
use crate::ruby::string::RString;
use crate::ruby::time::{Time, Zone};
use crate::ruby::value::{EventTime, Hash, Record, Value};
use crate::ruby::zone::TimeZone;

/// What the expressions see besides the record.
pub struct Moment<'t> {
    /// The tag.
    pub tag: &'t Tag,
    /// Its parts.
    pub parts: Vec<&'t [u8]>,
    /// The event's time.
    pub time: EventTime,
}

impl<'t> Moment<'t> {
    /// For the events of one tag.
    pub fn new(tag: &'t Tag) -> Moment<'t> {
        Moment { tag, parts: tag_parts(tag), time: EventTime::default() }
    }

    /// `tag_prefix[i]`: parts 0 to i.
    pub fn prefix(&self, index: usize) -> Option<Vec<u8>> {
        Some(self.parts.get(..=index)?.join(&b'.'))
    }

    /// `tag_suffix[i]`: parts i to the end.
    pub fn suffix(&self, index: usize) -> Option<Vec<u8>> {
        (index < self.parts.len()).then(|| self.parts[index..].join(&b'.'))
    }
}

/// Expands the map of `<record>`.
#[derive(Debug)]
pub enum Expander {
    /// Only fluentd's own placeholders.
    Plain(PlaceholderExpander),
    /// Any Ruby.
    Ruby(RubyPlaceholderExpander),
}

impl Expander {
    /// Without `enable_ruby`.
    pub fn plain(
        map: Vec<(String, Template<String>)>,
        typecast: bool,
        environment: &Rc<Environment>,
    ) -> Expander {
        let zone = TimeZone::from_tz(&environment.tz);
        let hostname = environment.hostname.clone();
        Expander::Plain(PlaceholderExpander { map, typecast, hostname, zone })
    }

    /// With `enable_ruby`.
    pub fn ruby(
        map: Vec<(String, Template<String>)>,
        typecast: bool,
        environment: &Rc<Environment>,
    ) -> Expander {
        Expander::Ruby(RubyPlaceholderExpander::new(&map, typecast, environment))
    }

    /// The map for one event; `changes`: what code did to the record.
    pub fn expand(
        &self,
        context: &mut Context<'_>,
        moment: &Moment<'_>,
        record: &Record,
        changes: &mut Option<Changes>,
    ) -> Result<Hash, RubyError> {
        match self {
            Expander::Plain(expander) => expander.expand_map(context, moment, record),
            Expander::Ruby(expander) => expander.expand_map(context, moment, record, changes),
        }
    }

    /// Keys of the record that the map reads by `record["…"]`.
    pub fn record_keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        match self {
            Expander::Plain(expander) => {
                for (_, template) in &expander.map {
                    collect_keys(template, &mut keys);
                }
            }
            Expander::Ruby(expander) => keys.clone_from(&expander.record_keys),
        }
        keys
    }
}

/// Keys that a text reads by `record["…"]`.
pub(super) fn collect_keys(template: &Template<String>, keys: &mut Vec<String>) {
    match template {
        Template::Text(text) => {
            for quote in ['"', '\''] {
                for piece in text.split(&format!("record[{quote}")).skip(1) {
                    if let Some((key, _)) = piece.split_once(quote) {
                        keys.push(key.to_owned());
                    }
                }
            }
        }
        Template::Hash(entries) => {
            entries.iter().for_each(|(_, template)| collect_keys(template, keys));
        }
        Template::Array(items) => items.iter().for_each(|item| collect_keys(item, keys)),
        Template::Value(_) => {}
    }
}

/// `${tag}`, `${tag_parts[N]}`, `${tag_prefix[N]}`, `${tag_suffix[N]}`, `${hostname}`, `${time}` and
/// `${record["key"]}`, spelled exactly so.
#[derive(Debug)]
pub struct PlaceholderExpander {
    map: Vec<(String, Template<String>)>,
    typecast: bool,
    hostname: String,
    zone: Rc<TimeZone>,
}

impl PlaceholderExpander {
    fn expand_map(
        &self,
        context: &mut Context<'_>,
        moment: &Moment<'_>,
        record: &Record,
    ) -> Result<Hash, RubyError> {
        let mut out = Hash::with_capacity(self.map.len());
        for (key, template) in &self.map {
            let key = self.text(context, moment, record, key)?;
            let value = self.template(context, moment, record, template)?;
            out.insert(Value::String(key), value);
        }
        Ok(out)
    }

    fn template(
        &self,
        context: &mut Context<'_>,
        moment: &Moment<'_>,
        record: &Record,
        template: &Template<String>,
    ) -> Result<Value, RubyError> {
        match template {
            Template::Text(text) => {
                if self.typecast && is_single(text) {
                    return Ok(self.lookup(context, moment, record, text).unwrap_or(Value::Nil));
                }
                Ok(Value::String(self.text(context, moment, record, text)?))
            }
            Template::Hash(entries) => {
                let mut out = Hash::with_capacity(entries.len());
                for (key, template) in entries {
                    let key = self.text(context, moment, record, key)?;
                    let value = self.template(context, moment, record, template)?;
                    out.insert(Value::String(key), value);
                }
                Ok(Value::from(out))
            }
            Template::Array(items) => {
                let items = items.iter().map(|item| self.template(context, moment, record, item));
                Ok(Value::from(items.collect::<Result<Vec<_>, _>>()?))
            }
            Template::Value(value) => Ok(value.clone()),
        }
    }

    /// `str.gsub(/(\${[^}]+}|__[A-Z_]+__)/)`.
    fn text(
        &self,
        context: &mut Context<'_>,
        moment: &Moment<'_>,
        record: &Record,
        text: &str,
    ) -> Result<RString, RubyError> {
        let mut out = Joiner::new(context.ruby);
        out.push(b"", Encoding::Utf8)?;
        let mut rest = text;
        while let Some((before, name, after)) = next_placeholder(rest) {
            out.push(before.as_bytes(), Encoding::Utf8)?;
            if let Some(value) = self.lookup(context, moment, record, name) {
                let value = to_s(&value, context.ruby);
                out.push(value.as_bytes(), value.encoding())?;
            }
            rest = after;
        }
        out.push(rest.as_bytes(), Encoding::Utf8)?;
        Ok(out.finish())
    }

    fn lookup(
        &self,
        context: &mut Context<'_>,
        moment: &Moment<'_>,
        record: &Record,
        name: &str,
    ) -> Option<Value> {
        let found = self.known(moment, record, name);
        if found.is_none() {
            context.say(Level::Warn, format!("unknown placeholder `{name}` found"));
        }
        found
    }

    fn known(&self, moment: &Moment<'_>, record: &Record, name: &str) -> Option<Value> {
        let inner = name.strip_prefix("${")?.strip_suffix('}')?;
        let text = |bytes: &[u8]| Value::String(RString::new(bytes, Encoding::Utf8));
        match inner {
            "tag" => return Some(text(moment.tag)),
            "hostname" => return Some(text(self.hostname.as_bytes())),
            "time" => return Some(Value::String(self.time(moment.time))),
            _ => {}
        }
        if let Some(key) = inner.strip_prefix("record[\"").and_then(|key| key.strip_suffix("\"]")) {
            return record.get(key).cloned();
        }
        let (list, index) = inner.strip_suffix(']')?.split_once('[')?;
        let index = part_index(index, moment.parts.len())?;
        match list {
            "tag_parts" => moment.parts.get(index).map(|part| text(part)),
            "tag_prefix" => moment.prefix(index).map(|part| text(&part)),
            "tag_suffix" => moment.suffix(index).map(|part| text(&part)),
            _ => None,
        }
    }

    /// `Time.at(time).to_s`.
    fn time(&self, time: EventTime) -> RString {
        let nsec = time.nsec.rem_euclid(1_000_000_000);
        let sec = time.sec.saturating_add(time.nsec.div_euclid(1_000_000_000));
        let time = Time::at(sec, nsec as u32, Zone::Local(Rc::clone(&self.zone)));
        RString::new(time.to_s().as_bytes(), Encoding::UsAscii)
    }
}

/// An index as the placeholders are spelled: no sign but minus, no leading zero.
fn part_index(text: &str, size: usize) -> Option<usize> {
    let number: i64 = text.parse().ok()?;
    if number.to_string() != text {
        return None;
    }
    let index = if number < 0 { number + size as i64 } else { number };
    usize::try_from(index).ok().filter(|index| *index < size)
}

/// `\A(\${[^}]+}|__[A-Z_]+__)\z`.
fn is_single(text: &str) -> bool {
    matches!(next_placeholder(text), Some(("", _, "")))
        || text
            .strip_prefix("__")
            .and_then(|rest| rest.strip_suffix("__"))
            .is_some_and(|name| !name.is_empty() && name.bytes().all(is_upper))
}

fn is_upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte == b'_'
}

/// The first placeholder with what stands before and after it.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    for (at, _) in text.match_indices(['$', '_']) {
        let rest = &text[at..];
        let length = if let Some(inner) = rest.strip_prefix("${") {
            inner.find('}').filter(|end| *end > 0).map(|end| end + 3)
        } else {
            underscored(rest)
        };
        if let Some(length) = length {
            return Some((&text[..at], &rest[..length], &rest[length..]));
        }
    }
    None
}

/// Length of `__[A-Z_]+__` at the start, greedy.
fn underscored(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("__")?.as_bytes();
    let run = rest.iter().take_while(|byte| is_upper(**byte)).count();
    (3..=run).rev().find(|&end| &rest[end - 2..end] == b"__").map(|end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::{is_single, next_placeholder};

    #[test]
    fn placeholders_end_at_the_first_brace() {
        assert_eq!(next_placeholder("a${b}c}"), Some(("a", "${b}", "c}")));
        assert_eq!(next_placeholder("${}x"), None);
        assert_eq!(next_placeholder("x__HOST_NAME__y"), Some(("x", "__HOST_NAME__", "y")));
        assert!(is_single("${record[\"a\"]}") && !is_single("${a}${b}") && is_single("__TAG__"));
    }
}
