//! The conversation on a hijacked connection: output of a console out, input in (docker-api.md 6, containers.md 14).

use super::frame::append_frame;
use crate::driver::Driver;
use crate::http::flight::Flight;
use bytes::Bytes;
use journal::{External, Process};
use runtime::console::{Console, Cursor};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

/// Input is read in pieces of at most this many bytes.
const INPUT_PIECE_BYTES: usize = 32 * 1024;

/// Output that is there is sent at once up to about this many bytes: a write of the process may be two bytes long.
pub(crate) const OUTPUT_PIECE_BYTES: usize = 32 * 1024;

const CTRL_P: &[u8] = &[0x10];
const CTRL_Q: &[u8] = &[0x11];

/// Something to do before a piece of input is forwarded.
pub(crate) type BeforeInput = Box<dyn Fn(&Driver) + Send + Sync>;

/// What joins one connection to one console.
pub(crate) struct Session {
    /// Where the output comes from.
    pub(crate) cursor: Cursor,
    /// Where the input goes.
    pub(crate) console: Console,
    /// Who reads it.
    pub(crate) process: Process,
    /// A terminal: raw bytes instead of frames, and the end of the connection's input means nothing.
    pub(crate) raw: bool,
    /// Whether input reaches the process.
    pub(crate) stdin: bool,
    /// Whether Ctrl-P Ctrl-Q detaches (CTR-79).
    pub(crate) detachable: bool,
    /// A peer that accepts no byte for this long is cut; real time.
    pub(crate) stall: Duration,
    /// What happens before each piece of input.
    pub(crate) before_input: Option<BeforeInput>,
}

/// How a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// All output was sent.
    Finished,
    /// The client detached by its keys.
    Detached,
    /// The connection broke.
    Lost,
    /// The peer accepted nothing for too long.
    Stalled,
}

impl Session {
    /// Talks until one side is done.
    pub(crate) async fn run(
        mut self,
        driver: &Driver,
        reader: impl AsyncRead + Unpin,
        writer: impl AsyncWrite + Unpin,
        flight: &Flight,
    ) -> End {
        let input = Input {
            console: self.console.clone(),
            process: self.process,
            wanted: self.stdin,
            of_terminal: self.raw,
            detachable: self.detachable,
            before: self.before_input.take(),
            driver: driver.clone(),
        };
        tokio::select! {
            end = self.send_output(writer, flight) => end,
            end = input.receive(reader) => end,
        }
    }

    async fn send_output(&mut self, mut writer: impl AsyncWrite + Unpin, flight: &Flight) -> End {
        let mut piece = Vec::new();
        loop {
            let chunk = {
                let _waiting = flight.wait();
                self.cursor.next().await
            };
            if chunk.is_none() {
                return End::Finished;
            }
            piece.clear();
            let mut next = chunk;
            while let Some(chunk) = next {
                if self.raw {
                    piece.extend_from_slice(&chunk.bytes);
                } else {
                    append_frame(&mut piece, chunk.stream, &[&chunk.bytes]);
                }
                next = match piece.len() < OUTPUT_PIECE_BYTES {
                    true => self.cursor.next_now(),
                    false => None,
                };
            }
            match send(&mut writer, &piece, self.stall).await {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::TimedOut => return End::Stalled,
                Err(_) => return End::Lost,
            }
        }
    }
}

/// Writes everything; a peer that accepts no byte for `stall` is an error of kind `TimedOut`.
pub(crate) async fn send(
    writer: &mut (impl AsyncWrite + Unpin),
    mut bytes: &[u8],
    stall: Duration,
) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = timeout(stall, writer.write(bytes)).await??;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = &bytes[written..];
    }
    timeout(stall, writer.flush()).await?
}

struct Input {
    console: Console,
    process: Process,
    wanted: bool,
    /// A terminal's input ends with Ctrl-D; that of a connection is a client that has gone (CLI-44).
    of_terminal: bool,
    detachable: bool,
    before: Option<BeforeInput>,
    driver: Driver,
}

impl Input {
    /// Forwards input; returns only when the connection is lost or the client detaches. The end of the input is no
    /// end of the conversation (CLI-41).
    async fn receive(&self, mut reader: impl AsyncRead + Unpin) -> End {
        let mut buffer = vec![0; INPUT_PIECE_BYTES];
        let mut after_ctrl_p = false;
        loop {
            let piece = match reader.read(&mut buffer).await {
                Ok(0) => break,
                Ok(length) => &buffer[..length],
                Err(_) => return End::Lost,
            };
            if !self.wanted {
                continue;
            }
            if self.detachable {
                if after_ctrl_p && piece == CTRL_Q {
                    return End::Detached;
                }
                after_ctrl_p = piece == CTRL_P;
                if after_ctrl_p {
                    continue;
                }
            }
            if let Some(before) = &self.before {
                before(&self.driver);
            }
            let bytes = Bytes::copy_from_slice(piece);
            self.driver.note(|| External::Input {
                to: self.process,
                bytes: bytes.clone(),
            });
            self.console.write_input(bytes).await;
        }
        if self.wanted && !self.of_terminal {
            self.driver.note(|| External::InputEnd { to: self.process });
            self.console.close_input();
        }
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::flight::Register;
    use runtime::console::{Stream, StreamSet};
    use runtime::{InstanceId, Timestamp};
    use std::pin::Pin;
    use std::task::{Context, Poll};

    /// Takes everything and counts how often.
    #[derive(Default)]
    struct Counting {
        bytes: usize,
        writes: usize,
    }

    impl AsyncWrite for Counting {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.bytes += bytes.len();
            self.writes += 1;
            Poll::Ready(Ok(bytes.len()))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn small_chunks_that_are_there_are_sent_together() {
        let console = Console::new(None);
        let mut session = Session {
            cursor: console.attach(StreamSet::BOTH),
            console: console.clone(),
            process: Process::Container(InstanceId(uuid::Uuid::nil())),
            raw: false,
            stdin: false,
            detachable: false,
            stall: Duration::from_secs(1),
            before_input: None,
        };
        for _ in 0..10_000 {
            console.push(Stream::Stdout, Timestamp(1), Bytes::from_static(b"y\n"));
        }
        console.finish();
        let flight = Register::new(|_| {}).begin();
        let mut writer = Counting::default();
        let end = session.send_output(&mut writer, &flight).await;
        assert_eq!((end, writer.bytes), (End::Finished, 100_000));
        assert!(writer.writes <= 4, "{} writes", writer.writes);
    }
}
