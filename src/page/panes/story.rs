//! *How this event came about*: from the bytes of its lines to its output, with the record before
//! and after each step.

use std::rc::Rc;

use yew::{Callback, Html, html};

use crate::page::state::{Action, Copied, Tab};
use crate::page::texts::{Lang, T, count};
use crate::page::ui::parts::{button, el};
use crate::page::ui::rich::{group_class, rich, value};
use crate::protocol::{FieldChange, FieldRow, FileId, Place, StepRow, Story};

/// What the pane needs.
#[derive(Clone, PartialEq)]
pub struct StoryProps {
    /// The language.
    pub lang: Lang,
    /// The story.
    pub story: Option<Rc<Story>>,
    /// The log files, for their names.
    pub tabs: Vec<Tab>,
}

/// The pane.
pub fn story(props: &StoryProps, on: &Callback<Action>) -> Html {
    let lang = props.lang;
    let Some(story) = &props.story else {
        return html! {
            <section class="story">{ el("p", "empty", lang.t(T::ChooseEvent)) }</section>
        };
    };
    html! {
        <section class="story" aria-label={lang.t(T::Story)}>
            <div class="story-head">
                { el("h2", "", &lang.f(T::StoryOf, &[&count(story.event + 1)])) }
                <span class="fill" />
                { copies(lang, on) }
            </div>
            <ol class="steps">
                for (at, step) in story.steps.iter().enumerate() {
                    { step_row(props, at, step, at.checked_sub(1).and_then(|at| story.steps.get(at)), on) }
                }
            </ol>
            <details class="json">
                { el("summary", "", lang.t(T::RecordJson)) }
                { el("pre", "mono", &story.json) }
            </details>
        </section>
    }
}

fn copies(lang: Lang, on: &Callback<Action>) -> Html {
    let copy = |text: T, what: Copied| {
        html! { { button("small", on, Action::Copy(what), lang.t(text)) } }
    };
    html! {
        <>
            { copy(T::CopyJson, Copied::Json) }
            { copy(T::CopyRuby, Copied::Ruby) }
            { copy(T::CopyStdout, Copied::Stdout) }
            { button("small", on, Action::AddCheck, lang.t(T::MakeCheck)) }
        </>
    }
}

fn step_row(
    props: &StoryProps,
    at: usize,
    step: &StepRow,
    before: Option<&StepRow>,
    on: &Callback<Action>,
) -> Html {
    let lang = props.lang;
    // The lines are named where they enter and where others join them.
    let named = before.is_none_or(|before| before.lines != step.lines);
    html! {
        <li class="step" key={at}>
            <span class="step-plugin">{ plugin(step, on) }</span>
            <div class="step-body">
                <p>
                    { rich(lang.of(&step.message)) }
                    if named { { lines(props, &step.lines, before, on) } }
                </p>
                if let Some(tag) = &step.tag {
                    <p class="field">{ el("span", "name", lang.t(T::TagBecame)) }{ " " }{ el("code", "", tag) }</p>
                }
                { fields(lang, step) }
            </div>
        </li>
    }
}

fn plugin(step: &StepRow, on: &Callback<Action>) -> Html {
    match step.place {
        Some(Place::Conf { from, to, .. }) => html! {
            { button("link", on, Action::GoToConf(from, to), &step.plugin) }
        },
        _ => html! { { &step.plugin } },
    }
}

/// "lines 2–4 of NAME", a link each run of lines; a line after another of its file goes by its number.
fn lines(
    props: &StoryProps,
    lines: &[(FileId, u32)],
    before: Option<&StepRow>,
    on: &Callback<Action>,
) -> Html {
    let told = before.and_then(|before| before.lines.first());
    let mut runs: Vec<(FileId, u32, u32)> = Vec::new();
    for &(file, line) in lines {
        match runs.last_mut() {
            Some(last) if last.0 == file && line == last.2 + 1 => last.2 = line,
            _ => runs.push((file, line, line)),
        }
    }
    let link = |&(file, from, to): &(FileId, u32, u32)| {
        let tab = props.tabs.iter().find(|tab| tab.file == file);
        let path = tab.map_or("?", |tab| &tab.path);
        let name = short(path.rsplit('/').next().unwrap_or(path));
        let text = if from != to {
            props.lang.f(T::LinesOf, &[&count(from + 1), &count(to + 1), &name])
        } else if told.is_some_and(|told| told.0 == file) {
            props.lang.f(T::LineN, &[&count(from + 1)])
        } else {
            props.lang.f(T::LineOf, &[&count(from + 1), &name])
        };
        html! {
            <>{ " " }{ button("link", on, Action::GoToLine(file, from, 0, 0), &text) }</>
        }
    };
    html! { { for runs.iter().take(6).map(link) } }
}

/// The names of containers' files are long; both ends tell them apart.
fn short(name: &str) -> String {
    const MOST: usize = 44;
    let length = name.chars().count();
    if length <= MOST {
        return name.to_owned();
    }
    let head: String = name.chars().take(24).collect();
    let tail: String = name.chars().skip(length - 16).collect();
    format!("{head}…{tail}")
}

fn fields(lang: Lang, step: &StepRow) -> Html {
    let changed = step.fields.iter().filter(|field| field.change != FieldChange::Same);
    let same = step.fields.iter().filter(|field| field.change == FieldChange::Same).count() as u32;
    let any_changed = step.fields.iter().any(|field| field.change != FieldChange::Same);
    if step.time.is_none() && !any_changed {
        return html! {};
    }
    html! {
        <p class="fields">
            if let Some(time) = &step.time {
                <span class="field">{ el("span", "name", lang.t(T::TimeField)) }{ " " }{ el("span", "g g1 mono", time) }</span>
            }
            { for changed.map(|field| one_field(lang, field)) }
            if same > 0 { { el("span", "note", &lang.f(T::FieldsSame, &[&count(same)])) } }
        </p>
    }
}

fn one_field(lang: Lang, field: &FieldRow) -> Html {
    let class = field
        .group
        .map_or_else(|| "mono".to_owned(), |group| format!("mono {}", group_class(group)));
    let word = match field.change {
        FieldChange::Same | FieldChange::Added => "",
        FieldChange::Changed => lang.t(T::FieldChanged),
        FieldChange::Removed => lang.t(T::FieldRemoved),
    };
    let change = match field.change {
        FieldChange::Same => "same",
        FieldChange::Added => "added",
        FieldChange::Changed => "changed",
        FieldChange::Removed => "removed",
    };
    html! {
        <span class="field" data-change={change}>
            { el("span", "name", &field.name) }{ " " }
            if !word.is_empty() { { el("span", "hidden", word) } }
            if let Some(before) = &field.before { <del class="mono">{ value(before) }</del>{ " → " } }
            if field.change == FieldChange::Removed {
                <del class={class}>{ value(&field.value) }</del>
            } else {
                <span class={class}>{ value(&field.value) }</span>
            }
        </span>
    }
}
