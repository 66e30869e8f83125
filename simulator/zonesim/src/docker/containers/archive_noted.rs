//! An archive on its way into a container, which the zone's journal hears of.

use super::archive_path::ArchivePath;
use crate::driver::{Driver, Files};
use bytes::Bytes;
use journal::External;
use rootfs::Unpacking;
use std::io;
use tokio::sync::mpsc;

/// The pieces of an archive go through it. Of one that is dropped before its end, the journal says so.
pub(super) struct Noted {
    driver: Driver,
    upload: u64,
    ended: bool,
    pieces: mpsc::Sender<io::Result<Bytes>>,
}

impl Noted {
    /// The pieces go on to `pieces`.
    pub(super) fn begin(
        driver: &Driver,
        files: &Files,
        path: &ArchivePath,
        unpacking: &Unpacking,
        pieces: mpsc::Sender<io::Result<Bytes>>,
    ) -> Self {
        let upload = driver.journal().map_or(0, |journal| journal.number());
        driver.note(|| External::Archive {
            upload,
            instance: files.instance,
            directory: path.text().to_owned(),
            keeps_directories: unpacking.keeps_directories,
        });
        Self {
            driver: driver.clone(),
            upload,
            ended: false,
            pieces,
        }
    }

    /// Hands a piece over, or why there are no more; `false`: nobody wants it.
    pub(super) async fn send(&mut self, piece: io::Result<Bytes>) -> bool {
        match &piece {
            Ok(bytes) => self.driver.note(|| External::ArchiveBytes {
                upload: self.upload,
                bytes: bytes.clone(),
            }),
            Err(_) => self.note_end(false),
        }
        self.pieces.send(piece).await.is_ok()
    }

    /// There are no more.
    pub(super) fn end(mut self) {
        self.note_end(true);
    }

    fn note_end(&mut self, whole: bool) {
        self.ended = true;
        self.driver.note(|| External::ArchiveEnd {
            upload: self.upload,
            whole,
        });
    }
}

impl Drop for Noted {
    /// The unpacker wanted no more, or the client's handler is gone.
    fn drop(&mut self) {
        if !self.ended {
            self.note_end(false);
        }
    }
}
