//! What every applet runs in: its arguments, its output and how it ends.

use super::io::Writer;
use crate::kernel::{Errno, Exit, Fd, Sys};
use bytes::Bytes;

/// Joins pieces of text and bytes to one message.
macro_rules! text {
    ($($piece:expr),* $(,)?) => {{
        let mut joined: Vec<u8> = Vec::new();
        $(joined.extend_from_slice(AsRef::<[u8]>::as_ref(&$piece));)*
        joined
    }};
}
pub(crate) use text;

/// Why an applet ends early.
pub(super) enum Fail {
    /// `NAME: TEXT` on standard error, then this status.
    Message(u8, Vec<u8>),
    /// `NAME: TEXT` if there is any, then the applet's usage, then this status.
    Usage(u8, Option<Vec<u8>>),
    /// Nothing more to say.
    Status(u8),
    /// Another program goes on as this process, or a signal ends it.
    Exit(Exit),
}

impl Fail {
    /// Status 1 with a message.
    pub(super) fn new(message: impl AsRef<[u8]>) -> Self {
        Fail::Message(1, message.as_ref().to_vec())
    }

    /// The usage alone, status 1.
    pub(super) fn usage() -> Self {
        Fail::Usage(1, None)
    }
}

/// Status of an applet, or why it ended early.
pub(super) type Outcome = Result<u8, Fail>;

/// A running applet.
pub(super) struct Context<'a> {
    /// System calls.
    pub(super) sys: &'a Sys,
    /// Standard output, buffered; written out when the applet ends.
    pub(super) out: Writer<'a>,
    /// The applet's name in messages.
    pub(super) name: &'static str,
    /// Arguments without the program's name.
    pub(super) args: Vec<Bytes>,
    usage: &'static str,
}

impl<'a> Context<'a> {
    pub(super) fn new(sys: &'a Sys, name: &'static str, usage: &'static str) -> Self {
        Self {
            sys,
            out: Writer::new(sys, 1),
            name,
            args: sys.argv().iter().skip(1).cloned().collect(),
            usage,
        }
    }

    /// Whether the only argument asks for the usage; then it has been printed.
    pub(super) async fn wants_help(&mut self) -> bool {
        let wanted = !self.usage.is_empty() && self.args.len() == 1 && self.args[0] == "--help";
        if wanted {
            self.print_usage().await;
        }
        wanted
    }

    /// Writes `NAME: TEXT` to standard error, after what was written to standard output.
    pub(super) async fn complain(&mut self, message: impl AsRef<[u8]>) {
        let line = text!(self.name, ": ", message, "\n");
        self.error_text(&line).await;
    }

    /// Complains about a file: `NAME: FILE: REASON`.
    pub(super) async fn complain_of(&mut self, path: &[u8], error: Errno) {
        self.complain(text!(path, ": ", error.message())).await;
    }

    /// Writes to standard error as it is.
    pub(super) async fn error_text(&mut self, bytes: &[u8]) {
        let _ = self.out.flush().await;
        let _ = self.sys.write_all(2, bytes).await;
    }

    async fn print_usage(&mut self) {
        let text = text!(
            "BusyBox v1.35.0 (zonesim) multi-call binary.\n\nUsage: ",
            self.name,
            if self.usage.starts_with('\n') || self.usage.is_empty() {
                ""
            } else {
                " "
            },
            self.usage,
            "\n"
        );
        self.error_text(&text).await;
    }

    /// The applet's last act: writes out what is buffered and says why it failed.
    pub(super) async fn end(mut self, outcome: Outcome) -> Exit {
        let outcome = match (outcome, self.out.flush().await) {
            (Ok(0), Err(fail)) => Err(fail),
            (outcome, _) => outcome,
        };
        match outcome {
            Ok(status) | Err(Fail::Status(status)) => Exit::Status(status),
            Err(Fail::Exit(exit)) => exit,
            Err(Fail::Message(status, message)) => {
                self.complain(message).await;
                Exit::Status(status)
            }
            Err(Fail::Usage(status, message)) => {
                if let Some(message) = message {
                    self.complain(message).await;
                }
                self.print_usage().await;
                Exit::Status(status)
            }
        }
    }

    /// The value of an environment variable.
    pub(super) fn variable(&self, name: &str) -> Option<Bytes> {
        self.sys.environ().into_iter().find_map(|entry| {
            let value = entry.strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
            Some(entry.slice_ref(value))
        })
    }

    /// Opens a file for reading; `-` is standard input.
    pub(super) async fn open_input(&self, path: &[u8]) -> Result<super::io::Reader<'a>, Errno> {
        if path == b"-" {
            return Ok(super::io::Reader::borrowed(self.sys, 0));
        }
        let fd: Fd = self
            .sys
            .open(path, crate::kernel::OpenFlags::READ, 0)
            .await?;
        Ok(super::io::Reader::owned(self.sys, fd))
    }

    /// As [`Context::open_input`]; complains with `can't open` on failure.
    pub(super) async fn open_or_complain(&mut self, path: &[u8]) -> Option<super::io::Reader<'a>> {
        match self.open_input(path).await {
            Ok(reader) => Some(reader),
            Err(error) => {
                self.complain(cannot_open(path, error)).await;
                None
            }
        }
    }
}

/// `can't open 'PATH': REASON`.
pub(super) fn cannot_open(path: &[u8], error: Errno) -> Vec<u8> {
    text!("can't open '", path, "': ", error.message())
}
