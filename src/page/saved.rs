//! What is on the page, as a link or kept in this browser; and back.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;

use super::state::{Scene, State};
use crate::share;

/// How long after the last key the work is kept.
const QUIET_MS: u32 = 1000;

/// Keeps the work once typing pauses.
#[derive(Default)]
pub struct Saver {
    timer: RefCell<Option<Timeout>>,
}

impl Saver {
    /// Does this after a pause; an earlier call that still waits is called off.
    pub fn later(&self, save: impl FnOnce() + 'static) {
        *self.timer.borrow_mut() = Some(Timeout::new(QUIET_MS, save));
    }
}

/// The page's state as links have it.
pub fn shared(state: &State, conf: String, files: Vec<share::File>) -> share::State {
    let check = |check: &super::state::Check| share::Check {
        file: 0,
        line: check.event,
        event: Some(share::Expected {
            record: Some(check.expected.as_ref().to_owned()),
            ..share::Expected::default()
        }),
    };
    share::State {
        conf,
        files,
        checks: state.checks.iter().map(check).collect(),
        ..share::State::default()
    }
}

/// A link's state as a scene. Bytes that are no UTF-8 become U+FFFD here.
pub fn scene(shared: share::State) -> Scene {
    let file = |file: share::File| -> (Rc<str>, Rc<str>) {
        (file.path.into(), String::from_utf8_lossy(&file.bytes).into())
    };
    let record = |check: share::Check| check.event.and_then(|event| event.record).map(Rc::from);
    let mut files: Vec<_> = shared.files.into_iter().map(file).collect();
    if files.is_empty() {
        files.push(("/var/log/containers/app-1_default_app-0123456789ab.log".into(), "".into()));
    }
    Scene {
        title: "".into(),
        conf: shared.conf.into(),
        files,
        checks: shared.checks.into_iter().filter_map(record).collect(),
    }
}

/// What looks secret in a state: its kind and its text, for the eye.
pub fn secrets(state: &share::State, lang: super::texts::Lang) -> Rc<[Rc<str>]> {
    let name = |found: &share::mask::Found| -> Rc<str> {
        let text = found.secret.kind.text();
        match lang {
            super::texts::Lang::En => text.en.into(),
            super::texts::Lang::Ja => text.ja.into(),
        }
    };
    let mut names: Vec<Rc<str>> = share::mask::find_in(state).iter().map(name).collect();
    names.dedup();
    names.into()
}

/// The state with its secrets masked, and whether there were any.
pub fn masked(state: &share::State) -> (share::State, bool) {
    let found = share::mask::find_in(state);
    (share::mask::masked_state(state, &found), !found.is_empty())
}
