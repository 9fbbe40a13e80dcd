//! What every filter plugin is (fluentd `lib/fluent/plugin/filter.rb`), and what the pipeline
//! hands to a plugin while it works.

use std::rc::Rc;

use super::filter_concat::streams::ConcatState;
use super::out_detect_exceptions::DetectState;
use crate::fluent::error::RubyError;
use crate::fluent::event::{Event, EventStream, Lines, Tag};
use crate::fluent::log::{Level, Log};
use crate::ruby::value::EventTime;
use crate::ruby::version::RubyVersion;

/// An `emit_error_event` call.
#[derive(Clone, Debug)]
pub struct ErrorEvent {
    /// The event's tag.
    pub tag: Tag,
    /// The event.
    pub event: Event,
    /// What went wrong.
    pub error: RubyError,
}

/// What a plugin sees of the pipeline while it works.
pub struct Context<'c> {
    /// The virtual clock.
    pub now: EventTime,
    /// Which Ruby runs.
    pub ruby: RubyVersion,
    /// fluentd's own log.
    pub log: &'c mut Log,
    /// Events for the error stream, in order; the pipeline delivers them when the call returns.
    pub errors: Vec<ErrorEvent>,
    /// Lines whose event ended here on purpose (grep, kept out by a rule).
    pub dropped: Vec<Lines>,
    /// What `@type stdout` as a filter printed.
    pub printed: Vec<String>,
    /// Things the plugin could not simulate, for the one who reads the results.
    pub not_simulated: Vec<String>,
}

impl<'c> Context<'c> {
    /// A context with nothing said yet.
    pub fn new(now: EventTime, ruby: RubyVersion, log: &'c mut Log) -> Context<'c> {
        Context {
            now,
            ruby,
            log,
            errors: Vec::new(),
            dropped: Vec::new(),
            printed: Vec::new(),
            not_simulated: Vec::new(),
        }
    }

    /// fluentd's `router.emit_error_event`.
    pub fn emit_error_event(&mut self, tag: &Tag, event: &Event, error: RubyError) {
        self.errors.push(ErrorEvent { tag: Rc::clone(tag), event: event.clone(), error });
    }

    /// fluentd's `log.info`, `log.warn`, …
    pub fn say(&mut self, level: Level, text: impl Into<String>) {
        self.log.push(level, text);
    }
}

/// The part of a plugin that changes while it runs, so that a run can be taken up again.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum PluginState {
    /// Nothing changes.
    #[default]
    None,
    /// Buffers of `concat`.
    Concat(ConcatState),
    /// Accumulators of `detect_exceptions`.
    Detect(DetectState),
}

/// What a timer or the shutdown makes a plugin do, in order.
#[derive(Clone, Debug)]
pub enum Action {
    /// Emit into the router of a label (`None`: the plugin's own router).
    Emit {
        /// The label.
        label: Option<String>,
        /// The tag.
        tag: Tag,
        /// The events.
        stream: EventStream,
    },
    /// Emit an error event.
    Error(ErrorEvent),
    /// Say something in fluentd's log.
    Say(Level, String),
    /// An exception leaves the plugin.
    Raise(RubyError),
}

/// A configured filter.
pub trait Filter {
    /// Ruby's class, e.g. `Fluent::Plugin::GrepFilter`.
    fn class(&self) -> &'static str;

    /// True when the class defines `filter_stream` itself: this switches the chain's optimisation
    /// off.
    fn overrides_filter_stream(&self) -> bool {
        true
    }

    /// Passes a stream through.
    fn filter_stream(
        &mut self,
        context: &mut Context<'_>,
        tag: &Tag,
        stream: EventStream,
    ) -> Result<EventStream, RubyError>;

    /// For filters that define `filter` only: one event, changed in place; false drops it. After an
    /// exception the event is as it was.
    fn filter(
        &mut self,
        _context: &mut Context<'_>,
        _tag: &Tag,
        _event: &mut Event,
    ) -> Result<bool, RubyError> {
        Ok(true)
    }

    /// The timer, once a virtual second. `labels` are the names that exist.
    fn on_timer(&mut self, _now: EventTime, _labels: &[String]) -> Vec<Action> {
        Vec::new()
    }

    /// True while the plugin's own timer emits: a filter that is entered again then deadlocks.
    fn set_locked(&mut self, _locked: bool) {}

    /// fluentd shuts down.
    fn on_shutdown(&mut self, _labels: &[String]) -> Vec<Action> {
        Vec::new()
    }

    /// What the shutdown let go is through.
    fn end_shutdown(&mut self) {}

    /// Lines that wait in a buffer.
    fn held(&self) -> Vec<Lines> {
        Vec::new()
    }

    /// What changes while it runs.
    fn save(&self) -> PluginState {
        PluginState::None
    }

    /// Takes up a saved state.
    fn restore(&mut self, _state: &PluginState) {}
}

/// `Filter#filter_stream` of the base class: record by record, exceptions go to the error stream.
pub fn filter_stream_by_record(
    filter: &mut dyn Filter,
    context: &mut Context<'_>,
    tag: &Tag,
    stream: EventStream,
) -> EventStream {
    let mut out = Vec::with_capacity(stream.len());
    for mut event in stream {
        match filter.filter(context, tag, &mut event) {
            Ok(true) => out.push(event),
            Ok(false) => context.dropped.push(event.from),
            Err(error) => context.emit_error_event(tag, &event, error),
        }
    }
    out
}
