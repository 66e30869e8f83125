//! The kernel of a container: processes, descriptors, pipes, signals, terminals and paths.
//!
//! A program sees it as [`Sys`], one process's system calls.

mod container;
mod crew;
mod descriptor;
mod dev;
mod errno;
mod exit;
mod flags;
mod helper;
mod image;
mod launch;
mod limits;
mod memory;
mod mount;
mod net;
mod pipe;
mod proc;
mod process;
mod program;
mod replace;
mod ring;
mod signal;
mod stat;
mod state;
mod sys;
mod table;
mod task;
mod termios;
mod tty;
mod vfs;
mod wait;
mod waiters;

pub use crew::{Bell, Crew, Event};
pub use errno::Errno;
pub use flags::{Access, OpenFlags};
pub use memory::{Buffer, Charge, Items, List};
pub use net::{
    Answers, Call, Count, Counts, Egress, InterfaceStat, Internet, Listening, Messages, Notice,
    NoticeKind, OutsideError, OutsideStream, Received, Route, Shutdown, SocketAddress, SocketKind,
    UnixAddress,
};
pub use proc::{RELEASE as KERNEL_RELEASE, VERSION as KERNEL_VERSION};
pub use program::{BoxFuture, ExecImage, Exit, Main};
pub use runtime::{Signal, Timestamp, TtySize};
pub use stat::{
    CpuTimes, DirEntry, FileKind, Limit, ProcessStat, ProcessState, Resource, Stat, StatFs,
};
pub use sys::{Disposition, Fd, KillTarget, Pid, Sys, WaitFlags, WaitFor, WaitStatus, Wanted};
pub use termios::Termios;

pub(crate) use container::{Kernel, KernelConfig, RootProcess, Stdio};
pub(crate) use dev::prepare;
pub(crate) use helper::LogJob;
pub(crate) use launch::StartFailure;
pub(crate) use memory::Pool;
pub(crate) use process::Credentials;
pub(crate) use state::Counters;
pub(crate) use sys::{Metadata, Written};
