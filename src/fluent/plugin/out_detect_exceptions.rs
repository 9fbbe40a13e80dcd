//! `<match> @type detect_exceptions` (fluent-plugin-detect-exceptions 0.0.16,
//! `lib/fluent/plugin/out_detect_exceptions.rb`).

use std::rc::Rc;

use super::buffering::OUTPUT;
use super::exception_detector::{ExceptionDetector, Rules, Status};
use super::filter::{Action, Context, PluginState};
use super::output::{Emission, EmittingOutput, Target};
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param, ValueType};
use crate::fluent::config::section::Section;
use crate::fluent::error::RubyError;
use crate::fluent::event::{Event, EventStream, Lines, Tag, share};
use crate::fluent::record_accessor::no_method;
use crate::onigmo::regexp::Region;
use crate::ruby::inspect::to_s;
use crate::ruby::join::join;
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Value};
use crate::ruby::version::RubyVersion;

/// The parameters.
pub const PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&OUTPUT],
    params: &[
        Param::new("remove_tag_prefix", Kind::String)
            .doc("Removed from the tag of what it emits.", "出力するタグから取り除く接頭辞です。"),
        Param::new("message", Kind::String).default(Literal::String("")).doc(
            "The field with the text; learnt when empty.",
            "本文のフィールドです。空なら自動で決まります。",
        ),
        Param::new("multiline_flush_interval", Kind::Time)
            .optional()
            .doc("Seconds after which a trace is flushed.", "トレースを出すまでの秒数です。"),
        Param::new("languages", Kind::Array(Some(ValueType::String)))
            .default(Literal::Array(&[]))
            .doc("Languages to look for; all when empty.", "対象の言語です。空ならすべてです。"),
        Param::new("force_line_breaks", Kind::Bool)
            .default(Literal::Bool(false))
            .doc("Puts a newline between joined lines.", "結合した行の間に改行を入れます。"),
        Param::new("max_lines", Kind::Integer)
            .default(Literal::Integer(1000))
            .doc("Most lines of one trace.", "1 つのトレースの最大行数です。"),
        Param::new("max_bytes", Kind::Integer)
            .default(Literal::Integer(0))
            .doc("Most bytes of one trace.", "1 つのトレースの最大バイト数です。"),
        Param::new("stream", Kind::String).default(Literal::String("")).doc(
            "Traces are kept apart by this field.",
            "このフィールドの値ごとに別々に扱います。",
        ),
    ],
    ..ConfigureProxy::new("detect_exceptions")
};

/// The output.
#[derive(Debug)]
pub struct DetectExceptionsOutput {
    remove_tag_prefix: String,
    message: String,
    flush_interval: Option<f64>,
    /// `Err`: an unknown language, which raises on every emit.
    rules: Result<Rules, RubyError>,
    force_line_breaks: bool,
    max_lines: i64,
    max_bytes: i64,
    stream: String,
    ruby: RubyVersion,
    state: DetectState,
}

/// What every accumulator holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DetectState {
    accumulators: Vec<Accumulator>,
    /// Virtual time of the last check, in nanoseconds.
    checked: Option<i128>,
}

#[derive(Clone, Debug, PartialEq)]
struct Accumulator {
    tag: Tag,
    stream: Value,
    out_tag: Tag,
    detector: ExceptionDetector,
    message_field: String,
    messages: Vec<Value>,
    from: Vec<Lines>,
    first: Option<Event>,
    /// True when no saved state holds the first record.
    is_fresh: bool,
    buffer_start: EventTime,
    size: i64,
}

impl DetectExceptionsOutput {
    /// fluentd's `configure`.
    pub fn new(section: &Section, ruby: RubyVersion) -> DetectExceptionsOutput {
        let languages: Vec<String> = section
            .array("languages")
            .iter()
            .map(|language| to_s(language, ruby).to_lossy().into_owned())
            .collect();
        DetectExceptionsOutput {
            remove_tag_prefix: section.text("remove_tag_prefix").unwrap_or_default().to_owned(),
            message: section.text("message").unwrap_or_default().to_owned(),
            flush_interval: section.seconds("multiline_flush_interval"),
            rules: Rules::new(&languages),
            force_line_breaks: section.flag("force_line_breaks"),
            max_lines: section.integer("max_lines").unwrap_or(0),
            max_bytes: section.integer("max_bytes").unwrap_or(0),
            stream: section.text("stream").unwrap_or_default().to_owned(),
            ruby,
            state: DetectState::default(),
        }
    }

    /// The tag of what it emits for `tag`.
    pub fn out_tag(&self, tag: &Tag) -> Tag {
        // `tag.sub(/^prefix\./, '')`: `^` also stands after a newline inside a tag.
        let prefix = [self.remove_tag_prefix.as_bytes(), b"."].concat();
        let starts = std::iter::once(0).chain(
            tag.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1),
        );
        for start in starts {
            if tag.get(start..).is_some_and(|rest| rest.starts_with(&prefix)) {
                return [&tag[..start], &tag[start + prefix.len()..]].concat().into();
            }
        }
        Rc::clone(tag)
    }

    fn accumulator(&mut self, now: EventTime, tag: &Tag, event: &Event) -> usize {
        let stream = if self.stream.is_empty() {
            Value::Nil
        } else {
            event.record.borrow().get(&self.stream).cloned().unwrap_or_else(|| Value::from(""))
        };
        let known = self
            .state
            .accumulators
            .iter()
            .position(|known| known.tag == *tag && known.stream == stream);
        known.unwrap_or_else(|| {
            self.state.accumulators.push(Accumulator {
                tag: Rc::clone(tag),
                stream,
                out_tag: self.out_tag(tag),
                detector: ExceptionDetector::default(),
                message_field: self.message.clone(),
                messages: Vec::new(),
                from: Vec::new(),
                first: None,
                is_fresh: false,
                buffer_start: now,
                size: 0,
            });
            self.state.accumulators.len() - 1
        })
    }

    fn push(
        &mut self,
        now: EventTime,
        tag: &Tag,
        event: Event,
        region: &mut Region,
        out: &mut Vec<Emission>,
    ) -> Result<(), RubyError> {
        let at = match &self.rules {
            Ok(_) => self.accumulator(now, tag, &event),
            Err(error) => return Err(error.clone()),
        };
        let (Ok(rules), Some(accumulator)) = (&self.rules, self.state.accumulators.get_mut(at))
        else {
            return Ok(());
        };
        let message = accumulator.extract_message(&event);
        let status = match &message {
            Value::Nil => {
                accumulator.detector.reset();
                Status::NoTrace
            }
            message => {
                if self.max_bytes > 0
                    && accumulator.size + length(message, self.ruby)? > self.max_bytes
                {
                    accumulator.force_flush(out)?;
                }
                match message {
                    Value::String(text) => accumulator.detector.update(rules, text, region)?,
                    // `Object#=~` answered nil until Ruby 3.2 took it away.
                    other if self.ruby >= RubyVersion::V3_4 => {
                        return Err(no_method("=~", other, self.ruby));
                    }
                    _ => {
                        accumulator.detector.reset();
                        Status::NoTrace
                    }
                }
            }
        };
        accumulator.update_buffer(
            status,
            now,
            event,
            message,
            self.force_line_breaks,
            self.ruby,
            out,
        )?;
        if self.max_lines > 0 && accumulator.messages.len() as i64 == self.max_lines {
            accumulator.force_flush(out)?;
        }
        Ok(())
    }
}

/// `message.length`: characters.
fn length(message: &Value, ruby: RubyVersion) -> Result<i64, RubyError> {
    match message {
        Value::String(text) => Ok(text
            .as_bytes()
            .utf8_chunks()
            .map(|chunk| chunk.valid().chars().count() + chunk.invalid().len())
            .sum::<usize>() as i64),
        Value::Array(items) => Ok(items.len() as i64),
        Value::Hash(hash) => Ok(hash.len() as i64),
        other => Err(no_method("length", other, ruby)),
    }
}

impl Accumulator {
    fn extract_message(&mut self, event: &Event) -> Value {
        let record = event.record.borrow();
        if self.message_field.is_empty() {
            let known = ["message", "log"].into_iter().find(|field| record.get(field).is_some());
            if let Some(field) = known {
                field.clone_into(&mut self.message_field);
            }
        }
        record.get(&self.message_field).cloned().unwrap_or(Value::Nil)
    }

    #[expect(clippy::too_many_arguments, reason = "the parameters of fluentd's own method")]
    fn update_buffer(
        &mut self,
        status: Status,
        now: EventTime,
        event: Event,
        message: Value,
        breaks: bool,
        ruby: RubyVersion,
        out: &mut Vec<Emission>,
    ) -> Result<(), RubyError> {
        let emits = matches!(status, Status::NoTrace | Status::EndTrace);
        if self.messages.is_empty() && emits {
            self.emit(event, out);
            return Ok(());
        }
        match status {
            Status::InsideTrace => self.add(now, event, message, breaks, ruby),
            Status::EndTrace => {
                self.add(now, event, message, breaks, ruby)?;
                self.flush(out)
            }
            Status::NoTrace => {
                self.flush(out)?;
                self.add(now, event, message, breaks, ruby)?;
                self.flush(out)
            }
            Status::StartTrace => {
                self.flush(out)?;
                self.add(now, event, message, breaks, ruby)
            }
        }
    }

    fn add(
        &mut self,
        now: EventTime,
        event: Event,
        message: Value,
        breaks: bool,
        ruby: RubyVersion,
    ) -> Result<(), RubyError> {
        if self.messages.is_empty() {
            self.from.clear();
            self.buffer_start = now;
            self.first = Some(event.clone());
            self.is_fresh = true;
        }
        // A record without the text is dropped here; its lines stay known.
        self.from.push(event.from);
        let message = match message {
            Value::Nil => return Ok(()),
            Value::String(text) if breaks && !self.messages.is_empty() && !has_newline(&text) => {
                let bytes = [b"\n", text.as_bytes()].concat();
                Value::String(RString::new(&bytes, text.encoding()))
            }
            other => other,
        };
        let size = length(&message, ruby);
        self.messages.push(message);
        self.size += size?;
        Ok(())
    }

    fn flush(&mut self, out: &mut Vec<Emission>) -> Result<(), RubyError> {
        let messages = std::mem::take(&mut self.messages);
        let from = std::mem::take(&mut self.from);
        let first = self.first.take();
        self.size = 0;
        let Some(mut event) = first else { return Ok(()) };
        match messages.len() {
            0 => return Ok(()),
            1 => {}
            _ => {
                let joined = join(&messages, &RString::utf8(""), RubyVersion::default())?;
                // fluentd edits the first record in place, which the other stores of a `copy` see; a
                // copy keeps the saved states true.
                if !self.is_fresh {
                    let own = event.record.borrow().clone();
                    event.record = share(own);
                }
                let mut record = event.record.borrow_mut();
                record.insert(self.message_field.as_str(), Value::String(joined));
                drop(record);
                let lines = from.iter().flat_map(|from| from.as_slice().iter().copied());
                event.from = Lines::new(lines.collect());
            }
        }
        self.emit(event, out);
        Ok(())
    }

    fn force_flush(&mut self, out: &mut Vec<Emission>) -> Result<(), RubyError> {
        self.flush(out)?;
        self.detector.reset();
        Ok(())
    }

    fn emit(&self, event: Event, out: &mut Vec<Emission>) {
        let tag = Rc::clone(&self.out_tag);
        out.push(Emission { target: Target::Own, tag, stream: vec![event] });
    }
}

fn has_newline(text: &RString) -> bool {
    memchr::memchr(b'\n', text.as_bytes()).is_some()
}

fn actions(emissions: Vec<Emission>) -> Vec<Action> {
    emissions
        .into_iter()
        .map(|emission| Action::Emit { label: None, tag: emission.tag, stream: emission.stream })
        .collect()
}

fn nanoseconds(time: EventTime) -> i128 {
    i128::from(time.sec) * 1_000_000_000 + i128::from(time.nsec)
}

impl EmittingOutput for DetectExceptionsOutput {
    fn process(
        &mut self,
        context: &mut Context<'_>,
        tag: &Tag,
        stream: EventStream,
        out: &mut Vec<Emission>,
    ) -> Result<(), RubyError> {
        let mut region = Region::default();
        for event in stream {
            self.push(context.now, tag, event, &mut region, out)?;
        }
        Ok(())
    }

    fn has_mutex(&self) -> bool {
        self.flush_interval.is_some()
    }

    fn on_timer(&mut self, now: EventTime) -> Vec<Action> {
        let Some(interval) = self.flush_interval else { return Vec::new() };
        let period = ((interval * 0.1).max(1.0) * 1e9) as i128;
        let at = nanoseconds(now);
        let last = *self.state.checked.get_or_insert(at - 1_000_000_000);
        if at - last < period {
            return Vec::new();
        }
        self.state.checked = Some(at);
        let mut out = Vec::new();
        for accumulator in &mut self.state.accumulators {
            let waited = (at - nanoseconds(accumulator.buffer_start)) as f64 / 1e9;
            if waited > interval && accumulator.force_flush(&mut out).is_err() {
                break;
            }
        }
        actions(out)
    }

    fn on_shutdown(&mut self) -> Vec<Action> {
        let mut out = Vec::new();
        for accumulator in &mut self.state.accumulators {
            if accumulator.force_flush(&mut out).is_err() {
                break;
            }
        }
        actions(out)
    }

    fn held(&self) -> Vec<Lines> {
        self.state
            .accumulators
            .iter()
            .filter(|accumulator| !accumulator.messages.is_empty())
            .flat_map(|accumulator| accumulator.from.iter().cloned())
            .collect()
    }

    fn save(&self) -> PluginState {
        let mut state = self.state.clone();
        for accumulator in &mut state.accumulators {
            accumulator.is_fresh = false;
        }
        PluginState::Detect(state)
    }

    fn restore(&mut self, state: &PluginState) {
        self.state = match state {
            PluginState::Detect(state) => state.clone(),
            _ => DetectState::default(),
        };
    }
}
