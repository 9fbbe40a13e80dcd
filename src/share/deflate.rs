//! Raw deflate whose window begins with a preset dictionary: short texts of our kind become shorter.
//!
//! The dictionary is part of version 1 of the link: it is frozen (a test holds its checksum), for a
//! link made with another one cannot be read.

use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, TDEFLStatus, compress_to_output, create_comp_flags_from_zip_params,
};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

/// What log lines and configurations have in common, the most frequent last.
const DICTIONARY: &[u8] = include_bytes!("dictionary-1.txt");

/// Why packed bytes cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// They end too early.
    Cut,
    /// They are not deflate, or something follows their end.
    Damaged,
    /// They unpack to more than allowed.
    TooLarge,
}

/// Packs `data`.
pub(super) fn compress(data: &[u8]) -> Vec<u8> {
    // Level 9, no zlib header, default strategy.
    let mut compressor = CompressorOxide::new(create_comp_flags_from_zip_params(9, -15, 0));
    let mut packed = Vec::new();
    // The dictionary goes first and ends at a byte's border; its own bytes are not kept.
    feed(&mut compressor, DICTIONARY, TDEFLFlush::Sync, |_| {});
    feed(&mut compressor, data, TDEFLFlush::Finish, |bytes| packed.extend_from_slice(bytes));
    packed
}

fn feed(
    compressor: &mut CompressorOxide,
    mut data: &[u8],
    flush: TDEFLFlush,
    mut keep: impl FnMut(&[u8]),
) {
    loop {
        let (status, read) = compress_to_output(compressor, data, flush, |bytes| {
            keep(bytes);
            true
        });
        data = data.get(read..).unwrap_or_default();
        if status != TDEFLStatus::Okay || data.is_empty() {
            return;
        }
    }
}

/// Unpacks at most `limit` bytes.
pub(super) fn inflate(packed: &[u8], limit: usize) -> Result<Vec<u8>, Fault> {
    let start = DICTIONARY.len();
    let mut window = DICTIONARY.to_vec();
    window.resize(start + (packed.len() * 4).clamp(4096, limit), 0);
    let mut inflater = DecompressorOxide::new();
    let (mut read, mut made) = (0, start);
    loop {
        let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let input = packed.get(read..).unwrap_or_default();
        let (status, took, gave) = decompress(&mut inflater, input, &mut window, made, flags);
        read += took;
        made += gave;
        match status {
            TINFLStatus::Done if read == packed.len() => {
                window.truncate(made);
                return Ok(window.split_off(start));
            }
            TINFLStatus::HasMoreOutput if window.len() >= start + limit => {
                return Err(Fault::TooLarge);
            }
            TINFLStatus::HasMoreOutput => {
                window.resize((window.len() * 2).min(start + limit), 0);
            }
            TINFLStatus::NeedsMoreInput | TINFLStatus::FailedCannotMakeProgress => {
                return Err(Fault::Cut);
            }
            _ => return Err(Fault::Damaged),
        }
    }
}
