//! Several conversations of one process that go on beside each other.
//!
//! A server talks with many clients at a time. Each conversation is an async function that makes system calls as any
//! program does; the crew lets those go on that have been woken. What wakes one of them (a socket, a timer, a
//! [`Bell`]) wakes only that one; what the kernel tells the whole process (a signal, a pipe) wakes all.

use super::{Charge, Errno, Fd, Sys};
use crate::exec::fuel;
use runtime::clock::Timer;
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// What a conversation costs beside what it holds itself, bytes.
const MEMBER_BYTES: usize = 256;
/// Fuel of looking after one conversation.
const TURN_FUEL: u64 = 100;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

type Conversation<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Who can go on, in order, and whom to tell.
#[derive(Debug, Default)]
struct Ready {
    places: Mutex<VecDeque<usize>>,
    process: Mutex<Option<Waker>>,
}

/// Wakes one conversation.
#[derive(Debug)]
struct Member {
    place: usize,
    queued: AtomicBool,
    ready: Arc<Ready>,
}

impl Wake for Member {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.queued.swap(true, Ordering::AcqRel) {
            return;
        }
        lock(&self.ready.places).push_back(self.place);
        if let Some(process) = lock(&self.ready.process).as_ref() {
            process.wake_by_ref();
        }
    }
}

struct Seat<'a> {
    conversation: Conversation<'a>,
    member: Arc<Member>,
    _charge: Charge,
}

/// What a crew's process has to see to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// These descriptors can be read.
    Readable(Vec<Fd>),
    /// A caught signal waits to be taken.
    Caught,
    /// A conversation has ended.
    Ended,
    /// The time has passed.
    TimedOut,
}

/// The conversations of a process.
pub struct Crew<'a> {
    seats: Vec<Option<Seat<'a>>>,
    free: Vec<usize>,
    ready: Arc<Ready>,
}

impl<'a> Crew<'a> {
    /// Nobody.
    pub fn new() -> Self {
        Self {
            seats: Vec::new(),
            free: Vec::new(),
            ready: Arc::default(),
        }
    }

    /// How many conversations go on.
    pub fn len(&self) -> usize {
        self.seats.len() - self.free.len()
    }

    /// Whether none goes on.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Begins a conversation.
    pub fn join(&mut self, conversation: impl Future<Output = ()> + Send + 'a) {
        let charge = Charge::of(size_of_val(&conversation) + MEMBER_BYTES);
        let place = self.free.pop().unwrap_or_else(|| {
            self.seats.push(None);
            self.seats.len() - 1
        });
        let member = Arc::new(Member {
            place,
            queued: AtomicBool::new(true),
            ready: self.ready.clone(),
        });
        lock(&self.ready.places).push_back(place);
        self.seats[place] = Some(Seat {
            conversation: Box::pin(conversation),
            member,
            _charge: charge,
        });
    }

    /// Ends every conversation where it is.
    pub fn dismiss(&mut self) {
        self.seats.clear();
        self.free.clear();
        lock(&self.ready.places).clear();
    }

    /// Lets the conversations go on until there is something to see to: one of `fds` can be read, a caught signal has
    /// come, a conversation has ended, or `timeout` has passed.
    pub async fn attend(&mut self, sys: &Sys, fds: &[Fd], timeout: Option<Duration>) -> Event {
        // What was sent before the wait is heard first; waiting takes no answer from it.
        let mut timer = timeout.map(|timeout| sys.timer(timeout));
        let event = sys
            .turns(|context| self.turn(sys, fds, timer.as_mut(), context))
            .await;
        sys.burn(TURN_FUEL).await;
        event
    }

    fn turn(
        &mut self,
        sys: &Sys,
        fds: &[Fd],
        timer: Option<&mut Timer>,
        context: &mut Context<'_>,
    ) -> Poll<Event> {
        {
            let mut process = lock(&self.ready.process);
            if !process
                .as_ref()
                .is_some_and(|own| own.will_wake(context.waker()))
            {
                *process = Some(context.waker().clone());
            }
        }
        if sys.has_caught_signal() {
            return Poll::Ready(Event::Caught);
        }
        if sys.take_woken() {
            self.wake_all();
        }
        let mut ended = false;
        // Those that wake themselves have their turn in the next round.
        let round = lock(&self.ready.places).len();
        for _ in 0..round {
            if sys.has_spent_slice() {
                sys.note_yield();
                context.waker().wake_by_ref();
                break;
            }
            let Some(place) = lock(&self.ready.places).pop_front() else {
                break;
            };
            ended |= self.go_on(place);
        }
        if ended {
            return Poll::Ready(Event::Ended);
        }
        let readable = sys.readable_now(fds, context);
        if !readable.is_empty() {
            return Poll::Ready(Event::Readable(readable));
        }
        match timer {
            Some(timer) => Pin::new(timer).poll(context).map(|()| Event::TimedOut),
            None => Poll::Pending,
        }
    }

    fn wake_all(&self) {
        for seat in self.seats.iter().flatten() {
            if !seat.member.queued.swap(true, Ordering::AcqRel) {
                lock(&self.ready.places).push_back(seat.member.place);
            }
        }
    }

    /// One turn of a conversation; whether it has ended.
    fn go_on(&mut self, place: usize) -> bool {
        let Some(seat) = self.seats.get_mut(place).and_then(Option::as_mut) else {
            return false;
        };
        fuel::spend(TURN_FUEL);
        seat.member.queued.store(false, Ordering::Release);
        let waker = Waker::from(seat.member.clone());
        let turn = seat
            .conversation
            .as_mut()
            .poll(&mut Context::from_waker(&waker));
        if turn.is_pending() {
            return false;
        }
        // A late waker of this one must not wake who has the place next.
        seat.member.queued.store(true, Ordering::Release);
        self.seats[place] = None;
        self.free.push(place);
        true
    }
}

impl Default for Crew<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Crew<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crew")
            .field("conversations", &self.len())
            .finish_non_exhaustive()
    }
}

/// What one conversation tells others of the same process.
#[derive(Debug, Default)]
pub struct Bell(Mutex<Vec<Waker>>);

impl Bell {
    /// Lets whoever waits look again.
    pub fn ring(&self) {
        for waker in std::mem::take(&mut *lock(&self.0)) {
            waker.wake();
        }
    }

    /// Wakes the task of `context` at the next ring.
    pub fn hear(&self, context: &Context<'_>) {
        let mut listeners = lock(&self.0);
        if !listeners
            .iter()
            .any(|known| known.will_wake(context.waker()))
        {
            listeners.push(context.waker().clone());
        }
    }
}

impl Sys {
    /// As [`Sys::poll`] for an event of the process's own alone.
    pub async fn until<T>(
        &self,
        mut attempt: impl FnMut(&mut Context<'_>) -> Option<T>,
    ) -> Result<T, Errno> {
        let mut found = None;
        self.poll(&[], None, |context| {
            found = attempt(context);
            found.is_some()
        })
        .await?;
        found.ok_or(Errno::EINTR)
    }
}
