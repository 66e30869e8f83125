//! tee.

use super::context::{Context, Outcome, text};
use super::io::{CHUNK_BYTES, write_error};
use crate::kernel::{Disposition, Errno, OpenFlags, Signal};

/// Copies standard input to standard output and to files.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("ia")?;
    if options.has(b'i') {
        cx.sys.set_disposition(Signal::Int, Disposition::Ignore);
    }
    let mode = match options.has(b'a') {
        true => OpenFlags::APPEND,
        false => OpenFlags::TRUNC,
    };
    let mut status = 0;
    let mut targets = vec![(1, bytes::Bytes::new())];
    for path in &options.operands {
        if path == "-" {
            targets.push((1, path.clone()));
            continue;
        }
        match cx
            .sys
            .open(path, OpenFlags::WRITE | OpenFlags::CREATE | mode, 0o666)
            .await
        {
            Ok(fd) => targets.push((fd, path.clone())),
            Err(error) => {
                cx.complain_of(path, error).await;
                status = 1;
            }
        }
    }
    let mut buffer = vec![0; CHUNK_BYTES];
    loop {
        let count = match cx.sys.read(0, &mut buffer).await {
            Ok(0) => return Ok(status),
            Ok(count) => count,
            Err(Errno::EINTR) => continue,
            Err(error) => {
                cx.complain(text!("read error: ", error.message())).await;
                return Ok(1);
            }
        };
        cx.sys.burn(200 + count as u64 / 8).await;
        for (fd, path) in &targets {
            if let Err(error) = cx.sys.write_all(*fd, &buffer[..count]).await {
                if path.is_empty() {
                    return Err(write_error(error));
                }
                // The original asks for no reason.
                cx.complain(text!(path, ": I/O error")).await;
                status = 1;
            }
        }
    }
}
