//! truncate.

use super::context::{Context, Fail, Outcome, text};
use super::numbers::{self, Suffixes};
use crate::kernel::{Errno, OpenFlags};

const SIZES: Suffixes = &[
    ("k", 1 << 10),
    ("K", 1 << 10),
    ("m", 1 << 20),
    ("M", 1 << 20),
    ("g", 1 << 30),
    ("G", 1 << 30),
    ("t", 1 << 40),
    ("T", 1 << 40),
];

/// Sets the size of files.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("cs:")?;
    let size = match options.value(b's') {
        Some(text) if !options.operands.is_empty() => numbers::with_suffix(text, SIZES)?,
        _ => return Err(Fail::usage()),
    };
    let flags = match options.has(b'c') {
        true => OpenFlags::WRITE,
        false => OpenFlags::WRITE | OpenFlags::CREATE,
    };
    let mut status = 0;
    for path in &options.operands {
        let fd = match cx.sys.open(path, flags, 0o666).await {
            Ok(fd) => fd,
            Err(Errno::ENOENT) if options.has(b'c') => continue,
            Err(error) => {
                cx.complain(text!(path, ": open: ", error.message())).await;
                status = 1;
                continue;
            }
        };
        if let Err(error) = cx.sys.truncate(fd, size) {
            cx.complain(text!(path, ": truncate: ", error.message()))
                .await;
            status = 1;
        }
        let _ = cx.sys.close(fd);
    }
    Ok(status)
}
