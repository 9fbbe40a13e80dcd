//! The common mistakes: for each node of the pattern the edits that would undo one.

use super::super::class;
use super::super::regexp::{Options, Regexp};
use super::super::tree::{Anchor, CType, Enclose, Kind, Node, NodeId, Str, Tree};
use super::super::unicode::code_set::CodeSet;
use super::WhyNot;
use super::suggest::PatternEdit;
use crate::diag::Message;
use crate::onigmo::Mode;
use crate::source::Span;

/// An edit to try.
pub(super) struct Candidate {
    pub(super) title: Message,
    pub(super) edits: Vec<PatternEdit>,
    /// Other options; `None`: the same.
    pub(super) options: Option<Options>,
    /// The lower, the likelier.
    rank: u32,
}

struct Collector<'p> {
    tree: &'p Tree,
    pattern: &'p str,
    /// The part that failed.
    failed: Span,
    /// The character that stood there.
    found: Option<char>,
    /// What stood there up to the next blank.
    word: &'p str,
    out: Vec<Candidate>,
}

/// All edits worth trying, the likeliest first.
pub(super) fn candidates<'p>(regexp: &'p Regexp, text: &'p [u8], why: &WhyNot) -> Vec<Candidate> {
    let tree = regexp.tree();
    let failed = why.wanted.first().map_or(tree.node(tree.root).span, |wanted| wanted.span);
    let found = text.get(why.reached..).and_then(first_char);
    let word = text.get(why.found.range()).and_then(|word| std::str::from_utf8(word).ok());
    let word = word.unwrap_or_default();
    let pattern = regexp.pattern();
    let mut collector = Collector { tree, pattern, failed, found, word, out: Vec::new() };
    collector.options(regexp.options());
    for (at, node) in tree.nodes.iter().enumerate() {
        collector.node(NodeId(at as u32), node);
    }
    collector.at_the_failure();
    crate::order::by_key(&mut collector.out, |candidate| candidate.rank);
    collector.out
}

fn first_char(rest: &[u8]) -> Option<char> {
    let valid = rest.utf8_chunks().next()?.valid();
    valid.chars().next()
}

impl Collector<'_> {
    /// Notes an edit: `weight` says how unlikely the mistake is, the distance from the failure adds.
    fn push(&mut self, weight: u32, edits: Vec<(Span, String)>, title: Message) {
        let place = edits.first().map_or(self.failed, |edit| edit.0);
        let distance = if place.end < self.failed.start {
            self.failed.start - place.end
        } else {
            place.start.saturating_sub(self.failed.end)
        };
        let edits = edits.into_iter().map(|(span, text)| PatternEdit { span, text }).collect();
        let rank = weight * 10 + distance.min(200);
        self.out.push(Candidate { title, edits, options: None, rank });
    }

    fn replace(&mut self, weight: u32, span: Span, text: &str, en: &str, ja: &str) {
        let source = self.source(span);
        let title = Message::new(
            format!("{en}: `{source}` → `{text}`"),
            format!("{ja}：`{source}` → `{text}`"),
        );
        self.push(weight, vec![(span, text.to_owned())], title);
    }

    fn insert(&mut self, weight: u32, at: u32, text: &str, en: &str, ja: &str) {
        let title = Message::new(format!("{en}: `{text}`"), format!("{ja}：`{text}`"));
        self.push(weight, vec![(Span::at(at as usize), text.to_owned())], title);
    }

    fn source(&self, span: Span) -> &str {
        self.pattern.get(span.range()).unwrap_or_default()
    }

    fn options(&mut self, given: Options) {
        let flips = [
            (
                Options { ignore_case: true, ..given },
                Message::new("Ignore case (option i)", "大文字と小文字を区別しない (オプション i)"),
            ),
            (
                Options { multi_line: true, ..given },
                Message::new(
                    "Let `.` match newlines (option m)",
                    "`.` を改行にもマッチさせる (オプション m)",
                ),
            ),
            (
                Options { extend: false, ..given },
                Message::new(
                    "Keep blanks as they are (no option x)",
                    "空白をそのまま扱う (オプション x を外す)",
                ),
            ),
        ];
        for (options, title) in flips {
            if options != given {
                let (edits, options) = (Vec::new(), Some(options));
                self.out.push(Candidate { title, edits, options, rank: 15 });
            }
        }
    }

    fn node(&mut self, id: NodeId, node: &Node) {
        match &node.kind {
            Kind::Str(text) => self.literal(text, node),
            Kind::AnyChar => self.any_char(id, node.span),
            Kind::CType { ctype, not: false } => {
                let set = class::ctype(*ctype, false, node.flags, Mode::Characters);
                self.ctype(*ctype, node.span, &set);
            }
            Kind::CClass(set) if !set.not => {
                let set = class::resolve(set, node.flags, Mode::Characters).set;
                self.class(node.span, &set);
            }
            Kind::CClass(_) => self.escape(2, node.span, "["),
            Kind::Quantifier(quantifier) => self.quantifier(quantifier.operator),
            Kind::Enclose { kind: Enclose::Memory { .. } | Enclose::Group, .. } => {
                self.brackets(node.span);
            }
            Kind::Anchor(anchor) => self.anchor(*anchor, node.span),
            Kind::Alt(branches) => self.bars(branches),
            Kind::List(items) => self.optional_parts(items),
            _ => {}
        }
    }

    fn quantifier(&mut self, operator: Span) {
        match self.source(operator) {
            "+" => self.replace(1, operator, "*", "Let it be empty", "空でもよい"),
            "+?" => self.replace(1, operator, "*?", "Let it be empty", "空でもよい"),
            source if source.starts_with('{') => {
                self.replace(2, operator, "+", "Any number of them", "個数を問わない");
            }
            _ => {}
        }
        if matches!(self.source(operator), "?" | "+" | "*") {
            let escaped = format!("\\{}", self.source(operator));
            self.replace(6, operator, &escaped, "Take it literally", "文字そのものとして扱う");
        }
    }

    fn literal(&mut self, text: &Str, node: &Node) {
        let ends = text.starts.iter().skip(1).copied().chain([node.span.end]);
        for ((character, &start), end) in text.text.chars().zip(&text.starts).zip(ends) {
            self.character(character, Span { start, end });
        }
        for (word, other) in [("stdout", "stderr"), ("stderr", "stdout")] {
            if let Some(at) = self.source(node.span).find(word) {
                let start = node.span.start as usize + at;
                let span = Span::new(start, start + word.len());
                let both = format!("(?:{word}|{other})");
                self.replace(1, span, &both, "Both streams", "両方のストリーム");
            }
        }
    }

    fn character(&mut self, character: char, span: Span) {
        match character {
            ' ' => {
                let blank = self.source(span).to_owned();
                self.replace(1, span, &format!("{blank}+"), "One blank or more", "1 つ以上の空白");
                self.replace(5, span, &format!("{blank}*"), "Blanks or none", "空白はなくてもよい");
                self.replace(3, span, "\\s+", "Any blanks, tabs too", "タブも含む空白");
                self.replace(4, span, "[T ]", "`T` or a blank", "`T` または空白");
            }
            'T' => self.replace(3, span, "[T ]", "`T` or a blank", "`T` または空白"),
            'F' | 'P' => {
                self.replace(1, span, "[FP]", "Whole and partial lines", "完全な行と分割された行");
            }
            '/' => self.replace(
                3,
                span,
                "\\\\?/",
                "A slash, perhaps escaped",
                "エスケープされたスラッシュも許す",
            ),
            '.' | ',' => {
                self.replace(3, span, "[.,]", "A point or a comma", "ピリオドまたはカンマ");
            }
            '"' => self.replace(4, span, "\"?", "Quotes may be missing", "引用符はなくてもよい"),
            'Z' => self.replace(
                2,
                span,
                "(?:Z|[+-]\\d{2}:?\\d{2})",
                "Any time zone",
                "任意のタイムゾーン",
            ),
            '+' | '-' => self.replace(4, span, "[+-]", "Either sign", "どちらの符号でも"),
            _ => {}
        }
    }

    fn any_char(&mut self, id: NodeId, span: Span) {
        let quantified = self.tree.nodes.iter().any(
            |node| matches!(node.kind, Kind::Quantifier(quantifier) if quantifier.target == id),
        );
        if !quantified {
            self.replace(1, span, ".+", "Any number of characters", "何文字でも");
            self.replace(2, span, ".*", "Any number of characters, or none", "0 文字以上");
        }
    }

    /// What stands in the word and not in the set, as members of a class; `None` for one character.
    fn more(&self, set: &CodeSet) -> Option<String> {
        let mut members: Vec<String> = Vec::new();
        for c in self.word.chars().filter(|&c| !set.contains(c as u32)) {
            let member = match c {
                '0'..='9' => "0-9".to_owned(),
                'a'..='z' => "a-z".to_owned(),
                'A'..='Z' => "A-Z".to_owned(),
                _ => in_class(c),
            };
            if !members.contains(&member) {
                members.push(member);
            }
        }
        (members.len() > 1).then(|| members.concat())
    }

    fn ctype(&mut self, ctype: CType, span: Span, set: &CodeSet) {
        if let Some(more) = self.more(set) {
            let wider = format!("[{}{more}]", self.source(span));
            self.replace(2, span, &wider, "Allow these characters too", "これらの文字も許す");
        }
        if let Some(found) = self.found {
            let wider = format!("[{}{}]", self.source(span), in_class(found));
            self.replace(
                Self::widening(found),
                span,
                &wider,
                "Allow this character too",
                "この文字も許す",
            );
        }
        if ctype == CType::Digit {
            let signed = format!("-?{}", self.source(span));
            self.replace(4, span, &signed, "Perhaps with a sign", "符号を許す");
        }
        if ctype != CType::Space {
            self.replace(5, span, "\\S", "Anything but blanks", "空白以外の文字");
        }
    }

    /// How unlikely it is that a class should have had this character.
    fn widening(found: char) -> u32 {
        if found.is_ascii_whitespace() { 6 } else { 1 }
    }

    fn class(&mut self, span: Span, set: &CodeSet) {
        if let (Some(more), true) = (self.more(set), self.source(span).ends_with(']')) {
            let end = span.end - 1;
            self.insert(2, end, &more, "Allow these characters too", "これらの文字も許す");
        }
        if let (Some(found), true) = (self.found, self.source(span).ends_with(']')) {
            let end = span.end - 1;
            let member = in_class(found);
            self.insert(
                Self::widening(found),
                end,
                &member,
                "Allow this character too",
                "この文字も許す",
            );
        }
        self.escape(3, span, "[");
    }

    /// A bracket that was meant literally.
    fn escape(&mut self, weight: u32, span: Span, bracket: &str) {
        if self.source(span).starts_with(bracket) {
            let first = Span { start: span.start, end: span.start + 1 };
            let escaped = format!("\\{bracket}");
            self.replace(weight, first, &escaped, "A literal bracket", "文字としての括弧");
        }
    }

    /// Parentheses that were meant literally.
    fn brackets(&mut self, span: Span) {
        let source = self.source(span);
        if !source.starts_with('(') || source.starts_with("(?") || !source.ends_with(')') {
            return;
        }
        let first = Span { start: span.start, end: span.start + 1 };
        let last = Span { start: span.end - 1, end: span.end };
        let title = Message::new(
            format!("Literal parentheses: `{source}`"),
            format!("文字としての丸括弧：`{source}`"),
        );
        self.push(2, vec![(first, "\\(".to_owned()), (last, "\\)".to_owned())], title);
    }

    /// Bars that were meant literally.
    fn bars(&mut self, branches: &[NodeId]) {
        let edits: Vec<(Span, String)> = branches
            .iter()
            .take(branches.len().saturating_sub(1))
            .map(|&branch| {
                let end = self.tree.node(branch).span.end;
                (Span { start: end, end: end + 1 }, "\\|".to_owned())
            })
            .collect();
        if edits.iter().all(|edit| self.source(edit.0) == "|") {
            let title = Message::new("Literal bars: `\\|`", "文字としての縦棒：`\\|`");
            self.push(3, edits, title);
        }
    }

    fn anchor(&mut self, anchor: Anchor, span: Span) {
        let source = self.source(span).to_owned();
        match anchor {
            Anchor::BeginLine | Anchor::BeginBuf => {
                let blanks = format!("{source}\\s*");
                self.replace(2, span, &blanks, "Blanks before it", "前に空白を許す");
                self.replace(5, span, "", "Not only at the start", "先頭でなくてもよい");
            }
            Anchor::EndLine | Anchor::EndBuf | Anchor::SemiEndBuf => {
                let blanks = format!("\\s*{source}");
                let rest = format!(".*{source}");
                self.replace(1, span, &blanks, "Blanks after it", "後ろに空白を許す");
                self.replace(3, span, &rest, "Anything after it", "後ろに何があってもよい");
                if source == "$" {
                    self.replace(6, span, "\\$", "A literal dollar", "文字としての `$`");
                }
            }
            _ => {}
        }
    }

    /// One to three neighbours, of which one failed, may be missing.
    fn optional_parts(&mut self, items: &[NodeId]) {
        for width in 1..=3 {
            for window in items.windows(width) {
                let anchored = |item: &NodeId| matches!(self.tree.kind(*item), Kind::Anchor(_));
                if window.iter().any(anchored) {
                    continue;
                }
                let spans = window.iter().map(|&item| self.tree.node(item).span);
                let Some(span) = spans.reduce(Span::to) else { continue };
                let touches = span.start <= self.failed.end && self.failed.start <= span.end;
                let source = self.source(span);
                if !touches || source.is_empty() || source.ends_with('?') {
                    continue;
                }
                let title = Message::new(
                    format!("It may be missing: `(?:{source})?`"),
                    format!("なくてもよい：`(?:{source})?`"),
                );
                let (start, end) = (Span::at(span.start as usize), Span::at(span.end as usize));
                let edits = vec![(start, "(?:".to_owned()), (end, ")?".to_owned())];
                self.push(3 + width as u32, edits, title);
            }
        }
    }

    /// Where the failed part begins, before the groups that begin with it.
    fn outermost_start(&self) -> u32 {
        // Parents come after their children.
        self.tree.nodes.iter().fold(self.failed.start, |at, node| match node.kind {
            Kind::Enclose { target, .. } if self.tree.node(target).span.start == at => {
                node.span.start
            }
            _ => at,
        })
    }

    fn at_the_failure(&mut self) {
        let at = self.outermost_start();
        self.insert(1, at, " ", "A blank is missing", "空白が足りない");
        self.insert(3, at, "\\s*", "Perhaps blanks", "空白を許す");
        if let Some(found) = self.found {
            self.insert(
                4,
                at,
                &literally(found),
                "This character is missing",
                "この文字が足りない",
            );
            let maybe = format!("{}?", literally(found));
            self.insert(5, at, &maybe, "Perhaps this character", "この文字を許す");
        }
        self.insert(7, at, ".*?", "Anything in between", "間に何があってもよい");
    }
}

/// A character as a pattern that matches it.
fn literally(character: char) -> String {
    match character {
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        '\r' => "\\r".to_owned(),
        '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$' | '\\' => {
            format!("\\{character}")
        }
        _ => character.to_string(),
    }
}

/// A character as a member of a class.
fn in_class(character: char) -> String {
    match character {
        '-' | '^' | '&' => format!("\\{character}"),
        _ => literally(character),
    }
}
