//! A part of the context as a tar archive.

use super::files::Context;
use rootfs::{ArchiveWriter, Ino, RootFs};
use std::io::{self, Read};

/// Reads an archive that is made as it is read.
pub(super) struct ArchiveReader<'c> {
    files: &'c RootFs,
    writer: ArchiveWriter,
    piece: Vec<u8>,
    /// How much of the piece has been read.
    read: usize,
}

impl Context {
    /// An archive of `top`, called `name`; that of a directory's content with an empty name.
    pub(super) fn archive(&self, top: Ino, name: &[u8]) -> ArchiveReader<'_> {
        ArchiveReader {
            files: &self.files,
            writer: ArchiveWriter::new(top, name),
            piece: Vec::new(),
            read: 0,
        }
    }
}

impl Read for ArchiveReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read == self.piece.len() {
            self.piece.clear();
            self.read = 0;
            let goes_on = self.writer.next(self.files, &mut self.piece);
            if !goes_on && self.piece.is_empty() {
                return Ok(0);
            }
        }
        let count = buffer.len().min(self.piece.len() - self.read);
        buffer[..count].copy_from_slice(&self.piece[self.read..self.read + count]);
        self.read += count;
        Ok(count)
    }
}
