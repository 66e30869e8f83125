//! An archive on its way into a container, which the zone's journal hears of.

use super::archive_path::ArchivePath;
use crate::driver::{Driver, Files};
use bytes::Bytes;
use journal::External;
use rootfs::Unpacking;
use std::io;
use tokio::sync::mpsc;

/// The pieces of an archive go through it.
pub(super) struct Noted {
    driver: Driver,
    upload: u64,
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
            pieces,
        }
    }

    /// Hands a piece over, or why there are no more; `false`: nobody wants it.
    pub(super) async fn send(&self, piece: io::Result<Bytes>) -> bool {
        let upload = self.upload;
        self.driver.note(|| match &piece {
            Ok(bytes) => External::ArchiveBytes {
                upload,
                bytes: bytes.clone(),
            },
            Err(_) => External::ArchiveEnd {
                upload,
                whole: false,
            },
        });
        self.pieces.send(piece).await.is_ok()
    }

    /// There are no more.
    pub(super) fn end(self) {
        self.driver.note(|| External::ArchiveEnd {
            upload: self.upload,
            whole: true,
        });
    }
}
