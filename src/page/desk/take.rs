//! What leaves the page and comes back: links, files, sheets of exports, what the browser keeps.

use std::rc::Rc;

use super::Desk;
use super::answers::Then;
use crate::page::state::{Action, Check, Dialog};
use crate::page::texts::T;
use crate::page::{browser, saved};
use crate::protocol::{Ask, Links, Message, Page};

impl Desk {
    /// What is on the page beside the texts, for a link or a file.
    pub(super) fn page(&self) -> Page {
        let state = self.now();
        let check = |check: &Check| (check.event, check.expected.as_ref().to_owned());
        Page {
            files: state.tabs.iter().map(|tab| (tab.file, tab.path.as_ref().to_owned())).collect(),
            checks: state.checks.iter().map(check).collect(),
            settings: Some(state.settings.as_ref().clone()),
        }
    }

    pub(super) fn export(self: &Rc<Self>, what: &str) {
        let address = browser::link_with("").trim_end_matches('#').to_owned();
        let page = self.page();
        self.ask(Ask::Export { what: what.to_owned(), address, page }, Then::Sheet);
    }

    /// The links came.
    pub(super) fn shared(self: &Rc<Self>, links: Links) {
        self.measured(links.masked.as_deref());
        let lang = self.now().lang;
        let secrets = links.secrets.iter().map(|kind| lang.of(kind).into()).collect();
        let address = |fragment: Option<String>| match fragment {
            Some(fragment) => browser::link_with(&fragment).into(),
            None => "".into(),
        };
        let [link, plain] = [links.masked, links.plain].map(address);
        self.dispatch(Action::Dialog(Some(Dialog::Share { link, plain, secrets })));
    }

    pub(super) fn measured(self: &Rc<Self>, fragment: Option<&str>) {
        if let Some(fragment) = fragment {
            let chars = browser::link_with(fragment).chars().count();
            self.dispatch(Action::LinkChars(chars as u32));
        }
    }

    pub(super) fn damaged(self: &Rc<Self>, message: &Message) {
        let lang = self.now().lang;
        self.notice(T::LinkDamaged, &[lang.of(message)], true);
    }

    pub(super) fn save_quietly(self: &Rc<Self>) -> bool {
        self.ask(Ask::Links(self.page()), Then::Measure);
        let state = self.now();
        // So much does not fit, and to put it together would stop the page.
        if self.logs.borrow().as_ref().is_some_and(|logs| logs.size() > saved::MOST) {
            return false;
        }
        let files = state.tabs.iter().map(|tab| (Rc::clone(&tab.path), self.file_text(tab.file)));
        let checks = state.checks.iter().map(|check| format!("{} {}", check.event, check.expected));
        let conf = self.conf_text.borrow().clone();
        saved::keep(conf, &files.collect::<Vec<_>>(), &checks.collect::<Vec<_>>())
    }

    pub(super) fn save_now(self: &Rc<Self>) {
        let done = self.save_quietly();
        self.notice(if done { T::Saved } else { T::SaveFailed }, &[], !done);
    }
}
