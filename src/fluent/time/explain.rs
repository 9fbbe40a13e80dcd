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
    pub would_work: Vec<&'static str>,
}

/// Formats of real logs, the likeliest first.
const CANDIDATES: [&str; 30] = [
    "%Y-%m-%dT%H:%M:%S.%N%z",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S.%N",
    "%Y-%m-%dT%H:%M:%S,%N%z",
    "%Y-%m-%dT%H:%M:%S,%N",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%N %z",
    "%Y-%m-%d %H:%M:%S,%N %z",
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S.%N",
    "%Y-%m-%d %H:%M:%S,%N",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S.%N",
    "%Y/%m/%d %H:%M:%S",
    "%d/%b/%Y:%H:%M:%S %z",
    "%d/%b/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%a, %d %b %Y %H:%M:%S %z",
    "%a %b %d %H:%M:%S.%N %Y",
    "%a %b %d %H:%M:%S %Y",
    "%d %b %Y %H:%M:%S,%N",
    "%d %b %Y %H:%M:%S",
    "%b %d %Y %H:%M:%S",
    "%b %d %H:%M:%S",
    "%m%d %H:%M:%S.%N",
    "%Y%m%dT%H%M%S%z",
    "%Y%m%d%H%M%S",
    "%Y-%m-%d",
    "%s.%N",
    "%H:%M:%S",
];

/// The formats that read all of a text.
pub fn formats_for(text: &[u8], now: EventTime) -> Vec<&'static str> {
    if !text.is_empty() && text.iter().all(u8::is_ascii_digit) && text.len() < 14 {
        return vec![if text.len() >= 12 { "%Q" } else { "%s" }];
    }
    let local = Rc::new(TimeZone::utc());
    let context = Context { now, local: &local };
    CANDIDATES.into_iter().filter(|format| reads_all(format, text, context)).collect()
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
                    format!("「{left}」の各部分から時刻を作れません（{raised}）。"),
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
                "この文字そのもの（Ruby の strptime の指定子ではありません）",
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
