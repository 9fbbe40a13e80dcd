//! The bar at the bottom.

use std::rc::Rc;

use yew::{Callback, Html, html};

use super::header::does;
use crate::page::state::{Action, Dialog};
use crate::page::texts::{Lang, T, count};
use crate::page::ui::parts::{button, el};
use crate::protocol::Settings;

/// What the bar needs.
#[derive(Clone, PartialEq)]
pub struct StatusProps {
    /// The language.
    pub lang: Lang,
    /// The length of the link.
    pub link_chars: Option<u32>,
    /// True when the page works offline.
    pub offline: bool,
    /// True when the page came from a link.
    pub from_link: bool,
    /// The imagined machine.
    pub settings: Rc<Settings>,
}

/// The bar.
pub fn status(props: &StatusProps, on: &Callback<Action>) -> Html {
    let lang = props.lang;
    html! {
        <footer class="status">
            { el("span", "", lang.t(T::Semantics)) }
            { button("link", on, Action::Dialog(Some(Dialog::Privacy)), lang.t(T::NothingLeaves)) }
            if let Some(chars) = props.link_chars {
                { el("span", "wide", &lang.f(T::LinkChars, &[&count(chars)])) }
            }
            if props.from_link { { el("span", "wide", lang.t(T::FromLink)) } }
            <button type="button" class="link wide" title={lang.t(T::NodeTitle)}
                onclick={does(on, Action::Machine)}>
                { lang.f(T::NodeIs, &[&props.settings.tz]) }
            </button>
            <span class="fill" />
            { button("link wide", on, Action::Dialog(Some(Dialog::palette())), lang.t(T::CommandsHint)) }
            { el("span", "wide", lang.t(if props.offline { T::OfflineReady } else { T::Online })) }
        </footer>
    }
}
