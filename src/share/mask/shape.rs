//! Secrets known by their own shape: keys of clouds and services, JSON web tokens, what follows
//! `Bearer`, credentials in a URL.

use super::{Kind, Secret, before, is_word, run};

/// The characters of a key after its prefix.
#[derive(Clone, Copy)]
enum Alphabet {
    /// `A-Z0-9`
    Upper,
    /// `a-z0-9` as hexadecimal digits
    Hex,
    /// `A-Za-z0-9`
    Alnum,
    /// `A-Za-z0-9_-`
    Url,
    /// `A-Za-z0-9_-.`
    Dotted,
}

impl Alphabet {
    fn has(self, byte: u8) -> bool {
        match self {
            Alphabet::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Alphabet::Hex => byte.is_ascii_hexdigit(),
            Alphabet::Alnum => byte.is_ascii_alphanumeric(),
            Alphabet::Url => is_url(byte),
            Alphabet::Dotted => is_url(byte) || byte == b'.',
        }
    }
}

fn is_url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// Prefix, alphabet, fewest and most characters after the prefix.
const KEYS: &[(&str, Alphabet, usize, usize)] = &[
    // Amazon: access keys, temporary ones, and the other identifiers
    ("AKIA", Alphabet::Upper, 16, 16),
    ("ASIA", Alphabet::Upper, 16, 16),
    ("ABIA", Alphabet::Upper, 16, 16),
    ("ACCA", Alphabet::Upper, 16, 16),
    ("AGPA", Alphabet::Upper, 16, 16),
    ("AIDA", Alphabet::Upper, 16, 16),
    ("AROA", Alphabet::Upper, 16, 16),
    // Google
    ("AIza", Alphabet::Url, 35, 35),
    ("ya29.", Alphabet::Dotted, 20, 2048),
    ("GOCSPX-", Alphabet::Url, 20, 64),
    // GitHub, GitLab
    ("ghp_", Alphabet::Alnum, 30, 255),
    ("gho_", Alphabet::Alnum, 30, 255),
    ("ghu_", Alphabet::Alnum, 30, 255),
    ("ghs_", Alphabet::Alnum, 30, 255),
    ("ghr_", Alphabet::Alnum, 30, 255),
    ("github_pat_", Alphabet::Url, 22, 255),
    ("glpat-", Alphabet::Url, 20, 64),
    ("glptt-", Alphabet::Url, 20, 64),
    ("glrt-", Alphabet::Url, 20, 64),
    // Slack, Stripe, SendGrid, Twilio, npm, PyPI
    ("xoxa-", Alphabet::Url, 10, 255),
    ("xoxb-", Alphabet::Url, 10, 255),
    ("xoxp-", Alphabet::Url, 10, 255),
    ("xoxr-", Alphabet::Url, 10, 255),
    ("xoxs-", Alphabet::Url, 10, 255),
    ("xoxe", Alphabet::Dotted, 20, 255),
    ("xapp-", Alphabet::Url, 10, 255),
    ("sk_live_", Alphabet::Alnum, 16, 255),
    ("sk_test_", Alphabet::Alnum, 16, 255),
    ("rk_live_", Alphabet::Alnum, 16, 255),
    ("rk_test_", Alphabet::Alnum, 16, 255),
    ("whsec_", Alphabet::Alnum, 24, 255),
    ("SG.", Alphabet::Dotted, 40, 100),
    ("SK", Alphabet::Hex, 32, 32),
    ("npm_", Alphabet::Alnum, 36, 36),
    ("pypi-", Alphabet::Url, 50, 255),
    // models' services, Vault, DigitalOcean, Alibaba, Databricks, Shopify, Docker, Grafana, Atlassian,
    // New Relic, age
    ("sk-", Alphabet::Url, 20, 255),
    ("hf_", Alphabet::Alnum, 30, 64),
    ("hvs.", Alphabet::Url, 20, 255),
    ("dop_v1_", Alphabet::Hex, 64, 64),
    ("doo_v1_", Alphabet::Hex, 64, 64),
    ("LTAI", Alphabet::Alnum, 12, 24),
    ("dapi", Alphabet::Hex, 32, 32),
    ("shpat_", Alphabet::Hex, 32, 32),
    ("dckr_pat_", Alphabet::Url, 20, 64),
    ("glsa_", Alphabet::Url, 32, 64),
    ("gsk_", Alphabet::Alnum, 40, 64),
    ("ATATT3", Alphabet::Url, 40, 255),
    ("NRAK-", Alphabet::Upper, 27, 27),
    ("AGE-SECRET-KEY-1", Alphabet::Upper, 58, 58),
];

pub(super) fn find(line: &[u8], found: &mut Vec<Secret>) {
    for at in 0..line.len() {
        if before(line, at).is_some_and(|byte| is_word(byte) && !is_escape(line, at)) {
            continue;
        }
        let span = |length: usize| at..at + length;
        if let Some(length) = key(line, at) {
            found.push(Secret { span: span(length), kind: Kind::ServiceKey });
        } else if let Some(length) = jwt(line, at) {
            found.push(Secret { span: span(length), kind: Kind::Jwt });
        } else if let Some(span) = authorization(line, at) {
            found.push(Secret { span, kind: Kind::Authorization });
        }
    }
    for at in memchr::memmem::find_iter(line, b"://") {
        url(line, at + 3, found);
    }
}

/// The byte before is the letter of an escape: `\n`, `\t`.
fn is_escape(line: &[u8], at: usize) -> bool {
    at.checked_sub(2).and_then(|at| line.get(at)) == Some(&b'\\')
}

fn key(line: &[u8], at: usize) -> Option<usize> {
    let rest = line.get(at..)?;
    KEYS.iter().find_map(|&(prefix, alphabet, fewest, most)| {
        if !rest.starts_with(prefix.as_bytes()) {
            return None;
        }
        let length = run(rest, prefix.len(), |byte| alphabet.has(byte));
        // Words begin so too (`sk-`): a key has digits or capitals within.
        let body = rest.get(prefix.len()..prefix.len() + length)?;
        let has = |fits: fn(&u8) -> bool| body.iter().any(fits);
        let capitals = has(u8::is_ascii_uppercase);
        let made = match prefix {
            "sk-" => has(u8::is_ascii_digit) && (capitals || !body.contains(&b'-')),
            _ => has(u8::is_ascii_digit) || (capitals && has(u8::is_ascii_lowercase)),
        };
        ((fewest..=most).contains(&length) && made).then_some(prefix.len() + length)
    })
}

/// Three parts of base64url, the first one an object (`{"` is `eyJ`).
fn jwt(line: &[u8], at: usize) -> Option<usize> {
    let rest = line.get(at..)?;
    if !rest.starts_with(b"eyJ") {
        return None;
    }
    let head = run(rest, 0, is_url);
    let body = run(rest, head + 1, is_url);
    let dots = rest.get(head) == Some(&b'.') && rest.get(head + 1 + body) == Some(&b'.');
    let signature = run(rest, head + body + 2, is_url);
    (dots && head >= 10 && body >= 2).then_some(head + body + 2 + signature)
}

/// `Bearer x`, `Basic x`: what follows the word, where it looks like a token and not like prose.
fn authorization(line: &[u8], at: usize) -> Option<std::ops::Range<usize>> {
    let rest = line.get(at..)?;
    let scheme = ["bearer ", "basic "].into_iter().find(|name| {
        rest.get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name.as_bytes()))
    })?;
    let start = at + scheme.len();
    let fits = |byte: u8| is_url(byte) || matches!(byte, b'.' | b'~' | b'+' | b'/');
    let end = start + run(line, start, fits);
    let length = end + run(line, end, |byte| byte == b'=') - start;
    let token = line.get(start..start + length)?;
    // `Bearer expires_in=3600`: padding ends a token.
    let next = line.get(start + length);
    if length > end - start && next.is_some_and(|&byte| is_word(byte) || byte == b'"') {
        return None;
    }
    let small = |byte: &u8| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'-');
    let is_plain = token.iter().skip(1).all(small);
    (length >= 8 && !(is_plain && length < 20)).then_some(start..start + length)
}

/// `user:pass@` after `://`; also a lone `token@`, and the secret path of a Slack hook.
fn url(line: &[u8], start: usize, found: &mut Vec<Secret>) {
    let fits = |byte: u8| {
        byte.is_ascii_graphic()
            && !matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>' | b'\\')
    };
    let authority = run(line, start, fits);
    let Some(part) = line.get(start..start + authority) else { return };
    if let Some(at) = memchr::memrchr(b'@', part) {
        if let Some(colon) = memchr::memchr(b':', part.get(..at).unwrap_or_default()) {
            found.push(Secret { span: start..start + colon, kind: Kind::UrlCredentials });
            found.push(Secret { span: start + colon + 1..start + at, kind: Kind::UrlCredentials });
        } else if at >= 16 {
            found.push(Secret { span: start..start + at, kind: Kind::UrlCredentials });
        }
    }
    if part == b"hooks.slack.com" {
        let path = start + authority + b"/services/".len();
        let length = run(line, path, |byte| byte.is_ascii_alphanumeric() || byte == b'/');
        found.push(Secret { span: path.min(line.len())..path + length, kind: Kind::ServiceKey });
    }
}
