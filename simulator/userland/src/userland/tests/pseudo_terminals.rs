//! Pseudo-terminals: `/dev/ptmx` and `/dev/pts`.

use super::harness::{Zone, child, command, program};
use crate::kernel::{
    Disposition, Errno, Fd, FileKind, Limit, OpenFlags, Resource, Signal, Sys, Termios, TtySize,
    WaitFlags, WaitFor, WaitStatus, Wanted,
};
use bytes::Bytes;

const NOCTTY: OpenFlags = OpenFlags::NOCTTY;

/// Opens a master and lets others open its terminal, whose path is given too.
async fn master(sys: &Sys) -> Result<(Fd, Bytes), Errno> {
    let master = sys.open(b"/dev/ptmx", OpenFlags::RDWR, 0).await?;
    Ok((master, sys.unlock_pty(master)?))
}

async fn both(sys: &Sys) -> Result<(Fd, Fd), Errno> {
    let (master, path) = master(sys).await?;
    let terminal = sys.open(&path, OpenFlags::RDWR | NOCTTY, 0).await?;
    Ok((master, terminal))
}

/// What `/dev/pts` holds.
async fn names(sys: &Sys) -> Result<Vec<Bytes>, Errno> {
    let entries = sys.read_dir(b"/dev/pts").await?;
    Ok(entries.iter().map(|entry| entry.name.clone()).collect())
}

async fn read(sys: &Sys, fd: Fd) -> Result<String, Errno> {
    let mut buffer = [0; 256];
    let count = sys.read(fd, &mut buffer).await?;
    Ok(buffer[..count].escape_ascii().to_string())
}

#[track_caller]
fn check(main: crate::kernel::Main) {
    let zone = Zone::new(main);
    assert_eq!(zone.run(command(&["test"])), (0, String::new()));
}

#[test]
fn the_line_discipline_stands_between_master_and_terminal() {
    check(program!(sys, {
        let (master, terminal) = both(&sys).await?;
        sys.write_all(master, b"helo\x7flo\r").await?;
        assert_eq!(
            read(&sys, master).await?,
            "helo\\x08 \\x08lo\\r\\n",
            "the echo"
        );
        assert_eq!(read(&sys, terminal).await?, "hello\\n");
        sys.write_all(terminal, b"one\ntwo").await?;
        assert_eq!(read(&sys, master).await?, "one\\r\\ntwo");
        assert_eq!(sys.termios(master)?, Termios::default());
        sys.set_termios(master, &Termios::default().raw())?;
        assert_eq!(sys.termios(terminal)?, Termios::default().raw());
        sys.write_all(master, b"\x03x\r").await?;
        assert_eq!(read(&sys, terminal).await?, "\\x03x\\r");
        sys.write_all(terminal, b"\n").await?;
        assert_eq!(read(&sys, master).await?, "\\n");
        Ok(0)
    }));
}

#[test]
fn a_locked_terminal_cannot_be_opened() {
    check(program!(sys, {
        let master = sys.open(b"/dev/ptmx", OpenFlags::RDWR, 0).await?;
        let flags = OpenFlags::RDWR | NOCTTY;
        assert_eq!(sys.open(b"/dev/pts/0", flags, 0).await, Err(Errno::EIO));
        assert_eq!(sys.unlock_pty(master)?, "/dev/pts/0");
        let terminal = sys.open(b"/dev/pts/0", flags, 0).await?;
        assert_eq!(sys.unlock_pty(terminal), Err(Errno::ENOTTY));
        assert_eq!(sys.tty_name(terminal)?, "/dev/pts/0");
        assert_eq!(sys.tty_name(master)?, "/dev/ptmx");
        assert!(sys.is_tty(master));
        Ok(0)
    }));
}

#[test]
fn a_terminal_shows_as_its_owners_and_goes_with_its_master() {
    check(program!(sys, {
        assert!(names(&sys).await?.is_empty());
        let (first, _) = master(&sys).await?;
        let (second, _) = master(&sys).await?;
        assert_eq!(names(&sys).await?, ["0", "1"]);
        let stat = sys.stat(b"/dev/pts/1")?;
        assert_eq!((stat.mode, stat.uid, stat.gid), (0o620, 0, 5));
        let (major, minor) = (136, 1);
        assert_eq!(stat.kind, FileKind::CharDevice { major, minor });
        sys.close(first)?;
        assert_eq!(names(&sys).await?, ["1"]);
        assert_eq!(sys.stat(b"/dev/pts/0").err(), Some(Errno::ENOENT));
        let (_, path) = master(&sys).await?;
        assert_eq!(path, "/dev/pts/0", "the lowest free number");
        sys.close(second)?;
        assert_eq!(names(&sys).await?, ["0"]);
        Ok(0)
    }));
}

#[test]
fn a_number_is_taken_as_long_as_the_terminal_is_open() {
    check(program!(sys, {
        let (master_fd, terminal) = both(&sys).await?;
        sys.close(master_fd)?;
        assert_eq!(sys.stat(b"/dev/pts/0").err(), Some(Errno::ENOENT));
        assert_eq!(master(&sys).await?.1, "/dev/pts/1");
        sys.close(terminal)?;
        assert_eq!(master(&sys).await?.1, "/dev/pts/0");
        Ok(0)
    }));
}

#[test]
fn without_its_master_a_terminal_is_at_its_end() {
    check(program!(sys, {
        let (master, terminal) = both(&sys).await?;
        let (told, tell) = sys.pipe()?;
        let reader = sys.fork(child!(|sys| {
            sys.close(master)?;
            sys.write_all(tell, b"r").await?;
            assert_eq!(
                read(&sys, terminal).await?,
                "",
                "the end comes while it waits"
            );
            Ok(7)
        }))?;
        assert_eq!(read(&sys, told).await?, "r");
        sys.write_all(master, b"flushed").await?;
        sys.close(master)?;
        let waited = sys.wait(WaitFor::Pid(reader), WaitFlags::default()).await?;
        assert_eq!(waited, Some((reader, WaitStatus::Exited(7))));
        assert_eq!(read(&sys, terminal).await?, "");
        assert_eq!(sys.write(terminal, b"x").await, Err(Errno::EIO));
        assert!(!sys.is_tty(terminal));
        assert_eq!(sys.termios(terminal).err(), Some(Errno::EIO));
        let wanted = [Wanted::Read(terminal), Wanted::Write(terminal)];
        assert!(sys.poll(&wanted, None, |_| false).await?);
        Ok(0)
    }));
}

#[test]
fn a_master_whose_terminal_everybody_has_left_is_at_its_end_until_it_is_opened() {
    check(program!(sys, {
        let (master, path) = master(&sys).await?;
        sys.set_nonblocking(master, true)?;
        let empty = Err(Errno::EAGAIN);
        assert_eq!(read(&sys, master).await, empty, "nobody has opened it yet");
        let flags = OpenFlags::RDWR | NOCTTY;
        let terminal = sys.open(&path, flags, 0).await?;
        sys.write_all(terminal, b"last").await?;
        let second = sys.dup(terminal)?;
        sys.close(terminal)?;
        assert_eq!(read(&sys, master).await?, "last");
        assert_eq!(read(&sys, master).await, empty, "one is left");
        sys.close(second)?;
        assert_eq!(read(&sys, master).await, Err(Errno::EIO));
        assert_eq!(sys.poll_read(&[master], None).await?, [master]);
        sys.write_all(master, b"kept\n").await?;
        assert_eq!(read(&sys, master).await?, "kept\\r\\n");
        let terminal = sys.open(&path, flags, 0).await?;
        assert_eq!(read(&sys, master).await, empty);
        assert_eq!(read(&sys, terminal).await?, "kept\\n");
        Ok(0)
    }));
}

/// Becomes the leader of a session whose terminal is that of `path`, in which a child is in the foreground.
async fn lead(sys: &Sys, path: &[u8]) -> Result<Fd, Errno> {
    sys.set_sid()?;
    let terminal = sys.open(path, OpenFlags::RDWR, 0).await?;
    sys.set_disposition(Signal::Ttou, Disposition::Ignore);
    Ok(terminal)
}

#[test]
fn the_terminal_that_a_leader_opens_is_its_sessions() {
    check(program!(sys, {
        let (master, path) = master(&sys).await?;
        let name = path.clone();
        assert_eq!(sys.foreground(master)?, 0);
        let other = sys.open(&path, OpenFlags::RDWR | NOCTTY, 0).await?;
        assert_eq!(
            sys.open(b"/dev/tty", OpenFlags::RDWR, 0).await,
            Err(Errno::ENXIO)
        );
        assert_eq!(sys.foreground(other), Err(Errno::ENOTTY));
        let child = sys.fork(child!(|sys| {
            let follower = sys.open(&name, OpenFlags::RDWR, 0).await?;
            assert_eq!(
                sys.foreground(follower),
                Err(Errno::ENOTTY),
                "it leads no session"
            );
            assert_eq!(sys.take_terminal(follower), Err(Errno::EPERM));
            sys.set_sid()?;
            let unasked = sys.open(&name, OpenFlags::RDWR | NOCTTY, 0).await?;
            assert_eq!(sys.foreground(unasked), Err(Errno::ENOTTY));
            let terminal = sys.open(&name, OpenFlags::RDWR, 0).await?;
            assert_eq!(sys.foreground(terminal)?, sys.pid());
            let own = sys.open(b"/dev/tty", OpenFlags::RDWR, 0).await?;
            assert_eq!(sys.tty_name(own)?, name);
            sys.take_terminal(own)?;
            let row = sys.processes().into_iter().find(|row| row.pid == sys.pid());
            assert_eq!(row.map(|row| row.tty_device), Some(136 << 8));
            Ok(0)
        }))?;
        let waited = sys.wait(WaitFor::Pid(child), WaitFlags::default()).await?;
        assert_eq!(waited, Some((child, WaitStatus::Exited(0))));
        assert_eq!(sys.foreground(master)?, 0, "the session is over");
        assert_eq!(sys.take_terminal(other), Err(Errno::EIO), "it was hung up");
        let again = sys.open(&path, OpenFlags::RDWR | NOCTTY, 0).await?;
        sys.take_terminal(again)?;
        assert_eq!(sys.foreground(again)?, 1);
        Ok(0)
    }));
}

#[test]
fn keys_and_sizes_reach_the_foreground_group() {
    check(program!(sys, {
        let (master, path) = master(&sys).await?;
        let child = sys.fork(child!(|sys| {
            let terminal = lead(&sys, &path).await?;
            sys.set_disposition(Signal::Winch, Disposition::Catch);
            sys.write_all(terminal, b"ready").await?;
            assert_eq!(sys.pause().await, Errno::EINTR);
            assert_eq!(sys.take_caught(), Some(Signal::Winch));
            assert_eq!(sys.window_size(terminal)?.columns, 132);
            sys.write_all(terminal, b"seen").await?;
            sys.pause().await;
            Ok(0)
        }))?;
        assert_eq!(read(&sys, master).await?, "ready");
        assert_eq!(sys.foreground(master)?, child);
        let size = TtySize {
            rows: 50,
            columns: 132,
        };
        sys.set_window_size(master, size)?;
        assert_eq!(read(&sys, master).await?, "seen");
        assert_eq!(sys.window_size(master)?, size);
        sys.write_all(master, b"\x03").await?;
        let waited = sys.wait(WaitFor::Pid(child), WaitFlags::default()).await?;
        assert_eq!(waited, Some((child, WaitStatus::Signaled(Signal::Int))));
        assert_eq!(read(&sys, master).await?, "^C");
        assert_eq!(read(&sys, master).await, Err(Errno::EIO));
        Ok(0)
    }));
}

#[test]
fn the_end_of_the_master_hangs_up_the_leader_and_then_the_foreground() {
    check(program!(sys, {
        let (master, path) = master(&sys).await?;
        let name = path.clone();
        let (told, tell) = sys.pipe()?;
        let leader = sys.fork(child!(|sys| {
            sys.close(master)?;
            let terminal = lead(&sys, &name).await?;
            sys.fork(child!(|sys| {
                sys.set_pgid(0, 0)?;
                sys.set_foreground(terminal, sys.pid())?;
                sys.set_disposition(Signal::Hup, Disposition::Catch);
                sys.write_all(tell, b"f").await?;
                assert_eq!(sys.pause().await, Errno::EINTR);
                assert_eq!(sys.take_caught(), Some(Signal::Hup));
                Ok(3)
            }))?;
            sys.pause().await;
            Ok(0)
        }))?;
        assert_eq!(read(&sys, told).await?, "f");
        sys.close(master)?;
        assert_eq!(sys.stat(&path).err(), Some(Errno::ENOENT));
        let ends = [WaitStatus::Signaled(Signal::Hup), WaitStatus::Exited(3)];
        for (pid, end) in [leader, leader + 1].into_iter().zip(ends) {
            let waited = sys.wait(WaitFor::Pid(pid), WaitFlags::default()).await?;
            assert_eq!(waited, Some((pid, end)));
        }
        Ok(0)
    }));
}

#[test]
fn the_end_of_a_leader_hangs_its_foreground_up_and_leaves_the_terminal() {
    check(program!(sys, {
        let (master, path) = master(&sys).await?;
        let name = path.clone();
        let leader = sys.fork(child!(|sys| {
            let terminal = lead(&sys, &name).await?;
            let (told, tell) = sys.pipe()?;
            sys.fork(child!(|sys| {
                sys.set_pgid(0, 0)?;
                sys.set_foreground(terminal, sys.pid())?;
                sys.set_disposition(Signal::Hup, Disposition::Catch);
                sys.write_all(tell, b"f").await?;
                assert_eq!(sys.pause().await, Errno::EINTR);
                assert_eq!(sys.take_caught(), Some(Signal::Hup));
                assert_eq!(sys.write(terminal, b"x").await, Err(Errno::EIO));
                Ok(3)
            }))?;
            assert_eq!(read(&sys, told).await?, "f");
            Ok(4)
        }))?;
        for (pid, status) in [(leader, 4), (leader + 1, 3)] {
            let waited = sys.wait(WaitFor::Pid(pid), WaitFlags::default()).await?;
            assert_eq!(waited, Some((pid, WaitStatus::Exited(status))));
        }
        assert_eq!(
            read(&sys, master).await,
            Err(Errno::EIO),
            "everybody has left"
        );
        let terminal = sys.open(&path, OpenFlags::RDWR | NOCTTY, 0).await?;
        sys.write_all(terminal, b"again").await?;
        assert_eq!(read(&sys, master).await?, "again");
        Ok(0)
    }));
}

#[test]
fn who_writes_faster_than_the_other_end_reads_waits() {
    check(program!(sys, {
        let (master, terminal) = both(&sys).await?;
        sys.set_nonblocking(terminal, true)?;
        let mut written = 0;
        let full = loop {
            match sys.write(terminal, &[b'\n'; 1000]).await {
                Ok(count) => written += count,
                Err(error) => break error,
            }
        };
        assert_eq!(full, Errno::EAGAIN);
        sys.set_nonblocking(terminal, false)?;
        let writer = sys.fork(child!(|sys| {
            sys.write_all(terminal, b"end").await?;
            Ok(0)
        }))?;
        let mut shown = String::new();
        while !shown.ends_with("end") {
            shown += &read(&sys, master).await?;
        }
        assert_eq!(shown.matches("\\r\\n").count(), written);
        sys.wait(WaitFor::Pid(writer), WaitFlags::default()).await?;

        sys.set_nonblocking(master, true)?;
        let mut typed = 0;
        let full = loop {
            match sys.write(master, b"line\n").await {
                Ok(count) => typed += count,
                Err(error) => break error,
            }
        };
        assert_eq!(full, Errno::EAGAIN);
        let mut got = 0;
        while got + 5 <= typed {
            assert_eq!(read(&sys, terminal).await?, "line\\n");
            got += 5;
        }
        assert!(sys.poll(&[Wanted::Write(master)], None, |_| false).await?);
        Ok(0)
    }));
}

#[test]
fn a_container_has_only_so_many() {
    let mut spec = command(&["test"]);
    spec.memory_bytes = 1 << 30;
    let zone = Zone::new(program!(sys, {
        let most = Some(10_000);
        sys.set_limit(
            Resource::OpenFiles,
            Limit {
                soft: most,
                hard: most,
            },
        )?;
        let mut open = Vec::new();
        let error = loop {
            match sys.open(b"/dev/ptmx", OpenFlags::RDWR, 0).await {
                Ok(fd) => open.push(fd),
                Err(error) => break error,
            }
        };
        assert_eq!((open.len(), error), (3071, Errno::ENOSPC));
        sys.close(open[70])?;
        assert_eq!(master(&sys).await?.1, "/dev/pts/70");
        Ok(0)
    }));
    assert_eq!(zone.run(spec), (0, String::new()));
}

#[test]
fn they_cost_memory() {
    let mut spec = command(&["test"]);
    spec.memory_bytes = 1 << 20;
    spec.swap_bytes = 0;
    let zone = Zone::new(program!(sys, {
        let mut open = 0;
        let error = loop {
            match sys.open(b"/dev/ptmx", OpenFlags::RDWR, 0).await {
                Ok(_) => open += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(error, Errno::ENOMEM);
        assert!((4..16).contains(&open), "{open} of 64 KiB each");
        Ok(0)
    }));
    assert_eq!(zone.run(spec), (0, String::new()));
}

#[test]
fn only_its_owner_and_root_may_open_a_terminal() {
    check(program!(sys, {
        let (_, path) = master(&sys).await?;
        let child = sys.fork(child!(|sys| {
            sys.set_credentials(2, 2, &[])?;
            let flags = OpenFlags::RDWR | NOCTTY;
            assert_eq!(sys.open(&path, flags, 0).await, Err(Errno::EACCES));
            let (_, own) = master(&sys).await?;
            assert_eq!(sys.stat(&own)?.uid, 2);
            sys.open(&own, flags, 0).await?;
            Ok(0)
        }))?;
        let waited = sys.wait(WaitFor::Pid(child), WaitFlags::default()).await?;
        assert_eq!(waited, Some((child, WaitStatus::Exited(0))));
        Ok(0)
    }));
}
