//! Files to take away or to take in, as the worker made and tried them: what to choose, what was
//! found, and each file to look at, copy, save or use.

use std::rc::Rc;

use web_sys::HtmlTextAreaElement;
use yew::{Callback, Event, Html, TargetCast, html};

use super::header::does;
use crate::page::state::{Action, Copied};
use crate::page::texts::{Lang, T};
use crate::page::ui::maybe;
use crate::page::ui::parts::{button, el};
use crate::page::ui::rich::rich;
use crate::protocol::{Offer, Sheet, SheetGroup};

/// The sheet; `at`: the file shown.
pub fn sheet(lang: Lang, sheet: &Sheet, at: usize, on: &Callback<Action>) -> Html {
    let shown = sheet.files.get(at).or(sheet.files.first());
    html! {
        <div class="sheet">
            for group in &sheet.groups { { choices(lang, group, on) } }
            if !sheet.title.en.is_empty() { <p><b>{ rich(lang.of(&sheet.title)) }</b></p> }
            for (mark, text) in &sheet.said {
                <p class="remark" data-mark={mark.clone()}>{ rich(lang.of(text)) }</p>
            }
            if sheet.files.len() > 1 {
                <div class="choices" role="group" aria-label={lang.t(T::SheetFiles)}>
                    for (index, (name, _)) in sheet.files.iter().enumerate() {
                        <button type="button" key={index} aria-pressed={(index == at).to_string()}
                            onclick={does(on, Action::Choose(index))}>{ name }</button>
                    }
                </div>
            }
            if let Some((name, text)) = shown { { file(lang, sheet, (name, text), on) } }
        </div>
    }
}

fn choices(lang: Lang, group: &SheetGroup, on: &Callback<Action>) -> Html {
    html! {
        <div class="choices" role="group" aria-label={lang.of(&group.label).to_owned()}>
            { el("span", "note", lang.of(&group.label)) }
            for choice in &group.choices {
                <button type="button" key={&*choice.label.en} aria-pressed={choice.chosen.to_string()}
                    onclick={does(on, offered(&choice.offer))}>{ lang.of(&choice.label) }</button>
            }
        </div>
    }
}

fn offered(offer: &Offer) -> Action {
    match offer {
        Offer::Sheet(what) => Action::Export(what.as_str().into()),
        Offer::Migrate(nodes) => Action::Migrate(*nodes),
    }
}

fn file(lang: Lang, sheet: &Sheet, (name, text): (&str, &str), on: &Callback<Action>) -> Html {
    let text: Rc<str> = text.into();
    let save = |name: &str, text: Rc<str>| does(on, Action::SaveFile(name.into(), text));
    let kind = name.rsplit('.').next();
    html! {
        <>
            <pre class="mono" tabindex="0" aria-label={name.to_owned()}>{ &*text }</pre>
            <p class="buttons">
                if kind == Some("conf") && sheet.groups.is_empty() {
                    { button("primary", on, Action::SetConf(Rc::clone(&text)), lang.t(T::UseConf)) }
                }
                if kind == Some("log") {
                    { button("primary", on, Action::AddFile(
                        "/var/log/containers/pasted_default_app-0123456789ab.log".into(), Rc::clone(&text)), lang.t(T::UseUnescaped)) }
                }
                { button("", on, Action::Copy(Copied::Text(Rc::clone(&text))), &lang.f(T::CopyFile, &[name])) }
                <button type="button" onclick={save(name, Rc::clone(&text))}>{ lang.f(T::SaveFile, &[name]) }</button>
                if !sheet.zip.is_empty() {
                    <button type="button" onclick={save("fluentd-playground.zip", sheet.zip.as_str().into())}>{ lang.t(T::SaveZip) }</button>
                }
            </p>
        </>
    }
}

/// Where another tool's text goes.
pub fn import(lang: Lang, on: &Callback<Action>) -> Html {
    let onchange = maybe(on, |event: Event| {
        let text = event.target_dyn_into::<HtmlTextAreaElement>()?.value();
        (!text.trim().is_empty()).then(|| Action::Import(text.into()))
    });
    html! {
        <div class="sheet">
            <p>{ rich(lang.t(T::ImportText)) }</p>
            <textarea class="mono" rows="10" aria-label={lang.t(T::Import)} {onchange} />
            <p class="buttons"><button type="button" class="primary">{ lang.t(T::ImportRead) }</button></p>
        </div>
    }
}
