//! Tar archives in: image layers and files for a container.

use crate::metadata::{Attributes, FileKind, Ino};
use crate::path::PATH_MAX;
use crate::source::Source;
use crate::sparse::SparseMap;
use crate::tar_entries::{Entries, Skip, Stream};
use crate::{ArchiveError, FsError, RootFs, Tree, TreeBuilder, Xattrs};
use bytes::Bytes;
use std::io::Read;
use std::sync::{Mutex, PoisonError};
use tar::EntryType;

/// What one archive may hold (images.md 19).
#[derive(Clone, Copy, Debug)]
pub struct ArchiveLimits {
    /// Most entries.
    pub entries: u64,
    /// Most bytes of all files together.
    pub unpacked_bytes: u64,
}

impl Default for ArchiveLimits {
    fn default() -> Self {
        Self {
            entries: 1_000_000,
            unpacked_bytes: 100 << 30,
        }
    }
}

/// The most files of one tree, those that a later layer hides included.
const TREE_ENTRIES: u64 = 2_000_000;
/// The most bytes of extended attributes of one tree, which are kept in memory.
const XATTR_BYTES: u64 = 64 << 20;
/// The longest value of one, as for Linux.
const XATTR_VALUE_BYTES: u64 = 64 << 10;

/// Prefix of a name that hides the rest of the name in the layers below.
pub(crate) const WHITEOUT: &[u8] = b".wh.";
/// Name that hides everything the layers below have in its directory.
pub(crate) const OPAQUE: &[u8] = b".wh..wh..opq";

/// One entry of an archive, checked.
struct Item<'a> {
    /// Relative, without `.` and empty components; empty for the archive's own root.
    path: Vec<u8>,
    attributes: Attributes,
    xattrs: Xattrs,
    payload: Payload<'a>,
}

enum Payload<'a> {
    Content(Content<'a>),
    Symlink(Vec<u8>),
    HardLink(Vec<u8>),
    Nothing,
}

/// A file in an archive.
struct Content<'a> {
    /// Reads its bytes as they lie in the archive.
    stored: &'a mut dyn Read,
    /// Where they lie, and how many there must be.
    range: (u64, u64),
    /// Where they belong, if there are holes between them.
    sparse: Option<SparseMap>,
}

impl Content<'_> {
    /// The file's bytes as a part of the archive.
    fn of(&self, archive: &Source) -> Result<Source, ArchiveError> {
        let (offset, size) = self.range;
        let stored = archive.part(offset, size);
        check_size(stored.len(), size)?;
        Ok(match &self.sparse {
            Some(map) => map.source(&stored),
            None => stored,
        })
    }
}

impl Tree {
    /// The tree of an image whose layers are `layers`, lowest first (uncompressed tar archives). Contents are not read
    /// but shared with the archives.
    pub fn from_layers(
        layers: impl IntoIterator<Item = Source>,
        limits: &ArchiveLimits,
    ) -> Result<Tree, ArchiveError> {
        let mut builder = TreeBuilder::new(0);
        let mut xattr_bytes = 0;
        for layer in layers {
            builder.next_layer();
            let before = builder.made();
            for_each_item(layer.reader(), limits, |item| {
                xattr_bytes += item.xattrs.size();
                check_limit("bytes of extended attributes", xattr_bytes, XATTR_BYTES)?;
                add_to_layer(&mut builder, &layer, item)?;
                // Directories that no entry names, too.
                check_limit("entries", builder.made() - before, limits.entries)?;
                check_limit("entries of all layers", builder.made(), TREE_ENTRIES)
            })?;
        }
        Ok(builder.build())
    }
}

fn add_to_layer(
    builder: &mut TreeBuilder,
    layer: &Source,
    item: Item<'_>,
) -> Result<(), ArchiveError> {
    let Item {
        path,
        attributes,
        xattrs,
        payload,
    } = item;
    let refused = |source| refused(&path, source);
    let (parent, name) = split_last(&path);
    if name == OPAQUE {
        return builder.make_opaque(parent).map_err(refused);
    }
    if let Some(hidden) = name.strip_prefix(WHITEOUT) {
        // Other names with this prefix are notes of a storage driver, not files.
        if hidden.is_empty() || hidden.starts_with(WHITEOUT) {
            return Ok(());
        }
        return builder.white_out(&join(parent, hidden)).map_err(refused);
    }
    let content = match payload {
        Payload::HardLink(target) => {
            return match builder.hard_link(&path, &target) {
                Err(FsError::NotFound) => Err(missing_target(&path, &target)),
                other => other.map_err(refused),
            };
        }
        Payload::Content(content) => content.of(layer)?,
        Payload::Symlink(target) => Source::Memory(target.into()),
        Payload::Nothing => Source::default(),
    };
    builder
        .insert_with(&path, &attributes, xattrs, content)
        .map_err(refused)
}

/// A tree that is lent for one step at a time, so that others can use it in between.
pub trait Lend {
    /// Does something with the tree.
    fn lend<T>(&self, step: impl FnOnce(&mut RootFs) -> T) -> T;
}

impl Lend for Mutex<RootFs> {
    fn lend<T>(&self, step: impl FnOnce(&mut RootFs) -> T) -> T {
        step(&mut self.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How an archive is unpacked into a container.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unpacking {
    /// What it may hold.
    pub limits: ArchiveLimits,
    /// Directories that are there keep their owner, mode and time, and neither they nor other files make room for the
    /// other kind (`noOverwriteDirNonDir`).
    pub keeps_directories: bool,
    /// Everything becomes root's, whoever owned it in the archive.
    pub as_root: bool,
    /// The time of changes, nanoseconds.
    pub now_ns: u64,
}

/// Unpacks a tar archive into the directory at `path` (docker cp, `ADD`): directories are merged, other files
/// replace what was there, owners are kept unless it says otherwise. What was unpacked before an error stays.
pub fn unpack(
    tree: &impl Lend,
    path: &[u8],
    archive: impl Read,
    unpacking: &Unpacking,
) -> Result<(), ArchiveError> {
    unpack_each(tree, path, Stream(archive), unpacking, |_, _| Ok(None))
}

/// The same with an archive that stays: what is in its files is not read but shared with it, and needs no memory.
pub fn unpack_shared(
    tree: &impl Lend,
    path: &[u8],
    archive: &Source,
    unpacking: &Unpacking,
) -> Result<(), ArchiveError> {
    let reader = archive.reader();
    unpack_each(tree, path, reader, unpacking, |_, content| {
        content.of(archive).map(Some)
    })
}

/// The same with an archive that is made of files which stay: `source` knows the bytes of those of them that lie
/// somewhere, by their path in the archive.
pub fn unpack_made(
    tree: &impl Lend,
    path: &[u8],
    archive: impl Read,
    unpacking: &Unpacking,
    source: impl Fn(&[u8]) -> Option<Source>,
) -> Result<(), ArchiveError> {
    let archive = Stream(archive);
    unpack_each(tree, path, archive, unpacking, |path, _| Ok(source(path)))
}

/// `source` finds the bytes of a file that are not to be read.
fn unpack_each(
    tree: &impl Lend,
    path: &[u8],
    archive: impl Skip,
    unpacking: &Unpacking,
    source: impl Fn(&[u8], &Content<'_>) -> Result<Option<Source>, ArchiveError>,
) -> Result<(), ArchiveError> {
    let top = tree.lend(|fs| {
        let top = fs.resolve(path, true)?;
        fs.check_directory(top)?;
        Ok((top, fs.made()))
    });
    let (top, before) = top.map_err(ArchiveError::Path)?;
    for_each_item(archive, &unpacking.limits, |mut item| {
        if unpacking.as_root {
            (item.attributes.uid, item.attributes.gid) = (0, 0);
        }
        let (file, made) = tree.lend(|fs| (fs.place(top, &item, unpacking), fs.made()));
        let file = file?;
        let Item {
            path,
            attributes,
            xattrs,
            payload,
        } = item;
        if let (Some(ino), Payload::Content(content)) = (file, payload) {
            let filled = match source(&path, &content) {
                Ok(Some(bytes)) => tree
                    .lend(|fs| fs.fill_from(ino, bytes))
                    .map_err(|source| refused(&path, source)),
                Ok(None) => fill(tree, ino, content, &path, unpacking.now_ns),
                Err(error) => Err(error),
            };
            let adopted = tree.lend(|fs| {
                let adopted = fs.adopt(ino, &attributes, &xattrs, unpacking.now_ns);
                fs.release(ino);
                adopted
            });
            filled?;
            adopted.map_err(|source| refused(&path, source))?;
        }
        // Directories that no entry names, too.
        check_limit(
            "entries",
            made.saturating_sub(before),
            unpacking.limits.entries,
        )
    })
}

/// Writes a file's content.
fn fill(
    tree: &impl Lend,
    ino: Ino,
    content: Content<'_>,
    path: &[u8],
    now_ns: u64,
) -> Result<(), ArchiveError> {
    let (size, mut reader): (u64, Box<dyn Read + '_>) = match &content.sparse {
        Some(map) => (map.size(), Box::new(map.reader(content.stored))),
        None => (content.range.1, Box::new(content.stored)),
    };
    let mut buffer = vec![0; 64 * 1024];
    let mut offset = 0;
    loop {
        let count = reader.read(&mut buffer)?;
        if count == 0 {
            return check_size(offset, size);
        }
        let mut rest = &buffer[..count];
        while !rest.is_empty() {
            let written = tree.lend(|fs| fs.write(ino, offset, rest, now_ns));
            let written = written.map_err(|source| refused(path, source))?;
            offset += written as u64;
            rest = &rest[written..];
        }
    }
}

impl RootFs {
    /// Makes what an entry is; a file that is to be filled is held.
    fn place(
        &mut self,
        top: Ino,
        item: &Item<'_>,
        unpacking: &Unpacking,
    ) -> Result<Option<Ino>, ArchiveError> {
        let Item {
            path,
            attributes,
            xattrs,
            payload,
        } = item;
        let now_ns = unpacking.now_ns;
        let refused = |source| refused(path, source);
        let (parent, name) = split_last(path);
        if name.is_empty() {
            return Ok(None);
        }
        let dir = self.make_parents(top, parent, now_ns).map_err(refused)?;
        let link_target = match payload {
            Payload::HardLink(target) => Some(
                self.resolve_from(top, target, false)
                    .map_err(|_| missing_target(path, target))?,
            ),
            _ => None,
        };
        let old = self.lookup(dir, name).ok();
        if old.is_some() && old == link_target {
            return Ok(None);
        }
        if let Some(old) = old {
            let was_directory = self.kind(old) == Some(FileKind::Directory);
            let is_directory = attributes.kind == FileKind::Directory;
            match (was_directory, is_directory) {
                (true, true) if unpacking.keeps_directories => return Ok(None),
                (true, true) => {
                    self.adopt(old, attributes, xattrs, now_ns)
                        .map_err(refused)?;
                    return Ok(None);
                }
                (true, false) if unpacking.keeps_directories => {
                    return Err(refused(FsError::IsDirectory));
                }
                (false, true) if unpacking.keeps_directories => {
                    return Err(refused(FsError::NotDirectory));
                }
                _ => self.remove_tree(dir, name, now_ns).map_err(refused)?,
            }
        }
        match payload {
            Payload::HardLink(_) => {
                let target = link_target.ok_or_else(|| refused(FsError::NotFound))?;
                self.link(dir, name, target, now_ns).map_err(refused)?;
            }
            Payload::Symlink(target) => {
                let made = self.symlink(dir, name, target, attributes);
                let ino = made.map_err(refused)?;
                self.set_xattrs(ino, xattrs).map_err(refused)?;
            }
            Payload::Nothing => {
                let ino = self.create(dir, name, attributes).map_err(refused)?;
                self.set_xattrs(ino, xattrs).map_err(refused)?;
            }
            Payload::Content(..) => {
                let ino = self.create(dir, name, attributes).map_err(refused)?;
                self.hold(ino);
                return Ok(Some(ino));
            }
        }
        Ok(None)
    }

    /// Removes a name with everything below it.
    pub fn remove_tree(&mut self, dir: Ino, name: &[u8], now_ns: u64) -> Result<(), FsError> {
        let mut todo = vec![(dir, Bytes::copy_from_slice(name))];
        while let Some((parent, name)) = todo.last().cloned() {
            let ino = self.lookup(parent, &name)?;
            if self.kind(ino) != Some(FileKind::Directory) {
                self.unlink(parent, &name, now_ns)?;
                todo.pop();
                continue;
            }
            let entries = self.entries(ino)?;
            if entries.is_empty() {
                self.remove_dir(parent, &name, now_ns)?;
                todo.pop();
            }
            todo.extend(entries.into_iter().map(|entry| (ino, entry.name)));
        }
        Ok(())
    }

    fn make_parents(&mut self, top: Ino, path: &[u8], now_ns: u64) -> Result<Ino, FsError> {
        let mut at = top;
        for name in path
            .split(|byte| *byte == b'/')
            .filter(|name| !name.is_empty())
        {
            at = match self.resolve_from(at, name, true) {
                Err(FsError::NotFound) => {
                    let attributes = Attributes::root(FileKind::Directory, 0o755, now_ns);
                    self.create(at, name, &attributes)?
                }
                found => found?,
            };
        }
        self.check_directory(at)?;
        Ok(at)
    }

    fn adopt(
        &mut self,
        ino: Ino,
        attributes: &Attributes,
        xattrs: &Xattrs,
        now_ns: u64,
    ) -> Result<(), FsError> {
        self.set_mode(ino, attributes.mode, now_ns)?;
        self.set_owner(ino, Some(attributes.uid), Some(attributes.gid), now_ns)?;
        self.set_xattrs(ino, xattrs)?;
        let mtime_ns = Some(attributes.now_ns);
        self.set_times(ino, mtime_ns, mtime_ns, now_ns)
    }
}

/// Reads an archive and hands over each entry, and what its bytes are read with.
fn for_each_item<R: Skip>(
    reader: R,
    limits: &ArchiveLimits,
    mut each: impl FnMut(Item<'_>) -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    let mut entries = Entries::new(reader);
    let (mut count, mut unpacked) = (0_u64, 0_u64);
    while let Some(entry) = entries.next()? {
        count += 1;
        check_limit("entries", count, limits.entries)?;
        unpacked = unpacked.saturating_add(entry.size());
        check_limit("unpacked bytes", unpacked, limits.unpacked_bytes)?;
        for (_, value) in entry.xattrs.iter() {
            let size = value.len() as u64;
            check_limit("bytes of an extended attribute", size, XATTR_VALUE_BYTES)?;
        }
        let path = relative(&entry.path)?;
        let attributes = entry.attributes;
        let mut stored = entries.stored(entry.stored);
        let payload = match entry.entry_type {
            EntryType::Symlink => Payload::Symlink(entry.target),
            EntryType::Link => Payload::HardLink(relative(&entry.target)?),
            _ if attributes.kind == FileKind::File => Payload::Content(Content {
                stored: &mut stored,
                range: entry.stored,
                sparse: entry.sparse,
            }),
            _ => Payload::Nothing,
        };
        each(Item {
            path,
            attributes,
            xattrs: entry.xattrs,
            payload,
        })?;
    }
    Ok(())
}

/// A name as a path below the archive's root; absolute names and `..` are refused.
fn relative(name: &[u8]) -> Result<Vec<u8>, ArchiveError> {
    check_limit("path bytes", name.len() as u64, PATH_MAX as u64)?;
    let parts = name.split(|byte| *byte == b'/');
    let parts: Vec<&[u8]> = parts
        .filter(|part| !part.is_empty() && *part != b".")
        .collect();
    if name.first() == Some(&b'/') || parts.contains(&b"..".as_slice()) {
        return Err(ArchiveError::Escapes { name: lossy(name) });
    }
    Ok(parts.join(&b'/'))
}

pub(crate) fn split_last(path: &[u8]) -> (&[u8], &[u8]) {
    match path.iter().rposition(|byte| *byte == b'/') {
        Some(at) => (&path[..at], &path[at + 1..]),
        None => (b"", path),
    }
}

fn join(parent: &[u8], name: &[u8]) -> Vec<u8> {
    [parent, name].join(&b'/')
}

pub(crate) fn check_limit(what: &'static str, value: u64, limit: u64) -> Result<(), ArchiveError> {
    if value > limit {
        return Err(ArchiveError::TooBig { what, limit });
    }
    Ok(())
}

/// Refuses content of which the archive holds only a part.
fn check_size(found: u64, promised: u64) -> Result<(), ArchiveError> {
    if found < promised {
        return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
    }
    Ok(())
}

fn refused(path: &[u8], source: FsError) -> ArchiveError {
    ArchiveError::Refused {
        name: lossy(path),
        source,
    }
}

fn missing_target(path: &[u8], target: &[u8]) -> ArchiveError {
    ArchiveError::MissingTarget {
        name: lossy(path),
        target: lossy(target),
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
