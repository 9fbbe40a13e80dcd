//! The parameters of `concat` and the mode they choose.

use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param};
use crate::fluent::config::section::Section;
use crate::fluent::error::RubyError;
use crate::ruby::value::Value;

/// The parameters.
pub const PROXY: ConfigureProxy = ConfigureProxy {
    params: &[
        Param::new("key", Kind::String)
            .doc("The field whose parts are joined.", "結合する断片が入っているフィールドです。"),
        Param::new("separator", Kind::String)
            .default(Literal::String("\n"))
            .doc("What stands between joined lines.", "結合した行の間に入る文字列です。"),
        Param::new("n_lines", Kind::Integer)
            .optional()
            .doc("Joins every so many lines.", "この行数ごとに結合します。"),
        Param::new("multiline_start_regexp", Kind::String).optional().doc(
            "A line that matches begins a new group.",
            "一致した行から新しいまとまりが始まります。",
        ),
        Param::new("multiline_end_regexp", Kind::String)
            .optional()
            .doc("A line that matches ends its group.", "一致した行でまとまりが終わります。"),
        Param::new("continuous_line_regexp", Kind::String)
            .optional()
            .doc("Only lines that match continue a group.", "一致した行だけが続きとみなされます。"),
        Param::new("stream_identity_key", Kind::String).optional().doc(
            "Groups are kept apart by this field.",
            "このフィールドの値ごとに別々に結合します。",
        ),
        Param::new("flush_interval", Kind::Time).default(Literal::Integer(60)).doc(
            "Seconds after which a waiting group is flushed.",
            "待っているまとまりを出すまでの秒数です。",
        ),
        Param::new("timeout_label", Kind::String).optional().doc(
            "The label that gets groups flushed by timeout.",
            "タイムアウトしたまとまりを受け取るラベルです。",
        ),
        Param::new("use_first_timestamp", Kind::Bool)
            .default(Literal::Bool(false))
            .doc("The event keeps the first line's time.", "最初の行の時刻を使います。"),
        Param::new("partial_key", Kind::String)
            .optional()
            .doc("The field that marks partial lines.", "断片であることを示すフィールドです。"),
        Param::new("partial_value", Kind::String)
            .optional()
            .doc("Its value on partial lines.", "断片のときの値です。"),
        Param::new("keep_partial_key", Kind::Bool)
            .default(Literal::Bool(false))
            .doc("Keeps that field.", "そのフィールドを残します。"),
        Param::new("use_partial_metadata", Kind::Bool)
            .default(Literal::Bool(false))
            .doc("Joins by Docker's partial metadata.", "Docker の断片情報で結合します。"),
        Param::new(
            "partial_metadata_format",
            Kind::Enum(&["docker-fluentd", "docker-journald", "docker-journald-lowercase"]),
        )
        .default(Literal::Symbol("docker-fluentd"))
        .doc("The spelling of that metadata.", "断片情報の書き方です。"),
        Param::new("keep_partial_metadata", Kind::Bool)
            .default(Literal::Bool(false))
            .doc("Keeps that metadata.", "断片情報を残します。"),
        Param::new("use_partial_cri_logtag", Kind::Bool)
            .default(Literal::Bool(false))
            .doc("Joins by the CRI tag P/F.", "CRI の P/F で結合します。"),
        Param::new("partial_cri_logtag_key", Kind::String)
            .optional()
            .doc("The field with the CRI tag.", "CRI の P/F が入っているフィールドです。"),
        Param::new("partial_cri_stream_key", Kind::String).default(Literal::String("stream")).doc(
            "The field that is removed from joined records.",
            "結合後に取り除くフィールドです。",
        ),
        Param::new("buffer_limit_size", Kind::Size).default(Literal::Integer(512_000)).doc(
            "Bytes a group may hold (partial_key only)",
            "まとまりの上限バイト数です (partial_key のみ)",
        ),
        Param::new("buffer_overflow_method", Kind::Enum(&["ignore", "truncate", "drop", "new"]))
            .default(Literal::Symbol("ignore"))
            .doc("What happens beyond it.", "上限を超えたときの動作です。"),
    ],
    ..ConfigureProxy::new("concat")
};

/// How groups are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `n_lines`
    Line(i64),
    /// `partial_key`
    Partial,
    /// `use_partial_metadata`
    PartialMetadata(&'static MetadataFields),
    /// `use_partial_cri_logtag`
    PartialCri,
    /// `multiline_start_regexp`, `multiline_end_regexp`
    Regexp,
}

/// The names of Docker's partial metadata.
#[derive(Debug, PartialEq, Eq)]
pub struct MetadataFields {
    pub(super) message: &'static str,
    pub(super) id: &'static str,
    pub(super) ordinal: &'static str,
    pub(super) last: &'static str,
    pub(super) indicator: &'static str,
}

static DOCKER_FLUENTD: MetadataFields = MetadataFields {
    message: "partial_message",
    id: "partial_id",
    ordinal: "partial_ordinal",
    last: "partial_last",
    indicator: "partial_message",
};
static DOCKER_JOURNALD: MetadataFields = MetadataFields {
    message: "CONTAINER_PARTIAL_MESSAGE",
    id: "CONTAINER_PARTIAL_ID",
    ordinal: "CONTAINER_PARTIAL_ORDINAL",
    last: "CONTAINER_PARTIAL_LAST",
    indicator: "CONTAINER_PARTIAL_ID",
};
static DOCKER_JOURNALD_LOWERCASE: MetadataFields = MetadataFields {
    message: "container_partial_message",
    id: "container_partial_id",
    ordinal: "container_partial_ordinal",
    last: "container_partial_last",
    indicator: "container_partial_id",
};

/// Which mode; what fluentd refuses is an error.
pub(super) fn mode(section: &Section) -> Result<Mode, RubyError> {
    let has = |name: &str| !matches!(section.value(name), Value::Nil);
    let regexp = has("multiline_start_regexp") || has("multiline_end_regexp");
    let modes = [
        (has("n_lines"), "n_lines"),
        (regexp, "multiline_start_regexp/multiline_end_regexp"),
        (has("partial_key"), "partial_key"),
        (section.flag("use_partial_metadata"), "use_partial_metadata"),
        (section.flag("use_partial_cri_logtag"), "use_partial_cri_logtag"),
    ];
    let [n_lines, _, partial, metadata, cri] = modes;
    if !modes.iter().any(|(given, _)| *given) {
        return Err(RubyError::config(
            "Either n_lines, multiline_start_regexp, multiline_end_regexp, partial_key, \
             use_partial_metadata or use_partial_cri_logtag is required",
        ));
    }
    exclusive(n_lines, modes[1])?;
    exclusive(partial, n_lines)?;
    exclusive(partial, modes[1])?;
    if partial.0 && !has("partial_value") {
        return Err(RubyError::config("partial_value is required when partial_key is specified"));
    }
    for mode in [metadata, cri] {
        exclusive(mode, n_lines)?;
        exclusive(mode, modes[1])?;
        exclusive(mode, partial)?;
    }
    Ok(match section.integer("n_lines") {
        Some(n) => Mode::Line(n),
        None if partial.0 => Mode::Partial,
        None if metadata.0 => {
            Mode::PartialMetadata(match section.text("partial_metadata_format") {
                Some("docker-journald") => &DOCKER_JOURNALD,
                Some("docker-journald-lowercase") => &DOCKER_JOURNALD_LOWERCASE,
                _ => &DOCKER_FLUENTD,
            })
        }
        None if cri.0 => Mode::PartialCri,
        None => Mode::Regexp,
    })
}

fn exclusive(one: (bool, &str), other: (bool, &str)) -> Result<(), RubyError> {
    if one.0 && other.0 {
        return Err(RubyError::config(format!("{} and {} are exclusive", one.1, other.1)));
    }
    Ok(())
}
