//! A connection of the raw client.

use std::future::Future;
use std::time::{Duration, Instant};

use bytes::BytesMut;

use super::handshake::{Handshake, TlsFacts};
use super::response::Response;
use super::stream::{Ended, HalfClose, Stream};
use crate::client::{ClientError, EventKind, Target, Transcript};
use crate::http1::{BodyDecoder, Decoded, Framing, Head, take_head};

/// Bytes a connection may receive before it is given up.
const RECEIVED_BYTES: usize = 64 * 1024 * 1024;

/// Received bytes that an error shows.
const SHOWN_BYTES: usize = 2048;

/// A connection: what is sent on it is sent as it stands, and what comes back is kept exactly.
#[derive(Debug)]
pub struct Wire {
    stream: Stream,
    tls: Option<TlsFacts>,
    received: BytesMut,
    received_total: usize,
    reads: Vec<ReadAt>,
    ended: Option<Ended>,
    deadline: Duration,
    opened: Instant,
    transcript: Transcript,
}

/// One read of a connection; under TLS that is one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadAt {
    /// Real time since the connection was made.
    pub at: Duration,
    /// Bytes it gave.
    pub len: usize,
}

impl Wire {
    pub(super) async fn connect(
        target: &Target,
        handshake: &Handshake,
        deadline: Duration,
    ) -> Result<Wire, ClientError> {
        let (stream, tls) = Stream::connect(target, handshake).await?;
        Ok(Wire {
            stream,
            tls,
            received: BytesMut::new(),
            received_total: 0,
            reads: Vec::new(),
            ended: None,
            deadline,
            opened: Instant::now(),
            transcript: Transcript::default(),
        })
    }

    /// What the handshake showed; none without TLS.
    pub fn tls(&self) -> Option<&TlsFacts> {
        self.tls.as_ref()
    }

    /// Every read so far, also of what was not taken yet.
    pub fn reads(&self) -> &[ReadAt] {
        &self.reads
    }

    /// What was sent and received.
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Sends these bytes.
    ///
    /// # Errors
    ///
    /// [`ClientError::Wire`] when the other side takes no more, [`ClientError::WireDeadline`].
    pub async fn send(&mut self, bytes: &[u8]) -> Result<(), ClientError> {
        let data = self.transcript.data(bytes);
        self.transcript
            .push(self.opened.elapsed(), EventKind::Sent { data });
        let sent = limited(self.deadline, self.stream.send(bytes)).await;
        sent.ok_or_else(|| self.too_slow("to be taken"))?
            .map_err(|error| ClientError::Wire(error.to_string()))
    }

    /// Ends our side.
    ///
    /// # Errors
    ///
    /// As [`Wire::send`].
    pub async fn half_close(&mut self, how: HalfClose) -> Result<(), ClientError> {
        let text = format!("own side ended: {how:?}");
        self.transcript
            .push(self.opened.elapsed(), EventKind::Note { text });
        let closed = limited(self.deadline, self.stream.half_close(how)).await;
        closed
            .ok_or_else(|| self.too_slow("to be closed"))?
            .map_err(|error| ClientError::Wire(error.to_string()))
    }

    /// Ends the connection with a reset, which unix sockets do not have.
    ///
    /// # Errors
    ///
    /// [`ClientError::Wire`].
    pub fn reset(self) -> Result<(), ClientError> {
        self.stream
            .reset()
            .map_err(|error| ClientError::Wire(error.to_string()))
    }

    /// Reads a head and takes it with its exact bytes.
    ///
    /// # Errors
    ///
    /// [`ClientError::Malformed`]; [`ClientError::WireEnded`] when the connection ends before it;
    /// [`ClientError::WireDeadline`].
    pub async fn read_head(&mut self) -> Result<(Head, Vec<u8>), ClientError> {
        loop {
            if let Some(head) = take_head(&mut self.received)? {
                return Ok(head);
            }
            self.read_more("a head").await?;
        }
    }

    /// Reads the response to a request of this method. A response that opens a raw stream, such as
    /// 101, has an empty body; the stream follows.
    ///
    /// # Errors
    ///
    /// As [`Wire::read_head`].
    pub async fn read_response(&mut self, method: &str) -> Result<Response, ClientError> {
        let (head, head_bytes) = self.read_head().await?;
        let framing = Framing::of_response(&head, method)?;
        let mut response = Response {
            head,
            head_bytes,
            framing,
            body: Vec::new(),
            chunks: Vec::new(),
            ended: None,
        };
        match framing {
            Framing::Tunnel => {}
            Framing::UntilClose => {
                let (body, ended) = self.read_to_end().await?;
                response.body = body;
                response.ended = Some(ended);
            }
            Framing::None | Framing::Length(_) | Framing::Chunked => {
                self.read_body(&mut response).await?;
            }
        }
        Ok(response)
    }

    async fn read_body(&mut self, response: &mut Response) -> Result<(), ClientError> {
        let mut decoder = BodyDecoder::new(response.framing);
        let mut chunk = Vec::new();
        loop {
            match decoder.next(&mut self.received)? {
                Decoded::Data(data) => {
                    response.body.extend_from_slice(&data);
                    chunk.extend_from_slice(&data);
                }
                Decoded::ChunkEnd => response.chunks.push(std::mem::take(&mut chunk)),
                Decoded::End => return Ok(()),
                Decoded::NeedMore => self.read_more("the rest of a body").await?,
            }
        }
    }

    /// Takes what is there, or what the next read gives; empty at the end.
    ///
    /// # Errors
    ///
    /// [`ClientError::WireDeadline`].
    pub async fn read_some(&mut self) -> Result<Vec<u8>, ClientError> {
        if self.received.is_empty() && self.ended.is_none() {
            self.fill("anything").await?;
        }
        Ok(self.received.split().to_vec())
    }

    /// Reads until what has come satisfies the predicate, and takes it all.
    ///
    /// # Errors
    ///
    /// [`ClientError::WireEnded`], [`ClientError::WireDeadline`]; both show what came.
    pub async fn read_until(
        &mut self,
        mut satisfied: impl FnMut(&[u8]) -> bool,
    ) -> Result<Vec<u8>, ClientError> {
        while !satisfied(&self.received) {
            self.read_more("what was waited for").await?;
        }
        Ok(self.received.split().to_vec())
    }

    /// Reads to the end of the connection.
    ///
    /// # Errors
    ///
    /// [`ClientError::WireDeadline`] when it does not end within the deadline.
    pub async fn read_to_end(&mut self) -> Result<(Vec<u8>, Ended), ClientError> {
        let until = tokio::time::Instant::now() + self.deadline;
        loop {
            if let Some(ended) = &self.ended {
                let ended = ended.clone();
                return Ok((self.received.split().to_vec(), ended));
            }
            let filled = tokio::time::timeout_at(until, self.fill("the end")).await;
            filled.map_err(|_| self.too_slow("to end"))??;
        }
    }

    /// How the other side ended the connection, if that was seen.
    pub fn ended(&self) -> Option<&Ended> {
        self.ended.as_ref()
    }

    async fn read_more(&mut self, wanted: &'static str) -> Result<(), ClientError> {
        if self.ended.is_none() {
            self.fill(wanted).await?;
        }
        match &self.ended {
            None => Ok(()),
            Some(ended) => Err(ClientError::WireEnded {
                wanted,
                ended: Box::new(ended.clone()),
                received: shown(&self.received),
            }),
        }
    }

    /// One read; an end is kept rather than told.
    async fn fill(&mut self, wanted: &'static str) -> Result<(), ClientError> {
        let read = limited(self.deadline, self.stream.read()).await;
        let read = read.ok_or_else(|| self.too_slow(wanted))?;
        let at = self.opened.elapsed();
        let error = match read {
            Ok(bytes) if !bytes.is_empty() => {
                let data = self.transcript.data(&bytes);
                self.transcript.push(at, EventKind::Received { data });
                self.reads.push(ReadAt {
                    at,
                    len: bytes.len(),
                });
                self.received.extend_from_slice(&bytes);
                self.received_total += bytes.len();
                if self.received_total > RECEIVED_BYTES {
                    return Err(ClientError::Wire(format!(
                        "more than {RECEIVED_BYTES} bytes were received"
                    )));
                }
                return Ok(());
            }
            Ok(_) => None,
            Err(error) => Some(error),
        };
        let ended = self.stream.ended(error, self.deadline).await;
        let text = format!("other side ended: {ended:?}");
        self.transcript.push(at, EventKind::Note { text });
        self.ended = Some(ended);
        Ok(())
    }

    fn too_slow(&self, wanted: &'static str) -> ClientError {
        ClientError::WireDeadline {
            wanted,
            after: self.deadline,
            received: shown(&self.received),
        }
    }
}

/// Received bytes for an error: the end of them when there are many.
fn shown(received: &[u8]) -> String {
    let left_out = received.len().saturating_sub(SHOWN_BYTES);
    let end = String::from_utf8_lossy(&received[left_out..]);
    match left_out {
        0 => end.into_owned(),
        _ => format!("[… {left_out} bytes …]{end}"),
    }
}

async fn limited<T>(deadline: Duration, work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(deadline, work).await.ok()
}
