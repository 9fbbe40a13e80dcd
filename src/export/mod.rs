//! Text out: fluent.conf variants, ConfigMaps and DaemonSets, Helm values, other agents.
//!
//! Everything here is a pure function from a configuration (and a few choices) to files; running
//! what was generated, to see that both variants give the same events, is the caller's part, since
//! only the engine can. Follows `../shared/spec/EXPORT.md`.

pub mod agents;
pub mod application;
pub mod embed;
pub mod kubernetes;
pub mod pair;
pub mod pattern;
pub mod repro;
pub mod yaml;
pub mod zip;

/// One generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportFile {
    /// Its name, without folders.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl ExportFile {
    /// A file.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> ExportFile {
        ExportFile { name: name.into(), text: text.into() }
    }
}
