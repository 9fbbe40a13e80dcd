//! `expand_pattern`: a pattern with `%{NAME:field:type}` in it as a plain regular expression.

use super::PatternMap;
use crate::fluent::error::RubyError;

/// Most replacements in one pattern: a name that leads back to itself would never end.
const MAX_REPLACEMENTS: usize = 20_000;

/// Longest expansion, in bytes.
const MAX_LENGTH: usize = 1_000_000;

/// An expanded pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expanded {
    /// The regular expression.
    pub regexp: String,
    /// The fields with their types, in order of first appearance.
    pub types: Vec<(String, String)>,
}

/// One `%{…}`.
struct Reference<'p> {
    start: usize,
    end: usize,
    name: &'p str,
    field: Option<&'p str>,
    field_type: Option<&'p str>,
}

/// Replaces every name, also in what the names stand for.
///
/// ```
/// use fluentd_playground::fluent::plugin::grok::{PatternMap, Series, expand::expand};
/// let expanded = expand("%{WORD:[a][b]:integer}", &PatternMap::new(Series::Legacy)).unwrap();
/// assert_eq!(expanded.regexp, r"(?<a.b>\b\w+\b)");
/// assert_eq!(expanded.types, [("a.b".to_owned(), "integer".to_owned())]);
/// ```
pub fn expand(pattern: &str, map: &PatternMap) -> Result<Expanded, RubyError> {
    let mut expanded = Expanded { regexp: pattern.to_owned(), types: Vec::new() };
    for _ in 0..MAX_REPLACEMENTS {
        let text = &expanded.regexp;
        let Some(reference) = first_reference(text) else { return Ok(expanded) };
        let Some(definition) = map.get(reference.name) else {
            let message = format!("grok pattern not found: {text}");
            return Err(RubyError::new("Fluent::Grok::GrokPatternNotFoundError", message));
        };
        let mut replaced = text.get(..reference.start).unwrap_or_default().to_owned();
        match reference.field.map(field_name) {
            Some(field) => {
                replaced.push_str(&format!("(?<{field}>{definition})"));
                let field_type = reference.field_type.unwrap_or("string").to_owned();
                match expanded.types.iter_mut().find(|(known, _)| *known == field) {
                    Some(known) => known.1 = field_type,
                    None => expanded.types.push((field, field_type)),
                }
            }
            None => replaced.push_str(&format!("(?:{definition})")),
        }
        replaced.push_str(text.get(reference.end..).unwrap_or_default());
        expanded.regexp = replaced;
        if expanded.regexp.len() > MAX_LENGTH {
            break;
        }
    }
    let message = "the pattern never stops growing: a name leads back to itself";
    Err(RubyError::new("Playground::StepBudget", message))
}

/// `[a][b]` is the field `a.b`.
fn field_name(written: &str) -> String {
    match written.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        Some(inner) => inner.split("][").collect::<Vec<_>>().join("."),
        None => written.to_owned(),
    }
}

/// The first `%{NAME}`, `%{NAME:field}` or `%{NAME:field:type}`.
fn first_reference(text: &str) -> Option<Reference<'_>> {
    memchr::memmem::find_iter(text.as_bytes(), b"%{").find_map(|start| reference_at(text, start))
}

fn reference_at(text: &str, start: usize) -> Option<Reference<'_>> {
    // `[A-z]` of the original takes what stands between Z and a in ASCII too.
    let is_name = |byte: &u8| matches!(byte, b'A'..=b'z' | b'0'..=b'9');
    let inside = text.get(start + 2..)?;
    let name_length = inside.as_bytes().iter().take_while(|byte| is_name(byte)).count();
    if name_length == 0 {
        return None;
    }
    let reference = |end: usize, field, field_type| Reference {
        start,
        end,
        name: inside.get(..name_length).unwrap_or_default(),
        field,
        field_type,
    };
    let at = start + 2 + name_length;
    match text.as_bytes().get(at)? {
        b'}' => Some(reference(at + 1, None, None)),
        b':' => {
            let (field, field_type, end) = field_at(text, at + 1)?;
            Some(reference(end, Some(field), field_type))
        }
        _ => None,
    }
}

/// The field at `at`, the shortest that is followed by `}` or by a type and `}`.
fn field_at(text: &str, at: usize) -> Option<(&str, Option<&str>, usize)> {
    let is_field = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'@' | b'A'..=b'z' | b':' | b'.' | b'-')
    };
    let bytes = text.as_bytes();
    let mut end = at;
    while bytes.get(end).is_some_and(|&byte| is_field(byte)) {
        end += 1;
        let field = text.get(at..end)?;
        match bytes.get(end)? {
            b'}' => return Some((field, None, end + 1)),
            b':' => {
                if let Some(length) = type_length(text.get(end + 1..)?) {
                    let field_type = text.get(end + 1..end + 1 + length)?;
                    return Some((field, Some(field_type), end + 2 + length));
                }
            }
            _ => {}
        }
    }
    None
}

/// The length of a type that is followed by `}`.
fn type_length(text: &str) -> Option<usize> {
    for simple in ["string", "bool", "integer", "float", "time", "array"] {
        if text.strip_prefix(simple).is_some_and(|rest| rest.starts_with('}')) {
            return Some(simple.len());
        }
    }
    if let Some(format) = text.strip_prefix("time:") {
        let mut characters = format.char_indices().skip(1);
        let end = characters.find(|(_, character)| *character == '}')?.0;
        return (!format.get(..end)?.contains('\n')).then_some("time:".len() + end);
    }
    let delimiter = text.strip_prefix("array:")?;
    if delimiter.starts_with('}') && !delimiter.starts_with("}}") {
        return Some("array:".len());
    }
    let length = delimiter.chars().next().filter(|&first| first != '\n')?.len_utf8();
    delimiter.get(length..)?.starts_with('}').then_some("array:".len() + length)
}

#[cfg(test)]
mod tests {
    use super::{PatternMap, expand};

    fn regexp(pattern: &str) -> String {
        let mut map = PatternMap::default();
        map.add_patterns("# names\n\nA a+\nB  %{A:x}b\nLOOP %{LOOP}\n");
        match expand(pattern, &map) {
            Ok(expanded) => format!("{} {:?}", expanded.regexp, expanded.types),
            Err(error) => error.message,
        }
    }

    #[test]
    fn names_are_replaced_until_none_is_left() {
        assert_eq!(regexp("^%{B}$"), r#"^(?:(?<x>a+)b)$ [("x", "string")]"#);
        assert_eq!(regexp("%{NO:x}"), "grok pattern not found: %{NO:x}");
        assert!(regexp("%{LOOP}").contains("never stops"));
    }

    #[test]
    fn a_type_follows_the_field() {
        assert_eq!(regexp("%{A:t:time:%Y-%m}"), r#"(?<t>a+) [("t", "time:%Y-%m")]"#);
        assert_eq!(regexp("%{A:l:array:;}"), r#"(?<l>a+) [("l", "array:;")]"#);
        assert_eq!(regexp("%{A:n:nosuch}"), r#"(?<n:nosuch>a+) [("n:nosuch", "string")]"#);
    }

    #[test]
    fn what_is_no_reference_stays() {
        assert_eq!(regexp("%{} %{A"), "%{} %{A []");
    }
}
