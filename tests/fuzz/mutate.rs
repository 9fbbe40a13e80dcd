//! Recorded patterns and texts, changed a little: what people write, and the mistakes beside it.

use std::path::Path;

use fluentd_playground::encoding::Encoding;
use fluentd_playground::onigmo::Options;
use serde_json::Value as Json;

use super::grammar::Dice;

/// What is put in.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "*",
    "+",
    "?",
    "|",
    "^",
    "$",
    ".",
    "\\",
    "-",
    ":",
    "<",
    ">",
    "#",
    " ",
    "\n",
    "/",
    "\"",
    "'",
    ",",
    "=",
    "!",
    "~",
    "a",
    "s",
    "k",
    "K",
    "1",
    "0",
    "あ",
    "ß",
    "é",
    "\u{3000}",
    "(?<n>",
    "(?<n>a)",
    "(?:",
    "(?=",
    "(?!",
    "(?<=",
    "(?<!",
    "(?>",
    "(?~",
    "(?i)",
    "(?x)",
    "(?m:",
    "(?-i:",
    "(?a)",
    "(?u:",
    "(?d)",
    "(?#c)",
    "(?'m'",
    "(?(1)",
    "(?(<n>)a|b)",
    "\\g<n>",
    "\\g<1>",
    "\\g<-1>",
    "\\g<0>",
    "\\g'n'",
    "\\k<n>",
    "\\k<1>",
    "\\k<-1>",
    "\\k<n+0>",
    "\\k'n-1'",
    "\\1",
    "\\2",
    "\\10",
    "\\0",
    "\\07",
    "\\101",
    "\\18",
    "\\81",
    "\\p{Alpha}",
    "\\p{^Han}",
    "\\P{L}",
    "\\p{foo}",
    "\\p",
    "\\X",
    "\\R",
    "\\K",
    "\\G",
    "\\A",
    "\\z",
    "\\Z",
    "\\b",
    "\\B",
    "\\w",
    "\\W",
    "\\d",
    "\\D",
    "\\s",
    "\\S",
    "\\h",
    "\\H",
    "\\t",
    "\\n",
    "\\x41",
    "\\x",
    "\\x{41}",
    "\\xE3\\x81\\x82",
    "\\xff",
    "\\u3042",
    "\\u{41 42}",
    "\\u{",
    "\\u41",
    "\\cA",
    "\\C-a",
    "\\M-a",
    "\\M-\\C-a",
    "\\e",
    "\\y",
    "\\Q",
    "\\/",
    "\\-",
    "\\]",
    "&&",
    "&&[^",
    "[^",
    "[:alpha:]",
    "[[:alpha:]]",
    "[[:^digit:]]",
    "[[:foo:]]",
    "[a-z]",
    "[z-a]",
    "[\\w-.]",
    "[a-\\d]",
    "[]a]",
    "[^]]",
    "[]",
    "[a-c-e]",
    "[à-ÿ]",
    "[[a]&&[b]]",
    "{2}",
    "{2,}",
    "{,3}",
    "{2,3}",
    "{3,2}",
    "{2}?",
    "{1,2}+",
    "{,}",
    "{0}",
    "{100001}",
    "*?",
    "+?",
    "??",
    "*+",
    "++",
    "?+",
    "**",
    "+*",
    "?*",
    "||",
    "ss",
    "st",
    "ffi",
    "i",
    "ſ",
];

/// What is put into texts.
const TEXTS: &[&str] = &[
    "\n",
    "\r\n",
    " ",
    "  ",
    "\t",
    "あ",
    "日本",
    "ß",
    "ss",
    "é",
    "e\u{301}",
    "A",
    "a",
    "z",
    "0",
    "9",
    "-",
    ":",
    "\"",
    "[",
    "]",
    "ſ",
    "K",
    "ﬃ",
    "\u{3000}",
    "\u{85}",
    "👨‍👩‍👧",
    "_",
];

struct Row {
    pattern: String,
    options: Options,
    subject: Vec<u8>,
}

/// The recordings, by pattern.
pub(crate) struct Corpus(Vec<Row>);

impl Corpus {
    /// `only`: rows whose source begins with one of these.
    pub(crate) fn read(only: &[&str]) -> Corpus {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut rows = Vec::new();
        for file in ["tests/vectors/regex.hand.jsonl", "../shared/vectors/regex.public.jsonl"] {
            let text = std::fs::read_to_string(root.join(file)).unwrap_or_default();
            for line in text.lines() {
                let row: Json = serde_json::from_str(line).unwrap();
                let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
                let source = text("src");
                if !only.is_empty() && !only.iter().any(|start| source.starts_with(start)) {
                    continue;
                }
                let letters = text("options");
                let options = Options {
                    ignore_case: letters.contains('i'),
                    multi_line: letters.contains('m'),
                    extend: letters.contains('x'),
                };
                let subject = text("subject").into_bytes();
                rows.push(Row { pattern: text("pattern"), options, subject });
            }
        }
        Corpus(rows)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A pattern and texts for it; `gently`: the pattern as it stands, or changed in one place.
    pub(crate) fn pick(
        &self,
        dice: &mut Dice,
        subjects: usize,
        gently: bool,
    ) -> (String, Options, Vec<(Vec<u8>, Encoding)>) {
        let at = dice.below(self.0.len());
        let row = &self.0[at];
        let mut pattern: Vec<char> = row.pattern.chars().collect();
        let changes = if gently { dice.below(3) / 2 } else { dice.below(4) };
        for _ in 0..changes {
            self.change(dice, &mut pattern);
        }
        let mut options = row.options;
        match dice.below(if gently { 12 } else { 8 }) {
            0 => options.ignore_case = !options.ignore_case,
            1 => options.multi_line = !options.multi_line,
            2 => options.extend = !options.extend,
            _ => {}
        }
        let texts = (0..subjects).map(|_| self.text(dice, at)).collect();
        (pattern.into_iter().collect(), options, texts)
    }

    /// A text of a row near by, as it is or changed.
    fn text(&self, dice: &mut Dice, at: usize) -> (Vec<u8>, Encoding) {
        let near = (at + dice.below(9)).saturating_sub(4).min(self.0.len() - 1);
        let mut text = self.0[near].subject.clone();
        for _ in 0..dice.below(3) {
            let place = dice.below(text.len() + 1);
            match dice.below(4) {
                0 if place < text.len() && text[place].is_ascii() => drop(text.remove(place)),
                1 => {
                    let end = (place + dice.below(8)).min(text.len());
                    let copy = text[place..end].to_vec();
                    text.splice(place..place, copy);
                }
                _ => drop(text.splice(place..place, dice.pick(TEXTS).bytes())),
            }
        }
        let encoding = if dice.below(4) == 0 { Encoding::Ascii8Bit } else { Encoding::Utf8 };
        (text, encoding)
    }

    fn change(&self, dice: &mut Dice, pattern: &mut Vec<char>) {
        let at = dice.below(pattern.len() + 1);
        let end = (at + dice.below(6)).min(pattern.len());
        match dice.below(8) {
            0 => drop(pattern.drain(at..end)),
            1 if at < pattern.len() => drop(pattern.remove(at)),
            2 => {
                let copy = pattern[at..end].to_vec();
                let to = dice.below(pattern.len() + 1);
                pattern.splice(to..to, copy);
            }
            3 => {
                let other: Vec<char> = self.0[dice.below(self.0.len())].pattern.chars().collect();
                let from = dice.below(other.len() + 1);
                let to = (from + dice.below(10)).min(other.len());
                pattern.splice(at..at, other[from..to].iter().copied());
            }
            _ => drop(pattern.splice(at..at, dice.pick(PIECES).chars())),
        }
    }
}
