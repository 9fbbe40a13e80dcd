//! The engine itself: texts in, units planned, run and reused.
//!
//! Invariants: what the engine shows depends on the texts and settings alone, not on how they came to
//! be; a unit is run again only when its text or the state it begins with has changed.

use std::collections::HashMap;
use std::rc::Rc;

use super::pipeline::{Pipeline, Saved};
use super::text::{Chunk, FileText};
use super::unit::{Replay, Unit, UnitKey, Work};
use super::{FileId, Settings};
use crate::advise::lint;
use crate::diag::Diagnostic;
use crate::fluent::config::element::Element;
use crate::fluent::config::v1_parser::parse;
use crate::fluent::event::LineRef;
use crate::fluent::log::{Level, Log, Sentence};
use crate::fluent::root_agent::{BootError, Delivered};
use crate::fluent::worker::take_workers;
use crate::order::map::Map;
use crate::ruby::error::RubyError;
use crate::source::{SourceId, Span};

/// Units kept with their records.
const REPLAYS: usize = 4;

/// Units in sight that keep their events as they are run.
const IN_SIGHT: usize = 3;

/// A tailed file.
pub(super) struct TailedFile {
    /// Its path.
    pub(super) path: Rc<str>,
    /// Its text.
    pub(super) text: FileText,
    /// How much of it.
    extent: Extent,
}

/// How much of a file is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// Its first lines: the run ends with them, and nothing comes after it.
    Beginning,
}

/// The engine. It never reads a clock, a file or the network.
pub struct Engine {
    pub(super) settings: Settings,
    pub(super) conf: String,
    pub(super) files: Map<FileId, TailedFile>,
    pub(super) pipeline: Option<Pipeline>,
    pub(super) boot_error: Option<BootError>,
    /// What fluentd said while it read the configuration.
    pub(super) read_log: Log,
    /// What is wrong with the text of the configuration; the first is what fluentd raises.
    pub(super) syntax_errors: Vec<RubyError>,
    /// The configuration as read.
    pub(super) root: Option<Element>,
    /// Its texts, with their paths as fluentd sees them; the first is fluent.conf.
    pub(super) conf_texts: Vec<(String, String)>,
    /// What the configuration alone tells.
    pub(super) conf_lints: Vec<Diagnostic>,
    /// All findings of the finished run.
    pub(super) diagnosed: Option<Vec<Diagnostic>>,
    pub(super) units: Vec<Unit>,
    /// Events before each unit, and in all.
    pub(super) event_starts: Vec<u32>,
    pub(super) late: Option<HashMap<LineRef, LateLine>>,
    pub(super) replays: Vec<(UnitKey, Rc<Replay>)>,
    /// The events of units in sight.
    pub(super) kept: Vec<(UnitKey, Vec<Delivered>)>,
    /// The first and last unit whose events were last asked for.
    pub(super) sight: (usize, usize),
    pub(super) search: Option<super::events::Search>,
    plan: Vec<UnitKey>,
    old: HashMap<UnitKey, Unit>,
    state: Rc<Saved>,
    next_chunk: u32,
    stale: bool,
    pub(super) ended: bool,
}

/// What later units did with a line.
#[derive(Clone, Debug, Default)]
pub(super) struct LateLine {
    /// Bits of its fate.
    pub(super) bits: u32,
    /// The units.
    pub(super) units: Vec<u32>,
}

/// Whether `@include` may find a file: all of a machine's could be, but logs are long.
pub(super) fn is_conf(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, end)| end == "conf")
}

impl Default for Engine {
    fn default() -> Engine {
        Engine::new(Settings::default())
    }
}

impl Engine {
    /// An engine without texts.
    pub fn new(settings: Settings) -> Engine {
        Engine {
            settings,
            conf: String::new(),
            files: Map::new(),
            pipeline: None,
            boot_error: None,
            read_log: Log::default(),
            syntax_errors: Vec::new(),
            root: None,
            conf_texts: Vec::new(),
            conf_lints: Vec::new(),
            diagnosed: None,
            units: Vec::new(),
            event_starts: vec![0],
            late: None,
            replays: Vec::new(),
            kept: Vec::new(),
            sight: (0, 0),
            search: None,
            plan: Vec::new(),
            old: HashMap::new(),
            state: Rc::default(),
            next_chunk: 0,
            stale: true,
            ended: false,
        }
    }

    /// Sets the configuration.
    pub fn set_conf(&mut self, conf: &str) {
        if self.stale || self.conf != conf {
            conf.clone_into(&mut self.conf);
            self.reconfigure();
        }
    }

    /// What the run depends on besides the texts.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Sets what the run depends on besides the texts.
    pub fn set_settings(&mut self, settings: Settings) {
        if self.settings != settings {
            self.settings = settings;
            self.reconfigure();
        }
    }

    /// Sets a file's path and its whole text.
    pub fn set_file(&mut self, file: FileId, path: &str, text: &[u8]) {
        let text = FileText::new(text, &mut self.next_chunk);
        self.insert(file, path, text, Extent::Whole);
    }

    /// The same, with units of a few lines each, and for a text that may be only the beginning of the
    /// file: a look at what it becomes while the whole is run elsewhere. Where fluentd's streams of
    /// events end can show in what such a run says.
    pub fn set_beginning(&mut self, file: FileId, path: &str, text: &[u8], extent: Extent) {
        let text = FileText::fine(text, &mut self.next_chunk);
        self.insert(file, path, text, extent);
    }

    fn insert(&mut self, file: FileId, path: &str, text: FileText, extent: Extent) {
        let old = self.files.insert(file, TailedFile { path: path.into(), text, extent });
        let was = old.is_some_and(|old| is_conf(&old.path));
        self.replan_files(was || is_conf(path));
    }

    /// Renames a file.
    pub fn rename_file(&mut self, file: FileId, path: &str) {
        if let Some(known) = self.files.get_mut(&file)
            && &*known.path != path
        {
            let conf = is_conf(&known.path) || is_conf(path);
            known.path = path.into();
            // The path is in the tag: nothing of the old results holds.
            self.forget();
            self.replan_files(conf);
        }
    }

    /// Replaces a range of a file's bytes. Returns false for a file that is not there.
    pub fn edit_file(&mut self, file: FileId, span: Span, text: &[u8]) -> bool {
        let Some(known) = self.files.get_mut(&file) else { return false };
        known.text.edit(span, text, &mut self.next_chunk);
        let conf = is_conf(&known.path);
        self.replan_files(conf);
        true
    }

    /// A file's path.
    pub fn path(&self, file: FileId) -> Option<&str> {
        Some(&self.files.get(&file)?.path)
    }

    /// True when nothing waited in a buffer between any two units that were run: what became of a line
    /// depends on no line before it.
    pub fn is_stateless(&self) -> bool {
        let Some(pipeline) = &self.pipeline else { return true };
        self.units.iter().all(|unit| unit.end == pipeline.initial)
    }

    /// Removes a file.
    pub fn remove_file(&mut self, file: FileId) {
        if let Some(old) = self.files.remove(&file) {
            self.replan_files(is_conf(&old.path));
        }
    }

    /// The number of a file that the configuration includes, by the number of its text.
    pub fn included_file(&self, text: u32) -> Option<FileId> {
        let (path, _) = self.conf_texts.get(text as usize).filter(|_| text > 0)?;
        let is_it = |known: &TailedFile| {
            path == &*known.path
                || path.strip_suffix(&*known.path).is_some_and(|at| at.ends_with('/'))
        };
        self.files.iter().find_map(|(file, known)| is_it(known).then_some(*file))
    }

    /// The path of a text and the 1-based line at which a range of it begins.
    pub fn place(&self, source: SourceId, span: Span) -> Option<(&str, u32)> {
        let at = span.start as usize;
        match source {
            SourceId::Conf(number) => {
                let (path, text) = self.conf_texts.get(number as usize)?;
                let lines = text.get(..at)?.matches('\n').count();
                Some((path, lines as u32 + 1))
            }
            SourceId::File(file) => {
                let known = self.files.get(&file)?;
                Some((&known.path, known.text.line_of(at)? + 1))
            }
        }
    }

    /// A file changed; `conf`: one that `@include` may find.
    fn replan_files(&mut self, conf: bool) {
        if conf && !self.stale {
            self.reconfigure();
        } else {
            self.replan();
        }
    }

    /// Why fluentd does not start, or why it ended.
    pub fn boot_error(&self) -> Option<&BootError> {
        self.boot_error.as_ref()
    }

    /// The whole text of a file.
    pub fn file_text(&self, file: FileId) -> Option<Vec<u8>> {
        Some(self.files.get(&file)?.text.bytes())
    }

    fn forget(&mut self) {
        self.units.clear();
        self.old.clear();
        self.replays.clear();
        self.kept.clear();
    }

    fn reconfigure(&mut self) {
        self.stale = false;
        self.forget();
        let mut environment = self.settings.environment.clone();
        let included = self.files.values().filter(|known| is_conf(&known.path));
        environment.files.extend(included.map(|known| {
            let text = String::from_utf8_lossy(&known.text.bytes()).into_owned();
            (known.path.as_ref().to_owned(), text)
        }));
        let environment = Rc::new(environment);
        let mut parsed = parse(&self.conf, &environment);
        let texts = parsed.files.iter();
        self.conf_texts = texts.map(|file| (file.path.clone(), file.text.clone())).collect();
        self.conf_lints = lint::conf::lint_conf(&parsed);
        self.conf_lints.extend(lint::conf::unset(&parsed, &environment));
        self.root = parsed.root.clone();
        if let Some(root) = &mut self.root {
            // What is wrong with them is said below.
            let _ = take_workers(root);
            self.conf_lints.extend(lint::parser::lint(root));
            self.conf_lints.extend(lint::tail::lint(root));
            self.conf_lints.extend(lint::time::lint(root, &environment));
        }
        self.read_log = parsed.log;
        self.syntax_errors = parsed.errors;
        self.ended = false;
        (self.pipeline, self.boot_error) = match parsed.root.take() {
            Some(mut root) => {
                let (pipeline, error) =
                    Pipeline::build(&mut root, &environment, self.settings.installed);
                (Some(pipeline), error)
            }
            None => {
                let error = self.syntax_errors.first().cloned();
                let error = error.unwrap_or_else(|| RubyError::config("no configuration"));
                (None, Some(BootError::Uncaught(error)))
            }
        };
        self.replan();
    }

    /// Plans the units anew; those that were run wait for reuse.
    fn replan(&mut self) {
        for unit in self.units.drain(..) {
            self.old.insert(unit.key, unit);
        }
        self.event_starts = vec![0];
        self.late = None;
        self.search = None;
        self.diagnosed = None;
        // What ended the last run need not end this one.
        if std::mem::take(&mut self.ended) {
            self.boot_error = None;
        }
        self.plan.clear();
        let (Some(pipeline), None) = (&self.pipeline, &self.boot_error) else { return };
        self.state = Rc::clone(&pipeline.initial);
        let paths: Vec<(FileId, &str)> =
            self.files.iter().map(|(file, known)| (*file, &*known.path)).collect();
        for source in (0..pipeline.sources.len()).rev() {
            for file in pipeline.tailed(source, &paths, self.settings.existing) {
                let Some(known) = self.files.get(&file) else { continue };
                self.plan.extend(known.text.chunks().iter().map(|chunk| UnitKey::Chunk {
                    source,
                    file,
                    chunk: chunk.id,
                    version: chunk.version,
                }));
                if known.extent == Extent::Beginning {
                    return;
                }
            }
        }
        self.plan.push(UnitKey::Ticks);
        if self.settings.shutdown {
            self.plan.push(UnitKey::Shutdown);
        }
        if self.settings.own_log && pipeline.log_router.is_some() {
            self.plan.push(UnitKey::OwnLog);
        }
    }

    /// Works on up to about `lines` lines (at least one unit, if there is one); false when all is
    /// done.
    pub fn work(&mut self, lines: u32) -> bool {
        if self.stale {
            self.reconfigure();
        }
        let mut budget = i64::from(lines);
        while let Some(&key) = self.plan.get(self.units.len()).filter(|_| !self.ended) {
            if budget < 0 {
                return true;
            }
            // What fluentd said may be something else now.
            let old = self.old.remove(&key).filter(|_| key != UnitKey::OwnLog);
            let unit = match old {
                Some(unit) if Rc::ptr_eq(&unit.start, &self.state) || unit.start == self.state => {
                    unit
                }
                _ => {
                    budget -= 1;
                    let Some(unit) = self.run(key) else { break };
                    budget -= unit.fates.len() as i64;
                    self.replays.retain(|(known, _)| *known != key);
                    unit
                }
            };
            self.push(unit);
        }
        self.old.clear();
        false
    }

    fn push(&mut self, unit: Unit) {
        self.state = Rc::clone(&unit.end);
        let before = self.event_count();
        self.event_starts.push(before + unit.rows.len() as u32);
        if let Some(error) = &unit.fatal {
            self.ended = true;
            self.boot_error = Some(BootError::Unexpected(error.clone()));
        }
        self.late = None;
        self.units.push(unit);
    }

    fn run(&mut self, key: UnitKey) -> Option<Unit> {
        let (paths, said) = (self.paths(), self.said_for(key));
        let work = work(&self.files, &paths, self.settings.run_seconds, &said, key)?;
        let at = self.units.len();
        let is_seen = self.sight.0 <= at && at <= self.sight.1;
        let mut events = is_seen.then(Vec::new);
        let is_own = key == UnitKey::OwnLog;
        let start = if is_own { self.own_log_start()? } else { Rc::clone(&self.state) };
        let mut unit = self.pipeline.as_mut()?.run_unit(key, &work, &start, events.as_mut());
        if is_own {
            unit.end = Rc::clone(&self.state);
        }
        self.kept.retain(|(known, _)| *known != key);
        if let Some(events) = events {
            if self.kept.len() >= IN_SIGHT {
                self.kept.remove(0);
            }
            self.kept.push((key, events));
        }
        Some(unit)
    }

    /// The sentences that a unit works on.
    fn said_for(&self, key: UnitKey) -> Vec<Sentence> {
        if key == UnitKey::OwnLog { self.own_log() } else { Vec::new() }
    }

    fn paths(&self) -> Map<FileId, Rc<str>> {
        self.files.iter().map(|(file, known)| (*file, Rc::clone(&known.path))).collect()
    }

    /// A unit's records, fates and log.
    pub(super) fn replay(&mut self, at: usize) -> Option<Rc<Replay>> {
        let key = self.units.get(at)?.key;
        if let Some(found) = self.replays.iter().position(|(known, _)| *known == key) {
            let kept = self.replays.remove(found);
            let replay = Rc::clone(&kept.1);
            self.replays.push(kept);
            return Some(replay);
        }
        let replay = Rc::new(self.replay_now(at)?);
        if self.replays.len() >= REPLAYS {
            self.replays.remove(0);
        }
        self.replays.push((key, Rc::clone(&replay)));
        Some(replay)
    }

    /// Runs a unit again, whatever is kept (for a trace).
    pub(super) fn replay_now(&mut self, at: usize) -> Option<Replay> {
        let unit = self.units.get(at)?;
        let (key, start) = (unit.key, Rc::clone(&unit.start));
        let (paths, said) = (self.paths(), self.said_for(key));
        let work = work(&self.files, &paths, self.settings.run_seconds, &said, key)?;
        Some(self.pipeline.as_mut()?.replay(&work, &start))
    }

    /// Runs the first lines of a unit's chunk again, for a trace.
    pub(super) fn replay_head(&mut self, at: usize, lines: u32) -> Option<Replay> {
        let unit = self.units.get(at)?;
        let (key, start) = (unit.key, Rc::clone(&unit.start));
        let paths = self.paths();
        let work = work(&self.files, &paths, self.settings.run_seconds, &[], key)?;
        let Work::Chunk { source, file, path, chunk } = work else { return None };
        let work = Work::Chunk { source, file, path, chunk: &chunk.head(lines) };
        Some(self.pipeline.as_mut()?.replay(&work, &start))
    }

    /// What later units did with lines of earlier ones.
    pub(super) fn late(&mut self) -> &HashMap<LineRef, LateLine> {
        let units = &self.units;
        self.late.get_or_insert_with(|| {
            let mut late: HashMap<LineRef, LateLine> = HashMap::new();
            for (at, unit) in units.iter().enumerate() {
                for (line, bits) in &unit.late {
                    let entry = late.entry(*line).or_default();
                    entry.bits = super::unit::merge(entry.bits, *bits);
                    if entry.units.last() != Some(&(at as u32)) {
                        entry.units.push(at as u32);
                    }
                }
            }
            late
        })
    }

    /// The file and line of a reference.
    pub(super) fn line_of(&self, line: LineRef) -> Option<(FileId, u32)> {
        self.files.iter().find_map(|(file, known)| {
            let at = known.text.chunks().iter().position(|chunk| chunk.id == line.unit)?;
            Some((*file, known.text.first_line(at) + line.line))
        })
    }

    /// The reference of a line.
    pub(super) fn refer(&self, file: FileId, line: u32) -> Option<LineRef> {
        let text = &self.files.get(&file)?.text;
        let (at, line) = text.find_line(line)?;
        Some(LineRef { unit: text.chunks().get(at)?.id, line })
    }

    /// Units that read a chunk.
    pub(super) fn units_of(&self, chunk: u32) -> Vec<usize> {
        let is_it =
            |unit: &Unit| matches!(unit.key, UnitKey::Chunk { chunk: own, .. } if own == chunk);
        (0..self.units.len()).filter(|at| self.units.get(*at).is_some_and(is_it)).collect()
    }

    /// True when every planned unit is there.
    pub(super) fn is_complete(&self) -> bool {
        !self.stale && (self.ended || self.units.len() == self.plan.len())
    }

    /// True when in_tail warns of lines of this file that it does not take: `@log_level` lets it.
    pub fn warns_of(&self, file: FileId) -> bool {
        let pipeline = self.pipeline.as_ref();
        let sources = self.sources_of(file).into_iter();
        let mut sources = sources.filter_map(|source| pipeline?.sources.get(source));
        sources.any(|source| source.log_level <= Level::Warn)
    }

    /// Sources that tail a file, by the plan.
    pub(super) fn sources_of(&self, file: FileId) -> Vec<usize> {
        let mut sources: Vec<usize> = self
            .plan
            .iter()
            .filter_map(|key| match key {
                UnitKey::Chunk { source, file: own, .. } if *own == file => Some(*source),
                _ => None,
            })
            .collect();
        sources.dedup();
        sources
    }
}

/// What a unit works on.
fn work<'w>(
    files: &'w Map<FileId, TailedFile>,
    paths: &'w Map<FileId, Rc<str>>,
    seconds: u32,
    said: &'w [Sentence],
    key: UnitKey,
) -> Option<Work<'w>> {
    Some(match key {
        UnitKey::Chunk { source, file, chunk, .. } => {
            let known = files.get(&file)?;
            let chunk: &Chunk = known.text.chunks().iter().find(|known| known.id == chunk)?;
            Work::Chunk { source, file, path: &known.path, chunk }
        }
        UnitKey::Ticks => Work::Ticks { seconds, paths },
        UnitKey::Shutdown => Work::Shutdown { paths },
        UnitKey::OwnLog => Work::OwnLog(said),
    })
}
