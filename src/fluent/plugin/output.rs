//! What every output plugin is here (fluentd `lib/fluent/plugin/output.rb`): something that takes a
//! stream and may emit others.

use super::filter::{Action, Context, PluginState};
use crate::fluent::error::RubyError;
use crate::fluent::event::{EventStream, Lines, Tag};
use crate::ruby::value::EventTime;

/// Where an output emits to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Its own router: that of its `@label`, or the one it stands in.
    Own,
    /// A label, looked up when it is used.
    Label(String),
}

/// A stream that an output emits.
#[derive(Clone, Debug)]
pub struct Emission {
    /// Where to.
    pub target: Target,
    /// The tag.
    pub tag: Tag,
    /// The events.
    pub stream: EventStream,
}

/// An output that emits events again.
pub trait EmittingOutput {
    /// Takes a stream; `out` gets what it emits, in order, also when it raises then.
    fn process(
        &mut self,
        context: &mut Context<'_>,
        tag: &Tag,
        stream: EventStream,
        out: &mut Vec<Emission>,
    ) -> Result<(), RubyError>;

    /// True when it emits under a lock that it also takes for each stream.
    fn has_mutex(&self) -> bool {
        false
    }

    /// The timer, once a virtual second.
    fn on_timer(&mut self, _now: EventTime) -> Vec<Action> {
        Vec::new()
    }

    /// fluentd shuts down.
    fn on_shutdown(&mut self) -> Vec<Action> {
        Vec::new()
    }

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
