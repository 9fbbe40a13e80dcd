//! The configuration: the editor, and the form over `<parse>`.

use std::rc::Rc;

use web_sys::Element;
use yew::{Callback, Html, html};

use super::form::form;
use crate::page::state::{Action, ConfTab};
use crate::page::texts::{Lang, T, count};
use crate::page::ui::tabs::{TabItem, tabs};
use crate::page::ui::with::with;
use crate::protocol::{Form, Run, Severity};

/// What the pane needs.
#[derive(Clone, PartialEq)]
pub struct ConfProps {
    /// The language.
    pub lang: Lang,
    /// Text or form.
    pub tab: ConfTab,
    /// The form, as last answered.
    pub form: Option<Rc<Form>>,
    /// How many problems there are.
    pub problems: String,
    /// Where the editor is to live.
    pub mount: Callback<Element>,
}

/// The pane.
pub fn conf(props: &ConfProps, on: &Callback<Action>) -> Html {
    let lang = props.lang;
    let tab = |text: &'static str| TabItem { label: text.into(), count: "".into() };
    let choose =
        on.reform(|at| Action::ConfTab(if at == 0 { ConfTab::Pattern } else { ConfTab::Text }));
    let is_form = props.tab == ConfTab::Pattern;
    html! {
        <section class="pane conf" tabindex="-1" aria-label={lang.t(T::Conf)}>
            <div class="pane-head">
                { tabs("conf-tab", lang.t(T::Conf), &[tab(lang.t(T::Pattern)), tab("fluent.conf")],
                    usize::from(!is_form), &choose) }
                <span class="fill" />
                <span class="note">{ &props.problems }</span>
            </div>
            { with(html! { <div class="editor-host" hidden={is_form} /> }, "".into(), Callback::clone(&props.mount)) }
            if is_form { { form(lang, props.form.as_deref(), on) } }
        </section>
    }
}

/// "2 problems · 1 hint"; what is lost is told where nothing else is.
pub fn problem_count(lang: Lang, run: &Run) -> String {
    let hints = run.problems.iter().filter(|problem| problem.severity == Severity::Hint).count();
    let problems = (run.problems.len() - hints) as u32 + run.more_problems;
    let counts = run.counts;
    let lost = counts.not_matched + counts.invalid + counts.lost + counts.unread;
    let problems = match problems {
        0 if lost > 0 => lang.f(T::LostLines, &[&count(lost)]),
        0 => lang.t(T::NoProblems).to_owned(),
        1 => lang.t(T::OneProblem).to_owned(),
        many => lang.f(T::Problems, &[&count(many)]),
    };
    match hints {
        0 => problems,
        1 => format!("{problems} · {}", lang.t(T::OneHint)),
        many => format!("{problems} · {}", lang.f(T::Hints, &[&count(many as u32)])),
    }
}
