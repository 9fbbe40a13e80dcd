//! The configuration language and its typed parameters (fluentd `lib/fluent/config/`).

pub mod element;
