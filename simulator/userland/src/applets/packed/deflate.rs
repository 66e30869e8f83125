//! Writing gzip (RFC 1952): one member without name and time.

use crate::kernel::Sys;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};

/// Header as the original writes it: deflate, no flags, no time, Unix.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];

/// Bytes that are compressed between two checkpoints.
const STEP_BYTES: usize = 2048;

/// Compresses bytes.
pub(in super::super) struct Deflater {
    raw: Compress,
    crc: Crc,
    started: bool,
}

impl Deflater {
    pub(in super::super) fn new(level: u32) -> Self {
        Self {
            raw: Compress::new(Compression::new(level), false),
            crc: Crc::new(),
            started: false,
        }
    }

    /// Compresses `bytes`, appending what comes out, and lets others run.
    pub(in super::super) async fn push(&mut self, sys: &Sys, bytes: &[u8], out: &mut Vec<u8>) {
        for step in bytes.chunks(STEP_BYTES) {
            self.push_step(step, out);
            sys.burn(100 + 20 * step.len() as u64).await;
        }
    }

    fn push_step(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.start(out);
        self.crc.update(bytes);
        self.run(bytes, FlushCompress::None, out);
    }

    /// Appends what is left and the trailer.
    pub(in super::super) fn finish(&mut self, out: &mut Vec<u8>) {
        self.start(out);
        self.run(&[], FlushCompress::Finish, out);
        out.extend_from_slice(&self.crc.sum().to_le_bytes());
        out.extend_from_slice(&self.crc.amount().to_le_bytes());
    }

    fn start(&mut self, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.started, true) {
            out.extend_from_slice(&HEADER);
        }
    }

    fn run(&mut self, mut bytes: &[u8], flush: FlushCompress, out: &mut Vec<u8>) {
        loop {
            out.reserve(32 * 1024);
            let (before_in, before_out) = (self.raw.total_in(), self.raw.total_out());
            let Ok(status) = self.raw.compress_vec(bytes, out, flush) else {
                debug_assert!(false, "compressing does not fail with room in the output");
                return;
            };
            let taken = (self.raw.total_in() - before_in) as usize;
            bytes = &bytes[taken..];
            let finishing = matches!(flush, FlushCompress::Finish);
            let idle = taken == 0 && self.raw.total_out() == before_out;
            if status == Status::StreamEnd || (bytes.is_empty() && !finishing) || idle {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Deflater;
    use std::io::Read;

    #[test]
    fn what_is_compressed_can_be_read_again() {
        for length in [0, 1, 100, 40_000] {
            let bytes: Vec<u8> = (0..length).map(|n: u32| ((n * n) >> 3) as u8).collect();
            let mut deflater = Deflater::new(6);
            let mut out = Vec::new();
            for chunk in bytes.chunks(1000) {
                deflater.push_step(chunk, &mut out);
            }
            deflater.finish(&mut out);
            let mut again = Vec::new();
            let mut decoder = flate2::read::GzDecoder::new(out.as_slice());
            decoder.read_to_end(&mut again).expect("is whole");
            assert_eq!(again, bytes);
        }
    }
}
