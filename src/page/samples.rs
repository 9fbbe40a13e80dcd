//! The scene of the first visit, and the samples (`static/samples/samples.json`).

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use super::browser::{field, text};

use super::state::Scene;
use crate::protocol::Message;

/// The id of the scene of the first visit.
pub const FIRST_RUN: &str = "first-run";

/// A sample: run on real fluentd, see `observed` in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// Its name in links and tests.
    pub id: Rc<str>,
    /// Its title.
    pub title: Message,
    /// What it teaches.
    pub teaches: Message,
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
            title: Message { en: text(sample, "title"), ja: text(sample, "title_ja") },
            teaches: Message { en: text(sample, "teaches"), ja: text(sample, "teaches_ja") },
            conf: text(sample, "conf"),
            text: format!("{}\n", lines.map(String::from).unwrap_or_default()),
        }
    }

    /// The sample as a scene.
    pub fn scene(&self) -> Scene {
        Scene {
            title: self.title.en.as_str().into(),
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

#[cfg(test)]
mod tests {
    use super::first_run;

    #[test]
    fn every_sample_has_a_japanese_title() {
        let file = include_str!("../../static/samples/samples.json");
        let samples: serde_json::Value = serde_json::from_str(file).expect("samples.json");
        for sample in samples.as_array().expect("a list") {
            for key in ["title", "title_ja", "teaches", "teaches_ja"] {
                assert!(sample[key].as_str().is_some_and(|text| !text.is_empty()), "{sample}");
            }
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
