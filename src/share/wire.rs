//! Version 1's layout of a state: counts and lengths as LEB128, texts as their bytes.
//!
//! Parts that are usually absent cost one byte or none: trailing empty parts are left out, and a
//! reader takes an absent part as empty.

use super::{Check, Expected, File, Settings, State};

/// Files, checks, variables or hints that are read.
const MAX_ITEMS: usize = 4096;

/// The bytes of a state.
pub(super) fn write(state: &State) -> Vec<u8> {
    let mut out = Writer { bytes: Vec::new() };
    out.text(&state.conf);
    out.files(&state.files);
    let mut end = out.bytes.len();
    let mut keep = |out: &Writer, there: bool| {
        if there {
            end = out.bytes.len();
        }
    };
    out.files(&state.includes);
    keep(&out, !state.includes.is_empty());
    out.settings(&state.settings);
    keep(&out, state.settings != Settings::default());
    out.list(&state.checks, Writer::check);
    keep(&out, !state.checks.is_empty());
    out.list(&state.view, Writer::pair);
    keep(&out, !state.view.is_empty());
    out.bytes.truncate(end);
    out.bytes
}

struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn list<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) {
        self.number(items.len() as u64);
        for item in items {
            write(self, item);
        }
    }

    fn option<T>(&mut self, value: Option<T>, write: impl Fn(&mut Self, T)) {
        self.number(u64::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn files(&mut self, files: &[File]) {
        self.list(files, |out, file| {
            out.text(&file.path);
            out.bytes(&file.bytes);
        });
    }

    fn pair(&mut self, (key, value): &(String, String)) {
        self.text(key);
        self.text(value);
    }

    fn settings(&mut self, settings: &Settings) {
        self.option(settings.tz.as_deref(), Writer::text);
        self.option(settings.now, |out, (sec, nsec)| {
            // Zigzag: times before 1970 exist.
            out.number((sec << 1 ^ sec >> 63) as u64);
            out.number(u64::from(nsec));
        });
        self.option(settings.hostname.as_deref(), Writer::text);
        self.option(settings.run_seconds, |out, seconds| out.number(u64::from(seconds)));
        self.list(&settings.env, Writer::pair);
    }

    fn check(&mut self, check: &Check) {
        self.number(u64::from(check.file));
        self.number(u64::from(check.line));
        self.option(check.event.as_ref(), |out, event| {
            out.option(event.tag.as_deref(), Writer::text);
            out.option(event.time.as_deref(), Writer::text);
            out.option(event.record.as_deref(), Writer::text);
        });
    }
}

/// The state of these bytes; `None` where they are not one.
pub(super) fn read(bytes: &[u8]) -> Option<State> {
    let mut input = Reader { rest: bytes };
    let state = State {
        conf: input.text()?,
        files: input.list(Reader::file)?,
        includes: input.list(Reader::file)?,
        settings: input.settings()?,
        checks: input.list(Reader::check)?,
        view: input.list(Reader::pair)?,
    };
    input.rest.is_empty().then_some(state)
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    /// 0 at the end: an absent part.
    fn number(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let Some((&byte, rest)) = self.rest.split_first() else {
                return (shift == 0).then_some(0);
            };
            self.rest = rest;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn small(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    fn bytes(&mut self) -> Option<Vec<u8>> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes.to_vec())
    }

    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.bytes()?).ok()
    }

    /// A lying count cannot make a long list.
    fn list<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = usize::try_from(self.number()?).ok()?;
        if count > self.rest.len() || count > MAX_ITEMS {
            return None;
        }
        (0..count).map(|_| read(self)).collect()
    }

    fn option<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.number()? {
            0 => Some(None),
            1 => Some(Some(read(self)?)),
            _ => None,
        }
    }

    fn file(&mut self) -> Option<File> {
        Some(File { path: self.text()?, bytes: self.bytes()? })
    }

    fn pair(&mut self) -> Option<(String, String)> {
        Some((self.text()?, self.text()?))
    }

    fn settings(&mut self) -> Option<Settings> {
        Some(Settings {
            tz: self.option(Reader::text)?,
            now: self.option(Reader::time)?,
            hostname: self.option(Reader::text)?,
            run_seconds: self.option(Reader::small)?,
            env: self.list(Reader::pair)?,
        })
    }

    fn time(&mut self) -> Option<(i64, u32)> {
        let zigzag = self.number()?;
        let sec = (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64);
        Some((sec, self.small()?))
    }

    fn check(&mut self) -> Option<Check> {
        let (file, line) = (self.small()?, self.small()?);
        let event = self.option(|input| {
            Some(Expected {
                tag: input.option(Reader::text)?,
                time: input.option(Reader::text)?,
                record: input.option(Reader::text)?,
            })
        })?;
        Some(Check { file, line, event })
    }
}
