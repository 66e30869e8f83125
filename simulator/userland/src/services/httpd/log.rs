//! The error log.

use super::config::Config;
use crate::applets::calendar::{Date, Zone};
use crate::applets::text;
use crate::kernel::Sys;
use std::net::SocketAddrV4;

/// How important a message is: the name, and its number in `LogLevel`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Emerg = 0,
    Error = 3,
    Notice = 5,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Level::Emerg => "emerg",
            Level::Error => "error",
            Level::Notice => "notice",
        }
    }
}

/// Writes a message of a module, about a client if there is one. Notices of the server itself are always written.
pub(super) async fn write(
    sys: &Sys,
    config: &Config,
    module: &str,
    level: Level,
    client: Option<SocketAddrV4>,
    message: &[u8],
) {
    if level as u8 > config.log_level && level != Level::Notice {
        return;
    }
    let now = sys.now();
    let seconds = i64::try_from(now.as_secs()).unwrap_or(0);
    let zone = Zone::utc();
    let date = Date::at(seconds, &zone);
    let micros = now.subsec_nanos() / 1000;
    let pid = sys.pid();
    let line = text!(
        "[",
        date.format(b"%a %b %d %H:%M:%S", seconds, 0, &zone),
        format!(
            ".{micros:06} {}] [{module}:{}] [pid {pid}:tid {pid}] ",
            date.year,
            level.name()
        ),
        client.map_or_else(String::new, |client| format!("[client {client}] ")),
        message,
        "\n"
    );
    config.error_log.write(sys, &line).await;
}
