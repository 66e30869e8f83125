//! Packed bytes that are read, with a look at the first ones.

use super::super::io::Reader;
use crate::kernel::Errno;

/// A reader of which some bytes were looked at and not used.
pub(in super::super) struct Input<'a> {
    reader: Reader<'a>,
    ahead: Vec<u8>,
    at: usize,
}

impl<'a> Input<'a> {
    pub(in super::super) fn new(reader: Reader<'a>) -> Self {
        Self {
            reader,
            ahead: Vec::new(),
            at: 0,
        }
    }

    /// The next `count` bytes, which stay unused; fewer at the end.
    pub(in super::super) async fn peek(&mut self, count: usize) -> Result<&[u8], Errno> {
        while self.ahead.len() - self.at < count {
            match self.reader.byte().await? {
                Some(byte) => self.ahead.push(byte),
                None => break,
            }
        }
        let end = self.ahead.len().min(self.at + count);
        Ok(&self.ahead[self.at..end])
    }

    /// Reads more if nothing is buffered; false at the end of the input.
    pub(in super::super) async fn fill(&mut self) -> Result<bool, Errno> {
        if self.at < self.ahead.len() {
            return Ok(true);
        }
        self.reader.fill().await
    }

    /// What has been read and not consumed.
    pub(in super::super) fn buffered(&self) -> &[u8] {
        match &self.ahead[self.at..] {
            [] => self.reader.buffered(),
            ahead => ahead,
        }
    }

    /// Uses the first `count` buffered bytes.
    pub(in super::super) fn consume(&mut self, count: usize) {
        if self.at == self.ahead.len() {
            return self.reader.consume(count);
        }
        self.at += count.min(self.ahead.len() - self.at);
        if self.at == self.ahead.len() {
            self.ahead.clear();
            self.at = 0;
        }
    }

    /// The next byte.
    pub(in super::super) async fn byte(&mut self) -> Result<Option<u8>, Errno> {
        if !self.fill().await? {
            return Ok(None);
        }
        let byte = self.buffered().first().copied();
        self.consume(1);
        Ok(byte)
    }
}
