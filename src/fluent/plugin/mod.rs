//! fluentd's plugins, one a file, named as the gem's file.

pub mod parser;
