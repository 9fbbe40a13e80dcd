//! What `@include` finds (fluentd `lib/fluent/config/v1_parser.rb`, `eval_include`).
//!
//! Files come from the environment; relative names lie beside the configuration. Absent: `http:`
//! and other remote addresses, which raise here and are reported.

use super::v1_parser::{BASE, no_method};
use crate::fluent::environment::Environment;
use crate::ruby::error::RubyError;
use crate::ruby::inspect::inspect_for_utf8;
use crate::ruby::version::RubyVersion;

/// Where the official images keep the configuration: absolute paths that begin so find the same files.
const IMAGE_BASE: &str = "/fluentd/etc";

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its whole path.
    pub(super) path: String,
    /// What it holds.
    pub(super) text: String,
}

/// What an address leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Included {
    /// The files, by name.
    pub(super) files: Vec<Found>,
}

/// `eval_include`: the files of an address, seen from a folder.
pub(super) fn resolve(
    uri: &str,
    folder: &str,
    environment: &Environment,
) -> Result<Included, RubyError> {
    let plus = uri.replace(' ', "+");
    let (scheme, path) = parse_uri(&plus)?;
    let is_file = scheme == Some("file") || scheme.is_some_and(|scheme| scheme.len() == 1);
    if !is_file && path != plus {
        return Err(remote(scheme, uri, &plus, environment.ruby));
    }
    if scheme.is_some() && !path.starts_with('/') && !plus.contains("//") {
        // An address like `file:a.conf` has no path for URI.
        return Err(no_method("b", None, environment.ruby));
    }
    let path = decode(path);
    let pattern =
        if path.starts_with('/') { path } else { expand_path(&format!("{folder}/{path}")) };
    let base = if pattern.starts_with(IMAGE_BASE) { IMAGE_BASE } else { BASE };
    let mut files: Vec<Found> = environment
        .files
        .iter()
        .map(|(name, text)| Found { path: absolute(name, base), text: text.clone() })
        .filter(|file| glob(&pattern, &file.path))
        .collect();
    crate::order::by(&mut files, |a, b| a.path < b.path);
    let is_folder = pattern == BASE
        || environment.files.iter().any(|(name, _)| {
            absolute(name, base)
                .strip_prefix(pattern.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        });
    if files.is_empty() && is_folder {
        let message = format!("include error {uri} - Is a directory @ io_fread - {pattern}");
        return Err(RubyError::new("Fluent::ConfigParseError", message));
    }
    Ok(Included { files })
}

/// A URL: fluentd would fetch it while it starts; nothing leaves the page. Another address raises.
fn remote(scheme: Option<&str>, uri: &str, plus: &str, ruby: RubyVersion) -> RubyError {
    match (scheme, ruby) {
        (Some("http" | "https" | "ftp"), _) => RubyError::new(
            "Fluent::ConfigParseError",
            format!("include error {uri} - the playground reads no URL"),
        ),
        (_, RubyVersion::V3_1) => RubyError::new(
            "NoMethodError",
            format!("private method `open' called for #<URI::Generic {plus}>"),
        ),
        (_, RubyVersion::V3_4) => RubyError::new(
            "NoMethodError",
            "private method 'open' called for an instance of URI::Generic",
        ),
    }
}

fn absolute(name: &str, base: &str) -> String {
    if name.starts_with('/') { expand_path(name) } else { expand_path(&format!("{base}/{name}")) }
}

/// `File.expand_path` of an absolute path.
fn expand_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// `URI.parse`: scheme and path; only as strict as RFC 3986 is about characters.
fn parse_uri(uri: &str) -> Result<(Option<&str>, &str), RubyError> {
    if !uri.is_ascii() {
        let message = format!("URI must be ascii only {}", dump(uri));
        return Err(RubyError::new("URI::InvalidURIError", message));
    }
    let invalid = || {
        let message = format!("bad URI(is not URI?): {}", inspect_for_utf8(uri));
        RubyError::new("URI::InvalidURIError", message)
    };
    let scheme_end = uri.find(|character: char| {
        !(character.is_ascii_alphanumeric() || matches!(character, '+' | '-' | '.'))
    });
    let scheme = scheme_end
        .filter(|end| uri.as_bytes().get(*end) == Some(&b':'))
        .and_then(|end| uri.get(..end))
        .filter(|scheme| scheme.starts_with(|first: char| first.is_ascii_alphabetic()));
    let rest = match scheme {
        Some(scheme) => uri.get(scheme.len() + 1..).unwrap_or_default(),
        None => uri,
    };
    let main = rest.split(['?', '#']).next().unwrap_or_default();
    let path = match main.strip_prefix("//") {
        Some(authority) => authority.find('/').and_then(|at| authority.get(at..)).unwrap_or(""),
        None => main,
    };
    let first_segment = path.split('/').next().unwrap_or_default();
    if !good_characters(rest) || (scheme.is_none() && first_segment.contains(':')) {
        return Err(invalid());
    }
    Ok((scheme, path))
}

fn good_characters(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'%' => bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)),
        b'#' => memchr::memchr_iter(b'#', bytes).count() == 1,
        byte => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(byte),
    })
}

/// `String#dump` of text beyond ASCII.
fn dump(text: &str) -> String {
    crate::ruby::inspect::inspect_string(&crate::ruby::string::RString::utf8(text))
}

/// `URI.decode_www_form_component`: `+` is a blank, `%xx` a byte.
pub(super) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = text.get(at + 1..at + 3).filter(|_| byte == b'%');
        match (byte, hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (_, Some(value)) => {
                out.push(value);
                at += 2;
            }
            (b'+', None) => out.push(b' '),
            (byte, None) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// `Dir.glob`: `*`, `?` and `[…]` within a name, `**/` over folders, `{a,b}`; names that begin with
/// a point must be named.
fn glob(pattern: &str, path: &str) -> bool {
    let budget = &mut 10_000;
    braces(pattern, 0).iter().any(|pattern| {
        let pattern: Vec<&str> = pattern.split('/').collect();
        let path: Vec<&str> = path.split('/').collect();
        segments(&pattern, &path, budget)
    })
}

/// The alternatives of `{a,b}`; nesting and number are bounded.
fn braces(pattern: &str, depth: usize) -> Vec<String> {
    let Some((open, close)) = pattern
        .find('{')
        .and_then(|open| pattern.get(open..)?.find('}').map(|close| (open, open + close)))
    else {
        return vec![pattern.to_owned()];
    };
    let (head, tail) = (pattern.get(..open), pattern.get(close + 1..));
    let (Some(head), Some(tail), Some(inner)) = (head, tail, pattern.get(open + 1..close)) else {
        return vec![pattern.to_owned()];
    };
    if depth > 3 {
        return vec![pattern.to_owned()];
    }
    inner
        .split(',')
        .take(50)
        .flat_map(|one| braces(&format!("{head}{one}{tail}"), depth + 1))
        .collect()
}

fn segments(pattern: &[&str], path: &[&str], budget: &mut usize) -> bool {
    *budget = budget.saturating_sub(1);
    if *budget == 0 {
        return false;
    }
    match (pattern, path) {
        ([], []) => true,
        (["**", rest @ ..], path) if !rest.is_empty() => {
            segments(rest, path, budget)
                || path.split_first().is_some_and(|(name, path)| {
                    !name.starts_with('.') && segments(pattern, path, budget)
                })
        }
        ([first, rest @ ..], [name, path @ ..]) => {
            let hidden = name.starts_with('.') && !first.starts_with('.');
            !hidden
                && wildcard(first.as_bytes(), name.as_bytes(), budget)
                && segments(rest, path, budget)
        }
        _ => false,
    }
}

fn wildcard(pattern: &[u8], name: &[u8], budget: &mut usize) -> bool {
    *budget = budget.saturating_sub(1);
    if *budget == 0 {
        return false;
    }
    match (pattern, name) {
        ([], []) => true,
        ([b'*', rest @ ..], name) => {
            wildcard(rest, name, budget)
                || name.split_first().is_some_and(|(_, name)| wildcard(pattern, name, budget))
        }
        ([b'?', rest @ ..], [_, name @ ..]) => wildcard(rest, name, budget),
        ([b'[', set @ ..], [byte, name @ ..]) => match memchr::memchr(b']', set) {
            Some(end) => {
                let (set, rest) = set.split_at(end);
                in_set(set, *byte) && wildcard(rest.get(1..).unwrap_or_default(), name, budget)
            }
            None => false,
        },
        ([b'\\', byte, rest @ ..], [first, name @ ..]) if byte == first => {
            wildcard(rest, name, budget)
        }
        ([byte, rest @ ..], [first, name @ ..]) if byte == first => wildcard(rest, name, budget),
        _ => false,
    }
}

fn in_set(set: &[u8], byte: u8) -> bool {
    let (negated, set) = match set {
        [b'^' | b'!', rest @ ..] => (true, rest),
        set => (false, set),
    };
    let mut at = 0;
    let mut found = false;
    while let Some(&low) = set.get(at) {
        match (set.get(at + 1), set.get(at + 2)) {
            (Some(b'-'), Some(&high)) => {
                found |= (low..=high).contains(&byte);
                at += 3;
            }
            _ => {
                found |= low == byte;
                at += 1;
            }
        }
    }
    found != negated
}

#[cfg(test)]
mod tests {
    use super::{glob, resolve};
    use crate::fluent::environment::Environment;

    #[test]
    fn patterns_match_names_as_ruby_globs_do() {
        assert!(glob("/a/*.conf", "/a/b.conf") && !glob("/a/*.conf", "/a/b/c.conf"));
        assert!(!glob("/a/*.conf", "/a/.b.conf") && glob("/a/**/c", "/a/x/y/c"));
        assert!(glob("/a/[a-c]?", "/a/bx") && glob("/{a,b}", "/b"));
        assert!(!glob(&("*a".repeat(200) + "b"), &"a".repeat(300)));
    }

    #[test]
    fn a_folder_is_no_file() {
        let error = resolve("file://inc.conf", "/etc/fluent", &Environment::default()).unwrap_err();
        let message = "include error file://inc.conf - Is a directory @ io_fread - /etc/fluent";
        assert_eq!(error.message, message);
    }
}
