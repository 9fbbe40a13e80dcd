//! What a person sees: the Yew page. It carries no engine; results come from the worker as the rows
//! in sight (`protocol`).
//!
//! One `State` changes by `Action`s (`state`); what an action does outside of the state (editors,
//! worker, clipboard, storage) is in `desk`. Panes are one file each and know only their props.
//! The text of an editor is the editor's, never the state's.

#![allow(
    clippy::disallowed_methods,
    reason = "the page's own texts, not Ruby's: Unicode white space is white space here"
)]

pub mod app;
pub mod browser;
pub mod desk;
pub mod diff;
pub mod drop;
pub mod flow_layout;
pub mod host;
pub mod keys;
pub mod link;
pub mod panes;
pub mod queue;
pub mod rows;
pub mod samples;
pub mod saved;
pub mod state;
pub mod storage;
pub mod texts;
pub mod ui;
