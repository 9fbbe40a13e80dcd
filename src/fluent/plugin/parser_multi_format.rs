//! `@type multi_format` (fluent-plugin-multi-format-parser
//! `lib/fluent/plugin/parser_multi_format.rb`): the first of several parsers that yields both a time
//! and a record. Every exception is swallowed.

use super::parser::{
    Configure, FieldSpan, PARSER, Parser, STEP_BUDGET, Yield, made_utf8, new_parser,
};
use super::parser_params::{ParserParams, no_method_on_nil};
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Param};
use crate::fluent::config::element::Element;
use crate::fluent::error::RubyError;
use crate::fluent::log::Log;
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Value};

/// The declaration. `<pattern>` is read by hand.
pub static PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PARSER],
    params: &[Param::new("format_key", Kind::String).optional().doc(
        "The field for the name of the pattern that matched.",
        "一致したパターンの名前を入れるフィールドです。",
    )],
    doc: crate::diag::Text {
        en: "Tries several parsers in turn.",
        ja: "複数のパーサーを順に試します。",
    },
    ..ConfigureProxy::new("multi_format")
};

/// `Fluent::Plugin::MultiFormatParser`
pub(super) struct MultiFormatParser {
    format_key: Option<RString>,
    patterns: Vec<Pattern>,
}

struct Pattern {
    name: Value,
    parser: Box<dyn Parser>,
}

impl MultiFormatParser {
    pub(super) fn new(
        conf: &Element,
        with: &mut Configure<'_>,
    ) -> Result<MultiFormatParser, RubyError> {
        let section = with.section(&PROXY, conf)?;
        ParserParams::new(&section, conf, with)?;
        let mut patterns = Vec::new();
        for element in &conf.elements {
            if element.name != "pattern" && element.name != "format" {
                continue;
            }
            element.used.set(true);
            if element.text("format").is_none() && element.text("@type") == Some("multi_format") {
                continue;
            }
            let Some(format) = element.text("format") else {
                return Err(no_method_on_nil("[]", with.mode.ruby));
            };
            // The default name FORMAT#INDEX is never made: `<<` binds tighter than `||` (vector
            // of `format_key`).
            let name = element.text("format_name").map_or(Value::Nil, Value::from);
            // A parser without an owner has no log; grok speaks into the process's.
            let mut log = Log::default();
            let mut inner =
                Configure { environment: with.environment, mode: with.mode, log: &mut log };
            let parser = new_parser(format, element, &mut inner);
            let of_grok = ["Expanded the pattern ", " error_class="];
            for said in log.sentences {
                if of_grok.iter().any(|start| said.text.starts_with(start)) {
                    with.log.add(said);
                }
            }
            let parser = parser?;
            patterns.push(Pattern { name, parser });
        }
        let format_key = section.text("format_key").map(RString::utf8);
        Ok(MultiFormatParser { format_key, patterns })
    }
}

impl Parser for MultiFormatParser {
    fn parse(
        &mut self,
        text: &RString,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        self.parse_value(&Value::String(text.clone()), now, out)
    }

    fn parse_value(
        &mut self,
        value: &Value,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        let mut events = Vec::new();
        let mut recoded = None;
        for pattern in &mut self.patterns {
            events.clear();
            let value = recoded.as_ref().unwrap_or(value);
            let result = pattern.parser.parse_value(value, now, &mut events);
            if let (true, Value::String(text)) = (pattern.parser.makes_utf8(), value) {
                recoded = Some(Value::String(made_utf8(text)));
            }
            match result {
                Err(error) if error.class == STEP_BUDGET => return Err(error),
                Ok(()) | Err(_) => {}
            }
            let whole = |event: &Yield| matches!(event, Yield::Event { time: Some(_), .. });
            let Some(mut found) = events.drain(..).find(whole) else { continue };
            if let (Some(key), Yield::Event { record, .. }) = (&self.format_key, &mut found) {
                record.insert(Value::String(key.clone()), pattern.name.clone());
            }
            out.push(found);
            return Ok(());
        }
        out.push(Yield::Nil);
        Ok(())
    }

    fn makes_utf8(&self) -> bool {
        self.patterns.iter().any(|pattern| pattern.parser.makes_utf8())
    }

    fn field_spans(&mut self, text: &RString) -> Vec<FieldSpan> {
        for pattern in &mut self.patterns {
            let mut events = Vec::new();
            let parsed = pattern.parser.parse(text, EventTime::default(), &mut events);
            let whole = |event: &Yield| matches!(event, Yield::Event { time: Some(_), .. });
            if parsed.is_ok() && events.iter().any(whole) {
                return pattern.parser.field_spans(text);
            }
        }
        Vec::new()
    }
}
