//! File systems beside the root's.

use super::files::{read_all, write_new};
use super::harness::{Zone, command, program};
use crate::kernel::{Errno, FileKind, OpenFlags};

#[test]
fn the_zone_mounts_what_nobody_can_change() {
    let zone = Zone::new(program!(sys, {
        for path in [&b"/native/usr/sbin"[..], b"/system/object/unix", b"/sys"] {
            assert_eq!(sys.stat(path)?.kind, FileKind::Directory);
            let inside = [path, b"/x"].concat();
            assert_eq!(sys.mkdir(&inside, 0o755), Err(Errno::EROFS));
            let flags = OpenFlags::WRITE | OpenFlags::CREATE;
            assert_eq!(sys.open(&inside, flags, 0o644).await, Err(Errno::EROFS));
            assert_eq!(sys.chmod(path, 0o777), Err(Errno::EROFS));
        }
        let object = b"/system/object/unix/object";
        assert_eq!(sys.rename(object, b"/tmp"), Err(Errno::EROFS));
        let opened = sys.open(object, OpenFlags::WRITE, 0).await;
        assert_eq!(opened, Err(Errno::EROFS));
        assert_eq!(sys.unlink(object), Err(Errno::EROFS));
        assert_eq!(sys.link(object, b"/hard"), Err(Errno::EXDEV));
        for path in [&b"/native"[..], b"/system/object", b"/dev/shm", b"/sys"] {
            assert_eq!(
                sys.rmdir(path),
                Err(Errno::EBUSY),
                "{}",
                path.escape_ascii()
            );
        }
        assert_eq!(
            sys.realpath(b"/system/contract/all/1")?,
            "/system/contract/process/1"
        );
        sys.chdir(b"/system/contract/process/1")?;
        assert_eq!(sys.cwd()?, "/system/contract/process/1");
        sys.chdir(b"../../../..")?;
        assert_eq!(sys.cwd()?, "/");
        let devices = [
            &b"/"[..],
            b"/native",
            b"/system/object",
            b"/sys",
            b"/dev/shm",
        ];
        let mut numbers = Vec::new();
        for path in devices {
            numbers.push(sys.stat(path)?.dev);
        }
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), devices.len());
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn what_is_mounted_is_listed_in_its_directory_and_in_proc() {
    let zone = Zone::new(program!(sys, {
        let mounts = read_all(&sys, b"/proc/mounts").await?;
        let mounts = String::from_utf8_lossy(&mounts).into_owned();
        let places: Vec<&str> = mounts
            .lines()
            .filter_map(|line| line.split(' ').nth(1))
            .collect();
        assert_eq!(
            places,
            [
                "/",
                "/proc",
                "/dev/shm",
                "/native",
                "/system/object",
                "/system/contract",
                "/sys"
            ]
        );
        let entries = sys.read_dir(b"/").await?;
        for name in ["native", "system", "sys", "proc", "dev"] {
            let named = entries.iter().filter(|entry| entry.name == name);
            assert_eq!(named.count(), 1, "{name}");
        }
        assert_eq!(
            read_all(&sys, b"/sys/devices/system/cpu/online").await?,
            b"0\n"
        );
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn shared_memory_is_half_the_ram_and_then_full() {
    let zone = Zone::new(program!(sys, {
        let shm = b"/dev/shm";
        assert_eq!(sys.stat(shm)?.mode, 0o1777);
        let size = sys.statfs(shm)?;
        let bytes = size.blocks * size.block_bytes;
        assert_eq!(size.free_blocks, size.blocks);
        write_new(&sys, b"/dev/shm/small", b"content").await?;
        assert_eq!(read_all(&sys, b"/dev/shm/small").await?, b"content");
        let flags = OpenFlags::WRITE | OpenFlags::CREATE;
        let fd = sys.open(b"/dev/shm/large", flags, 0o600).await?;
        let chunk = vec![b'x'; 1 << 20];
        let mut written = 0;
        let full = loop {
            match sys.write(fd, &chunk).await {
                Ok(count) => written += count as u64,
                Err(error) => break error,
            }
            assert!(written <= bytes, "{written} of {bytes}");
        };
        assert_eq!(full, Errno::ENOSPC);
        assert!(written > bytes / 2);
        sys.close(fd)?;
        assert_eq!(sys.rename(b"/dev/shm/small", b"/small"), Err(Errno::EXDEV));
        sys.unlink(b"/dev/shm/large")?;
        write_new(&sys, b"/dev/shm/again", &chunk).await?;
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}
