//! Reading gzip (RFC 1952): members one after the other.

use super::input::Input;
use super::unpacker::UnpackError;
use crate::kernel::{Charge, Sys};
use flate2::{Crc, Decompress, FlushDecompress, Status};

/// What the state of the decompressor takes.
const STATE_BYTES: usize = 64 * 1024;
/// Bytes that one step puts out at most.
const STEP_BYTES: usize = 16 * 1024;

/// Decompresses what a reader reads.
pub(in super::super) struct Inflater<'a> {
    sys: &'a Sys,
    reader: Input<'a>,
    raw: Decompress,
    crc: Crc,
    /// Inside of a member's data.
    inside: bool,
    /// Some member was read.
    any: bool,
    _charge: Charge,
}

impl<'a> Inflater<'a> {
    pub(in super::super) fn new(sys: &'a Sys, reader: Input<'a>) -> Self {
        Self {
            sys,
            reader,
            raw: Decompress::new(false),
            crc: Crc::new(),
            inside: false,
            any: false,
            _charge: Charge::of(STATE_BYTES),
        }
    }

    /// Replaces `out` by the next bytes; false at the end.
    pub(in super::super) async fn fill(&mut self, out: &mut Vec<u8>) -> Result<bool, UnpackError> {
        out.clear();
        out.reserve(STEP_BYTES);
        loop {
            if !self.inside {
                if !self.header().await? {
                    return Ok(false);
                }
                self.inside = true;
                self.any = true;
                self.raw.reset(false);
                self.crc.reset();
            }
            let more = self.reader.fill().await?;
            let (before_in, before_out) = (self.raw.total_in(), out.len());
            let status = self
                .raw
                .decompress_vec(self.reader.buffered(), out, FlushDecompress::None)
                .map_err(|_| UnpackError::Corrupt)?;
            let taken = (self.raw.total_in() - before_in) as usize;
            self.reader.consume(taken);
            self.crc.update(&out[before_out..]);
            self.sys
                .burn(100 + 4 * (out.len() - before_out) as u64)
                .await;
            if status == Status::StreamEnd {
                self.inside = false;
                self.trailer().await?;
            } else if !more && taken == 0 && out.len() == before_out {
                return Err(UnpackError::Truncated);
            }
            if !out.is_empty() {
                return Ok(true);
            }
        }
    }

    /// Reads a member's header; false when no other member follows.
    async fn header(&mut self) -> Result<bool, UnpackError> {
        let Some(first) = self.reader.byte().await? else {
            return if self.any {
                Ok(false)
            } else {
                Err(UnpackError::Short)
            };
        };
        let second = self.reader.byte().await?;
        if (first, second) != (0x1f, Some(0x8b)) {
            // What follows the last member is ignored.
            return match (self.any, second) {
                (true, _) => Ok(false),
                (false, None) => Err(UnpackError::Short),
                (false, Some(_)) => Err(UnpackError::Magic),
            };
        }
        if self.wanted_byte().await? != 8 {
            return Err(UnpackError::Corrupt);
        }
        let flags = self.wanted_byte().await?;
        self.skip(6).await?;
        if flags & 4 != 0 {
            let low = self.wanted_byte().await?;
            let high = self.wanted_byte().await?;
            self.skip(u16::from_le_bytes([low, high]).into()).await?;
        }
        for flag in [8, 16] {
            if flags & flag != 0 {
                while self.wanted_byte().await? != 0 {
                    self.sys.burn(4).await;
                }
            }
        }
        if flags & 2 != 0 {
            self.skip(2).await?;
        }
        Ok(true)
    }

    async fn trailer(&mut self) -> Result<(), UnpackError> {
        let mut words = [0_u32; 2];
        for word in &mut words {
            let mut bytes = [0; 4];
            for byte in &mut bytes {
                *byte = self.wanted_byte().await?;
            }
            *word = u32::from_le_bytes(bytes);
        }
        if words[0] != self.crc.sum() {
            return Err(UnpackError::Crc);
        }
        Ok(())
    }

    async fn skip(&mut self, count: usize) -> Result<(), UnpackError> {
        for _ in 0..count {
            self.wanted_byte().await?;
        }
        Ok(())
    }

    async fn wanted_byte(&mut self) -> Result<u8, UnpackError> {
        self.reader.byte().await?.ok_or(UnpackError::Truncated)
    }
}
