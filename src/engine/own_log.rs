//! fluentd's own log as events (`lib/fluent/fluent_log_event_router.rb`): what it says while it runs goes, tagged
//! `fluent.warn` and so on, to `<label @FLUENT_LOG>`, or else through the top level, if a match there takes it.
//!
//! fluentd emits them from a thread of their own, so that their place among the lines' events is left to chance. Here
//! they are one unit behind all others, and the numbers of the lines' events stay as they are without them. What
//! fluentd says of its start and its end is left out (it names process numbers), and so is what it says of these events
//! themselves, as fluentd leaves it out too.

use std::rc::Rc;

use super::run::Engine;
use super::unit::{Unit, UnitKey};
use super::{FlowNode, Step};
use crate::diag::{Diagnostic, Message, codes};
use crate::fluent::event::{Event, LineRef, Lines, Tag, share};
use crate::fluent::log::Sentence;
use crate::fluent::root_agent::{LOST_NO_MATCH, OWN_LOG, RootAgent};
use crate::ruby::value::{Record, Value};

/// So many are emitted.
const MOST: usize = 2000;

/// Chunk number of what these events begin with: no line.
const NO_LINE: u32 = u32::MAX;

impl Engine {
    /// What fluentd said in this run of the lines, as far as it says it at all.
    pub(super) fn own_log(&self) -> Vec<Sentence> {
        let Some(pipeline) = &self.pipeline else { return Vec::new() };
        let runs = |unit: &&Unit| matches!(unit.key, UnitKey::Chunk { .. } | UnitKey::Ticks);
        let said = self.units.iter().filter(runs).flat_map(|unit| &unit.log.sentences);
        said.filter(|said| said.level >= pipeline.log_level).take(MOST).cloned().collect()
    }

    /// The state in which they are emitted: before fluentd stops.
    pub(super) fn own_log_start(&self) -> Option<Rc<super::pipeline::Saved>> {
        let ticks = self.units.iter().find(|unit| unit.key == UnitKey::Ticks)?;
        Some(Rc::clone(&ticks.end))
    }

    /// Where they come from, in the pipeline drawn.
    pub(super) fn own_log_node(&self) -> Option<FlowNode> {
        let unit = self.units.iter().find(|unit| unit.key == UnitKey::OwnLog)?;
        let from =
            |((from, _), count): &((usize, usize), u64)| (*from == OWN_LOG).then_some(*count);
        let entered: u64 = unit.edges.iter().filter_map(from).sum();
        let agent = &self.pipeline.as_ref()?.agent;
        let label = agent.labels.iter().any(|label| label == "@FLUENT_LOG");
        (entered > 0).then(|| FlowNode {
            id: OWN_LOG as u32,
            kind: "source",
            title: "fluent.*".to_owned(),
            detail: if label { "@FLUENT_LOG".to_owned() } else { String::new() },
            place: None,
            entered,
            sink: String::new(),
            simulated: true,
        })
    }

    /// Says so when there is more of it than is emitted.
    pub(super) fn own_log_cut(&self) -> Option<Diagnostic> {
        self.units.iter().find(|unit| unit.key == UnitKey::OwnLog)?;
        let is_cut = self.units.iter().any(|unit| unit.log.skipped > 0);
        let message = Message::new(
            "Only the first sentences of fluentd's own log make events here: 200 of some thousand lines, 2,000 in all.",
            "fluentd 自身のログは、ここでは先頭の文だけがイベントになります (約千行ごとに 200 件、全部で 2,000 件まで)。",
        );
        (is_cut || self.own_log().len() == MOST)
            .then(|| Diagnostic::new(&codes::engine::NOT_SIMULATED, message))
    }

    /// How the event of a sentence begins.
    pub(super) fn own_log_step(&self, lines: &[LineRef], steps: &mut Vec<Step>) {
        let Some(LineRef { line, .. }) = lines.iter().find(|line| line.unit == NO_LINE) else {
            return;
        };
        let said = self.own_log();
        let (Some(said), Some(pipeline)) = (said.get(*line as usize), &self.pipeline) else {
            return;
        };
        let tag = String::from_utf8_lossy(&tag_of(said)).into_owned();
        steps.push(Step {
            plugin: "fluentd".to_owned(),
            place: said.place,
            message: Message::new(
                "fluentd says this of itself, and makes an event of it. When it does is left to chance: here it comes behind the lines.",
                "fluentd 自身のログがイベントになりました。いつ出力されるかは決まっていないため、ここでは行のイベントの後に並べます。",
            ),
            lines: Vec::new(),
            begins: true,
            after: Some((tag, pipeline.agent.environment.now, record_of(said))),
        });
    }
}

fn tag_of(said: &Sentence) -> Tag {
    format!("fluent.{}", said.level.name()).into_bytes().into()
}

fn record_of(said: &Sentence) -> Record {
    let mut record = Record::new();
    for (name, value) in &said.fields {
        record.insert(*name, value.clone());
    }
    record.insert("message", Value::from(said.text.as_str()));
    record
}

/// Emits them, each alone. What is raised on the way is only logged, and their log makes no events.
pub(super) fn emit(agent: &mut RootAgent, router: usize, said: &[Sentence]) {
    for (line, said) in (0..).zip(said) {
        agent.came_from = OWN_LOG;
        let event = Event {
            time: agent.now,
            time_is_now: true,
            record: share(record_of(said)),
            from: Lines::One(LineRef { unit: NO_LINE, line }),
        };
        let emitted = agent.emit_stream(router, &tag_of(said), vec![event]);
        let _ = agent.fatal_only(emitted);
    }
}

/// Of the unit only what reached an output counts: no line ended with it.
pub(super) fn only_events(unit: &mut Unit) {
    unit.late.clear();
    unit.lost_tags.clear();
    unit.log = crate::fluent::log::Log::default();
    unit.edges.retain(|((_, to), _)| *to != LOST_NO_MATCH);
}

#[cfg(test)]
mod tests {
    use crate::engine::run::Engine;
    use crate::engine::{EventFilter, EventView, Settings};
    use crate::ruby::inspect::inspect;
    use crate::ruby::value::Value;
    use crate::ruby::version::RubyVersion;
    use crate::source::Span;
    use std::rc::Rc;

    const SOURCE: &str = "<source>\n  @type tail\n  path /a.log\n  tag a\n  read_from_head true\n  <parse>\n    @type regexp\n    expression /^(?<n>\\d+)$/\n  </parse>\n</source>\n";

    fn engine(rest: &str, text: &str) -> Engine {
        let mut engine = Engine::new(Settings { own_log: true, ..Settings::default() });
        engine.set_file(1, "/a.log", text.as_bytes());
        engine.set_conf(&format!("{SOURCE}{rest}"));
        engine
    }

    fn events(engine: &mut Engine) -> Vec<EventView> {
        while engine.work(1000) {}
        engine.events(0..100, &EventFilter::default()).events
    }

    fn shown(engine: &mut Engine) -> Vec<String> {
        let record = |event: &EventView| {
            inspect(&Value::Hash(Rc::new(event.record.clone())), RubyVersion::V3_4)
        };
        events(engine).iter().map(|event| format!("{} {}", event.tag, record(event))).collect()
    }

    const TO_LABEL: &str = "<match a>\n  @type stdout\n</match>\n<label @FLUENT_LOG>\n  <match **>\n    @type stdout\n    @id own\n  </match>\n</label>\n";

    #[test]
    fn what_fluentd_says_of_a_line_reaches_the_label_behind_the_lines_events() {
        let mut engine = engine(TO_LABEL, "x\n1\n");
        assert_eq!(
            shown(&mut engine),
            [r#"a {"n" => "1"}"#, r#"fluent.warn {"message" => "pattern not matched: \"x\""}"#]
        );
        let own = events(&mut engine).pop().unwrap();
        assert_eq!((own.from, own.sink.as_str(), own.time_is_now), (None, "own", true));
        let story = engine.story(own.id);
        assert_eq!(story.first().map(|step| step.plugin.as_str()), Some("fluentd"));
        assert!(story.len() > 1, "{story:?}");
        let flow = engine.flow();
        let node = flow.nodes.iter().find(|node| node.title == "fluent.*").unwrap();
        assert!(flow.edges.iter().any(|edge| edge.from == node.id && edge.count == 1));
        assert_eq!((node.detail.as_str(), node.entered), ("@FLUENT_LOG", 1));
    }

    #[test]
    fn more_than_is_emitted_is_told() {
        let few = |engine: &mut Engine| {
            engine.summary().diagnostics.iter().any(|found| found.message.en.contains("2,000"))
        };
        let mut long = engine(TO_LABEL, &"x\n".repeat(300));
        assert_eq!((events(&mut long).len(), few(&mut long)), (100, true));
        let mut short = engine(TO_LABEL, "x\n");
        assert_eq!((events(&mut short).len(), few(&mut short)), (1, false));
    }

    #[test]
    fn an_edit_takes_back_what_was_said() {
        let mut engine = engine(TO_LABEL, "x\n1\n");
        assert_eq!(events(&mut engine).len(), 2);
        engine.edit_file(1, Span::new(0, 1), b"2");
        assert_eq!(shown(&mut engine), [r#"a {"n" => "2"}"#, r#"a {"n" => "1"}"#]);
    }

    #[test]
    fn what_the_log_names_are_fields_of_its_event() {
        let mut engine = engine("<match fluent.**>\n  @type stdout\n</match>\n", "1\n");
        let expected =
            r#"fluent.warn {"tag" => "a", "message" => "no patterns matched tag=\"a\""}"#;
        assert_eq!(shown(&mut engine), [expected]);
    }

    #[test]
    fn without_somebody_who_takes_it_the_log_makes_no_events() {
        let mut engine = engine("<match a>\n  @type stdout\n</match>\n", "x\n1\n");
        assert_eq!(shown(&mut engine), [r#"a {"n" => "1"}"#]);
    }
}
