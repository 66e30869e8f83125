//! Files that the zone writes over the image's at every start (containers.md 6.4).

use rootfs::{Attributes, FileKind, FsError, Ino, ROOT, RootFs};
use runtime::ManagedFiles;

/// Writes them; what does not fit on a full disk stays as it was.
pub(super) fn write(fs: &mut RootFs, files: &ManagedFiles, smartos: bool, now_ns: u64) {
    let hosts: &[&[u8]] = match smartos {
        true => &[b"etc", b"inet"],
        false => &[b"etc"],
    };
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
    let etc = directory(fs, &[b"etc"], now_ns)?;
    let hosts = directory(fs, hosts, now_ns)?;
    for (place, name, content) in [
        (hosts, &b"hosts"[..], &files.hosts),
        (etc, b"resolv.conf", &files.resolv_conf),
        (etc, b"hostname", &files.hostname),
    ] {
        if !content.is_empty() {
            write_file(fs, place, name, content, now_ns)?;
        }
    }
    link_mtab(fs, etc, now_ns)
}

/// A directory, made where it is missing.
fn directory(fs: &mut RootFs, path: &[&[u8]], now_ns: u64) -> Result<Ino, FsError> {
    let mut at = ROOT;
    for name in path {
        at = match fs.resolve_from(at, name, true) {
            Ok(found) => found,
            Err(_) => {
                let attributes = Attributes::root(FileKind::Directory, 0o755, now_ns);
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
    let ino = match fs.lookup(etc, name) {
        Ok(ino) if fs.metadata(ino)?.kind == FileKind::File => ino,
        found => {
            if found.is_ok() {
                fs.unlink(etc, name, now_ns)?;
            }
            fs.create(etc, name, &Attributes::root(FileKind::File, 0o644, now_ns))?
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

fn link_mtab(fs: &mut RootFs, etc: Ino, now_ns: u64) -> Result<(), FsError> {
    const TARGET: &[u8] = b"/proc/mounts";
    if let Ok(ino) = fs.lookup(etc, b"mtab") {
        let is_right = fs.read_link(ino).is_ok_and(|target| target == TARGET);
        if is_right || fs.metadata(ino)?.kind == FileKind::Directory {
            return Ok(());
        }
        fs.unlink(etc, b"mtab", now_ns)?;
    }
    let attributes = Attributes::root(FileKind::Symlink, 0o777, now_ns);
    fs.symlink(etc, b"mtab", TARGET, &attributes)?;
    Ok(())
}
