//! Files of the host.

use rootfs::{ReadAt, Source};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// A file; one that is unlinked goes with the last clone of what is made of it.
#[derive(Debug)]
struct HostFile(File);

impl ReadAt for HostFile {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(buffer, offset)
    }
}

/// The first `len` bytes of a file that is not written to any more.
pub(crate) fn source(file: File, len: u64) -> Source {
    Source::Part {
        whole: Arc::new(HostFile(file)),
        offset: 0,
        len,
    }
}
