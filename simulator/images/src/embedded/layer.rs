//! Layers from descriptions: sorted entries, fixed times, fixed gzip header.

use crate::Blob;
use crate::hub::HubLayer;
use bytes::Bytes;
use flate2::{Compression, GzBuilder};
use std::collections::BTreeMap;
use std::io::Write as _;
use tar::{EntryType, Header};
use zone::Digest;

/// Every file's time: 2017-01-13T22:13:54Z, seconds since the epoch.
const MTIME_SECONDS: u64 = 1_484_345_634;

/// A layer under construction; paths are relative to the root, without a leading slash.
#[derive(Debug, Default)]
pub(super) struct LayerBuilder {
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug)]
struct Entry {
    kind: EntryType,
    mode: u32,
    owner: (u64, u64),
    content: Vec<u8>,
    target: Option<String>,
}

impl LayerBuilder {
    pub(super) fn directory(&mut self, path: &str, mode: u32) -> &mut Self {
        self.insert(&format!("{path}/"), EntryType::Directory, mode, &[], None)
    }

    pub(super) fn file(&mut self, path: &str, mode: u32, content: &[u8]) -> &mut Self {
        self.insert(path, EntryType::Regular, mode, content, None)
    }

    /// A hard link to a file whose path sorts before `path`'s in the archive's second pass.
    pub(super) fn hard_link(&mut self, path: &str, target: &str) -> &mut Self {
        self.insert(path, EntryType::Link, 0o755, &[], Some(target))
    }

    /// A symbolic link.
    pub(super) fn symlink(&mut self, path: &str, target: &str) -> &mut Self {
        self.insert(path, EntryType::Symlink, 0o777, &[], Some(target))
    }

    /// Changes the owner of an entry that is there.
    pub(super) fn owner(&mut self, path: &str, uid: u64, gid: u64) -> &mut Self {
        if let Some(entry) = self.entries.get_mut(path) {
            entry.owner = (uid, gid);
        }
        self
    }

    fn insert(
        &mut self,
        path: &str,
        kind: EntryType,
        mode: u32,
        content: &[u8],
        target: Option<&str>,
    ) -> &mut Self {
        let entry = Entry {
            kind,
            mode,
            owner: (0, 0),
            content: content.to_vec(),
            target: target.map(str::to_owned),
        };
        self.entries.insert(path.to_owned(), entry);
        self
    }

    /// Adds directories of mode 0755.
    pub(super) fn directories(&mut self, paths: &[&str]) -> &mut Self {
        for path in paths {
            self.directory(path, 0o755);
        }
        self
    }

    /// The layer as gzip.
    pub(super) fn build(&self) -> HubLayer {
        let tar = self.tar();
        let mut gzip = GzBuilder::new()
            .mtime(0)
            .operating_system(255)
            .write(Vec::new(), Compression::best());
        gzip.write_all(&tar).expect("writing to memory cannot fail");
        let compressed = gzip.finish().expect("writing to memory cannot fail");
        HubLayer {
            diff_id: Digest::of(&tar),
            blob: Blob::new(compressed),
            tar: Bytes::from(tar),
        }
    }

    /// The layer as it is: its two digests are one.
    pub(super) fn build_uncompressed(&self) -> HubLayer {
        let blob = Blob::new(self.tar());
        HubLayer {
            diff_id: blob.digest,
            tar: blob.bytes.clone(),
            blob,
        }
    }

    /// The archive, links after everything they can point to.
    fn tar(&self) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        let links = |wanted: bool| {
            self.entries
                .iter()
                .filter(move |(_, entry)| (entry.kind == EntryType::Link) == wanted)
        };
        for (path, entry) in links(false).chain(links(true)) {
            append(&mut archive, path, entry);
        }
        archive.into_inner().expect("writing to memory cannot fail")
    }
}

fn append(archive: &mut tar::Builder<Vec<u8>>, path: &str, entry: &Entry) {
    let mut header = Header::new_gnu();
    header.set_entry_type(entry.kind);
    header.set_mode(entry.mode);
    header.set_uid(entry.owner.0);
    header.set_gid(entry.owner.1);
    header.set_mtime(MTIME_SECONDS);
    header.set_size(entry.content.len() as u64);
    let written = match &entry.target {
        Some(target) => archive.append_link(&mut header, path, target),
        None => archive.append_data(&mut header, path, entry.content.as_slice()),
    };
    written.expect("descriptions hold short relative paths, and writing to memory cannot fail");
}
