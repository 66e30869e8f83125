//! One process's system calls.

mod block;
mod files;
mod identity;
mod io;
mod metadata;
mod output;
mod paths;
mod poll;
mod processes;
mod signals;
mod sockets;
mod tty;
mod tty_io;

pub(crate) use metadata::Metadata;
pub(crate) use output::Written;
pub use poll::Wanted;

use super::container::Kernel;
use super::process::TaskState;
use bytes::Bytes;
use runtime::Signal;
use std::fmt;
use std::sync::Arc;

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
    /// Killed by a signal.
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

/// Fuel of a call that only looks something up.
const CALL_FUEL: u64 = 200;
/// Fuel of a call that walks a path.
const PATH_FUEL: u64 = 800;

/// The system calls of one process. It belongs to the process's one task and cannot be cloned.
///
/// Calls that may wait are async; each returns [`Errno::EINTR`](super::Errno::EINTR) when a caught signal arrives
/// while it waits. A signal that ends the process drops its task at such a call.
pub struct Sys {
    kernel: Arc<Kernel>,
    pid: Pid,
    argv: Arc<[Bytes]>,
    task: Arc<TaskState>,
}

impl Sys {
    pub(super) fn new(
        kernel: Arc<Kernel>,
        pid: Pid,
        argv: Arc<[Bytes]>,
        task: Arc<TaskState>,
    ) -> Self {
        Self {
            kernel,
            pid,
            argv,
            task,
        }
    }
}

impl fmt::Debug for Sys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sys")
            .field("pid", &self.pid)
            .field("argv", &self.argv)
            .finish_non_exhaustive()
    }
}
