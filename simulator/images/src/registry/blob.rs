//! The bytes of a blob on their way.

use super::{RegistryError, Transport};
use bytes::Bytes;
use http::Response;
use http::header::CONTENT_LENGTH;
use hyper::body::Incoming;
use rootfs::{Source, SourceReader};
use std::io::Read as _;

/// So many bytes of what is here already make a piece.
const PIECE_BYTES: usize = 256 * 1024;

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
    Here(SourceReader, u64),
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
    pub fn here(bytes: Source) -> Self {
        let length = bytes.len();
        Self(From::Here(bytes.reader(), length))
    }

    /// How many bytes are promised.
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            From::Registry { length, .. } => *length,
            From::Here(_, length) => Some(*length),
        }
    }

    /// The next of them.
    pub async fn next(&mut self) -> Result<Option<Bytes>, RegistryError> {
        match &mut self.0 {
            From::Registry {
                transport, body, ..
            } => transport.next_piece(body).await,
            From::Here(reader, _) => {
                let mut piece = vec![0; PIECE_BYTES];
                let count = reader.read(&mut piece);
                let count = count.map_err(|error| RegistryError::Broken(error.to_string()))?;
                piece.truncate(count);
                Ok((count > 0).then(|| piece.into()))
            }
        }
    }
}
