//! One connection of a server.

use crate::kernel::{Bell, Buffer, Errno, Fd, Shutdown, Sys, Wanted};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Context;
use std::time::Duration;

/// How many times as long as for the next bytes is waited for the last ones.
const LINGERS: u32 = 6;
/// Bytes that one read asks for.
const READ_BYTES: usize = 16 << 10;

/// Tells every conversation of a process that it is to come to its end.
#[derive(Debug, Default)]
pub(super) struct Closing {
    set: AtomicBool,
    bell: Bell,
}

impl Closing {
    /// Begins it.
    pub(super) fn begin(&self) {
        self.set.store(true, Ordering::Release);
        self.bell.ring();
    }

    /// Whether it has begun.
    pub(super) fn has_begun(&self) -> bool {
        self.set.load(Ordering::Acquire)
    }

    fn poll(&self, context: &Context<'_>) -> bool {
        if !self.has_begun() {
            self.bell.hear(context);
        }
        self.has_begun()
    }
}

/// What came of waiting for bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fill {
    /// There are more than before.
    More,
    /// There will be none.
    End,
    /// None came in time.
    Late,
    /// None was there when the server began to close.
    Closing,
}

/// A connection, and what has been read of it and not used. Dropping it closes it.
pub(super) struct Stream<'a> {
    pub(super) sys: &'a Sys,
    pub(super) fd: Fd,
    /// Who has connected.
    pub(super) peer: SocketAddrV4,
    /// The address that the client has connected to.
    pub(super) local: SocketAddrV4,
    input: Buffer,
    start: usize,
}

impl<'a> Stream<'a> {
    /// A connection that was accepted.
    pub(super) fn new(sys: &'a Sys, fd: Fd, peer: Option<SocketAddrV4>) -> Self {
        let nowhere = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);
        let local = sys.local_address(fd).ok();
        // A connection that was just accepted is open.
        let _ = sys.set_nonblocking(fd, true);
        let _ = sys.set_cloexec(fd, true);
        Self {
            sys,
            fd,
            peer: peer.unwrap_or(nowhere),
            local: local.and_then(|local| local.inet()).unwrap_or(nowhere),
            input: Buffer::new(),
            start: 0,
        }
    }

    /// What has been read and not used.
    pub(super) fn input(&self) -> &[u8] {
        &self.input[self.start..]
    }

    /// The first `count` bytes have been used.
    pub(super) fn used(&mut self, count: usize) {
        self.start = (self.start + count).min(self.input.len());
        if self.start == self.input.len() {
            // Who waits holds nothing.
            self.input = Buffer::new();
            self.start = 0;
        }
    }

    /// Reads what is there; waits for it, at most `patience`, and with `closing` no longer than the server does.
    pub(super) async fn fill(
        &mut self,
        patience: Option<Duration>,
        closing: Option<&Closing>,
    ) -> Result<Fill, Errno> {
        loop {
            match self.take().await {
                Ok(0) => return Ok(Fill::End),
                Ok(_) => return Ok(Fill::More),
                Err(Errno::EAGAIN) => {}
                Err(Errno::EINTR) => continue,
                Err(error) => return Err(error),
            }
            if closing.is_some_and(Closing::has_begun) {
                return Ok(Fill::Closing);
            }
            let heard =
                |context: &mut Context<'_>| closing.is_some_and(|closing| closing.poll(context));
            match self
                .sys
                .poll(&[Wanted::Read(self.fd)], patience, heard)
                .await
            {
                Ok(false) => return Ok(Fill::Late),
                Ok(true) | Err(Errno::EINTR) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads what is there.
    pub(super) async fn take(&mut self) -> Result<usize, Errno> {
        if self.start > READ_BYTES {
            self.input.drop_front(self.start);
            self.start = 0;
        }
        let len = self.input.len();
        self.input.resize(len + READ_BYTES, 0);
        let read = self.sys.read(self.fd, &mut self.input[len..]).await;
        let count = *read.as_ref().unwrap_or(&0);
        self.input.truncate(len + count);
        if self.input.is_empty() {
            self.input = Buffer::new();
        }
        read
    }

    /// Writes everything; ETIMEDOUT: the client has taken nothing for so long.
    pub(super) async fn send(&self, bytes: &[u8], patience: Option<Duration>) -> Result<(), Errno> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.sys.write(self.fd, rest).await {
                Ok(count) => rest = &rest[count..],
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => {
                    let wanted = [Wanted::Write(self.fd)];
                    match self.sys.poll(&wanted, patience, |_| false).await {
                        Ok(false) => return Err(Errno::ETIMEDOUT),
                        Ok(true) | Err(Errno::EINTR) => {}
                        Err(error) => return Err(error),
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Ends the writing and reads what the client still sends, for a while: a connection that is closed with bytes
    /// unread is reset, and the client might lose the answer.
    pub(super) async fn linger(&mut self, patience: Duration) {
        if self.sys.shut_down(self.fd, Shutdown::Write).is_err() {
            return;
        }
        let until = self.sys.now() + patience * LINGERS;
        while self.sys.now() < until {
            self.used(usize::MAX / 2);
            if !matches!(self.fill(Some(patience), None).await, Ok(Fill::More)) {
                return;
            }
        }
    }
}

impl Drop for Stream<'_> {
    fn drop(&mut self) {
        let _ = self.sys.close(self.fd);
    }
}
