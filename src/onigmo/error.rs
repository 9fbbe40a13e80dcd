//! What is wrong with a pattern: Onigmo's and Ruby's error codes, and Ruby's whole message.
//!
//! Texts follow `onig_error_code_to_format` of `regerror.c` and the `errcpy` calls of Ruby's `re.c`.

use crate::onigmo::regexp::{Options, Warning};
use crate::source::Span;

/// Declares the codes with their texts; `%n` stands for the name at fault.
macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Why a pattern does not compile.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])* #[doc = $text] $name,)*
        }

        impl ErrorCode {
            /// Ruby's words; `%n` stands for the name at fault.
            pub fn text(self) -> &'static str {
                match self {
                    $(ErrorCode::$name => $text,)*
                }
            }

            /// Every code there is.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$name),*];
        }
    };
}

error_codes! {
    TooShortEscape = "too short escape sequence",
    TooShortEscapedMultibyte = "too short escaped multibyte character",
    TooShortMetaEscape = "too short meta escape",
    TooShortControlEscape = "too short control escape",
    DuplicateMetaEscape = "duplicate meta escape",
    DuplicateControlEscape = "duplicate control escape",
    UnexpectedEscape = "unexpected escape sequence",
    InvalidEscapeCode = "invalid escape code",
    InvalidHexEscape = "invalid hex escape",
    InvalidMultibyteEscape = "invalid multibyte escape",
    InvalidMultibyteCharacter = "invalid multibyte character",
    InvalidUnicodeEscape = "invalid Unicode escape",
    InvalidUnicodeList = "invalid Unicode list",
    InvalidUnicodeRange = "invalid Unicode range",
    ParseDepthLimitOver = "parse depth limit over",
    EmptyCharClass = "empty char-class",
    PrematureEndOfCharClass = "premature end of char-class",
    EndPatternAtEscape = "end pattern at escape",
    CharClassValueAtEndOfRange = "char-class value at end of range",
    UnmatchedRangeSpecifierInCharClass = "unmatched range specifier in char-class",
    TargetOfRepeatOperatorNotSpecified = "target of repeat operator is not specified",
    UnmatchedCloseParenthesis = "unmatched close parenthesis",
    EndPatternWithUnmatchedParenthesis = "end pattern with unmatched parenthesis",
    EndPatternInGroup = "end pattern in group",
    UndefinedGroupOption = "undefined group option",
    InvalidPosixBracketType = "invalid POSIX bracket type",
    InvalidLookBehindPattern = "invalid pattern in look-behind",
    InvalidConditionPattern = "invalid conditional pattern",
    TooBigNumber = "too big number",
    TooBigNumberForRepeatRange = "too big number for repeat range",
    UpperSmallerThanLowerInRepeatRange = "upper is smaller than lower in repeat range",
    EmptyRangeInCharClass = "empty range in char class",
    InvalidBackref = "invalid backref number/name",
    NumberedBackrefOrCallNotAllowed = "numbered backref/call is not allowed. (use name)",
    EmptyGroupName = "group name is empty",
    InvalidGroupName = "invalid group name <%n>",
    InvalidCharInGroupName = "invalid char in group name <%n>",
    UndefinedNameReference = "undefined name <%n> reference",
    UndefinedGroupReference = "undefined group <%n> reference",
    MultiplexDefinitionNameCall = "multiplex definition name <%n> call",
    NeverEndingRecursion = "never ending recursion",
    InvalidCharPropertyName = "invalid character property name {%n}",
    TooManyCaptureGroups = "too many capture groups are specified",
}

/// Ruby's `RegexpError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegexpError {
    /// What is wrong.
    pub code: ErrorCode,
    /// Ruby's whole message, with the `: /SOURCE/FLAGS` it appends.
    pub message: String,
    /// The same as a fluentd worker says it, whose `-Eascii-8bit:ascii-8bit` makes Ruby write the
    /// source's non-ASCII characters as `\\u3042`.
    pub message_in_worker: String,
    /// The place in the pattern (ours; Ruby gives none).
    pub span: Span,
    /// What Ruby had warned about before it stopped.
    pub warnings: Vec<Warning>,
}

/// Longest name Onigmo prints (`MAX_ERROR_PAR_LEN` less the dots), in bytes.
const LONGEST_NAME: usize = 47;

impl RegexpError {
    /// Ruby's message for `code` with the name at fault, if it has one, and the source.
    pub(super) fn new(
        code: ErrorCode,
        name: &str,
        span: Span,
        pattern: &str,
        options: Options,
    ) -> RegexpError {
        let text = code.text().replacen("%n", &shortened(name), 1);
        let flags = flags(options);
        let message = format!("{text}: /{}/{flags}", expression(pattern, false));
        let message_in_worker = format!("{text}: /{}/{flags}", expression(pattern, true));
        RegexpError { code, message, message_in_worker, span, warnings: Vec::new() }
    }
}

fn shortened(name: &str) -> String {
    match name.as_bytes().get(..LONGEST_NAME) {
        Some(head) if name.len() > LONGEST_NAME => {
            format!("{}...", String::from_utf8_lossy(head))
        }
        _ => name.to_owned(),
    }
}

/// `option_to_str`
fn flags(options: Options) -> String {
    [(options.multi_line, 'm'), (options.ignore_case, 'i'), (options.extend, 'x')]
        .into_iter()
        .filter_map(|(on, letter)| on.then_some(letter))
        .collect()
}

/// `rb_reg_expr_str`: slashes and control characters escaped; once anything is, all non-ASCII
/// characters are too; in a worker they always are.
fn expression(pattern: &str, in_worker: bool) -> String {
    let plain =
        |c: char| !c.is_ascii() && !in_worker || (c != '/' && (c == ' ' || c.is_ascii_graphic()));
    if pattern.chars().all(plain) {
        return pattern.to_owned();
    }
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push(c);
                out.extend(chars.next());
            }
            '/' => out.push_str("\\/"),
            ' '..='~' | '\t'..='\r' => out.push(c),
            c if c.is_ascii() => out.push_str(&format!("\\x{:02X}", c as u32)),
            c if c as u32 > 0xFFFF => out.push_str(&format!("\\u{{{:X}}}", c as u32)),
            c => out.push_str(&format!("\\u{:04X}", c as u32)),
        }
    }
    out
}
