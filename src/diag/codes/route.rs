//! Codes of the area `route/`.

super::codes! {}
