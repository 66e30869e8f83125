//! The conversation on a hijacked connection: output of a console out, input in (docker-api.md 6, containers.md 14).

use super::frame::frame;
use crate::driver::Driver;
use crate::http::flight::Flight;
use bytes::Bytes;
use runtime::console::{Console, Cursor};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

/// Input is read in pieces of at most this many bytes.
const INPUT_PIECE_BYTES: usize = 32 * 1024;

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
    /// Raw bytes instead of frames.
    pub(crate) raw: bool,
    /// Whether input and its end reach the process.
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
            wanted: self.stdin,
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
        loop {
            let chunk = {
                let _waiting = flight.wait();
                self.cursor.next().await
            };
            let Some(chunk) = chunk else {
                return End::Finished;
            };
            let bytes = if self.raw {
                chunk.bytes
            } else {
                frame(chunk.stream, &chunk.bytes)
            };
            match send(&mut writer, &bytes, self.stall).await {
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
    wanted: bool,
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
            self.console
                .write_input(Bytes::copy_from_slice(piece))
                .await;
        }
        if self.wanted {
            self.console.close_input();
        }
        std::future::pending().await
    }
}
