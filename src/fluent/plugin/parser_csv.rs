//! `@type csv` (fluentd `lib/fluent/plugin/parser_csv.rb`): Ruby's csv library, or fluentd's own
//! quick splitting.

use super::parser::{Configure, FieldSpan, PARSER, Parser, Yield};
use super::parser_params::ParserParams;
use super::parser_tsv::record_of;
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param, ValueType};
use crate::fluent::config::element::Element;
use crate::fluent::error::RubyError;
use crate::ruby::csv::parse_line;
use crate::ruby::split::{Limit, split};
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Record, Value};
use crate::ruby::version::RubyVersion;

/// The declaration.
pub static PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PARSER],
    params: &[
        Param::new("keys", Kind::Array(Some(ValueType::String)))
            .doc("The names of the columns.", "列の名前です。"),
        Param::new("delimiter", Kind::String)
            .default(Literal::String(","))
            .doc("What stands between two columns.", "列の区切り文字です。"),
        Param::new("parser_engine", Kind::Enum(&["normal", "fast"]))
            .default(Literal::Symbol("normal"))
            .alias("parser_type")
            .doc(
                "normal: Ruby's csv library; fast: plain splitting.",
                "normal は Ruby の csv ライブラリー、fast は単純な分割です。",
            ),
    ],
    doc: crate::diag::Text {
        en: "Parses values separated by commas.",
        ja: "カンマ区切りの値をパースします。",
    },
    ..ConfigureProxy::new("csv")
};

/// `Fluent::Plugin::CSVParser`
pub(super) struct CsvParser {
    keys: Vec<Value>,
    delimiter: RString,
    is_fast: bool,
    ruby: RubyVersion,
    params: ParserParams,
}

impl CsvParser {
    pub(super) fn new(conf: &Element, with: &mut Configure<'_>) -> Result<CsvParser, RubyError> {
        let section = with.section(&PROXY, conf)?;
        Ok(CsvParser {
            keys: section.array("keys").to_vec(),
            delimiter: RString::utf8(section.text("delimiter").unwrap_or_default()),
            is_fast: section.text("parser_engine") == Some("fast"),
            ruby: with.mode.ruby,
            params: ParserParams::new(&section, conf, with)?,
        })
    }

    /// `parse_fast_internal`: columns beyond the keys share the key nil.
    fn fast_record(&self, text: &RString) -> Result<Record, RubyError> {
        let text = chomp(text);
        let columns = split(&text, &self.delimiter, Limit::All, self.ruby)?;
        let mut entries = Vec::with_capacity(columns.len());
        let mut columns = columns.into_iter();
        let mut keys = self.keys.iter();
        while let Some(column) = columns.next() {
            let value = self.fast_column(column, &mut columns);
            entries.push((keys.next().cloned().unwrap_or(Value::Nil), value));
        }
        Ok(Record::from_entries(entries))
    }

    fn fast_column(&self, column: RString, following: &mut impl Iterator<Item = RString>) -> Value {
        let bytes = column.as_bytes();
        let quotes = memchr::memchr_iter(b'"', bytes).count();
        let in_quotes = quotes > 1 && bytes.starts_with(b"\"") && bytes.ends_with(b"\"");
        match quotes {
            0 if bytes.is_empty() => Value::Nil,
            0 => Value::String(column),
            1 if bytes.starts_with(b"\"") => self.join_quoted(&column, following),
            1 => Value::String(column),
            2 if in_quotes => Value::String(without_ends(&column)),
            2 => Value::String(column),
            _ => {
                let column = if in_quotes { without_ends(&column) } else { column };
                Value::String(unescape_quotes(&column))
            }
        }
    }

    /// Joins the pieces through the first that ends in a quote and cuts the first and the last
    /// character, whatever it is.
    fn join_quoted(&self, first: &RString, following: &mut impl Iterator<Item = RString>) -> Value {
        let mut joined = first.as_bytes().to_vec();
        for piece in following {
            joined.extend_from_slice(self.delimiter.as_bytes());
            joined.extend_from_slice(piece.as_bytes());
            if piece.as_bytes().ends_with(b"\"") {
                break;
            }
        }
        Value::String(without_ends(&RString::new(&joined, first.encoding())))
    }
}

/// `chomp`: one LF, CRLF or CR at the end.
pub(super) fn chomp(text: &RString) -> RString {
    let bytes = text.as_bytes();
    let length = match bytes {
        [.., b'\r', b'\n'] => bytes.len() - 2,
        [.., b'\n' | b'\r'] => bytes.len() - 1,
        _ => return text.clone(),
    };
    text.slice(0, length)
}

/// `text[1..-2]`, by characters.
fn without_ends(text: &RString) -> RString {
    if text.len() < 2 {
        return text.slice(0, 0);
    }
    let mut end = text.len() - 1;
    if text.encoding() == crate::encoding::Encoding::Utf8 {
        while end > 1 && text.as_bytes().get(end).is_some_and(|&byte| byte & 0xc0 == 0x80) {
            end -= 1;
        }
    }
    text.slice(1, end)
}

/// `gsub!(/""/, '"')`
fn unescape_quotes(text: &RString) -> RString {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for at in memchr::memmem::find_iter(bytes, b"\"\"") {
        out.extend_from_slice(bytes.get(from..=at).unwrap_or_default());
        from = at + 2;
    }
    out.extend_from_slice(bytes.get(from..).unwrap_or_default());
    RString::new(&out, text.encoding())
}

impl Parser for CsvParser {
    fn calls(&self) -> Option<&'static str> {
        Some(if self.is_fast { "chomp!" } else { "gets" })
    }

    fn parse(
        &mut self,
        text: &RString,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        if self.is_fast {
            let record = self.fast_record(text)?;
            return self.params.finish(record, now, out);
        }
        let Some(row) = parse_line(text, &self.delimiter.to_lossy(), self.ruby)? else {
            out.push(Yield::Nil);
            return Ok(());
        };
        let record = record_of(&self.keys, row.into_iter().map(|(value, _)| value));
        self.params.finish(record, now, out)
    }

    fn field_spans(&mut self, text: &RString) -> Vec<FieldSpan> {
        let row = parse_line(text, &self.delimiter.to_lossy(), self.ruby);
        let Ok(Some(row)) = row else { return Vec::new() };
        let fields = self.keys.iter().zip(row).zip(1..).filter_map(|((key, (_, span)), group)| {
            let Value::String(key) = key else { return None };
            Some(FieldSpan { name: key.to_lossy().into(), span, group })
        });
        fields.collect()
    }
}
