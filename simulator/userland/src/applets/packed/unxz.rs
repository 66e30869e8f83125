//! Reading xz: streams of blocks.

use super::input::Input;
use super::unpacker::UnpackError;
use super::xz::{
    BlockHeader, Check, FOOTER_MAGIC, MAGIC, Number, Records, STREAM_HEADER_BYTES, crc32,
};
use crate::kernel::{Charge, Sys};
use flate2::Crc;
use lzma_rust2::{Action, Lzma2Stream, Status};

/// Bytes that one step takes and puts out at most.
const STEP_BYTES: usize = 8 * 1024;
/// What the decoder takes beside its window.
const STATE_BYTES: usize = 128 * 1024;

/// Unpacks what an input brings.
pub(in super::super) struct Unxz<'a> {
    sys: &'a Sys,
    input: Input<'a>,
    /// The present stream's flags; none between streams.
    flags: Option<[u8; 2]>,
    block: Option<Block>,
    records: Records,
    /// A stream has been read, and zeros behind it.
    ended: bool,
    charge: Charge,
}

/// A block under way.
struct Block {
    header: BlockHeader,
    header_bytes: u64,
    stream: Lzma2Stream,
    check: Check,
}

impl<'a> Unxz<'a> {
    pub(super) fn new(sys: &'a Sys, input: Input<'a>) -> Self {
        Self {
            sys,
            input,
            flags: None,
            block: None,
            records: Records::default(),
            ended: false,
            charge: Charge::new(),
        }
    }

    /// Replaces `out` by the next bytes; false at the end.
    pub(super) async fn fill(&mut self, out: &mut Vec<u8>) -> Result<bool, UnpackError> {
        loop {
            if self.block.is_some() {
                if self.unpack(out).await? {
                    return Ok(true);
                }
                continue;
            }
            let Some(flags) = self.flags else {
                if !self.begin_stream().await? {
                    return Ok(false);
                }
                continue;
            };
            match self.wanted().await? {
                0 => self.end_stream(flags).await?,
                length => self.begin_block(length, flags).await?,
            }
        }
    }

    /// Reads a stream's header; false when there is none. What does not look like one is ignored.
    async fn begin_stream(&mut self) -> Result<bool, UnpackError> {
        let mut zeros = false;
        while self.ended && self.input.peek(1).await? == [0] {
            self.input.consume(1);
            zeros = true;
            self.sys.burn(10).await;
        }
        let start = self.input.peek(MAGIC.len()).await?;
        if !MAGIC.starts_with(start) || (start.is_empty() && !zeros) {
            return Ok(false);
        }
        let header = self.array::<STREAM_HEADER_BYTES>().await?;
        let [.., a, b, _, _, _, _] = header;
        let sum = u32::from_le_bytes(last_four(&header));
        if a != 0 || b > 15 || sum != crc32(&[a, b]) {
            return Err(UnpackError::Corrupt);
        }
        self.flags = Some([a, b]);
        Ok(true)
    }

    async fn begin_block(&mut self, length: u8, flags: [u8; 2]) -> Result<(), UnpackError> {
        let mut bytes = vec![length];
        for _ in 0..4 * usize::from(length) + 3 {
            bytes.push(self.wanted().await?);
        }
        let end = bytes.len() - 4;
        let sum = u32::from_le_bytes(last_four(&bytes));
        let header = BlockHeader::parse(&bytes[..end]).filter(|_| sum == crc32(&bytes[..end]));
        let header = header.ok_or(UnpackError::Corrupt)?;
        let window = usize::try_from(header.window_bytes).unwrap_or(usize::MAX);
        self.charge.set(window.saturating_add(STATE_BYTES));
        self.block = Some(Block {
            stream: Lzma2Stream::new(header.window_bytes),
            header_bytes: bytes.len() as u64,
            header,
            check: Check::new(flags[1]),
        });
        Ok(())
    }

    /// Unpacks some of the block; false when it is over.
    async fn unpack(&mut self, out: &mut Vec<u8>) -> Result<bool, UnpackError> {
        out.clear();
        out.resize(STEP_BYTES, 0);
        loop {
            let Some(block) = &mut self.block else {
                return Ok(false);
            };
            let more = self.input.fill().await?;
            let bytes = self.input.buffered();
            let bytes = &bytes[..bytes.len().min(STEP_BYTES)];
            let step = block.stream.process(bytes, out, Action::Run);
            let step = step.map_err(|_| UnpackError::Corrupt)?;
            let produced = step.bytes_produced;
            self.input.consume(step.bytes_consumed);
            block.check.update(&out[..produced]);
            let fuel = 200 + 40 * step.bytes_consumed as u64 + 8 * produced as u64;
            self.sys.burn(fuel).await;
            if produced > 0 {
                out.truncate(produced);
                return Ok(true);
            }
            if step.status == Status::StreamEnd {
                self.end_block().await?;
            } else if !more {
                return Err(UnpackError::Corrupt);
            }
        }
    }

    /// Reads what is behind a block's data: zeros up to a multiple of four, and the sum.
    async fn end_block(&mut self) -> Result<(), UnpackError> {
        let Some(block) = self.block.take() else {
            return Ok(());
        };
        let (packed, unpacked) = (block.stream.total_in(), block.stream.total_out());
        let as_said = |said: Option<u64>, found| said.is_none_or(|said| said == found);
        if !as_said(block.header.packed, packed) || !as_said(block.header.unpacked, unpacked) {
            return Err(UnpackError::Corrupt);
        }
        self.padding(packed).await?;
        let mut sum = Vec::new();
        for _ in 0..block.check.len() {
            sum.push(self.wanted().await?);
        }
        let size = block.header_bytes + packed + sum.len() as u64;
        if !block.check.is(&sum) {
            return Err(UnpackError::Corrupt);
        }
        self.records.add(size, unpacked);
        self.charge.set(0);
        Ok(())
    }

    /// Reads the index, of which the first byte is known, and the footer.
    async fn end_stream(&mut self, flags: [u8; 2]) -> Result<(), UnpackError> {
        let mut crc = Crc::new();
        crc.update(&[0]);
        let mut length = 1;
        let mut listed = Records::default();
        let count = self.number(&mut crc, &mut length).await?;
        while listed.count < count {
            let size = self.number(&mut crc, &mut length).await?;
            let unpacked = self.number(&mut crc, &mut length).await?;
            listed.add(size, unpacked);
        }
        for _ in 0..self.padding(length).await? {
            crc.update(&[0]);
            length += 1;
        }
        let sum = u32::from_le_bytes(self.array().await?);
        if sum != crc.sum() || !std::mem::take(&mut self.records).same(listed) {
            return Err(UnpackError::Corrupt);
        }
        let footer = self.array::<STREAM_HEADER_BYTES>().await?;
        let [s0, s1, s2, s3, l0, l1, l2, l3, a, b, y, z] = footer;
        let said = (u64::from(u32::from_le_bytes([l0, l1, l2, l3])) + 1) * 4;
        let sum = u32::from_le_bytes([s0, s1, s2, s3]);
        let right = sum == crc32(&footer[4..10]) && said == length + 4;
        if !right || [a, b] != flags || [y, z] != FOOTER_MAGIC {
            return Err(UnpackError::Corrupt);
        }
        self.flags = None;
        self.ended = true;
        Ok(())
    }

    /// Takes zeros up to a multiple of four; returns how many.
    async fn padding(&mut self, length: u64) -> Result<u64, UnpackError> {
        let count = length.next_multiple_of(4) - length;
        for _ in 0..count {
            if self.wanted().await? != 0 {
                return Err(UnpackError::Corrupt);
            }
        }
        Ok(count)
    }

    async fn number(&mut self, crc: &mut Crc, length: &mut u64) -> Result<u64, UnpackError> {
        let mut number = Number::default();
        loop {
            let byte = self.wanted().await?;
            crc.update(&[byte]);
            *length += 1;
            if number.add(byte).ok_or(UnpackError::Corrupt)? {
                return Ok(number.value);
            }
        }
    }

    async fn array<const N: usize>(&mut self) -> Result<[u8; N], UnpackError> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.wanted().await?;
        }
        Ok(bytes)
    }

    async fn wanted(&mut self) -> Result<u8, UnpackError> {
        self.sys.burn(10).await;
        self.input.byte().await?.ok_or(UnpackError::Corrupt)
    }
}

fn last_four(bytes: &[u8]) -> [u8; 4] {
    let mut four = [0; 4];
    four.copy_from_slice(&bytes[bytes.len() - 4..]);
    four
}
