//! What goes to the error log.

use super::settings::{ErrorLog, Level};
use super::visit::Visit;
use crate::applets::calendar::{Date, Zone};
use crate::applets::text;
use crate::kernel::Sys;

fn date(format: &[u8], seconds: u64) -> Vec<u8> {
    let seconds = i64::try_from(seconds).unwrap_or(0);
    let zone = Zone::utc();
    Date::at(seconds, &zone).format(format, seconds, 0, &zone)
}

/// `2017-07-14T02:40:00+00:00`.
pub(super) fn iso_date(seconds: u64) -> Vec<u8> {
    date(b"%Y-%m-%dT%H:%M:%S+00:00", seconds)
}

/// The longest message.
const MESSAGE_BYTES: usize = 2048;

/// Writes a message, if it is important enough.
pub(super) async fn error(sys: &Sys, log: &ErrorLog, level: Level, message: &[u8]) {
    if level > log.level {
        return;
    }
    let pid = sys.pid();
    let message = &message[..message.len().min(MESSAGE_BYTES)];
    let line = text!(
        date(b"%Y/%m/%d %H:%M:%S", sys.now().as_secs()),
        format!(" [{}] {pid}#{pid}: ", level.name()),
        message,
        "\n"
    );
    log.file.write(sys, &line).await;
}

/// Writes a message about a request.
pub(super) async fn about(visit: &Visit<'_>, level: Level, message: &[u8]) {
    let log = &visit.settings.error_log;
    if level > log.level {
        return;
    }
    let client = visit.peer.ip().to_string();
    let mut line = text!(
        format!("*{} ", visit.connection),
        message,
        ", client: ",
        client,
        ", server: ",
        visit.server.names[0]
    );
    if !visit.line.is_empty() {
        line.extend(text!(", request: \"", visit.line, "\""));
    }
    if let Some(host) = visit.request.and_then(|request| request.header("host")) {
        line.extend(text!(", host: \"", host, "\""));
    }
    error(visit.sys, log, level, &line).await;
}

/// Notes a request in every access log of its place.
pub(super) async fn access(visit: &Visit<'_>) {
    for log in &visit.settings.access_logs {
        let mut line = log.format.fill_for_log(visit);
        line.push(b'\n');
        log.file.write(visit.sys, &line).await;
    }
}
