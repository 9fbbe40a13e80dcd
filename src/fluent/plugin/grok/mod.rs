//! Grok patterns: names that stand for regular expressions (fluent-plugin-grok-parser
//! `lib/fluent/plugin/grok.rb`).
//!
//! The definitions in `legacy` and `ecs_v1` are ours, written from what each published name is said
//! to match.

pub mod expand;

use std::collections::BTreeMap;

/// `grok_pattern_series`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// `legacy`
    Legacy,
    /// `ecs-v1`
    EcsV1,
}

/// `@pattern_map`
#[derive(Clone, Debug, Default)]
pub struct PatternMap {
    patterns: BTreeMap<String, String>,
}

impl PatternMap {
    /// The patterns that come with the plugin.
    pub fn new(series: Series) -> PatternMap {
        let mut map = PatternMap::default();
        map.add_patterns(include_str!("base"));
        map.add_patterns(match series {
            Series::Legacy => include_str!("legacy"),
            Series::EcsV1 => include_str!("ecs_v1"),
        });
        map
    }

    /// `add_patterns_from_file`: a name, blanks and the pattern on each line; lines that begin with
    /// `#` and empty ones are skipped.
    pub fn add_patterns(&mut self, text: &str) {
        for line in text.lines() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, pattern) = line
                .split_once(|character: char| character.is_ascii_whitespace())
                .unwrap_or((line, ""));
            let pattern =
                pattern.trim_start_matches(|character: char| character.is_ascii_whitespace());
            self.patterns.insert(name.to_owned(), pattern.to_owned());
        }
    }

    /// The pattern of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.patterns.get(name).map(String::as_str)
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.patterns.keys().map(String::as_str)
    }
}
