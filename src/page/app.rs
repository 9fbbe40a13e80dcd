//! The page as a whole.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement};
use yew::html::Scope;
use yew::{Callback, Component, Context, Html, KeyboardEvent, MouseEvent, Properties, html};

use super::desk::Desk;
use super::host::Host;
use super::panes::conf::{ConfProps, problem_count};
use super::panes::dialogs::DialogProps;
use super::panes::header::{HeaderProps, does};
use super::panes::logs::LogsProps;
use super::panes::pane::{Pane, pane};
use super::panes::problems::ProblemsProps;
use super::panes::results::ResultsProps;
use super::panes::status::StatusProps;
use super::samples::{self, FIRST_RUN};
use super::state::{Action, Dialog, PhonePane, State};
use super::texts::{T, count};
use super::ui::grip::{Way, grip};
use super::{browser, drop, keys};
use crate::page::ui::parts::{button, el};

/// What the page is given.
#[derive(Clone, Properties)]
pub struct AppProps {
    /// What it may ask of the browser.
    pub host: Host,
}

impl PartialEq for AppProps {
    /// There is one host.
    fn eq(&self, _: &AppProps) -> bool {
        true
    }
}

/// The page.
pub struct App {
    desk: Rc<Desk>,
    on: Callback<Action>,
    mount_logs: Callback<Element>,
    mount_conf: Callback<Element>,
    /// The pane that has the focus.
    held: RefCell<Option<HtmlElement>>,
}

impl Component for App {
    type Message = ();
    type Properties = AppProps;

    fn create(ctx: &Context<App>) -> App {
        let link = Scope::clone(ctx.link());
        let (lang, theme) = (browser::first_lang(), browser::first_theme());
        browser::set_lang(lang);
        browser::set_theme(theme);
        let settings = Rc::new(super::saved::settings());
        let state = State { lang, theme, settings, ..State::default() };
        let draw = Box::new(move || link.send_message(()));
        let desk = Desk::start(Host::clone(&ctx.props().host), state, browser::fragment(), draw);
        load_samples(&desk);
        hear_keys(&desk);
        hear_links(&desk);
        let desks = || Rc::clone(&desk);
        let (on, logs, conf) = (desks(), desks(), desks());
        App {
            on: Callback::from(move |action| on.act(action)),
            mount_logs: Callback::from(move |parent: Element| logs.mount_logs(&parent)),
            mount_conf: Callback::from(move |parent: Element| conf.mount_conf(&parent)),
            held: RefCell::default(),
            desk,
        }
    }

    fn view(&self, _: &Context<App>) -> Html {
        let pane = browser::focused().and_then(|focus| focus.closest(".pane").ok().flatten());
        *self.held.borrow_mut() = pane.and_then(|pane| pane.dyn_into().ok());
        self.page(&self.desk.now())
    }

    /// Where the element with the focus has gone, its pane has it.
    fn rendered(&mut self, _: &Context<App>, _: bool) {
        if let Some(pane) = self.held.take().filter(|_| browser::focused().is_none()) {
            let _ = pane.focus();
        }
    }
}

fn load_samples(desk: &Rc<Desk>) {
    let desk = Rc::clone(desk);
    wasm_bindgen_futures::spawn_local(async move {
        if let Some(file) = browser::fetch_json("./samples/samples.json").await {
            desk.act(Action::Samples(Rc::new(samples::read(&file))));
        }
    });
}

fn hear_keys(desk: &Rc<Desk>) {
    let desk = Rc::clone(desk);
    {
        let ear = Closure::<dyn FnMut(KeyboardEvent)>::new(move |event: KeyboardEvent| {
            let state = desk.now();
            if let Some(action) = keys::meaning(&event, is_typing(&event), &state) {
                event.prevent_default();
                desk.act(action);
            }
        });
        let window = web_sys::window();
        let call = ear.as_ref().unchecked_ref();
        if let Some(window) = &window {
            let _ = window.add_event_listener_with_callback_and_bool("keydown", call, true);
        }
        // The page lives as long as its window.
        ear.forget();
    }
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    target.is_some_and(|target| {
        target.is_content_editable()
            || matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
    })
}

/// Another link in the same window, a paste beside the editors, and news of the service worker.
fn hear_links(desk: &Rc<Desk>) {
    let desk = Rc::clone(desk);
    {
        let linked = Rc::clone(&desk);
        browser::listen("hashchange", move |_| {
            let fragment = browser::fragment();
            if !fragment.is_empty() {
                linked.follow(fragment);
            }
        });
        let pasted = Rc::clone(&desk);
        browser::listen("paste", move |event| drop::pasted(&pasted, &event));
        // Anywhere on the page: the browser would leave it for the file.
        browser::listen("dragover", |event| event.prevent_default());
        let dropped = Rc::clone(&desk);
        browser::listen("drop", move |event| drop::dropped(&dropped, &event));
        let warmed = Rc::clone(&desk);
        browser::listen("glance-ready", move |_| warmed.warm());
        browser::when_offline_ready(move || desk.act(Action::Offline));
    }
}

impl App {
    fn page(&self, state: &Rc<State>) -> Html {
        let (lang, on) = (state.lang, &self.on);
        let phone = match state.phone {
            PhonePane::Logs => "logs",
            PhonePane::Conf => "conf",
            PhonePane::Results => "results",
        };
        let samples = || Rc::clone(&state.samples);
        let (theme, sample) = (state.theme, Option::clone(&state.sample));
        let header = HeaderProps { lang, theme, samples: samples(), sample };
        let results = ResultsProps { state: Rc::clone(state) };
        let (link_chars, offline, from_link) = (state.link_chars, state.offline, state.from_link);
        let settings = Rc::clone(&state.settings);
        let status = StatusProps { lang, link_chars, offline, from_link, settings };
        let dialog = |dialog: &Dialog| {
            let dialog = DialogProps { lang, dialog: Dialog::clone(dialog), samples: samples() };
            pane(Pane::Dialog(dialog), on)
        };
        html! {
            <div class="page" data-phone={phone}>
                <a class="skip" href="#results" onclick={on.reform(skip)}>{ lang.t(T::Results) }</a>
                { pane(Pane::Header(header), on) }
                { start_bar(state, on) }
                { phone_tabs(state, on) }
                <main class="work">
                    { self.left(state) }
                    { grip("--left", Way::Columns, lang.t(T::ResizeLeft)) }
                    { pane(Pane::Results(results), on) }
                </main>
                { pane(Pane::Status(status), on) }
                { notices(state, on) }
                { state.dialog.as_ref().map_or_else(Html::default, dialog) }
                <p class="hidden" aria-live="polite">{ &*state.spoken }</p>
            </div>
        }
    }

    fn left(&self, state: &Rc<State>) -> Html {
        let (lang, on) = (state.lang, &self.on);
        let tabs = || state.tabs.as_slice().to_vec();
        let logs = LogsProps {
            lang,
            tabs: tabs(),
            file: state.file,
            renaming: state.renaming,
            rows: Rc::clone(&state.run.files),
            selected: state.has_selection(),
            mount: Callback::clone(&self.mount_logs),
        };
        let conf = ConfProps {
            lang,
            tab: state.conf_tab,
            form: Option::clone(&state.form),
            problems: problem_count(lang, &state.run),
            mount: Callback::clone(&self.mount_conf),
        };
        let problems = ProblemsProps { lang, run: Rc::clone(&state.run), tabs: tabs() };
        html! {
            <div class="left">
                { pane(Pane::Logs(logs), on) }
                { grip("--logs", Way::Rows, lang.t(T::ResizeConf)) }
                { pane(Pane::Conf(conf), on) }
                { pane(Pane::Problems(problems), on) }
            </div>
        }
    }
}

/// Past the bars and the editors; the address keeps its link.
fn skip(event: MouseEvent) -> Action {
    event.prevent_default();
    browser::focus("#results");
    Action::Phone(PhonePane::Results)
}

/// Where to begin: shown with the scene of the first visit.
fn start_bar(state: &State, on: &Callback<Action>) -> Html {
    let lang = state.lang;
    if state.sample.as_deref() != Some(FIRST_RUN) {
        return html! {};
    }
    let button = |text: T, action: Action| {
        html! { { button("", on, action, lang.t(text)) } }
    };
    html! {
        <nav class="start" aria-label={lang.t(T::StartWord)}>
            { el("span", "note", lang.t(T::StartWord)) }
            { button(T::StartPaste, Action::StartPaste) }
            { button(T::StartMoving, Action::Sample("mixed-nodes".into())) }
            { button(T::StartFailing, Action::Sample("eks-124-break".into())) }
            <span class="fill" />
            <button type="button" class="ghost" aria-label={lang.t(T::Close)}
                onclick={does(on, Action::SampleShown(None))}>{ "✕" }</button>
        </nav>
    }
}

fn phone_tabs(state: &State, on: &Callback<Action>) -> Html {
    let lang = state.lang;
    let counts = state.run.counts;
    let failing = counts.not_matched + counts.invalid + counts.lost + counts.unread;
    let tab = |pane: PhonePane, text: T| {
        let failing = (failing > 0 && pane == PhonePane::Logs)
            .then(|| el("span", "failing", &count(failing)));
        html! {
            <button type="button" role="tab" class="tab" aria-selected={(state.phone == pane).to_string()}
                onclick={does(on, Action::Phone(pane))}>{ lang.t(text) }{ failing }</button>
        }
    };
    html! {
        <nav class="phone-tabs tabs" aria-label={lang.t(T::Panes)}>
            <div class="contents" role="tablist" aria-label={lang.t(T::Panes)}>
                { tab(PhonePane::Logs, T::Logs) }
                { tab(PhonePane::Conf, T::Conf) }
                { tab(PhonePane::Results, T::Results) }
            </div>
        </nav>
    }
}

fn notices(state: &State, on: &Callback<Action>) -> Html {
    let lang = state.lang;
    html! {
        <div class="notices" role="status">
            if let Some(words) = &state.broken {
                <div class="notice" data-bad="true">
                    <span>{ lang.t(T::EngineGivenUp) }{ " " }<code>{ &**words }</code></span>
                </div>
            }
            if let Some(notice) = &state.notice {
                <div class="notice" data-bad={notice.bad.to_string()}>
                    { el("span", "", &notice.text) }
                    <button type="button" class="ghost" aria-label={lang.t(T::Close)}
                        onclick={does(on, Action::Notice(None))}>{ "✕" }</button>
                </div>
            }
        </div>
    }
}
