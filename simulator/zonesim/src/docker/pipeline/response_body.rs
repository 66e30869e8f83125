//! Bodies of answers.

use crate::http::flight::Flight;
use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::sync::mpsc;

/// The body of an answer; its request is in flight until it is dropped.
#[derive(Debug)]
pub(crate) struct ResponseBody {
    content: Content,
    flight: Option<Arc<Flight>>,
}

#[derive(Debug)]
enum Content {
    /// With a length, or with nothing at all.
    Whole(Option<Bytes>),
    /// Chunked, without a chunk (docker-api.md 4: an empty 200).
    NoChunks,
    /// Chunked, one for each message; an empty one cuts the connection.
    Chunks(mpsc::Receiver<Bytes>),
    /// Chunked pieces of a file, of which the last is `None`.
    File(mpsc::Receiver<Option<Bytes>>),
}

/// A body that does not come to its end: the connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body was not sent to its end")]
pub(crate) struct Cut;

impl ResponseBody {
    fn new(content: Content) -> Self {
        Self {
            content,
            flight: None,
        }
    }

    /// These bytes, with their length.
    pub(super) fn whole(bytes: Bytes) -> Self {
        Self::new(Content::Whole(Some(bytes)))
    }

    /// No body and no length.
    pub(super) fn nothing() -> Self {
        Self::new(Content::Whole(None))
    }

    /// An empty chunked body.
    pub(super) fn no_chunks() -> Self {
        Self::new(Content::NoChunks)
    }

    /// A chunk for each message.
    pub(super) fn chunks(chunks: mpsc::Receiver<Bytes>) -> Self {
        Self::new(Content::Chunks(chunks))
    }

    /// The pieces of a file.
    pub(super) fn file(pieces: mpsc::Receiver<Option<Bytes>>) -> Self {
        Self::new(Content::File(pieces))
    }

    /// Keeps the request in flight until the body is gone.
    pub(super) fn keep(&mut self, flight: Arc<Flight>) {
        self.flight = Some(flight);
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        let next = match &mut self.content {
            Content::Whole(bytes) => Poll::Ready(bytes.take()),
            Content::NoChunks => Poll::Ready(None),
            Content::Chunks(chunks) => match ready!(chunks.poll_recv(context)) {
                Some(message) if message.is_empty() => return Poll::Ready(Some(Err(Cut))),
                message => Poll::Ready(message),
            },
            Content::File(pieces) => match ready!(pieces.poll_recv(context)) {
                Some(piece) => Poll::Ready(piece),
                None => return Poll::Ready(Some(Err(Cut))),
            },
        };
        next.map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.content, Content::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Whole(bytes) => {
                let length = bytes.as_ref().map_or(0, Bytes::len);
                SizeHint::with_exact(length as u64)
            }
            Content::NoChunks | Content::Chunks(_) | Content::File(_) => SizeHint::default(),
        }
    }
}
