//! `[…]` and `\p{…}`.
//!
//! Follows `parse_char_class`, `parse_posix_bracket` and `fetch_char_property_to_ctype` of
//! `regparse.c`.

use matcher::letters::Mode;

use crate::onigmo::class::Raw;
use crate::onigmo::error::ErrorCode;
use crate::onigmo::scan::{Env, Fault, Place, fault};
use crate::onigmo::token::{Token, TokenKind};
use crate::onigmo::tree::{CClass, CType, ClassItem, DEPTH_LIMIT, ItemKind, Kind, NodeId};
use crate::onigmo::unicode::{self, Property};

/// A POSIX bracket with a longer name is none (`POSIX_BRACKET_CHECK_LIMIT_LENGTH`).
const LONGEST_POSIX_NAME: usize = 20;

/// The POSIX brackets' names, in the order they are compared.
const POSIX: [(&str, CType); 14] = [
    ("alnum", CType::Alnum),
    ("alpha", CType::Alpha),
    ("blank", CType::Blank),
    ("cntrl", CType::Cntrl),
    ("digit", CType::Digit),
    ("graph", CType::Graph),
    ("lower", CType::Lower),
    ("print", CType::Print),
    ("punct", CType::Punct),
    ("space", CType::Space),
    ("upper", CType::Upper),
    ("xdigit", CType::XDigit),
    ("ascii", CType::Ascii),
    ("word", CType::Word),
];

/// Where the reading of a class stands (`CCSTATE`, `CCVALTYPE`).
#[derive(Clone, Copy, PartialEq)]
enum State {
    Start,
    /// A character that may begin a range.
    Value(Value),
    /// A type or a property: nothing may follow as a range.
    Class,
    /// After the `-` of a range.
    Range(Value),
    Complete,
}

#[derive(Clone, Copy, PartialEq)]
struct Value {
    c: char,
    start: usize,
    end: usize,
}

/// A class being read.
struct Reading {
    state: State,
    sides: Vec<Vec<ClassItem>>,
    items: Vec<ClassItem>,
    /// The sides before the current one, intersected.
    before: Option<Raw>,
    raw: Raw,
    start: usize,
}

/// What a class turned out to be.
pub(super) enum Class {
    Set(NodeId),
    /// It holds one character only and reads as a literal.
    Char(char),
}

/// What is to be done after a token.
enum Next {
    Fetch,
    /// The token after has been read already.
    Fetched(Token),
}

impl Env<'_> {
    fn mode(&self) -> Mode {
        if self.unicode { Mode::Characters } else { Mode::Bytes }
    }

    /// A class; its `[` at `start` has been read. A class of one character is that character.
    pub(super) fn parse_char_class(&mut self, start: usize) -> Result<Class, Fault> {
        let (class, raw) = self.read_class(start)?;
        if let Some(c) = raw.only_char() {
            return Ok(Class::Char(c));
        }
        let end = self.at;
        Ok(Class::Set(self.add(Kind::CClass(Box::new(class)), start, end)?))
    }

    fn read_class(&mut self, start: usize) -> Result<(CClass, Raw), Fault> {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return fault(ErrorCode::ParseDepthLimitOver, start, self.at);
        }
        let mut token = self.fetch_token_in_class()?;
        let not = token.kind == TokenKind::Char { c: '^', escaped: false };
        if not {
            token = self.fetch_token_in_class()?;
        }
        if token.kind == TokenKind::ClassClose {
            if !self.rest().contains(']') {
                return fault(ErrorCode::EmptyCharClass, start, self.at);
            }
            self.warn("character class has ']' without escape", token.start, false);
            token.kind = TokenKind::Char { c: ']', escaped: false };
        }
        let mut reading = Reading {
            state: State::Start,
            sides: Vec::new(),
            items: Vec::new(),
            before: None,
            raw: Raw::default(),
            start,
        };
        while token.kind != TokenKind::ClassClose {
            token = match self.class_token(&mut reading, token)? {
                Next::Fetched(token) => token,
                Next::Fetch => self.fetch_token_in_class()?,
            };
        }
        self.end_value(&mut reading);
        let mut raw = reading.raw;
        if let Some(mut before) = reading.before {
            before.and(&raw);
            raw = before;
        }
        raw.not = not;
        reading.sides.push(reading.items);
        for side in &mut reading.sides {
            // A character is added after the type that follows it: back into the order written.
            crate::order::by_key(side, |item| item.span.start);
        }
        self.depth -= 1;
        let span = self.source.span(start, self.at);
        Ok((CClass { not, sides: reading.sides, span }, raw))
    }

    fn class_token(&mut self, reading: &mut Reading, token: Token) -> Result<Next, Fault> {
        let value = |c| Value { c, start: token.start, end: token.end };
        match token.kind {
            TokenKind::Char { c, .. } | TokenKind::CodePoint(c) => {
                self.class_value(reading, value(c))?;
            }
            TokenKind::RawByte { byte, base } => {
                let next = self.raw_bytes_ahead(base)?;
                self.class_value(reading, value(byte as char))?;
                return Ok(next);
            }
            TokenKind::PosixOpen { colon } => {
                if let Some((ctype, not)) = self.posix_bracket(token.start)? {
                    self.class_type(reading, ItemKind::Posix { ctype, not }, token.start)?;
                } else {
                    self.warn("character class has '[' without escape", token.start, false);
                    self.at = colon;
                    self.class_value(reading, Value { end: colon, ..value('[') })?;
                }
            }
            TokenKind::CharType { ctype, not } => {
                self.class_type(reading, ItemKind::Type { ctype, not }, token.start)?;
            }
            TokenKind::Property { not } => {
                let property = self.char_property(token.start)?;
                self.class_type(reading, ItemKind::Property { property, not }, token.start)?;
            }
            TokenKind::ClassRange => return self.class_dash(reading, &token),
            TokenKind::ClassOpen => {
                let (class, raw) = self.read_class(token.start)?;
                let duplicate = reading.raw.or(&raw, self.mode());
                self.note_duplicate(duplicate, token.start);
                let span = class.span;
                reading.items.push(ClassItem { kind: ItemKind::Class(class), span });
            }
            TokenKind::ClassAnd => {
                self.end_value(reading);
                reading.state = State::Start;
                let side = std::mem::take(&mut reading.raw);
                match &mut reading.before {
                    Some(before) => before.and(&side),
                    None => reading.before = Some(side),
                }
                reading.sides.push(std::mem::take(&mut reading.items));
            }
            _ => {
                let start = reading.start;
                return fault(ErrorCode::PrematureEndOfCharClass, start, start + 1);
            }
        }
        Ok(Next::Fetch)
    }

    /// In UTF-8 Onigmo looks ahead for more bytes of the character, up to three.
    fn raw_bytes_ahead(&mut self, base: u8) -> Result<Next, Fault> {
        if !self.unicode {
            return Ok(Next::Fetch);
        }
        let saved = self.at;
        for more in 0..3 {
            let token = self.fetch_token_in_class()?;
            match token.kind {
                TokenKind::RawByte { base: other, .. } if other == base => {}
                _ if more == 0 => return Ok(Next::Fetched(token)),
                _ => break,
            }
        }
        self.at = saved;
        Ok(Next::Fetch)
    }

    fn class_dash(&mut self, reading: &mut Reading, dash: &Token) -> Result<Next, Fault> {
        let value = Value { c: '-', start: dash.start, end: dash.end };
        let after_and = !reading.sides.is_empty();
        let warning = "character class has '-' without escape";
        if let State::Range(_) = reading.state {
            // [!--x]
            self.warn(warning, dash.start, false);
            self.class_value(reading, value)?;
            return Ok(Next::Fetch);
        }
        let token = self.fetch_token_in_class()?;
        match (reading.state, &token.kind) {
            (State::Start, kind) => {
                // [--x], [a&&-x]
                if *kind == TokenKind::ClassRange || after_and {
                    self.warn(warning, dash.start, false);
                }
                self.class_value(reading, value)?;
            }
            (_, TokenKind::ClassClose) => self.class_value(reading, value)?,
            (_, TokenKind::ClassAnd) => {
                self.warn(warning, dash.start, false);
                self.class_value(reading, value)?;
            }
            (State::Class, _) => {
                return fault(ErrorCode::UnmatchedRangeSpecifierInCharClass, dash.start, dash.end);
            }
            (State::Value(first), _) => reading.state = State::Range(first),
            (State::Complete | State::Range(_), _) => {
                // [0-9-a] is [0-9\-a]
                self.warn(warning, dash.start, false);
                self.class_value(reading, value)?;
            }
        }
        Ok(Next::Fetched(token))
    }

    /// `next_state_val`
    fn class_value(&mut self, reading: &mut Reading, value: Value) -> Result<(), Fault> {
        if let State::Range(first) = reading.state {
            if first.c > value.c {
                return fault(ErrorCode::EmptyRangeInCharClass, first.start, value.end);
            }
            let kind = ItemKind::Range(first.c, value.c);
            self.class_item(reading, kind, first.start, value.end);
            reading.state = State::Complete;
        } else {
            self.end_value(reading);
            reading.state = State::Value(value);
        }
        Ok(())
    }

    /// Adds the character that waited for a `-`.
    fn end_value(&mut self, reading: &mut Reading) {
        if let State::Value(value) = reading.state {
            self.class_item(reading, ItemKind::Char(value.c), value.start, value.end);
        }
    }

    /// `next_state_class`: the type is added before the character that waited.
    fn class_type(
        &mut self,
        reading: &mut Reading,
        kind: ItemKind,
        start: usize,
    ) -> Result<(), Fault> {
        let end = self.at;
        self.class_item(reading, kind, start, end);
        if let State::Range(first) = reading.state {
            return fault(ErrorCode::CharClassValueAtEndOfRange, first.start, end);
        }
        self.end_value(reading);
        reading.state = State::Class;
        Ok(())
    }

    fn class_item(&mut self, reading: &mut Reading, kind: ItemKind, start: usize, end: usize) {
        let duplicate = reading.raw.add(&kind, self.flags, self.mode(), false);
        self.note_duplicate(duplicate, start);
        reading.items.push(ClassItem { kind, span: self.source.span(start, end) });
    }

    /// `CC_DUP_WARN`: once a pattern.
    fn note_duplicate(&mut self, duplicate: bool, at: usize) {
        if duplicate && !self.duplicate_warned {
            self.duplicate_warned = true;
            self.warn("character class has duplicated range", at, true);
        }
    }

    /// `parse_posix_bracket`, read up to `[:`; `None` when it is an ordinary set after all.
    fn posix_bracket(&mut self, start: usize) -> Result<Option<(CType, bool)>, Fault> {
        let not = self.eat('^');
        if self.rest().chars().take(7).count() >= 7 {
            for (name, ctype) in POSIX {
                let Some(rest) = self.rest().strip_prefix(name) else { continue };
                if !rest.starts_with(":]") {
                    return fault(ErrorCode::InvalidPosixBracketType, start, self.at + name.len());
                }
                self.at += name.len() + 2;
                return Ok(Some((ctype, not)));
            }
        }
        let name = self.rest().chars().take(LONGEST_POSIX_NAME + 1);
        let length: usize = name.take_while(|c| !matches!(c, ':' | ']')).map(char::len_utf8).sum();
        let counted = self.rest()[..length].chars().count();
        let closed = self.rest()[length..].starts_with(":]");
        if closed && counted <= LONGEST_POSIX_NAME {
            return fault(ErrorCode::InvalidPosixBracketType, start, self.at + length + 2);
        }
        Ok(None)
    }

    /// `\p{…}` outside a class, read up to the name.
    pub(super) fn parse_char_property(&mut self, not: bool, start: usize) -> Result<NodeId, Fault> {
        let property = self.char_property(start)?;
        let end = self.at;
        let span = self.source.span(start, end);
        let kind = ItemKind::Property { property, not: false };
        let class = CClass { not, sides: vec![vec![ClassItem { kind, span }]], span };
        self.add(Kind::CClass(Box::new(class)), start, end)
    }

    /// `fetch_char_property_to_ctype`
    fn char_property(&mut self, start: usize) -> Result<Property, Fault> {
        let from = self.at;
        let mut last = from;
        while let Some(c) = self.peek() {
            last = self.at;
            self.at += c.len_utf8();
            match c {
                '}' => match unicode::property_named(&self.text[from..last]) {
                    Some(property) => return Ok(property),
                    None => break,
                },
                '(' | ')' | '{' | '|' => break,
                _ => {}
            }
        }
        let name = self.text[from..last].to_owned();
        let place = Place::Text(start, self.at);
        Err(Fault { code: ErrorCode::InvalidCharPropertyName, place, name })
    }
}
