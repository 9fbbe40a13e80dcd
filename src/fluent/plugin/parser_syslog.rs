//! `@type syslog` (fluentd `lib/fluent/plugin/parser_syslog.rb`): RFC 3164, RFC 5424 or whichever it
//! looks like. The `string` engine is in [`super::parser_syslog_string`].
//!
//! Indices are nil where the text ends too early, and nil has no `+`: short lines raise
//! (SURPRISE 47).

use std::rc::Rc;

use super::parser::{Configure, FieldSpan, PARSER, Parser, Yield, match_raised};
use super::parser_csv::chomp;
use super::parser_params::{ParserParams, Stamp, no_method_on_nil, time_config};
use super::parser_regexp::compile;
use super::parser_syslog_string as string_engine;
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param};
use crate::fluent::config::element::Element;
use crate::fluent::error::RubyError;
use crate::fluent::record_accessor::{no_conversion, no_method};
use crate::fluent::time::{TimeConfig, TimeParser};
use crate::onigmo::regexp::{Options, Regexp, Region};
use crate::ruby::integer::to_i;
use crate::ruby::split::refuse_broken;
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Record, Value};
use crate::ruby::version::RubyVersion;
use crate::source::Span;

/// The declaration.
pub static PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PARSER],
    params: &[
        Param::new("with_priority", Kind::Bool).default(Literal::Bool(false)).doc(
            "Lines begin with a priority such as <13>.",
            "行の先頭に <13> のような優先度があります。",
        ),
        Param::new("message_format", Kind::Enum(&["rfc3164", "rfc5424", "auto"]))
            .default(Literal::Symbol("rfc3164"))
            .doc("Which of the two protocols.", "プロトコルの種類です。"),
        Param::new("rfc5424_time_format", Kind::String)
            .default(Literal::String("%Y-%m-%dT%H:%M:%S.%L%z"))
            .doc("The format of the time in RFC 5424.", "RFC 5424 の時刻の書式です。"),
        Param::new("parser_engine", Kind::Enum(&["regexp", "string"]))
            .default(Literal::Symbol("regexp"))
            .alias("parser_type")
            .doc("By regular expressions or by splitting.", "正規表現か文字列処理かを選びます。"),
        Param::new("support_colonless_ident", Kind::Bool).default(Literal::Bool(true)).doc(
            "The string engine takes a word without a colon for the ident.",
            "string エンジンで、コロンのない語も ident とみなします。",
        ),
    ],
    defaults: &[("time_format", Literal::String(RFC3164_TIME_FORMAT))],
    doc: crate::diag::Text {
        en: "Parses syslog messages of RFC 3164 and RFC 5424.",
        ja: "RFC 3164 と RFC 5424 の syslog メッセージをパースします。",
    },
    ..ConfigureProxy::new("syslog")
};

const RFC3164_TIME_FORMAT: &str = "%b %d %H:%M:%S";

/// The words of PARSE.md 7.1 as patterns.
const RFC3164: &str = concat!(
    r"(?<host>[^ ]*) (?<ident>[^ :\[]*)(?:\[(?<pid>[0-9]+)\])?(?:[^:]*:)?",
    r" *(?<message>.*)$",
);
const RFC5424: &str = concat!(
    r"(?<host>[!-~]{1,255}) (?<ident>[!-~]{1,48}) (?<pid>[!-~]{1,128}) (?<msgid>[!-~]{1,32})",
    r" (?<extradata>(?:-|(?:\[.*?(?<!\\)\])+))(?: (?<message>.+))?\z",
);
const RFC3164_PRIORITY: &str = "^<(?<pri>[0-9]{1,3})>";
const RFC5424_PRIORITY: &str = r"^<(?<pri>\d{1,3})>\d\d{0,2}\s";
const LOOKS_LIKE_RFC5424: &str = r"^<[0-9]{1,3}>[1-9]\d{0,2}";

/// Which protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Rfc3164,
    Rfc5424,
}

/// What one text is made of.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) priority: Option<Value>,
    pub(super) time: Option<RString>,
    pub(super) fields: Vec<(&'static str, Part)>,
    /// Where the time ends: what the regexp engine looks at once the time is read.
    rest: usize,
}

/// A field's value: bytes of the text, text of our own, or nil.
#[derive(Debug)]
pub(super) enum Part {
    Span(usize, usize),
    Text(RString),
    Nil,
}

/// What a text that is not matched leaves, and what raises.
pub(super) type Reading<T> = Result<Option<T>, RubyError>;

/// A time format as the engines count it: in words.
#[derive(Debug)]
pub(super) struct TimeWords {
    pub(super) parser: TimeParser,
    pub(super) words: usize,
    pub(super) is_usual: bool,
}

/// `Fluent::Plugin::SyslogParser`
#[expect(clippy::struct_excessive_bools, reason = "the plugin's own switches")]
pub(super) struct SyslogParser {
    message_format: Option<Protocol>,
    regexp_engine: bool,
    pub(super) with_priority: bool,
    pub(super) support_colonless_ident: bool,
    keep_time_key: bool,
    pub(super) ruby: RubyVersion,
    pub(super) rfc3164_time: TimeWords,
    pub(super) rfc5424_time: TimeWords,
    without_subseconds: TimeParser,
    regexps: Regexps,
}

/// The patterns, compiled once.
struct Regexps {
    rfc3164: Rc<Regexp>,
    rfc5424: Rc<Regexp>,
    rfc3164_priority: Rc<Regexp>,
    rfc5424_priority: Rc<Regexp>,
    looks_like_rfc5424: Rc<Regexp>,
    region: Region,
}

impl Regexps {
    fn new() -> Result<Regexps, RubyError> {
        let multi_line = Options { multi_line: true, ..Options::default() };
        Ok(Regexps {
            rfc3164: compile(RFC3164, Options::default())?,
            rfc5424: compile(RFC5424, multi_line)?,
            rfc3164_priority: compile(RFC3164_PRIORITY, Options::default())?,
            rfc5424_priority: compile(RFC5424_PRIORITY, Options::default())?,
            looks_like_rfc5424: compile(LOOKS_LIKE_RFC5424, Options::default())?,
            region: Region::default(),
        })
    }
}

impl SyslogParser {
    pub(super) fn new(conf: &Element, with: &mut Configure<'_>) -> Result<SyslogParser, RubyError> {
        let section = with.section(&PROXY, conf)?;
        let params = ParserParams::new(&section, conf, with)?;
        let message_format = match section.text("message_format") {
            Some("rfc5424") => Some(Protocol::Rfc5424),
            Some("auto") => None,
            _ => Some(Protocol::Rfc3164),
        };
        let mut config = time_config(&section, conf);
        let words = |config: &mut TimeConfig, format: &str, usual: &[&str]| {
            config.second_format(format);
            Ok::<_, RubyError>(TimeWords {
                parser: TimeParser::new(config, with.environment)?,
                words: squeezed(format).matches(' ').count() + 1,
                is_usual: usual.contains(&format) || (usual.is_empty() && !format.contains(' ')),
            })
        };
        let written = section.text("time_format").unwrap_or(RFC3164_TIME_FORMAT);
        let rfc5424_default = section.text("rfc5424_time_format").unwrap_or_default();
        let for_rfc5424 = match message_format {
            Some(Protocol::Rfc5424) if conf.peek("time_format").is_some() => written,
            _ => rfc5424_default,
        };
        let usual = [RFC3164_TIME_FORMAT, "%b %d %H:%M:%S.%N"];
        let only_base = config.clone();
        let rfc3164_time = words(&mut config, written, &usual)?;
        if message_format == Some(Protocol::Rfc5424) {
            config = only_base;
        }
        Ok(SyslogParser {
            message_format,
            regexp_engine: section.text("parser_engine") == Some("regexp"),
            with_priority: section.flag("with_priority"),
            support_colonless_ident: section.flag("support_colonless_ident"),
            keep_time_key: params.keep_time_key,
            ruby: with.mode.ruby,
            rfc3164_time,
            rfc5424_time: words(&mut config, for_rfc5424, &[])?,
            without_subseconds: words(&mut config, "%Y-%m-%dT%H:%M:%S%z", &[])?.parser,
            regexps: Regexps::new()?,
        })
    }

    /// `parse_auto` and its brothers: what the text is made of.
    fn parts(&mut self, text: &RString) -> Reading<(Protocol, Parts)> {
        let protocol = match self.message_format {
            Some(protocol) => protocol,
            None if search(
                &self.regexps.looks_like_rfc5424,
                text,
                0,
                &mut self.regexps.region,
            )? =>
            {
                Protocol::Rfc5424
            }
            None => Protocol::Rfc3164,
        };
        let parts = match (self.regexp_engine, protocol) {
            (true, _) => self.header(text, protocol)?,
            (false, Protocol::Rfc3164) => string_engine::rfc3164(self, text)?,
            (false, Protocol::Rfc5424) => string_engine::rfc5424(self, text)?,
        };
        Ok(parts.map(|parts| (protocol, parts)))
    }

    /// `parse_rfc3164_regex`, `parse_rfc5424_regex`: priority and time; the rest waits for the time
    /// to be read.
    fn header(&mut self, text: &RString, protocol: Protocol) -> Reading<Parts> {
        let mut parts = Parts::default();
        let mut start = 0;
        if self.with_priority {
            match self.priority(text, protocol)? {
                Some((priority, end)) => {
                    parts.priority = Some(priority);
                    start = end;
                }
                None => return Ok(None),
            }
        }
        let words = match protocol {
            Protocol::Rfc3164 => self.rfc3164_time.words,
            Protocol::Rfc5424 => self.rfc5424_time.words,
        };
        let (end, is_squeezed) = time_end(text.as_bytes(), start, words, self.ruby)?;
        let end = end.ok_or_else(|| no_method_on_nil("-", self.ruby))?;
        let time = text.slice(start, end);
        parts.time = Some(if is_squeezed {
            refuse_broken(&time)?;
            squeeze(&time)
        } else {
            time
        });
        parts.rest = end + 1;
        Ok(Some(parts))
    }

    /// The priority and where it ends.
    fn priority(&mut self, text: &RString, protocol: Protocol) -> Reading<(Value, usize)> {
        let Regexps { rfc3164_priority, rfc5424_priority, region, .. } = &mut self.regexps;
        match protocol {
            Protocol::Rfc3164 => {
                if !search(rfc3164_priority, text, 0, region)? {
                    return Ok(None);
                }
                let bytes = text.as_bytes();
                let close = memchr::memchr(b'>', bytes).unwrap_or_default();
                Ok(Some((to_i(bytes.get(1..=close).unwrap_or_default()), close + 1)))
            }
            Protocol::Rfc5424 => {
                if !search(rfc5424_priority, text, 0, region)? {
                    return Ok(None);
                }
                let group = |number: usize| region.groups.get(number).copied().flatten();
                let digits = group(1).and_then(|span| text.as_bytes().get(span.range()));
                let end = group(0).map_or(0, |span| span.end as usize);
                Ok(Some((to_i(digits.unwrap_or_default()), end)))
            }
        }
    }

    /// `parse_plain`: host, ident and so on, searched from where the time ended.
    fn plain(&mut self, text: &RString, protocol: Protocol, from: usize) -> Reading<Parts> {
        let Regexps { rfc3164, rfc5424, region, .. } = &mut self.regexps;
        let (regexp, names): (_, &[&'static str]) = match protocol {
            Protocol::Rfc3164 => (rfc3164, &["host", "ident", "pid", "message"]),
            Protocol::Rfc5424 => {
                (rfc5424, &["host", "ident", "pid", "msgid", "extradata", "message"])
            }
        };
        if !search(regexp, text, from.min(text.len()), region)? {
            return Ok(None);
        }
        let mut parts = Parts::default();
        for (name, number) in names.iter().zip(1..) {
            let Some(span) = region.groups.get(number).copied().flatten() else { continue };
            let (start, mut end) = (span.start as usize, span.end as usize);
            if *name == "message" {
                end = start + chomp(&text.slice(start, end)).len();
            }
            parts.fields.push((name, Part::Span(start, end)));
        }
        Ok(Some(parts))
    }

    /// The time, by RFC 5424 also without a fraction.
    fn time(
        &mut self,
        protocol: Protocol,
        time: &Value,
        now: EventTime,
    ) -> Result<EventTime, RubyError> {
        match protocol {
            Protocol::Rfc3164 => self.rfc3164_time.parser.parse(time, now),
            Protocol::Rfc5424 => match self.rfc5424_time.parser.parse(time, now) {
                Err(_) => self.without_subseconds.parse(time, now),
                read => read,
            },
        }
    }
}

fn search(
    regexp: &Regexp,
    text: &RString,
    from: usize,
    region: &mut Region,
) -> Result<bool, RubyError> {
    regexp.search(text.as_bytes(), text.encoding(), from, region).map_err(match_raised)
}

fn squeezed(format: &str) -> String {
    squeeze(&RString::utf8(format)).to_lossy().into_owned()
}

/// `squeeze(' ')`
pub(super) fn squeeze(text: &RString) -> RString {
    let mut out = text.as_bytes().to_vec();
    out.dedup_by(|next, previous| *next == b' ' && *previous == b' ');
    RString::new(&out, text.encoding())
}

/// Where the time's last word ends (nil at the end of the text), and whether blanks were skipped on
/// the way.
pub(super) fn time_end(
    bytes: &[u8],
    start: usize,
    words: usize,
    ruby: RubyVersion,
) -> Result<(Option<usize>, bool), RubyError> {
    // One before the next byte to look at, as in the original.
    let mut before = Some(start);
    let mut skipped = false;
    for _ in 0..words {
        let Some(mut at) = before else { return Err(no_method_on_nil("+", ruby)) };
        while bytes.get(at) == Some(&b' ') {
            skipped = true;
            at += 1;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        before = memchr::memchr(b' ', rest).map(|found| at + found + 1);
    }
    Ok((before.map(|after| after - 1), skipped))
}

impl Parser for SyslogParser {
    fn parse(
        &mut self,
        text: &RString,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        let Some((protocol, mut parts)) = self.parts(text)? else {
            out.push(Yield::Nil);
            return Ok(());
        };
        let time_value = parts.time.take().map_or(Value::Nil, Value::String);
        let time = self.time(protocol, &time_value, now)?;
        let mut record = Record::with_capacity(8);
        let kept = self.keep_time_key.then_some(time_value);
        if self.regexp_engine {
            if let Some(priority) = parts.priority.take() {
                record.push_new(Value::from("pri"), priority);
            }
            if let Some(kept) = &kept {
                record.push_new(Value::from("time"), kept.clone());
            }
            let Some(plain) = self.plain(text, protocol, parts.rest)? else {
                out.push(Yield::Nil);
                return Ok(());
            };
            parts = plain;
        }
        string_engine::add_fields(&mut record, text, parts);
        if let (false, Some(kept)) = (self.regexp_engine, kept) {
            record.push_new(Value::from("time"), kept);
        }
        out.push(Stamp::read(time).event(record));
        Ok(())
    }

    /// An object that is no String meets `text.start_with?` of the priority, `text[i]` and
    /// `text.index` of the time, or a pattern.
    fn parse_value(
        &mut self,
        value: &Value,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        if let Value::String(text) = value {
            return self.parse(text, now, out);
        }
        let (Some(protocol), false) =
            (self.message_format, self.regexp_engine && self.with_priority)
        else {
            return Err(no_conversion(value));
        };
        if self.with_priority {
            return Err(no_method("start_with?", value, self.ruby));
        }
        let time = match protocol {
            Protocol::Rfc3164 => &self.rfc3164_time,
            Protocol::Rfc5424 => &self.rfc5424_time,
        };
        let by_place = time.is_usual && !self.regexp_engine;
        let takes_place = matches!(
            value,
            Value::Integer(_) | Value::BigInteger(_) | Value::Hash(_) | Value::Array(_)
        );
        Err(match (value, protocol) {
            (_, Protocol::Rfc3164) if by_place && takes_place => {
                out.push(Yield::Nil);
                return Ok(());
            }
            (Value::Array(_), _) => RubyError::new(
                "ArgumentError",
                "wrong number of arguments (given 2, expected 0..1)",
            ),
            (_, Protocol::Rfc5424) if by_place => no_method("index", value, self.ruby),
            _ if takes_place => no_method("index", value, self.ruby),
            _ => no_method("[]", value, self.ruby),
        })
    }

    fn field_spans(&mut self, text: &RString) -> Vec<FieldSpan> {
        let Ok(Some((protocol, mut parts))) = self.parts(text) else { return Vec::new() };
        let time = parts.time.take().and_then(|time| {
            let at = memchr::memmem::find(text.as_bytes(), time.as_bytes())?;
            Some(("time", Span::new(at, at + time.len())))
        });
        if self.regexp_engine {
            match self.plain(text, protocol, parts.rest) {
                Ok(Some(plain)) => parts = plain,
                Ok(None) | Err(_) => return Vec::new(),
            }
        }
        let fields = parts.fields.iter().filter_map(|(name, part)| match part {
            Part::Span(start, end) => Some((*name, Span::new(*start, *end))),
            Part::Text(_) | Part::Nil => None,
        });
        let spans = time.into_iter().chain(fields).zip(1..);
        spans.map(|((name, span), group)| FieldSpan { name: name.into(), span, group }).collect()
    }
}
