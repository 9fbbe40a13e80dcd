//! The command palette: type a part of a command, Enter does it.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::{AttrValue, Callback, Html, InputEvent, KeyboardEvent, TargetCast, html};

use super::header::does;
use crate::page::browser::lower;
use crate::page::keys::composes;
use crate::page::samples::Sample;
use crate::page::state::{Action, ConfTab, Copied, Dialog, Forward, Theme};
use crate::page::texts::{Lang, T};
use crate::page::ui::maybe;
use crate::protocol::Panel;

/// What the palette shows.
#[derive(Clone, Copy, Debug)]
pub struct PaletteProps<'p> {
    /// The language.
    pub lang: Lang,
    /// The samples.
    pub samples: &'p [Sample],
    /// What was typed.
    pub typed: &'p Rc<str>,
    /// The chosen command.
    pub at: usize,
}

struct Command {
    label: AttrValue,
    /// Also found by this: the other language, the sample's id.
    words: String,
    action: Action,
}

/// The palette.
pub fn palette(props: &PaletteProps<'_>, on: &Callback<Action>) -> Html {
    let found = found(props);
    let chosen = props.at.min(found.len().saturating_sub(1));
    let oninput = maybe(on, |event: InputEvent| {
        let typed = event.target_dyn_into::<HtmlInputElement>()?.value();
        Some(Action::Dialog(Some(Dialog::Palette(typed.into(), 0))))
    });
    let input = html! {
        <input type="text" autofocus=true role="combobox" aria-expanded="true" aria-controls="commands" autocomplete="off"
            aria-activedescendant={format!("command-{chosen}")} aria-label={props.lang.t(T::Commands)}
            placeholder={props.lang.t(T::TypeCommand)} {oninput} onkeydown={keys(props, &found, chosen, on)} />
    };
    html! {
        <div class="palette">
            { input }
            <ul id="commands" role="listbox" aria-label={props.lang.t(T::Commands)}>
                for (index, command) in found.iter().enumerate() {
                    <li key={index} id={format!("command-{index}")} role="option" aria-selected={(index == chosen).to_string()}
                        onclick={does(on, command.action.clone())}>{ &command.label }</li>
                }
            </ul>
        </div>
    }
}

fn keys(
    props: &PaletteProps<'_>,
    found: &[Command],
    chosen: usize,
    on: &Callback<Action>,
) -> Callback<KeyboardEvent> {
    let last = found.len().saturating_sub(1);
    let typed = Rc::clone(props.typed);
    let action = found.get(chosen).map(|command| command.action.clone());
    let on = Callback::clone(on);
    Callback::from(move |event: KeyboardEvent| {
        if composes(&event) {
            return;
        }
        let next = match event.key().as_str() {
            "ArrowDown" if chosen >= last => 0,
            "ArrowDown" => chosen + 1,
            "ArrowUp" => chosen.checked_sub(1).unwrap_or(last),
            "Enter" => {
                event.prevent_default();
                if let Some(action) = &action {
                    run(&on, action);
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        on.emit(Action::Dialog(Some(Dialog::Palette(Rc::clone(&typed), next))));
    })
}

/// Closes the palette and does the command.
fn run(on: &Callback<Action>, action: &Action) {
    on.emit(Action::Dialog(None));
    on.emit(action.clone());
}

fn found(props: &PaletteProps<'_>) -> Vec<Command> {
    let words: Vec<String> = lower(props.typed).split_whitespace().map(str::to_owned).collect();
    let fits = |command: &Command| {
        let text = lower(&format!("{} {}", command.label, command.words));
        words.iter().all(|word| text.contains(word.as_str()))
    };
    let mut commands: Vec<Command> = commands(props.lang);
    commands.extend(props.samples.iter().map(|sample| Command {
        label: format!("{}: {}", props.lang.t(T::Sample), props.lang.of(&sample.title)).into(),
        words: format!("{} {} {}", sample.id, sample.title.en, sample.teaches.en),
        action: Action::Sample(Rc::clone(&sample.id)),
    }));
    commands.retain(fits);
    commands
}

fn commands(lang: Lang) -> Vec<Command> {
    [
        (T::Detect, Action::Detect),
        (T::SideBySide, Action::Runtimes(false)),
        (T::Share, Action::Share),
        (T::ExportSheet, Action::Export("".into())),
        (T::ImportSheet, Action::Dialog(Some(Dialog::Import))),
        (T::CopyConf, Action::Copy(Copied::Conf)),
        (T::DownloadConf, Action::Download),
        (T::DownloadRepro, Action::DownloadRepro),
        (T::CopyJson, Action::Copy(Copied::Json)),
        (T::CopyRuby, Action::Copy(Copied::Ruby)),
        (T::MakeCheck, Action::AddCheck),
        (T::KeyNextFailing, Action::NextFailing(Forward::Next)),
        (T::KeyPreviousFailing, Action::NextFailing(Forward::Previous)),
        (T::Events, Action::Panel(Panel::Events)),
        (T::Flow, Action::Panel(Panel::Flow)),
        (T::Explain, Action::Panel(Panel::Explain)),
        (T::Checks, Action::Panel(Panel::Checks)),
        (T::Pattern, Action::ConfTab(ConfTab::Pattern)),
        (T::Rename, Action::Rename),
        (T::KeySave, Action::Save),
        (T::Print, Action::Print),
        (T::ThemeSystem, Action::Theme(Theme::System)),
        (T::ThemeLight, Action::Theme(Theme::Light)),
        (T::ThemeDark, Action::Theme(Theme::Dark)),
        (T::ThemeContrast, Action::Theme(Theme::Contrast)),
        (T::Machine, Action::Machine),
        (T::LastRuns, Action::Runs),
        (T::Keys, Action::Dialog(Some(Dialog::Keys))),
        (T::NothingLeaves, Action::Dialog(Some(Dialog::Privacy))),
        (T::InEnglish, Action::Lang(Lang::En)),
        (T::InJapanese, Action::Lang(Lang::Ja)),
    ]
    .map(|(text, action)| Command {
        label: lang.t(text).into(),
        words: format!("{} {}", Lang::En.t(text), Lang::Ja.t(text)),
        action,
    })
    .into()
}
