//! Secrets known by the name beside them: `password=x`, `"token":"x"`, `X-Api-Key: x`, and in a
//! configuration `shared_key x`.

use super::{Kind, Secret, Syntax, before, run};
use std::ops::Range;

/// The last words of a secret's name.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "pw",
    "pass",
    "secret",
    "token",
    "apikey",
    "authorization",
    "credential",
    "credentials",
    "secretkey",
    "accesskey",
    "authtoken",
    "accesstoken",
    "clientsecret",
    "sharedkey",
];

/// What makes a key a secret: `api_key`, `aws_sec_key`; a plain `key` is none.
const KEYS: &[&str] = &[
    "api",
    "access",
    "secret",
    "sec",
    "shared",
    "private",
    "account",
    "encryption",
    "signing",
    "license",
    "auth",
    "master",
    "ingestion",
    "insert",
    "primary",
];

/// In an address' query these are secrets too.
const QUERY: &[&str] = &["sig", "signature", "key", "code"];

/// What stands in a secret's place and is none.
const NO_SECRETS: &[&str] = &[
    "null",
    "nil",
    "none",
    "true",
    "false",
    "undefined",
    "empty",
    "invalid",
    "expired",
    "missing",
    "required",
    "incorrect",
    "wrong",
    "changed",
    "reset",
    "ok",
    "failed",
    "rejected",
    "revoked",
    "valid",
    "unknown",
    "bearer",
    "basic",
    "yes",
    "no",
    "provided",
    "not",
    "found",
    "is",
    "was",
    "has",
    "for",
    "and",
    "the",
    "string",
    "hidden",
    "masked",
    "filtered",
    "redacted",
    "optional",
    "sensitive",
    "mismatch",
    "unauthorized",
    "forbidden",
    "malformed",
    "denied",
    "blank",
    "disabled",
    "enabled",
    "refreshed",
    "rotated",
    "accepted",
];

pub(super) fn find(line: &[u8], syntax: Syntax, found: &mut Vec<Secret>) {
    let mut at = 0;
    while at < line.len() {
        let length = run(line, at, is_name);
        if length == 0 {
            at += 1;
            continue;
        }
        let (start, end) = (at, at + length);
        at = end;
        let Some(name) = line.get(start..end) else { return };
        let in_query = matches!(before(line, start), Some(b'?' | b'&')) && is_of_query(name);
        if !(in_query || is_secret_name(name)) {
            continue;
        }
        let Some(span) = value(line, start, end, syntax) else { continue };
        let text = line.get(span.clone()).unwrap_or_default();
        // `?code=404`, `&key=id`: too short for a secret.
        if (in_query && text.len() < 8) || is_no_secret(name, text) {
            continue;
        }
        at = span.end.max(end);
        found.push(Secret { span, kind: Kind::Named });
    }
}

fn is_of_query(name: &[u8]) -> bool {
    let last = words(name).pop().unwrap_or_default();
    last == "signature" || QUERY.iter().any(|word| name.eq_ignore_ascii_case(word.as_bytes()))
}

/// What names like these mean besides: `PWD=/app`, `pass=120 fail=3`, `PASS: TestIt`, an object of
/// Kubernetes (`secret="kube-system/tls"`), the column of a `primary_key`.
fn is_no_secret(name: &[u8], text: &[u8]) -> bool {
    let small = |byte: &u8| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    match name.to_ascii_lowercase().as_slice() {
        b"pwd" => text.starts_with(b"/"),
        b"pass" => name == b"PASS" || text.iter().all(u8::is_ascii_digit),
        b"secret" => {
            text.split(|&byte| byte == b'/').count() == 2
                && text.iter().all(|byte| small(byte) || byte.is_ascii_digit())
        }
        b"primary_key" => text.iter().all(small),
        _ => false,
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// True where a name ends as secrets' names do: `db_password`, `accessToken`, `X-Api-Key`.
pub(super) fn is_secret_name(name: &[u8]) -> bool {
    let words = words(name);
    let word = |back: usize| {
        words.len().checked_sub(back).and_then(|at| words.get(at)).map_or("", String::as_str)
    };
    match word(1) {
        "key" => KEYS.contains(&word(2)),
        // .NET's `PublicKeyToken` names an assembly.
        "token" => word(3) != "public",
        "id" => word(2) == "key" && matches!(word(3), "aws" | "access"),
        "auth" => word(2) == "cloud",
        last => NAMES.contains(&last),
    }
}

/// The words of a name in lower case: split at `_`, `-`, `.` and where a capital follows a small letter.
fn words(name: &[u8]) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for &byte in name {
        let splits = !byte.is_ascii_alphanumeric() || (small && byte.is_ascii_uppercase());
        if splits && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (byte.is_ascii_alphanumeric(), words.last_mut()) {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
        small = byte.is_ascii_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// How a value is set apart from its name.
#[derive(Clone, Copy, PartialEq)]
enum Separator {
    /// `=` or `=>`, or a `:` after a quoted name: a value follows for sure.
    Sure,
    /// `:` after a bare name: prose does that too.
    Colon,
    /// White space: a configuration's parameter, or an option of a command.
    Space,
}

fn value(line: &[u8], start: usize, end: usize, syntax: Syntax) -> Option<Range<usize>> {
    let (separator, at) = separator(line, start, end, syntax)?;
    let (open, at) = quote(line, at);
    let mut span = match open {
        Some(open) => at..closing(line, at, open),
        None if syntax == Syntax::Conf && separator == Separator::Space => {
            at..line.trim_ascii_end().len().max(at)
        }
        None => at..at + run(line, at, is_bare),
    };
    span = without_scheme(line, span, open.is_some());
    let text = line.get(span.clone())?;
    let sure = open.is_some() || separator != Separator::Colon;
    let is_line = || is_line(line, start, span.end) && text.len() >= 6;
    (is_secret(text) && (sure || looks_made(text) || is_line())).then_some(span)
}

/// `password: swordfish` and no more, as a dump of settings has it, or a header (`X-Api-Key: abcdefg`).
fn is_line(line: &[u8], start: usize, end: usize) -> bool {
    let is_blank = |text: &[u8]| text.iter().all(u8::is_ascii_whitespace);
    is_blank(line.get(end..).unwrap_or_default())
        && (is_blank(line.get(..start).unwrap_or_default())
            || line.get(start..).is_some_and(|name| name.starts_with(b"X-")))
}

/// The separator after a name, and where the value begins.
fn separator(line: &[u8], start: usize, end: usize, syntax: Syntax) -> Option<(Separator, usize)> {
    let spaces = |at: usize| at + run(line, at, |byte| byte == b' ' || byte == b'\t');
    let (quoted, after_name) = quote(line, end);
    let at = spaces(after_name);
    match (line.get(at), line.get(at + 1)) {
        (Some(b'='), Some(b'>')) => Some((Separator::Sure, spaces(at + 2))),
        (Some(b'='), _) => Some((Separator::Sure, spaces(at + 1))),
        (Some(b':'), _) if quoted.is_some() => Some((Separator::Sure, spaces(at + 1))),
        // `{"name": "DB_PASSWORD", "value": "x"}`
        (Some(b','), _) if quoted.is_some() => {
            let (_, at) = quote(line, spaces(at + 1));
            let rest = line.get(at..)?.strip_prefix(b"value")?;
            let (_, at) = quote(line, line.len() - rest.len());
            let at = spaces(at);
            (line.get(at) == Some(&b':')).then(|| (Separator::Sure, spaces(at + 1)))
        }
        (Some(b':'), _) => Some((Separator::Colon, spaces(at + 1))),
        _ => {
            let first = line.get(..start)?.iter().all(u8::is_ascii_whitespace);
            let option =
                line.get(..start)?.ends_with(b"--") || line.get(start..)?.starts_with(b"--");
            let apart = at > end && quoted.is_none();
            let is_one = apart && ((first && syntax == Syntax::Conf) || option);
            is_one.then_some((Separator::Space, at))
        }
    }
}

/// A quotation mark with the backslashes before it, as JSON inside JSON has them.
#[derive(Clone, Copy)]
struct Quote {
    mark: u8,
    backslashes: usize,
}

/// The quotation mark here, if any, and the place after it.
fn quote(line: &[u8], at: usize) -> (Option<Quote>, usize) {
    let backslashes = run(line, at, |byte| byte == b'\\');
    match line.get(at + backslashes) {
        Some(&mark @ (b'"' | b'\'')) => (Some(Quote { mark, backslashes }), at + backslashes + 1),
        _ => (None, at),
    }
}

/// The end of a quoted value: the same mark with as many backslashes; or the line's end.
fn closing(line: &[u8], from: usize, open: Quote) -> usize {
    let mut backslashes = 0;
    for (at, &byte) in line.iter().enumerate().skip(from) {
        if byte == open.mark && backslashes <= open.backslashes {
            return at - backslashes;
        }
        backslashes = if byte == b'\\' { backslashes + 1 } else { 0 };
    }
    line.trim_ascii_end().len().max(from)
}

/// The end of a value without quotes.
fn is_bare(byte: u8) -> bool {
    !byte.is_ascii_whitespace()
        && !matches!(
            byte,
            b',' | b';' | b'&' | b'"' | b'\'' | b')' | b'}' | b']' | b'\\' | b'<' | b'>'
        )
}

/// `Authorization: Bearer x`: the word stays, what follows it goes.
fn without_scheme(line: &[u8], span: Range<usize>, quoted: bool) -> Range<usize> {
    let text = line.get(span.clone()).unwrap_or_default();
    let end = text.iter().position(|&byte| byte == b' ').unwrap_or(text.len());
    let word = text.get(..end).unwrap_or_default();
    let schemes = ["bearer", "basic", "digest", "token", "apikey", "negotiate", "splunk"];
    if !schemes.iter().any(|scheme| word.eq_ignore_ascii_case(scheme.as_bytes())) {
        return span;
    }
    let start = span.start + end + run(line, span.start + end, |byte| byte == b' ');
    if quoted { start.min(span.end)..span.end } else { start..start + run(line, start, is_bare) }
}

/// Not a placeholder, not a word that says what became of the secret.
fn is_secret(text: &[u8]) -> bool {
    let is_variable = |text: &[u8]| {
        text.first() == Some(&b'$')
            && text[1..].iter().all(|&b| b.is_ascii_uppercase() || b == b'_')
    };
    let placeholder = [&b"<"[..], b"${", b"#{", b"{{", b"[", b"%{", b"$(", b"{", b"*"];
    let word = text.to_ascii_lowercase();
    // `(hidden)`, `[filtered]`
    let marks = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_punctuation()).count();
    let word = &word[marks(&word)..];
    text.len() >= 3
        && !is_variable(text)
        && text.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
        && !placeholder.iter().any(|start| text.starts_with(start))
        && memchr::memmem::find(text, b"#{").is_none()
        && !NO_SECRETS.contains(&std::str::from_utf8(word).unwrap_or_default())
}

/// Not a word of prose: a digit, capitals inside, or marks that words do not have.
fn looks_made(text: &[u8]) -> bool {
    let rest = text.get(1..).unwrap_or_default();
    let capitals =
        rest.iter().any(u8::is_ascii_uppercase) && text.iter().any(u8::is_ascii_lowercase);
    let made = text.iter().any(|&byte| byte.is_ascii_digit() || b"!@#$%^*+/=~".contains(&byte));
    text.len() >= 6 && (made || capitals)
}
