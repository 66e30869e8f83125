//! Calls that change directories and what is known of files.

use super::{Found, Node, ROOT_NODE, Vfs};
use crate::kernel::{Access, Errno, FileKind};
use rootfs::{Attributes, Ino};

impl Vfs<'_> {
    pub(super) fn attributes(&self, dir: Ino, kind: FileKind, mode: u32) -> Attributes {
        // A set-group-id directory hands its group down.
        let parent = self.fs.metadata(dir).ok();
        let inherited = parent.filter(|parent| parent.mode & 0o2000 != 0);
        let directory_bit = match (kind, inherited) {
            (FileKind::Directory, Some(_)) => 0o2000,
            _ => 0,
        };
        Attributes {
            kind,
            mode: (mode & 0o7777 & !self.umask) | directory_bit,
            uid: self.credentials.euid,
            gid: inherited.map_or(self.credentials.egid, |parent| parent.gid),
            now_ns: self.now_ns,
        }
    }

    /// A new name's place: the directory's number, after the checks that every creation shares.
    fn place_for_new(&self, found: &Found, slash_allowed: bool) -> Result<Ino, Errno> {
        if found.node.is_some() {
            return Err(Errno::EEXIST);
        }
        if found.must_be_directory && !slash_allowed {
            return Err(Errno::ENOENT);
        }
        self.check_directory_change(found.dir)
    }

    pub(in crate::kernel) fn make(
        &mut self,
        path: &[u8],
        kind: FileKind,
        mode: u32,
    ) -> Result<(), Errno> {
        let found = self.resolve(path, false)?;
        let dir = self.place_for_new(&found, kind == FileKind::Directory)?;
        let attributes = self.attributes(dir, kind, mode);
        self.fs.create(dir, &found.name, &attributes)?;
        Ok(())
    }

    pub(in crate::kernel) fn symlink(&mut self, target: &[u8], path: &[u8]) -> Result<(), Errno> {
        let found = self.resolve(path, false)?;
        let dir = self.place_for_new(&found, false)?;
        let mut attributes = self.attributes(dir, FileKind::Symlink, 0o777);
        attributes.mode = 0o777;
        self.fs.symlink(dir, &found.name, target, &attributes)?;
        Ok(())
    }

    pub(in crate::kernel) fn link(&mut self, old: &[u8], new: &[u8]) -> Result<(), Errno> {
        let old = self.find(old, false)?;
        let found = self.resolve(new, false)?;
        let dir = self.place_for_new(&found, false)?;
        let Node::Fs(ino) = old else {
            return Err(Errno::EXDEV);
        };
        self.fs.link(dir, &found.name, ino, self.now_ns)?;
        Ok(())
    }

    /// The place of an entry that is to be removed.
    fn place_of(&self, found: &Found) -> Result<(Ino, Node), Errno> {
        let node = found.node.ok_or(Errno::ENOENT)?;
        if self.is_mount_point(node) {
            return Err(Errno::EBUSY);
        }
        match found.name.as_ref() {
            b"" => return Err(Errno::EINVAL),
            b".." => return Err(Errno::ENOTEMPTY),
            _ => {}
        }
        let dir = self.check_directory_change(found.dir)?;
        self.check_sticky(found.dir, node)?;
        match node {
            Node::Fs(_) => Ok((dir, node)),
            _ => Err(Errno::EBUSY),
        }
    }

    fn is_mount_point(&self, node: Node) -> bool {
        match node {
            Node::Fs(ino) => {
                node == ROOT_NODE || ino == self.kernel.dev_dir || self.mounted_at(ino).is_some()
            }
            Node::Proc(node) => node == crate::kernel::proc::ProcNode::Root,
            Node::Dev(_) => false,
        }
    }

    pub(in crate::kernel) fn unlink(&mut self, path: &[u8]) -> Result<(), Errno> {
        let found = self.resolve(path, false)?;
        let node = found.node.ok_or(Errno::ENOENT)?;
        if self.stat_node(node)?.is_directory() {
            return Err(Errno::EISDIR);
        }
        let (dir, _) = self.place_of(&found)?;
        self.fs.unlink(dir, &found.name, self.now_ns)?;
        Ok(())
    }

    pub(in crate::kernel) fn remove_directory(&mut self, path: &[u8]) -> Result<(), Errno> {
        let found = self.resolve(path, false)?;
        let node = found.node.ok_or(Errno::ENOENT)?;
        if !self.stat_node(node)?.is_directory() {
            return Err(Errno::ENOTDIR);
        }
        let ends_in_dot = path.ends_with(b"/.") || path == b".";
        if ends_in_dot {
            return Err(Errno::EINVAL);
        }
        let (dir, _) = self.place_of(&found)?;
        self.fs.remove_dir(dir, &found.name, self.now_ns)?;
        Ok(())
    }

    pub(in crate::kernel) fn rename(&mut self, from: &[u8], to: &[u8]) -> Result<(), Errno> {
        let source = self.resolve(from, false)?;
        let (from_dir, node) = self.place_of(&source)?;
        let target = self.resolve(to, false)?;
        let moves_directory = self.stat_node(node)?.is_directory();
        if target.must_be_directory && !moves_directory {
            return Err(Errno::ENOTDIR);
        }
        let to_dir = match target.node {
            Some(_) => self.place_of(&target)?.0,
            None => self.check_directory_change(target.dir)?,
        };
        if moves_directory && from_dir != to_dir {
            self.check(node, Access::WRITE)?;
        }
        self.fs
            .rename(from_dir, &source.name, to_dir, &target.name, self.now_ns)?;
        Ok(())
    }

    pub(in crate::kernel) fn change_mode(&mut self, path: &[u8], mode: u32) -> Result<(), Errno> {
        let node = self.find(path, true)?;
        let (ino, stat) = self.check_owner(node)?;
        let mut mode = mode & 0o7777;
        let foreign_group = !self.credentials.is_in_group(stat.gid);
        if self.credentials.euid != 0 && foreign_group && !stat.is_directory() {
            mode &= !0o2000;
        }
        self.fs.set_mode(ino, mode, self.now_ns)
    }

    pub(in crate::kernel) fn change_owner(
        &mut self,
        path: &[u8],
        uid: Option<u32>,
        gid: Option<u32>,
        follow: bool,
    ) -> Result<(), Errno> {
        let node = self.find(path, follow)?;
        let (ino, stat) = self.check_owner(node)?;
        if self.credentials.euid != 0 {
            let gives_away = uid.is_some_and(|uid| uid != stat.uid);
            let foreign = gid.is_some_and(|gid| !self.credentials.is_in_group(gid));
            if gives_away || foreign {
                return Err(Errno::EPERM);
            }
        }
        self.fs.set_owner(ino, uid, gid, self.now_ns)?;
        if stat.kind == FileKind::File && stat.mode & 0o6000 != 0 {
            self.fs.set_mode(ino, stat.mode & !0o6000, self.now_ns)?;
        }
        Ok(())
    }

    pub(in crate::kernel) fn change_times(
        &mut self,
        path: &[u8],
        atime_ns: Option<u64>,
        mtime_ns: Option<u64>,
        follow: bool,
    ) -> Result<(), Errno> {
        let node = self.find(path, follow)?;
        if !matches!(node, Node::Fs(_)) {
            return Ok(());
        }
        let ino = match self.check_owner(node) {
            Ok((ino, _)) => ino,
            // Who may write the file may set it to the present.
            Err(error) => {
                let now = Some(self.now_ns);
                let present = atime_ns.is_none_or(|_| atime_ns == now)
                    && mtime_ns.is_none_or(|_| mtime_ns == now);
                let writable = self.check(node, Access::WRITE).is_ok();
                match node {
                    Node::Fs(ino) if present && writable => ino,
                    _ => return Err(error),
                }
            }
        };
        self.fs.set_times(ino, atime_ns, mtime_ns, self.now_ns)
    }
}
