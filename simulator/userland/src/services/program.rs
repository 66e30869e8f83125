//! How a service's program begins and ends.

use crate::kernel::{Errno, Exit, OpenFlags, Signal, Sys};
use bytes::Bytes;
use runtime::service_of;

/// Bytes of a program file that name its service.
const HEAD_BYTES: usize = 256;

/// A running service.
pub(super) struct Program {
    /// Arguments without the program's name.
    pub(super) args: Vec<Bytes>,
    /// The name it was called by.
    pub(super) called: Bytes,
    /// What its file says.
    pub(super) version: String,
}

impl Program {
    /// Looks at what the program was called with. A write to a client that has gone is an error, not the end.
    pub(super) async fn begin(sys: &Sys) -> Self {
        sys.set_disposition(Signal::Pipe, crate::kernel::Disposition::Ignore);
        Self {
            args: sys.argv().iter().skip(1).cloned().collect(),
            called: sys.argv().first().cloned().unwrap_or_default(),
            version: version(sys).await.unwrap_or_else(|| "0".to_owned()),
        }
    }
}

async fn version(sys: &Sys) -> Option<String> {
    let fd = sys.open(b"/proc/self/exe", OpenFlags::READ, 0).await.ok()?;
    let mut head = vec![0; HEAD_BYTES];
    let read = sys.read(fd, &mut head).await;
    let _ = sys.close(fd);
    let (_, version) = service_of(&head[..read.ok()?])?;
    Some(version.to_owned())
}

/// `(2: No such file or directory)`.
pub(super) fn numbered(error: Errno) -> String {
    format!("({}: {error})", error as i32)
}

/// Writes a line to standard error and gives the status.
pub(super) async fn fail(sys: &Sys, line: &[u8], status: u8) -> Exit {
    say(sys, 2, line).await;
    Exit::Status(status)
}

/// Writes a line to standard output or error, as well as it can be.
pub(super) async fn say(sys: &Sys, fd: i32, line: &[u8]) {
    let _ = sys.write_all(fd, &[line, b"\n"].concat()).await;
}
