//! Packed archives, told by their first bytes.

use crate::store::Compression;
use std::io::{self, Cursor, Read};

/// The first bytes that tell.
const MAGIC_BYTES: u64 = 6;

/// Whether what begins like this is packed.
pub(super) fn is_packed(start: &[u8]) -> bool {
    let compression = Compression::of_bytes(start);
    !matches!(compression, Compression::None | Compression::Zstd)
}

/// What `reader` brings, unpacked.
pub(super) fn unpacked<'r>(mut reader: impl Read + 'r) -> io::Result<Box<dyn Read + 'r>> {
    let mut start = Vec::new();
    reader.by_ref().take(MAGIC_BYTES).read_to_end(&mut start)?;
    let compression = match is_packed(&start) {
        true => Compression::of_bytes(&start),
        false => Compression::None,
    };
    let whole = Cursor::new(start).chain(reader);
    let unsupported = || io::Error::from(io::ErrorKind::Unsupported);
    compression.unpack(whole).ok_or_else(unsupported)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::io::Write;

    pub(in super::super) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    pub(in super::super) fn bzip2(bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        let mut encoder = bzip2::read::BzEncoder::new(bytes, bzip2::Compression::fast());
        encoder.read_to_end(&mut packed).expect("memory");
        packed
    }

    /// A stream without sums over its data, in one block whose chunks are not packed.
    pub(in super::super) fn xz(bytes: &[u8]) -> Vec<u8> {
        let sum = |bytes: &[u8]| {
            let mut crc = flate2::Crc::new();
            crc.update(bytes);
            crc.sum().to_le_bytes()
        };
        let mut packed = b"\xfd7zXZ\0\0\0".to_vec();
        packed.extend(sum(&[0, 0]));
        let header = [2, 0, 0x21, 1, 16, 0, 0, 0];
        packed.extend(header);
        packed.extend(sum(&header));
        let start = packed.len();
        for (index, chunk) in bytes.chunks(1 << 16).enumerate() {
            packed.push(if index == 0 { 1 } else { 2 });
            packed.extend(
                u16::try_from(chunk.len() - 1)
                    .expect("a chunk is short")
                    .to_be_bytes(),
            );
            packed.extend(chunk);
        }
        packed.push(0);
        let unpadded = header.len() + 4 + packed.len() - start;
        packed.resize(start + (packed.len() - start).next_multiple_of(4), 0);
        let mut index = vec![0, 1];
        number(&mut index, unpadded);
        number(&mut index, bytes.len());
        index.resize(index.len().next_multiple_of(4), 0);
        index.extend(sum(&index));
        let size = u32::try_from(index.len() / 4 - 1).expect("an index is short");
        packed.extend(index);
        let footer = [&size.to_le_bytes()[..], &[0, 0]].concat();
        packed.extend(sum(&footer));
        packed.extend(footer);
        packed.extend(b"YZ");
        packed
    }

    /// Seven bits a byte, low ones first.
    fn number(packed: &mut Vec<u8>, mut value: usize) {
        while value > 0x7f {
            packed.push(value as u8 | 0x80);
            value >>= 7;
        }
        packed.push(value as u8);
    }

    /// `printf 'hello xz\n' | xz`.
    const HELLO: &[u8] = include_bytes!("hello.xz");

    fn unpack(packed: &[u8]) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        unpacked(packed)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    #[test]
    fn packings_are_told_by_their_first_bytes() {
        let plain = b"BZ, but plain".repeat(20_000);
        for packed in [gzip(&plain), bzip2(&plain), xz(&plain), plain.clone()] {
            assert_eq!(unpack(&packed).expect("it is good"), plain);
        }
        assert_eq!(unpack(HELLO).expect("it is good"), b"hello xz\n");
        for short in [&b""[..], b"B", b"\x1f\x8b"] {
            assert_eq!(unpack(short).expect("it is not packed"), short);
        }
    }

    #[test]
    fn what_is_cut_or_corrupt_is_refused() {
        let plain = b"some text".repeat(1000);
        for packed in [gzip(&plain), bzip2(&plain), xz(&plain)] {
            assert!(unpack(&packed[..packed.len() / 2]).is_err());
        }
        for at in [6, 8, 12, 13, 16, 20] {
            let mut corrupt = HELLO.to_vec();
            corrupt[at] ^= 0xff;
            assert!(unpack(&corrupt).is_err(), "byte {at}");
        }
        // A window of 4 GiB.
        let mut big = xz(b"x");
        big[16] = 39;
        let sum = {
            let mut crc = flate2::Crc::new();
            crc.update(&big[12..20]);
            crc.sum().to_le_bytes()
        };
        big[20..24].copy_from_slice(&sum);
        assert!(unpack(&big).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(
            index in 0..3_usize, bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..100),
        ) {
            let magic: [&[u8]; 3] = [b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\0"];
            let _ = unpack(&[magic[index], &bytes].concat());
        }
    }
}
