//! Small parts that several panes use.

pub mod grip;
pub mod modal;
pub mod rich;
pub mod tabs;
pub mod window;
