//! The tree of routers and plugins that a configuration makes (fluentd `lib/fluent/root_agent.rb`,
//! `agent.rb`, `label.rb`), and what happened while events went through it.

use std::rc::Rc;

use super::config::configure_proxy::ConfigureProxy;
use super::config::element::{AttrValue, Element};
use super::environment::Environment;
use super::error::RubyError;
use super::event::{Event, Lines, Tag, share};
use super::event_router::{EventRouter, PluginId, RouterId, Rule, is_standard_error};
use super::log::{Level, Log, Sentence, shown_error};
use super::match_pattern::MatchPatterns;
use super::plugin::filter::{Context, ErrorEvent, Filter, PluginState};
use super::plugin::in_tail::compat::{compat_parameters_parser, compat_parameters_stdout};
use super::plugin::output::EmittingOutput;
use super::plugin::registry::{Installed, Registry, read};
use super::system_config::SystemConfig;
use super::trace::Trace;
use super::worker::{Workers, take_workers};
use crate::order::map::Map;
use crate::ruby::value::{EventTime, Record, Value};
use crate::ruby::zone::TimeZone;
use crate::source::{SourceId, Span};

/// What a plugin does with a stream.
pub enum Body {
    /// A filter.
    Filter(Box<dyn Filter>),
    /// An output that emits again.
    Emitting(Box<dyn EmittingOutput>),
    /// `relabel`
    Relabel,
    /// `copy`
    Copy {
        /// Its stores, in order.
        stores: Rc<[Store]>,
        /// True when every store gets records of its own.
        deep: bool,
    },
    /// `null`
    Null {
        /// Fails every time.
        never_flush: bool,
    },
    /// The end of the way: `stdout`, and every output that leaves fluentd.
    Sink {
        /// False for an output the playground does not run.
        simulated: bool,
    },
}

/// One `<store>`.
#[derive(Clone, Debug)]
pub struct Store {
    /// Its output.
    pub plugin: PluginId,
    /// `<store ignore_error>`
    pub ignore_error: bool,
    /// `<store ignore_if_prev_success>`
    pub ignore_if_prev_success: bool,
}

/// A configured filter or output.
pub struct Plugin {
    /// What it does.
    pub body: Body,
    /// `filter`, `match` or `store`.
    pub kind: &'static str,
    /// `@type`
    pub type_name: String,
    /// `@id`
    pub id: Option<String>,
    /// The tag pattern as written (`**` when it is not); that of the `<match>` around a store.
    pub pattern: String,
    /// The router it emits into.
    pub router: RouterId,
    /// The router it stands in.
    pub context: RouterId,
    /// Its section.
    pub place: (SourceId, Span),
    /// False when the playground passes events through without running it.
    pub simulated: bool,
    /// `@log_level`
    pub log_level: Option<Level>,
}

impl Plugin {
    /// fluentd's `plugin_id`, as far as it is stable.
    pub fn name(&self) -> String {
        self.id.clone().unwrap_or_else(|| format!("{} {}", self.kind, self.type_name))
    }

    /// The output's name as people know it: `@id`, or the pattern.
    pub fn sink(&self) -> &str {
        self.id.as_deref().unwrap_or(&self.pattern)
    }
}

/// How lines ended before an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A plugin kept the event out.
    Dropped(PluginId),
    /// The event went to the error stream.
    Error {
        /// By which plugin; `None`: a whole stream failed.
        by: Option<PluginId>,
        /// What fluentd said of it: the number of the sentence in the log.
        said: usize,
    },
    /// No match takes the tag in this router.
    NoMatch(RouterId),
}

/// An event that reached a sink.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// The output.
    pub sink: PluginId,
    /// The tag.
    pub tag: Tag,
    /// The event.
    pub event: Event,
}

/// What a plugin left in its [`Context`].
#[derive(Default)]
pub struct Noted {
    /// Error events.
    pub errors: Vec<ErrorEvent>,
    /// Lines kept out.
    pub dropped: Vec<Lines>,
    /// Printed lines.
    pub printed: Vec<String>,
    /// What is not simulated.
    pub not_simulated: Vec<String>,
}

impl Noted {
    /// True when there is nothing to deliver.
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
            && self.dropped.is_empty()
            && self.printed.is_empty()
            && self.not_simulated.is_empty()
    }
}

impl From<Context<'_>> for Noted {
    fn from(context: Context<'_>) -> Noted {
        Noted {
            errors: context.errors,
            dropped: context.dropped,
            printed: context.printed,
            not_simulated: context.not_simulated,
        }
    }
}

/// A node of the flow: a plugin, or one of the ends of the way.
pub type Node = usize;

/// Streams that a source emits come from here plus the source's number.
pub const SOURCES: Node = 1 << 20;

/// Lost for want of a match.
pub const LOST_NO_MATCH: Node = (1 << 21) + 1;

/// Lost because nothing takes the error stream.
pub const LOST_ERROR: Node = (1 << 21) + 2;

/// fluentd's own log, which makes events too.
pub const OWN_LOG: Node = (1 << 21) + 4;

/// Why fluentd does not start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BootError {
    /// The configuration text does not parse: an uncaught exception, before logging starts.
    Uncaught(RubyError),
    /// A ConfigError.
    Config(RubyError),
    /// Any other exception.
    Unexpected(RubyError),
}

impl BootError {
    /// Sorts an exception of configuring.
    pub fn of(error: RubyError) -> BootError {
        match error.class {
            "Fluent::ConfigError"
            | "Fluent::NotFoundPluginError"
            | "Fluent::ConfigParseError"
            | "Fluent::ObsoletedParameterError" => BootError::Config(error),
            _ => BootError::Unexpected(error),
        }
    }

    /// The exception.
    pub fn error(&self) -> &RubyError {
        match self {
            BootError::Uncaught(error)
            | BootError::Config(error)
            | BootError::Unexpected(error) => error,
        }
    }

    /// fluentd's log line, without its time stamp.
    pub fn said(&self) -> String {
        match self {
            BootError::Uncaught(error) => format!("{} ({})", error.message, error.class),
            BootError::Config(error) => {
                format!("[error]: config error file=\"fluent.conf\" {}", shown_error(error))
            }
            BootError::Unexpected(error) => {
                format!("[error]: unexpected error {}", shown_error(error))
            }
        }
    }
}

const ROOT: ConfigureProxy = ConfigureProxy::new("ROOT");

/// The running pipeline.
pub struct RootAgent {
    /// The machine.
    pub environment: Rc<Environment>,
    /// Its time zone.
    pub zone: Rc<TimeZone>,
    /// The virtual clock.
    pub now: EventTime,
    /// fluentd's own log.
    pub log: Log,
    /// Router 0 is the top level, router n label n - 1.
    pub routers: Vec<EventRouter>,
    /// The labels' names, `@ERROR` last.
    pub labels: Vec<String>,
    /// The router of `@ERROR`.
    pub error_router: Option<RouterId>,
    /// Filters and outputs.
    pub plugins: Vec<Plugin>,
    /// Events that reached a sink, until someone takes them.
    pub delivered: Vec<Delivered>,
    /// Lines that ended before a sink, until someone takes them.
    pub fates: Vec<(Lines, Fate)>,
    /// What `filter stdout` printed, until someone takes it.
    pub printed: Vec<String>,
    /// Events that took each arrow, until someone takes them.
    pub edges: Map<(Node, Node), u64>,
    /// Tags that nothing takes, with their router and count.
    pub lost_tags: Map<(RouterId, Tag), u64>,
    /// What is not simulated, by plugin.
    pub missing: Map<(PluginId, String), ()>,
    /// Steps, when someone wants them.
    pub trace: Option<Trace>,
    /// `<system>`
    pub system: SystemConfig,
    /// What is left to other workers.
    pub workers: Workers,
    /// Streams that found no match, per router.
    pub no_match_counts: Vec<u64>,
    /// Chains whose lack of optimisation was announced.
    pub announced: Rc<Map<(RouterId, Tag), ()>>,
    /// Streams emitted within streams.
    pub depth: usize,
    /// Plugins that are emitting just now.
    pub emitting: Vec<PluginId>,
    /// True when some output may raise: streams are then kept until they are through.
    pub may_fail: bool,
    /// Where the stream under way comes from.
    pub came_from: Node,
    /// False where the parameters of the plugin under way are not as declared.
    pub params_read: bool,
    /// Above 0 where others hold the records under way: a sink takes them as they are now.
    pub sharing: usize,
}

/// What changes while the pipeline runs: enough to take a run up again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    plugins: Vec<PluginState>,
    no_match_counts: Vec<u64>,
    announced: Rc<Map<(RouterId, Tag), ()>>,
}

impl RootAgent {
    /// An agent without plugins.
    pub fn new(environment: Rc<Environment>) -> RootAgent {
        RootAgent {
            zone: TimeZone::from_tz(&environment.tz),
            now: environment.now,
            environment,
            log: Log::default(),
            routers: vec![EventRouter::default()],
            labels: Vec::new(),
            error_router: None,
            plugins: Vec::new(),
            delivered: Vec::new(),
            fates: Vec::new(),
            printed: Vec::new(),
            edges: Map::new(),
            lost_tags: Map::new(),
            missing: Map::new(),
            trace: None,
            system: SystemConfig::default(),
            workers: Workers::default(),
            no_match_counts: vec![0],
            announced: Rc::default(),
            depth: 0,
            emitting: Vec::new(),
            may_fail: false,
            came_from: SOURCES,
            params_read: true,
            sharing: 0,
        }
    }

    /// Configures everything but the sources, as fluentd does: labels first, `@ERROR` after them,
    /// then the top level. The first error ends it.
    pub fn configure(
        &mut self,
        conf: &mut Element,
        installed: Installed,
    ) -> Result<Registry, RubyError> {
        self.system = SystemConfig::new(conf, &mut self.log, self.environment.ruby)?;
        old_styles(conf)?;
        self.workers = take_workers(conf)?;
        let conf = &*conf;
        let mut registry = Registry::new(installed);
        let mut error_label = None;
        let mut labels = Vec::new();
        for label in conf.sections("label") {
            let place = label.place();
            if label.arg.is_empty() {
                return Err(RubyError::config("Missing symbol argument on <label> directive")
                    .at(place.0, place.1));
            }
            if label.arg == "@ROOT" {
                return Err(RubyError::config(
                    "@ROOT for <label> is not permitted, reserved for getting root router",
                )
                .at(place.0, place.1));
            }
            if label.arg == "@ERROR" {
                error_label = Some(label);
                continue;
            }
            labels.push((self.add_label(label)?, label));
        }
        for (router, label) in labels {
            self.configure_label(router, label, &mut registry)?;
        }
        if let Some(label) = error_label {
            let router = self.add_label(label)?;
            self.configure_label(router, label, &mut registry)?;
            self.error_router = Some(router);
        }
        read(self, &ROOT, conf, None)?;
        self.configure_level(0, conf, &mut registry)?;
        self.may_fail = self.plugins.iter().any(|plugin| match &plugin.body {
            Body::Emitting(_) => true,
            Body::Null { never_flush } => *never_flush,
            _ => false,
        });
        Ok(registry)
    }

    fn add_label(&mut self, label: &Element) -> Result<RouterId, RubyError> {
        if self.labels.contains(&label.arg) {
            let message = format!("Section <label {}> appears twice", label.arg);
            return Err(RubyError::config(message).at(label.source, label.span));
        }
        self.labels.push(label.arg.clone());
        self.routers.push(EventRouter::default());
        self.no_match_counts.push(0);
        Ok(self.labels.len())
    }

    fn configure_label(
        &mut self,
        router: RouterId,
        label: &Element,
        registry: &mut Registry,
    ) -> Result<(), RubyError> {
        read(self, &ROOT, label, None)?;
        self.configure_level(router, label, registry)?;
        if label.sections("match").next().is_none() {
            let message = format!("Missing <match> sections in <label {}> section", label.arg);
            return Err(RubyError::config(message).at(label.source, label.span));
        }
        Ok(())
    }

    /// `Agent#configure`: filters and matches in file order.
    fn configure_level(
        &mut self,
        router: RouterId,
        level: &Element,
        registry: &mut Registry,
    ) -> Result<(), RubyError> {
        for element in &level.elements {
            let is_filter = element.name == "filter";
            if !is_filter && element.name != "match" {
                continue;
            }
            let pattern = if element.arg.is_empty() { "**" } else { &element.arg };
            let plugin = registry.add(self, router, element, pattern)?;
            let pattern = MatchPatterns::new(pattern)
                .map_err(|error| error.at(element.source, element.arg_span))?;
            if let Some(level) = self.routers.get_mut(router) {
                level.rules.push(Rule { pattern, plugin, is_filter });
            }
        }
        Ok(())
    }

    /// fluentd's `FluentLogEventRouter.build`: who gets fluentd's own log, and what is said of it.
    pub fn build_log_event_router(&mut self) -> Option<RouterId> {
        const TAGS: [&str; 6] = [
            "fluent.trace",
            "fluent.debug",
            "fluent.info",
            "fluent.warn",
            "fluent.error",
            "fluent.fatal",
        ];
        let label = self.find_label("@FLUENT_LOG").ok();
        let router = label.unwrap_or(0);
        let level = self.routers.get_mut(router)?;
        let unmatched: Vec<&str> =
            TAGS.into_iter().filter(|tag| !level.takes(tag.as_bytes())).collect();
        let shown: Vec<String> = unmatched.iter().map(|tag| format!("{tag:?}")).collect();
        let shown = shown.join(", ");
        if label.is_some() {
            level.suppress_missing_match = true;
            if !unmatched.is_empty() {
                self.log.push(Level::Warn, format!("match for some tags of log events are not defined in @FLUENT_LOG label (to be ignored) tags=[{shown}]"));
            }
            return Some(router);
        }
        if unmatched.len() == TAGS.len() {
            return None;
        }
        let defined = if unmatched.is_empty() {
            "<match fluent.**>".to_owned()
        } else {
            let matched = TAGS.iter().filter(|tag| !unmatched.contains(tag));
            matched.map(|tag| format!("<match {tag}>")).collect::<Vec<_>>().join(", ")
        };
        self.log.push(Level::Warn, format!("define {defined} to capture fluentd logs in top level is deprecated. Use <label @FLUENT_LOG> instead"));
        if !unmatched.is_empty() {
            self.log.push(Level::Warn, format!("match for some tags of log events are not defined in top level (to be ignored) tags=[{shown}]"));
        }
        Some(0)
    }

    /// The order in which plugins stop: top-level outputs that emit, labels, filters, outputs.
    pub fn stop_order(&self) -> Vec<PluginId> {
        let kind = |plugin: &Plugin| match plugin.body {
            Body::Relabel | Body::Copy { .. } | Body::Emitting(_) => 0,
            Body::Filter(_) => 1,
            Body::Null { .. } | Body::Sink { .. } => 2,
        };
        let level = |plugin: &Plugin| match (plugin.context, kind(plugin)) {
            (0, 0) => 0,
            (0, 1) => usize::MAX - 1,
            (0, _) => usize::MAX,
            (label, _) => label,
        };
        let mut order: Vec<PluginId> = (0..self.plugins.len()).collect();
        crate::order::by_key(&mut order, |&id| {
            self.plugins.get(id).map_or((0, 0), |plugin| (level(plugin), kind(plugin)))
        });
        order
    }

    /// One virtual second has passed: timers fire.
    pub fn tick(&mut self) -> Result<(), RubyError> {
        // Timers are made as plugins start, which is the order of stopping turned round.
        for id in self.stop_order().into_iter().rev() {
            self.came_from = id;
            let now = self.now;
            let actions = match self.plugins.get_mut(id).map(|plugin| &mut plugin.body) {
                Some(Body::Filter(filter)) => {
                    let actions = filter.on_timer(now, &self.labels);
                    filter.set_locked(true);
                    actions
                }
                Some(Body::Emitting(output)) => output.on_timer(now),
                _ => continue,
            };
            let result = if actions.is_empty() { Ok(()) } else { self.perform(id, actions) };
            if let Some(Body::Filter(filter)) =
                self.plugins.get_mut(id).map(|plugin| &mut plugin.body)
            {
                filter.set_locked(false);
            }
            self.fatal_only(result)?;
        }
        Ok(())
    }

    /// fluentd stops: every plugin flushes.
    pub fn shutdown(&mut self) -> Result<(), RubyError> {
        for id in self.stop_order() {
            self.came_from = id;
            let actions = match self.plugins.get_mut(id).map(|plugin| &mut plugin.body) {
                Some(Body::Filter(filter)) => filter.on_shutdown(&self.labels),
                Some(Body::Emitting(output)) => output.on_shutdown(),
                _ => continue,
            };
            let result = if actions.is_empty() { Ok(()) } else { self.perform(id, actions) };
            let Some(plugin) = self.plugins.get_mut(id) else { continue };
            if let Body::Filter(filter) = &mut plugin.body {
                filter.end_shutdown();
                if let Err(error) = &result {
                    let (class, own) = (filter.class(), plugin.id.as_deref());
                    // Without an @id fluentd shows where the object lies in memory.
                    let own = own.unwrap_or("object:0");
                    let error = shown_error(error);
                    let said = format!(
                        "unexpected error while shutting down on filter plugin plugin={class} plugin_id={own:?} {error}"
                    );
                    self.log.push(Level::Warn, said);
                }
            }
            self.fatal_only(result)?;
        }
        Ok(())
    }

    /// An ordinary exception ends a timer's or a thread's turn; the others end fluentd.
    pub fn fatal_only(&mut self, result: Result<(), RubyError>) -> Result<(), RubyError> {
        self.depth = 0;
        match result {
            Err(error) if is_standard_error(&error) => Ok(()),
            other => other,
        }
    }

    /// What changes while it runs.
    pub fn save(&self) -> State {
        State {
            plugins: self
                .plugins
                .iter()
                .map(|plugin| match &plugin.body {
                    Body::Filter(filter) => filter.save(),
                    Body::Emitting(output) => output.save(),
                    _ => PluginState::None,
                })
                .collect(),
            no_match_counts: self.no_match_counts.clone(),
            announced: Rc::clone(&self.announced),
        }
    }

    /// Takes up a saved state; what was said and delivered is forgotten.
    pub fn restore(&mut self, state: &State) {
        for (plugin, state) in self.plugins.iter_mut().zip(&state.plugins) {
            match &mut plugin.body {
                Body::Filter(filter) => filter.restore(state),
                Body::Emitting(output) => output.restore(state),
                _ => {}
            }
        }
        self.no_match_counts.clone_from(&state.no_match_counts);
        self.announced = Rc::clone(&state.announced);
        self.log = Log::with_room(self.log.room());
        self.delivered.clear();
        self.fates.clear();
        self.printed.clear();
        self.edges.clear();
        self.lost_tags.clear();
        self.depth = 0;
        self.emitting.clear();
    }

    /// `count` events come to `node`.
    pub fn enter(&mut self, node: Node, count: usize) {
        *self.edges.slot((self.came_from, node)) += count as u64;
        self.came_from = node;
    }

    /// A stream that no match takes.
    pub fn lost_tag(&mut self, router: RouterId, tag: &Tag, count: usize) {
        *self.edges.slot((self.came_from, LOST_NO_MATCH)) += count as u64;
        *self.lost_tags.slot((router, Rc::clone(tag))) += count as u64;
    }

    /// Plugin `id` has said what its log holds from `from` on: a plugin with an `@id` puts it first,
    /// one with `@log_level` says no less than that.
    pub fn sign(&mut self, id: PluginId, from: usize) {
        let Some(plugin) = self.plugins.get(id) else { return };
        if plugin.id.is_none() && plugin.log_level.is_none() || from >= self.log.sentences.len() {
            return;
        }
        for mut said in self.log.sentences.split_off(from) {
            if plugin.log_level.is_some_and(|level| said.level < level) {
                continue;
            }
            if let Some(id) = &plugin.id {
                said.text = format!("[{id}] {}", said.text);
            }
            self.log.sentences.push(said);
        }
    }

    /// One of fluentd's own log events goes its way: what plugins say of it, and the exception that
    /// ends fluentd (a way that comes back to itself). Nothing else stays.
    pub fn emit_own_log(&mut self, router: RouterId) -> (Vec<Sentence>, Option<RubyError>) {
        let state = self.save();
        let missing = self.missing.clone();
        let log = std::mem::take(&mut self.log);
        let text = "fluentd worker is now running worker=0";
        let mut record = Record::new();
        record.insert("worker", Value::Integer(0));
        record.insert("message", Value::from(text));
        let event =
            Event { time: self.now, time_is_now: true, record: share(record), from: Lines::None };
        let emitted = self.emit_stream(router, &Tag::from(&b"fluent.info"[..]), vec![event]);
        let fatal = self.fatal_only(emitted).err();
        let mut said = std::mem::take(&mut self.log).sentences;
        said.retain(|said| !said.text.contains("tag=\"fluent."));
        self.restore(&state);
        (self.missing, self.log) = (missing, log);
        (said, fatal)
    }

    /// Notes what plugin `id` could not do as fluentd does.
    pub fn not_simulated(&mut self, id: PluginId, what: String) {
        self.missing.insert((id, what), ());
    }

    /// Events that enter a plugin, for whoever follows them.
    pub fn trace_enter(&mut self, id: PluginId, tag: &Tag, stream: &[Event]) {
        if let Some(trace) = &mut self.trace {
            trace.note(id, true, tag, stream);
        }
    }

    /// Events that leave a plugin.
    pub fn trace_leave(&mut self, id: PluginId, tag: &Tag, stream: &[Event]) {
        if let Some(trace) = &mut self.trace {
            trace.note(id, false, tag, stream);
        }
    }
}

/// The old flat style of `filter parser` and of what prints, at the top level and in labels.
fn old_styles(level: &mut Element) -> Result<(), RubyError> {
    for element in &mut level.elements {
        let is = |name: &str| {
            element
                .peek("@type")
                .or_else(|| element.peek("type"))
                .is_some_and(|attr| matches!(&attr.value, AttrValue::Text(text) if text == name))
        };
        match element.name.as_str() {
            "filter" if is("parser") => compat_parameters_parser(element)?,
            "filter" | "match" | "store" if is("stdout") => compat_parameters_stdout(element)?,
            "label" | "match" | "store" => old_styles(element)?,
            _ => {}
        }
    }
    Ok(())
}
