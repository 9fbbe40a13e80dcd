//! Which files a source tails: `path`, `exclude_path`, `glob_policy`, time in paths.

use std::rc::Rc;

use super::config::{Config, GlobPolicy};
use super::glob::glob;
use crate::fluent::environment::Environment;
use crate::fluent::time::named_timezone;
use crate::ruby::error::RubyError;
use crate::ruby::time::{Time, Zone};
use crate::ruby::time_library::numeric_offset;
use crate::ruby::value::EventTime;
use crate::ruby::zone::TimeZone;

/// `RESERVED_CHARS`
const RESERVED_CHARS: [&str; 3] = ["/", "*", "%"];

/// The path patterns of a source.
#[derive(Clone, Debug)]
pub struct Paths {
    /// `path`, cut and trimmed, each once.
    pub paths: Vec<String>,
    exclude: Vec<String>,
    policy: GlobPolicy,
    zone: Rc<TimeZone>,
    offset: Option<i32>,
}

impl Paths {
    /// The checks of `configure` that concern the path.
    pub(super) fn new(config: &Config, environment: &Environment) -> Result<Paths, RubyError> {
        config.check_watchers()?;
        if config.glob_policy == GlobPolicy::Always && config.path_delimiter == "," {
            return Err(RubyError::config(
                "cannot use glob_policy as always with the default path_delimiter: `,\"",
            ));
        }
        let path = &config.path;
        let extended = config.glob_policy == GlobPolicy::Extended;
        if extended && has_braces(path) && is_extended_glob(path) {
            return Err(RubyError::config(format!(
                "cannot include curly braces with glob patterns in `{path}\". \
                 Use glob_policy always instead."
            )));
        }
        if RESERVED_CHARS.contains(&config.path_delimiter.as_str()) {
            let reserved = RESERVED_CHARS.join(", ");
            let delimiter = &config.path_delimiter;
            return Err(RubyError::config(format!("{reserved} are reserved words: {delimiter}")));
        }
        let paths = cut(path, &config.path_delimiter);
        if paths.is_empty() {
            return Err(RubyError::config("tail: 'path' parameter is required on tail input"));
        }
        let timezone = config.path_timezone.as_deref().unwrap_or_default();
        let named = named_timezone(timezone);
        Ok(Paths {
            paths,
            exclude: config.exclude_path.clone(),
            policy: config.glob_policy,
            offset: numeric_offset(timezone.as_bytes()).map(|offset| offset as i32),
            zone: named.map_or_else(|| TimeZone::from_tz(&environment.tz), Rc::new),
        })
    }

    /// `use_glob?`
    pub fn use_glob(&self, path: &str) -> bool {
        match self.policy {
            GlobPolicy::BackwardCompatible => path.contains('*'),
            GlobPolicy::Extended => is_extended_glob(path),
            GlobPolicy::Always => is_extended_glob(path) || has_braces(path),
        }
    }

    /// A path with the time of `now` in it.
    pub fn formatted(&self, path: &str, now: EventTime) -> String {
        if !path.contains('%') {
            return path.to_owned();
        }
        let zone = self.offset.map_or(Zone::Local(Rc::clone(&self.zone)), Zone::Fixed);
        Time::at(now.sec, now.nsec.clamp(0, 999_999_999) as u32, zone).strftime(path)
    }

    /// `expand_paths`: those of `files` that are tailed, in the order they are taken up.
    pub fn expand<'f>(&self, files: &[&'f str], now: EventTime) -> Vec<&'f str> {
        let mut found: Vec<&str> = Vec::new();
        for path in &self.paths {
            found.extend(self.listed(path, files, now));
        }
        let excluded: Vec<&str> =
            self.exclude.iter().flat_map(|path| self.listed(path, files, now)).collect();
        let mut tailed: Vec<&str> = Vec::with_capacity(found.len());
        for file in found {
            if !excluded.contains(&file) && !tailed.contains(&file) {
                tailed.push(file);
            }
        }
        tailed
    }

    fn listed<'f>(&self, path: &str, files: &[&'f str], now: EventTime) -> Vec<&'f str> {
        let path = self.formatted(path, now);
        if self.use_glob(&path) {
            glob(&squeeze(&path), files)
        } else {
            // Slashes in a row are one for the file system.
            let is_it =
                |file: &str| file == path || (path.contains("//") && file == squeeze(&path));
            files.iter().copied().filter(|file| is_it(file)).collect()
        }
    }
}

fn squeeze(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for character in path.chars() {
        if character != '/' || !out.ends_with('/') {
            out.push(character);
        }
    }
    out
}

/// `path.split(delimiter).map(&:strip).uniq`
fn cut(path: &str, delimiter: &str) -> Vec<String> {
    let mut pieces: Vec<&str> = if delimiter.is_empty() {
        path.split("").filter(|piece| !piece.is_empty()).collect()
    } else {
        path.split(delimiter).collect()
    };
    while pieces.last().is_some_and(|last| last.is_empty()) {
        pieces.pop();
    }
    let mut paths: Vec<String> = Vec::new();
    for piece in pieces {
        let blank = |c: char| c.is_ascii_whitespace() || c == '\0' || c == '\u{b}';
        let piece = piece.trim_start_matches(|c| blank(c) && c != '\0').trim_end_matches(blank);
        if !paths.iter().any(|known| known == piece) {
            paths.push(piece.to_owned());
        }
    }
    paths
}

/// `extended_glob_pattern`
fn is_extended_glob(path: &str) -> bool {
    path.contains(['*', '?']) || after(path, '[').is_some_and(|rest| rest.contains(']'))
}

/// `/\{.*,.*\}/`
fn has_braces(path: &str) -> bool {
    let inside = after(path, '{').and_then(|rest| after(rest, ','));
    inside.is_some_and(|rest| rest.contains('}'))
}

fn after(text: &str, mark: char) -> Option<&str> {
    text.split_once(mark).map(|(_, rest)| rest)
}
