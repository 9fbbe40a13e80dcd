//! `Fluent::Config::ConfigureProxy`: what a plugin or a section says about its parameters
//! (`config_param`, `config_section`, `config_argument`; fluentd `lib/fluent/config/configure_proxy.rb`).
//!
//! All of it is static data: the reader (`section.rs`) and the registry read the same tables. A
//! class's parameters come after those of its bases; one of the same name takes the base's place.

use crate::diag::Text;

/// What a parameter's text is turned into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `:string`
    String,
    /// `:integer`
    Integer,
    /// `:float`
    Float,
    /// `:size`: bytes, with `k`, `m`, `g`, `t`.
    Size,
    /// `:time`: seconds, with `s`, `m`, `h`, `d`.
    Time,
    /// `:bool`
    Bool,
    /// `:enum` of these names.
    Enum(&'static [&'static str]),
    /// `:array`, its items of `value_type` if it has one.
    Array(Option<ValueType>),
    /// `:hash`, its values of `value_type` if it has one.
    Hash(Option<ValueType>),
    /// `:hash` with `symbolize_keys: true`.
    SymbolHash(Option<ValueType>),
    /// `:regexp`
    Regexp,
}

/// The `value_type` of an array or a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// `:string`
    String,
    /// `:integer`
    Integer,
    /// `:float`
    Float,
    /// `:size`
    Size,
    /// `:time`
    Time,
    /// `:bool`
    Bool,
    /// `:regexp`
    Regexp,
    /// `:symbol`
    Symbol,
}

/// A default value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Literal {
    /// `nil`
    Nil,
    /// `true`, `false`
    Bool(bool),
    /// An Integer.
    Integer(i64),
    /// A Float.
    Float(f64),
    /// A String.
    String(&'static str),
    /// A Symbol.
    Symbol(&'static str),
    /// An Array.
    Array(&'static [Literal]),
    /// A Hash.
    Hash(&'static [(&'static str, Literal)]),
}

/// `config_param` (or `config_argument`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Param {
    /// The name.
    pub name: &'static str,
    /// The type.
    pub kind: Kind,
    /// The default; `None`: the parameter is required.
    pub default: Option<Literal>,
    /// Another name for it.
    pub alias: Option<&'static str>,
    /// Printed as `xxxxxx`.
    pub secret: bool,
    /// Still works; the text tells what to use.
    pub deprecated: Option<&'static str>,
    /// Works no more; the text tells what to use.
    pub obsoleted: Option<&'static str>,
    /// One line about it.
    pub doc: Text,
}

impl Param {
    /// A required parameter without a word about it.
    pub const fn new(name: &'static str, kind: Kind) -> Param {
        Param {
            name,
            kind,
            default: None,
            alias: None,
            secret: false,
            deprecated: None,
            obsoleted: None,
            doc: Text { en: "", ja: "" },
        }
    }

    /// Sets the default.
    #[must_use]
    pub const fn default(mut self, default: Literal) -> Param {
        self.default = Some(default);
        self
    }

    /// `default: nil`.
    #[must_use]
    pub const fn optional(self) -> Param {
        self.default(Literal::Nil)
    }

    /// Sets the other name.
    #[must_use]
    pub const fn alias(mut self, alias: &'static str) -> Param {
        self.alias = Some(alias);
        self
    }

    /// `secret: true`.
    #[must_use]
    pub const fn secret(mut self) -> Param {
        self.secret = true;
        self
    }

    /// Sets what to use instead.
    #[must_use]
    pub const fn deprecated(mut self, text: &'static str) -> Param {
        self.deprecated = Some(text);
        self
    }

    /// Sets what to use instead.
    #[must_use]
    pub const fn obsoleted(mut self, text: &'static str) -> Param {
        self.obsoleted = Some(text);
        self
    }

    /// Sets the line about it.
    #[must_use]
    pub const fn doc(mut self, en: &'static str, ja: &'static str) -> Param {
        self.doc = Text { en, ja };
        self
    }
}

/// A plugin's or a section's declaration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConfigureProxy {
    /// A plugin's type (`tail`) or a section's name (`parse`).
    pub name: &'static str,
    /// The name of the section in the result, if not `name`.
    pub param_name: Option<&'static str>,
    /// Another name for the section.
    pub alias: Option<&'static str>,
    /// The section must be there.
    pub required: bool,
    /// The section may be there more than once.
    pub multi: bool,
    /// A missing section is made of its defaults.
    pub init: bool,
    /// `config_argument`.
    pub argument: Option<Param>,
    /// What it inherits: base classes and mixins, first the most basic.
    pub bases: &'static [&'static ConfigureProxy],
    /// Its own parameters.
    pub params: &'static [Param],
    /// `config_set_default`: other defaults for inherited parameters.
    pub defaults: &'static [(&'static str, Literal)],
    /// Its own sections.
    pub sections: &'static [ConfigureProxy],
    /// One line about it.
    pub doc: Text,
}

impl ConfigureProxy {
    /// A section without parameters: optional, any number of times (as `config_section` has it).
    pub const fn new(name: &'static str) -> ConfigureProxy {
        ConfigureProxy {
            name,
            param_name: None,
            alias: None,
            required: false,
            multi: true,
            init: false,
            argument: None,
            bases: &[],
            params: &[],
            defaults: &[],
            sections: &[],
            doc: Text { en: "", ja: "" },
        }
    }

    /// The name of the section in the result.
    pub fn variable_name(&self) -> &'static str {
        self.param_name.unwrap_or(self.name)
    }

    /// True when a section of this name is meant.
    pub fn takes(&self, name: &str) -> bool {
        self.name == name || self.alias == Some(name)
    }

    /// All parameters, inherited ones first, defaults overridden where `config_set_default` says so.
    pub fn all_params(&self) -> Vec<Param> {
        let mut params: Vec<Param> = Vec::new();
        for param in
            self.bases.iter().flat_map(|base| base.all_params()).chain(self.params.iter().copied())
        {
            match params.iter_mut().find(|known| known.name == param.name) {
                // A subclass that does not repeat the default keeps the base's.
                Some(known) => *known = Param { default: param.default.or(known.default), ..param },
                None => params.push(param),
            }
        }
        for (name, default) in self.defaults {
            if let Some(param) = params.iter_mut().find(|param| param.name == *name) {
                param.default = Some(*default);
            }
        }
        params
    }

    /// All sections, inherited ones first; one of the same name takes the base's place.
    pub fn all_sections(&self) -> Vec<&ConfigureProxy> {
        let mut sections: Vec<&ConfigureProxy> = Vec::new();
        for section in self.bases.iter().flat_map(|base| base.all_sections()).chain(self.sections) {
            match sections.iter_mut().find(|known| known.name == section.name) {
                Some(known) => *known = section,
                None => sections.push(section),
            }
        }
        sections
    }

    /// The parameter of that name (not alias), wherever it is declared.
    pub fn param(&self, name: &str) -> Option<Param> {
        self.all_params().into_iter().find(|param| param.name == name)
    }
}
