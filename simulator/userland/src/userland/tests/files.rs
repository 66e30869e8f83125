//! Paths, permissions, `/proc` and `/dev`.

use super::harness::{Zone, child, command, program};
use crate::kernel::{Access, Errno, FileKind, OpenFlags, Sys, WaitFlags, WaitFor, WaitStatus};
use std::io::SeekFrom;

pub(super) async fn read_all(sys: &Sys, path: &[u8]) -> Result<Vec<u8>, Errno> {
    let fd = sys.open(path, OpenFlags::READ, 0).await?;
    let (mut content, mut buffer) = (Vec::new(), [0; 512]);
    loop {
        match sys.read(fd, &mut buffer).await? {
            0 => break,
            count => content.extend_from_slice(&buffer[..count]),
        }
    }
    sys.close(fd)?;
    Ok(content)
}

pub(super) async fn write_new(sys: &Sys, path: &[u8], content: &[u8]) -> Result<(), Errno> {
    let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNC;
    let fd = sys.open(path, flags, 0o666).await?;
    sys.write_all(fd, content).await?;
    sys.close(fd)
}

#[test]
fn paths_follow_links_and_dots_and_stop_at_loops() {
    let zone = Zone::new(program!(sys, {
        sys.mkdir(b"/a", 0o755)?;
        sys.mkdir(b"/a/b/", 0o755)?;
        sys.symlink(b"b", b"/a/link")?;
        sys.symlink(b"/loop", b"/loop")?;
        write_new(&sys, b"/a/link/../b/file", b"content").await?;
        assert_eq!(read_all(&sys, b"/a/b/file").await?, b"content");
        assert_eq!(sys.realpath(b"/a/link/./file")?, "/a/b/file");
        assert_eq!(sys.stat(b"/loop"), Err(Errno::ELOOP));
        assert_eq!(sys.lstat(b"/loop")?.kind, FileKind::Symlink);
        assert_eq!(sys.stat(b"/a/b/file/"), Err(Errno::ENOTDIR));
        assert_eq!(sys.stat(b"/a/b/file/x"), Err(Errno::ENOTDIR));
        assert_eq!(sys.stat(b""), Err(Errno::ENOENT));
        assert_eq!(sys.stat(&[b'x'; 5000]), Err(Errno::ENAMETOOLONG));
        sys.chdir(b"/a/link")?;
        assert_eq!(sys.cwd()?, "/a/b");
        assert_eq!(sys.stat(b"file")?.size, 7);
        assert_eq!(sys.rmdir(b"/a"), Err(Errno::ENOTEMPTY));
        assert_eq!(sys.rmdir(b"/proc"), Err(Errno::EBUSY));
        sys.unlink(b"file")?;
        sys.unlink(b"/a/link")?;
        sys.rmdir(b"../b")?;
        assert_eq!(sys.cwd(), Err(Errno::ENOENT));
        assert!(sys.mkdir(b"sub", 0o755).is_err());
        sys.chdir(b"/../..")?;
        assert_eq!(sys.cwd()?, "/");
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn open_files_share_offsets_and_outlive_their_names() {
    let zone = Zone::new(program!(sys, {
        write_new(&sys, b"/f", b"0123456789").await?;
        let fd = sys.open(b"/f", OpenFlags::RDWR, 0).await?;
        let second = sys.dup(fd)?;
        sys.unlink(b"/f")?;
        assert_eq!(sys.readlink(b"/proc/self/fd/3")?, "/f (deleted)");
        assert_eq!(sys.seek(fd, SeekFrom::Start(4))?, 4);
        let mut buffer = [0; 3];
        assert_eq!(sys.read(second, &mut buffer).await?, 3);
        assert_eq!(&buffer, b"456");
        assert_eq!(sys.seek(fd, SeekFrom::End(-1))?, 9);
        sys.truncate(fd, 2)?;
        assert_eq!(sys.fstat(second)?.size, 2);
        assert_eq!(sys.fstat(second)?.nlink, 0);
        let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::EXCL;
        sys.open(b"/g", flags, 0o600).await?;
        assert_eq!(sys.open(b"/g", flags, 0o600).await, Err(Errno::EEXIST));
        let append = OpenFlags::WRITE | OpenFlags::APPEND;
        let (one, two) = (
            sys.open(b"/g", append, 0).await?,
            sys.open(b"/g", append, 0).await?,
        );
        sys.write_all(one, b"a").await?;
        sys.write_all(two, b"b").await?;
        assert_eq!(read_all(&sys, b"/g").await?, b"ab");
        assert_eq!(
            sys.open(b"/bin", OpenFlags::WRITE, 0).await,
            Err(Errno::EISDIR)
        );
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn permissions_hold_for_everybody_but_root() {
    let zone = Zone::new(program!(sys, {
        sys.mkdir(b"/open", 0o777)?;
        sys.chmod(b"/open", 0o1777)?;
        write_new(&sys, b"/open/roots", b"x").await?;
        let child = sys.fork(child!(|sys| {
            sys.set_credentials(2, 2, &[])?;
            assert_eq!(
                read_all(&sys, b"/root/secret").await.err(),
                Some(Errno::EACCES)
            );
            assert_eq!(sys.access(b"/etc/passwd", Access::READ), Ok(()));
            assert_eq!(
                sys.access(b"/etc/passwd", Access::WRITE),
                Err(Errno::EACCES)
            );
            assert_eq!(sys.mkdir(b"/etc/x", 0o755), Err(Errno::EACCES));
            write_new(&sys, b"/open/mine", b"y").await?;
            assert_eq!(sys.stat(b"/open/mine")?.mode, 0o644);
            assert_eq!(sys.unlink(b"/open/roots"), Err(Errno::EPERM));
            assert_eq!(sys.chmod(b"/open/roots", 0o777), Err(Errno::EPERM));
            assert_eq!(
                sys.chown(b"/open/mine", Some(0), None, true),
                Err(Errno::EPERM)
            );
            sys.unlink(b"/open/mine")?;
            Ok(0)
        }))?;
        let waited = sys.wait(WaitFor::Pid(child), WaitFlags::default()).await?;
        assert_eq!(waited, Some((child, WaitStatus::Exited(0))));
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn proc_and_dev_show_what_the_kernel_knows() {
    let zone = Zone::new(program!(sys, {
        let names = |entries: crate::kernel::List<crate::kernel::DirEntry>| -> Vec<String> {
            entries
                .iter()
                .map(|entry| String::from_utf8_lossy(&entry.name).into_owned())
                .collect()
        };
        let dev = names(sys.read_dir(b"/dev").await?);
        for name in [
            "null", "zero", "full", "tty", "stdin", "fd", "pts", "shm", "urandom",
        ] {
            assert!(dev.iter().any(|known| known == name), "{name} in {dev:?}");
        }
        let proc = names(sys.read_dir(b"/proc").await?);
        for name in [
            "1", "self", "meminfo", "cpuinfo", "mounts", "uptime", "stat",
        ] {
            assert!(proc.iter().any(|known| known == name), "{name} in {proc:?}");
        }
        for name in &proc {
            let path = format!("/proc/{name}");
            if sys.stat(path.as_bytes())?.kind == FileKind::File {
                assert!(!read_all(&sys, path.as_bytes()).await?.is_empty(), "{path}");
            }
        }
        assert_eq!(
            names(sys.read_dir(b"/proc/self/fd").await?),
            ["0", "1", "2"]
        );
        assert_eq!(read_all(&sys, b"/proc/self/cmdline").await?, b"test\0arg\0");
        assert_eq!(read_all(&sys, b"/proc/1/comm").await?, b"test\n");
        assert_eq!(
            read_all(&sys, b"/proc/sys/kernel/hostname").await?,
            b"web\n"
        );
        let stat = read_all(&sys, b"/proc/self/stat").await?;
        assert!(
            stat.starts_with(b"1 (test) R 0 1 1 0 -1 "),
            "{}",
            stat.escape_ascii()
        );
        assert_eq!(stat.split(|byte| *byte == b' ').count(), 52);
        assert_eq!(sys.readlink(b"/proc/self/exe")?, "/bin/test");
        assert_eq!(sys.readlink(b"/proc/self")?, "1");
        assert_eq!(sys.realpath(b"/proc/self/cwd")?, "/");
        assert_eq!(sys.stat(b"/proc/77"), Err(Errno::ENOENT));
        assert_eq!(
            sys.open(b"/dev/tty", OpenFlags::RDWR, 0).await,
            Err(Errno::ENXIO)
        );
        let fd = sys.open(b"/dev/stdout", OpenFlags::WRITE, 0).await?;
        sys.write_all(fd, b"through dev").await?;
        let full = sys.open(b"/dev/full", OpenFlags::WRITE, 0).await?;
        assert_eq!(sys.write(full, b"x").await, Err(Errno::ENOSPC));
        let zero = sys.open(b"/dev/zero", OpenFlags::READ, 0).await?;
        let mut buffer = [1; 4];
        assert_eq!((sys.read(zero, &mut buffer).await?, buffer), (4, [0; 4]));
        assert_eq!(sys.write(zero, b"x").await, Err(Errno::EBADF));
        sys.mkdir(b"/dev/shm/x", 0o755)?;
        assert_eq!(sys.mkdir(b"/proc/x", 0o755), Err(Errno::EPERM));
        Ok(0)
    }));
    assert_eq!(
        zone.run(command(&["test", "arg"])),
        (0, "through dev".into())
    );
}

#[test]
fn a_full_disk_refuses_and_deleted_files_give_their_space_back() {
    let zone = Zone::new(program!(sys, {
        let flags = OpenFlags::WRITE | OpenFlags::CREATE;
        let fd = sys.open(b"/big", flags, 0o600).await?;
        sys.unlink(b"/big")?;
        let block = vec![7; 64 << 10];
        let mut blocks = 0;
        let error = loop {
            match sys.write(fd, &block).await {
                Ok(_) => blocks += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(error, Errno::EDQUOT);
        assert!((200..=256).contains(&blocks), "{blocks}");
        Ok(0)
    }));
    zone.run(command(&["true"]));
    let used =
        || runtime::Runtime::usage(&zone.userland, zone.instance).map(|usage| usage.disk_bytes);
    let before = used();
    assert_eq!(zone.run(command(&["test"])).0, 0);
    assert_eq!(used(), before);
}
