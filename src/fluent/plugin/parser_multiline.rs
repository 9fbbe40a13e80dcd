//! `@type multiline` (fluentd `lib/fluent/plugin/parser_multiline.rb`): `format1` … `format20`
//! joined into one pattern. One text may hold several events; in_tail collects its lines.

use std::rc::Rc;

use super::parser::{Configure, FieldSpan, PARSER, Parser, STEP_BUDGET, Yield, match_raised};
use super::parser_params::ParserParams;
use super::parser_regexp::{RegexpParser, compile};
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param};
use crate::fluent::config::element::Element;
use crate::fluent::config::types::regexp_value;
use crate::fluent::error::RubyError;
use crate::onigmo::regexp::{Options, Regexp, Region};
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Record, Value};

/// `FORMAT_MAX_NUM`
const FORMAT_MAX_NUM: usize = 20;

/// The declaration.
pub static PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PARSER],
    params: &[
        Param::new("format_firstline", Kind::String).optional().doc(
            "A regular expression that the first line of an event matches.",
            "イベントの先頭行に一致する正規表現です。",
        ),
        Param::new("unmatched_lines", Kind::String).optional().doc(
            "With any value, texts that do not match become unmatched_line events.",
            "値があると、一致しないテキストは unmatched_line のイベントになります。",
        ),
    ],
    // The inner regexp parser's; this class never looks at its own.
    defaults: &[("time_key", Literal::String("time"))],
    doc: crate::diag::Text {
        en: "Parses events that span several lines.",
        ja: "複数行にわたるイベントをパースします。",
    },
    ..ConfigureProxy::new("multiline")
};

/// `Fluent::Plugin::MultilineParser`
pub(super) struct MultilineParser {
    parser: RegexpParser,
    firstline: Option<Rc<Regexp>>,
    unmatched_lines: bool,
    region: Region,
}

impl MultilineParser {
    pub(super) fn new(
        conf: &Element,
        with: &mut Configure<'_>,
    ) -> Result<MultilineParser, RubyError> {
        let section = with.section(&PROXY, conf)?;
        let params = ParserParams::new(&section, conf, with)?;
        let formats = parse_formats(conf)?;
        let invalid = |why: &str| RubyError::config(format!("Invalid regexp '{formats}': {why}"));
        let options = Options { multi_line: true, ..Options::default() };
        let joined = compile(&formats, options).map_err(|error| invalid(&error.message))?;
        if joined.names().is_empty() {
            return Err(invalid("No named captures"));
        }
        let regexp =
            regexp_value(&format!("/{formats}/m")).map_err(|error| invalid(&error.message))?;
        let parser = RegexpParser::of_parts(Rc::new(regexp), params)
            .map_err(|error| invalid(&error.message))?;
        let firstline = match section.text("format_firstline") {
            Some(format) => {
                let pattern = check_format_regexp(format, "format_firstline")?;
                Some(compile(pattern, Options::default())?)
            }
            None => None,
        };
        Ok(MultilineParser {
            parser,
            firstline,
            unmatched_lines: *section.value("unmatched_lines") != Value::Nil,
            region: Region::default(),
        })
    }

    fn not_matched(&self, text: &RString, now: EventTime) -> Yield {
        if !self.unmatched_lines {
            return Yield::Nil;
        }
        let mut record = Record::with_capacity(1);
        record.push_new(Value::from("unmatched_line"), Value::String(text.clone()));
        Yield::Event { time: Some(now), time_is_now: true, record }
    }
}

/// The formats without their slashes, joined.
fn parse_formats(conf: &Element) -> Result<String, RubyError> {
    check_format_range(conf)?;
    let mut joined = String::new();
    let mut previous = true;
    for number in 1..=FORMAT_MAX_NUM {
        let key = format!("format{number}");
        let Some(format) = conf.text(&key) else {
            previous = false;
            continue;
        };
        if !previous {
            let missing = number - 1;
            return Err(RubyError::config(format!(
                "Jump of format index found. format{missing} is missing."
            )));
        }
        joined.push_str(check_format_regexp(format, &key)?);
        previous = true;
    }
    Ok(joined)
}

fn check_format_range(conf: &Element) -> Result<(), RubyError> {
    let is_invalid = |key: &str| {
        let digits = key.strip_prefix("format").unwrap_or_default();
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number && !digits.parse().is_ok_and(|number| (1..=FORMAT_MAX_NUM).contains(&number))
    };
    let keys = conf.attrs.iter().map(|attr| attr.key.as_str());
    let invalid: Vec<&str> = keys.filter(|key| is_invalid(key)).collect();
    if invalid.is_empty() {
        return Ok(());
    }
    let invalid = invalid.join(",");
    Err(RubyError::config(format!(
        "Invalid formatN found. N should be 1 - {FORMAT_MAX_NUM}: {invalid}"
    )))
}

/// The pattern between the slashes.
fn check_format_regexp<'f>(format: &'f str, key: &str) -> Result<&'f str, RubyError> {
    if !format.starts_with('/') || !format.ends_with('/') {
        return Err(RubyError::config(format!(
            "format should be Regexp, need //, in {key}: '{format}'"
        )));
    }
    // A lone slash is both ends: Ruby's `"/"[1..-2]` is empty.
    let pattern = format.get(1..format.len().max(2) - 1).unwrap_or_default();
    let options = Options { multi_line: true, ..Options::default() };
    match compile(pattern, options) {
        Ok(_) => Ok(pattern),
        Err(error) => Err(RubyError::config(format!("Invalid regexp in {key}: {}", error.message))),
    }
}

impl Parser for MultilineParser {
    fn parse(
        &mut self,
        text: &RString,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        let mut text = text.clone();
        loop {
            let Some((event, end)) = self.parser.parse_match(&text, now)? else {
                out.push(self.not_matched(&text, now));
                return Ok(());
            };
            // With `unmatched_lines` a record without a time counts as unmatched too.
            let has_time = matches!(event, Yield::Event { time: Some(_), .. });
            out.push(if has_time || !self.unmatched_lines {
                event
            } else {
                self.not_matched(&text, now)
            });
            let newline = usize::from(text.as_bytes().get(end) == Some(&b'\n'));
            if end + newline >= text.len() {
                return Ok(());
            }
            if end + newline == 0 {
                let message = "an empty match at the start: fluentd would repeat it for ever";
                return Err(RubyError::new(STEP_BUDGET, message));
            }
            text = text.slice(end + newline, text.len());
        }
    }

    fn field_spans(&mut self, text: &RString) -> Vec<FieldSpan> {
        self.parser.field_spans(text)
    }

    fn has_firstline(&self) -> bool {
        self.firstline.is_some()
    }

    fn firstline(&mut self, line: &RString) -> Result<bool, RubyError> {
        let Some(regexp) = &self.firstline else { return Ok(false) };
        regexp.search(line.as_bytes(), line.encoding(), 0, &mut self.region).map_err(match_raised)
    }
}
