//! `Fluent::Config::Section` and its generator: an [`Element`] read against a [`ConfigureProxy`]
//! (fluentd `lib/fluent/config/section.rb`).
//!
//! Sentences for fluentd's log go to the [`Log`]; the first error ends the configuration.

use std::rc::Rc;

use super::configure_proxy::{ConfigureProxy, Param};
use super::element::{AttrValue, Element, UnusedIn};
use super::types::{Mode, Setting, convert, literal};
use crate::fluent::error::RubyError;
use crate::fluent::log::{Level, Log};
use crate::onigmo::regexp::Regexp;
use crate::ruby::value::{Hash, Value};
use crate::source::{SourceId, Span};

/// Sections that are no plugin's: never reported as unknown.
const ELEM_SYMBOLS: [&str; 4] = ["match", "source", "filter", "system"];

/// One entry of a section.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A parameter.
    Setting(Setting),
    /// A section declared with `multi: false`.
    Section(Option<Section>),
    /// A section declared with `multi: true`.
    Sections(Vec<Section>),
}

/// The values of a section: every declared name has one.
#[derive(Clone, Debug)]
pub struct Section {
    entries: Vec<(&'static str, Entry)>,
    source: SourceId,
    span: Span,
}

impl Section {
    /// The entries in fluentd's order: defaults, the argument, parameters, sections.
    pub fn entries(&self) -> impl Iterator<Item = (&'static str, &Entry)> {
        self.entries.iter().map(|(name, entry)| (*name, entry))
    }

    /// Where the section stands.
    pub fn place(&self) -> (SourceId, Span) {
        (self.source, self.span)
    }

    /// The value of parameter `name`.
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        match self.entry(name)? {
            Entry::Setting(setting) => Some(setting),
            Entry::Section(_) | Entry::Sections(_) => None,
        }
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|(known, _)| *known == name).map(|(_, entry)| entry)
    }

    /// The value of a parameter that is no regexp; nil when there is none of that name.
    pub fn value(&self, name: &str) -> &Value {
        match self.setting(name) {
            Some(Setting::Value(value)) => value,
            _ => &Value::Nil,
        }
    }

    /// A string or an enum's name; `None` for nil.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name) {
            Value::String(text) => text.as_str(),
            Value::Symbol(symbol) => Some(symbol),
            _ => None,
        }
    }

    /// A bool; false for nil.
    pub fn flag(&self, name: &str) -> bool {
        *self.value(name) == Value::Bool(true)
    }

    /// An integer or a size; `None` for nil and beyond 64 bits.
    pub fn integer(&self, name: &str) -> Option<i64> {
        match self.value(name) {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// A time or a float, in seconds; `None` for nil.
    pub fn seconds(&self, name: &str) -> Option<f64> {
        match self.value(name) {
            Value::Integer(number) => Some(*number as f64),
            Value::Float(number) => Some(*number),
            _ => None,
        }
    }

    /// A regexp; `None` for nil.
    pub fn regexp(&self, name: &str) -> Option<&Rc<Regexp>> {
        match self.setting(name)? {
            Setting::Regexp(regexp) => Some(regexp),
            _ => None,
        }
    }

    /// An array; empty for nil.
    pub fn array(&self, name: &str) -> &[Value] {
        match self.value(name) {
            Value::Array(items) => items,
            _ => &[],
        }
    }

    /// A hash; `None` for nil.
    pub fn hash(&self, name: &str) -> Option<&Rc<Hash>> {
        match self.value(name) {
            Value::Hash(hash) => Some(hash),
            _ => None,
        }
    }

    /// A section declared with `multi: false`.
    pub fn section(&self, name: &str) -> Option<&Section> {
        match self.entry(name)? {
            Entry::Section(section) => section.as_ref(),
            Entry::Setting(_) | Entry::Sections(_) => None,
        }
    }

    /// Sections declared with `multi: true`.
    pub fn sections(&self, name: &str) -> &[Section] {
        match self.entry(name) {
            Some(Entry::Sections(sections)) => sections,
            _ => &[],
        }
    }

    fn set(&mut self, name: &'static str, entry: Entry) {
        match self.entries.iter_mut().find(|(known, _)| *known == name) {
            Some(known) => known.1 = entry,
            None => self.entries.push((name, entry)),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }
}

/// Reads sections against their declarations.
pub struct SectionGenerator<'l> {
    /// Where fluentd's sentences go.
    pub log: &'l mut Log,
    /// How texts are converted.
    pub mode: Mode,
}

fn config_error(conf: &Element) -> String {
    format!("config error in:\n{}", conf.to_text())
}

/// What does not change on the way down.
#[derive(Clone, Copy)]
struct Owner<'o> {
    /// The plugin's type, which "section … is not used in … of tail plugin" names.
    plugin: Option<&'o str>,
}

impl SectionGenerator<'_> {
    /// Reads a plugin's section: `plugin` is its type, as registered.
    pub fn plugin(
        &mut self,
        proxy: &ConfigureProxy,
        conf: &Element,
        plugin: Option<&str>,
    ) -> Result<Section, RubyError> {
        conf.proxies.borrow_mut().push(*proxy);
        self.generate(proxy, conf, Owner { plugin }, &mut Vec::new())
    }

    fn generate(
        &mut self,
        proxy: &ConfigureProxy,
        conf: &Element,
        owner: Owner,
        stack: &mut Vec<&'static str>,
    ) -> Result<Section, RubyError> {
        let params = proxy.all_params();
        let mut section = Section { entries: Vec::new(), source: conf.source, span: conf.span };
        let argument = proxy.argument;
        for param in params.iter().chain(argument.iter()) {
            if let Some(default) = param.default {
                section.set(param.name, Entry::Setting(literal(default)));
            }
        }
        if let Some(argument) = argument {
            self.argument(proxy, &argument, conf, &mut section, stack)?;
        }
        for param in &params {
            self.parameter(param, conf, &mut section, stack)?;
        }
        check_unused_sections(proxy, conf, owner);
        for sub in proxy.all_sections() {
            let entry = self.subsections(sub, conf, owner, stack)?;
            section.set(sub.variable_name(), entry);
        }
        Ok(section)
    }

    /// Logs the section that is wrong and hands the error on, with its place.
    fn fail(&mut self, conf: &Element, error: RubyError, place: (SourceId, Span)) -> RubyError {
        if error.class == "Fluent::ConfigError" || error.class == "Fluent::ObsoletedParameterError"
        {
            self.log.say(Level::Error, config_error(conf), place);
        }
        error.at(place.0, place.1)
    }

    fn argument(
        &mut self,
        proxy: &ConfigureProxy,
        param: &Param,
        conf: &Element,
        section: &mut Section,
        stack: &[&'static str],
    ) -> Result<(), RubyError> {
        let place = (conf.source, conf.arg_span);
        if conf.arg_is_default {
            if !section.has(param.name) {
                let error =
                    RubyError::config(format!("'{}' doesn't have default value", param.name));
                return Err(self.fail(conf, error, place));
            }
        } else if !conf.arg.is_empty() {
            let setting = convert(param, &conf.arg, self.mode)
                .map_err(|error| self.fail(conf, error, place))?;
            section.set(param.name, Entry::Setting(setting));
        }
        if section.has(param.name) {
            return Ok(());
        }
        let message =
            format!("'<{} ARG>' section requires argument{}", proxy.name, in_section(stack));
        Err(self.fail(conf, RubyError::config(message), (conf.source, conf.name_span)))
    }

    fn parameter(
        &mut self,
        param: &Param,
        conf: &Element,
        section: &mut Section,
        stack: &[&'static str],
    ) -> Result<(), RubyError> {
        let name = param.name;
        let alias = |conf: &Element| param.alias.is_some_and(|alias| conf.peek(alias).is_some());
        let written = if conf.peek(name).is_some() || !alias(conf) {
            conf.attr(name)
        } else {
            conf.attr(param.alias.unwrap_or(name))
        };
        if let Some(attr) = written {
            let place = (attr.source, attr.value_span);
            match &attr.value {
                AttrValue::Default if section.has(name) => {}
                AttrValue::Default => {
                    let error = RubyError::config(format!("'{name}' doesn't have default value"));
                    return Err(self.fail(conf, error, place));
                }
                AttrValue::Nil => section.set(name, Entry::Setting(Setting::Value(Value::Nil))),
                AttrValue::Text(text) => {
                    let setting = convert(param, text, self.mode)
                        .map_err(|error| self.fail(conf, error, place))?;
                    section.set(name, Entry::Setting(setting));
                }
            }
            let is_nil = section.setting(name).is_some_and(Setting::is_nil);
            if is_nil && !param.default.is_some_and(|default| literal(default).is_nil()) {
                let message = format!("'{name}' parameter is required but nil is specified");
                return Err(self.fail(conf, RubyError::config(message), place));
            }
            let place = (attr.source, attr.key_span);
            if let Some(text) = param.deprecated {
                let text = format!("'{name}' parameter is deprecated: {text}");
                self.log.say(Level::Warn, text, place);
            }
            if let Some(text) = param.obsoleted {
                let tail = in_section(stack);
                let message = format!("'{name}' parameter is already removed: {text}{tail}");
                let error = RubyError::new("Fluent::ObsoletedParameterError", message);
                return Err(self.fail(conf, error, place));
            }
        }
        if section.has(name) {
            return Ok(());
        }
        let message = format!("'{name}' parameter is required{}", in_section(stack));
        Err(self.fail(conf, RubyError::config(message), (conf.source, conf.name_span)))
    }

    fn subsections(
        &mut self,
        sub: &ConfigureProxy,
        conf: &Element,
        owner: Owner,
        stack: &mut Vec<&'static str>,
    ) -> Result<Entry, RubyError> {
        let place = (conf.source, conf.name_span);
        let made;
        let mut elements: Vec<&Element> =
            conf.elements.iter().filter(|element| sub.takes(&element.name)).collect();
        if elements.is_empty() && sub.init {
            check_init(sub)?;
            made = Element::new(sub.name, "", conf.source, Span::at(conf.name_span.end as usize));
            elements.push(&made);
        }
        for element in &elements {
            element.proxies.borrow_mut().push(*sub);
        }
        if sub.required && elements.is_empty() {
            let message = format!("'<{}>' sections are required{}", sub.name, in_section(stack));
            return Err(self.fail(conf, RubyError::config(message), place));
        }
        if !sub.multi && elements.len() > 1 {
            let tail = in_section(stack);
            let message = format!("'<{}>' section cannot be written twice or more{tail}", sub.name);
            let second = elements.get(1).map_or(place, |element| element.place());
            return Err(self.fail(conf, RubyError::config(message), second));
        }
        stack.push(sub.name);
        let mut sections = Vec::with_capacity(elements.len());
        for element in elements {
            sections.push(self.generate(sub, element, owner, stack)?);
        }
        stack.pop();
        Ok(if sub.multi { Entry::Sections(sections) } else { Entry::Section(sections.pop()) })
    }
}

/// `, in section a > b`
fn in_section(stack: &[&str]) -> String {
    if stack.is_empty() { String::new() } else { format!(", in section {}", stack.join(" > ")) }
}

/// A declaration that cannot work: a bug of the plugin, raised when it matters.
fn check_init(sub: &ConfigureProxy) -> Result<(), RubyError> {
    let name = sub.name;
    if sub.argument.is_some_and(|argument| argument.default.is_none()) {
        let message =
            format!("{name}: init is specified, but default value of argument is missing");
        return Err(RubyError::new("ArgumentError", message));
    }
    let params = sub.all_params();
    let missing: Vec<&str> =
        params.iter().filter(|param| param.default.is_none()).map(|param| param.name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.join(",");
    let message = format!(
        "{name}: init is specified, but there're parameters without default values:{missing}"
    );
    Err(RubyError::new("ArgumentError", message))
}

/// `check_unused_section`
fn check_unused_sections(proxy: &ConfigureProxy, conf: &Element, owner: Owner) {
    let known = proxy.all_sections();
    for element in &conf.elements {
        let predefined = owner.plugin.is_none() && ELEM_SYMBOLS.contains(&element.name.as_str());
        if predefined || element.used.get() {
            continue;
        }
        if known.iter().any(|sub| sub.takes(&element.name)) {
            element.used.set(true);
            continue;
        }
        let parent = if conf.arg.is_empty() {
            conf.name.clone()
        } else {
            format!("{} {}", conf.name, conf.arg)
        };
        let unused_in = UnusedIn { parent, plugin: owner.plugin.map(str::to_owned) };
        *element.unused_in.borrow_mut() = Some(unused_in);
    }
}

/// A name that nothing read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// The parameter.
    pub key: String,
    /// fluentd's sentence.
    pub said: String,
    /// The place of the parameter, or of the section when all of it is unknown.
    pub place: (SourceId, Span),
    /// True when it is the section that nothing knows.
    pub section: bool,
}

/// `check_not_fetched`: what fluentd warns about once everything is configured. One sentence a
/// parameter, as fluentd prints them.
pub fn unused(root: &Element) -> Vec<Unused> {
    let mut out = Vec::new();
    collect_unused(root, &mut out);
    out
}

fn collect_unused(element: &Element, out: &mut Vec<Unused>) {
    // A section read later by hand (as `<store>`) is in use, whatever was thought of it before.
    let unused_in = element.unused_in.borrow().as_ref().filter(|_| !element.used.get()).cloned();
    for attr in element.attrs.iter().filter(|attr| !attr.used.get()) {
        let place = (attr.source, attr.key_span);
        let (said, place) = match &unused_in {
            Some(UnusedIn { parent, plugin: Some(plugin) }) => (
                format!("section <{}> is not used in <{parent}> of {plugin} plugin", element.name),
                (element.source, element.name_span),
            ),
            Some(UnusedIn { parent, plugin: None }) => (
                format!("section <{}> is not used in <{parent}>", element.name),
                (element.source, element.name_span),
            ),
            None if element.name == "system" => continue,
            None => {
                let text = element.to_text();
                (
                    format!(
                        "parameter '{}' in {} is not used.",
                        attr.key,
                        text.trim_end_matches('\n')
                    ),
                    place,
                )
            }
        };
        out.push(Unused { key: attr.key.clone(), said, place, section: unused_in.is_some() });
    }
    for inner in &element.elements {
        collect_unused(inner, out);
    }
}
