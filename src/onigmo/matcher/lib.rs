//! The matcher of `src/onigmo`: runs a compiled pattern over a text.
//!
//! It is a package of its own for one reason: in WebAssembly it is built for speed, everything
//! around it for size (`[profile.worker]` in the workspace's `Cargo.toml`). So it knows nothing of
//! patterns, trees and tables of Unicode: what it has to ask about a character comes in as
//! [`letters::Letters`]. Only the parent folder may name it.

pub mod budget;
pub mod letters;
mod memo;
pub mod program;
pub mod search;
pub mod sets;
pub mod trace;
pub mod vm;
