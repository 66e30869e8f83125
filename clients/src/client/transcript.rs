//! What happened during a command, in order, with times: the evidence of a run.

use std::time::Duration;

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{Exit, PtySize};

/// Content kept of a single event.
const EVENT_BYTES: usize = 16 * 1024;
/// Content kept of a whole command.
const TOTAL_BYTES: usize = 256 * 1024;
/// Events kept; the last one says how many are missing.
const EVENTS: usize = 4096;

/// The events of a command, oldest first.
///
/// Bounded: content beyond 16 KiB of an event and 256 KiB of a command is counted, not kept,
/// and so are events beyond 4,096.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
pub struct Transcript {
    events: Vec<Event>,
    #[serde(skip)]
    kept_bytes: usize,
    #[serde(skip)]
    left_out: u64,
}

/// Something that happened.
#[derive(Debug, Clone, Serialize)]
pub struct Event {
    /// Microseconds of real time since the command was started.
    pub at_us: u64,
    /// What it was.
    #[serde(flatten)]
    pub what: EventKind,
}

/// What can happen to a command.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EventKind {
    /// It was started.
    Started {
        /// The client's name.
        client: &'static str,
        /// The command line.
        argv: Vec<String>,
        /// Its terminal.
        #[serde(skip_serializing_if = "Option::is_none")]
        pty: Option<PtySize>,
    },
    /// Bytes were put on its way to standard input or its terminal.
    Stdin {
        /// The bytes.
        data: Data,
    },
    /// Its standard input was closed.
    StdinClosed,
    /// It printed to standard output.
    Stdout {
        /// The bytes.
        data: Data,
    },
    /// It printed to standard error.
    Stderr {
        /// The bytes.
        data: Data,
    },
    /// Its terminal got bytes.
    Screen {
        /// The bytes.
        data: Data,
    },
    /// It was sent a signal.
    Signal {
        /// The signal's name.
        signal: &'static str,
    },
    /// Its terminal changed size.
    Resized {
        /// The new size.
        size: PtySize,
    },
    /// The one who reads its output began to.
    ReaderReleased,
    /// It ended.
    Exited {
        /// How.
        exit: Exit,
    },
    /// It was killed from here.
    Killed {
        /// Why.
        reason: &'static str,
    },
    /// Bytes were sent on a connection.
    Sent {
        /// The bytes.
        data: Data,
    },
    /// Bytes were received on a connection.
    Received {
        /// The bytes.
        data: Data,
    },
    /// A remark of the driver: a request sent, an answer received.
    Note {
        /// The remark.
        text: String,
    },
    /// Events were left out here.
    LeftOut {
        /// How many.
        events: u64,
    },
}

/// Bytes of an event: their number, and as many of them as are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// How many there were.
    pub len: usize,
    /// The first of them.
    pub kept: Vec<u8>,
}

impl Serialize for Data {
    /// `{"len":N,"text":"…"}`, or `"hex"` when the kept bytes are not UTF-8.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("len", &self.len)?;
        match std::str::from_utf8(&self.kept) {
            Ok(text) => map.serialize_entry("text", text)?,
            Err(_) => map.serialize_entry("hex", &hex::encode(&self.kept))?,
        }
        map.end()
    }
}

impl FromIterator<Event> for Transcript {
    /// A transcript of events that happened elsewhere, oldest first.
    fn from_iter<I: IntoIterator<Item = Event>>(events: I) -> Transcript {
        let mut transcript = Transcript::default();
        for event in events {
            transcript.push(Duration::from_micros(event.at_us), event.what);
        }
        transcript
    }
}

impl Transcript {
    /// The events, oldest first.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    pub(crate) fn push(&mut self, at: Duration, what: EventKind) {
        let at_us = u64::try_from(at.as_micros()).unwrap_or(u64::MAX);
        if self.events.len() >= EVENTS {
            self.left_out += 1;
            let events = self.left_out;
            let last = Event {
                at_us,
                what: EventKind::LeftOut { events },
            };
            if events == 1 {
                self.events.push(last);
            } else if let Some(slot) = self.events.last_mut() {
                *slot = last;
            }
            return;
        }
        self.events.push(Event { at_us, what });
    }

    /// Cuts bytes to what may still be kept.
    pub(crate) fn data(&mut self, bytes: &[u8]) -> Data {
        let room = EVENT_BYTES.min(TOTAL_BYTES - self.kept_bytes);
        let kept = &bytes[..bytes.len().min(room)];
        self.kept_bytes += kept.len();
        Data {
            len: bytes.len(),
            kept: kept.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_flat_object() {
        let mut transcript = Transcript::default();
        let data = transcript.data(b"hi\n");
        transcript.push(Duration::from_micros(7), EventKind::Stdout { data });
        let data = transcript.data(&[0xff]);
        transcript.push(Duration::from_micros(9), EventKind::Stderr { data });
        assert_eq!(
            serde_json::to_string(&transcript).expect("serialises"),
            concat!(
                r#"[{"at_us":7,"event":"stdout","data":{"len":3,"text":"hi\n"}},"#,
                r#"{"at_us":9,"event":"stderr","data":{"len":1,"hex":"ff"}}]"#
            )
        );
    }

    #[test]
    fn a_flood_is_counted_and_not_kept() {
        let mut transcript = Transcript::default();
        for _ in 0..EVENTS + 10 {
            let data = transcript.data(&[b'x'; 64 * 1024]);
            transcript.push(Duration::ZERO, EventKind::Stdout { data });
        }
        assert_eq!(transcript.events().len(), EVENTS + 1);
        let kept: usize = transcript
            .events()
            .iter()
            .map(|event| match &event.what {
                EventKind::Stdout { data } => data.kept.len(),
                _ => 0,
            })
            .sum();
        assert_eq!(kept, TOTAL_BYTES);
        let last = transcript.events().last().map(|event| &event.what);
        assert!(
            matches!(last, Some(EventKind::LeftOut { events: 10 })),
            "{last:?}"
        );
    }
}
