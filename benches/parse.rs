//! `cargo bench --bench parse`: records a second of whole parsers on the lines Kubernetes writes,
//! beside real Ruby on the same machine (`ruby` 3.1's `match` alone, the yardstick of the bar: fifty
//! times fluentd's 85,000 records a second where Ruby matches 983,000). The best of several rounds
//! counts. `BENCH_LINES` and `BENCH_ROUNDS` change the size. With `FLUENTD_LOADER` (a Ruby file that puts
//! a fluentd on the load path and requires its parsers) fluentd's own parser is measured too, on the
//! same lines in the same run.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock and other programs' output")]

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use fluentd_playground::encoding::Encoding;
use fluentd_playground::fluent::config::element::{Attr, AttrValue, Element};
use fluentd_playground::fluent::config::types::Mode;
use fluentd_playground::fluent::environment::Environment;
use fluentd_playground::fluent::log::Log;
use fluentd_playground::fluent::plugin::parser::{Configure, Yield, new_parser};
use fluentd_playground::ruby::string::RString;
use fluentd_playground::source::{SourceId, Span};

const CRI: &str = r"/^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<log>.*)$/";
const NANO: &str = "%Y-%m-%dT%H:%M:%S.%L%z";

/// Fluentd's own rate, and Ruby's `match`, on the machine of the bar.
const FLUENTD: f64 = 85_000.0;
const RUBY_MATCH: f64 = 983_000.0;

struct Subject {
    name: &'static str,
    conf: &'static [(&'static str, &'static str)],
    lines: Vec<RString>,
}

fn main() {
    let setting = |name: &str, default: usize| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (count, rounds) = (setting("BENCH_LINES", 200_000), setting("BENCH_ROUNDS", 7));
    let subjects = [
        Subject {
            name: "regexp CRI + time",
            conf: &[("@type", "regexp"), ("expression", CRI), ("time_format", NANO)],
            lines: lines(count, cri_line),
        },
        Subject { name: "cri", conf: &[("@type", "cri")], lines: lines(count, cri_line) },
        Subject {
            name: "json Docker + time",
            conf: &[("@type", "json"), ("time_format", "%Y-%m-%dT%H:%M:%S.%NZ")],
            lines: lines(count, docker_line),
        },
    ];
    let ruby = ruby_matches(&subjects[0].lines);
    for subject in &subjects {
        let rate = records(subject, rounds);
        let nanoseconds = 1e9 / rate;
        print!("{:<20} {:>10.0} records/s {nanoseconds:>6.0} ns", subject.name, rate);
        match ruby {
            Some(ruby) => {
                let scaled = FLUENTD * ruby / RUBY_MATCH;
                println!("   {:>6.1} x fluentd (scaled by Ruby's match)", rate / scaled);
            }
            None => println!("   {:>6.1} x 85,000", rate / FLUENTD),
        }
        if let Some(fluentd) = fluentd_records(subject) {
            let times = rate / fluentd;
            println!(
                "{:<20} {fluentd:>10.0} records/s   {times:>6.1} x, measured",
                "  fluentd itself"
            );
        }
    }
    if let Some(ruby) = ruby {
        println!("{:<20} {ruby:>10.0} matches/s", "ruby match only");
    }
}

fn lines(count: usize, line: fn(usize) -> String) -> Vec<RString> {
    (0..count).map(|at| RString::new(line(at).as_bytes(), Encoding::Ascii8Bit)).collect()
}

fn cri_line(at: usize) -> String {
    let (second, nanosecond) = (at / 1000 % 60, at % 1000 * 1_000_003 % 1_000_000_000);
    let pad = "x".repeat(at % 40);
    format!(
        "2023-02-02T07:48:{second:02}.{nanosecond:09}Z stdout F 2023-02-02 16:48:11.576  INFO \
         [coupon-service,,] 15 --- [ Thread-4] coordinator.Scheduler : Sleeping {at} {pad}"
    )
}

fn docker_line(at: usize) -> String {
    let (second, nanosecond) = (at / 1000 % 60, at % 1000 * 1_000_003 % 1_000_000_000);
    let pad = "x".repeat(at % 40);
    format!(
        "{{\"log\":\"2023-02-02 16:48:11.576  INFO [coupon-service,,] 15 --- [ Thread-4] \
         coordinator.Scheduler : Sleeping {at} {pad}\\n\",\"stream\":\"stdout\",\
         \"time\":\"2023-02-02T07:48:{second:02}.{nanosecond:09}Z\"}}"
    )
}

fn records(subject: &Subject, rounds: usize) -> f64 {
    let mut conf = Element::new("parse", "", SourceId::Conf(0), Span::default());
    for (key, value) in subject.conf {
        conf.set(Attr {
            key: (*key).to_owned(),
            value: AttrValue::Text((*value).to_owned()),
            source: SourceId::Conf(0),
            key_span: Span::default(),
            value_span: Span::default(),
            used: false.into(),
        });
    }
    let environment = Environment::default();
    let mut log = Log::default();
    let mut with = Configure { environment: &environment, mode: Mode::default(), log: &mut log };
    let mut parser = new_parser(subject.conf[0].1, &conf, &mut with).unwrap();
    let mut out: Vec<Yield> = Vec::new();
    let mut best = f64::INFINITY;
    for _ in 0..rounds {
        let started = Instant::now();
        let mut matched = 0;
        for line in &subject.lines {
            out.clear();
            parser.parse(line, environment.now, &mut out).unwrap();
            matched += usize::from(matches!(out.first(), Some(Yield::Event { .. })));
        }
        best = best.min(started.elapsed().as_secs_f64());
        assert_eq!(matched, subject.lines.len(), "every line is an event");
    }
    subject.lines.len() as f64 / best
}

/// `match` alone, a second, by Debian's Ruby; `None` where there is none.
fn ruby_matches(lines: &[RString]) -> Option<f64> {
    let script = format!(
        "r={CRI}; l=STDIN.binmode.read.split(\"\\n\"); b=9e9; \
         5.times{{t=Process.clock_gettime(1); l.each{{|x| r.match(x)}}; \
         d=Process.clock_gettime(1)-t; b=d if d<b}}; puts l.size/b"
    );
    rate_of(&["-e", &script], lines)
}

/// Records a second of real fluentd's parser, where `FLUENTD_LOADER` says how to load it.
fn fluentd_records(subject: &Subject) -> Option<f64> {
    let loader = std::env::var("FLUENTD_LOADER").ok()?;
    let conf: Vec<String> =
        subject.conf.iter().map(|(key, value)| format!("%q~{key}~=>%q~{value}~")).collect();
    let script = format!(
        "l=STDIN.binmode.read.split(\"\\n\"); c=Fluent::Config::Element.new('parse','',{{{}}},[]); \
         q=Fluent::Plugin.new_parser({:?}); q.configure(c); b=9e9; n=0; \
         5.times{{t=Process.clock_gettime(1); l.each{{|x| q.parse(x){{|m,r| n+=1 if r}}}}; \
         d=Process.clock_gettime(1)-t; b=d if d<b}}; raise unless n==5*l.size; puts l.size/b",
        conf.join(","),
        subject.conf[0].1
    );
    rate_of(&["-W0", "-Eascii-8bit:ascii-8bit", "-r", &loader, "-e", &script], &subject.lines)
}

/// The number that a Ruby program prints for the lines.
fn rate_of(args: &[&str], lines: &[RString]) -> Option<f64> {
    let mut ruby = Command::new("ruby")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = ruby.stdin.take()?;
    for line in lines {
        input.write_all(line.as_bytes()).ok()?;
        input.write_all(b"\n").ok()?;
    }
    drop(input);
    let output = ruby.wait_with_output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
