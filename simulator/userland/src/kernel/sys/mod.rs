//! One process's system calls.

use super::{
    Access, CpuTimes, DirEntry, Errno, Exit, Limit, OpenFlags, ProcessStat, Resource, Stat, StatFs,
    Termios,
};
use bytes::Bytes;
use runtime::{Signal, Timestamp, TtySize};
use std::io::SeekFrom;
use std::time::Duration;

/// A descriptor's number.
pub type Fd = i32;
/// A process's number.
pub type Pid = u32;

/// Which children to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitFor {
    /// Any.
    Any,
    /// This one.
    Pid(Pid),
    /// Any of this process group.
    Group(Pid),
}

/// How to wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaitFlags {
    /// Answer `None` instead of waiting.
    pub nohang: bool,
    /// Report stopped children too.
    pub untraced: bool,
}

/// What a child did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitStatus {
    /// Ended with this status.
    Exited(u8),
    /// Killed by a signal; [`Signal::dumps_core`] says whether with a core.
    Signaled(Signal),
    /// Stopped by a signal.
    Stopped(Signal),
}

/// Whom a signal is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KillTarget {
    /// One process.
    Pid(Pid),
    /// A process group.
    Group(Pid),
    /// The sender's process group.
    OwnGroup,
    /// Every process but the first and the sender.
    All,
}

/// What a signal does to a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Disposition {
    /// The signal's default action.
    #[default]
    Default,
    /// Nothing.
    Ignore,
    /// It interrupts calls (EINTR) and waits in [`Sys::take_caught`].
    Catch,
}

/// The system calls of one process. It belongs to the process's one task and cannot be cloned.
#[derive(Debug)]
pub struct Sys {
    argv: Vec<Bytes>,
}

#[expect(unused_variables, reason = "bodies follow")]
#[expect(missing_docs, reason = "bodies follow")]
impl Sys {
    pub fn pid(&self) -> Pid {
        todo!()
    }
    pub fn ppid(&self) -> Pid {
        todo!()
    }
    pub fn pgid(&self) -> Pid {
        todo!()
    }
    pub fn sid(&self) -> Pid {
        todo!()
    }
    pub fn uid(&self) -> u32 {
        todo!()
    }
    pub fn euid(&self) -> u32 {
        todo!()
    }
    pub fn gid(&self) -> u32 {
        todo!()
    }
    pub fn egid(&self) -> u32 {
        todo!()
    }
    pub fn groups(&self) -> Vec<u32> {
        todo!()
    }
    pub fn argv(&self) -> &[Bytes] {
        &self.argv
    }
    pub fn environ(&self) -> Vec<Bytes> {
        todo!()
    }
    pub fn exe_name(&self) -> Bytes {
        todo!()
    }
    pub fn hostname(&self) -> Bytes {
        todo!()
    }
    pub fn umask(&self) -> u32 {
        todo!()
    }
    pub fn set_umask(&self, umask: u32) -> u32 {
        todo!()
    }
    pub fn cwd(&self) -> Result<Bytes, Errno> {
        todo!()
    }
    pub fn chdir(&self, path: &[u8]) -> Result<(), Errno> {
        todo!()
    }
    pub fn now(&self) -> Timestamp {
        todo!()
    }
    pub fn cpu_times(&self) -> CpuTimes {
        todo!()
    }
    pub fn limit(&self, resource: Resource) -> Limit {
        todo!()
    }
    pub fn set_limit(&self, resource: Resource, limit: Limit) -> Result<(), Errno> {
        todo!()
    }
    /// Spends fuel; yields when the slice is gone.
    pub async fn burn(&self, fuel: u64) {
        todo!()
    }
    pub async fn open(&self, path: &[u8], flags: OpenFlags, mode: u32) -> Result<Fd, Errno> {
        todo!()
    }
    pub async fn read(&self, fd: Fd, buffer: &mut [u8]) -> Result<usize, Errno> {
        todo!()
    }
    pub async fn write(&self, fd: Fd, bytes: &[u8]) -> Result<usize, Errno> {
        todo!()
    }
    pub async fn write_all(&self, fd: Fd, bytes: &[u8]) -> Result<(), Errno> {
        todo!()
    }
    pub async fn poll_read(&self, fds: &[Fd], timeout: Option<Duration>) -> Result<Vec<Fd>, Errno> {
        todo!()
    }
    pub fn seek(&self, fd: Fd, to: SeekFrom) -> Result<u64, Errno> {
        todo!()
    }
    pub fn close(&self, fd: Fd) -> Result<(), Errno> {
        todo!()
    }
    pub fn dup(&self, fd: Fd) -> Result<Fd, Errno> {
        todo!()
    }
    pub fn dup_to(&self, fd: Fd, new_fd: Fd) -> Result<Fd, Errno> {
        todo!()
    }
    pub fn dup_above(&self, fd: Fd, min: Fd, cloexec: bool) -> Result<Fd, Errno> {
        todo!()
    }
    pub fn set_cloexec(&self, fd: Fd, cloexec: bool) -> Result<(), Errno> {
        todo!()
    }
    pub fn is_open(&self, fd: Fd) -> bool {
        todo!()
    }
    pub fn pipe(&self) -> Result<(Fd, Fd), Errno> {
        todo!()
    }
    pub fn stat(&self, path: &[u8]) -> Result<Stat, Errno> {
        todo!()
    }
    pub fn lstat(&self, path: &[u8]) -> Result<Stat, Errno> {
        todo!()
    }
    pub fn fstat(&self, fd: Fd) -> Result<Stat, Errno> {
        todo!()
    }
    pub fn access(&self, path: &[u8], access: Access) -> Result<(), Errno> {
        todo!()
    }
    pub fn truncate(&self, fd: Fd, len: u64) -> Result<(), Errno> {
        todo!()
    }
    pub fn statfs(&self, path: &[u8]) -> Result<StatFs, Errno> {
        todo!()
    }
    pub fn mkdir(&self, path: &[u8], mode: u32) -> Result<(), Errno> {
        todo!()
    }
    pub fn rmdir(&self, path: &[u8]) -> Result<(), Errno> {
        todo!()
    }
    pub fn unlink(&self, path: &[u8]) -> Result<(), Errno> {
        todo!()
    }
    pub fn link(&self, old: &[u8], new: &[u8]) -> Result<(), Errno> {
        todo!()
    }
    pub fn symlink(&self, target: &[u8], path: &[u8]) -> Result<(), Errno> {
        todo!()
    }
    pub fn readlink(&self, path: &[u8]) -> Result<Bytes, Errno> {
        todo!()
    }
    pub fn rename(&self, from: &[u8], to: &[u8]) -> Result<(), Errno> {
        todo!()
    }
    pub fn chmod(&self, path: &[u8], mode: u32) -> Result<(), Errno> {
        todo!()
    }
    pub fn chown(
        &self,
        path: &[u8],
        uid: Option<u32>,
        gid: Option<u32>,
        follow: bool,
    ) -> Result<(), Errno> {
        todo!()
    }
    pub fn set_times(
        &self,
        path: &[u8],
        atime: Option<Timestamp>,
        mtime: Option<Timestamp>,
        follow: bool,
    ) -> Result<(), Errno> {
        todo!()
    }
    pub fn mkfifo(&self, path: &[u8], mode: u32) -> Result<(), Errno> {
        todo!()
    }
    pub async fn read_dir(&self, path: &[u8]) -> Result<Vec<DirEntry>, Errno> {
        todo!()
    }
    pub fn realpath(&self, path: &[u8]) -> Result<Bytes, Errno> {
        todo!()
    }
    pub fn is_tty(&self, fd: Fd) -> bool {
        todo!()
    }
    pub fn termios(&self, fd: Fd) -> Result<Termios, Errno> {
        todo!()
    }
    pub fn set_termios(&self, fd: Fd, termios: &Termios) -> Result<(), Errno> {
        todo!()
    }
    pub fn window_size(&self, fd: Fd) -> Result<TtySize, Errno> {
        todo!()
    }
    pub fn set_window_size(&self, fd: Fd, size: TtySize) -> Result<(), Errno> {
        todo!()
    }
    pub fn tty_name(&self, fd: Fd) -> Result<Bytes, Errno> {
        todo!()
    }
    pub fn foreground(&self, fd: Fd) -> Result<Pid, Errno> {
        todo!()
    }
    pub fn set_foreground(&self, fd: Fd, pgid: Pid) -> Result<(), Errno> {
        todo!()
    }
    pub fn fork<P>(&self, program: P) -> Result<Pid, Errno>
    where
        P: FnOnce(Sys) -> super::BoxFuture<'static, Exit> + Send + 'static,
    {
        todo!()
    }
    pub fn exec(&self, path: &[u8], argv: Vec<Bytes>, env: Vec<Bytes>) -> Result<Exit, Errno> {
        todo!()
    }
    pub async fn wait(
        &self,
        who: WaitFor,
        flags: WaitFlags,
    ) -> Result<Option<(Pid, WaitStatus)>, Errno> {
        todo!()
    }
    pub fn kill(&self, target: KillTarget, signal: Option<Signal>) -> Result<(), Errno> {
        todo!()
    }
    pub fn set_disposition(&self, signal: Signal, disposition: Disposition) -> Disposition {
        todo!()
    }
    pub fn disposition(&self, signal: Signal) -> Disposition {
        todo!()
    }
    pub fn take_caught(&self) -> Option<Signal> {
        todo!()
    }
    pub fn set_pgid(&self, pid: Pid, pgid: Pid) -> Result<(), Errno> {
        todo!()
    }
    pub fn set_sid(&self) -> Result<Pid, Errno> {
        todo!()
    }
    pub async fn sleep(&self, duration: Duration) -> Result<(), Errno> {
        todo!()
    }
    pub async fn pause(&self) -> Errno {
        todo!()
    }
    pub fn processes(&self) -> Vec<ProcessStat> {
        todo!()
    }
    pub fn set_credentials(&self, uid: u32, gid: u32, groups: &[u32]) -> Result<(), Errno> {
        todo!()
    }
    /// Registered program names, sorted (`busybox --list`).
    pub fn programs(&self) -> Vec<&'static str> {
        todo!()
    }
}
