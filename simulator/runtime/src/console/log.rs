//! A container's log on its node: one record per line (containers.md 14), within the container's disk (CTR-54).

use super::lines::Lines;
use super::output::{Stream, StreamSet};
use super::packed::{self, Place};
use crate::Timestamp;
use bytes::Bytes;
use rootfs::Quota;
use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Records are packed into segments of about this many bytes.
const SEGMENT_BYTES: usize = 64 * 1024;

/// One record: a line with its newline, 16 KiB of a longer one, or the rest at the end of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRecord {
    /// Where it was written to.
    pub stream: Stream,
    /// When its first byte was written.
    pub at: Timestamp,
    /// The bytes, newline included.
    pub bytes: Bytes,
}

/// Where a reader begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogStart {
    /// Only this many of the newest records; `None`: all.
    pub tail: Option<u64>,
    /// Only records of this time or later.
    pub since: Option<Timestamp>,
}

/// The log of one container over all its runs. Clones are the same log.
#[derive(Clone)]
pub struct Log(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    segments: Vec<Segment>,
    bytes: u64,
    max_bytes: u64,
    /// The container's, which the log takes part of.
    disk: Option<Quota>,
    /// Counts rotations; a cursor of an older one starts again at the front.
    rotation: u64,
    /// Records kept now.
    records: u64,
    lines: Lines,
    open: bool,
    readers: Vec<Waker>,
}

#[derive(Default)]
struct Segment {
    packed: Vec<u8>,
    records: u64,
    /// When its newest record was written.
    newest: Timestamp,
}

impl Log {
    /// An empty log that keeps at most `max_bytes` of output before it starts again (containers.md 9: `max-size`).
    pub fn new(max_bytes: u64) -> Self {
        Self(Arc::new(Mutex::new(State {
            max_bytes,
            ..State::default()
        })))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on what it keeps is charged to a container's disk. A record that finds no room there is lost, as on any
    /// full disk.
    pub fn charge_to(&self, disk: Quota) {
        self.lock().disk = Some(disk);
    }

    /// A run begins: followers wait from here on.
    pub fn open(&self) {
        self.lock().open = true;
    }

    /// The run is over: partial lines become records and followers end (CTRX-20).
    pub fn close(&self) {
        let readers = {
            let mut state = self.lock();
            for stream in [Stream::Stdout, Stream::Stderr] {
                if let Some((at, line)) = state.lines.end(stream) {
                    state.push(stream, at, &line);
                }
            }
            state.open = false;
            std::mem::take(&mut state.readers)
        };
        readers.into_iter().for_each(Waker::wake);
    }

    pub(super) fn append(&self, stream: Stream, at: Timestamp, bytes: &[u8]) {
        let readers = {
            let mut state = self.lock();
            let mut rest = bytes;
            while let Some((at, line)) = state.lines.next(stream, at, &mut rest) {
                state.push(stream, at, &line);
            }
            std::mem::take(&mut state.readers)
        };
        readers.into_iter().for_each(Waker::wake);
    }

    /// Bytes of output kept now.
    pub fn bytes(&self) -> u64 {
        self.lock().bytes
    }

    /// A reader of what `streams` have from `start` on and at this moment; what is written later it never sees.
    pub fn read_now(&self, start: LogStart, streams: StreamSet) -> LogCursor {
        let mut cursor = self.read(start, streams);
        let records = self.lock().records;
        cursor.left = Some(start.tail.map_or(records, |tail| tail.min(records)));
        cursor
    }

    /// A reader of `streams` from `start` on.
    pub fn read(&self, start: LogStart, streams: StreamSet) -> LogCursor {
        let state = self.lock();
        let mut skip = start
            .tail
            .map_or(0, |tail| state.records.saturating_sub(tail));
        let mut cursor = LogCursor {
            log: self.clone(),
            rotation: state.rotation,
            segment: 0,
            place: Place::default(),
            left: None,
            since: start.since,
            streams,
        };
        while let Some(segment) = state.segments.get(cursor.segment) {
            if skip < segment.records {
                break;
            }
            skip -= segment.records;
            cursor.segment += 1;
        }
        for _ in 0..skip {
            state.next_at(&mut cursor.segment, &mut cursor.place);
        }
        cursor
    }
}

impl State {
    fn push(&mut self, stream: Stream, at: Timestamp, line: &[u8]) {
        let length = line.len() as u64;
        if self.bytes + length > self.max_bytes && self.bytes > 0 {
            self.rotate();
        }
        if self
            .disk
            .as_ref()
            .is_some_and(|disk| !disk.charge_beside(length))
        {
            return;
        }
        let full = self
            .segments
            .last()
            .is_none_or(|segment| segment.packed.len() + line.len() > SEGMENT_BYTES);
        if full {
            self.segments.push(Segment::default());
        }
        let segment = self
            .segments
            .last_mut()
            .expect("a segment was pushed when there was none");
        packed::append(&mut segment.packed, segment.newest, stream, at, line);
        segment.newest = at;
        segment.records += 1;
        self.records += 1;
        self.bytes += length;
    }

    /// Starts again with an empty file.
    fn rotate(&mut self) {
        if let Some(disk) = &self.disk {
            disk.release_beside(self.bytes);
        }
        self.segments.clear();
        (self.bytes, self.records) = (0, 0);
        self.rotation += 1;
    }

    /// The record at the place, which then moves behind it.
    fn next_at(&self, segment: &mut usize, place: &mut Place) -> Option<LogRecord> {
        loop {
            let packed = &self.segments.get(*segment)?.packed;
            if let Some(record) = place.next(packed) {
                return Some(record);
            }
            if *segment + 1 >= self.segments.len() {
                return None;
            }
            (*segment, *place) = (*segment + 1, Place::default());
        }
    }
}

/// One reader's place in a log.
pub struct LogCursor {
    log: Log,
    rotation: u64,
    segment: usize,
    place: Place,
    /// How many records it still looks at; `None`: all that ever come.
    left: Option<u64>,
    since: Option<Timestamp>,
    streams: StreamSet,
}

impl LogCursor {
    /// The next record that is there already.
    pub fn next_now(&mut self) -> Option<LogRecord> {
        let log = self.log.clone();
        let state = log.lock();
        self.advance(&state)
    }

    fn advance(&mut self, state: &State) -> Option<LogRecord> {
        if self.rotation != state.rotation {
            (self.rotation, self.segment, self.place) = (state.rotation, 0, Place::default());
            // What was there when the reader began is gone.
            self.left = self.left.map(|_| 0);
        }
        loop {
            self.left = match self.left {
                Some(left) => Some(left.checked_sub(1)?),
                None => None,
            };
            let record = state.next_at(&mut self.segment, &mut self.place)?;
            let early = self.since.is_some_and(|since| record.at < since);
            if !early && self.streams.contains(record.stream) {
                return Some(record);
            }
        }
    }

    /// The next record, waiting for one while the container runs; `None` once it has stopped.
    pub async fn next(&mut self) -> Option<LogRecord> {
        poll_fn(|context| self.poll_next(context)).await
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<LogRecord>> {
        let log = self.log.clone();
        let mut state = log.lock();
        match self.advance(&state) {
            Some(record) => Poll::Ready(Some(record)),
            None if !state.open => Poll::Ready(None),
            None => {
                state.readers.push(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log")
            .field("bytes", &self.bytes())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for LogCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogCursor")
            .field("segment", &self.segment)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::RECORD_LIMIT_BYTES;
    use super::*;

    fn lines(log: &Log, start: LogStart) -> Vec<String> {
        let mut cursor = log.read(start, StreamSet::BOTH);
        std::iter::from_fn(|| cursor.next_now())
            .map(|record| String::from_utf8_lossy(&record.bytes).into_owned())
            .collect()
    }

    fn tail(count: u64) -> LogStart {
        LogStart {
            tail: Some(count),
            since: None,
        }
    }

    #[test]
    fn writes_are_joined_to_lines_and_tail_counts_them() {
        let log = Log::new(1 << 20);
        log.open();
        log.append(Stream::Stdout, Timestamp(1), b"a\nb");
        log.append(Stream::Stderr, Timestamp(2), b"err\n");
        log.append(Stream::Stdout, Timestamp(3), b"c\nrest");
        assert_eq!(lines(&log, LogStart::default()), ["a\n", "err\n", "bc\n"]);
        log.close();
        assert_eq!(lines(&log, tail(2)), ["bc\n", "rest"]);
        assert_eq!(lines(&log, tail(0)), [""; 0]);
        let since = LogStart {
            tail: None,
            since: Some(Timestamp(2)),
        };
        assert_eq!(lines(&log, since), ["err\n", "rest"]);
    }

    #[test]
    fn tail_is_right_over_many_segments_and_long_lines_are_cut() {
        let log = Log::new(1 << 30);
        for number in 0..20_000 {
            log.append(
                Stream::Stdout,
                Timestamp(1),
                format!("{number}\n").as_bytes(),
            );
        }
        assert_eq!(lines(&log, tail(2)), ["19998\n", "19999\n"]);
        assert_eq!(lines(&log, tail(20_000)).len(), 20_000);
        log.append(
            Stream::Stdout,
            Timestamp(1),
            &vec![b'x'; RECORD_LIMIT_BYTES + 5],
        );
        log.close();
        let long = lines(&log, tail(2));
        assert_eq!((long[0].len(), long[1].len()), (RECORD_LIMIT_BYTES, 5));
    }

    #[test]
    fn a_reader_of_what_is_there_now_ends_while_the_container_writes_on() {
        let log = Log::new(1 << 20);
        log.open();
        let write = |text: &str| log.append(Stream::Stdout, Timestamp(1), text.as_bytes());
        write("a\nb\nc\n");
        let mut cursor = log.read_now(tail(2), StreamSet::BOTH);
        let mut seen = Vec::new();
        while let Some(record) = cursor.next_now() {
            seen.push(record.bytes);
            write("more\n");
        }
        assert_eq!(seen, ["b\n", "c\n"]);
    }

    #[test]
    fn short_lines_cost_little_more_than_their_bytes() {
        let log = Log::new(1 << 20);
        for number in 0..10_000 {
            log.append(Stream::Stdout, Timestamp(5_000 + number / 100), b"y\n");
        }
        let state = log.lock();
        let packed: usize = state.segments.iter().map(|one| one.packed.len()).sum();
        assert!(packed < 2 * 20_000 + 100, "{packed} bytes");
    }

    #[test]
    fn what_finds_no_room_on_the_disk_is_lost_and_a_rotation_makes_room() {
        let disk = Quota::new(20);
        let log = Log::new(14);
        log.charge_to(disk.clone());
        let write = |text: &str| log.append(Stream::Stdout, Timestamp(1), text.as_bytes());
        assert!(disk.charge_beside(8));
        write("12345\n");
        write("67890\n");
        write("too long for it\nabc\n");
        assert_eq!(lines(&log, LogStart::default()), ["abc\n"]);
        assert!(disk.charge_beside(8));
        assert!(!disk.charge_beside(1));
        write("d\n");
        assert_eq!(lines(&log, LogStart::default()), ["abc\n"]);
    }

    #[test]
    fn a_full_log_starts_again_and_a_reader_goes_on_in_the_new_file() {
        let log = Log::new(10);
        let mut cursor = log.read(LogStart::default(), StreamSet::BOTH);
        log.append(Stream::Stdout, Timestamp(1), b"12345\n");
        log.append(Stream::Stdout, Timestamp(2), b"67890\n");
        assert_eq!(lines(&log, LogStart::default()), ["67890\n"]);
        let record = cursor.next_now().expect("the new file has a record");
        assert_eq!(&record.bytes[..], b"67890\n");
    }
}
