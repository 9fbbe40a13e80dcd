//! What Ruby does around its regular expressions: String, Integer, Float, inspect, strptime, JSON.

pub mod civil;
pub mod csv;
pub mod date_frags;
pub mod date_parse;
pub mod date_strptime;
pub mod error;
pub mod float;
pub mod inspect;
pub mod integer;
pub mod join;
pub mod json;
pub mod json_gem;
pub mod scrub;
pub mod split;
pub mod strftime;
pub mod string;
pub mod strptime;
pub mod strptime_gem;
pub mod time;
pub mod time_library;
pub mod transcode;
pub mod value;
pub mod version;
pub mod zone;
