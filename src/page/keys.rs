//! Keys that work everywhere on the page.

use yew::KeyboardEvent;

use super::state::{Action, Dialog, Forward, State};
use crate::protocol::Panel;

/// What a key means, if anything. `typing`: the focus is where text is typed.
pub fn meaning(event: &KeyboardEvent, typing: bool, state: &State) -> Option<Action> {
    if event.is_composing() {
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
        "1" | "2" | "3" | "4" if event.alt_key() && !command => panel(&key).map(Action::Panel),
        "?" if !typing && state.dialog.is_none() => Some(Action::Dialog(Some(Dialog::Keys))),
        _ => None,
    }
}

fn toggle_palette(state: &State) -> Action {
    let is_open = matches!(state.dialog, Some(Dialog::Palette(..)));
    Action::Dialog((!is_open).then(Dialog::palette))
}

fn panel(key: &str) -> Option<Panel> {
    match key {
        "1" => Some(Panel::Events),
        "2" => Some(Panel::Flow),
        "3" => Some(Panel::Explain),
        "4" => Some(Panel::Checks),
        _ => None,
    }
}
