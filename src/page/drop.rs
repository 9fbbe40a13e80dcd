//! Files dropped on the page and texts pasted beside the editors: recognised and put in place.

use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ClipboardEvent, DragEvent, Element, Event};

use super::desk::Desk;
use super::state::Action;
use super::texts::T;

/// What a text is, at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Conf,
    Logs,
    /// Another tool's.
    Other,
}

/// fluent.conf has sections on lines of their own.
fn kind_of(name: &str, text: &str) -> Kind {
    let is_section = |line: &str| {
        let line = line.trim();
        ["<source>", "<match", "<filter", "<label", "<system>", "@include "]
            .iter()
            .any(|begin| line.starts_with(begin))
    };
    let lower = name.to_ascii_lowercase();
    let begins = |line: &str| {
        ["apiVersion:", "fileConfigs:", "[PARSER]", "parsers:"]
            .iter()
            .any(|begin| line.starts_with(begin))
    };
    let yaml = matches!(lower.rsplit('.').next(), Some("yaml" | "yml"));
    if yaml || text.lines().take(200).any(begins) {
        return Kind::Other;
    }
    let named = name.to_ascii_lowercase().ends_with(".conf");
    if named || text.lines().take(200).any(is_section) { Kind::Conf } else { Kind::Logs }
}

/// The configuration itself, among files that it includes.
const MAIN: &str = "fluent.conf";

/// Where a dropped file stands on the imagined machine.
fn path_of(name: &str) -> String {
    format!("/var/log/containers/{}", name.trim_end_matches(".gz"))
}

/// Puts a text in place; `beside`: fluent.conf comes along with it.
fn take(desk: &Rc<Desk>, name: &str, text: &str, beside: bool) {
    match kind_of(name, text) {
        Kind::Other => desk.act(Action::Import(text.into())),
        // A file that `@include` finds.
        Kind::Conf
            if !matches!(name, "" | MAIN)
                && (beside || desk.conf_string().contains("@include")) =>
        {
            desk.act(Action::AddFile(name.into(), text.into()));
        }
        Kind::Conf => {
            desk.act(Action::SetConf(text.into()));
            desk.notice(T::PastedConf, &[], false);
        }
        Kind::Logs => {
            let name = if name.is_empty() { "pasted_default_app-0123456789ab.log" } else { name };
            desk.act(Action::AddFile(path_of(name).into(), text.into()));
            desk.notice(T::PasteIntoPage, &[], false);
        }
    }
}

/// Files were dropped.
pub fn dropped(desk: &Rc<Desk>, event: &Event) {
    let Some(event) = event.dyn_ref::<DragEvent>() else { return };
    let Some(files) = event.data_transfer().and_then(|data| data.files()) else { return };
    if files.length() == 0 {
        return;
    }
    event.prevent_default();
    let named = |at| files.get(at).is_some_and(|file: web_sys::File| file.name() == MAIN);
    let beside = (0..files.length()).any(named);
    for at in 0..files.length() {
        let Some(file) = files.get(at) else { continue };
        // A long file, or a packed one, is a log.
        if file.size() > 1_000_000.0 || file.name().rsplit('.').next() == Some("gz") {
            desk.stream_file(&path_of(&file.name()), &file);
            continue;
        }
        let desk = Rc::clone(desk);
        wasm_bindgen_futures::spawn_local(async move {
            let name = file.name();
            let read = wasm_bindgen_futures::JsFuture::from(desk.read_file(&file)).await;
            match read.ok().as_ref().and_then(JsValue::as_string) {
                Some(text) if name.ends_with(".fluentplay.json") => desk.open_repro(text),
                Some(text) => take(&desk, &name, &text, beside),
                None => desk.notice(T::UnreadableFile, &[&name], true),
            }
        });
    }
}

/// A text was pasted while no field and no editor had the focus.
pub fn pasted(desk: &Rc<Desk>, event: &Event) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let in_field = target.as_ref().is_some_and(|target| {
        target.closest("input, textarea, select, [contenteditable]").ok().flatten().is_some()
    });
    let Some(event) = event.dyn_ref::<ClipboardEvent>().filter(|_| !in_field) else { return };
    let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok());
    if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
        event.prevent_default();
        let kind = kind_of("", &text);
        take(desk, "", &text, false);
        if kind != Kind::Other {
            desk.act(Action::Detect);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, kind_of};

    #[test]
    fn a_configuration_is_known_by_its_sections() {
        assert_eq!(kind_of("", "# c\n<source>\n  @type tail\n</source>"), Kind::Conf);
        assert_eq!(kind_of("fluent.conf", ""), Kind::Conf);
        assert_eq!(kind_of("", "apiVersion: v1\nkind: ConfigMap\n"), Kind::Other);
        assert_eq!(kind_of("a.log", "2023 stdout F <b>bold</b>"), Kind::Logs);
    }
}
