//! Reading xz: one stream of blocks packed with LZMA2.

use flate2::Crc;
use lzma_rust2::Lzma2Reader;
use std::io::{self, ErrorKind, Read};

const MAGIC: [u8; 6] = [0xfd, b'7', b'z', b'X', b'Z', 0];
/// What a decoder may take, KiB: the window of `xz -9`, and the rest.
const MEMORY_KIB_MAX: u32 = 66 << 10;
/// The only way of packing that is read.
const LZMA2: u64 = 0x21;
/// Bytes of the sum behind a block, by its kind.
const SUM_BYTES: [usize; 16] = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/// Unpacks a stream. The sums of its headers are checked, those of its data are not: what is inside has its own.
pub(super) struct XzReader<R> {
    state: State<R>,
    /// Length of the sum behind each block.
    sum_bytes: usize,
}

enum State<R> {
    Begin(R),
    Between(R),
    Block(Box<Lzma2Reader<Counted<R>>>),
    Ended,
}

impl<R: Read> XzReader<R> {
    pub(super) fn new(packed: R) -> Self {
        Self {
            state: State::Begin(packed),
            sum_bytes: 0,
        }
    }

    fn begin(&mut self, mut packed: R) -> io::Result<State<R>> {
        let header: [u8; 12] = array(&mut packed)?;
        let (magic, rest) = header.split_at(MAGIC.len());
        let (flags, sum) = rest.split_at(2);
        if magic != MAGIC || crc32(flags) != sum || flags[0] != 0 || flags[1] > 15 {
            return Err(invalid());
        }
        self.sum_bytes = SUM_BYTES[usize::from(flags[1])];
        Ok(State::Between(packed))
    }

    /// Begins the next block; the index behind the last one says nothing that is needed.
    fn begin_block(mut packed: R) -> io::Result<State<R>> {
        let [length] = array(&mut packed)?;
        if length == 0 {
            return Ok(State::Ended);
        }
        let mut header = vec![0; (usize::from(length) + 1) * 4];
        header[0] = length;
        packed.read_exact(&mut header[1..])?;
        let (fields, sum) = header.split_at(header.len() - 4);
        let window_bytes = window_bytes(fields).filter(|_| crc32(fields) == sum);
        let counted = Counted {
            inner: packed,
            count: 0,
        };
        let window_bytes = window_bytes.ok_or_else(invalid)?;
        let reader = Lzma2Reader::new_mem_limit(counted, window_bytes, MEMORY_KIB_MAX, None)?;
        Ok(State::Block(Box::new(reader)))
    }

    fn end_block(&self, block: Lzma2Reader<Counted<R>>) -> io::Result<State<R>> {
        let Counted { mut inner, count } = block.into_inner();
        let padding = (4 - count % 4) % 4;
        let mut behind = vec![0; padding + self.sum_bytes];
        inner.read_exact(&mut behind)?;
        Ok(State::Between(inner))
    }
}

impl<R: Read> Read for XzReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            // After an error there is nothing more.
            self.state = match std::mem::replace(&mut self.state, State::Ended) {
                State::Begin(packed) => self.begin(packed)?,
                State::Between(packed) => Self::begin_block(packed)?,
                State::Block(mut block) => match block.read(buffer)? {
                    0 => self.end_block(*block)?,
                    count => {
                        self.state = State::Block(block);
                        return Ok(count);
                    }
                },
                State::Ended => return Ok(0),
            };
        }
    }
}

/// The size of the window that a block's header, without its sum, asks for.
fn window_bytes(header: &[u8]) -> Option<u32> {
    let (flags, mut rest) = header.get(1..)?.split_first()?;
    // One filter, and no flag of the future.
    if flags & 0x3f != 0 {
        return None;
    }
    for bit in [0x40, 0x80] {
        if flags & bit != 0 {
            number(&mut rest)?;
        }
    }
    if (number(&mut rest)?, number(&mut rest)?) != (LZMA2, 1) {
        return None;
    }
    let bits = u32::from(*rest.first()?);
    match bits {
        0..=39 => (2 | (bits & 1)).checked_shl(bits / 2 + 11),
        _ => None,
    }
}

/// Takes a number: seven bits in each byte, low ones first, the highest bit says that more follow.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for index in 0..9 {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn crc32(bytes: &[u8]) -> [u8; 4] {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum().to_le_bytes()
}

fn array<const N: usize>(packed: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    packed.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn invalid() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "corrupt xz stream")
}

/// Counts what is read: a block is filled up to whole words.
struct Counted<R> {
    inner: R,
    count: usize,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count = self.count.wrapping_add(count);
        Ok(count)
    }
}
