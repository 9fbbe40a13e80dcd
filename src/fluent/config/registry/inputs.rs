//! Inputs that the playground does not run (fluentd `lib/fluent/plugin/in_*.rb`, and common gems).

use super::words::{integer, off, on, optional, required, size, string, text, time};
use crate::diag::Text;
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param};

const PORT: Param = integer("port", 24224, "The port to listen on.", "待ち受けるポートです。");
const BIND: Param =
    text("bind", "0.0.0.0", "The address to listen on.", "待ち受けるアドレスです。");
const TAG: Param = required("tag", Kind::String, "The tag of the events.", "イベントのタグです。");
const SOURCE_HOST: Param = string(
    "source_hostname_key",
    "The field that gets the sender's name.",
    "送信元のホスト名を入れるフィールドです。",
);
const SOURCE_ADDRESS: Param = string(
    "source_address_key",
    "The field that gets the sender's address.",
    "送信元のアドレスを入れるフィールドです。",
);

/// `forward`
pub(super) static FORWARD: ConfigureProxy = ConfigureProxy {
    params: &[
        PORT,
        BIND,
        string("tag", "A tag instead of the sender's.", "送信側のタグの代わりに使うタグです。"),
        string("add_tag_prefix", "What is put before the tag.", "タグの前に付ける文字列です。"),
        optional(
            "chunk_size_limit",
            Kind::Size,
            "Larger chunks are refused.",
            "これより大きいチャンクを受け付けません。",
        ),
        optional(
            "chunk_size_warn_limit",
            Kind::Size,
            "Larger chunks are logged.",
            "これより大きいチャンクをログに出します。",
        ),
        off("skip_invalid_event", "Leave broken events out.", "壊れたイベントを読み飛ばします。"),
        off("resolve_hostname", "Look sender names up.", "送信元のホスト名を調べます。"),
        optional("deny_keepalive", Kind::Bool, "Close each connection.", "接続を毎回閉じます。"),
        SOURCE_HOST,
        SOURCE_ADDRESS,
    ],
    doc: Text {
        en: "Takes events from other fluentd and Fluent Bit.",
        ja: "ほかの fluentd や Fluent Bit からイベントを受け取ります。",
    },
    ..ConfigureProxy::new("forward")
};

/// `http`
pub(super) static HTTP: ConfigureProxy = ConfigureProxy {
    params: &[
        integer("port", 9880, "The port to listen on.", "待ち受けるポートです。"),
        BIND,
        size("body_size_limit", 32 << 20, "Largest request.", "リクエストの最大サイズです。"),
        time("keepalive_timeout", 10, "Seconds a connection may be idle.", "接続を保つ秒数です。"),
        off(
            "add_http_headers",
            "Put request headers into the record.",
            "HTTP ヘッダーをレコードに入れます。",
        ),
        off(
            "add_remote_addr",
            "Put the sender's address into the record.",
            "送信元アドレスをレコードに入れます。",
        ),
        optional(
            "cors_allow_origins",
            Kind::Array(None),
            "Origins that browsers may send from.",
            "ブラウザーからの送信を許すオリジンです。",
        ),
        on("use_204_response", "Answer 204 instead of an image.", "204 を返します。"),
    ],
    doc: Text { en: "Takes events over HTTP.", ja: "HTTP でイベントを受け取ります。" },
    ..ConfigureProxy::new("http")
};

/// `syslog`
pub(super) static SYSLOG: ConfigureProxy = ConfigureProxy {
    params: &[
        integer("port", 5140, "The port to listen on.", "待ち受けるポートです。"),
        BIND,
        TAG,
        text("protocol_type", "udp", "udp or tcp.", "udp または tcp です。"),
        string(
            "severity_key",
            "The field that gets the severity.",
            "重要度を入れるフィールドです。",
        ),
        string(
            "facility_key",
            "The field that gets the facility.",
            "ファシリティを入れるフィールドです。",
        ),
        off(
            "emit_unmatched_lines",
            "Events for lines that do not match.",
            "一致しない行もイベントにします。",
        ),
        SOURCE_HOST,
        SOURCE_ADDRESS,
    ],
    doc: Text {
        en: "Takes syslog messages.", ja: "syslog のメッセージを受け取ります。"
    },
    ..ConfigureProxy::new("syslog")
};

/// `tcp`
pub(super) static TCP: ConfigureProxy = ConfigureProxy {
    params: &[
        TAG,
        integer("port", 5170, "The port to listen on.", "待ち受けるポートです。"),
        BIND,
        text("delimiter", "\n", "What ends a message.", "メッセージの区切りです。"),
        optional(
            "message_length_limit",
            Kind::Size,
            "Largest message.",
            "メッセージの最大サイズです。",
        ),
        SOURCE_HOST,
        SOURCE_ADDRESS,
    ],
    doc: Text { en: "Takes lines over TCP.", ja: "TCP で行を受け取ります。" },
    ..ConfigureProxy::new("tcp")
};

/// `udp`
pub(super) static UDP: ConfigureProxy = ConfigureProxy {
    params: &[
        TAG,
        integer("port", 5160, "The port to listen on.", "待ち受けるポートです。"),
        BIND,
        size("message_length_limit", 4096, "Largest message.", "メッセージの最大サイズです。"),
        on("remove_newline", "Drop the newline at the end.", "末尾の改行を取り除きます。"),
        SOURCE_HOST,
        SOURCE_ADDRESS,
    ],
    doc: Text {
        en: "Takes messages over UDP.", ja: "UDP でメッセージを受け取ります。"
    },
    ..ConfigureProxy::new("udp")
};

/// `exec`
pub(super) static EXEC: ConfigureProxy = ConfigureProxy {
    params: &[
        required("command", Kind::String, "The command to run.", "実行するコマンドです。"),
        string("tag", "The tag of the events.", "イベントのタグです。"),
        optional("run_interval", Kind::Time, "Seconds between runs.", "実行の間隔 (秒) です。"),
        size("read_block_size", 10_240, "Bytes to read at a time.", "一度に読むバイト数です。"),
    ],
    doc: Text {
        en: "Runs a command and reads what it prints.",
        ja: "コマンドを実行して出力を読みます。",
    },
    ..ConfigureProxy::new("exec")
};

/// `sample` (`dummy` of old)
pub(super) static SAMPLE: ConfigureProxy = ConfigureProxy {
    params: &[
        TAG,
        integer("size", 1, "Events at a time.", "一度に出すイベント数です。"),
        integer("rate", 1, "Events a second.", "1 秒あたりのイベント数です。"),
        string("auto_increment_key", "The field that counts up.", "連番を入れるフィールドです。"),
        text(
            "sample",
            "{\"message\":\"sample\"}",
            "The record, as JSON.",
            "出すレコード (JSON) です。",
        )
        .alias("dummy"),
        off("reuse_record", "Use the same object again.", "同じレコードを使い回します。"),
    ],
    doc: Text { en: "Makes events for a trial.", ja: "試験用のイベントを作ります。" },
    ..ConfigureProxy::new("sample")
};

/// `monitor_agent`
pub(super) static MONITOR_AGENT: ConfigureProxy = ConfigureProxy {
    params: &[
        integer("port", 24220, "The port to listen on.", "待ち受けるポートです。"),
        BIND,
        string(
            "tag",
            "Also emit the state as events with this tag.",
            "状態をこのタグのイベントとしても出します。",
        ),
        time("emit_interval", 60, "Seconds between them.", "その間隔 (秒) です。"),
        on("include_config", "Show the plugins' settings.", "プラグインの設定も表示します。"),
        on("include_retry", "Show what is being tried again.", "再試行の状態も表示します。"),
    ],
    doc: Text {
        en: "Shows the state of plugins over HTTP.",
        ja: "プラグインの状態を HTTP で表示します。",
    },
    ..ConfigureProxy::new("monitor_agent")
};

/// `systemd`
pub(super) static SYSTEMD: ConfigureProxy = ConfigureProxy {
    params: &[
        TAG,
        text("path", "/var/log/journal", "The journal's folder.", "ジャーナルのフォルダーです。"),
        Param::new("matches", Kind::Array(None))
            .default(Literal::Array(&[]))
            .doc("Which entries are read.", "読み込むエントリーの条件です。"),
        off("read_from_head", "Begin with the oldest entry.", "最も古いエントリーから読みます。"),
    ],
    doc: Text {
        en: "Reads systemd's journal.", ja: "systemd のジャーナルを読みます。"
    },
    ..ConfigureProxy::new("systemd")
};

/// `prometheus`
pub(super) static PROMETHEUS: ConfigureProxy = ConfigureProxy {
    params: &[
        BIND,
        integer("port", 24231, "The port to listen on.", "待ち受けるポートです。"),
        text("metrics_path", "/metrics", "The path of the metrics.", "メトリクスのパスです。"),
        string(
            "aggregated_metrics_path",
            "The path of all workers' metrics.",
            "全ワーカーのメトリクスのパスです。",
        ),
    ],
    doc: Text {
        en: "Serves metrics to Prometheus.",
        ja: "Prometheus 用のメトリクスを公開します。",
    },
    ..ConfigureProxy::new("prometheus")
};
