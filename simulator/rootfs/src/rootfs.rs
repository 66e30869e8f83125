//! A container's writable file system: files.

use crate::FsError;
use crate::charge::{self, Ledger};
use crate::content::Content;
use crate::inode::{Body, Directory, Inode};
use crate::memory::Memory;
use crate::metadata::{DirEntry, FileKind, Ino, Metadata, ROOT};
use crate::quota::Quota;
use crate::source::Source;
use crate::tree::{NodeData, Tree};
use crate::xattrs::Xattrs;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The largest file, bytes.
const FILE_BYTES_MAX: u64 = 1 << 43;

/// A copy-on-write view of a [`Tree`]. Making one costs the same for every tree; not locked inside.
#[derive(Clone)]
pub struct RootFs {
    pub(crate) tree: Arc<Tree>,
    /// Changed and new inodes. In boxes, because most containers change
    /// few, and a node of the map has room for eleven.
    pub(crate) changed: BTreeMap<Ino, Box<Inode>>,
    /// Open descriptors of an inode, where there are any.
    holds: BTreeMap<Ino, u32>,
    pub(crate) ledger: Ledger,
    memory: Memory,
    next_ino: Ino,
}

impl RootFs {
    /// An unchanged view of `tree` that may own `quota_bytes`.
    pub fn new(tree: Arc<Tree>, quota_bytes: u64) -> Self {
        Self::within(tree, quota_bytes, &Memory::new(u64::MAX))
    }

    /// The same, with its changes in `memory`; when that is full, it is as if the quota were.
    pub fn within(tree: Arc<Tree>, quota_bytes: u64, memory: &Memory) -> Self {
        let next_ino = tree.len() + 1;
        Self {
            tree,
            changed: BTreeMap::new(),
            holds: BTreeMap::new(),
            ledger: Ledger::new(quota_bytes, memory),
            memory: memory.clone(),
            next_ino,
        }
    }

    /// How many files were ever made.
    pub(crate) fn made(&self) -> u64 {
        self.next_ino
    }

    /// Takes from the modification times of changed files what no layer says of them: parts of a second.
    pub fn cut_times(&mut self) {
        for inode in self.changed.values_mut() {
            inode.mtime_ns -= inode.mtime_ns % 1_000_000_000;
        }
    }

    /// The image's tree.
    pub fn tree(&self) -> &Arc<Tree> {
        &self.tree
    }

    /// The inode of `name` in `dir`; `.` and `..` work too (`..` of the root is the root).
    pub fn lookup(&self, dir: Ino, name: &[u8]) -> Result<Ino, FsError> {
        self.check_directory(dir)?;
        match name {
            b"." => return Ok(dir),
            b".." => return Ok(self.parent(dir)),
            _ if name.len() > crate::NAME_MAX => return Err(FsError::NameTooLong),
            _ => {}
        }
        let found = match self.changed_directory(dir) {
            Some(directory) => directory.names.get(&self.tree, name),
            None => self.tree.find(dir, name),
        };
        found.ok_or(FsError::NotFound)
    }

    /// The directory that holds directory `dir`; the root's is itself. `ROOT` when `dir` is no directory.
    pub fn parent(&self, dir: Ino) -> Ino {
        if let Some(directory) = self.changed_directory(dir) {
            return directory.parent;
        }
        match self.tree.node(dir).map(|node| &node.data) {
            Some(NodeData::Directory { parent, .. }) => *parent,
            _ => ROOT,
        }
    }

    /// What `stat` shows of an inode.
    pub fn metadata(&self, ino: Ino) -> Result<Metadata, FsError> {
        match self.changed.get(&ino) {
            Some(inode) => Ok(inode.metadata(ino)),
            None => self.tree.metadata(ino).ok_or(FsError::NotFound),
        }
    }

    /// Names of a directory, sorted by their bytes, without `.` and `..`.
    pub fn entries(&self, dir: Ino) -> Result<Vec<DirEntry>, FsError> {
        self.check_directory(dir)?;
        let Some(directory) = self.changed_directory(dir) else {
            return Ok(self.tree.list(dir).collect());
        };
        let rows = directory
            .names
            .iter(&self.tree)
            .map(|(name, ino)| DirEntry {
                name,
                ino,
                kind: self.kind(ino).unwrap_or(FileKind::File),
            });
        Ok(rows.collect())
    }

    /// At most `most` of the names in a directory that come behind `name`, sorted.
    pub fn entries_after(
        &self,
        dir: Ino,
        name: &[u8],
        most: usize,
    ) -> Result<Vec<DirEntry>, FsError> {
        self.check_directory(dir)?;
        let Some(directory) = self.changed_directory(dir) else {
            return Ok(self.tree.list_after(dir, name).take(most).collect());
        };
        let rows = directory.names.iter_after(&self.tree, name).take(most);
        let rows = rows.map(|(name, ino)| DirEntry {
            name,
            ino,
            kind: self.kind(ino).unwrap_or(FileKind::File),
        });
        Ok(rows.collect())
    }

    /// Reads from a regular file; 0 at or behind its end.
    pub fn read(&self, ino: Ino, offset: u64, buffer: &mut [u8]) -> Result<usize, FsError> {
        if let Some(inode) = self.changed.get(&ino) {
            return match &inode.body {
                Body::File(content) => content.read(offset, buffer),
                body => Err(not_a_file(body)),
            };
        }
        let node = self.tree.node(ino).ok_or(FsError::NotFound)?;
        match &node.data {
            NodeData::File(source) => source.read(offset, buffer),
            NodeData::Directory { .. } => Err(FsError::IsDirectory),
            NodeData::Symlink(_) | NodeData::Special => Err(FsError::Invalid),
        }
    }

    /// The target of a symbolic link; `Invalid` for anything else.
    pub fn read_link(&self, ino: Ino) -> Result<Bytes, FsError> {
        if let Some(inode) = self.changed.get(&ino) {
            return match &inode.body {
                Body::Symlink(target) => Ok(target.clone()),
                _ => Err(FsError::Invalid),
            };
        }
        let node = self.tree.node(ino).ok_or(FsError::NotFound)?;
        match &node.data {
            NodeData::Symlink(target) => Ok(target.clone()),
            _ => Err(FsError::Invalid),
        }
    }

    /// Writes to a regular file, extending it with a hole if needed. Writes less when the quota ends on the way;
    /// an error means that nothing was written.
    pub fn write(
        &mut self,
        ino: Ino,
        offset: u64,
        data: &[u8],
        now_ns: u64,
    ) -> Result<usize, FsError> {
        let end = offset.checked_add(data.len() as u64);
        if end.is_none_or(|end| end > FILE_BYTES_MAX) {
            return Err(FsError::FileTooBig);
        }
        let mut free = self.ledger.quota().free_bytes();
        let memory = self.memory.clone();
        let inode = self.change(ino)?;
        let Body::File(content) = &mut inode.body else {
            return Err(not_a_file(&inode.body));
        };
        let (mut done, mut grown) = (0, 0);
        let mut refusal = None;
        while done < data.len() {
            let rest = &data[done..];
            let at = offset + done as u64;
            match content.write_chunk(at, rest, free, &memory) {
                Ok((step, more)) => {
                    done += step;
                    grown += more;
                    free -= more;
                }
                Err(error) => {
                    refusal = Some(error);
                    break;
                }
            }
        }
        if done > 0 {
            (inode.mtime_ns, inode.ctime_ns) = (now_ns, now_ns);
        }
        self.ledger.charge_content(grown);
        if done > 0 {
            self.change_xattrs(ino);
        }
        match refusal {
            Some(error) if done == 0 => Err(error),
            _ => Ok(done),
        }
    }

    /// Gives an empty file bytes that lie elsewhere. They count as its own, and need no memory.
    pub(crate) fn fill_from(&mut self, ino: Ino, bytes: Source) -> Result<(), FsError> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(FsError::FileTooBig);
        }
        let len = bytes.len();
        let is_too_much = len > self.ledger.quota().free_bytes();
        let inode = self.change(ino)?;
        let Body::File(content) = &mut inode.body else {
            return Err(not_a_file(&inode.body));
        };
        if content.len() > 0 {
            return Err(FsError::Exists);
        }
        if is_too_much {
            return Err(FsError::QuotaExceeded);
        }
        *content = Content::owned(bytes);
        self.ledger.charge_content(len);
        Ok(())
    }

    /// The bytes of a regular file that lie elsewhere, unchanged, as those of a layer do.
    pub fn source(&self, ino: Ino) -> Option<Source> {
        match self.changed.get(&ino) {
            Some(inode) => match &inode.body {
                Body::File(content) => content.source(),
                _ => None,
            },
            None => match &self.tree.node(ino)?.data {
                NodeData::File(source) => Some(source.clone()),
                _ => None,
            },
        }
    }

    /// Sets the length of a regular file; a longer one ends in a hole, which costs nothing.
    pub fn truncate(&mut self, ino: Ino, len: u64, now_ns: u64) -> Result<(), FsError> {
        if len > FILE_BYTES_MAX {
            return Err(FsError::FileTooBig);
        }
        let inode = self.change(ino)?;
        let Body::File(content) = &mut inode.body else {
            return Err(not_a_file(&inode.body));
        };
        let before = content.owned_bytes();
        content.truncate(len);
        let freed = before - content.owned_bytes();
        (inode.mtime_ns, inode.ctime_ns) = (now_ns, now_ns);
        self.ledger.release_content(freed);
        self.change_xattrs(ino);
        Ok(())
    }

    /// The extended attributes of an inode.
    pub fn xattrs(&self, ino: Ino) -> Xattrs {
        match self.changed.get(&ino) {
            Some(inode) => inode.xattrs.clone(),
            None => self.tree.xattrs(ino),
        }
    }

    /// Puts other extended attributes in the place of those that a file has.
    pub fn set_xattrs(&mut self, ino: Ino, xattrs: &Xattrs) -> Result<(), FsError> {
        let old = self.xattrs(ino);
        if old == *xattrs {
            return Ok(());
        }
        self.ledger
            .charge(charge::xattrs_charge(&self.tree, ino, xattrs))?;
        let old_charge = charge::xattrs_charge(&self.tree, ino, &old);
        self.ledger.release(old_charge);
        self.change(ino)?.xattrs = xattrs.clone();
        Ok(())
    }

    /// Takes away the extended attributes that a changed file cannot keep. Others that it has must not be lost when the
    /// disk is full.
    fn change_xattrs(&mut self, ino: Ino) {
        let Some(inode) = self.changed.get_mut(&ino) else {
            return;
        };
        let Some(kept) = inode.xattrs.after_a_change() else {
            return;
        };
        let old = charge::xattrs_charge(&self.tree, ino, &inode.xattrs);
        let new = charge::xattrs_charge(&self.tree, ino, &kept);
        inode.xattrs = kept;
        self.ledger.charge_unchecked(new);
        self.ledger.release(old);
    }

    /// Sets the permission bits (`0o7777`).
    pub fn set_mode(&mut self, ino: Ino, mode: u32, now_ns: u64) -> Result<(), FsError> {
        let inode = self.change(ino)?;
        inode.mode = mode & 0o7777;
        inode.ctime_ns = now_ns;
        Ok(())
    }

    /// Sets owner and group; `None` leaves one as it is.
    pub fn set_owner(
        &mut self,
        ino: Ino,
        uid: Option<u32>,
        gid: Option<u32>,
        now_ns: u64,
    ) -> Result<(), FsError> {
        let inode = self.change(ino)?;
        inode.uid = uid.unwrap_or(inode.uid);
        inode.gid = gid.unwrap_or(inode.gid);
        inode.ctime_ns = now_ns;
        self.change_xattrs(ino);
        Ok(())
    }

    /// Sets access and modification time; `None` leaves one as it is.
    pub fn set_times(
        &mut self,
        ino: Ino,
        atime_ns: Option<u64>,
        mtime_ns: Option<u64>,
        now_ns: u64,
    ) -> Result<(), FsError> {
        let inode = self.change(ino)?;
        inode.atime_ns = atime_ns.unwrap_or(inode.atime_ns);
        inode.mtime_ns = mtime_ns.unwrap_or(inode.mtime_ns);
        inode.ctime_ns = now_ns;
        Ok(())
    }

    /// Keeps an inode alive while a descriptor, a working directory or a running program refers to it.
    pub fn hold(&mut self, ino: Ino) {
        *self.holds.entry(ino).or_insert(0) += 1;
    }

    /// Ends one [`RootFs::hold`]; the last one frees an inode that has no name left.
    pub fn release(&mut self, ino: Ino) {
        let Some(count) = self.holds.get_mut(&ino) else {
            return;
        };
        *count -= 1;
        if *count == 0 {
            self.holds.remove(&ino);
            self.free_if_unused(ino);
        }
    }

    /// Bytes charged to the container for what it changed.
    pub fn charged_bytes(&self) -> u64 {
        self.ledger.quota().charged_bytes()
    }

    /// What [`RootFs::charged_bytes`] must be, counted anew.
    pub fn recompute_charge(&self) -> u64 {
        let inodes = self.changed.iter().map(|(ino, inode)| {
            let names = match &inode.body {
                Body::Directory(directory) => directory
                    .names
                    .iter(&self.tree)
                    .map(|(name, to)| charge::entry_charge(&self.tree, *ino, &name, to))
                    .sum(),
                _ => 0,
            };
            names + charge::inode_charge(&self.tree, *ino, inode)
        });
        self.ledger.taken_bytes() + self.ledger.quota().beside_bytes() + inodes.sum::<u64>()
    }

    /// The most that may be charged.
    pub fn quota_bytes(&self) -> u64 {
        self.ledger.quota().quota_bytes()
    }

    /// The disk, to charge what is written beside the files.
    pub fn quota(&self) -> Quota {
        self.ledger.quota().clone()
    }

    /// Charges `bytes` that belong to no file and are never given back, beyond the quota too.
    pub fn take(&mut self, bytes: u64) {
        self.ledger.take(bytes);
    }

    /// Sets the quota, also below what is charged (then nothing may grow).
    pub fn set_quota_bytes(&mut self, quota_bytes: u64) {
        self.ledger.quota().set_quota_bytes(quota_bytes);
    }

    pub(crate) fn kind(&self, ino: Ino) -> Option<FileKind> {
        match self.changed.get(&ino) {
            Some(inode) => Some(inode.kind),
            None => self.tree.node(ino).map(|node| node.kind),
        }
    }

    pub(crate) fn check_directory(&self, ino: Ino) -> Result<(), FsError> {
        match self.kind(ino) {
            Some(FileKind::Directory) => Ok(()),
            Some(_) => Err(FsError::NotDirectory),
            None => Err(FsError::NotFound),
        }
    }

    fn changed_directory(&self, ino: Ino) -> Option<&Directory> {
        match &self.changed.get(&ino)?.body {
            Body::Directory(directory) => Some(directory),
            _ => None,
        }
    }

    /// The override of an inode, made from the tree if there is none yet.
    pub(crate) fn change(&mut self, ino: Ino) -> Result<&mut Inode, FsError> {
        if !self.changed.contains_key(&ino) {
            let copy = self.tree.copy_up(ino).ok_or(FsError::NotFound)?;
            self.changed.insert(ino, Box::new(copy));
        }
        self.changed
            .get_mut(&ino)
            .map(Box::as_mut)
            .ok_or(FsError::NotFound)
    }

    /// Takes the next inode number for `inode`; its charge is the caller's business.
    pub(crate) fn add(&mut self, inode: Inode) -> Ino {
        let ino = self.next_ino;
        self.next_ino += 1;
        self.changed.insert(ino, Box::new(inode));
        ino
    }

    /// Frees an inode without names and descriptors.
    pub(crate) fn free_if_unused(&mut self, ino: Ino) {
        let nameless = self.changed.get(&ino).is_some_and(|inode| inode.nlink == 0);
        if nameless
            && !self.holds.contains_key(&ino)
            && let Some(inode) = self.changed.remove(&ino)
        {
            let content = match &inode.body {
                Body::File(content) => content.owned_bytes(),
                _ => 0,
            };
            let all = charge::inode_charge(&self.tree, ino, &inode);
            self.ledger.release_content(content);
            self.ledger.release(all - content);
        }
    }
}

fn not_a_file(body: &Body) -> FsError {
    match body {
        Body::Directory(_) => FsError::IsDirectory,
        _ => FsError::Invalid,
    }
}

impl fmt::Debug for RootFs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RootFs")
            .field("tree", &self.tree)
            .field("changed", &self.changed.len())
            .field("ledger", &self.ledger)
            .finish_non_exhaustive()
    }
}
