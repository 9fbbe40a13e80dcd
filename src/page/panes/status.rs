//! The bar at the bottom.

use std::rc::Rc;

use yew::{Callback, Html, html};

use super::header::does;
use crate::page::state::{Action, Dialog};
use crate::page::texts::{Lang, T, count};
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
            <span>{ lang.t(T::Semantics) }</span>
            <button type="button" class="link" onclick={does(on, Action::Dialog(Some(Dialog::Privacy)))}>
                { lang.t(T::NothingLeaves) }
            </button>
            if let Some(chars) = props.link_chars {
                <span class="wide">{ lang.f(T::LinkChars, &[&count(chars)]) }</span>
            }
            if props.from_link { <span class="wide">{ lang.t(T::FromLink) }</span> }
            <button type="button" class="link wide" title={lang.t(T::NodeTitle)}
                onclick={does(on, Action::Machine)}>
                { lang.f(T::NodeIs, &[&props.settings.tz]) }
            </button>
            <span class="fill" />
            <button type="button" class="link wide" onclick={does(on, Action::Dialog(Some(Dialog::palette())))}>
                { lang.t(T::CommandsHint) }
            </button>
            <span class="wide">{ lang.t(if props.offline { T::OfflineReady } else { T::Online }) }</span>
        </footer>
    }
}
