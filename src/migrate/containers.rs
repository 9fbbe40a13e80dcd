//! Pods and their containers: images, the daemonset image's variables, scripts beside the entrypoint.

use super::datadog;
use super::manifest::{Document, base_name, below, tidied};
use super::scripts::{without_comment, written};
use super::{Found, Severity};
use crate::import::yaml::{Node, NodeKind};

/// Where both fluentd images keep their configuration.
const ETC: &str = "/fluentd/etc";

/// A container with what surrounds it.
pub(super) struct Container<'n> {
    pub(super) document: &'n Document<'n>,
    pub(super) pod: &'n Node,
    pub(super) node: &'n Node,
    pub(super) path: String,
    pub(super) image: Image<'n>,
}

/// An image's name in parts.
pub(super) struct Image<'n> {
    pub(super) line: usize,
    /// Without registry, tag and digest.
    pub(super) name: &'n str,
    /// All before the tag.
    pub(super) repository: &'n str,
    tag: &'n str,
}

impl Image<'_> {
    /// True for a tag that names a version below `major.minor`. A lone major is its newest minor.
    pub(super) fn below(&self, major: u32, minor: u32) -> bool {
        let mut parts = self.tag.trim_start_matches('v').split(['.', '-', '_', '+']);
        let mut number = || parts.next()?.parse::<u32>().ok();
        match (number(), number()) {
            (Some(own), None) => own < major,
            (Some(own), Some(own_minor)) => (own, own_minor) < (major, minor),
            _ => false,
        }
    }
}

pub(super) fn image(node: Option<&Node>) -> Image<'_> {
    let text = node.and_then(Node::text).unwrap_or_default();
    let whole = text.split('@').next().unwrap_or_default();
    let slash = whole.rfind('/').map_or(0, |at| at + 1);
    let (repository, tag) = match whole.get(slash..).and_then(|last| last.find(':')) {
        Some(at) => (&whole[..slash + at], &whole[slash + at + 1..]),
        None => (whole, ""),
    };
    let name = base_name(repository);
    Image { line: node.map_or(0, |node| node.line), name, repository, tag }
}

/// A pod: the mapping with `containers`, and the mapping around it with its labels.
pub(super) fn pod(
    document: &Document,
    pod: &Node,
    path: &str,
    around: Option<&Node>,
    found: &mut Found,
) {
    let labels =
        around.and_then(|around| document.get(document.get(around, "metadata")?, "labels"));
    let injected =
        labels.and_then(|labels| document.text(labels, datadog::INJECTED)) == Some("true");
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        // A list or an item that is an alias is reported at its anchor.
        let items = pod.get(list).map_or(&[][..], Node::items);
        for (index, node) in items.iter().enumerate() {
            if matches!(node.kind, NodeKind::Alias(_)) {
                continue;
            }
            let path = format!("{}[{index}]", below(path, list));
            let image = image(document.get(node, "image"));
            let container = Container { document, pod, node, path, image };
            container.scripts(found);
            datadog::mounts(&container, found);
            if !injected {
                datadog::java(&container, found);
            }
            if list == "containers" {
                datadog::agent(&container, found);
                container.fluentd_image(found);
                if container.image.name == "cluster-autoscaler" && container.image.below(1, 24) {
                    container.at_image("ca-image", Severity::Info, found);
                }
            }
        }
    }
}

impl<'n> Container<'n> {
    pub(super) fn at_image(&self, rule: &'static str, severity: Severity, found: &mut Found) {
        found.add(rule, severity, &below(&self.path, "image"), self.image.line);
    }

    /// The variable's entry in `env`.
    pub(super) fn env(&self, name: &str) -> Option<&'n Node> {
        let entries = self.document.list(self.node, "env");
        entries.into_iter().rfind(|entry| self.document.text(entry, "name") == Some(name))
    }

    /// The variable's value, where it stands in the text.
    pub(super) fn value(&self, name: &str) -> Option<&'n Node> {
        self.document.get(self.env(name)?, "value")
    }

    /// The mounts: their entry and the tidied path.
    pub(super) fn mounts(&self) -> Vec<(&'n Node, String)> {
        let mounts = self.document.list(self.node, "volumeMounts").into_iter();
        mounts
            .filter_map(|mount| Some((mount, tidied(self.document.text(mount, "mountPath")?))))
            .collect()
    }

    /// The pod's volume of this name.
    pub(super) fn volume(&self, name: &str) -> Option<&'n Node> {
        let volumes = self.document.list(self.pod, "volumes");
        volumes.into_iter().find(|volume| self.document.text(volume, "name") == Some(name))
    }

    /// The strings of a list, or a lone string, with their paths.
    pub(super) fn strings(
        &self,
        parent: &'n Node,
        path: &str,
        key: &str,
    ) -> Vec<(&'n Node, String)> {
        let own = below(path, key);
        let Some(node) = self.document.get(parent, key) else { return Vec::new() };
        if node.text().is_some() {
            return vec![(node, own)];
        }
        let items = node.items().iter().enumerate();
        items.map(|(index, item)| (self.document.real(item), format!("{own}[{index}]"))).collect()
    }

    fn fluentd_image(&self, found: &mut Found) {
        let own_configuration = self.mounts().iter().any(|(_, path)| is_within(path, ETC));
        if self.image.name != "fluentd-kubernetes-daemonset" || own_configuration {
            return;
        }
        let parser = self.env("FLUENT_CONTAINER_TAIL_PARSER_TYPE");
        let text = self.value("FLUENT_CONTAINER_TAIL_PARSER_TYPE");
        match parser {
            Some(entry) if text.and_then(Node::text) != Some("json") => {
                if self.env("FLUENT_CONTAINER_TAIL_PARSER_TIME_FORMAT").is_none() {
                    let line = text.unwrap_or(entry).line;
                    let path = below(&self.path, "env");
                    found.add("fluentd-default-time-format", Severity::Warning, &path, line);
                }
            }
            _ => self.at_image("fluentd-default-parser", Severity::Error, found),
        }
    }

    /// What scripts write: over a ConfigMap, or where fluentd reads while it starts.
    fn scripts(&self, found: &mut Found) {
        let mut scripts = self.strings(self.node, &self.path, "command");
        scripts.extend(self.strings(self.node, &self.path, "args"));
        for hook in ["postStart", "preStop"] {
            let lifecycle = self.document.get(self.node, "lifecycle");
            let exec = lifecycle
                .and_then(|lifecycle| self.document.get(lifecycle, hook))
                .and_then(|hook| self.document.get(hook, "exec"));
            let Some(exec) = exec else { continue };
            let path = format!("{}.lifecycle.{hook}.exec", self.path);
            let own = self.strings(exec, &path, "command");
            if hook == "postStart" && self.is_fluentd() {
                self.race(&own, found);
            }
            scripts.extend(own);
        }
        for (script, path) in &scripts {
            let line = self
                .written_lines(script)
                .into_iter()
                .find_map(|(line, target)| self.read_only_mount(target).map(|mount| (line, mount)));
            if let Some((line, mount)) = line {
                found.with("cp-onto-configmap", Severity::Error, path, line, None, &mount);
            }
        }
        // `command: [cp, a, b]`: the words of one command.
        for key in ["command", "args"] {
            let words = self.strings(self.node, &self.path, key);
            let text: Vec<&str> = words.iter().filter_map(|(word, _)| word.text()).collect();
            if let (Some("cp"), Some((last, path))) = (text.first().copied(), words.last())
                && let Some(mount) = last.text().and_then(|target| self.read_only_mount(target))
            {
                found.with("cp-onto-configmap", Severity::Error, path, last.line, None, &mount);
            }
        }
    }

    fn race(&self, scripts: &[(&Node, String)], found: &mut Found) {
        for (script, path) in scripts {
            let written = self.written_lines(script);
            if let Some((line, _)) = written.iter().find(|(_, target)| is_within(target, ETC)) {
                found.add("poststart-race", Severity::Warning, path, *line);
            }
        }
    }

    fn written_lines<'s>(&'s self, script: &'s Node) -> Vec<(usize, &'s str)> {
        let lines = self.document.pieces(script).into_iter();
        lines
            .flat_map(|(line, text)| {
                written(without_comment(text)).into_iter().map(move |target| (line, target))
            })
            .collect()
    }

    fn is_fluentd(&self) -> bool {
        let name = self.document.text(self.node, "name").unwrap_or_default();
        self.image.repository.contains("fluentd") || name.contains("fluentd")
    }

    /// The ConfigMap mount that holds `target`; the innermost mount decides.
    fn read_only_mount(&self, target: &str) -> Option<String> {
        let target = tidied(target);
        let mounts = self.mounts();
        let around = mounts.iter().filter(|(_, path)| is_within(&target, path));
        let (mount, path) = around.max_by_key(|(_, path)| path.len())?;
        let volume = self.volume(self.document.text(mount, "name")?)?;
        let projected = self.document.get(volume, "projected");
        let sources = projected.map(|projected| self.document.list(projected, "sources"));
        let config_map = self.document.get(volume, "configMap").is_some()
            || sources.is_some_and(|all| {
                all.iter().any(|source| self.document.get(source, "configMap").is_some())
            });
        config_map.then(|| path.clone())
    }
}

/// True for `folder` and what lies in it.
pub(super) fn is_within(path: &str, folder: &str) -> bool {
    let path = tidied(path);
    path.strip_prefix(folder.trim_end_matches('/'))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
