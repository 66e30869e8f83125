//! `/dev`: devices, links and terminals over the image's directory.

use super::state::State;
use super::vfs::{Node, Vfs};
use super::{DirEntry, Errno, FileKind, Stat};
use bytes::Bytes;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use rootfs::{Attributes, Ino, ROOT, RootFs};
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// A character device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Device {
    Null,
    Zero,
    Full,
    Random,
    Urandom,
    Tty,
    Console,
    Ptmx,
}

/// Device, name, major and minor number, mode.
const DEVICES: &[(Device, &str, u32, u32, u32)] = &[
    (Device::Console, "console", 5, 1, 0o620),
    (Device::Full, "full", 1, 7, 0o666),
    (Device::Null, "null", 1, 3, 0o666),
    (Device::Ptmx, "ptmx", 5, 2, 0o666),
    (Device::Random, "random", 1, 8, 0o666),
    (Device::Tty, "tty", 5, 0, 0o666),
    (Device::Urandom, "urandom", 1, 9, 0o666),
    (Device::Zero, "zero", 1, 5, 0o666),
];

/// Name and target.
const LINKS: &[(&str, &str)] = &[
    ("fd", "/proc/self/fd"),
    ("stderr", "/proc/self/fd/2"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
];

/// Major number of terminals.
pub(super) const TERMINAL_MAJOR: u32 = 136;
/// Inode numbers of devices are above those of any file.
const FIRST_INO: u64 = 0xd000_0000;

impl Device {
    pub(super) fn by_number(major: u32, minor: u32) -> Option<Self> {
        DEVICES
            .iter()
            .find(|row| (row.2, row.3) == (major, minor))
            .map(|row| row.0)
    }

    fn row(self) -> &'static (Device, &'static str, u32, u32, u32) {
        DEVICES
            .iter()
            .find(|row| row.0 == self)
            .expect("every device has a row, as a test below checks")
    }
}

/// A file of `/dev` that the kernel provides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DevNode {
    Device(Device),
    /// By its place in the table of links.
    Link(u8),
    /// The directory of terminals.
    Terminals,
    Terminal(u32),
}

impl From<Device> for DevNode {
    fn from(device: Device) -> Self {
        DevNode::Device(device)
    }
}

impl DevNode {
    /// A link's target.
    pub(super) fn link(self) -> Option<&'static [u8]> {
        match self {
            DevNode::Link(index) => LINKS.get(usize::from(index)).map(|row| row.1.as_bytes()),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static [u8] {
        match self {
            DevNode::Device(device) => device.row().1.as_bytes(),
            DevNode::Link(index) => LINKS
                .get(usize::from(index))
                .map_or(b"", |row| row.0.as_bytes()),
            DevNode::Terminals => b"pts",
            DevNode::Terminal(_) => b"",
        }
    }

    fn ino(self) -> u64 {
        FIRST_INO
            + match self {
                DevNode::Terminals => 1,
                DevNode::Link(index) => 0x10 + u64::from(index),
                DevNode::Device(device) => 0x20 + device as u64,
                DevNode::Terminal(number) => 0x100 + u64::from(number),
            }
    }

    fn kind(self) -> FileKind {
        match self {
            DevNode::Device(device) => {
                let (_, _, major, minor, _) = *device.row();
                FileKind::CharDevice { major, minor }
            }
            DevNode::Link(_) => FileKind::Symlink,
            DevNode::Terminals => FileKind::Directory,
            DevNode::Terminal(minor) => FileKind::CharDevice {
                major: TERMINAL_MAJOR,
                minor,
            },
        }
    }

    fn entry(self, name: Bytes) -> DirEntry {
        DirEntry {
            name,
            ino: self.ino(),
            kind: self.kind(),
        }
    }
}

/// Every fixed node.
fn nodes() -> impl Iterator<Item = DevNode> {
    let devices = DEVICES.iter().map(|row| DevNode::Device(row.0));
    let links = (0..LINKS.len()).map(|index| DevNode::Link(u8::try_from(index).unwrap_or(u8::MAX)));
    devices.chain(links).chain([DevNode::Terminals])
}

impl State {
    fn has_console(&self) -> bool {
        let terminal = self.ttys.get(&0);
        terminal.is_some_and(|tty| tty.is_console() && tty.session == Some(1))
    }

    pub(super) fn has_terminal(&self, number: u32) -> bool {
        self.ttys.get(&number).is_some_and(|tty| !tty.gone)
    }
}

impl Vfs<'_> {
    /// The kernel's file of this name in `/dev`.
    pub(super) fn find_device(&self, name: &[u8]) -> Option<DevNode> {
        let node = nodes().find(|node| node.name() == name)?;
        // A container whose first process has no terminal has no console.
        let absent = node == DevNode::Device(Device::Console) && !self.state.has_console();
        (!absent).then_some(node)
    }

    pub(super) fn add_devices(&self, entries: &mut Vec<DirEntry>) {
        for node in nodes().filter(|node| self.find_device(node.name()) == Some(*node)) {
            entries.retain(|entry| entry.name != node.name());
            entries.push(node.entry(Bytes::from_static(node.name())));
        }
    }

    pub(super) fn device_entries(&self, node: DevNode) -> Result<Vec<DirEntry>, Errno> {
        if node != DevNode::Terminals {
            return Err(Errno::ENOTDIR);
        }
        let numbers = self.state.ttys.keys();
        Ok(numbers
            .filter(|number| self.state.has_terminal(**number))
            .map(|number| DevNode::Terminal(*number).entry(number.to_string().into()))
            .collect())
    }

    pub(super) fn find_in_device_directory(
        &self,
        node: DevNode,
        name: &[u8],
    ) -> Result<Node, Errno> {
        let number = std::str::from_utf8(name)
            .ok()
            .and_then(|name| name.parse().ok());
        match number {
            Some(number) if node == DevNode::Terminals && self.state.has_terminal(number) => {
                Ok(Node::Dev(DevNode::Terminal(number)))
            }
            _ => Err(Errno::ENOENT),
        }
    }

    pub(super) fn stat_device(&self, node: DevNode) -> Stat {
        let booted_at = self.kernel.booted_at;
        let kind = node.kind();
        let (mode, size) = match node {
            DevNode::Device(device) => (device.row().4, 0),
            DevNode::Link(_) => (0o777, node.link().map_or(0, <[u8]>::len) as u64),
            DevNode::Terminals => (0o755, 0),
            DevNode::Terminal(_) => (0o620, 0),
        };
        let owner = match node {
            DevNode::Terminal(number) => self.state.ttys.get(&number).map_or(0, |tty| tty.uid),
            _ => 0,
        };
        Stat {
            dev: super::vfs::device::DEV,
            ino: node.ino(),
            kind,
            mode,
            nlink: 1,
            uid: owner,
            gid: if matches!(node, DevNode::Terminal(_)) {
                5
            } else {
                0
            },
            rdev: match kind {
                FileKind::CharDevice { major, minor } => major << 8 | minor,
                _ => 0,
            },
            size,
            blocks_512: 0,
            atime: booted_at,
            mtime: booted_at,
            ctime: booted_at,
        }
    }
}

/// Makes the directories that the kernel's files are laid over; gives `/dev`. Those that hold them keep their times.
pub(crate) fn prepare(fs: &mut RootFs) -> Ino {
    let dev = directory(fs, ROOT, b"dev", 0o755);
    directory(fs, ROOT, b"proc", 0o555);
    directory(fs, dev, b"shm", 0o1777);
    dev
}

/// The directory of this name, made when it is missing. What else stands there stays: then no device shows.
fn directory(fs: &mut RootFs, parent: Ino, name: &[u8], mode: u32) -> Ino {
    let made = fs.lookup(parent, name).or_else(|_| {
        let time_ns = fs.metadata(parent)?.mtime_ns;
        let attributes = Attributes::root(FileKind::Directory, mode, time_ns);
        fs.create(parent, name, &attributes)
    });
    made.unwrap_or(Ino::MAX)
}

/// What `/dev/random` gives: a stream that depends on the seed only.
pub(super) struct Random {
    seed: u64,
    /// Made when somebody reads.
    stream: Mutex<Option<Box<ChaCha8Rng>>>,
}

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            stream: Mutex::default(),
        }
    }

    pub(super) fn fill(&self, buffer: &mut [u8]) {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        stream
            .get_or_insert_with(|| Box::new(ChaCha8Rng::seed_from_u64(self.seed)))
            .fill_bytes(buffer);
    }

    /// A random version 4 UUID's text.
    pub(super) fn uuid(&self) -> String {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let number = u128::from_be_bytes(bytes);
        let hex = format!("{number:032x}");
        [
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..],
        ]
        .join("-")
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random")
    }
}

/// Reads from a device that has no state; gives the count, 0 at the end.
pub(super) fn read_constant(device: Device, random: &Random, buffer: &mut [u8]) -> usize {
    match device {
        Device::Zero | Device::Full => {
            buffer.fill(0);
            buffer.len()
        }
        Device::Random | Device::Urandom => {
            random.fill(buffer);
            buffer.len()
        }
        Device::Null | Device::Tty | Device::Console | Device::Ptmx => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_device_is_found_by_its_number() {
        for (device, name, major, minor, _) in DEVICES {
            assert_eq!(Device::by_number(*major, *minor), Some(*device), "{name}");
            assert_eq!(DevNode::from(*device).name(), name.as_bytes());
        }
    }
}
