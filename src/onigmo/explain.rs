//! A pattern in words: a tree that follows the pattern's own, in English and Japanese.

use crate::diag::Message;
use crate::onigmo::regexp::Regexp;
use crate::onigmo::tree::{
    Anchor, BackRef, CClass, CType, Charset, ClassItem, Enclose, Greed, ItemKind, Kind, Look,
    NodeId, Quantifier, Tree,
};
use crate::source::Span;

/// Longest stretch of the pattern quoted in a sentence, in characters.
const LONGEST_QUOTE: usize = 40;

/// What one part of a pattern means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Its bytes in the pattern.
    pub span: Span,
    /// In words; without the parts below.
    pub text: Message,
    /// The group it captures into.
    pub group: Option<u32>,
    /// Its parts, in order.
    pub parts: Vec<Explanation>,
}

/// Explains the whole pattern.
pub fn explain(regexp: &Regexp) -> Explanation {
    let explainer = Explainer { tree: regexp.tree(), pattern: regexp.pattern() };
    let mut whole = explainer.node(regexp.tree().root);
    whole.span = Span::new(0, regexp.pattern().len());
    whole
}

struct Explainer<'r> {
    tree: &'r Tree,
    pattern: &'r str,
}

impl Explainer<'_> {
    /// Depth is bounded by the tree's own limit.
    fn node(&self, id: NodeId) -> Explanation {
        let node = self.tree.node(id);
        let (text, group) = self.words(id);
        let below: Vec<NodeId> = match &node.kind {
            // What repeats is told in the sentence itself when it is a single thing.
            Kind::Quantifier(quantifier) if self.is_simple(quantifier.target) => Vec::new(),
            Kind::Quantifier(Quantifier { target, .. })
            | Kind::Enclose { target, .. }
            | Kind::Look { target, .. }
            | Kind::Absent(target) => match self.tree.kind(*target) {
                Kind::List(list) => list.to_vec(),
                _ => vec![*target],
            },
            Kind::Condition { yes, no, .. } => std::iter::once(*yes).chain(*no).collect(),
            Kind::Alt(list) | Kind::List(list) => list.to_vec(),
            _ => Vec::new(),
        };
        let parts = below.into_iter().map(|id| self.node(id)).collect();
        Explanation { span: node.span, text, group, parts }
    }

    fn is_simple(&self, id: NodeId) -> bool {
        matches!(
            self.tree.kind(id),
            Kind::Str(_)
                | Kind::CClass(_)
                | Kind::CType { .. }
                | Kind::AnyChar
                | Kind::LineBreak
                | Kind::GraphemeCluster
                | Kind::BackRef(_)
                | Kind::Call { .. }
                | Kind::Anchor(_)
        )
    }

    fn words(&self, id: NodeId) -> (Message, Option<u32>) {
        let node = self.tree.node(id);
        let text = match &node.kind {
            Kind::Str(str) => {
                let quote = quoted(&str.text);
                let cased = |c: char| c.is_ascii_alphabetic() || !c.is_ascii();
                if node.flags.ignore_case && str.text.chars().any(cased) {
                    both(
                        format!("{quote} in capitals or small letters"),
                        format!("{quote} (大文字・小文字を区別しません)"),
                    )
                } else {
                    both(quote.clone(), quote)
                }
            }
            Kind::CClass(class) => self.class(class),
            Kind::CType { ctype, not } => type_words(*ctype, *not, node.flags.charset),
            Kind::AnyChar if node.flags.multi_line => {
                both("any character, newlines too", "任意の 1 文字 (改行も含む)")
            }
            Kind::AnyChar => both("any character but a newline", "改行以外の任意の 1 文字"),
            Kind::BackRef(reference) => self.reference(reference),
            Kind::Quantifier(quantifier) => self.quantifier(quantifier),
            Kind::Enclose { kind, .. } => return self.enclose(*kind),
            Kind::Condition { group, .. } => both(
                format!("if {} took part, the first, otherwise the second", self.group_en(*group)),
                format!("{}が一致していれば前者、いなければ後者", self.group_ja(*group)),
            ),
            Kind::Anchor(anchor) => anchor_words(*anchor),
            Kind::Look { look, .. } => look_words(look),
            Kind::Alt(list) => both(
                format!("one of {} alternatives, tried from the left", list.len()),
                format!("左から順に試す {} 通りのいずれか", list.len()),
            ),
            Kind::List(list) if list.is_empty() => {
                both("nothing (always matches)", "空 (常に一致)")
            }
            Kind::List(_) => both("one after another", "順に"),
            Kind::Call { group: 0, .. } => {
                both("the whole pattern again", "パターン全体の呼び出し")
            }
            Kind::Call { group, .. } => both(
                format!("the pattern of {} again", self.group_en(*group)),
                format!("{}のパターンの呼び出し", self.group_ja(*group)),
            ),
            Kind::Absent(_) => {
                both("the longest text that does not contain", "次を含まない最長の文字列")
            }
            Kind::LineBreak => both("a line break of any kind", "任意の改行"),
            Kind::GraphemeCluster => both("one character as people see it", "見た目の 1 文字"),
        };
        (text, None)
    }

    fn group_en(&self, group: u32) -> String {
        self.name(group).map_or(format!("group {group}"), |name| format!("group “{name}”"))
    }

    fn group_ja(&self, group: u32) -> String {
        self.name(group)
            .map_or(format!("グループ{group}"), |name| format!("グループ「{name}」"))
    }

    fn name(&self, group: u32) -> Option<&str> {
        let name = self.tree.groups.get((group as usize).checked_sub(1)?)?.name?;
        self.tree.names.get(name as usize).map(|name| &*name.text)
    }

    fn enclose(&self, kind: Enclose) -> (Message, Option<u32>) {
        let text = match kind {
            Enclose::Memory { group } => {
                let (en, ja) = match self.name(group) {
                    Some(name) => {
                        (format!("captured as “{name}”"), format!("「{name}」としてキャプチャ"))
                    }
                    None => (
                        format!("captured as group {group}"),
                        format!("グループ{group}としてキャプチャ"),
                    ),
                };
                return (Message::new(en, ja), Some(group));
            }
            Enclose::Atomic => {
                both("once matched, never tried otherwise", "一度一致したら後戻りしません")
            }
            Enclose::Group => both("together", "まとまり"),
            Enclose::Option => both("with other options", "オプションを変えて"),
        };
        (text, None)
    }

    fn reference(&self, reference: &BackRef) -> Message {
        let group = reference.groups.last().copied().unwrap_or(0);
        both(
            format!("the same text as {}", self.group_en(group)),
            format!("{}と同じ文字列", self.group_ja(group)),
        )
    }

    fn quantifier(&self, quantifier: &Quantifier) -> Message {
        let (en, ja) = match (quantifier.min, quantifier.max) {
            (0, None) => ("any number of times".to_owned(), "0 回以上".to_owned()),
            (1, None) => ("once or more".to_owned(), "1 回以上".to_owned()),
            (0, Some(1)) => ("perhaps".to_owned(), "0 回または 1 回".to_owned()),
            (min, None) => (format!("{min} times or more"), format!("{min}回以上")),
            (min, Some(max)) if min == max => (format!("{min} times"), format!("{min}回")),
            (min, Some(max)) => (format!("{min} to {max} times"), format!("{min}〜{max}回")),
        };
        let fixed = quantifier.max == Some(quantifier.min);
        let (en_how, ja_how) = match quantifier.greed {
            _ if fixed => ("", ""),
            Greed::Greedy => (", as many as possible", "(最長一致)"),
            Greed::Lazy => (", as few as possible", "(最短一致)"),
            Greed::Possessive => {
                (", as many as possible and never fewer", "(最長一致・後戻りなし)")
            }
        };
        if self.is_simple(quantifier.target) {
            let (what, _) = self.words(quantifier.target);
            return both(
                format!("{}, {en}{en_how}", what.en),
                format!("{}を{ja}{ja_how}", what.ja),
            );
        }
        both(format!("{en}{en_how}"), format!("次の全体を{ja}{ja_how}"))
    }

    fn class(&self, class: &CClass) -> Message {
        if class.sides.len() > 1 || class.sides.iter().flatten().any(is_nested) {
            let quote = self.quote(class.span);
            return if class.not {
                both(
                    format!("a character that is not in {quote}"),
                    format!("{quote} に含まれない 1 文字"),
                )
            } else {
                both(format!("a character in {quote}"), format!("{quote} に含まれる 1 文字"))
            };
        }
        let items: Vec<Message> =
            class.sides.iter().flatten().map(|item| self.class_item(item)).collect();
        let join = |pick: fn(&Message) -> &str, between: &str| {
            items.iter().map(pick).collect::<Vec<&str>>().join(between)
        };
        let (en, ja) = (join(|item| &item.en, ", "), join(|item| &item.ja, "、"));
        match (class.not, items.len()) {
            (true, _) => both(format!("any character except {en}"), format!("{ja} 以外の 1 文字")),
            (false, 1) => both(format!("a character: {en}"), format!("{ja} の 1 文字")),
            (false, _) => both(format!("one of {en}"), format!("{ja} のいずれか 1 文字")),
        }
    }

    fn class_item(&self, item: &ClassItem) -> Message {
        match &item.kind {
            ItemKind::Char(c) => {
                let c = quoted(&c.to_string());
                both(c.clone(), c)
            }
            ItemKind::Range(first, last) => {
                let (first, last) = (quoted(&first.to_string()), quoted(&last.to_string()));
                both(format!("{first} to {last}"), format!("{first}〜{last}"))
            }
            ItemKind::Type { ctype, not } => type_words(*ctype, *not, Charset::Default),
            ItemKind::Posix { ctype, not } => type_words(*ctype, *not, Charset::Unicode),
            ItemKind::Property { .. } | ItemKind::Class(_) => {
                let quote = self.quote(item.span);
                both(quote.clone(), quote)
            }
        }
    }

    /// That stretch of the pattern, shortened.
    fn quote(&self, span: Span) -> String {
        let text = self.pattern.get(span.range()).unwrap_or_default();
        let mut short: String = text.chars().take(LONGEST_QUOTE).collect();
        if short.len() < text.len() {
            short.push('…');
        }
        short
    }
}

fn is_nested(item: &ClassItem) -> bool {
    matches!(item.kind, ItemKind::Class(_))
}

fn both(en: impl Into<String>, ja: impl Into<String>) -> Message {
    Message::new(en, ja)
}

/// Characters in quotation marks, the invisible ones by name.
fn quoted(text: &str) -> String {
    let named = match text {
        " " => Some("␣"),
        "\n" => Some("\\n"),
        "\t" => Some("\\t"),
        "\r" => Some("\\r"),
        _ => None,
    };
    if let Some(name) = named {
        return format!("“{name}”");
    }
    let mut out = String::from("“");
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_ascii_control() => out.push_str(&format!("\\x{:02X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('”');
    out
}

fn type_words(ctype: CType, not: bool, charset: Charset) -> Message {
    let (en, ja) = match ctype {
        CType::Alnum => ("a letter or digit", "文字または数字"),
        CType::Alpha => ("a letter", "文字 (英字・かな・漢字など)"),
        CType::Ascii => ("an ASCII character", "ASCII 文字"),
        CType::Blank => ("a blank or tab", "空白またはタブ"),
        CType::Cntrl => ("a control character", "制御文字"),
        CType::Digit => ("a digit", "数字"),
        CType::Graph => ("a visible character", "目に見える文字"),
        CType::Lower => ("a small letter", "小文字"),
        CType::Print => ("a printable character", "印字可能な文字"),
        CType::Punct => ("a punctuation character", "記号・句読点"),
        CType::Space => ("a blank, tab or line break", "空白・タブ・改行"),
        CType::Upper => ("a capital letter", "大文字"),
        CType::XDigit => ("a hexadecimal digit", "16 進数字"),
        CType::Word => ("a word character (letter, digit or _)", "単語構成文字 (英数字または _)"),
    };
    let ascii = charset != Charset::Unicode
        && matches!(ctype, CType::Digit | CType::Space | CType::Word | CType::XDigit);
    let (mut en, mut ja) = (en.to_owned(), ja.to_owned());
    if ascii {
        en.push_str(", ASCII only");
        ja.push_str("(ASCII のみ)");
    }
    if not { both(format!("anything but {en}"), format!("{ja}以外")) } else { both(en, ja) }
}

fn anchor_words(anchor: Anchor) -> Message {
    match anchor {
        Anchor::BeginLine => both("at the start of a line", "行の先頭で"),
        Anchor::EndLine => both("at the end of a line", "行の末尾で"),
        Anchor::BeginBuf => both("at the start of the text", "文字列の先頭で"),
        Anchor::EndBuf => both("at the very end of the text", "文字列の末尾で"),
        Anchor::SemiEndBuf => both(
            "at the end of the text, or before its last newline",
            "文字列の末尾、または末尾の改行の直前で",
        ),
        Anchor::BeginPosition => both("where the search began", "検索を始めた位置で"),
        Anchor::WordBound => both("at the edge of a word", "単語の境界で"),
        Anchor::NotWordBound => both("not at the edge of a word", "単語の境界でない位置で"),
        Anchor::Keep => both("the match begins here", "ここから一致とみなします"),
    }
}

fn look_words(look: &Look) -> Message {
    match look {
        Look::Ahead => both("only if this follows", "この後に次が続く場合だけ"),
        Look::NotAhead => both("only if this does not follow", "この後に次が続かない場合だけ"),
        Look::Behind(_) => both("only if this stands before", "直前に次がある場合だけ"),
        Look::NotBehind(_) => both("only if this does not stand before", "直前に次がない場合だけ"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onigmo::regexp::Options;

    fn outline(explanation: &Explanation, depth: usize, out: &mut String) {
        out.push_str(&format!("{}{}\n", "  ".repeat(depth), explanation.text.en));
        explanation.parts.iter().for_each(|part| outline(part, depth + 1, out));
    }

    #[test]
    fn the_cri_pattern_reads_as_a_person_would_say_it() {
        let pattern = r"^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<log>.*)$";
        let regexp = Regexp::new(pattern, Options::default()).unwrap();
        let explanation = explain(&regexp);
        let mut text = String::new();
        outline(&explanation, 0, &mut text);
        assert_eq!(
            text,
            "one after another
  at the start of a line
  captured as “time”
    any character except “␣”, once or more, as many as possible
  “␣”
  captured as “stream”
    one of 2 alternatives, tried from the left
      “stdout”
      “stderr”
  “␣”
  captured as “log”
    any character but a newline, any number of times, as many as possible
  at the end of a line
"
        );
        assert_eq!(explanation.parts[1].group, Some(1));
        assert_eq!(&pattern[explanation.parts[1].span.range()], "(?<time>[^ ]+)");
    }
}
