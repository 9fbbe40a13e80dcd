//! The closed list of codes, a file per area. Add an area's `CODES` to [`all`].

pub mod concat;
pub mod config;
pub mod engine;
pub mod filter;
pub mod onigmo;
pub mod parser;
pub mod route;
pub mod tail;
pub mod time;

use super::Code;

/// Every code there is, by area.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [
        concat::CODES,
        config::CODES,
        engine::CODES,
        filter::CODES,
        onigmo::CODES,
        parser::CODES,
        route::CODES,
        tail::CODES,
        time::CODES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Declares the codes of one area and their list `CODES`.
macro_rules! codes {
    ($($name:ident = $path:literal, $severity:ident,
        $doc_en:literal, $doc_ja:literal,
        $help_en:literal, $help_ja:literal;)*) => {
        $(
            #[doc = $doc_en]
            pub static $name: $crate::diag::Code = $crate::diag::Code {
                path: $path,
                severity: $crate::diag::Severity::$severity,
                doc: $crate::diag::Text { en: $doc_en, ja: $doc_ja },
                help: $crate::diag::Text { en: $help_en, ja: $help_ja },
            };
        )*
        /// The codes of this area.
        pub static CODES: &[&$crate::diag::Code] = &[$(&$name),*];
    };
}
pub(crate) use codes;
