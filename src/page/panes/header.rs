//! The top bar: name, samples, detect; export, share, language, theme.

use std::rc::Rc;

use yew::{Callback, Html, MouseEvent, html};

use crate::page::samples::Sample;
use crate::page::state::{Action, Copied, Dialog, Theme};
use crate::page::texts::{Lang, T};
use crate::page::ui::parts::{button, el};

/// What the top bar needs.
#[derive(Clone, PartialEq)]
pub struct HeaderProps {
    /// The language.
    pub lang: Lang,
    /// The colours.
    pub theme: Theme,
    /// The samples.
    pub samples: Rc<Vec<Sample>>,
    /// The sample shown.
    pub sample: Option<Rc<str>>,
}

/// The top bar.
pub fn header(props: &HeaderProps, on: &Callback<Action>) -> Html {
    let lang = props.lang;
    let other = if lang == Lang::En { Lang::Ja } else { Lang::En };
    html! {
        <header class="top">
            <h1 class="brand">{ "fluentd playground" }</h1>
            { samples_menu(props, on) }
            { button("", on, Action::Detect, lang.t(T::Detect)) }
            { button("wide", on, Action::Runtimes(false), lang.t(T::SideBySide)) }
            <span class="fill" />
            { export_menu(lang, on) }
            { button("primary", on, Action::Share, lang.t(T::Share)) }
            <button type="button" class="ghost" lang={other.tag()} onclick={does(on, Action::Lang(other))}>
                { other.own_name() }
            </button>
            <button type="button" class="ghost" title={lang.t(props.theme.text())}
                aria-label={lang.f(T::ThemeIs, &[lang.t(props.theme.text())])}
                onclick={does(on, Action::Theme(props.theme.next()))}>{ props.theme.sign() }</button>
            <button type="button" class="ghost narrow-hidden" aria-label={lang.t(T::Keys)} title={lang.t(T::Keys)}
                onclick={does(on, Action::Dialog(Some(Dialog::Keys)))}>{ "?" }</button>
        </header>
    }
}

/// A press that does this.
pub fn does(on: &Callback<Action>, action: Action) -> Callback<MouseEvent> {
    on.reform(move |_: MouseEvent| action.clone())
}

fn samples_menu(props: &HeaderProps, on: &Callback<Action>) -> Html {
    let lang = props.lang;
    let chosen = props.samples.iter().find(|sample| Some(&sample.id) == props.sample.as_ref());
    let title = chosen.map_or(lang.t(T::Samples), |sample| lang.of(&sample.title));
    html! {
        <>
            <button type="button" class="menu-button samples-button" popovertarget="samples">
                { el("span", "cut", title) }{ " ▾" }
            </button>
            <div id="samples" class="menu samples" popover="auto" tabindex="-1">
                <ul>
                    for sample in props.samples.iter() {
                        <li key={&*sample.id}>
                            <button type="button" popovertarget="samples" popovertargetaction="hide"
                                aria-current={(Some(&sample.id) == props.sample.as_ref()).to_string()}
                                onclick={does(on, Action::Sample(Rc::clone(&sample.id)))}>
                                { el("b", "", lang.of(&sample.title)) }
                                { el("span", "", lang.of(&sample.teaches)) }
                            </button>
                        </li>
                    }
                </ul>
            </div>
        </>
    }
}

fn export_menu(lang: Lang, on: &Callback<Action>) -> Html {
    let item = |text: T, action: Action| {
        html! {
            <li><button type="button" popovertarget="export" popovertargetaction="hide" onclick={does(on, action)}>
                { lang.t(text) }
            </button></li>
        }
    };
    html! {
        <>
            <button type="button" class="menu-button export-button" popovertarget="export">
                { lang.t(T::Export) }{ " ▾" }
            </button>
            <div id="export" class="menu export" popover="auto" tabindex="-1">
                <ul>
                    { item(T::ExportSheet, Action::Export("".into())) }
                    { item(T::ImportSheet, Action::Dialog(Some(Dialog::Import))) }
                    { item(T::CopyConf, Action::Copy(Copied::Conf)) }
                    { item(T::DownloadConf, Action::Download) }
                    { item(T::DownloadRepro, Action::DownloadRepro) }
                    { item(T::Print, Action::Print) }
                </ul>
            </div>
        </>
    }
}

impl Theme {
    /// The one after this.
    #[must_use]
    pub fn next(self) -> Theme {
        match self {
            Theme::System => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::Contrast,
            Theme::Contrast => Theme::System,
        }
    }

    /// Its word in the page's `data-theme` and in storage.
    pub fn word(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
            Theme::Contrast => "contrast",
        }
    }

    /// The theme of a word.
    pub fn of_word(word: &str) -> Theme {
        [Theme::Light, Theme::Dark, Theme::Contrast]
            .into_iter()
            .find(|theme| theme.word() == word)
            .unwrap_or_default()
    }

    fn sign(self) -> &'static str {
        match self {
            Theme::System => "◐",
            Theme::Light => "○",
            Theme::Dark => "●",
            Theme::Contrast => "◼",
        }
    }

    /// Its name.
    pub fn text(self) -> T {
        match self {
            Theme::System => T::ThemeSystem,
            Theme::Light => T::ThemeLight,
            Theme::Dark => T::ThemeDark,
            Theme::Contrast => T::ThemeContrast,
        }
    }
}
