//! A file that is mostly holes, in memory.

use crate::source::{ReadAt, Source};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Arc;

/// Unit of what is kept or is a hole.
const BLOCK_BYTES: usize = 4096;

/// Blocks by their number; what is missing is zero.
#[derive(Debug)]
struct Sparse {
    len: u64,
    blocks: BTreeMap<u64, Bytes>,
}

/// Reads a file and keeps the blocks that are not all zero.
pub(crate) fn read_sparse(content: &mut dyn Read) -> io::Result<Source> {
    let mut sparse = Sparse {
        len: 0,
        blocks: BTreeMap::new(),
    };
    loop {
        let mut block = Vec::with_capacity(BLOCK_BYTES);
        let count = content.take(BLOCK_BYTES as u64).read_to_end(&mut block)?;
        if block.iter().any(|byte| *byte != 0) {
            let number = sparse.len / BLOCK_BYTES as u64;
            sparse.blocks.insert(number, block.into());
        }
        sparse.len += count as u64;
        if count < BLOCK_BYTES {
            break;
        }
    }
    Ok(Source::Part {
        offset: 0,
        len: sparse.len,
        whole: Arc::new(sparse),
    })
}

impl ReadAt for Sparse {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.len.saturating_sub(offset);
        let (number, start) = (
            offset / BLOCK_BYTES as u64,
            (offset % BLOCK_BYTES as u64) as usize,
        );
        let count = (BLOCK_BYTES - start)
            .min(usize::try_from(left).unwrap_or(usize::MAX))
            .min(buffer.len());
        let target = &mut buffer[..count];
        match self.blocks.get(&number) {
            Some(block) => target.copy_from_slice(&block[start..start + count]),
            None => target.fill(0),
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_take_nothing_and_are_read_as_zeros() {
        let mut content = vec![0; 100_000];
        content[50_000] = 7;
        content.push(8);
        let source = read_sparse(&mut content.as_slice()).expect("memory can be read");
        let mut read = Vec::new();
        source
            .reader()
            .read_to_end(&mut read)
            .expect("memory can be read");
        assert_eq!(read, content);
        let empty = read_sparse(&mut [].as_slice()).expect("memory can be read");
        assert!(empty.is_empty());
    }
}
