//! One interface to the root's and the mounted file systems.

use super::Mount;
use super::table::{Mounts, local};
use crate::kernel::Errno;
use bytes::Bytes;
use rootfs::{Attributes, DirEntry, Ino, Metadata, RootFs};
use std::sync::MutexGuard;

/// Every file of a container but those of `/proc` and `/dev`, locked. An inode's number says which file system it is of.
pub(in crate::kernel) struct Files<'a> {
    pub(in crate::kernel) root: MutexGuard<'a, RootFs>,
    pub(in crate::kernel) mounts: MutexGuard<'a, Mounts>,
}

/// What a full file system answers: the disk has a quota, memory is just full.
fn full(mount: Option<Mount>, error: rootfs::FsError) -> Errno {
    match (mount, error) {
        (Some(_), rootfs::FsError::QuotaExceeded) => Errno::ENOSPC,
        (_, error) => error.into(),
    }
}

impl Files<'_> {
    fn of(&self, ino: Ino) -> (&RootFs, Ino) {
        match Mount::of(ino) {
            None => (&self.root, ino),
            Some(mount) => (self.mounts.file_system(mount), local(ino)),
        }
    }

    /// Changes something in the file system of `ino`, whose number inside of it the change is told.
    fn change<T>(
        &mut self,
        ino: Ino,
        change: impl FnOnce(&mut RootFs, Ino) -> Result<T, rootfs::FsError>,
    ) -> Result<T, Errno> {
        let mount = Mount::of(ino);
        match mount {
            None => change(&mut self.root, ino).map_err(|error| full(mount, error)),
            Some(Mount::Shm) => {
                let changed = change(&mut self.mounts.shm, local(ino));
                self.settle_shm();
                changed.map_err(|error| full(mount, error))
            }
            Some(_) => Err(Errno::EROFS),
        }
    }

    /// Charges what `/dev/shm` holds now.
    fn settle_shm(&mut self) {
        let held = usize::try_from(self.mounts.shm.charged_bytes()).unwrap_or(usize::MAX);
        self.mounts.shm_charge.set_unchecked(held);
    }

    /// An inode number as the kernel tells it from those of other file systems.
    fn global(beside: Ino, ino: Ino) -> Ino {
        Mount::of(beside).map_or(ino, |mount| mount.global(ino))
    }

    /// The number that `stat` shows.
    pub(in crate::kernel) fn shown(ino: Ino) -> Ino {
        local(ino)
    }

    pub(in crate::kernel) fn mount(ino: Ino) -> Option<Mount> {
        Mount::of(ino)
    }

    /// Whether nothing in the file system of `ino` can be changed.
    pub(in crate::kernel) fn is_read_only(ino: Ino) -> bool {
        !matches!(Mount::of(ino), None | Some(Mount::Shm))
    }

    pub(in crate::kernel) fn lookup(&self, dir: Ino, name: &[u8]) -> Result<Ino, Errno> {
        let (fs, inside) = self.of(dir);
        Ok(Self::global(dir, fs.lookup(inside, name)?))
    }

    pub(in crate::kernel) fn parent(&self, dir: Ino) -> Ino {
        let (fs, inside) = self.of(dir);
        Self::global(dir, fs.parent(inside))
    }

    /// The number in it is the one inside of its file system.
    pub(in crate::kernel) fn metadata(&self, ino: Ino) -> Result<Metadata, Errno> {
        let (fs, inside) = self.of(ino);
        Ok(fs.metadata(inside)?)
    }

    /// The numbers in them are those inside of the file system.
    pub(in crate::kernel) fn entries(&self, dir: Ino) -> Result<Vec<DirEntry>, Errno> {
        let (fs, inside) = self.of(dir);
        Ok(fs.entries(inside)?)
    }

    pub(in crate::kernel) fn entries_after(
        &self,
        dir: Ino,
        name: &[u8],
        most: usize,
    ) -> Result<Vec<DirEntry>, Errno> {
        let (fs, inside) = self.of(dir);
        Ok(fs.entries_after(inside, name, most)?)
    }

    pub(in crate::kernel) fn read(
        &self,
        ino: Ino,
        offset: u64,
        buffer: &mut [u8],
    ) -> Result<usize, Errno> {
        let (fs, inside) = self.of(ino);
        Ok(fs.read(inside, offset, buffer)?)
    }

    pub(in crate::kernel) fn read_link(&self, ino: Ino) -> Result<Bytes, Errno> {
        let (fs, inside) = self.of(ino);
        Ok(fs.read_link(inside)?)
    }

    /// EDQUOT: the disk's quota is used up; ENOSPC: so is what `/dev/shm` may hold; ENOMEM: the package's RAM is.
    pub(in crate::kernel) fn write(
        &mut self,
        ino: Ino,
        offset: u64,
        data: &[u8],
        now_ns: u64,
    ) -> Result<usize, Errno> {
        if Mount::of(ino) == Some(Mount::Shm) {
            let most = self.mounts.shm.charged_bytes() + data.len() as u64;
            let most = usize::try_from(most.min(self.mounts.shm.quota_bytes()));
            let most = most.unwrap_or(usize::MAX);
            self.mounts.shm_charge.try_set(most)?;
        }
        self.change(ino, |fs, ino| fs.write(ino, offset, data, now_ns))
    }

    pub(in crate::kernel) fn truncate(
        &mut self,
        ino: Ino,
        len: u64,
        now_ns: u64,
    ) -> Result<(), Errno> {
        self.change(ino, |fs, ino| fs.truncate(ino, len, now_ns))
    }

    pub(in crate::kernel) fn set_mode(
        &mut self,
        ino: Ino,
        mode: u32,
        now_ns: u64,
    ) -> Result<(), Errno> {
        self.change(ino, |fs, ino| fs.set_mode(ino, mode, now_ns))
    }

    pub(in crate::kernel) fn set_owner(
        &mut self,
        ino: Ino,
        uid: Option<u32>,
        gid: Option<u32>,
        now_ns: u64,
    ) -> Result<(), Errno> {
        self.change(ino, |fs, ino| fs.set_owner(ino, uid, gid, now_ns))
    }

    pub(in crate::kernel) fn set_times(
        &mut self,
        ino: Ino,
        atime_ns: Option<u64>,
        mtime_ns: Option<u64>,
        now_ns: u64,
    ) -> Result<(), Errno> {
        self.change(ino, |fs, ino| fs.set_times(ino, atime_ns, mtime_ns, now_ns))
    }

    pub(in crate::kernel) fn hold(&mut self, ino: Ino) {
        // Files that cannot be changed cannot go either.
        let _ = self.change(ino, |fs, ino| {
            fs.hold(ino);
            Ok(())
        });
    }

    pub(in crate::kernel) fn release(&mut self, ino: Ino) {
        let _ = self.change(ino, |fs, ino| {
            fs.release(ino);
            Ok(())
        });
    }

    pub(in crate::kernel) fn create(
        &mut self,
        dir: Ino,
        name: &[u8],
        attributes: &Attributes,
    ) -> Result<Ino, Errno> {
        let made = self.change(dir, |fs, dir| fs.create(dir, name, attributes))?;
        Ok(Self::global(dir, made))
    }

    pub(in crate::kernel) fn symlink(
        &mut self,
        dir: Ino,
        name: &[u8],
        target: &[u8],
        attributes: &Attributes,
    ) -> Result<(), Errno> {
        self.change(dir, |fs, dir| fs.symlink(dir, name, target, attributes))?;
        Ok(())
    }

    /// EXDEV: the file is of another file system.
    pub(in crate::kernel) fn link(
        &mut self,
        dir: Ino,
        name: &[u8],
        ino: Ino,
        now_ns: u64,
    ) -> Result<(), Errno> {
        if Mount::of(dir) != Mount::of(ino) {
            return Err(Errno::EXDEV);
        }
        self.change(dir, |fs, dir| fs.link(dir, name, local(ino), now_ns))?;
        Ok(())
    }

    pub(in crate::kernel) fn unlink(
        &mut self,
        dir: Ino,
        name: &[u8],
        now_ns: u64,
    ) -> Result<(), Errno> {
        self.change(dir, |fs, dir| fs.unlink(dir, name, now_ns))
    }

    pub(in crate::kernel) fn remove_dir(
        &mut self,
        dir: Ino,
        name: &[u8],
        now_ns: u64,
    ) -> Result<(), Errno> {
        self.change(dir, |fs, dir| fs.remove_dir(dir, name, now_ns))
    }

    /// EXDEV: the directories are of two file systems.
    pub(in crate::kernel) fn rename(
        &mut self,
        from_dir: Ino,
        from: &[u8],
        to_dir: Ino,
        to: &[u8],
        now_ns: u64,
    ) -> Result<(), Errno> {
        if Mount::of(from_dir) != Mount::of(to_dir) {
            return Err(Errno::EXDEV);
        }
        self.change(from_dir, |fs, from_dir| {
            fs.rename(from_dir, from, local(to_dir), to, now_ns)
        })
    }

    /// Size of the file system of `ino`, and what of it is used, bytes.
    pub(in crate::kernel) fn space(&self, ino: Ino) -> (u64, u64) {
        let (fs, _) = self.of(ino);
        (fs.quota_bytes(), fs.charged_bytes())
    }
}
