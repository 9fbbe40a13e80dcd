//! One module a kind of vector: each turns a recorded case into a call of the engine and compares.

use serde_json::Value as Json;

mod config;
mod configtype;
mod filter;
mod match_glob;
mod migrate;
mod parse;
mod pipeline;
mod regex;
mod tail;
mod time;

pub(crate) type Run = fn(&Json) -> Result<(), String>;

/// The runner of one kind of vector file.
pub(crate) fn runner(kind: &str) -> Option<Run> {
    match kind {
        // The kinds, in the order of the pipeline: regex time config configtype parse tail filter
        // match_glob pipeline migrate.
        "regex" => Some(regex::run),
        "tail" => Some(tail::run),
        "time" => Some(time::run),
        "pipeline" => Some(pipeline::run),
        "parse" => Some(parse::run),
        "config" => Some(config::run),
        "configtype" => Some(configtype::run),
        "filter" => Some(filter::run),
        "match_glob" => Some(match_glob::run),
        "migrate" => Some(migrate::run),
        _ => None,
    }
}
