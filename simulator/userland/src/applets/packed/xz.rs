//! Parts of xz files that are no packed data: headers, sums, the index.

use flate2::Crc;
use sha2::{Digest, Sha256};

/// First and last bytes of a stream.
pub(super) const MAGIC: [u8; 6] = [0xfd, b'7', b'z', b'X', b'Z', 0];
pub(super) const FOOTER_MAGIC: [u8; 2] = *b"YZ";
/// Length of a stream's header and of its footer.
pub(super) const STREAM_HEADER_BYTES: usize = 12;
/// The largest window.
const WINDOW_BYTES_MAX: u32 = 64 << 20;
/// The only way of packing that is read.
const LZMA2: u64 = 0x21;
/// Bytes that a number may take.
const NUMBER_BYTES_MAX: usize = 9;

pub(super) fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// The sum over a block's unpacked data.
pub(super) enum Check {
    /// None, or one of `usize` bytes that is not known.
    Unknown(usize),
    Crc32(Crc),
    Crc64(u64),
    Sha256(Box<Sha256>),
}

impl Check {
    /// The check with this number in a stream's header.
    pub(super) fn new(number: u8) -> Self {
        const SIZES: [usize; 16] = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
        match number {
            1 => Check::Crc32(Crc::new()),
            4 => Check::Crc64(!0),
            10 => Check::Sha256(Box::default()),
            _ => Check::Unknown(SIZES[usize::from(number & 15)]),
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Check::Unknown(_) => {}
            Check::Crc32(crc) => crc.update(bytes),
            Check::Crc64(crc) => *crc = crc64(*crc, bytes),
            Check::Sha256(hash) => hash.update(bytes),
        }
    }

    /// Length of the sum in the file.
    pub(super) fn len(&self) -> usize {
        match self {
            Check::Unknown(len) => *len,
            Check::Crc32(_) => 4,
            Check::Crc64(_) => 8,
            Check::Sha256(_) => 32,
        }
    }

    /// Whether the file's sum is this one.
    pub(super) fn is(self, sum: &[u8]) -> bool {
        match self {
            Check::Unknown(_) => true,
            Check::Crc32(crc) => crc.sum().to_le_bytes() == sum,
            Check::Crc64(crc) => (!crc).to_le_bytes() == sum,
            Check::Sha256(hash) => hash.finalize().as_slice() == sum,
        }
    }
}

/// Goes on with the sum of ECMA-182, lowest bit first.
fn crc64(crc: u64, bytes: &[u8]) -> u64 {
    const TABLE: [u64; 256] = table();
    bytes.iter().fold(crc, |crc, byte| {
        TABLE[usize::from(crc as u8 ^ byte)] ^ (crc >> 8)
    })
}

const fn table() -> [u64; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut crc = index as u64;
        let mut bit = 0;
        while bit < 8 {
            let carry = crc & 1;
            crc >>= 1;
            if carry == 1 {
                crc ^= 0xc96c_5795_d787_0f42;
            }
            bit += 1;
        }
        table[index] = crc;
        index += 1;
    }
    table
}

/// What a block's header says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BlockHeader {
    pub(super) packed: Option<u64>,
    pub(super) unpacked: Option<u64>,
    pub(super) window_bytes: u32,
}

impl BlockHeader {
    /// Reads a header without its sum, its length byte first.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (_, rest) = bytes.split_first()?;
        let (flags, mut rest) = rest.split_first()?;
        // One filter, and no flag of the future.
        if flags & 0x3f != 0 {
            return None;
        }
        let packed = optional(flags & 0x40 != 0, &mut rest)?;
        let unpacked = optional(flags & 0x80 != 0, &mut rest)?;
        let (filter, properties) = (number(&mut rest)?, number(&mut rest)?);
        if (filter, properties) != (LZMA2, 1) || packed == Some(0) {
            return None;
        }
        let (bits, padding) = rest.split_first()?;
        if padding.iter().any(|byte| *byte != 0) {
            return None;
        }
        let bits = u32::from(*bits);
        let window_bytes = match bits {
            0..=39 => (2 | (bits & 1)).checked_shl(bits / 2 + 11)?,
            _ => return None,
        };
        Some(Self {
            packed,
            unpacked,
            window_bytes: Some(window_bytes).filter(|bytes| *bytes <= WINDOW_BYTES_MAX)?,
        })
    }
}

fn optional(given: bool, rest: &mut &[u8]) -> Option<Option<u64>> {
    match given {
        true => number(rest).map(Some),
        false => Some(None),
    }
}

/// Takes a number: seven bits in each byte, low ones first, the highest bit says that more follow.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = Number::default();
    loop {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        match number.add(*byte) {
            Some(true) => return Some(number.value),
            Some(false) => {}
            None => return None,
        }
    }
}

/// A number that is read byte by byte.
#[derive(Default)]
pub(super) struct Number {
    pub(super) value: u64,
    bytes: usize,
}

impl Number {
    /// Takes a byte; whether it was the last, or nothing if it cannot be.
    pub(super) fn add(&mut self, byte: u8) -> Option<bool> {
        if self.bytes == NUMBER_BYTES_MAX || (byte == 0 && self.bytes > 0) {
            return None;
        }
        self.value |= u64::from(byte & 0x7f) << (7 * self.bytes);
        self.bytes += 1;
        Some(byte & 0x80 == 0)
    }
}

/// The blocks of a stream, as they were met or as its index lists them.
#[derive(Default)]
pub(super) struct Records {
    pub(super) count: u64,
    hash: Sha256,
}

impl Records {
    /// Adds a block: its size in the file without padding, and that of its data.
    pub(super) fn add(&mut self, size: u64, unpacked: u64) {
        self.count += 1;
        self.hash.update(size.to_le_bytes());
        self.hash.update(unpacked.to_le_bytes());
    }

    /// Whether both are the same blocks.
    pub(super) fn same(self, other: Self) -> bool {
        self.count == other.count && self.hash.finalize() == other.hash.finalize()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_the_published_ones() {
        let mut check = Check::new(4);
        check.update(b"1234");
        check.update(b"56789");
        assert!(check.is(&0x995d_c9bb_df19_39fa_u64.to_le_bytes()));
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn block_headers_name_sizes_and_a_window() {
        for (bytes, expected) in [
            (
                &[2, 0, 0x21, 1, 22, 0, 0, 0][..],
                Some((None, None, 8 << 20)),
            ),
            (
                &[2, 0xc0, 0x81, 1, 5, 0x21, 1, 0],
                Some((Some(129), Some(5), 4096)),
            ),
            (&[2, 1, 0x21, 1, 22, 0, 0, 0], None),
            (&[2, 0, 3, 1, 22, 0, 0, 0], None),
            (&[2, 0, 0x21, 1, 40, 0, 0, 0], None),
            (&[2, 0, 0x21, 1, 30, 0, 0, 0], None),
            (&[2, 0, 0x21, 1, 22, 0, 1, 0], None),
            (&[2, 0x40, 0x80, 0x80], None),
            (&[], None),
        ] {
            let found = BlockHeader::parse(bytes);
            let found = found.map(|header| (header.packed, header.unpacked, header.window_bytes));
            assert_eq!(found, expected, "{bytes:?}");
        }
    }
}
