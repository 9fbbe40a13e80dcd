//! Configuration, NUL, file: the whole run, every view of it, and the same again after an edit.
#![no_main]

use fluentd_playground::engine::run::Engine;
use fluentd_playground::engine::{EventFilter, Settings};
use fluentd_playground::source::Span;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(at) = data.iter().position(|&byte| byte == 0) else { return };
    let (conf, text) = (&data[..at], &data[at + 1..]);
    let Ok(conf) = std::str::from_utf8(conf) else { return };
    let mut engine = started(conf, text);
    let seen = look(&mut engine);
    // Taken out and put back: as if nothing had happened.
    let half = text.len() / 2;
    engine.edit_file(0, Span::new(half, text.len()), b"");
    let _ = look(&mut engine);
    engine.edit_file(0, Span::new(half, half), &text[half..]);
    assert_eq!(look(&mut engine), seen, "after an edit and its undoing");
});

fn started(conf: &str, text: &[u8]) -> Engine {
    let mut engine = Engine::new(Settings::default());
    engine.set_file(0, "/var/log/containers/a.log", text);
    engine.set_conf(conf);
    engine
}

/// Everything a page asks for; what came out as text.
fn look(engine: &mut Engine) -> Vec<String> {
    let mut rounds = 0;
    while engine.work(1_000) {
        rounds += 1;
        assert!(rounds < 10_000, "no end");
    }
    let window = engine.events(0..50, &EventFilter::default());
    for event in window.events.iter().take(5) {
        let _ = (engine.event(event.id), engine.story(event.id));
    }
    let lines = engine.lines(0, 0..20);
    for line in 0..lines.len().min(5) {
        let _ = engine.line_story(0, line as u32);
    }
    let (_, _) = (engine.flow(), engine.failing(0, 10));
    let summary = engine.summary();
    let mut seen: Vec<String> =
        window.events.iter().map(|event| format!("{:?} {:?}", event.tag, event.record)).collect();
    seen.extend(summary.log);
    seen
}
