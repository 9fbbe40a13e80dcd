//! Random expressions of `record_transformer` against Debian's `ruby` (3.1): values, exceptions and
//! what became of the record. What the evaluator does not simulate is counted, and must stay rare.
//!
//! `FUZZ_EXPRESSIONS=20000 FUZZ_SEED=7 cargo test --test fuzz_expression -- --nocapture` does a long
//! run; without settings it does a short one.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use fluentd_playground::fluent::environment::Environment;
use fluentd_playground::fluent::expression::object::{Object, Raised};
use fluentd_playground::fluent::expression::parser::Failed;
use fluentd_playground::fluent::expression::{Binding, Program, changed};
use fluentd_playground::ruby::json_gem;
use fluentd_playground::ruby::value::{EventTime, Value};
use fluentd_playground::ruby::version::RubyVersion;
use serde_json::json;

#[path = "fuzz/expression_grammar.rs"]
mod expression_grammar;
#[path = "fuzz/grammar.rs"]
#[allow(dead_code)]
mod grammar;

use grammar::Dice;

const RECORD: &str = r#"{"log":"hello world","level":"info","n":5,"f":1.5,"b":true,"nul":null,
 "kubernetes":{"namespace_name":"default","pod_name":"web-1","labels":{"app":"web","a.b/c":"d"}},
 "arr":[1,2],"msg":"ERROR: user=alice id=42 path=/a/b.txt\n","s":"  pad  ","u":"héllo 日本","e":"",
 "words":["b","a","c"],"objs":[{"k":"x","v":1},{"k":"y","v":2}]}"#;

/// A short run.
const SHORT: usize = 3_000;

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

struct EventBinding {
    environment: Environment,
    record: RefCell<Value>,
    time: RefCell<Option<Object>>,
}

const TAG: &str = "kubernetes.var.log.containers.web-1_default_app-0123.log";

impl Binding for EventBinding {
    fn variable(&self, name: &str) -> Result<Option<Object>, Raised> {
        let parts: Vec<&str> = TAG.split('.').collect();
        let list = |items: Vec<String>| {
            let items = items.iter().map(|item| Value::from(item.as_str()));
            Value::from(items.collect::<Vec<_>>())
        };
        Ok(Some(Object::Value(match name {
            "tag" => TAG.into(),
            "hostname" => "test-host".into(),
            "time" => {
                let set = self.time.borrow().clone();
                let time = EventTime { sec: 1_675_324_091, nsec: 576_765_119 };
                return Ok(Some(set.unwrap_or_else(|| Object::time(time, &self.environment))));
            }
            "record" => self.record.borrow().clone(),
            "tag_parts" => list(parts.iter().map(|part| (*part).to_owned()).collect()),
            "tag_prefix" => list((0..parts.len()).map(|i| parts[..=i].join(".")).collect()),
            "tag_suffix" => list((0..parts.len()).map(|i| parts[i..].join(".")).collect()),
            _ => return Ok(None),
        })))
    }

    fn environment(&self) -> &Environment {
        &self.environment
    }

    fn self_inspect(&self) -> String {
        "#<Expander>".to_owned()
    }

    fn change(&self, name: &str, path: &[Value], object: Object) -> bool {
        match name {
            "record" => {
                let old = self.record.borrow().clone();
                *self.record.borrow_mut() =
                    changed(old, path, object.into_value(RubyVersion::V3_1));
                true
            }
            "time" => {
                *self.time.borrow_mut() = Some(object);
                true
            }
            _ => false,
        }
    }
}

/// The value's or exception's text and the record's, or what is not simulated.
fn ours(code: &str, record: &Value) -> Result<(String, String), String> {
    let program = match Program::parse(code) {
        Ok(program) => program,
        Err(Failed::Syntax(_)) => return Ok(("SyntaxError".to_owned(), String::new())),
        Err(Failed::NotSimulated { what, .. }) => return Err(what),
    };
    let printed = program.root.print();
    let again = Program::parse(&printed).unwrap_or_else(|e| panic!("{code} → {printed}: {e:?}"));
    assert_eq!(again.root.print(), printed, "printing is stable: {code}");
    let binding = EventBinding {
        environment: Environment {
            ruby: RubyVersion::V3_1,
            hostname: "test-host".to_owned(),
            env: vec![("HOME_X".to_owned(), "x_y".to_owned())],
            ..Environment::default()
        },
        record: RefCell::new(record.clone()),
        time: RefCell::new(None),
    };
    let shown = match program.eval(&binding) {
        Ok(object) => object.inspect(RubyVersion::V3_1),
        Err(Raised::Error(error)) => format!("{}: {}", error.class, error.message),
        Err(Raised::NotSimulated { what, .. }) => return Err(what),
        Err(other) => return Err(format!("{other:?}")),
    };
    let record = binding.record.borrow().clone();
    Ok((shown, Object::Value(record).inspect(RubyVersion::V3_1)))
}

struct Oracle {
    child: std::process::Child,
    out: BufReader<std::process::ChildStdout>,
}

impl Oracle {
    fn start() -> Option<Oracle> {
        let record = std::env::temp_dir().join(format!("record-{}.json", std::process::id()));
        std::fs::write(&record, RECORD).unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz/expression.rb");
        let ruby = std::env::var("RUBY").unwrap_or_else(|_| "ruby".to_owned());
        let mut child = Command::new(ruby)
            .arg(script)
            .arg(&record)
            .env("TZ", "UTC")
            .env("LC_ALL", "C")
            .env("HOME_X", "x_y")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let out = BufReader::new(child.stdout.take()?);
        Some(Oracle { child, out })
    }

    fn ask(&mut self, code: &str) -> Option<(String, String)> {
        let input = self.child.stdin.as_mut()?;
        writeln!(input, "{}", json!(code)).ok()?;
        let mut line = String::new();
        self.out.read_line(&mut line).ok()?;
        let answer: serde_json::Value = serde_json::from_str(&line).ok()?;
        let text = |key: &str| answer[key].as_str().unwrap_or_default().to_owned();
        if answer["v"].is_string() {
            return Some((text("v"), text("r")));
        }
        if answer["e"] == "SyntaxError" {
            return Some(("SyntaxError".to_owned(), String::new()));
        }
        Some((format!("{}: {}", text("e"), text("m")), text("r")))
    }
}

/// Ruby's message may go on with a hint, or show an object's address.
fn agrees(ours: &str, theirs: &str) -> bool {
    if ours == theirs {
        return true;
    }
    let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    let hidden = theirs.contains("0x0");
    let class = |text: &str| text.split(':').next().unwrap_or_default().to_owned();
    theirs.contains("Error")
        && (first(ours) == first(theirs) || hidden && class(ours) == class(theirs))
}

#[test]
fn every_expression_means_what_ruby_says() {
    let Some(mut oracle) = Oracle::start() else {
        println!("no ruby here: not compared");
        return;
    };
    if oracle.ask("RUBY_VERSION[0, 3]").is_none_or(|(version, _)| version != "\"3.1\"") {
        println!("another ruby here: not compared");
        return;
    }
    let record = json_gem::parse(RECORD.as_bytes()).unwrap();
    let count = setting("FUZZ_EXPRESSIONS", SHORT);
    let given = std::env::var("FUZZ_FILE").map(|file| std::fs::read_to_string(file).unwrap());
    let given: Option<Vec<String>> =
        given.ok().map(|text| text.lines().map(str::to_owned).collect());
    let mut dice = Dice::new(setting("FUZZ_SEED", 1) as u64);
    let mut absent: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let (mut compared, mut unknown, mut wrong) = (0, 0, 0);
    for turn in 0..given.as_ref().map_or(count, Vec::len) {
        let code = match &given {
            Some(lines) => lines[turn].clone(),
            None => expression_grammar::expression(&mut dice),
        };
        let Some(theirs) = oracle.ask(&code) else { break };
        compared += 1;
        match ours(&code, &record) {
            Err(what) => {
                unknown += 1;
                absent.entry(what).or_insert((0, code)).0 += 1;
            }
            Ok((value, record)) => {
                let same_record = value == "SyntaxError" || record == theirs.1;
                if !agrees(&value, &theirs.0) || !same_record {
                    wrong += 1;
                    if wrong <= setting("FUZZ_SHOW", 20) {
                        println!("--- {code}\n  ruby {}\n  ours {value}", theirs.0);
                        if !same_record {
                            println!("  ruby record {}\n  ours record {record}", theirs.1);
                        }
                    }
                }
            }
        }
    }
    let mut absent: Vec<_> = absent.into_iter().collect();
    absent.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
    for (what, (count, code)) in absent.iter().take(setting("FUZZ_SHOW", 20)) {
        println!("not simulated {count} times: {what}: {code}");
    }
    println!("{compared} compared, {unknown} not simulated, {wrong} wrong");
    assert_eq!(wrong, 0);
    assert!(unknown * 10 <= compared.max(1), "too much is not simulated");
}
