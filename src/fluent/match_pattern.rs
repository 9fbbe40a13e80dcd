//! Tag patterns of `<match>` and `<filter>` (fluentd `lib/fluent/match.rb`, 1.19).
//!
//! fluentd translates a pattern into a regular expression and anchors it. The translation is small
//! enough to be matched directly; only `/…/` patterns need the real engine. The translated text
//! itself matters in one place: an unclosed `{` turns its parts, as translated, into literals.

use std::rc::Rc;

use crate::encoding::Encoding;
use crate::fluent::error::RubyError;
use crate::onigmo::regexp::{Options, Regexp, Region};

/// Groups nest at most this deep; deeper braces count as unclosed. No real pattern comes near.
const MAX_NESTING: usize = 200;

/// Longest pattern, in bytes; the matcher recurses once a node. A longer one takes no tag.
const MAX_LENGTH: usize = 4_000;

/// Steps one match may take. A tag pattern that needs more would also stall fluentd.
const MAX_STEPS: u32 = 1_000_000;

/// The argument of a `<match>` or `<filter>`: alternatives separated by blanks.
#[derive(Clone, Debug)]
pub struct MatchPatterns {
    patterns: Vec<MatchPattern>,
}

impl MatchPatterns {
    /// Reads a whole argument, as fluentd's `EventRouter::Rule` does.
    pub fn new(argument: &str) -> Result<MatchPatterns, RubyError> {
        // Ruby's split(/\s+/) keeps an empty first piece when the text begins with blanks.
        let mut pieces: Vec<&str> = argument.split(is_ruby_space).collect();
        let mut kept = Vec::new();
        for (at, piece) in pieces.drain(..).enumerate() {
            if at == 0 || !piece.is_empty() {
                kept.push(piece);
            }
        }
        // … and drops empty ones at the end.
        while kept.last().is_some_and(|piece| piece.is_empty()) {
            kept.pop();
        }
        let patterns = kept.into_iter().map(MatchPattern::new).collect::<Result<Vec<_>, _>>()?;
        Ok(MatchPatterns { patterns })
    }

    /// True when any alternative takes the tag.
    pub fn matches(&self, tag: &[u8]) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(tag))
    }
}

fn is_ruby_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

/// One pattern.
#[derive(Clone, Debug)]
pub enum MatchPattern {
    /// `**` alone.
    All,
    /// `/…/`: the whole tag has to match.
    Regexp(Rc<Regexp>),
    /// Anything else.
    Glob(Glob),
}

impl MatchPattern {
    /// Reads one pattern.
    pub fn new(pattern: &str) -> Result<MatchPattern, RubyError> {
        if pattern == "**" {
            return Ok(MatchPattern::All);
        }
        if !pattern.starts_with('/') {
            return Ok(MatchPattern::Glob(Glob::new(pattern)));
        }
        if !pattern.ends_with('/') {
            return Err(RubyError::config("invalid match - regex"));
        }
        let body = pattern.get(1..pattern.len().max(2) - 1).unwrap_or("");
        Regexp::new(&format!("\\A{body}\\Z"), Options::default())
            .map(|regexp| MatchPattern::Regexp(Rc::new(regexp)))
            .map_err(|error| RubyError::new("RegexpError", error.message))
    }

    /// True when the pattern takes the tag.
    pub fn matches(&self, tag: &[u8]) -> bool {
        match self {
            MatchPattern::All => true,
            MatchPattern::Regexp(regexp) => {
                regexp.search(tag, Encoding::Utf8, 0, &mut Region::default()).unwrap_or(false)
            }
            MatchPattern::Glob(glob) => glob.matches(tag),
        }
    }
}

/// A translated pattern.
#[derive(Clone, Debug)]
pub struct Glob {
    nodes: Vec<Node>,
}

#[derive(Clone, Debug)]
enum Node {
    /// These bytes.
    Literal(Vec<u8>),
    /// `[^\.]*`
    Part,
    /// `.*`
    Any,
    /// `(?![^\.])`: the end, or a dot next.
    Boundary,
    /// `(?:.*\.|\A)`
    Parts,
    /// Takes nothing.
    Never,
    /// `{a,b}`
    Group(Vec<Vec<Node>>),
}

/// A piece of the translation: its regular expression as Ruby would print it, and its nodes.
#[derive(Default)]
struct Piece {
    source: String,
    nodes: Vec<Node>,
}

impl Piece {
    fn literal(&mut self, text: &str, source: &str) {
        self.source.push_str(source);
        match self.nodes.last_mut() {
            Some(Node::Literal(bytes)) => bytes.extend_from_slice(text.as_bytes()),
            _ => self.nodes.push(Node::Literal(text.as_bytes().to_vec())),
        }
    }

    fn node(&mut self, node: Node, source: &str) {
        self.source.push_str(source);
        self.nodes.push(node);
    }
}

/// An open group's own translation is escaped once more at each level around it, which doubles it;
/// no tag is as long as this.
const LONGEST_SOURCE: usize = 1 << 18;

/// The state of the scan: one piece under way a nesting level, and the finished parts of each open
/// group.
struct Translator {
    pieces: Vec<Piece>,
    groups: Vec<Vec<Piece>>,
    dot: bool,
}

impl Glob {
    fn new(pattern: &str) -> Glob {
        if pattern.len() > MAX_LENGTH {
            return Glob { nodes: vec![Node::Never] };
        }
        let mut translator =
            Translator { pieces: vec![Piece::default()], groups: Vec::new(), dot: false };
        translator.scan(pattern);
        while let Some(mut parts) = translator.groups.pop() {
            parts.push(translator.pieces.pop().unwrap_or_default());
            let (alternatives, sources) = parts
                .iter()
                .map(|part| {
                    (vec![Node::Literal(part.source.clone().into_bytes())], escape(&part.source))
                })
                .unzip::<_, _, Vec<_>, Vec<_>>();
            let mut source = format!("(?-mix:{})", sources.join("|"));
            let mut end = LONGEST_SOURCE.min(source.len());
            while !source.is_char_boundary(end) {
                end -= 1;
            }
            source.truncate(end);
            translator.last().node(Node::Group(alternatives), &source);
        }
        Glob { nodes: translator.pieces.pop().unwrap_or_default().nodes }
    }

    fn matches(&self, tag: &[u8]) -> bool {
        let mut steps = 0;
        let matcher = Matcher { tag };
        matcher.run(&self.nodes, 0, &mut steps, &mut |at, _| {
            // \Z: the end, or before a newline that ends the tag.
            at == tag.len() || (at + 1 == tag.len() && tag[at] == b'\n')
        })
    }
}

impl Translator {
    fn last(&mut self) -> &mut Piece {
        if self.pieces.is_empty() {
            self.pieces.push(Piece::default());
        }
        let last = self.pieces.len() - 1;
        &mut self.pieces[last]
    }

    fn scan(&mut self, pattern: &str) {
        let mut rest = pattern;
        let mut escaped = false;
        while let Some(character) = rest.chars().next() {
            let after = &rest[character.len_utf8()..];
            if escaped {
                let source = escape(&character.to_string());
                self.last().literal(&character.to_string(), &source);
                escaped = false;
                rest = after;
            } else if rest.starts_with("**") {
                rest = self.recursive(&rest[2..]);
            } else {
                self.flush_dot();
                escaped = character == '\\';
                self.single(character);
                rest = after;
            }
        }
    }

    /// `**`, and the dot before and after it; returns what follows.
    fn recursive<'p>(&mut self, rest: &'p str) -> &'p str {
        if std::mem::take(&mut self.dot) {
            self.last().node(Node::Boundary, "(?![^\\.])");
        }
        if let Some(rest) = rest.strip_prefix('.') {
            self.last().node(Node::Parts, "(?:.*\\.|\\A)");
            return rest;
        }
        self.last().node(Node::Any, ".*");
        rest
    }

    fn flush_dot(&mut self) {
        if std::mem::take(&mut self.dot) {
            self.last().literal(".", "\\.");
        }
    }

    fn single(&mut self, character: char) {
        match character {
            '\\' => {}
            '.' => self.dot = true,
            '*' => self.last().node(Node::Part, "[^\\.]*"),
            '{' if self.groups.len() < MAX_NESTING => {
                self.groups.push(Vec::new());
                self.pieces.push(Piece::default());
            }
            '}' if !self.groups.is_empty() => self.close(),
            ',' if !self.groups.is_empty() => {
                let part = self.pieces.pop().unwrap_or_default();
                if let Some(group) = self.groups.last_mut() {
                    group.push(part);
                }
                self.pieces.push(Piece::default());
            }
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => {
                let text = character.to_string();
                self.last().literal(&text, &text);
            }
            _ => {
                let text = character.to_string();
                self.last().literal(&text, &format!("\\{text}"));
            }
        }
    }

    fn close(&mut self) {
        let mut parts = self.groups.pop().unwrap_or_default();
        parts.push(self.pieces.pop().unwrap_or_default());
        let sources: Vec<String> = parts.iter().map(|part| to_s(&part.source)).collect();
        let source = match &sources[..] {
            [only] => only.clone(),
            _ => format!("(?-mix:{})", sources.join("|")),
        };
        let alternatives = parts.into_iter().map(|part| part.nodes).collect();
        self.last().node(Node::Group(alternatives), &source);
    }
}

/// Ruby's `Regexp#to_s` of a translated source: a source that is one such group already is not
/// wrapped again.
fn to_s(source: &str) -> String {
    if let Some(inner) = source.strip_prefix("(?-mix:").and_then(|rest| rest.strip_suffix(')'))
        && is_balanced(inner)
    {
        return source.to_owned();
    }
    format!("(?-mix:{source})")
}

fn is_balanced(source: &str) -> bool {
    let (mut depth, mut escaped) = (0i32, false);
    for byte in source.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0 && !escaped
}

/// Ruby's `Regexp.escape`.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '[' | ']' | '{' | '}' | '(' | ')' | '|' | '-' | '*' | '.' | '\\' | '?' | '+' | '^'
            | '$' | '#' => {
                out.push('\\');
                out.push(character);
            }
            ' ' => out.push_str("\\ "),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            _ => out.push(character),
        }
    }
    out
}

struct Matcher<'t> {
    tag: &'t [u8],
}

type Then<'f> = &'f mut dyn FnMut(usize, &mut u32) -> bool;

impl Matcher<'_> {
    /// Matches `nodes` from `at` on, then `then`; backtracks. The recursion is as deep as the
    /// pattern has nodes, which the nesting limit and the text of the configuration bound.
    fn run(&self, nodes: &[Node], at: usize, steps: &mut u32, then: Then<'_>) -> bool {
        *steps += 1;
        if *steps > MAX_STEPS {
            return false;
        }
        let Some((node, rest)) = nodes.split_first() else { return then(at, steps) };
        match node {
            Node::Literal(bytes) => {
                self.tag[at..].starts_with(bytes) && self.run(rest, at + bytes.len(), steps, then)
            }
            Node::Never => false,
            Node::Boundary => {
                self.tag.get(at).is_none_or(|&byte| byte == b'.') && self.run(rest, at, steps, then)
            }
            Node::Part => self.longest(at, |byte| byte != b'.', rest, steps, then),
            Node::Any => self.longest(at, |byte| byte != b'\n', rest, steps, then),
            Node::Parts => {
                let end = self.tag[at..].iter().position(|&byte| byte == b'\n');
                let end = end.map_or(self.tag.len(), |length| at + length);
                (at..end)
                    .rev()
                    .filter(|&dot| self.tag[dot] == b'.')
                    .any(|dot| self.run(rest, dot + 1, steps, then))
                    || (at == 0 && self.run(rest, at, steps, then))
            }
            Node::Group(alternatives) => alternatives.iter().any(|alternative| {
                self.run(alternative, at, steps, &mut |at, steps| self.run(rest, at, steps, then))
            }),
        }
    }

    fn longest(
        &self,
        at: usize,
        takes: impl Fn(u8) -> bool,
        rest: &[Node],
        steps: &mut u32,
        then: Then<'_>,
    ) -> bool {
        let length = self.tag[at..].iter().take_while(|&&byte| takes(byte)).count();
        (at..=at + length).rev().any(|end| self.run(rest, end, steps, then))
    }
}

#[cfg(test)]
mod tests {
    use super::MatchPatterns;

    fn takes(pattern: &str, tag: &str) -> bool {
        MatchPatterns::new(pattern).unwrap().matches(tag.as_bytes())
    }

    #[test]
    fn many_open_groups_do_not_blow_up() {
        assert!(!takes(&format!("a*{}", "{".repeat(200)), "ab"));
    }

    #[test]
    fn a_double_star_after_a_dot_takes_the_stem_itself() {
        assert!(takes("a.**", "a") && takes("a.**", "a.b.c") && !takes("a.**", "ab"));
        assert!(takes("a**", "ab") && takes("**.log", "log") && takes("x.**.y", "x.y"));
    }

    #[test]
    fn a_comma_outside_braces_is_a_literal() {
        assert!(takes("app.a,app.b", "app.a,app.b") && !takes("app.a,app.b", "app.a"));
        assert!(takes("app.{a,b}", "app.b") && takes("app.a app.b", "app.b"));
    }

    #[test]
    fn an_unclosed_brace_makes_its_parts_literal() {
        assert!(!takes("a.{b,c", "a.b.x") && takes("a.{b,c", "a.c"));
        assert!(takes("{a.*", "a\\.[^\\.]*"));
    }

    #[test]
    fn deep_nesting_neither_recurses_away_nor_panics() {
        let pattern = "{".repeat(5_000) + &"}".repeat(5_000);
        assert!(!takes(&pattern, "a"));
        assert!(!takes(&"*".repeat(61).replace("**", "*a"), &"a".repeat(60)));
    }

    #[test]
    fn a_slash_pattern_needs_its_closing_slash() {
        assert_eq!(MatchPatterns::new("/a").unwrap_err().message, "invalid match - regex");
    }
}
