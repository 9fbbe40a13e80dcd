//! Which request goes to the worker when: the latest wins, one is in flight, one waits, and what
//! waits is merged (changes append, the view is replaced, questions append).

use crate::protocol::{Ask, Request, Settings, View};

/// What the page wants to say to the worker. `C` is a change of a text, not looked into.
#[derive(Debug)]
pub struct Wish<C> {
    /// Changes of texts, in order.
    pub changes: Vec<C>,
    /// The imagined machine, if it changed.
    pub settings: Option<Settings>,
    /// What the page shows, if it changed.
    pub view: Option<View>,
    /// A question with its number.
    pub ask: Option<(u32, Ask)>,
}

impl<C> Default for Wish<C> {
    fn default() -> Wish<C> {
        Wish { changes: Vec::new(), settings: None, view: None, ask: None }
    }
}

/// What goes out.
#[derive(Debug, PartialEq)]
pub struct Outgoing<C> {
    /// The request.
    pub request: Request,
    /// The changes that ride beside it.
    pub changes: Vec<C>,
}

/// The slot in flight and the slot that waits.
#[derive(Debug)]
pub struct Queue<C> {
    seq: u32,
    /// The first request that carries the newest text.
    text_seq: u32,
    /// The newest request whose reply was applied.
    applied: u32,
    /// The newest request sent, until a reply to it (or to a newer one) came.
    in_flight: Option<u32>,
    /// True until a reply said that the run is complete.
    busy: bool,
    view: View,
    settings: Option<Settings>,
    waiting: Option<Outgoing<C>>,
}

impl<C> Default for Queue<C> {
    fn default() -> Queue<C> {
        Queue {
            seq: 0,
            text_seq: 0,
            applied: 0,
            in_flight: None,
            busy: false,
            view: View::default(),
            settings: None,
            waiting: None,
        }
    }
}

impl<C> Queue<C> {
    /// Takes a wish; what [`Queue::next`] then gives is to be sent.
    pub fn push(&mut self, wish: Wish<C>) {
        if let Some(view) = wish.view {
            self.view = view;
        }
        self.seq += 1;
        if !wish.changes.is_empty() || wish.settings.is_some() {
            self.text_seq = self.seq;
        }
        if wish.settings.is_some() {
            self.settings.clone_from(&wish.settings);
        }
        let waiting = self
            .waiting
            .get_or_insert_with(|| Outgoing { request: Request::default(), changes: Vec::new() });
        waiting.request.seq = self.seq;
        waiting.changes.extend(wish.changes);
        waiting.request.asks.extend(wish.ask);
        if wish.settings.is_some() {
            waiting.request.settings = wish.settings;
        }
    }

    /// What to send now: what waits, unless a request is in flight.
    pub fn take_next(&mut self) -> Option<Outgoing<C>> {
        if self.in_flight.is_some() {
            return None;
        }
        let mut outgoing = self.waiting.take()?;
        outgoing.request.view.clone_from(&self.view);
        self.in_flight = Some(outgoing.request.seq);
        self.busy = true;
        Some(outgoing)
    }

    /// A reply to request `seq` came. `complete`: nothing more comes for it. False: it is older
    /// than one already applied and must be dropped.
    pub fn replied(&mut self, seq: u32, complete: bool) -> bool {
        if self.in_flight.is_some_and(|sent| seq >= sent) {
            self.in_flight = None;
        }
        if seq < self.applied {
            return false;
        }
        self.applied = seq;
        self.busy = self.in_flight.is_some() || !complete;
        true
    }

    /// True when this is the view already said.
    pub fn shows(&self, view: &View) -> bool {
        self.view == *view
    }

    /// True when rows of this reply fit the texts as they stand in the editors now.
    pub fn fits_text(&self, seq: u32) -> bool {
        seq >= self.text_seq
    }

    /// True while the worker owes something: the watchdog looks only then.
    pub fn busy(&self) -> bool {
        self.busy
    }

    /// The worker is gone: everything is owed again. `changes` are all texts, whole.
    pub fn restart(&mut self, changes: Vec<C>) {
        self.in_flight = None;
        self.busy = false;
        self.waiting = None;
        let settings = self.settings.take();
        self.push(Wish { changes, settings, view: None, ask: None });
    }
}

#[cfg(test)]
mod tests {
    use super::{Queue, Wish};
    use crate::protocol::{Ask, Rows, View};

    fn text(change: &'static str) -> Wish<&'static str> {
        Wish { changes: vec![change], ..Wish::default() }
    }

    #[test]
    fn one_is_in_flight_and_the_rest_waits_merged() {
        let mut queue = Queue::default();
        queue.push(text("a"));
        assert_eq!(queue.take_next().map(|sent| sent.changes), Some(vec!["a"]));
        queue.push(text("b"));
        queue.push(Wish { ask: Some((7, Ask::Runtimes { split: false })), ..Wish::default() });
        queue.push(text("c"));
        assert!(queue.take_next().is_none());
        assert!(queue.replied(1, true));
        let sent = queue.take_next().expect("what waited");
        assert_eq!((sent.request.seq, sent.changes), (4, vec!["b", "c"]));
        assert_eq!(sent.request.asks, vec![(7, Ask::Runtimes { split: false })]);
    }

    #[test]
    fn the_view_sent_is_the_latest() {
        let mut queue: Queue<()> = Queue::default();
        for to in [10, 20, 30] {
            let view = View { lines: Rows { from: 0, to }, ..View::default() };
            queue.push(Wish { view: Some(view), ..Wish::default() });
        }
        assert_eq!(queue.take_next().map(|sent| sent.request.view.lines.to), Some(30));
    }

    #[test]
    fn an_older_reply_than_the_last_applied_is_dropped() {
        let mut queue = Queue::default();
        queue.push(text("a"));
        queue.take_next();
        queue.push(text("b"));
        assert!(queue.replied(1, false));
        queue.take_next();
        assert!(queue.replied(2, true));
        assert!(!queue.replied(1, true));
        assert!(!queue.busy());
    }

    #[test]
    fn rows_of_an_older_text_do_not_fit() {
        let mut queue = Queue::default();
        queue.push(text("a"));
        queue.take_next();
        queue.push(text("b"));
        assert!(!queue.fits_text(1));
        assert!(queue.fits_text(2));
        queue.push(Wish { view: Some(View::default()), ..Wish::default() });
        assert!(queue.fits_text(2), "scrolling changes no text");
    }

    #[test]
    fn after_a_crash_all_texts_go_out_again_and_old_questions_do_not() {
        let mut queue = Queue::default();
        queue.push(text("a"));
        queue.take_next();
        queue.push(Wish { ask: Some((1, Ask::Runtimes { split: false })), ..text("b") });
        queue.restart(vec!["all"]);
        let sent = queue.take_next().expect("the restart");
        assert_eq!((sent.changes, sent.request.asks.len()), (vec!["all"], 0));
        assert!(queue.fits_text(sent.request.seq));
    }

    #[test]
    fn the_worker_is_busy_until_a_reply_says_complete() {
        let mut queue = Queue::default();
        queue.push(text("a"));
        queue.take_next();
        assert!(queue.busy());
        queue.replied(1, false);
        assert!(queue.busy());
        queue.replied(1, true);
        assert!(!queue.busy());
    }
}
