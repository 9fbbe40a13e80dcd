//! `<filter> @type grep` (fluentd `lib/fluent/plugin/filter_grep.rb`).

use std::rc::Rc;

use super::filter::{Context, Filter, filter_stream_by_record};
use super::filter_concat::match_error;
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Param};
use crate::fluent::config::section::Section;
use crate::fluent::error::RubyError;
use crate::fluent::event::{Event, EventStream, Tag};
use crate::fluent::log::{Level, Log, shown_error};
use crate::fluent::record_accessor::RecordAccessor;
use crate::onigmo::regexp::{MatchError, Options, Regexp, Region};
use crate::ruby::inspect::to_s;
use crate::ruby::scrub::scrub;
use crate::ruby::value::Record;

const CONDITION: &[Param] = &[
    Param::new("key", Kind::String)
        .doc("The field the pattern is tried on.", "パターンを当てるフィールドです。"),
    Param::new("pattern", Kind::Regexp).doc("The pattern.", "パターンです。"),
];

const fn condition(name: &'static str, param_name: &'static str) -> ConfigureProxy {
    ConfigureProxy { param_name: Some(param_name), params: CONDITION, ..ConfigureProxy::new(name) }
}

const CONDITIONS: &[ConfigureProxy] =
    &[condition("regexp", "regexps"), condition("exclude", "excludes")];

macro_rules! old_style {
    ($($number:literal)*) => {
        &[
            $(Param::new(concat!("regexp", $number), Kind::String)
                .optional()
                .doc("A key, a blank, and the pattern it must match.", "キー、空白、一致すべきパターンです。")
                .deprecated("Use <regexp> section"),)*
            $(Param::new(concat!("exclude", $number), Kind::String)
                .optional()
                .doc("A key, a blank, and the pattern it must not match.", "キー、空白、一致してはいけないパターンです。")
                .deprecated("Use <exclude> section"),)*
        ]
    };
}

/// The parameters.
pub const PROXY: ConfigureProxy = ConfigureProxy {
    params: old_style!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20),
    sections: &[
        condition("regexp", "regexps"),
        condition("exclude", "excludes"),
        ConfigureProxy {
            param_name: Some("and_conditions"),
            sections: CONDITIONS,
            ..ConfigureProxy::new("and")
        },
        ConfigureProxy {
            param_name: Some("or_conditions"),
            sections: CONDITIONS,
            ..ConfigureProxy::new("or")
        },
    ],
    ..ConfigureProxy::new("grep")
};

/// Conditions by the key as written: one key may stand only once in a group.
type Conditions = Vec<(String, Condition)>;

#[derive(Clone, Debug)]
struct Condition {
    accessor: RecordAccessor,
    pattern: Rc<Regexp>,
}

/// The filter.
#[derive(Debug, Default)]
pub struct GrepFilter {
    regexp_and: Conditions,
    regexp_or: Conditions,
    exclude_and: Conditions,
    exclude_or: Conditions,
    region: Region,
}

impl GrepFilter {
    /// fluentd's `configure`.
    pub fn new(section: &Section, log: &mut Log) -> Result<GrepFilter, RubyError> {
        let mut filter = GrepFilter::default();
        old_style(section, "regexp", &mut filter.regexp_and)?;
        old_style(section, "exclude", &mut filter.exclude_or)?;
        let (regexps, excludes) = (section.sections("regexps"), section.sections("excludes"));
        if regexps.len() > 1 {
            log.push(Level::Info, "Top level multiple <regexp> is interpreted as 'and' condition");
        }
        add(regexps, "", &mut filter.regexp_and)?;
        if excludes.len() > 1 {
            log.push(Level::Info, "Top level multiple <exclude> is interpreted as 'or' condition");
        }
        add(excludes, "", &mut filter.exclude_or)?;
        for group in section.sections("and_conditions") {
            one_kind(group, "and")?;
            add(group.sections("regexps"), " in <and>", &mut filter.regexp_and)?;
            add(group.sections("excludes"), " in <and>", &mut filter.exclude_and)?;
        }
        for group in section.sections("or_conditions") {
            one_kind(group, "or")?;
            add(group.sections("regexps"), " in <or>", &mut filter.regexp_or)?;
            add(group.sections("excludes"), " in <or>", &mut filter.exclude_or)?;
        }
        Ok(filter)
    }

    /// The keys it looks at.
    pub fn accessors(&self) -> impl Iterator<Item = &RecordAccessor> {
        [&self.regexp_and, &self.regexp_or, &self.exclude_and, &self.exclude_or]
            .into_iter()
            .flatten()
            .map(|(_, condition)| &condition.accessor)
    }

    fn keeps(&mut self, record: &Record, context: &mut Context<'_>) -> Result<bool, RubyError> {
        let region = &mut self.region;
        let mut hit =
            |condition: &(String, Condition)| condition.1.is_match(record, region, context);
        for condition in &self.regexp_and {
            if !hit(condition)? {
                return Ok(false);
            }
        }
        if !self.regexp_or.is_empty() && !any(&self.regexp_or, &mut hit)? {
            return Ok(false);
        }
        let mut all = !self.exclude_and.is_empty();
        for condition in &self.exclude_and {
            if !hit(condition)? {
                all = false;
                break;
            }
        }
        Ok(!all && !any(&self.exclude_or, &mut hit)?)
    }
}

fn any(
    conditions: &Conditions,
    hit: &mut impl FnMut(&(String, Condition)) -> Result<bool, RubyError>,
) -> Result<bool, RubyError> {
    for condition in conditions {
        if hit(condition)? {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Condition {
    fn is_match(
        &self,
        record: &Record,
        region: &mut Region,
        context: &mut Context<'_>,
    ) -> Result<bool, RubyError> {
        let value = to_s(&self.accessor.call(record)?, context.ruby);
        match self.pattern.search(value.as_bytes(), value.encoding(), 0, region) {
            Err(MatchError::Raised { message, .. })
                if message.starts_with("invalid byte sequence in") =>
            {
                context.say(
                    Level::Info,
                    format!("invalid byte sequence is replaced in `{}`", value.to_lossy()),
                );
                let value = scrub(&value, "?");
                self.pattern
                    .search(value.as_bytes(), value.encoding(), 0, region)
                    .map_err(match_error)
            }
            other => other.map_err(match_error),
        }
    }
}

fn one_kind(group: &Section, name: &str) -> Result<(), RubyError> {
    if group.sections("regexps").is_empty() || group.sections("excludes").is_empty() {
        return Ok(());
    }
    Err(RubyError::config(format!("Do not specify both <regexp> and <exclude> in <{name}>")))
}

fn add(sections: &[Section], shown_in: &str, into: &mut Conditions) -> Result<(), RubyError> {
    for section in sections {
        let key = section.text("key").unwrap_or_default();
        if into.iter().any(|(known, _)| known == key) {
            let error = RubyError::config(format!("Duplicate key{shown_in}: {key}"));
            let place = section.place();
            return Err(error.at(place.0, place.1));
        }
        let Some(pattern) = section.regexp("pattern") else { continue };
        let accessor = RecordAccessor::new(key)?;
        into.push((key.to_owned(), Condition { accessor, pattern: Rc::clone(pattern) }));
    }
    Ok(())
}

/// `regexp1 key pattern` … `regexp20`; the pattern is no `/…/` literal.
fn old_style(section: &Section, name: &str, into: &mut Conditions) -> Result<(), RubyError> {
    for number in 1..=20 {
        let name = format!("{name}{number}");
        let Some(text) = section.text(&name) else { continue };
        let Some((key, pattern)) = text.split_once(' ') else {
            return Err(RubyError::config(format!("{name} does not contain 2 parameters")));
        };
        if into.iter().any(|(known, _)| known == key) {
            return Err(RubyError::config(format!("{name} contains a duplicated key, {key}")));
        }
        let pattern = Regexp::new(pattern, Options::default())
            .map_err(|error| RubyError::new("RegexpError", error.message))?;
        let accessor = RecordAccessor::new(key)?;
        into.push((key.to_owned(), Condition { accessor, pattern: Rc::new(pattern) }));
    }
    Ok(())
}

impl Filter for GrepFilter {
    fn class(&self) -> &'static str {
        "Fluent::Plugin::GrepFilter"
    }

    fn overrides_filter_stream(&self) -> bool {
        false
    }

    fn filter_stream(
        &mut self,
        context: &mut Context<'_>,
        tag: &Tag,
        stream: EventStream,
    ) -> Result<EventStream, RubyError> {
        Ok(filter_stream_by_record(self, context, tag, stream))
    }

    /// An exception keeps the record: grep fails open.
    fn filter(
        &mut self,
        context: &mut Context<'_>,
        _tag: &Tag,
        event: &mut Event,
    ) -> Result<bool, RubyError> {
        let kept = self.keeps(&event.record.borrow(), context);
        Ok(kept.unwrap_or_else(|error| {
            context.say(Level::Warn, format!("failed to grep events {}", shown_error(&error)));
            true
        }))
    }
}
