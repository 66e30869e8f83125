//! sum.

use super::context::{Context, Outcome, cannot_open, text};
use super::io::Reader;
use crate::kernel::Errno;
use bytes::Bytes;

/// Which of the two old sums.
#[derive(Clone, Copy, PartialEq)]
enum Method {
    /// Rotated before each byte; blocks of 1024 bytes.
    Bsd,
    /// Plain; blocks of 512 bytes.
    SystemV,
}

/// Writes sums and sizes in blocks.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("rs")?;
    let method = match options.has(b's') && !options.has(b'r') {
        true => Method::SystemV,
        false => Method::Bsd,
    };
    let mut paths = options.operands;
    if paths.is_empty() {
        paths.push("-".into());
    }
    let named = method == Method::SystemV || paths.len() > 1;
    let mut status = 0;
    for path in &paths {
        let Some((sum, length)) = sum(cx, path, method).await else {
            status = 1;
            continue;
        };
        let numbers = match method {
            Method::Bsd => format!("{sum:05} {:5} ", length.div_ceil(1024)),
            Method::SystemV => format!("{sum} {} ", length.div_ceil(512)),
        };
        let name: &[u8] = if named { path } else { b"" };
        cx.out.write(text!(numbers, name, "\n")).await?;
    }
    Ok(status)
}

/// The sum and the length of a file, or a complaint.
async fn sum(cx: &mut Context<'_>, path: &Bytes, method: Method) -> Option<(u32, u64)> {
    let mut reader = match cx.open_input(path).await {
        Ok(reader) => reader,
        Err(error) => {
            cx.complain(cannot_open(path, error)).await;
            return None;
        }
    };
    match add_up(cx, &mut reader, method).await {
        Ok(found) => Some(found),
        Err(error) => {
            cx.complain_of(path, error).await;
            None
        }
    }
}

async fn add_up(
    cx: &Context<'_>,
    reader: &mut Reader<'_>,
    method: Method,
) -> Result<(u32, u64), Errno> {
    let (mut sum, mut length) = (0_u32, 0);
    while reader.fill().await? {
        let bytes = reader.buffered();
        sum = match method {
            Method::Bsd => bytes.iter().fold(sum, |sum, byte| {
                let rotated = (sum >> 1) | ((sum & 1) << 15);
                (rotated + u32::from(*byte)) & 0xffff
            }),
            Method::SystemV => bytes
                .iter()
                .fold(sum, |sum, byte| sum.wrapping_add(u32::from(*byte))),
        };
        let count = bytes.len();
        reader.consume(count);
        length += count as u64;
        cx.sys.burn(100 + count as u64).await;
    }
    if method == Method::SystemV {
        let once = (sum & 0xffff) + (sum >> 16);
        sum = (once & 0xffff) + (once >> 16);
    }
    Ok((sum, length))
}
