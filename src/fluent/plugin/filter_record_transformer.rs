//! `<filter> @type record_transformer` (fluentd `lib/fluent/plugin/filter_record_transformer.rb`).

use std::rc::Rc;

use self::expander::{Expander, Moment};
use super::filter::{Context, Filter};
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param};
use crate::fluent::config::element::{AttrValue, Element};
use crate::fluent::config::section::Section;
use crate::fluent::environment::Environment;
use crate::fluent::error::RubyError;
use crate::fluent::event::{Event, EventStream, Tag, share};
use crate::fluent::log::{Level, Log, shown_error};
use crate::fluent::record_accessor::{RecordAccessor, no_method};
use crate::ruby::inspect::to_s;
use crate::ruby::json_gem;
use crate::ruby::value::{EventTime, Hash, Record, Value};
use crate::ruby::version::RubyVersion;

pub mod expander;
pub mod ruby;

/// The parameters.
pub const PROXY: ConfigureProxy = ConfigureProxy {
    params: &[
        Param::new("remove_keys", Kind::Array(None))
            .optional()
            .doc("Fields to remove.", "取り除くフィールドです。"),
        Param::new("keep_keys", Kind::Array(None)).optional().doc(
            "Fields to keep; needs renew_record.",
            "残すフィールドです (renew_record が必要です)",
        ),
        Param::new("renew_record", Kind::Bool)
            .default(Literal::Bool(false))
            .doc("Starts from an empty record.", "空のレコードから始めます。"),
        Param::new("renew_time_key", Kind::String).optional().doc(
            "The field with the new event time, in epoch seconds.",
            "新しい時刻 (エポック秒) のフィールドです。",
        ),
        Param::new("enable_ruby", Kind::Bool)
            .default(Literal::Bool(false))
            .doc("Lets `${…}` be any Ruby.", "`${…}` に Ruby の式を書けるようにします。"),
        Param::new("auto_typecast", Kind::Bool).default(Literal::Bool(true)).doc(
            "Keeps the type of a value that is one placeholder.",
            "置き換え 1 つだけの値の型を保ちます。",
        ),
    ],
    ..ConfigureProxy::new("record_transformer")
};

/// Deepest nesting of a JSON value in `<record>`; the JSON reader has its own, smaller limit.
const MAX_NESTING: usize = 200;

/// A value of `<record>`.
#[derive(Clone, Debug)]
pub enum Template<T> {
    /// Text with placeholders.
    Text(T),
    /// A JSON object; its keys are expanded too.
    Hash(Vec<(T, Template<T>)>),
    /// A JSON array.
    Array(Vec<Template<T>>),
    /// Anything else stays as it is.
    Value(Value),
}

/// The filter.
#[derive(Debug)]
pub struct RecordTransformerFilter {
    remove: Vec<RecordAccessor>,
    keep: Option<Vec<String>>,
    renew_record: bool,
    renew_time_key: Option<String>,
    expander: Expander,
}

impl RecordTransformerFilter {
    /// fluentd's `configure`.
    pub fn new(
        section: &Section,
        conf: &Element,
        environment: &Rc<Environment>,
        log: &mut Log,
    ) -> Result<RecordTransformerFilter, RubyError> {
        let map = read_map(conf, environment.ruby, log);
        let texts = |name: &str| -> Option<Vec<String>> {
            (!matches!(section.value(name), Value::Nil)).then(|| {
                let items = section.array(name).iter();
                items.map(|key| to_s(key, environment.ruby).to_lossy().into_owned()).collect()
            })
        };
        let renew_record = section.flag("renew_record");
        let keep = texts("keep_keys");
        if keep.is_some() && !renew_record {
            return Err(RubyError::config("`renew_record` must be true to use `keep_keys`"));
        }
        let remove = texts("remove_keys").unwrap_or_default();
        let remove = remove.iter().map(|key| RecordAccessor::new(key)).collect::<Result<_, _>>()?;
        let typecast = section.flag("auto_typecast");
        let expander = if section.flag("enable_ruby") {
            Expander::ruby(map, typecast, environment)
        } else {
            Expander::plain(map, typecast, environment)
        };
        Ok(RecordTransformerFilter {
            remove,
            keep,
            renew_record,
            renew_time_key: section.text("renew_time_key").map(str::to_owned),
            expander,
        })
    }

    /// What it puts in.
    pub fn expander(&self) -> &Expander {
        &self.expander
    }

    fn reform(
        &self,
        context: &mut Context<'_>,
        moment: &Moment<'_>,
        event: &Event,
    ) -> Result<(EventTime, bool, Record), RubyError> {
        let record = event.record.borrow();
        let mut new = if self.renew_record { Record::new() } else { record.clone() };
        for key in self.keep.iter().flatten().filter(|_| self.renew_record) {
            if let Some(value) = record.get(key) {
                new.insert(key.as_str(), value.clone());
            }
        }
        let mut changes = None;
        let expanded = self.expander.expand(context, moment, &record, &mut changes);
        drop(record);
        if let Some(changes) = changes {
            for (key, value) in changes.shared.iter() {
                if new.iter().any(|(known, _)| known == key) {
                    new.insert(key.clone(), value.clone());
                }
            }
            *event.record.borrow_mut() = changes.record;
        }
        let expanded = expanded?;
        for (key, value) in expanded.iter() {
            new.insert(key.clone(), value.clone());
        }
        let (mut time, mut is_now) = (event.time, event.time_is_now);
        if let Some(value) = self.renew_time_key.as_deref().and_then(|key| new.get(key)) {
            (time, is_now) = (time_at(to_f(value, context.ruby)?)?, false);
        }
        for accessor in &self.remove {
            accessor.delete(&mut new);
        }
        Ok((time, is_now, new))
    }
}

/// The `<record>` sections as one map: a key of a later one takes the value, not the place.
fn read_map(conf: &Element, ruby: RubyVersion, log: &mut Log) -> Vec<(String, Template<String>)> {
    let mut map: Vec<(String, Template<String>)> = Vec::new();
    for element in conf.sections("record") {
        for attr in &element.attrs {
            element.attr(&attr.key);
            let template = match &attr.value {
                AttrValue::Text(text) => read_value(text, log),
                AttrValue::Nil | AttrValue::Default => {
                    let error = no_method("start_with?", &Value::Nil, ruby);
                    log.push(
                        Level::Warn,
                        format!(
                            "failed to parse  as json. Assuming  is a string {}",
                            shown_error(&error)
                        ),
                    );
                    Template::Value(Value::Nil)
                }
            };
            match map.iter_mut().find(|(key, _)| *key == attr.key) {
                Some(entry) => entry.1 = template,
                None => map.push((attr.key.clone(), template)),
            }
        }
    }
    map
}

fn read_value(text: &str, log: &mut Log) -> Template<String> {
    if !text.starts_with(['{', '[']) {
        return Template::Text(text.to_owned());
    }
    match json_gem::parse(text.as_bytes()) {
        Ok(value) => template_of(&value, 0),
        Err(error) => {
            let error =
                RubyError::new("JSON::ParserError", String::from_utf8_lossy(&error.message));
            log.push(
                Level::Warn,
                format!(
                    "failed to parse {text} as json. Assuming {text} is a string {}",
                    shown_error(&error)
                ),
            );
            Template::Text(text.to_owned())
        }
    }
}

fn template_of(value: &Value, depth: usize) -> Template<String> {
    let text = |value: &Value| to_s(value, RubyVersion::default()).to_lossy().into_owned();
    match value {
        Value::String(_) => Template::Text(text(value)),
        Value::Hash(hash) if depth < MAX_NESTING => Template::Hash(
            hash.iter().map(|(key, value)| (text(key), template_of(value, depth + 1))).collect(),
        ),
        Value::Array(items) if depth < MAX_NESTING => {
            Template::Array(items.iter().map(|item| template_of(item, depth + 1)).collect())
        }
        other => Template::Value(other.clone()),
    }
}

/// `value.to_f`.
fn to_f(value: &Value, ruby: RubyVersion) -> Result<f64, RubyError> {
    match value {
        Value::Nil => Ok(0.0),
        Value::Integer(number) => Ok(*number as f64),
        Value::Float(number) => Ok(*number),
        Value::BigInteger(digits) => Ok(digits.parse().unwrap_or(f64::INFINITY)),
        Value::String(text) => Ok(crate::ruby::float::to_f(text.as_bytes())),
        Value::EventTime(time) => Ok(time.sec as f64 + time.nsec as f64 / 1e9),
        other => Err(no_method("to_f", other, ruby)),
    }
}

/// `Fluent::EventTime.from_time(Time.at(seconds))`: whole nanoseconds of the double's exact value.
fn time_at(seconds: f64) -> Result<EventTime, RubyError> {
    if !seconds.is_finite() {
        let name = if seconds.is_nan() {
            "NaN"
        } else if seconds > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        };
        return Err(RubyError::new("FloatDomainError", name));
    }
    let sec = seconds.floor();
    // The difference is exact, and its 53 bits times 10^9 fit in 128.
    let fraction = seconds - sec;
    let bits = fraction.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i64;
    let mantissa = u128::from((bits & ((1 << 52) - 1)) | (1 << 52));
    let shift = 1075 - exponent;
    let nsec =
        if exponent == 0 || shift > 120 { 0 } else { ((mantissa * 1_000_000_000) >> shift) as i64 };
    Ok(EventTime { sec: sec as i64, nsec })
}

impl Filter for RecordTransformerFilter {
    fn class(&self) -> &'static str {
        "Fluent::Plugin::RecordTransformerFilter"
    }

    fn filter_stream(
        &mut self,
        context: &mut Context<'_>,
        tag: &Tag,
        stream: EventStream,
    ) -> Result<EventStream, RubyError> {
        let mut out = Vec::with_capacity(stream.len());
        let mut moment = Moment::new(tag);
        for event in stream {
            moment.time = event.time;
            match self.reform(context, &moment, &event) {
                Ok((time, time_is_now, record)) => {
                    out.push(Event { time, time_is_now, record: share(record), from: event.from });
                }
                // A syntax error is no StandardError: nothing catches it.
                Err(error) if matches!(error.class, "SyntaxError" | "NotImplementedError") => {
                    return Err(error);
                }
                Err(error) => context.emit_error_event(tag, &event, error),
            }
        }
        Ok(out)
    }
}

/// An expanded map.
pub type Expanded = Hash;

#[cfg(test)]
mod tests {
    use super::time_at;
    use crate::ruby::value::EventTime;

    #[test]
    fn a_float_time_is_cut_at_its_exact_nanosecond() {
        assert_eq!(
            time_at(1_675_324_091.5).unwrap(),
            EventTime { sec: 1_675_324_091, nsec: 500_000_000 }
        );
        assert_eq!(time_at(-1.25).unwrap(), EventTime { sec: -2, nsec: 750_000_000 });
        assert_eq!(time_at(0.1).unwrap(), EventTime { sec: 0, nsec: 100_000_000 });
        assert!(time_at(f64::NAN).is_err());
    }
}
