//! The pattern as a tree: every node has its bytes in the pattern, the options in force, its group.
//!
//! Nodes live in one arena ([`Tree::nodes`]) and name each other by [`NodeId`]; children always come
//! before their parents, and no node is deeper than [`DEPTH_LIMIT`], so walking by recursion is safe.
//!
//! The tree is Ruby's reading of the pattern, after Onigmo's own rewriting of stacked quantifiers
//! (`a**` is `a*`) and after plain groups were made non-capturing because a named one exists, but
//! before everything Onigmo does for speed. It is the same for both [`Mode`]s; sets are kept as they
//! were written and resolved for a mode by [`super::class`], literals under `i` by [`super::fold`].
//!
//! The functions that go with it:
//! - `parse::parse(pattern, Options) -> Result<Parsed, RegexpError>`: the tree and the warnings;
//! - `class::resolve(&CClass, Flags, Mode) -> Resolved`, `class::ctype(CType, not, Flags, Mode) -> CodeSet`,
//!   `class::word(Flags, Mode) -> CodeSet` (for `\b`);
//! - `fold::pieces(&Str, Mode) -> Vec<Piece>` for a run with `ignore_case`,
//!   `fold::fold(char, Mode) -> …` for folding the subject (back-references, `Piece::Folded`),
//!   `fold::simple_set(char, Mode) -> CodeSet`: the characters that fold to exactly that one;
//! - `unicode::grapheme::cluster_end(text, from) -> usize` for `\X`.
//!
//! Node names are those of Onigmo 6.2.2 (`regparse.h`); `Group`, `Condition`, `LineBreak` and
//! `GraphemeCluster` are ours where Onigmo has no node of its own.

use crate::onigmo::unicode::Property;
use crate::source::Span;

/// The deepest nesting of nodes (and of classes in one class). Onigmo's limit is 4096 groups
/// (`ONIG_DEFAULT_PARSE_DEPTH_LIMIT`); ours is lower because a page's stack is small.
pub const DEPTH_LIMIT: usize = 250;

/// Index of a node in [`Tree::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// A read pattern.
#[derive(Clone, Debug)]
pub struct Tree {
    /// All nodes, children before parents.
    pub nodes: Vec<Node>,
    /// The whole pattern.
    pub root: NodeId,
    /// The capture groups; group `n` is `groups[n - 1]`.
    pub groups: Vec<Group>,
    /// Group names in order of first appearance.
    pub names: Vec<Name>,
    /// True when the regexp is tied to UTF-8: [`Mode::Bytes`] is then never asked for.
    pub fixed_encoding: bool,
    /// True when a pattern that is not tied to UTF-8 has a look-behind that Ruby refuses only when a
    /// text in UTF-8 comes that is not ASCII.
    pub refused_in_utf8: bool,
    /// True when the pattern calls groups (`\g`): captures are then kept apart by level.
    pub has_calls: bool,
}

impl Tree {
    /// The node of that number.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// What the node of that number is.
    pub fn kind(&self, id: NodeId) -> &Kind {
        &self.node(id).kind
    }
}

/// One part of the pattern.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Its bytes in the pattern as the user wrote it.
    pub span: Span,
    /// The options in force where it stands.
    pub flags: Flags,
    /// Nesting below it; a leaf has 0.
    pub depth: u16,
}

/// Options in force at one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags {
    /// `i`
    pub ignore_case: bool,
    /// `m`: dot matches newline.
    pub multi_line: bool,
    /// `x`
    pub extend: bool,
    /// `(?d)`, `(?a)` or `(?u)`.
    pub charset: Charset,
}

/// Which characters the types know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Charset {
    /// `d`: `\w \d \s \h` ASCII; `\b`, POSIX brackets and properties Unicode.
    #[default]
    Default,
    /// `a`: also `\b` and POSIX brackets ASCII.
    Ascii,
    /// `u`: everything Unicode (`\h` stays ASCII).
    Unicode,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Literal characters, at least one. Under `ignore_case` see [`super::fold::pieces`]: multi-character
    /// folds apply to this run as a whole, never across two `Str` nodes.
    Str(Str),
    /// `[…]`, or a `\p{…}`: see [`CClass::resolve`](CClass).
    CClass(Box<CClass>),
    /// `\w \W \d \D \s \S \h \H` outside a class. Never folded.
    CType {
        /// Which type.
        ctype: CType,
        /// The capital letter.
        not: bool,
    },
    /// `.`; with `multi_line` also newline.
    AnyChar,
    /// `\1`, `\k<n>`, `\k<n+1>`.
    BackRef(BackRef),
    /// `x*` and its like. An anchor may be the target.
    Quantifier(Quantifier),
    /// A group of any sort.
    Enclose {
        /// Which sort.
        kind: Enclose,
        /// What is inside.
        target: NodeId,
    },
    /// `(?(1)yes|no)`
    Condition {
        /// The group asked for (of a name used twice, the first).
        group: u32,
        /// Written by name.
        by_name: bool,
        /// When it took part.
        yes: NodeId,
        /// When not; without it the empty string.
        no: Option<NodeId>,
    },
    /// `^` and its like: no width.
    Anchor(Anchor),
    /// `(?=…)` and its like.
    Look {
        /// Which of the four.
        look: Look,
        /// What is looked for.
        target: NodeId,
    },
    /// `a|b|c`: two or more.
    Alt(Box<[NodeId]>),
    /// One after another: none (matches the empty string), or two or more.
    List(Box<[NodeId]>),
    /// `\g<n>`
    Call {
        /// 0: the whole pattern.
        group: u32,
        /// Written by name.
        by_name: bool,
    },
    /// `(?~…)`
    Absent(NodeId),
    /// `\R`: `(?>\r\n|[\n-\r]|U+85|U+2028|U+2029)`; in bytes mode without the last three.
    LineBreak,
    /// `\X`: one extended grapheme cluster ([`super::unicode::grapheme`]); in bytes mode one byte.
    GraphemeCluster,
}

/// A run of literal characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Str {
    /// The characters meant.
    pub text: Box<str>,
    /// Where each character (or byte escape) begins in the pattern; as many as `text` has
    /// characters. Each ends where the next begins, the last at the node's end.
    pub starts: Box<[u32]>,
    /// Onigmo's `NSTR_RAW`: written as bytes (`\x41`, `\101`). Such a run is not folded with its
    /// neighbours.
    pub raw: bool,
}

/// A repeated part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantifier {
    /// What repeats.
    pub target: NodeId,
    /// At least so often.
    pub min: u32,
    /// At most so often; `None` without end.
    pub max: Option<u32>,
    /// In what order the counts are tried.
    pub greed: Greed,
    /// The bytes of the operator itself (`*`, `{2}`, `+?`; several where stacked ones were merged).
    pub operator: Span,
}

/// In what order a quantifier tries its counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Greed {
    /// Most first.
    Greedy,
    /// Fewest first.
    Lazy,
    /// Most, and no other: `x*+` is `(?>x*)`.
    Possessive,
}

/// The sort of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Enclose {
    /// `(…)`, `(?<n>…)`: captures into [`Tree::groups`].
    Memory {
        /// Its number, from 1.
        group: u32,
    },
    /// `(?>…)`
    Atomic,
    /// `(?:…)`, or a plain `(…)` beside named groups: only brackets.
    Group,
    /// `(?i-m:…)`, or `(?i)` with the rest of the enclosing group as its target (the span then
    /// reaches to the end of that group). The options stand in the flags of the nodes inside.
    Option,
}

/// A place between characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// `^`: start, or after `\n` unless that is the end of the text.
    BeginLine,
    /// `$`: end, or before any `\n`.
    EndLine,
    /// `\A`
    BeginBuf,
    /// `\z`
    EndBuf,
    /// `\Z`: end, or before one final `\n`.
    SemiEndBuf,
    /// `\G`
    BeginPosition,
    /// `\b`; words are ASCII in `Charset::Ascii` and in bytes mode, else Unicode.
    WordBound,
    /// `\B`
    NotWordBound,
    /// `\K`
    Keep,
}

/// Look-ahead and look-behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// `(?=…)`
    Ahead,
    /// `(?!…)`
    NotAhead,
    /// `(?<=…)`: one length in characters for every top-level alternative of the target (one only
    /// when there is no alternation).
    Behind(Box<[u32]>),
    /// `(?<!…)`: as above.
    NotBehind(Box<[u32]>),
}

/// `\1`, `\k<n>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackRef {
    /// The groups of that name in pattern order (the last is tried first), or the one number.
    pub groups: Box<[u32]>,
    /// Written by name.
    pub by_name: bool,
    /// `\k<n+1>`: the nesting level of calls, relative to here.
    pub level: Option<i32>,
}

/// A capture group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its `Enclose::Memory` node.
    pub node: NodeId,
    /// Its name, as index into [`Tree::names`].
    pub name: Option<u32>,
    /// True when `\g` calls it.
    pub called: bool,
}

/// A group name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: Box<str>,
    /// The groups that bear it, in pattern order.
    pub groups: Vec<u32>,
    /// Where it stands first.
    pub span: Span,
}

/// The types written with a letter, and the POSIX brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CType {
    /// `[:alnum:]`
    Alnum,
    /// `[:alpha:]`
    Alpha,
    /// `[:ascii:]`
    Ascii,
    /// `[:blank:]`
    Blank,
    /// `[:cntrl:]`
    Cntrl,
    /// `\d`, `[:digit:]`
    Digit,
    /// `[:graph:]`
    Graph,
    /// `[:lower:]`
    Lower,
    /// `[:print:]`
    Print,
    /// `[:punct:]`
    Punct,
    /// `\s`, `[:space:]`
    Space,
    /// `[:upper:]`
    Upper,
    /// `\h`, `[:xdigit:]`
    XDigit,
    /// `\w`, `[:word:]`
    Word,
}

/// A character class: the intersection of unions, perhaps negated as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CClass {
    /// `[^…]`, `\P{…}`, `\p{^…}`.
    pub not: bool,
    /// The sides of `&&`, at least one; an empty side makes the whole empty.
    pub sides: Vec<Vec<ClassItem>>,
    /// Its bytes in the pattern.
    pub span: Span,
}

/// A member of a class, with its bytes in the pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassItem {
    /// What it is.
    pub kind: ItemKind,
    /// Where.
    pub span: Span,
}

/// What a member of a class is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// One character.
    Char(char),
    /// First to last.
    Range(char, char),
    /// `\w`, `\D`: ASCII unless `(?u)`.
    Type {
        /// Which.
        ctype: CType,
        /// The capital letter.
        not: bool,
    },
    /// `[:name:]`: Unicode unless `(?a)`.
    Posix {
        /// Which.
        ctype: CType,
        /// `[:^name:]`
        not: bool,
    },
    /// `\p{…}`: always Unicode.
    Property {
        /// Which.
        property: Property,
        /// `\P{…}`, `\p{^…}`
        not: bool,
    },
    /// A class in the class.
    Class(CClass),
}
