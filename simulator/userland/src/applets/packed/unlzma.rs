//! Reading lzma files: a header and one stream.

use super::input::Input;
use super::unpacker::UnpackError;
use crate::kernel::{Charge, Sys};
use lzma_rust2::{Action, LzmaStream, Status};

const HEADER_BYTES: usize = 13;
/// Properties from here on are none.
const PROPERTIES_END: u8 = 9 * 5 * 5;
/// Bytes that one step takes and puts out at most.
const STEP_BYTES: usize = 8 * 1024;
/// What the decoder takes beside its window: its model at the largest.
const STATE_BYTES: usize = 7 << 20;

/// Unpacks what an input brings.
pub(in super::super) struct Unlzma<'a> {
    sys: &'a Sys,
    input: Input<'a>,
    stream: Option<LzmaStream>,
    ended: bool,
    charge: Charge,
}

impl<'a> Unlzma<'a> {
    pub(super) fn new(sys: &'a Sys, input: Input<'a>) -> Self {
        Self {
            sys,
            input,
            stream: None,
            ended: false,
            charge: Charge::new(),
        }
    }

    /// Replaces `out` by the next bytes; false at the end.
    pub(super) async fn fill(&mut self, out: &mut Vec<u8>) -> Result<bool, UnpackError> {
        out.clear();
        if self.stream.is_none() && !self.ended {
            self.begin().await?;
        }
        let Some(stream) = &mut self.stream else {
            return Ok(false);
        };
        out.resize(STEP_BYTES, 0);
        let mut produced = 0;
        while produced == 0 {
            let more = self.input.fill().await?;
            let action = if more { Action::Run } else { Action::Finish };
            let bytes = self.input.buffered();
            let bytes = &bytes[..bytes.len().min(STEP_BYTES)];
            let step = stream.process(bytes, out, action).map_err(|_| match more {
                true => UnpackError::Corrupt,
                false => UnpackError::LzmaTruncated,
            })?;
            produced = step.bytes_produced;
            self.input.consume(step.bytes_consumed);
            let fuel = 200 + 40 * step.bytes_consumed as u64 + 8 * produced as u64;
            self.sys.burn(fuel).await;
            if step.status == Status::StreamEnd {
                self.stream = None;
                self.ended = true;
                self.charge.set(0);
                break;
            }
            if !more && produced == 0 {
                return Err(UnpackError::LzmaTruncated);
            }
        }
        out.truncate(produced);
        Ok(produced > 0)
    }

    async fn begin(&mut self) -> Result<(), UnpackError> {
        let header = self.input.peek(HEADER_BYTES).await?;
        let &[properties, a, b, c, d, ref size @ ..] = header else {
            return Err(UnpackError::LzmaHeader);
        };
        let Ok(size) = <[u8; 8]>::try_from(size) else {
            return Err(UnpackError::LzmaHeader);
        };
        if properties >= PROPERTIES_END {
            return Err(UnpackError::LzmaHeader);
        }
        // All ones: the data say where they end.
        let size = u64::from_le_bytes(size);
        let window = u32::from_le_bytes([a, b, c, d]).max(1);
        let used = usize::try_from(size.min(window.into())).unwrap_or(usize::MAX);
        self.charge.set(STATE_BYTES.saturating_add(used));
        let stream = LzmaStream::new_with_props(size, properties, window, None);
        self.stream = Some(stream.map_err(|_| UnpackError::LzmaHeader)?);
        self.input.consume(HEADER_BYTES);
        Ok(())
    }
}
