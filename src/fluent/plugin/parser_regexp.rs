//! `@type regexp` (fluentd `lib/fluent/plugin/parser_regexp.rb`): the first match anywhere in the
//! text; the named groups that took part become fields.
//!
//! The hot path of the whole engine: per record one allocation, the record's own; keys are shared,
//! values are slices of the line.

use std::rc::Rc;

use super::in_tail::compat::types;
use super::parser::{Configure, FieldSpan, PARSER, Parser, Yield, match_raised};
use super::parser_params::{ParserParams, Stamp, parser_error};
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param};
use crate::fluent::config::element::Element;
use crate::fluent::config::section::Section;
use crate::fluent::error::RubyError;
use crate::onigmo::regexp::{Options, Regexp, Region};
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Record, Value};
use crate::source::Span;

/// The declaration.
pub static PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PARSER],
    params: &[
        Param::new("expression", Kind::Regexp).doc(
            "The regular expression; its named groups become fields.",
            "正規表現です。名前付きグループがフィールドになります。",
        ),
        Param::new("ignorecase", Kind::Bool)
            .default(Literal::Bool(false))
            .deprecated("Use /pattern/i instead, this option is no longer effective")
            .doc("Ignore case.", "大文字と小文字を区別しません。"),
        Param::new("multiline", Kind::Bool)
            .default(Literal::Bool(false))
            .deprecated("Use /pattern/m instead, this option is no longer effective")
            .doc("Dot matches newline.", "「.」を改行にも一致させます。"),
    ],
    defaults: &[("time_key", Literal::String("time"))],
    doc: crate::diag::Text {
        en: "Parses each line by a regular expression with named groups.",
        ja: "名前付きグループを持つ正規表現で行をパースします。",
    },
    ..ConfigureProxy::new("regexp")
};

/// The same for plugins that bring their own expression.
pub static PROXY_WITH_DEFAULT: ConfigureProxy = ConfigureProxy {
    bases: &[&PROXY],
    params: &[Param::new("expression", Kind::Regexp).optional().doc(
        "A regular expression in place of the built-in one.",
        "組み込みの代わりに使う正規表現です。",
    )],
    ..ConfigureProxy::new("regexp")
};

/// `Fluent::Plugin::RegexpParser`
pub(super) struct RegexpParser {
    matcher: Matcher,
    pub(super) params: ParserParams,
}

/// A regexp and the fields its names make.
struct Matcher {
    regexp: Rc<Regexp>,
    fields: Vec<Field>,
    region: Region,
}

/// One name: the last of its groups that took part gives the value.
struct Field {
    key: Value,
    groups: Vec<u32>,
    is_time: bool,
}

impl RegexpParser {
    /// `@type regexp`
    pub(super) fn new(conf: &Element, with: &mut Configure<'_>) -> Result<RegexpParser, RubyError> {
        let section = with.section(&PROXY, conf)?;
        RegexpParser::of_section(&section, None, conf, with)
    }

    /// A plugin with an expression of its own, which `expression` may replace.
    pub(super) fn with_default(
        proxy: &ConfigureProxy,
        expression: &str,
        conf: &Element,
        with: &mut Configure<'_>,
    ) -> Result<RegexpParser, RubyError> {
        let section = with.section(proxy, conf)?;
        let default = compile(expression, Options::default())?;
        RegexpParser::of_section(&section, Some(default), conf, with)
    }

    /// `@type /…/` (fluentd `lib/fluent/compat/parser.rb`).
    pub(super) fn of_format(
        format: &str,
        conf: &Element,
        with: &mut Configure<'_>,
    ) -> Result<RegexpParser, RubyError> {
        let pattern = format.get(1..format.len().max(2) - 1).unwrap_or_default();
        let invalid = |why: &str| RubyError::config(format!("Invalid regexp '{pattern}': {why}"));
        let regexp =
            compile(pattern, Options::default()).map_err(|error| invalid(&error.message))?;
        if regexp.names().is_empty() {
            return Err(invalid("No named captures"));
        }
        if conf.peek("types").is_none() {
            let section = with.section(&PROXY_WITH_DEFAULT, conf)?;
            return RegexpParser::of_section(&section, Some(regexp), conf, with);
        }
        // `convert_type_converter_parameters!`: this way in reads the flat form of `types` only.
        let mut own = conf.clone();
        types(conf, &mut own);
        let section = with.section(&PROXY_WITH_DEFAULT, &own)?;
        for (attr, own) in conf.attrs.iter().zip(&own.attrs) {
            attr.used.set(attr.used.get() || own.used.get());
        }
        RegexpParser::of_section(&section, Some(regexp), &own, with)
    }

    fn of_section(
        section: &Section,
        default: Option<Rc<Regexp>>,
        conf: &Element,
        with: &Configure<'_>,
    ) -> Result<RegexpParser, RubyError> {
        let params = ParserParams::new(section, conf, with)?;
        let options = Options {
            ignore_case: section.flag("ignorecase"),
            multi_line: section.flag("multiline"),
            extend: false,
        };
        let Some(mut regexp) = section.regexp("expression").cloned().or(default) else {
            return Err(RubyError::config("'expression' parameter is required"));
        };
        if options != Options::default() {
            regexp = compile(regexp.pattern(), options)?;
        }
        RegexpParser::of_parts(regexp, params)
    }

    /// A parser of a ready regexp.
    pub(super) fn of_parts(
        regexp: Rc<Regexp>,
        params: ParserParams,
    ) -> Result<RegexpParser, RubyError> {
        if regexp.names().is_empty() {
            return Err(RubyError::config(
                "No named captures in 'expression' parameter. \
                 The regexp must have at least one named capture",
            ));
        }
        let time_key = params.time_key.as_ref().map(RString::as_bytes);
        let fields = regexp.names().iter().map(|name| Field {
            key: Value::from(name.text.as_ref()),
            groups: name.groups.clone(),
            is_time: time_key == Some(name.text.as_bytes()),
        });
        let fields = fields.collect();
        Ok(RegexpParser { matcher: Matcher { regexp, fields, region: Region::default() }, params })
    }

    /// The event of the first match at or after the start, and where the match ends.
    pub(super) fn parse_match(
        &mut self,
        text: &RString,
        now: EventTime,
    ) -> Result<Option<(Yield, usize)>, RubyError> {
        let RegexpParser { matcher, params } = self;
        if !matcher.search(text)? {
            return Ok(None);
        }
        let mut record = Record::with_capacity(matcher.fields.len());
        let mut stamp = None;
        for field in &matcher.fields {
            let Some(span) = field.span(&matcher.region) else { continue };
            if field.is_time {
                let time = params.time_at(text, span, now).map_err(parser_error)?;
                stamp = Some(Stamp::read(time));
                if !params.keep_time_key {
                    continue;
                }
            }
            let value = text.slice(span.start as usize, span.end as usize);
            record.push_new(field.key.clone(), Value::String(value));
        }
        params.convert_values(&mut record, now)?;
        let stamp = stamp.unwrap_or_else(|| params.estimate(now));
        Ok(Some((stamp.event(record), matcher.end())))
    }
}

/// `Regexp.compile`
pub(super) fn compile(pattern: &str, options: Options) -> Result<Rc<Regexp>, RubyError> {
    Regexp::new(pattern, options)
        .map(Rc::new)
        .map_err(|error| RubyError::new("RegexpError", error.message))
}

impl Field {
    fn span(&self, region: &Region) -> Option<Span> {
        let group = |&group: &u32| region.groups.get(group as usize).copied().flatten();
        self.groups.iter().rev().find_map(group)
    }
}

impl Matcher {
    fn search(&mut self, text: &RString) -> Result<bool, RubyError> {
        self.regexp
            .search(text.as_bytes(), text.encoding(), 0, &mut self.region)
            .map_err(match_raised)
    }

    fn end(&self) -> usize {
        self.region.groups.first().copied().flatten().map_or(0, |span| span.end as usize)
    }

    fn field_spans(&mut self, text: &RString) -> Vec<FieldSpan> {
        if !matches!(self.search(text), Ok(true)) {
            return Vec::new();
        }
        let spans = self.fields.iter().filter_map(|field| {
            let Value::String(name) = &field.key else { return None };
            let span = field.span(&self.region)?;
            let group = field.groups.first().copied().unwrap_or_default();
            Some(FieldSpan { name: name.to_lossy().into(), span, group })
        });
        spans.collect()
    }
}

impl Parser for RegexpParser {
    fn parse(
        &mut self,
        text: &RString,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        out.push(match self.parse_match(text, now)? {
            Some((event, _)) => event,
            None => Yield::Nil,
        });
        Ok(())
    }

    fn field_spans(&mut self, text: &RString) -> Vec<FieldSpan> {
        self.matcher.field_spans(text)
    }
}
