//! Datadog: the socket that the Java tracer and JMXFetch send metrics to, and the agent's side of it.

use super::containers::{Container, is_within};
use super::manifest::{base_name, below, tidied};
use super::{Found, Severity};
use crate::import::yaml::Node;

/// The label with which the admission controller mounts the socket itself.
pub(super) const INJECTED: &str = "admission.datadoghq.com/enabled";

/// Where the tracer looks for the socket.
const FOLDER: &str = "/var/run/datadog";

/// Variables that a JVM or its start script reads options from.
const JAVA_OPTIONS: [&str; 5] =
    ["JAVA_TOOL_OPTIONS", "JAVA_OPTS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CATALINA_OPTS"];

/// Variables that say where metrics go.
const ELSEWHERE: [&str; 2] = ["DD_DOGSTATSD_URL", "DD_JMXFETCH_STATSD_HOST"];

/// Mounts of the socket or of its folder.
pub(super) fn mounts(container: &Container, found: &mut Found) {
    let document = container.document;
    for (index, mount) in document.list(container.node, "volumeMounts").into_iter().enumerate() {
        let own = format!("{}[{index}]", below(&container.path, "volumeMounts"));
        let Some(place) = document.get(mount, "mountPath") else { continue };
        let path = tidied(place.text().unwrap_or_default());
        let name = document.get(mount, "name");
        let volume = name.and_then(Node::text).and_then(|name| container.volume(name));
        let host = volume.and_then(|volume| document.get(volume, "hostPath"));
        let host = host.and_then(|host| document.text(host, "path")).map(tidied);
        if base_name(&path) == "dsd.socket" {
            found.add("dsd-socket-file", Severity::Warning, &below(&own, "mountPath"), place.line);
        } else if path == FOLDER {
            if let (None, Some(name)) = (volume, name) {
                found.add("dsd-volume-missing", Severity::Error, &below(&own, "name"), name.line);
            }
        } else if host.as_deref() == Some(FOLDER) && !says_where(container) {
            found.add("dsd-path", Severity::Warning, &below(&own, "mountPath"), place.line);
        }
    }
}

fn says_where(container: &Container) -> bool {
    let mut names = ELSEWHERE.iter().chain(&["DD_DOGSTATSD_SOCKET"]);
    names.any(|name| container.env(name).is_some())
}

/// True with any mount that brings the socket's folder, at the right place or not.
fn has_mount(container: &Container) -> bool {
    let document = container.document;
    container.mounts().iter().any(|(mount, path)| {
        let volume = document.text(mount, "name").and_then(|name| container.volume(name));
        let host = volume.and_then(|volume| document.get(volume, "hostPath"));
        let host = host.and_then(|host| document.text(host, "path")).map(tidied);
        is_within(path, FOLDER)
            || host.as_deref().is_some_and(|host| is_within(host, FOLDER))
            || path == "/var/run" && matches!(host.as_deref(), Some("/var/run" | "/run"))
    })
}

/// A container that runs the Java tracer without the socket.
pub(super) fn java(container: &Container, found: &mut Found) {
    let Some(line) = tracer(container) else { return };
    let off = ["DD_JMXFETCH_ENABLED", "DD_RUNTIME_METRICS_ENABLED"].iter().any(|name| {
        let value = container.value(name).and_then(Node::text).unwrap_or_default();
        value.eq_ignore_ascii_case("false")
    });
    let elsewhere = ELSEWHERE.iter().any(|name| container.env(name).is_some());
    if off || elsewhere || has_mount(container) {
        return;
    }
    let udp = container.env("DD_AGENT_HOST").is_some();
    let severity = if udp { Severity::Info } else { Severity::Warning };
    found.add("dsd-socket-missing", severity, &container.path, line);
}

/// The line that names the tracer.
fn tracer(container: &Container) -> Option<usize> {
    let options = JAVA_OPTIONS.iter().filter_map(|name| container.value(name));
    let mut strings: Vec<&Node> = options.collect();
    for key in ["command", "args"] {
        let own = container.strings(container.node, &container.path, key);
        strings.extend(own.iter().map(|(node, _)| *node));
    }
    strings.iter().find_map(|node| container.document.line_with(node, "dd-java-agent"))
}

/// The agent itself.
pub(super) fn agent(container: &Container, found: &mut Found) {
    let image = &container.image;
    let datadog = image.repository.contains("datadog");
    if !datadog || !matches!(image.name, "agent" | "docker-dd-agent") {
        return;
    }
    if image.below(7, 27) && container.env("DD_CRI_SOCKET_PATH").is_none() {
        container.at_image("dd-agent-old", Severity::Error, found);
    }
    let command = container.strings(container.node, &container.path, "command");
    let program = command.first().and_then(|(word, _)| word.text()).map(base_name);
    if program.is_some_and(|name| name.ends_with("-agent") || name == "system-probe") {
        // The trace and process agents only send to the socket.
        return;
    }
    let document = container.document;
    for (index, mount) in document.list(container.node, "volumeMounts").into_iter().enumerate() {
        let folder = document.text(mount, "mountPath").map(tidied);
        let Some(read_only) = document.get(mount, "readOnly") else { continue };
        if folder.as_deref() == Some(FOLDER) && read_only.text() == Some("true") {
            let path = format!("{}.volumeMounts[{index}].readOnly", container.path);
            found.add("dsd-agent-readonly", Severity::Error, &path, read_only.line);
        }
    }
    if let Some(entry) = container.env("DD_DOGSTATSD_SOCKET") {
        let value = document.get(entry, "value");
        let socket = value.and_then(Node::text).map(tidied).unwrap_or_default();
        let folder = socket.rsplit_once('/').map_or(FOLDER, |(folder, _)| folder);
        if !container.mounts().iter().any(|(_, path)| is_within(folder, path)) {
            let line = value.unwrap_or(entry).line;
            found.add("dsd-agent-mount", Severity::Error, &container.path, line);
        }
    }
}
