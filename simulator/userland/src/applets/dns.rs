//! Asking resolvers.

use crate::kernel::{Errno, Fd, SocketAddress, SocketKind, Sys};
use simple_dns::{CLASS, Name, Packet, PacketFlag, QTYPE, Question};
use std::net::SocketAddrV4;
use std::time::Duration;

/// The port of resolvers.
pub(super) const PORT: u16 = 53;
/// The longest answer that is read.
pub(super) const ANSWER_BYTES: usize = 4096;

/// How a query is sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// How long each attempt waits.
    pub(super) patience: Duration,
    /// How often a resolver is asked.
    pub(super) attempts: u32,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(5),
            attempts: 2,
        }
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unanswered {
    /// The name is none.
    BadName,
    /// Nobody has answered in time.
    TimedOut,
    /// The question could not be sent.
    Failed(Errno),
}

impl From<Errno> for Unanswered {
    fn from(error: Errno) -> Self {
        Unanswered::Failed(error)
    }
}

/// A descriptor that is closed when dropped.
pub(super) struct Socket<'a> {
    sys: &'a Sys,
    pub(super) fd: Fd,
}

impl<'a> Socket<'a> {
    pub(super) fn new(sys: &'a Sys, kind: SocketKind) -> Result<Self, Errno> {
        let fd = sys.socket(kind)?;
        Ok(Self { sys, fd })
    }
}

impl Drop for Socket<'_> {
    fn drop(&mut self) {
        // It is open as long as the value lives.
        let _ = self.sys.close(self.fd);
    }
}

/// The bytes of a question that asks for recursion.
pub(super) fn question(id: u16, name: &str, wanted: QTYPE) -> Result<Vec<u8>, Unanswered> {
    let name = Name::new(name).map_err(|_| Unanswered::BadName)?;
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    let question = Question::new(name, wanted, CLASS::IN.into(), false);
    packet.questions.push(question);
    packet.build_bytes_vec().map_err(|_| Unanswered::BadName)
}

/// Asks one resolver; the bytes of its answer.
pub(super) async fn ask(
    sys: &Sys,
    resolver: SocketAddrV4,
    question: &[u8],
    manner: Manner,
) -> Result<Vec<u8>, Unanswered> {
    let socket = Socket::new(sys, SocketKind::Udp)?;
    let address = SocketAddress::Inet(resolver);
    sys.connect(socket.fd, &address, None).await?;
    for _ in 0..manner.attempts.max(1) {
        sys.write(socket.fd, question).await?;
        let until = sys.now() + manner.patience;
        loop {
            let left = until.since(sys.now());
            if sys.poll_read(&[socket.fd], Some(left)).await?.is_empty() {
                break;
            }
            let mut answer = vec![0; ANSWER_BYTES];
            let count = sys.read(socket.fd, &mut answer).await?;
            answer.truncate(count);
            // Another question's answer is no answer.
            if answer.get(..2) == question.get(..2) {
                return Ok(answer);
            }
        }
    }
    Err(Unanswered::TimedOut)
}
