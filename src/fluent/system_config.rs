//! `<system>` (fluentd `lib/fluent/system_config.rb`): what holds for the whole process. Read before
//! anything else; only what changes what becomes of events is kept.

use super::config::element::Element;
use super::config::registry::section;
use super::config::section::SectionGenerator;
use super::config::types::Mode;
use super::error::RubyError;
use super::log::{Level, Log};
use crate::ruby::version::RubyVersion;

/// The settings of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SystemConfig {
    /// `log_level`: what fluentd does not say at all.
    pub log_level: Level,
    /// `strict_config_value`
    pub strict: bool,
    /// `without_source`
    pub without_source: bool,
}

impl Default for SystemConfig {
    fn default() -> SystemConfig {
        SystemConfig { log_level: Level::Info, strict: false, without_source: false }
    }
}

impl SystemConfig {
    /// Reads the first section, or none.
    pub fn new(
        root: &Element,
        log: &mut Log,
        ruby: RubyVersion,
    ) -> Result<SystemConfig, RubyError> {
        let (Some(conf), Some(proxy)) = (root.sections("system").next(), section("system")) else {
            return Ok(SystemConfig::default());
        };
        let strict = matches!(conf.text("strict_config_value"), Some("true" | "yes" | ""));
        let values =
            SectionGenerator { log, mode: Mode { strict, ruby } }.plugin(proxy, conf, None)?;
        // What the other sections hold changes no event and is not looked at.
        let known = ["counter_server", "counter_client", "metrics", "source_only_buffer"];
        let known = conf.elements.iter().filter(|inner| known.contains(&&*inner.name));
        known.for_each(Element::mark_used);
        Ok(SystemConfig {
            log_level: values.text("log_level").and_then(Level::named).unwrap_or(Level::Info),
            strict,
            without_source: values.flag("without_source"),
        })
    }
}
