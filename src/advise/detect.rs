//! What is this line? A guess for each line, a sentence for many, and a whole configuration for
//! the mix (`../shared/spec/EXPORT.md`).
//!
//! A guess looks at the line alone. It never fails: what is nothing else is plain text.

use super::convert::{Runtime, runtime_of};
use crate::diag::{Message, Text};
use crate::encoding::Encoding;
use crate::order::map::Map;
use crate::ruby::json::{JsonReader, Library};
use crate::ruby::string::RString;
use crate::ruby::value::Value;

/// What a line can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A whole line of containerd or CRI-O.
    Cri,
    /// A piece of a line, with the tag `P`.
    CriPartial,
    /// A whole line of Docker's json-file driver.
    Docker,
    /// A piece of a line: its `log` has no newline at the end.
    DockerPartial,
    /// fluentd's own log, quoting a line it could not parse.
    FluentdWarning,
    /// A Kubernetes component (klog, glog).
    Klog,
    /// A web server's access log.
    Access,
    /// Syslog, RFC 3164.
    Syslog3164,
    /// Syslog, RFC 5424.
    Syslog5424,
    /// `key=value` pairs.
    Logfmt,
    /// A JSON object, not Docker's.
    Json,
    /// A line of a stack trace of Java, Python or Go.
    Trace,
    /// Anything else.
    Plain,
}

/// A guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    /// What it is.
    pub kind: Kind,
    /// How sure, in percent.
    pub confidence: u8,
    /// Of a fluentd warning: the line it quotes, escapes undone.
    pub quoted: Option<Vec<u8>>,
}

impl Kind {
    /// Its name for one line.
    pub fn name(self) -> Text {
        let [one, _] = self.names();
        one
    }

    /// Its name for one line and for several.
    fn names(self) -> [Text; 2] {
        let both = |one, many, ja| [Text { en: one, ja }, Text { en: many, ja }];
        match self {
            Kind::Cri => both("CRI line", "CRI lines", "CRI の行"),
            Kind::CriPartial => both("partial CRI line", "partial CRI lines", "CRI の部分行"),
            Kind::Docker => both("Docker JSON line", "Docker JSON lines", "Docker JSON の行"),
            Kind::DockerPartial => both(
                "partial Docker JSON line",
                "partial Docker JSON lines",
                "Docker JSON の部分行",
            ),
            Kind::FluentdWarning => both("fluentd warning", "fluentd warnings", "fluentd の警告"),
            Kind::Klog => both("klog line", "klog lines", "klog の行"),
            Kind::Access => both("access log line", "access log lines", "アクセスログの行"),
            Kind::Syslog3164 => {
                both("syslog line (RFC 3164)", "syslog lines (RFC 3164)", "syslog (RFC 3164) の行")
            }
            Kind::Syslog5424 => {
                both("syslog line (RFC 5424)", "syslog lines (RFC 5424)", "syslog (RFC 5424) の行")
            }
            Kind::Logfmt => both("logfmt line", "logfmt lines", "logfmt の行"),
            Kind::Json => both("JSON line", "JSON lines", "JSON の行"),
            Kind::Trace => both("stack trace line", "stack trace lines", "スタックトレースの行"),
            Kind::Plain => both("plain text line", "plain text lines", "ただのテキスト行"),
        }
    }
}

/// A kind, how sure one is of it, and its test.
type Rule = (Kind, u8, fn(&str) -> bool);

/// What one line is (without its line end).
///
/// ```
/// use fluentd_playground::advise::detect::{Kind, detect};
/// let line = b"2023-02-02T07:48:11.576765119Z stdout F hello";
/// assert_eq!(detect(line).kind, Kind::Cri);
/// let warning = br#"2023-02-02 07:48:11 +0000 [warn]: #0 pattern not matched: "a \"b\"""#;
/// assert_eq!(detect(warning).quoted.unwrap(), br#"a "b""#);
/// ```
pub fn detect(line: &[u8]) -> Detected {
    let guess = |kind, confidence| Detected { kind, confidence, quoted: None };
    if let Some(quoted) = quoted_line(line) {
        return Detected { kind: Kind::FluentdWarning, confidence: 99, quoted: Some(quoted) };
    }
    match runtime_of(line) {
        Some(Runtime::Cri) => return guess(cri_kind(line), 99),
        Some(Runtime::Docker) => {
            return match docker_kind(line) {
                Some(kind) => guess(kind, if kind == Kind::Json { 95 } else { 99 }),
                None => guess(Kind::Plain, 60),
            };
        }
        None => {}
    }
    let text = String::from_utf8_lossy(line);
    let rules: [Rule; 6] = [
        (Kind::Klog, 97, is_klog),
        (Kind::Syslog5424, 95, is_syslog_5424),
        (Kind::Syslog3164, 90, is_syslog_3164),
        (Kind::Access, 95, is_access),
        (Kind::Trace, 85, is_trace),
        (Kind::Logfmt, 80, is_logfmt),
    ];
    match rules.iter().find(|(_, _, is)| is(&text)) {
        Some((kind, confidence, _)) => guess(*kind, *confidence),
        None => guess(Kind::Plain, 50),
    }
}

fn cri_kind(line: &[u8]) -> Kind {
    let tag = line.split(|&byte| byte == b' ').nth(2).unwrap_or_default();
    if tag.split(|&byte| byte == b':').any(|tag| tag == b"P") {
        Kind::CriPartial
    } else {
        Kind::Cri
    }
}

/// `None` for text that is no JSON object.
fn docker_kind(line: &[u8]) -> Option<Kind> {
    let text = RString::new(line, Encoding::Ascii8Bit);
    let Ok(Value::Hash(object)) = JsonReader::new(Library::Oj).read(&text) else { return None };
    let (Some(Value::String(log)), Some(_), Some(_)) =
        (object.get("log"), object.get("stream"), object.get("time"))
    else {
        return Some(Kind::Json);
    };
    let whole = log.as_bytes().ends_with(b"\n");
    Some(if whole { Kind::Docker } else { Kind::DockerPartial })
}

/// The line that a `pattern not matched: "…"` or `invalid line found … line="…"` quotes.
fn quoted_line(line: &[u8]) -> Option<Vec<u8>> {
    let starts: [&[u8]; 2] = [b"pattern not matched: \"", b"invalid line found file="];
    let at = memchr::memmem::find(line, starts[0]).map(|at| at + starts[0].len());
    let at = at.or_else(|| {
        let found = memchr::memmem::find(line, starts[1])?;
        let rest = line.get(found..)?;
        Some(found + memchr::memmem::find(rest, b" line=\"")? + 7)
    })?;
    Some(unescape(line.get(at..)?))
}

/// What a text was before `inspect`, up to the closing quote.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'"' => break,
            b'\\' => at += unescape_one(text.get(at..).unwrap_or_default(), &mut out),
            _ => out.push(byte),
        }
    }
    out
}

/// Adds the character of the escape behind a backslash; returns how many bytes it took.
fn unescape_one(rest: &[u8], out: &mut Vec<u8>) -> usize {
    let Some(&letter) = rest.first() else { return 0 };
    let hex = |digits: &[u8]| u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
    let push = |code: u32, out: &mut Vec<u8>| {
        let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    };
    match (letter, rest) {
        (b'x', [_, a, b, ..]) if hex(&[*a, *b]).is_some() => {
            out.push(hex(&[*a, *b]).unwrap_or_default() as u8);
            3
        }
        (b'u', [_, b'{', digits @ ..]) => {
            let length = digits.iter().take_while(|digit| digit.is_ascii_hexdigit()).count();
            push(hex(&digits[..length]).unwrap_or(0xfffd), out);
            3 + length
        }
        (b'u', [_, digits @ ..]) if digits.len() >= 4 && hex(&digits[..4]).is_some() => {
            push(hex(&digits[..4]).unwrap_or(0xfffd), out);
            5
        }
        _ => {
            out.push(match letter {
                b'n' => b'\n',
                b't' => b'\t',
                b'r' => b'\r',
                b'e' => 0x1b,
                b'a' => 7,
                b'b' => 8,
                b'v' => 11,
                b'f' => 12,
                other => other,
            });
            1
        }
    }
}

/// True when `text` begins with the shape: `9` a digit, `A` an ASCII letter, the rest itself.
fn has_shape(text: &str, shape: &str) -> bool {
    let mut bytes = text.bytes();
    shape.bytes().all(|wanted| match (wanted, bytes.next()) {
        (b'9', Some(byte)) => byte.is_ascii_digit(),
        (b'A', Some(byte)) => byte.is_ascii_alphabetic(),
        (wanted, Some(byte)) => wanted == byte,
        (_, None) => false,
    })
}

fn is_klog(text: &str) -> bool {
    text.starts_with(['I', 'W', 'E', 'F'])
        && has_shape(text, "A9999 99:99:99.")
        && text.contains("] ")
}

/// What follows `<13>`, if that is how the text begins.
fn after_priority(text: &str) -> Option<&str> {
    let (digits, rest) = text.strip_prefix('<')?.split_once('>')?;
    let is_priority =
        (1..=3).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_priority.then_some(rest)
}

fn is_syslog_5424(text: &str) -> bool {
    let Some(rest) = after_priority(text) else { return false };
    has_shape(rest, "9 9999-99-99T") || has_shape(rest, "9 - ")
}

fn is_syslog_3164(text: &str) -> bool {
    let rest = after_priority(text).unwrap_or(text);
    let day = rest.get(4..6).unwrap_or_default();
    let is_day = day.bytes().all(|byte| byte == b' ' || byte.is_ascii_digit()) && day.len() == 2;
    is_day && has_shape(rest, "AAA ") && has_shape(rest.get(6..).unwrap_or_default(), " 99:99:99 ")
}

fn is_access(text: &str) -> bool {
    let Some((_, rest)) = text.split_once(" [") else { return false };
    has_shape(rest, "99/AAA/9999:99:99:99 ") && rest.contains("] \"")
}

fn is_trace(text: &str) -> bool {
    let inner = text.trim_start_matches([' ', '\t']);
    let indented = inner.len() < text.len();
    let java = indented && (inner.starts_with("at ") && inner.contains('(') || is_more(inner));
    let python = text.starts_with("Traceback (most recent call last)")
        || indented && inner.starts_with("File \"") && inner.contains(", line ");
    let go = text.starts_with("goroutine ") && text.ends_with("]:") || text.starts_with("panic: ");
    java || python || go || text.starts_with("Caused by: ")
}

/// `... 12 more`
fn is_more(text: &str) -> bool {
    text.starts_with("... ") && text.ends_with(" more")
}

fn is_logfmt(text: &str) -> bool {
    let is_key = |key: &str| {
        !key.is_empty()
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
    };
    let pairs =
        text.split(' ').filter(|word| word.split_once('=').is_some_and(|(key, _)| is_key(key)));
    let first = text.split(' ').next().unwrap_or_default();
    first.split_once('=').is_some_and(|(key, _)| is_key(key)) && pairs.count() >= 2
}

/// How many lines of each kind, most first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mix {
    /// The kinds that are there.
    pub counts: Vec<(Kind, usize)>,
}

/// Looks at many lines; empty ones do not count.
pub fn mix<'l>(lines: impl IntoIterator<Item = &'l [u8]>) -> Mix {
    let mut counts: Map<Kind, usize> = Map::new();
    for line in lines {
        if !line.is_empty() {
            *counts.slot(detect(line).kind) += 1;
        }
    }
    let mut counts: Vec<(Kind, usize)> = counts.into_iter().collect();
    crate::order::by_key(&mut counts, |(_, count)| std::cmp::Reverse(*count));
    Mix { counts }
}

impl Mix {
    /// `14 CRI lines, 2 Docker JSON lines, 1 fluentd warning`
    ///
    /// ```
    /// use fluentd_playground::advise::detect::mix;
    /// let lines: [&[u8]; 2] = [b"2023-02-02T07:48:11.5Z stdout F a", b"I0204 07:32:30.020537 1 a.go:1] x"];
    /// assert_eq!(mix(lines).sentence().en, "1 CRI line, 1 klog line");
    /// ```
    pub fn sentence(&self) -> Message {
        let names = |(kind, count): &(Kind, usize)| kind.names()[usize::from(*count != 1)];
        let english: Vec<String> =
            self.counts.iter().map(|entry| format!("{} {}", entry.1, names(entry).en)).collect();
        let japanese: Vec<String> =
            self.counts.iter().map(|entry| format!("{} {} 件", names(entry).ja, entry.1)).collect();
        if english.is_empty() {
            return Message::new("no lines", "行がありません");
        }
        Message::new(english.join(", "), japanese.join("、"))
    }

    fn has(&self, kinds: &[Kind]) -> bool {
        self.counts.iter().any(|(kind, _)| kinds.contains(kind))
    }

    /// A whole fluent.conf for what is there: the recipe for Docker, for CRI, or for both.
    pub fn recommended(&self) -> &'static str {
        let docker = self.has(&[Kind::Docker, Kind::DockerPartial]);
        let cri = self.has(&[Kind::Cri, Kind::CriPartial]);
        match (docker, cri) {
            (true, false) => include_str!("recipes/fluent-docker.conf"),
            (true, true) => include_str!("recipes/fluent-both.conf"),
            // Kubernetes without dockershim writes CRI lines.
            (false, _) => include_str!("recipes/fluent-cri.conf"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, detect, mix};

    fn kind(line: &str) -> Kind {
        detect(line.as_bytes()).kind
    }

    #[test]
    fn container_lines_and_their_pieces_are_told_apart() {
        assert_eq!(kind("2023-02-02T07:48:11.5+09:00 stderr P piece"), Kind::CriPartial);
        let docker = |log: &str| {
            kind(&format!(r#"{{"log":"{log}","stream":"stdout","time":"2023-02-02T07:48:11Z"}}"#))
        };
        assert_eq!(docker("a\\n"), Kind::Docker);
        assert_eq!(docker("a"), Kind::DockerPartial);
        assert_eq!(kind(r#"{"level":"info","msg":"x"}"#), Kind::Json);
        assert_eq!(kind("{ not json"), Kind::Plain);
    }

    #[test]
    fn each_kind_has_a_line() {
        assert_eq!(kind("I0204 07:32:30.020537    3368 server.go:1048] POST /x"), Kind::Klog);
        assert_eq!(kind("<34>1 2003-10-11T22:14:15.003Z host su - ID47 - x"), Kind::Syslog5424);
        assert_eq!(kind("<34>Oct 11 22:14:15 host su: failed"), Kind::Syslog3164);
        assert_eq!(kind("Feb  2 07:48:11 host sshd[1]: x"), Kind::Syslog3164);
        assert_eq!(
            kind("1.2.3.4 - - [02/Feb/2023:07:48:11 +0000] \"GET / HTTP/1.1\" 200 1"),
            Kind::Access
        );
        assert_eq!(kind("\tat com.example.Foo.bar(Foo.java:12)"), Kind::Trace);
        assert_eq!(kind("  File \"/app/x.py\", line 3, in <module>"), Kind::Trace);
        assert_eq!(kind("goroutine 1 [running]:"), Kind::Trace);
        assert_eq!(kind("time=2023 level=info msg=\"a b\""), Kind::Logfmt);
        assert_eq!(kind("hello world"), Kind::Plain);
    }

    #[test]
    fn a_quoted_line_is_given_back_as_it_was() {
        let warning = r#"[warn]: #0 pattern not matched: "a\tb \xE6\x97\xA5 \u65E5 \u{1F600} \#{x} \\n \"q\"""#;
        let quoted = detect(warning.as_bytes()).quoted.unwrap();
        assert_eq!(String::from_utf8(quoted).unwrap(), "a\tb 日 日 😀 #{x} \\n \"q\"");
        let invalid = r#"[warn]: invalid line found file="/a.log" line="x y" error="e""#;
        assert_eq!(detect(invalid.as_bytes()).quoted.unwrap(), b"x y");
    }

    #[test]
    fn the_mix_has_a_sentence_and_a_configuration() {
        let cri = b"2023-02-02T07:48:11.5Z stdout F a".as_slice();
        let docker = br#"{"log":"a\n","stream":"stdout","time":"x"}"#.as_slice();
        let both = mix([cri, cri, docker, b""]);
        assert_eq!(both.sentence().en, "2 CRI lines, 1 Docker JSON line");
        assert_eq!(both.sentence().ja, "CRI の行 2 件、Docker JSON の行 1 件");
        assert!(both.recommended().contains("@type multi_format"));
        assert!(!mix([cri]).recommended().contains("multi_format"));
        assert!(mix([docker]).recommended().contains("@type json"));
    }
}
