//! `encoding` and `from_encoding`: what a line's bytes are taken for, and what they become.

use super::config::Config;
use crate::encoding::Encoding;
use crate::fluent::log::{Level, Log};
use crate::ruby::error::RubyError;
use crate::ruby::string::RString;
use crate::ruby::transcode::{Transcoder, find};

/// How bytes become lines.
#[derive(Clone, Debug)]
pub struct LineEncoding {
    /// The tag of a line before its conversion.
    pub(super) tag: Encoding,
    pub(super) eol: Eol,
    conversion: Option<(Transcoder, Encoding)>,
    not_simulated: Option<&'static str>,
}

/// The bytes of a line feed in an encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Eol {
    Byte,
    /// Units of this many bytes.
    Wide {
        width: usize,
        big: bool,
    },
}

impl LineEncoding {
    /// `configure_encoding`
    pub(super) fn new(config: &Config, log: &mut Log) -> Result<LineEncoding, RubyError> {
        let (encoding, from) = (&config.encoding, &config.from_encoding);
        if encoding.is_none() && from.is_some() {
            return Err(RubyError::config(
                "tail: 'from_encoding' parameter must be specified with 'encoding' parameter.",
            ));
        }
        let known = |name: &Option<String>| match name {
            None => Ok(None),
            Some(name) => find(name)
                .map(Some)
                .ok_or_else(|| RubyError::config(format!("unknown encoding name - {name}"))),
        };
        let (encoding, from) = (known(encoding)?, known(from)?);
        if encoding.is_some() && encoding == from {
            log.push(Level::Warn, "'encoding' and 'from_encoding' are same encoding. No effect");
        }
        Ok(LineEncoding::of(encoding, from))
    }

    fn of(encoding: Option<&'static str>, from: Option<&'static str>) -> LineEncoding {
        let read_as = from.or(encoding).unwrap_or("ASCII-8BIT");
        let mut this = LineEncoding {
            tag: tag(read_as).unwrap_or(Encoding::Ascii8Bit),
            eol: eol(read_as),
            conversion: None,
            not_simulated: None,
        };
        match (encoding, from) {
            (Some(to), Some(from)) if to != from => match (Transcoder::new(from, to), tag(to)) {
                (Some(transcoder), Some(to)) => this.conversion = Some((transcoder, to)),
                _ => this.not_simulated = Some(if tag(to).is_some() { from } else { to }),
            },
            (Some(label), _) if tag(label).is_none() => this.not_simulated = Some(label),
            _ => {}
        }
        this
    }

    /// The encoding that the playground does not know: lines are passed on as bytes.
    pub fn not_simulated(&self) -> Option<&'static str> {
        self.not_simulated
    }

    /// The encoding of the lines that the parser gets.
    pub fn encoding(&self) -> Encoding {
        self.conversion.as_ref().map_or(self.tag, |(_, to)| *to)
    }

    /// `chomp!`: one line end, LF, CRLF or CR, in the units of the line's encoding.
    pub(super) fn chomp(&self, text: RString) -> RString {
        let (width, big) = match self.eol {
            Eol::Wide { width, big } if self.conversion.is_none() => (width, big),
            _ => (1, false),
        };
        let bytes = text.as_bytes();
        let ends = |end: usize, wanted: u8| {
            let unit = bytes.get(..end).and_then(|head| head.rchunks(width).next());
            let mut unit = unit.unwrap_or_default().iter();
            let low = if big { unit.next_back() } else { unit.next() };
            low == Some(&wanted) && unit.len() + 1 == width && unit.all(|byte| *byte == 0)
        };
        let mut end = bytes.len();
        if ends(end, b'\n') {
            end -= width;
        }
        if ends(end, b'\r') {
            end -= width;
        }
        if end == text.len() { text } else { text.slice(0, end) }
    }

    /// `FIFO#convert`
    pub(super) fn convert(&self, line: RString) -> RString {
        match &self.conversion {
            // An ASCII line is the same in every encoding that holds ASCII.
            Some((_, to)) if self.eol == Eol::Byte && line.as_bytes().is_ascii() => {
                line.force_encoding(*to)
            }
            Some((transcoder, to)) => RString::new(&transcoder.encode(line.as_bytes()), *to),
            None => line,
        }
    }
}

/// The encodings that the engine itself knows.
fn tag(name: &str) -> Option<Encoding> {
    [Encoding::Utf8, Encoding::Ascii8Bit, Encoding::UsAscii]
        .into_iter()
        .find(|encoding| encoding.name() == name)
}

fn eol(name: &str) -> Eol {
    match name {
        "UTF-16LE" => Eol::Wide { width: 2, big: false },
        "UTF-16BE" => Eol::Wide { width: 2, big: true },
        "UTF-32LE" => Eol::Wide { width: 4, big: false },
        "UTF-32BE" => Eol::Wide { width: 4, big: true },
        _ => Eol::Byte,
    }
}

impl Eol {
    /// The place after the next line feed in `data[from..end]`. `partial` and `data[start..from]`
    /// are the line so far: wide units are counted from its beginning.
    pub(super) fn next(
        self,
        data: &[u8],
        from: usize,
        end: usize,
        partial: &[u8],
        start: usize,
    ) -> Option<usize> {
        match self {
            Eol::Byte => memchr::memchr(b'\n', data.get(from..end)?).map(|found| from + found + 1),
            Eol::Wide { width, big } => {
                let byte = |index: usize| match index.checked_sub(partial.len()) {
                    Some(rest) => data.get(start + rest).copied(),
                    None => partial.get(index).copied(),
                };
                let total = partial.len() + (end - start);
                let is_feed = |unit: usize| {
                    (0..width).all(|part| {
                        let low = if big { part == width - 1 } else { part == 0 };
                        byte(unit + part) == Some(if low { b'\n' } else { 0 })
                    })
                };
                let known = (partial.len() + (from - start)) / width * width;
                (known..total.saturating_sub(width - 1))
                    .step_by(width)
                    .find(|unit| is_feed(*unit))
                    .map(|unit| (unit + width).saturating_sub(partial.len()) + start)
            }
        }
    }
}
