//! What is this line, why did it not match, what goes wrong, which edit helps.

pub mod capture;
pub mod convert;
pub mod detect;
pub mod fix;
pub mod lint;
