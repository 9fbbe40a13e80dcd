//! `@type cri` (fluent-plugin-parser-cri `lib/fluent/plugin/parser_cri.rb`): time, stream, tag and
//! message, split at single white-space characters; nothing is checked but the time.

use super::parser::{Configure, FieldSpan, PARSER, Parser, Yield, new_parser};
use super::parser_params::{ParserParams, Stamp, no_method_on_nil};
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param};
use crate::fluent::config::element::Element;
use crate::fluent::error::RubyError;
use crate::ruby::split::refuse_broken;
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Record, Value};
use crate::source::Span;

/// The declaration.
pub static PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PARSER],
    params: &[Param::new("merge_cri_fields", Kind::Bool).default(Literal::Bool(true)).doc(
        "Add stream and logtag to the record of the inner parser.",
        "内側のパーサーのレコードに stream と logtag を加えます。",
    )],
    defaults: &[
        ("time_key", Literal::String("time")),
        ("time_format", Literal::String("%Y-%m-%dT%H:%M:%S.%L%z")),
        ("keep_time_key", Literal::Bool(true)),
    ],
    doc: crate::diag::Text {
        en: "Parses the lines that containerd and CRI-O write.",
        ja: "containerd や CRI-O が書く行をパースします。",
    },
    ..ConfigureProxy::new("cri")
};

/// `Fluent::Plugin::CriParser`
pub(super) struct CriParser {
    params: ParserParams,
    merge_cri_fields: bool,
    sub_parser: Option<Box<dyn Parser>>,
}

impl CriParser {
    pub(super) fn new(conf: &Element, with: &mut Configure<'_>) -> Result<CriParser, RubyError> {
        let section = with.section(&PROXY, conf)?;
        let params = ParserParams::new(&section, conf, with)?;
        let sub_parser = match conf.sections("parse").next() {
            Some(inner) => Some(sub_parser(inner, with)?),
            None => None,
        };
        Ok(CriParser { params, merge_cri_fields: section.flag("merge_cri_fields"), sub_parser })
    }

    /// The last event of the inner parser, with the fields of the envelope. The envelope's time is
    /// dropped (SURPRISE 43).
    fn parse_inner(
        parser: &mut dyn Parser,
        text: &RString,
        parts: &[Span; 4],
        merge: bool,
        now: EventTime,
    ) -> Result<Yield, RubyError> {
        let [_, stream, logtag, message] = parts.map(|part| part_of(text, part));
        let mut events = Vec::new();
        parser.parse(&message, now, &mut events)?;
        let mut last = events.pop().unwrap_or(Yield::Nil);
        if let Yield::Event { record, .. } = &mut last
            && merge
        {
            record.insert("stream", Value::String(stream));
            record.insert("logtag", Value::String(logtag));
        }
        Ok(last)
    }
}

fn sub_parser(inner: &Element, with: &mut Configure<'_>) -> Result<Box<dyn Parser>, RubyError> {
    let Some(type_name) = inner.text("@type") else {
        return Err(no_method_on_nil("[]", with.mode.ruby));
    };
    new_parser(type_name, inner, with)
}

fn part_of(text: &RString, part: Span) -> RString {
    text.slice(part.start as usize, part.end as usize)
}

/// `text.split(/\s/, 4)`, when it gives four parts.
fn parts(text: &[u8]) -> Option<[Span; 4]> {
    let mut spans = [Span::default(); 4];
    let mut start = 0;
    for span in spans.iter_mut().take(3) {
        let rest = text.get(start..)?;
        let length = rest.iter().position(|byte| matches!(byte, b' ' | b'\t'..=b'\r'))?;
        *span = Span::new(start, start + length);
        start += length + 1;
    }
    spans[3] = Span::new(start, text.len());
    Some(spans)
}

impl Parser for CriParser {
    fn calls(&self) -> Option<&'static str> {
        Some("split")
    }

    fn parse(
        &mut self,
        text: &RString,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        refuse_broken(text)?;
        let Some(spans) = parts(text.as_bytes()) else {
            out.push(Yield::Nil);
            return Ok(());
        };
        if let Some(inner) = &mut self.sub_parser {
            let merge = self.merge_cri_fields;
            out.push(CriParser::parse_inner(inner.as_mut(), text, &spans, merge, now)?);
            return Ok(());
        }
        let [time, stream, logtag, message] = spans;
        let mut record = Record::with_capacity(4);
        record.push_new(Value::from("stream"), Value::String(part_of(text, stream)));
        record.push_new(Value::from("logtag"), Value::String(part_of(text, logtag)));
        record.push_new(Value::from("message"), Value::String(part_of(text, message)));
        let stamp = self.params.time_at(text, time, now)?;
        if let (true, Some(key)) = (self.params.keep_time_key, &self.params.time_key) {
            record.insert(Value::String(key.clone()), Value::String(part_of(text, time)));
        }
        out.push(Stamp::read(stamp).event(record));
        Ok(())
    }

    fn field_spans(&mut self, text: &RString) -> Vec<FieldSpan> {
        let Some(spans) = parts(text.as_bytes()) else { return Vec::new() };
        let names = ["time", "stream", "logtag", "message"];
        let mut fields: Vec<FieldSpan> = names
            .into_iter()
            .zip(spans)
            .zip(1..)
            .map(|((name, span), group)| FieldSpan { name: name.into(), span, group })
            .collect();
        if let Some(inner) = &mut self.sub_parser {
            let [.., message] = spans;
            fields.pop();
            let inner = inner.field_spans(&part_of(text, message));
            fields.extend(inner.into_iter().map(|field| FieldSpan {
                span: field.span.shifted(message.start as usize),
                group: field.group + 3,
                ..field
            }));
        }
        fields
    }
}
