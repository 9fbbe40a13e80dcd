//! MessagePack (<https://github.com/msgpack/msgpack/blob/master/spec.md>), as the msgpack gem packs.

use crate::encoding::Encoding;
use crate::ruby::inspect::to_s;
use crate::ruby::value::{Hash, Value};
use crate::ruby::version::RubyVersion;

/// `hash.to_msgpack`
pub(super) fn pack_hash(out: &mut Vec<u8>, hash: &Hash, ruby: RubyVersion) {
    head(out, hash.len(), (0x80, 16), &[0xde, 0xdf]);
    for (key, value) in hash.iter() {
        pack(out, key, ruby);
        pack(out, value, ruby);
    }
}

/// Depth is bounded where values are made.
fn pack(out: &mut Vec<u8>, value: &Value, ruby: RubyVersion) {
    match value {
        Value::Nil => out.push(0xc0),
        Value::Bool(flag) => out.push(if *flag { 0xc3 } else { 0xc2 }),
        Value::Integer(number) => integer(out, *number),
        Value::Float(number) => {
            out.push(0xcb);
            out.extend_from_slice(&number.to_bits().to_be_bytes());
        }
        Value::String(text) if text.encoding() == Encoding::Ascii8Bit => {
            let length = text.as_bytes().len();
            head(out, length, (0, 0), &[0xc4, 0xc5, 0xc6]);
            out.extend_from_slice(text.as_bytes());
        }
        Value::Array(items) => {
            head(out, items.len(), (0x90, 16), &[0xdc, 0xdd]);
            for item in items.iter() {
                pack(out, item, ruby);
            }
        }
        Value::Hash(hash) => pack_hash(out, hash, ruby),
        // fluentd's extension type 0.
        Value::EventTime(time) => {
            out.extend_from_slice(&[0xd7, 0]);
            out.extend_from_slice(&(time.sec as u32).to_be_bytes());
            out.extend_from_slice(&(time.nsec as u32).to_be_bytes());
        }
        other => {
            let text = to_s(other, ruby);
            head(out, text.as_bytes().len(), (0xa0, 32), &[0xd9, 0xda, 0xdb]);
            out.extend_from_slice(text.as_bytes());
        }
    }
}

/// The smallest form that holds the number.
fn integer(out: &mut Vec<u8>, number: i64) {
    let bytes = number.to_be_bytes();
    let (code, width) = match number {
        -32..=127 => return out.push(number as u8),
        128..=0xff => (0xcc, 1),
        0x100..=0xffff => (0xcd, 2),
        0x1_0000..=0xffff_ffff => (0xce, 4),
        0x1_0000_0000.. => (0xcf, 8),
        -0x80..=-33 => (0xd0, 1),
        -0x8000..=-0x81 => (0xd1, 2),
        -0x8000_0000..=-0x8001 => (0xd2, 4),
        _ => (0xd3, 8),
    };
    out.push(code);
    out.extend_from_slice(bytes.get(8 - width..).unwrap_or_default());
}

/// A length: within the first byte below `small.1`, else after one of `codes`, the last for 32 bits.
fn head(out: &mut Vec<u8>, length: usize, small: (u8, usize), codes: &[u8]) {
    if length < small.1 {
        return out.push(small.0 | length as u8);
    }
    let widths = [1, 2, 4];
    let widths = widths.iter().skip(widths.len() - codes.len());
    let fits = |width: usize| width == 4 || length < 1 << (8 * width);
    if let Some((code, width)) = codes.iter().zip(widths).find(|(_, width)| fits(**width)) {
        out.push(*code);
        let bytes = (length as u32).to_be_bytes();
        out.extend_from_slice(bytes.get(4 - width..).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::pack_hash;
    use crate::ruby::value::{Hash, Value};
    use crate::ruby::version::RubyVersion;

    /// Bytes by the msgpack gem.
    #[test]
    fn values_are_packed_in_their_smallest_form() {
        let packed = |value: Value| {
            let mut hash = Hash::new();
            hash.insert("k", value);
            let mut out = Vec::new();
            pack_hash(&mut out, &hash, RubyVersion::default());
            assert_eq!(out[..3], [0x81, 0xa1, b'k']);
            out[3..].to_vec()
        };
        for (number, bytes) in [
            (127, &[0x7f][..]),
            (-32, &[0xe0]),
            (200, &[0xcc, 200]),
            (-33, &[0xd0, 0xdf]),
            (65_536, &[0xce, 0, 1, 0, 0]),
            (-32_769, &[0xd2, 0xff, 0xff, 0x7f, 0xff]),
        ] {
            assert_eq!(packed(Value::Integer(number)), bytes, "{number}");
        }
        assert_eq!(packed(Value::Float(1.5)), [0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]);
        assert_eq!(packed("x".repeat(40).as_str().into())[..2], [0xd9, 40]);
        assert_eq!(packed(Value::from(vec![Value::Nil, Value::Bool(true)])), [0x92, 0xc0, 0xc3]);
    }
}
