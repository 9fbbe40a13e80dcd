//! Questions to the worker, and what is done with its answers and results.

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::JsValue;

use super::Desk;
use crate::page::link::News;
use crate::page::queue::Wish;
use crate::page::state::{Action, Dialog, Notice, State};
use crate::page::texts::{T, count};
use crate::page::{browser, rows, saved};
use crate::protocol::{Answer, Ask, Panel, RecordForm, Reply, Sheet};

/// What to do with an answer.
pub(super) enum Then {
    /// Say it to the editor that asked, as a value for its promise.
    Resolve(Function),
    /// Give it to what copies the text.
    Copy(Function),
    /// Make a check of it.
    NewCheck(u32),
    /// Compare it with the checks of this event.
    Compare(u32),
    /// The form came.
    Form,
    /// Make the edits at once.
    Apply,
    /// Show the edits, to choose from.
    Preview,
    /// Show what the lines are.
    Detected,
    /// Show both runtimes.
    Runtimes,
    /// Begin with what the link in the address holds.
    Begin,
    /// Start anew from another link in the address, if it can be read.
    Reload,
    /// Open what the file holds.
    Open,
    /// Show the links.
    Share,
    /// Show the files.
    Sheet,
    /// Show the files again, with what was waited for.
    Verified,
    /// Say how long the link is.
    Measure,
    /// Save the text as a file.
    Download,
}

/// A question that is not answered yet.
pub(super) struct Asked {
    number: u32,
    then: Then,
    /// The question, and the configuration that edits in its answer are made for.
    about: Option<(Ask, JsValue)>,
}

impl Desk {
    pub(super) fn ask(self: &Rc<Self>, ask: Ask, then: Then) {
        let number = self.next_ask.get();
        self.next_ask.set(number + 1);
        let edits = matches!(then, Then::Apply | Then::Preview);
        let about = edits.then(|| (Ask::clone(&ask), self.conf_text.borrow().clone()));
        self.asks.borrow_mut().push(Asked { number, then, about });
        self.say(Wish { ask: Some((number, ask)), ..Wish::default() });
    }

    fn compare_checks(self: &Rc<Self>) {
        let state = self.now();
        for check in state.checks.iter() {
            if check.event < state.run.counts.events {
                let ask = Ask::Record { event: check.event, form: RecordForm::Json };
                self.ask(ask, Then::Compare(check.event));
            } else {
                self.dispatch(Action::CheckFound(check.event, None));
            }
        }
    }

    pub(super) fn hear(self: &Rc<Self>, news: News) {
        match news {
            News::Reply { reply: Reply::Shown(shown), fits } => {
                let is_done = shown.run.as_ref().is_some_and(|run| run.complete);
                let before = self.now();
                self.dispatch(Action::Shown(shown));
                *self.speaking.borrow_mut() = Some(self.after_ms(1000, spoken));
                if fits {
                    self.show_changes(&before);
                } else {
                    self.fresh.take();
                }
                if is_done {
                    self.dispatch(Action::RunOver(self.conf_string().into()));
                    self.compare_checks();
                }
            }
            News::Reply { reply: Reply::Answer { ask, answer }, .. } => self.answered(ask, answer),
            News::Ended { message, given_up } => self.ended(message, given_up),
        }
    }

    fn ended(self: &Rc<Self>, message: Option<String>, given_up: bool) {
        self.asks.borrow_mut().clear();
        if matches!(&self.now().dialog, Some(Dialog::Sheet(sheet, _)) if sheet.pending) {
            self.dispatch(Action::Dialog(None));
        }
        if !given_up {
            self.read_link();
        } else if self.link_to_read.take().is_some() {
            self.open_kept();
        }
        if given_up {
            let words = message.unwrap_or_else(|| "timeout".to_owned());
            self.dispatch(Action::Broken(Some(words.into())));
        } else {
            self.notice(T::EngineBroke, &[], true);
        }
    }

    /// What was to be done with the answer to this question.
    fn asked(&self, ask: u32) -> Option<Asked> {
        let mut asks = self.asks.borrow_mut();
        let at = asks.iter().position(|asked| asked.number == ask)?;
        Some(asks.swap_remove(at))
    }

    fn answered(self: &Rc<Self>, ask: u32, answer: Answer) {
        let Some(Asked { then, about, .. }) = self.asked(ask) else { return };
        // Edits are for the text as it was: after another key they are asked for again.
        if let (Some((ask, conf)), Answer::Fixes(_)) = (about, &answer)
            && conf != *self.conf_text.borrow()
        {
            return self.ask(ask, then);
        }
        match (then, answer) {
            (Then::Resolve(resolve), answer) => self.resolve(&resolve, answer),
            (Then::Copy(take), Answer::Text(text)) => {
                let _ = take.call1(&JsValue::NULL, &JsValue::from_str(&text));
            }
            (Then::NewCheck(event), Answer::Text(text)) => {
                self.dispatch(Action::CheckMade(event, text.into()));
                self.dispatch(Action::Panel(Panel::Checks));
            }
            (Then::Compare(event), Answer::Text(text)) => {
                self.dispatch(Action::CheckFound(event, Some(text.into())));
            }
            (Then::Form, Answer::Form(form)) => self.dispatch(Action::Form(form.map(Rc::new))),
            (Then::Apply, Answer::Fixes(fixes)) => {
                if let Some(fix) = fixes.first() {
                    self.apply(fix);
                }
            }
            (Then::Preview, Answer::Fixes(fixes)) => self.preview(fixes),
            (Then::Detected, Answer::Detected(detected)) => {
                self.dispatch(Action::Dialog(Some(Dialog::Detected(Rc::new(detected)))));
            }
            (Then::Runtimes, Answer::Runtimes(runtimes)) => {
                self.dispatch(Action::Dialog(Some(Dialog::Runtimes(Rc::new(runtimes)))));
            }
            (Then::Begin, answer) => self.begin(answer),
            // The address is the whole state: the page starts anew from it.
            (Then::Reload, Answer::Scene(_)) => browser::reload(),
            (Then::Reload, Answer::Nothing(message)) => self.damaged(&message),
            (Then::Open, Answer::Scene(scene)) => self.load(Rc::new(saved::scene(scene))),
            (Then::Open, _) => self.notice(T::UnreadableFile, &[".fluentplay.json"], true),
            (Then::Share, Answer::Links(links)) => self.shared(links),
            (Then::Sheet, Answer::Sheet(sheet)) => self.sheet(ask, sheet),
            (Then::Verified, Answer::Sheet(sheet)) => self.verified(sheet),
            (Then::Measure, Answer::Links(links)) => self.measured(links.plain.as_deref()),
            (Then::Download, Answer::Text(text)) => {
                browser::download("repro.fluentplay.json", "application/json", &text);
            }
            (_, Answer::Nothing(message)) => {
                let text = self.now().lang.of(&message).into();
                self.dispatch(Action::Notice(Some(Rc::new(Notice { text, bad: true }))));
            }
            _ => {}
        }
    }

    /// The link in the address was read.
    fn begin(self: &Rc<Self>, answer: Answer) {
        self.link_to_read.take();
        if let Answer::Scene(scene) = answer {
            self.load(Rc::new(saved::scene(scene)));
            self.dispatch(Action::FromLink);
        } else {
            self.open_kept();
            if let Answer::Nothing(message) = answer {
                self.damaged(&message);
            }
        }
    }

    /// Shows a sheet, and waits for the rest of it.
    fn sheet(self: &Rc<Self>, ask: u32, sheet: Sheet) {
        if sheet.pending {
            let rest = Asked { number: ask, then: Then::Verified, about: None };
            self.asks.borrow_mut().push(rest);
        }
        self.dispatch(Action::Dialog(Some(Dialog::Sheet(Rc::new(sheet), 0))));
    }

    /// The sheet on the page has its answer, if it is still there.
    fn verified(self: &Rc<Self>, sheet: Sheet) {
        let state = self.now();
        if let Some(Dialog::Sheet(shown, at)) = &state.dialog
            && shown.pending
        {
            self.dispatch(Action::Dialog(Some(Dialog::Sheet(Rc::new(sheet), *at))));
        }
    }

    fn resolve(&self, resolve: &Function, answer: Answer) {
        let lang = self.now().lang;
        let value = match answer {
            Answer::Completions { from, items } => rows::completions(lang, from, &items),
            Answer::Hover(Some(card)) => rows::card(lang, &card),
            _ => JsValue::NULL,
        };
        let _ = resolve.call1(&JsValue::NULL, &value);
    }
}

/// The counts in a sentence, for screen readers.
fn spoken(state: &State) -> Action {
    let counts = state.run.counts;
    let numbers = [counts.lines, counts.matched, counts.not_matched, counts.events].map(count);
    let words = state.lang.f(T::Summary, &numbers.each_ref().map(String::as_str));
    Action::Speak(words.into())
}
