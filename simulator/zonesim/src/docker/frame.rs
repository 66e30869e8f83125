//! Frames of the raw stream (docker-api.md 6.4).

use bytes::BufMut;
use runtime::console::Stream;

/// Length of the header before each payload, bytes.
pub(crate) const HEADER_BYTES: usize = 8;

/// Appends one frame: stream number, three zeros, payload length big-endian, payload (APIX-09: bytes, never characters),
/// which may be in parts.
pub(crate) fn append_frame(to: &mut Vec<u8>, stream: Stream, parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    to.reserve(HEADER_BYTES + length);
    to.put_slice(&[stream as u8, 0, 0, 0]);
    to.put_u32(u32::try_from(length).expect("a chunk is far below 4 GiB"));
    parts.iter().for_each(|part| to.put_slice(part));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_counts_bytes() {
        let mut frames = b"x".to_vec();
        append_frame(&mut frames, Stream::Stderr, &["é".as_bytes(), b"\n"]);
        assert_eq!(frames, [b'x', 2, 0, 0, 0, 0, 0, 0, 3, 0xc3, 0xa9, b'\n']);
    }
}
