//! The console itself and its writing side.

use super::cursor::Cursor;
use super::input::InputState;
use super::log::Log;
use crate::Timestamp;
use bytes::Bytes;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// How far an attacher may fall behind before the writer waits, bytes; what keeps a chunk counts too, as a process may
/// write bytes one by one.
pub const ATTACH_WINDOW_BYTES: usize = 1 << 20;

/// The stream a chunk belongs to, with its number in a frame header (docker-api.md 6.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stream {
    /// Standard output; also everything a terminal shows.
    Stdout = 1,
    /// Standard error.
    Stderr = 2,
}

/// Which streams an attacher or a log reader asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamSet {
    /// Standard output.
    pub stdout: bool,
    /// Standard error.
    pub stderr: bool,
}

impl StreamSet {
    /// Both streams.
    pub const BOTH: StreamSet = StreamSet {
        stdout: true,
        stderr: true,
    };

    /// Whether `stream` was asked for.
    pub fn contains(self, stream: Stream) -> bool {
        match stream {
            Stream::Stdout => self.stdout,
            Stream::Stderr => self.stderr,
        }
    }
}

/// One write of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Where it was written to.
    pub stream: Stream,
    /// When.
    pub at: Timestamp,
    /// What; never empty.
    pub bytes: Bytes,
}

impl Chunk {
    /// What it takes of an attacher's window.
    pub(super) fn charge(&self) -> usize {
        self.bytes.len() + size_of::<Chunk>()
    }
}

/// The console of one run of one process. Clones are the same console.
#[derive(Clone)]
pub struct Console(pub(super) Arc<Shared>);

pub(super) struct Shared {
    state: Mutex<State>,
    log: Option<Log>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) cursors: BTreeMap<u64, CursorState>,
    next_cursor: u64,
    writers: Vec<Waker>,
    pub(super) finished: bool,
    pub(super) input: InputState,
}

pub(super) struct CursorState {
    streams: StreamSet,
    pub(super) queue: VecDeque<Chunk>,
    /// The charges of all in the queue.
    pub(super) queued_bytes: usize,
    pub(super) waker: Option<Waker>,
}

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn has_space(&self) -> bool {
        self.cursors
            .values()
            .all(|cursor| cursor.queued_bytes <= ATTACH_WINDOW_BYTES)
    }

    pub(super) fn wake_writers_if_space(&mut self) -> Vec<Waker> {
        if self.finished || self.has_space() {
            std::mem::take(&mut self.writers)
        } else {
            Vec::new()
        }
    }
}

impl Console {
    /// A console whose output also goes to `log` (the container's; an exec has none).
    pub fn new(log: Option<Log>) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::new(State::default()),
            log,
        }))
    }

    /// Ready when every attacher is within its window; the runtime asks before each write.
    pub fn poll_space(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.lock();
        if state.finished || state.has_space() {
            return Poll::Ready(());
        }
        state.writers.push(context.waker().clone());
        Poll::Pending
    }

    /// Records one write. Never waits: [`Console::poll_space`] does that. Empty writes leave no trace, and
    /// writes after [`Console::finish`] are dropped.
    pub fn push(&self, stream: Stream, at: Timestamp, bytes: Bytes) {
        if bytes.is_empty() {
            return;
        }
        let mut wakers = Vec::new();
        {
            let mut state = self.0.lock();
            if state.finished {
                return;
            }
            if let Some(log) = &self.0.log {
                log.append(stream, at, &bytes);
            }
            for cursor in state.cursors.values_mut() {
                if cursor.streams.contains(stream) {
                    let bytes = bytes.clone();
                    let chunk = Chunk { stream, at, bytes };
                    cursor.queued_bytes += chunk.charge();
                    cursor.queue.push_back(chunk);
                    wakers.extend(cursor.waker.take());
                }
            }
        }
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Ends the console once the process is gone **and** its status is known (CLI-46): attachers see the rest
    /// of the output and then the end.
    pub fn finish(&self) {
        let wakers = {
            let mut state = self.0.lock();
            if state.finished {
                return;
            }
            state.finished = true;
            let mut wakers = std::mem::take(&mut state.writers);
            for cursor in state.cursors.values_mut() {
                wakers.extend(cursor.waker.take());
            }
            wakers.extend(state.input.close());
            wakers
        };
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Whether [`Console::finish`] was called.
    pub fn is_finished(&self) -> bool {
        self.0.lock().finished
    }

    /// Attaches from now on to `streams`.
    pub fn attach(&self, streams: StreamSet) -> Cursor {
        let mut state = self.0.lock();
        let id = state.next_cursor;
        state.next_cursor += 1;
        state.cursors.insert(
            id,
            CursorState {
                streams,
                queue: VecDeque::new(),
                queued_bytes: 0,
                waker: None,
            },
        );
        Cursor::new(self.clone(), id)
    }

    /// How many attachers there are.
    pub fn attached(&self) -> usize {
        self.0.lock().cursors.len()
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.lock();
        f.debug_struct("Console")
            .field("attached", &state.cursors.len())
            .field("finished", &state.finished)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::pin::pin;

    fn poll<F: Future>(future: F) -> Poll<F::Output> {
        pin!(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn an_attacher_sees_only_its_streams_and_then_the_end() {
        let console = Console::new(None);
        let mut cursor = console.attach(StreamSet {
            stdout: true,
            stderr: false,
        });
        console.push(Stream::Stderr, Timestamp(1), Bytes::from_static(b"no"));
        console.push(Stream::Stdout, Timestamp(2), Bytes::from_static(b"yes"));
        let Poll::Ready(Some(chunk)) = poll(cursor.next()) else {
            panic!("nothing arrived")
        };
        assert_eq!(&chunk.bytes[..], b"yes");
        assert!(poll(cursor.next()).is_pending());
        console.finish();
        assert_eq!(poll(cursor.next()), Poll::Ready(None));
    }

    #[test]
    fn a_writer_waits_for_an_attacher_that_is_a_window_behind() {
        let console = Console::new(None);
        let slow = console.attach(StreamSet::BOTH);
        let block = Bytes::from(vec![0; ATTACH_WINDOW_BYTES + 1]);
        console.push(Stream::Stdout, Timestamp(1), block);
        assert!(poll(poll_fn(|cx| console.poll_space(cx))).is_pending());
        drop(slow);
        assert!(poll(poll_fn(|cx| console.poll_space(cx))).is_ready());
    }

    #[test]
    fn writes_of_one_byte_fill_a_window_too() {
        let console = Console::new(None);
        let slow = console.attach(StreamSet::BOTH);
        let space = || poll(poll_fn(|cx| console.poll_space(cx))).is_ready();
        let mut writes = 0;
        while space() {
            console.push(Stream::Stdout, Timestamp(1), Bytes::from_static(b"x"));
            writes += 1;
        }
        assert!(
            writes <= ATTACH_WINDOW_BYTES / 32,
            "{writes} chunks are kept"
        );
        drop(slow);
        assert!(space());
    }

    #[test]
    fn input_ends_once_and_what_came_before_is_read_first() {
        let console = Console::new(None);
        assert_eq!(
            poll(console.write_input(Bytes::from_static(b"abc"))),
            Poll::Ready(true)
        );
        console.close_input();
        let read = |max| poll(poll_fn(|cx| console.poll_input(cx, max)));
        assert_eq!(read(2), Poll::Ready(Bytes::from_static(b"ab")));
        assert_eq!(read(9), Poll::Ready(Bytes::from_static(b"c")));
        assert_eq!(read(9), Poll::Ready(Bytes::new()));
        assert_eq!(
            poll(console.write_input(Bytes::from_static(b"late"))),
            Poll::Ready(false)
        );
    }
}
