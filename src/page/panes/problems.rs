//! The list of problems: what, where, why, and the one edit.

use std::rc::Rc;

use yew::{Callback, Html, html};

use super::conf::problem_count;
use super::header::does;
use crate::page::state::{Action, Tab};
use crate::page::texts::{Lang, T, count};
use crate::page::ui::parts::{button, el};
use crate::page::ui::rich::rich;
use crate::protocol::{Place, Problem, Run, Severity};

/// What the list needs.
#[derive(Clone, PartialEq)]
pub struct ProblemsProps {
    /// The language.
    pub lang: Lang,
    /// The run.
    pub run: Rc<Run>,
    /// The log files, for their names.
    pub tabs: Vec<Tab>,
}

/// The list.
pub fn problems(props: &ProblemsProps, on: &Callback<Action>) -> Html {
    let (lang, run) = (props.lang, &props.run);
    if run.problems.is_empty() && run.boot_error.is_none() {
        return html! {};
    }
    let worst = run.problems.iter().map(|problem| problem.severity).min().unwrap_or_default();
    html! {
        <details class="problems" open={worst <= Severity::Changed || run.boot_error.is_some()}>
            <summary>
                <span class={severity_class(worst)}>{ severity_sign(worst) }</span>
                { " " }{ problem_count(lang, run) }
            </summary>
            if let Some(said) = run.boot_error.as_ref().filter(|_| !is_told(run)) {
                <p class="boot">{ el("b", "", lang.t(T::WouldNotStart)) }{ el("code", "said", said) }</p>
            }
            <ul>
                for (at, problem) in run.problems.iter().enumerate() { { row(props, at, problem, on) } }
            </ul>
            if run.more_problems > 0 {
                { el("p", "note", &lang.f(T::MoreProblems, &[&count(run.more_problems)])) }
            }
        </details>
    }
}

fn row(props: &ProblemsProps, at: usize, problem: &Problem, on: &Callback<Action>) -> Html {
    let lang = props.lang;
    html! {
        <li class="problem" key={at}>
            <span class={severity_class(problem.severity)} title={lang.t(severity_text(problem.severity))}>
                { severity_sign(problem.severity) }
                { el("span", "hidden", lang.t(severity_text(problem.severity))) }
            </span>
            <div class="problem-body">
                <p>
                    { rich(lang.of(&problem.message)) }
                    if let Some(place) = problem.place { { " " }{ place_link(props, place, on) } }
                </p>
                if let Some(said) = &problem.said { { el("code", "said", said) } }
                for note in &problem.notes { <p class="note">{ rich(lang.of(note)) }</p> }
                if !lang.of(&problem.help).is_empty() { <p class="note">{ rich(lang.of(&problem.help)) }</p> }
            </div>
            if let Some(fix) = &problem.fix {
                <button type="button" class="fix" onclick={does(on, Action::ProblemFix(at as u32))}>
                    { rich(lang.of(&fix.title)) }
                </button>
            }
        </li>
    }
}

/// True when a problem of the list says it too, with its place.
fn is_told(run: &Run) -> bool {
    run.problems.iter().any(|problem| problem.severity == Severity::Fatal && problem.said.is_some())
}

fn place_link(props: &ProblemsProps, place: Place, on: &Callback<Action>) -> Html {
    let (text, action) = match place {
        Place::Conf { from, to, line } => {
            (format!("fluent.conf:{}", line + 1), Action::GoToConf(from, to))
        }
        Place::File { file, line, from, to } => {
            let tab = props.tabs.iter().find(|tab| tab.file == file);
            let name = tab.map_or("?", |tab| tab.path.rsplit('/').next().unwrap_or(&tab.path));
            (format!("{name}:{}", line + 1), Action::GoToLine(file, line, from, to))
        }
    };
    html! { { button("link mono", on, action, &text) } }
}

fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Fatal | Severity::Lost => "sev bad",
        Severity::Changed => "sev warn",
        Severity::Hint => "sev hint",
        Severity::Bug => "sev bug",
    }
}

fn severity_sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Fatal => "✕✕",
        Severity::Lost => "✕",
        Severity::Changed => "△",
        Severity::Hint => "i",
        Severity::Bug => "◇",
    }
}

fn severity_text(severity: Severity) -> T {
    match severity {
        Severity::Fatal => T::SevFatal,
        Severity::Lost => T::SevLost,
        Severity::Changed => T::SevChanged,
        Severity::Hint => T::SevHint,
        Severity::Bug => T::SevBug,
    }
}
