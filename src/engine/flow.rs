//! The pipeline drawn, with what went through it; and what a configuration says that is not
//! simulated.

use super::events::is_partial;
use super::line_lints::SAMPLE;
use super::run::Engine;
use super::unit::{Unit, UnitKey, fate};
use super::{Flow, FlowEdge, FlowNode};
use crate::advise::convert::runtime_of;
use crate::advise::lint::{self, route::Seen};
use crate::diag::{Diagnostic, Message, codes};
use crate::fluent::config::element::{AttrValue, Element};
use crate::fluent::event::LineRef;
use crate::fluent::plugin::parser_msgpack;
use crate::fluent::root_agent::{Body, LOST_ERROR, LOST_NO_MATCH, OWN_LOG, SOURCES};
use crate::fluent::trace::Trace;
use crate::order::map::Map;
use crate::ruby::value::Value;
use crate::source::{SourceId, Span};

/// Numbers of the parse boxes begin here: beyond those of what is lost.
const PARSES: u32 = (SOURCES as u32) << 2;

/// Lines that no parser took.
const LOST_LINES: u32 = (1 << 21) + 3;

impl Engine {
    /// The pipeline drawn.
    pub fn flow(&self) -> Flow {
        let Some(pipeline) = &self.pipeline else { return Flow::default() };
        let mut flow = Flow::default();
        let mut counts: Map<(usize, usize), u64> = Map::new();
        for unit in &self.units {
            for (edge, count) in &unit.edges {
                *counts.slot(*edge) += count;
            }
        }
        self.source_nodes(&mut flow);
        flow.nodes.extend(self.own_log_node());
        for (id, plugin) in pipeline.agent.plugins.iter().enumerate() {
            let entered: u64 = counts.iter().filter(|(edge, _)| edge.1 == id).map(|(_, n)| n).sum();
            let goes_on = counts.keys().any(|edge| edge.0 == id);
            let ends_here = plugin.kind != "filter" && entered > 0 && !goes_on;
            let label = plugin.context.checked_sub(1).and_then(|at| pipeline.agent.labels.get(at));
            let detail = match label {
                Some(label) => format!("{label} {}", plugin.pattern),
                None => plugin.pattern.clone(),
            };
            flow.nodes.push(FlowNode {
                id: id as u32,
                kind: if plugin.kind == "filter" { "filter" } else { "match" },
                title: format!("{} {}", plugin.kind, plugin.type_name),
                detail,
                place: Some(plugin.place),
                entered,
                sink: if ends_here { plugin.sink().to_owned() } else { String::new() },
                simulated: plugin.simulated,
            });
        }
        for ((from, to), count) in counts.iter() {
            let from = match from.checked_sub(SOURCES) {
                Some(source) if *from != OWN_LOG => PARSES + source as u32,
                _ => *from as u32,
            };
            let lost = *to == LOST_NO_MATCH || *to == LOST_ERROR;
            flow.edges.push(FlowEdge { from, to: *to as u32, count: *count, lost });
        }
        self.lost_nodes(&mut flow);
        flow
    }

    fn source_nodes(&self, flow: &mut Flow) {
        let Some(pipeline) = &self.pipeline else { return };
        for (at, source) in pipeline.sources.iter().enumerate() {
            let (mut lines, mut lost) = (0, 0);
            for unit in &self.units {
                if !matches!(unit.key, UnitKey::Chunk { source, .. } if source == at) {
                    continue;
                }
                lost += unit.refused;
                lines += unit.tally.lines;
            }
            let id = (SOURCES + at) as u32;
            flow.nodes.push(FlowNode {
                id,
                kind: "source",
                title: format!("source {}", source.type_name),
                detail: match &source.tail {
                    Some(tail) => tail.paths().paths.join(" "),
                    None => source.label.clone().unwrap_or_default(),
                },
                place: Some(source.place),
                entered: lines,
                sink: String::new(),
                simulated: source.tail.is_some(),
            });
            if source.tail.is_none() {
                continue;
            }
            let parse = PARSES + at as u32;
            flow.nodes.push(FlowNode {
                id: parse,
                kind: "parse",
                title: format!("parse {}", source.parser),
                detail: String::new(),
                place: source.parse_place,
                entered: lines,
                sink: String::new(),
                simulated: true,
            });
            flow.edges.push(FlowEdge { from: id, to: parse, count: lines, lost: false });
            if lost > 0 {
                flow.edges.push(FlowEdge { from: parse, to: LOST_LINES, count: lost, lost: true });
            }
        }
    }

    fn lost_nodes(&self, flow: &mut Flow) {
        for (id, title) in [
            (LOST_LINES, "not matched"),
            (LOST_NO_MATCH as u32, "no patterns matched"),
            (LOST_ERROR as u32, "dump an error event"),
        ] {
            let entered: u64 =
                flow.edges.iter().filter(|edge| edge.to == id).map(|edge| edge.count).sum();
            if entered > 0 {
                flow.nodes.push(FlowNode {
                    id,
                    kind: "lost",
                    title: title.to_owned(),
                    detail: String::new(),
                    place: None,
                    entered,
                    sink: String::new(),
                    simulated: true,
                });
            }
        }
    }

    /// What is not simulated, by name.
    pub(super) fn not_simulated(&self) -> Vec<Diagnostic> {
        let Some(pipeline) = &self.pipeline else { return Vec::new() };
        let mut found = Vec::new();
        for plugin in &pipeline.agent.plugins {
            if plugin.simulated || !matches!(plugin.body, Body::Filter(_)) {
                continue;
            }
            let message = Message::new(
                format!(
                    "The filter {} is not simulated: events pass it unchanged here. In fluentd it may change or drop them.",
                    plugin.type_name
                ),
                format!(
                    "フィルター {} はシミュレートされません。ここではイベントがそのまま通りますが、実際の fluentd では変更や破棄が起こり得ます。",
                    plugin.type_name
                ),
            );
            found.push(
                Diagnostic::new(&codes::engine::NOT_SIMULATED, message)
                    .at(plugin.place.0, plugin.place.1),
            );
        }
        if let Some(root) = &self.root {
            unpacked(root, 5, &mut found);
        }
        for (source, span) in &pipeline.agent.workers.elsewhere {
            let message = Message::new(
                "Only worker 0 is simulated: nothing of this section runs here.",
                "シミュレートされるのは worker 0 だけです。このセクションはここでは動きません。",
            );
            found.push(Diagnostic::new(&codes::engine::NOT_SIMULATED, message).at(*source, *span));
        }
        for (plugin, what) in pipeline.agent.missing.keys() {
            let name = self.plugin_name(*plugin);
            let message = Message::new(
                format!("{name}: {what} is not simulated."),
                format!("{name}: {what} はシミュレートされません。"),
            );
            let mut diagnostic = Diagnostic::new(&codes::engine::NOT_SIMULATED, message);
            if let Some(plugin) = pipeline.agent.plugins.get(*plugin) {
                diagnostic = diagnostic.at(plugin.place.0, plugin.place.1);
            }
            found.push(diagnostic);
        }
        found.extend(self.own_log_cut());
        found
    }

    /// Everything there is to say, worst first; each once, and not without end.
    pub(super) fn diagnostics(&mut self) -> Vec<Diagnostic> {
        if let Some(known) = &self.diagnosed {
            return known.clone();
        }
        let complete = self.is_complete();
        let found = self.diagnose(complete);
        if complete {
            self.diagnosed = Some(found.clone());
        }
        found
    }

    fn diagnose(&mut self, complete: bool) -> Vec<Diagnostic> {
        let mut found = self.conf_lints.clone();
        if let Some(error) = self.boot_error.as_ref().filter(|_| self.syntax_errors.is_empty()) {
            let own = &error.error().message;
            // What the configuration alone showed knows the place and the edit: fluentd's sentence joins it.
            let told = |known: &&mut Diagnostic| {
                known.said.as_ref().is_some_and(|said| said.contains(own))
            };
            match found.iter_mut().find(told) {
                Some(known) => known.said = Some(error.said()),
                None => {
                    found.push(lint::boot::lint(self.root.as_ref(), error.error(), error.said()));
                }
            }
        }
        found.extend(self.not_simulated());
        found.extend(self.not_read());
        if complete && self.root.is_some() {
            let seen = self.seen();
            if let Some(root) = &self.root {
                found.extend(lint::route::lint(root, &seen));
            }
            let evidence = self.evidence();
            lint::weigh(&mut found, evidence);
            let open = |unit: &Unit| unit.fates.last() == Some(&fate::UNTERMINATED);
            if self.units.iter().any(open) {
                let code = &codes::tail::UNTERMINATED;
                found.push(Diagnostic::new(code, code.doc.into()));
            }
        }
        let mut kept: Vec<Diagnostic> = Vec::new();
        for diagnostic in found {
            if kept.len() < MAX_DIAGNOSTICS && !kept.contains(&diagnostic) {
                kept.push(diagnostic);
            }
        }
        crate::order::by_key(&mut kept, |diagnostic| diagnostic.severity);
        kept
    }

    /// What the finished run showed of the lines.
    fn evidence(&mut self) -> lint::Evidence {
        let lines: usize = self.units.iter().map(|unit| unit.fates.len()).sum();
        let (mut events, mut early) = (false, false);
        let now = self.settings.environment.now.sec;
        for time in self.event_times() {
            events = true;
            early |= (0..YEAR).contains(&time.sec) && time.sec != now;
        }
        lint::Evidence {
            no_runtime: lines > 0
                && !self.first_lines().iter().any(|line| runtime_of(line).is_some()),
            no_epoch: events && !early,
            all_taken: lines > 0 && !self.units.iter().any(|unit| unit.has_lost),
            all_looked_at: (1..=SAMPLE as usize).contains(&lines),
            found: self.line_lints(),
        }
    }

    /// What the run saw, for the findings that need it.
    fn seen(&mut self) -> Seen {
        let mut lost: Map<(usize, String), u64> = Map::new();
        let mut dumped = 0;
        for unit in &self.units {
            for ((router, tag), count) in &unit.lost_tags {
                let tag = String::from_utf8_lossy(tag).into_owned();
                if lost.len() < MAX_LOST_TAGS || lost.contains_key(&(*router, tag.clone())) {
                    *lost.slot((*router, tag)) += count;
                }
            }
            let errors = unit.edges.iter().filter(|((_, to), _)| *to == LOST_ERROR);
            dumped += errors.map(|(_, count)| count).sum::<u64>();
        }
        let labels = self.pipeline.as_ref().map(|p| p.agent.labels.clone()).unwrap_or_default();
        let lost_tags = lost
            .into_iter()
            .map(|((router, tag), count)| {
                let label = router.checked_sub(1).and_then(|at| labels.get(at));
                (label.cloned().unwrap_or_default(), tag, count)
            })
            .collect();
        let (lines, failed) = self.failures();
        let pieces = self.first_lines().iter().filter(|line| is_partial(line)).count();
        let mut seen = Seen {
            pieces,
            lost_tags,
            dumped,
            tags: self.tags_seen(),
            read: self.tags_read(),
            lines,
            failed,
            ..Seen::default()
        };
        self.look_at_events(&mut seen);
        seen
    }

    /// The first lines of each file that is read.
    fn first_lines(&self) -> Vec<Vec<u8>> {
        let mut first = Vec::new();
        for (file, known) in self.files.iter() {
            let Some(chunk) = known.text.chunks().first() else { continue };
            if !self.sources_of(*file).is_empty() {
                let lines = chunk.bytes.split(|byte| *byte == b'\n').take(SAMPLE as usize);
                first.extend(lines.map(<[u8]>::to_vec));
            }
        }
        first
    }

    /// Lines read, and the places of the plugins that sent an event to the error stream or kept one
    /// out.
    fn failures(&self) -> (u64, Vec<(SourceId, Span)>) {
        let (mut lines, mut ids) = (0, Vec::new());
        for unit in &self.units {
            lines += unit.fates.len() as u64;
            let ends = |bits: u32| bits & (fate::ERROR | fate::DROPPED) != 0;
            let own = if ends(unit.bits) { unit.fates.as_slice() } else { &[] };
            for bits in own.iter().chain(unit.late.iter().map(|(_, bits)| bits)) {
                let id = bits >> fate::PLUGIN;
                if ends(*bits) && !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
        let plugins = self.pipeline.as_ref().map(|pipeline| &pipeline.agent.plugins);
        let place = |id: u32| Some(plugins?.get(id as usize)?.place);
        (lines, ids.into_iter().filter_map(place).collect())
    }

    /// The label and the tag of what each source reads.
    fn tags_read(&self) -> Vec<(String, String)> {
        let Some(pipeline) = &self.pipeline else { return Vec::new() };
        let mut tags = Vec::new();
        for (file, known) in self.files.iter() {
            for source in self.sources_of(*file) {
                let Some(tag) = pipeline.tag(source, &known.path) else { continue };
                let label = pipeline.sources.get(source).and_then(|source| source.label.clone());
                tags.push((label.unwrap_or_default(), String::from_utf8_lossy(&tag).into_owned()));
            }
        }
        tags
    }

    /// The tags that the files get.
    fn tags_seen(&self) -> Vec<String> {
        let mut tags: Vec<String> = Vec::new();
        for (file, known) in self.files.iter() {
            for source in self.sources_of(*file) {
                let tag = self.pipeline.as_ref().and_then(|p| p.tag(source, &known.path));
                let tag = tag.map(|tag| String::from_utf8_lossy(&tag).into_owned());
                tags.extend(tag.filter(|tag| tags.len() < MAX_LOST_TAGS && !tags.contains(tag)));
            }
        }
        tags
    }

    /// The fields of events as they come to each plugin, and the events of those that look for
    /// traces, from a few lines of each source.
    fn look_at_events(&mut self, all: &mut Seen) {
        let seen = &mut all.fields;
        let mut sources = Vec::new();
        for at in 0..self.units.len() {
            let Some(UnitKey::Chunk { source, chunk, .. }) = self.units.get(at).map(|u| u.key)
            else {
                continue;
            };
            if sources.iter().filter(|known| **known == source).count() >= 3 {
                continue;
            }
            sources.push(source);
            let lines = (0..FOLLOWED).map(|line| LineRef { unit: chunk, line });
            if let Some(pipeline) = &mut self.pipeline {
                pipeline.agent.trace = Some(Trace::new(lines));
            }
            self.replay_head(at, 2 * FOLLOWED);
            let Some(pipeline) = &mut self.pipeline else { continue };
            let Some(trace) = pipeline.agent.trace.take() else { continue };
            for step in trace.steps.iter().filter(|step| step.enters) {
                let Some(plugin) = pipeline.agent.plugins.get(step.plugin) else { continue };
                if plugin.type_name == "detect_exceptions" {
                    all.traced.push((plugin.place, step.record.clone()));
                }
                let at = seen.iter().position(|(place, _)| *place == plugin.place);
                let at = at.unwrap_or_else(|| {
                    seen.push((plugin.place, Vec::new()));
                    seen.len() - 1
                });
                for (key, _) in step.record.iter() {
                    let Value::String(name) = key else { continue };
                    let known = &mut seen[at].1;
                    let name = name.to_lossy();
                    if known.len() < 100 && !known.iter().any(|known| **known == *name) {
                        known.push(name.as_ref().into());
                    }
                }
            }
        }
    }
}

/// A parser of packed bytes, which lines of text are not.
fn unpacked(element: &Element, depth: u32, found: &mut Vec<Diagnostic>) {
    let is_it = |key: &str| {
        let attr = element.peek(key).map(|attr| &attr.value);
        matches!(attr, Some(AttrValue::Text(name)) if name == parser_msgpack::NAME)
    };
    let reads = match element.name.as_str() {
        "parse" => is_it("@type"),
        "pattern" | "source" => is_it("format"),
        _ => false,
    };
    if reads {
        let message = Message::new(
            "The parser msgpack is not simulated: it takes no line here.",
            "パーサー msgpack はシミュレートされず、ここではどの行も受け入れません。",
        );
        let finding = Diagnostic::new(&codes::engine::NOT_SIMULATED, message);
        found.push(finding.at(element.source, element.name_span));
    }
    if let Some(depth) = depth.checked_sub(1) {
        element.elements.iter().for_each(|inner| unpacked(inner, depth, found));
    }
}

/// A time read as seconds that is none falls into the first year of the epoch.
const YEAR: i64 = 365 * 86_400;

/// Findings shown at most.
const MAX_DIAGNOSTICS: usize = 200;

/// Lines of a unit that are followed to see the fields of their events.
const FOLLOWED: u32 = 50;

/// Tags without a match told at most.
const MAX_LOST_TAGS: usize = 20;
