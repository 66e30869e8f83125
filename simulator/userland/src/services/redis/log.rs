//! The server's log.

use super::config::Level;
use crate::applets::calendar::{Date, Zone};
use crate::applets::text;
use crate::kernel::Sys;
use crate::services::log_file::LogFile;

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Server,
    /// It saves, or has not become a server yet.
    Child,
}

/// Where lines go.
#[derive(Debug)]
pub(super) struct Log {
    /// None: standard output.
    pub(super) file: Option<LogFile>,
    pub(super) level: Level,
}

impl Log {
    /// Writes a line: `PID:ROLE DATE MARK TEXT`.
    pub(super) async fn write(&self, sys: &Sys, role: Role, level: Level, what: impl AsRef<[u8]>) {
        if level < self.level {
            return;
        }
        let now = sys.now();
        let seconds = i64::try_from(now.as_secs()).unwrap_or(0);
        let zone = Zone::utc();
        let ms = now.subsec_nanos() / 1_000_000;
        let mark = match level {
            Level::Debug => '.',
            Level::Verbose => '-',
            Level::Notice => '*',
            Level::Warning => '#',
        };
        let letter = if role == Role::Server { 'M' } else { 'C' };
        let line = text!(
            format!("{}:{letter} ", sys.pid()),
            Date::at(seconds, &zone).format(b"%d %b %H:%M:%S", seconds, 0, &zone),
            format!(".{ms:03} {mark} "),
            what,
            "\n"
        );
        self.raw(sys, &line).await;
    }

    /// Writes a line as it is.
    pub(super) async fn raw(&self, sys: &Sys, line: &[u8]) {
        match &self.file {
            Some(file) => file.write(sys, line).await,
            None => drop(sys.write_all(1, line).await),
        }
    }
}
