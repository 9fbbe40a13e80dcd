//! Protocol to engine and back: takes requests apart, lets the engine work in slices, and maps what
//! is in sight.
//!
//! Nothing here knows JavaScript (that is `src/bin/worker.rs` and `www/src/worker.ts`), so all of it
//! runs natively in tests. The worker keeps nothing that the page cannot send again.

#![allow(clippy::disallowed_methods, reason = "what the page sends and shows, not Ruby's strings")]

pub mod bars;
pub mod capture;
pub mod conf;
pub mod detect;
pub mod map;
pub mod migrate;
pub mod module;
pub mod runtimes;
pub mod session;
pub mod shared;
pub mod sheet;
#[cfg(test)]
mod tests;
pub mod text;
pub mod trial;
pub mod values;
pub mod verified;
pub mod why;
