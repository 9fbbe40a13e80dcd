//! The pipeline drawn, with what went through it; and what a configuration says that is not
//! simulated.

use std::collections::BTreeMap;

use super::run::Engine;
use super::unit::{UnitKey, fate};
use super::{Flow, FlowEdge, FlowNode};
use crate::diag::{Diagnostic, Message, codes};
use crate::fluent::root_agent::{Body, LOST_ERROR, LOST_NO_MATCH, SOURCES};

/// Numbers of the parse boxes begin here.
const PARSES: u32 = (SOURCES as u32) << 1;

/// Lines that no parser took.
const LOST_LINES: u32 = (1 << 21) + 3;

impl Engine {
    /// The pipeline drawn.
    pub fn flow(&self) -> Flow {
        let Some(pipeline) = &self.pipeline else { return Flow::default() };
        let mut flow = Flow::default();
        let mut counts: BTreeMap<(usize, usize), u64> = BTreeMap::new();
        for unit in &self.units {
            for (edge, count) in &unit.edges {
                *counts.entry(*edge).or_default() += count;
            }
        }
        self.source_nodes(&mut flow);
        for (id, plugin) in pipeline.agent.plugins.iter().enumerate() {
            let entered = counts.iter().filter(|(edge, _)| edge.1 == id).map(|(_, n)| n).sum();
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
                simulated: plugin.simulated,
            });
        }
        for ((from, to), count) in &counts {
            let from = match from.checked_sub(SOURCES) {
                Some(source) => PARSES + source as u32,
                None => *from as u32,
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
                for bits in &unit.fates {
                    match bits & fate::BASE {
                        fate::UNTERMINATED => continue,
                        fate::NOT_MATCHED | fate::INVALID | fate::SKIPPED => lost += 1,
                        _ => {}
                    }
                    lines += 1;
                }
            }
            let id = (SOURCES + at) as u32;
            flow.nodes.push(FlowNode {
                id,
                kind: "source",
                title: format!("source {}", source.type_name),
                detail: source.label.clone().unwrap_or_default(),
                place: Some(source.place),
                entered: lines,
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
        for (plugin, what) in &pipeline.agent.missing {
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
        found
    }

    /// Everything there is to say, worst first.
    pub(super) fn diagnostics(&mut self) -> Vec<Diagnostic> {
        let mut found = self.not_simulated();
        found.sort_by_key(|diagnostic| diagnostic.severity);
        found
    }
}
