//! The tree as a pattern again: reading it gives the same tree, but for places and mere brackets.
//!
//! Option `x` is resolved: the pattern never relies on it.

use crate::onigmo::tree::{
    Anchor, CClass, CType, Charset, ClassItem, Enclose, Flags, Greed, ItemKind, Kind, Look, NodeId,
    Quantifier, Str, Tree,
};
use crate::onigmo::unicode;

/// Writes `tree` as a pattern.
pub fn print(tree: &Tree) -> String {
    let mut printer = Printer { tree, out: String::new() };
    printer.node(tree.root);
    printer.out
}

struct Printer<'t> {
    tree: &'t Tree,
    out: String,
}

impl Printer<'_> {
    /// Depth is bounded by the tree's own limit.
    fn node(&mut self, id: NodeId) {
        let node = self.tree.node(id);
        match &node.kind {
            Kind::Str(str) => self.str(str, false),
            Kind::CClass(class) => self.class(class),
            Kind::CType { ctype, not } => self.ctype(*ctype, *not),
            Kind::AnyChar => self.out.push('.'),
            Kind::LineBreak => self.out.push_str("\\R"),
            Kind::GraphemeCluster => self.out.push_str("\\X"),
            Kind::Anchor(anchor) => self.out.push_str(anchor_text(*anchor)),
            Kind::BackRef(reference) => {
                let group = reference.groups.last().copied().unwrap_or(0);
                let level = reference.level.map(|level| format!("{level:+}")).unwrap_or_default();
                let name = self.reference(group, reference.by_name);
                self.out.push_str(&format!("\\k<{name}{level}>"));
            }
            Kind::Call { group, by_name } => {
                let name = self.reference(*group, *by_name);
                self.out.push_str(&format!("\\g<{name}>"));
            }
            Kind::Quantifier(quantifier) => self.quantifier(quantifier),
            Kind::Enclose { kind, target } => {
                let inside = self.tree.node(*target).flags;
                let opening = self.opening(*kind, inside);
                self.enclosed(&opening, &[*target]);
            }
            Kind::Condition { group, by_name, yes, no } => {
                let opening = match by_name {
                    true => format!("(?(<{}>)", self.reference(*group, true)),
                    false => format!("(?({group})"),
                };
                let branches: Vec<NodeId> = std::iter::once(*yes).chain(*no).collect();
                self.enclosed(&opening, &branches);
            }
            Kind::Look { look, target } => {
                let opening = match look {
                    Look::Ahead => "(?=",
                    Look::NotAhead => "(?!",
                    Look::Behind(_) => "(?<=",
                    Look::NotBehind(_) => "(?<!",
                };
                self.enclosed(opening, &[*target]);
            }
            Kind::Absent(target) => self.enclosed("(?~", &[*target]),
            Kind::Alt(branches) => self.branches(branches),
            Kind::List(list) => self.list(list),
        }
    }

    fn list(&mut self, list: &[NodeId]) {
        let mut after_str = false;
        for &id in list {
            if let Kind::Str(str) = self.tree.kind(id) {
                self.str(str, after_str && !str.raw);
                after_str = !str.raw;
            } else {
                // `ab` `c+` is written abc+ and read so again.
                self.node(id);
                after_str = false;
            }
        }
    }

    fn branches(&mut self, branches: &[NodeId]) {
        for (at, &branch) in branches.iter().enumerate() {
            if at > 0 {
                self.out.push('|');
            }
            self.node(branch);
        }
    }

    fn enclosed(&mut self, opening: &str, branches: &[NodeId]) {
        self.out.push_str(opening);
        self.branches(branches);
        self.out.push(')');
    }

    fn name(&self, group: u32) -> Option<&str> {
        let name = self.tree.groups.get((group as usize).checked_sub(1)?)?.name?;
        self.tree.names.get(name as usize).map(|name| &*name.text)
    }

    fn reference(&self, group: u32, by_name: bool) -> String {
        match self.name(group) {
            Some(name) if by_name => name.to_owned(),
            _ => group.to_string(),
        }
    }

    fn opening(&self, kind: Enclose, inside: Flags) -> String {
        match kind {
            Enclose::Memory { group } => match self.name(group) {
                Some(name) if name.contains('>') => format!("(?'{name}'"),
                Some(name) => format!("(?<{name}>"),
                None => "(".to_owned(),
            },
            Enclose::Atomic => "(?>".to_owned(),
            // Beside names a plain group is mere brackets, and stacked quantifiers see it as a group.
            Enclose::Group if !self.tree.names.is_empty() => "(".to_owned(),
            Enclose::Group => "(?:".to_owned(),
            Enclose::Option => {
                let charset = match inside.charset {
                    Charset::Default => 'd',
                    Charset::Ascii => 'a',
                    Charset::Unicode => 'u',
                };
                let letters = [(inside.ignore_case, 'i'), (inside.multi_line, 'm'), (false, 'x')];
                let pick = |on| letters.iter().filter(move |l| l.0 == on).map(|l| l.1);
                let (on, off): (String, String) = (pick(true).collect(), pick(false).collect());
                format!("(?{charset}{on}-{off}:")
            }
        }
    }

    /// A run; `apart`: it must not be read as going on the run before it.
    fn str(&mut self, str: &Str, apart: bool) {
        let mut chars = str.text.chars();
        if apart && let Some(first) = chars.next() {
            self.out.push('[');
            self.class_char(first);
            self.out.push(']');
        }
        for c in chars {
            match c {
                _ if str.raw => self.out.push_str(&format!("\\x{:02X}", c as u32)),
                '\n' => self.out.push_str("\\n"),
                '\t' => self.out.push_str("\\t"),
                '\r' => self.out.push_str("\\r"),
                c => {
                    if "\\.*+?()[]{}|^$#".contains(c) {
                        self.out.push('\\');
                    }
                    self.out.push(c);
                }
            }
        }
    }

    fn ctype(&mut self, ctype: CType, not: bool) {
        let letter = match ctype {
            CType::Word => 'w',
            CType::Digit => 'd',
            CType::Space => 's',
            _ => 'h',
        };
        self.out.push('\\');
        self.out.push(if not { letter.to_ascii_uppercase() } else { letter });
    }

    fn quantifier(&mut self, quantifier: &Quantifier) {
        self.node(quantifier.target);
        let greed = match quantifier.greed {
            Greed::Greedy => "",
            Greed::Lazy => "?",
            Greed::Possessive => "+",
        };
        let counts = match (quantifier.min, quantifier.max) {
            // Made from {1,2} around a repeat that takes all there is.
            (1, Some(1)) => return,
            (0, Some(1)) if self.repeats(quantifier.target) && greed.is_empty() => "{0,2}".into(),
            // Both are made by stacking only.
            (0, Some(1)) if self.repeats(quantifier.target) && greed == "?" => "*".to_owned(),
            (0, None) if self.repeats(quantifier.target) && greed == "?" => "*?+".to_owned(),
            (0, Some(1)) => "?".to_owned(),
            (0, None) => "*".to_owned(),
            (1, None) => "+".to_owned(),
            (min, None) => format!("{{{min},}}"),
            (min, Some(max)) if min == max && greed.is_empty() => format!("{{{min}}}"),
            (min, Some(max)) => format!("{{{min},{max}}}"),
        };
        self.out.push_str(&counts);
        self.out.push_str(greed);
    }

    /// True for a greedy `*` or `+`, perhaps in mere brackets.
    fn repeats(&self, id: NodeId) -> bool {
        match self.tree.kind(id) {
            Kind::Enclose { kind: Enclose::Group, target } => self.repeats(*target),
            Kind::Quantifier(inner) => {
                inner.min < 2 && inner.max.is_none() && inner.greed == Greed::Greedy
            }
            _ => false,
        }
    }

    fn class(&mut self, class: &CClass) {
        if let Some([item]) = class.sides.first().map(Vec::as_slice)
            && let ItemKind::Property { property, not } = item.kind
            && item.span == class.span
        {
            return self.property(property, class.not != not);
        }
        self.out.push_str(if class.not { "[^" } else { "[" });
        for (at, side) in class.sides.iter().enumerate() {
            if at > 0 {
                self.out.push_str("&&");
            }
            for item in side {
                self.class_item(item);
            }
        }
        self.out.push(']');
    }

    fn property(&mut self, property: unicode::Property, not: bool) {
        let name = unicode::name_of(property);
        self.out.push_str(if not { "\\P{" } else { "\\p{" });
        self.out.push_str(name);
        self.out.push('}');
    }

    fn class_item(&mut self, item: &ClassItem) {
        match &item.kind {
            ItemKind::Char(c) => self.class_char(*c),
            ItemKind::Range(first, last) => {
                self.class_char(*first);
                self.out.push('-');
                self.class_char(*last);
            }
            ItemKind::Type { ctype, not } => self.ctype(*ctype, *not),
            ItemKind::Posix { ctype, not } => {
                let not = if *not { "^" } else { "" };
                self.out.push_str(&format!("[:{not}{}:]", posix_name(*ctype)));
            }
            ItemKind::Property { property, not } => self.property(*property, *not),
            ItemKind::Class(class) => self.class(class),
        }
    }

    fn class_char(&mut self, c: char) {
        match c {
            '\n' => self.out.push_str("\\n"),
            '\t' => self.out.push_str("\\t"),
            c => {
                if "\\[]^-&:".contains(c) {
                    self.out.push('\\');
                }
                self.out.push(c);
            }
        }
    }
}

fn anchor_text(anchor: Anchor) -> &'static str {
    match anchor {
        Anchor::BeginLine => "^",
        Anchor::EndLine => "$",
        Anchor::BeginBuf => "\\A",
        Anchor::EndBuf => "\\z",
        Anchor::SemiEndBuf => "\\Z",
        Anchor::BeginPosition => "\\G",
        Anchor::WordBound => "\\b",
        Anchor::NotWordBound => "\\B",
        Anchor::Keep => "\\K",
    }
}

fn posix_name(ctype: CType) -> &'static str {
    match ctype {
        CType::Alnum => "alnum",
        CType::Alpha => "alpha",
        CType::Ascii => "ascii",
        CType::Blank => "blank",
        CType::Cntrl => "cntrl",
        CType::Digit => "digit",
        CType::Graph => "graph",
        CType::Lower => "lower",
        CType::Print => "print",
        CType::Punct => "punct",
        CType::Space => "space",
        CType::Upper => "upper",
        CType::XDigit => "xdigit",
        CType::Word => "word",
    }
}
