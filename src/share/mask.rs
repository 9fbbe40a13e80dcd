//! Secrets in what is about to be shared: found, shown, and masked without changing the parse.
//!
//! A mask keeps length, line ends, quotes, escapes and punctuation, and puts `x`, `X` and `0` for
//! letters and digits, so that a pattern that took the line still takes it. Finding leans to what is
//! named as a secret (`password=`, `Authorization:`) or has a secret's own shape (cloud keys, JWTs,
//! private keys, card numbers); words that merely stand near such a name are left alone. What is
//! masked already is not found again.

mod keyed;
mod number;
mod pem;
mod shape;

use super::{ShareText, State};
use crate::diag::Text;
use std::ops::Range;

/// What kind of secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The value of a name that says so: `password`, `secret`, `token`, `api_key`, `shared_key` …
    Named,
    /// `user:pass@` in a URL.
    UrlCredentials,
    /// What follows `Bearer` or `Basic`.
    Authorization,
    /// A JSON web token.
    Jwt,
    /// A cloud's or a service's key, known by its shape.
    ServiceKey,
    /// A PEM private key.
    PrivateKey,
    /// A card number with a right check digit.
    CardNumber,
    /// An e-mail address.
    Email,
    /// An IPv4 address that is not a private one.
    PublicAddress,
}

impl Kind {
    /// Its name for a person.
    pub fn text(self) -> Text {
        let (en, ja) = match self {
            Kind::Named => ("password or token", "パスワードまたはトークン"),
            Kind::UrlCredentials => {
                ("user and password in a URL", "URL 内のユーザー名とパスワード")
            }
            Kind::Authorization => ("Authorization header", "Authorization ヘッダー"),
            Kind::Jwt => ("JSON web token", "JSON Web Token"),
            Kind::ServiceKey => ("key of a cloud or service", "クラウドやサービスのキー"),
            Kind::PrivateKey => ("private key", "秘密鍵"),
            Kind::CardNumber => ("card number", "カード番号"),
            Kind::Email => ("e-mail address", "メールアドレス"),
            Kind::PublicAddress => ("public IPv4 address", "グローバル IPv4 アドレス"),
        };
        Text { en, ja }
    }
}

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// fluent.conf: a name and its value stand side by side.
    Conf,
    /// Log lines.
    Log,
}

/// A secret in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Its bytes.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// The secrets of a text, in order, none overlapping.
pub fn find(text: &[u8], syntax: Syntax) -> Vec<Secret> {
    let mut found = Vec::new();
    pem::find(text, &mut found);
    let mut start = 0;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let mut of_line = Vec::new();
        shape::find(line, &mut of_line);
        number::find(line, &mut of_line);
        keyed::find(line, syntax, &mut of_line);
        found.extend(of_line.into_iter().map(|secret| Secret {
            span: secret.span.start + start..secret.span.end + start,
            kind: secret.kind,
        }));
        start += line.len();
    }
    found.retain(|secret| text.get(secret.span.clone()).is_some_and(|part| mask(part) != part));
    // Of two that overlap, the one that begins first, then the longer one.
    crate::order::by_key(&mut found, |secret| {
        (secret.span.start, std::cmp::Reverse(secret.span.end))
    });
    let mut end = 0;
    found.retain(|secret| {
        let apart = secret.span.start >= end;
        end = end.max(secret.span.end);
        apart
    });
    found
}

/// The text with these secrets masked.
pub fn masked(text: &[u8], secrets: &[Secret]) -> Vec<u8> {
    let mut out = text.to_vec();
    for secret in secrets {
        if let Some(part) = out.get_mut(secret.span.clone()) {
            let masked = mask(part);
            part.copy_from_slice(&masked);
        }
    }
    out
}

/// A secret of a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which text of the state.
    pub text: ShareText,
    /// Where and what.
    pub secret: Secret,
}

/// The secrets of everything that a link would carry.
pub fn find_in(state: &State) -> Vec<Found> {
    let mut found = Vec::new();
    let mut look = |text: ShareText, bytes: &[u8], syntax: Syntax| {
        found.extend(find(bytes, syntax).into_iter().map(|secret| Found { text, secret }));
    };
    look(ShareText::Conf, state.conf.as_bytes(), Syntax::Conf);
    for (at, file) in state.files.iter().enumerate() {
        look(ShareText::File(at), &file.bytes, Syntax::Log);
    }
    for (at, file) in state.includes.iter().enumerate() {
        look(ShareText::Include(at), &file.bytes, Syntax::Conf);
    }
    for (at, (name, value)) in state.settings.env.iter().enumerate() {
        if keyed::is_secret_name(name.as_bytes()) && mask(value.as_bytes()) != value.as_bytes() {
            let secret = Secret { span: 0..value.len(), kind: Kind::Named };
            found.push(Found { text: ShareText::Env(at), secret });
        } else {
            let of_value = find(value.as_bytes(), Syntax::Log).into_iter();
            found.extend(of_value.map(|secret| Found { text: ShareText::Env(at), secret }));
        }
    }
    found
}

/// The state with these secrets masked; expected records follow what happened to their lines.
pub fn masked_state(state: &State, found: &[Found]) -> State {
    let of = |text: ShareText, bytes: &[u8]| {
        let secrets: Vec<Secret> = found
            .iter()
            .filter(|found| found.text == text)
            .map(|found| found.secret.clone())
            .collect();
        masked(bytes, &secrets)
    };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let mut out = state.clone();
    out.conf = text(of(ShareText::Conf, state.conf.as_bytes()));
    for (at, file) in out.files.iter_mut().enumerate() {
        file.bytes = of(ShareText::File(at), &file.bytes);
    }
    for (at, file) in out.includes.iter_mut().enumerate() {
        file.bytes = of(ShareText::Include(at), &file.bytes);
    }
    for (at, (_, value)) in out.settings.env.iter_mut().enumerate() {
        *value = text(of(ShareText::Env(at), value.as_bytes()));
    }
    let swaps = swaps(state, found);
    for event in out.checks.iter_mut().filter_map(|check| check.event.as_mut()) {
        for (secret, mask) in &swaps {
            for part in [&mut event.tag, &mut event.record].into_iter().flatten() {
                *part = part.replace(secret, mask);
            }
        }
    }
    out
}

/// What the secrets of the log files become, the longest first.
fn swaps(state: &State, found: &[Found]) -> Vec<(String, String)> {
    let mut swaps: Vec<(String, String)> = found
        .iter()
        .filter_map(|found| {
            let ShareText::File(at) = found.text else { return None };
            let bytes = state.files.get(at)?.bytes.get(found.secret.span.clone())?;
            let secret = String::from_utf8(bytes.to_vec()).ok()?;
            Some((secret, String::from_utf8(mask(bytes)).ok()?))
        })
        .collect();
    crate::order::by_key(&mut swaps, |(secret, _)| std::cmp::Reverse(secret.len()));
    swaps.dedup();
    swaps
}

/// The mask of a secret: as many bytes, characters and UTF-16 units, the same punctuation.
fn mask(secret: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(secret.len());
    let mut rest = secret;
    while let Some(&byte) = rest.first() {
        let length = match byte {
            b'\\' => escape_length(rest),
            0..0x80 => 1,
            _ => utf8_length(rest),
        };
        let (part, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        match byte {
            b'\\' => out.extend_from_slice(part),
            b'a'..=b'z' => out.push(b'x'),
            b'A'..=b'Z' => out.push(b'X'),
            b'0'..=b'9' => out.push(b'0'),
            _ => out.extend_from_slice(match part.len() {
                2 => "×".as_bytes(),
                3 => "＊".as_bytes(),
                4 => "🔒".as_bytes(),
                _ => part,
            }),
        }
        rest = after;
    }
    out
}

/// An escape (`\n`, `\"`, `\u003c`) stays, or the line's own syntax would break.
fn escape_length(rest: &[u8]) -> usize {
    match rest.get(1) {
        Some(b'u') if rest.get(2..6).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) => 6,
        Some(_) => 2,
        None => 1,
    }
}

/// Bytes of the character that begins here; 1 where there is none.
fn utf8_length(rest: &[u8]) -> usize {
    let length = match rest.first() {
        Some(0xC2..=0xDF) => 2,
        Some(0xE0..=0xEF) => 3,
        Some(0xF0..=0xF4) => 4,
        _ => 1,
    };
    let is_one = rest.get(..length).is_some_and(|part| std::str::from_utf8(part).is_ok());
    if is_one { length } else { 1 }
}

/// A byte that continues a word: names, numbers and keys are not found inside longer ones.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Bytes from `at` on that fit.
fn run(line: &[u8], at: usize, fits: impl Fn(u8) -> bool) -> usize {
    line.get(at..).unwrap_or_default().iter().take_while(|&&byte| fits(byte)).count()
}

/// The byte before a place.
fn before(line: &[u8], at: usize) -> Option<u8> {
    line.get(at.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests;
