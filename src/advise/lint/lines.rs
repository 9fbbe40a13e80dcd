//! What goes wrong with the lines at hand (PARSE.md SURPRISES 4, 25, 26, 28, 32, 39, 41, 42, 52, 58
//! and 59): findings from a sample of lines and what in_tail made of each.

use super::time::{lint_text, plain};
use crate::advise::detect::{Kind, detect};
use crate::diag::codes::{parser, tail, time};
use crate::diag::{Code, Diagnostic, Message, Severity};
use crate::fluent::config::element::Element;
use crate::fluent::environment::Environment;
use crate::fluent::log::{Fields, Level};
use crate::fluent::plugin::in_tail::{Outcome, Received, TailEvent};
use crate::fluent::time::Reading;
use crate::fluent::time::text::TextTimeParser;
use crate::ruby::string::RString;
use crate::ruby::value::{EventTime, Record, Value};

/// One line of the sample.
#[derive(Clone, Debug)]
pub struct Line {
    /// What in_tail made of it.
    pub received: Received,
    /// The text that was to be its time, if the parser says where that stands.
    pub time: Option<RString>,
}

/// The findings about one source's lines, at its `<parse>` section.
pub fn lint(parse: &Element, environment: &Environment, lines: &[Line]) -> Vec<Diagnostic> {
    let mut found = Found { out: Vec::new(), parse };
    let parser_name = parse.text("@type").unwrap_or_default();
    let format = parse
        .text("time_format")
        .or_else(|| (parser_name == "cri").then_some("%Y-%m-%dT%H:%M:%S.%L%z"));
    let time = format
        .filter(|format| *format != "%iso8601")
        .and_then(|format| TextTimeParser::new(Some(format), &Reading::Local, environment).ok());
    for line in lines {
        outcome(&mut found, parser_name, line);
        for event in &line.received.events {
            of_event(&mut found, parser_name, event);
        }
        let failed = line.received.outcome == Outcome::Invalid;
        if let (Some(parser), Some(text)) = (&time, &line.time)
            && !(parser_name == "cri" && is_plain(text))
        {
            for mut finding in
                lint_text(parser, text, EventTime::default(), parse.peek("time_format"))
            {
                finding.said = line.received.said.first().filter(|_| failed).map(sentence);
                found.push(finding);
            }
        }
        if let (Some(text), false) = (&line.time, failed) {
            let bytes = text.as_bytes();
            let trailing = time.as_ref().and_then(|parser| parser.trailing(bytes));
            let read = trailing.and_then(|rest| bytes.get(..rest.start as usize)).unwrap_or(bytes);
            of_time(&mut found, format.unwrap_or_default(), &String::from_utf8_lossy(read));
        }
    }
    absent_groups(&mut found, parser_name, lines);
    for finding in &mut found.out {
        fits_all(finding, environment, lines);
    }
    found.out
}

/// A format that would read all of one time is no remedy where it refuses another.
fn fits_all(finding: &mut Diagnostic, environment: &Environment, lines: &[Line]) {
    let Some(fix) = finding.fix.as_ref().filter(|_| finding.code == &time::TRAILING_TEXT) else {
        return;
    };
    let format = fix.edits.first().map(|edit| edit.text.as_str());
    let Ok(parser) = TextTimeParser::new(format, &Reading::Local, environment) else { return };
    let times = lines.iter().filter(|line| line.received.outcome == Outcome::Matched);
    let refused = |text: &&RString| parser.explain(text, EventTime::default()).is_some();
    let Some(text) = times.filter_map(|line| line.time.as_ref()).find(refused) else { return };
    let (format, text) = (format.unwrap_or_default(), text.to_lossy());
    finding.notes.push(Message::new(
        format!("`{format}` would read it, but lose the lines with `{text}`: time_type mixed with time_format_fallbacks reads both."),
        format!("`{format}` なら読めますが、`{text}` の行が失われます。time_type mixed と time_format_fallbacks なら両方を読めます。"),
    ));
    finding.fix = None;
}

fn sentence((level, text, _): &(Level, String, Fields)) -> String {
    format!("[{}]: {text}", level.name())
}

struct Found<'e> {
    out: Vec<Diagnostic>,
    parse: &'e Element,
}

impl Found<'_> {
    /// Each code once: its first line speaks for the others.
    fn push(&mut self, finding: Diagnostic) {
        if self.out.iter().all(|known| known.code != finding.code) {
            self.out.push(finding.at(self.parse.source, self.parse.name_span));
        }
    }

    /// fluentd's own log is really among the lines: each pass quotes it once more.
    fn own_warning(&mut self, line: &Line) {
        let mut finding = plain(&tail::SELF_TAILING);
        finding.severity = match line.received.outcome {
            Outcome::Matched => Severity::Changed,
            _ => Severity::Lost,
        };
        finding.message = Message::new(
            "fluentd reads its own log: a line here is its warning about another line",
            "fluentd が自身のログを読んでいます。別の行についての警告が行として入っています",
        );
        self.push(finding);
    }

    fn shown(&mut self, code: &'static Code, shown: &str) {
        let mut finding = plain(code);
        let shown: String = shown.chars().take(80).collect();
        finding.message =
            Message::new(format!("{}: {shown}", code.doc.en), format!("{}: {shown}", code.doc.ja));
        self.push(finding);
    }
}

/// A text that does not begin with a date.
fn is_plain(text: &RString) -> bool {
    !text.as_bytes().first().is_some_and(u8::is_ascii_digit)
}

/// `<13>` and the like at its beginning.
fn has_priority(text: &str) -> bool {
    let rest = text.strip_prefix('<').and_then(|rest| rest.split_once('>'));
    rest.is_some_and(|(pri, _)| (1..=3).contains(&pri.len()) && pri.parse::<u16>().is_ok())
}

fn outcome(found: &mut Found, parser_name: &str, line: &Line) {
    let received = &line.received;
    let text = received.text.to_lossy();
    let said = received.said.first();
    let with_priority = matches!(found.parse.text("with_priority"), Some("true" | "yes" | ""));
    if parser_name == "syslog" && !with_priority && has_priority(&text) {
        found.push(plain(&parser::SYSLOG_NO_PRIORITY));
    }
    if detect(received.text.as_bytes()).kind == Kind::FluentdWarning {
        found.own_warning(line);
    }
    match received.outcome {
        Outcome::Invalid => {
            let said = said.map(sentence).unwrap_or_default();
            if said.contains("invalid byte sequence in UTF-8") {
                found.push(plain(&tail::INVALID_BYTES).said(said));
            } else if parser_name == "cri" && is_plain(&received.text) {
                found.push(plain(&parser::CRI_PLAIN_TEXT).said(said));
            }
        }
        Outcome::NotMatched if text.is_empty() => {
            found.push(plain(&tail::EMPTY_LINES).said(said.map(sentence).unwrap_or_default()));
        }
        Outcome::NotMatched
            if parser_name == "cri"
                && text.split(' ').count() > 3
                && found.parse.elements.iter().any(|inner| inner.name == "parse") =>
        {
            let said = said.map(sentence).unwrap_or_default();
            found.push(plain(&parser::CRI_INNER_TEXT).said(said));
        }
        Outcome::NotMatched if parser_name == "cri" && text.split(' ').count() == 3 => {
            let said = said.map(sentence).unwrap_or_default();
            if text.ends_with(" F") || text.ends_with(" P") {
                found.push(plain(&parser::CRI_NO_MESSAGE).said(said));
            }
        }
        Outcome::Matched if received.events.is_empty() && text == "[]" => {
            found.shown(&parser::EMPTY_ARRAY, &text);
        }
        _ => {}
    }
}

fn of_event(found: &mut Found, parser_name: &str, event: &TailEvent) {
    if [i64::MIN, i64::MAX].contains(&event.time.sec) {
        found.push(plain(&time::BEYOND));
    }
    if event.time.nsec > 999_999_999 {
        found.shown(&time::LONG_FRACTION, &format!("{} ns", event.time.nsec));
    }
    if let Some((name, _)) = event.record.iter().find(|(_, value)| is_no_number(value)) {
        found.shown(&parser::NAN, &name_of(name));
    }
    if parser_name == "cri" {
        let of = |name: &str| event.record.get(name).map(name_of).unwrap_or_default();
        let (stream, tag) = (of("stream"), of("logtag"));
        if !matches!(stream.as_str(), "stdout" | "stderr") || !tag.starts_with(['F', 'P']) {
            found.shown(&parser::CRI_SHIFTED, &format!("stream={stream} logtag={tag}"));
        }
    }
}

fn is_no_number(value: &Value) -> bool {
    matches!(value, Value::Float(number) if !number.is_finite())
}

fn name_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_lossy().into_owned(),
        _ => String::new(),
    }
}

/// Names of zones that `Time.strptime` knows, beside single letters.
const ZONES: [&str; 12] =
    ["UTC", "UT", "GMT", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "Z"];

fn of_time(found: &mut Found, format: &str, text: &str) {
    let zone = text.rsplit(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default();
    // Words behind the time are no zone.
    let blanks = |text: &str| text.matches(' ').count();
    let zoned = (format.ends_with("%Z") || format.ends_with('z')) && blanks(text) <= blanks(format);
    if zoned && zone.len() > 1 && !ZONES.contains(&zone.to_ascii_uppercase().as_str()) {
        found.shown(&time::UNKNOWN_ZONE, text);
    }
    let date: Vec<u32> =
        text.split(['-', '/', 'T', ' ']).map_while(|part| part.parse().ok()).collect();
    if let [year, month, day, ..] = date[..]
        && year >= 1000
    {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            2 => 28 + u32::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        if day > last && day <= 31 {
            found.shown(&time::NO_SUCH_DAY, text);
        }
    }
}

/// A field that some lines have and others do not.
fn absent_groups(found: &mut Found, parser_name: &str, lines: &[Line]) {
    if parser_name != "regexp" {
        return;
    }
    let records = || {
        let events = lines.iter().filter(|line| line.received.outcome == Outcome::Matched);
        events.flat_map(|line| &line.received.events).map(|event| &event.record)
    };
    let has = |record: &Record, name: &Value| record.iter().any(|(known, _)| known == name);
    let missing = records().next().and_then(|first| {
        let names =
            |record: &Record| record.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        records().find_map(|record| {
            let gone = names(first).into_iter().find(|name| !has(record, name));
            gone.or_else(|| names(record).into_iter().find(|name| !has(first, name)))
        })
    });
    if let Some(name) = missing {
        found.shown(&parser::ABSENT_GROUP, &name_of(&name));
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, lint};
    use crate::fluent::config::types::Mode;
    use crate::fluent::config::v1_parser::parse;
    use crate::fluent::environment::Environment;
    use crate::fluent::log::Log;
    use crate::fluent::plugin::in_tail::TailInput;
    use crate::fluent::plugin::parser::Configure;

    fn codes(source: &str, body: &str, text: &[u8]) -> Vec<&'static str> {
        let environment = Environment::default();
        let conf = format!(
            "<source>\n@type tail\npath /a\ntag a\n{source}\n<parse>\n{body}\n</parse>\n</source>\n"
        );
        let mut root = parse(&conf, &environment).root.unwrap();
        let section = root.elements[0].elements[0].clone();
        let (mut log, mode) = (Log::default(), Mode::default());
        let mut with = Configure { environment: &environment, mode, log: &mut log };
        let mut tail = TailInput::new(&mut root.elements[0], &mut with, &mut Vec::new()).unwrap();
        let mut watcher = tail.watch("/a", 0);
        watcher.append(text.into());
        let mut lines = Vec::new();
        while let Some(batch) = tail.on_notify(&mut watcher, environment.now) {
            for received in batch.received {
                let time = tail.time_text(&received.text);
                lines.push(Line { received, time });
            }
        }
        lint(&section, &environment, &lines).iter().map(|found| found.code.path).collect()
    }

    #[test]
    fn cri_lines_that_are_none() {
        let on = |text: &str| codes("", "@type cri", text.as_bytes());
        assert_eq!(on("a plain line of text\n"), ["parser/cri-plain-text"]);
        assert_eq!(on("2023-02-02T07:48:11.5Z  stdout F a\n"), ["parser/cri-shifted"]);
        assert_eq!(on("2023-02-02T07:48:11.5Z stdout F\n"), ["parser/cri-no-message"]);
        assert_eq!(on("\n"), ["tail/empty-lines"]);
        assert_eq!(on("2023-02-30T07:48:11.5Z stdout F a\n"), ["time/no-such-day"]);
        assert!(on("2023-02-28T07:48:11.5Z stdout F a\n").is_empty());
    }

    #[test]
    fn fluentds_own_warning_among_the_lines_is_told() {
        let own = "2023-02-02T07:48:12Z stdout F [warn]: #0 pattern not matched: \"x\"\n";
        assert_eq!(codes("", "@type json", own.as_bytes()), ["tail/self-tailing"]);
    }

    #[test]
    fn json_lines_that_surprise() {
        let on = |text: &str| codes("", "@type json", text.as_bytes());
        assert_eq!(on("{\"a\":NaN}\n[]\n"), ["parser/nan", "parser/empty-array"]);
        assert_eq!(on("{\"time\":\"1.12345678901\"}\n"), ["time/long-fraction"]);
        assert_eq!(on("{\"time\":12345678901234567890}\n"), ["time/beyond-64-bits"]);
    }

    #[test]
    fn broken_bytes_are_lost_in_utf8() {
        let body = "@type regexp\nexpression /^(?<m>.*)$/";
        assert_eq!(codes("encoding UTF-8", body, b"a\xff\n"), ["tail/invalid-bytes"]);
        assert!(codes("", body, b"a\xff\n").is_empty());
    }

    #[test]
    fn a_format_that_would_lose_other_lines_is_not_offered() {
        let body = "@type regexp\nexpression /^(?<time>\\S+ \\S+) (?<m>.*)$/\ntime_format %Y-%m-%d %H:%M:%S";
        let offered = |text: &str| {
            let environment = Environment::default();
            let conf = format!(
                "<source>\n@type tail\npath /a\ntag a\n<parse>\n{body}\n</parse>\n</source>\n"
            );
            let mut root = parse(&conf, &environment).root.unwrap();
            let section = root.elements[0].elements[0].clone();
            let (mut log, mode) = (Log::default(), Mode::default());
            let mut with = Configure { environment: &environment, mode, log: &mut log };
            let mut tail =
                TailInput::new(&mut root.elements[0], &mut with, &mut Vec::new()).unwrap();
            let mut watcher = tail.watch("/a", 0);
            watcher.append(text.as_bytes().into());
            let received = tail.on_notify(&mut watcher, environment.now).unwrap().received;
            let lines: Vec<Line> = received
                .into_iter()
                .map(|received| Line { time: tail.time_text(&received.text), received })
                .collect();
            lint(&section, &environment, &lines)[0].fix.is_some()
        };
        assert!(offered("2024-03-05 10:11:12,345 a\n2024-03-05 10:11:13,1 b\n"));
        assert!(!offered("2024-03-05 10:11:12,345 a\n2024-03-05 10:11:13 b\n"));
    }

    #[test]
    fn times_and_groups_of_a_regexp() {
        let body =
            "@type regexp\nexpression /^\\[(?<time>[^\\]]*)\\](?: (?<m>.*))?$/\ntime_format ";
        let on = |format: &str, text: &str| codes("", &format!("{body}{format}"), text.as_bytes());
        assert_eq!(on("%Y-%m-%d %Z", "[2023-02-02 JST] a\n"), ["time/unknown-zone"]);
        assert!(on("%Y-%m-%d %Z", "[2023-02-02 UTC] a\n").is_empty());
        assert_eq!(on("%Y-%m-%d", "[2023-02-02 10:00] a\n"), ["time/trailing-text"]);
        // A word behind what the format reads is no zone.
        let behind = "[2023-02-02T07:48:11Z stdout F shipping] a\n";
        assert_eq!(on("%Y-%m-%dT%H:%M:%S%z", behind), ["time/trailing-text"]);
        assert_eq!(on("%Y-%m-%d", "[2023-13-02] a\n"), ["time/failed"]);
        assert_eq!(on("%Y-%m-%d", "[2023-02-02] a\n[2023-02-02]\n"), ["parser/absent-group"]);
    }
}
