//! What the engine shows depends on the texts alone, not on how they came to be: a run after edits is
//! the run of the same texts set as a whole. `INCREMENTAL=10000` edits so often (100 without),
//! `INCREMENTAL_SEED=n` otherwise than last time.
#![allow(clippy::unwrap_used, missing_docs)]

use fluentd_playground::engine::run::Engine;
use fluentd_playground::engine::{EventFilter, Settings};
use fluentd_playground::source::Span;

const CONF: &str = "<source>
  @type tail
  path /var/log/*.log
  pos_file /var/log/a.pos
  tag app.*
  read_from_head true
  <parse>
    @type regexp
    expression /^(?<time>\\d+) (?<stream>[a-z]+) (?<log>.*)$/
    time_type unixtime
  </parse>
</source>
<filter app.**>
  @type concat
  key log
  multiline_start_regexp /^S/
  stream_identity_key stream
  flush_interval 5
  timeout_label @OUT
</filter>
<match app.**>
  @type relabel
  @label @OUT
</match>
<label @OUT>
  <filter **>
    @type grep
    <exclude>
      key log
      pattern /noise/
    </exclude>
  </filter>
  <match **>
    @type stdout
  </match>
</label>
";

struct Random(u32);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % limit.max(1)
    }
}

fn line(random: &mut Random, number: usize) -> String {
    let stream = ["out", "err"][random.below(2)];
    match random.below(6) {
        0 => format!("{number} {stream} Start {}\n", random.below(1000)),
        1 => "garbage\n".to_owned(),
        2 => format!("{number} {stream} noise\n"),
        _ => format!("{number} {stream} at frame {}\n", random.below(1000)),
    }
}

fn settled(engine: &mut Engine) {
    while engine.work(500) {}
}

fn shown(engine: &mut Engine) -> (Vec<String>, Vec<String>, String) {
    let total = engine.events(0..0, &EventFilter::default()).total;
    assert!(total < 10_000);
    let window = engine.events(0..total, &EventFilter::default());
    let events = window.events.iter().map(|event| format!("{event:?}")).collect();
    let lines = engine.lines(0, 0..10_000).iter().map(|line| format!("{line:?}")).collect();
    let summary = engine.summary();
    (events, lines, format!("{:?} {:?}", summary.counts, summary.log))
}

/// Stories of some lines and events, chosen by the texts.
fn stories(engine: &mut Engine) -> Vec<String> {
    let total = engine.events(0..0, &EventFilter::default()).total;
    let mut out = Vec::new();
    for at in [0, total / 2, total.saturating_sub(1)] {
        let window = engine.events(at..at + 1, &EventFilter::default());
        for id in window.events.iter().map(|event| event.id) {
            out.push(format!("{:?}", engine.story(id)));
        }
        out.push(format!("{:?}", engine.line_story(0, at as u32)));
    }
    out
}

fn compare(engine: &mut Engine, conf: &str, text: &[u8], settings: &Settings, round: usize) {
    settled(engine);
    let mut fresh = Engine::new(settings.clone());
    fresh.set_conf(conf);
    fresh.set_file(0, "/var/log/a.log", text);
    settled(&mut fresh);
    assert_eq!(shown(engine), shown(&mut fresh), "round {round}");
    assert_eq!(stories(engine), stories(&mut fresh), "stories of round {round}");
}

#[test]
fn a_run_after_random_edits_is_the_run_of_the_whole_text() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let mut random = Random(number("INCREMENTAL_SEED").unwrap_or(7));
    let settings = Settings { run_seconds: 10, ..Settings::default() };
    let rounds = number("INCREMENTAL").unwrap_or(100) as usize;
    let others = [CONF.to_owned(), CONF.replace("@type concat", "@type stdout"), traces_conf()];
    for (start, rounds) in [(40, rounds), (3000, rounds / 20 + 1)] {
        let mut conf = CONF;
        let mut text: Vec<u8> =
            (0..start).flat_map(|number| line(&mut random, number).into_bytes()).collect();
        let mut engine = Engine::new(settings.clone());
        engine.set_conf(conf);
        engine.set_file(0, "/var/log/a.log", &text);
        settled(&mut engine);
        for round in 0..rounds {
            if random.below(20) == 0 {
                conf = &others[random.below(others.len())];
                engine.set_conf(conf);
            }
            let from = random.below(text.len() + 1);
            let to = (from + random.below(80)).min(text.len());
            let most = if text.len() > start * 60 { 2 } else { 4 };
            let new: String =
                (0..random.below(most)).map(|number| line(&mut random, number)).collect();
            text.splice(from..to, new.bytes());
            assert!(engine.edit_file(0, Span::new(from, to), new.as_bytes()));
            if random.below(3) == 0 {
                // The next edit comes before the run is through.
                engine.work(1);
                continue;
            }
            compare(&mut engine, conf, &text, &settings, round);
        }
    }
}

/// Stack traces put together by `detect_exceptions`, and records changed by Ruby.
fn traces_conf() -> String {
    let (source, rest) = CONF.split_once("<filter app").unwrap();
    let (_, label) = rest.split_once("<label").unwrap();
    format!(
        "{source}<filter app.**>\n  @type record_transformer\n  enable_ruby true\n  <record>\n    \
         n ${{record[\"log\"] << \"!\"; record[\"log\"].size}}\n  </record>\n</filter>\n\
         <match app.**>\n  @type detect_exceptions\n  remove_tag_prefix app\n  message log\n  \
         @label @OUT\n  multiline_flush_interval 2\n</match>\n<label{label}"
    )
}

#[test]
fn a_run_that_fluentd_did_not_survive_can_be_edited_back_to_life() {
    // An event that comes back to its own label for ever: SystemStackError.
    let conf = "<source>
  @type tail
  path /var/log/*.log
  tag app
  read_from_head true
  @label @LOOP
  <parse>
    @type regexp
    expression /^(?<log>a.*)$/
  </parse>
</source>
<label @LOOP>
  <match **>
    @type relabel
    @label @LOOP
  </match>
</label>
";
    let mut engine = Engine::new(Settings::default());
    engine.set_file(0, "/var/log/a.log", b"b\na\n");
    engine.set_conf(conf);
    settled(&mut engine);
    let ended = shown(&mut engine);
    assert!(engine.boot_error().is_some());
    engine.edit_file(0, Span::new(2, 4), b"");
    settled(&mut engine);
    assert!(engine.boot_error().is_none(), "the line that ended it is gone");
    assert_eq!(engine.summary().counts.not_matched, 1);
    engine.edit_file(0, Span::new(2, 2), b"a\n");
    settled(&mut engine);
    assert_eq!(shown(&mut engine), ended);
}
