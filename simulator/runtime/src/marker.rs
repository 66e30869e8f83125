//! The file that stands for a program of the in-process Unix.

/// Content of a program file that the in-process Unix runs as the applet of its own name: an ELF header (64-bit,
/// little endian, executable, x86-64, no segments, entry point 0) that no real kernel can run, and a note.
pub const PROGRAM_MARKER: &[u8] = b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\
\x02\x00\x3e\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\
\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\
\x00\x00\x00\x00\x40\x00\x38\x00\x00\x00\x40\x00\x00\x00\x00\x00\
zonesim: a program of the in-process Unix\n";

#[cfg(test)]
mod tests {
    use super::PROGRAM_MARKER;

    #[test]
    fn the_marker_is_a_whole_elf_header_and_a_note() {
        assert_eq!(&PROGRAM_MARKER[..4], b"\x7fELF");
        assert_eq!(&PROGRAM_MARKER[64..71], b"zonesim");
    }
}
