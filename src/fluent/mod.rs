//! fluentd 1.19: configuration, time, plugins, routing.

pub mod config;
pub mod environment;
pub mod error;
pub mod event;
pub mod event_router;
pub mod expression;
pub mod log;
pub mod match_pattern;
pub mod plugin;
pub mod record_accessor;
pub mod root_agent;
pub mod system_config;
pub mod time;
pub mod trace;
pub mod worker;
