//! The scene of the first visit, and the samples (`static/samples/samples.json`).

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use yew::AttrValue;

use super::browser::{field, text};

use super::state::Scene;
use super::texts::Lang;

/// The id of the scene of the first visit.
pub const FIRST_RUN: &str = "first-run";

/// A sample: run on real fluentd, see `observed` in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// Its name in links and tests.
    pub id: Rc<str>,
    /// Its title.
    pub title: String,
    /// What it teaches.
    pub teaches: String,
    /// The configuration.
    pub conf: String,
    /// The text of its log file.
    pub text: String,
}

/// The samples of the file.
pub fn read(file: &JsValue) -> Vec<Sample> {
    let samples = file.dyn_ref::<Array>().map(Array::iter).into_iter().flatten();
    samples.map(|sample| Sample::read(&sample)).collect()
}

impl Sample {
    fn read(sample: &JsValue) -> Sample {
        let lines = field(sample, "lines");
        let lines = lines.dyn_ref::<Array>().map(|lines| lines.join("\n"));
        Sample {
            id: text(sample, "id").into(),
            title: text(sample, "title"),
            teaches: text(sample, "teaches"),
            conf: text(sample, "conf"),
            text: format!("{}\n", lines.map(String::from).unwrap_or_default()),
        }
    }

    /// The title in a language.
    pub fn title(&self, lang: Lang) -> AttrValue {
        self.words(lang).0
    }

    /// What it teaches, in a language.
    pub fn teaches(&self, lang: Lang) -> AttrValue {
        self.words(lang).1
    }

    fn words(&self, lang: Lang) -> (AttrValue, AttrValue) {
        let japanese = JAPANESE.iter().find(|(id, ..)| *id == &*self.id);
        match (lang, japanese) {
            (Lang::Ja, Some((_, title, teaches))) => {
                (AttrValue::Static(title), AttrValue::Static(teaches))
            }
            _ => (AttrValue::from(self.title.clone()), AttrValue::from(self.teaches.clone())),
        }
    }

    /// The sample as a scene.
    pub fn scene(&self) -> Scene {
        Scene {
            title: self.title.as_str().into(),
            conf: self.conf.as_str().into(),
            files: vec![(path(&self.id).into(), self.text.as_str().into())],
            checks: Vec::new(),
            settings: None,
        }
    }
}

/// The path of a sample's log file: as the kubelet names it.
fn path(id: &str) -> String {
    let id_of_container = "4c1e0f6b8a2d97c35e41f0ab6d83c2975b1e4f60a8d3c7e92b5f14d0c6a39e78";
    format!("/var/log/containers/{id}-7d9f5c6b8-x2k4p_prod_app-{id_of_container}.log")
}

/// The scene of the first visit: the same four messages as containerd writes them and as Docker
/// writes them, one line failing on purpose.
pub fn first_run() -> Scene {
    Scene {
        title: "".into(),
        conf: FIRST_CONF.into(),
        files: vec![
            ("/var/log/containers/cart-7d9f_prod_containerd-4c1e.log".into(), FIRST_CRI.into()),
            ("/var/log/containers/cart-7d9f_prod_docker-9ab2.log".into(), FIRST_DOCKER.into()),
        ],
        checks: Vec::new(),
        settings: None,
    }
}

const FIRST_CONF: &str = r"# containerd writes CRI lines
<source>
  @type tail
  path /var/log/containers/*_containerd-*.log
  pos_file /var/log/fluentd-cri.log.pos
  tag kubernetes.*
  read_from_head true
  <parse>
    @type regexp
    expression /^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[FP]) (?<log>.*)$/
    time_format %Y-%m-%dT%H:%M:%S.%N%:z
  </parse>
</source>
# Docker writes JSON lines
<source>
  @type tail
  path /var/log/containers/*_docker-*.log
  pos_file /var/log/fluentd-docker.log.pos
  tag kubernetes.*
  read_from_head true
  <parse>
    @type json
    time_format %Y-%m-%dT%H:%M:%S.%N%:z
  </parse>
</source>
<match kubernetes.**>
  @type stdout
</match>
";

const FIRST_CRI: &str = r#"2023-02-02T07:48:11.576765119Z stdout F INFO [cart] 15 --- GET /api/v1/items 200 12ms
2023-02-02T07:48:12.001200331Z stderr F java.lang.IllegalStateException: lease lost
{"log":"WARN [cart] retrying upstream pay:8080\n","stream":"stderr","time":"2023-02-02T07:48:12.113004201Z"}
2023-02-02T07:48:13.113000001Z stdout F 注文処理を開始しました id=42
"#;

const FIRST_DOCKER: &str = r#"{"log":"INFO [cart] 15 --- GET /api/v1/items 200 12ms\n","stream":"stdout","time":"2023-02-02T07:48:11.576765119Z"}
{"log":"java.lang.IllegalStateException: lease lost\n","stream":"stderr","time":"2023-02-02T07:48:12.001200331Z"}
{"log":"WARN [cart] retrying upstream pay:8080\n","stream":"stderr","time":"2023-02-02T07:48:12.113004201Z"}
{"log":"注文処理を開始しました id=42\n","stream":"stdout","time":"2023-02-02T07:48:13.113000001Z"}
"#;

/// Titles of the samples and what they teach, in Japanese.
const JAPANESE: [(&str, &str, &str); 20] = [
    ("cri-basic", "containerd の CRI 行", "4 つの部分: 時刻・ストリーム・タグ・メッセージ"),
    (
        "docker-json-basic",
        "Docker の json-file 行 (dockershim)",
        "移行前の同じメッセージ。log は改行を含む",
    ),
    (
        "eks-124-break",
        "アップグレード当日: json 設定に CRI 行が来る",
        "1.24 以降、全行が pattern not matched になる理由",
    ),
    (
        "mixed-nodes",
        "1 つのクラスターに 2 つのランタイム (multi_format)",
        "ノード入れ替え中に両方を読む設定",
    ),
    ("cri-partial", "16 KiB を超える行: P の後に F", "改行を加えずに部分行を結合する"),
    (
        "cri-partial-readme",
        "写された設定例: 混ざるストリーム",
        "stdout と stderr の断片が混ざり、改行が入り、stream が消える",
    ),
    ("cri-partial-fixed", "同じ行、正しい設定", "stream_identity_key と空の separator"),
    ("cri-offset", "UTC でないノード", "time_format の文字 Z は +09:00 を受け付けない"),
    (
        "cri-greedy-time",
        "貪欲な (?<time>.+): 何も言わずに失われる",
        "「a stdout F b」が警告なしに「b」になる",
    ),
    ("cri-blank", "空行と失われた行末の空白", "空の CRI 行は空白で終わる。貼り付けで消えやすい"),
    (
        "cri-parser-key",
        "@type cri のフィールドは log ではなく message",
        "key log の concat フィルターは何もしない",
    ),
    (
        "java-cri",
        "Java のスタックトレース (CRI)",
        "開始の正規表現・フラッシュ・最後のイベントを失わない timeout_label",
    ),
    (
        "java-docker",
        "Java のスタックトレース (Docker JSON)",
        "log は改行で終わるため、既定の separator では改行が二重になる",
    ),
    ("json-in-cri", "CRI の中の JSON ログ", "reserve_data 付きの parser フィルター"),
    (
        "json-own-time",
        "アプリの time フィールドが消える",
        "json は time をイベント時刻に使い、フィールドを消す",
    ),
    (
        "json-or-text",
        "1 つのコンテナーから JSON とテキスト",
        "指定しない限りテキスト行は @ERROR へ行く",
    ),
    ("nginx-in-cri", "CRI の中の nginx アクセスログ", "2 段階の解析。code と size の型"),
    (
        "self-loop",
        "自分の警告を読む fluentd",
        "通るたびにバックスラッシュが倍になる。exclude_path で止める",
    ),
    ("klog", "kubelet / コントローラーの klog 行", "重大度の文字、年のない月日の時刻"),
    (
        "tag-routing",
        "kubernetes.* か kubernetes.** か",
        "in_tail のタグは多くの部分を持つ。* は 1 つの部分だけに合う",
    ),
];

#[cfg(test)]
mod tests {
    use super::{JAPANESE, first_run};

    #[test]
    fn every_sample_has_a_japanese_title() {
        let file = include_str!("../../static/samples/samples.json");
        let samples: serde_json::Value = serde_json::from_str(file).expect("samples.json");
        for sample in samples.as_array().expect("a list") {
            let id = sample["id"].as_str().expect("id");
            assert!(JAPANESE.iter().any(|(known, ..)| *known == id), "{id}");
        }
    }

    #[test]
    fn the_first_visit_shows_the_same_four_messages_twice() {
        let scene = first_run();
        for (_, text) in &scene.files {
            assert_eq!(text.lines().count(), 4);
            assert!(text.contains("lease lost") && text.contains("id=42"));
        }
    }
}
