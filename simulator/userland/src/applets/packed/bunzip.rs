//! Reading bzip2: streams one after the other.

use super::input::Input;
use super::unpacker::UnpackError;
use crate::kernel::{Charge, Sys};
use bzip2::{Decompress, Status};

/// Bytes that one step takes at most: they stand for many more when a block repeats itself. Turning a block round
/// when all of it is there is one step of its own.
const STEP_IN_BYTES: usize = 1024;
/// Bytes that one step puts out at most.
const STEP_OUT_BYTES: usize = 8 * 1024;
/// What a decompressor takes for each 100,000 bytes of its blocks, and beside them.
const BLOCK_COST_BYTES: usize = 400_000;
const STATE_BYTES: usize = 100_000;

/// Unpacks what an input brings.
pub(in super::super) struct Bunzip<'a> {
    sys: &'a Sys,
    input: Input<'a>,
    raw: Option<Decompress>,
    /// Some stream was read.
    any: bool,
    charge: Charge,
}

impl<'a> Bunzip<'a> {
    pub(super) fn new(sys: &'a Sys, input: Input<'a>) -> Self {
        Self {
            sys,
            input,
            raw: None,
            any: false,
            charge: Charge::new(),
        }
    }

    /// Replaces `out` by the next bytes; false at the end.
    pub(super) async fn fill(&mut self, out: &mut Vec<u8>) -> Result<bool, UnpackError> {
        out.clear();
        out.reserve(STEP_OUT_BYTES);
        while out.is_empty() {
            if self.raw.is_none() && !self.begin().await? {
                return Ok(false);
            }
            let Some(raw) = &mut self.raw else { continue };
            let more = self.input.fill().await?;
            let before_in = raw.total_in();
            let bytes = self.input.buffered();
            let bytes = &bytes[..bytes.len().min(STEP_IN_BYTES)];
            let status = raw.decompress_vec(bytes, out);
            let taken = (raw.total_in() - before_in) as usize;
            self.input.consume(taken);
            self.sys
                .burn(200 + 50 * taken as u64 + 8 * out.len() as u64)
                .await;
            match status {
                Ok(Status::StreamEnd) => self.raw = None,
                Ok(_) if !more && taken == 0 && out.is_empty() => {
                    return Err(UnpackError::BlockTruncated);
                }
                Ok(_) => {}
                Err(_) => return Err(UnpackError::BlockCorrupt),
            }
        }
        Ok(true)
    }

    /// Begins a stream; false when none follows. What follows the last one is ignored.
    async fn begin(&mut self) -> Result<bool, UnpackError> {
        let magic = self.input.peek(4).await?;
        let [b'B', b'Z', b'h', level @ b'1'..=b'9'] = magic else {
            return match self.any {
                true => Ok(false),
                false => Err(UnpackError::Magic),
            };
        };
        let blocks = usize::from(level - b'0');
        self.charge.set(STATE_BYTES + blocks * BLOCK_COST_BYTES);
        self.raw = Some(Decompress::new(false));
        self.any = true;
        Ok(true)
    }
}
