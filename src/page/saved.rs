//! What is on the page kept in this browser, and back.
//!
//! The work is kept as plain JSON, which the browser itself reads and writes: links are the worker's
//! business, and the work must be kept even when no worker lives.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{Array, JSON, JsString};
use wasm_bindgen::{JsCast, JsValue};

use super::browser::{field, list, object};
use super::state::Scene;
use super::storage;
use crate::protocol::{self, Settings};

/// How long after the last key the work is kept.
const QUIET_MS: u32 = 1000;

/// UTF-16 units that are kept at most: browsers give a site about five million.
pub const MOST: u32 = 2_000_000;

/// Where the work is kept.
const WORK: &str = "work";

/// Keeps the work once typing pauses.
#[derive(Default)]
pub struct Saver {
    timer: RefCell<Option<Timeout>>,
}

impl Saver {
    /// Does this after a pause; an earlier call that still waits is called off.
    pub fn later(&self, save: impl FnOnce() + 'static) {
        *self.timer.borrow_mut() = Some(Timeout::new(QUIET_MS, save));
    }
}

/// Keeps the work: the configuration, path and text of each file, expected records. False when the
/// browser does not take it.
pub fn keep(conf: JsValue, files: &[(Rc<str>, JsValue)], checks: &[String]) -> bool {
    let file = |(path, text): &(Rc<str>, JsValue)| {
        list([JsValue::from_str(path), text.clone()].into_iter())
    };
    let work = object(&[
        ("conf", conf),
        ("files", list(files.iter().map(file))),
        ("checks", list(checks.iter().map(|check| JsValue::from_str(check)))),
    ]);
    let text = JSON::stringify(&work).ok().filter(|text| text.length() <= MOST);
    text.is_some_and(|text| storage::set(WORK, &String::from(text)))
}

/// The work that was kept.
pub fn kept() -> Option<Scene> {
    let work = JSON::parse(&storage::get(WORK)?).ok()?;
    let texts = |list: &JsValue| -> Vec<Rc<str>> {
        let items = list.dyn_ref::<Array>().map(Array::iter).into_iter().flatten();
        items.map(|text| text.as_string().unwrap_or_default().into()).collect()
    };
    let files = field(&work, "files").dyn_into::<Array>().ok()?;
    let file = |file: JsValue| match texts(&file).as_slice() {
        [path, text] => Some((Rc::clone(path), Rc::clone(text))),
        _ => None,
    };
    Some(with_a_file(Scene {
        title: "".into(),
        conf: String::from(field(&work, "conf").dyn_into::<JsString>().ok()?).into(),
        files: files.iter().filter_map(file).collect(),
        checks: texts(&field(&work, "checks")).iter().filter_map(|text| check_of(text)).collect(),
        settings: None,
    }))
}

/// A check as it is kept: the event's number, a blank, the record.
fn check_of(text: &str) -> Option<(u32, Rc<str>)> {
    let (event, record) = text.split_once(' ')?;
    Some((event.parse().ok()?, record.into()))
}

/// Keeps the imagined machine, but for its clock.
pub fn keep_settings(settings: &Settings) {
    let lines =
        [&settings.tz, &settings.hostname, &settings.run_seconds.to_string(), &env_text(settings)];
    storage::set("node", &lines.map(String::as_str).join("\n"));
}

/// The imagined machine as it was kept, its clock as it is now.
pub fn settings() -> Settings {
    let now = (js_sys::Date::now() / 1000.0) as i64;
    let usual = Settings { now: now.to_string(), ..Settings::default() };
    let Some(kept) = storage::get("node") else { return usual };
    let mut lines = kept.split('\n').map(str::to_owned);
    let (Some(tz), Some(hostname), Some(run), Some(env)) =
        (lines.next(), lines.next(), lines.next(), lines.next())
    else {
        return usual;
    };
    let run_seconds = run.parse().unwrap_or_default();
    Settings { tz, hostname, run_seconds, env: env_of(&env), ..usual }
}

/// `ENV` as people write it: `NAME=value NAME=value`.
pub fn env_text(settings: &Settings) -> String {
    let pairs: Vec<String> =
        settings.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join(" ")
}

/// `ENV` from what people write.
pub fn env_of(text: &str) -> Vec<(String, String)> {
    let pairs = text.split_whitespace().filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What a link or a file holds, as a scene.
pub fn scene(shared: protocol::Scene) -> Scene {
    with_a_file(Scene {
        title: "".into(),
        conf: shared.conf.into(),
        files: shared.files.into_iter().map(|(path, text)| (path.into(), text.into())).collect(),
        checks: shared.checks.into_iter().map(|(event, record)| (event, record.into())).collect(),
        settings: shared.settings.map(Rc::new),
    })
}

/// There is always a file to write into.
fn with_a_file(mut scene: Scene) -> Scene {
    if scene.files.is_empty() {
        let path = "/var/log/containers/app-1_default_app-0123456789ab.log";
        scene.files.push((path.into(), "".into()));
    }
    scene
}
