//! Tar archives out, piece by piece: between two pieces the tree may change and need not be held.

use crate::RootFs;
use crate::metadata::{FileKind, Ino, Metadata};
use crate::pax::xattr_records;
use crate::tar_read::split_last;
use bytes::Bytes;
use std::collections::BTreeMap;
use tar::{EntryType, Header};

/// Size of a block: headers are one, contents are filled up to whole ones.
const BLOCK_BYTES: usize = 512;
/// Bytes of a name that a header has room for.
const NAME_BYTES: usize = 100;
/// Bytes of a file's content that one piece has at most.
const PIECE_BYTES: usize = 64 * 1024;

/// A file or directory as a tar archive in the making.
#[derive(Debug)]
pub struct ArchiveWriter {
    /// What comes next, last first.
    todo: Vec<Due>,
    /// Names that inodes with several have been given.
    first_names: BTreeMap<Ino, Vec<u8>>,
    /// The file whose content is being written.
    file: Option<Content>,
    ended: bool,
}

/// What comes next.
#[derive(Debug)]
struct Due {
    ino: Ino,
    /// Its name in the archive.
    name: Vec<u8>,
    /// Where it was found, and by which name; not what the archive is of.
    found: Option<(Ino, Bytes)>,
}

impl Due {
    /// Whether it has gone since its directory was read.
    fn has_gone(&self, fs: &RootFs) -> bool {
        let found = self.found.as_ref();
        found.is_some_and(|(directory, name)| fs.lookup(*directory, name) != Ok(self.ino))
    }
}

/// How far a file's content has been written.
#[derive(Debug)]
pub(crate) struct Content {
    ino: Ino,
    offset: u64,
    /// What its header says.
    size: u64,
}

impl ArchiveWriter {
    /// An archive of `top`, whose entries are named `name` and below. With an empty name a directory's content stands
    /// at the archive's root. Sockets are left out; further names of an inode become hard links. What is gone when its
    /// turn comes is left out; a file that has changed its size since its entry began is cut, or filled up with zeros.
    pub fn new(top: Ino, name: &[u8]) -> Self {
        Self {
            todo: vec![Due {
                ino: top,
                name: name.to_vec(),
                found: None,
            }],
            first_names: BTreeMap::new(),
            file: None,
            ended: false,
        }
    }

    /// Appends the next piece to `out`; `false` when the archive is complete.
    pub fn next(&mut self, fs: &RootFs, out: &mut Vec<u8>) -> bool {
        if let Some(file) = &mut self.file {
            if file.write(fs, out) {
                self.file = None;
            }
            return true;
        }
        while let Some(due) = self.todo.pop() {
            if due.has_gone(fs) {
                continue;
            }
            if let Ok(metadata) = fs.metadata(due.ino)
                && self.entry(fs, &metadata, due.name, out)
            {
                return true;
            }
        }
        if !std::mem::replace(&mut self.ended, true) {
            append_end(out);
        }
        false
    }

    /// Appends an entry; whether there is one.
    fn entry(
        &mut self,
        fs: &RootFs,
        metadata: &Metadata,
        name: Vec<u8>,
        out: &mut Vec<u8>,
    ) -> bool {
        let ino = metadata.ino;
        if metadata.kind == FileKind::Socket {
            return false;
        }
        if metadata.kind != FileKind::Directory && metadata.nlink > 1 {
            if let Some(first) = self.first_names.get(&ino) {
                append_link(metadata, &name, first, out);
                return true;
            }
            self.first_names.insert(ino, name.clone());
        }
        match metadata.kind {
            FileKind::Directory => {
                let mut entries = fs.entries(ino).unwrap_or_default();
                entries.reverse();
                self.todo.extend(entries.into_iter().map(|entry| Due {
                    ino: entry.ino,
                    name: child(&name, &entry.name),
                    found: Some((ino, entry.name)),
                }));
                if name.is_empty() {
                    return false;
                }
                append_directory(fs, metadata, &name, out);
            }
            FileKind::File => {
                append_file(fs, metadata, &name, out);
                self.file = Content::of(metadata);
            }
            _ => return append_file(fs, metadata, &name, out),
        }
        true
    }
}

impl Content {
    /// That of a file from its begin; `None` when it is empty.
    pub(crate) fn of(metadata: &Metadata) -> Option<Self> {
        (metadata.size > 0).then_some(Self {
            ino: metadata.ino,
            offset: 0,
            size: metadata.size,
        })
    }

    /// Appends the next bytes; whether they were the last.
    pub(crate) fn write(&mut self, fs: &RootFs, out: &mut Vec<u8>) -> bool {
        let left = usize::try_from(self.size - self.offset).unwrap_or(usize::MAX);
        let wanted = left.min(PIECE_BYTES);
        let start = out.len();
        out.resize(start + wanted, 0);
        let read = fs.read(self.ino, self.offset, &mut out[start..]);
        let count = match read {
            // More than the file has: zeros stand for it.
            Ok(0) | Err(_) => wanted,
            Ok(count) => count,
        };
        out.truncate(start + count);
        self.offset += count as u64;
        if self.offset < self.size {
            return false;
        }
        fill_block(out, self.size);
        true
    }
}

/// Fills up the block in which content of this size has ended.
fn fill_block(out: &mut Vec<u8>, size: u64) {
    let used = usize::try_from(size % BLOCK_BYTES as u64).unwrap_or(0);
    if used > 0 {
        out.resize(out.len() + BLOCK_BYTES - used, 0);
    }
}

/// Appends what an archive ends in.
pub(crate) fn append_end(out: &mut Vec<u8>) {
    out.resize(out.len() + 2 * BLOCK_BYTES, 0);
}

/// Appends the entry of anything but a directory without its content; whether there is one: sockets have none.
pub(crate) fn append_file(
    fs: &RootFs,
    metadata: &Metadata,
    name: &[u8],
    out: &mut Vec<u8>,
) -> bool {
    let kind = match metadata.kind {
        FileKind::File => EntryType::Regular,
        FileKind::CharDevice { .. } => EntryType::Char,
        FileKind::BlockDevice { .. } => EntryType::Block,
        FileKind::Fifo => EntryType::Fifo,
        FileKind::Symlink => {
            let Ok(target) = fs.read_link(metadata.ino) else {
                return false;
            };
            append_xattrs(fs, metadata, name, out);
            append(out, metadata, EntryType::Symlink, name, &target);
            return true;
        }
        FileKind::Directory | FileKind::Socket => return false,
    };
    append_xattrs(fs, metadata, name, out);
    append(out, metadata, kind, name, b"");
    true
}

/// Appends the entry of a directory.
pub(crate) fn append_directory(fs: &RootFs, metadata: &Metadata, name: &[u8], out: &mut Vec<u8>) {
    let slash: &[u8] = match name.ends_with(b"/") {
        true => b"",
        false => b"/",
    };
    let name = [name, slash].concat();
    append_xattrs(fs, metadata, &name, out);
    append(out, metadata, EntryType::Directory, &name, b"");
}

/// Appends a further name of the file called `first`.
pub(crate) fn append_link(metadata: &Metadata, name: &[u8], first: &[u8], out: &mut Vec<u8>) {
    append(out, metadata, EntryType::Link, name, first);
}

/// Appends a header. Names that it has no room for stand before it, as GNU tar writes them.
pub(crate) fn append(
    out: &mut Vec<u8>,
    metadata: &Metadata,
    kind: EntryType,
    name: &[u8],
    target: &[u8],
) {
    append_long(out, EntryType::GNULongName, name);
    append_long(out, EntryType::GNULongLink, target);
    let mut header = Header::new_gnu();
    header.set_mode(metadata.mode);
    header.set_uid(u64::from(metadata.uid));
    header.set_gid(u64::from(metadata.gid));
    header.set_mtime(metadata.mtime_ns / 1_000_000_000);
    let size = match kind {
        EntryType::Regular => metadata.size,
        _ => 0,
    };
    header.set_size(size);
    header.set_entry_type(kind);
    if let Some(gnu) = header.as_gnu_mut() {
        copy_start(name, &mut gnu.name);
        copy_start(target, &mut gnu.linkname);
        if let FileKind::CharDevice { major, minor } | FileKind::BlockDevice { major, minor } =
            metadata.kind
        {
            gnu.set_device_major(major);
            gnu.set_device_minor(minor);
        }
    }
    header.set_cksum();
    out.extend_from_slice(header.as_bytes());
}

/// Appends the extended attributes of the file whose entry comes next, if it has some.
fn append_xattrs(fs: &RootFs, metadata: &Metadata, name: &[u8], out: &mut Vec<u8>) {
    let records = xattr_records(&fs.xattrs(metadata.ino));
    if records.is_empty() {
        return;
    }
    let (parent, base) = split_last(name.strip_suffix(b"/").unwrap_or(name));
    let name = child(
        &child(parent, &Bytes::from_static(b"PaxHeaders.0")),
        &Bytes::copy_from_slice(base),
    );
    append_extension(out, EntryType::XHeader, &name, &records);
}

fn append_long(out: &mut Vec<u8>, kind: EntryType, name: &[u8]) {
    if name.len() <= NAME_BYTES {
        return;
    }
    append_extension(out, kind, b"././@LongLink", &[name, b"\0"].concat());
}

/// Appends what is said of the next entry.
fn append_extension(out: &mut Vec<u8>, kind: EntryType, name: &[u8], content: &[u8]) {
    let size = content.len() as u64;
    let mut header = match kind {
        EntryType::XHeader => Header::new_ustar(),
        _ => Header::new_gnu(),
    };
    copy_start(name, &mut header.as_old_mut().name);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(size);
    header.set_entry_type(kind);
    header.set_cksum();
    out.extend_from_slice(header.as_bytes());
    out.extend_from_slice(content);
    fill_block(out, size);
}

fn copy_start(from: &[u8], to: &mut [u8]) {
    let length = from.len().min(to.len());
    to[..length].copy_from_slice(&from[..length]);
}

pub(crate) fn child(parent: &[u8], name: &Bytes) -> Vec<u8> {
    match parent {
        [] => name.to_vec(),
        [.., b'/'] => [parent, name].concat(),
        parent => [parent, name].join(&b'/'),
    }
}
