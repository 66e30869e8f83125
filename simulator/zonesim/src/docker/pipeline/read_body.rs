//! Taking a request's body off the connection.

use crate::docker::body::LIMIT_BYTES;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use std::time::Duration;

/// How long a client may send nothing in the middle of a body, in real time (docker-api.md 6.6).
const SILENCE: Duration = Duration::from_secs(120);

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// Larger than [`LIMIT_BYTES`].
    TooLarge,
    /// The client has gone, or is silent for too long.
    Lost,
}

/// The next bytes; `None` at the end.
async fn next(incoming: &mut Incoming) -> Result<Option<Bytes>, Unread> {
    loop {
        let frame = tokio::time::timeout(SILENCE, incoming.frame()).await;
        match frame.map_err(|_| Unread::Lost)? {
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

/// All of it.
pub(super) async fn whole(mut incoming: Incoming) -> Result<Bytes, Unread> {
    let mut body = BytesMut::new();
    while let Some(bytes) = next(&mut incoming).await? {
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
    while let Some(bytes) = next(&mut incoming).await? {
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
