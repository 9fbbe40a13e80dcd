//! A formatter's parameters (fluentd `lib/fluent/plugin/formatter*.rb`).

use super::clock::Clock;
use super::{FileTime, Form, Kind};
use crate::fluent::config::configure_proxy::{
    ConfigureProxy, Kind as ParamKind, Literal, Param, ValueType,
};
use crate::fluent::config::element::Element;
use crate::fluent::config::section::Section;
use crate::fluent::environment::Environment;
use crate::fluent::error::RubyError;
use crate::fluent::plugin::parser::TIME_PARAMETERS;
use crate::fluent::plugin::parser_params::time_config;
use crate::fluent::plugin::registry::read;
use crate::fluent::record_accessor::RecordAccessor;
use crate::fluent::root_agent::RootAgent;
use crate::fluent::time::{TimeConfig, TimeType};
use crate::ruby::inspect::to_s;
use crate::ruby::json::Library;
use crate::ruby::value::Value;

/// The parameters of all formatters; each reads its own.
const FORMATTER: ConfigureProxy =
    ConfigureProxy { bases: &[&TIME_PARAMETERS], ..ConfigureProxy::new("format") };

const NEWLINE: Param =
    Param::new("newline", ParamKind::Enum(&["lf", "crlf"])).default(Literal::Symbol("lf"));
const ADD_NEWLINE: Param = flag("add_newline", true);
const TAB: Param = word("delimiter", "\t");

const fn flag(name: &'static str, default: bool) -> Param {
    Param::new(name, ParamKind::Bool).default(Literal::Bool(default))
}

const fn word(name: &'static str, default: &'static str) -> Param {
    Param::new(name, ParamKind::String).default(Literal::String(default))
}

const STDOUT: ConfigureProxy =
    ConfigureProxy { params: &[word("output_type", "json")], ..FORMATTER };
const JSON: ConfigureProxy =
    ConfigureProxy { params: &[NEWLINE, word("json_parser", "oj"), ADD_NEWLINE], ..FORMATTER };
const HASH: ConfigureProxy = ConfigureProxy { params: &[NEWLINE, ADD_NEWLINE], ..FORMATTER };
const LTSV: ConfigureProxy = ConfigureProxy {
    params: &[NEWLINE, TAB, word("label_delimiter", ":"), word("replacement", " "), ADD_NEWLINE],
    ..FORMATTER
};
const CSV: ConfigureProxy = ConfigureProxy {
    params: &[
        word("delimiter", ","),
        flag("force_quotes", true),
        Param::new("fields", ParamKind::Array(Some(ValueType::String))),
        ADD_NEWLINE,
    ],
    ..FORMATTER
};
const TSV: ConfigureProxy = ConfigureProxy {
    params: &[
        NEWLINE,
        Param::new("keys", ParamKind::Array(Some(ValueType::String))),
        TAB,
        ADD_NEWLINE,
    ],
    ..FORMATTER
};
const SINGLE_VALUE: ConfigureProxy =
    ConfigureProxy { params: &[NEWLINE, word("message_key", "message"), ADD_NEWLINE], ..FORMATTER };
const OUT_FILE: ConfigureProxy = ConfigureProxy {
    params: &[NEWLINE, flag("output_time", true), flag("output_tag", true), TAB],
    ..FORMATTER
};

/// `@type stdout` of JSON.
pub(super) fn plain() -> Form {
    let json = Form { kind: Kind::Json(Library::Oj), newline: "\n" };
    Form { kind: Kind::Stdout(Box::new(json), None), newline: "\n" }
}

/// `Plugin.new_formatter(name).configure(conf)`
pub(super) fn configure(
    agent: &mut RootAgent,
    name: &str,
    conf: &Element,
) -> Result<Form, RubyError> {
    let proxy = match name {
        "stdout" => &STDOUT,
        "json" => &JSON,
        "hash" => &HASH,
        "ltsv" => &LTSV,
        "csv" => &CSV,
        "tsv" => &TSV,
        "single_value" => &SINGLE_VALUE,
        "out_file" => &OUT_FILE,
        "msgpack" => &FORMATTER,
        other => return Ok(Form { kind: Kind::Other(other.to_owned()), newline: "" }),
    };
    let section = read(agent, proxy, conf, Some(name))?;
    let time = time_config(&section, conf);
    time.validate()?;
    let newline = match (section.flag("add_newline"), section.text("newline")) {
        _ if name == "stdout" => "\n",
        _ if name == "msgpack" => "",
        (false, _) if name != "out_file" => "",
        (_, Some("crlf")) => "\r\n",
        _ => "\n",
    };
    let word = |key: &str| section.text(key).unwrap_or_default().to_owned();
    let ruby = agent.environment.ruby;
    let kind = match name {
        "stdout" => {
            let inner = word("output_type");
            // It would make itself without end.
            let inner = if inner == "stdout" { "json" } else { &inner };
            let inner = configure(agent, inner, conf)?;
            let clock = |format| Clock::new(Some(format), true, None, &agent.environment);
            Kind::Stdout(Box::new(inner), time.time_format.map(clock))
        }
        "json" if section.text("json_parser") == Some("oj") => Kind::Json(Library::Oj),
        "json" => Kind::Json(Library::Json),
        "hash" => Kind::Hash,
        "ltsv" => Kind::Ltsv {
            delimiter: word("delimiter"),
            label_delimiter: word("label_delimiter"),
            replacement: word("replacement"),
        },
        "csv" => csv(&section)?,
        "tsv" => {
            let key = |key: &Value| to_s(key, ruby).to_lossy().into_owned();
            let keys = section.array("keys").iter().map(key).collect();
            Kind::Tsv { delimiter: word("delimiter"), keys }
        }
        "single_value" => Kind::SingleValue(word("message_key")),
        "out_file" => out_file(&section, &time, &agent.environment),
        _ => Kind::MessagePack,
    };
    Ok(Form { kind, newline })
}

fn out_file(section: &Section, time: &TimeConfig, environment: &Environment) -> Kind {
    let zone = time.timezone.as_deref();
    let local = zone.is_none() && time.is_local();
    let written = match time.time_type {
        TimeType::String => {
            FileTime::Text(Clock::new(time.time_format.clone(), local, zone, environment))
        }
        TimeType::Unixtime => FileTime::Unixtime,
        TimeType::Float | TimeType::Mixed => FileTime::Float,
    };
    let delimiter = section.text("delimiter").unwrap_or_default().to_ascii_uppercase();
    let delimiter = match delimiter.as_str() {
        text if text.contains("SPACE") => " ",
        text if text.contains("COMMA") => ",",
        _ => "\t",
    };
    let time = section.flag("output_time").then_some(written);
    Kind::OutFile { time, tag: section.flag("output_tag"), delimiter }
}

fn csv(section: &Section) -> Result<Kind, RubyError> {
    let fields = section.array("fields").iter().filter_map(|field| match field {
        Value::String(field) => field.as_str().filter(|field| !field.is_empty()),
        _ => None,
    });
    let names: Vec<&str> = fields.collect();
    let fields = names.iter().map(|name| RecordAccessor::new(name));
    let mut fields = fields.collect::<Result<Vec<_>, _>>()?;
    // Without a nested field the names are taken as they are.
    if !fields.iter().any(|field| matches!(field, RecordAccessor::Nested(_))) {
        fields = names.iter().map(|name| RecordAccessor::plain(name)).collect();
    }
    if fields.is_empty() {
        return Err(RubyError::config("empty value is specified in fields parameter"));
    }
    let delimiter = match section.text("delimiter") {
        Some("\\t" | "TAB") => "\t",
        other => other.unwrap_or_default(),
    };
    let (delimiter, force_quotes) = (delimiter.to_owned(), section.flag("force_quotes"));
    Ok(Kind::Csv { delimiter, force_quotes, fields })
}
