//! Patterns from Fluentular, Rubular and regex101, with what fluentd reads differently.

use super::{Imported, around_parse, expression_value};
use crate::diag::Message;

/// A tester's link: pattern, line and time format stand in its query, if they are not its site's alone.
pub fn link(text: &str) -> Option<Imported> {
    if !text.starts_with("http") || text.contains(char::is_whitespace) {
        return None;
    }
    let query = text.split_once('?').map_or("", |(_, query)| query).split('#').next()?;
    let field = |names: &[&str]| {
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| names.contains(key))
            .map(|(_, value)| percent_decoded(value))
    };
    let Some(regexp) = field(&["regexp", "regex"]) else { return saved(text) };
    let mut imported = pattern(regexp.trim())?;
    if let Some(format) = field(&["time_format"]).filter(|format| !format.is_empty())
        && let Some((_, conf)) = imported.confs.first_mut()
    {
        let parameter = format!("    time_format {format}\n  </parse>");
        *conf = conf.replacen("  </parse>", &parameter, 1);
    }
    imported.what = Message::new("a tester's link", "テスターのリンク");
    let input = field(&["input", "test", "testString"]).unwrap_or_default();
    imported.lines = input.lines().map(str::to_owned).collect();
    imported.differences.push(Message::new(
        "A tester takes the whole text area at once; in_tail gives it line by line.",
        "テスターはテキスト全体を一度に扱いますが、in_tail は 1 行ずつ渡します。",
    ));
    Some(imported)
}

/// A link to what only its site keeps.
fn saved(text: &str) -> Option<Imported> {
    let is_one = ["regex101.com/", "rubular.com/"].iter().any(|site| text.contains(site));
    is_one.then(|| Imported {
        what: Message::new("a saved pattern's link", "保存されたパターンのリンク"),
        differences: vec![Message::new(
            "The pattern is kept on that site, and nothing is fetched from here: paste the pattern itself.",
            "パターンはそのサイトにあり、ここからは取得しません。パターン自体を貼り付けてください。",
        )],
        ..Imported::default()
    })
}

/// A pattern of one line, with or without slashes and flags.
pub fn pattern(text: &str) -> Option<Imported> {
    if text.lines().count() != 1 || !looks_like_pattern(text) {
        return None;
    }
    let (body, flags) = split_literal(text);
    let mut differences = Vec::new();
    let (body, options) = adapted(body, flags, &mut differences);
    let section = format!(
        "<parse>\n  @type regexp\n  expression {}\n</parse>\n",
        expression_value(&body, options)
    );
    Some(Imported {
        what: Message::new("a regular expression", "正規表現"),
        confs: vec![("fluent.conf".to_owned(), around_parse(&section))],
        lines: Vec::new(),
        differences,
    })
}

/// Only what has a named group is surely a pattern for a parser.
fn looks_like_pattern(text: &str) -> bool {
    ["(?<", "(?P<", "(?'"].iter().any(|opening| {
        text.match_indices(opening).any(|(at, _)| {
            text[at + opening.len()..]
                .starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '@'))
        })
    })
}

/// `/body/flags` or `r"body"`; anything else is the body itself.
fn split_literal(text: &str) -> (&str, &str) {
    if let Some((body, flags)) = text.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'))
        && flags.chars().all(|c| c.is_ascii_alphabetic())
    {
        return (body, flags);
    }
    (text, "")
}

/// The pattern in Ruby's syntax and the options fluentd knows, with what changed.
fn adapted(body: &str, flags: &str, differences: &mut Vec<Message>) -> (String, &'static str) {
    let mut body = body.to_owned();
    if body.contains("(?P<") {
        body = body.replace("(?P<", "(?<");
        differences.push(Message::new(
            "`(?P<name>…)` is written `(?<name>…)` in Ruby.",
            "`(?P<name>…)` は Ruby では `(?<name>…)` と書きます。",
        ));
    }
    if body.contains("(?P=") {
        body = replace_python_references(&body);
        differences.push(Message::new(
            "`(?P=name)` is written `\\k<name>` in Ruby.",
            "`(?P=name)` は Ruby では `\\k<name>` と書きます。",
        ));
    }
    if flags.contains('m') && !flags.contains('s') {
        differences.push(Message::new(
            "The flag m (^ and $ at every line) is always on in Ruby; Ruby's own m means that a dot matches a newline, so it is left out.",
            "フラグ m (^ と $ が行ごと) は Ruby では常に有効です。Ruby の m は「. が改行にも一致」という意味なので外しました。",
        ));
    }
    if flags.contains('x') {
        body.insert_str(0, "(?x)");
        differences.push(Message::new(
            "fluentd ignores the flag x: it is written into the pattern.",
            "fluentd はフラグ x を無視するため、パターンの中に書きました。",
        ));
    }
    if flags.contains('g') {
        differences.push(Message::new(
            "fluentd takes the first match of a line only (no flag g).",
            "fluentd は各行の最初の一致だけを使います (フラグ g はありません)。",
        ));
    }
    differences.push(Message::new(
        "Without `encoding utf-8` fluentd matches bytes: a dot is one byte, `\\w` and `\\d` are ASCII.",
        "`encoding utf-8` がないと fluentd はバイト単位で照合します。「.」は 1 バイト、`\\w` と `\\d` は ASCII だけです。",
    ));
    let options = match (flags.contains('i'), flags.contains('s')) {
        (true, true) => "im",
        (true, false) => "i",
        (false, true) => "m",
        (false, false) => "",
    };
    (body, options)
}

fn replace_python_references(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("(?P=") {
        out.push_str(before);
        match after.split_once(')') {
            Some((name, tail)) => {
                out.push_str(&format!("\\k<{name}>"));
                rest = tail;
            }
            None => {
                out.push_str("(?P=");
                rest = after;
            }
        }
    }
    out + rest
}

/// `%XX` and `+` of a query, broken UTF-8 as U+FFFD.
fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = text.get(at + 1..at + 3).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (byte, hex) {
            (b'%', Some(code)) => {
                out.push(code);
                at += 3;
                continue;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{link, pattern};

    #[test]
    fn a_go_pattern_is_rewritten_and_the_change_is_said() {
        let imported = pattern("/^(?P<level>\\w+) (?P=level) (?P<msg>.*)$/gm").unwrap_or_default();
        assert!(imported.confs[0].1.contains(r"expression /^(?<level>\w+) \k<level> (?<msg>.*)$/"));
        assert!(imported.differences.len() >= 4);
    }

    #[test]
    fn a_fluentular_link_brings_its_line_and_time_format() {
        let text = "https://fluentular.example/parse?regexp=%5E%28%3F%3Ctime%3E%5B%5E+%5D%2B%29+%28%3F%3Clog%3E.*%29%24&input=a+%E6%97%A5&time_format=%25s";
        let imported = link(text).unwrap_or_default();
        assert!(imported.confs[0].1.contains("expression /^(?<time>[^ ]+) (?<log>.*)$/"));
        assert!(imported.confs[0].1.contains("    time_format %s\n  </parse>"));
        assert_eq!(imported.lines, ["a 日"]);
    }

    #[test]
    fn a_link_to_what_its_site_keeps_says_so() {
        let text = "https://regex101.com/?regex=%5E(%3FP%3Clevel%3E%5Cw%2B)&testString=INFO%20x";
        let imported = link(text).unwrap_or_default();
        assert!(imported.confs[0].1.contains(r"expression /^(?<level>\w+)/"));
        assert_eq!(imported.lines, ["INFO x"]);
        for text in ["https://rubular.com/r/a1B2", "https://regex101.com/r/AbC123/1"] {
            assert!(link(text).is_some_and(|imported| imported.confs.is_empty()), "{text}");
        }
        assert_eq!(link("https://example.org/a?b=c"), None);
    }

    #[test]
    fn look_behind_is_not_taken_for_a_name() {
        assert_eq!(pattern("(?<=a)b"), None);
        assert_eq!(pattern("(?<!a)b"), None);
    }
}
