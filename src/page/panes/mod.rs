//! The panes of the page, one file each. A pane gets what it shows by props, says what happened by
//! one `Callback<Action>`, and touches nothing else.

pub mod bars;
pub mod checks;
pub mod conf;
pub mod dialogs;
pub mod events;
pub mod explain;
pub mod flow;
pub mod form;
pub mod header;
pub mod logs;
pub mod palette;
pub mod pane;
pub mod problems;
pub mod results;
pub mod sheet;
pub mod status;
pub mod story;
