//! What has arrived for a socket that takes messages: UDP, ICMP and unix datagrams.

use super::address::SocketAddress;
use super::budget::Budget;
use super::wakers::Wakers;
use crate::kernel::Errno;
use bytes::Bytes;
use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

/// Notices of routers that are kept; later ones are lost.
const NOTICES: usize = 64;

/// One message.
#[derive(Clone, Debug)]
pub(super) struct Datagram {
    pub(super) from: SocketAddress,
    pub(super) bytes: Bytes,
    /// What is left of the sender's time to live.
    pub(super) ttl: u8,
}

/// What a router or a host has to say about a packet that a socket sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Who says it.
    pub from: Ipv4Addr,
    /// What.
    pub kind: NoticeKind,
}

/// Why a packet was not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// Its time to live was over.
    TimeExceeded,
    /// Nobody has the port.
    PortUnreachable,
}

#[derive(Debug, Default)]
struct Inner {
    queue: VecDeque<Datagram>,
    queued_bytes: usize,
    notices: VecDeque<Notice>,
    error: Option<Errno>,
    ended: bool,
    closed: bool,
    readers: Wakers,
    writers: Wakers,
}

/// The messages of one socket.
#[derive(Debug)]
pub(super) struct Mailbox {
    budget: Arc<Budget>,
    /// Messages at most, where it is not only bytes that count.
    limit: usize,
    inner: Mutex<Inner>,
}

/// Why a message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undelivered {
    /// There is no room now.
    Full,
    /// The socket is closed.
    Closed,
}

impl Mailbox {
    pub(super) fn new(budget: Arc<Budget>, limit: usize) -> Self {
        Self {
            budget,
            limit,
            inner: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a message in.
    pub(super) fn push(&self, datagram: Datagram) -> Result<(), Undelivered> {
        let mut inner = self.lock();
        let bytes = datagram.bytes.len();
        if inner.closed || inner.ended {
            return Err(Undelivered::Closed);
        }
        if inner.queue.len() >= self.limit || !self.budget.take_datagram(inner.queued_bytes, bytes)
        {
            return Err(Undelivered::Full);
        }
        inner.queued_bytes += bytes;
        inner.queue.push_back(datagram);
        inner.readers.wake();
        Ok(())
    }

    /// As [`Mailbox::push`]; waits for room.
    pub(super) fn poll_push(
        &self,
        datagram: &Datagram,
        context: &Context<'_>,
    ) -> Poll<Result<(), Undelivered>> {
        match self.push(datagram.clone()) {
            Err(Undelivered::Full) => {
                self.lock().writers.add(context);
                Poll::Pending
            }
            pushed => Poll::Ready(pushed),
        }
    }

    /// Takes the oldest message out; `None` when none will come.
    pub(super) fn receive(&self, context: &Context<'_>) -> Poll<Result<Option<Datagram>, Errno>> {
        let mut inner = self.lock();
        if let Some(error) = inner.error.take() {
            return Poll::Ready(Err(error));
        }
        if let Some(datagram) = inner.queue.pop_front() {
            inner.queued_bytes -= datagram.bytes.len();
            self.budget.release_datagram(datagram.bytes.len());
            inner.writers.wake();
            return Poll::Ready(Ok(Some(datagram)));
        }
        if inner.ended {
            return Poll::Ready(Ok(None));
        }
        inner.readers.add(context);
        Poll::Pending
    }

    /// Whether [`Mailbox::receive`] would answer at once; if not, the task is woken when it might.
    pub(super) fn poll_readable(&self, context: &Context<'_>) -> bool {
        let mut inner = self.lock();
        let ready = !inner.queue.is_empty() || inner.error.is_some() || inner.ended;
        if !ready {
            inner.readers.add(context);
        }
        ready
    }

    /// The next call is told this.
    pub(super) fn fail(&self, error: Errno) {
        let mut inner = self.lock();
        inner.error = Some(error);
        inner.readers.wake();
    }

    pub(super) fn take_error(&self) -> Option<Errno> {
        self.lock().error.take()
    }

    /// Keeps what was said about a packet that the socket sent.
    pub(super) fn notify(&self, notice: Notice) {
        let mut inner = self.lock();
        if inner.notices.len() < NOTICES {
            inner.notices.push_back(notice);
        }
    }

    pub(super) fn take_notice(&self) -> Option<Notice> {
        self.lock().notices.pop_front()
    }

    /// No more messages.
    pub(super) fn end(&self) {
        let mut inner = self.lock();
        inner.ended = true;
        inner.readers.wake();
        inner.writers.wake();
    }

    pub(super) fn unread_bytes(&self) -> usize {
        self.lock().queued_bytes
    }

    /// The socket is gone.
    pub(super) fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        inner.queue = VecDeque::new();
        let bytes = std::mem::take(&mut inner.queued_bytes);
        self.budget.release_datagram(bytes);
        inner.writers.wake();
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.close();
    }
}
