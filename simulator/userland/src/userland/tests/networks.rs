//! Sockets between containers, over networks that a test decides.

use super::harness::{PATIENCE, Reports, child, command, image_with, program, uuid};
use crate::kernel::{
    Errno, Main, NoticeKind, OutsideError, SocketAddress, SocketKind, Sys, WaitFlags, WaitFor,
};
use crate::registry::Registry;
use crate::userland::Userland;
use runtime::clock::{Clock, Mode};
use runtime::console::Console;
use runtime::net::{Fabric, Interface, Packet, Path, PathEnd, Source, Transport};
use runtime::{
    Disk, ExitStatus, Incarnation, InstanceId, NodeId, Runtime, RuntimeEvent, StartSpec, Timestamp,
};
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Instance N has 10.0.0.N, and the first one 10.0.1.1 too, which the others reach through a router and NAT. Port 9999
/// is closed by a firewall, 10.0.0.200 is nobody's, and 10.0.0.201 is outside.
#[derive(Debug)]
struct Flat;

/// The socket of the host that stands for what is outside.
pub(super) const HOST_SOCKET: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 5514);
const ROUTER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 254);
const NAT: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 10);

impl Fabric for Flat {
    fn interfaces(&self, instance: InstanceId) -> Vec<Interface> {
        let number = u8::try_from(instance.0.as_u128()).expect("tests have few instances");
        let interface = |place: u8, primary| Interface {
            name: format!("net{place}"),
            mac: [2, 0, 0, 0, place, number],
            address: Ipv4Addr::new(10, 0, place, number),
            prefix_len: 24,
            gateway: Some(Ipv4Addr::new(10, 0, place, 254)),
            primary,
            mtu: 1500,
        };
        match number {
            1 => vec![interface(0, false), interface(1, true)],
            _ => vec![interface(0, true)],
        }
    }

    fn path(&self, packet: &Packet) -> Path {
        let [_, _, network, host] = packet.to.octets();
        let (routers, seen_as) = match network {
            0 => (Vec::new(), packet.from),
            _ => (vec![ROUTER], NAT),
        };
        let closed = matches!(
            packet.transport,
            Transport::Tcp(9999) | Transport::Udp(9999)
        );
        let end = match host {
            _ if packet.to == ROUTER => PathEnd::Router,
            200 => PathEnd::Nowhere,
            201 => PathEnd::Outside(HOST_SOCKET),
            _ if closed => PathEnd::Nowhere,
            number => PathEnd::Instance {
                instance: InstanceId(uuid(u128::from(number))),
                seen_as,
            },
        };
        Path { routers, end }
    }

    fn resolve(&self, _: InstanceId, _: &[u8]) -> Option<Vec<u8>> {
        None
    }
}

pub(super) struct Containers {
    pub(super) userland: Userland,
    pub(super) clock: Clock,
    reports: Arc<Reports>,
}

impl Containers {
    /// Containers 1, 2… with these programs, all started at one instant.
    fn start(programs: &[(&'static str, Main)]) -> Self {
        let containers = Self::create(programs);
        {
            let _hold = containers.userland.hold();
            for (number, (name, _)) in (1..).zip(programs) {
                containers.begin(number, name);
            }
        }
        containers
    }

    pub(super) fn create(programs: &[(&'static str, Main)]) -> Self {
        let mut registry = Registry::new();
        for (name, main) in programs {
            registry.add(name, *main);
        }
        let clock = Clock::starting_at(Mode::Stepped, Timestamp::from_secs(1_500_000_000));
        let reports = Arc::new(Reports::default());
        let userland = Userland::on_fabric(
            1,
            clock.clone(),
            1,
            1 << 30,
            registry,
            reports.sink(),
            Arc::new(Flat),
        );
        for number in (1..).take(programs.len()) {
            let instance = InstanceId(uuid(number));
            let tree = Arc::new(image_with(programs.iter().map(|(name, _)| *name)));
            let created = userland.create(instance, NodeId(uuid(99)), tree, Disk::of(1 << 24), &[]);
            created.expect("the container is new");
        }
        Self {
            userland,
            clock,
            reports,
        }
    }

    pub(super) fn begin(&self, number: u128, name: &str) {
        self.begin_with(number, command(&[name]));
    }

    pub(super) fn begin_with(&self, number: u128, spec: StartSpec) {
        let instance = InstanceId(uuid(number));
        let started = self
            .userland
            .start(instance, Incarnation(1), spec, Console::new(None));
        started.expect("the container does not run");
    }

    pub(super) fn settle(&self) {
        assert!(self.userland.wait_idle(PATIENCE), "busy without end");
    }

    /// Lets time pass until nobody waits for it any more.
    pub(super) fn run_out(&self) {
        self.settle();
        while self
            .clock
            .fire_next(self.clock.now() + Duration::from_secs(3600))
            .is_some()
        {
            self.settle();
        }
    }

    pub(super) fn status(&self, number: u128) -> i32 {
        self.reports.wait(|events| {
            events.iter().find_map(|event| match event {
                RuntimeEvent::Exited {
                    instance,
                    status: ExitStatus(status),
                    ..
                } if instance.0 == uuid(number) => Some(*status),
                _ => None,
            })
        })
    }
}

impl Drop for Containers {
    fn drop(&mut self) {
        for number in 1..=9 {
            // Most numbers are no container's.
            let _ = self.userland.destroy(InstanceId(uuid(number)));
        }
        if std::thread::panicking() {
            return;
        }
        self.settle();
        assert_eq!(self.userland.leaks(), (0, 0), "something was left behind");
        assert_eq!(self.userland.panics(), 0, "a process panicked");
        assert!(self.clock.timers().is_empty(), "timers were left behind");
        self.clock.stop();
    }
}

pub(super) fn at(number: u8, port: u16) -> SocketAddress {
    SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, number), port).into()
}

pub(super) fn listen(sys: &Sys, port: u16) -> Result<i32, Errno> {
    let fd = sys.socket(SocketKind::Tcp)?;
    sys.bind(fd, &SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, port).into())?;
    sys.listen(fd, 5)?;
    Ok(fd)
}

const IDLE: Main = program!(sys, {
    sys.pause().await;
    Ok(0)
});

/// Answers one connection with who it came from.
const SERVER: Main = program!(sys, {
    let server = listen(&sys, 80)?;
    let (fd, from) = sys.accept(server).await?;
    sys.write_all(
        fd,
        format!("{:?}", from.inet().map(|from| *from.ip())).as_bytes(),
    )
    .await?;
    Ok(0)
});

#[test]
fn containers_see_each_other_by_address_or_by_that_of_nat() {
    for client in [
        program!(sys, { ask(&sys, at(1, 80), b"Some(10.0.0.2)").await }),
        program!(sys, {
            let behind = SocketAddrV4::new(Ipv4Addr::new(10, 0, 1, 1), 80);
            ask(&sys, behind.into(), b"Some(192.0.2.10)").await
        }),
    ] {
        let zone = Containers::start(&[("server", SERVER), ("client", client)]);
        assert_eq!((zone.status(2), zone.status(1)), (0, 0));
    }
}

async fn ask(sys: &Sys, to: SocketAddress, expected: &[u8]) -> Result<u8, Errno> {
    let fd = sys.socket(SocketKind::Tcp)?;
    let mut attempts = 0;
    while let Err(error) = sys.connect(fd, &to, None).await {
        attempts += 1;
        if error != Errno::ECONNREFUSED || attempts > 100 {
            return Err(error);
        }
        sys.burn(1_000_000).await;
    }
    let mut buffer = [0; 64];
    let count = sys.read(fd, &mut buffer).await?;
    Ok(u8::from(buffer[..count] != *expected))
}

#[test]
fn silence_lasts_127_seconds_and_a_closed_port_refuses_at_once() {
    let client = program!(sys, {
        for (to, expected, seconds) in [
            (at(1, 81), Errno::ECONNREFUSED, 0),
            (at(1, 9999), Errno::ETIMEDOUT, 127),
            (at(7, 80), Errno::ETIMEDOUT, 127),
            (at(200, 80), Errno::ETIMEDOUT, 127),
        ] {
            let fd = sys.socket(SocketKind::Tcp)?;
            let before = sys.now();
            assert_eq!(sys.connect(fd, &to, None).await, Err(expected));
            assert_eq!(sys.now().since(before), Duration::from_secs(seconds));
            sys.close(fd)?;
        }
        let fd = sys.socket(SocketKind::Tcp)?;
        let limit = Some(Duration::from_secs(10));
        let before = sys.now();
        let given_up = sys.connect(fd, &at(200, 80), limit).await;
        assert_eq!(given_up, Err(Errno::ETIMEDOUT));
        assert_eq!(sys.now().since(before), Duration::from_secs(10));
        Ok(0)
    });
    let zone = Containers::start(&[("idle", IDLE), ("client", client)]);
    zone.run_out();
    assert_eq!(zone.status(2), 0);
}

#[test]
fn an_attempt_succeeds_when_the_container_comes_to_run() {
    let client = program!(sys, {
        let fd = sys.socket(SocketKind::Tcp)?;
        let before = sys.now();
        sys.connect(fd, &at(3, 80), None).await?;
        // Packets go out after 0, 1, 3 and 7 seconds.
        assert_eq!(sys.now().since(before), Duration::from_secs(7));
        Ok(0)
    });
    let zone = Containers::create(&[("idle", IDLE), ("client", client), ("server", SERVER)]);
    zone.begin(2, "client");
    zone.settle();
    for _ in 0..2 {
        zone.clock
            .fire_next(zone.clock.now() + Duration::from_secs(60));
        zone.settle();
    }
    zone.begin(3, "server");
    zone.run_out();
    assert_eq!(zone.status(2), 0);
}

#[test]
fn answers_to_messages_come_back_through_nat() {
    let server = program!(sys, {
        let fd = sys.socket(SocketKind::Udp)?;
        sys.bind(fd, &SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 53).into())?;
        let mut buffer = [0; 64];
        let question = sys.receive(fd, &mut buffer).await?.ok_or(Errno::EIO)?;
        assert_eq!(question.from.inet().map(|from| *from.ip()), Some(NAT));
        sys.send_to(fd, b"answer", &question.from).await?;
        sys.pause().await;
        Ok(0)
    });
    let client = program!(sys, {
        let fd = sys.socket(SocketKind::Udp)?;
        let server = SocketAddrV4::new(Ipv4Addr::new(10, 0, 1, 1), 53);
        sys.connect(fd, &server.into(), None).await?;
        let mut buffer = [0; 64];
        loop {
            sys.write_all(fd, b"question").await?;
            let ready = sys.poll_read(&[fd], Some(Duration::from_secs(1))).await?;
            if !ready.is_empty() {
                break;
            }
        }
        assert_eq!(sys.read(fd, &mut buffer).await, Ok(6));
        Ok(0)
    });
    let zone = Containers::start(&[("server", server), ("client", client)]);
    zone.run_out();
    assert_eq!(zone.status(2), 0);
}

#[test]
fn hops_are_counted_and_routers_say_so() {
    let client = program!(sys, {
        let echo = sys.socket(SocketKind::Echo)?;
        let request = [8, 0, 0, 0, 1, 2, 0, 1, b'd', b'a', b't', b'a'];
        let mut buffer = [0; 64];
        for (to, ttl) in [(at(1, 0), 64), (SocketAddrV4::new(ROUTER, 0).into(), 64)] {
            sys.send_to(echo, &request, &to).await?;
            let reply = sys.receive(echo, &mut buffer).await?.ok_or(Errno::EIO)?;
            assert_eq!((reply.bytes, reply.ttl, buffer[0]), (12, ttl, 0));
        }
        let far = SocketAddrV4::new(Ipv4Addr::new(10, 0, 1, 1), 0);
        sys.send_to(echo, &request, &far.into()).await?;
        let reply = sys.receive(echo, &mut buffer).await?.ok_or(Errno::EIO)?;
        assert_eq!(reply.ttl, 63);
        let udp = sys.socket(SocketKind::Udp)?;
        sys.set_ttl(udp, 1)?;
        let far = SocketAddrV4::new(*far.ip(), 33_434);
        sys.send_to(udp, b"probe", &far.into()).await?;
        let notice = sys.take_notice(udp)?.ok_or(Errno::EIO)?;
        assert_eq!(
            (notice.from, notice.kind),
            (ROUTER, NoticeKind::TimeExceeded)
        );
        sys.set_ttl(udp, 2)?;
        sys.send_to(udp, b"probe", &far.into()).await?;
        let notice = sys.take_notice(udp)?.ok_or(Errno::EIO)?;
        assert_eq!(notice.kind, NoticeKind::PortUnreachable);
        assert_eq!(sys.take_notice(udp), Ok(None));
        Ok(0)
    });
    let zone = Containers::start(&[("idle", IDLE), ("client", client)]);
    assert_eq!(zone.status(2), 0);
}

#[test]
fn the_host_connects_to_what_listens() {
    let server = program!(sys, {
        let server = listen(&sys, 80)?;
        sys.fork(child!(|sys| {
            let (fd, _) = sys.accept(server).await?;
            let mut buffer = [0; 64];
            let count = sys.read(fd, &mut buffer).await?;
            sys.write_all(fd, &buffer[..count]).await?;
            Ok(0)
        }))?;
        sys.wait(WaitFor::Any, WaitFlags::default()).await?;
        Ok(0)
    });
    let zone = Containers::start(&[("server", server)]);
    zone.settle();
    let internet = zone.userland.internet();
    assert_eq!(internet.listening().len(), 1);
    let from = SocketAddrV4::new(Ipv4Addr::new(198, 18, 0, 1), 4000);
    let connect = |port| {
        let to = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 1), port);
        let connecting = pin!(internet.connect(Source::Internet, from, to));
        match connecting.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(connected) => connected,
            Poll::Pending => Err(OutsideError::TimedOut),
        }
    };
    assert_eq!(
        connect(81).expect_err("nobody listens"),
        OutsideError::Refused
    );
    assert_eq!(connect(9999).expect_err("closed"), OutsideError::TimedOut);
    let stream = connect(80).expect("it listens");
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(
        stream.poll_write(&mut context, b"hello"),
        Poll::Ready(Ok(5))
    );
    zone.settle();
    let mut buffer = [0; 64];
    assert_eq!(
        stream.poll_read(&mut context, &mut buffer),
        Poll::Ready(Ok(5))
    );
    assert_eq!(
        stream.poll_read(&mut context, &mut buffer),
        Poll::Ready(Ok(0))
    );
    assert_eq!(zone.status(1), 0);
}
