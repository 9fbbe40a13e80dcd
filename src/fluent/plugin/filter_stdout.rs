//! `<filter> @type stdout` (fluentd `lib/fluent/plugin/filter_stdout.rb`): prints and passes on.

use super::filter::{Context, Filter};
use super::formatter::Formatter;
use crate::fluent::error::RubyError;
use crate::fluent::event::{EventStream, Tag};

/// The filter.
#[derive(Debug)]
pub struct StdoutFilter {
    formatter: Formatter,
}

impl StdoutFilter {
    /// Prints by `formatter`.
    pub fn new(formatter: Formatter) -> StdoutFilter {
        StdoutFilter { formatter }
    }
}

impl Filter for StdoutFilter {
    fn class(&self) -> &'static str {
        "Fluent::Plugin::StdoutFilter"
    }

    fn filter_stream(
        &mut self,
        context: &mut Context<'_>,
        tag: &Tag,
        stream: EventStream,
    ) -> Result<EventStream, RubyError> {
        if let Some(name) = self.formatter.not_simulated() {
            context.not_simulated.push(format!("<format> @type {name}"));
        }
        for event in &stream {
            let printed = self.formatter.format(tag, event.time, &event.record.borrow());
            match printed {
                Ok(line) => context.printed.push(String::from_utf8_lossy(&line).into_owned()),
                Err(error) => context.emit_error_event(tag, event, error),
            }
        }
        Ok(stream)
    }
}
