//! A command to run, and what surrounds it.

use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;

/// How long a command may take when nothing else is said.
const DEFAULT_DEADLINE: Duration = Duration::from_secs(20);

/// A command line with its input, terminal, environment and limits.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The `docker` command line without the program's name.
    pub argv: Vec<String>,
    /// What standard input is. With a terminal it is always the terminal, and this is what is
    /// typed at the start.
    pub stdin: Stdin,
    /// Run on a terminal of this size; pipes otherwise.
    pub pty: Option<PtySize>,
    /// Variables set beyond those of the target; a later one wins, also over the target's own.
    pub env: Vec<(String, String)>,
    /// The whole command must be over in this time, counted from its start.
    pub deadline: Duration,
    /// How what the command prints is read.
    pub reader: Reader,
    /// What is kept of standard output.
    pub stdout: Keep,
}

impl Invocation {
    /// A command with no input, on pipes, read as fast as it writes.
    pub fn new<S: Into<String>>(argv: impl IntoIterator<Item = S>) -> Invocation {
        Invocation {
            argv: argv.into_iter().map(Into::into).collect(),
            stdin: Stdin::Null,
            pty: None,
            env: Vec::new(),
            deadline: DEFAULT_DEADLINE,
            reader: Reader::Normal,
            stdout: Keep::All,
        }
    }

    /// The same with this standard input.
    #[must_use]
    pub fn stdin(mut self, stdin: Stdin) -> Invocation {
        self.stdin = stdin;
        self
    }

    /// The same on a terminal.
    #[must_use]
    pub fn pty(mut self, size: PtySize) -> Invocation {
        self.pty = Some(size);
        self
    }

    /// The same with one more variable.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Invocation {
        self.env.push((name.into(), value.into()));
        self
    }

    /// The same with another deadline.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Invocation {
        self.deadline = deadline;
        self
    }

    /// The same with another reader.
    #[must_use]
    pub fn reader(mut self, reader: Reader) -> Invocation {
        self.reader = reader;
        self
    }

    /// The same with this kept of standard output.
    #[must_use]
    pub fn keep_stdout(mut self, keep: Keep) -> Invocation {
        self.stdout = keep;
        self
    }
}

/// Standard input of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stdin {
    /// `/dev/null`: at its end from the start.
    Null,
    /// A pipe with these bytes, then its end.
    Bytes(Bytes),
    /// A pipe that stays open; written and closed through the running command.
    Held,
}

/// How what a command prints is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// At once.
    Normal,
    /// Not at all for this long of real time, then at once.
    SleepFirst(Duration),
    /// Not at all until released through the running command; waiting for it releases too.
    Held,
}

/// What is kept of an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Every byte.
    All,
    /// Length and SHA-256 only.
    Digest,
}

/// The size of a terminal, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PtySize {
    /// Lines.
    pub rows: u16,
    /// Characters in a line.
    pub cols: u16,
}

impl Default for PtySize {
    fn default() -> Self {
        PtySize { rows: 24, cols: 80 }
    }
}
