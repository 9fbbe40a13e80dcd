//! Protocol to engine and back.
