//! What Ruby does around its regular expressions: String, Integer, Float, inspect, strptime, JSON.

pub mod string;
pub mod value;
