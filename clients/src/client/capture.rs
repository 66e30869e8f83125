//! What a running command has shown so far, shared between those who read and those who wait.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use tokio::sync::watch;

use super::{EventKind, Exit, Invocation, Keep, Outcome, Transcript};

/// Where output comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// A terminal.
    Screen,
}

/// The record of one command.
#[derive(Debug)]
pub(crate) struct Capture {
    started: Instant,
    state: Mutex<State>,
    /// Counts changes; whoever waits looks at the state again.
    changed: watch::Sender<u64>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) stdout: Sink,
    pub(super) stderr: Sink,
    pub(super) screen: Sink,
    pub(super) transcript: Transcript,
    /// Output channels that have not ended.
    open_channels: usize,
    exit: Option<Exit>,
    ended_at: Option<Duration>,
    /// The id of a process group that outlived its kill.
    leaked_group: Option<i32>,
}

/// One output.
#[derive(Debug)]
pub(super) struct Sink {
    pub(super) bytes: Vec<u8>,
    len: u64,
    digest: Option<Sha256>,
}

impl Sink {
    fn new(keep: Keep) -> Sink {
        Sink {
            bytes: Vec::new(),
            len: 0,
            digest: (keep == Keep::Digest).then(Sha256::new),
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.len += bytes.len() as u64;
        match &mut self.digest {
            Some(digest) => digest.update(bytes),
            None => self.bytes.extend_from_slice(bytes),
        }
    }
}

impl Capture {
    /// A record with `open_channels` outputs that have to end before the command is over.
    pub(crate) fn new(
        client: &'static str,
        invocation: &Invocation,
        open_channels: usize,
    ) -> Capture {
        let mut transcript = Transcript::default();
        transcript.push(
            Duration::ZERO,
            EventKind::Started {
                client,
                argv: invocation.argv.clone(),
                pty: invocation.pty,
            },
        );
        Capture {
            started: Instant::now(),
            state: Mutex::new(State {
                stdout: Sink::new(invocation.stdout),
                stderr: Sink::new(Keep::All),
                screen: Sink::new(Keep::All),
                transcript,
                open_channels,
                exit: None,
                ended_at: None,
                leaked_group: None,
            }),
            changed: watch::Sender::new(0),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing between lock and unlock leaves the state half-changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    pub(super) fn started(&self) -> Instant {
        self.started
    }

    fn change(&self, act: impl FnOnce(&mut State, Duration)) {
        act(&mut self.lock(), self.started.elapsed());
        self.changed
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Adds output.
    pub(crate) fn output(&self, channel: Channel, bytes: &[u8]) {
        self.change(|state, at| {
            let data = state.transcript.data(bytes);
            let (sink, what) = match channel {
                Channel::Stdout => (&mut state.stdout, EventKind::Stdout { data }),
                Channel::Stderr => (&mut state.stderr, EventKind::Stderr { data }),
                Channel::Screen => (&mut state.screen, EventKind::Screen { data }),
            };
            sink.take(bytes);
            state.transcript.push(at, what);
        });
    }

    /// An output channel is at its end.
    pub(crate) fn channel_ended(&self) {
        self.change(|state, _| state.open_channels = state.open_channels.saturating_sub(1));
    }

    /// The command has ended. The first report counts.
    pub(crate) fn exited(&self, exit: Exit) {
        self.change(|state, at| {
            if state.exit.is_none() {
                state.exit = Some(exit);
                state.ended_at = Some(at);
                state.transcript.push(at, EventKind::Exited { exit });
            }
        });
    }

    /// Members of the command's process group outlived their kill.
    pub(crate) fn leaked(&self, group: i32) {
        self.change(|state, _| state.leaked_group = Some(group));
    }

    /// Adds an event that is not output.
    pub(crate) fn note(&self, what: EventKind) {
        self.change(|state, at| state.transcript.push(at, what));
    }

    /// Adds bytes that go to the command.
    pub(crate) fn input(&self, bytes: &[u8]) {
        self.change(|state, at| {
            let data = state.transcript.data(bytes);
            state.transcript.push(at, EventKind::Stdin { data });
        });
    }

    pub(crate) fn leaked_group(&self) -> Option<i32> {
        self.lock().leaked_group
    }

    /// How the command ended, once all its output is here too.
    pub(crate) fn over(&self) -> Option<Exit> {
        self.lock().over()
    }

    /// Moves everything out of the record. Later waits see empty outputs.
    pub(super) fn outcome(&self, status: Exit) -> Outcome {
        let mut state = self.lock();
        let elapsed = state.ended_at.unwrap_or_else(|| self.started.elapsed());
        let digest = state.stdout.digest.take();
        Outcome {
            stdout_len: state.stdout.len,
            stdout_sha256: digest.map(|digest| hex::encode(digest.finalize())),
            stdout: std::mem::take(&mut state.stdout.bytes),
            stderr: std::mem::take(&mut state.stderr.bytes),
            screen: std::mem::take(&mut state.screen.bytes),
            status,
            elapsed,
            transcript: std::mem::take(&mut state.transcript),
        }
    }
}

impl State {
    pub(super) fn over(&self) -> Option<Exit> {
        self.exit.filter(|_| self.open_channels == 0)
    }
}

/// Keeps readers of output waiting until it is opened.
#[derive(Debug)]
pub(crate) struct ReaderGate {
    open: Mutex<bool>,
    opened: Condvar,
    opened_async: watch::Sender<bool>,
}

impl ReaderGate {
    pub(crate) fn new(open: bool) -> ReaderGate {
        ReaderGate {
            open: Mutex::new(open),
            opened: Condvar::new(),
            opened_async: watch::Sender::new(open),
        }
    }

    /// Opens the gate; says whether it was closed.
    pub(crate) fn open(&self) -> bool {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let was_closed = !std::mem::replace(&mut *open, true);
        self.opened.notify_all();
        self.opened_async.send_replace(true);
        was_closed
    }

    /// Blocks this thread until the gate is open, at most for `limit`.
    pub(crate) fn pass_blocking(&self, limit: Option<Duration>) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match limit {
            Some(limit) => drop(self.opened.wait_timeout_while(open, limit, |open| !*open)),
            None => drop(self.opened.wait_while(open, |open| !*open)),
        }
    }

    /// Waits until the gate is open, at most for `limit`.
    pub(crate) async fn pass(&self, limit: Option<Duration>) {
        let mut opened = self.opened_async.subscribe();
        let open = opened.wait_for(|open| *open);
        // Both ways out mean the same: read now.
        match limit {
            Some(limit) => drop(tokio::time::timeout(limit, open).await),
            None => drop(open.await),
        }
    }
}
