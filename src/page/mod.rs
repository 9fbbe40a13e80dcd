//! What a person sees: the Yew page. It carries no engine; results come from the worker as the rows
//! in sight (`protocol`).
//!
//! One `State` changes by `Action`s (`state`); what an action does outside of the state (editors,
//! worker, clipboard, storage) is in `desk`. Panes are one file each and know only their props.
//! The text of an editor is the editor's, never the state's.

pub mod host;
pub mod link;
pub mod queue;
