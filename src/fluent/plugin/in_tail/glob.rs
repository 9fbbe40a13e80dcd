//! Ruby's `Dir.glob` over a list of files (`dir.c`): `*`, `?`, `[…]`, `**/` and `{…,…}`. Names that
//! begin with a dot are matched only by a dot. Directories exist as far as files lie in them.

/// Most patterns that braces are expanded to; the rest is not looked at.
const MOST: usize = 1000;

/// The files that `Dir.glob(pattern)` lists, in its order: per alternative of the braces, sorted.
///
/// ```
/// use fluentd_playground::fluent::plugin::in_tail::glob::glob;
/// let files = ["/var/log/b.log", "/var/log/a.log", "/var/log/.c.log", "/var/log/d/e.log"];
/// assert_eq!(glob("/var/log/*.log", &files), ["/var/log/a.log", "/var/log/b.log"]);
/// assert_eq!(glob("/var/**/e.log", &files), ["/var/log/d/e.log"]);
/// assert_eq!(glob("/var/log/{b,a}.log", &files), ["/var/log/b.log", "/var/log/a.log"]);
/// ```
pub fn glob<'f>(pattern: &str, files: &[&'f str]) -> Vec<&'f str> {
    let mut patterns = Vec::new();
    expand_braces(pattern, &mut patterns);
    let mut found = Vec::new();
    for pattern in patterns {
        let parts: Vec<&str> = pattern.split('/').collect();
        let mut hits: Vec<&str> = files
            .iter()
            .copied()
            .filter(|file| match_path(&parts, &file.split('/').collect::<Vec<_>>()))
            .collect();
        crate::order::sort(&mut hits);
        found.extend(hits);
    }
    found
}

/// `ruby_brace_expand`: the first outermost pair, then each alternative again.
fn expand_braces(pattern: &str, out: &mut Vec<String>) {
    let mut waiting = vec![pattern.to_owned()];
    while let Some(pattern) = waiting.pop() {
        if out.len() + waiting.len() >= MOST {
            return;
        }
        match first_braces(pattern.as_bytes()) {
            None => out.push(pattern),
            Some((open, commas, close)) => {
                let mut starts = vec![open + 1];
                starts.extend(commas.iter().map(|comma| comma + 1));
                let ends = commas.iter().copied().chain([close]);
                let alternatives: Vec<String> = starts
                    .into_iter()
                    .zip(ends)
                    .map(|(start, end)| {
                        [&pattern[..open], &pattern[start..end], &pattern[close + 1..]].concat()
                    })
                    .collect();
                waiting.extend(alternatives.into_iter().rev());
            }
        }
    }
}

/// The places of the first closed braces: the opening one, its commas, the closing one.
fn first_braces(pattern: &[u8]) -> Option<(usize, Vec<usize>, usize)> {
    let mut open = None;
    let mut commas = Vec::new();
    let mut depth = 0;
    let mut at = 0;
    while let Some(byte) = pattern.get(at) {
        match byte {
            b'\\' => at += 1,
            b'{' => {
                if depth == 0 {
                    open = Some(at);
                }
                depth += 1;
            }
            b',' if depth == 1 => commas.push(at),
            b'}' if depth == 1 => return Some((open?, commas, at)),
            b'}' if depth > 1 => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    None
}

/// Matches part by part; `**` stands for any number of directories that are not hidden.
fn match_path(pattern: &[&str], path: &[&str]) -> bool {
    // The states are how much of the pattern is used up, so that no order of tries can blow up.
    let mut states = vec![false; pattern.len() + 1];
    states[0] = true;
    skip_recursive(pattern, &mut states);
    for (index, part) in path.iter().enumerate() {
        let mut next = vec![false; pattern.len() + 1];
        for used in (0..pattern.len()).filter(|used| states[*used]) {
            let last = used + 1 == pattern.len();
            if pattern[used] == "**" && !last {
                next[used] |= index + 1 < path.len() && !part.starts_with('.');
            } else if fnmatch(pattern[used].as_bytes(), part.as_bytes()) {
                next[used + 1] = true;
            }
        }
        states = next;
        skip_recursive(pattern, &mut states);
    }
    states[pattern.len()]
}

/// `**` may also stand for no directory at all.
fn skip_recursive(pattern: &[&str], states: &mut [bool]) {
    for used in 0..pattern.len().saturating_sub(1) {
        if states[used] && pattern[used] == "**" {
            states[used + 1] = true;
        }
    }
}

/// One part of a path against one of a pattern.
fn fnmatch(pattern: &[u8], name: &[u8]) -> bool {
    let hidden = name.first() == Some(&b'.');
    if hidden && !matches!(pattern, [b'.', ..] | [b'\\', b'.', ..]) {
        return false;
    }
    let (mut p, mut n) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let step = match pattern.get(p) {
            Some(b'*') => {
                retry = Some((p + 1, n));
                p += 1;
                continue;
            }
            None if n == name.len() => return true,
            None => None,
            Some(_) => match_one(&pattern[p..], name.get(n..).unwrap_or_default()),
        };
        match (step, retry) {
            (Some((used, taken)), _) => {
                p += used;
                n += taken;
            }
            (None, Some((after, from))) if from < name.len() => {
                retry = Some((after, from + 1));
                p = after;
                n = from + 1;
            }
            (None, _) => return false,
        }
    }
}

/// What the next piece of a pattern uses up, and how many bytes of the name it takes.
fn match_one(pattern: &[u8], name: &[u8]) -> Option<(usize, usize)> {
    let length = character_length(name)?;
    match pattern {
        [b'?', ..] => Some((1, length)),
        [b'[', ..] => bracket(pattern, &name[..length]).map(|used| (used, length)),
        [b'\\', escaped, ..] => (*escaped == name[0]).then_some((2, 1)),
        [byte, ..] => (*byte == name[0]).then_some((1, 1)),
        [] => None,
    }
}

/// Length of the first character; a broken one is a byte.
fn character_length(name: &[u8]) -> Option<usize> {
    let chunk = name.utf8_chunks().next()?;
    Some(chunk.valid().chars().next().map_or(1, char::len_utf8))
}

/// `[a-z]`, `[^a]`, `[!a]`: the length of the set when it holds the character.
fn bracket(pattern: &[u8], character: &[u8]) -> Option<usize> {
    let mut at = 1;
    let negated = matches!(pattern.get(at), Some(b'!' | b'^'));
    at += usize::from(negated);
    let mut holds = false;
    loop {
        if pattern.get(at) == Some(&b']') {
            return (holds != negated).then_some(at + 1);
        }
        let first = set_character(pattern, &mut at)?;
        let dash = pattern.get(at) == Some(&b'-') && pattern.get(at + 1) != Some(&b']');
        let last = if dash {
            at += 1;
            set_character(pattern, &mut at)?
        } else {
            first
        };
        // Order of bytes is order of characters in UTF-8.
        holds |= first <= character && character <= last;
    }
}

fn set_character<'p>(pattern: &'p [u8], at: &mut usize) -> Option<&'p [u8]> {
    if pattern.get(*at) == Some(&b'\\') {
        *at += 1;
    }
    let rest = pattern.get(*at..)?;
    let length = character_length(rest)?;
    *at += length;
    rest.get(..length)
}

#[cfg(test)]
mod tests {
    use super::{fnmatch, glob};

    #[test]
    fn a_set_that_is_not_closed_matches_nothing() {
        assert!(!fnmatch(b"a[bc", b"a[bc"));
        assert!(fnmatch(b"a[b-d]e", b"ace"));
        assert!(!fnmatch(b"a[^b-d]e", b"ace"));
        assert!(fnmatch(b"[!a-z]x", "日x".as_bytes()));
    }

    #[test]
    fn a_star_does_not_cross_a_slash_and_not_a_leading_dot() {
        let files = ["/a/b.log", "/a/b/c.log", "/a/.d.log"];
        assert_eq!(glob("/a/*.log", &files), ["/a/b.log"]);
        assert_eq!(glob("/*/*.log", &files), ["/a/b.log"]);
        assert_eq!(glob("/a/.*.log", &files), ["/a/.d.log"]);
    }

    #[test]
    fn two_stars_are_any_number_of_directories() {
        let files = ["/a/x.log", "/a/b/c/x.log", "/a/.h/x.log", "/x.log"];
        assert_eq!(glob("/a/**/x.log", &files), ["/a/b/c/x.log", "/a/x.log"]);
        assert_eq!(glob("/**/x.log", &files).len(), 3);
    }

    #[test]
    fn many_braces_do_not_blow_up() {
        assert!(glob(&"{a,b}".repeat(40), &["x"]).is_empty());
    }
}
