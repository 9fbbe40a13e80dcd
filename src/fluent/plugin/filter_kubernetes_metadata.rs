//! `<filter> @type kubernetes_metadata` (fluent-plugin-kubernetes_metadata_filter 3.7) as it works
//! without an API: everything comes from the tag. What the API would add is not simulated.

use std::collections::HashMap;
use std::rc::Rc;

use super::filter::{Context, Filter, filter_stream_by_record};
use super::filter_concat::match_error;
use crate::encoding::Encoding;
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param};
use crate::fluent::config::section::Section;
use crate::fluent::error::RubyError;
use crate::fluent::event::{Event, EventStream, Tag, share};
use crate::onigmo::regexp::{Options, Regexp, Region};
use crate::ruby::string::RString;
use crate::ruby::value::{Hash, Record, Value};

const DEFAULT_REGEXP: &str = "((var\\.log\\.pods)\\.(?<namespace>[^_]+)_(?<pod_name>[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)_(?<pod_uuid>[a-z0-9-]*)\\.(?<container_name>.+)\\..*\\.log$|(var\\.log\\.containers)\\.(?<pod_name>[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)_(?<namespace>[^_]+)_(?<container_name>.+)-(?<docker_id>[a-z0-9]{64})\\.log$)";

const fn text(name: &'static str) -> Param {
    Param::new(name, Kind::String).optional()
}

const fn flag(name: &'static str, default: bool) -> Param {
    Param::new(name, Kind::Bool).default(Literal::Bool(default))
}

const fn number(name: &'static str, default: i64) -> Param {
    Param::new(name, Kind::Integer).default(Literal::Integer(default))
}

/// The parameters.
pub const PROXY: ConfigureProxy = ConfigureProxy {
    params: &[
        text("kubernetes_url").doc(
            "The API server; without it only the tag is used.",
            "API サーバーです。なければタグだけを使います。",
        ),
        number("cache_size", 1000).doc(
            "Pods and namespaces kept in memory.",
            "メモリーに保持する Pod と Namespace の数です。",
        ),
        number("cache_ttl", 3600)
            .doc("Seconds until they are asked for again.", "再取得までの秒数です。"),
        Param::new("ignore_nil", Kind::Integer)
            .default(Literal::Bool(true))
            .doc("No longer read.", "現在は使われません。"),
        flag("watch", true).doc("Watches pods for changes.", "Pod の変化を監視します。"),
        Param::new("apiVersion", Kind::String)
            .default(Literal::String("v1"))
            .doc("The version of the API.", "API のバージョンです。"),
        text("client_cert")
            .doc("The client certificate file.", "クライアント証明書のファイルです。"),
        text("client_key").doc("The key file of that certificate.", "その証明書の鍵ファイルです。"),
        text("ca_file").doc(
            "The authority that signed the server.",
            "サーバーを署名した認証局のファイルです。",
        ),
        flag("verify_ssl", true)
            .doc("Checks the server's certificate.", "サーバー証明書を検証します。"),
        number("open_timeout", 3).doc("Seconds to wait for a connection.", "接続を待つ秒数です。"),
        number("read_timeout", 10).doc("Seconds to wait for an answer.", "応答を待つ秒数です。"),
        Param::new("tag_to_kubernetes_name_regexp", Kind::String)
            .default(Literal::String(DEFAULT_REGEXP))
            .doc(
                "How pod, namespace and container are read from the tag.",
                "タグから Pod などを読み取る正規表現です。",
            ),
        text("bearer_token_file").doc(
            "The file with the service account's token.",
            "サービスアカウントのトークンのファイルです。",
        ),
        Param::new("secret_dir", Kind::String)
            .default(Literal::String("/var/run/secrets/kubernetes.io/serviceaccount"))
            .doc(
                "The folder with the service account's secrets.",
                "サービスアカウントの秘密情報のフォルダーです。",
            ),
        Param::new("annotation_match", Kind::Array(None))
            .default(Literal::Array(&[]))
            .doc("Patterns of annotations to add.", "付け加えるアノテーションのパターンです。"),
        number("stats_interval", 30)
            .doc("Seconds between lines of statistics.", "統計を出力する間隔の秒数です。"),
        flag("allow_orphans", true).doc(
            "Records of unknown pods keep their namespace.",
            "不明な Pod のレコードも Namespace を保ちます。",
        ),
        Param::new("orphaned_namespace_name", Kind::String)
            .default(Literal::String(".orphaned"))
            .doc("The namespace of unknown pods.", "不明な Pod に付ける Namespace 名です。"),
        Param::new("orphaned_namespace_id", Kind::String)
            .default(Literal::String("orphaned"))
            .doc("The id of that namespace.", "その Namespace の ID です。"),
        flag("lookup_from_k8s_field", true)
            .doc("Fields of the record win over the tag.", "レコードの値をタグより優先します。"),
        flag("ssl_partial_chain", false).doc(
            "An intermediate certificate may be the root of trust.",
            "中間証明書を信頼の起点にできます。",
        ),
        flag("skip_labels", false).doc("Leaves labels out.", "ラベルを付けません。"),
        flag("skip_pod_labels", false).doc("Leaves pod labels out.", "Pod のラベルを付けません。"),
        flag("skip_namespace_labels", false)
            .doc("Leaves namespace labels out.", "Namespace のラベルを付けません。"),
        flag("skip_container_metadata", false).doc(
            "Leaves container image and its id out.",
            "コンテナーイメージとその ID を付けません。",
        ),
        flag("skip_master_url", false).doc("Leaves master_url out.", "master_url を付けません。"),
        flag("skip_namespace_metadata", false)
            .doc("Leaves the namespace's data out.", "Namespace の情報を付けません。"),
        flag("include_ownerrefs_metadata", false)
            .doc("Adds the owners of the pod.", "Pod の所有者を付け加えます。"),
        text("test_api_adapter")
            .doc("For tests of the plugin only.", "プラグインのテスト専用です。"),
        number("watch_retry_interval", 1)
            .doc("Seconds before watching again.", "監視を再試行するまでの秒数です。"),
        number("watch_retry_exponential_backoff_base", 2)
            .doc("The factor by which these grow.", "その秒数が増える倍率です。"),
        number("watch_retry_max_times", 10)
            .doc("Retries before fluentd gives up.", "諦めるまでの再試行回数です。"),
    ],
    ..ConfigureProxy::new("kubernetes_metadata")
};

/// What a tag says: values for `docker` and `kubernetes`, shared by all its records.
type Metadata = Option<(Option<Value>, Value)>;

/// The filter.
#[derive(Debug)]
pub struct KubernetesMetadataFilter {
    regexp: Regexp,
    lookup_from_k8s_field: bool,
    by_tag: HashMap<Tag, Result<Metadata, RubyError>>,
    last: Option<(Tag, Result<Metadata, RubyError>)>,
}

impl KubernetesMetadataFilter {
    /// fluentd's `configure`.
    pub fn new(section: &Section) -> Result<KubernetesMetadataFilter, RubyError> {
        if section.integer("cache_size").is_some_and(|size| size < 1) {
            return Err(RubyError::new("ArgumentError", "max_size"));
        }
        let source = section.text("tag_to_kubernetes_name_regexp").unwrap_or(DEFAULT_REGEXP);
        let regexp = Regexp::new(source, Options::default())
            .map_err(|error| RubyError::new("RegexpError", error.message))?;
        Ok(KubernetesMetadataFilter {
            regexp,
            lookup_from_k8s_field: section.flag("lookup_from_k8s_field"),
            by_tag: HashMap::new(),
            last: None,
        })
    }

    /// True when the tag says which pod it is.
    pub fn reads(&mut self, tag: &Tag) -> bool {
        matches!(self.of_tag(tag), Ok(Some(_)))
    }

    fn of_tag(&mut self, tag: &Tag) -> Result<Metadata, RubyError> {
        if let Some((known, metadata)) = &self.last
            && Rc::ptr_eq(known, tag)
        {
            return metadata.clone();
        }
        let metadata = match self.by_tag.get(tag) {
            Some(metadata) => metadata.clone(),
            None => {
                let metadata = self.read(tag);
                self.by_tag.insert(Rc::clone(tag), metadata.clone());
                metadata
            }
        };
        self.last = Some((Rc::clone(tag), metadata.clone()));
        metadata
    }

    fn read(&self, tag: &Tag) -> Result<Metadata, RubyError> {
        let mut region = Region::default();
        if !self.regexp.search(tag, Encoding::Utf8, 0, &mut region).map_err(match_error)? {
            return Ok(None);
        }
        let group = |name: &str| -> Result<Value, RubyError> {
            let Some(found) = self.regexp.names().iter().find(|known| *known.text == *name) else {
                return Err(RubyError::new(
                    "IndexError",
                    format!("undefined group name reference: {name}"),
                ));
            };
            let span = found
                .groups
                .iter()
                .rev()
                .find_map(|number| region.groups.get(*number as usize).copied().flatten());
            Ok(span.map_or(Value::Nil, |span| {
                Value::String(RString::new(&tag[span.range()], Encoding::Utf8))
            }))
        };
        let has = |name: &str| self.regexp.names().iter().any(|known| *known.text == *name);
        // The key of the caches: without a pod_uuid the docker_id must be there.
        if !has("pod_uuid") || matches!(group("pod_uuid")?, Value::Nil) {
            group("docker_id")?;
        }
        let docker_id = if has("docker_id") { group("docker_id")? } else { Value::Nil };
        let (namespace, pod) = (group("namespace")?, group("pod_name")?);
        Ok(Some(metadata(namespace, pod, group("container_name")?, docker_id)))
    }

    fn apply(&mut self, tag: &Tag, event: &mut Event) -> Result<(), RubyError> {
        let mut found = self.of_tag(tag)?;
        if self.lookup_from_k8s_field
            && let Some(own) = from_fields(&event.record.borrow())
        {
            found = Some(own);
        }
        let Some((docker, kubernetes)) = found else { return Ok(()) };
        if Rc::strong_count(&event.record) > 1 {
            let copy = event.record.borrow().clone();
            event.record = share(copy);
        }
        set(&mut event.record.borrow_mut(), docker, kubernetes);
        Ok(())
    }
}

fn set(record: &mut Record, docker: Option<Value>, kubernetes: Value) {
    if let Some(docker) = docker {
        record.insert("docker", docker);
    }
    record.insert("kubernetes", kubernetes);
}

fn metadata(
    namespace: Value,
    pod: Value,
    container: Value,
    docker_id: Value,
) -> (Option<Value>, Value) {
    let docker = match &docker_id {
        Value::Nil => None,
        Value::String(id) if id.is_empty() => None,
        _ => {
            let mut docker = Hash::with_capacity(1);
            docker.push_new(Value::from("container_id"), docker_id);
            Some(Value::from(docker))
        }
    };
    let mut kubernetes = Hash::with_capacity(3);
    kubernetes.push_new(Value::from("container_name"), container);
    kubernetes.push_new(Value::from("namespace_name"), namespace);
    kubernetes.push_new(Value::from("pod_name"), pod);
    (docker, Value::from(kubernetes))
}

/// A record that already names its pod and container.
fn from_fields(record: &Record) -> Option<(Option<Value>, Value)> {
    let (Some(Value::Hash(kubernetes)), Some(Value::Hash(docker))) =
        (record.get("kubernetes"), record.get("docker"))
    else {
        return None;
    };
    Some(metadata(
        kubernetes.get("namespace_name")?.clone(),
        kubernetes.get("pod_name")?.clone(),
        kubernetes.get("container_name")?.clone(),
        docker.get("container_id")?.clone(),
    ))
}

impl Filter for KubernetesMetadataFilter {
    fn class(&self) -> &'static str {
        "Fluent::Plugin::KubernetesMetadataFilter"
    }

    fn overrides_filter_stream(&self) -> bool {
        false
    }

    fn filter_stream(
        &mut self,
        context: &mut Context<'_>,
        tag: &Tag,
        stream: EventStream,
    ) -> Result<EventStream, RubyError> {
        Ok(filter_stream_by_record(self, context, tag, stream))
    }

    fn filter(
        &mut self,
        _context: &mut Context<'_>,
        tag: &Tag,
        event: &mut Event,
    ) -> Result<bool, RubyError> {
        self.apply(tag, event)?;
        Ok(true)
    }
}
