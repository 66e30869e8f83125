//! Files that the zone lays over the image's (containers.md 6.4). The directories that hold them keep their times:
//! nothing of this is a change that the container has made.

use crate::kernel;
use rootfs::{Attributes, FileKind, FsError, Ino, Memory, ROOT, RootFs, Tree};
use runtime::ManagedFiles;
use std::sync::Arc;

/// The files of a new container: its image's, and what every container has besides. The same for the same image, inode
/// numbers included.
pub(super) fn fresh(image: Arc<Tree>, quota_bytes: u64, memory: &Memory) -> RootFs {
    let mut fs = RootFs::within(image, quota_bytes, memory);
    lay(&mut fs);
    fs
}

/// What every container has besides, made where it is missing.
pub(super) fn lay(fs: &mut RootFs) {
    kernel::prepare(fs);
    if let Err(error) = lay_all(fs) {
        tracing::debug!("files of the zone could not be written: {error}");
    }
}

fn lay_all(fs: &mut RootFs) -> Result<(), FsError> {
    directory(fs, &[b"var", b"log"])?;
    let etc = directory(fs, &[b"etc"])?;
    link_mtab(fs, etc)
}

/// Writes them; what does not fit on a full disk stays as it was.
pub(super) fn write(fs: &mut RootFs, files: &ManagedFiles, smartos: bool, now_ns: u64) {
    let hosts: &[&[u8]] = match smartos {
        true => &[b"etc", b"inet"],
        false => &[b"etc"],
    };
    lay(fs);
    if let Err(error) = write_all(fs, files, hosts, now_ns) {
        tracing::debug!("files of the zone could not be written: {error}");
    }
}

/// `hosts`: the directory of that file.
fn write_all(
    fs: &mut RootFs,
    files: &ManagedFiles,
    hosts: &[&[u8]],
    now_ns: u64,
) -> Result<(), FsError> {
    let etc = directory(fs, &[b"etc"])?;
    let hosts = directory(fs, hosts)?;
    for (place, name, content) in [
        (hosts, &b"hosts"[..], &files.hosts),
        (etc, b"resolv.conf", &files.resolv_conf),
        (etc, b"hostname", &files.hostname),
    ] {
        if !content.is_empty() {
            write_file(fs, place, name, content, now_ns)?;
        }
    }
    Ok(())
}

/// A directory, made where it is missing.
fn directory(fs: &mut RootFs, path: &[&[u8]]) -> Result<Ino, FsError> {
    let mut at = ROOT;
    for name in path {
        at = match fs.resolve_from(at, name, true) {
            Ok(found) => found,
            Err(_) => {
                let time_ns = fs.metadata(at)?.mtime_ns;
                let attributes = Attributes::root(FileKind::Directory, 0o755, time_ns);
                fs.create(at, name, &attributes)?
            }
        };
    }
    Ok(at)
}

fn write_file(
    fs: &mut RootFs,
    etc: Ino,
    name: &[u8],
    content: &[u8],
    now_ns: u64,
) -> Result<(), FsError> {
    let time_ns = fs.metadata(etc)?.mtime_ns;
    let ino = match fs.lookup(etc, name) {
        Ok(ino) if fs.metadata(ino)?.kind == FileKind::File => ino,
        found => {
            if found.is_ok() {
                fs.unlink(etc, name, time_ns)?;
            }
            fs.create(etc, name, &Attributes::root(FileKind::File, 0o644, time_ns))?
        }
    };
    let mut before = vec![0; content.len() + 1];
    let count = fs.read(ino, 0, &mut before)?;
    if before[..count] == *content {
        return Ok(());
    }
    fs.truncate(ino, 0, now_ns)?;
    fs.write(ino, 0, content, now_ns)?;
    Ok(())
}

fn link_mtab(fs: &mut RootFs, etc: Ino) -> Result<(), FsError> {
    const TARGET: &[u8] = b"/proc/mounts";
    let time_ns = fs.metadata(etc)?.mtime_ns;
    if let Ok(ino) = fs.lookup(etc, b"mtab") {
        let is_right = fs.read_link(ino).is_ok_and(|target| target == TARGET);
        if is_right || fs.metadata(ino)?.kind == FileKind::Directory {
            return Ok(());
        }
        fs.unlink(etc, b"mtab", time_ns)?;
    }
    let attributes = Attributes::root(FileKind::Symlink, 0o777, time_ns);
    fs.symlink(etc, b"mtab", TARGET, &attributes)?;
    Ok(())
}
