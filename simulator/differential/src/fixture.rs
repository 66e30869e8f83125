//! The reference's root directory: the same as the one scripts find in the in-process Unix.

use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use crate::compare::ABSENT;
use rustix::fs::{CWD, FileType, Mode, makedev, mknodat};

/// Directories and nothing else at the top.
pub(crate) const DIRECTORIES: [&str; 10] = [
    "bin", "dev", "etc", "native", "proc", "sys", "system", "tmp", "var", "work",
];

/// Name, major and minor number.
const DEVICES: [(&str, u32, u32); 6] = [
    ("null", 1, 3),
    ("zero", 1, 5),
    ("full", 1, 7),
    ("random", 1, 8),
    ("urandom", 1, 9),
    ("tty", 5, 0),
];

/// Makes the tree, replacing what is there.
pub(crate) fn build(binary: &Path, root: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(root) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    for directory in DIRECTORIES {
        std::fs::create_dir_all(root.join(directory))?;
    }
    std::fs::create_dir_all(root.join("var/log"))?;
    let busybox = root.join("bin/busybox");
    std::fs::copy(binary, &busybox)?;
    std::fs::set_permissions(&busybox, std::fs::Permissions::from_mode(0o755))?;
    for name in userland::registry::standard().names() {
        if name != "busybox" && !ABSENT.contains(&name) {
            symlink("busybox", root.join("bin").join(name))?;
        }
    }
    std::fs::write(root.join("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n")?;
    symlink("/proc/self/fd", root.join("dev/fd"))?;
    for (fd, name) in ["stdin", "stdout", "stderr"].into_iter().enumerate() {
        symlink(format!("/proc/self/fd/{fd}"), root.join("dev").join(name))?;
    }
    for (name, major, minor) in DEVICES {
        let path = root.join("dev").join(name);
        let mode = Mode::from_raw_mode(0o666);
        mknodat(
            CWD,
            &path,
            FileType::CharacterDevice,
            mode,
            makedev(major, minor),
        )?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666))?;
    }
    Ok(())
}
