//! The same message as a Docker json-file line and as a CRI line (`../shared/spec/LEARN.md`, the
//! converter part, measured against a reference converter and the runtimes' sources).
//!
//! Lines are bytes without their line end: both runtimes write bytes that need not be UTF-8.

use crate::diag::Text;
use crate::ruby::civil::{civil_from_days, days_from_civil};
use crate::ruby::json_gem;
use crate::ruby::value::Value;

/// The two ways a node writes container logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Runtime {
    /// dockershim: one JSON object a line.
    Docker,
    /// containerd, CRI-O: `TIME STREAM TAG MESSAGE`.
    Cri,
}

/// A line in the other form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Converted {
    /// The line, without a line end.
    pub line: Vec<u8>,
    /// What the other form cannot hold.
    pub lost: Vec<Text>,
}

static LOST_CARRIAGE_RETURN: Text = Text {
    en: "the carriage return before the newline (containerd drops it too)",
    ja: "改行の直前の CR (containerd も取り除きます)",
};
static LOST_KEYS: Text = Text {
    en: "every key but log, stream and time (attrs: labels, --log-opt tag)",
    ja: "log、stream、time 以外のキー (attrs のラベル、--log-opt tag など)",
};
static LOST_ZONE: Text = Text {
    en: "the zone as written: Docker writes UTC",
    ja: "書かれていた時差 (Docker は UTC で書きます)",
};
static LOST_ZEROS: Text =
    Text { en: "trailing zeros of the time", ja: "時刻の小数点以下の末尾のゼロ" };
static LOST_TAGS: Text = Text { en: "the tags after the first", ja: "2 つ目以降のタグ" };
static LOST_BYTES: Text = Text {
    en: "bytes that are not UTF-8: Docker writes U+FFFD",
    ja: "UTF-8 でないバイト (Docker は U+FFFD を書きます)",
};

/// Which of the two forms `line` has; a Docker line begins with `{`, a CRI line with a digit.
pub fn runtime_of(line: &[u8]) -> Option<Runtime> {
    match line.first()? {
        b'{' => Some(Runtime::Docker),
        b'0'..=b'9' if cri_parts(line).is_some() => Some(Runtime::Cri),
        _ => None,
    }
}

/// The message of a line, without what the runtime wrote around it.
pub fn message_of(line: &[u8]) -> Vec<u8> {
    match runtime_of(line) {
        Some(Runtime::Docker) => {
            let log = json_gem::parse(line).ok().and_then(|value| match value {
                Value::Hash(object) => match object.get("log") {
                    Some(Value::String(log)) => Some(log.as_bytes().to_vec()),
                    _ => None,
                },
                _ => None,
            });
            let mut log = log.unwrap_or_else(|| line.to_vec());
            if log.ends_with(b"\n") {
                log.pop();
            }
            log
        }
        Some(Runtime::Cri) => {
            line.splitn(4, |&byte| byte == b' ').nth(3).unwrap_or_default().to_vec()
        }
        None => line.to_vec(),
    }
}

/// The line in the form of `target`; `None` where it is not a line of the other runtime and has to
/// stay as it is.
pub fn convert(line: &[u8], target: Runtime) -> Option<Converted> {
    match target {
        Runtime::Docker => cri_to_docker(line),
        Runtime::Cri => docker_to_cri(line),
    }
}

fn docker_to_cri(line: &[u8]) -> Option<Converted> {
    let Ok(Value::Hash(object)) = json_gem::parse(line) else { return None };
    let Some(Value::String(time)) = object.get("time") else { return None };
    let text = |key: &str, default: &str| match object.get(key) {
        Some(Value::String(text)) => Some(text.as_bytes().to_vec()),
        None => Some(default.as_bytes().to_vec()),
        Some(_) => None,
    };
    let (mut log, stream) = (text("log", "")?, text("stream", "stdout")?);
    let mut lost = Vec::new();
    let whole = log.ends_with(b"\n");
    if whole {
        log.pop();
        if log.ends_with(b"\r") {
            log.pop();
            lost.push(LOST_CARRIAGE_RETURN);
        }
    }
    if log.contains(&b'\n') {
        return None;
    }
    let known = |key: &Value| matches!(key, Value::String(k) if [&b"log"[..], b"stream", b"time"].contains(&k.as_bytes()));
    if object.iter().any(|(key, _)| !known(key)) {
        lost.push(LOST_KEYS);
    }
    let tag: &[u8] = if whole { b"F" } else { b"P" };
    let line = [time.as_bytes(), &stream, tag, &log].join(&b' ');
    Some(Converted { line, lost })
}

/// Time, stream, tag and message of a CRI line.
fn cri_parts(line: &[u8]) -> Option<[&[u8]; 4]> {
    let mut parts = line.splitn(4, |&byte| byte == b' ');
    let parts = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    matches!(parts[1], b"stdout" | b"stderr").then_some(parts)
}

/// Bytes of one piece of a long line.
const PIECE: usize = 16_384;

/// CRI lines as containerd itself would have cut them. Docker cuts at 16,384 bytes too, but counts the
/// newline: what it made two objects of may be one line here. The pieces of a line stand where its last
/// one stood and have the time of its first.
pub fn as_containerd(lines: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = Vec::new();
    // Stream, time and text of lines that have not ended.
    let mut open: Vec<(&[u8], &[u8], Vec<u8>)> = Vec::new();
    for line in lines {
        let Some([time, stream, tags, message]) = cri_parts(line) else {
            out.push(line.clone());
            continue;
        };
        let at = open.iter().position(|known| known.0 == stream);
        let at = at.unwrap_or_else(|| {
            open.push((stream, time, Vec::new()));
            open.len() - 1
        });
        open[at].2.extend_from_slice(message);
        if tags != b"P" && !tags.starts_with(b"P:") {
            let (_, time, text) = open.remove(at);
            push_pieces(&mut out, [time, stream, tags], &text);
        }
    }
    for (stream, time, text) in open {
        push_pieces(&mut out, [time, stream, b"P"], &text);
    }
    out
}

fn push_pieces(out: &mut Vec<Vec<u8>>, [time, stream, last]: [&[u8]; 3], text: &[u8]) {
    let mut rest = text;
    while rest.len() > PIECE {
        let (piece, more) = rest.split_at(PIECE);
        out.push([time, stream, b"P", piece].join(&b' '));
        rest = more;
    }
    out.push([time, stream, last, rest].join(&b' '));
}

fn cri_to_docker(line: &[u8]) -> Option<Converted> {
    let [time, stream, tags, message] = cri_parts(line)?;
    let mut lost = Vec::new();
    let utc = docker_time(std::str::from_utf8(time).ok()?, &mut lost)?;
    let mut tag = tags.splitn(2, |&byte| byte == b':');
    let partial = tag.next() == Some(b"P");
    if tag.next().is_some() {
        lost.push(LOST_TAGS);
    }
    let mut out = b"{".to_vec();
    if !(partial && message.is_empty()) {
        out.extend_from_slice(b"\"log\":\"");
        if push_json_text(&mut out, message) {
            lost.push(LOST_BYTES);
        }
        out.extend_from_slice(if partial { b"\"," } else { b"\\n\"," });
    }
    out.extend_from_slice(b"\"stream\":\"");
    out.extend_from_slice(stream);
    out.extend_from_slice(b"\",\"time\":\"");
    out.extend_from_slice(utc.as_bytes());
    out.extend_from_slice(b"\"}");
    Some(Converted { line: out, lost })
}

/// Escapes as the json-file driver does; true when bytes were lost.
fn push_json_text(out: &mut Vec<u8>, text: &[u8]) -> bool {
    let mut broken = false;
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' => out.extend_from_slice(b"\\\""),
                '\\' => out.extend_from_slice(b"\\\\"),
                '\n' => out.extend_from_slice(b"\\n"),
                '\r' => out.extend_from_slice(b"\\r"),
                '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                    out.extend_from_slice(format!("\\u{:04x}", c as u32).as_bytes());
                }
                c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        for _ in chunk.invalid() {
            out.extend_from_slice(b"\\ufffd");
            broken = true;
        }
    }
    broken
}

/// An RFC 3339 time in UTC with `Z` and without trailing zeros.
fn docker_time(text: &str, lost: &mut Vec<Text>) -> Option<String> {
    let digits = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    let (year, mon, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
    let (hour, min, sec) = (digits(11..13)?, digits(14..16)?, digits(17..19)?);
    let separators = [4, 7, 10, 13, 16].map(|at| text.as_bytes()[at]);
    if separators != *b"--T::" || !(1..=12).contains(&mon) || !text.is_ascii() {
        return None;
    }
    let rest = &text[19..];
    let zone_at = rest.find(['Z', '+', '-'])?;
    let (fraction, zone) = rest.split_at(zone_at);
    let fraction = match fraction.strip_prefix('.') {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => digits,
        None if fraction.is_empty() => "",
        _ => return None,
    };
    if fraction.ends_with('0') {
        lost.push(LOST_ZEROS);
    }
    let offset = zone_offset(zone)?;
    if zone != "Z" {
        lost.push(LOST_ZONE);
    }
    let days = days_from_civil(i64::from(year), mon as u8, i64::from(day));
    let seconds = days * 86_400 + i64::from(hour * 3600 + min * 60 + sec) - offset;
    let (year, mon, day) = civil_from_days(seconds.div_euclid(86_400));
    let clock = seconds.rem_euclid(86_400);
    let mut out = format!(
        "{year:04}-{mon:02}-{day:02}T{:02}:{:02}:{:02}",
        clock / 3600,
        clock / 60 % 60,
        clock % 60
    );
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out.push('Z');
    Some(out)
}

/// Seconds east of UTC of `Z` or `±HH:MM`.
fn zone_offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let well_formed = hours.len() == 2 && minutes.len() == 2;
    let (hours, minutes) = (hours.parse::<i64>().ok()?, minutes.parse::<i64>().ok()?);
    (well_formed && hours >= 0 && minutes >= 0).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::{PIECE, Runtime, as_containerd, convert, runtime_of};

    fn to(target: Runtime, line: &str) -> String {
        let converted = convert(line.as_bytes(), target).unwrap_or_default();
        String::from_utf8(converted.line).unwrap_or_default()
    }

    #[test]
    fn a_docker_line_becomes_the_cri_line_that_containerd_writes() {
        let docker =
            r#"{"log":"GET \"/x\"\t200\n","stream":"stderr","time":"2023-02-02T07:48:11.5Z"}"#;
        assert_eq!(to(Runtime::Cri, docker), "2023-02-02T07:48:11.5Z stderr F GET \"/x\"\t200");
    }

    #[test]
    fn a_piece_without_newline_is_partial_both_ways() {
        let docker = r#"{"log":"a","stream":"stdout","time":"2023-02-02T07:48:11Z"}"#;
        let cri = "2023-02-02T07:48:11Z stdout P a";
        assert_eq!(to(Runtime::Cri, docker), cri);
        assert_eq!(to(Runtime::Docker, cri), docker);
    }

    #[test]
    fn a_time_with_an_offset_is_written_in_utc() {
        assert_eq!(
            to(Runtime::Docker, "2023-02-02T16:48:11.500000000+09:00 stdout F x"),
            r#"{"log":"x\n","stream":"stdout","time":"2023-02-02T07:48:11.5Z"}"#
        );
    }

    #[test]
    fn escapes_are_those_of_the_json_file_driver() {
        assert_eq!(
            to(Runtime::Docker, "2023-02-02T07:48:11Z stdout F \t<a&b>\u{2028}日本"),
            r#"{"log":"\u0009\u003ca\u0026b\u003e\u2028日本\n","stream":"stdout","time":"2023-02-02T07:48:11Z"}"#
        );
    }

    #[test]
    fn a_byte_that_is_not_utf8_is_said_to_be_lost() {
        let converted = convert(b"2023-02-02T07:48:11Z stdout F \xe3\x81", Runtime::Docker);
        let converted = converted.unwrap_or_default();
        assert!(converted.line.windows(12).any(|part| part == br"\ufffd\ufffd"));
        assert_eq!(converted.lost.len(), 1);
    }

    #[test]
    fn lines_of_neither_runtime_stay_as_they_are() {
        for line in [
            "",
            "plain text",
            "{\"log\":\"a\"}",
            "{broken",
            "2023 stdout x y",
            "2023-02-02T07:48:11Z out F x",
        ] {
            assert_eq!(
                convert(line.as_bytes(), Runtime::Cri)
                    .or(convert(line.as_bytes(), Runtime::Docker)),
                None,
                "{line}"
            );
        }
        assert_eq!(runtime_of(b"2023-02-02T07:48:11Z stdout F x"), Some(Runtime::Cri));
    }

    #[test]
    fn a_line_that_docker_cut_for_its_newline_is_one_line_of_containerd() {
        let line = |tag: &str, text: &str| format!("T stdout {tag} {text}").into_bytes();
        let long = "x".repeat(PIECE);
        let cut = as_containerd(&[line("P", &long), b"T stderr F e".to_vec(), line("F", "")]);
        assert_eq!(cut, [b"T stderr F e".to_vec(), line("F", &long)]);
        let cut = as_containerd(&[line("F", &format!("{long}yz"))]);
        assert_eq!(cut, [line("P", &long), line("F", "yz")]);
        assert_eq!(as_containerd(&[line("P", "open")]), [line("P", "open")]);
    }
}
