//! Codes of the area `config/`.

super::codes! {}
