//! The engine's views as the protocol's rows.

use super::text::{Text, Utf16Map};
use super::values::{cell, date_and_clock, key, pretty, time_text};
use crate::diag::{Diagnostic, Fix as EngineFix, Severity as EngineSeverity};
use crate::engine::run::Engine;
use crate::engine::{Counts as EngineCounts, EventView, Fate, Flow as EngineFlow, LineView, Step};
use crate::order::map::Map;
use crate::protocol::{
    Cell, ConfEdit, Counts, EventRow, FateKind, FieldChange, FieldRow, FileId, Fix, Flow, FlowEdge,
    FlowNode, LineMark, LineRow, Message, Place, Problem, Severity, StepRow, Story,
};
use crate::ruby::value::Record;
use crate::source::{SourceId, Span};

/// Columns of the grid.
pub const COLUMNS: usize = 30;
/// Lines named at a step.
const STEP_LINES: usize = 400;

/// The texts that places refer to.
pub struct Places<'s> {
    /// The configuration.
    pub conf: &'s Utf16Map,
    /// The log files.
    pub files: &'s Map<FileId, Text>,
    /// Which of them the configuration includes.
    pub engine: &'s Engine,
}

impl Places<'_> {
    /// A range of a text as the page has it.
    pub fn place(&self, source: SourceId, span: Span) -> Option<Place> {
        match source {
            SourceId::Conf(0) => Some(Place::Conf {
                from: self.conf.unit(span.start),
                to: self.conf.unit(span.end),
                line: self.conf.line(span.start),
            }),
            SourceId::Conf(included) => {
                self.place(SourceId::File(self.engine.included_file(included)?), span)
            }
            SourceId::File(file) => {
                let text = self.files.get(&file)?;
                let line = text.line_of(span.start as usize);
                let start = text.line(line)?.start;
                let within = Span {
                    start: span.start.saturating_sub(start),
                    end: span.end.saturating_sub(start),
                };
                let (from, to) = text.columns(line, within);
                Some(Place::File { file, line, from, to })
            }
        }
    }

    fn fix(&self, fix: &EngineFix) -> Option<Fix> {
        let edit = |edit: &crate::diag::Edit| match self.place(edit.source, edit.span)? {
            Place::Conf { from, to, .. } => Some(ConfEdit { from, to, insert: edit.text.clone() }),
            Place::File { .. } => None,
        };
        let edits: Option<Vec<ConfEdit>> = fix.edits.iter().map(edit).collect();
        Some(Fix { title: message(&fix.title), edits: edits? })
    }

    /// A finding.
    pub fn problem(&self, found: &Diagnostic) -> Problem {
        Problem {
            code: found.code.path.to_owned(),
            severity: severity(found.severity),
            message: message(&found.message),
            help: Message { en: found.code.help.en.to_owned(), ja: found.code.help.ja.to_owned() },
            place: found.primary.as_ref().and_then(|label| self.place(label.source, label.span)),
            notes: found.notes.iter().map(message).collect(),
            said: found.said.clone(),
            fix: found.fix.as_ref().and_then(|fix| self.fix(fix)),
        }
    }

    /// The pipeline drawn.
    pub fn flow(&self, flow: &EngineFlow) -> Flow {
        let node = |node: &crate::engine::FlowNode| FlowNode {
            id: node.id,
            kind: node.kind.to_owned(),
            title: node.title.clone(),
            detail: node.detail.clone(),
            place: node.place.and_then(|(source, span)| self.place(source, span)),
            entered: small(node.entered),
            sink: node.sink.clone(),
            simulated: node.simulated,
        };
        let edge = |edge: &crate::engine::FlowEdge| FlowEdge {
            from: edge.from,
            to: edge.to,
            count: small(edge.count),
            lost: edge.lost,
        };
        Flow {
            nodes: flow.nodes.iter().map(node).collect(),
            edges: flow.edges.iter().map(edge).collect(),
        }
    }

    /// How an event came about. `groups`: the fields that its first line's groups captured.
    pub fn story(&self, event: u32, steps: &[Step], groups: &Map<String, u32>) -> Story {
        let mut before: Option<&(String, crate::ruby::value::EventTime, Record)> = None;
        let mut rows = Vec::with_capacity(steps.len());
        let mut last = None;
        for step in steps {
            let after = step.after.as_ref();
            let new_tag = after.filter(|now| before.is_none_or(|old| old.0 != now.0));
            let old = before.filter(|_| !step.begins);
            let new_time = after.filter(|now| old.is_none_or(|old| old.1 != now.1));
            rows.push(StepRow {
                plugin: step.plugin.clone(),
                place: step.place.and_then(|(source, span)| self.place(source, span)),
                message: message(&step.message),
                lines: step.lines.iter().take(STEP_LINES).copied().collect(),
                tag: new_tag.map(|now| now.0.clone()),
                time: new_time.map(|now| time_text(now.1)),
                fields: after
                    .map(|now| fields(old.map(|old| &old.2), &now.2, groups))
                    .unwrap_or_default(),
            });
            if after.is_some() {
                before = after;
                last = after;
            }
        }
        Story { event, steps: rows, json: last.map(|now| pretty(&now.2)).unwrap_or_default() }
    }
}

/// What a step did to the record.
fn fields(before: Option<&Record>, after: &Record, groups: &Map<String, u32>) -> Vec<FieldRow> {
    let mut rows = Vec::new();
    for (name, value) in after.iter() {
        let old = before.and_then(|record| record.iter().find(|(known, _)| *known == name));
        let name = key(name);
        let (change, old) = match old {
            None => (FieldChange::Added, None),
            Some((_, old)) if old == value => (FieldChange::Same, None),
            Some((_, old)) => (FieldChange::Changed, Some(cell(old))),
        };
        let group = groups.get(&name).copied();
        rows.push(FieldRow { name, value: cell(value), before: old, change, group });
    }
    for (name, value) in before.into_iter().flat_map(Record::iter) {
        if !after.iter().any(|(known, _)| known == name) {
            let (name, value, change) = (key(name), cell(value), FieldChange::Removed);
            rows.push(FieldRow { name, value, before: None, change, group: None });
        }
    }
    rows
}

/// A text in both languages.
pub fn message(message: &crate::diag::Message) -> Message {
    Message { en: message.en.clone(), ja: message.ja.clone() }
}

fn severity(severity: EngineSeverity) -> Severity {
    match severity {
        EngineSeverity::Fatal => Severity::Fatal,
        EngineSeverity::Lost => Severity::Lost,
        EngineSeverity::Changed => Severity::Changed,
        EngineSeverity::Hint => Severity::Hint,
        EngineSeverity::Bug => Severity::Bug,
    }
}

/// Counts as the page has them.
pub fn counts(counts: &EngineCounts) -> Counts {
    Counts {
        lines: small(counts.lines),
        matched: small(counts.matched),
        not_matched: small(counts.not_matched),
        invalid: small(counts.invalid),
        lost: small(counts.lost),
        held: small(counts.held),
        dropped: small(counts.dropped),
        unread: small(counts.unread),
        events: small(counts.events),
    }
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// One line.
pub fn line_row(view: &LineView, text: &Text, names: &mut Vec<String>) -> LineRow {
    let (fate, detail) = fate(&view.fate);
    let mark = |field: &crate::fluent::plugin::parser::FieldSpan| {
        let (from, to) = text.columns(view.line, field.span);
        let known = names.iter().position(|name| **name == *field.name);
        let name = known.unwrap_or_else(|| {
            names.push(field.name.to_string());
            names.len() - 1
        });
        LineMark { from, to, group: field.group, name: name as u32 }
    };
    LineRow {
        line: view.line,
        fate,
        detail,
        marks: view.fields.iter().map(mark).collect(),
        why: None,
    }
}

fn fate(fate: &Fate) -> (FateKind, String) {
    let plain = |kind| (kind, String::new());
    match fate {
        Fate::Pending => plain(FateKind::Pending),
        Fate::NotTailed => plain(FateKind::NotTailed),
        Fate::Event { joined, partial, .. } => {
            let kind = match (partial, joined) {
                (true, _) => FateKind::Partial,
                (false, true) => FateKind::Joined,
                (false, false) => FateKind::Event,
            };
            (kind, String::new())
        }
        Fate::Held { by } => (FateKind::Held, by.clone()),
        Fate::NotMatched { said } => (FateKind::NotMatched, said.clone()),
        Fate::Invalid { said } => (FateKind::Invalid, said.clone()),
        Fate::Dropped { by } => (FateKind::Dropped, by.clone()),
        Fate::Error { said, .. } => (FateKind::Error, said.clone()),
        Fate::NoMatch { tag } => (FateKind::NoMatch, tag.clone()),
        Fate::Unterminated => plain(FateKind::Unterminated),
        Fate::Skipped { said } => (FateKind::Skipped, said.clone()),
    }
}

/// A lost line as a row of the grid.
pub fn lost_row(view: &LineView, file: FileId) -> EventRow {
    let (kind, detail) = fate(&view.fate);
    let said = match kind {
        FateKind::NoMatch => format!("no patterns matched tag=\"{detail}\""),
        _ => detail.strip_prefix("[warn]: ").map(str::to_owned).unwrap_or(detail),
    };
    EventRow { from: Some((file, view.line)), said: Some(said), ..EventRow::default() }
}

/// One event as a row of the grid.
pub fn event_row(view: &EventView, columns: &[String]) -> EventRow {
    let (date, clock) = date_and_clock(view.time);
    let value = |name: &String| -> Option<Cell> { view.record.get(name).map(cell) };
    EventRow {
        id: Some(view.id),
        date,
        clock,
        now: view.time_is_now,
        tag: view.tag.clone(),
        cells: columns.iter().map(value).collect(),
        flushed: view.flushed,
        from: view.from,
        said: None,
    }
}
