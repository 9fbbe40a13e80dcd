//! Card numbers, public IPv4 addresses and e-mail addresses.

use super::{Kind, Secret, before, is_word, run};

pub(super) fn find(line: &[u8], found: &mut Vec<Secret>) {
    for at in 0..line.len() {
        let starts =
            line[at].is_ascii_digit() && !before(line, at).is_some_and(|b| is_word(b) || b == b'.');
        if starts {
            if let Some(length) = card(line, at) {
                found.push(Secret { span: at..at + length, kind: Kind::CardNumber });
            } else if let Some(length) = address(line, at) {
                found.push(Secret { span: at..at + length, kind: Kind::PublicAddress });
            }
        } else if let Some(span) = email(line, at) {
            found.push(Secret { span, kind: Kind::Email });
        }
    }
}

/// 14 to 16 digits of an issuer with a right check digit, in groups or in one run.
fn card(line: &[u8], at: usize) -> Option<usize> {
    if matches!(before(line, at), Some(b'-' | b'/' | b':')) && !before_is_separator(line, at) {
        return None;
    }
    let mut digits = Vec::with_capacity(16);
    let (mut end, mut separator): (usize, Option<u8>) = (at, None);
    while let Some(&byte) = line.get(end) {
        if byte.is_ascii_digit() {
            digits.push(byte - b'0');
        } else {
            let follows = line.get(end + 1).is_some_and(u8::is_ascii_digit);
            let fits = matches!(byte, b' ' | b'-') && separator.is_none_or(|own| own == byte);
            // A whole one, and then another number.
            let is_over = digits.len() > 13 && separator.is_none();
            if !(follows && fits && digits.len() >= 4) || is_over {
                break;
            }
            separator = Some(byte);
        }
        if digits.len() > 16 {
            return None;
        }
        end += 1;
    }
    let ends = !line.get(end).is_some_and(|&byte| {
        is_word(byte) || (byte == b'.' && line.get(end + 1).is_some_and(u8::is_ascii_digit))
    });
    let grouped = separator.is_none() || well_grouped(line.get(at..end)?);
    let fits = is_issued(&digits) && luhn(&digits) && !is_date(&digits);
    (ends && grouped && fits).then_some(end - at)
}

/// `key:4111…` and `key=…`: a colon is fine unless a time stands before it.
fn before_is_separator(line: &[u8], at: usize) -> bool {
    before(line, at) == Some(b':')
        && !at.checked_sub(2).and_then(|at| line.get(at)).is_some_and(u8::is_ascii_digit)
}

/// 4-4-4-4, 4-6-5 or 4-6-4, as cards are printed.
fn well_grouped(text: &[u8]) -> bool {
    let groups: Vec<usize> =
        text.split(|&byte| byte == b' ' || byte == b'-').map(<[u8]>::len).collect();
    matches!(groups.as_slice(), [4, 4, 4, 4] | [4, 6, 4 | 5])
}

/// Visa, Mastercard, American Express, Discover, JCB, Diners, by length and first digits.
fn is_issued(digits: &[u8]) -> bool {
    let head = digits.iter().take(4).fold(0_u32, |head, &digit| head * 10 + u32::from(digit));
    match digits.len() {
        16 => {
            matches!(head, 4000..=4999 | 5100..=5599 | 2221..=2720 | 6011 | 6200..=6299 | 6440..=6599 | 3528..=3589)
        }
        15 => matches!(head, 3400..=3499 | 3700..=3799),
        14 => matches!(head, 3000..=3059 | 3600..=3699 | 3800..=3999),
        _ => false,
    }
}

/// Numbers of orders begin with the date and the hour: `25051703…`.
fn is_date(digits: &[u8]) -> bool {
    let pair = |at: usize| digits.get(at..at + 2).map_or(0, |two| two[0] * 10 + two[1]);
    digits[0] == 2 && (1..=12).contains(&pair(2)) && (1..=31).contains(&pair(4)) && pair(6) < 24
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, &digit)| u32::from(digit) * (1 + at as u32 % 2))
        .map(|value| value / 10 + value % 10)
        .sum();
    sum.is_multiple_of(10)
}

/// Four octets that are no private network, no mask and no version of a program.
fn address(line: &[u8], at: usize) -> Option<usize> {
    let mut octets = [0_u8; 4];
    let mut end = at;
    for (index, octet) in octets.iter_mut().enumerate() {
        if index > 0 {
            if line.get(end) != Some(&b'.') {
                return None;
            }
            end += 1;
        }
        let length = run(line, end, |byte| byte.is_ascii_digit());
        let digits = line.get(end..end + length).filter(|digits| !digits.is_empty())?;
        // `17.05.24.03` is a date.
        if length > 1 && digits[0] == b'0' {
            return None;
        }
        *octet = std::str::from_utf8(digits).ok()?.parse().ok()?;
        end += length;
    }
    let next = line.get(end).copied();
    let goes_on = next == Some(b'.') && line.get(end + 1).is_some_and(u8::is_ascii_digit);
    if goes_on || next.is_some_and(is_word) || is_version(line, at, next) {
        return None;
    }
    is_public(octets).then_some(end - at)
}

fn is_public(octets: [u8; 4]) -> bool {
    !matches!(
        octets,
        [0 | 10 | 127 | 224..=255, ..]
            | [172, 16..=31, ..]
            | [192, 168, ..]
            | [169, 254, ..]
            | [100, 64..=127, ..]
            | [_, 0, 0, 0]
    )
}

/// `Chrome/109.0.1.2`, `v1.2.3.4`, `version 1.2.3.4`: not an address, unless a port follows.
fn is_version(line: &[u8], at: usize, next: Option<u8>) -> bool {
    let head = line.get(..at).unwrap_or_default();
    let named = head
        .strip_suffix(b"/")
        .is_some_and(|head| head.last().is_some_and(u8::is_ascii_alphabetic));
    let marks = |byte: &&u8| matches!(**byte, b' ' | b':' | b'=' | b'"' | b'\\' | b'v');
    let head = &head[..head.len() - head.iter().rev().take_while(marks).count()];
    let said = ["version", "release", "ver", "&", "?", "firmware", "build", "kernel"]
        .into_iter()
        .any(|word| {
            let from = head.len().saturating_sub(word.len());
            head[from..].eq_ignore_ascii_case(word.as_bytes())
        });
    (named && next != Some(b':')) || said || matches!(before(line, at), Some(b'-'))
}

/// The address around an `@`.
fn email(line: &[u8], at: usize) -> Option<std::ops::Range<usize>> {
    if line.get(at) != Some(&b'@') {
        return None;
    }
    let local = |byte: u8| is_word(byte) || matches!(byte, b'.' | b'+' | b'-' | b'%');
    let head = line.get(..at)?.iter().rev().take_while(|&&byte| local(byte)).count();
    let domain =
        run(line, at + 1, |byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
    let text = line.get(at + 1..at + 1 + domain)?;
    // A sentence's full stop is not the domain's.
    let text = text.strip_suffix(b".").unwrap_or(text);
    let mut labels = text.rsplit(|&byte| byte == b'.');
    let top = labels.next()?;
    let is_top = top.len() >= 2 && top.iter().all(u8::is_ascii_alphabetic) && !UNITS.contains(&top);
    let named = labels.next().is_some_and(|label| !label.is_empty());
    let start = start_of_local(line, at - head, at);
    // `git@host:path`, `user@host:22` and `package@1.2.3.tgz` are no one's mail.
    let next = line.get(at + 1 + text.len()..).unwrap_or_default();
    let is_host = next.first() == Some(&b':') && next.get(1).is_some_and(u8::is_ascii_digit);
    let is_git = line.get(start..at) == Some(b"git");
    let begins = |label: &[u8]| label.first().is_some_and(u8::is_ascii_digit);
    let is_version = begins(text) && text.split(|&byte| byte == b'.').nth(1).is_some_and(begins);
    let is_mail = is_top && named && start < at && !(is_host || is_git || is_version);
    is_mail.then_some(start..at + 1 + text.len())
}

/// What systemd's `name@instance.unit` ends with, and names inside a cluster.
const UNITS: &[&[u8]] = &[
    b"local",
    b"internal",
    b"svc",
    b"service",
    b"slice",
    b"scope",
    b"socket",
    b"timer",
    b"target",
    b"mount",
    b"path",
    b"device",
];

/// An escape's letter (`\n`) is not the beginning of a name.
fn start_of_local(line: &[u8], start: usize, at: usize) -> usize {
    let after = if before(line, start) == Some(b'\\') { start + 1 } else { start };
    after + run(line, after, |byte| byte == b'.' || byte == b'-').min(at - after.min(at))
}
