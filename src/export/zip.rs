//! Files in one .zip, stored as they are (PKWARE APPNOTE 6.3.3, sections 4.3.7, 4.3.12, 4.3.16).
//! Without dates: the same files give the same bytes.

use super::ExportFile;

/// CRC-32 as zip has it.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1));
        }
    }
    !crc
}

/// The archive.
pub fn zip(files: &[ExportFile]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for file in files {
        let (name, bytes) = (file.name.as_bytes(), file.text.as_bytes());
        // Version 2.0, names in UTF-8, stored, 1980-01-01.
        let mut entry = vec![20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0];
        let size = (bytes.len() as u32).to_le_bytes();
        entry.extend(crc32(bytes).to_le_bytes());
        entry.extend([size, size].concat());
        entry.extend((name.len() as u16).to_le_bytes());
        entry.extend([0, 0]);
        let offset = (out.len() as u32).to_le_bytes();
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&entry);
        out.extend_from_slice(name);
        out.extend_from_slice(bytes);
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&entry);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&offset);
        directory.extend_from_slice(name);
    }
    let count = (files.len() as u16).to_le_bytes();
    let (size, start) = ((directory.len() as u32).to_le_bytes(), (out.len() as u32).to_le_bytes());
    out.append(&mut directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend([count, count].concat());
    out.extend([size, start].concat());
    out.extend([0, 0]);
    out
}

/// Bytes as the address of a download.
pub fn data_url(kind: &str, bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = format!("data:{kind};base64,");
    for group in bytes.chunks(3) {
        let mut value = 0;
        for at in 0..3 {
            value = value << 8 | u32::from(group.get(at).copied().unwrap_or_default());
        }
        for at in 0..4 {
            let digit = DIGITS[(value >> (18 - 6 * at) & 63) as usize];
            out.push(if at <= group.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{crc32, data_url, zip};
    use crate::export::ExportFile;

    #[test]
    fn the_checksum_is_the_one_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn a_download_is_base64_with_its_padding() {
        assert_eq!(data_url("a/b", b"Man"), "data:a/b;base64,TWFu");
        assert_eq!(data_url("a/b", b"M"), "data:a/b;base64,TQ==");
        assert_eq!(data_url("a/b", b"Ma"), "data:a/b;base64,TWE=");
    }

    #[test]
    fn every_file_stands_in_the_directory() {
        let files = [ExportFile::new("a.conf", "x\n"), ExportFile::new("日.yaml", "y")];
        let bytes = zip(&files);
        let end = bytes.len() - 22;
        assert_eq!(&bytes[end..end + 4], b"PK\x05\x06");
        assert_eq!(bytes[end + 10], 2);
        let start = u32::from_le_bytes(bytes[end + 16..end + 20].try_into().unwrap()) as usize;
        assert_eq!(&bytes[start..start + 4], b"PK\x01\x02");
        assert_eq!(&bytes[start + 46..start + 52], b"a.conf");
    }
}
