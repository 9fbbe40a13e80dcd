//! The protocol's types as bytes: counts and numbers as LEB128, texts as UTF-8, choices as one byte.
//!
//! Both ends are built together, so there is no version, and what does not fit is our own bug: a
//! reader that runs out of bytes reads zeros and empty texts and says so at the end. That keeps the
//! code of each type to one call a field; `serde` with `serde-wasm-bindgen` took a fifth of the page.

use std::rc::Rc;

use super::{
    Answer, Ask, Bar, Cell, CellKind, Completion, ConfEdit, ConfMark, Counts, Detected,
    DetectedConf, EventRow, EventWindow, Explain, ExplainRow, FateKind, FieldChange, FieldRow,
    FileRow, Filter, Fix, Flow, FlowEdge, FlowNode, Form, FormParam, HoverCard, LineMark, LineRow,
    LineWindow, Links, Message, Nodes, Offer, Page, Panel, Place, Problem, RecordForm, Reply,
    Request, Rows, Run, Runtimes, Scene, Settings, Severity, Sheet, SheetChoice, SheetGroup, Shown,
    StepRow, Story, View, Why,
};

/// A value's bytes.
pub fn to_bytes<T: Wire>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    value.put(&mut out);
    out
}

/// The value of these bytes; `None` where they are not one.
pub fn from_bytes<T: Wire>(bytes: &[u8]) -> Option<T> {
    let mut input = Input { rest: bytes, broken: false };
    let value = T::take(&mut input);
    (input.rest.is_empty() && !input.broken).then_some(value)
}

/// What is left to read.
#[derive(Debug)]
pub struct Input<'b> {
    rest: &'b [u8],
    broken: bool,
}

impl Input<'_> {
    fn byte(&mut self) -> u8 {
        let Some((&byte, rest)) = self.rest.split_first() else {
            self.broken = true;
            return 0;
        };
        self.rest = rest;
        byte
    }

    fn number(&mut self) -> u32 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            value |= u32::from(byte & 0x7F) << shift;
            shift += 7;
            if byte < 0x80 || shift > 28 {
                return value;
            }
        }
    }

    fn text(&mut self) -> String {
        let length = self.number() as usize;
        let Some((bytes, rest)) = self.rest.split_at_checked(length) else {
            self.broken = true;
            return String::new();
        };
        self.rest = rest;
        self.broken |= std::str::from_utf8(bytes).is_err();
        std::str::from_utf8(bytes).unwrap_or_default().to_owned()
    }
}

fn put_number(mut value: u32, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// What crosses.
pub trait Wire: Sized {
    /// Appends its bytes.
    fn put(&self, out: &mut Vec<u8>);
    /// Reads one.
    fn take(input: &mut Input) -> Self;
}

impl Wire for u32 {
    fn put(&self, out: &mut Vec<u8>) {
        put_number(*self, out);
    }
    fn take(input: &mut Input) -> u32 {
        input.number()
    }
}

impl Wire for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
    fn take(input: &mut Input) -> bool {
        input.byte() != 0
    }
}

impl Wire for String {
    fn put(&self, out: &mut Vec<u8>) {
        put_number(self.len() as u32, out);
        out.extend_from_slice(self.as_bytes());
    }
    fn take(input: &mut Input) -> String {
        input.text()
    }
}

impl<T: Wire> Wire for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }
    fn take(input: &mut Input) -> Option<T> {
        bool::take(input).then(|| T::take(input))
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        put_number(self.len() as u32, out);
        for item in self {
            item.put(out);
        }
    }
    fn take(input: &mut Input) -> Vec<T> {
        let mut items = Vec::new();
        for _ in 0..input.number() {
            // A count that lies must not fill the memory.
            if input.broken {
                break;
            }
            items.push(T::take(input));
        }
        items
    }
}

impl<T: Wire> Wire for Box<T> {
    fn put(&self, out: &mut Vec<u8>) {
        (**self).put(out);
    }
    fn take(input: &mut Input) -> Box<T> {
        Box::new(T::take(input))
    }
}

impl<T: Wire> Wire for Rc<T> {
    fn put(&self, out: &mut Vec<u8>) {
        (**self).put(out);
    }
    fn take(input: &mut Input) -> Rc<T> {
        Rc::new(T::take(input))
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }
    fn take(input: &mut Input) -> (A, B) {
        (A::take(input), B::take(input))
    }
}

/// Structs by their fields. The compiler says when one is missing here.
macro_rules! structs {
    ($($name:ident { $($field:ident),* })*) => {$(
        impl Wire for $name {
            fn put(&self, out: &mut Vec<u8>) {
                let $name { $($field),* } = self;
                $($field.put(out);)*
            }
            fn take(input: &mut Input) -> $name {
                $name { $($field: Wire::take(input)),* }
            }
        }
    )*};
}

/// Enums by their variants, each with its byte; a byte that is none gives the last one.
macro_rules! enums {
    ($($name:ident {
        $($tag:literal $variant:ident { $($key:tt $field:ident),* })*
        _ $last_tag:literal $last:ident { $($last_key:tt $last_field:ident),* }
    })*) => {$(
        impl Wire for $name {
            fn put(&self, out: &mut Vec<u8>) {
                match self {
                    $($name::$variant { $($key: $field),* } => {
                        out.push($tag);
                        $($field.put(out);)*
                    })*
                    $name::$last { $($last_key: $last_field),* } => {
                        out.push($last_tag);
                        $($last_field.put(out);)*
                    }
                }
            }
            fn take(input: &mut Input) -> $name {
                match input.byte() {
                    $($tag => $name::$variant { $($key: Wire::take(input)),* },)*
                    tag => {
                        input.broken |= tag != $last_tag;
                        $name::$last { $($last_key: Wire::take(input)),* }
                    }
                }
            }
        }
    )*};
}

structs! {
    Request { seq, settings, view, asks }
    Settings { now, tz, hostname, env, run_seconds }
    Rows { from, to }
    View { file, lines, open, open_first, events, filter, event, panel, cursor }
    Filter { words, time, sink, lost }
    Shown { seq, more, micros, run, lines, events, story }
    Run {
        complete, counts, files, boot_error, unread, problems, more_problems,
        marks, flow, explain, bars
    }
    Bar { from, to, label, count }
    Counts { lines, matched, not_matched, invalid, lost, held, dropped, unread, events }
    FileRow { file, counts, failing }
    Message { en, ja }
    Problem { code, severity, message, help, place, notes, said, fix }
    Fix { title, edits }
    ConfEdit { from, to, insert }
    ConfMark { from, to, group }
    LineWindow { file, total, rows, names }
    LineRow { line, fate, detail, marks, why }
    LineMark { from, to, group, name }
    Why { title, text, kind, reached, said, fixes }
    EventWindow { total, from, chosen, columns, rows }
    EventRow { id, date, clock, now, tag, cells, flushed, from, said }
    Cell { text, kind, cut }
    Story { event, steps, json }
    StepRow { plugin, place, message, lines, tag, time, fields }
    FieldRow { name, value, before, change, group }
    Flow { nodes, edges }
    FlowNode { id, kind, title, detail, place, entered, sink, simulated }
    FlowEdge { from, to, count, lost }
    Explain { pattern, place, rows, said }
    ExplainRow { depth, source, words, group, name, place }
    Completion { label, insert, kind, detail, doc }
    HoverCard { from, to, title, text }
    Form { place, owner, params }
    FormParam { name, value, present, default, choices, doc, problem }
    Detected { summary, choices, unescaped }
    DetectedConf { title, percent, conf }
    Runtimes { docker, cri, split, notes, docker_conf, cri_conf, read }
    Scene { conf, files, checks, settings }
    Page { files, checks, settings }
    Links { masked, plain, secrets }
    Sheet { title, groups, said, files, zip, pending }
    SheetGroup { label, choices }
    SheetChoice { label, offer, chosen }
}

enums! {
    Panel { 0 Events {} 1 Flow {} 2 Explain {} _ 3 Checks {} }
    Reply { 0 Shown { 0 shown } _ 1 Answer { ask ask, answer answer } }
    Severity { 0 Fatal {} 1 Lost {} 2 Changed {} 3 Hint {} _ 4 Bug {} }
    Place {
        0 Conf { from from, to to, line line }
        _ 1 File { file file, line line, from from, to to }
    }
    FateKind {
        0 Pending {} 1 NotTailed {} 2 Event {} 3 Joined {} 4 Partial {} 5 Held {} 6 NotMatched {}
        7 Invalid {} 8 Dropped {} 9 Error {} 10 NoMatch {} 11 Unterminated {} _ 12 Skipped {}
    }
    CellKind { 0 Text {} 1 Number {} 2 Bool {} 3 Nil {} 4 Nested {} _ 5 Time {} }
    FieldChange { 0 Same {} 1 Added {} 2 Changed {} _ 3 Removed {} }
    Nodes { 0 Both {} _ 1 Containerd {} }
    Offer { 0 Sheet { 0 what } _ 1 Migrate { 0 nodes } }
    RecordForm { 0 Json {} 1 Ruby {} _ 2 Stdout {} }
    Ask {
        0 Complete { at at }
        1 Hover { at at }
        2 Record { event event, form form }
        3 Form { at at }
        4 SetParam { at at, name name, value value }
        5 Detect { text text }
        6 OpenLink { 0 fragment }
        7 OpenFile { 0 text }
        8 Links { 0 page }
        9 File { 0 page }
        10 Capture { file file, line line, from from, to to, name name }
        11 Export { what what, address address, page page }
        12 Import { 0 text }
        13 Migrate { 0 nodes }
        _ 14 Runtimes { split split }
    }
    Answer {
        0 Completions { from from, items items }
        1 Hover { 0 card }
        2 Text { 0 text }
        3 Form { 0 form }
        4 Fixes { 0 fixes }
        5 Detected { 0 detected }
        6 Runtimes { 0 runtimes }
        7 Scene { 0 scene }
        8 Links { 0 links }
        9 Sheet { 0 sheet }
        _ 10 Nothing { 0 message }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{
        Answer, Ask, Fix, LineRow, LineWindow, Message, Place, Reply, Request, Run, Shown, View,
    };
    use super::{from_bytes, to_bytes};

    #[test]
    fn what_is_written_is_read() {
        let request = Request {
            seq: 300,
            view: View { open: vec![0, 127, 128, u32::MAX], event: Some(7), ..View::default() },
            asks: vec![
                (1, Ask::Runtimes { split: true }),
                (2, Ask::Detect { text: Some("行".to_owned()) }),
            ],
            ..Request::default()
        };
        assert_eq!(from_bytes(&to_bytes(&request)), Some(request));
        let place = Some(Place::File { file: 1, line: 2, from: 3, to: 4 });
        let row = LineRow { why: None, detail: "x".repeat(200), ..LineRow::default() };
        let shown = Shown {
            run: Some(Run { complete: true, boot_error: Some(String::new()), ..Run::default() }),
            lines: Some(LineWindow { rows: vec![row], ..LineWindow::default() }),
            ..Shown::default()
        };
        let reply = Reply::Shown(Box::new(shown));
        assert_eq!(from_bytes(&to_bytes(&reply)), Some(reply));
        assert_eq!(from_bytes(&to_bytes(&place)), Some(place));
    }

    #[test]
    fn bytes_that_are_none_are_refused() {
        let fix = Fix { title: Message { en: "a".into(), ja: "b".into() }, edits: Vec::new() };
        let reply = Reply::Answer { ask: 1, answer: Answer::Fixes(vec![fix]) };
        let bytes = to_bytes(&reply);
        for end in 0..bytes.len() {
            assert_eq!(from_bytes::<Reply>(&bytes[..end]), None, "{end}");
        }
        assert_eq!(from_bytes::<Reply>(&[&bytes[..], b"\0"].concat()), None);
        assert_eq!(from_bytes::<Vec<u32>>(&[0xff; 9]), None);
        assert_eq!(from_bytes::<Reply>(&[9]), None);
    }
}
