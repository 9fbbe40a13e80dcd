//! The checker for the way from EKS 1.23 to 1.24 (dockershim to containerd): manifests, the cluster
//! autoscaler's IAM policy and fluent.conf, judged by their text alone. Rules, severities and places
//! are those of MIGRATE.md (`migrate.public.jsonl` holds them).
//!
//! Deliberately absent: what a text cannot show (Docker's `log-opts`, registry mirrors, metrics that
//! are named `docker.*`, agents on the nodes, scripts over SSH).

#![allow(
    clippy::disallowed_methods,
    reason = "other tools' texts, not Ruby's: Unicode white space is white space here"
)]

mod conf;
mod containers;
mod datadog;
mod manifest;
mod policy;
mod scripts;
mod texts;

use crate::diag::Message;
use crate::import::is_fluent_conf;
use crate::share::json;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// It will break.
    Error,
    /// It breaks in usual set-ups, or loses data.
    Warning,
    /// Know this.
    Info,
}

impl Severity {
    /// The word of MIGRATE.md.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule of MIGRATE.md.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where in the document: dotted keys and `[n]`.
    pub path: String,
    /// The 1-based line in the text.
    pub line: usize,
    /// The IAM action or the flag that it is about.
    pub what: Option<&'static str>,
    /// What to do.
    pub fix: Message,
}

impl Finding {
    /// The finding as one JSON object; `file` names the text.
    pub fn to_json(&self, file: &str) -> String {
        let line = self.line.to_string();
        let what = self.what.unwrap_or_default();
        let entries = [
            ("file", file),
            ("rule", self.rule),
            ("severity", self.severity.word()),
            ("path", &self.path),
            ("line", &line),
            ("what", what),
            ("fix", &self.fix.en),
        ];
        let mut out = String::from("{");
        for (name, value) in
            entries.into_iter().filter(|entry| entry.0 != "what" || !what.is_empty())
        {
            let comma = if out.len() > 1 { "," } else { "" };
            out.push_str(&format!("{comma}\"{name}\":"));
            if name == "line" {
                out.push_str(value);
            } else {
                json::write_text(value, &mut out);
            }
        }
        out.push('}');
        out
    }
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Kubernetes manifests and everything else in YAML or JSON.
    Manifest,
    /// An IAM policy.
    Policy,
    /// A fluent.conf.
    FluentConf,
}

/// The autoscaler's version that a policy is judged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    minor: u32,
    /// The newest one where it is not said.
    patch: u32,
}

impl Target {
    /// `1.24`, `v1.24.0`; `None` for anything else.
    pub fn new(text: &str) -> Option<Target> {
        let mut parts = text.trim().trim_start_matches('v').split('.');
        if parts.next()? != "1" {
            return None;
        }
        let minor = parts.next()?.parse().ok()?;
        let patch = parts.next().map_or(Some(u32::MAX), |patch| patch.parse().ok())?;
        Some(Target { minor, patch })
    }

    /// True from `1.minor.patch` on.
    fn from(self, minor: u32, patch: u32) -> bool {
        (self.minor, self.patch) >= (minor, patch)
    }
}

impl Default for Target {
    fn default() -> Target {
        Target { minor: 24, patch: u32::MAX }
    }
}

/// What `text` looks like.
pub fn kind_of(text: &str) -> Kind {
    let policy = text.trim_start().starts_with('{')
        && ["\"Statement\"", "\"PolicyDocument\"", "\"PolicyVersion\""]
            .iter()
            .any(|word| text.contains(word));
    let manifest =
        text.lines().any(|line| line.starts_with("apiVersion:") || line.starts_with("kind:"));
    if policy {
        Kind::Policy
    } else if !manifest && is_fluent_conf(text) && text.trim_start().starts_with(['<', '#', '@']) {
        Kind::FluentConf
    } else {
        Kind::Manifest
    }
}

/// The findings in `text`, by line, rule and path.
///
/// ```
/// use fluentd_playground::migrate::{Kind, Target, check};
/// let pod = "kind: Pod\nspec:\n  volumes:\n  - hostPath: {path: /var/run/docker.sock}\n";
/// let found = check(Kind::Manifest, pod, Target::default());
/// assert_eq!((found[0].rule, found[0].line), ("docker-socket", 4));
/// assert_eq!(found[0].path, "spec.volumes[0].hostPath.path");
/// ```
pub fn check(kind: Kind, text: &str, target: Target) -> Vec<Finding> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let mut found = Found::default();
    match kind {
        Kind::Manifest => manifest::check(&text, &mut found),
        Kind::Policy => policy::check(&text, target, &mut found),
        Kind::FluentConf => conf::check(&text, &conf::Place::default(), &mut found),
    }
    crate::order::by(&mut found.0, |one, other| {
        (one.line, one.rule, &one.path) < (other.line, other.rule, &other.path)
    });
    found.0
}

/// The findings so far, each one once.
#[derive(Default)]
struct Found(Vec<Finding>);

impl Found {
    fn add(&mut self, rule: &'static str, severity: Severity, path: &str, line: usize) {
        self.with(rule, severity, path, line, None, "");
    }

    /// With what it is about, and the word that the text of the fix shows.
    fn with(
        &mut self,
        rule: &'static str,
        severity: Severity,
        path: &str,
        line: usize,
        what: Option<&'static str>,
        shown: &str,
    ) {
        let known = self.0.iter().any(|known| {
            known.rule == rule && known.line == line && known.what == what && known.path == path
        });
        if !known {
            let fix = texts::fix(rule, severity, shown);
            self.0.push(Finding { rule, severity, path: path.to_owned(), line, what, fix });
        }
    }
}

#[cfg(test)]
mod tests;
