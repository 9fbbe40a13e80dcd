//! Outputs that the playground does not run: fluentd's own and the common gems.

use super::sections::{BUFFER, FORMAT, PLUGIN, SECONDARY};
use super::words::{choice, integer, off, on, optional, required, secret, string, text, time};
use crate::diag::Text;
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param};
use crate::fluent::plugin::buffering::OUTPUT;
use crate::fluent::plugin::formatter::inject::INJECT;

const SECTIONS: &[ConfigureProxy] =
    &[BUFFER_SECTION, FORMAT_SECTION, INJECT_SECTION, SECONDARY_SECTION];
const BUFFER_SECTION: ConfigureProxy =
    ConfigureProxy { bases: &[&BUFFER], ..ConfigureProxy::new("buffer") };
const SECONDARY_SECTION: ConfigureProxy =
    ConfigureProxy { bases: &[&SECONDARY], ..ConfigureProxy::new("secondary") };
const FORMAT_SECTION: ConfigureProxy =
    ConfigureProxy { bases: &[&FORMAT], ..ConfigureProxy::new("format") };
const INJECT_SECTION: ConfigureProxy =
    ConfigureProxy { bases: &[&INJECT], ..ConfigureProxy::new("inject") };

const OUTPUT_BASES: &[&ConfigureProxy] = &[&PLUGIN, &OUTPUT];
const SEARCH_BASES: &[&ConfigureProxy] = &[&PLUGIN, &OUTPUT, &SEARCH];

const fn output(
    name: &'static str,
    params: &'static [Param],
    en: &'static str,
    ja: &'static str,
) -> ConfigureProxy {
    ConfigureProxy {
        bases: OUTPUT_BASES,
        params,
        sections: SECTIONS,
        doc: Text { en, ja },
        ..ConfigureProxy::new(name)
    }
}

/// What elasticsearch and opensearch share.
static SEARCH: ConfigureProxy = ConfigureProxy {
    params: &[
        text("host", "localhost", "The server.", "接続先のホストです。"),
        integer("port", 9200, "Its port.", "接続先のポートです。"),
        string(
            "hosts",
            "Several servers, separated by commas.",
            "複数の接続先をカンマ区切りで書きます。",
        ),
        string("path", "The path of the API.", "API のパスです。"),
        choice("scheme", &["http", "https"], "http", "http or https.", "http または https です。"),
        string("user", "The user.", "ユーザー名です。"),
        secret("password", "The password.", "パスワードです。"),
        text(
            "index_name",
            "fluentd",
            "The index; placeholders such as ${tag} are allowed.",
            "インデックス名です。${tag} などを使えます。",
        ),
        off(
            "logstash_format",
            "An index a day: PREFIX-YYYY.MM.DD.",
            "日ごとのインデックス (PREFIX-YYYY.MM.DD) にします。",
        ),
        text(
            "logstash_prefix",
            "logstash",
            "The prefix of daily indices.",
            "日ごとのインデックス名の先頭です。",
        ),
        text(
            "logstash_prefix_separator",
            "-",
            "What stands after the prefix.",
            "接頭辞の後の区切りです。",
        ),
        text(
            "logstash_dateformat",
            "%Y.%m.%d",
            "The date of daily indices.",
            "日ごとのインデックス名の日付の書式です。",
        ),
        off("include_tag_key", "Put the tag into the record.", "タグをレコードに入れます。"),
        text("tag_key", "tag", "The field that gets the tag.", "タグを入れるフィールドです。"),
        string(
            "time_key",
            "The field to take @timestamp from.",
            "@timestamp に使うフィールドです。",
        ),
        string("time_key_format", "Its format.", "その書式です。"),
        off("include_timestamp", "Add @timestamp.", "@timestamp を追加します。"),
        on(
            "utc_index",
            "Daily indices change at midnight UTC.",
            "日ごとのインデックスを UTC で切り替えます。",
        ),
        string(
            "id_key",
            "The field that holds the document's id.",
            "ドキュメント ID のフィールドです。",
        ),
        choice(
            "write_operation",
            &["index", "create", "update", "upsert"],
            "index",
            "What is done with a document.",
            "ドキュメントの書き込み方です。",
        ),
        time(
            "request_timeout",
            5,
            "Seconds a request may take.",
            "リクエストのタイムアウト (秒) です。",
        ),
        on(
            "reload_connections",
            "Ask for the list of nodes now and then.",
            "ノードの一覧を定期的に取り直します。",
        ),
        off(
            "reload_on_failure",
            "Ask for it after an error.",
            "エラー後にノードの一覧を取り直します。",
        ),
        off(
            "reconnect_on_error",
            "Open a new connection after any error.",
            "エラーのたびに接続し直します。",
        ),
        on("ssl_verify", "Check the server's certificate.", "サーバー証明書を検証します。"),
        string("ca_file", "Certificates that are trusted.", "信頼する証明書のファイルです。"),
        off(
            "log_es_400_reason",
            "Log why a document was refused.",
            "拒否された理由をログに出します。",
        ),
        off("suppress_type_name", "Leave _type out.", "_type を付けません。"),
        string("template_name", "The index template.", "インデックステンプレートの名前です。"),
        string("template_file", "Its file.", "テンプレートのファイルです。"),
        string("pipeline", "The ingest pipeline.", "取り込みパイプラインです。"),
    ],
    ..ConfigureProxy::new("search")
};

const fn search(
    name: &'static str,
    params: &'static [Param],
    en: &'static str,
    ja: &'static str,
) -> ConfigureProxy {
    ConfigureProxy { bases: SEARCH_BASES, ..output(name, params, en, ja) }
}

/// `elasticsearch`
pub(super) static ELASTICSEARCH: ConfigureProxy = search(
    "elasticsearch",
    &[
        text(
            "type_name",
            "fluentd",
            "The type of documents (before Elasticsearch 7).",
            "ドキュメントの型です (Elasticsearch 7 より前)。",
        ),
        on(
            "verify_es_version_at_startup",
            "Ask for the server's version at start.",
            "起動時にサーバーのバージョンを調べます。",
        ),
        integer(
            "default_elasticsearch_version",
            5,
            "The version if it is not asked for.",
            "調べないときに使うバージョンです。",
        ),
        off("data_stream_enable", "Write to a data stream.", "データストリームに書きます。"),
    ],
    "Writes to Elasticsearch.",
    "Elasticsearch に書き出します。",
);
/// `opensearch`
pub(super) static OPENSEARCH: ConfigureProxy = search(
    "opensearch",
    &[on(
        "verify_os_version_at_startup",
        "Ask for the server's version at start.",
        "起動時にサーバーのバージョンを調べます。",
    )],
    "Writes to OpenSearch.",
    "OpenSearch に書き出します。",
);
/// `s3`
pub(super) static S3: ConfigureProxy = output(
    "s3",
    &[
        required("s3_bucket", Kind::String, "The bucket.", "バケットです。"),
        text("s3_region", "us-east-1", "Its region.", "リージョンです。"),
        secret("aws_key_id", "The access key.", "アクセスキーです。"),
        secret("aws_sec_key", "The secret key.", "シークレットキーです。"),
        string("s3_endpoint", "Another server that speaks S3.", "S3 互換サーバーのアドレスです。"),
        text("path", "", "What object names begin with.", "オブジェクト名の先頭です。"),
        text(
            "s3_object_key_format",
            "%{path}%{time_slice}_%{index}.%{file_extension}",
            "The names of objects.",
            "オブジェクト名の書式です。",
        ),
        string("time_slice_format", "The time in names.", "名前に入る時刻の書式です。"),
        text(
            "store_as",
            "gzip",
            "Compression: gzip, json, text, lzo, …",
            "圧縮形式です (gzip、json、text、lzo など)。",
        ),
        off("force_path_style", "The bucket stands in the path.", "バケットをパスに含めます。"),
        on("auto_create_bucket", "Make a missing bucket.", "バケットがなければ作ります。"),
        on(
            "check_object",
            "Look for the name before writing.",
            "書く前に同名のオブジェクトを調べます。",
        ),
        on("check_apikey_on_start", "Check the keys at start.", "起動時に認証情報を確認します。"),
        text("acl", "private", "Who may read.", "アクセス権です。"),
        text("storage_class", "STANDARD", "The storage class.", "ストレージクラスです。"),
    ],
    "Writes to Amazon S3.",
    "Amazon S3 に書き出します。",
);
/// `forward`
pub(super) static FORWARD: ConfigureProxy = ConfigureProxy {
    sections: &[
        BUFFER_SECTION,
        SECONDARY_SECTION,
        ConfigureProxy {
            params: &[
                required("host", Kind::String, "The receiver.", "送信先のホストです。"),
                string("name", "Its name in logs.", "ログに出る名前です。"),
                integer("port", 24224, "Its port.", "送信先のポートです。"),
                string("shared_key", "The shared key.", "共有キーです。"),
                off("standby", "Used only when others fail.", "ほかが使えないときだけ使います。"),
                integer("weight", 60, "Its share.", "振り分けの重みです。"),
            ],
            doc: Text { en: "A receiver.", ja: "送信先です。" },
            ..ConfigureProxy::new("server")
        },
    ],
    ..output(
        "forward",
        &[
            choice("transport", &["tcp", "tls"], "tcp", "tcp or tls.", "tcp または tls です。"),
            off(
                "require_ack_response",
                "Wait until the receiver has it.",
                "受信側の確認を待ちます。",
            ),
            time("ack_response_timeout", 190, "How long to wait.", "確認を待つ時間です。"),
            time("send_timeout", 60, "Seconds a write may take.", "送信のタイムアウト (秒) です。"),
            time(
                "recover_wait",
                10,
                "Seconds before a lost receiver is used again.",
                "復旧した送信先を使うまでの秒数です。",
            ),
            choice(
                "heartbeat_type",
                &["transport", "tcp", "udp", "none"],
                "transport",
                "How receivers are watched.",
                "送信先の監視方法です。",
            ),
            time("heartbeat_interval", 1, "Seconds between looks.", "監視の間隔 (秒) です。"),
            choice("compress", &["text", "gzip", "zstd"], "text", "Compression.", "圧縮方式です。"),
            off("keepalive", "Keep connections open.", "接続を保ちます。"),
            off(
                "dns_round_robin",
                "Use all addresses of a name.",
                "名前に対応する全アドレスを順に使います。",
            ),
        ],
        "Sends to other fluentd.",
        "ほかの fluentd に送ります。",
    )
};
/// `file`
pub(super) static FILE: ConfigureProxy = output(
    "file",
    &[
        required(
            "path",
            Kind::String,
            "The file; placeholders are allowed.",
            "ファイルのパスです。プレースホルダーを使えます。",
        ),
        off(
            "append",
            "Add to the file instead of beginning another.",
            "新しいファイルを作らず追記します。",
        ),
        choice(
            "compress",
            &["text", "gz", "gzip", "zstd"],
            "text",
            "Compression.",
            "圧縮方式です。",
        ),
        on("add_path_suffix", "Put .log behind the name.", "名前の後に .log を付けます。"),
        text("path_suffix", ".log", "That suffix.", "その接尾辞です。"),
        off(
            "recompress",
            "Compress compressed chunks again.",
            "圧縮済みのチャンクも圧縮し直します。",
        ),
        string("symlink_path", "A link to the newest file.", "最新のファイルへのリンクです。"),
    ],
    "Writes files.",
    "ファイルに書き出します。",
);
/// `http`
pub(super) static HTTP: ConfigureProxy = output(
    "http",
    &[
        required("endpoint", Kind::String, "Where to send.", "送信先の URL です。"),
        choice("http_method", &["put", "post"], "post", "The method.", "HTTP メソッドです。"),
        Param::new("headers", Kind::Hash(None))
            .optional()
            .doc("Headers to add.", "追加するヘッダーです。"),
        string("content_type", "The content type.", "Content-Type です。"),
        off(
            "json_array",
            "One array for all events of a chunk.",
            "チャンクのイベントを 1 つの JSON 配列にします。",
        ),
        optional(
            "open_timeout",
            Kind::Integer,
            "Seconds to connect.",
            "接続のタイムアウト (秒) です。",
        ),
        optional(
            "read_timeout",
            Kind::Integer,
            "Seconds to wait for an answer.",
            "応答のタイムアウト (秒) です。",
        ),
        Param::new("retryable_response_codes", Kind::Array(None))
            .optional()
            .doc("Answers after which to try again.", "再試行する応答コードです。"),
        on(
            "error_response_as_unrecoverable",
            "Other errors give the chunk up.",
            "それ以外のエラーではチャンクをあきらめます。",
        ),
    ],
    "Sends over HTTP.",
    "HTTP で送ります。",
);
/// `cloudwatch_logs`
pub(super) static CLOUDWATCH_LOGS: ConfigureProxy = output(
    "cloudwatch_logs",
    &[
        string("log_group_name", "The log group.", "ロググループです。"),
        string("log_stream_name", "The log stream.", "ログストリームです。"),
        string("region", "The region.", "リージョンです。"),
        off(
            "auto_create_stream",
            "Make a missing group and stream.",
            "グループとストリームがなければ作ります。",
        ),
        off("use_tag_as_group", "The tag is the group.", "タグをグループ名にします。"),
        off("use_tag_as_stream", "The tag is the stream.", "タグをストリーム名にします。"),
        string(
            "log_group_name_key",
            "The field that holds the group.",
            "グループ名のフィールドです。",
        ),
        string(
            "log_stream_name_key",
            "The field that holds the stream.",
            "ストリーム名のフィールドです。",
        ),
        off("remove_log_group_name_key", "Drop that field.", "そのフィールドを取り除きます。"),
        off("remove_log_stream_name_key", "Drop that field.", "そのフィールドを取り除きます。"),
        optional("message_keys", Kind::String, "The fields to send.", "送信するフィールドです。"),
        optional(
            "retention_in_days",
            Kind::Integer,
            "Days to keep logs.",
            "ログを保存する日数です。",
        ),
        secret("aws_key_id", "The access key.", "アクセスキーです。"),
        secret("aws_sec_key", "The secret key.", "シークレットキーです。"),
    ],
    "Writes to Amazon CloudWatch Logs.",
    "Amazon CloudWatch Logs に書き出します。",
);
/// `kafka2`
pub(super) static KAFKA2: ConfigureProxy = output(
    "kafka2",
    &[
        Param::new("brokers", Kind::Array(None))
            .default(Literal::Array(&[Literal::String("localhost:9092")]))
            .doc("The brokers.", "ブローカーです。"),
        string("default_topic", "The topic.", "トピックです。"),
        text(
            "topic_key",
            "topic",
            "The field that holds the topic.",
            "トピック名のフィールドです。",
        ),
        text(
            "partition_key_key",
            "partition_key",
            "The field that holds the partition key.",
            "パーティションキーのフィールドです。",
        ),
        text(
            "message_key_key",
            "message_key",
            "The field that holds the message key.",
            "メッセージキーのフィールドです。",
        ),
        integer(
            "required_acks",
            -1,
            "How many replicas must have it.",
            "書き込みを確認するレプリカ数です。",
        ),
        string(
            "compression_codec",
            "gzip, snappy, lz4 or zstd.",
            "圧縮方式です (gzip、snappy、lz4、zstd)。",
        ),
        integer(
            "max_send_retries",
            2,
            "How often a send is tried again.",
            "送信の再試行回数です。",
        ),
        off(
            "use_event_time",
            "Messages carry the event's time.",
            "イベントの時刻をメッセージに付けます。",
        ),
        string("ssl_ca_cert", "Certificates that are trusted.", "信頼する証明書です。"),
        string("username", "The user.", "ユーザー名です。"),
        secret("password", "The password.", "パスワードです。"),
    ],
    "Writes to Apache Kafka.",
    "Apache Kafka に書き出します。",
);
/// `splunk_hec`
pub(super) static SPLUNK_HEC: ConfigureProxy = output(
    "splunk_hec",
    &[
        string("hec_host", "The server.", "接続先のホストです。"),
        integer("hec_port", 8088, "Its port.", "接続先のポートです。"),
        secret("hec_token", "The token.", "トークンです。"),
        choice(
            "protocol",
            &["http", "https"],
            "https",
            "http or https.",
            "http または https です。",
        ),
        string("index", "The index.", "インデックスです。"),
        string("index_key", "The field that holds the index.", "インデックス名のフィールドです。"),
        string("source", "The source.", "source の値です。"),
        string("sourcetype", "The source type.", "sourcetype の値です。"),
        string("host", "The host.", "host の値です。"),
        off("insecure_ssl", "Do not check the certificate.", "証明書を検証しません。"),
    ],
    "Writes to Splunk's HTTP Event Collector.",
    "Splunk の HTTP Event Collector に書き出します。",
);
/// `loki`
pub(super) static LOKI: ConfigureProxy = output(
    "loki",
    &[
        text(
            "url",
            "https://logs-prod-us-central1.grafana.net",
            "The server.",
            "接続先の URL です。",
        ),
        string("username", "The user.", "ユーザー名です。"),
        secret("password", "The password.", "パスワードです。"),
        string("tenant", "The tenant.", "テナントです。"),
        Param::new("extra_labels", Kind::Hash(None))
            .default(Literal::Hash(&[]))
            .doc("Labels of every stream.", "すべてのストリームに付けるラベルです。"),
        choice(
            "line_format",
            &["json", "key_value"],
            "key_value",
            "How a record becomes a line.",
            "レコードを行にする形式です。",
        ),
        off(
            "extract_kubernetes_labels",
            "Labels from kubernetes.labels.",
            "kubernetes.labels をラベルにします。",
        ),
        Param::new("remove_keys", Kind::Array(None))
            .default(Literal::Array(&[]))
            .doc("Fields to leave out.", "取り除くフィールドです。"),
        off(
            "drop_single_key",
            "A record of one field is its value.",
            "フィールドが 1 つなら値だけにします。",
        ),
    ],
    "Writes to Grafana Loki.",
    "Grafana Loki に書き出します。",
);
/// `gcs`
pub(super) static GCS: ConfigureProxy = output(
    "gcs",
    &[
        required("bucket", Kind::String, "The bucket.", "バケットです。"),
        string("project", "The project.", "プロジェクトです。"),
        string("keyfile", "The file of the key.", "キーファイルです。"),
        text("path", "", "What object names begin with.", "オブジェクト名の先頭です。"),
        text("store_as", "gzip", "Compression.", "圧縮形式です。"),
    ],
    "Writes to Google Cloud Storage.",
    "Google Cloud Storage に書き出します。",
);
/// `datadog`
pub(super) static DATADOG: ConfigureProxy = output(
    "datadog",
    &[
        required("api_key", Kind::String, "The API key.", "API キーです。").secret(),
        text("host", "http-intake.logs.datadoghq.com", "The server.", "接続先のホストです。"),
        string("service", "The service.", "service の値です。"),
        string("dd_source", "The source.", "source の値です。"),
        string("dd_tags", "Tags.", "タグです。"),
        on("use_ssl", "Use TLS.", "TLS を使います。"),
        off("include_tag_key", "Put the tag into the record.", "タグをレコードに入れます。"),
    ],
    "Writes to Datadog.",
    "Datadog に書き出します。",
);
