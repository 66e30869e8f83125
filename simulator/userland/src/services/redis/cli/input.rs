//! Standard input, a line at a time.

use crate::kernel::{Buffer, Errno, Sys};

/// The longest line of the input, bytes.
const LINE_BYTES: usize = 1 << 20;

/// Bytes that one read asks for.
const READ_BYTES: usize = 4096;

/// Standard input, a line at a time.
pub(super) struct Input<'a> {
    sys: &'a Sys,
    buffer: Buffer,
    at_end: bool,
}

impl<'a> Input<'a> {
    /// Nothing has been read.
    pub(super) fn new(sys: &'a Sys) -> Self {
        Self {
            sys,
            buffer: Buffer::new(),
            at_end: false,
        }
    }

    async fn fill(&mut self) {
        let mut step = [0; READ_BYTES];
        match self.sys.read(0, &mut step).await {
            Ok(0) => self.at_end = true,
            Ok(count) => self.buffer.extend_from_slice(&step[..count]),
            Err(Errno::EINTR) => {}
            Err(_) => self.at_end = true,
        }
    }

    /// The next line without its end; `None`: there is none, or it is too long.
    pub(super) async fn line(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(at) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line = self.buffer[..at].to_vec();
                self.buffer.drop_front(at + 1);
                return Some(line);
            }
            if self.buffer.len() > LINE_BYTES {
                return None;
            }
            if self.at_end {
                let rest = std::mem::take(&mut self.buffer).to_vec();
                return (!rest.is_empty()).then_some(rest);
            }
            self.fill().await;
        }
    }

    /// All that is left; `None`: it is too long.
    pub(super) async fn rest(&mut self) -> Option<Vec<u8>> {
        while !self.at_end && self.buffer.len() <= LINE_BYTES {
            self.fill().await;
        }
        self.at_end.then(|| self.buffer.to_vec())
    }
}
