//! ConfigMaps, and Helm values that carry fluent.conf texts (`fileConfigs` of the chart `fluentd`,
//! `extraFilesConfigMap`, any other key): every text in the tree that is a fluent.conf.

use super::yaml::{self, Node, NodeKind};
use super::{Imported, is_fluent_conf};
use crate::diag::Message;

/// Reads a manifest or values file; `None` where no fluent.conf is in it.
pub fn import(text: &str) -> Option<Imported> {
    // As JSON, or quoted as kubectl quotes a text with blanks at a line's end, it is on one line.
    let may_hold = is_fluent_conf(text) || (text.contains("kind") && text.contains('<'));
    if !may_hold {
        return None;
    }
    let documents = match yaml::read(text) {
        Ok(documents) => documents,
        Err(error) => return unreadable(text, &error),
    };
    let mut found = Vec::new();
    let mut kinds = Vec::new();
    for document in &documents {
        kinds.extend(document.get("kind").and_then(Node::text).map(str::to_owned));
        collect(document, "", &mut found);
    }
    if found.is_empty() {
        return None;
    }
    let chart = documents.iter().any(|document| document.get("fileConfigs").is_some());
    let count = found.len();
    let mut differences = Vec::new();
    if chart {
        crate::order::sort(&mut found);
        found.insert(0, ("fluent.conf".to_owned(), joined(&found)));
        differences.push(Message::new(
            "The chart includes its files in the order of their names: they stand here as one configuration.",
            "チャートはファイル名の順に include します。ここでは 1 つの設定にまとめてあります。",
        ));
    } else {
        crate::order::by_key(&mut found, |(name, _)| {
            (name != "fluent.conf", !name.contains("fluent"))
        });
    }
    let kind =
        if chart { "Helm values" } else { kinds.first().map_or("YAML", |kind| kind.as_str()) };
    Some(Imported {
        what: Message::new(
            format!("{kind} with {count} configuration{}", if count == 1 { "" } else { "s" }),
            format!("{kind} (設定 {count} 件)"),
        ),
        confs: found,
        lines: Vec::new(),
        differences,
    })
}

/// A template that is not YAML yet.
fn unreadable(text: &str, error: &yaml::YamlError) -> Option<Imported> {
    (text.contains("{{") && text.contains("apiVersion:")).then(|| Imported {
        what: Message::new(
            format!(
                "a Helm template that is not rendered (line {}: {})",
                error.line, error.message
            ),
            format!("展開されていない Helm テンプレート (行 {}: {})", error.line, error.message),
        ),
        differences: vec![Message::new(
            "Paste the output of `helm template` instead.",
            "代わりに `helm template` の出力を貼り付けてください。",
        )],
        ..Imported::default()
    })
}

/// Depth is bounded by [`yaml::read`].
fn collect(node: &Node, key: &str, found: &mut Vec<(String, String)>) {
    match &node.kind {
        NodeKind::Scalar(text) if is_fluent_conf(text) => {
            found.push((key.to_owned(), text.clone()));
        }
        NodeKind::Sequence(items) => {
            for item in items {
                collect(item, key, found);
            }
        }
        NodeKind::Mapping(entries) => {
            for (name, value) in entries {
                collect(value, name.text().unwrap_or(key), found);
            }
        }
        NodeKind::Scalar(_) | NodeKind::Alias(_) => {}
    }
}

fn joined(files: &[(String, String)]) -> String {
    files.iter().map(|(name, text)| format!("# {name}\n{}\n", text.trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use super::import;

    #[test]
    fn both_variants_of_a_config_map_come_out_as_they_went_in() {
        let imported =
            import(include_str!("../../tests/export/configmap.yaml")).unwrap_or_default();
        assert_eq!(imported.what.en, "ConfigMap with 2 configurations");
        let texts: Vec<&str> = imported.confs.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(
            texts,
            [
                include_str!("../../tests/export/fluent-docker.conf"),
                include_str!("../../tests/export/fluent-cri.conf")
            ]
        );
    }

    #[test]
    fn the_files_of_the_chart_are_joined_in_the_order_of_their_names() {
        let values = "fileConfigs:\n  02_filters.conf: |-\n    <filter **>\n      @type stdout\n    </filter>\n  \
                      01_sources.conf: |-\n    <source>\n      @type tail\n    </source>\n";
        let imported = import(values).unwrap_or_default();
        assert!(imported.confs[0].1.starts_with("# 01_sources.conf\n<source>"));
    }

    #[test]
    fn a_config_map_may_be_json_or_quoted() {
        for text in [
            r#"{"apiVersion":"v1","kind":"ConfigMap","data":{"fluent.conf":"<match **>\n  @type null\n</match>\n"}}"#,
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  fluent.conf: \"<match **>\\n  @type null\\n</match>\\n\"\n",
        ] {
            let imported = import(text).unwrap_or_default();
            assert_eq!(imported.confs[0].1, "<match **>\n  @type null\n</match>\n", "{text}");
        }
        assert_eq!(import(r#"{"kind":"event","log":"a < b"}"#), None);
    }

    #[test]
    fn a_template_says_to_render_it_first() {
        let text = "apiVersion: v1\nkind: ConfigMap\ndata:\n  {{- if .x }}\n  fluent.conf: |\n    <source>\n    </source>\n";
        assert!(import(text).is_some_and(|imported| imported.confs.is_empty()));
    }
}
