//! The log files: tabs with editable paths, the editor, and naming a selected part of a line.

use std::rc::Rc;

use web_sys::{Element, HtmlInputElement};
use yew::{
    AttrValue, Callback, DragEvent, FocusEvent, Html, KeyboardEvent, NodeRef, Properties,
    TargetCast, component, html, use_effect_with, use_node_ref,
};

use super::header::does;
use crate::page::state::{Action, Tab};
use crate::page::texts::{Lang, T, count};
use crate::page::ui::maybe;
use crate::protocol::{FileId, Run};

/// What the pane needs.
#[derive(Clone, PartialEq, Properties)]
pub struct LogsProps {
    /// The language.
    pub lang: Lang,
    /// The files.
    pub tabs: Vec<Tab>,
    /// The file on top.
    pub file: FileId,
    /// True while its path is edited.
    pub renaming: bool,
    /// The run, for counts.
    pub run: Rc<Run>,
    /// Where the editor is to live.
    pub mount: Callback<Element>,
    /// Files were dropped.
    pub drop: Callback<DragEvent>,
    /// What happened.
    pub on: Callback<Action>,
}

/// The pane.
#[component]
pub fn Logs(props: &LogsProps) -> Html {
    let lang = props.lang;
    let node = use_mounted(&props.mount);
    let ondragover = |event: DragEvent| event.prevent_default();
    html! {
        <section class="pane logs" aria-label={lang.t(T::Logs)} {ondragover} ondrop={&props.drop}>
            <div class="pane-head">
                <div class="tabs file-tabs" role="tablist" aria-label={lang.t(T::Files)}>
                    for tab in &props.tabs { { file_tab(props, tab) } }
                </div>
                { close_button(props) }
                <button type="button" class="ghost" aria-label={lang.t(T::AddFile)} title={lang.t(T::AddFile)}
                    onclick={does(&props.on, new_file(lang, props.tabs.len()))}>{ "+" }</button>
                <span class="fill" />
                <span class="note wide">{ lang.t(T::DropHere) }{ " · " }{ matched(props) }</span>
            </div>
            <div class="editor-host" ref={node} />
        </section>
    }
}

/// A childless box that hands itself over once it is in the page.
#[yew::hook]
pub fn use_mounted(mount: &Callback<Element>) -> NodeRef {
    let node = use_node_ref();
    let given = NodeRef::clone(&node);
    let mount = Callback::clone(mount);
    use_effect_with((), move |()| {
        if let Some(element) = given.cast::<Element>() {
            mount.emit(element);
        }
    });
    node
}

fn new_file(lang: Lang, at: usize) -> Action {
    let path = format!("/var/log/containers/app-{}_default_app-0123456789ab.log", at + 1);
    let _ = lang;
    Action::AddFile(path.into(), "".into())
}

fn matched(props: &LogsProps) -> String {
    let row = props.run.files.iter().find(|row| row.file == props.file);
    row.map_or_else(String::new, |row| {
        let (matched, lines) = (count(row.counts.matched), count(row.counts.lines));
        props.lang.f(T::LinesMatch, &[&matched, &lines])
    })
}

fn file_tab(props: &LogsProps, tab: &Tab) -> Html {
    let (lang, file) = (props.lang, tab.file);
    let chosen = file == props.file;
    if chosen && props.renaming {
        return path_input(props, tab);
    }
    let name = tab.path.rsplit('/').next().unwrap_or(&tab.path);
    let action = if chosen { Action::Rename } else { Action::ShowFile(file) };
    let failing = props.run.files.iter().find(|row| row.file == file);
    let failing = failing.is_some_and(|row| !row.failing.is_empty());
    html! {
        <span class="file-tab" key={file} data-failing={failing.to_string()}>
            <button type="button" role="tab" class="tab" aria-selected={chosen.to_string()}
                title={lang.f(T::PathTitle, &[&tab.path])} onclick={does(&props.on, action)}>
                <span class="cut">{ name }</span>
            </button>
        </span>
    }
}

/// Closes the chosen file; beside the row of tabs, which may hold nothing but tabs.
fn close_button(props: &LogsProps) -> Html {
    let chosen = props.tabs.iter().find(|tab| tab.file == props.file);
    let Some(tab) = chosen.filter(|_| props.tabs.len() > 1) else { return Html::default() };
    let name = tab.path.rsplit('/').next().unwrap_or(&tab.path);
    html! {
        <button type="button" class="ghost tab-close" aria-label={props.lang.f(T::CloseFile, &[name])}
            onclick={does(&props.on, Action::CloseFile(tab.file))}>{ "✕" }</button>
    }
}

fn path_input(props: &LogsProps, tab: &Tab) -> Html {
    let file = tab.file;
    let keep = move |input: &HtmlInputElement| Action::SetPath(file, input.value().into());
    let onkeydown = maybe(&props.on, move |event: KeyboardEvent| {
        if event.key() != "Enter" || event.is_composing() {
            return None;
        }
        event.target_dyn_into::<HtmlInputElement>().map(|input| keep(&input))
    });
    let onblur = maybe(&props.on, move |event: FocusEvent| {
        event.target_dyn_into::<HtmlInputElement>().map(|input| keep(&input))
    });
    html! {
        <PathInput key={file} label={props.lang.t(T::Path)} path={AttrValue::from(Rc::clone(&tab.path))}
            {onkeydown} {onblur} />
    }
}

#[derive(Clone, PartialEq, Properties)]
struct PathInputProps {
    label: AttrValue,
    path: AttrValue,
    onkeydown: Callback<KeyboardEvent>,
    onblur: Callback<FocusEvent>,
}

#[component]
fn PathInput(props: &PathInputProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(input) = node.cast::<HtmlInputElement>() {
                let _ = input.focus();
                input.select();
            }
        });
    }
    html! {
        <input ref={node} class="path-input mono" aria-label={&props.label} spellcheck="false"
            value={&props.path} onkeydown={&props.onkeydown} onblur={&props.onblur} />
    }
}
