//! Why a client could not be driven.

use std::io;
use std::time::Duration;

use super::{Exit, Outcome};
use crate::http1::Malformed;
use crate::raw::Ended;

/// A failure of driving a client, as opposed to what the client said.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The folder with home, configuration and certificates cannot be made.
    #[error("failed to lay out the client's folder: {0}")]
    Folder(#[source] io::Error),
    /// The program, or its terminal, cannot be started.
    #[error("failed to start `{program}`: {detail}")]
    Start {
        /// What was to be started.
        program: String,
        /// Why it could not be.
        detail: String,
    },
    /// The client cannot be set up with the target's files or address.
    #[error("failed to set up {client}: {detail}")]
    Setup {
        /// Which client.
        client: &'static str,
        /// Why.
        detail: String,
    },
    /// The command was not over in time; it and its process group have been killed.
    #[error("`{command}` was not over after {after:?}; last seen: {seen}")]
    Deadline {
        /// The command line.
        command: String,
        /// How long it had.
        after: Duration,
        /// The end of each output.
        seen: String,
        /// Everything that was seen, with the kill as status.
        outcome: Box<Outcome>,
    },
    /// The awaited output did not come in time. The command still runs.
    #[error("`{command}` did not print what was waited for within {after:?}; last seen: {seen}")]
    OutputDeadline {
        /// The command line.
        command: String,
        /// How long it had.
        after: Duration,
        /// The end of each output.
        seen: String,
    },
    /// The command ended without the awaited output.
    #[error(
        "`{command}` ended with {exit} before it printed what was waited for; last seen: {seen}"
    )]
    EndedEarly {
        /// The command line.
        command: String,
        /// How it ended.
        exit: Exit,
        /// The end of each output.
        seen: String,
    },
    /// A signal, byte or new size could not be delivered: the command is over, or cannot take it.
    #[error("failed to {action}: {detail}")]
    Undeliverable {
        /// What was to be done.
        action: &'static str,
        /// Why it could not.
        detail: String,
    },
    /// The client is gone but members of its process group are not.
    #[error("process group {group} of `{command}` is still there {after:?} after it was killed")]
    Leaked {
        /// The command line.
        command: String,
        /// The group's id.
        group: i32,
        /// How long it was given.
        after: Duration,
    },
    /// No connection.
    #[error("failed to connect to {endpoint}: {detail}")]
    Connect {
        /// Where to.
        endpoint: String,
        /// Why.
        detail: String,
    },
    /// TLS could not be agreed on.
    #[error("failed to shake hands: {detail}")]
    Handshake {
        /// The alert the server sent, by its name in the standard.
        alert: Option<String>,
        /// Why.
        detail: String,
    },
    /// A connection broke while it was written to.
    #[error("failed to use the connection: {0}")]
    Wire(String),
    /// The other side ended the connection too early.
    #[error("the connection ended ({ended:?}) before {wanted}; received: {received:?}")]
    WireEnded {
        /// What was waited for.
        wanted: &'static str,
        /// How it ended.
        ended: Box<Ended>,
        /// What had come and was not taken.
        received: String,
    },
    /// The other side is too slow.
    #[error("waited {after:?} for {wanted}; received: {received:?}")]
    WireDeadline {
        /// What was waited for.
        wanted: &'static str,
        /// How long.
        after: Duration,
        /// What had come and was not taken.
        received: String,
    },
    /// The other side does not speak HTTP/1.1.
    #[error("failed to read a message: {0}")]
    Malformed(#[from] Malformed),
}
