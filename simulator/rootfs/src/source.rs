//! Bytes that trees share: in memory, or part of something that can be read anywhere.

use crate::FsError;
use bytes::Bytes;
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

/// Something whose bytes never change and that can be read at any place, such as a file of the host.
pub trait ReadAt: fmt::Debug + Send + Sync {
    /// Reads up to `buffer.len()` bytes at `offset`; 0 only at the end.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
}

/// Bytes that never change. Clones share them.
#[derive(Clone, Debug)]
pub enum Source {
    /// In memory.
    Memory(Bytes),
    /// A part of something else.
    Part {
        /// What it is a part of.
        whole: Arc<dyn ReadAt>,
        /// Where it begins.
        offset: u64,
        /// Its length.
        len: u64,
    },
}

impl Default for Source {
    fn default() -> Self {
        Source::Memory(Bytes::new())
    }
}

impl From<Bytes> for Source {
    fn from(bytes: Bytes) -> Self {
        Source::Memory(bytes)
    }
}

impl Source {
    /// How many bytes there are.
    pub fn len(&self) -> u64 {
        match self {
            Source::Memory(bytes) => bytes.len() as u64,
            Source::Part { len, .. } => *len,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A part of it, as far as there is one.
    pub fn part(&self, offset: u64, len: u64) -> Self {
        let offset = offset.min(self.len());
        let len = len.min(self.len() - offset);
        match self {
            Source::Memory(bytes) => {
                let (start, end) = (offset as usize, (offset + len) as usize);
                Source::Memory(bytes.slice(start..end))
            }
            Source::Part {
                whole,
                offset: start,
                ..
            } => Source::Part {
                whole: Arc::clone(whole),
                offset: start + offset,
                len,
            },
        }
    }

    /// Reads up to `buffer.len()` bytes, as many as there are; 0 at or behind the end.
    pub fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, FsError> {
        let left = self.len().saturating_sub(offset);
        let wanted = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        match self {
            Source::Memory(bytes) if wanted > 0 => {
                let start = offset as usize;
                buffer[..wanted].copy_from_slice(&bytes[start..start + wanted]);
            }
            Source::Memory(_) => {}
            Source::Part {
                whole,
                offset: start,
                ..
            } => fill(&**whole, start + offset, &mut buffer[..wanted])?,
        }
        Ok(wanted)
    }

    /// Reads it from the beginning.
    pub fn reader(&self) -> SourceReader {
        SourceReader {
            source: self.clone(),
            offset: 0,
        }
    }
}

fn fill(whole: &dyn ReadAt, mut offset: u64, mut buffer: &mut [u8]) -> Result<(), FsError> {
    while !buffer.is_empty() {
        match whole.read_at(offset, buffer) {
            Ok(0) => return Err(FsError::Io),
            Ok(count) => {
                offset += count as u64;
                buffer = &mut buffer[count..];
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err(FsError::Io),
        }
    }
    Ok(())
}

/// Reads a [`Source`] from its beginning to its end.
#[derive(Clone, Debug)]
pub struct SourceReader {
    source: Source,
    offset: u64,
}

impl SourceReader {
    /// How many bytes there are in all.
    pub(crate) fn len(&self) -> u64 {
        self.source.len()
    }
}

impl Read for SourceReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(self.offset, buffer);
        let count = count.map_err(io::Error::other)?;
        self.offset += count as u64;
        Ok(count)
    }
}

impl Seek for SourceReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let offset = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::Current(by) => self.offset.checked_add_signed(by),
            SeekFrom::End(by) => self.source.len().checked_add_signed(by),
        };
        self.offset = offset.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, and fails behind its fourth.
    #[derive(Debug)]
    struct Slow(&'static [u8]);

    impl ReadAt for Slow {
        fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
            if offset >= 4 {
                return Err(io::Error::other("no more"));
            }
            buffer[0] = self.0[offset as usize];
            Ok(1)
        }
    }

    fn sources() -> [Source; 2] {
        let part = Source::Part {
            whole: Arc::new(Slow(b"abcdef")),
            offset: 0,
            len: 6,
        };
        [Source::from(Bytes::from_static(b"abcdef")), part]
    }

    #[test]
    fn parts_of_parts_are_read_wherever_they_lie() {
        for source in sources() {
            let part = source.part(1, 4).part(1, 2);
            let mut text = String::new();
            part.reader().read_to_string(&mut text).expect("readable");
            assert_eq!(text, "cd", "{source:?}");
            assert_eq!(part.part(5, 9).len(), 0);
            let mut buffer = [0; 8];
            assert_eq!(part.read(7, &mut buffer), Ok(0));
        }
    }

    #[test]
    fn what_cannot_be_read_is_an_error_and_not_zeros() {
        let [_, part] = sources();
        let mut buffer = [0; 6];
        assert_eq!(part.read(0, &mut buffer), Err(FsError::Io));
        assert_eq!(part.read(0, &mut buffer[..4]), Ok(4));
    }
}
