//! What goes wrong, before it does.

pub mod conf;
