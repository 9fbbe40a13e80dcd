//! `Fluent::TimeFormatter` (fluentd `lib/fluent/time.rb`, `lib/fluent/timezone.rb`).

use crate::fluent::environment::Environment;
use crate::fluent::time::named_timezone;
use crate::ruby::time::{Time, Zone};
use crate::ruby::time_library::numeric_offset;
use crate::ruby::value::EventTime;
use crate::ruby::zone::TimeZone;

/// Writes a time; without a format as ISO 8601.
#[derive(Debug)]
pub(super) struct Clock {
    format: Option<String>,
    zone: ClockZone,
}

#[derive(Debug)]
enum ClockZone {
    Fixed(Zone),
    /// A name: the offset of its moment, without a name of its own.
    Named(TimeZone),
}

impl Clock {
    /// `TimeFormatter.new(format, localtime, timezone)`; an unknown zone does not count.
    pub(super) fn new(
        format: Option<String>,
        localtime: bool,
        timezone: Option<&str>,
        environment: &Environment,
    ) -> Clock {
        let given = timezone.and_then(|timezone| match numeric_offset(timezone.as_bytes()) {
            Some(offset) if timezone.len() <= 6 => {
                Some(ClockZone::Fixed(Zone::Fixed(offset as i32)))
            }
            _ => named_timezone(timezone).map(ClockZone::Named),
        });
        let zone = given.unwrap_or_else(|| {
            ClockZone::Fixed(if localtime {
                Zone::Local(TimeZone::from_tz(&environment.tz))
            } else {
                Zone::Utc
            })
        });
        Clock { format, zone }
    }

    /// The time's text.
    pub(super) fn text(&self, time: EventTime) -> String {
        let nsec = time.nsec.rem_euclid(1_000_000_000) as u32;
        let sec = time.sec.saturating_add(time.nsec.div_euclid(1_000_000_000));
        let zone = match &self.zone {
            ClockZone::Fixed(zone) => zone.clone(),
            ClockZone::Named(zone) => Zone::Fixed(zone.utc_offset(sec)),
        };
        let time = Time::at(sec, nsec, zone);
        match &self.format {
            Some(format) => time.strftime(format),
            None => time.iso8601(0),
        }
    }
}
