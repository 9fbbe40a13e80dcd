//! Following a few lines through the pipeline: before and after each plugin.

use std::collections::HashSet;
use std::rc::Rc;

use super::event::{Event, LineRef, Lines, Tag};
use super::event_router::PluginId;
use crate::ruby::value::{EventTime, Record};

/// Steps kept at most.
const MAX_STEPS: usize = 10_000;

/// An event at the door of a plugin.
#[derive(Clone, Debug)]
pub struct TraceStep {
    /// The plugin.
    pub plugin: PluginId,
    /// True when it goes in, false when it comes out.
    pub enters: bool,
    /// The tag.
    pub tag: Tag,
    /// The time.
    pub time: EventTime,
    /// The record, as it was then.
    pub record: Record,
    /// The lines it is made of.
    pub from: Lines,
}

/// Which lines to follow, and what was seen of them.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    wanted: HashSet<LineRef>,
    /// In order.
    pub steps: Vec<TraceStep>,
}

impl Trace {
    /// Follows these lines.
    pub fn new(wanted: impl IntoIterator<Item = LineRef>) -> Trace {
        Trace { wanted: wanted.into_iter().collect(), steps: Vec::new() }
    }

    /// True for an event made of one of the lines.
    pub fn wants(&self, from: &Lines) -> bool {
        from.as_slice().iter().any(|line| self.wanted.contains(line))
    }

    pub(super) fn note(&mut self, plugin: PluginId, enters: bool, tag: &Tag, stream: &[Event]) {
        for event in stream {
            if self.wants(&event.from) && self.steps.len() < MAX_STEPS {
                self.steps.push(TraceStep {
                    plugin,
                    enters,
                    tag: Rc::clone(tag),
                    time: event.time,
                    record: event.record.borrow().clone(),
                    from: event.from.clone(),
                });
            }
        }
    }
}
