//! Files that a service appends lines to.

use crate::kernel::{Errno, Fd, OpenFlags, Sys};
use std::sync::{Mutex, PoisonError};

/// A log. Images link its path to `/dev/stdout` or `/dev/stderr`, so that it goes to the container's log.
#[derive(Debug)]
pub(super) struct LogFile {
    /// Its path.
    pub(super) path: Vec<u8>,
    fd: Mutex<Option<Fd>>,
}

impl LogFile {
    /// One that is not open.
    pub(super) fn new(path: &[u8]) -> Self {
        Self {
            path: path.to_vec(),
            fd: Mutex::new(None),
        }
    }

    fn fd(&self) -> Option<Fd> {
        *self.fd.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens it, anew if it was open: under the same number, so that processes that share it each have their own. When
    /// it cannot be opened it stays as it was.
    pub(super) async fn open(&self, sys: &Sys) -> Result<(), Errno> {
        let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::APPEND;
        let opened = sys.open(&self.path, flags, 0o644).await?;
        let Some(own) = self.fd() else {
            *self.fd.lock().unwrap_or_else(PoisonError::into_inner) = Some(opened);
            return Ok(());
        };
        let replaced = sys.dup_to(opened, own).map(drop);
        let closed = sys.close(opened);
        replaced.and(closed)
    }

    /// Closes it in this process.
    pub(super) fn close(&self, sys: &Sys) {
        if let Some(fd) = self.fd() {
            let _ = sys.close(fd);
        }
    }

    /// Appends a line, which ends in a newline. A full disk loses it.
    pub(super) async fn write(&self, sys: &Sys, line: &[u8]) {
        let Some(fd) = self.fd() else {
            return;
        };
        let mut rest = line;
        while !rest.is_empty() {
            match sys.write(fd, rest).await {
                Ok(count) => rest = &rest[count..],
                Err(Errno::EINTR) => {}
                Err(_) => return,
            }
        }
    }
}
