//! Bytes on their way between processes.

use std::collections::VecDeque;

/// Moves bytes from the front of `bytes` into `buffer`; how many.
pub(super) fn take(bytes: &mut VecDeque<u8>, buffer: &mut [u8]) -> usize {
    let count = buffer.len().min(bytes.len());
    let (first, second) = bytes.as_slices();
    let from_first = count.min(first.len());
    buffer[..from_first].copy_from_slice(&first[..from_first]);
    buffer[from_first..count].copy_from_slice(&second[..count - from_first]);
    bytes.drain(..count);
    count
}
