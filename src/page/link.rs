//! The worker client: spawns it, speaks the protocol, notices when it hangs or breaks, renews it.
//!
//! The worker keeps nothing that the page cannot send again. A watchdog ends a worker that owes an
//! answer and has been silent for [`SILENCE_MS`]; a panic or a load error ends it too. After
//! [`MAX_CRASHES`] ends without a complete result in between, the next one waits for an edit.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{Array, Function, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::host::EngineWorker;
use super::queue::{Outgoing, Queue, Wish};
use crate::protocol::{Ask, Reply, View, from_bytes, to_bytes};

/// A worker that owes something and says nothing for so long is ended.
const SILENCE_MS: u32 = 2000;
/// Loading its wasm file, or a whole file of the person's, may take longer.
const LOAD_SILENCE_MS: u32 = 60_000;
/// Ends in a row after which we wait for an edit.
const MAX_CRASHES: u32 = 2;

/// What the link tells the page.
#[derive(Debug)]
pub enum News {
    /// A reply; `fits`: its rows fit the texts as they stand now.
    Reply {
        /// The reply.
        reply: Reply,
        /// True when no text changed since the request.
        fits: bool,
    },
    /// The worker ended; `given_up`: it is not tried again before an edit.
    Ended {
        /// What it said last, or `None` when it hung.
        message: Option<String>,
        /// True when we wait for an edit.
        given_up: bool,
    },
}

/// What the link needs of the page.
pub struct Needs {
    /// Makes a worker that calls these: for each message, and when it is of no use any more.
    pub spawn: Box<dyn Fn(&Function, &Function) -> EngineWorker>,
    /// All texts, as changes, for a new worker.
    pub texts: Box<dyn Fn() -> Vec<JsValue>>,
    /// Hears the news.
    pub hear: Box<dyn Fn(News)>,
}

/// The client. Cheap to share by `Rc`.
pub struct Link {
    needs: Needs,
    queue: RefCell<Queue<JsValue>>,
    worker: RefCell<Option<Attached>>,
    watchdog: RefCell<Option<Timeout>>,
    crashes: Cell<u32>,
    given_up: Cell<bool>,
    ready: Cell<bool>,
    /// True while the answer to what was sent may take long.
    patient: Cell<bool>,
}

/// A worker with the closures it calls.
struct Attached {
    worker: EngineWorker,
    _message: Closure<dyn FnMut(JsValue)>,
    _crash: Closure<dyn FnMut(JsValue)>,
}

impl Link {
    /// A client with a worker that starts to load at once.
    pub fn start(needs: Needs) -> Rc<Link> {
        let link = Rc::new(Link {
            needs,
            queue: RefCell::default(),
            worker: RefCell::default(),
            watchdog: RefCell::default(),
            crashes: Cell::new(0),
            given_up: Cell::new(false),
            ready: Cell::new(false),
            patient: Cell::new(false),
        });
        link.attach();
        link
    }

    /// Says something to the worker: now, or merged with what waits.
    pub fn say(self: &Rc<Self>, wish: Wish<JsValue>) {
        self.note(wish);
        self.flush();
    }

    /// The same, with what is said next, or at [`Link::flush`].
    pub fn note(self: &Rc<Self>, wish: Wish<JsValue>) {
        let is_edit = !wish.changes.is_empty();
        self.queue.borrow_mut().push(wish);
        if is_edit && self.given_up.replace(false) {
            self.crashes.set(0);
            self.renew();
        }
    }

    /// Says what the page shows, if that is not what was said last.
    pub fn say_view(self: &Rc<Self>, view: View) {
        if !self.queue.borrow().shows(&view) {
            self.say(Wish { view: Some(view), ..Wish::default() });
        }
    }

    fn attach(self: &Rc<Self>) {
        let link = Rc::downgrade(self);
        let message = Closure::new(move |data: JsValue| {
            if let Some(link) = link.upgrade() {
                link.receive(data);
            }
        });
        let link = Rc::downgrade(self);
        let crash = Closure::new(move |reason: JsValue| {
            if let Some(link) = link.upgrade() {
                link.end(reason.as_string());
            }
        });
        let worker = (self.needs.spawn)(as_function(&message), as_function(&crash));
        self.ready.set(false);
        *self.worker.borrow_mut() = Some(Attached { worker, _message: message, _crash: crash });
        self.watch();
        self.flush();
    }

    /// Sends what waits, unless a request is on its way.
    pub fn flush(self: &Rc<Self>) {
        let Some(outgoing) = self.queue.borrow_mut().take_next() else { return };
        self.post(&outgoing);
        self.watch();
    }

    fn post(&self, outgoing: &Outgoing<JsValue>) {
        let worker = self.worker.borrow();
        let Some(attached) = worker.as_ref() else { return };
        self.patient.set(outgoing.request.asks.iter().any(|(_, ask)| is_long(ask)));
        let request = Uint8Array::from(to_bytes(&outgoing.request).as_slice());
        let changes: Array = outgoing.changes.iter().collect();
        attached.worker.post(&Array::of2(&request, &changes));
    }

    fn receive(self: &Rc<Self>, data: JsValue) {
        // A text is the worker's last word.
        let bytes = data.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec);
        let Some(reply) = bytes.and_then(|bytes| from_bytes(&bytes)) else {
            return self.end(data.as_string());
        };
        self.ready.set(true);
        let fits = match &reply {
            Reply::Shown(shown) => {
                let complete = !shown.more;
                if complete {
                    self.crashes.set(0);
                }
                let mut queue = self.queue.borrow_mut();
                if !queue.replied(shown.seq, complete) {
                    return;
                }
                queue.fits_text(shown.seq)
            }
            Reply::Answer { .. } => true,
        };
        self.watch();
        self.flush();
        (self.needs.hear)(News::Reply { reply, fits });
    }

    /// Sets the watchdog anew, or calls it off when nothing is owed.
    fn watch(self: &Rc<Self>) {
        let owed = !self.ready.get() || self.queue.borrow().busy();
        let quick = self.ready.get() && !self.patient.get();
        let patience = if quick { SILENCE_MS } else { LOAD_SILENCE_MS };
        *self.watchdog.borrow_mut() = owed.then(|| {
            let link = Rc::downgrade(self);
            Timeout::new(patience, move || {
                if let Some(link) = link.upgrade() {
                    link.end(None);
                }
            })
        });
    }

    /// The worker is of no use any more.
    fn end(self: &Rc<Self>, message: Option<String>) {
        let crashes = self.crashes.get() + 1;
        self.crashes.set(crashes);
        let given_up = crashes > MAX_CRASHES;
        self.given_up.set(given_up);
        // The closures of the old worker may be running now: drop them later.
        let old = self.worker.borrow_mut().take();
        if let Some(attached) = &old {
            attached.worker.terminate();
        }
        Timeout::new(0, move || drop(old)).forget();
        self.ready.set(false);
        *self.watchdog.borrow_mut() = None;
        if !given_up {
            self.renew();
        }
        (self.needs.hear)(News::Ended { message, given_up });
    }

    fn renew(self: &Rc<Self>) {
        self.queue.borrow_mut().restart((self.needs.texts)());
        self.attach();
    }
}

/// A file of many megabytes is read or written in one go.
fn is_long(ask: &Ask) -> bool {
    matches!(ask, Ask::OpenFile(_) | Ask::File(_) | Ask::Export { .. })
}

fn as_function<T: ?Sized>(closure: &Closure<T>) -> &Function {
    closure.as_ref().unchecked_ref()
}
