//! *Why not*: what is said below a line that became no event.

use super::conf::ConfView;
use super::detect::{CRI, DOCKER, source};
use super::map::{Places, message};
use super::text::Text;
use crate::advise::convert::{Runtime, runtime_of};
use crate::advise::detect::{Kind, detect};
use crate::advise::fix;
use crate::encoding::Encoding;
use crate::fluent::config::element::Element;
use crate::fluent::environment::Environment;
use crate::fluent::time::Reading;
use crate::fluent::time::text::TextTimeParser;
use crate::onigmo::Regexp;
use crate::onigmo::why::WhyNot;
use crate::protocol::{ConfEdit, FateKind, Fix, LineRow, Message, Place, Why};
use crate::ruby::string::RString;
use crate::ruby::value::EventTime;
use crate::source::{SourceId, Span, utf16_len};

/// Lines of a file that are looked at to say whether its kinds are mixed.
const MIXED: usize = 500;

/// What read the line.
#[derive(Clone, Copy)]
pub struct Reader<'s> {
    /// The configuration.
    pub conf: &'s ConfView,
    /// Its `<parse>` section.
    pub parse: Option<&'s Element>,
    /// The pattern in it.
    pub pattern: Option<&'s Pattern>,
    /// The file that the line stands in.
    pub file: &'s Text,
}

/// The pattern that read the line.
pub struct Pattern {
    /// Compiled.
    pub regexp: Regexp,
    /// Where it stands in the configuration, without its slashes.
    pub span: Span,
    /// True when the text there is the pattern byte for byte, so that edits can be placed.
    pub verbatim: bool,
}

/// What is said below a line.
pub fn why(row: &LineRow, line: &[u8], reader: Reader<'_>, places: &Places<'_>) -> Option<Why> {
    match row.fate {
        FateKind::NotMatched => Some(not_matched(row, line, reader, places)),
        FateKind::Invalid => Some(invalid(row, reader)),
        FateKind::Error => Some(failed(row)),
        FateKind::NoMatch => Some(no_match(row)),
        FateKind::Skipped => Some(simple(
            ("Skipped.", "読み飛ばされます。"),
            (
                "in_tail did not hand this line to the parser.",
                "in_tail はこの行をパーサーに渡しませんでした。",
            ),
            row,
            None,
        )),
        FateKind::Held => Some(simple(
            ("Held.", "保留中。"),
            (
                "It waits in a buffer and leaves only with a later line, by a timeout or at shutdown.",
                "バッファーで待っています。後の行、タイムアウト、または終了時に出力されます。",
            ),
            &LineRow { detail: String::new(), ..row.clone() },
            None,
        )),
        FateKind::Dropped => Some(dropped(&row.detail)),
        FateKind::Unterminated => Some(Why {
            title: both("Not read yet.", "まだ読まれません。"),
            text: both(
                "The line has no line end; in_tail waits for it.",
                "行末の改行がないため、in_tail は待ち続けます。",
            ),
            ..Why::default()
        }),
        FateKind::NotTailed
        | FateKind::Event
        | FateKind::Joined
        | FateKind::Partial
        | FateKind::Pending => None,
    }
}

/// What is said below a line of a file that no source reads. `tails`: some source reads files; `would`:
/// the path under which one would read this file. An edit of nothing stands for that path.
pub fn not_read(starts: bool, tails: bool, would: Option<&str>, line: &[u8]) -> Why {
    let title = both("Not read.", "読まれません。");
    if !starts {
        let text = both(
            "fluentd does not start with this configuration: see its problems.",
            "この設定では fluentd が起動しません。問題の一覧を見てください。",
        );
        return Why { title, text, ..Why::default() };
    }
    if tails {
        let text = both(
            "No `<source>` with `@type tail` has a `path` that matches this file's path.",
            "このファイルのパスに一致する `path` を持つ `@type tail` の `<source>` がありません。",
        );
        let name = |path: &str| Fix {
            title: Message {
                en: format!("Call the file `{path}`"),
                ja: format!("ファイルのパスを `{path}` にする"),
            },
            edits: Vec::new(),
        };
        return Why { title, text, fixes: would.map(name).into_iter().collect(), ..Why::default() };
    }
    let text = both(
        "There is no `<source>` with `@type tail`: lines of files come in by one.",
        "`@type tail` の `<source>` がありません。ファイルの行はこの source から入ります。",
    );
    let parse = match runtime_of(line) {
        Some(Runtime::Docker) => DOCKER,
        Some(Runtime::Cri) => CRI,
        None => "  <parse>\n    @type none\n  </parse>\n",
    };
    let insert = source(parse);
    let fix = Fix {
        title: both("Add a `<source>`", "`<source>` を追加する"),
        edits: vec![ConfEdit { from: 0, to: 0, insert }],
    };
    Why { title, text, fixes: vec![fix], ..Why::default() }
}

/// An event that went to the error stream: in the words of what was raised.
fn failed(row: &LineRow) -> Why {
    let raised = row.detail.split_once(" error=\"").map_or("", |(_, rest)| rest);
    let raised = raised.split("\" tag=").next().unwrap_or_default().replace('`', "'");
    let text = match raised.strip_prefix("pattern not matched with data ") {
        Some(data) => Message {
            en: format!(
                "The parser of a filter does not take {data}: the event went to the error stream (`@ERROR`)."
            ),
            ja: format!(
                "フィルターのパーサーが {data} を受け付けず、イベントはエラーストリーム (`@ERROR`) へ送られました。"
            ),
        },
        None => Message {
            en: format!(
                "A filter or parser failed on this event: {raised}. It went to the error stream (`@ERROR`)."
            ),
            ja: format!(
                "フィルターまたはパーサーがこのイベントで失敗し ({raised})、イベントはエラーストリーム (`@ERROR`) へ送られました。"
            ),
        },
    };
    Why {
        title: both("Failed.", "失敗しました。"),
        text,
        said: row.detail.clone(),
        ..Why::default()
    }
}

/// An event that a plugin kept out.
fn dropped(by: &str) -> Why {
    let (en, ja) = match by {
        "filter grep" => (
            "`filter grep` keeps it out: its rules say so.",
            "`filter grep` の条件により除外されました。",
        ),
        "match rewrite_tag_filter" => (
            "`rewrite_tag_filter` drops it without a word: no `<rule>` takes it, or its new tag comes to the same `<match>` again.",
            "`rewrite_tag_filter` が警告なしで破棄しました。どの `<rule>` にも当たらないか、新しいタグが再び同じ `<match>` に届いています。",
        ),
        "parser" => (
            "The parser took the line and made no event of it.",
            "パーサーは行を受け付けましたが、イベントは作られませんでした。",
        ),
        _ => {
            return Why {
                title: both("Dropped.", "破棄されました。"),
                text: Message {
                    en: format!("`{by}` dropped it."),
                    ja: format!("`{by}` が破棄しました。"),
                },
                ..Why::default()
            };
        }
    };
    Why {
        title: both("Dropped.", "破棄されました。"), text: both(en, ja), ..Why::default()
    }
}

fn both(en: &str, ja: &str) -> Message {
    Message { en: en.to_owned(), ja: ja.to_owned() }
}

fn simple(title: (&str, &str), text: (&str, &str), row: &LineRow, kind: Option<Message>) -> Why {
    Why {
        title: both(title.0, title.1),
        text: both(text.0, text.1),
        kind,
        said: row.detail.clone(),
        ..Why::default()
    }
}

fn no_match(row: &LineRow) -> Why {
    let tag = &row.detail;
    let parts = tag.split('.').count();
    Why {
        title: both("No match takes it.", "受け取る match がありません。"),
        text: Message {
            en: format!(
                "No `<match>` takes the tag `{tag}`. It has {parts} parts; `*` stands for one part, `**` for any number."
            ),
            ja: format!(
                "タグ `{tag}` を受け取る `<match>` がありません。タグは {parts} 個の部分からなり、`*` は 1 つ、`**` は任意個の部分に合います。"
            ),
        },
        said: format!("no patterns matched tag=\"{tag}\""),
        ..Why::default()
    }
}

/// What kind of line this is among its neighbours, where that explains something.
fn kind_of(own: Runtime, mixed: bool) -> Message {
    match (own, mixed) {
        (Runtime::Docker, true) => both(
            "This is a Docker json-file line (EKS 1.23 and older) among CRI lines.",
            "CRI の行に混じった Docker json-file の行です (EKS 1.23 以前)。",
        ),
        (Runtime::Docker, false) => both(
            "This is a Docker json-file line (EKS 1.23 and older).",
            "これは Docker json-file の行です (EKS 1.23 以前)。",
        ),
        (Runtime::Cri, true) => both(
            "This is a CRI line (containerd, EKS 1.24 and newer) among Docker JSON lines.",
            "Docker JSON の行に混じった CRI の行です (containerd、EKS 1.24 以降)。",
        ),
        (Runtime::Cri, false) => both(
            "This is a CRI line (containerd, EKS 1.24 and newer).",
            "これは CRI の行です (containerd、EKS 1.24 以降)。",
        ),
    }
}

/// True when the file also holds lines of another runtime.
fn is_mixed(file: &Text, own: Runtime) -> bool {
    let lines = file.bytes().split(|&byte| byte == b'\n').take(MIXED);
    lines.filter_map(runtime_of).any(|kind| kind != own)
}

fn not_matched(row: &LineRow, line: &[u8], reader: Reader<'_>, places: &Places<'_>) -> Why {
    let mut why = simple(
        ("Not matched.", "一致しません。"),
        ("The parser did not take this line.", "パーサーはこの行を受け付けませんでした。"),
        row,
        None,
    );
    if let Some(pattern) = reader.pattern {
        if let Some(found) = pattern.regexp.why_not(line, Encoding::Utf8) {
            let reached = stopped_at(&found);
            why.text = sentence(&found, line, &pattern.regexp, reached);
            let column = utf16_len(line.get(..reached).unwrap_or(line)) as u32;
            why.reached = Some((0, column));
        }
    } else if reader.parse.and_then(|parse| parse.text("@type")) == Some("json") {
        why.text = both(
            "`@type json` takes a whole JSON object; this line is none.",
            "`@type json` は 1 行に 1 つの JSON オブジェクトを読みますが、この行は違います。",
        );
    }
    if let Some(own) = runtime_of(line).filter(|own| !is_read(*own, reader)) {
        let mixed = is_mixed(reader.file, own);
        why.kind = Some(kind_of(own, mixed));
        why.fixes = section_fixes(own, mixed, reader);
    } else if let Some(pattern) = reader.pattern.filter(|pattern| pattern.verbatim) {
        why.fixes = fixes(pattern, line, places);
    }
    let is_container = runtime_of(line).is_some();
    if !is_container && reads_container(reader) && !has_runtime(reader.file) {
        why.kind = Some(bare(detect(line).kind));
        why.fixes.clear();
    }
    if detect(line).kind == Kind::FluentdWarning {
        why.kind = Some(both(
            "This is fluentd's own warning about another line: it reads its own log.",
            "これは別の行についての fluentd 自身の警告です。自身のログを読んでいます。",
        ));
    } else if lost_blank(line, reader) {
        why.kind = Some(both(
            "A blank line of a container ends in a space here; editors and copies strip it.",
            "コンテナーの空行はここでは空白で終わります。エディターやコピーで失われがちです。",
        ));
    }
    why
}

/// True for a parser of lines that a container runtime writes.
fn reads_container(reader: Reader<'_>) -> bool {
    reader.parse.and_then(|parse| parse.text("@type")) == Some("cri")
        || is_read(Runtime::Cri, reader)
}

/// True when any of the file's first lines is a runtime's.
fn has_runtime(file: &Text) -> bool {
    file.bytes().split(|&byte| byte == b'\n').take(MIXED).any(|line| runtime_of(line).is_some())
}

/// A line as the application wrote it: nothing of a file is as a runtime writes it.
fn bare(kind: Kind) -> Message {
    let (en, ja) = match kind {
        Kind::Plain => (
            "no line of a container's log file".to_owned(),
            "これはコンテナーのログファイルの行ではなく、".to_owned(),
        ),
        kind => {
            let name = kind.name();
            (
                format!("a {}, as the application wrote it", name.en),
                format!("これはアプリケーションが出力したままの{}で、", name.ja),
            )
        }
    };
    Message {
        en: format!(
            "This is {en}: time, stream and tag are missing before it. `kubectl logs` prints lines so; take them from /var/log/containers on the node."
        ),
        ja: format!(
            "{ja}先頭に時刻・ストリーム・タグがありません。`kubectl logs` の出力はこの形です。ノードの /var/log/containers の行を貼り付けてください。"
        ),
    }
}

/// True when the line is CRI's empty message without the blank at its end.
fn lost_blank(line: &[u8], reader: Reader<'_>) -> bool {
    line.ends_with(b" F")
        && runtime_of(&[line, b" "].concat()) == Some(Runtime::Cri)
        && is_read(Runtime::Cri, reader)
}

/// True when the parser is made for lines of this runtime, so that its kind is not what is wrong.
fn is_read(own: Runtime, reader: Reader<'_>) -> bool {
    const SAMPLE: &[u8] = b"2023-02-02T07:48:11.576765119Z stdout F x";
    match (own, reader.pattern) {
        (Runtime::Cri, Some(pattern)) => pattern.regexp.why_not(SAMPLE, Encoding::Utf8).is_none(),
        (Runtime::Cri, None) => false,
        (Runtime::Docker, _) => reader.parse.and_then(|parse| parse.text("@type")) == Some("json"),
    }
}

/// Edits of the whole section, so that it reads lines of this kind.
fn section_fixes(own: Runtime, mixed: bool, reader: Reader<'_>) -> Vec<Fix> {
    let Some(parse) = reader.parse else { return Vec::new() };
    let map = &reader.conf.map;
    let fix = |rewrite: fix::Rewrite| Fix {
        title: both(rewrite.title.en, rewrite.title.ja),
        edits: vec![ConfEdit {
            from: map.unit(parse.span.start),
            to: map.unit(parse.span.end),
            insert: rewrite.text,
        }],
    };
    fix::reading(map.text(), parse, own, mixed).into_iter().map(fix).collect()
}

/// A line that the parser raised on: most often its time does not fit.
fn invalid(row: &LineRow, reader: Reader<'_>) -> Why {
    let mut why = simple(
        ("Invalid.", "不正な行です。"),
        (
            "The parser raised an exception on this line; fluentd drops it and logs why.",
            "パーサーがこの行で例外を出しました。fluentd は行を捨て、理由をログに出します。",
        ),
        row,
        None,
    );
    if let Some((text, fix)) = wrong_time(&row.detail, reader) {
        why.title = both("The time does not fit.", "時刻が形式に合いません。");
        why.text = text;
        why.fixes.extend(fix);
    }
    why
}

/// What of a time was read by the section's `time_format`, and a format that reads it whole.
fn wrong_time(said: &str, reader: Reader<'_>) -> Option<(Message, Option<Fix>)> {
    let (_, rest) = said.split_once("invalid time format: value = ")?;
    let (time, _) = rest.split_once(", e")?;
    let attr = reader.parse?.attrs.iter().find(|attr| attr.key == "time_format")?;
    let format = reader.parse?.text("time_format")?;
    let parser =
        TextTimeParser::new(Some(format), &Reading::Local, &Environment::default()).ok()?;
    let found = parser.explain(&RString::utf8(time), EventTime::default())?;
    let fix = found.would_work.first().map(|format| Fix {
        title: Message { en: format!("Use `{format}`"), ja: format!("`{format}` を使う") },
        edits: vec![ConfEdit {
            from: reader.conf.map.unit(attr.value_span.start),
            to: reader.conf.map.unit(attr.value_span.end),
            insert: format.to_owned(),
        }],
    });
    Some((
        message(&found.message(time.as_bytes())),
        fix.filter(|_| attr.source == SourceId::Conf(0)),
    ))
}

/// Where the attempt that a person would blame stopped: the longest beginning of the pattern that
/// matches from the line's start; else where any attempt came furthest.
fn stopped_at(found: &WhyNot) -> usize {
    match found.prefix_match {
        Some(span) if span.start == 0 && !found.prefix.is_empty() => span.end as usize,
        _ => found.reached,
    }
}

/// How far it came, what was wanted there, what was found.
fn sentence(found: &WhyNot, line: &[u8], regexp: &Regexp, reached: usize) -> Message {
    let column = utf16_len(line.get(..reached).unwrap_or(line)) + 1;
    let there = line.get(reached..).unwrap_or_default();
    let there = there.get(..there.len().min(24)).unwrap_or_default();
    let there = String::from_utf8_lossy(there).replace('`', "'");
    let (found_en, found_ja) = if there.is_empty() {
        ("the line ends".to_owned(), "行はそこで終わっています".to_owned())
    } else {
        (format!("it found `{there}`"), format!("実際は `{there}` です"))
    };
    if reached == found.reached && !found.wanted.is_empty() {
        let join = |pick: fn(&crate::diag::Message) -> &str, word: &str| {
            let words: Vec<&str> = found.wanted.iter().map(|wanted| pick(&wanted.words)).collect();
            words.join(word)
        };
        let (en, ja) = (join(|words| &words.en, " or "), join(|words| &words.ja, "または"));
        return Message {
            en: format!("At column {column} the pattern wants {en}; {found_en}."),
            ja: format!(
                "{column} 文字目でパターンは{}を期待していますが、{found_ja}。",
                spaced(&ja)
            ),
        };
    }
    let taken = regexp.pattern().get(..found.prefix.end as usize).unwrap_or_default();
    let next = regexp.pattern().get(found.prefix.end as usize..).unwrap_or_default();
    Message {
        en: format!(
            "`{taken}` matched up to column {column}; then the pattern wants `{next}`, and {found_en}."
        ),
        ja: format!(
            "`{taken}` は {column} 文字目の手前まで一致しました。続いてパターンは `{next}` を期待していますが、{found_ja}。"
        ),
    }
}

/// Japanese words in a sentence: brackets stand close, letters and code have blanks around them.
fn spaced(words: &str) -> String {
    let blank = |close: bool| if close { "" } else { " " };
    let (begin, end) = (blank(words.starts_with('「')), blank(words.ends_with('」')));
    format!("{begin}{words}{end}")
}

/// Edits of the pattern that would take the line.
fn fixes(pattern: &Pattern, line: &[u8], places: &Places<'_>) -> Vec<Fix> {
    const MOST: usize = 2;
    let options = pattern.regexp.options();
    let suggestions = pattern.regexp.suggestions(line, Encoding::Utf8, MOST);
    let same_options = suggestions.iter().filter(|found| found.options == options);
    let fix = |found: &crate::onigmo::why::Suggestion| -> Option<Fix> {
        let edit = |edit: &crate::onigmo::why::PatternEdit| {
            let span = edit.span.shifted(pattern.span.start as usize);
            match places.place(crate::source::SourceId::Conf(0), span)? {
                Place::Conf { from, to, .. } => {
                    Some(ConfEdit { from, to, insert: edit.text.clone() })
                }
                Place::File { .. } => None,
            }
        };
        let edits: Option<Vec<ConfEdit>> = found.edits.iter().map(edit).collect();
        let edits = edits.filter(|edits| !edits.is_empty())?;
        Some(Fix { title: message(&found.title), edits })
    };
    same_options.filter_map(fix).collect()
}
