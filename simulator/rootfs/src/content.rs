//! A file's bytes: a shared part of a layer below, owned chunks above, holes between.

use crate::FsError;
use crate::memory::{Memory, Share};
use crate::small_map::SmallMap;
use crate::source::Source;
use std::sync::Arc;

/// Unit of copy-on-write.
pub(crate) const CHUNK_BYTES: u64 = 64 * 1024;

/// The content of a file in a container. A chunk that is present hides the layer's bytes of its range completely;
/// beyond a short chunk's end, and where nothing is, bytes are zero.
#[derive(Clone, Debug, Default)]
pub(crate) struct Content {
    len: u64,
    base: Source,
    /// Whether the shared bytes are charged as if they were owned: they are no layer's.
    owns_base: bool,
    chunks: SmallMap<u64, Chunk>,
}

/// One unit of owned bytes.
#[derive(Clone, Debug)]
enum Chunk {
    /// So many zeros, which need no memory: disks are mostly filled with them.
    Zeros(usize),
    /// Copies of the content share them until one is written to.
    Bytes(Arc<Owned>),
}

/// Bytes in memory, and what they take of it.
#[derive(Debug)]
struct Owned {
    bytes: Vec<u8>,
    share: Share,
}

impl Owned {
    /// `bytes` in `memory`; nothing when that is full.
    fn new(bytes: Vec<u8>, memory: &Memory) -> Option<Arc<Self>> {
        let mut share = Share::new(memory);
        let has_room = share.grow(bytes.len() as u64);
        has_room.then(|| Arc::new(Self { bytes, share }))
    }
}

/// What a chunk of zeros is compared with.
static ZEROS: [u8; CHUNK_BYTES as usize] = [0; CHUNK_BYTES as usize];

impl Chunk {
    fn len(&self) -> usize {
        match self {
            Chunk::Zeros(len) => *len,
            Chunk::Bytes(owned) => owned.bytes.len(),
        }
    }

    /// The bytes up to those that are zero anyway.
    fn present(&self) -> &[u8] {
        match self {
            Chunk::Zeros(_) => &[],
            Chunk::Bytes(owned) => &owned.bytes,
        }
    }

    fn truncate(&mut self, len: usize) {
        let owned = match self {
            Chunk::Zeros(zeros) => {
                *zeros = len.min(*zeros);
                return;
            }
            Chunk::Bytes(owned) => owned,
        };
        match Arc::get_mut(owned) {
            Some(Owned { bytes, share }) => {
                share.shrink(bytes.len().saturating_sub(len) as u64);
                bytes.truncate(len);
                bytes.shrink_to_fit();
            }
            None => {
                let bytes = owned.bytes[..len.min(owned.bytes.len())].to_vec();
                let mut share = owned.share.new_of_the_same();
                share.grow_unchecked(bytes.len() as u64);
                *owned = Arc::new(Owned { bytes, share });
            }
        }
    }
}

impl Content {
    /// Shares a layer's bytes.
    pub(crate) fn shared(base: Source) -> Self {
        Self {
            len: base.len(),
            base,
            owns_base: false,
            chunks: SmallMap::default(),
        }
    }

    /// Owns bytes that lie elsewhere and need no memory.
    pub(crate) fn owned(base: Source) -> Self {
        Self {
            owns_base: true,
            ..Self::shared(base)
        }
    }

    /// All of its bytes, while they are as they were shared.
    pub(crate) fn source(&self) -> Option<Source> {
        let is_unchanged = self.chunks.iter().next().is_none() && self.len == self.base.len();
        is_unchanged.then(|| self.base.clone())
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Bytes that this content owns, which are what is charged.
    pub(crate) fn owned_bytes(&self) -> u64 {
        match self.owns_base {
            true => self.allocated_bytes(),
            false => self.chunk_bytes(),
        }
    }

    /// Bytes stored, shared or owned.
    pub(crate) fn allocated_bytes(&self) -> u64 {
        let hidden: u64 = self
            .chunks
            .iter()
            .map(|(index, _)| self.base_part(*index).len())
            .sum();
        self.chunk_bytes() + self.base.len() - hidden
    }

    fn chunk_bytes(&self) -> u64 {
        let lengths = self.chunks.iter().map(|(_, chunk)| chunk.len() as u64);
        lengths.sum()
    }

    /// Reads up to `buffer.len()` bytes; 0 at or behind the end.
    pub(crate) fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, FsError> {
        let wanted = self.len.saturating_sub(offset).min(buffer.len() as u64) as usize;
        let mut done = 0;
        while done < wanted {
            let at = offset + done as u64;
            let (index, start) = (at / CHUNK_BYTES, (at % CHUNK_BYTES) as usize);
            let step = (CHUNK_BYTES as usize - start).min(wanted - done);
            let target = &mut buffer[done..done + step];
            let present = match self.chunks.get(&index) {
                Some(chunk) => {
                    let source = chunk.present();
                    let present = source.len().saturating_sub(start).min(step);
                    target[..present]
                        .copy_from_slice(&source[start.min(source.len())..][..present]);
                    present
                }
                None => self.base.read(at, target)?,
            };
            target[present..].fill(0);
            done += step;
        }
        Ok(wanted)
    }

    /// Writes as much of `data` as fits into the chunk at `offset`, if that grows the owned bytes by at most
    /// `allowed` and `memory` has room. Returns the bytes written and the growth; `QuotaExceeded` when it would grow
    /// too much.
    pub(crate) fn write_chunk(
        &mut self,
        offset: u64,
        data: &[u8],
        allowed: u64,
        memory: &Memory,
    ) -> Result<(usize, u64), FsError> {
        let (index, start) = (offset / CHUNK_BYTES, (offset % CHUNK_BYTES) as usize);
        let step = (CHUNK_BYTES as usize - start).min(data.len());
        let (data, end) = (&data[..step], start + step);
        let base_len = self.base_part(index).len() as usize;
        let owned = self.chunks.get(&index).map(Chunk::len);
        let owned = owned.or(self.owns_base.then_some(base_len));
        let len = owned.unwrap_or(base_len).max(end);
        let grown = len - owned.unwrap_or(0);
        if grown as u64 > allowed {
            return Err(FsError::QuotaExceeded);
        }
        let hides_base = start == 0 && end >= base_len;
        let stays_zero = match self.chunks.get(&index) {
            Some(Chunk::Zeros(_)) => true,
            Some(Chunk::Bytes(_)) => false,
            None => hides_base || base_len == 0,
        };
        if stays_zero && data == &ZEROS[..step] {
            self.chunks.insert(index, Chunk::Zeros(len));
        } else {
            let bytes = self.bytes_of_chunk(index, len, memory)?;
            bytes[start..end].copy_from_slice(data);
        }
        self.len = self.len.max(offset + step as u64);
        Ok((step, grown as u64))
    }

    /// Chunk `index` as `len` bytes in memory, its share of `memory` grown to that.
    fn bytes_of_chunk(
        &mut self,
        index: u64,
        len: usize,
        memory: &Memory,
    ) -> Result<&mut [u8], FsError> {
        if !matches!(self.chunks.get(&index), Some(Chunk::Bytes(_))) {
            let mut bytes = vec![0; len];
            if self.chunks.get(&index).is_none() {
                self.base_part(index).read(0, &mut bytes)?;
            }
            let owned = Owned::new(bytes, memory).ok_or(FsError::QuotaExceeded)?;
            self.chunks.insert(index, Chunk::Bytes(owned));
        }
        let Some(Chunk::Bytes(owned)) = self.chunks.get_mut(&index) else {
            return Err(FsError::Io);
        };
        if Arc::get_mut(owned).is_none() {
            let copy = Owned::new(owned.bytes.clone(), memory);
            *owned = copy.ok_or(FsError::QuotaExceeded)?;
        }
        let Owned { bytes, share } = Arc::get_mut(owned).ok_or(FsError::Io)?;
        if bytes.len() < len {
            if !share.grow((len - bytes.len()) as u64) {
                return Err(FsError::QuotaExceeded);
            }
            bytes.resize(len, 0);
        }
        Ok(bytes)
    }

    /// Sets the length; a longer file ends in a hole. Owned bytes never grow.
    pub(crate) fn truncate(&mut self, len: u64) {
        if len < self.len {
            let boundary = len / CHUNK_BYTES;
            let inside = (len % CHUNK_BYTES) as usize;
            let keep_to = if inside == 0 { boundary } else { boundary + 1 };
            self.chunks.truncate(&keep_to);
            if inside != 0
                && let Some(chunk) = self.chunks.get_mut(&boundary)
            {
                chunk.truncate(inside);
            }
            self.base = self.base.part(0, len);
        }
        self.len = len;
    }

    /// The layer's bytes in the range of chunk `index`.
    fn base_part(&self, index: u64) -> Source {
        self.base
            .part(index.saturating_mul(CHUNK_BYTES), CHUNK_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn of_layer(bytes: &[u8]) -> Content {
        Content::shared(Bytes::copy_from_slice(bytes).into())
    }

    fn write(content: &mut Content, mut offset: u64, mut data: &[u8]) {
        while !data.is_empty() {
            let (done, _) = content
                .write_chunk(offset, data, u64::MAX, &Memory::new(u64::MAX))
                .expect("nothing is too much");
            offset += done as u64;
            data = &data[done..];
        }
    }

    fn bytes(content: &Content) -> Vec<u8> {
        let mut all = vec![7; content.len() as usize];
        assert_eq!(content.read(0, &mut all), Ok(all.len()));
        all
    }

    #[test]
    fn a_small_write_copies_one_chunk_of_the_layer() {
        let base = vec![b'a'; 200_000];
        let mut content = of_layer(&base);
        write(&mut content, 70_000, b"XYZ");
        let mut expected = base;
        expected[70_000..70_003].copy_from_slice(b"XYZ");
        assert_eq!(bytes(&content), expected);
        assert_eq!(content.owned_bytes(), CHUNK_BYTES);
        assert_eq!(content.allocated_bytes(), 200_000);
    }

    #[test]
    fn a_big_hole_owns_nothing_and_reads_as_zeros() {
        let mut content = Content::default();
        content.truncate(1 << 40);
        assert_eq!(content.owned_bytes(), 0);
        write(&mut content, (1 << 40) - 2, b"zz");
        let mut end = [1; 4];
        assert_eq!(content.read((1 << 40) - 4, &mut end), Ok(4));
        assert_eq!(&end, b"\0\0zz");
    }

    #[test]
    fn bytes_cut_off_do_not_come_back() {
        let mut content = of_layer(&[b'a'; 100_000]);
        content.truncate(10);
        content.truncate(20);
        assert_eq!(bytes(&content), b"aaaaaaaaaa\0\0\0\0\0\0\0\0\0\0");
        write(&mut content, 15, b"b");
        content.truncate(12);
        content.truncate(16);
        assert_eq!(bytes(&content), b"aaaaaaaaaa\0\0\0\0\0\0");
    }

    #[test]
    fn a_write_that_would_own_too_much_changes_nothing() {
        let mut content = of_layer(&[b'a'; 1000]);
        let memory = Memory::new(u64::MAX);
        let refused = Err(FsError::QuotaExceeded);
        assert_eq!(content.write_chunk(10, b"b", 999, &memory), refused);
        let small = Memory::new(999);
        assert_eq!(content.write_chunk(10, b"b", 1000, &small), refused);
        assert_eq!(bytes(&content), vec![b'a'; 1000]);
        let written = content.write_chunk(10, b"b", 1000, &memory);
        assert_eq!(written, Ok((1, 1000)));
    }

    #[test]
    fn owned_bytes_that_lie_elsewhere_count_once() {
        let memory = Memory::new(u64::MAX);
        let base = vec![b'a'; 100_000];
        let mut content = Content::owned(bytes::Bytes::from(base.clone()).into());
        assert_eq!(content.owned_bytes(), 100_000);
        assert!(
            content
                .source()
                .is_some_and(|source| source.len() == 100_000)
        );
        // The last chunk is short: a byte behind it is the only new one.
        for (offset, grown) in [(10, 0), (100_000, 1), (99_999, 0)] {
            let written = content.write_chunk(offset, b"b", u64::MAX, &memory);
            assert_eq!(written, Ok((1, grown)), "{offset}");
        }
        assert_eq!(
            (content.owned_bytes(), content.allocated_bytes()),
            (100_001, 100_001)
        );
        assert!(content.source().is_none());
        content.truncate(20);
        assert_eq!(content.owned_bytes(), 20);
        assert_eq!(bytes(&content), b"aaaaaaaaaabaaaaaaaaa");
        content.truncate(0);
        assert_eq!(content.owned_bytes(), 0);
    }

    #[test]
    fn zeros_are_owned_and_need_no_memory_until_they_are_written_over() {
        let memory = Memory::new(u64::MAX);
        let mut content = of_layer(&[b'a'; 10]);
        for index in 0..1000 {
            let written = content.write_chunk(index * CHUNK_BYTES, &ZEROS, u64::MAX, &memory);
            assert_eq!(written, Ok((ZEROS.len(), CHUNK_BYTES)));
        }
        assert_eq!(content.owned_bytes(), 1000 * CHUNK_BYTES);
        assert_eq!(memory.used_bytes(), 0);
        content.truncate(CHUNK_BYTES + 4);
        let written = content.write_chunk(CHUNK_BYTES + 2, b"xyz", u64::MAX, &memory);
        assert_eq!((written, memory.used_bytes()), (Ok((3, 1)), 5));
        assert_eq!(bytes(&content)[..10], [0; 10]);
        assert_eq!(&bytes(&content)[CHUNK_BYTES as usize..], b"\0\0xyz");
        let mut copy = content.clone();
        assert_eq!(memory.used_bytes(), 5);
        let written = copy.write_chunk(CHUNK_BYTES + 2, b"abc", u64::MAX, &memory);
        assert_eq!((written, memory.used_bytes()), (Ok((3, 0)), 10));
        assert_eq!(&bytes(&content)[CHUNK_BYTES as usize..], b"\0\0xyz");
        assert_eq!(&bytes(&copy)[CHUNK_BYTES as usize..], b"\0\0abc");
        let mut short = content.clone();
        short.truncate(CHUNK_BYTES + 3);
        assert_eq!(memory.used_bytes(), 13);
        assert_eq!(&bytes(&content)[CHUNK_BYTES as usize..], b"\0\0xyz");
        drop((content, copy, short));
        assert_eq!(memory.used_bytes(), 0);
    }

    #[test]
    fn a_few_zeros_do_not_hide_the_layer() {
        let mut content = of_layer(b"abcdef");
        write(&mut content, 0, b"\0\0");
        assert_eq!(bytes(&content), b"\0\0cdef");
        write(&mut content, 6, b"\0g");
        assert_eq!(bytes(&content), b"\0\0cdef\0g");
    }
}
