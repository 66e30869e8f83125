//! Archives of a recording, piece by piece.

use bytes::Bytes;
use rootfs::Unpacking;
use runtime::{InstanceId, Runtime, Timestamp};
use std::collections::BTreeMap;
use std::io::{self, Read};

/// Those that have begun and not ended, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Archives(BTreeMap<u64, Archive>);

#[derive(Debug)]
struct Archive {
    instance: InstanceId,
    directory: String,
    keeps_directories: bool,
    bytes: Vec<u8>,
}

impl Archives {
    pub(super) fn begin(
        &mut self,
        upload: u64,
        instance: InstanceId,
        directory: &str,
        keeps_directories: bool,
    ) {
        let archive = Archive {
            instance,
            directory: directory.to_owned(),
            keeps_directories,
            bytes: Vec::new(),
        };
        self.0.insert(upload, archive);
    }

    pub(super) fn add(&mut self, upload: u64, bytes: &Bytes) {
        if let Some(archive) = self.0.get_mut(&upload) {
            archive.bytes.extend_from_slice(bytes);
        }
    }

    /// Unpacks one; of one that is not whole, what has come.
    pub(super) fn end(&mut self, upload: u64, whole: bool, runtime: &dyn Runtime, now: Timestamp) {
        let Some(archive) = self.0.remove(&upload) else {
            return;
        };
        let Ok(tree) = runtime.files(archive.instance) else {
            return;
        };
        let unpacking = Unpacking {
            keeps_directories: archive.keeps_directories,
            now_ns: now.0,
            ..Unpacking::default()
        };
        let bytes = archive.bytes.as_slice().chain(Ending { whole });
        let directory = archive.directory.as_bytes();
        // An archive that was refused is refused again.
        let _ = rootfs::unpack(&*tree, directory, bytes, &unpacking);
    }
}

/// How what comes ends.
struct Ending {
    whole: bool,
}

impl Read for Ending {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        match self.whole {
            true => Ok(0),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}
