//! What every output checks of its `<buffer>` and `<secondary>` (fluentd `lib/fluent/plugin/output.rb`,
//! `configure`). Chunks themselves are not simulated: events are shown when they reach the output.

use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param, ValueType};
use crate::fluent::config::element::Element;
use crate::fluent::config::registry::{BUFFER, SECONDARY};
use crate::fluent::config::section::Section;
use crate::fluent::error::RubyError;
use crate::fluent::log::Level;
use crate::fluent::record_accessor::RecordAccessor;
use crate::fluent::root_agent::RootAgent;
use crate::fluent::time::is_timezone;
use crate::ruby::inspect::to_s;
use crate::ruby::value::Value;

/// So many chunk keys draw a warning.
const CHUNKING_FIELD_WARN_NUM: usize = 4;

/// What every output takes.
pub static OUTPUT: ConfigureProxy = ConfigureProxy {
    params: &[
        Param::new("time_as_integer", Kind::Bool)
            .default(Literal::Bool(false))
            .doc("Times without nanoseconds", "時刻のナノ秒を捨てます"),
        Param::new("slow_flush_log_threshold", Kind::Float)
            .default(Literal::Float(20.0))
            .doc("A slower write is logged", "これより遅い書き出しをログに出します"),
    ],
    sections: &[
        ConfigureProxy {
            bases: &[&BUFFER],
            argument: Some(
                Param::new("chunk_keys", Kind::Array(Some(ValueType::String)))
                    .default(Literal::Array(&[])),
            ),
            multi: false,
            ..ConfigureProxy::new("buffer")
        },
        ConfigureProxy {
            bases: &[&SECONDARY],
            multi: false,
            sections: &[
                ConfigureProxy { multi: false, ..ConfigureProxy::new("buffer") },
                ConfigureProxy { multi: false, ..ConfigureProxy::new("secondary") },
            ],
            ..ConfigureProxy::new("secondary")
        },
    ],
    ..ConfigureProxy::new("output")
};

/// How an output works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buffering {
    /// At once; of this class.
    Never(&'static str),
    /// At once where no `<buffer>` is written.
    Optional,
    /// Always: every output the playground does not run is taken for one.
    Always,
}

/// Checks the sections of an output whose parameters are read.
pub fn check(
    agent: &mut RootAgent,
    conf: &Element,
    section: &Section,
    buffering: Buffering,
) -> Result<(), RubyError> {
    let buffer = conf.sections("buffer").next();
    let read = section.section("buffer");
    if let (Some(buffer), Some(read)) = (buffer, read) {
        let checked = match buffering {
            Buffering::Never(class) => Err(RubyError::config(format!(
                "<buffer> section is configured, but plugin '{class}' doesn't support buffering"
            ))),
            _ => chunk_keys(agent, conf, read).and_then(|()| flushing(agent, conf, buffer, read)),
        };
        checked.map_err(|error| error.at(buffer.source, buffer.name_span))?;
    }
    let Some(secondary) = conf.sections("secondary").next() else { return Ok(()) };
    let has = |name: &str| secondary.sections(name).next().is_some();
    let said = match buffering {
        Buffering::Never(_) => "Invalid <secondary> section for non-buffered plugin",
        Buffering::Optional if buffer.is_none() => {
            "Invalid <secondary> section for non-buffered plugin"
        }
        _ if has("buffer") => "<secondary> section cannot have <buffer> section",
        _ if has("secondary") => "<secondary> section cannot have <secondary> section",
        _ => {
            if read.is_some_and(|read| read.flag("retry_forever")) {
                let said = "<secondary> with 'retry_forever', only unrecoverable errors are moved \
                            to secondary";
                warn(agent, conf, said);
            }
            secondary.mark_used();
            return Ok(());
        }
    };
    Err(RubyError::config(said).at(secondary.source, secondary.name_span))
}

/// What a plugin says with its own logger, which knows its `@id`.
pub fn warn(agent: &mut RootAgent, conf: &Element, text: &str) {
    let id = conf.text("@id").map(|id| format!("[{id}] ")).unwrap_or_default();
    agent.log.say(Level::Warn, id + text, conf.place());
}

fn chunk_keys(agent: &mut RootAgent, conf: &Element, buffer: &Section) -> Result<(), RubyError> {
    let (mut fields, mut by_time) = (0, false);
    for key in buffer.array("chunk_keys") {
        let Value::String(key) = key else { continue };
        let key = key.to_lossy();
        if key == "time" {
            by_time = true;
            continue;
        }
        fields += 1;
        match RecordAccessor::new(&key) {
            Err(error) => {
                let said = format!("in chunk_keys: {}", error.message);
                return Err(RubyError::config(said));
            }
            Ok(_) if key.starts_with("$[") => {
                let said = "in chunk_keys: in chunk_keys: bracket notation is not allowed";
                return Err(RubyError::config(said));
            }
            Ok(RecordAccessor::Nested(_)) => {}
            Ok(RecordAccessor::Plain(_)) => {
                let name = key.strip_prefix("$.").unwrap_or(&key);
                let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_.@".contains(letter);
                if name.is_empty() || !name.chars().all(fits) {
                    return Err(RubyError::config(
                        "chunk_keys specification includes invalid char",
                    ));
                }
            }
        }
    }
    if by_time {
        let timekey = buffer.value("timekey");
        let Some(seconds) = buffer.seconds("timekey") else {
            return Err(RubyError::config(
                "<buffer ...> argument includes 'time', but timekey is not configured",
            ));
        };
        if let Some(zone) = buffer.text("timekey_zone").filter(|zone| !is_timezone(zone)) {
            return Err(RubyError::config(format!("Unsupported timezone '{zone}'")));
        }
        if seconds <= 0.0 {
            let shown = to_s(timekey, agent.environment.ruby);
            return Err(RubyError::config(format!(
                "timekey should be greater than 0. current timekey: {}",
                shown.to_lossy()
            )));
        }
    }
    if fields >= CHUNKING_FIELD_WARN_NUM {
        let said = "many chunk keys specified, and it may cause too many chunks on your system.";
        warn(agent, conf, said);
    }
    Ok(())
}

fn flushing(
    agent: &mut RootAgent,
    conf: &Element,
    buffer: &Element,
    read: &Section,
) -> Result<(), RubyError> {
    let type_name = read.text("@type").unwrap_or_default();
    if !matches!(type_name, "memory" | "file" | "file_single") {
        let said = format!(
            "Unknown buffer plugin '{type_name}'. Run 'gem search -rd fluent-plugin' to find plugins"
        );
        return Err(RubyError::new("Fluent::NotFoundPluginError", said));
    }
    if type_name == "memory"
        && let Some(path) = buffer.peek("path")
    {
        path.used.set(false);
    }
    if type_name == "memory" && *read.value("flush_at_shutdown") == Value::Bool(false) {
        for said in [
            "'flush_at_shutdown' is false, and buffer plugin 'memory' is not persistent buffer.",
            "your configuration will lose buffered data at shutdown. please confirm your \
             configuration again.",
        ] {
            warn(agent, conf, said);
        }
    }
    let by_time = read.array("chunk_keys").contains(&Value::from("time"));
    let mode = match read.text("flush_mode") {
        Some("default") if conf.peek("flush_interval").is_some() || !by_time => "interval",
        Some("default") => "lazy",
        mode => mode.unwrap_or_default(),
    };
    if mode == "interval" || buffer.peek("flush_interval").is_none() {
        return Ok(());
    }
    if buffer.peek("flush_mode").is_some() {
        return Err(RubyError::config(format!(
            "'flush_interval' can't be specified when 'flush_mode' is not 'interval' explicitly: \
             '{mode}'"
        )));
    }
    let said = format!(
        "'flush_interval' is ignored because default 'flush_mode' is not 'interval': '{mode}'"
    );
    warn(agent, conf, &said);
    Ok(())
}
