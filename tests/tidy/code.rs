//! Reading Rust just well enough for the tidy test: code without comments, strings and tests.

/// The code with comments, strings and character literals blanked; lines stay where they are.
pub(crate) fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = skipped(rest).unwrap_or(0);
        if length == 0 {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            out.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
        }
    }
    out
}

/// Bytes of the comment or literal that begins here.
fn skipped(rest: &str) -> Option<usize> {
    let to = |end: &str, from: usize| {
        rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len())
    };
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(to("*/", 2));
    }
    if rest.starts_with('"') {
        return Some(quoted(rest));
    }
    if let Some(raw) =
        rest.strip_prefix("r#").or_else(|| rest.strip_prefix("r\"").map(|_| &rest[1..]))
    {
        let hashes =
            raw.len() - raw.trim_start_matches('#').len() + usize::from(rest.starts_with("r#"));
        let open = format!("r{}\"", "#".repeat(hashes));
        if rest.starts_with(&open) {
            return Some(to(&format!("\"{}", "#".repeat(hashes)), open.len()));
        }
    }
    character(rest)
}

/// Bytes of a string literal.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Bytes of a character literal; a lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    let mut chars = inside.chars();
    match (chars.next()?, chars.next()?) {
        ('\\', _) => inside[2..].find('\'').map(|at| at + 4),
        (c, '\'') => Some(c.len_utf8() + 2),
        _ => None,
    }
}

/// Numbered lines of code up to the tests at the end of the file (none of a file of tests).
pub(crate) fn without_tests(text: &str) -> Vec<(usize, String)> {
    if text.contains("#![cfg(test)]") {
        return Vec::new();
    }
    let bare = bare(text);
    let lines = bare.lines().enumerate().map(|(at, line)| (at + 1, line.to_owned()));
    let is_test = |line: &str| line.trim_start().starts_with("#[cfg(test)]");
    let end = bare
        .lines()
        .collect::<Vec<_>>()
        .windows(2)
        .position(|pair| is_test(pair[0]) && pair[1].trim_end().ends_with('{'))
        .unwrap_or(usize::MAX);
    lines.take(end).collect()
}

/// True where the word stands alone: not a part of a longer name.
pub(crate) fn has_word(line: &str, word: &str) -> bool {
    let of_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(of_name) && !after.is_some_and(of_name)
    })
}

/// Top modules that the code names by `crate::x`, `fluentd_playground::x`, or enough `super::`.
pub(crate) fn named_modules(text: &str, depth: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let escape = format!("use {}", "super::".repeat(depth));
    for (at, line) in bare(text).lines().enumerate() {
        let mut add = |from: &str| {
            let inside = from.strip_prefix('{');
            let names = inside.map_or(from, |list| list.split('}').next().unwrap_or(list));
            let names: Vec<&str> =
                if inside.is_some() { names.split(',').collect() } else { vec![names] };
            for name in names {
                let name = name.trim();
                let end =
                    name.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(name.len());
                if end > 0 {
                    found.push((at + 1, name[..end].to_owned()));
                }
            }
        };
        for root in ["crate::", "fluentd_playground::"] {
            line.match_indices(root).for_each(|(at, _)| add(&line[at + root.len()..]));
        }
        // Not indented: an inner `mod tests` may say `super` once more.
        if let Some(rest) = line.strip_prefix(&escape) {
            add(rest);
        }
    }
    found
}

#[test]
fn comments_and_strings_are_not_code() {
    let text = "a /* b */ \"c \\\" d\" 'e' '\\n' &'f g r#\"h\"# // i\nj";
    let words: Vec<&str> = vec!["a", "&'f", "g", "j"];
    assert_eq!(bare(text).split_whitespace().collect::<Vec<_>>(), words);
}

#[test]
fn modules_are_found_by_every_way_to_name_them() {
    let text = "use crate::{a::B, c};\nlet x = crate::d::e();\nuse super::f::G;\n// crate::no\n";
    let names: Vec<String> = named_modules(text, 1).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["a", "c", "d", "f"]);
    assert_eq!(named_modules("use super::f::G;", 2), []);
}
