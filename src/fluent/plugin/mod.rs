//! fluentd's plugins, one a file, named as the gem's file.

pub mod exception_detector;
pub mod filter;
pub mod filter_concat;
pub mod filter_grep;
pub mod out_detect_exceptions;
pub mod output;
pub mod parser;
