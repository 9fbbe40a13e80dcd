//! `@type ltsv` (fluentd `lib/fluent/plugin/parser_ltsv.rb`): `label:value` pairs between tabs.

use std::rc::Rc;

use super::parser::{Configure, FieldSpan, PARSER, Parser, Yield, match_raised};
use super::parser_params::ParserParams;
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param};
use crate::fluent::config::element::Element;
use crate::fluent::error::RubyError;
use crate::onigmo::regexp::{Regexp, Region};
use crate::ruby::split::{Limit, Pieces, character_end, check_compatible, split};
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Record, Value};
use crate::ruby::version::RubyVersion;
use crate::source::Span;

/// The declaration.
pub static PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PARSER],
    params: &[
        Param::new("delimiter", Kind::String)
            .default(Literal::String("\t"))
            .doc("What stands between two pairs.", "項目の区切り文字です。"),
        Param::new("delimiter_pattern", Kind::Regexp).optional().doc(
            "A regular expression for what stands between two pairs.",
            "項目の区切りを表す正規表現です。",
        ),
        Param::new("label_delimiter", Kind::String)
            .default(Literal::String(":"))
            .doc("What stands between a label and its value.", "ラベルと値の区切り文字です。"),
    ],
    defaults: &[("time_key", Literal::String("time"))],
    doc: crate::diag::Text {
        en: "Parses labelled values separated by tabs.",
        ja: "タブで区切られた「ラベル:値」の並びをパースします。",
    },
    ..ConfigureProxy::new("ltsv")
};

/// `Fluent::Plugin::LabeledTSVParser`
pub(super) struct LabeledTsvParser {
    delimiter: Delimiter,
    label_delimiter: RString,
    ruby: RubyVersion,
    params: ParserParams,
}

/// A label and its value; nil where `split` gives none.
type Pair = (Option<RString>, Option<RString>);

enum Delimiter {
    Text(RString),
    Pattern(Rc<Regexp>),
}

impl LabeledTsvParser {
    pub(super) fn new(
        conf: &Element,
        with: &mut Configure<'_>,
    ) -> Result<LabeledTsvParser, RubyError> {
        let section = with.section(&PROXY, conf)?;
        let text = |name: &str| RString::utf8(section.text(name).unwrap_or_default());
        let delimiter = match section.regexp("delimiter_pattern") {
            Some(pattern) => Delimiter::Pattern(Rc::clone(pattern)),
            None => Delimiter::Text(text("delimiter")),
        };
        Ok(LabeledTsvParser {
            delimiter,
            label_delimiter: text("label_delimiter"),
            ruby: with.mode.ruby,
            params: ParserParams::new(&section, conf, with)?,
        })
    }

    fn pairs(&self, text: &RString) -> Result<Vec<Pair>, RubyError> {
        let pieces = match &self.delimiter {
            Delimiter::Text(delimiter) => split(text, delimiter, Limit::None, self.ruby)?,
            Delimiter::Pattern(pattern) => split_regexp(text, pattern)?,
        };
        let mut pairs = Vec::with_capacity(pieces.len());
        for piece in pieces {
            // `include?`: a label delimiter that is a blank or empty cuts as `split` does, without
            // a value where nothing is left.
            let label_delimiter = self.label_delimiter.as_bytes();
            check_compatible(&piece, &self.label_delimiter, self.ruby)?;
            if memchr::memmem::find(piece.as_bytes(), label_delimiter).is_none() {
                continue;
            }
            let mut parts =
                split(&piece, &self.label_delimiter, Limit::AtMost(2), self.ruby)?.into_iter();
            pairs.push((parts.next(), parts.next()));
        }
        Ok(pairs)
    }
}

/// `text.split(regexp)`; groups that took part are pieces too.
fn split_regexp(text: &RString, regexp: &Regexp) -> Result<Vec<RString>, RubyError> {
    let mut pieces = Pieces::new(text, Limit::None);
    let mut region = Region::default();
    let (mut from, mut last_empty) = (0, false);
    while from <= text.len() {
        let found = regexp.search(text.as_bytes(), text.encoding(), from, &mut region);
        if !found.map_err(match_raised)? {
            break;
        }
        let Some(Some(hit)) = region.groups.first().copied() else { break };
        let (start, end) = (hit.start as usize, hit.end as usize);
        if start == from && end == start {
            if text.is_empty() {
                break;
            }
            if !last_empty {
                from = character_end(text, from);
                last_empty = true;
                continue;
            }
            pieces.cut(from, from);
        } else {
            pieces.cut(start, end);
            from = end;
        }
        last_empty = false;
        for group in region.groups.iter().skip(1).flatten() {
            pieces.add(group.start as usize, group.end as usize);
        }
    }
    Ok(pieces.finish())
}

impl Parser for LabeledTsvParser {
    fn calls(&self) -> Option<&'static str> {
        Some("split")
    }

    fn parse(
        &mut self,
        text: &RString,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        let entries = self.pairs(text)?.into_iter();
        let value = |text: Option<RString>| text.map_or(Value::Nil, Value::String);
        let entries = entries.map(|(label, text)| (value(label), value(text)));
        self.params.finish(Record::from_entries(entries.collect()), now, out)
    }

    fn field_spans(&mut self, text: &RString) -> Vec<FieldSpan> {
        let mut at = 0;
        let mut fields = Vec::new();
        for ((label, value), group) in self.pairs(text).unwrap_or_default().into_iter().zip(1..) {
            let (Some(label), Some(value)) = (label, value) else { continue };
            // Pairs come in the text's order; each is found behind the one before.
            let mut written = label.as_bytes().to_vec();
            written.extend_from_slice(self.label_delimiter.as_bytes());
            written.extend_from_slice(value.as_bytes());
            let rest = text.as_bytes().get(at..).unwrap_or_default();
            let Some(found) = memchr::memmem::find(rest, &written) else { continue };
            let end = at + found + written.len();
            let span = Span::new(end - value.len(), end);
            fields.push(FieldSpan { name: label.to_lossy().into(), span, group });
            at = end;
        }
        fields
    }
}
