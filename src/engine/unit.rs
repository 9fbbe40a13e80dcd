//! A unit of work and what came of it: one chunk of one file read by one source, the timers after the
//! last line, or the shutdown. A unit is run from a saved state and leaves one; its records are not
//! kept but made again when someone wants to see them.

use std::rc::Rc;

use super::pipeline::{Carry, Pipeline, Saved};
use super::text::Chunk;
use super::{Counts, FileId, MOST_SECONDS, own_log};
use crate::fluent::event::{Event, LineRef, Lines, Tag, share};
use crate::fluent::log::{Fields, Level, Log, Sentence};
use crate::fluent::plugin::in_tail::watcher::LineBuffer;
use crate::fluent::plugin::in_tail::{self, Batch, Outcome, Received};
use crate::fluent::root_agent::{Delivered, Fate, Node, Plugin, SOURCES};
use crate::order::map::Map;
use crate::ruby::error::RubyError;
use crate::ruby::value::{EventTime, Value};

/// Line numbers from here on stand for lines that an earlier unit left behind.
const CARRIED: u32 = 1 << 31;

/// Sentences of fluentd's log kept per unit.
pub(crate) const LOG_ROOM: usize = 200;

/// Which unit: the text it reads, or the time after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum UnitKey {
    /// A chunk of a file, read by a source.
    Chunk {
        /// The source's number.
        source: usize,
        /// The file.
        file: FileId,
        /// The chunk.
        chunk: u32,
        /// Its version.
        version: u32,
    },
    /// The seconds between the last line and the shutdown.
    Ticks,
    /// The shutdown.
    Shutdown,
    /// What fluentd said of itself until then.
    OwnLog,
}

/// Bits of a line's fate.
pub(crate) mod fate {
    /// A parser took it, or waits for more of it.
    pub(crate) const TAKEN: u32 = 0;
    /// `pattern not matched`
    pub(crate) const NOT_MATCHED: u32 = 1;
    /// `invalid line found`
    pub(crate) const INVALID: u32 = 2;
    /// in_tail skipped it.
    pub(crate) const SKIPPED: u32 = 3;
    /// The last line has no end.
    pub(crate) const UNTERMINATED: u32 = 4;
    /// The parser took it and made nothing of it.
    pub(crate) const EMPTY: u32 = 5;
    /// One source's parser did not match it, another's raised.
    pub(crate) const REFUSED: u32 = 6;
    /// The part that tells what the parser said.
    pub(crate) const BASE: u32 = 7;
    /// An event of it reached a sink.
    pub(crate) const EVENT: u32 = 1 << 4;
    /// A plugin kept it out.
    pub(crate) const DROPPED: u32 = 1 << 5;
    /// It went to the error stream.
    pub(crate) const ERROR: u32 = 1 << 6;
    /// No match took its tag.
    pub(crate) const NO_MATCH: u32 = 1 << 7;
    /// Other lines are in the same event.
    pub(crate) const JOINED: u32 = 1 << 8;
    /// The plugin (or router) concerned begins here.
    pub(crate) const PLUGIN: u32 = 12;

    /// True when no parser took the line.
    pub(crate) fn is_refused(bits: u32) -> bool {
        matches!(bits & BASE, NOT_MATCHED | INVALID | SKIPPED | REFUSED)
    }

    /// True when nobody meant it: no parser took the line, or it went astray behind one.
    pub(crate) fn is_lost(bits: u32) -> bool {
        is_refused(bits) || (bits & (ERROR | NO_MATCH) != 0 && bits & EVENT == 0)
    }
}

/// One delivered event, without its record.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The time.
    pub(crate) time: EventTime,
    /// The output.
    pub(crate) sink: u32,
    /// Its lines.
    pub(crate) from: Lines,
}

/// What came of a unit.
#[derive(Debug)]
pub(crate) struct Unit {
    /// Which.
    pub(crate) key: UnitKey,
    /// The state it began with.
    pub(crate) start: Rc<Saved>,
    /// The state it left.
    pub(crate) end: Rc<Saved>,
    /// Delivered events, in order.
    pub(crate) rows: Vec<Row>,
    /// A fate for each line of the chunk.
    pub(crate) fates: Vec<u32>,
    /// True when one of them is a lost line's.
    pub(crate) has_lost: bool,
    /// The bits that any of them has.
    pub(crate) bits: u32,
    /// Lines that no parser took.
    pub(crate) refused: u64,
    /// How many of its lines have which fate, and its events that begin with one of them.
    pub(crate) tally: Counts,
    /// Fates of lines of other units.
    pub(crate) late: Vec<(LineRef, u32)>,
    /// fluentd's log.
    pub(crate) log: Log,
    /// Events that took each arrow.
    pub(crate) edges: Vec<((Node, Node), u64)>,
    /// Tags that nothing takes.
    pub(crate) lost_tags: Vec<((usize, Tag), u64)>,
    /// Field names of its events.
    pub(crate) columns: Vec<Rc<str>>,
    /// An exception that ended fluentd.
    pub(crate) fatal: Option<RubyError>,
}

/// A unit's events with their records, its fates and its whole log.
#[derive(Debug, Default)]
pub(crate) struct Replay {
    /// Delivered events.
    pub(crate) delivered: Vec<Delivered>,
    /// Lines that ended before a sink.
    pub(crate) ends: Vec<(Lines, Fate)>,
    /// fluentd's log.
    pub(crate) log: Vec<Sentence>,
    /// What in_tail made of each text.
    pub(crate) received: Vec<(Vec<LineRef>, Received)>,
}

/// What a unit works on.
pub(crate) enum Work<'w> {
    /// A chunk of a file.
    Chunk {
        /// The source's number.
        source: usize,
        /// The file.
        file: FileId,
        /// Its path.
        path: &'w str,
        /// The chunk.
        chunk: &'w Chunk,
    },
    /// The seconds between the last line and the shutdown.
    Ticks {
        /// How many.
        seconds: u32,
        /// The files' paths.
        paths: &'w Map<FileId, Rc<str>>,
    },
    /// The shutdown.
    Shutdown {
        /// The files' paths.
        paths: &'w Map<FileId, Rc<str>>,
    },
    /// What fluentd said of itself.
    OwnLog(&'w [Sentence]),
}

/// A run of one unit under way.
struct Run<'p> {
    pipeline: &'p mut Pipeline,
    carries: Map<(usize, FileId), Carry>,
    fates: Vec<u32>,
    late: Vec<(LineRef, u32)>,
    received: Option<Vec<(Vec<LineRef>, Received)>>,
    /// Keeps only the texts that were not taken.
    keep_refused: bool,
    refused: Vec<(Vec<LineRef>, Received)>,
}

impl Pipeline {
    /// Runs a unit and keeps what is needed to show it; its events too where `events` is there.
    pub(crate) fn run_unit(
        &mut self,
        key: UnitKey,
        work: &Work<'_>,
        start: &Rc<Saved>,
        events: Option<&mut Vec<Delivered>>,
    ) -> Unit {
        self.agent.log = Log::with_room(LOG_ROOM);
        self.agent.restore(&start.agent);
        let mut run = Run::new(self, start, false);
        let fatal = run.work(work).err();
        let Run { carries, fates, late, .. } = run;
        let mut unit = Unit {
            key,
            start: Rc::clone(start),
            end: Rc::new(Saved { agent: self.agent.save(), carries }),
            rows: Vec::with_capacity(self.agent.delivered.len()),
            fates,
            has_lost: false,
            bits: 0,
            refused: 0,
            tally: Counts::default(),
            late,
            log: std::mem::replace(&mut self.agent.log, Log::with_room(LOG_ROOM)),
            edges: std::mem::take(&mut self.agent.edges).into_iter().collect(),
            lost_tags: std::mem::take(&mut self.agent.lost_tags).into_iter().collect(),
            columns: Vec::new(),
            fatal,
        };
        if let Some(events) = events {
            events.clone_from(&self.agent.delivered);
        }
        unit.take(self, own_chunk(key));
        if key == UnitKey::OwnLog {
            own_log::only_events(&mut unit);
        }
        unit
    }

    /// Runs a unit once, for its records, its fates and the state it leaves.
    pub(crate) fn advance(
        &mut self,
        work: &Work<'_>,
        start: &Rc<Saved>,
    ) -> (Replay, Vec<u32>, Saved, Option<RubyError>) {
        self.agent.log = Log::with_room(LOG_ROOM);
        self.agent.restore(&start.agent);
        let mut run = Run::new(self, start, false);
        run.keep_refused = true;
        let fatal = run.work(work).err();
        let Run { carries, fates, refused, .. } = run;
        let end = Saved { agent: self.agent.save(), carries };
        let replay = Replay {
            delivered: std::mem::take(&mut self.agent.delivered),
            ends: std::mem::take(&mut self.agent.fates),
            log: std::mem::take(&mut self.agent.log).sentences,
            received: refused,
        };
        (replay, fates, end, fatal)
    }

    /// Runs a unit again, this time for its records; with a trace set in the agent also for that.
    pub(crate) fn replay(&mut self, work: &Work<'_>, start: &Rc<Saved>) -> Replay {
        self.agent.log = Log::default();
        self.agent.restore(&start.agent);
        let mut run = Run::new(self, start, true);
        // A fatal exception is known from the first run.
        let _ = run.work(work);
        let received = run.received.take().unwrap_or_default();
        Replay {
            delivered: std::mem::take(&mut self.agent.delivered),
            ends: std::mem::take(&mut self.agent.fates),
            log: std::mem::take(&mut self.agent.log).sentences,
            received,
        }
    }
}

fn own_chunk(key: UnitKey) -> Option<u32> {
    match key {
        UnitKey::Chunk { chunk, .. } => Some(chunk),
        UnitKey::Ticks | UnitKey::Shutdown | UnitKey::OwnLog => None,
    }
}

impl Unit {
    /// Takes the agent's results.
    fn take(&mut self, pipeline: &mut Pipeline, own: Option<u32>) {
        for (lines, end) in std::mem::take(&mut pipeline.agent.fates) {
            let bits = match end {
                Fate::Dropped(by) => fate::DROPPED | (by as u32) << fate::PLUGIN,
                Fate::Error { by, .. } => {
                    fate::ERROR | (by.unwrap_or(0xfffff) as u32) << fate::PLUGIN
                }
                Fate::NoMatch(router) => fate::NO_MATCH | (router as u32) << fate::PLUGIN,
            };
            self.mark(own, &lines, bits);
        }
        let mut delivered = std::mem::take(&mut pipeline.agent.delivered);
        for Delivered { sink, event, .. } in delivered.drain(..) {
            self.note_columns(&event);
            let joined = if event.from.as_slice().len() > 1 { fate::JOINED } else { 0 };
            self.mark(own, &event.from, fate::EVENT | joined);
            self.rows.push(Row { time: event.time, sink: sink as u32, from: event.from });
        }
        // The allocation is kept for the next unit.
        pipeline.agent.delivered = delivered;
        for bits in &self.fates {
            self.has_lost |= fate::is_lost(*bits);
            self.bits |= bits;
            self.refused += u64::from(fate::is_refused(*bits));
            count_line(&mut self.tally, *bits, 1, &pipeline.agent.plugins);
        }
        let is_own =
            |row: &&Row| row.from.as_slice().first().is_some_and(|line| own == Some(line.unit));
        self.tally.events = self.rows.iter().filter(is_own).count() as u64;
    }

    fn mark(&mut self, own: Option<u32>, lines: &Lines, bits: u32) {
        for line in lines.as_slice() {
            if own == Some(line.unit)
                && let Some(fate) = self.fates.get_mut(line.line as usize)
            {
                *fate = merge(*fate, bits);
            } else {
                self.late.push((*line, bits));
            }
        }
    }

    fn note_columns(&mut self, event: &Event) {
        for (at, (key, _)) in event.record.borrow().iter().enumerate() {
            let Value::String(name) = key else { continue };
            let is_it = |column: &Rc<str>| column.as_bytes() == name.as_bytes();
            if self.columns.get(at).is_some_and(is_it) || self.columns.iter().any(is_it) {
                continue;
            }
            if self.columns.len() < 200 {
                self.columns.push(name.to_lossy().as_ref().into());
            }
        }
    }
}

/// Counts a line: `by` is 1, or -1 to take it back. What `grep` keeps out is meant.
pub(crate) fn count_line(counts: &mut Counts, bits: u32, by: i64, plugins: &[Plugin]) {
    let is_meant = || {
        let plugin = plugins.get((bits >> fate::PLUGIN) as usize);
        plugin.is_some_and(|plugin| plugin.type_name == "grep")
    };
    let base = bits & fate::BASE;
    let add = |count: &mut u64| *count = count.saturating_add_signed(by);
    if base == fate::UNTERMINATED {
        return;
    }
    add(&mut counts.lines);
    match base {
        fate::NOT_MATCHED | fate::REFUSED => add(&mut counts.not_matched),
        fate::INVALID => add(&mut counts.invalid),
        fate::SKIPPED => add(&mut counts.lost),
        _ => {
            add(&mut counts.matched);
            let ends = bits & (fate::DROPPED | fate::ERROR | fate::NO_MATCH);
            if bits & fate::EVENT != 0 {
            } else if ends == fate::DROPPED && is_meant() {
                add(&mut counts.dropped);
            } else if ends != 0 || base == fate::EMPTY {
                add(&mut counts.lost);
            } else {
                add(&mut counts.held);
            }
        }
    }
}

/// Adds what happened to a line: the plugin of the worst end is the one that is named.
pub(crate) fn merge(fate: u32, bits: u32) -> u32 {
    const FLAGS: u32 = ((1 << fate::PLUGIN) - 1) & !fate::BASE;
    let ends = |bits: u32| bits & (fate::DROPPED | fate::ERROR | fate::NO_MATCH);
    let plugin = if ends(bits) != 0 { bits } else { fate } >> fate::PLUGIN << fate::PLUGIN;
    worse(fate & fate::BASE, bits & fate::BASE) | ((fate | bits) & FLAGS) | plugin
}

/// What two sources, or two looks at one line, make of its beginning.
fn worse(one: u32, other: u32) -> u32 {
    let refused = |base| matches!(base, fate::NOT_MATCHED | fate::INVALID | fate::REFUSED);
    match (one, other) {
        (one, other) if one == other => one,
        (one, other) if refused(one) && refused(other) => fate::REFUSED,
        (one, _) if refused(one) => one,
        (_, other) if refused(other) => other,
        _ => one.max(other),
    }
}

impl<'p> Run<'p> {
    fn new(pipeline: &'p mut Pipeline, start: &Rc<Saved>, keep: bool) -> Run<'p> {
        Run {
            carries: start.carries.clone(),
            pipeline,
            fates: Vec::new(),
            late: Vec::new(),
            received: keep.then(Vec::new),
            keep_refused: false,
            refused: Vec::new(),
        }
    }

    fn work(&mut self, work: &Work<'_>) -> Result<(), RubyError> {
        self.pipeline.agent.now = self.pipeline.agent.environment.now;
        match work {
            Work::Chunk { source, file, path, chunk } => self.chunk(*source, *file, path, chunk),
            Work::Ticks { seconds, paths } => {
                if let Some(error) = &self.pipeline.own_log_error {
                    return Err(error.clone());
                }
                for _ in 0..(*seconds).min(MOST_SECONDS) {
                    self.pipeline.agent.now.sec += 1;
                    self.tick(paths)?;
                }
                Ok(())
            }
            Work::Shutdown { paths } => self.shutdown(paths),
            Work::OwnLog(said) => {
                if let Some(router) = self.pipeline.log_router {
                    own_log::emit(&mut self.pipeline.agent, router, said);
                }
                Ok(())
            }
        }
    }

    fn chunk(
        &mut self,
        source: usize,
        file: FileId,
        path: &str,
        chunk: &Chunk,
    ) -> Result<(), RubyError> {
        self.fates = vec![fate::TAKEN; chunk.lines as usize];
        if chunk.is_unterminated() {
            self.fates.push(fate::UNTERMINATED);
        }
        let now = self.pipeline.agent.now;
        let Some(tail) =
            self.pipeline.sources.get_mut(source).and_then(|source| source.tail.as_mut())
        else {
            return Ok(());
        };
        let mut watcher = tail.watch(path, 0);
        let carried = self.carries.remove(&(source, file));
        let mut before = Vec::new();
        if let Some(carry) = carried {
            before = carry.lines;
            let lines = (0..before.len() as u32).map(|at| CARRIED + at).collect();
            watcher.line_buffer =
                Some(LineBuffer { lines: in_tail::Lines::Many(lines), text: carry.text });
            watcher.flush_start = carry.flush_start;
        }
        // Only whole lines: fluentd does not read an unfinished one.
        let end = memchr::memrchr(b'\n', &chunk.bytes).map_or(0, |at| at + 1);
        if end == chunk.bytes.len() {
            watcher.append(Rc::clone(&chunk.bytes));
        } else if end > 0 {
            watcher.append(chunk.bytes[..end].into());
        }
        let refer = |line: u32| match line.checked_sub(CARRIED) {
            Some(at) => before.get(at as usize).copied(),
            None => Some(LineRef { unit: chunk.id, line }),
        };
        let tag = tail.tag(path);
        while let Some(tail) =
            self.pipeline.sources.get_mut(source).and_then(|source| source.tail.as_mut())
        {
            let Some(batch) = tail.on_notify(&mut watcher, now) else { break };
            self.emit(source, &tag, batch, Some(chunk.id), &refer)?;
        }
        if let Some(buffer) = watcher.line_buffer.take() {
            let lines = buffer.lines.as_slice().iter().filter_map(|line| refer(*line)).collect();
            let flush_start = watcher.flush_start;
            self.carries.insert((source, file), Carry { text: buffer.text, lines, flush_start });
        }
        Ok(())
    }

    /// Emits what in_tail received at once.
    fn emit(
        &mut self,
        source: usize,
        tag: &Tag,
        batch: Batch,
        own: Option<u32>,
        refer: &dyn Fn(u32) -> Option<LineRef>,
    ) -> Result<(), RubyError> {
        let mut stream = Vec::with_capacity(batch.received.len());
        for mut received in batch.received {
            let from = match &received.lines {
                in_tail::Lines::One(line) => refer(*line).map_or(Lines::None, Lines::One),
                in_tail::Lines::Many(lines) => {
                    Lines::new(lines.iter().filter_map(|line| refer(*line)).collect())
                }
            };
            self.note(&received, &from, own);
            if self.keep_refused && received.outcome != Outcome::Matched {
                self.refused.push((Vec::new(), received.clone()));
            }
            let said = if self.received.is_some() {
                received.said.clone()
            } else {
                std::mem::take(&mut received.said)
            };
            for said in said {
                self.say(source, said);
            }
            let events = match &mut self.received {
                Some(kept) => {
                    let events = received.events.clone();
                    kept.push((from.as_slice().to_vec(), received));
                    events
                }
                None => std::mem::take(&mut received.events),
            };
            for event in events {
                stream.push(Event {
                    time: event.time,
                    time_is_now: event.time_is_now,
                    record: share(event.record),
                    from: from.clone(),
                });
            }
        }
        if batch.one_stream {
            return self.emit_stream(source, tag, stream);
        }
        for event in stream {
            self.emit_stream(source, tag, vec![event])?;
        }
        Ok(())
    }

    fn say(&mut self, source: usize, (level, text, fields): (Level, String, Fields)) {
        let says = self.pipeline.sources.get(source);
        if says.is_some_and(|source| level < source.log_level) {
            return;
        }
        if !self.pipeline.agent.log.has_room() {
            self.pipeline.agent.log.skip();
            return;
        }
        let id = self.pipeline.sources.get(source).and_then(|source| source.id.as_deref());
        let text = match id {
            Some(id) => format!("[{id}] {text}"),
            None => text,
        };
        self.pipeline.agent.log.push_with(level, text, fields);
    }

    fn emit_stream(
        &mut self,
        source: usize,
        tag: &Tag,
        stream: Vec<Event>,
    ) -> Result<(), RubyError> {
        if stream.is_empty() {
            return Ok(());
        }
        let Some(router) = self.pipeline.sources.get(source).map(|source| source.router) else {
            return Ok(());
        };
        let agent = &mut self.pipeline.agent;
        agent.came_from = SOURCES + source;
        let result = agent.emit_stream(router, tag, stream);
        // in_tail swallows what an output raises.
        agent.fatal_only(result)
    }

    /// Notes what in_tail made of the lines of one text.
    fn note(&mut self, received: &Received, from: &Lines, own: Option<u32>) {
        let base = match received.outcome {
            Outcome::Matched if received.events.is_empty() => fate::EMPTY,
            Outcome::Matched => fate::TAKEN,
            Outcome::NotMatched | Outcome::Incomplete => fate::NOT_MATCHED,
            Outcome::Invalid | Outcome::Failed => fate::INVALID,
            Outcome::TooLong | Outcome::BeforeFirstLine => fate::SKIPPED,
        };
        if base == fate::TAKEN {
            return;
        }
        for line in from.as_slice() {
            if own == Some(line.unit)
                && let Some(fate) = self.fates.get_mut(line.line as usize)
            {
                *fate |= base;
            } else {
                self.late.push((*line, base));
            }
        }
    }

    fn tick(&mut self, paths: &Map<FileId, Rc<str>>) -> Result<(), RubyError> {
        self.flush_carries(paths, false)?;
        self.pipeline.agent.tick()
    }

    fn shutdown(&mut self, paths: &Map<FileId, Rc<str>>) -> Result<(), RubyError> {
        self.flush_carries(paths, true)?;
        self.pipeline.agent.shutdown()
    }

    /// Lets every incomplete multiline event see the clock, or the shutdown.
    fn flush_carries(
        &mut self,
        paths: &Map<FileId, Rc<str>>,
        shutdown: bool,
    ) -> Result<(), RubyError> {
        let now = self.pipeline.agent.now;
        let mut keys: Vec<(usize, FileId)> = self.carries.keys().copied().collect();
        // A source's files in its own order, which is that of their paths.
        crate::order::by_key(&mut keys, |(source, file)| (*source, paths.get(file).cloned()));
        for (source, file) in keys {
            let (Some(carry), Some(path)) =
                (self.carries.remove(&(source, file)), paths.get(&file))
            else {
                continue;
            };
            let Some(tail) =
                self.pipeline.sources.get_mut(source).and_then(|source| source.tail.as_mut())
            else {
                continue;
            };
            let mut watcher = tail.watch(path, 0);
            let lines = (0..carry.lines.len() as u32).collect();
            watcher.line_buffer =
                Some(LineBuffer { lines: in_tail::Lines::Many(lines), text: carry.text.clone() });
            watcher.flush_start = carry.flush_start;
            let batch = if shutdown {
                tail.shutdown(&mut watcher, now)
            } else {
                tail.on_notify(&mut watcher, now)
            };
            let tag = tail.tag(path);
            match batch {
                Some(batch) => {
                    let refer = |line: u32| carry.lines.get(line as usize).copied();
                    self.emit(source, &tag, batch, None, &refer)?;
                }
                None => {
                    self.carries.insert((source, file), carry);
                }
            }
        }
        Ok(())
    }
}
