//! Taking a request's body off the connection: whole, piece by piece, or away.

use super::body::LIMIT_BYTES;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use std::time::Duration;

/// How long a client may send nothing in the middle of a body, in real time (docker-api.md 6.6).
const SILENCE: Duration = Duration::from_secs(120);

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unread {
    /// Larger than [`LIMIT_BYTES`].
    #[error("the body is too large")]
    TooLarge,
    /// The client has gone, or is silent for too long.
    #[error("the client has gone")]
    Lost,
}

/// The next bytes; `None` at the end.
async fn next(incoming: &mut Incoming) -> Result<Option<Bytes>, Unread> {
    loop {
        match incoming.frame().await {
            None => return Ok(None),
            Some(Err(_)) => return Err(Unread::Lost),
            Some(Ok(frame)) => {
                // Trailers are of no interest.
                if let Ok(bytes) = frame.into_data() {
                    return Ok(Some(bytes));
                }
            }
        }
    }
}

/// As [`next`], of a client that must not be silent for too long.
async fn next_in_time(incoming: &mut Incoming) -> Result<Option<Bytes>, Unread> {
    let next = tokio::time::timeout(SILENCE, next(incoming)).await;
    next.unwrap_or(Err(Unread::Lost))
}

/// All of it.
pub(super) async fn whole(mut incoming: Incoming) -> Result<Bytes, Unread> {
    let mut body = BytesMut::new();
    while let Some(bytes) = next_in_time(&mut incoming).await? {
        if body.len() + bytes.len() > LIMIT_BYTES {
            return Err(Unread::TooLarge);
        }
        body.extend_from_slice(&bytes);
    }
    Ok(body.freeze())
}

/// Reads it away.
pub(super) async fn discard(mut incoming: Incoming) -> Result<(), Unread> {
    let mut length = 0;
    while let Some(bytes) = next_in_time(&mut incoming).await? {
        length += bytes.len();
        if length > LIMIT_BYTES {
            return Err(Unread::TooLarge);
        }
    }
    Ok(())
}

/// Reads away, behind the answer's back, what nobody wanted: a connection serves no other request before this one has
/// come to its end.
pub(super) fn discard_aside(incoming: Incoming) {
    if !incoming.is_end_stream() {
        // It ends with the body or with the connection.
        tokio::spawn(discard(incoming));
    }
}

/// A body that is taken piece by piece, however long it is. What is not taken of it is read away.
#[derive(Debug)]
pub(crate) struct Upload(Option<Incoming>);

impl Upload {
    pub(super) fn new(incoming: Incoming) -> Self {
        Self(Some(incoming))
    }

    /// The next bytes; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Unread> {
        match &mut self.0 {
            Some(incoming) => next(incoming).await,
            None => Ok(None),
        }
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(incoming) = self.0.take() {
            discard_aside(incoming);
        }
    }
}
