//! Files about one process.

use super::super::mount::Mount;
use super::super::process::Process;
use super::super::vfs::Vfs;
use super::super::{Errno, Limit, Pid, Resource, limits};
use super::system::files;
use bytes::Bytes;
use std::fmt::Write as _;

files! {
    /// Files of `/proc/PID`.
    ProcessFile {
        Cmdline = "cmdline",
        Comm = "comm",
        Environ = "environ",
        Limits = "limits",
        Maps = "maps",
        Mounts = "mounts",
        Stat = "stat",
        Statm = "statm",
        Status = "status",
    }
}

files! {
    /// Links of `/proc/PID`.
    ProcessLink {
        Cwd = "cwd",
        Exe = "exe",
        Root = "root",
    }
}

/// Bytes of a page.
const PAGE_BYTES: u64 = 4096;
/// Where programs begin in memory.
const TEXT_AT: u64 = 0x40_0000;
/// Where stacks end.
const STACK_END: u64 = 0x7fff_ffff_f000;
/// Bytes of a stack.
const STACK_BYTES: u64 = 0x2_1000;
/// Column of the names in `maps`.
const NAME_COLUMN: usize = 73;

impl Vfs<'_> {
    pub(super) fn process_text(&self, pid: Pid, file: ProcessFile) -> Result<Bytes, Errno> {
        let process = self.state.process(pid).ok_or(Errno::ESRCH)?;
        Ok(match file {
            ProcessFile::Cmdline if process.is_zombie() => Bytes::new(),
            ProcessFile::Cmdline => joined(&process.arguments.argv),
            ProcessFile::Comm => {
                let mut text = process.comm.to_vec();
                text.push(b'\n');
                text.into()
            }
            ProcessFile::Environ => joined(&process.arguments.environ),
            ProcessFile::Limits => limits_text(process).into(),
            ProcessFile::Maps if process.is_zombie() => Bytes::new(),
            ProcessFile::Maps => self.maps_text(process),
            ProcessFile::Mounts => {
                let root = ["zones/root / zfs rw 0 0\n", "proc /proc proc rw 0 0\n"];
                let mounts = Mount::ALL.into_iter().filter_map(Mount::line);
                root.into_iter().chain(mounts).collect::<String>().into()
            }
            ProcessFile::Stat => self.stat_line(process),
            ProcessFile::Statm => {
                let text = limits::TEXT_BYTES / PAGE_BYTES;
                let data = process.task.footprint.used_bytes().div_ceil(PAGE_BYTES);
                let all = text + data;
                format!("{all} {all} {text} {text} 0 {data} 0\n").into()
            }
            ProcessFile::Status => self.status_text(process),
        })
    }

    /// What a program of such a size would have mapped: its text, its heap, its stack.
    fn maps_text(&self, process: &Process) -> Bytes {
        let (ino, device) = match self.find(&process.exe, true) {
            Ok(node) => self
                .stat_node(node)
                .map_or((0, 0), |stat| (stat.ino, stat.dev)),
            Err(_) => (0, 0),
        };
        let heap_bytes = process.task.footprint.used_bytes();
        let heap = TEXT_AT + limits::TEXT_BYTES;
        let rows = [
            (
                TEXT_AT,
                limits::TEXT_BYTES,
                "r-xp",
                device,
                ino,
                &process.exe[..],
            ),
            (heap, heap_bytes, "rw-p", 0, 0, b"[heap]"),
            (
                STACK_END - STACK_BYTES,
                STACK_BYTES,
                "rw-p",
                0,
                0,
                b"[stack]",
            ),
        ];
        let mut text = Vec::new();
        for (from, bytes, mode, device, ino, name) in rows {
            let to = from + bytes.next_multiple_of(PAGE_BYTES);
            let (major, minor) = (device >> 8, device & 0xff);
            let mut row =
                format!("{from:08x}-{to:08x} {mode} 00000000 {major:02x}:{minor:02x} {ino}");
            row.extend(std::iter::repeat_n(
                ' ',
                NAME_COLUMN.saturating_sub(row.len()).max(1),
            ));
            text.extend_from_slice(row.as_bytes());
            text.extend_from_slice(name);
            text.push(b'\n');
        }
        text.into()
    }

    fn stat_line(&self, process: &Process) -> Bytes {
        let tty = self.state.session_tty(process.sid);
        let foreground = tty
            .and_then(|number| self.state.ttys.get(&number)?.foreground)
            .map_or(-1, i64::from);
        let row = process.stat(self.pid, self.state.tty_device(process));
        let since_boot = process.started_at.since(self.kernel.booted_at);
        let mut line = format!("{} (", row.pid).into_bytes();
        line.extend_from_slice(&row.comm);
        let rest = format!(
            ") {} {} {} {} {} {foreground} 4194304 0 0 0 0 {} 0 {} 0 {} {} 1 0 {} {} {} \
             18446744073709551615 0 0 0 0 0 0 0 {} {} 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
            row.state.letter(),
            row.ppid,
            row.pgid,
            row.sid,
            row.tty_device,
            row.cpu_ns / 10_000_000,
            process.children_cpu_ns / 10_000_000,
            20 + row.niceness,
            row.niceness,
            since_boot.as_millis() / 10,
            row.memory_bytes,
            row.memory_bytes / PAGE_BYTES,
            process.signals.masks().0,
            process.signals.masks().1,
        );
        line.extend_from_slice(rest.as_bytes());
        line.into()
    }

    fn status_text(&self, process: &Process) -> Bytes {
        let row = process.stat(self.pid, 0);
        let state = match row.state {
            super::super::ProcessState::Running => "R (running)",
            super::super::ProcessState::Sleeping => "S (sleeping)",
            super::super::ProcessState::Stopped => "T (stopped)",
            super::super::ProcessState::Zombie => "Z (zombie)",
        };
        let credentials = &process.credentials;
        let (uid, euid) = (credentials.uid, credentials.euid);
        let (gid, egid) = (credentials.gid, credentials.egid);
        let groups: String = credentials.groups.iter().map(|g| format!("{g} ")).collect();
        let (ignored, caught) = process.signals.masks();
        let kib = row.memory_bytes / 1024;
        let mut text = b"Name:\t".to_vec();
        text.extend_from_slice(&row.comm);
        let rest = format!(
            "\nUmask:\t{:04o}\nState:\t{state}\nTgid:\t{pid}\nPid:\t{pid}\nPPid:\t{}\nTracerPid:\t0\n\
             Uid:\t{uid}\t{euid}\t{euid}\t{euid}\nGid:\t{gid}\t{egid}\t{egid}\t{egid}\nFDSize:\t{}\n\
             Groups:\t{groups}\nVmSize:\t{kib:>8} kB\nVmRSS:\t{kib:>8} kB\nThreads:\t1\n\
             SigPnd:\t{:016x}\nSigBlk:\t{:016x}\nSigIgn:\t{ignored:016x}\nSigCgt:\t{caught:016x}\n",
            process.umask,
            row.ppid,
            process.descriptors.len().next_power_of_two().max(64),
            0,
            0,
            pid = row.pid,
        );
        text.extend_from_slice(rest.as_bytes());
        text.into()
    }
}

/// Each item followed by a zero byte.
fn joined(items: &[Bytes]) -> Bytes {
    let mut text = Vec::new();
    for item in items {
        text.extend_from_slice(item);
        text.push(0);
    }
    text.into()
}

fn limits_text(process: &Process) -> String {
    let rows = [
        ("Max cpu time", Resource::Cpu, "seconds"),
        ("Max file size", Resource::FileSize, "bytes"),
        ("Max data size", Resource::Data, "bytes"),
        ("Max stack size", Resource::Stack, "bytes"),
        ("Max core file size", Resource::Core, "bytes"),
        ("Max resident set", Resource::ResidentSet, "bytes"),
        ("Max processes", Resource::Processes, "processes"),
        ("Max open files", Resource::OpenFiles, "files"),
        ("Max locked memory", Resource::LockedMemory, "bytes"),
        ("Max address space", Resource::AddressSpace, "bytes"),
        ("Max file locks", Resource::Locks, "locks"),
        ("Max pending signals", Resource::PendingSignals, "signals"),
        ("Max msgqueue size", Resource::MessageQueues, "bytes"),
        ("Max nice priority", Resource::Nice, ""),
        ("Max realtime priority", Resource::RealtimePriority, ""),
    ];
    let value = |limit: Option<u64>| limit.map_or("unlimited".into(), |limit| limit.to_string());
    let mut text = format!(
        "{:<25} {:<20} {:<20} {:<10}\n",
        "Limit", "Soft Limit", "Hard Limit", "Units"
    );
    for (name, resource, unit) in rows {
        let Limit { soft, hard } = process.limit(resource);
        let (soft, hard) = (value(soft), value(hard));
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name:<25} {soft:<20} {hard:<20} {unit:<10}");
    }
    text
}
