//! Configurations of other log agents for the same node logs (MARKET.md 7.7 to 7.10), each with what
//! changes for the fields.

use super::ExportFile;
use super::yaml::single_quoted;
use crate::diag::Text;

/// The agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agent {
    /// Fluent Bit.
    FluentBit,
    /// OpenTelemetry Collector (`file_log`, `container`).
    OpenTelemetry,
    /// Vector.
    Vector,
    /// Grafana Alloy.
    Alloy,
}

impl Agent {
    /// All of them.
    pub const ALL: [Agent; 4] =
        [Agent::FluentBit, Agent::OpenTelemetry, Agent::Vector, Agent::Alloy];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Agent::FluentBit => "Fluent Bit",
            Agent::OpenTelemetry => "OpenTelemetry Collector",
            Agent::Vector => "Vector",
            Agent::Alloy => "Grafana Alloy",
        }
    }

    /// What the fields are called there and what joins by itself.
    pub fn field_changes(self) -> &'static [Text] {
        match self {
            Agent::FluentBit => FLUENT_BIT,
            Agent::OpenTelemetry => OPEN_TELEMETRY,
            Agent::Vector => VECTOR,
            Agent::Alloy => ALLOY,
        }
    }

    /// The configuration. `pattern` is the application's own pattern over the message, already in the
    /// target's dialect, if one is to be applied.
    pub fn file(self, pattern: Option<&str>) -> ExportFile {
        match self {
            Agent::FluentBit => fluent_bit(pattern),
            Agent::OpenTelemetry => open_telemetry(pattern),
            Agent::Vector => vector(pattern),
            Agent::Alloy => alloy(pattern),
        }
    }
}

static FLUENT_BIT: &[Text] = &[
    Text {
        en: "The text stays in `log`; the CRI tag becomes `_p`; `time` stays in the record.",
        ja: "本文は `log` のままです。CRI のタグは `_p` になり、`time` はレコードに残ります。",
    },
    Text {
        en: "Partial lines are joined by `multiline.parser cri`, per `stream`.",
        ja: "分割された行は `multiline.parser cri` が `stream` ごとに結合します。",
    },
];
static OPEN_TELEMETRY: &[Text] = &[
    Text {
        en: "The text becomes the body; the CRI tag is the attribute `logtag`; the time is the timestamp.",
        ja: "本文は body に、CRI のタグは属性 `logtag` に、時刻は timestamp になります。",
    },
    Text {
        en: "Partial lines are joined by the operator `container`; it finds the format by itself.",
        ja: "分割された行はオペレータ `container` が結合します。形式は自動で判別されます。",
    },
];
static VECTOR: &[Text] = &[
    Text {
        en: "The text becomes `message`, the time `timestamp`; the CRI tag is gone.",
        ja: "本文は `message`、時刻は `timestamp` になります。CRI のタグは残りません。",
    },
    Text {
        en: "Partial lines are joined by themselves (`auto_partial_merge`).",
        ja: "分割された行は自動で結合されます (`auto_partial_merge`)。",
    },
];
static ALLOY: &[Text] = &[
    Text {
        en: "The text becomes the line; the CRI tag is the extracted value `flags`; Docker keys other than \
             `log`, `stream`, `time` are dropped.",
        ja: "本文は行そのものになり、CRI のタグは抽出値 `flags` になります。Docker の `log`、`stream`、`time` 以外の\
             キーは捨てられます。",
    },
    Text {
        en: "Partial lines are joined by `stage.cri` (100 are held); Docker nodes need `stage.docker` instead.",
        ja: "分割された行は `stage.cri` が結合します (100 行まで保持)。Docker ノードでは代わりに `stage.docker` を使います。",
    },
];

fn fluent_bit(pattern: Option<&str>) -> ExportFile {
    let mut text = String::from(
        "pipeline:\n  inputs:\n    - name: tail\n      path: /var/log/containers/*.log\n      \
         tag: kube.*\n      multiline.parser: docker, cri\n",
    );
    if let Some(pattern) = pattern {
        text = format!(
            "parsers:\n  - name: app\n    format: regex\n    regex: {}\n{text}  filters:\n    - name: parser\n      \
             match: kube.*\n      key_name: log\n      parser: app\n      reserve_data: true\n",
            single_quoted(pattern)
        );
    }
    text.push_str("  outputs:\n    - name: stdout\n      match: '*'\n");
    ExportFile::new("fluent-bit.yaml", text)
}

fn open_telemetry(pattern: Option<&str>) -> ExportFile {
    let mut text = String::from(
        "receivers:\n  file_log:                      # `filelog` in older releases\n    \
         include: [/var/log/pods/*/*/*.log]\n    include_file_path: true      # needed for pod metadata\n    \
         preserve_trailing_whitespaces: true\n    operators:\n      \
         - type: container          # finds the format by itself\n",
    );
    if let Some(pattern) = pattern {
        text.push_str("      - type: regex_parser\n        parse_from: body\n");
        text.push_str(&format!("        regex: {}\n", single_quoted(pattern)));
    }
    text.push_str(
        "exporters:\n  debug: {}\nservice:\n  pipelines:\n    logs:\n      receivers: [file_log]\n      \
         exporters: [debug]\n",
    );
    ExportFile::new("otel-collector.yaml", text)
}

fn vector(pattern: Option<&str>) -> ExportFile {
    let mut text = String::from(
        "sources:\n  pods:\n    type: kubernetes_logs        # picks CRI or Docker JSON per file, joins partial lines\n",
    );
    let mut input = "pods";
    if let Some(pattern) = pattern {
        input = "app";
        text.push_str(&format!(
            "transforms:\n  app:\n    type: remap\n    inputs: [pods]\n    source: |\n      \
             . |= parse_regex!(.message, r'{}')\n",
            pattern.replace('\'', r"\x27").replace('\n', r"\n")
        ));
    }
    text.push_str(&format!(
        "sinks:\n  out:\n    type: console\n    inputs: [{input}]\n    encoding:\n      codec: json\n"
    ));
    ExportFile::new("vector.yaml", text)
}

fn alloy(pattern: Option<&str>) -> ExportFile {
    let stage = pattern.map_or_else(String::new, |pattern| {
        format!("\n  stage.regex {{\n    expression = {}\n  }}", alloy_string(pattern))
    });
    let text = format!(
        "local.file_match \"pods\" {{\n  path_targets = [{{ __path__ = \"/var/log/pods/*/*/*.log\" }}]\n}}\n\n\
         loki.source.file \"pods\" {{\n  targets    = local.file_match.pods.targets\n  \
         forward_to = [loki.process.pods.receiver]\n}}\n\n\
         loki.process \"pods\" {{\n  forward_to = [loki.write.default.receiver]\n  \
         stage.cri {{ }}                  // Docker nodes: stage.docker {{ }}{stage}\n}}\n\n\
         loki.write \"default\" {{\n  endpoint {{\n    url = \"http://loki:3100/loki/api/v1/push\"\n  }}\n}}\n"
    );
    ExportFile::new("config.alloy", text)
}

/// A raw string where the text has no backquote, otherwise a quoted one.
fn alloy_string(text: &str) -> String {
    if text.contains('`') || text.chars().any(char::is_control) {
        super::yaml::double_quoted(text)
    } else {
        format!("`{text}`")
    }
}

#[cfg(test)]
mod tests {
    use super::Agent;

    #[test]
    fn a_quote_in_a_pattern_leaves_no_string_open() {
        let pattern = "^(?P<a>[^']*)' `x`$";
        assert!(Agent::Vector.file(Some(pattern)).text.contains(r"[^\x27]*)\x27"));
        assert!(Agent::OpenTelemetry.file(Some(pattern)).text.contains("'^(?P<a>[^'']*)'' `x`$'"));
        assert!(Agent::Alloy.file(Some(pattern)).text.contains("\"^(?P<a>[^']*)' `x`$\""));
    }

    #[test]
    fn every_agent_says_what_changes() {
        for agent in Agent::ALL {
            assert!(!agent.field_changes().is_empty() && !agent.file(None).text.is_empty());
        }
    }
}
