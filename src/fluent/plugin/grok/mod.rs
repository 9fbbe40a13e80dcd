//! Grok patterns: names that stand for regular expressions (fluent-plugin-grok-parser
//! `lib/fluent/plugin/grok.rb`).
//!
//! The definitions in `base`, `legacy` and `ecs_v1` are ours, written from what each published name
//! is said to match. Names of the plugin that have none here (Nagios, Cisco, Bacula, …) stand in
//! `not_written`; a pattern that uses one is refused as not simulated, never guessed.

pub mod expand;

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
        self.patterns.get(name).map(String::as_str)
    }

    /// True for a name that the plugin knows and the playground does not.
    pub fn is_not_written(&self, name: &str) -> bool {
        let letter = match self.series {
            Some(Series::Legacy) => 'l',
            Some(Series::EcsV1) => 'e',
            None => return false,
        };
        let mut entries =
            include_str!("not_written").lines().filter_map(|line| line.split_once(' '));
        entries.any(|(known, letters)| known == name && letters.contains(letter))
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.patterns.keys().map(String::as_str)
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

    #[test]
    fn a_name_without_a_definition_is_not_guessed() {
        let error = expand("%{NAGIOSLOGLINE}", &PatternMap::new(Series::Legacy)).unwrap_err();
        assert_eq!(error.class, "Playground::NotSimulated");
    }
}
