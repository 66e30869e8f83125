//! Tar archives out.

use crate::metadata::{FileKind, Ino, Metadata};
use crate::{ArchiveError, FsError, RootFs};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use tar::{Builder, EntryType, Header};

impl RootFs {
    /// Writes the file or directory at `path` (a link is not followed) as a tar archive whose entries are named
    /// `prefix` and below. With an empty prefix a directory's content stands at the archive's root. Sockets are left
    /// out; further names of an inode become hard links.
    pub fn archive(
        &self,
        path: &[u8],
        prefix: &[u8],
        out: &mut dyn Write,
    ) -> Result<(), ArchiveError> {
        let top = self.resolve(path, false).map_err(ArchiveError::Path)?;
        let mut archive = Builder::new(out);
        let mut first_names: BTreeMap<Ino, Vec<u8>> = BTreeMap::new();
        let mut todo = vec![(top, prefix.to_vec())];
        while let Some((ino, name)) = todo.pop() {
            let refused = |source| ArchiveError::Refused {
                name: String::from_utf8_lossy(&name).into_owned(),
                source,
            };
            let metadata = self.metadata(ino).map_err(refused)?;
            if metadata.kind == FileKind::Directory {
                let mut entries = self.entries(ino).map_err(refused)?;
                entries.reverse();
                let below = entries
                    .iter()
                    .map(|entry| (entry.ino, child(&name, &entry.name)));
                todo.extend(below);
            } else if metadata.nlink > 1 {
                if let Some(first) = first_names.get(&ino) {
                    append_link(&mut archive, &metadata, EntryType::Link, &name, first)?;
                    continue;
                }
                first_names.insert(ino, name.clone());
            }
            self.append(&mut archive, &metadata, &name)?;
        }
        archive.finish()?;
        Ok(())
    }

    fn append(
        &self,
        archive: &mut Builder<&mut dyn Write>,
        metadata: &Metadata,
        name: &[u8],
    ) -> Result<(), ArchiveError> {
        let ino = metadata.ino;
        let mut header = header(metadata);
        match metadata.kind {
            FileKind::Directory if name.is_empty() => {}
            FileKind::Directory => {
                header.set_entry_type(EntryType::Directory);
                let name = [name, b"/"].concat();
                archive.append_data(&mut header, as_path(&name), io::empty())?;
            }
            FileKind::File => {
                header.set_entry_type(EntryType::Regular);
                header.set_size(metadata.size);
                let content = ContentReader {
                    fs: self,
                    ino,
                    offset: 0,
                };
                archive.append_data(&mut header, as_path(name), content)?;
            }
            FileKind::Symlink => {
                let target = self.read_link(ino).map_err(ArchiveError::Path)?;
                append_link(archive, metadata, EntryType::Symlink, name, &target)?;
            }
            FileKind::CharDevice { major, minor } | FileKind::BlockDevice { major, minor } => {
                header.set_entry_type(match metadata.kind {
                    FileKind::CharDevice { .. } => EntryType::Char,
                    _ => EntryType::Block,
                });
                header.set_device_major(major)?;
                header.set_device_minor(minor)?;
                archive.append_data(&mut header, as_path(name), io::empty())?;
            }
            FileKind::Fifo => {
                header.set_entry_type(EntryType::Fifo);
                archive.append_data(&mut header, as_path(name), io::empty())?;
            }
            FileKind::Socket => {}
        }
        Ok(())
    }
}

fn append_link(
    archive: &mut Builder<&mut dyn Write>,
    metadata: &Metadata,
    kind: EntryType,
    name: &[u8],
    target: &[u8],
) -> Result<(), ArchiveError> {
    let mut header = header(metadata);
    header.set_entry_type(kind);
    archive.append_link(&mut header, as_path(name), as_path(target))?;
    Ok(())
}

fn header(metadata: &Metadata) -> Header {
    let mut header = Header::new_gnu();
    header.set_mode(metadata.mode);
    header.set_uid(u64::from(metadata.uid));
    header.set_gid(u64::from(metadata.gid));
    header.set_mtime(metadata.mtime_ns / 1_000_000_000);
    header.set_size(0);
    header
}

fn child(parent: &[u8], name: &Bytes) -> Vec<u8> {
    if parent.is_empty() {
        name.to_vec()
    } else {
        [parent, name].join(&b'/')
    }
}

fn as_path(bytes: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(bytes))
}

/// Reads one file from its start to its end.
struct ContentReader<'a> {
    fs: &'a RootFs,
    ino: Ino,
    offset: u64,
}

impl Read for ContentReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self
            .fs
            .read(self.ino, self.offset, buffer)
            .map_err(|error: FsError| io::Error::other(error))?;
        self.offset += count as u64;
        Ok(count)
    }
}
