//! The bytes of a blob on their way.

use super::{RegistryError, Transport};
use bytes::Bytes;
use http::Response;
use http::header::CONTENT_LENGTH;
use hyper::body::Incoming;

/// A blob that comes piece by piece.
#[derive(Debug)]
pub struct BlobStream(From);

#[derive(Debug)]
enum From {
    Registry {
        transport: Transport,
        body: Incoming,
        length: Option<u64>,
    },
    Memory(Option<Bytes>),
}

impl BlobStream {
    pub(super) fn of(transport: Transport, answer: Response<Incoming>) -> Self {
        let length = answer.headers().get(CONTENT_LENGTH);
        let length = length.and_then(|value| value.to_str().ok()?.parse().ok());
        Self(From::Registry {
            transport,
            body: answer.into_body(),
            length,
        })
    }

    /// Bytes that are here already.
    pub fn memory(bytes: Bytes) -> Self {
        Self(From::Memory(Some(bytes)))
    }

    /// How many bytes are promised.
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            From::Registry { length, .. } => *length,
            From::Memory(bytes) => bytes.as_ref().map(|bytes| bytes.len() as u64),
        }
    }

    /// The next of them.
    pub async fn next(&mut self) -> Result<Option<Bytes>, RegistryError> {
        match &mut self.0 {
            From::Registry {
                transport, body, ..
            } => transport.next_piece(body).await,
            From::Memory(bytes) => Ok(bytes.take().filter(|bytes| !bytes.is_empty())),
        }
    }
}
