//! The immutable tree of an image.

use crate::content::Content;
use crate::inode::{Body, DIRECTORY_BYTES, Directory, Inode, shown_mode};
use crate::metadata::{DirEntry, FileKind, Ino, Metadata, ROOT};
use crate::names::Names;
use crate::source::Source;
use crate::xattrs::Xattrs;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

/// A flattened file tree. Inode numbers are `1..=len()`, in the order of a walk by sorted names: the same files give
/// the same numbers however they were added.
pub struct Tree {
    pub(crate) nodes: Vec<Node>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) names: Bytes,
    /// Of the files that have some.
    pub(crate) xattrs: BTreeMap<Ino, Xattrs>,
}

/// One file of a tree.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: FileKind,
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) nlink: u32,
    pub(crate) mtime_ns: u64,
    pub(crate) data: NodeData,
}

#[derive(Debug)]
pub(crate) enum NodeData {
    /// Indices of `Tree::entries`, sorted by name.
    Directory { parent: Ino, entries: Range<u32> },
    /// A file's content.
    File(Source),
    /// A link's target.
    Symlink(Bytes),
    /// Devices, named pipes and sockets.
    Special,
}

/// One name: where it stands in `Tree::names`, and the inode.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) name_start: u32,
    pub(crate) name_len: u16,
    pub(crate) ino: u32,
}

impl Tree {
    /// A tree with a root directory and nothing in it.
    pub fn empty() -> Self {
        crate::TreeBuilder::new(0).build()
    }

    /// The number of inodes.
    pub fn len(&self) -> u64 {
        self.nodes.len() as u64
    }

    /// Whether there is nothing but the root directory.
    pub fn is_empty(&self) -> bool {
        self.nodes.len() == 1
    }

    /// Bytes of all files' contents, each inode once.
    pub fn content_bytes(&self) -> u64 {
        let sizes = self.nodes.iter().map(|node| match &node.data {
            NodeData::File(source) => source.len(),
            _ => 0,
        });
        sizes.sum()
    }

    pub(crate) fn node(&self, ino: Ino) -> Option<&Node> {
        self.nodes
            .get(usize::try_from(ino.checked_sub(ROOT)?).ok()?)
    }

    pub(crate) fn metadata(&self, ino: Ino) -> Option<Metadata> {
        let node = self.node(ino)?;
        let (size, allocated_bytes) = match &node.data {
            NodeData::Directory { entries, .. } => (entries.len() as u64 + 2, DIRECTORY_BYTES),
            NodeData::File(source) => (source.len(), source.len()),
            NodeData::Symlink(target) => (target.len() as u64, 0),
            NodeData::Special => (0, 0),
        };
        Some(Metadata {
            ino,
            kind: node.kind,
            mode: shown_mode(node.kind, node.mode),
            uid: node.uid,
            gid: node.gid,
            nlink: node.nlink,
            size,
            allocated_bytes,
            mtime_ns: node.mtime_ns,
            ctime_ns: node.mtime_ns,
            atime_ns: node.mtime_ns,
        })
    }

    fn slice(&self, entries: &Range<u32>) -> &[Entry] {
        &self.entries[entries.start as usize..entries.end as usize]
    }

    fn name(&self, entry: &Entry) -> &[u8] {
        let start = entry.name_start as usize;
        &self.names[start..start + usize::from(entry.name_len)]
    }

    /// The inode of `name` in directory `dir`; `None` also when `dir` is no directory of the tree.
    pub(crate) fn find(&self, dir: Ino, name: &[u8]) -> Option<Ino> {
        let NodeData::Directory { entries, .. } = &self.node(dir)?.data else {
            return None;
        };
        let entries = self.slice(entries);
        let found = entries
            .binary_search_by(|entry| self.name(entry).cmp(name))
            .ok()?;
        Some(Ino::from(entries[found].ino))
    }

    /// The names of a directory, sorted; empty when `dir` is none.
    pub(crate) fn list(&self, dir: Ino) -> impl Iterator<Item = DirEntry> {
        self.list_after(dir, b"")
    }

    /// The names of a directory that come behind `name`, sorted.
    pub(crate) fn list_after(&self, dir: Ino, name: &[u8]) -> impl Iterator<Item = DirEntry> {
        let entries = match self.node(dir).map(|node| &node.data) {
            Some(NodeData::Directory { entries, .. }) => self.slice(entries),
            _ => &[],
        };
        let first = entries.partition_point(|entry| self.name(entry) <= name);
        entries[first..].iter().map(|entry| {
            let start = entry.name_start as usize;
            let ino = Ino::from(entry.ino);
            DirEntry {
                name: self.names.slice(start..start + usize::from(entry.name_len)),
                ino,
                kind: self.nodes[entry.ino as usize - 1].kind,
            }
        })
    }

    /// The extended attributes of an inode.
    pub(crate) fn xattrs(&self, ino: Ino) -> Xattrs {
        self.xattrs.get(&ino).cloned().unwrap_or_default()
    }

    /// The inode as the start of an override.
    pub(crate) fn copy_up(&self, ino: Ino) -> Option<Inode> {
        let node = self.node(ino)?;
        let body = match &node.data {
            NodeData::Directory { parent, .. } => Body::Directory(Directory {
                parent: *parent,
                names: Names::of(self, ino),
            }),
            NodeData::File(source) => Body::File(Content::shared(source.clone())),
            NodeData::Symlink(target) => Body::Symlink(target.clone()),
            NodeData::Special => Body::Special,
        };
        Some(Inode {
            kind: node.kind,
            mode: node.mode,
            uid: node.uid,
            gid: node.gid,
            nlink: node.nlink,
            mtime_ns: node.mtime_ns,
            ctime_ns: node.mtime_ns,
            atime_ns: node.mtime_ns,
            xattrs: self.xattrs(ino),
            body,
        })
    }
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tree({} inodes)", self.nodes.len())
    }
}
