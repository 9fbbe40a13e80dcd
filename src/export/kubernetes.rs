//! ConfigMap and DaemonSet fragments for a rolling update: both kinds of node run the same
//! DaemonSet, so each pod chooses its configuration (EXPORT.md, *Choosing*).

use std::fmt::Write as _;

use super::ExportFile;
use super::yaml::{block_entry, plain_or_quoted};
use crate::diag::Text;

/// Which image the DaemonSet runs: it decides the entry point that a wrapper has to repeat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Image {
    /// `fluent/fluentd-kubernetes-daemonset`.
    #[default]
    KubernetesDaemonset,
    /// `fluent/fluentd`: runs as user fluent and has none of the plugins.
    Fluentd,
}

impl Image {
    /// The image's default reference.
    pub fn reference(self) -> &'static str {
        match self {
            Image::KubernetesDaemonset => {
                "fluent/fluentd-kubernetes-daemonset:v1.19-debian-cloudwatch-1"
            }
            Image::Fluentd => "fluent/fluentd:v1.19-debian-1",
        }
    }

    /// The image's own entry point, to be repeated by the wrapper.
    fn entry_point(self) -> &'static str {
        match self {
            Image::KubernetesDaemonset => "tini -- /fluentd/entrypoint.sh",
            Image::Fluentd => "tini -- /bin/entrypoint.sh fluentd",
        }
    }
}

/// How a pod comes to its configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// In the container's command, before the image's entry point. The default.
    #[default]
    Wrapper,
    /// In an init container that copies into an `emptyDir`.
    InitContainer,
    /// No choice: one configuration with `multi_format`.
    OneFile,
    /// In a `postStart` hook, as the migration post has it, corrected.
    PostStart,
}

impl Choice {
    /// All ways, the default first.
    pub const ALL: [Choice; 4] =
        [Choice::Wrapper, Choice::InitContainer, Choice::OneFile, Choice::PostStart];

    /// What speaks against this way, shown beside the export.
    pub fn cautions(self) -> &'static [Text] {
        match self {
            Choice::Wrapper => WRAPPER_CAUTIONS,
            Choice::InitContainer => INIT_CAUTIONS,
            Choice::OneFile => ONE_FILE_CAUTIONS,
            Choice::PostStart => POST_START_CAUTIONS,
        }
    }

    fn file_name(self) -> &'static str {
        match self {
            Choice::Wrapper => "daemonset-wrapper.yaml",
            Choice::InitContainer => "daemonset-init.yaml",
            Choice::OneFile => "daemonset-one-file.yaml",
            Choice::PostStart => "daemonset-poststart.yaml",
        }
    }
}

static WRAPPER_CAUTIONS: &[Text] = &[Text {
    en: "The command repeats the image's entry point: check it when you change the image.",
    ja: "command はイメージのエントリポイントを書き写したものです。イメージを変えるときは確認してください。",
}];
static INIT_CAUTIONS: &[Text] = &[Text {
    en: "The emptyDir hides the image's other files in /fluentd/etc (systemd.conf, prometheus.conf, \
         kubernetes/*.conf): use it only with a configuration that includes none of them.",
    ja: "emptyDir により /fluentd/etc にあるイメージのほかのファイル (systemd.conf、prometheus.conf、\
         kubernetes/*.conf) が見えなくなります。それらを include しない設定でだけ使ってください。",
}];
static ONE_FILE_CAUTIONS: &[Text] = &[
    Text {
        en: "Each line of the second format costs one failed parse, and errors of a pattern are silent.",
        ja: "2 番目の形式の行ごとにパースの失敗が 1 回増え、パターンの誤りは何も表示されません。",
    },
    Text {
        en: "Needs fluent-plugin-multi-format-parser: it is in the daemonset image, not in fluent/fluentd.",
        ja: "fluent-plugin-multi-format-parser が必要です。daemonset イメージには入っていますが、\
             fluent/fluentd には入っていません。",
    },
];
static POST_START_CAUTIONS: &[Text] = &[
    Text {
        en: "Race: Kubernetes does not promise that the hook runs before the entry point. On a loaded \
             node fluentd may read the image's own fluent.conf, silently. Prefer the wrapper.",
        ja: "競合: フックがエントリポイントより先に動く保証はありません。負荷の高いノードでは fluentd が\
             イメージ内の fluent.conf を黙って読むことがあります。ラッパー方式をお勧めします。",
    },
    Text {
        en: "It fails, and the container restarts for ever, where /fluentd/etc is read-only (a ConfigMap \
             mounted there, readOnlyRootFilesystem, a user without write access).",
        ja: "/fluentd/etc が読み取り専用の場合 (ConfigMap の直接マウント、readOnlyRootFilesystem、書き込み権限の\
             ないユーザー) は失敗し、コンテナが再起動を繰り返します。",
    },
    Text {
        en: "The hook's output is in no log; a failure shows only as an event of the pod.",
        ja: "フックの出力はどのログにも残りません。失敗は Pod のイベントにだけ現れます。",
    },
];

/// Names that the fragments use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// The DaemonSet, its container and its label.
    pub daemonset: String,
    /// The ConfigMap.
    pub config_map: String,
    /// The namespace of both.
    pub namespace: String,
}

impl Default for Names {
    fn default() -> Names {
        Names {
            daemonset: "fluentd".to_owned(),
            config_map: "fluentd-config".to_owned(),
            namespace: "kube-system".to_owned(),
        }
    }
}

/// A ConfigMap with one entry per file.
pub fn config_map(names: &Names, files: &[ExportFile]) -> ExportFile {
    let mut text = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}\n  namespace: {}\ndata:\n",
        plain_or_quoted(&names.config_map),
        plain_or_quoted(&names.namespace),
    );
    for file in files {
        text.push_str(&block_entry(&file.name, &file.text, 2));
    }
    ExportFile::new("configmap.yaml", text)
}

/// A DaemonSet whose pods choose in the given way. The entries of the ConfigMap are
/// `fluent-docker.conf` and `fluent-cri.conf`, or `fluent.conf` for [`Choice::OneFile`].
pub fn daemonset(names: &Names, image: Image, choice: Choice) -> ExportFile {
    let mut text = head(names);
    if choice == Choice::InitContainer {
        text.push_str(&init_container(image));
    }
    let _ = write!(
        text,
        "      containers:\n      - name: {}\n        image: {}\n",
        plain_or_quoted(&names.daemonset),
        image.reference()
    );
    if image == Image::Fluentd {
        // The image's user cannot read the node's logs.
        text.push_str("        securityContext:\n          runAsUser: 0\n");
    }
    match choice {
        Choice::Wrapper => text.push_str(&command(10, &wrapper_script(image))),
        Choice::PostStart => {
            text.push_str("        lifecycle:\n          postStart:\n            exec:\n");
            text.push_str(&command(16, POST_START_SCRIPT));
        }
        Choice::InitContainer | Choice::OneFile => {}
    }
    text.push_str("        env:\n        - name: TZ\n          value: UTC\n");
    if choice == Choice::OneFile {
        text.push_str("        - name: FLUENTD_CONF\n          value: base/fluent.conf\n");
    }
    text.push_str(&mounts(choice));
    text.push_str(&volumes(names, choice));
    ExportFile::new(choice.file_name(), text)
}

fn head(names: &Names) -> String {
    let (name, namespace) = (plain_or_quoted(&names.daemonset), plain_or_quoted(&names.namespace));
    format!(
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: {name}\n  namespace: {namespace}\n  \
         labels: {{k8s-app: {name}}}\nspec:\n  selector:\n    matchLabels: {{k8s-app: {name}}}\n  \
         updateStrategy: {{type: RollingUpdate}}\n  template:\n    metadata:\n      \
         labels: {{k8s-app: {name}}}\n    spec:\n      serviceAccountName: {name}\n      \
         tolerations:\n      - operator: Exists\n"
    )
}

/// `command:` with a shell script, the script's lines at `indent` blanks.
fn command(indent: usize, script: &str) -> String {
    let margin = " ".repeat(indent);
    let item = &margin[2..];
    let mut text = format!("{item}command:\n{item}- /bin/sh\n{item}- -c\n{item}- |\n");
    for line in script.lines() {
        let _ = writeln!(text, "{margin}{line}");
    }
    text
}

fn wrapper_script(image: Image) -> String {
    format!("{WRAPPER_SCRIPT}exec {}\n", image.entry_point())
}

const WRAPPER_SCRIPT: &str = r#"set -eu
if [ -e /.dockerenv ]; then
  FLUENTD_CONF=base/fluent-docker.conf
else
  FLUENTD_CONF=base/fluent-cri.conf
fi
[ -r "/fluentd/etc/$FLUENTD_CONF" ] || { echo "missing $FLUENTD_CONF" >&2; exit 1; }
export FLUENTD_CONF
echo "log format chosen: $FLUENTD_CONF"
"#;

const INIT_SCRIPT: &str = r#"set -eu
if [ -e /.dockerenv ]; then
  src=/base/fluent-docker.conf
else
  src=/base/fluent-cri.conf
fi
cp "$src" /etc-out/fluent.conf
echo "log format chosen: $src"
"#;

const POST_START_SCRIPT: &str = r#"set -eu
if [ -e /.dockerenv ]; then
  src=/fluentd/etc/base/fluent-docker.conf
else
  src=/fluentd/etc/base/fluent-cri.conf
fi
cp "$src" /fluentd/etc/fluent.conf
"#;

/// The scripts of a way, for `sh -n` and for people who want only them.
pub fn script(image: Image, choice: Choice) -> Option<String> {
    match choice {
        Choice::Wrapper => Some(wrapper_script(image)),
        Choice::InitContainer => Some(INIT_SCRIPT.to_owned()),
        Choice::PostStart => Some(POST_START_SCRIPT.to_owned()),
        Choice::OneFile => None,
    }
}

fn init_container(image: Image) -> String {
    let mut text = format!(
        "      initContainers:\n      - name: choose-config\n        image: {}\n",
        image.reference()
    );
    text.push_str(&command(10, INIT_SCRIPT));
    text.push_str(
        "        volumeMounts:\n        - name: config\n          mountPath: /base\n          \
         readOnly: true\n        - name: etc\n          mountPath: /etc-out\n",
    );
    text
}

fn mounts(choice: Choice) -> String {
    let config = match choice {
        Choice::InitContainer => "        - name: etc\n          mountPath: /fluentd/etc\n",
        _ => {
            "        - name: config\n          mountPath: /fluentd/etc/base\n          readOnly: true\n"
        }
    };
    format!(
        "        volumeMounts:\n{config}        - name: varlibdockercontainers\n          \
         mountPath: /var/lib/docker/containers\n          readOnly: true\n        \
         - name: varlog\n          mountPath: /var/log\n"
    )
}

fn volumes(names: &Names, choice: Choice) -> String {
    let etc = match choice {
        Choice::InitContainer => "      - name: etc\n        emptyDir: {}\n",
        _ => "",
    };
    format!(
        "      volumes:\n      - name: config\n        configMap:\n          name: {}\n{etc}      \
         - name: varlog\n        hostPath:\n          path: /var/log\n      \
         # only while Docker nodes exist: the targets of the links in /var/log/containers\n      \
         - name: varlibdockercontainers\n        hostPath:\n          \
         path: /var/lib/docker/containers\n",
        plain_or_quoted(&names.config_map)
    )
}

/// Values for the chart `fluent/fluentd`: one file, and the chart's own ones emptied.
pub fn helm_values(conf: &str) -> ExportFile {
    let mut text = String::from("kind: DaemonSet\nfileConfigs:\n");
    text.push_str(&block_entry("01_sources.conf", conf, 2));
    for name in ["02_filters.conf", "03_dispatch.conf", "04_outputs.conf"] {
        let _ = writeln!(text, "  {name}: \"\"");
    }
    ExportFile::new("values.yaml", text)
}

/// The variables that `fluent/fluentd-kubernetes-daemonset` reads its container parser from, for a
/// DaemonSet of one kind of node (a label tells the nodes apart).
pub fn parser_variables(cri: bool) -> ExportFile {
    let (name, parser, format) = if cri {
        ("env-cri.yaml", "cri", "%Y-%m-%dT%H:%M:%S.%N%:z")
    } else {
        ("env-docker.yaml", "json", "%Y-%m-%dT%H:%M:%S.%N%z")
    };
    let runtime = if cri { "containerd" } else { "docker" };
    ExportFile::new(
        name,
        format!(
            "nodeSelector:\n  runtime: {runtime}\ncontainers:\n- name: fluentd\n  env:\n  \
             - name: FLUENT_CONTAINER_TAIL_PARSER_TYPE\n    value: {parser}\n  \
             - name: FLUENT_CONTAINER_TAIL_PARSER_TIME_FORMAT\n    value: \"{format}\"\n"
        ),
    )
}

/// What the variables cannot do, shown beside them.
pub static VARIABLE_CAUTIONS: &[Text] = &[
    Text {
        en: "For two DaemonSets: label the nodes with `runtime`. The parser `cri` writes `message`, `json` writes `log`, so later filters must know both.",
        ja: "DaemonSet を 2 つに分け、ノードに `runtime` ラベルを付けます。パーサー `cri` は `message`、`json` は `log` に書くので、後のフィルターは両方に対応する必要があります。",
    },
    Text {
        en: "The image's own pipeline runs, not the configuration on the screen: the pieces of long lines are not joined.",
        ja: "画面の設定ではなくイメージ自身の設定が動きます。長い行の断片は結合されません。",
    },
];

#[cfg(test)]
mod tests {
    use super::{Choice, Image, Names, config_map, daemonset};
    use crate::export::ExportFile;

    #[test]
    fn the_fragments_are_those_that_ran_on_real_fluentd() {
        let recorded = [
            (Choice::Wrapper, include_str!("../../tests/export/daemonset-wrapper.yaml")),
            (Choice::InitContainer, include_str!("../../tests/export/daemonset-init.yaml")),
            (Choice::PostStart, include_str!("../../tests/export/daemonset-poststart.yaml")),
        ];
        for (choice, expected) in recorded {
            let file = daemonset(&Names::default(), Image::KubernetesDaemonset, choice);
            assert_eq!(file.text, expected, "{choice:?}");
        }
    }

    #[test]
    fn the_config_map_holds_both_variants() {
        let files = [
            ExportFile::new(
                "fluent-docker.conf",
                include_str!("../../tests/export/fluent-docker.conf"),
            ),
            ExportFile::new("fluent-cri.conf", include_str!("../../tests/export/fluent-cri.conf")),
        ];
        let expected = include_str!("../../tests/export/configmap.yaml");
        assert_eq!(config_map(&Names::default(), &files).text, expected);
    }

    #[test]
    fn fluent_fluentd_needs_root_to_read_the_node_logs() {
        let file = daemonset(&Names::default(), Image::Fluentd, Choice::Wrapper);
        assert!(file.text.contains("runAsUser: 0"));
        assert!(file.text.contains("exec tini -- /bin/entrypoint.sh fluentd"));
    }
}
