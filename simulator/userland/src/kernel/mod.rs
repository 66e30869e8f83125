//! The kernel of a container: processes, descriptors, pipes, signals, terminals and paths.
//!
//! A program sees it as [`Sys`], one process's system calls.

mod errno;
mod flags;
mod program;
mod stat;
mod sys;
mod termios;

pub use errno::Errno;
pub use flags::{Access, OpenFlags};
pub use program::{BoxFuture, ExecImage, Exit, Main};
pub use runtime::{Signal, Timestamp, TtySize};
pub use stat::{
    CpuTimes, DirEntry, FileKind, Limit, ProcessStat, ProcessState, Resource, Stat, StatFs,
};
pub use sys::{Disposition, Fd, KillTarget, Pid, Sys, WaitFlags, WaitFor, WaitStatus};
pub use termios::Termios;
