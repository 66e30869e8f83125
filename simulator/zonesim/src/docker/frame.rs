//! Frames of the raw stream (docker-api.md 6.4).

use bytes::{BufMut, Bytes, BytesMut};
use runtime::console::Stream;

/// Length of the header before each payload, bytes.
pub(crate) const HEADER_BYTES: usize = 8;

/// One frame: stream number, three zeros, payload length big-endian, payload (APIX-09: bytes, never characters).
pub(crate) fn frame(stream: Stream, payload: &[u8]) -> Bytes {
    let length = u32::try_from(payload.len()).expect("a chunk is far below 4 GiB");
    let mut frame = BytesMut::with_capacity(HEADER_BYTES + payload.len());
    frame.put_slice(&[stream as u8, 0, 0, 0]);
    frame.put_u32(length);
    frame.put_slice(payload);
    frame.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_counts_bytes() {
        let text = "é\n".as_bytes();
        assert_eq!(
            &frame(Stream::Stderr, text)[..],
            [2, 0, 0, 0, 0, 0, 0, 3, 0xc3, 0xa9, b'\n']
        );
    }
}
