//! `\X`: one extended grapheme cluster as Onigmo spells it out.
//!
//! Follows `node_extended_grapheme_cluster` of `regparse.c` (Unicode 11's rules): it is an atomic
//! group over ordered alternatives, which this walks through one after another.

use std::sync::OnceLock;

use super::code_set::CodeSet;
use super::named;

/// The classes the rules speak of.
struct Classes {
    control: CodeSet,
    prepend: CodeSet,
    l: CodeSet,
    v: CodeSet,
    t: CodeSet,
    lv: CodeSet,
    lvt: CodeSet,
    regional_indicator: CodeSet,
    pictographic: CodeSet,
    extend: CodeSet,
    spacing_mark: CodeSet,
}

fn classes() -> &'static Classes {
    static CLASSES: OnceLock<Classes> = OnceLock::new();
    CLASSES.get_or_init(|| {
        let of = |name: &str| named(&format!("graphemeclusterbreak={name}"));
        Classes {
            control: of("control"),
            prepend: of("prepend"),
            l: of("l"),
            v: of("v"),
            t: of("t"),
            lv: of("lv"),
            lvt: of("lvt"),
            regional_indicator: named("regionalindicator"),
            pictographic: named("extendedpictographic"),
            extend: of("extend"),
            spacing_mark: of("spacingmark"),
        }
    })
}

/// Where the cluster that begins at the start of `text` ends; `None` at the end of the text.
pub fn cluster_end(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if text.starts_with("\r\n") {
        return Some(2);
    }
    let classes = classes();
    if is_control(classes, first) {
        return Some(first.len_utf8());
    }
    // precore* core postcore*, giving back a precore when no core follows.
    let mut cores = vec![0];
    let mut at = 0;
    while let Some(c) = char_at(text, at).filter(|&c| classes.prepend.contains(c as u32)) {
        at += c.len_utf8();
        cores.push(at);
    }
    let end = cores.into_iter().rev().find_map(|from| core_end(classes, text, from));
    let mut end = end.unwrap_or(first.len_utf8());
    while let Some(c) = char_at(text, end).filter(|&c| is_postcore(classes, c)) {
        end += c.len_utf8();
    }
    Some(end)
}

fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

fn is_control(classes: &Classes, c: char) -> bool {
    matches!(c, '\r' | '\n') || classes.control.contains(c as u32)
}

fn is_postcore(classes: &Classes, c: char) -> bool {
    c == '\u{200D}' || classes.extend.contains(c as u32) || classes.spacing_mark.contains(c as u32)
}

/// How far a run of `set` reaches from `at`.
fn run(set: &CodeSet, text: &str, mut at: usize) -> usize {
    while let Some(c) = char_at(text, at).filter(|&c| set.contains(c as u32)) {
        at += c.len_utf8();
    }
    at
}

fn one(set: &CodeSet, text: &str, at: usize) -> Option<usize> {
    char_at(text, at).filter(|&c| set.contains(c as u32)).map(|c| at + c.len_utf8())
}

/// hangul-syllable | ri-sequence | xpicto-sequence | any but a control.
fn core_end(classes: &Classes, text: &str, from: usize) -> Option<usize> {
    hangul_end(classes, text, from)
        .or_else(|| {
            let first = one(&classes.regional_indicator, text, from)?;
            one(&classes.regional_indicator, text, first)
        })
        .or_else(|| pictographic_end(classes, text, from))
        .or_else(|| {
            let c = char_at(text, from).filter(|&c| !is_control(classes, c))?;
            Some(from + c.len_utf8())
        })
}

/// `L* (V+ | LV V* | LVT) T* | L+ | T+`
fn hangul_end(classes: &Classes, text: &str, from: usize) -> Option<usize> {
    let leading = run(&classes.l, text, from);
    let vowels = run(&classes.v, text, leading);
    let syllable = if vowels > leading {
        Some(vowels)
    } else {
        one(&classes.lv, text, leading)
            .map(|after| run(&classes.v, text, after))
            .or_else(|| one(&classes.lvt, text, leading))
    };
    let trailing = run(&classes.t, text, from);
    syllable
        .map(|after| run(&classes.t, text, after))
        .or_else(|| (leading > from).then_some(leading))
        .or_else(|| (trailing > from).then_some(trailing))
}

/// `\p{Extended_Pictographic} (Extend* ZWJ \p{Extended_Pictographic})*`
fn pictographic_end(classes: &Classes, text: &str, from: usize) -> Option<usize> {
    let mut end = one(&classes.pictographic, text, from)?;
    loop {
        // ZWJ is itself in Extend: the run may have to give it back.
        let reach = run(&classes.extend, text, end);
        let joiner = text[end..reach].rfind('\u{200D}').map(|at| end + at + 3);
        let joined = if text[reach..].starts_with('\u{200D}') { Some(reach + 3) } else { joiner };
        match joined.and_then(|at| one(&classes.pictographic, text, at)) {
            Some(next) => end = next,
            None => return Some(end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_end_where_ruby_ends_them() {
        for (text, end) in [
            ("", None),
            ("\r\nx", Some(2)),
            ("\n\u{301}", Some(1)),
            ("e\u{301}x", Some(3)),
            ("\u{1F1EF}\u{1F1F5}\u{1F1EF}", Some(8)),
            ("👩‍👩‍👧x", Some("👩‍👩‍👧".len())),
            ("각x", Some(3)),
            ("\u{0600}a", Some(3)),
        ] {
            assert_eq!(cluster_end(text), end, "{text:?}");
        }
    }
}
