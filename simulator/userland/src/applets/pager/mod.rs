//! Showing files page by page: more and less.

mod document;
mod less;
mod more;

pub(super) use less::run as less;
pub(super) use more::run as more;

/// Columns that a line takes on a terminal.
fn width_of(line: &[u8]) -> usize {
    line.iter().fold(0, |at, byte| match byte {
        b'\t' => (at / 8 + 1) * 8,
        0x80..=0xbf => at,
        b' '..=b'~' | 0xc0.. => at + 1,
        _ => at,
    })
}
