//! A part of the pattern in a few words, to say what was wanted.

use super::super::tree::{Anchor, CType, Enclose, Greed, Kind, Look, NodeId, Quantifier, Tree};
use crate::diag::Message;

/// How deep the words go.
const DEPTH_LIMIT: u32 = 6;

/// What a node matches, in words.
pub(super) fn of(tree: &Tree, id: NodeId, pattern: &str) -> Message {
    within(tree, id, pattern, 0)
}

fn within(tree: &Tree, id: NodeId, pattern: &str, depth: u32) -> Message {
    let source = pattern.get(tree.node(id).span.range()).unwrap_or_default();
    if depth > DEPTH_LIMIT {
        return quoted(source);
    }
    match tree.kind(id) {
        Kind::Str(text) => literal(&text.text),
        Kind::CType { ctype, not } => ctype_words(*ctype, *not),
        Kind::AnyChar if tree.node(id).flags.multi_line => {
            Message::new("any character", "任意の文字")
        }
        Kind::AnyChar => Message::new("any character but a newline", "改行以外の任意の文字"),
        Kind::CClass(_) => {
            Message::new(format!("a character of `{source}`"), format!("`{source}` に当たる文字"))
        }
        Kind::Quantifier(quantifier) => repeated(tree, quantifier, pattern, depth),
        Kind::Enclose { kind: Enclose::Memory { group }, target } => {
            named(tree, *group, within(tree, *target, pattern, depth + 1))
        }
        Kind::Enclose { target, .. } => within(tree, *target, pattern, depth + 1),
        Kind::Anchor(anchor) => anchor_words(*anchor),
        Kind::Look { look, target } => looked(look, &within(tree, *target, pattern, depth + 1)),
        Kind::Alt(branches) => {
            let words: Vec<Message> =
                branches.iter().take(8).map(|&id| within(tree, id, pattern, depth + 1)).collect();
            either(&words, branches.len() > 8)
        }
        Kind::List(items) => match items.as_ref() {
            [] => Message::new("nothing", "空文字列"),
            _ => quoted(source),
        },
        Kind::BackRef(_) => Message::new(
            format!("what the group of `{source}` captured, again"),
            format!("`{source}` のグループが捕捉した文字列と同じもの"),
        ),
        Kind::LineBreak => Message::new("a line break", "改行"),
        Kind::GraphemeCluster => Message::new("a character as people see it", "見た目の一文字"),
        Kind::Condition { .. } | Kind::Call { .. } | Kind::Absent(_) => quoted(source),
    }
}

fn quoted(source: &str) -> Message {
    Message::new(format!("`{source}`"), format!("`{source}`"))
}

fn literal(text: &str) -> Message {
    match text {
        " " => Message::new("a blank", "空白 1 つ"),
        "\t" => Message::new("a tab", "タブ"),
        "\n" => Message::new("a newline", "改行"),
        _ => {
            let shown = text.escape_debug();
            Message::new(format!("“{shown}”"), format!("「{shown}」"))
        }
    }
}

fn named(tree: &Tree, group: u32, words: Message) -> Message {
    let name = (group as usize)
        .checked_sub(1)
        .and_then(|at| tree.groups.get(at)?.name)
        .and_then(|name| tree.names.get(name as usize));
    let Some(name) = name else { return words };
    Message::new(
        format!("{} (for {})", words.en, name.text),
        format!("{} ({})", words.ja, name.text),
    )
}

fn repeated(tree: &Tree, quantifier: &Quantifier, pattern: &str, depth: u32) -> Message {
    let of = within(tree, quantifier.target, pattern, depth + 1);
    let Quantifier { min, max, greed, .. } = *quantifier;
    let mut words = match (min, max) {
        (0, None) => Message::new(
            format!("{}, any number of times", of.en),
            format!("{}の 0 回以上の繰り返し", of.ja),
        ),
        (0, Some(1)) => {
            Message::new(format!("{}, or nothing", of.en), format!("{}、またはなし", of.ja))
        }
        (min, None) => Message::new(
            format!("{}, {min} times or more", of.en),
            format!("{}の {min} 回以上の繰り返し", of.ja),
        ),
        (min, Some(max)) if min == max => Message::new(
            format!("{}, {min} times", of.en),
            format!("{}の {min} 回の繰り返し", of.ja),
        ),
        (min, Some(max)) => Message::new(
            format!("{}, {min} to {max} times", of.en),
            format!("{}の {min}～{max} 回の繰り返し", of.ja),
        ),
    };
    if min == 1 && max.is_none() {
        words = Message::new(
            format!("{}, once or more", of.en),
            format!("{}の 1 回以上の繰り返し", of.ja),
        );
    }
    if greed == Greed::Possessive {
        words.en.push_str(", nothing given back");
        words.ja.push_str("(後戻りなし)");
    }
    words
}

fn either(words: &[Message], more: bool) -> Message {
    let list = |pick: fn(&Message) -> &str, between: &str| {
        words.iter().map(pick).collect::<Vec<_>>().join(between)
    };
    let (mut en, mut ja) = (list(|w| &w.en, " or "), list(|w| &w.ja, "または"));
    if more {
        en.push_str(" or others");
        ja.push_str("など");
    }
    Message::new(en, ja)
}

fn ctype_words(ctype: CType, not: bool) -> Message {
    let (en, ja) = match ctype {
        CType::Digit => ("a digit", "数字"),
        CType::Space => ("a blank character", "空白文字"),
        CType::Word => ("a letter, digit or underscore", "英数字かアンダースコア"),
        CType::XDigit => ("a hexadecimal digit", "16 進数字"),
        CType::Alnum => ("a letter or digit", "英数字"),
        CType::Alpha => ("a letter", "文字 (アルファベットなど)"),
        CType::Ascii => ("an ASCII character", "ASCII 文字"),
        CType::Blank => ("a blank or tab", "空白かタブ"),
        CType::Cntrl => ("a control character", "制御文字"),
        CType::Graph => ("a visible character", "目に見える文字"),
        CType::Lower => ("a lower-case letter", "小文字"),
        CType::Print => ("a printable character", "印字できる文字"),
        CType::Punct => ("a punctuation mark", "記号"),
        CType::Upper => ("an upper-case letter", "大文字"),
    };
    if not {
        return Message::new(format!("anything but {en}"), format!("{ja}以外の文字"));
    }
    Message::new(en, ja)
}

fn anchor_words(anchor: Anchor) -> Message {
    let (en, ja) = match anchor {
        Anchor::BeginLine => ("the start of a line", "行の先頭"),
        Anchor::EndLine => ("the end of the line", "行の末尾"),
        Anchor::BeginBuf => ("the start of the text", "テキストの先頭"),
        Anchor::EndBuf => ("the end of the text", "テキストの末尾"),
        Anchor::SemiEndBuf => {
            ("the end of the text, or a last newline", "テキストの末尾 (または末尾の改行の直前)")
        }
        Anchor::BeginPosition => ("the place where the search began", "検索を始めた位置"),
        Anchor::WordBound => ("the edge of a word", "単語の境界"),
        Anchor::NotWordBound => ("a place that is no edge of a word", "単語の境界でない位置"),
        Anchor::Keep => ("the start of the match", "マッチの先頭"),
    };
    Message::new(en, ja)
}

fn looked(look: &Look, of: &Message) -> Message {
    let (no, en, ja) = match look {
        Look::Ahead => ("", "after it", "直後にあること"),
        Look::NotAhead => ("no ", "after it", "直後にないこと"),
        Look::Behind(_) => ("", "just before it", "直前にあること"),
        Look::NotBehind(_) => ("no ", "just before it", "直前にないこと"),
    };
    Message::new(format!("{no}{} {en}", of.en), format!("{}が{ja}", of.ja))
}
