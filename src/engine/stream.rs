//! Files of any size in bounded memory: pieces go in, printed events come out, counts stay.
//!
//! The same units as the page's engine, run once and forgotten. What is kept grows with what the
//! pipeline itself buffers, not with the files.

use std::rc::Rc;

use super::pipeline::{Pipeline, Saved};
use super::text::Chunk;
use super::unit::{Replay, Work, fate};
use super::{Counts, FileId, Settings};
use crate::fluent::config::v1_parser::parse;
use crate::fluent::plugin::formatter::Formatter;
use crate::fluent::plugin::in_tail::Outcome;
use crate::fluent::root_agent::BootError;
use crate::order::map::Map;
use crate::ruby::error::RubyError;
use crate::ruby::inspect::inspect_string;

/// A run over streamed files.
pub struct Stream {
    pipeline: Pipeline,
    settings: Settings,
    paths: Map<FileId, Rc<str>>,
    state: Rc<Saved>,
    formatter: Formatter,
    counts: Counts,
    chunks: u32,
    fatal: Option<RubyError>,
}

/// What came of a piece.
#[derive(Debug, Default)]
pub struct Printed {
    /// Events as `@type stdout` prints them, one a line.
    pub events: Vec<u8>,
    /// Lines that were not taken, with what fluentd says.
    pub unmatched: Vec<String>,
    /// fluentd's own log.
    pub log: Vec<String>,
}

impl Stream {
    /// Makes a configuration ready; `files` are the logical paths of all files.
    pub fn new(
        conf: &str,
        settings: Settings,
        files: &[(FileId, String)],
    ) -> Result<(Stream, Vec<String>), String> {
        let environment = Rc::new(settings.environment.clone());
        let parsed = parse(conf, &environment);
        let mut root = match (parsed.root, parsed.errors.into_iter().next()) {
            (Some(root), _) => root,
            (None, error) => {
                let error = error.unwrap_or_else(|| RubyError::config("no configuration"));
                return Err(BootError::Uncaught(error).said());
            }
        };
        let (pipeline, error) = Pipeline::build(&mut root, &environment, settings.installed);
        if let Some(error) = error {
            return Err(error.said());
        }
        let level = pipeline.log_level;
        let log = parsed.log.lines_from(level).chain(pipeline.boot_log.lines_from(level)).collect();
        let stream = Stream {
            formatter: Formatter::stdout(&environment),
            state: Rc::clone(&pipeline.initial),
            pipeline,
            settings,
            paths: files.iter().map(|(file, path)| (*file, path.as_str().into())).collect(),
            counts: Counts::default(),
            chunks: 0,
            fatal: None,
        };
        Ok((stream, log))
    }

    /// The files to feed, with their sources, in fluentd's order.
    pub fn order(&self) -> Vec<(usize, FileId)> {
        let paths: Vec<(FileId, &str)> =
            self.paths.iter().map(|(file, path)| (*file, &**path)).collect();
        let mut order = Vec::new();
        for source in (0..self.pipeline.sources.len()).rev() {
            let tailed = self.pipeline.tailed(source, &paths, self.settings.existing);
            order.extend(tailed.into_iter().map(|file| (source, file)));
        }
        order
    }

    /// Feeds whole lines of a file.
    pub fn feed(&mut self, source: usize, file: FileId, bytes: &[u8]) -> Printed {
        let Some(path) = self.paths.get(&file).map(Rc::clone) else { return Printed::default() };
        let lines = memchr::memchr_iter(b'\n', bytes).count() as u32;
        let chunk = Chunk { id: self.chunks, version: 0, bytes: bytes.into(), lines };
        self.chunks += 1;
        self.advance(&Work::Chunk { source, file, path: &path, chunk: &chunk })
    }

    /// The seconds after the last line, and the shutdown.
    pub fn finish(&mut self) -> Printed {
        let paths = std::mem::take(&mut self.paths);
        let mut printed =
            self.advance(&Work::Ticks { seconds: self.settings.run_seconds, paths: &paths });
        if self.settings.shutdown {
            let last = self.advance(&Work::Shutdown { paths: &paths });
            printed.events.extend(last.events);
            printed.unmatched.extend(last.unmatched);
            printed.log.extend(last.log);
        }
        self.paths = paths;
        printed
    }

    /// Counts so far; `lost` counts events that ended before a sink.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The exception that ended fluentd.
    pub fn fatal(&self) -> Option<String> {
        self.fatal.clone().map(|error| BootError::Unexpected(error).said())
    }

    fn advance(&mut self, work: &Work<'_>) -> Printed {
        let mut printed = Printed::default();
        if self.fatal.is_some() {
            return printed;
        }
        let start = Rc::clone(&self.state);
        let (replay, fates, end, fatal) = self.pipeline.advance(work, &start);
        self.state = Rc::new(end);
        self.fatal = fatal;
        self.count(&replay, &fates);
        for delivered in &replay.delivered {
            let (record, time) = (delivered.event.record.borrow(), delivered.event.time);
            let end = printed.events.len();
            let out = &mut printed.events;
            if self.formatter.format_into(out, &delivered.tag, time, &record).is_err() {
                out.truncate(end);
            }
        }
        for (_, received) in &replay.received {
            if !matches!(received.outcome, Outcome::Matched) {
                let said = received.said.first().map(|(_, text, _)| text.clone());
                printed.unmatched.push(said.unwrap_or_else(|| inspect_string(&received.text)));
            }
        }
        let level = self.pipeline.log_level;
        let said = replay.log.iter().filter(|said| said.level >= level);
        printed.log = said.map(|said| format!("[{}]: {}", said.level.name(), said.text)).collect();
        printed
    }

    fn count(&mut self, replay: &Replay, fates: &[u32]) {
        let counts = &mut self.counts;
        for bits in fates {
            match bits & fate::BASE {
                fate::UNTERMINATED => continue,
                fate::NOT_MATCHED => counts.not_matched += 1,
                fate::INVALID => counts.invalid += 1,
                fate::SKIPPED => counts.lost += 1,
                _ => counts.matched += 1,
            }
            counts.lines += 1;
        }
        counts.lost += replay.ends.len() as u64;
        counts.events += replay.delivered.len() as u64;
    }
}
