//! `Fluent::TimeParser`: a text by a format, or by `Time.parse` without one.

use std::rc::Rc;

use super::fast::FastFormat;
use super::{Reading, invalid, named_timezone};
use crate::encoding::Encoding;
use crate::fluent::environment::Environment;
use crate::fluent::error::RubyError;
use crate::ruby::civil::days_from_civil;
use crate::ruby::date_parse;
use crate::ruby::inspect::inspect_string;
use crate::ruby::string::RString;
use crate::ruby::strptime::Mismatch;
use crate::ruby::strptime_gem::Strptime;
use crate::ruby::time::{Civil, Raised, Time};
use crate::ruby::time_library::{Context, Failure, iso8601, numeric_offset, strptime};
use crate::ruby::value::EventTime;
use crate::ruby::version::RubyVersion;
use crate::ruby::zone::TimeZone;

/// Which code reads the text (PARSE.md 5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The gem `strptime`.
    Gem(Strptime),
    /// `Time.strptime`.
    TimeStrptime,
    /// `Time.iso8601`.
    Iso8601,
    /// `Time.parse`.
    TimeParse,
}

/// What becomes of the offset of the time that was read.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// It stays.
    AsRead,
    /// The wall clock is read again with this offset.
    Offset(i64),
    /// The wall clock is read again with the offset that this zone has when UTC shows it.
    Zone(Rc<TimeZone>),
}

/// The parser.
#[derive(Clone, Debug)]
pub struct TextTimeParser {
    engine: Engine,
    format: Option<Box<str>>,
    wanted: Wanted,
    local: Rc<TimeZone>,
    ruby: RubyVersion,
    fast: Option<FastFormat>,
    /// The end of the hundredth year from now: TZInfo works out no changes after it.
    last_known: i64,
    /// The last two texts and their answers, the older first: a text read twice keeps its answer
    /// even when the clock has moved on.
    cache: [Option<(RString, EventTime)>; 2],
}

/// The exception of an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The text does not follow the format; Ruby's message is made of both.
    Mismatch(Mismatch),
    /// Everything else.
    Raised(Raised),
}

impl TextTimeParser {
    /// `TimeParser.new(format, localtime, timezone)`.
    pub fn new(
        format: Option<&str>,
        reading: &Reading,
        environment: &Environment,
    ) -> Result<TextTimeParser, RubyError> {
        if format.is_none() && *reading != Reading::Local {
            return Err(RubyError::config("specifying timezone requires time format"));
        }
        let engine = engine(format);
        let offset_in_text = format.is_some_and(|f| f.contains("%z") || f.contains("%Z"));
        let as_read = offset_in_text || matches!(engine, Engine::Iso8601 | Engine::TimeParse);
        let wanted = match reading {
            _ if as_read => Wanted::AsRead,
            Reading::Local => Wanted::AsRead,
            Reading::Utc => Wanted::Offset(0),
            Reading::Timezone(name) => match numeric_offset(name.as_bytes()) {
                Some(offset) => Wanted::Offset(offset),
                None => Wanted::Zone(Rc::new(named_timezone(name).unwrap_or_else(TimeZone::utc))),
            },
        };
        let local = TimeZone::from_tz(&environment.tz);
        let fast = FastFormat::new(&engine, format.unwrap_or_default(), &wanted, &local);
        let year = Civil::at(environment.now.sec).year;
        let last_known = days_from_civil(year + 101, 1, 1) * 86_400 - 1;
        Ok(TextTimeParser {
            engine,
            format: format.map(Box::from),
            wanted,
            local,
            ruby: environment.ruby,
            fast,
            last_known,
            cache: [None, None],
        })
    }

    /// Which code reads the text.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// `time_format`.
    pub fn format(&self) -> Option<&str> {
        self.format.as_deref()
    }

    /// What becomes of the offset of the time that was read.
    pub fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// `parse(text)`.
    pub fn parse(&mut self, text: &RString, now: EventTime) -> Result<EventTime, RubyError> {
        if let Some(time) = self.parse_fast(text.as_bytes()) {
            return Ok(time);
        }
        let known = self.cache.iter().flatten().find(|(known, _)| known == text);
        if let Some((_, time)) = known {
            return Ok(*time);
        }
        let time = self.read(text, now).map_err(|trouble| self.error(text, trouble))?;
        self.cache.swap(0, 1);
        self.cache[1] = Some((text.clone(), time));
        Ok(time)
    }

    /// The answer for a regular text of a regular format that needs no clock; `None` says nothing.
    #[inline]
    pub fn parse_fast(&mut self, text: &[u8]) -> Option<EventTime> {
        self.fast.as_mut()?.parse(text)
    }

    /// Reads a text by the engine, without cache and fast way.
    pub fn read(&self, text: &RString, now: EventTime) -> Result<EventTime, Trouble> {
        let context = Context { now, local: &self.local };
        let bytes = text.as_bytes();
        let time = match &self.engine {
            Engine::Gem(gem) => gem
                .exec(bytes, now, &self.local)
                .map_err(Trouble::Mismatch)?
                .map_err(Trouble::Raised)?,
            Engine::TimeStrptime => {
                let format = self.format.as_deref().unwrap_or_default();
                strptime(bytes, format.as_bytes(), context, || inspect_string(text)).map_err(
                    |failure| match failure {
                        Failure::Mismatch(mismatch) => Trouble::Mismatch(mismatch),
                        Failure::Raised(raised) => Trouble::Raised(raised),
                    },
                )?
            }
            Engine::Iso8601 => self.iso8601(text, context).map_err(Trouble::Raised)?,
            Engine::TimeParse => {
                check_encoding(text).map_err(Trouble::Raised)?;
                date_parse::parse(text, context).map_err(Trouble::Raised)?
            }
        };
        Ok(self.shift(&time))
    }

    fn iso8601(&self, text: &RString, context: Context<'_>) -> Result<Time, Raised> {
        check_encoding(text)?;
        iso8601(text.as_bytes(), context).unwrap_or_else(|| {
            Err(Raised::argument(format!("invalid xmlschema format: {}", inspect_string(text))))
        })
    }

    /// `t.to_i + t.utc_offset - utc_offset`
    fn shift(&self, time: &Time) -> EventTime {
        let mut event = time.event_time();
        let read_offset = i64::from(time.utc_offset());
        let offset = match &self.wanted {
            Wanted::AsRead => return event,
            Wanted::Offset(offset) => *offset,
            // `period_for_utc` looks at the wall clock of the time and takes it for UTC.
            Wanted::Zone(zone) => {
                let wall = time.sec.saturating_add(read_offset).min(self.last_known);
                i64::from(zone.utc_offset(wall))
            }
        };
        event.sec = event.sec.saturating_add(read_offset - offset);
        event
    }

    fn error(&self, text: &RString, trouble: Trouble) -> RubyError {
        match trouble {
            Trouble::Raised(raised) if self.ruby == RubyVersion::V3_4 => {
                let message = raised.message.replace('`', "'");
                invalid(text, raised.class, message.as_bytes())
            }
            Trouble::Raised(raised) => invalid(text, raised.class, raised.message.as_bytes()),
            Trouble::Mismatch(_) if matches!(self.engine, Engine::Gem(_)) => {
                invalid(text, "ArgumentError", b"string doesn't match")
            }
            Trouble::Mismatch(_) => self.mismatch(text),
        }
    }

    /// ``invalid date or strptime format - `VALUE' `FORMAT'``; Ruby cannot even say it when both hold
    /// characters of different encodings.
    fn mismatch(&self, text: &RString) -> RubyError {
        let format = self.format.as_deref().unwrap_or_default();
        let foreign = text.encoding() != Encoding::Utf8;
        if foreign && !format.is_ascii() && !text.as_bytes().is_ascii() {
            let name = match self.ruby {
                RubyVersion::V3_1 => "ASCII-8BIT",
                RubyVersion::V3_4 => "BINARY (ASCII-8BIT)",
            };
            let message = format!("incompatible character encodings: {name} and UTF-8");
            return invalid(text, "Encoding::CompatibilityError", message.as_bytes());
        }
        let open = if self.ruby == RubyVersion::V3_1 { b"`" } else { b"'" };
        let message = [
            b"invalid date or strptime format - ".as_slice(),
            open,
            text.as_bytes(),
            b"' ",
            open,
            format.as_bytes(),
            b"'",
        ];
        invalid(text, "ArgumentError", &message.concat())
    }
}

fn engine(format: Option<&str>) -> Engine {
    let Some(format) = format else { return Engine::TimeParse };
    match Strptime::new(format) {
        Some(gem) => Engine::Gem(gem),
        None if format == "%iso8601" => Engine::Iso8601,
        None => Engine::TimeStrptime,
    }
}

/// Ruby's regular expressions refuse a text that is broken in its own encoding.
fn check_encoding(text: &RString) -> Result<(), Raised> {
    if text.encoding() == Encoding::Utf8 && text.as_str().is_none() {
        return Err(Raised::argument("invalid byte sequence in UTF-8"));
    }
    Ok(())
}
