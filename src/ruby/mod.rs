//! What Ruby does around its regular expressions: String, Integer, Float, inspect, strptime, JSON.

pub mod float;
pub mod inspect;
pub mod integer;
pub mod json_gem;
pub mod string;
pub mod value;
pub mod version;
