//! The file that stands for a program of the in-process Unix.

/// Content of a program file that the in-process Unix runs as the applet of its own name: an ELF header (64-bit,
/// little endian, executable, x86-64, no segments, entry point 0) that no real kernel can run, and a note.
pub const PROGRAM_MARKER: &[u8] = b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\
\x02\x00\x3e\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\
\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\
\x00\x00\x00\x00\x40\x00\x38\x00\x00\x00\x40\x00\x00\x00\x00\x00\
zonesim: a program of the in-process Unix\n";

/// What follows the marker in a file that is one service, whatever name it is called by.
const SERVICE: &str = "service: ";
/// The longest name and version of a service, bytes.
const SERVICE_BYTES: usize = 64;

/// Content of a program file that is the service `name` in `version`.
pub fn service_program(name: &str, version: &str) -> Vec<u8> {
    let note = format!("{SERVICE}{name} {version}\n");
    [PROGRAM_MARKER, note.as_bytes()].concat()
}

/// The name and the version of the service that a program file is; `None` when the name it is called by counts.
pub fn service_of(content: &[u8]) -> Option<(&str, &str)> {
    let note = content.strip_prefix(PROGRAM_MARKER)?;
    let note = note.strip_prefix(SERVICE.as_bytes())?;
    let end = note
        .iter()
        .take(SERVICE_BYTES)
        .position(|byte| *byte == b'\n')?;
    std::str::from_utf8(&note[..end]).ok()?.split_once(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marker_is_a_whole_elf_header_and_a_note() {
        assert_eq!(&PROGRAM_MARKER[..4], b"\x7fELF");
        assert_eq!(&PROGRAM_MARKER[64..71], b"zonesim");
    }

    #[test]
    fn a_service_is_told_from_a_program_that_its_name_decides() {
        let program = service_program("nginx", "1.11.10");
        assert_eq!(service_of(&program), Some(("nginx", "1.11.10")));
        assert_eq!(service_of(PROGRAM_MARKER), None);
        assert_eq!(service_of(b"\x7fELF"), None);
        let endless = [PROGRAM_MARKER, b"service: ", &[b'x'; 200]].concat();
        assert_eq!(service_of(&endless), None);
    }
}
