//! Ruby's `String#encode` with `invalid: :replace, undef: :replace`, as in_tail uses it
//! (`transcode.c` and its tables), for the encodings that logs come in.
//!
//! Absent: Chinese and Korean encodings, UTF-7 and the stateful ones; [`Transcoder::new`] says so.

mod names;
#[allow(clippy::unicode_not_nfc, reason = "the characters as the encodings have them")]
mod tables;

use names::NAMES;
use tables::{JIS_X_0208, JIS_X_0212, SINGLE_BYTE, WINDOWS_31J, WINDOWS_31J_SIGNS};

const REPLACEMENT: char = '\u{fffd}';

/// `Encoding.find(name).name`: the encoding's own name; any case.
///
/// ```
/// use fluentd_playground::ruby::transcode::find;
/// assert_eq!(find("utf-8"), Some("UTF-8"));
/// assert_eq!(find("SJIS"), Some("Windows-31J"));
/// assert_eq!(find("nosuch"), None);
/// ```
pub fn find(name: &str) -> Option<&'static str> {
    if name.eq_ignore_ascii_case("locale") || name.eq_ignore_ascii_case("filesystem") {
        return Some("US-ASCII");
    }
    if name.eq_ignore_ascii_case("external") {
        return Some("ASCII-8BIT");
    }
    NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, name)| *name)
}

/// A conversion from one encoding to another.
#[derive(Clone, Debug)]
pub struct Transcoder {
    from: Source,
    to: Target,
}

#[derive(Clone, Debug)]
enum Source {
    Utf8,
    /// ASCII-8BIT and US-ASCII: only ASCII has a meaning.
    Ascii,
    /// The characters of 0x80 to 0xFF.
    SingleByte(Box<[char]>),
    ShiftJis(Box<Jis>),
    EucJp(Box<Jis>),
    Utf16 {
        big: bool,
    },
    Utf32 {
        big: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Utf8,
    /// ASCII-8BIT and US-ASCII.
    Ascii,
}

/// Japanese characters by row and column.
#[derive(Clone, Debug)]
struct Jis {
    rows: Vec<Box<[char]>>,
    supplement: Vec<Box<[char]>>,
}

impl Transcoder {
    /// A conversion between encodings given by their own names; `None` where it is not simulated.
    pub fn new(from: &str, to: &str) -> Option<Transcoder> {
        let to = match to {
            "UTF-8" => Target::Utf8,
            "ASCII-8BIT" | "US-ASCII" => Target::Ascii,
            _ => return None,
        };
        Some(Transcoder { from: Source::new(from)?, to })
    }

    /// Converts a text; what is broken or has no character is replaced.
    pub fn encode(&self, text: &[u8]) -> Vec<u8> {
        let mut out = String::with_capacity(text.len() + text.len() / 2);
        match &self.from {
            Source::Utf8 => out.push_str(&String::from_utf8_lossy(text)),
            Source::Ascii => out.extend(text.iter().map(|byte| ascii(*byte))),
            Source::SingleByte(high) => out.extend(text.iter().map(|byte| match byte {
                0..=0x7f => *byte as char,
                _ => high.get(usize::from(byte & 0x7f)).copied().unwrap_or(REPLACEMENT),
            })),
            Source::ShiftJis(jis) => decode(text, &mut out, |text| shift_jis(text, jis)),
            Source::EucJp(jis) => decode(text, &mut out, |text| euc_jp(text, jis)),
            Source::Utf16 { big } => decode(text, &mut out, |text| utf16(text, *big)),
            Source::Utf32 { big } => decode(text, &mut out, |text| utf32(text, *big)),
        }
        match self.to {
            Target::Utf8 => out.into_bytes(),
            Target::Ascii => {
                out.chars().map(|c| if c.is_ascii() { c as u8 } else { b'?' }).collect()
            }
        }
    }
}

impl Source {
    fn new(name: &str) -> Option<Source> {
        Some(match name {
            "UTF-8" => Source::Utf8,
            "ASCII-8BIT" | "US-ASCII" => Source::Ascii,
            "Shift_JIS" => Source::ShiftJis(Box::new(Jis::new())),
            "Windows-31J" => Source::ShiftJis(Box::new(Jis::windows_31j())),
            "EUC-JP" => Source::EucJp(Box::new(Jis::new())),
            "UTF-16LE" => Source::Utf16 { big: false },
            "UTF-16BE" => Source::Utf16 { big: true },
            "UTF-32LE" => Source::Utf32 { big: false },
            "UTF-32BE" => Source::Utf32 { big: true },
            _ => {
                let (_, high) = SINGLE_BYTE.iter().find(|(known, _)| *known == name)?;
                Source::SingleByte(high.chars().collect())
            }
        })
    }
}

fn ascii(byte: u8) -> char {
    if byte.is_ascii() { byte as char } else { REPLACEMENT }
}

/// Repeats `one`: a character and the bytes it takes.
fn decode(text: &[u8], out: &mut String, one: impl Fn(&[u8]) -> (char, usize)) {
    let mut rest = text;
    while !rest.is_empty() {
        let (character, length) = one(rest);
        out.push(character);
        rest = rest.get(length.max(1)..).unwrap_or_default();
    }
}

impl Jis {
    fn new() -> Jis {
        let read = |rows: &[&str]| rows.iter().map(|row| row.chars().collect()).collect();
        Jis { rows: read(&JIS_X_0208), supplement: read(&JIS_X_0212) }
    }

    fn windows_31j() -> Jis {
        let mut jis = Jis::new();
        jis.rows.resize(120, Box::default());
        for (row, characters) in WINDOWS_31J {
            if let Some(slot) = jis.rows.get_mut(usize::from(row)) {
                *slot = characters.chars().collect();
            }
        }
        // Rows 95 to 114 are the user's own: the private use area in order.
        for row in 94..114_u32 {
            let first = 0xe000 + (row - 94) * 94;
            jis.rows[row as usize] = (first..first + 94).filter_map(char::from_u32).collect();
        }
        for ((row, column), character) in WINDOWS_31J_SIGNS {
            if let Some(row) = jis.rows.get_mut(usize::from(row))
                && let Some(slot) = row.get_mut(usize::from(column))
            {
                *slot = character;
            }
        }
        jis
    }

    fn character(rows: &[Box<[char]>], row: usize, column: usize) -> char {
        rows.get(row).and_then(|row| row.get(column)).copied().unwrap_or(REPLACEMENT)
    }
}

fn shift_jis(text: &[u8], jis: &Jis) -> (char, usize) {
    match *text {
        [byte @ 0..=0x7f, ..] => (byte as char, 1),
        [byte @ 0xa1..=0xdf, ..] => (half_width(byte), 1),
        [lead @ (0x81..=0x9f | 0xe0..=0xfc), trail @ (0x40..=0x7e | 0x80..=0xfc), ..] => {
            let lead = usize::from(if lead <= 0x9f { lead - 0x81 } else { lead - 0xc1 });
            let trail = usize::from(trail);
            let (row, column) = match trail {
                0x9f.. => (lead * 2 + 1, trail - 0x9f),
                _ => (lead * 2, trail - if trail > 0x7f { 0x41 } else { 0x40 }),
            };
            (Jis::character(&jis.rows, row, column), 2)
        }
        _ => (REPLACEMENT, 1),
    }
}

fn euc_jp(text: &[u8], jis: &Jis) -> (char, usize) {
    let index = |byte: u8| usize::from(byte - 0xa1);
    match *text {
        [byte @ 0..=0x7f, ..] => (byte as char, 1),
        [0x8e, byte @ 0xa1..=0xdf, ..] => (half_width(byte), 2),
        [0x8f, row @ 0xa1..=0xfe, column @ 0xa1..=0xfe, ..] => {
            (Jis::character(&jis.supplement, index(row), index(column)), 3)
        }
        [0x8f, 0xa1..=0xfe, ..] => (REPLACEMENT, 2),
        [row @ 0xa1..=0xfe, column @ 0xa1..=0xfe, ..] => {
            (Jis::character(&jis.rows, index(row), index(column)), 2)
        }
        _ => (REPLACEMENT, 1),
    }
}

fn half_width(byte: u8) -> char {
    char::from_u32(0xff61 + u32::from(byte) - 0xa1).unwrap_or(REPLACEMENT)
}

fn utf16(text: &[u8], big: bool) -> (char, usize) {
    let unit = |at: usize| {
        let pair = text.get(at..at + 2)?.try_into().ok()?;
        Some(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
    };
    match (unit(0), unit(2)) {
        (Some(high @ 0xd800..=0xdbff), Some(low @ 0xdc00..=0xdfff)) => {
            let code = 0x10000 + ((u32::from(high) & 0x3ff) << 10) + (u32::from(low) & 0x3ff);
            (char::from_u32(code).unwrap_or(REPLACEMENT), 4)
        }
        (Some(unit), _) => (char::from_u32(u32::from(unit)).unwrap_or(REPLACEMENT), 2),
        (None, _) => (REPLACEMENT, text.len()),
    }
}

fn utf32(text: &[u8], big: bool) -> (char, usize) {
    let Some(bytes) = text.first_chunk::<4>() else { return (REPLACEMENT, text.len()) };
    let code = if big { u32::from_be_bytes(*bytes) } else { u32::from_le_bytes(*bytes) };
    (char::from_u32(code).unwrap_or(REPLACEMENT), 4)
}

#[cfg(test)]
mod tests {
    use super::{NAMES, Transcoder, find};

    fn encode(from: &str, text: &[u8]) -> String {
        String::from_utf8(Transcoder::new(from, "UTF-8").unwrap().encode(text)).unwrap()
    }

    #[test]
    fn japanese_text_becomes_utf8() {
        assert_eq!(encode("Shift_JIS", b"\x93\xfa\x96{\x8c\xea\n"), "日本語\n");
        assert_eq!(encode("EUC-JP", b"\xc6\xfc\xcb\xdc"), "日本");
        assert_eq!(encode("Windows-31J", b"\x87\x40\x81\x60"), "①～");
    }

    #[test]
    fn rows_of_a_table_have_94_characters_and_wide_brackets() {
        for row in super::tables::JIS_X_0208.iter().chain(&super::tables::JIS_X_0212) {
            let is_whole = row.is_empty() || row.chars().count() == 94;
            // An edit of all texts reached the brackets of the table once.
            assert!(is_whole && !row.contains([' ', '(', ')']), "{row}");
        }
        assert_eq!(encode("Shift_JIS", b"\x81\x69\x81\x8c\x81\x8d\x81\x6a"), "（′″）");
    }

    #[test]
    fn a_broken_character_is_replaced_and_its_second_byte_read_again() {
        assert_eq!(encode("Shift_JIS", "日本語\n".as_bytes()), "譌･譛ｬ隱\u{fffd}\n");
        assert_eq!(
            encode("EUC-JP", "日本語".as_bytes()),
            "\u{fffd}\u{fffd}ユ\u{fffd}\u{fffd}\u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn bytes_without_an_encoding_are_replaced_one_by_one() {
        assert_eq!(encode("ASCII-8BIT", b"\x93\xfa\x96{"), "\u{fffd}\u{fffd}\u{fffd}{");
    }

    #[test]
    fn utf16_needs_both_halves_of_a_pair() {
        assert_eq!(encode("UTF-16LE", b"a\0\x42\xd8\xb7\xdf"), "a𠮷");
        assert_eq!(encode("UTF-16LE", b"\x42\xd8a\0"), "\u{fffd}a");
    }

    #[test]
    fn names_are_found_in_any_case() {
        assert_eq!(find("ascii-8bit"), Some("ASCII-8BIT"));
        assert_eq!(find("BINARY"), Some("ASCII-8BIT"));
        assert!(NAMES.iter().all(|(name, _)| find(name).is_some()));
    }
}
