//! Ruby's `Time#strftime` (`strftime.c`): all directives, flags and widths.

use std::fmt::Write;

use super::strptime::{DAYS, MONTHS};
use super::time::{Civil, Time, Zone};

/// Longest padding: Ruby has none, a format of a configuration needs little.
const WIDEST: usize = 1024;

impl Time {
    /// `strftime(format)`.
    ///
    /// ```
    /// use fluentd_playground::ruby::time::{Time, Zone};
    /// let time = Time::at(1_675_324_091, 576_765_119, Zone::Fixed(9 * 3600));
    /// assert_eq!(time.strftime("%Y-%m-%dT%H:%M:%S.%3N%:z"), "2023-02-02T16:48:11.576+09:00");
    /// assert_eq!(time.strftime("%-d %^b %10A|%q"), "2 FEB   Thursday|%q");
    /// ```
    pub fn strftime(&self, format: &str) -> String {
        let mut out = String::with_capacity(format.len() * 2);
        let mut rest = format;
        while let Some(at) = rest.find('%') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            match Directive::read(rest) {
                Some((directive, length)) if self.write(&directive, &mut out).is_some() => {
                    rest = &rest[length..];
                }
                _ => {
                    out.push('%');
                    rest = &rest[1..];
                }
            }
        }
        out + rest
    }

    fn write(&self, directive: &Directive, out: &mut String) -> Option<()> {
        let at = self.civil();
        if let Some(format) = composite(directive.letter) {
            directive.pad(out, ' ', &self.strftime(format), 0);
            return Some(());
        }
        match directive.letter {
            b'A' => directive.text(out, day_name(self.wday())),
            b'a' => directive.text(out, &day_name(self.wday())[..3]),
            b'B' => directive.text(out, month_name(&at)),
            b'b' | b'h' => directive.text(out, &month_name(&at)[..3]),
            b'p' => directive.meridian(out, if at.hour < 12 { "AM" } else { "PM" }),
            b'P' => directive.text(out, if at.hour < 12 { "am" } else { "pm" }),
            b'Z' => directive.zone_name(out, self.zone_name().as_deref().unwrap_or_default()),
            b'z' => directive.offset(out, self.utc_offset()),
            b'L' => directive.fraction(out, self.nsec, 3),
            b'N' => directive.fraction(out, self.nsec, 9),
            b'n' => directive.pad(out, ' ', "\n", 0),
            b't' => directive.pad(out, ' ', "\t", 0),
            b'%' => directive.pad(out, ' ', "%", 0),
            _ => return self.number(directive, &at, out),
        }
        Some(())
    }

    fn number(&self, directive: &Directive, at: &Civil, out: &mut String) -> Option<()> {
        let twelve = if at.hour % 12 == 0 { 12 } else { at.hour % 12 };
        let (value, fill, width) = match directive.letter {
            b'C' => (at.year.div_euclid(100), '0', 2),
            b'd' => (at.mday, '0', 2),
            b'e' => (at.mday, ' ', 2),
            b'G' => (self.commercial().0, '0', year_width(self.commercial().0)),
            b'g' => (self.commercial().0.rem_euclid(100), '0', 2),
            b'H' => (at.hour, '0', 2),
            b'k' => (at.hour, ' ', 2),
            b'I' => (twelve, '0', 2),
            b'l' => (twelve, ' ', 2),
            b'j' => (i64::from(self.yday()), '0', 3),
            b'M' => (at.min, '0', 2),
            b'm' => (at.mon, '0', 2),
            b'S' => (at.sec, '0', 2),
            b's' => (self.sec, '0', 1),
            b'U' => (self.week(0), '0', 2),
            b'u' => (if self.wday() == 0 { 7 } else { i64::from(self.wday()) }, '0', 1),
            b'V' => (self.commercial().1, '0', 2),
            b'W' => (self.week(1), '0', 2),
            b'w' => (i64::from(self.wday()), '0', 1),
            b'Y' => (at.year, '0', year_width(at.year)),
            b'y' => (at.year.rem_euclid(100), '0', 2),
            _ => return None,
        };
        directive.number(out, value, fill, width);
        Some(())
    }

    /// The week of the year; weeks begin on Sunday (0) or Monday (1).
    fn week(&self, first: i64) -> i64 {
        let wday = (i64::from(self.wday()) - first).rem_euclid(7);
        (i64::from(self.yday()) - 1 + 7 - wday) / 7
    }

    /// Year and week of ISO 8601.
    fn commercial(&self) -> (i64, i64) {
        let monday = (i64::from(self.wday()) + 6) % 7;
        let thursday = Time { sec: self.sec + (3 - monday) * 86_400, nsec: 0, ..self.fixed() };
        (thursday.civil().year, (i64::from(thursday.yday()) - 1) / 7 + 1)
    }

    /// The same wall clock without a rule that could change within days.
    fn fixed(&self) -> Time {
        Time { zone: Zone::Fixed(self.utc_offset()), ..self.clone() }
    }
}

fn composite(letter: u8) -> Option<&'static str> {
    Some(match letter {
        b'c' => "%a %b %e %H:%M:%S %Y",
        b'D' | b'x' => "%m/%d/%y",
        b'F' => "%Y-%m-%d",
        b'R' => "%H:%M",
        b'r' => "%I:%M:%S %p",
        b'T' | b'X' => "%H:%M:%S",
        b'v' => "%e-%^b-%4Y",
        b'+' => "%a %b %e %H:%M:%S %Z %Y",
        _ => return None,
    })
}

fn day_name(wday: u8) -> &'static str {
    DAYS.get(usize::from(wday)).copied().unwrap_or("???")
}

fn month_name(at: &Civil) -> &'static str {
    MONTHS.get((at.mon - 1) as usize).copied().unwrap_or("???")
}

fn year_width(year: i64) -> usize {
    if year < 0 { 5 } else { 4 }
}

/// `%`, flags, width, modifier, letter.
struct Directive {
    letter: u8,
    width: Option<usize>,
    /// `-`, `0` or `_`; the last one counts.
    padding: Option<u8>,
    upcase: bool,
    change_case: bool,
    colons: usize,
}

impl Directive {
    /// The directive that the text begins with and its length.
    fn read(text: &str) -> Option<(Directive, usize)> {
        let bytes = text.as_bytes();
        let mut at = 1;
        let mut this = Directive {
            letter: 0,
            width: None,
            padding: None,
            upcase: false,
            change_case: false,
            colons: 0,
        };
        loop {
            match *bytes.get(at)? {
                flag @ (b'-' | b'_') => this.padding = Some(flag),
                b'0' if this.width.is_none() => this.padding = Some(b'0'),
                b'^' => this.upcase = true,
                b'#' => this.change_case = true,
                b':' => {
                    let colons = bytes[at..].iter().take_while(|byte| **byte == b':').count();
                    if colons > 3 || bytes.get(at + colons) != Some(&b'z') {
                        return None;
                    }
                    this.colons = colons;
                    at += colons - 1;
                }
                digit @ b'0'..=b'9' => {
                    let width = this.width.unwrap_or(0) * 10 + usize::from(digit - b'0');
                    this.width = Some(width.min(WIDEST));
                }
                b'E' if bytes.get(at + 1).is_some_and(|next| b"cCxXyY".contains(next)) => {}
                b'O' if bytes.get(at + 1).is_some_and(|next| b"deHkIlmMSuUVwWy".contains(next)) => {
                }
                letter => {
                    this.letter = letter;
                    return Some((this, at + 1)).filter(|_| letter.is_ascii());
                }
            }
            at += 1;
        }
    }

    fn pad(&self, out: &mut String, fill: char, text: &str, default: usize) {
        let fill = match self.padding {
            Some(b'0') => '0',
            Some(b'_') => ' ',
            _ => fill,
        };
        let width = if self.padding == Some(b'-') { 0 } else { self.width.unwrap_or(default) };
        let missing = width.saturating_sub(text.chars().count());
        out.extend(std::iter::repeat_n(fill, missing));
        if self.upcase {
            out.push_str(&text.to_ascii_uppercase());
        } else {
            out.push_str(text);
        }
    }

    fn text(&self, out: &mut String, text: &str) {
        if self.change_case {
            self.pad(out, ' ', &text.to_ascii_uppercase(), 0);
        } else {
            self.pad(out, ' ', text, 0);
        }
    }

    fn meridian(&self, out: &mut String, text: &str) {
        if self.change_case {
            self.pad(out, ' ', &text.to_ascii_lowercase(), 0);
        } else {
            self.pad(out, ' ', text, 0);
        }
    }

    fn zone_name(&self, out: &mut String, name: &str) {
        if self.change_case {
            self.pad(out, ' ', &name.to_ascii_lowercase(), 0);
        } else {
            self.pad(out, ' ', name, 0);
        }
    }

    /// A number: zeros go between its sign and its digits.
    fn number(&self, out: &mut String, value: i64, fill: char, width: usize) {
        let fill = match self.padding {
            Some(b'0') => '0',
            Some(b'_') => ' ',
            _ => fill,
        };
        let width = match self.padding {
            Some(b'-') => 0,
            _ => self.width.unwrap_or(width),
        };
        let _ = if fill == '0' {
            write!(out, "{value:0width$}")
        } else {
            write!(out, "{value:width$}")
        };
    }

    fn fraction(&self, out: &mut String, nsec: u32, digits: usize) {
        let digits = self.width.unwrap_or(digits);
        let all = format!("{nsec:09}");
        out.extend(all.chars().chain(std::iter::repeat('0')).take(digits.max(1)));
    }

    /// `%z`: the padding goes between sign and hours.
    fn offset(&self, out: &mut String, offset: i32) {
        let size = offset.unsigned_abs();
        let (hours, minutes, seconds) = (size / 3600, size / 60 % 60, size % 60);
        let rest = match self.colons {
            0 => format!("{minutes:02}"),
            1 => format!(":{minutes:02}"),
            2 => format!(":{minutes:02}:{seconds:02}"),
            _ if seconds != 0 => format!(":{minutes:02}:{seconds:02}"),
            _ if minutes != 0 => format!(":{minutes:02}"),
            _ => String::new(),
        };
        let sign = if offset < 0 { '-' } else { '+' };
        let width = self.width.unwrap_or(0).saturating_sub(rest.len() + 1).max(2);
        match self.padding {
            Some(b'_') => {
                let hours = format!("{sign}{hours}");
                let _ = write!(out, "{hours:>width$}{rest}", width = width + 1);
            }
            Some(b'-') => {
                let _ = write!(out, "{sign}{hours}{rest}");
            }
            _ => {
                let _ = write!(out, "{sign}{hours:0width$}{rest}");
            }
        }
    }
}
