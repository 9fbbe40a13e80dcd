//! `<filter> @type record_modifier` (fluent-plugin-record-modifier 2.2). It edits the record in
//! place. Not simulated: `prepare_value`, `char_encoding` other than UTF-8 and ASCII-8BIT.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::filter::{Context, Filter, filter_stream_by_record};
use super::filter_concat::match_error;
use super::filter_record_transformer::ruby::{Changes, Code};
use super::out_rewrite_tag_filter::tag_parts;
use crate::encoding::Encoding;
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Param};
use crate::fluent::config::element::{AttrValue, Element};
use crate::fluent::config::section::Section;
use crate::fluent::environment::Environment;
use crate::fluent::event::{Event, EventStream, Tag};
use crate::fluent::expression::Binding;
use crate::fluent::expression::object::{Object, Raised};
use crate::fluent::record_accessor::{RecordAccessor, no_conversion};
use crate::onigmo::regexp::{Options, Regexp, Region};
use crate::ruby::error::RubyError;
use crate::ruby::inspect::to_s;
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Record, Value};

/// The parameters.
pub const PROXY: ConfigureProxy = ConfigureProxy {
    params: &[
        Param::new("prepare_value", Kind::String)
            .optional()
            .doc("Ruby that runs once at start.", "起動時に一度だけ実行される Ruby です。"),
        Param::new("char_encoding", Kind::String).optional().doc(
            "The encoding to label or convert values with.",
            "値の文字コードの指定または変換です。",
        ),
        Param::new("remove_keys", Kind::Array(None))
            .optional()
            .doc("Fields to remove.", "取り除くフィールドです。"),
        Param::new("whitelist_keys", Kind::String)
            .optional()
            .doc("The only fields to keep.", "残すフィールドです。"),
    ],
    sections: &[ConfigureProxy {
        param_name: Some("replaces"),
        params: &[
            Param::new("key", Kind::String).doc("The field.", "対象のフィールドです。"),
            Param::new("expression", Kind::String).doc("What to look for.", "探すパターンです。"),
            Param::new("replace", Kind::String).doc("What to put there.", "置き換える文字列です。"),
        ],
        ..ConfigureProxy::new("replace")
    }],
    ..ConfigureProxy::new("record_modifier")
};

#[derive(Debug)]
enum Expander {
    Fixed(Value),
    Code(Code),
}

#[derive(Debug)]
struct Replace {
    key: String,
    expression: Regexp,
    with: String,
}

/// The filter.
#[derive(Debug)]
pub struct RecordModifierFilter {
    map: Vec<(String, Expander)>,
    remove: Vec<RecordAccessor>,
    whitelist: Option<Vec<String>>,
    replaces: Vec<Replace>,
    encoding: Option<Encoding>,
    missing: Vec<String>,
    environment: Rc<Environment>,
    region: Region,
}

impl RecordModifierFilter {
    /// The plugin's `configure`.
    pub fn new(
        section: &Section,
        conf: &Element,
        environment: &Rc<Environment>,
    ) -> Result<RecordModifierFilter, RubyError> {
        let mut missing = Vec::new();
        if section.text("prepare_value").is_some() {
            missing.push("prepare_value".to_owned());
        }
        let encoding = section.text("char_encoding").and_then(|name| {
            let found = encoding_of(name);
            if found.is_none() {
                missing.push(format!("char_encoding {name}"));
            }
            found
        });
        let map = read_map(conf);
        // The methods are made while it is configured, so code is read then.
        let read = map.iter().find_map(|(_, expander)| match expander {
            Expander::Code(code) => code.syntax_error(),
            Expander::Fixed(_) => None,
        });
        if let Some(error) = read {
            return Err(error);
        }
        let removes = !matches!(section.value("remove_keys"), Value::Nil);
        let whitelist = section.text("whitelist_keys").map(|keys| {
            let mut keys: Vec<String> = keys
                .split(',')
                .map(|key| {
                    key.trim_matches([' ', '\t', '\n', '\u{b}', '\u{c}', '\r', '\0']).to_owned()
                })
                .collect();
            keys.extend(map.iter().map(|(key, _)| key.clone()));
            let mut seen: Vec<String> = Vec::new();
            keys.retain(|key| {
                let new = !seen.contains(key);
                if new {
                    seen.push(key.clone());
                }
                new
            });
            keys
        });
        if removes && whitelist.is_some() {
            return Err(RubyError::config(
                "remove_keys and whitelist_keys are exclusive with each other.",
            ));
        }
        let remove = section
            .array("remove_keys")
            .iter()
            .map(|key| RecordAccessor::new(&to_s(key, environment.ruby).to_lossy()))
            .collect::<Result<_, _>>()?;
        Ok(RecordModifierFilter {
            map,
            remove,
            whitelist,
            replaces: replaces(section)?,
            encoding,
            missing,
            environment: Rc::clone(environment),
            region: Region::default(),
        })
    }

    fn modify(
        &mut self,
        context: &mut Context<'_>,
        tag: &Tag,
        event: &mut Event,
    ) -> Result<(), RubyError> {
        context.not_simulated.extend(self.missing.iter().cloned());
        for (key, expander) in &self.map {
            let value = match expander {
                Expander::Fixed(value) => value.clone(),
                Expander::Code(code) => {
                    let record = Changes::of(event.record.borrow().clone());
                    let binding = EventBinding {
                        environment: &self.environment,
                        now: context.now,
                        tag,
                        time: event.time,
                        record: RefCell::new(record),
                        changed: Cell::new(false),
                    };
                    let value = code.eval(context, &binding);
                    if binding.changed.get() {
                        *event.record.borrow_mut() = binding.record.into_inner().record;
                    }
                    value?
                }
            };
            event.record.borrow_mut().insert(key.as_str(), value);
        }
        if let Some(keys) = &self.whitelist {
            let mut kept = Record::with_capacity(keys.len());
            for key in keys {
                if let Some(value) = event.record.borrow().get(key) {
                    kept.insert(key.as_str(), value.clone());
                }
            }
            event.record = crate::fluent::event::share(kept);
        } else {
            for accessor in &self.remove {
                accessor.delete(&mut event.record.borrow_mut());
            }
        }
        self.replace(&mut event.record.borrow_mut())?;
        if let Some(encoding) = self.encoding {
            for (_, value) in event.record.borrow_mut().iter_mut() {
                *value = labelled(value, encoding, 0);
            }
        }
        Ok(())
    }

    fn replace(&mut self, record: &mut Record) -> Result<(), RubyError> {
        for replace in &self.replaces {
            let Some(value) = record.get(&replace.key).cloned() else { continue };
            match value {
                Value::String(text) => {
                    let replaced = gsub(replace, &text, &mut self.region)?;
                    record.insert(replace.key.as_str(), Value::String(replaced));
                }
                Value::Nil => {}
                other => return Err(no_conversion(&other)),
            }
        }
        Ok(())
    }
}

fn encoding_of(name: &str) -> Option<Encoding> {
    match name.to_ascii_lowercase().as_str() {
        "utf-8" => Some(Encoding::Utf8),
        "ascii-8bit" | "binary" => Some(Encoding::Ascii8Bit),
        _ => None,
    }
}

fn labelled(value: &Value, encoding: Encoding, depth: usize) -> Value {
    match value {
        Value::String(text) => Value::String(text.clone().force_encoding(encoding)),
        Value::Array(items) if depth < 100 => Value::from(
            items.iter().map(|item| labelled(item, encoding, depth + 1)).collect::<Vec<_>>(),
        ),
        Value::Hash(hash) if depth < 100 => {
            let mut hash = (**hash).clone();
            for (_, value) in hash.iter_mut() {
                *value = labelled(value, encoding, depth + 1);
            }
            Value::from(hash)
        }
        other => other.clone(),
    }
}

fn read_map(conf: &Element) -> Vec<(String, Expander)> {
    let mut map: Vec<(String, Expander)> = Vec::new();
    for element in conf.sections("record") {
        for attr in &element.attrs {
            element.attr(&attr.key);
            let expander = match &attr.value {
                AttrValue::Text(text) if text.contains("${") => Expander::Code(code_of(text)),
                AttrValue::Text(text) => Expander::Fixed(Value::from(text.as_str())),
                AttrValue::Nil | AttrValue::Default => Expander::Fixed(Value::Nil),
            };
            match map.iter_mut().find(|(key, _)| *key == attr.key) {
                Some(entry) => entry.1 = expander,
                None => map.push((attr.key.clone(), expander)),
            }
        }
    }
    map
}

/// `parse_parameter`.
fn code_of(text: &str) -> Code {
    if text.matches("${").count() == 1
        && let Some(code) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))
    {
        return Code::new(code.to_owned());
    }
    Code::new(format!("\"{}\"", text.replace("${", "#{")))
}

fn replaces(section: &Section) -> Result<Vec<Replace>, RubyError> {
    let mut replaces = Vec::new();
    for replace in section.sections("replaces") {
        let text = replace.text("expression").unwrap_or_default();
        let source = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).unwrap_or(text);
        let expression = Regexp::new(source, Options::default())
            .map_err(|error| RubyError::new("RegexpError", error.message))?;
        replaces.push(Replace {
            key: replace.text("key").unwrap_or_default().to_owned(),
            expression,
            with: replace.text("replace").unwrap_or_default().to_owned(),
        });
    }
    Ok(replaces)
}

/// `text.gsub(expression, replacement)` with `\0` to `\9` and `\k<name>`.
fn gsub(replace: &Replace, text: &RString, region: &mut Region) -> Result<RString, RubyError> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let (mut from, mut copied) = (0, 0);
    while from <= bytes.len()
        && replace.expression.search(bytes, text.encoding(), from, region).map_err(match_error)?
    {
        let Some(span) = region.groups.first().copied().flatten() else { break };
        let (start, end) = (span.start as usize, span.end as usize);
        out.extend_from_slice(&bytes[copied..start.max(copied)]);
        substitute(&replace.with, bytes, region, &mut out);
        copied = end;
        from = if end > start { end } else { end + 1 };
    }
    out.extend_from_slice(&bytes[copied.min(bytes.len())..]);
    Ok(RString::new(&out, text.encoding()))
}

fn substitute(replacement: &str, text: &[u8], region: &Region, out: &mut Vec<u8>) {
    let bytes = replacement.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'\\', Some(digit)) if digit.is_ascii_digit() => {
                let group = usize::from(digit - b'0');
                if let Some(span) = region.groups.get(group).copied().flatten() {
                    out.extend_from_slice(&text[span.range()]);
                }
                at += 2;
            }
            (b'\\', Some(b'\\')) => {
                out.push(b'\\');
                at += 2;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
}

struct EventBinding<'e> {
    environment: &'e Environment,
    now: EventTime,
    tag: &'e Tag,
    time: EventTime,
    record: RefCell<Changes>,
    changed: Cell<bool>,
}

impl Binding for EventBinding<'_> {
    fn variable(&self, name: &str) -> Result<Option<Object>, Raised> {
        let text = |bytes: &[u8]| Value::String(RString::new(bytes, Encoding::Utf8));
        Ok(Some(Object::Value(match name {
            "tag" => text(self.tag),
            "time" => Value::EventTime(self.time),
            "record" => Value::Hash(Rc::new(self.record.borrow().record.clone())),
            "tag_parts" => {
                Value::from(tag_parts(self.tag).into_iter().map(text).collect::<Vec<_>>())
            }
            _ => return Ok(None),
        })))
    }

    fn change(&self, name: &str, path: &[Value], object: Object) -> bool {
        if name == "record" {
            self.record.borrow_mut().take(path, object, self.environment.ruby);
            self.changed.set(true);
        }
        name == "record"
    }

    fn environment(&self) -> &Environment {
        self.environment
    }

    fn now(&self) -> EventTime {
        self.now
    }

    fn self_inspect(&self) -> String {
        "#<Fluent::Plugin::RecordModifierFilter::DynamicExpander>".to_owned()
    }
}

impl Filter for RecordModifierFilter {
    fn class(&self) -> &'static str {
        "Fluent::Plugin::RecordModifierFilter"
    }

    fn overrides_filter_stream(&self) -> bool {
        false
    }

    fn filter_stream(
        &mut self,
        context: &mut Context<'_>,
        tag: &Tag,
        stream: EventStream,
    ) -> Result<EventStream, RubyError> {
        Ok(filter_stream_by_record(self, context, tag, stream))
    }

    fn filter(
        &mut self,
        context: &mut Context<'_>,
        tag: &Tag,
        event: &mut Event,
    ) -> Result<bool, RubyError> {
        self.modify(context, tag, event)?;
        Ok(true)
    }
}
