//! The page as a whole.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement};
use yew::{
    Callback, DragEvent, Html, KeyboardEvent, MouseEvent, Properties, component, hook, html,
    use_effect_with, use_memo, use_reducer, use_state,
};

use super::desk::Desk;
use super::host::Host;
use super::panes::conf::Conf;
use super::panes::dialogs::DialogView;
use super::panes::header::{Header, does};
use super::panes::logs::Logs;
use super::panes::problems::Problems;
use super::panes::results::Results;
use super::panes::status::Status;
use super::samples::{FIRST_RUN, Sample, first_run};
use super::state::{Action, ConfTab, PhonePane, Scene, State};
use super::texts::{Lang, T, count};
use super::ui::grip::Grip;
use super::{browser, drop, keys, saved, storage};

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

/// What the page begins with.
struct Opening {
    scene: Rc<Scene>,
    from_link: bool,
    restored: bool,
    /// What is wrong with the link.
    damaged: Option<crate::diag::Message>,
}

fn opening() -> Opening {
    let fragment = browser::fragment();
    let mut damaged = None;
    if !fragment.is_empty() {
        match crate::share::from_fragment(&fragment) {
            Ok(shared) => {
                let scene = Rc::new(saved::scene(shared));
                return Opening { scene, from_link: true, restored: false, damaged };
            }
            Err(error) => damaged = Some(error.message()),
        }
    }
    let work = storage::get("work").and_then(|work| crate::share::from_fragment(&work).ok());
    let restored = work.is_some();
    let scene = work.map_or_else(first_run, saved::scene);
    Opening { scene: Rc::new(scene), from_link: false, restored, damaged }
}

/// The page.
#[component]
pub fn App(props: &AppProps) -> Html {
    let state = use_reducer(|| State {
        lang: browser::first_lang(),
        theme: browser::first_theme(),
        ..State::default()
    });
    let samples = use_state(Rc::<Vec<Sample>>::default);
    let desk = {
        let state = state.clone();
        let host = props.host.clone();
        use_memo((), move |()| start(host, state))
    };
    let desk = Rc::clone(&desk);
    let on = use_memo((), |()| {
        let desk = Rc::clone(&desk);
        Callback::from(move |action| desk.act(action))
    });
    use_samples(&desk, samples.setter());
    use_keys(&desk);
    use_links(&desk);
    let conf_tab = state.conf_tab;
    let former = Rc::clone(&desk);
    use_effect_with(conf_tab, move |tab| {
        if *tab == ConfTab::Pattern {
            former.form_shown();
        }
    });
    let now = Rc::new(State::clone(&state));
    view(&desk, &now, &samples, &on)
}

fn start(host: Host, state: yew::UseReducerHandle<State>) -> Rc<Desk> {
    let opening = opening();
    browser::set_lang(state.lang);
    browser::set_theme(state.theme);
    let desk = Desk::start(host, state, opening.scene);
    if opening.from_link {
        desk.act(Action::FromLink);
    } else if opening.restored {
        desk.notice(T::Recovered, &[], false);
    } else {
        desk.act(Action::SampleShown(Some(FIRST_RUN.into())));
    }
    if let Some(damaged) = opening.damaged {
        let lang = desk.now().lang;
        let words = if lang == Lang::Ja { damaged.ja } else { damaged.en };
        desk.notice(T::LinkDamaged, &[&words], true);
    }
    desk
}

#[hook]
fn use_samples(desk: &Rc<Desk>, set: yew::UseStateSetter<Rc<Vec<Sample>>>) {
    let desk = Rc::clone(desk);
    use_effect_with((), move |()| {
        wasm_bindgen_futures::spawn_local(async move {
            if let Some(samples) =
                browser::fetch_json::<Vec<Sample>>("./samples/samples.json").await
            {
                let samples = Rc::new(samples);
                desk.set_samples(Rc::clone(&samples));
                set.set(samples);
            }
        });
    });
}

#[hook]
fn use_keys(desk: &Rc<Desk>) {
    let desk = Rc::clone(desk);
    use_effect_with((), move |()| {
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
    });
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    target.is_some_and(|target| {
        target.is_content_editable()
            || matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
    })
}

/// Another link in the same window, a paste beside the editors, and news of the service worker.
#[hook]
fn use_links(desk: &Rc<Desk>) {
    let desk = Rc::clone(desk);
    use_effect_with((), move |()| {
        let linked = Rc::clone(&desk);
        browser::listen("hashchange", move |_| {
            let fragment = browser::fragment();
            if fragment.is_empty() {
                return;
            }
            match crate::share::from_fragment(&fragment) {
                // The address is the whole state: the page starts anew from it.
                Ok(_) => browser::reload(),
                Err(error) => {
                    let message = error.message();
                    let words = if linked.now().lang == Lang::Ja { message.ja } else { message.en };
                    linked.notice(T::LinkDamaged, &[&words], true);
                }
            }
        });
        let pasted = Rc::clone(&desk);
        browser::listen("paste", move |event| drop::pasted(&pasted, &event));
        browser::when_offline_ready(move || desk.act(Action::Offline));
    });
}

fn view(
    desk: &Rc<Desk>,
    state: &Rc<State>,
    samples: &Rc<Vec<Sample>>,
    on: &Callback<Action>,
) -> Html {
    let lang = state.lang;
    let phone = match state.phone {
        PhonePane::Logs => "logs",
        PhonePane::Conf => "conf",
        PhonePane::Results => "results",
    };
    html! {
        <div class="page" data-phone={phone}>
            <a class="skip" href="#results" onclick={does(on, Action::Panel(crate::protocol::Panel::Events))}>{ lang.t(T::Results) }</a>
            <Header {lang} theme={state.theme} samples={Rc::clone(samples)} sample={Option::clone(&state.sample)} {on} />
            { start_bar(state, on) }
            { phone_tabs(state, on) }
            <main class="work">
                { left(desk, state, on) }
                <Grip var="--left" label={lang.t(T::ResizeLeft)} />
                <Results state={Rc::clone(state)} {on} />
            </main>
            <Status {lang} link_chars={state.link_chars} offline={state.offline} from_link={state.from_link} {on} />
            { notices(state, on) }
            if let Some(dialog) = &state.dialog {
                <DialogView {lang} dialog={dialog.clone()} samples={Rc::clone(samples)} {on} />
            }
            <Spoken text={spoken(state)} />
        </div>
    }
}

fn left(desk: &Rc<Desk>, state: &Rc<State>, on: &Callback<Action>) -> Html {
    let lang = state.lang;
    let (logs, conf, dropped) = (Rc::clone(desk), Rc::clone(desk), Rc::clone(desk));
    let mount_logs = Callback::from(move |parent: Element| logs.mount_logs(&parent));
    let mount_conf = Callback::from(move |parent: Element| conf.mount_conf(&parent));
    let drop_files = Callback::from(move |event: DragEvent| drop::dropped(&dropped, &event));
    html! {
        <div class="left">
            <Logs {lang} tabs={state.tabs.as_slice().to_vec()} file={state.file} renaming={state.renaming}
                run={Rc::clone(&state.run)} mount={mount_logs} drop={drop_files} {on} />
            <Grip var="--logs" rows=true label={lang.t(T::ResizeConf)} />
            <Conf {lang} tab={state.conf_tab} form={Option::clone(&state.form)} run={Rc::clone(&state.run)}
                mount={mount_conf} {on} />
            <Problems {lang} run={Rc::clone(&state.run)} tabs={state.tabs.as_slice().to_vec()} {on} />
        </div>
    }
}

/// Where to begin: shown with the scene of the first visit.
fn start_bar(state: &State, on: &Callback<Action>) -> Html {
    let lang = state.lang;
    if state.sample.as_deref() != Some(FIRST_RUN) {
        return html! {};
    }
    let button = |text: T, action: Action| {
        html! { <button type="button" onclick={does(on, action)}>{ lang.t(text) }</button> }
    };
    html! {
        <nav class="start" aria-label={lang.t(T::StartWord)}>
            <span class="note">{ lang.t(T::StartWord) }</span>
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
    let tab = |pane: PhonePane, text: T| {
        html! {
            <button type="button" role="tab" class="tab" aria-selected={(state.phone == pane).to_string()}
                onclick={does(on, Action::Phone(pane))}>{ lang.t(text) }</button>
        }
    };
    html! {
        <div class="phone-tabs tabs" role="tablist" aria-label={lang.t(T::Panes)}>
            { tab(PhonePane::Logs, T::Logs) }
            { tab(PhonePane::Conf, T::Conf) }
            { tab(PhonePane::Results, T::Results) }
        </div>
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
                <Passing bad={notice.bad} text={Rc::clone(&notice.text)} close_label={lang.t(T::Close)} {on} />
            }
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct PassingProps {
    bad: bool,
    text: Rc<str>,
    close_label: yew::AttrValue,
    on: Callback<Action>,
}

/// A notice that goes by itself, unless something went wrong.
#[component]
fn Passing(props: &PassingProps) -> Html {
    let on = Callback::clone(&props.on);
    use_effect_with((Rc::clone(&props.text), props.bad), move |(_, bad)| {
        let timer = (!bad).then(|| Timeout::new(4000, move || on.emit(Action::Notice(None))));
        move || std::mem::drop(timer)
    });
    html! {
        <div class="notice" data-bad={props.bad.to_string()}>
            <span>{ &*props.text }</span>
            <button type="button" class="ghost" aria-label={&props.close_label}
                onclick={props.on.reform(|_: MouseEvent| Action::Notice(None))}>{ "✕" }</button>
        </div>
    }
}

/// The counts in a sentence, for screen readers.
fn spoken(state: &State) -> String {
    let counts = state.run.counts;
    let numbers = [counts.lines, counts.matched, counts.not_matched, counts.events].map(count);
    state.lang.f(T::Summary, &numbers.each_ref().map(String::as_str))
}

#[derive(Clone, PartialEq, Properties)]
struct SpokenProps {
    text: String,
}

/// A polite live region that speaks when typing pauses.
#[component]
fn Spoken(props: &SpokenProps) -> Html {
    let said = use_state(String::new);
    {
        let said = said.setter();
        use_effect_with(props.text.clone(), move |text| {
            let text = text.clone();
            let timer = Timeout::new(1000, move || said.set(text));
            move || std::mem::drop(timer)
        });
    }
    html! { <p class="hidden" aria-live="polite">{ &*said }</p> }
}
