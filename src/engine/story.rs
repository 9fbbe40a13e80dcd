//! How an event came about, and what became of a line, step by step. Made on demand: the units
//! concerned are run again with a trace.

use super::run::Engine;
use super::unit::{Replay, UnitKey};
use super::{EventId, FileId, Step};
use crate::diag::Message;
use crate::fluent::event::LineRef;
use crate::fluent::plugin::in_tail::Outcome;
use crate::fluent::root_agent::Plugin;
use crate::fluent::trace::{Trace, TraceStep};
use crate::ruby::value::Record;

/// Lines of one event that a story tells of.
const LINES: usize = 200;

/// Steps of one story.
const STEPS: usize = 500;

impl Engine {
    /// How an event came about.
    pub fn story(&mut self, id: EventId) -> Vec<Step> {
        let Some((at, row)) = self.find_event(id) else { return Vec::new() };
        let Some(event) = self.units.get(at).and_then(|unit| unit.rows.get(row)) else {
            return Vec::new();
        };
        let lines: Vec<LineRef> = event.from.as_slice().iter().take(LINES).copied().collect();
        self.tell(&lines, Some(at))
    }

    /// What became of a line.
    pub fn line_story(&mut self, file: FileId, line: u32) -> Vec<Step> {
        match self.refer(file, line) {
            Some(line) => self.tell(&[line], None),
            None => Vec::new(),
        }
    }

    fn tell(&mut self, lines: &[LineRef], last: Option<usize>) -> Vec<Step> {
        let mut units: Vec<usize> = Vec::new();
        for line in lines {
            units.extend(self.units_of(line.unit));
            if let Some(late) = self.late().get(line) {
                units.extend(late.units.iter().map(|unit| *unit as usize));
            }
        }
        units.extend(last);
        crate::order::sort(&mut units);
        units.dedup();
        let mut steps = Vec::new();
        for at in units {
            if let Some(pipeline) = &mut self.pipeline {
                pipeline.agent.trace = Some(Trace::new(lines.iter().copied()));
            }
            let replay = self.replay_now(at);
            let trace = self.pipeline.as_mut().and_then(|pipeline| pipeline.agent.trace.take());
            let (Some(replay), Some(trace)) = (replay, trace) else { continue };
            let told = steps.len();
            self.own_log_step(lines, &mut steps);
            self.received_steps(at, lines, &replay, &mut steps);
            if steps.len() == told && !trace.steps.is_empty() {
                self.let_go(at, &mut steps);
            }
            self.plugin_steps(&trace, &mut steps);
            self.end_steps(lines, &replay, &mut steps);
            steps.truncate(STEPS);
        }
        steps
    }

    /// A later unit goes on where the story stopped: what held the event lets it go.
    fn let_go(&self, at: usize, steps: &mut Vec<Step>) {
        let (en, ja) = match self.units.get(at).map(|unit| unit.key) {
            Some(UnitKey::Ticks) => (
                "It waited here until the timer let it go.",
                "ここで待ち、タイマーにより出力されました。",
            ),
            Some(UnitKey::Shutdown) => (
                "It waited here until fluentd stopped.",
                "ここで待ち、fluentd の終了時に出力されました。",
            ),
            _ => return,
        };
        let Some(last) = steps.last_mut() else { return };
        if last.plugin.starts_with("filter") {
            last.message = Message::new(en, ja);
        } else {
            let step = Step { message: Message::new(en, ja), after: None, ..last.clone() };
            steps.push(step);
        }
    }

    /// The source and its parser.
    fn received_steps(&self, at: usize, lines: &[LineRef], replay: &Replay, steps: &mut Vec<Step>) {
        let source = match self.units.get(at).map(|unit| unit.key) {
            Some(UnitKey::Chunk { source, .. }) => source,
            _ => 0,
        };
        let Some(source) = self.pipeline.as_ref().and_then(|p| p.sources.get(source)) else {
            return;
        };
        for (own, received) in &replay.received {
            if !own.iter().any(|line| lines.contains(line)) {
                continue;
            }
            let places: Vec<(FileId, u32)> =
                own.iter().filter_map(|line| self.line_of(*line)).collect();
            let said = received.said.first().map(|(_, text, _)| text.as_str()).unwrap_or_default();
            let message = match received.outcome {
                Outcome::Matched => Message::new(
                    format!("The parser takes it ({} bytes).", received.text.len()),
                    format!("パーサーがこの行を読み取りました ({} バイト)。", received.text.len()),
                ),
                _ => Message::new(
                    format!("The line is not taken: {said}"),
                    format!("この行は読み取られませんでした: {said}"),
                ),
            };
            let tag = replay_tag(self, at);
            let after =
                received.events.first().map(|event| (tag, event.time, event.record.clone()));
            steps.push(Step {
                plugin: format!("parse {}", source.parser),
                place: source.parse_place.or(Some(source.place)),
                message,
                lines: places,
                begins: true,
                after,
            });
        }
    }

    /// The plugins: one step for each time events went in and came out.
    fn plugin_steps(&self, trace: &Trace, steps: &mut Vec<Step>) {
        let Some(agent) = self.pipeline.as_ref().map(|pipeline| &pipeline.agent) else { return };
        let mut at = 0;
        while let Some(first) = trace.steps.get(at) {
            let Some(plugin) = agent.plugins.get(first.plugin) else { break };
            let run = trace.steps[at..]
                .iter()
                .take_while(|step| step.plugin == first.plugin)
                .count()
                .max(1);
            let group = &trace.steps[at..at + run];
            at += run;
            let (enters, leaves): (Vec<&TraceStep>, Vec<&TraceStep>) =
                group.iter().partition(|step| step.enters);
            let shown = if plugin.kind == "filter" { &leaves } else { &enters };
            let lines = enters
                .iter()
                .flat_map(|step| step.from.as_slice())
                .filter_map(|line| self.line_of(*line))
                .collect();
            steps.push(Step {
                plugin: title(plugin),
                place: Some(plugin.place),
                message: told(plugin, &enters, &leaves),
                lines,
                begins: false,
                after: shown.last().map(|step| {
                    (
                        String::from_utf8_lossy(&step.tag).into_owned(),
                        step.time,
                        step.record.clone(),
                    )
                }),
            });
        }
    }

    /// Where lines ended before a sink.
    fn end_steps(&self, lines: &[LineRef], replay: &Replay, steps: &mut Vec<Step>) {
        use crate::fluent::root_agent::Fate;
        for (from, end) in &replay.ends {
            if !from.as_slice().iter().any(|line| lines.contains(line)) {
                continue;
            }
            let (plugin, message) = match end {
                Fate::Dropped(_) => continue,
                Fate::Error { said, .. } => {
                    let said = replay.log.get(*said).map(|said| said.text.clone());
                    let said = said.unwrap_or_default();
                    (
                        "error stream".to_owned(),
                        Message::new(
                            format!("It goes to the error stream: {said}"),
                            format!("エラーストリームに送られました: {said}"),
                        ),
                    )
                }
                Fate::NoMatch(_) => (
                    "no match".to_owned(),
                    Message::new(
                        "No <match> takes its tag: it is lost here.",
                        "このタグを受け取る <match> がないため、ここで失われます。",
                    ),
                ),
            };
            steps.push(Step {
                plugin,
                place: None,
                message,
                lines: from.as_slice().iter().filter_map(|line| self.line_of(*line)).collect(),
                begins: false,
                after: None,
            });
        }
    }
}

fn replay_tag(engine: &Engine, at: usize) -> String {
    let Some(UnitKey::Chunk { source, file, .. }) = engine.units.get(at).map(|unit| unit.key)
    else {
        return String::new();
    };
    let path = engine.files.get(&file).map(|known| &*known.path).unwrap_or_default();
    let tag = engine.pipeline.as_ref().and_then(|pipeline| pipeline.tag(source, path));
    tag.map(|tag| String::from_utf8_lossy(&tag).into_owned()).unwrap_or_default()
}

fn title(plugin: &Plugin) -> String {
    match plugin.kind {
        "filter" => format!("filter {}", plugin.type_name),
        kind => format!("{kind} {} ({})", plugin.pattern, plugin.type_name),
    }
}

fn told(plugin: &Plugin, enters: &[&TraceStep], leaves: &[&TraceStep]) -> Message {
    if plugin.kind != "filter" {
        return Message::new(
            format!("Its tag is taken by <match {}>.", plugin.pattern),
            format!("<match {}> がこのタグを受け取ります。", plugin.pattern),
        );
    }
    if !plugin.simulated {
        return Message::new(
            "This filter is not simulated: the event passes unchanged.",
            "このフィルターはシミュレートされません。イベントはそのまま通ります。",
        );
    }
    match (enters, leaves) {
        (_, []) => Message::new(
            "Nothing comes out here now: the event is held, kept out or sent to the error stream.",
            "ここでは何も出力されません (保留、除外、またはエラーストリームへ送信)。",
        ),
        ([before], [after]) => changes(&before.record, &after.record),
        _ => Message::new(
            format!("{} events go in, {} come out.", enters.len(), leaves.len()),
            format!("{} 件が入り、{} 件が出ました。", enters.len(), leaves.len()),
        ),
    }
}

/// Which fields a filter added, changed and removed.
fn changes(before: &Record, after: &Record) -> Message {
    let name = |key: &crate::ruby::value::Value| {
        crate::ruby::inspect::to_s(key, crate::ruby::version::RubyVersion::V3_4)
            .to_lossy()
            .into_owned()
    };
    let find = |record: &Record, key: &str| record.get(key).cloned();
    let mut parts: [Vec<String>; 3] = Default::default();
    for (key, value) in after.iter() {
        let key = name(key);
        match find(before, &key) {
            None => parts[0].push(key),
            Some(old) if old != *value => parts[1].push(key),
            Some(_) => {}
        }
    }
    for (key, _) in before.iter() {
        let key = name(key);
        if find(after, &key).is_none() {
            parts[2].push(key);
        }
    }
    let [added, changed, removed] = parts;
    let mut en = Vec::new();
    let mut ja = Vec::new();
    for (names, verb_en, verb_ja) in
        [(added, "adds", "追加"), (changed, "changes", "変更"), (removed, "removes", "削除")]
    {
        if !names.is_empty() {
            en.push(format!("{verb_en} {}", names.join(", ")));
            ja.push(format!("{verb_ja}: {}", names.join(", ")));
        }
    }
    if en.is_empty() {
        return Message::new("Passes unchanged.", "変更せずに通します。");
    }
    Message::new(format!("It {}.", en.join("; ")), format!("{}。", ja.join("、")))
}
