//! `enable_ruby true`: `${…}` is Ruby, run by the expression evaluator.

use std::cell::RefCell;
use std::rc::Rc;

use super::Template;
use super::expander::{Moment, collect_keys};
use crate::encoding::Encoding;
use crate::fluent::environment::Environment;
use crate::fluent::expression::object::{Object, Raised};
use crate::fluent::expression::parser::Failed;
use crate::fluent::expression::{Binding, Program, changed};
use crate::fluent::plugin::filter::Context;
use crate::ruby::error::RubyError;
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Hash, Record, Value};
use crate::ruby::version::RubyVersion;

/// `RubyPlaceholderExpander`.
#[derive(Debug)]
pub struct RubyPlaceholderExpander {
    map: Vec<(Code, Template<Code>)>,
    environment: Rc<Environment>,
    /// Keys that the code reads by `record["…"]`.
    pub record_keys: Vec<String>,
}

/// A piece of Ruby.
#[derive(Clone, Debug)]
pub struct Code {
    /// The code as fluentd evaluates it.
    pub text: String,
    /// Read once.
    program: Result<Rc<Program>, Failed>,
}

impl Code {
    /// Reads code.
    pub fn new(text: String) -> Code {
        let program = Program::parse(&text).map(Rc::new);
        Code { text, program }
    }

    /// What Ruby raises when it reads it.
    pub fn syntax_error(&self) -> Option<RubyError> {
        match &self.program {
            Err(Failed::Syntax(at)) => Some(syntax_error(at, &self.text)),
            _ => None,
        }
    }

    /// Runs it. Ruby that is not simulated is noted and stands as it is written.
    pub fn eval(
        &self,
        context: &mut Context<'_>,
        binding: &dyn Binding,
    ) -> Result<Value, RubyError> {
        let result = match &self.program {
            Ok(program) => program.eval(binding),
            Err(Failed::NotSimulated { what, .. }) => {
                context.not_simulated.push(what.clone());
                return Ok(Value::from(self.text.as_str()));
            }
            Err(Failed::Syntax(at)) => return Err(syntax_error(at, &self.text)),
        };
        match result {
            Ok(object) => Ok(object.into_value(context.ruby)),
            Err(Raised::Error(error)) => Err(error),
            Err(Raised::SetNil | Raised::SetDefault) => Ok(Value::Nil),
            Err(Raised::NotSimulated { what, .. }) => {
                context.not_simulated.push(what);
                Ok(Value::from(self.text.as_str()))
            }
            Err(Raised::Budget(_) | Raised::Next | Raised::Break) => {
                context.not_simulated.push(format!("`{}` takes too many steps", self.text));
                Ok(Value::from(self.text.as_str()))
            }
        }
    }
}

fn syntax_error(at: impl std::fmt::Display, text: &str) -> RubyError {
    RubyError::new("SyntaxError", format!("(eval):1: syntax error at {at}\n{text}\n"))
}

/// `preprocess_map` of one text: a value that is one placeholder is its code, anything else a
/// string with code in it.
fn preprocess(text: &str, single: bool) -> Code {
    if single
        && text.matches("${").count() == 1
        && let Some(code) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))
    {
        return Code::new(code.to_owned());
    }
    Code::new(format!("%Q[{}]", text.replace("${", "#{")))
}

fn preprocess_template(template: &Template<String>, single: bool) -> Template<Code> {
    match template {
        Template::Text(text) => Template::Text(preprocess(text, single)),
        Template::Hash(entries) => Template::Hash(
            entries
                .iter()
                .map(|(key, value)| (preprocess(key, false), preprocess_template(value, single)))
                .collect(),
        ),
        Template::Array(items) => {
            Template::Array(items.iter().map(|item| preprocess_template(item, single)).collect())
        }
        Template::Value(value) => Template::Value(value.clone()),
    }
}

impl RubyPlaceholderExpander {
    /// Reads all code of the map.
    pub fn new(
        map: &[(String, Template<String>)],
        typecast: bool,
        environment: &Rc<Environment>,
    ) -> RubyPlaceholderExpander {
        let mut record_keys = Vec::new();
        for (_, template) in map {
            collect_keys(template, &mut record_keys);
        }
        let map = map
            .iter()
            .map(|(key, value)| (preprocess(key, false), preprocess_template(value, typecast)))
            .collect();
        RubyPlaceholderExpander { map, environment: Rc::clone(environment), record_keys }
    }

    /// The map for one event.
    pub fn expand_map(
        &self,
        context: &mut Context<'_>,
        moment: &Moment<'_>,
        record: &Record,
        changes: &mut Option<Changes>,
    ) -> Result<Hash, RubyError> {
        let binding = EventBinding {
            environment: &self.environment,
            now: context.now,
            moment,
            record: RefCell::new(None),
            source: record,
            time: RefCell::new(None),
            changes: RefCell::new(None),
        };
        let map = self.expand_all(context, &binding);
        *changes = binding.changes.into_inner();
        map
    }

    fn expand_all(
        &self,
        context: &mut Context<'_>,
        binding: &EventBinding<'_>,
    ) -> Result<Hash, RubyError> {
        let mut out = Hash::with_capacity(self.map.len());
        for (key, template) in &self.map {
            let key = run(key, context, binding)?;
            out.insert(key, expand(template, context, binding)?);
        }
        Ok(out)
    }
}

fn run(
    code: &Code,
    context: &mut Context<'_>,
    binding: &EventBinding<'_>,
) -> Result<Value, RubyError> {
    code.eval(context, binding).map_err(|error| match error.class {
        "SyntaxError" => error,
        _ => RubyError::new(
            "RuntimeError",
            format!("failed to expand `{}` : error = {}", code.text, error.message),
        ),
    })
}

fn expand(
    template: &Template<Code>,
    context: &mut Context<'_>,
    binding: &EventBinding<'_>,
) -> Result<Value, RubyError> {
    match template {
        Template::Text(code) => run(code, context, binding),
        Template::Hash(entries) => {
            let mut out = Hash::with_capacity(entries.len());
            for (key, value) in entries {
                let key = run(key, context, binding)?;
                out.insert(key, expand(value, context, binding)?);
            }
            Ok(Value::from(out))
        }
        Template::Array(items) => {
            let items = items.iter().map(|item| expand(item, context, binding));
            Ok(Value::from(items.collect::<Result<Vec<_>, _>>()?))
        }
        Template::Value(value) => Ok(value.clone()),
    }
}

/// What code changed of the record it was given.
#[derive(Debug, Default)]
pub struct Changes {
    /// The record now.
    pub record: Record,
    /// Objects of it that were changed in place: a copy made before holds them too.
    pub shared: Hash,
    /// Keys that got another object.
    replaced: Vec<Value>,
}

impl Changes {
    /// Of a record that has not changed yet.
    pub fn of(record: Record) -> Changes {
        Changes { record, ..Changes::default() }
    }

    /// Takes the object that now stands at `path` of a record (empty: the record).
    pub fn take(&mut self, path: &[Value], object: Object, ruby: RubyVersion) {
        let Some(key) = path.first() else {
            let Object::Value(Value::Hash(new)) = object else { return };
            let entry = |hash: &Hash, key: &Value| {
                hash.iter().find(|(k, _)| *k == key).map(|(_, v)| v.clone())
            };
            for (key, value) in self.record.iter() {
                if entry(&new, key).as_ref() != Some(value) {
                    self.replaced.push(key.clone());
                }
            }
            self.record = Record::clone(&new);
            return;
        };
        let old = Value::from(std::mem::take(&mut self.record));
        if let Value::Hash(new) = changed(old, path, object.into_value(ruby)) {
            self.record = Rc::unwrap_or_clone(new);
        }
        if !self.replaced.contains(key)
            && let Some((_, value)) = self.record.iter().find(|(known, _)| *known == key)
        {
            self.shared.insert(key.clone(), value.clone());
        }
    }
}

/// What an expression sees of one event.
struct EventBinding<'e> {
    environment: &'e Environment,
    now: EventTime,
    moment: &'e Moment<'e>,
    source: &'e Record,
    record: RefCell<Option<Value>>,
    time: RefCell<Option<Object>>,
    changes: RefCell<Option<Changes>>,
}

impl Binding for EventBinding<'_> {
    fn variable(&self, name: &str) -> Result<Option<Object>, Raised> {
        let text = |bytes: &[u8]| Value::String(RString::new(bytes, Encoding::Utf8));
        let size = self.moment.parts.len();
        Ok(Some(match name {
            "tag" => Object::Value(text(self.moment.tag)),
            "hostname" => Object::Value(Value::from(self.environment.hostname.as_str())),
            "time" => match &*self.time.borrow() {
                Some(time) => time.clone(),
                None => Object::time(self.moment.time, self.environment),
            },
            "record" => {
                let mut record = self.record.borrow_mut();
                let value = record.get_or_insert_with(|| Value::Hash(Rc::new(self.source.clone())));
                Object::Value(value.clone())
            }
            "tag_parts" => Object::Value(Value::from(
                self.moment.parts.iter().map(|part| text(part)).collect::<Vec<_>>(),
            )),
            "tag_prefix" => Object::Value(Value::from(
                (0..size)
                    .filter_map(|index| self.moment.prefix(index).map(|part| text(&part)))
                    .collect::<Vec<_>>(),
            )),
            "tag_suffix" => Object::Value(Value::from(
                (0..size)
                    .filter_map(|index| self.moment.suffix(index).map(|part| text(&part)))
                    .collect::<Vec<_>>(),
            )),
            _ => return Ok(None),
        }))
    }

    fn change(&self, name: &str, path: &[Value], object: Object) -> bool {
        match name {
            "record" => {
                let mut changes = self.changes.borrow_mut();
                let changes = changes.get_or_insert_with(|| Changes::of(self.source.clone()));
                changes.take(path, object, self.environment.ruby);
                *self.record.borrow_mut() = Some(Value::from(changes.record.clone()));
            }
            "time" => *self.time.borrow_mut() = Some(object),
            _ => return false,
        }
        true
    }

    fn environment(&self) -> &Environment {
        self.environment
    }

    fn now(&self) -> EventTime {
        self.now
    }

    fn self_inspect(&self) -> String {
        "#<Fluent::Plugin::RecordTransformerFilter::RubyPlaceholderExpander::CleanroomExpander>"
            .to_owned()
    }
}
