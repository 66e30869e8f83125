//! Ways out of the zone: addresses of containers that sockets of the host stand for.
//!
//! Where a packet leaves the zone is the fabric's decision ([`runtime::net::PathEnd::Outside`]); the host's sockets are
//! behind [`Egress`]. A connection attempt takes as long as the host's, whatever the zone's clock does meanwhile.

use super::budget::Budget;
use super::duplex::{Half, Manner};
use super::internet::Internet;
use super::mailbox::{Datagram, Mailbox};
use super::outside::{OutsideError, OutsideStream};
use super::routes::Link;
use super::stack::Stack;
use super::udp::TTL;
use super::wakers::Wakers;
use crate::kernel::Errno;
use bytes::Bytes;
use std::fmt;
use std::net::{SocketAddr, SocketAddrV4};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};

/// The host's sockets. Calls come from the threads of containers and must not block.
pub trait Egress: Send + Sync {
    /// Connects to a socket of the host, and says to `call` what has come of it.
    fn connect(&self, to: SocketAddr, call: Call);

    /// A way for messages to a socket of the host. `None`: the host gives no socket for it.
    fn messages(&self, to: SocketAddr, answers: Answers) -> Option<Box<dyn Messages>>;
}

/// A way for messages to one socket of the host; dropping it ends it.
pub trait Messages: Send + Sync {
    /// Sends one; it may be lost.
    fn send(&self, bytes: &[u8]);
}

#[derive(Debug, Default)]
struct Slot {
    answer: Option<Result<Half, Errno>>,
    waiting: Wakers,
}

fn lock(slot: &Mutex<Slot>) -> MutexGuard<'_, Slot> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection attempt, as the container has it.
#[derive(Debug)]
pub(super) struct Attempt(Arc<Mutex<Slot>>);

impl Attempt {
    /// The container's end of the connection, or why there is none; told once.
    pub(super) fn poll(&self, context: &Context<'_>) -> Poll<Result<Half, Errno>> {
        let mut slot = lock(&self.0);
        match slot.answer.take() {
            Some(answer) => Poll::Ready(answer),
            None => {
                slot.waiting.add(context);
                Poll::Pending
            }
        }
    }
}

/// A connection attempt, as the host has it. Dropped without a word it has timed out.
pub struct Call {
    slot: Arc<Mutex<Slot>>,
    near: Arc<Budget>,
    internet: Internet,
    answered: bool,
}

impl Call {
    pub(super) fn new(internet: &Internet, near: Arc<Budget>) -> (Attempt, Self) {
        internet.calls().begin();
        let slot = Arc::default();
        let call = Self {
            slot: Arc::clone(&slot),
            near,
            internet: internet.clone(),
            answered: false,
        };
        (Attempt(slot), call)
    }

    fn answer(&mut self, answer: Result<Half, Errno>) {
        self.answered = true;
        let mut slot = lock(&self.slot);
        slot.answer = Some(answer);
        slot.waiting.wake();
    }

    /// It is connected: the host's end.
    pub fn connected(mut self) -> OutsideStream {
        let host = self.internet.host_budget();
        let (own, others) = Half::pair(Manner::Tcp, self.near.clone(), host);
        self.answer(Ok(own));
        OutsideStream::new(others)
    }

    /// It is not.
    pub fn failed(mut self, why: OutsideError) {
        self.answer(Err(why.into()));
    }
}

impl From<OutsideError> for Errno {
    fn from(error: OutsideError) -> Self {
        match error {
            OutsideError::Refused => Errno::ECONNREFUSED,
            OutsideError::TimedOut => Errno::ETIMEDOUT,
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if !self.answered {
            self.answer(Err(Errno::ETIMEDOUT));
        }
        self.internet.calls().end();
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("answered", &self.answered)
            .finish_non_exhaustive()
    }
}

/// Where answers to a container's messages go.
#[derive(Debug)]
pub struct Answers {
    mailbox: Weak<Mailbox>,
    stack: Weak<Stack>,
    link: Link,
    from: SocketAddrV4,
}

impl Answers {
    /// To a socket that sends through `link` to `from`, as it sees the host's socket.
    pub(super) fn new(
        mailbox: &Arc<Mailbox>,
        stack: &Arc<Stack>,
        link: Link,
        from: SocketAddrV4,
    ) -> Self {
        Self {
            mailbox: Arc::downgrade(mailbox),
            stack: Arc::downgrade(stack),
            link,
            from,
        }
    }

    /// Delivers one; lost when the socket has no room or is gone.
    pub fn deliver(&self, bytes: Bytes) {
        if let (Some(mailbox), Some(stack)) = (self.mailbox.upgrade(), self.stack.upgrade()) {
            stack.count_received(self.link, bytes.len());
            // A full mailbox loses it.
            let _ = mailbox.push(Datagram {
                from: self.from.into(),
                bytes,
                ttl: TTL,
            });
        }
    }
}
