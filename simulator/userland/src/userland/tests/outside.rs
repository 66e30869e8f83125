//! What leaves the zone, with a host that a test plays.

use super::harness::program;
use super::networks::{Containers, HOST_SOCKET, at};
use crate::kernel::{
    Answers, Call, Egress, Errno, Main, Messages, OutsideError, OutsideStream, SocketKind,
};
use bytes::Bytes;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// A host that keeps what containers want of it.
#[derive(Clone, Default)]
struct Host(Arc<Mutex<Wishes>>);

#[derive(Default)]
struct Wishes {
    calls: Vec<Call>,
    answers: Vec<Answers>,
    messages: Vec<Bytes>,
    /// Ways for messages that are open.
    ways: usize,
}

impl Host {
    fn lock(&self) -> MutexGuard<'_, Wishes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The call that a container waits for.
    fn call(&self) -> Call {
        self.lock().calls.pop().expect("a container calls")
    }
}

impl Egress for Host {
    fn connect(&self, to: SocketAddr, call: Call) {
        assert_eq!(to, HOST_SOCKET);
        self.lock().calls.push(call);
    }

    fn messages(&self, to: SocketAddr, answers: Answers) -> Option<Box<dyn Messages>> {
        assert_eq!(to, HOST_SOCKET);
        let mut wishes = self.lock();
        wishes.answers.push(answers);
        wishes.ways += 1;
        Some(Box::new(Way(self.clone())))
    }
}

struct Way(Host);

impl Messages for Way {
    fn send(&self, bytes: &[u8]) {
        let message = Bytes::copy_from_slice(bytes);
        self.0.lock().messages.push(message);
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        self.0.lock().ways -= 1;
    }
}

/// A container that runs, and the host that it reaches.
fn start(program: Main) -> (Containers, Host) {
    let zone = Containers::create(&[("client", program)]);
    let host = Host::default();
    zone.userland.internet().set_egress(host.clone());
    zone.begin(1, "client");
    zone.settle();
    (zone, host)
}

fn read(stream: &OutsideStream) -> Poll<Result<Vec<u8>, Errno>> {
    let mut buffer = [0; 64];
    let mut context = Context::from_waker(Waker::noop());
    stream
        .poll_read(&mut context, &mut buffer)
        .map_ok(|count| buffer[..count].to_vec())
}

fn write(stream: &OutsideStream, bytes: &[u8]) {
    let mut context = Context::from_waker(Waker::noop());
    let written = stream.poll_write(&mut context, bytes);
    assert_eq!(written, Poll::Ready(Ok(bytes.len())));
}

/// Ends with the number of the error that connecting gives.
const KNOCK: Main = program!(sys, {
    let fd = sys.socket(SocketKind::Tcp)?;
    match sys.connect(fd, &at(201, 514), None).await {
        Ok(()) => Ok(0),
        Err(error) => Ok(u8::try_from(error as i32).unwrap_or(98)),
    }
});

fn number(error: Errno) -> i32 {
    error as i32
}

#[test]
fn a_connection_is_there_when_the_host_says_so() {
    let (zone, host) = start(program!(sys, {
        let fd = sys.socket(SocketKind::Tcp)?;
        sys.connect(fd, &at(201, 514), None).await?;
        sys.write_all(fd, b"question").await?;
        let mut buffer = [0; 64];
        let count = sys.read(fd, &mut buffer).await?;
        assert_eq!(&buffer[..count], b"answer");
        assert_eq!(sys.read(fd, &mut buffer).await, Ok(0));
        Ok(0)
    }));
    assert!(zone.userland.internet().is_calling());
    let stream = host.call().connected();
    assert!(!zone.userland.internet().is_calling());
    zone.settle();
    assert_eq!(read(&stream), Poll::Ready(Ok(b"question".to_vec())));
    assert_eq!(read(&stream), Poll::Pending);
    write(&stream, b"answer");
    stream.end_writing();
    assert_eq!(zone.status(1), 0);
    assert_eq!(read(&stream), Poll::Ready(Ok(Vec::new())));
}

#[test]
fn what_the_host_cannot_reach_has_the_error_of_any_connection() {
    let (zone, host) = start(KNOCK);
    host.call().failed(OutsideError::Refused);
    assert_eq!(zone.status(1), number(Errno::ECONNREFUSED));
    let (zone, host) = start(KNOCK);
    drop(host.call());
    assert_eq!(zone.status(1), number(Errno::ETIMEDOUT));
}

#[test]
fn the_zones_clock_ends_only_an_attempt_with_a_limit() {
    let (zone, host) = start(program!(sys, {
        let fd = sys.socket(SocketKind::Tcp)?;
        let limit = Some(Duration::from_secs(5));
        let connected = sys.connect(fd, &at(201, 514), limit).await;
        Ok(u8::from(connected != Err(Errno::ETIMEDOUT)))
    }));
    zone.run_out();
    assert_eq!(zone.status(1), 0);
    let stream = host.call().connected();
    assert_eq!(read(&stream), Poll::Ready(Ok(Vec::new())));
    let (zone, host) = start(KNOCK);
    assert!(zone.clock.timers().is_empty());
    drop(host.call().connected());
    assert_eq!(zone.status(1), 0);
}

#[test]
fn a_reset_of_the_host_is_one_of_the_container() {
    let (zone, host) = start(program!(sys, {
        let fd = sys.socket(SocketKind::Tcp)?;
        sys.connect(fd, &at(201, 514), None).await?;
        let mut buffer = [0; 64];
        let read = sys.read(fd, &mut buffer).await;
        Ok(u8::from(read != Err(Errno::ECONNRESET)))
    }));
    let stream = host.call().connected();
    zone.settle();
    stream.reset();
    assert_eq!(zone.status(1), 0);
}

#[test]
fn messages_go_out_and_answers_come_back_as_long_as_the_socket_lives() {
    let (zone, host) = start(program!(sys, {
        let fd = sys.socket(SocketKind::Udp)?;
        sys.connect(fd, &at(201, 514), None).await?;
        sys.write_all(fd, b"one").await?;
        sys.write_all(fd, b"two").await?;
        let mut buffer = [0; 64];
        let answer = sys.receive(fd, &mut buffer).await?.ok_or(Errno::EIO)?;
        assert_eq!(&buffer[..answer.bytes], b"answer");
        assert_eq!(answer.from, at(201, 514));
        sys.close(fd)?;
        sys.pause().await;
        Ok(0)
    }));
    let answers = {
        let mut wishes = host.lock();
        assert_eq!(wishes.messages, ["one", "two"]);
        assert_eq!((wishes.ways, wishes.answers.len()), (1, 1));
        wishes.answers.pop().expect("one way")
    };
    answers.deliver(Bytes::from_static(b"answer"));
    zone.settle();
    assert_eq!(host.lock().ways, 0);
    answers.deliver(Bytes::from_static(b"too late"));
}

#[test]
fn nothing_leaves_a_zone_without_a_way_out() {
    let zone = Containers::create(&[("client", KNOCK)]);
    zone.begin(1, "client");
    zone.run_out();
    assert_eq!(zone.status(1), number(Errno::ETIMEDOUT));
}
