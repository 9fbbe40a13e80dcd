//! The parts of a pattern for the editor: colours, matching brackets, a word about each.
//!
//! Reads any text, compiling or not, by Onigmo's grammar (`regparse.c`); what is broken is marked
//! [`Part::Error`] and the rest is read on.

use crate::diag::Message;
use crate::source::Span;

/// One part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// Its bytes in the pattern.
    pub span: Span,
    /// What it is.
    pub part: Part,
    /// The number of the capture group it opens or closes.
    pub group: Option<u32>,
    /// The bracket that belongs to this one, as index into the list.
    pub pair: Option<usize>,
    /// One line about it.
    pub hover: Message,
}

/// What a part of a pattern is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Characters that stand for themselves.
    Literal,
    /// `\n`, `\x41`, `\/`
    Escape,
    /// `\d`, `[:alpha:]`, `\p{…}`, `.`, `\R`, `\X`
    Type,
    /// `[`, `]`, `[^`
    Class,
    /// `-` and `&&` in a class.
    ClassOperator,
    /// `(`, `(?:`, `(?<name>`, `)`
    Group,
    /// `(?i)`
    Option,
    /// `|`
    Alternation,
    /// `*`, `{1,2}?`
    Quantifier,
    /// `^`, `\b`
    Anchor,
    /// `\1`, `\k<n>`
    BackRef,
    /// `\g<n>`
    Call,
    /// `(?#…)`, and blanks and comments under `x`.
    Comment,
    /// What Ruby does not accept.
    Error,
}

/// The parts of `pattern`, in order, without gaps.
pub fn highlight(pattern: &str, extend: bool) -> Vec<Highlight> {
    let mut reader =
        Reader { text: pattern, at: 0, found: Vec::new(), open: Vec::new(), extend, names: false };
    while reader.at < pattern.len() {
        reader.part();
    }
    for (index, _) in std::mem::take(&mut reader.open) {
        let item = &mut reader.found[index];
        item.part = Part::Error;
        item.hover = Message::new("This bracket is not closed", "この括弧は閉じられていません");
    }
    reader.number_groups();
    reader.found
}

struct Reader<'p> {
    text: &'p str,
    at: usize,
    found: Vec<Highlight>,
    /// Open groups: index, and the `x` in force outside.
    open: Vec<(usize, bool)>,
    extend: bool,
    names: bool,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn push(&mut self, length: usize, part: Part, en: impl Into<String>, ja: impl Into<String>) {
        let length = length.min(self.text.len() - self.at);
        let end = (self.at + length..=self.text.len()).find(|&at| self.text.is_char_boundary(at));
        let end = end.unwrap_or(self.text.len());
        let span = Span::new(self.at, end);
        self.at = end;
        if let (Part::Literal, Some(last)) = (part, self.found.last_mut())
            && last.part == Part::Literal
        {
            last.span.end = span.end;
            return;
        }
        let hover = Message::new(en, ja);
        self.found.push(Highlight { span, part, group: None, pair: None, hover });
    }

    fn part(&mut self) {
        let Some(c) = self.rest().chars().next() else { return };
        match c {
            '\\' => self.escape(false),
            '[' => self.class(),
            '(' => self.group(),
            ')' => self.close(),
            '|' => self.push(1, Part::Alternation, "or", "または"),
            '^' => self.push(1, Part::Anchor, "Start of a line", "行の先頭"),
            '$' => self.push(1, Part::Anchor, "End of a line", "行の末尾"),
            '.' => self.push(
                1,
                Part::Type,
                "Any character but a newline (with m: any at all)",
                "改行以外の任意の 1 文字 (m オプションでは改行も)",
            ),
            '*' | '+' | '?' => self.quantifier(1),
            '{' => match interval(self.rest()) {
                Some(length) => self.quantifier(length),
                None => self.literal(c),
            },
            '#' if self.extend => {
                let length = self.rest().find('\n').map_or(self.rest().len(), |at| at + 1);
                self.push(length, Part::Comment, "A comment (option x)", "コメント (x オプション)");
            }
            ' ' | '\t' | '\n' | '\r' | '\x0C' if self.extend => {
                self.push(1, Part::Comment, "Ignored (option x)", "無視されます (x オプション)");
            }
            _ => self.literal(c),
        }
    }

    fn literal(&mut self, c: char) {
        self.push(c.len_utf8(), Part::Literal, "These very characters", "この文字そのもの");
    }

    fn quantifier(&mut self, length: usize) {
        let operator = &self.rest()[..length];
        let fixed = operator.starts_with('{') && !operator.contains(',');
        let suffix = self.rest()[length..].chars().next();
        let lazy = suffix == Some('?') && !fixed;
        let possessive = suffix == Some('+') && !operator.starts_with('{');
        let (en, ja) = match operator {
            "*" => ("Any number of times".to_owned(), "0 回以上の繰り返し".to_owned()),
            "+" => ("Once or more".to_owned(), "1 回以上の繰り返し".to_owned()),
            "?" => ("Once or not at all".to_owned(), "0 回または 1 回".to_owned()),
            _ => counts(operator),
        };
        let (en_how, ja_how) = match (lazy, possessive) {
            (true, _) => (", as few as possible", "(最短一致)"),
            (_, true) => (", as many as possible and never fewer", "(最長一致・後戻りなし)"),
            _ => (", as many as possible", "(最長一致)"),
        };
        let length = length + usize::from(lazy || possessive);
        let follows = !matches!(
            self.found.last().map(|last| last.part),
            None | Some(Part::Alternation | Part::Option)
        ) && !self.after_open();
        if follows {
            self.push(length, Part::Quantifier, en + en_how, ja + ja_how);
        } else {
            self.push(length, Part::Error, "Nothing to repeat here", "繰り返す対象がありません");
        }
    }

    /// True right after the opening of a group.
    fn after_open(&self) -> bool {
        self.open.last().is_some_and(|open| open.0 + 1 == self.found.len())
    }

    fn close(&mut self) {
        let index = self.found.len();
        let Some((open, extend)) = self.open.pop() else {
            self.push(1, Part::Error, "No group is open here", "対応する開き括弧がありません");
            return;
        };
        self.extend = extend;
        self.push(1, Part::Group, "End of the group", "グループの終わり");
        self.found[open].pair = Some(index);
        self.found[index].pair = Some(open);
    }

    fn group(&mut self) {
        let rest = self.rest();
        if let Some(comment) = rest.strip_prefix("(?#") {
            let length = comment_length(comment);
            let part = if length.is_some() { Part::Comment } else { Part::Error };
            let length = length.map_or(rest.len(), |length| length + 3);
            return self.push(length, part, "A comment", "コメント");
        }
        let (length, part, en, ja) = group_opening(rest);
        let (mut extend, mut only_option) = (self.extend, false);
        if part == Part::Option {
            only_option = rest[..length].ends_with(')');
            extend = switched(&rest[..length], self.extend);
        }
        self.names |= named(&rest[..length]);
        if only_option {
            self.push(length, part, en, ja);
            self.extend = extend;
            return;
        }
        self.open.push((self.found.len(), self.extend));
        self.push(length, part, en, ja);
        self.extend = extend;
    }

    fn escape(&mut self, in_class: bool) {
        let (length, part, en, ja) = escape(self.rest(), in_class);
        self.push(length, part, en, ja);
    }

    fn class(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        while let Some(c) = self.rest().chars().next() {
            match c {
                '[' if !open.is_empty() && posix(self.rest()).is_some() => {
                    let length = posix(self.rest()).unwrap_or(1);
                    self.push(length, Part::Type, "A POSIX bracket", "POSIX 文字クラス");
                }
                '[' => {
                    open.push(self.found.len());
                    let not = self.rest().starts_with("[^");
                    let (en, ja) = if not {
                        ("Any character that is not one of these", "これら以外の 1 文字")
                    } else {
                        ("One of these characters", "これらのうちの 1 文字")
                    };
                    self.push(1 + usize::from(not), Part::Class, en, ja);
                    // A first ] is itself if another one closes the class.
                    if self.rest().starts_with(']') && self.rest()[1..].contains(']') {
                        self.literal(']');
                    }
                }
                ']' => {
                    let index = self.found.len();
                    self.push(1, Part::Class, "End of the set", "文字集合の終わり");
                    if let Some(first) = open.pop() {
                        self.found[first].pair = Some(index);
                        self.found[index].pair = Some(first);
                    }
                    if open.is_empty() {
                        return;
                    }
                }
                '\\' => self.escape(true),
                '&' if self.rest().starts_with("&&") => {
                    self.push(2, Part::ClassOperator, "and also in", "かつ (積集合)");
                }
                '-' => self.push(1, Part::ClassOperator, "to (a range)", "〜 (範囲)"),
                _ => self.literal(c),
            }
        }
        for index in open {
            self.found[index].part = Part::Error;
            self.found[index].hover =
                Message::new("This set is not closed", "この文字集合は閉じられていません");
        }
    }

    /// Capture groups are numbered from the left; beside names only the named ones count.
    fn number_groups(&mut self) {
        let mut count = 0;
        for index in 0..self.found.len() {
            let item = &self.found[index];
            let text = &self.text[item.span.range()];
            if item.part != Part::Group || !text.starts_with('(') {
                continue;
            }
            if !(named(text) || text == "(" && !self.names) {
                continue;
            }
            count += 1;
            let pair = item.pair;
            self.found[index].group = Some(count);
            if let Some(closing) = pair.and_then(|pair| self.found.get_mut(pair)) {
                closing.group = Some(count);
            }
        }
    }
}

/// True for the opening of a named group.
fn named(opening: &str) -> bool {
    opening.starts_with("(?'")
        || opening.starts_with("(?<")
            && !opening.starts_with("(?<=")
            && !opening.starts_with("(?<!")
}

/// Length of a `{n,m}` at the start of `text`, without what follows it.
fn interval(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('{')?;
    let end = inside.find('}')?;
    let (low, high) = match inside[..end].split_once(',') {
        Some((low, high)) => (low, high),
        None => (&inside[..end], ""),
    };
    let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
    let some = !low.is_empty() || !high.is_empty();
    (some && digits(low) && digits(high)).then_some(end + 2)
}

fn counts(operator: &str) -> (String, String) {
    let inside = operator.trim_matches(['{', '}']);
    match inside.split_once(',') {
        None => (format!("Exactly {inside} times"), format!("ちょうど{inside}回")),
        Some(("", high)) => (format!("At most {high} times"), format!("{high}回以下")),
        Some((low, "")) => (format!("{low} times or more"), format!("{low}回以上")),
        Some((low, high)) => (format!("{low} to {high} times"), format!("{low}〜{high}回")),
    }
}

/// Length of a comment after `(?#`, with its `)`.
fn comment_length(text: &str) -> Option<usize> {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            ')' => return Some(at + 1),
            '\\' => drop(chars.next()),
            _ => {}
        }
    }
    None
}

/// Length of a POSIX bracket at the start of `text`.
fn posix(text: &str) -> Option<usize> {
    let name = text.strip_prefix("[:")?;
    let end = name.find(":]")?;
    name[..end].trim_start_matches('^').bytes().all(|c| c.is_ascii_lowercase()).then_some(end + 4)
}

/// Whether `x` is on after `(?…)`.
fn switched(opening: &str, before: bool) -> bool {
    let (on, off) = opening.split_once('-').unwrap_or((opening, ""));
    (before || on.contains('x')) && !off.contains('x')
}

type Described = (usize, Part, String, String);

fn described(length: usize, part: Part, en: &str, ja: &str) -> Described {
    (length, part, en.to_owned(), ja.to_owned())
}

/// What a `(` opens: length of the opening and what it is.
fn group_opening(text: &str) -> Described {
    const PLAIN: [(&str, &str, &str); 7] = [
        ("(?:", "A group that does not capture", "キャプチャしないグループ"),
        ("(?=", "Here must follow", "先読み：ここから次が続くこと"),
        ("(?!", "Here must not follow", "否定先読み：ここから次が続かないこと"),
        ("(?<=", "Before here must stand", "後読み：直前に次があること"),
        ("(?<!", "Before here must not stand", "否定後読み：直前に次がないこと"),
        ("(?>", "Once matched, never tried otherwise", "一度一致したら後戻りしないグループ"),
        ("(?~", "The longest text without", "次を含まない最長の文字列"),
    ];
    if !text.starts_with("(?") {
        return described(1, Part::Group, "A group", "グループ");
    }
    for (opening, en, ja) in PLAIN {
        if text.starts_with(opening) {
            return described(opening.len(), Part::Group, en, ja);
        }
    }
    if text.starts_with("(?P<") {
        return described(
            4,
            Part::Error,
            "Ruby writes named groups (?<name>…)",
            "Ruby の名前付きグループは (?<name>…) と書きます",
        );
    }
    if named(text) {
        let close = if text.starts_with("(?'") { '\'' } else { '>' };
        return match text[3..].find([close, ')']) {
            Some(end) if end > 0 && text[3 + end..].starts_with(close) => {
                let name = &text[3..3 + end];
                let en = format!("Captures as “{name}”");
                (end + 4, Part::Group, en, format!("「{name}」としてキャプチャ"))
            }
            _ => described(3, Part::Error, "A name is wanted here", "グループ名が必要です"),
        };
    }
    if let Some(condition) = text.strip_prefix("(?(") {
        let length = condition.find(')').map_or(3, |end| end + 4);
        return described(
            length,
            Part::Group,
            "If that group took part",
            "そのグループが一致していれば",
        );
    }
    let options = text[2..].find(|c: char| !"imxadu-".contains(c)).unwrap_or(text.len() - 2);
    match text[2 + options..].chars().next() {
        Some(')' | ':') => described(
            options + 3,
            Part::Option,
            "Switches options from here on",
            "ここからオプションを切り替えます",
        ),
        _ => {
            described(2, Part::Error, "Ruby knows no such group", "Ruby にないグループの書き方です")
        }
    }
}

/// What a backslash begins.
#[expect(clippy::too_many_lines, reason = "one flat match over the letters")]
fn escape(text: &str, in_class: bool) -> Described {
    let Some(c) = text[1..].chars().next() else {
        return described(
            1,
            Part::Error,
            "Nothing follows the backslash",
            "\\ の後に文字がありません",
        );
    };
    let after = &text[1 + c.len_utf8()..];
    let hex = |most| after.bytes().take(most).take_while(u8::is_ascii_hexdigit).count();
    let bracketed = |open: char, close: char| {
        after.strip_prefix(open).and_then(|inside| inside.find(close)).map(|end| end + 2)
    };
    let name = || bracketed('<', '>').or_else(|| bracketed('\'', '\''));
    match (c, in_class) {
        ('d', _) => described(2, Part::Type, "A digit 0-9", "数字 (0-9)"),
        ('D', _) => described(2, Part::Type, "No digit", "数字以外"),
        ('w', _) => {
            described(2, Part::Type, "A letter, digit or _ (ASCII)", "英数字または _ (ASCII)")
        }
        ('W', _) => {
            described(2, Part::Type, "No ASCII letter, digit or _", "ASCII の英数字と _ 以外")
        }
        ('s', _) => described(2, Part::Type, "A blank, tab or line break", "空白・タブ・改行"),
        ('S', _) => described(2, Part::Type, "No blank, tab or line break", "空白・タブ・改行以外"),
        ('h', _) => described(2, Part::Type, "A hexadecimal digit", "16 進数字"),
        ('H', _) => described(2, Part::Type, "No hexadecimal digit", "16 進数字以外"),
        ('R', false) => described(2, Part::Type, "A line break of any kind", "任意の改行"),
        ('X', false) => {
            described(2, Part::Type, "One character as people see it", "見た目の 1 文字")
        }
        ('b', false) => described(2, Part::Anchor, "A word's edge", "単語の境界"),
        ('B', false) => described(2, Part::Anchor, "Not a word's edge", "単語の境界以外"),
        ('A', false) => described(2, Part::Anchor, "Start of the text", "文字列の先頭"),
        ('z', false) => described(2, Part::Anchor, "End of the text", "文字列の末尾"),
        ('Z', false) => described(
            2,
            Part::Anchor,
            "End of the text, or before its last newline",
            "文字列の末尾 (または末尾の改行の直前)",
        ),
        ('G', false) => described(2, Part::Anchor, "Where the search began", "検索の開始位置"),
        ('K', false) => {
            described(2, Part::Anchor, "The match begins here", "ここから一致とみなします")
        }
        ('p' | 'P', _) if after.starts_with('{') => match bracketed('{', '}') {
            Some(length) => {
                let name = &after[1..length - 1];
                let en = format!("A character of the kind {name}");
                (2 + length, Part::Type, en, format!("種類が {name} の文字"))
            }
            None => described(3, Part::Error, "} is missing", "} がありません"),
        },
        ('k', false) if after.starts_with(['<', '\'']) => match name() {
            Some(length) => described(
                2 + length,
                Part::BackRef,
                "The same text as that group",
                "そのグループと同じ文字列",
            ),
            None => described(3, Part::Error, "The name does not end", "名前が閉じられていません"),
        },
        ('g', false) if after.starts_with(['<', '\'']) => match name() {
            Some(length) => described(
                2 + length,
                Part::Call,
                "That group's pattern again",
                "そのグループの呼び出し",
            ),
            None => described(3, Part::Error, "The name does not end", "名前が閉じられていません"),
        },
        ('1'..='9', false) => {
            let more = after.bytes().take_while(u8::is_ascii_digit).count();
            let length = if more == 0 { 2 } else { 2 + more.min(2) };
            described(
                length,
                Part::BackRef,
                "The same text as that group",
                "そのグループと同じ文字列",
            )
        }
        ('0'..='7', _) => {
            let more = after.bytes().take(2).take_while(|c| (b'0'..=b'7').contains(c)).count();
            described(2 + more, Part::Escape, "A character by its octal code", "8 進コードの文字")
        }
        ('x', _) => match hex(2) {
            0 => described(
                2,
                Part::Error,
                "Two hexadecimal digits are wanted (\\x{…} is not Ruby)",
                "16 進 2 桁が必要です (\\x{…} は Ruby にありません)",
            ),
            digits => described(
                2 + digits,
                Part::Escape,
                "A byte by its hexadecimal code",
                "16 進コードのバイト",
            ),
        },
        ('u', _) => match (bracketed('{', '}'), hex(4)) {
            (Some(length), _) if after.starts_with('{') => described(
                2 + length,
                Part::Escape,
                "Characters by their code",
                "コードで書いた文字",
            ),
            (_, 4) => described(6, Part::Escape, "A character by its code", "コードで書いた文字"),
            _ => described(
                2,
                Part::Error,
                "Four hexadecimal digits are wanted",
                "16 進 4 桁が必要です",
            ),
        },
        ('c', _) => described(3, Part::Escape, "A control character", "制御文字"),
        ('C' | 'M', _) => described(4, Part::Escape, "A control character", "制御文字"),
        ('n', _) => described(2, Part::Escape, "A newline", "改行"),
        ('t', _) => described(2, Part::Escape, "A tab", "タブ"),
        ('r', _) => described(2, Part::Escape, "A carriage return", "復帰 (CR)"),
        ('b', true) => described(2, Part::Escape, "A backspace", "バックスペース"),
        ('f' | 'v' | 'a' | 'e', _) => described(2, Part::Escape, "A control character", "制御文字"),
        _ => {
            let length = 1 + c.len_utf8();
            (
                length,
                Part::Escape,
                format!("The character {c} itself"),
                format!("文字 {c} そのもの"),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(pattern: &str) -> Vec<(&str, Part)> {
        let found = highlight(pattern, false);
        found.iter().map(|item| (&pattern[item.span.range()], item.part)).collect()
    }

    #[test]
    fn brackets_know_each_other_and_their_group() {
        let found = highlight("^(?<time>[^ ]+) (x)", false);
        let opening = &found[1];
        assert_eq!((opening.group, opening.pair), (Some(1), Some(6)));
        assert_eq!(found[6].group, Some(1));
        assert_eq!(found[8].group, None, "a plain group beside a named one does not capture");
    }

    #[test]
    fn what_is_broken_is_marked_and_the_rest_is_read_on() {
        assert_eq!(
            parts("a)(?P<n>b|*"),
            [
                ("a", Part::Literal),
                (")", Part::Error),
                ("(?P<", Part::Error),
                ("n>b", Part::Literal),
                ("|", Part::Alternation),
                ("*", Part::Error),
            ],
        );
        assert_eq!(parts("[a"), [("[", Part::Error), ("a", Part::Literal)]);
    }

    #[test]
    fn parts_cover_every_text_without_gaps() {
        for pattern in
            ["", "\\", "(?", "\\x{41}あ[[:alpha:]&&\\p{L", "(?x) a # あ\nb{2,3}?", "{あ}\\あ"]
        {
            let mut end = 0;
            for item in highlight(pattern, false) {
                assert_eq!(item.span.start, end, "{pattern}");
                end = item.span.end;
            }
            assert_eq!(end as usize, pattern.len());
        }
    }
}
