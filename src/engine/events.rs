//! Lines, events and counts for the page.

use std::ops::Range;
use std::rc::Rc;

use super::run::{Engine, is_conf};
use super::unit::{UnitKey, count_line, fate, merge};
use super::{
    Counts, EventFilter, EventId, EventView, EventWindow, Fate, FileId, FileSummary, LineView,
    Summary,
};
use crate::fluent::event::LineRef;
use crate::fluent::log::Level;
use crate::fluent::root_agent::Delivered;
use crate::order::map::Map;
use crate::ruby::inspect::inspect_string;
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Value};
use crate::source::Span;

/// Sentences of fluentd's log that a summary shows.
const LOG_SHOWN: usize = 1000;

/// Units looked at by one question for filtered events.
const SEARCH_UNITS: usize = 8;

/// Most lines or events of one window.
const WINDOW: usize = 10_000;

/// A filter under way.
pub(super) struct Search {
    filter: EventFilter,
    found: Vec<EventId>,
    looked_at: usize,
}

impl Engine {
    /// Lines of a file. Before the run has come to them they are parsed alone, so that a window is
    /// answered at once.
    pub fn lines(&mut self, file: FileId, range: Range<u32>) -> Vec<LineView> {
        let Some(known) = self.files.get(&file) else { return Vec::new() };
        let end = range.end.min(known.text.lines());
        let range = range.start..end.min(range.start.saturating_add(WINDOW as u32));
        let sources = self.sources_of(file);
        let mut views = Vec::new();
        let mut line = range.start;
        while line < range.end {
            let Some(known) = self.files.get(&file) else { break };
            let Some((at, first)) = known.text.find_line(line) else { break };
            let Some(chunk) = known.text.chunks().get(at).cloned() else { break };
            let base = known.text.first_byte(at);
            let ranges = chunk.line_ranges();
            let units = self.units_of(chunk.id);
            for (in_chunk, bytes) in ranges.iter().enumerate().skip(first as usize) {
                if line >= range.end {
                    break;
                }
                let refer = LineRef { unit: chunk.id, line: in_chunk as u32 };
                let text = &chunk.bytes[bytes.clone()];
                let text = text.strip_suffix(b"\r").unwrap_or(text);
                let fate = if sources.is_empty() {
                    Fate::NotTailed
                } else {
                    self.fate(refer, &units, &sources, file, text)
                };
                views.push(LineView {
                    line,
                    span: Span::new(base + bytes.start, base + bytes.end),
                    fate,
                    fields: self.field_spans(sources.first().copied(), text),
                });
                line += 1;
            }
        }
        views
    }

    /// The bytes that become fields, by the parser of the first source that tails the file.
    fn field_spans(
        &mut self,
        source: Option<usize>,
        text: &[u8],
    ) -> Vec<crate::fluent::plugin::parser::FieldSpan> {
        let tail = source
            .and_then(|source| self.pipeline.as_mut()?.sources.get_mut(source)?.tail.as_mut());
        match tail {
            Some(tail) => {
                let text = RString::new(text, tail.encoding().encoding());
                tail.parser().field_spans(&text)
            }
            None => Vec::new(),
        }
    }

    fn fate(
        &mut self,
        line: LineRef,
        units: &[usize],
        sources: &[usize],
        file: FileId,
        text: &[u8],
    ) -> Fate {
        let mut bits = None;
        for unit in units {
            if let Some(own) = self.units.get(*unit).and_then(|u| u.fates.get(line.line as usize)) {
                bits = Some(bits.map_or(*own, |bits| merge(bits, *own)));
            }
        }
        let Some(mut bits) = bits else {
            return self.early_fate(sources, file, text);
        };
        let mut all = units.to_vec();
        if let Some(late) = self.late().get(&line) {
            bits = merge(bits, late.bits);
            all.extend(late.units.iter().map(|unit| *unit as usize));
        }
        self.fate_of_bits(bits, line, &all, file, text)
    }

    /// A line that the run has not come to: only what the parser says of it alone.
    fn early_fate(&mut self, sources: &[usize], file: FileId, text: &[u8]) -> Fate {
        match self.parse_alone(sources, file, text) {
            Some((fate::NOT_MATCHED, said)) => Fate::NotMatched { said },
            Some((fate::INVALID, said)) => Fate::Invalid { said },
            _ => Fate::Pending,
        }
    }

    /// What in_tail says of one line, unless its parser joins lines.
    fn parse_alone(
        &mut self,
        sources: &[usize],
        file: FileId,
        text: &[u8],
    ) -> Option<(u32, String)> {
        use crate::fluent::plugin::in_tail::Outcome;
        let path = Rc::clone(&self.files.get(&file)?.path);
        let pipeline = self.pipeline.as_mut()?;
        let now = pipeline.agent.environment.now;
        let tail = pipeline.sources.get_mut(*sources.first()?)?.tail.as_mut()?;
        if tail.is_multiline() {
            return None;
        }
        let mut watcher = tail.watch(&path, 0);
        watcher.append([text, b"\n"].concat().into());
        let batch = tail.on_notify(&mut watcher, now)?;
        let received = batch.received.first()?;
        let base = match received.outcome {
            Outcome::NotMatched => fate::NOT_MATCHED,
            Outcome::Invalid => fate::INVALID,
            Outcome::TooLong => fate::SKIPPED,
            _ => fate::TAKEN,
        };
        let said = received.said.first();
        let said = said.map(|(level, text, _)| format!("[{}]: {text}", level.name()));
        Some((base, said.unwrap_or_default()))
    }

    fn fate_of_bits(
        &mut self,
        bits: u32,
        line: LineRef,
        units: &[usize],
        file: FileId,
        text: &[u8],
    ) -> Fate {
        let partial = is_partial(text);
        if matches!(bits & fate::BASE, fate::NOT_MATCHED | fate::INVALID | fate::REFUSED) {
            // Also where `emit_unmatched_lines` or another source makes an event of it.
            return self.said_by_tail(bits & fate::BASE, line, units, file, text);
        }
        if bits & (fate::EVENT | fate::ERROR) == fate::EVENT {
            let events = self.events_of(line, units);
            return Fate::Event { events, joined: bits & fate::JOINED != 0, partial };
        }
        if bits & fate::ERROR != 0 {
            let (said, has_main) = self.error_of(line, units);
            let events = self.events_of(line, units);
            if has_main {
                return Fate::Event { events, joined: bits & fate::JOINED != 0, partial };
            }
            return Fate::Error { said, events };
        }
        let by = (bits >> fate::PLUGIN) as usize;
        if bits & fate::NO_MATCH != 0 {
            return Fate::NoMatch { tag: self.tag_of(line, units) };
        }
        if bits & fate::DROPPED != 0 {
            return Fate::Dropped { by: self.plugin_name(by) };
        }
        match bits & fate::BASE {
            fate::SKIPPED => self.said_by_tail(fate::SKIPPED, line, units, file, text),
            fate::UNTERMINATED => Fate::Unterminated,
            fate::EMPTY => Fate::Dropped { by: "parser".to_owned() },
            _ if self.is_complete() => Fate::Held { by: self.holder(line) },
            _ => Fate::Pending,
        }
    }

    fn said_by_tail(
        &mut self,
        base: u32,
        line: LineRef,
        units: &[usize],
        file: FileId,
        text: &[u8],
    ) -> Fate {
        let mut said: Vec<String> = Vec::new();
        for source in self.sources_of(file) {
            match self.parse_alone(&[source], file, text) {
                Some((own, one)) if own == base || base == fate::REFUSED => said.push(one),
                _ => {}
            }
        }
        said.retain(|one| !one.is_empty());
        said.dedup();
        let mut said = said.join("\n");
        if said.is_empty() {
            said = self.received_said(line, units).unwrap_or_default();
        }
        match base {
            fate::NOT_MATCHED | fate::REFUSED => {
                if said.is_empty() {
                    let shown = inspect_string(&RString::new(text, Default::default()));
                    said = format!("[warn]: pattern not matched: {shown}");
                }
                Fate::NotMatched { said }
            }
            fate::INVALID => Fate::Invalid { said },
            _ => Fate::Skipped { said },
        }
    }

    /// What in_tail said of the text that a line is in.
    fn received_said(&mut self, line: LineRef, units: &[usize]) -> Option<String> {
        for unit in units {
            let replay = self.replay(*unit)?;
            let found = replay.received.iter().find(|(lines, _)| lines.contains(&line));
            if let Some((_, received)) = found
                && let Some((level, text, _)) = received.said.first()
            {
                return Some(format!("[{}]: {text}", level.name()));
            }
        }
        None
    }

    /// Output events that a line became part of.
    fn events_of(&self, line: LineRef, units: &[usize]) -> Vec<EventId> {
        let mut events = Vec::new();
        for at in units {
            let (Some(unit), Some(start)) = (self.units.get(*at), self.event_starts.get(*at))
            else {
                continue;
            };
            for (row, event) in unit.rows.iter().enumerate() {
                if event.from.as_slice().contains(&line) {
                    events.push(start + row as u32);
                }
            }
        }
        crate::order::sort(&mut events);
        events.dedup();
        events
    }

    /// What fluentd said when a line's event failed, and whether it reached an output all the same,
    /// other than through `@ERROR`.
    fn error_of(&mut self, line: LineRef, units: &[usize]) -> (String, bool) {
        use crate::fluent::root_agent::Fate as End;
        let error_router = self.pipeline.as_ref().and_then(|p| p.agent.error_router);
        let mut said = String::new();
        let mut has_main = false;
        for unit in units {
            let Some(replay) = self.replay(*unit) else { continue };
            for (lines, end) in &replay.ends {
                if let End::Error { said: at, .. } = end
                    && said.is_empty()
                    && lines.as_slice().contains(&line)
                    && let Some(sentence) = replay.log.get(*at)
                {
                    said = format!("[{}]: {}", sentence.level.name(), sentence.text);
                }
            }
            has_main |= replay.delivered.iter().any(|delivered| {
                delivered.event.from.as_slice().contains(&line)
                    && self.context_of(delivered.sink) != error_router
            });
        }
        (said, has_main)
    }

    fn context_of(&self, plugin: usize) -> Option<usize> {
        Some(self.pipeline.as_ref()?.agent.plugins.get(plugin)?.context)
    }

    fn tag_of(&mut self, line: LineRef, units: &[usize]) -> String {
        for unit in units {
            let Some(unit) = self.units.get(*unit) else { continue };
            if let [((_, tag), _)] = &unit.lost_tags[..] {
                return String::from_utf8_lossy(tag).into_owned();
            }
        }
        let mut tag = String::new();
        for at in units {
            let Some(UnitKey::Chunk { source, file, .. }) = self.units.get(*at).map(|u| u.key)
            else {
                continue;
            };
            let path = self.files.get(&file).map(|known| Rc::clone(&known.path));
            let found = path.and_then(|path| self.pipeline.as_ref()?.tag(source, &path));
            tag = found.map(|tag| String::from_utf8_lossy(&tag).into_owned()).unwrap_or_default();
        }
        let _ = line;
        tag
    }

    pub(super) fn plugin_name(&self, plugin: usize) -> String {
        let found = self.pipeline.as_ref().and_then(|p| p.agent.plugins.get(plugin));
        found.map(|plugin| format!("{} {}", plugin.kind, plugin.type_name)).unwrap_or_default()
    }

    /// Which plugin keeps a line at the end of the run.
    fn holder(&mut self, line: LineRef) -> String {
        let Some(end) = self.units.last().map(|unit| Rc::clone(&unit.end)) else {
            return String::new();
        };
        let Some(pipeline) = &mut self.pipeline else { return String::new() };
        if end.carries.values().any(|carry| carry.lines.contains(&line)) {
            return "source tail".to_owned();
        }
        pipeline.agent.restore(&end.agent);
        let held = pipeline.agent.held();
        let found = held.into_iter().find(|(_, lines)| lines.as_slice().contains(&line));
        found.map(|(plugin, _)| self.plugin_name(plugin)).unwrap_or_default()
    }

    /// Events by number, after a filter.
    pub fn events(&mut self, range: Range<u64>, filter: &EventFilter) -> EventWindow {
        if *filter == EventFilter::default() {
            let total = u64::from(self.event_count());
            let end = range.end.min(total).min(range.start.saturating_add(WINDOW as u64));
            let ids: Vec<EventId> = (range.start..end).map(|id| id as EventId).collect();
            return EventWindow { total, complete: self.is_complete(), events: self.show(&ids) };
        }
        let mut search = match self.search.take() {
            Some(search) if search.filter == *filter => search,
            _ => Search { filter: filter.clone(), found: Vec::new(), looked_at: 0 },
        };
        let end = (search.looked_at + SEARCH_UNITS).min(self.units.len());
        for at in search.looked_at..end {
            self.search_unit(at, filter, &mut search.found);
        }
        search.looked_at = end;
        let total = search.found.len() as u64;
        let start = (range.start.min(total)) as usize;
        let stop = (range.end.min(total) as usize).min(start + WINDOW);
        let ids = search.found.get(start..stop.max(start)).unwrap_or_default().to_vec();
        let complete = self.is_complete() && search.looked_at == self.units.len();
        self.search = Some(search);
        EventWindow { total, complete, events: self.show(&ids) }
    }

    #[expect(clippy::disallowed_methods, reason = "what a person looks for, not Ruby's downcase")]
    fn search_unit(&mut self, at: usize, filter: &EventFilter, found: &mut Vec<EventId>) {
        let start = self.event_starts.get(at).copied().unwrap_or(0);
        let Some(unit) = self.units.get(at) else { return };
        if unit.rows.is_empty() {
            return;
        }
        let mut kept = Vec::new();
        for (row, event) in unit.rows.iter().enumerate() {
            let in_file = filter.file.is_none_or(|file| {
                let first = event.from.as_slice().first();
                first.and_then(|line| self.line_of(*line)).is_some_and(|at| at.0 == file)
            });
            let of_sink = filter.sink.as_ref().is_none_or(|sink| {
                let plugin = self.pipeline.as_ref();
                let plugin = plugin.and_then(|p| p.agent.plugins.get(event.sink as usize));
                plugin.is_some_and(|plugin| plugin.sink() == sink)
            });
            let in_time = filter
                .seconds
                .is_none_or(|(from, to)| event.time.sec >= from && event.time.sec < to);
            if in_file && of_sink && in_time {
                kept.push(row);
            }
        }
        let text = filter.text.to_lowercase();
        if text.is_empty() {
            found.extend(kept.into_iter().map(|row| start + row as u32));
            return;
        }
        let Some(replay) = self.replay(at) else { return };
        for row in kept {
            let Some(delivered) = replay.delivered.get(row) else { continue };
            let shown = Value::Hash(Rc::new(delivered.event.record.borrow().clone()));
            if holds(&delivered.tag, &text) || value_holds(&shown, &text, 0) {
                found.push(start + row as u32);
            }
        }
    }

    fn show(&mut self, ids: &[EventId]) -> Vec<EventView> {
        if let (Some(first), Some(last)) = (ids.first(), ids.last()) {
            let unit = |id| self.find_event(id).map_or(0, |at| at.0);
            self.sight = (unit(*first), unit(*last));
        }
        ids.iter().filter_map(|id| self.event(*id)).collect()
    }

    /// The unit of an event and its number there.
    pub(super) fn find_event(&self, id: EventId) -> Option<(usize, usize)> {
        let at = self.event_starts.partition_point(|start| *start <= id).checked_sub(1)?;
        let row = (id - self.event_starts.get(at)?) as usize;
        (row < self.units.get(at)?.rows.len()).then_some((at, row))
    }

    /// One event.
    pub fn event(&mut self, id: EventId) -> Option<EventView> {
        let (at, row) = self.find_event(id)?;
        let key = self.units.get(at)?.key;
        if let Some((_, kept)) = self.kept.iter().find(|(known, _)| *known == key) {
            return Some(self.view(id, key, kept.get(row)?));
        }
        let replay = self.replay(at)?;
        Some(self.view(id, key, replay.delivered.get(row)?))
    }

    fn view(&self, id: EventId, key: UnitKey, delivered: &Delivered) -> EventView {
        let agent = self.pipeline.as_ref().map(|pipeline| &pipeline.agent);
        let plugin = agent.and_then(|agent| agent.plugins.get(delivered.sink));
        let lines = delivered.event.from.as_slice();
        let label =
            plugin.and_then(|plugin| agent?.labels.get(plugin.context.checked_sub(1)?).cloned());
        EventView {
            id,
            tag: String::from_utf8_lossy(&delivered.tag).into_owned(),
            time: delivered.event.time,
            time_is_now: delivered.event.time_is_now,
            record: delivered.event.record.borrow().clone(),
            sink: plugin.map(|plugin| plugin.sink().to_owned()).unwrap_or_default(),
            label,
            flushed: matches!(key, UnitKey::Ticks | UnitKey::Shutdown),
            at_shutdown: key == UnitKey::Shutdown,
            from: lines.first().and_then(|line| self.line_of(*line)),
            lines: lines.len() as u32,
        }
    }

    /// Times of all events in order of output, for the count by minute.
    pub fn event_times(&self) -> impl Iterator<Item = EventTime> + Clone {
        let of_lines = self.units.iter().filter(|unit| unit.key != UnitKey::OwnLog);
        of_lines.flat_map(|unit| unit.rows.iter().map(|row| row.time))
    }

    /// The state of things.
    pub fn summary(&mut self) -> Summary {
        let mut files: Map<FileId, FileSummary> = Map::new();
        let listed: Vec<(FileId, Rc<str>)> =
            self.files.iter().map(|(file, known)| (*file, Rc::clone(&known.path))).collect();
        for (file, path) in listed {
            let source = self.sources_of(file).first().copied();
            let tag = source.and_then(|source| self.pipeline.as_ref()?.tag(source, &path));
            let tag = tag.map(|tag| String::from_utf8_lossy(&tag).into_owned());
            files.insert(file, FileSummary { file, tag, counts: Counts::default() });
        }
        self.count(&mut files);
        let mut files: Vec<FileSummary> = files.into_iter().map(|(_, file)| file).collect();
        let complete = self.is_complete();
        let mut counts = Counts::default();
        for FileSummary { counts: own, .. } in &mut files {
            // What waits now may only be on its way.
            own.held = if complete { own.held } else { 0 };
            add(&mut counts, own);
        }
        counts.events = u64::from(self.event_count());
        let unread = self
            .files
            .iter()
            .filter(|(file, known)| !is_conf(&known.path) && self.sources_of(**file).is_empty());
        counts.unread = unread.map(|(_, known)| u64::from(known.text.lines())).sum();
        Summary {
            complete,
            counts,
            files,
            boot_error: self.boot_error.as_ref().map(crate::fluent::root_agent::BootError::said),
            log: self.log(),
            diagnostics: self.diagnostics(),
            columns: self.columns(),
        }
    }

    /// Events so far.
    pub fn event_count(&self) -> u32 {
        self.event_starts.last().copied().unwrap_or(0)
    }

    /// Names of fields in order of first appearance.
    pub fn columns(&self) -> Vec<String> {
        let mut columns: Vec<String> = Vec::new();
        for name in self.units.iter().flat_map(|unit| &unit.columns) {
            if !columns.iter().any(|known| **known == **name) {
                columns.push(name.to_string());
            }
        }
        columns
    }

    /// The row of an event in the list that the last filter gave, if it is there.
    pub fn filtered_row(&self, event: EventId) -> Option<u32> {
        self.search.as_ref()?.found.binary_search(&event).ok().map(|row| row as u32)
    }

    fn log(&self) -> Vec<String> {
        let boot = self.pipeline.as_ref().map(|pipeline| &pipeline.boot_log);
        let read = std::iter::once(&self.read_log);
        let logs = read.chain(boot).chain(self.units.iter().map(|unit| &unit.log));
        let level = self.pipeline.as_ref().map_or(Level::Info, |pipeline| pipeline.log_level);
        logs.flat_map(|log| log.lines_from(level)).take(LOG_SHOWN).collect()
    }

    /// Counts lines by what became of them.
    fn count(&mut self, files: &mut Map<FileId, FileSummary>) {
        self.late();
        let late = self.late.take().unwrap_or_default();
        let mut late_of: Map<u32, Vec<(u32, u32)>> = Map::new();
        for (line, more) in &late {
            late_of.slot(line.unit).push((line.line, more.bits));
        }
        let pipeline = self.pipeline.as_ref();
        let plugins = pipeline.map_or(&[][..], |pipeline| &pipeline.agent.plugins);
        for unit in &self.units {
            let UnitKey::Chunk { file, chunk, .. } = unit.key else { continue };
            let Some(FileSummary { counts, .. }) = files.get_mut(&file) else { continue };
            add(counts, &unit.tally);
            for (line, more) in late_of.get(&chunk).into_iter().flatten() {
                let Some(bits) = unit.fates.get(*line as usize) else { continue };
                count_line(counts, *bits, -1, plugins);
                count_line(counts, merge(*bits, *more), 1, plugins);
            }
        }
        for unit in self.units.iter().filter(|unit| unit.tally.events < unit.rows.len() as u64) {
            for row in &unit.rows {
                let other = match (unit.key, row.from.as_slice().first()) {
                    (UnitKey::Chunk { chunk, .. }, Some(line)) if line.unit == chunk => None,
                    (_, line) => line.and_then(|line| self.line_of(*line)),
                };
                if let Some(summary) = other.and_then(|(file, _)| files.get_mut(&file)) {
                    summary.counts.events += 1;
                }
            }
        }
        self.late = Some(late);
    }
}

fn add(total: &mut Counts, counts: &Counts) {
    total.lines += counts.lines;
    total.events += counts.events;
    total.matched += counts.matched;
    total.not_matched += counts.not_matched;
    total.invalid += counts.invalid;
    total.lost += counts.lost;
    total.held += counts.held;
    total.dropped += counts.dropped;
}

/// A CRI line with the tag `P`, or a Docker JSON line whose `log` does not end in a newline.
pub(super) fn is_partial(line: &[u8]) -> bool {
    if line.first() == Some(&b'{') {
        let Some(at) = memchr::memmem::find(line, b"\"log\":\"") else { return false };
        let text = &line[at + 7..];
        let mut escaped = false;
        for (at, byte) in text.iter().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => return !text[..at].ends_with(b"\\n"),
                _ => {}
            }
        }
        return false;
    }
    let mut words = line.splitn(4, |byte| *byte == b' ');
    let (time, stream, tag) = (words.next(), words.next(), words.next());
    time.is_some_and(|time| time.first().is_some_and(u8::is_ascii_digit))
        && matches!(stream, Some(b"stdout" | b"stderr"))
        && tag.is_some_and(|tag| tag == b"P" || tag.starts_with(b"P:"))
}

#[expect(clippy::disallowed_methods, reason = "what a person looks for, not Ruby's downcase")]
fn holds(bytes: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(bytes).to_lowercase().contains(text)
}

fn value_holds(value: &Value, text: &str, depth: usize) -> bool {
    match value {
        Value::String(own) => holds(own.as_bytes(), text),
        Value::Array(items) if depth < 50 => {
            items.iter().any(|item| value_holds(item, text, depth + 1))
        }
        Value::Hash(hash) if depth < 50 => hash.iter().any(|(key, value)| {
            value_holds(key, text, depth + 1) || value_holds(value, text, depth + 1)
        }),
        Value::Array(_) | Value::Hash(_) => false,
        other => {
            let shown = crate::ruby::inspect::to_s(other, crate::ruby::version::RubyVersion::V3_4);
            holds(shown.as_bytes(), text)
        }
    }
}
