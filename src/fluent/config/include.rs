//! Where an `@include` leads: the path as a URI, globs, and the files that the imagined machine has.

use crate::fluent::environment::Environment;
use crate::fluent::error::RubyError;

/// The folder of the main file, fluentd's default; relative names of [`Environment::files`] count from
/// here.
pub(super) const BASE: &str = "/etc/fluent";
/// Where the official images keep it: absolute paths that begin so find the same files.
const IMAGE_BASE: &str = "/fluentd/etc";

/// What to look for.
pub(super) struct Pattern {
    /// An absolute path, perhaps a glob.
    pub(super) pattern: String,
    /// The path ends in `*.conf`: it can take backed-up files by accident.
    pub(super) suspicious: bool,
}

/// `URI.parse` and what follows it in `eval_include`.
pub(super) fn path_of(uri: &str, base: &str) -> Result<Pattern, RubyError> {
    let uri_text = uri.replace(' ', "+");
    check_uri(&uri_text)?;
    let (scheme, rest) = split_scheme(&uri_text);
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let path = match path.strip_prefix("//") {
        // The authority is no part of the path.
        Some(after) => after.find('/').map_or("", |at| &after[at..]),
        None => path,
    };
    let local = matches!(scheme, Some("file")) || scheme.is_some_and(|s| s.len() == 1);
    if !local && path != uri_text {
        return Err(remote(scheme, &uri_text));
    }
    let decoded = decode_www_form_component(path);
    let pattern = if decoded.starts_with('/') {
        decoded.clone()
    } else {
        expand_path(&format!("{base}/{decoded}"))
    };
    if path.is_empty() && local {
        // `Dir.glob` of the folder itself finds it, and it cannot be read.
        let message = format!("include error {uri} - Is a directory @ io_fread - {base}");
        return Err(RubyError::new("Fluent::ConfigParseError", message));
    }
    Ok(Pattern { pattern, suspicious: decoded.ends_with("*.conf") })
}

/// A URL: fluentd would fetch it while it starts; nothing leaves the page.
fn remote(scheme: Option<&str>, uri: &str) -> RubyError {
    match scheme {
        Some("http" | "https" | "ftp") => RubyError::new(
            "Fluent::ConfigParseError",
            format!("include error {uri} - the playground reads no URL"),
        ),
        _ => RubyError::new(
            "NoMethodError",
            format!("private method `open' called for #<URI::Generic {uri}>"),
        ),
    }
}

fn split_scheme(uri: &str) -> (Option<&str>, &str) {
    match uri.split_once(':') {
        Some((scheme, rest))
            if scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)) =>
        {
            (Some(scheme), rest)
        }
        _ => (None, uri),
    }
}

/// RFC 3986's characters, as `URI.parse` asks for them.
fn check_uri(uri: &str) -> Result<(), RubyError> {
    let quoted = || crate::ruby::inspect::inspect_string(&uri.into());
    if !uri.is_ascii() {
        let message = format!("URI must be ascii only {}", quoted());
        return Err(RubyError::new("URI::InvalidURIError", message));
    }
    let bytes = uri.as_bytes();
    let good = |at: usize, byte: u8| match byte {
        b'%' => {
            bytes.get(at + 1..at + 3).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit))
        }
        _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?#".contains(&byte),
    };
    if bytes.iter().enumerate().all(|(at, &byte)| good(at, byte)) {
        return Ok(());
    }
    let message = format!("bad URI(is not URI?): {}", quoted());
    Err(RubyError::new("URI::InvalidURIError", message))
}

/// `+` is a blank, `%XX` a byte.
fn decode_www_form_component(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = (byte == b'%')
            .then(|| u8::from_str_radix(text.get(at + 1..at + 3)?, 16).ok())
            .flatten();
        if let Some(code) = code {
            out.push(code);
            at += 3;
        } else {
            out.push(if byte == b'+' { b' ' } else { byte });
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// `File.expand_path` of an absolute path.
fn expand_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The files that a pattern matches, sorted by path: path and text.
pub(super) fn files<'e>(pattern: &str, environment: &'e Environment) -> Vec<(String, &'e str)> {
    let base = if pattern.starts_with(IMAGE_BASE) { IMAGE_BASE } else { BASE };
    let mut found: Vec<(String, &str)> = environment
        .files
        .iter()
        .map(|(path, text)| {
            let path = if path.starts_with('/') { path.clone() } else { format!("{base}/{path}") };
            (expand_path(&path), text.as_str())
        })
        .filter(|(path, _)| glob(pattern, path))
        .collect();
    found.sort();
    found
}

/// `File.basename`
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// `File.dirname`
pub(super) fn dir_name(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `x.bak.conf`, `x_old.conf` and their like.
pub(super) fn looks_backed_up(name: &str) -> bool {
    const SUSPICIOUS: [&str; 10] =
        ["bak", "old", "backup", "orig", "prev", "conf", "tmp", "temp", "debug", "wip"];
    name.strip_suffix(".conf").is_some_and(|stem| {
        SUSPICIOUS
            .iter()
            .any(|word| stem.strip_suffix(word).is_some_and(|rest| rest.ends_with(['.', '_'])))
    })
}

/// `Dir.glob` with `*`, `?` and `**/`: part by part; a leading dot is matched only by a dot.
fn glob(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
    let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    glob_parts(&pattern, &path)
}

/// Recursion is as deep as the pattern has parts.
fn glob_parts(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        ([], []) => true,
        (["**", rest @ ..], _) if !rest.is_empty() => (0..=path.len()).any(|skipped| {
            path[..skipped].iter().all(|part| !part.starts_with('.'))
                && glob_parts(rest, &path[skipped..])
        }),
        ([first, rest @ ..], [name, names @ ..]) => {
            let hidden = name.starts_with('.') && !first.starts_with('.');
            !hidden && wildcard(first.as_bytes(), name.as_bytes()) && glob_parts(rest, names)
        }
        _ => false,
    }
}

/// `*` and `?` within one part, by the usual two-pointer walk.
fn wildcard(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&byte) if byte == b'?' || byte == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, taken)) = star else { return false };
                star = Some((at, taken + 1));
                p = at + 1;
                t = taken + 1;
            }
        }
    }
    pattern[p..].iter().all(|&byte| byte == b'*')
}
