//! Edits of a `<parse>` section that make it read the lines of the other runtime, alone or beside
//! those that it reads now.
//!
//! The parameters that stand there are kept, with their comments; only `@type` becomes `format`
//! when they move into a `<pattern>` of `multi_format`.

use super::convert::Runtime;
use crate::diag::Text;
use crate::fluent::config::element::{AttrValue, Element};

/// A new text for a section, from its `<` to the `>` of its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// What a button says.
    pub title: Text,
    /// The section as it would stand there.
    pub text: String,
}

static BOTH: Text = Text { en: "Parse both formats", ja: "両方の形式を読む" };
static JSON_ONLY: Text =
    Text { en: "Read Docker JSON instead", ja: "Docker JSON を読むように変更" };
static CRI_ONLY: Text =
    Text { en: "Read CRI lines instead", ja: "CRI の行を読むように変更" };

const BLANK: [char; 4] = [' ', '\t', '\r', '\n'];

const CRI: &str =
    "expression /^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<log>.*)$/";

/// The parameters that read the lines of a runtime, `key` being `@type` or `format`.
fn reads(runtime: Runtime, key: &str) -> Vec<String> {
    let (kind, pattern) = match runtime {
        Runtime::Docker => ("json", None),
        Runtime::Cri => ("regexp", Some(CRI)),
    };
    let kind = Some(format!("{key} {kind}"));
    let rest = pattern.map(str::to_owned).into_iter();
    kind.into_iter().chain(rest).chain(["time_format %iso8601".to_owned()]).collect()
}

/// What makes the section read lines of `runtime`; `mixed`: beside lines of the other kind.
/// Nothing where it stands on one line or is no section that this can help.
pub fn reading(text: &str, parse: &Element, runtime: Runtime, mixed: bool) -> Vec<Rewrite> {
    let Some(inner) = inner(text, parse) else { return Vec::new() };
    let outer = indent(text, parse);
    let kind = parse.attrs.iter().find(|attr| attr.key == "@type").map(|attr| &attr.value);
    let is_multi = matches!(kind, Some(AttrValue::Text(kind)) if kind == "multi_format");
    let both = if is_multi {
        let rest = inner.trim_end_matches(BLANK);
        format!("<parse>{rest}\n{}{outer}</parse>", pattern(&outer, &reads(runtime, "format")))
    } else {
        let kept: Vec<String> = inner.trim_matches('\n').lines().map(renamed).collect();
        let patterns =
            [pattern(&outer, &dedented(&kept)), pattern(&outer, &reads(runtime, "format"))];
        format!("<parse>\n{outer}  @type multi_format\n{}{outer}</parse>", patterns.concat())
    };
    let only: String =
        reads(runtime, "@type").iter().map(|line| format!("{outer}  {line}\n")).collect();
    let only = Rewrite {
        title: if runtime == Runtime::Docker { JSON_ONLY } else { CRI_ONLY },
        text: format!("<parse>\n{only}{outer}</parse>"),
    };
    let both = Rewrite { title: BOTH, text: both };
    if is_multi || mixed { vec![both] } else { vec![only, both] }
}

/// The section as `@type regexp` with this pattern, in place of a parser that takes whole lines.
pub fn with_pattern(text: &str, parse: &Element, pattern: &str) -> String {
    let outer = indent(text, parse);
    format!("<parse>\n{outer}  @type regexp\n{outer}  expression /{pattern}/\n{outer}</parse>")
}

/// What stands between `<parse>` and `</parse>`, when that runs over lines.
fn inner<'t>(text: &'t str, parse: &Element) -> Option<&'t str> {
    let section = text.get(parse.span.range())?;
    let inner = section.strip_prefix("<parse>")?.strip_suffix("</parse>")?;
    inner.starts_with('\n').then_some(inner)
}

/// The blanks before the section.
fn indent(text: &str, parse: &Element) -> String {
    let before = text.get(..parse.span.start as usize).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.chars().take_while(|c| *c == ' ' || *c == '\t').collect()
}

/// A `<pattern>` with these lines.
fn pattern(outer: &str, lines: &[String]) -> String {
    let lines: String = lines.iter().map(|line| format!("{outer}    {line}\n")).collect();
    format!("{outer}  <pattern>\n{lines}{outer}  </pattern>\n")
}

/// `multi_format` calls the parser of a pattern `format`.
fn renamed(line: &str) -> String {
    let at = line.len() - line.trim_start_matches(BLANK).len();
    match line.get(at..).and_then(|rest| rest.strip_prefix("@type")) {
        Some(rest) => format!("{}format{rest}", line.get(..at).unwrap_or_default()),
        None => line.to_owned(),
    }
}

/// The lines without the blanks that all of them begin with; without empty ones at the end.
fn dedented(lines: &[String]) -> Vec<String> {
    let lines = lines.iter().filter(|line| !line.trim_matches(BLANK).is_empty());
    let depth = |line: &&String| line.len() - line.trim_start_matches(BLANK).len();
    let least = lines.clone().map(|line| depth(&line)).min().unwrap_or(0);
    lines.map(|line| line.get(least..).unwrap_or(line).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Rewrite, reading};
    use crate::advise::convert::Runtime;
    use crate::fluent::config::v1_parser::parse;
    use crate::fluent::environment::Environment;

    fn of(conf: &str, runtime: Runtime, mixed: bool) -> Vec<Rewrite> {
        let root = parse(conf, &Environment::default()).root.unwrap();
        reading(conf, &root.elements[0].elements[0], runtime, mixed)
    }

    #[test]
    fn a_pattern_moves_into_multi_format_with_its_comments() {
        let conf = "<source>\n  <parse>\n    # CRI\n    @type regexp\n    expression /^(?<log>.*)$/\n  </parse>\n</source>\n";
        let found = of(conf, Runtime::Docker, true);
        assert_eq!(
            found[0].text,
            "<parse>\n    @type multi_format\n    <pattern>\n      # CRI\n      format regexp\n      expression /^(?<log>.*)$/\n    </pattern>\n    <pattern>\n      format json\n      time_format %iso8601\n    </pattern>\n  </parse>"
        );
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn multi_format_gets_one_more_pattern() {
        let conf = "<source>\n<parse>\n  @type multi_format\n  <pattern>\n    format json\n  </pattern>\n</parse>\n</source>\n";
        let found = of(conf, Runtime::Cri, false);
        assert_eq!(found[0].text.matches("<pattern>").count(), 2);
        assert!(found[0].text.contains("stdout|stderr") && !found[0].text.contains("@type json"));
    }

    #[test]
    fn lines_of_one_kind_may_have_their_own_parser() {
        let conf = "<source>\n  <parse>\n    @type json\n  </parse>\n</source>\n";
        let found = of(conf, Runtime::Cri, false);
        assert_eq!(found.len(), 2);
        assert!(found[0].text.starts_with("<parse>\n    @type regexp\n    expression /^"));
    }
}
