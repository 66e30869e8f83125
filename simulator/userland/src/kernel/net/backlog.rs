//! Connections that wait to be accepted.

use super::wakers::Wakers;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

/// The longest queue, whatever a program asks for (`somaxconn`).
const LONGEST: usize = 128;

#[derive(Debug)]
struct Inner<T> {
    queue: VecDeque<T>,
    limit: usize,
    closed: bool,
    accepters: Wakers,
    connecters: Wakers,
}

/// The queue of a socket that listens.
#[derive(Debug)]
pub(super) struct Backlog<T>(Mutex<Inner<T>>);

/// What has become of a connection.
#[derive(Debug)]
pub(super) enum Offer<T> {
    /// It waits to be accepted.
    Taken,
    /// The queue is full.
    Full(T),
    /// Nobody listens any more.
    Closed,
}

impl<T> Backlog<T> {
    pub(super) fn new(limit: i32) -> Self {
        Self(Mutex::new(Inner {
            queue: VecDeque::new(),
            limit: clamped(limit),
            closed: false,
            accepters: Wakers::default(),
            connecters: Wakers::default(),
        }))
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_limit(&self, limit: i32) {
        self.lock().limit = clamped(limit);
    }

    /// Queues a connection; as on Linux one more than the limit fits.
    pub(super) fn offer(&self, connection: T) -> Offer<T> {
        let mut inner = self.lock();
        if inner.closed {
            return Offer::Closed;
        }
        if inner.queue.len() > inner.limit {
            return Offer::Full(connection);
        }
        inner.queue.push_back(connection);
        inner.accepters.wake();
        Offer::Taken
    }

    /// Wakes the task when the queue has room again.
    pub(super) fn wait_for_room(&self, context: &Context<'_>) {
        self.lock().connecters.add(context);
    }

    /// Takes the oldest connection; waits for one.
    pub(super) fn accept(&self, context: &Context<'_>) -> Poll<T> {
        let mut inner = self.lock();
        let Some(connection) = inner.queue.pop_front() else {
            inner.accepters.add(context);
            return Poll::Pending;
        };
        inner.connecters.wake();
        Poll::Ready(connection)
    }

    pub(super) fn poll_readable(&self, context: &Context<'_>) -> bool {
        let mut inner = self.lock();
        let ready = !inner.queue.is_empty();
        if !ready {
            inner.accepters.add(context);
        }
        ready
    }

    /// How many connections wait, and how many may.
    pub(super) fn counts(&self) -> (usize, usize) {
        let inner = self.lock();
        (inner.queue.len(), inner.limit)
    }

    /// Looks at those that wait.
    pub(super) fn for_each(&self, look: impl FnMut(&T)) {
        self.lock().queue.iter().for_each(look);
    }

    /// Nobody will accept any more; gives those that wait.
    pub(super) fn close(&self) -> Vec<T> {
        let mut inner = self.lock();
        inner.closed = true;
        inner.connecters.wake();
        inner.queue.drain(..).collect()
    }
}

fn clamped(limit: i32) -> usize {
    usize::try_from(limit).map_or(LONGEST, |limit| limit.min(LONGEST))
}
