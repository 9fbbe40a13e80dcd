//! Edits of a configuration that keep every byte they do not mean: for the page's forms and for
//! fixes. A value is written so that fluentd reads exactly what was wanted.

use super::syntax::{Item, ParamSyntax, SectionSyntax, Syntax};
use crate::diag::Edit;
use crate::source::Span;

/// A value as it has to be written: bare where that reads as the same text, else in single quotes,
/// else (line ends) in double quotes.
///
/// ```
/// use fluentd_playground::fluent::config::edit::written;
/// assert_eq!(written("/^a b$/"), "/^a b$/");
/// assert_eq!(written("[%d/%b/%Y]"), "'[%d/%b/%Y]'");
/// assert_eq!(written("/a #b\\d/"), "'/a #b\\d/'");
/// assert_eq!(written("a\nb"), "\"a\\nb\"");
/// ```
pub fn written(value: &str) -> String {
    if value.contains('\n') {
        return double_quoted(value);
    }
    if is_bare(value) { value.to_owned() } else { single_quoted(value) }
}

/// True when the text, written as it is after a name, is read as itself.
fn is_bare(value: &str) -> bool {
    let comment = [" #", "\t#"].iter().any(|mark| value.contains(mark));
    !value.is_empty()
        && !value.starts_with(['[', '{', '"', '\'', '#', ' ', '\t'])
        && !value.ends_with([' ', '\t'])
        && !value.contains('\r')
        && !comment
}

fn single_quoted(value: &str) -> String {
    let mut out = String::from("'");
    let mut characters = value.chars().peekable();
    while let Some(character) = characters.next() {
        // A backslash stands for itself unless a quote or a backslash follows.
        let escaped = match character {
            '\'' => true,
            '\\' => matches!(characters.peek(), None | Some('\'' | '\\')),
            _ => false,
        };
        if escaped {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('\'');
    out
}

fn double_quoted(value: &str) -> String {
    let mut out = String::from("\"");
    let mut characters = value.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '#' if characters.peek() == Some(&'{') => out.push_str("\\#"),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// Sets a parameter of a section (`None`: of the outermost level): the value of the last line of
/// that name, or a new line after the section's last parameter.
pub fn set(syntax: &Syntax, section: Option<&SectionSyntax>, name: &str, value: &str) -> Edit {
    // After a name with `@` the value is read as one word or one quoted text.
    let one_word = !name.starts_with('@') || !value.contains([' ', '\t', '"', '\'', '#']);
    let value =
        if one_word || value.contains('\n') { written(value) } else { single_quoted(value) };
    let edit = |span: Span, text: String| Edit { source: syntax.source, span, text };
    let params = params(syntax, section);
    if let Some(param) = params.iter().rev().find(|param| param.name == name) {
        return match param.value {
            // After a quoted value a comment needs no blank before it, after a bare one it does.
            Some(span)
                if syntax.text.get(span.end as usize..).is_some_and(|t| t.starts_with('#')) =>
            {
                edit(span, value + " ")
            }
            Some(span) => edit(span, value),
            None => edit(Span::at(param.key.end as usize), format!(" {value}")),
        };
    }
    let line = format!("{name} {value}");
    insert_line(syntax, section, params.last().copied(), &line)
}

/// Removes the lines of a parameter.
pub fn remove(syntax: &Syntax, section: Option<&SectionSyntax>, name: &str) -> Vec<Edit> {
    let params = params(syntax, section);
    let lines = params.iter().filter(|param| param.name == name).map(|param| {
        let end = param.value.unwrap_or(param.key).end as usize;
        cut(syntax, param.key.start as usize, end)
    });
    lines.collect()
}

/// Adds an empty section with these parameters at the end of a section.
pub fn add_section(
    syntax: &Syntax,
    section: Option<&SectionSyntax>,
    name: &str,
    arg: &str,
    params: &[(&str, &str)],
) -> Edit {
    let (indent, at) = match section {
        Some(section) => {
            let close = section.close.unwrap_or(Span::at(section.span.end as usize));
            (inner_indent(syntax, section), line_start(&syntax.text, close.start as usize))
        }
        None => (String::new(), syntax.text.len()),
    };
    let end = line_end(syntax);
    let arg = if arg.is_empty() { String::new() } else { format!(" {}", argument(arg)) };
    let mut text = before(syntax, at);
    text.push_str(&format!("{indent}<{name}{arg}>{end}"));
    for (key, value) in params {
        text.push_str(&format!("{indent}  {key} {}{end}", written(value)));
    }
    text.push_str(&format!("{indent}</{name}>{end}"));
    Edit { source: syntax.source, span: Span::at(at), text }
}

/// An argument of a section, so that it is read as itself.
fn argument(arg: &str) -> String {
    let plain = is_bare(arg) && !arg.contains(['>', '#']);
    if plain || arg.contains('\n') { written(arg) } else { single_quoted(arg) }
}

/// Removes a section with its lines.
pub fn remove_section(syntax: &Syntax, section: &SectionSyntax) -> Edit {
    cut(syntax, section.span.start as usize, section.span.end as usize)
}

fn params<'s>(syntax: &'s Syntax, section: Option<&'s SectionSyntax>) -> Vec<&'s ParamSyntax> {
    let items = section.map_or(&syntax.items, |section| &section.items);
    let params = items.iter().filter_map(|item| match item {
        Item::Param(param) => Some(param),
        Item::Section(_) | Item::Include(_) => None,
    });
    params.collect()
}

fn insert_line(
    syntax: &Syntax,
    section: Option<&SectionSyntax>,
    after: Option<&ParamSyntax>,
    line: &str,
) -> Edit {
    let (at, indent) = match (after, section) {
        (Some(param), _) => {
            let end = param.value.unwrap_or(param.key).end as usize;
            (next_line(&syntax.text, end), indent_at(&syntax.text, param.key.start as usize))
        }
        (None, Some(section)) => {
            (next_line(&syntax.text, section.open.end as usize), inner_indent(syntax, section))
        }
        (None, None) => (0, String::new()),
    };
    let text = format!("{}{indent}{line}{}", before(syntax, at), line_end(syntax));
    Edit { source: syntax.source, span: Span::at(at), text }
}

/// A line end to put in first where the line before has none.
fn before(syntax: &Syntax, at: usize) -> String {
    let head = syntax.text.get(..at).unwrap_or_default();
    if head.is_empty() || head.ends_with('\n') {
        String::new()
    } else {
        line_end(syntax).to_owned()
    }
}

fn line_end(syntax: &Syntax) -> &'static str {
    if syntax.text.contains("\r\n") { "\r\n" } else { "\n" }
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|head| head.rfind(['\n', '\r'])).map_or(0, |found| found + 1)
}

/// The start of the line after the one that holds `at`, which is behind a value or a tag. A comment
/// there is not ended by `\r` (fluentd's `LINE_END`).
fn next_line(text: &str, at: usize) -> usize {
    let tail = text.get(at..).unwrap_or_default();
    let comment = tail.trim_start_matches([' ', '\t']).starts_with('#');
    let end = if comment { tail.find('\n') } else { tail.find(['\n', '\r']) };
    match end {
        Some(end) if tail.get(end..).is_some_and(|rest| rest.starts_with("\r\n")) => at + end + 2,
        Some(end) => at + end + 1,
        None => text.len(),
    }
}

fn indent_at(text: &str, at: usize) -> String {
    let line = text.get(line_start(text, at)..at).unwrap_or_default();
    line.chars().take_while(|character| matches!(character, ' ' | '\t')).collect()
}

fn inner_indent(syntax: &Syntax, section: &SectionSyntax) -> String {
    indent_at(&syntax.text, section.open.start as usize) + "  "
}

/// Removes whole lines.
fn cut(syntax: &Syntax, start: usize, end: usize) -> Edit {
    let span = Span::new(line_start(&syntax.text, start), next_line(&syntax.text, end));
    Edit { source: syntax.source, span, text: String::new() }
}

/// The text after the edits, which do not overlap.
///
/// ```
/// use fluentd_playground::{diag::Edit, fluent::config::edit::apply, source::{SourceId, Span}};
/// let edit = Edit { source: SourceId::Conf(0), span: Span::new(1, 2), text: "x".into() };
/// assert_eq!(apply("abc", &[edit]), "axc");
/// ```
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    crate::order::by_key(&mut sorted, |edit| edit.span);
    let (mut out, mut end) = (String::with_capacity(text.len()), 0);
    for edit in sorted {
        let start = edit.span.start as usize;
        out.push_str(text.get(end..start).unwrap_or_default());
        out.push_str(&edit.text);
        end = end.max(edit.span.end as usize);
    }
    out.push_str(text.get(end..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::{add_section, apply, remove, remove_section, set};
    use crate::fluent::config::element::{AttrValue, Element};
    use crate::fluent::config::syntax::{Item, SectionSyntax, Syntax};
    use crate::fluent::config::v1_parser::parse;
    use crate::fluent::environment::Environment;

    const TEXTS: [&str; 7] = [
        "# top\n<a x> # one\n  k v # remark\n\n  # two\n  j [1, # c\n  2] # d\n</a>\n# end",
        "<a>\r\n\tk \"v\"\r\n</a>\r\n",
        "<a>\n</a>",
        "<a>\n  k\n  <b>\n    k 1\n  </b>\n</a>\nz 1",
        "<a>\n  k 'x' # y\n  k z\n</a>\n",
        "# 日本\n<a 日本>\n  k 語\n</a>",
        "<a>\n  k v\n</a>\nz 1\r",
    ];

    const VALUES: [&str; 22] = [
        "v",
        "a b",
        "",
        " ",
        " a",
        "a ",
        "#",
        "a #b",
        "a\t#b",
        "a#b",
        "[1",
        "{",
        "\"",
        "'",
        "it's",
        "a\\",
        "a\\'b",
        "\\\\d\\",
        "l1\nl2\n\n",
        "\"#{1+1}\"\n",
        "/(?<a>\\d+) #/",
        "日本\r",
    ];

    fn read(text: &str) -> (Element, Syntax) {
        let parsed = parse(text, &Environment::default());
        let root = parsed.root.unwrap_or_else(|| panic!("{text:?}: {:?}", parsed.errors));
        (root, parsed.files.into_iter().next().unwrap())
    }

    fn section(syntax: &Syntax) -> &SectionSyntax {
        syntax
            .items
            .iter()
            .find_map(|item| match item {
                Item::Section(section) => Some(section),
                _ => None,
            })
            .unwrap()
    }

    fn value<'e>(root: &'e Element, name: &str) -> Option<&'e AttrValue> {
        root.elements[0].peek(name).map(|attr| &attr.value)
    }

    #[test]
    fn a_value_that_is_set_is_read_as_itself_and_nothing_else_changes() {
        for text in TEXTS {
            for wanted in VALUES {
                for name in ["k", "new", "@new"] {
                    let (before, syntax) = read(text);
                    let after = apply(text, &[set(&syntax, Some(section(&syntax)), name, wanted)]);
                    let (root, _) = read(&after);
                    let got = value(&root, name);
                    assert_eq!(got, Some(&AttrValue::Text(wanted.to_owned())), "{after:?}");
                    let mut expected = before.clone();
                    let kept = root.elements[0].peek(name).unwrap().clone();
                    expected.elements[0].set(kept);
                    assert_eq!(root, expected, "{after:?}");
                }
            }
        }
    }

    #[test]
    fn comments_and_blanks_stay() {
        let (_, syntax) = read(TEXTS[0]);
        let after = apply(TEXTS[0], &[set(&syntax, Some(section(&syntax)), "k", "w")]);
        assert_eq!(after, TEXTS[0].replace("k v", "k w"));
        let after = apply(TEXTS[0], &remove(&syntax, Some(section(&syntax)), "j"));
        assert_eq!(after, "# top\n<a x> # one\n  k v # remark\n\n  # two\n</a>\n# end");
    }

    #[test]
    fn a_parameter_that_is_removed_is_gone() {
        for text in TEXTS {
            let (mut expected, syntax) = read(text);
            let after = apply(text, &remove(&syntax, Some(section(&syntax)), "k"));
            expected.elements[0].attrs.retain(|attr| attr.key != "k");
            assert_eq!(read(&after).0, expected, "{after:?}");
        }
    }

    #[test]
    fn sections_come_and_go() {
        for text in TEXTS {
            let (before, syntax) = read(text);
            let edit =
                add_section(&syntax, Some(section(&syntax)), "new", "a > b", &[("p", "x #y")]);
            let after = apply(text, &[edit]);
            let (root, syntax) = read(&after);
            let added = root.elements[0].elements.last().unwrap();
            assert_eq!((added.name.as_str(), added.arg.as_str()), ("new", "a > b"), "{after:?}");
            let inner = section(&syntax).sections().last().unwrap().clone();
            let back = apply(&after, &[remove_section(&syntax, &inner)]);
            assert_eq!(read(&back).0, before, "{back:?}");
            let end = apply(text, &[add_section(&read(text).1, None, "match", "**", &[])]);
            assert_eq!(read(&end).0.elements.last().unwrap().arg, "**");
        }
    }

    #[test]
    fn a_comment_goes_with_its_line_to_the_line_feed() {
        let (_, syntax) = read("k \"a\"# b\rc d\nz 1\n");
        let edits = remove(&syntax, None, "k");
        assert_eq!(apply(&syntax.text, &edits), "z 1\n");
    }
}
