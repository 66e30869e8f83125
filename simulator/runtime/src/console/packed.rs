//! How records of a log lie in memory: a line of two bytes must not cost fifteen.
//!
//! In front of the bytes stand two numbers, seven bits a byte: the length with the stream, and the time since the
//! record before (writers on several threads may be a little out of order, so it has a sign).

use super::log::LogRecord;
use super::output::Stream;
use crate::Timestamp;
use bytes::Bytes;

/// A reader's place in packed records.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    offset: usize,
    /// When the record before was written.
    at: Timestamp,
}

/// Appends a record; `newest`: the time of the record before, zero for the first.
pub(super) fn append(
    packed: &mut Vec<u8>,
    newest: Timestamp,
    stream: Stream,
    at: Timestamp,
    line: &[u8],
) {
    let stderr = u64::from(stream == Stream::Stderr);
    number(packed, (line.len() as u64) << 1 | stderr);
    let delta = at.0.wrapping_sub(newest.0).cast_signed();
    number(packed, ((delta << 1) ^ (delta >> 63)).cast_unsigned());
    packed.extend_from_slice(line);
}

fn number(packed: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        packed.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    packed.push(value as u8);
}

impl Place {
    /// The record here, and on to the one behind it.
    pub(super) fn next(&mut self, packed: &[u8]) -> Option<LogRecord> {
        if self.offset >= packed.len() {
            return None;
        }
        let length_and_stream = self.number(packed);
        let zigzag = self.number(packed);
        let delta = (zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed();
        self.at = Timestamp(self.at.0.wrapping_add(delta.cast_unsigned()));
        let from = self.offset;
        self.offset += (length_and_stream >> 1) as usize;
        Some(LogRecord {
            stream: match length_and_stream & 1 {
                0 => Stream::Stdout,
                _ => Stream::Stderr,
            },
            at: self.at,
            bytes: Bytes::copy_from_slice(&packed[from..self.offset]),
        })
    }

    fn number(&mut self, packed: &[u8]) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = packed[self.offset];
            self.offset += 1;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return value;
            }
            shift += 7;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_as_they_went_in() {
        let long = vec![b'x'; 16 * 1024];
        let rows: [(Stream, u64, &[u8]); 5] = [
            (Stream::Stdout, 1_700_000_000_000_000_000, b"a\n"),
            (Stream::Stderr, 1_700_000_000_000_000_000, b"b\n"),
            (Stream::Stdout, 1_699_999_999_999_999_999, &long),
            (Stream::Stderr, u64::MAX, b"\n"),
            (Stream::Stdout, 0, b"end"),
        ];
        let (mut packed, mut newest) = (Vec::new(), Timestamp(0));
        for (stream, at, line) in rows {
            append(&mut packed, newest, stream, Timestamp(at), line);
            newest = Timestamp(at);
        }
        let mut place = Place::default();
        for (stream, at, line) in rows {
            let record = place.next(&packed).expect("it was packed");
            assert_eq!((record.stream, record.at), (stream, Timestamp(at)));
            assert_eq!(&record.bytes[..], line);
        }
        assert_eq!(place.next(&packed), None);
    }
}
