//! The configuration language and its typed parameters (fluentd `lib/fluent/config/`).

mod basic_parser;
pub mod configure_proxy;
pub mod element;
mod include;
mod json_scan;
pub mod literal_parser;
pub mod section;
pub mod syntax;
pub mod types;
pub mod v1_parser;
