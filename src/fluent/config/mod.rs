//! The configuration language and its typed parameters (fluentd `lib/fluent/config/`).

pub mod configure_proxy;
pub mod element;
pub mod section;
pub mod types;
