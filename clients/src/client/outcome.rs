//! What a command left behind.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::Transcript;

/// Everything seen of a command that is over.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Standard output; empty on a terminal, and when only its digest was kept.
    pub stdout: Vec<u8>,
    /// Standard error; empty on a terminal.
    pub stderr: Vec<u8>,
    /// Every byte the terminal got, both streams together; empty on pipes.
    pub screen: Vec<u8>,
    /// Bytes of standard output, kept or not.
    pub stdout_len: u64,
    /// SHA-256 of standard output in hex, when only that was kept.
    pub stdout_sha256: Option<String>,
    /// How it ended.
    pub status: Exit,
    /// From the start to the end.
    pub elapsed: Duration,
    /// What happened when.
    pub transcript: Transcript,
}

impl Outcome {
    /// Standard output as text; bytes that are none are replaced.
    pub fn stdout_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.stdout)
    }

    /// Standard error as text; bytes that are none are replaced.
    pub fn stderr_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.stderr)
    }

    /// What the terminal got as text; bytes that are none are replaced.
    pub fn screen_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.screen)
    }
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// It exited with this status, 0 to 255.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exit::Code(code) => write!(f, "exit status {code}"),
            Exit::Signal(signal) => write!(f, "signal {signal}"),
        }
    }
}
