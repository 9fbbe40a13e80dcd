//! What goes wrong with times, seen from the configuration (PARSE.md 5, SURPRISE 21 to 36) and from
//! a text that was to be a time.

use crate::diag::codes::time::{
    EPOCH_SHIFTED, FAILED, FALLBACKS_UNUSED, FRACTION_NEEDED, JSON_FLOAT, LITERAL_Z,
    MIXED_UNIXTIME, NO_DIRECTIVE, NOT_ESTIMATED, OFFSET_DISCARDED, TRAILING_TEXT, WIDTH,
    YEAR_FROM_CLOCK,
};
use crate::diag::{Code, Diagnostic, Edit, Fix, Message, Severity};
use crate::fluent::config::element::{Attr, AttrValue, Element};
use crate::fluent::environment::Environment;
use crate::fluent::time::explain::formats_for;
use crate::fluent::time::text::TextTimeParser;
use crate::ruby::string::RString;
use crate::ruby::value::EventTime;
use crate::source::Span;

/// Deepest nesting looked at.
const DEEPEST: usize = 20;

/// Findings in all sections that have a `time_format` or parse a time.
pub fn lint(root: &Element, environment: &Environment) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    walk(root, environment, DEEPEST, &mut out);
    out
}

fn walk(element: &Element, environment: &Environment, depth: usize, out: &mut Vec<Diagnostic>) {
    if ["parse", "pattern", "format", "grok"].contains(&element.name.as_str()) {
        section(element, environment, out);
    }
    let before = out.len();
    if depth > 0 {
        for inner in &element.elements {
            walk(inner, environment, depth - 1, out);
        }
    }
    if is(element, "reserve_time", &TRUE) {
        // The parsed time is not looked at.
        let mut at = 0;
        out.retain(|found| {
            at += 1;
            at <= before || found.code != &JSON_FLOAT
        });
    }
}

fn text<'e>(element: &'e Element, key: &str) -> Option<(&'e Attr, &'e str)> {
    let attr = element.peek(key)?;
    match &attr.value {
        AttrValue::Text(text) => Some((attr, text)),
        AttrValue::Nil | AttrValue::Default => None,
    }
}

fn is(element: &Element, key: &str, values: &[&str]) -> bool {
    text(element, key).is_some_and(|(_, value)| values.contains(&value))
}

const TRUE: [&str; 3] = ["true", "yes", ""];
const FALSE: [&str; 2] = ["false", "no"];

fn section(element: &Element, environment: &Environment, out: &mut Vec<Diagnostic>) {
    let mixed = is(element, "time_type", &["mixed"]);
    if let Some((attr, format)) = text(element, "time_format") {
        time_format(element, attr, format, environment, out);
    } else if is(element, "@type", &["json"])
        && element.name != "format"
        && text(element, "time_type").is_none()
    {
        out.push(plain(&JSON_FLOAT).at(element.source, element.name_span));
    }
    if let Some((attr, fallbacks)) = text(element, "time_format_fallbacks") {
        if !mixed {
            out.push(at_key(&FALLBACKS_UNUSED, attr));
        } else if fallbacks.contains("unixtime") {
            out.push(at_value(&MIXED_UNIXTIME, attr));
        }
    }
    if is(element, "estimate_current_event", &FALSE)
        && let Some(attr) = element.peek("estimate_current_event")
    {
        out.push(at_key(&NOT_ESTIMATED, attr));
    }
}

fn time_format(
    element: &Element,
    attr: &Attr,
    format: &str,
    environment: &Environment,
    out: &mut Vec<Diagnostic>,
) {
    let directives = directives(format);
    let has = |letters: &str| directives.iter().any(|(letter, _)| letters.contains(*letter));
    let zoned = is(element, "utc", &TRUE)
        || is(element, "localtime", &FALSE)
        || text(element, "timezone").is_some();
    if directives.is_empty() && format != "%iso8601" && format != "unixtime" && format != "float" {
        out.push(at_key(&NO_DIRECTIVE, attr));
    }
    if let Some(z) = literal_z(format)
        && !zoned
    {
        out.push(literal_z_found(attr, format, z, environment));
    }
    if zoned && format.contains(":z") && !format.contains("%z") && !format.contains("%Z") {
        let mended = format.replace("%:::z", "%z").replace("%::z", "%z").replace("%:z", "%z");
        out.push(mend(at_value(&OFFSET_DISCARDED, attr), attr, format, &mended));
    }
    if zoned && has("sQ") {
        out.push(at_value(&EPOCH_SHIFTED, attr));
    }
    if let Some(span) = width(format) {
        let shown = &format[span.range()];
        let letter = shown.chars().last().unwrap_or('N');
        let mended = [&format[..span.start as usize], "%", &letter.to_string()].concat()
            + &format[span.end as usize..];
        let mut found = mend(at_value(&WIDTH, attr), attr, format, &mended);
        found.message = Message::new(
            format!("`{shown}` is read as literal text, so no real text matches."),
            format!("`{shown}` はただの文字として扱われるため、実際のテキストには一致しません。"),
        );
        out.push(found);
    }
    if has("NL") && format.contains("%z") && width(format).is_none() {
        out.push(at_value(&FRACTION_NEEDED, attr));
    }
    if has("mbBhdeHMSjTRXr") && !has("YyCcDFGgxsQv+") && format != "%iso8601" {
        out.push(at_value(&YEAR_FROM_CLOCK, attr));
    }
}

/// A `Z` behind the seconds: its place in the format.
fn literal_z(format: &str) -> Option<usize> {
    ["%SZ", "%NZ", "%LZ", "%TZ"].iter().find_map(|end| Some(format.find(end)? + 2))
}

fn literal_z_found(attr: &Attr, format: &str, z: usize, environment: &Environment) -> Diagnostic {
    let mended = [&format[..z], "%z", &format[z + 1..]].concat();
    let mut found = mend(at_value(&LITERAL_Z, attr), attr, format, &mended);
    let zone = &environment.tz;
    if zone == "UTC" || zone == "Etc/UTC" {
        found.severity = Severity::Hint;
        found = found.note(Message::new(
            "Right as long as the container's time zone is UTC, as it is here.",
            "コンテナーのタイムゾーンが UTC である間 (ここではそうです) は正しく動きます。",
        ));
    } else {
        found.message = Message::new(
            format!("The Z is a plain letter: the time is read in {zone}, not in UTC."),
            format!("Z はただの文字なので、時刻は UTC ではなく {zone} の時刻として読まれます。"),
        );
    }
    found
}

/// The first directive with a width or a flag.
fn width(format: &str) -> Option<Span> {
    let bytes = format.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes.get(at..)?.iter().position(|byte| *byte == b'%') {
        let start = at + found;
        let flags = bytes[start + 1..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit() || b"-_^#".contains(byte))
            .count();
        let letter = bytes.get(start + 1 + flags);
        if flags > 0 && letter.is_some_and(u8::is_ascii_alphabetic) {
            return Some(Span::new(start, start + 2 + flags));
        }
        at = start + 2;
    }
    None
}

/// The letters of the directives, each with its place.
fn directives(format: &str) -> Vec<(char, usize)> {
    let mut out = Vec::new();
    let mut rest = format.char_indices().peekable();
    while let Some((at, character)) = rest.next() {
        if character != '%' {
            continue;
        }
        while rest.next_if(|(_, c)| ":EO-_^#".contains(*c) || c.is_ascii_digit()).is_some() {}
        if let Some((_, letter)) = rest.next()
            && letter != '%'
        {
            out.push((letter, at));
        }
    }
    out
}

/// What there is to say about a text that was to be a time: that it failed and why, or that a part
/// of it was dropped; with the edit of `time_format`'s attribute that reads it whole.
pub fn lint_text(
    parser: &TextTimeParser,
    text: &RString,
    now: EventTime,
    attr: Option<&Attr>,
) -> Vec<Diagnostic> {
    let bytes = text.as_bytes();
    let mended = |found: Diagnostic, formats: &[String]| match (attr, formats.first()) {
        (Some(attr), Some(format)) => {
            mend(found, attr, parser.format().unwrap_or_default(), format)
        }
        _ => found,
    };
    if let Some(why) = parser.explain(text, now) {
        let mut found = Diagnostic::new(&FAILED, why.message(bytes));
        if !why.would_work.is_empty() {
            let formats = why.would_work.join("  ");
            found = found.note(Message::new(
                format!("Formats that read all of it: {formats}"),
                format!("全体を読める書式: {formats}"),
            ));
        }
        return vec![mended(found, &why.would_work)];
    }
    let Some(trailing) = parser.trailing(bytes) else { return Vec::new() };
    let rest = String::from_utf8_lossy(bytes.get(trailing.range()).unwrap_or_default());
    let found = Diagnostic::new(
        &TRAILING_TEXT,
        Message::new(
            format!("\"{rest}\" is behind what the format reads, and is dropped."),
            format!("「{rest}」は書式が読む範囲の後ろにあり、無視されます。"),
        ),
    );
    vec![mended(found, &formats_for(bytes, now))]
}

pub(super) fn plain(code: &'static Code) -> Diagnostic {
    Diagnostic::new(code, Message::from(code.doc))
}

pub(super) fn at_key(code: &'static Code, attr: &Attr) -> Diagnostic {
    plain(code).at(attr.source, attr.key_span.to(attr.value_span))
}

pub(super) fn at_value(code: &'static Code, attr: &Attr) -> Diagnostic {
    plain(code).at(attr.source, attr.value_span)
}

/// The fix that writes another value; only where the value stands as it is, without quotes.
fn mend(found: Diagnostic, attr: &Attr, value: &str, mended: &str) -> Diagnostic {
    if attr.value_span.len() != value.len() {
        return found;
    }
    let edit = Edit { source: attr.source, span: attr.value_span, text: mended.to_owned() };
    found.fix(Fix {
        title: Message::new(format!("Write {mended}"), format!("{mended} に変更する")),
        edits: vec![edit],
    })
}

#[cfg(test)]
mod tests {
    use super::{lint, lint_text};
    use crate::diag::{Diagnostic, Severity};
    use crate::fluent::config::v1_parser::parse;
    use crate::fluent::environment::Environment;
    use crate::fluent::time::Reading;
    use crate::fluent::time::text::TextTimeParser;
    use crate::ruby::string::RString;
    use crate::ruby::value::EventTime;

    fn found(body: &str, tz: &str) -> Vec<Diagnostic> {
        let environment = Environment { tz: tz.to_owned(), ..Environment::default() };
        let text =
            format!("<source>\n@type tail\n<parse>\n@type regexp\n{body}\n</parse>\n</source>\n");
        lint(&parse(&text, &environment).root.unwrap(), &environment)
    }

    fn paths(body: &str, tz: &str) -> Vec<&'static str> {
        found(body, tz).iter().map(|found| found.code.path).collect()
    }

    #[test]
    fn a_literal_z_matters_outside_of_utc() {
        let tokyo = found("time_format %Y-%m-%dT%H:%M:%S.%NZ", "Asia/Tokyo");
        assert_eq!((tokyo[0].code.path, tokyo[0].severity), ("time/literal-z", Severity::Changed));
        let fix = tokyo[0].fix.as_ref().unwrap();
        assert_eq!(fix.edits[0].text, "%Y-%m-%dT%H:%M:%S.%N%z");
        let utc = found("time_format %Y-%m-%dT%H:%M:%S.%NZ", "UTC");
        assert_eq!(utc[0].severity, Severity::Hint);
        assert!(paths("time_format %Y-%m-%dT%H:%M:%S.%NZ\nutc true", "Asia/Tokyo").is_empty());
    }

    #[test]
    fn an_offset_that_is_discarded_is_found() {
        let body = "time_format %Y-%m-%dT%H:%M:%S%:z\ntimezone Asia/Tokyo";
        assert_eq!(paths(body, "UTC"), ["time/offset-discarded"]);
        assert!(paths("time_format %Y-%m-%dT%H:%M:%S%:z", "UTC").is_empty());
    }

    #[test]
    fn seconds_with_a_zone_are_shifted() {
        assert_eq!(paths("time_format %s\nutc true", "UTC"), ["time/epoch-shifted"]);
    }

    #[test]
    fn a_width_is_mended() {
        let width = found("time_format %Y-%m-%d %H:%M:%S.%3N", "UTC");
        assert_eq!(width[0].code.path, "time/width");
        let fix = width[0].fix.as_ref().unwrap();
        assert_eq!(fix.edits[0].text, "%Y-%m-%d %H:%M:%S.%N");
    }

    #[test]
    fn formats_without_year_or_directive_and_with_fraction_are_found() {
        assert_eq!(paths("time_format %b %d %H:%M:%S", "UTC"), ["time/year-from-clock"]);
        assert_eq!(paths("time_format literal", "UTC"), ["time/no-directive"]);
        assert_eq!(paths("time_format %FT%T.%L%z", "UTC"), ["time/fraction-needed"]);
    }

    #[test]
    fn fallbacks_need_mixed() {
        assert_eq!(paths("time_format_fallbacks unixtime", "UTC"), ["time/fallbacks-unused"]);
        let mixed = "time_type mixed\ntime_format_fallbacks %iso8601, unixtime";
        assert_eq!(paths(mixed, "UTC"), ["time/mixed-unixtime"]);
        assert_eq!(paths("estimate_current_event false", "UTC"), ["time/not-estimated"]);
    }

    #[test]
    fn json_without_a_format_reads_numbers() {
        let environment = Environment::default();
        let root = parse("<source>\n<parse>\n@type json\n</parse>\n</source>\n", &environment).root;
        assert_eq!(lint(&root.unwrap(), &environment)[0].code.path, "time/json-float");
    }

    #[test]
    fn a_text_that_fails_or_is_cut_says_so() {
        let environment = Environment::default();
        let parser = TextTimeParser::new(Some("%Y-%m-%d"), &Reading::Local, &environment).unwrap();
        let on = |text: &str| lint_text(&parser, &RString::utf8(text), EventTime::default(), None);
        assert_eq!(on("2023-13-01")[0].code.path, "time/failed");
        assert_eq!(on("2023-12-01 10:00")[0].code.path, "time/trailing-text");
        assert!(on("2023-12-01").is_empty());
    }
}
