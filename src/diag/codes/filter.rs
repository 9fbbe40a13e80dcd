//! Codes of the area `filter/`.

super::codes! {}
