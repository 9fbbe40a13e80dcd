//! Case folding: what a literal run matches under `i`.
//!
//! Follows `expand_case_fold_string` of `regcomp.c` and `onigenc_unicode_get_case_fold_codes_by_str`
//! of `enc/unicode.c`.

use matcher::letters::{Fold, Mode};

use std::sync::OnceLock;

use crate::onigmo::unicode;
use crate::onigmo::unicode::code_set::CodeSet;

/// Most alternatives a run is spelled out to (`THRESHOLD_CASE_FOLD_ALT_FOR_EXPANSION`).
const MOST_ALTERNATIVES: usize = 8;

/// A part of a literal run under `i`, ready to be matched. The parts of a run stand one after
/// another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Already folded text: matches when the subject's characters, each folded (one character may
    /// fold to up to three), spell exactly this text at a character boundary.
    Folded(Box<str>),
    /// Exactly this text, byte for byte.
    Exact(Box<str>),
    /// One of these, tried in this order; each is a sequence of parts.
    Alt(Vec<Vec<Piece>>),
}

impl Piece {
    /// True for a text that has too many spellings to be spelled out: Onigmo then knows nothing of
    /// how it begins (`NSTR_DONT_GET_OPT_INFO`). In bytes there is one spelling.
    pub(super) fn is_opaque(&self, mode: Mode) -> bool {
        let (Piece::Folded(text), Mode::Characters) = (self, mode) else { return false };
        several().iter().any(|(_, spelled)| text.starts_with(&**spelled))
    }
}

/// The folding tables, both ways.
struct Tables {
    /// What folds to one other character, by the character.
    single: Vec<(u32, u32)>,
    /// What folds to several, by the character.
    several: Vec<(u32, Box<str>)>,
    /// The characters that fold to one, by that one.
    sources: Vec<(u32, u32)>,
    families: Vec<Vec<u32>>,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let (single, several) = unicode::foldings();
        let mut sources: Vec<(u32, u32)> = single.iter().map(|&(from, to)| (to, from)).collect();
        crate::order::sort(&mut sources);
        let several: Vec<(u32, Box<str>)> = several
            .into_iter()
            .map(|(from, to)| (from, to.into_iter().filter_map(char::from_u32).collect()))
            .collect();
        let mut families: Vec<Vec<u32>> = Vec::new();
        for &(to, from) in &sources {
            match families.last_mut() {
                Some(family) if family[0] == to => family.push(from),
                _ => families.push(vec![to, from]),
            }
        }
        let mut texts: Vec<&Box<str>> = several.iter().map(|(_, text)| text).collect();
        crate::order::sort(&mut texts);
        texts.dedup();
        families.extend(texts.into_iter().map(|text| {
            several.iter().filter(|entry| entry.1 == *text).map(|entry| entry.0).collect()
        }));
        Tables { single, several, sources, families }
    })
}

/// Sets of characters that stand for each other under `i`.
pub(super) fn families() -> &'static [Vec<u32>] {
    &tables().families
}

/// Characters that fold to several, with what they fold to.
pub(super) fn several() -> &'static [(u32, Box<str>)] {
    &tables().several
}

/// What `c` folds to (`mbc_case_fold`).
pub fn fold(c: char, mode: Mode) -> Fold {
    if c.is_ascii() || mode == Mode::Bytes {
        return Fold::One(c.to_ascii_lowercase());
    }
    let (code, tables) = (c as u32, tables());
    if let Ok(at) = tables.single.binary_search_by_key(&code, |entry| entry.0) {
        return Fold::One(char::from_u32(tables.single[at].1).unwrap_or(c));
    }
    match tables.several.binary_search_by_key(&code, |entry| entry.0) {
        Ok(at) => Fold::Several(&tables.several[at].1),
        Err(_) => Fold::One(c),
    }
}

/// The characters that fold to exactly `folded`, itself included if it folds to itself.
pub fn simple_set(folded: char, mode: Mode) -> CodeSet {
    let code = folded as u32;
    let itself = (fold(folded, mode) == Fold::One(folded)).then_some(code);
    let others: Vec<u32> = match mode {
        Mode::Bytes => {
            let upper = folded.is_ascii_lowercase().then(|| folded.to_ascii_uppercase() as u32);
            upper.into_iter().collect()
        }
        Mode::Characters => unfold(code).collect(),
    };
    CodeSet::from_ranges(itself.into_iter().chain(others).map(|code| (code, code)))
}

/// The characters that fold to `code`, in code point order.
fn unfold(code: u32) -> impl Iterator<Item = u32> {
    let sources = &tables().sources;
    let first = sources.partition_point(|entry| entry.0 < code);
    sources[first..].iter().take_while(move |entry| entry.0 == code).map(|entry| entry.1)
}

/// The characters that fold to exactly these, in code point order.
fn unfold_several(codes: &[char]) -> impl Iterator<Item = char> {
    let text: String = codes.iter().collect();
    several().iter().filter(move |entry| *entry.1 == *text).filter_map(|e| char::from_u32(e.0))
}

/// All of `text`, folded.
pub fn folded(text: &str, mode: Mode) -> Box<str> {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match fold(c, mode) {
            Fold::One(c) => out.push(c),
            Fold::Several(text) => out.push_str(text),
        }
    }
    out.into()
}

/// One way to write what stands at some place of a run.
struct Spelling {
    /// Characters of the run it stands for.
    length: usize,
    text: String,
}

/// `get_case_fold_codes_by_str`: what else the beginning of `run` can be.
fn spellings(run: &[char]) -> Vec<Spelling> {
    let Some(&first) = run.first() else { return Vec::new() };
    let mut found = Vec::new();
    let mut push = |length: usize, text: String| found.push(Spelling { length, text });
    let with_sources = |c: char| {
        let others = unfold(c as u32).filter_map(char::from_u32);
        std::iter::once(c).chain(others).collect::<Vec<char>>()
    };
    let mut head = first;
    let mut may_begin_several = true;
    match fold(first, Mode::Characters) {
        Fold::One(c) if c != first => {
            head = c;
            for other in with_sources(c).into_iter().filter(|&other| other != first) {
                push(1, other.to_string());
            }
        }
        Fold::One(c) => {
            for other in with_sources(c).into_iter().skip(1) {
                push(1, other.to_string());
            }
        }
        Fold::Several(text) => {
            may_begin_several = false;
            let mut texts = vec![String::new()];
            for c in text.chars() {
                let choices = with_sources(c);
                texts = texts
                    .iter()
                    .flat_map(|text| choices.iter().map(move |&c| format!("{text}{c}")))
                    .collect();
            }
            for text in texts {
                push(1, text);
            }
            let codes: Vec<char> = text.chars().collect();
            for other in unfold_several(&codes).filter(|&other| other != first) {
                push(1, other.to_string());
            }
        }
    }
    let mut codes = vec![head];
    for (at, &c) in run.iter().enumerate().skip(1).take(2) {
        if !may_begin_several {
            break;
        }
        codes.push(match fold(c, Mode::Characters) {
            Fold::One(c) => c,
            Fold::Several(_) => c,
        });
        for other in unfold_several(&codes) {
            push(at + 1, other.to_string());
        }
    }
    found
}

/// What the run `text` matches under `i`.
pub fn pieces(text: &str, mode: Mode) -> Vec<Piece> {
    if mode == Mode::Bytes {
        return vec![Piece::Folded(folded(text, mode))];
    }
    let run: Vec<char> = text.chars().collect();
    expand(&run, 1)
}

/// What the run `text` matches in a look-behind under `i`: each way with its length in characters;
/// `None` when a part of the run has several lengths (`ass`, but not `ss`, which divides at the top).
pub fn look_behind_ways(text: &str) -> Option<Vec<(u32, Vec<Piece>)>> {
    let parts = pieces(text, Mode::Characters);
    let ways = match <[Piece; 1]>::try_from(parts) {
        Ok([Piece::Alt(ways)]) => ways,
        Ok([part]) => vec![vec![part]],
        Err(parts) => vec![parts],
    };
    ways.into_iter().map(|way| Some((way_length(&way)?, way))).collect()
}

fn way_length(way: &[Piece]) -> Option<u32> {
    way.iter().map(piece_length).sum()
}

/// The length of a part in characters, if it has one.
fn piece_length(piece: &Piece) -> Option<u32> {
    match piece {
        Piece::Folded(text) | Piece::Exact(text) => Some(text.chars().count() as u32),
        Piece::Alt(ways) => {
            let mut lengths = ways.iter().map(|way| way_length(way));
            let first = lengths.next()??;
            lengths.all(|length| length == Some(first)).then_some(first)
        }
    }
}

/// `expand_case_fold_string`; `alternatives` have been spelled out before.
fn expand(run: &[char], alternatives: usize) -> Vec<Piece> {
    let mut alternatives = alternatives;
    let mut parts = Vec::new();
    let mut plain = String::new();
    let finish = |plain: &mut String, parts: &mut Vec<Piece>| {
        if !plain.is_empty() {
            parts.push(Piece::Folded(folded(plain, Mode::Characters)));
            plain.clear();
        }
    };
    for (at, &c) in run.iter().enumerate() {
        let found = spellings(&run[at..]);
        if found.iter().all(|spelling| spelling.length == 1 && spelling.text.chars().count() == 1) {
            plain.push(c);
            continue;
        }
        alternatives *= found.len() + 1;
        if alternatives > MOST_ALTERNATIVES {
            finish(&mut plain, &mut parts);
            parts.push(rest(&run[at..]));
            return parts;
        }
        finish(&mut plain, &mut parts);
        let mut same = vec![vec![Piece::Exact(c.to_string().into())]];
        let mut longer = Vec::new();
        for spelling in found {
            let exact = Piece::Exact(spelling.text.into());
            if spelling.length == 1 {
                same.push(vec![exact]);
            } else {
                let after = &run[at + spelling.length..];
                longer.push(if after.is_empty() { vec![exact] } else { vec![exact, rest(after)] });
            }
        }
        if longer.is_empty() {
            parts.push(Piece::Alt(same));
            continue;
        }
        // What follows belongs to the first alternative; the others have their own rest.
        let mut first = vec![Piece::Alt(same)];
        first.extend(expand(&run[at + 1..], alternatives));
        let mut all = vec![first];
        all.extend(longer);
        parts.push(Piece::Alt(all));
        return parts;
    }
    finish(&mut plain, &mut parts);
    parts
}

/// `expand_case_fold_make_rem_string`
fn rest(run: &[char]) -> Piece {
    Piece::Folded(folded(&run.iter().collect::<String>(), Mode::Characters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_run_is_one_folded_piece() {
        assert_eq!(pieces("Abc", Mode::Characters), [Piece::Folded("abc".into())],);
    }

    #[test]
    fn ss_may_be_sharp_s_and_sharp_s_may_be_ss() {
        let exact = |text: &str| vec![Piece::Exact(text.into())];
        let [Piece::Alt(ways)] = &pieces("ss", Mode::Characters)[..] else { panic!() };
        assert_eq!(ways[1..], [exact("ß"), exact("ẞ")]);
        let sharp = pieces("ß", Mode::Characters);
        assert_eq!(sharp, [Piece::Folded("ss".into())], "more than eight ways are not spelled out");
    }

    #[test]
    fn the_kelvin_sign_folds_to_k() {
        assert!(simple_set('k', Mode::Characters).contains(0x212A));
        assert_eq!(simple_set('k', Mode::Bytes).ranges(), [(75, 75), (107, 107)]);
    }
}
