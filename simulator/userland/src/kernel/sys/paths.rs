//! Calls with paths.

use super::super::process::Process;
use super::super::vfs::{Node, Vfs};
use super::super::{Access, Charge, DirEntry, Errno, FileKind, List, Stat, StatFs, Sys};
use super::PATH_FUEL;
use crate::exec::fuel;
use bytes::Bytes;
use runtime::Timestamp;

/// Names of a directory that are read at once.
const STEP_ENTRIES: usize = 512;

impl Vfs<'_> {
    /// Makes a directory the process's working directory.
    pub(in crate::kernel) fn enter(&mut self, node: Node) -> Result<(), Errno> {
        self.replace_directory(node, |process| &mut process.cwd)
    }

    /// Makes a directory the one that the process keeps at `place`.
    fn replace_directory(
        &mut self,
        node: Node,
        place: fn(&mut Process) -> &mut Node,
    ) -> Result<(), Errno> {
        if !self.stat_node(node)?.is_directory() {
            return Err(Errno::ENOTDIR);
        }
        self.check(node, Access::EXECUTE)?;
        if let Node::Fs(ino) = node {
            self.fs.hold(ino);
        }
        let pid = self.pid;
        let process = self.state.process_mut(pid).ok_or(Errno::ESRCH)?;
        let before = std::mem::replace(place(process), node);
        if let Node::Fs(ino) = before {
            self.fs.release(ino);
        }
        Ok(())
    }
}

impl Sys {
    fn vfs(&self) -> Result<Vfs<'_>, Errno> {
        fuel::spend(PATH_FUEL);
        Vfs::new(&self.kernel, self.pid)
    }

    /// The working directory's absolute path. ENOENT: it has been removed.
    pub fn cwd(&self) -> Result<Bytes, Errno> {
        let vfs = self.vfs()?;
        vfs.path_of(vfs.cwd)
    }

    /// Changes the working directory.
    pub fn chdir(&self, path: &[u8]) -> Result<(), Errno> {
        let mut vfs = self.vfs()?;
        let node = vfs.find(path, true)?;
        vfs.enter(node)
    }

    /// Lets absolute paths begin at a directory from now on; the working directory stays. EPERM: not root.
    pub fn chroot(&self, path: &[u8]) -> Result<(), Errno> {
        let mut vfs = self.vfs()?;
        let node = vfs.find(path, true)?;
        if vfs.credentials.euid != 0 {
            return Err(Errno::EPERM);
        }
        vfs.replace_directory(node, |process| &mut process.root)
    }

    /// The status of the file a path leads to.
    pub fn stat(&self, path: &[u8]) -> Result<Stat, Errno> {
        let vfs = self.vfs()?;
        vfs.stat_path(path, true)
    }

    /// As [`Sys::stat`], of a link itself.
    pub fn lstat(&self, path: &[u8]) -> Result<Stat, Errno> {
        let vfs = self.vfs()?;
        vfs.stat_path(path, false)
    }

    /// Whether the process may use a file so.
    pub fn access(&self, path: &[u8], access: Access) -> Result<(), Errno> {
        let vfs = self.vfs()?;
        let node = vfs.find(path, true)?;
        vfs.check(node, access).map(drop)
    }

    /// The file system that holds a path.
    pub fn statfs(&self, path: &[u8]) -> Result<StatFs, Errno> {
        self.vfs()?.stat_fs(path)
    }

    /// Makes a directory.
    pub fn mkdir(&self, path: &[u8], mode: u32) -> Result<(), Errno> {
        self.vfs()?.make(path, FileKind::Directory, mode)
    }

    /// Removes an empty directory.
    pub fn rmdir(&self, path: &[u8]) -> Result<(), Errno> {
        self.vfs()?.remove_directory(path)
    }

    /// Removes a name.
    pub fn unlink(&self, path: &[u8]) -> Result<(), Errno> {
        self.vfs()?.unlink(path)
    }

    /// Gives a file a second name; a symbolic link itself is linked.
    pub fn link(&self, old: &[u8], new: &[u8]) -> Result<(), Errno> {
        self.vfs()?.link(old, new)
    }

    /// Makes a symbolic link.
    pub fn symlink(&self, target: &[u8], path: &[u8]) -> Result<(), Errno> {
        self.vfs()?.symlink(target, path)
    }

    /// A symbolic link's target. EINVAL: not a link.
    pub fn readlink(&self, path: &[u8]) -> Result<Bytes, Errno> {
        self.vfs()?.read_link(path)
    }

    /// The absolute path without links of a file that exists.
    pub fn realpath(&self, path: &[u8]) -> Result<Bytes, Errno> {
        self.vfs()?.real_path(path)
    }

    /// Moves a file; what `to` named before is replaced.
    pub fn rename(&self, from: &[u8], to: &[u8]) -> Result<(), Errno> {
        self.vfs()?.rename(from, to)
    }

    /// Sets permission bits.
    pub fn chmod(&self, path: &[u8], mode: u32) -> Result<(), Errno> {
        self.vfs()?.change_mode(path, mode)
    }

    /// Sets owner and group; `None` keeps one. `follow`: the file behind a symbolic link.
    pub fn chown(
        &self,
        path: &[u8],
        uid: Option<u32>,
        gid: Option<u32>,
        follow: bool,
    ) -> Result<(), Errno> {
        self.vfs()?.change_owner(path, uid, gid, follow)
    }

    /// Sets times of access and change; `None` keeps one. `follow`: of the file behind a symbolic link.
    pub fn set_times(
        &self,
        path: &[u8],
        atime: Option<Timestamp>,
        mtime: Option<Timestamp>,
        follow: bool,
    ) -> Result<(), Errno> {
        let (atime_ns, mtime_ns) = (atime.map(|time| time.0), mtime.map(|time| time.0));
        self.vfs()?.change_times(path, atime_ns, mtime_ns, follow)
    }

    /// The names in a directory, without `.` and `..`, in an order that does not change.
    pub async fn read_dir(&self, path: &[u8]) -> Result<List<DirEntry>, Errno> {
        let count = {
            let vfs = self.vfs()?;
            // It is open while it is read.
            vfs.state.free_descriptor(self.pid)?;
            let node = vfs.find(path, true)?;
            vfs.stat_node(node)?.size
        };
        // Charged while no lock is held: a process that asks for too much ends here.
        let most = usize::try_from(count).unwrap_or(usize::MAX);
        let charge = Charge::of(most.saturating_mul(size_of::<DirEntry>()));
        let mut entries = List::with_charge(Vec::with_capacity(most), charge);
        loop {
            let (read, goes_on) = {
                let vfs = self.vfs()?;
                let node = vfs.find(path, true)?;
                let stat = vfs.check(node, Access::READ)?;
                if !stat.is_directory() {
                    return Err(Errno::ENOTDIR);
                }
                let last = entries
                    .last()
                    .map_or(&b""[..], |last: &DirEntry| &last.name);
                match vfs.entries_after(node, last, STEP_ENTRIES)? {
                    Some(step) => {
                        let goes_on = step.len() == STEP_ENTRIES;
                        (step, goes_on)
                    }
                    None => (vfs.entries(node)?, false),
                }
            };
            self.burn(read.len() as u64 * 20).await;
            read.into_iter().for_each(|entry| entries.push(entry));
            if !goes_on {
                return Ok(entries);
            }
        }
    }
}

impl Vfs<'_> {
    fn stat_path(&self, path: &[u8], follow: bool) -> Result<Stat, Errno> {
        let node = self.find(path, follow)?;
        if let (true, Node::Proc(super::super::proc::ProcNode::Descriptor(pid, fd))) =
            (follow, node)
        {
            let id = self.state.file_id(pid, fd).map_err(|_| Errno::ENOENT)?;
            let file = self.state.files.get(id).ok_or(Errno::ENOENT)?;
            return self.stat_open(file, u64::from(id));
        }
        self.stat_node(node)
    }
}
