//! What `<inject>` adds to the printed copy of a record (fluentd `lib/fluent/plugin_helper/inject.rb`).

use super::clock::Clock;
use crate::diag::Text;
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param};
use crate::fluent::config::section::Section;
use crate::fluent::environment::Environment;
use crate::ruby::value::{EventTime, Record, Value};

/// `<inject>`, as the inject helper declares it.
pub static INJECT: ConfigureProxy = ConfigureProxy {
    multi: false,
    params: &[
        Param::new("hostname_key", Kind::String)
            .optional()
            .doc("The field that gets the host name.", "ホスト名を入れるフィールドです。"),
        Param::new("hostname", Kind::String)
            .optional()
            .doc("The host name to write.", "書き込むホスト名です。"),
        Param::new("worker_id_key", Kind::String).optional().doc(
            "The field that gets the worker's number.",
            "ワーカー番号を入れるフィールドです。",
        ),
        Param::new("tag_key", Kind::String)
            .optional()
            .doc("The field that gets the tag.", "タグを入れるフィールドです。"),
        Param::new("time_key", Kind::String)
            .optional()
            .doc("The field that gets the time.", "時刻を入れるフィールドです。"),
        Param::new(
            "time_type",
            Kind::Enum(&[
                "float",
                "unixtime",
                "unixtime_millis",
                "unixtime_micros",
                "unixtime_nanos",
                "string",
            ]),
        )
        .default(Literal::Symbol("float"))
        .doc("How the time is written.", "時刻の書き方です。"),
        Param::new("time_format", Kind::String).optional().doc(
            "The format of the time, for time_type string.",
            "time_type string のときの書式です。",
        ),
        Param::new("localtime", Kind::Bool)
            .default(Literal::Bool(true))
            .doc("The time is local.", "ローカル時刻で書きます。"),
        Param::new("utc", Kind::Bool)
            .default(Literal::Bool(false))
            .doc("The time is UTC.", "UTC で書きます。"),
        Param::new("timezone", Kind::String)
            .optional()
            .doc("The zone of the time.", "タイムゾーンです。"),
        Param::new("time_format_fallbacks", Kind::Array(None))
            .default(Literal::Array(&[]))
            .doc("Not read here.", "ここでは使われません。"),
    ],
    doc: Text {
        en: "Puts tag, time and host into the record.",
        ja: "タグ・時刻・ホスト名をレコードに入れます。",
    },
    ..ConfigureProxy::new("inject")
};

/// A configured `<inject>`; by default none.
#[derive(Debug, Default)]
pub(super) struct Inject {
    hostname: Option<(String, String)>,
    worker_id_key: Option<String>,
    tag_key: Option<String>,
    time: Option<(String, TimeValue)>,
}

#[derive(Debug)]
enum TimeValue {
    /// A Float of whole microseconds.
    Float,
    /// Seconds, or parts of them: so many in a second.
    Whole(i64),
    Text(Clock),
}

impl Inject {
    /// Reads the section, if there is one.
    pub(super) fn new(section: Option<&Section>, environment: &Environment) -> Inject {
        let Some(section) = section else { return Inject::default() };
        let text = |key: &str| section.text(key).map(str::to_owned);
        let time_key = text("time_key");
        let value = match section.text("time_type").unwrap_or_default() {
            "unixtime" => TimeValue::Whole(1),
            "unixtime_millis" => TimeValue::Whole(1_000),
            "unixtime_micros" => TimeValue::Whole(1_000_000),
            "unixtime_nanos" => TimeValue::Whole(1_000_000_000),
            "string" => {
                let local = section.flag("localtime") && !section.flag("utc");
                let timezone = section.text("timezone");
                TimeValue::Text(Clock::new(text("time_format"), local, timezone, environment))
            }
            _ => TimeValue::Float,
        };
        Inject {
            hostname: text("hostname_key")
                .map(|key| (key, text("hostname").unwrap_or_else(|| environment.hostname.clone()))),
            worker_id_key: text("worker_id_key"),
            tag_key: text("tag_key"),
            time: time_key.map(|key| (key, value)),
        }
    }

    /// True when it adds nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.hostname.is_none()
            && self.worker_id_key.is_none()
            && self.tag_key.is_none()
            && self.time.is_none()
    }

    /// The record with what is added.
    pub(super) fn apply(&self, tag: &[u8], time: EventTime, record: &Record) -> Record {
        let mut out = record.clone();
        if let Some((key, name)) = &self.hostname {
            out.insert(key.as_str(), Value::from(name.as_str()));
        }
        if let Some(key) = &self.worker_id_key {
            out.insert(key.as_str(), Value::Integer(0));
        }
        if let Some(key) = &self.tag_key {
            out.insert(key.as_str(), Value::from(String::from_utf8_lossy(tag).as_ref()));
        }
        if let Some((key, value)) = &self.time {
            let whole = |scale: i64| {
                time.sec.saturating_mul(scale).saturating_add(time.nsec / (1_000_000_000 / scale))
            };
            let value = match value {
                TimeValue::Float => Value::Float(whole(1_000_000) as f64 / 1e6),
                TimeValue::Whole(scale) => Value::Integer(whole(*scale)),
                TimeValue::Text(clock) => Value::from(clock.text(time).as_str()),
            };
            out.insert(key.as_str(), value);
        }
        out
    }
}
