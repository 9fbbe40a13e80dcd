//! The configuration language and its typed parameters (fluentd `lib/fluent/config/`).

pub mod assist;
mod basic_parser;
pub mod configure_proxy;
pub mod edit;
pub mod element;
mod include;
mod json_scan;
pub mod literal_parser;
pub mod registry;
pub mod section;
pub mod syntax;
pub mod types;
pub mod v1_parser;
