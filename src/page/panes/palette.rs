//! The command palette: type a part of a command, Enter does it.

use std::rc::Rc;

use web_sys::{HtmlElement, HtmlInputElement, InputEvent};
use yew::{
    AttrValue, Callback, Html, KeyboardEvent, Properties, TargetCast, component, html,
    use_effect_with, use_node_ref, use_state,
};

use crate::page::samples::Sample;
use crate::page::state::{Action, ConfTab, Copied, Dialog, Forward, Theme};
use crate::page::texts::{Lang, T};
use crate::protocol::Panel;

/// What the palette needs.
#[derive(Clone, PartialEq, Properties)]
pub struct PaletteProps {
    /// The language.
    pub lang: Lang,
    /// The samples.
    pub samples: Rc<Vec<Sample>>,
    /// What happened.
    pub on: Callback<Action>,
}

struct Command {
    label: AttrValue,
    /// Also found by this: the other language, the sample's id.
    words: String,
    action: Action,
}

/// The palette.
#[component]
pub fn Palette(props: &PaletteProps) -> Html {
    let node = use_node_ref();
    let typed = use_state(String::new);
    let at = use_state(|| 0_usize);
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(input) = node.cast::<HtmlElement>() {
                let _ = input.focus();
            }
        });
    }
    let found = found(props, &typed);
    let chosen = (*at).min(found.len().saturating_sub(1));
    let oninput = {
        let (typed, at) = (typed.clone(), at.clone());
        move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                typed.set(input.value());
                at.set(0);
            }
        }
    };
    let last = found.len().saturating_sub(1);
    let action = found.get(chosen).map(|command| command.action.clone());
    let on = props.on.clone();
    let onkeydown = move |event: KeyboardEvent| match event.key().as_str() {
        "ArrowDown" => {
            event.prevent_default();
            at.set(if chosen >= last { 0 } else { chosen + 1 });
        }
        "ArrowUp" => {
            event.prevent_default();
            at.set(chosen.checked_sub(1).unwrap_or(last));
        }
        "Enter" if !event.is_composing() => {
            event.prevent_default();
            if let Some(action) = &action {
                run(&on, action);
            }
        }
        _ => {}
    };
    html! {
        <div class="palette">
            <input ref={node} type="text" role="combobox" aria-expanded="true" aria-controls="commands" autocomplete="off"
                aria-activedescendant={format!("command-{chosen}")} aria-label={props.lang.t(T::Commands)}
                placeholder={props.lang.t(T::TypeCommand)} {oninput} {onkeydown} />
            <ul id="commands" role="listbox" aria-label={props.lang.t(T::Commands)}>
                for (index, command) in found.iter().enumerate() {
                    <li key={index} id={format!("command-{index}")} role="option" aria-selected={(index == chosen).to_string()}
                        onclick={
                            let action = command.action.clone();
                            props.on.reform(move |_| action.clone())
                        }>{ &command.label }</li>
                }
            </ul>
        </div>
    }
}

/// Closes the palette and does the command.
fn run(on: &Callback<Action>, action: &Action) {
    on.emit(Action::Dialog(None));
    on.emit(action.clone());
}

fn found(props: &PaletteProps, typed: &str) -> Vec<Command> {
    let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let fits = |command: &Command| {
        let text = format!("{} {}", command.label, command.words).to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    };
    let mut commands: Vec<Command> = commands(props.lang);
    commands.extend(props.samples.iter().map(|sample| Command {
        label: format!("{}: {}", props.lang.t(T::Sample), sample.title(props.lang)).into(),
        words: format!("{} {} {}", sample.id, sample.title, sample.teaches),
        action: Action::Sample(Rc::clone(&sample.id)),
    }));
    commands.retain(fits);
    commands
}

fn commands(lang: Lang) -> Vec<Command> {
    [
        (T::Detect, Action::Detect),
        (T::SideBySide, Action::Runtimes),
        (T::Share, Action::Share),
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
