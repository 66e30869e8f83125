//! Bodies of answers.

use crate::http::flight::Flight;
use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
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
    /// Chunked, one for each message.
    Chunks(mpsc::Receiver<Bytes>),
}

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

    /// Keeps the request in flight until the body is gone.
    pub(super) fn keep(&mut self, flight: Arc<Flight>) {
        self.flight = Some(flight);
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = match &mut self.content {
            Content::Whole(bytes) => Poll::Ready(bytes.take()),
            Content::NoChunks => Poll::Ready(None),
            Content::Chunks(chunks) => chunks.poll_recv(context),
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
            Content::NoChunks | Content::Chunks(_) => SizeHint::default(),
        }
    }
}
