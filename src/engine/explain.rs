//! A pattern alone: its groups, and what Ruby says of it.

use crate::onigmo::regexp::{Options, Regexp};

/// Lines about a pattern, with or without its slashes; the error is Ruby's.
pub fn explain(pattern: &str) -> Result<Vec<String>, String> {
    let mut options = Options::default();
    let mut source = pattern;
    if let Some(rest) = pattern.strip_prefix('/')
        && let Some((body, flags)) = rest.rsplit_once('/')
    {
        source = body;
        options.ignore_case = flags.contains('i');
        options.multi_line = flags.contains('m');
    }
    let regexp = Regexp::new(source, options).map_err(|error| error.message)?;
    let mut lines = vec![format!("pattern: {source}")];
    for name in regexp.names() {
        let groups: Vec<String> = name.groups.iter().map(ToString::to_string).collect();
        lines.push(format!("group {}: {}", groups.join(", "), name.text));
    }
    if regexp.names().is_empty() {
        lines.push(format!(
            "no named groups, {} numbered: fluentd's regexp parser refuses it",
            regexp.group_count()
        ));
    }
    if regexp.fixed_encoding() {
        lines.push(
            "tied to UTF-8: without `encoding utf-8` it raises on lines with other bytes"
                .to_owned(),
        );
    }
    for warning in regexp.warnings() {
        lines.push(format!("warning: {}", warning.message));
    }
    Ok(lines)
}
