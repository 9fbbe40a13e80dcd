//! Every plugin and section that the playground knows by its parameters: for completion, hover and
//! checks. Plugins that it runs declare themselves beside their code; the others stand here.
//!
//! A gem's list can be shorter than the gem's own: only [`Plugin::complete`] ones may be checked
//! for names that nobody reads.

mod inputs;
mod outputs;
mod sections;
mod words;

pub use sections::{BUFFER, SECONDARY};

use super::configure_proxy::ConfigureProxy;
use crate::diag::Text;
use crate::fluent::plugin as run;

/// What a plugin is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `<source>`
    Input,
    /// `<parse>`
    Parser,
    /// `<filter>`
    Filter,
    /// `<match>`, `<store>`
    Output,
}

/// A plugin.
#[derive(Clone, Copy, Debug)]
pub struct Plugin {
    /// What it is.
    pub kind: Kind,
    /// Its `@type`.
    pub name: &'static str,
    /// Its parameters.
    pub proxy: &'static ConfigureProxy,
    /// One line about it.
    pub doc: Text,
    /// True when all its parameters are listed.
    pub complete: bool,
}

const fn own(
    kind: Kind,
    name: &'static str,
    proxy: &'static ConfigureProxy,
    en: &'static str,
    ja: &'static str,
) -> Plugin {
    Plugin { kind, name, proxy, doc: Text { en, ja }, complete: true }
}

/// A plugin that is only listed: its line stands in its declaration.
const fn listed(kind: Kind, name: &'static str, proxy: &'static ConfigureProxy) -> Plugin {
    Plugin { kind, name, proxy, doc: proxy.doc, complete: false }
}

static NOTHING: ConfigureProxy = ConfigureProxy::new("nothing");
static COPY: ConfigureProxy = run::registry::COPY;
static NULL: ConfigureProxy = run::registry::NULL;
static STDOUT: ConfigureProxy = run::registry::STDOUT;
static CONCAT: ConfigureProxy = run::filter_concat::params::PROXY;
static GREP: ConfigureProxy = run::filter_grep::PROXY;
static KUBERNETES_METADATA: ConfigureProxy = run::filter_kubernetes_metadata::PROXY;
static FILTER_PARSER: ConfigureProxy = run::filter_parser::PROXY;
static RECORD_TRANSFORMER: ConfigureProxy = run::filter_record_transformer::PROXY;
static DETECT_EXCEPTIONS: ConfigureProxy = run::out_detect_exceptions::PROXY;
static REWRITE_TAG_FILTER: ConfigureProxy = run::out_rewrite_tag_filter::PROXY;

/// All of them.
#[expect(clippy::too_many_lines, reason = "one flat table")]
pub fn all() -> &'static [Plugin] {
    use Kind::{Filter, Input, Output, Parser};
    const PLUGINS: &[Plugin] = &[
        own(
            Input,
            "tail",
            &run::in_tail::config::TAIL,
            "Reads files line by line as they grow.",
            "伸びていくファイルを 1 行ずつ読みます。",
        ),
        listed(Input, "forward", &inputs::FORWARD),
        listed(Input, "http", &inputs::HTTP),
        listed(Input, "syslog", &inputs::SYSLOG),
        listed(Input, "tcp", &inputs::TCP),
        listed(Input, "udp", &inputs::UDP),
        listed(Input, "exec", &inputs::EXEC),
        listed(Input, "sample", &inputs::SAMPLE),
        listed(Input, "monitor_agent", &inputs::MONITOR_AGENT),
        listed(Input, "systemd", &inputs::SYSTEMD),
        listed(Input, "prometheus", &inputs::PROMETHEUS),
        own(
            Parser,
            "regexp",
            &run::parser_regexp::PROXY,
            "Named groups of a regular expression become fields.",
            "正規表現の名前付きグループをフィールドにします。",
        ),
        own(
            Parser,
            "json",
            &run::parser_json::PROXY,
            "A JSON object becomes the record.",
            "JSON オブジェクトをレコードにします。",
        ),
        own(
            Parser,
            "cri",
            &run::parser_cri::PROXY,
            "The line format of containerd and CRI-O.",
            "containerd と CRI-O のログ形式です。",
        ),
        own(
            Parser,
            "none",
            &run::parser_none::PROXY,
            "The whole line in one field.",
            "行全体を 1 つのフィールドに入れます。",
        ),
        own(
            Parser,
            "ltsv",
            &run::parser_ltsv::PROXY,
            "label:value separated by tabs.",
            "タブ区切りの label:value です。",
        ),
        own(
            Parser,
            "csv",
            &run::parser_csv::PROXY,
            "Values separated by commas.",
            "カンマ区切りの値です。",
        ),
        own(
            Parser,
            "tsv",
            &run::parser_tsv::PROXY,
            "Values separated by tabs.",
            "タブ区切りの値です。",
        ),
        own(
            Parser,
            "nginx",
            &run::parser_nginx::PROXY,
            "nginx's access log.",
            "nginx のアクセスログです。",
        ),
        own(
            Parser,
            "apache",
            &run::parser_apache::PROXY,
            "Apache's access log.",
            "Apache のアクセスログです。",
        ),
        own(
            Parser,
            "apache2",
            &run::parser_apache2::PROXY,
            "Apache's access log, combined format.",
            "Apache のアクセスログ (combined 形式) です。",
        ),
        own(
            Parser,
            "apache_error",
            &run::parser_apache_error::PROXY,
            "Apache's error log.",
            "Apache のエラーログです。",
        ),
        own(
            Parser,
            "syslog",
            &run::parser_syslog::PROXY,
            "A syslog message (RFC 3164 or 5424).",
            "syslog メッセージ (RFC 3164 / 5424) です。",
        ),
        own(
            Parser,
            "multiline",
            &run::parser_multiline::PROXY,
            "Several lines make one event.",
            "複数行を 1 つのイベントにします。",
        ),
        own(
            Parser,
            "multi_format",
            &run::parser_multi_format::PROXY,
            "The first pattern that fits.",
            "最初に合ったパターンを使います。",
        ),
        own(
            Parser,
            "grok",
            &run::parser_grok::PROXY,
            "Patterns with names: %{NAME:field}.",
            "名前付きパターン (%{NAME:field}) で読みます。",
        ),
        own(
            Parser,
            "kubernetes",
            &run::parser_kubernetes::PROXY,
            "The log of Kubernetes' own components.",
            "Kubernetes 自身のコンポーネントのログです。",
        ),
        own(
            Filter,
            "concat",
            &CONCAT,
            "Joins several events to one.",
            "複数のイベントを 1 つにつなげます。",
        ),
        own(
            Filter,
            "grep",
            &GREP,
            "Keeps or drops events by their fields.",
            "フィールドの値でイベントを選別します。",
        ),
        own(
            Filter,
            "parser",
            &FILTER_PARSER,
            "Parses one field of the record.",
            "レコードの 1 つのフィールドをパースします。",
        ),
        own(
            Filter,
            "record_transformer",
            &RECORD_TRANSFORMER,
            "Adds, changes and removes fields.",
            "フィールドを追加・変更・削除します。",
        ),
        own(
            Filter,
            "kubernetes_metadata",
            &KUBERNETES_METADATA,
            "Adds what Kubernetes knows about the pod.",
            "Pod の情報を Kubernetes から加えます。",
        ),
        own(
            Filter,
            "stdout",
            &NOTHING,
            "Prints every event and passes it on.",
            "イベントを標準出力に表示して次へ渡します。",
        ),
        own(
            Output,
            "detect_exceptions",
            &DETECT_EXCEPTIONS,
            "Joins stack traces and emits them again.",
            "スタックトレースをまとめて再送します。",
        ),
        own(
            Output,
            "rewrite_tag_filter",
            &REWRITE_TAG_FILTER,
            "Gives events a new tag by their fields.",
            "フィールドの値に応じてタグを付け直します。",
        ),
        own(Output, "null", &NULL, "Throws events away.", "イベントを捨てます。"),
        own(
            Output,
            "relabel",
            &NOTHING,
            "Sends events to a <label>.",
            "イベントを <label> に送ります。",
        ),
        own(Output, "stdout", &STDOUT, "Prints events.", "イベントを標準出力に表示します。"),
        own(
            Output,
            "copy",
            &COPY,
            "Gives each event to several <store>s.",
            "イベントを複数の <store> に渡します。",
        ),
        listed(Output, "elasticsearch", &outputs::ELASTICSEARCH),
        listed(Output, "opensearch", &outputs::OPENSEARCH),
        listed(Output, "s3", &outputs::S3),
        listed(Output, "forward", &outputs::FORWARD),
        listed(Output, "file", &outputs::FILE),
        listed(Output, "http", &outputs::HTTP),
        listed(Output, "cloudwatch_logs", &outputs::CLOUDWATCH_LOGS),
        listed(Output, "kafka2", &outputs::KAFKA2),
        listed(Output, "splunk_hec", &outputs::SPLUNK_HEC),
        listed(Output, "loki", &outputs::LOKI),
        listed(Output, "gcs", &outputs::GCS),
        listed(Output, "datadog", &outputs::DATADOG),
    ];
    PLUGINS
}

/// The plugin of that kind and `@type`.
pub fn find(kind: Kind, name: &str) -> Option<&'static Plugin> {
    all().iter().find(|plugin| plugin.kind == kind && plugin.name == name)
}

/// What kind of plugin a section of this name is.
pub fn kind_of_section(name: &str) -> Option<Kind> {
    match name {
        "source" => Some(Kind::Input),
        "parse" => Some(Kind::Parser),
        "filter" => Some(Kind::Filter),
        "match" | "store" => Some(Kind::Output),
        _ => None,
    }
}

/// A section that belongs to no single plugin.
pub fn section(name: &str) -> Option<&'static ConfigureProxy> {
    match name {
        "buffer" => Some(&BUFFER),
        "inject" => Some(&run::formatter::inject::INJECT),
        "format" => Some(&sections::FORMAT),
        "storage" => Some(&sections::STORAGE),
        "secondary" => Some(&SECONDARY),
        "system" => Some(&sections::SYSTEM),
        _ => None,
    }
}

/// What every plugin's section takes: `@type`, `@id`, `@label`, `@log_level`.
pub fn common() -> &'static ConfigureProxy {
    &sections::PLUGIN
}

#[cfg(test)]
mod tests {
    use super::{Kind, all, common, find, section};
    use crate::fluent::config::configure_proxy::ConfigureProxy;

    fn every_line_is_there(proxy: &ConfigureProxy, whose: &str) {
        for param in proxy.all_params() {
            let both = !param.doc.en.is_empty() && !param.doc.ja.is_empty();
            assert!(both, "{whose}: {} has no line in one of the languages", param.name);
        }
    }

    #[test]
    fn what_stands_here_is_documented_in_both_languages() {
        for plugin in all() {
            assert!(!plugin.doc.en.is_empty() && !plugin.doc.ja.is_empty(), "{}", plugin.name);
            if !plugin.complete {
                every_line_is_there(plugin.proxy, plugin.name);
            }
        }
        for name in ["buffer", "inject", "format", "storage", "secondary", "system"] {
            every_line_is_there(section(name).unwrap(), name);
        }
        every_line_is_there(common(), "common");
    }

    #[test]
    fn a_name_stands_once_in_a_kind() {
        for plugin in all() {
            let same =
                |other: &&super::Plugin| other.kind == plugin.kind && other.name == plugin.name;
            assert_eq!(all().iter().filter(same).count(), 1, "{}", plugin.name);
        }
        assert!(find(Kind::Input, "tail").is_some_and(|tail| tail.proxy.param("path").is_some()));
    }
}
