//! Short ways to write a parameter with its documentation.

use crate::fluent::config::configure_proxy::{Kind, Literal, Param};

/// A parameter that must be there.
pub(super) const fn required(
    name: &'static str,
    kind: Kind,
    en: &'static str,
    ja: &'static str,
) -> Param {
    Param::new(name, kind).doc(en, ja)
}

/// One that may be missing.
pub(super) const fn optional(
    name: &'static str,
    kind: Kind,
    en: &'static str,
    ja: &'static str,
) -> Param {
    Param::new(name, kind).optional().doc(en, ja)
}

/// A String, nil by default.
pub(super) const fn string(name: &'static str, en: &'static str, ja: &'static str) -> Param {
    optional(name, Kind::String, en, ja)
}

/// A String that is not to be shown.
pub(super) const fn secret(name: &'static str, en: &'static str, ja: &'static str) -> Param {
    string(name, en, ja).secret()
}

/// A String with a default.
pub(super) const fn text(
    name: &'static str,
    default: &'static str,
    en: &'static str,
    ja: &'static str,
) -> Param {
    Param::new(name, Kind::String).default(Literal::String(default)).doc(en, ja)
}

/// A bool, false by default.
pub(super) const fn off(name: &'static str, en: &'static str, ja: &'static str) -> Param {
    Param::new(name, Kind::Bool).default(Literal::Bool(false)).doc(en, ja)
}

/// A bool, true by default.
pub(super) const fn on(name: &'static str, en: &'static str, ja: &'static str) -> Param {
    Param::new(name, Kind::Bool).default(Literal::Bool(true)).doc(en, ja)
}

/// An Integer.
pub(super) const fn integer(
    name: &'static str,
    default: i64,
    en: &'static str,
    ja: &'static str,
) -> Param {
    Param::new(name, Kind::Integer).default(Literal::Integer(default)).doc(en, ja)
}

/// Seconds.
pub(super) const fn time(
    name: &'static str,
    default: i64,
    en: &'static str,
    ja: &'static str,
) -> Param {
    Param::new(name, Kind::Time).default(Literal::Integer(default)).doc(en, ja)
}

/// Bytes.
pub(super) const fn size(
    name: &'static str,
    default: i64,
    en: &'static str,
    ja: &'static str,
) -> Param {
    Param::new(name, Kind::Size).default(Literal::Integer(default)).doc(en, ja)
}

/// One of some names.
pub(super) const fn choice(
    name: &'static str,
    list: &'static [&'static str],
    default: &'static str,
    en: &'static str,
    ja: &'static str,
) -> Param {
    Param::new(name, Kind::Enum(list)).default(Literal::Symbol(default)).doc(en, ja)
}
