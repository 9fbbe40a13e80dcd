//! Codes of the area `parser/`.

super::codes! {}
