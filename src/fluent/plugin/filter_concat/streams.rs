//! The buffers of `concat`: one group a stream.

use std::collections::HashMap;
use std::rc::Rc;

use crate::fluent::event::{Event, Tag};
use crate::ruby::value::EventTime;

/// Every stream's group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConcatState {
    pub(super) inner: Rc<Streams>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Streams {
    pub(super) list: Vec<Stream>,
    index: HashMap<Rc<[u8]>, usize>,
    /// The streams used last, newest first: one container alternates between two at most.
    recent: [usize; 2],
}

impl PartialEq for Streams {
    fn eq(&self, other: &Streams) -> bool {
        self.list == other.list
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stream {
    pub(super) tag: Tag,
    /// What follows the tag and the colon.
    value: Rc<[u8]>,
    /// `tag:value`
    pub(super) identity: Rc<[u8]>,
    pub(super) parts: Parts,
    pub(super) size: i64,
    pub(super) last_seen: EventTime,
}

/// A list that shares its beginning with older states of itself.
#[derive(Clone, Default)]
pub(super) struct Parts {
    head: Option<Rc<Part>>,
    pub(super) length: usize,
}

pub(super) struct Part {
    event: Event,
    before: Option<Rc<Part>>,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} parts", self.length)
    }
}

impl Parts {
    pub(super) fn push(&mut self, event: Event) {
        self.head = Some(Rc::new(Part { event, before: self.head.take() }));
        self.length += 1;
    }

    /// In order of arrival.
    pub(super) fn events(&self) -> Vec<&Event> {
        let mut events = Vec::with_capacity(self.length);
        let mut next = self.head.as_deref();
        while let Some(part) = next {
            events.push(&part.event);
            next = part.before.as_deref();
        }
        events.reverse();
        events
    }
}

/// Frees a long list without recursion.
impl Drop for Parts {
    fn drop(&mut self) {
        let mut next = self.head.take();
        while let Some(part) = next {
            match Rc::try_unwrap(part) {
                Ok(mut part) => next = part.before.take(),
                Err(_) => break,
            }
        }
    }
}

impl PartialEq for Parts {
    fn eq(&self, other: &Parts) -> bool {
        if self.length != other.length {
            return false;
        }
        let (mut left, mut right) = (self.head.as_ref(), other.head.as_ref());
        while let (Some(one), Some(two)) = (left, right) {
            if Rc::ptr_eq(one, two) {
                return true;
            }
            if one.event != two.event {
                return false;
            }
            (left, right) = (one.before.as_ref(), two.before.as_ref());
        }
        true
    }
}

impl Streams {
    pub(super) fn find_or_add(&mut self, tag: &Tag, value: &[u8]) -> usize {
        for at in self.recent {
            if let Some(stream) = self.list.get(at)
                && *stream.value == *value
                && (Rc::ptr_eq(&stream.tag, tag) || stream.tag == *tag)
            {
                if self.recent[0] != at {
                    self.recent.swap(0, 1);
                }
                return at;
            }
        }
        let identity: Rc<[u8]> = [tag, b":".as_slice(), value].concat().into();
        let at = match self.index.get(&identity) {
            Some(&at) => at,
            None => {
                self.index.insert(Rc::clone(&identity), self.list.len());
                self.list.push(Stream {
                    tag: Rc::clone(tag),
                    value: value.into(),
                    identity,
                    parts: Parts::default(),
                    size: 0,
                    last_seen: EventTime::default(),
                });
                self.list.len() - 1
            }
        };
        self.recent = [at, self.recent[0]];
        at
    }

    pub(super) fn remove(&mut self, gone: &[usize]) {
        let mut at = 0;
        self.list.retain(|_| {
            at += 1;
            !gone.contains(&(at - 1))
        });
        self.index = self
            .list
            .iter()
            .enumerate()
            .map(|(at, stream)| (Rc::clone(&stream.identity), at))
            .collect();
        self.recent = [0, 0];
    }
}
