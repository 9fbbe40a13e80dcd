//! *Capture by example*: a person selects a part of a line and names it; the pattern grows so that
//! it takes this part in every line of its kind.
//!
//! What stands before the part and what the part is made of can be said in several ways. Each way is
//! tried on all lines; ways that take the same parts everywhere are one choice. A choice never loses
//! a line that the pattern took before, nor changes what its groups take. Deliberately absent: a
//! guess of what is meant where choices differ; that is shown and chosen.

use crate::diag::Text;
use crate::encoding::Encoding;
use crate::onigmo::tree::{Enclose, Kind};
use crate::onigmo::{Options, Regexp, Region};
use crate::source::Span;

/// Choices given at most.
const CHOICES: usize = 5;
/// Other lines whose part is shown.
const EXAMPLES: usize = 4;

/// One way to take the part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The pattern as it would be.
    pub pattern: String,
    /// Lines in which it takes a part.
    pub taken: u32,
    /// Lines of this kind.
    pub of: u32,
    /// Some of what it takes, each once, the selected part first.
    pub examples: Vec<String>,
}

/// A request that cannot be met, and why.
pub type Refused = Text;

static NO_NAME: Text = Text {
    en: "A name begins with a letter or `_`, and holds letters, digits and `_` only.",
    ja: "名前は英字または `_` で始まり、英数字と `_` だけを使えます。",
};
static TAKEN_NAME: Text = Text {
    en: "The pattern already has a group of this name.",
    ja: "この名前のグループは既にあります。",
};
static NOTHING: Text = Text {
    en: "Select a part of one line first.",
    ja: "まず 1 行の一部を選択してください。",
};
static ACROSS: Text = Text {
    en: "The selected part lies across two groups, or between them: select a part within one colour.",
    ja: "選択した部分が複数のグループにまたがっています。1 つの色の内側を選択してください。",
};
static NO_WAY: Text = Text {
    en: "No pattern takes exactly this part.",
    ja: "ちょうどこの部分を取るパターンが見つかりません。",
};

/// Where the part is to be taken from.
struct Site<'s> {
    /// The pattern before and after what grows.
    around: (&'s str, &'s str),
    /// What grows: the body of a group, or of nothing.
    body: &'s str,
    /// For each line, the range that the body takes.
    ranges: Vec<Span>,
}

/// The ways to take `selected` of `lines[line]` as `name`. `pattern`: what reads the lines now;
/// without one, or where it does not take the line, a pattern is begun.
pub fn capture(
    pattern: Option<&Regexp>,
    lines: &[&[u8]],
    line: usize,
    selected: Span,
    name: &str,
) -> Result<Vec<Choice>, Refused> {
    let own = lines.get(line).copied().unwrap_or_default();
    if selected.is_empty() || selected.end as usize > own.len() {
        return Err(NOTHING);
    }
    if !is_name(name) {
        return Err(NO_NAME);
    }
    let taken = pattern.map(|pattern| (pattern, regions(pattern, lines)));
    let options = pattern.map(Regexp::options).unwrap_or_default();
    match &taken {
        Some((pattern, regions)) if regions.get(line).is_some_and(Option::is_some) => {
            if pattern.names().iter().any(|known| &*known.text == name) {
                return Err(TAKEN_NAME);
            }
            let kept: Vec<usize> = (0..lines.len())
                .filter(|at| regions.get(*at).is_some_and(Option::is_some))
                .collect();
            let site = site(pattern, regions, &kept, line, selected).ok_or(ACROSS)?;
            let lines: Vec<&[u8]> = kept.iter().filter_map(|at| lines.get(*at).copied()).collect();
            let line = kept.iter().position(|at| *at == line).unwrap_or(0);
            grown(&site, options, &lines, line, selected, name)
        }
        _ => {
            let ranges = lines.iter().map(|line| Span::new(0, line.len())).collect();
            let site = Site { around: ("^", "$"), body: ".*", ranges };
            grown(&site, Options::default(), lines, line, selected, name)
        }
    }
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The groups of each line, `None` where the pattern does not match.
fn regions(pattern: &Regexp, lines: &[&[u8]]) -> Vec<Option<Vec<Option<Span>>>> {
    let mut region = Region::default();
    let mut of = |line: &&[u8]| {
        let found = pattern.search(line, Encoding::Utf8, 0, &mut region).unwrap_or(false);
        found.then(|| region.groups.clone())
    };
    lines.iter().map(&mut of).collect()
}

/// The innermost group around the selection.
fn site<'s>(
    pattern: &'s Regexp,
    regions: &[Option<Vec<Option<Span>>>],
    kept: &[usize],
    line: usize,
    selected: Span,
) -> Option<Site<'s>> {
    let own = regions.get(line)?.as_ref()?;
    let around = |group: &(usize, &Option<Span>)| {
        group.1.is_some_and(|span| span.start <= selected.start && selected.end <= span.end)
    };
    let groups = own.iter().enumerate().skip(1).filter(around);
    let (group, _) = groups.min_by_key(|(_, span)| span.map_or(0, |span| span.end - span.start))?;
    let node = pattern.tree().nodes.iter().find(|node| {
        matches!(&node.kind, Kind::Enclose { kind: Enclose::Memory { group: own }, .. } if *own as usize == group)
    })?;
    let text = pattern.pattern();
    let whole = text.get(node.span.range())?;
    let open = if whole.starts_with("(?<") { whole.find('>')? + 1 } else { 1 };
    let (start, end) = (node.span.start as usize + open, node.span.end as usize - 1);
    let range = |at: &usize| regions.get(*at)?.as_ref()?.get(group).copied().flatten();
    Some(Site {
        around: (text.get(..start)?, text.get(end..)?),
        body: text.get(start..end)?,
        ranges: kept.iter().map(|at| range(at).unwrap_or_default()).collect(),
    })
}

fn grown(
    site: &Site<'_>,
    options: Options,
    lines: &[&[u8]],
    line: usize,
    selected: Span,
    name: &str,
) -> Result<Vec<Choice>, Refused> {
    let own = lines.get(line).copied().ok_or(NOTHING)?;
    let range = site.ranges.get(line).copied().ok_or(NOTHING)?;
    let part = own.get(selected.range()).ok_or(NOTHING)?;
    let before = own.get(range.start as usize..selected.start as usize).ok_or(NOTHING)?;
    let after = own.get(selected.end as usize..range.end as usize).ok_or(NOTHING)?;
    let mut choices: Vec<(Vec<Option<Vec<u8>>>, Choice)> = Vec::new();
    for way in befores(before) {
        for class in classes(part, after.first().copied()) {
            let Some(found) = try_way(site, options, lines, (line, selected), name, &way, &class)
            else {
                continue;
            };
            if !choices.iter().any(|(known, _)| *known == found.0) {
                choices.push(found);
            }
        }
    }
    if choices.is_empty() {
        return Err(NO_WAY);
    }
    // Stable: among those that take as many lines, the simplest way first.
    crate::order::by_key(&mut choices, |(_, choice)| std::cmp::Reverse(choice.taken));
    choices.truncate(CHOICES);
    Ok(choices.into_iter().map(|(_, choice)| choice).collect())
}

/// What the way takes of each line, when it takes exactly the selected part and loses no line.
fn try_way(
    site: &Site<'_>,
    options: Options,
    lines: &[&[u8]],
    (line, selected): (usize, Span),
    name: &str,
    before: &str,
    class: &str,
) -> Option<(Vec<Option<Vec<u8>>>, Choice)> {
    let rest = if matches!(site.body, ".*" | ".+" | ".*?" | ".+?") { ".*" } else { site.body };
    let is_begun = site.around == ("^", "$");
    for optional in [false, true] {
        let part = format!("{before}(?<{name}>{class})");
        let part = if optional { format!("(?:{part})?") } else { part };
        let pattern = format!("{}{part}{rest}{}", site.around.0, site.around.1);
        let regexp = Regexp::new(&pattern, options).ok()?;
        let group =
            regexp.names().iter().find(|known| &*known.text == name)?.groups.last().copied()?;
        let regions = regions(&regexp, lines);
        let part = |at: usize| *regions.get(at)?.as_ref()?.get(group as usize)?;
        if part(line) != Some(selected) {
            return None;
        }
        if !is_begun && !optional && regions.iter().any(Option::is_none) {
            continue;
        }
        let found: Vec<Option<Vec<u8>>> = lines
            .iter()
            .enumerate()
            .map(|(at, text)| Some(text.get(part(at)?.range())?.to_vec()))
            .collect();
        let choice = Choice {
            pattern,
            taken: found.iter().flatten().count() as u32,
            of: lines.len() as u32,
            examples: examples(&found, line),
        };
        return Some((found, choice));
    }
    None
}

fn examples(found: &[Option<Vec<u8>>], line: usize) -> Vec<String> {
    let first = found.get(line).into_iter();
    let mut examples: Vec<String> = Vec::new();
    for part in first.chain(found).flatten() {
        let part = String::from_utf8_lossy(part).into_owned();
        if !examples.contains(&part) && examples.len() <= EXAMPLES {
            examples.push(part);
        }
    }
    examples
}

/// Ways to say what stands before the part, from the start of the group on; the simplest first.
fn befores(before: &[u8]) -> Vec<String> {
    let Ok(text) = std::str::from_utf8(before) else { return Vec::new() };
    let mut ways = Vec::new();
    if text.is_empty() {
        return vec![String::new()];
    }
    // A label: `level=`, `status: `, `[`.
    let label_at = text
        .char_indices()
        .rev()
        .skip_while(|(_, c)| !is_word(*c))
        .find(|(_, c)| !is_word(*c))
        .map_or(0, |(at, c)| at + c.len_utf8());
    let label = text.get(label_at..).unwrap_or_default();
    let is_label = label.ends_with(['=', ':', '"', '(', '[', '/']) || label.ends_with(": ");
    if is_label {
        ways.push(format!(".*?{}", escaped(label)));
    }
    // So many words: `[^ ]+ [^ ]+ `.
    let words = text.split(' ').count() - 1;
    let last = text.rsplit(' ').next().unwrap_or_default();
    if words <= 12 && text.split(' ').rev().skip(1).all(|word| !word.is_empty()) {
        ways.push(format!("{}{}", "[^ ]+ ".repeat(words), escaped(last)));
    }
    // Up to the sign before it.
    let sign: String = text.chars().rev().take_while(|c| !is_word(*c)).collect();
    let sign: String = sign.chars().rev().collect();
    if !sign.is_empty() && !is_label {
        ways.push(format!(".*?{}", escaped(&sign)));
    }
    ways.push(shaped(text));
    ways.push(escaped(text));
    ways
}

/// Ways to say what the part is made of, the narrowest that is common first.
fn classes(part: &[u8], next: Option<u8>) -> Vec<String> {
    let Ok(text) = std::str::from_utf8(part) else { return Vec::new() };
    let all = |is: fn(&u8) -> bool| part.iter().all(is);
    let mut ways: Vec<String> = Vec::new();
    if all(u8::is_ascii_digit) {
        ways.push(r"\d+".to_owned());
    } else if all(u8::is_ascii_uppercase) {
        ways.push("[A-Z]+".to_owned());
    } else if all(u8::is_ascii_alphabetic) {
        ways.push("[A-Za-z]+".to_owned());
    }
    if !part.contains(&b' ') {
        ways.push("[^ ]+".to_owned());
    }
    if text.chars().all(is_word) {
        ways.push(r"\w+".to_owned());
    }
    if let Some(next) = next.filter(|next| next.is_ascii() && !part.contains(next)) {
        let next = if matches!(next, b']' | b'\\' | b'^' | b'-' | b'[') {
            format!("\\{}", char::from(next))
        } else {
            char::from(next).to_string()
        };
        ways.push(format!("[^{next}]+"));
    }
    ways.push(shaped(text));
    if next.is_none() {
        ways.push(".+".to_owned());
    }
    ways
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The text with runs of digits and of letters as classes, signs as themselves.
fn shaped(text: &str) -> String {
    let mut out = String::new();
    let mut last = "";
    for c in text.chars() {
        let class = match c {
            '0'..='9' => r"\d+",
            'a'..='z' | 'A'..='Z' => "[A-Za-z]+",
            _ => "",
        };
        if class.is_empty() {
            out.push_str(&escaped(c.encode_utf8(&mut [0; 4])));
        } else if class != last {
            out.push_str(class);
        }
        last = class;
    }
    out
}

/// The text as a pattern that matches itself; also in fluent.conf, where a pattern ends at `/`.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push_str("\\t"),
            // A blank and `#` would begin a comment in fluent.conf.
            '.' | '*' | '?' | '+' | '^' | '$' | '|' | '\\' | '(' | ')' | '[' | ']' | '{' | '}'
            | '#' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Choice, capture};
    use crate::onigmo::{Options, Regexp};
    use crate::source::Span;

    const CRI: &str = "^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[FP]) (?<log>.*)$";

    fn lines(messages: &[&str]) -> Vec<String> {
        messages.iter().map(|text| format!("2023-02-02T07:48:11.5Z stdout F {text}")).collect()
    }

    fn of(pattern: Option<&str>, lines: &[String], part: &str, name: &str) -> Vec<Choice> {
        let regexp = pattern.map(|pattern| Regexp::new(pattern, Options::default()).unwrap());
        let bytes: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
        let at = lines[0].find(part).unwrap();
        let span = Span::new(at, at + part.len());
        capture(regexp.as_ref(), &bytes, 0, span, name).unwrap()
    }

    #[test]
    fn a_word_of_the_message_becomes_a_field_in_every_line() {
        let lines = lines(&["INFO [cart] a", "WARN [cart] b", "ERROR [pay] c"]);
        let found = of(Some(CRI), &lines, "INFO", "level");
        assert_eq!(found[0].pattern, CRI.replace("(?<log>", "(?<log>(?<level>[A-Z]+)"));
        assert_eq!((found[0].taken, found[0].of), (3, 3));
        assert_eq!(found[0].examples, ["INFO", "WARN", "ERROR"]);
    }

    #[test]
    fn a_label_finds_its_value_anywhere() {
        let lines = lines(&["a status=200 took=3ms", "b c took=12ms status=404", "no such thing"]);
        let found = of(Some(CRI), &lines, "200", "status");
        assert_eq!(found[0].examples, ["200", "404"]);
        assert_eq!(found[0].taken, 2);
        // The third line is still taken: the part is optional.
        assert!(
            found[0].pattern.contains("(?:.*?status=(?<status>\\d+))?.*"),
            "{}",
            found[0].pattern
        );
    }

    #[test]
    fn what_can_be_meant_in_several_ways_gives_several_choices() {
        let lines = lines(&["[cart] 15 --- GET", "[pay svc] 7 --- POST"]);
        let found = of(Some(CRI), &lines, "15", "pid");
        let has = |examples: [&str; 2]| found.iter().any(|choice| choice.examples == examples);
        // The second word, or what follows the bracket.
        assert!(has(["15", "svc]"]) && has(["15", "7"]), "{found:?}");
    }

    #[test]
    fn without_a_pattern_one_is_begun() {
        let lines = vec!["user=ann id=1".to_owned(), "user=bob id=22".to_owned()];
        let found = of(None, &lines, "ann", "user");
        assert_eq!(found[0].examples, ["ann", "bob"]);
        assert!(found[0].pattern.starts_with('^') && found[0].pattern.ends_with('$'));
    }

    #[test]
    fn what_cannot_be_done_says_why() {
        let lines = lines(&["INFO a"]);
        let regexp = Regexp::new(CRI, Options::default()).unwrap();
        let bytes: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
        let at = |from: usize, to: usize, name: &str| {
            capture(Some(&regexp), &bytes, 0, Span::new(from, to), name).map_err(|text| text.en)
        };
        assert!(at(3, 3, "a").unwrap_err().starts_with("Select"));
        assert!(at(3, 6, "9a").unwrap_err().starts_with("A name"));
        assert!(at(3, 6, "log").unwrap_err().contains("already"));
        assert!(at(20, 28, "x").unwrap_err().contains("across"));
    }

    #[test]
    fn signs_are_taken_as_themselves() {
        let lines = lines(&["(a.b) [x] {1}", "(a.c) [y] {2}"]);
        let found = of(Some(CRI), &lines, "x", "kind");
        assert_eq!(found[0].examples, ["x", "y"]);
    }
}
