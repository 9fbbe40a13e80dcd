//! PEM private keys, also when every line of one is a log line of its own, or all of it one line
//! with `\n` in it.

use super::{Kind, Secret, run};

/// A key has at most some 60 lines (4,096 bits); what goes on longer is none.
const MOST_LINES: usize = 120;

pub(super) fn find(text: &[u8], found: &mut Vec<Secret>) {
    let mut at = 0;
    while let Some(begin) = position(text, at, b"-----BEGIN ") {
        at = begin + 11;
        let label = run(text, at, |byte| {
            byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' '
        });
        let body = at + label + 5;
        let is_key = text
            .get(at..at + label)
            .is_some_and(|label| memchr::memmem::find(label, b"PRIVATE KEY").is_some());
        if is_key && text.get(at + label..body) == Some(b"-----") {
            at = body_end(text, body);
            mask_body(text, body, at, found);
        }
    }
}

/// The END line, or as many lines as a key has at most.
fn body_end(text: &[u8], body: usize) -> usize {
    let end = position(text, body, b"-----END ").unwrap_or(text.len());
    let mut lines = 0;
    for (at, &byte) in text.iter().enumerate().take(end).skip(body) {
        lines += usize::from(byte == b'\n');
        if lines > MOST_LINES {
            return at;
        }
    }
    end
}

/// Masks the words of base64; a log line's own head (time, stream, tag) is made of other words.
fn mask_body(text: &[u8], body: usize, end: usize, found: &mut Vec<Secret>) {
    let mut at = body;
    while at < end {
        if text.get(at) == Some(&b'\\') {
            at += 2;
            continue;
        }
        let length = run(text, at, is_base64).min(end - at);
        if length == 0 {
            at += 1;
            continue;
        }
        let span = at..at + length;
        at += length;
        let is_last = matches!(text.get(at), None | Some(b'\n' | b'\r' | b'\\' | b'"'));
        let is_whole = !matches!(text.get(at), Some(b'-' | b':' | b'.' | b'_'))
            && !matches!(super::before(text, span.start), Some(b'-' | b':' | b'.' | b'_'));
        if is_whole && (length >= 16 || is_last) {
            found.push(Secret { span, kind: Kind::PrivateKey });
        }
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

fn position(text: &[u8], from: usize, word: &[u8]) -> Option<usize> {
    let rest = text.get(from..)?;
    memchr::memmem::find(rest, word).map(|at| at + from)
}
