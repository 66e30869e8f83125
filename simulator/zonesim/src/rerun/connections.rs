//! Connections with a host that is a recording.

use bytes::Bytes;
use journal::Ends;
use runtime::net::Source;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use userland::kernel::{Answers, Call, Egress, Internet, Messages, OutsideError, OutsideStream};

/// How much is read at once, bytes.
const PIECE_BYTES: usize = 64 * 1024;

/// What containers want of the host and the recording has not answered yet.
#[derive(Debug, Default)]
struct Wishes {
    calls: VecDeque<(SocketAddr, Call)>,
    answers: VecDeque<(SocketAddr, Answers)>,
}

/// Where containers leave their wishes; clones are the same.
#[derive(Clone, Debug, Default)]
struct WaitingRoom(Arc<Mutex<Wishes>>);

impl WaitingRoom {
    fn lock(&self) -> MutexGuard<'_, Wishes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes the oldest wish about a socket of the host.
fn take<T>(wishes: &mut VecDeque<(SocketAddr, T)>, to: SocketAddr) -> Option<T> {
    let place = wishes.iter().position(|(other, _)| *other == to)?;
    wishes.remove(place).map(|(_, wish)| wish)
}

impl Egress for WaitingRoom {
    fn connect(&self, to: SocketAddr, call: Call) {
        self.lock().calls.push_back((to, call));
    }

    fn messages(&self, to: SocketAddr, answers: Answers) -> Option<Box<dyn Messages>> {
        self.lock().answers.push_back((to, answers));
        Some(Box::new(Nowhere))
    }
}

/// What containers send is not heard again.
struct Nowhere;

impl Messages for Nowhere {
    fn send(&self, _: &[u8]) {}
}

/// The host's end of one connection.
#[derive(Debug)]
struct Open {
    stream: OutsideStream,
    unsent: VecDeque<Bytes>,
    /// The host sends no more once the rest is sent.
    ending: bool,
    /// The container has sent its last byte, or has broken the connection.
    heard_all: bool,
}

impl Open {
    /// Sends what there is room for and reads what is there; whether any byte has moved.
    fn pump(&mut self, buffer: &mut [u8]) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        let mut moved = false;
        while let Some(front) = self.unsent.front_mut() {
            match self.stream.poll_write(&mut context, front) {
                Poll::Ready(Ok(count)) => {
                    moved = true;
                    let _ = front.split_to(count);
                    if front.is_empty() {
                        self.unsent.pop_front();
                    }
                }
                Poll::Ready(Err(_)) => self.unsent.clear(),
                Poll::Pending => break,
            }
        }
        if self.ending && self.unsent.is_empty() {
            self.ending = false;
            self.stream.end_writing();
            moved = true;
        }
        while !self.heard_all {
            match self.stream.poll_read(&mut context, buffer) {
                Poll::Ready(Ok(0) | Err(_)) => self.heard_all = true,
                Poll::Ready(Ok(_)) => moved = true,
                Poll::Pending => break,
            }
        }
        moved
    }
}

/// All connections of a recording, by their numbers.
#[derive(Debug)]
pub(super) struct Connections {
    internet: Internet,
    waiting: WaitingRoom,
    open: BTreeMap<u64, Open>,
    exchanges: BTreeMap<u64, Answers>,
    missing: usize,
    buffer: Vec<u8>,
}

impl Connections {
    /// Of the containers on these networks.
    pub(super) fn new(internet: Internet) -> Self {
        let waiting = WaitingRoom::default();
        internet.set_egress(waiting.clone());
        Self {
            internet,
            waiting,
            open: BTreeMap::new(),
            exchanges: BTreeMap::new(),
            missing: 0,
            buffer: vec![0; PIECE_BYTES],
        }
    }

    /// How many recorded connections could not be made again.
    pub(super) fn missing(&self) -> usize {
        self.missing
    }

    /// One that was there from now on.
    pub(super) fn begin(&mut self, connection: u64, ends: Ends) {
        let stream = match ends {
            Ends::Messages(to) => {
                match take(&mut self.waiting.lock().answers, to) {
                    Some(answers) => drop(self.exchanges.insert(connection, answers)),
                    None => self.missing += 1,
                }
                return;
            }
            Ends::Out(to) => take(&mut self.waiting.lock().calls, to).map(Call::connected),
            Ends::In { account, from, to } => {
                let source = account.map_or(Source::Internet, |account| Source::Tenant(account.0));
                let calling = pin!(self.internet.connect(source, from, to));
                match calling.poll(&mut Context::from_waker(Waker::noop())) {
                    Poll::Ready(connected) => connected.ok(),
                    // It was answered at once then.
                    Poll::Pending => None,
                }
            }
        };
        match stream {
            None => self.missing += 1,
            Some(stream) => {
                let open = Open {
                    stream,
                    unsent: VecDeque::new(),
                    ending: false,
                    heard_all: false,
                };
                self.open.insert(connection, open);
            }
        }
    }

    /// A container was not connected.
    pub(super) fn fail(&mut self, to: SocketAddr, refused: bool) {
        match take(&mut self.waiting.lock().calls, to) {
            None => self.missing += 1,
            Some(call) => call.failed(match refused {
                true => OutsideError::Refused,
                false => OutsideError::TimedOut,
            }),
        }
    }

    pub(super) fn send(&mut self, connection: u64, bytes: &Bytes) {
        if let Some(open) = self.open.get_mut(&connection) {
            open.unsent.push_back(bytes.clone());
        }
    }

    pub(super) fn deliver(&self, connection: u64, bytes: &Bytes) {
        if let Some(answers) = self.exchanges.get(&connection) {
            answers.deliver(bytes.clone());
        }
    }

    pub(super) fn end(&mut self, connection: u64, reset: bool) {
        match reset {
            true => {
                if let Some(open) = self.open.remove(&connection) {
                    open.stream.reset();
                }
            }
            false => {
                if let Some(open) = self.open.get_mut(&connection) {
                    open.ending = true;
                }
            }
        }
    }

    /// Lets bytes go both ways; whether any have.
    pub(super) fn pump(&mut self) -> bool {
        let mut moved = false;
        for open in self.open.values_mut() {
            moved |= open.pump(&mut self.buffer);
        }
        moved
    }
}
