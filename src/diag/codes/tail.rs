//! Codes of the area `tail/`.

super::codes! {}
