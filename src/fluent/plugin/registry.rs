//! Which plugin a section becomes (fluentd `lib/fluent/plugin.rb`, and the `configure` of filters
//! and outputs).
//!
//! A filter that is not simulated passes events through, an output that is not simulated is the
//! end of their way; both are marked. What fluentd itself would refuse is refused.

use std::rc::Rc;

use super::buffering::{self, Buffering, OUTPUT, warn};
use super::filter::Filter;
use super::filter_concat::ConcatFilter;
use super::filter_grep::GrepFilter;
use super::filter_kubernetes_metadata::KubernetesMetadataFilter;
use super::filter_parser::ParserFilter;
use super::filter_record_modifier::RecordModifierFilter;
use super::filter_record_transformer::RecordTransformerFilter;
use super::filter_stdout::StdoutFilter;
use super::formatter::Formatter;
use super::formatter::inject::INJECT;
use super::out_detect_exceptions::DetectExceptionsOutput;
use super::out_rewrite_tag_filter::RewriteTagFilterOutput;
use super::parser::{Configure, Parser, new_parser};
use super::{
    filter_concat, filter_grep, filter_kubernetes_metadata, filter_parser, filter_record_modifier,
    filter_record_transformer, out_detect_exceptions, out_rewrite_tag_filter,
};
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param};
use crate::fluent::config::element::Element;
use crate::fluent::config::section::{Section, SectionGenerator};
use crate::fluent::config::types::Mode;
use crate::fluent::error::RubyError;
use crate::fluent::event_router::{PluginId, RouterId};
use crate::fluent::log::Level;
use crate::fluent::root_agent::{Body, Plugin, RootAgent, Store};

/// Which plugins are there besides those the playground runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Installed {
    /// Any: a name that is not known is taken for an installed gem.
    #[default]
    Any,
    /// Only fluentd's own and those the playground runs: another name stops fluentd.
    Known,
}

const FILTERS: &[&str] = &[
    "concat",
    "grep",
    "kubernetes_metadata",
    "parser",
    "record_modifier",
    "record_transformer",
    "stdout",
];

const OUTPUTS: &[&str] = &[
    "buffer",
    "copy",
    "detect_exceptions",
    "exec",
    "exec_filter",
    "file",
    "forward",
    "http",
    "null",
    "relabel",
    "rewrite_tag_filter",
    "roundrobin",
    "secondary_file",
    "stdout",
    "stream",
    "tcp",
    "unix",
];

/// Inputs that fluentd ships.
const INPUTS: &[&str] = &[
    "debug_agent",
    "dummy",
    "exec",
    "forward",
    "gc_stat",
    "http",
    "monitor_agent",
    "object_space",
    "sample",
    "syslog",
    "tail",
    "tcp",
    "udp",
    "unix",
];

/// `copy`
pub const COPY: ConfigureProxy = ConfigureProxy {
    params: &[
        Param::new("deep_copy", Kind::Bool)
            .default(Literal::Bool(false))
            .deprecated("use 'copy_mode' parameter instead")
            .doc("The old name of copy_mode deep.", "copy_mode deep の古い書き方です。"),
        Param::new("copy_mode", Kind::Enum(&["no_copy", "shallow", "deep", "marshal"]))
            .default(Literal::Symbol("no_copy"))
            .doc(
                "What each store gets: the same records or copies.",
                "各 store に渡すのが同じレコードか複製かです。",
            ),
    ],
    sections: &[ConfigureProxy {
        param_name: Some("stores"),
        required: true,
        argument: Some(Param::new("arg", Kind::String).default(Literal::String(""))),
        params: &[Param::new("@type", Kind::String).optional()],
        ..ConfigureProxy::new("store")
    }],
    ..ConfigureProxy::new("copy")
};

/// `null`
pub const NULL: ConfigureProxy = ConfigureProxy {
    params: &[Param::new("never_flush", Kind::Bool)
        .default(Literal::Bool(false))
        .doc("For tests: fails at every flush.", "テスト用です。書き出しのたびに失敗します。")],
    bases: &[&OUTPUT],
    ..ConfigureProxy::new("null")
};

/// What `stdout` takes, as a filter and as an output.
static PRINTING: ConfigureProxy = ConfigureProxy {
    params: &[Param::new("use_logger", Kind::Bool).default(Literal::Bool(true)).doc(
        "Prints through fluentd's log; false prints to the standard output itself.",
        "fluentd のログとして出力します。false なら標準出力に直接出力します。",
    )],
    sections: &[
        ConfigureProxy { multi: false, bases: &[&INJECT], ..ConfigureProxy::new("inject") },
        ConfigureProxy {
            argument: Some(Param::new("usage", Kind::String).default(Literal::String(""))),
            params: &[Param::new("@type", Kind::String).default(Literal::String("stdout"))],
            ..ConfigureProxy::new("format")
        },
    ],
    ..ConfigureProxy::new("stdout")
};

/// `stdout`, the output
pub const STDOUT: ConfigureProxy =
    ConfigureProxy { bases: &[&OUTPUT, &PRINTING], ..ConfigureProxy::new("stdout") };

/// What the parser helper declares.
const PARSE: ConfigureProxy = ConfigureProxy {
    sections: &[ConfigureProxy {
        params: &[Param::new("@type", Kind::String)],
        ..ConfigureProxy::new("parse")
    }],
    ..ConfigureProxy::new("parser")
};

/// fluentd's own formatters.
const FORMATTERS: [&str; 9] =
    ["csv", "hash", "json", "ltsv", "msgpack", "out_file", "single_value", "stdout", "tsv"];

/// The formatter helper: one `<format>` of a known type.
fn check_formatter(conf: &Element, any: bool) -> Result<(), RubyError> {
    let mut seen: Vec<&str> = Vec::new();
    for format in conf.sections("format") {
        if seen.contains(&&*format.arg) {
            let message = format!("duplicated formatter configured: {}", format.arg);
            return Err(RubyError::config(message));
        }
        seen.push(&format.arg);
        known_formatter(format.text("@type").filter(|_| !any), format)?;
    }
    if seen.is_empty() {
        known_formatter(conf.text("format").filter(|_| !any), conf)
    } else {
        Ok(())
    }
}

fn known_formatter(name: Option<&str>, conf: &Element) -> Result<(), RubyError> {
    let Some(name) = name.filter(|name| !FORMATTERS.contains(name)) else { return Ok(()) };
    let message = format!(
        "Unknown formatter plugin '{name}'. Run 'gem search -rd fluent-plugin' to find plugins"
    );
    Err(RubyError::new("Fluent::NotFoundPluginError", message).at(conf.source, conf.span))
}

/// An output that the playground does not run: only its `<buffer>` and `<secondary>` are looked at.
static SINK: ConfigureProxy =
    ConfigureProxy { sections: OUTPUT.sections, ..ConfigureProxy::new("sink") };

const RELABEL: ConfigureProxy =
    ConfigureProxy { bases: &[&OUTPUT], ..ConfigureProxy::new("relabel") };

/// What the plugins of one configuration share while they are configured.
pub struct Registry {
    installed: Installed,
    ids: Vec<String>,
}

impl Registry {
    /// Nothing configured yet.
    pub fn new(installed: Installed) -> Registry {
        Registry { installed, ids: Vec::new() }
    }

    /// Configures a `<filter>` or `<match>` of a router and adds it to the agent.
    pub fn add(
        &mut self,
        agent: &mut RootAgent,
        router: RouterId,
        conf: &Element,
        pattern: &str,
    ) -> Result<PluginId, RubyError> {
        let Some(type_name) = conf.text("@type") else {
            let message = format!("Missing '@type' parameter on <{}> directive", conf.name);
            return Err(RubyError::config(message).at(conf.source, conf.name_span));
        };
        if conf.name == "filter" {
            self.filter(agent, router, conf, pattern, type_name)
        } else {
            self.output(agent, router, conf, pattern, type_name, "match")
        }
    }

    fn unknown(
        &self,
        kind: &str,
        name: &str,
        known: &[&str],
        elsewhere: &[&[&str]],
        conf: &Element,
    ) -> Result<(), RubyError> {
        if known.contains(&name) {
            return Ok(());
        }
        let other = elsewhere.iter().any(|names| names.contains(&name));
        if self.installed == Installed::Any && !other {
            return Ok(());
        }
        let message = format!(
            "Unknown {kind} plugin '{name}'. Run 'gem search -rd fluent-plugin' to find plugins"
        );
        let span = conf.peek("@type").map_or(conf.name_span, |attr| attr.value_span);
        Err(RubyError::new("Fluent::NotFoundPluginError", message).at(conf.source, span))
    }

    /// The old names still work.
    fn old_names(agent: &mut RootAgent, conf: &Element) {
        for (new, old) in [("@type", "type"), ("@id", "id"), ("@log_level", "log_level")] {
            if conf.peek(new).is_none()
                && let Some(attr) = conf.peek(old)
            {
                let text = format!("'{old}' is deprecated parameter name. use '{new}' instead.");
                let place = (attr.source, attr.key_span);
                if old == "log_level" {
                    // Read twice.
                    agent.log.say(Level::Warn, text.clone(), place);
                }
                agent.log.say(Level::Warn, text, place);
            }
        }
    }

    /// The reserved parameter `@id`, and `@log_level` as read.
    fn reserved(&mut self, agent: &mut RootAgent, conf: &Element) -> Result<(), RubyError> {
        agent.params_read = true;
        Registry::old_names(agent, conf);
        conf.attr("@log_level");
        if let Some(id) = conf.text("@id") {
            if self.ids.iter().any(|known| known == id) {
                let message =
                    format!("Duplicated plugin id `{id}`. Check whole configuration and fix it.");
                let span = conf.peek("@id").map_or(conf.span, |attr| attr.value_span);
                return Err(RubyError::config(message).at(conf.source, span));
            }
            self.ids.push(id.to_owned());
        }
        Ok(())
    }

    /// The checks that every plugin has, for a `<source>`.
    pub fn source(&mut self, agent: &mut RootAgent, conf: &Element) -> Result<(), RubyError> {
        let Some(type_name) = conf.text("@type") else {
            return Err(RubyError::config("Missing '@type' parameter on <source> directive")
                .at(conf.source, conf.name_span));
        };
        self.unknown("input", type_name, INPUTS, &[], conf)?;
        self.reserved(agent, conf)
    }

    fn filter(
        &mut self,
        agent: &mut RootAgent,
        router: RouterId,
        conf: &Element,
        pattern: &str,
        type_name: &str,
    ) -> Result<PluginId, RubyError> {
        self.unknown("filter", type_name, FILTERS, &[OUTPUTS, INPUTS], conf)?;
        self.reserved(agent, conf)?;
        let made = self.new_filter(agent, conf, type_name);
        let (emits, filter) = emitting(agent, router, conf, made)?;
        let simulated = filter.is_some();
        let filter = filter.unwrap_or_else(|| {
            conf.mark_used();
            Box::new(PassThrough)
        });
        Ok(push(
            agent,
            Plugin {
                body: Body::Filter(filter),
                kind: "filter",
                type_name: type_name.to_owned(),
                id: conf.text("@id").map(str::to_owned),
                pattern: pattern.to_owned(),
                router: emits,
                context: router,
                place: conf.place(),
                simulated,
                log_level: conf.text("@log_level").and_then(Level::named),
            },
        ))
    }

    fn new_filter(
        &self,
        agent: &mut RootAgent,
        conf: &Element,
        type_name: &str,
    ) -> Result<Option<Box<dyn Filter>>, RubyError> {
        let environment = Rc::clone(&agent.environment);
        Ok(Some(match type_name {
            "concat" => {
                let section = read(agent, &filter_concat::params::PROXY, conf, Some(type_name))?;
                Box::new(ConcatFilter::new(&section, environment.ruby)?)
            }
            "grep" => {
                let section = read(agent, &filter_grep::PROXY, conf, Some(type_name))?;
                Box::new(GrepFilter::new(&section, &mut agent.log)?)
            }
            "kubernetes_metadata" => {
                let section =
                    read(agent, &filter_kubernetes_metadata::PROXY, conf, Some(type_name))?;
                Box::new(KubernetesMetadataFilter::new(&section)?)
            }
            "record_modifier" => {
                let section = read(agent, &filter_record_modifier::PROXY, conf, Some(type_name))?;
                Box::new(RecordModifierFilter::new(&section, conf, &environment)?)
            }
            "parser" => {
                let section = read(agent, &filter_parser::PROXY, conf, Some(type_name))?;
                let parser = self.parser(agent, conf)?;
                Box::new(ParserFilter::new(&section, parser)?)
            }
            "record_transformer" => {
                let section =
                    read(agent, &filter_record_transformer::PROXY, conf, Some(type_name))?;
                let log = &mut agent.log;
                Box::new(RecordTransformerFilter::new(&section, conf, &environment, log)?)
            }
            "stdout" => {
                let section = read(agent, &PRINTING, conf, Some(type_name))?;
                Box::new(StdoutFilter::new(self.formatter(agent, conf, &section)?))
            }
            _ => return Ok(None),
        }))
    }

    /// The formatter of a `stdout`.
    fn formatter(
        &self,
        agent: &mut RootAgent,
        conf: &Element,
        section: &Section,
    ) -> Result<Formatter, RubyError> {
        check_formatter(conf, self.installed == Installed::Any)?;
        let formatter = Formatter::new(agent, conf, section)?;
        printing(agent, conf, section);
        Ok(formatter)
    }

    /// The parser helper of `filter parser`: its `<parse>` section.
    fn parser(&self, agent: &mut RootAgent, conf: &Element) -> Result<Box<dyn Parser>, RubyError> {
        let environment = Rc::clone(&agent.environment);
        let mode = Mode { strict: agent.system.strict, ruby: environment.ruby };
        if conf.sections("parse").next().is_none() {
            return Err(RubyError::new(
                "ArgumentError",
                "parse: init is specified, but there're parameters without default values:@type",
            ));
        }
        let section = read(agent, &PARSE, conf, Some("parser"))?;
        let mut parsers: Vec<(&str, Box<dyn Parser>)> = Vec::new();
        for (parse, types) in conf.sections("parse").zip(section.sections("parse")) {
            if parsers.iter().any(|(usage, _)| *usage == parse.arg) {
                let message = format!("duplicated parsers configured: {}", parse.arg);
                return Err(RubyError::config(message));
            }
            let type_name = types.text("@type").unwrap_or_default();
            let mut with = Configure { environment: &environment, mode, log: &mut agent.log };
            parsers.push((&parse.arg, new_parser(type_name, parse, &mut with)?));
        }
        let at = parsers.iter().position(|(usage, _)| usage.is_empty()).unwrap_or(0);
        Ok(parsers.swap_remove(at).1)
    }

    fn output(
        &mut self,
        agent: &mut RootAgent,
        router: RouterId,
        conf: &Element,
        pattern: &str,
        type_name: &str,
        kind: &'static str,
    ) -> Result<PluginId, RubyError> {
        self.unknown("output", type_name, OUTPUTS, &[], conf)?;
        self.reserved(agent, conf)?;
        if type_name != "copy" {
            // Looked for in every output, though only <buffer> takes it.
            conf.attr("flush_interval");
        }
        let made = self.new_output(agent, router, conf, pattern, type_name);
        // Those that end the way have no router and do not look at the label.
        let (emits, body) = match type_name {
            "stdout" | "null" => (router, made?),
            _ => emitting(agent, router, conf, made)?,
        };
        let simulated = !matches!(body, Body::Sink { simulated: false });
        Ok(push(
            agent,
            Plugin {
                body,
                kind,
                type_name: type_name.to_owned(),
                id: conf.text("@id").map(str::to_owned),
                pattern: pattern.to_owned(),
                router: emits,
                context: router,
                place: conf.place(),
                simulated,
                log_level: conf.text("@log_level").and_then(Level::named),
            },
        ))
    }

    fn new_output(
        &mut self,
        agent: &mut RootAgent,
        router: RouterId,
        conf: &Element,
        pattern: &str,
        type_name: &str,
    ) -> Result<Body, RubyError> {
        let environment = Rc::clone(&agent.environment);
        Ok(match type_name {
            "relabel" => {
                let class = Buffering::Never("Fluent::Plugin::RelabelOutput");
                output(agent, &RELABEL, conf, type_name, class)?;
                Body::Relabel
            }
            "null" => {
                let section = output(agent, &NULL, conf, type_name, Buffering::Optional)?;
                Body::Null { never_flush: section.flag("never_flush") }
            }
            "stdout" => {
                let section = output(agent, &STDOUT, conf, type_name, Buffering::Optional)?;
                self.formatter(agent, conf, &section)?;
                Body::Sink { simulated: true }
            }
            "copy" => self.copy(agent, router, conf, pattern)?,
            "rewrite_tag_filter" => {
                let class = Buffering::Never("Fluent::Plugin::RewriteTagFilterOutput");
                let section =
                    output(agent, &out_rewrite_tag_filter::PROXY, conf, type_name, class)?;
                Body::Emitting(Box::new(RewriteTagFilterOutput::new(&section, conf, &environment)?))
            }
            "detect_exceptions" => {
                let class = Buffering::Never("Fluent::DetectExceptionsOutput");
                let section = output(agent, &out_detect_exceptions::PROXY, conf, type_name, class)?;
                Body::Emitting(Box::new(DetectExceptionsOutput::new(&section, environment.ruby)))
            }
            _ => {
                needed(type_name, conf)?;
                let said = agent.log.sentences.len();
                output(agent, &SINK, conf, type_name, Buffering::Always)?;
                agent.log.sentences.truncate(said);
                conf.mark_used();
                Body::Sink { simulated: false }
            }
        })
    }

    fn copy(
        &mut self,
        agent: &mut RootAgent,
        router: RouterId,
        conf: &Element,
        pattern: &str,
    ) -> Result<Body, RubyError> {
        let section = read(agent, &COPY, conf, Some("copy"))?;
        let deep = matches!(section.text("copy_mode"), Some("deep" | "marshal"));
        let mut stores = Vec::new();
        for store in conf.sections("store") {
            let Some(type_name) = store.text("@type") else {
                return Err(RubyError::config("Missing '@type' parameter in <store> section")
                    .at(store.source, store.name_span));
            };
            let plugin = self.output(agent, router, store, pattern, type_name, "store")?;
            stores.push(Store {
                plugin,
                ignore_error: store.arg.contains("ignore_error"),
                ignore_if_prev_success: store.arg.contains("ignore_if_prev_success"),
            });
        }
        let first = conf.sections("store").next();
        if let Some(store) =
            first.filter(|_| stores.first().is_some_and(|store| store.ignore_if_prev_success))
        {
            return Err(RubyError::config(
                "ignore_if_prev_success must specify 2nd or later <store> directives",
            )
            .at(store.source, store.arg_span));
        }
        let all_ignored =
            stores.iter().all(|store| store.ignore_error && !store.ignore_if_prev_success);
        if all_ignored && !stores.is_empty() {
            warn(
                agent,
                conf,
                "ignore_errors are specified in all <store>, but ignore_if_prev_success is not \
                 specified. Is this intended?",
            );
        }
        Ok(Body::Copy { stores: stores.into(), deep })
    }
}

/// What fluentd's own outputs do not start without, though they are not run here.
fn needed(type_name: &str, conf: &Element) -> Result<(), RubyError> {
    let has = |name: &str| conf.sections(name).next().is_some();
    let lacks = match type_name {
        "exec" | "exec_filter" => "command",
        "file" => "path",
        "http" => "endpoint",
        "forward" if !has("server") && !has("service_discovery") => {
            let said = "forward output plugin requires at least one node is required. Add <server> \
                        or <service_discovery>";
            return Err(RubyError::config(said).at(conf.source, conf.name_span));
        }
        _ => return Ok(()),
    };
    if conf.peek(lacks).is_some() {
        return Ok(());
    }
    let said = format!("'{lacks}' parameter is required");
    Err(RubyError::config(said).at(conf.source, conf.name_span))
}

/// Marks the sections of what prints that are read elsewhere, or by nobody here; says what the
/// inject helper says.
fn printing(agent: &mut RootAgent, conf: &Element, section: &Section) {
    conf.sections("format").for_each(Element::mark_used);
    if let Some(inject) = section.section("inject")
        && inject.text("time_key").is_none()
        && inject.text("time_format").is_some()
    {
        let text = "'time_format' specified without 'time_key', will be ignored";
        warn(agent, conf, text);
    }
}

/// The router that a plugin emits into, and what was made of it. `@label` is looked up once the
/// parameters are read: what they lack is said first.
pub fn emitting<T>(
    agent: &RootAgent,
    router: RouterId,
    conf: &Element,
    made: Result<T, RubyError>,
) -> Result<(RouterId, T), RubyError> {
    let label = conf.text("@label").map_or(Ok(router), |label| {
        let span = conf.peek("@label").map_or(conf.span, |attr| attr.value_span);
        agent.find_label(label).map_err(|error| error.at(conf.source, span))
    });
    let level = conf.text("@log_level").filter(|name| Level::named(name).is_none());
    let level = level.map_or(Ok(()), |level| {
        let message = format!("Unknown log level: level = {level}");
        let span = conf.peek("@log_level").map_or(conf.span, |attr| attr.value_span);
        Err(RubyError::new("RuntimeError", message).at(conf.source, span))
    });
    match (level.and(label), made) {
        (Err(label), Err(_)) if agent.params_read => Err(label),
        (_, Err(error)) => Err(error),
        (label, Ok(made)) => Ok((label?, made)),
    }
}

fn push(agent: &mut RootAgent, plugin: Plugin) -> PluginId {
    agent.plugins.push(plugin);
    agent.plugins.len() - 1
}

/// Reads an output's parameters and checks what every output has.
fn output(
    agent: &mut RootAgent,
    proxy: &ConfigureProxy,
    conf: &Element,
    type_name: &str,
    buffering: Buffering,
) -> Result<Section, RubyError> {
    let section = read(agent, proxy, conf, Some(type_name))?;
    let checked = buffering::check(agent, conf, &section, buffering);
    // Before the label is looked for, as the parameters are.
    agent.params_read = checked.is_ok();
    checked.map(|()| section)
}

/// Reads a section's parameters; `name` is the plugin's type.
pub fn read(
    agent: &mut RootAgent,
    proxy: &ConfigureProxy,
    conf: &Element,
    name: Option<&str>,
) -> Result<Section, RubyError> {
    let mode = Mode { strict: agent.system.strict, ruby: agent.environment.ruby };
    let section = SectionGenerator { log: &mut agent.log, mode }.plugin(proxy, conf, name);
    agent.params_read = section.is_ok();
    section
}

/// A filter that is not simulated.
struct PassThrough;

impl Filter for PassThrough {
    fn class(&self) -> &'static str {
        "PassThrough"
    }

    fn overrides_filter_stream(&self) -> bool {
        false
    }

    fn filter_stream(
        &mut self,
        _context: &mut super::filter::Context<'_>,
        _tag: &crate::fluent::event::Tag,
        stream: crate::fluent::event::EventStream,
    ) -> Result<crate::fluent::event::EventStream, RubyError> {
        Ok(stream)
    }
}
