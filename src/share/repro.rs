//! The same state as a file: `.fluentplay.json`, written to be read by people and in a diff.
//!
//! ```json
//! { "fluentplay": 1, "conf": "…", "files": [{ "path": "…", "text": "…" }], "checks": […] }
//! ```
//! A file that is not UTF-8 has `base64` (base64url) in place of `text`. Unknown members are
//! ignored; an unknown version is refused.

use super::json::{self, Json};
use super::{Check, Expected, File, Settings, ShareError, State, base64};
use std::fmt::Write as _;

/// Bytes of a file that is read: some 300,000 log lines.
pub const MAX_FILE: usize = 64 << 20;

/// The version that is written.
const VERSION: u32 = 1;

/// The text of a `.fluentplay.json` file.
pub fn write(state: &State) -> String {
    let mut out = format!("{{\n  \"fluentplay\": {VERSION},\n  \"conf\": ");
    json::write_text(&state.conf, &mut out);
    list(&mut out, "files", &state.files, write_file);
    if !state.includes.is_empty() {
        list(&mut out, "includes", &state.includes, write_file);
    }
    if state.settings != Settings::default() {
        out.push_str(",\n  \"settings\": ");
        write_settings(&state.settings, &mut out);
    }
    if !state.checks.is_empty() {
        list(&mut out, "checks", &state.checks, write_check);
    }
    if !state.view.is_empty() {
        out.push_str(",\n  \"view\": ");
        write_pairs(&state.view, &mut out);
    }
    out.push_str("\n}\n");
    out
}

fn list<T>(out: &mut String, name: &str, items: &[T], write: impl Fn(&T, &mut String)) {
    let _ = write!(out, ",\n  \"{name}\": [");
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at == 0 { "\n    " } else { ",\n    " });
        write(item, out);
    }
    out.push_str(if items.is_empty() { "]" } else { "\n  ]" });
}

fn write_file(file: &File, out: &mut String) {
    out.push_str("{ \"path\": ");
    json::write_text(&file.path, out);
    if let Ok(text) = std::str::from_utf8(&file.bytes) {
        out.push_str(", \"text\": ");
        json::write_text(text, out);
    } else {
        out.push_str(", \"base64\": \"");
        base64::encode(&file.bytes, out);
        out.push('"');
    }
    out.push_str(" }");
}

fn write_pairs(pairs: &[(String, String)], out: &mut String) {
    out.push('[');
    for (at, (name, value)) in pairs.iter().enumerate() {
        out.push_str(if at == 0 { "[" } else { ", [" });
        json::write_text(name, out);
        out.push_str(", ");
        json::write_text(value, out);
        out.push(']');
    }
    out.push(']');
}

fn write_settings(settings: &Settings, out: &mut String) {
    let mut separator = "{ ";
    let mut member = |out: &mut String, name: &str| {
        let _ = write!(out, "{separator}\"{name}\": ");
        separator = ", ";
    };
    if let Some(tz) = &settings.tz {
        member(out, "tz");
        json::write_text(tz, out);
    }
    if let Some((sec, nsec)) = settings.now {
        member(out, "now");
        let _ = write!(out, "[{sec}, {nsec}]");
    }
    if let Some(hostname) = &settings.hostname {
        member(out, "hostname");
        json::write_text(hostname, out);
    }
    if let Some(seconds) = settings.run_seconds {
        member(out, "run_seconds");
        let _ = write!(out, "{seconds}");
    }
    if !settings.env.is_empty() {
        member(out, "env");
        write_pairs(&settings.env, out);
    }
    out.push_str(" }");
}

fn write_check(check: &Check, out: &mut String) {
    let _ = write!(out, "{{ \"file\": {}, \"line\": {}, \"event\": ", check.file, check.line);
    let Some(event) = &check.event else {
        out.push_str("null }");
        return;
    };
    out.push('{');
    let mut separator = " ";
    for (name, value) in [("tag", &event.tag), ("time", &event.time), ("record", &event.record)] {
        let Some(value) = value else { continue };
        let _ = write!(out, "{separator}\"{name}\": ");
        separator = ", ";
        // A record is an object in the file; what is none stays text.
        match json::read(value) {
            Ok(Json::Object(_, raw)) if name == "record" && raw == *value => out.push_str(value),
            _ => json::write_text(value, out),
        }
    }
    out.push_str(" } }");
}

/// Reads a `.fluentplay.json` file.
pub fn read(bytes: &[u8]) -> Result<State, ShareError> {
    if bytes.len() > MAX_FILE {
        return Err(ShareError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|fault| not_ours(bytes, fault.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let json = json::read(text).map_err(|at| not_ours(bytes, at))?;
    match json.get("fluentplay") {
        Some(Json::Number(version)) if *version == VERSION.to_string() => {}
        Some(Json::Number(version)) => {
            return Err(ShareError::Future(version.chars().next().unwrap_or('?')));
        }
        _ => return Err(not_ours(bytes, 0)),
    }
    read_state(&json).ok_or_else(|| not_ours(bytes, 0))
}

fn not_ours(bytes: &[u8], at: usize) -> ShareError {
    let line = bytes.iter().take(at).filter(|&&byte| byte == b'\n').count() + 1;
    ShareError::NotOurFile { line: line as u32 }
}

fn read_state(json: &Json) -> Option<State> {
    Some(State {
        conf: text(json.get("conf"))?.unwrap_or_default(),
        files: items(json.get("files"), read_file)?,
        includes: items(json.get("includes"), read_file)?,
        settings: json.get("settings").map_or(Some(Settings::default()), read_settings)?,
        checks: items(json.get("checks"), read_check)?,
        view: items(json.get("view"), read_pair)?,
    })
}

/// A text that may be absent; `None` where something else stands there.
fn text(json: Option<&Json>) -> Option<Option<String>> {
    match json {
        None | Some(Json::Null) => Some(None),
        Some(Json::Text(text)) => Some(Some(text.clone())),
        Some(_) => None,
    }
}

fn items<T>(json: Option<&Json>, read: impl Fn(&Json) -> Option<T>) -> Option<Vec<T>> {
    match json {
        None => Some(Vec::new()),
        Some(Json::List(items)) => items.iter().map(read).collect(),
        Some(_) => None,
    }
}

fn number<T: std::str::FromStr>(json: &Json) -> Option<T> {
    let Json::Number(text) = json else { return None };
    text.parse().ok()
}

fn read_file(json: &Json) -> Option<File> {
    let path = text(json.get("path"))??;
    let bytes = match json.get("base64") {
        Some(Json::Text(packed)) => base64::decode(packed)?,
        Some(_) => return None,
        None => text(json.get("text"))??.into_bytes(),
    };
    Some(File { path, bytes })
}

fn read_pair(json: &Json) -> Option<(String, String)> {
    let Json::List(items) = json else { return None };
    match items.as_slice() {
        [Json::Text(name), Json::Text(value)] => Some((name.clone(), value.clone())),
        _ => None,
    }
}

fn read_settings(json: &Json) -> Option<Settings> {
    let now = match json.get("now") {
        None => None,
        Some(Json::List(parts)) => {
            let [sec, nsec] = parts.as_slice() else { return None };
            Some((number(sec)?, number(nsec).filter(|nsec| *nsec < 1_000_000_000)?))
        }
        Some(_) => return None,
    };
    let run_seconds = match json.get("run_seconds") {
        None => None,
        Some(seconds) => Some(number(seconds)?),
    };
    Some(Settings {
        tz: text(json.get("tz"))?,
        now,
        hostname: text(json.get("hostname"))?,
        run_seconds,
        env: items(json.get("env"), read_pair)?,
    })
}

fn read_check(json: &Json) -> Option<Check> {
    let event = match json.get("event") {
        None | Some(Json::Null) => None,
        Some(event) => Some(Expected {
            tag: text(event.get("tag"))?,
            time: text(event.get("time"))?,
            record: match event.get("record") {
                Some(Json::Object(_, raw)) => Some(raw.clone()),
                other => text(other)?,
            },
        }),
    };
    Some(Check { file: number(json.get("file")?)?, line: number(json.get("line")?)?, event })
}
