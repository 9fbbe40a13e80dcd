//! What the engine shows depends on the texts alone, not on how they came to be: a run after edits is
//! the run of the same texts set as a whole.
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

#[test]
fn a_run_after_random_edits_is_the_run_of_the_whole_text() {
    let mut random = Random(7);
    let settings = Settings { run_seconds: 10, ..Settings::default() };
    for start in [40, 3000] {
        let mut text: Vec<u8> =
            (0..start).flat_map(|number| line(&mut random, number).into_bytes()).collect();
        let mut engine = Engine::new(settings.clone());
        engine.set_conf(CONF);
        engine.set_file(0, "/var/log/a.log", &text);
        settled(&mut engine);
        for round in 0..if start == 40 { 60 } else { 6 } {
            let from = random.below(text.len() + 1);
            let to = (from + random.below(80)).min(text.len());
            let new: String =
                (0..random.below(3)).map(|number| line(&mut random, number)).collect();
            text.splice(from..to, new.bytes());
            assert!(engine.edit_file(0, Span::new(from, to), new.as_bytes()));
            if random.below(3) == 0 {
                // The next edit comes before the run is through.
                engine.work(1);
                continue;
            }
            settled(&mut engine);
            let mut fresh = Engine::new(settings.clone());
            fresh.set_conf(CONF);
            fresh.set_file(0, "/var/log/a.log", &text);
            settled(&mut fresh);
            assert_eq!(shown(&mut engine), shown(&mut fresh), "round {round}");
        }
    }
}
