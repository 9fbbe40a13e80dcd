//! The few forms of YAML that the exports write.

use std::fmt::Write as _;

/// A mapping entry `key: |` with `text` as a literal block, both at `indent` blanks; falls back to a
/// double-quoted scalar for text that no literal block can hold.
pub fn block_entry(key: &str, text: &str, indent: usize) -> String {
    let margin = " ".repeat(indent);
    let key = plain_or_quoted(key);
    if !fits_block(text) {
        return format!("{margin}{key}: {}\n", double_quoted(text));
    }
    let content = text.trim_end_matches('\n');
    let chomping = match text.len() - content.len() {
        0 => "-",
        1 if !content.is_empty() => "",
        _ => "+",
    };
    // The reader takes the indentation of the first non-empty line: name it where that line begins
    // with a blank of its own.
    let first = text.lines().find(|line| !line.is_empty()).unwrap_or_default();
    let indicator = if first.starts_with(' ') { "2" } else { "" };
    let mut out = format!("{margin}{key}: |{indicator}{chomping}\n");
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if line.is_empty() {
            out.push('\n');
        } else {
            let _ = writeln!(out, "{margin}  {line}");
        }
    }
    out
}

/// A literal block holds printable characters, tabs and line feeds; a line of blanks only would be
/// cut by readers, a carriage return becomes a line feed.
fn fits_block(text: &str) -> bool {
    !text.is_empty()
        && text.lines().all(|line| line.is_empty() || !line.trim_matches(' ').is_empty())
        && text.chars().all(|c| {
            matches!(c, '\t' | '\n')
                || (!c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}'))
        })
}

/// A scalar as it is where YAML reads it back as the same string, otherwise double-quoted.
pub fn plain_or_quoted(text: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let keyword = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
        .contains(&text.to_ascii_lowercase().as_str());
    if starts_well && !keyword && text.chars().all(safe) {
        text.to_owned()
    } else {
        double_quoted(text)
    }
}

/// A double-quoted scalar; also a valid JSON string.
pub fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A single-quoted scalar of one line: nothing but the quote itself needs care.
pub fn single_quoted(text: &str) -> String {
    if text.chars().any(char::is_control) {
        return double_quoted(text);
    }
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::{block_entry, plain_or_quoted};

    #[test]
    fn a_text_with_one_final_newline_is_a_plain_literal_block() {
        assert_eq!(block_entry("a.conf", "x\n\n  y\n", 2), "  a.conf: |\n    x\n\n      y\n");
    }

    #[test]
    fn final_newlines_are_kept_as_they_are() {
        assert_eq!(block_entry("a", "x", 0), "a: |-\n  x\n");
        assert_eq!(block_entry("a", "x\n\n", 0), "a: |+\n  x\n\n");
    }

    #[test]
    fn an_indented_first_line_names_its_indentation() {
        assert_eq!(block_entry("a", "  x\ny\n", 0), "a: |2\n    x\n  y\n");
    }

    #[test]
    fn what_no_block_can_hold_is_quoted() {
        assert_eq!(block_entry("a", "x\r\n", 0), "a: \"x\\r\\n\"\n");
        assert_eq!(block_entry("a", "", 0), "a: \"\"\n");
    }

    #[test]
    fn words_that_yaml_reads_as_something_else_are_quoted() {
        assert_eq!(plain_or_quoted("no"), "\"no\"");
        assert_eq!(plain_or_quoted("1.24"), "\"1.24\"");
        assert_eq!(plain_or_quoted("fluent-cri.conf"), "fluent-cri.conf");
    }
}
