//! The parameters of `@type tail` and what `configure` checks.

use super::PosFiles;
use crate::diag::Text;
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param, ValueType};
use crate::fluent::config::element::{AttrValue, Element};
use crate::fluent::config::section::Section;
use crate::fluent::log::{Level, Log};
use crate::fluent::plugin::parser::{Configure, Parser, new_parser};
use crate::ruby::error::RubyError;
use crate::ruby::value::Value;

/// `BYTES_TO_READ` as the least that throttling allows.
const LEAST_BYTES_PER_SECOND: i64 = 8192;

/// `glob_policy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GlobPolicy {
    /// Only a path with `*` is a pattern.
    BackwardCompatible,
    /// `*`, `?` and `[…]` make a pattern.
    Extended,
    /// So does `{…,…}`.
    Always,
}

/// The parameters that matter to what becomes of a line.
#[derive(Clone, Debug)]
pub struct Config {
    /// `path`, as written.
    pub path: String,
    /// `path_delimiter`
    pub path_delimiter: String,
    /// `path_timezone`
    pub path_timezone: Option<String>,
    /// `exclude_path`
    pub exclude_path: Vec<String>,
    /// `glob_policy`
    pub glob_policy: GlobPolicy,
    /// `tag`, as written.
    pub tag: String,
    /// What stands around the path in a tag with `*`.
    pub tag_around: Option<(String, String)>,
    /// `pos_file`
    pub pos_file: Option<String>,
    /// `read_from_head`
    pub read_from_head: bool,
    /// `emit_unmatched_lines`
    pub emit_unmatched_lines: bool,
    /// `path_key`
    pub path_key: Option<String>,
    /// `max_line_size`, in bytes.
    pub max_line_size: Option<usize>,
    /// `multiline_flush_interval`, in seconds.
    pub multiline_flush_interval: Option<f64>,
    /// `read_lines_limit`
    pub read_lines_limit: i64,
    /// `encoding`, as written.
    pub encoding: Option<String>,
    /// `from_encoding`, as written.
    pub from_encoding: Option<String>,
    follow_inodes: bool,
    enable_watch_timer: bool,
    enable_stat_watcher: bool,
    read_bytes_limit_per_second: i64,
}

impl Config {
    /// Reads the section.
    pub(super) fn new(section: &Section) -> Config {
        let text = |name: &str| section.text(name).map(str::to_owned);
        let tag = text("tag").unwrap_or_default();
        let exclude = section.array("exclude_path").iter();
        Config {
            path: text("path").unwrap_or_default(),
            path_delimiter: text("path_delimiter").unwrap_or_default(),
            path_timezone: text("path_timezone"),
            exclude_path: exclude.filter_map(|item| Some(string(item)?.to_owned())).collect(),
            glob_policy: match section.text("glob_policy") {
                Some("extended") => GlobPolicy::Extended,
                Some("always") => GlobPolicy::Always,
                _ => GlobPolicy::BackwardCompatible,
            },
            tag_around: tag_around(&tag),
            tag,
            pos_file: text("pos_file"),
            read_from_head: section.flag("read_from_head"),
            emit_unmatched_lines: section.flag("emit_unmatched_lines"),
            path_key: text("path_key"),
            max_line_size: section.integer("max_line_size").map(|size| size.max(0) as usize),
            multiline_flush_interval: section.seconds("multiline_flush_interval"),
            read_lines_limit: section.integer("read_lines_limit").unwrap_or(1000),
            encoding: text("encoding"),
            from_encoding: text("from_encoding"),
            follow_inodes: section.flag("follow_inodes"),
            enable_watch_timer: section.flag("enable_watch_timer"),
            enable_stat_watcher: section.flag("enable_stat_watcher"),
            read_bytes_limit_per_second: section
                .integer("read_bytes_limit_per_second")
                .unwrap_or(-1),
        }
    }

    /// The first check of `configure`.
    pub(super) fn check_watchers(&self) -> Result<(), RubyError> {
        if self.enable_watch_timer || self.enable_stat_watcher {
            return Ok(());
        }
        Err(RubyError::config("either of enable_watch_timer or enable_stat_watcher must be true"))
    }
}

fn string(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => text.as_str(),
        _ => None,
    }
}

/// `configure_tag`: only what stands before and after the first `*`, up to the second one.
fn tag_around(tag: &str) -> Option<(String, String)> {
    if !tag.contains('*') {
        return None;
    }
    let mut pieces = tag.split('*');
    let mut next = || pieces.next().unwrap_or_default().to_owned();
    Some((next(), next()))
}

/// The parser helper: makes the parser of every `<parse>` section.
pub(super) fn parsers(
    conf: &Element,
    section: &Section,
    with: &mut Configure<'_>,
) -> Result<Vec<(String, Box<dyn Parser>)>, RubyError> {
    let mut parsers: Vec<(String, Box<dyn Parser>)> = Vec::new();
    let elements = conf.elements.iter().filter(|element| element.name == "parse");
    for (read, element) in section.sections("parser_configs").iter().zip(elements) {
        let usage = read.text("usage").unwrap_or_default();
        if parsers.iter().any(|(known, _)| known == usage) {
            return Err(RubyError::config(format!("duplicated parsers configured: {usage}")));
        }
        let type_name = read.text("@type").unwrap_or_default();
        parsers.push((usage.to_owned(), new_parser(type_name, element, with)?));
    }
    if parsers.is_empty() {
        return Err(RubyError::config("<parse> section is required."));
    }
    Ok(parsers)
}

/// One position file belongs to one source; none at all is warned about.
pub(super) fn claim_pos_file(
    config: &Config,
    conf: &Element,
    log: &mut Log,
    pos_files: &mut PosFiles,
) -> Result<(), RubyError> {
    let Some(pos_file) = &config.pos_file else {
        if config.follow_inodes {
            return Err(RubyError::config(
                "Can't follow inodes without pos_file configuration parameter",
            ));
        }
        for text in [
            "'pos_file PATH' parameter is not set to a 'tail' source.",
            "this parameter is highly recommended to save the position to resume tailing.",
        ] {
            log.say(Level::Warn, text, conf.place());
        }
        return Ok(());
    };
    if let Some((_, owner)) = pos_files.iter().find(|(known, _)| known == pos_file) {
        return Err(RubyError::config(format!(
            "Other 'in_tail' plugin already use same pos_file path: plugin_id = {owner}, \
             pos_file path = {pos_file}"
        )));
    }
    let id = match conf.attr("@id").map(|attr| &attr.value) {
        Some(AttrValue::Text(id)) => id.clone(),
        // fluentd makes one of the object's address.
        _ => format!("object:{:x}", pos_files.len()),
    };
    pos_files.push((pos_file.clone(), id));
    Ok(())
}

/// The last checks of `configure`.
pub(super) fn check_throttling(config: &Config, log: &mut Log) -> Result<(), RubyError> {
    if config.read_bytes_limit_per_second <= 0 {
        return Ok(());
    }
    if !config.enable_watch_timer {
        return Err(RubyError::config(
            "Need to enable watch timer when using log throttling feature",
        ));
    }
    if config.read_bytes_limit_per_second < LEAST_BYTES_PER_SECOND {
        log.push(
            Level::Warn,
            format!(
                "Should specify greater equal than {LEAST_BYTES_PER_SECOND}. \
                 Use {LEAST_BYTES_PER_SECOND} for read_bytes_limit_per_second"
            ),
        );
    }
    Ok(())
}

/// `config_section :parse`.
const PARSE: ConfigureProxy = ConfigureProxy {
    param_name: Some("parser_configs"),
    init: true,
    argument: Some(Param::new("usage", Kind::String).default(Literal::String("in_tail_parser"))),
    params: &[Param::new("@type", Kind::String).doc("The parser.", "パーサーです。")],
    doc: Text {
        en: "How a line becomes a record.", ja: "行をレコードに変える方法です。"
    },
    ..ConfigureProxy::new("parse")
};

/// `<rule>` of `<group>`.
const RULE: ConfigureProxy = ConfigureProxy {
    required: true,
    params: &[
        Param::new("match", Kind::Hash(Some(ValueType::Regexp)))
            .default(Literal::Hash(&[]))
            .doc("Which files the rule is for.", "この規則を適用するファイルです。"),
        Param::new("limit", Kind::Integer).default(Literal::Integer(-1)).doc(
            "How many lines a group may give in rate_period.",
            "rate_period の間に読む行数の上限です。",
        ),
    ],
    ..ConfigureProxy::new("rule")
};

/// `<group>`: limits per group of files; they only slow the reading down.
const GROUP: ConfigureProxy = ConfigureProxy {
    multi: false,
    params: &[
        Param::new("pattern", Kind::Regexp)
            .optional()
            .doc("How a path tells its group.", "パスからグループを取り出す正規表現です。"),
        Param::new("rate_period", Kind::Time)
            .default(Literal::Integer(5))
            .doc("The time that the limits are for.", "上限を数える期間です。"),
    ],
    sections: &[RULE],
    doc: Text {
        en: "Limits of how much is read, by groups of files.",
        ja: "ファイルのグループごとの読み込み量の制限です。",
    },
    ..ConfigureProxy::new("group")
};

/// `@type tail`.
pub static TAIL: ConfigureProxy = ConfigureProxy {
    params: &[
        Param::new("path", Kind::String).doc(
            "The files to read, separated by commas; * stands for any part of a name.",
            "読み込むファイルです。カンマで区切り、* は名前の任意の部分に一致します。",
        ),
        Param::new("path_delimiter", Kind::String)
            .default(Literal::String(","))
            .doc("What separates the paths.", "パスの区切り文字です。"),
        Param::new("glob_policy", Kind::Enum(&["backward_compatible", "extended", "always"]))
            .default(Literal::Symbol("backward_compatible"))
            .doc(
                "Which characters make a path a pattern.",
                "パスをパターンとして扱う文字の範囲です。",
            ),
        Param::new("tag", Kind::String).doc(
            "The tag of the events; * stands for the path, with dots for slashes.",
            "イベントのタグです。* はパス (/ を . に変えたもの) になります。",
        ),
        Param::new("exclude_path", Kind::Array(None))
            .default(Literal::Array(&[]))
            .doc("Files to leave out.", "除外するファイルです。"),
        Param::new("rotate_wait", Kind::Time).default(Literal::Integer(5)).doc(
            "How long a rotated file is read on.",
            "ローテーション後のファイルを読み続ける時間です。",
        ),
        Param::new("pos_file", Kind::String).optional().doc(
            "The file that remembers how far was read.",
            "どこまで読んだかを記録するファイルです。",
        ),
        Param::new("pos_file_compaction_interval", Kind::Time)
            .optional()
            .doc("How often pos_file is tidied up.", "pos_file を整理する間隔です。"),
        Param::new("read_from_head", Kind::Bool).default(Literal::Bool(false)).doc(
            "Read files that are there at the start from their beginning, not from their end.",
            "起動時にあるファイルを、末尾からではなく先頭から読みます。",
        ),
        Param::new("refresh_interval", Kind::Time)
            .default(Literal::Integer(60))
            .doc("How often new files are looked for.", "新しいファイルを探す間隔です。"),
        Param::new("read_lines_limit", Kind::Integer)
            .default(Literal::Integer(1000))
            .doc("How many lines are handed on at once.", "一度に渡す行数です。"),
        Param::new("read_bytes_limit_per_second", Kind::Size).default(Literal::Integer(-1)).doc(
            "How many bytes of a file are read in a second.",
            "1 秒間に読むバイト数の上限です。",
        ),
        Param::new("multiline_flush_interval", Kind::Time).optional().doc(
            "After how long the last lines of a multiline event are emitted.",
            "複数行イベントの最後の行を出力するまでの時間です。",
        ),
        Param::new("emit_unmatched_lines", Kind::Bool).default(Literal::Bool(false)).doc(
            "Emit lines that the parser does not take, as unmatched_line.",
            "パーサーに一致しない行を unmatched_line として出力します。",
        ),
        Param::new("enable_watch_timer", Kind::Bool)
            .default(Literal::Bool(true))
            .doc("Look at the files every second.", "毎秒ファイルを確認します。"),
        Param::new("enable_stat_watcher", Kind::Bool)
            .default(Literal::Bool(true))
            .doc("Be told of changes by inotify.", "inotify で変更の通知を受けます。"),
        Param::new("encoding", Kind::String).optional().doc(
            "The encoding of the lines; without it they are plain bytes.",
            "行の文字コードです。指定しないと単なるバイト列になります。",
        ),
        Param::new("from_encoding", Kind::String).optional().doc(
            "The encoding of the file, if it must be converted to encoding.",
            "encoding に変換する前の、ファイルの文字コードです。",
        ),
        Param::new("path_key", Kind::String)
            .optional()
            .doc("The field that gets the path.", "パスを入れるフィールドです。"),
        Param::new("open_on_every_update", Kind::Bool)
            .default(Literal::Bool(false))
            .doc("Open and close the file for every read.", "読むたびにファイルを開閉します。"),
        Param::new("limit_recently_modified", Kind::Time).optional().doc(
            "Only files changed within this time.",
            "この時間内に変更されたファイルだけを読みます。",
        ),
        Param::new("skip_refresh_on_startup", Kind::Bool)
            .default(Literal::Bool(false))
            .doc("Do not look for files at the start.", "起動時にファイルを探しません。"),
        Param::new("ignore_repeated_permission_error", Kind::Bool)
            .default(Literal::Bool(false))
            .doc(
                "Report a file that cannot be read only once.",
                "読めないファイルの警告を一度だけ出します。",
            ),
        Param::new("path_timezone", Kind::String)
            .optional()
            .doc("The zone of the time in path.", "path に含まれる時刻のタイムゾーンです。"),
        Param::new("follow_inodes", Kind::Bool).default(Literal::Bool(false)).doc(
            "Follow files by inode, so that rotated ones are not read twice.",
            "inode でファイルを追跡し、ローテーション後の重複を防ぎます。",
        ),
        Param::new("max_line_size", Kind::Size)
            .optional()
            .doc("Longer lines are thrown away.", "これより長い行は捨てられます。"),
    ],
    sections: &[PARSE, GROUP],
    ..ConfigureProxy::new("tail")
};
