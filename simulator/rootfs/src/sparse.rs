//! Files with holes, as they lie in an archive.

use crate::source::{ReadAt, Source};
use std::io::{self, Read};
use std::sync::Arc;

/// Where the bytes of a file with holes belong, in the order in which they lie in the archive.
#[derive(Clone, Debug, Default)]
pub(crate) struct SparseMap {
    /// Offsets and lengths, ascending, without empty ones.
    segments: Vec<(u64, u64)>,
    size: u64,
}

impl SparseMap {
    /// `numbers`: offsets and lengths in turn. `stored`: how many bytes lie in the archive.
    pub(crate) fn new(numbers: &[u64], size: u64, stored: u64) -> io::Result<Self> {
        let mut segments = Vec::with_capacity(numbers.len() / 2);
        let (mut end, mut sum) = (0, 0_u64);
        for pair in numbers.chunks(2) {
            let [offset, len] = *pair else {
                return Err(damaged());
            };
            if offset < end || offset.checked_add(len).is_none_or(|end| end > size) {
                return Err(damaged());
            }
            end = offset + len;
            sum += len;
            if len > 0 {
                segments.push((offset, len));
            }
        }
        match sum == stored {
            true => Ok(Self { segments, size }),
            false => Err(damaged()),
        }
    }

    /// The file's size with its holes.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// The file whose bytes lie in `stored`.
    pub(crate) fn source(&self, stored: &Source) -> Source {
        let mut at = 0;
        let segments = self.segments.iter().map(|(offset, len)| {
            let part = stored.part(at, *len);
            at += len;
            (*offset, part)
        });
        Source::Part {
            whole: Arc::new(Sparse(segments.collect())),
            offset: 0,
            len: self.size,
        }
    }

    /// Reads the file whose bytes `stored` reads.
    pub(crate) fn reader<R: Read>(&self, stored: R) -> SparseReader<'_, R> {
        SparseReader {
            map: self,
            segment: 0,
            offset: 0,
            stored,
        }
    }
}

fn damaged() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "archive has a damaged map of a sparse file",
    )
}

/// What is no hole, by where it begins.
#[derive(Debug)]
struct Sparse(Vec<(u64, Source)>);

impl ReadAt for Sparse {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let next = self.0.partition_point(|(start, _)| *start <= offset);
        if let Some((start, part)) = next.checked_sub(1).map(|last| &self.0[last])
            && offset - start < part.len()
        {
            return part.read(offset - start, buffer).map_err(io::Error::other);
        }
        let hole = self
            .0
            .get(next)
            .map_or(u64::MAX, |(start, _)| start - offset);
        let count = usize::try_from(hole)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        buffer[..count].fill(0);
        Ok(count)
    }
}

/// Reads a file with holes from its begin to its end.
pub(crate) struct SparseReader<'m, R> {
    map: &'m SparseMap,
    /// The segment in which the offset is, or that comes next.
    segment: usize,
    offset: u64,
    stored: R,
}

impl<R: Read> Read for SparseReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (start, len) = match self.map.segments.get(self.segment) {
            Some(segment) => *segment,
            None => (self.map.size, 0),
        };
        let is_hole = self.offset < start;
        let end = if is_hole { start } else { start + len };
        let left = usize::try_from(end - self.offset).unwrap_or(usize::MAX);
        let wanted = left.min(buffer.len());
        let count = match is_hole {
            true => {
                buffer[..wanted].fill(0);
                wanted
            }
            false => self.stored.read(&mut buffer[..wanted])?,
        };
        self.offset += count as u64;
        if self.offset == start + len && len > 0 {
            self.segment += 1;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn read(mut reader: impl Read) -> Vec<u8> {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).expect("memory can be read");
        bytes
    }

    #[test]
    fn holes_are_read_as_zeros() {
        for (numbers, size, file) in [
            (&[2, 3, 7, 1][..], 9, &b"\0\0abc\0\0d\0"[..]),
            (&[0, 1, 1, 3], 4, b"abcd"),
            (&[0, 4, 6, 0], 6, b"abcd\0\0"),
        ] {
            let map = SparseMap::new(numbers, size, 4).expect("a map");
            let stored = Source::from(Bytes::from_static(b"abcd"));
            assert_eq!(read(map.source(&stored).reader()), file);
            assert_eq!(read(map.reader(&b"abcd"[..])), file);
        }
        let hole = SparseMap::new(&[], 3, 0).expect("a map");
        assert_eq!(read(hole.source(&Source::default()).reader()), [0; 3]);
        assert_eq!(read(hole.reader(&b""[..])), [0; 3]);
    }

    #[test]
    fn maps_that_cannot_be_are_refused() {
        for (numbers, size, stored) in [
            (&[0, 1, 0, 1][..], 9, 2),
            (&[0, 1, 2], 9, 1),
            (&[0, 9], 8, 9),
            (&[0, 1], 8, 2),
            (&[u64::MAX, 2], u64::MAX, 2),
        ] {
            assert!(
                SparseMap::new(numbers, size, stored).is_err(),
                "{numbers:?}"
            );
        }
    }
}
