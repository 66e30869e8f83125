//! What is mounted where.

use super::trees;
use crate::kernel::Pid;
use crate::kernel::memory::{Charge, Footprint};
use crate::kernel::vfs::device;
use crate::registry::Registry;
use rootfs::{Ino, ROOT, RootFs};
use std::cell::OnceCell;
use std::sync::Arc;

/// A file system that is not the root's. Its inodes carry its number in their highest byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(in crate::kernel) enum Mount {
    /// `/dev/shm`: memory.
    Shm = 1,
    /// `/native`: programs of the zone's own kernel, read only.
    Native,
    /// `/system`, where two others are mounted.
    System,
    /// `/system/object`: modules of the zone's kernel.
    Object,
    /// `/system/contract`: contracts of the zone's processes.
    Contract,
    /// `/sys`.
    Sys,
}

/// Bits of an inode number below the mount's.
const SHIFT: u32 = 56;

impl Mount {
    pub(in crate::kernel) const ALL: [Mount; 6] = [
        Mount::Shm,
        Mount::Native,
        Mount::System,
        Mount::Object,
        Mount::Contract,
        Mount::Sys,
    ];

    /// The file system an inode is of; `None` is the root's.
    pub(super) fn of(ino: Ino) -> Option<Self> {
        let number = u8::try_from(ino >> SHIFT).unwrap_or(0);
        Self::ALL.into_iter().find(|mount| *mount as u8 == number)
    }

    /// An inode number in this file system, as the kernel tells it from others.
    pub(super) fn global(self, ino: Ino) -> Ino {
        ino | u64::from(self as u8) << SHIFT
    }

    /// Its root directory.
    pub(in crate::kernel) fn root(self) -> Ino {
        self.global(ROOT)
    }

    /// The directory it is mounted in, and the name there; `dev` is that of the devices.
    pub(in crate::kernel) fn place(self, dev: Ino) -> (Ino, &'static [u8]) {
        match self {
            Mount::Shm => (dev, b"shm"),
            Mount::Native => (ROOT, b"native"),
            Mount::System => (ROOT, b"system"),
            Mount::Object => (Mount::System.root(), b"object"),
            Mount::Contract => (Mount::System.root(), b"contract"),
            Mount::Sys => (ROOT, b"sys"),
        }
    }

    pub(in crate::kernel) fn device(self) -> u32 {
        match self {
            Mount::System => device::SYSTEM,
            Mount::Shm => device::SHM,
            Mount::Native => device::NATIVE,
            Mount::Object => device::OBJECT,
            Mount::Contract => device::CONTRACT,
            Mount::Sys => device::SYS,
        }
    }

    /// Its line of `/proc/mounts`, if it has one.
    pub(in crate::kernel) fn line(self) -> Option<&'static str> {
        Some(match self {
            Mount::System => return None,
            Mount::Shm => "tmpfs /dev/shm tmpfs rw,nosuid,nodev 0 0\n",
            Mount::Native => "/native /native lofs ro,nodevices 0 0\n",
            Mount::Object => "objfs /system/object objfs ro 0 0\n",
            Mount::Contract => "ctfs /system/contract ctfs rw 0 0\n",
            Mount::Sys => "sysfs /sys sysfs ro,nosuid,nodev,noexec 0 0\n",
        })
    }
}

/// The low part of an inode number: what it is inside of its file system.
pub(super) fn local(ino: Ino) -> Ino {
    ino & ((1 << SHIFT) - 1)
}

/// The mounted file systems of a container. All but `/dev/shm` are read only, and made when they are first looked at.
pub(in crate::kernel) struct Mounts {
    pub(super) shm: RootFs,
    /// For what is in it.
    pub(super) shm_charge: Charge,
    /// By number, from [`Mount::Native`] on.
    others: [OnceCell<Box<RootFs>>; Mount::ALL.len() - 1],
    registry: Arc<Registry>,
    cpus: u32,
    now_ns: u64,
}

impl Mounts {
    /// `memory_bytes` of RAM, of which half may be in `/dev/shm`; `kernel` pays for it.
    pub(in crate::kernel) fn new(
        memory_bytes: u64,
        kernel: &Arc<Footprint>,
        registry: &Arc<Registry>,
        cpus: u32,
        now_ns: u64,
    ) -> Self {
        Self {
            shm: RootFs::new(Arc::new(trees::shm(now_ns)), memory_bytes / 2),
            shm_charge: Charge::on(kernel),
            others: Default::default(),
            registry: registry.clone(),
            cpus,
            now_ns,
        }
    }

    pub(super) fn file_system(&self, mount: Mount) -> &RootFs {
        let index = (mount as usize).checked_sub(Mount::Native as usize);
        let Some(cell) = index.and_then(|index| self.others.get(index)) else {
            return &self.shm;
        };
        cell.get_or_init(|| {
            let tree = match mount {
                Mount::Native => trees::native(&self.registry, self.now_ns),
                Mount::Object => trees::object(self.now_ns),
                Mount::Contract => trees::contract(self.now_ns),
                Mount::Sys => trees::sys(self.cpus, self.now_ns),
                Mount::System | Mount::Shm => trees::system(self.now_ns),
            };
            Box::new(RootFs::new(Arc::new(tree), 0))
        })
    }
}

/// The first process's contract.
pub(super) const FIRST_CONTRACT: Pid = 1;
