//! The old flat style: `format …` directly in `<source>` becomes a `<parse>` section
//! (fluentd `lib/fluent/plugin_helper/compat_parameters.rb`).

use crate::fluent::config::element::{Attr, AttrValue, Element};
use crate::ruby::error::RubyError;
use crate::ruby::json_gem;
use crate::ruby::value::{Hash, Value};
use crate::source::Span;

/// `MultilineParser::FORMAT_MAX_NUM`
const FORMAT_MAX_NUM: usize = 20;

/// `PARSER_PARAMS`: the flat name, and whether it is copied as it is.
const PARSER_PARAMS: [(&str, bool); 20] = [
    ("format", false),
    ("types", false),
    ("types_delimiter", false),
    ("types_label_delimiter", false),
    ("keys", true),
    ("time_key", true),
    ("time_format", true),
    ("localtime", false),
    ("utc", false),
    ("delimiter", true),
    ("keep_time_key", true),
    ("null_empty_string", true),
    ("null_value_pattern", true),
    ("json_parser", true),
    ("label_delimiter", true),
    ("format_firstline", true),
    ("message_key", true),
    ("with_priority", true),
    ("message_format", true),
    ("rfc5424_time_format", true),
];

/// `compat_parameters_parser(conf)`: nothing happens when there is a `<parse>` section.
pub fn compat_parameters_parser(conf: &mut Element) -> Result<(), RubyError> {
    let has_section = conf.elements.iter().any(|element| element.name == "parse");
    if has_section || PARSER_PARAMS.iter().all(|(name, _)| conf.peek(name).is_none()) {
        return Ok(());
    }
    let mut parse = made(conf, "parse", &[]);
    for (name, _) in PARSER_PARAMS.iter().filter(|(_, copied)| *copied) {
        if let Some(attr) = conf.attr(name) {
            parse.set(attr.clone());
        }
    }
    format(conf, &mut parse);
    types(conf, &mut parse);
    localtime(conf, &mut parse)?;
    for attr in &parse.attrs {
        attr.used.set(false);
    }
    conf.elements.push(parse);
    Ok(())
}

/// `FORMATTER_PARAMS`: the flat name of the format, and those copied as they are.
const FORMATTER_PARAMS: [&str; 14] = [
    "format",
    "delimiter",
    "force_quotes",
    "keys",
    "fields",
    "json_parser",
    "label_delimiter",
    "output_time",
    "output_tag",
    "localtime",
    "utc",
    "timezone",
    "message_key",
    "add_newline",
];

/// `INJECT_PARAMS` that are copied as they are.
const INJECT_PARAMS: [&str; 4] = ["time_key", "time_format", "timezone", "tag_key"];

/// `compat_parameters_convert(conf, :inject, :formatter)` of the plugins that print.
pub fn compat_parameters_stdout(conf: &mut Element) -> Result<(), RubyError> {
    let has = |conf: &Element, name: &str| conf.elements.iter().any(|inner| inner.name == name);
    let flags = ["include_time_key", "include_tag_key", "localtime", "utc"];
    let injects = INJECT_PARAMS.iter().chain(&flags).any(|name| conf.peek(name).is_some());
    if injects && !has(conf, "inject") {
        let mut inject = made(conf, "inject", &INJECT_PARAMS);
        let set = |inject: &mut Element, from: &Attr, key: &str, value: &str| {
            if inject.peek(key).is_none() {
                inject.set(given(from, key, value));
            }
        };
        for (flag, values) in [
            ("time_as_epoch", &[("time_key", "time"), ("time_type", "unixtime")][..]),
            ("include_time_key", &[("time_key", "time"), ("time_type", "string")]),
        ] {
            if let Some(attr) = conf.attr(flag).filter(|attr| attr.bool_value() == Some(true)) {
                values.iter().for_each(|(key, value)| set(&mut inject, attr, key, value));
            }
        }
        let on = |attr: &Attr| matches!(&attr.value, AttrValue::Text(text) if text != "false");
        match (conf.attr("localtime"), conf.attr("utc")) {
            (Some(local), Some(utc)) if on(local) != on(utc) => {
                set_bool(&mut inject, local, local.bool_value());
            }
            _ => localtime(conf, &mut inject)?,
        }
        if let Some(attr) = conf.attr("include_tag_key").filter(|a| a.bool_value() == Some(true)) {
            set(&mut inject, attr, "tag_key", "tag");
        }
        conf.elements.push(inject);
    }
    let formats = FORMATTER_PARAMS.iter().chain(&["output_type"]);
    if formats.clone().any(|name| conf.peek(name).is_some()) && !has(conf, "format") {
        let mut format = made(conf, "format", &FORMATTER_PARAMS[1..]);
        for (flat, name) in [("format", "@type"), ("output_type", "output_type")] {
            if let Some(attr) = conf.attr(flat) {
                format.set(Attr { key: name.to_owned(), ..attr.clone() });
            }
        }
        conf.elements.push(format);
    }
    Ok(())
}

/// True for a name that [`compat_parameters_stdout`] takes.
pub fn is_flat_stdout(name: &str) -> bool {
    let others = ["include_time_key", "include_tag_key", "time_as_epoch", "output_type"];
    FORMATTER_PARAMS.iter().chain(&INJECT_PARAMS).chain(&others).any(|known| *known == name)
}

/// A section made of flat parameters.
fn made(conf: &Element, name: &str, params: &[&str]) -> Element {
    let mut section = Element::new(name, "", conf.source, conf.span);
    section.v1_config = false;
    for attr in params.iter().filter_map(|name| conf.attr(name)) {
        section.set(attr.clone());
    }
    section
}

fn format(conf: &Element, parse: &mut Element) {
    let Some(attr) = conf.attr("format") else { return };
    let AttrValue::Text(format) = &attr.value else { return };
    match format.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        Some(expression) => {
            parse.set(given(attr, "@type", "regexp"));
            parse.set(given(attr, "expression", expression));
        }
        // A lone slash begins and ends with one.
        None if format == "/" => {
            parse.set(given(attr, "@type", "regexp"));
            parse.set(given(attr, "expression", ""));
        }
        None => parse.set(given(attr, "@type", format)),
    }
}

pub(in crate::fluent::plugin) fn types(conf: &Element, parse: &mut Element) {
    let delimiter = conf.text("types_delimiter").unwrap_or(",").to_owned();
    let label_delimiter = conf.text("types_label_delimiter").unwrap_or(":").to_owned();
    let Some(attr) = conf.attr("types") else { return };
    let AttrValue::Text(text) = &attr.value else { return };
    let mut types = Hash::new();
    for pair in split(text, &delimiter) {
        match pair.split_once(label_delimiter.as_str()) {
            Some((key, value)) => types.insert(key, Value::from(value)),
            None if pair.is_empty() => types.insert(Value::Nil, Value::Nil),
            None => types.insert(pair, Value::Nil),
        }
    }
    let text = json_gem::dump(&Value::from(types));
    parse.set(given(attr, "types", &text.to_lossy()));
}

/// `String#split` with a String: trailing empty parts are dropped; a blank splits at white space.
fn split<'t>(text: &'t str, delimiter: &str) -> Vec<&'t str> {
    if delimiter == " " {
        return text.split_ascii_whitespace().collect();
    }
    let mut parts: Vec<&str> = if delimiter.is_empty() {
        text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()]).collect()
    } else {
        text.split(delimiter).collect()
    };
    while parts.last().is_some_and(|last| last.is_empty()) {
        parts.pop();
    }
    parts
}

fn localtime(conf: &Element, parse: &mut Element) -> Result<(), RubyError> {
    match (conf.attr("localtime"), conf.attr("utc")) {
        (Some(_), Some(_)) => {
            Err(RubyError::config("both of utc and localtime are specified, use only one of them"))
        }
        (Some(attr), None) => {
            set_bool(parse, attr, attr.bool_value());
            Ok(())
        }
        (None, Some(attr)) => {
            // `!nil` is true.
            set_bool(parse, attr, Some(!attr.bool_value().unwrap_or(false)));
            Ok(())
        }
        (None, None) => Ok(()),
    }
}

fn set_bool(parse: &mut Element, attr: &Attr, value: Option<bool>) {
    let mut made = given(attr, "localtime", if value == Some(true) { "true" } else { "false" });
    if value.is_none() {
        made.value = AttrValue::Nil;
    }
    parse.set(made);
}

/// `format1` … `format20` beside `<parse>` go into it, and `emit_unmatched_lines` as
/// `unmatched_lines`: there it is only asked whether it is present (SURPRISE 56).
pub(super) fn copy_formats(conf: &mut Element, parse: usize) {
    let mut copied: Vec<Attr> = (1..=FORMAT_MAX_NUM)
        .filter_map(|number| conf.attr(&format!("format{number}")).cloned())
        .filter(|attr| matches!(attr.value, AttrValue::Text(_)))
        .collect();
    copied.push(match conf.attr("emit_unmatched_lines") {
        Some(attr) => Attr { key: "unmatched_lines".to_owned(), ..attr.clone() },
        None => Attr {
            key: "unmatched_lines".to_owned(),
            value: AttrValue::Nil,
            source: conf.source,
            key_span: Span::at(conf.span.start as usize),
            value_span: Span::at(conf.span.start as usize),
            used: true.into(),
        },
    });
    if let Some(element) = conf.elements.get_mut(parse) {
        for attr in copied {
            // Nobody asks for what was written there and is replaced.
            attr.used.set(element.peek(&attr.key).is_none_or(|there| there.used.get()));
            element.set(attr);
        }
    }
}

/// A parameter made of another, at its place.
fn given(from: &Attr, key: &str, value: &str) -> Attr {
    Attr { key: key.to_owned(), value: AttrValue::Text(value.to_owned()), ..from.clone() }
}
