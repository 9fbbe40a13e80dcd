//! Sections that belong to no single plugin: `<buffer>`, `<inject>`, `<format>`, `<system>`, …
//! (fluentd `lib/fluent/plugin/output.rb`, `plugin_helper/`, `system_config.rb`).

use super::words::{choice, integer, off, on, optional, required, size, string, text, time};
use crate::diag::Text;
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param, ValueType};

/// Names that every plugin's section takes.
pub(super) static PLUGIN: ConfigureProxy = ConfigureProxy {
    params: &[
        required("@type", Kind::String, "The plugin.", "プラグインの種類です。"),
        string(
            "@id",
            "A name of your own, shown in logs and metrics.",
            "ログやメトリクスに表示される、この部分の名前です。",
        ),
        string(
            "@label",
            "Send the events to this <label> instead of on.",
            "イベントを次へ流さず、この <label> へ送ります。",
        ),
        string(
            "@log_level",
            "fluentd's own log level for this plugin.",
            "このプラグインが出す fluentd 自身のログレベルです。",
        ),
    ],
    ..ConfigureProxy::new("plugin")
};

/// `<buffer>`
pub static BUFFER: ConfigureProxy = ConfigureProxy {
    argument: Some(
        Param::new("chunk_keys", Kind::Array(Some(ValueType::String))).default(Literal::Array(&[])),
    ),
    params: &[
        text(
            "@type",
            "memory",
            "Where chunks are kept: memory or file.",
            "チャンクの保存先です (memory または file)。",
        ),
        string("@id", "A name of your own.", "この部分の名前です。"),
        string("path", "The folder of a file buffer.", "file バッファーのフォルダーです。"),
        optional(
            "timekey",
            Kind::Time,
            "Chunks are cut at multiples of this time.",
            "この時間ごとにチャンクを区切ります。",
        ),
        time(
            "timekey_wait",
            600,
            "How long late events are waited for.",
            "遅れて来るイベントを待つ時間です。",
        ),
        off(
            "timekey_use_utc",
            "Time placeholders are in UTC.",
            "時刻のプレースホルダーを UTC で展開します。",
        ),
        text(
            "timekey_zone",
            "+0000",
            "The zone of time placeholders.",
            "時刻のプレースホルダーのタイムゾーンです。",
        ),
        choice(
            "flush_mode",
            &["default", "lazy", "interval", "immediate"],
            "default",
            "When chunks are written.",
            "チャンクを書き出すタイミングです。",
        ),
        time("flush_interval", 60, "Seconds between writes.", "書き出しの間隔 (秒) です。"),
        integer(
            "flush_thread_count",
            1,
            "How many writes at a time.",
            "同時に書き出すスレッド数です。",
        ),
        Param::new("flush_thread_interval", Kind::Float).default(Literal::Float(1.0)).doc(
            "Seconds a writer sleeps without work.",
            "仕事がないときにスレッドが待つ秒数です。",
        ),
        Param::new("flush_thread_burst_interval", Kind::Float).default(Literal::Float(1.0)).doc(
            "Seconds between writes while chunks wait.",
            "チャンクが待っている間の書き出し間隔 (秒) です。",
        ),
        optional(
            "flush_at_shutdown",
            Kind::Bool,
            "Write everything before stopping.",
            "停止前にすべて書き出します。",
        ),
        time(
            "delayed_commit_timeout",
            60,
            "How long an asynchronous write may take.",
            "非同期の書き出しを待つ時間です。",
        ),
        choice(
            "overflow_action",
            &["throw_exception", "block", "drop_oldest_chunk"],
            "throw_exception",
            "What happens when the buffer is full.",
            "バッファーがいっぱいのときの動作です。",
        ),
        off("retry_forever", "Never give a chunk up.", "チャンクを捨てずに再試行し続けます。"),
        time(
            "retry_timeout",
            259_200,
            "How long a chunk is tried again.",
            "再試行を続ける時間です。",
        ),
        optional(
            "retry_max_times",
            Kind::Integer,
            "How many times a chunk is tried again.",
            "再試行の最大回数です。",
        ),
        Param::new("retry_secondary_threshold", Kind::Float).default(Literal::Float(0.8)).doc(
            "Share of retry_timeout after which <secondary> takes over.",
            "<secondary> に切り替えるまでの retry_timeout の割合です。",
        ),
        choice(
            "retry_type",
            &["exponential_backoff", "periodic"],
            "exponential_backoff",
            "How waiting grows between tries.",
            "再試行の間隔の増え方です。",
        ),
        time("retry_wait", 1, "Seconds before the first new try.", "最初の再試行までの秒数です。"),
        Param::new("retry_exponential_backoff_base", Kind::Float)
            .default(Literal::Float(2.0))
            .doc("The base of the growth.", "間隔が増える倍率です。"),
        optional(
            "retry_max_interval",
            Kind::Time,
            "Longest wait between tries.",
            "再試行の間隔の上限です。",
        ),
        on("retry_randomize", "Waits vary a little.", "間隔を少しばらつかせます。"),
        size("chunk_limit_size", 8 << 20, "Largest chunk.", "1 つのチャンクの最大サイズです。"),
        size("total_limit_size", 512 << 20, "Largest buffer.", "バッファー全体の最大サイズです。"),
        optional(
            "chunk_limit_records",
            Kind::Integer,
            "Most events of a chunk.",
            "1 つのチャンクの最大イベント数です。",
        ),
        optional(
            "queue_limit_length",
            Kind::Integer,
            "Most chunks waiting.",
            "待ち行列の最大チャンク数です。",
        ),
        Param::new("chunk_full_threshold", Kind::Float)
            .default(Literal::Float(0.95))
            .doc("Share at which a chunk counts as full.", "チャンクを満杯とみなす割合です。"),
        choice(
            "compress",
            &["text", "gzip", "zstd"],
            "text",
            "Compression of chunks.",
            "チャンクの圧縮方式です。",
        ),
        optional(
            "queued_chunks_limit_size",
            Kind::Integer,
            "Most chunks in the queue.",
            "キューの最大チャンク数です。",
        ),
        size(
            "decompression_size_limit",
            1 << 30,
            "Largest decompressed chunk.",
            "展開後の最大サイズです。",
        ),
        off(
            "disable_chunk_backup",
            "Do not keep chunks that cannot be written.",
            "書き出せないチャンクを残しません。",
        ),
    ],
    multi: false,
    doc: Text {
        en: "Events wait here before they are written.",
        ja: "書き出す前のイベントをためる場所です。",
    },
    ..ConfigureProxy::new("buffer")
};

/// `<format>`
pub(super) static FORMAT: ConfigureProxy = ConfigureProxy {
    params: &[
        text(
            "@type",
            "json",
            "The formatter: json, out_file, single_value, ltsv, csv, …",
            "フォーマッターです (json、out_file、single_value、ltsv、csv など)。",
        ),
        on("add_newline", "End each event with a newline.", "イベントごとに改行を付けます。"),
        string(
            "message_key",
            "The field to write, for single_value.",
            "single_value で書き出すフィールドです。",
        ),
        string("delimiter", "What stands between fields.", "フィールドの区切りです。"),
        optional(
            "fields",
            Kind::Array(None),
            "The fields to write, for csv.",
            "csv で書き出すフィールドです。",
        ),
        string("time_format", "The format of the time.", "時刻の書式です。"),
    ],
    doc: Text { en: "How an event is written.", ja: "イベントの書き出し方です。" },
    ..ConfigureProxy::new("format")
};

/// `<storage>`
pub(super) static STORAGE: ConfigureProxy = ConfigureProxy {
    argument: Some(Param::new("usage", Kind::String).default(Literal::String(""))),
    params: &[
        text(
            "@type",
            "local",
            "Where the plugin keeps its state.",
            "プラグインの状態の保存先です。",
        ),
        string("path", "The file.", "保存するファイルです。"),
        on("persistent", "Write it at once.", "すぐに書き込みます。"),
    ],
    doc: Text {
        en: "Where a plugin keeps its state.", ja: "プラグインの状態の保存先です。"
    },
    ..ConfigureProxy::new("storage")
};

/// `<secondary>`
pub static SECONDARY: ConfigureProxy = ConfigureProxy {
    multi: false,
    params: &[
        string(
            "@type",
            "The output that takes chunks which cannot be written.",
            "書き出せないチャンクを受け取る出力です。",
        ),
        string(
            "directory",
            "The folder, for secondary_file.",
            "secondary_file の保存先フォルダーです。",
        ),
        string(
            "basename",
            "The file's name, for secondary_file.",
            "secondary_file のファイル名です。",
        ),
    ],
    doc: Text {
        en: "Takes what cannot be written.", ja: "書き出せないものを受け取ります。"
    },
    ..ConfigureProxy::new("secondary")
};

/// `<system>`
pub(super) static SYSTEM: ConfigureProxy = ConfigureProxy {
    multi: false,
    params: &[
        integer("workers", 1, "Number of worker processes.", "ワーカープロセスの数です。"),
        string(
            "root_dir",
            "The folder of fluentd's own files.",
            "fluentd が使うファイルのフォルダーです。",
        ),
        choice(
            "log_level",
            &["trace", "debug", "info", "warn", "error", "fatal"],
            "info",
            "The level of fluentd's own log.",
            "fluentd 自身のログレベルです。",
        ),
        optional(
            "suppress_repeated_stacktrace",
            Kind::Bool,
            "Print a repeated backtrace once.",
            "同じバックトレースを繰り返し出しません。",
        ),
        optional(
            "ignore_repeated_log_interval",
            Kind::Time,
            "Repeated log lines are left out for so long.",
            "同じログ行をこの時間は出しません。",
        ),
        optional(
            "ignore_same_log_interval",
            Kind::Time,
            "Any log line already printed is left out for so long.",
            "一度出したログ行をこの時間は出しません。",
        ),
        optional(
            "emit_error_log_interval",
            Kind::Time,
            "Least time between errors of emit.",
            "emit のエラーを出す最短間隔です。",
        ),
        optional(
            "suppress_config_dump",
            Kind::Bool,
            "Do not print the configuration at start.",
            "起動時に設定を出力しません。",
        ),
        optional(
            "without_source",
            Kind::Bool,
            "Start without sources.",
            "source を無効にして起動します。",
        ),
        optional(
            "with_source_only",
            Kind::Bool,
            "Start with sources only.",
            "source だけで起動します。",
        ),
        string("rpc_endpoint", "Address of the RPC server.", "RPC サーバーのアドレスです。"),
        off(
            "enable_get_dump",
            "The RPC server shows the configuration.",
            "RPC で設定を取得できるようにします。",
        ),
        string("process_name", "The name of the process.", "プロセス名です。"),
        off(
            "enable_msgpack_time_support",
            "Time objects in msgpack.",
            "msgpack で Time を使えるようにします。",
        ),
        off(
            "strict_config_value",
            "Values of a wrong type stop fluentd.",
            "型の合わない値があると起動しなくなります。",
        ),
        off(
            "disable_shared_socket",
            "Workers do not share sockets.",
            "ワーカー間でソケットを共有しません。",
        ),
        optional(
            "file_permission",
            Kind::String,
            "Permission of files.",
            "ファイルのパーミッションです。",
        ),
        optional(
            "dir_permission",
            Kind::String,
            "Permission of folders.",
            "フォルダーのパーミッションです。",
        ),
        text(
            "config_include_dir",
            "/etc/fluent/conf.d",
            "Every configuration file in this folder is read too.",
            "このフォルダーの設定ファイルも読み込みます。",
        ),
        on("enable_input_metrics", "Count incoming events.", "受け取ったイベントを数えます。"),
        optional("enable_size_metrics", Kind::Bool, "Count bytes too.", "バイト数も数えます。"),
        off("enable_jit", "Use Ruby's JIT.", "Ruby の JIT を使います。"),
    ],
    sections: &[
        SYSTEM_LOG,
        system_section("counter_server"),
        system_section("counter_client"),
        system_section("metrics"),
        system_section("source_only_buffer"),
    ],
    doc: Text { en: "Settings of the whole process.", ja: "プロセス全体の設定です。" },
    ..ConfigureProxy::new("system")
};

const fn system_section(name: &'static str) -> ConfigureProxy {
    ConfigureProxy { multi: false, ..ConfigureProxy::new(name) }
}

/// `<log>` of `<system>`
const SYSTEM_LOG: ConfigureProxy = ConfigureProxy {
    params: &[
        string("path", "The file.", "ファイルです。"),
        choice(
            "format",
            &["text", "json"],
            "text",
            "The look of fluentd's own log.",
            "fluentd 自身のログの形式です。",
        ),
        text(
            "time_format",
            "%Y-%m-%d %H:%M:%S %z",
            "The time in fluentd's own log.",
            "fluentd 自身のログの時刻の書式です。",
        ),
        optional("rotate_age", Kind::String, "How many files are kept.", "残すファイルの数です。"),
        optional(
            "rotate_size",
            Kind::Size,
            "The size at which a new file begins.",
            "新しいファイルに切り替えるサイズです。",
        ),
        choice(
            "forced_stacktrace_level",
            &["none", "trace", "debug", "info", "warn", "error", "fatal"],
            "none",
            "The level of backtraces.",
            "バックトレースのログレベルです。",
        ),
    ],
    doc: Text { en: "fluentd's own log.", ja: "fluentd 自身のログの設定です。" },
    ..system_section("log")
};
