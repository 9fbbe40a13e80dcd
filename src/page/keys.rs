//! Keys that work everywhere on the page.

use yew::KeyboardEvent;

use super::state::{Action, Dialog, Forward, State};
use crate::protocol::Panel;

/// What a key means, if anything. `typing`: the focus is where text is typed.
pub fn meaning(event: &KeyboardEvent, typing: bool, state: &State) -> Option<Action> {
    if composes(event) {
        return None;
    }
    let command = event.ctrl_key() || event.meta_key();
    let key = event.key();
    match key.as_str() {
        "F8" if event.shift_key() => Some(Action::NextFailing(Forward::Previous)),
        "F8" => Some(Action::NextFailing(Forward::Next)),
        "k" | "K" if command => Some(toggle_palette(state)),
        "s" | "S" if command && event.shift_key() => Some(Action::Share),
        "s" | "S" if command => Some(Action::Save),
        "Enter" if command => Some(Action::Notice(None)),
        "ArrowDown" if event.alt_key() => Some(Action::NextEvent(Forward::Next)),
        "ArrowUp" if event.alt_key() => Some(Action::NextEvent(Forward::Previous)),
        "?" if !typing && state.dialog.is_none() => Some(Action::Dialog(Some(Dialog::Keys))),
        // By the place of the key: with Option, a Mac's digits are other characters.
        _ if event.alt_key() && !command => panel(&event.code()).map(Action::Panel),
        _ => None,
    }
}

/// True for a key of an input method. Safari says so of the Enter that takes what the method offers by its
/// old code only: its composition is over by then.
pub fn composes(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

fn toggle_palette(state: &State) -> Action {
    let is_open = matches!(state.dialog, Some(Dialog::Palette(..)));
    Action::Dialog((!is_open).then(Dialog::palette))
}

fn panel(code: &str) -> Option<Panel> {
    match code {
        "Digit1" => Some(Panel::Events),
        "Digit2" => Some(Panel::Flow),
        "Digit3" => Some(Panel::Explain),
        "Digit4" => Some(Panel::Checks),
        _ => None,
    }
}
