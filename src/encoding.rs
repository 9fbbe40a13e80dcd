//! The encoding a Ruby string carries. fluentd's worker runs with `-Eascii-8bit:ascii-8bit`, so
//! nearly every string of the pipeline is one of the first two.

/// A Ruby string's encoding, by Ruby's own names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// `UTF-8`: text of the configuration, values of the `oj` and `json` JSON parsers, lines of an
    /// `in_tail` with `encoding utf-8`.
    #[default]
    Utf8,
    /// `ASCII-8BIT` (printed `BINARY (ASCII-8BIT)` by Ruby 3.4 in encoding errors): lines of an
    /// `in_tail` without `encoding`.
    Ascii8Bit,
    /// `US-ASCII`: what `Integer#to_s`, `Time#to_s` and their like return.
    UsAscii,
}

impl Encoding {
    /// Ruby's `Encoding#name`.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Ascii8Bit => "ASCII-8BIT",
            Encoding::UsAscii => "US-ASCII",
        }
    }
}
