//! Consoles: where a process's output goes and its input comes from.
//!
//! A console is one sequence of chunks. The log and every attacher are cursors into it. An attacher that is
//! more than [`ATTACH_WINDOW_BYTES`] behind blocks the writer, so that nobody loses a byte; cutting one that
//! accepts nothing is the business of the connection that owns the cursor (it drops it).

pub const ATTACH_WINDOW_BYTES: usize = 1 << 20;
