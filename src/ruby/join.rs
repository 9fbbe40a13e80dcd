//! Ruby's `Array#join` and `String#+`: bytes with their encodings.

use super::inspect::to_s;
use super::string::RString;
use super::value::Value;
use super::version::RubyVersion;
use crate::encoding::Encoding;
use crate::ruby::error::RubyError;

/// Deepest nesting of arrays that `join` follows.
const MAX_NESTING: usize = 100;

/// Text under way: bytes and the encoding they have so far.
#[derive(Debug, Default)]
pub struct Joiner {
    ruby: RubyVersion,
    bytes: Vec<u8>,
    encoding: Option<Encoding>,
    ascii: bool,
}

impl Joiner {
    /// Empty, with the words of that Ruby for what does not mix.
    pub fn new(ruby: RubyVersion) -> Joiner {
        Joiner { ruby, ..Joiner::default() }
    }

    /// Ruby's `<<`: non-ASCII bytes of different encodings do not mix.
    pub fn push(&mut self, text: &[u8], encoding: Encoding) -> Result<(), RubyError> {
        let ascii = text.is_ascii();
        match self.encoding {
            None => (self.encoding, self.ascii) = (Some(encoding), true),
            Some(own) if own != encoding => {
                if self.ascii && !ascii {
                    self.encoding = Some(encoding);
                } else if !self.ascii && !ascii {
                    return Err(incompatible(own, encoding, self.ruby));
                }
            }
            Some(_) => {}
        }
        self.ascii &= ascii;
        self.bytes.extend_from_slice(text);
        Ok(())
    }

    /// The text.
    pub fn finish(self) -> RString {
        RString::new(&self.bytes, self.encoding.unwrap_or(Encoding::UsAscii))
    }
}

fn incompatible(one: Encoding, other: Encoding, ruby: RubyVersion) -> RubyError {
    // Ruby 3.4 shows ASCII-8BIT as `BINARY (ASCII-8BIT)` here.
    let shown = |encoding: Encoding| match encoding {
        Encoding::Ascii8Bit if ruby >= RubyVersion::V3_4 => "BINARY (ASCII-8BIT)",
        other => other.name(),
    };
    RubyError::new(
        "Encoding::CompatibilityError",
        format!("incompatible character encodings: {} and {}", shown(one), shown(other)),
    )
}

/// `items.join(separator)`.
pub fn join(items: &[Value], separator: &RString, ruby: RubyVersion) -> Result<RString, RubyError> {
    let mut joiner = Joiner::new(ruby);
    let mut first = true;
    join_into(items, separator, &mut joiner, &mut first, 0)?;
    Ok(joiner.finish())
}

fn join_into(
    items: &[Value],
    separator: &RString,
    joiner: &mut Joiner,
    first: &mut bool,
    depth: usize,
) -> Result<(), RubyError> {
    for item in items {
        if let Value::Array(nested) = item
            && depth < MAX_NESTING
        {
            if nested.is_empty() {
                push_separator(separator, joiner, first)?;
            } else {
                join_into(nested, separator, joiner, first, depth + 1)?;
            }
            continue;
        }
        push_separator(separator, joiner, first)?;
        match item {
            Value::String(text) => joiner.push(text.as_bytes(), text.encoding())?,
            other => {
                let text = to_s(other, joiner.ruby);
                joiner.push(text.as_bytes(), text.encoding())?;
            }
        }
    }
    Ok(())
}

fn push_separator(
    separator: &RString,
    joiner: &mut Joiner,
    first: &mut bool,
) -> Result<(), RubyError> {
    if !std::mem::take(first) && !separator.is_empty() {
        joiner.push(separator.as_bytes(), separator.encoding())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::join;
    use crate::encoding::Encoding;
    use crate::ruby::string::RString;
    use crate::ruby::value::Value;
    use crate::ruby::version::RubyVersion;

    #[test]
    fn nil_joins_as_nothing_and_numbers_as_text() {
        let items = [Value::from("a"), Value::Nil, Value::Integer(5), Value::Float(1.5)];
        assert_eq!(join(&items, &RString::utf8("\n"), RubyVersion::V3_4).unwrap(), *"a\n\n5\n1.5");
    }

    #[test]
    fn bytes_and_japanese_text_do_not_mix() {
        let bytes = Value::String(RString::new("日".as_bytes(), Encoding::Ascii8Bit));
        let error =
            join(&[bytes, Value::from("日")], &RString::utf8(""), RubyVersion::V3_4).unwrap_err();
        assert_eq!(
            error.message,
            "incompatible character encodings: BINARY (ASCII-8BIT) and UTF-8"
        );
    }
}
