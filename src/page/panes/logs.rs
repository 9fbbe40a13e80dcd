//! The log files: tabs with editable paths, the editor, and naming a selected part of a line.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};
use yew::{AttrValue, Callback, FocusEvent, Html, KeyboardEvent, TargetCast, html};

use super::header::does;
use crate::page::keys::composes;
use crate::page::state::{Action, Tab};
use crate::page::texts::{Lang, T, count};
use crate::page::ui::maybe;
use crate::page::ui::parts::el;
use crate::page::ui::with::{once, with};
use crate::protocol::{FileId, FileRow};

/// What the pane needs.
#[derive(Clone, PartialEq)]
pub struct LogsProps {
    /// The language.
    pub lang: Lang,
    /// The files.
    pub tabs: Vec<Tab>,
    /// The file on top.
    pub file: FileId,
    /// True while its path is edited.
    pub renaming: bool,
    /// Their parts of the run.
    pub rows: Rc<Vec<FileRow>>,
    /// True while a part of a line is selected.
    pub selected: bool,
    /// Where the editor is to live.
    pub mount: Callback<Element>,
}

/// The pane.
pub fn logs(props: &LogsProps, on: &Callback<Action>) -> Html {
    let lang = props.lang;
    html! {
        <section class="pane logs" tabindex="-1" aria-label={lang.t(T::Logs)}>
            <div class="pane-head">
                <div class="tabs file-tabs" role="tablist" aria-label={lang.t(T::Files)}>
                    for tab in &props.tabs { { file_tab(props, tab, on) } }
                </div>
                { close_button(props, on) }
                <button type="button" class="ghost" aria-label={lang.t(T::AddFile)} title={lang.t(T::AddFile)}
                    onclick={does(on, new_file(lang, props.tabs.len()))}>{ "+" }</button>
                <span class="fill" />
                <span class="note wide">{ lang.t(T::DropHere) }{ " · " }{ matched(props) }</span>
            </div>
            { with(html! { <div class="editor-host" /> }, "".into(), Callback::clone(&props.mount)) }
            if props.selected { { capture_bar(lang, on) } }
        </section>
    }
}

/// Names the selected part of a line: it becomes a field.
fn capture_bar(lang: Lang, on: &Callback<Action>) -> Html {
    let onkeydown = maybe(on, move |event: KeyboardEvent| {
        if event.key() != "Enter" || composes(&event) {
            return None;
        }
        let input = event.target_dyn_into::<HtmlInputElement>()?;
        Some(Action::Capture(input.value().into()))
    });
    html! {
        <div class="capture-bar">
            <label>{ lang.t(T::CaptureAs) }{ " " }
                <input class="mono" placeholder="name" spellcheck="false" autocomplete="off" {onkeydown} /></label>
            { el("span", "note", lang.t(T::CaptureHint)) }
        </div>
    }
}

fn new_file(lang: Lang, at: usize) -> Action {
    let path = format!("/var/log/containers/app-{}_default_app-0123456789ab.log", at + 1);
    let _ = lang;
    Action::AddFile(path.into(), "".into())
}

fn matched(props: &LogsProps) -> String {
    let row = props.rows.iter().find(|row| row.file == props.file);
    row.filter(|row| row.counts.lines > 0).map_or_else(String::new, |row| {
        let (matched, lines) = (count(row.counts.matched), count(row.counts.lines));
        props.lang.f(T::LinesMatch, &[&matched, &lines])
    })
}

fn file_tab(props: &LogsProps, tab: &Tab, on: &Callback<Action>) -> Html {
    let (lang, file) = (props.lang, tab.file);
    let chosen = file == props.file;
    if chosen && props.renaming {
        return path_input(props, tab, on);
    }
    let name = tab.path.rsplit('/').next().unwrap_or(&tab.path);
    let action = if chosen { Action::Rename } else { Action::ShowFile(file) };
    let counts =
        props.rows.iter().find(|row| row.file == file).map(|row| row.counts).unwrap_or_default();
    let failing = counts.not_matched + counts.invalid + counts.lost;
    let failing = (failing > 0).then(|| count(failing));
    html! {
        <span class="file-tab" key={file}>
            <button type="button" role="tab" class="tab" aria-selected={chosen.to_string()}
                title={lang.f(T::PathTitle, &[&tab.path])} onclick={does(on, action)}>
                { el("span", "cut", name) }
                { failing.map(|failing| el("span", "failing", &failing)) }
            </button>
        </span>
    }
}

/// Closes the chosen file; beside the row of tabs, which may hold nothing but tabs.
fn close_button(props: &LogsProps, on: &Callback<Action>) -> Html {
    let chosen = props.tabs.iter().find(|tab| tab.file == props.file);
    let Some(tab) = chosen.filter(|_| props.tabs.len() > 1) else { return Html::default() };
    let name = tab.path.rsplit('/').next().unwrap_or(&tab.path);
    html! {
        <button type="button" class="ghost tab-close" aria-label={props.lang.f(T::CloseFile, &[name])} title={props.lang.f(T::CloseFile, &[name])}
            onclick={does(on, Action::CloseFile(tab.file))}>{ "✕" }</button>
    }
}

fn path_input(props: &LogsProps, tab: &Tab, on: &Callback<Action>) -> Html {
    let file = tab.file;
    let keep = move |input: &HtmlInputElement| Action::SetPath(file, input.value().into());
    let path = Rc::clone(&tab.path);
    let onkeydown = maybe(on, move |event: KeyboardEvent| {
        let input = event.target_dyn_into::<HtmlInputElement>()?;
        match event.key().as_str() {
            "Escape" => input.set_value(&path),
            "Enter" if !composes(&event) => {}
            _ => return None,
        }
        Some(keep(&input))
    });
    let onblur = maybe(on, move |event: FocusEvent| {
        event.target_dyn_into::<HtmlInputElement>().map(|input| keep(&input))
    });
    let draw = html! {
        <input class="path-input mono" aria-label={props.lang.t(T::Path)} spellcheck="false"
            value={AttrValue::from(Rc::clone(&tab.path))} {onkeydown} {onblur} />
    };
    once(draw, |element| {
        if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
            let _ = input.focus();
            input.select();
        }
    })
}
