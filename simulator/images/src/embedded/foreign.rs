//! Programs of images that nothing here can run.

use runtime::PROGRAM_MARKER;

/// A program file that no kernel here runs.
pub(super) fn foreign() -> Vec<u8> {
    const HEADER_BYTES: usize = 64;
    let note: &[u8] = b"stands for a program that needs a real Linux kernel\n";
    [&PROGRAM_MARKER[..HEADER_BYTES], note].concat()
}
