//! Records of one input.

use super::super::context::Fail;
use super::super::io::{Reader, find_byte};
use super::regexes::{Regexes, search};
use crate::kernel::{Buffer, Errno, Sys};
use bytes::Bytes;

/// Where records end.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Terminator {
    Byte(u8),
    /// Empty lines.
    Paragraph,
    Regex(Vec<u8>),
}

impl Terminator {
    /// What a value of RS means.
    pub(super) fn parse(source: &[u8]) -> Self {
        match source {
            [] => Terminator::Paragraph,
            [byte] => Terminator::Byte(*byte),
            source => Terminator::Regex(source.to_vec()),
        }
    }
}

/// A record and what ended it.
#[derive(Debug, PartialEq)]
pub(super) struct InputRecord {
    pub(super) text: Bytes,
    pub(super) terminator: Bytes,
}

/// Why there is no record.
pub(super) enum ReadError {
    Read(Errno),
    Fail(Fail),
}

impl From<Errno> for ReadError {
    fn from(error: Errno) -> Self {
        ReadError::Read(error)
    }
}

impl From<Fail> for ReadError {
    fn from(fail: Fail) -> Self {
        ReadError::Fail(fail)
    }
}

/// An input under way.
pub(super) struct RecordReader<'a> {
    reader: Reader<'a>,
    buffer: Buffer,
    at: usize,
    at_end: bool,
}

impl<'a> RecordReader<'a> {
    pub(super) fn new(reader: Reader<'a>) -> Self {
        Self {
            reader,
            buffer: Buffer::new(),
            at: 0,
            at_end: false,
        }
    }

    /// Reads more into the buffer.
    async fn more(&mut self) -> Result<(), ReadError> {
        if self.at > 0 {
            self.buffer.drop_front(self.at);
            self.at = 0;
        }
        if !self.reader.fill().await? {
            self.at_end = true;
            return Ok(());
        }
        let count = self.reader.buffered().len();
        self.buffer.extend_from_slice(self.reader.buffered());
        self.reader.consume(count);
        Ok(())
    }

    /// The next record; `None` at the end.
    pub(super) async fn next(
        &mut self,
        sys: &Sys,
        regexes: &mut Regexes,
        terminator: &Terminator,
        ignore_case: bool,
    ) -> Result<Option<InputRecord>, ReadError> {
        match terminator {
            Terminator::Byte(byte) => self.until_byte(*byte).await,
            Terminator::Paragraph => {
                self.skip_newlines().await?;
                self.until_match(sys, regexes, b"\n\n+", false, true).await
            }
            Terminator::Regex(source) => {
                self.until_match(sys, regexes, source, ignore_case, false)
                    .await
            }
        }
    }

    async fn skip_newlines(&mut self) -> Result<(), ReadError> {
        loop {
            let rest = &self.buffer[self.at..];
            let newlines = rest.iter().take_while(|byte| **byte == b'\n').count();
            self.at += newlines;
            if self.at < self.buffer.len() || self.at_end {
                return Ok(());
            }
            self.more().await?;
        }
    }

    async fn until_byte(&mut self, byte: u8) -> Result<Option<InputRecord>, ReadError> {
        let mut searched = 0;
        loop {
            let rest = &self.buffer[self.at..];
            if let Some(found) = find_byte(&rest[searched..], byte) {
                let length = searched + found;
                let text = Buffer::from(&rest[..length]).into_bytes();
                self.at += length + 1;
                let terminator = match byte {
                    b'\n' => Bytes::from_static(b"\n"),
                    byte => Bytes::copy_from_slice(&[byte]),
                };
                return Ok(Some(InputRecord { text, terminator }));
            }
            if self.at_end {
                return Ok(self.rest());
            }
            searched = rest.len();
            self.more().await?;
        }
    }

    async fn until_match(
        &mut self,
        sys: &Sys,
        regexes: &mut Regexes,
        source: &[u8],
        ignore_case: bool,
        paragraph: bool,
    ) -> Result<Option<InputRecord>, ReadError> {
        let regex = regexes.find(source, ignore_case)?;
        loop {
            let rest = &self.buffer[self.at..];
            let found = search(regex, sys, rest, false, false).await?;
            let found = found.filter(|found| found.end() > found.start());
            // A match that ends with what was read may go on.
            let settled = found.filter(|found| self.at_end || found.end() < rest.len());
            if let Some(found) = settled {
                let text = Buffer::from(&rest[..found.start()]).into_bytes();
                let terminator = Bytes::copy_from_slice(&rest[found.start()..found.end()]);
                self.at += found.end();
                return Ok(Some(InputRecord { text, terminator }));
            }
            if self.at_end {
                let mut last = self.rest();
                if let Some(record) = &mut last
                    && paragraph
                    && record.text.ends_with(b"\n")
                {
                    record.text.truncate(record.text.len() - 1);
                }
                return Ok(last);
            }
            self.more().await?;
        }
    }

    /// What is left, as the last record.
    fn rest(&mut self) -> Option<InputRecord> {
        let text = Buffer::from(&self.buffer[self.at..]).into_bytes();
        self.at = self.buffer.len();
        (!text.is_empty()).then_some(InputRecord {
            text,
            terminator: Bytes::new(),
        })
    }
}
