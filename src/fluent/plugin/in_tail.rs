//! `Fluent::Plugin::TailInput` (fluentd `lib/fluent/plugin/in_tail.rb`): which files are tailed, how
//! their bytes become lines, and what the parser makes of each.
//!
//! Nothing is read here: the caller appends bytes to a [`TailWatcher`], asks for batches until there
//! are none, lets the clock tick and shuts down. One batch is what fluentd receives at once and
//! emits as one event stream. Absent: rotation, inodes, group limits and pacing.

pub mod compat;
pub mod config;
pub mod glob;
pub mod line_encoding;
pub mod paths;
pub mod watcher;

use crate::fluent::config::element::{AttrValue, Element};
use crate::fluent::config::section::Section;
use crate::fluent::event::Tag;
use crate::fluent::log::{Fields, Level};
use crate::fluent::plugin::parser::{Configure, Parser, Yield, made_utf8};
use crate::fluent::time::is_timezone;
use crate::ruby::error::RubyError;
use crate::ruby::inspect::inspect_string;
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Record, Value};

use compat::{compat_parameters_parser, copy_formats};
use config::{Config, TAIL};
use line_encoding::LineEncoding;
use paths::Paths;
use watcher::{LineBuffer, TailWatcher, Text};

/// fluentd's `@variable_store`: the position files that sources use, each with its plugin's id.
pub type PosFiles = Vec<(String, String)>;

/// A configured source of `@type tail`.
pub struct TailInput {
    config: Config,
    paths: Paths,
    encoding: LineEncoding,
    parser: Box<dyn Parser>,
    multiline: bool,
}

/// An event of a line, not emitted yet.
#[derive(Clone, Debug, PartialEq)]
pub struct TailEvent {
    /// The time.
    pub time: EventTime,
    /// True when the time is the clock's.
    pub time_is_now: bool,
    /// The record.
    pub record: Record,
}

/// What became of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The parser took it. It can have made no event (an empty JSON array).
    Matched,
    /// `pattern not matched`; an event all the same with `emit_unmatched_lines`.
    NotMatched,
    /// `invalid line found`: the parser raised.
    Invalid,
    /// Longer than `max_line_size`.
    TooLong,
    /// Before the first line that begins an event.
    BeforeFirstLine,
    /// `got incomplete line at shutdown`
    Incomplete,
    /// in_tail itself failed; it reads no further.
    Failed,
}

/// One text (a line, or the lines of one multiline event) and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The 0-based numbers of its lines in the file.
    pub lines: Lines,
    /// The text as the parser got it.
    pub text: RString,
    /// What became of it.
    pub outcome: Outcome,
    /// Its events, in order.
    pub events: Vec<TailEvent>,
    /// What fluentd's log says about it, in order, and what it names there.
    pub said: Vec<(Level, String, Fields)>,
}

/// Line numbers of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lines {
    /// One line.
    One(u32),
    /// Several, in order; none for a buffer that never held a line.
    Many(Vec<u32>),
}

/// What fluentd receives at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// The texts, in the order in which fluentd speaks of them: too long lines first.
    pub received: Vec<Received>,
    /// True when all events are emitted as one stream, false when each is emitted alone.
    pub one_stream: bool,
}

impl TailInput {
    /// `configure(conf)`, whole.
    pub fn new(
        conf: &mut Element,
        with: &mut Configure<'_>,
        pos_files: &mut PosFiles,
    ) -> Result<TailInput, RubyError> {
        let section = TailInput::read(conf, with)?;
        TailInput::configure(conf, &section, with, pos_files)
    }

    /// The beginning of `configure(conf)`, up to the parameters. It changes the section as fluentd
    /// does: the old flat style becomes a `<parse>` section.
    pub fn read(conf: &mut Element, with: &mut Configure<'_>) -> Result<Section, RubyError> {
        compat_parameters_parser(conf)?;
        let Some(at) = conf.elements.iter().position(|element| element.name == "parse") else {
            return Err(RubyError::config("<parse> section is required."));
        };
        copy_formats(conf, at);
        with.section(&TAIL, conf)
    }

    /// The rest of `configure(conf)`, with the parameters.
    pub fn configure(
        conf: &Element,
        section: &Section,
        with: &mut Configure<'_>,
        pos_files: &mut PosFiles,
    ) -> Result<TailInput, RubyError> {
        let mut parsers = config::parsers(conf, section, with)?;
        let config = Config::new(section);
        let paths = Paths::new(&config, with.environment)?;
        if let Some(timezone) = section.text("path_timezone")
            && !is_timezone(timezone)
        {
            return Err(RubyError::config(format!("Unsupported timezone '{timezone}'")));
        }
        config::claim_pos_file(&config, conf, with.log, pos_files)?;
        let encoding = LineEncoding::new(&config, with.log)?;
        let parse = conf.sections("parse").next();
        let multiline = match parse.and_then(|parse| parse.attr("@type")).map(|attr| &attr.value) {
            Some(AttrValue::Text(name)) => name.contains("multiline"),
            _ => false,
        };
        config::check_throttling(&config, with.log)?;
        let (_, parser) = parsers.swap_remove(0);
        Ok(TailInput { config, paths, encoding, parser, multiline })
    }

    /// The parameters.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The path patterns.
    pub fn paths(&self) -> &Paths {
        &self.paths
    }

    /// How bytes become lines.
    pub fn encoding(&self) -> &LineEncoding {
        &self.encoding
    }

    /// The parser, for colouring.
    pub fn parser(&mut self) -> &mut dyn Parser {
        &mut *self.parser
    }

    /// The part of a text that is to be its time, where the parser knows it as a field.
    pub fn time_text(&mut self, text: &RString) -> Option<RString> {
        let spans = self.parser.field_spans(text);
        let time = spans.iter().find(|field| &*field.name == "time")?;
        Some(text.slice(time.span.start as usize, time.span.end as usize))
    }

    /// True when the parser joins lines.
    pub fn is_multiline(&self) -> bool {
        self.multiline
    }

    /// The tag of the events of a file.
    pub fn tag(&self, path: &str) -> Tag {
        let Some((prefix, suffix)) = &self.config.tag_around else {
            return self.config.tag.as_bytes().into();
        };
        let mut tag = prefix.clone();
        let mut before = None;
        for character in path.chars().map(|c| if c == '/' { '.' } else { c }) {
            // `squeeze('.')`, and no dot at the start.
            if character != '.' || before.is_some_and(|before| before != '.') {
                tag.push(character);
            }
            before = Some(character);
        }
        tag.push_str(suffix);
        tag.as_bytes().into()
    }

    /// Starts to follow a file from byte `position` on.
    pub fn watch(&self, path: &str, position: u64) -> TailWatcher {
        TailWatcher::new(path, position, &self.encoding, self.config.max_line_size)
    }

    /// What a timer or the file's change makes fluentd do: flushes a multiline buffer whose time has
    /// come, then reads on. Call it until it gives nothing.
    pub fn on_notify(&mut self, watcher: &mut TailWatcher, now: EventTime) -> Option<Batch> {
        if let Some(batch) = self.flush_timer(watcher, now) {
            return Some(batch);
        }
        let position = watcher.position();
        let read = watcher.read_lines(&self.encoding, self.config.read_lines_limit)?;
        let mut batch = Batch { received: read.too_long, one_stream: true };
        if read.lines.is_empty() {
            return Some(batch);
        }
        if self.multiline {
            self.parse_multilines(read.lines, position, watcher, now, &mut batch.received);
        } else {
            self.parse_singleline(read.lines, watcher, now, &mut batch.received);
        }
        Some(batch)
    }

    /// Shuts down: what waits in a multiline buffer is parsed. An unfinished last line is not.
    pub fn shutdown(&mut self, watcher: &mut TailWatcher, now: EventTime) -> Option<Batch> {
        let buffer = watcher.line_buffer.take()?;
        Some(self.flush_buffer(buffer, &watcher.path, now))
    }

    fn flush_timer(&mut self, watcher: &mut TailWatcher, now: EventTime) -> Option<Batch> {
        let (start, interval) = (watcher.flush_start?, self.config.multiline_flush_interval?);
        let passed = (now.sec - start.sec) as f64 + (now.nsec - start.nsec) as f64 / 1e9;
        if passed < interval {
            return None;
        }
        watcher.flush_start = None;
        let buffer = watcher.line_buffer.take()?;
        Some(self.flush_buffer(buffer, &watcher.path, now))
    }

    fn flush_buffer(&mut self, buffer: LineBuffer, path: &str, now: EventTime) -> Batch {
        let text = self.encoding.chomp(buffer.text);
        let mut yields = Vec::new();
        let outcome = self.parser.parse(&text, now, &mut yields);
        let mut received = Received::new(buffer.lines, text, Outcome::Matched);
        for parsed in yields {
            match self.event(parsed, path) {
                Some(event) => received.events.push(event),
                None => {
                    received.outcome = Outcome::Incomplete;
                    if self.config.emit_unmatched_lines && self.config.path_key.is_some() {
                        // The method names a variable that it does not have.
                        received.fail("undefined local variable or method 'tail_watcher'");
                        break;
                    }
                    self.unmatched(&mut received, path, now);
                    let shown = inspect_string(&received.text);
                    received.warn(format!("got incomplete line at shutdown from {path}: {shown}"));
                }
            }
        }
        if let Err(error) = outcome {
            received.fail(&error.message);
        }
        Batch { received: vec![received], one_stream: false }
    }

    fn parse_singleline(
        &mut self,
        lines: Vec<Text>,
        watcher: &TailWatcher,
        now: EventTime,
        out: &mut Vec<Received>,
    ) {
        out.reserve(lines.len());
        for line in lines {
            out.push(self.convert_line_to_event(line, &watcher.path, now));
        }
    }

    /// `convert_line_to_event`
    fn convert_line_to_event(&mut self, line: Text, path: &str, now: EventTime) -> Received {
        let text = self.encoding.chomp(line.text);
        let mut yields = Vec::with_capacity(1);
        let result = self.parser.parse(&text, now, &mut yields);
        let text = if self.parser.makes_utf8() { made_utf8(&text) } else { text };
        let mut received = Received::new(line.lines, text, Outcome::Matched);
        for parsed in yields {
            match self.event(parsed, path) {
                Some(event) => received.events.push(event),
                None => {
                    received.outcome = Outcome::NotMatched;
                    self.unmatched(&mut received, path, now);
                    let shown = inspect_string(&received.text);
                    received.warn(format!("pattern not matched: {shown}"));
                }
            }
        }
        if let Err(error) = result {
            received.outcome = Outcome::Invalid;
            let named = [
                ("file", RString::utf8(path)),
                ("line", received.text.clone()),
                ("error", error.text()),
            ];
            let [file, line, error] = named.each_ref().map(|(_, value)| inspect_string(value));
            let text = format!("invalid line found file={file} line={line} error={error}");
            let fields = named.map(|(name, value)| (name, Value::String(value))).to_vec();
            received.said.push((Level::Warn, text, fields));
        }
        received
    }

    /// `time && record`, with the path added.
    fn event(&self, parsed: Yield, path: &str) -> Option<TailEvent> {
        let Yield::Event { time: Some(time), time_is_now, mut record } = parsed else {
            return None;
        };
        self.add_path(&mut record, path);
        Some(TailEvent { time, time_is_now, record })
    }

    /// `record[@path_key] ||= path`
    fn add_path(&self, record: &mut Record, path: &str) {
        if let Some(key) = &self.config.path_key
            && matches!(record.get(key), None | Some(Value::Nil | Value::Bool(false)))
        {
            record.insert(key.as_str(), Value::from(path));
        }
    }

    /// The event of a text that no parser takes, with `emit_unmatched_lines`.
    fn unmatched(&self, received: &mut Received, path: &str, now: EventTime) {
        if self.config.emit_unmatched_lines {
            let mut record = Record::with_capacity(2);
            record.push_new(Value::from("unmatched_line"), Value::String(received.text.clone()));
            self.add_path(&mut record, path);
            received.events.push(TailEvent { time: now, time_is_now: true, record });
        }
    }

    fn parse_multilines(
        &mut self,
        lines: Vec<Text>,
        position: u64,
        watcher: &mut TailWatcher,
        now: EventTime,
        out: &mut Vec<Received>,
    ) {
        let before = (lines.clone(), watcher.line_buffer.clone());
        let result = if self.parser.has_firstline() {
            if self.config.multiline_flush_interval.is_some() {
                watcher.flush_start = Some(now);
            }
            self.collect_from_firstline(lines, watcher, now, out)
        } else {
            self.collect_until_matched(lines, watcher, now, out)
        };
        // An exception loses the turn's events and leaves the lines where they are: in_tail tries
        // them again and again.
        if let Err(failed) = result {
            out.iter_mut().for_each(|received| received.events.clear());
            watcher.line_buffer = before.1;
            watcher.fail(before.0, position);
            out.push(failed);
        }
    }

    fn collect_from_firstline(
        &mut self,
        lines: Vec<Text>,
        watcher: &mut TailWatcher,
        now: EventTime,
        out: &mut Vec<Received>,
    ) -> Result<(), Received> {
        for line in lines {
            match self.parser.firstline(&line.text) {
                Err(error) => return Err(Received::failed(line, &error)),
                Ok(true) => {
                    if let Some(buffer) = watcher.line_buffer.replace(LineBuffer::new(line)) {
                        let text = Text { lines: buffer.lines, text: buffer.text };
                        out.push(self.convert_line_to_event(text, &watcher.path, now));
                    }
                }
                Ok(false) => match &mut watcher.line_buffer {
                    Some(buffer) => buffer.push(line),
                    None => out.push(self.before_firstline(line, &watcher.path, now)),
                },
            }
        }
        Ok(())
    }

    /// A line before the first event: logged, and with `emit_unmatched_lines` parsed, which takes
    /// its line end away before it is logged.
    fn before_firstline(&mut self, line: Text, path: &str, now: EventTime) -> Received {
        let mut received = if self.config.emit_unmatched_lines {
            self.convert_line_to_event(line, path, now)
        } else {
            Received::new(line.lines, line.text, Outcome::BeforeFirstLine)
        };
        let shown = inspect_string(&received.text);
        received.warn(format!("got incomplete line before first line from {path}: {shown}"));
        received
    }

    /// Without `format_firstline`: the buffer is tried after every line.
    fn collect_until_matched(
        &mut self,
        lines: Vec<Text>,
        watcher: &mut TailWatcher,
        now: EventTime,
        out: &mut Vec<Received>,
    ) -> Result<(), Received> {
        let mut buffer = watcher.line_buffer.take().unwrap_or_default();
        for line in lines {
            buffer.push(line);
            let mut yields = Vec::new();
            let result = self.parser.parse(&buffer.text, now, &mut yields);
            let is_event = |parsed: &&Yield| matches!(parsed, Yield::Event { time: Some(_), .. });
            for _ in yields.iter().filter(is_event) {
                // A second event of one text is looked for in the buffer that was just emptied.
                let LineBuffer { text, lines } = std::mem::take(&mut buffer);
                let text = Text { lines, text };
                out.push(self.convert_line_to_event(text, &watcher.path, now));
            }
            if let Err(error) = result {
                let text = Text { lines: buffer.lines, text: buffer.text };
                return Err(Received::failed(text, &error));
            }
        }
        watcher.line_buffer = Some(buffer);
        Ok(())
    }
}

impl Received {
    fn new(lines: Lines, text: RString, outcome: Outcome) -> Received {
        Received { lines, text, outcome, events: Vec::new(), said: Vec::new() }
    }

    fn failed(text: Text, error: &RubyError) -> Received {
        let mut received = Received::new(text.lines, text.text, Outcome::Failed);
        received.fail(&error.message);
        received
    }

    fn warn(&mut self, text: String) {
        self.said.push((Level::Warn, text, Vec::new()));
    }

    /// An exception that nothing of in_tail rescues.
    fn fail(&mut self, message: &str) {
        self.outcome = Outcome::Failed;
        self.said.push((Level::Error, message.to_owned(), Vec::new()));
    }
}
