//! Making a tree, file by file or layer by layer.

use crate::FsError;
use crate::metadata::{Attributes, FileKind, Ino, ROOT};
use crate::path::{NAME_MAX, PATH_MAX, SYMLINKS_MAX};
use crate::source::Source;
use crate::tree::{Entry, Node, NodeData, Tree};
use crate::xattrs::Xattrs;
use bytes::Bytes;
use std::collections::BTreeMap;

/// Collects files by path and builds a [`Tree`]. Paths may start with `/` or not; `.` is ignored, `..` refused;
/// links among the directories of a path are followed inside the tree. Missing parents become directories of root's, mode 0755.
#[derive(Debug)]
pub struct TreeBuilder {
    drafts: Vec<Draft>,
    mtime_ns: u64,
    layer: u32,
}

/// A file in the making; drafts without a name left are dropped by `build`.
#[derive(Debug)]
struct Draft {
    attributes: Attributes,
    xattrs: Xattrs,
    /// A file's content, or a link's target, in memory.
    content: Source,
    names: BTreeMap<Bytes, Slot>,
    parent: usize,
}

impl Draft {
    /// What is no directory.
    fn data(&self) -> NodeData {
        match self.attributes.kind {
            FileKind::File => NodeData::File(self.content.clone()),
            FileKind::Symlink => NodeData::Symlink(self.target()),
            _ => NodeData::Special,
        }
    }

    /// A link's target; those of layers are in memory.
    fn target(&self) -> Bytes {
        match &self.content {
            Source::Memory(target) => target.clone(),
            Source::Part { .. } => Bytes::new(),
        }
    }
}

/// What a name leads to, and the layer that last set it.
#[derive(Clone, Copy, Debug)]
struct Slot {
    draft: usize,
    layer: u32,
}

const ROOT_DRAFT: usize = 0;

impl TreeBuilder {
    /// An empty root directory; `mtime_ns` is the time of files that get none of their own.
    pub fn new(mtime_ns: u64) -> Self {
        let root = Draft {
            attributes: Attributes::root(FileKind::Directory, 0o755, mtime_ns),
            xattrs: Xattrs::default(),
            content: Source::default(),
            names: BTreeMap::new(),
            parent: ROOT_DRAFT,
        };
        Self {
            drafts: vec![root],
            mtime_ns,
            layer: 0,
        }
    }

    /// Adds a directory of root's, or sets the mode of one that exists.
    pub fn directory(&mut self, path: impl AsRef<[u8]>, mode: u32) -> Result<(), FsError> {
        let attributes = Attributes::root(FileKind::Directory, mode, self.mtime_ns);
        self.insert(path.as_ref(), &attributes, Source::default())
    }

    /// Adds a file of root's.
    pub fn file(
        &mut self,
        path: impl AsRef<[u8]>,
        content: impl Into<Bytes>,
        mode: u32,
    ) -> Result<(), FsError> {
        let attributes = Attributes::root(FileKind::File, mode, self.mtime_ns);
        self.insert(path.as_ref(), &attributes, Source::Memory(content.into()))
    }

    /// Adds a symbolic link.
    pub fn symlink(
        &mut self,
        path: impl AsRef<[u8]>,
        target: impl Into<Bytes>,
    ) -> Result<(), FsError> {
        let attributes = Attributes::root(FileKind::Symlink, 0o777, self.mtime_ns);
        self.insert(path.as_ref(), &attributes, Source::Memory(target.into()))
    }

    /// Adds a file of any kind with all its attributes; `content` is a file's, or a link's target in memory. A directory
    /// over a directory keeps what is in it; anything else replaces what was there.
    pub fn insert(
        &mut self,
        path: &[u8],
        attributes: &Attributes,
        content: impl Into<Source>,
    ) -> Result<(), FsError> {
        self.insert_with(path, attributes, Xattrs::default(), content.into())
    }

    /// The same of a file with extended attributes.
    pub fn insert_with(
        &mut self,
        path: &[u8],
        attributes: &Attributes,
        xattrs: Xattrs,
        content: Source,
    ) -> Result<(), FsError> {
        let Some((dir, name)) = self.parent_of(path)? else {
            if attributes.kind != FileKind::Directory {
                return Err(FsError::IsDirectory);
            }
            self.drafts[ROOT_DRAFT].attributes = *attributes;
            self.drafts[ROOT_DRAFT].xattrs = xattrs;
            return Ok(());
        };
        if attributes.kind == FileKind::Symlink && content.is_empty() {
            return Err(FsError::NotFound);
        }
        if attributes.kind == FileKind::Directory
            && let Some(&Slot { draft, .. }) = self.drafts[dir].names.get(&name)
            && self.is_directory(draft)
        {
            self.drafts[draft].attributes = *attributes;
            self.drafts[draft].xattrs = xattrs;
            self.bind(dir, name, draft);
            return Ok(());
        }
        let draft = self.draft(dir, *attributes, content);
        self.drafts[draft].xattrs = xattrs;
        self.bind(dir, name, draft);
        Ok(())
    }

    /// Makes `path` another name of the file at `target`; directories are refused.
    pub fn hard_link(
        &mut self,
        path: impl AsRef<[u8]>,
        target: impl AsRef<[u8]>,
    ) -> Result<(), FsError> {
        let (target_dir, target_name) = self
            .parent_of(target.as_ref())?
            .ok_or(FsError::NotPermitted)?;
        let slot = self.drafts[target_dir].names.get(&target_name);
        let found = slot.ok_or(FsError::NotFound)?.draft;
        if self.is_directory(found) {
            return Err(FsError::NotPermitted);
        }
        let (dir, name) = self.parent_of(path.as_ref())?.ok_or(FsError::Exists)?;
        self.bind(dir, name, found);
        Ok(())
    }

    /// Begins the next layer: whiteouts hide only what earlier layers have.
    pub(crate) fn next_layer(&mut self) {
        self.layer += 1;
    }

    /// Removes what earlier layers have at `path`.
    pub(crate) fn white_out(&mut self, path: &[u8]) -> Result<(), FsError> {
        let Some((dir, name)) = self.parent_of(path)? else {
            return Err(FsError::Invalid);
        };
        if let Some(slot) = self.drafts[dir].names.get(&name)
            && slot.layer < self.layer
        {
            self.drafts[dir].names.remove(&name);
        }
        Ok(())
    }

    /// Removes what earlier layers have below the directory at `path`.
    pub(crate) fn make_opaque(&mut self, path: &[u8]) -> Result<(), FsError> {
        let top = match self.parent_of(path)? {
            None => ROOT_DRAFT,
            Some((dir, name)) => match self.drafts[dir].names.get(&name) {
                Some(slot) => slot.draft,
                None => return Ok(()),
            },
        };
        let mut todo = vec![top];
        while let Some(dir) = todo.pop() {
            let names = std::mem::take(&mut self.drafts[dir].names);
            let kept: BTreeMap<Bytes, Slot> = names
                .into_iter()
                .filter(|(_, slot)| slot.layer == self.layer)
                .collect();
            let drafts = kept.values().map(|slot| slot.draft);
            todo.extend(drafts.filter(|draft| self.is_directory(*draft)));
            self.drafts[dir].names = kept;
        }
        Ok(())
    }

    fn is_directory(&self, draft: usize) -> bool {
        self.drafts[draft].attributes.kind == FileKind::Directory
    }

    /// The directory of a path, made where missing, and the last name; `None` for the root itself.
    fn parent_of(&mut self, path: &[u8]) -> Result<Option<(usize, Bytes)>, FsError> {
        if path.len() > PATH_MAX {
            return Err(FsError::NameTooLong);
        }
        let mut todo = components_reversed(path);
        if todo.iter().any(|name| name.as_ref() == b"..") {
            return Err(FsError::Invalid);
        }
        let Some(last) = todo.first().cloned() else {
            return Ok(None);
        };
        todo.remove(0);
        let mut at = ROOT_DRAFT;
        let mut links = 0;
        while let Some(name) = todo.pop() {
            check_length(&name)?;
            if name.as_ref() == b".." {
                at = self.drafts[at].parent;
                continue;
            }
            let Some(&Slot { draft: next, .. }) = self.drafts[at].names.get(&name) else {
                let attributes = Attributes::root(FileKind::Directory, 0o755, self.mtime_ns);
                let new = self.draft(at, attributes, Source::default());
                self.bind(at, name, new);
                at = new;
                continue;
            };
            match self.drafts[next].attributes.kind {
                FileKind::Directory => at = next,
                FileKind::Symlink => {
                    links += 1;
                    if links > SYMLINKS_MAX {
                        return Err(FsError::SymlinkLoop);
                    }
                    let target = self.drafts[next].target();
                    if target.first() == Some(&b'/') {
                        at = ROOT_DRAFT;
                    }
                    todo.extend(components_reversed(&target));
                }
                _ => return Err(FsError::NotDirectory),
            }
        }
        check_length(&last)?;
        Ok(Some((at, last)))
    }

    /// How many files were made, those that were hidden since included.
    pub(crate) fn made(&self) -> u64 {
        self.drafts.len() as u64
    }

    fn draft(&mut self, parent: usize, attributes: Attributes, content: Source) -> usize {
        self.drafts.push(Draft {
            attributes,
            xattrs: Xattrs::default(),
            content,
            names: BTreeMap::new(),
            parent,
        });
        self.drafts.len() - 1
    }

    fn bind(&mut self, dir: usize, name: Bytes, draft: usize) {
        let layer = self.layer;
        self.drafts[dir].names.insert(name, Slot { draft, layer });
    }

    /// Numbers the files by a walk over sorted names and packs them.
    pub fn build(self) -> Tree {
        let order = self.number();
        let mut tree = Tree {
            nodes: Vec::with_capacity(order.walk.len()),
            entries: Vec::new(),
            names: Bytes::new(),
            xattrs: BTreeMap::new(),
        };
        let mut names = Vec::new();
        for &draft in &order.walk {
            let data = self.pack(draft, &order, &mut tree.entries, &mut names);
            let Draft {
                attributes, xattrs, ..
            } = &self.drafts[draft];
            if !xattrs.is_empty() {
                tree.xattrs.insert(order.inos[draft], xattrs.clone());
            }
            tree.nodes.push(Node {
                kind: attributes.kind,
                mode: attributes.mode & 0o7777,
                uid: attributes.uid,
                gid: attributes.gid,
                nlink: order.links[draft],
                mtime_ns: attributes.now_ns,
                data,
            });
        }
        tree.names = names.into();
        tree.entries.shrink_to_fit();
        tree
    }

    fn pack(
        &self,
        draft: usize,
        order: &Order,
        entries: &mut Vec<Entry>,
        names: &mut Vec<u8>,
    ) -> NodeData {
        let start = entries.len() as u32;
        for (name, slot) in &self.drafts[draft].names {
            entries.push(Entry {
                name_start: names.len() as u32,
                name_len: name.len() as u16,
                ino: order.inos[slot.draft] as u32,
            });
            names.extend_from_slice(name);
        }
        if self.is_directory(draft) {
            NodeData::Directory {
                parent: order.inos[self.drafts[draft].parent],
                entries: start..entries.len() as u32,
            }
        } else {
            self.drafts[draft].data()
        }
    }

    fn number(&self) -> Order {
        let mut order = Order {
            inos: vec![0; self.drafts.len()],
            links: vec![0; self.drafts.len()],
            walk: vec![ROOT_DRAFT],
        };
        order.inos[ROOT_DRAFT] = ROOT;
        order.links[ROOT_DRAFT] = 2;
        let mut at = 0;
        while at < order.walk.len() {
            let dir = order.walk[at];
            at += 1;
            for &Slot { draft: child, .. } in self.drafts[dir].names.values() {
                let is_directory = self.is_directory(child);
                order.links[child] += if is_directory { 2 } else { 1 };
                order.links[dir] += u32::from(is_directory);
                if order.inos[child] == 0 {
                    order.walk.push(child);
                    order.inos[child] = order.walk.len() as Ino;
                }
            }
        }
        order
    }
}

/// Inode number and link count of each draft, and the drafts by inode number.
struct Order {
    inos: Vec<Ino>,
    links: Vec<u32>,
    walk: Vec<usize>,
}

fn check_length(name: &[u8]) -> Result<(), FsError> {
    if name.len() > NAME_MAX {
        return Err(FsError::NameTooLong);
    }
    if name.contains(&0) {
        return Err(FsError::Invalid);
    }
    Ok(())
}

fn components_reversed(path: &[u8]) -> Vec<Bytes> {
    path.split(|byte| *byte == b'/')
        .rev()
        .filter(|name| !name.is_empty() && *name != b".")
        .map(Bytes::copy_from_slice)
        .collect()
}
