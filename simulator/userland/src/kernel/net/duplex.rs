//! Streams of bytes in both directions: connections of TCP and between unix sockets.

use super::budget::Budget;
use super::wakers::Wakers;
use crate::kernel::{Errno, ring};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

/// An empty buffer larger than this is given back.
const KEPT_BYTES: usize = 16 << 10;

/// In what the two kinds of stream differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// What is written to a closed end is answered by a reset.
    Tcp,
    /// Writing to a closed end fails at once.
    Unix,
}

/// How far a stream is, as `netstat` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Open,
    /// This end has ended its writing.
    WriteEnded,
    /// The other end has ended its writing.
    ReadEnded,
    /// Both.
    BothEnded,
    Closed,
}

/// Which directions to shut down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shutdown {
    /// Nothing more is read.
    Read,
    /// Nothing more is written: the other end reads to the end.
    Write,
    /// Both.
    Both,
}

/// One end: what has arrived there and how it is.
#[derive(Debug)]
struct End {
    incoming: VecDeque<u8>,
    /// The other end has ended its writing.
    ended: bool,
    shut_read: bool,
    shut_write: bool,
    closed: bool,
    /// It was reset: nothing goes through any more.
    hung_up: bool,
    /// What the next call is told about the reset.
    error: Option<Errno>,
    readers: Wakers,
    writers: Wakers,
    budget: Arc<Budget>,
}

impl End {
    fn new(budget: Arc<Budget>) -> Self {
        budget.add_stream();
        Self {
            incoming: VecDeque::new(),
            ended: false,
            shut_read: false,
            shut_write: false,
            closed: false,
            hung_up: false,
            error: None,
            readers: Wakers::default(),
            writers: Wakers::default(),
            budget,
        }
    }

    fn space(&self) -> usize {
        self.budget
            .stream_bytes()
            .saturating_sub(self.incoming.len())
    }

    fn wake(&mut self) {
        self.readers.wake();
        self.writers.wake();
    }

    /// The other end has closed with bytes unread.
    fn reset(&mut self) {
        self.error = Some(if self.ended {
            Errno::EPIPE
        } else {
            Errno::ECONNRESET
        });
        self.hung_up = true;
        self.wake();
    }

    fn is_readable(&self) -> bool {
        !self.incoming.is_empty()
            || self.ended
            || self.hung_up
            || self.shut_read
            || self.error.is_some()
    }
}

#[derive(Debug)]
struct Pair {
    manner: Manner,
    ends: Mutex<[End; 2]>,
}

/// One end of a stream, as its owner holds it. Dropping it closes the end.
#[derive(Debug)]
pub(super) struct Half {
    pair: Arc<Pair>,
    side: usize,
}

impl Half {
    /// Two ends of one stream; what arrives at each is charged to its own budget.
    pub(super) fn pair(manner: Manner, first: Arc<Budget>, second: Arc<Budget>) -> (Half, Half) {
        let pair = Arc::new(Pair {
            manner,
            ends: Mutex::new([End::new(first), End::new(second)]),
        });
        let other = Half {
            pair: pair.clone(),
            side: 1,
        };
        (Half { pair, side: 0 }, other)
    }

    fn lock(&self) -> MutexGuard<'_, [End; 2]> {
        self.pair
            .ends
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, act: impl FnOnce(&mut End, &mut End) -> T) -> T {
        let [first, second] = &mut *self.lock();
        match self.side {
            0 => act(first, second),
            _ => act(second, first),
        }
    }

    /// Reads what is there; 0 is the end.
    pub(super) fn read(
        &self,
        buffer: &mut [u8],
        context: &Context<'_>,
    ) -> Poll<Result<usize, Errno>> {
        self.with(|own, peer| {
            if buffer.is_empty() {
                return Poll::Ready(Ok(0));
            }
            if !own.incoming.is_empty() {
                let count = ring::take(&mut own.incoming, buffer);
                if own.incoming.is_empty() && own.incoming.capacity() > KEPT_BYTES {
                    own.incoming = VecDeque::new();
                }
                // A writer that was woken for each byte would write bytes.
                if !peer.writers.is_empty() && own.space() >= own.budget.stream_bytes() / 4 {
                    peer.writers.wake();
                }
                return Poll::Ready(Ok(count));
            }
            if own.ended {
                return Poll::Ready(Ok(0));
            }
            if let Some(error) = own.error.take() {
                return Poll::Ready(Err(error));
            }
            if own.hung_up || own.shut_read {
                return Poll::Ready(Ok(0));
            }
            own.readers.add(context);
            Poll::Pending
        })
    }

    /// Writes as much as the other end has room for, at least a byte. EPIPE comes with a signal.
    pub(super) fn write(&self, bytes: &[u8], context: &Context<'_>) -> Poll<Result<usize, Errno>> {
        let manner = self.pair.manner;
        self.with(|own, peer| {
            if let Some(error) = own.error.take() {
                return Poll::Ready(Err(error));
            }
            if own.hung_up || own.shut_write {
                return Poll::Ready(Err(Errno::EPIPE));
            }
            if peer.closed {
                own.hung_up = true;
                own.wake();
                return Poll::Ready(match manner {
                    // It goes out before the reset comes back.
                    Manner::Tcp => Ok(bytes.len()),
                    Manner::Unix => Err(Errno::EPIPE),
                });
            }
            let space = peer.space();
            if space == 0 && !bytes.is_empty() {
                own.writers.add(context);
                return Poll::Pending;
            }
            let count = bytes.len().min(space);
            peer.incoming.extend(&bytes[..count]);
            peer.readers.wake();
            Poll::Ready(Ok(count))
        })
    }

    /// Whether a read would answer at once; if not, the task is woken when it might.
    pub(super) fn poll_readable(&self, context: &Context<'_>) -> bool {
        self.with(|own, _| {
            let ready = own.is_readable();
            if !ready {
                own.readers.add(context);
            }
            ready
        })
    }

    /// Whether a write would answer at once; if not, the task is woken when it might.
    pub(super) fn poll_writable(&self, context: &Context<'_>) -> bool {
        self.with(|own, peer| {
            let ready = own.error.is_some()
                || own.hung_up
                || own.shut_write
                || peer.closed
                || peer.space() > 0;
            if !ready {
                own.writers.add(context);
            }
            ready
        })
    }

    /// Ends one or both directions; what has been written still arrives.
    pub(super) fn shut_down(&self, what: Shutdown) -> Result<(), Errno> {
        self.with(|own, peer| {
            if own.hung_up || peer.closed && own.ended && own.shut_write {
                return Err(Errno::ENOTCONN);
            }
            if what != Shutdown::Read {
                own.shut_write = true;
                peer.ended = true;
                own.writers.wake();
                peer.readers.wake();
            }
            if what != Shutdown::Write {
                own.shut_read = true;
                own.readers.wake();
            }
            Ok(())
        })
    }

    /// Closes this end so that the other one sees a reset.
    pub(super) fn abort(&self) {
        self.with(|own, peer| {
            if !own.closed && !peer.closed {
                peer.reset();
            }
            own.close();
        });
    }

    /// Bytes that have arrived and were not read.
    pub(super) fn unread_bytes(&self) -> usize {
        self.with(|own, _| own.incoming.len())
    }

    pub(super) fn phase(&self) -> Phase {
        self.with(|own, peer| match (own.shut_write, own.ended) {
            _ if own.hung_up || (own.closed && peer.closed) => Phase::Closed,
            (false, false) => Phase::Open,
            (true, false) => Phase::WriteEnded,
            (false, true) => Phase::ReadEnded,
            (true, true) => Phase::BothEnded,
        })
    }
}

impl End {
    fn close(&mut self) {
        if !std::mem::replace(&mut self.closed, true) {
            self.budget.remove_stream();
        }
        self.incoming = VecDeque::new();
        self.wake();
    }
}

impl Drop for Half {
    fn drop(&mut self) {
        self.with(|own, peer| {
            if !own.closed && !peer.closed {
                if own.incoming.is_empty() {
                    peer.ended = true;
                    peer.wake();
                } else {
                    peer.reset();
                }
            }
            own.close();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;

    fn pair(manner: Manner) -> (Half, Half) {
        let budget = || Arc::new(Budget::new(1 << 30));
        Half::pair(manner, budget(), budget())
    }

    fn write(half: &Half, bytes: &[u8]) -> Poll<Result<usize, Errno>> {
        half.write(bytes, &Context::from_waker(Waker::noop()))
    }

    fn read(half: &Half) -> Poll<Result<usize, Errno>> {
        let mut buffer = [0; 4096];
        half.read(&mut buffer, &Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_slow_reader_holds_the_writer_back() {
        let (near, far) = pair(Manner::Tcp);
        let block = vec![7; 100 << 10];
        assert_eq!(write(&near, &block), Poll::Ready(Ok(100 << 10)));
        assert_eq!(write(&near, &block), Poll::Ready(Ok(28 << 10)));
        assert_eq!(write(&near, &block), Poll::Pending);
        assert_eq!(read(&far), Poll::Ready(Ok(4096)));
        assert_eq!(write(&near, &block), Poll::Ready(Ok(4096)));
    }

    #[test]
    fn a_half_closed_stream_still_goes_the_other_way() {
        let (near, far) = pair(Manner::Tcp);
        assert_eq!(write(&near, b"question"), Poll::Ready(Ok(8)));
        near.shut_down(Shutdown::Write).expect("it is open");
        assert_eq!(read(&far), Poll::Ready(Ok(8)));
        assert_eq!(read(&far), Poll::Ready(Ok(0)));
        assert_eq!(write(&far, b"answer"), Poll::Ready(Ok(6)));
        assert_eq!(write(&near, b"x"), Poll::Ready(Err(Errno::EPIPE)));
        drop(far);
        assert_eq!(read(&near), Poll::Ready(Ok(6)));
        assert_eq!(read(&near), Poll::Ready(Ok(0)));
    }

    #[test]
    fn unread_bytes_make_a_close_a_reset() {
        let (near, far) = pair(Manner::Tcp);
        assert_eq!(write(&near, b"never read"), Poll::Ready(Ok(10)));
        drop(far);
        assert_eq!(read(&near), Poll::Ready(Err(Errno::ECONNRESET)));
        assert_eq!(read(&near), Poll::Ready(Ok(0)));
        assert_eq!(write(&near, b"x"), Poll::Ready(Err(Errno::EPIPE)));
    }

    #[test]
    fn a_write_to_a_closed_end_is_lost_and_the_next_one_fails() {
        let (near, far) = pair(Manner::Tcp);
        drop(far);
        assert_eq!(write(&near, b"lost"), Poll::Ready(Ok(4)));
        assert_eq!(write(&near, b"x"), Poll::Ready(Err(Errno::EPIPE)));
        assert_eq!(read(&near), Poll::Ready(Ok(0)));
        let (near, far) = pair(Manner::Unix);
        drop(far);
        assert_eq!(write(&near, b"x"), Poll::Ready(Err(Errno::EPIPE)));
    }
}
