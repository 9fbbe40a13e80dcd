//! Fluentd Playground: what real fluentd 1.19 (Ruby 3.4) makes of every log line, and why.
//!
//! The map (who may use whom is in ARCHITECTURE.md and held by `tests/tidy.rs`):
//!
//! | module | answers |
//! |---|---|
//! | [`source`] | where in a text something stands; the only code that knows UTF-16 |
//! | [`order`] | sorting, by one routine for all types |
//! | [`encoding`] | which of Ruby's encodings a string carries |
//! | [`diag`] | what is wrong, where, why, and the one edit that mends it |
//! | [`onigmo`] | Ruby's regular expressions |
//! | [`ruby`] | what Ruby does around them: String, Integer, Float, inspect, strptime, JSON |
//! | [`fluent`] | fluentd: configuration, plugins, routing |
//! | [`advise`] | what is this line, why did it not match, what goes wrong, which edit helps |
//! | [`export`] | text out: fluent.conf variants, ConfigMaps, other agents |
//! | [`share`] | page state as a link or a file, and back; secrets masked |
//! | [`import`] | what other tools keep a pattern or a configuration in, as a fluent.conf |
//! | [`migrate`] | what breaks on the way from Docker to containerd (EKS 1.24) |
//! | [`engine`] | the only door: text in, results and diagnostics out |
//! | `protocol` | what crosses between page and worker (features `page`, `worker`) |
//! | `worker` | protocol to engine and back (feature `worker`) |
//! | `page` | what a person sees (feature `page`) |

pub mod advise;
pub mod diag;
pub mod encoding;
pub mod engine;
pub mod export;
pub mod fluent;
pub mod import;
pub mod migrate;
pub mod onigmo;
pub mod order;
#[cfg(feature = "page")]
pub mod page;
#[cfg(any(feature = "page", feature = "worker"))]
pub mod protocol;
pub mod ruby;
pub mod share;
pub mod source;
#[cfg(feature = "worker")]
pub mod worker;
