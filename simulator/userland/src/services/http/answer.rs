//! Answers, and how they go out.

use super::super::stream::Stream;
use super::super::text_file::Opened;
use super::range::Span;
use crate::kernel::{Buffer, Errno};
use std::io::SeekFrom;
use std::time::Duration;

/// Bytes of a text that go out with the head.
const FIRST_BYTES: usize = 16 << 10;
/// Bytes of a file that one step moves.
const STEP_BYTES: usize = 64 << 10;

/// What follows the head.
pub(in crate::services) enum Body<'a> {
    Bytes(Buffer),
    File(File<'a>),
}

/// Parts of an open file, with what stands around them.
pub(in crate::services) struct File<'a> {
    pub(in crate::services) opened: Opened<'a>,
    pub(in crate::services) pieces: Vec<Piece>,
}

/// One piece of a body.
pub(in crate::services) enum Piece {
    Text(Vec<u8>),
    Part(Span),
}

impl Body<'_> {
    /// Bytes.
    pub(in crate::services) fn len(&self) -> u64 {
        match self {
            Body::Bytes(bytes) => bytes.len() as u64,
            Body::File(file) => {
                let lengths = file.pieces.iter().map(|piece| match piece {
                    Piece::Text(text) => text.len() as u64,
                    Piece::Part(span) => span.len(),
                });
                lengths.fold(0, u64::saturating_add)
            }
        }
    }
}

/// An answer whose head is to be written yet.
pub(in crate::services) struct Answer<'a> {
    pub(in crate::services) status: u16,
    pub(in crate::services) content_type: Option<Vec<u8>>,
    /// Of the file that is sent.
    pub(in crate::services) modified_s: Option<u64>,
    pub(in crate::services) etag: Option<Vec<u8>>,
    pub(in crate::services) location: Option<Vec<u8>>,
    /// Other fields, in order.
    pub(in crate::services) fields: Vec<(Vec<u8>, Vec<u8>)>,
    pub(in crate::services) body: Body<'a>,
    /// The connection ends behind it.
    pub(in crate::services) closes: bool,
}

impl Answer<'_> {
    /// One with a text of a type.
    pub(in crate::services) fn text(
        status: u16,
        content_type: &[u8],
        text: impl Into<Buffer>,
    ) -> Self {
        Self {
            status,
            content_type: (!content_type.is_empty()).then(|| content_type.to_vec()),
            modified_s: None,
            etag: None,
            location: None,
            fields: Vec::new(),
            body: Body::Bytes(text.into()),
            closes: false,
        }
    }

    /// Where it leads, without what would end the field.
    pub(in crate::services) fn location_value(&self) -> Option<Vec<u8>> {
        let bytes = self.location.as_ref()?.iter().copied();
        Some(bytes.filter(|byte| !b"\r\n\0".contains(byte)).collect())
    }
}

/// Sends a head and, unless only that is wanted, the body; gives how much of the body went out, and how it ended.
pub(in crate::services) async fn send(
    stream: &Stream<'_>,
    mut head: Vec<u8>,
    body: &Body<'_>,
    only_head: bool,
    patience: Duration,
) -> (u64, Result<(), Errno>) {
    let patience = Some(patience);
    match body {
        _ if only_head => (0, stream.send(&head, patience).await),
        Body::Bytes(bytes) => {
            // What is short goes out in one piece with its head.
            let (first, rest) = bytes.split_at(bytes.len().min(FIRST_BYTES));
            head.extend_from_slice(first);
            let sent = match stream.send(&head, patience).await {
                Ok(()) => stream.send(rest, patience).await,
                failed => failed,
            };
            (if sent.is_ok() { bytes.len() as u64 } else { 0 }, sent)
        }
        Body::File(file) => {
            if let Err(error) = stream.send(&head, patience).await {
                return (0, Err(error));
            }
            let mut count = 0;
            let sent = send_pieces(stream, file, patience, &mut count).await;
            (count, sent)
        }
    }
}

async fn send_pieces(
    stream: &Stream<'_>,
    file: &File<'_>,
    patience: Option<Duration>,
    count: &mut u64,
) -> Result<(), Errno> {
    let sys = stream.sys;
    let largest = file.pieces.iter().map(|piece| match piece {
        Piece::Text(_) => 0,
        Piece::Part(span) => span.len(),
    });
    let largest = usize::try_from(largest.max().unwrap_or(0)).unwrap_or(usize::MAX);
    let mut buffer = Buffer::zeroed(largest.min(STEP_BYTES));
    for piece in &file.pieces {
        let span = match piece {
            Piece::Text(text) => {
                stream.send(text, patience).await?;
                *count += text.len() as u64;
                continue;
            }
            Piece::Part(span) => *span,
        };
        sys.seek(file.opened.fd, SeekFrom::Start(span.start))?;
        let mut left = span.len();
        while left > 0 {
            let wanted = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
            let read = match sys.read(file.opened.fd, &mut buffer[..wanted]).await {
                Err(Errno::EINTR) => continue,
                read => read?,
            };
            // The file has become shorter than the head says.
            if read == 0 {
                return Err(Errno::EIO);
            }
            stream.send(&buffer[..read], patience).await?;
            left -= read as u64;
            *count += read as u64;
        }
    }
    Ok(())
}
