//! Consoles: where a process's output goes and its input comes from.
//!
//! The output of a process is one sequence of chunks. The container's log and every attacher see it in that
//! order. An attacher that is more than [`ATTACH_WINDOW_BYTES`] behind makes the writer wait, so that nobody
//! loses a byte; cutting one that accepts nothing is the business of the connection that owns it.

mod cursor;
mod input;
mod lines;
mod log;
mod output;
mod packed;

pub use cursor::Cursor;
pub use lines::{Lines, RECORD_LIMIT_BYTES};
pub use log::{Log, LogCursor, LogRecord, LogStart};
pub use output::{ATTACH_WINDOW_BYTES, Chunk, Console, Stream, StreamSet};
