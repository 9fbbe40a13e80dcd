//! Why a text is no time by its format: what was read, which directive failed at which byte, what
//! was left, and which formats would have read all of it.

use std::rc::Rc;

use super::text::{Engine, TextTimeParser, Trouble};
use crate::diag::Message;
use crate::ruby::date_strptime::date_strptime;
use crate::ruby::string::RString;
use crate::ruby::strptime::{Expected, Mismatch};
use crate::ruby::strptime_gem::Strptime;
use crate::ruby::time_library::{Context, strptime};
use crate::ruby::value::EventTime;
use crate::ruby::zone::TimeZone;
use crate::source::Span;

/// What became of a text, in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeExplanation {
    /// `time_format`.
    pub format: Option<Box<str>>,
    /// The bytes of the text that were read.
    pub consumed: Span,
    /// The directive of the format that failed there, and what it asks for; `None` when the text
    /// follows the format, but makes no time.
    pub failed: Option<(Span, Expected)>,
    /// The bytes of the text that were left.
    pub left: Span,
    /// Ruby's message where the parts are found but make no time.
    pub raised: Option<String>,
    /// Formats that read the whole text, the likeliest first.
    pub would_work: Vec<String>,
}

/// What real logs write, the likeliest first: a date, a time, a fraction and what ends it.
const DATES: &str = "%Y-%m-%d|%Y/%m/%d|%d/%b/%Y|%d/%m/%Y|%m/%d/%Y|%a, %d %b %Y|%a %b %d|%d %b %Y|\
    %d-%b-%Y|%b %d, %Y|%b %d %Y|%b %d|%d.%m.%Y|%Y.%m.%d|%d-%m-%Y|%Y%m%d|%y%m%d|%m%d|%m/%d/%y|\
    %d/%b/%y|%A, %d-%b-%y|%Y年%m月%d日|";
const TIMES: &str = "T%H:%M:%S| %H:%M:%S|:%H:%M:%S| %I:%M:%S %p|, %I:%M:%S %p| %I:%M:%S.%N %p|\
    T%H:%M| %H:%M| %I:%M %p|T%H%M%S|-%H:%M:%S|%H%M%S| %H%M%S||%s";
const FRACTIONS: [&str; 5] = ["", ".%N", ",%N", ":%N", "%N"];
const ENDS: [&str; 7] = ["", "%z", " %z", " %Z", " %Y", " %Z %Y", " %z %Y"];

/// Names of zones that Ruby knows wherever it runs; others are read and ignored.
const ZONES: &str = "UTC GMT UT Z EST EDT CST CDT MST MDT PST PDT";

/// The formats that read all of a text, the likeliest first.
pub fn formats_for(text: &[u8], now: EventTime) -> Vec<String> {
    const MOST: usize = 4;
    if !text.is_empty() && text.iter().all(u8::is_ascii_digit) && text.len() < 14 {
        return vec![if text.len() >= 12 { "%Q" } else { "%s" }.to_owned()];
    }
    let local = Rc::new(TimeZone::utc());
    let context = Context { now, local: &local };
    let mut words = text.split(|byte| !byte.is_ascii_alphabetic());
    let known = words.any(|word| ZONES.split(' ').any(|zone| zone.as_bytes() == word));
    let mut out = Vec::new();
    for date in DATES.split('|').filter(|date| date_strptime(text, date.as_bytes()).is_ok()) {
        for time in TIMES.split('|') {
            let head = if date.is_empty() {
                time.strip_prefix(' ').unwrap_or(time)
            } else {
                &[date, time].concat()
            };
            if date_strptime(text, head.as_bytes()).is_err() {
                continue;
            }
            let seconds = head.ends_with(['S', 's']);
            for fraction in FRACTIONS.iter().filter(|part| seconds || part.is_empty()) {
                let ends = ENDS.iter().filter(|end| known || !end.contains("%Z"));
                let mut formats = ends.map(|end| [head, fraction, end].concat());
                let found = formats.find(|format| reads_all(format, text, context));
                out.extend(found.filter(|format| !out.contains(format)));
            }
        }
    }
    out.truncate(MOST);
    out
}

fn reads_all(format: &str, text: &[u8], context: Context<'_>) -> bool {
    match Strptime::new(format) {
        Some(gem) => match gem.read(text) {
            // The gem leaves the letter Z where it is.
            Ok((fields, used)) => {
                let rest = text.get(used..).unwrap_or_default();
                let zone = format.ends_with("%z") && rest.eq_ignore_ascii_case(b"z");
                (rest.is_empty() || zone) && fields.time(context.now, context.local).is_ok()
            }
            Err(_) => false,
        },
        None => {
            let all =
                date_strptime(text, format.as_bytes()).is_ok_and(|(_, used)| used == text.len());
            all && strptime(text, format.as_bytes(), context, String::new).is_ok()
        }
    }
}

impl TextTimeParser {
    /// Why the text is no time; `None` when it is one.
    pub fn explain(&self, text: &RString, now: EventTime) -> Option<TimeExplanation> {
        let trouble = self.read(text, now).err()?;
        let mut explanation = TimeExplanation {
            format: self.format().map(Box::from),
            consumed: Span::at(0),
            failed: None,
            left: Span::new(0, text.len()),
            raised: None,
            would_work: formats_for(text.as_bytes(), now),
        };
        match trouble {
            Trouble::Mismatch(Mismatch { directive, at, expected }) => {
                explanation.failed = Some((directive, expected));
                explanation.consumed = Span::new(0, at.min(text.len()));
                explanation.left = Span::new(at.min(text.len()), text.len());
            }
            Trouble::Raised(raised) => explanation.raised = Some(raised.message.into_owned()),
        }
        Some(explanation)
    }

    /// The bytes behind the part that the format reads: both engines drop them silently.
    pub fn trailing(&self, text: &[u8]) -> Option<Span> {
        let used = match self.engine() {
            Engine::Gem(gem) => gem.read(text).ok()?.1,
            Engine::TimeStrptime => date_strptime(text, self.format()?.as_bytes()).ok()?.1,
            Engine::Iso8601 | Engine::TimeParse => return None,
        };
        let rest = text.get(used..)?;
        let zone = self.format().is_some_and(|format| format.ends_with("%z"));
        let is_read = rest.is_empty() || zone && rest.eq_ignore_ascii_case(b"z");
        (!is_read).then(|| Span::new(used, text.len()))
    }
}

impl TimeExplanation {
    /// The explanation in words.
    pub fn message(&self, text: &[u8]) -> Message {
        let part = |span: Span| {
            String::from_utf8_lossy(text.get(span.range()).unwrap_or_default()).into_owned()
        };
        let (read, left) = (part(self.consumed), part(self.left));
        match (&self.failed, &self.raised) {
            (Some((directive, expected)), _) => {
                let format = self.format.as_deref().unwrap_or_default();
                let directive = format.get(directive.range()).unwrap_or_default();
                let wants = expected.message();
                let at = self.consumed.end;
                Message::new(
                    format!(
                        "Read \"{read}\"; at byte {at} `{directive}` wants {}, but the text goes \
                         on with \"{left}\".",
                        wants.en
                    ),
                    format!(
                        "「{read}」までは読めましたが、{at} バイト目で `{directive}` は{}を必要と\
                         するのに対し、残りは「{left}」です。",
                        wants.ja
                    ),
                )
            }
            (None, raised) => {
                let raised = raised.as_deref().unwrap_or_default();
                Message::new(
                    format!("The parts of \"{left}\" make no time: {raised}."),
                    format!("「{left}」の各部分から時刻を作れません ({raised})。"),
                )
            }
        }
    }
}

impl Expected {
    /// What it asks for, to stand in a sentence.
    pub fn message(self) -> Message {
        match self {
            Expected::Digits => Message::new("digits", "数字"),
            Expected::Range(min, max) => Message::new(
                format!("a number from {min} to {max}"),
                format!("{min} から {max} までの数"),
            ),
            Expected::MonthName => Message::new("the name of a month", "月の英語名"),
            Expected::DayName => Message::new("the name of a day of the week", "曜日の英語名"),
            Expected::Meridian => Message::new("am or pm", "am または pm"),
            Expected::Zone => Message::new("an offset or a zone", "オフセットまたはタイムゾーン"),
            Expected::Literal => Message::new("exactly this text", "この文字そのもの"),
            Expected::NotADirective => Message::new(
                "exactly this text (it is no directive of Ruby's strptime)",
                "この文字そのもの (Ruby の strptime の指定子ではありません)",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::formats_for;
    use crate::fluent::environment::Environment;
    use crate::fluent::time::Reading;
    use crate::fluent::time::text::TextTimeParser;
    use crate::ruby::string::RString;
    use crate::ruby::value::EventTime;

    fn parser(format: &str) -> TextTimeParser {
        TextTimeParser::new(Some(format), &Reading::Local, &Environment::default()).unwrap()
    }

    #[test]
    fn a_missing_fraction_points_at_the_dot() {
        let text = RString::utf8("2023-02-02T07:48:11Z");
        let why = parser("%Y-%m-%dT%H:%M:%S.%L%z").explain(&text, EventTime::default()).unwrap();
        assert_eq!((why.consumed.end, why.left.start, why.left.end), (19, 19, 20));
        assert_eq!(why.would_work, ["%Y-%m-%dT%H:%M:%S%z"]);
        let message = why.message(text.as_bytes());
        assert!(message.en.contains("at byte 19 `.` wants exactly this text"), "{}", message.en);
    }

    #[test]
    fn a_width_is_no_directive() {
        let text = RString::utf8("2023-02-02 07:48:11.576");
        let why = parser("%Y-%m-%d %H:%M:%S.%3N").explain(&text, EventTime::default()).unwrap();
        assert_eq!(why.would_work, ["%Y-%m-%d %H:%M:%S.%N"]);
    }

    #[test]
    fn every_text_is_read_whole_by_the_formats_that_are_offered() {
        for (text, format) in [
            ("2023-02-02T07:48:11.576765119+09:00", "%Y-%m-%dT%H:%M:%S.%N%z"),
            ("10/Oct/2000:13:55:36 -0700", "%d/%b/%Y:%H:%M:%S %z"),
            ("Feb  2 07:48:11", "%b %d %H:%M:%S"),
            ("2023-02-02 07:48:11,576", "%Y-%m-%d %H:%M:%S,%N"),
            ("2023-02-02 07:48:11.576 UTC", "%Y-%m-%d %H:%M:%S.%N %Z"),
            ("2023-02-02T07:48Z", "%Y-%m-%dT%H:%M%z"),
            ("20230202T074811Z", "%Y%m%dT%H%M%S%z"),
            ("20230202074811", "%Y%m%d%H%M%S"),
            ("Thu Feb 02 07:48:11.576765 2023", "%a %b %d %H:%M:%S.%N %Y"),
            ("Thu Feb  2 07:48:11 UTC 2023", "%a %b %d %H:%M:%S %Z %Y"),
            ("Thu, 02 Feb 2023 07:48:11 GMT", "%a, %d %b %Y %H:%M:%S %z"),
            ("Thursday, 02-Feb-23 07:48:11 UTC", "%A, %d-%b-%y %H:%M:%S %z"),
            ("Feb 2, 2023 7:48:11 PM", "%b %d, %Y %I:%M:%S %p"),
            ("2/22/2023 7:48:11 AM", "%m/%d/%Y %I:%M:%S %p"),
            ("02/Feb/2023 07:48:11.576", "%d/%b/%Y %H:%M:%S.%N"),
            ("0516 05:09:43.751605", "%m%d %H:%M:%S.%N"),
            ("230202 7:48:11", "%y%m%d %H:%M:%S"),
            ("07:48:11.576", "%H:%M:%S.%N"),
            ("2023年02月02日 07:48:11", "%Y年%m月%d日 %H:%M:%S"),
            ("1675324091.576", "%s.%N"),
            ("1675324091", "%s"),
            ("1675324091576", "%Q"),
        ] {
            assert_eq!(formats_for(text.as_bytes(), EventTime::default())[0], format);
        }
        assert!(formats_for(b"garbage", EventTime::default()).is_empty());
    }

    #[test]
    fn what_is_left_behind_is_known() {
        let parser = parser("%Y-%m-%d");
        assert_eq!(parser.trailing(b"2023-02-02garbage").unwrap().range(), 10..17);
        assert_eq!(parser.trailing(b"2023-02-02"), None);
    }
}
