//! Configuration files.

use crate::kernel::{Buffer, Errno, Fd, OpenFlags, Sys};

/// The longest file.
const FILE_BYTES: usize = 1 << 20;
/// Bytes that one step reads.
const STEP_BYTES: usize = 16 << 10;

/// A descriptor that is closed when it is dropped.
pub(super) struct Opened<'a> {
    sys: &'a Sys,
    pub(super) fd: Fd,
}

impl<'a> Opened<'a> {
    /// Opens a file for reading.
    pub(super) async fn read(sys: &'a Sys, path: &[u8]) -> Result<Self, Errno> {
        let fd = sys.open(path, OpenFlags::READ, 0).await?;
        Ok(Self { sys, fd })
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        let _ = self.sys.close(self.fd);
    }
}

/// All of a file. EFBIG: more than a configuration can be.
pub(super) async fn read(sys: &Sys, path: &[u8]) -> Result<Buffer, Errno> {
    let file = Opened::read(sys, path).await?;
    let mut content = Buffer::new();
    let mut step = vec![0; STEP_BYTES];
    loop {
        let count = match sys.read(file.fd, &mut step).await {
            Ok(0) => return Ok(content),
            Ok(count) => count,
            Err(Errno::EINTR) => continue,
            Err(error) => return Err(error),
        };
        if content.len() + count > FILE_BYTES {
            return Err(Errno::EFBIG);
        }
        content.extend_from_slice(&step[..count]);
    }
}
