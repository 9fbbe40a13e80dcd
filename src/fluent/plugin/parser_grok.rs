//! `@type grok` and `@type multiline_grok` (fluent-plugin-grok-parser
//! `lib/fluent/plugin/parser_grok.rb`): the regexp parser with expanded patterns. A line that none
//! matches becomes `message` (SURPRISE 50).

use std::rc::Rc;

use super::grok::expand::{Expanded, expand};
use super::grok::{PatternMap, Series};
use super::parser::{Configure, FieldSpan, PARSER, Parser, Yield, match_raised};
use super::parser_kubernetes::attr_of;
use super::parser_params::ParserParams;
use super::parser_regexp::{RegexpParser, compile};
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param};
use crate::fluent::config::element::Element;
use crate::fluent::config::section::Section;
use crate::fluent::error::RubyError;
use crate::fluent::log::{Level, Log};
use crate::onigmo::regexp::{Options, Regexp, Region};
use crate::ruby::inspect::inspect_string;
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Record, Value};

/// The declaration.
pub static PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PARSER],
    params: &[
        Param::new("grok_pattern", Kind::String)
            .optional()
            .doc("The pattern.", "grok のパターンです。"),
        Param::new("custom_pattern_path", Kind::String).optional().doc(
            "A file or folder with more patterns.",
            "独自のパターンを書いたファイルまたはフォルダーです。",
        ),
        Param::new("grok_failure_key", Kind::String).optional().doc(
            "The field for the reason when no pattern matched.",
            "どのパターンにも一致しなかった理由を入れるフィールドです。",
        ),
        Param::new("grok_name_key", Kind::String).optional().doc(
            "The field for the name of the <grok> section that matched.",
            "一致した <grok> の名前を入れるフィールドです。",
        ),
        Param::new("grok_pattern_series", Kind::Enum(&["legacy", "ecs-v1"]))
            .default(Literal::Symbol("legacy"))
            .doc("Which set of pattern definitions.", "パターン定義の種類です。"),
    ],
    sections: &[ConfigureProxy {
        param_name: Some("grok_confs"),
        params: &[
            Param::new("name", Kind::String).optional().doc("Its name.", "名前です。"),
            Param::new("pattern", Kind::String).doc("The pattern.", "grok のパターンです。"),
            Param::new("keep_time_key", Kind::Bool).default(Literal::Bool(false)).doc(
                "Keep the time field in the record.",
                "時刻のフィールドをレコードに残します。",
            ),
            Param::new("time_key", Kind::String).default(Literal::String("time")).doc(
                "The field that holds the event's time.",
                "イベントの時刻を持つフィールドです。",
            ),
            Param::new("time_format", Kind::String)
                .optional()
                .doc("The format of the time.", "時刻の書式です。"),
            Param::new("timezone", Kind::String).optional().doc(
                "The zone of a time without one.",
                "タイムゾーンのない時刻のタイムゾーンです。",
            ),
        ],
        ..ConfigureProxy::new("grok")
    }],
    doc: crate::diag::Text {
        en: "Parses each line by named patterns such as %{COMBINEDAPACHELOG}.",
        ja: "%{COMBINEDAPACHELOG} のような名前付きパターンで行をパースします。",
    },
    ..ConfigureProxy::new("grok")
};

/// The declaration of `multiline_grok`.
pub static MULTILINE_PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&PROXY],
    params: &[Param::new("multiline_start_regexp", Kind::String).optional().doc(
        "A regular expression that the first line of an event matches.",
        "イベントの先頭行に一致する正規表現です。",
    )],
    doc: crate::diag::Text {
        en: "Grok for events that span several lines.",
        ja: "複数行にわたるイベントのための grok です。",
    },
    ..ConfigureProxy::new("multiline_grok")
};

/// `Fluent::Plugin::GrokParser`, `Fluent::Plugin::MultilineGrokParser`
pub(super) struct GrokParser {
    parsers: Vec<(Value, RegexpParser)>,
    failure_key: Option<RString>,
    name_key: Option<RString>,
    start: Option<Rc<Regexp>>,
    region: Region,
}

/// Whether lines are collected.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

impl GrokParser {
    /// `@type grok`
    pub(super) fn new(conf: &Element, with: &mut Configure<'_>) -> Result<GrokParser, RubyError> {
        GrokParser::of(&PROXY, Lines::One, conf, with)
    }

    /// `@type multiline_grok`
    pub(super) fn multiline(
        conf: &Element,
        with: &mut Configure<'_>,
    ) -> Result<GrokParser, RubyError> {
        GrokParser::of(&MULTILINE_PROXY, Lines::Many, conf, with)
    }

    fn of(
        proxy: &ConfigureProxy,
        lines: Lines,
        conf: &Element,
        with: &mut Configure<'_>,
    ) -> Result<GrokParser, RubyError> {
        let section = with.section(proxy, conf)?;
        let params = ParserParams::new(&section, conf, with)?;
        let start = match section.text("multiline_start_regexp") {
            Some(text) => {
                let mut inner = text.chars();
                inner.next();
                inner.next_back();
                Some(compile(inner.as_str(), Options::default())?)
            }
            None => None,
        };
        let map = pattern_map(&section, with);
        // By name, as in Ruby's Hash: a later one takes the place, also one that could not be made.
        let mut parsers: Vec<(Value, Option<RegexpParser>)> = Vec::new();
        for (name, pattern, conf) in sources(&section, conf, lines, params.keep_time_key) {
            let parser = regexp_parser(&pattern, &conf, &map, with)?;
            match parsers.iter_mut().find(|(known, _)| *known == name) {
                Some(known) => known.1 = parser,
                None => parsers.push((name, parser)),
            }
        }
        let parsers: Vec<(Value, RegexpParser)> =
            parsers.into_iter().filter_map(|(name, parser)| Some((name, parser?))).collect();
        if parsers.is_empty() {
            return Err(RubyError::config(
                "no grok patterns. Check configuration, e.g. typo, configuration syntax, etc",
            ));
        }
        let key = |name: &str| section.text(name).map(RString::utf8);
        Ok(GrokParser {
            parsers,
            failure_key: key("grok_failure_key"),
            name_key: key("grok_name_key"),
            start,
            region: Region::default(),
        })
    }

    /// `@default_parser`: the line as it is.
    fn failure(&self, text: &RString, now: EventTime) -> Yield {
        let mut record = Record::with_capacity(2);
        record.push_new(Value::from("message"), Value::String(text.clone()));
        if let Some(key) = &self.failure_key {
            record.insert(Value::String(key.clone()), Value::from("No grok pattern matched"));
        }
        Yield::Event { time: Some(now), time_is_now: true, record }
    }
}

fn pattern_map(section: &Section, with: &Configure<'_>) -> PatternMap {
    let series = match section.text("grok_pattern_series") {
        Some("ecs-v1") => Series::EcsV1,
        _ => Series::Legacy,
    };
    let mut map = PatternMap::new(series);
    if let Some(path) = section.text("custom_pattern_path") {
        let folder = format!("{}/", path.trim_end_matches('/'));
        let mut files: Vec<_> = with.environment.files.iter().collect();
        crate::order::sort(&mut files);
        for (name, text) in files {
            let in_folder = name.strip_prefix(&folder).is_some_and(|rest| !rest.contains('/'));
            if name == path || in_folder {
                map.add_patterns(text);
            }
        }
    }
    map
}

/// The patterns with their names and the section each regexp parser is configured with.
fn sources(
    section: &Section,
    conf: &Element,
    lines: Lines,
    keep_time_key: bool,
) -> Vec<(Value, String, Element)> {
    let multiline = if lines == Lines::Many { "true" } else { "false" };
    let keep = if keep_time_key { "true" } else { "false" };
    if let Some(pattern) = section.text("grok_pattern") {
        let mut own = conf.clone();
        own.set(attr_of(conf, "multiline", multiline));
        own.set(attr_of(conf, "keep_time_key", keep));
        return vec![(Value::Symbol("grok_pattern".into()), pattern.to_owned(), own)];
    }
    let sections = section.sections("grok_confs").iter().enumerate();
    let one = |(index, grok): (usize, &Section)| {
        let mut own = Element::new("parse", "", conf.source, conf.span);
        let mut set = |key: &str, value: &str| own.set(attr_of(conf, key, value));
        set("multiline", multiline);
        let keeps = grok.flag("keep_time_key") || keep_time_key;
        set("keep_time_key", if keeps { "true" } else { "false" });
        for key in ["time_key", "time_format", "timezone"] {
            if let Some(value) = grok.text(key).or_else(|| section.text(key)) {
                set(key, value);
            }
        }
        let name = grok.text("name").map_or(Value::Integer(index as i64), Value::from);
        (name, grok.text("pattern").unwrap_or_default().to_owned(), own)
    };
    sections.map(one).collect()
}

/// `expand_pattern_expression_…`: only an unknown name stops fluentd, other errors are logged.
fn regexp_parser(
    pattern: &str,
    conf: &Element,
    map: &PatternMap,
    with: &mut Configure<'_>,
) -> Result<Option<RegexpParser>, RubyError> {
    let Expanded { regexp, types } = expand(pattern, map)?;
    let place = (conf.source, conf.name_span);
    let text = format!("Expanded the pattern {pattern} into {regexp}");
    with.log.say(Level::Info, text, place);
    let mut own = conf.clone();
    if !types.is_empty() {
        let pairs: Vec<String> =
            types.iter().map(|(field, field_type)| format!("{field}:{field_type}")).collect();
        own.set(attr_of(conf, "types", &pairs.join(",")));
    }
    own.set(attr_of(conf, "expression", &regexp));
    // The inner parser has no log of its own.
    let mut silent = Log::default();
    let mut inner = Configure { environment: with.environment, mode: with.mode, log: &mut silent };
    match RegexpParser::new(&own, &mut inner) {
        Ok(parser) => Ok(Some(parser)),
        Err(error) => {
            let shown = inspect_string(&RString::utf8(&error.message));
            let text = format!(" error_class={} error={shown}", error.class);
            with.log.say(Level::Error, text, place);
            Ok(None)
        }
    }
}

impl Parser for GrokParser {
    fn parse(
        &mut self,
        text: &RString,
        now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        for (name, parser) in &mut self.parsers {
            let Some((mut event, _)) = parser.parse_match(text, now)? else { continue };
            let Yield::Event { time: Some(_), record, .. } = &mut event else { continue };
            if let Some(key) = &self.name_key {
                record.insert(Value::String(key.clone()), name.clone());
            }
            out.push(event);
            return Ok(());
        }
        out.push(self.failure(text, now));
        Ok(())
    }

    fn field_spans(&mut self, text: &RString) -> Vec<FieldSpan> {
        let spans = self.parsers.iter_mut().map(|(_, parser)| parser.field_spans(text));
        spans.into_iter().find(|spans| !spans.is_empty()).unwrap_or_default()
    }

    fn has_firstline(&self) -> bool {
        self.start.is_some()
    }

    fn firstline(&mut self, line: &RString) -> Result<bool, RubyError> {
        let Some(regexp) = &self.start else { return Ok(false) };
        regexp.search(line.as_bytes(), line.encoding(), 0, &mut self.region).map_err(match_raised)
    }
}
