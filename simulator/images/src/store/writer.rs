//! Bytes on their way into the store.

use super::file;
use rootfs::Source;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write};
use zone::Digest;

/// Zeros that are left out of a file.
static ZEROS: [u8; 32 * 1024] = [0; 32 * 1024];

/// What is not longer stays in memory.
const MEMORY_BYTES: usize = 64 * 1024;

/// Takes bytes in, counts and digests them.
#[derive(Debug)]
pub struct BlobWriter {
    memory: Vec<u8>,
    file: Option<File>,
    hash: Sha256,
    len: u64,
}

impl Default for BlobWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl BlobWriter {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            memory: Vec::new(),
            file: None,
            hash: Sha256::new(),
            len: 0,
        }
    }

    /// How many bytes there are.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes and their digest.
    pub fn finish(self) -> (Source, Digest) {
        let digest = Digest(self.hash.finalize().into());
        let source = match self.file {
            Some(file) => file::source(file, self.len),
            None => Source::Memory(self.memory.into()),
        };
        (source, digest)
    }
}

impl Write for BlobWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.file.is_none() && self.memory.len() + bytes.len() > MEMORY_BYTES {
            let mut file = tempfile::tempfile()?;
            file.write_all(&self.memory)?;
            self.memory = Vec::new();
            self.file = Some(file);
        }
        match &mut self.file {
            Some(file) => write_with_holes(file, bytes)?,
            None => self.memory.extend_from_slice(bytes),
        }
        self.hash.update(bytes);
        self.len += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes at the end of a file and leaves long zeros out, which read the same and take no room.
fn write_with_holes(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    for piece in bytes.chunks(ZEROS.len()) {
        match piece.len() == ZEROS.len() && piece == ZEROS {
            true => {
                let end = file.seek(SeekFrom::Current(piece.len() as i64))?;
                file.set_len(end)?;
            }
            false => file.write_all(piece)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn zeros_take_no_room_and_are_read() {
        use std::os::unix::fs::MetadataExt as _;
        let mut file = tempfile::tempfile().expect("there is room");
        let bytes = [&[1; 100][..], &[0; 1 << 20], &[2; 100], &[0; 1 << 20]].concat();
        write_with_holes(&mut file, &bytes).expect("there is room");
        let metadata = file.metadata().expect("it is there");
        assert_eq!(metadata.len(), bytes.len() as u64);
        assert!(metadata.blocks() * 512 < 256 << 10, "{}", metadata.blocks());
        let mut read = Vec::new();
        let source = file::source(file, metadata.len());
        source.reader().read_to_end(&mut read).expect("readable");
        assert!(read == bytes);
    }

    #[test]
    fn little_stays_in_memory_and_much_goes_to_a_file() {
        for (pieces, in_memory) in [(1, true), (100, false)] {
            let mut writer = BlobWriter::new();
            let mut all = Vec::new();
            for piece in 0..pieces {
                let bytes = vec![piece; 10_000];
                writer.write_all(&bytes).expect("there is room");
                all.extend(bytes);
            }
            assert_eq!(writer.len(), all.len() as u64);
            let (source, digest) = writer.finish();
            assert_eq!(matches!(source, Source::Memory(_)), in_memory);
            let mut read = Vec::new();
            source.reader().read_to_end(&mut read).expect("readable");
            assert!(read == all);
            assert_eq!(digest, Digest::of(&all));
        }
    }
}
