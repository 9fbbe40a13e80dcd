//! Files dropped on the page and texts pasted beside the editors: recognised and put in place.

use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ClipboardEvent, DragEvent, Element, Event};

use super::desk::Desk;
use super::host::Clipboard;
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
        let line = line.trim_start();
        let other = [
            "apiVersion:",
            "fileConfigs:",
            "parsers:",
            "pipeline:",
            "[PARSER]",
            "[INPUT]",
            "[SERVICE]",
        ];
        other.iter().any(|begin| line.starts_with(begin))
    };
    let yaml = matches!(lower.rsplit('.').next(), Some("yaml" | "yml"));
    if yaml || text.lines().take(200).any(begins) {
        return Kind::Other;
    }
    let named = name.to_ascii_lowercase().ends_with(".conf");
    if named || text.lines().take(200).any(is_section) { Kind::Conf } else { Kind::Logs }
}

/// UTF-16 units by which a text is known.
const BEGIN: u32 = 50_000;

/// Bytes of a text that goes into the page in one go.
const SHORT: usize = 1_000_000;

/// The configuration itself, among files that it includes.
const MAIN: &str = "fluent.conf";

/// Where a dropped file stands on the imagined machine.
fn path_of(name: &str) -> String {
    format!("/var/log/containers/{}", name.trim_end_matches(".gz"))
}

/// A long text as a file, which is read piece by piece.
fn long_file(name: &str, text: &str) -> Option<web_sys::File> {
    let parts = (text.len() > SHORT).then(|| js_sys::Array::of1(&JsValue::from_str(text)))?;
    web_sys::File::new_with_str_sequence(&parts, name).ok()
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
        }
        Kind::Logs => {
            let name = if name.is_empty() { "pasted_default_app-0123456789ab.log" } else { name };
            match long_file(name, text) {
                Some(file) => desk.stream_file(&path_of(name), &file),
                None => desk.act(Action::AddFile(path_of(name).into(), text.into())),
            }
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
        let is_repro = file.name().ends_with(".fluentplay.json") && file.size() < 3e7;
        let is_packed = file.name().rsplit('.').next() == Some("gz");
        // Another long file, or a packed one, is a log.
        if !is_repro && (file.size() > SHORT as f64 || is_packed) {
            desk.stream_file(&path_of(&file.name()), &file);
            continue;
        }
        let desk = Rc::clone(desk);
        wasm_bindgen_futures::spawn_local(async move {
            let name = file.name();
            let read = wasm_bindgen_futures::JsFuture::from(desk.read_file(&file)).await;
            match read.ok().as_ref().and_then(JsValue::as_string) {
                Some(text) if is_repro => desk.open_repro(text),
                Some(text) => take(&desk, &name, &text, beside),
                None => desk.notice(T::UnreadableFile, &[&name], true),
            }
        });
    }
}

/// Whether a text pasted into an editor belongs elsewhere: another tool's anywhere, a configuration
/// among the lines, container lines in the configuration.
fn is_astray(text: &str, in_logs: bool) -> bool {
    let is_line = |line: &str| {
        line.starts_with("{\"log\":")
            || [" stdout F ", " stderr F "].iter().any(|mark| line.contains(mark))
    };
    match kind_of("", text) {
        Kind::Other => text.trim().contains('\n'),
        Kind::Conf => in_logs && text.trim().contains('\n'),
        Kind::Logs => !in_logs && text.lines().next().is_some_and(is_line),
    }
}

/// A text was pasted: beside the editors, or into the wrong one.
pub fn pasted(desk: &Rc<Desk>, event: &Event) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let within = |what: &str| {
        target.as_ref().is_some_and(|target| target.closest(what).ok().flatten().is_some())
    };
    let Some(event) =
        event.dyn_ref::<ClipboardEvent>().filter(|_| !within("input, textarea, select"))
    else {
        return;
    };
    let Some(data) = event.clipboard_data() else { return };
    let text = data.unchecked_into::<Clipboard>().text("text/plain");
    // What a text is shows at its begin: a long one is the editor's, and does not cross for nothing.
    let begin = String::from(text.slice(0, BEGIN));
    if begin.trim().is_empty() {
        return;
    }
    let in_editor = within("[contenteditable]");
    let in_logs = within(".logs");
    if in_editor && !is_astray(&begin, in_logs) {
        if in_logs {
            desk.pasted_lines();
        }
        return;
    }
    event.prevent_default();
    event.stop_propagation();
    let text = String::from(text);
    let kind = kind_of("", &text);
    take(desk, "", &text, false);
    if kind != Kind::Other && !in_editor {
        desk.act(Action::Detect);
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, is_astray, kind_of};

    #[test]
    fn a_configuration_is_known_by_its_sections() {
        assert_eq!(kind_of("", "# c\n<source>\n  @type tail\n</source>"), Kind::Conf);
        assert_eq!(kind_of("fluent.conf", ""), Kind::Conf);
        assert_eq!(kind_of("", "apiVersion: v1\nkind: ConfigMap\n"), Kind::Other);
        assert_eq!(kind_of("a.log", "2023 stdout F <b>bold</b>"), Kind::Logs);
        let nested = "fluentd:\n  fileConfigs:\n    01.conf: |-\n      <source>\n";
        assert_eq!(kind_of("", nested), Kind::Other);
        assert_eq!(kind_of("", "[SERVICE]\n  Flush 5\n"), Kind::Other);
    }

    #[test]
    fn what_is_pasted_into_the_wrong_editor_goes_where_it_belongs() {
        let conf = "<match **>\n  @type stdout\n</match>\n";
        assert!(is_astray(conf, true) && !is_astray(conf, false));
        let line = "2023-02-02T07:48:11Z stdout F a\n";
        assert!(is_astray(line, false) && !is_astray(line, true));
        let manifest = "apiVersion: v1\nkind: ConfigMap\n";
        assert!(is_astray(manifest, true) && is_astray(manifest, false));
        assert!(!is_astray("@type json", false) && !is_astray("<match a>", true));
    }
}
