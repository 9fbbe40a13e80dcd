//! The way to containerd (MIGRATE.md) on the page: what breaks, and the change that mends it.

use super::map::message;
use super::text::Utf16Map;
use crate::export::pair::{Variant, derive};
use crate::migrate::{Kind, Severity, Target, check, kind_of};
use crate::protocol::{Answer, ConfEdit, Fix, Message, Nodes};

/// A finding as a sheet says it: its mark and the sentence.
pub type Said = (String, Message);

/// The variant for these nodes.
pub fn variant(nodes: Nodes) -> Variant {
    match nodes {
        Nodes::Both => Variant::Both,
        Nodes::Containerd => Variant::Cri,
    }
}

/// What breaks in a fluent.conf.
pub fn of_conf(conf: &str) -> Vec<Said> {
    said(Kind::FluentConf, conf)
}

/// What breaks in a pasted manifest or policy, and what no text shows; empty for another text.
pub fn of_text(text: &str) -> Vec<Said> {
    let kind = kind_of(text);
    let known = match kind {
        Kind::FluentConf => false,
        Kind::Policy => true,
        Kind::Manifest => ["apiVersion", "kind:", "\"kind\"", "hostPath", "containers:"]
            .iter()
            .any(|word| text.contains(word)),
    };
    if !known {
        return Vec::new();
    }
    let mut found = said(kind, text);
    if kind == Kind::Manifest {
        found.push(note(
            "Not visible in a pasted text: Docker's `log-opts` (now the kubelet's `containerLogMaxSize` and `containerLogMaxFiles`), registry mirrors and credentials in daemon.json, agents on the nodes, scripts over SSH. Datadog's `docker.*` metrics become `containerd.*` and `container.*`: dashboards and monitors need an edit.",
            "貼り付けたテキストからは分からないもの: Docker の `log-opts` (kubelet の `containerLogMaxSize`・`containerLogMaxFiles` に移ります)、daemon.json のレジストリミラーと認証情報、ノード上のエージェント、SSH 経由のスクリプト。Datadog の `docker.*` メトリクスは `containerd.*`・`container.*` になるので、ダッシュボードとモニターの修正が必要です。",
        ));
    } else if text.contains("\"Condition\"") {
        found.push(note(
            "The policy has a condition: other conditions than those on resource tags are not judged and count as granted.",
            "ポリシーに条件があります。リソースタグ以外の条件は評価せず、許可とみなします。",
        ));
    }
    found
}

fn note(en: &str, ja: &str) -> Said {
    ("note".to_owned(), Message { en: en.to_owned(), ja: ja.to_owned() })
}

fn said(kind: Kind, text: &str) -> Vec<Said> {
    let found = check(kind, text, Target::default());
    let mut said = Vec::with_capacity(found.len() + 1);
    if found.is_empty() {
        let (en, ja) = (
            "Nothing found that breaks on nodes with containerd (EKS 1.24).",
            "containerd のノード (EKS 1.24) で壊れるものは見つかりません。",
        );
        said.push(("good".to_owned(), Message { en: en.to_owned(), ja: ja.to_owned() }));
    }
    for finding in found {
        let mark = if finding.severity == Severity::Error { "bad" } else { "note" };
        let what = finding.what.map(|what| format!(" {what}")).unwrap_or_default();
        let (line, rule) = (finding.line, finding.rule);
        let fix = message(&finding.fix);
        let text = Message {
            en: format!("Line {line} · {} `{rule}{what}`: {}", finding.severity.word(), fix.en),
            ja: format!(
                "{line} 行目 · {} `{rule}{what}`: {}",
                in_japanese(finding.severity),
                fix.ja
            ),
        };
        said.push((mark.to_owned(), text));
    }
    said
}

fn in_japanese(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "エラー",
        Severity::Warning => "警告",
        Severity::Info => "情報",
    }
}

/// The configuration's change as one edit, to look at before it is made.
pub fn change(conf: &str, variant: Variant) -> Answer {
    let derived = match derive(conf, variant) {
        Ok(derived) => derived.conf,
        Err(why) => return Answer::Nothing(message(&why)),
    };
    let common = |mut pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        (&mut pairs).take_while(|(one, other)| one == other).map(|(one, _)| one.len_utf8()).sum()
    };
    let start = common(&mut conf.chars().zip(derived.chars()));
    let (old, new) = (&conf[start..], &derived[start..]);
    let end = common(&mut old.chars().rev().zip(new.chars().rev()));
    let map = Utf16Map::new(conf);
    let title = Message {
        en: format!("Change it into {}", variant.file_name()),
        ja: format!("{} にする", variant.file_name()),
    };
    let edit = ConfEdit {
        from: map.unit(start as u32),
        to: map.unit((conf.len() - end) as u32),
        insert: new[..new.len() - end].to_owned(),
    };
    Answer::Fixes(vec![Fix { title, edits: vec![edit] }])
}

#[cfg(test)]
mod tests {
    use super::{change, of_conf, of_text};
    use crate::export::pair::{Variant, derive};
    use crate::protocol::Answer;

    const CONF: &str = "# 日本語 😀\n<source>\n  @type tail\n  path /var/log/containers/*.log\n  tag k.*\n  <parse>\n    @type json\n  </parse>\n</source>\n<match **>\n  @type stdout # 😀\n</match>\n";

    #[test]
    fn the_change_is_one_edit_that_makes_the_derived_text() {
        for variant in Variant::ALL {
            let Answer::Fixes(fixes) = change(CONF, variant) else { panic!("no fix") };
            let edit = &fixes[0].edits[0];
            let units: Vec<u16> = CONF.encode_utf16().collect();
            let mut made = String::from_utf16(&units[..edit.from as usize]).unwrap();
            made.push_str(&edit.insert);
            made.push_str(&String::from_utf16(&units[edit.to as usize..]).unwrap());
            assert_eq!(made, derive(CONF, variant).unwrap().conf);
        }
        assert!(matches!(change("<a", Variant::Cri), Answer::Nothing(_)));
    }

    #[test]
    fn findings_are_said_in_both_languages() {
        let said = of_conf(CONF);
        assert!(said[0].1.en.contains("Line 2"), "{said:?}");
        assert!(
            said.iter()
                .any(|(mark, text)| mark == "bad" && text.ja.contains("エラー `json-parse-cri`"))
        );
        assert_eq!(of_text("^(?<a>b)$"), []);
        let pod = of_text("kind: Pod\nspec:\n  volumes:\n  - hostPath: {path: /run/docker.sock}\n");
        assert!(pod[0].1.en.contains("`docker-socket`") && pod.len() == 2);
        let clean = of_text("{\"Statement\": []}");
        assert!(clean.iter().any(|(mark, _)| mark == "bad"));
    }
}
