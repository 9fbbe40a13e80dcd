//! What is wrong with a pattern, for people: Ruby's words beside ours, and the edit that mends it.

use crate::diag::codes::onigmo as codes;
use crate::diag::{Diagnostic, Edit, Fix, Message};
use crate::onigmo::error::{ErrorCode, RegexpError};
use crate::onigmo::regexp::Warning;
use crate::source::{SourceId, Span};

/// Where a pattern stands: the text it is part of, and the byte it begins at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Home {
    /// Which text.
    pub source: SourceId,
    /// The pattern's first byte in it.
    pub offset: usize,
}

impl Home {
    pub(super) fn span(self, span: Span) -> Span {
        span.shifted(self.offset)
    }

    pub(super) fn edit(self, span: Span, text: impl Into<String>) -> Edit {
        Edit { source: self.source, span: self.span(span), text: text.into() }
    }
}

/// The finding for a pattern that does not compile.
pub fn error(error: &RegexpError, pattern: &str, home: Home) -> Diagnostic {
    let (en, ja) = explanation(error.code);
    let found = Diagnostic::new(&codes::DOES_NOT_COMPILE, Message::new(en, ja))
        .at(home.source, home.span(error.span))
        .said(error.message.clone());
    match repair(error, pattern, home) {
        Some(fix) => found.fix(fix),
        None => found,
    }
}

/// The finding for what Ruby warns about.
pub fn warning(warning: &Warning, home: Home) -> Diagnostic {
    let message = Message::new(
        "Ruby accepts the pattern, but warns",
        "Ruby はこのパターンを受け付けますが、警告します",
    );
    Diagnostic::new(&codes::RUBY_WARNS, message)
        .at(home.source, home.span(warning.span))
        .said(format!("warning: {}", warning.message))
}

/// The edit that mends a common mistake.
fn repair(error: &RegexpError, pattern: &str, home: Home) -> Option<Fix> {
    let text = pattern.get(error.span.range())?;
    let start = error.span.start as usize;
    let whole =
        |title: Message, text: &str| Some(Fix { title, edits: vec![home.edit(error.span, text)] });
    let escaped = |bracket: &str| {
        let title =
            Message::new(format!("Escape the {bracket}"), format!("{bracket} をエスケープする"));
        let edits = vec![home.edit(Span::at(start), "\\")];
        Some(Fix { title, edits })
    };
    match error.code {
        ErrorCode::UndefinedGroupOption if text.starts_with("(?P") => {
            let title = Message::new("Write (?<name>…)", "(?<name>…) と書く");
            let p = Span::new(start + 2, start + 3);
            Some(Fix { title, edits: vec![home.edit(p, "")] })
        }
        ErrorCode::InvalidHexEscape if pattern[start..].starts_with("\\x{") => {
            let title = Message::new("Write \\u{…}", "\\u{…} と書く");
            let x = Span::new(start + 1, start + 2);
            Some(Fix { title, edits: vec![home.edit(x, "u")] })
        }
        ErrorCode::UnmatchedCloseParenthesis => escaped(")"),
        ErrorCode::EndPatternWithUnmatchedParenthesis => escaped("("),
        ErrorCode::PrematureEndOfCharClass => escaped("["),
        ErrorCode::TargetOfRepeatOperatorNotSpecified => {
            let title =
                Message::new(format!("Escape the {text}"), format!("{text} をエスケープする"));
            Some(Fix { title, edits: vec![home.edit(Span::at(start), "\\")] })
        }
        ErrorCode::UnmatchedRangeSpecifierInCharClass => {
            whole(Message::new("Escape the -", "- をエスケープする"), "\\-")
        }
        _ => None,
    }
}

/// Our words for an error.
#[expect(clippy::too_many_lines, reason = "one flat match over the codes")]
fn explanation(code: ErrorCode) -> (&'static str, &'static str) {
    match code {
        ErrorCode::TooShortEscape | ErrorCode::EndPatternAtEscape => {
            ("A backslash stands at the very end", "末尾に \\ があり、続く文字がありません")
        }
        ErrorCode::TooShortEscapedMultibyte
        | ErrorCode::InvalidMultibyteEscape
        | ErrorCode::InvalidMultibyteCharacter => (
            "These bytes are no complete UTF-8 character; a pattern cannot name single high bytes",
            "このバイト列は UTF-8 の文字になっていません。80 以上のバイトを単独では書けません",
        ),
        ErrorCode::TooShortMetaEscape
        | ErrorCode::TooShortControlEscape
        | ErrorCode::DuplicateMetaEscape
        | ErrorCode::DuplicateControlEscape
        | ErrorCode::UnexpectedEscape => (
            "\\c, \\C- and \\M- want a character after them",
            "\\c、\\C-、\\M- の後には文字が必要です",
        ),
        ErrorCode::InvalidEscapeCode | ErrorCode::TooBigNumber => {
            ("The number is too big", "数値が大きすぎます")
        }
        ErrorCode::InvalidHexEscape => (
            "\\x wants one or two hexadecimal digits; Ruby has no \\x{…}",
            "\\x の後には16進1〜2桁が必要です。\\x{…} は Ruby にありません",
        ),
        ErrorCode::InvalidUnicodeEscape => (
            "\\u wants exactly four hexadecimal digits, or \\u{…}",
            "\\u の後には16 進 4 桁、または {…} が必要です",
        ),
        ErrorCode::InvalidUnicodeList => (
            "\\u{…} wants hexadecimal codes and a closing }",
            "\\u{…} の中には16進コードと閉じる } が必要です",
        ),
        ErrorCode::InvalidUnicodeRange => {
            ("There is no such code point", "存在しないコードポイントです")
        }
        ErrorCode::ParseDepthLimitOver => (
            "The pattern is nested too deeply for this page",
            "入れ子が深すぎて、このページでは扱えません",
        ),
        ErrorCode::EmptyCharClass => (
            "The set is empty or not closed; write [\\]] for a bracket",
            "文字集合が空か、閉じられていません。] は [\\]] と書きます",
        ),
        ErrorCode::PrematureEndOfCharClass => (
            "The set is not closed with ]; write \\[ for a bracket",
            "文字集合が ] で閉じられていません。文字の [ は \\[ と書きます",
        ),
        ErrorCode::CharClassValueAtEndOfRange => (
            "A range cannot end in a type such as \\d",
            "範囲の終わりに \\d などの種類は置けません",
        ),
        ErrorCode::UnmatchedRangeSpecifierInCharClass => (
            "After a type such as \\w a - cannot begin a range; write \\- or put it last",
            "\\w などの直後の - は範囲になりません。\\- と書くか末尾に置いてください",
        ),
        ErrorCode::TargetOfRepeatOperatorNotSpecified => {
            ("There is nothing before this to repeat", "この前に繰り返す対象がありません")
        }
        ErrorCode::UnmatchedCloseParenthesis => {
            ("This ) has no opening (", "この ) に対応する ( がありません")
        }
        ErrorCode::EndPatternWithUnmatchedParenthesis | ErrorCode::EndPatternInGroup => {
            ("This ( is not closed", "この ( は閉じられていません")
        }
        ErrorCode::UndefinedGroupOption => (
            "Ruby knows no such group; named groups are (?<name>…)",
            "Ruby にないグループの書き方です。名前付きグループは (?<name>…) です",
        ),
        ErrorCode::InvalidPosixBracketType => (
            "There is no such POSIX bracket; names are in small letters",
            "存在しない POSIX 文字クラスです。名前は小文字で書きます",
        ),
        ErrorCode::InvalidLookBehindPattern => (
            "A look-behind needs a fixed length: no *, +, ? or varying alternatives inside",
            "後読みの中は固定長でなければなりません (*、+、? や長さの違う選択肢は使えません)",
        ),
        ErrorCode::InvalidConditionPattern => (
            "A condition names a group and has at most two branches",
            "条件にはグループの番号か名前を書き、枝は二つまでです",
        ),
        ErrorCode::TooBigNumberForRepeatRange => {
            ("At most 100000 repeats can be written", "繰り返しの回数は100000までです")
        }
        ErrorCode::UpperSmallerThanLowerInRepeatRange => {
            ("The upper count is smaller than the lower one", "上限が下限より小さくなっています")
        }
        ErrorCode::EmptyRangeInCharClass => {
            ("The range runs backwards", "範囲の始まりと終わりが逆です")
        }
        ErrorCode::InvalidBackref => ("There is no such group", "そのようなグループはありません"),
        ErrorCode::NumberedBackrefOrCallNotAllowed => (
            "With named groups, groups can only be referred to by name: \\k<name>",
            "名前付きグループがあるときは、番号ではなく \\k<name> で参照します",
        ),
        ErrorCode::EmptyGroupName => ("The group has no name", "グループ名がありません"),
        ErrorCode::InvalidGroupName | ErrorCode::InvalidCharInGroupName => (
            "This is no group name: it must not begin with a digit or -, and must be closed",
            "グループ名として使えません。数字や - で始めず、閉じてください",
        ),
        ErrorCode::UndefinedNameReference | ErrorCode::UndefinedGroupReference => (
            "No group of that name or number stands before this",
            "その名前 (番号) のグループがありません",
        ),
        ErrorCode::MultiplexDefinitionNameCall => (
            "Several groups bear that name; it cannot be called",
            "同じ名前のグループが複数あるため呼び出せません",
        ),
        ErrorCode::NeverEndingRecursion => {
            ("The group calls itself without end", "グループが終わりなく自分自身を呼び出します")
        }
        ErrorCode::InvalidCharPropertyName => {
            ("Ruby knows no such character property", "Ruby にない文字プロパティです")
        }
        ErrorCode::TooManyCaptureGroups => ("Too many groups", "グループが多すぎます"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onigmo::regexp::{Options, Regexp};

    fn mended(pattern: &str) -> String {
        let home = Home { source: SourceId::Conf(0), offset: 0 };
        let found = error(&Regexp::new(pattern, Options::default()).unwrap_err(), pattern, home);
        let mut text = pattern.to_owned();
        for edit in found.fix.unwrap().edits.iter().rev() {
            text.replace_range(edit.span.range(), &edit.text);
        }
        text
    }

    #[test]
    fn fixes_make_the_pattern_compile() {
        for (wrong, right) in [
            ("(?P<n>a)", "(?<n>a)"),
            ("a\\x{41}", "a\\u{41}"),
            ("a)b", "a\\)b"),
            ("(a", "\\(a"),
            ("^[(?<t>.*", "^\\[(?<t>.*"),
            ("*a", "\\*a"),
            ("[\\w-.]", "[\\w\\-.]"),
        ] {
            assert_eq!(mended(wrong), right);
        }
        assert!(
            Regexp::new(&mended("^[(?<t>.*"), Options::default()).is_err(),
            "one step at a time"
        );
    }
}
