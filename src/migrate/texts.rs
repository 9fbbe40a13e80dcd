//! What to do about each finding, in both languages. `{}` stands for the thing itself.

use super::Severity;
use crate::diag::{Message, Text};

/// The text of a rule's fix; `shown` takes the place of `{}`.
pub(super) fn fix(rule: &str, severity: Severity, shown: &str) -> Message {
    let Text { en, ja } = text(rule, severity, shown);
    Message::new(en.replace("{}", shown), ja.replace("{}", shown))
}

const fn both(en: &'static str, ja: &'static str) -> Text {
    Text { en, ja }
}

fn text(rule: &str, severity: Severity, shown: &str) -> Text {
    let info = severity == Severity::Info;
    match rule {
        "ca-missing" => missing(shown),
        "docker-log-dir"
        | "docker-host-env"
        | "container-runtime-flag"
        | "dsd-socket-missing"
        | "json-parse-cri"
            if info =>
        {
            known(rule)
        }
        _ if rule.starts_with("dsd-") || rule.starts_with("dd-") => datadog(rule),
        _ if rule.starts_with("concat-") || rule.starts_with("time-") => concat(rule),
        _ => manifest(rule).or_else(|| policy(rule)).unwrap_or_else(|| conf(rule)),
    }
}

/// Findings that are only to be known.
fn known(rule: &str) -> Text {
    match rule {
        "docker-log-dir" => both(
            "needed only while Docker nodes exist: drop it after the last one is gone",
            "Docker ノードがある間だけ必要です。最後のノードがなくなったら外してください",
        ),
        "docker-host-env" => both(
            "only a Docker-in-Docker sidecar answers here",
            "ここで応答するのは Docker-in-Docker のサイドカーだけです",
        ),
        "container-runtime-flag" => both(
            "accepted in 1.24-1.26, removed in 1.27; drop it, keep --container-runtime-endpoint",
            "1.24〜1.26 では受け付けられ、1.27 で削除されます。外して --container-runtime-endpoint を残してください",
        ),
        "dsd-socket-missing" => both(
            "add volumeMount {name: dsdsocket, mountPath: /var/run/datadog, readOnly: true} and volume {name: dsdsocket, hostPath: {path: /var/run/datadog/}}; DD_AGENT_HOST keeps working only where the agent opens UDP 8125 on the host",
            "volumeMount {name: dsdsocket, mountPath: /var/run/datadog, readOnly: true} と volume {name: dsdsocket, hostPath: {path: /var/run/datadog/}} を追加してください。DD_AGENT_HOST はエージェントがホストで UDP 8125 を開けている場合だけ有効です",
        ),
        _ => both(
            "right for Docker nodes only: another entry of this ConfigMap reads CRI; check what chooses between them",
            "Docker ノードでだけ正しい設定です。この ConfigMap の別の項目が CRI を読みます。どちらを使うかの切り替えを確認してください",
        ),
    }
}

fn missing(action: &str) -> Text {
    match action {
        "autoscaling:DescribeTags" => both(
            "add {} (up to 1.24.0 auto-discovery fails without it)",
            "{} を追加してください (1.24.0 までは、ないと自動検出が失敗します)",
        ),
        "autoscaling:DescribeLaunchConfigurations" => both(
            "add {} (launch-configuration groups cannot be sized when empty)",
            "{} を追加してください (空の起動設定グループの大きさが分かりません)",
        ),
        "autoscaling:DescribeScalingActivities" => both(
            "add {} (failed scale-ups are noticed late)",
            "{} を追加してください (スケールアップの失敗に気づくのが遅れます)",
        ),
        "ec2:DescribeImages" | "ec2:GetInstanceTypesFromInstanceRequirements" => both(
            "add {} (groups with attribute-based instance types cannot be sized)",
            "{} を追加してください (属性でインスタンスタイプを選ぶグループの大きさが分かりません)",
        ),
        "ec2:DescribeInstanceTypes" => both(
            "add {} (1.23 and 1.24 exit at start without it; from 1.25 a built-in list is used)",
            "{} を追加してください (1.23 と 1.24 はこれがないと起動時に終了します。1.25 からは内蔵の一覧を使います)",
        ),
        "ec2:DescribeLaunchTemplateVersions" => both(
            "add {} (launch-template groups cannot be sized when empty)",
            "{} を追加してください (空の起動テンプレートグループの大きさが分かりません)",
        ),
        "eks:DescribeNodegroup" => both(
            "add {} (labels and taints of an empty managed node group stay unknown)",
            "{} を追加してください (空のマネージドノードグループのラベルとテイントが分かりません)",
        ),
        _ => both(
            "add {} (the autoscaler cannot work without it)",
            "{} を追加してください (これがないと autoscaler は動きません)",
        ),
    }
}

#[allow(clippy::too_many_lines, reason = "one flat match")]
fn manifest(rule: &str) -> Option<Text> {
    Some(match rule {
        "docker-socket" | "docker-socket-ref" => both(
            "remove the docker.sock volume and its mounts; use the CRI socket /run/containerd/containerd.sock or the Kubernetes API",
            "docker.sock のボリュームとマウントを外し、CRI ソケット /run/containerd/containerd.sock か Kubernetes API を使ってください",
        ),
        "dockershim-socket" | "dockershim-socket-ref" => both(
            "use /run/containerd/containerd.sock; on EKS AMIs dockershim.sock is at best a link to it",
            "/run/containerd/containerd.sock を使ってください。EKS の AMI では dockershim.sock はせいぜいそこへのリンクです",
        ),
        "docker-log-dir" | "log-symlink-target" => both(
            "mount hostPath /var/log (or /var/log/pods) instead: on containerd the link targets are under /var/log/pods",
            "代わりに hostPath /var/log (または /var/log/pods) をマウントしてください。containerd ではリンクの先は /var/log/pods の下です",
        ),
        "docker-data-dir" => both(
            "nothing writes there on containerd (its root is /var/lib/containerd); drop the mount",
            "containerd ではここに何も書かれません (データは /var/lib/containerd)。マウントを外してください",
        ),
        "docker-daemon-config" => both(
            "registry and log settings move to /etc/containerd and the kubelet config",
            "レジストリとログの設定は /etc/containerd と kubelet の設定に移ります",
        ),
        "run-dir" => both(
            "a mount of the whole run directory can hide a docker.sock dependency: check DOCKER_HOST and arguments",
            "run ディレクトリ全体のマウントは docker.sock への依存を隠すことがあります。DOCKER_HOST と引数を確認してください",
        ),
        "docker-host-env" => both(
            "unset it; nothing listens on the Docker socket on containerd nodes",
            "設定を外してください。containerd ノードでは Docker のソケットは存在しません",
        ),
        "docker-cli" => both(
            "no docker CLI on containerd nodes: use crictl, nerdctl or the Kubernetes API",
            "containerd ノードに docker コマンドはありません。crictl、nerdctl、Kubernetes API を使ってください",
        ),
        "docker-service" => both(
            "the unit is containerd.service on containerd nodes",
            "containerd ノードでのユニットは containerd.service です",
        ),
        "kubelet-removed-flag" => {
            both("removed in 1.24: --{}; delete it", "1.24 で削除されました: --{}。消してください")
        }
        "container-runtime-flag" => both(
            "1.24 has no Docker runtime: use containerd",
            "1.24 に Docker ランタイムはありません。containerd を使ってください",
        ),
        "seccomp-docker-default" => both(
            "write securityContext.seccompProfile.type: RuntimeDefault",
            "securityContext.seccompProfile.type: RuntimeDefault と書いてください",
        ),
        "yaml-syntax" => both(
            "not YAML: render Helm templates first, or fix the syntax ({})",
            "YAML ではありません。Helm テンプレートは先に展開するか、構文を直してください ({})",
        ),
        "fluentd-default-parser" => both(
            "the image's default parser is json: set FLUENT_CONTAINER_TAIL_PARSER_TYPE=cri and FLUENT_CONTAINER_TAIL_PARSER_TIME_FORMAT=%Y-%m-%dT%H:%M:%S.%N%:z",
            "イメージの既定のパーサーは json です。FLUENT_CONTAINER_TAIL_PARSER_TYPE=cri と FLUENT_CONTAINER_TAIL_PARSER_TIME_FORMAT=%Y-%m-%dT%H:%M:%S.%N%:z を設定してください",
        ),
        "fluentd-default-time-format" => both(
            "the image keeps time_format ...%NZ, which rejects +09:00 style zones: set FLUENT_CONTAINER_TAIL_PARSER_TIME_FORMAT=%Y-%m-%dT%H:%M:%S.%N%:z",
            "イメージの time_format は ...%NZ のままで、+09:00 の形を受け付けません。FLUENT_CONTAINER_TAIL_PARSER_TIME_FORMAT=%Y-%m-%dT%H:%M:%S.%N%:z を設定してください",
        ),
        "poststart-race" => both(
            "postStart runs beside the entrypoint, not before it: choose the file in an initContainer or in the command",
            "postStart はエントリポイントの前ではなく並行して動きます。ファイルは initContainer かコマンドの中で選んでください",
        ),
        "cp-onto-configmap" => both(
            "{} is a ConfigMap mount and read-only: copy to an emptyDir",
            "{} は ConfigMap のマウントで読み取り専用です。emptyDir にコピーしてください",
        ),
        "ca-image" => both(
            "use the 1.24.x image with a 1.24 cluster and give its role ec2:DescribeInstanceTypes and eks:DescribeNodegroup first",
            "1.24 のクラスタでは 1.24.x のイメージを使い、先にロールへ ec2:DescribeInstanceTypes と eks:DescribeNodegroup を与えてください",
        ),
        _ => return None,
    })
}

fn datadog(rule: &str) -> Text {
    match rule {
        "dsd-socket-missing" => both(
            "add volumeMount {name: dsdsocket, mountPath: /var/run/datadog, readOnly: true} and volume {name: dsdsocket, hostPath: {path: /var/run/datadog/}}",
            "volumeMount {name: dsdsocket, mountPath: /var/run/datadog, readOnly: true} と volume {name: dsdsocket, hostPath: {path: /var/run/datadog/}} を追加してください",
        ),
        "dsd-volume-missing" => both(
            "add volume {name: dsdsocket, hostPath: {path: /var/run/datadog/}} to the pod",
            "volume {name: dsdsocket, hostPath: {path: /var/run/datadog/}} をポッドに追加してください",
        ),
        "dsd-socket-file" => both(
            "mount the directory /var/run/datadog, not the socket file: a restarted agent makes a new socket",
            "ソケットのファイルではなくディレクトリ /var/run/datadog をマウントしてください。エージェントは再起動でソケットを作り直します",
        ),
        "dsd-path" => both(
            "the Java tracer looks for /var/run/datadog/dsd.socket: mount at /var/run/datadog or set DD_JMXFETCH_STATSD_HOST=unix://<path>",
            "Java トレーサーは /var/run/datadog/dsd.socket を探します。/var/run/datadog にマウントするか DD_JMXFETCH_STATSD_HOST=unix://<path> を設定してください",
        ),
        "dsd-agent-readonly" => both(
            "the agent creates dsd.socket here: mount it read-write",
            "エージェントはここに dsd.socket を作ります。書き込み可能でマウントしてください",
        ),
        "dsd-agent-mount" => both(
            "mount hostPath /var/run/datadog read-write where DD_DOGSTATSD_SOCKET points",
            "DD_DOGSTATSD_SOCKET が指す場所に hostPath /var/run/datadog を書き込み可能でマウントしてください",
        ),
        _ => both(
            "Agent 7.27+ finds containerd itself; before that set DD_CRI_SOCKET_PATH=/host/var/run/containerd/containerd.sock and mount the socket",
            "Agent 7.27 以降は containerd を自分で見つけます。それより前は DD_CRI_SOCKET_PATH=/host/var/run/containerd/containerd.sock を設定し、ソケットをマウントしてください",
        ),
    }
}

fn policy(rule: &str) -> Option<Text> {
    Some(match rule {
        "ca-denied" => both("this Deny takes away {}", "この Deny は {} を取り上げます"),
        "ca-unneeded" => both(
            "the autoscaler does not call this in that version",
            "そのバージョンの autoscaler はこれを呼びません",
        ),
        "describe-needs-star" => both(
            "this action has no resource type: it is only granted with Resource \"*\"",
            "この操作にはリソースの種類がなく、Resource \"*\" でだけ許可されます",
        ),
        "describe-with-tag-condition" => both(
            "a resource-tag condition never holds for this action: move it to a statement without the condition",
            "この操作ではリソースタグの条件は決して成り立ちません。条件のないステートメントに移してください",
        ),
        "mutating-unscoped" => both(
            "limit it to your groups: Resource ASG ARNs or Condition aws:ResourceTag/k8s.io/cluster-autoscaler/<cluster>: owned",
            "自分のグループに限ってください: Resource に ASG の ARN、または Condition aws:ResourceTag/k8s.io/cluster-autoscaler/<cluster>: owned",
        ),
        "wildcard-all" => both(
            "works, but gives full administrator access: list the actions",
            "動きますが、管理者の全権限を与えます。操作を列挙してください",
        ),
        "wildcard-service" => both(
            "works, but covers the whole service: list the actions",
            "動きますが、サービス全体に及びます。操作を列挙してください",
        ),
        "not-action" => both(
            "NotAction with Allow grants everything else: list the actions",
            "Allow の NotAction はそれ以外のすべてを許可します。操作を列挙してください",
        ),
        "placeholder" => both(
            "replace the placeholder with your region, account and group name",
            "仮の文字列を自分のリージョン、アカウント、グループ名に置き換えてください",
        ),
        "policy-version" => both(
            "write \"Version\": \"2012-10-17\"",
            "\"Version\": \"2012-10-17\" と書いてください",
        ),
        "policy-syntax" => both(
            "not a policy: JSON with Statement, each with Effect Allow or Deny, Action and Resource",
            "ポリシーではありません。Statement を持つ JSON で、それぞれに Effect (Allow か Deny)、Action、Resource が要ります",
        ),
        "trust-policy" => both(
            "this is a trust (role) policy: paste the permissions policy of the role",
            "これはロールの信頼ポリシーです。ロールの権限ポリシーを貼り付けてください",
        ),
        _ => return None,
    })
}

fn concat(rule: &str) -> Text {
    match rule {
        "concat-cri-separator" => both(
            "set separator \"\": the default puts a newline between the pieces of one line",
            "separator \"\" を指定してください。既定では 1 行の断片の間に改行が入ります",
        ),
        "concat-cri-drops-stream" => both(
            "use_partial_cri_logtag removes the stream field: set partial_cri_stream_key to an unused name, or use partial_key logtag, partial_value P",
            "use_partial_cri_logtag は stream フィールドを消します。partial_cri_stream_key に使っていない名前を指定するか、partial_key logtag と partial_value P を使ってください",
        ),
        "concat-cri-key-missing" => both(
            "set partial_cri_logtag_key logtag: without it every event fails",
            "partial_cri_logtag_key logtag を指定してください。ないとすべてのイベントが失敗します",
        ),
        "concat-no-identity" => both(
            "set stream_identity_key stream: stdout and stderr of a container share one tag and are joined otherwise",
            "stream_identity_key stream を指定してください。コンテナーの stdout と stderr はタグが同じなので、ないと混ざります",
        ),
        "concat-no-timeout-label" => both(
            "set timeout_label to the next stage: what a timeout flushes goes to the error stream otherwise",
            "timeout_label に次の段を指定してください。ないとタイムアウトで出たイベントはエラーストリームに流れます",
        ),
        "concat-key-absent" => both(
            "no source makes a field '{}': concat lets such records through",
            "フィールド '{}' を作る source がありません。concat はそのまま通します",
        ),
        "concat-key-partial" => both(
            "not all sources make '{}': the records of the others are never joined",
            "'{}' を作らない source があり、そのレコードは結合されません",
        ),
        "time-format-literal-z" => both(
            "a literal Z is read as local time and rejects +09:00: end with %z",
            "文字の Z はローカル時刻として読まれ、+09:00 を受け付けません。%z で終えてください",
        ),
        _ => both(
            "{} is not accepted when parsing: write %N or %L",
            "{} は読み取りでは使えません。%N か %L と書いてください",
        ),
    }
}

fn conf(rule: &str) -> Text {
    match rule {
        "json-parse-cri" => both(
            "CRI lines are not JSON: use @type cri, the CRI regexp, or multi_format with both",
            "CRI の行は JSON ではありません。@type cri、CRI の正規表現、または両方の multi_format を使ってください",
        ),
        "parse-type-env" => both(
            "set FLUENT_CONTAINER_TAIL_PARSER_TYPE=cri (and its TIME_FORMAT) on containerd nodes",
            "containerd ノードでは FLUENT_CONTAINER_TAIL_PARSER_TYPE=cri (と TIME_FORMAT) を設定してください",
        ),
        "logtag-too-strict" => both(
            "only one of F and P is accepted: lines with the other tag are dropped",
            "F と P の一方しか受け付けず、他方の行は捨てられます",
        ),
        "cri-partial-not-joined" => both(
            "lines over 16 KiB come in P pieces: add a concat with partial_key logtag, partial_value P, separator \"\", stream_identity_key stream",
            "16 KiB を超える行は P の断片で届きます。partial_key logtag、partial_value P、separator \"\"、stream_identity_key stream の concat を追加してください",
        ),
        "label-undefined" => {
            both("no <label {}> in this file", "このファイルに <label {}> がありません")
        }
        "pos-file-shared" => both(
            "two tail sources must not share a pos_file",
            "2 つの tail が同じ pos_file を使ってはいけません",
        ),
        "pos-file-missing" => both(
            "set pos_file: without it a restart reads again or skips",
            "pos_file を指定してください。ないと再起動で読み直しや読み飛ばしが起きます",
        ),
        "path-docker-dir" => both(
            "containerd writes /var/log/pods/...: tail /var/log/containers/*.log",
            "containerd は /var/log/pods/... に書きます。/var/log/containers/*.log を読んでください",
        ),
        "self-tail" => both(
            "exclude fluentd's own container logs with exclude_path [\"/var/log/containers/fluentd*.log\"]",
            "exclude_path [\"/var/log/containers/fluentd*.log\"] で fluentd 自身のログを除いてください",
        ),
        "docker-daemon-log" => both(
            "there is no Docker daemon on containerd nodes: read containerd's journal instead",
            "containerd ノードに Docker デーモンはありません。代わりに containerd のジャーナルを読んでください",
        ),
        "parse-missing" => both(
            "fluentd does not start: add <parse> with @type cri",
            "fluentd は起動しません。@type cri の <parse> を追加してください",
        ),
        _ => both("{}", "{}"),
    }
}
