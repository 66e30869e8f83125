//! A container's writable file system: names.

use crate::charge::{self, INODE_BYTES};
use crate::content::Content;
use crate::inode::{Body, Directory, Inode};
use crate::metadata::{Attributes, FileKind, Ino, ROOT};
use crate::names::Names;
use crate::path::{PATH_MAX, check_name};
use crate::tree::Tree;
use crate::xattrs::Xattrs;
use crate::{FsError, RootFs};
use bytes::Bytes;

/// Most hard links of one inode.
const LINKS_MAX: u32 = 65_000;

impl RootFs {
    /// Makes a file, directory, device, named pipe or socket. Symbolic links are made by [`RootFs::symlink`].
    pub fn create(
        &mut self,
        dir: Ino,
        name: &[u8],
        attributes: &Attributes,
    ) -> Result<Ino, FsError> {
        let body = match attributes.kind {
            FileKind::File => Body::File(Content::default()),
            FileKind::Directory => Body::Directory(Directory {
                parent: dir,
                names: Names::default(),
            }),
            FileKind::Symlink => return Err(FsError::Invalid),
            _ => Body::Special,
        };
        self.make(dir, name, attributes, attributes.kind, body)
    }

    /// Makes a symbolic link with text `target`.
    pub fn symlink(
        &mut self,
        dir: Ino,
        name: &[u8],
        target: &[u8],
        attributes: &Attributes,
    ) -> Result<Ino, FsError> {
        if target.is_empty() {
            return Err(FsError::NotFound);
        }
        if target.len() > PATH_MAX {
            return Err(FsError::NameTooLong);
        }
        let body = Body::Symlink(Bytes::copy_from_slice(target));
        self.make(dir, name, attributes, FileKind::Symlink, body)
    }

    fn make(
        &mut self,
        dir: Ino,
        name: &[u8],
        attributes: &Attributes,
        kind: FileKind,
        body: Body,
    ) -> Result<Ino, FsError> {
        self.check_free(dir, name)?;
        let is_directory = kind == FileKind::Directory;
        if is_directory && self.metadata(dir)?.nlink >= LINKS_MAX {
            return Err(FsError::TooManyLinks);
        }
        let target_bytes = match &body {
            Body::Symlink(target) => target.len() as u64,
            _ => 0,
        };
        let entry_bytes = charge::ENTRY_BYTES + name.len() as u64;
        self.ledger
            .charge(INODE_BYTES + target_bytes + entry_bytes)?;
        let ino = self.add(Inode {
            kind,
            mode: attributes.mode & 0o7777,
            uid: attributes.uid,
            gid: attributes.gid,
            nlink: if is_directory { 2 } else { 1 },
            mtime_ns: attributes.now_ns,
            ctime_ns: attributes.now_ns,
            atime_ns: attributes.now_ns,
            xattrs: Xattrs::default(),
            body,
        });
        self.change_names(dir, attributes.now_ns, |names, tree| {
            names.insert(tree, name, ino);
        })?;
        if is_directory {
            self.change(dir)?.nlink += 1;
        }
        Ok(ino)
    }

    /// Makes `name` another hard link of `ino`, which must be no directory.
    pub fn link(&mut self, dir: Ino, name: &[u8], ino: Ino, now_ns: u64) -> Result<(), FsError> {
        let metadata = self.metadata(ino)?;
        self.check_free(dir, name)?;
        if metadata.kind == FileKind::Directory {
            return Err(FsError::NotPermitted);
        }
        if metadata.nlink == 0 {
            return Err(FsError::NotFound);
        }
        if metadata.nlink >= LINKS_MAX {
            return Err(FsError::TooManyLinks);
        }
        let bytes = charge::entry_charge(&self.tree, dir, name, ino);
        self.ledger.charge(bytes)?;
        let inode = self.change(ino)?;
        inode.nlink += 1;
        inode.ctime_ns = now_ns;
        self.change_names(dir, now_ns, |names, tree| names.insert(tree, name, ino))
    }

    /// Removes a name of anything but a directory.
    pub fn unlink(&mut self, dir: Ino, name: &[u8], now_ns: u64) -> Result<(), FsError> {
        let ino = self.lookup_real(dir, name)?;
        if self.kind(ino) == Some(FileKind::Directory) {
            return Err(FsError::IsDirectory);
        }
        self.remove_entry(dir, name, ino, now_ns)?;
        self.drop_link(ino, now_ns)
    }

    /// Removes an empty directory.
    pub fn remove_dir(&mut self, dir: Ino, name: &[u8], now_ns: u64) -> Result<(), FsError> {
        let ino = self.lookup_real(dir, name)?;
        self.check_directory(ino)?;
        if !self.is_empty(ino) {
            return Err(FsError::NotEmpty);
        }
        self.remove_entry(dir, name, ino, now_ns)?;
        self.change(dir)?.nlink -= 1;
        self.drop_directory(ino, now_ns)
    }

    /// Renames as POSIX says: replaces a file by a file, an empty directory by a directory, in one step.
    pub fn rename(
        &mut self,
        from_dir: Ino,
        from: &[u8],
        to_dir: Ino,
        to: &[u8],
        now_ns: u64,
    ) -> Result<(), FsError> {
        let ino = self.lookup_real(from_dir, from)?;
        check_name(to)?;
        self.check_alive(to_dir)?;
        let is_directory = self.kind(ino) == Some(FileKind::Directory);
        if is_directory && self.is_inside(to_dir, ino) {
            return Err(FsError::Invalid);
        }
        match self.lookup(to_dir, to) {
            Err(FsError::NotFound) => {}
            Err(error) => return Err(error),
            Ok(old) if old == ino => return Ok(()),
            Ok(old) => self.replace(to_dir, to, old, is_directory, now_ns)?,
        }
        self.remove_entry(from_dir, from, ino, now_ns)?;
        self.ledger
            .charge_unchecked(charge::entry_charge(&self.tree, to_dir, to, ino));
        self.change_names(to_dir, now_ns, |names, tree| names.insert(tree, to, ino))?;
        let inode = self.change(ino)?;
        inode.ctime_ns = now_ns;
        if let Body::Directory(directory) = &mut inode.body {
            directory.parent = to_dir;
            self.change(from_dir)?.nlink -= 1;
            self.change(to_dir)?.nlink += 1;
        }
        Ok(())
    }

    /// Removes what a rename replaces, if it may.
    fn replace(
        &mut self,
        dir: Ino,
        name: &[u8],
        old: Ino,
        by_directory: bool,
        now_ns: u64,
    ) -> Result<(), FsError> {
        match (by_directory, self.kind(old) == Some(FileKind::Directory)) {
            (true, false) => Err(FsError::NotDirectory),
            (false, true) => Err(FsError::IsDirectory),
            (true, true) => self.remove_dir(dir, name, now_ns),
            (false, false) => self.unlink(dir, name, now_ns),
        }
    }

    /// Whether directory `dir` is `ancestor` or below it.
    fn is_inside(&self, dir: Ino, ancestor: Ino) -> bool {
        let mut at = dir;
        while at != ancestor {
            if at == ROOT {
                return false;
            }
            at = self.parent(at);
        }
        true
    }

    fn is_empty(&self, dir: Ino) -> bool {
        match self.changed.get(&dir).map(|inode| &inode.body) {
            Some(Body::Directory(directory)) => directory.names.is_empty(),
            _ => self.tree.list(dir).next().is_none(),
        }
    }

    /// Looks a name up that is to be removed: `.` and `..` are refused.
    fn lookup_real(&self, dir: Ino, name: &[u8]) -> Result<Ino, FsError> {
        self.check_directory(dir)?;
        check_name(name)?;
        self.lookup(dir, name)
    }

    /// Checks that `name` may be added to `dir`.
    fn check_free(&self, dir: Ino, name: &[u8]) -> Result<(), FsError> {
        self.check_alive(dir)?;
        match name {
            b"." | b".." => return Err(FsError::Exists),
            _ => check_name(name)?,
        }
        match self.lookup(dir, name) {
            Ok(_) => Err(FsError::Exists),
            Err(FsError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// A removed directory that is still somebody's working directory takes no new names.
    fn check_alive(&self, dir: Ino) -> Result<(), FsError> {
        self.check_directory(dir)?;
        if self.metadata(dir)?.nlink == 0 {
            return Err(FsError::NotFound);
        }
        Ok(())
    }

    /// Changes the names of `dir` now.
    fn change_names(
        &mut self,
        dir: Ino,
        now_ns: u64,
        change: impl FnOnce(&mut Names, &Tree),
    ) -> Result<(), FsError> {
        let tree = self.tree.clone();
        let inode = self.change(dir)?;
        (inode.mtime_ns, inode.ctime_ns) = (now_ns, now_ns);
        match &mut inode.body {
            Body::Directory(directory) => change(&mut directory.names, &tree),
            _ => return Err(FsError::NotDirectory),
        }
        Ok(())
    }

    fn remove_entry(
        &mut self,
        dir: Ino,
        name: &[u8],
        ino: Ino,
        now_ns: u64,
    ) -> Result<(), FsError> {
        self.change_names(dir, now_ns, |names, tree| names.remove(tree, name))?;
        let freed = charge::entry_charge(&self.tree, dir, name, ino);
        self.ledger.release(freed);
        Ok(())
    }

    fn drop_link(&mut self, ino: Ino, now_ns: u64) -> Result<(), FsError> {
        let inode = self.change(ino)?;
        inode.nlink = inode.nlink.saturating_sub(1);
        inode.ctime_ns = now_ns;
        self.free_if_unused(ino);
        Ok(())
    }

    fn drop_directory(&mut self, ino: Ino, now_ns: u64) -> Result<(), FsError> {
        let inode = self.change(ino)?;
        inode.nlink = 0;
        inode.ctime_ns = now_ns;
        self.free_if_unused(ino);
        Ok(())
    }
}
