//! GELF 1.1: records as JSON, packed with gzip, in datagrams that a network carries whole.

use super::record::Record;
use super::times::rfc3339;
use flate2::Compression;
use flate2::write::GzEncoder;
use runtime::Timestamp;
use serde_json::{Map, Value};
use std::io::Write as _;

/// What a datagram holds at most, bytes.
const DATAGRAM_BYTES: usize = 1420;
/// Of it: two magic bytes, the message's id, the chunk's number, their count.
const CHUNK_HEAD_BYTES: usize = 12;
/// Chunks of one message at most; a longer one is not sent.
const CHUNKS: usize = 128;

/// A record as JSON.
pub(super) fn message(
    host: &str,
    created_at: Timestamp,
    members: &[(&'static str, String)],
    record: &Record<'_>,
) -> Vec<u8> {
    let line = String::from_utf8_lossy(record.line);
    let milliseconds = record.at.0 / 1_000_000;
    let mut object = Map::new();
    let mut add = |name: &str, value: Value| drop(object.insert(name.to_owned(), value));
    add("version", "1.1".into());
    add("host", host.into());
    add("short_message", line.trim().into());
    add("timestamp", (milliseconds as f64 / 1000.0).into());
    add("level", record.severity().into());
    for (name, value) in members {
        add(name, value.as_str().into());
    }
    add("_created", rfc3339(created_at).into());
    Value::Object(object).to_string().into_bytes()
}

/// The datagrams of a message; none when it is too long. `id` tells its chunks from those of others.
pub(super) fn datagrams(message: &[u8], id: [u8; 8]) -> Vec<Vec<u8>> {
    let packed = gzip(message);
    if packed.len() <= DATAGRAM_BYTES {
        return vec![packed];
    }
    let chunks = packed.chunks(DATAGRAM_BYTES - CHUNK_HEAD_BYTES);
    let count = chunks.len();
    let Some(total) = u8::try_from(count).ok().filter(|_| count <= CHUNKS) else {
        return Vec::new();
    };
    let numbered = (0u8..).zip(chunks);
    numbered
        .map(|(number, chunk)| [&[0x1e, 0x0f], &id[..], &[number, total], chunk].concat())
        .collect()
}

fn gzip(message: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(message)
        .and_then(|()| encoder.finish())
        .expect("a vector takes all that is written to it")
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use runtime::console::Stream;
    use std::io::Read as _;

    #[test]
    fn a_record_has_the_members_of_the_form_and_its_own() {
        let at = Timestamp(1_500_000_000_123_456_789);
        let record = Record::new(Stream::Stderr, at, b"  it \"broke\"\n");
        let members = [("_tag", "web".to_owned())];
        let message = message(
            "host",
            Timestamp::from_secs(1_500_000_000),
            &members,
            &record,
        );
        let expected = r#"{"version":"1.1","host":"host","short_message":"it \"broke\"","timestamp":1500000000.123,"level":3,"_tag":"web","_created":"2017-07-14T02:40:00Z"}"#;
        assert_eq!(String::from_utf8_lossy(&message), expected);
    }

    #[test]
    fn a_long_message_comes_in_chunks_and_one_without_end_not_at_all() {
        // What gzip cannot make shorter.
        let noise = |bytes: usize| -> Vec<u8> {
            let next = |state: &u32| Some(state.wrapping_mul(1_664_525).wrapping_add(1));
            let states = std::iter::successors(Some(7u32), next);
            states
                .take(bytes)
                .map(|state| (state >> 24) as u8)
                .collect()
        };
        let message = noise(3000);
        let chunks = datagrams(&message, *b"12345678");
        assert_eq!(chunks.len(), 3);
        assert!(chunks.iter().all(|chunk| chunk.len() <= DATAGRAM_BYTES));
        let mut packed = Vec::new();
        for (number, chunk) in (0u8..).zip(&chunks) {
            let head = [&b"\x1e\x0f12345678"[..], &[number, 3]].concat();
            assert_eq!(chunk[..CHUNK_HEAD_BYTES], head);
            packed.extend_from_slice(&chunk[CHUNK_HEAD_BYTES..]);
        }
        let mut seen = Vec::new();
        GzDecoder::new(&packed[..])
            .read_to_end(&mut seen)
            .expect("it is whole");
        assert_eq!(seen, message);
        assert_eq!(datagrams(b"short", *b"12345678").len(), 1);
        assert!(datagrams(&noise(200_000), *b"12345678").is_empty());
    }
}
