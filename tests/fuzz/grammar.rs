//! Random patterns and subjects, the same for the same seed.
#![allow(clippy::too_many_lines, reason = "lists of pieces")]

use fluentd_playground::onigmo::Options;

/// Numbers that look random and are the same everywhere.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    pub(crate) fn pick(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len())]
    }

    pub(crate) fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}

/// Which constructs a pattern may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Everything of Ruby's.
    Ruby,
    /// What means the same in the crate `regex`.
    Regular,
}

pub(crate) fn options(dice: &mut Dice) -> Options {
    Options { ignore_case: dice.chance(4), multi_line: dice.chance(5), extend: dice.chance(12) }
}

/// A pattern that is well formed but for its references, and its options.
pub(crate) fn pattern(dice: &mut Dice, dialect: Dialect) -> (String, Options) {
    let mut writer = Writer { dice, dialect, out: String::new(), groups: 0, named: false };
    writer.named = dialect == Dialect::Ruby && writer.dice.chance(4);
    writer.alternation(3);
    let (out, options) = (std::mem::take(&mut writer.out), options(writer.dice));
    (out, if dialect == Dialect::Regular { Options::default() } else { options })
}

pub(crate) fn subject(dice: &mut Dice) -> String {
    const PARTS: &[&str] = &[
        "a",
        "a",
        "a",
        "b",
        "b",
        "c",
        "A",
        "B",
        "1",
        "2",
        " ",
        "_",
        "\n",
        "あ",
        "い",
        "é",
        "ß",
        "ss",
        "S",
        "K",
        "aa",
        "ab",
        "abc",
        "-",
        "\r\n",
        "ｱ",
        "\u{301}",
        "x",
        "st",
        "ﬆ",
        "ﬅ",
        "ſ",
        "ffi",
        "ﬃ",
        "ﬁ",
        "k",
        "K",
        "ẞ",
        "É",
        "à",
        "À",
        "ÿ",
        "Ÿ",
        "ς",
        "σ",
        "Σ",
        "ΐ",
        "\u{3b9}\u{308}\u{301}",
        "ŉ",
        "ʼn",
        "İ",
        "i\u{307}",
        "ı",
        "i",
        "１",
        "\u{3000}",
        "\u{85}",
        "\u{2028}",
        "²",
        "👨‍👩‍👧",
        "🇯🇵",
        "각",
        "\t",
        "[",
        "]",
        "(",
        ")",
        "é",
        "e\u{301}",
        "漢",
        "\u{200b}",
        "\u{0}",
    ];
    let plain = dice.below(2) == 0;
    let limit = if plain { 27 } else { PARTS.len() };
    (0..dice.below(10)).map(|_| dice.pick(&PARTS[..limit])).collect()
}

/// Something that need not be a pattern.
pub(crate) fn noise(dice: &mut Dice) -> String {
    const PARTS: &[&str] = &[
        "(", ")", "[", "]", "{", "}", "*", "+", "?", "|", "^", "$", ".", "\\", "a", "b", "1", ",",
        "(?<n>", "(?:", "(?=", "(?<=", "(?~", "\\g<n>", "\\k<n>", "\\1", "\\p{", "&&", "[:", ":]",
        "\\x", "\\u", "あ", "-", "<", ">", "(?i)", "(?(1)", "\\K", "\\X", "\\R", "{2,3}", "{,9}",
        "ß",
    ];
    (0..dice.below(14)).map(|_| dice.pick(PARTS)).collect()
}

struct Writer<'d> {
    dice: &'d mut Dice,
    dialect: Dialect,
    out: String,
    groups: usize,
    named: bool,
}

impl Writer<'_> {
    fn alternation(&mut self, depth: usize) {
        self.sequence(depth);
        while self.dice.chance(4) {
            self.out.push('|');
            self.sequence(depth);
        }
    }

    fn sequence(&mut self, depth: usize) {
        let least = usize::from(self.dialect == Dialect::Regular);
        for _ in 0..self.dice.below(4).max(least) {
            self.quantified(depth);
        }
    }

    fn quantified(&mut self, depth: usize) {
        let start = self.out.len();
        self.atom(depth);
        if self.out.len() == start || !self.dice.chance(3) {
            return;
        }
        let quantifier = match self.dialect {
            // The crates treat iterations that may be empty differently: no nested repeats there.
            Dialect::Regular if self.out[start..].contains(['*', '?', '+', '{', '|']) => return,
            Dialect::Regular => {
                self.dice.pick(&["*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{2,}", "{0,2}?"])
            }
            Dialect::Ruby => self.dice.pick(&[
                "*", "*", "+", "+", "?", "?", "*?", "+?", "??", "*+", "++", "?+", "{2}", "{1,3}",
                "{2,}", "{,2}", "{0,2}?", "{2}?", "{1,2}+", "{0}", "{3,}?", "{1}", "{0,1}", "{1,}",
                "{0,}", "{2,}+", "{1,3}??", "{0,3}*", "{2}{2}", "**", "+?+", "??*", "{,1}?", "{7}",
                "{3,9}", "{0}?",
            ]),
        };
        self.out.push_str(quantifier);
    }

    fn atom(&mut self, depth: usize) {
        let kinds = if self.dialect == Dialect::Regular { 9 } else { 22 };
        match self.dice.below(kinds) {
            0..=3 => self.literal(),
            4 => self.class(),
            5 => {
                let regular = self.dialect == Dialect::Regular;
                let shorthands: &[&str] = if regular {
                    &[".", "[a-c]", "[^b]", "[0-9]"]
                } else {
                    &[
                        ".",
                        "\\d",
                        "\\w",
                        "\\s",
                        "\\S",
                        "\\W",
                        "\\h",
                        "\\D",
                        "\\R",
                        "\\X",
                        "\\p{Alpha}",
                        "\\p{^Upper}",
                        "\\P{Han}",
                        "\\p{Hiragana}",
                        "\\p{Punct}",
                        "\\p{Lu}",
                        "\\p{Emoji}",
                        "\\p{ASCII}",
                        "\\p{Any}",
                        "\\H",
                    ]
                };
                let part = self.dice.pick(shorthands);
                self.out.push_str(part);
            }
            6 | 7 if depth > 0 => self.group(depth, "(", true),
            8 if depth > 0 => self.group(depth, "(?:", false),
            9 | 10 => {
                let anchors = &["^", "$", "\\A", "\\z", "\\Z", "\\b", "\\B", "\\G", "\\K"];
                let part = self.dice.pick(anchors);
                self.out.push_str(part);
            }
            11 if depth > 0 => self.group(depth, "(?>", false),
            12 if depth > 0 => self.group(depth, "(?=", false),
            13 if depth > 0 => self.group(depth, "(?!", false),
            14 => self.look_behind(),
            15 if depth > 0 => {
                let open = self.dice.pick(&[
                    "(?i:", "(?m:", "(?-i:", "(?a:", "(?u:", "(?i-m:", "(?x:", "(?-m:", "(?d:",
                    "(?ai:", "(?mix:", "(?u-i:",
                ]);
                self.group(depth, open, false);
            }
            16 | 17 => self.reference(),
            19 => {
                let part = self.dice.pick(&[
                    "(?i)", "(?-i)", "(?m)", "(?a)", "(?u)", "(?d)", "(?#c)", "(?x)", "(?-m)",
                    "(?mi)",
                ]);
                self.out.push_str(part);
            }
            20 if depth > 0 => self.group(depth, "(?~", false),
            18 if depth > 0 && self.groups > 0 && !self.named => {
                let number = 1 + self.dice.below(self.groups);
                self.out.push_str(&format!("(?({number})"));
                self.sequence(depth - 1);
                self.out.push('|');
                self.sequence(depth - 1);
                self.out.push(')');
            }
            _ => self.literal(),
        }
    }

    fn literal(&mut self) {
        let parts: &[&str] = if self.dialect == Dialect::Regular {
            &["a", "b", "c", "A", "1", " ", "_", "\\n", "あ", "é", "ab", "aa"]
        } else {
            &[
                "a",
                "a",
                "b",
                "b",
                "c",
                "A",
                "1",
                "2",
                "_",
                "\\n",
                "あ",
                "い",
                "é",
                "ß",
                "ss",
                "k",
                "ab",
                "aa",
                "abc",
                "\\x41",
                "\\u3042",
                "\\-",
                "s",
                "st",
                "ffi",
                "ﬃ",
                "fi",
                "ſ",
                "ẞ",
                "À",
                "ÿ",
                "σ",
                "ΐ",
                "ŉ",
                "ʼn",
                "İ",
                "i",
                "ı",
                "xst",
                "\\x73\\x73",
                "\\163",
                "\\u{73 74}",
                "\\u00e9",
                "\\t",
                "\\cI",
                "K",
                "\\[",
                "]",
                "}",
                "{",
                "{,}",
                "\\/",
                "&&",
                "~",
                ":",
            ]
        };
        let part = self.dice.pick(parts);
        self.out.push_str(part);
    }

    fn class(&mut self) {
        let classes: &[&str] = if self.dialect == Dialect::Regular {
            &["[ab]", "[^a]", "[a-c1]", "[^あ]", "[あ-う]", "[a-zé]"]
        } else {
            &[
                "[ab]",
                "[^a]",
                "[a-c1]",
                "[^あ]",
                "[あ-う]",
                "[\\w]",
                "[^\\s]",
                "[[:alpha:]]",
                "[[:^digit:]]",
                "[a-z&&[^b]]",
                "[ß]",
                "[à-ÿ]",
                "[^\\n]",
                "[\\W_]",
                "[ab[cd]]",
                "[k]",
                "[[:upper:]]",
                "[\\d\\-]",
                "[^ß]",
                "[sß]",
                "[à]",
                "[^à#]",
                "[ÿ#]",
                "[а-я]",
                "[[:^upper:]a]",
                "[[:punct:]]",
                "[[:space:]]",
                "[[:word:]]",
                "[[:print:]&&[^a]]",
                "[[:cntrl:]]",
                "[[:xdigit:]]",
                "[[:ascii:]]",
                "[^[:blank:]]",
                "[a-w&&[^c-g]z]",
                "[^a-c&&b-d]",
                "[a&&]",
                "[^&&]",
                "[a-c&&b-d&&c]",
                "[\\p{Han}あ]",
                "[\\P{Alpha}]",
                "[^\\p{Lower}1]",
                "[]a]",
                "[^]]",
                "[a-]",
                "[-a]",
                "[\\b]",
                "[\\x41-\\x5a]",
                "[\\u3042-\\u3050]",
                "[ſ]",
                "[S-T]",
                "[K]",
                "[\\h&&[^\\d]]",
                "[\\D\\s]",
                "[\\R]",
                "[a-c-e]",
                "[ﬀ-ﬆ]",
                "[^ﬆ]",
                "[ΐa]",
                "[\\W&&\\S]",
                "[[a-c]&&[^b]c]",
                "[^[^a]]",
                "[a[^b]]",
            ]
        };
        let part = self.dice.pick(classes);
        self.out.push_str(part);
    }

    fn group(&mut self, depth: usize, open: &str, captures: bool) {
        if captures && self.named {
            let name = self.dice.pick(&["n", "m", "o"]);
            self.out.push_str(&format!("(?<{name}>"));
        } else {
            self.out.push_str(open);
        }
        self.groups += usize::from(captures);
        self.alternation(depth - 1);
        self.out.push(')');
    }

    fn look_behind(&mut self) {
        let part = self.dice.pick(&[
            "(?<=a)",
            "(?<!a)",
            "(?<=a|bc)",
            "(?<![ab])",
            "(?<=^)",
            "(?<=あ)",
            "(?<!\\w)",
            "(?<=(a))",
            "(?<=\\b)",
            "(?<!ab|c)",
            "(?<=.{2})",
            "(?<=ß)",
            "(?<!ss)",
            "(?<=st)",
            "(?<=[ß])",
            "(?<=a(?<!b))",
            "(?<=\\Ga)",
            "(?<=(?i:k))",
            "(?<=\\n|^)",
            "(?<=a|(?:bc)|def)",
            "(?<!\\p{Han})",
            "(?<=(?:aa)+)",
            "(?<=a?)",
            "(?<=\\R)",
            "(?<=[^\\n]{3})",
            "(?<!あ|b)",
            "(?<=\\K)",
            "(?<=)",
            "(?<!)",
        ]);
        self.out.push_str(part);
    }

    fn reference(&mut self) {
        if self.groups == 0 {
            return self.literal();
        }
        let number = 1 + self.dice.below(self.groups);
        let text = if self.named {
            let name = self.dice.pick(&["n", "m"]);
            match self.dice.below(6) {
                0 | 1 => format!("\\g<{name}>"),
                2 => format!("\\k<{name}{}>", self.dice.pick(&["+0", "-1", "+1"])),
                3 => format!("\\k'{name}'"),
                _ => format!("\\k<{name}>"),
            }
        } else {
            match self.dice.below(8) {
                0 => format!("\\g<{number}>"),
                1 => format!("\\k<{number}+0>"),
                2 => format!("\\k<-{number}>"),
                3 => format!("\\g<-{number}>"),
                4 => format!("\\k<{number}{}>", self.dice.pick(&["-1", "+1", "-0"])),
                _ => format!("\\{number}"),
            }
        };
        self.out.push_str(&text);
    }
}
