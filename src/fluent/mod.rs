//! fluentd 1.19: configuration, time, plugins, routing.

pub mod config;
pub mod environment;
pub mod error;
pub mod log;
pub mod plugin;
pub mod time;
