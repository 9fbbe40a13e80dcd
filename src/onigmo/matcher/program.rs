//! The compiled pattern: instructions for the matcher, with the tables they name.
//!
//! One tree has up to two programs, one for each [`Mode`]; the instructions
//! are Onigmo's opcodes in spirit (`regint.h`), ours in shape: runs of one set are one instruction,
//! choices look at the next byte before they leave a way back.

#![allow(missing_docs, reason = "fields and opcodes are said by the item above them")]

use memchr::memmem::Finder;

use super::letters::{Letters, Mode};

/// What the next byte may be: bits 0 to 255, and whether the end of the text will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Peek {
    bits: [u64; 4],
    /// The end of the text will do.
    pub end: bool,
}

impl Peek {
    /// Nothing will do.
    pub const NONE: Peek = Peek { bits: [0; 4], end: false };
    /// Anything will do, the end too.
    pub const ANY: Peek = Peek { bits: [u64::MAX; 4], end: true };

    /// These bytes.
    pub fn bytes(bytes: impl IntoIterator<Item = u8>) -> Peek {
        let mut peek = Peek::NONE;
        for byte in bytes {
            peek.insert(byte);
        }
        peek
    }

    /// Without the end of the text.
    #[must_use]
    pub fn inside(mut self) -> Peek {
        self.end = false;
        self
    }

    /// Also the end of the text.
    #[must_use]
    pub fn or_end(mut self) -> Peek {
        self.end = true;
        self
    }

    pub fn insert(&mut self, byte: u8) {
        self.bits[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    pub fn contains(&self, byte: u8) -> bool {
        self.bits[usize::from(byte >> 6)] & (1 << (byte & 63)) != 0
    }

    /// True when the next byte (`None` at the end) will do.
    pub fn allows(&self, byte: Option<u8>) -> bool {
        byte.map_or(self.end, |byte| self.contains(byte))
    }

    #[must_use]
    pub fn union(&self, other: &Peek) -> Peek {
        let mut bits = self.bits;
        bits.iter_mut().zip(other.bits).for_each(|(bits, more)| *bits |= more);
        Peek { bits, end: self.end || other.end }
    }

    #[must_use]
    pub fn intersection(&self, other: &Peek) -> Peek {
        let mut bits = self.bits;
        bits.iter_mut().zip(other.bits).for_each(|(bits, more)| *bits &= more);
        Peek { bits, end: self.end && other.end }
    }

    /// How many bytes will do.
    pub fn count(&self) -> u32 {
        self.bits.iter().map(|word| word.count_ones()).sum()
    }

    /// The bytes that will do.
    pub fn members(&self) -> impl Iterator<Item = u8> + '_ {
        (0..=255).filter(|&byte| self.contains(byte))
    }
}

/// A part of [`Program::pool`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lit {
    pub at: u32,
    pub len: u32,
}

/// One instruction. A place (`u32`) is an index into [`Program::insts`].
#[derive(Clone, Copy, Debug)]
pub enum Inst {
    /// The whole pattern matched.
    Match,
    /// Never matches.
    Fail,
    /// This byte.
    Byte(u8),
    /// These bytes.
    Bytes(Lit),
    /// Folded text: index into [`Program::folded`].
    Folded(u32),
    /// One of several literals of which none begins another: index into [`Program::one_of`].
    OneOf(u32),
    /// One member of [`Program::sets`].
    Set(u32),
    /// Members of one set, the most first: index into [`Program::runs`].
    Run(u32),
    /// Members of one set, the fewest first: index into [`Program::runs`].
    Lazy(u32),
    /// Everything up to this byte, and the byte: `([^ ]*) `.
    Field {
        group: u16,
        byte: u8,
        min: bool,
        undo: bool,
    },
    /// Tries `first`, then `second`, unless `peek` (index into [`Program::peeks`]) says one of them
    /// cannot begin here.
    Split {
        first: u32,
        second: u32,
        peek: u32,
    },
    Jump(u32),
    /// A group begins; `undo`: its old place comes back on backtracking.
    Start {
        group: u16,
        undo: bool,
    },
    /// A group ends.
    End {
        group: u16,
    },
    /// A group ends in a pattern with calls: its start is that of this level.
    EndLevel {
        group: u16,
    },
    /// Index into [`Program::back_refs`].
    BackRef(u32),
    /// `(?(1)…)`: goes to `no` unless the group took part.
    Condition {
        group: u16,
        no: u32,
    },
    BeginLine,
    EndLine,
    BeginBuf,
    EndBuf,
    SemiEndBuf,
    BeginPosition,
    /// `\b`, `\B`; `word`: the set of letters.
    WordBound {
        not: bool,
        word: u32,
    },
    Keep,
    /// `\R`
    LineBreak,
    /// `\X`
    GraphemeCluster,
    /// `(?>`: remembers where the ways back of its inside begin.
    Atomic,
    /// `)` of `(?>`: forgets them.
    AtomicEnd,
    /// `(?=`
    Look,
    LookEnd,
    /// `(?!`: when the inside fails, goes on at the place.
    NotLook(u32),
    /// `(?<!`: steps back so many characters; goes on at the place if there are not so many.
    NotBehind {
        after: u32,
        chars: u32,
    },
    /// The inside of a negative look-around matched.
    NotLookEnd,
    /// `(?<=`: steps back so many characters.
    StepBack(u32),
    /// An iteration that may be empty begins: index into [`Program::empties`].
    EmptyStart(u32),
    /// It ends: leaves the loop if it was empty.
    EmptyEnd(u32),
    /// A counted loop is entered: index into [`Program::repeats`].
    Repeat(u32),
    /// One iteration of it is done.
    RepeatInc(u32),
    Call(u32),
    Return,
    /// `(?~`: remembers the place and the end of the text.
    AbsentStart,
    /// Tries the next end of the absence; its operand is the place after it.
    Absent(u32),
    /// What must be absent was found.
    AbsentEnd,
}

/// A set of characters (or bytes), ready to be scanned for.
#[derive(Clone, Debug)]
pub struct Set {
    /// Bytes that begin a member; in a set with [`High::Some`] members still have to be looked up.
    pub table: Box<[bool; 256]>,
    /// What lies beyond ASCII; [`High::Bytes`] when every byte is a character.
    pub high: High,
    /// How a run of members ends.
    pub scan: Scan,
}

/// The members of a set beyond ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum High {
    /// Every byte is a character: the table is all there is.
    Bytes,
    /// No member.
    None,
    /// All are members.
    All,
    /// These ranges.
    Some(Box<[(u32, u32)]>),
}

/// How the end of a run of members is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan {
    /// Everything is a member.
    All,
    /// Everything but this byte.
    Not1(u8),
    /// Everything but these bytes.
    Not2(u8, u8),
    /// Everything but these bytes.
    Not3(u8, u8, u8),
    /// Byte by byte.
    Table,
    /// Character by character.
    Decode,
}

/// A run of members of one set.
#[derive(Clone, Debug)]
pub struct Run {
    pub set: u32,
    pub min: u32,
    /// `u32::MAX`: without end.
    pub max: u32,
    /// What must follow where the set ends.
    pub edge: Give,
    /// What must follow where something is given back (members of the set only).
    pub give: Give,
    /// For a lazy run: all bytes but those at which it may end or must; nothing is looked at there.
    pub passes: Option<Set>,
    /// The group that captures exactly this run (0: none); only with [`Give::Never`].
    pub group: u16,
    /// The group's old place comes back on backtracking.
    pub undo: bool,
}

/// Where a run may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Give {
    /// Only where the set ends: what follows cannot begin inside, or nothing may be given back.
    Never,
    /// Where this byte follows.
    Byte(u8),
    /// Where this literal follows.
    Before(Lit),
    /// Where a byte of this set follows: index into [`Program::follows`].
    In(u32),
    /// Anywhere.
    Any,
}

/// A counted loop.
#[derive(Clone, Copy, Debug)]
pub struct Repeat {
    pub min: u32,
    /// `u32::MAX`: without end.
    pub max: u32,
    pub greedy: bool,
    pub body: u32,
    pub exit: u32,
    /// Its iterations may be empty.
    pub empty: bool,
}

impl Repeat {
    /// The way tried first, and the other.
    pub fn ways(&self) -> (u32, u32) {
        if self.greedy { (self.body, self.exit) } else { (self.exit, self.body) }
    }
}

/// The rows of the memo: what is known of a choice depends on the loops around it.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// For each instruction its first row (`u32::MAX`: none).
    pub first: Vec<u32>,
    /// For each instruction in counted loops what a counter adds to the row; empty without counted
    /// loops.
    pub strides: Vec<Box<[Stride]>>,
    /// Number of rows.
    pub count: u32,
}

/// One counter's part in the memo's row.
#[derive(Clone, Copy, Debug)]
pub struct Stride {
    pub counter: u32,
    pub by: By,
    pub step: u32,
}

/// What of a counter matters.
#[derive(Clone, Copy, Debug)]
pub enum By {
    /// Its value; from here on all are alike.
    Count(u32),
    /// Whether it is the place: the iteration that began there is empty so far.
    Place,
}

impl By {
    /// How many different values it has.
    pub fn values(self) -> u32 {
        match self {
            By::Count(most) => most.saturating_add(1),
            By::Place => 2,
        }
    }
}

/// A loop whose iterations may be empty.
#[derive(Clone, Copy, Debug)]
pub struct Empty {
    pub kind: EmptyKind,
    /// Where the iteration begins, and where it ends.
    pub body: (u32, u32),
    pub exit: u32,
    /// The counter that holds where the iteration began, in a counted loop.
    pub mark: Option<u32>,
}

/// How an empty iteration is told (Onigmo's `NQ_TARGET_IS_EMPTY…`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmptyKind {
    /// By its place alone.
    Plain,
    /// Also by the captures in it.
    Captures,
    /// Also by the captures, and by the level of recursion.
    Recursive,
}

/// `\1` and its like.
#[derive(Clone, Debug)]
pub struct BackRef {
    /// In the order in which they are tried.
    pub groups: Box<[u16]>,
    pub ignore_case: bool,
    pub level: Option<i32>,
}

/// Where an attempt may begin.
#[derive(Clone, Debug, Default)]
pub struct Begin {
    pub anchor: BeginAnchor,
    /// The pattern begins with this literal.
    pub prefix: Option<Finder<'static>>,
    /// The pattern begins with a byte of this set (if it is not `ANY`).
    pub first: Option<Peek>,
    /// The pattern begins with a run of this set without end: after a failure the run is skipped.
    pub run: Option<u32>,
    /// After a failure the rest of the line is skipped.
    pub by_line: bool,
    /// A literal without which nothing matches.
    pub required: Option<Finder<'static>>,
}

/// The anchor a pattern begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BeginAnchor {
    #[default]
    None,
    /// `\A`
    Buf,
    /// `^`
    Line,
    /// `\G`
    Position,
    /// `.*` that takes newlines, perhaps behind what has no width: Onigmo does not try later places,
    /// whatever stands before (`hand-0075`).
    Star,
}

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Program {
    pub mode: Mode,
    /// What is known of characters.
    pub letters: Letters,
    pub insts: Vec<Inst>,
    /// The number of the node each instruction stands for.
    pub nodes: Vec<u32>,
    /// The rows of the memo as long as no counted loop comes to its end; `None`: the pattern may not
    /// be memoised.
    pub rows: Option<Rows>,
    /// The rows when one does, if they are others.
    pub exact_rows: Option<Rows>,
    /// Number of counters.
    pub counters: u32,
    pub pool: Vec<u8>,
    pub sets: Vec<Set>,
    pub runs: Vec<Run>,
    /// Bits: 1 the first way can begin with this byte, 2 the second; index 256 is the end.
    pub peeks: Vec<[u8; 257]>,
    pub follows: Vec<Peek>,
    pub folded: Vec<Box<str>>,
    pub one_of: Vec<Box<[Lit]>>,
    pub back_refs: Vec<BackRef>,
    pub repeats: Vec<Repeat>,
    pub empties: Vec<Empty>,
    /// Number of groups, without group 0.
    pub groups: usize,
    pub begin: Begin,
    /// Captures are kept apart by level of call.
    pub has_calls: bool,
    /// The pattern has `\X`.
    pub has_clusters: bool,
    /// The part of the pattern that repeats most deeply, to be named when steps run out.
    pub repeating: (u32, u32),
}

impl Program {
    /// The bytes of a literal.
    pub fn lit(&self, lit: Lit) -> &[u8] {
        self.pool.get(lit.at as usize..(lit.at + lit.len) as usize).unwrap_or_default()
    }

    /// True when the literal stands at `at`. Literals are short: no call is worth its while.
    #[inline]
    pub fn stands(&self, lit: Lit, text: &[u8], at: usize) -> bool {
        begins_with(text.get(at..).unwrap_or_default(), self.lit(lit))
    }
}

/// True when `text` begins with `literal`.
#[inline]
pub fn begins_with(text: &[u8], literal: &[u8]) -> bool {
    text.starts_with(literal)
}
