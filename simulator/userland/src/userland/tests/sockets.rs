//! Sockets inside one container: loopback and unix.

use super::harness::{Zone, child, command, program};
use crate::kernel::{
    Disposition, Errno, FileKind, KillTarget, Shutdown, Signal, SocketAddress, SocketKind, Sys,
    UnixAddress, WaitFlags, WaitFor,
};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

fn at(port: u16) -> SocketAddress {
    SocketAddrV4::new(Ipv4Addr::LOCALHOST, port).into()
}

fn path(text: &'static str) -> SocketAddress {
    UnixAddress::Path(text.into()).into()
}

/// A socket that listens.
fn listener(sys: &Sys, kind: SocketKind, address: &SocketAddress) -> Result<i32, Errno> {
    let fd = sys.socket(kind)?;
    sys.bind(fd, address)?;
    sys.listen(fd, 128)?;
    Ok(fd)
}

async fn connected(sys: &Sys, kind: SocketKind, to: &SocketAddress) -> Result<i32, Errno> {
    let fd = sys.socket(kind)?;
    sys.connect(fd, to, None).await?;
    Ok(fd)
}

async fn read_all(sys: &Sys, fd: i32) -> Result<Vec<u8>, Errno> {
    let (mut all, mut buffer) = (Vec::new(), vec![0; 10_000]);
    loop {
        match sys.read(fd, &mut buffer).await? {
            0 => return Ok(all),
            count => all.extend_from_slice(&buffer[..count]),
        }
    }
}

#[test]
fn a_question_is_answered_after_its_end() {
    let zone = Zone::new(program!(sys, {
        for (kind, address) in [
            (SocketKind::Tcp, at(80)),
            (SocketKind::UnixStream, path("/run.sock")),
            (
                SocketKind::UnixStream,
                UnixAddress::Abstract("name".into()).into(),
            ),
        ] {
            let server = listener(&sys, kind, &address)?;
            sys.fork(child!(|sys| {
                let (fd, _) = sys.accept(server).await?;
                let question = read_all(&sys, fd).await?;
                sys.write_all(fd, &question.repeat(3)).await?;
                Ok(0)
            }))?;
            let fd = connected(&sys, kind, &address).await?;
            assert_eq!(sys.remote_address(fd), Ok(address.clone()));
            sys.write_all(fd, b"abc").await?;
            sys.shut_down(fd, Shutdown::Write)?;
            assert_eq!(read_all(&sys, fd).await?, b"abcabcabc");
            sys.close(fd)?;
            sys.close(server)?;
            sys.wait(WaitFor::Any, WaitFlags::default()).await?;
        }
        assert_eq!(sys.stat(b"/run.sock")?.kind, FileKind::Socket);
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn what_nobody_listens_at_refuses_and_what_is_taken_cannot_be_bound() {
    let zone = Zone::new(program!(sys, {
        let fd = sys.socket(SocketKind::Tcp)?;
        assert_eq!(
            sys.connect(fd, &at(81), None).await,
            Err(Errno::ECONNREFUSED)
        );
        let outside = SocketAddress::Inet(SocketAddrV4::new(Ipv4Addr::new(8, 8, 8, 8), 80));
        assert_eq!(
            sys.connect(fd, &outside, None).await,
            Err(Errno::ENETUNREACH)
        );
        assert_eq!(sys.bind(fd, &outside), Err(Errno::EADDRNOTAVAIL));
        let first = listener(&sys, SocketKind::Tcp, &at(80))?;
        assert_eq!(sys.bind(fd, &at(80)), Err(Errno::EADDRINUSE));
        sys.share_port(fd, true)?;
        assert_eq!(sys.bind(fd, &at(80)), Err(Errno::EADDRINUSE));
        sys.close(first)?;
        sys.bind(fd, &at(80))?;
        assert_eq!(sys.bind(fd, &at(82)), Err(Errno::EINVAL));
        let unix = sys.socket(SocketKind::UnixStream)?;
        let missing = sys.connect(unix, &path("/missing"), None).await;
        assert_eq!(missing, Err(Errno::ENOENT));
        let no_socket = sys.connect(unix, &path("/bin/text"), None).await;
        assert_eq!(no_socket, Err(Errno::ECONNREFUSED));
        assert_eq!(sys.bind(unix, &path("/bin/text")), Err(Errno::EADDRINUSE));
        assert_eq!(sys.accept(unix).await, Err(Errno::EINVAL));
        sys.set_credentials(2, 2, &[])?;
        let low = sys.socket(SocketKind::Tcp)?;
        assert_eq!(sys.bind(low, &at(79)), Err(Errno::EACCES));
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn a_killed_peer_ends_a_stream_and_resets_it_when_bytes_are_unread() {
    let zone = Zone::new(program!(sys, {
        sys.set_disposition(Signal::Pipe, Disposition::Ignore);
        let server = listener(&sys, SocketKind::Tcp, &at(80))?;
        for unread in [false, true] {
            let peer = sys.fork(child!(|sys| {
                let (fd, _) = sys.accept(server).await?;
                sys.write_all(fd, b"hello").await?;
                sys.pause().await;
                Ok(0)
            }))?;
            let fd = connected(&sys, SocketKind::Tcp, &at(80)).await?;
            let mut buffer = [0; 16];
            assert_eq!(sys.read(fd, &mut buffer).await, Ok(5));
            if unread {
                sys.write_all(fd, b"never read").await?;
            }
            sys.kill(KillTarget::Pid(peer), Some(Signal::Kill))?;
            sys.wait(WaitFor::Pid(peer), WaitFlags::default()).await?;
            let end = sys.read(fd, &mut buffer).await;
            assert_eq!(
                end,
                if unread {
                    Err(Errno::ECONNRESET)
                } else {
                    Ok(0)
                }
            );
            if !unread {
                assert_eq!(sys.write(fd, b"lost").await, Ok(4));
            }
            assert_eq!(sys.write(fd, b"x").await, Err(Errno::EPIPE));
            sys.close(fd)?;
        }
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn a_connection_that_nobody_accepts_is_reset_with_its_listener() {
    let zone = Zone::new(program!(sys, {
        let server = listener(&sys, SocketKind::Tcp, &at(80))?;
        let fd = connected(&sys, SocketKind::Tcp, &at(80)).await?;
        sys.close(server)?;
        let mut buffer = [0; 16];
        assert_eq!(sys.read(fd, &mut buffer).await, Err(Errno::ECONNRESET));
        assert_eq!(sys.read(fd, &mut buffer).await, Ok(0));
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn a_full_queue_lets_the_next_one_try_again_until_there_is_room() {
    let zone = Zone::new(program!(sys, {
        let fd = sys.socket(SocketKind::Tcp)?;
        sys.bind(fd, &at(80))?;
        sys.listen(fd, 0)?;
        let _waiting = connected(&sys, SocketKind::Tcp, &at(80)).await?;
        sys.fork(child!(|sys| {
            sys.sleep(Duration::from_secs(5)).await?;
            sys.accept(fd).await?;
            sys.pause().await;
            Ok(0)
        }))?;
        let before = sys.now();
        connected(&sys, SocketKind::Tcp, &at(80)).await?;
        assert_eq!(sys.now().since(before), Duration::from_secs(7));
        Ok(0)
    }));
    zone.start(command(&["test"]));
    zone.settle();
    while zone
        .clock
        .fire_next(zone.clock.now() + Duration::from_secs(60))
        .is_some()
    {
        zone.settle();
    }
    assert_eq!(zone.exit_status(), 0);
}

#[test]
fn a_slow_reader_stops_a_writer_and_loses_nothing() {
    let zone = Zone::new(program!(sys, {
        let server = listener(&sys, SocketKind::Tcp, &at(80))?;
        sys.fork(child!(|sys| {
            let (fd, _) = sys.accept(server).await?;
            let block = vec![b'x'; 64 << 10];
            for _ in 0..160 {
                sys.write_all(fd, &block).await?;
            }
            Ok(0)
        }))?;
        let fd = connected(&sys, SocketKind::Tcp, &at(80)).await?;
        let (mut total, mut buffer) = (0, vec![0; 100_000]);
        loop {
            sys.sleep(Duration::from_millis(1)).await?;
            match sys.read(fd, &mut buffer).await? {
                0 => break,
                count => total += count,
            }
        }
        Ok(u8::from(total != 160 * (64 << 10)))
    }));
    zone.start(command(&["test"]));
    zone.settle();
    let held = zone.userland.copied_bytes();
    assert!(held <= 128 << 10, "{held} bytes went to nobody");
    while zone
        .clock
        .fire_next(zone.clock.now() + Duration::from_secs(60))
        .is_some()
    {
        zone.settle();
    }
    assert_eq!(zone.exit_status(), 0);
}

#[test]
fn a_thousand_connections_share_the_memory_of_sockets() {
    let zone = Zone::new(program!(sys, {
        let server = listener(&sys, SocketKind::Tcp, &at(80))?;
        sys.fork(child!(|sys| {
            let mut fds = Vec::new();
            for _ in 0..1000 {
                fds.push(sys.accept(server).await?.0);
            }
            for fd in fds {
                let bytes = read_all(&sys, fd).await?;
                sys.write_all(fd, &bytes).await?;
                sys.close(fd)?;
            }
            Ok(0)
        }))?;
        let mut fds = Vec::new();
        for number in 0..1000u32 {
            let fd = connected(&sys, SocketKind::Tcp, &at(80)).await?;
            sys.write_all(fd, &number.to_le_bytes()).await?;
            fds.push(fd);
        }
        for (number, fd) in (0..1000u32).zip(fds) {
            sys.shut_down(fd, Shutdown::Write)?;
            assert_eq!(read_all(&sys, fd).await?, number.to_le_bytes());
        }
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn messages_keep_their_bounds_and_closed_ports_are_told() {
    let zone = Zone::new(program!(sys, {
        let server = sys.socket(SocketKind::Udp)?;
        sys.bind(server, &at(53))?;
        let fd = sys.socket(SocketKind::Udp)?;
        sys.send_to(fd, b"one", &at(53)).await?;
        sys.send_to(fd, b"", &at(53)).await?;
        sys.send_to(fd, b"three", &at(53)).await?;
        let mut buffer = [0; 4];
        for expected in [3, 0, 4] {
            let received = sys.receive(server, &mut buffer).await?;
            let received = received.ok_or(Errno::EIO)?;
            assert_eq!(received.bytes, expected);
            let own = sys.local_address(fd)?.inet().map(|own| own.port());
            assert_eq!(received.from.inet().map(|from| from.port()), own);
        }
        let other = connected(&sys, SocketKind::Udp, &at(54)).await?;
        assert_eq!(sys.write(other, b"x").await, Ok(1));
        assert_eq!(sys.read(other, &mut buffer).await, Err(Errno::ECONNREFUSED));
        let lost = vec![0; 65_508];
        assert_eq!(sys.send_to(fd, &lost, &at(53)).await, Err(Errno::EMSGSIZE));
        let alone = sys.socket(SocketKind::Udp)?;
        assert_eq!(sys.write(alone, b"x").await, Err(Errno::EDESTADDRREQ));
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn unix_messages_wait_for_room() {
    let zone = Zone::new(program!(sys, {
        let log = sys.socket(SocketKind::UnixDatagram)?;
        sys.bind(log, &path("/log"))?;
        sys.fork(child!(|sys| {
            let fd = sys.socket(SocketKind::UnixDatagram)?;
            for number in 0..100u8 {
                sys.send_to(fd, &[number], &path("/log")).await?;
            }
            Ok(0)
        }))?;
        let mut buffer = [0; 4];
        for number in 0..100u8 {
            assert_eq!(sys.read(log, &mut buffer).await, Ok(1));
            assert_eq!(buffer[0], number);
        }
        sys.close(log)?;
        let fd = sys.socket(SocketKind::UnixDatagram)?;
        let gone = sys.send_to(fd, b"x", &path("/log")).await;
        assert_eq!(gone, Err(Errno::ECONNREFUSED));
        let (first, second) = sys.socket_pair()?;
        sys.write_all(first, b"pair").await?;
        assert_eq!(sys.read(second, &mut buffer).await, Ok(4));
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn a_signal_interrupts_every_wait_of_a_socket() {
    let zone = Zone::new(program!(sys, {
        sys.set_disposition(Signal::Usr1, Disposition::Catch);
        let server = listener(&sys, SocketKind::Tcp, &at(80))?;
        let fd = connected(&sys, SocketKind::Tcp, &at(80)).await?;
        let own = sys.pid();
        sys.fork(child!(|sys| {
            for _ in 0..3 {
                sys.sleep(Duration::from_secs(1)).await?;
                sys.kill(KillTarget::Pid(own), Some(Signal::Usr1))?;
            }
            Ok(0)
        }))?;
        let (accepted, _) = sys.accept(server).await?;
        let mut buffer = [0; 4];
        assert_eq!(sys.accept(server).await, Err(Errno::EINTR));
        sys.take_caught();
        assert_eq!(sys.read(fd, &mut buffer).await, Err(Errno::EINTR));
        sys.take_caught();
        let block = vec![0; 64 << 10];
        let full = loop {
            if let Err(error) = sys.write(accepted, &block).await {
                break error;
            }
        };
        assert_eq!(full, Errno::EINTR);
        Ok(0)
    }));
    zone.start(command(&["test"]));
    zone.settle();
    while zone
        .clock
        .fire_next(zone.clock.now() + Duration::from_secs(60))
        .is_some()
    {
        zone.settle();
    }
    assert_eq!(zone.exit_status(), 0);
}
