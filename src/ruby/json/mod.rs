//! Ruby's three JSON readers, each with its own idea of JSON, and its JSON writers.
//!
//! [`JsonReader`] reads a line as `Oj.load` in compat mode (fluentd's default), as the json gem's
//! `JSON.parse`, or as `Yajl.load` does; the differences stand in PARSE.md section 7. All strings
//! come out as UTF-8, broken bytes kept where the reader keeps them. Long strings without escapes
//! share the line's bytes.
//!
//! Follows oj 3.14 `ext/oj/parse.c` and yajl-ruby 1.4 `ext/yajl/yajl_{lex,parser,encode,ext}.c`; the
//! json gem is [`super::json_gem`]. Deliberately absent: the messages of these libraries,
//! which fluentd swallows. Nesting is bounded by [`MAX_DEPTH`], deeper than any log and shallower
//! than the stack.

mod build;
pub mod generate;
mod number;
mod oj;
pub mod spans;
mod yajl;

#[cfg(test)]
mod tests;

use super::json_gem;
use super::string::RString;
use super::value::Value;

/// Deepest nesting read. Ours: Oj and Yajl have no limit but their memory.
pub const MAX_DEPTH: usize = 1000;

/// Which library reads (`json_parser`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Library {
    /// `Oj.load`, mode `:compat`.
    #[default]
    Oj,
    /// `JSON.parse` of the json gem.
    Json,
    /// `Yajl.load`.
    Yajl,
}

/// The text is not JSON for this library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// The byte at which reading stopped.
    pub at: usize,
    /// Why, in our words.
    pub reason: &'static str,
}

/// A reader that keeps its memory from line to line.
#[derive(Debug, Default)]
pub struct JsonReader {
    library: Library,
    scratch: Vec<u8>,
}

impl JsonReader {
    /// A reader that behaves as `library`.
    pub fn new(library: Library) -> JsonReader {
        JsonReader { library, scratch: Vec::new() }
    }

    /// Reads one text.
    ///
    /// ```
    /// use fluentd_playground::ruby::json::{JsonReader, Library};
    /// use fluentd_playground::ruby::string::RString;
    /// let open = RString::utf8("{\"a\":1");
    /// assert!(JsonReader::new(Library::Oj).read(&open).is_err());
    /// assert!(JsonReader::new(Library::Yajl).read(&open).is_ok()); // Yajl forgives the end
    /// ```
    pub fn read(&mut self, text: &RString) -> Result<Value, JsonError> {
        match self.library {
            Library::Oj => oj::load(text, &mut self.scratch),
            Library::Json => json_gem::parse(text.as_bytes())
                .map_err(|error| JsonError { at: error.at, reason: "unexpected token" }),
            Library::Yajl => yajl::load(text, &mut self.scratch),
        }
    }
}

fn error<T>(at: usize, reason: &'static str) -> Result<T, JsonError> {
    Err(JsonError { at, reason })
}
