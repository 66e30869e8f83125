//! What a container, a process and a call may use.

use super::{Limit, Resource};

/// Largest process number before numbers start again.
pub(super) const PID_MAX: u32 = 32_768;
/// Descriptors of a process at most, whatever its limit says.
pub(super) const DESCRIPTORS: u64 = 65_536;
/// Bytes of arguments and environment together.
pub(super) const ARGUMENT_BYTES: usize = 2 << 20;
/// Bytes of one argument.
pub(super) const ONE_ARGUMENT_BYTES: usize = 128 << 10;
/// Path, bytes.
pub(super) const PATH_BYTES: usize = rootfs::PATH_MAX;
/// Symbolic links followed for one path.
pub(super) const LINKS: usize = rootfs::SYMLINKS_MAX;
/// Interpreters (`#!`) of interpreters.
pub(super) const INTERPRETERS: usize = 4;
/// Bytes that one read or write handles at most.
pub(super) const IO_BYTES: usize = 64 << 10;
/// Memory of a program's text, bytes: all processes share it, `ps` and `top` show it for each.
pub(super) const TEXT_BYTES: u64 = 1 << 20;
/// Memory that every process is charged for before it holds anything.
pub(super) const PROCESS_BYTES: usize = 16 << 10;
/// Memory that every open file is charged for.
pub(super) const OPEN_FILE_BYTES: usize = 256;
/// Pseudo-terminals of a container at most, as many as Linux leaves to one.
pub(super) const PTYS: usize = 3071;
/// Memory that every pseudo-terminal is charged for: what may be typed ahead is part of it.
pub(super) const PTY_BYTES: usize = 64 << 10;
/// Supplementary groups of a process.
pub(super) const GROUPS: usize = 65_536;

/// The limits of the first process of a container that may have so many processes (`ulimit -a` of a fresh shell).
pub(super) fn initial(processes: u64) -> [Limit; Resource::COUNT] {
    let unlimited = Limit {
        soft: None,
        hard: None,
    };
    let mut limits = [unlimited; Resource::COUNT];
    let mut set = |resource: Resource, soft, hard| {
        limits[resource as usize] = Limit {
            soft: Some(soft),
            hard,
        };
    };
    set(Resource::Stack, 8 << 20, None);
    set(Resource::Core, 0, None);
    set(Resource::Processes, processes, Some(processes));
    set(Resource::OpenFiles, 1024, Some(DESCRIPTORS));
    set(Resource::LockedMemory, 64 << 10, Some(64 << 10));
    set(Resource::PendingSignals, 31_813, Some(31_813));
    set(Resource::MessageQueues, 819_200, Some(819_200));
    set(Resource::Nice, 0, Some(0));
    set(Resource::RealtimePriority, 0, Some(0));
    limits
}
