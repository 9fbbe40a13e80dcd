//! What compiles and yet surprises: each caution is a finding with its place in the pattern.

use matcher::letters::Mode;

use crate::diag::codes::onigmo as codes;
use crate::diag::{Diagnostic, Fix, Message};
use crate::onigmo::class;
use crate::onigmo::diagnose::Home;
use crate::onigmo::regexp::Regexp;
use crate::onigmo::tree::{Anchor, Enclose, Greed, Kind, Look, NodeId, Quantifier, Tree};
use crate::onigmo::unicode::code_set::CodeSet;
use crate::source::Span;

/// Everything to be careful about in a pattern that is to match log lines.
pub fn cautions(regexp: &Regexp, home: Home) -> Vec<Diagnostic> {
    let finder = Finder { regexp, tree: regexp.tree(), home };
    let mut found = Vec::new();
    found.extend(finder.unanchored());
    found.extend(finder.encoding());
    finder.walk(regexp.tree().root, State::default(), &mut found);
    finder.literal_escapes(&mut found);
    crate::order::by_key(&mut found, |finding| {
        finding.primary.as_ref().map(|label| label.span.start)
    });
    found
}

/// What stands around a node.
#[derive(Clone, Copy, Default)]
struct State {
    /// Inside something that repeats without end.
    repeated: bool,
    /// Inside something that never runs.
    never: bool,
}

struct Finder<'r> {
    regexp: &'r Regexp,
    tree: &'r Tree,
    home: Home,
}

impl Finder<'_> {
    fn at(&self, found: Diagnostic, span: Span) -> Diagnostic {
        found.at(self.home.source, self.home.span(span))
    }

    /// A pattern that does not begin at an anchor.
    fn unanchored(&self) -> Option<Diagnostic> {
        if self.begins_anchored(self.tree.root) {
            return None;
        }
        let message = Message::new(
            "The pattern is searched for anywhere in the line, not only at its start",
            "行の先頭だけでなく、途中からでも一致します",
        );
        let title = Message::new("Begin with ^", "^ で始める");
        let fix = Fix { title, edits: vec![self.home.edit(Span::at(0), "^")] };
        let alternatives = matches!(self.tree.kind(self.tree.root), Kind::Alt(_));
        let found = self.at(Diagnostic::new(&codes::UNANCHORED, message), Span::at(0));
        Some(if alternatives { found } else { found.fix(fix) })
    }

    fn begins_anchored(&self, id: NodeId) -> bool {
        match self.tree.kind(id) {
            Kind::Anchor(anchor) => {
                matches!(anchor, Anchor::BeginLine | Anchor::BeginBuf | Anchor::BeginPosition)
            }
            Kind::List(list) => list.first().is_some_and(|&first| self.begins_anchored(first)),
            Kind::Alt(list) => list.iter().all(|&branch| self.begins_anchored(branch)),
            Kind::Enclose { target, .. } => self.begins_anchored(*target),
            _ => false,
        }
    }

    /// What the encoding of the lines changes.
    fn encoding(&self) -> Option<Diagnostic> {
        let (code, message) = if self.regexp.fixed_encoding() {
            let message = Message::new(
                "The pattern holds non-ASCII characters or \\p: without encoding utf-8 every line \
                 with Japanese raises Encoding::CompatibilityError and is lost",
                "パターンに非 ASCII 文字または \\p があるため、encoding utf-8 がないと日本語を含む行は \
                 Encoding::CompatibilityError になり失われます",
            );
            (&codes::TIED_TO_UTF8, message)
        } else {
            let counted = self.counted_characters(self.tree.root)?;
            let message = Message::new(
                "Without encoding utf-8 this counts bytes: a Japanese character is three of them",
                "encoding utf-8 がないとバイト数で数えます。日本語の1文字は3バイトです",
            );
            return Some(self.at(Diagnostic::new(&codes::BYTES, message), counted));
        };
        Some(self.at(Diagnostic::new(code, message), Span::new(0, self.regexp.pattern().len())))
    }

    /// The first place that counts characters which may be Japanese.
    fn counted_characters(&self, id: NodeId) -> Option<Span> {
        let node = self.tree.node(id);
        let high = |id: NodeId| self.members(id).is_some_and(|set| set.contains(0x80));
        match &node.kind {
            Kind::Quantifier(Quantifier { target, max: Some(max), .. })
                if *max > 1 && high(*target) =>
            {
                Some(node.span)
            }
            Kind::Quantifier(Quantifier { target, .. }) => {
                if high(*target) {
                    None
                } else {
                    self.counted_characters(*target)
                }
            }
            kind => kind.children().into_iter().find_map(|child| self.counted_characters(child)),
        }
    }

    /// The bytes a single step may take.
    fn members(&self, id: NodeId) -> Option<CodeSet> {
        let node = self.tree.node(id);
        match &node.kind {
            Kind::CClass(set) => Some(class::resolve(set, node.flags, Mode::Bytes).set),
            Kind::CType { ctype, not } => Some(class::ctype(*ctype, *not, node.flags, Mode::Bytes)),
            Kind::AnyChar => {
                let newline = CodeSet::range(10, 10);
                let newline = if node.flags.multi_line { CodeSet::empty() } else { newline };
                Some(newline.complement(255))
            }
            _ => None,
        }
    }

    fn walk(&self, id: NodeId, state: State, found: &mut Vec<Diagnostic>) {
        let node = self.tree.node(id);
        let mut below = state;
        match &node.kind {
            Kind::Quantifier(quantifier) => {
                let endless = quantifier.max.is_none();
                if endless && state.repeated && quantifier.greed != Greed::Possessive {
                    found.push(self.nested(node.span));
                }
                // Only what may split its text in many ways explodes.
                below.repeated = endless && quantifier.greed != Greed::Possessive;
                below.never |= quantifier.max == Some(0);
            }
            Kind::Enclose { kind: Enclose::Memory { group }, .. } => {
                let called = self.tree.groups.get(*group as usize - 1).is_some_and(|g| g.called);
                if state.never && !called {
                    found.push(self.never_set(node.span));
                }
            }
            Kind::Enclose { kind: Enclose::Atomic, .. } => below.repeated = false,
            Kind::Enclose { kind: Enclose::Group, .. } if self.is_plain_group(node.span) => {
                found.push(self.plain_group(node.span));
            }
            Kind::Look { look, .. } => {
                below.repeated = false;
                below.never |= matches!(look, Look::NotAhead | Look::NotBehind(_));
            }
            Kind::Alt(branches) => self.empty_alternatives(branches, found),
            Kind::List(list) => {
                self.greedy_separators(list, found);
                // A repeat whose parts are kept apart by something fixed does not explode.
                below.repeated &= !self.separates(list);
            }
            _ => {}
        }
        for child in node.kind.children() {
            self.walk(child, below, found);
        }
    }

    fn nested(&self, span: Span) -> Diagnostic {
        let message = Message::new(
            "This repeat stands in another repeat: the same text can be split in very many ways",
            "繰り返しの中に繰り返しがあり、同じ文字列の分け方が非常に多くなります",
        );
        self.at(Diagnostic::new(&codes::NESTED_REPEAT, message), span)
    }

    fn never_set(&self, span: Span) -> Diagnostic {
        let message = Message::new(
            "This group never captures: it stands where nothing is kept ((?!…), (?<!…) or {0})",
            "このグループはキャプチャされません ((?!…)、(?<!…)、{0} の中にあります)",
        );
        self.at(Diagnostic::new(&codes::GROUP_NEVER_SET, message), span)
    }

    fn is_plain_group(&self, span: Span) -> bool {
        let text = self.regexp.pattern().get(span.range()).unwrap_or_default();
        text.starts_with('(') && !text.starts_with("(?")
    }

    fn plain_group(&self, span: Span) -> Diagnostic {
        let message = Message::new(
            "Beside named groups these brackets do not capture",
            "名前付きグループがあるため、この括弧はキャプチャしません",
        );
        self.at(Diagnostic::new(&codes::PLAIN_GROUP, message), span)
    }

    fn empty_alternatives(&self, branches: &[NodeId], found: &mut Vec<Diagnostic>) {
        for &branch in branches {
            let node = self.tree.node(branch);
            if matches!(&node.kind, Kind::List(list) if list.is_empty()) {
                let message = Message::new(
                    "This alternative is empty: it matches anywhere",
                    "この選択肢は空なので、どこでも一致します",
                );
                let found_here = Diagnostic::new(&codes::EMPTY_ALTERNATIVE, message);
                found.push(self.at(found_here, node.span));
            }
        }
    }

    /// `.+ ` where a later part has the same separator again.
    fn greedy_separators(&self, list: &[NodeId], found: &mut Vec<Diagnostic>) {
        let first_char = |id: NodeId| match self.tree.kind(id) {
            Kind::Str(str) => str.text.chars().next(),
            _ => None,
        };
        for (at, pair) in list.windows(2).enumerate() {
            let Some(separator) = first_char(pair[1]) else { continue };
            let again = list[at + 2..].iter().any(|&id| first_char(id) == Some(separator));
            if !again || !self.is_greedy_dot(pair[0]) {
                continue;
            }
            let span = self.tree.node(pair[0]).span;
            let message = Message::new(
                format!(
                    "This runs to the last “{separator}” that still lets the rest match, not to the first"
                ),
                format!("最初ではなく、残りが一致できる最後の「{separator}」まで一致します"),
            );
            found.push(self.at(Diagnostic::new(&codes::GREEDY_SEPARATOR, message), span));
        }
    }

    /// `.*` or `.+`, perhaps captured.
    fn is_greedy_dot(&self, id: NodeId) -> bool {
        match self.tree.kind(id) {
            Kind::Enclose { kind: Enclose::Memory { .. } | Enclose::Group, target } => {
                self.is_greedy_dot(*target)
            }
            Kind::Quantifier(Quantifier { target, max: None, greed: Greed::Greedy, .. }) => {
                matches!(self.tree.kind(*target), Kind::AnyChar)
            }
            _ => false,
        }
    }

    /// True when a sequence holds a literal or a set that keeps its rounds apart.
    fn separates(&self, list: &[NodeId]) -> bool {
        list.iter().any(|&id| {
            matches!(self.tree.kind(id), Kind::Str(_) | Kind::CClass(_) | Kind::CType { .. })
        })
    }

    /// `\<`, `\>` and their like are the characters themselves.
    fn literal_escapes(&self, found: &mut Vec<Diagnostic>) {
        let pattern = self.regexp.pattern();
        let mut chars = pattern.char_indices();
        while let Some((at, c)) = chars.next() {
            if c != '\\' {
                continue;
            }
            let Some((_, escaped)) = chars.next() else { break };
            if !matches!(escaped, '<' | '>' | 'y' | 'Y' | 'Q' | 'E') {
                continue;
            }
            let message = Message::new(
                format!("In Ruby \\{escaped} is just the character {escaped}"),
                format!("Ruby では \\{escaped} は文字 {escaped} そのものです"),
            );
            let span = Span::new(at, at + 2);
            found.push(self.at(Diagnostic::new(&codes::LITERAL_ESCAPE, message), span));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onigmo::regexp::Options;
    use crate::source::SourceId;

    fn found(pattern: &str) -> Vec<(&'static str, &str)> {
        let regexp = Regexp::new(pattern, Options::default()).unwrap();
        let home = Home { source: SourceId::Conf(0), offset: 0 };
        let found = cautions(&regexp, home);
        let place = |finding: &Diagnostic| finding.primary.as_ref().unwrap().span.range();
        found.iter().map(|finding| (finding.code.path, &pattern[place(finding)])).collect()
    }

    #[test]
    fn a_careful_pattern_has_no_cautions() {
        assert_eq!(found(r"^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<log>.*)$"), []);
        assert_eq!(found(r"^(?<a>(?:\d+,)*)$"), []);
    }

    #[test]
    fn each_caution_points_at_its_cause() {
        assert_eq!(found("^(?<a>.+) (?<b>.+) c"), [("onigmo/greedy-before-separator", "(?<a>.+)")]);
        assert_eq!(found("a"), [("onigmo/unanchored", "")]);
        assert_eq!(found("^(a|)$"), [("onigmo/empty-alternative", "")]);
        assert_eq!(found("^(?!(a))"), [("onigmo/group-never-set", "(a)")]);
        assert_eq!(found("^(?<n>a)(b)"), [("onigmo/plain-group-beside-names", "(b)")]);
        assert_eq!(found("^.{5}"), [("onigmo/bytes-not-characters", ".{5}")]);
        assert_eq!(found("^あ"), [("onigmo/tied-to-utf-8", "^あ")]);
        assert_eq!(found("^(a+)+$"), [("onigmo/nested-repeat", "a+")]);
        assert_eq!(found(r"^\<a"), [("onigmo/literal-escape", r"\<")]);
    }
}
