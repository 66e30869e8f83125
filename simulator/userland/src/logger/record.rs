//! What is sent: a line, and how it looks on the way.

use super::{fluentd, gelf, syslog};
use crate::kernel::Sys;
use runtime::console::Stream;
use runtime::{LogForm, Timestamp};

/// One line of a container.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    /// Where it was written to.
    pub(super) stream: Stream,
    /// When it began.
    pub(super) at: Timestamp,
    /// Without its newline.
    pub(super) line: &'a [u8],
}

impl<'a> Record<'a> {
    /// A line with its newline, or without one.
    pub(super) fn new(stream: Stream, at: Timestamp, line: &'a [u8]) -> Self {
        Self {
            stream,
            at,
            line: line.strip_suffix(b"\n").unwrap_or(line),
        }
    }

    /// As syslog and GELF number it: informational, or an error.
    pub(super) fn severity(&self) -> u8 {
        match self.stream {
            Stream::Stdout => 6,
            Stream::Stderr => 3,
        }
    }
}

/// How the records of one container look.
#[derive(Clone, Debug)]
pub(super) struct Format {
    form: LogForm,
    hostname: String,
    pid: u32,
}

impl Format {
    /// For the records that `sys` sends.
    pub(super) fn new(sys: &Sys, form: LogForm) -> Self {
        Self {
            form,
            hostname: String::from_utf8_lossy(&sys.hostname()).into_owned(),
            pid: sys.pid(),
        }
    }

    /// The bytes of a record.
    pub(super) fn bytes(&self, record: &Record<'_>) -> Vec<u8> {
        match &self.form {
            LogForm::Syslog { facility, tag, .. } => {
                syslog::line(*facility, tag, &self.hostname, self.pid, record)
            }
            LogForm::Gelf {
                created_at,
                members,
            } => gelf::message(&self.hostname, *created_at, members, record),
            LogForm::Fluentd { tag, members } => fluentd::entry(tag, members, record),
        }
    }

    /// Whether the bytes of a record are packed and cut into datagrams.
    pub(super) fn is_chunked(&self) -> bool {
        matches!(self.form, LogForm::Gelf { .. })
    }
}
