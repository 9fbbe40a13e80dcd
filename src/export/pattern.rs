//! A Ruby pattern in the words of another engine, or a list of what that engine cannot say.
//!
//! The rewriting is made for texts of one line, as log agents match them: `^` and `$` stay as they
//! are. Whether the result means the same on the lines at hand is checked by running it, which is
//! the caller's part.

use std::fmt::Write as _;

use crate::diag::Message;
use crate::onigmo::Mode;
use crate::onigmo::class;
use crate::onigmo::tree::{
    Anchor, CClass, CType, Charset, Enclose, Flags, Greed, ItemKind, Kind, Look, Node, NodeId,
    Quantifier, Str, Tree,
};
use crate::onigmo::unicode::code_set::CodeSet;
use crate::source::Span;

/// The engine that is to run the pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Rust's `regex` crate (Vector).
    Rust,
    /// RE2 as Go has it (OpenTelemetry, Alloy).
    Re2,
    /// Onigmo as Fluent Bit carries it: the same syntax, names of letters, digits and `_` only.
    FluentBit,
}

/// What RE2 repeats at most: the counts of `{n,m}` within each other multiplied.
const REPEATS: u32 = 1000;

/// A pattern rewritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// In the target's syntax.
    pub pattern: String,
    /// The names whose spelling had to change: (Ruby's, the target's).
    pub renamed: Vec<(String, String)>,
    /// What means a little less or more there.
    pub notes: Vec<Message>,
}

/// A part that the target cannot say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// Its bytes in the Ruby pattern.
    pub span: Span,
    /// What it is.
    pub what: Message,
}

/// Rewrites `pattern`, whose tree is given.
pub fn rewrite(
    tree: &Tree,
    pattern: &str,
    dialect: Dialect,
) -> Result<Rewritten, Vec<Unsupported>> {
    let (names, renamed) = target_names(tree);
    let (out, repeats) = (String::new(), REPEATS);
    let mut writer = Writer { tree, dialect, names, out, repeats, unsupported: Vec::new() };
    if dialect == Dialect::FluentBit {
        return Ok(Rewritten {
            pattern: rename_in_place(tree, pattern, &writer.names),
            renamed,
            notes: Vec::new(),
        });
    }
    writer.check_duplicate_names();
    writer.node(tree.root);
    if !writer.unsupported.is_empty() {
        return Err(writer.unsupported);
    }
    Ok(Rewritten { pattern: writer.out, renamed, notes: notes(tree, dialect) })
}

/// A rewritten pattern for Rust's crate `regex` to run as its own engine would: RE2's `\b` knows the
/// letters of ASCII only.
pub fn for_crate(pattern: &str, dialect: Dialect) -> String {
    if dialect != Dialect::Re2 {
        return pattern.to_owned();
    }
    let mut out = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let escaped = if c == '\\' { chars.next() } else { None };
        let is_bound = matches!(escaped, Some('b' | 'B'));
        out.push_str(if is_bound { "(?-u:" } else { "" });
        out.push(c);
        out.extend(escaped);
        out.push_str(if is_bound { ")" } else { "" });
    }
    out
}

/// Names of letters, digits and `_`, apart from each other, and the list of changed ones.
fn target_names(tree: &Tree) -> (Vec<String>, Vec<(String, String)>) {
    let mut names: Vec<String> = Vec::new();
    let mut renamed = Vec::new();
    for name in &tree.names {
        let mut target: String = name
            .text
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' })
            .collect();
        if target.starts_with(|c: char| c.is_ascii_digit()) || target.is_empty() {
            target.insert(0, '_');
        }
        while names.contains(&target) {
            target.push('_');
        }
        if target != *name.text {
            renamed.push((name.text.to_string(), target.clone()));
        }
        names.push(target);
    }
    (names, renamed)
}

/// The pattern as it stands, with the changed names put in at their groups.
fn rename_in_place(tree: &Tree, pattern: &str, names: &[String]) -> String {
    let mut out = pattern.to_owned();
    let mut places: Vec<(Span, &str, &str)> = Vec::new();
    for group in &tree.groups {
        let Some(index) = group.name else { continue };
        let (Some(name), Some(target)) =
            (tree.names.get(index as usize), names.get(index as usize))
        else {
            continue;
        };
        if *name.text != **target {
            places.push((tree.node(group.node).span, &name.text, target));
        }
    }
    crate::order::by_key(&mut places, |(span, ..)| std::cmp::Reverse(span.start));
    for (span, name, target) in places {
        // `(?<name>` or `(?'name'`: the name begins three bytes after the bracket.
        let from = span.start as usize + 3;
        if out.get(from..from + name.len()) == Some(name) {
            out.replace_range(from..from + name.len(), target);
        }
    }
    out
}

fn notes(tree: &Tree, dialect: Dialect) -> Vec<Message> {
    let mut notes = Vec::new();
    let has = |wanted: fn(&Kind) -> bool| tree.nodes.iter().any(|node| wanted(&node.kind));
    if has(|kind| matches!(kind, Kind::Anchor(Anchor::BeginLine | Anchor::EndLine))) {
        notes.push(Message::new(
            "`^` and `$` stand at every line in Ruby and at the text's ends there: the same on texts of one line.",
            "`^` と `$` は Ruby では各行の先頭と末尾、変換先ではテキスト全体の先頭と末尾です。1 行のテキストでは同じ意味です。",
        ));
    }
    let is_bound =
        |kind: &Kind| matches!(kind, Kind::Anchor(Anchor::WordBound | Anchor::NotWordBound));
    if dialect == Dialect::Re2 && has(is_bound) {
        notes.push(Message::new(
            "`\\b` and `\\B` know only the letters of ASCII there.",
            "変換先の `\\b` と `\\B` は ASCII の文字だけを単語とみなします。",
        ));
    }
    if tree.nodes.iter().any(|node| node.flags.ignore_case) {
        notes.push(Message::new(
            "Ignoring case folds single characters only there (`ß` does not match `ss`).",
            "変換先の大文字小文字の無視は 1 文字ずつです (`ß` は `ss` に一致しません)。",
        ));
    }
    notes
}

struct Writer<'t> {
    tree: &'t Tree,
    dialect: Dialect,
    names: Vec<String>,
    out: String,
    /// How often RE2 may repeat what is written now.
    repeats: u32,
    unsupported: Vec<Unsupported>,
}

impl Writer<'_> {
    fn refuse(&mut self, span: Span, en: &str, ja: &str) {
        self.unsupported.push(Unsupported { span, what: Message::new(en, ja) });
    }

    fn check_duplicate_names(&mut self) {
        let doubled: Vec<Span> = self
            .tree
            .names
            .iter()
            .filter_map(|name| name.groups.get(1))
            .filter_map(|&group| self.tree.groups.get(group as usize - 1))
            .map(|group| self.tree.node(group.node).span)
            .collect();
        for span in doubled {
            self.refuse(span, "a group name used twice", "同じ名前のグループ");
        }
    }

    fn node(&mut self, id: NodeId) {
        let tree = self.tree;
        let node = tree.node(id);
        match &node.kind {
            Kind::Str(run) => self.literal(run, node),
            Kind::CClass(class) => self.class(class, node.flags),
            Kind::CType { ctype, not } if node.flags.charset == Charset::Unicode => {
                let set = class::ctype(*ctype, *not, node.flags, Mode::Characters);
                self.out.push_str(&set_text(&set));
            }
            Kind::CType { ctype, not } => {
                let text = type_text(*ctype, *not, false);
                self.out.push_str(&text);
            }
            Kind::AnyChar if node.flags.multi_line => self.out.push_str("(?s:.)"),
            Kind::AnyChar => self.out.push('.'),
            Kind::Quantifier(quantifier) => self.quantifier(quantifier, node.span),
            Kind::Enclose { kind, target } => self.enclose(*kind, *target, node.span),
            Kind::Anchor(anchor) => self.anchor(*anchor, node.span),
            Kind::Alt(branches) => {
                for (index, branch) in branches.iter().enumerate() {
                    if index > 0 {
                        self.out.push('|');
                    }
                    self.node(*branch);
                }
            }
            Kind::List(items) => items.iter().for_each(|item| self.item(*item)),
            Kind::LineBreak => self.out.push_str(r"(?:\r\n|[\n-\r\x{85}\x{2028}\x{2029}])"),
            other => self.refuse_kind(other, node.span),
        }
    }

    fn refuse_kind(&mut self, kind: &Kind, span: Span) {
        let (en, ja) = match kind {
            Kind::Look { look: Look::Ahead | Look::NotAhead, .. } => ("look-ahead", "先読み"),
            Kind::Look { .. } => ("look-behind", "後読み"),
            Kind::BackRef(_) => ("a back-reference", "後方参照"),
            Kind::Condition { .. } => ("a conditional", "条件分岐"),
            Kind::Call { .. } => ("a subexpression call", "部分式呼び出し"),
            Kind::Absent(_) => ("an absence operator", "非包含オペレータ"),
            _ => ("`\\X`, a grapheme cluster", "`\\X` (書記素クラスタ)"),
        };
        self.refuse(span, en, ja);
    }

    /// An element of a list: an alternation among neighbours needs brackets.
    fn item(&mut self, id: NodeId) {
        if matches!(self.tree.kind(id), Kind::Alt(_)) {
            self.group(id);
        } else {
            self.node(id);
        }
    }

    fn group(&mut self, id: NodeId) {
        self.out.push_str("(?:");
        self.node(id);
        self.out.push(')');
    }

    fn literal(&mut self, run: &Str, node: &Node) {
        let cased = node.flags.ignore_case
            && run.text.chars().any(|c| !c.is_ascii() || c.is_ascii_alphabetic());
        if cased {
            self.out.push_str("(?i:");
        }
        for c in run.text.chars() {
            push_literal(&mut self.out, c);
        }
        if cased {
            self.out.push(')');
        }
    }

    fn class(&mut self, class: &CClass, flags: Flags) {
        match plain_class(class, flags) {
            Some(text) if flags.ignore_case => drop(write!(self.out, "(?i:{text})")),
            Some(text) => self.out.push_str(&text),
            None => {
                let set = class::resolve(class, flags, Mode::Characters).set;
                self.out.push_str(&set_text(&set));
            }
        }
    }

    fn quantifier(&mut self, quantifier: &Quantifier, span: Span) {
        if quantifier.greed == Greed::Possessive {
            self.refuse(span, "a possessive quantifier", "強欲な (絶対最大量) 量指定子");
            return;
        }
        let is_counted = !matches!((quantifier.min, quantifier.max), (0 | 1, None) | (0, Some(1)));
        let highest = quantifier.max.unwrap_or(quantifier.min).max(quantifier.min);
        let repeats = self.repeats;
        if is_counted && self.dialect == Dialect::Re2 {
            if highest > repeats {
                self.refuse(span, "repeats above 1000 in all", "合計 1000 を超える繰り返し");
                return;
            }
            self.repeats /= highest.max(1);
        }
        let single = match self.tree.kind(quantifier.target) {
            Kind::Str(run) => {
                let ignore_case = self.tree.node(quantifier.target).flags.ignore_case;
                run.text.chars().count() == 1 || ignore_case
            }
            Kind::CClass(_) | Kind::CType { .. } | Kind::AnyChar | Kind::LineBreak => true,
            Kind::Enclose { kind: Enclose::Memory { .. } | Enclose::Group, .. } => true,
            _ => false,
        };
        if single {
            self.node(quantifier.target);
        } else {
            self.group(quantifier.target);
        }
        self.repeats = repeats;
        match (quantifier.min, quantifier.max) {
            (0, None) => self.out.push('*'),
            (1, None) => self.out.push('+'),
            (0, Some(1)) => self.out.push('?'),
            (min, None) => drop(write!(self.out, "{{{min},}}")),
            (min, Some(max)) if min == max => drop(write!(self.out, "{{{min}}}")),
            (min, Some(max)) => drop(write!(self.out, "{{{min},{max}}}")),
        }
        if quantifier.greed == Greed::Lazy {
            self.out.push('?');
        }
    }

    fn enclose(&mut self, kind: Enclose, target: NodeId, span: Span) {
        match kind {
            Enclose::Memory { group } => {
                let name = self
                    .tree
                    .groups
                    .get(group as usize - 1)
                    .and_then(|group| self.names.get(group.name? as usize));
                match name {
                    Some(name) => drop(write!(self.out, "(?P<{name}>")),
                    None => self.out.push('('),
                }
                self.node(target);
                self.out.push(')');
            }
            Enclose::Atomic => self.refuse(span, "an atomic group", "アトミックグループ"),
            // The options themselves stand at each leaf.
            Enclose::Group | Enclose::Option => self.group(target),
        }
    }

    fn anchor(&mut self, anchor: Anchor, span: Span) {
        match anchor {
            Anchor::BeginLine => self.out.push('^'),
            Anchor::EndLine => self.out.push('$'),
            Anchor::BeginBuf => self.out.push_str(r"\A"),
            Anchor::EndBuf | Anchor::SemiEndBuf => self.out.push_str(r"\z"),
            Anchor::WordBound => self.out.push_str(r"\b"),
            Anchor::NotWordBound => self.out.push_str(r"\B"),
            Anchor::BeginPosition => self.refuse(span, "`\\G`", "`\\G`"),
            Anchor::Keep => self.refuse(span, "`\\K`", "`\\K`"),
        }
    }
}

/// The class as it was written, where every member means the same in all dialects.
fn plain_class(class: &CClass, flags: Flags) -> Option<String> {
    let [items] = class.sides.as_slice() else { return None };
    let is_ascii = flags.charset != Charset::Unicode;
    let mut text = String::from(if class.not { "[^" } else { "[" });
    for item in items {
        match &item.kind {
            ItemKind::Char(c) => push_literal(&mut text, *c),
            ItemKind::Range(first, last) => {
                push_literal(&mut text, *first);
                text.push('-');
                push_literal(&mut text, *last);
            }
            ItemKind::Type { ctype, not: false } if is_ascii => {
                text.push_str(&type_text(*ctype, false, true));
            }
            _ => return None,
        }
    }
    (!items.is_empty()).then(|| text + "]")
}

/// Ruby's `\d \w \s \h` are ASCII; said as sets, since other engines take them for Unicode.
fn type_text(ctype: CType, not: bool, inside: bool) -> String {
    let members = match ctype {
        CType::Digit => "0-9",
        CType::Word => "0-9A-Za-z_",
        CType::Space => r"\t-\r ",
        _ => "0-9A-Fa-f",
    };
    match (inside, not) {
        (true, _) => members.to_owned(),
        (false, false) => format!("[{members}]"),
        (false, true) => format!("[^{members}]"),
    }
}

fn set_text(set: &CodeSet) -> String {
    if set.is_empty() {
        // Nothing: the complement of everything.
        return r"[^\x00-\x{10FFFF}]".to_owned();
    }
    let mut text = String::from("[");
    for &(first, last) in set.ranges() {
        push_code(&mut text, first);
        if last > first {
            text.push('-');
            push_code(&mut text, last);
        }
    }
    text.push(']');
    text
}

fn push_code(out: &mut String, code: u32) {
    match char::from_u32(code) {
        Some(c) if c.is_ascii() => push_literal(out, c),
        // A set never ends inside the surrogates but at their edges, which no text holds.
        _ => drop(write!(out, "\\x{{{:X}}}", surrogate_edge(code))),
    }
}

fn surrogate_edge(code: u32) -> u32 {
    if (0xD800..=0xDFFF).contains(&code) { 0xE000 } else { code }
}

fn push_literal(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str(r"\n"),
        '\r' => out.push_str(r"\r"),
        '\t' => out.push_str(r"\t"),
        // Vector and the Collector put variables in where `$` stands before a name.
        '$' => out.push_str(r"\x24"),
        c if c.is_ascii_control() => drop(write!(out, "\\x{:02X}", c as u32)),
        c if c.is_ascii_punctuation()
            && !matches!(
                c,
                '_' | '/' | ':' | ';' | ',' | '"' | '\'' | '=' | '%' | '@' | '!' | '`' | '<' | '>'
            ) =>
        {
            out.push('\\');
            out.push(c);
        }
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, Rewritten, Unsupported, rewrite};
    use crate::onigmo::Options;
    use crate::onigmo::parse::parse;

    fn to(dialect: Dialect, pattern: &str) -> Result<Rewritten, Vec<Unsupported>> {
        let parsed = parse(pattern, Options::default()).expect("a pattern that Ruby reads");
        rewrite(&parsed.tree, pattern, dialect)
    }

    fn rust(pattern: &str) -> String {
        to(Dialect::Rust, pattern)
            .map_or_else(|parts| parts[0].what.en.clone(), |done| done.pattern)
    }

    #[test]
    fn the_plain_cri_pattern_changes_its_names_only() {
        assert_eq!(
            rust("^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<log>.*)$"),
            "^(?P<time>[^ ]+) (?P<stream>stdout|stderr) (?P<logtag>[^ ]*) (?P<log>.*)$"
        );
    }

    #[test]
    fn types_are_said_as_ascii_sets() {
        assert_eq!(
            rust(r"(?<a>\d+)\s\W[\w.-]"),
            r"(?P<a>[0-9]+)[\t-\r ][^0-9A-Za-z_][0-9A-Za-z_\.\-]"
        );
    }

    #[test]
    fn options_within_keep_to_their_part() {
        assert_eq!(rust("a(?i)b|c"), "a(?:(?i:b)|(?i:c))");
        assert_eq!(rust("(?m:a.b)."), "(?:a(?s:.)b).");
    }

    #[test]
    fn what_the_target_cannot_say_is_listed_with_its_place() {
        let parts = to(Dialect::Re2, r"(?<=a)b(?>c)\k<x>".replace(r"\k<x>", "d++").as_str());
        let spans: Vec<_> = parts.unwrap_err().iter().map(|part| part.span.range()).collect();
        assert_eq!(spans, [0..6, 7..12, 12..15]);
        assert!(to(Dialect::Re2, "(?<x>a)|(?<x>b)").is_err());
    }

    #[test]
    fn repeats_within_each_other_are_what_re2_takes() {
        for (pattern, fits) in [
            ("(?:a{10}b?){100}", true),
            ("(?:(?:ab){1,40}c){25}", true),
            ("(?:(?:ab){1,41}c){25}", false),
            ("(?:a{2,1000}b+)*", true),
            ("a{1001}", false),
        ] {
            assert_eq!(to(Dialect::Re2, pattern).is_ok(), fits, "{pattern}");
            assert!(to(Dialect::Rust, pattern).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn no_dollar_stands_before_a_name_that_a_variable_could_have() {
        assert_eq!(rust(r"^\$(?<a>[$x]?\w+)$"), r"^\x24(?P<a>[\x24x]?[0-9A-Za-z_]+)$");
    }

    #[test]
    fn types_that_know_all_letters_are_written_out() {
        assert!(rust(r"(?u:\d)").starts_with(r"(?:[0-9\x{660}-\x{669}"));
        assert!(rust(r"(?u:[x\d])").starts_with(r"(?:[0-9x\x{660}-\x{669}"));
    }

    #[test]
    fn names_that_the_target_refuses_are_changed() {
        let done = to(Dialect::FluentBit, "(?<@timestamp>a)(?<k.pod>b)")
            .unwrap_or_else(|_| panic!("done"));
        assert_eq!(done.pattern, "(?<_timestamp>a)(?<k_pod>b)");
        assert_eq!(done.renamed.len(), 2);
    }
}
