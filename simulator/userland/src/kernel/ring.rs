//! Bytes on their way between processes.

use super::Errno;
use super::memory::Charge;
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

/// Makes room for `more` bytes, `most` altogether, charged before. The room stays.
pub(super) fn reserve(
    bytes: &mut VecDeque<u8>,
    charge: &mut Charge,
    more: usize,
    most: usize,
) -> Result<(), Errno> {
    let wanted = bytes.len() + more;
    let capacity = bytes.capacity();
    if wanted > capacity {
        let capacity = wanted.max(2 * capacity).min(most);
        charge.try_set(capacity)?;
        bytes.reserve_exact(capacity - bytes.len());
    }
    Ok(())
}
