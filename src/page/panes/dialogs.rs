//! What lies over the page: keys, share, preview of an edit, what the lines are, both runtimes.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::{AttrValue, Callback, Event, Html, TargetCast, html};

use super::header::does;
use super::palette::{PaletteProps, palette};
use super::sheet::{import, sheet};
use crate::page::diff::{Line, apply, lines};
use crate::page::samples::Sample;
use crate::page::saved::{env_of, env_text};
use crate::page::state::{Action, Copied, Dialog, KeptRun, Preview, Scene};
use crate::page::texts::{Lang, T, count};
use crate::page::ui::maybe;
use crate::page::ui::modal::modal;
use crate::page::ui::parts::{button, el};
use crate::page::ui::rich::rich;
use crate::protocol::{Detected, DetectedConf, Runtimes, Settings};

/// A link longer than this is cut by many chat tools.
const LONG_LINK: usize = 2000;

/// What a dialog needs.
#[derive(Clone, PartialEq)]
pub struct DialogProps {
    /// The language.
    pub lang: Lang,
    /// Which one.
    pub dialog: Dialog,
    /// The samples, for the palette.
    pub samples: Rc<Vec<Sample>>,
}

/// The dialog.
pub fn dialog(props: &DialogProps, on: &Callback<Action>) -> Html {
    let lang = props.lang;
    let close = on.reform(|()| Action::Dialog(None));
    let (title, class, body) = match &props.dialog {
        Dialog::Keys => (lang.t(T::Keys), "modal", keys(lang)),
        Dialog::Palette(typed, at) => {
            let props = PaletteProps { lang, samples: &props.samples, typed, at: *at };
            (lang.t(T::Commands), "modal palette-modal", palette(&props, on))
        }
        Dialog::Share { link, plain, secrets } => {
            (lang.t(T::Share), "modal", share(lang, (link, plain), secrets, on))
        }
        Dialog::Sheet(files, at) => {
            let title = if files.groups.is_empty() { T::Import } else { T::Export };
            (lang.t(title), "modal large", sheet(lang, files, *at, on))
        }
        Dialog::Import => (lang.t(T::Import), "modal", import(lang, on)),
        Dialog::Preview(preview) => {
            (lang.t(T::PreviewTitle), "modal large", preview_body(lang, preview, on))
        }
        Dialog::Detected(detected) => {
            (lang.t(T::DetectTitle), "modal", detected_body(lang, detected, on))
        }
        Dialog::Runtimes(runtimes) => {
            (lang.t(T::SideBySide), "modal large", runtimes_body(lang, runtimes, on))
        }
        Dialog::Settings(settings) => (lang.t(T::Machine), "modal", machine(lang, settings, on)),
        Dialog::Runs(runs, pair) => {
            (lang.t(T::LastRuns), "modal large", runs_body(lang, runs, *pair, on))
        }
        Dialog::Privacy => {
            (lang.t(T::NothingLeaves), "modal", html! { <p>{ rich(lang.t(T::PrivacyText)) }</p> })
        }
    };
    modal(title, class, lang.t(T::Close), &close, body)
}

/// The imagined machine as a form; each field takes effect when it is left.
fn machine(lang: Lang, settings: &Rc<Settings>, on: &Callback<Action>) -> Html {
    let field = |text: T, value: &str, set: fn(&mut Settings, String)| {
        let settings = Rc::clone(settings);
        let onchange = maybe(on, move |event: Event| {
            let mut next = settings.as_ref().clone();
            set(&mut next, event.target_dyn_into::<HtmlInputElement>()?.value());
            Some(Action::Settings(Rc::new(next)))
        });
        html! {
            <label class="param" data-present="true">{ el("span", "", lang.t(text)) }
                <input class="mono" value={AttrValue::from(value.to_owned())} spellcheck="false" {onchange} /></label>
        }
    };
    let seconds = settings.run_seconds.to_string();
    html! {
        <div class="preview">
            { el("p", "note", lang.t(T::MachineText)) }
            { field(T::TimeZone, &settings.tz, |next, value| next.tz = value) }
            { field(T::HostName, &settings.hostname, |next, value| next.hostname = value) }
            { field(T::NowSeconds, &settings.now, |next, value| next.now = value) }
            { field(T::RunSeconds, &seconds, |next, value| {
                next.run_seconds = value.trim().parse().unwrap_or_default();
            }) }
            { field(T::EnvVars, &env_text(settings), |next, value| next.env = env_of(&value)) }
        </div>
    }
}

/// The runs, two of them compared: what differs in their configurations.
fn runs_body(lang: Lang, runs: &Rc<Vec<KeptRun>>, pair: [usize; 2], on: &Callback<Action>) -> Html {
    let side = |side: usize, at: usize| {
        let mut next = pair;
        next[side] = at;
        let action = Action::Dialog(Some(Dialog::Runs(Rc::clone(runs), next)));
        let label = format!("{} {}", lang.t([T::RunBefore, T::RunAfter][side]), at + 1);
        html! {
            <span class="side"><input type="radio" name={["run-before", "run-after"][side]} aria-label={label}
                checked={pair[side] == at} onchange={on.reform(move |_: Event| action.clone())} /></span>
        }
    };
    let head = |text: T| el("span", "side", lang.t(text).split(':').next().unwrap_or_default());
    let row = |(at, run): (usize, &KeptRun)| {
        let counts = [run.counts.events, run.counts.not_matched, run.counts.lines].map(count);
        html! {
            <li class="choice-head" key={at}>
                { side(0, at) }{ side(1, at) }
                { el("span", "", &format!("{}.", at + 1)) }
                { el("span", "", &lang.f(T::RunOf, &counts.each_ref().map(String::as_str))) }
                <span class="fill" />
                { button("", on, Action::Compare(at), lang.t(T::BackToIt)) }
            </li>
        }
    };
    let conf = |at: usize| runs.get(at).map_or("", |run| &run.conf);
    let same = conf(pair[0]) == conf(pair[1]);
    html! {
        <div class="preview runs">
            { el("p", "note", lang.t(T::RunsText)) }
            <p class="note choice-head" aria-hidden="true">{ head(T::RunBefore) }{ head(T::RunAfter) }</p>
            <ol class="choices-list" tabindex="0" aria-label={lang.t(T::LastRuns)}>{ for runs.iter().enumerate().rev().map(row) }</ol>
            if same {
                { el("p", "note", lang.t(T::NothingToChange)) }
            } else {
                { diff(lang, conf(pair[0]), conf(pair[1])) }
            }
        </div>
    }
}

fn keys(lang: Lang) -> Html {
    const KEYS: [(&str, T); 11] = [
        ("?", T::Keys),
        ("Ctrl/⌘ K", T::Commands),
        ("Ctrl/⌘ Enter", T::KeyRun),
        ("Ctrl/⌘ S", T::KeySave),
        ("Ctrl/⌘ Shift S", T::KeyShare),
        ("F8", T::KeyNextFailing),
        ("Shift F8", T::KeyPreviousFailing),
        ("Alt ↑ ↓", T::KeyEvents),
        ("Alt 1 2 3 4", T::KeyPanels),
        ("Ctrl/⌘ Space", T::KeyComplete),
        ("Tab", T::KeyTab),
    ];
    html! {
        <table class="keys">
            <tbody>
                for (key, text) in KEYS {
                    <tr key={key}><td><kbd>{ key }</kbd></td>{ el("td", "", lang.t(text)) }</tr>
                }
            </tbody>
        </table>
    }
}

fn share(
    lang: Lang,
    (link, plain): (&Rc<str>, &Rc<str>),
    secrets: &[Rc<str>],
    on: &Callback<Action>,
) -> Html {
    let chars = link.chars().count();
    html! {
        <div class="share">
            if link.is_empty() {
                <p role="alert">{ lang.t(T::LinkTooLong) }</p>
            } else {
                { el("p", "", lang.t(T::ShareText)) }
                <textarea class="mono" readonly=true rows="4" aria-label={lang.t(T::Link)} value={AttrValue::from(Rc::clone(link))} />
                <p class="note">{ lang.f(T::LinkChars, &[&count(chars as u32)]) }
                    if chars > LONG_LINK { { " · " }{ lang.t(T::LinkLong) } }</p>
            }
            if !secrets.is_empty() {
                <div class="warning" role="alert">
                    <p>{ el("b", "", lang.t(T::SecretsFound)) }</p>
                    <ul>for secret in secrets { <li>{ rich(secret) }</li> }</ul>
                    <p>{ button("", on, Action::Copy(Copied::Text(Rc::clone(plain))), lang.t(T::CopyUnmasked)) }</p>
                </div>
            }
            <p class="buttons">
                if !link.is_empty() {
                    { button("primary", on, Action::Copy(Copied::Text(Rc::clone(link))), lang.t(T::CopyLink)) }
                }
                { button("", on, Action::ShareConf, lang.t(T::ShareConf)) }
                { button("", on, Action::Export("markdown".into()), lang.t(T::ShareMarkdown)) }
                { button("", on, Action::DownloadRepro, lang.t(T::DownloadRepro)) }
            </p>
        </div>
    }
}

fn preview_body(lang: Lang, preview: &Preview, on: &Callback<Action>) -> Html {
    let Some(fix) = preview.fixes.get(preview.chosen).or(preview.fixes.first()) else {
        return html! { { el("p", "", lang.t(T::NothingToChange)) } };
    };
    let after = apply(&preview.conf, &fix.edits);
    html! {
        <div class="preview">
            if preview.fixes.len() > 1 {
                <div class="choices" role="group" aria-label={lang.t(T::Choices)}>
                    for (at, fix) in preview.fixes.iter().enumerate() {
                        <button type="button" key={at} aria-pressed={(at == preview.chosen).to_string()}
                            onclick={does(on, Action::Choose(at))}>{ rich(lang.of(&fix.title)) }</button>
                    }
                </div>
            } else {
                <p>{ rich(lang.of(&fix.title)) }</p>
            }
            { diff(lang, &preview.conf, &after) }
            <p class="buttons">
                { button("primary", on, Action::Apply(Rc::new(fix.clone())), lang.t(T::Apply)) }
                { button("", on, Action::Dialog(None), lang.t(T::Cancel)) }
            </p>
        </div>
    }
}

fn diff(lang: Lang, before: &str, after: &str) -> Html {
    let row = |line: Line<'_>| {
        let (kind, sign, text, word) = match line {
            Line::Same(text) => ("same", " ", text, ""),
            Line::Gone(text) => ("gone", "−", text, lang.t(T::LineGone)),
            Line::New(text) => ("new", "+", text, lang.t(T::LineNew)),
        };
        html! {
            <div data-kind={kind}><span class="sign" aria-hidden="true">{ sign }</span>
                { el("span", "hidden", word) }{ text }</div>
        }
    };
    html! { <div class="diff mono" tabindex="0">{ for lines(before, after).into_iter().map(row) }</div> }
}

fn detected_body(lang: Lang, detected: &Detected, on: &Callback<Action>) -> Html {
    html! {
        <div class="detected">
            <p>{ rich(lang.of(&detected.summary)) }</p>
            if let Some(lines) = &detected.unescaped {
                { el("p", "", lang.t(T::UnescapedText)) }
                <p>{ button("", on, Action::AddFile(
                    "/var/log/containers/warning_default_app-0123456789ab.log".into(), lines.as_str().into()), lang.t(T::UseUnescaped)) }</p>
            }
            if detected.choices.is_empty() { { el("p", "note", lang.t(T::NoKnownFormat)) } }
            <ul class="choices-list">
                for (at, choice) in detected.choices.iter().enumerate() { { choice_row(lang, at, choice, on) } }
            </ul>
        </div>
    }
}

fn choice_row(lang: Lang, at: usize, choice: &DetectedConf, on: &Callback<Action>) -> Html {
    html! {
        <li key={at}>
            <div class="choice-head">
                <b>{ rich(lang.of(&choice.title)) }</b>
                { el("span", "note", &lang.f(T::TakesPercent, &[&count(choice.percent)])) }
                <span class="fill" />
                <button type="button" class={if at == 0 { "primary" } else { "" }}
                    onclick={does(on, Action::SetConf(choice.conf.as_str().into()))}>{ lang.t(T::UseConf) }</button>
            </div>
            <details>{ el("summary", "", "fluent.conf") }{ el("pre", "mono", &choice.conf) }</details>
        </li>
    }
}

/// Lines that may wrap, each one by itself.
fn each_line(text: &str) -> Html {
    html! { <ol class="each-line mono">{ for text.lines().map(|line| el("li", "", line)) }</ol> }
}

fn runtimes_body(lang: Lang, runtimes: &Runtimes, on: &Callback<Action>) -> Html {
    let cell = |at: usize| {
        let (read, all) = runtimes.read.get(at).copied().unwrap_or_default();
        let good = read == all && all > 0;
        html! {
            <td data-good={good.to_string()}>{ if good { "✓ " } else { "✕ " } }{ format!("{} / {}", count(read), count(all)) }</td>
        }
    };
    let split = runtimes.split;
    let both = Scene {
        title: lang.t(T::SideBySide).into(),
        conf: runtimes.cri_conf.as_str().into(),
        files: vec![
            (
                "/var/log/containers/app-1_default_containerd-0123456789ab.log".into(),
                runtimes.cri.as_str().into(),
            ),
            (
                "/var/log/containers/app-1_default_docker-0123456789ab.log".into(),
                runtimes.docker.as_str().into(),
            ),
        ],
        checks: Vec::new(),
        settings: None,
    };
    html! {
        <div class="runtimes">
            <p>
                <label><input type="checkbox" checked={runtimes.split} onchange={on.reform(move |_: Event| Action::Runtimes(!split))} />
                    { " " }{ lang.t(T::SplitContainerd) }</label>
            </p>
            <div class="two">
                <section>{ el("h3", "", "Docker (json-file)") }{ each_line(&runtimes.docker) }</section>
                <section>{ el("h3", "", "containerd (CRI)") }{ each_line(&runtimes.cri) }</section>
            </div>
            for note in &runtimes.notes { <p class="note">{ rich(lang.of(note)) }</p> }
            { el("h3", "", lang.t(T::WhichReadsWhich)) }
            <table class="four">
                <thead><tr><td />{ el("th", "", lang.t(T::DockerConf)) }{ el("th", "", lang.t(T::CriConf)) }</tr></thead>
                <tbody>
                    <tr>{ el("th", "", lang.t(T::DockerLines)) }{ cell(0) }{ cell(1) }</tr>
                    <tr>{ el("th", "", lang.t(T::CriLines)) }{ cell(2) }{ cell(3) }</tr>
                </tbody>
            </table>
            <p class="buttons">
                { button("", on, Action::Load(Rc::new(both)), lang.t(T::OpenBoth)) }
                { button("", on, Action::SetConf(runtimes.docker_conf.as_str().into()), lang.t(T::UseDockerConf)) }
                { button("", on, Action::SetConf(runtimes.cri_conf.as_str().into()), lang.t(T::UseCriConf)) }
            </p>
        </div>
    }
}
