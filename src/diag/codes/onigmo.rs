//! Codes of the area `onigmo/`.

super::codes! {}
