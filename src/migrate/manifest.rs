//! Manifests: every document's tree from the top, with volumes, strings and pods where they occur.
//! A pod is any mapping with a list of `containers`, so that no table of kinds is needed.

use super::scripts::{Words, container_runtime, removed_flag, without_comment};
use super::{Found, Severity, conf, containers};
use crate::import::is_fluent_conf;
use crate::import::yaml::{self, Node, NodeKind};

/// Folders that hold the targets of the links in `/var/log/containers`.
const LOG_ROOTS: [&str; 4] = ["/", "/var", "/var/log", "/var/log/pods"];

/// One document, with what its aliases stand for.
pub(super) struct Document<'t> {
    anchors: Vec<(usize, &'t Node)>,
    lines: &'t [&'t str],
    pub(super) words: &'t Words,
}

pub(super) fn check(text: &str, found: &mut Found) {
    let words = Words::new();
    let lines: Vec<&str> = text.split('\n').collect();
    let documents = match yaml::read(text) {
        Ok(documents) => documents,
        Err(error) => {
            let line = error_line(&error, &lines);
            found.with("yaml-syntax", Severity::Error, "", line, None, &error.message);
            for (number, line) in (1..).zip(&lines) {
                words.socket_refs(without_comment(line), "", number, found);
            }
            return;
        }
    };
    for root in &documents {
        let mut document = Document { anchors: Vec::new(), lines: &lines, words: &words };
        document.collect(root);
        document.walk(root, "", None, found);
    }
}

/// A key that never gets its `:` is only noticed at the next token, and that is where libyaml (what
/// `kubectl` and PyYAML read with) points to; a quote that is never closed, at the end.
fn error_line(error: &yaml::YamlError, lines: &[&str]) -> usize {
    let message = error.message.as_str();
    if message.contains("in quoted scalar") {
        return lines.len();
    }
    // `{{- if … }}` where a key must stand: the reader here stops at the `-`, libyaml after the line.
    let template = message.contains("only valid inside a block") && must_be_key(error.line, lines);
    if !template && !message.contains("simple key") {
        return error.line;
    }
    let rest = lines.iter().zip(1..).skip(error.line);
    let says = |line: &str| !line.is_empty() && !line.starts_with('#');
    rest.into_iter().find(|(line, _)| says(line.trim())).map_or(error.line, |(_, number)| number)
}

/// True when the line begins with `{` at the column of a collection that is open there.
fn must_be_key(number: usize, lines: &[&str]) -> bool {
    let column = |line: &str| line.len() - line.trim_start().len();
    let Some((line, above)) = number.checked_sub(1).and_then(|at| lines.get(..=at)?.split_last())
    else {
        return false;
    };
    let own = column(line);
    let mut above = above.iter().rev().filter(|line| {
        let text = line.trim();
        !text.is_empty() && !text.starts_with('#')
    });
    line.trim_start().starts_with('{')
        && above.find(|line| column(line) <= own).is_some_and(|line| {
            let after_dash = line.trim_start().trim_start_matches("- ");
            !line.starts_with("---")
                && (column(line) == own || line.len() - after_dash.len() == own)
        })
}

/// `path.key`, or `path["key"]` for a key with other characters.
pub(super) fn below(path: &str, key: &str) -> String {
    let plain = !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    match (plain, path.is_empty()) {
        (true, true) => key.to_owned(),
        (true, false) => format!("{path}.{key}"),
        (false, _) => format!("{path}[\"{key}\"]"),
    }
}

impl<'t> Document<'t> {
    fn collect(&mut self, node: &'t Node) {
        if node.anchor > 0 {
            self.anchors.push((node.anchor, node));
        }
        match &node.kind {
            NodeKind::Sequence(items) => items.iter().for_each(|item| self.collect(item)),
            NodeKind::Mapping(entries) => entries.iter().for_each(|(_, value)| self.collect(value)),
            NodeKind::Scalar(_) | NodeKind::Alias(_) => {}
        }
    }

    /// What a node stands for.
    pub(super) fn real<'n>(&'n self, node: &'n Node) -> &'n Node {
        let NodeKind::Alias(anchor) = node.kind else { return node };
        self.anchors.iter().rfind(|(known, _)| *known == anchor).map_or(node, |(_, node)| *node)
    }

    /// The value under `key`, through aliases and merged mappings.
    pub(super) fn get<'n>(&'n self, node: &'n Node, key: &str) -> Option<&'n Node> {
        let node = self.real(node);
        let value = node.get(key).or_else(|| self.real(node.get("<<")?).get(key))?;
        Some(self.real(value))
    }

    pub(super) fn text<'n>(&'n self, node: &'n Node, key: &str) -> Option<&'n str> {
        self.get(node, key)?.text()
    }

    /// The items under `key`, each resolved.
    pub(super) fn list<'n>(&'n self, node: &'n Node, key: &str) -> Vec<&'n Node> {
        let items = self.get(node, key).map_or(&[][..], Node::items);
        items.iter().map(|item| self.real(item)).collect()
    }

    /// The lines of a scalar with their numbers: those of the text for a block, else its own.
    pub(super) fn pieces<'n>(&'n self, node: &'n Node) -> Vec<(usize, &'n str)> {
        if node.end > 0 {
            let lines = self.lines.get(node.line - 1..(node.end - 1).max(node.line));
            return (node.line..).zip(lines.unwrap_or_default().iter().copied()).collect();
        }
        node.text().unwrap_or_default().split('\n').map(|line| (node.line, line)).collect()
    }

    /// The line on which `word` stands in a scalar; `None` if it does not.
    pub(super) fn line_with(&self, node: &Node, word: &str) -> Option<usize> {
        let pieces = self.pieces(node);
        pieces.iter().find(|(_, line)| without_comment(line).contains(word)).map(|(line, _)| *line)
    }

    /// `around`: the mapping that holds this node.
    fn walk(&self, node: &'t Node, path: &str, around: Option<&'t Node>, found: &mut Found) {
        match &node.kind {
            NodeKind::Scalar(_) => self.string(node, path, found),
            NodeKind::Sequence(items) => {
                for (index, item) in items.iter().enumerate() {
                    if item.get("hostPath").is_some() {
                        self.host_path(item, &format!("{path}[{index}]"), items, found);
                    }
                    self.walk(item, &format!("{path}[{index}]"), around, found);
                }
            }
            NodeKind::Mapping(entries) => {
                self.mapping(node, path, around, found);
                for (at, (key, value)) in entries.iter().enumerate() {
                    let name = key.text().unwrap_or_default();
                    let again =
                        entries[at + 1..].iter().any(|(later, _)| later.text() == Some(name));
                    if !again && !self.has_own_rule(node, name, path) {
                        self.walk(value, &below(path, name), Some(node), found);
                    }
                }
            }
            NodeKind::Alias(_) => {}
        }
    }

    /// Values that the rules for strings do not read.
    fn has_own_rule(&self, node: &Node, name: &str, path: &str) -> bool {
        match name {
            "mountPath" => true,
            "path" => path == "hostPath" || path.ends_with(".hostPath"),
            "value" => self.text(node, "name") == Some("DOCKER_HOST"),
            _ => false,
        }
    }

    fn mapping(&self, node: &'t Node, path: &str, around: Option<&'t Node>, found: &mut Found) {
        // An item of a list is judged with its neighbours, in `walk`.
        if node.get("hostPath").is_some() && (!path.ends_with(']') || path.ends_with("\"]")) {
            self.host_path(node, path, &[], found);
        }
        self.docker_host(node, path, found);
        self.argv(node, path, found);
        self.confs(node, path, found);
        for (key, value) in node.entries() {
            let name = key.text().unwrap_or_default();
            let own = below(path, name);
            match name {
                "kubeletExtraArgs" => kubelet_arguments(value, &own, found),
                "annotations" => seccomp(value, &own, found),
                _ => {}
            }
        }
        if self.get(node, "containers").is_some_and(|list| !list.items().is_empty()) {
            containers::pod(self, node, path, around, found);
        }
    }

    /// `volumes`: the volumes beside it.
    fn host_path(&self, volume: &Node, path: &str, volumes: &[Node], found: &mut Found) {
        let Some(node) = volume.get("hostPath").and_then(|host| host.get("path")) else { return };
        let Some(text) = node.text() else { return };
        let own = below(&below(path, "hostPath"), "path");
        let folder = tidied(text);
        let within = |root: &str| {
            folder.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let logs = volumes.iter().any(|other| {
            let other = self.get(other, "hostPath").and_then(|host| self.text(host, "path"));
            other.is_some_and(|path| LOG_ROOTS.contains(&tidied(path).as_str()))
        });
        let (rule, severity) = if self.words.is_socket(0, &folder) {
            ("docker-socket", Severity::Error)
        } else if self.words.is_socket(1, &folder) {
            ("dockershim-socket", Severity::Warning)
        } else if within("/var/lib/docker/containers") {
            ("docker-log-dir", if logs { Severity::Info } else { Severity::Warning })
        } else if within("/var/log/containers") {
            if logs {
                return;
            }
            ("log-symlink-target", Severity::Error)
        } else if ["/var/lib/docker", "/var/run/docker", "/run/docker", "/var/lib/dockershim"]
            .into_iter()
            .any(within)
        {
            ("docker-data-dir", Severity::Warning)
        } else if within("/etc/docker") {
            ("docker-daemon-config", Severity::Warning)
        } else if matches!(folder.as_str(), "/var/run" | "/run") {
            ("run-dir", Severity::Info)
        } else {
            return;
        };
        found.add(rule, severity, &own, node.line);
    }

    /// An entry of `env`.
    fn docker_host(&self, node: &Node, path: &str, found: &mut Found) {
        if node.get("name").and_then(Node::text) != Some("DOCKER_HOST") {
            return;
        }
        let Some(value) = node.get("value") else { return };
        let text = self.real(value).text().unwrap_or_default();
        let remote = text.starts_with("tcp://") || text.starts_with("ssh://");
        let severity = if remote { Severity::Info } else { Severity::Warning };
        found.add("docker-host-env", severity, &below(path, "value"), value.line);
    }

    /// argv[0] of `command`, or of `args` where there is no command.
    fn argv(&self, node: &Node, path: &str, found: &mut Found) {
        let key = if node.get("command").is_some() { "command" } else { "args" };
        let items = node.get(key).map_or(&[][..], Node::items);
        let Some(first) = items.first() else { return };
        let program = base_name(first.text().unwrap_or_default());
        let own = below(path, key);
        if matches!(program, "docker" | "docker-compose") {
            found.add("docker-cli", Severity::Warning, &format!("{own}[0]"), first.line);
        }
        if program == "kubelet" || program == "hyperkube" {
            for key in ["command", "args"] {
                let items = node.get(key).map_or(&[][..], Node::items);
                for (index, item) in items.iter().enumerate() {
                    let own = format!("{}[{index}]", below(path, key));
                    for (line, text) in self.pieces(item) {
                        self.words.line(text, true, &own, line, found);
                    }
                }
            }
        }
    }

    /// The rules for every string, line by line.
    fn string(&self, node: &Node, path: &str, found: &mut Found) {
        let says = |text: &str| {
            let text = text.to_ascii_lowercase();
            text.contains("kubelet") || text.contains("bootstrap.sh")
        };
        let kubelet = says(path) || says(node.text().unwrap_or_default());
        for (line, text) in self.pieces(node) {
            self.words.line(without_comment(text), kubelet, path, line, found);
        }
    }

    /// The entries of a mapping that are each a fluent.conf.
    fn confs(&self, node: &'t Node, path: &str, found: &mut Found) {
        let is_conf = |node: &&(Node, Node)| {
            node.1.text().is_some_and(|text| text.contains('\n') && is_fluent_conf(text))
        };
        let NodeKind::Mapping(entries) = &node.kind else { return };
        let confs: Vec<&(Node, Node)> = entries.iter().filter(is_conf).collect();
        let texts: Vec<&str> = confs.iter().filter_map(|(_, conf)| conf.text()).collect();
        for (index, (key, value)) in confs.iter().enumerate() {
            let mut others = texts.clone();
            others.remove(index);
            let text = texts[index];
            let blank = text.len() - text.trim_start_matches('\n').len();
            let place = conf::Place {
                path: format!("{}:", below(path, key.text().unwrap_or_default())),
                line: value.line,
                block: value.end > 0,
                blank,
                others,
            };
            conf::check(text, &place, found);
        }
    }
}

fn kubelet_arguments(arguments: &Node, path: &str, found: &mut Found) {
    let mut one = |name: &Node, value: Option<&Node>, path: String| {
        let flag = name.text().unwrap_or_default();
        if flag == "container-runtime" {
            let value = value.and_then(Node::text).unwrap_or_default();
            container_runtime(value, &path, name.line, found);
        }
        removed_flag(flag, &path, name.line, found);
    };
    for (key, value) in arguments.entries() {
        one(key, Some(value), below(path, key.text().unwrap_or_default()));
    }
    // kubeadm's v1beta4: a list of names and values.
    for (index, item) in arguments.items().iter().enumerate() {
        if let Some(name) = item.get("name") {
            one(name, item.get("value"), format!("{path}[{index}].name"));
        }
    }
}

fn seccomp(annotations: &Node, path: &str, found: &mut Found) {
    for (key, value) in annotations.entries() {
        let name = key.text().unwrap_or_default();
        let mut profiles = value.text().unwrap_or_default().split(',').map(str::trim);
        // Also `container.seccomp.…/NAME`, the annotation of one container.
        let old = name.contains("seccomp.security.alpha.kubernetes.io/");
        if old && profiles.any(|profile| profile == "docker/default") {
            found.add("seccomp-docker-default", Severity::Info, &below(path, name), value.line);
        }
    }
}

/// A path without doubled and closing slashes.
pub(super) fn tidied(path: &str) -> String {
    let mut tidied = String::with_capacity(path.len());
    for part in path.trim().split('/').filter(|part| !part.is_empty()) {
        tidied.push('/');
        tidied.push_str(part);
    }
    if !path.trim_start().starts_with('/') {
        return path.trim().trim_end_matches('/').to_owned();
    }
    if tidied.is_empty() { "/".to_owned() } else { tidied }
}

/// The last part of a path.
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}
