//! How a command fails: what it says, in the words of CLI 1.12, and its exit status.

use std::error::Error as _;
use std::io;

use bollard::errors::Error;

/// The end of a command that did not go well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// Printed to standard error with the end of the line; none when all was said.
    pub(super) text: Option<String>,
    /// Exit status; eight bits of it count.
    pub(super) status: i32,
}

impl Failure {
    /// Says this and exits with 1.
    pub(super) fn says(text: impl Into<String>) -> Failure {
        Failure {
            text: Some(text.into()),
            status: 1,
        }
    }

    /// Exits with this and says nothing more.
    pub(super) fn status(status: i32) -> Failure {
        Failure { text: None, status }
    }

    /// A command line nobody understands.
    pub(super) fn usage(command: &str, problem: &str) -> Failure {
        Failure {
            text: Some(format!("{problem}\nSee 'docker {command} --help'.")),
            status: 125,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::says(text_of(&error))
    }
}

/// What CLI 1.12 prints for this failure.
pub(super) fn text_of(error: &Error) -> String {
    match error {
        Error::DockerResponseServerError {
            status_code,
            message,
        } if message.trim().is_empty() => {
            let status = http::StatusCode::from_u16(*status_code)
                .ok()
                .and_then(|status| status.canonical_reason())
                .unwrap_or_default();
            format!(
                "Error: request returned {status} for API route and version, check if the server supports the requested API version"
            )
        }
        Error::DockerResponseServerError { message, .. } => {
            format!("Error response from daemon: {}", message.trim())
        }
        Error::DockerStreamError { error } => error.clone(),
        other if is_not_there(other) => {
            "Cannot connect to the Docker daemon. Is the docker daemon running on this host?"
                .to_owned()
        }
        other => chain(other),
    }
}

/// The status of a server's answer; none for any other failure.
pub(super) fn status_of(error: &Error) -> Option<u16> {
    match error {
        Error::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}

/// As CLI 1.12 words a lookup that was answered 404, and other failures as they are.
pub(super) fn lookup(error: &Error, kind: &str, reference: &str) -> Failure {
    if status_of(error) == Some(404) {
        Failure::says(format!("Error: No such {kind}: {reference}"))
    } else {
        Failure::says(text_of(error))
    }
}

/// Whether nobody listens at the target.
fn is_not_there(error: &Error) -> bool {
    if matches!(error, Error::SocketNotFoundError(_)) {
        return true;
    }
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            let kind = error.kind();
            if matches!(
                kind,
                io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound
            ) {
                return true;
            }
        }
        source = cause.source();
    }
    false
}

/// An error and its causes, each said once.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
