//! `String#unpack`, `Array#pack` and `Base64`: the directives of bytes, numbers, hex digits and text.

use super::super::eval::Evaluator;
use super::super::object::{Object, Raised};
use crate::encoding::Encoding;
use crate::fluent::error::RubyError;
use crate::ruby::string::RString;
use crate::ruby::value::Value;
use crate::source::Span;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// `Base64`, with a line end after so many bytes (0: none).
pub(super) fn base64(bytes: &[u8], line: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let lines = bytes.chunks(if line == 0 { usize::MAX } else { line });
    for part in lines {
        for chunk in part.chunks(3) {
            let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            for at in 0..4 {
                let sextet = (bits >> (18 - 6 * at) & 63) as usize;
                out.push(if at > chunk.len() { b'=' } else { ALPHABET[sextet] });
            }
        }
        out.extend((line > 0).then_some(b'\n'));
    }
    out
}

/// The bytes of Base64; other characters are passed over, as `unpack("m")` does.
pub(super) fn from_base64(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.iter().take_while(|byte| **byte != b'=') {
        let Some(sextet) = ALPHABET.iter().position(|known| known == byte) else { continue };
        bits = bits << 6 | sextet as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    out
}

/// A directive: its letter and count (`None`: `*`).
fn directives(format: &[u8]) -> Option<Vec<(u8, Option<usize>, bool)>> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&letter) = format.get(at) {
        at += 1;
        if letter.is_ascii_whitespace() {
            continue;
        }
        let big = format.get(at) == Some(&b'>');
        at += usize::from(big || format.get(at) == Some(&b'<'));
        if format.get(at) == Some(&b'*') {
            at += 1;
            out.push((letter, None, big));
            continue;
        }
        let length = format.iter().skip(at).take_while(|byte| byte.is_ascii_digit()).count();
        let digits = std::str::from_utf8(&format[at..at + length]).ok()?;
        at += length;
        out.push((letter, Some(if length == 0 { usize::MAX } else { digits.parse().ok()? }), big));
    }
    Some(out)
}

/// Width, sign and byte order of a number's directive.
fn number(letter: u8, big: bool) -> Option<(usize, bool, bool)> {
    Some(match letter {
        b'C' => (1, false, false),
        b'c' => (1, true, false),
        b'n' => (2, false, true),
        b'N' => (4, false, true),
        b'v' => (2, false, false),
        b'V' => (4, false, false),
        b'S' => (2, false, big),
        b's' => (2, true, big),
        b'L' | b'I' => (4, false, big),
        b'l' | b'i' => (4, true, big),
        b'q' => (8, true, big),
        _ => return None,
    })
}

fn unknown(eval: &Evaluator, format: &RString, span: Span) -> Raised {
    eval.not_simulated(&format!("pack format {}", format.to_lossy()), span)
}

/// `text.unpack(format)`
#[expect(clippy::too_many_lines, reason = "one flat table")]
pub(super) fn unpack(
    eval: &Evaluator,
    text: &RString,
    format: &RString,
    span: Span,
) -> Result<Vec<Value>, Raised> {
    let wrong = || unknown(eval, format, span);
    let mut rest = text.as_bytes();
    let mut out = Vec::new();
    let string = |bytes: &[u8], encoding| Value::String(RString::new(bytes, encoding));
    for (letter, count, big) in directives(format.as_bytes()).ok_or_else(wrong)? {
        let one = count == Some(usize::MAX);
        let most = count.map_or(usize::MAX, |count| if one { 1 } else { count });
        if let Some((width, signed, big)) = number(letter, big) {
            for _ in 0..most {
                let Some(bytes) = rest.get(..width) else {
                    if count.is_some() {
                        out.push(Value::Nil);
                        continue;
                    }
                    break;
                };
                let fold = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
                let value =
                    if big { bytes.iter().fold(0, fold) } else { bytes.iter().rev().fold(0, fold) };
                let shift = 64 - 8 * width as u32;
                let value = if signed { (value << shift) as i64 >> shift } else { value as i64 };
                out.push(Value::Integer(value));
                rest = &rest[width..];
            }
            continue;
        }
        match letter {
            b'a' | b'A' | b'Z' => {
                let (head, tail) = rest.split_at(most.min(rest.len()));
                let text = match letter {
                    b'A' => head.trim_ascii_end_with_nul(),
                    b'Z' => head.split(|byte| *byte == 0).next().unwrap_or_default(),
                    _ => head,
                };
                let nul = letter == b'Z' && count.is_none();
                rest = if nul {
                    rest.get((text.len() + 1).min(rest.len())..).unwrap_or_default()
                } else {
                    tail
                };
                out.push(string(text, Encoding::Ascii8Bit));
            }
            b'H' | b'h' | b'B' | b'b' => {
                let (digit_bits, high) = (
                    if letter.eq_ignore_ascii_case(&b'h') { 4 } else { 1 },
                    letter.is_ascii_uppercase(),
                );
                let per_byte = 8 / digit_bits;
                let digits = most.min(rest.len() * per_byte);
                let mut shown = Vec::with_capacity(digits);
                for at in 0..digits {
                    let (byte, place) = (rest[at / per_byte], at % per_byte);
                    let place = if high { per_byte - 1 - place } else { place };
                    let digit = byte >> (place * digit_bits) & ((1 << digit_bits) - 1);
                    shown.push(char::from_digit(u32::from(digit), 16).unwrap_or('0') as u8);
                }
                rest = rest.get(digits.div_ceil(per_byte)..).unwrap_or_default();
                out.push(string(&shown, Encoding::UsAscii));
            }
            b'U' => {
                let mut characters = String::from_utf8_lossy(rest).into_owned();
                for _ in 0..most {
                    if characters.is_empty() {
                        break;
                    }
                    let first = characters.remove(0);
                    if first == '\u{fffd}' {
                        return Err(
                            RubyError::new("ArgumentError", "malformed UTF-8 character").into()
                        );
                    }
                    rest = rest.get(first.len_utf8()..).unwrap_or_default();
                    out.push(Value::Integer(i64::from(u32::from(first))));
                }
            }
            b'm' => {
                out.push(string(&from_base64(rest), Encoding::Ascii8Bit));
                rest = &[];
            }
            b'x' => rest = rest.get(most.min(rest.len())..).unwrap_or_default(),
            _ => return Err(wrong()),
        }
    }
    Ok(out)
}

trait TrimEnd {
    fn trim_ascii_end_with_nul(&self) -> &[u8];
}

impl TrimEnd for [u8] {
    fn trim_ascii_end_with_nul(&self) -> &[u8] {
        let blanks = self.iter().rev().take_while(|byte| matches!(byte, b' ' | 0)).count();
        &self[..self.len() - blanks]
    }
}

/// `items.pack(format)`
#[expect(clippy::too_many_lines, reason = "one flat table")]
pub(super) fn pack(
    eval: &Evaluator,
    items: &[Value],
    format: &RString,
    span: Span,
) -> Result<Object, Raised> {
    let wrong = || unknown(eval, format, span);
    let mut items = items.iter();
    let mut out: Vec<u8> = Vec::new();
    let mut encoding = Encoding::UsAscii;
    for (index, (letter, count, big)) in
        directives(format.as_bytes()).ok_or_else(wrong)?.into_iter().enumerate()
    {
        let one = count == Some(usize::MAX);
        let most = count.map_or(items.len(), |count| if one { 1 } else { count });
        if let Some((width, _, big)) = number(letter, big) {
            encoding = Encoding::Ascii8Bit;
            for _ in 0..most {
                let Some(Value::Integer(number)) = items.next() else { return Err(wrong()) };
                let bytes = number.to_le_bytes();
                if big {
                    out.extend(bytes[..width].iter().rev());
                } else {
                    out.extend(&bytes[..width]);
                }
            }
            continue;
        }
        match (letter, if letter == b'U' { None } else { items.next() }) {
            (b'U', _) => {
                encoding = if index == 0 { Encoding::Utf8 } else { encoding };
                for _ in 0..most {
                    let Some(Value::Integer(code)) = items.next() else { return Err(wrong()) };
                    let Some(character) = u32::try_from(*code).ok().and_then(char::from_u32) else {
                        return Err(wrong());
                    };
                    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
            (b'm', Some(Value::String(text))) => {
                let line = if count == Some(0) {
                    0
                } else if one || count.is_none() {
                    45
                } else {
                    most / 3 * 3
                };
                out.extend(base64(text.as_bytes(), line));
            }
            (b'a' | b'A', Some(Value::String(text))) => {
                encoding = Encoding::Ascii8Bit;
                let bytes = text.as_bytes();
                let width = if count.is_none() { bytes.len() } else { most };
                let fill = if letter == b'a' { 0 } else { b' ' };
                out.extend(
                    bytes.iter().copied().chain(std::iter::repeat(fill)).take(width.min(1 << 20)),
                );
            }
            (b'H', Some(Value::String(text))) => {
                encoding = Encoding::Ascii8Bit;
                let digits = text.as_bytes();
                let digits =
                    &digits[..digits.len().min(if count.is_none() { usize::MAX } else { most })];
                for pair in digits.chunks(2) {
                    let value =
                        |at: usize| pair.get(at).and_then(|digit| (*digit as char).to_digit(16));
                    let Some(high) = value(0) else { return Err(wrong()) };
                    out.push((high << 4 | value(1).unwrap_or(0)) as u8);
                }
            }
            _ => return Err(wrong()),
        }
    }
    Ok(RString::new(&out, encoding).into())
}
