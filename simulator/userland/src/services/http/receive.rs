//! Waiting for a request's head, and passing over its body.

use super::request::head_end;
use crate::services::stream::{Closing, Fill, Stream};
use runtime::Timestamp;
use std::time::Duration;

/// The longest line of a head, bytes.
pub(in crate::services) const LINE_BYTES: usize = 8 << 10;
/// The longest head, bytes.
const HEAD_BYTES: usize = 32 << 10;

/// What came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::services) enum Came {
    /// A head of so many bytes.
    Head(usize),
    /// A first line that is too long.
    LineTooLong,
    /// A head, or a line of it, that is too long.
    HeadTooLong,
    /// The client has gone, or was too slow.
    Nothing,
}

/// How long a client may take.
#[derive(Clone, Copy, Debug)]
pub(in crate::services) struct Patience {
    /// For its next request, before it has begun.
    pub(in crate::services) idle: Duration,
    /// For the whole of a head that has begun.
    pub(in crate::services) head: Duration,
}

/// Waits for a whole head. When the server closes, who has not begun with one is not waited for.
pub(in crate::services) async fn receive(
    stream: &mut Stream<'_>,
    patience: Patience,
    closing: &Closing,
) -> Came {
    let mut until: Option<Timestamp> = None;
    loop {
        // It is looked at from its start each time.
        let fuel = stream.input().len() as u64 / 4;
        stream.sys.burn(fuel).await;
        let input = stream.input();
        let line_end = input.iter().position(|byte| *byte == b'\n');
        if line_end.unwrap_or(input.len()) > LINE_BYTES {
            return Came::LineTooLong;
        }
        let end = head_end(input);
        let head = &input[..end.unwrap_or(input.len())];
        let longest = head.split(|byte| *byte == b'\n').map(<[u8]>::len).max();
        if head.len() > HEAD_BYTES || longest.unwrap_or(0) > LINE_BYTES {
            return Came::HeadTooLong;
        }
        if let Some(end) = end {
            return Came::Head(end);
        }
        let idle = input.is_empty();
        let limit = match idle {
            true => patience.idle,
            false => {
                let now = stream.sys.now();
                let until = *until.get_or_insert(now + patience.head);
                until.since(now)
            }
        };
        match stream.fill(Some(limit), idle.then_some(closing)).await {
            Ok(Fill::More) => {}
            Ok(Fill::End | Fill::Late | Fill::Closing) | Err(_) => return Came::Nothing,
        }
    }
}

/// The first line of what came, as much as is kept of it.
pub(in crate::services) fn first_line(input: &[u8]) -> Vec<u8> {
    let mut lines = input.split(|byte| matches!(byte, b'\r' | b'\n'));
    let line = lines.find(|line| !line.is_empty()).unwrap_or_default();
    line[..line.len().min(LINE_BYTES)].to_vec()
}

/// Passes over what belongs to a request that was answered; whether it all came.
pub(in crate::services) async fn skip(
    stream: &mut Stream<'_>,
    bytes: u64,
    patience: Duration,
) -> bool {
    let mut left = bytes;
    loop {
        let there = stream.input().len();
        let count = usize::try_from(left).map_or(there, |left| left.min(there));
        stream.used(count);
        left -= count as u64;
        if left == 0 {
            return true;
        }
        if !matches!(stream.fill(Some(patience), None).await, Ok(Fill::More)) {
            return false;
        }
    }
}
