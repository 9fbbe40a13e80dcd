//! What goes wrong, before it does: findings from the configuration and from a sample of
//! the lines.

pub mod conf;
mod flow;
pub mod lines;
pub mod parser;
pub mod route;
mod seen;
pub mod tail;
pub mod time;
