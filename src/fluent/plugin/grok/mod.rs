//! Grok patterns: names that stand for regular expressions (fluent-plugin-grok-parser
//! `lib/fluent/plugin/grok.rb`).
//!
//! The definitions in `base`, `legacy` and `ecs_v1`, and in short hand in `rare` (Nagios, Cisco,
//! Bacula, …), are ours, written from what each published name is said to match.

pub mod expand;
mod shorthand;

use std::cell::OnceCell;

use crate::order::map::Map;

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
    patterns: Map<String, String>,
    series: Option<Series>,
    rare: OnceCell<Map<String, String>>,
}

impl PatternMap {
    /// The patterns that come with the plugin.
    pub fn new(series: Series) -> PatternMap {
        let mut map = PatternMap { series: Some(series), ..PatternMap::default() };
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
        let found = self.patterns.get(name).or_else(|| self.rare()?.get(name));
        found.map(String::as_str)
    }

    /// The names that few logs need, made when one is asked for.
    fn rare(&self) -> Option<&Map<String, String>> {
        let series = self.series?;
        Some(self.rare.get_or_init(|| {
            let mut rare = Map::default();
            shorthand::definitions(include_str!("rare"), series, |name, definition| {
                rare.insert(name, definition);
            });
            rare
        }))
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.patterns.keys().chain(self.rare().into_iter().flat_map(Map::keys)).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::expand::expand;
    use super::{PatternMap, Series};
    use crate::onigmo::regexp::{Options, Regexp};

    #[test]
    fn every_name_expands_to_a_regexp_that_ruby_takes() {
        for series in [Series::Legacy, Series::EcsV1] {
            let map = PatternMap::new(series);
            for name in map.names() {
                let expanded = expand(&format!("%{{{name}:x}}"), &map).unwrap();
                let compiled = Regexp::new(&expanded.regexp, Options::default());
                assert!(compiled.is_ok(), "{series:?} {name}: {compiled:?}");
            }
        }
    }
}
