//! Files about the whole container.

use super::super::vfs::Vfs;
use super::super::{ProcessState, limits};
use bytes::Bytes;
use runtime::Timestamp;
use std::fmt::Write as _;

macro_rules! files {
    ($(#[$doc:meta])* $type:ident { $($variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(in crate::kernel) enum $type { $($variant,)* }

        impl $type {
            pub(in crate::kernel) fn all() -> impl Iterator<Item = Self> {
                [$(Self::$variant,)*].into_iter()
            }

            pub(in crate::kernel) fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}
pub(super) use files;

files! {
    /// Files of `/proc` itself.
    SystemFile {
        Cmdline = "cmdline",
        Cpuinfo = "cpuinfo",
        Filesystems = "filesystems",
        Loadavg = "loadavg",
        Meminfo = "meminfo",
        Stat = "stat",
        Swaps = "swaps",
        Uptime = "uptime",
        Version = "version",
    }
}

files! {
    /// Files of `/proc/sys/kernel`.
    KernelFile {
        Domainname = "domainname",
        Hostname = "hostname",
        Osrelease = "osrelease",
        Ostype = "ostype",
        PidMax = "pid_max",
        Version = "version",
    }
}

/// What `uname -r` prints (containers.md 6.4).
pub const RELEASE: &str = "3.12.0-1-amd64";
/// What `uname -v` prints.
pub const VERSION: &str = "BrandZ virtual linux";

impl Vfs<'_> {
    pub(super) fn system_text(&self, file: SystemFile) -> String {
        match file {
            SystemFile::Cmdline => "\n".into(),
            SystemFile::Cpuinfo => self.cpuinfo(),
            SystemFile::Filesystems => "nodev\tproc\nnodev\ttmpfs\n\tzfs\n".into(),
            SystemFile::Loadavg => {
                let (running, all) = (self.running(), self.state.live);
                let last = self.state.processes.keys().next_back().unwrap_or(&1);
                let now = Timestamp(self.now_ns);
                let [one, five, fifteen] = self.kernel.group.load(now);
                format!("{one:.2} {five:.2} {fifteen:.2} {running}/{all} {last}\n")
            }
            SystemFile::Meminfo => self.meminfo(),
            SystemFile::Stat => self.stat_text(),
            SystemFile::Swaps => "Filename\t\t\t\tType\t\tSize\tUsed\tPriority\n".into(),
            SystemFile::Uptime => {
                let uptime = self.uptime_centiseconds();
                let idle = uptime.saturating_sub(self.kernel.group.cpu_ns() / 10_000_000);
                let seconds = |cs: u64| format!("{}.{:02}", cs / 100, cs % 100);
                format!("{} {}\n", seconds(uptime), seconds(idle))
            }
            SystemFile::Version => format!("Linux version {RELEASE} {VERSION}\n"),
        }
    }

    pub(super) fn kernel_text(&self, file: KernelFile) -> Bytes {
        let text = match file {
            KernelFile::Domainname => "(none)".to_owned(),
            KernelFile::Hostname => {
                let mut text = self.state.hostname.to_vec();
                text.push(b'\n');
                return text.into();
            }
            KernelFile::Osrelease => RELEASE.to_owned(),
            KernelFile::Ostype => "Linux".to_owned(),
            KernelFile::PidMax => limits::PID_MAX.to_string(),
            KernelFile::Version => VERSION.to_owned(),
        };
        (text + "\n").into()
    }

    fn uptime_centiseconds(&self) -> u64 {
        self.now_ns.saturating_sub(self.kernel.booted_at.0) / 10_000_000
    }

    fn running(&self) -> usize {
        let others = self.state.processes.values();
        let others = others
            .filter(|process| process.pid != self.pid && process.state() == ProcessState::Running);
        1 + others.count()
    }

    fn cpuinfo(&self) -> String {
        let mut text = String::new();
        for cpu in 0..self.kernel.cpus.max(1) {
            // Writing to a String cannot fail.
            let _ = write!(
                text,
                "processor\t: {cpu}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 45\n\
                 model name\t: Nominal CPU @ 1.00GHz\nstepping\t: 7\ncpu MHz\t\t: 1000.000\n\
                 cache size\t: 20480 KB\nfpu\t\t: yes\nflags\t\t: fpu sse sse2 lm\n\
                 bogomips\t: 2000.00\naddress sizes\t: 46 bits physical, 48 bits virtual\n\n"
            );
        }
        text
    }

    fn meminfo(&self) -> String {
        let total = self.kernel.allowance.limit_bytes() / 1024;
        let sockets = self.state.socket_bytes() as u64;
        let used = (self.kernel.allowance.used_bytes() + sockets) / 1024;
        let free = total.saturating_sub(used);
        let swap = self.kernel.swap_bytes / 1024;
        let rows = [
            ("MemTotal:", total),
            ("MemFree:", free),
            ("MemAvailable:", free),
            ("Buffers:", 0),
            ("Cached:", 0),
            ("SwapCached:", 0),
            ("SwapTotal:", swap),
            ("SwapFree:", swap),
            ("Shmem:", 0),
        ];
        let mut text = String::new();
        for (name, kib) in rows {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name:<15}{kib:>9} kB");
        }
        text
    }

    fn stat_text(&self) -> String {
        let user = self.kernel.group.cpu_ns() / 10_000_000;
        let boot = self.kernel.booted_at.as_secs();
        let cpus = u64::from(self.kernel.cpus.max(1));
        let idle = self.uptime_centiseconds().saturating_sub(user / cpus);
        let row = |user, idle| format!("{user} 0 0 {idle} 0 0 0 0 0 0");
        // Which one did what is not known: each did its part.
        let each: String = (0..cpus)
            .map(|cpu| format!("cpu{cpu} {}\n", row(user / cpus, idle)))
            .collect();
        let all = row(user, idle * cpus);
        format!(
            "cpu  {all}\n{each}intr 0\nctxt 0\nbtime {boot}\nprocesses {}\nprocs_running {}\nprocs_blocked 0\n",
            self.state.forks,
            self.running()
        )
    }
}
