//! What is on the page as a link, and back: everything in the URL's fragment, nothing on a server.
//!
//! A link is `#` + one character that names the version + base64url of (CRC-32, raw deflate with the
//! version's preset dictionary). Links are kept readable for ever: a version's dictionary and layout
//! never change; a new layout gets a new character. What arrives is somebody else's text: reading is
//! bounded in memory ([`MAX_STATE`]) and in work, and every damage is a [`ShareError`], never a panic.
//!
//! The same state as a file is [`repro`] (`.fluentplay.json`); secrets are found by [`mask`].

mod base64;
mod deflate;
pub(crate) mod json;
pub mod mask;
pub mod repro;
mod wire;

#[cfg(test)]
mod tests;

use crate::diag::Message;

/// The version that is written; older ones stay readable.
pub const VERSION: char = '1';

/// Characters of a fragment that is offered as a link; above it a chat or a mail may cut it, and the
/// file is offered instead.
pub const LINK_CEILING: usize = 16_000;

/// Bytes of a state that is read from a link: what a hostile link can make us hold.
pub const MAX_STATE: usize = 4 << 20;

/// Characters of a fragment that is looked at at all.
const MAX_LINK: usize = 1 << 20;

/// A log file, or a file that `@include` names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// Its path: tags and metadata come from it.
    pub path: String,
    /// Its content; bytes, because a log need not be UTF-8.
    pub bytes: Vec<u8>,
}

/// The imagined machine, where it differs from the page's defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `TZ`.
    pub tz: Option<String>,
    /// The wall clock at start: seconds and nanoseconds.
    pub now: Option<(i64, u32)>,
    /// `Socket.gethostname`.
    pub hostname: Option<String>,
    /// Seconds between the last line read and the shutdown.
    pub run_seconds: Option<u32>,
    /// `ENV`.
    pub env: Vec<(String, String)>,
}

/// What a line should become.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// Index in [`State::files`].
    pub file: u32,
    /// 0-based line: the first one of the event.
    pub line: u32,
    /// The event expected; `None`: the line must become none.
    pub event: Option<Expected>,
}

/// The parts of an event that a check compares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The tag, if it matters.
    pub tag: Option<String>,
    /// The time (`2023-02-02T07:48:11.576765119Z`), if it matters.
    pub time: Option<String>,
    /// The record as one line of JSON, if it matters.
    pub record: Option<String>,
}

/// Everything that a link carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The configuration.
    pub conf: String,
    /// The log files.
    pub files: Vec<File>,
    /// Files that `@include` names.
    pub includes: Vec<File>,
    /// The imagined machine.
    pub settings: Settings,
    /// Expected records.
    pub checks: Vec<Check>,
    /// How it was looked at (open tab, selected line …): keys and values, free to ignore.
    pub view: Vec<(String, String)>,
}

/// One of the texts of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShareText {
    /// [`State::conf`].
    Conf,
    /// The bytes of one of [`State::files`].
    File(usize),
    /// The bytes of one of [`State::includes`].
    Include(usize),
    /// The value of one of [`Settings::env`].
    Env(usize),
}

/// Why a link or a file could not be read, or a link not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareError {
    /// There is no state in it.
    Empty,
    /// The end is missing; it has this many characters.
    Cut(usize),
    /// Characters were changed or added.
    Damaged,
    /// Not a `.fluentplay.json` file; reading stopped in this line.
    NotOurFile {
        /// 1-based.
        line: u32,
    },
    /// Written by a newer playground: its version's character.
    Future(char),
    /// Larger than what is read.
    TooLarge,
    /// The link would have this many characters, more than [`LINK_CEILING`].
    TooLong(usize),
}

impl ShareError {
    /// What a person reads.
    pub fn message(self) -> Message {
        match self {
            ShareError::Empty => {
                Message::new("This link carries nothing.", "このリンクには内容が入っていません。")
            }
            ShareError::Cut(length) => Message::new(
                format!(
                    "This link is cut at {length} characters (many chat tools do that). \
                     Ask for the file instead."
                ),
                format!(
                    "このリンクは {length} 文字で切れています (多くのチャットツールで起こります)。\
                     代わりにファイルを送ってもらってください。"
                ),
            ),
            ShareError::Damaged => Message::new(
                "This link is damaged: some of its characters were changed on the way. \
                 Ask for it again, or for the file.",
                "このリンクは途中で文字が変わっていて読めません。\
                 もう一度送ってもらうか、代わりにファイルを送ってもらってください。",
            ),
            ShareError::NotOurFile { line } => Message::new(
                format!(
                    "This is not a .fluentplay.json file: it cannot be read from line {line} on."
                ),
                format!(
                    "これは .fluentplay.json ファイルではありません。{line} 行目から読めません。"
                ),
            ),
            ShareError::Future(version) => Message::new(
                format!(
                    "This was made by a newer playground (version {version}). \
                     Reload this page to get the newest one."
                ),
                format!(
                    "これはより新しいプレイグラウンド (バージョン {version}) で作られています。\
                     ページを再読み込みして最新版にしてください。"
                ),
            ),
            ShareError::TooLarge => Message::new(
                "This holds more than can be read here.",
                "内容が大きすぎるため、ここでは読めません。",
            ),
            ShareError::TooLong(length) => Message::new(
                format!(
                    "The link would have {length} characters, more than the {LINK_CEILING} that \
                     arrive whole everywhere. Share the file instead, or without logs."
                ),
                format!(
                    "リンクが {length} 文字になり、どこでも切れずに届く {LINK_CEILING} 文字を超えます。\
                     代わりにファイルを共有するか、ログを除いて共有してください。"
                ),
            ),
        }
    }
}

/// The fragment (without `#`) that holds the state, however long: for the meter while composing.
pub fn fragment(state: &State) -> String {
    let payload = wire::write(state);
    let mut body = crc32(&payload).to_be_bytes().to_vec();
    body.extend_from_slice(&deflate::compress(&payload));
    let mut text = String::from(VERSION);
    base64::encode(&body, &mut text);
    text
}

/// The fragment of a link that arrives whole everywhere.
pub fn to_fragment(state: &State) -> Result<String, ShareError> {
    let text = fragment(state);
    if text.len() > LINK_CEILING { Err(ShareError::TooLong(text.len())) } else { Ok(text) }
}

/// Reads a fragment; `#`, `%23` and what mail and chat add around a link are forgiven.
pub fn from_fragment(fragment: &str) -> Result<State, ShareError> {
    if fragment.len() > MAX_LINK {
        return Err(ShareError::TooLarge);
    }
    let text = bare(fragment);
    let mut rest = text.chars();
    match rest.next() {
        None => return Err(ShareError::Empty),
        Some(VERSION) => {}
        Some(version) if version.is_ascii_alphanumeric() => {
            return Err(ShareError::Future(version));
        }
        Some(_) => return Err(ShareError::Damaged),
    }
    let body = base64::decode(rest.as_str()).ok_or(ShareError::Damaged)?;
    let cut = ShareError::Cut(text.len());
    let (sum, packed) = body.split_first_chunk::<4>().ok_or(cut)?;
    let payload = deflate::inflate(packed, MAX_STATE).map_err(|fault| match fault {
        deflate::Fault::Cut => cut,
        deflate::Fault::Damaged => ShareError::Damaged,
        deflate::Fault::TooLarge => ShareError::TooLarge,
    })?;
    if u32::from_be_bytes(*sum) != crc32(&payload) {
        return Err(ShareError::Damaged);
    }
    wire::read(&payload).ok_or(ShareError::Damaged)
}

/// True where an address' path holds a link whose `#` was rewritten on the way; gives its fragment.
/// A chat or mail gateway turns `…/#1abc` into `…/%231abc`.
pub fn fragment_in_path(path: &str) -> Option<&str> {
    let at = path.rfind("%23")?;
    let fragment = path.get(at + 3..)?;
    (!fragment.is_empty()).then_some(fragment)
}

/// The link's own characters: without `#`, `%23`, white space and the marks that end a sentence.
fn bare(fragment: &str) -> String {
    let mut text: String = fragment.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    for wrapped in ["%20", "%0A", "%0a", "%0D", "%0d"] {
        text = text.replace(wrapped, "");
    }
    let start = text.trim_start_matches(['#', '<', '(']);
    let start = start.strip_prefix("%23").unwrap_or(start);
    let end =
        start.trim_end_matches(['.', ',', ')', '>', ';', '"', '\'', '=', '。', '、', '」', '）']);
    end.to_owned()
}

/// CRC-32 (the one of zip and PNG), bit by bit: a link is short.
fn crc32(bytes: &[u8]) -> u32 {
    let table: [u32; 16] = std::array::from_fn(|nibble| {
        (0..4).fold(nibble as u32, |sum, _| (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg()))
    });
    let step = |sum: u32, nibble: u32| (sum >> 4) ^ table[((sum ^ nibble) & 15) as usize];
    !bytes.iter().fold(!0, |sum, &byte| step(step(sum, u32::from(byte) & 15), u32::from(byte) >> 4))
}
