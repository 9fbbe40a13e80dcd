//! fluentd's plugins, one a file, named as the gem's file.

pub mod exception_detector;
pub mod filter;
pub mod filter_concat;
pub mod filter_grep;
pub mod filter_kubernetes_metadata;
pub mod filter_parser;
pub mod filter_record_transformer;
pub mod filter_stdout;
pub mod formatter;
pub mod in_tail;
pub mod out_detect_exceptions;
pub mod out_rewrite_tag_filter;
pub mod output;
pub mod parser;
pub mod registry;
