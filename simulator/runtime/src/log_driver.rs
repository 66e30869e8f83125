//! Where a container's output goes besides the log of its node (containers.md 9).

use crate::Timestamp;

/// A log driver that sends records over the network: a process `logger NAME` in the container does it, and the container
/// is stopped when that process dies (CTR-55).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogDriver {
    /// A name or an address, as the container sees it.
    pub host: String,
    /// Port of TCP or UDP.
    pub port: u16,
    /// How records look on the way.
    pub form: LogForm,
}

/// A form of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogForm {
    /// `<PRIORITY>TIME HOSTNAME logger/TAG[PID]: LINE`.
    Syslog {
        /// A stream instead of datagrams.
        tcp: bool,
        /// 0 to 23.
        facility: u8,
        /// What records are marked with.
        tag: String,
    },
    /// GELF 1.1 in datagrams.
    Gelf {
        /// When the container was made.
        created_at: Timestamp,
        /// Members of every record besides those of the form, with their names.
        members: Vec<(&'static str, String)>,
    },
    /// Fluentd's forward protocol in a stream.
    Fluentd {
        /// What records are marked with.
        tag: String,
        /// Members of every record besides those of the form, with their names.
        members: Vec<(&'static str, String)>,
    },
}

impl LogForm {
    /// The name of the driver.
    pub fn name(&self) -> &'static str {
        match self {
            LogForm::Syslog { .. } => "syslog",
            LogForm::Gelf { .. } => "gelf",
            LogForm::Fluentd { .. } => "fluentd",
        }
    }
}
