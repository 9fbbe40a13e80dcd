//! `<filter> @type concat` (fluent-plugin-concat 2.5, `lib/fluent/plugin/filter_concat.rb`).
//!
//! Buffers one group of records a stream and joins their texts. The whole of what changes while it
//! runs is [`ConcatState`], which is cheap to keep: the parts of a group are a shared list.

pub mod params;
pub mod streams;

use std::rc::Rc;

use super::filter::{Action, Context, ErrorEvent, Filter, PluginState};
use crate::encoding::Encoding;
use crate::fluent::config::section::Section;
use crate::fluent::error::RubyError;
use crate::fluent::event::{Event, EventStream, Lines, Tag, share};
use crate::fluent::log::{Level, shown_error};
use crate::fluent::record_accessor::{no_conversion, no_method};
use crate::onigmo::regexp::{MatchError, Options, Regexp, Region};
use crate::ruby::inspect::to_s;
use crate::ruby::join::join;
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Record, Value};
use crate::ruby::version::RubyVersion;
use params::{MetadataFields, Mode};
use streams::{ConcatState, Parts, Stream, Streams};

const TIMEOUT_ERROR: &str = "Fluent::Plugin::ConcatFilter::TimeoutError";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Overflow {
    Ignore,
    Truncate,
    Drop,
    New,
}

/// The filter.
#[derive(Debug)]
pub struct ConcatFilter {
    key: String,
    separator: RString,
    mode: Mode,
    start: Option<Regexp>,
    end: Option<Regexp>,
    continuous: Option<Regexp>,
    stream_identity_key: Option<String>,
    flush_interval: f64,
    timeout_label: Option<String>,
    use_first_timestamp: bool,
    partial_key: Option<String>,
    partial_value: Option<String>,
    keep_partial_key: bool,
    keep_partial_metadata: bool,
    cri_logtag_key: Option<String>,
    cri_stream_key: Option<String>,
    limit: i64,
    overflow: Overflow,
    ruby: RubyVersion,
    region: Region,
    state: ConcatState,
    locked: bool,
    finished: bool,
}

/// A group that leaves its buffer.
struct Flushed {
    time: EventTime,
    time_is_now: bool,
    record: Record,
    from: Vec<Lines>,
}

/// What one record made the filter emit: time of the group and its record, or the record itself.
type Emitted = Vec<Flushed>;

impl ConcatFilter {
    /// fluentd's `configure`.
    pub fn new(section: &Section, ruby: RubyVersion) -> Result<ConcatFilter, RubyError> {
        let text = |name: &str| section.text(name).map(str::to_owned);
        let partial_value = text("partial_value");
        let mode = params::mode(section)?;
        let regexp = |name: &str| match mode {
            Mode::Regexp => section.text(name).map(compile).transpose(),
            _ => Ok(None),
        };
        Ok(ConcatFilter {
            key: text("key").unwrap_or_default(),
            separator: RString::utf8(section.text("separator").unwrap_or("\n")),
            start: regexp("multiline_start_regexp")?,
            end: regexp("multiline_end_regexp")?,
            continuous: regexp("continuous_line_regexp")?,
            mode,
            stream_identity_key: text("stream_identity_key"),
            flush_interval: section.seconds("flush_interval").unwrap_or(60.0),
            timeout_label: text("timeout_label"),
            use_first_timestamp: section.flag("use_first_timestamp"),
            partial_key: text("partial_key"),
            partial_value,
            keep_partial_key: section.flag("keep_partial_key"),
            keep_partial_metadata: section.flag("keep_partial_metadata"),
            cri_logtag_key: text("partial_cri_logtag_key"),
            cri_stream_key: text("partial_cri_stream_key"),
            limit: section.integer("buffer_limit_size").unwrap_or(i64::MAX),
            overflow: match section.text("buffer_overflow_method") {
                Some("truncate") => Overflow::Truncate,
                Some("drop") => Overflow::Drop,
                Some("new") => Overflow::New,
                _ => Overflow::Ignore,
            },
            ruby,
            region: Region::default(),
            state: ConcatState::default(),
            locked: false,
            finished: false,
        })
    }

    /// The field whose texts are joined.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// How groups are found.
    pub fn mode(&self) -> &Mode {
        &self.mode
    }

    fn takes_part(&self, record: &Record) -> bool {
        let has = |key: &str| record.get(key).is_some();
        has(&self.key)
            && match &self.mode {
                Mode::Partial => self.partial_key.as_deref().is_some_and(has),
                Mode::PartialMetadata(fields) => has(fields.indicator),
                _ => true,
            }
    }

    fn process(
        &mut self,
        context: &Context<'_>,
        tag: &Tag,
        event: &Event,
    ) -> Result<Emitted, RubyError> {
        if self.locked {
            return Err(RubyError::new("ThreadError", "deadlock; recursive locking"));
        }
        let known = self.state.inner.list.len();
        let stream = self.stream_of(context, tag, event);
        let mode = self.mode.clone();
        match mode {
            Mode::Line(n) => self.process_line(stream, event, n),
            Mode::Partial => self.process_partial(context, stream, event),
            Mode::PartialMetadata(fields) => self.process_metadata(stream, event, fields),
            Mode::PartialCri => self.process_cri(context, stream, event),
            Mode::Regexp => {
                let result = self.process_regexp(context, stream, event);
                if result.is_err() && stream == known {
                    // The pattern raises before the buffer is made.
                    self.streams().remove(&[stream]);
                }
                result
            }
        }
    }

    fn streams(&mut self) -> &mut Streams {
        Rc::make_mut(&mut self.state.inner)
    }

    fn stream(&mut self, at: usize) -> &mut Stream {
        &mut self.streams().list[at]
    }

    /// The record's stream, made when it is new; it is seen now.
    fn stream_of(&mut self, context: &Context<'_>, tag: &Tag, event: &Event) -> usize {
        let record = event.record.borrow();
        let mut buffer = Vec::new();
        let value: &[u8] = match (&self.mode, &self.stream_identity_key) {
            (Mode::PartialMetadata(fields), key) => {
                let key = key.as_deref().and_then(|key| record.get(key));
                for part in [key, record.get(fields.id)].into_iter().flatten() {
                    buffer.extend_from_slice(to_s(part, context.ruby).as_bytes());
                }
                &buffer
            }
            (_, None) => b"default",
            (_, Some(key)) => match record.get(key) {
                Some(Value::String(text)) => text.as_bytes(),
                Some(other) => {
                    buffer.extend_from_slice(to_s(other, context.ruby).as_bytes());
                    &buffer
                }
                None => b"",
            },
        };
        let at = Rc::make_mut(&mut self.state.inner).find_or_add(tag, value);
        self.state_seen(at, context.now);
        at
    }

    fn state_seen(&mut self, at: usize, now: EventTime) {
        self.stream(at).last_seen = now;
    }

    fn process_line(&mut self, stream: usize, event: &Event, n: i64) -> Result<Emitted, RubyError> {
        self.stream(stream).parts.push(event.clone());
        if (self.stream(stream).parts.length as i64) < n {
            return Ok(Vec::new());
        }
        Ok(vec![self.flush(stream, event, None)?])
    }

    fn process_partial(
        &mut self,
        context: &Context<'_>,
        stream: usize,
        event: &Event,
    ) -> Result<Emitted, RubyError> {
        let mut out = Vec::new();
        let size = record_bytesize(&event.record.borrow(), context.ruby);
        let mut force_flush = false;
        if self.overflows(stream, size) {
            match self.overflow {
                Overflow::Ignore => self.stream(stream).parts.push(event.clone()),
                Overflow::Drop => self.stream(stream).parts = Parts::default(),
                Overflow::Truncate | Overflow::New => force_flush = true,
            }
        } else {
            self.stream(stream).parts.push(event.clone());
        }
        let last = !self.is_partial(&event.record.borrow());
        if force_flush || last {
            out.push(self.flush(stream, event, None)?);
        }
        if force_flush && self.overflow == Overflow::New {
            self.stream(stream).parts.push(event.clone());
            self.stream(stream).size = size;
            if last {
                out.push(self.flush(stream, event, None)?);
            }
        }
        if let Some(key) = &self.partial_key {
            for flushed in &mut out {
                flushed.record.remove(key);
            }
        }
        Ok(out)
    }

    fn is_partial(&self, record: &Record) -> bool {
        let value = self.partial_key.as_deref().and_then(|key| record.get(key));
        match (value, &self.partial_value) {
            (Some(Value::String(text)), Some(wanted)) => text.as_bytes() == wanted.as_bytes(),
            _ => false,
        }
    }

    fn overflows(&mut self, stream: usize, size: i64) -> bool {
        let limit = self.limit;
        let stream = self.stream(stream);
        if stream.size + size > limit {
            stream.size = 0;
            return true;
        }
        stream.size += size;
        false
    }

    fn process_metadata(
        &mut self,
        stream: usize,
        event: &Event,
        fields: &MetadataFields,
    ) -> Result<Emitted, RubyError> {
        self.stream(stream).parts.push(event.clone());
        let last = match event.record.borrow().get(fields.last) {
            Some(Value::String(text)) => text.as_bytes() == b"true",
            _ => false,
        };
        if last { Ok(vec![self.flush(stream, event, None)?]) } else { Ok(Vec::new()) }
    }

    fn process_cri(
        &mut self,
        context: &Context<'_>,
        stream: usize,
        event: &Event,
    ) -> Result<Emitted, RubyError> {
        self.stream(stream).parts.push(event.clone());
        let full = {
            let record = event.record.borrow();
            let key = self.cri_logtag_key.as_deref();
            match key.and_then(|key| record.get(key)).unwrap_or(&Value::Nil) {
                Value::String(text) => is_full(text.as_bytes()),
                other => return Err(no_method("split", other, context.ruby)),
            }
        };
        if !full {
            return Ok(Vec::new());
        }
        let mut flushed = self.flush(stream, event, None)?;
        if let Some(key) = &self.cri_logtag_key {
            flushed.record.remove(key);
        }
        Ok(vec![flushed])
    }

    fn process_regexp(
        &mut self,
        context: &Context<'_>,
        stream: usize,
        event: &Event,
    ) -> Result<Emitted, RubyError> {
        let text = event.record.borrow().get(&self.key).cloned().unwrap_or(Value::Nil);
        let empty = self.stream(stream).parts.length == 0;
        let mut out = Vec::new();
        if self.takes(Which::Start, &text, context)? {
            if empty {
                self.stream(stream).parts.push(event.clone());
            } else {
                out.push(self.flush(stream, event, Some(event))?);
            }
            if self.takes(Which::End, &text, context)? {
                out.push(self.flush(stream, event, None)?);
            }
        } else if self.takes(Which::End, &text, context)? {
            self.stream(stream).parts.push(event.clone());
            out.push(self.flush(stream, event, None)?);
        } else if empty {
            if self.start.is_some() {
                out.push(self.alone(event, event));
            } else {
                self.stream(stream).parts.push(event.clone());
            }
        } else if self.continuous.is_none() || self.takes(Which::Continuous, &text, context)? {
            self.stream(stream).parts.push(event.clone());
        } else {
            let flushed = self.flush(stream, event, None)?;
            // The lone record is stamped with the old group's time (concat-merge-fields-008).
            let mut alone = self.alone(event, event);
            (alone.time, alone.time_is_now) = (flushed.time, flushed.time_is_now);
            out.push(flushed);
            out.push(alone);
        }
        Ok(out)
    }

    fn alone(&self, event: &Event, timed: &Event) -> Flushed {
        Flushed {
            time: timed.time,
            time_is_now: timed.time_is_now,
            record: event.record.borrow().clone(),
            from: vec![event.from.clone()],
        }
    }

    fn takes(
        &mut self,
        which: Which,
        text: &Value,
        context: &Context<'_>,
    ) -> Result<bool, RubyError> {
        let regexp = match which {
            Which::Start => &self.start,
            Which::End => &self.end,
            Which::Continuous => &self.continuous,
        };
        match regexp {
            Some(regexp) => is_match(regexp, text, &mut self.region, context.ruby),
            None => Ok(false),
        }
    }

    /// `flush_buffer`: the group's record and the first part's time (or the time of `trigger`).
    fn flush(
        &mut self,
        stream: usize,
        trigger: &Event,
        next: Option<&Event>,
    ) -> Result<Flushed, RubyError> {
        let parts = std::mem::take(&mut self.stream(stream).parts);
        let events = parts.events();
        let Some(first) = events.first() else {
            // `nil.merge`: overflow with `drop` on the last part.
            return Err(RubyError::new("NoMethodError", "undefined method 'merge' for nil"));
        };
        let joined = self.joined(&events, &self.mode);
        let stream = self.stream(stream);
        stream.size = 0;
        if let Some(next) = next {
            stream.parts.push(next.clone());
        }
        let joined = match joined {
            Ok(joined) => joined,
            Err(error) => {
                // The join raises before the buffer is emptied.
                stream.parts = parts;
                return Err(error);
            }
        };
        let mut record = first.record.borrow().clone();
        record.insert(self.key.as_str(), joined);
        let timed = if self.use_first_timestamp { first } else { trigger };
        Ok(Flushed {
            time: timed.time,
            time_is_now: timed.time_is_now,
            record,
            from: events.iter().map(|event| event.from.clone()).collect(),
        })
    }

    fn joined(&self, events: &[&Event], mode: &Mode) -> Result<Value, RubyError> {
        let mut ordered = events.to_vec();
        if let Mode::PartialMetadata(fields) = mode {
            for event in events {
                let record = event.record.borrow();
                if let Some(
                    value @ (Value::Bool(_) | Value::Array(_) | Value::Hash(_) | Value::Symbol(_)),
                ) = record.get(fields.ordinal)
                {
                    return Err(no_method("to_i", value, self.ruby));
                }
            }
            crate::order::by_key(&mut ordered, |event| {
                ordinal(&event.record.borrow(), fields.ordinal)
            });
        }
        let texts: Vec<Value> = ordered
            .iter()
            .map(|event| event.record.borrow().get(&self.key).cloned().unwrap_or(Value::Nil))
            .collect();
        join(&texts, &self.separator, self.ruby).map(Value::String)
    }

    /// `filter_stream`'s part for one flushed group.
    fn merged(&self, event: &Event, flushed: Flushed, out: &mut EventStream) {
        let mut record = event.record.borrow().clone();
        record.merge(&flushed.record);
        match &self.mode {
            Mode::Partial => {
                if let Some(key) = self.partial_key.as_deref().filter(|_| !self.keep_partial_key) {
                    record.remove(key);
                }
            }
            Mode::PartialMetadata(fields) if !self.keep_partial_metadata => {
                for key in [fields.message, fields.id, fields.ordinal, fields.last] {
                    record.remove(key);
                }
            }
            Mode::PartialCri => {
                if let Some(key) = self.cri_logtag_key.as_deref().filter(|_| !self.keep_partial_key)
                {
                    record.remove(key);
                }
                if let Some(key) = &self.cri_stream_key {
                    record.remove(key);
                }
            }
            _ => {}
        }
        let lines = flushed.from.iter().flat_map(|from| from.as_slice().iter().copied());
        out.push(Event {
            time: flushed.time,
            time_is_now: flushed.time_is_now,
            record: share(record),
            from: Lines::new(lines.collect()),
        });
    }

    fn leave(&self, tag: Tag, event: Event, message: &str, actions: &mut Vec<Action>) {
        actions.push(match &self.timeout_label {
            Some(label) => Action::Emit { label: Some(label.clone()), tag, stream: vec![event] },
            None => Action::Error(ErrorEvent {
                tag,
                event,
                error: RubyError::new(TIMEOUT_ERROR, message),
            }),
        });
        actions.push(Action::Say(Level::Info, message.to_owned()));
    }

    /// The label is looked for only now.
    fn missing(&self, labels: &[String]) -> Option<RubyError> {
        let label = self.timeout_label.as_deref()?;
        let is_there = label == "@ROOT" || labels.iter().any(|known| known == label);
        (!is_there).then(|| RubyError::new("ArgumentError", format!("{label} label not found")))
    }

    /// Flushes one expired stream; false when fluentd raises there.
    fn expire(
        &mut self,
        at: usize,
        now: EventTime,
        labels: &[String],
        actions: &mut Vec<Action>,
    ) -> bool {
        let stream = self.stream(at).clone();
        if stream.parts.length == 0 {
            return true;
        }
        let trigger =
            Event { time: now, time_is_now: true, record: share(Record::new()), from: Lines::None };
        let error = match (self.flush(at, &trigger, None), self.missing(labels)) {
            (Ok(flushed), None) => {
                let lines = flushed.from.iter().flat_map(|from| from.as_slice().iter().copied());
                let event = Event {
                    time: flushed.time,
                    time_is_now: flushed.time_is_now,
                    from: Lines::new(lines.collect()),
                    record: share(flushed.record),
                };
                let message = format!("Timeout flush: {}", lossy(&stream.identity));
                self.leave(tag_of(&stream.identity), event, &message, actions);
                return true;
            }
            (Err(error), _) | (Ok(_), Some(error)) => error,
        };
        let said = format!("failed to flush timeout buffer {}", shown_error(&error));
        actions.push(Action::Say(Level::Error, said));
        false
    }
}

/// `tag:` up to the first colon: `stream_identity.split(":").first`.
fn tag_of(identity: &[u8]) -> Tag {
    let end = identity.iter().position(|&byte| byte == b':').unwrap_or(identity.len());
    identity[..end].into()
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[derive(Clone, Copy)]
enum Which {
    Start,
    End,
    Continuous,
}

impl Filter for ConcatFilter {
    fn class(&self) -> &'static str {
        "Fluent::Plugin::ConcatFilter"
    }

    fn filter_stream(
        &mut self,
        context: &mut Context<'_>,
        tag: &Tag,
        stream: EventStream,
    ) -> Result<EventStream, RubyError> {
        if is_fluentd_log(tag) {
            return Ok(stream);
        }
        let mut out = Vec::with_capacity(stream.len());
        for event in stream {
            if !self.takes_part(&event.record.borrow()) {
                out.push(event);
                continue;
            }
            match self.process(context, tag, &event) {
                Ok(emitted) => {
                    for flushed in emitted {
                        self.merged(&event, flushed, &mut out);
                    }
                }
                Err(error) => context.emit_error_event(tag, &event, error),
            }
        }
        Ok(out)
    }

    fn on_timer(&mut self, now: EventTime, labels: &[String]) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.flush_interval <= 0.0 || self.finished {
            return actions;
        }
        let mut expired = Vec::new();
        for at in 0..self.state.inner.list.len() {
            let seen = self.state.inner.list[at].last_seen;
            let waited = (now.sec - seen.sec) as f64 + (now.nsec - seen.nsec) as f64 / 1e9;
            if self.flush_interval > waited {
                continue;
            }
            expired.push(at);
            if !self.expire(at, now, labels, &mut actions) {
                return actions;
            }
        }
        if !expired.is_empty() {
            self.streams().remove(&expired);
        }
        actions
    }

    fn set_locked(&mut self, locked: bool) {
        self.locked = locked;
    }

    fn on_shutdown(&mut self, labels: &[String]) -> Vec<Action> {
        self.finished = true;
        let mut actions = Vec::new();
        let streams = Rc::clone(&self.state.inner);
        for stream in &streams.list {
            let events = stream.parts.events();
            let Some(first) = events.first() else { continue };
            // Unlike `flush_buffer` this joins in order of arrival.
            let joined = match (self.joined(&events, &Mode::Partial), self.missing(labels)) {
                (Ok(joined), None) => joined,
                (Err(error), _) | (Ok(_), Some(error)) => {
                    actions.push(Action::Raise(error));
                    break;
                }
            };
            let mut record = first.record.borrow().clone();
            record.insert(self.key.as_str(), joined);
            let lines = events.iter().flat_map(|event| event.from.as_slice().iter().copied());
            let event = Event {
                record: share(record),
                from: Lines::new(lines.collect()),
                ..(*first).clone()
            };
            let message = format!("Flush remaining buffer: {}", lossy(&stream.identity));
            self.leave(Rc::from(first_tag(stream)), event, &message, &mut actions);
        }
        actions
    }

    /// Until here what was let go could come back into its own group.
    fn end_shutdown(&mut self) {
        self.state = ConcatState::default();
    }

    fn held(&self) -> Vec<Lines> {
        let streams = self.state.inner.list.iter();
        streams.flat_map(|stream| stream.parts.events()).map(|event| event.from.clone()).collect()
    }

    fn save(&self) -> PluginState {
        PluginState::Concat(self.state.clone())
    }

    fn restore(&mut self, state: &PluginState) {
        self.finished = false;
        self.locked = false;
        self.state = match state {
            PluginState::Concat(state) => state.clone(),
            _ => ConcatState::default(),
        };
    }
}

/// The tag that came with the first part.
fn first_tag(stream: &Stream) -> &[u8] {
    &stream.tag
}

fn is_fluentd_log(tag: &[u8]) -> bool {
    matches!(
        tag.strip_prefix(b"fluent.".as_slice()),
        Some(b"trace" | b"debug" | b"info" | b"warn" | b"error" | b"fatal")
    )
}

/// `Regexp.compile(text[1..-2])`: whatever the first and last characters are.
fn compile(text: &str) -> Result<Regexp, RubyError> {
    if text.is_empty() {
        return Err(no_conversion(&Value::Nil));
    }
    let mut characters = text.chars();
    characters.next();
    characters.next_back();
    Regexp::new(characters.as_str(), Options::default())
        .map_err(|error| RubyError::new("RegexpError", error.message))
}

/// `Regexp#match?`: nil never matches, other objects raise.
fn is_match(
    regexp: &Regexp,
    text: &Value,
    region: &mut Region,
    _ruby: RubyVersion,
) -> Result<bool, RubyError> {
    match text {
        Value::Nil => Ok(false),
        Value::String(text) => {
            regexp.search(text.as_bytes(), text.encoding(), 0, region).map_err(match_error)
        }
        Value::Symbol(name) => {
            regexp.search(name.as_bytes(), Encoding::Utf8, 0, region).map_err(match_error)
        }
        other => Err(no_conversion(other)),
    }
}

/// What Ruby raises when a match fails to run.
pub fn match_error(error: MatchError) -> RubyError {
    match error {
        MatchError::Raised { class, message } => RubyError::new(class, message),
        MatchError::StepBudget { .. } => RubyError::new(
            "Regexp::TimeoutError",
            "the playground gave the match up: the pattern keeps trying",
        ),
    }
}

/// `logtag.split(":")[0] == "F"`.
fn is_full(logtag: &[u8]) -> bool {
    let end = logtag.iter().position(|&byte| byte == b':').unwrap_or(logtag.len());
    &logtag[..end] == b"F"
}

fn ordinal(record: &Record, key: &str) -> i64 {
    match record.get(key) {
        Some(Value::Integer(number)) => *number,
        Some(Value::Float(number)) => *number as i64,
        Some(Value::String(text)) => match crate::ruby::integer::to_i(text.as_bytes()) {
            Value::Integer(number) => number,
            _ => i64::MAX,
        },
        _ => 0,
    }
}

fn record_bytesize(record: &Record, ruby: RubyVersion) -> i64 {
    let size = |value: &Value| match value {
        Value::String(text) => text.len(),
        other => to_s(other, ruby).len(),
    };
    record.iter().map(|(key, value)| size(key) + size(value)).sum::<usize>() as i64
}
