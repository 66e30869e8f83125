//! A command that has been started and not yet waited for.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::capture::State;
use super::{
    Capture, ClientError, EventKind, Exit, Invocation, Outcome, PtySize, Reader, Signal, Transcript,
};

/// How much of the end of each output an error shows.
const SHOWN_BYTES: usize = 2048;
/// How long the remains of a killed command may take to vanish.
const KILLED_GRACE: Duration = Duration::from_secs(5);

/// How the driver of a client acts on a command it has started.
///
/// Dropping it ends the command and everything the command started.
pub(crate) trait Control: Send + Sync + fmt::Debug {
    /// Puts bytes on their way to standard input or the terminal, without waiting.
    fn write(&self, bytes: Bytes) -> Result<(), String>;
    /// Closes standard input behind what was written.
    fn close_stdin(&self) -> Result<(), String>;
    /// Sends a signal to the client.
    fn signal(&self, signal: Signal) -> Result<(), String>;
    /// Changes the terminal's size.
    fn resize(&self, size: PtySize) -> Result<(), String>;
    /// Begins to read output; says whether reading had been held.
    fn release_reader(&self) -> bool;
    /// Kills the command and everything it started, without waiting.
    fn kill(&self);
}

/// A handle on a running command. Dropping it kills the command and all it started.
#[derive(Debug)]
pub struct Running {
    capture: Arc<Capture>,
    control: Box<dyn Control>,
    command: String,
    deadline: Duration,
    reader: Reader,
}

/// What a command has shown so far.
#[derive(Debug, Clone, Copy)]
pub struct SoFar<'a> {
    /// Standard output; empty on a terminal, and when only its digest is kept.
    pub stdout: &'a [u8],
    /// Standard error; empty on a terminal.
    pub stderr: &'a [u8],
    /// What the terminal got; empty on pipes.
    pub screen: &'a [u8],
}

impl SoFar<'_> {
    /// Whether standard output or the terminal has this text in it.
    pub fn contains(&self, text: &str) -> bool {
        let text = text.as_bytes();
        [self.stdout, self.screen]
            .into_iter()
            .any(|output| !text.is_empty() && output.windows(text.len()).any(|at| at == text))
    }
}

impl Running {
    pub(crate) fn new(
        capture: Arc<Capture>,
        control: Box<dyn Control>,
        client: &'static str,
        invocation: &Invocation,
    ) -> Running {
        Running {
            capture,
            control,
            command: format!("{client} {}", invocation.argv.join(" ")),
            deadline: invocation.deadline,
            reader: invocation.reader,
        }
    }

    /// Puts bytes on their way to standard input, or types them on the terminal.
    ///
    /// # Errors
    ///
    /// [`ClientError::Undeliverable`] when standard input is closed or nothing.
    pub fn write(&self, bytes: impl Into<Bytes>) -> Result<(), ClientError> {
        let bytes = bytes.into();
        self.capture.input(&bytes);
        self.control
            .write(bytes)
            .map_err(undeliverable("write to standard input"))
    }

    /// Closes standard input behind what was written.
    ///
    /// # Errors
    ///
    /// [`ClientError::Undeliverable`] on a terminal, whose end of input is a byte (`0x04`).
    pub fn close_stdin(&self) -> Result<(), ClientError> {
        self.capture.note(EventKind::StdinClosed);
        self.control
            .close_stdin()
            .map_err(undeliverable("close standard input"))
    }

    /// Sends a signal to the client's process.
    ///
    /// # Errors
    ///
    /// [`ClientError::Undeliverable`] when it is gone.
    pub fn signal(&self, signal: Signal) -> Result<(), ClientError> {
        self.capture.note(EventKind::Signal {
            signal: signal.name(),
        });
        self.control
            .signal(signal)
            .map_err(undeliverable("send a signal"))
    }

    /// Changes the size of the terminal.
    ///
    /// # Errors
    ///
    /// [`ClientError::Undeliverable`] when there is no terminal.
    pub fn resize(&self, size: PtySize) -> Result<(), ClientError> {
        self.capture.note(EventKind::Resized { size });
        self.control
            .resize(size)
            .map_err(undeliverable("resize the terminal"))
    }

    /// Begins to read the output of a command whose reader is held.
    pub fn release_reader(&self) {
        if self.control.release_reader() {
            self.capture.note(EventKind::ReaderReleased);
        }
    }

    /// Looks at what has been printed so far.
    pub fn so_far<T>(&self, look: impl FnOnce(SoFar<'_>) -> T) -> T {
        look(so_far(&self.capture.lock()))
    }

    /// What has happened so far.
    pub fn transcript(&self) -> Transcript {
        self.capture.lock().transcript.clone()
    }

    /// How the command ended, if it has and all its output is here.
    pub fn exit(&self) -> Option<Exit> {
        self.capture.over()
    }

    /// Waits until what was printed satisfies the predicate, which sees it again after every change.
    ///
    /// # Errors
    ///
    /// [`ClientError::OutputDeadline`] at the command's deadline, [`ClientError::EndedEarly`] when
    /// it ends first; both show the last output.
    pub async fn wait_for_output(
        &self,
        mut satisfied: impl FnMut(SoFar<'_>) -> bool,
    ) -> Result<(), ClientError> {
        enum Seen {
            Enough,
            Ended(Exit),
        }
        let seen = self
            .level(|state| {
                if satisfied(so_far(state)) {
                    return Some(Seen::Enough);
                }
                state.over().map(Seen::Ended)
            })
            .await;
        match seen {
            Some(Seen::Enough) => Ok(()),
            Some(Seen::Ended(exit)) => Err(ClientError::EndedEarly {
                command: self.command.clone(),
                exit,
                seen: self.last_seen(),
            }),
            None => Err(ClientError::OutputDeadline {
                command: self.command.clone(),
                after: self.deadline,
                seen: self.last_seen(),
            }),
        }
    }

    /// Waits until the command is over, with the handle kept. A held reader stays held.
    ///
    /// # Errors
    ///
    /// [`ClientError::OutputDeadline`] at the command's deadline.
    pub async fn wait_for_exit(&self) -> Result<Exit, ClientError> {
        self.level(State::over)
            .await
            .ok_or_else(|| ClientError::OutputDeadline {
                command: self.command.clone(),
                after: self.deadline,
                seen: self.last_seen(),
            })
    }

    /// Waits until the command is over and all its output is read; releases a held reader.
    ///
    /// # Errors
    ///
    /// [`ClientError::Deadline`] with everything seen; [`ClientError::Leaked`] when a process of the
    /// command's group could not be ended.
    pub async fn wait(self) -> Result<Outcome, ClientError> {
        if self.reader == Reader::Held {
            self.release_reader();
        }
        let exit = self.level(State::over).await;
        let Some(exit) = exit else {
            return Err(self.give_up().await);
        };
        if let Some(group) = self.capture.leaked_group() {
            return Err(ClientError::Leaked {
                command: self.command.clone(),
                group,
                after: KILLED_GRACE,
            });
        }
        Ok(self.capture.outcome(exit))
    }

    /// Kills what was not over in time and reports it with all that was seen.
    async fn give_up(&self) -> ClientError {
        let seen = self.last_seen();
        self.capture.note(EventKind::Killed { reason: "deadline" });
        self.control.kill();
        let gone_by = Instant::now() + KILLED_GRACE;
        let exit = self.level_until(gone_by, State::over).await;
        ClientError::Deadline {
            command: self.command.clone(),
            after: self.deadline,
            seen,
            outcome: Box::new(
                self.capture
                    .outcome(exit.unwrap_or(Exit::Signal(Signal::KILL.number()))),
            ),
        }
    }

    /// The first `Some` of a look at the state, taken anew after every change until the deadline.
    async fn level<T>(&self, look: impl FnMut(&State) -> Option<T>) -> Option<T> {
        self.level_until(self.capture.started() + self.deadline, look)
            .await
    }

    async fn level_until<T>(
        &self,
        until: Instant,
        mut look: impl FnMut(&State) -> Option<T>,
    ) -> Option<T> {
        let mut changes = self.capture.changes();
        let until = tokio::time::Instant::from_std(until);
        loop {
            changes.mark_unchanged();
            if let Some(found) = look(&self.capture.lock()) {
                return Some(found);
            }
            let changed = tokio::time::timeout_at(until, changes.changed()).await;
            if changed.is_err() {
                // The last change may have come together with the deadline.
                return look(&self.capture.lock());
            }
        }
    }

    fn last_seen(&self) -> String {
        let state = self.capture.lock();
        let outputs = [
            ("stdout", &state.stdout.bytes),
            ("stderr", &state.stderr.bytes),
            ("screen", &state.screen.bytes),
        ];
        let shown: Vec<String> = outputs
            .into_iter()
            .filter(|(_, bytes)| !bytes.is_empty())
            .map(|(name, bytes)| {
                let tail = &bytes[bytes.len().saturating_sub(SHOWN_BYTES)..];
                format!("{name} {:?}", String::from_utf8_lossy(tail))
            })
            .collect();
        if shown.is_empty() {
            "nothing".to_owned()
        } else {
            shown.join(", ")
        }
    }
}

fn so_far(state: &State) -> SoFar<'_> {
    SoFar {
        stdout: &state.stdout.bytes,
        stderr: &state.stderr.bytes,
        screen: &state.screen.bytes,
    }
}

fn undeliverable(action: &'static str) -> impl FnOnce(String) -> ClientError {
    move |detail| ClientError::Undeliverable { action, detail }
}
