//! Codes of the area `time/`.

super::codes! {}
