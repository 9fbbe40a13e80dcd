//! What goes wrong, before it does: findings from the configuration alone.

pub mod conf;
pub mod parser;
pub mod route;
pub mod tail;
pub mod time;
