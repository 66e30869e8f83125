//! What a process may do with a file.

use super::{Node, Vfs};
use crate::kernel::mount::Files;
use crate::kernel::process::Credentials;
use crate::kernel::{Access, Errno, FileKind, Stat};
use rootfs::Ino;

/// Whether the owner, group and mode of a file allow `access`.
fn allows(credentials: &Credentials, stat: &Stat, access: Access) -> bool {
    let wanted = access.bits();
    if credentials.euid == 0 {
        let needs_bit = wanted & 1 != 0 && stat.kind != FileKind::Directory;
        return !needs_bit || stat.mode & 0o111 != 0;
    }
    let granted = if credentials.euid == stat.uid {
        stat.mode >> 6
    } else if credentials.is_in_group(stat.gid) {
        stat.mode >> 3
    } else {
        stat.mode
    };
    granted & wanted == wanted
}

impl Vfs<'_> {
    pub(in crate::kernel) fn check(&self, node: Node, access: Access) -> Result<Stat, Errno> {
        let stat = self.stat_node(node)?;
        if allows(&self.credentials, &stat, access) {
            Ok(stat)
        } else {
            Err(Errno::EACCES)
        }
    }

    /// Whether entries may be added to or removed from a directory; gives its number.
    pub(super) fn check_directory_change(&self, dir: Node) -> Result<u64, Errno> {
        match dir {
            Node::Fs(ino) => {
                self.check(dir, Access::WRITE | Access::EXECUTE)?;
                self.check_writable(ino)?;
                Ok(ino)
            }
            _ => Err(Errno::EPERM),
        }
    }

    /// In a sticky directory only the owner of a file or of the directory removes or renames it.
    pub(super) fn check_sticky(&self, dir: Node, node: Node) -> Result<(), Errno> {
        let dir = self.stat_node(dir)?;
        let euid = self.credentials.euid;
        if dir.mode & 0o1000 == 0 || euid == 0 || euid == dir.uid {
            return Ok(());
        }
        if self.stat_node(node)?.uid == euid {
            Ok(())
        } else {
            Err(Errno::EPERM)
        }
    }

    /// Whether the process owns the file (or is root); gives its number and status.
    pub(super) fn check_owner(&self, node: Node) -> Result<(u64, Stat), Errno> {
        let stat = self.stat_node(node)?;
        let Node::Fs(ino) = node else {
            return Err(Errno::EPERM);
        };
        if self.credentials.euid == 0 || self.credentials.euid == stat.uid {
            self.check_writable(ino)?;
            Ok((ino, stat))
        } else {
            Err(Errno::EPERM)
        }
    }

    /// EROFS: nothing in the file's file system can be changed.
    pub(super) fn check_writable(&self, ino: Ino) -> Result<(), Errno> {
        match Files::is_read_only(ino) {
            true => Err(Errno::EROFS),
            false => Ok(()),
        }
    }
}
